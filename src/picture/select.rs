//! Cutting a view down to what a picture can hold. Whatever goes is counted in [`View::hidden`].

use std::collections::{BTreeMap, VecDeque};

use super::view::{
    Edge, EdgeKind, GroupId, GroupKind, Hidden, Node, NodeId, NodeKind, Reason, Verdict, View,
};

/// Only the nodes at most `depth` edges away from `on`, edges taken in both directions, and the
/// edges among these.
#[must_use]
pub fn focus(view: &View, on: NodeId, depth: usize) -> View {
    let mut near: Vec<Vec<NodeId>> = vec![Vec::new(); view.nodes.len()];
    for edge in &view.edges {
        near[edge.from.0].push(edge.to);
        near[edge.to.0].push(edge.from);
    }
    let mut kept = vec![false; view.nodes.len()];
    kept[on.0] = true;
    let mut queue = VecDeque::from([(on, 0)]);
    while let Some((at, far)) = queue.pop_front() {
        if far == depth {
            continue;
        }
        for &next in &near[at.0] {
            if !kept[next.0] {
                kept[next.0] = true;
                queue.push_back((next, far + 1));
            }
        }
    }
    let reason = Reason::Focus {
        on: view.node(on).label.clone(),
        depth,
    };
    keep(view, &kept, reason)
}

/// Without resources and scopes that nobody has, and identities that lead nowhere further: what
/// is left are the parties, and everything that some path leads through. A node of `keep` stays.
#[must_use]
pub fn in_use(view: &View, keep_node: Option<NodeId>) -> View {
    let count = view.nodes.len();
    let mut kept = vec![true; count];
    loop {
        let mut entered = vec![0_usize; count];
        let mut left = vec![0_usize; count];
        for edge in &view.edges {
            if kept[edge.from.0] && kept[edge.to.0] && edge.from != edge.to {
                entered[edge.to.0] += 1;
                left[edge.from.0] += 1;
            }
        }
        let idle: Vec<usize> = (0..count)
            .filter(|&index| kept[index] && Some(NodeId(index)) != keep_node)
            .filter(|&index| match view.nodes[index].kind {
                NodeKind::Secret
                | NodeKind::Host
                | NodeKind::Code
                | NodeKind::Scope
                | NodeKind::Channel
                | NodeKind::Authority
                | NodeKind::Resource => entered[index] == 0,
                NodeKind::Identity => {
                    entered[index] == 0 || left[index] == 0 && entered[index] == 1
                }
                NodeKind::Anyone => entered[index] + left[index] == 0,
                NodeKind::Connector
                | NodeKind::Webhook
                | NodeKind::Agent
                | NodeKind::Workflow
                | NodeKind::Service
                | NodeKind::Human
                | NodeKind::Group
                | NodeKind::Role
                | NodeKind::External
                | NodeKind::Unknown
                | NodeKind::Collapsed => false,
            })
            .collect();
        if idle.is_empty() {
            return keep(view, &kept, Reason::Idle);
        }
        for index in idle {
            kept[index] = false;
        }
    }
}

/// The `most` nodes that have the most edges, earlier ones first among equals.
#[must_use]
pub fn busiest(view: &View, most: usize) -> View {
    let mut edges = vec![0_usize; view.nodes.len()];
    for edge in &view.edges {
        edges[edge.from.0] += 1;
        edges[edge.to.0] += 1;
    }
    let mut order: Vec<usize> = (0..view.nodes.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(edges[index]), index));
    let mut kept = vec![false; view.nodes.len()];
    for &index in order.iter().take(most) {
        kept[index] = true;
    }
    keep(view, &kept, Reason::Crowd)
}

/// The nodes for which `kept` says so, and the edges among them.
fn keep(view: &View, kept: &[bool], reason: Reason) -> View {
    let mut out = View {
        title: view.title.clone(),
        groups: view.groups.clone(),
        nodes: Vec::new(),
        edges: Vec::new(),
        hidden: view.hidden.clone(),
    };
    let mut new = vec![None; view.nodes.len()];
    for (index, node) in view.nodes.iter().enumerate() {
        if kept[index] {
            new[index] = Some(out.add(node.clone()));
        }
    }
    for edge in &view.edges {
        if let (Some(from), Some(to)) = (new[edge.from.0], new[edge.to.0]) {
            out.connect(Edge {
                from,
                to,
                ..edge.clone()
            });
        }
    }
    out.hidden.push(Hidden {
        reason,
        nodes: standing_for(&view.nodes) - standing_for(&out.nodes),
        edges: counted(&view.edges) - counted(&out.edges),
    });
    out
}

