//! What `scope.toml` says, with the defaults for what it leaves out.

use crate::source::Span;
use std::collections::BTreeMap;

/// What a rule's findings count as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// As an error.
    Error,
    /// As a warning.
    Warning,
    /// As a note.
    Note,
    /// Not at all.
    Off,
}

/// What an integration owes over time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Duty {
    /// How often it is reviewed, at least.
    Review,
    /// How often its long-lived credentials are exchanged, at least.
    Rotation,
    /// How far away its end may be.
    Expiry,
    /// How long one approval may last.
    Approval,
}

impl Duty {
    /// Every duty, in the order in which they are shown.
    pub const ALL: [Duty; 4] = [Duty::Review, Duty::Rotation, Duty::Expiry, Duty::Approval];

    /// The word in `scope.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Duty::Review => "review",
            Duty::Rotation => "rotation",
            Duty::Expiry => "expiry",
            Duty::Approval => "approval",
        }
    }
}

/// A class of integrations with duties of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// It acts in a system whose environment is production.
    Production,
    /// It acts org-wide.
    OrgWide,
    /// It acts across tenants.
    AcrossTenants,
    /// It is an agent.
    Agent,
    /// A third party runs it.
    ThirdParty,
}

impl Class {
    /// Every class, in the order in which they are shown.
    pub const ALL: [Class; 5] = [
        Class::Production,
        Class::OrgWide,
        Class::AcrossTenants,
        Class::Agent,
        Class::ThirdParty,
    ];

    /// The word in `scope.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Class::Production => "production",
            Class::OrgWide => "org-wide",
            Class::AcrossTenants => "across-tenants",
            Class::Agent => "agent",
            Class::ThirdParty => "third-party",
        }
    }
}

/// A project's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The project's name.
    pub name: Option<String>,
    /// The output folder, relative to the project.
    pub out: Option<String>,
    /// Whether outputs lie in `SYSTEM/INTEGRATION/` instead of `INTEGRATION/SYSTEM/`.
    pub by_system: bool,
    /// The targets by name; none means the default ones.
    pub targets: Option<Vec<(String, Span)>>,
    /// What rules' findings count as, by rule.
    pub levels: BTreeMap<String, (Level, Span)>,
    /// The longest time in hours for which an exception may be accepted.
    pub max_accept_hours: u32,
    /// The longest time in hours for which an integration may be declared without review.
    pub max_expiry_hours: u32,
    /// The age in hours past which a secret that is not exchanged counts as long-lived.
    pub long_lived_hours: u32,
    /// Which team may accept which rule.
    pub exceptions: BTreeMap<String, (String, Span)>,
    /// Further folders with vendor files, relative to the project.
    pub vendors: Vec<String>,
    /// The most hours that a duty may take: of a class, or (none) of every class that sets no
    /// number of its own. What is not here has a default.
    pub lifecycle: BTreeMap<(Option<Class>, Duty), (u32, Span)>,
    /// After how many hours without use an identity is switched off, where the project has such a
    /// rule.
    pub dormancy: Option<(u32, Span)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: None,
            out: None,
            by_system: false,
            targets: None,
            levels: BTreeMap::new(),
            max_accept_hours: 180 * 24,
            max_expiry_hours: 2 * 365 * 24,
            long_lived_hours: 90 * 24,
            exceptions: BTreeMap::new(),
            vendors: Vec::new(),
            lifecycle: BTreeMap::new(),
            dormancy: None,
        }
    }
}
