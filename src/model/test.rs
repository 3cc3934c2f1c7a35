//! Tests: assertions about everybody's effective authority, their names resolved.

use super::PartyId;
use super::party::Who;
use super::rule::Part;
use crate::source::Span;

/// `test "what" { … }`
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows.
    pub name: Box<str>,
    /// The name's place.
    pub span: Span,
    /// Its assertions, in order, unresolved ones included.
    pub assertions: Vec<Assertion>,
    /// Whether all of it could be read.
    pub complete: bool,
}

/// One assertion.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The whole line.
    pub span: Span,
    /// About whom; none where that did not resolve.
    pub who: Option<Who>,
    /// Whether it says `cannot`.
    pub negated: bool,
    /// What it asserts.
    pub kind: AssertionKind,
}

/// What an assertion asserts, or with `cannot` denies.
#[derive(Clone, Debug)]
pub enum AssertionKind {
    /// `can VERBS on R`: every operation on all of every part. `cannot VERBS on R`: no operation
    /// on any of any part.
    Perform {
        /// What, one part a resource.
        parts: Vec<Part>,
        /// Whether what waits for approval is left out.
        without_approval: bool,
    },
    /// `can reach R`, `cannot reach R`
    Reach {
        /// Everything within a resource, one part a resource.
        parts: Vec<Part>,
        /// Integrations and principals, which are reached by acting as them.
        parties: Vec<PartyId>,
        /// Whether what waits for approval is left out.
        without_approval: bool,
    },
    /// `can influence WHO`, `cannot influence WHO`
    Influence(Vec<PartyId>),
    /// `can cause VERBS on R`, `cannot cause VERBS on R`
    Cause(Vec<Part>),
    /// Something in it did not resolve, and a diagnostic says what. It holds for nobody, so that a
    /// misspelt assertion never counts as one that holds.
    Unresolved,
}
