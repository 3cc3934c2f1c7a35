//! The project of a commit, read as the one on disk is.

use std::fs;
use std::path::{Path, PathBuf};

use super::tree::{Missing, Tree, shown};
use super::{Revision, elsewhere};
use crate::cli::project::Project;
use crate::cli::project::files::{Files, Kind};
use crate::cli::{Failure, Session};

/// How many digits of a commit's hash are shown.
const SHORT: usize = 7;

/// What a file holds, if there is one.
pub(super) fn content(
    files: &dyn Files,
    path: &Path,
    name: &str,
) -> Result<Option<Vec<u8>>, Failure> {
    if files.kind(path) != Some(Kind::File) {
        return Ok(None);
    }
    files
        .bytes(path)
        .map(Some)
        .map_err(|why| Failure::new(format!("cannot read `{name}`: {why}")))
}

impl Revision {
    /// See [`Side::name`](super::Side::name).
    pub(super) fn name(&self) -> String {
        let hash = self.commit.to_string();
        let short = &hash[..SHORT.min(hash.len())];
        let typed = if self.is_merge_base {
            format!("the merge base of {}", self.typed)
        } else {
            self.typed.clone()
        };
        if self.typed.len() >= 4 && hash.starts_with(&self.typed) {
            short.to_owned()
        } else {
            format!("{typed} ({short})")
        }
    }

    /// A way to write the revision that is no folder's name.
    pub(super) fn unmistakable(&self, word: &str) -> String {
        let reference = self.repository.try_find_reference(word).ok().flatten();
        match reference {
            Some(reference) if reference.name().as_bstr() != word => {
                reference.name().as_bstr().to_string()
            }
            _ => format!("{word}^0"),
        }
    }

    /// A failure of reading it, with its name.
    fn said(&self, mut failure: Failure) -> Failure {
        failure.message = format!("in {}: {}", self.name(), failure.message);
        failure
    }

    /// See [`Side::read`](super::Side::read).
    pub(super) fn read(&self, session: &Session) -> Result<Project, Failure> {
        let tree = Tree::new(&self.repository, self.tree);
        let mut project = Project::empty(self.folder.clone());
        let folder = shown(&self.folder);
        match tree.folder(&self.folder) {
            Ok(true) => {}
            Ok(false) => {
                return Err(self.said(
                    Failure::new(format!("`{folder}` is a file, not a folder"))
                        .help("name the folder that holds the `.scope` files"),
                ));
            }
            Err(Missing::Submodule) => {
                return Err(self.said(
                    Failure::new(format!("`{folder}` is in a submodule"))
                        .help("revisions of a submodule are in its own repository: run this in its folder, with a revision of it"),
                ));
            }
            Err(_) if self.folder_is_typed => {
                tree.whole().map_err(|failure| self.said(failure))?;
                return Err(self.said(
                    Failure::new(format!("there is no folder `{folder}`"))
                        .help("what stands after `:` is a path from the repository's root on"),
                ));
            }
            Err(_) => {
                tree.whole().map_err(|failure| self.said(failure))?;
                project.notes.push(self.nothing(&folder));
                return Ok(project);
            }
        }
        let read = self.read_from(&tree, &mut project, session);
        tree.whole()
            .and(read)
            .map_err(|failure| self.said(failure))?;
        Ok(project)
    }

    fn read_from(
        &self,
        tree: &Tree<'_>,
        project: &mut Project,
        session: &Session,
    ) -> Result<(), Failure> {
        let name = self.name();
        let given = match &session.manifest_path {
            Some(path) => {
                let inside = self.inside(path)?;
                if tree.kind(&inside).is_none() {
                    project.notes.push(format!(
                        "there is no `{}` in {name}: the default settings hold there",
                        shown(&inside)
                    ));
                    None
                } else {
                    Some(inside)
                }
            }
            None => None,
        };
        if given.is_some() || session.manifest_path.is_none() {
            project.read_manifest(tree, given.as_deref())?;
        }
        if !project.read_files(tree)? {
            project.notes.push(self.nothing(&shown(&self.folder)));
        }
        for submodule in tree.submodules() {
            project.notes.push(format!(
                "`{submodule}` in {name} is a submodule, and its files are not looked at"
            ));
        }
        Ok(())
    }

    /// Where a file on disk is in the repository.
    fn inside(&self, path: &Path) -> Result<PathBuf, Failure> {
        let root = self
            .repository
            .workdir()
            .and_then(|root| fs::canonicalize(root).ok());
        let path_there = fs::canonicalize(path).ok();
        root.zip(path_there)
            .and_then(|(root, path)| path.strip_prefix(root).ok().map(Path::to_owned))
            .ok_or_else(|| {
                Failure::new(format!("`{}` is not in the repository", path.display()))
                    .help("the settings of a revision are read from the revision")
            })
    }

    /// That the project is not in the commit, and where one is that may have been meant.
    fn nothing(&self, folder: &str) -> String {
        let name = self.name();
        let mut words = if folder.is_empty() {
            format!("there is no `.scope` file in {name}: nothing is declared there")
        } else {
            format!("there is no `.scope` file in `{folder}` of {name}: nothing is declared there")
        };
        // A tree of its own: what is wrong far from the project is no failure.
        let tree = Tree::new(&self.repository, self.tree);
        let elsewhere = elsewhere::projects(&tree, &self.folder);
        if !elsewhere.is_empty() && !self.is_merge_base {
            let ways: Vec<String> = elsewhere
                .iter()
                .map(|folder| format!("`{}:{}`", self.typed, shown(folder)))
                .collect();
            words.push_str("; to compare with a project in another folder, write ");
            words.push_str(&ways.join(" or "));
        }
        words
    }

    /// What a file holds, its path relative to the root and its name as it was asked for.
    pub(super) fn file(&self, path: &Path, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let tree = Tree::new(&self.repository, self.tree);
        let content = content(&tree, path, name);
        tree.whole()
            .and(content)
            .map_err(|failure| self.said(failure))
    }
}
