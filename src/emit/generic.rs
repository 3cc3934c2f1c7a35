//! `generic`: all that is granted to one identity, as JSON for whoever applies it.
//!
//! Format: our own, `docs/generic-format.md`. Used for every vendor that no other target prints. No judge exists.

use super::held;
use super::{Edition, Job, Printed, Target};
use crate::artifact::Locator;
use crate::grant::{Grant, RowId, Units};
use crate::model::ConditionId;
use crate::model::catalog::{OpId, SlotId};
use crate::model::condition::Operator;
use crate::model::party::Who;
use crate::model::thing::Thing;
use crate::print;
use serde_json::{Map, Value, json};

/// The target.
pub static TARGET: Target = Target {
    name: "generic",
    summary: "what is granted as JSON, for every vendor without a target of its own",
    default: true,
    vendors: &[],
    emit,
};

fn emit(job: &Job<'_>) -> Printed {
    let artifacts = job
        .editions()
        .iter()
        .map(|edition| {
            let (body, holds) = body(job, edition);
            job.artifact(
                "generic",
                edition,
                "grants.json",
                print::json::file(&body),
                holds,
            )
        })
        .collect();
    (artifacts, Vec::new())
}

fn body(job: &Job<'_>, edition: &Edition<'_>) -> (Value, Vec<(u32, Locator)>) {
    let model = &job.compiled.model;
    let bundle = job.bundle;
    let system = model.system(bundle.system);
    let mut holds = Vec::new();
    let mut hold = |rows: &[RowId], pointer: String| {
        let locator = Locator::Pointer(pointer);
        holds.extend(held::at(rows.iter().copied(), &locator));
    };
    let mut body = Map::new();
    body.insert("version".into(), 1.into());
    let name = &*model.party(bundle.party).name;
    body.insert("integration".into(), name.into());
    let holders: Vec<&str> = bundle
        .holders
        .iter()
        .map(|holder| &*model.party(*holder).name)
        .collect();
    body.insert("holders".into(), json!(holders));
    let vendor = &*model.catalog.vendor(bundle.vendor).name;
    body.insert("vendor".into(), vendor.into());
    body.insert("system".into(), (*system.name).into());
    if let Some(tenant) = system.tenants.get(bundle.tenant as usize) {
        let tenant = json!({"name": tenant.name, "id": tenant.id});
        body.insert("tenant".into(), tenant);
    }
    if let Some(identity) = &bundle.identity {
        body.insert("identity".into(), resource(job, identity));
        hold(&bundle.identity_rows, "/identity".into());
    }
    if let Some(from) = &bundle.from {
        body.insert("from".into(), resource(job, from));
    }
    if let Some(end) = bundle.expires.iter().map(|(_, end)| *end).max() {
        body.insert("expires".into(), end.to_string().into());
        let rows = bundle.expires.iter().filter(|(_, own)| *own == end);
        let rows: Vec<RowId> = rows.map(|(row, _)| *row).collect();
        hold(&rows, "/expires".into());
    }
    if let Some(approval) = held::approval(job, edition) {
        body.insert("approval".into(), approval);
    }
    for (key, grants) in [("grants", edition.grants), ("denies", edition.denies)] {
        let values: Vec<Value> = grants.iter().map(|grant| value(job, grant)).collect();
        body.insert(key.into(), values.into());
        for (index, grant) in grants.iter().enumerate() {
            hold(&grant.rows, format!("/{key}/{index}"));
        }
    }
    let mut trusted = Vec::new();
    for (index, admission) in bundle.admissions.iter().enumerate() {
        hold(&admission.rows, format!("/trusts/{index}"));
        trusted.push(json!({
            "who": who(job, &admission.who),
            "conditions": conditions(job, &admission.conditions),
            "clauses": clauses(job, &admission.rows),
        }));
    }
    body.insert("trusts".into(), trusted.into());
    if let Some(boundary) = &bundle.boundary {
        let values = |grants: &[Grant]| -> Vec<Value> {
            grants.iter().map(|grant| value(job, grant)).collect()
        };
        hold(&boundary.rows, "/boundary".into());
        let boundary = json!({
            "grants": values(&boundary.grants),
            "denies": values(&boundary.denies),
        });
        body.insert("boundary".into(), boundary);
    }
    (Value::Object(body), holds)
}

