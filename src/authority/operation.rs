//! Sets of a vendor's operations: a list of some, or all but a list.

use std::cmp::Ordering;
use std::sync::Arc;

/// One vendor's operation in one of its resource slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub u32);

/// The vendor whose operations are counted; operations of different universes never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Universe(pub u32);

/// Operations of one universe: finitely many, or all but finitely many. The latter includes
/// operations that no catalogue knows yet, so it is never empty and never inside a finite set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationSet {
    universe: Universe,
    /// Whether `listed` is what is left out.
    cofinite: bool,
    /// Sorted, without repetition; shared by clones, since AWS's write actions alone are thousands.
    listed: Arc<[OperationId]>,
}

impl OperationSet {
    /// The operations listed, in any order.
    pub fn finite(universe: Universe, ids: impl IntoIterator<Item = OperationId>) -> Self {
        Self {
            universe,
            cofinite: false,
            listed: sorted(ids),
        }
    }

    /// Every operation of the universe but those listed.
    pub fn cofinite(universe: Universe, but: impl IntoIterator<Item = OperationId>) -> Self {
        Self {
            universe,
            cofinite: true,
            listed: sorted(but),
        }
    }

    /// Every operation of the universe.
    pub fn all(universe: Universe) -> Self {
        Self::cofinite(universe, [])
    }

    /// No operation.
    pub fn none(universe: Universe) -> Self {
        Self::finite(universe, [])
    }

    /// The universe it is about.
    pub fn universe(&self) -> Universe {
        self.universe
    }

    /// Whether it is all but finitely many.
    pub fn is_cofinite(&self) -> bool {
        self.cofinite
    }

    /// The sorted list that defines it: its members where finite, what it lacks where cofinite.
    pub fn listed(&self) -> &[OperationId] {
        &self.listed
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        !self.cofinite && self.listed.is_empty()
    }

    /// Whether `id` is in it, `id` being of the same universe.
    pub fn contains(&self, id: OperationId) -> bool {
        self.listed.binary_search(&id).is_ok() != self.cofinite
    }

    /// The members in order where there are finitely many; `None` where cofinite.
    pub fn iter_finite(&self) -> Option<impl ExactSizeIterator<Item = OperationId> + '_> {
        (!self.cofinite).then(|| self.listed.iter().copied())
    }

    /// What is in either; `None` for two universes, unless one of the sets is empty.
    pub fn union(&self, other: &Self) -> Option<Self> {
        if self.universe != other.universe {
            return match (self.is_empty(), other.is_empty()) {
                (_, true) => Some(self.clone()),
                (true, false) => Some(other.clone()),
                (false, false) => None,
            };
        }
        Some(match (self.cofinite, other.cofinite) {
            (false, false) => {
                self.with(false, merge(&self.listed, &other.listed, true, true, true))
            }
            (false, true) => {
                self.with(true, merge(&self.listed, &other.listed, false, false, true))
            }
            (true, false) => {
                self.with(true, merge(&self.listed, &other.listed, true, false, false))
            }
            (true, true) => self.with(true, merge(&self.listed, &other.listed, false, true, false)),
        })
    }

    /// What is in both; empty for two universes.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        if self.universe != other.universe {
            return Self::none(self.universe);
        }
        if self.same_list(other) && self.cofinite == other.cofinite {
            return self.clone();
        }
        match (self.cofinite, other.cofinite) {
            (false, false) => self.with(
                false,
                merge(&self.listed, &other.listed, false, true, false),
            ),
            (false, true) => self.with(
                false,
                merge(&self.listed, &other.listed, true, false, false),
            ),
            (true, false) => self.with(
                false,
                merge(&self.listed, &other.listed, false, false, true),
            ),
            (true, true) => self.with(true, merge(&self.listed, &other.listed, true, true, true)),
        }
    }

    /// What is here and not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        if self.universe != other.universe {
            return self.clone();
        }
        self.intersect(&Self {
            universe: other.universe,
            cofinite: !other.cofinite,
            listed: Arc::clone(&other.listed),
        })
    }

    /// Whether everything here is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        if self.is_empty() {
            return true;
        }
        if self.universe != other.universe {
            return false;
        }
        match (self.cofinite, other.cofinite) {
            (false, false) => includes(&other.listed, &self.listed),
            (false, true) => disjoint(&self.listed, &other.listed),
            (true, false) => false,
            (true, true) => includes(&self.listed, &other.listed),
        }
    }

    /// Whether nothing is in both.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        if self.universe != other.universe {
            return true;
        }
        match (self.cofinite, other.cofinite) {
            (false, false) => disjoint(&self.listed, &other.listed),
            (false, true) => includes(&other.listed, &self.listed),
            (true, false) => includes(&self.listed, &other.listed),
            (true, true) => false,
        }
    }

    fn same_list(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.listed, &other.listed) || self.listed == other.listed
    }

    fn with(&self, cofinite: bool, listed: Vec<OperationId>) -> Self {
        Self {
            universe: self.universe,
            cofinite,
            listed: listed.into(),
        }
    }
}

fn sorted(ids: impl IntoIterator<Item = OperationId>) -> Arc<[OperationId]> {
    let mut ids: Vec<OperationId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}

/// One pass over two sorted lists that keeps what is only in the first, in both, only in the second.
fn merge(
    a: &[OperationId],
    b: &[OperationId],
    first: bool,
    both: bool,
    second: bool,
) -> Vec<OperationId> {
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            Ordering::Less => {
                if first {
                    out.push(a[i]);
                }
                i += 1;
            }
            Ordering::Equal => {
                if both {
                    out.push(a[i]);
                }
                i += 1;
                j += 1;
            }
            Ordering::Greater => {
                if second {
                    out.push(b[j]);
                }
                j += 1;
            }
        }
    }
    if first {
        out.extend_from_slice(&a[i..]);
    }
    if second {
        out.extend_from_slice(&b[j..]);
    }
    out
}

/// Whether every entry of the sorted `small` is in the sorted `large`.
fn includes(large: &[OperationId], small: &[OperationId]) -> bool {
    if small.len() > large.len() {
        return false;
    }
    // A short list is looked up, a long one merged.
    if small.len() < large.len() / 16 {
        return small.iter().all(|id| large.binary_search(id).is_ok());
    }
    let mut rest = large.iter();
    small
        .iter()
        .all(|id| rest.find(|other| *other >= id) == Some(id))
}

fn disjoint(a: &[OperationId], b: &[OperationId]) -> bool {
    let (Some(a_last), Some(b_last)) = (a.last(), b.last()) else {
        return true;
    };
    if a_last < &b[0] || b_last < &a[0] {
        return true;
    }
    let (small, large) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if small.len() < large.len() / 16 {
        return !small.iter().any(|id| large.binary_search(id).is_ok());
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            Ordering::Less => i += 1,
            Ordering::Equal => return false,
            Ordering::Greater => j += 1,
        }
    }
    true
}
