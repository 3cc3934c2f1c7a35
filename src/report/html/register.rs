//! The register: a table of all integrations that can be searched, narrowed down and sorted. Where
//! there are too many for a page, its rows are data that the script lays out.

use super::book::{Book, From};
use super::estate::nothing;
use super::words::{grouped, linked, risk, scrolled, told};
use crate::picture::text::line;
use crate::report::answer::Outcome;
use crate::report::estate::SOON;
use crate::report::register::{Entry, Risk};
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The columns: the word that the script knows each by, its heading, and whether it is a number.
const COLUMNS: [(&str, &str, bool); 12] = [
    ("name", "Integration", false),
    ("risk", "Risk", false),
    ("class", "Class", false),
    ("kind", "Kind", false),
    ("acts", "Acts", false),
    ("owner", "Owner", false),
    ("systems", "Systems", false),
    ("expires", "Ends", false),
    ("review", "Next review", false),
    ("rotation", "Next rotation", false),
    ("findings", "Errors, warnings", true),
    ("excess", "Excess", true),
];

/// What the register can be narrowed down to besides; the script knows the words.
const ONLY: [(&str, &str); 7] = [
    ("overdue", "something overdue"),
    ("soon", "something overdue or due soon"),
    ("unowned", "no owning team"),
    ("withheld", "nothing emitted"),
    ("excess", "granted more than declared"),
    ("findings", "errors or warnings"),
    ("exceptions", "exceptions"),
];

/// The section.
pub fn section(book: &Book<'_, '_>) -> Markup {
    let entries = &book.report.entries;
    let table = html! {
        table id="register-table" hidden[book.is_divided()] {
            thead {
                tr {
                    @for (word, heading, is_number) in COLUMNS {
                        th scope="col" data-column=(word) class=[is_number.then_some("number")] { (heading) }
                    }
                }
            }
            tbody {
                @if !book.is_divided() {
                    @for entry in entries { (row(book, entry)) "\n" }
                }
            }
        }
    };
    html! {
        section id="register" aria-labelledby="register-title" {
            h2 id="register-title" { "Register" }
            @if book.is_divided() {
                noscript {
                    p {
                        "Without scripts the " (grouped(entries.len())) " rows of the register cannot be laid out here. "
                        a href="#integrations" { "The pages of integrations" }
                        " hold every one of them, in the order of their names."
                    }
                }
            }
            (controls(book))
            (scrolled("Register of integrations", &table))
            p { button type="button" id="more" hidden { "Show more" } }
            // In a script element only `<` could end the element or begin a comment, and the data
            // has none.
            script type="application/json" id="register-data" { (PreEscaped(data(book))) }
        }
    }
}

/// What narrows the register down; shown once the script runs.
fn controls(book: &Book<'_, '_>) -> Markup {
    let select = |id: &str, label: &str, all: &str, options: Markup| {
        html! {
            div {
                label for=(id) { (label) }
                select id=(id) autocomplete="off" { option value="" { (all) } (options) }
            }
        }
    };
    html! {
        div class="controls" id="filters" role="search" aria-label="Register" hidden {
            div class="wide" {
                label for="filter-text" { "Search" }
                input id="filter-text" type="search" autocomplete="off" spellcheck="false";
            }
            (select("filter-risk", "Risk", "any", html! {
                @for level in Risk::ALL { option value=(level.word()) { (level.word()) } }
            }))
            (select("filter-owner", "Owner", "anybody", html! {}))
            (select("filter-system", "System", "any", html! {}))
            (select("filter-gap", "Falls short of", "whatever", html! {
                @for (number, asked) in book.report.assessment.asked.iter().enumerate() {
                    @let key = line(&asked.framework.key);
                    @for (control, judged) in book.report.controls(number) {
                        @if judged.counts.get(&crate::report::assess::Verdict::Gap).is_some_and(|count| *count > 0) {
                            option value=(gap(&key, &control.id)) { (line(&control.id)) " " (line(&control.title)) }
                        }
                    }
                }
            }))
            (select("filter-only", "With", "whatever", html! {
                @for (word, words) in ONLY { option value=(word) { (words) } }
            }))
            button type="button" id="clear" { "Clear" }
            p role="status" id="register-status" {}
        }
    }
}

/// The word by which the register is narrowed to what falls short of a control.
pub fn gap(key: &str, control: &str) -> String {
    format!("{} {}", line(key), line(control))
}

fn row(book: &Book<'_, '_>, entry: &Entry) -> Markup {
    let day = |day: &Option<String>| {
        html! { td class="day" { @if let Some(day) = day { (day) } @else { (nothing()) } } }
    };
    let number = |number: usize| {
        html! { td class="number" { @if number > 0 { (grouped(number)) } @else { (nothing()) } } }
    };
    html! {
        tr {
            th scope="row" { (linked(book, &entry.name, From::First)) }
            td { (risk(entry.risk.word())) }
            td { (entry.class) }
            td { (entry.kind) }
            td { (entry.acts) }
            td { @if let Some(owner) = &entry.owner { (told(owner)) } @else { "nobody" } }
            td {
                @for (index, system) in entry.systems.iter().enumerate() {
                    @if index > 0 { ", " }
                    (told(system))
                }
                @if entry.systems.is_empty() { (nothing()) }
            }
            (day(&entry.expires))
            (day(&entry.next_review))
            (day(&entry.next_rotation))
            td class="number" {
                @if entry.errors + entry.warnings > 0 { (grouped(entry.errors)) ", " (grouped(entry.warnings)) }
                @else { (nothing()) }
            }
            (number(entry.excess))
        }
    }
}

