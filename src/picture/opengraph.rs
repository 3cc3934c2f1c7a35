//! `OpenGraph`, which `BloodHound` ingests: kinds are words of letters, digits and `_`, properties are
//! flat, and names of properties are lower case
//! (<https://bloodhound.specterops.io/opengraph/developer/schema>, read in 2026-11).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Format;
use super::view::{Edge, EdgeKind, Family, Node, NodeId, NodeKind, Verdict, View};
use crate::print::json::file;

/// `--format opengraph`
pub static FORMAT: Format = Format {
    name: "opengraph",
    summary: "for BloodHound",
    draw: |view| file(&value(view)),
};

/// The kind that every node gets from where it comes, and the beginning of all other kinds.
const SOURCE: &str = "Scopec";

fn value(view: &View) -> Value {
    let ids = ids(view);
    let mut nodes: Vec<Value> = (view.nodes.iter().zip(&ids))
        .map(|(one, id)| node(view, one, id))
        .collect();
    nodes.extend(note(view));
    let mut between: BTreeMap<(NodeId, NodeId, &str), Vec<&Edge>> = BTreeMap::new();
    for edge in &view.edges {
        let kind = edge_kind(edge.kind, edge.verdict);
        between
            .entry((edge.from, edge.to, kind))
            .or_default()
            .push(edge);
    }
    let edges: Vec<Value> = between
        .iter()
        .map(|((from, to, kind), edges)| {
            json!({
                "kind": kind,
                "start": {"match_by": "id", "value": ids[from.0]},
                "end": {"match_by": "id", "value": ids[to.0]},
                "properties": properties(edges),
            })
        })
        .collect();
    json!({
        "metadata": {"source_kind": SOURCE},
        "graph": {"nodes": nodes, "edges": edges},
    })
}

/// An id for each node. They share one space with every other source's and are compared in upper
/// case, so each says where it comes from, and one that differs in case alone gets a number.
fn ids(view: &View) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    view.nodes
        .iter()
        .map(|node| {
            let count = seen.entry(node.id.to_uppercase()).or_default();
            *count += 1;
            match *count {
                1 => format!("scopec:{}", node.id),
                again => format!("scopec:{}#{again}", node.id),
            }
        })
        .collect()
}

/// A word of letters and digits: `vendor-service` becomes `VendorService`.
fn camel(word: &str) -> String {
    let mut out = String::new();
    for part in word.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.extend(letters);
    }
    out
}

fn kinds(kind: NodeKind) -> Vec<String> {
    let own = format!("{SOURCE}_{}", camel(kind.word()));
    let family = kind.family();
    // A resource is its own family, and what is collapsed has none.
    if family == Family::Collapsed || family.word() == kind.word() {
        vec![own]
    } else {
        vec![own, format!("{SOURCE}_{}", camel(family.word()))]
    }
}

/// What may be and what is blocked are kinds of their own: a search for paths follows kinds.
fn edge_kind(kind: EdgeKind, verdict: Verdict) -> &'static str {
    match (kind, verdict) {
        (EdgeKind::Controls, Verdict::Proven) => "Scopec_Controls",
        (EdgeKind::Controls, Verdict::Possible) => "Scopec_MayControl",
        (EdgeKind::Controls, Verdict::Blocked) => "Scopec_BlockedFromControl",
        (EdgeKind::Influences, Verdict::Proven) => "Scopec_Influences",
        (EdgeKind::Influences, Verdict::Possible) => "Scopec_MayInfluence",
        (EdgeKind::Influences, Verdict::Blocked) => "Scopec_BlockedFromInfluence",
    }
}

fn node(view: &View, node: &Node, id: &str) -> Value {
    let mut properties = Map::new();
    properties.insert("name".to_owned(), json!(node.label));
    properties.insert("scopec_id".to_owned(), json!(node.id));
    properties.insert("scopec_kind".to_owned(), json!(node.kind.word()));
    for (name, group) in [("system", node.system), ("team", node.team)] {
        if let Some(group) = group {
            properties.insert(name.to_owned(), json!(view.groups[group.0].label));
        }
    }
    for fact in &node.facts {
        let name = property(&fact.name);
        // A fact that is there twice is one text: arrays and texts under one name would clash.
        let value = match properties.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before}; {}", fact.value),
            None => fact.value.clone(),
        };
        properties.insert(name, json!(value));
    }
    if !node.tags.is_empty() {
        properties.insert("tags".to_owned(), json!(node.tags));
    }
    if let Some(place) = &node.place {
        properties.insert("declared_at".to_owned(), json!(place.to_string()));
    }
    properties.insert("incomplete".to_owned(), json!(node.incomplete));
    properties.insert("stands_for".to_owned(), json!(node.stands_for));
    json!({"id": id, "kinds": kinds(node.kind), "properties": properties})
}

/// The name of a fact as that of a property, apart from those that nodes have anyway.
fn property(name: &str) -> String {
    let word: String = name
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => c,
            _ => '_',
        })
        .collect();
    format!("fact_{word}")
}

/// What several edges of one kind between the same two nodes say: the format keeps only one.
fn properties(edges: &[&Edge]) -> Value {
    let mut out = Map::new();
    let said = |each: &dyn Fn(&Edge) -> Vec<String>| {
        let mut all: Vec<String> = Vec::new();
        for word in edges.iter().flat_map(|edge| each(edge)) {
            if !word.is_empty() && !all.contains(&word) {
                all.push(word);
            }
        }
        all
    };
    for (name, words) in [
        ("edges", said(&|edge| vec![edge.word.clone()])),
        ("why", said(&|edge| vec![edge.why.clone()])),
        ("rules", said(&|edge| vec![edge.rule.clone()])),
        (
            "declared_at",
            said(&|edge| edge.place.iter().map(ToString::to_string).collect()),
        ),
        ("also", said(&|edge| edge.also.clone())),
        ("unknown", said(&|edge| edge.unknown.clone())),
        ("blocked_by", said(&|edge| edge.blocked_by.clone())),
    ] {
        if !words.is_empty() {
            out.insert(name.to_owned(), json!(words));
        }
    }
    let count: usize = edges.iter().map(|edge| edge.count).sum();
    out.insert("count".to_owned(), json!(count));
    Value::Object(out)
}

/// A node that says what was left out: the format has no other place for it.
fn note(view: &View) -> Option<Value> {
    let notes = view.notes();
    (!notes.is_empty()).then(|| {
        json!({
            "id": "scopec:",
            "kinds": [format!("{SOURCE}_Note")],
            "properties": {"name": notes.join("; ")},
        })
    })
}
