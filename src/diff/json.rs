//! The `json` form of a comparison: the contract that other programs rely on.

use serde::Serialize;

use super::compared::Compared;
use super::{Change, Clause, Gap, Place, Side, Tendency, VERSION, Way};
use crate::question::Hop;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    verdict: &'a str,
    governance: &'a str,
    base: &'a str,
    head: &'a str,
    changes: Vec<Entry<'a>>,
    paths: Paths<'a>,
    gaps: Vec<Unclear<'a>>,
}

#[derive(Serialize)]
struct Paths<'a> {
    opened: Vec<Course<'a>>,
    closed: Vec<Course<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    subject: &'a str,
    subject_kind: &'a str,
    change: &'a str,
    kind: &'a str,
    checks: &'a str,
    direction: &'a str,
    governance: Option<&'a str>,
    via: &'a str,
    verb: Option<&'a str>,
    verbs: &'a [&'static str],
    operations: &'a [String],
    operation_count: usize,
    resource: Option<&'a str>,
    detail: &'a str,
    risk: &'a [String],
    fingerprint: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
    side: Option<&'a str>,
    before: Option<Written<'a>>,
    after: Option<Written<'a>>,
    affects: &'a [String],
    also: &'a [String],
    path: &'a [Hop],
    owner: Option<&'a str>,
    reviewer: Option<&'a str>,
}

#[derive(Serialize)]
struct Written<'a> {
    text: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Course<'a> {
    from: &'a str,
    to: &'a str,
    path: &'a [Hop],
    verdict: &'a str,
    was: &'a str,
    new_hop: usize,
    more: usize,
    others: &'a [String],
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Unclear<'a> {
    side: &'a str,
    rule: &'a str,
    message: &'a str,
    subject: Option<&'a str>,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// The comparison as one JSON document with a line end. A change of several verbs has an entry for
/// each, which share its fingerprint.
///
/// # Panics
/// Never: a report holds nothing that JSON cannot say.
pub fn render(compared: &Compared<'_>) -> String {
    let diff = compared.diff;
    let report = Report {
        version: VERSION,
        verdict: diff.verdict.word(),
        governance: diff.governance.word(),
        base: compared.base,
        head: compared.head,
        changes: diff.changes.iter().flat_map(entries).collect(),
        paths: Paths {
            opened: diff.opened.iter().map(course).collect(),
            closed: diff.closed.iter().map(course).collect(),
        },
        gaps: diff.gaps.iter().map(unclear).collect(),
    };
    let mut text = serde_json::to_string_pretty(&report)
        .expect("a report holds only strings, numbers and lists");
    text.push('\n');
    text
}

fn entries(change: &Change) -> Vec<Entry<'_>> {
    if change.verbs.is_empty() {
        return vec![entry(change, None)];
    }
    let verbs = change.verbs.iter();
    verbs.map(|verb| entry(change, Some(verb))).collect()
}

fn entry<'a>(change: &'a Change, verb: Option<&'a str>) -> Entry<'a> {
    let place = change.place();
    Entry {
        subject: &change.subject,
        subject_kind: change.subject_kind.word(),
        change: change.kind.word,
        kind: change.kind.name,
        checks: change.kind.checks,
        direction: change.direction.word(),
        governance: change.governance.map(Tendency::word),
        via: if change.lateral { "lateral" } else { "direct" },
        verb,
        verbs: &change.verbs,
        operations: &change.operations,
        operation_count: change.operation_count,
        resource: change.resource.as_deref(),
        detail: &change.detail,
        risk: &change.risk,
        fingerprint: &change.fingerprint,
        file: place.map(|place| place.file.as_str()),
        line: place.map(|place| place.line),
        side: place.map(|place| Side::word(place.side)),
        before: change.before.as_ref().map(written),
        after: change.after.as_ref().map(written),
        affects: &change.affects,
        also: &change.also,
        path: &change.path,
        owner: change.owner.as_deref(),
        reviewer: change.reviewer.as_deref(),
    }
}

fn written(clause: &Clause) -> Written<'_> {
    let Place {
        file,
        line,
        column,
        end_line,
        end_column,
        ..
    } = &clause.place;
    Written {
        text: &clause.text,
        file,
        line: *line,
        column: *column,
        end_line: *end_line,
        end_column: *end_column,
    }
}

fn course(way: &Way) -> Course<'_> {
    Course {
        from: &way.from,
        to: &way.to,
        path: &way.path,
        verdict: way.verdict,
        was: way.was,
        new_hop: way.new_hop,
        more: way.more,
        others: &way.others,
        fingerprint: &way.fingerprint,
    }
}

fn unclear(gap: &Gap) -> Unclear<'_> {
    Unclear {
        side: gap.side.word(),
        rule: &gap.rule,
        message: &gap.message,
        subject: gap.subject.as_deref(),
        file: &gap.place.file,
        line: gap.place.line,
        column: gap.place.column,
        end_line: gap.place.end_line,
        end_column: gap.place.end_column,
    }
}
