//! Clauses of integrations, principals and profiles.

use super::{ProfileUse, Reference, Text, Who};
use crate::source::Span;

/// One clause of an integration, principal or profile.
#[derive(Clone, Debug)]
pub struct Clause {
    /// From its keyword to its last character, comments after it left out.
    pub span: Span,
    /// The `///` lines before it.
    pub docs: Vec<Text>,
    /// What it says.
    pub kind: ClauseKind,
}

/// What a clause says.
#[derive(Clone, Debug)]
pub enum ClauseKind {
    /// `like PROFILE(…)`
    Like(ProfileUse),
    /// `owner TEAM`, or a string
    Owner(Text),
    /// `purpose "…"`
    Purpose(Text),
    /// `operator PRINCIPAL`
    Operator(Text),
    /// `expires DATE`
    Expires(Text),
    /// `review every DUR by TEAM`
    Review {
        /// How often.
        every: Text,
        /// By whom.
        by: Text,
    },
    /// `revoke via "…"`
    Revoke(Text),
    /// `monitor via "…"`
    Monitor(Text),
    /// `status WORD`
    Status(Text),
    /// `acts …`
    Acts(Acts),
    /// `identity R [from R2]`
    Identity {
        /// The identity.
        reference: Reference,
        /// Whoever holds this one is that identity.
        from: Option<Reference>,
    },
    /// `credential KIND [for SYSTEM] [in R] [rotate DUR]`
    Credential {
        /// `oauth`, `secret`, `key` …
        kind: Text,
        /// The system it is for.
        system: Option<Reference>,
        /// Where it is kept.
        stored_in: Option<Reference>,
        /// How often it is exchanged.
        rotate: Option<Text>,
    },
    /// `trusts WHO [for SYSTEM] [where …]`
    Trusts {
        /// Who may become it.
        who: Who,
        /// In which system.
        system: Option<Reference>,
        /// Under which conditions.
        conditions: Vec<Condition>,
    },
    /// `member of PRINCIPAL`
    MemberOf(Text),
    /// `bounded by PROFILE(…)`
    BoundedBy(ProfileUse),
    /// `runs from R`
    RunsFrom(Reference),
    /// `runs on R`
    RunsOn(Reference),
    /// `triggered by WHO, …`
    TriggeredBy(Vec<Who>),
    /// `ingests R, …`
    Ingests(Vec<Reference>),
    /// `delegates VERBS on R to WHO [until DATE]`
    Delegates {
        /// What is passed on.
        verbs: Verbs,
        /// On what.
        targets: Targets,
        /// To whom.
        to: Text,
        /// For how long.
        until: Option<Text>,
    },
    /// `inherits all|narrowed|nothing from WHO`
    Inherits {
        /// `all`, `narrowed` or `nothing`.
        mode: Text,
        /// From whom.
        from: Text,
    },
    /// `allow …`
    Allow(Authority),
    /// `never …`
    Never(Authority),
    /// `holds "UNIT", … on SYSTEM`
    Holds {
        /// The vendor's own names.
        units: Vec<Text>,
        /// The system.
        system: Reference,
    },
    /// `accept RULE [on …] because "…" by TEAM until DATE`
    Accept(Accept),
}

/// How an integration acts, as declared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Acts {
    /// `acts as itself`
    Itself,
    /// `acts on behalf of users`
    OnBehalfOfUsers,
    /// `acts org-wide`
    OrgWide,
    /// `acts across tenants`
    AcrossTenants,
}

/// `VERBS [except VERBS]`
#[derive(Clone, Debug)]
pub struct Verbs {
    /// Verbs, vendor words and strings.
    pub names: Vec<Text>,
    /// What is taken out again.
    pub except: Vec<Text>,
}

/// `on|within R, … [except [within] R, …]`
#[derive(Clone, Debug)]
pub struct Targets {
    /// Whether `within` was written.
    pub within: bool,
    /// The resources.
    pub references: Vec<Reference>,
    /// What is taken out again.
    pub except: Option<Exception>,
}

/// `except [within] R, …`
#[derive(Clone, Debug)]
pub struct Exception {
    /// Whether `within` was written.
    pub within: bool,
    /// The resources.
    pub references: Vec<Reference>,
}

/// The body of an `allow` or a `never`.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Which verbs.
    pub verbs: Verbs,
    /// On what.
    pub targets: Targets,
    /// `fields "…", …`
    pub fields: Vec<Text>,
    /// `where … and …`
    pub conditions: Vec<Condition>,
    /// `until DATE`
    pub until: Option<Text>,
    /// `with approval by TEAM [for DUR]`
    pub approval: Option<Approval>,
}

/// `with approval by TEAM [for DUR]`
#[derive(Clone, Debug)]
pub struct Approval {
    /// From `with` to the end.
    pub span: Span,
    /// Who approves.
    pub by: Text,
    /// For how long.
    pub duration: Option<Text>,
}

/// `KEY OP VALUE [or absent]`
#[derive(Clone, Debug)]
pub struct Condition {
    /// The whole of it.
    pub span: Span,
    /// A dotted portable key (`source.ip`), or the vendor's in quotes.
    pub key: Text,
    /// How the key is compared.
    pub operator: Operator,
    /// With what; one value unless the operator is `in` or `not in`, none for `present`/`absent`.
    pub values: Vec<Value>,
    /// Whether `or absent` follows.
    pub or_absent: bool,
}

/// The operators of conditions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in […]`
    In,
    /// `not in […]`
    NotIn,
    /// `matches "glob"`
    Matches,
    /// `present`
    Present,
    /// `absent`
    Absent,
}

/// A value of a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A string.
    String(Text),
    /// A number, as written.
    Number(Text),
    /// A date or an instant, as written.
    Date(Text),
    /// `true` or `false`.
    Boolean(bool, Span),
    /// A word: a parameter of the enclosing profile.
    Name(Text),
}

/// `accept RULE [on …] because "…" by TEAM until DATE`
#[derive(Clone, Debug)]
pub struct Accept {
    /// A check or a guard.
    pub rule: Text,
    /// What it is limited to: resources or systems; empty means the whole integration.
    pub on: Vec<Reference>,
    /// The reason.
    pub because: Text,
    /// Who accepts.
    pub by: Text,
    /// Until when.
    pub until: Text,
}
