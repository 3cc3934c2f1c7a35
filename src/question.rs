//! Questions to the delegation graph, answered in plain data: who reaches what, by which way, and
//! what to take away so that nobody does.
//!
//! An answer holds words and places, nothing of the graph; [`serde`] prints it for programs, and a
//! file `human` beside each question draws it for people.

pub mod blast_radius;
pub(crate) mod draw;
mod held;
pub mod hop;
mod label;
pub mod path;
pub mod reach;
pub mod who_can;

pub use hop::{Hop, Premise};
pub use label::Labels;

use crate::compile::Compiled;
use crate::diagnostic::Severity;
use crate::diagnostic::suggest::nearest;
use crate::graph::{DelegationGraph, Node, NodeId, Reach};
use crate::model::{Model, PartyId, SystemId};

/// The version of the contracts.
pub const VERSION: u32 = 1;

/// The word for everybody.
pub const ANYONE: &str = "anyone";

/// Somebody of whom a question asks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Who {
    /// An integration or principal.
    Party(PartyId),
    /// Everybody.
    Anyone,
}

impl Who {
    /// The integration or principal of that name, or `anyone`.
    ///
    /// # Errors
    /// When nobody has the name: what is wrong, with the nearest name.
    pub fn named(model: &Model, name: &str) -> Result<Self, Unknown> {
        if name == ANYONE {
            return Ok(Who::Anyone);
        }
        if let Some((id, _)) = model.parties().find(|(_, party)| &*party.name == name) {
            return Ok(Who::Party(id));
        }
        let is_system = system_named(model, name).is_some();
        let parties = model.parties().map(|(_, party)| &*party.name);
        Err(Unknown {
            message: if is_system {
                format!("`{name}` is a system, and an integration or principal is wanted here")
            } else {
                format!("there is no integration or principal `{name}`")
            },
            help: match nearest(name, parties.chain([ANYONE])) {
                Some(near) if !is_system => format!("did you mean `{near}`?"),
                Some(_) | None => known(model),
            },
        })
    }

    /// What it is called.
    pub fn name(self, model: &Model) -> &str {
        match self {
            Who::Party(id) => &model.party(id).name,
            Who::Anyone => ANYONE,
        }
    }

    /// The node that a search begins at.
    pub fn node(self, graph: &DelegationGraph) -> Option<NodeId> {
        match self {
            Who::Party(id) => Some(graph.party(id)),
            Who::Anyone => graph.find(&Node::Anyone),
        }
    }
}

/// A name that nothing has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Some names that there are, for whoever has no idea.
fn known(model: &Model) -> String {
    let mut names: Vec<String> = model
        .integrations()
        .map(|(_, party)| format!("`{}`", party.name))
        .collect();
    if names.is_empty() {
        return "this project declares no integration".to_owned();
    }
    names.sort();
    let count = names.len();
    names.truncate(8);
    let more = match count - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("there are {}{more}", names.join(", "))
}

/// The system of that name.
fn system_named(model: &Model, name: &str) -> Option<SystemId> {
    let mut systems = model.systems.iter();
    systems
        .position(|system| &*system.name == name)
        .map(SystemId::at)
}

/// How many errors keep parts of the project from being known: answers through these are *possible*
/// at most.
pub fn gaps(compiled: &Compiled) -> usize {
    compiled
        .diagnostics
        .iter()
        .filter(|one| one.severity == Severity::Error)
        .count()
}

/// The hops by which a search came to a node of the project's graph, in words.
pub fn hops(compiled: &Compiled, reach: &Reach, node: NodeId) -> Vec<Hop> {
    let teller = hop::Teller {
        compiled,
        graph: &compiled.graph,
    };
    teller.hops(reach, node)
}

/// The count with the noun that fits it.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}
