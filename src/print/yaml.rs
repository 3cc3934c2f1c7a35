//! YAML as YAML 1.1 and 1.2 readers agree on it.
//!
//! Block style throughout, keys in the order given. A scalar stands plain only where it begins with a
//! letter and holds nothing but letters, digits, `_`, `.`, `/` and `-`, and is none of the words that one
//! of the two versions reads as a boolean or as nothing; everything else is double-quoted with JSON's
//! escapes, which are YAML's too. So `on`, `no`, `1e3`, `0x10`, `12:30` and `2027-03-31` stay text.

use serde_json::Value;
use std::fmt::Write;

/// Words that YAML 1.1 or 1.2 gives a meaning of its own, in lower case.
const RESERVED: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// A stream of documents, each led by `---`, ending in a line end. `head` becomes comment lines before the
/// first.
pub fn stream(head: &[String], documents: &[Value]) -> String {
    let mut out = String::new();
    comment(head, &mut out);
    for document in documents {
        out.push_str("---\n");
        top(document, &mut out);
    }
    out
}

/// One document without a marker, ending in a line end, after `head` as comment lines.
pub fn document(head: &[String], value: &Value) -> String {
    let mut out = String::new();
    comment(head, &mut out);
    top(value, &mut out);
    out
}

fn comment(head: &[String], out: &mut String) {
    for line in head {
        out.push_str("# ");
        out.extend(line.chars().map(|c| if c.is_control() { ' ' } else { c }));
        out.push('\n');
    }
}

fn top(value: &Value, out: &mut String) {
    if is_block(value) {
        block(value, 0, out);
    } else {
        flat(value, out);
        out.push('\n');
    }
}

/// Whether it takes lines of its own.
fn is_block(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn flat(value: &Value, out: &mut String) {
    match value {
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        Value::String(text) => scalar(text, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            write!(out, "{value}").expect("writing to a string cannot fail");
        }
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Writes a block whose first line is not yet begun.
fn block(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(entries) => {
            for (at, (key, inner)) in entries.iter().enumerate() {
                if at > 0 || depth == 0 || out.ends_with('\n') {
                    indent(depth, out);
                }
                scalar(key, out);
                out.push(':');
                if is_block(inner) {
                    out.push('\n');
                    block(inner, depth + 1, out);
                } else {
                    out.push(' ');
                    flat(inner, out);
                    out.push('\n');
                }
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                if at > 0 || out.ends_with('\n') {
                    indent(depth, out);
                }
                out.push_str("- ");
                if is_block(inner) {
                    block(inner, depth + 1, out);
                } else {
                    flat(inner, out);
                    out.push('\n');
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => flat(value, out),
    }
}

fn scalar(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Not printable in YAML, or a line end to YAML 1.1.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string cannot fail");
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-'))
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}
