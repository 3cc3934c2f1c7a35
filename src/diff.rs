//! What a change adds to anybody's authority and what it takes away: two compilations compared by
//! what they mean, never by how they are written.
//!
//! Every statement of either side is in one of two forms: authority is a set, whose difference is
//! exact ([`crate::authority`]); anything else is a fact with a canonical text, of which there are as
//! many as there are clauses. What both sides have is the same, whatever its place, order or
//! layout; what only one has is a [`Change`]. So no change is lost.

pub mod approval;
mod authority;
mod beside;
mod compare;
pub mod compared;
mod draft;
mod gain;
mod gather;
pub mod github;
pub mod human;
pub mod json;
pub mod kind;
mod known;
pub mod markdown;
pub mod owner;
mod pair;
pub mod risk;
mod route;
pub mod sarif;
mod space;
mod statement;

pub use beside::Beside;
pub use compare::{diff, diff_beside};
pub use kind::Kind;

use crate::question::Hop;

/// The version of the contract.
pub const VERSION: u32 = 1;

/// What a change does to authority.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Direction {
    /// Somebody can do more, or less is forbidden.
    Widens,
    /// Somebody can do less, or more is forbidden.
    Narrows,
    /// Authority stays as it is.
    Neutral,
}

impl Direction {
    /// The word in the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Direction::Widens => "widens",
            Direction::Narrows => "narrows",
            Direction::Neutral => "neutral",
        }
    }

    /// The direction of the change the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Direction::Widens => Direction::Narrows,
            Direction::Narrows => Direction::Widens,
            Direction::Neutral => Direction::Neutral,
        }
    }
}

/// What a whole change does to authority.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// Nothing.
    Same,
    /// It only takes away.
    Narrows,
    /// It gives and takes away.
    Mixed,
    /// It only gives.
    Widens,
}

impl Verdict {
    /// The word in the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Narrows => "narrows",
            Verdict::Mixed => "mixed",
            Verdict::Widens => "widens",
        }
    }
}

/// What a change does to how authority is governed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tendency {
    /// Nothing.
    Same,
    /// Less care.
    Weakened,
    /// More care.
    Strengthened,
    /// Both, or neither can be told.
    Mixed,
}

impl Tendency {
    /// The word in the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Tendency::Same => "same",
            Tendency::Weakened => "weakened",
            Tendency::Strengthened => "strengthened",
            Tendency::Mixed => "mixed",
        }
    }
}

/// What a change is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SubjectKind {
    /// An integration.
    Integration,
    /// A principal.
    Principal,
    /// A system, something in it, or the whole project.
    System,
    /// A guard.
    Guard,
    /// A test.
    Test,
    /// A profile: what changes for everybody who takes it in.
    Profile,
}

impl SubjectKind {
    /// The word in the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            SubjectKind::Integration => "integration",
            SubjectKind::Principal => "principal",
            SubjectKind::System => "system",
            SubjectKind::Guard => "guard",
            SubjectKind::Test => "test",
            SubjectKind::Profile => "profile",
        }
    }
}

/// One of the two that are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// What was.
    Base,
    /// What is to be.
    Head,
}

impl Side {
    /// The word in the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Side::Base => "base",
            Side::Head => "head",
        }
    }
}

/// A place in one side's sources, relative to the project; lines and columns from 1, columns in
/// characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Whose sources.
    pub side: Side,
    /// The file, `/`-separated.
    pub file: String,
    /// The first line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
    /// The column after the last.
    pub end_column: u32,
}

