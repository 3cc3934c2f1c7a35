//! What somebody is declared to hold, must never do, and is granted: as sets of the shared space,
//! by system and tenant.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::known::Known;
use super::space::{Reader, Requirement, Requirements, Space};
use crate::authority::{AuthoritySet, Cube, Interval, Length, Pattern, Universe};
use crate::grant::{Bundle, Grant, Units};
use crate::graph::Place;
use crate::model::PartyId;
use crate::model::catalog::{Catalog, SlotId, TypeId, UnitId};
use crate::model::party::{ClauseKind, Status};
use crate::model::rule::Rule;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One tenant of one system, by shared names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Spot {
    /// The system's shared name.
    pub system: Box<str>,
    /// The vendor's id of the tenant.
    pub tenant: Box<str>,
}

/// What one part of a clause says, in one tenant.
#[derive(Clone, Debug)]
pub struct Said {
    /// What it comes to, conditions and end included.
    pub set: AuthoritySet,
    /// The resource in words.
    pub resource: String,
    /// What it waits for and is limited to.
    pub requirements: Vec<Requirement>,
    /// Whose clause it is.
    pub party: PartyId,
    /// Where the clause is.
    pub span: Span,
    /// The profile that it came with.
    pub profile: Option<Box<str>>,
    /// When it ends.
    pub until: Option<crate::authority::Instant>,
    /// Whether somebody else delegated it.
    pub delegated: bool,
}

/// What is said of somebody, by tenant.
#[derive(Clone, Default, Debug)]
pub struct Declared {
    /// What it may do; nothing where it is not active.
    pub allow: BTreeMap<Spot, Vec<Said>>,
    /// What it must never do.
    pub never: BTreeMap<Spot, Vec<Said>>,
    /// The most that it may hold, bound by bound.
    pub bounds: BTreeMap<Spot, Vec<Bound>>,
}

/// The most that somebody may hold in one tenant, by one clause.
#[derive(Clone, Debug)]
pub struct Bound {
    /// What it may hold.
    pub set: AuthoritySet,
    /// The profile's name.
    pub profile: Box<str>,
    /// Where the clause is.
    pub span: Span,
}

/// Who delegates to whom: whose clause it is, and which.
pub type Delegations = HashMap<PartyId, Vec<(PartyId, u32)>>;

/// Every `delegates` clause by whom it is to.
pub fn delegations(known: &Known<'_>) -> Delegations {
    let mut all = Delegations::new();
    for (id, party) in known.compiled.model.parties() {
        for (index, clause) in (0u32..).zip(&party.clauses) {
            if let ClauseKind::Delegates { to, .. } = &clause.kind {
                all.entry(*to).or_default().push((id, index));
            }
        }
    }
    all
}

/// All requirements of what is said of somebody.
pub fn requirements(
    known: &Known<'_>,
    id: PartyId,
    delegations: &Delegations,
    into: &mut Vec<Requirement>,
) {
    for_each_rule(known, id, delegations, &mut |_, rule, _, _, _| {
        into.extend(Requirement::of_rule(known, rule));
    });
    for bundle in known.bundles(id) {
        let gates = bundle.gates.iter().flat_map(|gate| &gate.grants);
        let boundary = bundle
            .boundary
            .iter()
            .flat_map(|b| b.grants.iter().chain(&b.denies));
        for grant in bundle
            .grants
            .iter()
            .chain(&bundle.denies)
            .chain(gates)
            .chain(boundary)
        {
            into.extend(of_grant(known, grant));
        }
        for gate in &bundle.gates {
            into.push(Requirement::Approval(
                known.team(gate.by).to_owned(),
                gate.duration.map(Length::hours),
            ));
        }
    }
}

fn of_grant(known: &Known<'_>, grant: &Grant) -> Vec<Requirement> {
    let model = &known.compiled.model;
    let mut all: Vec<Requirement> = grant
        .conditions
        .iter()
        .map(|&id| Requirement::Condition(super::space::plain(model.condition(id))))
        .collect();
    if !grant.fields.is_empty() {
        all.push(Requirement::Fields(grant.fields.iter().cloned().collect()));
    }
    all
}

/// What a rule is to its party.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Allow,
    Never,
    BoundAllow,
    BoundNever,
}

