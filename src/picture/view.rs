//! What is drawn: nodes in groups, edges between them, and what was left out.
//!
//! A view holds words, not ids of the model, so that it can be cut down, merged and drawn without
//! the project that it was made from.
//!
//! INVARIANT (valid indices): every [`NodeId`] and [`GroupId`] in a [`View`] indexes its table.
//! [`View::connect`] and [`View::add`] refuse others.

use std::collections::{BTreeMap, BTreeSet};

/// The index of a group in [`View::groups`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GroupId(pub usize);

/// The index of a node in [`View::nodes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub usize);

/// What a group is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GroupKind {
    /// A system: what is in it.
    System,
    /// A team: what it owns.
    Team,
}

impl GroupKind {
    /// Every one.
    pub const ALL: [GroupKind; 2] = [GroupKind::System, GroupKind::Team];

    /// The word in outputs and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            GroupKind::System => "system",
            GroupKind::Team => "team",
        }
    }
}

/// A box around nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Unique among groups and nodes, the same in every run: `system:prod`.
    pub id: String,
    /// What a reader sees.
    pub label: String,
    /// What it is.
    pub kind: GroupKind,
}

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NodeKind {
    /// An integration that connects two systems.
    Connector,
    /// An integration that is called from outside.
    Webhook,
    /// An integration that decides for itself.
    Agent,
    /// An integration that is a pipeline.
    Workflow,
    /// An integration that is a program of its own.
    Service,
    /// A person.
    Human,
    /// A group of principals.
    Group,
    /// A role that others take on.
    Role,
    /// Somebody outside.
    External,
    /// An identity in a system: a role, a service account.
    Identity,
    /// What keeps a credential.
    Secret,
    /// What runs code.
    Host,
    /// What code is run from.
    Code,
    /// A scope in which somebody may grant themselves anything.
    Scope,
    /// A queue, a mailbox, a chat: what carries content.
    Channel,
    /// Some authority that several hold and several fall to.
    Authority,
    /// An identity, or whose credential it is, that nobody declared.
    Unknown,
    /// Whoever there is.
    Anyone,
    /// A resource of another kind.
    Resource,
    /// Several nodes drawn as one.
    Collapsed,
}

/// Families of node kinds, which a reader tells apart by colour and shape.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// Integrations.
    Integration,
    /// People, groups, roles and those outside.
    Principal,
    /// What carries authority in a system: identities, secrets, hosts, code, scopes.
    Authority,
    /// What content comes through, and other resources.
    Resource,
    /// Several in one.
    Collapsed,
}

impl Family {
    /// Every one, in the order of a legend.
    pub const ALL: [Family; 5] = [
        Family::Integration,
        Family::Principal,
        Family::Authority,
        Family::Resource,
        Family::Collapsed,
    ];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Family::Integration => "integration",
            Family::Principal => "principal",
            Family::Authority => "authority",
            Family::Resource => "resource",
            Family::Collapsed => "collapsed",
        }
    }
}

impl NodeKind {
    /// Every one.
    pub const ALL: [NodeKind; 20] = [
        NodeKind::Connector,
        NodeKind::Webhook,
        NodeKind::Agent,
        NodeKind::Workflow,
        NodeKind::Service,
        NodeKind::Human,
        NodeKind::Group,
        NodeKind::Role,
        NodeKind::External,
        NodeKind::Identity,
        NodeKind::Secret,
        NodeKind::Host,
        NodeKind::Code,
        NodeKind::Scope,
        NodeKind::Channel,
        NodeKind::Authority,
        NodeKind::Unknown,
        NodeKind::Anyone,
        NodeKind::Resource,
        NodeKind::Collapsed,
    ];

    /// The word in outputs: that of the language where it has one.
    pub fn word(self) -> &'static str {
        match self {
            NodeKind::Connector => "connector",
            NodeKind::Webhook => "webhook",
            NodeKind::Agent => "agent",
            NodeKind::Workflow => "workflow",
            NodeKind::Service => "service",
            NodeKind::Human => "human",
            NodeKind::Group => "group",
            NodeKind::Role => "role",
            NodeKind::External => "external",
            NodeKind::Identity => "identity",
            NodeKind::Secret => "secret",
            NodeKind::Host => "host",
            NodeKind::Code => "code",
            NodeKind::Scope => "scope",
            NodeKind::Channel => "channel",
            NodeKind::Authority => "authority",
            NodeKind::Unknown => "unknown",
            NodeKind::Anyone => "anyone",
            NodeKind::Resource => "resource",
            NodeKind::Collapsed => "collapsed",
        }
    }

    /// The family that it is drawn as.
    pub fn family(self) -> Family {
        match self {
            NodeKind::Connector
            | NodeKind::Webhook
            | NodeKind::Agent
            | NodeKind::Workflow
            | NodeKind::Service => Family::Integration,
            NodeKind::Human
            | NodeKind::Group
            | NodeKind::Role
            | NodeKind::External
            | NodeKind::Anyone => Family::Principal,
            NodeKind::Identity
            | NodeKind::Secret
            | NodeKind::Host
            | NodeKind::Code
            | NodeKind::Scope
            | NodeKind::Authority
            | NodeKind::Unknown => Family::Authority,
            NodeKind::Channel | NodeKind::Resource => Family::Resource,
            NodeKind::Collapsed => Family::Collapsed,
        }
    }
}

