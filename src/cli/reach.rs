//! `scopec reach`: everything that somebody can do.

use std::path::PathBuf;

use super::ask::{Form, finish, json, know};
use super::{Outcome, Session, Status};
use crate::question::Who;
use crate::question::reach::{answer, human};

/// Show everything that somebody can do, by way of others too
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec reach helpdesk-bot                    what whoever takes it over can do
  scopec reach anyone                          what needs no account at all
  scopec reach helpdesk-bot --format json      every operation, each with the way to it

It counts what is granted, which may be more than what is declared, and whom it can act
as: by changing what they run from, reading their secrets, being trusted by them …
`proven` rests on declarations alone, `possible` on something that nobody said, and
`blocked` on a guard that would have to be lifted.")]
pub(super) struct Arguments {
    /// An integration, a principal, or `anyone`
    #[arg(value_name = "WHO")]
    who: String,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// List at most so many rows of authority
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How to show the answer
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Form,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let (known, _) = know(None, arguments.folder.as_deref(), session)?;
    let who = Who::named(&known.compiled.model, &arguments.who)?;
    let answer = answer(&known.compiled, who, arguments.limit);
    let text = match arguments.format {
        Form::Json => json(&answer)?,
        Form::Human => human::told(&answer, session.console.colors_results()),
    };
    session.console.result(&text)?;
    Ok(finish(known, session, Status::Right))
}
