//! Things, somebodies and conditions as a lock writes them: as the language does, on one line.

use super::token::{name, put, quoted};
use crate::model::condition::Operator;
use crate::model::party::Who;
use crate::model::thing::{Tenants, Thing, escaped};
use crate::model::{ConditionId, Model, SystemId};
use std::collections::BTreeSet;

/// A tenant of a system: `prod`, or `customers("contoso")` where it has several.
pub(super) fn system(model: &Model, id: SystemId, tenant: u32) -> String {
    let system = model.system(id);
    let of = system.tenants.get(tenant as usize);
    match of.filter(|_| system.has_many_tenants()) {
        Some(tenant) => {
            let called = tenant.name.as_deref().unwrap_or(&tenant.id);
            format!("{}({})", system.name, quoted(called))
        }
        None => system.name.to_string(),
    }
}

/// What a tenant is: its type and id, and the settings that addresses are made of.
pub(super) fn tenant(model: &Model, id: SystemId, tenant: u32) -> String {
    let system = model.system(id);
    let of = path(model, system.tenant_type, false);
    let id = system
        .tenants
        .get(tenant as usize)
        .map_or("", |tenant| &tenant.id);
    let mut text = format!("{of}({})", quoted(id));
    let mut settings: Vec<String> = system
        .settings
        .iter()
        .map(|(key, values)| {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            format!(" {} {}", name(key), values.join(" "))
        })
        .collect();
    settings.sort();
    text.extend(settings);
    text
}

/// A type's path: `aws.s3.bucket`, and with `inside` everything that lies in it: `aws.s3.bucket.*`.
pub(super) fn path(model: &Model, id: crate::model::catalog::TypeId, inside: bool) -> String {
    let catalog = &model.catalog;
    let of = catalog.of(id);
    let mut text = name(&catalog.vendor(of.vendor).name);
    if of.rank == crate::model::catalog::TypeRank::Resource
        && let Some(service) = &of.service
    {
        text.push('.');
        text.push_str(&name(service));
    }
    text.push('.');
    text.push_str(&name(&of.name));
    if inside {
        text.push_str(".*");
    }
    text
}

/// A thing as it is written. `tenant` is the one that the line is about, which goes without saying.
pub(super) fn thing(model: &Model, thing: &Thing, tenant: Option<u32>) -> String {
    let mut text = match (thing.tenants, tenant) {
        (Tenants::One(one), None) => system(model, thing.system, one),
        (Tenants::One(_) | Tenants::Each, _) => model.system(thing.system).name.to_string(),
    };
    for (index, step) in thing.steps.iter().enumerate() {
        text.push('.');
        text.push_str(&name(&model.catalog.of(step.of).name));
        let names: Vec<String> = step
            .names
            .iter()
            .map(|name| name.glob_text(escaped))
            .collect();
        let last = index + 1 == thing.steps.len();
        if names.is_empty() || (last && names.iter().all(|name| name == "*")) {
            continue;
        }
        let names: Vec<String> = names.iter().map(|name| pattern(name)).collect();
        text.push('(');
        text.push_str(&names.join(", "));
        text.push(')');
    }
    text
}

/// A pattern, its own escapes in place, in quotes.
fn pattern(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        put(character, &mut out);
    }
    out.push('"');
    out
}

/// Who may become an identity.
pub(super) fn who(model: &Model, who: &Who, system_of: SystemId) -> String {
    match who {
        Who::Anyone(_) => "anyone".to_owned(),
        Who::Service(service, _) => format!("service {}", quoted(service)),
        Who::Oidc(issuer, _) => format!("oidc {}", quoted(issuer)),
        Who::Party(id, _) => model.party(*id).name.to_string(),
        Who::System(id, _) => model.system(*id).name.to_string(),
        Who::Thing(of) => {
            let tenant = (of.system == system_of && of.tenants == Tenants::Each).then_some(0);
            thing(model, of, tenant)
        }
    }
}

/// Conditions as they are written.
pub(super) fn conditions(model: &Model, ids: &[ConditionId]) -> BTreeSet<String> {
    ids.iter().map(|&id| condition(model, id)).collect()
}

fn condition(model: &Model, id: ConditionId) -> String {
    let condition = model.condition(id);
    let reserved = ["and", "until", "where"].contains(&&*condition.key);
    let key = if super::token::is_plain(&condition.key) && !reserved {
        condition.key.to_string()
    } else {
        quoted(&condition.key)
    };
    let values: Vec<String> = condition.values.iter().map(|value| quoted(value)).collect();
    let one = values.first().map_or("\"\"", String::as_str);
    let list = values.join(", ");
    let said = match condition.operator {
        Operator::Equal => format!("== {one}"),
        Operator::NotEqual => format!("!= {one}"),
        Operator::Less => format!("< {one}"),
        Operator::LessOrEqual => format!("<= {one}"),
        Operator::Greater => format!("> {one}"),
        Operator::GreaterOrEqual => format!(">= {one}"),
        Operator::In => format!("in [{list}]"),
        Operator::NotIn => format!("not in [{list}]"),
        Operator::Matches => format!("matches {one}"),
        Operator::Present => "present".to_owned(),
        Operator::Absent => "absent".to_owned(),
    };
    let tests_presence = matches!(condition.operator, Operator::Present | Operator::Absent);
    if condition.absent_holds && !tests_presence {
        format!("{key} {said} or absent")
    } else {
        format!("{key} {said}")
    }
}
