//! Vendors with units of their own: scopes, permissions, roles. The least-excess choice is granted;
//! what it gives beyond the declaration is said.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::cover::{Answer, Question, given};
use super::draft::{Draft, Granter, Want};
use super::excess::unique;
use super::resource::{gates, ungated};
use super::{Bundle, Gate, Grant, RowId, Units};
use crate::authority::pattern::Pattern;
use crate::model::catalog::{Binding, SlotId, UnitId};
use crate::model::party::ClauseKind;
use crate::model::thing::{Thing, ThingStep};
use std::collections::BTreeSet;
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
    pub(super) fn within_binding(
        &self,
        draft: &Draft<'m>,
        wants: &[Want<'m>],
        thing: &Thing,
    ) -> bool {
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
    pub(super) fn top(&self, thing: &Thing, binding: Binding) -> Thing {
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
}

/// The steps down to the first that has a name: what a credential is bound to.
pub(super) fn top_steps(thing: &Thing) -> &[ThingStep] {
    let end = thing
        .steps
        .iter()
        .position(|step| !step.names.is_empty())
        .map_or(0, |index| index + 1);
    &thing.steps[..end]
}
