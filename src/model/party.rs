//! Integrations and principals, with profiles taken in and every clause resolved.

use super::catalog::UnitId;
use super::rule::Rule;
use super::thing::Thing;
use super::{ConditionId, PartyId, ProfileId, SystemId, TeamId};
use crate::authority::time::{Date, Length};
use crate::source::Span;

/// How an integration acts, from the least to the widest reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Acts {
    /// As itself, on named things.
    Itself,
    /// For users, each within the user's own authority.
    OnBehalfOfUsers,
    /// On a whole tenant.
    OrgWide,
    /// On several tenants.
    AcrossTenants,
}

impl Acts {
    /// The words in the language.
    pub fn words(self) -> &'static str {
        match self {
            Acts::Itself => "as itself",
            Acts::OnBehalfOfUsers => "on behalf of users",
            Acts::OrgWide => "org-wide",
            Acts::AcrossTenants => "across tenants",
        }
    }

    /// Whether it is org-wide or across tenants.
    pub fn is_org_level(self) -> bool {
        self >= Acts::OrgWide
    }
}

/// What an integration or principal is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PartyKind {
    /// `integration …: connector`
    Connector,
    /// `integration …: webhook`
    Webhook,
    /// `integration …: agent`
    Agent,
    /// `integration …: workflow`
    Workflow,
    /// `integration …: service`
    Service,
    /// `principal …: human`
    Human,
    /// `principal …: group`
    Group,
    /// `principal …: role`
    Role,
    /// `principal …: external`
    External,
}

impl PartyKind {
    /// The kinds of integrations.
    pub const INTEGRATIONS: [PartyKind; 5] = [
        PartyKind::Connector,
        PartyKind::Webhook,
        PartyKind::Agent,
        PartyKind::Workflow,
        PartyKind::Service,
    ];
    /// The kinds of principals.
    pub const PRINCIPALS: [PartyKind; 4] = [
        PartyKind::Human,
        PartyKind::Group,
        PartyKind::Role,
        PartyKind::External,
    ];

    /// The word in the language.
    pub fn word(self) -> &'static str {
        match self {
            PartyKind::Connector => "connector",
            PartyKind::Webhook => "webhook",
            PartyKind::Agent => "agent",
            PartyKind::Workflow => "workflow",
            PartyKind::Service => "service",
            PartyKind::Human => "human",
            PartyKind::Group => "group",
            PartyKind::Role => "role",
            PartyKind::External => "external",
        }
    }
}

/// Who owns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A team.
    Team(TeamId),
    /// A person, by mail address or other text.
    Person(Box<str>),
}

/// `status …`
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// In use.
    Active,
    /// Switched off for now: emits nothing.
    Suspended,
    /// Out of use: emits nothing.
    Retired,
}

/// The kinds of credentials.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CredentialKind {
    /// An OAuth client or refresh token.
    Oauth,
    /// A shared secret or password.
    Secret,
    /// An API or access key.
    Key,
    /// A bearer token.
    Token,
    /// A certificate with its private key.
    Certificate,
    /// A short-lived token of an OIDC issuer.
    Oidc,
    /// What the platform gives to the workload it runs.
    Workload,
    /// None at all.
    None,
}

impl CredentialKind {
    /// Every kind.
    pub const ALL: [CredentialKind; 8] = [
        CredentialKind::Oauth,
        CredentialKind::Secret,
        CredentialKind::Key,
        CredentialKind::Token,
        CredentialKind::Certificate,
        CredentialKind::Oidc,
        CredentialKind::Workload,
        CredentialKind::None,
    ];

    /// The word in the language.
    pub fn word(self) -> &'static str {
        match self {
            CredentialKind::Oauth => "oauth",
            CredentialKind::Secret => "secret",
            CredentialKind::Key => "key",
            CredentialKind::Token => "token",
            CredentialKind::Certificate => "certificate",
            CredentialKind::Oidc => "oidc",
            CredentialKind::Workload => "workload",
            CredentialKind::None => "none",
        }
    }

    /// Whether somebody who copies it can use it until it is exchanged.
    pub fn is_long_lived(self) -> bool {
        match self {
            CredentialKind::Oauth
            | CredentialKind::Secret
            | CredentialKind::Key
            | CredentialKind::Token
            | CredentialKind::Certificate => true,
            CredentialKind::Oidc | CredentialKind::Workload | CredentialKind::None => false,
        }
    }
}

/// Who is trusted, admitted, exempt …
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// Everybody.
    Anyone(Span),
    /// A vendor's service.
    Service(Box<str>, Span),
    /// An OIDC issuer's every subject.
    Oidc(Box<str>, Span),
    /// An integration or principal.
    Party(PartyId, Span),
    /// A system's root.
    System(SystemId, Span),
    /// A resource: a repository, a role.
    Thing(Thing),
}

