//! The rules that give a vendor's operation its portable verb.
//!
//! [`level`] decides by a published access level and the first word of an operation's name, [`http`]
//! by a method and a path.
//!
//! Decisions that the tables rest on:
//! - An operation has one verb. What creates or replaces (`PutObject`, `PutItem`) is `create`; what
//!   replaces a setting (`PutBucketVersioning`) is `update`. Both are in `write`.
//! - What sets something in motion is `trigger` (`InvokeFunction`, `StartInstances`); what stops,
//!   cancels or resumes it is `update`, since the thing existed and still does.
//! - Accepting and rejecting are both `approve`: one right to decide.
//! - A read that returns a secret stays `get`: which secret it is decides how bad that is.
//! - Bulk extraction is `export`, whatever level the vendor gives it, and never in `read`.
//! - Tags are `update`, also where they decide access (ABAC): the levels do not say where.
//! - What hands out another identity's credentials, or passes an identity on, is `assume`.

pub mod http;
pub mod level;

/// The portable verbs, in the order in which a type lists them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verb {
    /// Names or entries of a collection.
    List,
    /// One thing, its settings or its content.
    Get,
    /// Bulk extraction.
    Export,
    /// A thing that was not there; also what creates or replaces.
    Create,
    /// A thing that was there.
    Update,
    /// Removal.
    Delete,
    /// A decision on what somebody asked for.
    Approve,
    /// Something set in motion.
    Trigger,
    /// Permissions, policy or security settings.
    Administer,
    /// Becoming an identity, or passing one on.
    Assume,
}

impl Verb {
    /// All of them, in order.
    pub const ALL: [Verb; 10] = [
        Verb::List,
        Verb::Get,
        Verb::Export,
        Verb::Create,
        Verb::Update,
        Verb::Delete,
        Verb::Approve,
        Verb::Trigger,
        Verb::Administer,
        Verb::Assume,
    ];

    /// The word of the language.
    pub fn word(self) -> &'static str {
        match self {
            Verb::List => "list",
            Verb::Get => "get",
            Verb::Export => "export",
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Delete => "delete",
            Verb::Approve => "approve",
            Verb::Trigger => "trigger",
            Verb::Administer => "administer",
            Verb::Assume => "assume",
        }
    }

    /// The verb of that word.
    pub fn of_word(word: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|verb| verb.word() == word)
    }
}
