//! `environment-crossing`: one integration in production and in something else.

use crate::check::route::{identity_place, is_another, reached, scope, unknown};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{Node, NodeId, Place, Scratch, Verdict};
use crate::model::fact::Fact;
use crate::model::party::ClauseKind;
use crate::model::system::is_production;
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::collections::BTreeSet;

/// The check.
pub static CHECK: Check = Check {
    name: "environment-crossing",
    severity: Severity::Error,
    summary: "one integration with authority in several environments, or a way from tests to production",
    page: include_str!("../../../docs/checks/environment-crossing.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let mut scratch = Scratch::default();
    let single = single(context.model);
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
        let mut crosses = false;
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
                    crosses = true;
                    break;
                }
                Some(_) => {}
            }
        }
        if let Some((env, _)) = first
            && !crosses
            && !is_production(env)
        {
            by_a_way(context, findings, &mut scratch, &single, id, env);
        }
    }
}

/// Single resources of an environment of their own.
fn single(model: &Model) -> Vec<(Place, &str)> {
    let mut all = Vec::new();
    for resource in &model.resources {
        for fact in &resource.facts {
            if let Fact::Env(env) = fact {
                let places = Place::each(model, &resource.thing);
                all.extend(places.into_iter().map(|place| (place, &**env)));
            }
        }
    }
    all
}

/// Tells of the nearest somebody, or scope, in production that an integration outside of it reaches.
fn by_a_way(
    context: &Context<'_>,
    findings: &mut Findings,
    scratch: &mut Scratch,
    single: &[(Place, &str)],
    id: PartyId,
    own: &str,
) {
    let (model, graph) = (context.model, context.graph);
    let far: Vec<(NodeId, Verdict)> = reached(context, id)
        .into_iter()
        .filter(|(node, _)| {
            let there = scope(context, *node).is_some() || is_another(context, id, *node);
            there && env_of(context, single, *node).is_some_and(is_production)
        })
        .collect();
    let Some(verdict) = far.iter().map(|(_, verdict)| *verdict).min() else {
        return;
    };
    let reach = context.way(scratch, graph.party(id), &BTreeSet::new());
    let mut far: Vec<NodeId> = far
        .into_iter()
        .filter(|(_, rests_on)| *rests_on == verdict)
        .map(|(node, _)| node)
        .collect();
    far.sort_by_key(|&node| {
        let height = reach
            .derivation(node)
            .map_or(u32::MAX, |found| found.height);
        (height, node)
    });
    let Some(&first) = far.first() else { return };
    let party = model.party(id);
    let env = env_of(context, single, first).unwrap_or_default();
    let severity = match verdict {
        Verdict::Proven => Severity::Warning,
        Verdict::Possible | Verdict::Blocked => Severity::Note,
    };
    let perhaps = if verdict == Verdict::Proven {
        String::new()
    } else {
        format!(" perhaps{}", unknown(graph, &reach, first))
    };
    let found = context
        .finding(
            &CHECK,
            severity,
            id,
            party.name_span,
            format!(
                "`{}` acts in `{own}` and reaches {} in `{env}`{perhaps}",
                party.name,
                context.called(first)
            ),
        )
        .possible_if(verdict != Verdict::Proven)
        .help("whoever breaks into the weaker environment goes on from there: take a clause of the way away");
    let found = context.draw(found, &reach, first);
    findings.push(context.cut_here(found, &reach, &far));
}

/// The environment in which a node lies; none where it is of no environment.
fn env_of<'m>(context: &Context<'m>, single: &[(Place, &'m str)], node: NodeId) -> Option<&'m str> {
    let place = if let Node::Identity(bundle) = context.graph.node(node) {
        identity_place(context, *bundle as usize)
    } else {
        scope(context, node)?.clone()
    };
    single
        .iter()
        .find(|(around, _)| around.holds(&place))
        .map(|(_, env)| *env)
        .or_else(|| env(context.model, place.system))
}

fn env(model: &Model, system: SystemId) -> Option<&str> {
    model.system(system).env.as_deref()
}
