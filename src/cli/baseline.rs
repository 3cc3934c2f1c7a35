//! The baseline on disk: read for `check` and `build`, drawn by `check --write-baseline`.

use std::fs;
use std::io;
use std::path::Path;

use super::project::reason;
use super::{Failure, Session, write};
use crate::authority::time::Date;
use crate::check::baseline::{self, Baseline, Drawn, FILE, RULE};
use crate::compile::Compiled;
use crate::diagnostic::{self, Diagnostic};
use crate::source::{FileId, SourceFile, Span};

/// Counts what the project's baseline knows, where there is one, and says what is wrong with it.
///
/// # Errors
/// When there is a baseline that the system does not let be read.
pub(super) fn apply(compiled: &mut Compiled, folder: &Path, today: Date) -> Result<(), Failure> {
    if let Some((file, read)) = read(compiled, folder)? {
        settle(compiled, file, read, today);
    }
    Ok(())
}

/// Writes the baseline of what is found, says what it came to, and counts what it knows.
///
/// # Errors
/// When the file cannot be read or written.
pub(super) fn renew(
    compiled: &mut Compiled,
    folder: &Path,
    today: Date,
    session: &Session,
) -> Result<(), Failure> {
    let read = read(compiled, folder)?;
    let before = match read {
        Some((file, Err(wrong))) => {
            settle(compiled, file, Err(wrong), today);
            session.console.note(&format!(
                "`{FILE}` cannot be understood, so it was left as it is"
            ));
            return Ok(());
        }
        Some((_, Ok(before))) => Some(before),
        None => None,
    };
    let drawn = baseline::draw(
        &compiled.model,
        &compiled.diagnostics,
        &compiled.sources,
        before.as_ref(),
        today,
    );
    let text = drawn.baseline.text();
    write::single(&folder.join(FILE), text.as_bytes())?;
    told(&drawn, before.is_some(), session);
    let id = compiled.sources.add(SourceFile::new(FILE, text));
    let written = Baseline::parse(&compiled.sources.file(id).text);
    settle(compiled, id, written.map_err(|_| Vec::new()), today);
    Ok(())
}

type Read = Result<Baseline, Vec<baseline::Wrong>>;

/// The baseline, its text among the sources; nothing where there is none.
fn read(compiled: &mut Compiled, folder: &Path) -> Result<Option<(FileId, Read)>, Failure> {
    let path = folder.join(FILE);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Failure::new(format!(
                "cannot read `{}`: {}",
                path.display(),
                reason(&error)
            )));
        }
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let read = Baseline::parse(&text);
    let id = compiled.sources.add(SourceFile::new(FILE, text));
    Ok(Some((id, read)))
}

fn settle(compiled: &mut Compiled, file: FileId, read: Read, today: Date) {
    match read {
        Ok(known) => baseline::settle(
            &known,
            file,
            &mut compiled.diagnostics,
            &compiled.sources,
            today,
        ),
        Err(wrong) => {
            let text = compiled.sources.file(file);
            for one in wrong {
                let start = text.line_start(one.line);
                let span = Span::new(file, start, start + text.line(one.line).len());
                compiled.diagnostics.push(
                    Diagnostic::error(RULE, span, one.message)
                        .help("nothing in this file counts until it can be understood"),
                );
            }
        }
    }
    diagnostic::sort(&mut compiled.diagnostics);
}

/// Says what was written.
fn told(drawn: &Drawn, was_there: bool, session: &Session) {
    let counted = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    let mut said = format!(
        "wrote `{FILE}`: {}",
        counted(drawn.baseline.len(), "finding", "findings")
    );
    if was_there {
        said.push_str(", ");
        said.push_str(&drawn.mended.to_string());
        said.push_str(" mended and taken out");
    }
    session.console.note(&said);
    if drawn.refused > 0 {
        session.console.note(&format!(
            "{} not in it, and nothing is added to a baseline: mend what is new, have it accepted, or remove `{FILE}` first to begin anew",
            counted(drawn.refused, "finding is", "findings are")
        ));
    }
    if !drawn.never.is_empty() {
        let rules: Vec<String> = drawn
            .never
            .iter()
            .map(|(rule, count)| format!("`{rule}` ({count})"))
            .collect();
        session.console.note(&format!(
            "no baseline holds what must be put right: {}",
            rules.join(", ")
        ));
    }
}
