//! Small pieces of markup: names, places, prose, and marks that are told by shape and word.

use super::book::{Book, From};
use crate::picture::text::line;
use crate::report::answer::Outcome;
use crate::report::assess::Verdict;
use maud::{Markup, html};

/// Text of users, on one line, its direction its own.
pub fn told(text: &str) -> Markup {
    html! { bdi { (line(text)) } }
}

/// Text of users as it is written in a file.
pub fn code(text: &str) -> Markup {
    html! { code { (line(text)) } }
}

/// A sentence in which words between backticks are as they are written in a file.
pub fn prose(text: &str) -> Markup {
    let text = line(text);
    let mut parts: Vec<&str> = text.split('`').collect();
    // A backtick without another is one.
    let rest = if parts.len().is_multiple_of(2) {
        parts.pop()
    } else {
        None
    };
    html! {
        @for (index, part) in parts.iter().enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
        @if let Some(rest) = rest { "`" (rest) }
    }
}

/// A place in a file.
pub fn at(file: &str, line_number: u32) -> Markup {
    html! { span class="at" { (line(file)) ":" (line_number) } }
}

/// The shape of a mark; what it means is always said beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A tick.
    Good,
    /// A cross.
    Bad,
    /// Half a disc.
    Half,
    /// A ring.
    Open,
    /// A dash.
    None,
    /// A disc.
    Full,
}

/// Words with a shape.
pub fn mark(shape: Shape, words: &str) -> Markup {
    let class = match shape {
        Shape::Good => "m good",
        Shape::Bad => "m bad",
        Shape::Half => "m half",
        Shape::Open => "m open",
        Shape::None => "m none",
        Shape::Full => "m full",
    };
    html! { span class=(class) { (words) } }
}

/// How much hangs on an integration.
pub fn risk(word: &'static str) -> Markup {
    html! { span class={ "m r-" (word) } { (word) } }
}

/// The shape of a verdict.
pub fn shape(verdict: Verdict) -> Shape {
    match verdict {
        Verdict::Satisfied => Shape::Good,
        Verdict::Gap => Shape::Bad,
        Verdict::Partial => Shape::Half,
        Verdict::NotAssessed => Shape::Open,
        Verdict::NotApplicable => Shape::None,
    }
}

/// A verdict on a control.
pub fn verdict(verdict: Verdict) -> Markup {
    mark(shape(verdict), verdict.words())
}

/// What a predicate comes to.
pub fn outcome(word: &str) -> Markup {
    let known = Outcome::ALL.into_iter().find(|one| one.word() == word);
    let shape = match known {
        Some(Outcome::Met) => Shape::Good,
        Some(Outcome::Failed) => Shape::Bad,
        Some(Outcome::Partly) => Shape::Half,
        Some(Outcome::Unknown | Outcome::Silent) => Shape::Open,
        Some(Outcome::Inapplicable) | None => Shape::None,
    };
    mark(shape, word)
}

/// How sure it is that somebody can do something.
pub fn sure(word: &str) -> Markup {
    let shape = match word {
        "proven" => Shape::Full,
        "blocked" => Shape::None,
        _ => Shape::Open,
    };
    mark(shape, word)
}

/// A number and what it counts.
pub fn count(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {what}{s}", grouped(count))
}

/// A number with a comma between each three digits.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Words in a row, joined as in a sentence.
pub fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// The integration of that name, linked to where it is told.
pub fn linked(book: &Book<'_, '_>, name: &str, from: From) -> Markup {
    match book.number(name) {
        Some(number) => html! { a href=(book.link(number, from)) { (told(name)) } },
        None => told(name),
    }
}

/// How the register is narrowed down.
#[derive(Clone, Copy, Debug)]
pub struct Narrow<'a> {
    /// The filter: `only`, `gap`, `owner`, `risk` or `system`.
    pub by: &'static str,
    /// What it is set to.
    pub to: &'a str,
}

/// Names of integrations in a row; beyond `most` only how many more, with a link to all of them.
pub fn names<'a>(
    book: &Book<'_, '_>,
    all: impl Iterator<Item = &'a str>,
    most: usize,
    narrow: Narrow<'_>,
) -> Markup {
    let all: Vec<&str> = all.collect();
    let more = all.len().saturating_sub(most);
    html! {
        ul class="names" {
            @for name in all.iter().take(most) { li { (linked(book, name, From::First)) } }
            @if more > 0 {
                li { (narrowed(&format!("and {} more", grouped(more)), narrow)) }
            }
        }
    }
}

/// A link to the register, narrowed down; without scripts it leads to the whole.
pub fn narrowed(words: &str, narrow: Narrow<'_>) -> Markup {
    html! { a href="#register" data-filter=(narrow.by) data-to=(line(narrow.to)) { (words) } }
}

/// A table that scrolls by itself where the page is narrower.
pub fn scrolled(label: &str, table: &Markup) -> Markup {
    html! { section class="scroll" tabindex="0" aria-label={ (line(label)) ", table" } { (table) } }
}

/// When something is due, from days ahead.
pub fn when(days: Option<i64>) -> Markup {
    match days {
        None => mark(Shape::Open, "no day known"),
        Some(days) if days < 0 => mark(
            Shape::Bad,
            &format!("{} overdue", day_count(days.unsigned_abs())),
        ),
        Some(0) => mark(Shape::Half, "today"),
        Some(days) => html! { "in " (day_count(days.unsigned_abs())) },
    }
}

fn day_count(days: u64) -> String {
    count(usize::try_from(days).unwrap_or(usize::MAX), "day")
}
