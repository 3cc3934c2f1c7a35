//! What an integration is granted, and what it comes to through others.

use crate::report::detail::{Detail, Given, Reached, Step};
use crate::report::html::book::{Book, From};
use crate::report::html::words::{
    Shape, at, code, count, grouped, joined, linked, mark, prose, sure, told,
};
use crate::report::register::Entry;
use maud::{Markup, html};
use std::fmt::Write as _;

/// How many grants there are, in words.
pub fn granted_title(detail: &Detail) -> String {
    let mut systems: Vec<&str> = detail
        .granted
        .iter()
        .map(|one| one.system.as_str())
        .collect();
    systems.sort_unstable();
    systems.dedup();
    let mut words = if detail.granted.is_empty() {
        "nothing".to_owned()
    } else {
        let number = detail.granted.len();
        let entries = if number == 1 { "entry" } else { "entries" };
        format!(
            "{} {entries} in {}",
            grouped(number),
            count(systems.len(), "system")
        )
    };
    let excess: usize = detail.excess.iter().map(|one| one.operations.len()).sum();
    if excess > 0 {
        // Writing to a string cannot fail.
        let _ = write!(
            words,
            ", {} that nobody declared",
            count(excess, "operation")
        );
    }
    words
}

/// Grants that differ only in what they are on, as one.
struct Merged<'d> {
    given: &'d Given,
    on: Vec<&'d str>,
}

/// Those of one identity in one system.
type Holding<'d> = ((&'d str, &'d str, Option<&'d str>), Vec<Merged<'d>>);

fn merged(all: &[Given]) -> Vec<Holding<'_>> {
    let mut out: Vec<Holding<'_>> = Vec::new();
    for given in all {
        let key = (
            given.system.as_str(),
            given.vendor.as_str(),
            given.identity.as_deref(),
        );
        let at = out
            .iter()
            .position(|(known, _)| *known == key)
            .unwrap_or_else(|| {
                out.push((key, Vec::new()));
                out.len() - 1
            });
        let rows = &mut out[at].1;
        let is_same = |row: &&mut Merged<'_>| {
            let one = row.given;
            // What is on nothing is on everything, which no list of things says.
            !given.on.is_empty()
                && !one.on.is_empty()
                && (
                    one.how,
                    &one.approval,
                    &one.units,
                    &one.conditions,
                    &one.until,
                    &one.fields,
                ) == (
                    given.how,
                    &given.approval,
                    &given.units,
                    &given.conditions,
                    &given.until,
                    &given.fields,
                )
        };
        match rows.iter_mut().find(is_same) {
            Some(row) => row.on.extend(given.on.iter().map(String::as_str)),
            None => rows.push(Merged {
                given,
                on: given.on.iter().map(String::as_str).collect(),
            }),
        }
    }
    out
}

/// What it is granted.
pub fn granted(detail: &Detail) -> Markup {
    html! {
        @if detail.granted.is_empty() { p { "It is granted nothing." } }
        @for ((system, vendor, identity), rows) in merged(&detail.granted) {
            p class="over" {
                (told(system)) ", " (told(vendor))
                @if let Some(identity) = identity { ": " (code(identity)) }
                @else { ": the token that the platform gives" }
            }
            ul class="rows" {
                @for row in &rows { li { (one(row)) } }
            }
        }
        @if !detail.excess.is_empty() {
            p class="over" { "Given by chosen units, and declared by nobody" }
            ul class="rows" {
                @for one in &detail.excess {
                    li {
                        (told(&one.system)) " " (code(&one.unit)) ": "
                        span class="codes" { @for operation in &one.operations { (code(operation)) " " } }
                    }
                }
            }
        }
    }
}

fn one(row: &Merged<'_>) -> Markup {
    let given = row.given;
    let shape = match given.how {
        "granted" => Shape::Full,
        "denied" => Shape::Bad,
        "on approval" => Shape::Half,
        _ => Shape::Open,
    };
    html! {
        (mark(shape, given.how))
        @if let Some(approval) = &given.approval { " of " (told(approval)) }
        " "
        span class="codes" { @for unit in &given.units { (code(unit)) " " } }
        div class="soft" {
            @if row.on.is_empty() { "on all that the credential reaches" }
            @else {
                "on "
                span class="codes" { @for thing in &row.on { (code(thing)) " " } }
            }
            @if !given.fields.is_empty() { " fields " @for field in &given.fields { (code(field)) " " } }
            @for condition in &given.conditions { " where " (code(condition)) }
            @if let Some(until) = &given.until { " until " (until) }
        }
    }
}

