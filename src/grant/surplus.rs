//! What the chosen units give beyond the declaration, and what they cannot give.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::State;
use super::cover::{Answer, given};
use super::draft::{Draft, Granter, Want};
use super::excess::quoted;
use super::unit::top_steps;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{Binding, SlotId, UnitId};
use crate::model::party::ClauseKind;
use std::collections::{BTreeMap, BTreeSet};

impl<'m> Granter<'m> {
    pub(super) fn unit_findings(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
        self.impossible(draft, wants, answer);
        self.excluded(draft, wants, answer);
        self.unit_conditions(wants);
        self.surplus(draft, wants, answer);
        self.products(draft, wants, answer);
        self.narrower_names(draft, wants, answer);
    }

    fn unit_conditions(&mut self, wants: &[Want<'m>]) {
        for want in wants {
            if want.rule.conditions.is_empty() || want.part != 0 {
                continue;
            }
            let system = self.model.system(want.of().thing.system).name.clone();
            if let Some(row) = self.rows_of(want.party, want.clause).conditions {
                let why = format!("the units of {system} take no conditions");
                self.set(row, State::Unenforced, Some(&why));
            }
            let span = want.rule.conditions_span.unwrap_or(want.of().thing.span);
            self.say(
                want.party,
                Diagnostic::warning(
                    "unenforced-condition",
                    span,
                    format!("`{system}` cannot judge this condition, so this is granted without it"),
                )
                .help("what the condition would have kept out is granted all the same: remove it, or hold it by other means and say so with `accept`"),
            );
        }
    }

    pub(super) fn impossible(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
        let impossible: BTreeSet<SlotId> = answer.impossible.iter().copied().collect();
        for want in wants.iter().filter(|want| want.emitted) {
            let mut slots: BTreeSet<SlotId> = BTreeSet::new();
            for slice in want.of().slices.iter() {
                slots.extend(Self::slots(&slice.cube.operations));
            }
            let lost: Vec<SlotId> = slots.intersection(&impossible).copied().collect();
            if lost.is_empty() {
                continue;
            }
            let names = self.names_of(lost.iter().copied());
            let system = self.model.system(draft.system).name.clone();
            let whole = lost.len() == slots.len();
            let exact = want.rule.names_operations && want.rule.verbs.is_empty();
            let message = format!("no unit of `{system}` gives {}", quoted(&names));
            let span = want.of().thing.span;
            if whole || exact {
                for row in self.rows_of(want.party, want.clause).of_part(want.part) {
                    self.set(
                        row,
                        State::Unenforced,
                        Some("no unit of the vendor gives it"),
                    );
                }
                self.say(
                    want.party,
                    Diagnostic::error("unexpressible", span, message).help(
                        "remove the clause, or add the unit to the vendor in a file of your own",
                    ),
                );
            } else {
                self.say(
                    want.party,
                    Diagnostic::warning("unexpressible", span, message)
                        .help("the rest is granted: name the operations that are needed"),
                );
            }
        }
    }

    pub(super) fn excluded(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
        let excluded: BTreeSet<SlotId> = answer.excluded.iter().copied().collect();
        if excluded.is_empty() {
            return;
        }
        for want in wants.iter().filter(|want| want.emitted) {
            let mut lost: BTreeSet<SlotId> = BTreeSet::new();
            for slice in want.of().slices.iter() {
                lost.extend(
                    Self::slots(&slice.cube.operations)
                        .into_iter()
                        .filter(|slot| excluded.contains(slot)),
                );
            }
            if lost.is_empty() {
                continue;
            }
            let names = self.names_of(lost.iter().copied());
            let units = self.units_giving(&lost);
            let forbid = self.forbidding(draft, &units);
            for row in self.rows_of(want.party, want.clause).of_part(want.part) {
                self.set(
                    row,
                    State::Unenforced,
                    Some("every unit that gives it also gives something forbidden"),
                );
            }
            let (party, span, thing) =
                forbid.map_or((want.party, want.of().thing.span, None), |forbid| {
                    (
                        forbid.party,
                        forbid.of().thing.span,
                        Some(forbid.of().thing.clone()),
                    )
                });
            let units: Vec<String> = units
                .iter()
                .map(|&unit| self.model.catalog.unit(unit).name.to_string())
                .collect();
            let on = thing.map_or_else(String::new, |thing| {
                format!(" on {}", self.thing_text(&thing))
            });
            let found = Diagnostic::error(
                "cannot-exclude",
                span,
                format!(
                    "this `never` cannot be held: every unit that gives {} gives it too ({})",
                    quoted(&names),
                    quoted(&units)
                ),
            )
            .related(want.of().thing.span, "wanted here")
            .help(format!(
                "do without one of the two, or accept it with a reason: `accept cannot-exclude{on} because \"…\" by TEAM until DATE`"
            ));
            self.say(party, found);
        }
    }

    fn units_giving(&self, slots: &BTreeSet<SlotId>) -> Vec<UnitId> {
        let mut units = BTreeSet::new();
        for &slot in slots {
            units.extend(&self.model.catalog.operation_of(slot).units);
        }
        units.into_iter().collect()
    }

    fn forbidding(&self, draft: &Draft<'m>, units: &[UnitId]) -> Option<Want<'m>> {
        let all: BTreeSet<UnitId> = units.iter().copied().collect();
        let gives = given(&self.model.catalog, &all);
        draft
            .forbids
            .iter()
            .find(|forbid| {
                forbid.of().slices.iter().any(|slice| {
                    !self.accepts(forbid.party, "cannot-exclude", &slice.thing)
                        && gives
                            .iter()
                            .any(|slot| slice.cube.operations.contains(slot.operation()))
                })
            })
            .copied()
    }

    /// Operations that the chosen units give and nobody declared.
    fn surplus(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
        let mut declared: BTreeSet<SlotId> = BTreeSet::new();
        for want in wants {
            for slice in want.of().slices.iter() {
                declared.extend(Self::slots(&slice.cube.operations));
            }
        }
        let held: BTreeSet<UnitId> = draft
            .holds
            .iter()
            .flat_map(|&(party, clause)| {
                match &self.model.party(party).clauses[clause as usize].kind {
                    ClauseKind::Holds { units, .. } => units.clone(),
                    _ => Vec::new(),
                }
            })
            .collect();
        declared.extend(given(&self.model.catalog, &held));
        let all: BTreeSet<UnitId> = answer.units.iter().copied().collect();
        let mut extra: BTreeSet<SlotId> = given(&self.model.catalog, &all)
            .difference(&declared)
            .copied()
            .collect();
        for &unit in &answer.units {
            let own = given(&self.model.catalog, &[unit].into());
            let here: Vec<SlotId> = own.intersection(&extra).copied().collect();
            if here.is_empty() {
                continue;
            }
            for slot in &here {
                extra.remove(slot);
            }
            let because = wants.iter().filter(|want| want.emitted).find(|want| {
                want.of().slices.iter().any(|slice| {
                    Self::slots(&slice.cube.operations)
                        .iter()
                        .any(|slot| own.contains(slot))
                })
            });
            let Some(because) = because.copied() else {
                continue;
            };
            let names = self.names_of(here.iter().copied());
            let name = self.model.catalog.unit(unit).name.to_string();
            self.excess(draft, &because, name.clone(), here);
            let found = Diagnostic::warning(
                "excess-authority",
                because.of().thing.span,
                format!(
                    "`{name}` is the least that gives this, and it also gives {}",
                    quoted(&names)
                ),
            )
            .help("the vendor has no narrower unit: an intruder gets this too, so count it in, or do without");
            self.say(because.party, found);
        }
    }

    /// Units of one credential hold on all of its resources: write on A and read on B become write
    /// on both.
    fn products(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
        let mut by_top: BTreeMap<String, (BTreeSet<SlotId>, Want<'m>)> = BTreeMap::new();
        for want in wants.iter().filter(|want| want.emitted) {
            let top = self.thing_text(&self.top(&want.of().thing, Binding::Credential));
            let entry = by_top
                .entry(top)
                .or_insert_with(|| (BTreeSet::new(), *want));
            for slice in want.of().slices.iter() {
                entry.0.extend(Self::slots(&slice.cube.operations));
            }
        }
        let bound: BTreeSet<UnitId> = answer
            .units
            .iter()
            .copied()
            .filter(|&unit| self.model.catalog.unit(unit).binding == Binding::Credential)
            .collect();
        if by_top.len() < 2 || bound.is_empty() {
            return;
        }
        let all: BTreeSet<SlotId> = by_top
            .values()
            .flat_map(|(slots, _)| slots)
            .copied()
            .collect();
        for (top, (slots, want)) in by_top.clone() {
            let more: Vec<SlotId> = all.difference(&slots).copied().collect();
            if more.is_empty() {
                continue;
            }
            let names = self.names_of(more.iter().copied());
            self.excess(draft, &want, format!("one credential for {top}"), more);
            let found = Diagnostic::warning(
                "excess-authority",
                want.of().thing.span,
                format!(
                    "permissions of one credential hold on all of its resources, so it also gets {} on `{top}`",
                    quoted(&names)
                ),
            )
            .help("split the integration's credential: one for each set of permissions");
            self.say(want.party, found);
        }
    }

    /// A name that no unit can be limited to.
    fn narrower_names(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
        let tenant_wide = answer
            .units
            .iter()
            .any(|&unit| self.model.catalog.unit(unit).binding == Binding::Tenant);
        for want in wants.iter().filter(|want| want.emitted) {
            let thing = &want.of().thing;
            let from = match self.model.catalog.vendor(draft.vendor).binding {
                Binding::Tenant => 0,
                Binding::Credential => top_steps(thing).len(),
                Binding::Resource => thing.steps.len(),
            };
            if from > 0 && !tenant_wide && thing.steps.len() <= from {
                continue;
            }
            let named = thing.steps.iter().skip(from).find(|step| {
                step.names
                    .iter()
                    .any(|name| !super::resource::is_whole(name))
            });
            let Some(step) = named else {
                continue;
            };
            let of = self.model.catalog.of(step.of).name.to_string();
            let mut slots = Vec::new();
            for slice in want.of().slices.iter() {
                slots.extend(Self::slots(&slice.cube.operations));
            }
            self.excess(draft, want, format!("{of} of any name"), slots);
            let system = &self.model.system(draft.system).name;
            let found = Diagnostic::warning(
                "excess-authority",
                thing.span,
                format!("the units of `{system}` cannot be limited to this name, so this is granted on every `{of}`"),
            )
            .help("nothing narrower exists: an intruder gets all of them, so count them in");
            self.say(want.party, found);
        }
    }
}
