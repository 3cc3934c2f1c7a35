//! What a guard selects: authority by verb, operation and place, and parties by what they are.

use crate::authority::address::AddressSet;
use crate::authority::pattern::Pattern;
use crate::authority::verb::VerbSet;
use crate::check::Context;
use crate::graph::{Place, Region};
use crate::model::catalog::{SlotId, TypeId, TypeRank, VendorId};
use crate::model::fact::Fact;
use crate::model::guard::{Selection, Selector};
use crate::model::party::{Owner, Party, PartyKind, Who};
use crate::model::rule::Part;
use crate::model::thing::{Thing, ThingStep, address};
use crate::model::{Model, PartyId, SystemId, TeamId};
use std::collections::{HashMap, VecDeque};

/// Where something lies, for a selector.
#[derive(Clone, Debug)]
enum Zone<'m> {
    /// In one system.
    System(SystemId),
    /// In a system of a vendor's.
    Vendor(VendorId),
    /// In an environment.
    Env(&'m str),
    /// Under a label.
    Label(&'m str),
    /// In or around a thing.
    Thing(&'m Thing),
}

/// What facts say of a thing that selectors ask for.
#[derive(Clone, Copy, Debug)]
enum Mark<'m> {
    Env(&'m str),
    Labels(&'m [Box<str>]),
}

/// Where labels and environments of single things lie.
pub(in crate::check) struct Ground<'m> {
    /// What the project means.
    pub model: &'m Model,
    marks: HashMap<SystemId, Vec<(&'m Thing, Mark<'m>)>>,
}

impl<'m> Ground<'m> {
    /// Reads the facts.
    pub fn of(model: &'m Model) -> Self {
        let mut marks: HashMap<SystemId, Vec<(&Thing, Mark<'_>)>> = HashMap::new();
        for resource in &model.resources {
            for fact in &resource.facts {
                let mark = if let Fact::Env(name) = fact {
                    Mark::Env(name)
                } else if let Fact::Labels(labels) = fact {
                    Mark::Labels(labels)
                } else {
                    continue;
                };
                marks
                    .entry(resource.thing.system)
                    .or_default()
                    .push((&resource.thing, mark));
            }
        }
        Ground { model, marks }
    }

    fn environments(&self, system: SystemId) -> impl Iterator<Item = (&'m Thing, &'m str)> {
        self.marks_in(system)
            .filter_map(|(thing, mark)| match mark {
                Mark::Env(name) => Some((thing, name)),
                Mark::Labels(_) => None,
            })
    }

    fn labelled<'s>(
        &'s self,
        system: SystemId,
        label: &'s str,
    ) -> impl Iterator<Item = &'m Thing> + 's {
        self.marks_in(system)
            .filter(move |(_, mark)| matches!(mark, Mark::Labels(labels) if has(labels, label)))
            .map(|(thing, _)| thing)
    }

    fn marks_in(&self, system: SystemId) -> impl Iterator<Item = (&'m Thing, Mark<'m>)> {
        self.marks.get(&system).into_iter().flatten().copied()
    }
}

/// What a party must be.
#[derive(Clone, Copy, Debug)]
enum Trait {
    Kind(PartyKind),
    Owner(TeamId),
    OrgLevel,
}

/// A selection, its conditions on places apart from those on parties.
#[derive(Clone, Debug)]
pub(in crate::check) struct Selected<'m> {
    verbs: VerbSet,
    operations: &'m [Pattern],
    part: Option<&'m Part>,
    zones: Vec<Zone<'m>>,
    traits: Vec<Trait>,
    /// The parties that it names: with `deny` whoever can act as them, else these themselves.
    pub parties: Vec<PartyId>,
}

impl<'m> Selected<'m> {
    /// What a selection selects.
    pub fn of(selection: &'m Selection) -> Self {
        let mut selected = Selected {
            verbs: selection.verbs,
            operations: &selection.operations,
            part: selection.part.as_ref(),
            zones: Vec::new(),
            traits: Vec::new(),
            parties: Vec::new(),
        };
        selected.read(&selection.selectors);
        selected
    }

    /// The parties that selectors after `for` mean.
    pub fn subjects(selectors: &'m [Selector]) -> Self {
        let mut selected = Selected {
            verbs: VerbSet::ANY,
            operations: &[],
            part: None,
            zones: Vec::new(),
            traits: Vec::new(),
            parties: Vec::new(),
        };
        selected.read(selectors);
        selected
    }

    fn read(&mut self, selectors: &'m [Selector]) {
        for selector in selectors {
            match selector {
                Selector::Env(name) => self.zones.push(Zone::Env(name)),
                Selector::Label(name) => self.zones.push(Zone::Label(name)),
                Selector::Kind(kind) => self.traits.push(Trait::Kind(*kind)),
                Selector::Vendor(vendor) => self.zones.push(Zone::Vendor(*vendor)),
                Selector::System(system) => self.zones.push(Zone::System(*system)),
                Selector::Owner(team) => self.traits.push(Trait::Owner(*team)),
                Selector::OrgLevel => self.traits.push(Trait::OrgLevel),
                Selector::Thing(thing) => self.zones.push(Zone::Thing(thing)),
                Selector::Party(party) => self.parties.push(*party),
            }
        }
    }

    /// Whether it speaks of authority in some places, and not everywhere.
    pub fn has_places(&self) -> bool {
        self.part.is_some() || !self.zones.is_empty()
    }

    /// Whether it speaks of authority at all, and not of parties alone.
    pub fn speaks_of_authority(&self) -> bool {
        self.has_places() || self.verbs != VerbSet::ANY || !self.operations.is_empty()
    }

    /// Whether a party is what the selectors ask for, as far as they ask for anything.
    pub fn is_of(&self, context: &Context<'_>, id: PartyId) -> bool {
        let party = context.model.party(id);
        self.traits.iter().all(|of| match of {
            Trait::Kind(kind) => party.kind == *kind,
            Trait::Owner(team) => {
                matches!(party.owner(), Some((Owner::Team(own), _)) if own == team)
            }
            Trait::OrgLevel => context.subject(id).acts.is_org_level(),
        })
    }

    /// Whether the selectors ask for a kind of principals.
    pub fn asks_for_principals_by_kind(&self) -> bool {
        self.traits
            .iter()
            .any(|of| matches!(of, Trait::Kind(kind) if PartyKind::PRINCIPALS.contains(kind)))
    }

    /// Whether the selectors ask for a principal, which is no subject unless it is asked for.
    pub fn asks_for_principals(&self, model: &Model) -> bool {
        self.asks_for_principals_by_kind()
            || self
                .parties
                .iter()
                .any(|&id| !model.party(id).is_integration())
    }

    /// Whether no system has something of all that is asked for, although each alone has. What a
    /// single label or environment lacks is said where it is written.
    pub fn contradicts_itself(&self, ground: &Ground<'_>) -> bool {
        let model = ground.model;
        let tenants: Vec<Place> = (0..model.systems.len())
            .map(|index| Place::tenant(model, SystemId::at(index), 0))
            .collect();
        let somewhere =
            |one: &Selected<'_>| tenants.iter().any(|tenant| one.meets_scope(ground, tenant));
        let alone = |zone: &Zone<'m>| Selected {
            part: None,
            zones: vec![zone.clone()],
            ..self.clone()
        };
        self.has_places()
            && !somewhere(self)
            && self
                .zones
                .iter()
                .all(|zone| matches!(zone, Zone::Vendor(_)) || somewhere(&alone(zone)))
    }

    /// The resource that it names, one a tenant.
    pub fn places(&self, model: &Model) -> Vec<Place> {
        self.part
            .map_or_else(Vec::new, |part| Place::each(model, &part.thing))
    }

    /// Whether an operation is one of those that are selected, wherever.
    pub fn takes(&self, model: &Model, slot: SlotId) -> bool {
        let operation = model.catalog.operation_of(slot);
        if let Some(part) = self.part {
            return part.everything
                || part
                    .slices
                    .iter()
                    .any(|slice| slice.cube.operations.contains(slot.operation()));
        }
        self.verbs.contains(operation.verb)
            || (!self.operations.is_empty() && {
                let name = model.catalog.spelled(model.catalog.slot(slot).operation);
                self.operations.iter().any(|pattern| pattern.matches(&name))
            })
    }

    /// Whether something in a system may be selected: a cheap test before the exact one.
    pub fn may_lie_in(&self, ground: &Ground<'_>, system: SystemId) -> bool {
        if self.part.is_some_and(|part| part.thing.system != system) {
            return false;
        }
        let declared = ground.model.system(system);
        self.zones.iter().all(|zone| match zone {
            Zone::System(of) => *of == system,
            Zone::Vendor(vendor) => declared.vendor == *vendor,
            Zone::Thing(thing) => thing.system == system,
            Zone::Env(name) => {
                declared.env.as_deref() == Some(name)
                    || ground.environments(system).any(|(_, env)| env == *name)
            }
            Zone::Label(_) => true,
        })
    }

    /// Whether an operation on some resources of a region is selected.
    pub fn meets(&self, ground: &Ground<'_>, slot: SlotId, region: &Region) -> bool {
        let place = &region.place;
        if !self.takes(ground.model, slot) {
            return false;
        }
        if let Some(part) = self.part
            && !(part.thing.system == place.system
                && part.thing.tenants.holds(place.tenant as usize)
                && part.slices.iter().any(|slice| {
                    slice.cube.operations.contains(slot.operation())
                        && slice.of.is_none_or(|of| of == region.of)
                        && !slice.cube.address.is_disjoint(&region.address)
                }))
        {
            return false;
        }
        self.zones.iter().all(|zone| zone.meets(ground, region))
    }

    /// Whether something inside a scope is selected, for somebody who can do everything in it.
    pub fn meets_scope(&self, ground: &Ground<'_>, scope: &Place) -> bool {
        if let Some(part) = self.part {
            let met = Place::each(ground.model, &part.thing)
                .iter()
                .any(|place| lies_in(scope, place) || (part.within && lies_in(place, scope)));
            if !met {
                return false;
            }
        }
        self.zones
            .iter()
            .all(|zone| zone.meets_scope(ground, scope))
    }
}

