//! `retired-still-granted`: out of use on paper only.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::{ClauseKind, Status};

/// The check.
pub static CHECK: Check = Check {
    name: "retired-still-granted",
    severity: Severity::Error,
    summary: "a retired integration that is still allowed something",
    page: include_str!("../../../docs/checks/retired-still-granted.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        if party.status() != Status::Retired {
            continue;
        }
        let still = party.clauses.iter().find(|clause| {
            matches!(
                clause.kind,
                ClauseKind::Allow(_) | ClauseKind::Holds { .. } | ClauseKind::Delegates { .. }
            )
        });
        if let Some(still) = still {
            findings.push(
                context
                    .duty(&CHECK, id, still.span, format!("`{}` is retired and still allowed this", party.name))
                    .help("take the authority away at the vendor, delete the credential, then remove the clauses"),
            );
        }
    }
}
