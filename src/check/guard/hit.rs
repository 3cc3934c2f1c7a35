//! Which nodes of the graph hold something that a guard selects.

use crate::authority::verb::{Verb, VerbSet};
use crate::check::Context;
use crate::check::guard::selection::{Ground, Selected};
use crate::check::subject::covers;
use crate::graph::{Ability, Doubt, Holding, Node, NodeId, Place, Slots, Verdict};
use crate::model::catalog::{SlotId, TypeId};
use crate::model::party::ClauseKind;
use crate::model::rule::Rule;
use crate::model::thing::Thing;
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Authority of one node that is selected: what one clause gives in one place.
#[derive(Clone, Debug)]
pub(in crate::check) struct Hit {
    /// Where it is written: the resource in its clause, else the clause.
    pub span: Span,
    /// Whose clause it is, and which; none for whoever can grant itself anything in a scope.
    pub clause: Option<(PartyId, usize)>,
    /// Whether it could not all be read.
    pub verdict: Verdict,
    /// Whether somebody has to approve first.
    pub is_gated: bool,
    /// The protections of the resource that stand before it, as indices into the graph's guards.
    pub guards: Vec<u32>,
    /// The verbs of what is selected there.
    pub verbs: VerbSet,
    /// Where, as it is written.
    pub what: String,
    /// The same, for `accept … on`.
    pub thing: Thing,
}

/// The hits of one selection, by node.
pub(in crate::check) type Hits = BTreeMap<NodeId, Vec<Hit>>;

