//! What of the authority came and went between two locks.
//!
//! Cubes are compared as sets, so that neither order, nor names of lists, nor how grants are split
//! into lines makes a difference; what the algebra does not know is compared by its words.

mod address;

use super::token::wildcard;
use super::{Cube, Effect, Fact, Line, Lock, Operations, SubjectKind};
use crate::authority::address::AddressSet;
use crate::authority::condition::{Conditions, Variable};
use crate::authority::operation::{OperationId, OperationSet, Universe};
use crate::authority::set::{AuthoritySet, Cube as Atoms};
use crate::authority::time::Interval;
use address::addresses;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Whether a change gives or takes authority.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Direction {
    /// More is possible than before.
    Widens,
    /// Less is possible than before.
    Narrows,
    /// Neither can be said: somebody is somebody else, a system is another one.
    Neutral,
}

/// A difference between two locks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LockChange {
    /// Whether it is about an integration or another principal; none for a system.
    pub kind: Option<SubjectKind>,
    /// The name of whom it is about; for a system the system's own.
    pub integration: String,
    /// The system, with its tenant where it has several.
    pub system: String,
    /// What changed: `grant`, `deny`, `gated by security for 8h grant`, `bound grant`,
    /// `bound deny`, `excess`, `identity`, `shared`, `trusts`, `system`.
    pub what: String,
    /// Whether authority comes or goes.
    pub direction: Direction,
    /// The operations that come or go, qualified and sorted; none where it is not about any.
    pub operations: Vec<String>,
    /// The resource that they come or go on, as it is written; who may become the identity, the
    /// identity itself, the unit that gives too much, or what a system is.
    pub resource: String,
    /// Whether all that lies inside the resource counts, too.
    pub within: bool,
    /// The conditions, fields and end of what comes or goes, as they are written; empty where there are none.
    pub detail: String,
}

impl fmt::Display for LockChange {
    /// As in `` `a` in `prod`: grant comes, `aws.s3.GetObject` on `prod.s3.bucket("x")` ``; of many
    /// operations the first three.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const FEW: usize = 3;
        let moves = match (&self.direction, self.what.as_str()) {
            (Direction::Neutral, _) => "changes",
            (Direction::Widens, what) if is_limit(what) => "goes",
            (Direction::Narrows, what) if !is_limit(what) => "goes",
            (Direction::Widens | Direction::Narrows, _) => "comes",
        };
        write!(
            f,
            "`{}` in `{}`: {} {moves}",
            self.integration, self.system, self.what
        )?;
        let names: Vec<String> = self
            .operations
            .iter()
            .take(FEW)
            .map(|name| format!("`{name}`"))
            .collect();
        if !names.is_empty() {
            write!(f, ", {}", names.join(", "))?;
            if self.operations.len() > FEW {
                write!(f, " and {} more", self.operations.len() - FEW)?;
            }
            f.write_str(match (self.what.as_str(), self.within) {
                ("excess", _) => " by",
                (_, true) => " within",
                (_, false) => " on",
            })?;
        }
        write!(f, " `{}`", self.resource)?;
        if !self.detail.is_empty() {
            write!(f, " {}", self.detail)?;
        }
        Ok(())
    }
}

/// Whether the more there is of it, the less is possible.
fn is_limit(what: &str) -> bool {
    what.ends_with("deny")
}

/// What the new lock has that the old one lacks and the other way round, sorted: by whom, where and
/// what. Two locks that differ in order, in names of lists or in how grants fall into lines are the
/// same. A denial that comes narrows, and one that goes widens.
pub fn compare(old: &Lock, new: &Lock) -> Vec<LockChange> {
    if old == new {
        return Vec::new();
    }
    let mut comparison = Comparison {
        old,
        new,
        numbers: BTreeMap::new(),
        vendors: BTreeMap::new(),
        variables: BTreeMap::new(),
        changes: Vec::new(),
    };
    comparison.number();
    let mut groups: BTreeMap<Key<'_>, (Vec<&Line>, Vec<&Line>)> = BTreeMap::new();
    for line in &old.lines {
        groups.entry(key(line)).or_default().0.push(line);
    }
    for line in &new.lines {
        groups.entry(key(line)).or_default().1.push(line);
    }
    for ((kind, subject, system), (before, after)) in groups {
        let same_lists = old.lists == new.lists;
        if before == after && same_lists {
            continue;
        }
        comparison.group((kind, subject, system), &before, &after);
    }
    comparison.systems();
    let mut changes = comparison.changes;
    changes.sort();
    changes.dedup();
    changes
}

