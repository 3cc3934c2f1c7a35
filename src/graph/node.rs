//! What the graph is made of: principals, their identities, resources that matter to somebody,
//! scopes in which anything can be granted.

use crate::authority::pattern::Pattern;
use crate::model::catalog::{Catalog, TypeId, TypeRank};
use crate::model::control::Hold;
use crate::model::system::System;
use crate::model::thing::{Tenants, Thing, ThingStep, address};
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::collections::HashMap;

crate::model::id!(
    /// A node of a [`super::DelegationGraph`].
    NodeId
);
crate::model::id!(
    /// An edge of a [`super::DelegationGraph`]: its clause's number, too.
    EdgeId
);

/// One resource, or a pattern of resources, in one tenant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The system.
    pub system: SystemId,
    /// Which of its tenants.
    pub tenant: u32,
    /// The way down from below the tenant; empty means the tenant itself.
    pub steps: Vec<(TypeId, Vec<Pattern>)>,
    /// The type at its end.
    pub of: TypeId,
}

impl Place {
    /// A thing in one tenant of its system.
    pub fn of(thing: &Thing, tenant: u32) -> Self {
        Place {
            system: thing.system,
            tenant,
            steps: thing
                .steps
                .iter()
                .map(|step| (step.of, step.names.clone()))
                .collect(),
            of: thing.of,
        }
    }

    /// A whole tenant.
    pub fn tenant(model: &Model, system: SystemId, tenant: u32) -> Self {
        Place {
            system,
            tenant,
            steps: Vec::new(),
            of: model.system(system).tenant_type,
        }
    }

    /// Every tenant of a thing, each as a place.
    pub fn each(model: &Model, thing: &Thing) -> Vec<Self> {
        (0..model.system(thing.system).tenants.len())
            .filter(|&tenant| thing.tenants.holds(tenant))
            .map(|tenant| Place::of(thing, u32::try_from(tenant).unwrap_or(u32::MAX)))
            .collect()
    }

    /// The place as a thing, without a place in a source.
    pub fn thing(&self, span: Span) -> Thing {
        Thing {
            system: self.system,
            tenants: Tenants::One(self.tenant),
            steps: self
                .steps
                .iter()
                .map(|(of, names)| ThingStep {
                    of: *of,
                    names: names.clone(),
                })
                .collect(),
            of: self.of,
            span,
        }
    }

    /// The enclosing place of that type, itself included; the tenant's type means the tenant.
    pub fn enclosing(&self, model: &Model, of: TypeId) -> Option<Self> {
        // A vendor's tenants may be of several types: a rule that names one speaks of whichever it is.
        if model.catalog.of(of).rank == TypeRank::Tenant {
            return Some(Place::tenant(model, self.system, self.tenant));
        }
        let end = self.steps.iter().rposition(|step| step.0 == of)?;
        Some(Place {
            steps: self.steps[..=end].to_vec(),
            of,
            ..self.clone()
        })
    }

    /// The nearest enclosing place, itself included, whose type plays a role.
    pub fn nearest(&self, model: &Model, plays: impl Fn(TypeId) -> bool) -> Option<Self> {
        let end = self.steps.iter().rposition(|step| plays(step.0))?;
        Some(Place {
            steps: self.steps[..=end].to_vec(),
            of: self.steps[end].0,
            ..self.clone()
        })
        .or_else(|| {
            plays(model.system(self.system).tenant_type)
                .then(|| Place::tenant(model, self.system, self.tenant))
        })
    }

    /// The resources of a type in here, whatever they are called; itself where it is of the type.
    #[must_use]
    pub fn down(&self, model: &Model, of: TypeId) -> Self {
        if self.of == of {
            return self.clone();
        }
        let catalog = &model.catalog;
        let root = model.system(self.system).tenant_type;
        let mut between = vec![of];
        while let Some(&last) = between.last() {
            let parents = &catalog.of(last).parents;
            let Some(&next) = parents
                .iter()
                .find(|&&parent| parent == self.of)
                .or(parents.first())
            else {
                break;
            };
            if next == self.of || next == root || between.len() > 32 {
                break;
            }
            between.push(next);
        }
        let mut steps = self.steps.clone();
        for &step in between.iter().rev() {
            let names = catalog
                .of(step)
                .parameters
                .iter()
                .map(|parameter| Pattern::glob("*", &parameter.excluded))
                .collect();
            steps.push((step, names));
        }
        Place {
            steps,
            of,
            ..self.clone()
        }
    }

