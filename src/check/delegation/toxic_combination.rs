//! `toxic-combination`: two duties that watch each other, in reach of one.

use crate::authority::verb::Verb;
use crate::check::route::{identities, is_another, reached, unknown};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{NodeId, Scratch, Slots, Verdict};
use crate::model::catalog::{SlotId, TypeId};
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub static CHECK: Check = Check {
    name: "toxic-combination",
    severity: Severity::Error,
    summary: "two duties that watch each other, both in reach of one integration",
    page: include_str!("../../../docs/checks/toxic-combination.md"),
    run,
};

/// A duty: one half of a pair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Duty {
    /// Creates or changes what somebody approves.
    Makes(SystemId, TypeId),
    /// Approves it.
    Approves(SystemId, TypeId),
    /// Reads an audit log.
    ReadsLog,
    /// Changes what is alerted on.
    SetsAlarm,
}

impl Duty {
    /// The duty that it must not meet; none of the second halves, so that a pair comes once.
    fn other(self) -> Option<Self> {
        match self {
            Duty::Makes(system, of) => Some(Duty::Approves(system, of)),
            Duty::ReadsLog => Some(Duty::SetsAlarm),
            Duty::Approves(..) | Duty::SetsAlarm => None,
        }
    }
}

/// How a duty is come by: what that rests on, how far it is, whose authority, by which operation
/// and clause.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Way {
    verdict: Verdict,
    far: bool,
    node: NodeId,
    slot: SlotId,
    span: Span,
}

/// What every operation of interest is for.
struct Roles {
    of: BTreeMap<SlotId, Vec<Role>>,
    slots: BTreeSet<SlotId>,
}

/// What an operation is for, wherever it is used.
#[derive(Clone, Copy)]
enum Role {
    Makes(TypeId),
    Approves(TypeId),
    ReadsLog,
    SetsAlarm,
}

fn run(context: &Context<'_>, findings: &mut Findings) {
    let roles = roles(context.model);
    if roles.slots.is_empty() {
        return;
    }
    let mut duties: Vec<Option<Vec<(Duty, Way)>>> = vec![None; context.graph.engine().nodes()];
    let mut scratch = Scratch::default();
    for (id, _) in context.model.integrations() {
        let others: Vec<(NodeId, Verdict)> = reached(context, id)
            .into_iter()
            .filter(|(node, _)| is_another(context, id, *node))
            .collect();
        if others.is_empty() {
            continue;
        }
        let mut best: BTreeMap<Duty, Way> = BTreeMap::new();
        let all = identities(context, id)
            .map(|node| (node, Verdict::Proven, false))
            .chain(
                others
                    .into_iter()
                    .map(|(node, verdict)| (node, verdict, true)),
            );
        for (node, verdict, far) in all {
            let held = duties[node.index()].get_or_insert_with(|| duties_of(context, &roles, node));
            for &(duty, way) in &*held {
                let way = Way {
                    verdict: way.verdict.max(verdict),
                    far,
                    ..way
                };
                let known = best.entry(duty).or_insert(way);
                *known = (*known).min(way);
            }
        }
        for (&duty, &one) in &best {
            let Some(&other) = duty.other().and_then(|other| best.get(&other)) else {
                continue;
            };
            let direct = match duty {
                Duty::Makes(system, _) => both_own(&best, system),
                Duty::ReadsLog | Duty::Approves(..) | Duty::SetsAlarm => false,
            };
            if (one.far || other.far) && !direct {
                say(context, findings, &mut scratch, id, duty, one, other);
            }
        }
    }
}

/// Whether `mixed-duties` tells of it: both halves in a system are its own.
fn both_own(best: &BTreeMap<Duty, Way>, system: SystemId) -> bool {
    let own = |wanted: fn(&Duty) -> Option<SystemId>| {
        best.iter()
            .any(|(duty, way)| !way.far && wanted(duty) == Some(system))
    };
    let makes = own(|duty| match duty {
        Duty::Makes(system, _) => Some(*system),
        Duty::Approves(..) | Duty::ReadsLog | Duty::SetsAlarm => None,
    });
    let approves = own(|duty| match duty {
        Duty::Approves(system, _) => Some(*system),
        Duty::Makes(..) | Duty::ReadsLog | Duty::SetsAlarm => None,
    });
    makes && approves
}

