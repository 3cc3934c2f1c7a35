//! Questions about resources: having what is asked about becomes a node of its own, so that
//! searches, paths and cuts treat it as they treat everything else.

use super::ability::Ability;
use super::edge::{Edge, Kind, Reason, engines};
use super::engine::Verdict;
use super::node::{Node, NodeId, Place};
use super::reach::{Reach, These};
use super::{DelegationGraph, Guard};
use crate::authority::AddressSet;
use crate::authority::verb::{Verb, VerbSet};
use crate::grant::Granted;
use crate::model::Model;
use crate::model::catalog::{SlotId, SlotRole};
use crate::model::control::Hold;
use crate::model::rule::Part;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

/// What a question asks about: operations on a resource, or inside it, in one tenant.
#[derive(Clone, Debug)]
pub struct Target {
    /// The resource.
    pub place: Place,
    /// Operations, and the addresses on which they count.
    pub slices: Vec<(BTreeSet<SlotId>, AddressSet)>,
    /// Whether every verb counts, so that acting as the resource itself counts as well.
    pub whole: bool,
}

impl Target {
    /// What a part speaks of, one a tenant.
    pub fn of(model: &Model, part: &Part, whole: bool) -> Vec<Target> {
        let catalog = &model.catalog;
        let vendor = model.system(part.thing.system).vendor;
        let slices: Vec<(BTreeSet<SlotId>, AddressSet)> = part
            .slices
            .iter()
            .map(|slice| {
                let operations = &slice.cube.operations;
                let slots = match operations.iter_finite() {
                    Some(finite) => finite.map(SlotId::of).collect(),
                    None => (0..catalog.slots.len())
                        .map(SlotId::at)
                        .filter(|slot| catalog.operation_of(*slot).vendor == vendor)
                        .filter(|slot| operations.contains(slot.operation()))
                        .collect(),
                };
                (slots, slice.cube.address.clone())
            })
            .collect();
        Place::each(model, &part.thing)
            .into_iter()
            .map(|place| Target {
                place,
                slices: slices.clone(),
                whole,
            })
            .collect()
    }

    /// Whether one of its operations may be used somewhere in an ability's region.
    fn meets(&self, ability: &Ability) -> bool {
        let mut slices = self.slices.iter();
        slices.any(|(slots, address)| {
            slots.contains(&ability.slot) && !address.is_disjoint(&ability.region.address)
        })
    }

    fn is_here(&self, place: &Place) -> bool {
        self.place.holds(place) || self.place.of == place.of && self.place.meets(place)
    }
}

/// What one clause of a holder gives of a target.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Means {
    span: Span,
    unknown: Vec<Box<str>>,
    gate: Option<Box<str>>,
    beyond: Option<Span>,
    guards: Vec<u32>,
    place: Place,
}

/// How telling an operation is of what can be done: one that control rules ask for, then the
/// gravest verb.
fn weight(verb: Verb, is_asked_for: bool) -> (bool, usize) {
    const GRAVITY: [Verb; 10] = [
        Verb::List,
        Verb::Get,
        Verb::Trigger,
        Verb::Create,
        Verb::Update,
        Verb::Export,
        Verb::Approve,
        Verb::Delete,
        Verb::Assume,
        Verb::Administer,
    ];
    let at = GRAVITY.iter().position(|one| *one == verb).unwrap_or(0);
    (is_asked_for, at)
}

impl DelegationGraph {
    /// The graph with a node for each target, which everybody has who holds one of its operations on
    /// some part of it, or can grant itself anything there; and the nodes that mean to have each.
    /// With `among`, only holders found there are looked at.
    pub fn asking(
        &self,
        model: &Model,
        granted: &Granted,
        targets: &[Target],
        among: Option<&Reach>,
    ) -> (DelegationGraph, Vec<NodeId>) {
        let mut asking = Asking {
            model,
            granted,
            graph: self.clone(),
            asked_for: HashSet::new(),
            texts: HashMap::new(),
        };
        for rule in &self.rules {
            for conjunct in &rule.conjuncts {
                if let crate::model::control::Asks::Operations(slots) = &conjunct.asks {
                    asking.asked_for.extend(slots.iter().copied());
                }
            }
        }
        let mut nodes = Vec::new();
        for target in targets {
            asking.target(target, among, &mut nodes);
        }
        let mut graph = asking.graph;
        let (controls, influences) = engines(graph.nodes.list.len(), &graph.edges);
        graph.controls = controls;
        graph.influences = influences;
        graph.closure = OnceLock::new();
        (graph, nodes)
    }
}

struct Asking<'m> {
    model: &'m Model,
    granted: &'m Granted,
    graph: DelegationGraph,
    /// The operations that control rules ask for.
    asked_for: HashSet<SlotId>,
    texts: HashMap<Box<str>, u32>,
}

