//! Which cubes of a long list can meet a given one: by vendor, by operation, and by how their
//! addresses begin.

use std::collections::BTreeMap;

use super::super::automaton::agree_at_start;
use super::super::operation::{OperationId, OperationSet, Universe};
use super::Cube;

/// Sets of more operations than this are not looked up by operation.
const LISTED: usize = 64;

/// Cubes by universe, and there by operation and by address prefix.
pub(super) struct Index<'a> {
    cubes: &'a [Cube],
    universes: BTreeMap<Universe, Vendor<'a>>,
}

/// The cubes of one universe.
#[derive(Default)]
struct Vendor<'a> {
    count: usize,
    /// Those with few operations, under each of them.
    few: BTreeMap<OperationId, Vec<usize>>,
    /// Those with many, or with all but some.
    many: Vec<usize>,
    prefixes: Vec<Entry<'a>>,
}

/// The cubes whose addresses share one prefix.
struct Entry<'a> {
    prefix: &'a str,
    /// The entry with the longest prefix that this one begins with.
    parent: Option<usize>,
    cubes: Vec<usize>,
}

impl<'a> Index<'a> {
    pub(super) fn new(cubes: &'a [Cube]) -> Self {
        let mut universes: BTreeMap<Universe, Vendor<'a>> = BTreeMap::new();
        let mut prefixes: BTreeMap<Universe, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
        for (at, cube) in cubes.iter().enumerate() {
            let universe = cube.operations.universe();
            let vendor = universes.entry(universe).or_default();
            vendor.count += 1;
            match few(&cube.operations) {
                Some(ids) => ids
                    .iter()
                    .for_each(|id| vendor.few.entry(*id).or_default().push(at)),
                None => vendor.many.push(at),
            }
            let prefixes = prefixes.entry(universe).or_default();
            prefixes.entry(cube.address.prefix()).or_default().push(at);
        }
        for (vendor, prefixes) in universes.values_mut().zip(prefixes.into_values()) {
            vendor.prefixes = chain(prefixes);
        }
        Self { cubes, universes }
    }

    /// The cubes, in order, that neither their operations' nor their addresses' beginnings keep apart
    /// from `cube`; some of them may be apart from it still.
    pub(super) fn near(&self, cube: &Cube) -> Vec<usize> {
        let Some(vendor) = self.universes.get(&cube.operations.universe()) else {
            return Vec::new();
        };
        let prefix = cube.address.prefix();
        let mut found = match few(&cube.operations).map(|ids| vendor.sharing(ids)) {
            Some(mut sharing) if sharing.len() < vendor.count / 4 => {
                sharing.retain(|at| agree_at_start(self.cubes[*at].address.prefix(), prefix));
                sharing
            }
            _ => vendor.beginning(prefix),
        };
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Vendor<'_> {
    /// The cubes that may hold one of the operations, in no order and perhaps several times.
    fn sharing(&self, ids: &[OperationId]) -> Vec<usize> {
        let mut found = self.many.clone();
        for id in ids {
            found.extend(self.few.get(id).into_iter().flatten());
        }
        found
    }

    /// The cubes whose prefix begins with this one or the other way round.
    fn beginning(&self, prefix: &str) -> Vec<usize> {
        let entries = &self.prefixes;
        let first = entries.partition_point(|entry| entry.prefix < prefix);
        let mut found = Vec::new();
        let inside = entries[first..]
            .iter()
            .take_while(|entry| entry.prefix.starts_with(prefix));
        inside.for_each(|entry| found.extend_from_slice(&entry.cubes));
        // Whatever the prefix begins with stands on the chain of the entry just before it.
        let mut at = first.checked_sub(1);
        while let Some(entry) = at.map(|at| &entries[at]) {
            if prefix.starts_with(entry.prefix) {
                found.extend_from_slice(&entry.cubes);
            }
            at = entry.parent;
        }
        found
    }
}

/// The operations of a set that has few.
fn few(operations: &OperationSet) -> Option<&[OperationId]> {
    let ids = operations.listed();
    (!operations.is_cofinite() && ids.len() <= LISTED).then_some(ids)
}

/// Entries in the order of their prefixes, each with its parent.
fn chain(prefixes: BTreeMap<&str, Vec<usize>>) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(prefixes.len());
    for (prefix, cubes) in prefixes {
        let mut parent = entries.len().checked_sub(1);
        while let Some(at) = parent
            && !prefix.starts_with(entries[at].prefix)
        {
            parent = entries[at].parent;
        }
        entries.push(Entry {
            prefix,
            parent,
            cubes,
        });
    }
    entries
}
