//! Words that answers are put together from.

use crate::compile::Compiled;
use crate::source::Span;

/// A user's text as words quote it, cut where it is long.
pub(in crate::report) fn quoted(text: &str) -> String {
    const LONGEST: usize = 300;
    let mut folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() > LONGEST {
        folded = folded.chars().take(LONGEST).collect();
        folded.push('…');
    }
    // A text with backticks of its own would end the quotation early.
    if folded.contains('`') {
        folded = folded.replace('`', "'");
    }
    format!("`{folded}`")
}

/// Words as a sentence: a capital letter, and an end.
pub(in crate::report) fn sentence(words: &str) -> String {
    let mut text: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(first) = text.chars().next()
        && first.is_lowercase()
    {
        let upper: String = first.to_uppercase().collect();
        text.replace_range(..first.len_utf8(), &upper);
    }
    if !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    text
}

/// The verb of so many.
pub(super) fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// A span's place for people: `finance/books.scope:12`.
pub(in crate::report) fn place(compiled: &Compiled, span: Span) -> String {
    let sources = &compiled.sources;
    format!("{}:{}", sources.path(span), sources.line(span))
}
