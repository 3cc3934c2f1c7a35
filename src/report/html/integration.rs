//! One integration in full: who answers for it, and below in folds what is declared, granted and
//! effective, how it was judged, and what is due.

mod authority;
mod declared;
mod graph;
mod judged;

use super::book::{Book, From};
use super::file;
use super::words::{Shape, at, code, count, grouped, mark, prose, risk, told, when};
use crate::question::reach::Asker;
use crate::report::detail::{DueRow, Exception};
use crate::report::history::Event;
use crate::report::register::Entry;
use graph::Graphs;
use maud::{Markup, html};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Tells integrations, one after another.
pub struct Teller<'b, 'r, 'p> {
    book: &'b Book<'r, 'p>,
    graphs: Graphs,
    asker: RefCell<Asker<'p>>,
    /// Why nothing is emitted, by integration: the rule, the file and the line.
    withheld: BTreeMap<&'r str, Vec<(&'r str, &'r str, u32)>>,
}

impl<'b, 'r, 'p> Teller<'b, 'r, 'p> {
    /// Who tells the integrations of a report.
    pub fn new(book: &'b Book<'r, 'p>) -> Self {
        let mut withheld: BTreeMap<&str, Vec<(&str, &str, u32)>> = BTreeMap::new();
        for one in &book.report.desk.manifest.withheld {
            let place = (one.rule.as_str(), one.file.as_str(), one.line);
            withheld.entry(&one.integration).or_default().push(place);
        }
        Self {
            book,
            graphs: Graphs::new(book.report),
            asker: RefCell::new(book.report.asker()),
            withheld,
        }
    }

    /// The integration of that number.
    pub fn article(&self, number: usize, from: From) -> Markup {
        let book = self.book;
        let entry = &book.report.entries[number];
        let detail = book.report.detail_by(number, &mut self.asker.borrow_mut());
        let history = (book.report.history.as_ref())
            .map(|history| history.of.get(&entry.name).map_or(&[][..], Vec::as_slice));
        let files = book.files(&entry.name);
        let withheld = self
            .withheld
            .get(entry.name.as_str())
            .map_or(&[][..], Vec::as_slice);
        let declared_title = count(detail.declared.len(), "clause");
        html! {
            article class="integration" id=(book.anchor(number)) aria-labelledby={ "title-" (book.anchor(number)) } {
                (header(book, number, entry))
                (fold("Declared", &declared_title, &declared::list(number, &detail)))
                (fold("Granted", &authority::granted_title(&detail), &authority::granted(&detail)))
                (fold("Effective", &authority::effective_title(&detail), &authority::effective(book, entry, &detail, from)))
                (fold("Graph", self.graphs.title(), &self.graphs.figure(number, entry)))
                (fold("Judged", &judged::title(&detail), &judged::list(book, number, &detail, from)))
                (fold("Controls", &judged::controls_title(&detail), &judged::controls(book, &detail, from)))
                @if !detail.exceptions.is_empty() {
                    (fold("Exceptions", &count(detail.exceptions.len(), "exception"), &exceptions(&detail.exceptions)))
                }
                (fold("Due", &due_title(&detail.due), &due(&detail.due)))
                @if let Some(events) = history {
                    (fold("History", &history_title(events, book), &told_history(events)))
                }
                @if !files.is_empty() || !withheld.is_empty() {
                    (fold("Emitted", &if files.is_empty() { "withheld".to_owned() } else { count(files.len(), "file") }, &file::emitted(&entry.name, files, withheld)))
                }
            }
        }
    }
}

/// A fold with its name and what is in it.
fn fold(name: &str, what: &str, content: &Markup) -> Markup {
    html! {
        details class="fold" {
            summary { span class="what" { (name) } " " span class="soft" { (what) } }
            div class="inside" { (content) }
        }
    }
}

