//! The few lines of a file that a diagnostic shows, as a source that miette can read.
//!
//! Only those lines are copied, long ones cut around what is marked, so the cost of a diagnostic
//! does not grow with the file it stands in.

use std::fmt::Write as _;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::visible;
use crate::source::{SourceFile, Span};

/// The most characters of a line that are shown.
const WIDTH: usize = 200;
/// How many characters before a mark stay visible when its line is cut.
const LEAD: usize = 60;
/// A mark over more lines than this is drawn on its first line only.
const LINES: u32 = 8;

/// One place to be marked.
pub(super) struct Mark<'a> {
    /// Where; all marks of an excerpt are of one file.
    pub span: Span,
    /// What is said under it; may be empty.
    pub message: &'a str,
}

/// Lines of one file around some marks.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The file's path.
    name: String,
    /// The shown lines, joined by `\n`, in the file's order.
    text: String,
    /// One entry a shown line, in order.
    lines: Vec<Line>,
    /// The marks, in terms of `text`; the first one is the main one.
    labels: Vec<LabeledSpan>,
}

/// A line of an excerpt.
#[derive(Debug)]
struct Line {
    /// Its number in the file, from 1.
    number: u32,
    /// Where it starts in the excerpt's text.
    start: usize,
    /// How many characters are cut off at its start.
    cut: usize,
}

/// A mark by lines: first line, last line, and byte offsets within them.
struct Range {
    first: u32,
    first_byte: usize,
    last: u32,
    last_byte: usize,
}

impl Range {
    fn of(file: &SourceFile, span: Span) -> Self {
        let place = |offset: u32| {
            let line = file.place(offset).line;
            let before = file.line_start(line);
            (line, (offset as usize).saturating_sub(before))
        };
        let (first, first_byte) = place(span.start);
        let (mut last, mut last_byte) = place(span.end.max(span.start));
        if last > first && last_byte == 0 {
            last -= 1;
            last_byte = file.line(last).len();
        }
        if last - first >= LINES {
            last = first;
            last_byte = file.line(first).len();
        }
        Self {
            first,
            first_byte,
            last,
            last_byte,
        }
    }
}

