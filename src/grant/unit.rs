//! Vendors with units of their own: scopes, permissions, roles. The least-excess choice is granted;
//! what it gives beyond the declaration is said.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::cover::{Answer, Question, given};
use super::draft::{Draft, Granter, Want, placed};
use super::excess::{quoted, unique};
use super::resource::{gates, ungated};
use super::{Bundle, Gate, Grant, RowId, State, Units};
use crate::authority::pattern::Pattern;
use crate::diagnostic::Diagnostic;
use crate::model::PartyId;
use crate::model::catalog::{Binding, SlotId, UnitId};
use crate::model::party::ClauseKind;
use crate::model::rule::Slice;
use crate::model::thing::{Thing, ThingStep};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl<'m> Granter<'m> {
    /// Grants and gates of one identity, by units.
    pub(super) fn by_units(&mut self, draft: &Draft<'m>, bundle: &mut Bundle) {
        let plain = ungated(&draft.wants);
        let answer = self.ask(draft, &plain);
        bundle.grants = self.unit_grants(draft, &plain, &answer);
        self.unit_findings(draft, &plain, &answer);
        self.unit_absence(draft, &answer);
        for (approval, gated) in gates(&draft.wants) {
            let mut all = plain.clone();
            all.extend(gated.iter().copied());
            let answer = self.ask(draft, &all);
            let grants = self.unit_grants(draft, &all, &answer);
            self.impossible(draft, &gated, &answer);
            self.excluded(draft, &gated, &answer);
            self.gate_absence(draft, &all, &answer);
            bundle.gates.push(Gate {
                by: approval.0,
                duration: approval.1,
                grants,
                denies: Vec::new(),
            });
        }
    }

    fn ask(&mut self, draft: &Draft<'m>, wants: &[Want<'m>]) -> Arc<Answer> {
        let mut wanted: BTreeSet<SlotId> = BTreeSet::new();
        let mut declared: BTreeSet<SlotId> = BTreeSet::new();
        for want in wants {
            for slice in want.of().slices.iter() {
                declared.extend(Self::slots(&slice.cube.operations));
                if want.emitted {
                    wanted.extend(Self::slots(&self.carved(draft, slice)));
                }
            }
        }
        let mut held: BTreeSet<UnitId> = BTreeSet::new();
        for &(party, clause) in &draft.holds {
            if let ClauseKind::Holds { units, .. } =
                &self.model.party(party).clauses[clause as usize].kind
            {
                held.extend(units);
            }
        }
        declared.extend(given(&self.model.catalog, &held));
        let forbidden = self.forbidden(draft, wants);
        self.cover(Question {
            vendor: draft.vendor,
            wanted: wanted.into_iter().collect(),
            declared: declared.into_iter().collect(),
            forbidden: forbidden.into_iter().collect(),
            held: held.into_iter().collect(),
        })
    }

    /// Slots that must not be given where the units bind, unless that is accepted.
    fn forbidden(&self, draft: &Draft<'m>, wants: &[Want<'m>]) -> BTreeSet<SlotId> {
        let mut slots = BTreeSet::new();
        for forbid in &draft.forbids {
            for slice in forbid.of().slices.iter() {
                if self.accepts(forbid.party, "cannot-exclude", &slice.thing) {
                    continue;
                }
                if slice.of.is_some() && !self.within_binding(draft, wants, &slice.thing) {
                    continue;
                }
                match slice.cube.operations.iter_finite() {
                    Some(ids) => slots.extend(ids.map(SlotId::of)),
                    None => slots.extend(self.all_slots(draft)),
                }
            }
        }
        slots
    }

    fn all_slots(&self, draft: &Draft<'m>) -> Vec<SlotId> {
        let catalog = &self.model.catalog;
        (0..catalog.slots.len())
            .map(SlotId::at)
            .filter(|&slot| catalog.operation_of(slot).vendor == draft.vendor)
            .collect()
    }

    /// Whether a thing lies where the credential's units bind: in the tenant, or in one of its top
    /// resources.
    fn within_binding(&self, draft: &Draft<'m>, wants: &[Want<'m>], thing: &Thing) -> bool {
        match self.model.catalog.vendor(draft.vendor).binding {
            Binding::Tenant => true,
            Binding::Credential | Binding::Resource => {
                wants.iter().filter(|want| want.emitted).any(|want| {
                    let top = top_steps(&want.of().thing);
                    let other = top_steps(thing);
                    top.iter().zip(other).all(|(a, b)| {
                        a.of != b.of || a.names.iter().zip(&b.names).all(|(a, b)| a.intersects(b))
                    })
                })
            }
        }
    }

    fn unit_grants(
        &mut self,
        draft: &Draft<'m>,
        wants: &[Want<'m>],
        answer: &Answer,
    ) -> Vec<Grant> {
        let catalog = &self.model.catalog;
        let mut grants = Vec::new();
        for &unit in &answer.units {
            // What it gives by itself, and what the others would lose without it.
            let mut gives = given(catalog, &[unit].into());
            let all: BTreeSet<UnitId> = answer.units.iter().copied().collect();
            let mut others = all.clone();
            others.remove(&unit);
            let rest = given(catalog, &others);
            gives.extend(given(catalog, &all).difference(&rest));
            let mut rows: Vec<RowId> = Vec::new();
            let mut things: Vec<Thing> = Vec::new();
            let mut ends = BTreeSet::new();
            let mut fields = BTreeSet::new();
            for want in wants.iter().filter(|want| want.emitted) {
                let meets = want.of().slices.iter().any(|slice| {
                    Self::slots(&slice.cube.operations)
                        .iter()
                        .any(|slot| gives.contains(slot))
                });
                if !meets {
                    continue;
                }
                let of = self.rows_of(want.party, want.clause);
                rows.extend(of.of_part(want.part));
                ends.insert(self.end(want));
                fields.insert(want.rule.fields.clone());
                let binding = catalog.unit(unit).binding;
                if binding != Binding::Tenant {
                    let top = self.top(&want.of().thing, binding);
                    if !things.contains(&top) {
                        things.push(top);
                    }
                }
            }
            for &(party, clause) in &draft.holds {
                if let ClauseKind::Holds { units, .. } =
                    &self.model.party(party).clauses[clause as usize].kind
                {
                    let of = self.rows_of(party, clause);
                    for (held, &row) in units.iter().zip(&of.parts) {
                        if *held == unit {
                            rows.push(row);
                        }
                    }
                }
            }
            things.sort_by_key(|thing| self.thing_text(thing));
            let addresses: Vec<Pattern> = things
                .iter()
                .map(|thing| self.declared_address(draft, thing))
                .collect();
            let until = match ends.iter().collect::<Vec<_>>()[..] {
                [one] => *one,
                _ => None,
            };
            let fields = match fields.iter().collect::<Vec<_>>()[..] {
                [one] => one.clone(),
                _ => Vec::new(),
            };
            grants.push(Grant {
                units: Units::Named(vec![unit]),
                things,
                addresses,
                conditions: Vec::new(),
                until,
                fields,
                bind_tenant: false,
                rows: unique(rows),
            });
        }
        grants
    }

    /// The resource that a unit binds to: the one itself, or the top one of its credential.
    fn top(&self, thing: &Thing, binding: Binding) -> Thing {
        let steps: Vec<ThingStep> = match binding {
            Binding::Resource => thing.steps.clone(),
            Binding::Credential | Binding::Tenant => top_steps(thing).to_vec(),
        };
        let of = steps
            .last()
            .map_or(self.model.system(thing.system).tenant_type, |step| step.of);
        Thing {
            steps,
            of,
            ..thing.clone()
        }
    }

    fn unit_findings(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
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

    fn impossible(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
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

    fn excluded(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
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

    /// Rows of `never` clauses: held by absence, or not held at all.
    fn unit_absence(&mut self, draft: &Draft<'m>, answer: &Answer) {
        let all: BTreeSet<UnitId> = answer.units.iter().copied().collect();
        let gives = given(&self.model.catalog, &all);
        let wants = ungated(&draft.wants);
        for forbid in &draft.forbids {
            let broken: Vec<&Slice> = forbid
                .of()
                .slices
                .iter()
                .filter(|slice| {
                    let address = placed(self.model, draft, slice);
                    !address.is_empty()
                        && (slice.of.is_none() || self.within_binding(draft, &wants, &slice.thing))
                        && gives
                            .iter()
                            .any(|slot| slice.cube.operations.contains(slot.operation()))
                })
                .collect();
            let (accepted, open): (Vec<&Slice>, Vec<&Slice>) = broken
                .into_iter()
                .partition(|slice| self.accepts(forbid.party, "cannot-exclude", &slice.thing));
            let rows = self.rows_of(forbid.party, forbid.clause);
            if !accepted.is_empty() {
                self.say_accepted(forbid, &wants, &accepted, &gives);
            }
            if !open.is_empty() {
                self.say_held_anyway(draft, forbid);
            }
            let broken = !accepted.is_empty() || !open.is_empty();
            for row in rows.of_part(forbid.part).into_iter().chain(rows.conditions) {
                if broken {
                    self.set(
                        row,
                        State::Unenforced,
                        Some("a unit that is needed gives it too, and the vendor has no denial"),
                    );
                } else {
                    self.set(row, State::EnforcedByAbsence, None);
                }
            }
        }
    }

    /// What a gate gives although a `never` forbids it, which an `accept` covers.
    fn gate_absence(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
        let all: BTreeSet<UnitId> = answer.units.iter().copied().collect();
        let gives = given(&self.model.catalog, &all);
        for forbid in &draft.forbids {
            let broken: Vec<&Slice> = forbid
                .of()
                .slices
                .iter()
                .filter(|slice| {
                    (slice.of.is_none() || self.within_binding(draft, wants, &slice.thing))
                        && self.accepts(forbid.party, "cannot-exclude", &slice.thing)
                        && gives
                            .iter()
                            .any(|slot| slice.cube.operations.contains(slot.operation()))
                })
                .collect();
            if broken.is_empty() {
                continue;
            }
            self.say_accepted(forbid, wants, &broken, &gives);
            for row in self
                .rows_of(forbid.party, forbid.clause)
                .of_part(forbid.part)
            {
                self.set(
                    row,
                    State::Unenforced,
                    Some("it is not held while an approval lasts: a unit that is needed gives it"),
                );
            }
        }
    }

    /// The finding that an `accept` covers is still said, so that it is counted and shown as used.
    fn say_accepted(
        &mut self,
        forbid: &Want<'m>,
        wants: &[Want<'m>],
        slices: &[&Slice],
        gives: &BTreeSet<SlotId>,
    ) {
        let broken: BTreeSet<SlotId> = slices
            .iter()
            .flat_map(|slice| {
                gives
                    .iter()
                    .copied()
                    .filter(|slot| slice.cube.operations.contains(slot.operation()))
            })
            .collect();
        let names = self.names_of(broken);
        let mut found = Diagnostic::error(
            "cannot-exclude",
            forbid.of().thing.span,
            format!(
                "this `never` is not held: what is needed also gives {}",
                quoted(&names)
            ),
        );
        let places: BTreeSet<Span> = slices
            .iter()
            .filter_map(|slice| self.accepting(forbid.party, "cannot-exclude", &slice.thing))
            .collect();
        for span in places {
            found = found.related(span, "accepted here");
        }
        if let Some(want) = wants.iter().find(|want| want.emitted) {
            found = found.related(want.of().thing.span, "wanted here");
        }
        self.say(forbid.party, found);
    }

    fn say_held_anyway(&mut self, draft: &Draft<'m>, forbid: &Want<'m>) {
        let holder: Option<(PartyId, u32)> = draft.holds.first().copied();
        if let Some((party, clause)) = holder {
            let span = self.model.party(party).clauses[clause as usize].span;
            let found = Diagnostic::error(
                "cannot-exclude",
                forbid.of().thing.span,
                "this `never` cannot be held: a unit that is held gives it",
            )
            .related(span, "held here")
            .help("replace the unit by `allow` clauses for what is needed");
            self.say(forbid.party, found);
        }
    }
}

/// The steps down to the first that has a name: what a credential is bound to.
fn top_steps(thing: &Thing) -> &[ThingStep] {
    let end = thing
        .steps
        .iter()
        .position(|step| !step.names.is_empty())
        .map_or(0, |index| index + 1);
    &thing.steps[..end]
}
