//! `--format markdown`: the report as a document, as code hosts and wikis show it.

use super::assess::{Verdict, titled};
use super::desk::sentence;
use super::detail::{DueRow, due_row};
use super::document::{MAPPING, Report};
use super::framework::attack::NOTICE;
use super::json::policy;
use super::register::{Entry, Risk};
use super::{Form, single};
use crate::diagnostic::markdown::{code, code_of, codes, heading, prose_of, row};
use std::collections::BTreeMap;
use std::fmt::Write as _;

mod integration;

/// `--format markdown`
pub static FORM: Form = Form {
    name: "markdown",
    summary: "a document, as code hosts and wikis show it",
    folder: false,
    file: "report.md",
    write: |report, stem| single(stem, "md", markdown(report)),
};

/// The most characters of a reason.
const REASON: usize = 900;
/// How many integrations are told in full; of more, the register and the frameworks are told.
const FULL: usize = 100;

/// The report as a document.
pub fn markdown(report: &Report<'_>) -> String {
    let mut out = String::new();
    head(report, &mut out);
    estate(report, &mut out);
    register(report, &mut out);
    frameworks(report, &mut out);
    limits(report, &mut out);
    due(report, &mut out);
    owners(report, &mut out);
    integration::all(report, FULL, &mut out);
    foot(report, &mut out);
    out
}

fn head(report: &Report<'_>, out: &mut String) {
    let title = match report.project() {
        Some(name) => format!("Non-human identities of {}", code(name)),
        None => "Non-human identities".to_owned(),
    };
    let _ = writeln!(out, "# {title}\n");
    if report.title().contains(": ") {
        let _ = writeln!(out, "Limited to: {}\n", code_of(&report.title(), REASON));
    }
    let _ = writeln!(
        out,
        "As of {}, by scopec {}.\n\n{MAPPING}\n",
        report.desk.today,
        env!("CARGO_PKG_VERSION")
    );
    let problems = report.problems();
    if !problems.is_empty() {
        out.push_str("What these errors hide is not in this report:\n\n");
        table(
            out,
            &["error", "at"],
            problems.iter().map(|(message, place)| {
                vec![
                    prose_of(message, REASON),
                    code(&format!("{}:{}", place.file, place.line)),
                ]
            }),
        );
    }
    for explained in report.explained() {
        let _ = writeln!(out, "> {}\n", prose_of(explained, REASON));
    }
}

/// A table, unless it has no rows.
fn table(out: &mut String, names: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return;
    }
    out.push_str(&heading(names));
    for cells in rows {
        out.push_str(&row(&cells));
    }
    out.push('\n');
}

fn counts(all: &BTreeMap<&'static str, usize>) -> String {
    let words: Vec<String> = all
        .iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    if words.is_empty() {
        "none".to_owned()
    } else {
        words.join(", ")
    }
}

fn by_risk(all: &BTreeMap<&'static str, usize>) -> String {
    let words: Vec<String> = Risk::ALL
        .iter()
        .filter_map(|risk| Some(format!("{} {}", all.get(risk.word())?, risk.word())))
        .collect();
    if words.is_empty() {
        "none".to_owned()
    } else {
        words.join(", ")
    }
}

