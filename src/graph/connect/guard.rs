//! Guards: what keeps authority from being used, and who passes them.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::Builder;
use crate::authority::verb::{Verb, VerbSet};
use crate::graph::Guard;
use crate::graph::edge::Reason;
use crate::graph::node::{Node, NodeId, Place};
use crate::model::TeamId;
use crate::model::catalog::SlotId;
use crate::model::fact::Fact;
use crate::source::Span;

/// Guards that elevation in a scope does not take away: they are set from outside of it.
const FROM_OUTSIDE: [&str; 2] = ["organisation-policy", "permission-boundary"];

/// An operation that somebody uses, for guards to judge.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Used {
    pub verb: Verb,
    pub slot: SlotId,
    pub place: Place,
}

impl Builder<'_> {
    /// Reads the `guarded by` facts.
    pub(super) fn read_guards(&mut self) {
        let mut waiting = Vec::new();
        for resource in &self.model.resources {
            for place in Place::each(self.model, &resource.thing) {
                for fact in &resource.facts {
                    let Fact::Guarded {
                        by,
                        setting,
                        verbs,
                        slots,
                        except,
                        lifted_by,
                        span,
                        ..
                    } = fact
                    else {
                        continue;
                    };
                    let id = u32::try_from(self.guards.len()).unwrap_or(u32::MAX);
                    self.guards.push(Guard {
                        kind: by.clone(),
                        setting: setting.clone(),
                        place: place.clone(),
                        against: *verbs,
                        operations: slots.clone(),
                        span: *span,
                    });
                    waiting.push((id, except, lifted_by, *span));
                }
            }
        }
        for (id, except, lifted_by, span) in waiting {
            let passed = self.nodes.put(Node::Passed(id));
            let nodes: Vec<NodeId> = except
                .iter()
                .chain(lifted_by)
                .flat_map(|who| self.who(who))
                .collect();
            for node in nodes {
                self.certain(node, passed, false, Reason::Passes, span);
            }
        }
    }

    /// The guards in the way of using operations in order to have what lies at `target`.
    pub(super) fn in_the_way(&self, used: &[Used], target: &Place) -> Vec<u32> {
        (0u32..)
            .zip(&self.guards)
            .filter(|(_, guard)| {
                used.iter().any(|used| {
                    let against =
                        guard.against.contains(used.verb) || guard.operations.contains(&used.slot);
                    // What is done elsewhere in order to have what is guarded changes that.
                    let changes = guard.against.contains(Verb::Update);
                    against && guard.place.holds(&used.place)
                        || (against || changes) && guard.place.holds(target)
                })
            })
            .map(|(id, _)| id)
            .collect()
    }

    /// The guard that an approval is. Nobody takes it away.
    pub(super) fn approval(&mut self, by: TeamId, place: &Place, span: Span) -> u32 {
        let setting = self.model.team(by).name.clone();
        self.made("approval", Some(setting), place, span)
    }

    /// The guard that a boundary is.
    pub(super) fn bound(&mut self, place: &Place, span: Span) -> u32 {
        self.made("permission-boundary", None, place, span)
    }

    fn made(&mut self, kind: &str, setting: Option<Box<str>>, place: &Place, span: Span) -> u32 {
        let guard = Guard {
            kind: kind.into(),
            setting,
            place: place.clone(),
            against: VerbSet::default(),
            operations: Vec::new(),
            span,
        };
        if let Some(known) = self.made_guards.get(&(span, place.clone())) {
            return *known;
        }
        let id = u32::try_from(self.guards.len()).unwrap_or(u32::MAX);
        self.guards.push(guard);
        self.made_guards.insert((span, place.clone()), id);
        id
    }

    /// Whoever can grant itself anything in a scope takes away the guards in there, except those
    /// that are set from outside.
    pub(super) fn passes(&mut self) {
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
        for id in 0..self.guards.len() {
            let guard = &self.guards[id];
            if FROM_OUTSIDE.contains(&&*guard.kind)
                || guard.against.is_empty() && guard.operations.is_empty()
            {
                continue;
            }
            let (place, span) = (guard.place.clone(), guard.span);
            let number = u32::try_from(id).unwrap_or(u32::MAX);
            for (scope, around) in &scopes {
                if around.holds(&place) {
                    let passed = self.nodes.put(Node::Passed(number));
                    self.certain(*scope, passed, false, Reason::Passes, span);
                }
            }
        }
    }
}
