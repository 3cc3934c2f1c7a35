//! `--format sarif`: what does not hold, for code scanning.

use super::answer::{Answer, Evidence, Outcome};
use super::assess::{listed, titled};
use super::desk::sentence;
use super::document::{MAPPING, Report};
use super::framework::attack::NOTICE;
use super::predicate::{Basis, Predicate};
use super::register::Risk;
use super::{Form, Page};
use crate::diagnostic::finding::{Finding, Region};
use crate::diagnostic::fingerprint;
use crate::diagnostic::sarif::{Marks, RESULTS, RulePage, TAGS, write_marked};
use crate::diagnostic::{Severity, visible};
use crate::model::PartyId;
use crate::source::Span;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// `--format sarif`
pub static FORM: Form = Form {
    name: "sarif",
    summary: "what does not hold, for code scanning; what holds is not in it",
    folder: false,
    file: "report.sarif",
    write: |report, stem| {
        vec![Page {
            path: format!("{stem}.sarif"),
            bytes: sarif(report).into_bytes(),
        }]
    },
};

/// What tells a report from a check and from a comparison of the same commit.
const CATEGORY: &str = "scopec/report/";
/// The most techniques among the tags of a rule, so that controls have room.
const TECHNIQUES: usize = 6;
/// The most characters of a message.
const MESSAGE: usize = 2_000;

/// A rule, as it is written about.
struct Rule {
    predicate: &'static Predicate,
    severity: Severity,
    markdown: String,
    marks: Marks,
}

/// The report as one SARIF log with one run, ending with a line end: a result for each integration
/// and predicate that fails, at the line that it rests on most. GitHub shows a result of any kind
/// as an alert, so that what holds has none.
pub fn sarif(report: &Report<'_>) -> String {
    let mut seen: BTreeMap<&'static str, Seen> = BTreeMap::new();
    let mut findings: Vec<Finding<'_>> = Vec::new();
    let mut fingerprints = Ordinals::default();
    for number in 0..report.entries.len() {
        for predicate in &report.assessment.predicates {
            let outcome = report.assessment.outcome(number, predicate);
            let Some(Outcome::Failed | Outcome::Partly | Outcome::Unknown) = outcome else {
                continue;
            };
            let of = seen.entry(predicate.id).or_default();
            if outcome != Some(Outcome::Failed) {
                continue;
            }
            let id = report.assessment.integrations[number];
            let answer = predicate.answer(&report.desk, id);
            let finding = finding(report, number, predicate, &answer, &mut fingerprints);
            of.see(report, number, &finding, &answer);
            findings.push(finding);
        }
    }
    gravest(&mut findings);
    let rules: Vec<Rule> = (report.assessment.predicates.iter())
        .filter_map(|predicate| Some(rule(report, predicate, seen.get(predicate.id)?)))
        .collect();
    let pages: Vec<RulePage<'_>> = rules
        .iter()
        .map(|rule| RulePage {
            name: rule.predicate.id,
            title: rule.predicate.title,
            severity: rule.severity,
            markdown: &rule.markdown,
        })
        .collect();
    let marks: BTreeMap<&str, Marks> = rules
        .iter()
        .map(|rule| (rule.predicate.id, rule.marks.clone()))
        .collect();
    write_marked(&findings, &pages, &marks, &report.folder, CATEGORY)
}

/// Keeps the gravest where there are more than GitHub takes, in their order.
fn gravest(findings: &mut Vec<Finding<'_>>) {
    if findings.len() <= RESULTS {
        return;
    }
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(findings[at].severity), at));
    let kept: BTreeSet<usize> = order.into_iter().take(RESULTS).collect();
    let mut at = 0;
    findings.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
}

/// What was seen of a predicate that does not hold everywhere.
#[derive(Default)]
struct Seen {
    /// How much hangs on the gravest integration for which it fails; none where it fails for none.
    worst: Option<Risk>,
    severity: Option<Severity>,
    /// The rules of `check` that find it.
    rules: BTreeSet<String>,
}

