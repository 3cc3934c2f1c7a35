//! `agent-rule-of-two`: what it reads can tell it to carry away what it knows.

use crate::authority::verb::Verb;
use crate::check::route::{overlap, parties_of, unknown};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::graph::{Held, Node, NodeId, Place, Reach, Reason, Slots, Verdict};
use crate::model::catalog::{SlotId, TypeId};
use crate::model::fact::Fact;
use crate::model::party::{ClauseKind, PartyKind};
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub static CHECK: Check = Check {
    name: "agent-rule-of-two",
    severity: Severity::Error,
    summary: "an agent with private data, untrusted content and a way out",
    page: include_str!("../../../docs/checks/agent-rule-of-two.md"),
    run,
};

/// Labels of what must not get out.
const PRIVATE: [&str; 6] = [
    "pii",
    "secret",
    "customer-data",
    "finance",
    "confidential",
    "private",
];

/// One of the three: what it rests on, whose authority it is, and the clause.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Leg {
    verdict: Verdict,
    node: NodeId,
    span: Span,
    words: String,
}

fn run(context: &Context<'_>, findings: &mut Findings) {
    let mut labels: Option<Labels> = None;
    let mut read: Option<BTreeMap<PartyId, Leg>> = None;
    for (id, party) in context.model.integrations() {
        if party.kind != PartyKind::Agent {
            continue;
        }
        let read = read.get_or_insert_with(|| read_by_agents(context));
        let Some(taken) = taken_in(context, id).or_else(|| read.get(&id).cloned()) else {
            continue;
        };
        let labels = labels.get_or_insert_with(|| Labels::of(context.model));
        let graph = context.graph;
        let reach = graph.reach(&[graph.party(id)], false);
        let held = graph.held(context.model, context.granted, &reach);
        if let Some((data, out)) = data_and_out(context, labels, id, &held) {
            say(context, findings, id, &reach, [&data, &taken, &out]);
        }
    }
}

/// What an agent says that it takes in from outside, or who starts it.
fn taken_in(context: &Context<'_>, id: PartyId) -> Option<Leg> {
    let party = context.model.party(id);
    party.clauses.iter().find_map(|clause| {
        if let ClauseKind::Ingests(things) = &clause.kind {
            let thing = things.first()?;
            return Some(Leg {
                verdict: Verdict::Proven,
                node: context.graph.party(id),
                span: clause.span,
                words: format!("it takes in `{}`", context.model.thing_text(thing)),
            });
        }
        None
    })
}

/// By agent, the first content that somebody outside of its team writes, or who else instructs it.
fn read_by_agents(context: &Context<'_>) -> BTreeMap<PartyId, Leg> {
    let graph = context.graph;
    let mut all: BTreeMap<PartyId, Leg> = BTreeMap::new();
    for (_, edge) in graph.edges() {
        let Node::Party(id) = graph.node(edge.to) else {
            continue;
        };
        if edge.verdict == Verdict::Blocked || context.model.party(*id).kind != PartyKind::Agent {
            continue;
        }
        let from = edge.premises[0];
        let words = if edge.reason == Reason::Content
            && matches!(graph.node(from), Node::Content(_))
        {
            format!("others write {}, which it reads", context.called(from))
        } else if edge.reason == Reason::TriggeredBy && matches!(graph.node(from), Node::Anyone) {
            "anyone starts it".to_owned()
        } else {
            continue;
        };
        let leg = Leg {
            verdict: edge.verdict,
            node: graph.party(*id),
            span: edge.span,
            words,
        };
        let known = all.entry(*id).or_insert_with(|| leg.clone());
        if leg < *known {
            *known = leg;
        }
    }
    all
}

/// What is labelled, in types, systems and single resources.
struct Labels {
    types: BTreeMap<TypeId, String>,
    systems: BTreeMap<SystemId, String>,
    resources: Vec<(Place, String)>,
}

impl Labels {
    fn of(model: &Model) -> Self {
        let private = |labels: &[Box<str>]| {
            let label = labels.iter().find(|label| PRIVATE.contains(&&***label))?;
            Some(label.to_string())
        };
        let mut types = BTreeMap::new();
        for (index, of) in model.catalog.types.iter().enumerate() {
            // What lies inside of something private is private.
            let mut at = vec![TypeId::at(index)];
            let mut seen = BTreeSet::new();
            while let Some(next) = at.pop() {
                if !seen.insert(next) {
                    continue;
                }
                if let Some(label) = private(&model.catalog.of(next).labels) {
                    types.insert(TypeId::at(index), label);
                    break;
                }
                if next == TypeId::at(index) {
                    at.extend(&of.parents);
                } else {
                    at.extend(&model.catalog.of(next).parents);
                }
            }
        }
        let systems = (0u32..)
            .map(SystemId)
            .zip(&model.systems)
            .filter_map(|(id, system)| Some((id, private(&system.labels)?)))
            .collect();
        let mut resources = Vec::new();
        for resource in &model.resources {
            for fact in &resource.facts {
                if let Fact::Labels(labels) = fact
                    && let Some(label) = private(labels)
                {
                    let places = Place::each(model, &resource.thing);
                    resources.extend(places.into_iter().map(|place| (place, label.clone())));
                }
            }
        }
        Self {
            types,
            systems,
            resources,
        }
    }