    /// Whether every name is exact, so that it is one thing.
    pub fn is_one(&self) -> bool {
        self.steps
            .iter()
            .all(|(_, names)| names.iter().all(|name| name.is_literal().is_some()))
    }

    /// Whether some resource may lie in both, as far as the types that both name tell: the
    /// names at shared types meet, and neither goes another way before the other ends.
    pub fn meets(&self, other: &Self) -> bool {
        self.system == other.system
            && self.tenant == other.tenant
            && self.steps.iter().all(|(of, names)| {
                other.steps.iter().all(|(their, theirs)| {
                    of != their || names.iter().zip(theirs).all(|(a, b)| a.intersects(b))
                })
            })
    }

    /// Whether all of `other` lies here or inside.
    pub fn holds(&self, other: &Self) -> bool {
        self.system == other.system
            && self.tenant == other.tenant
            && self.steps.len() <= other.steps.len()
            && self.steps.iter().zip(&other.steps).all(|(own, their)| {
                own.0 == their.0 && own.1.iter().zip(&their.1).all(|(a, b)| a.includes(b))
            })
    }

    /// Its flat address, as it is declared.
    pub fn address(&self, model: &Model) -> Pattern {
        let thing = self.thing(super::connect::NOWHERE);
        let system: &System = model.system(self.system);
        let catalog: &Catalog = &model.catalog;
        address(
            catalog,
            system,
            &thing.steps,
            self.of,
            Some(self.tenant as usize),
        )
    }

    /// The place as it is written in the language.
    pub fn text(&self, model: &Model) -> String {
        model.thing_text(&self.thing(super::connect::NOWHERE))
    }
}

/// What a node stands for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// An integration or a principal.
    Party(PartyId),
    /// One identity in one tenant: an index into the bundles of what is granted.
    Identity(u32),
    /// A resource that matters to somebody, and what it means to have it.
    Resource(Place, Hold),
    /// A scope in which anything can be granted.
    Scope(Place),
    /// Everybody.
    Anyone,
    /// An identity, or whose credential it is, that nobody declared.
    Unknown(Place, Hold),
    /// What an agent reads and others write.
    Content(Place),
    /// A guard that does not hold whoever has this.
    Passed(u32),
    /// Some authority that a rule asks for; the number is without meaning.
    Means(u32),
}

impl Node {
    /// Whether it is part of the graph's working and not of what a person is shown.
    pub fn is_inner(&self) -> bool {
        matches!(self, Node::Passed(_) | Node::Means(_))
    }
}

/// Nodes by what they stand for.
#[derive(Clone, Default, Debug)]
pub(super) struct Nodes {
    pub list: Vec<Node>,
    index: HashMap<Node, NodeId>,
    means: u32,
}

impl Nodes {
    /// The node that stands for it, made where there is none.
    pub fn put(&mut self, node: Node) -> NodeId {
        if let Some(&known) = self.index.get(&node) {
            return known;
        }
        let id = NodeId::at(self.list.len());
        self.list.push(node.clone());
        self.index.insert(node, id);
        id
    }

    /// A new node for some authority that a rule asks for.
    pub fn means(&mut self) -> NodeId {
        let id = NodeId::at(self.list.len());
        self.list.push(Node::Means(self.means));
        self.means += 1;
        id
    }

    /// A node beside those that can be found, whatever else stands for the same.
    pub fn beside(&mut self, node: Node) -> NodeId {
        let id = NodeId::at(self.list.len());
        self.list.push(node);
        id
    }

    /// The node that stands for it, if there is one.
    pub fn find(&self, node: &Node) -> Option<NodeId> {
        self.index.get(node).copied()
    }
}
