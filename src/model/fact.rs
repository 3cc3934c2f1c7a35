//! Facts: what is the case, apart from what is declared.

use super::catalog::SlotId;
use super::party::Who;
use super::rule::Slice;
use super::thing::Thing;
use super::{ConditionId, PartyId, SystemId, TeamId};
use crate::authority::time::Date;
use crate::authority::verb::VerbSet;
use crate::source::Span;

/// `reviewed NAME on DATE by TEAM`
#[derive(Clone, Debug)]
pub struct Review {
    /// Who was reviewed.
    pub party: PartyId,
    /// When.
    pub on: Date,
    /// By whom.
    pub by: Option<TeamId>,
    /// Where it stands.
    pub span: Span,
}

/// `rotated NAME [for SYSTEM] on DATE`
#[derive(Clone, Debug)]
pub struct Rotation {
    /// Whose credential.
    pub party: PartyId,
    /// For which system; none means all of its credentials.
    pub system: Option<SystemId>,
    /// When.
    pub on: Date,
    /// Where it stands.
    pub span: Span,
}

/// Facts about one thing.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The thing.
    pub thing: Thing,
    /// The facts, in order.
    pub facts: Vec<Fact>,
    /// Where it stands.
    pub span: Span,
}

/// One fact about a thing.
#[derive(Clone, Debug)]
pub enum Fact {
    /// `labels a, b`
    Labels(Vec<Box<str>>),
    /// `env NAME`
    Env(Box<str>),
    /// `guarded by …`
    Guarded {
        /// The kind of guard.
        by: Box<str>,
        /// The vendor's setting.
        setting: Option<Box<str>>,
        /// Against which verbs, as written.
        against: Vec<Box<str>>,
        /// The portable verbs among them.
        verbs: VerbSet,
        /// The vendor's operations among them, on the thing or inside it, sorted.
        slots: Vec<SlotId>,
        /// Who is not held by it.
        except: Vec<Who>,
        /// Who can take it away.
        lifted_by: Vec<Who>,
        /// Where it stands.
        span: Span,
    },
    /// `admits …`, `refuses …`
    Admits {
        /// Whether it is `refuses`.
        refuses: bool,
        /// Who.
        who: Vec<Who>,
        /// To what, as written.
        verbs: Vec<Box<str>>,
        /// What these come to: operations and addresses, one a type.
        slices: Vec<Slice>,
        /// On which type inside, as written.
        on: Option<Box<str>>,
        /// Whether `within` was written.
        within: bool,
        /// Under which conditions.
        conditions: Vec<ConditionId>,
        /// Where it stands.
        span: Span,
    },
    /// `stores credential of WHO`
    Stores(PartyId, Span),
    /// `attached to WHO`
    AttachedTo(Vec<Who>, Span),
    /// `runs as R`
    RunsAs(Thing),
    /// `runs on R`
    RunsOn(Thing),
    /// `escapes to R by "…"`
    Escapes {
        /// Where to.
        to: Thing,
        /// By what setting.
        by: Box<str>,
        /// Where it stands.
        span: Span,
    },
}
