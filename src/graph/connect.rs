//! Edges, from what is declared and granted.

mod conclusion;
mod guard;
mod influence;
mod join;
mod means;
mod party;
mod prefix;
mod running;
mod scope;
mod trust;

use super::ability::Doubt;
use super::edge::{Edge, Kind, Reason, engines};
use super::engine::Verdict;
use super::holding::Holding;
use super::node::{Node, NodeId, Nodes, Place};
use super::rule::Rules;
use super::{DelegationGraph, Guard};
use crate::grant::{Bundle, Granted};
use crate::model::catalog::TypeId;
use crate::model::control::Hold;
use crate::model::thing::Thing;
use crate::model::{Model, PartyId, SystemId};
use crate::source::{FileId, Span};
use prefix::Prefixes;
use running::Running;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::OnceLock;
use trust::{Admitting, admitting};

/// Somebody who holds authority in one tenant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Holder {
    /// The identity of that bundle.
    Bundle(u32),
    /// A principal without an identity in the tenant.
    Principal(PartyId, SystemId, u32),
    /// Everybody: what resources of a tenant admit anyone to.
    Anyone(SystemId, u32),
}

/// What an edge rests on, apart from its premises.
#[derive(Clone, Default, Debug)]
struct Basis {
    verdict: Option<Verdict>,
    unknown: Vec<u32>,
    guards: Vec<u32>,
}

struct Builder<'m> {
    model: &'m Model,
    granted: &'m Granted,
    rules: Rules,
    nodes: Nodes,
    edges: Vec<Edge>,
    guards: Vec<Guard>,
    texts: Vec<Box<str>>,
    text_index: HashMap<Box<str>, u32>,
    index: Index,
    /// Identity bundles by their identity's place.
    bundles: HashMap<Place, Vec<u32>>,
    /// Bundles by holder.
    held: HashMap<PartyId, Vec<u32>>,
    /// Those to whom a policy or a role is attached.
    attached: HashMap<Place, Vec<NodeId>>,
    /// Guards that approvals and boundaries are.
    made_guards: HashMap<(Span, Place), u32>,
    /// The node that every identity of a type in a tenant has.
    kinds: HashMap<Place, NodeId>,
    /// What a resource certainly leads to.
    out: HashMap<NodeId, Vec<NodeId>>,
    /// Who runs from where, once somebody asked.
    running: Option<Rc<Running>>,
    admitting: Admitting<'m>,
}

/// Nowhere in a source: of edges that follow from no clause of their own.
pub(super) const NOWHERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

/// Resource and identity nodes, by where they lie.
#[derive(Default)]
struct Index {
    /// By tenant, what is had of them, and type.
    by_type: HashMap<(SystemId, u32, Hold, TypeId), Vec<NodeId>>,
    /// By the same and what their addresses begin with.
    by_prefix: HashMap<(SystemId, u32, Hold, TypeId), Prefixes<NodeId>>,
    /// By the same and the exact flat address.
    exact: HashMap<(SystemId, u32, Hold, TypeId, String), Vec<NodeId>>,
    /// By tenant and what is had of them.
    by_hold: HashMap<(SystemId, u32, Hold), Vec<NodeId>>,
    /// Where some node stands for a pattern of resources.
    patterns: HashSet<(SystemId, u32, Hold, TypeId)>,
    /// Those that stand for a pattern, by tenant and what is had of them.
    loose: HashMap<(SystemId, u32, Hold), Vec<NodeId>>,
    /// By every place that encloses them, and what is had of them.
    inside: HashMap<(Place, Hold), Vec<NodeId>>,
}

/// Builds the graph.
pub(super) fn connect(model: &Model, granted: &Granted) -> DelegationGraph {
    let mut builder = Builder {
        model,
        granted,
        rules: Rules::of(model),
        nodes: Nodes::default(),
        edges: Vec::new(),
        guards: Vec::new(),
        texts: Vec::new(),
        text_index: HashMap::new(),
        index: Index::default(),
        bundles: HashMap::new(),
        held: HashMap::new(),
        attached: HashMap::new(),
        made_guards: HashMap::new(),
        kinds: HashMap::new(),
        out: HashMap::new(),
        running: None,
        admitting: admitting(model),
    };
    builder.nodes.put(Node::Anyone);
    for (id, _) in model.parties() {
        builder.nodes.put(Node::Party(id));
    }
    builder.identities();
    builder.read_guards();
    builder.parties();
    builder.resources();
    builder.trusts();
    builder.unnamed();
    builder.contained();
    let means = builder.gather();
    builder.conclude(&means);
    builder.elevated();
    builder.influences();
    builder.passes();
    builder.finish()
}