type Key<'a> = (SubjectKind, &'a str, &'a str);

fn key(line: &Line) -> Key<'_> {
    (line.kind, &line.subject, &line.system)
}

struct Comparison<'a> {
    old: &'a Lock,
    new: &'a Lock,
    /// A number for each operation that either lock names.
    numbers: BTreeMap<&'a str, u32>,
    vendors: BTreeMap<&'a str, u32>,
    variables: BTreeMap<String, u32>,
    changes: Vec<LockChange>,
}

/// Cubes of one effect with what they stand for.
type Sets<'a> = Vec<(&'a Cube, Vec<Atoms>)>;

impl<'a> Comparison<'a> {
    /// Gives every operation a number, in the order of names.
    fn number(&mut self) {
        let mut names: BTreeSet<&'a str> = BTreeSet::new();
        for lock in [self.old, self.new] {
            for list in lock.lists.values() {
                names.extend(list.iter().map(String::as_str));
            }
            for line in &lock.lines {
                if let Some(operations) = operations_of(&line.fact) {
                    names.extend(operations.named.iter().map(String::as_str));
                    names.extend(operations.but.iter().map(String::as_str));
                }
            }
        }
        let vendors: BTreeSet<&str> = names.iter().map(|name| vendor(name)).collect();
        self.vendors = vendors.into_iter().zip(0..).collect();
        self.numbers = names.into_iter().zip(0..).collect();
    }

    fn group(&mut self, key: Key<'a>, before: &[&'a Line], after: &[&'a Line]) {
        let mut effects: BTreeSet<&'a Effect> = BTreeSet::new();
        for line in before.iter().chain(after) {
            if let Fact::Cube(cube) = &line.fact {
                effects.insert(&cube.effect);
            }
        }
        for effect in effects {
            let old = self.sets(self.old, before, effect);
            let new = self.sets(self.new, after, effect);
            // Without a bound everything may be held, so the first one takes and the last one gives.
            let (gained, lost) = match effect {
                Effect::Bound if old.is_empty() || new.is_empty() => {
                    (Direction::Narrows, Direction::Widens)
                }
                Effect::Grant | Effect::Bound | Effect::Gated { denied: false, .. } => {
                    (Direction::Widens, Direction::Narrows)
                }
                Effect::Deny | Effect::BoundDeny | Effect::Gated { denied: true, .. } => {
                    (Direction::Narrows, Direction::Widens)
                }
            };
            self.cubes(key, effect, &new, &old, gained);
            self.cubes(key, effect, &old, &new, lost);
        }
        self.excess(key, before, after);
        self.trusts(key, before, after);
        for (from, to, direction) in [
            (before, after, Direction::Narrows),
            (after, before, Direction::Widens),
        ] {
            for line in from.iter().filter(|line| !to.contains(line)) {
                match &line.fact {
                    Fact::Shared { with } => {
                        self.say(key, "shared", direction, with.clone());
                    }
                    Fact::Identity { identity, from } => {
                        let mut text = identity.clone().unwrap_or_default();
                        if let Some(from) = from {
                            text.push_str(" from ");
                            text.push_str(from);
                        }
                        self.say(key, "identity", Direction::Neutral, text);
                    }
                    Fact::Trusts { .. } | Fact::Cube(_) | Fact::Excess { .. } => {}
                }
            }
        }
    }

    /// Cubes of `own` that are not wholly in `known`.
    fn cubes(
        &mut self,
        key: Key<'a>,
        effect: &Effect,
        own: &Sets<'a>,
        known: &Sets<'a>,
        direction: Direction,
    ) {
        let mut others: Option<AuthoritySet> = None;
        for (cube, atoms) in own {
            if known.iter().any(|(_, other)| other == atoms) {
                continue;
            }
            let others = others.get_or_insert_with(|| {
                let all = known.iter().flat_map(|(_, atoms)| atoms);
                all.cloned().collect()
            });
            let all: AuthoritySet = atoms.iter().cloned().collect();
            if all.is_subset(others) {
                continue;
            }
            let left = all.difference(others);
            let operations = self.names(&left);
            if operations.is_empty() {
                continue;
            }
            self.changes.push(LockChange {
                kind: Some(key.0),
                integration: key.1.to_owned(),
                system: key.2.to_owned(),
                what: effect.to_string(),
                direction,
                operations,
                resource: cube.resource.clone(),
                within: cube.within,
                detail: detail(cube),
            });
        }
    }

