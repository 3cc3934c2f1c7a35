//! The `sarif` form of findings: SARIF 2.1.0 (OASIS), with what GitHub code scanning reads
//! (GitHub documentation, "SARIF support for code scanning").

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::finding::{Finding, Region, Suppression};
use super::json::document;
use super::{Diagnostic, Severity, finding};
use crate::source::Sources;

/// What tells this analysis of a commit from others.
const CATEGORY: &str = "scopec/";
/// The most results that GitHub takes in one run.
pub const RESULTS: usize = 25_000;
/// The most related places that GitHub takes in one result.
const LOCATIONS: usize = 1_000;
/// The most characters of a rule's description that GitHub takes.
const DESCRIPTION: usize = 1_024;

/// A rule as its page describes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RulePage<'a> {
    /// The rule's kebab-case name.
    pub name: &'a str,
    /// One line that says what the rule finds.
    pub title: &'a str,
    /// The severity that the rule has by itself.
    pub severity: Severity,
    /// The whole page.
    pub markdown: &'a str,
}

/// What a rule's descriptor says beyond its page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Marks {
    /// Words to filter by; `security` is always one, and GitHub takes twenty with it.
    pub tags: Vec<String>,
    /// How grave it is for code scanning, in tenths: 0 to 100.
    pub score: u8,
}

/// The most tags of a rule that GitHub takes.
pub const TAGS: usize = 20;

/// The diagnostics as one SARIF log with one run. Accepted ones and those in the baseline are
/// results with a suppression. `pages` describe the rules; a rule without a page is described by
/// its name. `folder` is the project's folder relative to the repository, `/`-separated, empty
/// when they are the same. Past 25,000 results, the most that GitHub takes, the gravest are kept.
pub fn render(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    pages: &[RulePage<'_>],
    folder: &str,
) -> String {
    let findings = finding::of(diagnostics, sources, RESULTS);
    write(&findings, pages, folder, CATEGORY)
}

/// Findings as one SARIF log with one run, at most [`RESULTS`] of them. `category` tells this
/// analysis of a commit from others, which it stands beside; it ends in `/`.
pub fn write(
    findings: &[Finding<'_>],
    pages: &[RulePage<'_>],
    folder: &str,
    category: &str,
) -> String {
    write_marked(findings, pages, &BTreeMap::new(), folder, category)
}

/// As [`write`], the rules that `marks` names listed with what it says of them, whether anything
/// was found by them or not.
pub fn write_marked(
    findings: &[Finding<'_>],
    pages: &[RulePage<'_>],
    marks: &BTreeMap<&str, Marks>,
    folder: &str,
    category: &str,
) -> String {
    let mut gravity: BTreeMap<&str, Severity> = BTreeMap::new();
    for page in pages.iter().filter(|page| marks.contains_key(page.name)) {
        gravity.insert(page.name, page.severity);
    }
    for finding in findings {
        let gravest = gravity.entry(finding.rule).or_insert(finding.severity);
        *gravest = finding.severity.max(*gravest);
    }
    let order: BTreeMap<&str, usize> = gravity.keys().copied().zip(0..).collect();
    let rules: Vec<Value> = gravity
        .iter()
        .map(|(&name, &severity)| {
            let page = pages.iter().find(|page| page.name == name);
            rule(name, page, severity, marks.get(name))
        })
        .collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| Value::Object(result(finding, order[finding.rule], folder)))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "scopec",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "automationDetails": { "id": category },
            "invocations": [{ "executionSuccessful": true }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    document(&log)
}

/// A rule's descriptor. `security-severity` follows the levels that GitHub maps to high, medium
/// and low.
fn rule(name: &str, page: Option<&RulePage<'_>>, found: Severity, marks: Option<&Marks>) -> Value {
    let severity = page.map_or(found, |page| page.severity);
    let title = page.map_or_else(|| name.replace('-', " "), |page| page.title.to_owned());
    let paragraph = page
        .and_then(|page| first_paragraph(page.markdown))
        .unwrap_or_else(|| title.clone());
    let markdown = page.map_or_else(
        || format!("{}\n", sentence(&title)),
        |p| p.markdown.to_owned(),
    );
    let score = match severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.5",
        Severity::Note => "2.0",
    };
    let mut rule = json!({
        "id": name,
        "shortDescription": { "text": shortened(&sentence(&title)) },
        "fullDescription": { "text": shortened(&sentence(&paragraph)) },
        "help": { "text": markdown, "markdown": markdown },
        "defaultConfiguration": { "level": severity.word() },
        "properties": {
            "tags": ["security"],
            "precision": "high",
            "problem.severity": if severity == Severity::Note { "recommendation" } else { severity.word() },
            "security-severity": score,
        },
    });
    if let Some(marks) = marks {
        let tags = marks.tags.iter().map(String::as_str);
        let tags: Vec<&str> = std::iter::once("security").chain(tags).take(TAGS).collect();
        let (whole, tenths) = (marks.score / 10, marks.score % 10);
        rule["properties"]["tags"] = json!(tags);
        rule["properties"]["security-severity"] = format!("{whole}.{tenths}").into();
    }
    if name.contains('-') {
        // A readable name that only repeats the id is against the specification (3.49.7).
        rule["name"] = pascal(name).into();
    }
    rule
}

fn result(finding: &Finding<'_>, rule: usize, folder: &str) -> Map<String, Value> {
    let mut text = sentence(&finding.message);
    if let Some(help) = &finding.help {
        text.push(' ');
        text.push_str(&sentence(help));
    }
    let mut result = Map::new();
    result.insert("ruleId".into(), finding.rule.into());
    result.insert("ruleIndex".into(), rule.into());
    result.insert("level".into(), finding.severity.word().into());
    result.insert("message".into(), json!({ "text": literal(&text) }));
    let mut location = location(finding.region, folder);
    if let Some(subject) = finding.subject {
        location["logicalLocations"] = json!([{ "name": subject, "fullyQualifiedName": subject }]);
    }
    result.insert("locations".into(), json!([location]));
    let related: Vec<Value> = finding
        .related
        .iter()
        // The standard library lies in no repository, and an address outside fails the upload.
        .filter(|(place, _)| !is_standard(place.file))
        .take(LOCATIONS)
        .enumerate()
        .map(|(index, (place, message))| {
            let mut location = self::location(*place, folder);
            location["id"] = (index + 1).into();
            location["message"] = json!({ "text": literal(&sentence(message)) });
            location
        })
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".into(), related.into());
    }
    let fingerprint = &*finding.fingerprint;
    result.insert(
        "partialFingerprints".into(),
        json!({ "primaryLocationLineHash": fingerprint, "scopec/v1": fingerprint }),
    );
    if let Some(fix) = &finding.fix {
        let mut replacement = Map::new();
        replacement.insert("deletedRegion".into(), region(fix.region));
        if !fix.text.is_empty() {
            replacement.insert("insertedContent".into(), json!({ "text": fix.text }));
        }
        result.insert(
            "fixes".into(),
            json!([{
                "description": { "text": literal(&sentence(fix.title)) },
                "artifactChanges": [{
                    "artifactLocation": { "uri": uri(fix.region.file, folder) },
                    "replacements": [replacement],
                }],
            }]),
        );
    }
    let suppression = finding.suppression.map(|why| match why {
        Suppression::Accepted => "inSource",
        Suppression::Baselined => "external",
    });
    if let Some(kind) = suppression {
        result.insert(
            "suppressions".into(),
            json!([{ "kind": kind, "status": "accepted" }]),
        );
    }
    if finding.time_alone {
        result.insert("properties".into(), json!({ "timeAlone": true }));
    }
    result
}

fn location(place: Region<'_>, folder: &str) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(place.file, folder) },
        "region": region(place),
    }})
}

