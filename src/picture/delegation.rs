//! The delegation graph as a view.
//!
//! In the graph an edge may have several premises, and authority that a rule asks for is a node of
//! its own. Here an edge leads from whoever holds the first premise straight to what it gives; the
//! other premises are its `also`. Only where many hold the same and it gives many things, so that
//! every pair would be an edge, does the authority stay a node.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::view::{
    Edge, EdgeKind, GroupId, GroupKind, Node, NodeId, NodeKind, SourceLine, Verdict, View,
};
use crate::grant::Granted;
use crate::graph::{self, DelegationGraph, EdgeId, Hop, Place, Reach, Reason};
use crate::model::control::Hold;
use crate::model::fact::Fact;
use crate::model::party::{ClauseKind, Owner, Party, PartyKind, Status};
use crate::model::{Model, PartyId};
use crate::source::{Sources, Span};

/// From how many pairs of holders and things on authority is a node of its own.
const PAIRS: usize = 64;
/// How many of those who hold another premise are named.
const NAMED: usize = 3;

/// What a project's graph is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Project<'a> {
    /// Its texts, for the lines that edges name.
    pub sources: &'a Sources,
    /// What it means.
    pub model: &'a Model,
    /// What everybody is granted.
    pub granted: &'a Granted,
    /// Who can reach what.
    pub graph: &'a DelegationGraph,
}

/// The whole graph as a view: every party, and everything else that has an edge.
pub fn view(project: Project<'_>, title: impl Into<String>) -> View {
    let mut drafts = Drafts::new(project);
    drafts.edges();
    drafts.view(title.into())
}

/// What makes two edges say the same.
type Says = (graph::NodeId, graph::NodeId, graph::Kind, String);

/// An edge of the view, before the nodes have their numbers.
struct Draft {
    hop: Hop,
    kind: graph::Kind,
    verdict: graph::Verdict,
    also: Vec<String>,
    unknown: BTreeSet<u32>,
    guards: BTreeSet<u32>,
}

struct Drafts<'a> {
    project: Project<'a>,
    /// The edges that lead to each node.
    to: Vec<Vec<EdgeId>>,
    /// Nodes of authority that stay nodes.
    kept: BTreeSet<graph::NodeId>,
    /// What somebody reaches, where a guard asked for it.
    reached: HashMap<graph::NodeId, Reach>,
    made: Vec<Draft>,
    known: BTreeMap<Says, usize>,
}

