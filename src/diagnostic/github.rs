//! The `github` form of findings: workflow commands that become annotations of a pull request
//! (GitHub documentation, "Workflow commands for GitHub Actions").

use std::fmt::Write as _;

use super::finding::Finding;
use super::{Diagnostic, Severity, finding, visible};
use crate::source::Sources;

/// The diagnostics as workflow commands, one line each, those that are accepted or in the baseline
/// left out. `folder` is the project's folder relative to the repository, `/`-separated, empty
/// when they are the same; GitHub reads paths from there.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, folder: &str) -> String {
    write(&finding::of(diagnostics, sources, usize::MAX), folder)
}

/// Findings as workflow commands, one line each, those that are suppressed left out.
pub fn write(findings: &[Finding<'_>], folder: &str) -> String {
    let mut text = String::new();
    for finding in findings.iter().filter(|one| one.suppression.is_none()) {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = finding.region;
        let path = if folder.is_empty() {
            place.file.to_owned()
        } else {
            format!("{folder}/{}", place.file)
        };
        let _ = write!(
            text,
            "::{command} file={},line={}",
            property(&path),
            place.line
        );
        // The runner drops both columns of a command that spans lines, and says so in its log.
        if place.line == place.end_line {
            let _ = write!(text, ",col={}", place.column);
        }
        let _ = write!(text, ",endLine={}", place.end_line);
        if place.line == place.end_line {
            let _ = write!(text, ",endColumn={}", place.end_column);
        }
        let mut title = finding.rule.to_owned();
        if let Some(subject) = finding.subject {
            let _ = write!(title, " ({subject})");
        }
        let mut message = finding.message.clone().into_owned();
        if let Some(help) = &finding.help {
            let _ = write!(message, "\nhelp: {help}");
        }
        let _ = writeln!(text, ",title={}::{}", property(&title), data(&message));
    }
    text
}

/// What follows `::`: a line end would end the command, and what acts on a terminal would act on
/// whoever reads the log.
fn data(text: &str) -> String {
    visible::text(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property's value: `:` and `,` separate properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
