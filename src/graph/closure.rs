//! Who controls what, for everybody at once.
//!
//! Where everybody reaches little, a search from each costs what it finds. Where much of the project
//! reaches much of it, nodes that reach each other are taken together (strongly connected
//! components, in reverse topological order), each with one set of bits; what follows from several
//! premises is added to each source's own set until nothing is new.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::DelegationGraph;
use super::engine::{Engine, Scratch, Verdict};
use super::node::{Node, NodeId};
use crate::model::PartyId;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A search from everybody may find this many nodes a source before components are used.
const SPARSE: usize = 256;

/// What several sources reach, of some nodes.
#[derive(Clone, Debug)]
pub struct Rows {
    columns: Arc<Columns>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Columns {
    /// The nodes of interest, sorted.
    nodes: Vec<u32>,
}

impl Columns {
    fn of(engine: &Engine, wanted: &impl Fn(u32) -> bool) -> Self {
        let all = 0..u32::try_from(engine.nodes()).unwrap_or(u32::MAX);
        Columns {
            nodes: all.filter(|&node| wanted(node)).collect(),
        }
    }
}

#[derive(Clone, Debug)]
enum Row {
    /// Nodes with verdicts, sorted.
    Few(Vec<(u32, Verdict)>),
    /// For each verdict, the columns that are reached with it or a stronger one.
    Many([Arc<Bits>; 3]),
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(width: usize) -> Self {
        Bits(vec![0; width.div_ceil(64)])
    }

    fn set(&mut self, bit: usize) {
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    fn has(&self, bit: usize) -> bool {
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn add(&mut self, other: &Bits) {
        for (own, more) in self.0.iter_mut().zip(&other.0) {
            *own |= more;
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(word, &bits)| {
            let mut left = bits;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros() as usize;
                    left &= left - 1;
                    word * 64 + bit
                })
            })
        })
    }
}

impl Rows {
    /// What each source reaches, of the nodes for which `wanted` holds. The same on every machine,
    /// however many processors it has.
    pub fn of(engine: &Engine, sources: &[u32], wanted: impl Fn(u32) -> bool + Sync) -> Self {
        let columns = Arc::new(Columns::of(engine, &wanted));
        let budget = SPARSE * sources.len() + 65_536;
        let rows = few(engine, sources, &wanted, budget)
            .unwrap_or_else(|| many(engine, sources, &columns));
        Rows { columns, rows }
    }

    /// As [`Rows::of`], by components whatever the graph is like: here to be compared.
    pub fn by_components(engine: &Engine, sources: &[u32], wanted: impl Fn(u32) -> bool) -> Self {
        let columns = Arc::new(Columns::of(engine, &wanted));
        let rows = many(engine, sources, &columns);
        Rows { columns, rows }
    }

    /// As [`Rows::of`], by a search from each whatever the graph is like: here to be compared.
    pub fn by_searches(
        engine: &Engine,
        sources: &[u32],
        wanted: impl Fn(u32) -> bool + Sync,
    ) -> Self {
        let columns = Arc::new(Columns::of(engine, &wanted));
        let rows = few(engine, sources, &wanted, usize::MAX).unwrap_or_default();
        Rows { columns, rows }
    }

    /// The nodes that the source at `index` reaches, sorted, with verdicts.
    pub fn row(&self, index: usize) -> Vec<(u32, Verdict)> {
        match self.rows.get(index) {
            None => Vec::new(),
            Some(Row::Few(row)) => row.clone(),
            Some(Row::Many(levels)) => levels[2]
                .iter()
                // Columns beyond are of no interest but to conjunctions.
                .take_while(|&column| column < self.columns.nodes.len())
                .map(|column| {
                    let verdict = if levels[0].has(column) {
                        Verdict::Proven
                    } else if levels[1].has(column) {
                        Verdict::Possible
                    } else {
                        Verdict::Blocked
                    };
                    (self.columns.nodes[column], verdict)
                })
                .collect(),
        }
    }

    /// The verdict on one node for the source at `index`.
    pub fn verdict(&self, index: usize, node: u32) -> Option<Verdict> {
        match self.rows.get(index)? {
            Row::Few(row) => {
                let at = row.binary_search_by_key(&node, |(node, _)| *node).ok()?;
                Some(row[at].1)
            }
            Row::Many(levels) => {
                let column = self.columns.nodes.binary_search(&node).ok()?;
                Verdict::ALL
                    .into_iter()
                    .zip(levels)
                    .find(|(_, level)| level.has(column))
                    .map(|(verdict, _)| verdict)
            }
        }
    }

    /// How many pairs there are.
    pub fn pairs(&self) -> usize {
        self.rows
            .iter()
            .map(|row| match row {
                Row::Few(row) => row.len(),
                Row::Many(levels) => levels[2]
                    .iter()
                    .take_while(|&column| column < self.columns.nodes.len())
                    .count(),
            })
            .sum()
    }
}

