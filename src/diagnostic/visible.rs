//! Text of users made safe to show: a file under review must not be able to move the reader's
//! cursor, recolour the terminal or turn the direction of a line.

/// Whether a character would act on the terminal, or on the order of the text, instead of being
/// seen: control characters and the bidirectional controls (Unicode Technical Report 36, "Bidirectional text spoofing").
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
            | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// What is shown instead of a character: itself, or its picture (`U+2400` and following) when it
/// is an ASCII control character, or the replacement character. Tabs stay.
pub(super) fn character(character: char) -> char {
    match character {
        '\t' => '\t',
        '\u{0}'..='\u{1F}' => char::from_u32(0x2400 + character as u32).unwrap_or('\u{FFFD}'),
        '\u{7F}' => '\u{2421}',
        other if acts(other) => '\u{FFFD}',
        other => other,
    }
}

/// A text of several lines, each made safe; line ends are kept as `\n`.
pub(crate) fn text(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\n' { c } else { character(c) })
        .collect()
}

/// A text of one line, made safe; line ends and tabs become spaces.
pub(crate) fn line(text: &str) -> String {
    text.replace("\r\n", " ")
        .chars()
        .map(|c| match c {
            '\n' | '\t' => ' ',
            other => character(other),
        })
        .collect()
}
