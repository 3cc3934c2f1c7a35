//! HCL as `terraform fmt` leaves it: two spaces, and the `=` of neighbouring one-line arguments in
//! one column.

use serde_json::Value;
use std::fmt::Write;

/// A value.
#[derive(Clone, Debug)]
pub enum Expression {
    /// A text.
    Text(String),
    /// Written as it is: a reference, a number, `true`.
    Raw(String),
    /// A list: on one line if it has one entry that takes one, else one entry a line.
    List(Vec<Expression>),
    /// A list, one entry a line.
    Lines(Vec<Expression>),
    /// An object.
    Object(Vec<(String, Expression)>),
    /// A call of a function with one argument.
    Call(&'static str, Box<Expression>),
    /// The same, with a number under which [`File::marks`] tells its line.
    Marked(usize, Box<Expression>),
}

/// A line or several of a block.
#[derive(Clone, Debug)]
pub enum Entry {
    /// `name = value`
    Argument(&'static str, Expression),
    /// An empty line.
    Gap,
}

/// A block at the top of a file.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its keyword: `resource`.
    pub keyword: &'static str,
    /// Its labels, quoted when printed.
    pub labels: Vec<String>,
    /// What it holds.
    pub body: Vec<Entry>,
    /// The number under which [`File::marks`] tells its first line.
    pub mark: Option<usize>,
}

/// A printed file.
#[derive(Clone, Default, Debug)]
pub struct File {
    /// The text.
    pub text: String,
    /// The line (from 1) on which each marked thing begins, in the order printed.
    pub marks: Vec<(usize, u32)>,
}

impl Expression {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Expression::Text(text.into())
    }

    /// What a JSON value is in HCL.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Expression::Text(text.clone()),
            Value::Array(items) => Expression::List(items.iter().map(Self::of).collect()),
            Value::Object(entries) => Expression::Object(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), Self::of(value)))
                    .collect(),
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) => Expression::Raw(value.to_string()),
        }
    }
}

/// Prints blocks with an empty line between them, under a comment.
pub fn file(comment: &str, blocks: &[Block]) -> File {
    let mut printer = Printer::default();
    for line in comment.lines() {
        printer.line(0, &format!("# {line}"));
    }
    for block in blocks {
        printer.line(0, "");
        if let Some(mark) = block.mark {
            printer.mark(mark);
        }
        let labels: Vec<String> = block.labels.iter().map(|label| quoted(label)).collect();
        printer.line(0, &format!("{} {} {{", block.keyword, labels.join(" ")));
        let arguments: Vec<_> = block
            .body
            .iter()
            .map(|entry| match entry {
                Entry::Argument(name, value) => Some(((*name).to_owned(), value)),
                Entry::Gap => None,
            })
            .collect();
        printer.arguments(1, &arguments);
        printer.line(0, "}");
    }
    File {
        text: printer.text,
        marks: printer.marks,
    }
}

#[derive(Default)]
struct Printer {
    text: String,
    lines: u32,
    marks: Vec<(usize, u32)>,
}

impl Printer {
    fn line(&mut self, depth: usize, text: &str) {
        if !text.is_empty() {
            self.text.push_str(&"  ".repeat(depth));
            self.text.push_str(text);
        }
        self.text.push('\n');
        self.lines += 1;
    }

    /// Notes that the next line is where `mark` begins.
    fn mark(&mut self, mark: usize) {
        self.marks.push((mark, self.lines + 1));
    }

    /// Arguments or entries of an object; `None` is an empty line. Neighbours that take one line
    /// share a column for `=`; one that takes several lines or an empty line ends the column.
    fn arguments(&mut self, depth: usize, entries: &[Option<(String, &Expression)>]) {
        let flat: Vec<Option<String>> = entries
            .iter()
            .map(|entry| entry.as_ref().and_then(|(_, value)| one_line(value)))
            .collect();
        let mut index = 0;
        while index < entries.len() {
            let run = flat[index..]
                .iter()
                .take_while(|text| text.is_some())
                .count();
            let width = entries[index..index + run]
                .iter()
                .flatten()
                .map(|(name, _)| name.chars().count())
                .max()
                .unwrap_or(0);
            for (entry, text) in entries[index..index + run].iter().zip(&flat[index..]) {
                if let (Some((name, value)), Some(text)) = (entry, text) {
                    self.mark_of(value);
                    let gap = " ".repeat(width - name.chars().count());
                    self.line(depth, &format!("{name}{gap} = {text}"));
                }
            }
            index += run;
            if let Some(entry) = entries.get(index) {
                match entry {
                    Some((name, value)) => self.value(depth, &format!("{name} = "), value, ""),
                    None => self.line(depth, ""),
                }
                index += 1;
            }
        }
    }

    fn mark_of(&mut self, mut value: &Expression) {
        while let Expression::Marked(mark, inner) = value {
            self.mark(*mark);
            value = inner;
        }
    }

    /// A value after `before` on its first line and with `after` on its last.
    fn value(&mut self, depth: usize, before: &str, value: &Expression, after: &str) {
        if let Some(text) = one_line(value) {
            self.mark_of(value);
            self.line(depth, &format!("{before}{text}{after}"));
            return;
        }
        match value {
            Expression::Marked(mark, inner) => {
                self.mark(*mark);
                self.value(depth, before, inner, after);
            }
            Expression::Call(name, argument) => {
                self.value(
                    depth,
                    &format!("{before}{name}("),
                    argument,
                    &format!("){after}"),
                );
            }
            Expression::List(items) | Expression::Lines(items) => {
                self.line(depth, &format!("{before}["));
                for item in items {
                    self.value(depth + 1, "", item, ",");
                }
                self.line(depth, &format!("]{after}"));
            }
            Expression::Object(entries) => {
                self.line(depth, &format!("{before}{{"));
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(name, value)| Some((key(name), value)))
                    .collect();
                self.arguments(depth + 1, &entries);
                self.line(depth, &format!("}}{after}"));
            }
            Expression::Text(_) | Expression::Raw(_) => {}
        }
    }
}

/// The text of a value that takes one line.
fn one_line(value: &Expression) -> Option<String> {
    match value {
        Expression::Text(text) => Some(quoted(text)),
        Expression::Raw(text) => Some(text.clone()),
        Expression::List(items) => match items.as_slice() {
            [] => Some("[]".to_owned()),
            [item] => one_line(item).map(|text| format!("[{text}]")),
            _ => None,
        },
        Expression::Lines(items) if items.is_empty() => Some("[]".to_owned()),
        Expression::Object(entries) if entries.is_empty() => Some("{}".to_owned()),
        Expression::Object(_) | Expression::Lines(_) => None,
        Expression::Call(name, argument) => {
            one_line(argument).map(|text| format!("{name}({text})"))
        }
        Expression::Marked(_, inner) => one_line(inner),
    }
}

/// An object's key: bare where it is an identifier.
fn key(name: &str) -> String {
    let mut chars = name.chars();
    let identifier = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if identifier {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// A text in quotation marks, templates (`${`, `%{`) escaped.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' => {
                out.push(c);
                if chars.peek() == Some(&'{') {
                    out.push(c);
                }
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
