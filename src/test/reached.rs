//! What somebody reaches, as an assertion asks for it.

use crate::compile::Compiled;
use crate::graph::{Ability, Node, NodeId, Place, Reach, Verdict};
use crate::model::catalog::SlotId;
use crate::model::party::Who;
use crate::model::rule::{Part, Slice};
use crate::test::Step;
use std::collections::BTreeSet;

/// One ability that somebody reaches.
pub(super) struct Reached {
    /// The node that holds it.
    pub node: NodeId,
    /// What having the node, and what using the ability, rests on.
    pub verdict: Verdict,
    /// Whether somebody has to approve first, and nothing else is in the way.
    pub is_gated: bool,
    /// The ability; none where anything can be granted in a scope.
    pub ability: Option<Ability>,
}

/// The nodes that stand for somebody; none where the graph knows nobody like that.
pub(super) fn nodes(compiled: &Compiled, who: &Who) -> Vec<NodeId> {
    let graph = &compiled.graph;
    match who {
        Who::Party(id, _) => vec![graph.party(*id)],
        Who::Anyone(_) => graph.find(&Node::Anyone).into_iter().collect(),
        Who::Thing(thing) => {
            let places = Place::each(&compiled.model, thing);
            let stands_for = |node: &Node| match node {
                Node::Identity(bundle) => {
                    let bundle = &compiled.granted.bundles[*bundle as usize];
                    bundle.identity.as_ref().is_some_and(|identity| {
                        let own = Place::of(identity, bundle.tenant);
                        places.iter().any(|place| place.holds(&own))
                    })
                }
                Node::Resource(own, _) => places.iter().any(|place| place.holds(own)),
                Node::Party(_)
                | Node::Scope(_)
                | Node::Anyone
                | Node::Unknown(..)
                | Node::Content(_)
                | Node::Passed(_)
                | Node::Means(_) => false,
            };
            graph
                .nodes()
                .filter(|(_, node)| stands_for(node))
                .map(|(id, _)| id)
                .collect()
        }
        Who::System(..) | Who::Service(..) | Who::Oidc(..) => Vec::new(),
    }
}

/// The slots that a slice speaks of, of those that the catalogue knows.
pub(super) fn slots(compiled: &Compiled, slice: &Slice) -> Vec<SlotId> {
    let operations = &slice.cube.operations;
    if let Some(listed) = operations.iter_finite() {
        return listed.map(SlotId::of).collect();
    }
    let catalog = &compiled.model.catalog;
    catalog
        .operations
        .iter()
        .filter(|one| one.vendor.universe() == operations.universe())
        .flat_map(|one| one.slots.iter().copied())
        .filter(|slot| operations.contains(slot.operation()))
        .collect()
}

/// Everything that is reached of some parts' operations, wherever.
pub(super) fn reached(compiled: &Compiled, reach: &Reach, parts: &[Part]) -> Vec<Reached> {
    let Compiled {
        model,
        granted,
        graph,
        ..
    } = compiled;
    let wanted: BTreeSet<SlotId> = parts
        .iter()
        .flat_map(|part| part.slices.iter())
        .flat_map(|slice| slots(compiled, slice))
        .collect();
    let mut all = Vec::new();
    for &node in reach.nodes() {
        let Some(on_node) = reach.verdict(node) else {
            continue;
        };
        let has_node = on_node != Verdict::Blocked;
        // An approval on the way is as good as one in the clause.
        let waits = |node| {
            let (_, guards) = graph.rests_on(reach, node);
            !guards.is_empty()
                && guards
                    .iter()
                    .all(|&guard| *graph.guards[guard as usize].kind == *"approval")
        };
        match graph.node(node) {
            Node::Scope(_) => all.push(Reached {
                node,
                verdict: on_node,
                is_gated: !has_node && waits(node),
                ability: None,
            }),
            Node::Identity(_) | Node::Party(_) | Node::Anyone => {
                let abilities = graph.able(model, granted, node, &wanted);
                if abilities.is_empty() {
                    continue;
                }
                let waits = !has_node && waits(node);
                for ability in abilities {
                    let stopped = ability.gate.is_some() || ability.beyond.is_some();
                    let own = if stopped {
                        Verdict::Blocked
                    } else if ability.doubts.is_empty() {
                        Verdict::Proven
                    } else {
                        Verdict::Possible
                    };
                    let is_free = has_node && ability.gate.is_none();
                    all.push(Reached {
                        node,
                        verdict: on_node.max(own),
                        is_gated: ability.beyond.is_none() && !is_free && (has_node || waits),
                        ability: Some(ability),
                    });
                }
            }
            Node::Resource(..)
            | Node::Unknown(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => {}
        }
    }
    all
}

/// What stands before something that is reached when it is used on a part: with what verdict the
/// protections of the resource are passed, and whether all that are not are approvals.
pub(super) fn protection(
    compiled: &Compiled,
    reach: &Reach,
    reached: &Reached,
    part: &Part,
) -> (Verdict, bool) {
    let Some(ability) = &reached.ability else {
        return (Verdict::Proven, false);
    };
    let Compiled { model, graph, .. } = compiled;
    let region = &ability.region;
    let place = region.place.down(model, region.of);
    let verb = model.catalog.operation_of(ability.slot).verb;
    let asked = Place::each(model, &part.thing);
    let mut worst = Verdict::Proven;
    let mut waits = true;
    for (index, guard) in (0u32..).zip(&graph.guards) {
        let stands = guard.place.system == place.system
            && (guard.against.contains(verb) || guard.operations.contains(&ability.slot))
            && (guard.place.holds(&place) || asked.iter().all(|asked| guard.place.holds(asked)));
        if !stands {
            continue;
        }
        let passed = graph
            .find(&Node::Passed(index))
            .and_then(|passed| reach.verdict(passed))
            .unwrap_or(Verdict::Blocked);
        if passed == Verdict::Blocked {
            waits &= *guard.kind == *"approval";
        }
        worst = worst.max(passed);
    }
    (worst, waits && worst == Verdict::Blocked)
}

/// Whether something that is reached is in a part at all.
pub(super) fn meets(compiled: &Compiled, reached: &Reached, part: &Part) -> bool {
    let Some(ability) = &reached.ability else {
        let Node::Scope(scope) = compiled.graph.node(reached.node) else {
            return false;
        };
        return Place::each(&compiled.model, &part.thing)
            .iter()
            .any(|place| scope.holds(place) || (part.within && place.holds(scope)));
    };
    let place = &ability.region.place;
    part.thing.system == place.system
        && part.thing.tenants.holds(place.tenant as usize)
        && part.slices.iter().any(|slice| {
            slice.cube.operations.contains(ability.slot.operation())
                && slice.of.is_none_or(|of| of == ability.region.of)
                && !slice.cube.address.is_disjoint(&ability.region.address)
        })
}

/// The way to a node, hop by hop; where nothing says where a hop is declared, `otherwise` does.
pub(super) fn way(
    compiled: &Compiled,
    reach: &Reach,
    node: NodeId,
    otherwise: crate::source::Span,
) -> Vec<Step> {
    let Compiled {
        model,
        granted,
        graph,
        ..
    } = compiled;
    graph
        .hops(reach, node)
        .iter()
        .map(|hop| Step {
            from: graph.name(model, granted, hop.from),
            to: graph.name(model, granted, hop.to),
            why: graph.hop_why(model, granted, hop),
            span: graph.hop_span(hop).unwrap_or(otherwise),
        })
        .collect()
}
