//! What principals hold: nothing is granted to them here, so what they declare stands.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::{Gatherer, Place, Places, slots_of};
use crate::authority::time::Instant;
use crate::lock::{Effect, name};
use crate::model::catalog::TypeRank;
use crate::model::party::{ClauseKind, Party};
use crate::model::rule::{Part, Rule};
use crate::model::{PartyId, SystemId};
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Gatherer<'a> {
    /// What a principal's clauses say. Nothing is granted here, so what is declared stands.
    pub(super) fn principal(&mut self, id: PartyId, party: &'a Party, delegated: Vec<&'a Rule>) {
        let model = self.model;
        let mut all: BTreeMap<(SystemId, u32, Effect), Places> = BTreeMap::new();
        let delegated = delegated.into_iter();
        let mut rules: Vec<(Effect, &'a Rule)> =
            delegated.map(|rule| (Effect::Grant, rule)).collect();
        for clause in &party.clauses {
            match &clause.kind {
                ClauseKind::Allow(rule) => rules.push((Effect::Grant, rule)),
                ClauseKind::Never(rule) => rules.push((Effect::Deny, rule)),
                ClauseKind::BoundedBy { allows, nevers, .. } => {
                    rules.extend(allows.iter().map(|rule| (Effect::Bound, rule)));
                    rules.extend(nevers.iter().map(|rule| (Effect::BoundDeny, rule)));
                }
                ClauseKind::Holds { units, system } => {
                    let of = model.system(*system);
                    for tenant in 0..of.tenants.len() {
                        let tenant = u32::try_from(tenant).unwrap_or(u32::MAX);
                        let place = Place {
                            within: true,
                            of: of.tenant_type,
                            resource: of.name.to_string(),
                            except: BTreeSet::new(),
                            fields: BTreeSet::new(),
                            conditions: BTreeSet::new(),
                            until: None,
                        };
                        let places = all.entry((*system, tenant, Effect::Grant)).or_default();
                        places.entry(place).or_default().units.extend(units);
                    }
                }
                _ => {}
            }
        }
        let ends = party.expires().map(|(day, _)| day.end_of_day());
        for (effect, rule) in rules {
            let effect = match (&rule.approval, effect) {
                (Some(approval), Effect::Grant) => Effect::Gated {
                    by: model.team(approval.by).name.to_string(),
                    duration: approval.duration,
                    denied: false,
                },
                (_, effect) => effect,
            };
            let own = rule.until.map(|(instant, _)| instant);
            let until = match (own, ends) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            let until = until.filter(|_| effect != Effect::Deny);
            for part in &rule.parts {
                let system = model.system(part.thing.system);
                for tenant in 0..system.tenants.len() {
                    if !part.thing.tenants.holds(tenant) {
                        continue;
                    }
                    let tenant = u32::try_from(tenant).unwrap_or(u32::MAX);
                    let key = (part.thing.system, tenant, effect.clone());
                    let places = all.entry(key).or_default();
                    self.declared(rule, part, tenant, until, places);
                }
            }
        }
        for ((system, tenant, effect), places) in all {
            let at = self.at(id, system, tenant);
            self.cubes(&at, &effect, &places);
        }
    }

    fn declared(
        &self,
        rule: &Rule,
        part: &Part,
        tenant: u32,
        until: Option<Instant>,
        places: &mut Places,
    ) {
        let model = self.model;
        let place = Place {
            within: part.within,
            of: part.thing.of,
            resource: name::thing(model, &part.thing, Some(tenant)),
            except: part
                .except
                .iter()
                .map(|except| name::thing(model, except, Some(tenant)))
                .collect(),
            fields: rule.fields.iter().map(ToString::to_string).collect(),
            conditions: name::conditions(model, &rule.conditions),
            until,
        };
        let of = model.catalog.of(part.thing.of);
        let vendor = &model.catalog.vendor(of.vendor).name;
        let content = places.entry(place).or_default();
        content.verbs |= !rule.verbs.is_empty();
        if part.everything {
            content.named.insert(if of.rank == TypeRank::Tenant {
                format!("{vendor}.*")
            } else {
                format!("{vendor}.{}.*", of.name)
            });
        }
        for slice in part.slices.iter() {
            content.slots.extend(slots_of(slice));
        }
    }
}
