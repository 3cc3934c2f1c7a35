//! SVG: layers from left to right in the order of trust, in light and in dark.

use std::fmt::Write as _;

use super::Format;
use super::layout::{HEADING, Layout, Link, Rectangle, fitted};
use super::text::{line, shortened, width};
use super::view::{Edge, EdgeKind, Family, Node, NodeId, Verdict, View};
use crate::print::xml::{Element, document};

/// `--format svg`
pub static FORMAT: Format = Format {
    name: "svg",
    summary: "a drawing",
    draw,
};

/// Colours, fonts and lines; light, or dark where the reader's system is.
pub const STYLE: &str = include_str!("picture.css");

/// Around everything.
const MARGIN: f64 = 28.0;
/// The height of a node.
const NODE_HEIGHT: f64 = 44.0;
/// The size of a node's name, and how much wider it is for being bold.
const NAME_SIZE: f64 = 12.5 * 1.06;
/// The size of the line below a node's name.
const KIND_SIZE: f64 = 10.5;
/// The size of a tag, and how much its frame adds to its width.
const TAG_SIZE: f64 = 9.0;
const TAG_INSET: f64 = 9.0;
/// The widest text in a node.
const WIDEST: f64 = 216.0;
/// Left of a node's text, with the bar, and right of it.
const INSET: f64 = 14.0;

fn draw(view: &View) -> String {
    let (view, layout) = fitted(view, &size);
    let drawing = Drawing {
        view: &view,
        layout: &layout,
    };
    document(&drawing.whole()).0
}

/// The width and height of a node.
pub fn size(view: &View, id: NodeId) -> (f64, f64) {
    let node = view.node(id);
    let name = width(&line(&node.label), NAME_SIZE);
    let tags: f64 = (node.tags.iter())
        .map(|tag| width(&line(tag), TAG_SIZE) + TAG_INSET + 4.0)
        .sum();
    // Whether a box will name the group is known only after the layout, which asks for the size.
    let group = group_of(view, node);
    let caption = width(&caption(node, group), KIND_SIZE) + tags;
    let text = name.max(caption).clamp(64.0, WIDEST);
    // The rounded ends of a principal's frame take room from its text.
    let ends = if node.kind.family() == Family::Principal {
        16.0
    } else {
        4.0
    };
    ((text + 2.0 * INSET + ends).ceil(), NODE_HEIGHT)
}

/// The group that a node is drawn in.
fn group_of<'a>(view: &'a View, node: &Node) -> Option<&'a str> {
    (node.drawn_in()).map(|group| view.groups[group.0].label.as_str())
}

/// The words below a node's name, before its tags; with its group where no box says it.
fn caption(node: &Node, group: Option<&str>) -> String {
    let mut words = if node.stands_for > 1 {
        format!("{} nodes", node.stands_for)
    } else {
        node.kind.word().to_owned()
    };
    if let Some(group) = group {
        let _ = write!(words, " · {}", line(group));
    }
    if node.incomplete {
        words.push_str(", incomplete");
    }
    words
}

/// A tag in a rounded frame that begins at `x`, and where the next one may begin.
fn pill(words: &str, x: f64, y: f64, is_prod: bool) -> (Element, f64) {
    let wide = width(words, TAG_SIZE) + TAG_INSET;
    let frame = Rectangle {
        x,
        y,
        width: wide,
        height: 14.0,
    };
    let class = if is_prod { "tag prod" } else { "tag" };
    let inner = text("words", x + wide / 2.0, y + 10.0, words).attribute("text-anchor", "middle");
    let pill = element("g", class)
        .child(rectangle(frame, 7.0))
        .child(inner);
    (pill, x + wide + 4.0)
}

/// A number of pixels with at most one digit after the point.
pub fn pixels(value: f64) -> String {
    let rounded = format!("{value:.1}");
    match rounded.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => rounded,
    }
}

fn element(name: &'static str, class: &str) -> Element {
    Element::parent(name).attribute("class", class)
}

