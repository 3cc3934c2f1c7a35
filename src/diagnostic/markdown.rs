//! Text of users in GitHub's Markdown, where it may mean nothing but itself.
//!
//! Whatever a user wrote stands in code spans (GitHub Flavored Markdown, 6.3 "Code spans"), in which
//! there is no HTML, no link, no mention and no reference to an issue; only words that consist of
//! letters stand outside. So nothing has to be known of what a host makes links of.

use super::visible;

/// The most characters of one text that are shown, and the most bytes.
const LONGEST: usize = 120;
const BYTES: usize = 240;
/// The most characters of a message, which may hold several texts.
const MESSAGE: usize = 400;

/// A text cut to so many characters and bytes.
fn cut(text: &str, characters: usize, bytes: usize) -> String {
    if text.chars().count() <= characters && text.len() <= bytes {
        return text.to_owned();
    }
    let mut cut = String::new();
    for character in text.chars().take(characters - 1) {
        if cut.len() + character.len_utf8() + '…'.len_utf8() > bytes {
            break;
        }
        cut.push(character);
    }
    cut.push('…');
    cut
}

/// A text as a code span, cut where it is long. The fence is longer than every run of backticks
/// inside.
pub fn code(text: &str) -> String {
    span(&cut(&visible::line(text), LONGEST, BYTES))
}

/// A text as a code span, at most so many characters of it.
pub fn code_of(text: &str, most: usize) -> String {
    span(&cut(&visible::line(text), most, 4 * most))
}

fn span(text: &str) -> String {
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    // One space at both ends is taken away when there is one at both.
    let is_padded = text.starts_with(' ') && text.ends_with(' ');
    let pad = if is_padded || text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Several texts as code spans, at most `most` of them, and how many more there are.
pub fn codes(texts: &[String], most: usize) -> String {
    let mut told: Vec<String> = texts.iter().take(most).map(|text| code(text)).collect();
    if texts.len() > most {
        told.push(format!("{} more", texts.len() - most));
    }
    told.join(", ")
}

/// A message, in which texts of users stand in backticks: these become code spans, and so does every
/// word that is not plainly a word.
pub fn prose(message: &str) -> String {
    prose_of(message, MESSAGE)
}

/// As [`prose`], at most so many characters of the message.
pub fn prose_of(message: &str, most: usize) -> String {
    let message = cut(&visible::line(message), most, 2 * most);
    let mut told: Vec<Piece> = Vec::new();
    let mut rest = message.as_str();
    while let Some((before, after)) = rest.split_once('`') {
        words(before, &mut told);
        if let Some((inside, after)) = after.split_once('`') {
            told.push(Piece::Quoted(inside.to_owned()));
            rest = after;
        } else {
            told.push(Piece::Strange(format!("`{after}")));
            rest = "";
        }
    }
    words(rest, &mut told);
    join(&told)
}

/// What follows a quoted name that owns something.
const OF: &str = "'s";

/// A part of a message.
enum Piece {
    /// Words that mean nothing to Markdown.
    Plain(String),
    /// A text of users.
    Quoted(String),
    /// A word that might mean something.
    Strange(String),
}

fn words(text: &str, told: &mut Vec<Piece>) {
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match (is_plain(word), told.last_mut()) {
            (true, _) => told.push(Piece::Plain(word.to_owned())),
            (false, Some(Piece::Strange(last))) => {
                last.push(' ');
                last.push_str(word);
            }
            (false, _) => told.push(Piece::Strange(word.to_owned())),
        }
    }
}

fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        let (glued, written) = match piece {
            // What follows a quoted text at once is punctuation of the sentence.
            Piece::Plain(word) => {
                let follows = word.starts_with([',', ';', ':', ')', '.']) || word == OF;
                (follows, word.clone())
            }
            Piece::Quoted(word) | Piece::Strange(word) => (text.ends_with('('), code(word)),
        };
        // Two code spans that touch would be read as one.
        if !text.is_empty() && !glued {
            text.push(' ');
        }
        text.push_str(&written);
    }
    text
}

/// Whether a word can only be read as a word or a number: letters, or up to six digits and signs
/// of a date, with the punctuation of a sentence around it. A longer number might be the name of a
/// commit, and a letter with a number that of an issue.
fn is_plain(word: &str) -> bool {
    if matches!(
        word,
        OF | "→" | "·" | "—" | "–" | "(" | ")" | "," | ";" | ":" | "." | ")." | ")," | ");" | "):"
    ) {
        return true;
    }
    let core = word
        .strip_prefix('(')
        .unwrap_or(word)
        .trim_end_matches([',', ';', ':', '.', ')', '\'']);
    let is_edged = core.starts_with(|c: char| c.is_ascii_alphanumeric())
        && core.ends_with(|c: char| c.is_ascii_alphanumeric());
    let letters = core
        .chars()
        .all(|c| c.is_ascii_alphabetic() || c == '-' || c == '\'');
    let digits = core.chars().filter(char::is_ascii_digit).count();
    let number = core.chars().all(|c| c.is_ascii_digit() || "-.".contains(c)) && digits <= 8;
    let duration = digits > 0
        && core.len() <= 6
        && core.starts_with(|c: char| c.is_ascii_digit())
        && core.chars().all(|c| c.is_ascii_alphanumeric());
    let is_hash = core.len() >= 7 && core.chars().all(|c| c.is_ascii_hexdigit());
    is_edged && !is_hash && (letters || number || duration)
}

/// A row of a table. Only code spans hold bars, and a table takes the backslash away even there.
pub fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The heading of a table, with the line below it.
pub fn heading(names: &[&str]) -> String {
    format!(
        "| {} |\n|{}\n",
        names.join(" | "),
        " --- |".repeat(names.len())
    )
}