impl<'a> Drafts<'a> {
    fn new(project: Project<'a>) -> Self {
        let graph = project.graph;
        let count = graph.nodes().count();
        let mut to = vec![Vec::new(); count];
        let mut uses = vec![0_usize; count];
        for (id, edge) in graph.edges() {
            to[edge.to.index()].push(id);
            for premise in &edge.premises {
                uses[premise.index()] += 1;
            }
        }
        let kept = graph
            .nodes()
            .filter(|(id, node)| {
                matches!(node, graph::Node::Means(_))
                    && to[id.index()].len() * uses[id.index()] > PAIRS
            })
            .map(|(id, _)| id)
            .collect();
        Self {
            project,
            to,
            kept,
            reached: HashMap::new(),
            made: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    fn is_drawn(&self, node: graph::NodeId) -> bool {
        !self.project.graph.node(node).is_inner() || self.kept.contains(&node)
    }

    /// The premises that are not guards, and the guards.
    fn premises(&self, edge: EdgeId) -> (Vec<graph::NodeId>, Vec<graph::NodeId>) {
        let graph = self.project.graph;
        let all = graph.edge(edge).premises.iter().copied();
        all.partition(|&premise| !matches!(graph.node(premise), graph::Node::Passed(_)))
    }

    /// What somebody who passes guards rests on; nothing where they do not pass.
    fn passes(&mut self, from: graph::NodeId, guards: &[graph::NodeId]) -> Option<graph::Verdict> {
        let mut worst = graph::Verdict::Proven;
        if guards.is_empty() {
            return Some(worst);
        }
        let graph = self.project.graph;
        let reach = (self.reached.entry(from)).or_insert_with(|| graph.reach(&[from], false));
        for &guard in guards {
            let verdict = reach.verdict(guard)?;
            if verdict == graph::Verdict::Blocked {
                return None;
            }
            worst = worst.max(verdict);
        }
        Some(worst)
    }

    fn edges(&mut self) {
        let graph = self.project.graph;
        for (id, edge) in graph.edges() {
            // That everybody is somebody would be an edge from everybody.
            if !self.is_drawn(edge.to) || edge.reason == Reason::Anybody {
                continue;
            }
            let (premises, guards) = self.premises(id);
            let Some(&first) = premises.first() else {
                continue;
            };
            if self.is_drawn(first) {
                self.draft(first, &[id], &premises[1..], &guards);
                continue;
            }
            for holds in self.to[first.index()].clone() {
                let (holders, lifted) = self.premises(holds);
                let Some((&holder, others)) = holders.split_first() else {
                    continue;
                };
                if !self.is_drawn(holder) {
                    continue;
                }
                let others = [others, &premises[1..]].concat();
                let guards = [lifted, guards.clone()].concat();
                self.draft(holder, &[holds, id], &others, &guards);
            }
        }
    }

    /// Adds an edge, or leaves the better one of two that say the same.
    fn draft(
        &mut self,
        from: graph::NodeId,
        edges: &[EdgeId],
        others: &[graph::NodeId],
        guards: &[graph::NodeId],
    ) {
        let graph = self.project.graph;
        let Some(mut verdict) = self.passes(from, guards) else {
            return;
        };
        let Some(&last) = edges.last() else {
            return;
        };
        let (mut unknown, mut stopped) = (BTreeSet::new(), BTreeSet::new());
        for edge in edges.iter().map(|&edge| graph.edge(edge)) {
            verdict = verdict.max(edge.verdict);
            unknown.extend(edge.unknown.iter().copied());
            stopped.extend(edge.guards.iter().copied());
        }
        let also = (others.iter())
            .filter_map(|&other| self.other(from, other))
            .collect();
        let to = graph.edge(last).to;
        let kind = (edges.iter().map(|&edge| graph.edge(edge).kind))
            .max()
            .unwrap_or(graph::Kind::Controls);
        let hop = Hop {
            from,
            also: others.to_vec(),
            to,
            edges: edges.to_vec(),
        };
        let rule = graph.hop_rule(&hop).map_or("", |rule| &rule.text);
        let says = (from, to, kind, format!("{} {rule}", graph.hop_word(&hop)));
        let draft = Draft {
            hop,
            kind,
            verdict,
            also,
            unknown,
            guards: stopped,
        };
        match self.known.get(&says) {
            Some(&index) if self.made[index].verdict <= draft.verdict => {}
            Some(&index) => self.made[index] = draft,
            None => {
                self.known.insert(says, self.made.len());
                self.made.push(draft);
            }
        }
    }

    /// Who else must be had for a premise: nobody where the one who begins holds it.
    fn other(&self, from: graph::NodeId, other: graph::NodeId) -> Option<String> {
        let Project {
            model,
            granted,
            graph,
            ..
        } = self.project;
        if other == from {
            return None;
        }
        if !matches!(graph.node(other), graph::Node::Means(_)) {
            return Some(graph.name(model, granted, other));
        }
        let mut names: Vec<String> = Vec::new();
        for &edge in &self.to[other.index()] {
            let (holders, _) = self.premises(edge);
            if holders.contains(&from) {
                return None;
            }
            for &holder in &holders {
                let name = graph.name(model, granted, holder);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        let mut text = names.join(" or ");
        if more > 0 {
            text = format!("{text} or one of {more} more");
        }
        Some(text)
    }

    fn view(self, title: String) -> View {
        let Project { model, graph, .. } = self.project;
        let mut out = View::new(title);
        let groups = Groups {
            systems: (model.systems.iter())
                .map(|system| out.group(GroupKind::System, &*system.name))
                .collect(),
            teams: (model.teams.iter())
                .map(|team| out.group(GroupKind::Team, &*team.name))
                .collect(),
        };
        let mut used: BTreeSet<graph::NodeId> = (self.made.iter())
            .flat_map(|draft| [draft.hop.from, draft.hop.to])
            .collect();
        used.extend(model.parties().map(|(id, _)| graph.party(id)));
        let mut ids: BTreeMap<String, usize> = BTreeMap::new();
        let mut numbers: BTreeMap<graph::NodeId, NodeId> = BTreeMap::new();
        for (id, node) in graph.nodes() {
            if !used.contains(&id) || !self.is_drawn(id) {
                continue;
            }
            let mut drawn = self.project.node(id, node, &groups);
            let count = ids.entry(drawn.id.clone()).or_default();
            *count += 1;
            if *count > 1 {
                drawn.id = format!("{}#{count}", drawn.id);
            }
            numbers.insert(id, out.add(drawn));
        }
        for draft in &self.made {
            let ends = (numbers.get(&draft.hop.from)).zip(numbers.get(&draft.hop.to));
            if let Some((&from, &to)) = ends {
                out.connect(self.project.edge(draft, from, to));
            }
        }
        out
    }
}

/// The groups of the model's systems and teams, in the model's order.
struct Groups {
    systems: Vec<GroupId>,
    teams: Vec<GroupId>,
}

impl Project<'_> {
    fn line(&self, span: Span) -> SourceLine {
        SourceLine {
            file: self.sources.path(span).to_owned(),
            line: self.sources.place(span).line,
        }
    }

    fn edge(&self, draft: &Draft, from: NodeId, to: NodeId) -> Edge {
        let (graph, hop) = (self.graph, &draft.hop);
        let kind = match draft.kind {
            graph::Kind::Controls => EdgeKind::Controls,
            graph::Kind::Influences => EdgeKind::Influences,
        };
        let verdict = match draft.verdict {
            graph::Verdict::Proven => Verdict::Proven,
            graph::Verdict::Possible => Verdict::Possible,
            graph::Verdict::Blocked => Verdict::Blocked,
        };
        let text = |index: &u32| graph.texts[*index as usize].to_string();
        Edge {
            why: graph.hop_why(self.model, self.granted, hop),
            rule: (graph.hop_rule(hop)).map_or_else(String::new, |rule| rule.text.to_string()),
            place: graph.hop_span(hop).map(|span| self.line(span)),
            also: draft.also.clone(),
            unknown: draft.unknown.iter().map(text).collect(),
            blocked_by: (draft.guards.iter())
                .map(|&guard| graph.guard_text(self.model, guard))
                .collect(),
            ..Edge::new(from, to, kind, verdict, graph.hop_word(hop))
        }
    }

    fn node(&self, id: graph::NodeId, node: &graph::Node, groups: &Groups) -> Node {
        match node {
            graph::Node::Party(party) => self.party(*party, groups),
            graph::Node::Identity(bundle) => self.identity(*bundle, groups),
            graph::Node::Resource(place, hold) => {
                let (word, kind) = held(*hold);
                self.place(place, word, kind, groups)
            }
            graph::Node::Scope(place) => {
                let mut scope = self.place(place, "scope", NodeKind::Scope, groups);
                scope.label = format!("anything in {}", scope.label);
                scope
            }
            graph::Node::Unknown(place, hold) => {
                let word = format!("unknown-{}", held(*hold).0);
                let mut unknown = self.place(place, &word, NodeKind::Unknown, groups);
                unknown.label = format!("unknown behind {}", unknown.label);
                unknown
            }
            graph::Node::Content(place) => self.place(place, "channel", NodeKind::Channel, groups),
            graph::Node::Anyone => Node::new("anyone", "anyone", NodeKind::Anyone),
            graph::Node::Passed(_) | graph::Node::Means(_) => self.authority(id),
        }
    }

    /// Authority that stays a node: named after what is held.
    fn authority(&self, id: graph::NodeId) -> Node {
        let held = (self.graph.edges()).find_map(|(_, edge)| match &edge.reason {
            Reason::Holds { what, .. } if edge.to == id => Some(*what),
            _ => None,
        });
        let label = held.map_or("authority", |what| &*self.graph.texts[what as usize]);
        Node::new(format!("authority:{label}"), label, NodeKind::Authority)
    }

    fn party(&self, id: PartyId, groups: &Groups) -> Node {
        let party = self.model.party(id);
        let kind = if party.is_integration() {
            "integration"
        } else {
            "principal"
        };
        let mut tags: Vec<String> = Vec::new();
        for bundle in &self.granted.bundles {
            if bundle.holders.contains(&id) {
                add(&mut tags, self.model.system(bundle.system).env.as_deref());
            }
        }
        let mut node = Node {
            team: team_of(party, groups),
            tags,
            place: Some(self.line(party.name_span)),
            incomplete: !party.complete,
            ..Node::new(
                format!("{kind}:{}", party.name),
                &*party.name,
                party_kind(party.kind),
            )
        };
        for (name, value) in self.facts(party) {
            node = node.fact(name, value);
        }
        node
    }

    fn facts(&self, party: &Party) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        match party.owner() {
            Some((Owner::Team(team), _)) => {
                facts.push(("owner", self.model.team(*team).name.to_string()));
            }
            Some((Owner::Person(person), _)) => facts.push(("owner", person.to_string())),
            None => {}
        }
        let purpose = party.find(|kind| match kind {
            ClauseKind::Purpose(text) => Some(text),
            _ => None,
        });
        facts.extend(purpose.map(|(text, _)| ("purpose", text.to_string())));
        facts.extend(
            party
                .expires()
                .map(|(date, _)| ("expires", date.to_string())),
        );
        let operator = party.find(|kind| match kind {
            ClauseKind::Operator(of) => Some(*of),
            _ => None,
        });
        facts.extend(operator.map(|(of, _)| ("operator", self.model.party(of).name.to_string())));
        let status = match party.status() {
            Status::Active => None,
            Status::Suspended => Some("suspended"),
            Status::Retired => Some("retired"),
        };
        facts.extend(status.map(|word| ("status", word.to_owned())));
        if party.is_integration() {
            facts.push(("acts", party.acts().words().to_owned()));
        }
        facts
    }

    fn identity(&self, bundle: u32, groups: &Groups) -> Node {
        let bundle = &self.granted.bundles[bundle as usize];
        let party = self.model.party(bundle.party);
        let mut node = if let Some(thing) = &bundle.identity {
            let place = Place::of(thing, bundle.tenant);
            let mut node = self.place(&place, "identity", NodeKind::Identity, groups);
            node.place = Some(self.line(thing.span));
            node
        } else {
            // The token that a platform gives a workflow has no name of its own.
            let tenant = Place::tenant(self.model, bundle.system, bundle.tenant);
            let mut node = self.place(&tenant, "identity", NodeKind::Identity, groups);
            node.id = format!("{}.{}", node.id, party.name);
            node.label = format!("token of {}", party.name);
            node.place = Some(self.line(party.name_span));
            node
        };
        node.team = team_of(party, groups);
        let holders: Vec<&str> = (bundle.holders.iter())
            .map(|&holder| &*self.model.party(holder).name)
            .collect();
        node.incomplete |= bundle
            .holders
            .iter()
            .any(|&id| !self.model.party(id).complete);
        node.fact("identity of", holders.join(", "))
    }

    /// A resource, or a whole tenant.
    fn place(&self, place: &Place, word: &str, kind: NodeKind, groups: &Groups) -> Node {
        let text = place.text(self.model);
        let system = self.model.system(place.system);
        let mut tags: Vec<String> = Vec::new();
        add(&mut tags, system.env.as_deref());
        for label in &system.labels {
            add(&mut tags, Some(label));
        }
        let mut stands = None;
        for resource in &self.model.resources {
            if resource.thing.system != place.system
                || !resource.thing.tenants.holds(place.tenant as usize)
            {
                continue;
            }
            let about = Place::of(&resource.thing, place.tenant);
            if !about.holds(place) {
                continue;
            }
            if about == *place {
                stands = stands.or(Some(resource.span));
            }
            for fact in &resource.facts {
                if let Fact::Labels(labels) = fact {
                    for label in labels {
                        add(&mut tags, Some(label));
                    }
                } else if let Fact::Env(env) = fact {
                    add(&mut tags, Some(env));
                }
            }
        }
        Node {
            system: groups.systems.get(place.system.index()).copied(),
            tags,
            place: stands.map(|span| self.line(span)),
            incomplete: !system.complete,
            ..Node::new(format!("{word}:{text}"), named(self.model, place), kind)
        }
        .fact("type", self.model.catalog.type_path(place.of))
        .fact("address", text)
    }
}

/// A resource by the names on the way to it, as the box around it names its system: `web › main`.
/// Of several tenants each is named; what has no name is called by its type, a tenant by its system.
fn named(model: &Model, place: &Place) -> String {
    let system = model.system(place.system);
    let mut names: Vec<String> = Vec::new();
    if system.has_many_tenants()
        && let Some(tenant) = system.tenants.get(place.tenant as usize)
    {
        names.push(tenant.name.as_deref().unwrap_or(&tenant.id).to_owned());
    }
    if place.steps.is_empty() && names.is_empty() {
        return system.name.to_string();
    }
    for (of, patterns) in &place.steps {
        if patterns.is_empty() {
            continue;
        }
        let texts: Vec<String> = (patterns.iter())
            .map(|pattern| pattern.glob_text(|c, text| text.push(c)))
            .collect();
        let text = texts.join(", ");
        names.push(match text.as_str() {
            "*" => format!("any {}", model.catalog.of(*of).name),
            _ => text,
        });
    }
    if let Some((of, patterns)) = place.steps.last()
        && patterns.is_empty()
    {
        names.push(model.catalog.of(*of).name.to_string());
    }
    names.join(" › ")
}

fn add(tags: &mut Vec<String>, tag: Option<&str>) {
    if let Some(tag) = tag
        && !tags.iter().any(|known| known == tag)
    {
        tags.push(tag.to_owned());
    }
}

/// The word and the kind of a resource by what it means to have it.
fn held(hold: Hold) -> (&'static str, NodeKind) {
    match hold {
        Hold::Identity => ("identity", NodeKind::Identity),
        Hold::Host => ("host", NodeKind::Host),
        Hold::Code => ("code", NodeKind::Code),
        Hold::Credential => ("secret", NodeKind::Secret),
    }
}

fn party_kind(kind: PartyKind) -> NodeKind {
    match kind {
        PartyKind::Connector => NodeKind::Connector,
        PartyKind::Webhook => NodeKind::Webhook,
        PartyKind::Agent => NodeKind::Agent,
        PartyKind::Workflow => NodeKind::Workflow,
        PartyKind::Service => NodeKind::Service,
        PartyKind::Human => NodeKind::Human,
        PartyKind::Group => NodeKind::Group,
        PartyKind::Role => NodeKind::Role,
        PartyKind::External => NodeKind::External,
    }
}

fn team_of(party: &Party, groups: &Groups) -> Option<GroupId> {
    match party.owner() {
        Some((Owner::Team(team), _)) => groups.teams.get(team.index()).copied(),
        Some((Owner::Person(_), _)) | None => None,
    }
}
