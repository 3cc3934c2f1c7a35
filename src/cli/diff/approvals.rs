//! What somebody has to have said yes to: `--require-approval`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::deny::{LISTED, line, unknown};
use crate::authority::time::Date;
use crate::cli::revision::Side as Place;
use crate::cli::{Failure, Session};
use crate::compile::Compiled;
use crate::diagnostic::visible;
use crate::diff::approval::{self, Approval, FILE, Judged, judge, offer};
use crate::diff::compared::sentence;
use crate::diff::{Change, Diff, Side, Wrong};

/// What follows `--require-approval`.
///
/// # Errors
/// When it is no file beside the project's.
pub(super) fn parse(text: &str) -> Result<String, String> {
    let leaves = |step: &str| step == ".." || step == "." || step.is_empty();
    if text.contains(['\\', ':']) || text.split('/').any(leaves) {
        return Err("a file in the project's folder is wanted, as in `scope.approvals`".to_owned());
    }
    Ok(text.to_owned())
}

/// The approvals of the head.
pub(super) struct Approvals {
    /// The file, as it was asked for.
    file: String,
    /// Whether every widening needs one.
    are_required: bool,
    /// Whether there is such a file.
    is_there: bool,
    /// What they are; none where the file cannot be understood.
    all: Vec<Approval>,
    wrong: Vec<Wrong>,
    today: Date,
}

/// Reads the approvals that are asked for; where none are, the usual file, so that they are shown.
///
/// # Errors
/// When the file is there and cannot be read, and when nobody knows which day it is.
pub(super) fn read(
    required: Option<&str>,
    head: &Place,
    session: &Session,
) -> Result<Approvals, Failure> {
    let file = required.unwrap_or(FILE).to_owned();
    let bytes = head.file(&file)?;
    let (is_there, are_required) = (bytes.is_some(), required.is_some());
    let read = match bytes.map(String::from_utf8) {
        None => Ok(Vec::new()),
        Some(Ok(text)) => approval::parse(&text),
        Some(Err(error)) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let lines = valid.split(|byte| *byte == b'\n').count();
            Err(vec![Wrong {
                line: u32::try_from(lines).unwrap_or(u32::MAX),
                message: "this is not valid UTF-8".to_owned(),
            }])
        }
    };
    let (all, wrong) = match read {
        Ok(all) => (all, Vec::new()),
        Err(wrong) => (Vec::new(), wrong),
    };
    let today = if is_there || are_required {
        session.today()?
    } else {
        Date(0)
    };
    Ok(Approvals {
        file,
        are_required,
        is_there,
        all,
        wrong,
        today,
    })
}

impl Approvals {
    /// Holds them against what a comparison found.
    pub(super) fn judge<'a>(&'a self, diff: &'a Diff, head: &Compiled) -> Judged<'a> {
        let teams: BTreeSet<&str> = head.model.teams.iter().map(|team| &*team.name).collect();
        judge(&self.all, diff, &teams, self.today)
    }

    /// What to know that fails nothing.
    pub(super) fn notes(&self, judged: &Judged<'_>) -> Vec<String> {
        let file = &self.file;
        if !self.are_required {
            let wrong = self.wrong.iter().take(1);
            return wrong
                .map(|wrong| {
                    let Wrong { line, message } = wrong;
                    format!("{file}:{line}: {message}: no approval is shown")
                })
                .collect();
        }
        let stale = judged.stale.iter().take(LISTED).map(|one| {
            format!(
                "{file}:{}: no change that widens has the fingerprint `{}`: the approval is left from an earlier one and may be removed",
                one.line, one.fingerprint
            )
        });
        let mut notes: Vec<String> = stale.collect();
        if judged.stale.len() > LISTED {
            notes.push(format!(
                "{file}: {} more approvals may be removed",
                judged.stale.len() - LISTED
            ));
        }
        notes
    }

    /// What lacks an approval and why, with the text to write; empty where nothing does.
    pub(super) fn hits(&self, judged: &Judged<'_>, diff: &Diff) -> String {
        let mut text = String::new();
        if !self.are_required {
            return text;
        }
        let file = &self.file;
        for Wrong { line, message } in &self.wrong {
            let message = visible::line(message);
            let _ = writeln!(text, "error: {file}:{line}: {message}");
        }
        if !self.wrong.is_empty() {
            text.push_str("  nothing counts as approved until the file can be understood\n");
        }
        for void in judged.void.iter().take(LISTED) {
            let (line, why) = (void.approval.line, visible::line(&void.why));
            let _ = writeln!(text, "error: {file}:{line}: the approval is void: {why}");
        }
        let gaps = diff.gaps.iter().filter(|gap| gap.side == Side::Head);
        let mut lines: Vec<String> = judged.missing.iter().map(|change| line(change)).collect();
        lines.extend(gaps.map(unknown));
        if lines.is_empty() {
            return text;
        }
        let (count, changes) = match lines.len() {
            1 => (1, "change has no approval"),
            count => (count, "changes have no approval"),
        };
        let _ = writeln!(text, "error: {count} {changes} in `{file}`");
        for line in lines.iter().take(LISTED) {
            let _ = writeln!(text, "  {}", visible::line(line));
        }
        if count > LISTED {
            let _ = writeln!(text, "  and {} more", count - LISTED);
        }
        // Of a file that is not understood, nobody can say what it lacks.
        if self.wrong.is_empty() {
            self.offers(&mut text, &judged.missing);
        }
        text
    }

    /// The text to write for what is missing, once a fingerprint.
    fn offers(&self, text: &mut String, missing: &[&Change]) {
        // An approval that is there, and void, is to be mended where it stands.
        let written = |change: &Change| {
            let mut all = self.all.iter();
            all.any(|one| one.fingerprint == change.fingerprint)
        };
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let offered: Vec<&&Change> = missing
            .iter()
            .filter(|change| !written(change) && told.insert(&change.fingerprint))
            .collect();
        if offered.is_empty() {
            return;
        }
        let file = &self.file;
        let place = if self.is_there {
            format!("add to `{file}`")
        } else {
            format!("there is no `{file}` in the project's folder: write it")
        };
        let _ = writeln!(
            text,
            "  help: {place}, with a team and a reason, what is agreed to:"
        );
        for change in offered.into_iter().take(LISTED) {
            let what = sentence(change);
            let _ = writeln!(text, "\n    # {}", visible::line(&what));
            for line in offer(change, self.today).lines() {
                let _ = writeln!(text, "    {}", visible::line(line));
            }
        }
    }
}
