//! `never`: explicit denials where the vendor has them, absence elsewhere, and conflicts between
//! those who share an identity.

use super::draft::{Draft, Granter, Want, placed};
use super::merge::Merged;
use super::{Bundle, Grant, RowId, State, Units};
use crate::authority::operation::OperationSet;
use crate::authority::pattern::Pattern;
use crate::diagnostic::Diagnostic;
use crate::model::PartyId;
use crate::model::catalog::{SlotId, TypeRank};
use crate::model::rule::Slice;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Past this many characters of names a denial is shortened to prefixes. An AWS managed policy
/// holds 6,144 characters (IAM and STS quotas), and a denial should leave room for others.
const LONG: usize = 3_000;

/// From this many conflicts of a clause on, others are said only where the other side has none yet.
const CONFLICTS: usize = 20;

/// From this many operations on, what a denial comes to is remembered.
const MANY: usize = 32;

/// The names of wanted operations, in lower case, by service.
pub(super) type Wanted = BTreeMap<String, BTreeSet<String>>;

impl<'m> Granter<'m> {
    /// The explicit denials of an identity: its `never` clauses, and the holes of its `allow`s.
    pub(super) fn denials(
        &mut self,
        draft: &Draft<'m>,
        wants: &[Want<'m>],
        first: bool,
    ) -> Vec<Grant> {
        let mut denies = Merged::default();
        if self.model.catalog.vendor(draft.vendor).denies {
            let wanted = self.wanted_names(wants);
            for want in draft.forbids.iter().filter(|want| want.emitted) {
                if first {
                    self.unsupported_keys(draft, want, true);
                }
                for slice in want.of().slices.iter() {
                    if let Some(grant) = self.denial(draft, want, slice, &wanted, first) {
                        denies.add(grant);
                    }
                }
            }
        }
        for want in wants.iter().filter(|want| want.emitted) {
            for slice in want.of().slices.iter() {
                self.hole(draft, want, slice, wants, first, &mut denies);
            }
        }
        denies.into_grants()
    }

    fn denial(
        &mut self,
        draft: &Draft<'m>,
        want: &Want<'m>,
        slice: &'m Slice,
        wanted: &Wanted,
        first: bool,
    ) -> Option<Grant> {
        let rows = self.rows_of(want.party, want.clause);
        let mut held = rows.of_part(want.part);
        let (conditions, lost) = self.enforceable(&want.rule.conditions);
        if let Some(row) = rows.conditions {
            if lost.is_empty() {
                held.push(row);
            } else if first {
                self.set(
                    row,
                    State::Unenforced,
                    Some("the vendor has no key for it: the denial holds whatever the condition says"),
                );
            }
        }
        if !lost.is_empty() && self.meets_a_want(draft, slice) {
            if first {
                for row in held {
                    self.set(row, State::Unenforced, Some("the vendor cannot judge its condition, and without it the denial would meet an `allow`"));
                }
            }
            return None;
        }
        let rank = self.model.catalog.of(slice.thing.of).rank;
        let units = if want.of().everything && rank == TypeRank::Tenant {
            Units::Everything
        } else if want.of().everything {
            Units::Service(self.model.catalog.of(slice.thing.of).name.clone())
        } else {
            self.denied(slice, wanted)
        };
        let (things, addresses) = if slice.of.is_none() {
            (vec![slice.thing.clone()], vec![Pattern::any()])
        } else {
            let declared = self.declared_address(draft, &slice.thing);
            let address = self.vendor_address(&declared, &slice.thing);
            (vec![slice.thing.clone()], vec![address])
        };
        Some(Grant {
            units,
            things,
            addresses,
            conditions,
            until: None,
            fields: want.rule.fields.clone(),
            bind_tenant: false,
            rows: held,
        })
    }

    fn meets_a_want(&self, draft: &Draft<'m>, slice: &Slice) -> bool {
        draft.wants.iter().any(|want| {
            want.of()
                .slices
                .iter()
                .any(|other| self.slices_meet(draft, other, slice))
        })
    }

    /// The names of wanted operations by service, in lower case: AWS compares names without regard
    /// to case (IAM User Guide, "Action").
    fn wanted_names(&self, wants: &[Want<'m>]) -> Wanted {
        let catalog = &self.model.catalog;
        let mut names = Wanted::new();
        for want in wants {
            for slice in want.of().slices.iter() {
                for slot in Self::slots(&slice.cube.operations) {
                    let operation = catalog.operation_of(slot);
                    names
                        .entry(operation.service.as_deref().unwrap_or("").to_owned())
                        .or_default()
                        .insert(operation.name.to_lowercase());
                }
            }
        }
        names
    }

    /// A denial's operations. Many identities have the same denials beside the same wants, and the
    /// names of a whole vendor are long, so equal questions are answered once.
    fn denied(&mut self, slice: &'m Slice, wanted: &Wanted) -> Units {
        let listed = slice.cube.operations.listed();
        if listed.len() < MANY {
            let slots = self.by_name(Self::slots(&slice.cube.operations));
            return self.shortened(slots, slice, wanted);
        }
        let of = slice.thing.of;
        // The list lies in the model, which outlives this, so its place stands for what it holds.
        let known = self
            .denied
            .entry((of, listed.as_ptr() as usize))
            .or_default();
        if let Some(units) = known.get(wanted) {
            return units.clone();
        }
        let slots = self.by_name(Self::slots(&slice.cube.operations));
        let units = self.shortened(slots, slice, wanted);
        self.denied
            .entry((of, listed.as_ptr() as usize))
            .or_default()
            .insert(wanted.clone(), units.clone());
        units
    }

    /// A denial's operations, as prefixes that match no wanted operation where the list is long.
    fn shortened(&self, slots: Vec<SlotId>, slice: &Slice, wanted: &Wanted) -> Units {
        let catalog = &self.model.catalog;
        let length: usize = slots
            .iter()
            .map(|&slot| {
                let operation = catalog.operation_of(slot);
                operation.name.len() + operation.service.as_deref().map_or(0, str::len) + 4
            })
            .sum();
        let spelled = self
            .model
            .catalog
            .vendor(catalog.of(slice.thing.of).vendor)
            .spelling
            .is_some();
        if length <= LONG || !spelled {
            return Units::Operations(slots);
        }
        let none = BTreeSet::new();
        let mut prefixes: BTreeSet<String> = BTreeSet::new();
        for &slot in &slots {
            let id = catalog.slot(slot).operation;
            let operation = catalog.operation(id);
            let service = operation.service.as_deref().unwrap_or("");
            let avoid = wanted.get(service).unwrap_or(&none);
            let name = operation.name.to_lowercase();
            let full = catalog.spelled(id);
            let head = full.len() - operation.name.len();
            let mut cut = None;
            for (end, _) in operation.name.char_indices() {
                if !avoid.iter().any(|other| other.starts_with(&name[..end])) {
                    cut = Some(end);
                    break;
                }
            }
            prefixes.insert(match cut {
                Some(end) => format!("{}*", &full[..head + end]),
                None => full,
            });
        }
        let kept: Vec<Box<str>> = prefixes
            .iter()
            .filter(|one| {
                !prefixes.iter().any(|other| {
                    other != *one
                        && other
                            .strip_suffix('*')
                            .is_some_and(|head| one.starts_with(head))
                })
            })
            .map(|one| one.as_str().into())
            .collect();
        Units::Prefixes(kept)
    }

    /// What `except` takes out of an `allow` becomes a denial, but only where that denial meets no
    /// other `allow` of the identity.
    fn hole(
        &mut self,
        draft: &Draft<'m>,
        want: &Want<'m>,
        slice: &Slice,
        wants: &[Want<'m>],
        first: bool,
        denies: &mut Merged,
    ) {
        if slice.cube.address.outside().is_empty() {
            return;
        }
        let span = want.of().thing.span;
        let rows = self.rows_of(want.party, want.clause).of_part(want.part);
        if !self.model.catalog.vendor(draft.vendor).denies {
            if first {
                let vendor = &self.model.catalog.vendor(draft.vendor).name;
                let found = Diagnostic::error(
                    "unexpressible",
                    span,
                    format!("{vendor} cannot grant this with an `except`: it has no denial"),
                )
                .help("write one `allow` for each name that is meant, instead of all but some");
                for row in rows {
                    self.set(row, State::Unenforced, Some("the vendor has no denial"));
                }
                self.say(want.party, found);
            }
            return;
        }
        for outside in slice.cube.address.outside().to_vec() {
            let hole = Slice {
                cube: crate::authority::set::Cube::new(
                    slice.cube.operations.clone(),
                    outside.clone(),
                ),
                ..slice.clone()
            };
            let meets = wants.iter().find(|other| {
                (other.party, other.clause) != (want.party, want.clause)
                    && other
                        .of()
                        .slices
                        .iter()
                        .any(|slice| self.slices_meet(draft, slice, &hole))
            });
            if let Some(other) = meets {
                if first {
                    let found = Diagnostic::error(
                        "unexpressible",
                        span,
                        "what this `except` takes out is allowed by another clause of the same identity",
                    )
                    .related(other.of().thing.span, "allowed here")
                    .help("a denial would beat both: write the `allow` without `except`, for what is meant only");
                    self.say(want.party, found);
                }
                return;
            }
            let thing = want
                .of()
                .except
                .iter()
                .find(|except| self.declared_address(draft, except) == outside)
                .cloned()
                .unwrap_or_else(|| slice.thing.clone());
            denies.add(Grant {
                units: Units::Operations(self.by_name(Self::slots(&slice.cube.operations))),
                addresses: vec![self.vendor_address(&outside, &slice.thing)],
                things: vec![thing],
                conditions: Vec::new(),
                until: None,
                fields: Vec::new(),
                bind_tenant: false,
                rows: rows.clone(),
            });
        }
    }

    /// What is left of a slice's slots when those that a `never` takes wholly are left out: `never`
    /// beats `allow`. A denial that holds on a part of the addresses only, or under a condition,
    /// takes nothing out here.
    pub(super) fn carved(&self, draft: &Draft<'m>, slice: &Slice) -> OperationSet {
        let mut left = slice.cube.operations.clone();
        if left.is_cofinite() {
            return left;
        }
        let address = placed(self.model, draft, slice);
        for &forbid in draft.forbids_near(&left).iter() {
            if left.is_empty() {
                break;
            }
            let forbid = &draft.forbids[forbid];
            if !forbid.rule.conditions.is_empty() {
                continue;
            }
            for other in forbid.of().slices.iter() {
                if !left.is_disjoint(&other.cube.operations)
                    && address.is_subset(&placed(self.model, draft, other))
                {
                    left = left.difference(&other.cube.operations);
                }
            }
        }
        left
    }

    /// Says which `allow`s a `never` takes wholly.
    pub(super) fn dead_allows(&mut self, draft: &Draft<'m>) {
        if draft.forbids.is_empty() {
            return;
        }
        for want in draft.wants.iter().filter(|want| want.emitted) {
            let dead = !want.of().slices.is_empty()
                && want
                    .of()
                    .slices
                    .iter()
                    .all(|slice| self.carved(draft, slice).is_empty());
            if !dead {
                continue;
            }
            let by = draft.forbids.iter().find(|forbid| {
                forbid.of().slices.iter().any(|other| {
                    want.of()
                        .slices
                        .iter()
                        .any(|slice| self.slices_meet(draft, slice, other))
                })
            });
            let mut found = Diagnostic::warning(
                "dead-allow",
                want.of().thing.span,
                "a `never` takes all of this, so it allows nothing",
            )
            .help("`never` beats `allow`: remove one of the two");
            if let Some(by) = by {
                found = found.related(by.of().thing.span, "never allowed because of this");
            }
            for row in self.rows_of(want.party, want.clause).of_part(want.part) {
                self.set(row, State::Unenforced, Some("a `never` takes all of it"));
            }
            self.say(want.party, found);
        }
    }

    /// One's `allow` meeting another's `never` on a shared identity. Where many share one, every
    /// clause that conflicts is named, but not with every other: the advice is the same for all.
    pub(super) fn conflicts(&mut self, draft: &Draft<'m>) {
        let mut parties = draft.wants.iter().chain(&draft.forbids);
        let Some(first) = parties.next() else {
            return;
        };
        if parties.all(|one| one.party == first.party) {
            return;
        }
        // A number for each clause, and in how many conflicts it is named.
        let mut numbers: HashMap<(PartyId, u32), usize> = HashMap::new();
        let mut number = |want: &Want<'m>| {
            let next = numbers.len();
            *numbers.entry((want.party, want.clause)).or_insert(next)
        };
        let wants: Vec<usize> = draft.wants.iter().map(&mut number).collect();
        let forbids: Vec<usize> = draft.forbids.iter().map(&mut number).collect();
        let mut named = vec![0usize; numbers.len()];
        let mut said = BTreeSet::new();
        for (want, &one) in draft.wants.iter().zip(&wants) {
            let near = match &want.of().slices[..] {
                [slice] => draft.forbids_near(&slice.cube.operations),
                slices => {
                    let near: BTreeSet<usize> = slices
                        .iter()
                        .flat_map(|slice| draft.forbids_near(&slice.cube.operations).to_vec())
                        .collect();
                    near.into_iter().collect()
                }
            };
            for &index in near.iter() {
                let (forbid, other) = (&draft.forbids[index], forbids[index]);
                let enough =
                    named[one].min(named[other]) > 0 && named[one].max(named[other]) >= CONFLICTS;
                if enough || want.party == forbid.party || said.contains(&(one, other)) {
                    continue;
                }
                let met = want.of().slices.iter().find_map(|a| {
                    forbid.of().slices.iter().find_map(|b| {
                        self.slices_meet(draft, a, b)
                            .then(|| a.cube.operations.intersect(&b.cube.operations))
                    })
                });
                let Some(operations) = met else {
                    continue;
                };
                said.insert((one, other));
                named[one] += 1;
                named[other] += 1;
                self.say_conflict(want, forbid, &operations);
            }
        }
    }

    fn say_conflict(&mut self, want: &Want<'m>, forbid: &Want<'m>, operations: &OperationSet) {
        let names = self.names_of(Self::slots(operations));
        let shown = super::excess::quoted(&names);
        let one = self.model.party(want.party).name.to_string();
        let other = self.model.party(forbid.party).name.to_string();
        let (a, b) = (want.of().thing.span, forbid.of().thing.span);
        for (party, span, related, message) in [
            (
                want.party,
                a,
                b,
                format!(
                    "`{one}` is allowed {shown}, and `{other}` with the same identity must never do it"
                ),
            ),
            (
                forbid.party,
                b,
                a,
                format!(
                    "`{other}` must never do {shown}, and `{one}` with the same identity is allowed to"
                ),
            ),
        ] {
            if !self.model.party(party).is_integration() {
                continue;
            }
            let found = Diagnostic::error("identity-conflict", span, message)
                .related(related, "the other side")
                .help("an identity holds what all who share it hold: give one of them an identity of its own");
            self.say(party, found);
        }
    }

    /// A `never` at a vendor without denial holds when nothing that is granted gives it.
    pub(super) fn by_absence(&mut self, draft: &Draft<'m>, bundle: &Bundle) {
        if self.model.catalog.vendor(draft.vendor).denies {
            return;
        }
        // The first want of each row, and the grants of each operation.
        let mut firsts: HashMap<RowId, usize> = HashMap::new();
        let mut clauses = HashSet::new();
        for (index, want) in draft.wants.iter().enumerate() {
            if clauses.insert((want.party, want.clause)) {
                for &row in &self.rows_of(want.party, want.clause).parts {
                    firsts.entry(row).or_insert(index);
                }
            }
        }
        let mut giving: HashMap<SlotId, Vec<usize>> = HashMap::new();
        let mut everything: Vec<usize> = Vec::new();
        let gated = bundle.gates.iter().flat_map(|gate| &gate.grants);
        let grants: Vec<&Grant> = bundle.grants.iter().chain(gated).collect();
        for (index, grant) in grants.iter().enumerate() {
            match &grant.units {
                Units::Operations(slots) => {
                    for &slot in slots {
                        giving.entry(slot).or_default().push(index);
                    }
                }
                Units::Everything | Units::Service(_) => everything.push(index),
                Units::Named(_) | Units::Prefixes(_) => {}
            }
        }
        for forbid in &draft.forbids {
            let rows = self.rows_of(forbid.party, forbid.clause);
            let mut culprit = None;
            for slice in forbid.of().slices.iter() {
                if culprit.is_some() {
                    break;
                }
                let address = placed(self.model, draft, slice);
                let mut meeting: BTreeSet<usize> = everything.iter().copied().collect();
                match slice.cube.operations.iter_finite() {
                    Some(ids) => meeting.extend(
                        ids.filter_map(|id| giving.get(&SlotId::of(id)))
                            .flatten()
                            .copied(),
                    ),
                    None => meeting.extend(0..grants.len()),
                }
                let first = meeting
                    .into_iter()
                    .map(|index| grants[index])
                    .filter(|grant| {
                        gives(grant, slice)
                            && grant
                                .addresses
                                .iter()
                                .any(|known| !Self::granted_set(known).is_disjoint(&address))
                    })
                    .flat_map(|grant| &grant.rows)
                    .filter_map(|row| firsts.get(row))
                    .min();
                culprit = first.map(|&index| &draft.wants[index]);
            }
            let state = match culprit {
                None => (State::EnforcedByAbsence, None),
                Some(want) => {
                    let accepted =
                        self.accepting(forbid.party, "cannot-exclude", &forbid.of().thing);
                    let mut found = Diagnostic::error(
                        "cannot-exclude",
                        forbid.of().thing.span,
                        "this `never` cannot be held: what another clause needs gives it too",
                    )
                    .related(want.of().thing.span, "granted because of this")
                    .help("the vendor has no denial: narrow the `allow`, or accept it with a reason: `accept cannot-exclude because \"…\" by TEAM until DATE`");
                    if let Some(span) = accepted {
                        found = found.related(span, "accepted here");
                    }
                    self.say(forbid.party, found);
                    (
                        State::Unenforced,
                        Some("the vendor has no denial, and what is granted gives it"),
                    )
                }
            };
            for row in rows.of_part(forbid.part).into_iter().chain(rows.conditions) {
                self.set(row, state.0, state.1);
            }
        }
    }
}

/// Whether a grant gives an operation of a slice.
fn gives(grant: &Grant, slice: &Slice) -> bool {
    match &grant.units {
        Units::Operations(slots) => slots
            .iter()
            .any(|slot| slice.cube.operations.contains(slot.operation())),
        Units::Everything | Units::Service(_) => true,
        Units::Named(_) | Units::Prefixes(_) => false,
    }
}
