//! `lateral-reach`: somebody else's authority, by a way that no clause says.

use crate::authority::verb::Verb;
use crate::check::route::{is_another, parties_of, reached, scope, unknown};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{DelegationGraph, Node, NodeId, Reason, Scratch, Verdict};
use crate::model::Model;
use crate::model::PartyId;
use crate::model::control::{Asks, Gives, Hold};
use crate::model::fact::Fact;
use crate::model::party::{ClauseKind, Who};
use crate::model::{catalog::Catalog, control::Control};
use crate::source::Span;
use std::collections::{BTreeSet, HashSet};

/// The check.
pub static CHECK: Check = Check {
    name: "lateral-reach",
    severity: Severity::Warning,
    summary: "an integration that can become what no clause of it names",
    page: include_str!("../../../docs/checks/lateral-reach.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let graph = context.graph;
    let plain = plain(context.model, graph);
    let everybody = everybody(graph);
    let mut scratch = Scratch::default();
    for (id, party) in context.model.integrations() {
        let far: Vec<(NodeId, Verdict)> = reached(context, id)
            .into_iter()
            .filter(|(node, _)| is_far(context, id, *node) && !everybody.contains(node))
            .collect();
        if far.is_empty() {
            continue;
        }
        declared(context, &mut scratch, &plain, id);
        let far: Vec<(NodeId, Verdict)> = far
            .into_iter()
            .filter(|(node, _)| !scratch.has(node.0) && !is_declared(context, &scratch, *node))
            .collect();
        let Some(worst) = far.iter().map(|(_, verdict)| *verdict).min() else {
            continue;
        };
        let reach = context.way(&mut scratch, graph.party(id), &BTreeSet::new());
        let mut targets: Vec<NodeId> = far
            .iter()
            .filter(|(_, verdict)| *verdict == worst)
            .map(|(node, _)| *node)
            .collect();
        targets.sort_by_key(|&node| {
            let height = reach
                .derivation(node)
                .map_or(u32::MAX, |found| found.height);
            (scope(context, node).is_none(), height, node)
        });
        let (scopes, parties) = counted(context, &targets);
        let Some(&first) = targets.first() else {
            continue;
        };
        let name = &party.name;
        let what = match scope(context, first) {
            Some(_) => "grant itself anything in",
            None => "become",
        };
        let called = context.called(first);
        let mut message = if worst == Verdict::Proven {
            format!("`{name}` can {what} {called}, which none of its clauses says")
        } else {
            format!("`{name}` can perhaps {what} {called}")
        };
        let more = scopes + parties - 1;
        if more > 0 {
            let also = if scopes > 0 && parties > 0 {
                format!(", and {more} more ({scopes} scopes and {parties} parties in all)")
            } else {
                format!(", and {more} more")
            };
            message.push_str(&also);
        }
        if worst == Verdict::Possible {
            message.push_str(&unknown(graph, &reach, first));
        }
        let severity = match worst {
            Verdict::Proven => Severity::Warning,
            Verdict::Possible | Verdict::Blocked => Severity::Note,
        };
        let found = context
            .finding(&CHECK, severity, id, party.name_span, message)
            .possible_if(worst != Verdict::Proven)
            .help("whoever takes over this one has the other too: take a clause of the way away, or declare what is meant by `inherits all from`, `member of` or an `assume` on the identity itself");
        let found = context.draw(found, &reach, first);
        findings.push(context.cut_here(found, &reach, &targets));
    }
}

/// Whether a node is worth telling of: somebody else, or a scope.
fn is_far(context: &Context<'_>, id: PartyId, node: NodeId) -> bool {
    scope(context, node).is_some() || is_another(context, id, node)
}

/// Whether somebody is had as a party although only one of its identities stands here, or the
/// other way round.
fn is_declared(context: &Context<'_>, scratch: &Scratch, node: NodeId) -> bool {
    let graph = context.graph;
    matches!(graph.node(node), Node::Identity(_))
        && parties_of(context, node)
            .iter()
            .any(|&party| scratch.has(graph.party(party).0))
}

/// Different scopes and different parties among nodes.
fn counted(context: &Context<'_>, nodes: &[NodeId]) -> (usize, usize) {
    let mut parties: BTreeSet<PartyId> = BTreeSet::new();
    let mut scopes = 0;
    for &node in nodes {
        if scope(context, node).is_some() {
            scopes += 1;
        }
        parties.extend(parties_of(context, node).first());
    }
    (scopes, parties.len())
}

/// What everybody has, because somebody trusts anyone: `wildcard-trust` tells of that.
fn everybody(graph: &DelegationGraph) -> HashSet<NodeId> {
    let anyone: Vec<NodeId> = graph.find(&Node::Anyone).into_iter().collect();
    graph
        .reach(&anyone, false)
        .nodes()
        .iter()
        .copied()
        .collect()
}

/// Leaves in `scratch` all that a party's own clauses and those that name it say it has: a search
/// over plain edges, which also begins in the scopes in which those who are found can grant
/// themselves anything by their own means.
fn declared(context: &Context<'_>, scratch: &mut Scratch, plain: &[bool], id: PartyId) {
    let graph = context.graph;
    let mut seeds: Vec<u32> = vec![graph.party(id).0];
    let mut parties: BTreeSet<PartyId> = BTreeSet::from([id]);
    let mut fresh = vec![id];
    loop {
        for party in std::mem::take(&mut fresh) {
            let scopes = context.own_scopes().of_party(party);
            seeds.extend(scopes.iter().map(|(scope, _)| scope.0));
        }
        scratch.search(graph.engine(), &seeds, Verdict::Possible, |clause| {
            !plain[clause as usize]
        });
        for &node in scratch.found() {
            for &party in parties_of(context, NodeId(node)) {
                if parties.insert(party) {
                    fresh.push(party);
                }
            }
        }
        if fresh.is_empty() {
            return;
        }
    }
}

/// By edge, whether somebody said just this: whose identity it is, whom it belongs to, whom it
/// may become.
fn plain(model: &Model, graph: &DelegationGraph) -> Vec<bool> {
    let named = named(model);
    let assuming: Vec<bool> = graph
        .rules
        .iter()
        .map(|rule| is_assuming(&model.catalog, rule))
        .collect();
    graph
        .edges()
        .map(|(_, edge)| match &edge.reason {
            Reason::ActsAs
            | Reason::From
            | Reason::Operator
            | Reason::Inherit
            | Reason::Member
            | Reason::Elevated => true,
            Reason::Holds { rule, .. } | Reason::Rule(rule) => assuming[*rule as usize],
            Reason::Trusts | Reason::TriggeredBy => named.contains(&edge.span),
            Reason::Anybody
            | Reason::RunsFrom
            | Reason::RunsOn
            | Reason::RunsAs
            | Reason::Stores
            | Reason::Escapes(_)
            | Reason::Contains
            | Reason::Content
            | Reason::Authority { .. }
            | Reason::Passes => false,
        })
        .collect()
}

/// Whether a rule is what `assume` means: an operation that becomes the very identity it names.
fn is_assuming(catalog: &Catalog, rule: &Control) -> bool {
    let [conjunct] = &rule.conjuncts[..] else {
        return false;
    };
    let becomes = matches!(
        rule.gives,
        Gives::Bound {
            hold: Hold::Identity,
            ..
        }
    );
    becomes
        && match &conjunct.asks {
            Asks::Operations(slots) => slots
                .iter()
                .all(|&slot| catalog.operation_of(slot).verb == Verb::Assume),
            Asks::Holding(_) => false,
        }
}

/// Where trust and triggers name a party or an identity outright.
fn named(model: &Model) -> HashSet<Span> {
    let outright = |who: &Who| match who {
        Who::Party(..) => true,
        Who::Thing(thing) => model.catalog.of(thing.of).roles.identity && thing.is_one(),
        Who::Anyone(_) | Who::Service(..) | Who::Oidc(..) | Who::System(..) => false,
    };
    let mut spans = HashSet::new();
    for (_, party) in model.parties() {
        for clause in &party.clauses {
            if let ClauseKind::Trusts { who, .. } = &clause.kind {
                if outright(who) {
                    spans.insert(who.span());
                }
            } else if let ClauseKind::TriggeredBy(all) = &clause.kind
                && all.iter().all(outright)
            {
                spans.insert(clause.span);
            }
        }
    }
    for resource in &model.resources {
        for fact in &resource.facts {
            if let Fact::Admits { who, span, .. } = fact
                && who.iter().all(outright)
            {
                spans.insert(*span);
            }
        }
    }
    spans
}