fn text(class: &str, x: f64, y: f64, words: &str) -> Element {
    Element::text("text", words)
        .attribute("class", class)
        .attribute("x", pixels(x))
        .attribute("y", pixels(y))
}

fn rectangle(at: Rectangle, radius: f64) -> Element {
    Element::parent("rect")
        .attribute("x", pixels(at.x))
        .attribute("y", pixels(at.y))
        .attribute("width", pixels(at.width))
        .attribute("height", pixels(at.height))
        .attribute("rx", pixels(radius))
}

/// A view and where its things go.
pub struct Drawing<'a> {
    /// What is drawn.
    pub view: &'a View,
    /// Where.
    pub layout: &'a Layout,
}

impl Drawing<'_> {
    /// A file of its own: heading, drawing, legend.
    fn whole(&self) -> Element {
        let notes = self.view.notes();
        #[allow(clippy::cast_precision_loss, reason = "there are three notes at most")]
        let heading = 52.0 + 16.0 * notes.len() as f64;
        let legend_width = 700.0;
        let title_width = width(&line(&self.view.title), 18.0) * 1.06;
        let inner = (self.layout.width.max(legend_width)).max(title_width.min(1400.0));
        let full = inner + 2.0 * MARGIN;
        let below = heading + self.layout.height + 34.0;
        let height = MARGIN + below + 54.0 + MARGIN;
        let mut root = Element::parent("svg")
            .attribute("xmlns", "http://www.w3.org/2000/svg")
            .attribute("class", "scopec")
            .attribute("width", pixels(full))
            .attribute("height", pixels(height))
            .attribute(
                "viewBox",
                format!("0 0 {} {}", pixels(full), pixels(height)),
            )
            .attribute("role", "img")
            .attribute("aria-labelledby", "scopec-title scopec-about")
            .child(Element::text("title", line(&self.view.title)).attribute("id", "scopec-title"))
            .child(Element::text("desc", self.about()).attribute("id", "scopec-about"))
            .child(Element::text("style", STYLE))
            .child(heads());
        let paper = Rectangle {
            width: full,
            height,
            ..Rectangle::default()
        };
        root = root.child(rectangle(paper, 0.0).attribute("class", "paper"));
        let title = shortened(&line(&self.view.title), 18.0 * 1.06, inner);
        root = root.child(text("title", MARGIN, MARGIN + 18.0, &title));
        root = root.child(text("soft", MARGIN, MARGIN + 36.0, &self.counts()));
        let mut y = MARGIN + 54.0;
        for note in notes {
            let note = shortened(&line(&note), 12.0, inner);
            root = root.child(text("note", MARGIN, y, &note));
            y += 16.0;
        }
        let moved = format!("translate({} {})", pixels(MARGIN), pixels(MARGIN + heading));
        root.child(self.content().attribute("transform", moved))
            .child(legend(MARGIN, MARGIN + below))
    }

    /// The drawing alone, to stand in a page.
    pub fn inline(&self, id: &str) -> Element {
        let (width, height) = (
            self.layout.width + 2.0 * MARGIN,
            self.layout.height + 2.0 * MARGIN,
        );
        let moved = format!("translate({0} {0})", pixels(MARGIN));
        Element::parent("svg")
            .attribute("id", id)
            .attribute("class", "scopec")
            .attribute(
                "viewBox",
                format!("0 0 {} {}", pixels(width), pixels(height)),
            )
            .attribute("role", "group")
            .attribute("aria-label", self.about())
            .child(heads())
            .child(
                element("g", "drawing").child(
                    Element::parent("g")
                        .attribute("transform", moved)
                        .child(self.content()),
                ),
            )
    }

    /// The drawing without heading and legend, its top left at 0, 0.
    fn content(&self) -> Element {
        let mut boxes = element("g", "boxes");
        for (group, at) in &self.layout.boxes {
            let group = &self.view.groups[group.0];
            let label = format!("{} {}", group.kind.word(), line(&group.label));
            let shown = shortened(&label, 11.4, at.width - 20.0);
            let heading = text("heading", at.x + 10.0, at.y + HEADING - 7.0, &shown);
            boxes = boxes.child(
                element("g", &format!("box {}", group.kind.word()))
                    .child(Element::text("title", label))
                    .child(rectangle(*at, 10.0))
                    .child(heading),
            );
        }
        if let Some((y, count)) = self.layout.loose {
            let s = if count == 1 { "" } else { "s" };
            let words = format!("{count} node{s} without an edge");
            boxes = boxes.child(text("soft", 0.0, y + 8.0, &words));
        }
        let lines = (self.layout.links.iter())
            .map(|link| self.link(link))
            .fold(element("g", "links"), Element::child);
        let nodes = (0..self.view.nodes.len())
            .map(|index| self.node(NodeId(index)))
            .fold(element("g", "nodes"), Element::child);
        // Words come last, so that no line runs through them.
        let labels = (self.layout.links.iter().enumerate())
            .filter_map(|(index, link)| label(index, link))
            .fold(element("g", "words"), Element::child);
        element("g", "content")
            .child(boxes)
            .child(lines)
            .child(nodes)
            .child(labels)
    }

    fn about(&self) -> String {
        let mut words = vec![self.counts()];
        words.extend(self.view.notes().iter().map(|note| line(note)));
        words.join(". ")
    }

    /// How much there is, in one line.
    pub fn counts(&self) -> String {
        let nodes: usize = self.view.nodes.iter().map(|node| node.stands_for).sum();
        let of = |verdict| -> usize {
            (self.view.edges.iter())
                .filter(|edge| edge.verdict == verdict)
                .map(|edge| edge.count)
                .sum()
        };
        format!(
            "{nodes} nodes, edges: {} proven, {} possible, {} blocked",
            of(Verdict::Proven),
            of(Verdict::Possible),
            of(Verdict::Blocked)
        )
    }

    fn node(&self, id: NodeId) -> Element {
        let node = self.view.node(id);
        let at = self.layout.nodes[id.0];
        let family = node.kind.family();
        let incomplete = if node.incomplete { " incomplete" } else { "" };
        let radius = match family {
            Family::Principal => NODE_HEIGHT / 2.0,
            Family::Integration | Family::Authority | Family::Resource | Family::Collapsed => 7.0,
        };
        let mut out = element("g", &format!("node {}{incomplete}", family.word()))
            .attribute("data-node", id.0.to_string())
            .attribute("data-family", family.word())
            .child(Element::text("title", told(node)));
        if family == Family::Collapsed {
            let behind = Rectangle {
                x: at.x + 4.0,
                y: at.y + 4.0,
                ..at
            };
            out = out.child(rectangle(behind, radius).attribute("class", "card"));
        }
        out = out.child(rectangle(at, radius).attribute("class", "card"));
        out = out.child(mark(family, at));
        let room = at.width - 2.0 * INSET;
        let (x, room) = match family {
            Family::Principal => (at.x + 24.0, room - 14.0),
            Family::Integration | Family::Authority | Family::Resource | Family::Collapsed => {
                (at.x + INSET + 2.0, room)
            }
        };
        let name = shortened(&line(&node.label), NAME_SIZE, room + 2.0);
        out = out.child(text("name", x, at.y + 19.0, &name));
        let is_boxed = (node.drawn_in())
            .is_some_and(|group| self.layout.boxes.iter().any(|(known, _)| *known == group));
        let is_linked = (self.layout.links.iter()).any(|link| link.from == id || link.to == id);
        let group = group_of(self.view, node).filter(|_| !(is_boxed && is_linked));
        let kind = shortened(&caption(node, group), KIND_SIZE, room);
        let mut used = x + width(&kind, KIND_SIZE) + 2.0;
        out = out.child(text("kind", x, at.y + 34.0, &kind));
        for tag in &node.tags {
            let left = x + room + 4.0 - used - TAG_INSET;
            let shown = shortened(&line(tag), TAG_SIZE, left);
            if shown.chars().count() < 4 && shown != line(tag) {
                break;
            }
            let (pill, end) = pill(&shown, used, at.y + 24.0, tag == "prod");
            out = out.child(pill);
            used = end;
        }
        out
    }

    fn link(&self, link: &Link) -> Element {
        let class = format!("link {} {}", link.kind.word(), link.verdict.word());
        let titles: Vec<String> = (link.edges.iter())
            .map(|&index| self.reason(&self.view.edges[index]))
            .collect();
        let mut out = element("g", &class)
            .attribute("data-from", link.from.0.to_string())
            .attribute("data-to", link.to.0.to_string())
            .attribute("data-kind", link.kind.word())
            .attribute("data-verdict", link.verdict.word())
            .child(Element::text("title", titles.join("; ")))
            .child(
                element("path", "line")
                    .attribute("d", path(link))
                    .attribute(
                        "marker-end",
                        format!("url(#scopec-{})", link.verdict.word()),
                    ),
            );
        if link.verdict == Verdict::Blocked {
            let (x, y) = crossing(link);
            let d = format!("M{} {}l7 7m0 -7l-7 7", pixels(x - 3.5), pixels(y - 3.5));
            out = out.child(element("path", "cross").attribute("d", d));
        }
        out
    }

    /// An edge in one sentence.
    fn reason(&self, edge: &Edge) -> String {
        let mut words = format!(
            "{} {} {}: {}, {}",
            line(&self.view.node(edge.from).label),
            edge.kind.word(),
            line(&self.view.node(edge.to).label),
            line(&edge.word),
            edge.verdict.word(),
        );
        for (before, more) in [(": ", &edge.why), (", by the rule: ", &edge.rule)] {
            if !more.is_empty() {
                words.push_str(before);
                words.push_str(&line(more));
            }
        }
        if let Some(place) = &edge.place {
            words.push_str(&line(&format!(" ({place})")));
        }
        words
    }
}

