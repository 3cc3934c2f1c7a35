//! A path drawn for people, from the top down.

use super::{Answer, Cut, Sort};
use crate::question::counted;
use crate::question::draw::{Ink, Page};
use crate::question::hop::{Hop, Premise};

/// How many things that a clause closes are named.
const CLOSES: usize = 2;

/// The answer as text of 80 columns, ending with a line end.
pub fn told(answer: &Answer, color: bool) -> String {
    let mut page = Page::new(color);
    verdict(&mut page, answer);
    let many = answer.paths.len() > 1;
    for (index, (path, verdict)) in answer.paths.iter().zip(&answer.verdicts).enumerate() {
        page.gap();
        if many {
            let word = page.ink(Ink::of(verdict), verdict);
            let steps = counted(path.len(), "step", "steps");
            let head = page.ink(Ink::Strong, &format!("path {}", index + 1));
            page.line(&format!("{head}  {word}, {steps}"));
        }
        draw(&mut page, path);
    }
    match &answer.cut {
        Some(Some(cuts)) => remove(&mut page, answer, cuts),
        Some(None) => {
            page.gap();
            page.wrapped(
                "",
                "",
                Ink::Plain,
                "no clause that could be taken away closes every path: what leads there follows \
                 from what things are",
            );
        }
        None => {}
    }
    page.finish()
}

/// The first lines: whether, and what it depends on.
fn verdict(page: &mut Page, answer: &Answer) {
    let (from, to) = (&answer.from, &answer.to);
    let does = match answer.sort {
        Sort::Party => format!("act as `{to}`"),
        Sort::System => format!("grant itself anything in `{to}`"),
        Sort::Resource => format!("reach `{to}`"),
    };
    let steps = answer
        .paths
        .first()
        .map_or_else(String::new, |path| counted(path.len(), "step", "steps"));
    let words = match answer.verdict {
        "proven" => format!("`{from}` can {does}, in {steps}"),
        "possible" => format!("`{from}` may be able to {does}, in {steps}"),
        "influence" => {
            format!("`{from}` cannot {does} itself, but makes others act on the way, in {steps}")
        }
        "blocked" => format!("`{from}` cannot {does}: what leads there is guarded"),
        _ => format!("`{from}` cannot {does}: no path leads there"),
    };
    let word = page.ink(Ink::of(answer.verdict), answer.verdict);
    let lead = " ".repeat(answer.verdict.chars().count() + 2);
    let mut inner = Page::new(false);
    inner.wrapped(&lead, &lead, Ink::Plain, &words);
    let text = inner.finish();
    for (index, line) in text.lines().enumerate() {
        if index == 0 {
            let rest = line.get(lead.len()..).unwrap_or_default();
            page.line(&format!("{word}: {rest}"));
        } else {
            page.line(line);
        }
    }
    for unknown in &answer.unknown {
        page.wrapped("  unknown     ", "              ", Ink::Yellow, unknown);
    }
    for guard in &answer.blocked_by {
        page.wrapped("  blocked by  ", "              ", Ink::Green, guard);
    }
}

/// One path: a line of names down the page, and beside it why.
fn draw(page: &mut Page, path: &[Hop]) {
    let mut at: Option<&str> = None;
    for hop in path {
        let head = heads(hop);
        if at != Some(head.as_str()) {
            if at.is_some() {
                page.gap();
            }
            let head = page.ink(Ink::Strong, &head);
            page.line(&format!("  {head}"));
        }
        let bar = "  │ ";
        let kind = match hop.kind {
            "influences" => format!("{} (influence)", hop.edge),
            _ => hop.edge.to_owned(),
        };
        let kind = page.ink(Ink::Faint, &kind);
        page.line(&format!("{bar}{kind}"));
        if hop.because.is_empty() {
            page.wrapped(bar, bar, Ink::Plain, &hop.why);
            rule(page, hop);
        }
        let mut and = false;
        let last = hop.because.iter().rposition(|premise| premise.follows);
        for (index, premise) in hop.because.iter().enumerate() {
            because(page, premise, and && !premise.follows);
            and = !premise.follows;
            if last == Some(index) {
                rule(page, hop);
            }
        }
        if last.is_none() && !hop.because.is_empty() {
            rule(page, hop);
        }
        page.line("  ▼");
        let to = page.ink(Ink::Strong, &hop.to);
        page.line(&format!("  {to}"));
        at = Some(&hop.to);
    }
}

/// The control rule behind a hop.
fn rule(page: &mut Page, hop: &Hop) {
    if let Some(rule) = &hop.rule {
        page.wrapped("  │   rule  ", "  │         ", Ink::Faint, rule);
    }
    if let Some(reference) = &hop.reference {
        page.wrapped("  │   see   ", "  │         ", Ink::Faint, reference);
    }
}

/// Who is had before a hop.
fn heads(hop: &Hop) -> String {
    let mut all = vec![hop.from.as_str()];
    all.extend(hop.also.iter().map(String::as_str));
    all.dedup();
    all.join(" and ")
}

fn because(page: &mut Page, premise: &Premise, further: bool) {
    let bar = "  │ ";
    let and = if further { "and " } else { "" };
    page.wrapped(bar, bar, Ink::Plain, &format!("{and}{}", premise.why));
    source(
        page,
        "  │   ",
        (premise.file.as_deref(), premise.line),
        premise.clause.as_deref(),
    );
}

/// `file:line  clause`, the clause on lines of its own where both do not fit.
fn source(
    page: &mut Page,
    lead: &str,
    (file, line): (Option<&str>, Option<u32>),
    clause: Option<&str>,
) {
    let (Some(file), Some(line)) = (file, line) else {
        return;
    };
    let clause = clause.unwrap_or_default();
    let place = format!("{file}:{line}");
    let wide = lead.chars().count() + place.chars().count() + 2 + clause.chars().count();
    if wide <= super::super::draw::WIDTH {
        let place = page.ink(Ink::Faint, &place);
        page.line(&format!("{lead}{place}  {clause}"));
    } else {
        let place = page.ink(Ink::Faint, &place);
        page.line(&format!("{lead}{place}"));
        let inner = format!("{lead}  ");
        page.wrapped(&inner, &inner, Ink::Plain, clause);
    }
}

/// What to take away.
fn remove(page: &mut Page, answer: &Answer, cuts: &[Cut]) {
    page.gap();
    if cuts.is_empty() {
        page.line("there is nothing to take away: no path of control is open");
        return;
    }
    let what = counted(cuts.len(), "clause closes", "clauses together close");
    let head = format!("taking away {what} every path to {}", answer.to);
    page.wrapped("", "", Ink::Strong, &head);
    for cut in cuts {
        source(
            page,
            "  ",
            (cut.file.as_deref(), cut.line),
            cut.clause.as_deref(),
        );
        for closes in cut.closes.iter().take(CLOSES) {
            page.wrapped("    closes  ", "            ", Ink::Plain, closes);
        }
        if cut.closes.len() > CLOSES {
            page.line(&format!(
                "            and {} more",
                cut.closes.len() - CLOSES
            ));
        }
    }
}
