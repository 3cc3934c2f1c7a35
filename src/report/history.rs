//! What changed of whom, commit by commit. Who reads a repository fills it in; here it is data.

use serde::Serialize;
use std::collections::BTreeMap;

/// What changed of every integration, the newest first.
#[derive(Clone, Default, Debug, Serialize)]
pub struct History {
    /// By integration.
    pub of: BTreeMap<String, Vec<Event>>,
    /// The oldest revision that was looked at, shortened; none where there was none before.
    pub since: Option<String>,
    /// Whether older revisions were left out.
    pub truncated: bool,
}

/// What one commit changed of one integration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Event {
    /// The commit, shortened.
    pub revision: String,
    /// The day of the commit.
    pub date: String,
    /// Its author's name.
    pub author: String,
    /// The first line of its message.
    pub message: String,
    /// What changed, the gravest first.
    pub changes: Vec<String>,
}