/// The coloured mark at a node's left.
fn mark(family: Family, at: Rectangle) -> Element {
    match family {
        Family::Principal => Element::parent("circle")
            .attribute("class", "bar")
            .attribute("cx", pixels(at.x + 13.0))
            .attribute("cy", pixels(at.y + at.height / 2.0))
            .attribute("r", "4"),
        Family::Integration | Family::Authority | Family::Resource | Family::Collapsed => {
            let bar = Rectangle {
                x: at.x + 6.0,
                y: at.y + 9.0,
                width: 3.5,
                height: at.height - 18.0,
            };
            rectangle(bar, 1.75).attribute("class", "bar")
        }
    }
}

/// All that is known of a node, for whoever points at it.
fn told(node: &Node) -> String {
    let mut words = vec![format!("{} ({})", line(&node.label), caption(node, None))];
    words.extend(node.tags.iter().map(|tag| line(tag)));
    words.extend((node.facts.iter()).map(|fact| line(&format!("{}: {}", fact.name, fact.value))));
    words.extend(node.place.as_ref().map(|place| line(&place.to_string())));
    words.join("; ")
}

/// The line of a link: straight within a layer, a level curve from one to the next.
fn path(link: &Link) -> String {
    let at = |(x, y): (f64, f64)| format!("{} {}", pixels(x), pixels(y));
    let Some(&start) = link.points.first() else {
        return String::new();
    };
    let mut out = format!("M{}", at(start));
    if link.from == link.to {
        let rest: Vec<String> = link.points[1..].iter().map(|&point| at(point)).collect();
        return format!("{out}C{}", rest.join(" "));
    }
    for (index, pair) in link.points.windows(2).enumerate() {
        let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
        if index % 2 == 1 {
            let _ = write!(out, "L{}", at((to_x, to_y)));
        } else {
            let bend = (to_x - x) / 2.0;
            let (one, two) = ((x + bend, y), (to_x - bend, to_y));
            let _ = write!(out, "C{} {} {}", at(one), at(two), at((to_x, to_y)));
        }
    }
    out
}