/// A line of a file of the project.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SourceLine {
    /// Relative to the project, `/`-separated.
    pub file: String,
    /// From 1.
    pub line: u32,
}

impl std::fmt::Display for SourceLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A word or two about a node: `owner`, `payments`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// What about: `owner`, `purpose`, `expires`, `env`.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// Somebody or something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Unique among groups and nodes, the same in every run: `integration:helpdesk-bot`.
    pub id: String,
    /// What a reader sees.
    pub label: String,
    /// What it is.
    pub kind: NodeKind,
    /// The system that it is in.
    pub system: Option<GroupId>,
    /// The team that owns it.
    pub team: Option<GroupId>,
    /// What is known of it, in the order in which to read it.
    pub facts: Vec<Fact>,
    /// Environment and labels: `prod`, `pii`.
    pub tags: Vec<String>,
    /// Where it is declared.
    pub place: Option<SourceLine>,
    /// Whether part of it could not be read or resolved, so that edges may be missing.
    pub incomplete: bool,
    /// How many nodes it stands for: 1, or more for a collapsed one.
    pub stands_for: usize,
}

impl Node {
    /// A node with nothing known of it but what it is.
    pub fn new(id: impl Into<String>, label: impl Into<String>, kind: NodeKind) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            kind,
            system: None,
            team: None,
            facts: Vec::new(),
            tags: Vec::new(),
            place: None,
            incomplete: false,
            stands_for: 1,
        }
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push(Fact {
            name: name.into(),
            value: value.into(),
        });
        self
    }

    /// The group of that kind.
    pub fn group(&self, kind: GroupKind) -> Option<GroupId> {
        match kind {
            GroupKind::System => self.system,
            GroupKind::Team => self.team,
        }
    }

    /// The box that it is drawn in: its system's, or else its team's.
    pub fn drawn_in(&self) -> Option<GroupId> {
        self.system.or(self.team)
    }
}

/// Whether the first can act with all that the second may, or only make it act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EdgeKind {
    /// It can act with all of the other's authority.
    Controls,
    /// It can make the other act, by the other's own logic.
    Influences,
}

impl EdgeKind {
    /// Every one.
    pub const ALL: [EdgeKind; 2] = [EdgeKind::Controls, EdgeKind::Influences];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            EdgeKind::Controls => "controls",
            EdgeKind::Influences => "influences",
        }
    }
}

/// How sure an edge is, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// It follows from what is declared.
    Proven,
    /// It follows if something that nobody declared is so.
    Possible,
    /// It would follow if guards did not stop it.
    Blocked,
}

impl Verdict {
    /// Every one.
    pub const ALL: [Verdict; 3] = [Verdict::Proven, Verdict::Possible, Verdict::Blocked];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Proven => "proven",
            Verdict::Possible => "possible",
            Verdict::Blocked => "blocked",
        }
    }
}

/// That one node reaches another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
    /// Who.
    pub from: NodeId,
    /// Whom.
    pub to: NodeId,
    /// Whether it controls or influences.
    pub kind: EdgeKind,
    /// How sure it is.
    pub verdict: Verdict,
    /// By what: `identity`, `code`, `secret`, `trust`, `content` …
    pub word: String,
    /// The reason, for a reader.
    pub why: String,
    /// The control rule that it follows from; empty where it follows from a clause alone.
    pub rule: String,
    /// The clause that it follows from.
    pub place: Option<SourceLine>,
    /// The other premises: what else must be held, and by whom.
    pub also: Vec<String>,
    /// What nobody can know from the declarations.
    pub unknown: Vec<String>,
    /// The guards that stop it.
    pub blocked_by: Vec<String>,
    /// How many edges it stands for: 1, or more for a merged one.
    pub count: usize,
}

impl Edge {
    /// An edge with no reason yet.
    pub fn new(
        from: NodeId,
        to: NodeId,
        kind: EdgeKind,
        verdict: Verdict,
        word: impl Into<String>,
    ) -> Self {
        Self {
            from,
            to,
            kind,
            verdict,
            word: word.into(),
            why: String::new(),
            rule: String::new(),
            place: None,
            also: Vec::new(),
            unknown: Vec::new(),
            blocked_by: Vec::new(),
            count: 1,
        }
    }
}

/// Why something is not in the picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It is further than `depth` edges from the node of that label.
    Focus {
        /// The label of the node.
        on: String,
        /// How many edges away is still drawn.
        depth: usize,
    },
    /// It is inside a group that is drawn as one node.
    Collapse(GroupKind),
    /// It has the fewest edges, and the picture is full.
    Crowd,
    /// Nobody has it, or it is an identity that leads nowhere.
    Idle,
}

