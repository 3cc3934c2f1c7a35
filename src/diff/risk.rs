//! Classes of risk: what makes one change worse than another.

use super::known::Known;
use crate::graph::Place;
use crate::model::party::{Acts, PartyKind};
use crate::model::system::is_production;
use crate::model::thing::Thing;
use crate::model::{PartyId, SystemId};
use crate::question::Labels;
use std::collections::BTreeSet;

/// The class of what lies in production.
pub const PROD: &str = "prod";
/// The class of whoever acts on a whole tenant.
pub const ORG_WIDE: &str = "org-wide";
/// The class of whoever acts on several tenants.
pub const CROSS_TENANT: &str = "cross-tenant";
/// The class of agents.
pub const AGENT: &str = "agent";

/// Every class that is not a label, the worst first.
pub const CLASSES: [&str; 4] = [PROD, CROSS_TENANT, ORG_WIDE, AGENT];

/// The risks of one side.
pub struct Risks<'k, 'c> {
    known: &'k Known<'c>,
    labels: Labels<'c>,
}

impl<'k, 'c> Risks<'k, 'c> {
    /// The risks of a side.
    pub fn new(known: &'k Known<'c>) -> Self {
        Risks {
            known,
            labels: Labels::new(&known.compiled.model),
        }
    }

    /// The classes of a resource, with `inside` those of what lies in it as well.
    pub fn thing(&self, thing: &Thing, inside: bool) -> BTreeSet<String> {
        let model = &self.known.compiled.model;
        Place::each(model, thing)
            .iter()
            .flat_map(|place| self.place(place, inside))
            .collect()
    }

    /// The classes of a place.
    pub fn place(&self, place: &Place, inside: bool) -> BTreeSet<String> {
        let mut all: BTreeSet<String> = self
            .labels
            .of(place, inside)
            .into_iter()
            .map(str::to_owned)
            .collect();
        all.extend(self.system(place.system));
        all
    }

    /// The class of a system's environment and its labels.
    pub fn system(&self, system: SystemId) -> BTreeSet<String> {
        let system = self.known.compiled.model.system(system);
        let mut all: BTreeSet<String> = system.labels.iter().map(ToString::to_string).collect();
        if let Some(env) = &system.env
            && is_production(env)
        {
            all.insert(PROD.to_owned());
        }
        all
    }

    /// The classes of somebody: what it is, and how it acts.
    pub fn party(&self, id: PartyId) -> BTreeSet<String> {
        let party = self.known.compiled.model.party(id);
        let mut all = BTreeSet::new();
        if party.kind == PartyKind::Agent {
            all.insert(AGENT.to_owned());
        }
        match party.acts() {
            Acts::OrgWide => {
                all.insert(ORG_WIDE.to_owned());
            }
            Acts::AcrossTenants => {
                all.insert(CROSS_TENANT.to_owned());
            }
            Acts::Itself | Acts::OnBehalfOfUsers => {}
        }
        all
    }

    /// The classes of all that somebody may do.
    pub fn held_by(&self, id: PartyId) -> BTreeSet<String> {
        let mut all = self.party(id);
        for (_, rule) in self.known.compiled.model.party(id).allows() {
            for part in &rule.parts {
                all.extend(self.thing(&part.thing, part.within));
            }
        }
        all
    }
}

/// Classes with the worst first: the fixed ones, then labels by name.
pub fn ordered(all: &BTreeSet<String>) -> Vec<String> {
    let mut ordered: Vec<String> = CLASSES
        .iter()
        .filter(|class| all.contains(**class))
        .map(|class| (*class).to_owned())
        .collect();
    ordered.extend(
        all.iter()
            .filter(|class| !CLASSES.contains(&class.as_str()))
            .cloned(),
    );
    ordered
}