impl Asking<'_> {
    fn target(&mut self, target: &Target, among: Option<&Reach>, nodes: &mut Vec<NodeId>) {
        let known: Vec<(NodeId, Node)> = self
            .graph
            .nodes()
            .filter(|(id, _)| among.is_none_or(|reach| reach.verdict(*id).is_some()))
            .map(|(id, node)| (id, node.clone()))
            .collect();
        let asked = Node::Resource(target.place.clone(), Hold::Credential);
        let to = self.graph.nodes.beside(asked);
        nodes.push(to);
        let wanted: BTreeSet<SlotId> = target
            .slices
            .iter()
            .flat_map(|(slots, _)| slots)
            .copied()
            .collect();
        // A request may need the operation on other types, too.
        let catalog = &self.model.catalog;
        let widened: BTreeSet<SlotId> = wanted
            .iter()
            .flat_map(|slot| &catalog.operation_of(*slot).slots)
            .copied()
            .collect();
        for (id, node) in known {
            match &node {
                Node::Scope(scope) if scope.holds(&target.place) || target.is_here(scope) => {
                    self.elevated(id, to, target, &wanted);
                }
                Node::Resource(place, _) if target.whole && target.is_here(place) => {
                    nodes.push(id);
                }
                Node::Identity(bundle) => {
                    let of = &self.granted.bundles[*bundle as usize];
                    if (of.system, of.tenant) != (target.place.system, target.place.tenant) {
                        continue;
                    }
                    let identity = of.identity.as_ref().map(|one| Place::of(one, of.tenant));
                    if target.whole && identity.is_some_and(|place| target.is_here(&place)) {
                        nodes.push(id);
                    }
                    self.holder(id, to, target, &widened);
                }
                Node::Party(_) => self.holder(id, to, target, &widened),
                Node::Resource(..)
                | Node::Scope(_)
                | Node::Anyone
                | Node::Unknown(..)
                | Node::Content(_)
                | Node::Passed(_)
                | Node::Means(_) => {}
            }
        }
    }

    /// Whoever can grant itself anything there, but for what is refused to everybody.
    fn elevated(&mut self, from: NodeId, to: NodeId, target: &Target, wanted: &BTreeSet<SlotId>) {
        let catalog = &self.model.catalog;
        let guards: Vec<u32> = (0u32..)
            .zip(&self.graph.guards)
            .filter(|(_, guard)| guard.place.holds(&target.place))
            .filter(|(_, guard)| {
                wanted.iter().all(|slot| {
                    guard.against.contains(catalog.operation_of(*slot).verb)
                        || guard.operations.contains(slot)
                })
            })
            .map(|(id, _)| id)
            .collect();
        let span = super::connect::NOWHERE;
        self.edge(from, to, Reason::Elevated, span, Vec::new(), guards);
    }

    /// Whoever holds some of it.
    fn holder(&mut self, from: NodeId, to: NodeId, target: &Target, slots: &BTreeSet<SlotId>) {
        let at = (target.place.system, target.place.tenant);
        let catalog = &self.model.catalog;
        let mut found: Vec<Ability> = Vec::new();
        for holding in self.graph.holdings(self.model, self.granted, from) {
            if (holding.system, holding.tenant) == at {
                found.extend(holding.abilities(self.model, &These(slots)));
            }
        }
        let held: HashSet<SlotId> = found.iter().map(|ability| ability.slot).collect();
        let mut means: BTreeMap<Means, Vec<SlotId>> = BTreeMap::new();
        for ability in found.iter().filter(|ability| target.meets(ability)) {
            let operation = catalog.operation_of(ability.slot);
            let has = |role: SlotRole| {
                let mut slots = operation.slots.iter();
                slots.any(|slot| catalog.slot(*slot).role == role && held.contains(slot))
            };
            if catalog.slot(ability.slot).role != SlotRole::Home && !has(SlotRole::Home) {
                continue;
            }
            let mut unknown: Vec<Box<str>> = ability
                .doubts
                .iter()
                .map(|doubt| doubt.text(self.model).into())
                .collect();
            for slot in &operation.slots {
                if catalog.slot(*slot).role == SlotRole::Also && !held.contains(slot) {
                    unknown.push(lacking(self.model, ability.slot, *slot).into());
                }
            }
            unknown.sort_unstable();
            unknown.dedup();
            let place = ability.region.place.down(self.model, ability.region.of);
            let key = Means {
                span: ability.span,
                unknown,
                gate: ability.gate.map(|by| self.model.team(by).name.clone()),
                beyond: ability.beyond,
                guards: self.in_the_way(target, &place, ability.slot),
                place,
            };
            means.entry(key).or_default().push(ability.slot);
        }
        for (key, mut slots) in means {
            slots.sort_by_key(|slot| {
                let verb = catalog.operation_of(*slot).verb;
                let weight = weight(verb, self.asked_for.contains(slot));
                (std::cmp::Reverse(weight), *slot)
            });
            slots.dedup_by_key(|slot| catalog.slot(*slot).operation);
            let Some(&slot) = slots.first() else { continue };
            let more = u32::try_from(slots.len() - 1).unwrap_or(u32::MAX);
            let guards = self.guards(from, &key);
            let unknown = key.unknown.iter().map(|text| self.text(text)).collect();
            let on = self.text(&key.place.text(self.model));
            let reason = Reason::Authority { slot, more, on };
            self.edge(from, to, reason, key.span, unknown, guards);
        }
    }

    /// The guards in the way of one operation.
    fn in_the_way(&self, target: &Target, place: &Place, slot: SlotId) -> Vec<u32> {
        let verb = self.model.catalog.operation_of(slot).verb;
        (0u32..)
            .zip(&self.graph.guards)
            .filter(|(_, guard)| {
                let here = guard.place.holds(&target.place) || guard.place.holds(place);
                here && (guard.against.contains(verb) || guard.operations.contains(&slot))
            })
            .map(|(id, _)| id)
            .collect()
    }

    /// Every guard in the way of what one clause gives.
    fn guards(&mut self, from: NodeId, means: &Means) -> Vec<u32> {
        let mut guards = means.guards.clone();
        if let Some(team) = &means.gate {
            guards.push(self.guard("approval", Some(team), &means.place, means.span));
        }
        if let Some(span) = means.beyond {
            let identity = match self.graph.node(from) {
                Node::Identity(bundle) => {
                    let bundle = &self.granted.bundles[*bundle as usize];
                    let thing = bundle.identity.as_ref();
                    thing.map(|thing| Place::of(thing, bundle.tenant))
                }
                Node::Party(_)
                | Node::Resource(..)
                | Node::Scope(_)
                | Node::Anyone
                | Node::Unknown(..)
                | Node::Content(_)
                | Node::Passed(_)
                | Node::Means(_) => None,
            };
            let place = identity.unwrap_or_else(|| means.place.clone());
            guards.push(self.guard("permission-boundary", None, &place, span));
        }
        guards
    }

    /// The guard that an approval or a boundary is.
    fn guard(&mut self, kind: &str, setting: Option<&str>, place: &Place, span: Span) -> u32 {
        let known =
            self.graph.guards.iter().position(|guard| {
                &*guard.kind == kind && guard.span == span && guard.place == *place
            });
        let id = known.unwrap_or_else(|| {
            self.graph.guards.push(Guard {
                kind: kind.into(),
                setting: setting.map(Into::into),
                place: place.clone(),
                against: VerbSet::default(),
                operations: Vec::new(),
                span,
            });
            self.graph.guards.len() - 1
        });
        u32::try_from(id).unwrap_or(u32::MAX)
    }

    fn text(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.texts.get(text) {
            return known;
        }
        let id = u32::try_from(self.graph.texts.len()).unwrap_or(u32::MAX);
        self.graph.texts.push(text.into());
        self.texts.insert(text.into(), id);
        id
    }

    fn edge(
        &mut self,
        from: NodeId,
        to: NodeId,
        reason: Reason,
        span: Span,
        unknown: Vec<u32>,
        guards: Vec<u32>,
    ) {
        let verdict = if unknown.is_empty() {
            Verdict::Proven
        } else {
            Verdict::Possible
        };
        let mut premises = vec![from];
        for &guard in &guards {
            premises.push(self.graph.nodes.put(Node::Passed(guard)));
        }
        let edge = Edge {
            premises: premises.into(),
            to,
            kind: Kind::Controls,
            verdict,
            step: true,
            reason,
            span,
            unknown: unknown.into(),
            guards: Box::new([]),
        };
        if !guards.is_empty() {
            self.graph.edges.push(Edge {
                premises: Box::new([from]),
                verdict: Verdict::Blocked,
                guards: guards.into(),
                ..edge.clone()
            });
        }
        self.graph.edges.push(edge);
    }
}

/// What is unknown of an operation whose holder is granted nothing on a further type that every
/// request names.
pub fn lacking(model: &Model, slot: SlotId, also: SlotId) -> String {
    let catalog = &model.catalog;
    format!(
        "whether `{}` is allowed, which also wants `{}`",
        catalog.spelled(catalog.slot(slot).operation),
        catalog.type_path(catalog.slot(also).of)
    )
}
