//! `who-can VERB RESOURCE`: everybody who holds it or comes to it.

pub mod human;

use super::held::Reader;
use super::hop::{Hop, Teller};
use super::{VERSION, Who};
use crate::compile::Compiled;
use crate::graph::{NodeId, Reason, Scratch, Target, Verdict, Via};
use crate::model::rule::Part;
use serde::Serialize;
use std::collections::BTreeSet;

/// The contract of `who-can --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The version of the contract: 1.
    pub version: u32,
    /// The verb or operation, as it was asked.
    pub verb: String,
    /// The resource, as it was asked.
    pub resource: String,
    /// Everybody, the surest and nearest first.
    pub holders: Vec<Row>,
    /// Whether `holders` was cut.
    pub truncated: bool,
    /// How many rows there are in all.
    pub total: usize,
    /// How many errors keep parts of the project from being known.
    pub gaps: usize,
}

/// Somebody who can.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The integration or principal, or `anyone`.
    pub who: String,
    /// What kind of integration or principal it is.
    pub kind: &'static str,
    /// `direct`, `delegated`, `inherited` or `lateral`.
    pub via: &'static str,
    /// `proven`, `possible` or `blocked`.
    pub verdict: &'static str,
    /// What nobody said.
    pub unknown: Vec<String>,
    /// The guards in the way; null where there are none.
    pub blocked_by: Option<Vec<String>>,
    /// The shortest way; its last hop is the grant.
    pub path: Vec<Hop>,
}

/// Everybody who can use an operation of `parts` somewhere in these; at most `limit` rows.
pub fn answer(
    compiled: &Compiled,
    (verb, resource): (&str, &str),
    parts: &[Part],
    limit: Option<usize>,
) -> Answer {
    let (model, granted) = (&compiled.model, &compiled.granted);
    let targets: Vec<Target> = parts
        .iter()
        .flat_map(|part| Target::of(model, part, false))
        .collect();
    // Holders are looked up once and become edges to one node; then one search a party tells.
    let (graph, to) = compiled.graph.asking(model, granted, &targets, None);
    let teller = Teller {
        compiled,
        graph: &graph,
    };
    let reader = Reader::new(compiled);
    let mut scratch = Scratch::default();
    let none = BTreeSet::new();
    let mut rows: Vec<((Verdict, Via, usize, String), Row)> = Vec::new();
    let parties = model.parties().map(|(id, _)| Who::Party(id));
    for who in std::iter::once(Who::Anyone).chain(parties) {
        let Some(start) = who.node(&graph) else {
            continue;
        };
        let reach = graph.reach_with(&mut scratch, &[start], false, &none);
        let Some((end, verdict)) = graph
            .best(&reach, &to)
            .and_then(|end| Some((end, reach.verdict(end)?)))
        else {
            continue;
        };
        let mut via = graph.via(&reach, end);
        if via == Via::Direct && is_delegated(&graph, &reader, &reach, end) {
            via = Via::Delegated;
        }
        let (unknown, guards) = graph.rests_on(&reach, end);
        let path = teller.hops(&reach, end);
        let name = who.name(model).to_owned();
        let kind = match who {
            Who::Party(id) => model.party(id).kind.word(),
            Who::Anyone => super::ANYONE,
        };
        let row = Row {
            who: name.clone(),
            kind,
            via: via.word(),
            verdict: verdict.word(),
            unknown: unknown
                .iter()
                .map(|&text| graph.texts[text as usize].to_string())
                .collect(),
            blocked_by: (verdict == Verdict::Blocked).then(|| {
                guards
                    .iter()
                    .map(|&guard| graph.guard_text(model, guard))
                    .collect()
            }),
            path,
        };
        rows.push(((verdict, via, row.path.len(), name), row));
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let total = rows.len();
    rows.truncate(limit.unwrap_or(total));
    Answer {
        version: VERSION,
        verb: verb.to_owned(),
        resource: resource.to_owned(),
        truncated: rows.len() < total,
        holders: rows.into_iter().map(|(_, row)| row).collect(),
        total,
        gaps: super::gaps(compiled),
    }
}

/// Whether the grant that leads to a node is one that somebody delegates.
fn is_delegated(
    graph: &crate::graph::DelegationGraph,
    reader: &Reader<'_>,
    reach: &crate::graph::Reach,
    node: NodeId,
) -> bool {
    let by = reach.derivation(node).and_then(|found| found.by);
    by.is_some_and(|edge| {
        let edge = graph.edge(edge);
        matches!(edge.reason, Reason::Authority { .. }) && reader.delegates(edge.span)
    })
}
