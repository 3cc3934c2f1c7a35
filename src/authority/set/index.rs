//! Which cubes of a long list can meet a given one, by vendor and by how their addresses begin.

use std::collections::BTreeMap;

use super::super::automaton::agree_at_start;
use super::super::operation::Universe;
use super::Cube;

/// Cubes by universe and by address prefix.
pub(super) struct Index<'a> {
    universes: BTreeMap<Universe, Vec<Entry<'a>>>,
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
        let mut sorted: BTreeMap<Universe, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
        for (at, cube) in cubes.iter().enumerate() {
            let prefixes = sorted.entry(cube.operations.universe()).or_default();
            prefixes.entry(cube.address.prefix()).or_default().push(at);
        }
        let universes = sorted
            .into_iter()
            .map(|(universe, prefixes)| (universe, chain(prefixes)))
            .collect();
        Self { universes }
    }

    /// The cubes of the same universe whose prefix begins with the cube's or the other way round, in order.
    pub(super) fn near(&self, cube: &Cube) -> Vec<usize> {
        let Some(entries) = self.universes.get(&cube.operations.universe()) else {
            return Vec::new();
        };
        let prefix = cube.address.prefix();
        let first = entries.partition_point(|entry| entry.prefix < prefix);
        let mut found = Vec::new();
        for entry in entries[first..]
            .iter()
            .take_while(|entry| entry.prefix.starts_with(prefix))
        {
            found.extend_from_slice(&entry.cubes);
        }
        // Whatever the prefix begins with stands on the chain of the entry just before it.
        let mut at = first.checked_sub(1);
        while let Some(entry) = at.map(|at| &entries[at]) {
            if agree_at_start(entry.prefix, prefix) {
                found.extend_from_slice(&entry.cubes);
            }
            at = entry.parent;
        }
        found.sort_unstable();
        found
    }
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
