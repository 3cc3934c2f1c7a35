//! `third-party-unbounded`: somebody outside runs it, without an end and without a bound.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::ClauseKind;

/// The check.
pub static CHECK: Check = Check {
    name: "third-party-unbounded",
    severity: Severity::Error,
    summary: "a third party's integration with neither an end nor a bound",
    page: include_str!("../../../docs/checks/third-party-unbounded.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        let bounded = party.expires().is_some()
            || party
                .clauses
                .iter()
                .any(|clause| matches!(clause.kind, ClauseKind::BoundedBy { .. }));
        if bounded || !party.complete {
            continue;
        }
        for clause in &party.clauses {
            if let ClauseKind::Operator(operator) = clause.kind {
                let name = &context.model.party(operator).name;
                findings.push(
                    context
                        .duty(&CHECK, id, clause.span, format!("`{name}` runs this with neither an end nor a bound"))
                        .help("their incident is yours for as long as they hold it: add `expires DATE` or `bounded by PROFILE`"),
                );
            }
        }
    }
}
