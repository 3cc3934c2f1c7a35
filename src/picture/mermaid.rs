//! Mermaid's flowcharts, which the pages of code hosts draw: one subgraph a box, from left to right.

use std::fmt::Write as _;

use super::Format;
use super::select::{Room, fit};
use super::text;
use super::view::{Edge, EdgeKind, Family, NodeId, Verdict, View};

/// `--format mermaid`
pub static FORMAT: Format = Format {
    name: "mermaid",
    summary: "for Markdown pages",
    draw,
};

/// Mermaid refuses more than 500 edges unless the page that it is on says otherwise (`maxEdges` in
/// its configuration), and nobody reads more nodes than this in one flowchart.
const ROOM: Room = Room {
    nodes: 300,
    edges: 500,
};

/// Text inside quotes. What Mermaid or HTML could take for its own is written as a character
/// reference in Mermaid's spelling: `#34;` is a quote.
pub fn escaped(value: &str) -> String {
    let mut out = String::new();
    for c in text::line(value).chars() {
        let plain = !c.is_ascii() || c.is_ascii_alphanumeric() || " .,:/_-()=+×·".contains(c);
        if plain {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

fn draw(view: &View) -> String {
    let view = &fit(view, ROOM);
    let mut out = String::from("flowchart LR\n");
    let _ = writeln!(out, "  accTitle: {}", escaped(&view.title));
    for note in view.notes() {
        let _ = writeln!(out, "  %% {}", text::line(&note).replace(['{', '}'], " "));
    }
    let (boxes, outside) = view.boxes();
    for (group, nodes) in &boxes {
        let number = group.0;
        let group = &view.groups[number];
        let label = escaped(&format!("{} {}", group.kind.word(), group.label));
        let _ = writeln!(out, "  subgraph g{number}[\"{label}\"]");
        for &id in nodes {
            node(view, id, "    ", &mut out);
        }
        out.push_str("  end\n");
    }
    for id in outside {
        node(view, id, "  ", &mut out);
    }
    notes(view, &mut out);
    for one in &view.edges {
        edge(one, &mut out);
    }
    for verdict in [Verdict::Possible, Verdict::Blocked] {
        let numbers: Vec<String> = (view.edges.iter().enumerate())
            .filter(|(_, edge)| edge.verdict == verdict)
            .map(|(index, _)| index.to_string())
            .collect();
        let color = match verdict {
            Verdict::Proven => "#0f172a",
            Verdict::Possible => "#94a3b8",
            Verdict::Blocked => "#cbd5e1",
        };
        if !numbers.is_empty() {
            let _ = writeln!(out, "  linkStyle {} stroke:{color}", numbers.join(","));
        }
    }
    for family in Family::ALL {
        if view.nodes.iter().any(|node| node.kind.family() == family) {
            let (stroke, fill) = colors(family);
            let word = family.word();
            let _ = writeln!(
                out,
                "  classDef {word} stroke:{stroke},fill:{fill},color:#0f172a"
            );
        }
    }
    out
}

fn colors(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Integration => ("#1d4ed8", "#eff6ff"),
        Family::Principal => ("#7e22ce", "#faf5ff"),
        Family::Authority => ("#b45309", "#fffbeb"),
        Family::Resource => ("#0f766e", "#f0fdfa"),
        Family::Collapsed => ("#334155", "#f1f5f9"),
    }
}

/// What was left out, as a node of its own: comments are not drawn.
fn notes(view: &View, out: &mut String) {
    let notes: Vec<String> = view.notes().iter().map(|note| escaped(note)).collect();
    if !notes.is_empty() {
        let _ = writeln!(out, "  hidden>\"{}\"]", notes.join("<br/>"));
    }
}

fn node(view: &View, id: NodeId, indent: &str, out: &mut String) {
    let node = view.node(id);
    let kind = if node.stands_for > 1 {
        format!("{} nodes", node.stands_for)
    } else {
        node.kind.word().to_owned()
    };
    let mut words = vec![kind];
    words.extend(node.tags.iter().cloned());
    if node.incomplete {
        words.push("incomplete".to_owned());
    }
    let label = format!(
        "\"{}<br/>{}\"",
        escaped(&node.label),
        escaped(&words.join(" · "))
    );
    let shaped = match node.kind.family() {
        Family::Integration | Family::Collapsed => format!("[{label}]"),
        Family::Principal => format!("([{label}])"),
        Family::Authority => format!("({label})"),
        Family::Resource => format!("[/{label}/]"),
    };
    let family = node.kind.family().word();
    let _ = writeln!(out, "{indent}n{}{shaped}:::{family}", id.0);
}

fn edge(edge: &Edge, out: &mut String) {
    let line = match (edge.kind, edge.verdict) {
        (EdgeKind::Controls, Verdict::Blocked) => "--x",
        (EdgeKind::Influences, Verdict::Blocked) => "-.-x",
        (EdgeKind::Controls, Verdict::Proven | Verdict::Possible) => "-->",
        (EdgeKind::Influences, Verdict::Proven | Verdict::Possible) => "-.->",
    };
    let mut label = edge.word.clone();
    if edge.count > 1 {
        let _ = write!(label, " ×{}", edge.count);
    }
    if edge.verdict != Verdict::Proven {
        let _ = write!(label, " ({})", edge.verdict.word());
    }
    let _ = writeln!(
        out,
        "  n{} {line}|\"{}\"| n{}",
        edge.from.0,
        escaped(&label),
        edge.to.0
    );
}
