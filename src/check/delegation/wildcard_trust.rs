//! `wildcard-trust`: anybody may become it.

use crate::check::subject::is_whole;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::{ClauseKind, Who};
use crate::model::{ConditionId, Model};

/// The check.
pub static CHECK: Check = Check {
    name: "wildcard-trust",
    severity: Severity::Error,
    summary: "a trust that strangers meet",
    page: include_str!("../../../docs/checks/wildcard-trust.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        for clause in &party.clauses {
            let ClauseKind::Trusts {
                who, conditions, ..
            } = &clause.kind
            else {
                continue;
            };
            let (severity, message) = match who {
                Who::Anyone(_) if conditions.is_empty() => (
                    Severity::Error,
                    "anyone at all may become this identity".to_owned(),
                ),
                Who::Oidc(issuer, _) if !names_a_subject(context.model, conditions) => (
                    Severity::Error,
                    format!(
                        "every subject of `{issuer}` may become this identity, strangers included"
                    ),
                ),
                Who::Thing(thing)
                    if conditions.is_empty()
                        && thing.steps.iter().any(|step| !step.names.is_empty())
                        && thing
                            .steps
                            .iter()
                            .flat_map(|step| &step.names)
                            .all(is_whole) =>
                {
                    (
                        Severity::Warning,
                        "everything of this type may become this identity".to_owned(),
                    )
                }
                Who::Anyone(_)
                | Who::Oidc(..)
                | Who::Thing(_)
                | Who::Service(..)
                | Who::Party(..)
                | Who::System(..) => continue,
            };
            findings.push(
                context
                    .finding(&CHECK, severity, id, who.span(), message)
                    .help("name who is meant: one repository, one branch or environment, one principal"),
            );
        }
    }
}

/// Whether a condition says more than for whom a token is made out.
fn names_a_subject(model: &Model, conditions: &[ConditionId]) -> bool {
    conditions.iter().any(|&id| {
        let condition = model.condition(id);
        !matches!(&*condition.key, "aud" | "iss")
    })
}
