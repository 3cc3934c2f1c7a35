//! Frameworks: what every control comes to for the project, and what was asked.

use super::book::{Book, From, anchor};
use super::register::gap;
use super::words::{
    Narrow, Shape, count, grouped, joined, mark, names, outcome, prose, scrolled, shape, told,
    verdict,
};
use crate::report::answer::Outcome;
use crate::report::assess::{Judged, Verdict, titled};
use crate::report::framework::{Control, Framework};
use crate::report::predicate;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The most integrations that are named beside a control, where they stand on pages of their own.
const NAMED: usize = 10;
/// From how many controls on a framework's groups are folded.
const FOLDED: usize = 20;

/// A control, and what it comes to.
type Row<'r> = (&'r Control, &'r Judged);

/// The section.
pub fn section(book: &Book<'_, '_>) -> Markup {
    html! {
        section id="frameworks" aria-labelledby="frameworks-title" {
            h2 id="frameworks-title" { "Frameworks" }
            @for number in 0..book.report.assessment.asked.len() { (framework(book, number)) "\n" }
        }
    }
}

fn framework(book: &Book<'_, '_>, number: usize) -> Markup {
    let asked = &book.report.assessment.asked[number];
    let framework = &asked.framework;
    let id = anchor("framework", &[&framework.key]);
    let rows: Vec<Row<'_>> = book.report.controls(number).collect();
    html! {
        section class="framework" id=(id) aria-labelledby={ "title-" (id) } {
            h3 id={ "title-" (id) } { (told(&titled(framework))) }
            p class="lead" { (summary(&book.report.summary(number), rows.len())) }
            (about(framework, asked.controls.is_empty()))
            div class="controls" data-framework=(id) hidden {
                div {
                    label for={ "verdict-" (id) } { "Show controls that are" }
                    select id={ "verdict-" (id) } autocomplete="off" {
                        option value="" { "whatever" }
                        @for one in Verdict::ALL { option value=(one.word()) { (one.words()) } }
                    }
                }
                p role="status" {}
            }
            (groups(book, framework, &rows))
        }
    }
}

/// How many controls have each verdict, in words.
fn summary(counts: &BTreeMap<Verdict, usize>, all: usize) -> Markup {
    let told = Verdict::ALL.into_iter().filter_map(|verdict| {
        let number = counts.get(&verdict).copied()?;
        Some((verdict, number))
    });
    html! {
        "Of " (count(all, "control")) ": "
        span class="tally" {
            @for (one, number) in told {
                span { (grouped(number)) " " (counted(one, number)) }
            }
        }
    }
}

/// A verdict after a number of controls that have it.
fn counted(verdict: Verdict, number: usize) -> Markup {
    if verdict == Verdict::Gap && number != 1 {
        return mark(shape(verdict), "gaps");
    }
    super::words::verdict(verdict)
}

/// Where the list is from, and what is not its publisher's.
fn about(framework: &Framework, is_whole: bool) -> Markup {
    html! {
        dl class="facts" {
            div { dt { "Source" } dd { (told(&framework.source)) } }
            @if let Some(licence) = &framework.licence { div { dt { "Licence" } dd { (told(licence)) } } }
            div {
                dt { "Coverage" }
                dd {
                    @if let Some(selection) = &framework.selection { (prose(selection)) }
                    @else if is_whole { "complete: every control is listed" }
                    @else { "those controls that were asked for" }
                }
            }
            div {
                dt { "Titles" }
                dd {
                    @if framework.official_titles { "the publisher's own" }
                    @else { "gists, in this tool's words: they are not the publisher's text" }
                }
            }
            @if let Some(note) = &framework.note { div { dt { "Note" } dd { (prose(note)) } } }
        }
    }
}

