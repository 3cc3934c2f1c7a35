//! A project's lock.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

mod principal;

use super::encode::Encoder;
use super::name;
use super::{Cube, Effect, Fact, Line, Lock, Operations, SubjectKind};
use crate::authority::time::Instant;
use crate::compile::Compiled;
use crate::grant::{Boundary, Bundle, Gate, Grant, Granted, RowPart, Units};
use crate::model::catalog::{Binding, SlotId, TypeId, TypeRank, UnitId};
use crate::model::party::{ClauseKind, Status};
use crate::model::rule::{Part, Rule, Slice};
use crate::model::system::System;
use crate::model::thing::Thing;
use crate::model::{Model, PartyId, SystemId};
use std::collections::{BTreeMap, BTreeSet};

/// The lock of a project: of every integration what it is granted in each tenant, of every active
/// principal what it is declared to hold there. What waits for an approval and what is denied stand
/// beside it, and so do identities and who may become them. A pure function of the declarations and
/// of what the vendors offer: no day, no path and no order of files is in it.
pub fn of(compiled: &Compiled) -> Lock {
    let mut gatherer = Gatherer {
        model: &compiled.model,
        granted: &compiled.granted,
        encoder: Encoder::new(&compiled.model),
        used: BTreeMap::new(),
        lock: Lock::default(),
    };
    for bundle in &compiled.granted.bundles {
        gatherer.bundle(bundle);
    }
    let mut delegated: BTreeMap<PartyId, Vec<&Rule>> = BTreeMap::new();
    for (_, party) in compiled.model.parties() {
        for clause in &party.clauses {
            if let ClauseKind::Delegates { rule, to } = &clause.kind {
                delegated.entry(*to).or_default().push(rule);
            }
        }
    }
    for (id, party) in compiled.model.parties() {
        if !party.is_integration() && party.status() == Status::Active {
            let delegated = delegated.remove(&id).unwrap_or_default();
            gatherer.principal(id, party, delegated);
        }
    }
    gatherer.excess();
    gatherer.systems(&compiled.model);
    gatherer.lock.lists = gatherer.encoder.into_lists();
    gatherer.lock
}

/// Whose line it is, and where.
#[derive(Clone)]
struct At {
    kind: SubjectKind,
    subject: String,
    system_id: SystemId,
    tenant: u32,
    system: String,
}

/// All of a cube but its operations.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    within: bool,
    of: TypeId,
    resource: String,
    except: BTreeSet<String>,
    fields: BTreeSet<String>,
    conditions: BTreeSet<String>,
    until: Option<Instant>,
}

/// The operations of one place before they have names.
#[derive(Default)]
struct Content {
    slots: BTreeSet<SlotId>,
    units: BTreeSet<UnitId>,
    named: BTreeSet<String>,
    /// Whether a clause behind it speaks of verbs.
    verbs: bool,
}

type Places = BTreeMap<Place, Content>;

/// Slots of one resource type on one thing, from a clause's part that speaks of all inside something.
struct Piece<'a> {
    thing: &'a Thing,
    slots: BTreeSet<SlotId>,
    place: Place,
    verbs: bool,
}

/// A rule, and which of which clause it is.
type Spoken<'a> = ((PartyId, u32, usize), &'a Rule);

/// Which part of which rule.
type PartKey = ((PartyId, u32, usize), usize);

/// The pieces of one part under the same conditions.
struct Inside<'a> {
    part: &'a Part,
    pieces: Vec<Piece<'a>>,
}

struct Gatherer<'a> {
    model: &'a Model,
    granted: &'a Granted,
    encoder: Encoder<'a>,
    /// The lists that lines name, by subject and system.
    used: BTreeMap<(String, String), BTreeSet<String>>,
    lock: Lock,
}

