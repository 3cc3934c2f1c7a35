//! `shared-credential`: one secret that several integrations live on.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{Node, NodeId, Place, Reason, Verdict};
use crate::model::control::Hold;
use crate::model::fact::Fact;
use crate::model::party::{ClauseKind, Owner};
use crate::model::{PartyId, TeamId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The check.
pub static CHECK: Check = Check {
    name: "shared-credential",
    severity: Severity::Warning,
    summary: "one stored secret that serves several integrations",
    page: include_str!("../../../docs/checks/shared-credential.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    kept_together(context, findings);
    read_by_teams(context, findings);
}

/// Where credentials of different integrations lie in one place.
#[allow(
    clippy::mutable_key_type,
    reason = "what a pattern keeps in its cell is computed from it and never told apart"
)]
fn kept_together(context: &Context<'_>, findings: &mut Findings) {
    let model = context.model;
    let mut kept: HashMap<Place, (PartyId, Span)> = HashMap::new();
    let stored = model.integrations().flat_map(|(id, party)| {
        party.clauses.iter().filter_map(move |clause| {
            if let ClauseKind::Credential {
                stored_in: Some(thing),
                ..
            } = &clause.kind
            {
                Some((id, thing, thing.span))
            } else {
                None
            }
        })
    });
    let noted = model.resources.iter().flat_map(|resource| {
        resource.facts.iter().filter_map(|fact| {
            if let Fact::Stores(id, span) = fact {
                let known = model.party(*id).is_integration();
                known.then_some((*id, &resource.thing, *span))
            } else {
                None
            }
        })
    });
    let mut told: BTreeSet<(PartyId, PartyId)> = BTreeSet::new();
    for (id, thing, span) in stored.chain(noted) {
        for place in Place::each(model, thing) {
            let Some(&(other, at)) = kept.get(&place) else {
                kept.insert(place, (id, span));
                continue;
            };
            if other == id || are_one(context, other, id) || !told.insert((other, id)) {
                continue;
            }
            let (own, name) = (&model.party(id).name, &model.party(other).name);
            findings.push(
                context
                    .finding(&CHECK, Severity::Warning, id, span, format!("`{own}` and `{name}` keep their credentials in one secret"))
                    .related(at, format!("`{name}` keeps its credential here"))
                    .help("whoever reads it for the one has the other, and neither is exchanged alone: give each a secret of its own"),
            );
        }
    }
}

/// Whether two integrations share an identity, which `shared-identity` tells of.
fn are_one(context: &Context<'_>, one: PartyId, other: PartyId) -> bool {
    let bundles = &context.subject(other).bundles;
    let mut own = context.subject(one).bundles.iter();
    own.any(|bundle| bundles.contains(bundle))
}

/// Secrets whose use nobody declared, read by integrations of several teams. Reading one
/// whose use is declared is to become somebody, which `lateral-reach` tells of.
fn read_by_teams(context: &Context<'_>, findings: &mut Findings) {
    let (model, graph) = (context.model, context.graph);
    let mut means: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    for (_, edge) in graph.edges() {
        if let Node::Unknown(place, Hold::Credential) = graph.node(edge.to)
            && matches!(edge.reason, Reason::Rule(_))
            && edge.verdict < Verdict::Blocked
            && place.is_one()
        {
            for &premise in &edge.premises {
                means.entry(premise).or_default().push(edge.to);
            }
        }
    }
    if means.is_empty() {
        return;
    }
    let mut readers: BTreeMap<NodeId, BTreeMap<TeamId, (PartyId, Span)>> = BTreeMap::new();
    for (_, edge) in graph.edges() {
        let Some(secrets) = means.get(&edge.to) else {
            continue;
        };
        if edge.verdict == Verdict::Blocked {
            continue;
        }
        for &id in crate::check::route::parties_of(context, edge.premises[0]) {
            let Some((Owner::Team(team), _)) = model.party(id).owner() else {
                continue;
            };
            for &secret in secrets {
                let teams = readers.entry(secret).or_default();
                teams.entry(*team).or_insert((id, edge.span));
            }
        }
    }
    for (secret, teams) in readers {
        let mut all: Vec<(PartyId, Span)> = teams.into_values().collect();
        all.sort_by_key(|(_, span)| *span);
        let [(first, at), (id, span), more @ ..] = &all[..] else {
            continue;
        };
        let (own, name) = (&model.party(*id).name, &model.party(*first).name);
        let others = match more.len() {
            0 => String::new(),
            1 => " and one more team's".to_owned(),
            count => format!(" and {count} more teams'"),
        };
        findings.push(
            context
                .finding(
                    &CHECK,
                    Severity::Warning,
                    *id,
                    *span,
                    format!(
                        "{} serves `{own}` and `{name}` of another team{others}",
                        context.called(secret)
                    ),
                )
                .related(*at, format!("`{name}` reads it"))
                .help("nobody can exchange it without the other, and no log tells the teams apart: give each a secret of its own"),
        );
    }
}
