//! The commit that made a change, found by its two objects.

use std::path::Path;

use gix::ObjectId;

use super::{Change, Version};
use crate::cli::revision;

/// How many commits are looked at. What lies deeper is shown among the files on disk.
const MOST: usize = 10_000;

/// The commit that replaced the one object by the other at that path, and its parent, as hashes;
/// the youngest where there are several. None for a text that is no object yet, and for two that no
/// single commit parts.
pub(super) fn commit_of(change: &Change, folder: &Path) -> Option<(String, Option<String>)> {
    let repository = revision::repository_of(folder)?;
    let object = |version: &Version| match version.file {
        // Git names nothing here by a dot, and a text that is no object yet by zeros.
        None => Some(None),
        Some(_) => ObjectId::from_hex(version.hex.as_bytes())
            .ok()
            .filter(|id| !id.is_null())
            .map(Some),
    };
    let (old, new) = (object(&change.old)?, object(&change.new)?);
    let at = |commit: ObjectId, path: &Path| -> Option<Option<ObjectId>> {
        let tree = repository.find_commit(commit).ok()?.tree().ok()?;
        let entry = tree.lookup_entry_by_path(path).ok()?;
        Some(entry.map(|entry| entry.object_id()))
    };
    let head = repository.head_id().ok().map(gix::Id::detach);
    let references = repository.references().ok()?;
    let others = references.all().ok()?.filter_map(|one| {
        let id = one.ok()?.into_fully_peeled_id().ok()?.detach();
        repository.find_commit(id).is_ok().then_some(id)
    });
    let walk = repository
        .rev_walk(head.into_iter().chain(others))
        .sorting(gix::revision::walk::Sorting::ByCommitTime(
            gix::traverse::commit::simple::CommitTimeOrder::NewestFirst,
        ))
        .all()
        .ok()?;
    for commit in walk.take(MOST) {
        let commit = commit.ok()?;
        if at(commit.id, &change.new.path) != Some(new) {
            continue;
        }
        let mut parents = commit.parent_ids().map(gix::Id::detach).peekable();
        if parents.peek().is_none() && old.is_none() {
            return Some((commit.id.to_string(), None));
        }
        if let Some(parent) = parents.find(|&parent| at(parent, &change.old.path) == Some(old)) {
            return Some((commit.id.to_string(), Some(parent.to_string())));
        }
    }
    None
}
