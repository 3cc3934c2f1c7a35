//! What the report rests on, and what was emitted, with hashes.

use super::book::{Book, SOURCES};
use super::words::{at, code, count, scrolled};
use crate::emit::manifest::File;
use crate::report::shown;
use maud::{Markup, html};

/// The section.
pub fn section(book: &Book<'_, '_>) -> Markup {
    let emitted = book.report.desk.manifest.files.len();
    let sources = shown::sources(&book.report.desk).len();
    html! {
        section id="files" aria-labelledby="files-title" {
            h2 id="files-title" { "Sources and outputs" }
            p {
                "The report rests on " (count(sources, "source file")) ", and "
                (count(emitted, "file")) " of configuration "
                @if emitted == 1 { "is" } @else { "are" }
                " emitted from them; each integration lists its own. Hashes are SHA-256."
            }
            @if book.is_divided() {
                p { a href={ (book.folder()) (SOURCES) } { "The sources and their hashes" } }
            } @else {
                details class="fold" {
                    summary { (count(sources, "source file")) }
                    (sources_table(book))
                }
            }
        }
    }
}

/// The sources on a page of their own.
pub fn sources(book: &Book<'_, '_>) -> Markup {
    html! {
        section id="files" aria-labelledby="files-title" {
            h2 id="files-title" { "Sources" }
            (sources_table(book))
        }
    }
}

fn sources_table(book: &Book<'_, '_>) -> Markup {
    let table = html! {
        table {
            thead { tr { th scope="col" { "File" } th scope="col" { "SHA-256" } } }
            tbody {
                @for (path, hash) in shown::sources(&book.report.desk) {
                    tr { th scope="row" { (code(&path)) } td { code class="hash" { (hash) } } } "\n"
                }
            }
        }
    };
    scrolled("Sources", &table)
}

/// What was emitted for one integration.
pub fn emitted(name: &str, files: &[&File], withheld: &[(&str, &str, u32)]) -> Markup {
    html! {
        @for (rule, file, line) in withheld {
            p { "Withheld: " code { (rule) } " " (at(file, *line)) }
        }
        @if !files.is_empty() {
            @let table = html! {
                table {
                    thead {
                        tr {
                            th scope="col" { "File" }
                            th scope="col" { "Form" }
                            th scope="col" { "Applied" }
                            th scope="col" { "SHA-256" }
                        }
                    }
                    tbody {
                        @for file in files {
                            tr {
                                th scope="row" { (code(&file.path)) }
                                td { (file.format) }
                                td {
                                    @if file.withheld { "left from an earlier build" }
                                    @else if file.gated { "on approval" }
                                    @else { "always" }
                                }
                                td { code class="hash" { (file.sha256) } }
                            }
                        }
                    }
                }
            };
            (scrolled(&format!("Files of {name}"), &table))
        }
    }
}
