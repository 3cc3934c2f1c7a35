//! The least-excess choice of units: exact by branch and bound at the sizes that vendors have.
//!
//! The cost of a choice is what the *whole* choice gives beyond what is declared: units overlap,
//! so a sum of costs would count the same excess twice. Ties go to the fewest units, then to the
//! names that sort first.

use super::draft::Granter;
use crate::model::catalog::{Catalog, SlotId, UnitId, VendorId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many choices are tried before the best one so far is taken. Vendors' catalogues are far
/// from it; past it the answer still covers everything, only the excess may not be the least.
const CHOICES: usize = 100_000;

/// What is asked: equal questions have equal answers.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub vendor: VendorId,
    /// Slots that must be given.
    pub wanted: Vec<SlotId>,
    /// Slots that are declared, so that giving them is no excess.
    pub declared: Vec<SlotId>,
    /// Slots that must not be given.
    pub forbidden: Vec<SlotId>,
    /// Units that are held in any case.
    pub held: Vec<UnitId>,
}

/// What was found.
#[derive(Clone, Default, Debug)]
pub(super) struct Answer {
    /// The units, sorted by name, held ones included.
    pub units: Vec<UnitId>,
    /// Wanted slots that no unit gives.
    pub impossible: Vec<SlotId>,
    /// Wanted slots that only units give which also give something forbidden.
    pub excluded: Vec<SlotId>,
}

impl Granter<'_> {
    /// The least-excess units for a question.
    pub(super) fn cover(&mut self, question: Question) -> Arc<Answer> {
        if let Some(known) = self.covers.get(&question) {
            return known.clone();
        }
        let answer = Arc::new(answer(&self.model.catalog, &question));
        self.covers.insert(question, answer.clone());
        answer
    }
}

/// All that a set of units gives: a permit counts when the units that it needs are there too.
pub(super) fn given(catalog: &Catalog, units: &BTreeSet<UnitId>) -> BTreeSet<SlotId> {
    let mut held: BTreeSet<UnitId> = BTreeSet::new();
    for &unit in units {
        held.extend(catalog.contained(unit));
    }
    let mut slots = BTreeSet::new();
    for &unit in &held {
        for permit in &catalog.unit(unit).permits {
            if permit.with.iter().all(|other| held.contains(other)) {
                slots.insert(permit.slot);
            }
        }
    }
    slots
}

fn answer(catalog: &Catalog, question: &Question) -> Answer {
    let mut found = Answer::default();
    let forbidden: BTreeSet<SlotId> = question.forbidden.iter().copied().collect();
    let mut options: BTreeMap<SlotId, Vec<BTreeSet<UnitId>>> = BTreeMap::new();
    for &slot in &question.wanted {
        let all = ways(catalog, question.vendor, slot);
        let held: BTreeSet<UnitId> = question.held.iter().copied().collect();
        let allowed: Vec<BTreeSet<UnitId>> = all
            .iter()
            .filter(|way| {
                let with: BTreeSet<UnitId> = way.union(&held).copied().collect();
                given(catalog, &with).is_disjoint(&forbidden)
            })
            .cloned()
            .collect();
        if all.is_empty() {
            found.impossible.push(slot);
        } else if allowed.is_empty() {
            found.excluded.push(slot);
        } else {
            options.insert(slot, allowed);
        }
    }
    let declared: BTreeSet<SlotId> = question.declared.iter().copied().collect();
    let mut search = Search {
        catalog,
        declared: &declared,
        forbidden: &forbidden,
        options: &options,
        best: None,
        left: CHOICES,
    };
    let start: BTreeSet<UnitId> = question.held.iter().copied().collect();
    search.extend(&start);
    if let Some((_, _, _, units)) = search.best {
        found.units = needed(catalog, &units, &start, &options);
    } else {
        found.excluded.extend(options.keys());
        found.excluded.sort_unstable();
        found.units = start.into_iter().collect();
    }
    found
        .units
        .sort_by(|a, b| catalog.unit(*a).name.cmp(&catalog.unit(*b).name));
    found
}

