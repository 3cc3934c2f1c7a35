//! `--format html`: a page to read, search and print. It loads nothing and sends nothing, and reads
//! without scripts too; a large estate has its integrations on pages beside it.
//!
//! Every text of the project reaches the markup through a template, which escapes it. What goes in
//! as it is says why that is safe.

mod book;
mod estate;
mod file;
mod frame;
mod framework;
mod integration;
mod owner;
mod policy;
mod register;
mod words;

use super::document::Report;
use super::{Form, Page};
use book::{Book, From};
use frame::frame;
use integration::Teller;
use maud::{Markup, html};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

/// `--format html`
pub static FORM: Form = Form {
    name: "html",
    summary: "a page to read, search and print",
    folder: false,
    file: "report.html",
    write,
};

/// The most integrations that stand on one page.
const TOGETHER: usize = 100;
/// How many integrations a further page has.
const SECTION: usize = 50;

fn write(report: &Report<'_>, stem: &str) -> Vec<Page> {
    let size = (report.entries.len() > TOGETHER).then_some(SECTION);
    let book = Book::new(report, stem, size);
    let teller = Teller::new(&book);
    let mut pages = vec![Page {
        path: format!("{stem}.html"),
        bytes: first(&book, &teller).into_bytes(),
    }];
    drop(teller);
    pages.extend(further(&book, stem));
    if book.is_divided() {
        pages.push(Page {
            path: format!("{stem}.sections/{}", book::SOURCES),
            bytes: sources_page(&book).into_bytes(),
        });
    }
    pages
}

/// The pages beside the first. What one says rests on no other, so that every processor tells some;
/// their order is that of the sections.
fn further(book: &Book<'_, '_>, stem: &str) -> Vec<Page> {
    let page = |teller: &Teller<'_, '_, '_>, section: usize| Page {
        path: format!("{stem}.sections/{}", book::file(section)),
        bytes: section_page(book, teller, section).into_bytes(),
    };
    let next = AtomicUsize::new(0);
    let told = || {
        let teller = Teller::new(book);
        let mut own = Vec::new();
        loop {
            let section = next.fetch_add(1, Relaxed);
            if section >= book.sections() {
                return own;
            }
            own.push((section, page(&teller, section)));
        }
    };
    let hands = thread::available_parallelism().map_or(1, NonZero::get);
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..hands.min(book.sections()))
            .map(|_| scope.spawn(told))
            .collect();
        let mut all = told();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        all
    });
    all.sort_by_key(|(section, _)| *section);
    all.into_iter().map(|(_, page)| page).collect()
}

/// The page that a reader opens.
fn first(book: &Book<'_, '_>, teller: &Teller<'_, '_, '_>) -> String {
    let report = book.report;
    let integrations = if book.is_divided() {
        sections(book)
    } else {
        let all = 0..report.entries.len();
        html! {
            @for number in all { (teller.article(number, From::First)) "\n" }
            @if report.entries.is_empty() { p { "No integration is declared." } }
        }
    };
    let main = html! {
        (estate::section(book)) "\n"
        (register::section(book)) "\n"
        (framework::section(book)) "\n"
        section id="integrations" aria-labelledby="integrations-title" {
            h2 id="integrations-title" { "Integrations" }
            (integrations)
        } "\n"
        (owner::section(book)) "\n"
        (framework::predicates(book)) "\n"
        (policy::section(book)) "\n"
        (file::section(book)) "\n"
    };
    frame(
        book,
        &report.title(),
        &frame::head(book),
        &frame::contents(book),
        &main,
    )
}

/// Where the integrations are when they are not here.
fn sections(book: &Book<'_, '_>) -> Markup {
    let entries = &book.report.entries;
    html! {
        p {
            "Each integration is told in full on one of " (book.sections()) " further pages, "
            (SECTION) " to a page in the order of their names. The register links to every one of them."
        }
        details class="fold" {
            summary { "The pages" }
            ul class="pages" {
                @for section in 0..book.sections() {
                    @let members = book.members(section);
                    li {
                        a href=(book.page(section)) {
                            (words::told(&entries[members.start].name)) " to "
                            (words::told(&entries[members.end - 1].name))
                        }
                    }
                }
            }
        }
    }
}

/// A page of integrations beside the first.
fn section_page(book: &Book<'_, '_>, teller: &Teller<'_, '_, '_>, section: usize) -> String {
    let entries = &book.report.entries;
    let members = book.members(section);
    let (from, to) = (&entries[members.start].name, &entries[members.end - 1].name);
    let title = format!("Integrations {from} to {to}");
    let head = html! {
        p class="over" { a href=(book.first()) { (words::told(&book.report.title())) } }
        h1 { "Integrations " (words::told(from)) " to " (words::told(to)) }
        p class="soft" {
            "Page " (section + 1) " of " (book.sections()) ", as of " (book.report.desk.today.to_string()) ". "
            @if section > 0 { a href=(book::file(section - 1)) { "The page before" } " " }
            @if section + 1 < book.sections() { a href=(book::file(section + 1)) { "The next page" } }
        }
    };
    let contents = html! {
        ul {
            li { a href=(book.first()) { "The report" } }
            @for number in members.clone() {
                li { a href=(book.link(number, From::Section(section))) { (words::told(&entries[number].name)) } }
            }
        }
    };
    let main = html! {
        section id="integrations" aria-labelledby="integrations-title" {
            h2 id="integrations-title" { "Integrations" }
            @for number in members { (teller.article(number, From::Section(section))) "\n" }
        }
    };
    frame(book, &title, &head, &contents, &main)
}

/// The page of hashes beside a report in several pages.
fn sources_page(book: &Book<'_, '_>) -> String {
    let title = "Sources and their hashes";
    let head = html! {
        p class="over" { a href=(book.first()) { (words::told(&book.report.title())) } }
        h1 { (title) }
    };
    let contents = html! { ul { li { a href=(book.first()) { "The report" } } } };
    frame(book, title, &head, &contents, &file::sources(book))
}
