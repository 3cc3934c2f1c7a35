//! What several sources reach, all at once.
//!
//! Where everybody reaches little, a search from each costs what it finds. Where much of the project
//! reaches much of it, nodes that reach each other are taken together (strongly connected
//! components, in reverse topological order), each with one set, which is what its members are and
//! the sets that it leads to. What follows from several premises is added to each source's own set
//! until nothing is new.

use super::engine::{Engine, Scratch, Verdict};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Searches may find this many nodes a source before components are used.
const SPARSE: usize = 64;

/// What several sources reach, of some nodes.
#[derive(Clone, Debug)]
pub struct Rows {
    columns: Arc<Columns>,
    rows: Vec<Row>,
}

/// For each verdict, the columns that are reached with it or a stronger one.
type Row = [Arc<Set>; 3];

#[derive(Debug)]
struct Columns {
    /// The nodes of interest, sorted.
    nodes: Vec<u32>,
}

impl Columns {
    fn of(engine: &Engine, wanted: impl Fn(u32) -> bool) -> Self {
        Columns {
            nodes: (0..number(engine.nodes()))
                .filter(|&node| wanted(node))
                .collect(),
        }
    }
}

/// A set of columns.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Set {
    /// Sorted.
    Few(Vec<u32>),
    /// One bit a column.
    Many(Vec<u64>),
}

impl Set {
    fn has(&self, column: u32) -> bool {
        match self {
            Set::Few(list) => list.binary_search(&column).is_ok(),
            Set::Many(bits) => bits[column as usize / 64] >> (column % 64) & 1 == 1,
        }
    }

    /// Adds columns, sorted; `width` is how many there are at all.
    fn add(&mut self, other: &Set, width: usize, room: &mut Vec<u32>) {
        if let (Set::Few(own), Set::Few(more)) = (&mut *self, other) {
            merge(own, more, room);
            // From here on, bits take less room.
            if room.len() < width / 32 {
                std::mem::swap(own, room);
            } else {
                *self = Set::many(room, width);
            }
            return;
        }
        if let Set::Few(own) = self {
            *self = Set::many(own, width);
        }
        let Set::Many(own) = self else { return };
        match other {
            Set::Few(more) => {
                for &column in more {
                    own[column as usize / 64] |= 1 << (column % 64);
                }
            }
            Set::Many(more) => {
                for (own, more) in own.iter_mut().zip(more) {
                    *own |= more;
                }
            }
        }
    }

    fn many(columns: &[u32], width: usize) -> Self {
        let mut bits = vec![0u64; width.div_ceil(64)];
        for &column in columns {
            bits[column as usize / 64] |= 1 << (column % 64);
        }
        Set::Many(bits)
    }

    /// All columns, in order.
    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let (list, bits) = match self {
            Set::Few(list) => (&list[..], &[][..]),
            Set::Many(bits) => (&[][..], &bits[..]),
        };
        let of_bits = (0u32..).zip(bits).flat_map(|(word, &bits)| {
            let mut left = bits;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    word * 64 + bit
                })
            })
        });
        list.iter().copied().chain(of_bits)
    }
}

/// Both sorted lists as one, into `all`.
fn merge(one: &[u32], other: &[u32], all: &mut Vec<u32>) {
    all.clear();
    let (mut a, mut b) = (one, other);
    while let ([first, left @ ..], [second, right @ ..]) = (a, b) {
        all.push(*first.min(second));
        if first <= second {
            a = left;
        }
        if second <= first {
            b = right;
        }
    }
    all.extend(a);
    all.extend(b);
}

impl Rows {
    /// What each source reaches, of the nodes for which `wanted` holds. The same on every machine,
    /// however many processors it has.
    pub fn of(engine: &Engine, sources: &[u32], wanted: impl Fn(u32) -> bool) -> Self {
        let columns = Arc::new(Columns::of(engine, wanted));
        let budget = SPARSE * sources.len() + 65_536;
        let rows = by_searches(engine, sources, &columns, budget)
            .unwrap_or_else(|| by_components(engine, sources, &columns));
        Rows { columns, rows }
    }

    /// As [`Rows::of`], by components whatever the graph is like: here to be compared.
    pub fn by_components(engine: &Engine, sources: &[u32], wanted: impl Fn(u32) -> bool) -> Self {
        let columns = Arc::new(Columns::of(engine, wanted));
        let rows = by_components(engine, sources, &columns);
        Rows { columns, rows }
    }

    /// As [`Rows::of`], by a search from each whatever the graph is like: here to be compared.
    pub fn by_searches(engine: &Engine, sources: &[u32], wanted: impl Fn(u32) -> bool) -> Self {
        let columns = Arc::new(Columns::of(engine, wanted));
        let rows = by_searches(engine, sources, &columns, usize::MAX).unwrap_or_default();
        Rows { columns, rows }
    }

