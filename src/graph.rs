//! The delegation graph: who can really become whom, run what, read which secret.
//!
//! Edges come from *granted* authority, since that is what an intruder gets. Which authority turns
//! into what is data of the standard library ([`crate::model::control`]); nothing in here knows
//! a vendor.

mod ability;
mod closure;
mod connect;
mod cut;
mod edge;
mod engine;
mod holding;
mod node;
mod path;
mod reach;
mod rows;
mod rule;
mod target;
mod text;

pub use ability::{Ability, Doubt, Region, Wanted};
pub use closure::Closure;
pub use cut::Cut;
pub use edge::{Edge, Kind, Reason};
pub use engine::{Clause, Engine, SEED, Scratch, Verdict};
pub use holding::{Bound, Holding, Piece, Slots, gives};
pub use node::{EdgeId, Node, NodeId, Place};
pub use path::{Answer, Hop};
pub use reach::{Derivation, Held, Reach, Via};
pub use rows::Rows;
pub use target::{Target, lacking};

use crate::authority::verb::VerbSet;
use crate::grant::Granted;
use crate::model::catalog::SlotId;
use crate::model::control::Control;
use crate::model::{Model, PartyId};
use crate::source::Span;
use node::Nodes;
use std::sync::OnceLock;

/// Something that keeps authority from being used: a fact about a resource, an approval, a
/// boundary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guard {
    /// `branch-protection`, `approval` …
    pub kind: Box<str>,
    /// The vendor's setting, or the team.
    pub setting: Option<Box<str>>,
    /// On what.
    pub place: Place,
    /// Against which verbs.
    pub against: VerbSet,
    /// Against which operations besides.
    pub operations: Vec<SlotId>,
    /// Where it is written.
    pub span: Span,
}

/// Who can reach what.
#[derive(Clone, Debug)]
pub struct DelegationGraph {
    nodes: Nodes,
    edges: Vec<Edge>,
    /// The control rules that edges name: the catalogue's, then those derived from `hosts` lines.
    pub rules: Vec<Control>,
    /// The guards that edges name.
    pub guards: Vec<Guard>,
    /// What nobody said, each once.
    pub texts: Vec<Box<str>>,
    controls: Engine,
    influences: Engine,
    closure: OnceLock<Closure>,
}

/// Builds the graph. Nodes and edges are in an order that follows the source.
pub fn connect(model: &Model, granted: &Granted) -> DelegationGraph {
    connect::connect(model, granted)
}

impl DelegationGraph {
    /// Every node with its id.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0u32..).map(NodeId).zip(&self.nodes.list)
    }

    /// Every edge with its id.
    pub fn edges(&self) -> impl Iterator<Item = (EdgeId, &Edge)> {
        (0u32..).map(EdgeId).zip(&self.edges)
    }

    /// The node of that id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes.list[id.index()]
    }

    /// The edge of that id.
    pub fn edge(&self, id: EdgeId) -> &Edge {
        &self.edges[id.index()]
    }

    /// The node that stands for it, if there is one.
    pub fn find(&self, node: &Node) -> Option<NodeId> {
        self.nodes.find(node)
    }

    /// The node of a party.
    ///
    /// # Panics
    /// If the party is of another model: every party of the graph's own has a node.
    pub fn party(&self, id: PartyId) -> NodeId {
        self.nodes
            .find(&Node::Party(id))
            .expect("every party has a node")
    }

    /// The clauses of control, one an edge of kind [`Kind::Controls`] and numbered as the edges
    /// are; the others are left without a premise that anybody has.
    pub fn engine(&self) -> &Engine {
        &self.controls
    }

    /// All clauses, those of influence included.
    pub fn influence_engine(&self) -> &Engine {
        &self.influences
    }

    /// Who controls what, for every party at once; computed when first asked for.
    pub fn closure(&self) -> &Closure {
        self.closure.get_or_init(|| Closure::of(self))
    }
}
