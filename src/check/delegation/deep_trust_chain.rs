//! `deep-trust-chain`: trust that is handed on and on.

use crate::check::route::{is_another, parties_of, reached};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{EdgeId, NodeId, Reason, SEED, Scratch, Verdict};
use crate::model::PartyId;
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub static CHECK: Check = Check {
    name: "deep-trust-chain",
    severity: Severity::Warning,
    summary: "an integration that is trusted over more than four hops",
    page: include_str!("../../../docs/checks/deep-trust-chain.md"),
    run,
};

/// The most hops that are nothing to tell of: people, their repository, its pipeline, what that
/// deploys with, and what is deployed.
const LIMIT: u32 = 4;
/// How many ends of ways are looked at, in all: a project in which more is within reach has graver
/// findings than the length of its ways.
const VISITS: usize = 50_000_000;

/// The longest way to somebody: hops, and from whom to which node.
#[derive(Clone, Copy)]
struct Longest {
    hops: u32,
    verdict: Verdict,
    from: PartyId,
    to: NodeId,
}

fn run(context: &Context<'_>, findings: &mut Findings) {
    let graph = context.graph;
    let mut scratch = Scratch::default();
    let mut longest: BTreeMap<PartyId, Longest> = BTreeMap::new();
    let mut depth: Vec<u32> = Vec::new();
    let mut visits = VISITS;
    for (id, _) in context.model.parties() {
        let others = reached(context, id);
        if visits > 0
            && others
                .iter()
                .any(|(node, _)| is_another(context, id, *node))
        {
            visits = visits.saturating_sub(others.len());
            from(context, &mut scratch, &mut depth, id, &mut longest);
        }
    }
    // A chain is told once, where it ends: not at those whom a longer one passes.
    let mut passed: BTreeSet<PartyId> = BTreeSet::new();
    let mut order: Vec<(PartyId, Longest)> = longest.into_iter().collect();
    order.sort_by_key(|(id, longest)| (std::cmp::Reverse(longest.hops), *id));
    for (id, longest) in order {
        if passed.contains(&id) {
            continue;
        }
        let start = graph.party(longest.from);
        let reach = context.way(&mut scratch, start, &BTreeSet::new());
        let hops = graph.hops(&reach, longest.to);
        let mut names = vec![context.called(start)];
        for hop in &hops {
            let name = context.called(hop.to);
            if names.last() != Some(&name) {
                names.push(name);
            }
            passed.extend(parties_of(context, hop.to));
        }
        let party = context.model.party(id);
        let severity = match longest.verdict {
            Verdict::Proven => Severity::Warning,
            Verdict::Possible | Verdict::Blocked => Severity::Note,
        };
        let found = context
            .finding(
                &CHECK,
                severity,
                id,
                party.name_span,
                format!(
                    "trust in `{}` is handed on over {} hops: {}",
                    party.name,
                    longest.hops,
                    names.join(" → ")
                ),
            )
            .possible_if(longest.verdict != Verdict::Proven)
            .help(format!("nobody who grants at one end sees the other: more than {LIMIT} hops are more than anybody reviews; take a link out, or ask for an approval on the way"));
        let found = context.draw(found, &reach, longest.to);
        findings.push(context.cut_here(found, &reach, &[longest.to]));
    }
}

/// Notes whom one party reaches over too many hops. A node's depth is one more than its deepest
/// premise's where it is somebody of its own: an identity of a party that is there already is not.
fn from(
    context: &Context<'_>,
    scratch: &mut Scratch,
    depth: &mut Vec<u32>,
    id: PartyId,
    longest: &mut BTreeMap<PartyId, Longest>,
) {
    let graph = context.graph;
    scratch.search(
        graph.engine(),
        &[graph.party(id).0],
        Verdict::Possible,
        |_| false,
    );
    depth.resize(graph.engine().nodes(), 0);
    for &node in scratch.found() {
        let Some((verdict, _, by)) = scratch.derivation(node) else {
            continue;
        };
        let to = NodeId(node);
        if by == SEED {
            depth[to.index()] = 0;
            continue;
        }
        let edge = graph.edge(EdgeId(by));
        let before = edge
            .premises
            .iter()
            .map(|premise| depth[premise.index()])
            .max()
            .unwrap_or(0);
        let is_hop = graph.is_stop(to) && !matches!(edge.reason, Reason::ActsAs | Reason::Anybody);
        let hops = before + u32::from(is_hop);
        depth[to.index()] = hops;
        if hops <= LIMIT || !is_another(context, id, to) {
            continue;
        }
        for &other in parties_of(context, to) {
            if !context.model.party(other).is_integration() {
                continue;
            }
            let known = longest.get(&other);
            let longer = known.is_none_or(|known| {
                (verdict, std::cmp::Reverse(hops)) < (known.verdict, std::cmp::Reverse(known.hops))
            });
            if longer {
                let found = Longest {
                    hops,
                    verdict,
                    from: id,
                    to,
                };
                longest.insert(other, found);
            }
        }
    }
}