    /// The nodes that the source at `index` reaches, sorted, with verdicts.
    pub fn row(&self, index: usize) -> Vec<(u32, Verdict)> {
        let Some(levels) = self.rows.get(index) else {
            return Vec::new();
        };
        levels[2]
            .iter()
            // Columns beyond are of no interest but to conjunctions.
            .map_while(|column| {
                let node = *self.columns.nodes.get(column as usize)?;
                Some((node, strongest(levels, column)?))
            })
            .collect()
    }

    /// The verdict on one node for the source at `index`.
    pub fn verdict(&self, index: usize, node: u32) -> Option<Verdict> {
        let column = self.columns.nodes.binary_search(&node).ok()?;
        strongest(self.rows.get(index)?, number(column))
    }

    /// How many pairs there are.
    pub fn pairs(&self) -> usize {
        let end = number(self.columns.nodes.len());
        self.rows
            .iter()
            .map(|levels| levels[2].iter().take_while(|&column| column < end).count())
            .sum()
    }
}

/// The strongest verdict with which a column is reached.
fn strongest(levels: &Row, column: u32) -> Option<Verdict> {
    let mut all = Verdict::ALL.into_iter().zip(levels);
    all.find(|(_, level)| level.has(column))
        .map(|(verdict, _)| verdict)
}

/// A search from each source; none when they find too much.
fn by_searches(
    engine: &Engine,
    sources: &[u32],
    columns: &Columns,
    budget: usize,
) -> Option<Vec<Row>> {
    let mut column = vec![u32::MAX; engine.nodes()];
    for (index, &node) in (0u32..).zip(&columns.nodes) {
        column[node as usize] = index;
    }
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
            // The passes of a search are in the order of verdicts.
            let mut reached: Vec<u32> = Vec::new();
            let mut ends = [0; 3];
            for &node in found {
                let own = column[node as usize];
                if own != u32::MAX
                    && let Some((verdict, _, _)) = scratch.derivation(node)
                {
                    reached.push(own);
                    for end in &mut ends[verdict as usize..] {
                        *end = reached.len();
                    }
                }
            }
            let upto = |end: usize| {
                let mut list = reached[..end].to_vec();
                list.sort_unstable();
                Arc::new(Set::Few(list))
            };
            let proven = upto(ends[0]);
            let more = |end: usize, before: usize, set: &Arc<Set>| {
                if end == before {
                    set.clone()
                } else {
                    upto(end)
                }
            };
            let possible = more(ends[1], ends[0], &proven);
            let blocked = more(ends[2], ends[1], &possible);
            rows.push(Some([proven, possible, blocked]));
        }
        rows
    })
    .into_iter()
    .collect()
}

