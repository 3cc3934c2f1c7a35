//! Questions to a SQL server about what was declared, so that a judge can ask them after the grants were run.
//!
//! A probe comes from an `allow`, not from the emitted SQL: that both agree is what the judge proves. None is
//! made where a `never` of the same integration meets the `allow`, or where it waits for approval.

use super::held::{self, Name};
use crate::compile::Compiled;
use crate::model::catalog::SlotId;
use crate::model::party::Party;
use crate::model::rule::{Rule, Slice};
use crate::model::system::System;
use crate::model::thing::Thing;
use serde_json::{Value, json};

/// Privileges that take a list of columns (`PostgreSQL` documentation, "GRANT").
const BY_COLUMN: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];

/// One probe for each privilege, object and tenant, in the order of the declarations:
/// `{"kind":"sql","integration","system","role","database","object","object_kind","privilege","columns"}`.
/// `object` is the names below the database joined with dots, `*` for every one; `columns` is empty where the
/// privilege holds for all of them.
pub fn probes(compiled: &Compiled) -> Vec<Value> {
    let model = &compiled.model;
    let withheld = compiled.withheld_parties();
    let mut probes = Vec::new();
    for (id, party) in model.integrations() {
        if withheld.contains(&id) {
            continue;
        }
        for (_, rule) in party.allows() {
            if rule.approval.is_some() {
                continue;
            }
            for part in &rule.parts {
                let system = model.system(part.thing.system);
                let vendor = &*model.catalog.vendor(system.vendor).name;
                if system.external || !matches!(vendor, "postgres" | "snowflake") {
                    continue;
                }
                for slice in part.slices.iter() {
                    of_slice(compiled, party, rule, slice, &mut probes);
                }
            }
        }
    }
    probes
}

fn of_slice(
    compiled: &Compiled,
    party: &Party,
    rule: &Rule,
    slice: &Slice,
    probes: &mut Vec<Value>,
) {
    let model = &compiled.model;
    let thing = &slice.thing;
    let system = model.system(thing.system);
    let (Some(grantee), Some(object_kind)) = (role(compiled, party, thing), kind(compiled, thing))
    else {
        return;
    };
    let (database, object) = path(compiled, thing);
    let Some(operations) = slice.cube.operations.iter_finite() else {
        return;
    };
    for operation in operations {
        let slot = SlotId::of(operation);
        if model.catalog.slot(slot).of != thing.of || forbidden(party, slice, slot) {
            continue;
        }
        let privilege = &*model.catalog.operation_of(slot).name;
        let columns: Vec<&str> = if BY_COLUMN.contains(&privilege) {
            rule.fields.iter().map(|field| &**field).collect()
        } else {
            Vec::new()
        };
        for label in labels(system, thing) {
            probes.push(json!({
                "kind": "sql",
                "integration": party.name,
                "system": label,
                "role": grantee,
                "database": database,
                "object": object,
                "object_kind": object_kind,
                "privilege": privilege,
                "columns": columns,
            }));
        }
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
        "table" | "view" => Some("table"),
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
