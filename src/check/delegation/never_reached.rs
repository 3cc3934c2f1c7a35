//! `never-reached`: what a `never` forbids is had through somebody else.

use crate::check::route::{is_another, overlap, reached, scope, unknown};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{Node, NodeId, Place, Scratch, Target, Verdict};
use crate::model::PartyId;
use crate::model::catalog::{SlotId, SlotRole};
use crate::model::rule::Part;
use crate::source::Span;
use std::collections::{BTreeSet, HashMap};

/// The check.
pub static CHECK: Check = Check {
    name: "never-reached",
    severity: Severity::Error,
    summary: "a `never` that a way through somebody else breaks",
    page: include_str!("../../../docs/checks/never-reached.md"),
    run,
};

/// A `never`'s part, made ready to be asked for: the same for all who share it.
struct Forbidden {
    targets: Vec<Target>,
    /// Its operations' slots, those on other types included.
    slots: BTreeSet<SlotId>,
}

/// What somebody else can do of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Breach {
    verdict: Verdict,
    slot: Option<SlotId>,
    span: Option<Span>,
}

/// Parts by where their slices lie in memory: those of a profile are shared.
type Known = HashMap<(usize, NodeId), Option<Breach>>;

fn run(context: &Context<'_>, findings: &mut Findings) {
    let mut scratch = Scratch::default();
    let mut ready: HashMap<usize, Forbidden> = HashMap::new();
    let mut known: Known = HashMap::new();
    for (id, party) in context.model.integrations() {
        if party.nevers().next().is_none() {
            continue;
        }
        let own: BTreeSet<NodeId> = context
            .own_scopes()
            .of_party(id)
            .iter()
            .map(|(scope, _)| *scope)
            .collect();
        let others: Vec<(NodeId, Verdict)> = reached(context, id)
            .into_iter()
            .filter(|(node, _)| {
                scope(context, *node).is_some() && !own.contains(node)
                    || is_another(context, id, *node)
            })
            .collect();
        if others.is_empty() {
            continue;
        }
        for (index, rule) in party.nevers() {
            let mut best: Option<(Breach, NodeId)> = None;
            for part in &rule.parts {
                let key = part.slices.as_ptr().addr();
                let forbidden = ready.entry(key).or_insert_with(|| prepare(context, part));
                for &(node, verdict) in &others {
                    if best.is_some_and(|(known, _)| known.verdict <= verdict) {
                        continue;
                    }
                    let Some(mut breach) = *known
                        .entry((key, node))
                        .or_insert_with(|| breach(context, part, forbidden, node))
                    else {
                        continue;
                    };
                    breach.verdict = breach.verdict.max(verdict);
                    if !rule.conditions.is_empty() {
                        breach.verdict = breach.verdict.max(Verdict::Possible);
                    }
                    if best.is_none_or(|known| (breach, node) < known) {
                        best = Some((breach, node));
                    }
                }
            }
            if let Some((breach, node)) = best {
                say(context, findings, &mut scratch, id, index, breach, node);
            }
        }
    }
}

fn prepare(context: &Context<'_>, part: &Part) -> Forbidden {
    let catalog = &context.model.catalog;
    let targets = Target::of(context.model, part, false);
    let slots = targets
        .iter()
        .take(1)
        .flat_map(|target| &target.slices)
        .flat_map(|(slots, _)| slots)
        .flat_map(|slot| &catalog.operation_of(*slot).slots)
        .copied()
        .collect();
    Forbidden { targets, slots }
}

