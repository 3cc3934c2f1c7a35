//! How an integration was judged: predicate by predicate with evidence, and control by control.

use super::declared;
use crate::report::answer::Outcome;
use crate::report::assess::Verdict;
use crate::report::detail::{ControlRow, Detail, Judgement};
use crate::report::html::book::{Book, From, anchor};
use crate::report::html::framework::{asked, techniques};
use crate::report::html::words::{at, code, grouped, outcome, prose, told, verdict};
use crate::report::predicate;
use crate::report::shown::Shown;
use maud::{Markup, html};

/// The order in which outcomes are told: what needs attention first.
const ORDER: [Outcome; 6] = [
    Outcome::Failed,
    Outcome::Partly,
    Outcome::Unknown,
    Outcome::Silent,
    Outcome::Met,
    Outcome::Inapplicable,
];

/// How many predicates have each outcome.
pub fn title(detail: &Detail) -> String {
    let words: Vec<String> = ORDER
        .into_iter()
        .filter_map(|outcome| {
            let all = detail.predicates.iter();
            let number = all.filter(|one| one.outcome == outcome.word()).count();
            (number > 0).then(|| format!("{} {}", grouped(number), outcome.word()))
        })
        .collect();
    if words.is_empty() {
        "by no predicate".to_owned()
    } else {
        words.join(", ")
    }
}

/// The predicates.
pub fn list(book: &Book<'_, '_>, number: usize, detail: &Detail, from: From) -> Markup {
    let failed: Vec<&str> = (detail.predicates.iter())
        .filter(|one| one.outcome == Outcome::Failed.word())
        .map(|one| one.id)
        .collect();
    html! {
        @for kind in ORDER {
            @let members: Vec<&Judgement> = detail.predicates.iter().filter(|one| one.outcome == kind.word()).collect();
            @if !members.is_empty() {
                ul class="rows" {
                    @for one in members { (judgement(book, number, detail, one, from)) }
                }
            }
        }
        @if !book.report.attack.techniques(&failed).is_empty() {
            p class="over" { "What that makes possible, in MITRE ATT&CK®" }
            (techniques(book, &failed))
        }
    }
}

fn judgement(
    book: &Book<'_, '_>,
    number: usize,
    detail: &Detail,
    one: &Judgement,
    from: From,
) -> Markup {
    html! {
        li {
            (outcome(one.outcome)) " "
            a href=(asked(book, one.id, from)) { (one.id) }
            @if let Some(predicate) = predicate::named(one.id) { " " strong { (predicate.title) } }
            ": " (prose(&one.why))
            @if !one.evidence.is_empty() {
                ul class="evidence" {
                    @for shown in &one.evidence { li { (evidence(number, detail, shown)) } }
                }
            }
        }
    }
}

fn evidence(number: usize, detail: &Detail, shown: &Shown) -> Markup {
    let clause = (shown.kind == "clause").then(|| {
        let mut all = detail.declared.iter();
        all.position(|one| one.location == shown.location && one.text == shown.text)
    });
    html! {
        span class="kind" { (shown.kind) } " "
        @if let Some(rule) = &shown.rule { code { (rule) } " " (prose(&shown.text)) }
        @else { (code(&shown.text)) }
        " " (at(&shown.location.file, shown.location.line))
        @if !shown.emitted.is_empty() {
            " "
            @match clause.flatten() {
                Some(clause) => a href={ "#" (declared::anchor(number, clause)) } { (declared::held_words(&shown.emitted)) },
                None => (declared::held_words(&shown.emitted)),
            }
        }
    }
}

fn known(row: &ControlRow) -> Option<Verdict> {
    Verdict::ALL
        .into_iter()
        .find(|verdict| verdict.word() == row.verdict)
}

/// How many controls have each verdict.
pub fn controls_title(detail: &Detail) -> String {
    let words: Vec<String> = [
        Verdict::Gap,
        Verdict::Partial,
        Verdict::NotAssessed,
        Verdict::Satisfied,
        Verdict::NotApplicable,
    ]
    .into_iter()
    .filter_map(|verdict| {
        let number = detail
            .controls
            .iter()
            .filter(|row| known(row) == Some(verdict))
            .count();
        (number > 0).then(|| format!("{} {}", grouped(number), verdict.words()))
    })
    .collect();
    if words.is_empty() {
        "none speaks of it".to_owned()
    } else {
        words.join(", ")
    }
}

/// The controls.
pub fn controls(book: &Book<'_, '_>, detail: &Detail, from: From) -> Markup {
    let frameworks = book
        .report
        .assessment
        .asked
        .iter()
        .map(|asked| &asked.framework);
    html! {
        @for framework in frameworks {
            @let rows: Vec<&ControlRow> = detail.controls.iter().filter(|row| row.framework == framework.key).collect();
            @if !rows.is_empty() {
                p class="over" { (told(&framework.name)) " " (told(&framework.version)) }
                ul class="rows" {
                    @for row in rows {
                        li {
                            @if let Some(one) = known(row) { (verdict(one)) " " }
                            a href=(book.on_first(&anchor("control", &[&row.framework, &row.id]), from)) { (told(&row.id)) }
                            @if let Some(control) = framework.controls.iter().find(|one| one.id == row.id) { " " strong { (told(&control.title)) } }
                            ": " (prose(&row.reason))
                        }
                    }
                }
            }
        }
    }
}
