//! Where things go: layers from left to right in the order of trust, boxes around their nodes, and
//! links that pass no node.
//!
//! Layers, order and heights are the library's (a port of dagre's layered layout, Gansner et al.
//! 1993 and Brandes & Köpf 2001). Here the boxes are drawn tight, links get a place of their own
//! at either end, and what has no link is set below in rows.

use std::collections::{BTreeMap, BTreeSet};

use dugong::graphlib::{Graph, GraphOptions};
use dugong::{
    EdgeLabel, GraphLabel, NodeLabel, RankDir, WorkControl, WorkError, layout_controlled,
};

use super::select::{Room, fit};
use super::text;
use super::view::{EdgeKind, GroupId, NodeId, Verdict, View};

/// The size of a link's label in pixels.
pub const LABEL_SIZE: f64 = 10.0;
/// The height of a box's heading in pixels.
pub const HEADING: f64 = 22.0;
/// Between a box and its nodes, left, right and below.
const PADDING: f64 = 12.0;
/// Between two nodes above each other.
const NODE_GAP: f64 = 24.0;
/// Between two links above each other, or a link and the edge of a box.
const LINK_GAP: f64 = 22.0;
/// Between two layers; half of it on either side of a link's label.
const LAYER_GAP: f64 = 84.0;
/// Between nodes that have no link.
const LOOSE_GAP: f64 = 16.0;
/// The widest that rows of nodes without a link are, where the rest is narrower.
const LOOSE_WIDTH: f64 = 1080.0;
/// How much work one layout may cost, in the library's units: about half a second.
const WORK: usize = 6_000_000;
/// More than this nobody can read in one picture.
const ROOM: Room = Room {
    nodes: 240,
    edges: 600,
};

/// A rectangle, in pixels.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Rectangle {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rectangle {
    fn right(self) -> f64 {
        self.x + self.width
    }

    fn bottom(self) -> f64 {
        self.y + self.height
    }

    fn middle(self) -> f64 {
        self.y + self.height / 2.0
    }

    /// The smallest one that holds both.
    fn with(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }
}

/// One drawn line: all edges of one kind and verdict between the same two nodes.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// Who.
    pub from: NodeId,
    /// Whom.
    pub to: NodeId,
    /// Whether it controls or influences.
    pub kind: EdgeKind,
    /// How sure it is.
    pub verdict: Verdict,
    /// Indices of its edges in the view.
    pub edges: Vec<usize>,
    /// What is written beside it.
    pub label: String,
    /// Where the middle of the label is; nothing for a link of a node to itself.
    pub label_at: Option<(f64, f64)>,
    /// The line: pairs of points that are joined straight, and between pairs by a curve that is
    /// level at both ends. Four points of a loop for a link of a node to itself.
    pub points: Vec<(f64, f64)>,
}

/// Where everything goes. The top left is 0, 0.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Layout {
    /// The whole.
    pub width: f64,
    /// The whole.
    pub height: f64,
    /// Boxes around nodes.
    pub boxes: Vec<(GroupId, Rectangle)>,
    /// Each node, by its index in the view.
    pub nodes: Vec<Rectangle>,
    /// The lines.
    pub links: Vec<Link>,
    /// Where the rows of nodes without a link begin, and how many nodes these are.
    pub loose: Option<(f64, usize)>,
}

/// A budget of work.
struct Budget(usize);

impl WorkControl for Budget {
    fn charge(&mut self, units: usize) -> Result<(), WorkError> {
        self.0 = self.0.checked_sub(units).ok_or(WorkError::Interrupted)?;
        Ok(())
    }
}

/// The view, cut down as far as it must be to be drawn, and where its things go. `size` gives the
/// width and height of a node.
pub fn fitted(view: &View, size: &dyn Fn(&View, NodeId) -> (f64, f64)) -> (View, Layout) {
    let mut room = ROOM;
    loop {
        let fitted = fit(view, room);
        let sizes: Vec<(f64, f64)> = (0..fitted.nodes.len())
            .map(|index| size(&fitted, NodeId(index)))
            .collect();
        if let Some(layout) = layout(&fitted, &sizes) {
            return (fitted, layout);
        }
        // A view of no nodes has a layout, so this ends.
        room = Room {
            nodes: fitted.nodes.len().min(room.nodes) / 2,
            edges: fitted.edges.len().min(room.edges) / 2,
        };
    }
}