fn roles(model: &Model) -> Roles {
    let catalog = &model.catalog;
    let mut of: BTreeMap<SlotId, Vec<Role>> = BTreeMap::new();
    for (index, kind) in catalog.types.iter().enumerate() {
        let id = TypeId::at(index);
        let labelled = |label: &str| kind.labels.iter().any(|known| &**known == label);
        let verb = |slot: &SlotId| catalog.operation_of(*slot).verb;
        let approvable = kind.slots.iter().any(|slot| verb(slot) == Verb::Approve);
        for &slot in &kind.slots {
            let mut put = |role: Role| of.entry(slot).or_default().push(role);
            match verb(&slot) {
                Verb::List | Verb::Get | Verb::Export => {
                    if labelled("audit") {
                        put(Role::ReadsLog);
                    }
                }
                Verb::Create | Verb::Update => {
                    if approvable {
                        put(Role::Makes(id));
                    }
                    if labelled("alerting") {
                        put(Role::SetsAlarm);
                    }
                }
                Verb::Delete | Verb::Administer => {
                    if labelled("alerting") {
                        put(Role::SetsAlarm);
                    }
                }
                Verb::Approve => put(Role::Approves(id)),
                Verb::Trigger | Verb::Assume => {}
            }
        }
    }
    let slots = of.keys().copied().collect();
    Roles { of, slots }
}

/// The duties that somebody's own authority is enough for, each by its best way. Grants of
/// everything are left to `overbroad-grant`.
fn duties_of(context: &Context<'_>, roles: &Roles, node: NodeId) -> Vec<(Duty, Way)> {
    let (model, graph) = (context.model, context.graph);
    let holdings = graph.holdings(model, context.granted, node);
    let whole = holdings.iter().flat_map(|holding| &holding.grants);
    if whole
        .into_iter()
        .any(|piece| !matches!(piece.slots, Slots::These(_)))
    {
        return Vec::new();
    }
    let mut best: BTreeMap<Duty, Way> = BTreeMap::new();
    for ability in graph.able(model, context.granted, node, &roles.slots) {
        if ability.gate.is_some() || ability.beyond.is_some() {
            continue;
        }
        let system = ability.region.place.system;
        let way = Way {
            verdict: if ability.doubts.is_empty() {
                Verdict::Proven
            } else {
                Verdict::Possible
            },
            far: false,
            node,
            slot: ability.slot,
            span: ability.span,
        };
        for role in roles.of.get(&ability.slot).into_iter().flatten() {
            let duty = match role {
                Role::Makes(of) => Duty::Makes(system, *of),
                Role::Approves(of) => Duty::Approves(system, *of),
                Role::ReadsLog => Duty::ReadsLog,
                Role::SetsAlarm => Duty::SetsAlarm,
            };
            let known = best.entry(duty).or_insert(way);
            *known = (*known).min(way);
        }
    }
    best.into_iter().collect()
}

fn say(
    context: &Context<'_>,
    findings: &mut Findings,
    scratch: &mut Scratch,
    id: PartyId,
    duty: Duty,
    one: Way,
    other: Way,
) {
    let (model, graph) = (context.model, context.graph);
    let party = model.party(id);
    let operation = |way: Way| {
        let catalog = &model.catalog;
        let name = catalog.qualified(catalog.slot(way.slot).operation);
        if way.far {
            format!("`{name}` as {}", context.called(way.node))
        } else {
            format!("`{name}`")
        }
    };
    let what = match duty {
        Duty::Makes(..) | Duty::Approves(..) => "make what it can also approve",
        Duty::ReadsLog | Duty::SetsAlarm => "read the audit log and change what is alerted on",
    };
    let verdict = one.verdict.max(other.verdict);
    let (can, severity) = match verdict {
        Verdict::Proven => ("can", context.gravity(id)),
        Verdict::Possible | Verdict::Blocked => ("can perhaps", Severity::Note),
    };
    let mut message = format!(
        "`{}` {can} {what}: {} and {}",
        party.name,
        operation(one),
        operation(other)
    );
    let reach = context.way(scratch, graph.party(id), &BTreeSet::new());
    let mut far: Vec<NodeId> = [one, other]
        .iter()
        .filter(|way| way.far)
        .map(|way| way.node)
        .collect();
    far.dedup();
    for &node in &far {
        message.push_str(&unknown(graph, &reach, node));
    }
    let mut found = context
        .finding(&CHECK, severity, id, party.name_span, message)
        .possible_if(verdict != Verdict::Proven)
        .help("two duties that watch each other are one where both are reached: take a clause of the way away, or give one duty to somebody out of reach");
    for &node in &far {
        found = context.draw(found, &reach, node);
    }
    for way in [one, other] {
        found = found.related(way.span, format!("{} by this", operation(way)));
    }
    findings.push(context.cut_here(found, &reach, &far[..1]));
}
