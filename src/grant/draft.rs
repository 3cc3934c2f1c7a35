//! Who acts as what: everybody's rules gathered per identity and tenant.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::ledger::Rows;
use super::{Granted, Units};
use crate::authority::address::AddressSet;
use crate::authority::operation::OperationSet;
use crate::authority::pattern::Pattern;
use crate::authority::time::Instant;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{FormatPart, SlotId, TypeId, TypeRank, VendorId};
use crate::model::rule::{Part, Rule};
use crate::model::thing::{Thing, address};
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// One part of somebody's `allow` (or of what is delegated to them).
#[derive(Clone, Copy)]
pub(super) struct Want<'m> {
    /// Whose clause it is.
    pub party: PartyId,
    /// Which clause.
    pub clause: u32,
    /// Which part.
    pub part: usize,
    /// The clause's rule.
    pub rule: &'m Rule,
    /// Whether it comes from an integration, so that it is emitted.
    pub emitted: bool,
}

impl<'m> Want<'m> {
    /// The part.
    pub fn of(&self) -> &'m Part {
        &self.rule.parts[self.part]
    }
}

/// What one identity is wanted to hold in one tenant.
pub(super) struct Draft<'m> {
    pub system: SystemId,
    pub tenant: usize,
    pub vendor: VendorId,
    pub identity: Option<Thing>,
    pub from: Option<Thing>,
    pub holders: Vec<PartyId>,
    pub wants: Vec<Want<'m>>,
    pub forbids: Vec<Want<'m>>,
    /// Where the forbids of each operation are, made when first asked for.
    pub forbid_index: OnceCell<ForbidIndex>,
    pub holds: Vec<(PartyId, u32)>,
}

/// Where the forbids of each operation are.
pub(super) struct ForbidIndex {
    by_slot: HashMap<SlotId, Vec<usize>>,
    /// Those of all operations but some.
    open: Vec<usize>,
    /// What was asked for before.
    known: RefCell<HashMap<OperationSet, Rc<[usize]>>>,
}

/// Up to so many forbids are gone through one by one.
const FEW: usize = 64;

impl Draft<'_> {
    /// The places of all forbids that may speak of one of `operations`, in order.
    pub fn forbids_near(&self, operations: &OperationSet) -> Rc<[usize]> {
        let (Some(ids), true) = (operations.iter_finite(), self.forbids.len() > FEW) else {
            return (0..self.forbids.len()).collect();
        };
        let index = self.forbid_index.get_or_init(|| {
            let mut index = ForbidIndex {
                by_slot: HashMap::new(),
                open: Vec::new(),
                known: RefCell::default(),
            };
            for (at, forbid) in self.forbids.iter().enumerate() {
                for slice in forbid.of().slices.iter() {
                    match slice.cube.operations.iter_finite() {
                        Some(ids) => {
                            for id in ids {
                                index.by_slot.entry(SlotId::of(id)).or_default().push(at);
                            }
                        }
                        None => index.open.push(at),
                    }
                }
            }
            index
        });
        if let Some(known) = index.known.borrow().get(operations) {
            return known.clone();
        }
        let mut near = index.open.clone();
        for id in ids {
            near.extend(index.by_slot.get(&SlotId::of(id)).into_iter().flatten());
        }
        near.sort_unstable();
        near.dedup();
        let near: Rc<[usize]> = near.into();
        let mut known = index.known.borrow_mut();
        known.insert(operations.clone(), near.clone());
        near
    }
}

/// The state of one granting.
pub(super) struct Granter<'m> {
    pub model: &'m Model,
    pub granted: Granted,
    pub diagnostics: Vec<Diagnostic>,
    pub drafts: Vec<Draft<'m>>,
    pub row_index: Rows,
    pub covers: HashMap<super::cover::Question, Arc<super::cover::Answer>>,
    pub witnesses: HashMap<(Pattern, Pattern), Option<String>>,
    pub carriers: Option<super::key::Carriers>,
    /// What long denials come to: by type and list of operations, then by what else is wanted.
    pub denied: HashMap<(TypeId, usize), HashMap<super::deny::Wanted, Units>>,
    /// Where an entry of `granted.excess` is, by party, system, tenant and unit.
    pub excess_index: HashMap<(PartyId, SystemId, u32, String), usize>,
    /// Vendors that have a condition which binds a request to the tenant.
    pub tenant_keys: HashSet<VendorId>,
    /// The end of each party's `expires`.
    ends: Vec<Option<Instant>>,
    /// Whether what is found is kept: not for principals, of whom nothing is emitted.
    pub quiet: bool,
}

impl<'m> Granter<'m> {
    pub fn new(model: &'m Model) -> Self {
        Self {
            model,
            granted: Granted::default(),
            diagnostics: Vec::new(),
            drafts: Vec::new(),
            row_index: HashMap::new(),
            covers: HashMap::new(),
            witnesses: HashMap::new(),
            carriers: None,
            denied: HashMap::new(),
            excess_index: HashMap::new(),
            // The AWS key `aws:ResourceAccount` does (IAM User Guide, "AWS global condition
            // context keys").
            tenant_keys: model
                .catalog
                .keys
                .iter()
                .filter(|key| &*key.name == "aws:ResourceAccount")
                .map(|key| key.vendor)
                .collect(),
            ends: model
                .parties()
                .map(|(_, party)| party.expires().map(|(date, _)| date.end_of_day()))
                .collect(),
            quiet: false,
        }
    }

    /// Says something about a party.
    pub fn say(&mut self, party: PartyId, diagnostic: Diagnostic) {
        if self.quiet {
            return;
        }
        let mut diagnostic = diagnostic;
        if diagnostic.subject.is_none() {
            diagnostic.subject = Some(self.model.party(party).name.to_string());
        }
        self.diagnostics.push(diagnostic);
    }

