//! `unread-secret`: it says where its credential lies, and may not fetch it there.

use crate::authority::verb::Verb;
use crate::check::subject::covers;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::Model;
use crate::model::party::{ClauseKind, Party};
use crate::model::thing::Thing;

/// The check.
pub static CHECK: Check = Check {
    name: "unread-secret",
    severity: Severity::Warning,
    summary: "a credential kept where its own integration may not read it",
    page: include_str!("../../../docs/checks/unread-secret.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        for clause in &party.clauses {
            let ClauseKind::Credential {
                stored_in: Some(place),
                ..
            } = &clause.kind
            else {
                continue;
            };
            if !may_read(context.model, party, place) {
                findings.push(
                    context
                        .finding(
                            &CHECK,
                            CHECK.severity,
                            id,
                            place.span,
                            format!("nothing allows `{}` to read its credential here", party.name),
                        )
                        .help("`in` grants nothing by itself: add the `allow get on …` with which one of its identities fetches it, or leave the place out"),
                );
            }
        }
    }
}

fn may_read(model: &Model, party: &Party, place: &Thing) -> bool {
    party
        .allows()
        .flat_map(|(_, rule)| &rule.parts)
        .filter(|part| part.thing.system == place.system)
        .any(|part| {
            part.unknown
                || part.slices.iter().any(|slice| {
                    covers(&slice.thing, place)
                        && match slice.cube.operations.iter_finite() {
                            None => true,
                            Some(mut ids) => ids.any(|id| {
                                let slot = crate::model::catalog::SlotId::of(id);
                                model.catalog.operation_of(slot).verb == Verb::Get
                            }),
                        }
                })
        })
}