fn value(job: &Job<'_>, grant: &Grant) -> Value {
    let catalog = &job.compiled.model.catalog;
    let mut out = Map::new();
    match &grant.units {
        Units::Operations(slots) => {
            let mut names: Vec<String> = slots.iter().map(|slot| operation(job, *slot)).collect();
            names.dedup();
            out.insert("operations".into(), names.into());
        }
        Units::Named(units) => {
            let units: Vec<Value> = units
                .iter()
                .map(|unit| {
                    let unit = catalog.unit(*unit);
                    let mut out = Map::new();
                    out.insert("name".into(), (*unit.name).into());
                    if let Some(id) = &unit.id {
                        out.insert("id".into(), (**id).into());
                    }
                    if let Some(group) = &unit.group {
                        out.insert("group".into(), (**group).into());
                    }
                    Value::Object(out)
                })
                .collect();
            out.insert("units".into(), units.into());
        }
        Units::Service(service) => {
            out.insert("service".into(), (**service).into());
        }
        Units::Everything => {
            out.insert("everything".into(), true.into());
        }
        Units::Prefixes(prefixes) => {
            out.insert("prefixes".into(), json!(prefixes));
        }
    }
    let things: Vec<Value> = grant.things.iter().map(|one| resource(job, one)).collect();
    out.insert("resources".into(), things.into());
    let addresses: Vec<String> = grant.addresses.iter().map(ToString::to_string).collect();
    if !addresses.is_empty() {
        out.insert("addresses".into(), addresses.into());
    }
    if !grant.fields.is_empty() {
        out.insert("fields".into(), json!(grant.fields));
    }
    if !grant.conditions.is_empty() {
        out.insert("conditions".into(), conditions(job, &grant.conditions));
    }
    if let Some(end) = grant.until {
        out.insert("until".into(), end.to_string().into());
    }
    out.insert("clauses".into(), clauses(job, &grant.rows));
    Value::Object(out)
}

fn operation(job: &Job<'_>, slot: SlotId) -> String {
    let catalog = &job.compiled.model.catalog;
    let operation: OpId = catalog.slot(slot).operation;
    catalog.spelled(operation)
}

/// A resource as it is written in a declaration.
fn resource(job: &Job<'_>, thing: &Thing) -> Value {
    held::written(&job.compiled.model, thing).into()
}

fn conditions(job: &Job<'_>, ids: &[ConditionId]) -> Value {
    let model = &job.compiled.model;
    ids.iter()
        .map(|id| {
            let condition = model.condition(*id);
            let key = condition.vendor_key.as_ref().unwrap_or(&condition.key);
            json!({
                "key": key,
                "operator": word(condition.operator),
                "values": condition.values,
                "or_absent": condition.absent_holds,
            })
        })
        .collect::<Vec<Value>>()
        .into()
}

fn word(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::In => "in",
        Operator::NotIn => "not in",
        Operator::Matches => "matches",
        Operator::Present => "present",
        Operator::Absent => "absent",
    }
}

fn who(job: &Job<'_>, who: &Who) -> Value {
    let model = &job.compiled.model;
    match who {
        Who::Anyone(_) => json!({"anyone": true}),
        Who::Service(service, _) => json!({"service": service}),
        Who::Oidc(issuer, _) => json!({"oidc": issuer}),
        Who::Party(party, _) => json!({"principal": model.party(*party).name}),
        Who::System(system, _) => json!({"system": model.system(*system).name}),
        Who::Thing(thing) => json!({"resource": resource(job, thing)}),
    }
}

/// Where the clauses of the rows stand, each once, in the order of the rows.
fn clauses(job: &Job<'_>, rows: &[RowId]) -> Value {
    let compiled = job.compiled;
    let mut places: Vec<Value> = Vec::new();
    for row in rows {
        let row = compiled.granted.row(*row);
        let clauses = &compiled.model.party(row.party).clauses;
        let Some(clause) = clauses.get(row.clause as usize) else {
            continue;
        };
        let place = json!({
            "file": compiled.sources.path(clause.span),
            "line": compiled.sources.place(clause.span).line,
        });
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.into()
}
