//! `component-definition.json`: one component an integration, with what it implements of every
//! framework and where that is declared.

use super::mint::common;
use super::prose::{code, line, prose, value};
use super::{Folder, NAMESPACE, Object, UNKNOWN, prop};
use crate::report::answer::Outcome;
use crate::report::assess::{listed, titled};
use crate::report::predicate::Predicate;
use crate::report::register::Entry;
use crate::report::shown::{Location, evidence};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The most places that are told of one predicate.
const PLACES: usize = 5;

/// The document, its components made one after another while it is written.
pub(super) struct Definition<'f, 'r, 'p>(pub &'f Folder<'r, 'p>);

impl Serialize for Definition<'_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let folder = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("uuid", UNKNOWN)?;
        map.serialize_entry("metadata", &metadata(folder))?;
        if !folder.components.is_empty() {
            map.serialize_entry("components", &Components(folder))?;
        }
        map.end()
    }
}

struct Components<'f, 'r, 'p>(&'f Folder<'r, 'p>);

impl Serialize for Components<'_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let folder = self.0;
        let mut all = serializer.serialize_seq(Some(folder.components.len()))?;
        for number in 0..folder.components.len() {
            all.serialize_element(&component(folder, number))?;
        }
        all.end()
    }
}

fn metadata(folder: &Folder<'_, '_>) -> Value {
    let mut parties: BTreeMap<String, Value> = BTreeMap::new();
    for entry in &folder.report.entries {
        let (Some(owner), Some(uuid)) = (&entry.owner, party(folder, entry)) else {
            continue;
        };
        let kind = if entry.owned_by_team {
            "organization"
        } else {
            "person"
        };
        let contact = entry.contact.as_deref().map(prose);
        let name = value(owner).unwrap_or_else(|| "unnamed".to_owned());
        let party = Object::new()
            .with("uuid", uuid.as_str())
            .with("type", kind)
            .with("name", name)
            .some("remarks", contact.filter(|text| !text.is_empty()));
        parties.entry(uuid).or_insert_with(|| party.into());
    }
    let roles = if parties.is_empty() {
        Vec::new()
    } else {
        vec![json!({"id": "owner", "title": "Owner"})]
    };
    let title = format!("{}: components", folder.report.title());
    let remarks = "A component implements what its declaration shows; what is lacking stands in the assessment results.";
    folder
        .metadata(&title, None, &format!("{remarks}\n\n{}", Folder::notices()))
        .list("roles", roles)
        .list("parties", parties.into_values().collect())
        .into()
}

fn party(folder: &Folder<'_, '_>, entry: &Entry) -> Option<String> {
    let owner = entry.owner.as_deref()?;
    let kind = if entry.owned_by_team {
        "team"
    } else {
        "person"
    };
    Some(folder.mint.uuid("party", &[kind, owner]))
}

/// The type of a component, in the words of OSCAL.
pub(super) fn kind(entry: &Entry) -> &'static str {
    match entry.kind {
        "service" => "service",
        "connector" | "webhook" => "interconnection",
        _ => "software",
    }
}

/// What is told of every integration wherever it stands as a component.
pub(super) fn facts(entry: &Entry) -> Vec<Value> {
    let line = entry.location.line.to_string();
    [
        ("kind", entry.kind),
        ("class", entry.class),
        ("acts", entry.acts),
        ("status", entry.status),
        ("risk", entry.risk.word()),
        ("file", &entry.location.file),
        ("line", &line),
    ]
    .into_iter()
    .filter_map(|(name, text)| prop(name, text))
    .collect()
}

/// What an integration is for, or that it does not say so.
pub(super) fn description(entry: &Entry) -> String {
    let purpose = entry.purpose.as_deref().map(prose);
    let purpose = purpose.filter(|text| !text.is_empty());
    let kind = entry.kind;
    purpose.unwrap_or_else(|| format!("The {kind} {}; it states no purpose.", code(&entry.name)))
}

