//! What follows for whoever holds what a rule asks for.

#![allow(
    clippy::similar_names,
    reason = "what is held, how it is held and where from are called so in the documents"
)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::join::Held;
use super::means::{Having, Means, groups};
use super::{Basis, Builder};
use crate::authority::verb::Verb;
use crate::graph::ability::Region;
use crate::graph::edge::{Kind, Reason};
use crate::graph::node::{Node, NodeId, Place};
use crate::model::SystemId;
use crate::model::catalog::TypeId;
use crate::model::control::{Control, Gives, Hold, Variable, When};
use std::collections::{BTreeMap, HashMap, HashSet};

impl Builder<'_> {
    /// Adds the edges of every rule whose groups are all held.
    pub(super) fn conclude(&mut self, means: &Means) {
        let mut by_rule: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, (key, _)) in means.iter().enumerate() {
            by_rule.entry(key.rule).or_default().push(index);
        }
        let mut nodes: HashMap<usize, NodeId> = HashMap::new();
        for (rule, list) in by_rule {
            let control = self.rules.list[rule as usize].clone();
            let count = groups(&control).len();
            for held in self.joined(means, &list, count) {
                let edges = self.conclusions(&control, &held);
                if edges.is_empty() {
                    continue;
                }
                let premises: Vec<NodeId> = held
                    .groups
                    .iter()
                    .map(|&group| {
                        *nodes
                            .entry(group)
                            .or_insert_with(|| self.means(rule, &means[group].1))
                    })
                    .collect();
                let span = span_of(&means[held.groups[0]].1);
                for conclusion in edges {
                    let mut all = premises.clone();
                    all.extend(&conclusion.besides);
                    self.edge(
                        &all,
                        conclusion.to,
                        conclusion.kind,
                        conclusion.basis,
                        true,
                        Reason::Rule(rule),
                        span,
                    );
                }
            }
        }
    }

    fn conclusions(&mut self, control: &Control, held: &Held) -> Vec<Conclusion> {
        let mut unknown = Vec::new();
        let mut besides = Vec::new();
        for when in &control.when {
            match when {
                When::Possible(text) => {
                    let id = self.text(text.clone());
                    unknown.push(id);
                }
                When::HolderIs(of) => {
                    let Some(node) = self.of_type(held, *of) else {
                        return Vec::new();
                    };
                    besides.push(node);
                }
                When::TrustsService(..) | When::TrustsHolder(_) | When::Carries { .. } => {}
            }
        }
        let mut all = self.given(control, held);
        for one in &mut all {
            one.basis.unknown.extend(&unknown);
            one.basis.unknown.sort_unstable();
            one.basis.unknown.dedup();
            one.besides.extend(&besides);
        }
        all
    }

    fn given(&mut self, control: &Control, held: &Held) -> Vec<Conclusion> {
        match &control.gives {
            Gives::Bound { variable, hold, .. } => {
                let Some((_, region)) = held.bound.iter().find(|(own, _)| own == variable) else {
                    return Vec::new();
                };
                let mut found = self.targets(region, *hold);
                let asks_trust = control
                    .when
                    .iter()
                    .any(|when| matches!(when, When::TrustsHolder(_) | When::TrustsService(..)));
                if !asks_trust || region.place.is_one() {
                    found.extend(self.undeclared(region, *hold, &found));
                }
                let mut all = Vec::new();
                for node in found {
                    all.extend(self.admitted(control, held, *variable, node));
                }
                for one in &mut all {
                    self.guarded(one, held);
                }
                all
            }
            Gives::Nearest(hold) => {
                let Some(region) = self.nearest(held, *hold) else {
                    return Vec::new();
                };
                let mut found = self.targets(&region, *hold);
                found.extend(self.undeclared(&region, *hold, &found));
                self.plainly(found, held)
            }
            Gives::Within { hold, of, scope } => {
                let found = self.within(held, *hold, *of, *scope);
                let mut all = self.plainly(found, held);
                self.partly_guarded(&mut all, held, *scope);
                all
            }
            Gives::Admin { scope, through } => self.admin(held, *scope, *through),
            Gives::Lift { scope } => self.lifted(held, *scope),
            Gives::Trigger | Gives::Write => self.made_to_act(held),
            Gives::Pass => Vec::new(),
        }
    }

    fn plainly(&self, found: Vec<NodeId>, held: &Held) -> Vec<Conclusion> {
        let mut all: Vec<Conclusion> = found.into_iter().map(Conclusion::control).collect();
        for one in &mut all {
            self.guarded(one, held);
        }
        all
    }

    /// A guard on a part of a scope leaves open whether what lies beside that part depends on it: a
    /// workflow may run for the protected branch alone.
    fn partly_guarded(&mut self, all: &mut [Conclusion], held: &Held, scope: TypeId) {
        let Some(around) = self
            .enclosing(held, scope)
            .filter(|_| !self.guards.is_empty())
        else {
            return;
        };
        let parts: Vec<u32> = (0u32..)
            .zip(&self.guards)
            .filter(|(_, guard)| {
                around.holds(&guard.place)
                    && guard.place.steps.len() > around.steps.len()
                    && guard.against.contains(Verb::Update)
            })
            .map(|(id, _)| id)
            .collect();
        for one in all {
            let Some(place) = self.place_of(one.to) else {
                continue;
            };
            for &part in &parts {
                let guard = &self.guards[part as usize];
                if one.basis.guards.contains(&part) || guard.place.of == place.of {
                    continue;
                }
                let text = format!(
                    "whether `{}` depends on `{}`, which `{}` keeps",
                    place.text(self.model),
                    guard.place.text(self.model),
                    guard.kind
                );
                one.basis.unknown.push(self.text(text));
            }
        }
    }

    /// Notes the guards in the way of a conclusion.
    fn guarded(&self, conclusion: &mut Conclusion, held: &Held) {
        if !self.guards.is_empty()
            && let Some(place) = self.place_of(conclusion.to)
        {
            conclusion.basis.guards = self.in_the_way(&held.used, &place);
        }
    }

    pub(super) fn place_of(&self, node: NodeId) -> Option<Place> {
        match &self.nodes.list[node.index()] {
            Node::Resource(place, _)
            | Node::Scope(place)
            | Node::Unknown(place, _)
            | Node::Content(place) => Some(place.clone()),
            Node::Identity(bundle) => self.bundle_place(*bundle),
            Node::Party(_) | Node::Anyone | Node::Passed(_) | Node::Means(_) => None,
        }
    }

    /// Known nodes in a region.
    pub(super) fn targets(&self, region: &Region, hold: Hold) -> Vec<NodeId> {
        let at = (region.place.system, region.place.tenant, hold);
        let at_type = (at.0, at.1, hold, region.of);
        if let Some(address) = region.address.as_pattern().and_then(|one| one.is_literal()) {
            let key = (at.0, at.1, hold, region.of, address.to_owned());
            let mut found = self.index.exact.get(&key).cloned().unwrap_or_default();
            // Declared patterns may hold the one address, too.
            if self.index.patterns.contains(&at_type) {
                for node in self.near(&at_type, region) {
                    if !found.contains(&node) && self.lies_in(node, region) {
                        found.push(node);
                    }
                }
            }
            return found;
        }
        let mut found = self.near(&at_type, region);
        found.retain(|&node| self.lies_in(node, region));
        found
    }

    fn near(&self, at: &(SystemId, u32, Hold, TypeId), region: &Region) -> Vec<NodeId> {
        let there = self.index.by_prefix.get(at);
        there.map_or_else(Vec::new, |there| there.near(&region.address))
    }

    fn lies_in(&self, node: NodeId, region: &Region) -> bool {
        let Some(place) = self.place_of(node) else {
            return false;
        };
        let own = place.address(self.model);
        match own.is_literal() {
            Some(address) => region.address.contains(address),
            None => !region.address.is_disjoint(&own.into()),
        }
    }

    /// A region's resources that nobody declared: a secret of unknown use, or the one identity that
    /// is named.
    fn undeclared(&mut self, region: &Region, hold: Hold, found: &[NodeId]) -> Vec<NodeId> {
        let roles = self.model.catalog.of(region.of).roles;
        let one = region.place.is_one()
            && region.place.of == region.of
            && region.address.as_pattern().is_some();
        let says = match hold {
            Hold::Credential => roles.secret && (!one || found.is_empty()),
            Hold::Identity => one && found.is_empty(),
            Hold::Host | Hold::Code => false,
        };
        if !says {
            return Vec::new();
        }
        let known = found.iter().any(|&node| {
            self.place_of(node)
                .is_some_and(|place| place.holds(&region.place))
        });
        if known {
            return Vec::new();
        }
        let place = self.down(&region.place, region.of);
        vec![self.nodes.put(Node::Unknown(place, hold))]
    }

    /// A place, with wildcards down to a type inside it.
    pub(super) fn down(&self, place: &Place, of: TypeId) -> Place {
        place.down(self.model, of)
    }

    fn nearest(&self, held: &Held, hold: Hold) -> Option<Region> {
        let subject = held.subject.as_ref()?;
        let plays = |of: TypeId| {
            let roles = self.model.catalog.of(of).roles;
            match hold {
                Hold::Identity => roles.identity || roles.group,
                Hold::Host => roles.host,
                Hold::Code => roles.code,
                Hold::Credential => roles.secret,
            }
        };
        if plays(subject.of) {
            return Some(subject.clone());
        }
        let mut of = subject.of;
        for _ in 0..32 {
            let parents = &self.model.catalog.of(of).parents;
            match parents.iter().copied().find(|&parent| plays(parent)) {
                Some(found) => return super::means::at(self.model, subject, found),
                None => of = *parents.first()?,
            }
        }
        None
    }

    /// The enclosing place of a type, with a wildcard where only something above is said.
    fn enclosing(&self, held: &Held, scope: TypeId) -> Option<Place> {
        let subject = held
            .subject
            .as_ref()
            .or_else(|| held.bound.first().map(|(_, region)| region))?;
        if let Some(place) = subject.place.enclosing(self.model, scope) {
            return Some(place);
        }
        let inside = super::means::at(self.model, subject, scope)?;
        Some(self.down(&inside.place, scope))
    }

    fn within(&self, held: &Held, hold: Hold, of: Option<TypeId>, scope: TypeId) -> Vec<NodeId> {
        let (Some(around), Some(subject)) = (self.enclosing(held, scope), &held.subject) else {
            return Vec::new();
        };
        self.around(&around, hold)
            .into_iter()
            .filter(|&node| {
                let Some(place) = self.place_of(node) else {
                    return false;
                };
                of.is_none_or(|of| place.of == of)
                    && place.meets(&around)
                    && place
                        .enclosing(self.model, scope)
                        .is_some_and(|own| own.meets(&around))
                    && place.meets(&subject.place)
                    && (place.of != subject.of || self.lies_in(node, subject))
            })
            .collect()
    }

    fn admin(
        &mut self,
        held: &Held,
        scope: TypeId,
        through: Option<(Variable, TypeId)>,
    ) -> Vec<Conclusion> {
        let Some(place) = self.enclosing(held, scope) else {
            return Vec::new();
        };
        let mut guards = Vec::new();
        if !self.guards.is_empty() {
            guards = self.in_the_way(&held.used, &place);
        }
        let to = self.nodes.put(Node::Scope(place));
        let conclusion = |besides: Vec<NodeId>| Conclusion {
            to,
            kind: Kind::Controls,
            besides,
            basis: Basis {
                guards: guards.clone(),
                ..Basis::default()
            },
        };
        let Some((variable, _)) = through else {
            return vec![conclusion(Vec::new())];
        };
        let Some((_, region)) = held.bound.iter().find(|(own, _)| *own == variable) else {
            return Vec::new();
        };
        let mut nodes = self.targets(region, Hold::Identity);
        let mut attached: Vec<&Place> = self
            .attached
            .keys()
            .filter(|place| {
                place.of == region.of
                    && place.system == region.place.system
                    && place.tenant == region.place.tenant
                    && !region
                        .address
                        .is_disjoint(&place.address(self.model).into())
            })
            .collect();
        attached.sort();
        for place in attached {
            nodes.extend(&self.attached[place]);
        }
        let mut seen = HashSet::new();
        nodes.retain(|node| seen.insert(*node));
        nodes
            .into_iter()
            .map(|node| conclusion(vec![node]))
            .collect()
    }

    fn lifted(&mut self, held: &Held, scope: TypeId) -> Vec<Conclusion> {
        let (Some(around), Some(subject)) = (self.enclosing(held, scope), held.subject.clone())
        else {
            return Vec::new();
        };
        let found: Vec<u32> = (0u32..)
            .zip(&self.guards)
            .filter(|(_, guard)| {
                around.holds(&guard.place)
                    || guard
                        .place
                        .enclosing(self.model, scope)
                        .is_some_and(|own| own.meets(&around) && guard.place.meets(&subject.place))
            })
            .map(|(id, _)| id)
            .collect();
        found
            .into_iter()
            .map(|guard| Conclusion::control(self.nodes.put(Node::Passed(guard))))
            .collect()
    }

    /// Whoever acts because of the resource: what runs in or from it, whose credential it keeps.
    fn made_to_act(&mut self, held: &Held) -> Vec<Conclusion> {
        let Some(subject) = held.subject.clone() else {
            return Vec::new();
        };
        let mut found: Vec<NodeId> = Vec::new();
        for hold in Hold::ALL {
            if hold == Hold::Identity {
                continue;
            }
            found.extend(self.targets(&subject, hold));
            if let Some(region) = self.nearest(held, hold)
                && region.of != subject.of
            {
                found.extend(self.targets(&region, hold));
            }
        }
        let mut all = Vec::new();
        for node in found {
            for to in self.acts_from(node) {
                let mut one = Conclusion {
                    kind: Kind::Influences,
                    ..Conclusion::control(to)
                };
                self.guarded(&mut one, held);
                all.push(one);
            }
        }
        all
    }

    /// The identities of a type in the holder's tenant, as one node that each of them has.
    fn of_type(&mut self, held: &Held, of: TypeId) -> Option<NodeId> {
        let region = held
            .bound
            .first()
            .map(|(_, region)| region)
            .or(held.subject.as_ref())?;
        let place = Place {
            of,
            ..Place::tenant(self.model, region.place.system, region.place.tenant)
        };
        let members = self
            .index
            .by_type
            .get(&(place.system, place.tenant, Hold::Identity, of))
            .cloned()
            .unwrap_or_default();
        if members.is_empty() {
            return None;
        }
        if let Some(&known) = self.kinds.get(&place) {
            return Some(known);
        }
        let node = self.nodes.means();
        self.kinds.insert(place, node);
        for member in members {
            self.certain(member, node, false, Reason::Contains, super::NOWHERE);
        }
        Some(node)
    }
}

