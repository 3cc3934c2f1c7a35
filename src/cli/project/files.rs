//! Where the files of a project are, and which of them are its own.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{LARGEST, reason};

/// Folders that hold what tools made, never declarations.
pub(in crate::cli) const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// Files and folders by path: those on disk, or those of a revision.
pub(in crate::cli) trait Files {
    /// What lies in a folder itself, in any order; or why that is not known, as a whole or of one
    /// entry.
    fn entries(&self, folder: &Path) -> Result<Vec<Result<Entry, String>>, String>;

    /// What is at a path, links followed; none where nothing is.
    fn kind(&self, path: &Path) -> Option<Kind>;

    /// Whether what is at a path is itself a symbolic link.
    fn is_link(&self, path: &Path) -> bool;

    /// The one path of what is at a path, links followed; none where nothing is.
    fn canonical(&self, path: &Path) -> Option<PathBuf>;

    /// What a file holds, unless that is more than [`LARGEST`] bytes; or why it cannot be read.
    fn bytes(&self, path: &Path) -> Result<Vec<u8>, String>;

    /// Why no folder is at a path where one should be.
    fn absence(&self, _folder: &Path) -> &'static str {
        "there is no such folder"
    }
}

/// What lies in a folder.
pub(in crate::cli) struct Entry {
    /// Its name there.
    pub name: OsString,
    /// Whether it is a folder, and no link to one.
    pub is_folder: bool,
}

/// What is at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Kind {
    /// A folder.
    Folder,
    /// Anything else.
    File,
}

/// The files on disk, links in them as the system has them.
pub(in crate::cli) struct Disk;

impl Files for Disk {
    fn entries(&self, folder: &Path) -> Result<Vec<Result<Entry, String>>, String> {
        let entries = fs::read_dir(folder).map_err(|error| reason(&error))?;
        let entry = |entry: fs::DirEntry| Entry {
            name: entry.file_name(),
            is_folder: entry.file_type().is_ok_and(|kind| kind.is_dir()),
        };
        Ok(entries
            .map(|one| one.map(entry).map_err(|error| reason(&error)))
            .collect())
    }

    fn kind(&self, path: &Path) -> Option<Kind> {
        let metadata = fs::metadata(path).ok()?;
        Some(if metadata.is_dir() {
            Kind::Folder
        } else {
            Kind::File
        })
    }

    fn is_link(&self, path: &Path) -> bool {
        path.is_symlink()
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        fs::canonicalize(path).ok()
    }

    fn bytes(&self, path: &Path) -> Result<Vec<u8>, String> {
        let metadata = fs::metadata(path).map_err(|error| reason(&error))?;
        if !metadata.is_file() {
            // A pipe with that name would be waited on for ever.
            return Err("it is not a file".into());
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
            .map_err(|error| reason(&error))?;
        if bytes.len() as u64 > LARGEST {
            return Err(too_large());
        }
        Ok(bytes)
    }
}

/// Why a file of more than [`LARGEST`] bytes is not read.
pub(in crate::cli) fn too_large() -> String {
    let limit = LARGEST >> 20;
    format!("it is larger than {limit} MiB, the most that is read; split it")
}

/// A `.scope` file that was found, or a folder that could not be looked into.
pub(super) struct Found {
    /// Relative to the project, `/`-separated; what orders the files.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Why it cannot be read, when that is known already.
    pub problem: Option<String>,
}

/// Every `.scope` file below a folder. Hidden folders and those of [`SKIPPED`] are left out;
/// symbolic links to folders are not followed, so no walk is endless and no file is read twice.
pub(super) fn walk(files: &dyn Files, folder: &Path, prefix: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), prefix.trim_end_matches('/').to_owned())];
    while let Some((folder, prefix)) = folders.pop() {
        let problem = |why: String| Found {
            name: if prefix.is_empty() {
                ".".into()
            } else {
                prefix.clone()
            },
            path: folder.clone(),
            problem: Some(why),
        };
        let entries = match files.entries(&folder) {
            Ok(entries) => entries,
            Err(why) => {
                found.push(problem(why));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(why) => {
                    found.push(problem(why));
                    continue;
                }
            };
            let name = entry.name.to_string_lossy();
            let path = folder.join(&entry.name);
            let relative = if prefix.is_empty() {
                name.clone().into_owned()
            } else {
                format!("{prefix}/{name}")
            };
            if entry.is_folder {
                if !name.starts_with('.') && !SKIPPED.contains(&name.as_ref()) {
                    folders.push((path, relative));
                }
            } else if path
                .extension()
                .is_some_and(|extension| extension == "scope")
            {
                if files.kind(&path) == Some(Kind::Folder) {
                    continue;
                }
                let problem = entry
                    .name
                    .to_str()
                    .is_none()
                    .then(|| "its name is not valid UTF-8".to_owned());
                found.push(Found {
                    name: relative,
                    path,
                    problem,
                });
            }
        }
    }
    found
}

/// Sorts files by name and leaves out those that are there twice, through a symbolic link or a
/// folder of vendors inside the project. A link that leads out of the folders is a problem of its
/// own: what is compiled, and quoted in messages, is what was reviewed.
pub(super) fn each_once(files: &dyn Files, mut found: Vec<Found>, roots: &[PathBuf]) -> Vec<Found> {
    let roots: Vec<PathBuf> = roots
        .iter()
        .filter_map(|root| files.canonical(root))
        .collect();
    let is_link = |one: &Found| files.is_link(&one.path);
    found.sort_by_cached_key(|one| (is_link(one), one.name.clone().into_bytes()));
    let mut known = BTreeSet::new();
    found.retain_mut(|one| {
        let Some(canonical) = files.canonical(&one.path) else {
            return true;
        };
        if is_link(one) && !roots.iter().any(|root| canonical.starts_with(root)) {
            let why = "it is a symbolic link that leads out of the project".to_owned();
            one.problem.get_or_insert(why);
        }
        known.insert(canonical)
    });
    found.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
    found
}

/// Why a file gave no text.
pub(super) enum Problem {
    /// The text, what is not UTF-8 replaced, and where the first such byte stood.
    Encoding(String, usize),
    /// It begins with the mark of UTF-16.
    Wide,
    /// Anything else, in words.
    Other(String),
}

/// The text of a file.
pub(super) fn text_of(files: &dyn Files, path: &Path) -> Result<String, Problem> {
    let bytes = files.bytes(path).map_err(Problem::Other)?;
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Problem::Wide);
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Problem::Encoding(String::from_utf8_lossy(error.as_bytes()).into_owned(), at)
    })
}
