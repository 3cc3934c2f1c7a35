//! `scopec man`: manual pages.

use clap::CommandFactory as _;

use super::{Failure, Outcome, Session, Status};
use crate::diagnostic::suggest::nearest;

/// Print a manual page, in roff
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec man | man -l -                    read the manual
  scopec man check > scopec-check.1        the page of one command")]
pub(super) struct Arguments {
    /// The command whose page to print [default: the page of scopec itself]
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let mut command = super::Arguments::command();
    command.build();
    if let Some(name) = &arguments.command {
        let names: Vec<String> = command
            .get_subcommands()
            .map(|one| one.get_name().to_owned())
            .collect();
        let Some(found) = command.find_subcommand(name) else {
            let failure = Failure::new(format!("there is no command `{name}`"));
            return Err(match nearest(name, names.iter().map(String::as_str)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help(format!("the commands are `{}`", names.join("`, `"))),
            });
        };
        command = found.clone().name(page_name(found.get_name()));
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Failure::new(format!("cannot print the page: {error}")))?;
    session.console.result(&String::from_utf8_lossy(&page))?;
    Ok(Status::Right)
}

/// The name of a command's page. The command line wants names that live as long as the program.
fn page_name(command: &str) -> &'static str {
    format!("scopec-{command}").leak()
}
