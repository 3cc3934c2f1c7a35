//! `shared-identity`: two integrations that nobody can tell apart.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::thing::{SEPARATOR, Tenants, Thing};
use crate::model::{PartyId, SystemId};
use crate::source::Span;
use std::collections::HashMap;

/// The check.
pub static CHECK: Check = Check {
    name: "shared-identity",
    severity: Severity::Error,
    summary: "one identity that several integrations use",
    page: include_str!("../../../docs/checks/shared-identity.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let mut first: HashMap<(SystemId, Tenants, String), (PartyId, Span)> = HashMap::new();
    for (id, party) in context.model.integrations() {
        for (_, thing, _) in party.identities() {
            let key = (thing.system, thing.tenants, way(thing));
            let Some(&(other, span)) = first.get(&key) else {
                first.insert(key, (id, thing.span));
                continue;
            };
            if other == id {
                continue;
            }
            let name = &context.model.party(other).name;
            findings.push(
                context
                    .duty(&CHECK, id, thing.span, format!("`{}` and `{name}` are one identity", party.name))
                    .related(span, format!("`{name}` uses it"))
                    .help("each holds what the other is allowed, and no log tells them apart: give each an identity of its own"),
            );
        }
    }
}

/// The way down as text, equal for equal ways alone.
fn way(thing: &Thing) -> String {
    let mut way = String::new();
    for step in &thing.steps {
        for part in
            std::iter::once(step.of.0.to_string()).chain(step.names.iter().map(ToString::to_string))
        {
            way.push_str(&part);
            way.push(SEPARATOR);
        }
    }
    way
}
