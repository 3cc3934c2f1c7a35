//! `long-lived-secret`: a copy of it is good for too long.

use crate::check::subject::long_lived;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::ClauseKind;

/// The check.
pub static CHECK: Check = Check {
    name: "long-lived-secret",
    severity: Severity::Error,
    summary: "a credential that a thief can use for longer than the project allows",
    page: include_str!("../../../docs/checks/long-lived-secret.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let model = context.model;
    let most = context.settings.long_lived_hours;
    for (id, party) in model.integrations() {
        let issuer = party.clauses.iter().find_map(|clause| {
            if let ClauseKind::RunsFrom(thing) = &clause.kind {
                let vendor = model.catalog.vendor(model.system(thing.system).vendor);
                vendor.issuer.as_ref().map(|_| clause.span)
            } else {
                None
            }
        });
        for (kind, _, rotate, clause) in long_lived(party) {
            match (rotate, issuer) {
                (Some(rotate), _) if rotate.hours() > most => findings.push(
                    context
                        .duty(
                            &CHECK,
                            id,
                            clause.span,
                            format!("this {} is exchanged every {rotate}, and {} days is the most", kind.word(), most / 24),
                        )
                        .help("exchange it more often, or use `oidc` or `workload` where the system takes it"),
                ),
                (None, Some(issuer)) => findings.push(
                    context
                        .duty(
                            &CHECK,
                            id,
                            clause.span,
                            format!("this {} lasts for ever, although every run could get a token of its own", kind.word()),
                        )
                        .related(issuer, "what it runs from issues tokens")
                        .help("use `credential oidc` and `trusts` where the system takes it, and delete the secret"),
                ),
                _ => {}
            }
        }
    }
}
