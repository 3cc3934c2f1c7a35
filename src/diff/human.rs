//! A comparison for people at a terminal: the verdict, then a table by subject, the worst first.

use super::approval::Approval;
use super::compared::{Compared, stations};
use super::{Change, Diff, Direction, Gap, SubjectKind, Tendency, Verdict, Way};
use crate::diagnostic::visible;
use crate::question::draw::{Ink, Page};
use std::collections::BTreeMap;

/// How many names a line lists before it only counts.
const LISTED: usize = 6;
/// The most columns for classes of risk.
const RISK: usize = 14;
/// Two columns before the sign and one after it.
const LEAD: usize = 4;

/// The comparison as text of `width` columns (at least 60), ending with a line end.
pub fn told(compared: &Compared<'_>, width: usize, color: bool) -> String {
    let width = width.max(60);
    let mut page = Page::of_width(color, width);
    verdict(&mut page, compared, width);
    table(&mut page, compared, width);
    gaps(&mut page, compared, width);
    if !compared.reviewers.is_empty() {
        page.gap();
        let names = visible::line(&compared.reviewers.join(", "));
        flowing(&mut page, "to be reviewed by  ", Ink::Plain, &names, width);
    }
    page.finish()
}

fn verdict(page: &mut Page, compared: &Compared<'_>, width: usize) {
    let diff = compared.diff;
    let ink = match diff.verdict {
        Verdict::Widens | Verdict::Mixed => Ink::Red,
        Verdict::Narrows => Ink::Green,
        Verdict::Same => match diff.governance {
            Tendency::Weakened | Tendency::Mixed => Ink::Yellow,
            Tendency::Same | Tendency::Strengthened => Ink::Green,
        },
    };
    page.wrapped("", "", ink, &compared.verdict());
    let sides = format!(
        "{} compared with {}",
        visible::line(compared.head),
        visible::line(compared.base)
    );
    flowing(page, "", Ink::Faint, &sides, width);
    if let Some(doubt) = compared.doubt() {
        page.wrapped("", "", Ink::Yellow, &doubt);
    }
}

/// What a change does, in one character and a colour.
fn sign(change: &Change) -> (&'static str, Ink) {
    match (change.direction, change.governance) {
        (Direction::Widens, _) => ("+", Ink::Red),
        (Direction::Narrows, _) => ("-", Ink::Green),
        (Direction::Neutral, Some(Tendency::Weakened | Tendency::Mixed)) => ("!", Ink::Yellow),
        (Direction::Neutral, Some(Tendency::Strengthened)) => ("^", Ink::Green),
        (Direction::Neutral, Some(Tendency::Same) | None) => ("~", Ink::Plain),
    }
}

/// The widths of the two columns.
#[derive(Clone, Copy)]
struct Columns {
    what: usize,
    risk: usize,
}

impl Columns {
    fn of(diff: &Diff, width: usize) -> Self {
        let risks = diff.changes.iter().flat_map(|change| &change.risk);
        let widest = risks.map(|risk| risk.chars().count()).max().unwrap_or(0);
        let risk = widest.clamp(4, RISK);
        Columns {
            what: width - LEAD - risk - 2,
            risk,
        }
    }
}

fn place(change: &Change) -> String {
    change.place().map_or_else(String::new, |place| {
        visible::line(&format!("{}:{}", place.file, place.line))
    })
}

fn table(page: &mut Page, compared: &Compared<'_>, width: usize) {
    let changes = &compared.diff.changes;
    if changes.is_empty() {
        return;
    }
    let columns = Columns::of(compared.diff, width);
    page.gap();
    let head = format!("{:LEAD$}{:what$}  risk", "", "change", what = columns.what);
    let head = page.ink(Ink::Faint, &head);
    page.line(&head);
    let mut numbers: BTreeMap<(SubjectKind, &str), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    for change in changes {
        let next = groups.len();
        let number = *numbers
            .entry((change.subject_kind, &change.subject))
            .or_insert(next);
        if number == next {
            groups.push(Vec::new());
        }
        groups[number].push(change);
    }
    let (ways, approvals) = (compared.ways(), compared.approvals());
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            page.gap();
        }
        let first = group[0];
        let kind = first.subject_kind.word();
        let about = match group.iter().find_map(|change| change.owner.as_deref()) {
            Some(owner) => format!("{kind}, owned by {owner}"),
            None => kind.to_owned(),
        };
        let name = visible::line(&first.subject);
        heading(page, &name, &visible::line(&about), width);
        for change in group {
            let way = ways.get(change.fingerprint.as_str()).copied();
            let approval = approvals.get(change.fingerprint.as_str()).copied();
            row(page, change, way, approval, columns);
        }
    }
}

/// A name and what it is, on one line where both fit.
fn heading(page: &mut Page, name: &str, about: &str, width: usize) {
    let both = name.chars().count() + 2 + about.chars().count();
    if both <= width {
        let line = format!(
            "{}  {}",
            page.ink(Ink::Strong, name),
            page.ink(Ink::Faint, about)
        );
        page.line(&line);
        return;
    }
    for line in wrap(name, width) {
        let line = page.ink(Ink::Strong, &line);
        page.line(&line);
    }
    for line in wrap(about, width - 2) {
        let line = page.ink(Ink::Faint, &line);
        page.line(&format!("  {line}"));
    }
}

