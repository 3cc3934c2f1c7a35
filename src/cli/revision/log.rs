//! The commits that changed a project, from a repository's store of objects.

use std::path::Path;

use super::{Revision, Side, open, tree_of, trouble};
use crate::authority::time::Date;
use crate::cli::Failure;

/// A commit that changed the project.
pub struct Commit {
    /// The project in it.
    pub side: Side,
    /// The commit's hash, shortened.
    pub hash: String,
    /// The day on which it was committed, UTC.
    pub date: Date,
    /// Its author's name.
    pub author: String,
    /// The first line of its message.
    pub message: String,
}

/// How many characters of a hash tell commits apart for people.
const SHORT: usize = 10;
/// How many commits are looked at in search of those that changed the project.
const MOST: usize = 20_000;

/// The commits that changed the project's folder, the newest first, by first parents from `HEAD`,
/// at most `most`; and whether older ones were left out. The last one is the oldest that is told
/// of or, where older ones are left out, the one to compare it with.
///
/// # Errors
/// When the folder is in no repository, or an object cannot be read.
pub fn log(folder: &Path, most: usize) -> Result<(Vec<Commit>, bool), Failure> {
    let (repository, inside) = open(folder)?;
    let head = repository.head_id().map_err(|_| {
        Failure::new("the repository has no commit yet, so there is no history to tell")
    })?;
    let mut commits = Vec::new();
    let mut at = Some(head.detach());
    let mut looked = 0;
    // What the folder is in the commit that was looked at last, and that commit.
    let mut newer: Option<(Option<gix::ObjectId>, Commit)> = None;
    while let Some(id) = at {
        looked += 1;
        if looked > MOST {
            return Ok((commits, true));
        }
        let commit = repository
            .find_commit(id)
            .map_err(|_| trouble::damaged(&repository, id))?;
        let tree = tree_of(&repository, id, "HEAD")?;
        let own = folder_in(&repository, tree, &inside);
        let hash: String = id.to_string().chars().take(SHORT).collect();
        let seconds = commit.time().map_or(0, |time| time.seconds);
        let author = commit
            .author()
            .map(|author| author.name.to_string())
            .unwrap_or_default();
        let message = commit
            .message()
            .map(|message| message.summary().to_string())
            .unwrap_or_default();
        at = commit.parent_ids().next().map(gix::Id::detach);
        let this = Commit {
            side: Side::Revision(Box::new(Revision {
                repository: repository.clone(),
                typed: hash.clone(),
                is_merge_base: false,
                commit: id,
                tree,
                folder: inside.clone(),
                folder_is_typed: false,
            })),
            hash,
            date: Date::from_unix_seconds(seconds),
            author,
            message,
        };
        if let Some((known, change)) = newer.take()
            && known != own
        {
            commits.push(change);
            if commits.len() == most {
                commits.push(this);
                return Ok((commits, true));
            }
        }
        newer = Some((own, this));
    }
    // The very first commit made the folder, if it is there at all.
    if let Some((Some(_), first)) = newer {
        commits.push(first);
    }
    Ok((commits, false))
}

/// What the project's folder is in a tree: the id of its own tree; none where it is not there.
fn folder_in(
    repository: &gix::Repository,
    tree: gix::ObjectId,
    folder: &Path,
) -> Option<gix::ObjectId> {
    if folder.as_os_str().is_empty() {
        return Some(tree);
    }
    let tree = repository.find_tree(tree).ok()?;
    let entry = tree.lookup_entry_by_path(folder).ok().flatten()?;
    Some(entry.object_id())
}
