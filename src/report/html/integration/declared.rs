//! What is declared, clause by clause, and what became of each.

use crate::emit::manifest::Holder;
use crate::picture::text::line;
use crate::report::detail::{Declared, Detail, State};
use crate::report::html::words::{Shape, at, code, count, mark, prose, told};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The groups of clauses, in the order in which they are told.
const GROUPS: [&str; 5] = [
    "governance",
    "identity",
    "delegation",
    "authority",
    "exception",
];

/// The anchor of a clause of the integration of that number.
pub fn anchor(number: usize, clause: usize) -> String {
    format!("c{number}-{clause}")
}

/// The clauses.
pub fn list(number: usize, detail: &Detail) -> Markup {
    html! {
        @for group in GROUPS {
            @let members: Vec<(usize, &Declared)> = detail.declared.iter().enumerate().filter(|(_, one)| one.group == group).collect();
            @if !members.is_empty() {
                p class="over" { (group) }
                ul class="rows" {
                    @for (index, clause) in members { (one(number, index, clause)) }
                }
            }
        }
        @if detail.declared.is_empty() { p { "It declares nothing." } }
    }
}

fn one(number: usize, index: usize, clause: &Declared) -> Markup {
    html! {
        li id=(anchor(number, index)) {
            (code(&clause.text)) " " (at(&clause.location.file, clause.location.line))
            @if let Some(profile) = &clause.profile { span class="soft" { " from profile " (told(profile)) } }
            @if !clause.ledger.is_empty() {
                ul class="ledger" {
                    @for state in &clause.ledger { li { (told_state(state)) } }
                }
            }
        }
    }
}

fn told_state(state: &State) -> Markup {
    let (shape, words) = match state.state.as_str() {
        "enforced" => (Shape::Good, "enforced"),
        "enforced-by-absence" => (Shape::Good, "enforced by absence"),
        "gated" => (Shape::Half, "gated"),
        "recorded" => (Shape::Open, "recorded"),
        "unenforced" => (Shape::Bad, "unenforced"),
        other => (Shape::Open, other),
    };
    html! {
        (mark(shape, words))
        @if state.part != "whole" { " " (code(&state.part)) }
        @if let Some(why) = &state.why { ": " (prose(why)) }
        @if !state.by.is_empty() { " " (held(&state.by)) }
    }
}

/// The emitted lines, by file.
fn by_file(holders: &[Holder]) -> BTreeMap<&str, Vec<String>> {
    let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for holder in holders {
        let places = files.entry(&holder.path).or_default();
        match (&holder.pointer, holder.line) {
            (Some(pointer), _) => places.push(pointer.clone()),
            (None, Some(line)) => places.push(format!("line {line}")),
            (None, None) => {}
        }
    }
    files
}

/// How many emitted lines hold a clause, in words.
pub fn held_words(holders: &[Holder]) -> String {
    let files = by_file(holders).len();
    format!(
        "{} in {}",
        count(holders.len(), "emitted place"),
        count(files, "file")
    )
}

/// The emitted lines that hold a clause.
fn held(holders: &[Holder]) -> Markup {
    html! {
        details class="small" {
            summary { (held_words(holders)) }
            ul {
                @for (path, places) in by_file(holders) {
                    li {
                        (code(path))
                        @for place in &places { " " span class="at" { (line(place)) } }
                    }
                }
            }
        }
    }
}
