//! A vendor's published list of operations → files of the standard library, in the language itself.
//!
//! Everything here is a function from documents that were already read to texts that are not yet
//! written, so that an update of a catalogue is a diff a person can read:
//! [`aws::generate`] reads the two packages that publish AWS's Service Authorization Reference as
//! data, [`openapi::generate`] any `OpenAPI` 3 document. [`verb`] holds the rules that give an
//! operation its portable verb; no other place decides one. [`query`] is the other direction: what
//! the standard library offers, found by a name and set out for people and programs.

pub mod aws;
pub mod line;
pub mod openapi;
pub mod query;
pub mod verb;

use std::fmt;

use serde_json::Value;

use crate::format;
use crate::source::{FileId, SourceFile};
use crate::syntax::parser;

/// A document that was read: its path as the user gave it, and its text.
#[derive(Clone, Debug)]
pub struct Document {
    /// The path, for messages only.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// What a generator gives.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// Path under the output folder and text, sorted by path.
    pub files: Vec<(String, String)>,
    /// What was counted, as a Markdown page.
    pub report: String,
}

/// Why nothing was generated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// The document's path, as it was given.
    pub path: String,
    /// The JSON pointer (RFC 6901) of the value at fault; empty for the whole document.
    pub pointer: String,
    /// What is wrong and what is expected: lower case, no full stop.
    pub message: String,
}

impl Error {
    /// An error about the value at `pointer` of the document `path`.
    pub fn new(
        path: impl Into<String>,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            pointer: pointer.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            write!(f, "`{}`: {}", self.path, self.message)
        } else {
            write!(f, "`{}` at `{}`: {}", self.path, self.pointer, self.message)
        }
    }
}

impl std::error::Error for Error {}

/// The canonical form of a generated text, so that `scopec fmt` never changes a generated file.
///
/// # Errors
/// A text that does not parse: names in the catalogue that the language cannot hold.
pub(crate) fn canonical(path: &str, text: &str) -> Result<String, Error> {
    let (file, diagnostics) = parser::parse(FileId(0), text);
    match diagnostics.first() {
        None => Ok(format::format(text, &file)),
        Some(first) => {
            let place = SourceFile::new(path, text).place(first.span.start);
            Err(Error::new(
                path,
                "",
                format!(
                    "line {}, column {} of what would be generated: {}; a name of the catalogue \
                     cannot be written in the language",
                    place.line, place.column, first.message
                ),
            ))
        }
    }
}

/// A value inside a document, which knows where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    place: Place<'a>,
}

/// The way from a document's root to a value, kept on the stack of whoever walks down.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root(&'a str),
    Inside(&'a Node<'a>, Step<'a>),
}

/// One step of that way.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Node<'a> {
    pub(crate) fn root(path: &'a str, value: &'a Value) -> Self {
        Self {
            value,
            place: Place::Root(path),
        }
    }

    fn steps(&self, pointer: &mut Vec<String>) -> String {
        match self.place {
            Place::Root(path) => path.to_owned(),
            Place::Inside(parent, step) => {
                let path = parent.steps(pointer);
                pointer.push(match step {
                    Step::Key(key) => key.replace('~', "~0").replace('/', "~1"),
                    Step::Index(index) => index.to_string(),
                });
                path
            }
        }
    }

    /// An error about this value.
    pub(crate) fn error(&self, message: impl Into<String>) -> Error {
        let mut pointer = Vec::new();
        let path = self.steps(&mut pointer);
        let pointer = pointer.iter().fold(String::new(), |mut all, step| {
            all.push('/');
            all.push_str(step);
            all
        });
        Error::new(path, pointer, message)
    }

    fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// The member `key`, if there is one.
    pub(crate) fn get<'b>(&'b self, key: &'b str) -> Option<Node<'b>> {
        self.value.get(key).map(|value| Node {
            value,
            place: Place::Inside(self, Step::Key(key)),
        })
    }

    /// The member `key`, which must be there.
    pub(crate) fn need<'b>(&'b self, key: &'b str) -> Result<Node<'b>, Error> {
        self.get(key)
            .ok_or_else(|| self.error(format!("has no `{key}`, which is needed here")))
    }

    pub(crate) fn string(&self) -> Result<&'a str, Error> {
        self.value
            .as_str()
            .ok_or_else(|| self.error(format!("is {}, not a string", self.kind())))
    }

    pub(crate) fn boolean(&self) -> Result<bool, Error> {
        self.value
            .as_bool()
            .ok_or_else(|| self.error(format!("is {}, not true or false", self.kind())))
    }

    /// The members in the order in which they were written.
    pub(crate) fn members(&self) -> Result<Vec<(&str, Node<'_>)>, Error> {
        let map = self
            .value
            .as_object()
            .ok_or_else(|| self.error(format!("is {}, not an object", self.kind())))?;
        Ok(map
            .iter()
            .map(|(key, value)| {
                let place = Place::Inside(self, Step::Key(key));
                (key.as_str(), Node { value, place })
            })
            .collect())
    }

    pub(crate) fn items(&self) -> Result<Vec<Node<'_>>, Error> {
        let items = self
            .value
            .as_array()
            .ok_or_else(|| self.error(format!("is {}, not an array", self.kind())))?;
        Ok(items
            .iter()
            .enumerate()
            .map(|(index, value)| Node {
                value,
                place: Place::Inside(self, Step::Index(index)),
            })
            .collect())
    }

    /// The strings of an array; an absent member is an empty array.
    pub(crate) fn strings(&self, key: &str) -> Result<Vec<String>, Error> {
        let Some(list) = self.get(key) else {
            return Ok(Vec::new());
        };
        list.items()?
            .iter()
            .map(|item| item.string().map(str::to_owned))
            .collect()
    }
}

/// The JSON of a document.
pub(crate) fn json(document: &Document) -> Result<Value, Error> {
    serde_json::from_str(&document.text).map_err(|error| {
        Error::new(
            &document.path,
            "",
            format!("is not JSON that can be read: {error}"),
        )
    })
}
