//! The `github` form of diagnostics: workflow commands that become annotations of a pull request
//! (GitHub documentation, "Workflow commands for GitHub Actions").

use std::fmt::Write as _;

use super::{Diagnostic, Severity};
use crate::source::Sources;

/// The diagnostics as workflow commands, one line each, those that are accepted or in the baseline
/// left out. `folder` is the project's folder relative to the repository, `/`-separated, empty
/// when they are the same; GitHub reads paths from there.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, folder: &str) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter().filter(|d| d.is_shown()) {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let (start, end) = (
            sources.place(diagnostic.span),
            sources.end_place(diagnostic.span),
        );
        let path = sources.path(diagnostic.span);
        let path = if folder.is_empty() {
            path.to_owned()
        } else {
            format!("{folder}/{path}")
        };
        let _ = write!(
            text,
            "::{command} file={},line={}",
            property(&path),
            start.line
        );
        // The runner drops both columns of a command that spans lines, and says so in its log.
        if start.line == end.line {
            let _ = write!(text, ",col={}", start.column);
        }
        let _ = write!(text, ",endLine={}", end.line);
        if start.line == end.line {
            let _ = write!(text, ",endColumn={}", end.column);
        }
        let mut title = diagnostic.rule.to_string();
        if let Some(subject) = &diagnostic.subject {
            let _ = write!(title, " ({subject})");
        }
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            let _ = write!(message, "\nhelp: {help}");
        }
        let _ = writeln!(text, ",title={}::{}", property(&title), data(&message));
    }
    text
}

/// What follows `::`: a line end would end the command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property's value: `:` and `,` separate properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