impl Zone<'_> {
    fn meets(&self, ground: &Ground<'_>, region: &Region) -> bool {
        let model = ground.model;
        let place = &region.place;
        let system = model.system(place.system);
        match self {
            Zone::System(of) => *of == place.system,
            Zone::Vendor(vendor) => system.vendor == *vendor,
            Zone::Thing(thing) => touches(model, thing, region),
            Zone::Env(name) => {
                let mut own = ground.environments(place.system);
                if system.env.as_deref() == Some(name) {
                    own.all(|(thing, env)| env == *name || !contains(model, thing, region))
                } else {
                    own.any(|(thing, env)| env == *name && touches(model, thing, region))
                }
            }
            Zone::Label(name) => {
                has(&system.labels, name)
                    || types_around(model, region)
                        .into_iter()
                        .any(|of| has(&model.catalog.of(of).labels, name))
                    || ground
                        .labelled(place.system, name)
                        .any(|thing| touches(model, thing, region))
            }
        }
    }

    fn meets_scope(&self, ground: &Ground<'_>, scope: &Place) -> bool {
        let model = ground.model;
        let system = model.system(scope.system);
        let near = |thing: &Thing| {
            Place::each(model, thing)
                .iter()
                .any(|place| lies_in(scope, place) || lies_in(place, scope))
        };
        match self {
            Zone::System(of) => *of == scope.system,
            Zone::Vendor(vendor) => system.vendor == *vendor,
            Zone::Thing(thing) => near(thing),
            Zone::Env(name) => {
                system.env.as_deref() == Some(name)
                    || ground
                        .environments(scope.system)
                        .any(|(thing, env)| env == *name && near(thing))
            }
            Zone::Label(name) => {
                has(&system.labels, name)
                    || model
                        .catalog
                        .types
                        .iter()
                        .any(|of| of.vendor == system.vendor && has(&of.labels, name))
                    || ground.labelled(scope.system, name).any(near)
            }
        }
    }
}

