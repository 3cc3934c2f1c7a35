//! All integrations on one page: where the risk is, what is due, what nobody owns.

use super::book::{Book, From};
use super::words::{
    Narrow, at, count, grouped, linked, names, narrowed, prose, risk, scrolled, told, when,
};
use crate::report::detail::DueRow;
use crate::report::estate::{SOON, SystemRow};
use crate::report::register::Risk;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The most names or rows of a list, where integrations stand on pages of their own.
const SHORT: usize = 12;
const LONG: usize = 60;

/// The section.
pub fn section(book: &Book<'_, '_>) -> Markup {
    let estate = &book.report.estate;
    html! {
        section id="estate" aria-labelledby="estate-title" {
            h2 id="estate-title" { "Estate" }
            (figures(book))
            h3 { "Risk by system" }
            (systems(book, &estate.systems))
            h3 { "Overdue, or due within " (SOON) " days" }
            (soon(book, &estate.soon))
            div class="columns" {
                div {
                    h3 { "Not owned by a team" }
                    @if estate.unowned.is_empty() { p { "None: a team owns every integration." } }
                    @else { (names(book, estate.unowned.iter().map(String::as_str), most(book, SHORT), only("unowned"))) }
                }
                div {
                    h3 { "Withheld" }
                    @if estate.withheld.is_empty() { p { "None: configuration is emitted for every integration." } }
                    @else {
                        p { "Nothing is emitted for these until their errors are gone." }
                        (names(book, estate.withheld.iter().map(String::as_str), most(book, SHORT), only("withheld")))
                    }
                }
                div {
                    h3 { "Granted more than declared" }
                    (excess(book))
                }
                div {
                    h3 { "Longest chains of trust" }
                    @if estate.chains.is_empty() { p { "None is longer than the check allows." } }
                    @else {
                        ul class="plain" {
                            @for chain in &estate.chains {
                                li { (linked(book, &chain.integration, From::First)) ": " (prose(&chain.message)) }
                            }
                        }
                    }
                }
            }
            h3 { "Widest reach" }
            (reach(book))
        }
    }
}

fn only(to: &'static str) -> Narrow<'static> {
    Narrow { by: "only", to }
}

/// A bound that holds only where integrations stand on pages of their own.
fn most(book: &Book<'_, '_>, bound: usize) -> usize {
    if book.is_divided() { bound } else { usize::MAX }
}

/// The counts.
fn figures(book: &Book<'_, '_>) -> Markup {
    let estate = &book.report.estate;
    let of = |word: &str| estate.by_risk.get(word).copied().unwrap_or(0);
    let listed = |counts: &BTreeMap<&'static str, usize>| {
        let mut rows: Vec<(&str, usize)> =
            counts.iter().map(|(word, count)| (*word, *count)).collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        rows
    };
    html! {
        dl class="figures" {
            div { dt { "integrations" } dd { (grouped(estate.integrations)) } }
            @for level in Risk::ALL {
                div {
                    dt { (risk(level.word())) }
                    dd { (grouped(of(level.word()))) }
                }
            }
        }
        @if estate.integrations > 0 {
            (bar(&Risk::ALL.map(|level| (level, of(level.word()))), estate.integrations, "whole"))
        }
        dl class="facts" {
            @for (title, counts) in [("By class", &estate.by_class), ("By kind", &estate.by_kind)] {
                div {
                    dt { (title) }
                    dd {
                        @for (index, (word, number)) in listed(counts).into_iter().enumerate() {
                            @if index > 0 { " · " }
                            (word) " " (grouped(number))
                        }
                    }
                }
            }
        }
    }
}

/// A bar of parts of a whole. The numbers stand beside it, so it is not read aloud.
fn bar(parts: &[(Risk, usize)], whole: usize, class: &str) -> Markup {
    let width = |count: usize| count * 1000 / whole.max(1);
    let mut left = 0;
    let pieces: Vec<(Risk, usize, usize)> = (parts.iter())
        .map(|(level, count)| {
            let (x, wide) = (left, width(*count));
            left += wide;
            (*level, x, wide)
        })
        .filter(|(_, _, wide)| *wide > 0)
        .collect();
    html! {
        svg class={ "gauge " (class) } viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            @for (level, x, wide) in pieces {
                rect class={ "r-" (level.word()) } x=(x) y="0" width=(wide) height="10" {}
            }
        }
    }
}

