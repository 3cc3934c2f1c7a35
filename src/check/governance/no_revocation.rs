//! `no-revocation`: nobody has said how it is switched off.

use crate::check::subject::is_known;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::{ClauseGroup, ClauseKind};

/// The check.
pub static CHECK: Check = Check {
    name: "no-revocation",
    severity: Severity::Error,
    summary: "an integration that nobody knows how to switch off",
    page: include_str!("../../../docs/checks/no-revocation.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        let said = party.clauses.iter().any(
            |clause| matches!(&clause.kind, ClauseKind::Revoke(words) if !words.trim().is_empty()),
        );
        if !said && is_known(party, ClauseGroup::Governance) {
            findings.push(
                context
                    .duty(
                        &CHECK,
                        id,
                        party.name_span,
                        format!("`{}` does not say how it is switched off", party.name),
                    )
                    .help("name the way that works at three in the morning: `revoke via \"…\"`"),
            );
        }
    }
}
