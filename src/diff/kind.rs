//! The kinds of changes: one name, one line of what it is looked for, one pair of examples each
//! (`tests/cases/diff/NAME/`).

use super::Direction;

/// A kind of change.
#[derive(PartialEq, Eq, Debug)]
pub struct Kind {
    /// The kebab-case name: folder of examples and SARIF id.
    pub name: &'static str,
    /// The word in the JSON contract, which several kinds share.
    pub word: &'static str,
    /// What is checked, as a sentence that begins with `Checks that`.
    pub checks: &'static str,
}

/// The kinds that one aspect of a project changes by: for the worse, for the better, and neither.
#[derive(PartialEq, Eq, Debug)]
pub struct Aspect {
    /// More authority, or less care.
    pub worse: &'static Kind,
    /// Less authority, or more care.
    pub better: &'static Kind,
    /// Something else.
    pub other: &'static Kind,
}

impl Aspect {
    /// The kind of a change in that direction.
    pub fn toward(&self, direction: Direction) -> &'static Kind {
        match direction {
            Direction::Widens => self.worse,
            Direction::Narrows => self.better,
            Direction::Neutral => self.other,
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $word:literal, $checks:literal;)*) => {
        $($(#[$doc])* pub static $id: Kind = Kind { name: $name, word: $word, checks: $checks };)*
        /// Every kind, by what it is about.
        pub static KINDS: &[&Kind] = &[$(&$id),*];
    };
}

kinds! {
    /// Somebody new.
    ADDED = "added", "added",
        "Checks that whoever is new is seen, with everything that it may do.";
    /// Somebody gone.
    REMOVED = "removed", "removed",
        "Checks that whoever goes is seen to go, with everything that it could do.";
    /// Another name.
    RENAMED = "renamed", "renamed",
        "Checks that a new name for the same authority is told apart from new authority.";
    /// More may be done.
    AUTHORITY_WIDENED = "authority-widened", "authority",
        "Checks that nobody may do more, on more, under fewer conditions or for longer unseen.";
    /// Less may be done.
    AUTHORITY_NARROWED = "authority-narrowed", "authority",
        "Checks that authority that goes is seen to go.";
    /// A coarser unit gives more.
    EXCESS_GROWN = "excess-grown", "excess",
        "Checks that what a vendor's coarser unit gives beyond what is declared is seen.";
    /// A finer unit gives less.
    EXCESS_SHRUNK = "excess-shrunk", "excess",
        "Checks that excess that goes is seen to go.";
    /// A new way to somebody else's authority.
    PATH_OPENED = "path-opened", "path",
        "Checks that no change opens a way to somebody else's authority unseen.";
    /// A way that is no more.
    PATH_CLOSED = "path-closed", "path",
        "Checks that a way that is closed is seen to be closed.";
    /// Less is forbidden.
    PROHIBITION_WEAKENED = "prohibition-weakened", "prohibition",
        "Checks that what must never be done stays forbidden.";
    /// More is forbidden.
    PROHIBITION_STRENGTHENED = "prohibition-strengthened", "prohibition",
        "Checks that a new prohibition is seen.";
    /// More are trusted.
    TRUST_LOOSENED = "trust-loosened", "trust",
        "Checks that nobody is trusted, depended on or let in unseen.";
    /// Fewer are trusted.
    TRUST_TIGHTENED = "trust-tightened", "trust",
        "Checks that trust that ends is seen to end.";
    /// Something else about whom it depends on.
    TRUST_CHANGED = "trust-changed", "trust",
        "Checks that a move to another identity, store or host is seen.";
    /// Less care.
    GOVERNANCE_WEAKENED = "governance-weakened", "governance",
        "Checks that ownership, expiry, review, rotation, revocation and monitoring do not slacken unseen.";
    /// More care.
    GOVERNANCE_STRENGTHENED = "governance-strengthened", "governance",
        "Checks that what governs somebody better is seen.";
    /// Other words of the same care.
    GOVERNANCE_CHANGED = "governance-changed", "governance",
        "Checks that a new owner, reviewer or runbook is seen.";
    /// A guard forbids less.
    GUARD_WEAKENED = "guard-weakened", "guard",
        "Checks that no guard goes, forbids less or spares more unseen.";
    /// A guard forbids more.
    GUARD_STRENGTHENED = "guard-strengthened", "guard",
        "Checks that a stricter guard is seen.";
    /// A guard forbids something else.
    GUARD_CHANGED = "guard-changed", "guard",
        "Checks that a guard that now forbids something else is seen.";
    /// A test shows less.
    TEST_WEAKENED = "test-weakened", "test",
        "Checks that no test goes or shows less unseen.";
    /// A test shows more.
    TEST_STRENGTHENED = "test-strengthened", "test",
        "Checks that a new test is seen.";
    /// More is excused.
    EXCEPTION_WIDENED = "exception-widened", "exception",
        "Checks that no finding is excused, for more or for longer, unseen.";
    /// Less is excused.
    EXCEPTION_NARROWED = "exception-narrowed", "exception",
        "Checks that an exception that ends is seen to end.";
    /// Something is excused otherwise.
    EXCEPTION_CHANGED = "exception-changed", "exception",
        "Checks that another reason or another team behind an exception is seen.";
    /// What the vendor offers makes a clause mean more.
    CATALOGUE_WIDENED = "catalogue-widened", "catalogue",
        "Checks that an update of what a vendor offers gives nobody more unseen.";
    /// What the vendor offers makes a clause mean less.
    CATALOGUE_NARROWED = "catalogue-narrowed", "catalogue",
        "Checks that an update of what a vendor offers takes nothing away unseen.";
    /// A vendor's file says something else.
    CATALOGUE_CHANGED = "catalogue-changed", "catalogue",
        "Checks that a change in the project's own vendor files is seen.";
}

/// What may be done.
pub static AUTHORITY: Aspect = Aspect {
    worse: &AUTHORITY_WIDENED,
    better: &AUTHORITY_NARROWED,
    other: &TRUST_CHANGED,
};
/// What coarser units give.
pub static EXCESS: Aspect = Aspect {
    worse: &EXCESS_GROWN,
    better: &EXCESS_SHRUNK,
    other: &CATALOGUE_CHANGED,
};
/// Ways to others.
pub static PATH: Aspect = Aspect {
    worse: &PATH_OPENED,
    better: &PATH_CLOSED,
    other: &TRUST_CHANGED,
};
/// What must never be done.
pub static PROHIBITION: Aspect = Aspect {
    worse: &PROHIBITION_WEAKENED,
    better: &PROHIBITION_STRENGTHENED,
    other: &GOVERNANCE_CHANGED,
};
/// Whom it depends on.
pub static TRUST: Aspect = Aspect {
    worse: &TRUST_LOOSENED,
    better: &TRUST_TIGHTENED,
    other: &TRUST_CHANGED,
};
/// How it is cared for.
pub static GOVERNANCE: Aspect = Aspect {
    worse: &GOVERNANCE_WEAKENED,
    better: &GOVERNANCE_STRENGTHENED,
    other: &GOVERNANCE_CHANGED,
};
/// Rules over everybody.
pub static GUARD: Aspect = Aspect {
    worse: &GUARD_WEAKENED,
    better: &GUARD_STRENGTHENED,
    other: &GUARD_CHANGED,
};
/// Assertions.
pub static TEST: Aspect = Aspect {
    worse: &TEST_WEAKENED,
    better: &TEST_STRENGTHENED,
    other: &RENAMED,
};
/// What is excused.
pub static EXCEPTION: Aspect = Aspect {
    worse: &EXCEPTION_WIDENED,
    better: &EXCEPTION_NARROWED,
    other: &EXCEPTION_CHANGED,
};
/// What vendors offer.
pub static CATALOGUE: Aspect = Aspect {
    worse: &CATALOGUE_WIDENED,
    better: &CATALOGUE_NARROWED,
    other: &CATALOGUE_CHANGED,
};