impl<'a> Gatherer<'a> {
    fn bundle(&mut self, bundle: &'a Bundle) {
        let model = self.model;
        let at = self.at(bundle.party, bundle.system, bundle.tenant);
        let identity = bundle.identity.as_ref();
        let own = |thing: &Thing| name::thing(model, thing, Some(bundle.tenant));
        let from = bundle.from.as_ref();
        self.say(
            &at,
            Fact::Identity {
                identity: identity.map(own),
                from: from.map(|thing| {
                    let tenant = (thing.system == bundle.system).then_some(bundle.tenant);
                    name::thing(model, thing, tenant)
                }),
            },
        );
        for &holder in bundle.holders.iter().filter(|&&id| id != bundle.party) {
            let other = self.at(holder, bundle.system, bundle.tenant);
            let with = at.subject.clone();
            self.say(&other, Fact::Shared { with });
        }
        for admission in &bundle.admissions {
            let who = name::who(model, &admission.who, bundle.system);
            let conditions = name::conditions(model, &admission.conditions);
            self.say(&at, Fact::Trusts { who, conditions });
        }
        let grants = self.places(&at, &bundle.grants);
        let denies = self.places(&at, &bundle.denies);
        self.cubes(&at, &Effect::Grant, &grants);
        self.cubes(&at, &Effect::Deny, &denies);
        for gate in &bundle.gates {
            self.gate(&at, gate, &grants, &denies);
        }
        if let Some(Boundary { grants, denies, .. }) = &bundle.boundary {
            let (grants, denies) = (self.places(&at, grants), self.places(&at, denies));
            self.cubes(&at, &Effect::Bound, &grants);
            self.cubes(&at, &Effect::BoundDeny, &denies);
        }
    }

    /// What an approval gives besides, and its denials where they are others.
    fn gate(&mut self, at: &At, gate: &'a Gate, grants: &Places, denies: &Places) {
        let effect = |denied| Effect::Gated {
            by: self.model.team(gate.by).name.to_string(),
            duration: gate.duration,
            denied,
        };
        let (grant, deny) = (effect(false), effect(true));
        let mut more = self.places(at, &gate.grants);
        more.retain(|place, content| {
            if let Some(known) = grants.get(place) {
                content.slots.retain(|slot| !known.slots.contains(slot));
                content.units.retain(|unit| !known.units.contains(unit));
                content.named.retain(|name| !known.named.contains(name));
            }
            !content.is_empty()
        });
        self.cubes(at, &grant, &more);
        let others = self.places(at, &gate.denies);
        let same = others.len() == denies.len()
            && others
                .iter()
                .all(|(place, content)| denies.get(place).is_some_and(|known| known.is(content)));
        if !same {
            self.cubes(at, &deny, &others);
        }
    }

    /// Grants by place, those of one part that speaks of all inside something put together.
    fn places(&mut self, at: &At, grants: &'a [Grant]) -> Places {
        let mut places = Places::new();
        let mut inside: BTreeMap<(Place, PartKey), Inside<'a>> = BTreeMap::new();
        for grant in grants {
            self.grant(at, grant, &mut places, &mut inside);
        }
        for ((place, _), group) in inside {
            self.inside(place, group, &mut places);
        }
        places
    }

    fn grant(
        &mut self,
        at: &At,
        grant: &'a Grant,
        places: &mut Places,
        inside: &mut BTreeMap<(Place, PartKey), Inside<'a>>,
    ) {
        let model = self.model;
        let rules = self.rules(grant);
        let verbs = rules.is_empty() || rules.iter().any(|(_, rule)| !rule.verbs.is_empty());
        let system = model.system(at.system_id);
        let place = |within, of, resource| Place {
            within,
            of,
            resource,
            except: BTreeSet::new(),
            fields: grant.fields.iter().map(ToString::to_string).collect(),
            conditions: name::conditions(model, &grant.conditions),
            until: grant.until,
        };
        if grant.things.is_empty() {
            let place = place(true, system.tenant_type, system.name.to_string());
            let content = places.entry(place).or_default();
            self.fill(content, grant, (system, None), &rules);
            content.verbs |= verbs;
            return;
        }
        for thing in &grant.things {
            let resource = name::thing(model, thing, Some(at.tenant));
            let part = rules.iter().find_map(|&spoken| part_of(spoken, thing));
            if let (Some((number, part)), Units::Operations(slots)) = (part, &grant.units) {
                let whole = name::thing(model, &part.thing, Some(at.tenant));
                let key = (place(true, part.thing.of, whole), number);
                let group = inside.entry(key).or_insert_with(|| Inside {
                    part,
                    pieces: Vec::new(),
                });
                group.pieces.push(Piece {
                    thing,
                    slots: slots.iter().copied().collect(),
                    place: place(false, thing.of, resource),
                    verbs,
                });
                continue;
            }
            let within = self.reaches_inside(grant, thing);
            let content = places.entry(place(within, thing.of, resource)).or_default();
            self.fill(content, grant, (system, Some(thing)), &rules);
            content.verbs |= verbs;
        }
    }

    /// Whether a grant on a thing also holds on what lies in it.
    fn reaches_inside(&self, grant: &Grant, thing: &Thing) -> bool {
        let catalog = &self.model.catalog;
        match &grant.units {
            Units::Everything | Units::Service(_) => true,
            Units::Operations(slots) => {
                let elsewhere = |&slot: &SlotId| catalog.slot(slot).of != thing.of;
                slots.iter().any(elsewhere)
            }
            Units::Prefixes(_) => catalog.of(thing.of).rank != TypeRank::Resource,
            Units::Named(units) => units
                .iter()
                .any(|&unit| catalog.unit(unit).binding != Binding::Resource),
        }
    }

