//! `--format oscal`: NIST OSCAL 1.2.1, which docs/oscal.md describes.
//!
//! Four kinds of document, in JSON: what every integration implements, what was to be looked at,
//! what was found, and the catalogues that no publisher has. The uuids are of version 5 and derived
//! from names, so that the same project gives the same ones.

mod catalog;
mod component;
mod mint;
mod observation;
mod plan;
mod prose;
mod result;

use super::assess::{listed, titled};
use super::document::{MAPPING, Report};
use super::framework::attack::NOTICE;
use super::framework::{Control, Framework};
use super::{Form, Page};
use mint::{Mint, document};
use prose::{line, prose, value};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// `--format oscal`
pub static FORM: Form = Form {
    name: "oscal",
    summary: "NIST OSCAL 1.2.1: components, assessment plan and results, catalogues; a folder",
    folder: true,
    file: "oscal",
    write: |report, _| pages(report),
};

/// The name space of what OSCAL has no name for. It identifies, and need not lead anywhere.
pub const NAMESPACE: &str = "https://github.com/example/scopec/ns/oscal";

/// The version of OSCAL.
const VERSION: &str = "1.2.1";

const RESULTS: &str = "assessment-results.json";
const PLAN: &str = "assessment-plan.json";
const COMPONENTS: &str = "component-definition.json";

/// What the documents share.
struct Folder<'r, 'p> {
    report: &'r Report<'p>,
    mint: Mint,
    /// The uuid of every integration.
    components: Vec<String>,
    /// The name of every framework's catalogue in the folder; none where the publisher has one.
    catalogues: Vec<Option<String>>,
}

/// The documents, the results first.
fn pages(report: &Report<'_>) -> Vec<Page> {
    let folder = Folder::new(report);
    let mut pages = vec![
        page(
            RESULTS,
            printed("assessment-results", &result::results(&folder)),
        ),
        page(PLAN, printed("assessment-plan", &plan::plan(&folder))),
        page(
            COMPONENTS,
            // It is as long as the estate is large, and indentation would double it.
            serde_json::to_string(&BTreeMap::from([(
                "component-definition",
                component::Definition(&folder),
            )])),
        ),
    ];
    for (framework, name) in folder.frameworks().zip(&folder.catalogues) {
        if let Some(name) = name {
            let catalog = catalog::catalog(&folder, framework);
            pages.push(page(name, printed("catalog", &catalog)));
        }
    }
    pages
}

/// A document for people to look at, too.
fn printed(kind: &str, body: &Value) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&BTreeMap::from([(kind, body)]))
}

/// Stands for the uuid of a document until the rest of it is known.
const UNKNOWN: &str = "00000000-0000-0000-0000-000000000000";

/// A document as a file. Its uuid is that of its content: OSCAL wants another whenever something in
/// it is.
fn page(name: &str, printed: serde_json::Result<String>) -> Page {
    // What is serialised has text keys alone, so this cannot fail.
    let mut text = printed.unwrap_or_default();
    text.push('\n');
    // Its own uuid is the first thing in it.
    let text = text.replacen(UNKNOWN, &document(&text), 1);
    Page {
        path: name.to_owned(),
        bytes: text.into_bytes(),
    }
}

impl<'r, 'p> Folder<'r, 'p> {
    fn new(report: &'r Report<'p>) -> Self {
        let mint = Mint::new(report.project());
        // A name that two declarations share tells them apart by their order.
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let components = (report.entries.iter())
            .map(|entry| {
                let count = seen.entry(&entry.name).or_default();
                *count += 1;
                match *count {
                    1 => mint.uuid("component", &[&entry.name]),
                    later => mint.uuid("component", &[&entry.name, &later.to_string()]),
                }
            })
            .collect();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let catalogues = (report.assessment.asked.iter())
            .map(|asked| {
                if asked.framework.catalogue.is_some() {
                    return None;
                }
                let base = format!("catalog-{}", file_name(&asked.framework.key));
                let mut name = format!("{base}.json");
                let mut number = 1;
                while !taken.insert(name.to_lowercase()) {
                    number += 1;
                    name = format!("{base}-{number}.json");
                }
                Some(name)
            })
            .collect();
        Self {
            report,
            mint,
            components,
            catalogues,
        }
    }

