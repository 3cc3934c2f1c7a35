//! The answers as Markdown, for a ticket that is worked through: every step a box to tick.
//!
//! What a user wrote stands in code spans and code blocks, where it means nothing but itself.

use std::fmt::Write as _;

use super::Answer;
use super::left::Left;
use super::outline::{self, Entry, Section};
use crate::diagnostic::markdown::{code, prose};
use crate::diagnostic::visible;

/// The answer.
pub fn told(answer: &Answer) -> String {
    let mut out = format!("# Offboarding {}\n\n", code(&answer.name));
    let place = format!("{}:{}", answer.file, answer.line);
    let _ = writeln!(out, "- {}, declared in {}", answer.kind, code(&place));
    if let Some(purpose) = &answer.purpose {
        let _ = writeln!(out, "- purpose: {}", code(purpose));
    }
    if let Some(owner) = &answer.owner {
        let _ = writeln!(out, "- owner: {}", code(owner));
    }
    draw(&mut out, &outline::of(answer), true);
    out
}

/// What is left.
pub fn told_left(left: &Left) -> String {
    let words = match left.left.len() {
        0 => "Nothing is left.".to_owned(),
        1 => "Something is left in 1 place.".to_owned(),
        count => format!("Something is left in {count} places."),
    };
    let mut out = format!("# What is left of {}\n\n{words}\n", code(&left.name));
    draw(&mut out, &outline::of_left(left), false);
    out
}

fn draw(out: &mut String, sections: &[Section], boxes: bool) {
    for section in sections {
        part(out);
        let _ = write!(out, "## {}\n\n", section.title);
        if !section.intro.is_empty() {
            let _ = write!(out, "{}\n\n", prose(&section.intro));
        }
        for (group, index) in section.groups.iter().zip(0..) {
            if index > 0 {
                part(out);
            }
            if !group.title.is_empty() {
                let _ = write!(out, "### {}\n\n", group.title);
            }
            for entry in &group.entries {
                one(out, entry, boxes && section.is_to_do);
            }
        }
    }
}

fn one(out: &mut String, entry: &Entry, boxes: bool) {
    out.push_str(if boxes { "- [ ] " } else { "- " });
    if !entry.mark.is_empty() {
        let number = entry.mark.chars().all(|c| c.is_ascii_digit());
        let mark = if number {
            format!("{}.", entry.mark)
        } else {
            code(&entry.mark)
        };
        let _ = write!(out, "{mark} ");
    }
    out.push_str(&prose(&entry.head));
    if !entry.place.is_empty() {
        let _ = write!(out, " ({})", code(&entry.place));
    }
    out.push('\n');
    for detail in &entry.details {
        let _ = writeln!(out, "  - {}", prose(detail));
    }
    if let Some((old, new)) = &entry.change {
        block(out, old, new);
    }
}

/// Lines that go and lines that come, in a fence longer than any inside.
fn block(out: &mut String, old: &str, new: &str) {
    let (old, new) = (visible::text(old), visible::text(new));
    let mut longest = 2;
    for text in [&old, &new] {
        for run in text.split(|c| c != '`') {
            longest = longest.max(run.len());
        }
    }
    let fence = "`".repeat(longest + 1);
    let _ = write!(out, "\n  {fence}diff\n");
    for (sign, text) in [('-', &old), ('+', &new)] {
        for line in text.lines() {
            let _ = writeln!(out, "  {sign}{line}");
        }
    }
    let _ = write!(out, "  {fence}\n\n");
}

/// Ends with one empty line.
fn part(out: &mut String) {
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
}
