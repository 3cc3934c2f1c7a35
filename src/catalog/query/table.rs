//! The answer to a query for people, in lines of at most 80 columns where names allow.

use super::{Found, operations, operations_on, permitted, services, slots, types, units, units_of};
use crate::authority::verb::{Verb, VerbSet};
use crate::model::catalog::{
    Binding, Catalog, FormatPart, KeyId, Names, OpId, SlotRole, Type, TypeId, TypeRank, UnitId,
    VendorId,
};
use std::collections::BTreeMap;

/// The last column that is used where names allow.
const WIDTH: usize = 80;
/// How many names of one kind a search lists before it only counts.
const LISTED: usize = 12;
/// How many things that bear one name are shown in full.
const SHOWN: usize = 6;

/// The text, ending with a line end. `bold` puts terminal codes around headings.
pub fn table(catalog: &Catalog, found: &Found, bold: bool) -> String {
    let mut page = Page {
        catalog,
        bold,
        text: String::new(),
    };
    if found.exact {
        page.exact(found);
    } else {
        page.names(found);
    }
    page.text
}

/// Every vendor with its numbers.
pub fn overview(catalog: &Catalog, bold: bool) -> String {
    let mut page = Page {
        catalog,
        bold,
        text: String::new(),
    };
    let mut all: Vec<VendorId> = (0..catalog.vendors.len()).map(VendorId::at).collect();
    all.sort_by_key(|&id| &catalog.vendor(id).name);
    page.heading("vendors", "");
    let width = all
        .iter()
        .map(|&id| catalog.vendor(id).name.len())
        .max()
        .unwrap_or(0);
    for id in all {
        let counts = page.counts(id).join(", ");
        let name = &catalog.vendor(id).name;
        page.line(&format!("  {name:width$}  {counts}"));
    }
    page.text
}