fn standing_for(nodes: &[Node]) -> usize {
    nodes.iter().map(|node| node.stands_for).sum()
}

fn counted(edges: &[Edge]) -> usize {
    edges.iter().map(|edge| edge.count).sum()
}

/// One node for each group of that kind in place of the nodes in it. A group of one node keeps
/// it, and so do nodes in no such group. Edges inside a group go; parallel ones that say the same
/// become one with a count.
#[must_use]
pub fn collapse(view: &View, by: GroupKind) -> View {
    let mut sizes: BTreeMap<GroupId, usize> = BTreeMap::new();
    for group in view.nodes.iter().filter_map(|node| node.group(by)) {
        *sizes.entry(group).or_default() += 1;
    }
    let mut out = View {
        title: view.title.clone(),
        groups: view.groups.clone(),
        nodes: Vec::new(),
        edges: Vec::new(),
        hidden: view.hidden.clone(),
    };
    let mut new = Vec::with_capacity(view.nodes.len());
    let mut made: BTreeMap<GroupId, NodeId> = BTreeMap::new();
    let mut inside = 0;
    for node in &view.nodes {
        let group = node.group(by).filter(|group| sizes[group] > 1);
        let Some(group) = group else {
            new.push(out.add(node.clone()));
            continue;
        };
        inside += 1;
        let id = *made
            .entry(group)
            .or_insert_with(|| out.add(collapsed(view, group)));
        new.push(id);
        let whole = &mut out.nodes[id.0];
        whole.stands_for += node.stands_for;
        whole.incomplete |= node.incomplete;
        for tag in &node.tags {
            if !whole.tags.contains(tag) {
                whole.tags.push(tag.clone());
            }
        }
    }
    for node in &mut out.nodes {
        if node.kind == NodeKind::Collapsed {
            node.tags.sort();
        }
    }
    let moved = view.edges.iter().map(|edge| Edge {
        from: new[edge.from.0],
        to: new[edge.to.0],
        ..edge.clone()
    });
    let across: Vec<Edge> = moved
        .filter(|edge| edge.from != edge.to || out.node(edge.from).kind != NodeKind::Collapsed)
        .collect();
    out.edges = merged(across);
    out.hidden.push(Hidden {
        reason: Reason::Collapse(by),
        nodes: inside,
        edges: counted(&view.edges) - counted(&out.edges),
    });
    out
}

/// The node that a group is drawn as, so far standing for none.
fn collapsed(view: &View, group: GroupId) -> Node {
    let from = &view.groups[group.0];
    let mut node = Node::new(from.id.clone(), from.label.clone(), NodeKind::Collapsed);
    node.stands_for = 0;
    node.fact("kind", from.kind.word())
}

/// What makes two edges between the same nodes say the same.
type Says = (NodeId, NodeId, EdgeKind, Verdict, String);

/// Edges that say the same as one, which gives the reason of the first and counts the others.
fn merged(edges: Vec<Edge>) -> Vec<Edge> {
    let mut at: BTreeMap<Says, usize> = BTreeMap::new();
    let mut out: Vec<Edge> = Vec::new();
    for edge in edges {
        let says = (
            edge.from,
            edge.to,
            edge.kind,
            edge.verdict,
            edge.word.clone(),
        );
        if let Some(&index) = at.get(&says) {
            out[index].count += edge.count;
        } else {
            at.insert(says, out.len());
            out.push(edge);
        }
    }
    out
}

/// How much a format can hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    /// Nodes at most.
    pub nodes: usize,
    /// Edges at most.
    pub edges: usize,
}

impl Room {
    fn holds(self, view: &View) -> bool {
        view.nodes.len() <= self.nodes && view.edges.len() <= self.edges
    }
}

/// The view itself where there is room, else collapsed by system, then by team as well, then
/// only its busiest nodes.
#[must_use]
pub fn fit(view: &View, room: Room) -> View {
    let mut fitted = view.clone();
    for by in GroupKind::ALL {
        if room.holds(&fitted) {
            return fitted;
        }
        let smaller = collapse(&fitted, by);
        if smaller.nodes.len() < fitted.nodes.len() || smaller.edges.len() < fitted.edges.len() {
            fitted = smaller;
        }
    }
    let mut most = fitted.nodes.len().min(room.nodes);
    let whole = fitted.clone();
    while !room.holds(&fitted) {
        fitted = busiest(&whole, most);
        // A node may have an edge to itself, so even one node can have too many.
        if most == 0 {
            break;
        }
        most = if most == 1 { 0 } else { most * 3 / 4 };
    }
    fitted
}
