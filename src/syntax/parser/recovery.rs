//! What was expected where something could not be read.

use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::precheck::RULE;
use super::{Grammar, Node, Reader, Rule};
use crate::diagnostic::{Diagnostic, suggest};
use crate::source::{FileId, Span};
use crate::syntax::expected;

/// A file that the grammar gave up on. Its recovery rules leave nothing unread, so this is only
/// reached when the parser's own bounds are.
pub(super) fn unread(id: FileId, text: &str, error: &Error<Rule>) -> Diagnostic {
    let at = offset(error).min(text.len());
    Diagnostic::error(
        RULE,
        Span::new(id, at, at),
        "this file cannot be read from here on",
    )
}

fn offset(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

impl Reader<'_> {
    /// A clause that could not be read.
    pub(super) fn bad_clause(&mut self, node: &Node<'_>, context: Rule) {
        self.complete = false;
        if node
            .clone()
            .into_inner()
            .any(|inner| inner.as_rule() == Rule::open_block)
        {
            self.cut = true;
        }
        let span = self.span(node);
        if self.hides(span) {
            return;
        }
        let text = node.as_str();
        if let Some(found) = self.quote(text, span) {
            return self.wrong(found);
        }
        let word = leading_word(text);
        let known = expected::keywords(context);
        if !known.is_empty() && !known.contains(&word) {
            let found = self.unknown(word, span, known, context);
            return self.wrong(found);
        }
        let found = self.explain(text, span, context);
        self.wrong(found);
    }

    /// An item whose head could not be read.
    pub(super) fn bad_item(&mut self, node: &Node<'_>) {
        let span = self.span(node);
        if self.hides(span) {
            return;
        }
        let text = node.as_str();
        let line = &text[..text.find('\n').unwrap_or(text.len())];
        if let Some(found) = self.quote(line, span) {
            return self.wrong(found);
        }
        let word = leading_word(line);
        if expected::items().contains(&word) {
            let found = self.explain(line, span, Rule::only_head);
            return self.wrong(found);
        }
        let found = if line.starts_with('}') {
            let place = Span {
                end: span.start + 1,
                ..span
            };
            Diagnostic::error(RULE, place, "this `}` closes nothing")
                .help("delete it, or the `}` that closed the item too early")
        } else {
            self.unknown(word, span, expected::items(), Rule::only_head)
        };
        self.wrong(found);
    }

    /// A comma before the end of a list.
    pub(super) fn stray_comma(&mut self, node: &Node<'_>) {
        let span = self.span(node);
        self.wrong(
            Diagnostic::error(RULE, span, "nothing follows this comma")
                .help("a comma at the end of a line continues the list on the next one; delete it after the last entry")
                .fix(span, "", "delete the comma"),
        );
    }

    /// A string that is not closed.
    fn quote(&self, text: &str, span: Span) -> Option<Diagnostic> {
        let mut open: Option<usize> = None;
        let mut escaped = false;
        let mut slash = false;
        let mut comment = false;
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                if open.is_some() {
                    break;
                }
                (comment, slash) = (false, false);
                continue;
            }
            if comment {
                continue;
            }
            match (open, byte) {
                (Some(_), _) if escaped => escaped = false,
                (Some(_), b'\\') => escaped = true,
                (Some(_), b'"') => open = None,
                (None, b'"') => open = Some(at),
                (None, b'/') => {
                    comment = slash;
                    slash = !slash;
                    continue;
                }
                _ => {}
            }
            slash = false;
        }
        let start = span.start as usize + open?;
        let line = &self.text[start..];
        let end = start + line.find('\n').unwrap_or(line.len());
        Some(
            Diagnostic::error(
                RULE,
                Span::new(self.id, start, start + self.text[start..end].trim_end().len()),
                "this string is not closed",
            )
            .help("a string ends on its line: write the closing `\"`; a quote inside is written `\\\"`"),
        )
    }

    /// A line that begins with a word that means nothing here.
    fn unknown(
        &self,
        word: &str,
        span: Span,
        known: &'static [&'static str],
        context: Rule,
    ) -> Diagnostic {
        let what = expected::context(context);
        if word.is_empty() {
            let first = self.text[span.start as usize..]
                .chars()
                .next()
                .unwrap_or_default();
            let place = Span::new(
                self.id,
                span.start as usize,
                span.start as usize + first.len_utf8(),
            );
            return Diagnostic::error(RULE, place, format!("expected {what}, found `{first}`"))
                .help(expected::begins(known));
        }
        let place = Span::new(
            self.id,
            span.start as usize,
            span.start as usize + word.len(),
        );
        if let Some(near) = suggest::nearest(word, known.iter().copied()) {
            return Diagnostic::error(
                RULE,
                place,
                format!("`{word}` does not begin {what}; did you mean `{near}`?"),
            )
            .label(format!("`{near}`?"))
            .fix(place, near, format!("write `{near}`"));
        }
        let help = expected::home(word).map_or_else(
            || expected::begins(known),
            |home| format!("`{word}` belongs in {home}"),
        );
        Diagnostic::error(RULE, place, format!("`{word}` does not begin {what}")).help(help)
    }

    /// A mail address without quotes at byte `at` of a clause.
    fn mail_address(&self, text: &str, at: usize, span: Span) -> Option<Diagnostic> {
        if !text[at..].starts_with('@') {
            return None;
        }
        let start = text[..at]
            .rfind(|c| !in_address(c))
            .map_or(0, |before| before + 1);
        let end = text[at..]
            .find(|c| !in_address(c))
            .map_or(text.len(), |after| at + after);
        let address = text.get(start..end)?;
        let offset = span.start as usize;
        let place = Span::new(self.id, offset + start, offset + end);
        Some(
            Diagnostic::error(RULE, place, format!("`{address}` is not a name"))
                .help("a mail address is written in quotes")
                .fix(place, format!("\"{address}\""), "write it in quotes"),
        )
    }

    /// Reads the text alone by the rule of its context, and says what was missing where.
    fn explain(&self, text: &str, span: Span, context: Rule) -> Diagnostic {
        // The space at the end lets a keyword without a value say what value it wants.
        let Err(error) = Grammar::parse(context, &format!("{text} ")) else {
            return Diagnostic::error(RULE, span, "this cannot be read");
        };
        let at = offset(&error).min(text.len());
        let rules: &[Rule] = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives,
            ErrorVariant::CustomError { .. } => &[],
        };
        if let Some(found) = self.mail_address(text, at, span) {
            return found;
        }
        let (at, found) = found(text, at);
        let start = span.start as usize + at;
        let place = Span::new(self.id, start, start + found.len());
        let wanted = expected::sentence(rules);
        let word = leading_word(text);
        let message = if wanted.is_empty() {
            format!("`{word}` wants more than this")
        } else if found.is_empty() {
            format!("expected {wanted}, found the end of the line")
        } else {
            format!("expected {wanted}, found `{found}`")
        };
        let mut diagnostic = Diagnostic::error(RULE, place, message);
        let advice = expected::help(rules, found);
        let form = expected::form(context, word).map(|form| format!("the form is `{form}`"));
        let help: Vec<String> = advice.into_iter().chain(form).collect();
        if !help.is_empty() {
            diagnostic = diagnostic.help(help.join("; "));
        }
        if let Some(near) = expected::meant(rules, found) {
            diagnostic = diagnostic.label(format!("did you mean `{near}`?")).fix(
                place,
                near,
                format!("write `{near}`"),
            );
        }
        diagnostic
    }
}

/// Whether a character may stand in a mail address.
fn in_address(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.+@".contains(character)
}

/// The word that a text begins with, or nothing.
fn leading_word(text: &str) -> &str {
    let end = text
        .find(|character: char| !(character.is_ascii_alphanumeric() || "-_".contains(character)))
        .unwrap_or(text.len());
    &text[..end]
}

/// The word or character at a place, white space before it skipped; empty at the end of the line.
fn found(text: &str, at: usize) -> (usize, &str) {
    let rest = &text[at..];
    let skipped = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let rest = &rest[skipped..];
    let word = rest
        .find(|character: char| !(character.is_alphanumeric() || "-_@".contains(character)))
        .unwrap_or(rest.len());
    let length = if word > 0 {
        word
    } else {
        match rest.chars().next() {
            None | Some('\n' | '\r') => 0,
            Some('"') => rest[1..].find('"').map_or(1, |end| end + 2),
            Some(other) => other.len_utf8(),
        }
    };
    if length == 0 {
        return (at, "");
    }
    (at + skipped, &rest[..length])
}
