//! How words, names and lists are written in a generated file.

/// The column that no generated list crosses; the formatter breaks longer ones.
const WIDTH: usize = 100;

/// Words that mean something of their own where an operation or a type may stand.
const MEANT: [&str; 35] = [
    "list",
    "get",
    "export",
    "create",
    "update",
    "delete",
    "approve",
    "trigger",
    "administer",
    "assume",
    "read",
    "write",
    "any",
    "where",
    "and",
    "until",
    "with",
    "without",
    "within",
    "except",
    "in",
    "on",
    "rotate",
    "because",
    "by",
    "for",
    "from",
    "to",
    "together",
    "also",
    "fields",
    "gives",
    "when",
    "anyone",
    "needs",
];

/// `name` as an operation is written: bare where it is a vendor's word, else in quotes.
pub fn word(name: &str) -> String {
    if is_word(name) && !MEANT.contains(&name) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// `text` in quotes.
pub fn quoted(text: &str) -> String {
    let mut all = String::with_capacity(text.len() + 2);
    all.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            all.push('\\');
        }
        all.push(character);
    }
    all.push('"');
    all
}

/// Whether `name` is a vendor's word: `[A-Za-z][A-Za-z0-9_-]*`.
pub fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// The words of a name in camel case, `kebab-case`, `snake_case` or with spaces, as written:
/// `GetDBInstance` gives `Get`, `DB`, `Instance`. A plural of capitals stays whole (`APIs`), and
/// digits belong to the word before them.
pub fn words(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, &character) in characters.iter().enumerate() {
        if !character.is_ascii_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        let before = index.checked_sub(1).map(|at| characters[at]);
        let after = characters.get(index + 1).copied();
        let second = characters.get(index + 2).copied();
        let starts = character.is_ascii_uppercase()
            && before.is_some_and(|before| {
                let plural =
                    after == Some('s') && second.is_none_or(|second| !second.is_ascii_lowercase());
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                        && after.is_some_and(|after| after.is_ascii_lowercase())
                    || before.is_ascii_uppercase()
                        && after.is_some_and(|after| after.is_ascii_lowercase())
                        && !plural
            });
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.push(character);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// `name` in kebab-case; what is neither letter nor digit separates.
pub fn kebab(name: &str) -> String {
    words(name)
        .iter()
        .map(|word| word.to_ascii_lowercase())
        .collect::<Vec<_>>()
        .join("-")
}

/// Lines that each begin with `lead`, together hold all of `entries` in order, and stay within 100
/// columns where one entry alone does.
pub fn filled(lead: &str, entries: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for entry in entries {
        if line.is_empty() {
            line = format!("{lead} {entry}");
        } else if line.chars().count() + 2 + entry.chars().count() <= WIDTH {
            line.push_str(", ");
            line.push_str(entry);
        } else {
            lines.push(std::mem::replace(&mut line, format!("{lead} {entry}")));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
