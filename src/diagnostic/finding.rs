//! A finding with its places resolved: what the forms for code hosts print, whoever found it.

use std::borrow::Cow;

use super::fingerprint::fingerprints;
use super::{Diagnostic, Severity};
use crate::source::{Sources, Span};

/// A marked text: lines and columns from 1, columns in characters, the end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region<'a> {
    /// Relative to the project, `/`-separated.
    pub file: &'a str,
    /// The first line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
    /// The column after the last.
    pub end_column: u32,
}

impl<'a> Region<'a> {
    /// The region of a span.
    pub fn of(span: Span, sources: &'a Sources) -> Self {
        let (start, end) = (sources.place(span), sources.end_place(span));
        Self {
            file: sources.path(span),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A replacement of text that is certain to be meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replacement<'a> {
    /// The text to replace.
    pub region: Region<'a>,
    /// What to write there.
    pub text: &'a str,
    /// What the replacement does.
    pub title: &'a str,
}

/// Why a finding is not shown one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suppression {
    /// A clause beside the declaration covers it.
    Accepted,
    /// The baseline knows it.
    Baselined,
}

/// One finding at one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding<'a> {
    /// The rule's kebab-case name.
    pub rule: &'a str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: Cow<'a, str>,
    /// What to do about it.
    pub help: Option<Cow<'a, str>>,
    /// Whom it is about.
    pub subject: Option<&'a str>,
    /// Where.
    pub region: Region<'a>,
    /// Further places, each with what is there.
    pub related: Vec<(Region<'a>, &'a str)>,
    /// A certain replacement.
    pub fix: Option<Replacement<'a>>,
    /// What it is known by from one run to the next.
    pub fingerprint: Cow<'a, str>,
    /// Why it is not shown; none for what is.
    pub suppression: Option<Suppression>,
    /// Whether only the passing of time caused it.
    pub time_alone: bool,
}

/// The findings that diagnostics are, in the order given. `limit` keeps the gravest where there are
/// more.
pub(super) fn of<'a>(
    diagnostics: &'a [Diagnostic],
    sources: &'a Sources,
    limit: usize,
) -> Vec<Finding<'a>> {
    // Of all of them, since of equal ones each is told from the others by its number.
    let mut fingerprints = fingerprints(diagnostics, sources);
    let mut kept: Vec<usize> = (0..diagnostics.len()).collect();
    if kept.len() > limit {
        kept.sort_by_key(|&index| {
            let diagnostic = &diagnostics[index];
            (
                !diagnostic.is_shown(),
                std::cmp::Reverse(diagnostic.severity),
                index,
            )
        });
        kept.truncate(limit);
        kept.sort_unstable();
    }
    kept.into_iter()
        .map(|index| {
            let fingerprint = std::mem::take(&mut fingerprints[index]);
            finding(&diagnostics[index], sources, fingerprint)
        })
        .collect()
}

fn finding<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    fingerprint: String,
) -> Finding<'a> {
    let suppression = if diagnostic.accepted {
        Some(Suppression::Accepted)
    } else {
        diagnostic.baselined.then_some(Suppression::Baselined)
    };
    let related = diagnostic.related.iter();
    Finding {
        rule: &diagnostic.rule,
        severity: diagnostic.severity,
        message: Cow::Borrowed(&diagnostic.message),
        help: diagnostic.help.as_deref().map(Cow::Borrowed),
        subject: diagnostic.subject.as_deref(),
        region: Region::of(diagnostic.span, sources),
        related: related
            .map(|label| (Region::of(label.span, sources), &*label.message))
            .collect(),
        fix: diagnostic.fix.as_ref().map(|fix| Replacement {
            region: Region::of(fix.span, sources),
            text: &fix.replacement,
            title: &fix.title,
        }),
        fingerprint: Cow::Owned(fingerprint),
        suppression,
        time_alone: diagnostic.time_alone,
    }
}