/// How much it comes to, in words.
pub fn effective_title(detail: &Detail) -> String {
    let radius = &detail.effective.blast_radius;
    let mut words = Vec::new();
    if radius.elevated > 0 {
        words.push(format!(
            "can grant itself anything in {}",
            count(radius.elevated, "scope")
        ));
    }
    if radius.integrations > 0 {
        words.push(format!(
            "can act as {}",
            count(radius.integrations, "other integration")
        ));
    }
    words.push(format!(
        "reaches {} in {}",
        count(radius.resources, "resource"),
        count(radius.systems, "system")
    ));
    words.join(", ")
}

/// What it comes to through others.
pub fn effective(book: &Book<'_, '_>, entry: &Entry, detail: &Detail, from: From) -> Markup {
    let effective = &detail.effective;
    let radius = &effective.blast_radius;
    html! {
        dl class="facts" {
            div {
                dt { "Gravest verb" }
                dd { @if let Some(verb) = radius.worst_verb { code { (verb) } } @else { "none" } }
            }
            @if !radius.by_system.is_empty() {
                div {
                    dt { "By system" }
                    dd {
                        @for (index, (system, verb)) in radius.by_system.iter().enumerate() {
                            @if index > 0 { ", " }
                            (told(system)) " " code { (verb) }
                        }
                    }
                }
            }
            @if !radius.labels.is_empty() {
                div {
                    dt { "Labels" }
                    dd {
                        @for (index, (label, number)) in radius.labels.iter().enumerate() {
                            @if index > 0 { ", " }
                            (told(label)) " on " (count(*number, "resource"))
                        }
                    }
                }
            }
        }
        p class="over" { "Can act as" }
        @if effective.controls.is_empty() { p { "Nobody else." } }
        @else {
            ul class="rows" {
                @for control in &effective.controls {
                    li {
                        (sure(control.verdict)) " " (linked(book, &control.name, from))
                        @if !control.blocked_by.is_empty() {
                            span class="soft" { ", blocked by " (joined(&control.blocked_by.iter().map(|one| crate::picture::text::line(one)).collect::<Vec<_>>())) }
                        }
                        (open(&control.unknown))
                        (way(&control.path))
                    }
                }
            }
        }
        @if !effective.elevated.is_empty() {
            p class="over" { "Can grant itself anything in" }
            ul class="rows" {
                @for scope in &effective.elevated {
                    li { (sure(scope.verdict)) " " (code(&scope.scope)) (open(&scope.unknown)) (way(&scope.path)) }
                }
            }
        }
        p class="over" { "Authority by resource" }
        @if effective.authority.is_empty() { p { "It can do nothing." } }
        @else {
            ul class="rows tight" { @for row in &effective.authority { li { (reached(book, entry, row, from)) } } }
        }
        @if effective.left_out > 0 {
            p class="soft" {
                "And " (count(effective.left_out, "row")) " more: "
                code { "scopec reach " (entry.name) } " names them all."
            }
        }
    }
}

fn reached(book: &Book<'_, '_>, entry: &Entry, row: &Reached, from: From) -> Markup {
    html! {
        (sure(row.verdict)) " " (code(&row.resource)) " "
        @for (index, verb) in row.verbs.iter().enumerate() {
            @if index > 0 { ", " }
            (verb)
        }
        span class="soft" {
            " " (row.via) ", " (count(row.operations, "operation"))
            @if row.holder != entry.name { ", as " (linked(book, &row.holder, from)) }
        }
    }
}

fn open(unknown: &[String]) -> Markup {
    html! {
        @if !unknown.is_empty() {
            span class="soft" {
                ", not stated: "
                @for (index, one) in unknown.iter().enumerate() { @if index > 0 { "; " } (prose(one)) }
            }
        }
    }
}

/// The way to somebody, step by step.
fn way(steps: &[Step]) -> Markup {
    html! {
        ol class="way" {
            @for step in steps {
                li {
                    (prose(&step.why))
                    @if let (Some(file), Some(line)) = (&step.file, step.line) { " " (at(file, line)) }
                }
            }
        }
    }
}
