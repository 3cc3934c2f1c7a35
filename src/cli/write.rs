//! Writing a folder of outputs: all of it or nothing.
//!
//! Everything is first written to a temporary folder inside the output folder, so that it lies on
//! the same file system, and then put in place by renaming. What was there before is moved aside
//! until the end: a failure at any step moves it back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::process;

use super::project::reason;
use super::{Failure, Outcome, Session, Status};

/// The name of the manifest, which is put in place last.
pub const MANIFEST: &str = "manifest.json";

/// What writing changes: paths relative to the output folder, sorted, the manifest last.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Changes {
    /// Files whose text is new.
    pub written: Vec<String>,
    /// Files that the previous manifest listed and that are gone now.
    pub removed: Vec<String>,
}

/// Writes `files` (path relative to `out`, `/`-separated, and content) into the folder `out`, which
/// is made where it is missing. A file that the previous manifest lists is removed when it is
/// neither written now nor one of `kept`. Files that are the same already are left alone, and so
/// is everything that no manifest lists.
///
/// # Errors
/// When a path leads out of the folder, a symbolic link or a folder stands in the way, or the
/// system refuses. The folder then holds what it held before.
pub fn replace(
    out: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    kept: &BTreeSet<String>,
) -> Result<Changes, Failure> {
    replace_listed(out, files, kept, Some(MANIFEST))
}

/// As [`replace`], with the name of the manifest that lists what was written before, among `files`
/// and of the same form; without one nothing is removed.
///
/// # Errors
/// As for [`replace`].
pub fn replace_listed(
    out: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    kept: &BTreeSet<String>,
    manifest: Option<&str>,
) -> Result<Changes, Failure> {
    if let Some(path) = files.keys().find(|path| !is_inside(path)) {
        return Err(Failure::new(format!(
            "`{path}` leads out of the output folder, so nothing was written"
        )));
    }
    let changes = stale_listed(out, files, kept, manifest)?;
    if changes == Changes::default() && out.is_dir() {
        return Ok(changes);
    }
    for path in changes.written.iter().chain(&changes.removed) {
        free_of_links(out, path)?;
    }
    let mut work = Work::begin(out)?;
    let done = work.carry_out(&changes, files);
    work.end(done.is_err());
    done.map(|()| changes)
}

/// What [`replace`] would change.
///
/// # Errors
/// When a file that is there cannot be read.
pub fn stale(
    out: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    kept: &BTreeSet<String>,
) -> Result<Changes, Failure> {
    stale_listed(out, files, kept, Some(MANIFEST))
}

fn stale_listed(
    out: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    kept: &BTreeSet<String>,
    manifest: Option<&str>,
) -> Result<Changes, Failure> {
    let mut written = Vec::new();
    for (path, content) in files {
        let on_disk = out.join(path);
        let is_file = fs::symlink_metadata(&on_disk)
            .is_ok_and(|there| there.is_file() && there.len() == content.len() as u64);
        let is_same = is_file
            && fs::read(&on_disk).map_err(|error| cannot("read", &on_disk, &error))? == *content;
        if !is_same {
            written.push(path.clone());
        }
    }
    // The manifest goes last: it speaks of the others.
    written.sort_by_key(|path| Some(path.as_str()) == manifest);
    let before = match manifest {
        Some(name) => previous_in(out, name)?,
        None => BTreeSet::new(),
    };
    let removed = before
        .into_iter()
        .filter(|path| !files.contains_key(path) && !kept.contains(path) && is_inside(path))
        .filter(|path| out.join(path).symlink_metadata().is_ok())
        .collect();
    Ok(Changes { written, removed })
}

/// The paths that the manifest in `out` lists, sorted; none where there is no manifest or it
/// cannot be understood, since then nothing in the folder is known to be ours.
///
/// # Errors
/// When there is a manifest that cannot be read.
pub fn previous(out: &Path) -> Result<BTreeSet<String>, Failure> {
    previous_in(out, MANIFEST)
}

fn previous_in(out: &Path, manifest: &str) -> Result<BTreeSet<String>, Failure> {
    let path = out.join(manifest);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if is_missing(&error) => return Ok(BTreeSet::new()),
        Err(error) => return Err(cannot("read", &path, &error)),
    };
    let manifest: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    let listed = manifest["files"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(listed
        .iter()
        .filter_map(|file| file["path"].as_str())
        .map(str::to_owned)
        .collect())
}

/// The manifest in `out`; none where there is none or it cannot be understood.
///
/// # Errors
/// When there is a manifest that cannot be read.
pub fn manifest(out: &Path) -> Result<Option<crate::emit::manifest::Manifest>, Failure> {
    let path = out.join(MANIFEST);
    match fs::read(&path) {
        Ok(text) => Ok(serde_json::from_slice(&text).ok()),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(cannot("read", &path, &error)),
    }
}

/// Writes one file, whole or not at all.
///
/// # Errors
/// When the system refuses.
pub fn single(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.part", process::id()));
    let part = PathBuf::from(name);
    let done = fs::write(&part, content).and_then(|()| fs::rename(&part, path));
    if let Err(error) = done {
        // The part may never have come to be.
        let _ = fs::remove_file(&part);
        return Err(cannot("write", path, &error));
    }
    Ok(())
}

