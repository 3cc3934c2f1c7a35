//! `GraphML`, which programs for networks read. Boxes are attributes of nodes, since few of these
//! programs read nested graphs.

use super::Format;
use super::view::{Edge, GroupId, Node, View};
use crate::print::xml::{Element, document};

/// `--format graphml`
pub static FORMAT: Format = Format {
    name: "graphml",
    summary: "for programs that analyse networks",
    draw: |view| document(&graphml(view)).0,
};

/// Attributes: of what, the name, the type.
const KEYS: [(&str, &str, &str); 23] = [
    ("graph", "title", "string"),
    ("graph", "hidden", "string"),
    ("node", "id", "string"),
    ("node", "label", "string"),
    ("node", "kind", "string"),
    ("node", "family", "string"),
    ("node", "system", "string"),
    ("node", "team", "string"),
    ("node", "facts", "string"),
    ("node", "tags", "string"),
    ("node", "place", "string"),
    ("node", "incomplete", "boolean"),
    ("node", "stands_for", "int"),
    ("edge", "edge", "string"),
    ("edge", "kind", "string"),
    ("edge", "verdict", "string"),
    ("edge", "why", "string"),
    ("edge", "rule", "string"),
    ("edge", "place", "string"),
    ("edge", "also", "string"),
    ("edge", "unknown", "string"),
    ("edge", "blocked_by", "string"),
    ("edge", "count", "int"),
];

/// One attribute of something; an empty one is left out.
fn data(of: &str, name: &str, value: &str) -> Option<Element> {
    (!value.is_empty())
        .then(|| Element::text("data", value).attribute("key", format!("{of}.{name}")))
}

fn with(parent: Element, of: &str, values: &[(&str, String)]) -> Element {
    values
        .iter()
        .filter_map(|(name, value)| data(of, name, value))
        .fold(parent, Element::child)
}

fn graphml(view: &View) -> Element {
    let root =
        Element::parent("graphml").attribute("xmlns", "http://graphml.graphdrawing.org/xmlns");
    let root = KEYS.iter().fold(root, |root, (of, name, of_type)| {
        let key = Element::parent("key")
            .attribute("id", format!("{of}.{name}"))
            .attribute("for", *of)
            .attribute("attr.name", *name)
            .attribute("attr.type", *of_type);
        root.child(key)
    });
    let graph = Element::parent("graph")
        .attribute("id", "scopec")
        .attribute("edgedefault", "directed");
    let about = [
        ("title", view.title.clone()),
        ("hidden", view.notes().join("; ")),
    ];
    let graph = with(graph, "graph", &about);
    let graph = (view.nodes.iter().enumerate())
        .map(|(index, one)| node(view, index, one))
        .fold(graph, Element::child);
    let graph = (view.edges.iter().enumerate())
        .map(|(index, one)| edge(index, one))
        .fold(graph, Element::child);
    root.child(graph)
}

fn node(view: &View, index: usize, node: &Node) -> Element {
    let group = |id: Option<GroupId>| {
        id.map(|id| view.groups[id.0].label.clone())
            .unwrap_or_default()
    };
    let facts: Vec<String> = (node.facts.iter())
        .map(|fact| format!("{}: {}", fact.name, fact.value))
        .collect();
    let place = node.place.as_ref().map(ToString::to_string);
    let values = [
        ("id", node.id.clone()),
        ("label", node.label.clone()),
        ("kind", node.kind.word().to_owned()),
        ("family", node.kind.family().word().to_owned()),
        ("system", group(node.system)),
        ("team", group(node.team)),
        ("facts", facts.join("; ")),
        ("tags", node.tags.join(" ")),
        ("place", place.unwrap_or_default()),
        ("incomplete", node.incomplete.to_string()),
        ("stands_for", node.stands_for.to_string()),
    ];
    // The format's own ids hold no spaces or quotes, so ours are an attribute.
    let element = Element::parent("node").attribute("id", format!("n{index}"));
    with(element, "node", &values)
}

fn edge(index: usize, edge: &Edge) -> Element {
    let place = edge.place.as_ref().map(ToString::to_string);
    let values = [
        ("edge", edge.word.clone()),
        ("kind", edge.kind.word().to_owned()),
        ("verdict", edge.verdict.word().to_owned()),
        ("why", edge.why.clone()),
        ("rule", edge.rule.clone()),
        ("place", place.unwrap_or_default()),
        ("also", edge.also.join("; ")),
        ("unknown", edge.unknown.join("; ")),
        ("blocked_by", edge.blocked_by.join("; ")),
        ("count", edge.count.to_string()),
    ];
    let element = Element::parent("edge")
        .attribute("id", format!("e{index}"))
        .attribute("source", format!("n{}", edge.from.0))
        .attribute("target", format!("n{}", edge.to.0));
    with(element, "edge", &values)
}
