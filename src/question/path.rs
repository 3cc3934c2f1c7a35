//! `path FROM TO`: how somebody comes to something, and what to take away so that it does not.

pub mod human;

use super::hop::{Hop, Teller};
use super::{ANYONE, Unknown, VERSION, Who, system_named};
use crate::compile::Compiled;
use crate::diagnostic::suggest::nearest;
use crate::graph::{self, DelegationGraph, EdgeId, Node, NodeId, Place, Target, Verdict};
use crate::model::rule::Part;
use crate::model::{Model, PartyId, SystemId};
use serde::Serialize;
use std::collections::BTreeSet;

/// What a path leads to.
#[derive(Clone, Debug)]
pub enum Goal {
    /// Acting as an integration or principal.
    Party(PartyId),
    /// Being somebody at all.
    Anyone,
    /// Granting itself anything in a system.
    System(SystemId),
    /// Holding something within a resource; with the words in which it was asked.
    Resource(String, Vec<Part>),
}

impl Goal {
    /// What a bare word means.
    ///
    /// # Errors
    /// When nothing has the name: what is wrong, with the nearest name.
    pub fn named(model: &Model, name: &str) -> Result<Self, Unknown> {
        if let Some(system) = system_named(model, name) {
            return Ok(Goal::System(system));
        }
        match Who::named(model, name) {
            Ok(Who::Party(id)) => Ok(Goal::Party(id)),
            Ok(Who::Anyone) => Ok(Goal::Anyone),
            Err(unknown) => {
                let parties = model.parties().map(|(_, party)| &*party.name);
                let systems = model.systems.iter().map(|system| &*system.name);
                let near = nearest(name, parties.chain(systems).chain([ANYONE]));
                Err(Unknown {
                    message: format!("there is no integration, principal or system `{name}`"),
                    help: near.map_or(unknown.help, |near| format!("did you mean `{near}`?")),
                })
            }
        }
    }

    /// What it is called.
    pub fn name(&self, model: &Model) -> String {
        match self {
            Goal::Party(id) => model.party(*id).name.to_string(),
            Goal::Anyone => ANYONE.to_owned(),
            Goal::System(id) => model.system(*id).name.to_string(),
            Goal::Resource(text, _) => text.clone(),
        }
    }
}

/// How many paths are wanted, and whether what to take away.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// At most so many paths; at least one is looked for.
    pub paths: usize,
    /// Whether to look for clauses to take away.
    pub cut: bool,
}

/// The contract of `path --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The version of the contract: 1.
    pub version: u32,
    /// From whom.
    pub from: String,
    /// To what.
    pub to: String,
    /// `proven`, `possible`, `influence`, `blocked` or `none`: of the best path.
    pub verdict: &'static str,
    /// Paths, the best first.
    pub paths: Vec<Vec<Hop>>,
    /// What nobody said, of the best path.
    pub unknown: Vec<String>,
    /// The guards in the way of the best path.
    pub blocked_by: Vec<String>,
    /// What each path rests on.
    pub verdicts: Vec<&'static str>,
    /// What to take away so that no path of control is left; only where it was asked for. Null
    /// where no clause does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<Option<Vec<Cut>>>,
    /// How many errors keep parts of the project from being known.
    pub gaps: usize,
    /// What the goal is, for people.
    #[serde(skip)]
    pub sort: Sort,
}

/// What a goal is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// Somebody.
    Party,
    /// A system.
    System,
    /// A resource.
    Resource,
}

/// A clause to take away.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Cut {
    /// Where it stands, relative to the project.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// What it says.
    pub clause: Option<String>,
    /// What no longer is so without it.
    pub closes: Vec<String>,
}

impl Answer {
    /// Whether there is a way, be it by making others act.
    pub fn is_open(&self) -> bool {
        matches!(self.verdict, "proven" | "possible" | "influence")
    }
}

