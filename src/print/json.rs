//! JSON with two spaces of indentation, keys in the order given, and a line end at the end.

use serde_json::Value;

/// The text of a file that holds `value`.
pub fn file(value: &Value) -> String {
    // Printing a value cannot fail: its keys are strings and it is written to memory.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// The number of characters of `value` printed without white space between tokens.
pub fn compact_length(value: &Value) -> usize {
    value.to_string().chars().count()
}

/// The pointer (RFC 6901) that leads through `steps`: `~` and `/` in a step are escaped.
pub fn pointer<S: AsRef<str>>(steps: impl IntoIterator<Item = S>) -> String {
    let mut out = String::new();
    for step in steps {
        out.push('/');
        out.push_str(&step.as_ref().replace('~', "~0").replace('/', "~1"));
    }
    out
}