fn estate(report: &Report<'_>, out: &mut String) {
    let estate = &report.estate;
    out.push_str("## The estate\n\n");
    table(
        out,
        &["", ""],
        [
            vec!["integrations".to_owned(), estate.integrations.to_string()],
            vec!["by risk".to_owned(), by_risk(&estate.by_risk)],
            vec!["by class".to_owned(), counts(&estate.by_class)],
            vec!["by kind".to_owned(), counts(&estate.by_kind)],
            vec!["without an owning team".to_owned(), listed(&estate.unowned)],
            vec!["withheld for errors".to_owned(), listed(&estate.withheld)],
        ],
    );
    out.push_str("### Risk by system\n\n");
    table(
        out,
        &[
            "system",
            "vendor",
            "environment",
            "labels",
            "integrations",
            "by risk",
        ],
        estate.systems.iter().map(|system| {
            vec![
                code(&system.name),
                code(&system.vendor),
                system.environment.as_deref().map_or_else(String::new, code),
                codes(&system.labels, 6),
                system.integrations.to_string(),
                by_risk(&system.by_risk),
            ]
        }),
    );
    out.push_str("### Granted beyond what is declared\n\n");
    if estate.excess.is_empty() {
        out.push_str("Nobody is granted more than is declared.\n\n");
    }
    table(
        out,
        &["integration", "operations that nobody declared"],
        estate
            .excess
            .iter()
            .take(25)
            .map(|(name, count)| vec![code(name), count.to_string()]),
    );
    out.push_str("### The worst blast radii\n\n");
    table(
        out,
        &[
            "integration",
            "can grant itself anything in",
            "can act as",
            "systems",
            "resources",
            "gravest verb",
        ],
        estate.blast_radius.iter().map(|row| {
            vec![
                code(&row.integration),
                format!("{} scopes", row.elevated),
                row.integrations.to_string(),
                row.systems.to_string(),
                row.resources.to_string(),
                row.worst_verb.map_or_else(String::new, code),
            ]
        }),
    );
    if !estate.chains.is_empty() {
        out.push_str("### The longest chains of trust\n\n");
        table(
            out,
            &["integration", "chain"],
            estate
                .chains
                .iter()
                .map(|chain| vec![code(&chain.integration), prose_of(&chain.message, REASON)]),
        );
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        codes(names, 12)
    }
}

fn owner(entry: &Entry) -> String {
    match &entry.owner {
        Some(owner) => code(owner),
        None => "nobody".to_owned(),
    }
}

fn register(report: &Report<'_>, out: &mut String) {
    out.push_str("## The register\n\n");
    table(
        out,
        &[
            "name",
            "risk",
            "class",
            "kind",
            "owner",
            "systems",
            "ends",
            "next review",
            "next rotation",
            "findings",
        ],
        report.entries.iter().map(|entry| {
            vec![
                code(&entry.name),
                entry.risk.word().to_owned(),
                entry.class.to_owned(),
                entry.kind.to_owned(),
                owner(entry),
                codes(&entry.systems, 4),
                entry.expires.clone().unwrap_or_else(|| "never".to_owned()),
                entry
                    .next_review
                    .clone()
                    .unwrap_or_else(|| "unknown".to_owned()),
                entry
                    .next_rotation
                    .clone()
                    .unwrap_or_else(|| "none known".to_owned()),
                format!("{} errors, {} warnings", entry.errors, entry.warnings),
            ]
        }),
    );
}

fn frameworks(report: &Report<'_>, out: &mut String) {
    out.push_str("## Frameworks\n\n");
    for (number, asked) in report.assessment.asked.iter().enumerate() {
        let framework = &asked.framework;
        let _ = writeln!(out, "### {}\n", prose_of(&titled(framework), REASON));
        let titles = if framework.official_titles {
            "Titles are the publisher's own."
        } else {
            "Titles are short summaries of ours: the publisher's document is what counts."
        };
        let coverage = match &framework.selection {
            None => "Every control of this version is listed.".to_owned(),
            Some(selection) => format!(
                "Not every control is listed: {}.",
                prose_of(selection, REASON)
            ),
        };
        let licence = framework.licence.as_ref();
        let licence = licence.map(|licence| format!(" Licence: {}.", prose_of(licence, REASON)));
        let _ = writeln!(
            out,
            "{titles} {coverage} Source: {}.{}\n",
            code_of(&framework.source, REASON),
            licence.unwrap_or_default()
        );
        if let Some(note) = &framework.note {
            let _ = writeln!(out, "{}\n", prose_of(&sentence(note), REASON));
        }
        let counts = report.summary(number);
        let words: Vec<String> = Verdict::ALL
            .iter()
            .map(|verdict| {
                let count = counts.get(verdict).copied().unwrap_or(0);
                format!("{count} {}", verdict.words())
            })
            .collect();
        let _ = writeln!(out, "{}.\n", words.join(", "));
        table(
            out,
            &["control", "title", "verdict", "why"],
            report.controls(number).map(|(control, judged)| {
                vec![
                    code(&control.id),
                    prose_of(&control.title, REASON),
                    judged.verdict.words().to_owned(),
                    prose_of(&judged.reason, REASON),
                ]
            }),
        );
    }
}

