//! `reach WHO`: everything that somebody can do, be it by way of others.

pub mod human;

use super::blast_radius::{Radius, Tally};
use super::held::{Atom, Reader};
use super::hop::{Hop, Teller};
use super::label::Labels;
use super::{VERSION, Who};
use crate::compile::Compiled;
use crate::graph::{Node, NodeId, Place, Reach, Scratch, Verdict, Via};
use crate::model::PartyId;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// A path that several rows share.
pub type Path = Rc<[Hop]>;

fn path<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    path[..].serialize(serializer)
}

/// The contract of `reach --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The version of the contract: 1.
    pub version: u32,
    /// Of whom.
    pub integration: String,
    /// What it can do, sorted: its own first, then by resource and operation.
    pub authority: Vec<Row>,
    /// As whom it can act, itself left out, sorted by name.
    pub controls: Vec<Control>,
    /// The scopes in which it can grant itself anything; below them nothing is listed.
    pub elevated: Vec<Elevation>,
    /// What it comes to, blocked rows left out.
    pub blast_radius: Radius,
    /// Whether `authority` was cut.
    pub truncated: bool,
    /// How many rows there are in all.
    pub total: usize,
    /// How many errors keep parts of the project from being known.
    pub gaps: usize,
}

/// One operation on one resource.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The portable verb; `any` for every operation there is.
    pub verb: &'static str,
    /// The operation, `aws.s3.GetObject`, or `aws.*` for every one, future ones included.
    pub operation: String,
    /// The resource, as it is written in the language.
    pub resource: String,
    /// `direct`, `delegated`, `inherited` or `lateral`.
    pub via: &'static str,
    /// `proven`, `possible` or `blocked`.
    pub verdict: &'static str,
    /// What nobody said.
    pub unknown: Vec<String>,
    /// The guards in the way; null where there are none.
    pub blocked_by: Option<Vec<String>>,
    /// The way to whoever holds it.
    #[serde(serialize_with = "path")]
    pub path: Path,
    /// Whoever holds it.
    pub holder: String,
    /// What is taken out of it.
    pub except: Vec<String>,
    /// Where it is granted, relative to the project.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// The system's name.
    #[serde(skip)]
    pub system: String,
}

/// Somebody as whom it can act.
#[derive(Clone, Debug, Serialize)]
pub struct Control {
    /// The name; null for an identity or the owner of a secret that nobody declared.
    pub principal: Option<String>,
    /// `proven`, `possible` or `blocked`.
    pub verdict: &'static str,
    /// The way there.
    #[serde(serialize_with = "path")]
    pub path: Path,
    /// What nobody said.
    pub unknown: Vec<String>,
    /// The guards in the way; null where there are none.
    pub blocked_by: Option<Vec<String>>,
    /// The resource that is had where nobody is declared for it.
    pub resource: Option<String>,
}

/// A scope in which it can grant itself anything.
#[derive(Clone, Debug, Serialize)]
pub struct Elevation {
    /// The account, project, cluster …
    pub scope: String,
    /// `proven`, `possible` or `blocked`.
    pub verdict: &'static str,
    /// The way there.
    #[serde(serialize_with = "path")]
    pub path: Path,
    /// What nobody said.
    pub unknown: Vec<String>,
    /// The guards in the way; null where there are none.
    pub blocked_by: Option<Vec<String>>,
}

/// What reaching a node rests on, in words.
struct Basis {
    path: Path,
    unknown: Vec<String>,
    guards: Vec<String>,
}

/// Everything that somebody reaches; of `authority` at most `limit` rows.
pub fn answer(compiled: &Compiled, who: Who, limit: Option<usize>) -> Answer {
    Asker::new(compiled).answer(who, limit)
}

/// Answers for one after another, and reads everybody's authority once.
pub struct Asker<'c> {
    compiled: &'c Compiled,
    reader: Reader<'c>,
    labels: Rc<Labels<'c>>,
    scratch: Scratch,
    gaps: usize,
}

impl<'c> Asker<'c> {
    /// Somebody who was asked nothing yet.
    pub fn new(compiled: &'c Compiled) -> Self {
        Self {
            compiled,
            reader: Reader::new(compiled),
            labels: Rc::new(Labels::new(&compiled.model)),
            scratch: Scratch::default(),
            gaps: super::gaps(compiled),
        }
    }

