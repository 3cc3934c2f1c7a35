//! A project on disk: its `.scope` files and its `scope.toml`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Failure, Session, manifest};
use crate::compile::Input;
use crate::diagnostic::Diagnostic;
use crate::emit;
use crate::settings::Settings;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::parser::LARGEST_FILE;

/// The rule of a file that cannot be read.
pub const UNREADABLE: &str = "unreadable";
/// The settings' file name.
pub const MANIFEST: &str = "scope.toml";

/// The largest file that is read, in bytes.
const LARGEST: u64 = LARGEST_FILE as u64;
/// Folders that hold what tools made, never declarations.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// What is on disk.
#[derive(Debug)]
pub struct Project {
    /// The project's folder, as it was given.
    pub folder: PathBuf,
    /// `scope.toml`, then every `.scope` file, sorted bytewise by path. What could not be read is
    /// here too, for its diagnostic to point at.
    pub sources: Sources,
    /// The `.scope` files that could be read, in that order.
    pub files: Vec<FileId>,
    /// What `scope.toml` says.
    pub settings: Settings,
    /// What is wrong with files and settings.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether something could not be read: nothing may be concluded from its absence, so nothing
    /// may be written, and the exit status is 2.
    pub unreadable: bool,
}

impl Project {
    /// What a compilation starts from.
    pub fn into_input(self) -> Input {
        Input {
            sources: self.sources,
            files: self.files,
            settings: self.settings,
            diagnostics: self.diagnostics,
        }
    }
}

/// Reads the project in `folder`, or in the folder of `--manifest-path`, or here.
///
/// # Errors
/// When there is no such folder, or no `.scope` file in it.
pub fn read(folder: Option<&Path>, session: &Session) -> Result<Project, Failure> {
    let manifest = session.manifest_path.as_deref();
    let here = Path::new(".");
    let folder = folder
        .or_else(|| manifest.and_then(Path::parent))
        .filter(|path| !path.as_os_str().is_empty())
        .unwrap_or(here);
    let shown = folder.display();
    match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => {
            return Err(Failure::new(format!("`{shown}` is a file, not a folder"))
                .help("name the folder that holds the `.scope` files"));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Failure::new(format!("there is no folder `{shown}`")));
        }
        Err(error) => return Err(Failure::new(format!("cannot read `{shown}`: {error}"))),
    }

    let mut project = Project {
        folder: folder.to_owned(),
        sources: Sources::new(),
        files: Vec::new(),
        settings: Settings::default(),
        diagnostics: Vec::new(),
        unreadable: false,
    };
    project.read_manifest(manifest)?;
    project.read_files()?;
    Ok(project)
}

/// Reads one file as if it were a project of its own, without settings.
pub fn read_file(path: &Path) -> Project {
    let mut project = Project {
        folder: path.parent().unwrap_or(Path::new("")).to_owned(),
        sources: Sources::new(),
        files: Vec::new(),
        settings: Settings::default(),
        diagnostics: Vec::new(),
        unreadable: false,
    };
    let name = path.file_name().unwrap_or_default();
    project.read_one(Found {
        name: name.to_string_lossy().into_owned(),
        path: path.to_owned(),
        problem: None,
    });
    project
}

/// A `.scope` file that was found, or a folder that could not be looked into.
struct Found {
    /// Relative to the project, `/`-separated; what orders the files.
    name: String,
    path: PathBuf,
    /// Why it cannot be read, when that is known already.
    problem: Option<String>,
}

impl Project {
    fn read_manifest(&mut self, given: Option<&Path>) -> Result<(), Failure> {
        let usual = self.folder.join(MANIFEST);
        let path = given.unwrap_or(&usual);
        if given.is_none() && !path.exists() {
            return Ok(());
        }
        let name = path
            .file_name()
            .map_or_else(|| MANIFEST.to_owned(), |n| n.to_string_lossy().into_owned());
        match text_of(path) {
            Ok(text) => {
                let id = self.sources.add(SourceFile::new(name, text));
                let (settings, diagnostics) = manifest::parse(id, &self.sources.file(id).text);
                self.diagnostics.extend(diagnostics);
                self.diagnostics.extend(emit::unknown_targets(&settings));
                self.settings = settings;
                Ok(())
            }
            Err(Problem::Encoding(text, at)) => {
                self.invalid_encoding(name, text, at);
                Ok(())
            }
            Err(Problem::Wide) => Err(Failure::new(format!(
                "cannot read `{}`: it is UTF-16",
                path.display()
            ))
            .help("save the file as UTF-8")),
            Err(Problem::Other(why)) => Err(Failure::new(format!(
                "cannot read `{}`: {why}",
                path.display()
            ))),
        }
    }

    fn read_files(&mut self) -> Result<(), Failure> {
        let mut found = walk(&self.folder, "");
        let mut roots = vec![self.folder.clone()];
        for vendors in &self.settings.vendors {
            let folder = self.folder.join(vendors);
            if !folder.is_dir() {
                return Err(Failure::new(format!(
                    "`{MANIFEST}` names `{vendors}` under `vendors`, and there is no such folder"
                )));
            }
            found.extend(walk(&folder, &vendors.replace('\\', "/")));
            roots.push(folder);
        }
        let found = each_once(found, &roots);
        if found.is_empty() {
            return Err(Failure::new(format!(
                "there is no `.scope` file in `{}`",
                self.folder.display()
            ))
            .help("`scopec init` writes a small project that checks clean"));
        }
        for one in found {
            self.read_one(one);
        }
        Ok(())
    }

