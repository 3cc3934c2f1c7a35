//! `unowned`: nobody answers for it.

use crate::check::subject::is_known;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::{ClauseGroup, ClauseKind};

/// The check.
pub static CHECK: Check = Check {
    name: "unowned",
    severity: Severity::Error,
    summary: "an integration that nobody answers for",
    page: include_str!("../../../docs/checks/unowned.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        let said = party
            .clauses
            .iter()
            .any(|clause| matches!(clause.kind, ClauseKind::Owner(_)));
        if !said && is_known(party, ClauseGroup::Governance) {
            findings.push(
                context
                    .duty(
                        &CHECK,
                        id,
                        party.name_span,
                        format!("`{}` has no owner", party.name),
                    )
                    .help("name the team that answers for it: `owner TEAM`"),
            );
        }
    }
}