fn for_each_rule(
    known: &Known<'_>,
    id: PartyId,
    delegations: &Delegations,
    each: &mut dyn FnMut(PartyId, &Rule, Sort, &crate::model::party::Clause, usize),
) {
    let model = &known.compiled.model;
    let party = model.party(id);
    for (index, clause) in party.clauses.iter().enumerate() {
        match &clause.kind {
            ClauseKind::Allow(rule) => each(id, rule, Sort::Allow, clause, index),
            ClauseKind::Never(rule) => each(id, rule, Sort::Never, clause, index),
            ClauseKind::BoundedBy { allows, nevers, .. } => {
                for rule in allows {
                    each(id, rule, Sort::BoundAllow, clause, index);
                }
                for rule in nevers {
                    each(id, rule, Sort::BoundNever, clause, index);
                }
            }
            ClauseKind::Owner(_)
            | ClauseKind::Purpose(_)
            | ClauseKind::Operator(_)
            | ClauseKind::Expires(_)
            | ClauseKind::Review { .. }
            | ClauseKind::Revoke(_)
            | ClauseKind::Monitor(_)
            | ClauseKind::Status(_)
            | ClauseKind::Acts(_)
            | ClauseKind::Identity { .. }
            | ClauseKind::Credential { .. }
            | ClauseKind::Trusts { .. }
            | ClauseKind::MemberOf(_)
            | ClauseKind::RunsFrom(_)
            | ClauseKind::RunsOn(_)
            | ClauseKind::TriggeredBy(_)
            | ClauseKind::Ingests(_)
            | ClauseKind::Delegates { .. }
            | ClauseKind::Inherits { .. }
            | ClauseKind::Holds { .. }
            | ClauseKind::Accept(_)
            | ClauseKind::Unresolved(_) => {}
        }
    }
    for &(other, index) in delegations.get(&id).into_iter().flatten() {
        let clause = &model.party(other).clauses[index as usize];
        if let ClauseKind::Delegates { rule, .. } = &clause.kind
            && model.party(other).status() == Status::Active
        {
            each(other, rule, Sort::Allow, clause, index as usize);
        }
    }
}

/// What a bound allows, what it forbids of that, its profile and its place.
type Limits = (AuthoritySet, AuthoritySet, Box<str>, Span);

/// What is said of somebody.
pub fn declared(
    space: &mut Space,
    reader: &mut Reader,
    known: &Known<'_>,
    id: PartyId,
    delegations: &Delegations,
    requirements: &Requirements,
) -> Declared {
    let model = &known.compiled.model;
    let party = model.party(id);
    let active = party.status() == Status::Active;
    let mut declared = Declared::default();
    let mut bounds: BTreeMap<(Spot, usize), Limits> = BTreeMap::new();
    for_each_rule(
        known,
        id,
        delegations,
        &mut |of, rule, sort, clause, index| {
            if sort == Sort::Allow && !active {
                return;
            }
            let wanted = Requirement::of_rule(known, rule);
            let conditions = requirements.conditions(&wanted);
            let time = rule
                .until
                .map_or(Interval::ALWAYS, |(end, _)| Interval::until(end));
            let profile = clause
                .profile
                .map(|profile| model.profiles[profile.index()].name.clone());
            for part in &rule.parts {
                let cubes = reader.part(space, known, part);
                let system = part.thing.system;
                for tenant in 0..model.system(system).tenants.len() {
                    if !part.thing.tenants.holds(tenant) {
                        continue;
                    }
                    let set: AuthoritySet = cubes
                        .iter()
                        .map(|cube| Cube {
                            conditions: conditions.clone(),
                            time,
                            ..cube.clone()
                        })
                        .collect();
                    let spot = spot(known, system, tenant);
                    match sort {
                        Sort::BoundAllow | Sort::BoundNever => {
                            let name = match &clause.kind {
                                ClauseKind::BoundedBy { bound, .. } => {
                                    model.profiles[bound.index()].name.clone()
                                }
                                _ => continue,
                            };
                            let entry = bounds.entry((spot, index)).or_insert_with(|| {
                                (
                                    AuthoritySet::none(),
                                    AuthoritySet::none(),
                                    name,
                                    clause.span,
                                )
                            });
                            let into = if sort == Sort::BoundAllow {
                                &mut entry.0
                            } else {
                                &mut entry.1
                            };
                            into.cubes.extend(set.cubes);
                        }
                        Sort::Allow | Sort::Never => {
                            let said = Said {
                                set,
                                resource: known.thing(&part.thing),
                                requirements: wanted.clone(),
                                party: of,
                                span: clause.span,
                                profile: profile.clone(),
                                until: rule.until.map(|(end, _)| end),
                                delegated: of != id,
                            };
                            let all = if sort == Sort::Allow {
                                &mut declared.allow
                            } else {
                                &mut declared.never
                            };
                            all.entry(spot).or_default().push(said);
                        }
                    }
                }
            }
        },
    );
    for ((spot, _), (allows, nevers, profile, span)) in bounds {
        declared.bounds.entry(spot).or_default().push(Bound {
            set: allows.difference(&nevers),
            profile,
            span,
        });
    }
    if active {
        holds(space, reader, known, id, &mut declared);
    }
    declared
}