/// Where the cross of a blocked link is: on the curve before its end, where no label is.
fn crossing(link: &Link) -> (f64, f64) {
    let last = link.points.len() - 1;
    let (from, to) = (link.points[last - 1], link.points[last]);
    if link.from == link.to {
        return (from.0 + 13.0, from.1 - 4.0);
    }
    // The curve is symmetrical, so its middle is that of its ends.
    (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1))
}

fn label(index: usize, link: &Link) -> Option<Element> {
    let (x, y) = link.label_at?;
    let words = text("word", x, y - 3.5, &link.label)
        .attribute("text-anchor", "middle")
        .attribute("data-link", index.to_string());
    (!link.label.is_empty()).then_some(words)
}

/// The heads of arrows.
fn heads() -> Element {
    let head = |verdict: Verdict, d: &str| {
        Element::parent("marker")
            .attribute("id", format!("scopec-{}", verdict.word()))
            .attribute("viewBox", "0 0 10 10")
            .attribute("refX", "9")
            .attribute("refY", "5")
            .attribute("markerWidth", "9")
            .attribute("markerHeight", "9")
            .attribute("markerUnits", "userSpaceOnUse")
            .attribute("orient", "auto-start-reverse")
            .child(
                Element::parent("path")
                    .attribute("class", format!("head-{}", verdict.word()))
                    .attribute("d", d)
                    .attribute("stroke-linejoin", "round"),
            )
    };
    Element::parent("defs")
        .child(head(Verdict::Proven, "M1.5 1.5L9 5L1.5 8.5Z"))
        .child(head(Verdict::Possible, "M1.5 1.5L9 5L1.5 8.5Z"))
        .child(head(Verdict::Blocked, "M8.5 1V9"))
}

