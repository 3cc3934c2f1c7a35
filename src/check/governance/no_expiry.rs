//! `no-expiry`: nothing ever asks whether it is still needed.

use crate::check::subject::is_known;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::ClauseGroup;

/// The check.
pub static CHECK: Check = Check {
    name: "no-expiry",
    severity: Severity::Error,
    summary: "an integration with neither an end nor a review",
    page: include_str!("../../../docs/checks/no-expiry.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        if party.review().is_some() || !is_known(party, ClauseGroup::Governance) {
            continue;
        }
        match (party.expires(), context.today) {
            (None, _) => findings.push(
                context
                    .duty(
                        &CHECK,
                        id,
                        party.name_span,
                        format!("`{}` has neither an end nor a review", party.name),
                    )
                    .help("say when it ends or who looks at it: `expires DATE` or `review every 90d by TEAM`"),
            ),
            (Some((date, clause)), Some(today)) => {
                let most = context.settings.max_expiry_hours / 24;
                if date.days_since(today) > i64::from(most) {
                    findings.push(
                        context
                            .duty(
                                &CHECK,
                                id,
                                clause.span,
                                format!("without a review, an end more than {most} days away is none"),
                            )
                            .help("write an earlier day, or `review every 90d by TEAM`"),
                    );
                }
            }
            (Some(_), None) => {}
        }
    }
}