    /// Why what is read there is private.
    fn label(&self, of: TypeId, place: &Place) -> Option<&str> {
        self.types
            .get(&of)
            .or_else(|| self.systems.get(&place.system))
            .or_else(|| {
                let mut resources = self.resources.iter();
                let found = resources.find(|(around, _)| overlap(around, place));
                found.map(|(_, label)| label)
            })
            .map(String::as_str)
    }
}

/// Private data that it can read, and a way out of another system than that: the best of each that
/// go together.
fn data_and_out(
    context: &Context<'_>,
    labels: &Labels,
    id: PartyId,
    held: &[Held<'_>],
) -> Option<(Leg, Leg)> {
    let model = context.model;
    let own: Vec<Place> = model
        .party(id)
        .clauses
        .iter()
        .filter_map(|clause| {
            if let ClauseKind::Credential {
                stored_in: Some(thing),
                ..
            } = &clause.kind
            {
                Some(Place::each(model, thing))
            } else {
                None
            }
        })
        .flatten()
        .collect();
    let mut data: BTreeMap<SystemId, Leg> = BTreeMap::new();
    let mut out: BTreeMap<SystemId, Leg> = BTreeMap::new();
    let put = |all: &mut BTreeMap<SystemId, Leg>, system: SystemId, leg: Leg| {
        let known = all.entry(system).or_insert_with(|| leg.clone());
        if leg < *known {
            *known = leg;
        }
    };
    for one in held.iter().filter(|one| one.verdict < Verdict::Blocked) {
        let place = &one.piece.place;
        let leg = |words: String| Leg {
            verdict: one.verdict,
            node: one.holder,
            span: one.piece.span,
            words,
        };
        let Slots::These(slots) = &one.piece.slots else {
            let name = &model.system(place.system).name;
            let words = format!("it may do anything in `{name}`");
            if let Some(label) = labels.label(place.of, place) {
                let words = format!("{words}, which is `{label}`");
                put(&mut data, place.system, leg(words));
            }
            put(&mut out, place.system, leg(words));
            continue;
        };
        for &slot in slots.iter() {
            let verb = model.catalog.operation_of(slot).verb;
            let of = model.catalog.slot(slot).of;
            if matches!(verb, Verb::Get | Verb::Export)
                && !own.contains(place)
                && let Some(label) = labels.label(of, place)
            {
                let words = format!("`{}` reads what is `{label}`", spelled(model, slot));
                put(&mut data, place.system, leg(words));
            }
            if matches!(
                verb,
                Verb::Create | Verb::Update | Verb::Export | Verb::Trigger
            ) {
                let name = &model.system(place.system).name;
                let words = format!("`{}` in `{name}` is a way out", spelled(model, slot));
                put(&mut out, place.system, leg(words));
            }
        }
    }
    let mut pairs: Vec<(&Leg, &Leg)> = Vec::new();
    for (system, private) in &data {
        let others = out.iter().filter(|(other, _)| *other != system);
        pairs.extend(others.map(|(_, out)| (private, out)));
    }
    let best = pairs
        .into_iter()
        .min_by_key(|(data, out)| (data.verdict.max(out.verdict), *data, *out))?;
    Some((best.0.clone(), best.1.clone()))
}

fn spelled(model: &Model, slot: SlotId) -> String {
    model.catalog.spelled(model.catalog.slot(slot).operation)
}

fn say(
    context: &Context<'_>,
    findings: &mut Findings,
    id: PartyId,
    reach: &Reach,
    legs: [&Leg; 3],
) {
    let party = context.model.party(id);
    let verdict = legs.iter().map(|leg| leg.verdict).max();
    let (severity, has) = match verdict {
        Some(Verdict::Proven) => (Severity::Error, "has"),
        Some(Verdict::Possible | Verdict::Blocked) | None => (Severity::Warning, "has perhaps"),
    };
    let mut message = format!(
        "the agent `{}` {has} private data, content that others write, and a way out",
        party.name
    );
    let mut far: Vec<NodeId> = legs
        .iter()
        .map(|leg| leg.node)
        .filter(|&node| !parties_of(context, node).contains(&id))
        .collect();
    far.dedup();
    for &node in &far {
        message.push_str(&unknown(context.graph, reach, node));
    }
    let mut found = context
        .finding(&CHECK, severity, id, party.name_span, message)
        .possible_if(verdict != Some(Verdict::Proven))
        .help("an instruction in what it reads carries the data out: leave it two of the three, or put an approval before the third");
    for leg in legs {
        let whose = if far.contains(&leg.node) {
            format!(", as {}", context.called(leg.node))
        } else {
            String::new()
        };
        found = found.related(leg.span, format!("{}{whose}", leg.words));
    }
    for &node in &far {
        found = context.draw(found, reach, node);
    }
    findings.push(found);
}
