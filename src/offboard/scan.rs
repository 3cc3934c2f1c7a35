//! A name as a word of a text, told apart from the same letters inside of another word.

/// Where a word stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Within {
    /// In a comment.
    Comment,
    /// Between quotes: part of another name, or of prose.
    Quotes,
    /// Neither.
    Code,
}

/// Every line that has the word, from 1, with where in it, each pair once. Comments begin with
/// `comment` and end with their line, and so does a string that is left open.
pub fn lines(text: &str, word: &str, comment: &str) -> Vec<(u32, Within)> {
    let mut found = Vec::new();
    if word.is_empty() {
        return found;
    }
    for (line, number) in text.split('\n').zip(1u32..) {
        if !line.contains(word) {
            continue;
        }
        let mut within = Within::Code;
        let mut at = 0;
        while at < line.len() {
            let rest = &line[at..];
            if starts(line, at, word) && !found.contains(&(number, within)) {
                found.push((number, within));
            }
            if within == Within::Code && rest.starts_with(comment) {
                within = Within::Comment;
            }
            let Some(character) = rest.chars().next() else {
                break;
            };
            at += character.len_utf8();
            match (character, within) {
                ('"', Within::Code) => within = Within::Quotes,
                ('"', Within::Quotes) => within = Within::Code,
                ('\\', Within::Quotes) => at += line[at..].chars().next().map_or(0, char::len_utf8),
                _ => {}
            }
        }
    }
    found
}

/// Whether a text has the word, whatever stands around it.
pub fn has(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text
            .match_indices(word)
            .any(|(at, _)| starts(text, at, word))
}

/// Whether the word stands at a byte, and neither before nor after it goes on.
fn starts(text: &str, at: usize, word: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text[at..].starts_with(word)
        && !text[..at].ends_with(goes_on)
        && !text[at + word.len()..].starts_with(goes_on)
}
