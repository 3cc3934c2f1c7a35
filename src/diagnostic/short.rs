//! The `short` form of diagnostics: one line each, `file:line:col: error[rule]: message`.

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{Config, DisplayStyle, emit_to_string};
use std::ops::Range;

use super::{Diagnostic, Severity, visible};
use crate::source::{FileId, Sources};

/// The diagnostics, one line each, those that are accepted or in the baseline left out.
/// Never prints; the text ends with a line end unless it is empty.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter().filter(|d| d.is_shown()) {
        push_line(&mut text, diagnostic, sources);
    }
    text
}

fn push_line(text: &mut String, diagnostic: &Diagnostic, sources: &Sources) {
    let config = Config {
        display_style: DisplayStyle::Short,
        ..Config::default()
    };
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Note => codespan::Severity::Note,
    };
    let span = diagnostic.span;
    let place = codespan::Label::primary(span.file, span.start as usize..span.end as usize);
    let line = codespan::Diagnostic::new(severity)
        .with_code(&*diagnostic.rule)
        .with_message(visible::line(&diagnostic.message))
        .with_label(place);
    emit_to_string(text, &config, &Texts(sources), &line)
        .expect("every span lies in its file, and writing to a string cannot fail");
}

/// The texts as codespan-reporting wants to ask for them.
struct Texts<'a>(&'a Sources);

impl<'a> Files<'a> for Texts<'_> {
    type FileId = FileId;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<String, Error> {
        Ok(visible::line(&self.0.file(id).path))
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.0.file(id).text)
    }

    fn line_index(&'a self, id: FileId, byte_index: usize) -> Result<usize, Error> {
        let offset = u32::try_from(byte_index).unwrap_or(u32::MAX);
        Ok(self.0.file(id).place(offset).line as usize - 1)
    }

    fn column_number(&'a self, id: FileId, _: usize, byte_index: usize) -> Result<usize, Error> {
        let offset = u32::try_from(byte_index).unwrap_or(u32::MAX);
        Ok(self.0.file(id).place(offset).column as usize)
    }

    fn line_range(&'a self, id: FileId, line_index: usize) -> Result<Range<usize>, Error> {
        let file = self.0.file(id);
        let line = u32::try_from(line_index + 1).unwrap_or(u32::MAX);
        Ok(file.line_start(line)..file.line_start(line.saturating_add(1)))
    }
}