/// Puts `files`, the manifest among them, into the output folder, or with `check` lists what is
/// stale there, which counts as found. `kept` are the paths of withheld integrations.
///
/// # Errors
/// As for [`replace`].
pub fn deliver(
    out: &Path,
    check: bool,
    files: &BTreeMap<String, Vec<u8>>,
    kept: &BTreeSet<String>,
    session: &Session,
) -> Outcome {
    if check {
        let stale = stale(out, files, kept)?;
        let status = if stale == Changes::default() {
            Status::Right
        } else {
            Status::Found
        };
        session.console.result(&listed(&stale, "stale"))?;
        return Ok(status);
    }
    let changes = replace(out, files, kept)?;
    session.console.result(&listed(&changes, "wrote"))?;
    Ok(Status::Right)
}

/// One line a file.
fn listed(changes: &Changes, verb: &str) -> String {
    let mut text = String::new();
    for (verb, paths) in [(verb, &changes.written), ("removed", &changes.removed)] {
        for path in paths {
            text.push_str(verb);
            text.push(' ');
            text.push_str(path);
            text.push('\n');
        }
    }
    text
}

/// Whether a path names something below a folder on every system: plain names between `/`.
fn is_inside(path: &str) -> bool {
    !path.contains(['\\', '\0', ':'])
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
        && Path::new(path)
            .components()
            .all(|component| matches!(component, Component::Normal(_)))
}

/// Refuses a path on whose way below `out` a symbolic link or a file stands, or that is a folder
/// itself: writing there would change something that is not this folder's.
fn free_of_links(out: &Path, path: &str) -> Result<(), Failure> {
    let mut at = out.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let Ok(metadata) = fs::symlink_metadata(&at) else {
            return Ok(());
        };
        let shown = at.display();
        let problem = if metadata.is_symlink() {
            "is a symbolic link"
        } else if parts.peek().is_some() && !metadata.is_dir() {
            "is a file where a folder is needed"
        } else if parts.peek().is_none() && metadata.is_dir() {
            "is a folder where a file is needed"
        } else {
            continue;
        };
        return Err(
            Failure::new(format!("`{shown}` {problem}, so nothing was written"))
                .help("remove it, or choose another folder with `--out`"),
        );
    }
    Ok(())
}

fn is_missing(error: &io::Error) -> bool {
    let kinds = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
    kinds.contains(&error.kind())
}

fn cannot(verb: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!(
        "cannot {verb} `{}`: {}",
        path.display(),
        reason(error)
    ))
}

/// A replacement under way, and how to undo it.
struct Work {
    out: PathBuf,
    /// The temporary folder.
    aside: PathBuf,
    /// Folders that were made, outermost first.
    made: Vec<PathBuf>,
    /// Renames done, from and to.
    moved: Vec<(PathBuf, PathBuf)>,
}

impl Work {
    fn begin(out: &Path) -> Result<Self, Failure> {
        let mut work = Self {
            out: out.to_owned(),
            aside: out.join(format!(".scopec-{}", process::id())),
            made: Vec::new(),
            moved: Vec::new(),
        };
        let begun = work.make_folder(out).and_then(|()| {
            fs::create_dir(&work.aside).map_err(|error| cannot("write to", out, &error))
        });
        match begun {
            Ok(()) => Ok(work),
            Err(failure) => {
                work.unmake();
                Err(failure.help("nothing was changed"))
            }
        }
    }

    fn carry_out(
        &mut self,
        changes: &Changes,
        files: &BTreeMap<String, Vec<u8>>,
    ) -> Result<(), Failure> {
        for (number, path) in changes.written.iter().enumerate() {
            let new = self.aside.join(format!("new-{number}"));
            let content = files.get(path).map_or(&[][..], Vec::as_slice);
            fs::write(&new, content).map_err(|error| cannot("write", &new, &error))?;
        }
        let old = changes.removed.iter().chain(&changes.written);
        for (number, path) in old.enumerate() {
            let from = self.out.join(path);
            if from.symlink_metadata().is_ok() {
                let to = self.aside.join(format!("old-{number}"));
                self.rename(from, to)?;
            }
        }
        for (number, path) in changes.written.iter().enumerate() {
            let to = self.out.join(path);
            if let Some(folder) = to.parent() {
                self.make_folder(folder)?;
            }
            self.rename(self.aside.join(format!("new-{number}")), to)?;
        }
        for path in &changes.removed {
            self.remove_empty_folders(path);
        }
        Ok(())
    }

    /// Finishes, or puts everything back where it was.
    fn end(&mut self, failed: bool) {
        if failed {
            for (from, to) in self.moved.drain(..).rev() {
                let _ = fs::rename(to, from);
            }
        }
        let _ = fs::remove_dir_all(&self.aside);
        if failed {
            self.unmake();
        }
    }

    fn rename(&mut self, from: PathBuf, to: PathBuf) -> Result<(), Failure> {
        fs::rename(&from, &to).map_err(|error| cannot("replace", &to, &error))?;
        self.moved.push((from, to));
        Ok(())
    }

    /// Makes a folder and those above it that are missing.
    fn make_folder(&mut self, folder: &Path) -> Result<(), Failure> {
        let mut missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|at| !at.as_os_str().is_empty() && at.symlink_metadata().is_err())
            .collect();
        missing.reverse();
        for at in missing {
            fs::create_dir(at).map_err(|error| cannot("make the folder", at, &error))?;
            self.made.push(at.to_owned());
        }
        if folder.is_dir() || folder.as_os_str().is_empty() {
            Ok(())
        } else {
            Err(Failure::new(format!(
                "`{}` is not a folder",
                folder.display()
            )))
        }
    }

    fn unmake(&mut self) {
        for folder in self.made.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }

    /// Removes the folders above a removed file that nothing is left in.
    fn remove_empty_folders(&self, path: &str) {
        let mut folder = self.out.join(path);
        while folder.pop() && folder != self.out {
            if fs::remove_dir(&folder).is_err() {
                return;
            }
        }
    }
}
