//! `owner-is-a-person`: its owner can leave.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::Owner;

/// The check.
pub static CHECK: Check = Check {
    name: "owner-is-a-person",
    severity: Severity::Error,
    summary: "an integration that a person owns, and no team",
    page: include_str!("../../../docs/checks/owner-is-a-person.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        if let Some((Owner::Person(person), clause)) = party.owner() {
            findings.push(
                context
                    .duty(
                        &CHECK,
                        id,
                        clause.span,
                        format!("a person owns this: `{person}`"),
                    )
                    .help("people leave and change teams: name a team, `owner TEAM`"),
            );
        }
    }
}
