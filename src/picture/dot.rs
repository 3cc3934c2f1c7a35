//! The language of Graphviz: one cluster a box, from left to right.

use std::fmt::Write as _;

use super::Format;
use super::text;
use super::view::{Edge, EdgeKind, Family, Node, NodeId, Verdict, View};

/// `--format dot`
pub static FORMAT: Format = Format {
    name: "dot",
    summary: "for Graphviz",
    draw,
};

/// Text inside a quoted string. A backslash would begin an escape of labels and an ampersand a
/// character reference, so neither stays as it is.
fn escaped(value: &str) -> String {
    let mut out = String::new();
    for c in text::line(value).chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", escaped(value))
}

fn draw(view: &View) -> String {
    let mut out = String::from("digraph scopec {\n");
    out.push_str("  rankdir=LR;\n  compound=true;\n  charset=\"UTF-8\";\n");
    let mut title = vec![escaped(&view.title)];
    title.extend(view.notes().iter().map(|note| escaped(note)));
    let _ = writeln!(
        out,
        "  label=\"{}\"; labelloc=t; labeljust=l;",
        title.join("\\l")
    );
    out.push_str(
        "  graph [fontname=\"Helvetica\", fontsize=12, color=\"#94a3b8\", style=\"rounded\", nodesep=0.25, ranksep=0.8];\n",
    );
    out.push_str(
        "  node [fontname=\"Helvetica\", fontsize=11, shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#475569\", margin=\"0.14,0.07\"];\n",
    );
    out.push_str("  edge [fontname=\"Helvetica\", fontsize=9, arrowsize=0.7];\n");
    let (boxes, outside) = view.boxes();
    for (group, nodes) in &boxes {
        let group = &view.groups[group.0];
        let _ = writeln!(
            out,
            "  subgraph {} {{",
            quoted(&format!("cluster:{}", group.id))
        );
        let label = format!("{} {}", group.kind.word(), group.label);
        let _ = writeln!(out, "    label={};", quoted(&label));
        for &id in nodes {
            node(view, id, "    ", &mut out);
        }
        out.push_str("  }\n");
    }
    for id in outside {
        node(view, id, "  ", &mut out);
    }
    for one in &view.edges {
        edge(view, one, &mut out);
    }
    out.push_str("}\n");
    out
}

fn node(view: &View, id: NodeId, indent: &str, out: &mut String) {
    let node = view.node(id);
    let label = format!("{}\\n{}", escaped(&node.label), escaped(&caption(node)));
    let (color, fill) = match node.kind.family() {
        Family::Integration => ("#1d4ed8", "#eff6ff"),
        Family::Principal => ("#7e22ce", "#faf5ff"),
        Family::Authority => ("#b45309", "#fffbeb"),
        Family::Resource => ("#0f766e", "#f0fdfa"),
        Family::Collapsed => ("#334155", "#f1f5f9"),
    };
    let style = if node.incomplete {
        "rounded,filled,dashed"
    } else {
        "rounded,filled"
    };
    let _ = writeln!(
        out,
        "{indent}{} [label=\"{label}\", tooltip={}, color=\"{color}\", fillcolor=\"{fill}\", style=\"{style}\"];",
        quoted(&node.id),
        quoted(&told(node)),
    );
}

/// The second line of a node's label.
fn caption(node: &Node) -> String {
    let mut words = vec![if node.stands_for > 1 {
        format!("{} nodes", node.stands_for)
    } else {
        node.kind.word().to_owned()
    }];
    words.extend(node.tags.iter().cloned());
    if node.incomplete {
        words.push("incomplete".to_owned());
    }
    words.join(" · ")
}

/// All that is known of a node.
fn told(node: &Node) -> String {
    let mut words = vec![node.id.clone()];
    words.extend((node.facts.iter()).map(|fact| format!("{}: {}", fact.name, fact.value)));
    words.extend(node.place.as_ref().map(ToString::to_string));
    words.join(" · ")
}

fn edge(view: &View, edge: &Edge, out: &mut String) {
    let style = match edge.kind {
        EdgeKind::Controls => "solid",
        EdgeKind::Influences => "dashed",
    };
    let (color, head) = match edge.verdict {
        Verdict::Proven => ("#0f172a", "normal"),
        Verdict::Possible => ("#94a3b8", "onormal"),
        Verdict::Blocked => ("#cbd5e1", "tee"),
    };
    let mut label = edge.word.clone();
    if edge.count > 1 {
        let _ = write!(label, " ×{}", edge.count);
    }
    if edge.verdict != Verdict::Proven {
        let _ = write!(label, " ({})", edge.verdict.word());
    }
    let mut tooltip = vec![edge.why.clone(), edge.rule.clone()];
    tooltip.extend(edge.place.as_ref().map(ToString::to_string));
    tooltip.retain(|words| !words.is_empty());
    let _ = writeln!(
        out,
        "  {} -> {} [label={}, edgetooltip={}, style={style}, color=\"{color}\", fontcolor=\"#475569\", arrowhead={head}];",
        quoted(&view.node(edge.from).id),
        quoted(&view.node(edge.to).id),
        quoted(&label),
        quoted(&tooltip.join(" · ")),
    );
}