/// Where the things of a view go; nothing where the work would exceed its bound.
fn layout(view: &View, sizes: &[(f64, f64)]) -> Option<Layout> {
    let mut links = links(view);
    let mut linked = vec![false; view.nodes.len()];
    for link in &links {
        linked[link.from.0] = true;
        linked[link.to.0] = true;
    }
    let mut nodes = vec![Rectangle::default(); view.nodes.len()];
    let bends = layered(view, sizes, &linked, &links, &mut nodes)?;
    let mut boxes = boxes(view, &linked, &nodes);
    route(&mut links, &bends, &nodes);
    let mut whole = Rectangle::default();
    let drawn = nodes.iter().zip(&linked).filter(|(_, linked)| **linked);
    for rectangle in (boxes.iter().map(|(_, rectangle)| rectangle)).chain(drawn.map(|(at, _)| at)) {
        whole = whole.with(*rectangle);
    }
    for (x, y) in links.iter().flat_map(|link| &link.points) {
        whole = whole.with(Rectangle {
            x: *x,
            y: *y,
            ..Rectangle::default()
        });
    }
    let (dx, dy) = (-whole.x, -whole.y);
    let moved = |at: &mut Rectangle| {
        at.x += dx;
        at.y += dy;
    };
    for at in (boxes.iter_mut().map(|(_, at)| at)).chain(&mut nodes) {
        moved(at);
    }
    for link in &mut links {
        for (x, y) in link.points.iter_mut().chain(&mut link.label_at) {
            *x += dx;
            *y += dy;
        }
    }
    let mut out = Layout {
        width: whole.width,
        height: whole.height,
        boxes,
        nodes,
        links,
        loose: None,
    };
    rows(&linked, sizes, &mut out);
    Some(out)
}

