//! `scopec test`: run the project's tests.

use std::fs;
use std::path::PathBuf;

use clap::ValueEnum;

use super::project::reason;
use super::{Failure, Outcome, Session, Status, project};
use crate::compile::compile;
use crate::diagnostic::{Diagnostic, human as diagnostics};
use crate::test;

mod human;
mod json;
mod junit;
mod lcov;

/// The forms of results.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// One line a test, failures at the end, for people
    Human,
    /// The contract for programs
    Json,
    /// The XML that continuous integration displays
    Junit,
}

/// Run the project's tests: what integrations can and cannot do, asserted in `test` items
#[derive(clap::Args)]
#[command(after_help = "\
A test is an item beside the declarations:

  test \"invoice-sync stays out of approvals\" {
    invoice-sync can read on books.invoice
    invoice-sync cannot approve on books.payment
    helpdesk-bot cannot reach aws-prod.secretsmanager.secret
  }

`can` asks for every operation on all of the resource; `cannot` for none on any part of it, by
any path: through secrets that can be read, roles that can be assumed, code that can be changed.

Examples:
  scopec test                              every test of the project in this folder
  scopec test --filter approvals           those whose title contains this
  scopec test --format junit > tests.xml   for continuous integration

Exit status: 0 every test passed, or there is none, 1 a test failed, 2 wrong usage or unreadable
input.")]
pub(super) struct Arguments {
    /// Run only tests whose title contains this, in capitals or not
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How to show the results
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Format,
    /// Write to this file which authority clauses the tests looked at, in LCOV's format
    #[arg(long, value_name = "FILE")]
    coverage: Option<PathBuf>,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let project = project::read(arguments.folder.as_deref(), session)?;
    let unreadable = project.unreadable;
    let compiled = compile(project.into_input(), Some(session.today()?));
    if compiled.model.tests.is_empty() && unreadable {
        return Err(Failure::new("a file of the project cannot be read")
            .help("`scopec check` says which: the tests may be in it"));
    }
    let filter = arguments.filter.as_deref().map(str::to_lowercase);
    let results = test::run(&compiled, |test| {
        filter
            .as_deref()
            .is_none_or(|wanted| test.name.to_lowercase().contains(wanted))
    });
    let console = &session.console;
    // A name that means nothing is why an assertion fails, so it is said before.
    let unresolved: Vec<Diagnostic> = compiled
        .diagnostics
        .iter()
        .filter(|found| {
            compiled.model.tests.iter().any(|test| {
                test.assertions
                    .iter()
                    .any(|assertion| assertion.span.holds(found.span))
            })
        })
        .cloned()
        .collect();
    match arguments.format {
        Format::Human => {
            console.tell(&diagnostics::render(
                &unresolved,
                &compiled.sources,
                &console.drawing(),
            ));
            console.result(&human::render(
                &compiled,
                &results,
                arguments.filter.as_deref(),
                console.colors_results(),
            ))?;
        }
        Format::Json => console.result(&json::render(&compiled, &results))?,
        Format::Junit => console.result(&junit::render(&compiled, &results))?,
    }
    if let Some(path) = &arguments.coverage {
        let text = lcov::render(&compiled, &results);
        fs::write(path, text).map_err(|error| {
            let shown = path.display();
            Failure::new(format!("cannot write `{shown}`: {}", reason(&error)))
        })?;
    }
    Ok(if unreadable {
        Status::Unusable
    } else if results.failed() > 0 {
        Status::Found
    } else {
        Status::Right
    })
}
