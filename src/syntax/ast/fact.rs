//! Facts, guards and tests.

use super::{Condition, Reference, Targets, Text, Who};
use crate::source::Span;

/// `resource REF { … }`
#[derive(Clone, Debug)]
pub struct ResourceFact {
    /// The thing.
    pub reference: Reference,
    /// The facts, in order.
    pub facts: Vec<Fact>,
}

/// One fact.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The whole line.
    pub span: Span,
    /// What it says.
    pub kind: FactKind,
}

/// What a fact says.
#[derive(Clone, Debug)]
pub enum FactKind {
    /// `labels a, b`
    Labels(Vec<Text>),
    /// `env NAME`
    Env(Text),
    /// `guarded by KIND ["setting"] against VERBS [except WHO, …] [lifted by WHO, …]`
    Guarded {
        /// `branch-protection`, `approval` …
        by: Text,
        /// The vendor's setting.
        setting: Option<Text>,
        /// Against which verbs.
        against: Vec<Text>,
        /// Who is not held by it.
        except: Vec<Who>,
        /// Who can take it away.
        lifted_by: Vec<Who>,
    },
    /// `admits WHO to VERBS [on TYPE|within] [where …]` and `refuses …`
    Admits {
        /// Whether it is `refuses`.
        refuses: bool,
        /// Who.
        who: Vec<Who>,
        /// To what.
        verbs: Vec<Text>,
        /// On which type inside.
        on: Option<Text>,
        /// Whether `within` was written.
        within: bool,
        /// Under which conditions.
        conditions: Vec<Condition>,
    },
    /// `stores credential of WHO`
    Stores(Text),
    /// `attached to WHO, …`
    AttachedTo(Vec<Who>),
    /// `runs as R`
    RunsAs(Reference),
    /// `runs on R`
    RunsOn(Reference),
    /// `escapes to R by "…"`
    Escapes {
        /// Where to.
        to: Reference,
        /// By what setting.
        by: Text,
    },
}

/// `guard NAME "why" { … }`
#[derive(Clone, Debug)]
pub struct Guard {
    /// The name.
    pub name: Text,
    /// The reason.
    pub why: Option<Text>,
    /// Its rules, in order.
    pub rules: Vec<GuardRule>,
}

/// One line of a guard.
#[derive(Clone, Debug)]
pub struct GuardRule {
    /// The whole line.
    pub span: Span,
    /// What it says.
    pub kind: GuardRuleKind,
}

/// What a line of a guard says.
#[derive(Clone, Debug)]
pub enum GuardRuleKind {
    /// `deny SEL [together with SEL] [for WHO] [except WHO] [directly]`
    Deny {
        /// What must not be.
        what: Selection,
        /// What must not be at the same time.
        together: Option<Selection>,
        /// For whom.
        subjects: Vec<Selector>,
        /// But not these.
        except: Vec<Who>,
        /// Whether only direct authority counts.
        directly: bool,
    },
    /// `require WHAT [of at most DUR] for SEL`
    Require {
        /// `owner`, `expiry`, `review`, `monitoring`, `rotation`, `approval`.
        what: Text,
        /// At most this long.
        at_most: Option<Text>,
        /// For which authority.
        of: Selection,
    },
    /// `limit N systems|resources|hops for WHO`
    Limit {
        /// How many.
        count: Text,
        /// Of what.
        what: Text,
        /// For whom.
        subjects: Vec<Selector>,
    },
    /// `severity WORD`
    Severity(Text),
    /// `exceptions by TEAM`
    ExceptionsBy(Text),
}

/// `[VERBS on] SELECTORS`: authority that a guard speaks of.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The whole of it.
    pub span: Span,
    /// Which verbs; empty means all.
    pub verbs: Vec<Text>,
    /// Whether `within` was written.
    pub within: bool,
    /// All must hold.
    pub selectors: Vec<Selector>,
}

/// One condition of a selection.
#[derive(Clone, Debug)]
pub enum Selector {
    /// `env X`, `label X`, `kind X`, `vendor X`, `system X`, `owner X`
    Property {
        /// The word before.
        name: Text,
        /// The word after.
        value: Text,
    },
    /// `org-level`
    OrgLevel(Span),
    /// A resource, system, integration or principal.
    Reference(Reference),
}

/// `test "what" { … }`
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows.
    pub title: Text,
    /// Its assertions, in order.
    pub assertions: Vec<Assertion>,
}

/// One assertion.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The whole line.
    pub span: Span,
    /// About whom.
    pub who: Who,
    /// What it asserts.
    pub kind: AssertionKind,
}

/// What an assertion asserts.
#[derive(Clone, Debug)]
pub enum AssertionKind {
    /// `can VERBS on R`, `cannot VERBS on R [without approval]`
    Can {
        /// Whether it is `cannot`.
        negated: bool,
        /// Which verbs.
        verbs: Vec<Text>,
        /// On what.
        targets: Targets,
        /// Whether what waits for approval is left out.
        without_approval: bool,
    },
    /// `can reach R`, `cannot reach R`
    Reach {
        /// Whether it is `cannot`.
        negated: bool,
        /// What.
        references: Vec<Reference>,
        /// Whether what waits for approval is left out.
        without_approval: bool,
    },
    /// `can influence WHO`, `cannot influence WHO`
    Influence {
        /// Whether it is `cannot`.
        negated: bool,
        /// Whom.
        whom: Vec<Text>,
    },
    /// `can cause VERBS on R`, `cannot cause VERBS on R`
    Cause {
        /// Whether it is `cannot`.
        negated: bool,
        /// Which verbs.
        verbs: Vec<Text>,
        /// On what.
        targets: Targets,
    },
}

/// `reviewed NAME on DATE by TEAM`
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// Who was reviewed.
    pub name: Text,
    /// When.
    pub on: Text,
    /// By whom.
    pub by: Text,
}

/// `rotated NAME [for SYSTEM] on DATE`
#[derive(Clone, Debug)]
pub struct Rotated {
    /// Whose credential.
    pub name: Text,
    /// For which system.
    pub system: Option<Text>,
    /// When.
    pub on: Text,
}
