//! `scopec blast-radius`: how much is lost with an integration.

use std::path::PathBuf;

use super::ask::{Form, finish, json, know};
use super::{Outcome, Session, Status};
use crate::question::Who;
use crate::question::blast_radius::{answer, human};

/// Show how much is lost with an integration, or with which the most
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec blast-radius                          every integration, the largest first
  scopec blast-radius helpdesk-bot             one of them
  scopec blast-radius --project infra/scope    of another project
  scopec blast-radius --limit 10 --format json")]
pub(super) struct Arguments {
    /// An integration, a principal, or `anyone` [default: every integration]
    #[arg(value_name = "WHO")]
    who: Option<String>,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The project's folder, where nobody is named
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    project: Option<PathBuf>,
    /// List at most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How to show the answer
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Form,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    // A name never holds a slash, and `.` is none: such a word alone is the project's folder.
    let named = arguments.who.as_deref();
    let is_folder = arguments.folder.is_none()
        && arguments.project.is_none()
        && named.is_some_and(|word| word.contains('/') || word.starts_with('.'));
    let (who, folder) = if is_folder {
        (None, arguments.who.as_ref().map(PathBuf::from))
    } else {
        let folder = arguments.folder.as_ref().or(arguments.project.as_ref());
        (named, folder.cloned())
    };
    let (known, _) = know(None, folder.as_deref(), session)?;
    let model = &known.compiled.model;
    let who = who.map(|name| Who::named(model, name)).transpose()?;
    let answer = answer(&known.compiled, who, arguments.limit);
    let color = session.console.colors_results();
    let text = match (arguments.format, who, answer.ranking.first()) {
        (Form::Json, ..) => json(&answer)?,
        (Form::Human, Some(_), Some(row)) => human::one(row, color),
        (Form::Human, ..) => human::ranking(&answer, color),
    };
    session.console.result(&text)?;
    Ok(finish(known, session, Status::Right))
}
