//! Projects in other folders of a commit, for when the wanted one is not there.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use super::tree::Tree;
use crate::cli::project::files::{Files as _, SKIPPED};
use crate::cli::project::{MANIFEST, files};

/// How many folders are looked into.
const MOST: usize = 10_000;
/// How many projects are named.
const NAMED: usize = 3;

/// The folders that hold settings or else, the topmost ones, `.scope` files; those that bear the
/// wanted folder's own name alone where there are any.
pub(super) fn projects(tree: &Tree<'_>, wanted: &Path) -> Vec<PathBuf> {
    let mut settings = Vec::new();
    let mut declarations: Vec<PathBuf> = Vec::new();
    let mut folders = VecDeque::from([PathBuf::new()]);
    let mut left = MOST;
    while let Some(folder) = folders.pop_front() {
        if left == 0 {
            break;
        }
        left -= 1;
        let entries = tree.entries(&folder).unwrap_or_default();
        for files::Entry { name, is_folder } in entries.into_iter().flatten() {
            let path = folder.join(&name);
            let name = name.to_string_lossy();
            if is_folder {
                if !name.starts_with('.') && !SKIPPED.contains(&name.as_ref()) {
                    folders.push_back(path);
                }
            } else if name == MANIFEST {
                settings.push(folder.clone());
            } else if path.extension().is_some_and(|ending| ending == "scope")
                && !declarations.iter().any(|above| folder.starts_with(above))
            {
                declarations.push(folder.clone());
            }
        }
    }
    let mut found = if settings.is_empty() {
        declarations
    } else {
        settings
    };
    found.retain(|folder| folder != wanted);
    let namesakes: Vec<PathBuf> = found
        .iter()
        .filter(|folder| folder.file_name().is_some() && folder.file_name() == wanted.file_name())
        .cloned()
        .collect();
    if !namesakes.is_empty() {
        found = namesakes;
    }
    found.truncate(NAMED);
    found
}
