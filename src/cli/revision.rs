//! The two sides of a comparison: folders on disk and revisions of git, read without a checkout.
//!
//! Repositories are only read, whoever owns them: no configuration but the repository's own is
//! looked at, and no hook, filter or program is run.

use std::fs;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::discover::upwards;
use gix::objs::Kind as ObjectKind;
use gix::sec::trust::Mapping;

mod elsewhere;
pub mod log;
mod read;
mod tree;
mod trouble;

use super::project::files::Disk;
use super::project::{self, Project, reason};
use super::{Failure, Session};
use read::content;
use tree::shown;

/// Where one side of a comparison is.
#[derive(Debug)]
pub enum Side {
    /// A folder on disk that is named for the comparison.
    Folder(PathBuf),
    /// The project's folder as it is on disk.
    WorkingTree(PathBuf),
    /// The project's folder in a commit.
    Revision(Box<Revision>),
}

/// The project's folder in a commit.
#[derive(Debug)]
pub struct Revision {
    repository: gix::Repository,
    /// The words that named the commit, without a folder.
    typed: String,
    /// Whether those words name two commits, and this one is their merge base.
    is_merge_base: bool,
    commit: ObjectId,
    tree: ObjectId,
    /// Relative to the repository's root.
    folder: PathBuf,
    /// Whether the folder was typed: then it must be there.
    folder_is_typed: bool,
}

/// The side that a word names. A word is a folder when it is `.` or `..`, or begins or ends as only
/// a path does (`./old`, `old/`); else it is a revision, in which `:` parts a folder of its own
/// from it (`main:old/place`), or, holding a `/`, a folder that exists (`saved/old`).
///
/// # Errors
/// When there is no such revision, when there is both a revision and a folder of that name, when
/// the word names two revisions, and when revisions cannot be read here.
pub fn side(word: &str, project: &Path) -> Result<Side, Failure> {
    if is_path(word) {
        return Ok(Side::Folder(PathBuf::from(word)));
    }
    let is_folder = fs::metadata(word).is_ok_and(|metadata| metadata.is_dir());
    if is_folder && word.contains("/../") {
        return Ok(Side::Folder(PathBuf::from(word)));
    }
    if let Some((base, head, _)) = range(word) {
        return Err(Failure::new(format!(
            "`{word}` names two revisions, and one is wanted here"
        ))
        .help(format!("write `{base}` or `{head}`")));
    }
    let (repository, folder) = match open(project) {
        Ok(opened) => opened,
        Err(_) if is_folder && word.contains('/') => {
            return Ok(Side::Folder(PathBuf::from(word)));
        }
        Err(failure) if is_folder => {
            return Err(failure.help(format!("to mean the folder, write `./{word}`")));
        }
        Err(failure) => return Err(failure),
    };
    let revision = revision(repository, word, folder);
    match (revision, is_folder) {
        (Ok(revision), false) => Ok(Side::Revision(Box::new(revision))),
        (Ok(revision), true) => Err(Failure::new(format!(
            "`{word}` is both a revision and a folder"
        ))
        .help(format!(
            "write `./{word}` for the folder, `{}` for the revision",
            revision.unmistakable(word)
        ))),
        (Err(_), true) if word.contains('/') => Ok(Side::Folder(PathBuf::from(word))),
        (Err(failure), true) => {
            Err(failure.help(format!("to mean the folder of that name, write `./{word}`")))
        }
        (Err(failure), false) => Err(failure),
    }
}

/// Both sides of a comparison: of `BASE` and `HEAD`, of a range `A..B` or, from where the branches
/// part, `A...B`; without `HEAD`, of `BASE` and the project's folder on disk. An end that is left
/// out of a range is `HEAD`.
///
/// # Errors
/// As of [`side`]; and when a range stands beside a further side, or its ends have no commit in
/// common where that is asked for.
pub fn sides(base: &str, head: Option<&str>, project: &Path) -> Result<(Side, Side), Failure> {
    let is_folder = is_path(base) || base.contains("/../") && Path::new(base).is_dir();
    let Some((from, to, is_from_merge_base)) = range(base).filter(|_| !is_folder) else {
        let base = side(base, project)?;
        let head = match head {
            Some(head) => side(head, project)?,
            None => Side::WorkingTree(project.to_owned()),
        };
        return Ok((base, head));
    };
    if let Some(head) = head {
        return Err(Failure::new(format!(
            "`{base}` names both sides already, and `{head}` is a third"
        ))
        .help(format!("write `{base}` alone, or `{from} {head}`")));
    }
    let (repository, folder) = open(project)?;
    let to = revision(repository.clone(), to, folder.clone())?;
    let mut from = revision(repository, from, folder)?;
    if is_from_merge_base {
        let common = from
            .repository
            .merge_base(from.commit, to.commit)
            .ok()
            .flatten()
            .map(gix::Id::detach)
            .ok_or_else(|| trouble::unrelated(&from.repository, base))?;
        from.tree = tree_of(&from.repository, common, base)?;
        from.commit = common;
        from.is_merge_base = true;
        base.clone_into(&mut from.typed);
    }
    Ok((Side::Revision(Box::new(from)), Side::Revision(Box::new(to))))
}

