//! `scopec check`: judge a project.

use std::path::PathBuf;

use super::manual::pages;
use super::show::{Findings, Format, show};
use super::{Outcome, Session, Status, project};
use crate::compile::compile;
use crate::diagnostic::json::Summary;
use crate::diagnostic::{Diagnostic, Severity};

/// Judge a project: parse, resolve, grant, and check what everybody may do
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec check                              the project in this folder
  scopec check --format json infra/scope    another one, for programs
  scopec check --scheduled                  the nightly run: what is overdue counts

`human` and `short` are printed to stderr, the other forms to stdout.")]
pub(super) struct Arguments {
    /// How to show what is found
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Format,
    /// Count what time alone causes (overdue, expired) with the level of its rule
    #[arg(long)]
    scheduled: bool,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let project = project::read(arguments.folder.as_deref(), session)?;
    let unreadable = project.unreadable;
    let folder = project.folder.clone();
    let mut compiled = compile(project.into_input(), Some(session.today()?));
    if !arguments.scheduled {
        for diagnostic in compiled.diagnostics.iter_mut().filter(|d| d.time_alone) {
            diagnostic.severity = diagnostic.severity.min(Severity::Warning);
        }
    }
    let integrations = compiled.model.integrations().count();
    let found = compiled.diagnostics.iter().any(Diagnostic::is_error);
    let findings = Findings {
        diagnostics: &compiled.diagnostics,
        sources: &compiled.sources,
        not_assessed: &compiled.not_assessed,
        summary: Summary::of(&compiled.diagnostics, integrations),
        pages: &pages(),
        folder: &folder,
    };
    show(arguments.format, &findings, session)?;
    // The process ends here: taking apart what is known of a large organisation would cost a tenth
    // of the run and free nothing that the system does not free at once.
    std::mem::forget(compiled);
    Ok(if unreadable {
        Status::Unusable
    } else if found {
        Status::Found
    } else {
        Status::Right
    })
}
