//! What every question needs: the project compiled, names looked up, and gaps told.

use std::path::Path;

use clap::ValueEnum;
use serde::Serialize;

use super::{Failure, Session, Status, project};
use crate::compile::{Asked, Compiled, ask};
use crate::diagnostic::Diagnostic;
use crate::model::rule::Part;
use crate::question::path::Goal;
use crate::question::{Unknown, gaps};

/// The forms of an answer.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people
    Human,
    /// The contract for programs
    Json,
}

/// A project that can be asked.
pub(super) struct Known {
    /// What it means.
    pub compiled: Compiled,
    unreadable: bool,
}

impl From<Unknown> for Failure {
    fn from(unknown: Unknown) -> Self {
        Failure::new(unknown.message).help(unknown.help)
    }
}

/// Reads a project, and what a question asks about in it.
///
/// # Errors
/// When there is no project, or nothing in it is what the question names.
pub(super) fn know(
    asked: Option<Asked<'_>>,
    folder: Option<&Path>,
    session: &Session,
) -> Result<(Known, Vec<Part>), Failure> {
    let project = project::read(folder, session)?;
    let unreadable = project.unreadable;
    let (compiled, parts) = ask(project.into_input(), asked);
    let parts = parts.map_err(wrong)?;
    Ok((
        Known {
            compiled,
            unreadable,
        },
        parts,
    ))
}

/// Reads a project and what a path is to lead to: a bare name, or a resource.
///
/// # Errors
/// As [`know`].
pub(super) fn goal(
    text: &str,
    folder: Option<&Path>,
    session: &Session,
) -> Result<(Known, Goal), Failure> {
    if text.contains(['.', '(']) {
        let (known, parts) = know(Some(Asked::Within(text)), folder, session)?;
        return Ok((known, Goal::Resource(text.to_owned(), parts)));
    }
    let (known, _) = know(None, folder, session)?;
    let goal = Goal::named(&known.compiled.model, text)?;
    Ok((known, goal))
}

/// What is wrong with a question.
fn wrong(diagnostic: Diagnostic) -> Failure {
    let failure = Failure::new(diagnostic.message);
    match diagnostic.help {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// An answer for programs.
///
/// # Errors
/// Never, as far as is known: answers hold nothing that JSON cannot say.
pub(super) fn json(answer: &impl Serialize) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(answer)
        .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
    text.push('\n');
    Ok(text)
}

/// Says what keeps an answer from being whole, and gives the exit status.
pub(super) fn finish(known: Known, session: &Session, status: Status) -> Status {
    match gaps(&known.compiled) {
        0 => {}
        count => {
            let errors = if count == 1 {
                "1 error keeps".to_owned()
            } else {
                format!("{count} errors keep")
            };
            session.console.tell(&format!(
                "warning: {errors} parts of this project from being known, so there may be more; \
                 `scopec check` lists what is wrong\n"
            ));
        }
    }
    let unreadable = known.unreadable;
    // Taking apart what is known of a large organisation would free nothing that the end of the
    // process does not free at once.
    std::mem::forget(known);
    if unreadable { Status::Unusable } else { status }
}
