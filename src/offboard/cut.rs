//! Cuts made in a text so that what is left reads as if nothing had been there: whole lines where
//! a line is all that goes, no empty line too many, no separator left over.

use std::collections::BTreeMap;
use std::ops::Range;

use super::mention::{Cut, Extent};
use crate::source::{FileId, Span};
use crate::syntax::ast::Comment;

/// A part of a text that goes, whatever it was cut for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// The bytes.
    pub range: Range<usize>,
    /// The cuts that it was made for, as indices.
    pub cuts: Vec<usize>,
}

/// The gaps of one file, sorted, none touching another.
pub fn gaps(text: &str, comments: &[Comment], cuts: &[(usize, &Cut)]) -> Vec<Gap> {
    let knife = Knife {
        text,
        comments,
        start: if text.starts_with(BOM) {
            BOM.len_utf8()
        } else {
            0
        },
    };
    let mut all: Vec<(Range<usize>, usize)> = cuts
        .iter()
        .map(|(index, cut)| (knife.range(cut), *index))
        .collect();
    all.sort_by_key(|(range, index)| (range.start, range.end, *index));
    let mut gaps: Vec<Gap> = Vec::new();
    for (range, index) in all {
        match gaps.last_mut() {
            // What only touches was cut for reasons of its own.
            Some(last) if range.start < last.range.end => {
                last.range.end = last.range.end.max(range.end);
                last.cuts.push(index);
            }
            _ => gaps.push(Gap {
                range,
                cuts: vec![index],
            }),
        }
    }
    gaps
}

/// A text without its gaps.
pub fn without(text: &str, gaps: &[Gap]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut at = 0;
    for gap in gaps {
        left.push_str(&text[at..gap.range.start]);
        at = gap.range.end;
    }
    left.push_str(&text[at..]);
    left
}

/// Where a byte of the text without its gaps was in the text.
pub fn origin(gaps: &[Gap], byte: usize) -> usize {
    let mut at = byte;
    for gap in gaps {
        if gap.range.start > at {
            break;
        }
        at += gap.range.len();
    }
    at
}

/// The gaps of each file that has some.
pub type Gaps = BTreeMap<FileId, Vec<Gap>>;

/// Where a span of what is left was.
pub fn origin_of(gaps: &Gaps, span: Span) -> Span {
    match gaps.get(&span.file) {
        Some(gaps) => {
            let (start, end) = (span.start as usize, span.end as usize);
            Span::new(span.file, origin(gaps, start), origin(gaps, end))
        }
        None => span,
    }
}

/// What some editors put first in a file.
pub const BOM: char = '\u{FEFF}';

struct Knife<'t> {
    text: &'t str,
    comments: &'t [Comment],
    /// Where the text begins, past a byte order mark.
    start: usize,
}

impl Knife<'_> {
    fn range(&self, cut: &Cut) -> Range<usize> {
        let range = cut.span.start as usize..cut.span.end as usize;
        match cut.extent {
            Extent::Entries => range,
            Extent::Line => self.line(range),
            Extent::After(word) => self.part(range, word),
        }
    }

    /// An item or a line of one.
    fn line(&self, mut range: Range<usize>) -> Range<usize> {
        let behind = range.end + spaces(&self.text[range.end..]);
        let ends_itself = self.text[behind..].starts_with(';');
        if ends_itself {
            range.end = behind + 1;
        }
        let from = self.line_start(range.start);
        let is_first = self.text[from..range.start].trim().is_empty();
        if let (true, Some(end)) = (is_first, self.rest_of_line(range.end)) {
            return self.lines(from..end);
        }
        // Between others on one line.
        let before = self.text[from..range.start].trim_end();
        if !ends_itself && before.ends_with(';') {
            range.start = from + before.len() - 1;
        }
        let before = &self.text[from..range.start];
        let after = &self.text[range.end..];
        if before.ends_with([' ', '\t', '{']) || before.is_empty() {
            let ahead = spaces(after);
            let shuts = after[ahead..].starts_with('}');
            // One space stays before the brace that shuts.
            range.end += if shuts {
                ahead.saturating_sub(usize::from(before.ends_with('{')))
            } else {
                ahead
            };
        }
        range
    }

    /// A word and the list after it, at the end of a line or before its last words.
    fn part(&self, range: Range<usize>, word: &str) -> Range<usize> {
        let before = self.text[..range.start].trim_end_matches([' ', '\t']);
        let Some(head) = word_at_end(before, word) else {
            // The language has no other place for it; what is cut then fails to parse and is told.
            return range;
        };
        let from = self.line_start(head);
        let lead = self.text[from..head].trim_end();
        if !lead.is_empty() {
            return from + lead.len()..range.end;
        }
        if let Some(end) = self.rest_of_line(range.end) {
            // A comment behind it may be about the whole: it goes with its line all the same, since
            // what is left of the clause stands before it.
            return from..end;
        }
        // What follows on the line must follow what stands on the line before.
        let above = self.text[..from].trim_end_matches(['\n', '\r', ' ', '\t']);
        if self.is_comment(above.len().saturating_sub(1)) {
            return head..range.end + spaces(&self.text[range.end..]);
        }
        above.len()..range.end
    }

    /// Where the line that holds a byte begins.
    fn line_start(&self, byte: usize) -> usize {
        self.text[..byte]
            .rfind('\n')
            .map_or(self.start, |end| end + 1)
            .max(self.start)
    }

    /// The end of a line, its line end included, where nothing but a comment follows on it.
    fn rest_of_line(&self, byte: usize) -> Option<usize> {
        let end = self.text[byte..]
            .find('\n')
            .map_or(self.text.len(), |at| byte + at + 1);
        let rest = self.text[byte..end].trim();
        (rest.is_empty() || rest.starts_with("//")).then_some(end)
    }

    /// Whole lines, with the empty lines that would be too many without them.
    fn lines(&self, mut range: Range<usize>) -> Range<usize> {
        let above = self.text[self.start..range.start].lines().next_back();
        let parted = above.is_none_or(|line| {
            let line = line.trim();
            line.is_empty() || line.ends_with('{')
        });
        if parted {
            range.end += blank_lines(&self.text[range.end..]);
        }
        let rest = &self.text[range.end..];
        if rest.is_empty() || rest.trim_start_matches([' ', '\t']).starts_with('}') {
            while range.start > self.start {
                let last = self.line_start(range.start - 1);
                if !self.text[last..range.start].trim().is_empty() {
                    break;
                }
                range.start = last;
            }
        }
        range
    }

    fn is_comment(&self, byte: usize) -> bool {
        self.comments.iter().any(|comment| {
            let span = comment.span;
            (span.start as usize..span.end as usize).contains(&byte)
        })
    }
}

/// The place of words at the end of a text, each apart from the next by white space.
fn word_at_end(text: &str, words: &str) -> Option<usize> {
    let mut rest = text;
    for word in words.rsplit(' ') {
        rest = rest.trim_end().strip_suffix(word)?;
    }
    Some(rest.len())
}

/// How many bytes of spaces and tabs a text begins with.
fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// How many bytes of empty lines a text begins with.
fn blank_lines(text: &str) -> usize {
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            break;
        }
        length += line.len();
    }
    length
}