    fn frameworks(&self) -> impl Iterator<Item = &'r Framework> {
        let asked = self.report.assessment.asked.iter();
        asked.map(|asked| &asked.framework)
    }

    /// Where the catalogue of the framework of that number is.
    fn source(&self, number: usize) -> &str {
        let published = (self.report.assessment.asked[number].framework.catalogue).as_deref();
        published
            .or(self.catalogues[number].as_deref())
            .unwrap_or_default()
    }

    /// The day of the report as an instant.
    fn instant(&self) -> String {
        format!("{}T00:00:00Z", self.report.desk.today)
    }

    /// What stands at the top of a document. `remarks` are sentences of its own.
    fn metadata(&self, title: &str, version: Option<&str>, remarks: &str) -> Object {
        let day = self.report.desk.today.to_string();
        Object::new()
            .with("title", line(title))
            .with("last-modified", self.instant())
            .with("version", version.and_then(value).unwrap_or(day))
            .with("oscal-version", VERSION)
            .with("remarks", remarks)
    }

    /// The controls that were looked at, framework by framework; those alone that `wanted` takes.
    /// None where there are none.
    fn selection(&self, wanted: impl Fn(&Control) -> bool) -> Option<Value> {
        let asked = self.report.assessment.asked.iter().enumerate();
        let selections: Vec<Value> = asked
            .filter_map(|(number, asked)| {
                let framework = &asked.framework;
                let controls: Vec<Value> = listed(asked)
                    .filter(|control| wanted(control))
                    .map(|control| {
                        json!({
                            "control-id": control.oscal,
                            "statement-ids": [statement(framework, control)],
                        })
                    })
                    .collect();
                (!controls.is_empty()).then(|| {
                    json!({
                        "description": prose(&titled(framework)),
                        "props": props([("framework", &framework.key)]),
                        "links": [{"href": self.source(number), "rel": "reference"}],
                        "include-controls": controls,
                    })
                })
            })
            .collect();
        (!selections.is_empty()).then(|| json!({"control-selections": selections}))
    }

    /// What stands in the remarks of documents that hold judgements.
    fn notices() -> String {
        format!("{}\n\n{}", prose(MAPPING), prose(NOTICE))
    }
}

/// The id of the statement of a control. The catalogue of the Cybersecurity Framework names it
/// otherwise than that of SP 800-53, whose way all others follow.
fn statement(framework: &Framework, control: &Control) -> String {
    let of_csf = |address: &String| address.contains("/CSF/");
    let ending = if framework.catalogue.as_ref().is_some_and(of_csf) {
        "statement"
    } else {
        "smt"
    };
    format!("{}_{ending}", control.oscal)
}

/// A framework's key as a part of a file's name.
fn file_name(key: &str) -> String {
    key.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect()
}

/// Properties in our own name space; what is empty is left out.
fn props<'t>(all: impl IntoIterator<Item = (&'static str, &'t String)>) -> Vec<Value> {
    let all = all.into_iter();
    all.filter_map(|(name, text)| prop(name, text)).collect()
}

/// A property in our own name space; none where there is nothing to say.
fn prop(name: &str, text: &str) -> Option<Value> {
    let value = value(text)?;
    Some(json!({"name": name, "ns": NAMESPACE, "value": value}))
}

/// An object of JSON. OSCAL refuses an empty list, so such a key is left out.
struct Object(Map<String, Value>);

impl Object {
    fn new() -> Self {
        Self(Map::new())
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    fn some(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    fn list(self, key: &str, values: Vec<Value>) -> Self {
        if values.is_empty() {
            return self;
        }
        self.with(key, values)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object.0)
    }
}
