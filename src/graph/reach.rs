//! Everything that one node has, and what authority comes with it.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::ability::{Ability, Wanted};
use super::edge::Reason;
use super::engine::{SEED, Scratch, Verdict};
use super::holding::{Holding, Piece, Slots};
use super::node::{EdgeId, Node, NodeId, Place};
use super::{DelegationGraph, connect};
use crate::grant::Granted;
use crate::model::catalog::SlotId;
use crate::model::party::ClauseKind;
use crate::model::{Model, PartyId, SystemId};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// How a node was come by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Derivation {
    /// What it rests on.
    pub verdict: Verdict,
    /// How many steps its longest chain has.
    pub height: u32,
    /// The last edge; none where the search began.
    pub by: Option<EdgeId>,
}

/// Everything that follows from having some nodes.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where it began.
    pub from: Vec<NodeId>,
    found: Vec<NodeId>,
    derivations: HashMap<NodeId, Derivation>,
}

impl Reach {
    /// Every node found, in the order of discovery: the proven first, then by height.
    pub fn nodes(&self) -> &[NodeId] {
        &self.found
    }

    /// The verdict on a node; none when it is not found at all.
    pub fn verdict(&self, node: NodeId) -> Option<Verdict> {
        Some(self.derivations.get(&node)?.verdict)
    }

    /// How a node was come by.
    pub fn derivation(&self, node: NodeId) -> Option<Derivation> {
        self.derivations.get(&node).copied()
    }
}

/// How authority comes to somebody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Via {
    /// Its own clauses, or another's that shares its identity.
    Direct,
    /// Another's `delegates`.
    Delegated,
    /// `inherits`, `member of`.
    Inherited,
    /// Everything else.
    Lateral,
}

impl Via {
    /// The word in the JSON contracts.
    pub fn word(self) -> &'static str {
        match self {
            Via::Direct => "direct",
            Via::Delegated => "delegated",
            Via::Inherited => "inherited",
            Via::Lateral => "lateral",
        }
    }
}

/// One statement of authority that somebody reaches.
#[derive(Clone, Debug)]
pub struct Held<'m> {
    /// Whose authority it is: an identity, or a principal without one.
    pub holder: NodeId,
    /// The statement.
    pub piece: Piece<'m>,
    /// What reaching it rests on; conditions and approvals of the statement included.
    pub verdict: Verdict,
    /// How it comes.
    pub via: Via,
}

/// All operations, for reading whole statements.
pub(super) struct These<'s>(pub &'s BTreeSet<SlotId>);

impl Wanted for These<'_> {
    fn of<'s>(
        &'s self,
        model: &Model,
        system: SystemId,
        slots: &'s Slots<'_>,
    ) -> Cow<'s, [SlotId]> {
        let vendor = model.system(system).vendor;
        let listed = |keep: &dyn Fn(SlotId) -> bool| {
            Cow::Owned(self.0.iter().copied().filter(|&slot| keep(slot)).collect())
        };
        match slots {
            Slots::These(slots) => Cow::Owned(
                slots
                    .iter()
                    .copied()
                    .filter(|slot| self.0.contains(slot))
                    .collect(),
            ),
            Slots::Service(name) => listed(&|slot| {
                let operation = model.catalog.operation_of(slot);
                operation.vendor == vendor && operation.service.as_deref() == Some(*name)
            }),
            Slots::Everything => listed(&|slot| model.catalog.operation_of(slot).vendor == vendor),
        }
    }
}

impl DelegationGraph {
    /// Everything that follows from having `from`; with `influence`, also from making others act.
    pub fn reach(&self, from: &[NodeId], influence: bool) -> Reach {
        self.reach_without(from, influence, &BTreeSet::new())
    }

    /// As [`Self::reach`], some edges left out.
    pub fn reach_without(
        &self,
        from: &[NodeId],
        influence: bool,
        closed: &BTreeSet<EdgeId>,
    ) -> Reach {
        let mut scratch = Scratch::default();
        self.reach_with(&mut scratch, from, influence, closed)
    }

    /// As [`Self::reach_without`], in room that is used again.
    pub fn reach_with(
        &self,
        scratch: &mut Scratch,
        from: &[NodeId],
        influence: bool,
        closed: &BTreeSet<EdgeId>,
    ) -> Reach {
        let engine = if influence {
            self.influence_engine()
        } else {
            self.engine()
        };
        let seeds: Vec<u32> = from.iter().map(|node| node.0).collect();
        scratch.search(engine, &seeds, Verdict::Blocked, |clause| {
            !closed.is_empty() && closed.contains(&EdgeId(clause))
        });
        let mut derivations = HashMap::with_capacity(scratch.found().len());
        let mut found = Vec::with_capacity(scratch.found().len());
        for &node in scratch.found() {
            let Some((verdict, height, by)) = scratch.derivation(node) else {
                continue;
            };
            found.push(NodeId(node));
            derivations.insert(
                NodeId(node),
                Derivation {
                    verdict,
                    height,
                    by: (by != SEED).then_some(EdgeId(by)),
                },
            );
        }
        Reach {
            from: from.to_vec(),
            found,
            derivations,
        }
    }

