//! `no-monitoring`: nobody watches it.

use crate::check::subject::is_known;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::{ClauseGroup, ClauseKind};

/// The check.
pub static CHECK: Check = Check {
    name: "no-monitoring",
    severity: Severity::Error,
    summary: "an integration that nobody watches",
    page: include_str!("../../../docs/checks/no-monitoring.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        let said = party.clauses.iter().any(
            |clause| matches!(&clause.kind, ClauseKind::Monitor(words) if !words.trim().is_empty()),
        );
        if !said && is_known(party, ClauseGroup::Governance) {
            findings.push(
                context
                    .duty(
                        &CHECK,
                        id,
                        party.name_span,
                        format!("nobody watches what `{}` does", party.name),
                    )
                    .help("name where its use is watched, and who is told: `monitor via \"…\"`"),
            );
        }
    }
}
