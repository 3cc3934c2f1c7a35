//! What a predicate comes to for one integration, and what that rests on.

use crate::source::Span;

/// What a predicate comes to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// It holds.
    Met,
    /// It holds with a remainder that is named.
    Partly,
    /// It does not hold.
    Failed,
    /// It would take a fact that nobody stated, or rests on what nobody knows.
    Unknown,
    /// No clause of the language speaks of it.
    Silent,
    /// It does not concern such an integration.
    Inapplicable,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 6] = [
        Outcome::Met,
        Outcome::Partly,
        Outcome::Failed,
        Outcome::Unknown,
        Outcome::Silent,
        Outcome::Inapplicable,
    ];

    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Met => "met",
            Outcome::Partly => "partly",
            Outcome::Failed => "failed",
            Outcome::Unknown => "unknown",
            Outcome::Silent => "silent",
            Outcome::Inapplicable => "inapplicable",
        }
    }
}

/// What an answer rests on. Places are those of the project, never of the standard library.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// A clause of the integration, by its number.
    Clause(usize),
    /// A line that is no clause of the integration: a fact, a system, a team, a setting.
    Line(Line, Span),
    /// What the compiler found, by its number among the diagnostics.
    Finding(usize),
}

/// What a line that is no clause is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Line {
    /// A `reviewed` or `rotated` line.
    Fact,
    /// A system's declaration.
    System,
    /// A team's declaration.
    Team,
    /// A principal's declaration.
    Principal,
    /// The integration's own declaration.
    Integration,
    /// A line of `scope.toml`.
    Setting,
}

impl Line {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Line::Fact => "fact",
            Line::System => "system",
            Line::Team => "team",
            Line::Principal => "principal",
            Line::Integration => "integration",
            Line::Setting => "setting",
        }
    }
}

/// What a predicate comes to for one integration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// What it comes to.
    pub outcome: Outcome,
    /// Why, as one or several full sentences.
    pub why: String,
    /// What that rests on, the most telling first.
    pub evidence: Vec<Evidence>,
}

impl Answer {
    fn new(outcome: Outcome, why: impl Into<String>) -> Self {
        Self {
            outcome,
            why: why.into(),
            evidence: Vec::new(),
        }
    }

    /// It holds.
    pub fn met(why: impl Into<String>) -> Self {
        Self::new(Outcome::Met, why)
    }

    /// It holds but for a remainder.
    pub fn partly(why: impl Into<String>) -> Self {
        Self::new(Outcome::Partly, why)
    }

    /// It does not hold.
    pub fn failed(why: impl Into<String>) -> Self {
        Self::new(Outcome::Failed, why)
    }

    /// Nobody said enough to tell.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::new(Outcome::Unknown, why)
    }

    /// The language has no word for it.
    pub fn silent(why: impl Into<String>) -> Self {
        Self::new(Outcome::Silent, why)
    }

    /// It does not concern the integration.
    pub fn inapplicable(why: impl Into<String>) -> Self {
        Self::new(Outcome::Inapplicable, why)
    }

    /// Adds what it rests on.
    #[must_use]
    pub fn on(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}
