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
        }
    }
}
