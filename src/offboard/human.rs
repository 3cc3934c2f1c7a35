//! The answers for people at a terminal.

use super::Answer;
use super::left::Left;
use super::outline::{self, Entry, Section};
use crate::diagnostic::visible;
use crate::question::draw::{Ink, Page};

/// The answer as text of 80 columns, ending with a line end.
pub fn told(answer: &Answer, color: bool) -> String {
    let mut page = Page::new(color);
    let name = page.ink(Ink::Strong, &visible::line(&answer.name));
    let place = visible::line(&format!("{}:{}", answer.file, answer.line));
    page.line(&format!("{name}  {}, {place}", answer.kind));
    if let Some(purpose) = &answer.purpose {
        page.wrapped("  ", "  ", Ink::Plain, &visible::line(purpose));
    }
    if let Some(owner) = &answer.owner {
        page.line(&format!("  owned by {}", visible::line(owner)));
    }
    draw(&mut page, &outline::of(answer));
    page.finish()
}

/// What is left, as text of 80 columns, ending with a line end.
pub fn told_left(left: &Left, color: bool) -> String {
    let mut page = Page::new(color);
    let name = page.ink(Ink::Strong, &visible::line(&left.name));
    let words = match left.left.len() {
        0 => page.ink(Ink::Green, "nothing is left"),
        1 => page.ink(Ink::Red, "something is left in 1 place"),
        count => page.ink(Ink::Red, &format!("something is left in {count} places")),
    };
    page.line(&format!("{name}: {words}"));
    draw(&mut page, &outline::of_left(left));
    page.finish()
}

fn draw(page: &mut Page, sections: &[Section]) {
    for section in sections {
        page.heading(&section.title, "");
        if !section.intro.is_empty() {
            page.wrapped("  ", "  ", Ink::Faint, &section.intro);
        }
        let entries = section.groups.iter().flat_map(|group| &group.entries);
        let wide = entries.map(|entry| entry.mark.chars().count());
        let wide = wide.max().unwrap_or(0);
        for group in &section.groups {
            if !group.title.is_empty() {
                page.line(&format!("  {}", page.ink(Ink::Strong, &group.title)));
            }
            for entry in &group.entries {
                one(page, entry, wide);
            }
        }
    }
}

fn one(page: &mut Page, entry: &Entry, wide: usize) {
    let gap = if wide == 0 { "" } else { "  " };
    let lead = format!("  {:wide$}{gap}", visible::line(&entry.mark));
    let rest = " ".repeat(lead.chars().count());
    page.wrapped(&lead, &rest, Ink::Plain, &visible::line(&entry.head));
    for detail in &entry.details {
        let inner = format!("{rest}  ");
        page.wrapped(&inner, &inner, Ink::Plain, &visible::line(detail));
    }
    if !entry.place.is_empty() {
        let place = page.ink(Ink::Faint, &visible::line(&entry.place));
        page.line(&format!("{rest}  {place}"));
    }
    if let Some((old, new)) = &entry.change {
        for (sign, ink, text) in [('-', Ink::Red, old), ('+', Ink::Green, new)] {
            for line in text.lines() {
                let shown = page.ink(ink, &format!("{sign} {}", visible::line(line)));
                page.line(&format!("{rest}    {shown}"));
            }
        }
    }
}