struct Page<'c> {
    catalog: &'c Catalog,
    bold: bool,
    text: String,
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A blank line, where something stands before it.
    fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn heading(&mut self, name: &str, what: &str) {
        self.gap();
        let shown = if self.bold {
            format!("\u{1b}[1m{name}\u{1b}[0m")
        } else {
            name.to_owned()
        };
        let what = if what.is_empty() {
            String::new()
        } else {
            format!("  {what}")
        };
        self.line(&format!("{shown}{what}"));
    }

    /// Words after a lead, comma-separated, wrapped under their first.
    fn list(&mut self, lead: &str, words: &[String]) {
        let indent = lead.chars().count();
        let mut line = lead.to_owned();
        for (index, word) in words.iter().enumerate() {
            let comma = if index + 1 < words.len() { "," } else { "" };
            let fresh = line.trim_end().chars().count() <= indent;
            let width = line.chars().count() + word.chars().count() + comma.len() + 1;
            if !fresh && width > WIDTH {
                self.line(&line);
                line = " ".repeat(indent);
            } else if index > 0 {
                line.push(' ');
            }
            line.push_str(word);
            line.push_str(comma);
        }
        self.line(&line);
    }

    /// A value after a name in a column.
    fn field(&mut self, name: &str, words: &[String]) {
        if !words.is_empty() {
            self.list(&format!("  {name:9} "), words);
        }
    }

    fn prose(&mut self, indent: usize, text: &str) {
        let mut line = " ".repeat(indent);
        for word in text.split(' ') {
            if line.trim_end().len() > indent && line.chars().count() + word.chars().count() > WIDTH
            {
                self.line(&line);
                line = " ".repeat(indent);
            }
            line.push_str(word);
            line.push(' ');
        }
        self.line(&line);
    }

    fn counts(&self, vendor: VendorId) -> Vec<String> {
        let catalog = self.catalog;
        let mut counts = Vec::new();
        let services = services(catalog, vendor).len();
        if services > 0 {
            counts.push(counted(services, "service", "services"));
        }
        let of_vendor = |of: &&Type| of.vendor == vendor && of.rank == TypeRank::Resource;
        let types = catalog.types.iter().filter(of_vendor).count();
        counts.push(counted(types, "type", "types"));
        let operations = operations(catalog, vendor, None).len();
        counts.push(counted(operations, "operation", "operations"));
        let units = units(catalog, vendor).len();
        if units > 0 {
            counts.push(counted(units, "unit", "units"));
        }
        counts
    }

    fn exact(&mut self, found: &Found) {
        for &vendor in &found.vendors {
            self.vendor(vendor);
        }
        for &service in found.services.iter().take(SHOWN) {
            self.service(service);
        }
        // A name that is a vendor's or a service's own is not also searched for as a type.
        if found.vendors.is_empty() && found.services.is_empty() {
            for &of in found.types.iter().take(SHOWN) {
                self.type_in_full(of);
            }
            for &operation in found.operations.iter().take(SHOWN) {
                self.operation(operation);
            }
            for &unit in found.units.iter().take(SHOWN) {
                self.unit(unit);
            }
            for &key in found.keys.iter().take(SHOWN) {
                self.key(key);
            }
        }
        let paths = |ids: &[TypeId]| -> Vec<String> {
            ids.iter().map(|&id| self.catalog.type_path(id)).collect()
        };
        let skipped = if found.vendors.is_empty() && found.services.is_empty() {
            SHOWN
        } else {
            0
        };
        let rest: Vec<String> = paths(&found.services)
            .into_iter()
            .skip(SHOWN)
            .chain(paths(&found.types).into_iter().skip(skipped))
            .chain(
                found
                    .operations
                    .iter()
                    .skip(skipped)
                    .map(|&id| self.catalog.qualified(id)),
            )
            .collect();
        if !rest.is_empty() {
            self.heading("also called so", "");
            self.some(&rest);
        }
    }

    /// At most so many names, and how many more there are.
    fn some(&mut self, names: &[String]) {
        let shown = &names[..names.len().min(LISTED)];
        for name in shown {
            self.line(&format!("  {name}"));
        }
        if names.len() > shown.len() {
            self.line(&format!("  and {} more", names.len() - shown.len()));
        }
    }

    fn names(&mut self, found: &Found) {
        let catalog = self.catalog;
        let paths = |ids: &[TypeId]| -> Vec<String> {
            ids.iter().map(|&id| catalog.type_path(id)).collect()
        };
        let operations = found.operations.iter().map(|&id| {
            let operation = catalog.operation(id);
            format!("{}  {}", catalog.qualified(id), operation.verb)
        });
        let lists: [(&str, Vec<String>); 6] = [
            (
                "vendors",
                found
                    .vendors
                    .iter()
                    .map(|&id| catalog.vendor(id).name.to_string())
                    .collect(),
            ),
            ("services", paths(&found.services)),
            ("types", paths(&found.types)),
            ("operations", operations.collect()),
            (
                "units",
                found
                    .units
                    .iter()
                    .map(|&id| {
                        let unit = catalog.unit(id);
                        format!("{} {}", catalog.vendor(unit.vendor).name, unit.name)
                    })
                    .collect(),
            ),
            (
                "keys",
                found
                    .keys
                    .iter()
                    .map(|&id| {
                        let key = catalog.key(id);
                        format!("{}  {}", key.name, key.of.word())
                    })
                    .collect(),
            ),
        ];
        for (what, names) in lists {
            if !names.is_empty() {
                self.heading(what, &names.len().to_string());
                self.some(&names);
            }
        }
    }

    fn vendor(&mut self, id: VendorId) {
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

    fn service(&mut self, id: TypeId) {
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
    fn whole(&mut self, id: TypeId, what: &str) {
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

    fn type_in_short(&mut self, id: TypeId) {
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

    fn type_in_full(&mut self, id: TypeId) {
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

    fn operation(&mut self, id: OpId) {
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

    fn unit(&mut self, id: UnitId) {
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

    fn key(&mut self, id: KeyId) {
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

/// A verb, with the group that it belongs to.
fn verb(verb: Verb) -> String {
    let groups: Vec<&str> = VerbSet::GROUPS
        .iter()
        .filter(|(name, set)| set.contains(verb) && *name != "any")
        .map(|(name, _)| *name)
        .collect();
    match groups.first() {
        Some(group) => format!("{verb}, part of `{group}`"),
        None => verb.to_string(),
    }
}

/// What a request of an operation names besides the type it acts on, and what it needs.
fn besides(catalog: &Catalog, id: OpId) -> Vec<String> {
    let vendor = catalog.operation(id).vendor;
    let service = catalog.operation(id).service.clone();
    let short = |of: TypeId| {
        let found = catalog.of(of);
        if found.vendor == vendor && found.service == service {
            found.name.to_string()
        } else {
            catalog.type_path(of)
        }
    };
    let mut words = Vec::new();
    for (role, lead) in [
        (SlotRole::Also, "also on "),
        (SlotRole::OneOf, "one of "),
        (SlotRole::Optional, "optionally "),
    ] {
        for (index, of) in slots(catalog, id, role).into_iter().enumerate() {
            let lead = if index == 0 { lead } else { "" };
            words.push(format!("{lead}{}", short(of)));
        }
    }
    for (index, need) in catalog.operation(id).needs.iter().enumerate() {
        let lead = if index == 0 { "needs " } else { "" };
        words.push(match &need.on {
            Some(on) => format!("{lead}{} on {on}", need.operation),
            None => format!("{lead}{}", need.operation),
        });
    }
    words
}

fn binding(binding: Binding) -> &'static str {
    match binding {
        Binding::Resource => "a pattern of resources",
        Binding::Credential => "all that the credential is installed on",
        Binding::Tenant => "the whole tenant",
    }
}

fn names(names: Names) -> &'static str {
    match names {
        Names::All => "the whole type only",
        Names::Exact => "the whole type or an exact name",
        Names::Prefix => "an exact name or a prefix",
        Names::Glob => "any pattern with `*` and `?`",
    }
}

/// How a resource of a type is written, from the system down.
fn way(catalog: &Catalog, id: TypeId) -> String {
    let mut steps = Vec::new();
    let mut service = None;
    let mut next = Some(id);
    // A type lies in itself at most through others, so the way is no longer than their number.
    while let Some(at) = next.filter(|_| steps.len() <= catalog.types.len()) {
        let of = catalog.of(at);
        if of.rank != TypeRank::Resource {
            break;
        }
        service.clone_from(&of.service);
        let names: Vec<String> = of
            .parameters
            .iter()
            .map(|parameter| format!("\"{}\"", parameter.name.to_uppercase()))
            .collect();
        let list = if names.is_empty() {
            String::new()
        } else {
            format!("({})", names.join(", "))
        };
        steps.push(format!("{}{list}", of.name));
        next = of.parents.first().copied();
    }
    steps.push("SYSTEM".to_owned());
    if let Some(service) = service {
        let at = steps.len() - 1;
        steps.insert(at, service.to_string());
    }
    steps.reverse();
    steps.join(".")
}

/// The vendor's flat address, parameters by their names.
fn address(catalog: &Catalog, id: TypeId) -> Option<String> {
    let format = catalog.of(id).format.as_ref()?;
    let mut text = String::new();
    for part in format {
        match part {
            FormatPart::Literal(literal) => text.push_str(literal),
            FormatPart::Setting(name) => text.extend(["${", name, "}"]),
            FormatPart::Parameter { up, index } => {
                let mut at = id;
                for _ in 0..*up {
                    at = catalog.of(at).parents.first().copied()?;
                }
                let parameter = catalog.of(at).parameters.get(*index as usize)?;
                text.extend(["${", &*parameter.name, "}"]);
            }
        }
    }
    Some(text)
}
