//! Who acts as what: rules brought to the identities that they speak of.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::State;
use super::draft::{Draft, Granter, Want, first_holder, tenants};
use crate::authority::set::AuthoritySet;
use crate::diagnostic::Diagnostic;
use crate::model::party::{ClauseGroup, ClauseKind, PartyKind, Status};
use crate::model::rule::Rule;
use crate::model::thing::escaped;
use crate::model::thing::{Thing, ThingStep};
use crate::model::{Model, PartyId, SystemId};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

type Key = (SystemId, usize, Option<Vec<(u32, Vec<String>)>>);

impl<'m> Granter<'m> {
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