/// The hits of each of `selections`.
pub(in crate::check) fn hits(
    context: &Context<'_>,
    ground: &Ground<'_>,
    selections: &[&Selected<'_>],
) -> Vec<Hits> {
    let mut all = vec![Hits::new(); selections.len()];
    if selections.is_empty() {
        return all;
    }
    for (id, node) in context.graph.nodes() {
        match node {
            Node::Identity(_) | Node::Anyone => {}
            // An integration holds what its identities are granted and nothing else.
            Node::Party(party) if !context.model.party(*party).is_integration() => {}
            Node::Scope(scope) => {
                for (selection, hits) in selections.iter().zip(&mut all) {
                    if selection.meets_scope(ground, scope) {
                        hits.insert(id, vec![anything(context.model, scope)]);
                    }
                }
                continue;
            }
            Node::Party(_)
            | Node::Resource(..)
            | Node::Unknown(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => continue,
        }
        of_holder(context, ground, selections, id, &mut all);
    }
    all
}

fn of_holder(
    context: &Context<'_>,
    ground: &Ground<'_>,
    selections: &[&Selected<'_>],
    id: NodeId,
    all: &mut [Hits],
) {
    let model = context.model;
    let mut near: HashMap<SystemId, Vec<usize>> = HashMap::new();
    let system = |node: &Node| match node {
        Node::Identity(bundle) => Some(context.granted.bundles[*bundle as usize].system),
        Node::Party(_)
        | Node::Resource(..)
        | Node::Scope(_)
        | Node::Anyone
        | Node::Unknown(..)
        | Node::Content(_)
        | Node::Passed(_)
        | Node::Means(_) => None,
    };
    let mut may = |system: SystemId| -> Vec<usize> {
        near.entry(system)
            .or_insert_with(|| {
                (0..selections.len())
                    .filter(|&index| selections[index].may_lie_in(ground, system))
                    .collect()
            })
            .clone()
    };
    if let Some(system) = system(context.graph.node(id))
        && may(system).is_empty()
    {
        return;
    }
    let holdings = context.graph.holdings(model, context.granted, id);
    let mut wanted = BTreeSet::new();
    let mut clauses: HashMap<Span, (PartyId, usize)> = HashMap::new();
    for holding in &holdings {
        let near = may(holding.system);
        let chosen: Vec<(usize, &Selected<'_>)> = near
            .iter()
            .map(|&index| (index, selections[index]))
            .collect();
        slots(model, holding, &chosen, &mut wanted);
        for piece in &holding.grants {
            clauses.insert(piece.span, (piece.party, piece.clause as usize));
        }
    }
    if wanted.is_empty() {
        return;
    }
    for ability in context.graph.able(model, context.granted, id, &wanted) {
        if ability.beyond.is_some() {
            continue;
        }
        for index in may(ability.region.place.system) {
            if selections[index].meets(ground, ability.slot, &ability.region) {
                let guards = guards(context, selections[index], &ability);
                let hits = all[index].entry(id).or_default();
                let clause = clauses.get(&ability.span).copied();
                add(model, &ability, clause, guards, hits);
            }
        }
    }
}

/// The slots that a holder's statements give and a selection takes. Where nothing is denied, one
/// operation of a verb on a type stands for all that the same selections take.
fn slots(
    model: &Model,
    holding: &Holding<'_>,
    selections: &[(usize, &Selected<'_>)],
    wanted: &mut BTreeSet<SlotId>,
) {
    if selections.is_empty() {
        return;
    }
    let catalog = &model.catalog;
    let vendor = model.system(holding.system).vendor;
    let is_whole = holding.denies.is_empty() && holding.boundaries.is_empty();
    for piece in &holding.grants {
        let mut seen: BTreeSet<(TypeId, Verb, Vec<usize>)> = BTreeSet::new();
        let mut put = |slot: SlotId| {
            let takers: Vec<usize> = selections
                .iter()
                .filter(|(_, selection)| selection.takes(model, slot))
                .map(|(index, _)| *index)
                .collect();
            if takers.is_empty() {
                return;
            }
            let key = (
                catalog.slot(slot).of,
                catalog.operation_of(slot).verb,
                takers,
            );
            if seen.insert(key) || !is_whole {
                wanted.insert(slot);
            }
        };
        match &piece.slots {
            Slots::These(slots) => slots.iter().copied().for_each(put),
            Slots::Service(name) => catalog
                .operations
                .iter()
                .filter(|one| one.vendor == vendor && one.service.as_deref() == Some(*name))
                .flat_map(|one| one.slots.iter().copied())
                .for_each(&mut put),
            Slots::Everything => catalog
                .operations
                .iter()
                .filter(|one| one.vendor == vendor)
                .flat_map(|one| one.slots.iter().copied())
                .for_each(&mut put),
        }
    }
}

/// The protections that stand before an ability, or before all of the resource that is selected.
fn guards(context: &Context<'_>, selection: &Selected<'_>, ability: &Ability) -> Vec<u32> {
    let model = context.model;
    if context.graph.guards.is_empty() {
        return Vec::new();
    }
    let region = &ability.region;
    let place = region.place.down(model, region.of);
    let verb = model.catalog.operation_of(ability.slot).verb;
    let named = selection.places(model);
    (0u32..)
        .zip(&context.graph.guards)
        .filter(|(_, guard)| guard.place.system == place.system)
        .filter(|(_, guard)| {
            guard.against.contains(verb) || guard.operations.contains(&ability.slot)
        })
        .filter(|(_, guard)| {
            guard.place.holds(&place)
                || !named.is_empty() && named.iter().all(|named| guard.place.holds(named))
        })
        .map(|(id, _)| id)
        .collect()
}

fn add(
    model: &Model,
    ability: &Ability,
    clause: Option<(PartyId, usize)>,
    guards: Vec<u32>,
    hits: &mut Vec<Hit>,
) {
    let verdict = if ability.doubts.contains(&Doubt::Incomplete) {
        Verdict::Possible
    } else {
        Verdict::Proven
    };
    let place = &ability.region.place;
    // The resource as the clause names it says more than the whole tenant that a unit holds for.
    let (span, thing, what) = match clause.and_then(|at| part(model, at, place, ability)) {
        Some(thing) => {
            let what = if place.steps.is_empty() {
                model.thing_text(thing)
            } else {
                place.text(model)
            };
            (thing.span, thing.clone(), what)
        }
        None => (
            ability.span,
            place.thing(ability.span),
            place_text(model, place, ability.region.of),
        ),
    };
    let verbs = VerbSet::from(model.catalog.operation_of(ability.slot).verb);
    let is_gated = ability.gate.is_some();
    let known = hits.iter_mut().find(|hit| {
        hit.span == span
            && hit.what == what
            && hit.is_gated == is_gated
            && hit.verdict == verdict
            && hit.guards == guards
    });
    if let Some(hit) = known {
        hit.verbs = hit.verbs.union(verbs);
        return;
    }
    hits.push(Hit {
        span,
        clause,
        verdict,
        is_gated,
        guards,
        verbs,
        what,
        thing,
    });
}

/// Where an operation on a type holds, as it is written: a statement about a whole tenant says
/// which type is meant.
pub(in crate::check) fn place_text(model: &Model, place: &Place, of: TypeId) -> String {
    place.down(model, of).text(model)
}

/// The resource of a clause that an ability is of: where the ability's place lies, or, of a whole
/// tenant, what has the operation.
fn part<'m>(
    model: &'m Model,
    (party, clause): (PartyId, usize),
    place: &Place,
    ability: &Ability,
) -> Option<&'m Thing> {
    let rule = rule_of(&model.party(party).clauses.get(clause)?.kind)?;
    let thing = place.thing(ability.span);
    let is_whole = place.steps.is_empty();
    rule.parts
        .iter()
        .find(|part| {
            covers(&part.thing, &thing)
                || is_whole
                    && part.thing.system == place.system
                    && part.thing.tenants.holds(place.tenant as usize)
                    && part.slices.iter().any(|slice| {
                        slice.cube.operations.contains(ability.slot.operation())
                            && slice.of.is_none_or(|of| of == ability.region.of)
                    })
        })
        .map(|part| &part.thing)
}

/// The rule of an `allow` or `delegates`.
pub(in crate::check) fn rule_of(kind: &ClauseKind) -> Option<&Rule> {
    if let ClauseKind::Allow(rule) | ClauseKind::Delegates { rule, .. } = kind {
        Some(rule)
    } else {
        None
    }
}

/// What whoever can grant itself anything in a scope holds there.
fn anything(model: &Model, scope: &Place) -> Hit {
    let span = model.system(scope.system).span;
    Hit {
        span,
        clause: None,
        verdict: Verdict::Proven,
        is_gated: false,
        guards: Vec::new(),
        verbs: VerbSet::ANY,
        what: scope.text(model),
        thing: scope.thing(span),
    }
}