fn has(labels: &[Box<str>], name: &str) -> bool {
    labels.iter().any(|label| &**label == name)
}

/// The addresses, at the type that a region is of, of a thing and what lies inside it; none where
/// the type has no place there.
fn addresses(model: &Model, thing: &Thing, region: &Region) -> Option<Pattern> {
    let place = &region.place;
    if thing.system != place.system || !thing.tenants.holds(place.tenant as usize) {
        return None;
    }
    let catalog = &model.catalog;
    if thing.steps.is_empty() {
        return Some(Pattern::any());
    }
    if catalog.of(thing.of).rank != TypeRank::Resource {
        let service = &catalog.of(thing.of).service;
        return (catalog.of(region.of).service == *service).then(Pattern::any);
    }
    let mut steps = thing.steps.clone();
    for of in between(model, thing.of, region)? {
        let names = catalog.of(of).parameters.iter();
        steps.push(ThingStep {
            of,
            names: names
                .map(|parameter| Pattern::glob("*", &parameter.excluded))
                .collect(),
        });
    }
    let tenant = Some(place.tenant as usize);
    let system = model.system(place.system);
    let found = address(catalog, system, &steps, region.of, tenant);
    // The vendor's matcher knows no characters that a name cannot hold.
    Some(if catalog.of(region.of).format.is_some() {
        found.widened()
    } else {
        found
    })
}