fn systems(book: &Book<'_, '_>, rows: &[SystemRow]) -> Markup {
    if rows.is_empty() {
        return html! { p { "No system is declared." } };
    }
    let shown = most(book, LONG).min(rows.len());
    let largest = rows.iter().map(|row| row.integrations).max().unwrap_or(0);
    let table = html! {
        table class="systems" {
            thead {
                tr {
                    th scope="col" { "System" }
                    th scope="col" { "Vendor" }
                    th scope="col" { "Environment" }
                    th scope="col" { "Labels" }
                    @for level in Risk::ALL { th scope="col" class="number" { (level.word()) } }
                    th scope="col" class="number" { "all" }
                    td class="bars" {}
                }
            }
            tbody {
                @for row in &rows[..shown] {
                    tr {
                        th scope="row" { (told(&row.name)) }
                        td { (told(&row.vendor)) }
                        td { @if let Some(environment) = &row.environment { (told(environment)) } @else { (nothing()) } }
                        td {
                            @for (index, label) in row.labels.iter().enumerate() {
                                @if index > 0 { ", " }
                                (told(label))
                            }
                            @if row.labels.is_empty() { (nothing()) }
                        }
                        @for level in Risk::ALL {
                            @let number = row.by_risk.get(level.word()).copied().unwrap_or(0);
                            td class="number" { @if number > 0 { (grouped(number)) } @else { (nothing()) } }
                        }
                        td class="number" { (grouped(row.integrations)) }
                        td class="bars" {
                            (bar(&Risk::ALL.map(|level| (level, row.by_risk.get(level.word()).copied().unwrap_or(0))), largest, "part"))
                        }
                    }
                }
            }
        }
    };
    html! {
        (scrolled("Risk by system", &table))
        @if shown < rows.len() {
            p class="soft" { "And " (count(rows.len() - shown, "more system")) "; the register can be narrowed to each." }
        }
    }
}

/// An empty cell, told to those who do not see it.
pub fn nothing() -> Markup {
    html! { span class="nothing" { "–" } }
}

fn soon(book: &Book<'_, '_>, rows: &[DueRow]) -> Markup {
    if rows.is_empty() {
        return html! { p { "Nothing." } };
    }
    let shown = most(book, LONG).min(rows.len());
    html! {
        (scrolled("Overdue or due soon", &due_table(book, &rows[..shown])))
        @if shown < rows.len() {
            p { (narrowed(&format!("And {} more", grouped(rows.len() - shown)), only("soon"))) }
        }
    }
}

/// What is due, as a table.
pub fn due_table(book: &Book<'_, '_>, rows: &[DueRow]) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "When" }
                    th scope="col" { "Day" }
                    th scope="col" { "What" }
                    th scope="col" { "Integration" }
                    th scope="col" { "Who sees to it" }
                    th scope="col" { "Last" }
                    th scope="col" { "Declared at" }
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        td { (when(row.days)) }
                        td class="day" { @if let Some(on) = &row.on { (on) } @else { (nothing()) } }
                        td { (row.kind) ": " (prose(&row.about)) }
                        td { (linked(book, &row.integration, From::First)) }
                        td { @if let Some(by) = &row.by { (told(by)) } @else { "no team" } }
                        td class="day" { @if let Some(last) = &row.last { (last) } @else { (nothing()) } }
                        td { (at(&row.location.file, row.location.line)) }
                    }
                }
            }
        }
    }
}

fn excess(book: &Book<'_, '_>) -> Markup {
    let rows = &book.report.estate.excess;
    if rows.is_empty() {
        return html! { p { "None: no unit that was chosen gives an operation that nobody declared." } };
    }
    let shown = most(book, SHORT).min(rows.len());
    html! {
        ul class="plain" {
            @for (name, number) in &rows[..shown] {
                li { (linked(book, name, From::First)) ": " (count(*number, "operation")) }
            }
            @if shown < rows.len() {
                li { (narrowed(&format!("and {} more", grouped(rows.len() - shown)), only("excess"))) }
            }
        }
    }
}

fn reach(book: &Book<'_, '_>) -> Markup {
    let rows = &book.report.estate.blast_radius;
    if rows.is_empty() {
        return html! { p { "No integration is declared." } };
    }
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "Integration" }
                    th scope="col" class="number" { "Scopes in which it can grant itself anything" }
                    th scope="col" class="number" { "Integrations as which it can act" }
                    th scope="col" class="number" { "Systems" }
                    th scope="col" class="number" { "Resources, as written" }
                    th scope="col" { "Gravest verb" }
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (linked(book, &row.integration, From::First)) }
                        td class="number" { (grouped(row.elevated)) }
                        td class="number" { (grouped(row.integrations)) }
                        td class="number" { (grouped(row.systems)) }
                        td class="number" { (grouped(row.resources)) }
                        td { @if let Some(verb) = row.worst_verb { code { (verb) } } @else { (nothing()) } }
                    }
                }
            }
        }
    };
    scrolled("Widest reach", &table)
}
