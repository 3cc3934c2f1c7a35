//! `scope.lock`: what every integration comes to, resolved, in a text that a reviewer reads as a
//! diff and that a later run compares itself with.
//!
//! One line a granted cube (whose, in which system, which operations, on what, under which
//! conditions, until when), one a denial, an identity, somebody who may become it. Operations that
//! a verb or a unit stands for are listed once, one a line, under a name that says what they are:
//! an update of the catalogue shows in these lists and nowhere else.
//!
//! [`of`] makes a lock, [`Lock::text`] prints it, [`Lock::parse`] reads it back, and [`compare`]
//! says what of the authority came and went between two.

mod compare;
mod encode;
mod gather;
mod line;
mod name;
mod read;
mod token;

use crate::authority::time::{Instant, Length};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use compare::{Direction, LockChange, compare};
pub use gather::of;
pub use read::LockError;

/// The file's name, at the project's root.
pub const FILE: &str = "scope.lock";

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// The first line: what the file is and how it is renewed.
const HEADER: &str = "# The authority of everybody, resolved. `scopec lock` writes this file anew: review what changes, edit nothing.";

/// Whether somebody is an integration or another principal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SubjectKind {
    /// An integration: what it is granted.
    Integration,
    /// A principal: what it is declared to hold, since nothing is granted here.
    Principal,
}

impl SubjectKind {
    /// The word at the beginning of a line.
    pub fn word(self) -> &'static str {
        match self {
            SubjectKind::Integration => "integration",
            SubjectKind::Principal => "principal",
        }
    }
}

/// What a cube does.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Effect {
    /// It is granted.
    Grant,
    /// It is denied, whatever is granted.
    Deny,
    /// It is the most that may be held.
    Bound,
    /// It is outside of the most that may be held.
    BoundDeny,
    /// It is granted, or denied, while an approval lasts.
    Gated {
        /// The team that approves.
        by: String,
        /// For how long; none is a standing approval.
        duration: Option<Length>,
        /// Whether it is denied. Denials of a gate stand here only where they are not those that
        /// always hold, and then they stand in the place of these.
        denied: bool,
    },
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effect::Grant => f.write_str("grant"),
            Effect::Deny => f.write_str("deny"),
            Effect::Bound => f.write_str("bound grant"),
            Effect::BoundDeny => f.write_str("bound deny"),
            Effect::Gated {
                by,
                duration,
                denied,
            } => {
                write!(f, "gated by {by}")?;
                if let Some(duration) = duration {
                    write!(f, " for {duration}")?;
                }
                f.write_str(if *denied { " deny" } else { " grant" })
            }
        }
    }
}

/// The operations of a line: whatever is in its lists or named besides, but for what is left out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Operations {
    /// Names of lists in [`Lock::lists`].
    pub lists: BTreeSet<String>,
    /// Operations named besides, qualified: `aws.s3.GetObject`; `aws.*` is everything that the
    /// vendor has, and `aws.s3.*` all of a service, what no catalogue knows yet included.
    pub named: BTreeSet<String>,
    /// Operations of the lists that are left out.
    pub but: BTreeSet<String>,
}

/// Operations on something, under conditions, until an instant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cube {
    /// What it does.
    pub effect: Effect,
    /// The operations.
    pub operations: Operations,
    /// Whether all that lies inside counts, each operation on what it acts on there.
    pub within: bool,
    /// The resource as it is written in the language.
    pub resource: String,
    /// What is left out of it, as it is written in the language.
    pub except: BTreeSet<String>,
    /// The fields that it is limited to.
    pub fields: BTreeSet<String>,
    /// Conditions as they are written in the language; all must hold.
    pub conditions: BTreeSet<String>,
    /// The first instant at which it no longer holds.
    pub until: Option<Instant>,
}

/// One thing that is said of somebody in one tenant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fact {
    /// As what it acts there.
    Identity {
        /// The identity; none for the token that a platform gives a workflow.
        identity: Option<String>,
        /// Whoever holds this one is that identity.
        from: Option<String>,
    },
    /// It acts there as the identity of another, where the grants stand.
    Shared {
        /// The other one's name.
        with: String,
    },
    /// Somebody who may become the identity.
    Trusts {
        /// Who, as it is written in the language.
        who: String,
        /// Conditions as they are written in the language; all must hold.
        conditions: BTreeSet<String>,
    },
    /// What it may or may not do.
    Cube(Cube),
    /// What a unit gives beyond what is declared. The grants of units hold it already.
    Excess {
        /// The unit, or what else is coarser than the declaration.
        unit: String,
        /// The operations.
        operations: Operations,
    },
}

/// One line about somebody.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Line {
    /// What the somebody is.
    pub kind: SubjectKind,
    /// The name.
    pub subject: String,
    /// The system, with its tenant where it has several: `customers("contoso")`.
    pub system: String,
    /// What is said.
    pub fact: Fact,
}

/// The resolved authority of a project.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Lock {
    /// What is said of everybody.
    pub lines: BTreeSet<Line>,
    /// Lists of operations by name: `aws.s3.object:get`, `slack:"chat:write"`.
    pub lists: BTreeMap<String, BTreeSet<String>>,
    /// The tenant behind every system that a line names, and its settings.
    pub systems: BTreeMap<String, String>,
}

impl Lock {
    /// The lock as text: a comment, the version, then every line, sorted bytewise, each with its
    /// line end. Equal locks have equal texts.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = self.lines.iter().map(line::text).collect();
        for (name, operations) in &self.lists {
            if operations.is_empty() {
                lines.push(format!("list {name}"));
            }
            for operation in operations {
                lines.push(format!("list {name} {}", token::operation(operation)));
            }
        }
        for (name, what) in &self.systems {
            lines.push(format!("system {name} {what}"));
        }
        lines.sort_unstable();
        lines.dedup();
        let mut text = format!("{HEADER}\nversion {VERSION}\n");
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// Reads a lock. Lines may come in any order, and empty lines and comments do not count, nor
    /// does a carriage return at the end of a line.
    ///
    /// # Errors
    /// Every line that says nothing, with what is wrong: marks of a merge, another version, a list
    /// that is named and not there. A lock with an error is not read at all, since nothing may be
    /// concluded from what it does not say.
    pub fn parse(text: &str) -> Result<Self, Vec<LockError>> {
        read::read(text)
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}