    /// Everything that somebody reaches; of `authority` at most `limit` rows.
    pub fn answer(&mut self, who: Who, limit: Option<usize>) -> Answer {
        let compiled = self.compiled;
        let graph = &compiled.graph;
        let start: Vec<NodeId> = who.node(graph).into_iter().collect();
        let reach = graph.reach_with(&mut self.scratch, &start, false, &BTreeSet::new());
        let mut asking = Asking {
            compiled,
            teller: Teller { compiled, graph },
            reach,
            known: HashMap::new(),
        };
        let mut tally = Tally::with(compiled, Rc::clone(&self.labels));
        let rows = asking.rows(&mut self.reader, &mut tally);
        let total = rows.len();
        let shown = limit.unwrap_or(total).min(total);
        let authority = rows[..shown].iter().map(|row| asking.row(row)).collect();
        let controls = asking.controls(who, &mut tally);
        let elevated = asking.elevated(&mut tally);
        Answer {
            version: VERSION,
            integration: who.name(&compiled.model).to_owned(),
            authority,
            controls,
            elevated,
            blast_radius: tally.radius(),
            truncated: shown < total,
            total,
            gaps: self.gaps,
        }
    }
}

/// A row before it is put into words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    via: Via,
    resource: String,
    verb: Option<crate::authority::verb::Verb>,
    operation: String,
    verdict: Verdict,
    blocked: Vec<String>,
    node: NodeId,
    atom: Atom,
}

struct Asking<'c> {
    compiled: &'c Compiled,
    teller: Teller<'c>,
    reach: Reach,
    known: HashMap<NodeId, Rc<Basis>>,
}

