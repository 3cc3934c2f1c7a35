//! Trust: who is admitted to an identity.
//!
//! Within a tenant an identity that is named outright needs nothing else. From another tenant of
//! the same vendor it also needs the operation there, as does whoever comes as a tenant's root
//! (AWS: "Cross-account policy evaluation logic"); those edges are conclusions of the rules that
//! say `R trusts holder`. What is federated is a matter of subjects.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::{Basis, Builder};
use crate::authority::pattern::Pattern;
use crate::graph::edge::{Kind, Reason};
use crate::graph::node::{Node, NodeId, Place};
use crate::model::condition::Operator;
use crate::model::control::Hold;
use crate::model::fact::Fact;
use crate::model::party::Who;
use crate::model::subject;
use crate::model::thing::Thing;
use crate::model::{ConditionId, Model, PartyId, SystemId};
use crate::source::Span;
use std::collections::HashMap;

/// One way in.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub besides: Vec<NodeId>,
    pub unknown: Vec<u32>,
}

/// Somebody whom an identity admits.
#[derive(Clone, Debug)]
struct Admitted {
    who: Who,
    conditions: Vec<ConditionId>,
    span: Span,
}

/// Claims and keys that say who the partner is, rather than what must hold besides.
const KNOWN_TO_THE_PARTNER: [&str; 2] = ["sts:ExternalId", "aud"];

/// Whether a fact admits somebody to act as the resource.
fn admits_as(fact: &Fact) -> bool {
    let Fact::Admits {
        refuses: false,
        verbs,
        ..
    } = fact
    else {
        return false;
    };
    verbs
        .iter()
        .any(|verb| &**verb == "assume" || &**verb == "any")
}

/// Resources with facts that admit somebody to act as them.
pub(super) type Admitting<'m> = HashMap<(SystemId, u32), Vec<(Place, &'m [Fact])>>;

/// Those of a model, by tenant.
pub(super) fn admitting(model: &Model) -> Admitting<'_> {
    let mut all = Admitting::new();
    for resource in &model.resources {
        if resource.facts.iter().any(admits_as) {
            for place in Place::each(model, &resource.thing) {
                let there = all.entry((place.system, place.tenant)).or_default();
                there.push((place, &resource.facts[..]));
            }
        }
    }
    all
}