fn header(book: &Book<'_, '_>, number: usize, entry: &Entry) -> Markup {
    let fact = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    let list = |all: &[String], show: &dyn Fn(&str) -> Markup| {
        html! { @for (index, one) in all.iter().enumerate() { @if index > 0 { ", " } (show(one)) } }
    };
    let review = html! {
        @if let (Some(every), Some(by)) = (&entry.review_every, &entry.reviewer) {
            "every " (every) " by " (told(by))
        } @else { "not declared" }
    };
    let reviewed = entry.last_review.as_deref().unwrap_or("nobody stated one");
    html! {
        h3 id={ "title-" (book.anchor(number)) } { (told(&entry.name)) " " (risk(entry.risk.word())) }
        p class="soft" {
            (entry.kind) " · " (entry.class) " · acts " (entry.acts)
            @if entry.status != "active" { " · " (entry.status) }
            " · " (at(&entry.location.file, entry.location.line))
        }
        @if let Some(purpose) = &entry.purpose { p class="purpose" dir="auto" { (told(purpose)) } }
        @else { p class="purpose" { "No purpose is declared." } }
        p { (prose(&entry.risk_because)) }
        @if let Some(why) = &entry.understated { p { (mark(Shape::Bad, "acts more widely than it says")) ": " (prose(why)) } }
        @if entry.withheld { p { (mark(Shape::Bad, "withheld")) ": nothing is emitted for it until its errors are gone." } }
        dl class="facts" {
            (fact("Owner", html! {
                @match &entry.owner {
                    Some(owner) => {
                        (told(owner))
                        @if !entry.owned_by_team { " (a person, no team)" }
                        @if let Some(contact) = &entry.contact { ", " (told(contact)) }
                    },
                    None => "nobody",
                }
            }))
            @if let Some(operator) = &entry.operator { (fact("Run by", told(operator))) }
            (fact("Systems", if entry.systems.is_empty() { html! { "none" } } else { list(&entry.systems, &told) }))
            @if !entry.environments.is_empty() { (fact("Environments", list(&entry.environments, &told))) }
            @if !entry.labels.is_empty() { (fact("Labels", list(&entry.labels, &told))) }
            @if !entry.identities.is_empty() { (fact("Identities", list(&entry.identities, &code))) }
            @if !entry.credentials.is_empty() { (fact("Credentials", list(&entry.credentials, &told))) }
            (fact("Ends", html! { @if let Some(expires) = &entry.expires { (expires) } @else { "no end is declared" } }))
            (fact("Reviewed", html! { (review) "; last: " (reviewed) }))
            (fact("Revoked via", html! { @if let Some(revoke) = &entry.revoke { (told(revoke)) } @else { "not declared" } }))
            (fact("Watched via", html! { @if let Some(monitor) = &entry.monitor { (told(monitor)) } @else { "not declared" } }))
            @if entry.errors + entry.warnings > 0 {
                (fact("Findings", html! { (count(entry.errors, "error")) ", " (count(entry.warnings, "warning")) }))
            }
        }
    }
}

fn exceptions(all: &[Exception]) -> Markup {
    html! {
        ul class="rows" {
            @for one in all {
                li {
                    p { code { (one.rule) } ", until " (one.until) ", accepted by " (told(&one.by)) " " (at(&one.location.file, one.location.line)) }
                    p dir="auto" { (told(&one.because)) }
                    @if one.covers.is_empty() { p class="soft" { "It covers nothing that is found now." } }
                    @for covered in &one.covers { p class="soft" { "Covers: " (prose(covered)) } }
                }
            }
        }
    }
}

fn due_title(due: &[DueRow]) -> String {
    let overdue = due
        .iter()
        .filter(|row| row.days.is_some_and(|days| days < 0))
        .count();
    let undated = due.iter().filter(|row| row.days.is_none()).count();
    let next = due
        .iter()
        .filter(|row| row.days.is_some_and(|days| days >= 0))
        .find_map(|row| row.on.as_deref());
    let mut parts = Vec::new();
    if overdue > 0 {
        parts.push(format!("{} overdue", grouped(overdue)));
    }
    if undated > 0 {
        parts.push(format!("{} without a known day", grouped(undated)));
    }
    if let Some(next) = next {
        parts.push(format!("next on {next}"));
    }
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

fn due(all: &[DueRow]) -> Markup {
    html! {
        @if all.is_empty() { p { "Nothing is due." } }
        @else {
            ul class="rows" {
                @for row in all {
                    li {
                        @if let Some(on) = &row.on { (on) ", " }
                        (when(row.days)) ": " (row.kind) ", " (prose(&row.about))
                        @if let Some(by) = &row.by { "; " (told(by)) " sees to it" } @else { "; no team is named for it" }
                        @if let Some(last) = &row.last { "; last on " (last) }
                        " " (at(&row.location.file, row.location.line))
                    }
                }
            }
        }
    }
}

fn history_title(events: &[Event], book: &Book<'_, '_>) -> String {
    let since = (book.report.history.as_ref()).and_then(|history| history.since.as_deref());
    match since {
        Some(since) => format!("{} since {since}", count(events.len(), "commit")),
        None => count(events.len(), "commit"),
    }
}

fn told_history(events: &[Event]) -> Markup {
    html! {
        @if events.is_empty() { p { "No commit that was looked at changed what it comes to." } }
        @else {
            ul class="rows" {
                @for event in events {
                    li {
                        p { (event.date) " " (code(&event.revision)) " " (told(&event.author)) ": " (told(&event.message)) }
                        ul { @for change in &event.changes { li { (prose(change)) } } }
                    }
                }
            }
        }
    }
}
