//! One hop of a path, in words.

use crate::authority::AddressSet;
use crate::compile::Compiled;
use crate::graph::{self, DelegationGraph, Node, NodeId, Reach, Reason, Verdict};
use crate::model::control::Asks;
use crate::source::Span;
use serde::Serialize;
use std::collections::BTreeSet;

/// One hop from somebody to somebody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Hop {
    /// From whom.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The kind of edge: `code`, `secret`, `trust` …
    pub edge: &'static str,
    /// `controls` or `influences`.
    pub kind: &'static str,
    /// Who else must be reached for it.
    pub also: Vec<String>,
    /// Why, in one sentence.
    pub why: String,
    /// The control rule, as it is written in the standard library.
    pub rule: Option<String>,
    /// Where it is declared, relative to the project.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// `proven`, `possible` or `blocked`.
    pub verdict: &'static str,
    /// Where the control rule is documented.
    pub reference: Option<String>,
    /// What the declaration says.
    pub clause: Option<String>,
    /// What it rests on and what follows, in order.
    pub because: Vec<Premise>,
}

/// One thing that a hop rests on: something declared, or what a rule makes of the ones before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Premise {
    /// What is so.
    pub why: String,
    /// Where it is declared.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// What the declaration says.
    pub clause: Option<String>,
    /// Whether it follows from the ones before, by the hop's rule.
    pub follows: bool,
}

/// Turns the graph's hops into words.
pub(super) struct Teller<'c> {
    pub compiled: &'c Compiled,
    /// The graph of the hops: the project's, or one with a question in it.
    pub graph: &'c DelegationGraph,
}

impl Teller<'_> {
    /// The hops to a node.
    pub fn hops(&self, reach: &Reach, node: NodeId) -> Vec<Hop> {
        let hops = self.graph.hops(reach, node);
        hops.iter().map(|hop| self.hop(hop)).collect()
    }

    /// What a node is called.
    pub fn name(&self, node: NodeId) -> String {
        let compiled = self.compiled;
        self.graph.name(&compiled.model, &compiled.granted, node)
    }

    /// One hop.
    pub fn hop(&self, hop: &graph::Hop) -> Hop {
        let (model, granted) = (&self.compiled.model, &self.compiled.granted);
        let graph = self.graph;
        let rule = graph.hop_rule(hop);
        let (file, line, clause) = self.place(graph.hop_span(hop));
        Hop {
            from: self.name(hop.from),
            to: self.name(hop.to),
            edge: graph.hop_word(hop),
            kind: hop.kind(graph).word(),
            also: hop.also.iter().map(|&node| self.name(node)).collect(),
            why: graph.hop_why(model, granted, hop),
            rule: rule.map(|rule| rule.text.to_string()),
            file,
            line,
            verdict: self.verdict(hop).word(),
            reference: rule
                .map(|rule| rule.reference.trim().to_owned())
                .filter(|reference| !reference.is_empty()),
            clause,
            because: self.because(hop),
        }
    }

    /// What a hop's edges rest on.
    pub fn verdict(&self, hop: &graph::Hop) -> Verdict {
        let edges = hop.edges.iter();
        edges
            .map(|&edge| self.graph.edge(edge).verdict)
            .max()
            .unwrap_or(Verdict::Proven)
    }

    /// File, line and words of a clause.
    pub fn place(&self, span: Option<Span>) -> (Option<String>, Option<u32>, Option<String>) {
        let Some(span) = span.filter(|span| span.start < span.end) else {
            return (None, None, None);
        };
        let sources = &self.compiled.sources;
        (
            Some(sources.path(span).to_owned()),
            Some(sources.line(span)),
            Some(self.words(span)),
        )
    }

    /// A clause in one line: its whole line where it stands on one, so that a short block keeps its
    /// head.
    fn words(&self, span: Span) -> String {
        let sources = &self.compiled.sources;
        let (first, last) = (sources.place(span).line, sources.end_place(span).line);
        let text = if first == last {
            sources.file(span.file).line(first)
        } else {
            sources.text(span)
        };
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What a hop rests on, in the order in which it is used.
    fn because(&self, hop: &graph::Hop) -> Vec<Premise> {
        let (model, granted) = (&self.compiled.model, &self.compiled.granted);
        let mut premises = Vec::new();
        for &id in &hop.edges {
            let edge = self.graph.edge(id);
            let single = graph::Hop {
                from: edge.premises[0],
                also: Vec::new(),
                to: edge.to,
                edges: vec![id],
            };
            let why = self.graph.hop_why(model, granted, &single);
            if matches!(edge.reason, Reason::Rule(_)) {
                if !why.is_empty() {
                    premises.push(Premise {
                        why,
                        file: None,
                        line: None,
                        clause: None,
                        follows: true,
                    });
                }
                continue;
            }
            if matches!(edge.reason, Reason::ActsAs | Reason::Anybody) && hop.edges.len() > 1 {
                continue;
            }
            let (file, line, clause) = self.place(self.graph.hop_span(&single));
            let with = if let Reason::Holds { rule, slot, .. } = edge.reason {
                self.with(edge.premises[0], rule, slot, hop.to)
            } else {
                Vec::new()
            };
            // What is held besides stands in the graph's words too; here it has a place of its own.
            let why = match why.split_once("` with `") {
                Some((first, _)) if !with.is_empty() => format!("{first}`"),
                Some(_) | None => why,
            };
            premises.push(Premise {
                why,
                file,
                line,
                clause,
                follows: false,
            });
            premises.extend(with);
        }
        premises
    }

    /// What the same holder holds besides, where a rule wants several operations on one request.
    fn with(
        &self,
        holder: NodeId,
        rule: u32,
        slot: crate::model::catalog::SlotId,
        to: NodeId,
    ) -> Vec<Premise> {
        let (model, granted) = (&self.compiled.model, &self.compiled.granted);
        let conjuncts = &self.graph.rules[rule as usize].conjuncts;
        let first = conjuncts
            .iter()
            .position(|one| matches!(&one.asks, Asks::Operations(slots) if slots.contains(&slot)));
        let Some(first) = first else {
            return Vec::new();
        };
        let goal: Option<AddressSet> = match self.graph.node(to) {
            Node::Identity(bundle) => {
                let bundle = &granted.bundles[*bundle as usize];
                let thing = bundle.identity.as_ref();
                thing.map(|thing| graph::Place::of(thing, bundle.tenant).address(model).into())
            }
            Node::Resource(place, _) | Node::Unknown(place, _) => Some(place.address(model).into()),
            Node::Party(_)
            | Node::Scope(_)
            | Node::Anyone
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => None,
        };
        let mut premises = Vec::new();
        for conjunct in conjuncts[first + 1..].iter().take_while(|one| one.with) {
            let Asks::Operations(slots) = &conjunct.asks else {
                continue;
            };
            let slots: BTreeSet<_> = slots.iter().copied().collect();
            let able = self.graph.able(model, granted, holder, &slots);
            let meets = |ability: &&graph::Ability| {
                goal.as_ref()
                    .is_some_and(|goal| !goal.is_disjoint(&ability.region.address))
            };
            let Some(ability) = able.iter().find(meets).or(able.first()) else {
                continue;
            };
            let place = ability.region.place.down(model, ability.region.of);
            let operation = model.catalog.slot(ability.slot).operation;
            let (file, line, clause) = self.place(Some(ability.span));
            premises.push(Premise {
                why: format!(
                    "`{}` can `{}` on `{}`",
                    self.name(holder),
                    model.catalog.spelled(operation),
                    place.text(model)
                ),
                file,
                line,
                clause,
                follows: false,
            });
        }
        premises
    }
}
