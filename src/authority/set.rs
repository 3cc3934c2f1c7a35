//! Authority as a union of cubes, and the questions that are asked of it.

use super::address::AddressSet;
use super::condition::Conditions;
use super::operation::OperationSet;
use super::time::Interval;

mod cover;
mod index;

use cover::is_covered;
use index::Index;

/// How many pieces a difference may be cut into before what is left stays uncut.
const PIECES: usize = 2_000;

/// Operations on addresses, under conditions, for a time: every combination of the four.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cube {
    /// What may be done; of one vendor.
    pub operations: OperationSet,
    /// On what.
    pub address: AddressSet,
    /// When these hold.
    pub conditions: Conditions,
    /// When.
    pub time: Interval,
}

impl Cube {
    /// The operations on the addresses, unconditionally and for all time.
    pub fn new(operations: OperationSet, address: impl Into<AddressSet>) -> Self {
        Self {
            operations,
            address: address.into(),
            conditions: Conditions::none(),
            time: Interval::ALWAYS,
        }
    }

    /// Whether it holds no atom; `false` where the search's bound is passed.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() || self.time.is_empty() || self.address.is_empty()
    }

    /// What is in both; `None` where the cheap tests tell that nothing is. The rest may be empty still.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        if self.is_plainly_disjoint(other) {
            return None;
        }
        Some(Self {
            operations: self.operations.intersect(&other.operations),
            address: self.address.intersect(&other.address),
            conditions: self.conditions.and(&other.conditions)?,
            time: self.time.intersect(other.time),
        })
    }

    /// What is here and not in `other`, as cubes that may overlap.
    pub fn difference(&self, other: &Self) -> Vec<Self> {
        let Some(shared) = self.intersect(other) else {
            return vec![self.clone()];
        };
        let mut parts = Vec::new();
        let operations = self.operations.difference(&other.operations);
        if !operations.is_empty() {
            parts.push(Self {
                operations,
                ..self.clone()
            });
        }
        // Each cut is made in what the cuts before it left, so that parts overlap in addresses only.
        let mut rest = Self {
            operations: shared.operations,
            ..self.clone()
        };
        for time in self.time.difference(other.time) {
            parts.push(Self {
                time,
                ..rest.clone()
            });
        }
        rest.time = shared.time;
        for conditions in self.conditions.and_not(&other.conditions) {
            parts.push(Self {
                conditions,
                ..rest.clone()
            });
        }
        rest.conditions = shared.conditions;
        for address in self.address.difference(&other.address) {
            parts.push(Self {
                address,
                ..rest.clone()
            });
        }
        parts
    }

    /// Whether every atom is also in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.is_within_but_for_addresses(other) && self.address.is_subset(&other.address)
    }

    fn is_within_but_for_addresses(&self, other: &Self) -> bool {
        self.operations.is_subset(&other.operations)
            && self.time.is_subset(other.time)
            && self.conditions.is_subset(&other.conditions)
    }

    fn is_plainly_disjoint(&self, other: &Self) -> bool {
        self.operations.is_disjoint(&other.operations)
            || self.time.intersect(other.time).is_empty()
            || !self.conditions.compatible(&other.conditions)
            || self.address.is_plainly_disjoint(&other.address)
    }
}

/// A set of atoms: whatever is in one of its cubes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AuthoritySet {
    /// In the order given, or in their own after [`AuthoritySet::normalised`].
    pub cubes: Vec<Cube>,
}

impl From<Cube> for AuthoritySet {
    fn from(cube: Cube) -> Self {
        Self { cubes: vec![cube] }
    }
}

impl FromIterator<Cube> for AuthoritySet {
    fn from_iter<I: IntoIterator<Item = Cube>>(cubes: I) -> Self {
        Self {
            cubes: cubes.into_iter().collect(),
        }
    }
}

impl AuthoritySet {
    /// No authority.
    pub fn none() -> Self {
        Self::default()
    }