    fn sets(&mut self, lock: &'a Lock, lines: &[&'a Line], effect: &Effect) -> Sets<'a> {
        let mut sets = Vec::new();
        for line in lines {
            if let Fact::Cube(cube) = &line.fact
                && cube.effect == *effect
            {
                let atoms = self.atoms(lock, cube);
                sets.push((cube, atoms));
            }
        }
        sets
    }

    /// The cubes of the algebra that a line stands for: one a vendor and address.
    fn atoms(&mut self, lock: &'a Lock, cube: &'a Cube) -> Vec<Atoms> {
        let mut words: Vec<String> = cube
            .conditions
            .iter()
            .map(|one| format!("where {one}"))
            .collect();
        // Fewer fields, or something left out, is less in a way that only the words know.
        if !cube.fields.is_empty() {
            words.push(format!("fields {:?}", cube.fields));
        }
        words.extend(cube.except.iter().map(|one| format!("except {one}")));
        let mut signed = Vec::new();
        for word in words {
            let next = u32::try_from(self.variables.len()).unwrap_or(u32::MAX);
            let number = *self.variables.entry(word).or_insert(next);
            signed.push((Variable(number), true));
        }
        let conditions = Conditions::all(signed).unwrap_or_default();
        let time = cube.until.map_or(Interval::ALWAYS, Interval::until);
        let addresses = addresses(&cube.resource, cube.within);
        let mut atoms = Vec::new();
        for operations in self.operations(lock, &cube.operations) {
            for address in &addresses {
                atoms.push(Atoms {
                    conditions: conditions.clone(),
                    time,
                    ..Atoms::new(operations.clone(), AddressSet::from(address.clone()))
                });
            }
        }
        atoms
    }

    /// One set of operations a vendor.
    fn operations(&self, lock: &'a Lock, operations: &'a Operations) -> Vec<OperationSet> {
        let mut by_vendor: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut whole: BTreeSet<u32> = BTreeSet::new();
        let mut put = |name: &str| {
            let of = self.vendors.get(vendor(name)).copied().unwrap_or(u32::MAX);
            match wildcard(name) {
                Some(head) if !head.contains('.') => {
                    whole.insert(of);
                }
                Some(_) => {
                    let start = name.trim_end_matches('*');
                    let all = self.numbers.iter();
                    let inside = all.filter(|(other, _)| other.starts_with(start));
                    let numbers = inside.map(|(_, &number)| number);
                    by_vendor.entry(of).or_default().extend(numbers);
                }
                None => {
                    let number = self.numbers.get(name).copied();
                    by_vendor.entry(of).or_default().extend(number);
                }
            }
        };
        for name in &operations.named {
            put(name);
        }
        for list in &operations.lists {
            for name in lock.lists.get(list).into_iter().flatten() {
                if !operations.but.contains(name) {
                    put(name);
                }
            }
        }
        let mut sets: Vec<OperationSet> = whole
            .iter()
            .map(|&of| OperationSet::all(Universe(of)))
            .collect();
        for (of, numbers) in by_vendor {
            if !whole.contains(&of) {
                let ids = numbers.into_iter().map(OperationId);
                sets.push(OperationSet::finite(Universe(of), ids));
            }
        }
        sets
    }

    /// The names of a set's operations, sorted: `aws.*` for all of a vendor's.
    fn names(&self, set: &AuthoritySet) -> Vec<String> {
        let by_number: BTreeMap<u32, &str> = self.numbers.iter().map(|(&n, &i)| (i, n)).collect();
        let mut names = BTreeSet::new();
        for cube in &set.cubes {
            if cube.operations.is_cofinite() {
                let of = cube.operations.universe().0;
                let vendor = self.vendors.iter().find(|(_, number)| **number == of);
                names.extend(vendor.map(|(name, _)| format!("{name}.*")));
                continue;
            }
            let ids = cube.operations.iter_finite().into_iter().flatten();
            let known = ids.filter_map(|id| by_number.get(&id.0));
            names.extend(known.map(|name| (*name).to_owned()));
        }
        names.into_iter().collect()
    }

    fn excess(&mut self, key: Key<'a>, before: &[&'a Line], after: &[&'a Line]) {
        let gather = |lock: &'a Lock, lines: &[&'a Line]| {
            let mut all: BTreeMap<&'a str, BTreeSet<&'a str>> = BTreeMap::new();
            for line in lines {
                if let Fact::Excess { unit, operations } = &line.fact {
                    let names = expanded(lock, operations);
                    all.entry(unit).or_default().extend(names);
                }
            }
            all
        };
        let (old, new) = (gather(self.old, before), gather(self.new, after));
        for (own, other, direction) in [
            (&new, &old, Direction::Widens),
            (&old, &new, Direction::Narrows),
        ] {
            for (unit, names) in own {
                let none = BTreeSet::new();
                let known = other.get(unit).unwrap_or(&none);
                let operations: Vec<String> = names
                    .difference(known)
                    .map(|name| (*name).to_owned())
                    .collect();
                if !operations.is_empty() {
                    self.changes.push(LockChange {
                        kind: Some(key.0),
                        integration: key.1.to_owned(),
                        system: key.2.to_owned(),
                        what: "excess".to_owned(),
                        direction,
                        operations,
                        resource: (*unit).to_owned(),
                        within: false,
                        detail: String::new(),
                    });
                }
            }
        }
    }

    /// Who may become the identity, under conditions that no line of the other side covers.
    fn trusts(&mut self, key: Key<'a>, before: &[&'a Line], after: &[&'a Line]) {
        for (own, other, direction) in [
            (after, before, Direction::Widens),
            (before, after, Direction::Narrows),
        ] {
            for line in own {
                let Fact::Trusts { who, conditions } = &line.fact else {
                    continue;
                };
                let covered = other.iter().any(|known| match &known.fact {
                    Fact::Trusts {
                        who: known,
                        conditions: fewer,
                    } => known == who && fewer.is_subset(conditions),
                    Fact::Identity { .. }
                    | Fact::Shared { .. }
                    | Fact::Cube(_)
                    | Fact::Excess { .. } => false,
                });
                if covered {
                    continue;
                }
                let all: Vec<&str> = conditions.iter().map(String::as_str).collect();
                self.changes.push(LockChange {
                    kind: Some(key.0),
                    integration: key.1.to_owned(),
                    system: key.2.to_owned(),
                    what: "trusts".to_owned(),
                    direction,
                    operations: Vec::new(),
                    resource: who.clone(),
                    within: false,
                    detail: if all.is_empty() {
                        String::new()
                    } else {
                        format!("where {}", all.join(" and "))
                    },
                });
            }
        }
    }

    /// Systems that are other tenants now, or have other settings.
    fn systems(&mut self) {
        for (name, what) in &self.new.systems {
            let Some(before) = self.old.systems.get(name).filter(|old| *old != what) else {
                continue;
            };
            self.changes.push(LockChange {
                kind: None,
                integration: name.clone(),
                system: name.clone(),
                what: "system".to_owned(),
                direction: Direction::Neutral,
                operations: Vec::new(),
                resource: what.clone(),
                within: false,
                detail: format!("was {before}"),
            });
        }
    }

    fn say(&mut self, key: Key<'a>, what: &str, direction: Direction, resource: String) {
        self.changes.push(LockChange {
            kind: Some(key.0),
            integration: key.1.to_owned(),
            system: key.2.to_owned(),
            what: what.to_owned(),
            direction,
            operations: Vec::new(),
            resource,
            within: false,
            detail: String::new(),
        });
    }
}

