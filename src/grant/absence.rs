//! `never` at a vendor of units: held by absence, accepted, or not held.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::State;
use super::cover::{Answer, given};
use super::draft::{Draft, Granter, Want, placed};
use super::excess::quoted;
use super::resource::ungated;
use crate::diagnostic::Diagnostic;
use crate::model::PartyId;
use crate::model::catalog::{SlotId, UnitId};
use crate::model::rule::Slice;
use crate::source::Span;
use std::collections::BTreeSet;

impl<'m> Granter<'m> {
    /// Rows of `never` clauses: held by absence, or not held at all.
    pub(super) fn unit_absence(&mut self, draft: &Draft<'m>, answer: &Answer) {
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
    pub(super) fn gate_absence(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], answer: &Answer) {
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