    fn read_one(&mut self, one: Found) {
        let read = match one.problem {
            Some(why) => Err(Problem::Other(why)),
            None => text_of(&one.path),
        };
        match read {
            Ok(text) => {
                let id = self.sources.add(SourceFile::new(one.name, text));
                self.files.push(id);
            }
            Err(Problem::Encoding(text, at)) => self.invalid_encoding(one.name, text, at),
            Err(Problem::Wide) => self.unreadable(
                one.name,
                String::new(),
                0,
                "it is UTF-16",
                Some("save the file as UTF-8"),
            ),
            Err(Problem::Other(why)) => self.unreadable(one.name, String::new(), 0, &why, None),
        }
    }

    fn invalid_encoding(&mut self, name: String, text: String, at: usize) {
        self.unreadable(
            name,
            text,
            at,
            "it is not valid UTF-8",
            Some("save the file as UTF-8; this is the first byte that is not"),
        );
    }

    fn unreadable(&mut self, name: String, text: String, at: usize, why: &str, help: Option<&str>) {
        let message = format!("cannot read `{name}`: {why}");
        let id = self.sources.add(SourceFile::new(name, text));
        let mut diagnostic = Diagnostic::error(UNREADABLE, Span::new(id, at, at), message);
        diagnostic.help = help.map(str::to_owned);
        self.diagnostics.push(diagnostic);
        self.unreadable = true;
    }
}

/// Every `.scope` file below a folder. Hidden folders and those of [`SKIPPED`] are left out;
/// symbolic links to folders are not followed, so no walk is endless and no file is read twice.
fn walk(folder: &Path, prefix: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), prefix.trim_end_matches('/').to_owned())];
    while let Some((folder, prefix)) = folders.pop() {
        let problem = |error: &io::Error| Found {
            name: if prefix.is_empty() {
                ".".into()
            } else {
                prefix.clone()
            },
            path: folder.clone(),
            problem: Some(reason(error)),
        };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                found.push(problem(&error));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    found.push(problem(&error));
                    continue;
                }
            };
            let file_name = entry.file_name();
            let name = file_name.to_string_lossy();
            let path = entry.path();
            let relative = if prefix.is_empty() {
                name.clone().into_owned()
            } else {
                format!("{prefix}/{name}")
            };
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder {
                if !name.starts_with('.') && !SKIPPED.contains(&name.as_ref()) {
                    folders.push((path, relative));
                }
            } else if path
                .extension()
                .is_some_and(|extension| extension == "scope")
            {
                if fs::metadata(&path).is_ok_and(|target| target.is_dir()) {
                    continue;
                }
                let problem = file_name
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
fn each_once(mut found: Vec<Found>, roots: &[PathBuf]) -> Vec<Found> {
    let roots: Vec<PathBuf> = roots
        .iter()
        .filter_map(|root| fs::canonicalize(root).ok())
        .collect();
    let is_link = |one: &Found| one.path.is_symlink();
    found.sort_by_cached_key(|one| (is_link(one), one.name.clone().into_bytes()));
    let mut known = BTreeSet::new();
    found.retain_mut(|one| {
        let Ok(canonical) = fs::canonicalize(&one.path) else {
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
enum Problem {
    /// The text, what is not UTF-8 replaced, and where the first such byte stood.
    Encoding(String, usize),
    /// It begins with the mark of UTF-16.
    Wide,
    /// Anything else, in words.
    Other(String),
}

fn text_of(path: &Path) -> Result<String, Problem> {
    let other = |error: io::Error| Problem::Other(reason(&error));
    let metadata = fs::metadata(path).map_err(other)?;
    if !metadata.is_file() {
        // A pipe with that name would be waited on for ever.
        return Err(Problem::Other("it is not a file".into()));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .map_err(other)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(other)?;
    if bytes.len() as u64 > LARGEST {
        let limit = LARGEST >> 20;
        return Err(Problem::Other(format!(
            "it is larger than {limit} MiB, the most that is read; split it"
        )));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Problem::Wide);
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Problem::Encoding(String::from_utf8_lossy(error.as_bytes()).into_owned(), at)
    })
}

/// An error of the system in the words of the house.
pub(super) fn reason(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "there is no such file"),
        (io::ErrorKind::PermissionDenied, "permission denied"),
        (io::ErrorKind::StorageFull, "the disk is full"),
        (
            io::ErrorKind::ReadOnlyFilesystem,
            "the file system is read-only",
        ),
    ];
    let words = known.iter().find(|(kind, _)| *kind == error.kind());
    words.map_or_else(
        || {
            let text = error.to_string().to_lowercase();
            text.split(" (os error").next().unwrap_or(&text).to_owned()
        },
        |(_, words)| (*words).to_owned(),
    )
}

/// A folder relative to the repository that holds it, `/`-separated and empty for the repository's
/// own: what annotations of a pull request need. Outside of a repository it is relative to here.
pub fn folder_in_repository(folder: &Path) -> String {
    let Ok(folder) = fs::canonicalize(folder) else {
        return String::new();
    };
    let root = repository(&folder).or_else(|| fs::canonicalize(".").ok());
    let relative = root.and_then(|root| folder.strip_prefix(root).map(Path::to_owned).ok());
    relative
        .unwrap_or_default()
        .components()
        .map(|component| component.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// The root of the git repository that holds a folder, when there is one.
pub fn repository(folder: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder).ok()?;
    folder
        .ancestors()
        .find(|ancestor| ancestor.join(".git").exists())
        .map(Path::to_owned)
}