/// The ways in which one slot can be given: a unit with those that it needs, smallest first.
fn ways(catalog: &Catalog, vendor: VendorId, slot: SlotId) -> Vec<BTreeSet<UnitId>> {
    let operation = catalog.operation_of(slot);
    let mut direct: Vec<BTreeSet<UnitId>> = Vec::new();
    for &unit in &operation.units {
        for permit in &catalog.unit(unit).permits {
            if permit.slot == slot {
                let mut way: BTreeSet<UnitId> = permit.with.iter().copied().collect();
                way.insert(unit);
                direct.push(way);
            }
        }
    }
    let mut all = direct.clone();
    for (index, unit) in catalog.units.iter().enumerate() {
        if unit.vendor != vendor || unit.implies.is_empty() {
            continue;
        }
        let id = UnitId::at(index);
        let contained: BTreeSet<UnitId> = catalog.contained(id).into_iter().collect();
        for way in &direct {
            if !way.contains(&id) && !way.is_disjoint(&contained) {
                let mut larger: BTreeSet<UnitId> = way.difference(&contained).copied().collect();
                larger.insert(id);
                all.push(larger);
            }
        }
    }
    all.sort_by_key(|way| {
        let names: Vec<&str> = way.iter().map(|&unit| &*catalog.unit(unit).name).collect();
        (way.len(), names.join(","))
    });
    all.dedup();
    all
}

/// Units that could be left out again are.
fn needed(
    catalog: &Catalog,
    units: &BTreeSet<UnitId>,
    held: &BTreeSet<UnitId>,
    options: &BTreeMap<SlotId, Vec<BTreeSet<UnitId>>>,
) -> Vec<UnitId> {
    let mut kept = units.clone();
    for &unit in units {
        if held.contains(&unit) {
            continue;
        }
        let mut without = kept.clone();
        without.remove(&unit);
        let slots = given(catalog, &without);
        if options.keys().all(|slot| slots.contains(slot)) {
            kept = without;
        }
    }
    kept.into_iter().collect()
}

/// A choice with its cost: excess, number of units, their names.
type Choice = (usize, usize, Vec<String>, BTreeSet<UnitId>);

struct Search<'c> {
    catalog: &'c Catalog,
    declared: &'c BTreeSet<SlotId>,
    forbidden: &'c BTreeSet<SlotId>,
    options: &'c BTreeMap<SlotId, Vec<BTreeSet<UnitId>>>,
    best: Option<Choice>,
    left: usize,
}

impl Search<'_> {
    fn extend(&mut self, chosen: &BTreeSet<UnitId>) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let slots = given(self.catalog, chosen);
        if !slots.is_disjoint(self.forbidden) {
            return;
        }
        let excess = slots.difference(self.declared).count();
        let names = || -> Vec<String> {
            let mut names: Vec<String> = chosen
                .iter()
                .map(|&unit| self.catalog.unit(unit).name.to_string())
                .collect();
            names.sort();
            names
        };
        if let Some((best, count, known, _)) = &self.best
            && (excess, chosen.len()) >= (*best, *count)
            && ((excess, chosen.len()) > (*best, *count) || names() >= *known)
        {
            return;
        }
        let open = self
            .options
            .iter()
            .filter(|(slot, _)| !slots.contains(slot))
            .min_by_key(|(slot, ways)| (ways.len(), **slot));
        let Some((_, ways)) = open else {
            self.best = Some((excess, chosen.len(), names(), chosen.clone()));
            return;
        };
        let mut next: Vec<(usize, BTreeSet<UnitId>)> = ways
            .iter()
            .map(|way| {
                let with: BTreeSet<UnitId> = chosen.union(way).copied().collect();
                let cost = given(self.catalog, &with).difference(self.declared).count();
                (cost, with)
            })
            .collect();
        next.sort_by_key(|(cost, with)| (*cost, with.len()));
        for (_, with) in next {
            self.extend(&with);
        }
    }
}
