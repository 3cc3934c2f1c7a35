//! What several sources reach, all at once.
//!
//! Where everybody reaches little, a search from each costs what it finds. Where much of the project
//! reaches much of it, nodes that reach each other are taken together (strongly connected
//! components, in reverse topological order), each with one set of bits; what follows from several
//! premises is added to each source's own set until nothing is new.

use super::engine::{Engine, Scratch, Verdict};
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

    fn keep(&mut self, other: &Bits) {
        for (own, more) in self.0.iter_mut().zip(&other.0) {
            *own &= more;
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
    in_parts(sources, |part| {
        let mut scratch = Scratch::default();
        let mut rows = Vec::with_capacity(part.len());
        for &source in part {
            scratch.search(engine, &[source], Verdict::Blocked, |_| false);
            let found = scratch.found();
            if spent.fetch_add(found.len(), Ordering::Relaxed) > budget {
                return vec![None];
            }
            let mut row: Vec<(u32, Verdict)> = found
                .iter()
                .copied()
                .filter(|&node| wanted(node))
                .filter_map(|node| Some((node, scratch.derivation(node)?.0)))
                .collect();
            row.sort_unstable();
            rows.push(Some(Row::Few(row)));
        }
        rows
    })
    .into_iter()
    .collect()
}

/// Results of items in their order, worked out in a few parts at once.
fn in_parts<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let size = items.len().div_ceil(threads).max(256);
    if items.len() <= size {
        return work(items);
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = items
            .chunks(size)
            .map(|part| scope.spawn(|| work(part)))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a search does not panic"))
            .collect()
    })
}

fn many(engine: &Engine, sources: &[u32], columns: &Columns) -> Vec<Row> {
    let mut last: Vec<Arc<Bits>> = Vec::new();
    let mut levels = Verdict::ALL.into_iter().map(|level| {
        let there = (0..engine.clauses()).any(|clause| engine.verdict(clause) == level);
        if there || level == Verdict::Proven {
            last = Level::new(engine, columns, level).of(sources);
        }
        last.clone()
    });
    let mut next = || levels.next().unwrap_or_default();
    let (proven, possible, blocked) = (next(), next(), next());
    proven
        .into_iter()
        .zip(possible)
        .zip(blocked)
        .map(|((proven, possible), blocked)| Row::Many([proven, possible, blocked]))
        .collect()
}

/// What follows by clauses of one verdict and the stronger ones.
struct Level {
    /// Which component each node belongs to.
    component: Vec<u32>,
    /// What each component reaches by clauses of one premise.
    sets: Vec<Arc<Bits>>,
    /// Clauses of several, by the column of their first.
    joints: Vec<Joint>,
    /// The columns of their first premises.
    firsts: Bits,
}

/// A clause of several premises, in columns.
struct Joint {
    premises: Vec<usize>,
    to: usize,
    /// The component of its conclusion.
    component: usize,
}

impl Level {
    fn new(engine: &Engine, columns: &Columns, level: Verdict) -> Self {
        let usable = |clause: usize| engine.verdict(clause) <= level;
        // Columns: what is wanted first, then what conjunctions speak of.
        let mut column = vec![usize::MAX; engine.nodes()];
        let mut width = 0;
        let mut enter = |node: u32| {
            let column = &mut column[node as usize];
            if *column == usize::MAX {
                *column = width;
                width += 1;
            }
            *column
        };
        for &node in &columns.nodes {
            enter(node);
        }
        let (component, members) = components(engine, usable);
        let mut joints: Vec<Joint> = (0..engine.clauses())
            .filter(|&clause| usable(clause) && engine.premises(clause).len() > 1)
            .map(|clause| Joint {
                premises: engine
                    .premises(clause)
                    .iter()
                    .map(|&node| enter(node))
                    .collect(),
                to: enter(engine.to(clause)),
                component: component[engine.to(clause) as usize] as usize,
            })
            .collect();
        joints.sort_by_key(|joint| joint.premises[0]);
        let mut firsts = Bits::new(width);
        for joint in &joints {
            firsts.set(joint.premises[0]);
        }
        let nothing = Arc::new(Bits::new(width));
        let mut sets: Vec<Arc<Bits>> = Vec::with_capacity(members.len());
        for members in &members {
            let own = number(sets.len());
            let inside: Vec<usize> = members
                .iter()
                .map(|&member| column[member as usize])
                .filter(|&column| column != usize::MAX)
                .collect();
            let mut next: Vec<u32> = members
                .iter()
                .flat_map(|&member| engine.uses(member))
                .filter(|&clause| usable(clause) && engine.premises(clause).len() == 1)
                .map(|clause| component[engine.to(clause) as usize])
                .filter(|&other| other != own)
                .collect();
            next.sort_unstable();
            next.dedup();
            // What passes one thing on, and is nothing of interest, shares its set.
            let set = match (&inside[..], &next[..]) {
                ([], []) => nothing.clone(),
                ([], [only]) => sets[*only as usize].clone(),
                _ => {
                    let mut set = Bits::new(width);
                    for &other in &next {
                        set.add(&sets[other as usize]);
                    }
                    for bit in inside {
                        set.set(bit);
                    }
                    Arc::new(set)
                }
            };
            sets.push(set);
        }
        Level {
            component,
            sets,
            joints,
            firsts,
        }
    }

