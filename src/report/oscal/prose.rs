//! Texts of users as OSCAL takes them: its prose is Markdown, in which nothing that somebody wrote
//! may become a picture, a link, HTML or the insertion of a parameter.

use crate::diagnostic::visible;

/// A text as one line that shows what it holds, each run of white space one space.
fn folded(text: &str) -> String {
    let line = visible::line(text);
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The value of a property; none where nothing is left.
pub(super) fn value(text: &str) -> Option<String> {
    let folded = folded(text);
    (!folded.is_empty()).then_some(folded)
}

/// A title, which may not be empty.
pub(super) fn line(text: &str) -> String {
    let line = prose(text);
    if line.is_empty() {
        return "unnamed".to_owned();
    }
    line
}

/// A sentence of ours, in which names stand in backticks: they become code, all else is as written.
pub(super) fn prose(text: &str) -> String {
    let folded = folded(text);
    let parts: Vec<&str> = folded.split('`').collect();
    let last = parts.len() - 1;
    // Two backticks in a row, or one without another, is no way to mark a name.
    let paired = last.is_multiple_of(2)
        && parts
            .iter()
            .enumerate()
            .all(|(at, part)| at == 0 || at == last || !part.is_empty());
    if !paired || folded.contains("{{") {
        return escaped(&folded);
    }
    parts
        .iter()
        .enumerate()
        .map(|(at, part)| match at {
            0 => escaped(part),
            at if at % 2 == 1 => format!("`{part}`"),
            _ => inline(part),
        })
        .collect()
}

/// What stands in a file, as code.
pub(super) fn code(text: &str) -> String {
    let folded = folded(text);
    if folded.is_empty() || folded.contains('`') || folded.contains("{{") {
        return escaped(&folded);
    }
    format!("`{folded}`")
}

/// A text at the start of a paragraph, where more means something than within a line.
fn escaped(text: &str) -> String {
    let text = inline(text);
    if text.starts_with(['#', '+', '-', '=']) {
        return format!("\\{text}");
    }
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if number.len() < text.len() && number.starts_with(['.', ')']) {
        let digits = &text[..text.len() - number.len()];
        return format!("{digits}\\{number}");
    }
    text
}

fn inline(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\`*_[]<>&{}~|!".contains(character) {
            // An end of a sentence is no picture.
            if character != '!' || text.contains("![") {
                plain.push('\\');
            }
        }
        plain.push(character);
    }
    plain
}
