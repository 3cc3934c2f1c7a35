//! `scopec completions`: completion for a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Outcome, Session, Status};

/// Print the completion script of a shell
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec completions bash > /etc/bash_completion.d/scopec
  scopec completions zsh > ~/.zfunc/_scopec
  scopec completions fish > ~/.config/fish/completions/scopec.fish")]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let mut script = Vec::new();
    let mut command = super::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "scopec", &mut script);
    session.console.result(&String::from_utf8_lossy(&script))?;
    Ok(Status::Right)
}