    /// Everybody whose own authority a node is: what its statements say. None for nodes that hold
    /// no authority of their own.
    pub fn holdings<'m>(
        &self,
        model: &'m Model,
        granted: &'m Granted,
        node: NodeId,
    ) -> Vec<Holding<'m>> {
        match self.node(node) {
            Node::Identity(bundle) => {
                let bundle = &granted.bundles[*bundle as usize];
                vec![Holding::of_bundle(model, granted, bundle)]
            }
            Node::Party(id) if model.party(*id).is_integration() => Vec::new(),
            Node::Party(id) => connect::homeless(model, granted, &bundles_of(granted, *id), *id)
                .into_iter()
                .map(|(system, tenant)| Holding::of_principal(model, granted, *id, system, tenant))
                .collect(),
            Node::Anyone => Holding::of_anyone(model, granted),
            Node::Resource(..)
            | Node::Scope(_)
            | Node::Unknown(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => Vec::new(),
        }
    }

    /// All statements of authority that `reach` comes to, in the order of discovery.
    pub fn held<'m>(&self, model: &'m Model, granted: &'m Granted, reach: &Reach) -> Vec<Held<'m>> {
        let mut all = Vec::new();
        for &node in reach.nodes() {
            let Some(derivation) = reach.derivation(node) else {
                continue;
            };
            let via = self.via(reach, node);
            for holding in self.holdings(model, granted, node) {
                for piece in holding.grants {
                    let own = if piece.gate.is_some() {
                        Verdict::Blocked
                    } else if piece.conditions.is_empty()
                        && !holding.incomplete
                        && !holding.for_users
                    {
                        Verdict::Proven
                    } else {
                        Verdict::Possible
                    };
                    let via = match via {
                        Via::Direct if self.is_delegated(model, &piece) => Via::Delegated,
                        via => via,
                    };
                    all.push(Held {
                        holder: node,
                        verdict: derivation.verdict.max(own),
                        via,
                        piece,
                    });
                }
            }
        }
        all
    }

    #[allow(
        clippy::unused_self,
        reason = "a question about a statement of this graph, asked as the others are"
    )]
    fn is_delegated(&self, model: &Model, piece: &Piece<'_>) -> bool {
        model
            .party(piece.party)
            .clauses
            .get(piece.clause as usize)
            .is_some_and(|clause| matches!(clause.kind, ClauseKind::Delegates { .. }))
    }

    /// How a node comes to those from whom a search began.
    pub fn via(&self, reach: &Reach, node: NodeId) -> Via {
        let mut at = node;
        let mut via = Via::Direct;
        while let Some(by) = reach.derivation(at).and_then(|found| found.by) {
            let edge = self.edge(by);
            match edge.reason {
                Reason::ActsAs | Reason::Authority { .. } => {}
                Reason::Inherit | Reason::Member => via = via.max(Via::Inherited),
                _ => return Via::Lateral,
            }
            at = edge.premises[0];
        }
        via
    }

    /// Everybody who holds one of some operations, with where; denials and boundaries taken off.
    pub fn holders_of(
        &self,
        model: &Model,
        granted: &Granted,
        slots: &BTreeSet<SlotId>,
    ) -> Vec<(NodeId, Vec<Ability>)> {
        let mut all = Vec::new();
        for (id, node) in self.nodes() {
            if !matches!(node, Node::Identity(_) | Node::Party(_) | Node::Anyone) {
                continue;
            }
            let abilities = self.able(model, granted, id, slots);
            if !abilities.is_empty() {
                all.push((id, abilities));
            }
        }
        all
    }

    /// What a node itself holds of some operations; denials and boundaries taken off.
    pub fn able(
        &self,
        model: &Model,
        granted: &Granted,
        node: NodeId,
        slots: &BTreeSet<SlotId>,
    ) -> Vec<Ability> {
        self.holdings(model, granted, node)
            .iter()
            .flat_map(|holding| holding.abilities(model, &These(slots)))
            .collect()
    }

    /// The scopes around a place: whoever has one of these nodes can grant itself anything there.
    pub fn scopes_over(&self, place: &Place) -> Vec<NodeId> {
        self.nodes()
            .filter(|(_, node)| matches!(node, Node::Scope(scope) if scope.holds(place)))
            .map(|(id, _)| id)
            .collect()
    }
}

fn bundles_of(granted: &Granted, id: PartyId) -> HashMap<PartyId, Vec<u32>> {
    let own = (0u32..)
        .zip(&granted.bundles)
        .filter(|(_, bundle)| bundle.holders.contains(&id))
        .map(|(index, _)| index)
        .collect();
    HashMap::from([(id, own)])
}