/// What is not in the picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hidden {
    /// Why.
    pub reason: Reason,
    /// How many nodes.
    pub nodes: usize,
    /// How many edges.
    pub edges: usize,
}

impl Hidden {
    /// The sentence for a reader.
    pub fn sentence(&self) -> String {
        let of = |count: usize, what: &str| {
            let s = if count == 1 { "" } else { "s" };
            format!("{count} {what}{s}")
        };
        let (nodes, edges) = (of(self.nodes, "node"), of(self.edges, "edge"));
        match &self.reason {
            Reason::Focus { on, depth } => {
                let depth = of(*depth, "edge");
                format!("not drawn: {nodes} and {edges} more than {depth} from {on}")
            }
            Reason::Collapse(kind) => {
                format!(
                    "drawn inside others: {nodes} and {edges}, one node a {}",
                    kind.word()
                )
            }
            Reason::Crowd => {
                format!("not drawn, for want of room: {nodes} with the fewest edges, and {edges}")
            }
            Reason::Idle => {
                format!("not drawn, as no path leads through them: {nodes} and {edges}")
            }
        }
    }

    /// The word of the reason in outputs.
    pub fn word(&self) -> &'static str {
        match self.reason {
            Reason::Focus { .. } => "focus",
            Reason::Collapse(_) => "collapse",
            Reason::Crowd => "crowd",
            Reason::Idle => "idle",
        }
    }
}

/// A picture's content.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct View {
    /// What the picture is of.
    pub title: String,
    /// Systems and teams.
    pub groups: Vec<Group>,
    /// Nodes, in the order in which formats list them.
    pub nodes: Vec<Node>,
    /// Edges, in the order in which formats list them.
    pub edges: Vec<Edge>,
    /// What was left out, in the order in which it was; every format says so.
    pub hidden: Vec<Hidden>,
}

impl View {
    /// An empty view.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Adds a group and gives its id.
    pub fn group(&mut self, kind: GroupKind, label: impl Into<String>) -> GroupId {
        let label = label.into();
        self.groups.push(Group {
            id: format!("{}:{label}", kind.word()),
            label,
            kind,
        });
        GroupId(self.groups.len() - 1)
    }

    /// Adds a node and gives its id. Groups that the view does not have are dropped.
    pub fn add(&mut self, mut node: Node) -> NodeId {
        let known = |id: &GroupId| id.0 < self.groups.len();
        node.system = node.system.filter(known);
        node.team = node.team.filter(known);
        self.nodes.push(node);
        NodeId(self.nodes.len() - 1)
    }

    /// Adds an edge; one that dangles is dropped.
    pub fn connect(&mut self, edge: Edge) {
        if edge.from.0 < self.nodes.len() && edge.to.0 < self.nodes.len() {
            self.edges.push(edge);
        }
    }

    /// The node of that id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The nodes that somebody may mean by `name`: the one with that id, else integrations and
    /// principals so called, else whatever has that label, else whatever has that name after the
    /// kind in its id: `prod.iam.role("deploy")`.
    pub fn find(&self, name: &str) -> Vec<NodeId> {
        let party =
            |node: &Node| matches!(node.kind.family(), Family::Integration | Family::Principal);
        let own = |node: &Node| {
            let own = node.id.split_once(':');
            own.is_some_and(|(_, rest)| rest == name)
        };
        let ways: [&dyn Fn(&Node) -> bool; 4] = [
            &|node| node.id == name,
            &|node| party(node) && node.label == name,
            &|node| node.label == name,
            &own,
        ];
        ways.iter()
            .map(|is| -> Vec<NodeId> {
                (0..self.nodes.len())
                    .map(NodeId)
                    .filter(|&id| is(self.node(id)))
                    .collect()
            })
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// The boxes that are drawn, each with its nodes in order, and the nodes in no box. A box
    /// without nodes is left out.
    pub fn boxes(&self) -> (Vec<(GroupId, Vec<NodeId>)>, Vec<NodeId>) {
        let mut inside: BTreeMap<GroupId, Vec<NodeId>> = BTreeMap::new();
        let mut outside = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            match node.drawn_in() {
                Some(group) => inside.entry(group).or_default().push(NodeId(index)),
                None => outside.push(NodeId(index)),
            }
        }
        (inside.into_iter().collect(), outside)
    }

    /// The ids of groups that a node names, in order.
    pub fn used_groups(&self) -> BTreeSet<GroupId> {
        self.nodes
            .iter()
            .flat_map(|node| [node.system, node.team])
            .flatten()
            .collect()
    }

    /// One sentence for each thing left out, for a reader.
    pub fn notes(&self) -> Vec<String> {
        self.hidden
            .iter()
            .filter(|hidden| hidden.nodes > 0 || hidden.edges > 0)
            .map(Hidden::sentence)
            .collect()
    }
}