    /// Whether a party accepts a rule on a thing, on whatever day: what is granted must not change
    /// overnight, so an exception that has ended still shapes it and is a finding besides.
    pub fn accepts(&self, party: PartyId, rule: &str, thing: &Thing) -> bool {
        self.accepting(party, rule, thing).is_some()
    }

    /// The place of the clause that accepts a rule on a thing. A finding that is accepted names it,
    /// so that checks can hold the exception to its terms.
    pub fn accepting(&self, party: PartyId, rule: &str, thing: &Thing) -> Option<Span> {
        let party = self.model.party(party);
        party
            .accepts()
            .find(|(_, accept)| {
                &*accept.rule == rule
                    && (accept.on.is_empty() || accept.on.iter().any(|on| covers(on, thing)))
            })
            .map(|(index, _)| party.clauses[index].span)
    }

    /// A thing as it is written, in full.
    pub fn thing_text(&self, thing: &Thing) -> String {
        self.model.thing_text(thing)
    }

    /// The address of a thing in one tenant, as it is declared.
    pub fn declared_address(&self, draft: &Draft<'m>, thing: &Thing) -> Pattern {
        let system = self.model.system(draft.system);
        address(
            &self.model.catalog,
            system,
            &thing.steps,
            thing.of,
            Some(draft.tenant),
        )
    }

    /// The address as the vendor's own matcher reads it.
    pub fn vendor_address(&self, declared: &Pattern, thing: &Thing) -> Pattern {
        let of = self.model.catalog.of(thing.of);
        if of.format.is_some() {
            declared.widened()
        } else {
            declared.clone()
        }
    }

    /// Whether a thing's address names no tenant although names in it are patterns, so that it
    /// also names strangers' resources.
    pub fn names_strangers(&self, thing: &Thing) -> bool {
        let of = self.model.catalog.of(thing.of);
        let Some(format) = &of.format else {
            return false;
        };
        let root = self.model.system(thing.system).tenant_type;
        let tenant = self.model.catalog.of(root);
        let of_tenant = |name: &str| {
            *tenant.name == *name || tenant.parameters.iter().any(|one| *one.name == *name)
        };
        let bound = format
            .iter()
            .any(|part| matches!(part, FormatPart::Setting(name) if of_tenant(name)));
        let first = thing.steps.iter().find(|step| !step.names.is_empty());
        let open =
            first.is_some_and(|step| step.names.iter().any(|name| name.is_literal().is_none()));
        !bound && open
    }

    /// A want's slots in a slice, as numbers of the catalogue.
    pub fn slots(operations: &OperationSet) -> Vec<SlotId> {
        operations
            .iter_finite()
            .map(|ids| ids.map(SlotId::of).collect())
            .unwrap_or_default()
    }

    /// The end of a want: its own or its party's, whichever comes first.
    pub fn end(&self, want: &Want<'m>) -> Option<Instant> {
        let own = want.rule.until.map(|(instant, _)| instant);
        match (own, self.ends[want.party.index()]) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        }
    }

    /// Names of slots' operations, qualified, sorted, each once.
    pub fn names_of(&self, slots: impl IntoIterator<Item = SlotId>) -> Vec<String> {
        let catalog = &self.model.catalog;
        let mut names: Vec<String> = slots
            .into_iter()
            .map(|slot| catalog.qualified(catalog.slot(slot).operation))
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// What everybody is granted, rows and bundles in their order.
    pub fn finish(mut self) -> (Granted, Vec<Diagnostic>) {
        let model = self.model;
        self.granted.excess.sort_by(|a, b| {
            let name = |excess: &super::Excess| &model.party(excess.party).name;
            (name(a), a.system, a.tenant, &a.unit).cmp(&(name(b), b.system, b.tenant, &b.unit))
        });
        (self.granted, self.diagnostics)
    }
}

/// The tenants that a thing speaks of.
pub(super) fn tenants(model: &Model, thing: &Thing) -> Vec<usize> {
    (0..model.system(thing.system).tenants.len())
        .filter(|&index| thing.tenants.holds(index))
        .collect()
}

/// Whether `outer`, and all inside it, holds `inner`.
pub(super) fn covers(outer: &Thing, inner: &Thing) -> bool {
    outer.system == inner.system
        && outer.steps.len() <= inner.steps.len()
        && outer
            .steps
            .iter()
            .zip(&inner.steps)
            .all(|(a, b)| a.of == b.of && a.names.iter().zip(&b.names).all(|(a, b)| a.includes(b)))
}

/// The integration under whose name a bundle is emitted; where there is none, the first holder.
pub(super) fn first_holder(model: &Model, draft: &Draft<'_>) -> PartyId {
    draft
        .holders
        .iter()
        .copied()
        .find(|&id| model.party(id).is_integration())
        .or_else(|| draft.holders.first().copied())
        .unwrap_or(PartyId(0))
}

/// An address set of a slice with the tenant filled in: the declared pattern less its holes.
pub(super) fn placed(
    model: &Model,
    draft: &Draft<'_>,
    slice: &crate::model::rule::Slice,
) -> AddressSet {
    let system = model.system(draft.system);
    if !system.has_many_tenants() || model.catalog.of(slice.thing.of).rank != TypeRank::Resource {
        return slice.cube.address.clone();
    }
    let pattern = address(
        &model.catalog,
        system,
        &slice.thing.steps,
        slice.thing.of,
        Some(draft.tenant),
    );
    slice.cube.address.intersect(&AddressSet::from(pattern))
}