    fn fill(
        &self,
        content: &mut Content,
        grant: &Grant,
        on: (&System, Option<&Thing>),
        rules: &[Spoken<'a>],
    ) {
        let (system, thing) = on;
        let vendor = &self.model.catalog.vendor(system.vendor).name;
        match &grant.units {
            Units::Operations(slots) => content.slots.extend(slots),
            Units::Named(units) => content.units.extend(units),
            Units::Service(service) => {
                content.named.insert(format!("{vendor}.{service}.*"));
            }
            Units::Everything => {
                content.named.insert(format!("{vendor}.*"));
            }
            Units::Prefixes(prefixes) => {
                // How a denial is shortened hangs on what is allowed beside it: what it means does not.
                let slices = rules.iter().flat_map(|(_, rule)| &rule.parts);
                let slices = slices.flat_map(|part| part.slices.iter());
                let meant: BTreeSet<SlotId> = slices
                    .filter(|slice| thing.is_some_and(|thing| slice.thing == *thing))
                    .flat_map(slots_of)
                    .collect();
                if meant.is_empty() {
                    let names = prefixes.iter().map(ToString::to_string);
                    content.named.extend(names);
                } else {
                    content.slots.extend(meant);
                }
            }
        }
    }

    /// Puts the pieces of a part into one place: those operations that are granted wherever the
    /// part speaks of them. The others stay at their own places.
    fn inside(&mut self, place: Place, group: Inside<'a>, places: &mut Places) {
        let catalog = &self.model.catalog;
        let types = self.encoder.inside(place.of);
        let mut on: BTreeMap<TypeId, Vec<&Piece<'a>>> = BTreeMap::new();
        for piece in &group.pieces {
            on.entry(piece.thing.of).or_default().push(piece);
        }
        let mut wanted: BTreeMap<TypeId, usize> = BTreeMap::new();
        for slice in group.part.slices.iter() {
            if let Some(of) = slice.of {
                *wanted.entry(of).or_default() += 1;
            }
        }
        let everywhere = |slot: SlotId| {
            let of = catalog.slot(slot).of;
            let here = on.get(&of).map_or(&[][..], Vec::as_slice);
            let holding = here.iter().filter(|piece| piece.slots.contains(&slot));
            let spoken = wanted.get(&of).copied().unwrap_or(0);
            spoken > 0 && holding.count() >= spoken
        };
        let mut whole: BTreeSet<SlotId> = BTreeSet::new();
        for piece in &group.pieces {
            for &slot in &piece.slots {
                let operation = catalog.operation_of(slot);
                let mut slots = operation
                    .slots
                    .iter()
                    .copied()
                    .filter(|&slot| types.contains(&catalog.slot(slot).of));
                if slots.all(everywhere) {
                    whole.insert(slot);
                }
            }
        }
        let verbs = group.pieces.iter().any(|piece| piece.verbs);
        if !whole.is_empty() {
            let content = places.entry(place).or_default();
            content.slots.extend(&whole);
            content.verbs |= verbs;
        }
        for piece in group.pieces {
            let left: BTreeSet<SlotId> = piece.slots.difference(&whole).copied().collect();
            if !left.is_empty() {
                let content = places.entry(piece.place).or_default();
                content.slots.extend(left);
                content.verbs |= piece.verbs;
            }
        }
    }

    /// The rules of the clauses that a grant is for.
    fn rules(&self, grant: &Grant) -> Vec<Spoken<'a>> {
        let mut seen = BTreeSet::new();
        let mut rules = Vec::new();
        for &row in &grant.rows {
            let row = self.granted.row(row);
            if !matches!(row.part, RowPart::Resource(_) | RowPart::Whole)
                || !seen.insert((row.party, row.clause))
            {
                continue;
            }
            let clauses = &self.model.party(row.party).clauses;
            if let Some(clause) = clauses.get(row.clause as usize) {
                let own = rules_of(&clause.kind).into_iter().enumerate();
                rules.extend(own.map(|(index, rule)| ((row.party, row.clause, index), rule)));
            }
        }
        rules
    }

