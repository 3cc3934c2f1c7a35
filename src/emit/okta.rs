//! `okta-grants`: the bodies of the requests by which an app is given Okta's API scopes.
//!
//! Format: Okta API reference, "Grant consent to scope" (`POST /api/v1/apps/{appId}/grants`): one object a request,
//! here as a list. No judge exists.
//!
//! Scopes hold for the whole organisation; the app's admin role, which bounds them further, is set elsewhere.

use super::held::{self, Limits};
use super::{Job, Printed, Target};
use crate::artifact::Locator;
use crate::emit::scope;
use crate::print;
use serde_json::{Value, json};

/// The target.
pub static TARGET: Target = Target {
    name: "okta-grants",
    summary: "the requests that consent to an app's Okta API scopes",
    default: true,
    vendors: &["okta"],
    emit,
};

fn emit(job: &Job<'_>) -> Printed {
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    let system = job.compiled.model.system(job.bundle.system);
    let Some(tenant) = system.tenants.get(job.bundle.tenant as usize) else {
        return (artifacts, diagnostics);
    };
    // A bare name is a subdomain of okta.com; organisations elsewhere are written as domains.
    let issuer = if tenant.id.contains('.') {
        format!("https://{}", tenant.id)
    } else {
        format!("https://{}.okta.com", tenant.id)
    };
    for edition in job.editions() {
        let (scopes, refused) = scope::of(job, edition.grants, |_| true);
        for grant in refused {
            diagnostics.push(held::unprinted(
                job,
                grant,
                "an app is given scopes, and this is none".into(),
                "name the scope with `holds`",
            ));
        }
        if scopes.is_empty() {
            continue;
        }
        let mut bodies = Vec::new();
        let mut holds = Vec::new();
        for (index, (scope, grants)) in scopes.into_iter().enumerate() {
            bodies.push(json!({"issuer": issuer, "scopeId": scope}));
            let locator = Locator::Pointer(format!("/{index}"));
            for grant in grants {
                holds.extend(held::rows(job, grant, Limits::NONE, &locator));
            }
        }
        let text = print::json::file(&Value::Array(bodies));
        artifacts.push(job.artifact("okta-grants", &edition, "okta-grants.json", text, holds));
    }
    (artifacts, diagnostics)
}
