//! `stale-credential`: it was not exchanged when that was due.

use crate::check::subject::long_lived;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::{NotAssessed, Severity};

/// The check.
pub static CHECK: Check = Check {
    name: "stale-credential",
    severity: Severity::Error,
    summary: "a credential that is older than its owner promised",
    page: include_str!("../../../docs/checks/stale-credential.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let Some(today) = context.today else {
        return;
    };
    let model = context.model;
    for (id, party) in model.integrations() {
        for (kind, system, rotate, clause) in long_lived(party) {
            let Some(rotate) = rotate else {
                continue;
            };
            let last = context
                .subject(id)
                .rotations
                .iter()
                .map(|&index| &model.rotations[index])
                .filter(|rotation| rotation.system.is_none() || rotation.system == system)
                .filter(|rotation| rotation.on <= today)
                .max_by_key(|rotation| rotation.on);
            match last {
                None => findings.not_assessed.push(NotAssessed {
                    rule: CHECK.name,
                    integration: party.name.to_string(),
                }),
                Some(last) if today.days_since(last.on) > i64::from(rotate.days()) => findings
                    .push(
                        context
                            .duty(
                                &CHECK,
                                id,
                                clause.span,
                                format!(
                                    "this {} is {} days old, and {rotate} was promised",
                                    kind.word(),
                                    today.days_since(last.on)
                                ),
                            )
                            .related(last.span, "exchanged last")
                            .help("exchange it and say so with a `rotated` line")
                            .time_alone(),
                    ),
                Some(_) => {}
            }
        }
    }
}