/// The controls, folded by group where there are many.
fn groups(book: &Book<'_, '_>, framework: &Framework, rows: &[Row<'_>]) -> Markup {
    let mut groups: Vec<(Option<&str>, Vec<Row<'_>>)> = Vec::new();
    for row in rows {
        let group = row.0.group.as_deref();
        match groups.last_mut() {
            Some((last, members)) if *last == group => members.push(*row),
            _ => groups.push((group, vec![*row])),
        }
    }
    let is_folded = rows.len() > FOLDED;
    html! {
        @for (group, members) in &groups {
            @match group {
                Some(group) if is_folded => details class="fold group" {
                    summary {
                        span class="what" { (told(group)) }
                        span class="tally" {
                            @for one in Verdict::ALL {
                                @let number = members.iter().filter(|(_, judged)| judged.verdict == one).count();
                                @if number > 0 { span { (grouped(number)) " " (counted(one, number)) } }
                            }
                        }
                    }
                    @for (one, judged) in members { (control(book, framework, one, judged)) }
                },
                Some(group) => div class="group" {
                    p class="over" { (told(group)) }
                    @for (one, judged) in members { (control(book, framework, one, judged)) }
                },
                None => div class="group" {
                    @for (one, judged) in members { (control(book, framework, one, judged)) }
                },
            }
        }
    }
}

fn control(
    book: &Book<'_, '_>,
    framework: &Framework,
    control: &Control,
    judged: &Judged,
) -> Markup {
    let report = book.report;
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter_map(|verdict| {
            let number = judged
                .counts
                .get(&verdict)
                .copied()
                .filter(|number| *number > 0)?;
            let words = if verdict == Verdict::Gap {
                "with a gap"
            } else {
                verdict.words()
            };
            Some(format!("{} {words}", grouped(number)))
        })
        .collect();
    let is_told = |beyond: &str| judged.reason.contains(beyond);
    let most = if book.is_divided() { NAMED } else { usize::MAX };
    let short = (0..report.entries.len())
        .filter(|&number| report.assessment.verdict(number, control) == Verdict::Gap)
        .map(|number| report.entries[number].name.as_str());
    let value = gap(&framework.key, &control.id);
    let is_gap = control.inapplicable.is_none()
        && judged
            .counts
            .get(&Verdict::Gap)
            .is_some_and(|number| *number > 0);
    html! {
        div class="control" id=(anchor("control", &[&framework.key, &control.id])) data-verdict=(judged.verdict.word()) {
            h4 {
                span class="id" {
                    @if let Some(url) = control.url.as_deref().filter(|url| url.starts_with("https://")) {
                        a href=(url) rel="noreferrer" { (told(&control.id)) }
                    } @else { (told(&control.id)) }
                }
                " " span class="title" { (told(&control.title)) } " "
                (verdict(judged.verdict))
            }
            p { (prose(&judged.reason)) }
            @if let Some(beyond) = control.beyond.as_deref().filter(|beyond| !is_told(beyond)) {
                p class="soft" { "No declaration can show " (prose(beyond)) "." }
            }
            @if is_gap {
                div class="short" {
                    span class="soft" { "Fall short: " }
                    (names(book, short, most, Narrow { by: "gap", to: &value }))
                }
            }
            @if !control.evidence.is_empty() {
                p class="soft rests" {
                    "Integrations: " (joined(&counts)) ". Rests on "
                    @for (index, id) in control.evidence.iter().enumerate() {
                        @if index > 0 { ", " }
                        a href={ "#" (anchor("predicate", &[id])) } {
                            @match predicate::named(id) {
                                Some(one) => { (one.title) },
                                None => { (told(id)) },
                            }
                        }
                    }
                    "."
                }
            }
        }
    }
}

/// The address of a predicate.
pub fn asked(book: &Book<'_, '_>, id: &str, from: From) -> String {
    book.on_first(&anchor("predicate", &[id]), from)
}

/// The section on predicates.
pub fn predicates(book: &Book<'_, '_>) -> Markup {
    let report = book.report;
    let rows = report.assessment.predicates.iter().map(|predicate| {
        let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
        for number in 0..report.entries.len() {
            if let Some(outcome) = report.assessment.outcome(number, predicate) {
                *counts.entry(outcome).or_default() += 1;
            }
        }
        (predicate, counts)
    });
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "Id" }
                    th scope="col" { "Question" }
                    th scope="col" { "Judged from" }
                    th scope="col" { "Integrations" }
                    th scope="col" { "If it fails: ATT&CK techniques" }
                }
            }
            tbody {
                @for (predicate, counts) in rows {
                    @let failed = counts.get(&Outcome::Failed).copied().unwrap_or(0);
                    tr id=(anchor("predicate", &[predicate.id])) {
                        th scope="row" { (predicate.id) }
                        td { strong { (predicate.title) } ": " (predicate.asks) }
                        td { (predicate.basis.word()) }
                        td {
                            span class="tally" {
                                @for one in Outcome::ALL {
                                    @if let Some(number) = counts.get(&one) { span { (grouped(*number)) " " (outcome(one.word())) } }
                                }
                            }
                        }
                        td {
                            @if failed == 0 { (super::estate::nothing()) }
                            @else { (techniques(book, &[predicate.id])) }
                        }
                    }
                }
            }
        }
    };
    html! {
        section id="predicates" aria-labelledby="predicates-title" {
            h2 id="predicates-title" { "What was asked" }
            p {
                "Every control rests on some of these questions, each judged for every integration: "
                @for (index, one) in meanings().into_iter().enumerate() {
                    @if index > 0 { ", " }
                    (one)
                }
                "."
            }
            details class="fold" {
                summary { (count(report.assessment.predicates.len(), "question")) }
                (scrolled("What was asked", &table))
            }
        }
    }
}

/// What the outcomes mean.
fn meanings() -> [Markup; 6] {
    [
        html! { (mark(Shape::Good, "met")) " it holds" },
        html! { (mark(Shape::Half, "partly")) " it holds with a remainder" },
        html! { (mark(Shape::Bad, "failed")) " it does not hold" },
        html! { (mark(Shape::Open, "unknown")) " nobody stated enough to tell" },
        html! { (mark(Shape::Open, "silent")) " the language has no word for it" },
        html! { (mark(Shape::None, "inapplicable")) " it does not concern the integration" },
    ]
}

/// Techniques of ATT&CK that failed predicates make possible.
pub fn techniques(book: &Book<'_, '_>, failed: &[&str]) -> Markup {
    let all = book.report.attack.techniques(failed);
    html! {
        ul class="names" {
            @for one in all {
                li {
                    a href=(one.url) rel="noreferrer" { (one.id) " " (one.name) }
                    @if let Some(renamed) = &one.since_v19 {
                        span class="soft" { " (from version 19 on " (renamed.id) " " (renamed.name) ")" }
                    }
                }
            }
        }
    }
}