/// Units that are declared to be held count as everything that they permit, wherever.
fn holds(
    space: &mut Space,
    reader: &mut Reader,
    known: &Known<'_>,
    id: PartyId,
    declared: &mut Declared,
) {
    let model = &known.compiled.model;
    for clause in &model.party(id).clauses {
        let ClauseKind::Holds { units, system } = &clause.kind else {
            continue;
        };
        let catalog = &model.catalog;
        let vendor = &catalog.vendor(model.system(*system).vendor).name;
        let operations = reader.slots(
            space,
            known,
            vendor,
            catalog.permitted(units, &contained(catalog, units)),
        );
        let set = AuthoritySet::from(Cube::new(operations, Pattern::any()));
        for tenant in 0..model.system(*system).tenants.len() {
            let said = Said {
                set: set.clone(),
                resource: known.system(*system).to_owned(),
                requirements: Vec::new(),
                party: id,
                span: clause.span,
                profile: clause
                    .profile
                    .map(|profile| model.profiles[profile.index()].name.clone()),
                until: None,
                delegated: false,
            };
            let spot = spot(known, *system, tenant);
            declared.allow.entry(spot).or_default().push(said);
        }
    }
}

fn spot(known: &Known<'_>, system: crate::model::SystemId, tenant: usize) -> Spot {
    Spot {
        system: known.system(system).into(),
        tenant: known.tenant(system, tenant).into(),
    }
}

/// Units and all that they contain.
fn contained<'u>(
    catalog: &Catalog,
    units: impl IntoIterator<Item = &'u UnitId>,
) -> BTreeSet<UnitId> {
    units
        .into_iter()
        .flat_map(|&unit| catalog.contained(unit))
        .collect()
}

/// All units that grants hold together: one may need another of the same identity.
fn held_by(catalog: &Catalog, grants: &[Grant]) -> BTreeSet<UnitId> {
    let units = grants.iter().filter_map(|grant| match &grant.units {
        Units::Named(units) => Some(units),
        Units::Operations(_) | Units::Service(_) | Units::Everything | Units::Prefixes(_) => None,
    });
    contained(catalog, units.flatten())
}

/// One statement of what an identity is granted.
#[derive(Clone, Debug)]
pub struct Given {
    /// What it comes to.
    pub set: AuthoritySet,
    /// The unit's name, where the vendor has units of its own.
    pub unit: Option<String>,
    /// On what, in words.
    pub resource: String,
    /// The clause for which it was chosen.
    pub span: Option<Span>,
}

/// What a party is granted, by tenant: the vendor's units in full, denials taken off.
pub fn granted(
    space: &mut Space,
    reader: &mut Reader,
    known: &Known<'_>,
    own: &[&Bundle],
    requirements: &Requirements,
) -> BTreeMap<Spot, Vec<Given>> {
    let mut all: BTreeMap<Spot, Vec<Given>> = BTreeMap::new();
    for bundle in own {
        let spot = spot(known, bundle.system, bundle.tenant as usize);
        let mut given = Vec::new();
        let catalog = &known.compiled.model.catalog;
        let mut read = |grants: &[Grant], besides: &[Requirement]| -> Vec<Given> {
            let held = held_by(catalog, grants);
            let grants = grants.iter();
            grants
                .flat_map(|grant| {
                    give(
                        space,
                        reader,
                        known,
                        bundle,
                        grant,
                        &held,
                        besides,
                        requirements,
                    )
                })
                .collect()
        };
        given.extend(read(&bundle.grants, &[]));
        for gate in &bundle.gates {
            let approval = Requirement::Approval(
                known.team(gate.by).to_owned(),
                gate.duration.map(Length::hours),
            );
            given.extend(read(&gate.grants, &[approval]));
        }
        let mut denied = AuthoritySet::none();
        for given in read(&bundle.denies, &[]) {
            denied.cubes.extend(given.set.cubes);
        }
        for one in &mut given {
            if !denied.cubes.is_empty() {
                one.set = one.set.difference(&denied);
            }
        }
        all.entry(spot).or_default().extend(given);
    }
    all
}