impl Builder<'_> {
    fn admissions(&self, node: NodeId) -> (Vec<Admitted>, bool) {
        let mut all = Vec::new();
        let mut open = true;
        let place = self.place_of(node);
        if let Node::Identity(index) = self.nodes.list[node.index()] {
            let bundle = self.bundle(index);
            for admission in &bundle.admissions {
                all.push(Admitted {
                    who: admission.who.clone(),
                    conditions: admission.conditions.clone(),
                    span: admission.who.span(),
                });
            }
            // What is emitted for an integration is all that there is; a principal's trust may be
            // more than anybody wrote down, unless something was.
            open = all.is_empty()
                && bundle
                    .holders
                    .iter()
                    .any(|&id| !self.model.party(id).is_integration());
        }
        let there = place
            .as_ref()
            .and_then(|place| self.admitting.get(&(place.system, place.tenant)));
        for (around, facts) in there.into_iter().flatten() {
            if !place.as_ref().is_some_and(|place| around.holds(place)) {
                continue;
            }
            for fact in facts.iter().filter(|fact| admits_as(fact)) {
                if let Fact::Admits {
                    who,
                    conditions,
                    span,
                    ..
                } = fact
                {
                    open = false;
                    all.extend(who.iter().map(|who| Admitted {
                        who: who.clone(),
                        conditions: conditions.clone(),
                        span: *span,
                    }));
                }
            }
        }
        (all, open)
    }

    /// Whether an identity admits a service, and what is unknown about it; none when it does not.
    pub(super) fn trusts_service(&mut self, node: NodeId, service: &str) -> Option<Vec<u32>> {
        let (all, open) = self.admissions(node);
        let mut best: Option<Vec<u32>> = None;
        for one in &all {
            if let Who::Service(name, _) = &one.who
                && **name == *service
            {
                let unknown = self.condition_texts(&one.conditions);
                if best.as_ref().is_none_or(|best| unknown.len() < best.len()) {
                    best = Some(unknown);
                }
            }
        }
        if best.is_none() && open {
            let name = self.name_of(node);
            best = Some(vec![
                self.text(format!("whether `{name}` trusts `{service}`")),
            ]);
        }
        best
    }

    /// The ways in which an identity admits holders of the assuming operation in one tenant.
    pub(super) fn trusts_holder(
        &mut self,
        node: NodeId,
        tenant: Option<(SystemId, u32)>,
    ) -> Vec<Way> {
        let (all, open) = self.admissions(node);
        let mut ways = Vec::new();
        for one in all {
            let unknown = self.condition_texts(&one.conditions);
            match &one.who {
                Who::Anyone(_) => ways.push(Way {
                    besides: Vec::new(),
                    unknown,
                }),
                Who::System(system, _) if tenant.is_some_and(|(own, _)| own == *system) => {
                    ways.push(Way {
                        besides: Vec::new(),
                        unknown,
                    });
                }
                Who::Party(id, _) => {
                    for bundle in self.held.get(id).cloned().unwrap_or_default() {
                        let of = self.bundle(bundle);
                        if tenant == Some((of.system, of.tenant)) {
                            let besides = vec![self.nodes.put(Node::Identity(bundle))];
                            ways.push(Way {
                                besides,
                                unknown: unknown.clone(),
                            });
                        }
                    }
                }
                Who::Thing(thing) => {
                    for place in self.places(thing) {
                        if tenant != Some((place.system, place.tenant)) {
                            continue;
                        }
                        for other in self.had(&place, Hold::Identity) {
                            ways.push(Way {
                                besides: vec![other],
                                unknown: unknown.clone(),
                            });
                        }
                    }
                }
                Who::System(..) | Who::Service(..) | Who::Oidc(..) => {}
            }
        }
        if ways.is_empty() && open {
            let name = self.name_of(node);
            let unknown = vec![self.text(format!("whom `{name}` trusts"))];
            ways.push(Way {
                besides: Vec::new(),
                unknown,
            });
        }
        ways
    }

    fn name_of(&self, node: NodeId) -> String {
        match (&self.nodes.list[node.index()], self.place_of(node)) {
            (_, Some(place)) => place.text(self.model),
            (Node::Party(id), None) => self.model.party(*id).name.to_string(),
            _ => "it".to_owned(),
        }
    }

    fn condition_texts(&mut self, conditions: &[ConditionId]) -> Vec<u32> {
        let mut all = Vec::new();
        for &id in conditions {
            let condition = self.model.condition(id);
            if KNOWN_TO_THE_PARTNER
                .iter()
                .any(|known| condition.key.eq_ignore_ascii_case(known))
            {
                continue;
            }
            let text = format!("whether {} holds", self.model.condition_text(id));
            all.push(self.text(text));
        }
        all
    }

    /// Edges of trust that ask for nothing but to be somebody.
    pub(super) fn trusts(&mut self) {
        let identities: Vec<NodeId> = self
            .nodes
            .list
            .iter()
            .enumerate()
            .filter(|(_, node)| {
                matches!(node, Node::Identity(_) | Node::Resource(_, Hold::Identity))
            })
            .map(|(index, _)| NodeId::at(index))
            .collect();
        for node in identities {
            let (all, _) = self.admissions(node);
            for one in all {
                self.trust(node, &one);
            }
        }
    }

    fn trust(&mut self, to: NodeId, admitted: &Admitted) {
        let Some((system, tenant)) = self
            .place_of(to)
            .map(|place| (place.system, place.tenant))
            .or_else(|| match self.nodes.list[to.index()] {
                Node::Identity(bundle) => {
                    Some((self.bundle(bundle).system, self.bundle(bundle).tenant))
                }
                _ => None,
            })
        else {
            return;
        };
        let vendor = self.model.system(system).vendor;
        let span = admitted.span;
        match &admitted.who {
            Who::Anyone(_) => {
                let unknown = self.condition_texts(&admitted.conditions);
                let from = self.nodes.put(Node::Anyone);
                self.trusted(from, to, unknown, span);
            }
            Who::Party(id, _) => {
                let unknown = self.condition_texts(&admitted.conditions);
                let mut there = false;
                for bundle in self.held.get(id).cloned().unwrap_or_default() {
                    let of = self.bundle(bundle);
                    if self.model.system(of.system).vendor != vendor {
                        continue;
                    }
                    there = true;
                    let near = (of.system, of.tenant) == (system, tenant);
                    if near || self.model.system(of.system).external {
                        let from = self.nodes.put(Node::Identity(bundle));
                        self.trusted(from, to, unknown.clone(), span);
                    }
                }
                if !there {
                    let from = self.nodes.put(Node::Party(*id));
                    self.trusted(from, to, unknown, span);
                }
            }
            Who::System(from, _) if self.model.system(*from).vendor == vendor => {
                if *from == system && self.model.system(*from).tenants.len() == 1 {
                    return;
                }
                let unknown = self.condition_texts(&admitted.conditions);
                for at in 0..self.model.system(*from).tenants.len() {
                    let at = u32::try_from(at).unwrap_or(u32::MAX);
                    let place = Place::tenant(self.model, *from, at);
                    let scope = self.nodes.put(Node::Scope(place));
                    self.trusted(scope, to, unknown.clone(), span);
                }
            }
            Who::System(from, _) => {
                let thing = Thing {
                    system: *from,
                    tenants: crate::model::thing::Tenants::Each,
                    steps: Vec::new(),
                    of: self.model.system(*from).tenant_type,
                    span,
                };
                self.federated(&thing, &admitted.conditions, to, span);
            }
            Who::Thing(thing) => {
                let roles = self.model.catalog.of(thing.of).roles;
                if !roles.identity {
                    self.federated(thing, &admitted.conditions, to, span);
                    return;
                }
                let unknown = self.condition_texts(&admitted.conditions);
                let other_vendor = self.model.system(thing.system).vendor != vendor;
                for place in self.places(thing) {
                    let near = (place.system, place.tenant) == (system, tenant);
                    if near || other_vendor || self.model.system(place.system).external {
                        for from in self.identity(&place) {
                            self.trusted(from, to, unknown.clone(), span);
                        }
                    }
                }
            }
            Who::Oidc(issuer, _) => self.issued(issuer, &admitted.conditions, to, span),
            Who::Service(..) => {}
        }
    }

    fn trusted(&mut self, from: NodeId, to: NodeId, unknown: Vec<u32>, span: Span) {
        let basis = Basis {
            unknown,
            ..Basis::default()
        };
        self.edge(
            &[from],
            to,
            Kind::Controls,
            basis,
            true,
            Reason::Trusts,
            span,
        );
    }

    /// Workloads whose token says where they run from.
    fn federated(&mut self, thing: &Thing, conditions: &[ConditionId], to: NodeId, span: Span) {
        let (places, left) = self.narrowed(thing, conditions);
        let unknown = self.condition_texts(&left);
        for place in &places {
            let roles = self.model.catalog.of(place.of).roles;
            let hold = if roles.host && !roles.code {
                Hold::Host
            } else {
                Hold::Code
            };
            let from = self.resource(place, hold);
            self.trusted(from, to, unknown.clone(), span);
        }
        let running = self.running();
        let mut near: Vec<usize> = places
            .iter()
            .flat_map(|place| running.near(place))
            .collect();
        near.sort_unstable();
        near.dedup();
        for (id, own) in near.into_iter().map(|index| &running.list[index]) {
            let node = self.nodes.put(Node::Party(*id));
            if self.acts_as(*id, to) {
                continue;
            }
            for place in &places {
                if place.holds(own) {
                    self.trusted(node, to, unknown.clone(), span);
                } else if overlaps(place, own) {
                    let name = &self.model.party(*id).name;
                    let text = format!(
                        "for which branch or environment `{name}` runs in `{}`",
                        own.text(self.model)
                    );
                    let mut unknown = unknown.clone();
                    unknown.push(self.text(text));
                    self.trusted(node, to, unknown, span);
                }
            }
        }
    }

    fn acts_as(&self, id: PartyId, node: NodeId) -> bool {
        match self.nodes.list[node.index()] {
            Node::Identity(bundle) => self.bundle(bundle).holders.contains(&id),
            _ => false,
        }
    }

    /// Subjects of an issuer, by the pattern that a condition on `sub` gives.
    fn issued(&mut self, issuer: &str, conditions: &[ConditionId], to: NodeId, span: Span) {
        let mut wanted: Option<Vec<Pattern>> = None;
        let mut written: Vec<Box<str>> = Vec::new();
        let mut left = Vec::new();
        for &id in conditions {
            let condition = self.model.condition(id);
            let is_subject = &*condition.key == "sub" || condition.key.ends_with(":sub");
            let read: Option<fn(&str) -> Pattern> = match condition.operator {
                Operator::Equal | Operator::In => Some(Pattern::literal),
                Operator::Matches => Some(|text| Pattern::glob(text, &[])),
                _ => None,
            };
            match (is_subject, read) {
                (true, Some(read)) => {
                    written.clone_from(&condition.values);
                    wanted = Some(condition.values.iter().map(|value| read(value)).collect());
                }
                _ => left.push(id),
            }
        }
        let unknown = self.condition_texts(&left);
        let strangers = subject::strangers(self.model, issuer);
        let open = wanted.as_ref().is_none_or(|all| {
            all.iter()
                .any(|one| strangers.iter().any(|stranger| one.matches(stranger)))
        });
        if open {
            let anyone = self.nodes.put(Node::Anyone);
            self.trusted(anyone, to, unknown.clone(), span);
        }
        let Some(wanted) = wanted else { return };
        for place in self.spoken_of(issuer, &written) {
            let from = self.resource(&place, Hold::Code);
            self.trusted(from, to, unknown.clone(), span);
        }
        let running = self.running();
        for (id, own) in &running.list {
            if self.acts_as(*id, to) {
                continue;
            }
            let node = self.nodes.put(Node::Party(*id));
            let relation = self.subject_relation(issuer, own, &wanted);
            self.by_subject(node, to, relation, &unknown, own, span);
        }
        let known: Vec<(NodeId, Place)> = self
            .index
            .by_hold
            .iter()
            .filter(|((_, _, hold), _)| *hold == Hold::Code)
            .flat_map(|(_, nodes)| nodes.iter().copied())
            .filter_map(|node| Some((node, self.place_of(node)?)))
            .collect::<std::collections::BTreeMap<_, _>>()
            .into_iter()
            .collect();
        for (node, place) in known {
            let relation = self.subject_relation(issuer, &place, &wanted);
            self.by_subject(node, to, relation, &unknown, &place, span);
        }
    }

    /// The places whose workloads carry subjects of some patterns, known or not.
    fn spoken_of(&self, issuer: &str, written: &[Box<str>]) -> Vec<Place> {
        let mut all = Vec::new();
        for index in 0..self.model.systems.len() {
            let id = SystemId::at(index);
            let system = self.model.system(id);
            let vendor = self.model.catalog.vendor(system.vendor);
            let own = system.setting("issuer").or(vendor.issuer.as_deref());
            if own.map(subject::host) != Some(subject::host(issuer)) {
                continue;
            }
            for (number, tenant) in (0u32..).zip(&system.tenants) {
                for text in written {
                    for (of, steps) in
                        subject::spoken_of(self.model, system.tenant_type, &tenant.id, text)
                    {
                        all.push(Place {
                            system: id,
                            tenant: number,
                            steps: steps
                                .into_iter()
                                .map(|step| (step.of, step.names))
                                .collect(),
                            of,
                        });
                    }
                }
            }
        }
        all.sort();
        all.dedup();
        all
    }

    fn subject_relation(&self, issuer: &str, place: &Place, wanted: &[Pattern]) -> Option<bool> {
        let thing = place.thing(super::NOWHERE);
        let found = subject::subjects(self.model, &thing, &[]).ok()?;
        if found.host != subject::host(issuer) {
            return None;
        }
        let inside = found
            .patterns
            .iter()
            .all(|own| wanted.iter().any(|one| one.includes(own)));
        let meets = found
            .patterns
            .iter()
            .any(|own| wanted.iter().any(|one| one.intersects(own)));
        (inside || meets).then_some(inside)
    }

    fn by_subject(
        &mut self,
        from: NodeId,
        to: NodeId,
        relation: Option<bool>,
        unknown: &[u32],
        own: &Place,
        span: Span,
    ) {
        // Whoever has the repository itself can mint every subject of it.
        let has_all = matches!(self.nodes.list[from.index()], Node::Resource(_, Hold::Code));
        match relation {
            Some(inside) if inside || has_all => {
                self.trusted(from, to, unknown.to_vec(), span);
            }
            Some(_) => {
                let text = format!(
                    "which subject the tokens of `{}` carry",
                    own.text(self.model)
                );
                let mut unknown = unknown.to_vec();
                unknown.push(self.text(text));
                self.trusted(from, to, unknown, span);
            }
            None => {}
        }
    }

    /// The places in a thing to which conditions on its parts (`branch`, `environment`) limit a
    /// trust, and the conditions that say something else.
    pub(super) fn narrowed(
        &self,
        thing: &Thing,
        conditions: &[ConditionId],
    ) -> (Vec<Place>, Vec<ConditionId>) {
        let (ways, left) = subject::narrowed(self.model, thing, conditions);
        let mut places = Vec::new();
        for (of, steps) in ways {
            let inner = Thing {
                steps,
                of,
                ..thing.clone()
            };
            places.extend(self.places(&inner));
        }
        (places, left)
    }
}

/// Whether a workload that runs from `own` may carry a subject inside `place`: one lies within the
/// other, or both are parts of one thing that are not of one type.
fn overlaps(place: &Place, own: &Place) -> bool {
    own.holds(place)
        || place.meets(own)
            && !place.steps.is_empty()
            && !own.steps.is_empty()
            && place.of != own.of
}
