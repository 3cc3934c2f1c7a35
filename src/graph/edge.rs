//! What leads from node to node, and why.

use super::engine::{Clause, Engine, Verdict};
use super::node::NodeId;
use crate::model::catalog::SlotId;
use crate::source::Span;

/// What an edge gives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// To act with all of the other's granted authority.
    Controls,
    /// To make the other act, by the other's own logic.
    Influences,
}

impl Kind {
    /// The word in the JSON contracts.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Controls => "controls",
            Kind::Influences => "influences",
        }
    }
}

/// Why there is an edge.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// The party acts as the identity.
    ActsAs,
    /// Whoever holds the one identity is the other (`identity … from …`).
    From,
    /// `operator`
    Operator,
    /// `inherits all from`
    Inherit,
    /// `member of`
    Member,
    /// Everybody is somebody.
    Anybody,
    /// `runs from`
    RunsFrom,
    /// `runs on`
    RunsOn,
    /// What the host acts as.
    RunsAs,
    /// `credential … in`, `stores credential of`
    Stores,
    /// `escapes to … by …`
    Escapes(Box<str>),
    /// What lies inside is had with what is around it.
    Contains,
    /// `trusts`
    Trusts,
    /// It holds what a rule asks for.
    Holds {
        /// The rule, in [`super::DelegationGraph::rules`].
        rule: u32,
        /// The operation that it holds, of those that would do.
        slot: SlotId,
        /// All that it holds of what is asked for, in words: an index into
        /// [`super::DelegationGraph::texts`].
        what: u32,
    },
    /// A rule's conclusion.
    Rule(u32),
    /// Whoever can grant itself anything has what lies inside.
    Elevated,
    /// `triggered by`
    TriggeredBy,
    /// It writes what the other reads.
    Content,
    /// A guard leaves it out, or it can take the guard away.
    Passes,
    /// It holds what a question asks about.
    Authority {
        /// An operation that it holds there.
        slot: SlotId,
        /// How many others it holds there.
        more: u32,
        /// Where, in words: an index into [`super::DelegationGraph::texts`].
        on: u32,
    },
}

impl Reason {
    /// The kind of edge, as people and other programs are told it.
    pub fn word(&self, rules: &[crate::model::control::Control]) -> &'static str {
        use crate::model::control::{Gives, Hold};
        match self {
            Reason::ActsAs | Reason::From | Reason::RunsAs => "identity",
            Reason::Operator => "operator",
            Reason::Inherit | Reason::Member => "inherit",
            Reason::Anybody => "anyone",
            Reason::RunsFrom | Reason::Contains => "code",
            Reason::RunsOn | Reason::Escapes(_) => "host",
            Reason::Stores => "secret",
            Reason::Trusts => "trust",
            Reason::Elevated => "admin",
            Reason::TriggeredBy => "trigger",
            Reason::Content => "content",
            Reason::Passes => "lift",
            Reason::Authority { .. } => "authority",
            Reason::Holds { rule, .. } | Reason::Rule(rule) => match &rules[*rule as usize].gives {
                Gives::Admin { .. } => "admin",
                Gives::Lift { .. } => "lift",
                Gives::Trigger => "trigger",
                Gives::Write => "content",
                Gives::Pass => "escalation",
                Gives::Bound { hold, .. } | Gives::Nearest(hold) | Gives::Within { hold, .. } => {
                    match hold {
                        Hold::Identity => "escalation",
                        Hold::Host => "host",
                        Hold::Code => "code",
                        Hold::Credential => "secret",
                    }
                }
            },
        }
    }
}

/// Whoever has all premises has `to`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
    /// What is asked for; the first is where a drawing begins.
    pub premises: Box<[NodeId]>,
    /// What is had then.
    pub to: NodeId,
    /// Control or influence.
    pub kind: Kind,
    /// What it rests on.
    pub verdict: Verdict,
    /// Whether it counts as a step.
    pub step: bool,
    /// Why.
    pub reason: Reason,
    /// Where the declaration behind it stands.
    pub span: Span,
    /// What nobody said, as indices into [`super::DelegationGraph::texts`].
    pub unknown: Box<[u32]>,
    /// The guards in the way, as indices into [`super::DelegationGraph::guards`]: only of a
    /// blocked edge.
    pub guards: Box<[u32]>,
}

/// The clauses of control, and all clauses, each numbered as its edge is.
pub(super) fn engines(nodes: usize, edges: &[Edge]) -> (Engine, Engine) {
    // Among those of control, a clause of influence stays in its place for the numbers' sake, but
    // follows from nothing but its own conclusion.
    let clause = |edge: &Edge, whole: bool| Clause {
        premises: if whole || edge.kind == Kind::Controls {
            edge.premises.iter().map(|premise| premise.0).collect()
        } else {
            Box::new([edge.to.0])
        },
        to: edge.to.0,
        verdict: edge.verdict,
        step: edge.step,
    };
    (
        Engine::new(nodes, edges.iter().map(|edge| clause(edge, false))),
        Engine::new(nodes, edges.iter().map(|edge| clause(edge, true))),
    )
}
