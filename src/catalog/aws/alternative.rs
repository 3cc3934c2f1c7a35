//! Types that AWS's table marks as required all at once, and of which a request names one.

use super::Action;
use crate::catalog::Error;

/// The path by which messages name the table.
const PATH: &str = "src/catalog/aws_alternatives.tsv";

/// One line of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Alternative {
    /// Full spellings, `*` for any run of characters.
    operations: &'static str,
    /// Published keys; none for all that are required.
    types: Vec<&'static str>,
    line: usize,
}

/// The lines, in order.
///
/// # Errors
/// A line that does not read `operations TAB types TAB reason`.
pub(super) fn table() -> Result<Vec<Alternative>, Error> {
    let mut table = Vec::new();
    for (index, row) in include_str!("../aws_alternatives.tsv").lines().enumerate() {
        if row.starts_with('#') {
            continue;
        }
        let columns: Vec<&str> = row.split('\t').collect();
        let &[operations, types, reason] = columns.as_slice() else {
            return Err(Error::new(
                PATH,
                "",
                format!(
                    "line {}: must be operations, types and reason, separated by tabs",
                    index + 1
                ),
            ));
        };
        if reason.is_empty() {
            let message = format!("line {}: has no reason", index + 1);
            return Err(Error::new(PATH, "", message));
        }
        table.push(Alternative {
            operations,
            types: if types == "*" {
                Vec::new()
            } else {
                types.split(',').collect()
            },
            line: index + 1,
        });
    }
    Ok(table)
}

impl Alternative {
    /// Which of an operation's required types are alternatives to each other; none or one type
    /// means that the line does not concern it.
    pub(super) fn of<'a>(&self, action: &'a Action) -> Vec<&'a str> {
        if !matches(self.operations, &action.full()) {
            return Vec::new();
        }
        let found: Vec<&str> = action
            .slots
            .iter()
            .filter(|(key, required)| {
                *required && (self.types.is_empty() || self.types.contains(&key.as_str()))
            })
            .map(|(key, _)| key.as_str())
            .collect();
        if found.len() > 1 { found } else { Vec::new() }
    }

    /// What the report calls the line.
    pub(super) fn name(&self) -> String {
        format!("{} (line {})", self.operations, self.line)
    }
}

/// Whether `text` is `pattern`, where `*` stands for any run of characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    true
}