impl Who {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Who::Anyone(span)
            | Who::Service(_, span)
            | Who::Oidc(_, span)
            | Who::Party(_, span)
            | Who::System(_, span) => *span,
            Who::Thing(thing) => thing.span,
        }
    }
}

/// `inherits all|narrowed|nothing from WHO`
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Inheritance {
    /// Control of the other.
    All,
    /// The other's, cut to one's own.
    Narrowed,
    /// An assertion that there is no path.
    Nothing,
}

/// What a clause belongs to, which decides about its ledger rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ClauseGroup {
    /// Owner, purpose, expiry …
    Governance,
    /// Who it is and how it proves it.
    Identity,
    /// Whom it depends on.
    Delegation,
    /// What it may and must not.
    Authority,
    /// What was accepted.
    Exception,
}

/// A clause, its names resolved.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Where it is written: in the integration, or in a profile.
    pub span: Span,
    /// The profile that it came with.
    pub profile: Option<ProfileId>,
    /// What it says.
    pub kind: ClauseKind,
}

/// What a clause says.
#[derive(Clone, Debug)]
pub enum ClauseKind {
    /// `owner`
    Owner(Owner),
    /// `purpose`
    Purpose(Box<str>),
    /// `operator`
    Operator(PartyId),
    /// `expires`: the last day.
    Expires(Date),
    /// `review every … by …`
    Review {
        /// How often.
        every: Length,
        /// By whom.
        by: TeamId,
    },
    /// `revoke via`
    Revoke(Box<str>),
    /// `monitor via`
    Monitor(Box<str>),
    /// `status`
    Status(Status),
    /// `acts`
    Acts(Acts),
    /// `identity R [from R2]`
    Identity {
        /// The identity.
        thing: Thing,
        /// Whoever holds this one is that identity.
        from: Option<Thing>,
    },
    /// `credential …`
    Credential {
        /// Of which kind.
        kind: CredentialKind,
        /// For which system; none where the party has no identity to fit it.
        system: Option<SystemId>,
        /// Where it is kept.
        stored_in: Option<Thing>,
        /// How often it is exchanged.
        rotate: Option<Length>,
    },
    /// `trusts …`
    Trusts {
        /// Who may become it.
        who: Who,
        /// In which system; none where the party has no identity to fit it.
        system: Option<SystemId>,
        /// Under which conditions.
        conditions: Vec<ConditionId>,
    },
    /// `member of`
    MemberOf(PartyId),
    /// `bounded by`: what is allowed at most
    BoundedBy {
        /// The profile.
        bound: ProfileId,
        /// Its `allow` clauses.
        allows: Vec<Rule>,
        /// Its `never` clauses.
        nevers: Vec<Rule>,
    },
    /// `runs from`
    RunsFrom(Thing),
    /// `runs on`
    RunsOn(Thing),
    /// `triggered by`
    TriggeredBy(Vec<Who>),
    /// `ingests`
    Ingests(Vec<Thing>),
    /// `delegates`
    Delegates {
        /// What.
        rule: Rule,
        /// To whom.
        to: PartyId,
    },
    /// `inherits`
    Inherits {
        /// How much.
        mode: Inheritance,
        /// From whom.
        from: PartyId,
    },
    /// `allow`
    Allow(Rule),
    /// `never`
    Never(Rule),
    /// `holds`
    Holds {
        /// The vendor's units.
        units: Vec<UnitId>,
        /// Where.
        system: SystemId,
    },
    /// `accept`
    Accept(Accept),
    /// It did not resolve; a diagnostic says why.
    Unresolved(ClauseGroup),
}

impl ClauseKind {
    /// What the clause belongs to.
    pub fn group(&self) -> ClauseGroup {
        match self {
            ClauseKind::Owner(_)
            | ClauseKind::Purpose(_)
            | ClauseKind::Operator(_)
            | ClauseKind::Expires(_)
            | ClauseKind::Review { .. }
            | ClauseKind::Revoke(_)
            | ClauseKind::Monitor(_)
            | ClauseKind::Status(_) => ClauseGroup::Governance,
            ClauseKind::Acts(_)
            | ClauseKind::Identity { .. }
            | ClauseKind::Credential { .. }
            | ClauseKind::Trusts { .. }
            | ClauseKind::MemberOf(_)
            | ClauseKind::BoundedBy { .. } => ClauseGroup::Identity,
            ClauseKind::RunsFrom(_)
            | ClauseKind::RunsOn(_)
            | ClauseKind::TriggeredBy(_)
            | ClauseKind::Ingests(_)
            | ClauseKind::Delegates { .. }
            | ClauseKind::Inherits { .. } => ClauseGroup::Delegation,
            ClauseKind::Allow(_) | ClauseKind::Never(_) | ClauseKind::Holds { .. } => {
                ClauseGroup::Authority
            }
            ClauseKind::Accept(_) => ClauseGroup::Exception,
            ClauseKind::Unresolved(group) => *group,
        }
    }
}

