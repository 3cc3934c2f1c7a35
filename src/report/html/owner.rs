//! Teams: what each owns, and what it has to review or see to soon.

use super::book::{Book, From};
use super::estate::nothing;
use super::words::{Narrow, at, count, grouped, linked, narrowed, prose, scrolled, told, when};
use crate::lifecycle::due::DueKind;
use crate::picture::text::line;
use crate::report::detail::{DueRow, due_row};
use crate::report::estate::SOON;
use crate::report::register::Risk;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The most teams in the table, where integrations stand on pages of their own.
const LISTED: usize = 300;

/// What a team has to do with.
#[derive(Default)]
struct Team {
    /// The integrations that it owns, by number.
    owns: Vec<usize>,
    /// What it has to see to soon.
    due: Vec<DueRow>,
}

/// Teams by name; none is nobody.
fn teams(book: &Book<'_, '_>) -> BTreeMap<Option<String>, Team> {
    let report = book.report;
    let mut all: BTreeMap<Option<String>, Team> = BTreeMap::new();
    for (name, owns) in report.owners() {
        all.entry(name.map(str::to_owned)).or_default().owns = owns;
    }
    for due in &report.calendar {
        let days = due.on.map(|on| on.days_since(report.desk.today));
        let is_undone = matches!(due.kind, DueKind::Review | DueKind::Rotation);
        if days.map_or(is_undone, |days| days <= SOON) {
            let row = due_row(&report.desk, due);
            all.entry(row.by.clone()).or_default().due.push(row);
        }
    }
    all
}

/// The section.
pub fn section(book: &Book<'_, '_>) -> Markup {
    let teams = teams(book);
    html! {
        section id="owners" aria-labelledby="owners-title" {
            h2 id="owners-title" { "Owners" }
            p {
                "Who owns what, and what each has to see to within " (SOON)
                " days, with what is overdue and what nobody stated to be done."
            }
            @if book.is_divided() { (table(book, &teams)) } @else {
                @for (name, team) in &teams { (one(book, name.as_deref(), team)) "\n" }
            }
        }
    }
}

fn one(book: &Book<'_, '_>, name: Option<&str>, team: &Team) -> Markup {
    let entries = &book.report.entries;
    html! {
        div class="team" {
            h3 { @if let Some(name) = name { (told(name)) } @else { "No owner, or no team" } }
            div class="columns" {
                div {
                    p class="over" { @if name.is_some() { "Owns" } @else { "Owned by nobody" } }
                    @if team.owns.is_empty() { p { "No integration." } }
                    @else {
                        ul class="plain" {
                            @for &number in &team.owns {
                                li {
                                    a href=(book.link(number, From::First)) { (told(&entries[number].name)) } " "
                                    (super::words::risk(entries[number].risk.word()))
                                }
                            }
                        }
                    }
                }
                div {
                    p class="over" { @if name.is_some() { "Has to see to" } @else { "For no team to see to" } }
                    @if team.due.is_empty() { p { "Nothing within " (SOON) " days." } }
                    @else {
                        ul class="plain" {
                            @for row in &team.due {
                                li {
                                    (when(row.days)) ", "
                                    @if let Some(on) = &row.on { (on) ": " } @else { "never stated: " }
                                    (row.kind) " of " (linked(book, &row.integration, From::First)) ", "
                                    (prose(&row.about)) " " (at(&row.location.file, row.location.line))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The teams of a large estate, the busiest first.
fn table(book: &Book<'_, '_>, teams: &BTreeMap<Option<String>, Team>) -> Markup {
    let entries = &book.report.entries;
    let mut rows: Vec<(&Option<String>, &Team)> = teams.iter().collect();
    rows.sort_by(|a, b| {
        let weight = |team: &Team| (team.due.len(), team.owns.len());
        weight(b.1).cmp(&weight(a.1)).then_with(|| a.0.cmp(b.0))
    });
    let shown = rows.len().min(LISTED);
    let of = |team: &Team, risk: Risk| {
        let owned = team.owns.iter();
        owned
            .filter(|number| entries[**number].risk == risk)
            .count()
    };
    let due = |team: &Team, keep: &dyn Fn(Option<i64>) -> bool| {
        team.due.iter().filter(|row| keep(row.days)).count()
    };
    let cell = |number: usize| {
        html! { td class="number" { @if number > 0 { (grouped(number)) } @else { (nothing()) } } }
    };
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "Owner" }
                    th scope="col" class="number" { "Owns" }
                    th scope="col" class="number" { "Critical" }
                    th scope="col" class="number" { "High" }
                    th scope="col" class="number" { "Overdue" }
                    th scope="col" class="number" { "Due within " (SOON) " days" }
                    th scope="col" class="number" { "Never stated" }
                }
            }
            tbody {
                @for (name, team) in &rows[..shown] {
                    tr {
                        th scope="row" {
                            @match name {
                                Some(name) if !team.owns.is_empty() => (narrowed(&line(name), Narrow { by: "owner", to: name })),
                                Some(name) => (told(name)),
                                None => (narrowed("nobody", Narrow { by: "only", to: "unowned" })),
                            }
                        }
                        (cell(team.owns.len()))
                        (cell(of(team, Risk::Critical)))
                        (cell(of(team, Risk::High)))
                        (cell(due(team, &|days| days.is_some_and(|days| days < 0))))
                        (cell(due(team, &|days| days.is_some_and(|days| days >= 0))))
                        (cell(due(team, &|days| days.is_none())))
                    } "\n"
                }
            }
        }
    };
    html! {
        (scrolled("Owners", &table))
        @if shown < rows.len() {
            p class="soft" { "And " (count(rows.len() - shown, "more owner")) " with less to see to; the register can be narrowed to each." }
        }
    }
}