    /// What each source reaches.
    fn of(&self, sources: &[u32]) -> Vec<Arc<Bits>> {
        let own: Vec<u32> = sources
            .iter()
            .map(|&source| self.component[source as usize])
            .collect();
        let mut once = own.clone();
        once.sort_unstable();
        once.dedup();
        let sets = in_parts(&once, |part| {
            part.iter()
                .map(|&component| self.closed(component))
                .collect()
        });
        own.iter()
            .map(|component| {
                let at = once.binary_search(component).expect("it is one of them");
                sets[at].clone()
            })
            .collect()
    }

    /// A component's set with everything that follows from conjunctions.
    fn closed(&self, component: u32) -> Arc<Bits> {
        let known = &self.sets[component as usize];
        let mut set: Option<Bits> = None;
        loop {
            let so_far = set.as_ref().unwrap_or(known);
            let mut candidates = so_far.clone();
            candidates.keep(&self.firsts);
            let more: Vec<&Joint> = candidates
                .iter()
                .flat_map(|first| {
                    let begin = self
                        .joints
                        .partition_point(|joint| joint.premises[0] < first);
                    self.joints[begin..]
                        .iter()
                        .take_while(move |joint| joint.premises[0] == first)
                })
                .filter(|joint| !so_far.has(joint.to))
                .filter(|joint| joint.premises.iter().all(|&premise| so_far.has(premise)))
                .collect();
            if more.is_empty() {
                break;
            }
            let set = set.get_or_insert_with(|| (**known).clone());
            for joint in more {
                if !set.has(joint.to) {
                    set.set(joint.to);
                    set.add(&self.sets[joint.component]);
                }
            }
        }
        set.map_or_else(|| known.clone(), Arc::new)
    }
}

/// The strongly connected components of clauses with one premise: of each node which, and the
/// members of each, in reverse topological order (Tarjan 1972, with a stack of its own: chains
/// may be long).
fn components(engine: &Engine, usable: impl Fn(usize) -> bool) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut component = vec![u32::MAX; engine.nodes()];
    let mut members: Vec<Vec<u32>> = Vec::new();
    // When a node was met, from 1, and the earliest that it leads back to.
    let mut met = vec![0u32; engine.nodes()];
    let mut low = vec![0u32; engine.nodes()];
    let mut count = 0;
    let mut open: Vec<u32> = Vec::new();
    let mut path = Vec::new();
    for root in 0..number(engine.nodes()) {
        let mut enter = (met[root as usize] == 0).then_some(root);
        loop {
            if let Some(node) = enter.take() {
                count += 1;
                met[node as usize] = count;
                low[node as usize] = count;
                open.push(node);
                path.push((node, engine.uses(node)));
            }
            let Some((node, uses)) = path.last_mut() else {
                break;
            };
            let node = *node;
            let next = uses.find(|&clause| usable(clause) && engine.premises(clause).len() == 1);
            if let Some(clause) = next {
                let to = engine.to(clause);
                if met[to as usize] == 0 {
                    enter = Some(to);
                } else if component[to as usize] == u32::MAX {
                    low[node as usize] = low[node as usize].min(met[to as usize]);
                }
                continue;
            }
            path.pop();
            if let Some((before, _)) = path.last() {
                low[*before as usize] = low[*before as usize].min(low[node as usize]);
            }
            if low[node as usize] == met[node as usize] {
                let begin = open.iter().rposition(|&one| one == node).unwrap_or(0);
                let own = open.split_off(begin);
                for &member in &own {
                    component[member as usize] = number(members.len());
                }
                members.push(own);
            }
        }
    }
    (component, members)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than four billion nodes fit into memory")
}
