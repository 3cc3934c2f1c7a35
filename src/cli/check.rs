//! `scopec check`: judge a project.

use std::path::PathBuf;

use super::manual::pages;
use super::show::{Findings, Format, show};
use super::{Outcome, Session, Status, project};
use crate::diagnostic::json::Summary;
use crate::diagnostic::{self, Diagnostic};
use crate::syntax::ast::ItemKind;
use crate::syntax::parser::parse;

/// Judge a project: parse, resolve, grant, and check what everybody may do
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec check                              the project in this folder
  scopec check --format json infra/scope    another one, for programs
  scopec check --scheduled                  what time alone causes counts as well: the nightly run

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
    let mut diagnostics = project.diagnostics;
    let mut integrations = 0;
    for id in project.files {
        let (tree, found) = parse(id, &project.sources.file(id).text);
        diagnostics.extend(found);
        integrations += tree
            .items
            .iter()
            .filter(|item| matches!(item.kind, ItemKind::Integration(_)))
            .count();
    }
    diagnostic::sort(&mut diagnostics);
    let found = diagnostics.iter().any(Diagnostic::is_error);
    let findings = Findings {
        diagnostics: &diagnostics,
        sources: &project.sources,
        not_assessed: &[],
        summary: Summary::of(&diagnostics, integrations),
        pages: &pages(),
        folder: &project.folder,
    };
    show(arguments.format, &findings, session)?;
    Ok(if project.unreadable {
        Status::Unusable
    } else if found {
        Status::Found
    } else {
        Status::Right
    })
}
