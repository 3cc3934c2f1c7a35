//! Questions to a SQL server about what was declared, so that a judge can ask them after the grants were run.
//!
//! A probe comes from an `allow`, not from the emitted SQL: that both agree is what the judge proves. None is
//! made where a `never` of the same integration meets the `allow`.

use super::held::{self, Name};
use crate::compile::Compiled;
use crate::model::SystemId;
use crate::model::catalog::SlotId;
use crate::model::party::{Clause, Party};
use crate::model::rule::{Rule, Slice};
use crate::model::system::System;
use crate::model::thing::Thing;
use crate::print::sql::identifier;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Privileges that take a list of columns (`PostgreSQL` documentation, "GRANT").
const BY_COLUMN: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];

/// One probe for each privilege, object and tenant, in the order of the declarations:
/// `{"kind":"sql","integration","system","gated","role","database","object","object_kind","privilege","columns",
/// "clause"}`. `object` is the names below the database joined with dots, quoted where they hold one, `*` for
/// every one; `columns` is empty where the privilege holds for all of them. Where something waits for approval,
/// the probes of the script that is then run are `gated`: the ordinary ones too, since it replaces theirs.
pub fn probes(compiled: &Compiled) -> Vec<Value> {
    let model = &compiled.model;
    let withheld = compiled.withheld_parties();
    let mut probes = Vec::new();
    for (id, party) in model.integrations() {
        if withheld.contains(&id) {
            continue;
        }
        let gated: BTreeSet<SystemId> = rules(party)
            .filter(|(_, rule)| rule.approval.is_some())
            .flat_map(|(_, rule)| &rule.parts)
            .map(|part| part.thing.system)
            .collect();
        for (clause, rule) in rules(party) {
            let asked = Asked {
                compiled,
                party,
                rule,
                clause,
            };
            for part in &rule.parts {
                let system = part.thing.system;
                if !asked.is_about(system) {
                    continue;
                }
                for slice in part.slices.iter() {
                    if rule.approval.is_none() {
                        asked.slice(slice, false, &mut probes);
                    }
                    if gated.contains(&system) {
                        asked.slice(slice, true, &mut probes);
                    }
                }
            }
        }
    }
    probes
}

/// The party's `allow` rules with their clauses.
fn rules(party: &Party) -> impl Iterator<Item = (&Clause, &Rule)> {
    party
        .allows()
        .filter_map(|(index, rule)| Some((party.clauses.get(index)?, rule)))
}

/// A rule that probes are made of.
struct Asked<'a> {
    compiled: &'a Compiled,
    party: &'a Party,
    rule: &'a Rule,
    clause: &'a Clause,
}

impl Asked<'_> {
    /// Whether the system is a SQL server of ours.
    fn is_about(&self, system: SystemId) -> bool {
        let model = &self.compiled.model;
        let system = model.system(system);
        let vendor = &*model.catalog.vendor(system.vendor).name;
        !system.external && matches!(vendor, "postgres" | "snowflake")
    }

    fn slice(&self, slice: &Slice, gated: bool, probes: &mut Vec<Value>) {
        let compiled = self.compiled;
        let model = &compiled.model;
        let thing = &slice.thing;
        let system = model.system(thing.system);
        let grantee = role(compiled, self.party, thing);
        let (Some(grantee), Some(object_kind)) = (grantee, kind(compiled, thing)) else {
            return;
        };
        let (database, object) = path(compiled, thing);
        let Some(operations) = slice.cube.operations.iter_finite() else {
            return;
        };
        let place = compiled.sources.place(self.clause.span).line;
        let place = format!("{}:{place}", compiled.sources.path(self.clause.span));
        for operation in operations {
            let slot = SlotId::of(operation);
            if model.catalog.slot(slot).of != thing.of || forbidden(self.party, slice, slot) {
                continue;
            }
            let privilege = &*model.catalog.operation_of(slot).name;
            let columns: Vec<&str> = if BY_COLUMN.contains(&privilege) {
                self.rule.fields.iter().map(|field| &**field).collect()
            } else {
                Vec::new()
            };
            // Who holds the whole table is asked about that, and a server tells no columns apart then.
            if !columns.is_empty() && self.is_whole_elsewhere(slice, slot) {
                continue;
            }
            for label in labels(system, thing) {
                probes.push(json!({
                    "kind": "sql",
                    "integration": self.party.name,
                    "system": label,
                    "gated": gated,
                    "role": grantee,
                    "database": database,
                    "object": object,
                    "object_kind": object_kind,
                    "privilege": privilege,
                    "columns": columns,
                    "clause": place,
                }));
            }
        }
    }
}

