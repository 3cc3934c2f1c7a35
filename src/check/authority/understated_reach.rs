//! `understated-reach`: it reaches further than it says.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::ClauseKind;

/// The check.
pub static CHECK: Check = Check {
    name: "understated-reach",
    severity: Severity::Error,
    summary: "an integration that acts more widely than it declares",
    page: include_str!("../../../docs/checks/understated-reach.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        let Some(wider) = &context.subject(id).wider else {
            continue;
        };
        let declared = party
            .clauses
            .iter()
            .find(|clause| matches!(clause.kind, ClauseKind::Acts(_)));
        let span = declared.map_or(party.name_span, |clause| clause.span);
        let mut found = context
            .finding(
                &CHECK,
                CHECK.severity,
                id,
                span,
                format!(
                    "`{}` acts {}, but {}",
                    party.name,
                    party.acts().words(),
                    wider.why
                ),
            )
            .help(format!(
                "write `acts {}`, with the duties that come with it, or narrow what it is allowed",
                wider.acts.words()
            ));
        if let Some(because) = wider.span {
            found = found.related(because, "asked for here");
        }
        findings.push(found);
    }
}
