//! Text of users in a picture: kept on one line, measured and shortened.

/// A text on one line without characters that act instead of being seen: line ends, tabs and
/// other control characters become spaces, controls of direction (Unicode Technical Report 36,
/// "Bidirectional text spoofing") the replacement character.
pub fn line(text: &str) -> String {
    // Most texts are plain, and most of a large report is text.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Part of a line end that the next character stands for too.
            '\r' => {}
            c if c.is_control() => out.push(' '),
            '\u{061C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
            | '\u{FFFE}'
            | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// How wide a character is in a proportional sans-serif font, in thousandths of the font's size.
/// The figures are those of the widest fonts in use (`DejaVu Sans`, Verdana), rounded up, so that a
/// text never needs more room than it was given.
fn thousandths(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' | ' ' => 340,
        'f' | 'r' | 't' | 'I' | '(' | ')' | '[' | ']' | '/' | '\\' | '-' | '"' => 430,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 1000,
        'A'..='Z' | '&' | '#' | '+' | '<' | '>' | '=' | '~' | '→' => 790,
        c if c.is_ascii() => 640,
        '\u{0300}'..='\u{036F}' | '\u{200B}'..='\u{200D}' => 0,
        '\u{00A0}'..='\u{10FF}' => 760,
        _ => 1050,
    }
}

/// The width of a text in pixels in a font of `size` pixels: an upper bound, see [`line`].
pub fn width(text: &str, size: f64) -> f64 {
    let sum: u32 = text
        .chars()
        .fold(0, |sum, c| sum.saturating_add(thousandths(c)));
    f64::from(sum) * size / 1000.0
}

/// The text if it fits into `room` pixels in a font of `size`, else its start and an ellipsis.
pub fn shortened(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = width("…", size);
    for c in text.chars() {
        used += f64::from(thousandths(c)) * size / 1000.0;
        if used > room {
            break;
        }
        out.push(c);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    out.push('…');
    out
}
