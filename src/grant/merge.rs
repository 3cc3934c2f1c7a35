//! Statements gathered: those that say the same for parts of one clause become one.

use super::{Grant, RowId};
use crate::authority::pattern::Pattern;
use crate::model::thing::Thing;
use std::collections::{HashMap, HashSet};

/// Grants in the order in which they came. Looks for an equal one among those that hold a row of
/// the new one, since others never become one with it.
#[derive(Default)]
pub(super) struct Merged {
    grants: Vec<Grant>,
    by_row: HashMap<RowId, Vec<usize>>,
    /// What grants that took another one in are on.
    on: HashMap<usize, (HashSet<Pattern>, HashSet<Thing>)>,
}

impl Merged {
    /// Adds a grant, on the resources of an equal one where there is one.
    pub fn add(&mut self, grant: Grant) {
        let mut same: Option<usize> = None;
        for index in grant.rows.iter().filter_map(|row| self.by_row.get(row)) {
            let found = index.iter().copied().find(|&at| {
                let known = &self.grants[at];
                known.units == grant.units
                    && known.conditions == grant.conditions
                    && known.until == grant.until
                    && known.fields == grant.fields
                    && known.bind_tenant == grant.bind_tenant
            });
            same = match (same, found) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
        let Some(at) = same else {
            let at = self.grants.len();
            for &row in &grant.rows {
                self.by_row.entry(row).or_default().push(at);
            }
            self.grants.push(grant);
            return;
        };
        let known = &mut self.grants[at];
        let (addresses, things) = self.on.entry(at).or_insert_with(|| {
            (
                known.addresses.iter().cloned().collect(),
                known.things.iter().cloned().collect(),
            )
        });
        for (thing, address) in grant.things.into_iter().zip(grant.addresses) {
            let new = addresses.insert(address.clone());
            if things.insert(thing.clone()) || new {
                known.things.push(thing);
                known.addresses.push(address);
            }
        }
        for row in grant.rows {
            let holding = self.by_row.entry(row).or_default();
            if let Err(place) = holding.binary_search(&at) {
                holding.insert(place, at);
                known.rows.push(row);
            }
        }
    }

    /// All of them.
    pub fn into_grants(self) -> Vec<Grant> {
        self.grants
    }
}
