//! SQL statements, one a line, so that a line number names a statement.

/// A name as an identifier: always quoted, so that its case and any character are kept, `"` doubled.
/// The same in `PostgreSQL` and Snowflake (SQL standard, delimited identifiers).
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Several names joined with dots.
pub fn qualified<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(identifier).collect();
    names.join(".")
}

/// A text as a literal, `'` doubled. A backslash is given by number: `PostgreSQL` takes one as it is and
/// Snowflake as an escape, and only doubling within `PostgreSQL`'s `E''` or Snowflake's `''` agree.
pub fn literal(text: &str, dialect: Dialect) -> String {
    let quoted = text.replace('\'', "''");
    match dialect {
        Dialect::Postgres => format!("'{quoted}'"),
        Dialect::Snowflake => format!("'{}'", quoted.replace('\\', "\\\\")),
    }
}

/// Whose SQL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// `PostgreSQL` 15 and later, with `standard_conforming_strings` on, as it is by default.
    Postgres,
    /// Snowflake.
    Snowflake,
}

/// A script that knows the line of each statement.
#[derive(Clone, Default, Debug)]
pub struct Script {
    text: String,
    lines: u32,
}

impl Script {
    /// An empty script.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a comment line; control characters become spaces.
    pub fn comment(&mut self, words: &str) {
        self.push("-- ", words, "");
    }

    /// Adds a statement, given without its semicolon, and gives its line, from 1.
    pub fn statement(&mut self, statement: &str) -> u32 {
        self.push("", statement, ";")
    }

    /// The text; every line ends in a line end.
    pub fn finish(self) -> String {
        self.text
    }

    fn push(&mut self, before: &str, words: &str, after: &str) -> u32 {
        self.text.push_str(before);
        self.text
            .extend(words.chars().map(|c| if c.is_control() { ' ' } else { c }));
        self.text.push_str(after);
        self.text.push('\n');
        self.lines += 1;
        self.lines
    }
}