fn operations_of(fact: &Fact) -> Option<&Operations> {
    match fact {
        Fact::Cube(cube) => Some(&cube.operations),
        Fact::Excess { operations, .. } => Some(operations),
        Fact::Identity { .. } | Fact::Shared { .. } | Fact::Trusts { .. } => None,
    }
}

fn expanded<'a>(lock: &'a Lock, operations: &'a Operations) -> BTreeSet<&'a str> {
    let lists = operations.lists.iter();
    let listed = lists.filter_map(|name| lock.lists.get(name)).flatten();
    listed
        .filter(|name| !operations.but.contains(*name))
        .chain(&operations.named)
        .map(String::as_str)
        .collect()
}

fn vendor(operation: &str) -> &str {
    operation.split('.').next().unwrap_or(operation)
}

fn detail(cube: &Cube) -> String {
    let mut words = Vec::new();
    if !cube.except.is_empty() {
        let all: Vec<&str> = cube.except.iter().map(String::as_str).collect();
        words.push(format!("except {}", all.join(", ")));
    }
    if !cube.fields.is_empty() {
        let all: Vec<&str> = cube.fields.iter().map(String::as_str).collect();
        words.push(format!("fields {}", all.join(", ")));
    }
    if !cube.conditions.is_empty() {
        let all: Vec<&str> = cube.conditions.iter().map(String::as_str).collect();
        words.push(format!("where {}", all.join(" and ")));
    }
    if let Some(until) = cube.until {
        words.push(format!("until {}", super::line::end(until)));
    }
    words.join(" ")
}
