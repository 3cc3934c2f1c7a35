//! Paths: why somebody has something, hop by hop.

#![allow(
    clippy::similar_names,
    reason = "what is held, how it is held and where from are called so in the documents"
)]

use super::DelegationGraph;
use super::edge::{Kind, Reason};
use super::engine::Verdict;
use super::node::{EdgeId, Node, NodeId};
use super::reach::Reach;
use std::collections::{BTreeSet, HashSet};

/// One hop from somebody to somebody, as people are shown it: what lies between (resources, what
/// rules ask for) is in its edges.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Hop {
    /// From whom.
    pub from: NodeId,
    /// Who else must be had.
    pub also: Vec<NodeId>,
    /// To whom.
    pub to: NodeId,
    /// The edges, in the order in which they are used.
    pub edges: Vec<EdgeId>,
}

/// The answer to a question for paths.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the best path rests on; none when there is no path.
    pub verdict: Option<Verdict>,
    /// Whether somebody only makes others act on the way.
    pub influence: bool,
    /// Paths, the best first.
    pub paths: Vec<Vec<Hop>>,
    /// What nobody said, of the best path.
    pub unknown: Vec<u32>,
    /// The guards in the way of the best path.
    pub guards: Vec<u32>,
}

impl Hop {
    /// Control, unless one of its edges is influence.
    pub fn kind(&self, graph: &DelegationGraph) -> Kind {
        self.edges
            .iter()
            .map(|&edge| graph.edge(edge).kind)
            .max()
            .unwrap_or(Kind::Controls)
    }
}

impl DelegationGraph {
    /// Whether a node is shown to people as a stop on a path.
    pub fn is_stop(&self, node: NodeId) -> bool {
        matches!(
            self.node(node),
            Node::Party(_) | Node::Identity(_) | Node::Scope(_) | Node::Anyone | Node::Unknown(..)
        )
    }

    /// All edges of a node's derivation, premises before conclusions.
    pub fn derivation_edges(&self, reach: &Reach, node: NodeId) -> Vec<EdgeId> {
        let mut seen = HashSet::new();
        let mut edges = Vec::new();
        // Depth first by hand: a chain may be as long as the project.
        let mut stack = vec![(node, false)];
        while let Some((at, done)) = stack.pop() {
            let Some(by) = reach.derivation(at).and_then(|found| found.by) else {
                continue;
            };
            if done {
                edges.push(by);
                continue;
            }
            if !seen.insert(at) {
                continue;
            }
            stack.push((at, true));
            for &premise in self.edge(by).premises.iter().rev() {
                stack.push((premise, false));
            }
        }
        edges
    }

    /// The hops to a node, in an order in which each can be followed.
    pub fn hops(&self, reach: &Reach, node: NodeId) -> Vec<Hop> {
        let mut hops = Vec::new();
        let mut seen = HashSet::new();
        let mut stack: Vec<(NodeId, Option<Hop>)> = vec![(node, None)];
        while let Some((at, done)) = stack.pop() {
            if let Some(hop) = done {
                hops.push(hop);
                continue;
            }
            if !seen.insert(at) || reach.derivation(at).is_none_or(|found| found.by.is_none()) {
                continue;
            }
            let (edges, stops) = self.back(reach, at);
            let Some((&from, also)) = stops.split_first() else {
                continue;
            };
            let hop = Hop {
                from,
                also: also.to_vec(),
                to: at,
                edges: edges.clone(),
            };
            // Acting as one's own identity is no hop.
            let shown = !matches!(edges[..], [only] if self.edge(only).reason == Reason::ActsAs);
            if shown {
                stack.push((at, Some(hop)));
            }
            for &stop in stops.iter().rev() {
                stack.push((stop, None));
            }
        }
        hops
    }

    /// From a node back to the stops before it: the edges between, in the order of use, and the
    /// stops, the main one first.
    fn back(&self, reach: &Reach, node: NodeId) -> (Vec<EdgeId>, Vec<NodeId>) {
        let mut edges = Vec::new();
        let mut stops = Vec::new();
        let mut seen = BTreeSet::new();
        let mut stack = vec![(node, false, true)];
        while let Some((at, done, first)) = stack.pop() {
            let by = reach.derivation(at).and_then(|found| found.by);
            let Some(by) = by.filter(|_| first || !self.is_stop(at)) else {
                if !stops.contains(&at) {
                    stops.push(at);
                }
                continue;
            };
            if done {
                edges.push(by);
                continue;
            }
            if !seen.insert(at) {
                continue;
            }
            stack.push((at, true, first));
            for &premise in self.edge(by).premises.iter().rev() {
                stack.push((premise, false, false));
            }
        }
        (edges, stops)
    }

