//! What vendors whose units are OAuth scopes share.

use super::held::{self, Limits};
use super::{Edition, Job};
use crate::artifact::{Artifact, Locator};
use crate::grant::{Grant, Units};
use crate::model::catalog::UnitId;
use crate::print;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Scopes by name, each with the grants that ask for it.
pub(super) type Scopes<'a> = BTreeMap<String, Vec<&'a Grant>>;

/// The scopes among the grants' units, and the grants that have no units.
pub(super) fn of<'a>(
    job: &Job<'_>,
    grants: &'a [Grant],
    is_scope: impl Fn(UnitId) -> bool,
) -> (Scopes<'a>, Vec<&'a Grant>) {
    let catalog = &job.compiled.model.catalog;
    let mut scopes = Scopes::new();
    let mut refused = Vec::new();
    for grant in grants {
        let Units::Named(units) = &grant.units else {
            refused.push(grant);
            continue;
        };
        for &unit in units.iter().filter(|unit| is_scope(**unit)) {
            let unit = catalog.unit(unit);
            let name = unit.id.as_ref().unwrap_or(&unit.name).to_string();
            scopes.entry(name).or_default().push(grant);
        }
    }
    (scopes, refused)
}

/// The `oauth-scopes` files of all editions, where there is any scope in one of them: a file without any
/// ends what a gate gave.
pub(super) fn files(job: &Job<'_>, is_scope: impl Fn(UnitId) -> bool) -> Vec<Artifact> {
    let editions = job.editions();
    let scopes: Vec<Scopes<'_>> = editions
        .iter()
        .map(|edition| of(job, edition.grants, &is_scope).0)
        .collect();
    if scopes.iter().all(BTreeMap::is_empty) {
        return Vec::new();
    }
    editions
        .iter()
        .zip(scopes)
        .map(|(edition, scopes)| file(job, edition, scopes))
        .collect()
}

fn file(job: &Job<'_>, edition: &Edition<'_>, scopes: Scopes<'_>) -> Artifact {
    let catalog = &job.compiled.model.catalog;
    let mut body = Map::new();
    let mut holds = Vec::new();
    if let Some(identity) = &job.bundle.identity
        && let Some(name) = identity.exact_name()
    {
        // A token of somebody's account is bounded by that account, a client's by nothing else.
        let key = match &*catalog.of(identity.of).name {
            "user" | "agent" => "user",
            _ => "client",
        };
        body.insert(key.into(), name.into());
        let locator = Locator::Pointer(format!("/{key}"));
        holds.extend(held::at(held::identity(job), &locator));
    }
    let names: Vec<String> = scopes.keys().cloned().collect();
    for (index, grants) in scopes.into_values().enumerate() {
        let locator = Locator::Pointer(format!("/scopes/{index}"));
        for grant in grants {
            holds.extend(held::rows(job, grant, Limits::NONE, &locator));
        }
    }
    body.insert("scope".into(), names.join(" ").into());
    body.insert("scopes".into(), names.into());
    if let Some(approval) = held::approval(job, edition) {
        body.insert("approval".into(), approval);
    }
    let text = print::json::file(&Value::Object(body));
    job.artifact("oauth-scopes", edition, "oauth-scopes.json", text, holds)
}
