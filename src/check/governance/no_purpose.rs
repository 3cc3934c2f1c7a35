//! `no-purpose`: it does not say what it is for.

use crate::check::subject::is_known;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::{ClauseGroup, ClauseKind};

/// The check.
pub static CHECK: Check = Check {
    name: "no-purpose",
    severity: Severity::Error,
    summary: "an integration that does not say what it is for",
    page: include_str!("../../../docs/checks/no-purpose.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        let said = party.clauses.iter().any(
            |clause| matches!(&clause.kind, ClauseKind::Purpose(words) if !words.trim().is_empty()),
        );
        if !said && is_known(party, ClauseGroup::Governance) {
            findings.push(
                context
                    .duty(&CHECK, id, party.name_span, format!("`{}` does not say what it is for", party.name))
                    .help("say it in a sentence: without it nobody can tell too much authority from enough: `purpose \"…\"`"),
            );
        }
    }
}
