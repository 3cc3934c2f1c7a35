//! `report --history`: what every commit changed of whom.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::cli::revision::log::{Commit, log};
use crate::cli::{Failure, Session};
use crate::compile::{Compiled, ask};
use crate::diff::{self, SubjectKind};
use crate::report::history::{Event, History};

/// How many changes of one commit are told of one integration.
const TOLD: usize = 12;

/// What the last `most` commits that changed the project's folder changed of its integrations.
///
/// # Errors
/// When the folder is in no repository, or a revision cannot be read.
pub(super) fn history(folder: &Path, most: usize, session: &Session) -> Result<History, Failure> {
    let (commits, truncated) = log(folder, most)?;
    let mut history = History {
        since: commits.last().map(|commit| commit.hash.clone()),
        truncated,
        ..History::default()
    };
    let mut newer: Option<(Commit, Compiled)> = None;
    let last = commits.len().saturating_sub(1);
    for (index, commit) in commits.into_iter().enumerate() {
        let project = commit.side.read(session)?;
        let (compiled, _) = ask(project.into_input(), None);
        if let Some((change, after)) = newer.take() {
            add(&mut history, &change, Some(&compiled), &after);
        }
        if index == last && !truncated {
            add(&mut history, &commit, None, &compiled);
        }
        newer = Some((commit, compiled));
    }
    Ok(history)
}

fn add(history: &mut History, commit: &Commit, before: Option<&Compiled>, after: &Compiled) {
    let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if let Some(before) = before {
        for change in diff::diff(before, after).changes {
            let named =
                matches!(change.subject_kind, SubjectKind::Integration).then_some(&change.subject);
            let touched: BTreeSet<&String> = named.into_iter().chain(&change.affects).collect();
            for name in touched {
                let via = match named {
                    Some(subject) if subject == name => String::new(),
                    _ => format!(" (by `{}`)", change.subject),
                };
                let all = of.entry(name.clone()).or_default();
                let words = format!("{}{via}", change.detail);
                if !all.contains(&words) {
                    all.push(words);
                }
            }
        }
    } else {
        for (_, party) in after.model.integrations() {
            of.entry(party.name.to_string())
                .or_default()
                .push("is declared in the first commit".to_owned());
        }
    }
    for (name, mut changes) in of {
        if changes.len() > TOLD {
            let more = changes.len() - TOLD;
            changes.truncate(TOLD);
            changes.push(format!("and {more} more changes"));
        }
        history.of.entry(name).or_default().push(Event {
            revision: commit.hash.clone(),
            date: commit.date.to_string(),
            author: commit.author.clone(),
            message: commit.message.clone(),
            changes,
        });
    }
}
