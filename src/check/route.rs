//! Ways through the delegation graph, as findings tell them: hop by hop, and where to cut.

use super::Context;
use crate::diagnostic::Diagnostic;
use crate::graph::{DelegationGraph, EdgeId, Node, NodeId, Place, Reach, Reason, Scratch, Verdict};
use crate::model::PartyId;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering::Relaxed;

/// The most hops that a finding draws; what is beyond is counted.
const DRAWN: usize = 12;
/// How many nodes are visited in order to draw ways and to find where to cut them, in all. Findings
/// beyond are told without: a project in which so much is within reach has enough drawn.
pub(super) const VISITS: usize = 8_000_000;
/// The most clauses of a way that are tried as the place to cut.
const TRIED: usize = 24;

/// What can be taken away, and what that closes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cut {
    /// The clause.
    pub span: Span,
    /// How many of the places asked for are no longer reached without it.
    pub closes: usize,
}

/// The scopes in which a party can grant itself anything by what it holds itself, with nobody
/// else's identity on the way.
#[derive(Clone, Default, Debug)]
pub(super) struct OwnScopes(BTreeMap<PartyId, Vec<(NodeId, Verdict)>>);

impl OwnScopes {
    /// Of every party.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut scratch = Scratch::default();
        let mut all = BTreeMap::new();
        for (id, _) in context.model.parties() {
            let scopes: Vec<NodeId> = reached(context, id)
                .into_iter()
                .filter(|(node, _)| scope(context, *node).is_some())
                .map(|(node, _)| node)
                .collect();
            if scopes.is_empty() {
                continue;
            }
            let own = own_search(context, &mut scratch, id, &scopes);
            if !own.is_empty() {
                all.insert(id, own);
            }
        }
        Self(all)
    }

    /// Those of one party, each with what it rests on.
    pub(super) fn of_party(&self, id: PartyId) -> &[(NodeId, Verdict)] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// The nodes that a party reaches, proven or possible, with what that rests on.
pub(super) fn reached(context: &Context<'_>, id: PartyId) -> Vec<(NodeId, Verdict)> {
    let mut row = context.graph.closure().of_party(id);
    row.retain(|(_, verdict)| *verdict < Verdict::Blocked);
    row
}

/// The parties as whose identity a node is held, or which it is; none for anything else.
pub(super) fn parties_of<'c>(context: &'c Context<'_>, node: NodeId) -> &'c [PartyId] {
    match context.graph.node(node) {
        Node::Party(id) => std::slice::from_ref(id),
        Node::Identity(bundle) => &context.granted.bundles[*bundle as usize].holders,
        Node::Resource(..)
        | Node::Scope(_)
        | Node::Anyone
        | Node::Unknown(..)
        | Node::Content(_)
        | Node::Passed(_)
        | Node::Means(_) => &[],
    }
}

/// The scope that a node is; none for anything else.
pub(super) fn scope<'c>(context: &Context<'c>, node: NodeId) -> Option<&'c Place> {
    if let Node::Scope(place) = context.graph.node(node) {
        Some(place)
    } else {
        None
    }
}

/// Where the identity of a bundle lies: the tenant, for the token that a platform gives a workflow.
pub(super) fn identity_place(context: &Context<'_>, bundle: usize) -> Place {
    let bundle = &context.granted.bundles[bundle];
    match &bundle.identity {
        Some(thing) => Place::of(thing, bundle.tenant),
        None => Place::tenant(context.model, bundle.system, bundle.tenant),
    }
}

/// The nodes of a party's identities.
pub(super) fn identities<'c>(
    context: &'c Context<'_>,
    id: PartyId,
) -> impl Iterator<Item = NodeId> + 'c {
    let bundles = context.subject(id).bundles.iter();
    bundles
        .filter_map(|&bundle| u32::try_from(bundle).ok())
        .filter_map(|bundle| context.graph.find(&Node::Identity(bundle)))
}

/// Whether having a node is to be somebody else.
pub(super) fn is_another(context: &Context<'_>, id: PartyId, node: NodeId) -> bool {
    let parties = parties_of(context, node);
    !parties.is_empty() && !parties.contains(&id)
}

fn own_search(
    context: &Context<'_>,
    scratch: &mut Scratch,
    id: PartyId,
    scopes: &[NodeId],
) -> Vec<(NodeId, Verdict)> {
    let graph = context.graph;
    scratch.search(
        graph.engine(),
        &[graph.party(id).0],
        Verdict::Possible,
        |clause| is_another(context, id, graph.edge(EdgeId(clause)).to),
    );
    scopes
        .iter()
        .filter_map(|&scope| Some((scope, scratch.derivation(scope.0)?.0)))
        .collect()
}

/// Of the edges that `reach` uses, those that end in somebody other than `id`: without them, a
/// search from `id` finds what it has by itself.
pub(super) fn to_others(context: &Context<'_>, id: PartyId, reach: &Reach) -> BTreeSet<EdgeId> {
    let graph = context.graph;
    reach
        .nodes()
        .iter()
        .flat_map(|node| graph.engine().uses(node.0))
        .map(EdgeId)
        .filter(|&edge| is_another(context, id, graph.edge(edge).to))
        .collect()
}

/// Whether one of two places may lie in the other: names at shared types meet, and every type on
/// the one's way down is on the other's.
pub(super) fn overlap(one: &Place, other: &Place) -> bool {
    let within = |inner: &Place, outer: &Place| {
        outer
            .steps
            .iter()
            .all(|(of, _)| inner.steps.iter().any(|(own, _)| own == of))
    };
    one.meets(other) && (within(one, other) || within(other, one))
}