fn region(place: Region<'_>) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

/// Whether a path is one of the embedded standard library's.
fn is_standard(path: &str) -> bool {
    path.starts_with("stdlib:")
}

/// A relative URI reference (RFC 3986): what is not unreserved is percent-encoded, `:` too, since
/// a first segment with a colon would read as a scheme.
pub(crate) fn uri(path: &str, folder: &str) -> String {
    let whole = if folder.is_empty() || is_standard(path) {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    };
    let mut uri = String::with_capacity(whole.len());
    for byte in whole.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

/// A text that means itself: in a SARIF message `{0}` is a placeholder and `[a](1)` a link
/// (SARIF 2.1.0, 3.11.5 and 3.11.6), which what a user wrote must not become.
fn literal(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let links = text.contains("](");
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '{' if placeholder(rest.as_str()) => {
                let number: String = rest.by_ref().take_while(|&c| c != '}').collect();
                plain.push_str("{{");
                plain.push_str(&number);
                plain.push_str("}}");
            }
            '[' | ']' | '\\' if links => {
                plain.push('\\');
                plain.push(character);
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Whether what follows a `{` makes it a placeholder: digits and a `}`.
fn placeholder(rest: &str) -> bool {
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    after.len() < rest.len() && after.starts_with('}')
}

/// A text with a full stop, as SARIF wants its messages.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', ':']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// A text short enough for GitHub's limit on descriptions.
fn shortened(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(DESCRIPTION - 1).collect();
    short.push('…');
    short
}

/// `no-expiry` as `NoExpiry`, which is how SARIF wants a rule's readable name.
fn pascal(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            })
        })
        .collect()
}

/// The first paragraph of prose of a Markdown page, on one line.
fn first_paragraph(markdown: &str) -> Option<String> {
    let words: Vec<&str> = markdown
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty() || line.starts_with('#'))
        .take_while(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}
