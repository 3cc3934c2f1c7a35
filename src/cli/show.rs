//! How diagnostics are printed: for people to stderr, for programs to stdout.

use clap::ValueEnum;

use super::project::folder_in_repository;
use super::{Failure, Session};
use crate::diagnostic::json::Summary;
use crate::diagnostic::sarif::RulePage;
use crate::diagnostic::{Diagnostic, NotAssessed, github, human, json, sarif, short};
use crate::source::Sources;
use std::path::Path;

/// The forms of diagnostics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Format {
    /// Drawn with the source, for people
    #[default]
    Human,
    /// One line each
    Short,
    /// The contract for programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}

/// What is to be printed.
pub struct Findings<'a> {
    /// Everything there is to say, the accepted and the baselined included.
    pub diagnostics: &'a [Diagnostic],
    /// The texts that they point into.
    pub sources: &'a Sources,
    /// What could not be judged.
    pub not_assessed: &'a [NotAssessed],
    /// What it comes to.
    pub summary: Summary,
    /// The pages of the rules.
    pub pages: &'a [RulePage<'a>],
    /// The project's folder.
    pub folder: &'a Path,
}

/// Prints findings in a form: `human` and `short` to stderr, the others to stdout.
///
/// # Errors
/// When stdout cannot be written.
pub fn show(format: Format, findings: &Findings<'_>, session: &Session) -> Result<(), Failure> {
    let Findings {
        diagnostics,
        sources,
        not_assessed,
        summary,
        pages,
        folder,
    } = *findings;
    let console = &session.console;
    match format {
        Format::Human => {
            let mut text = human::render(diagnostics, sources, &console.drawing());
            if !text.is_empty() {
                text.push('\n');
            }
            console.tell(&text);
            console.tell(&closing(summary, not_assessed.len()));
            Ok(())
        }
        Format::Short => {
            console.tell(&short::render(&told_apart(diagnostics), sources));
            Ok(())
        }
        Format::Json => console.result(&json::render(diagnostics, sources, not_assessed, summary)),
        Format::Sarif => {
            let folder = folder_in_repository(folder);
            console.result(&sarif::render(diagnostics, sources, pages, &folder))
        }
        Format::Github => {
            let folder = folder_in_repository(folder);
            console.result(&github::render(diagnostics, sources, &folder))
        }
    }
}

/// A clause of a profile may be found wanting for several who use it: in one line each the message
/// then says for whom. Diagnostics come sorted, so equal ones are neighbours.
fn told_apart(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let same = |a: &Diagnostic, b: &Diagnostic| {
        (&a.rule, a.span, &a.message) == (&b.rule, b.span, &b.message) && a.subject != b.subject
    };
    let mut told = diagnostics.to_vec();
    for group in told.chunk_by_mut(same).filter(|group| group.len() > 1) {
        for one in group {
            if let Some(subject) = &one.subject {
                one.message = format!("{} (for `{subject}`)", one.message);
            }
        }
    }
    told
}

/// The last line for people: what a run comes to.
fn closing(summary: Summary, not_assessed: usize) -> String {
    let counted = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    let mut parts = vec![
        counted(summary.integrations, "integration", "integrations"),
        counted(summary.errors, "error", "errors"),
        counted(summary.warnings, "warning", "warnings"),
    ];
    if summary.accepted > 0 {
        parts.push(format!("{} accepted", summary.accepted));
    }
    if summary.baselined > 0 {
        parts.push(format!("{} in the baseline", summary.baselined));
    }
    if not_assessed > 0 {
        parts.push(format!("{not_assessed} not assessed"));
    }
    format!("{}\n", parts.join(", "))
}