fn row(
    page: &mut Page,
    change: &Change,
    way: Option<&Way>,
    approval: Option<&Approval>,
    columns: Columns,
) {
    let (sign, ink) = sign(change);
    let mut what: Vec<(Ink, String)> = Vec::new();
    let mut say = |ink: Ink, first: &str, text: &str| {
        let lead = first.chars().count();
        let lines = wrap(&visible::line(text), columns.what - lead);
        for (index, line) in lines.into_iter().enumerate() {
            let lead = if index == 0 {
                first.to_owned()
            } else {
                " ".repeat(lead)
            };
            what.push((ink, format!("{lead}{line}")));
        }
    };
    say(Ink::Plain, "", &change.detail);
    if !change.path.is_empty() {
        say(Ink::Strong, "via ", &stations(&change.path).join(" → "));
    }
    if let Some(way) = way {
        if let Some(hop) = way.path.get(way.new_hop) {
            let opened = change.direction == Direction::Widens;
            say(Ink::Plain, if opened { "new " } else { "was " }, &hop.why);
        }
        if way.was != "none" {
            say(Ink::Faint, "", &format!("it was {} before", way.was));
        }
        if way.more > 0 {
            say(Ink::Plain, "and ", &others(&way.others, way.more));
        }
    }
    if !change.affects.is_empty() {
        say(Ink::Plain, "for ", &listed(&change.affects));
    }
    if !change.also.is_empty() {
        let with = listed(&change.also);
        say(
            Ink::Plain,
            "and for ",
            &format!("{with}, who can act as it"),
        );
    }
    if let Some(Approval { by, until, .. }) = approval {
        say(Ink::Green, "approved by ", &format!("{by} until {until}"));
    }
    let marks = format!("{}  {}", place(change), change.fingerprint);
    say(Ink::Faint, "", marks.trim_start());
    let risks: Vec<(Ink, String)> = change
        .risk
        .iter()
        .flat_map(|risk| wrap(&visible::line(risk), columns.risk))
        .map(|line| (Ink::Red, line))
        .collect();
    for index in 0..what.len().max(risks.len()) {
        let first = if index == 0 { sign } else { " " };
        let cell = |cells: &[(Ink, String)], width: usize| match cells.get(index) {
            Some((ink, text)) => page.ink(*ink, &format!("{text:width$}")),
            None => " ".repeat(width),
        };
        let line = format!(
            "  {} {}  {}",
            page.ink(ink, first),
            cell(&what, columns.what),
            cell(&risks, 0)
        );
        page.line(&line);
    }
}

/// Some names, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown = names[..names.len().min(LISTED)].join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Some of the pairs that get through by the same hop.
fn others(named: &[String], count: usize) -> String {
    let named = &named[..named.len().min(LISTED)];
    let rest = count.saturating_sub(named.len());
    match (named.is_empty(), rest) {
        (true, _) => format!("{count} more by the same step"),
        (false, 0) => named.join(", "),
        (false, rest) => format!("{} and {rest} more by the same step", named.join(", ")),
    }
}

/// What could not be understood.
fn gaps(page: &mut Page, compared: &Compared<'_>, width: usize) {
    let gaps = &compared.diff.gaps;
    if gaps.is_empty() {
        return;
    }
    page.heading("not understood", &gaps.len().to_string());
    for gap in gaps {
        let words = visible::line(&gap_words(gap));
        flowing(page, "  ", Ink::Yellow, &words, width);
    }
}

fn gap_words(gap: &Gap) -> String {
    let subject = match &gap.subject {
        Some(subject) => format!(" (about `{subject}`)"),
        None => String::new(),
    };
    format!(
        "{} {}:{} [{}] {}{subject}",
        gap.side.word(),
        gap.place.file,
        gap.place.line,
        gap.rule,
        gap.message
    )
}

/// A text after a lead, its further lines below its first.
fn flowing(page: &mut Page, lead: &str, ink: Ink, text: &str, width: usize) {
    let indent = lead.chars().count();
    for (index, line) in wrap(text, width - indent).into_iter().enumerate() {
        let line = page.ink(ink, &line);
        let lead = if index == 0 {
            lead
        } else {
            &" ".repeat(indent)
        };
        page.line(&format!("{lead}{line}"));
    }
}

/// A text in lines of at most `width` characters: at spaces, and within words that are longer, there
/// after a sign rather than between letters.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut wide = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut rest: Vec<char> = word.chars().collect();
        if wide > 0 && wide + 1 + rest.len() > width {
            lines.push(std::mem::take(&mut line));
            wide = 0;
        }
        if wide > 0 {
            line.push(' ');
            wide += 1;
        }
        while rest.len() > width - wide {
            let room = &rest[..width - wide];
            let sign = room.iter().rposition(|c| ".(/:,→".contains(*c));
            let at = sign.map_or(room.len(), |sign| sign + 1).max(1);
            line.extend(rest.drain(..at));
            lines.push(std::mem::take(&mut line));
            wide = 0;
        }
        wide += rest.len();
        line.extend(rest);
    }
    if wide > 0 {
        lines.push(line);
    }
    lines
}
