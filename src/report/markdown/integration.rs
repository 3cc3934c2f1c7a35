//! Single integrations in the document.

use super::{DUE, REASON, due_cells, owner, table};
use crate::diagnostic::markdown::{code, code_of, codes, prose_of};
use crate::question::reach::Asker;
use crate::report::answer::Outcome;
use crate::report::assess::Verdict;
use crate::report::detail::{Detail, Step};
use crate::report::document::Report;
use std::fmt::Write as _;

/// The most characters of a clause.
const CLAUSE: usize = 240;
/// How many resources of what it reaches are named.
const SHOWN: usize = 40;
/// How many emitted lines of one clause are named.
const LINES: usize = 4;

/// Every integration in full, where there are no more than `most`; else whoever falls short, as many
/// as that, and how many are left out.
pub fn all(report: &Report<'_>, most: usize, out: &mut String) {
    out.push_str("## Integrations\n\n");
    let count = report.entries.len();
    if count > most {
        let _ = writeln!(
            out,
            "The first {most} of {count} are told in full, in the order of their names: `--format html` and `--format json` tell all, and `--integration NAME` tells one.\n"
        );
    }
    let mut asker = report.asker();
    for number in 0..count.min(most) {
        one(report, number, &mut asker, out);
    }
}

fn one<'a>(report: &Report<'a>, number: usize, asker: &mut Asker<'a>, out: &mut String) {
    let entry = &report.entries[number];
    let detail = report.detail_by(number, asker);
    let _ = writeln!(out, "### {}\n", code(&entry.name));
    let place = code(&format!("{}:{}", entry.location.file, entry.location.line));
    let _ = writeln!(
        out,
        "A {} of class {}, {}, declared at {place}. Acts {}. Risk: {}. {}\n",
        entry.kind,
        entry.class,
        entry.status,
        entry.acts,
        entry.risk.word(),
        prose_of(&entry.risk_because, REASON)
    );
    let text = |text: &Option<String>| match text {
        Some(text) => code_of(text, CLAUSE),
        None => "not stated".to_owned(),
    };
    table(
        out,
        &["", ""],
        [
            vec!["owner".to_owned(), owner(entry)],
            vec!["contact".to_owned(), text(&entry.contact)],
            vec!["purpose".to_owned(), text(&entry.purpose)],
            vec!["switched off by".to_owned(), text(&entry.revoke)],
            vec!["watched by".to_owned(), text(&entry.monitor)],
            vec!["ends".to_owned(), text(&entry.expires)],
            vec!["reviewed every".to_owned(), text(&entry.review_every)],
            vec!["reviewed by".to_owned(), text(&entry.reviewer)],
            vec!["reviewed last".to_owned(), text(&entry.last_review)],
        ],
    );
    declared(&detail, out);
    granted(&detail, out);
    effective(&detail, out);
    judged(report, number, &detail, out);
    if !detail.exceptions.is_empty() {
        out.push_str("#### Exceptions\n\n");
        table(
            out,
            &["rule", "reason", "by", "until", "declared at"],
            detail.exceptions.iter().map(|one| {
                vec![
                    code(&one.rule),
                    code_of(&one.because, CLAUSE),
                    code(&one.by),
                    one.until.clone(),
                    code(&format!("{}:{}", one.location.file, one.location.line)),
                ]
            }),
        );
    }
    if !detail.due.is_empty() {
        out.push_str("#### Due\n\n");
        table(out, &DUE, detail.due.iter().map(due_cells));
    }
    history(report, &entry.name, out);
}

fn declared(detail: &Detail, out: &mut String) {
    out.push_str("#### Declared, and what became of it\n\n");
    table(
        out,
        &["clause", "at", "became"],
        detail.declared.iter().map(|clause| {
            let mut states: Vec<String> = Vec::new();
            for state in &clause.ledger {
                let mut words = state.state.replace('-', " ");
                if let Some(why) = &state.why {
                    let _ = write!(words, " ({})", prose_of(why, CLAUSE));
                }
                let places: Vec<String> = state
                    .by
                    .iter()
                    .map(|by| match (&by.pointer, by.line) {
                        (Some(pointer), _) => format!("{}#{pointer}", by.path),
                        (None, Some(line)) => format!("{}:{line}", by.path),
                        (None, None) => by.path.clone(),
                    })
                    .collect();
                if !places.is_empty() {
                    let _ = write!(words, " at {}", codes(&places, LINES));
                }
                if !states.contains(&words) {
                    states.push(words);
                }
            }
            let profile = clause.profile.as_ref();
            let profile = profile.map(|name| format!(", from profile {}", code(name)));
            vec![
                code_of(&clause.text, CLAUSE),
                format!(
                    "{}{}",
                    code(&format!(
                        "{}:{}",
                        clause.location.file, clause.location.line
                    )),
                    profile.unwrap_or_default()
                ),
                states.join("; "),
            ]
        }),
    );
}

