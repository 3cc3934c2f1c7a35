//! `no-rotation`: a secret that is never exchanged.

use crate::check::subject::long_lived;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;

/// The check.
pub static CHECK: Check = Check {
    name: "no-rotation",
    severity: Severity::Error,
    summary: "a long-lived credential that nobody has promised to exchange",
    page: include_str!("../../../docs/checks/no-rotation.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        for (kind, _, rotate, clause) in long_lived(party) {
            if rotate.is_none() {
                findings.push(
                    context
                        .duty(
                            &CHECK,
                            id,
                            clause.span,
                            format!("nobody has said how often this {} is exchanged", kind.word()),
                        )
                        .help("whoever copies it keeps it for good: add `rotate 90d`, or use `oidc` or `workload` where the system takes it"),
                );
            }
        }
    }
}
