//! Predicates: what can be asked of one integration, apart from which framework asks it.
//!
//! A predicate is data and a function, one family a file; frameworks name predicates by their ids.
//! Those that rest on checks name them by Rust path, so that a check that is removed breaks the
//! build and not an audit. The mapping from predicates to controls is in `frameworks/`.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause or a node is one of two dozen kinds, of which a predicate concerns one or two"
)]

mod agent;
mod credential;
mod data;
mod delegation;
mod environment;
mod inventory;
mod monitoring;
mod ownership;
mod privilege;
mod revocation;
mod term;
mod third_party;

use super::answer::{Answer, Evidence, Outcome};
use super::desk::{Desk, sentence};
use crate::model::PartyId;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What it takes to judge a predicate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Basis {
    /// The integration's own declaration.
    Declaration,
    /// All declarations, and who reaches whom.
    Graph,
    /// A day besides.
    Clock,
    /// The state of what is deployed, which declarations do not hold.
    External,
}

impl Basis {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Basis::Declaration => "declaration",
            Basis::Graph => "graph",
            Basis::Clock => "clock",
            Basis::External => "external",
        }
    }
}

/// What can be asked of one integration.
#[derive(Debug)]
pub struct Predicate {
    /// The id that frameworks name it by: `OWN-01`.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What has to be the case.
    pub asks: &'static str,
    /// What it takes to judge it.
    pub basis: Basis,
    /// Judges.
    pub judge: fn(&Desk<'_>, PartyId) -> Answer,
}

impl Predicate {
    /// What it comes to for an integration. One whose declaration could not be read whole is
    /// unknown in everything but that.
    pub fn answer(&self, desk: &Desk<'_>, id: PartyId) -> Answer {
        let party = desk.party(id);
        if std::ptr::eq(self, &raw const inventory::DECLARED) {
            return (self.judge)(desk, id);
        }
        if party.complete {
            let answer = (self.judge)(desk, id);
            return match desk.gap(id) {
                // What was found stands; what was not may lie where nobody could look.
                Some(gap) if self.basis == Basis::Graph && answer.outcome == Outcome::Met => {
                    Answer::unknown(format!("Whether it holds is not known: {gap}"))
                        .on(answer.evidence)
                }
                _ => answer,
            };
        }
        let first = desk.findings(id).find(|(_, found)| found.is_error());
        let why = match first {
            Some((_, found)) => format!(
                "Its declaration could not be read whole, so nothing in it can be judged: {}",
                sentence(&found.message)
            ),
            None => "Its declaration could not be read whole, so nothing in it can be judged."
                .to_owned(),
        };
        let evidence = first.map_or_else(|| desk.own_line(id), |(at, _)| Evidence::Finding(at));
        Answer::unknown(why).on([evidence])
    }
}

/// The families of predicates, each a list.
const FAMILIES: [&[&Predicate]; 12] = [
    inventory::PREDICATES,
    ownership::PREDICATES,
    term::PREDICATES,
    revocation::PREDICATES,
    privilege::PREDICATES,
    delegation::PREDICATES,
    credential::PREDICATES,
    environment::PREDICATES,
    third_party::PREDICATES,
    monitoring::PREDICATES,
    data::PREDICATES,
    agent::PREDICATES,
];

/// Every predicate, family by family.
pub fn all() -> impl Iterator<Item = &'static Predicate> {
    FAMILIES.into_iter().flatten().copied()
}

/// The predicate of that id.
pub fn named(id: &str) -> Option<&'static Predicate> {
    static BY_ID: OnceLock<HashMap<&str, &Predicate>> = OnceLock::new();
    let by_id = BY_ID.get_or_init(|| all().map(|predicate| (predicate.id, predicate)).collect());
    by_id.get(id).copied()
}
