//! `entra-app`: the body that creates an application in Microsoft Entra with the permissions it requires.
//!
//! Format: Microsoft Graph API reference, "Create application", resource types `application`,
//! `requiredResourceAccess` and `resourceAccess`. Judge: `tsc` against `@microsoft/microsoft-graph-types` for the
//! property names; none for the permissions.
//!
//! The catalogue knows application permissions (`Role`). An integration that acts on behalf of users would need
//! the ids of delegated ones (`Scope`), which differ: nothing is printed for it rather than a wrong id. An
//! administrator still has to consent. Permissions hold for the whole tenant; credentials are never printed.

use super::held::{self, Limits};
use super::{Edition, Job, Printed, Target};
use crate::artifact::Locator;
use crate::diagnostic::Diagnostic;
use crate::grant::{Grant, Units};
use crate::model::party::Acts;
use crate::print;
use serde_json::json;
use std::collections::BTreeMap;

/// The target.
pub static TARGET: Target = Target {
    name: "entra-app",
    summary: "a Microsoft Entra application with the permissions that it requires",
    default: true,
    vendors: &["microsoft"],
    emit,
};

fn emit(job: &Job<'_>) -> Printed {
    let model = &job.compiled.model;
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    let Some(identity) = &job.bundle.identity else {
        return (artifacts, diagnostics);
    };
    let (true, Some(name)) = (
        &*model.catalog.of(identity.of).name == "app",
        identity.exact_name(),
    ) else {
        return (artifacts, diagnostics);
    };
    // One registration serves several tenants only where every tenant may sign in to it.
    let audience = if model.system(job.bundle.system).has_many_tenants() {
        "AzureADMultipleOrgs"
    } else {
        "AzureADMyOrg"
    };
    for edition in job.editions() {
        let (apis, unprinted) = permissions(job, &edition);
        diagnostics.extend(unprinted);
        let mut holds = held::at(
            held::identity(job),
            &Locator::Pointer("/displayName".into()),
        );
        let mut access = Vec::new();
        for (index, (api, roles)) in apis.into_iter().enumerate() {
            let mut entries = Vec::new();
            for (number, (role, grants)) in roles.into_iter().enumerate() {
                let pointer = format!("/requiredResourceAccess/{index}/resourceAccess/{number}");
                for grant in grants {
                    let locator = Locator::Pointer(pointer.clone());
                    holds.extend(held::rows(job, grant, Limits::NONE, &locator));
                }
                entries.push(json!({"id": role, "type": "Role"}));
            }
            access.push(json!({"resourceAppId": api, "resourceAccess": entries}));
        }
        let body = json!({
            "displayName": name,
            "signInAudience": audience,
            "requiredResourceAccess": access,
        });
        let text = print::json::file(&body);
        artifacts.push(job.artifact("entra-app", &edition, "entra-app.json", text, holds));
    }
    (artifacts, diagnostics)
}

/// By API, then by permission, each with the grants that ask for it.
type Apis<'a> = BTreeMap<String, BTreeMap<String, Vec<&'a Grant>>>;

fn permissions<'a>(job: &Job<'_>, edition: &Edition<'a>) -> (Apis<'a>, Vec<Diagnostic>) {
    let model = &job.compiled.model;
    let mut apis = Apis::new();
    let mut diagnostics = Vec::new();
    let for_users = job
        .bundle
        .holders
        .iter()
        .any(|holder| model.party(*holder).acts() == Acts::OnBehalfOfUsers);
    for grant in edition.grants {
        let found = if for_users {
            Err("delegated permissions have ids of their own, which the catalogue lacks".into())
        } else {
            of_grant(job, grant)
        };
        match found {
            Ok(all) => {
                for (api, role) in all {
                    let roles = apis.entry(api).or_default();
                    roles.entry(role).or_default().push(grant);
                }
            }
            Err(what) => diagnostics.push(held::unknown(
                job,
                grant,
                what,
                "the vendor file has to give the id of the permission with `as` and that of its API with `of`",
            )),
        }
    }
    (apis, diagnostics)
}

fn of_grant(job: &Job<'_>, grant: &Grant) -> Result<Vec<(String, String)>, String> {
    let catalog = &job.compiled.model.catalog;
    let Units::Named(units) = &grant.units else {
        return Err("an application has permissions by name, and this is none".into());
    };
    let mut all = Vec::new();
    for &unit in units {
        let unit = catalog.unit(unit);
        match (&unit.group, &unit.id) {
            (Some(api), Some(role)) if is_guid(api) && is_guid(role) => {
                all.push((api.to_string(), role.to_string()));
            }
            _ => return Err(format!("the id of `{}` in Entra is not known", unit.name)),
        }
    }
    Ok(all)
}

/// Five groups of hexadecimal digits.
fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
