//! Influence: making somebody act, by their own logic. For agents content is control, since they
//! take instructions from what they read.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::prefix::Prefixes;
use super::{Basis, Builder, Holder};
use crate::authority::address::AddressSet;
use crate::authority::verb::Verb;
use crate::graph::ability::{Ability, Wanted};
use crate::graph::edge::{Kind, Reason};
use crate::graph::holding::Slots;
use crate::graph::node::{Node, NodeId, Place};
use crate::model::catalog::{SlotId, TypeId};
use crate::model::party::{ClauseKind, Owner, PartyKind, Who};
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

/// All operations of some types, by verb.
struct OnTypes<'t> {
    types: &'t HashMap<TypeId, Vec<SlotId>>,
}

impl Wanted for OnTypes<'_> {
    fn of<'s>(
        &'s self,
        model: &Model,
        system: SystemId,
        slots: &'s Slots<'_>,
    ) -> Cow<'s, [SlotId]> {
        let vendor = model.system(system).vendor;
        let listed = |keep: &dyn Fn(SlotId) -> bool| {
            let mut all: Vec<SlotId> = self
                .types
                .iter()
                .filter(|(of, _)| model.catalog.of(**of).vendor == vendor)
                .flat_map(|(_, slots)| slots.iter().copied())
                .filter(|&slot| keep(slot))
                .collect();
            all.sort_unstable();
            Cow::Owned(all)
        };
        match slots {
            Slots::These(slots) => Cow::Owned(
                slots
                    .iter()
                    .copied()
                    .filter(|&slot| {
                        self.types
                            .get(&model.catalog.slot(slot).of)
                            .is_some_and(|wanted| wanted.contains(&slot))
                    })
                    .collect(),
            ),
            Slots::Service(name) => {
                listed(&|slot| model.catalog.operation_of(slot).service.as_deref() == Some(*name))
            }
            Slots::Everything => listed(&|_| true),
        }
    }
}

/// What somebody waits for or reads.
struct Watched {
    party: PartyId,
    place: Place,
    /// Whether what is written there is an instruction to it.
    content: bool,
    span: Span,
}

/// What is watched in one tenant, by type and by what its addresses begin with.
type Places = HashMap<TypeId, Prefixes<usize>>;

fn places(watched: &[(Watched, AddressSet)]) -> BTreeMap<(SystemId, u32), Places> {
    let mut all: BTreeMap<(SystemId, u32), Places> = BTreeMap::new();
    for (index, (one, address)) in watched.iter().enumerate() {
        let there = all.entry((one.place.system, one.place.tenant)).or_default();
        there.entry(one.place.of).or_default().put(address, index);
    }
    all
}