    /// What nobody said, and the guards in the way, of a node's derivation.
    pub fn rests_on(&self, reach: &Reach, node: NodeId) -> (Vec<u32>, Vec<u32>) {
        let mut unknown = BTreeSet::new();
        let mut guards = BTreeSet::new();
        for edge in self.derivation_edges(reach, node) {
            let edge = self.edge(edge);
            unknown.extend(edge.unknown.iter().copied());
            guards.extend(edge.guards.iter().copied());
        }
        (unknown.into_iter().collect(), guards.into_iter().collect())
    }

    /// The best of some nodes: by verdict, then height, then in the order given.
    pub fn best(&self, reach: &Reach, nodes: &[NodeId]) -> Option<NodeId> {
        nodes
            .iter()
            .copied()
            .filter_map(|node| {
                let found = reach.derivation(node)?;
                Some(((found.verdict, found.height), node))
            })
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, node)| node)
    }

    /// Up to `count` paths from some nodes to the best of others, the best first. Without a path of
    /// control, one of influence.
    pub fn paths(&self, from: &[NodeId], to: &[NodeId], count: usize) -> Answer {
        let none = BTreeSet::new();
        let mut influence = false;
        let mut reach = self.reach_without(from, influence, &none);
        let mut best = self.best(&reach, to);
        let blocked = |best: Option<NodeId>, reach: &Reach| {
            best.is_none_or(|node| reach.verdict(node) == Some(Verdict::Blocked))
        };
        if blocked(best, &reach) {
            let wider = self.reach_without(from, true, &none);
            let through = self.best(&wider, to);
            if !blocked(through, &wider) {
                influence = true;
                reach = wider;
                best = through;
            }
        }
        let Some(node) = best else {
            return Answer {
                verdict: None,
                influence: false,
                paths: Vec::new(),
                unknown: Vec::new(),
                guards: Vec::new(),
            };
        };
        let (unknown, guards) = self.rests_on(&reach, node);
        let verdict = reach.verdict(node);
        let mut paths = vec![self.hops(&reach, node)];
        if count > 1 {
            self.further(from, to, count, influence, &reach, node, &mut paths);
        }
        Answer {
            verdict,
            influence,
            paths,
            unknown,
            guards,
        }
    }

    /// Further paths, each without some edge of one before it (after Yen, "Finding the K Shortest
    /// Loopless Paths in a Network", 1971, with edges closed instead of nodes).
    #[allow(
        clippy::too_many_arguments,
        reason = "the question, and the first answer to it"
    )]
    fn further(
        &self,
        from: &[NodeId],
        to: &[NodeId],
        count: usize,
        influence: bool,
        first: &Reach,
        node: NodeId,
        paths: &mut Vec<Vec<Hop>>,
    ) {
        type Rank = (Verdict, u32, Vec<EdgeId>);
        let mut seen: HashSet<Vec<Hop>> = paths.iter().cloned().collect();
        let mut waiting: std::collections::BTreeMap<Rank, (BTreeSet<EdgeId>, Vec<Hop>)> =
            std::collections::BTreeMap::new();
        let mut tried: HashSet<BTreeSet<EdgeId>> = HashSet::new();
        let mut open: Vec<(BTreeSet<EdgeId>, Vec<EdgeId>)> =
            vec![(BTreeSet::new(), self.derivation_edges(first, node))];
        while paths.len() < count {
            while let Some((closed, edges)) = open.pop() {
                for edge in edges {
                    if matches!(self.edge(edge).reason, Reason::ActsAs | Reason::Anybody) {
                        continue;
                    }
                    let mut without = closed.clone();
                    without.insert(edge);
                    if tried.len() > 4096 || !tried.insert(without.clone()) {
                        continue;
                    }
                    let reach = self.reach_without(from, influence, &without);
                    let Some(end) = self.best(&reach, to) else {
                        continue;
                    };
                    let Some(found) = reach.derivation(end) else {
                        continue;
                    };
                    let hops = self.hops(&reach, end);
                    let edges = self.derivation_edges(&reach, end);
                    waiting
                        .entry((found.verdict, found.height, edges))
                        .or_insert((without, hops));
                }
            }
            let Some(((_, _, edges), (closed, hops))) = waiting.pop_first() else {
                return;
            };
            if seen.insert(hops.clone()) {
                paths.push(hops);
            }
            open.push((closed, edges));
        }
    }
}
