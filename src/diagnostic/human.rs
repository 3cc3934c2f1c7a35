//! The `human` form of diagnostics: drawn by miette, or narrated for those who listen.

use std::fmt::{self, Write as _};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, NarratableReportHandler, SourceCode,
};

use super::excerpt::{Excerpt, Mark, replaced};
use super::{Diagnostic, Severity, gravest, visible};
use crate::source::Sources;

/// The most places in other files that one diagnostic shows.
const PARTS: usize = 16;
/// The most characters of a message or help that are shown.
const PROSE: usize = 2_000;

/// How to draw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The width to wrap prose at, in cells.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
    /// Whether to narrate in plain sentences instead of drawing, for screen readers.
    pub accessible: bool,
    /// The most diagnostics that are shown; the rest is counted.
    pub limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 100,
            color: false,
            accessible: false,
            limit: 100,
        }
    }
}

/// The diagnostics as text for people, those that are accepted or in the baseline left out.
/// Never prints; the text ends with a line end unless it is empty.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, options: &Options) -> String {
    let (shown, left_out) = gravest(diagnostics, options.limit);
    let mut text = String::new();
    for diagnostic in shown {
        if !text.is_empty() {
            text.push('\n');
        }
        for (index, part) in parts(diagnostic, sources).iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            part.draw(&mut text, options);
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "\nand {left_out} more");
    }
    text
}

/// A diagnostic in the terms of miette: the main place with all that is in its file, or one place
/// in another file.
#[derive(Debug)]
struct Part {
    message: String,
    /// The rule, and whom it is about.
    rule: Option<String>,
    severity: miette::Severity,
    excerpt: Excerpt,
    help: Option<String>,
}

/// The main part first, then one a related place in another file.
fn parts(diagnostic: &Diagnostic, sources: &Sources) -> Vec<Part> {
    let home = diagnostic.span.file;
    let mut marks = vec![Mark {
        span: diagnostic.span,
        message: &diagnostic.label,
    }];
    let here = diagnostic.related.iter().filter(|r| r.span.file == home);
    marks.extend(here.take(PARTS).map(|related| Mark {
        span: related.span,
        message: &related.message,
    }));
    let mut parts = vec![Part {
        message: prose(&diagnostic.message),
        rule: Some(match &diagnostic.subject {
            Some(subject) => format!("{} ({subject})", diagnostic.rule),
            None => diagnostic.rule.to_string(),
        }),
        severity: match diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        },
        excerpt: Excerpt::new(sources.file(home), &marks),
        help: help(diagnostic, sources),
    }];
    let elsewhere: Vec<_> = diagnostic
        .related
        .iter()
        .filter(|related| related.span.file != home)
        .collect();
    for related in elsewhere.iter().take(PARTS) {
        let mark = Mark {
            span: related.span,
            message: "",
        };
        parts.push(Part {
            message: prose(&related.message),
            rule: None,
            severity: miette::Severity::Advice,
            excerpt: Excerpt::new(sources.file(related.span.file), &[mark]),
            help: None,
        });
    }
    if let (Some(left_out @ 1..), Some(last)) =
        (elsewhere.len().checked_sub(PARTS), parts.last_mut())
    {
        last.help = Some(format!("and {left_out} more places"));
    }
    parts
}

/// The help and the certain replacement, as one text.
fn help(diagnostic: &Diagnostic, sources: &Sources) -> Option<String> {
    let fix = diagnostic.fix.as_ref().map(|fix| {
        let title = visible::line(&fix.title);
        match replaced(sources.file(fix.span.file), fix.span, &fix.replacement) {
            Some(lines) => format!("{title}:{lines}"),
            None => title,
        }
    });
    match (diagnostic.help.as_deref().map(prose), fix) {
        (Some(help), Some(fix)) => Some(format!("{help}\n{fix}")),
        (help, fix) => help.or(fix),
    }
}

/// Prose that is safe to show and not endless, whatever a file made it quote.
fn prose(text: &str) -> String {
    let safe = visible::text(text);
    match safe.char_indices().nth(PROSE) {
        Some((end, _)) => format!("{}…", &safe[..end]),
        None => safe,
    }
}

impl Part {
    fn draw(&self, text: &mut String, options: &Options) {
        let drawn = if options.accessible {
            NarratableReportHandler::new().render_report(text, self)
        } else {
            let theme = if options.color {
                GraphicalTheme::unicode()
            } else {
                GraphicalTheme::unicode_nocolor()
            };
            GraphicalReportHandler::new_themed(theme)
                .with_urls(false)
                .with_width(options.width.max(40))
                .without_syntax_highlighting()
                .render_report(text, self)
        };
        drawn.expect("an excerpt can always be read, and writing to a string cannot fail");
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Part {}

impl miette::Diagnostic for Part {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.rule
            .as_deref()
            .map(|rule| Box::new(prose(rule)) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels().iter().cloned()))
    }
}