/// Something written, in one line, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clause {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub place: Place,
}

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The kind.
    pub kind: &'static Kind,
    /// Whom or what it is about, by the name in the head where there is one.
    pub subject: String,
    /// What that is.
    pub subject_kind: SubjectKind,
    /// What it does to authority.
    pub direction: Direction,
    /// What it does to governance; none where it is about authority.
    pub governance: Option<Tendency>,
    /// Whether it comes by way of others.
    pub lateral: bool,
    /// The portable verbs that come or go, in the language's order; `any` for every operation.
    pub verbs: Vec<&'static str>,
    /// The operations that come or go, qualified (`aws.s3.GetObject`), sorted; at most
    /// [`OPERATIONS`] of them.
    pub operations: Vec<String>,
    /// How many operations there are in all; 0 for every one, future ones included.
    pub operation_count: usize,
    /// On what, as it is written in the language.
    pub resource: Option<String>,
    /// What changes, in a few words that follow the subject's name: `may now delete on …`.
    pub detail: String,
    /// What was written; none for what is new.
    pub before: Option<Clause>,
    /// What is written; none for what is gone.
    pub after: Option<Clause>,
    /// The classes of risk, the worst first: `prod` (the environment of production, by its name),
    /// labels, `org-wide`, `cross-tenant`, `agent`.
    pub risk: Vec<String>,
    /// Everybody to whom it happens, where that is more than the subject: those who take in a
    /// profile, those with authority in a system.
    pub affects: Vec<String>,
    /// Who else gains or loses by it, since they can act as the subject; sorted.
    pub also: Vec<String>,
    /// Of a path, its hops.
    pub path: Vec<Hop>,
    /// What the change is known by from one run to the next: 12 hexadecimal digits. Changes that
    /// are one statement of several verbs share it.
    pub fingerprint: String,
    /// The place in the head to point at, be it what stands around what is gone.
    pub anchor: Option<Place>,
    /// The team that owns the subject.
    pub owner: Option<String>,
    /// The team that reviews the subject: where it was reviewed before, the one that did, for no
    /// change chooses who judges it.
    pub reviewer: Option<String>,
}

/// How many operations a change names.
pub const OPERATIONS: usize = 50;

impl Change {
    /// Where it is: what is written now, else what was.
    pub fn place(&self) -> Option<&Place> {
        let clause = self.after.as_ref().or(self.before.as_ref());
        clause.map(|clause| &clause.place).or(self.anchor.as_ref())
    }

    /// Whether somebody may want to say no to it: it widens, or governance slackens.
    pub fn is_loss(&self) -> bool {
        self.direction == Direction::Widens
            || matches!(self.governance, Some(Tendency::Weakened | Tendency::Mixed))
    }
}

/// A way that is opened or closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    /// From whom.
    pub from: String,
    /// To whom, or to which scope.
    pub to: String,
    /// `proven`, `possible` or `blocked`, on the side that has it.
    pub verdict: &'static str,
    /// What it was before, for a way that only became surer; `none` otherwise.
    pub was: &'static str,
    /// The hops.
    pub path: Vec<Hop>,
    /// Which of them is the new one.
    pub new_hop: usize,
    /// Who else gets where this leads by the same new hop: how many pairs of somebody and
    /// somewhere, this one left out.
    pub more: usize,
    /// Some of them, `FROM → TO`, sorted.
    pub others: Vec<String>,
    /// The fingerprint of its change.
    pub fingerprint: String,
}

/// What is wrong with a line of a file that stands beside the project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// Something that keeps the comparison from being complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// On which side.
    pub side: Side,
    /// The rule of what is wrong there.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// Whom it is about.
    pub subject: Option<String>,
    /// Where.
    pub place: Place,
}

/// Two sides compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diff {
    /// What the change does to authority.
    pub verdict: Verdict,
    /// What it does to governance.
    pub governance: Tendency,
    /// The changes, the worst first.
    pub changes: Vec<Change>,
    /// Ways that are new or surer, the worst first.
    pub opened: Vec<Way>,
    /// Ways that are gone or less sure.
    pub closed: Vec<Way>,
    /// Whether the base's lock was not renewed when its declarations changed, so that what an update
    /// of a catalogue changed is told in part only.
    pub stale_lock: bool,
    /// What could not be understood on either side: of whom it is about, what is said here may
    /// not be all.
    pub gaps: Vec<Gap>,
}