/// One edge that a rule gives.
pub(super) struct Conclusion {
    pub to: NodeId,
    pub kind: Kind,
    /// What must be had besides what the rule asks for.
    pub besides: Vec<NodeId>,
    pub basis: Basis,
}

impl Conclusion {
    pub(super) fn control(to: NodeId) -> Self {
        Conclusion {
            to,
            kind: Kind::Controls,
            besides: Vec::new(),
            basis: Basis::default(),
        }
    }
}

fn span_of(having: &[Having]) -> crate::source::Span {
    having
        .iter()
        .map(|one| one.span)
        .min()
        .unwrap_or(super::NOWHERE)
}

impl Builder<'_> {
    /// A target, as far as its trust admits the service or the holder that the rule speaks of.
    fn admitted(
        &mut self,
        control: &Control,
        held: &Held,
        variable: Variable,
        node: NodeId,
    ) -> Vec<Conclusion> {
        let mut all = vec![Conclusion::control(node)];
        for when in &control.when {
            let mut next = Vec::new();
            match when {
                When::TrustsService(of, service) if *of == variable => {
                    if let Some(unknown) = self.trusts_service(node, service) {
                        for mut one in all {
                            one.basis.unknown.extend(unknown.iter().copied());
                            next.push(one);
                        }
                    }
                }
                When::TrustsHolder(of) if *of == variable => {
                    for way in self.trusts_holder(node, held.tenant) {
                        for one in &all {
                            let mut one = Conclusion {
                                besides: one.besides.clone(),
                                basis: one.basis.clone(),
                                ..*one
                            };
                            one.basis.unknown.extend(&way.unknown);
                            one.besides.extend(&way.besides);
                            next.push(one);
                        }
                    }
                }
                _ => continue,
            }
            all = next;
        }
        all
    }
}