fn component(folder: &Folder<'_, '_>, number: usize) -> Value {
    let entry = &folder.report.entries[number];
    let held = held(folder, number);
    let mut props = facts(entry);
    props.extend(held.iter().map(Held::property));
    let roles = party(folder, entry)
        .map(|party| json!({"role-id": "owner", "party-uuids": [party]}))
        .into_iter()
        .collect();
    Object::new()
        .with("uuid", folder.components[number].as_str())
        .with("type", kind(entry))
        .with("title", line(&entry.name))
        .with("description", description(entry))
        .list("props", props)
        .list("responsible-roles", roles)
        .list(
            "control-implementations",
            implementations(folder, number, &held),
        )
        .into()
}

/// A predicate that holds, wholly or partly.
struct Held {
    predicate: &'static Predicate,
    outcome: Outcome,
    /// Where that is declared.
    places: Vec<String>,
}

fn implementations(folder: &Folder<'_, '_>, number: usize, held: &[Held]) -> Vec<Value> {
    let report = folder.report;
    let component = &folder.components[number];
    let mut all = Vec::new();
    for (at, asked) in report.assessment.asked.iter().enumerate() {
        let framework = &asked.framework;
        let mut requirements = Vec::new();
        for control in listed(asked) {
            let of = |one: &&Held| control.evidence.iter().any(|id| id == one.predicate.id);
            let own: Vec<&Held> = held.iter().filter(of).collect();
            if own.is_empty() || control.inapplicable.is_some() {
                continue;
            }
            let verdict = report.assessment.verdict(number, control);
            let ids: Vec<&str> = own.iter().map(|one| one.predicate.id).collect();
            let parts = [component.as_str(), &framework.key, &control.oscal];
            let marks = [("verdict", verdict.word()), ("evidence", &ids.join(" "))];
            let marks = marks.into_iter();
            let marks: Vec<Value> = marks.filter_map(|(name, text)| prop(name, text)).collect();
            requirements.push(json!({
                "uuid": folder.mint.uuid("requirement", &parts),
                "control-id": control.oscal,
                "description": told(&own),
                "props": marks,
            }));
        }
        if requirements.is_empty() {
            continue;
        }
        all.push(json!({
            "uuid": folder.mint.uuid("implementation", &[component, &framework.key]),
            "source": folder.source(at),
            "description": prose(&format!("What its declaration shows of {}.", titled(framework))),
            "implemented-requirements": requirements,
        }));
    }
    all
}

/// The predicates that hold for an integration, each with its places.
fn held(folder: &Folder<'_, '_>, number: usize) -> Vec<Held> {
    let report = folder.report;
    let id = report.assessment.integrations[number];
    let mut held = Vec::new();
    for predicate in &report.assessment.predicates {
        let Some(outcome @ (Outcome::Met | Outcome::Partly)) =
            report.assessment.outcome(number, predicate)
        else {
            continue;
        };
        let answer = predicate.answer(&report.desk, id);
        let mut places: Vec<String> = Vec::new();
        for shown in evidence(&report.desk, id, &answer) {
            let place = place(&shown.location);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let more = places.len().saturating_sub(PLACES);
        places.truncate(PLACES);
        if more > 0 {
            places.push(format!("{more} more"));
        }
        held.push(Held {
            predicate,
            outcome,
            places,
        });
    }
    held
}

impl Held {
    /// As a property of the component: the predicate, its outcome, and the places.
    fn property(&self) -> Value {
        let places = self.places.join(", ");
        Object::new()
            .with("name", self.predicate.id)
            .with("ns", NAMESPACE)
            .with("value", self.outcome.word())
            .with("class", "predicate")
            .some("remarks", (!places.is_empty()).then_some(places))
            .into()
    }
}

fn told(own: &[&Held]) -> String {
    let names = |wanted: Outcome| {
        let of = own.iter().filter(|one| one.outcome == wanted);
        of.map(|one| one.predicate.title)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut sentences = Vec::new();
    for (outcome, words) in [(Outcome::Met, "Holds"), (Outcome::Partly, "Holds partly")] {
        let names = names(outcome);
        if !names.is_empty() {
            sentences.push(prose(&format!("{words}: {names}.")));
        }
    }
    sentences.join(" ")
}

/// A place as prose: the file and the line, as code.
pub(super) fn place(location: &Location) -> String {
    code(&format!("{}:{}", location.file, location.line))
}

/// The component that is the compiler itself.
pub(super) fn tool() -> String {
    common("component", &["scopec"])
}
