//! `environment-crossing`: one integration in production and in something else.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::party::ClauseKind;
use crate::model::{Model, SystemId};
use crate::source::Span;

/// The check.
pub static CHECK: Check = Check {
    name: "environment-crossing",
    severity: Severity::Error,
    summary: "one integration with authority in several environments",
    page: include_str!("../../../docs/checks/environment-crossing.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.integrations() {
        let places = party.clauses.iter().flat_map(|clause| {
            if let ClauseKind::Identity { thing, .. } = &clause.kind {
                vec![(thing.system, thing.span)]
            } else if let ClauseKind::Allow(rule) = &clause.kind {
                let parts = rule.parts.iter();
                parts
                    .map(|part| (part.thing.system, part.thing.span))
                    .collect()
            } else if let ClauseKind::Holds { system, .. } = &clause.kind {
                vec![(*system, clause.span)]
            } else {
                Vec::new()
            }
        });
        let mut first: Option<(&str, Span)> = None;
        for (system, span) in places {
            let Some(env) = env(context.model, system) else {
                continue;
            };
            match first {
                None => first = Some((env, span)),
                Some((known, at)) if known != env => {
                    findings.push(
                        context
                            .duty(&CHECK, id, span, format!("`{}` acts in `{env}` and in `{known}`", party.name))
                            .related(at, format!("`{known}` here"))
                            .help("whoever takes over the weaker environment has the other too: one integration an environment"),
                    );
                    break;
                }
                Some(_) => {}
            }
        }
    }
}

fn env(model: &Model, system: SystemId) -> Option<&str> {
    model.system(system).env.as_deref()
}