impl Seen {
    fn see(&mut self, report: &Report<'_>, number: usize, found: &Finding<'_>, answer: &Answer) {
        let risk = report.entries[number].risk;
        // The gravest comes first.
        self.worst = Some(self.worst.map_or(risk, |worst| worst.min(risk)));
        self.severity = self.severity.max(Some(found.severity));
        for evidence in &answer.evidence {
            if let Evidence::Finding(index) = evidence {
                let rule = &report.desk.compiled.diagnostics[*index].rule;
                self.rules.insert(rule.to_string());
            }
        }
    }
}

/// Counts what has the same name, so that fingerprints differ.
#[derive(Default)]
struct Ordinals(BTreeMap<String, usize>);

impl Ordinals {
    /// What a result is known by: the predicate and the integration. Neither a line that moves nor
    /// a day that passes changes it.
    fn fingerprint(&mut self, predicate: &Predicate, integration: &str) -> String {
        let known_by = format!("report\0{}\0{integration}", predicate.id);
        let ordinal = self.0.entry(known_by.clone()).or_default();
        *ordinal += 1;
        match *ordinal {
            1 => fingerprint::of(&known_by),
            later => fingerprint::of(&format!("{known_by}\0{later}")),
        }
    }
}

fn finding<'f>(
    report: &'f Report<'_>,
    number: usize,
    predicate: &'static Predicate,
    answer: &Answer,
    fingerprints: &mut Ordinals,
) -> Finding<'f> {
    let desk = &report.desk;
    let compiled = desk.compiled;
    let id = report.assessment.integrations[number];
    let name = &report.entries[number].name;
    let mut spans: Vec<Span> = Vec::new();
    let mut severity = Severity::Warning;
    let mut helps: Vec<&str> = Vec::new();
    let mut time_alone = false;
    for evidence in &answer.evidence {
        let Some(span) = span(report, id, evidence) else {
            continue;
        };
        if !spans.contains(&span) {
            spans.push(span);
        }
        if let Evidence::Finding(index) = evidence {
            let found = &compiled.diagnostics[*index];
            severity = severity.max(found.severity);
            time_alone |= found.time_alone;
            if let Some(help) = &found.help
                && !helps.contains(&help.as_str())
            {
                helps.push(help);
            }
        }
    }
    let own = desk.party(id).name_span;
    let main = spans.first().copied().unwrap_or(own);
    let further = spans.iter().skip(1).chain(std::iter::once(&own));
    let mut related: Vec<(Region<'f>, &'f str)> = Vec::new();
    for &span in further {
        let region = Region::of(span, &compiled.sources);
        let words = if span == own {
            "the integration"
        } else {
            "it rests on this, too"
        };
        if span != main && related.iter().all(|(known, _)| *known != region) {
            related.push((region, words));
        }
    }
    let help = helps.first().map(|help| Cow::Owned(sentence(&short(help))));
    Finding {
        rule: predicate.id,
        severity,
        message: Cow::Owned(short(&format!("`{name}`: {}", answer.why))),
        help,
        subject: Some(name),
        region: Region::of(main, &compiled.sources),
        related,
        fix: None,
        fingerprint: Cow::Owned(fingerprints.fingerprint(predicate, name)),
        suppression: None,
        time_alone,
    }
}

/// Where a piece of evidence stands.
fn span(report: &Report<'_>, id: PartyId, evidence: &Evidence) -> Option<Span> {
    match evidence {
        Evidence::Clause(index) => {
            let clause = report.desk.party(id).clauses.get(*index)?;
            Some(clause.span)
        }
        Evidence::Line(_, span) => Some(*span),
        Evidence::Finding(index) => Some(report.desk.compiled.diagnostics.get(*index)?.span),
    }
}

/// A text as one line that shows what it holds, and not too long to read.
fn short(text: &str) -> String {
    let line = visible::line(text);
    if line.chars().count() <= MESSAGE {
        return line;
    }
    let mut short: String = line.chars().take(MESSAGE).collect();
    short.push('…');
    short
}

