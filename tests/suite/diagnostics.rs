//! Every form of diagnostics, against expected files: a case is a folder of sources, the findings
//! in `findings.toml`, and one expected file a form.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use scopec::diagnostic::fingerprint::fingerprints;
use scopec::diagnostic::json::Summary;
use scopec::diagnostic::sarif::RulePage;
use scopec::diagnostic::{Diagnostic, NotAssessed, Severity, github, human, json, sarif, short};
use scopec::source::{FileId, SourceFile, Sources, Span};
use serde::Deserialize;

use crate::expect::{case_folders, expect_file};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Findings {
    finding: Vec<Finding>,
    #[serde(default)]
    width: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    rule: String,
    severity: String,
    message: String,
    place: Marked,
    #[serde(default)]
    label: String,
    help: Option<String>,
    subject: Option<String>,
    #[serde(default)]
    accepted: bool,
    #[serde(default)]
    baselined: bool,
    #[serde(default)]
    time_alone: bool,
    #[serde(default)]
    related: Vec<Marked>,
    fix: Option<Fix>,
}

/// A place: the first occurrence of `text` in `file` after `after`, or the end of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marked {
    file: String,
    #[serde(default)]
    after: String,
    text: Option<String>,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fix {
    place: Marked,
    replacement: String,
    title: String,
}

impl Marked {
    fn span(&self, sources: &Sources) -> Span {
        let (id, file) = sources
            .iter()
            .find(|(_, file)| file.path == self.file)
            .unwrap();
        let Some(text) = &self.text else {
            return Span::new(id, file.text.len(), file.text.len());
        };
        let from = file.text.find(&self.after).unwrap() + self.after.len();
        let start = from + file.text[from..].find(text.as_str()).unwrap();
        Span::new(id, start, start + text.len())
    }
}

fn load(folder: &Path) -> (Sources, Vec<Diagnostic>, human::Options) {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|e| e == "scope"))
        .collect();
    names.sort();
    let mut sources = Sources::new();
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        sources.add(SourceFile::new(name, text));
    }
    let written = fs::read_to_string(folder.join("findings.toml")).unwrap();
    let findings: Findings = toml::from_str(&written).unwrap();
    let diagnostics = findings
        .finding
        .into_iter()
        .map(|finding| {
            let severity = [Severity::Note, Severity::Warning, Severity::Error]
                .into_iter()
                .find(|severity| severity.word() == finding.severity)
                .unwrap();
            let rule = finding.rule;
            let span = finding.place.span(&sources);
            let mut diagnostic =
                Diagnostic::new(rule, severity, span, finding.message).label(finding.label);
            diagnostic.help = finding.help;
            diagnostic.subject = finding.subject;
            diagnostic.accepted = finding.accepted;
            diagnostic.baselined = finding.baselined;
            diagnostic.time_alone = finding.time_alone;
            for related in &finding.related {
                diagnostic = diagnostic.related(related.span(&sources), &related.message);
            }
            if let Some(fix) = finding.fix {
                diagnostic = diagnostic.fix(fix.place.span(&sources), fix.replacement, fix.title);
            }
            diagnostic
        })
        .collect();
    let options = human::Options {
        width: findings.width.unwrap_or(100),
        ..human::Options::default()
    };
    (sources, diagnostics, options)
}

const PAGES: &[RulePage<'_>] = &[RulePage {
    name: "no-expiry",
    title: "an integration that never ends",
    severity: Severity::Error,
    markdown: "# no-expiry\n\nAn integration has no `expires` and no\nreview that would end it.\n\n## Example\n",
}];