/// The types on the way down from `outer` to the region's type, `outer` left out: the region's own
/// way where it passes there, else the shortest in the tree.
fn between(model: &Model, outer: TypeId, region: &Region) -> Option<Vec<TypeId>> {
    if outer == region.of {
        return Some(Vec::new());
    }
    let place = &region.place;
    if place.of == region.of
        && let Some(at) = place.steps.iter().position(|(of, _)| *of == outer)
    {
        return Some(place.steps[at + 1..].iter().map(|(of, _)| *of).collect());
    }
    let mut below: HashMap<TypeId, TypeId> = HashMap::new();
    let mut open = VecDeque::from([region.of]);
    while let Some(at) = open.pop_front() {
        if at == outer {
            let mut way = Vec::new();
            let mut current = outer;
            while let Some(&next) = below.get(&current) {
                way.push(next);
                current = next;
            }
            return Some(way);
        }
        for &parent in &model.catalog.of(at).parents {
            if parent != region.of && !below.contains_key(&parent) {
                below.insert(parent, at);
                open.push_back(parent);
            }
        }
    }
    None
}

/// Whether some of a region lies in a thing.
fn touches(model: &Model, thing: &Thing, region: &Region) -> bool {
    addresses(model, thing, region)
        .is_some_and(|inside| !AddressSet::from(inside).is_disjoint(&region.address))
}

/// Whether all of a region lies in a thing.
fn contains(model: &Model, thing: &Thing, region: &Region) -> bool {
    addresses(model, thing, region)
        .is_some_and(|inside| region.address.is_subset(&AddressSet::from(inside)))
}

/// The types that a region's resources are of or lie in, as far as the way down or the tree of
/// types leaves no choice.
fn types_around(model: &Model, region: &Region) -> Vec<TypeId> {
    let catalog = &model.catalog;
    let mut all: Vec<TypeId> = region.place.steps.iter().map(|(of, _)| *of).collect();
    let mut current = region.of;
    for _ in 0..32 {
        all.push(current);
        let [parent] = catalog.of(current).parents[..] else {
            break;
        };
        current = parent;
    }
    all
}

/// Whether `inner` may be or lie in `outer`.
fn lies_in(outer: &Place, inner: &Place) -> bool {
    outer.meets(inner)
        && outer.steps.len() <= inner.steps.len()
        && outer
            .steps
            .iter()
            .zip(&inner.steps)
            .all(|(a, b)| a.0 == b.0)
}

/// Whether a party is one of those that `except` leaves out.
pub(in crate::check) fn is_excepted(id: PartyId, party: &Party, except: &[Who]) -> bool {
    except.iter().any(|who| match who {
        Who::Party(other, _) => *other == id,
        Who::System(system, _) => party
            .identities()
            .any(|(_, identity, _)| identity.system == *system),
        Who::Thing(thing) => party
            .identities()
            .any(|(_, identity, _)| crate::check::subject::covers(thing, identity)),
        Who::Anyone(_) => true,
        Who::Service(..) | Who::Oidc(..) => false,
    })
}
