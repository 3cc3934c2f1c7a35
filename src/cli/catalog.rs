//! `scopec catalog`: what vendors offer.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Failure, Outcome, Session, Status, catalog_generate};

/// The forms of an answer.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A table, for people
    Human,
    /// The contract for programs
    Json,
}

/// Search what vendors offer: types, operations, and the units that grant them
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec catalog GetObject                     who offers it, and by which unit
  scopec catalog aws.s3.bucket                 the operations on a type, verb by verb
  scopec catalog --format json slack           a whole vendor, for programs")]
pub struct Arguments {
    /// A vendor, type, operation or unit, or part of one
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    /// How to show the answer
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    pub format: Form,
    /// The project whose own vendors count as well [default: this folder]
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// What to do instead of searching.
    #[command(subcommand)]
    pub task: Option<Task>,
}

/// What can be done with catalogues besides searching them.
#[derive(clap::Subcommand)]
pub enum Task {
    /// Turn a catalogue that a vendor publishes into files of the standard library
    Generate(catalog_generate::GenerateArgs),
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    if let Some(Task::Generate(of)) = &arguments.task {
        let report = catalog_generate::run(of).map_err(|error| Failure::new(error.to_string()))?;
        session.console.result(&format!("{report}\n"))?;
        return Ok(Status::Right);
    }
    let query = arguments.query.as_deref().unwrap_or("*");
    Err(Failure::new(format!(
        "`{query}` cannot be searched for: this program was made without the catalogue"
    )))
}