fn limits(report: &Report<'_>, out: &mut String) {
    out.push_str("## The policy\n\n");
    table(
        out,
        &["duty", "of", "at most", "who says so"],
        policy(report).into_iter().map(|limit| {
            let place = limit
                .location
                .map(|place| format!(" ({})", code(&format!("{}:{}", place.file, place.line))));
            vec![
                limit.duty.to_owned(),
                limit.class.unwrap_or("everybody").to_owned(),
                limit.at_most,
                format!(
                    "{}{}",
                    prose_of(&limit.source, REASON),
                    place.unwrap_or_default()
                ),
            ]
        }),
    );
}

/// When something is due, in words.
fn when(due: &DueRow) -> String {
    match (&due.on, due.days) {
        (Some(on), Some(days)) if days < 0 => format!("{on}, {} days ago", -days),
        (Some(on), Some(days)) => format!("{on}, in {days} days"),
        _ => "never recorded".to_owned(),
    }
}

fn due_cells(due: &DueRow) -> Vec<String> {
    vec![
        when(due),
        code(&due.integration),
        due.kind.replace('-', " "),
        prose_of(&due.about, REASON),
        due.by.as_deref().map_or_else(|| "nobody".to_owned(), code),
        code(&format!("{}:{}", due.location.file, due.location.line)),
    ]
}

const DUE: [&str; 6] = ["when", "integration", "what", "about", "by", "declared at"];

fn due(report: &Report<'_>, out: &mut String) {
    let _ = writeln!(
        out,
        "## Overdue, and due within {} days\n",
        super::estate::SOON
    );
    if report.estate.soon.is_empty() {
        out.push_str("Nothing.\n\n");
    }
    table(out, &DUE, report.estate.soon.iter().map(due_cells));
}

fn owners(report: &Report<'_>, out: &mut String) {
    out.push_str("## By owner\n\n");
    let soon = super::estate::SOON;
    for (owner, numbers) in report.owners() {
        let name = owner.map_or_else(|| "nobody".to_owned(), code);
        let _ = writeln!(out, "### {name}\n");
        let names: Vec<String> = numbers
            .iter()
            .map(|&number| report.entries[number].name.clone())
            .collect();
        let _ = writeln!(out, "Owns {}.\n", codes(&names, 50));
        let rows: Vec<DueRow> = report
            .calendar
            .iter()
            .map(|due| due_row(&report.desk, due))
            .filter(|due| due.by.as_deref() == owner && owner.is_some())
            .filter(|due| due.days.is_none_or(|days| days <= soon))
            .collect();
        if rows.is_empty() {
            let _ = writeln!(out, "Has nothing to see to within {soon} days.\n");
        } else {
            let _ = writeln!(out, "Has to see to within {soon} days:\n");
            table(out, &DUE, rows.iter().map(due_cells));
        }
    }
}

fn foot(report: &Report<'_>, out: &mut String) {
    out.push_str("## Sources\n\n");
    table(
        out,
        &["file", "SHA-256"],
        super::shown::sources(&report.desk)
            .into_iter()
            .map(|(path, hash)| vec![code(&path), code_of(&hash, 64)]),
    );
    let _ = writeln!(
        out,
        "Techniques are of MITRE ATT&CK {}. {}",
        report.attack.version,
        prose_of(NOTICE, 2 * REASON)
    );
}
