//! The labels of what somebody holds.

use crate::graph::Place;
use crate::model::Model;
use crate::model::SystemId;
use crate::model::catalog::TypeRank;
use crate::model::fact::Fact;
use std::collections::{BTreeSet, HashMap};

/// Labels that a fact gives to a place.
type Given<'m> = (Place, &'m [Box<str>]);

/// The labels of a project's resources.
#[derive(Debug)]
pub struct Labels<'m> {
    model: &'m Model,
    facts: HashMap<SystemId, Vec<Given<'m>>>,
}

impl<'m> Labels<'m> {
    /// The labels of a model's systems, types and resources.
    pub fn new(model: &'m Model) -> Self {
        let mut facts: HashMap<SystemId, Vec<Given<'m>>> = HashMap::new();
        for resource in &model.resources {
            for fact in &resource.facts {
                if let Fact::Labels(labels) = fact {
                    let places = Place::each(model, &resource.thing);
                    let here = facts.entry(resource.thing.system).or_default();
                    here.extend(places.into_iter().map(|place| (place, &labels[..])));
                }
            }
        }
        Labels { model, facts }
    }

    /// The labels of a resource: its own, its type's, and those of everything around it. With
    /// `inside`, also those of what lies in it.
    pub fn of(&self, place: &Place, inside: bool) -> BTreeSet<&'m str> {
        let model = self.model;
        let mut labels: BTreeSet<&str> = BTreeSet::new();
        labels.extend(model.system(place.system).labels.iter().map(|one| &**one));
        for (of, _) in &place.steps {
            labels.extend(model.catalog.of(*of).labels.iter().map(|one| &**one));
        }
        let whole = inside && model.catalog.of(place.of).rank != TypeRank::Resource;
        for (other, own) in self.facts.get(&place.system).into_iter().flatten() {
            let here = other.tenant == place.tenant
                && if whole {
                    place.holds(other) || other.holds(place)
                } else {
                    other.steps.len() <= place.steps.len() && other.meets(place)
                };
            if here {
                labels.extend(own.iter().map(|one| &**one));
            }
        }
        labels
    }
}