/// A search from each source; none when they find too much.
fn few(
    engine: &Engine,
    sources: &[u32],
    wanted: &(impl Fn(u32) -> bool + Sync),
    budget: usize,
) -> Option<Vec<Row>> {
    let spent = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let size = sources.len().div_ceil(threads).max(256);
    let parts: Vec<Option<Vec<Row>>> = std::thread::scope(|scope| {
        let workers: Vec<_> = sources
            .chunks(size)
            .map(|part| {
                let spent = &spent;
                scope.spawn(move || {
                    let mut scratch = Scratch::default();
                    let mut rows = Vec::with_capacity(part.len());
                    for &source in part {
                        scratch.search(engine, &[source], Verdict::Blocked, |_| false);
                        let found = scratch.found();
                        if spent.fetch_add(found.len(), Ordering::Relaxed) > budget {
                            return None;
                        }
                        let mut row: Vec<(u32, Verdict)> = found
                            .iter()
                            .copied()
                            .filter(|&node| wanted(node))
                            .filter_map(|node| Some((node, scratch.derivation(node)?.0)))
                            .collect();
                        row.sort_unstable();
                        rows.push(Row::Few(row));
                    }
                    Some(rows)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a search does not panic"))
            .collect()
    });
    let mut rows = Vec::with_capacity(sources.len());
    for part in parts {
        rows.extend(part?);
    }
    Some(rows)
}

fn many(engine: &Engine, sources: &[u32], columns: &Arc<Columns>) -> Vec<Row> {
    let levels: Vec<Vec<Arc<Bits>>> = Verdict::ALL
        .into_iter()
        .map(|level| {
            let there = (0..engine.clauses()).any(|clause| engine.verdict(clause) == level);
            (there || level == Verdict::Proven).then_some(level)
        })
        .scan(Vec::new(), |last: &mut Vec<Arc<Bits>>, level| {
            if let Some(level) = level {
                *last = one_level(engine, sources, columns, level);
            }
            Some(last.clone())
        })
        .collect();
    (0..sources.len())
        .map(|source| {
            Row::Many([
                levels[0][source].clone(),
                levels[1][source].clone(),
                levels[2][source].clone(),
            ])
        })
        .collect()
}

/// What sources reach by clauses of one verdict and the stronger ones.
fn one_level(
    engine: &Engine,
    sources: &[u32],
    columns: &Arc<Columns>,
    level: Verdict,
) -> Vec<Arc<Bits>> {
    let usable = |clause: usize| engine.verdict(clause) <= level;
    let joint: Vec<usize> = (0..engine.clauses())
        .filter(|&clause| usable(clause) && engine.premises(clause).len() > 1)
        .collect();
    // Columns: what is wanted first, then what conjunctions speak of.
    let mut column: HashMap<u32, usize> = columns
        .nodes
        .iter()
        .enumerate()
        .map(|(index, &node)| (node, index))
        .collect();
    for &clause in &joint {
        for &node in engine.premises(clause).iter().chain([&engine.to(clause)]) {
            let next = column.len();
            column.entry(node).or_insert(next);
        }
    }
    let width = column.len();
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(engine.nodes(), engine.clauses());
    for _ in 0..engine.nodes() {
        graph.add_node(());
    }
    for clause in (0..engine.clauses()).filter(|&clause| usable(clause)) {
        if let [from] = engine.premises(clause) {
            graph.add_edge(
                NodeIndex::new(*from as usize),
                NodeIndex::new(engine.to(clause) as usize),
                (),
            );
        }
    }
    let nothing = Arc::new(Bits::new(width));
    let mut component = vec![0usize; engine.nodes()];
    let mut sets: Vec<Arc<Bits>> = Vec::new();
    for members in tarjan_scc(&graph) {
        let own = sets.len();
        for member in &members {
            component[member.index()] = own;
        }
        let mut inside: Vec<usize> = members
            .iter()
            .filter_map(|member| column.get(&u32::try_from(member.index()).unwrap_or(u32::MAX)))
            .copied()
            .collect();
        inside.sort_unstable();
        let mut next: Vec<usize> = members
            .iter()
            .flat_map(|&member| graph.neighbors(member))
            .map(|neighbour| component[neighbour.index()])
            .filter(|&other| other != own)
            .collect();
        next.sort_unstable();
        next.dedup();
        // What passes one thing on, and is nothing of interest, shares its set.
        let set = match (&inside[..], &next[..]) {
            ([], []) => nothing.clone(),
            ([], [only]) => sets[*only].clone(),
            _ => {
                let mut set = Bits::new(width);
                for &other in &next {
                    set.add(&sets[other]);
                }
                for bit in inside {
                    set.set(bit);
                }
                Arc::new(set)
            }
        };
        sets.push(set);
    }
    if joint.is_empty() {
        return sources
            .iter()
            .map(|&source| sets[component[source as usize]].clone())
            .collect();
    }
    let mut by_first: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut first = Bits::new(width);
    for &clause in &joint {
        let bit = column[&engine.premises(clause)[0]];
        first.set(bit);
        by_first.entry(bit).or_default().push(clause);
    }
    let mut done: HashMap<usize, Arc<Bits>> = HashMap::new();
    sources
        .iter()
        .map(|&source| {
            let own = component[source as usize];
            done.entry(own)
                .or_insert_with(|| {
                    closed(engine, &sets, &component, &column, &by_first, &first, own)
                })
                .clone()
        })
        .collect()
}

/// A component's set with everything that follows from conjunctions.
fn closed(
    engine: &Engine,
    sets: &[Arc<Bits>],
    component: &[usize],
    column: &HashMap<u32, usize>,
    by_first: &HashMap<usize, Vec<usize>>,
    first: &Bits,
    own: usize,
) -> Arc<Bits> {
    let mut set = (*sets[own]).clone();
    let mut changed = false;
    loop {
        let mut more: Vec<u32> = Vec::new();
        let mut candidates = set.clone();
        for (bits, mask) in candidates.0.iter_mut().zip(&first.0) {
            *bits &= mask;
        }
        for bit in candidates.iter() {
            for &clause in by_first.get(&bit).into_iter().flatten() {
                let to = engine.to(clause);
                let held = engine
                    .premises(clause)
                    .iter()
                    .all(|premise| set.has(column[premise]));
                if held && !set.has(column[&to]) {
                    more.push(to);
                }
            }
        }
        if more.is_empty() {
            break;
        }
        changed = true;
        for to in more {
            set.set(column[&to]);
            set.add(&sets[component[to as usize]]);
        }
    }
    if changed {
        Arc::new(set)
    } else {
        sets[own].clone()
    }
}

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
