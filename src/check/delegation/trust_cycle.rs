//! `trust-cycle`: each of them is as safe as the weakest.

use crate::check::route::{identities, identity_place, is_another, parties_of, reached, scope};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{EdgeId, Node, NodeId, Place, Reason, Scratch, Verdict};
use crate::model::PartyId;
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub static CHECK: Check = Check {
    name: "trust-cycle",
    severity: Severity::Warning,
    summary: "integrations and principals that can become each other in a circle",
    page: include_str!("../../../docs/checks/trust-cycle.md"),
    run,
};

/// The most names that a finding lists.
const NAMED: usize = 8;

/// How one party comes to another: what it rests on, how far it is, and to which node.
type Way = (Verdict, u32, NodeId);

fn run(context: &Context<'_>, findings: &mut Findings) {
    let candidates = mutual(context);
    if candidates.is_empty() {
        return;
    }
    let closed: BTreeSet<EdgeId> = context
        .graph
        .edges()
        .filter(|(_, edge)| edge.reason == Reason::Elevated)
        .map(|(edge, _)| edge)
        .collect();
    let mut scratch = Scratch::default();
    let mut taken: BTreeSet<PartyId> = BTreeSet::new();
    for &start in &candidates {
        if taken.contains(&start) {
            continue;
        }
        let mut circle = vec![start];
        let mut nearest: Option<((Verdict, u32, PartyId), Way, Way)> = None;
        let there = ways(context, &mut scratch, start, &candidates);
        for (other, way) in there {
            if taken.contains(&other) {
                continue;
            }
            let back = ways(context, &mut scratch, other, &BTreeSet::from([start]));
            let Some(&back) = back.get(&start) else {
                continue;
            };
            circle.push(other);
            let rank = (way.0.max(back.0), way.1.saturating_add(back.1), other);
            if nearest.is_none_or(|(known, _, _)| rank < known) {
                nearest = Some((rank, way, back));
            }
        }
        taken.extend(&circle);
        if let Some(((_, _, other), way, back)) = nearest {
            circle.sort_unstable();
            say(
                context,
                findings,
                &mut scratch,
                &closed,
                &circle,
                [(start, way), (other, back)],
            );
        }
    }
}

/// Parties that reach somebody who reaches them.
fn mutual(context: &Context<'_>) -> BTreeSet<PartyId> {
    let (graph, closure) = (context.graph, context.graph.closure());
    let mut all: BTreeSet<PartyId> = BTreeSet::new();
    for (id, _) in context.model.parties() {
        if all.contains(&id) {
            continue;
        }
        let mut own: Vec<NodeId> = identities(context, id).collect();
        own.push(graph.party(id));
        let others = reached(context, id);
        let back = others
            .iter()
            .filter(|(node, _)| is_another(context, id, *node))
            .flat_map(|(node, _)| parties_of(context, *node))
            .find(|&&other| {
                own.iter().any(|&node| {
                    is_another(context, other, node)
                        && closure
                            .verdict(other, node)
                            .is_some_and(|verdict| verdict < Verdict::Blocked)
                })
            });
        if let Some(&other) = back {
            all.extend([id, other]);
        }
    }
    all
}

/// How a party comes to others without being elevated: two administrators of one scope are no
/// circle, and neither is an administrator with whoever lies in the scope.
fn ways(
    context: &Context<'_>,
    scratch: &mut Scratch,
    id: PartyId,
    among: &BTreeSet<PartyId>,
) -> BTreeMap<PartyId, Way> {
    let graph = context.graph;
    let mut all: BTreeMap<PartyId, Way> = BTreeMap::new();
    let scopes = context.own_scopes().of_party(id);
    let own: Vec<&Place> = scopes
        .iter()
        .filter_map(|(node, _)| scope(context, *node))
        .collect();
    scratch.search(
        graph.engine(),
        &[graph.party(id).0],
        Verdict::Possible,
        |clause| graph.edge(EdgeId(clause)).reason == Reason::Elevated,
    );
    for &node in scratch.found() {
        let Some((verdict, height, _)) = scratch.derivation(node) else {
            continue;
        };
        let node = NodeId(node);
        if is_another(context, id, node) && !own.iter().any(|scope| lies_in(context, scope, node)) {
            for other in parties_of(context, node) {
                if among.contains(other) {
                    let way = (verdict, height, node);
                    let known = all.entry(*other).or_insert(way);
                    *known = (*known).min(way);
                }
            }
        }
    }
    all
}

/// Whether some identity that a node is, or has, lies in a scope.
fn lies_in(context: &Context<'_>, scope: &Place, node: NodeId) -> bool {
    let inside = |bundle: usize| scope.holds(&identity_place(context, bundle));
    if let Node::Identity(bundle) = context.graph.node(node) {
        return inside(*bundle as usize);
    }
    let parties = parties_of(context, node).iter();
    parties
        .flat_map(|id| &context.subject(*id).bundles)
        .any(|&bundle| inside(bundle))
}

fn say(
    context: &Context<'_>,
    findings: &mut Findings,
    scratch: &mut Scratch,
    closed: &BTreeSet<EdgeId>,
    circle: &[PartyId],
    pair: [(PartyId, Way); 2],
) {
    let (model, graph) = (context.model, context.graph);
    let mut members = pair.iter().map(|(id, _)| id).chain(circle);
    let about = members
        .find(|id| model.party(**id).is_integration())
        .map_or(pair[0].0, |id| *id);
    let verdict = pair[0].1.0.max(pair[1].1.0);
    let ways = pair.map(|(from, (_, _, to))| {
        let reach = context.way(scratch, graph.party(from), closed);
        (reach, to)
    });
    let span = ways
        .iter()
        .flat_map(|(reach, node)| graph.hops(reach, *node))
        .filter_map(|hop| graph.hop_span(&hop))
        .min()
        .unwrap_or(model.party(about).name_span);
    let mut names: Vec<String> = circle
        .iter()
        .take(NAMED)
        .map(|&id| format!("`{}`", model.party(id).name))
        .collect();
    if circle.len() > NAMED {
        names.push(format!("{} more", circle.len() - NAMED));
    }
    let last = names.pop().unwrap_or_default();
    let names = format!("{} and {last}", names.join(", "));
    let (can, severity) = match verdict {
        Verdict::Proven => ("can", Severity::Warning),
        Verdict::Possible | Verdict::Blocked => ("can perhaps", Severity::Note),
    };
    let mut found = context
        .finding(
            &CHECK,
            severity,
            about,
            span,
            format!("{names} {can} become each other"),
        )
        .possible_if(verdict != Verdict::Proven)
        .help("whoever takes over one has all, and revoking one alone ends nothing: let trust go one way, and take away one of these clauses");
    for (reach, node) in &ways {
        found = context.draw(found, reach, *node);
    }
    findings.push(found);
}