/// How `from` comes to `goal`.
pub fn answer(compiled: &Compiled, from: Who, goal: &Goal, wanted: Wanted) -> Answer {
    let model = &compiled.model;
    let project = &compiled.graph;
    let start: Vec<NodeId> = from.node(project).into_iter().collect();
    let (graph, to) = ends(compiled, from, goal, &start);
    let graph = graph.as_ref().unwrap_or(project);
    let teller = Teller { compiled, graph };
    let found = graph.paths(&start, &to, wanted.paths.max(1));
    let word = match found.verdict {
        None => "none",
        Some(_) if found.influence => "influence",
        Some(verdict) => verdict.word(),
    };
    let verdicts = found.paths.iter().map(|path| {
        let hops = path.iter();
        let worst = hops.map(|hop| teller.verdict(hop)).max();
        worst.unwrap_or(Verdict::Proven).word()
    });
    let cut = wanted.cut.then(|| {
        let cuts = graph.cut(&start, &to)?;
        let shown: BTreeSet<EdgeId> = found
            .paths
            .iter()
            .flatten()
            .flat_map(|hop| hop.edges.iter().copied())
            .collect();
        Some(
            cuts.iter()
                .map(|cut| clause(&teller, cut, &shown))
                .collect(),
        )
    });
    Answer {
        version: VERSION,
        from: from.name(model).to_owned(),
        to: goal.name(model),
        verdict: word,
        verdicts: verdicts.collect(),
        paths: found
            .paths
            .iter()
            .map(|path| path.iter().map(|hop| teller.hop(hop)).collect())
            .collect(),
        unknown: found
            .unknown
            .iter()
            .map(|&text| graph.texts[text as usize].to_string())
            .collect(),
        blocked_by: found
            .guards
            .iter()
            .map(|&guard| graph.guard_text(model, guard))
            .collect(),
        cut,
        gaps: super::gaps(compiled),
        sort: match goal {
            Goal::Party(_) | Goal::Anyone => Sort::Party,
            Goal::System(_) => Sort::System,
            Goal::Resource(..) => Sort::Resource,
        },
    }
}

/// The graph in which the goal is a node, where it is not the project's own, and the nodes of which
/// one must be had.
fn ends(
    compiled: &Compiled,
    from: Who,
    goal: &Goal,
    start: &[NodeId],
) -> (Option<DelegationGraph>, Vec<NodeId>) {
    let (model, granted, graph) = (&compiled.model, &compiled.granted, &compiled.graph);
    match goal {
        Goal::Anyone => (None, graph.find(&Node::Anyone).into_iter().collect()),
        Goal::Party(id) => (None, acting_as(compiled, from, *id)),
        Goal::System(id) => {
            let tenants = 0..model.system(*id).tenants.len();
            let scopes = tenants.filter_map(|tenant| {
                let tenant = u32::try_from(tenant).unwrap_or(u32::MAX);
                graph.find(&Node::Scope(Place::tenant(model, *id, tenant)))
            });
            (None, scopes.collect())
        }
        Goal::Resource(_, parts) => {
            let targets: Vec<Target> = parts
                .iter()
                .flat_map(|part| Target::of(model, part, true))
                .collect();
            // Whoever can only make others act reaches more, so holders are looked for there.
            let reach = graph.reach(start, true);
            let (asking, to) = graph.asking(model, granted, &targets, Some(&reach));
            (Some(asking), to)
        }
    }
}

/// The nodes of which one must be had to act as a party: itself, and its identities, but for those
/// that the one who asks shares with it.
fn acting_as(compiled: &Compiled, from: Who, id: PartyId) -> Vec<NodeId> {
    let graph = &compiled.graph;
    let mut nodes = vec![graph.party(id)];
    for (index, bundle) in (0u32..).zip(&compiled.granted.bundles) {
        let shared = matches!(from, Who::Party(own) if own != id && bundle.holders.contains(&own));
        if bundle.holders.contains(&id) && !shared {
            nodes.extend(graph.find(&Node::Identity(index)));
        }
    }
    nodes
}

/// A clause to take away, in words; what it closes on a path that is shown comes first.
fn clause(teller: &Teller<'_>, cut: &graph::Cut, shown: &BTreeSet<EdgeId>) -> Cut {
    let compiled = teller.compiled;
    let (file, line, clause) = teller.place(Some(cut.span));
    let closes: BTreeSet<(bool, String)> = cut
        .edges
        .iter()
        .map(|&id| {
            let edge = teller.graph.edge(id);
            let hop = graph::Hop {
                from: edge.premises[0],
                also: Vec::new(),
                to: edge.to,
                edges: vec![id],
            };
            let graph = teller.graph;
            let why = graph.hop_why(&compiled.model, &compiled.granted, &hop);
            (!shown.contains(&id), why)
        })
        .collect();
    let mut all: Vec<String> = Vec::new();
    for (_, why) in closes {
        if !all.contains(&why) {
            all.push(why);
        }
    }
    Cut {
        file,
        line,
        clause,
        closes: all,
    }
}
