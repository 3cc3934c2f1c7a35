//! Attestations: what was compiled into what, and what was found, as an unsigned in-toto Statement.
//!
//! The statement is made of what the other rooms know; who signs it is somebody else. docs/attestation.md
//! describes the predicate.

use crate::diagnostic::json::Summary;
use crate::report::assess::{Verdict, titled};
use crate::report::document::{MAPPING, Report};
use crate::report::shown::{Location, sha256, sources};
use crate::test::Results;
use serde::Serialize;
use std::collections::BTreeMap;

/// The type of the statement.
pub const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The type of the predicate. It identifies, and need not lead anywhere.
pub const PREDICATE: &str = "https://github.com/example/scopec/attestation/v1";

/// The prefix of the paths of the standard library's texts.
const LIBRARY: &str = "stdlib:";

/// What an attestation is of.
pub struct Attested<'a, 'p> {
    /// The report under the usual frameworks, its diagnostics as `check` counts them.
    pub report: &'a Report<'p>,
    /// What the project's tests came to.
    pub tests: &'a Results,
    /// The path and the content of the manifest, as `build` writes it into an empty folder.
    pub manifest: (&'a str, &'a [u8]),
}

/// A statement.
#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: &'static str,
    predicate: Predicate,
}

#[derive(Clone, Debug, Serialize)]
struct Subject {
    name: String,
    digest: Digest,
}

#[derive(Clone, Debug, Serialize)]
struct Digest {
    sha256: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Predicate {
    tool: Tool,
    as_of: String,
    project: Option<String>,
    sources: Vec<Text>,
    catalogue: Catalogue,
    verdict: Overall,
    ledger: BTreeMap<String, usize>,
    mapping: &'static str,
    frameworks: Vec<Framework>,
    integrations: Vec<Integration>,
}

#[derive(Clone, Debug, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Text {
    path: String,
    sha256: String,
}

/// The texts of the standard library that were read.
#[derive(Clone, Debug, Serialize)]
struct Catalogue {
    /// The version of the compiler that holds them.
    version: &'static str,
    /// The hash of the lines `SHA256  PATH`, one a text, in the order of the paths.
    sha256: String,
    texts: Vec<Text>,
}

/// What was found in the project.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Overall {
    result: &'static str,
    errors: usize,
    warnings: usize,
    accepted: usize,
    baselined: usize,
    time_alone: usize,
    not_assessed: usize,
    tests: Tests,
    withheld: Vec<Reason>,
}

#[derive(Clone, Debug, Serialize)]
struct Tests {
    passed: usize,
    failed: usize,
}

#[derive(Clone, Debug, Serialize)]
struct Reason {
    integration: String,
    rule: String,
    file: String,
    line: u32,
}

#[derive(Clone, Debug, Serialize)]
struct Framework {
    key: String,
    name: String,
    controls: BTreeMap<&'static str, usize>,
}

#[derive(Clone, Debug, Serialize)]
struct Integration {
    name: String,
    #[serde(flatten)]
    location: Location,
    status: &'static str,
    risk: &'static str,
    errors: usize,
    warnings: usize,
    exceptions: usize,
    withheld: bool,
    /// By framework, how many controls have each verdict.
    controls: BTreeMap<String, BTreeMap<&'static str, usize>>,
}

impl Statement {
    /// The statement, in the order of the contract; the same for the same project on the same day.
    pub fn new(attested: &Attested<'_, '_>) -> Self {
        let report = attested.report;
        let compiled = report.desk.compiled;
        Self {
            kind: STATEMENT,
            subject: subjects(attested),
            predicate_type: PREDICATE,
            predicate: Predicate {
                tool: Tool {
                    name: "scopec",
                    version: env!("CARGO_PKG_VERSION"),
                },
                as_of: report.desk.today.to_string(),
                project: compiled.settings.name.clone(),
                sources: sources(&report.desk)
                    .into_iter()
                    .map(|(path, sha256)| Text { path, sha256 })
                    .collect(),
                catalogue: catalogue(report),
                verdict: overall(attested),
                ledger: ledger(report),
                mapping: MAPPING,
                frameworks: (report.assessment.asked.iter().enumerate())
                    .map(|(number, asked)| Framework {
                        key: asked.framework.key.clone(),
                        name: titled(&asked.framework),
                        controls: named(&report.summary(number)),
                    })
                    .collect(),
                integrations: (0..report.entries.len())
                    .map(|number| integration(report, number))
                    .collect(),
            },
        }
    }

