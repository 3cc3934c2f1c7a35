//! What to cut: the fewest clauses without which there is no path.

use super::DelegationGraph;
use super::edge::Reason;
use super::engine::Verdict;
use super::node::{EdgeId, NodeId};
use crate::source::Span;
use petgraph::algo::ford_fulkerson;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// More than any cut: what cannot be taken away.
const NEVER: u32 = 1_000_000;

/// One clause to take away, and the edges that go with it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cut {
    /// Where the clause stands.
    pub span: Span,
    /// The edges that rest on it.
    pub edges: Vec<EdgeId>,
}

impl DelegationGraph {
    /// The cheapest set of clauses whose removal leaves no path of control, proven or possible,
    /// from some nodes to any of others; none when no set does it. Taking away a grant or a trust
    /// is cheaper than taking away what a declaration says of where things run and are kept.
    ///
    /// The cut is least where every edge has one premise (maximum flow, minimum cut); with
    /// conjunctions it is one from which no clause can be spared.
    pub fn cut(&self, from: &[NodeId], to: &[NodeId]) -> Option<Vec<Cut>> {
        let reach = self.reach(from, false);
        let open = |node: NodeId| {
            reach
                .verdict(node)
                .is_some_and(|verdict| verdict < Verdict::Blocked)
        };
        if !to.iter().any(|&node| open(node)) {
            return Some(Vec::new());
        }
        let mut flow: DiGraph<Option<Span>, u32> = DiGraph::new();
        let source = flow.add_node(None);
        let sink = flow.add_node(None);
        let mut nodes: HashMap<NodeId, NodeIndex> = HashMap::new();
        for &node in reach.nodes() {
            if open(node) {
                nodes.insert(node, flow.add_node(None));
            }
        }
        for node in from {
            if let Some(&at) = nodes.get(node) {
                flow.add_edge(source, at, NEVER);
            }
        }
        for node in to {
            if let Some(&at) = nodes.get(node) {
                flow.add_edge(at, sink, NEVER);
            }
        }
        // One clause may make many edges: they leave through one gate.
        let mut gates: BTreeMap<Span, (NodeIndex, NodeIndex)> = BTreeMap::new();
        let mut by_span: BTreeMap<Span, Vec<EdgeId>> = BTreeMap::new();
        for (id, edge) in self.edges() {
            if edge.verdict == Verdict::Blocked
                || edge.kind != super::Kind::Controls
                || !edge.premises.iter().all(|&premise| open(premise))
            {
                continue;
            }
            let Some(&head) = nodes.get(&edge.to) else {
                continue;
            };
            let cost = cost(&edge.reason, edge.span);
            for premise in &edge.premises {
                let tail = nodes[premise];
                if cost >= NEVER {
                    flow.add_edge(tail, head, NEVER);
                    continue;
                }
                by_span.entry(edge.span).or_default().push(id);
                let (enter, leave) = *gates.entry(edge.span).or_insert_with(|| {
                    let enter = flow.add_node(None);
                    let leave = flow.add_node(Some(edge.span));
                    flow.add_edge(enter, leave, cost);
                    (enter, leave)
                });
                // A clause's edges share its gate, so what enters by one may seem to leave by
                // another: that only makes the cut larger, and superfluous clauses are spared below.
                flow.add_edge(tail, enter, NEVER);
                flow.add_edge(leave, head, NEVER);
            }
        }
        let (total, flows) = ford_fulkerson(&flow, source, sink);
        let mut seen = vec![false; flow.node_count()];
        let mut queue = VecDeque::from([source]);
        seen[source.index()] = true;
        while let Some(at) = queue.pop_front() {
            for edge in flow.edges(at) {
                if flows[edge.id().index()] < *edge.weight() && !seen[edge.target().index()] {
                    seen[edge.target().index()] = true;
                    queue.push_back(edge.target());
                }
            }
            for edge in flow.edges_directed(at, petgraph::Direction::Incoming) {
                if flows[edge.id().index()] > 0 && !seen[edge.source().index()] {
                    seen[edge.source().index()] = true;
                    queue.push_back(edge.source());
                }
            }
        }
        let mut cuts: Vec<Span> = gates
            .iter()
            .filter(|(_, (enter, leave))| seen[enter.index()] && !seen[leave.index()])
            .map(|(&span, _)| span)
            .collect();
        let closes = |cuts: &[Span]| {
            let closed: BTreeSet<EdgeId> = cuts
                .iter()
                .flat_map(|span| by_span[span].iter().copied())
                .collect();
            let reach = self.reach_without(from, false, &closed);
            to.iter().all(|&node| {
                reach
                    .verdict(node)
                    .is_none_or(|verdict| verdict == Verdict::Blocked)
            })
        };
        // Where a conjunction rests on what cannot be taken away as well as on what can, no flow
        // through all of its premises is finite.
        if total >= NEVER || !closes(&cuts) {
            cuts = self.cut_by_paths(from, to, &by_span)?;
        }
        let mut index = 0;
        while index < cuts.len() {
            let mut fewer = cuts.clone();
            fewer.remove(index);
            if closes(&fewer) {
                cuts = fewer;
            } else {
                index += 1;
            }
        }
        Some(
            cuts.into_iter()
                .map(|span| Cut {
                    span,
                    edges: by_span[&span].clone(),
                })
                .collect(),
        )
    }
}

impl DelegationGraph {
    /// Clauses that leave no path: the cheapest on the best path, and again on what is left.
    fn cut_by_paths(
        &self,
        from: &[NodeId],
        to: &[NodeId],
        by_span: &BTreeMap<Span, Vec<EdgeId>>,
    ) -> Option<Vec<Span>> {
        let mut cuts = Vec::new();
        let mut closed: BTreeSet<EdgeId> = BTreeSet::new();
        loop {
            let reach = self.reach_without(from, false, &closed);
            let end = self.best(&reach, to);
            let open = end.filter(|&node| reach.verdict(node) < Some(Verdict::Blocked));
            let Some(end) = open else {
                return Some(cuts);
            };
            let edges = self.derivation_edges(&reach, end);
            let cheapest = edges
                .into_iter()
                .map(|id| self.edge(id))
                .filter(|edge| cost(&edge.reason, edge.span) < NEVER)
                .min_by_key(|edge| cost(&edge.reason, edge.span))?;
            let edges = by_span.get(&cheapest.span)?;
            closed.extend(edges.iter().copied());
            cuts.push(cheapest.span);
        }
    }
}

fn cost(reason: &Reason, span: Span) -> u32 {
    if span == super::connect::NOWHERE {
        return NEVER;
    }
    match reason {
        Reason::Holds { .. }
        | Reason::Authority { .. }
        | Reason::Operator
        | Reason::Inherit
        | Reason::Member => 2,
        Reason::Trusts
        | Reason::From
        | Reason::Escapes(_)
        | Reason::TriggeredBy
        | Reason::Content => 3,
        Reason::Stores | Reason::RunsFrom | Reason::RunsOn | Reason::RunsAs => 5,
        Reason::ActsAs
        | Reason::Anybody
        | Reason::Contains
        | Reason::Rule(_)
        | Reason::Elevated
        | Reason::Passes => NEVER,
    }
}
