//! Elevation: whoever can grant itself anything in a scope has what lies inside. The scope is one
//! node; below it only what leads elsewhere is derived.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::Builder;
use crate::graph::edge::Reason;
use crate::graph::holding::Slots;
use crate::graph::node::{Node, NodeId, Place};
use crate::model::control::Hold;
use std::collections::HashSet;

impl Builder<'_> {
    /// The exits of every scope; and a scope for those who hold everything there is.
    pub(super) fn elevated(&mut self) {
        for (holder, node) in self.holders() {
            let holding = self.holding(holder);
            let whole = holding.denies.is_empty() && holding.boundaries.is_empty();
            for piece in &holding.grants {
                let plain = matches!(piece.slots, Slots::Everything)
                    && piece.conditions.is_empty()
                    && piece.gate.is_none()
                    && !holding.for_users;
                if whole && plain {
                    let place = Place::tenant(self.model, holding.system, holding.tenant);
                    let scope = self.nodes.put(Node::Scope(place));
                    self.certain(node, scope, true, Reason::Elevated, piece.span);
                }
            }
        }
        let scopes: Vec<(NodeId, Place)> = self
            .nodes
            .list
            .iter()
            .enumerate()
            .filter_map(|(index, node)| match node {
                Node::Scope(place) => Some((NodeId::at(index), place.clone())),
                _ => None,
            })
            .collect();
        for (scope, around) in &scopes {
            let mut inside: Vec<NodeId> = Vec::new();
            for hold in Hold::ALL {
                for node in self.around(around, hold) {
                    let lies = self.place_of(node).is_some_and(|place| {
                        let on_the_way = |of| place.steps.iter().any(|(own, _)| *own == of);
                        around.steps.iter().all(|(of, _)| on_the_way(*of)) && place.meets(around)
                    });
                    if lies {
                        inside.push(node);
                    }
                }
            }
            // A platform's own tokens have no place of their own.
            if around.steps.is_empty() {
                for bundle in 0..self.granted.bundles.len() {
                    let bundle = u32::try_from(bundle).unwrap_or(u32::MAX);
                    let of = self.bundle(bundle);
                    if of.identity.is_none()
                        && (of.system, of.tenant) == (around.system, around.tenant)
                    {
                        inside.push(self.nodes.put(Node::Identity(bundle)));
                    }
                }
            }
            let mut seen = HashSet::new();
            for node in inside {
                if seen.insert(node) {
                    self.certain(*scope, node, true, Reason::Elevated, super::NOWHERE);
                }
            }
            for (other, within) in &scopes {
                if other != scope && around.steps.len() < within.steps.len() && around.holds(within)
                {
                    self.certain(*scope, *other, true, Reason::Elevated, super::NOWHERE);
                }
            }
        }
        self.hosted();
    }

    /// Whoever can do anything to what hosts a system can do anything in it.
    fn hosted(&mut self) {
        for index in 0..self.model.systems.len() {
            let id = crate::model::SystemId::at(index);
            let Some(thing) = &self.model.system(id).hosted_in else {
                continue;
            };
            for outer in self.places(thing) {
                let from = self.nodes.put(Node::Scope(Place::tenant(
                    self.model,
                    outer.system,
                    outer.tenant,
                )));
                for tenant in 0..self.model.system(id).tenants.len() {
                    let tenant = u32::try_from(tenant).unwrap_or(u32::MAX);
                    let to = self
                        .nodes
                        .put(Node::Scope(Place::tenant(self.model, id, tenant)));
                    self.certain(from, to, true, Reason::Elevated, thing.span);
                }
            }
        }
    }
}
