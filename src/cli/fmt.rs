//! `scopec fmt`: the one way to write a file.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process;

use clap::ValueEnum;

use super::project::{self, Project, UNREADABLE, reason};
use super::{Failure, Outcome, Session, Status};
use crate::diagnostic::{Diagnostic, human, short};
use crate::format::format;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::parser::parse;

/// Format every `.scope` file: there is one way to write it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec fmt                    every file of the project in this folder
  scopec fmt --check            only list the files that would change
  scopec fmt - < books.scope    a text from stdin, to stdout

A file with a syntax error is reported and left as it is.")]
pub(super) struct Arguments {
    /// Change nothing; list the files that would change, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    /// Folders and files, or `-` for stdin [default: the project in this folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to show syntax errors
    #[arg(long, value_enum, default_value = "human")]
    format: Form,
}

/// The forms of syntax errors here, where stdout is for results.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Drawn with the source
    Human,
    /// One line each
    Short,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let mut status = Status::Right;
    let here = [PathBuf::from(".")];
    let paths = if arguments.paths.is_empty() {
        &here[..]
    } else {
        &arguments.paths
    };
    for path in paths {
        let one = if path.as_os_str() == "-" {
            stdin(arguments, session)?
        } else {
            on_disk(path, arguments, session)?
        };
        status = status.max(one);
    }
    Ok(status)
}

fn stdin(arguments: &Arguments, session: &Session) -> Outcome {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(format!("cannot read stdin: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(format!("stdin is not valid UTF-8 from byte {at} on"))
    })?;
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("stdin", text));
    match formatted(&sources, id) {
        Err(errors) => {
            report(&errors, &sources, arguments, session);
            Ok(Status::Found)
        }
        Ok(text) if !arguments.check => {
            session.console.result(&text)?;
            Ok(Status::Right)
        }
        Ok(text) if text == sources.file(id).text => Ok(Status::Right),
        Ok(_) => {
            session.console.result("stdin\n")?;
            Ok(Status::Found)
        }
    }
}

fn on_disk(path: &Path, arguments: &Arguments, session: &Session) -> Outcome {
    let Project {
        folder,
        sources,
        files,
        diagnostics,
        unreadable,
        ..
    } = if path.is_file() {
        project::read_file(path)
    } else {
        project::read(Some(path), session)?
    };
    let mut errors: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.rule == UNREADABLE)
        .collect();
    let mut listed = String::new();
    let mut status = Status::Right;
    for id in files {
        let file = sources.file(id);
        let text = match formatted(&sources, id) {
            Ok(text) if text == file.text => continue,
            Ok(text) => text,
            Err(found) => {
                errors.extend(found);
                continue;
            }
        };
        if arguments.check {
            status = Status::Found;
        } else if let Err(failure) = overwrite(&folder.join(&file.path), &text) {
            let span = Span::new(id, 0, 0);
            errors.push(Diagnostic::error(UNREADABLE, span, failure.message));
            continue;
        }
        listed.push_str(&file.path);
        listed.push('\n');
    }
    session.console.result(&listed)?;
    if !errors.is_empty() {
        report(&errors, &sources, arguments, session);
        status = Status::Found;
    }
    Ok(if unreadable { Status::Unusable } else { status })
}

/// The text of a file as it should be written, or the syntax errors for which that is not known.
fn formatted(sources: &Sources, id: FileId) -> Result<String, Vec<Diagnostic>> {
    let text = &sources.file(id).text;
    let (tree, diagnostics) = parse(id, text);
    let errors: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter(Diagnostic::is_error)
        .collect();
    if errors.is_empty() {
        Ok(format(text, &tree))
    } else {
        Err(errors)
    }
}

fn report(errors: &[Diagnostic], sources: &Sources, arguments: &Arguments, session: &Session) {
    let console = &session.console;
    console.tell(&if arguments.format == Form::Short {
        short::render(errors, sources)
    } else {
        human::render(errors, sources, &console.drawing())
    });
}

/// Replaces a file in one step, so that an interrupted run leaves either text whole. A symbolic
/// link stays one, and permissions stay as they are.
fn overwrite(path: &Path, text: &str) -> Result<(), Failure> {
    let fail = |error: io::Error| {
        Failure::new(format!(
            "cannot write `{}`: {}",
            path.display(),
            reason(&error)
        ))
    };
    let target = fs::canonicalize(path).map_err(fail)?;
    let permissions = fs::metadata(&target).map_err(fail)?.permissions();
    if permissions.readonly() {
        return Err(fail(io::ErrorKind::PermissionDenied.into()));
    }
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", process::id()));
    let new = target.with_file_name(name);
    let written = fs::write(&new, text)
        .and_then(|()| fs::set_permissions(&new, permissions))
        .and_then(|()| fs::rename(&new, &target));
    written.map_err(|error| {
        let _ = fs::remove_file(&new);
        fail(error)
    })
}