impl Builder<'_> {
    /// Edges of influence, and of content.
    pub(super) fn influences(&mut self) {
        let mut watched = self.declared_watch();
        watched.extend(self.read_by_agents());
        let mut types: HashMap<TypeId, Vec<SlotId>> = HashMap::new();
        for one in &watched {
            types.entry(one.place.of).or_insert_with(|| {
                let catalog = &self.model.catalog;
                let of = catalog.of(one.place.of);
                of.slots
                    .iter()
                    .copied()
                    .filter(|&slot| {
                        matches!(
                            catalog.operation_of(slot).verb,
                            Verb::Create | Verb::Update | Verb::Trigger
                        )
                    })
                    .collect()
            });
        }
        types.retain(|_, slots| !slots.is_empty());
        if types.is_empty() {
            return;
        }
        let watched: Vec<(Watched, AddressSet)> = watched
            .into_iter()
            .map(|one| {
                let address = one.place.address(self.model).into();
                (one, address)
            })
            .collect();
        let places = places(&watched);
        for (holder, node) in self.holders() {
            let holding = self.holding(holder);
            let Some(there) = places.get(&(holding.system, holding.tenant)) else {
                continue;
            };
            let abilities = holding.abilities(self.model, &OnTypes { types: &types });
            self.written(holder, node, &abilities, &watched, there);
        }
    }

    fn written(
        &mut self,
        holder: Holder,
        node: NodeId,
        abilities: &[Ability],
        watched: &[(Watched, AddressSet)],
        there: &Places,
    ) {
        let mut done: HashSet<usize> = HashSet::new();
        for ability in abilities {
            let verb = self.model.catalog.operation_of(ability.slot).verb;
            let Some(of) = there.get(&ability.region.of) else {
                continue;
            };
            for index in of.near(&ability.region.address) {
                let (one, address) = &watched[index];
                if done.contains(&index)
                    || (one.content && verb == Verb::Trigger)
                    || self.is_same(holder, one.party)
                    || one.content && self.is_own_team(holder, one.party)
                {
                    continue;
                }
                if ability.region.address.is_disjoint(address) {
                    continue;
                }
                done.insert(index);
                let mut basis = Basis::default();
                for doubt in &ability.doubts {
                    basis.unknown.push(self.doubt(doubt));
                }
                if let Some(by) = ability.gate {
                    let guard = self.approval(by, &ability.region.place, ability.span);
                    basis.guards.push(guard);
                }
                let to = self.nodes.put(Node::Party(one.party));
                let (kind, reason) = if one.content {
                    (Kind::Controls, Reason::Content)
                } else {
                    (Kind::Influences, Reason::TriggeredBy)
                };
                if one.content {
                    let content = self.nodes.put(Node::Content(one.place.clone()));
                    self.edge(
                        &[node],
                        content,
                        kind,
                        basis,
                        true,
                        reason.clone(),
                        ability.span,
                    );
                    self.edge(
                        &[content],
                        to,
                        kind,
                        Basis::default(),
                        true,
                        reason,
                        one.span,
                    );
                } else {
                    self.edge(&[node], to, kind, basis, true, reason, ability.span);
                }
            }
        }
    }

    fn is_same(&self, holder: Holder, party: PartyId) -> bool {
        match holder {
            Holder::Bundle(bundle) => self.bundle(bundle).holders.contains(&party),
            Holder::Principal(id, _, _) => id == party,
            Holder::Anyone(..) => false,
        }
    }

    /// Whether a holder belongs to the team that owns a party.
    fn is_own_team(&self, holder: Holder, party: PartyId) -> bool {
        let owner = |id: PartyId| match self.model.party(id).owner() {
            Some((Owner::Team(team), _)) => Some(*team),
            _ => None,
        };
        let Some(own) = owner(party) else {
            return false;
        };
        match holder {
            Holder::Bundle(bundle) => self
                .bundle(bundle)
                .holders
                .iter()
                .all(|&id| owner(id) == Some(own)),
            Holder::Principal(id, _, _) => owner(id) == Some(own),
            Holder::Anyone(..) => false,
        }
    }

    /// `triggered by` and `ingests`.
    fn declared_watch(&mut self) -> Vec<Watched> {
        let mut all = Vec::new();
        for (id, party) in self.model.parties() {
            let agent = party.kind == PartyKind::Agent;
            let node = self.nodes.put(Node::Party(id));
            for clause in &party.clauses {
                if let ClauseKind::TriggeredBy(who) = &clause.kind {
                    for one in who {
                        if let Who::Thing(thing) = one {
                            for place in self.places(thing) {
                                all.push(Watched {
                                    party: id,
                                    place,
                                    content: agent,
                                    span: clause.span,
                                });
                            }
                            continue;
                        }
                        let kind = if agent {
                            Kind::Controls
                        } else {
                            Kind::Influences
                        };
                        for from in self.who(one) {
                            self.edge(
                                &[from],
                                node,
                                kind,
                                Basis::default(),
                                true,
                                Reason::TriggeredBy,
                                clause.span,
                            );
                        }
                    }
                } else if let ClauseKind::Ingests(things) = &clause.kind {
                    for thing in things {
                        for place in self.places(thing) {
                            all.push(Watched {
                                party: id,
                                place,
                                content: agent,
                                span: clause.span,
                            });
                        }
                    }
                }
            }
        }
        all
    }

    /// An agent takes in everything that it can read.
    fn read_by_agents(&mut self) -> Vec<Watched> {
        let mut all = Vec::new();
        for (id, party) in self.model.parties() {
            if party.kind != PartyKind::Agent {
                continue;
            }
            for (_, rule) in party.allows() {
                for part in &rule.parts {
                    for slice in part.slices.iter() {
                        let reads = slice.cube.operations.listed().iter().any(|&slot| {
                            let verb = self.model.catalog.operation_of(SlotId::of(slot)).verb;
                            matches!(verb, Verb::Get | Verb::List | Verb::Export)
                        });
                        if !reads || slice.of.is_none() {
                            continue;
                        }
                        for place in self.places(&slice.thing) {
                            all.push(Watched {
                                party: id,
                                place,
                                content: true,
                                span: part.thing.span,
                            });
                        }
                    }
                }
            }
        }
        all
    }

    /// Whoever acts because of what is had of a resource.
    pub(super) fn acts_from(&mut self, node: NodeId) -> Vec<NodeId> {
        let found: Vec<NodeId> = self.out.get(&node).into_iter().flatten().copied().collect();
        let mut all: Vec<NodeId> = Vec::new();
        for to in found {
            match self.nodes.list[to.index()] {
                Node::Party(_) | Node::Identity(_) => all.push(to),
                _ => {}
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}
