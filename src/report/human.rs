//! The report for people at a terminal: what falls short, what is due, and where the rest is.

use super::assess::{Verdict, titled};
use super::detail::due_row;
use super::document::Report;
use super::register::Risk;
use crate::question::draw::{Ink, Page, cut};

/// How many rows of each part are told.
const ROWS: usize = 12;

/// The report in so many columns, coloured or not.
pub fn told(report: &Report<'_>, width: usize, color: bool) -> String {
    let mut page = Page::of_width(color, width);
    let estate = &report.estate;
    let title = page.ink(Ink::Strong, &report.title());
    page.line(&title);
    let risks: Vec<String> = Risk::ALL
        .iter()
        .filter_map(|risk| {
            Some(format!(
                "{} {}",
                estate.by_risk.get(risk.word())?,
                risk.word()
            ))
        })
        .collect();
    let count = match estate.integrations {
        1 => "1 integration".to_owned(),
        count => format!("{count} integrations"),
    };
    let of = if risks.is_empty() {
        String::new()
    } else {
        format!(": risk of {}", risks.join(", "))
    };
    page.line(&format!("{count} as of {}{of}", report.desk.today));
    for (message, place) in report.problems().iter().take(ROWS) {
        let words = format!("not known: {message} ({}:{})", place.file, place.line);
        page.wrapped("", "  ", Ink::Red, &words);
    }
    for explained in report.explained() {
        page.wrapped("", "", Ink::Yellow, explained);
    }
    for number in 0..report.assessment.asked.len() {
        framework(report, number, width, &mut page);
    }
    due(report, &mut page);
    page.gap();
    page.wrapped("", "", Ink::Faint, "which predicates speak of which control is this tool's own judgement, and an auditor decides");
    page.wrapped("", "", Ink::Faint, "--format html --out report.html shows every control, integration and piece of evidence; --packet DIR is for auditors");
    page.finish()
}

fn framework(report: &Report<'_>, number: usize, width: usize, page: &mut Page) {
    let counts = report.summary(number);
    let words: Vec<String> = Verdict::ALL
        .iter()
        .filter_map(|verdict| Some(format!("{} {}", counts.get(verdict)?, verdict.words())))
        .collect();
    let framework = &report.assessment.asked[number].framework;
    page.heading(&titled(framework), &framework.key);
    page.line(&format!("  {}", words.join(", ")));
    let gaps: Vec<_> = report
        .controls(number)
        .filter(|(_, judged)| judged.verdict == Verdict::Gap)
        .collect();
    let wide = gaps
        .iter()
        .take(ROWS)
        .map(|(control, _)| control.id.chars().count())
        .max()
        .unwrap_or(0);
    for (control, judged) in gaps.iter().take(ROWS) {
        let id = format!("{:wide$}", control.id);
        let lead = format!("  {}  ", page.ink(Ink::Red, &id));
        let indent = " ".repeat(wide + 4);
        // The colour's codes take no columns, so the first line is put together by hand.
        let mut title = Page::of_width(false, width.saturating_sub(wide + 4));
        title.wrapped("", "", Ink::Plain, &control.title);
        for (index, line) in title.finish().lines().enumerate() {
            let lead = if index == 0 { &lead } else { &indent };
            let line = format!("{lead}{}", page.ink(Ink::Strong, line));
            page.line(&line);
        }
        page.wrapped(&indent, &indent, Ink::Plain, &judged.reason);
    }
    if gaps.len() > ROWS {
        page.line(&format!("  and {} more gaps", gaps.len() - ROWS));
    }
}

fn due(report: &Report<'_>, page: &mut Page) {
    let soon = &report.estate.soon;
    if soon.is_empty() {
        return;
    }
    let within = format!("within {} days", super::estate::SOON);
    page.heading("overdue and due", &within);
    let wide = soon
        .iter()
        .take(ROWS)
        .map(|row| row.integration.chars().count())
        .max()
        .unwrap_or(0)
        .min(28);
    for due in report
        .calendar
        .iter()
        .map(|due| due_row(&report.desk, due))
        .filter(|row| soon.contains(row))
        .take(ROWS)
    {
        let (when, ink) = match (&due.on, due.days) {
            (Some(on), Some(days)) if days < 0 => (on.clone(), Ink::Red),
            (Some(on), _) => (on.clone(), Ink::Plain),
            (None, _) => ("not known".to_owned(), Ink::Yellow),
        };
        let name = cut(&due.integration, wide);
        let lead = format!("  {}  {name:wide$}  ", page.ink(ink, &format!("{when:10}")));
        page.line(&format!(
            "{lead}{}, {}",
            due.kind.replace('-', " "),
            due.about
        ));
    }
    if soon.len() > ROWS {
        page.line(&format!("  and {} more", soon.len() - ROWS));
    }
}