impl Asked<'_> {
    /// Whether another `allow` gives all that this slice does, without columns.
    fn is_whole_elsewhere(&self, slice: &Slice, slot: SlotId) -> bool {
        rules(self.party)
            .filter(|(_, rule)| rule.fields.is_empty() && rule.approval.is_none())
            .flat_map(|(_, rule)| &rule.parts)
            .flat_map(|part| part.slices.iter())
            .any(|other| {
                other.cube.operations.contains(slot.operation())
                    && slice.cube.address.is_subset(&other.cube.address)
            })
    }
}

/// The role that holds the privileges: the identity, or for a user the role that is made for it.
fn role(compiled: &Compiled, party: &Party, thing: &Thing) -> Option<String> {
    let (_, identity, _) = party
        .identities()
        .find(|(_, identity, _)| identity.system == thing.system)?;
    let name = identity.exact_name()?;
    let model = &compiled.model;
    let vendor = &*model
        .catalog
        .vendor(model.system(identity.system).vendor)
        .name;
    match (vendor, &*model.catalog.of(identity.of).name) {
        ("snowflake", "user") => Some(format!("scopec-{}", party.name)),
        _ => Some(name.to_owned()),
    }
}

fn kind(compiled: &Compiled, thing: &Thing) -> Option<&'static str> {
    match &*compiled.model.catalog.of(thing.of).name {
        "table" => Some("table"),
        // To the server a view is a table, so that every view cannot be asked about apart from every table.
        "view" if thing.is_one() => Some("table"),
        "role" => Some("role"),
        "schema" => Some("schema"),
        "database" => Some("database"),
        "sequence" => Some("sequence"),
        "function" => Some("function"),
        _ => None,
    }
}

/// The database, and the names below it; a database itself is its own object.
fn path(compiled: &Compiled, thing: &Thing) -> (Option<String>, String) {
    let catalog = &compiled.model.catalog;
    let written = |name: Name<'_>| match name {
        Name::Exact(name) if name.contains(['.', '"', '*']) => identifier(name),
        Name::Exact(name) => name.to_owned(),
        Name::Every | Name::Some => "*".to_owned(),
    };
    let database = held::step(catalog, thing, "database").map(written);
    let names: Vec<String> = thing
        .steps
        .iter()
        .filter(|step| step.of == thing.of || &*catalog.of(step.of).name != "database")
        .flat_map(|step| &step.names)
        .map(|name| written(held::name(name)))
        .collect();
    (database, names.join("."))
}

/// Whether one of the party's prohibitions meets it anywhere.
fn forbidden(party: &Party, slice: &Slice, slot: SlotId) -> bool {
    party
        .nevers()
        .flat_map(|(_, rule)| &rule.parts)
        .flat_map(|part| part.slices.iter())
        .any(|never| {
            never.cube.operations.contains(slot.operation())
                && !never.cube.address.is_disjoint(&slice.cube.address)
        })
}

/// The system as it is shown, once for each tenant that the thing means.
fn labels(system: &System, thing: &Thing) -> Vec<String> {
    if !system.has_many_tenants() {
        return vec![system.name.to_string()];
    }
    let tenants = system.tenants.iter().enumerate();
    tenants
        .filter(|(index, _)| thing.tenants.holds(*index))
        .map(|(_, tenant)| {
            let name = tenant.name.as_ref().unwrap_or(&tenant.id);
            format!("{}(\"{name}\")", system.name)
        })
        .collect()
}