impl Asking<'_> {
    /// Every row, sorted; of rows that say the same of one resource the best.
    fn rows(&self, reader: &mut Reader<'_>, tally: &mut Tally<'_>) -> Vec<Found> {
        let graph = &self.compiled.graph;
        let model = &self.compiled.model;
        let scopes: Vec<(&Place, Verdict)> = self
            .reach
            .nodes()
            .iter()
            .filter_map(|&node| {
                let Node::Scope(place) = graph.node(node) else {
                    return None;
                };
                Some((place, self.reach.verdict(node)?))
            })
            .collect();
        let mut rows: Vec<Found> = Vec::new();
        let mut texts: HashMap<Place, String> = HashMap::new();
        for &node in self.reach.nodes() {
            if !matches!(graph.node(node), Node::Identity(_) | Node::Party(_)) {
                continue;
            }
            let Some(reached) = self.reach.verdict(node) else {
                continue;
            };
            let via = graph.via(&self.reach, node);
            for atom in reader.of(node).iter() {
                let (own, blocked) = atom.verdict(&self.reach);
                let verdict = reached.max(own);
                let inside = via == Via::Lateral
                    && scopes
                        .iter()
                        .any(|(scope, there)| *there <= verdict && scope.holds(&atom.place));
                if inside {
                    continue;
                }
                if verdict < Verdict::Blocked {
                    tally.atom(atom);
                }
                let resource = texts
                    .entry(atom.place.clone())
                    .or_insert_with(|| atom.place.text(model));
                rows.push(Found {
                    via: if via == Via::Direct && atom.delegated {
                        Via::Delegated
                    } else {
                        via
                    },
                    resource: resource.clone(),
                    verb: atom.verb,
                    operation: atom.operation.clone(),
                    verdict,
                    blocked,
                    node,
                    atom: atom.clone(),
                });
            }
        }
        rows.sort();
        rows.dedup_by(|next, first| {
            (first.via, &first.resource, &first.operation)
                == (next.via, &next.resource, &next.operation)
        });
        rows
    }

    fn row(&mut self, found: &Found) -> Row {
        let basis = self.basis(found.node);
        let mut unknown = basis.unknown.clone();
        unknown.extend(found.atom.unknown.iter().cloned());
        unknown.dedup();
        let mut guards = basis.guards.clone();
        guards.extend(found.blocked.iter().cloned());
        let (file, line, _) = self.teller.place(Some(found.atom.span));
        Row {
            verb: found.atom.verb_word(),
            operation: found.operation.clone(),
            resource: found.resource.clone(),
            via: found.via.word(),
            verdict: found.verdict.word(),
            unknown,
            blocked_by: blocked(found.verdict, guards),
            path: Rc::clone(&basis.path),
            holder: self.teller.name(found.node),
            except: found.atom.except.clone(),
            file,
            line,
            system: self
                .compiled
                .model
                .system(found.atom.place.system)
                .name
                .to_string(),
        }
    }

    /// The way to a node and what it rests on.
    fn basis(&mut self, node: NodeId) -> Rc<Basis> {
        if let Some(known) = self.known.get(&node) {
            return Rc::clone(known);
        }
        let graph = &self.compiled.graph;
        let model = &self.compiled.model;
        let (unknown, guards) = graph.rests_on(&self.reach, node);
        let basis = Rc::new(Basis {
            path: self.teller.hops(&self.reach, node).into(),
            unknown: unknown
                .iter()
                .map(|&text| graph.texts[text as usize].to_string())
                .collect(),
            guards: guards
                .iter()
                .map(|&guard| graph.guard_text(model, guard))
                .collect(),
        });
        self.known.insert(node, Rc::clone(&basis));
        basis
    }

    /// As whom it can act: one row a party, the best, and one an undeclared resource.
    fn controls(&mut self, who: Who, tally: &mut Tally<'_>) -> Vec<Control> {
        let graph = &self.compiled.graph;
        let model = &self.compiled.model;
        let mut best: BTreeMap<PartyId, (Verdict, u32, NodeId)> = BTreeMap::new();
        let mut unknown: Vec<(String, Verdict, NodeId)> = Vec::new();
        for &node in self.reach.nodes() {
            let Some(found) = self.reach.derivation(node) else {
                continue;
            };
            let parties: &[PartyId] = match graph.node(node) {
                Node::Party(id) => std::slice::from_ref(id),
                Node::Identity(bundle) => &self.compiled.granted.bundles[*bundle as usize].holders,
                Node::Unknown(place, _)
                | Node::Resource(place, crate::model::control::Hold::Identity) => {
                    unknown.push((place.text(model), found.verdict, node));
                    continue;
                }
                Node::Resource(..)
                | Node::Scope(_)
                | Node::Anyone
                | Node::Content(_)
                | Node::Passed(_)
                | Node::Means(_) => continue,
            };
            // Whoever shares an identity acts as it, and as nobody else.
            if parties.iter().any(|id| Who::Party(*id) == who) {
                continue;
            }
            for &id in parties {
                let rank = (found.verdict, found.height, node);
                let known = best.entry(id).or_insert(rank);
                *known = (*known).min(rank);
            }
        }
        let mut rows: Vec<Control> = Vec::new();
        for (&id, &(verdict, _, node)) in &best {
            if verdict < Verdict::Blocked {
                tally.party(id);
            }
            let name = model.party(id).name.to_string();
            rows.push(self.control(Some(name), None, verdict, node));
        }
        rows.sort_by(|a, b| a.principal.cmp(&b.principal));
        unknown.sort();
        unknown.dedup_by(|next, first| next.0 == first.0);
        for (text, verdict, node) in unknown {
            let row = self.control(None, Some(text), verdict, node);
            rows.push(row);
        }
        rows
    }

    fn control(
        &mut self,
        principal: Option<String>,
        resource: Option<String>,
        verdict: Verdict,
        node: NodeId,
    ) -> Control {
        let basis = self.basis(node);
        let mut unknown = basis.unknown.clone();
        let mut verdict = verdict;
        if let Some(resource) = &resource {
            verdict = verdict.max(Verdict::Possible);
            unknown.push(format!("who `{resource}` belongs to: nobody declares it"));
        }
        Control {
            principal,
            verdict: verdict.word(),
            path: Rc::clone(&basis.path),
            unknown,
            blocked_by: blocked(verdict, basis.guards.clone()),
            resource,
        }
    }

    fn elevated(&mut self, tally: &mut Tally<'_>) -> Vec<Elevation> {
        let graph = &self.compiled.graph;
        let model = &self.compiled.model;
        let mut scopes: Vec<(String, Verdict, NodeId)> = Vec::new();
        for &node in self.reach.nodes() {
            if let (Node::Scope(place), Some(verdict)) =
                (graph.node(node), self.reach.verdict(node))
            {
                if verdict < Verdict::Blocked {
                    tally.scope(place);
                }
                scopes.push((place.text(model), verdict, node));
            }
        }
        scopes.sort();
        scopes
            .into_iter()
            .map(|(scope, verdict, node)| {
                let basis = self.basis(node);
                Elevation {
                    scope,
                    verdict: verdict.word(),
                    path: Rc::clone(&basis.path),
                    unknown: basis.unknown.clone(),
                    blocked_by: blocked(verdict, basis.guards.clone()),
                }
            })
            .collect()
    }
}

/// The guards in the way, where they are.
fn blocked(verdict: Verdict, mut guards: Vec<String>) -> Option<Vec<String>> {
    guards.sort();
    guards.dedup();
    (verdict == Verdict::Blocked && !guards.is_empty()).then_some(guards)
}