/// What nobody said about a derivation, in words that follow a message; empty where all is declared.
pub(super) fn unknown(graph: &DelegationGraph, reach: &Reach, node: NodeId) -> String {
    let (unknown, _) = graph.rests_on(reach, node);
    let texts: Vec<&str> = unknown
        .iter()
        .map(|&text| &*graph.texts[text as usize])
        .collect();
    if texts.is_empty() {
        String::new()
    } else {
        format!("; unknown is {}", texts.join(", and "))
    }
}

impl Context<'_> {
    /// What a node is called in a finding, in backticks where it has a name.
    pub(super) fn called(&self, node: NodeId) -> String {
        let name = self.graph.name(self.model, self.granted, node);
        if matches!(self.graph.node(node), Node::Anyone) {
            name
        } else {
            format!("`{name}`")
        }
    }

    /// All that one node has, some edges left out, to draw ways in; nothing once [`VISITS`] are used up.
    pub(super) fn way(
        &self,
        scratch: &mut Scratch,
        from: NodeId,
        closed: &BTreeSet<EdgeId>,
    ) -> Reach {
        let from = [from];
        let from = if self.visits.load(Relaxed) == 0 {
            &[][..]
        } else {
            &from
        };
        let reach = self.graph.reach_with(scratch, from, false, closed);
        self.visit(reach.nodes().len());
        reach
    }

    fn visit(&self, nodes: usize) {
        let left = self.visits.load(Relaxed).saturating_sub(nodes);
        self.visits.store(left, Relaxed);
    }

    /// Adds the way to `to`, hop by hop, to a finding; where it draws one already, counting on.
    pub(super) fn draw(&self, mut found: Diagnostic, reach: &Reach, to: NodeId) -> Diagnostic {
        let hops = self.graph.hops(reach, to);
        let mut last = found.span;
        let drawn = found.related.iter();
        let before = drawn
            .filter(|label| label.message.starts_with("hop "))
            .count();
        for (number, hop) in (before + 1..).zip(&hops).take(DRAWN) {
            last = self.graph.hop_span(hop).unwrap_or(last);
            let why = self.graph.hop_why(self.model, self.granted, hop);
            found = found.related(last, format!("hop {number}: {why}"));
        }
        if hops.len() > DRAWN {
            let more = hops.len() - DRAWN;
            found = found.related(last, format!("and {more} more hops"));
        }
        found
    }

    /// The clause on the way to the first of `to` without which the most of them are out of reach.
    /// A clause that alone closes every way to a node stands on each of its ways, so the one that
    /// is drawn has it. Among equals, grants and trusts go before facts of where things run and
    /// are kept, then the first in the source.
    pub(super) fn cut(&self, reach: &Reach, to: &[NodeId]) -> Option<Cut> {
        let graph = self.graph;
        let first = *to.first()?;
        let mut clauses: BTreeMap<Span, u32> = BTreeMap::new();
        for edge in graph.derivation_edges(reach, first) {
            let edge = graph.edge(edge);
            if let Some(price) = price(&edge.reason)
                && edge.span.start < edge.span.end
            {
                let known = clauses.entry(edge.span).or_insert(price);
                *known = price.min(*known);
            }
        }
        let mut scratch = Scratch::default();
        clauses
            .into_iter()
            .take(TRIED)
            .filter_map(|(span, price)| {
                if self.visits.load(Relaxed) == 0 {
                    return None;
                }
                self.visit(reach.nodes().len());
                let cut = edges_at(graph, span);
                let without = graph.reach_with(&mut scratch, &reach.from, false, &cut);
                let open = |node: &&NodeId| {
                    without
                        .verdict(**node)
                        .is_some_and(|verdict| verdict < Verdict::Blocked)
                };
                let closes = to.len() - to.iter().filter(open).count();
                (closes > 0).then_some((std::cmp::Reverse(closes), price, span))
            })
            .min()
            .map(|(closes, _, span)| Cut {
                span,
                closes: closes.0,
            })
    }

    /// Says where to cut the ways to `to`.
    pub(super) fn cut_here(&self, found: Diagnostic, reach: &Reach, to: &[NodeId]) -> Diagnostic {
        let Some(cut) = self.cut(reach, to) else {
            return found;
        };
        let words = match (cut.closes, to.len()) {
            (1, 1) => "cut here: no way is left without this clause".to_owned(),
            (closes, all) if closes == all => {
                format!("cut here: none of the {all} is left without this clause")
            }
            (closes, all) => {
                format!("cut here: {closes} of the {all} are out of reach without this clause")
            }
        };
        found.related(cut.span, words)
    }
}

/// The edges that rest on one clause. Edges are numbered as the source is read.
fn edges_at(graph: &DelegationGraph, span: Span) -> BTreeSet<EdgeId> {
    let count = u32::try_from(graph.engine().clauses()).unwrap_or(u32::MAX);
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if graph.edge(EdgeId(middle)).span < span {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (low..count)
        .map(EdgeId)
        .take_while(|&edge| graph.edge(edge).span == span)
        .collect()
}

/// How dear it is to take a clause away; none where there is no clause to take.
fn price(reason: &Reason) -> Option<u32> {
    match reason {
        Reason::Holds { .. }
        | Reason::Authority { .. }
        | Reason::Operator
        | Reason::Inherit
        | Reason::Member => Some(2),
        Reason::Trusts
        | Reason::From
        | Reason::Escapes(_)
        | Reason::TriggeredBy
        | Reason::Content => Some(3),
        Reason::Stores | Reason::RunsFrom | Reason::RunsOn | Reason::RunsAs => Some(5),
        Reason::ActsAs
        | Reason::Anybody
        | Reason::Contains
        | Reason::Rule(_)
        | Reason::Elevated
        | Reason::Passes => None,
    }
}
