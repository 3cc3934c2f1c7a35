//! The answer to a query for people, in lines of at most 80 columns where names allow.

mod entry;

use super::{Found, operations, services, slots, units};
use crate::authority::verb::{Verb, VerbSet};
use crate::model::catalog::{
    Binding, Catalog, FormatPart, Names, OpId, SlotRole, Type, TypeId, TypeRank, VendorId,
};

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
