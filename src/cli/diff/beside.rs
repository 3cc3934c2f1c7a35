//! The files beside the declarations that a comparison takes in: `scope.lock`, `scope.baseline`.

use crate::check::baseline::{self, Baseline};
use crate::cli::Failure;
use crate::cli::revision::Side;
use crate::lock::{self, Lock};

/// What was read.
pub struct Beside {
    lock: Option<Lock>,
    base: Option<Baseline>,
    head: Option<Baseline>,
    /// What could not be read, so that nothing is said of it.
    pub notes: Vec<String>,
}

impl Beside {
    /// As the comparison takes it.
    pub fn lent(&self) -> crate::diff::Beside<'_> {
        crate::diff::Beside {
            lock: self.lock.as_ref(),
            base_baseline: self.base.as_ref(),
            head_baseline: self.head.as_ref(),
        }
    }
}

/// Reads what lies beside both sides.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn read(base: &Side, head: &Side) -> Result<Beside, Failure> {
    let mut notes = Vec::new();
    let lock = text(base, lock::FILE)?.and_then(|text| match Lock::parse(&text) {
        Ok(lock) => Some(lock),
        Err(wrong) => {
            let first = wrong.first().map(|one| (one.line, one.message.as_str()));
            notes.push(unread(
                base,
                lock::FILE,
                first,
                "what an update of a catalogue changed",
            ));
            None
        }
    });
    let mut excused = |side: &Side| -> Result<Option<Baseline>, Failure> {
        Ok(
            text(side, baseline::FILE)?.and_then(|text| match Baseline::parse(&text) {
                Ok(baseline) => Some(baseline),
                Err(wrong) => {
                    let first = wrong.first().map(|one| (one.line, one.message.as_str()));
                    notes.push(unread(side, baseline::FILE, first, "what it excuses"));
                    None
                }
            }),
        )
    };
    let (was, is) = (excused(base)?, excused(head)?);
    Ok(Beside {
        lock,
        base: was,
        head: is,
        notes,
    })
}

fn text(side: &Side, file: &str) -> Result<Option<String>, Failure> {
    let bytes = side.file(file)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

fn unread(side: &Side, file: &str, first: Option<(u32, &str)>, what: &str) -> String {
    let why = first.map_or_else(String::new, |(line, message)| {
        format!(", line {line}: {message}")
    });
    format!(
        "`{file}` of {} cannot be understood{why}; nothing is said of {what}",
        side.name()
    )
}
