//! A ranking or one radius, for people.

use super::{Answer, Row};
use crate::question::counted;
use crate::question::draw::{Ink, Page, cut};

/// The ranking as a table of 80 columns, ending with a line end.
pub fn ranking(answer: &Answer, color: bool) -> String {
    let mut page = Page::new(color);
    if answer.ranking.is_empty() {
        page.line("this project declares no integration");
        return page.finish();
    }
    let head = format!(
        "{:28} {:>6} {:>12} {:>7} {:>9}  {}",
        "integration", "scopes", "integrations", "systems", "resources", "worst"
    );
    let head = page.ink(Ink::Faint, &head);
    page.line(&head);
    for row in &answer.ranking {
        let radius = &row.radius;
        let name = format!("{:28}", cut(&row.integration, 28));
        let name = page.ink(Ink::Strong, &name);
        let elevated = format!("{:>6}", radius.elevated);
        let ink = if radius.elevated > 0 {
            Ink::Red
        } else {
            Ink::Plain
        };
        let elevated = page.ink(ink, &elevated);
        page.line(&format!(
            "{name} {elevated} {:>12} {:>7} {:>9}  {}",
            radius.integrations,
            radius.systems,
            radius.resources,
            radius.worst_verb.unwrap_or("-")
        ));
    }
    page.gap();
    if answer.truncated {
        let more = answer.total - answer.ranking.len();
        page.line(&format!("and {more} more"));
    }
    page.wrapped(
        "",
        "",
        Ink::Faint,
        "what each reaches, proven or possible, by way of others too; scopes are those in which it \
         can grant itself anything; `--format json` names everything",
    );
    page.finish()
}

/// One radius, ending with a line end.
pub fn one(row: &Row, color: bool) -> String {
    let mut page = Page::new(color);
    let radius = &row.radius;
    let place = match (&row.file, row.line) {
        (Some(file), Some(line)) => format!("{}, {file}:{line}", row.kind),
        _ => row.kind.to_owned(),
    };
    page.heading(&row.integration, &place);
    let counts = [
        counted(radius.systems, "system", "systems"),
        counted(
            radius.integrations,
            "other integration",
            "other integrations",
        ),
        counted(radius.resources, "resource", "resources"),
    ];
    page.wrapped(
        "  reaches   ",
        "            ",
        Ink::Plain,
        &counts.join(", "),
    );
    if let Some(worst) = radius.worst_verb {
        page.wrapped("  worst     ", "            ", Ink::Plain, worst);
    }
    if radius.elevated > 0 {
        let scopes = counted(radius.elevated, "scope", "scopes");
        page.wrapped(
            "  elevated  ",
            "            ",
            Ink::Red,
            &format!("can grant itself anything in {scopes}"),
        );
    }
    if !radius.by_system.is_empty() {
        page.heading("systems", "with the gravest verb");
        for (system, verb) in &radius.by_system {
            page.line(&format!("  {system:24} {verb}"));
        }
    }
    if !radius.labels.is_empty() {
        page.heading("labels", "with the number of resources");
        for (label, count) in &radius.labels {
            page.line(&format!("  {label:24} {count}"));
        }
    }
    if !radius.integration_names.is_empty() {
        page.heading("can act as", "");
        for name in &radius.integration_names {
            page.line(&format!("  {name}"));
        }
    }
    page.finish()
}
