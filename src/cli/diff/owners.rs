//! Who has to review what is lost, as `CODEOWNERS` names them.

use crate::cli::project;
use crate::cli::revision::Side;
use crate::diff::owner::{FILES, Owners};
use crate::diff::{self, Change, Diff};

/// How many lines of the file are complained about.
const LISTED: usize = 5;

/// Who reviews.
#[derive(Default)]
pub(super) struct Reviewers {
    /// As the file names them, each once and sorted.
    pub names: Vec<String>,
    /// What the file says that is not understood.
    pub notes: Vec<String>,
}

/// Whoever owns a file in which something widens or weakens. The base says who, for a change must
/// not choose its own reviewers.
pub(super) fn reviewers(found: &Diff, base: &Side, head: &Side) -> Reviewers {
    let mut reviewers = Reviewers::default();
    let losses: Vec<&Change> = found.changes.iter().filter(|one| one.is_loss()).collect();
    if losses.is_empty() {
        return reviewers;
    }
    for (name, dialect) in FILES {
        let bytes = match base.file_of_repository(name) {
            Ok(None) => continue,
            Ok(Some(bytes)) => bytes,
            Err(failure) => {
                let why = format!("{}, so nobody is named as a reviewer", failure.message);
                reviewers.notes.push(why);
                return reviewers;
            }
        };
        let (owners, wrong) = Owners::parse(&String::from_utf8_lossy(&bytes), dialect);
        let (was, is) = (folder(base), folder(head));
        let places = losses.iter().filter_map(|change| change.place());
        let paths: Vec<String> = places
            .map(|place| match place.side {
                diff::Side::Base => format!("{was}{}", place.file),
                diff::Side::Head => format!("{is}{}", place.file),
            })
            .collect();
        reviewers.names = owners.of_all(paths.iter().map(String::as_str));
        let told = wrong.iter().take(LISTED);
        reviewers.notes.extend(told.map(|wrong| {
            format!(
                "{name}:{} in the base: {}: the line names no reviewer",
                wrong.line, wrong.message
            )
        }));
        if wrong.len() > LISTED {
            let more = wrong.len() - LISTED;
            let note = format!("{name} in the base: {more} more lines are not understood");
            reviewers.notes.push(note);
        }
        return reviewers;
    }
    reviewers
}

/// What stands before a project's file to make it a path in its repository. A folder outside of one
/// is taken for all of it.
fn folder(side: &Side) -> String {
    let is_alone = match side {
        Side::Folder(folder) | Side::WorkingTree(folder) => project::repository(folder).is_none(),
        Side::Revision(_) => false,
    };
    let folder = side.folder_in_repository();
    if is_alone || folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    }
}
