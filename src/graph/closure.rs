//! Who controls what, for everybody at once.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::DelegationGraph;
use super::engine::Verdict;
use super::node::{Node, NodeId};
use super::rows::Rows;
use crate::model::PartyId;

/// For every party, the stops that it reaches.
#[derive(Clone, Debug)]
pub struct Closure {
    rows: Rows,
}

impl Closure {
    /// Searches from every party.
    pub(super) fn of(graph: &DelegationGraph) -> Self {
        let mut sources: Vec<(PartyId, u32)> = graph
            .nodes()
            .filter_map(|(id, node)| match node {
                Node::Party(party) => Some((*party, id.0)),
                _ => None,
            })
            .collect();
        sources.sort_unstable();
        let sources: Vec<u32> = sources.into_iter().map(|(_, node)| node).collect();
        Closure {
            rows: Rows::of(graph.engine(), &sources, |node| graph.is_stop(NodeId(node))),
        }
    }

    /// The stops that a party reaches, sorted by node.
    pub fn of_party(&self, party: PartyId) -> Vec<(NodeId, Verdict)> {
        self.rows
            .row(party.index())
            .into_iter()
            .map(|(node, verdict)| (NodeId(node), verdict))
            .collect()
    }

    /// The verdict on one stop.
    pub fn verdict(&self, party: PartyId, node: NodeId) -> Option<Verdict> {
        self.rows.verdict(party.index(), node.0)
    }

    /// How many pairs of a party and a stop there are.
    pub fn pairs(&self) -> usize {
        self.rows.pairs()
    }
}