/// What a node's own authority breaks of a part.
fn breach(
    context: &Context<'_>,
    part: &Part,
    forbidden: &Forbidden,
    node: NodeId,
) -> Option<Breach> {
    let graph = context.graph;
    let here = |system, tenant| {
        forbidden
            .targets
            .iter()
            .find(|target| (target.place.system, target.place.tenant) == (system, tenant))
    };
    match graph.node(node) {
        Node::Scope(scope) => {
            let target = here(scope.system, scope.tenant)?;
            let spared = !scope.holds(&target.place)
                && part.except.iter().any(|except| {
                    let except = Place::of(except, scope.tenant);
                    scope.holds(&except) || except.holds(scope)
                });
            (!spared && overlap(&target.place, scope)).then_some(Breach {
                verdict: Verdict::Proven,
                slot: None,
                span: None,
            })
        }
        Node::Identity(bundle) => {
            let bundle = &context.granted.bundles[*bundle as usize];
            let target = here(bundle.system, bundle.tenant)?;
            held(context, forbidden, target, node)
        }
        Node::Party(party) if !context.model.party(*party).is_integration() => forbidden
            .targets
            .iter()
            .filter_map(|target| held(context, forbidden, target, node))
            .min(),
        Node::Party(_)
        | Node::Resource(..)
        | Node::Anyone
        | Node::Unknown(..)
        | Node::Content(_)
        | Node::Passed(_)
        | Node::Means(_) => None,
    }
}

/// The first statement of a holder that gives some of a target. Denials and boundaries of the
/// holder bind whoever acts as it, and so do approvals and guards.
fn held(
    context: &Context<'_>,
    forbidden: &Forbidden,
    target: &Target,
    node: NodeId,
) -> Option<Breach> {
    let (model, graph) = (context.model, context.graph);
    let catalog = &model.catalog;
    let abilities = graph.able(model, context.granted, node, &forbidden.slots);
    abilities
        .iter()
        .filter(|ability| ability.gate.is_none() && ability.beyond.is_none())
        .filter(|ability| {
            let place = &ability.region.place;
            (place.system, place.tenant) == (target.place.system, target.place.tenant)
                && target.slices.iter().any(|(slots, address)| {
                    slots.contains(&ability.slot) && !address.is_disjoint(&ability.region.address)
                })
        })
        .filter(|ability| {
            let slot = catalog.slot(ability.slot);
            let operation = catalog.operation_of(ability.slot);
            let whole = slot.role == SlotRole::Home
                || abilities.iter().any(|other| {
                    catalog.slot(other.slot).role == SlotRole::Home
                        && operation.slots.contains(&other.slot)
                });
            let guarded = graph.guards.iter().any(|guard| {
                let against = guard.against.contains(operation.verb)
                    || guard.operations.contains(&ability.slot);
                against && guard.place.holds(&ability.region.place)
            });
            whole && !guarded
        })
        .map(|ability| Breach {
            verdict: if ability.doubts.is_empty() {
                Verdict::Proven
            } else {
                Verdict::Possible
            },
            slot: Some(ability.slot),
            span: Some(ability.span),
        })
        .min()
}

fn say(
    context: &Context<'_>,
    findings: &mut Findings,
    scratch: &mut Scratch,
    id: PartyId,
    index: usize,
    breach: Breach,
    node: NodeId,
) {
    let (model, graph) = (context.model, context.graph);
    let party = model.party(id);
    let reach = context.way(scratch, graph.party(id), &BTreeSet::new());
    let name = &party.name;
    let who = context.called(node);
    let operation = breach.slot.map(|slot| {
        let catalog = &model.catalog;
        catalog.spelled(catalog.slot(slot).operation)
    });
    let can = match breach.verdict {
        Verdict::Proven => "can",
        Verdict::Possible | Verdict::Blocked => "can perhaps",
    };
    let mut message = match &operation {
        Some(operation) => {
            format!("`{name}` {can} do what this forbids: `{operation}`, as {who}")
        }
        None => format!("`{name}` {can} do what this forbids: it grants itself anything in {who}"),
    };
    if breach.verdict == Verdict::Possible {
        message.push_str(&unknown(graph, &reach, node));
    }
    let severity = match breach.verdict {
        Verdict::Proven => Severity::Error,
        Verdict::Possible | Verdict::Blocked => Severity::Warning,
    };
    let mut found = context
        .finding(&CHECK, severity, id, party.clauses[index].span, message)
        .possible_if(breach.verdict != Verdict::Proven)
        .help("a `never` binds its own identities only: take a clause of the way away, or write the `never` at the other one as well");
    found = context.draw(found, &reach, node);
    if let (Some(span), Some(operation)) = (breach.span, operation) {
        found = found.related(span, format!("{who} holds `{operation}` by this"));
    }
    findings.push(context.cut_here(found, &reach, &[node]));
}
