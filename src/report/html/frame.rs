//! What every page has: its policy, style and script, a head, a list of contents and a foot.

use super::book::{Book, anchor};
use super::words::{prose, told};
use crate::picture::html::hash;
use crate::picture::svg::STYLE as DRAWING;
use crate::picture::text::line;
use crate::report::assess::titled;
use crate::report::document::MAPPING;
use crate::report::framework::attack::NOTICE;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// A whole page.
pub fn frame(
    book: &Book<'_, '_>,
    title: &str,
    head: &Markup,
    contents: &Markup,
    main: &Markup,
) -> String {
    let style = format!("{DRAWING}{STYLE}");
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(SCRIPT)
    );
    let page = html! {
        (DOCTYPE) "\n"
        html lang="en" {
            head { "\n"
                meta charset="utf-8"; "\n"
                meta http-equiv="Content-Security-Policy" content=(policy); "\n"
                meta name="viewport" content="width=device-width, initial-scale=1"; "\n"
                meta name="referrer" content="no-referrer"; "\n"
                meta name="color-scheme" content="light dark"; "\n"
                meta name="generator" content={ "scopec " (env!("CARGO_PKG_VERSION")) }; "\n"
                title { (line(title)) } "\n"
                // The style is a file of this project.
                style { (PreEscaped(&style)) } "\n"
            }
            body { "\n"
                a class="skip" href="#main" { "Skip to the content" } "\n"
                header { (head) } "\n"
                nav aria-label="Contents" { (contents) } "\n"
                main id="main" tabindex="-1" { "\n" (main) } "\n"
                footer { (foot(book)) } "\n"
                // The script is a file of this project.
                script { (PreEscaped(SCRIPT)) } "\n"
            }
        }
        "\n"
    };
    page.into_string()
}

fn foot(book: &Book<'_, '_>) -> Markup {
    let report = book.report;
    html! {
        p {
            "Written by scopec " (env!("CARGO_PKG_VERSION")) " from declarations as of "
            (report.desk.today.to_string()) ". The page loads nothing and sends nothing."
        }
        @if book.has_techniques {
            p { "MITRE ATT&CK® techniques are those of version " (report.attack.version) ". " (NOTICE) }
        }
    }
}

/// The head of the first page.
pub fn head(book: &Book<'_, '_>) -> Markup {
    let report = book.report;
    let asked = &report.assessment.asked;
    html! {
        h1 {
            "Non-human identities"
            @if let Some(project) = report.project() { " of " (told(project)) }
        }
        p class="soft" {
            "As of " (report.desk.today.to_string()) " · scopec " (env!("CARGO_PKG_VERSION")) " · "
            @for (index, one) in asked.iter().enumerate() {
                @if index > 0 { ", " }
                (told(&titled(&one.framework)))
            }
        }
        p class="note" { (MAPPING) }
        @let problems = report.problems();
        @if !problems.is_empty() {
            p class="note" { strong { "What these errors hide is not in this report:" } }
            ul {
                @for (message, place) in problems {
                    li { (prose(&message)) " " code { (told(&format!("{}:{}", place.file, place.line))) } }
                }
            }
        }
        @for explained in report.explained() { p class="note" { (prose(explained)) } }
    }
}

/// The list of contents of the first page.
pub fn contents(book: &Book<'_, '_>) -> Markup {
    let report = book.report;
    let asked = &report.assessment.asked;
    html! {
        ul {
            li { a href="#estate" { "Estate" } }
            li { a href="#register" { "Register" } }
            li {
                a href="#frameworks" { "Frameworks" }
                ul {
                    @for one in asked {
                        li {
                            a href={ "#" (anchor("framework", &[&one.framework.key])) } {
                                (told(&titled(&one.framework)))
                            }
                        }
                    }
                }
            }
            li {
                a href="#integrations" { "Integrations" }
                @if !book.is_divided() {
                    ul {
                        @for (number, entry) in report.entries.iter().enumerate() {
                            li { a href={ "#" (book.anchor(number)) } { (told(&entry.name)) } }
                        }
                    }
                }
            }
            li { a href="#owners" { "Owners" } }
            li { a href="#predicates" { "What was asked" } }
            li { a href="#policy" { "Policy" } }
            li { a href="#files" { "Sources and outputs" } }
        }
    }
}
