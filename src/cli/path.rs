//! `scopec path`: how somebody comes to something.

use std::path::PathBuf;

use super::ask::{Form, finish, goal, json};
use super::{Outcome, Session, Status};
use crate::question::Who;
use crate::question::path::{Wanted, answer, human};

/// Show how somebody comes to act as another, to hold a resource or to rule a system
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec path helpdesk-bot billing                  can it come to act as billing?
  scopec path helpdesk-bot aws-prod                 can it grant itself anything there?
  scopec path anyone 'aws-prod.s3.bucket(\"x\")'      can everybody reach a resource?
  scopec path helpdesk-bot billing --cut            which lines to take away
  scopec path helpdesk-bot billing --all 5          up to five paths

TO is an integration, a principal, `anyone`, a system, or a resource as it is written
in a declaration (in quotes for the shell); anything within the resource counts.

Exit status: 0 there is a path (proven, possible, or by making others act),
1 there is none or guards block it, 2 wrong usage.")]
pub(super) struct Arguments {
    /// An integration, a principal, or `anyone`
    #[arg(value_name = "FROM")]
    from: String,
    /// An integration, a principal, a system or a resource
    #[arg(value_name = "TO")]
    to: String,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Show up to so many paths
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    all: u16,
    /// Show what to take away so that no path is left
    #[arg(long)]
    cut: bool,
    /// How to show the answer
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Form,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let (known, to) = goal(&arguments.to, arguments.folder.as_deref(), session)?;
    let from = Who::named(&known.compiled.model, &arguments.from)?;
    let wanted = Wanted {
        paths: usize::from(arguments.all),
        cut: arguments.cut,
    };
    let answer = answer(&known.compiled, from, &to, wanted);
    let text = match arguments.format {
        Form::Json => json(&answer)?,
        Form::Human => human::told(&answer, session.console.colors_results()),
    };
    session.console.result(&text)?;
    let status = if answer.is_open() {
        Status::Right
    } else {
        Status::Found
    };
    Ok(finish(known, session, status))
}
