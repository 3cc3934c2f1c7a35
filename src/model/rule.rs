//! The body of an `allow` or a `never`, resolved.

use super::catalog::TypeId;
use super::thing::Thing;
use super::{ConditionId, TeamId};
use crate::authority::set::Cube;
use crate::authority::time::{Instant, Length};
use crate::authority::verb::VerbSet;
use crate::source::Span;
use std::sync::Arc;

/// The operations of one type that a part speaks of, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slice {
    /// The type that its slots are of; none for one slice over a whole service or tenant.
    pub of: Option<TypeId>,
    /// Operations and addresses. Conditions and time are those of the rule, not in here.
    pub cube: Cube,
    /// The thing it speaks of, down to that type, for targets that print names and not addresses.
    pub thing: Thing,
}

/// One system × resource of a clause.
#[derive(Clone, Debug)]
pub struct Part {
    /// The resource as written.
    pub thing: Thing,
    /// Whether what lies inside counts too.
    pub within: bool,
    /// What it comes to. Shared between integrations that say the same.
    pub slices: Arc<[Slice]>,
    /// What `except` takes out of it.
    pub except: Vec<Thing>,
    /// Whether every operation of the service or tenant is meant, future ones included.
    pub everything: bool,
    /// Whether something in it could not be resolved, so that it may be more than is known.
    pub unknown: bool,
}

/// `with approval by TEAM [for DUR]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// Who approves.
    pub by: TeamId,
    /// For how long; none is a standing approval.
    pub duration: Option<Length>,
    /// Where it stands.
    pub span: Span,
}

/// The body of an `allow` or a `never`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The portable verbs that were written.
    pub verbs: VerbSet,
    /// Whether operations were named besides or instead.
    pub names_operations: bool,
    /// Its parts, one a resource.
    pub parts: Vec<Part>,
    /// All must hold.
    pub conditions: Vec<ConditionId>,
    /// Where `where …` stands.
    pub conditions_span: Option<Span>,
    /// The first instant at which it no longer holds.
    pub until: Option<(Instant, Span)>,
    /// `with approval …`
    pub approval: Option<Approval>,
    /// `fields …`
    pub fields: Vec<Box<str>>,
    /// Where `fields …` stands.
    pub fields_span: Option<Span>,
}
