//! Everybody who can, for people.

use super::Answer;
use crate::question::draw::{Ink, Page};

/// The answer as text of 80 columns, ending with a line end.
pub fn told(answer: &Answer, color: bool) -> String {
    let mut page = Page::new(color);
    let what = format!("{} on {}", answer.verb, answer.resource);
    if answer.holders.is_empty() {
        page.wrapped("", "", Ink::Plain, &format!("nobody can {what}"));
        return page.finish();
    }
    let count = match answer.total {
        1 => "1 can".to_owned(),
        count => format!("{count} can"),
    };
    page.wrapped("", "", Ink::Strong, &format!("{count} {what}"));
    page.line("");
    for row in &answer.holders {
        let verdict = page.ink(Ink::of(row.verdict), &format!("{:8}", row.verdict));
        let name = page.ink(Ink::Strong, &row.who);
        page.line(&format!("  {verdict} {name}  ({}, {})", row.kind, row.via));
        let lead = "           ";
        if row.path.len() > 1 {
            let mut way = row.path[0].from.clone();
            for hop in &row.path[..row.path.len() - 1] {
                way.push_str(" → ");
                way.push_str(&hop.to);
            }
            page.wrapped(lead, lead, Ink::Faint, &way);
        }
        if let Some(last) = row.path.last() {
            page.wrapped(lead, lead, Ink::Plain, &last.why);
            if let (Some(file), Some(line)) = (&last.file, last.line) {
                page.wrapped(lead, lead, Ink::Faint, &format!("{file}:{line}"));
            }
        }
        for unknown in row.unknown.iter().take(3) {
            let lead = format!("{lead}unknown: ");
            let rest = " ".repeat(lead.chars().count());
            page.wrapped(&lead, &rest, Ink::Yellow, unknown);
        }
        for guard in row.blocked_by.iter().flatten() {
            let lead = format!("{lead}blocked by: ");
            let rest = " ".repeat(lead.chars().count());
            page.wrapped(&lead, &rest, Ink::Green, guard);
        }
    }
    if answer.truncated {
        let more = answer.total - answer.holders.len();
        page.line(&format!("  and {more} more"));
    }
    page.finish()
}
