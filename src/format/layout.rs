//! How the tokens of one clause are set: on one line where they fit, else broken after commas and
//! before continuation words.

use super::token::{Kind, Token};
use crate::syntax::expected;

/// The last column that a line uses if it can.
pub(super) const WIDTH: usize = 100;

/// Values of aligned clauses stand so many columns after their keyword's first letter.
const COLUMN: usize = 11;

/// Words that begin another list of the same clause, on the same line.
const LISTS: [&str; 7] = [
    "implies", "permits", "optional", "one", "needs", "lifted", "against",
];

/// A clause on one line. `aligned` is the number of words in its keyword when its value stands in
/// the column.
pub(super) fn flat(tokens: &[Token<'_>], aligned: Option<usize>) -> String {
    let mut line = String::new();
    push(&mut line, tokens, 0, tokens.len(), aligned);
    line
}

/// A clause whose first line begins at column `indent` (from 0), with room for `after` columns
/// after its last token.
pub(super) fn clause(
    tokens: &[Token<'_>],
    aligned: Option<usize>,
    indent: usize,
    after: usize,
) -> String {
    let comments = tokens.iter().any(|token| token.kind == Kind::Comment);
    if !comments {
        let line = flat(tokens, aligned);
        if indent + width(&line) + after <= WIDTH {
            return line;
        }
    }
    let mut page = Page {
        text: String::new(),
        column: indent,
        indent: indent + 2,
        fresh: false,
    };
    let mut broken = false;
    let mut start = 0;
    while start < tokens.len() {
        let end = segment_end(tokens, start);
        broken = page.segment(tokens, start, end, aligned, after, broken);
        start = end;
    }
    page.text
}

struct Page {
    text: String,
    column: usize,
    indent: usize,
    /// Whether the line holds nothing yet.
    fresh: bool,
}

impl Page {
    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', self.indent));
        self.column = self.indent;
        self.fresh = true;
    }

    /// Sets tokens on the line, with the space that belongs before them.
    fn put(&mut self, tokens: &[Token<'_>], start: usize, end: usize, aligned: Option<usize>) {
        let mut line = String::new();
        push(&mut line, tokens, start, end, aligned);
        if start > 0 && !self.fresh && spaced(tokens, start) {
            self.text.push(' ');
            self.column += 1;
        }
        self.column += width(&line);
        self.text.push_str(&line);
        self.fresh = false;
    }

    /// Sets one segment; gives whether it was broken.
    fn segment(
        &mut self,
        tokens: &[Token<'_>],
        start: usize,
        end: usize,
        aligned: Option<usize>,
        after: usize,
        broken_before: bool,
    ) -> bool {
        let inside = &tokens[start..end];
        let comments = inside.iter().any(|token| token.kind == Kind::Comment);
        let breakable = start >= 2 && breaks(tokens, start);
        let mut line = String::new();
        push(&mut line, tokens, start, end, aligned);
        let room = if end == tokens.len() { after } else { 0 };
        if broken_before && breakable && !self.fresh {
            self.line();
        }
        let needed = width(&line) + usize::from(!self.fresh) + room;
        if !comments && self.column + needed <= WIDTH {
            self.put(tokens, start, end, aligned);
            return false;
        }
        let depth = usize::from(!commas(inside, 0));
        let entries = entries(tokens, start, end, depth);
        if breakable && !self.fresh {
            let first = entries.first().copied().unwrap_or(end);
            let mut entry = String::new();
            push(&mut entry, tokens, start, first, aligned);
            if self.column + 1 + width(&entry) > WIDTH || (entries.len() < 2 && !comments) {
                self.line();
            }
        }
        let mut from = start;
        for (index, &to) in entries.iter().enumerate() {
            if index > 0 && !self.fresh {
                self.line();
            }
            self.entry(tokens, from, to, aligned);
            from = to;
        }
        entries.len() > 1 || comments
    }

    /// Sets one entry of a list and the comments in it, each of which ends its line.
    fn entry(&mut self, tokens: &[Token<'_>], start: usize, end: usize, aligned: Option<usize>) {
        let mut from = start;
        for at in start..end {
            if tokens[at].kind != Kind::Comment {
                continue;
            }
            if from < at {
                self.put(tokens, from, at, aligned);
            }
            if tokens[at].line_ends > 0 && !self.fresh {
                self.line();
            }
            if !self.fresh {
                self.text.push(' ');
            }
            self.text.push_str(tokens[at].text);
            self.line();
            from = at + 1;
        }
        if from < end {
            self.put(tokens, from, end, aligned);
        }
    }
}

/// Where the entries of a list end: after each comma at that depth, and the comments that follow.
fn entries(tokens: &[Token<'_>], start: usize, end: usize, depth: usize) -> Vec<usize> {
    let mut entries = Vec::new();
    let mut open = 0usize;
    let mut at = start;
    while at < end {
        let token = &tokens[at];
        at += 1;
        if token.is("(") || token.is("[") {
            open += 1;
        } else if token.is(")") || token.is("]") {
            open = open.saturating_sub(1);
        } else if token.is(",") && open == depth {
            while at < end && tokens[at].kind == Kind::Comment {
                at += 1;
            }
            entries.push(at);
        }
    }
    if entries.last() != Some(&end) {
        entries.push(end);
    }
    entries
}

/// Whether a comma stands at that depth.
fn commas(tokens: &[Token<'_>], depth: usize) -> bool {
    entries(tokens, 0, tokens.len(), depth).len() > 1
}

/// Where the segment that begins at `start` ends: before the next word that begins another part.
fn segment_end(tokens: &[Token<'_>], start: usize) -> usize {
    let mut open = 0usize;
    for at in start..tokens.len() {
        let token = &tokens[at];
        if token.is("(") || token.is("[") {
            open += 1;
        } else if token.is(")") || token.is("]") {
            open = open.saturating_sub(1);
        } else if at > start && at >= 2 && open == 0 && starts(tokens, at) {
            return at;
        }
    }
    tokens.len()
}

/// Whether a part of a clause begins here.
fn starts(tokens: &[Token<'_>], at: usize) -> bool {
    breaks(tokens, at) || free(tokens, at) && LISTS.contains(&tokens[at].text)
}

/// Whether a line may begin here.
fn breaks(tokens: &[Token<'_>], at: usize) -> bool {
    free(tokens, at) && expected::CONTINUATION.contains(&tokens[at].text)
}

/// Whether a word stands for itself here: no step of a reference, and not half of `not in`,
/// `except within`, `also on`, `one of` …
fn free(tokens: &[Token<'_>], at: usize) -> bool {
    let before = &tokens[at - 1];
    let bound = before.kind == Kind::Word
        && matches!(
            before.text,
            "not" | "except" | "also" | "together" | "lifted" | "binds"
        );
    let entry = before.is(",") && !LISTS.contains(&tokens[at].text);
    tokens[at].kind == Kind::Word && !bound && !entry && !before.is(".")
}

/// Sets tokens on one line.
fn push(line: &mut String, tokens: &[Token<'_>], start: usize, end: usize, aligned: Option<usize>) {
    let base = line.len();
    for at in start..end {
        if at > start && spaced(tokens, at) {
            line.push(' ');
        }
        if start == 0 && aligned == Some(at) {
            let column = line.len() - base;
            line.extend(std::iter::repeat_n(' ', COLUMN.saturating_sub(column)));
        }
        line.push_str(tokens[at].text);
    }
}

/// Whether a space stands between a token and the one before it.
fn spaced(tokens: &[Token<'_>], at: usize) -> bool {
    let (before, token) = (&tokens[at - 1], &tokens[at]);
    let glued_left = ["(", "[", "."].iter().any(|sign| before.is(sign));
    let glued_right = [",", ".", ")", "]", "(", ":"]
        .iter()
        .any(|sign| token.is(sign));
    !glued_left && !glued_right
}

/// The number of columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}
