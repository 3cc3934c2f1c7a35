//! Evidence and places, as they are told: with file, line and hash.

use super::answer::{Answer, Evidence};
use super::desk::Desk;
use crate::emit::manifest::Holder;
pub use crate::emit::manifest::sha256;
use crate::model::PartyId;
use crate::source::Span;
use serde::Serialize;
use std::collections::BTreeMap;

/// A place in the project.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Location {
    /// The file, relative to the project.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// Where something stands.
pub fn location(desk: &Desk<'_>, span: Span) -> Location {
    let sources = &desk.compiled.sources;
    Location {
        file: sources.path(span).to_owned(),
        line: sources.line(span),
    }
}

/// One thing that an answer rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Shown {
    /// `clause`, `finding`, or what kind of line it is.
    pub kind: &'static str,
    /// What stands there, each run of white space one space; of a finding what it says.
    pub text: String,
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// The rule of a finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The emitted lines that hold a clause.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emitted: Vec<Holder>,
}

/// The most characters of a clause or a message that are told.
const LONGEST: usize = 600;

/// What an answer rests on, told.
pub fn evidence(desk: &Desk<'_>, id: PartyId, answer: &Answer) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for one in &answer.evidence {
        let shown = match one {
            Evidence::Clause(index) => {
                let Some(clause) = desk.party(id).clauses.get(*index) else {
                    continue;
                };
                let mut emitted: Vec<Holder> = desk
                    .entries(id, *index)
                    .flat_map(|entry| entry.by.iter().cloned())
                    .collect();
                emitted.sort();
                emitted.dedup();
                Shown {
                    kind: "clause",
                    text: words(desk, clause.span),
                    location: location(desk, clause.span),
                    rule: None,
                    emitted,
                }
            }
            Evidence::Line(line, span) => Shown {
                kind: line.word(),
                text: first_line(desk, *span),
                location: location(desk, *span),
                rule: None,
                emitted: Vec::new(),
            },
            Evidence::Finding(index) => {
                let found = &desk.compiled.diagnostics[*index];
                Shown {
                    kind: "finding",
                    text: cut(&found.message),
                    location: location(desk, found.span),
                    rule: Some(found.rule.to_string()),
                    emitted: Vec::new(),
                }
            }
        };
        if !all.contains(&shown) {
            all.push(shown);
        }
    }
    all
}

/// What stands at a span, each run of white space one space.
pub fn words(desk: &Desk<'_>, span: Span) -> String {
    cut(desk.compiled.sources.text(span))
}

/// The line on which a span begins.
fn first_line(desk: &Desk<'_>, span: Span) -> String {
    let sources = &desk.compiled.sources;
    cut(sources.file(span.file).line(sources.line(span)))
}

fn cut(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() <= LONGEST {
        return folded;
    }
    let mut short: String = folded.chars().take(LONGEST).collect();
    short.push('…');
    short
}

/// Whether a text is the project's own; the standard library's are of the compiler.
pub fn is_own(path: &str) -> bool {
    !path.starts_with("stdlib:")
}

/// The SHA-256 of every text of the project, by path; the standard library's are of the compiler.
pub fn sources(desk: &Desk<'_>) -> BTreeMap<String, String> {
    (desk.compiled.sources.iter())
        .filter(|(_, file)| is_own(&file.path))
        .map(|(_, file)| (file.path.clone(), sha256(file.text.as_bytes())))
        .collect()
}
