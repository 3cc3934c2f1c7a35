//! `cross-tenant`: the highest risk class without the highest duties.

use crate::check::subject::is_known;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::{Acts, ClauseGroup, ClauseKind};

/// The check.
pub static CHECK: Check = Check {
    name: "cross-tenant",
    severity: Severity::Error,
    summary: "an integration across tenants that lacks an end, a review or rotation",
    page: include_str!("../../../docs/checks/cross-tenant.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        if context.subject(id).acts != Acts::AcrossTenants
            || !is_known(party, ClauseGroup::Governance)
        {
            continue;
        }
        let mut missing = Vec::new();
        if party.expires().is_none() {
            missing.push("`expires DATE`");
        }
        if party.review().is_none() {
            missing.push("`review every 90d by TEAM`");
        }
        if missing.is_empty() {
            continue;
        }
        let span = party
            .clauses
            .iter()
            .find(|clause| matches!(clause.kind, ClauseKind::Acts(_)))
            .map_or(party.name_span, |clause| clause.span);
        findings.push(
            context
                .finding(
                    &CHECK,
                    CHECK.severity,
                    id,
                    span,
                    format!("`{}` acts across tenants and lacks {}", party.name, missing.join(" and ")),
                )
                .help("one stolen credential opens every tenant: here an end and a review are both asked for"),
        );
    }
}
