//! What the compiler has to say, apart from how it is shown.
//!
//! A [`Diagnostic`] is neutral: the renderers under `diagnostic/` turn a list of them into
//! `human` (miette), `short` (codespan-reporting), `json`, `sarif` and `github` text.

use crate::source::Span;
use std::borrow::Cow;

mod excerpt;
pub mod finding;
pub mod fingerprint;
pub mod github;
pub mod human;
pub mod json;
pub mod markdown;
pub mod sarif;
pub mod short;
pub mod suggest;
pub(crate) mod visible;

/// How grave a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Something to know; never changes the exit status.
    Note,
    /// Something to look at; never changes the exit status.
    Warning,
    /// Something wrong: exit status 1, and the integration it is about emits nothing.
    Error,
}

impl Severity {
    /// The word that is printed: `note`, `warning` or `error`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place that explains the main one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, in lower case without a full stop.
    pub message: String,
}

/// A replacement of text that is certain to be meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// The text to replace; an empty span inserts.
    pub span: Span,
    /// What to write there.
    pub replacement: String,
    /// What the replacement does, as an imperative: `write "within"`.
    pub title: String,
}

/// One finding at one place.
///
/// INVARIANT (placed): a diagnostic always has a span; what concerns no line of source points at
/// the start of the file it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own, set by another stage, and any may stand beside any"
)]
pub struct Diagnostic {
    /// The rule's kebab-case name: one that has a page, or that of a guard of the project.
    pub rule: Cow<'static, str>,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, user text in backticks.
    pub message: String,
    /// Where it is wrong.
    pub span: Span,
    /// A few words under the marked text; empty when the message says it all.
    pub label: String,
    /// Further places.
    pub related: Vec<Label>,
    /// Why it matters and what to do, with the text to write where that is known.
    pub help: Option<String>,
    /// A certain replacement.
    pub fix: Option<Fix>,
    /// The integration (or principal or system) that it is about.
    pub subject: Option<String>,
    /// Whether only the passing of time caused it: such a finding stops no output.
    pub time_alone: bool,
    /// Whether it rests on something that nobody knows, and so is no more than possible.
    pub possible: bool,
    /// Whether an `accept` clause covers it: shown as a count only, stops nothing.
    pub accepted: bool,
    /// The `accept` clause that does.
    pub accepted_at: Option<Span>,
    /// Whether the project's baseline knows it: shown as a count only, stops nothing.
    pub baselined: bool,
}

impl Diagnostic {
    /// An error of `rule` at `span`.
    pub fn error(
        rule: impl Into<Cow<'static, str>>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self::new(rule, Severity::Error, span, message)
    }

    /// A warning of `rule` at `span`.
    pub fn warning(
        rule: impl Into<Cow<'static, str>>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self::new(rule, Severity::Warning, span, message)
    }

    /// A note of `rule` at `span`.
    pub fn note(
        rule: impl Into<Cow<'static, str>>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self::new(rule, Severity::Note, span, message)
    }

    /// A diagnostic of `rule` and `severity` at `span`.
    pub fn new(
        rule: impl Into<Cow<'static, str>>,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule: rule.into(),
            severity,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: None,
            fix: None,
            subject: None,
            time_alone: false,
            possible: false,
            accepted: false,
            accepted_at: None,
            baselined: false,
        }
    }

    /// Says a few words under the marked text.
    #[must_use]
    pub fn label(mut self, words: impl Into<String>) -> Self {
        self.label = words.into();
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// Says why it matters and what to do.
    #[must_use]
    pub fn help(mut self, words: impl Into<String>) -> Self {
        self.help = Some(words.into());
        self
    }

    /// Offers a certain replacement.
    #[must_use]
    pub fn fix(
        mut self,
        span: Span,
        replacement: impl Into<String>,
        title: impl Into<String>,
    ) -> Self {
        self.fix = Some(Fix {
            span,
            replacement: replacement.into(),
            title: title.into(),
        });
        self
    }

    /// Says whom it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Marks it as caused by the passing of time alone.
    #[must_use]
    pub fn time_alone(mut self) -> Self {
        self.time_alone = true;
        self
    }

    /// Marks it as no more than possible, where it is.
    #[must_use]
    pub fn possible_if(mut self, possible: bool) -> Self {
        self.possible = possible;
        self
    }

    /// Whether it counts as wrong: an error that is neither accepted nor in the baseline.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error && self.is_shown()
    }

    /// Whether it is shown one by one: what is accepted or in the baseline is only counted.
    pub fn is_shown(&self) -> bool {
        !self.accepted && !self.baselined
    }
}

/// A rule that could not be judged for an integration, for want of a fact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NotAssessed {
    /// The rule's name.
    pub rule: &'static str,
    /// The integration.
    pub integration: String,
}

/// The `limit` gravest of those that are shown, still in the order given, and how many are left
/// out. An error is never left out in favour of a warning that stands before it.
fn gravest(diagnostics: &[Diagnostic], limit: usize) -> (Vec<&Diagnostic>, usize) {
    let shown: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.is_shown()).collect();
    if shown.len() <= limit {
        return (shown, 0);
    }
    let mut order: Vec<usize> = (0..shown.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(shown[index].severity), index));
    order.truncate(limit);
    order.sort_unstable();
    let left_out = shown.len() - limit;
    (
        order.into_iter().map(|index| shown[index]).collect(),
        left_out,
    )
}

/// Puts diagnostics into the order in which they are shown, and says each once: by file, place,
/// rule and message. Two tenants of one system would otherwise say the same twice.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        (a.span, &a.rule, &a.message, &a.subject).cmp(&(b.span, &b.rule, &b.message, &b.subject))
    });
    diagnostics.dedup();
}
