//! Who controls what, for everybody at once.

use super::DelegationGraph;
use super::engine::{Scratch, Verdict};
use super::node::NodeId;
use crate::model::PartyId;

/// For every party, the stops that it reaches: sorted by node, each with the verdict.
#[derive(Clone, Default, Debug)]
pub struct Closure {
    rows: Vec<Vec<(NodeId, Verdict)>>,
}

impl Closure {
    /// Searches from every party.
    pub(super) fn of(graph: &DelegationGraph) -> Self {
        let mut scratch = Scratch::default();
        let mut rows = Vec::new();
        for (id, node) in graph.nodes() {
            let super::Node::Party(party) = node else {
                continue;
            };
            scratch.search(graph.engine(), &[id.0], Verdict::Blocked, |_| false);
            let mut row: Vec<(NodeId, Verdict)> = scratch
                .found()
                .iter()
                .map(|&node| NodeId(node))
                .filter(|&node| graph.is_stop(node))
                .filter_map(|node| Some((node, scratch.derivation(node.0)?.0)))
                .collect();
            row.sort_unstable();
            if rows.len() <= party.index() {
                rows.resize(party.index() + 1, Vec::new());
            }
            rows[party.index()] = row;
        }
        Closure { rows }
    }

    /// The stops that a party reaches, sorted by node.
    pub fn of_party(&self, party: PartyId) -> &[(NodeId, Verdict)] {
        self.rows.get(party.index()).map_or(&[], |row| row)
    }

    /// The verdict on one stop.
    pub fn verdict(&self, party: PartyId, node: NodeId) -> Option<Verdict> {
        let row = self.of_party(party);
        let at = row.binary_search_by_key(&node, |(node, _)| *node).ok()?;
        Some(row[at].1)
    }
}
