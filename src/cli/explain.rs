//! `scopec explain`: the page of a rule.

use super::manual::pages;
use super::{Failure, Outcome, Session, Status};
use crate::diagnostic::suggest::nearest;

/// Print what a rule finds, why it matters and what to write instead
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec explain syntax
  scopec explain --list        the name of every rule")]
pub(super) struct Arguments {
    /// The rule's name, as in `error[no-expiry]`
    #[arg(required_unless_present = "list")]
    rule: Option<String>,
    /// List every rule instead
    #[arg(long, conflicts_with = "rule")]
    list: bool,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let pages = pages();
    let names: Vec<&str> = pages.iter().map(|page| page.name).collect();
    let Some(rule) = &arguments.rule else {
        let mut text = names.join("\n");
        text.push('\n');
        session.console.result(&text)?;
        return Ok(Status::Right);
    };
    if let Some(page) = pages.iter().find(|page| page.name == rule) {
        session.console.result(page.markdown)?;
        return Ok(Status::Right);
    }
    let failure = Failure::new(format!("there is no rule `{rule}`"));
    Err(match nearest(rule, names.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`scopec explain --list` names every rule"),
    })
}