fn by_components(engine: &Engine, sources: &[u32], columns: &Columns) -> Vec<Row> {
    let mut last: Vec<Arc<Set>> = Vec::new();
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
        .map(|((proven, possible), blocked)| [proven, possible, blocked])
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

/// What follows by clauses of one verdict and the stronger ones.
struct Level {
    /// How many columns there are.
    width: usize,
    /// Which component each node belongs to.
    component: Vec<u32>,
    /// What each component reaches by clauses of one premise.
    sets: Vec<Arc<Set>>,
    /// Clauses of several, by the column of their first.
    joints: Vec<Joint>,
    /// Where those of each column begin among them.
    first: Vec<usize>,
}

/// A clause of several premises, in columns.
struct Joint {
    premises: Vec<u32>,
    to: u32,
    /// The component of its conclusion.
    component: u32,
}

impl Level {
    fn new(engine: &Engine, columns: &Columns, level: Verdict) -> Self {
        let usable = |clause: usize| engine.verdict(clause) <= level;
        // Columns: what is wanted first, then what conjunctions speak of.
        let mut column = vec![u32::MAX; engine.nodes()];
        let mut width = 0;
        let mut enter = |node: u32| {
            let column = &mut column[node as usize];
            if *column == u32::MAX {
                *column = width;
                width += 1;
            }
            *column
        };
        for &node in &columns.nodes {
            enter(node);
        }
        let Components {
            of: component,
            members,
            begin,
        } = components(engine, usable);
        let mut joints: Vec<Joint> = (0..engine.clauses())
            .filter(|&clause| usable(clause) && engine.premises(clause).len() > 1)
            .map(|clause| Joint {
                premises: engine
                    .premises(clause)
                    .iter()
                    .map(|&node| enter(node))
                    .collect(),
                to: enter(engine.to(clause)),
                component: component[engine.to(clause) as usize],
            })
            .collect();
        joints.sort_by_key(|joint| joint.premises[0]);
        let width = width as usize;
        let mut first = vec![0; width + 1];
        for joint in &joints {
            first[joint.premises[0] as usize + 1] += 1;
        }
        for index in 0..width {
            first[index + 1] += first[index];
        }
        let nothing = Arc::new(Set::Few(Vec::new()));
        let mut sets: Vec<Arc<Set>> = Vec::with_capacity(begin.len());
        let (mut inside, mut next, mut room) = (Vec::new(), Vec::new(), Vec::new());
        for (own, &from) in (0u32..).zip(&begin) {
            let end = begin.get(sets.len() + 1).copied();
            let members = &members[from..end.unwrap_or(members.len())];
            inside.clear();
            next.clear();
            for &member in members {
                let column = column[member as usize];
                if column != u32::MAX {
                    inside.push(column);
                }
                next.extend(
                    engine
                        .uses(member)
                        .map(|clause| clause as usize)
                        .filter(|&clause| usable(clause) && engine.premises(clause).len() == 1)
                        .map(|clause| component[engine.to(clause) as usize])
                        .filter(|&other| other != own),
                );
            }
            inside.sort_unstable();
            next.sort_unstable();
            next.dedup();
            // What passes one thing on, and is nothing of interest, shares its set.
            let set = match (&inside[..], &next[..]) {
                ([], []) => nothing.clone(),
                ([], [only]) => sets[*only as usize].clone(),
                _ => {
                    let mut set = Set::Few(Vec::new());
                    set.add(&Set::Few(inside.clone()), width, &mut room);
                    for &other in &next {
                        set.add(&sets[other as usize], width, &mut room);
                    }
                    Arc::new(set)
                }
            };
            sets.push(set);
        }
        Level {
            width,
            component,
            sets,
            joints,
            first,
        }
    }

    /// What each source reaches.
    fn of(&self, sources: &[u32]) -> Vec<Arc<Set>> {
        let own: Vec<u32> = sources
            .iter()
            .map(|&source| self.component[source as usize])
            .collect();
        if self.joints.is_empty() {
            return own
                .iter()
                .map(|&component| self.sets[component as usize].clone())
                .collect();
        }
        let mut once = own.clone();
        once.sort_unstable();
        once.dedup();
        let sets = in_parts(&once, |part| {
            let mut room = Vec::new();
            part.iter()
                .map(|&component| self.closed(component, &mut room))
                .collect()
        });
        let mut at = vec![0; self.sets.len()];
        for (index, &component) in once.iter().enumerate() {
            at[component as usize] = index;
        }
        own.iter()
            .map(|&component| sets[at[component as usize]].clone())
            .collect()
    }

    /// A component's set with everything that follows from conjunctions.
    fn closed<'a>(&'a self, component: u32, room: &mut Vec<u32>) -> Arc<Set> {
        let known = &self.sets[component as usize];
        let mut set: Option<Set> = None;
        loop {
            let so_far = set.as_ref().unwrap_or(known);
            let mut more: Vec<&Joint> = Vec::new();
            let mut consider = |joints: &'a [Joint]| {
                more.extend(joints.iter().filter(|joint| {
                    !so_far.has(joint.to)
                        && joint.premises.iter().all(|&premise| so_far.has(premise))
                }));
            };
            match so_far {
                Set::Few(list) => {
                    for &column in list {
                        let column = column as usize;
                        consider(&self.joints[self.first[column]..self.first[column + 1]]);
                    }
                }
                Set::Many(_) => consider(&self.joints),
            }
            if more.is_empty() {
                break;
            }
            let set = set.get_or_insert_with(|| (**known).clone());
            for joint in more {
                if !set.has(joint.to) {
                    // Its conclusion has a column, and so is in the set of its component.
                    set.add(&self.sets[joint.component as usize], self.width, room);
                }
            }
        }
        set.map_or_else(|| known.clone(), Arc::new)
    }
}

/// The strongly connected components of clauses with one premise, in reverse topological order.
struct Components {
    /// Of each node.
    of: Vec<u32>,
    /// Component by component.
    members: Vec<u32>,
    /// Where the members of each begin.
    begin: Vec<usize>,
}

/// Tarjan's algorithm (1972), with a stack of its own, since chains may be long.
fn components(engine: &Engine, usable: impl Fn(usize) -> bool) -> Components {
    let mut of = vec![u32::MAX; engine.nodes()];
    let (mut members, mut begin) = (Vec::with_capacity(engine.nodes()), Vec::new());
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
            let node = *node as usize;
            let next = uses
                .by_ref()
                .map(|clause| clause as usize)
                .find(|&clause| usable(clause) && engine.premises(clause).len() == 1);
            if let Some(clause) = next {
                let to = engine.to(clause);
                if met[to as usize] == 0 {
                    enter = Some(to);
                } else if of[to as usize] == u32::MAX {
                    low[node] = low[node].min(met[to as usize]);
                }
                continue;
            }
            path.pop();
            if let Some((before, _)) = path.last() {
                low[*before as usize] = low[*before as usize].min(low[node]);
            }
            if low[node] == met[node] {
                let own = number(begin.len());
                begin.push(members.len());
                while let Some(member) = open.pop() {
                    of[member as usize] = own;
                    members.push(member);
                    if member as usize == node {
                        break;
                    }
                }
            }
        }
    }
    Components { of, members, begin }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than four billion nodes fit into memory")
}