#[test]
fn every_form_is_as_expected() {
    for folder in case_folders("diagnostics") {
        let (sources, diagnostics, options) = load(&folder);
        let accessible = human::Options {
            accessible: true,
            ..options
        };
        let not_assessed = [NotAssessed {
            rule: "review-overdue",
            integration: "invoice-sync".into(),
        }];
        let summary = Summary::of(&diagnostics, 2);
        let forms = [
            ("human.txt", human::render(&diagnostics, &sources, &options)),
            (
                "narrated.txt",
                human::render(&diagnostics, &sources, &accessible),
            ),
            ("short.txt", short::render(&diagnostics, &sources)),
            (
                "report.json",
                json::render(&diagnostics, &sources, &not_assessed, summary),
            ),
            (
                "report.sarif",
                sarif::render(&diagnostics, &sources, PAGES, "infra/scope"),
            ),
            (
                "github.txt",
                github::render(&diagnostics, &sources, "infra/scope"),
            ),
        ];
        for (name, actual) in forms {
            expect_file(&folder.join(name), &actual);
        }
    }
}

fn one_file(text: &str) -> (Sources, FileId) {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("a.scope", text));
    (sources, id)
}

#[test]
fn colour_is_only_there_when_asked_for() {
    let (sources, id) = one_file("team a {}\n");
    let found = [Diagnostic::error(
        "unowned",
        Span::new(id, 5, 6),
        "no owner",
    )];
    let plain = human::Options::default();
    let coloured = human::Options {
        color: true,
        ..plain
    };
    assert!(!human::render(&found, &sources, &plain).contains('\u{1b}'));
    assert!(human::render(&found, &sources, &coloured).contains("\u{1b}["));
}

#[test]
fn a_long_list_is_cut_and_errors_come_before_warnings() {
    let (sources, id) = one_file("a\nb\nc\n");
    let at = |line: usize| Span::new(id, 2 * line, 2 * line + 1);
    let found = [
        Diagnostic::warning("first", at(0), "one"),
        Diagnostic::warning("second", at(1), "two"),
        Diagnostic::error("third", at(2), "three"),
    ];
    let options = human::Options {
        limit: 2,
        ..human::Options::default()
    };
    let text = human::render(&found, &sources, &options);
    assert!(text.contains("first") && text.contains("third") && !text.contains("second"));
    assert!(text.ends_with("\nand 1 more\n"), "{text}");
}

#[test]
fn the_cost_of_a_diagnostic_does_not_grow_with_its_file() {
    let line = "  allow read on books.invoice, books.payment\n";
    let text = line.repeat((8 << 20) / line.len());
    let (sources, id) = one_file(&text);
    let found: Vec<Diagnostic> = (0..100)
        .map(|index| {
            let start = (text.len() / 101) * index / line.len() * line.len() + 2;
            Diagnostic::error(
                "syntax",
                Span::new(id, start, start + 5),
                "unexpected `allow`",
            )
        })
        .collect();
    let begun = Instant::now();
    let shown = human::render(&found, &sources, &human::Options::default());
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert!(shown.len() < 100 * 1_000);
}

#[test]
fn a_long_line_is_cut_around_the_mark() {
    let text = format!("{}MARKED{}", "x".repeat(5_000), "y".repeat(3 << 20));
    let (sources, id) = one_file(&text);
    let found = [Diagnostic::error("syntax", Span::new(id, 5_000, 5_006), "bad").label("here")];
    let shown = human::render(&found, &sources, &human::Options::default());
    assert!(shown.contains("[a.scope:1:5001]"), "{shown}");
    assert!(shown.contains("xMARKEDy") && shown.len() < 2_000, "{shown}");
}

#[test]
fn many_findings_in_one_long_line_take_no_long_time() {
    let text = "ä;".repeat((8 << 20) / 3);
    let (sources, id) = one_file(&text);
    let found: Vec<Diagnostic> = (0..4_000)
        .map(|index| {
            let start = text.len() / 3 / 4_000 * index * 3;
            Diagnostic::error("syntax", Span::new(id, start, start + 2), "bad")
        })
        .collect();
    let begun = Instant::now();
    let lines = short::render(&found, &sources);
    let drawn = human::render(&found, &sources, &human::Options::default());
    let report = json::render(&found, &sources, &[], Summary::default());
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(lines.lines().count(), 4_000);
    assert!(drawn.ends_with("and 3900 more\n"));
    assert!(report.contains("\"column\": 5590603"));
}

