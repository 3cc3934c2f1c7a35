//! `scopec attest`: a statement to sign, of what was compiled into what.

use std::path::PathBuf;

use super::{Failure, Outcome, Session, Status, baseline, build, project, write};
use crate::attest::{Attested, Statement};
use crate::compile::compile;
use crate::diagnostic;
use crate::emit::manifest;
use crate::report::desk::Desk;
use crate::report::document::{Only, Report};
use crate::report::framework;
use crate::{emit, test};

/// Write an unsigned in-toto statement of what is built, from what, and what was found
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec attest --out attestation.json           of the project in this folder
  scopec attest | sha256sum                      the same project on the same day gives the same bytes

It is for another program to sign: docs/attestation.md shows how. It is written whatever was found.

Exit status: 0 nothing is wrong, 1 an error was found or a test failed, and the statement says so,
2 wrong usage or unreadable input.")]
pub(super) struct Arguments {
    /// The file to write [default: print it]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let project = project::read(arguments.folder.as_deref(), session)?;
    if project.unreadable {
        return Err(Failure::new(
            "a file of the project cannot be read, so nothing can be said of it",
        )
        .help("`scopec check` says which"));
    }
    let folder = project.folder.clone();
    let today = session.today()?;
    let mut compiled = compile(project.into_input(), Some(today));
    let tests = test::run(&compiled, |_| true);
    baseline::apply(&mut compiled, &folder, today)?;
    let (artifacts, said) = emit::emit(&compiled);
    let manifest = manifest::manifest(&compiled, &artifacts, &said);
    drop(artifacts);
    compiled.diagnostics.extend(said);
    diagnostic::sort(&mut compiled.diagnostics);
    compiled.ease_time_alone();
    let printed = build::printed(&manifest)?;
    let report = Report::new(
        Desk::new(&compiled, &manifest, today),
        framework::usual(),
        Only::Everybody,
    );
    let statement = Statement::new(&Attested {
        report: &report,
        tests: &tests,
        manifest: (write::MANIFEST, &printed),
    });
    let text = statement.text();
    match &arguments.out {
        Some(path) => write::single(path, text.as_bytes())?,
        None => session.console.result(&text)?,
    }
    // Taking a large organisation apart would cost time and free nothing that the end does not.
    std::mem::forget(report);
    std::mem::forget((compiled, manifest));
    Ok(if statement.is_right() {
        Status::Right
    } else {
        Status::Found
    })
}
