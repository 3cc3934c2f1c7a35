//! Parties, their identities, and the resources that their declarations name.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::{Basis, Builder};
use crate::graph::ability::inside;
use crate::graph::edge::{Kind, Reason};
use crate::graph::node::{Node, NodeId, Place};
use crate::model::PartyId;
use crate::model::catalog::{TypeId, TypeRank};
use crate::model::control::{Asks, Gives, Hold};
use crate::model::fact::Fact;
use crate::model::party::{ClauseKind, Inheritance, Who};
use crate::source::Span;

impl Builder<'_> {
    /// A node per identity, and who acts as it.
    pub(super) fn identities(&mut self) {
        for index in 0..self.granted.bundles.len() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let node = self.nodes.put(Node::Identity(index));
            for &holder in &self.bundle(index).holders {
                self.held.entry(holder).or_default().push(index);
            }
            if let Some(place) = self.bundle_place(index) {
                self.enter(&place, Hold::Identity, node);
                self.bundles.entry(place).or_default().push(index);
            } else {
                for place in self.token_places(index) {
                    self.enter(&place, Hold::Identity, node);
                }
            }
        }
    }

    /// What a platform's own token is the identity of: the workflow that its holder runs from.
    fn token_places(&self, bundle: u32) -> Vec<Place> {
        let bundle = self.bundle(bundle);
        let mut places = Vec::new();
        for &holder in &bundle.holders {
            for clause in &self.model.party(holder).clauses {
                let ClauseKind::RunsFrom(thing) = &clause.kind else {
                    continue;
                };
                if thing.system == bundle.system && self.model.catalog.of(thing.of).roles.identity {
                    let all = self.places(thing).into_iter();
                    places.extend(all.filter(|place| place.tenant == bundle.tenant));
                }
            }
        }
        places
    }

    /// The clauses of everybody that say who acts as whom.
    pub(super) fn parties(&mut self) {
        let anyone = self.nodes.put(Node::Anyone);
        for (id, party) in self.model.parties() {
            let node = self.nodes.put(Node::Party(id));
            self.certain(node, anyone, false, Reason::Anybody, party.name_span);
            for bundle in self.held.get(&id).cloned().unwrap_or_default() {
                let identity = self.nodes.put(Node::Identity(bundle));
                let span = self.identity_span(id, bundle);
                self.certain(node, identity, false, Reason::ActsAs, span);
            }
            for clause in &party.clauses {
                if let ClauseKind::Operator(operator) = &clause.kind {
                    let from = self.nodes.put(Node::Party(*operator));
                    self.certain(from, node, true, Reason::Operator, clause.span);
                } else if let ClauseKind::Inherits {
                    mode: Inheritance::All,
                    from,
                } = &clause.kind
                {
                    let to = self.nodes.put(Node::Party(*from));
                    self.certain(node, to, true, Reason::Inherit, clause.span);
                } else if let ClauseKind::MemberOf(group) = &clause.kind {
                    self.member(id, *group, clause.span);
                }
            }
        }
        for index in 0..self.granted.bundles.len() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let bundle = self.bundle(index);
            let Some(from) = &bundle.from else { continue };
            let to = self.nodes.put(Node::Identity(index));
            for place in self.places(from) {
                for source in self.had(&place, Hold::Identity) {
                    self.certain(source, to, true, Reason::From, from.span);
                }
            }
        }
    }

    fn identity_span(&self, id: PartyId, bundle: u32) -> Span {
        let party = self.model.party(id);
        let of = self.bundle(bundle);
        let clause = party.clauses.iter().find(|clause| match &clause.kind {
            ClauseKind::Identity { thing, .. } => Some(thing) == of.identity.as_ref(),
            ClauseKind::RunsFrom(thing) => of.identity.is_none() && thing.system == of.system,
            _ => false,
        });
        clause.map_or(party.name_span, |clause| clause.span)
    }

    /// A member acts with the group's authority: its own identity in the tenant does, and where it
    /// has none, it itself.
    fn member(&mut self, id: PartyId, group: PartyId, span: Span) {
        let node = self.nodes.put(Node::Party(id));
        let to = self.nodes.put(Node::Party(group));
        self.certain(node, to, true, Reason::Member, span);
        let own = self.held.get(&id).cloned().unwrap_or_default();
        for bundle in own {
            let (system, tenant) = (self.bundle(bundle).system, self.bundle(bundle).tenant);
            let from = self.nodes.put(Node::Identity(bundle));
            let theirs = self.held.get(&group).cloned().unwrap_or_default();
            let mut there = theirs.into_iter().filter(|&other| {
                self.granted.bundles[other as usize].system == system
                    && self.granted.bundles[other as usize].tenant == tenant
            });
            if let Some(other) = there.next() {
                let to = self.nodes.put(Node::Identity(other));
                self.certain(from, to, true, Reason::Member, span);
            } else {
                self.certain(from, to, true, Reason::Member, span);
            }
        }
    }

    /// What runs from, on, and as what; where credentials are kept; facts about resources.
    pub(super) fn resources(&mut self) {
        for (id, party) in self.model.parties() {
            let node = self.nodes.put(Node::Party(id));
            for clause in &party.clauses {
                match &clause.kind {
                    ClauseKind::RunsFrom(thing) => self.runs_from(id, thing, clause.span),
                    ClauseKind::RunsOn(thing) => {
                        for place in self.places(thing) {
                            let host = self.resource(&place, Hold::Host);
                            self.certain(host, node, true, Reason::RunsOn, clause.span);
                        }
                    }
                    ClauseKind::Credential {
                        system,
                        stored_in: Some(kept),
                        ..
                    } => {
                        let bundles: Vec<u32> = self
                            .held
                            .get(&id)
                            .into_iter()
                            .flatten()
                            .copied()
                            .filter(|&bundle| {
                                system.is_none_or(|of| self.bundle(bundle).system == of)
                            })
                            .collect();
                        for place in self.places(kept) {
                            let secret = self.resource(&place, Hold::Credential);
                            for &bundle in &bundles {
                                let to = self.nodes.put(Node::Identity(bundle));
                                self.certain(secret, to, true, Reason::Stores, clause.span);
                            }
                            if bundles.is_empty() {
                                self.certain(secret, node, true, Reason::Stores, clause.span);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        for resource in &self.model.resources {
            for place in self.places(&resource.thing) {
                for fact in &resource.facts {
                    self.fact(&place, fact);
                }
            }
        }
    }

    fn fact(&mut self, place: &Place, fact: &Fact) {
        match fact {
            Fact::Stores(party, span) => {
                let secret = self.resource(place, Hold::Credential);
                let bundles = self.held.get(party).cloned().unwrap_or_default();
                let to = match bundles[..] {
                    [one] => self.nodes.put(Node::Identity(one)),
                    _ => self.nodes.put(Node::Party(*party)),
                };
                self.certain(secret, to, true, Reason::Stores, *span);
            }
            Fact::RunsAs(thing) => {
                let host = self.resource(place, Hold::Host);
                for identity in self.places(thing) {
                    for to in self.identity(&identity) {
                        self.certain(host, to, true, Reason::RunsAs, thing.span);
                    }
                }
            }
            Fact::RunsOn(thing) => {
                let inner = self.resource(place, Hold::Host);
                for outer in self.places(thing) {
                    let from = self.resource(&outer, Hold::Host);
                    self.certain(from, inner, true, Reason::RunsOn, thing.span);
                }
            }
            Fact::Escapes { to, by, span } => {
                let from = self.resource(place, Hold::Host);
                for outer in self.places(to) {
                    let to = self.resource(&outer, Hold::Host);
                    self.certain(from, to, true, Reason::Escapes(by.clone()), *span);
                }
            }
            Fact::AttachedTo(who, _) => {
                let nodes: Vec<NodeId> = who.iter().flat_map(|who| self.who(who)).collect();
                self.attached
                    .entry(place.clone())
                    .or_default()
                    .extend(nodes);
            }
            Fact::Labels(_) | Fact::Env(_) | Fact::Guarded { .. } | Fact::Admits { .. } => {}
        }
    }

    /// The nodes of which one must be had to be meant.
    pub(super) fn who(&mut self, who: &Who) -> Vec<NodeId> {
        match who {
            Who::Anyone(_) => vec![self.nodes.put(Node::Anyone)],
            Who::Party(id, _) => {
                let mut all = vec![self.nodes.put(Node::Party(*id))];
                for bundle in self.held.get(id).cloned().unwrap_or_default() {
                    all.push(self.nodes.put(Node::Identity(bundle)));
                }
                all
            }
            Who::System(system, _) => (0..self.model.system(*system).tenants.len())
                .map(|tenant| {
                    let tenant = u32::try_from(tenant).unwrap_or(u32::MAX);
                    let place = Place::tenant(self.model, *system, tenant);
                    self.nodes.put(Node::Scope(place))
                })
                .collect(),
            Who::Thing(thing) => self
                .places(thing)
                .iter()
                .flat_map(|place| self.had(place, Hold::Code))
                .collect(),
            Who::Service(..) | Who::Oidc(..) => Vec::new(),
        }
    }

    /// Whoever changes what a party runs from is the party. A workflow whose identities admit only
    /// some branch or environment of its repository runs, for these, from there.
    fn runs_from(&mut self, id: PartyId, thing: &crate::model::thing::Thing, span: Span) {
        let node = self.nodes.put(Node::Party(id));
        let pins = self.pins(id, thing);
        for place in self.places(thing) {
            let code = self.resource(&place, Hold::Code);
            if pins.is_empty() {
                self.certain(code, node, true, Reason::RunsFrom, span);
                continue;
            }
            for pin in &pins {
                let from = self.resource(pin, Hold::Code);
                self.certain(from, node, true, Reason::RunsFrom, span);
            }
            for bundle in self.held.get(&id).cloned().unwrap_or_default() {
                if self.bundle(bundle).identity.is_none() {
                    let token = self.nodes.put(Node::Identity(bundle));
                    self.certain(code, token, true, Reason::RunsFrom, span);
                }
            }
        }
    }

    /// The parts of what a party runs from to which its identities' trust is limited: none where
    /// some identity admits all of it.
    pub(super) fn pins(&self, id: PartyId, thing: &crate::model::thing::Thing) -> Vec<Place> {
        let party = self.model.party(id);
        let mut pins = Vec::new();
        for clause in &party.clauses {
            let ClauseKind::Trusts {
                who: Who::Thing(of),
                conditions,
                ..
            } = &clause.kind
            else {
                continue;
            };
            if of.system != thing.system {
                continue;
            }
            let (places, _) = self.narrowed(of, conditions);
            for pin in places {
                let mut own = self.places(thing).into_iter();
                if own.any(|place| pin.holds(&place)) {
                    return Vec::new();
                }
                pins.push(pin);
            }
        }
        pins
    }

    /// Whoever has what is around a resource has the resource; whoever runs commands in a host
    /// changes what runs there.
    pub(super) fn contained(&mut self) {
        let known: Vec<(NodeId, Place, Hold)> = self
            .nodes
            .list
            .iter()
            .enumerate()
            .filter_map(|(index, node)| match node {
                Node::Resource(place, hold) => Some((NodeId::at(index), place.clone(), *hold)),
                _ => None,
            })
            .collect();
        for (id, place, hold) in known {
            if hold == Hold::Identity {
                continue;
            }
            for end in 0..place.steps.len() {
                let of = match end {
                    0 => self.model.system(place.system).tenant_type,
                    _ => place.steps[end - 1].0,
                };
                if end > 0 && self.model.catalog.of(of).rank != TypeRank::Resource {
                    continue;
                }
                let around = Place {
                    steps: place.steps[..end].to_vec(),
                    of,
                    ..place.clone()
                };
                if let Some(outer) = self.nodes.find(&Node::Resource(around, hold)) {
                    let span = super::NOWHERE;
                    self.edge(
                        &[outer],
                        id,
                        Kind::Controls,
                        Basis::default(),
                        true,
                        Reason::Contains,
                        span,
                    );
                }
            }
        }
    }

    /// Resources that nobody names, and that lead from what is had to what is declared: of
    /// `code on workflow gives secret within repository`, some workflow of a repository with a
    /// declared secret. Each stands as a pattern.
    pub(super) fn unnamed(&mut self) {
        // What one round finds may lead to more: a runner to its workflows, these to secrets.
        for _ in 0..3 {
            let before = self.nodes.list.len();
            for index in 0..self.rules.list.len() {
                let rule = &self.rules.list[index];
                let ([conjunct], Asks::Holding(hold)) =
                    (&rule.conjuncts[..], &rule.conjuncts[0].asks)
                else {
                    continue;
                };
                let (of, hold, gives) = (conjunct.of, *hold, rule.gives.clone());
                for place in self.leading_to(of, &gives) {
                    self.resource(&place, hold);
                }
            }
            if self.nodes.list.len() == before {
                break;
            }
        }
    }

    /// Patterns of resources of type `of`, one for each declared thing that `gives` leads to.
    fn leading_to(&self, of: TypeId, gives: &Gives) -> Vec<Place> {
        let vendor = self.model.catalog.of(of).vendor;
        let there = |wanted: Hold| {
            self.nodes.list.iter().filter_map(move |node| {
                let place = match node {
                    Node::Resource(place, hold) if *hold == wanted => place.clone(),
                    Node::Identity(bundle) if wanted == Hold::Identity => {
                        self.bundle_place(*bundle)?
                    }
                    _ => return None,
                };
                (self.model.system(place.system).vendor == vendor).then_some(place)
            })
        };
        let mut found: Vec<Place> = match gives {
            Gives::Within {
                hold,
                of: wanted,
                scope,
            } => there(*hold)
                .filter(|place| wanted.is_none_or(|wanted| place.of == wanted))
                .filter_map(|place| place.enclosing(self.model, *scope))
                .filter(|around| inside(self.model, around, of).is_some())
                .map(|around| self.down(&around, of))
                .collect(),
            Gives::Nearest(hold) => there(*hold).filter(|place| place.of == of).collect(),
            Gives::Admin {
                scope,
                through: None,
            } => Hold::ALL
                .into_iter()
                .flat_map(there)
                .filter_map(|place| place.enclosing(self.model, *scope))
                .filter(|around| inside(self.model, around, of).is_some())
                .map(|around| self.down(&around, of))
                .collect(),
            Gives::Bound { .. }
            | Gives::Admin { .. }
            | Gives::Lift { .. }
            | Gives::Trigger
            | Gives::Write
            | Gives::Pass => Vec::new(),
        };
        found.sort();
        found.dedup();
        found
    }
}
