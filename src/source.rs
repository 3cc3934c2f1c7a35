//! Where text comes from: files, spans and the way from a byte to a line and column.

use std::fmt;

/// The index of a file in a [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A range of bytes in one file. `start <= end`, both on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `file` from byte `start` up to, not including, byte `end`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            file,
            start: narrow(start),
            end: narrow(end),
        }
    }

    /// The smallest span that holds both; `other` must be of the same file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether all of `inner` lies in this one.
    pub fn holds(self, inner: Span) -> bool {
        self.file == inner.file && self.start <= inner.start && inner.end <= self.end
    }

    /// The empty span at the start of this one.
    #[must_use]
    pub fn first(self) -> Span {
        Span {
            end: self.start,
            ..self
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A line and a column, both counted from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

/// One text: its path relative to the project (`/`-separated) and its content.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Relative to the project; texts of the standard library start with `stdlib:`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Byte offsets at which lines start.
    line_starts: Vec<u32>,
    /// How many characters stand before every [`STRIDE`]th byte, so that the column of a byte in a
    /// line of megabytes is found without reading the line.
    characters: Vec<u32>,
}

/// The distance in bytes between two counts of characters.
const STRIDE: usize = 1024;

/// How many characters begin in some bytes of UTF-8.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

impl SourceFile {
    /// A file of that path and text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let mut line_starts = vec![0];
        for (index, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                line_starts.push(u32::try_from(index + 1).unwrap_or(u32::MAX));
            }
        }
        let mut characters = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut before = 0;
        for bytes in text.as_bytes().chunks(STRIDE) {
            characters.push(u32::try_from(before).unwrap_or(u32::MAX));
            before += begun(bytes);
        }
        Self {
            path: path.into(),
            text,
            line_starts,
            characters,
        }
    }

    /// The place of byte `offset`; past the end, the place of the end.
    pub fn place(&self, offset: u32) -> Place {
        let line = self.line_starts.partition_point(|&start| start <= offset) - 1;
        let start = self.line_starts[line] as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.characters_before(end) - self.characters_before(start);
        Place {
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }

    /// The line of byte `offset`, from 1; past the end, that of the end.
    pub fn line_of(&self, offset: u32) -> u32 {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// How many characters begin before byte `offset`, which is not past the end.
    fn characters_before(&self, offset: usize) -> usize {
        let Some(&counted) = self.characters.get(offset / STRIDE) else {
            // Only an end that is a multiple of the stride has no count of its own.
            let last = self.characters.len().saturating_sub(1);
            let counted = self.characters.get(last).map_or(0, |&count| count as usize);
            return counted + begun(&self.text.as_bytes()[last * STRIDE..offset]);
        };
        let from = offset / STRIDE * STRIDE;
        counted as usize + begun(&self.text.as_bytes()[from..offset])
    }

    /// How many lines there are; text after the last line end counts as one, even when empty.
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.line_starts.len()).unwrap_or(u32::MAX)
    }

    /// The byte at which line `line` (from 1) begins; past the last line, the end of the text.
    pub fn line_start(&self, line: u32) -> usize {
        let index = line.saturating_sub(1) as usize;
        self.line_starts
            .get(index)
            .map_or(self.text.len(), |&start| start as usize)
    }

    /// The text of line `line` (from 1) without its line end, or nothing past the end.
    pub fn line(&self, line: u32) -> &str {
        let index = line.saturating_sub(1) as usize;
        let Some(&start) = self.line_starts.get(index) else {
            return "";
        };
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.text.len(), |&next| next as usize);
        self.text[start as usize..end].trim_end_matches(['\n', '\r'])
    }
}

/// All texts of one compilation: the project's, then those of the standard library that were read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// The file of that id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Every file with its id, in the order added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(&self.files)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The path of a span's file.
    pub fn path(&self, span: Span) -> &str {
        &self.file(span.file).path
    }

    /// The place where a span begins.
    pub fn place(&self, span: Span) -> Place {
        self.file(span.file).place(span.start)
    }

    /// The line on which a span begins, from 1.
    pub fn line(&self, span: Span) -> u32 {
        self.file(span.file).line_of(span.start)
    }

    /// The place just past a span.
    pub fn end_place(&self, span: Span) -> Place {
        self.file(span.file).place(span.end)
    }

    /// The text under a span.
    pub fn text(&self, span: Span) -> &str {
        &self.file(span.file).text[span.start as usize..span.end as usize]
    }
}