impl<'m> Builder<'m> {
    fn finish(mut self) -> DelegationGraph {
        // The order of the source, then of what was read first: the numbers decide between
        // derivations that are otherwise alike.
        let mut order: Vec<usize> = (0..self.edges.len()).collect();
        order.sort_by_key(|&index| (self.edges[index].span, index));
        let mut taken: Vec<Option<Edge>> = self.edges.drain(..).map(Some).collect();
        let edges: Vec<Edge> = order
            .into_iter()
            .filter_map(|index| taken[index].take())
            .collect();
        let count = self.nodes.list.len();
        let (controls, influences) = engines(count, &edges);
        DelegationGraph {
            nodes: self.nodes,
            edges,
            rules: self.rules.list,
            guards: self.guards,
            texts: self.texts,
            controls,
            influences,
            closure: OnceLock::new(),
        }
    }

    fn text(&mut self, text: impl Into<Box<str>>) -> u32 {
        let text = text.into();
        if let Some(&known) = self.text_index.get(&text) {
            return known;
        }
        let id = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.clone());
        self.text_index.insert(text, id);
        id
    }

    fn doubt(&mut self, doubt: &Doubt) -> u32 {
        let text = doubt.text(self.model);
        self.text(text)
    }

    /// Adds an edge, and where guards stand in the way the edge for those whom they let pass.
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of an edge, each of its own type"
    )]
    fn edge(
        &mut self,
        premises: &[NodeId],
        to: NodeId,
        kind: Kind,
        basis: Basis,
        step: bool,
        reason: Reason,
        span: Span,
    ) {
        if premises == [to] {
            return;
        }
        if let [from] = premises
            && basis.guards.is_empty()
            && matches!(self.nodes.list[from.index()], Node::Resource(..))
        {
            self.out.entry(*from).or_default().push(to);
        }
        let verdict = basis.verdict.unwrap_or(if basis.unknown.is_empty() {
            Verdict::Proven
        } else {
            Verdict::Possible
        });
        if basis.guards.is_empty() {
            self.edges.push(Edge {
                premises: premises.into(),
                to,
                kind,
                verdict,
                step,
                reason,
                span,
                unknown: basis.unknown.into(),
                guards: Box::new([]),
            });
            return;
        }
        let mut with: Vec<NodeId> = premises.to_vec();
        for &guard in &basis.guards {
            with.push(self.nodes.put(Node::Passed(guard)));
        }
        self.edges.push(Edge {
            premises: with.into(),
            to,
            kind,
            verdict,
            step,
            reason: reason.clone(),
            span,
            unknown: basis.unknown.clone().into(),
            guards: Box::new([]),
        });
        self.edges.push(Edge {
            premises: premises.into(),
            to,
            kind,
            verdict: Verdict::Blocked,
            step,
            reason,
            span,
            unknown: basis.unknown.into(),
            guards: basis.guards.into(),
        });
    }

    /// A certain edge of control.
    fn certain(&mut self, from: NodeId, to: NodeId, step: bool, reason: Reason, span: Span) {
        self.edge(
            &[from],
            to,
            Kind::Controls,
            Basis::default(),
            step,
            reason,
            span,
        );
    }

    /// The node of a resource, entered in the index.
    fn resource(&mut self, place: &Place, hold: Hold) -> NodeId {
        let node = Node::Resource(place.clone(), hold);
        if let Some(known) = self.nodes.find(&node) {
            return known;
        }
        let id = self.nodes.put(node);
        self.enter(place, hold, id);
        id
    }

    fn enter(&mut self, place: &Place, hold: Hold, id: NodeId) {
        let at = (place.system, place.tenant, hold);
        self.index.by_hold.entry(at).or_default().push(id);
        self.index
            .by_type
            .entry((at.0, at.1, hold, place.of))
            .or_default()
            .push(id);
        let address = place.address(self.model);
        self.index
            .by_prefix
            .entry((at.0, at.1, hold, place.of))
            .or_default()
            .put(&address.clone().into(), id);
        if let Some(address) = address.is_literal() {
            self.index
                .exact
                .entry((at.0, at.1, hold, place.of, address.to_owned()))
                .or_default()
                .push(id);
        } else {
            self.index.patterns.insert((at.0, at.1, hold, place.of));
        }
        if !place.is_one() {
            self.index.loose.entry(at).or_default().push(id);
        }
        for end in 0..=place.steps.len() {
            let around = Place {
                steps: place.steps[..end].to_vec(),
                of: match end {
                    0 => self.model.system(place.system).tenant_type,
                    _ => place.steps[end - 1].0,
                },
                ..place.clone()
            };
            self.index
                .inside
                .entry((around, hold))
                .or_default()
                .push(id);
        }
    }

    /// The nodes that having an identity means: the bundles that act as it, or else itself.
    fn identity(&mut self, place: &Place) -> Vec<NodeId> {
        match self.bundles.get(place) {
            Some(bundles) => bundles
                .clone()
                .into_iter()
                .map(|bundle| self.nodes.put(Node::Identity(bundle)))
                .collect(),
            None => vec![self.resource(place, Hold::Identity)],
        }
    }

    /// The node for having a thing in the way that its type is had.
    fn had(&mut self, place: &Place, otherwise: Hold) -> Vec<NodeId> {
        let roles = self.model.catalog.of(place.of).roles;
        if roles.identity || roles.group {
            return self.identity(place);
        }
        let hold = if roles.secret {
            Hold::Credential
        } else if roles.code {
            Hold::Code
        } else if roles.host {
            Hold::Host
        } else {
            otherwise
        };
        vec![self.resource(place, hold)]
    }

    /// Nodes that may lie inside a place: those that are known to, and patterns.
    fn around(&self, place: &Place, hold: Hold) -> Vec<NodeId> {
        let at = (place.system, place.tenant, hold);
        if !place.is_one() {
            return self.index.by_hold.get(&at).cloned().unwrap_or_default();
        }
        let inside = self.index.inside.get(&(place.clone(), hold));
        let mut all: Vec<NodeId> = inside.into_iter().flatten().copied().collect();
        if place.steps.is_empty() {
            return all;
        }
        for &node in self.index.loose.get(&at).into_iter().flatten() {
            if !all.contains(&node) {
                all.push(node);
            }
        }
        all
    }

    fn bundle(&self, bundle: u32) -> &'m Bundle {
        &self.granted.bundles[bundle as usize]
    }

    /// A bundle's identity as a place.
    fn bundle_place(&self, bundle: u32) -> Option<Place> {
        let bundle = self.bundle(bundle);
        let identity = bundle.identity.as_ref()?;
        Some(Place::of(identity, bundle.tenant))
    }

    fn places(&self, thing: &Thing) -> Vec<Place> {
        Place::each(self.model, thing)
    }

    /// Everybody who holds authority, with the node.
    fn holders(&self) -> Vec<(Holder, NodeId)> {
        let mut all: Vec<(Holder, NodeId)> = Vec::new();
        for bundle in 0..self.granted.bundles.len() {
            let bundle = u32::try_from(bundle).unwrap_or(u32::MAX);
            if let Some(node) = self.nodes.find(&Node::Identity(bundle)) {
                all.push((Holder::Bundle(bundle), node));
            }
        }
        for (id, _) in self.model.parties() {
            let Some(node) = self.nodes.find(&Node::Party(id)) else {
                continue;
            };
            for (system, tenant) in homeless(self.model, self.granted, &self.held, id) {
                all.push((Holder::Principal(id, system, tenant), node));
            }
        }
        if let Some(node) = self.nodes.find(&Node::Anyone) {
            for holding in Holding::of_anyone(self.model, self.granted) {
                all.push((Holder::Anyone(holding.system, holding.tenant), node));
            }
        }
        all
    }

    fn holding(&self, holder: Holder) -> Holding<'m> {
        match holder {
            Holder::Bundle(bundle) => {
                Holding::of_bundle(self.model, self.granted, self.bundle(bundle))
            }
            Holder::Principal(id, system, tenant) => {
                Holding::of_principal(self.model, self.granted, id, system, tenant)
            }
            Holder::Anyone(system, tenant) => Holding::of_anyone(self.model, self.granted)
                .into_iter()
                .find(|one| (one.system, one.tenant) == (system, tenant))
                .expect("a holder of this kind was made from one of these"),
        }
    }
}