/// The legend, to stand in a page.
pub fn legend_alone() -> Element {
    Element::parent("svg")
        .attribute("class", "scopec")
        .attribute("width", "760")
        .attribute("height", "46")
        .attribute("viewBox", "0 0 760 46")
        .attribute("role", "img")
        .attribute("aria-label", "legend")
        .child(legend(0.0, 0.0))
}

/// What colours and lines mean.
fn legend(x: f64, y: f64) -> Element {
    let mut out = element("g", "legend").attribute(
        "transform",
        format!("translate({} {})", pixels(x), pixels(y)),
    );
    let mut at = 0.0;
    for family in Family::ALL {
        let mark = Rectangle {
            x: at,
            y: 2.0,
            width: 3.5,
            height: 14.0,
        };
        let words = match family {
            Family::Integration => "integration",
            Family::Principal => "person, group, role, outsider",
            Family::Authority => "identity, secret, host, code, scope",
            Family::Resource => "channel, other resource",
            Family::Collapsed => "several in one",
        };
        out = out.child(
            element("g", family.word())
                .child(rectangle(mark, 1.75).attribute("class", "bar"))
                .child(text("soft", at + 9.0, 13.0, words)),
        );
        at += width(words, KIND_SIZE) + 24.0;
    }
    at = 0.0;
    for (kind, verdict, words) in [
        (EdgeKind::Controls, Verdict::Proven, "controls"),
        (EdgeKind::Influences, Verdict::Proven, "influences"),
        (EdgeKind::Controls, Verdict::Possible, "possible"),
        (EdgeKind::Controls, Verdict::Blocked, "blocked by a guard"),
    ] {
        let sample = Element::parent("path")
            .attribute("class", "line")
            .attribute("d", format!("M{} 34H{}", pixels(at), pixels(at + 34.0)))
            .attribute("marker-end", format!("url(#scopec-{})", verdict.word()));
        let mut one =
            element("g", &format!("link {} {}", kind.word(), verdict.word())).child(sample);
        if verdict == Verdict::Blocked {
            let d = format!("M{} 30.5l7 7m0 -7l-7 7", pixels(at + 13.0));
            one = one.child(element("path", "cross").attribute("d", d));
        }
        out = out.child(one.child(text("soft", at + 42.0, 38.0, words)));
        at += width(words, KIND_SIZE) + 66.0;
    }
    out
}
