//! The parts that a comment is put together from, none of which takes more room than it is given.

use crate::diagnostic::markdown::{heading, row};
use std::fmt::Write as _;

/// GitHub refuses a comment of more than 65,536 characters; a byte is at most one.
const ROOM: usize = 65_000;
/// What the last line and the ends of parts take.
const END: usize = 2_000;

/// How many bytes a part may take that wants `part`.
pub fn room(out: &str, part: usize) -> usize {
    part.min(ROOM.saturating_sub(out.len() + END))
}

/// Writes as many lines as there is room for; how many are left out.
pub fn lines(out: &mut String, lines: impl ExactSizeIterator<Item = String>, part: usize) -> usize {
    let end = out.len() + room(out, part);
    let mut left = lines.len();
    for line in lines {
        if out.len() + line.len() > end {
            break;
        }
        out.push_str(&line);
        left -= 1;
    }
    left
}

/// A folded part; the empty lines make Markdown of what is inside.
pub fn fold(out: &mut String, title: &str, open: bool, write: impl FnOnce(&mut String)) {
    let open = if open { " open" } else { "" };
    let _ = write!(out, "<details{open}>\n<summary>{title}</summary>\n\n");
    write(out);
    out.push_str("</details>\n\n");
}

/// A table with as many of the rows as there is room for; how many those are.
pub fn table(
    out: &mut String,
    heads: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    part: usize,
) -> usize {
    let room = room(out, part);
    let mut text = heading(heads);
    let mut written = 0;
    for row in rows {
        let line = self::row(&row);
        if text.len() + line.len() > room {
            break;
        }
        text.push_str(&line);
        written += 1;
    }
    if written > 0 {
        out.push_str(&text);
        out.push('\n');
    }
    written
}

/// What is left out, and where it is.
pub fn more(out: &mut String, count: usize) {
    if count > 0 {
        let _ = write!(
            out,
            "And {count} more, for which a comment has no room: `scopec diff --format json` lists all.\n\n"
        );
    }
}
