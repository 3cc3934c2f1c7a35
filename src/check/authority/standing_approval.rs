//! `standing-approval`: an approval that never ends.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;

/// The check.
pub static CHECK: Check = Check {
    name: "standing-approval",
    severity: Severity::Error,
    summary: "an approval without an end",
    page: include_str!("../../../docs/checks/standing-approval.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        for (_, rule) in party.allows() {
            if let Some(approval) = &rule.approval
                && approval.duration.is_none()
            {
                findings.push(
                    context
                        .duty(&CHECK, id, approval.span, "this approval has no end")
                        .help("given once, it is given for good: say for how long, `for 8h`"),
                );
            }
        }
    }
}
