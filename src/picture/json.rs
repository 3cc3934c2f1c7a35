//! JSON for other programs. Fields may be added, never renamed; `docs/json.md` describes them.

use serde_json::{Value, json};

use super::Format;
use super::view::{Edge, Hidden, Node, Reason, View};
use crate::print::json::file;

/// `--format json`
pub static FORMAT: Format = Format {
    name: "json",
    summary: "for other programs",
    draw: |view| file(&value(view)),
};

/// A view as JSON.
pub fn value(view: &View) -> Value {
    let used = view.used_groups();
    let groups: Vec<Value> = (view.groups.iter().enumerate())
        .filter(|(index, _)| used.contains(&super::view::GroupId(*index)))
        .map(|(_, group)| json!({"id": group.id, "label": group.label, "kind": group.kind.word()}))
        .collect();
    json!({
        "version": 1,
        "title": view.title,
        "groups": groups,
        "nodes": view.nodes.iter().map(|one| node(view, one)).collect::<Vec<_>>(),
        "edges": view.edges.iter().map(|one| edge(view, one)).collect::<Vec<_>>(),
        "hidden": view.hidden.iter().map(hidden).collect::<Vec<_>>(),
    })
}

fn node(view: &View, node: &Node) -> Value {
    let group = |id: Option<super::view::GroupId>| id.map(|id| view.groups[id.0].id.as_str());
    let facts: Vec<Value> = (node.facts.iter())
        .map(|fact| json!({"name": fact.name, "value": fact.value}))
        .collect();
    json!({
        "id": node.id,
        "label": node.label,
        "kind": node.kind.word(),
        "family": node.kind.family().word(),
        "system": group(node.system),
        "team": group(node.team),
        "facts": facts,
        "tags": node.tags,
        "file": node.place.as_ref().map(|place| &place.file),
        "line": node.place.as_ref().map(|place| place.line),
        "incomplete": node.incomplete,
        "stands_for": node.stands_for,
    })
}

fn edge(view: &View, edge: &Edge) -> Value {
    json!({
        "from": view.node(edge.from).id,
        "to": view.node(edge.to).id,
        "edge": edge.word,
        "kind": edge.kind.word(),
        "verdict": edge.verdict.word(),
        "why": edge.why,
        "rule": edge.rule,
        "file": edge.place.as_ref().map(|place| &place.file),
        "line": edge.place.as_ref().map(|place| place.line),
        "also": edge.also,
        "unknown": edge.unknown,
        "blocked_by": edge.blocked_by,
        "count": edge.count,
    })
}

fn hidden(hidden: &Hidden) -> Value {
    let mut value = json!({
        "reason": hidden.word(),
        "nodes": hidden.nodes,
        "edges": hidden.edges,
        "note": hidden.sentence(),
    });
    match &hidden.reason {
        Reason::Focus { on, depth } => {
            value["on"] = json!(on);
            value["depth"] = json!(depth);
        }
        Reason::Collapse(by) => value["by"] = json!(by.word()),
        Reason::Crowd | Reason::Idle => {}
    }
    value
}