/// `accept RULE [on …] because "…" by TEAM until DATE`
#[derive(Clone, Debug)]
pub struct Accept {
    /// A check or a guard.
    pub rule: Box<str>,
    /// What it is limited to; empty means the whole integration.
    pub on: Vec<Thing>,
    /// The reason.
    pub because: Box<str>,
    /// Who accepts.
    pub by: TeamId,
    /// The last day.
    pub until: Date,
    /// Where the date stands.
    pub until_span: Span,
}

/// An integration or a principal.
#[derive(Clone, Debug)]
pub struct Party {
    /// The name.
    pub name: Box<str>,
    /// The name's place.
    pub name_span: Span,
    /// The whole item's place.
    pub span: Span,
    /// What it is.
    pub kind: PartyKind,
    /// Its clauses: its own in order, each `like` replaced by the profile's clauses.
    pub clauses: Vec<Clause>,
    /// Whether all of it could be read and resolved; a false one emits nothing.
    pub complete: bool,
}

impl Party {
    /// Whether it is an integration (else a principal).
    pub fn is_integration(&self) -> bool {
        PartyKind::INTEGRATIONS.contains(&self.kind)
    }

    /// The first clause for which `pick` gives something, with the clause.
    pub fn find<'a, T>(
        &'a self,
        pick: impl Fn(&'a ClauseKind) -> Option<T>,
    ) -> Option<(T, &'a Clause)> {
        self.clauses
            .iter()
            .find_map(|clause| pick(&clause.kind).map(|found| (found, clause)))
    }

    /// The owner.
    pub fn owner(&self) -> Option<(&Owner, &Clause)> {
        self.find(|kind| {
            if let ClauseKind::Owner(owner) = kind {
                Some(owner)
            } else {
                None
            }
        })
    }

    /// The last day.
    pub fn expires(&self) -> Option<(Date, &Clause)> {
        self.find(|kind| {
            if let ClauseKind::Expires(date) = kind {
                Some(*date)
            } else {
                None
            }
        })
    }

    /// How often it is reviewed, and by whom.
    pub fn review(&self) -> Option<((Length, TeamId), &Clause)> {
        self.find(|kind| {
            if let ClauseKind::Review { every, by } = kind {
                Some((*every, *by))
            } else {
                None
            }
        })
    }

    /// How it says that it acts; `itself` when it does not say.
    pub fn acts(&self) -> Acts {
        self.find(|kind| {
            if let ClauseKind::Acts(acts) = kind {
                Some(*acts)
            } else {
                None
            }
        })
        .map_or(Acts::Itself, |(acts, _)| acts)
    }

    /// Its status; active when it does not say.
    pub fn status(&self) -> Status {
        self.find(|kind| {
            if let ClauseKind::Status(status) = kind {
                Some(*status)
            } else {
                None
            }
        })
        .map_or(Status::Active, |(status, _)| status)
    }

    /// Its identities with their clauses' indices.
    pub fn identities(&self) -> impl Iterator<Item = (usize, &Thing, Option<&Thing>)> {
        self.clauses
            .iter()
            .enumerate()
            .filter_map(|(index, clause)| {
                if let ClauseKind::Identity { thing, from } = &clause.kind {
                    Some((index, thing, from.as_ref()))
                } else {
                    None
                }
            })
    }

    /// Its `allow` rules with their clauses' indices.
    pub fn allows(&self) -> impl Iterator<Item = (usize, &Rule)> {
        self.clauses
            .iter()
            .enumerate()
            .filter_map(|(index, clause)| {
                if let ClauseKind::Allow(rule) = &clause.kind {
                    Some((index, rule))
                } else {
                    None
                }
            })
    }

    /// Its `never` rules with their clauses' indices.
    pub fn nevers(&self) -> impl Iterator<Item = (usize, &Rule)> {
        self.clauses
            .iter()
            .enumerate()
            .filter_map(|(index, clause)| {
                if let ClauseKind::Never(rule) = &clause.kind {
                    Some((index, rule))
                } else {
                    None
                }
            })
    }

    /// Its `accept` clauses with their indices.
    pub fn accepts(&self) -> impl Iterator<Item = (usize, &Accept)> {
        self.clauses
            .iter()
            .enumerate()
            .filter_map(|(index, clause)| {
                if let ClauseKind::Accept(accept) = &clause.kind {
                    Some((index, accept))
                } else {
                    None
                }
            })
    }
}
