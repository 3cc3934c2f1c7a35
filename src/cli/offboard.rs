//! `scopec offboard`: how to take one integration away, and whether anything of it is left.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::ask::json;
use super::project::{self, reason};
use super::{Failure, Outcome, Session, Status, write};
use crate::check::baseline;
use crate::diff::approval;
use crate::lock;
use crate::offboard::left::{Folder, left};
use crate::offboard::{Answer, Beside, Project, answer, human, markdown};

/// Show how to take an integration away: what to revoke, what breaks, what to change
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec offboard invoice-sync                                 what to do, in order
  scopec offboard invoice-sync --format patch | git apply      make the edits
  scopec offboard invoice-sync --verify                        is anything left of it?

Paths in the patch are relative to the project: where that is not the root of the
repository, `git apply --directory=FOLDER` says where it is.

Exit status: 0 the answer is given, with --verify: nothing is left; 1 something is left;
2 wrong usage, or nobody has the name.")]
pub(super) struct Arguments {
    /// An integration or a principal; its folder may stand before it, as in `finance/invoice-sync`
    #[arg(value_name = "NAME")]
    name: String,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Say whether anything of it is left, once the edits are made
    #[arg(long)]
    verify: bool,
    /// The output folder to look into [default: `out` of `scope.toml`, else `out` in the project]
    #[arg(long, value_name = "DIR", requires = "verify")]
    out: Option<PathBuf>,
    /// How to show the answer
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Form,
}

/// The forms of an answer.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Human,
    /// For a ticket, every step a box to tick
    Markdown,
    /// The contract for programs
    Json,
    /// The edits as a unified diff
    Patch,
}

/// The largest emitted file that is searched, in bytes.
const LARGEST: u64 = 64 << 20;

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    if arguments.verify && arguments.format == Form::Patch {
        return Err(Failure::new(
            "`--verify` changes nothing, so there is no patch of it",
        ));
    }
    let read = project::read(arguments.folder.as_deref(), session)?;
    if read.unreadable {
        return Err(Failure::new(
            "a file of the project cannot be read, so what names it is not known",
        )
        .help("`scopec check` says which"));
    }
    let folder = read.folder.clone();
    let project = Project {
        sources: read.sources,
        files: read.files,
        settings: read.settings,
    };
    let beside = Beside {
        lock: text_of(&folder.join(lock::FILE))?,
        baseline: text_of(&folder.join(baseline::FILE))?,
        approvals: text_of(&folder.join(approval::FILE))?,
    };
    if arguments.verify {
        return verify(arguments, &project, &beside, &folder, session);
    }
    let answer = answer(&project, &beside, &arguments.name)?;
    let text = match arguments.format {
        Form::Human => human::told(&answer, session.console.colors_results()),
        Form::Markdown => markdown::told(&answer),
        Form::Json => json(&answer)?,
        Form::Patch => patch(&answer)?,
    };
    session.console.result(&text)?;
    if arguments.format == Form::Patch {
        for what in answer.edits.iter().flat_map(|edit| &edit.decide) {
            session.console.note(&format!("to be decided: {what}"));
        }
    }
    Ok(Status::Right)
}

/// The patch, unless git would refuse a path in it.
fn patch(answer: &Answer) -> Result<String, Failure> {
    let leads_out = |path: &str| path.starts_with('/') || path.split('/').any(|step| step == "..");
    match answer.edits.iter().find(|edit| leads_out(&edit.file)) {
        Some(edit) => Err(Failure::new(format!(
            "`{}` lies outside of the project, where no patch reaches",
            edit.file
        ))
        .help("`--format json` lists the edits")),
        None => Ok(answer.patch.clone()),
    }
}

fn verify(
    arguments: &Arguments,
    project: &Project,
    beside: &Beside,
    folder: &Path,
    session: &Session,
) -> Outcome {
    let out = match (&arguments.out, &project.settings.out) {
        (Some(out), _) => out.clone(),
        (None, Some(out)) => folder.join(out),
        (None, None) => folder.join("out"),
    };
    if arguments.out.is_some() && !out.is_dir() {
        return Err(Failure::new(format!(
            "there is no folder `{}`",
            out.display()
        )));
    }
    let found = left(project, beside, &outputs(&out)?, &arguments.name);
    let text = match arguments.format {
        Form::Markdown => markdown::told_left(&found),
        Form::Json => json(&found)?,
        Form::Human | Form::Patch => human::told_left(&found, session.console.colors_results()),
    };
    session.console.result(&text)?;
    Ok(if found.clean {
        Status::Right
    } else {
        Status::Found
    })
}

/// The text of a file beside the declarations; none where there is none.
fn text_of(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!(
            "cannot read `{}`: {}",
            path.display(),
            reason(&error)
        ))),
    }
}

/// What the output folder holds. Links in it are not followed.
fn outputs(out: &Path) -> Result<Folder, Failure> {
    let mut folder = Folder::default();
    if !out.is_dir() {
        return Ok(folder);
    }
    folder.is_there = true;
    folder.manifest = write::manifest(out)?;
    let mut left = vec![(out.to_owned(), String::new())];
    while let Some((at, path)) = left.pop() {
        let Ok(entries) = fs::read_dir(&at) else {
            folder.unread.push(format!("`{path}`: it cannot be read"));
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if path.is_empty() {
                name
            } else {
                format!("{path}/{name}")
            };
            let Ok(metadata) = entry.metadata() else {
                folder.unread.push(format!("`{path}`: it cannot be read"));
                continue;
            };
            if metadata.is_dir() {
                left.push((entry.path(), path));
            } else if metadata.is_symlink() {
                folder.unread.push(format!("`{path}`: it is a link"));
            } else if metadata.len() > LARGEST {
                folder.unread.push(format!("`{path}`: it is too large"));
            } else if let Ok(bytes) = fs::read(entry.path()) {
                folder.files.push((path, bytes));
            } else {
                folder.unread.push(format!("`{path}`: it cannot be read"));
            }
        }
    }
    folder.files.sort();
    folder.unread.sort();
    Ok(folder)
}