fn granted(detail: &Detail, out: &mut String) {
    out.push_str("#### Granted\n\n");
    if detail.granted.is_empty() {
        out.push_str("Nothing.\n\n");
    }
    table(
        out,
        &["system", "how", "units", "on", "limits"],
        detail.granted.iter().map(|given| {
            let mut limits: Vec<String> = given.conditions.iter().map(|text| code(text)).collect();
            limits.extend(
                given
                    .until
                    .iter()
                    .map(|until| format!("until {}", code(until))),
            );
            limits.extend(
                given
                    .fields
                    .iter()
                    .map(|field| format!("field {}", code(field))),
            );
            let how = match &given.approval {
                Some(approval) => format!("{} by {}", given.how, code(approval)),
                None => given.how.to_owned(),
            };
            let on = if given.on.is_empty() {
                "the whole tenant or credential".to_owned()
            } else {
                codes(&given.on, 6)
            };
            vec![
                code(&given.system),
                how,
                codes(&given.units, 12),
                on,
                limits.join(", "),
            ]
        }),
    );
    if !detail.excess.is_empty() {
        out.push_str("Given besides, and declared by nobody:\n\n");
        table(
            out,
            &["system", "unit", "operations"],
            detail.excess.iter().map(|excess| {
                vec![
                    code(&excess.system),
                    code(&excess.unit),
                    codes(&excess.operations, 12),
                ]
            }),
        );
    }
}

fn way(path: &[Step]) -> String {
    let steps: Vec<String> = path
        .iter()
        .map(|step| {
            format!(
                "{} → {}: {}",
                code(&step.from),
                code(&step.to),
                prose_of(&step.why, CLAUSE)
            )
        })
        .collect();
    steps.join("; ")
}

fn effective(detail: &Detail, out: &mut String) {
    let effective = &detail.effective;
    out.push_str("#### Effective\n\n");
    let radius = &effective.blast_radius;
    let _ = writeln!(
        out,
        "Reaches {} systems and {} resources, and can act as {} other integrations.\n",
        radius.systems, radius.resources, radius.integrations
    );
    table(
        out,
        &["can act as", "verdict", "way"],
        effective.controls.iter().map(|control| {
            vec![
                code(&control.name),
                control.verdict.to_owned(),
                way(&control.path),
            ]
        }),
    );
    table(
        out,
        &["can grant itself anything in", "verdict", "way"],
        effective.elevated.iter().map(|elevated| {
            vec![
                code(&elevated.scope),
                elevated.verdict.to_owned(),
                way(&elevated.path),
            ]
        }),
    );
    table(
        out,
        &["resource", "verbs", "operations", "via", "verdict"],
        effective.authority.iter().take(SHOWN).map(|reached| {
            vec![
                code(&reached.resource),
                reached.verbs.join(", "),
                reached.operations.to_string(),
                reached.via.to_owned(),
                reached.verdict.to_owned(),
            ]
        }),
    );
    let left = effective.left_out + effective.authority.len().saturating_sub(SHOWN);
    if left > 0 {
        let _ = writeln!(out, "And {left} more: `scopec reach` lists all.\n");
    }
}

fn judged(report: &Report<'_>, number: usize, detail: &Detail, out: &mut String) {
    out.push_str("#### Judged\n\n");
    let failed: Vec<&str> = detail
        .predicates
        .iter()
        .filter(|one| one.outcome == Outcome::Failed.word())
        .map(|one| one.id)
        .collect();
    let counts: Vec<String> = Verdict::ALL
        .iter()
        .map(|verdict| {
            let rows = detail.controls.iter();
            format!(
                "{} {}",
                rows.filter(|row| row.verdict == verdict.word()).count(),
                verdict.words()
            )
        })
        .collect();
    let _ = writeln!(out, "Controls: {}.\n", counts.join(", "));
    let techniques = report.attack.techniques(&failed);
    if !techniques.is_empty() {
        let names: Vec<String> = techniques
            .iter()
            .map(|one| format!("{} {}", one.id, one.name))
            .collect();
        let _ = writeln!(
            out,
            "What falls short makes possible: {}.\n",
            codes(&names, 12)
        );
    }
    table(
        out,
        &["predicate", "outcome", "why", "evidence"],
        detail
            .predicates
            .iter()
            .filter(|one| one.outcome != Outcome::Inapplicable.word())
            .map(|one| {
                let mut places: Vec<String> = Vec::new();
                for shown in &one.evidence {
                    let place = format!("{}:{}", shown.location.file, shown.location.line);
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
                vec![
                    code(one.id),
                    one.outcome.to_owned(),
                    prose_of(&one.why, REASON),
                    codes(&places, 6),
                ]
            }),
    );
    let gaps: Vec<Vec<String>> = detail
        .controls
        .iter()
        .filter(|row| row.verdict == Verdict::Gap.word())
        .map(|row| {
            vec![
                code(&row.id),
                code(&row.framework),
                prose_of(&row.reason, REASON),
            ]
        })
        .collect();
    if !gaps.is_empty() {
        let name = &report.entries[number].name;
        let _ = writeln!(out, "Controls of which {} falls short:\n", code(name));
        table(out, &["control", "framework", "why"], gaps);
    }
}

fn history(report: &Report<'_>, name: &str, out: &mut String) {
    let Some(history) = &report.history else {
        return;
    };
    out.push_str("#### History\n\n");
    let events = history.of.get(name).map_or(&[][..], Vec::as_slice);
    if events.is_empty() {
        out.push_str("No commit that was looked at changed it.\n\n");
    }
    table(
        out,
        &["commit", "day", "author", "message", "changes"],
        events.iter().map(|event| {
            let changes: Vec<String> = event
                .changes
                .iter()
                .map(|change| prose_of(change, CLAUSE))
                .collect();
            vec![
                code(&event.revision),
                event.date.clone(),
                code(&event.author),
                code(&event.message),
                changes.join("; "),
            ]
        }),
    );
}
