//! `github-workflow-permissions`: the `permissions` block of a workflow that runs with its own token.
//!
//! Format: GitHub documentation, "Workflow syntax for GitHub Actions" (`permissions`) and "Controlling permissions
//! for `GITHUB_TOKEN`". Judges: `actionlint` and `check-jsonschema` once the block stands in a workflow.
//!
//! A block makes every permission that it does not name `none`, so that an empty one is written out as `{}`.
//! Reading a repository's metadata cannot be taken from a token and has no key.

use super::held::{self, Limits, Name};
use super::{Edition, Job, Printed, Target, github};
use crate::artifact::Locator;
use crate::grant::Grant;
use crate::model::party::ClauseKind;
use crate::print::{json, yaml};
use serde_json::{Map, Value, json};

/// The target.
pub static TARGET: Target = Target {
    name: "github-workflow-permissions",
    summary: "the `permissions` block for a GitHub Actions workflow's own token",
    default: true,
    vendors: &["github"],
    emit,
};

fn emit(job: &Job<'_>) -> Printed {
    let model = &job.compiled.model;
    let own_token = match &job.bundle.identity {
        None => true,
        Some(identity) => &*model.catalog.of(identity.of).name == "workflow",
    };
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    if !own_token {
        return (artifacts, diagnostics);
    }
    for edition in job.editions() {
        let (text, holds, refused) = block(job, &edition);
        for (grant, why) in refused {
            diagnostics.push(held::unprinted(
                job,
                grant,
                why,
                "give the integration an `identity` that is an App, whose permissions are wider",
            ));
        }
        artifacts.push(job.artifact(
            "github-workflow-permissions",
            &edition,
            "permissions.yml",
            text,
            holds,
        ));
    }
    (artifacts, diagnostics)
}

type Block<'a> = (String, Vec<(u32, Locator)>, Vec<(&'a Grant, String)>);

fn block<'a>(job: &Job<'_>, edition: &Edition<'a>) -> Block<'a> {
    let catalog = &job.compiled.model.catalog;
    let (own, foreign): (Vec<&Grant>, Vec<&Grant>) =
        edition.grants.iter().partition(|grant| is_own(job, grant));
    let key = |unit| {
        let unit = catalog.unit(unit);
        match &unit.id {
            Some(id) => Ok(id.to_string()),
            None if unit.name.starts_with("metadata:") => Ok(String::new()),
            None => Err(format!(
                "a workflow's own token cannot be given `{}`",
                unit.name
            )),
        }
    };
    let (mut permissions, mut refused) = github::permissions(catalog, own, key);
    refused.extend(foreign.into_iter().map(|grant| {
        let why = "a workflow's own token reaches no repository but the workflow's own";
        (grant, why.to_owned())
    }));
    let mut holds = Vec::new();
    let whole = Locator::Pointer("/documents/0/permissions".into());
    if let Some(metadata) = permissions.remove("") {
        for grant in metadata.grants {
            holds.extend(held::rows(job, grant, Limits::NONE, &whole));
        }
    }
    let mut entries = Map::new();
    for (name, permission) in permissions {
        let pointer = json::pointer(["documents", "0", "permissions", &name]);
        for grant in permission.grants {
            let locator = Locator::Pointer(pointer.clone());
            holds.extend(held::rows(job, grant, Limits::NONE, &locator));
        }
        entries.insert(name, permission.level.into());
    }
    holds.extend(held::at(held::identity(job), &whole));
    let mut head = Vec::new();
    if let Some(gate) = edition.gate {
        let team = &job.compiled.model.team(gate.by).name;
        let length = gate
            .duration
            .map_or_else(String::new, |length| format!(", for {length}"));
        head.push(format!("once {team} approves{length}"));
    }
    let value = json!({ "permissions": Value::Object(entries) });
    (yaml::document(&head, &value), holds, refused)
}

/// Whether the grant is on nothing but what lies in a repository that the workflow runs from.
fn is_own(job: &Job<'_>, grant: &Grant) -> bool {
    let model = &job.compiled.model;
    let mut repositories = Vec::new();
    for &holder in &job.bundle.holders {
        for clause in &model.party(holder).clauses {
            if let ClauseKind::RunsFrom(thing) = &clause.kind
                && thing.system == job.bundle.system
                && let Some(Name::Exact(name)) = held::step(&model.catalog, thing, "repository")
            {
                repositories.push(name);
            }
        }
    }
    if let Some(identity) = &job.bundle.identity
        && let Some(Name::Exact(name)) = held::step(&model.catalog, identity, "repository")
    {
        repositories.push(name);
    }
    grant.things.iter().all(
        |thing| match held::step(&model.catalog, thing, "repository") {
            Some(Name::Exact(name)) => repositories.contains(&name),
            Some(Name::Every | Name::Some) => false,
            None => true,
        },
    )
}
