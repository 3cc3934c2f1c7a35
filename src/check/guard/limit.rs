//! `limit`: who reaches more than it should, or from further away.

use crate::check::Findings;
use crate::check::guard::hit::place_text;
use crate::check::guard::judge::Judged;
use crate::graph::{Hop, Node, NodeId, Slots, Verdict};
use crate::model::SystemId;
use crate::model::guard::Countable;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most names that a finding lists.
const NAMED: usize = 6;

/// Judges one `limit` for one party.
pub(in crate::check) fn judge(
    judged: &Judged<'_, '_>,
    count: u32,
    what: Countable,
    findings: &mut Findings,
) {
    match what {
        Countable::Systems => {
            systems(judged, count, findings);
        }
        Countable::Resources => {
            resources(judged, count, findings);
        }
        Countable::Hops => hops(judged, count, findings),
    }
}

/// The nodes that a party has and that hold something, with the best verdict on each.
fn holders(judged: &Judged<'_, '_>) -> Vec<(NodeId, Verdict)> {
    let context = judged.context;
    judged
        .row()
        .iter()
        .copied()
        .filter(|(node, verdict)| {
            *verdict != Verdict::Blocked
                && match context.graph.node(*node) {
                    Node::Identity(bundle) => {
                        !context.granted.bundles[*bundle as usize].grants.is_empty()
                    }
                    Node::Party(party) => !context.model.party(*party).is_integration(),
                    Node::Scope(_) => true,
                    Node::Resource(..)
                    | Node::Anyone
                    | Node::Unknown(..)
                    | Node::Content(_)
                    | Node::Passed(_)
                    | Node::Means(_) => false,
                }
        })
        .collect()
}

fn systems(judged: &Judged<'_, '_>, count: u32, findings: &mut Findings) {
    let context = judged.context;
    let mut reached: BTreeMap<SystemId, Verdict> = BTreeMap::new();
    for (node, verdict) in holders(judged) {
        let mut put = |system: SystemId| {
            let known = reached.entry(system).or_insert(verdict);
            *known = verdict.min(*known);
        };
        match context.graph.node(node) {
            Node::Identity(bundle) => put(context.granted.bundles[*bundle as usize].system),
            Node::Scope(scope) => put(scope.system),
            Node::Party(_)
            | Node::Resource(..)
            | Node::Anyone
            | Node::Unknown(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => context
                .graph
                .holdings(context.model, context.granted, node)
                .iter()
                .filter(|holding| holding.grants.iter().any(|piece| piece.gate.is_none()))
                .for_each(|holding| put(holding.system)),
        }
    }
    let named: Vec<(String, Verdict)> = reached
        .into_iter()
        .map(|(system, verdict)| (context.model.system(system).name.to_string(), verdict))
        .collect();
    too_many(judged, count, "system", &named, findings);
}

fn resources(judged: &Judged<'_, '_>, count: u32, findings: &mut Findings) {
    let context = judged.context;
    let model = context.model;
    let mut reached: BTreeMap<String, Verdict> = BTreeMap::new();
    for (node, verdict) in holders(judged) {
        let mut put = |text: String| {
            let known = reached.entry(text).or_insert(verdict);
            *known = verdict.min(*known);
        };
        if let Node::Scope(scope) = context.graph.node(node) {
            put(scope.text(model));
        }
        for holding in context.graph.holdings(model, context.granted, node) {
            for piece in holding.grants.iter().filter(|piece| piece.gate.is_none()) {
                // A unit that holds for a whole tenant is told apart by what it speaks of.
                if let (Slots::These(slots), true) = (&piece.slots, piece.place.steps.is_empty()) {
                    slots
                        .iter()
                        .map(|&slot| model.catalog.slot(slot).of)
                        .collect::<BTreeSet<_>>()
                        .into_iter()
                        .for_each(|of| put(place_text(model, &piece.place, of)));
                } else {
                    put(piece.place.text(model));
                }
            }
        }
    }
    let named: Vec<(String, Verdict)> = reached.into_iter().collect();
    too_many(judged, count, "resource", &named, findings);
}

fn too_many(
    judged: &Judged<'_, '_>,
    count: u32,
    what: &str,
    reached: &[(String, Verdict)],
    findings: &mut Findings,
) {
    let most = count as usize;
    let proven: Vec<&str> = reached
        .iter()
        .filter(|(_, verdict)| *verdict == Verdict::Proven)
        .map(|(name, _)| &**name)
        .collect();
    let all: Vec<&str> = reached.iter().map(|(name, _)| &**name).collect();
    let (names, verdict) = if proven.len() > most {
        (proven, Verdict::Proven)
    } else if all.len() > most {
        (all, Verdict::Possible)
    } else {
        return;
    };
    let mut shown: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > NAMED {
        shown.push(format!("{} more", names.len() - NAMED));
    }
    let party = judged.context.model.party(judged.id);
    let possibly = match verdict {
        Verdict::Proven => "",
        Verdict::Possible | Verdict::Blocked => "possibly ",
    };
    let said = judged.finding(
        party.name_span,
        verdict,
        format!(
            "`{}` {possibly}reaches {} {what}s, {} at most: {}",
            party.name,
            names.len(),
            count,
            shown.join(", ")
        ),
    );
    findings.push(judged.because(
        said,
        "this limits it",
        "split it by function, or cut the ways through others",
    ));
}

fn hops(judged: &Judged<'_, '_>, count: u32, findings: &mut Findings) {
    let holders: BTreeSet<NodeId> = holders(judged).into_iter().map(|(node, _)| node).collect();
    let reach = judged.reach();
    let context = judged.context;
    let far = |wanted: Verdict| {
        reach
            .nodes()
            .iter()
            .filter(|node| holders.contains(node))
            // A hop is a step at least, so what has fewer steps needs no drawing.
            .filter(|&&node| {
                reach
                    .derivation(node)
                    .is_some_and(|found| found.verdict == wanted && found.height > count)
            })
            .map(|&node| (depth(&context.graph.hops(reach, node)), node))
            .filter(|(depth, _)| *depth > count)
            .max_by_key(|&(depth, node)| (depth, std::cmp::Reverse(node)))
            .map(|(depth, node)| (depth, node, wanted))
    };
    let Some((depth, node, verdict)) = far(Verdict::Proven).or_else(|| far(Verdict::Possible))
    else {
        return;
    };
    let name = &context.model.party(judged.id).name;
    let who = context.graph.name(context.model, context.granted, node);
    let steps = match depth {
        1 => "1 step".to_owned(),
        _ => format!("{depth} steps"),
    };
    let said = judged.finding(
        judged.beginning(node),
        verdict,
        format!("`{name}` comes to act as `{who}` in {steps}, {count} at most"),
    );
    let said = judged.way(said, node);
    findings.push(judged.because(said, "this limits it", "cut one of these steps"));
}

/// How many hops the longest chain to the end of a way has.
fn depth(hops: &[Hop]) -> u32 {
    let mut depths: HashMap<NodeId, u32> = HashMap::new();
    let mut deepest = 0;
    for hop in hops {
        let before = std::iter::once(&hop.from).chain(&hop.also);
        let depth = 1 + before
            .filter_map(|node| depths.get(node).copied())
            .max()
            .unwrap_or(0);
        depths.insert(hop.to, depth);
        deepest = deepest.max(depth);
    }
    deepest
}