impl Excerpt {
    /// The lines of `file` around `marks`, one line of context before and after each.
    pub(super) fn new(file: &SourceFile, marks: &[Mark<'_>]) -> Self {
        let ranges: Vec<Range> = marks.iter().map(|m| Range::of(file, m.span)).collect();
        let mut numbers: Vec<u32> = ranges
            .iter()
            .flat_map(|range| range.first.saturating_sub(1).max(1)..=range.last + 1)
            .filter(|&number| number <= file.line_count())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();

        let mut excerpt = Self {
            name: visible::line(&file.path),
            text: String::new(),
            lines: Vec::with_capacity(numbers.len()),
            labels: Vec::with_capacity(marks.len()),
        };
        let mut starts = vec![0; marks.len()];
        let mut ends = vec![0; marks.len()];
        for number in numbers {
            excerpt.push_line(file.line(number), number, &ranges, &mut starts, &mut ends);
        }
        for (index, mark) in marks.iter().enumerate() {
            let span: SourceSpan =
                (starts[index], ends[index].saturating_sub(starts[index])).into();
            let message = (!mark.message.is_empty()).then(|| words(mark.message));
            excerpt.labels.push(if index == 0 {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            });
        }
        excerpt
    }

    /// The marks, in terms of this excerpt.
    pub(super) fn labels(&self) -> &[LabeledSpan] {
        &self.labels
    }

    /// Adds one line, cut where it is too long, and notes where the marks that begin or end on it
    /// have come to stand.
    fn push_line(
        &mut self,
        line: &str,
        number: u32,
        ranges: &[Range],
        starts: &mut [usize],
        ends: &mut [usize],
    ) {
        if !self.lines.is_empty() {
            self.text.push('\n');
        }
        let start = self.text.len();
        let from = window(line, number, ranges);
        let cut = line[..from].chars().count();
        let mut offsets = Vec::with_capacity(WIDTH + 2);
        if cut > 0 {
            self.text.push('…');
        }
        for (index, character) in line[from..].char_indices().take(WIDTH) {
            offsets.push((from + index, self.text.len()));
            self.text.push(visible::character(character));
        }
        let shown_to = byte_of(&line[from..], WIDTH) + from;
        offsets.push((shown_to, self.text.len()));
        if shown_to < line.len() {
            self.text.push('…');
        }
        let place = |byte: usize| {
            let at = offsets.partition_point(|&(original, _)| original < byte);
            offsets[at.min(offsets.len() - 1)].1
        };
        let mut room_needed = false;
        for (index, range) in ranges.iter().enumerate() {
            if range.first == number {
                starts[index] = place(range.first_byte);
                room_needed |= starts[index] >= self.text.len();
            }
            if range.last == number {
                ends[index] = place(range.last_byte);
            }
        }
        if room_needed {
            // A mark at the end of a line needs a cell to stand under.
            self.text.push(' ');
        }
        self.lines.push(Line { number, start, cut });
    }

    /// The index of the shown line that holds byte `offset` of the excerpt.
    fn line_at(&self, offset: usize) -> usize {
        self.lines
            .partition_point(|line| line.start <= offset)
            .saturating_sub(1)
    }

    /// Where the line of that index ends in the excerpt's text, its line end left out.
    fn line_end(&self, index: usize) -> usize {
        self.lines
            .get(index + 1)
            .map_or(self.text.len(), |next| next.start - 1)
    }
}

/// The words under a mark, cut where they would be wider than a line of source may be.
fn words(message: &str) -> String {
    let mut words: String = visible::line(message).chars().take(WIDTH + 1).collect();
    if words.chars().count() > WIDTH {
        words.pop();
        words.push('…');
    }
    words
}

/// The byte from which [`WIDTH`] characters of a line are shown: a little before its first mark, and
/// not so late that fewer are left. Looks only at the bytes around, since a line may be very long.
fn window(line: &str, number: u32, ranges: &[Range]) -> usize {
    if line.len() <= WIDTH {
        return 0;
    }
    let mut marked = ranges
        .iter()
        .find(|range| range.first == number)
        .map_or(0, |range| range.first_byte.min(line.len()));
    while !line.is_char_boundary(marked) {
        marked -= 1;
    }
    let back = |from: usize, characters: usize| match characters {
        0 => from,
        _ => line[..from]
            .char_indices()
            .rev()
            .nth(characters - 1)
            .map_or(0, |(byte, _)| byte),
    };
    let from = back(marked, LEAD);
    let left = line[from..].chars().take(WIDTH).count();
    back(from, WIDTH - left)
}

/// How many characters stand before byte `offset` of a line.
fn count(line: &str, offset: usize) -> usize {
    line.char_indices()
        .take_while(|&(index, _)| index < offset)
        .count()
}

/// The byte at which the character of that index begins, or the end.
fn byte_of(line: &str, index: usize) -> usize {
    line.char_indices()
        .nth(index)
        .map_or(line.len(), |(byte, _)| byte)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        if end > self.text.len() || self.lines.is_empty() {
            return Err(MietteError::OutOfBounds);
        }
        let joined =
            |a: usize, b: usize| (self.lines[b].number - self.lines[a].number) as usize == b - a;
        let (mut first, mut last) = (self.line_at(span.offset()), self.line_at(end));
        if !joined(first, last) {
            // Lines are missing between the two, so they cannot be shown as one piece.
            return Err(MietteError::OutOfBounds);
        }
        if context_lines_before == 0 && context_lines_after == 0 {
            let line = &self.lines[first];
            let shown = count(&self.text[line.start..], span.offset() - line.start);
            let column = shown + line.cut - usize::from(line.cut > 0).min(shown);
            return Ok(Box::new(MietteSpanContents::new_named(
                self.name.clone(),
                &self.text.as_bytes()[span.offset()..end],
                *span,
                line.number as usize - 1,
                column,
                last - first + 1,
            )));
        }
        for _ in 0..context_lines_before {
            if first > 0 && joined(first - 1, first) {
                first -= 1;
            }
        }
        for _ in 0..context_lines_after {
            if last + 1 < self.lines.len() && joined(last, last + 1) {
                last += 1;
            }
        }
        let (from, to) = (self.lines[first].start, self.line_end(last));
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[from..to],
            (from, to - from).into(),
            self.lines[first].number as usize - 1,
            0,
            last - first + 1,
        )))
    }
}

/// The lines that a replacement leaves behind, common indentation removed, or nothing when they
/// are too many or too long to be read at a glance.
pub(super) fn replaced(file: &SourceFile, span: Span, replacement: &str) -> Option<String> {
    let range = Range::of(file, span);
    let (start, end) = (span.start as usize, span.end as usize);
    let from = file.line_start(range.first);
    let last = file.place(span.end).line;
    let to = file.line_start(last) + file.line(last).len();
    if last - range.first > 3 || to - from > 4 * WIDTH || replacement.len() > 4 * WIDTH {
        return None;
    }
    let text = &file.text;
    let after = text.get(end..to.max(end))?;
    let whole = visible::text(&format!("{}{replacement}{after}", text.get(from..start)?));
    let lines: Vec<&str> = whole
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if lines.is_empty() || lines.len() > 6 || lines.iter().any(|l| l.chars().count() > WIDTH) {
        return None;
    }
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines.iter().map(|line| indent(line)).min().unwrap_or(0);
    let mut shown = String::new();
    for line in lines {
        let _ = write!(shown, "\n  {}", line[common..].trim_end());
    }
    Some(shown)
}
