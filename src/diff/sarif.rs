//! The `sarif` form of a comparison: one result for each change that widens or weakens, at its place
//! in the head.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::compared::{Compared, sentence, stations};
use super::{Change, Kind, Place};
use crate::diagnostic::Severity;
use crate::diagnostic::finding::{Finding, Region};
use crate::diagnostic::sarif::{RESULTS, RulePage, write};
use crate::question::Hop;

/// What tells a comparison from a check of the same commit.
const CATEGORY: &str = "scopec/diff/";
/// Where what has no place is shown: the settings are those of the whole project.
const NOWHERE: Region<'static> = Region {
    file: "scope.toml",
    line: 1,
    column: 1,
    end_line: 1,
    end_column: 1,
};

/// The comparison as one SARIF log. A change that narrows is no finding: an alert for it would stay
/// open for ever, and whoever is to act on it has nothing to do. Past 25,000 results, the most that
/// GitHub takes, the worst are kept.
pub fn render(compared: &Compared<'_>) -> String {
    let mut findings = findings(compared);
    findings.truncate(RESULTS);
    let mut kinds: BTreeMap<&str, (&Kind, Severity)> = BTreeMap::new();
    for change in losses(compared) {
        let (_, severity) = kinds
            .entry(change.kind.name)
            .or_insert((change.kind, Severity::Note));
        *severity = severity_of(change).max(*severity);
    }
    let texts: BTreeMap<&str, String> = kinds
        .values()
        .map(|(kind, _)| (kind.name, page(kind)))
        .collect();
    let pages: Vec<RulePage<'_>> = kinds
        .values()
        .map(|(kind, severity)| RulePage {
            name: kind.name,
            title: kind.checks,
            severity: *severity,
            markdown: &texts[kind.name],
        })
        .collect();
    write(&findings, &pages, compared.folder, CATEGORY)
}

fn losses<'a>(compared: &Compared<'a>) -> impl Iterator<Item = &'a Change> {
    compared.diff.changes.iter().filter(|one| one.is_loss())
}

fn page(kind: &Kind) -> String {
    format!(
        "# {}\n\n{}\n\nA change is a finding when it gives authority or slackens the care for it; \
         whether it is wanted, whoever reviews it decides.\n",
        kind.name, kind.checks
    )
}

/// A finding by itself never fails a run: gates decide about that.
fn severity_of(change: &Change) -> Severity {
    if change.lateral || !change.risk.is_empty() {
        Severity::Warning
    } else {
        Severity::Note
    }
}

/// One finding for each change that widens or weakens, the worst first.
pub(super) fn findings<'a>(compared: &Compared<'a>) -> Vec<Finding<'a>> {
    losses(compared).map(finding).collect()
}

fn finding(change: &Change) -> Finding<'_> {
    let mut message = sentence(change);
    if !change.path.is_empty() {
        message.push_str(", by way of ");
        message.push_str(&stations(&change.path).join(" → "));
    }
    let risk = (!change.risk.is_empty()).then(|| format!("risk: {}", change.risk.join(", ")));
    let place = change.anchor.as_ref().or(change.place());
    Finding {
        rule: change.kind.name,
        severity: severity_of(change),
        message: Cow::Owned(message),
        help: risk.map(Cow::Owned),
        subject: Some(&change.subject),
        region: place.map_or(NOWHERE, region),
        related: change.path.iter().filter_map(hop).collect(),
        fix: None,
        fingerprint: Cow::Borrowed(&change.fingerprint),
        suppression: None,
        time_alone: false,
    }
}

fn region(place: &Place) -> Region<'_> {
    Region {
        file: &place.file,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    }
}

/// Where a hop is declared, and why it is one.
fn hop(hop: &Hop) -> Option<(Region<'_>, &str)> {
    let line = hop.line?;
    let region = Region {
        file: hop.file.as_deref()?,
        line,
        column: 1,
        end_line: line,
        end_column: 1,
    };
    Some((region, &hop.why))
}
