//! Who acts as what: everybody's rules gathered per identity and tenant.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::ledger::Rows;
use super::{Admission, Bundle, Granted, RowId, State, Units};
use crate::authority::address::AddressSet;
use crate::authority::operation::OperationSet;
use crate::authority::pattern::Pattern;
use crate::authority::set::AuthoritySet;
use crate::authority::time::Instant;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{FormatPart, SlotId, TypeId, TypeRank, VendorId};
use crate::model::party::{ClauseGroup, ClauseKind, CredentialKind, PartyKind, Status, Who};
use crate::model::rule::{Part, Rule};
use crate::model::thing::{Tenants, Thing, ThingStep, address};
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
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
}

/// Up to so many forbids are gone through one by one.
const FEW: usize = 64;

impl Draft<'_> {
    /// The places of all forbids that may speak of one of `operations`, in order.
    pub fn forbids_near(&self, operations: &OperationSet) -> Vec<usize> {
        let (Some(ids), true) = (operations.iter_finite(), self.forbids.len() > FEW) else {
            return (0..self.forbids.len()).collect();
        };
        let index = self.forbid_index.get_or_init(|| {
            let mut index = ForbidIndex {
                by_slot: HashMap::new(),
                open: Vec::new(),
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
        let mut near = index.open.clone();
        for id in ids {
            near.extend(index.by_slot.get(&SlotId::of(id)).into_iter().flatten());
        }
        near.sort_unstable();
        near.dedup();
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

type Key = (SystemId, usize, Option<Vec<(u32, Vec<String>)>>);

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

    /// Gathers everybody's rules per identity and tenant.
    pub fn gather(&mut self) {
        let model = self.model;
        let mut drafts: BTreeMap<Key, Draft<'m>> = BTreeMap::new();
        for (id, party) in model.parties() {
            for (_, thing, from) in party.identities() {
                for tenant in tenants(model, thing) {
                    let key = (thing.system, tenant, Some(identity_key(thing)));
                    let draft = drafts
                        .entry(key)
                        .or_insert_with(|| new_draft(model, thing.system, tenant));
                    draft.identity.get_or_insert_with(|| thing.clone());
                    if draft.from.is_none() {
                        draft.from = from.cloned();
                    }
                    if !draft.holders.contains(&id) {
                        draft.holders.push(id);
                    }
                }
            }
            self.workflow_token(id, &mut drafts);
        }
        let mut by_holder: HashMap<(PartyId, SystemId, usize), Vec<usize>> = HashMap::new();
        let mut list: Vec<Draft<'m>> = drafts.into_values().collect();
        for (index, draft) in list.iter().enumerate() {
            for &holder in &draft.holders {
                by_holder
                    .entry((holder, draft.system, draft.tenant))
                    .or_default()
                    .push(index);
            }
        }
        for (id, party) in model.parties() {
            for (clause, of) in (0u32..).zip(&party.clauses) {
                let (rule, holder, denial) = match &of.kind {
                    ClauseKind::Allow(rule) => (rule, id, false),
                    ClauseKind::Never(rule) => (rule, id, true),
                    ClauseKind::Delegates { rule, to } => {
                        if !self.supported(id, clause, rule) {
                            continue;
                        }
                        (rule, *to, false)
                    }
                    ClauseKind::Holds { system, .. } => {
                        self.held(id, clause, *system, &by_holder, &mut list);
                        continue;
                    }
                    _ => continue,
                };
                if !denial && self.inactive(id, clause, holder) {
                    continue;
                }
                for (part, one) in rule.parts.iter().enumerate() {
                    let want = Want {
                        party: id,
                        clause,
                        part,
                        rule,
                        emitted: model.party(holder).is_integration(),
                    };
                    let mut found = false;
                    for tenant in tenants(model, &one.thing) {
                        for &index in by_holder
                            .get(&(holder, one.thing.system, tenant))
                            .into_iter()
                            .flatten()
                        {
                            found = true;
                            if denial {
                                list[index].forbids.push(want);
                            } else {
                                list[index].wants.push(want);
                            }
                        }
                    }
                    if !found {
                        self.homeless(want, holder, denial);
                    }
                }
            }
        }
        let name = |id: &PartyId| &model.party(*id).name;
        for draft in &mut list {
            draft.holders.sort_by_key(|id| name(id));
        }
        list.sort_by(|a, b| {
            let first = |draft: &Draft<'_>| first_holder(model, draft);
            (name(&first(a)), a.system, a.tenant)
                .cmp(&(name(&first(b)), b.system, b.tenant))
                .then_with(|| identity_name(a).cmp(&identity_name(b)))
        });
        self.drafts = list;
    }

    /// Whether a party holds by its own `allow` clauses what it delegates. What others delegated to
    /// it does not count, so that mutual delegation supports nothing.
    fn supported(&mut self, id: PartyId, clause: u32, rule: &Rule) -> bool {
        let model = self.model;
        let party = model.party(id);
        let mut good = true;
        for part in &rule.parts {
            let system = part.thing.system;
            let own = super::bound::set(party.allows().map(|(_, rule)| rule), system).difference(
                &super::bound::set(party.nevers().map(|(_, rule)| rule), system),
            );
            let passed = AuthoritySet {
                cubes: part
                    .slices
                    .iter()
                    .map(|slice| super::bound::cube(rule, slice))
                    .collect(),
            };
            if passed.is_subset(&own) {
                continue;
            }
            good = false;
            let left = passed.difference(&own);
            let names: Vec<String> = left
                .cubes
                .iter()
                .flat_map(|cube| self.names_of(Self::slots(&cube.operations)))
                .collect();
            let found = Diagnostic::error(
                "delegation-widens",
                part.thing.span,
                format!(
                    "`{}` delegates what it does not hold: {}",
                    party.name,
                    super::excess::quoted(&names)
                ),
            )
            .help("delegate no more than an `allow` of its own gives");
            self.say(id, found);
        }
        if !good {
            let rows = self.rows_of(id, clause);
            for row in rows.parts.iter().copied().chain(rows.until) {
                self.set(
                    row,
                    State::Unenforced,
                    Some("it does not hold what it delegates"),
                );
            }
        }
        good
    }

    /// Whether an `allow` is nobody's for now, since its party is suspended or retired: nothing is
    /// emitted for it, and others who share the identity are not affected.
    fn inactive(&mut self, id: PartyId, clause: u32, holder: PartyId) -> bool {
        let model = self.model;
        let Some(party) = [id, holder]
            .into_iter()
            .map(|id| model.party(id))
            .find(|party| party.status() != Status::Active)
        else {
            return false;
        };
        let state = match party.status() {
            Status::Active | Status::Suspended => "suspended",
            Status::Retired => "retired",
        };
        let why = format!("`{}` is {state}, and nothing is emitted for it", party.name);
        let rows = self.rows_of(id, clause);
        let all = rows
            .parts
            .iter()
            .copied()
            .chain(rows.conditions)
            .chain(rows.until)
            .chain(rows.fields)
            .chain(rows.approval);
        for row in all {
            self.set(row, State::Unenforced, Some(&why));
        }
        true
    }

    /// A workflow's own token is its identity in the system that it runs from.
    fn workflow_token(&self, id: PartyId, drafts: &mut BTreeMap<Key, Draft<'m>>) {
        let party = self.model.party(id);
        if party.kind != PartyKind::Workflow {
            return;
        }
        for clause in &party.clauses {
            let ClauseKind::RunsFrom(thing) = &clause.kind else {
                continue;
            };
            if party
                .identities()
                .any(|(_, identity, _)| identity.system == thing.system)
            {
                continue;
            }
            for tenant in tenants(self.model, thing) {
                let mut key = identity_key(thing);
                key.push((u32::MAX, vec![party.name.to_string()]));
                let draft = drafts
                    .entry((thing.system, tenant, Some(key)))
                    .or_insert_with(|| new_draft(self.model, thing.system, tenant));
                draft.holders.push(id);
            }
        }
    }

    fn held(
        &mut self,
        id: PartyId,
        clause: u32,
        system: SystemId,
        by_holder: &HashMap<(PartyId, SystemId, usize), Vec<usize>>,
        list: &mut [Draft<'m>],
    ) {
        let mut found = false;
        for tenant in 0..self.model.system(system).tenants.len() {
            for &index in by_holder.get(&(id, system, tenant)).into_iter().flatten() {
                found = true;
                list[index].holds.push((id, clause));
            }
        }
        if !found && self.model.party(id).is_integration() {
            let span = self.model.party(id).clauses[clause as usize].span;
            self.no_identity(id, system, span);
            for &row in &self.rows_of(id, clause).parts {
                self.set(row, State::Unenforced, Some("it has no identity there"));
            }
        }
    }

    /// A rule about a system in which the party is nobody.
    fn homeless(&mut self, want: Want<'m>, holder: PartyId, denial: bool) {
        let system = want.of().thing.system;
        let rows = self.rows_of(want.party, want.clause).of_part(want.part);
        if denial {
            for row in rows {
                self.set(
                    row,
                    State::EnforcedByAbsence,
                    Some("it has no identity there"),
                );
            }
            let conditions = self.rows_of(want.party, want.clause).conditions;
            if let Some(row) = conditions {
                self.set(row, State::EnforcedByAbsence, None);
            }
            return;
        }
        for row in rows {
            self.set(row, State::Unenforced, Some("it has no identity there"));
        }
        let party = self.model.party(holder);
        // An identity that could not be read has an error of its own.
        let unread = party
            .clauses
            .iter()
            .any(|clause| matches!(clause.kind, ClauseKind::Unresolved(ClauseGroup::Identity)));
        if party.is_integration() && !unread {
            self.no_identity(holder, system, want.of().thing.span);
        }
    }

    fn no_identity(&mut self, party: PartyId, system: SystemId, span: crate::source::Span) {
        let name = &self.model.system(system).name;
        let who = &self.model.party(party).name;
        let of = self.model.system(system).vendor;
        let kinds: Vec<String> = self
            .model
            .catalog
            .types
            .iter()
            .filter(|known| known.vendor == of && known.roles.identity)
            .map(|known| match &known.service {
                Some(service) => format!("`identity {name}.{service}.{}(\"{who}\")`", known.name),
                None => format!("`identity {name}.{}(\"{who}\")`", known.name),
            })
            .take(2)
            .collect();
        let help = if kinds.is_empty() {
            "say as what it acts there with `identity`".to_owned()
        } else {
            format!("say as what it acts there: {}", kinds.join(" or "))
        };
        let found = Diagnostic::error(
            "no-identity",
            span,
            format!("`{who}` has no identity in `{name}`, so nobody could be granted this"),
        )
        .help(help);
        self.say(party, found);
    }

    /// Chooses units for one identity in one tenant.
    pub fn bundle(&mut self, draft: &Draft<'m>) {
        let model = self.model;
        let party = first_holder(model, draft);
        let external = model.system(draft.system).external;
        let active = draft.holders.iter().any(|&id| {
            model.party(id).is_integration() && model.party(id).status() == Status::Active
        });
        self.quiet = !model.party(party).is_integration();
        self.conflicts(draft);
        self.dead_allows(draft);
        let mut bundle = Bundle {
            party,
            holders: draft.holders.clone(),
            system: draft.system,
            tenant: u32::try_from(draft.tenant).unwrap_or(u32::MAX),
            vendor: draft.vendor,
            identity: draft.identity.clone(),
            from: draft.from.clone(),
            grants: Vec::new(),
            denies: Vec::new(),
            gates: Vec::new(),
            admissions: self.admissions(draft),
            boundary: self.boundary(draft),
            identity_rows: self.identity_rows(draft),
            expires: self.expiries(draft),
            silent: external || !active || self.quiet,
        };
        if model.catalog.vendor(draft.vendor).has_units {
            self.by_units(draft, &mut bundle);
        } else {
            self.by_resources(draft, &mut bundle);
        }
        self.quiet = false;
        self.granted.bundles.push(bundle);
    }

    fn identity_rows(&self, draft: &Draft<'m>) -> Vec<RowId> {
        let mut rows = Vec::new();
        for &holder in &draft.holders {
            for (index, clause) in (0u32..).zip(&self.model.party(holder).clauses) {
                let here = match &clause.kind {
                    ClauseKind::Identity { thing, .. } => thing.system == draft.system,
                    ClauseKind::Credential { system, kind, .. } => {
                        *system == Some(draft.system) && !kind.is_long_lived()
                    }
                    _ => false,
                };
                if here {
                    rows.extend(self.rows_of(holder, index).whole);
                }
            }
        }
        rows
    }

    fn expiries(&self, draft: &Draft<'m>) -> Vec<(RowId, Instant)> {
        let mut all = Vec::new();
        for &holder in &draft.holders {
            for (index, clause) in (0u32..).zip(&self.model.party(holder).clauses) {
                if let ClauseKind::Expires(date) = &clause.kind {
                    let row = self.rows_of(holder, index).whole;
                    all.extend(row.map(|row| (row, date.end_of_day())));
                }
            }
        }
        all
    }

    fn admissions(&self, draft: &Draft<'m>) -> Vec<Admission> {
        let mut all: Vec<Admission> = Vec::new();
        for &holder in &draft.holders {
            let party = self.model.party(holder);
            if party.status() != Status::Active {
                continue;
            }
            for (index, clause) in (0u32..).zip(&party.clauses) {
                let of = self.rows_of(holder, index);
                let rows: Vec<RowId> = of.whole.into_iter().chain(of.conditions).collect();
                match &clause.kind {
                    ClauseKind::Trusts {
                        who,
                        system,
                        conditions,
                    } if *system == Some(draft.system) => all.push(Admission {
                        who: who.clone(),
                        conditions: conditions.clone(),
                        rows,
                    }),
                    ClauseKind::Credential {
                        kind: CredentialKind::Workload,
                        system,
                        ..
                    } if *system == Some(draft.system) => {
                        all.extend(self.hosting(draft, holder, &rows));
                    }
                    _ => {}
                }
            }
        }
        all
    }

    /// The services that host the identity's type on what the party runs on.
    fn hosting(&self, draft: &Draft<'m>, holder: PartyId, rows: &[RowId]) -> Vec<Admission> {
        let Some(identity) = &draft.identity else {
            return Vec::new();
        };
        let wanted = self.model.catalog.type_path(identity.of);
        let mut all = Vec::new();
        for (index, clause) in (0u32..).zip(&self.model.party(holder).clauses) {
            let ClauseKind::RunsOn(thing) = &clause.kind else {
                continue;
            };
            for hosts in &self.model.catalog.of(thing.of).hosts {
                if let (true, Some(via)) = (*hosts.identity == *wanted, &hosts.via) {
                    let mut rows = rows.to_vec();
                    rows.extend(self.rows_of(holder, index).whole);
                    all.push(Admission {
                        who: Who::Service(via.clone(), clause.span),
                        conditions: Vec::new(),
                        rows,
                    });
                }
            }
        }
        all
    }

    /// A thing as it is written, in full.
    pub fn thing_text(&self, thing: &Thing) -> String {
        let system = self.model.system(thing.system);
        let mut text = system.name.to_string();
        if let Tenants::One(one) = thing.tenants
            && system.has_many_tenants()
        {
            let tenant = &system.tenants[one as usize];
            let name = tenant.name.as_deref().unwrap_or(&tenant.id);
            text.push_str("(\"");
            text.push_str(name);
            text.push_str("\")");
        }
        for step in &thing.steps {
            let of = self.model.catalog.of(step.of);
            text.push('.');
            text.push_str(&of.name);
            let all = step.names.iter().all(|name| name.glob_text(escaped) == "*");
            let last = std::ptr::eq(step, thing.steps.last().unwrap_or(step));
            if step.names.is_empty() || (all && last) {
                continue;
            }
            let names: Vec<String> = step
                .names
                .iter()
                .map(|name| format!("\"{}\"", name.glob_text(escaped)))
                .collect();
            text.push('(');
            text.push_str(&names.join(", "));
            text.push(')');
        }
        text
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

/// The characters of names in patterns that stand for themselves.
pub(super) fn escaped(character: char, text: &mut String) {
    if matches!(character, '*' | '?' | '"' | '\\') {
        text.push('\\');
    }
    text.push(character);
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

fn identity_name(draft: &Draft<'_>) -> Option<Vec<(u32, Vec<String>)>> {
    draft.identity.as_ref().map(identity_key)
}

fn identity_key(thing: &Thing) -> Vec<(u32, Vec<String>)> {
    thing
        .steps
        .iter()
        .map(|step: &ThingStep| {
            let names = step
                .names
                .iter()
                .map(|name| name.glob_text(escaped))
                .collect();
            (step.of.0, names)
        })
        .collect()
}

fn new_draft(model: &Model, system: SystemId, tenant: usize) -> Draft<'_> {
    Draft {
        system,
        tenant,
        vendor: model.system(system).vendor,
        identity: None,
        from: None,
        holders: Vec::new(),
        wants: Vec::new(),
        forbids: Vec::new(),
        forbid_index: OnceCell::new(),
        holds: Vec::new(),
    }
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