/// Words, each once, named by their number.
#[derive(Default)]
struct Dictionary {
    words: Vec<String>,
    known: HashMap<String, usize>,
}

impl Dictionary {
    fn number(&mut self, word: &str) -> usize {
        if let Some(&number) = self.known.get(word) {
            return number;
        }
        let number = self.words.len();
        self.words.push(word.to_owned());
        self.known.insert(word.to_owned(), number);
        number
    }
}

/// The rows as data: words by their number, what is due and what failed as numbers. A `<` is
/// written as JSON allows, so that nothing in it can end the element that holds it.
fn data(book: &Book<'_, '_>) -> String {
    let report = book.report;
    let assessment = &report.assessment;
    // For each integration the days of what is due first; none is the past.
    let mut first: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &report.calendar {
        let name = &*report.desk.party(row.party).name;
        if let Some(on) = row.on {
            let days = on.days_since(report.desk.today);
            let known = first.entry(name).or_insert(days);
            *known = days.min(*known);
        }
    }
    let mut undated: BTreeSet<&str> = BTreeSet::new();
    for row in &report.estate.soon {
        if row.days.is_none() {
            undated.insert(&row.integration);
        }
    }
    let mut dictionary = Dictionary::default();
    let mut failed = Dictionary::default();
    let rows: Vec<Value> = (report.entries.iter().enumerate())
        .map(|(number, entry)| {
            let systems: Vec<usize> = (entry.systems.iter())
                .map(|system| dictionary.number(&line(system)))
                .collect();
            let fallen: Vec<String> = (assessment.predicates.iter().enumerate())
                .filter(|(_, one)| assessment.outcome(number, one) == Some(Outcome::Failed))
                .map(|(index, _)| index.to_string())
                .collect();
            let days = first.get(entry.name.as_str()).copied();
            let is_overdue = days.is_some_and(|days| days < 0);
            let is_soon =
                days.is_some_and(|days| days <= SOON) || undated.contains(entry.name.as_str());
            let flags = [
                is_overdue,
                is_soon,
                !entry.owned_by_team,
                entry.withheld,
                entry.exceptions > 0,
            ];
            let bits = (flags.iter().enumerate()).fold(0_u32, |bits, (index, flag)| {
                bits | u32::from(*flag) << index
            });
            let mut word = |text: Option<&str>| dictionary.number(text.unwrap_or_default());
            json!([
                line(&entry.name),
                Risk::ALL.iter().position(|level| *level == entry.risk),
                word(Some(entry.class)),
                word(Some(entry.kind)),
                word(Some(entry.acts)),
                word(entry.owner.as_deref().map(line).as_deref()),
                systems,
                word(entry.expires.as_deref()),
                word(entry.next_review.as_deref()),
                word(entry.next_rotation.as_deref()),
                entry.errors,
                entry.warnings,
                entry.excess,
                bits,
                failed.number(&fallen.join(" ")),
            ])
        })
        .collect();
    let places: BTreeMap<&str, usize> = (assessment.predicates.iter().enumerate())
        .map(|(index, predicate)| (predicate.id, index))
        .collect();
    let gaps: Vec<Value> = (0..assessment.asked.len())
        .flat_map(|number| {
            let key = &assessment.asked[number].framework.key;
            report
                .controls(number)
                .map(move |(control, _)| (key, control))
        })
        .filter(|(_, control)| control.inapplicable.is_none())
        .map(|(key, control)| {
            let evidence: Vec<usize> = (control.evidence.iter())
                .filter_map(|id| places.get(id.as_str()).copied())
                .collect();
            json!([gap(key, &control.id), evidence])
        })
        .collect();
    let pages = book.is_divided().then(|| {
        let anchors: Vec<&str> = (0..report.entries.len())
            .map(|number| book.anchor(number))
            .collect();
        // Where an anchor is the name behind a word, the script makes it itself.
        let is_plain = (report.entries.iter().zip(&anchors))
            .all(|(entry, anchor)| anchor.strip_prefix("integration-") == Some(&entry.name));
        json!({
            "folder": book.folder(),
            "size": super::SECTION,
            "anchors": if is_plain { Value::Null } else { json!(anchors) },
        })
    });
    let data = json!({
        "risks": Risk::ALL.map(Risk::word),
        "words": dictionary.words,
        "failed": failed.words,
        "gaps": gaps,
        "pages": pages,
        "rows": rows,
    });
    data.to_string().replace('<', "\\u003c")
}
