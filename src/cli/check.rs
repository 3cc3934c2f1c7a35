//! `scopec check`: judge a project.

use std::collections::BTreeSet;
use std::path::PathBuf;

mod family;
mod since;

use family::{Family, family};

use super::manual::pages;
use super::show::{Findings, Format, show};
use super::{Outcome, Session, Status, baseline, lock, project, revision};
use crate::compile::compile;
use crate::diagnostic::json::Summary;
use crate::diagnostic::{self, Diagnostic, Severity};

/// Judge a project: parse, resolve, grant, and check what everybody may do
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec check                              the project in this folder
  scopec check --format json infra/scope    another one, for programs
  scopec check --since origin/main          a pull request: what is overdue counts where it changes

`human` and `short` are printed to stderr, the other forms to stdout.")]
pub(super) struct Arguments {
    /// How to show what is found
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Format,
    /// Count what time alone causes (overdue, expired) with the level of its rule
    #[arg(long)]
    scheduled: bool,
    /// Count it for the integrations alone that differ from this revision
    #[arg(long, value_name = "REV", conflicts_with = "scheduled")]
    since: Option<String>,
    /// Show and count one family of rules, and what cannot be understood
    #[arg(long, value_enum, value_name = "FAMILY")]
    only: Option<Family>,
    /// Also hold the committed `scope.lock` to what the project comes to
    #[arg(long)]
    locked: bool,
    /// Write `scope.baseline`: what is found now is counted from now on, and what is new fails
    #[arg(long, conflicts_with_all = ["since", "only"])]
    write_baseline: bool,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let project = project::read(arguments.folder.as_deref(), session)?;
    let unreadable = project.unreadable;
    let folder = project.folder.clone();
    let touched = match &arguments.since {
        Some(word) => {
            let base = revision::side(word, &folder)?.read(session)?;
            for note in &base.notes {
                session.console.note(note);
            }
            since::touched(&base, &project)
        }
        None => BTreeSet::new(),
    };
    let today = session.today()?;
    let mut compiled = compile(project.into_input(), Some(today));
    if arguments.write_baseline && !unreadable {
        baseline::renew(&mut compiled, &folder, today, session)?;
    } else {
        baseline::apply(&mut compiled, &folder, today)?;
    }
    for diagnostic in compiled.diagnostics.iter_mut().filter(|d| d.time_alone) {
        let is_touched = |subject: &String| touched.contains(subject);
        if !arguments.scheduled && !diagnostic.subject.as_ref().is_some_and(is_touched) {
            diagnostic.severity = diagnostic.severity.min(Severity::Warning);
        }
    }
    if let Some(wanted) = arguments.only {
        let model = &compiled.model;
        let is_wanted = |rule: &str| family(rule, model).is_none_or(|of| of == wanted);
        compiled.diagnostics.retain(|found| is_wanted(&found.rule));
        compiled.not_assessed.retain(|one| is_wanted(one.rule));
    }
    if arguments.locked {
        let said = lock::judge(&mut compiled, &folder)?;
        compiled.diagnostics.extend(said);
        diagnostic::sort(&mut compiled.diagnostics);
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