#[test]
fn places_count_characters_across_every_stride() {
    let text: String = (0..4_000)
        .map(|i| ["a", "é", "漢", "😀", "\n"][i % 7 % 5])
        .collect();
    let file = SourceFile::new("a", text.clone());
    let (mut line, mut column) = (1, 1);
    for (offset, character) in text.char_indices() {
        let place = file.place(u32::try_from(offset).unwrap());
        assert_eq!((place.line, place.column), (line, column));
        (line, column) = if character == '\n' {
            (line + 1, 1)
        } else {
            (line, column + 1)
        };
    }
    let end = file.place(u32::MAX);
    assert_eq!((end.line, end.column), (line, column));
    let even = SourceFile::new("a", "x".repeat(2_048));
    assert_eq!(even.place(2_048).column, 2_049);
}

#[test]
fn a_fingerprint_survives_unrelated_edits_and_tells_equals_apart() {
    let (before, id) = one_file("team a {}\nteam b {}\n");
    let (after, _) = one_file("// new\n\nteam a {}\nteam b {}\n");
    let at = |start: usize, days: u32| {
        let message = format!("expired {days} days ago");
        Diagnostic::error("expired", Span::new(id, start, start + 4), message).about("a")
    };
    let first = fingerprints(&[at(0, 1), at(10, 1)], &before);
    let later = fingerprints(&[at(8, 99), at(18, 99)], &after);
    assert_eq!(first, later);
    assert_ne!(first[0], first[1]);
    assert!(first.iter().all(|f| f.len() == 12));
    let other = at(0, 1).about("b");
    assert_ne!(fingerprints(&[other], &before)[0], first[0]);
}

#[test]
fn what_acts_on_a_terminal_is_shown_as_a_picture() {
    let (sources, id) = one_file("team \u{1b}[2J\u{202e}x {}\n");
    let found = [Diagnostic::error(
        "syntax",
        Span::new(id, 5, 6),
        "a control character `\u{1b}` in `\u{202e}`",
    )];
    for shown in [
        human::render(&found, &sources, &human::Options::default()),
        short::render(&found, &sources),
    ] {
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
        assert!(shown.contains('␛'), "{shown:?}");
    }
}

proptest! {
    #[test]
    fn no_text_and_no_span_is_too_strange(
        text in "[a-c \t\r\nä漢\u{301}\u{1b}{}\\[\\](]{0,80}",
        marks in prop::collection::vec((0usize..90, 0usize..90), 1..5),
        message in "[a-c `%:,\r\n{}\\[\\](0-9]{0,40}",
    ) {
        let (sources, id) = one_file(&text);
        let boundary = |at: usize| (at.min(text.len())..=text.len()).find(|&b| text.is_char_boundary(b)).unwrap();
        let spans: Vec<Span> = marks
            .iter()
            .map(|&(a, b)| Span::new(id, boundary(a.min(b)), boundary(a.max(b))))
            .collect();
        let mut found = Diagnostic::error("syntax", spans[0], message.clone())
            .help(message.clone())
            .fix(spans[0], message.clone(), message.clone());
        for &span in &spans[1..] {
            found = found.related(span, message.clone());
        }
        let found = [found];
        let options = human::Options { width: 1, ..human::Options::default() };
        let accessible = human::Options { accessible: true, ..options };
        let drawn = human::render(&found, &sources, &options);
        prop_assert!(drawn.starts_with("syntax"));
        prop_assert!(!drawn.contains("Failed to read"));
        prop_assert!(!human::render(&found, &sources, &accessible).is_empty());
        prop_assert_eq!(short::render(&found, &sources).lines().count(), 1);
        prop_assert_eq!(github::render(&found, &sources, "").lines().count(), 1);
        let _: serde_json::Value = serde_json::from_str(&json::render(&found, &sources, &[], Summary::of(&found, 1))).unwrap();
        let _: serde_json::Value = serde_json::from_str(&sarif::render(&found, &sources, PAGES, "")).unwrap();
    }
}
