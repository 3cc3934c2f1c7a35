//! `github-app-manifest`: what registers an App, and `github-app-token`: what its tokens are asked for.
//!
//! Format: GitHub documentation, "Registering a GitHub App from a manifest" and, for the token, the REST API's
//! "Create an installation access token for an app". Judge: the schema `app-permissions` of `@octokit/openapi`
//! for names and levels.
//!
//! A manifest also wants `url`, and may have `hook_attributes`, `redirect_url` and `default_events`: nothing that
//! is declared says them, so they are left to whoever registers the App. An App's permissions hold for every
//! repository that it is installed on; a token that names repositories holds for those alone.

use super::held::{self, Limits, Name};
use super::{Edition, Job, Printed, Target, github};
use crate::artifact::{Artifact, Locator};
use crate::print;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The target.
pub static TARGET: Target = Target {
    name: "github-app-manifest",
    summary: "a GitHub App's manifest, and the body of the request for its tokens",
    default: true,
    vendors: &["github"],
    emit,
};

fn emit(job: &Job<'_>) -> Printed {
    let catalog = &job.compiled.model.catalog;
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    let Some(identity) = &job.bundle.identity else {
        return (artifacts, diagnostics);
    };
    let (true, Some(name)) = (
        &*catalog.of(identity.of).name == "app",
        identity.exact_name(),
    ) else {
        return (artifacts, diagnostics);
    };
    for edition in job.editions() {
        let key = |unit| {
            let name = &catalog.unit(unit).name;
            match (held::level(catalog, unit), &catalog.unit(unit).group) {
                // A workflow's token alone has those.
                (_, Some(group)) if &**group == "token" => {
                    Err(format!("an App cannot be given `{name}`"))
                }
                (Some((permission, _)), _) => Ok(permission.to_owned()),
                (None, _) => Err(format!("`{name}` is no permission of an App")),
            }
        };
        let (permissions, refused) = github::permissions(catalog, edition.grants, key);
        for (grant, why) in refused {
            let help = "let a workflow's own token hold it";
            diagnostics.push(held::unprinted(job, grant, why, help));
        }
        let mut holds = held::at(held::identity(job), &Locator::Pointer("/name".into()));
        let mut asked = Vec::new();
        let mut entries = Map::new();
        for (permission, granted) in permissions {
            let pointer = print::json::pointer(["default_permissions", &permission]);
            for grant in granted.grants {
                let locator = Locator::Pointer(pointer.clone());
                holds.extend(held::rows(job, grant, Limits::NONE, &locator));
                let pointer = print::json::pointer(["permissions", &permission]);
                let locator = Locator::Pointer(pointer);
                asked.extend(held::rows(job, grant, Limits::NONE, &locator));
            }
            entries.insert(permission, granted.level.into());
        }
        artifacts.extend(token(job, &edition, &entries, asked));
        let manifest = json!({"name": name, "public": false, "default_permissions": entries});
        artifacts.push(job.artifact(
            "github-app-manifest",
            &edition,
            "app-manifest.json",
            print::json::file(&manifest),
            holds,
        ));
    }
    (artifacts, diagnostics)
}

/// The body of a request for a token, where every grant names its repositories.
fn token(
    job: &Job<'_>,
    edition: &Edition<'_>,
    permissions: &Map<String, Value>,
    holds: Vec<(u32, Locator)>,
) -> Option<Artifact> {
    let catalog = &job.compiled.model.catalog;
    let mut repositories = BTreeSet::new();
    for thing in edition.grants.iter().flat_map(|grant| &grant.things) {
        match held::step(catalog, thing, "repository")? {
            Name::Exact(name) => repositories.insert(name),
            Name::Every | Name::Some => return None,
        };
    }
    if repositories.is_empty() || edition.grants.iter().any(|grant| grant.things.is_empty()) {
        return None;
    }
    let body = json!({"repositories": repositories, "permissions": permissions});
    let text = print::json::file(&body);
    Some(job.artifact("github-app-token", edition, "app-token.json", text, holds))
}