    fn cubes(&mut self, at: &At, effect: &Effect, places: &Places) {
        for (place, content) in places {
            let mut operations = Operations::default();
            if place.within {
                self.encoder.slots(
                    place.of,
                    true,
                    &content.slots,
                    !content.verbs,
                    &at.subject,
                    &mut operations,
                );
            } else {
                let catalog = &self.model.catalog;
                let mut by_type: BTreeMap<TypeId, BTreeSet<SlotId>> = BTreeMap::new();
                for &slot in &content.slots {
                    let of = catalog.slot(slot).of;
                    by_type.entry(of).or_default().insert(slot);
                }
                for (of, slots) in by_type {
                    self.encoder.slots(
                        of,
                        false,
                        &slots,
                        !content.verbs,
                        &at.subject,
                        &mut operations,
                    );
                }
            }
            for &unit in &content.units {
                self.encoder.unit(unit, &mut operations);
            }
            operations.named.extend(content.named.iter().cloned());
            if operations == Operations::default() {
                continue;
            }
            let key = (at.subject.clone(), at.system.clone());
            let used = self.used.entry(key).or_default();
            used.extend(operations.lists.iter().cloned());
            self.say(
                at,
                Fact::Cube(Cube {
                    effect: effect.clone(),
                    operations,
                    within: place.within,
                    resource: place.resource.clone(),
                    except: place.except.clone(),
                    fields: place.fields.clone(),
                    conditions: place.conditions.clone(),
                    until: place.until,
                }),
            );
        }
    }

    /// What units give beyond the declaration.
    fn excess(&mut self) {
        for excess in &self.granted.excess {
            let at = self.at(excess.party, excess.system, excess.tenant);
            let key = (at.subject.clone(), at.system.clone());
            let lists = self.used.get(&key).cloned().unwrap_or_default();
            let vendor = self.model.system(excess.system).vendor;
            let of = super::token::name(&self.model.catalog.vendor(vendor).name);
            let mut operations = Operations::default();
            self.encoder.names(
                &of,
                &lists,
                &excess.operations,
                &at.subject,
                &mut operations,
            );
            let unit = excess.unit.clone();
            self.say(&at, Fact::Excess { unit, operations });
        }
    }

    /// The tenants that lines speak of.
    fn systems(&mut self, model: &Model) {
        let named: BTreeSet<&str> = self
            .lock
            .lines
            .iter()
            .map(|line| line.system.as_str())
            .collect();
        let mut systems = BTreeMap::new();
        for (index, system) in model.systems.iter().enumerate() {
            let id = SystemId::at(index);
            for tenant in 0..system.tenants.len() {
                let tenant = u32::try_from(tenant).unwrap_or(u32::MAX);
                let label = name::system(model, id, tenant);
                if named.contains(label.as_str()) {
                    systems.insert(label, name::tenant(model, id, tenant));
                }
            }
        }
        self.lock.systems = systems;
    }

    fn at(&self, party: PartyId, system: SystemId, tenant: u32) -> At {
        let of = self.model.party(party);
        At {
            kind: if of.is_integration() {
                SubjectKind::Integration
            } else {
                SubjectKind::Principal
            },
            subject: of.name.to_string(),
            system_id: system,
            tenant,
            system: name::system(self.model, system, tenant),
        }
    }

    fn say(&mut self, at: &At, fact: Fact) {
        self.lock.lines.insert(Line {
            kind: at.kind,
            subject: at.subject.clone(),
            system: at.system.clone(),
            fact,
        });
    }
}

impl Content {
    fn is_empty(&self) -> bool {
        self.slots.is_empty() && self.units.is_empty() && self.named.is_empty()
    }

    fn is(&self, other: &Self) -> bool {
        (&self.slots, &self.units, &self.named) == (&other.slots, &other.units, &other.named)
    }
}

/// The part of a rule that speaks of all inside something and so of a thing.
fn part_of<'a>((key, rule): Spoken<'a>, thing: &Thing) -> Option<(PartKey, &'a Part)> {
    rule.parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.within)
        .find(|(_, part)| {
            part.slices
                .iter()
                .any(|slice| slice.of == Some(thing.of) && slice.thing == *thing)
        })
        .map(|(index, part)| ((key, index), part))
}

fn rules_of(kind: &ClauseKind) -> Vec<&Rule> {
    match kind {
        ClauseKind::Allow(rule) | ClauseKind::Never(rule) | ClauseKind::Delegates { rule, .. } => {
            vec![rule]
        }
        ClauseKind::BoundedBy { allows, nevers, .. } => allows.iter().chain(nevers).collect(),
        _ => Vec::new(),
    }
}

fn slots_of(slice: &Slice) -> Vec<SlotId> {
    let ids = slice.cube.operations.iter_finite();
    ids.map(|ids| ids.map(SlotId::of).collect())
        .unwrap_or_default()
}
