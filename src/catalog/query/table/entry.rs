//! One entry in full: a vendor, a service, a type, an operation, a unit, a key.

use super::super::{operations, operations_on, permitted, services, slots, types, units, units_of};
use super::{LISTED, Page, WIDTH, address, besides, binding, counted, names, verb, way};
use crate::authority::verb::{Verb, VerbSet};
use crate::model::catalog::{KeyId, OpId, SlotRole, TypeId, UnitId, VendorId};
use std::collections::BTreeMap;

impl Page<'_> {
    pub(super) fn vendor(&mut self, id: VendorId) {
        let catalog = self.catalog;
        let vendor = catalog.vendor(id);
        let counts = self.counts(id).join(", ");
        self.heading(&vendor.name, &format!("vendor: {counts}"));
        let tenants: Vec<String> = vendor
            .tenant_types
            .iter()
            .map(|&of| format!("{}.{}(\"…\")", vendor.name, catalog.of(of).name))
            .collect();
        self.field("system", &tenants);
        let settings: Vec<String> = vendor
            .settings
            .iter()
            .map(|(name, default)| match default {
                Some(value) => format!("{name} (else \"{value}\")"),
                None => name.to_string(),
            })
            .collect();
        self.field("settings", &settings);
        let granted = if vendor.has_units {
            format!("units, each on {}", binding(vendor.binding))
        } else {
            format!("operations, each on {}", binding(vendor.binding))
        };
        self.field("grants", &[granted]);
        self.field("names", &[names(vendor.names).to_owned()]);
        let denial = if vendor.denies {
            "a `never` is denied outright"
        } else {
            "none: a `never` holds only while nothing grants it"
        };
        self.field("denial", &[denial.to_owned()]);
        let complete = if vendor.complete {
            "complete: an unknown name is an error"
        } else {
            "partial: an unknown name is a warning"
        };
        self.field("catalogue", &[complete.to_owned()]);
        self.vendor_keys(id, None);
        let services = services(catalog, id);
        if services.is_empty() {
            for of in types(catalog, id, None) {
                self.gap();
                self.type_in_short(of);
            }
            for &tenant in &vendor.tenant_types {
                self.whole(tenant, "the tenant itself");
            }
        } else {
            self.heading("services", &services.len().to_string());
            let width = services
                .iter()
                .map(|&of| catalog.of(of).name.len())
                .max()
                .unwrap_or(0);
            for of in services {
                let name = catalog.of(of).name.clone();
                let held = types(catalog, id, Some(&name)).len();
                let offered = operations(catalog, id, Some(&name)).len();
                self.line(&format!(
                    "  {name:width$}  {}, {}",
                    counted(held, "type", "types"),
                    counted(offered, "operation", "operations")
                ));
            }
        }
        let units = units(catalog, id);
        if !units.is_empty() {
            self.heading("units", &units.len().to_string());
            for unit in units {
                let name = catalog.unit(unit).name.clone();
                let count = permitted(catalog, unit).len();
                self.line(&format!(
                    "  {name}  {}",
                    counted(count, "operation", "operations")
                ));
            }
        }
    }

    fn vendor_keys(&mut self, vendor: VendorId, service: Option<&str>) {
        let mut keys: Vec<String> = self
            .catalog
            .keys
            .iter()
            .filter(|key| key.vendor == vendor && key.service.as_deref() == service)
            .map(|key| key.name.to_string())
            .collect();
        keys.sort();
        keys.dedup();
        self.field("keys", &keys);
    }

    pub(super) fn service(&mut self, id: TypeId) {
        let catalog = self.catalog;
        let of = catalog.of(id);
        let (vendor, service) = (of.vendor, of.service.clone());
        let held = types(catalog, vendor, service.as_deref());
        let offered = operations(catalog, vendor, service.as_deref()).len();
        let what = format!(
            "service: {}, {}",
            counted(held.len(), "type", "types"),
            counted(offered, "operation", "operations")
        );
        let path = catalog.type_path(id);
        self.heading(&path, &what);
        self.prose(
            2,
            "what each verb means on each type; `read` is list and get, `write` is create and update",
        );
        for of in held {
            self.gap();
            self.type_in_short(of);
        }
        self.whole(id, "the whole service");
    }

    /// The operations that exist only for a whole service or tenant.
    pub(super) fn whole(&mut self, id: TypeId, what: &str) {
        if operations_on(self.catalog, id).is_empty() {
            return;
        }
        self.gap();
        let path = self.catalog.type_path(id);
        self.title(&path, what);
        self.verbs(id);
    }

    fn title(&mut self, name: &str, what: &str) {
        if self.bold {
            self.line(&format!("\u{1b}[1m{name}\u{1b}[0m  {what}"));
        } else {
            self.line(&format!("{name}  {what}"));
        }
    }

    pub(super) fn type_in_short(&mut self, id: TypeId) {
        let path = self.catalog.type_path(id);
        let address = address(self.catalog, id).unwrap_or_default();
        if path.chars().count() + address.chars().count() + 2 <= WIDTH {
            self.title(&path, &address);
        } else {
            self.title(&path, "");
            self.line(&format!("  {address}"));
        }
        self.verbs(id);
    }

    /// The operations on a type, verb by verb, the groups `read` and `write` in a column before.
    fn verbs(&mut self, id: TypeId) {
        let catalog = self.catalog;
        let mut by_verb: BTreeMap<Verb, Vec<String>> = BTreeMap::new();
        for operation in operations_on(catalog, id) {
            let found = catalog.operation(operation);
            let several = found.slots.len() > slots(catalog, operation, SlotRole::Home).len();
            let mark = if several { " +" } else { "" };
            by_verb
                .entry(found.verb)
                .or_default()
                .push(format!("{}{mark}", found.name));
        }
        let marked = by_verb.values().flatten().any(|name| name.ends_with(" +"));
        let mut last = "";
        for (verb, names) in by_verb {
            let group = if VerbSet::READ.contains(verb) {
                "read"
            } else if VerbSet::WRITE.contains(verb) {
                "write"
            } else {
                ""
            };
            let shown = if group == last { "" } else { group };
            last = group;
            // What stands under no group starts at the margin, so that nobody counts it in.
            let lead = if group.is_empty() {
                format!("  {:19}", verb.word())
            } else {
                format!("  {shown:5}  {:10}  ", verb.word())
            };
            self.list(&lead, &names);
        }
        if marked {
            self.line("  + a request names further resources: ask for the operation");
        }
    }

    pub(super) fn type_in_full(&mut self, id: TypeId) {
        let catalog = self.catalog;
        let of = catalog.of(id);
        let path = catalog.type_path(id);
        self.heading(&path, "resource type");
        let paths = |types: &[TypeId]| -> Vec<String> {
            types.iter().map(|&of| catalog.type_path(of)).collect()
        };
        self.field("written", &[way(catalog, id)]);
        if let Some(address) = address(catalog, id) {
            self.field("address", &[address]);
        }
        self.field("inside", &paths(&of.parents));
        let mut inner = paths(&of.children);
        inner.sort();
        self.field("holds", &inner);
        self.field("names", &[names(of.names).to_owned()]);
        let roles = [
            (of.roles.identity, "an identity"),
            (of.roles.secret, "a secret"),
            (of.roles.code, "code"),
            (of.roles.host, "a host"),
            (of.roles.group, "a group"),
        ];
        let roles: Vec<String> = roles
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, word)| (*word).to_owned())
            .collect();
        self.field("is", &roles);
        let hosts: Vec<String> = of
            .hosts
            .iter()
            .map(|hosts| match &hosts.via {
                Some(via) => format!("{} by \"{via}\"", hosts.identity),
                None => hosts.identity.to_string(),
            })
            .collect();
        self.field("hosts", &hosts);
        let labels: Vec<String> = of.labels.iter().map(ToString::to_string).collect();
        self.field("labels", &labels);
        self.gap();
        self.verbs(id);
        self.further(id);
        self.units_on(id);
        self.keys_on(id);
        let passed: Vec<String> = {
            let mut all: Vec<String> = of
                .slots
                .iter()
                .map(|&slot| catalog.slot(slot))
                .filter(|slot| slot.role != SlotRole::Home)
                // What other services name is not told: whether it is known depends on what is read.
                .filter(|slot| catalog.operation(slot.operation).service == of.service)
                .map(|slot| catalog.spelled(slot.operation))
                .collect();
            all.sort();
            all.dedup();
            all
        };
        if !passed.is_empty() {
            self.heading("also named by requests of", "");
            self.list("  ", &passed);
        }
    }

    /// What requests of the operations on a type name besides, and what they need.
    fn further(&mut self, id: TypeId) {
        let catalog = self.catalog;
        let lines: Vec<(String, Vec<String>)> = operations_on(catalog, id)
            .into_iter()
            .map(|operation| {
                (
                    catalog.operation(operation).name.to_string(),
                    besides(catalog, operation),
                )
            })
            .filter(|(_, words)| !words.is_empty())
            .collect();
        if lines.is_empty() {
            return;
        }
        self.heading("further resources and needs", "");
        for (name, words) in lines {
            self.line(&format!("  {name}"));
            self.list("    ", &words);
        }
    }

    fn units_on(&mut self, id: TypeId) {
        let catalog = self.catalog;
        if !catalog.vendor(catalog.of(id).vendor).has_units {
            return;
        }
        let mut by_unit: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for operation in operations_on(catalog, id) {
            for unit in units_of(catalog, operation) {
                by_unit
                    .entry(unit)
                    .or_default()
                    .push(catalog.operation(operation).name.to_string());
            }
        }
        if by_unit.is_empty() {
            return;
        }
        self.heading("units that give each", "");
        for (unit, operations) in by_unit {
            self.line(&format!("  {unit}"));
            self.list("    ", &operations);
        }
    }

    fn keys_on(&mut self, id: TypeId) {
        let catalog = self.catalog;
        let on = operations_on(catalog, id);
        let mut keys: Vec<String> = catalog
            .keys
            .iter()
            .filter(|key| {
                key.operations
                    .iter()
                    .any(|operation| on.contains(operation))
            })
            .map(|key| format!("{} ({})", key.name, key.of.word()))
            .collect();
        keys.sort();
        keys.dedup();
        if !keys.is_empty() {
            self.heading("condition keys", "");
            self.list("  ", &keys);
        }
    }

    pub(super) fn operation(&mut self, id: OpId) {
        let catalog = self.catalog;
        let operation = catalog.operation(id);
        self.heading(&catalog.qualified(id), "operation");
        self.field("verb", &[verb(operation.verb)]);
        self.field("spelling", &[format!("\"{}\"", catalog.spelled(id))]);
        let on: Vec<String> = slots(catalog, id, SlotRole::Home)
            .into_iter()
            .map(|of| catalog.type_path(of))
            .collect();
        self.field("on", &on);
        self.field("besides", &besides(catalog, id));
        self.field("given by", &units_of(catalog, id));
        let mut keys: Vec<String> = catalog
            .keys
            .iter()
            .filter(|key| key.operations.contains(&id))
            .map(|key| key.name.to_string())
            .collect();
        keys.sort();
        keys.dedup();
        self.field("keys", &keys);
    }

    pub(super) fn unit(&mut self, id: UnitId) {
        let catalog = self.catalog;
        let unit = catalog.unit(id);
        let vendor = catalog.vendor(unit.vendor);
        self.heading(&unit.name, &format!("unit of {}", vendor.name));
        if let Some(group) = &unit.group {
            self.field("group", &[group.to_string()]);
        }
        if let Some(id) = &unit.id {
            self.field("id", &[id.to_string()]);
        }
        self.field("binds to", &[binding(unit.binding).to_owned()]);
        let contained: Vec<String> = catalog
            .contained(id)
            .into_iter()
            .skip(1)
            .map(|unit| catalog.unit(unit).name.to_string())
            .collect();
        self.field("contains", &contained);
        let all = permitted(catalog, id);
        self.heading("permits", &all.len().to_string());
        let mut by_verb: BTreeMap<Verb, Vec<String>> = BTreeMap::new();
        for (operation, with) in all {
            let mut name = catalog.operation(operation).name.to_string();
            if vendor.per_resource {
                let on = slots(catalog, operation, SlotRole::Home);
                let on = on.first().map(|&of| catalog.of(of).name.to_string());
                name = format!("{}.{name}", on.unwrap_or_default());
            }
            if !with.is_empty() {
                let with: Vec<&str> = with.iter().map(|&unit| &*catalog.unit(unit).name).collect();
                name = format!("{name} with {}", with.join(" and "));
            }
            by_verb
                .entry(catalog.operation(operation).verb)
                .or_default()
                .push(name);
        }
        for (verb, names) in by_verb {
            self.list(&format!("  {:10}  ", verb.word()), &names);
        }
    }

    pub(super) fn key(&mut self, id: KeyId) {
        let catalog = self.catalog;
        let key = catalog.key(id);
        let vendor = catalog.vendor(key.vendor);
        self.heading(&key.name, &format!("condition key of {}", vendor.name));
        self.field("values", &[key.of.word().to_owned()]);
        if let Some(portable) = &key.portable {
            self.field("portable", &[portable.to_string()]);
        }
        let entries = catalog
            .keys
            .iter()
            .filter(|other| other.vendor == key.vendor && other.name == key.name);
        let mut everywhere = false;
        let mut on: Vec<String> = Vec::new();
        for entry in entries {
            match (&entry.service, &entry.operations[..]) {
                (None, []) => everywhere = true,
                (Some(service), []) => on.push(format!("all of {}.{service}", vendor.name)),
                (_, operations) => on.extend(operations.iter().map(|&id| catalog.spelled(id))),
            }
        }
        if everywhere {
            self.field("has it", &["every operation of the vendor".to_owned()]);
            return;
        }
        on.sort();
        on.dedup();
        let more = on.len().saturating_sub(LISTED);
        on.truncate(LISTED);
        if more > 0 {
            on.push(format!("and {more} more"));
        }
        self.field("has it", &on);
    }
}
