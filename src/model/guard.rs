//! Guards: rules over everybody's authority, their names resolved.

use super::catalog::VendorId;
use super::party::{PartyKind, Who};
use super::rule::Part;
use super::thing::Thing;
use super::{PartyId, SystemId, TeamId};
use crate::authority::pattern::Pattern;
use crate::authority::time::Length;
use crate::authority::verb::VerbSet;
use crate::source::Span;

/// `guard NAME "why" { … }`
#[derive(Clone, Debug)]
pub struct Guard {
    /// The name, which is also the word in an `accept` and the rule of what it finds.
    pub name: Box<str>,
    /// The reason.
    pub why: Option<Box<str>>,
    /// The name's place.
    pub span: Span,
    /// Its rules, in order; one that did not resolve is left out, and a diagnostic says why.
    pub rules: Vec<GuardRule>,
    /// How grave what it finds is.
    pub severity: Gravity,
    /// The team that may grant exceptions.
    pub exceptions_by: Option<TeamId>,
}

/// `severity …`
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum Gravity {
    /// Stops nothing, and is only told.
    Note,
    /// Stops nothing.
    Warning,
    /// Stops the output of whom it is about; what a guard is that says nothing.
    #[default]
    Error,
}

impl Gravity {
    /// Every one.
    pub const ALL: [Gravity; 3] = [Gravity::Error, Gravity::Warning, Gravity::Note];

    /// The word in the language.
    pub fn word(self) -> &'static str {
        match self {
            Gravity::Error => "error",
            Gravity::Warning => "warning",
            Gravity::Note => "note",
        }
    }
}

/// One rule of a guard.
#[derive(Clone, Debug)]
pub struct GuardRule {
    /// The whole line.
    pub span: Span,
    /// What it says.
    pub kind: GuardRuleKind,
}

/// What a rule of a guard says. Settings of the guard itself (`severity`, `exceptions by`) are
/// fields of [`Guard`].
#[derive(Clone, Debug)]
pub enum GuardRuleKind {
    /// `deny SEL [together with SEL] [for WHO] [except WHO] [directly]`
    Deny {
        /// What must not be.
        what: Selection,
        /// What must not be held at the same time.
        together: Option<Box<Selection>>,
        /// For whom: all must hold; empty means every integration.
        subjects: Vec<Selector>,
        /// But not these.
        except: Vec<Who>,
        /// Whether only what the party itself is granted counts.
        directly: bool,
    },
    /// `require WHAT [of at most DUR] for SEL`
    Require {
        /// What there must be.
        what: Requirement,
        /// At most this long.
        at_most: Option<Length>,
        /// Whoever holds such authority must have it.
        of: Selection,
    },
    /// `limit N systems|resources|hops for WHO`
    Limit {
        /// How many at most.
        count: u32,
        /// Of what.
        what: Countable,
        /// For whom: all must hold.
        subjects: Vec<Selector>,
    },
}

/// What a guard may require.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Requirement {
    /// A team that owns it.
    Owner,
    /// A day on which the authority ends.
    Expiry,
    /// A periodic review.
    Review,
    /// Monitoring.
    Monitoring,
    /// The exchange of its long-lived credentials.
    Rotation,
    /// Approval before use.
    Approval,
}

impl Requirement {
    /// Every one.
    pub const ALL: [Requirement; 6] = [
        Requirement::Owner,
        Requirement::Expiry,
        Requirement::Review,
        Requirement::Monitoring,
        Requirement::Rotation,
        Requirement::Approval,
    ];

    /// The word in the language.
    pub fn word(self) -> &'static str {
        match self {
            Requirement::Owner => "owner",
            Requirement::Expiry => "expiry",
            Requirement::Review => "review",
            Requirement::Monitoring => "monitoring",
            Requirement::Rotation => "rotation",
            Requirement::Approval => "approval",
        }
    }
}

/// What a guard may limit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Countable {
    /// Systems in which something is reached.
    Systems,
    /// Things that are reached, as they are written.
    Resources,
    /// Steps of the longest shortest path.
    Hops,
}

impl Countable {
    /// Every one.
    pub const ALL: [Countable; 3] = [Countable::Systems, Countable::Resources, Countable::Hops];

    /// The word in the language.
    pub fn word(self) -> &'static str {
        match self {
            Countable::Systems => "systems",
            Countable::Resources => "resources",
            Countable::Hops => "hops",
        }
    }
}

/// `[VERBS on|within] SELECTORS`: authority that a guard speaks of.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The whole of it.
    pub span: Span,
    /// The portable verbs; every one where none is written, empty where only operations are named.
    pub verbs: VerbSet,
    /// The vendors' operations that are named besides or instead, each in its vendor's full
    /// spelling. With a resource they are in the slices of `part`.
    pub operations: Vec<Pattern>,
    /// The resource that is named: which operations, where. None where only properties are.
    pub part: Option<Part>,
    /// The other conditions; all must hold.
    pub selectors: Vec<Selector>,
}

impl Selection {
    /// Whether operations are named besides or instead of verbs.
    pub fn names_operations(&self) -> bool {
        !self.operations.is_empty()
    }
}

/// One condition on authority or on who holds it.
#[derive(Clone, Debug)]
pub enum Selector {
    /// `env X`: what lies in that environment.
    Env(Box<str>),
    /// `label X`: what has the label, or lies in what has it.
    Label(Box<str>),
    /// `kind X`: parties of that kind.
    Kind(PartyKind),
    /// `vendor X`: what lies in a system of that vendor's.
    Vendor(VendorId),
    /// `system X`: what lies in that system.
    System(SystemId),
    /// `owner X`: integrations of that team.
    Owner(TeamId),
    /// `org-level`: integrations that act org-wide or across tenants.
    OrgLevel,
    /// A resource, besides the one in the selection's part.
    Thing(Thing),
    /// An integration or principal by name.
    Party(PartyId),
}
