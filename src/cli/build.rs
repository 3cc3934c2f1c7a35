//! `scopec build`: write the vendors' configuration.

use std::path::PathBuf;

use super::show::Format;
use super::{Failure, Outcome, Session, project};

/// Write the configuration of every vendor, and a manifest that accounts for every clause
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec build                     into `out`, or where `scope.toml` says
  scopec build --out deploy        into another folder
  scopec build --check             change nothing; exit with 1 if the folder is stale

An integration with an error keeps the files it had, and nothing new is written for it.")]
pub struct Arguments {
    /// The folder to write into [default: `out` of `scope.toml`, else `out` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Change nothing; list what is stale, and exit with 1 if anything is
    #[arg(long)]
    pub check: bool,
    /// How to show what is found
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    pub format: Format,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let project = project::read(arguments.folder.as_deref(), session)?;
    Err(Failure::new(format!(
        "`{}` cannot be built: this program was made without the later stages",
        project.folder.display()
    )))
}