/// Whether a word can only be a path: no name in git is like that.
fn is_path(word: &str) -> bool {
    word == "."
        || word == ".."
        || ["./", "../", "/"]
            .iter()
            .any(|start| word.starts_with(start))
        || word.ends_with('/') && !word.contains(':')
}

/// The ends of `A..B` or `A...B`, and whether it is the latter.
fn range(word: &str) -> Option<(&str, &str, bool)> {
    let climbs = |path: &str| path.split('/').any(|step| step == "..");
    if word.split_once(':').is_some_and(|(_, path)| climbs(path)) {
        return None;
    }
    let (base, head, is_from_merge_base) = match word.split_once("...") {
        Some((base, head)) => (base, head, true),
        None => word
            .split_once("..")
            .map(|(base, head)| (base, head, false))?,
    };
    Some((or_head(base), or_head(head), is_from_merge_base))
}

/// An end of a range, which may be left out.
fn or_head(end: &str) -> &str {
    if end.is_empty() { "HEAD" } else { end }
}

/// The repository that holds a folder, where there is one.
pub(super) fn repository_of(folder: &Path) -> Option<gix::Repository> {
    open(folder).ok().map(|(repository, _)| repository)
}

/// Opens the repository that holds a folder, and tells where in it the folder is. The folder need
/// not exist any more.
fn open(project: &Path) -> Result<(gix::Repository, PathBuf), Failure> {
    let mut existing = std::path::absolute(project)
        .map_err(|error| Failure::new(format!("cannot tell where this is: {}", reason(&error))))?;
    let mut gone = Vec::new();
    let at = loop {
        match fs::canonicalize(&existing) {
            Ok(at) => break at,
            Err(error) => match existing.file_name() {
                Some(name) => {
                    gone.push(name.to_owned());
                    existing.pop();
                }
                None => {
                    return Err(Failure::new(format!(
                        "there is no folder `{}`: {}",
                        project.display(),
                        reason(&error)
                    )));
                }
            },
        }
    };
    let read_only = gix::open::Options::isolated;
    let options = Mapping {
        full: read_only(),
        reduced: read_only(),
    };
    let shown = project.display();
    let found = gix::ThreadSafeRepository::discover_opts(&at, upwards::Options::default(), options);
    let mut repository = found
        .map_err(|error| {
            if error.is_not_found() {
                Failure::new(format!("`{shown}` is not in a git repository"))
                    .help("revisions are read from one; to compare with a folder, write it with a `/`, as in `./old`")
            } else {
                let why = trouble::plain(&error.probable_cause().to_string());
                Failure::new(format!("cannot open the git repository of `{shown}`: {why}"))
                    .help("`git status` there says whether git can")
            }
        })?
        .to_thread_local();
    repository.object_cache_size_if_unset(CACHE);
    let root = repository
        .workdir()
        .and_then(|folder| fs::canonicalize(folder).ok());
    let mut folder = root
        .and_then(|root| at.strip_prefix(root).ok().map(Path::to_owned))
        .unwrap_or_default();
    folder.extend(gone.into_iter().rev());
    Ok((repository, folder))
}

/// How many bytes of objects are kept in memory, for those that others are made from.
const CACHE: usize = 16 << 20;

/// What a word names in a repository; `folder` is where the project is unless the word says.
fn revision(repository: gix::Repository, word: &str, folder: PathBuf) -> Result<Revision, Failure> {
    let (name, typed_folder) = match word.split_once(':') {
        Some((name, path)) if !name.contains('{') && !name.is_empty() => (name, Some(path)),
        _ => (word, None),
    };
    let folder_is_typed = typed_folder.is_some();
    let folder = typed_folder.map_or(Ok(folder), |path| {
        let is_relative = |part: &str| part == "." || part == "..";
        if path.starts_with('/') || path.split('/').any(is_relative) {
            return Err(Failure::new(format!("`{path}` is no folder of a revision"))
                .help("write it from the repository's root on, as in `main:infra/scope`"));
        }
        Ok(PathBuf::from(path.trim_end_matches('/')))
    })?;
    let commit = commit(&repository, name)?;
    let tree = tree_of(&repository, commit, name)?;
    Ok(Revision {
        repository,
        typed: name.to_owned(),
        is_merge_base: false,
        commit,
        tree,
        folder,
        folder_is_typed,
    })
}