#[allow(
    clippy::too_many_arguments,
    reason = "one statement, whose it is, what is held beside it, and where it is read into"
)]
fn give(
    space: &mut Space,
    reader: &mut Reader,
    known: &Known<'_>,
    bundle: &Bundle,
    grant: &Grant,
    held: &BTreeSet<UnitId>,
    besides: &[Requirement],
    requirements: &Requirements,
) -> Vec<Given> {
    let model = &known.compiled.model;
    let catalog = &model.catalog;
    let vendor = &catalog.vendor(bundle.vendor).name;
    let mut wanted = of_grant(known, grant);
    wanted.extend(besides.iter().cloned());
    let conditions = requirements.conditions(&wanted);
    let time = grant.until.map_or(Interval::ALWAYS, Interval::until);
    let unit = match &grant.units {
        Units::Named(units) => {
            let names: Vec<&str> = units
                .iter()
                .map(|&unit| &*catalog.unit(unit).name)
                .collect();
            Some(names.join(", "))
        }
        Units::Operations(_) | Units::Service(_) | Units::Everything | Units::Prefixes(_) => None,
    };
    let span = grant.rows.first().and_then(|&row| {
        let row = known.compiled.granted.row(row);
        let clauses = &model.party(row.party).clauses;
        clauses.get(row.clause as usize).map(|clause| clause.span)
    });
    let cube = |operations, address: Pattern| Cube {
        operations,
        address: address.into(),
        conditions: conditions.clone(),
        time,
    };
    let mut given = Vec::new();
    let slots: Vec<SlotId> = match &grant.units {
        Units::Operations(slots) => slots.clone(),
        Units::Named(units) => catalog.permitted(units, held),
        Units::Prefixes(prefixes) => catalog.prefixed(bundle.vendor, prefixes),
        Units::Everything => {
            let operations = Reader::everything(space, vendor);
            return vec![Given {
                set: cube(operations, Pattern::any()).into(),
                unit,
                resource: known.system(bundle.system).to_owned(),
                span,
            }];
        }
        Units::Service(name) => {
            let later = Reader::some_day(space, vendor, name);
            let known_now = catalog
                .operations
                .iter()
                .filter(|operation| {
                    operation.vendor == bundle.vendor
                        && operation.service.as_deref() == Some(&**name)
                })
                .flat_map(|operation| operation.slots.iter().copied());
            let operations = reader.slots(space, known, vendor, known_now);
            let universe: Universe = operations.universe();
            let later = crate::authority::OperationSet::finite(universe, [later]);
            return vec![Given {
                set: AuthoritySet {
                    cubes: vec![
                        cube(operations, Pattern::any()),
                        cube(later, Pattern::any()),
                    ],
                },
                unit,
                resource: format!("{}.{name}", known.system(bundle.system)),
                span,
            }];
        }
    };
    let mut by_type: BTreeMap<TypeId, Vec<SlotId>> = BTreeMap::new();
    for slot in slots {
        by_type.entry(catalog.slot(slot).of).or_default().push(slot);
    }
    // What binds to more than a type reaches everything of the type inside.
    let mut inside = |place: &Place, own: Option<&Pattern>| -> AuthoritySet {
        let mut set = AuthoritySet::none();
        for (&of, slots) in &by_type {
            let operations = reader.slots(space, known, vendor, slots.iter().copied());
            let address = match own {
                Some(address) if of == place.of => address.clone(),
                Some(_) | None => place.down(model, of).address(model),
            };
            set.cubes.push(cube(operations, address));
        }
        set
    };
    if grant.things.is_empty() {
        return vec![Given {
            set: inside(&Place::tenant(model, bundle.system, bundle.tenant), None),
            unit,
            resource: known.system(bundle.system).to_owned(),
            span,
        }];
    }
    for (thing, address) in grant.things.iter().zip(&grant.addresses) {
        given.push(Given {
            set: inside(&Place::of(thing, bundle.tenant), Some(address)),
            unit: unit.clone(),
            resource: known.thing(thing),
            span,
        });
    }
    given
}

/// What several statements come to.
pub fn union<'s>(said: impl IntoIterator<Item = &'s AuthoritySet>) -> AuthoritySet {
    said.into_iter()
        .flat_map(|set| set.cubes.iter().cloned())
        .collect()
}

/// The patterns as a vendor reads them, which knows only `*` and `?`: for telling excess from what
/// a pattern's characters leave open.
pub fn widened(set: &AuthoritySet) -> AuthoritySet {
    set.cubes
        .iter()
        .map(|cube| {
            let Some(pattern) = cube.address.as_pattern() else {
                return cube.clone();
            };
            Cube {
                address: pattern.widened().into(),
                ..cube.clone()
            }
        })
        .collect()
}
