//! `blast-radius`: how much is lost with somebody, and with whom the most.

pub mod human;

use super::held::{Atom, Reader};
use super::label::Labels;
use super::{VERSION, Who};
use crate::authority::verb::Verb;
use crate::compile::Compiled;
use crate::graph::{Node, NodeId, Place, Scratch, Verdict};
use crate::model::{PartyId, SystemId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Verbs, the gravest last: what can be seen, then what can be changed, then who may do what.
const GRAVITY: [Verb; 10] = [
    Verb::List,
    Verb::Get,
    Verb::Trigger,
    Verb::Create,
    Verb::Update,
    Verb::Export,
    Verb::Approve,
    Verb::Delete,
    Verb::Assume,
    Verb::Administer,
];

/// How much somebody reaches, proven or possible. Everything is counted once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Radius {
    /// Systems in which it can do anything at all.
    pub systems: usize,
    /// Integrations as which it can act, itself left out.
    pub integrations: usize,
    /// Resources, as they are written; a scope in which it can grant itself anything counts as one.
    pub resources: usize,
    /// Scopes in which it can grant itself anything.
    pub elevated: usize,
    /// The gravest verb: `any` where it can do everything somewhere; null where it can do nothing.
    pub worst_verb: Option<&'static str>,
    /// Resources by label.
    pub labels: BTreeMap<String, usize>,
    /// The systems by name, each with the gravest verb in it.
    pub by_system: BTreeMap<String, &'static str>,
    /// The integrations by name.
    pub integration_names: Vec<String>,
}

/// How grave a verb is; none stands for every verb.
fn gravity(verb: Option<Verb>) -> usize {
    verb.and_then(|verb| GRAVITY.iter().position(|one| *one == verb))
        .unwrap_or(GRAVITY.len())
}

fn word(gravity: usize) -> &'static str {
    GRAVITY.get(gravity).map_or("any", |verb| verb.word())
}

/// What has been counted so far.
pub(super) struct Tally<'c> {
    compiled: &'c Compiled,
    labels: std::rc::Rc<Labels<'c>>,
    systems: BTreeMap<SystemId, usize>,
    parties: BTreeSet<PartyId>,
    places: BTreeMap<Place, bool>,
    scopes: BTreeSet<Place>,
}

impl<'c> Tally<'c> {
    /// Nothing yet; labels are shared with others.
    pub fn with(compiled: &'c Compiled, labels: std::rc::Rc<Labels<'c>>) -> Self {
        Tally {
            compiled,
            labels,
            systems: BTreeMap::new(),
            parties: BTreeSet::new(),
            places: BTreeMap::new(),
            scopes: BTreeSet::new(),
        }
    }

    /// One row of authority.
    pub fn atom(&mut self, atom: &Atom) {
        self.verb(atom.place.system, gravity(atom.verb));
        let whole = atom.verb.is_none();
        if let Some(known) = self.places.get_mut(&atom.place) {
            *known |= whole;
        } else {
            self.places.insert(atom.place.clone(), whole);
        }
    }

    /// Somebody as whom it can act.
    pub fn party(&mut self, id: PartyId) {
        if self.compiled.model.party(id).is_integration() {
            self.parties.insert(id);
        }
    }

    /// A scope in which it can grant itself anything.
    pub fn scope(&mut self, place: &Place) {
        self.verb(place.system, gravity(None));
        self.scopes.insert(place.clone());
    }

    fn verb(&mut self, system: SystemId, gravity: usize) {
        let known = self.systems.entry(system).or_insert(gravity);
        *known = (*known).max(gravity);
    }

    /// What it comes to.
    pub fn radius(&self) -> Radius {
        let model = &self.compiled.model;
        let mut places = self.places.clone();
        for scope in &self.scopes {
            places.insert(scope.clone(), true);
        }
        let mut labels: BTreeMap<String, usize> = BTreeMap::new();
        for (place, &whole) in &places {
            for label in self.labels.of(place, whole) {
                *labels.entry(label.to_owned()).or_default() += 1;
            }
        }
        let mut names: Vec<String> = self
            .parties
            .iter()
            .map(|id| model.party(*id).name.to_string())
            .collect();
        names.sort();
        Radius {
            systems: self.systems.len(),
            integrations: self.parties.len(),
            resources: places.len(),
            elevated: self.scopes.len(),
            worst_verb: self.systems.values().max().map(|&worst| word(worst)),
            labels,
            by_system: self
                .systems
                .iter()
                .map(|(id, worst)| (model.system(*id).name.to_string(), word(*worst)))
                .collect(),
            integration_names: names,
        }
    }
}

/// The contract of `blast-radius --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The version of the contract: 1.
    pub version: u32,
    /// The largest radius first: by scopes, then integrations, systems and resources, then by name.
    pub ranking: Vec<Row>,
    /// Whether `ranking` was cut.
    pub truncated: bool,
    /// How many rows there are in all.
    pub total: usize,
    /// How many errors keep parts of the project from being known.
    pub gaps: usize,
}

