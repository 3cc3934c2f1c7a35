//! The command line: the only room, with the language server, that reads, writes and prints.
//!
//! One file a verb, next to `project` (what is read), `write` (what is written), `show` (how
//! diagnostics are printed) and `console` (the terminal).
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "input and output happen here, so that the other rooms stay pure"
)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::authority::time::Date;

mod ask;
mod attest;
mod baseline;
mod blast_radius;
pub mod build;
pub mod catalog;
pub mod catalog_generate;
mod check;
mod completions;
pub mod console;
mod diff;
mod diff_driver;
mod explain;
mod fmt;
mod graph;
mod init;
mod lock;
mod man;
pub mod manifest;
pub mod manual;
mod offboard;
mod path;
pub mod project;
mod reach;
mod report;
pub mod revision;
pub mod show;
mod test;
mod today;
mod who_can;
pub mod write;

use console::{Color, Console};

/// What a verb comes to, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    /// Nothing is wrong.
    Right,
    /// Something was found: an error, a stale output, a file that is not formatted.
    Found,
    /// The question or the input could not be understood.
    Unusable,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Right => 0,
            Status::Found => 1,
            Status::Unusable => 2,
        })
    }
}

/// Why a verb could not do its work: printed to stderr, exit status 2.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Failure {
    /// A failure with that message and nothing to advise.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, words: impl Into<String>) -> Self {
        self.help = Some(words.into());
        self
    }
}

/// What a verb gives back.
pub type Outcome = Result<Status, Failure>;

/// What every verb may need to know.
pub struct Session {
    /// Where to print, and how.
    pub console: Console,
    /// The path of `scope.toml`, when it is not the one in the project's folder.
    pub manifest_path: Option<PathBuf>,
    /// The day given with `--as-of`.
    as_of: Option<Date>,
}

impl Session {
    /// A session with that console, `--manifest-path` and `--as-of`.
    pub fn new(console: Console, manifest_path: Option<PathBuf>, as_of: Option<Date>) -> Self {
        Self {
            console,
            manifest_path,
            as_of,
        }
    }

    /// Today: `--as-of`, else `SOURCE_DATE_EPOCH`, else the clock.
    ///
    /// # Errors
    /// When `SOURCE_DATE_EPOCH` is set to something that is not a number of seconds.
    pub fn today(&self) -> Result<Date, Failure> {
        self.as_of.map_or_else(today::today, Ok)
    }
}

/// The heading of the options that every verb takes.
const GENERAL: &str = "General options";

/// A compiler for the authority of non-human identities.
#[derive(Parser)]
#[command(
    name = "scopec",
    bin_name = "scopec",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  scopec init                      start a project here
  scopec check                     judge the project in this folder
  scopec check --format json .     the same, for programs
  scopec build --out out           write the vendors' configuration

Exit status: 0 nothing is wrong, 1 something was found, 2 wrong usage or unreadable input."
)]
struct Arguments {
    /// Read the settings from this file [default: scope.toml in the project's folder]
    #[arg(long, value_name = "FILE", global = true, help_heading = GENERAL)]
    manifest_path: Option<PathBuf>,
    /// Judge as if today were this day [default: `$SOURCE_DATE_EPOCH`, else the clock]
    #[arg(long, value_name = "DATE", global = true, help_heading = GENERAL, value_parser = today::parse)]
    as_of: Option<Date>,
    /// When to colour; `NO_COLOR` is respected
    #[arg(long, value_name = "WHEN", global = true, help_heading = GENERAL, default_value = "auto")]
    color: Color,
    /// Describe places in words instead of drawing them
    #[arg(long, global = true, help_heading = GENERAL)]
    accessible: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Init(init::Arguments),
    Check(check::Arguments),
    Build(build::Arguments),
    Reach(reach::Arguments),
    Path(path::Arguments),
    WhoCan(who_can::Arguments),
    BlastRadius(blast_radius::Arguments),
    Graph(graph::Arguments),
    Diff(diff::Arguments),
    DiffDriver(diff_driver::Arguments),
    Test(test::Arguments),
    Lock(lock::Arguments),
    Report(report::Arguments),
    Offboard(offboard::Arguments),
    Attest(attest::Arguments),
    Fmt(fmt::Arguments),
    Explain(explain::Arguments),
    Catalog(catalog::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Does what the arguments (the program's name first) ask for, prints, and gives the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe leaves nobody to tell.
            let _ = error.print();
            let status = if error.use_stderr() {
                Status::Unusable
            } else {
                Status::Right
            };
            return status.into();
        }
    };
    let session = Session::new(
        Console::new(arguments.color, arguments.accessible),
        arguments.manifest_path,
        arguments.as_of,
    );
    let outcome = match arguments.verb {
        Verb::Init(of) => init::run(&of, &session),
        Verb::Check(of) => check::run(&of, &session),
        Verb::Build(of) => build::run(&of, &session),
        Verb::Reach(of) => reach::run(&of, &session),
        Verb::Path(of) => path::run(&of, &session),
        Verb::WhoCan(of) => who_can::run(&of, &session),
        Verb::BlastRadius(of) => blast_radius::run(&of, &session),
        Verb::Graph(of) => graph::run(&of, &session),
        Verb::Diff(of) => diff::run(&of, &session),
        Verb::DiffDriver(of) => diff_driver::run(&of, &session),
        Verb::Test(of) => test::run(&of, &session),
        Verb::Lock(of) => lock::run(&of, &session),
        Verb::Report(of) => report::run(&of, &session),
        Verb::Offboard(of) => offboard::run(&of, &session),
        Verb::Attest(of) => attest::run(&of, &session),
        Verb::Fmt(of) => fmt::run(&of, &session),
        Verb::Explain(of) => explain::run(&of, &session),
        Verb::Catalog(of) => catalog::run(&of, &session),
        Verb::Completions(of) => completions::run(&of, &session),
        Verb::Man(of) => man::run(&of, &session),
    };
    outcome
        .unwrap_or_else(|failure| {
            session.console.failure(&failure);
            Status::Unusable
        })
        .into()
}