/// The commit that a word names, tags of it followed.
fn commit(repository: &gix::Repository, word: &str) -> Result<ObjectId, Failure> {
    if word.is_empty() {
        return Err(
            Failure::new("a revision's name is empty").help("name a branch, a tag or a commit")
        );
    }
    let id = repository
        .rev_parse_single(word)
        .map_err(|error| trouble::unknown(repository, word, &error))?;
    let found = id
        .object()
        .and_then(gix::Object::peel_tags_to_end)
        .map_err(|error| {
            if repository.has_object(id) {
                trouble::damaged(repository, id.detach())
            } else {
                trouble::unknown(repository, word, &error)
            }
        })?;
    let what = match found.kind {
        ObjectKind::Commit => return Ok(found.id),
        ObjectKind::Tree => "a folder (a tree)",
        ObjectKind::Blob => "a file (a blob)",
        ObjectKind::Tag => "a tag",
    };
    Err(Failure::new(format!("`{word}` is {what}, not a commit")).help(
        "name a branch, a tag or a commit; a folder in one is written behind it, as in `main:infra/scope`",
    ))
}

fn tree_of(
    repository: &gix::Repository,
    commit: ObjectId,
    word: &str,
) -> Result<ObjectId, Failure> {
    let found = repository
        .find_commit(commit)
        .map_err(|_| trouble::damaged(repository, commit))?;
    found
        .tree_id()
        .map(gix::Id::detach)
        .map_err(|_| Failure::new(format!("`{word}` cannot be read")).help("`git fsck` says why"))
}

impl Side {
    /// Reads the project there. A revision that does not hold the project's folder, or no `.scope`
    /// file in it, gives a project without files and with a note: it is from before the project,
    /// and everything is new.
    ///
    /// # Errors
    /// When a folder on disk is missing or holds no `.scope` file, and when objects of a revision
    /// cannot be read.
    pub fn read(&self, session: &Session) -> Result<Project, Failure> {
        match self {
            Side::Folder(folder) | Side::WorkingTree(folder) => {
                project::read(Some(folder), session)
            }
            Side::Revision(revision) => revision.read(session),
        }
    }

    /// What to call it in messages and headings: the revision as it was typed with the beginning of
    /// its commit's hash, `main (1a2b3c4)`; the folder as it was typed; `the working tree`.
    pub fn name(&self) -> String {
        match self {
            Side::Folder(folder) => folder.display().to_string(),
            Side::WorkingTree(_) => "the working tree".to_owned(),
            Side::Revision(revision) => revision.name(),
        }
    }

    /// The whole hash of the commit; none of a folder.
    pub fn commit(&self) -> Option<String> {
        match self {
            Side::Folder(_) | Side::WorkingTree(_) => None,
            Side::Revision(revision) => Some(revision.commit.to_string()),
        }
    }

    /// Where the project's folder is in its repository, `/`-separated and empty for the root; on
    /// disk outside of a repository, where it is from here.
    pub fn folder_in_repository(&self) -> String {
        match self {
            Side::Folder(folder) | Side::WorkingTree(folder) => {
                project::folder_in_repository(folder)
            }
            Side::Revision(revision) => shown(&revision.folder),
        }
    }

    /// What a file holds that lies beside the project's, its path relative to the project's folder;
    /// none when there is no such file.
    ///
    /// # Errors
    /// When it is there and cannot be read, and when it is larger than any file that is read.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Side::Folder(folder) | Side::WorkingTree(folder) => {
                content(&Disk, &folder.join(path), path)
            }
            Side::Revision(revision) => revision.file(&revision.folder.join(path), path),
        }
    }

    /// As [`Side::file`], its path relative to the root of the repository; of a folder on disk
    /// outside of one, to the folder.
    ///
    /// # Errors
    /// As [`Side::file`].
    pub fn file_of_repository(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Side::Folder(folder) | Side::WorkingTree(folder) => {
                let root = project::repository(folder).unwrap_or_else(|| folder.clone());
                content(&Disk, &root.join(path), path)
            }
            Side::Revision(revision) => revision.file(Path::new(path), path),
        }
    }
}
