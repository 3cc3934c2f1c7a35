//! `oauth-scopes`: the scopes that a client is to be given, and no others.
//!
//! Format: our own, since vendors take scopes by hand or by requests of their own: `client` (or `user`), `scope`
//! as RFC 6749, section 3.3, joins the names, and `scopes` as a list. It is what one enters in Zendesk ("OAuth
//! clients"), in Google Workspace ("Control API access with domain-wide delegation") and in Datadog ("`OAuth2` in
//! Datadog"). No judge exists.
//!
//! Scopes hold for the whole tenant and know no field, condition or end, so those rows are not claimed.

use super::{Job, Printed, Target, held, scope};

/// The target.
pub static TARGET: Target = Target {
    name: "oauth-scopes",
    summary: "the OAuth scopes of a client, for vendors whose units are scopes",
    default: true,
    vendors: &["zendesk", "google", "datadog"],
    emit,
};

fn emit(job: &Job<'_>) -> Printed {
    let mut diagnostics = Vec::new();
    for edition in job.editions() {
        let (_, refused) = scope::of(job, edition.grants, |_| true);
        for grant in refused {
            diagnostics.push(held::unprinted(
                job,
                grant,
                "a client is given scopes, and this is none".into(),
                "name the scope with `holds`",
            ));
        }
    }
    (scope::files(job, |_| true), diagnostics)
}
