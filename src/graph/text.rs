//! Nodes, hops and guards in words.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::DelegationGraph;
use super::edge::Reason;
use super::node::{EdgeId, Node, NodeId};
use super::path::Hop;
use crate::grant::Granted;
use crate::model::Model;
use crate::model::control::{Control, Gives, Hold};
use crate::source::Span;

impl DelegationGraph {
    /// What a node is called: the party's name for its identities, a resource as it is written.
    pub fn name(&self, model: &Model, granted: &Granted, node: NodeId) -> String {
        match self.node(node) {
            Node::Party(id) => model.party(*id).name.to_string(),
            Node::Identity(bundle) => {
                let bundle = &granted.bundles[*bundle as usize];
                model.party(bundle.party).name.to_string()
            }
            Node::Scope(place)
            | Node::Resource(place, _)
            | Node::Unknown(place, _)
            | Node::Content(place) => place.text(model),
            Node::Anyone => "anyone".to_owned(),
            Node::Passed(guard) => self.guard_text(model, *guard),
            Node::Means(_) => "what a rule asks for".to_owned(),
        }
    }

    /// A guard as answers name it: `branch-protection "push restrictions" on code.repository("web")`.
    pub fn guard_text(&self, model: &Model, guard: u32) -> String {
        let guard = &self.guards[guard as usize];
        let setting = guard
            .setting
            .as_ref()
            .map_or_else(String::new, |setting| format!(" \"{setting}\""));
        format!("{}{setting} on {}", guard.kind, guard.place.text(model))
    }

    /// The edge that decides what a hop is: the grant that begins it, else its last.
    fn leading(&self, hop: &Hop) -> Option<EdgeId> {
        hop.edges
            .iter()
            .copied()
            .find(|&edge| matches!(self.edge(edge).reason, Reason::Holds { .. }))
            .or_else(|| {
                hop.edges.iter().rev().copied().find(|&edge| {
                    !matches!(
                        self.edge(edge).reason,
                        Reason::Contains | Reason::Passes | Reason::ActsAs
                    )
                })
            })
            .or_else(|| hop.edges.last().copied())
    }

    /// The kind of a hop in one word: `code`, `secret`, `trust` …
    pub fn hop_word(&self, hop: &Hop) -> &'static str {
        self.leading(hop)
            .map_or("identity", |edge| self.edge(edge).reason.word(&self.rules))
    }

    /// The control rule behind a hop, as it is written.
    pub fn hop_rule(&self, hop: &Hop) -> Option<&Control> {
        hop.edges
            .iter()
            .find_map(|&edge| match self.edge(edge).reason {
                Reason::Holds { rule, .. } | Reason::Rule(rule) => Some(&self.rules[rule as usize]),
                _ => None,
            })
    }

    /// Where the declaration behind a hop stands; none for what follows from no clause.
    pub fn hop_span(&self, hop: &Hop) -> Option<Span> {
        self.leading(hop)
            .into_iter()
            .chain(hop.edges.iter().copied())
            .map(|edge| self.edge(edge).span)
            .find(|span| *span != super::connect::NOWHERE)
    }

    /// Why a hop is possible, in one sentence.
    pub fn hop_why(&self, model: &Model, granted: &Granted, hop: &Hop) -> String {
        let name = |node: NodeId| self.name(model, granted, node);
        let to = name(hop.to);
        let mut says = Vec::new();
        for &id in &hop.edges {
            let edge = self.edge(id);
            if let Reason::Holds { what, .. } = &edge.reason {
                let who = name(edge.premises[0]);
                let what = &self.texts[*what as usize];
                says.push(format!("`{who}` can {what}"));
            }
        }
        let Some(&last) = hop.edges.last() else {
            return String::new();
        };
        let edge = self.edge(last);
        let from = name(edge.premises[0]);
        let tail = match &edge.reason {
            Reason::ActsAs => format!("`{from}` acts as it"),
            Reason::From => format!("whoever holds `{from}` is `{to}`"),
            Reason::Operator => format!("`{from}` runs `{to}`"),
            Reason::Inherit => format!("`{from}` inherits all from `{to}`"),
            Reason::Member => format!("`{from}` is a member of `{to}`"),
            Reason::Anybody => format!("`{from}` is as good as anyone here"),
            Reason::RunsFrom => format!("`{to}` runs from `{from}`"),
            Reason::RunsOn => format!("`{to}` runs on `{from}`"),
            Reason::RunsAs => format!("`{from}` acts as `{to}`"),
            Reason::Stores => format!("`{from}` keeps the credential of `{to}`"),
            Reason::Escapes(by) => format!("`{from}` escapes to `{to}` by {by}"),
            Reason::Contains => format!("`{to}` lies in `{from}`"),
            Reason::Trusts => format!("`{to}` trusts `{from}`"),
            Reason::TriggeredBy if matches!(self.node(edge.premises[0]), Node::Content(_)) => {
                format!("`{to}` reads `{from}`")
            }
            Reason::TriggeredBy => format!("`{from}` starts `{to}`"),
            Reason::Content => format!("`{to}` reads what `{from}` says"),
            Reason::Passes => "the guard lets it pass".to_owned(),
            Reason::Elevated if matches!(self.node(edge.premises[0]), Node::Scope(_)) => {
                format!("`{to}` lies in `{from}`, where it can grant itself anything")
            }
            Reason::Elevated => format!("`{from}` may do anything in `{to}`"),
            Reason::Holds { .. } => String::new(),
            Reason::Authority { slot, more, on } => {
                let operation = model.catalog.spelled(model.catalog.slot(*slot).operation);
                let others = match more {
                    0 => String::new(),
                    1 => " and 1 other operation".to_owned(),
                    _ => format!(" and {more} other operations"),
                };
                let place = &self.texts[*on as usize];
                format!("`{from}` can `{operation}`{others} on `{place}`")
            }
            Reason::Rule(rule) => match &self.rules[*rule as usize].gives {
                Gives::Admin { .. } => format!("so it can grant itself anything in `{to}`"),
                Gives::Lift { .. } => format!("so it lifts {to}"),
                Gives::Trigger => format!("so it starts `{to}`"),
                Gives::Write => format!("so it changes what `{to}` takes from there"),
                Gives::Pass => String::new(),
                Gives::Bound { hold, .. } | Gives::Nearest(hold) | Gives::Within { hold, .. } => {
                    match hold {
                        Hold::Identity => format!("so it becomes `{to}`"),
                        Hold::Host => format!("so it runs commands in `{to}`"),
                        Hold::Code => format!("so it changes what runs from `{to}`"),
                        Hold::Credential => format!("so it knows what `{to}` keeps"),
                    }
                }
            },
        };
        if !tail.is_empty() {
            says.push(tail);
        }
        says.join(", and ")
    }
}
