//! Conditions on keys that an operation's requests do not carry: such an `allow` gives nothing, and
//! such a `never` holds always.

use super::draft::{Draft, Granter, Want};
use super::excess::quoted;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{OpId, SlotId, VendorId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The operations that carry a key, by vendor, service and the key's name in the catalogue. A key
/// that is declared for a whole file has none.
pub(super) type Carriers = HashMap<(VendorId, Option<Box<str>>, Box<str>), HashSet<OpId>>;

impl<'m> Granter<'m> {
    /// Says which of a part's operations never carry a key of its conditions.
    pub(super) fn unsupported_keys(&mut self, draft: &Draft<'m>, want: &Want<'m>, denial: bool) {
        if want.rule.conditions.is_empty() || !want.emitted {
            return;
        }
        let mut slots: BTreeSet<SlotId> = BTreeSet::new();
        for slice in want.of().slices.iter() {
            slots.extend(Self::slots(&slice.cube.operations));
        }
        for &id in &want.rule.conditions {
            let condition = self.model.condition(id);
            let (Some(entry), Some(written)) = (condition.entry, &condition.vendor_key) else {
                continue;
            };
            let name = self.model.catalog.key(entry).name.clone();
            let lost: Vec<SlotId> = slots
                .iter()
                .copied()
                .filter(|&slot| !self.carries(draft.vendor, slot, &name))
                .collect();
            if lost.is_empty() {
                continue;
            }
            let all = lost.len() == slots.len();
            let names = self.names_of(lost);
            let span = want.rule.conditions_span.unwrap_or(want.of().thing.span);
            let (message, help) = if denial {
                (
                    format!(
                        "requests of {} never carry `{written}`, so they are denied always",
                        quoted(&names)
                    ),
                    "an absent key makes a `never` hold: name the operations that carry the key, or leave the condition out",
                )
            } else {
                (
                    format!(
                        "requests of {} never carry `{written}`, so they are never allowed",
                        quoted(&names)
                    ),
                    "an absent key makes an `allow` fail: name the operations that carry the key, or leave the condition out for the others",
                )
            };
            let found = if all && !denial {
                Diagnostic::error("unsupported-key", span, message)
            } else {
                Diagnostic::warning("unsupported-key", span, message)
            };
            self.say(want.party, found.help(help));
        }
    }

    /// Whether requests of a slot's operation carry a key. What the service's own file says of the
    /// key decides; where it says nothing, a key that is declared for the whole vendor counts.
    fn carries(&mut self, vendor: VendorId, slot: SlotId, key: &str) -> bool {
        if self.carriers.is_none() {
            let mut carriers: Carriers = HashMap::new();
            for entry in &self.model.catalog.keys {
                carriers
                    .entry((entry.vendor, entry.service.clone(), entry.name.clone()))
                    .or_default()
                    .extend(&entry.operations);
            }
            self.carriers = Some(carriers);
        }
        let Some(carriers) = &self.carriers else {
            return true;
        };
        let operation = self.model.catalog.slot(slot).operation;
        let service = self.model.catalog.operation(operation).service.clone();
        match carriers.get(&(vendor, service, key.into())) {
            Some(operations) => operations.is_empty() || operations.contains(&operation),
            None => carriers
                .get(&(vendor, None, key.into()))
                .is_some_and(HashSet::is_empty),
        }
    }
}
