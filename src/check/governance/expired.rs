//! `expired`: its day is over and it is still granted.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::Status;

/// The check.
pub static CHECK: Check = Check {
    name: "expired",
    severity: Severity::Error,
    summary: "an end that has passed while the authority stays",
    page: include_str!("../../../docs/checks/expired.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let Some(today) = context.today else {
        return;
    };
    for (id, party) in context.model.integrations() {
        if party.status() != Status::Active {
            continue;
        }
        if let Some((date, clause)) = party.expires()
            && date < today
        {
            findings.push(
                context
                    .duty(&CHECK, id, clause.span, format!("`{}` ended on {date}", party.name))
                    .help("if it is still needed, review it and write a new date; if not, `status retired` and remove what it is allowed")
                    .time_alone(),
            );
        }
        for (_, rule) in party.allows() {
            if let Some((end, span)) = rule.until
                && end <= today.start_of_day()
            {
                findings.push(
                    context
                        .duty(
                            &CHECK,
                            id,
                            span,
                            "this clause has ended and is still granted",
                        )
                        .help("remove the clause, or write a new date after a review")
                        .time_alone(),
                );
            }
        }
    }
}
