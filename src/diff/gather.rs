//! Gathers what one side says. Every clause, fact, rule and setting comes to a statement here or to
//! a set in [`super::authority`]; no `_` arm, so that what the language learns to say is compared.

mod fact;
mod guard;
mod party;
mod world;

use super::SubjectKind;
use super::kind::{Aspect, TRUST};
use super::known::Known;
use super::space::{Requirement, plain};
use super::statement::{Extent, Measure, Presence, Statement, Subject};
use crate::model::party::Who;
use crate::model::thing::{Thing, address};
use crate::model::{ConditionId, PartyId};
use crate::source::Span;
use std::collections::BTreeSet;

/// All statements of a side but those of parties for which `skip` says so, whose words are the same
/// on both sides.
pub fn gather(known: &Known<'_>, skip: &dyn Fn(PartyId) -> bool) -> Vec<Statement> {
    let mut gatherer = Gatherer {
        known,
        all: Vec::new(),
    };
    let model = &known.compiled.model;
    for (id, party) in model.parties() {
        if !skip(id) {
            gatherer.party(id, party);
        }
    }
    gatherer.reviews();
    gatherer.systems();
    gatherer.teams();
    gatherer.resources();
    gatherer.guards();
    gatherer.tests();
    gatherer.settings();
    gatherer.vendors();
    gatherer.all
}

/// What the project's own files say of vendors.
pub fn vendors(known: &Known<'_>) -> BTreeSet<String> {
    let mut gatherer = Gatherer {
        known,
        all: Vec::new(),
    };
    gatherer.vendors();
    let all = gatherer.all.into_iter();
    all.map(|one| format!("{}\0{}", one.key, one.text))
        .collect()
}

struct Gatherer<'k, 'c> {
    known: &'k Known<'c>,
    all: Vec<Statement>,
}

/// What a party is among subjects.
pub fn subject_of(known: &Known<'_>, id: PartyId) -> Subject {
    let party = known.compiled.model.party(id);
    Subject {
        kind: if party.is_integration() {
            SubjectKind::Integration
        } else {
            SubjectKind::Principal
        },
        name: known.party(id).to_owned(),
    }
}

/// A statement with nothing said about how it compares.
fn statement(
    subject: &Subject,
    aspect: &'static Aspect,
    key: impl Into<String>,
    words: impl Into<String>,
    span: Span,
) -> Statement {
    let words = words.into();
    Statement {
        subject: subject.clone(),
        aspect,
        key: key.into(),
        text: words.clone(),
        words,
        resource: None,
        presence: Presence::Plain,
        measures: Vec::new(),
        extent: None,
        span,
        profile: None,
    }
}

impl Statement {
    fn care(mut self) -> Self {
        self.presence = Presence::Care;
        self
    }

    fn risk(mut self) -> Self {
        self.presence = Presence::Risk;
        self
    }

    fn measured(mut self, measure: Measure) -> Self {
        self.measures.push(measure);
        self
    }

    fn on(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    fn extending(mut self, sort: impl Into<String>, extent: Extent) -> Self {
        self.extent = Some((sort.into(), extent));
        self
    }
}

/// Whole days as they are compared.
fn hours(length: Option<crate::authority::Length>) -> i64 {
    length.map_or(i64::MAX, |length| i64::from(length.hours()))
}

impl Gatherer<'_, '_> {
    fn say(&mut self, statement: Statement) {
        self.all.push(statement);
    }

    fn required(&self, conditions: &[ConditionId]) -> Measure {
        let model = &self.known.compiled.model;
        Measure::Requires(
            conditions
                .iter()
                .map(|&id| Requirement::Condition(plain(model.condition(id))))
                .collect(),
        )
    }

    /// Whoever controls the thing controls the subject, or makes it act.
    fn depends(&mut self, subject: &Subject, word: &str, thing: &Thing, span: Span) {
        let words = format!("{word} {}", self.known.thing(thing));
        let extent = extent(self.known, &Who::Thing(thing.clone()));
        self.say(
            statement(subject, &TRUST, words.clone(), words, span)
                .risk()
                .extending(word, extent),
        );
    }
}

fn sorted(all: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    all.into_iter().collect()
}

/// Whom a `who` lets in, where one may hold another.
fn extent(known: &Known<'_>, who: &Who) -> Extent {
    match who {
        Who::Anyone(_) => Extent::Anyone,
        Who::Thing(thing) => {
            let model = &known.compiled.model;
            let system = model.system(thing.system);
            let tenants = (0..system.tenants.len())
                .filter(|&tenant| thing.tenants.holds(tenant))
                .map(|tenant| system.tenants[tenant].id.to_string())
                .collect();
            Extent::Things {
                system: known.system(thing.system).to_owned(),
                tenants,
                of: model.catalog.type_path(thing.of),
                address: address(&model.catalog, system, &thing.steps, thing.of, None),
            }
        }
        Who::Service(..) | Who::Oidc(..) | Who::Party(..) | Who::System(..) => {
            Extent::Name(known.who(who))
        }
    }
}