    /// Whether nothing was found: no error, no failed test, and nobody without outputs for an error.
    pub fn is_right(&self) -> bool {
        self.predicate.verdict.result == RIGHT
    }

    /// As JSON, ending with a line end.
    pub fn text(&self) -> String {
        // What is serialised has text keys alone, so this cannot fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// The outputs, each with its hash, and the manifest, so that there is a subject where nothing is
/// emitted.
fn subjects(attested: &Attested<'_, '_>) -> Vec<Subject> {
    let (path, bytes) = attested.manifest;
    let files = attested.report.desk.manifest.files.iter();
    let mut all: BTreeMap<&str, String> = files
        .map(|file| (file.path.as_str(), file.sha256.clone()))
        .collect();
    all.insert(path, sha256(bytes));
    all.into_iter()
        .map(|(name, sha256)| Subject {
            name: name.to_owned(),
            digest: Digest { sha256 },
        })
        .collect()
}

fn catalogue(report: &Report<'_>) -> Catalogue {
    let files = report.desk.compiled.sources.iter();
    let mut texts: Vec<Text> = files
        .filter_map(|(_, file)| {
            Some(Text {
                path: file.path.strip_prefix(LIBRARY)?.to_owned(),
                sha256: sha256(file.text.as_bytes()),
            })
        })
        .collect();
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    let lines: String = texts
        .iter()
        .flat_map(|text| [&text.sha256, "  ", &text.path, "\n"])
        .collect();
    Catalogue {
        version: env!("CARGO_PKG_VERSION"),
        sha256: sha256(lines.as_bytes()),
        texts,
    }
}

const RIGHT: &str = "passed";
const WRONG: &str = "failed";

fn overall(attested: &Attested<'_, '_>) -> Overall {
    let report = attested.report;
    let compiled = report.desk.compiled;
    let diagnostics = &compiled.diagnostics;
    let summary = Summary::of(diagnostics, report.entries.len());
    let timed = diagnostics
        .iter()
        .filter(|one| one.is_shown() && one.time_alone);
    let withheld: Vec<Reason> = (report.desk.manifest.withheld.iter())
        .map(|one| Reason {
            integration: one.integration.clone(),
            rule: one.rule.clone(),
            file: one.file.clone(),
            line: one.line,
        })
        .collect();
    let failed = attested.tests.failed();
    let right = summary.errors == 0 && failed == 0 && withheld.is_empty();
    Overall {
        result: if right { RIGHT } else { WRONG },
        errors: summary.errors,
        warnings: summary.warnings,
        accepted: summary.accepted,
        baselined: summary.baselined,
        time_alone: timed.count(),
        not_assessed: compiled.not_assessed.len(),
        tests: Tests {
            passed: attested.tests.passed(),
            failed,
        },
        withheld,
    }
}

fn ledger(report: &Report<'_>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in &report.desk.manifest.ledger {
        *counts.entry(entry.state.clone()).or_default() += 1;
    }
    counts
}

/// Counts by the verdict's word, every verdict named.
fn named(counts: &BTreeMap<Verdict, usize>) -> BTreeMap<&'static str, usize> {
    let all = Verdict::ALL.into_iter();
    all.map(|verdict| (verdict.word(), counts.get(&verdict).copied().unwrap_or(0)))
        .collect()
}

fn integration(report: &Report<'_>, number: usize) -> Integration {
    let entry = &report.entries[number];
    let asked = report.assessment.asked.iter().enumerate();
    let controls = asked
        .map(|(framework, asked)| {
            let mut counts = BTreeMap::new();
            for (control, _) in report.controls(framework) {
                let verdict = report.assessment.verdict(number, control);
                *counts.entry(verdict).or_default() += 1;
            }
            (asked.framework.key.clone(), named(&counts))
        })
        .collect();
    Integration {
        name: entry.name.clone(),
        location: entry.location.clone(),
        status: entry.status,
        risk: entry.risk.word(),
        errors: entry.errors,
        warnings: entry.warnings,
        exceptions: entry.exceptions,
        withheld: entry.withheld,
        controls,
    }
}