/// One integration's radius.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Row {
    /// Whose.
    pub integration: String,
    /// What kind of integration or principal it is.
    pub kind: &'static str,
    /// How much it reaches.
    #[serde(flatten)]
    pub radius: Radius,
    /// Where it is declared, relative to the project.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
}

/// How much everybody reaches who is asked about: one, or every integration.
pub fn answer(compiled: &Compiled, who: Option<Who>, limit: Option<usize>) -> Answer {
    let model = &compiled.model;
    let asked: Vec<Who> = match who {
        Some(who) => vec![who],
        None => model.integrations().map(|(id, _)| Who::Party(id)).collect(),
    };
    let mut ranker = Ranker {
        compiled,
        reader: Reader::new(compiled),
        labels: std::rc::Rc::new(Labels::new(model)),
        scratch: Scratch::default(),
        open: HashMap::new(),
    };
    let mut ranking: Vec<Row> = asked.into_iter().map(|who| ranker.row(who)).collect();
    ranking.sort_by(|a, b| {
        let size = |row: &Row| {
            let radius = &row.radius;
            (
                radius.elevated,
                radius.integrations,
                radius.systems,
                radius.resources,
            )
        };
        size(b)
            .cmp(&size(a))
            .then_with(|| a.integration.cmp(&b.integration))
    });
    let total = ranking.len();
    ranking.truncate(limit.unwrap_or(total));
    Answer {
        version: VERSION,
        truncated: ranking.len() < total,
        ranking,
        total,
        gaps: super::gaps(compiled),
    }
}

struct Ranker<'c> {
    compiled: &'c Compiled,
    reader: Reader<'c>,
    labels: std::rc::Rc<Labels<'c>>,
    scratch: Scratch,
    /// Of each holder, one row a resource and verb: what nothing keeps from being used, and the
    /// rest.
    open: HashMap<NodeId, std::rc::Rc<[Atom]>>,
}

impl Ranker<'_> {
    fn row(&mut self, who: Who) -> Row {
        let (model, graph) = (&self.compiled.model, &self.compiled.graph);
        let start: Vec<NodeId> = who.node(graph).into_iter().collect();
        let none = BTreeSet::new();
        let reach = graph.reach_with(&mut self.scratch, &start, false, &none);
        let mut tally = Tally::with(self.compiled, std::rc::Rc::clone(&self.labels));
        for &node in reach.nodes() {
            if reach.verdict(node) == Some(Verdict::Blocked) {
                continue;
            }
            match graph.node(node) {
                Node::Scope(place) => tally.scope(place),
                Node::Party(id) if Who::Party(*id) != who => tally.party(*id),
                Node::Identity(bundle) => {
                    let holders = &self.compiled.granted.bundles[*bundle as usize].holders;
                    if !holders.iter().any(|id| Who::Party(*id) == who) {
                        for &id in holders {
                            tally.party(id);
                        }
                    }
                }
                Node::Party(_)
                | Node::Resource(..)
                | Node::Anyone
                | Node::Unknown(..)
                | Node::Content(_)
                | Node::Passed(_)
                | Node::Means(_) => {}
            }
        }
        for &node in reach.nodes() {
            let counts = reach.verdict(node) != Some(Verdict::Blocked)
                && matches!(graph.node(node), Node::Identity(_) | Node::Party(_));
            if !counts {
                continue;
            }
            let lateral = graph.via(&reach, node) == crate::graph::Via::Lateral;
            for atom in self.gravest(node).iter() {
                let inside = lateral && tally.scopes.iter().any(|scope| scope.holds(&atom.place));
                if !inside && atom.verdict(&reach).0 < Verdict::Blocked {
                    tally.atom(atom);
                }
            }
        }
        let (kind, span) = match who {
            Who::Party(id) => (model.party(id).kind.word(), Some(model.party(id).name_span)),
            Who::Anyone => (super::ANYONE, None),
        };
        let sources = &self.compiled.sources;
        Row {
            integration: who.name(model).to_owned(),
            kind,
            radius: tally.radius(),
            file: span.map(|span| sources.path(span).to_owned()),
            line: span.map(|span| sources.line(span)),
        }
    }

    /// What a holder holds, of several operations on one resource under the same guards the
    /// gravest.
    fn gravest(&mut self, node: NodeId) -> std::rc::Rc<[Atom]> {
        if let Some(known) = self.open.get(&node) {
            return std::rc::Rc::clone(known);
        }
        let mut best: BTreeMap<(Place, bool, Vec<super::held::Bar>), Atom> = BTreeMap::new();
        for atom in self.reader.of(node).iter() {
            let key = (atom.place.clone(), atom.verb.is_none(), atom.guards.clone());
            let known = best.entry(key).or_insert_with(|| atom.clone());
            if gravity(atom.verb) > gravity(known.verb) {
                *known = atom.clone();
            }
        }
        let atoms: std::rc::Rc<[Atom]> = best.into_values().collect();
        self.open.insert(node, std::rc::Rc::clone(&atoms));
        atoms
    }
}