fn rule(report: &Report<'_>, predicate: &'static Predicate, seen: &Seen) -> Rule {
    let score = match seen.worst {
        Some(Risk::Critical) => 90,
        Some(Risk::High) => 75,
        Some(Risk::Moderate) => 50,
        Some(Risk::Low) => 25,
        None => 10,
    };
    Rule {
        predicate,
        severity: seen.severity.unwrap_or(Severity::Note),
        markdown: markdown(report, predicate, seen),
        marks: Marks {
            tags: tags(report, predicate),
            score,
        },
    }
}

/// The controls that a predicate is evidence for, framework by framework.
fn controls<'r>(
    report: &'r Report<'_>,
    predicate: &Predicate,
) -> impl Iterator<Item = (String, Vec<&'r str>)> {
    let asked = report.assessment.asked.iter();
    asked.map(|asked| {
        let of = listed(asked).filter(|one| one.evidence.iter().any(|id| id == predicate.id));
        (
            titled(&asked.framework),
            of.map(|control| control.id.as_str()).collect(),
        )
    })
}

/// Official ids of controls and techniques. Every framework has its first before any has its
/// second, so that the limit cuts none off whole.
fn tags(report: &Report<'_>, predicate: &Predicate) -> Vec<String> {
    let techniques = report.attack.techniques(&[predicate.id]);
    let techniques: Vec<String> = (techniques.into_iter().take(TECHNIQUES))
        .map(|technique| technique.id.clone())
        .collect();
    let frameworks: Vec<Vec<&str>> = controls(report, predicate).map(|(_, ids)| ids).collect();
    let room = TAGS - 1 - techniques.len();
    let most = frameworks.iter().map(Vec::len).max().unwrap_or(0);
    let mut tags: Vec<String> = Vec::new();
    for at in 0..most {
        for id in frameworks.iter().filter_map(|ids| ids.get(at)) {
            let tag = visible::line(id);
            if tags.len() < room && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags.extend(techniques);
    tags
}

fn markdown(report: &Report<'_>, predicate: &Predicate, seen: &Seen) -> String {
    let mut text = format!("# {} {}\n\n", predicate.id, predicate.title);
    let _ = writeln!(text, "{}\n", sentence(predicate.asks));
    text.push_str("## What to do\n\n");
    text.push_str(match predicate.basis {
        Basis::Declaration => {
            "Each result says what the declaration lacks, and what to write. "
        }
        Basis::Graph => {
            "Each result says who comes to what. Narrow what is allowed at that place, or stand a guard in the way. "
        }
        Basis::Clock => {
            "Each result says what is due. Do it, and state it with a `reviewed` or `rotated` line, or change the clause. "
        }
        Basis::External => "It takes a look at what is deployed. ",
    });
    for rule in &seen.rules {
        // A guard of the project has no page.
        if crate::check::rule::rules()
            .iter()
            .any(|known| known.name == rule)
        {
            let _ = write!(text, "`scopec explain {rule}` shows how it is done right. ");
        }
    }
    text.truncate(text.trim_end().len());
    if seen.worst.is_none() {
        text.push_str("\n\nIt fails for no integration; for some it holds partly, or nobody stated enough to tell, and the report says for which.");
    }
    text.push_str("\n\n## Controls\n\n");
    for (framework, ids) in controls(report, predicate) {
        if !ids.is_empty() {
            let ids: Vec<String> = ids.iter().map(|id| plain(id)).collect();
            let _ = writeln!(text, "- {}: {}", plain(&framework), ids.join(", "));
        }
    }
    let _ = writeln!(text, "\n{MAPPING}");
    let techniques = report.attack.techniques(&[predicate.id]);
    if !techniques.is_empty() {
        let _ = writeln!(text, "\n## MITRE ATT&CK {}\n", report.attack.version);
        for technique in techniques {
            let _ = writeln!(
                text,
                "- [{} {}]({})",
                technique.id, technique.name, technique.url
            );
        }
        let _ = writeln!(text, "\n{NOTICE}");
    }
    text
}

/// A word of a framework, which somebody may have brought, as it is.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in visible::line(text).chars() {
        if "\\`*_[]<>&|".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}