/// The lines of a view, in the order of their first edges.
fn links(view: &View) -> Vec<Link> {
    let mut at: BTreeMap<(NodeId, NodeId, EdgeKind, Verdict), usize> = BTreeMap::new();
    let mut links: Vec<Link> = Vec::new();
    for (index, edge) in view.edges.iter().enumerate() {
        let key = (edge.from, edge.to, edge.kind, edge.verdict);
        let place = *at.entry(key).or_insert(links.len());
        if place == links.len() {
            links.push(Link {
                from: edge.from,
                to: edge.to,
                kind: edge.kind,
                verdict: edge.verdict,
                edges: Vec::new(),
                label: String::new(),
                label_at: None,
                points: Vec::new(),
            });
        }
        links[place].edges.push(index);
    }
    for link in &mut links {
        let mut words: Vec<String> = Vec::new();
        for edge in link.edges.iter().map(|&index| &view.edges[index]) {
            let word = text::line(&edge.word);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let count: usize = (link.edges.iter())
            .map(|&index| view.edges[index].count)
            .sum();
        let more = words.len().saturating_sub(2);
        words.truncate(2);
        let mut label = text::shortened(&words.join(", "), LABEL_SIZE, 120.0);
        if more > 0 {
            label = format!("{label} +{more}");
        }
        if count > link.edges.len() {
            label = format!("{label} ×{count}");
        }
        link.label = label;
    }
    links
}

/// Sets the nodes that have links, and gives the points between the ends of each link, where its
/// label is among them, with half the width of the layer that each lies in.
fn layered(
    view: &View,
    sizes: &[(f64, f64)],
    linked: &[bool],
    links: &[Link],
    nodes: &mut [Rectangle],
) -> Option<Vec<Bends>> {
    let mut graph: Graph<NodeLabel, EdgeLabel, GraphLabel> = Graph::new(GraphOptions {
        multigraph: true,
        compound: true,
        ..GraphOptions::default()
    });
    graph.set_graph(GraphLabel {
        rankdir: RankDir::LR,
        nodesep: NODE_GAP,
        edgesep: LINK_GAP,
        ranksep: LAYER_GAP,
        ..GraphLabel::default()
    });
    graph.set_default_edge_label(EdgeLabel::default);
    let (boxes, _) = view.boxes();
    let mut framed = BTreeSet::new();
    for (group, members) in &boxes {
        if is_boxed(members, linked) {
            graph.set_node(format!("g{}", group.0), NodeLabel::default());
            framed.insert(*group);
        }
    }
    for (index, node) in view.nodes.iter().enumerate() {
        if !linked[index] {
            continue;
        }
        let (width, height) = sizes[index];
        let label = NodeLabel {
            width,
            height,
            ..NodeLabel::default()
        };
        graph.set_node(format!("n{index}"), label);
        if let Some(group) = node.drawn_in().filter(|group| framed.contains(group)) {
            graph.set_parent(format!("n{index}"), format!("g{}", group.0));
        }
    }
    let between: Vec<usize> = (0..links.len())
        .filter(|&index| links[index].from != links[index].to)
        .collect();
    for &index in &between {
        let link = &links[index];
        let label = EdgeLabel {
            width: text::width(&link.label, LABEL_SIZE) + 8.0,
            height: LABEL_SIZE,
            ..EdgeLabel::default()
        };
        graph.set_edge_named(
            format!("n{}", link.from.0),
            format!("n{}", link.to.0),
            Some(format!("l{index}")),
            Some(label),
        );
    }
    // Whatever the library refuses, the work above all, a smaller view may come through.
    layout_controlled(&mut graph, &mut Budget(WORK)).ok()?;
    let mut half: BTreeMap<i64, f64> = BTreeMap::new();
    for (index, at) in nodes.iter_mut().enumerate() {
        let Some(placed) = graph.node(&format!("n{index}")) else {
            continue;
        };
        let (x, y) = (placed.x.unwrap_or_default(), placed.y.unwrap_or_default());
        let (width, height) = sizes[index];
        *at = Rectangle {
            x: x - width / 2.0,
            y: y - height / 2.0,
            width,
            height,
        };
        let widest = half.entry(layer(x)).or_default();
        *widest = widest.max(width / 2.0);
    }
    // What stands in one layer is equally wide, so that a reader's eye has edges to follow.
    for (index, at) in nodes
        .iter_mut()
        .enumerate()
        .filter(|(index, _)| linked[*index])
    {
        let middle = at.x + sizes[index].0 / 2.0;
        let half = half.get(&layer(middle)).copied().unwrap_or_default();
        at.x = middle - half;
        at.width = 2.0 * half;
    }
    let mut bends = vec![Bends::default(); links.len()];
    for index in between {
        let link = &links[index];
        let name = format!("l{index}");
        let placed = graph.edge(
            &format!("n{}", link.from.0),
            &format!("n{}", link.to.0),
            Some(&name),
        )?;
        // The first and the last point lie on the nodes' edges and are set anew.
        let inner = placed.points.len().saturating_sub(2);
        let label = placed.x.zip(placed.y);
        let label_half = placed.width / 2.0;
        let pairs = placed.points.iter().skip(1).take(inner).flat_map(|point| {
            // Level past the nodes of a layer and along the link's own label.
            let beside = half.get(&layer(point.x)).copied().unwrap_or_default();
            let is_label = label.is_some_and(|(x, _)| layer(x) == layer(point.x));
            let half = if is_label { label_half } else { beside };
            [(point.x - half, point.y), (point.x + half, point.y)]
        });
        bends[index] = Bends {
            label,
            points: pairs.collect(),
        };
    }
    Some(bends)
}

/// Between the ends of a link.
#[derive(Clone, Default, Debug)]
struct Bends {
    label: Option<(f64, f64)>,
    /// Pairs: where the link enters a layer and where it leaves it, left to right.
    points: Vec<(f64, f64)>,
}

/// The layer at a height: what is in one layer has one middle.
fn layer(x: f64) -> i64 {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a picture is far narrower than what an `i64` holds, and a cast saturates"
    )]
    let tenths = (x * 10.0).round() as i64;
    tenths
}

/// Whether nodes get a box: one alone is told apart by words instead.
fn is_boxed(members: &[NodeId], linked: &[bool]) -> bool {
    members.iter().filter(|member| linked[member.0]).count() > 1
}