/// The tenants in which a principal holds authority without an identity.
pub(super) fn homeless(
    model: &Model,
    granted: &Granted,
    held: &HashMap<PartyId, Vec<u32>>,
    id: PartyId,
) -> Vec<(SystemId, u32)> {
    use crate::model::party::ClauseKind;
    let party = model.party(id);
    if party.is_integration() {
        return Vec::new();
    }
    let mut all: BTreeSet<(SystemId, u32)> = BTreeSet::new();
    for clause in &party.clauses {
        if let ClauseKind::Allow(rule) = &clause.kind {
            for part in &rule.parts {
                for tenant in 0..model.system(part.thing.system).tenants.len() {
                    if part.thing.tenants.holds(tenant) {
                        let tenant = u32::try_from(tenant).unwrap_or(u32::MAX);
                        all.insert((part.thing.system, tenant));
                    }
                }
            }
        } else if let ClauseKind::Holds { system, .. } = &clause.kind {
            for tenant in 0..model.system(*system).tenants.len() {
                all.insert((*system, u32::try_from(tenant).unwrap_or(u32::MAX)));
            }
        }
    }
    for &bundle in held.get(&id).into_iter().flatten() {
        let bundle = &granted.bundles[bundle as usize];
        all.remove(&(bundle.system, bundle.tenant));
    }
    all.into_iter().collect()
}