    /// What is in either, as one list of cubes.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.cubes.iter().chain(&other.cubes).cloned().collect()
    }

    /// What is in both, normalised.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let index = Index::new(&other.cubes);
        let mut cubes = Vec::new();
        for cube in &self.cubes {
            for at in index.near(cube) {
                cubes.extend(cube.intersect(&other.cubes[at]));
            }
        }
        Self { cubes }.normalised()
    }

    /// What is here and not in `other`, normalised. Where the cuts multiply past a bound, what is left
    /// of a cube stays as it is: too much rather than too little.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let index = Index::new(&other.cubes);
        let cubes = self
            .cubes
            .iter()
            .flat_map(|cube| remainder(cube, &other.cubes, &index))
            .collect();
        Self { cubes }.normalised()
    }

    /// Whether every atom is also in `other`; `false` where a bound is passed.
    pub fn is_subset(&self, other: &Self) -> bool {
        let index = Index::new(&other.cubes);
        self.cubes.iter().all(|cube| {
            let near = index.near(cube).into_iter().map(|at| &other.cubes[at]);
            is_covered(cube, &near.collect::<Vec<_>>())
        })
    }

    /// Whether it holds no atom; `false` where a bound is passed.
    pub fn is_empty(&self) -> bool {
        self.cubes.iter().all(Cube::is_empty)
    }

    /// Whether nothing is in both; `false` where a bound is passed.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        let index = Index::new(&other.cubes);
        self.cubes.iter().all(|cube| {
            index
                .near(cube)
                .into_iter()
                .filter_map(|at| cube.intersect(&other.cubes[at]))
                .all(|shared| shared.is_empty())
        })
    }

    /// The same atoms in fewer cubes and in the cubes' own order: no empty cube, none inside another,
    /// and none that differs from another in its operations only.
    #[must_use]
    pub fn normalised(&self) -> Self {
        let mut cubes: Vec<&Cube> = self.cubes.iter().filter(|cube| !cube.is_empty()).collect();
        cubes.sort_by(|a, b| {
            place(a)
                .cmp(&place(b))
                .then_with(|| a.operations.cmp(&b.operations))
        });
        let mut merged: Vec<Cube> = Vec::new();
        let mut at = 0;
        while at < cubes.len() {
            let group = cubes[at..]
                .iter()
                .take_while(|cube| place(cube) == place(cubes[at]))
                .count();
            let operations = join(
                cubes[at..at + group]
                    .iter()
                    .map(|cube| cube.operations.clone())
                    .collect(),
            );
            merged.push(Cube {
                operations,
                ..cubes[at].clone()
            });
            at += group;
        }
        let index = Index::new(&merged);
        let mut kept = vec![true; merged.len()];
        for (at, cube) in merged.iter().enumerate() {
            // Of two cubes inside each other the first stays, the second falling to it.
            kept[at] = !index.near(cube).into_iter().any(|other| {
                other != at
                    && kept[other]
                    && cube.is_subset(&merged[other])
                    && (other < at || !merged[other].is_subset(cube))
            });
        }
        let mut cubes: Vec<Cube> = merged
            .into_iter()
            .zip(kept)
            .filter_map(|(cube, kept)| kept.then_some(cube))
            .collect();
        cubes.sort_unstable();
        Self { cubes }
    }

    /// What of it is about `operations`; other vendors' authority is left out.
    #[must_use]
    pub fn restrict_operations(&self, operations: &OperationSet) -> Self {
        self.cubes
            .iter()
            .map(|cube| Cube {
                operations: cube.operations.intersect(operations),
                ..cube.clone()
            })
            .filter(|cube| !cube.operations.is_empty())
            .collect()
    }
}

/// All of a cube but its operations, and the universe of these: what two cubes share that can be one.
fn place(
    cube: &Cube,
) -> (
    super::operation::Universe,
    &AddressSet,
    &Conditions,
    Interval,
) {
    (
        cube.operations.universe(),
        &cube.address,
        &cube.conditions,
        cube.time,
    )
}

/// The union of sets of one universe, joined in pairs so that long lists are not copied over and over.
fn join(mut sets: Vec<OperationSet>) -> OperationSet {
    while sets.len() > 1 {
        let pairs = sets.chunks(2);
        sets = pairs
            .map(|pair| {
                let joined = pair[1..]
                    .iter()
                    .try_fold(pair[0].clone(), |a, b| a.union(b));
                joined.expect("grouped by universe")
            })
            .collect();
    }
    sets.pop().expect("a group has a cube")
}

/// What of `cube` is in none of `others`.
fn remainder(cube: &Cube, others: &[Cube], index: &Index<'_>) -> Vec<Cube> {
    let near: Vec<&Cube> = index.near(cube).into_iter().map(|at| &others[at]).collect();
    if is_covered(cube, &near) {
        return Vec::new();
    }
    let mut near: Vec<&Cube> = near
        .into_iter()
        .filter(|other| !cube.is_plainly_disjoint(other))
        .collect();
    // Whoever takes most in one cut goes first, so that the later ones find less to cut.
    near.sort_by_key(|other| {
        usize::from(!cube.operations.is_subset(&other.operations))
            + usize::from(!cube.time.is_subset(other.time))
            + usize::from(!cube.conditions.is_subset(&other.conditions))
    });
    let mut left = vec![cube.clone()];
    for other in near {
        let mut next = Vec::new();
        for piece in &left {
            next.extend(piece.difference(other));
        }
        if next.len() > PIECES {
            return left;
        }
        left = next;
    }
    left
}
