//! Everything that somebody reaches, for people.

use super::{Answer, Row};
use crate::authority::verb::VerbSet;
use crate::question::counted;
use crate::question::draw::{Ink, Page};
use crate::question::hop::Hop;
use std::collections::BTreeMap;

/// How many names a line lists before it only counts.
const LISTED: usize = 6;

/// The answer as text of 80 columns, ending with a line end.
pub fn told(answer: &Answer, color: bool) -> String {
    let mut page = Page::new(color);
    let radius = &answer.blast_radius;
    let head = page.ink(Ink::Strong, &answer.integration);
    let counts = [
        counted(radius.systems, "system", "systems"),
        counted(
            radius.integrations,
            "other integration",
            "other integrations",
        ),
        counted(radius.resources, "resource", "resources"),
    ];
    page.line(&format!("{head} reaches {}", counts.join(", ")));
    if !radius.labels.is_empty() {
        let labels: Vec<String> = radius
            .labels
            .iter()
            .map(|(label, count)| format!("{label} ({count})"))
            .collect();
        page.wrapped(
            "  labelled  ",
            "            ",
            Ink::Plain,
            &labels.join(", "),
        );
    }
    if !answer.elevated.is_empty() {
        let count = answer.elevated.len().to_string();
        page.heading("can grant itself anything in", &count);
        for row in &answer.elevated {
            let basis = Basis {
                verdict: row.verdict,
                path: &row.path,
                unknown: &row.unknown,
                blocked: row.blocked_by.as_deref(),
            };
            entry(&mut page, &row.scope, &basis);
        }
    }
    if !answer.controls.is_empty() {
        page.heading("can act as", &answer.controls.len().to_string());
        for row in &answer.controls {
            let name = match (&row.principal, &row.resource) {
                (Some(name), _) => name.clone(),
                (None, Some(resource)) => format!("{resource}, whosever it is"),
                (None, None) => "somebody".to_owned(),
            };
            let basis = Basis {
                verdict: row.verdict,
                path: &row.path,
                unknown: &row.unknown,
                blocked: row.blocked_by.as_deref(),
            };
            entry(&mut page, &name, &basis);
        }
    }
    let mut systems: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &answer.authority {
        systems.entry(&row.system).or_default().push(row);
    }
    for (system, rows) in systems {
        authority(&mut page, system, &rows);
    }
    page.gap();
    if answer.truncated {
        let more = answer.total - answer.authority.len();
        let words = format!("and {more} more of {} rows of authority", answer.total);
        page.wrapped("", "", Ink::Yellow, &words);
    }
    let name = &answer.integration;
    page.wrapped(
        "",
        "",
        Ink::Faint,
        &format!(
            "`scopec path {name} NAME` draws one way; `--format json` has every operation and path"
        ),
    );
    page.finish()
}

/// What an entry rests on.
struct Basis<'a> {
    verdict: &'static str,
    path: &'a [Hop],
    unknown: &'a [String],
    blocked: Option<&'a [String]>,
}

/// A name with its verdict, and the way in one line.
fn entry(page: &mut Page, name: &str, basis: &Basis<'_>) {
    let verdict = page.ink(Ink::of(basis.verdict), &format!("{:8}", basis.verdict));
    page.line(&format!("  {verdict} {}", page.ink(Ink::Strong, name)));
    let lead = "           ";
    if let Some(first) = basis.path.first() {
        let mut way = first.from.clone();
        for hop in basis.path {
            way.push_str(" → ");
            if !hop.also.is_empty() {
                way.extend(["(with ", &hop.also.join(", "), ") "]);
            }
            way.push_str(&hop.to);
        }
        page.wrapped(lead, lead, Ink::Faint, &way);
    }
    for unknown in basis.unknown.iter().take(3) {
        let lead = format!("{lead}unknown: ");
        let rest = " ".repeat(lead.chars().count());
        page.wrapped(&lead, &rest, Ink::Yellow, unknown);
    }
    for guard in basis.blocked.into_iter().flatten() {
        let lead = format!("{lead}blocked by: ");
        let rest = " ".repeat(lead.chars().count());
        page.wrapped(&lead, &rest, Ink::Green, guard);
    }
}

/// What rows of one group share: resource, place of the way in which it comes, verdict, holder,
/// guards, and what is taken out.
type Key<'a> = (
    &'a str,
    usize,
    &'a str,
    &'a str,
    Option<&'a [String]>,
    &'a [String],
);

/// What is held in one system: a line a resource, its operations by how they come.
fn authority(page: &mut Page, system: &str, rows: &[&Row]) {
    let count = counted(rows.len(), "row", "rows");
    page.heading(system, &count);
    let order = |via: &str| {
        let all = ["direct", "delegated", "inherited", "lateral"];
        all.iter().position(|one| *one == via).unwrap_or(all.len())
    };
    let mut groups: BTreeMap<Key<'_>, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let key = (
            row.resource.as_str(),
            order(row.via),
            row.verdict,
            row.holder.as_str(),
            row.blocked_by.as_deref(),
            &row.except[..],
        );
        groups.entry(key).or_default().push(row);
    }
    let mut at = "";
    for ((resource, _, verdict, holder, blocked, except), rows) in groups {
        if resource != at {
            let name = page.ink(Ink::Strong, resource);
            page.line(&format!("  {name}"));
            at = resource;
        }
        let verbs = rows
            .iter()
            .filter_map(|row| VerbSet::parse(row.verb))
            .fold(VerbSet::NONE, VerbSet::union);
        let mut names: Vec<&str> = rows
            .iter()
            .map(|row| row.operation.rsplit('.').next().unwrap_or(&row.operation))
            .collect();
        names.sort_unstable();
        names.dedup();
        let shown = names[..names.len().min(LISTED)].join(", ");
        let more = match names.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let via = rows.first().map_or("", |row| row.via);
        let word = page.ink(Ink::of(verdict), &format!("{verdict:8}"));
        let how = if via == "lateral" || via == "inherited" {
            format!("{via}, as {holder}")
        } else {
            via.to_owned()
        };
        page.line(&format!("    {word} {verbs}  ({how})"));
        let lead = "             ";
        if rows.first().is_some_and(|row| row.verb != "any") {
            page.wrapped(lead, lead, Ink::Faint, &format!("{shown}{more}"));
        }
        for guard in blocked.into_iter().flatten() {
            let lead = format!("{lead}blocked by: ");
            let rest = " ".repeat(lead.chars().count());
            page.wrapped(&lead, &rest, Ink::Green, guard);
        }
        for out in except {
            let lead = format!("{lead}without: ");
            let rest = " ".repeat(lead.chars().count());
            page.wrapped(&lead, &rest, Ink::Plain, out);
        }
    }
}
