//! The drawing of what is near an integration in the delegation graph.

use crate::picture::delegation::{self, Project};
use crate::picture::layout::fitted;
use crate::picture::select::{focus, in_use};
use crate::picture::svg::{Drawing, size};
use crate::picture::view::{Family, NodeId, View};
use crate::print::xml::document;
use crate::report::document::Report;
use crate::report::html::words::{code, count, prose};
use crate::report::register::Entry;
use maud::{Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// In an estate of more integrations no graph is drawn, to keep the time of a report bounded.
const DRAWN: usize = 300;
/// How many edges away is near.
const NEAR: usize = 2;
/// More than this nobody can read in a page's width.
const NODES: usize = 48;
/// More than this nobody can read in a page's width.
const EDGES: usize = 90;

/// The drawings.
pub struct Graphs {
    /// What is drawn of; none where the estate is too large.
    view: Option<View>,
    /// The nodes of integrations, by name.
    nodes: BTreeMap<String, NodeId>,
}

impl Graphs {
    /// The drawings of a report.
    pub fn new(report: &Report<'_>) -> Self {
        if report.entries.len() > DRAWN {
            return Self {
                view: None,
                nodes: BTreeMap::new(),
            };
        }
        let compiled = report.desk.compiled;
        let project = Project {
            sources: &compiled.sources,
            model: &compiled.model,
            granted: &compiled.granted,
            graph: &compiled.graph,
        };
        let view = in_use(&delegation::view(project, "Delegation graph"), None);
        let nodes = (view.nodes.iter().enumerate())
            .filter(|(_, node)| node.kind.family() == Family::Integration)
            .map(|(index, node)| (node.label.clone(), NodeId(index)))
            .collect();
        Self {
            view: Some(view),
            nodes,
        }
    }

    /// What is drawn, in words.
    pub fn title(&self) -> &'static str {
        if self.view.is_some() {
            "who can reach it, and whom it can reach"
        } else {
            "not drawn in an estate of this size"
        }
    }

    /// The drawing around the integration of that number.
    pub fn figure(&self, number: usize, entry: &Entry) -> Markup {
        let command = format!("scopec graph --focus {}", entry.name);
        let Some(view) = &self.view else {
            return html! {
                p {
                    "Graphs are not drawn in a report on more than " (DRAWN) " integrations: " (code(&command)) " draws this one."
                }
            };
        };
        let Some(&on) = self.nodes.get(&entry.name) else {
            return html! { p { "It is not in the graph." } };
        };
        let near = focus(view, on, NEAR);
        if near.edges.is_empty() {
            return html! { p { "Nothing to draw: nobody is declared through whom it could be reached, and it reaches nobody." } };
        }
        if near.nodes.len() > NODES || near.edges.len() > EDGES {
            return html! {
                p {
                    (count(near.nodes.len(), "node")) " and " (count(near.edges.len(), "edge"))
                    " are at most " (NEAR) " edges away, too many to read here: " (code(&command)) " draws them."
                }
            };
        }
        let (drawn, layout) = fitted(&near, &size);
        let drawing = Drawing {
            view: &drawn,
            layout: &layout,
        };
        let id = format!("graph-{number}");
        let text = document(&drawing.inline(&id)).0;
        let element = text.split_once('\n').map_or("", |(_, element)| element);
        // Every drawing brings arrow heads of the same ids, and a page has several drawings. The
        // printer of XML escapes quotation marks, so that no text of the project can look like this.
        let element = element
            .replace("id=\"scopec-", &format!("id=\"{id}-"))
            .replace("=\"url(#scopec-", &format!("=\"url(#{id}-"))
            .replacen("role=\"group\"", "role=\"img\"", 1)
            .replacen(
                "<svg ",
                &format!("<svg width=\"{:.0}\" ", layout.width + 56.0),
                1,
            );
        html! {
            // The drawing comes from this project's printer of XML, which escapes every text in it.
            figure class="graph" { (PreEscaped(element)) }
            details class="small" {
                summary { "The graph in words" }
                ul {
                    @for edge in &drawn.edges {
                        li {
                            (code(&drawn.node(edge.from).label)) " " (edge.kind.word()) " " (code(&drawn.node(edge.to).label))
                            ", " (edge.verdict.word())
                            @if !edge.why.is_empty() { ": " (prose(&edge.why)) }
                        }
                    }
                }
            }
        }
    }
}
