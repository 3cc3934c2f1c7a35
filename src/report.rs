//! Reports: what declarations show of a framework's controls, and what that rests on.
//!
//! [`framework`] holds the lists of controls, [`predicate`] what can be asked of one integration,
//! [`assess`] puts the two together, and the rest says it: as pages, tables and documents.

pub mod answer;
pub mod assess;
pub mod calendar;
pub mod desk;
pub mod detail;
pub mod document;
pub mod estate;
pub mod framework;
pub mod history;
pub mod html;
pub mod human;
pub mod json;
pub mod markdown;
pub mod oscal;
pub mod predicate;
pub mod register;
pub mod sarif;
pub mod shown;
pub mod table;

use document::Report;

/// A file of a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// Its path, relative to the folder that the report is written into, `/`-separated.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A form of a report.
pub struct Form {
    /// The word that it is asked for by.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Whether it is a folder of files; else a file, perhaps with others beside it.
    pub folder: bool,
    /// The name of the file, or of the folder, in a packet.
    pub file: &'static str,
    /// Writes it: the first page is the one that a reader opens, under the name `stem` with the
    /// form's ending.
    pub write: fn(report: &Report<'_>, stem: &str) -> Vec<Page>,
}

/// The forms.
pub const FORMS: &[&Form] = &[
    &html::FORM,
    &markdown::FORM,
    &json::FORM,
    &table::FORM,
    &sarif::FORM,
    &oscal::FORM,
    &calendar::FORM,
];

/// The form of that name.
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().copied().find(|form| form.name == name)
}

/// One page of text.
fn single(stem: &str, ending: &str, text: String) -> Vec<Page> {
    vec![Page {
        path: format!("{stem}.{ending}"),
        bytes: text.into_bytes(),
    }]
}
