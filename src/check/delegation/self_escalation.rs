//! `self-escalation`: it can give itself whatever it is not given.

use crate::authority::verb::Verb;
use crate::check::route::{scope, to_others, unknown};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{NodeId, Place, Scratch, Verdict};
use crate::model::PartyId;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The check.
pub static CHECK: Check = Check {
    name: "self-escalation",
    severity: Severity::Error,
    summary: "an integration that can grant itself anything and does not say so",
    page: include_str!("../../../docs/checks/self-escalation.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let graph = context.graph;
    let mut scratch = Scratch::default();
    for (id, party) in context.model.integrations() {
        let scopes: Vec<(NodeId, Verdict)> = context
            .own_scopes()
            .of_party(id)
            .iter()
            .copied()
            .filter(|(node, _)| {
                scope(context, *node).is_some_and(|place| !says(context, id, place))
            })
            .collect();
        let Some(worst) = scopes.iter().map(|(_, verdict)| *verdict).min() else {
            continue;
        };
        let all = context.way(&mut scratch, graph.party(id), &BTreeSet::new());
        let others = to_others(context, id, &all);
        let reach = context.way(&mut scratch, graph.party(id), &others);
        let mut scopes: Vec<NodeId> = scopes
            .iter()
            .filter(|(_, verdict)| *verdict == worst)
            .map(|(node, _)| *node)
            .collect();
        scopes.sort_by_key(|&node| {
            let height = reach
                .derivation(node)
                .map_or(u32::MAX, |found| found.height);
            let depth = scope(context, node).map_or(usize::MAX, |place| place.steps.len());
            (depth, height, node)
        });
        let Some(&first) = scopes.first() else {
            continue;
        };
        let name = &party.name;
        let called = context.called(first);
        let mut message = if worst == Verdict::Proven {
            format!("`{name}` can grant itself anything in {called}")
        } else {
            format!("`{name}` can perhaps grant itself anything in {called}")
        };
        if scopes.len() > 1 {
            let _ = write!(message, ", and in {} more scopes", scopes.len() - 1);
        }
        if worst == Verdict::Possible {
            message.push_str(&unknown(graph, &reach, first));
        }
        let severity = match worst {
            Verdict::Proven => Severity::Error,
            Verdict::Possible | Verdict::Blocked => Severity::Warning,
        };
        let span = graph
            .hops(&reach, first)
            .iter()
            .find_map(|hop| graph.hop_span(hop))
            .unwrap_or(party.name_span);
        let found = context
            .finding(&CHECK, severity, id, span, message)
            .possible_if(worst != Verdict::Proven)
            .help(format!(
                "its other clauses limit nothing, a `never` included: take the operation away, or write `allow administer within {}` where an administrator is meant",
                graph.name(context.model, context.granted, first)
            ));
        findings.push(context.draw(found, &reach, first));
    }
}

/// Whether a clause, its own or of somebody who shares an identity with it, says that it administers
/// all of a scope.
fn says(context: &Context<'_>, id: PartyId, scope: &Place) -> bool {
    let sharing = context
        .subject(id)
        .bundles
        .iter()
        .flat_map(|&bundle| &context.granted.bundles[bundle].holders);
    let mut rules = sharing
        .chain([&id])
        .flat_map(|&holder| context.model.party(holder).allows());
    rules.any(|(_, rule)| {
        rule.verbs.contains(Verb::Administer)
            && rule.parts.iter().any(|part| {
                part.thing.tenants.holds(scope.tenant as usize) && {
                    let place = Place::of(&part.thing, scope.tenant);
                    place.holds(scope) && (part.within || place.steps.len() == scope.steps.len())
                }
            })
    }) || context.model.system(scope.system).external
}
