//! The `json` form of diagnostics: the contract that other programs rely on.

use serde::Serialize;

use super::fingerprint::fingerprints;
use super::{Diagnostic, NotAssessed};
use crate::source::{Sources, Span};

/// What a run of `check` comes to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct Summary {
    /// How many integrations there are.
    pub integrations: usize,
    /// How many findings of error level are neither accepted nor in the baseline.
    pub errors: usize,
    /// How many findings of warning level are neither accepted nor in the baseline.
    pub warnings: usize,
    /// How many findings an `accept` clause covers.
    pub accepted: usize,
    /// How many findings the baseline knows.
    pub baselined: usize,
}

impl Summary {
    /// Counts `diagnostics` of a project of so many integrations.
    pub fn of(diagnostics: &[Diagnostic], integrations: usize) -> Self {
        let count =
            |wanted: &dyn Fn(&Diagnostic) -> bool| diagnostics.iter().filter(|d| wanted(d)).count();
        Self {
            integrations,
            errors: count(&Diagnostic::is_error),
            warnings: count(&|d| d.is_shown() && d.severity == super::Severity::Warning),
            accepted: count(&|d| d.accepted),
            baselined: count(&|d| d.baselined && !d.accepted),
        }
    }
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    diagnostics: Vec<Entry<'a>>,
    not_assessed: Vec<Unassessed<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: &'a str,
    time_alone: bool,
    fingerprint: String,
    message: &'a str,
    help: Option<&'a str>,
    integration: Option<&'a str>,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Unassessed<'a> {
    rule: &'a str,
    integration: &'a str,
}

/// The diagnostics as one JSON document with a line end: `version`, `diagnostics`,
/// `not_assessed`, `summary`. Those that are accepted or in the baseline are only counted.
/// Lines and columns count from 1, columns in characters; ends are exclusive; paths are relative
/// to the project. `diagnostics` is the whole list, see [`fingerprints`].
pub fn render(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    not_assessed: &[NotAssessed],
    summary: Summary,
) -> String {
    let report = Report {
        version: 1,
        diagnostics: diagnostics
            .iter()
            .zip(fingerprints(diagnostics, sources))
            .filter(|(diagnostic, _)| diagnostic.is_shown())
            .map(|(diagnostic, fingerprint)| entry(diagnostic, fingerprint, sources))
            .collect(),
        not_assessed: not_assessed
            .iter()
            .map(|one| Unassessed {
                rule: one.rule,
                integration: &one.integration,
            })
            .collect(),
        summary,
    };
    document(&report)
}

/// A value as an indented JSON document with a line end.
pub(super) fn document(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value)
        .expect("strings, numbers and lists of them are always JSON");
    text.push('\n');
    text
}

fn entry<'a>(diagnostic: &'a Diagnostic, fingerprint: String, sources: &'a Sources) -> Entry<'a> {
    let (file, [line, column, end_line, end_column]) = region(diagnostic.span, sources);
    Entry {
        rule: &diagnostic.rule,
        severity: diagnostic.severity.word(),
        time_alone: diagnostic.time_alone,
        fingerprint,
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        integration: diagnostic.subject.as_deref(),
        file,
        line,
        column,
        end_line,
        end_column,
        related: diagnostic
            .related
            .iter()
            .map(|label| {
                let (file, [line, column, _, _]) = region(label.span, sources);
                Related {
                    file,
                    line,
                    column,
                    message: &label.message,
                }
            })
            .collect(),
        fix: diagnostic.fix.as_ref().map(|fix| {
            let (file, [line, column, end_line, end_column]) = region(fix.span, sources);
            Fix {
                title: &fix.title,
                file,
                line,
                column,
                end_line,
                end_column,
                replacement: &fix.replacement,
            }
        }),
    }
}

/// A span's file, and its line, column, end line and end column.
fn region(span: Span, sources: &Sources) -> (&str, [u32; 4]) {
    let (start, end) = (sources.place(span), sources.end_place(span));
    (
        sources.path(span),
        [start.line, start.column, end.line, end.column],
    )
}