/// A box around the nodes of each group that has several with links.
fn boxes(view: &View, linked: &[bool], nodes: &[Rectangle]) -> Vec<(GroupId, Rectangle)> {
    let mut boxes = Vec::new();
    for (group, members) in view.boxes().0 {
        if !is_boxed(&members, linked) {
            continue;
        }
        let around = (members.iter())
            .filter(|member| linked[member.0])
            .map(|member| nodes[member.0])
            .reduce(Rectangle::with);
        if let Some(around) = around {
            let at = Rectangle {
                x: around.x - PADDING,
                y: around.y - HEADING,
                width: around.width + 2.0 * PADDING,
                height: around.height + HEADING + PADDING,
            };
            boxes.push((group, at));
        }
    }
    boxes
}

/// One end of a link at one side of a node.
struct End {
    link: usize,
    is_start: bool,
    /// The height of the next point, by which ends are ordered.
    towards: f64,
}

/// Gives every link its line. Ends at the same side of a node are spread over it.
fn route(links: &mut [Link], bends: &[Bends], nodes: &[Rectangle]) {
    let mut sides: BTreeMap<(NodeId, bool), Vec<End>> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        if link.from == link.to {
            continue;
        }
        let (from, to) = (nodes[link.from.0], nodes[link.to.0]);
        let forward = from.x < to.x;
        let points = &bends[index].points;
        let first = points.first().map_or(to.middle(), |point| point.1);
        let last = points.last().map_or(from.middle(), |point| point.1);
        for (node, is_right, is_start, towards) in [
            (link.from, forward, true, first),
            (link.to, !forward, false, last),
        ] {
            sides.entry((node, is_right)).or_default().push(End {
                link: index,
                is_start,
                towards,
            });
        }
    }
    let mut starts = vec![(0.0, 0.0); links.len()];
    let mut ends = starts.clone();
    for ((node, is_right), mut here) in sides {
        here.sort_by(|a, b| {
            (a.towards.total_cmp(&b.towards)).then((a.link, a.is_start).cmp(&(b.link, b.is_start)))
        });
        let at = nodes[node.0];
        let x = if is_right { at.right() } else { at.x };
        #[allow(
            clippy::cast_precision_loss,
            reason = "there are at most some hundred links in a picture"
        )]
        let count = here.len() as f64;
        let step = ((at.height - 10.0) / count).min(11.0);
        let mut y = at.middle() - step * (count - 1.0) / 2.0;
        for end in here {
            let place = if end.is_start {
                &mut starts[end.link]
            } else {
                &mut ends[end.link]
            };
            *place = (x, y);
            y += step;
        }
    }
    for (index, link) in links.iter_mut().enumerate() {
        if link.from == link.to {
            let at = nodes[link.from.0];
            let (right, bottom) = (at.right() - 14.0, at.bottom());
            link.points = vec![
                (right, bottom),
                (right, bottom + 16.0),
                (right - 26.0, bottom + 16.0),
                (right - 26.0, bottom),
            ];
            continue;
        }
        let start = starts[index];
        let end = ends[index];
        let mut points = vec![start];
        let mut pairs: Vec<[(f64, f64); 2]> = (bends[index].points.chunks_exact(2))
            .map(|pair| [pair[0], pair[1]])
            .collect();
        if start.0 > end.0 {
            for pair in &mut pairs {
                pair.reverse();
            }
        }
        points.extend(pairs.into_iter().flatten());
        points.push(end);
        link.points = points;
        link.label_at = bends[index].label;
    }
}

/// Sets the nodes that have no link in rows below the rest.
fn rows(linked: &[bool], sizes: &[(f64, f64)], out: &mut Layout) {
    let loose: Vec<usize> = (0..linked.len()).filter(|&index| !linked[index]).collect();
    if loose.is_empty() {
        return;
    }
    let begin = if out.height > 0.0 {
        out.height + 36.0
    } else {
        0.0
    };
    out.loose = Some((begin, loose.len()));
    let width = out.width.max(LOOSE_WIDTH);
    let column = (loose.iter())
        .map(|&index| sizes[index].0)
        .fold(0.0, f64::max);
    let (mut x, mut y) = (0.0, begin + HEADING);
    for index in loose {
        let (_, height) = sizes[index];
        if x > 0.0 && x + column > width {
            x = 0.0;
            y += height + LOOSE_GAP;
        }
        let at = Rectangle {
            x,
            y,
            width: column,
            height,
        };
        out.nodes[index] = at;
        out.width = out.width.max(at.right());
        out.height = out.height.max(at.bottom());
        x += column + LOOSE_GAP;
    }
}
