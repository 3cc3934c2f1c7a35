//! Whether one cube lies in the union of others, decided one dimension after the other.
//!
//! The cube is cut where the others begin or end, first in operations, then in time, then in
//! conditions, so that within a piece each of the others holds in all but addresses or not at all;
//! one automaton then decides the addresses.

use std::collections::HashMap;

use super::super::address::AddressSet;
use super::super::condition::Conditions;
use super::super::operation::OperationSet;
use super::super::time::Interval;
use super::Cube;

/// How many pieces may be looked at before the cube is said not to be covered.
const PIECES: usize = 10_000;

/// Whether every atom of `cube` is in one of `others`; `false` where a bound is passed.
pub(super) fn is_covered(cube: &Cube, others: &[&Cube]) -> bool {
    if cube.is_empty() || others.iter().any(|other| cube.is_subset(other)) {
        return true;
    }
    let others: Vec<&Cube> = others
        .iter()
        .filter(|other| !cube.is_plainly_disjoint(other))
        .copied()
        .collect();
    let Some(groups) = by_operation(&cube.operations, &others) else {
        return false;
    };
    let mut cover = Cover {
        cube,
        others: &others,
        known: HashMap::new(),
        pieces: 0,
    };
    groups.iter().all(|group| cover.in_time(group))
}

/// For each kind of operation that the others tell apart, which of them hold it; `None` where some
/// operation is held by none.
fn by_operation(operations: &OperationSet, others: &[&Cube]) -> Option<Vec<Vec<usize>>> {
    let mut groups = vec![(operations.clone(), Vec::new())];
    for (at, other) in others.iter().enumerate() {
        for number in 0..groups.len() {
            let (group, held_by): &mut (OperationSet, Vec<usize>) = &mut groups[number];
            if group.is_disjoint(&other.operations) {
                continue;
            }
            let without = group.difference(&other.operations);
            let split = (!without.is_empty()).then(|| (without, held_by.clone()));
            if split.is_some() {
                *group = group.intersect(&other.operations);
            }
            held_by.push(at);
            groups.extend(split);
        }
    }
    let mut lists: Vec<Vec<usize>> = groups.into_iter().map(|(_, held_by)| held_by).collect();
    lists.sort_unstable();
    lists.dedup();
    lists
        .first()
        .is_some_and(|list| !list.is_empty())
        .then_some(lists)
}

struct Cover<'a> {
    cube: &'a Cube,
    others: &'a [&'a Cube],
    /// What was found for the addresses of these others together.
    known: HashMap<Vec<usize>, bool>,
    pieces: usize,
}

impl Cover<'_> {
    fn in_time(&mut self, list: &[usize]) -> bool {
        let whole = self.cube.time;
        let ends = list.iter().flat_map(|at| {
            let time = self.others[*at].time;
            time.start.into_iter().chain(time.end)
        });
        let mut ends: Vec<_> = ends
            .filter(|end| whole.start.is_none_or(|start| start < *end) && whole.contains(*end))
            .collect();
        ends.sort_unstable();
        ends.dedup();
        let mut start = whole.start;
        for end in ends.into_iter().map(Some).chain([whole.end]) {
            let piece = Interval { start, end };
            let list: Vec<usize> = list
                .iter()
                .copied()
                .filter(|at| piece.is_subset(self.others[*at].time))
                .collect();
            let conditions = self.cube.conditions.clone();
            if !self.under(&conditions, &list) {
                return false;
            }
            start = end;
        }
        true
    }

    /// Whether the addresses are covered by those of `list` wherever `conditions` hold.
    fn under(&mut self, conditions: &Conditions, list: &[usize]) -> bool {
        let list: Vec<usize> = list
            .iter()
            .copied()
            .filter(|at| self.others[*at].conditions.compatible(conditions))
            .collect();
        // What even all of them do not cover, no part of them covers; nor is there a need to look further
        // where those that hold already do.
        if !self.addresses(&list) {
            return false;
        }
        let (hold, may): (Vec<usize>, Vec<usize>) = list
            .iter()
            .partition(|at| conditions.is_subset(&self.others[**at].conditions));
        if may.is_empty() || self.addresses(&hold) {
            return true;
        }
        let open = may.iter().flat_map(|at| self.others[*at].conditions.iter());
        let Some(variable) = open
            .map(|(variable, _)| variable)
            .find(|variable| conditions.sign(*variable).is_none())
        else {
            return false;
        };
        [true, false].into_iter().all(|holds| {
            let branch = conditions.and(&Conditions::one(variable, holds));
            branch.is_none_or(|branch| self.under(&branch, &list))
        })
    }

    fn addresses(&mut self, list: &[usize]) -> bool {
        if let Some(known) = self.known.get(list) {
            return *known;
        }
        self.pieces += 1;
        if self.pieces > PIECES {
            return false;
        }
        let others: Vec<AddressSet> = list
            .iter()
            .map(|at| self.others[*at].address.clone())
            .collect();
        let covered = self.cube.address.is_subset_of_union(&others);
        self.known.insert(list.to_vec(), covered);
        covered
    }
}
