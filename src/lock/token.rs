//! Words of a line: what is quoted, and where a line falls apart.

use std::fmt::Write as _;

/// A text in quotes, on one line whatever it holds: what would end the text, the line or the
/// reader's sense of direction is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            _ => put(character, &mut out),
        }
    }
    out.push('"');
    out
}

/// Puts in a character, or its number where it would act instead of being seen (Unicode Technical
/// Report 36, "Bidirectional text spoofing").
pub(super) fn put(character: char, out: &mut String) {
    let acts = character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
            | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    if acts {
        let _ = write!(out, "\\u{{{:x}}}", character as u32);
    } else {
        out.push(character);
    }
}

/// The text that [`quoted`] put in quotes; none where it is not such a text.
pub(super) fn unquoted(word: &str) -> Option<String> {
    let inner = word.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        match character {
            '"' => return None,
            '\\' => match rest.next()? {
                escaped @ ('"' | '\\') => out.push(escaped),
                'u' => {
                    let after = rest.as_str().strip_prefix('{')?;
                    let (digits, after) = after.split_once('}')?;
                    out.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                    rest = after.chars();
                }
                _ => return None,
            },
            _ => out.push(character),
        }
    }
    // Whatever can be written in two ways would be two lines that mean one thing.
    (quoted(&out) == word).then_some(out)
}

/// Whether a text is a word that stands without quotes.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// Whether a text is a name of the vendor's or the project's that stands without quotes.
fn is_name(text: &str) -> bool {
    is_plain(text) && !text.contains('.')
}

/// A name as it stands in a path: `s3`, `"code signing config"`.
pub(super) fn name(text: &str) -> String {
    if is_name(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// An operation as it stands in a line. One whose name could be taken for a list is in quotes.
pub(super) fn operation(text: &str) -> String {
    if is_plain(text) || wildcard(text).is_some() {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// What a wildcard stands for all of: `aws` of `aws.*`, `aws.s3` of `aws.s3.*`.
pub(super) fn wildcard(text: &str) -> Option<&str> {
    text.strip_suffix(".*").filter(|head| is_plain(head))
}

/// The words of a line: what stands between single spaces, those in quotes and parentheses and
/// brackets left where they are. None where a quote or a bracket has no other end, or two spaces
/// meet.
pub(super) fn words(line: &str) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let mut in_quotes = false;
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        if in_quotes {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_quotes = false,
                _ => {}
            }
            continue;
        }
        match character {
            '"' => in_quotes = true,
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.checked_sub(1)?,
            ' ' if depth == 0 => {
                words.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&line[start..]);
    let whole = !in_quotes && depth == 0 && words.iter().all(|word| !word.is_empty());
    whole.then_some(words)
}
