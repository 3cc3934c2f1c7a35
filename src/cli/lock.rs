//! `scopec lock`: the resolved authority as a file to review.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::project::{self, reason};
use super::{Failure, Outcome, Session, Status, write};
use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::lock::{self, FILE, Lock, LockChange};
use crate::source::{SourceFile, Span};

/// Write `scope.lock`: the authority of everybody, resolved, one sorted line a granted cube
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec lock                      write the lock of the project in this folder
  scopec lock --check infra        only say whether it is stale, and exit with 1 if it is

Commit the file: its diff shows what a change, or an update of the catalogue, really gives.")]
pub(super) struct Arguments {
    /// Change nothing; say whether the file is stale, and exit with 1 if it is
    #[arg(long)]
    check: bool,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let project = project::read(arguments.folder.as_deref(), session)?;
    if project.unreadable {
        return Err(Failure::new(
            "a file of the project cannot be read, so its authority is not known",
        )
        .help("`scopec check` says which"));
    }
    let path = project.folder.join(FILE);
    // What is granted is the same on every day.
    let (compiled, _) = crate::compile::ask(project.into_input(), None);
    let model = &compiled.model;
    if !model.parties.iter().all(|party| party.complete)
        || !model.systems.iter().all(|system| system.complete)
    {
        return Err(Failure::new(
            "some declarations cannot be understood, so what they come to is not known",
        )
        .help("`scopec check` says which: put them right first"));
    }
    let text = lock::of(&compiled).text();
    // Taking a large organisation apart would cost time and free nothing that the end does not.
    std::mem::forget(compiled);
    let known = committed(&path)?;
    if known.as_deref() == Some(text.as_bytes()) {
        return Ok(Status::Right);
    }
    if arguments.check {
        session.console.result(&format!("stale {FILE}\n"))?;
        return Ok(Status::Found);
    }
    write::single(&path, text.as_bytes())?;
    session.console.result(&format!("wrote {FILE}\n"))?;
    Ok(Status::Right)
}

/// The bytes of the file; none where there is none.
fn committed(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!(
            "cannot read `{}`: {}",
            path.display(),
            reason(&error)
        ))),
    }
}

/// The rule of a lock that is not what the project comes to.
const STALE: &str = "stale-lock";

/// What there is to say of the committed lock: nothing where it is what the project comes to. Adds
/// the lock to the texts, for findings to point at.
///
/// # Errors
/// When there is a lock that the system does not let be read.
pub(super) fn judge(compiled: &mut Compiled, folder: &Path) -> Result<Vec<Diagnostic>, Failure> {
    let bytes = committed(&folder.join(FILE))?;
    let missing = bytes.is_none();
    let committed = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    let now = lock::of(compiled);
    let text = now.text();
    if committed == text {
        return Ok(Vec::new());
    }
    let id = compiled.sources.add(SourceFile::new(FILE, committed));
    let file = compiled.sources.file(id);
    let at = |line: u32| {
        let start = file.line_start(line);
        Span::new(id, start, start + file.line(line).len())
    };
    let renew = "`scopec lock` writes it anew: review its diff, and commit it with the change";
    if missing {
        let found = Diagnostic::error(STALE, at(1), format!("there is no `{FILE}`"));
        return Ok(vec![found.help("`scopec lock` writes it: review it, and commit it with the declarations, so that what they come to is in every diff")]);
    }
    let known = match Lock::parse(&file.text) {
        Ok(known) => known,
        Err(errors) => {
            let said = errors.into_iter().map(|error| {
                let message = format!("`{FILE}` cannot be understood: {}", error.message);
                Diagnostic::error(STALE, at(error.line), message).help(renew)
            });
            return Ok(said.collect());
        }
    };
    let changes = lock::compare(&known, &now);
    let line = first_other(&file.text, &text);
    Ok(vec![
        Diagnostic::error(STALE, at(line), said(&changes)).help(renew),
    ])
}

/// The first line of `known` that is not what stands in that place of `now`.
fn first_other(known: &str, now: &str) -> u32 {
    let mut now = now.split('\n');
    let same = known
        .split('\n')
        .take_while(|line| now.next() == Some(*line))
        .count();
    let last = known.lines().count();
    u32::try_from((same + 1).min(last.max(1))).unwrap_or(u32::MAX)
}

/// Which integrations differ, and what first.
fn said(changes: &[LockChange]) -> String {
    const FEW: usize = 5;
    let Some(first) = changes.first() else {
        return format!(
            "`{FILE}` is not as `scopec lock` writes it, though it says what the project comes to"
        );
    };
    let mut names: Vec<&str> = Vec::new();
    for change in changes {
        if names.last() != Some(&change.integration.as_str()) {
            names.push(&change.integration);
        }
    }
    names.sort_unstable();
    names.dedup();
    let shown: Vec<String> = names
        .iter()
        .take(FEW)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len().saturating_sub(FEW) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "`{FILE}` is not what the project comes to: {}{more} differ{}; first, {first}",
        shown.join(", "),
        if names.len() == 1 { "s" } else { "" },
    )
}
