//! `--format json`: the contract in docs/json.md.

use super::assess::Verdict;
use super::detail::{Detail, due_row};
use super::document::{MAPPING, Report};
use super::framework::attack::NOTICE;
use super::history::Event;
use super::register::Entry;
use super::shown::{Location, location, sources};
use super::{Form, single};
use crate::lifecycle::limit::Origin;
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// `--format json`
pub static FORM: Form = Form {
    name: "json",
    summary: "everything, for programs",
    folder: false,
    file: "report.json",
    write: |report, stem| single(stem, "json", json(report)),
};

/// The report as JSON, ending with a line end.
pub fn json(report: &Report<'_>) -> String {
    let whole = Whole {
        version: 1,
        tool: json!({"name": "scopec", "version": env!("CARGO_PKG_VERSION")}),
        project: report.project(),
        as_of: report.desk.today.to_string(),
        mapping: MAPPING,
        explained: report.explained(),
        problems: (report.problems().into_iter())
            .map(|(message, location)| Problem { message, location })
            .collect(),
        sources: files(sources(&report.desk)),
        outputs: files(
            (report.desk.manifest.files.iter())
                .map(|file| (file.path.clone(), file.sha256.clone()))
                .collect(),
        ),
        policy: policy(report),
        frameworks: (0..report.assessment.asked.len())
            .map(|framework| self::framework(report, framework))
            .collect(),
        predicates: predicates(report),
        attack: json!({"version": report.attack.version, "notice": NOTICE}),
        estate: &report.estate,
        calendar: (report.calendar.iter())
            .map(|due| due_row(&report.desk, due))
            .collect(),
        integrations: Integrations(report),
    };
    // What is serialised has text keys alone, so this cannot fail.
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Whole<'r, 'p> {
    version: u32,
    tool: Value,
    project: Option<&'r str>,
    as_of: String,
    mapping: &'static str,
    explained: Vec<&'r str>,
    problems: Vec<Problem>,
    sources: Vec<File>,
    outputs: Vec<File>,
    policy: Vec<PolicyRow>,
    frameworks: Vec<Value>,
    predicates: Vec<Value>,
    attack: Value,
    estate: &'r super::estate::Estate,
    calendar: Vec<super::detail::DueRow>,
    integrations: Integrations<'r, 'p>,
}

/// An error that keeps part of the project from being known.
#[derive(Serialize)]
struct Problem {
    message: String,
    #[serde(flatten)]
    location: Location,
}

#[derive(Serialize)]
struct File {
    path: String,
    sha256: String,
}

fn files(all: BTreeMap<String, String>) -> Vec<File> {
    all.into_iter()
        .map(|(path, sha256)| File { path, sha256 })
        .collect()
}

/// What a duty may take at most.
#[derive(Serialize)]
pub(super) struct PolicyRow {
    /// `review`, `rotation`, `expiry` or `approval`.
    pub duty: &'static str,
    /// The class; null for everybody.
    pub class: Option<&'static str>,
    /// How long at most.
    pub at_most: String,
    /// Who says so.
    pub source: String,
    /// Where `scope.toml` says so.
    #[serde(flatten)]
    pub location: Option<Location>,
}

pub(super) fn policy(report: &Report<'_>) -> Vec<PolicyRow> {
    let rows = report.policy().into_iter();
    rows.map(|limit| {
        let (source, place) = match limit.origin {
            Origin::Default(source) => (source.to_owned(), None),
            Origin::Setting(span) => {
                let place = location(&report.desk, span);
                ("the project's own".to_owned(), Some(place))
            }
        };
        PolicyRow {
            duty: limit.duty.word(),
            class: limit.class.map(crate::settings::Class::word),
            at_most: limit.length.to_string(),
            source,
            location: place,
        }
    })
    .collect()
}

/// Counts by verdict, every verdict named.
fn counted(counts: &BTreeMap<Verdict, usize>) -> Value {
    let mut map = Map::new();
    for verdict in Verdict::ALL {
        let count = counts.get(&verdict).copied().unwrap_or(0);
        map.insert(verdict.word().to_owned(), count.into());
    }
    Value::Object(map)
}

fn framework(report: &Report<'_>, number: usize) -> Value {
    let framework = &report.assessment.asked[number].framework;
    let controls: Vec<Value> = report
        .controls(number)
        .map(|(control, judged)| {
            let gaps: Vec<&str> = (0..report.entries.len())
                .filter(|&at| report.assessment.verdict(at, control) == Verdict::Gap)
                .map(|at| report.entries[at].name.as_str())
                .collect();
            json!({
                "id": control.id,
                "title": control.title,
                "group": control.group,
                "url": control.url,
                "verdict": judged.verdict.word(),
                "reason": judged.reason,
                "integrations": counted(&judged.counts),
                "gaps": gaps,
                "evidence": control.evidence,
                "concerns": control.concerns.iter().map(|class| class.word()).collect::<Vec<_>>(),
                "beyond": control.beyond,
            })
        })
        .collect();
    json!({
        "key": framework.key,
        "name": framework.name,
        "version": framework.version,
        "titles": if framework.official_titles { "official" } else { "gist" },
        "source": framework.source,
        "licence": framework.licence,
        "note": framework.note,
        "coverage": framework.selection.as_deref().unwrap_or("complete"),
        "summary": counted(&report.summary(number)),
        "controls": controls,
    })
}

fn predicates(report: &Report<'_>) -> Vec<Value> {
    let all = report.assessment.predicates.iter();
    all.map(|predicate| {
        let mut counts: BTreeMap<&str, usize> = super::answer::Outcome::ALL
            .iter()
            .map(|outcome| (outcome.word(), 0))
            .collect();
        for number in 0..report.entries.len() {
            if let Some(outcome) = report.assessment.outcome(number, predicate) {
                *counts.entry(outcome.word()).or_default() += 1;
            }
        }
        let techniques: Vec<Value> = report
            .attack
            .techniques(&[predicate.id])
            .into_iter()
            .map(|one| json!({"id": one.id, "name": one.name, "url": one.url}))
            .collect();
        json!({
            "id": predicate.id,
            "title": predicate.title,
            "asks": predicate.asks,
            "basis": predicate.basis.word(),
            "integrations": counts,
            "techniques": techniques,
        })
    })
    .collect()
}

/// Every integration, told one after another.
struct Integrations<'r, 'p>(&'r Report<'p>);

#[derive(Serialize)]
struct Integration<'r> {
    #[serde(flatten)]
    entry: &'r Entry,
    #[serde(flatten)]
    detail: Detail,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<&'r [Event]>,
}

impl Serialize for Integrations<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let mut asker = report.asker();
        let mut all = serializer.serialize_seq(Some(report.entries.len()))?;
        for (number, entry) in report.entries.iter().enumerate() {
            let history = report.history.as_ref();
            let history =
                history.map(|history| history.of.get(&entry.name).map_or(&[][..], Vec::as_slice));
            all.serialize_element(&Integration {
                entry,
                detail: report.detail_by(number, &mut asker),
                history,
            })?;
        }
        all.end()
    }
}
