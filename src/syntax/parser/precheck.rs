//! What is wrong with a text before it is read: its size, and characters that hide something.

use super::Reader;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// The rule of all diagnostics of the language front.
pub(super) const RULE: &str = "syntax";

/// So many characters are named one by one; the rest is counted.
const NAMED: usize = 20;

/// A file larger than [`super::LARGEST_FILE`].
pub(super) fn too_large(id: FileId, bytes: usize) -> Diagnostic {
    Diagnostic::error(
        RULE,
        Span::new(id, 0, 0),
        format!(
            "this file holds {bytes} bytes; at most {} are read",
            super::LARGEST_FILE
        ),
    )
    .help("split it: names are project-wide, so any item may move to another file")
}

/// Finds control characters and characters that change the direction of text, and remembers where
/// they are, so that the items they stand in count as unread.
pub(super) fn characters(reader: &mut Reader<'_>) {
    let bytes = reader.text.as_bytes();
    let mut places = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        if matches!(byte, b' '..0x7f | b'\n' | b'\t') {
            continue;
        }
        let next = |offset: usize| bytes.get(at + offset).copied();
        let hidden = match byte {
            b'\r' => next(1) != Some(b'\n'),
            0xc2 => next(1).is_some_and(|second| second < 0xa0),
            0xd8 => next(1) == Some(0x9c),
            0xe2 => matches!(
                (next(1), next(2)),
                (Some(0x80), Some(0x8e | 0x8f | 0xaa..=0xae)) | (Some(0x81), Some(0xa6..=0xa9))
            ),
            other => other < b' ' || other == 0x7f,
        };
        if hidden {
            places.push(at);
        }
    }
    for &at in places.iter().take(NAMED) {
        let found = hidden(reader, at);
        reader.diagnostics.push(found);
    }
    if places.len() > NAMED {
        let more = places.len() - NAMED;
        let place = Span::new(reader.id, places[NAMED], places[NAMED]);
        reader.diagnostics.push(Diagnostic::error(
            RULE,
            place,
            format!("and {more} more characters of this kind in this file"),
        ));
    }
    reader.hidden = places;
}

fn hidden(reader: &Reader<'_>, at: usize) -> Diagnostic {
    let character = reader.text[at..].chars().next().unwrap_or_default();
    let span = Span::new(reader.id, at, at + character.len_utf8());
    let code = u32::from(character);
    if character.is_control() {
        let name = if character == '\r' {
            "a carriage return alone".to_owned()
        } else {
            format!("the control character U+{code:04X}")
        };
        Diagnostic::error(RULE, span, format!("{name} cannot stand in a file"))
            .help("it is invisible, so what is read would not be what is shown; delete it")
    } else {
        Diagnostic::error(
            RULE,
            span,
            format!("the text-direction character U+{code:04X} cannot stand in a file"),
        )
        .help("it shows text in another order than it is read; delete it")
    }
    .fix(span, "", "delete the character")
}
