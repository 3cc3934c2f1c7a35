//! The groups of a rule that are held in places which fit together.

use super::Builder;
use super::guard::Used;
use super::means::{Key, Means, merged};
use super::prefix::Prefixes;
use crate::graph::ability::Region;
use crate::model::SystemId;
use crate::model::catalog::TypeId;
use crate::model::control::Variable;
use std::collections::HashMap;

/// All groups of a rule, held in places that fit together.
pub(super) struct Held {
    /// The groups' places in the list of means.
    pub groups: Vec<usize>,
    pub home: (SystemId, u32),
    pub bound: Vec<(Variable, Region)>,
    pub subject: Option<Region>,
    pub used: Vec<Used>,
    pub tenant: Option<(SystemId, u32)>,
}

/// What may fit, by where a variable lies that both sides bind: most pairs have nothing in common.
struct Shared {
    variable: Variable,
    /// Places in the list of others, by the tenant, the type and the addresses of the variable.
    places: HashMap<(SystemId, u32, TypeId), Prefixes<usize>>,
}

impl Shared {
    fn of(means: &Means, partial: &[Held], others: &[usize]) -> Option<Self> {
        let (variable, _) = partial.first()?.bound.iter().find(|(variable, _)| {
            let binds = |bound: &[(Variable, Region)]| bound.iter().any(|(own, _)| own == variable);
            partial.iter().all(|held| binds(&held.bound))
                && others.iter().all(|&index| binds(&means[index].0.bound))
        })?;
        let mut shared = Shared {
            variable: *variable,
            places: HashMap::new(),
        };
        for (at, &index) in others.iter().enumerate() {
            if let Some((region, key)) = shared.place(&means[index].0.bound) {
                let there = shared.places.entry(key).or_default();
                there.put(&region.address, at);
            }
        }
        Some(shared)
    }

    fn place<'r>(
        &self,
        bound: &'r [(Variable, Region)],
    ) -> Option<(&'r Region, (SystemId, u32, TypeId))> {
        let (_, region) = bound.iter().find(|(own, _)| *own == self.variable)?;
        let place = &region.place;
        Some((region, (place.system, place.tenant, region.of)))
    }

    fn near(&self, held: &Held) -> Vec<usize> {
        self.place(&held.bound)
            .and_then(|(region, key)| Some(self.places.get(&key)?.near(&region.address)))
            .unwrap_or_default()
    }
}

impl Builder<'_> {
    /// Every choice of one place a group in which the variables meet. What a vendor judges in one
    /// tenant never meets what it judges in another.
    pub(super) fn joined(&self, means: &Means, list: &[usize], count: usize) -> Vec<Held> {
        let mut of_group: Vec<Vec<usize>> = vec![Vec::new(); count];
        for &index in list {
            of_group[means[index].0.group as usize].push(index);
        }
        let mut partial: Vec<Held> = of_group[0]
            .iter()
            .map(|&index| {
                let key: &Key = &means[index].0;
                Held {
                    groups: vec![index],
                    home: key.home,
                    bound: key.bound.clone(),
                    subject: key.subject.clone(),
                    used: key.used.clone(),
                    tenant: key.tenant,
                }
            })
            .collect();
        for others in &mut of_group[1..] {
            others.sort_by_key(|&index| means[index].0.home);
            let vendor = |home: (SystemId, u32)| self.model.system(home.0).vendor;
            let shared = Shared::of(means, &partial, others);
            let mut next = Vec::new();
            for held in &partial {
                let start = others.partition_point(|&index| means[index].0.home < held.home);
                let end = others.partition_point(|&index| means[index].0.home <= held.home);
                let near = others[start..end].iter();
                let far = others
                    .first()
                    .is_some_and(|&index| vendor(means[index].0.home) != vendor(held.home));
                let all: Vec<usize> = match &shared {
                    Some(shared) => shared
                        .near(held)
                        .into_iter()
                        .map(|at| others[at])
                        .filter(|&index| far || means[index].0.home == held.home)
                        .collect(),
                    None if far => others.clone(),
                    None => near.copied().collect(),
                };
                for index in all {
                    let key = &means[index].0;
                    let all = held.bound.iter().chain(&key.bound).cloned();
                    let Some(bound) = merged(all) else { continue };
                    let mut groups = held.groups.clone();
                    groups.push(index);
                    let mut used = held.used.clone();
                    used.extend(key.used.iter().cloned());
                    next.push(Held {
                        groups,
                        home: held.home,
                        bound,
                        subject: held.subject.clone(),
                        used,
                        tenant: held.tenant,
                    });
                }
            }
            partial = next;
        }
        partial
    }
}
