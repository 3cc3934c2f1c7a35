//! A project, on disk or in a revision: its `.scope` files and its `scope.toml`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub(super) mod files;

use super::{Failure, Session, manifest};
use crate::compile::Input;
use crate::diagnostic::Diagnostic;
use crate::emit;
use crate::settings::Settings;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::parser::LARGEST_FILE;
use files::{Disk, Files, Found, Kind, Problem, each_once, text_of, walk};

/// The rule of a file that cannot be read.
pub const UNREADABLE: &str = "unreadable";
/// The settings' file name.
pub const MANIFEST: &str = "scope.toml";

/// The largest file that is read, in bytes.
pub(super) const LARGEST: u64 = LARGEST_FILE as u64;

/// What was read.
#[derive(Debug)]
pub struct Project {
    /// The project's folder, as it was given; in a revision, relative to the repository's root.
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
    /// What else to know about how it was read, for people: lower case, no full stop. Nothing on
    /// disk is worth a note.
    pub notes: Vec<String>,
}

impl Project {
    /// Nothing yet of the project in a folder.
    pub(super) fn empty(folder: PathBuf) -> Self {
        Self {
            folder,
            sources: Sources::new(),
            files: Vec::new(),
            settings: Settings::default(),
            diagnostics: Vec::new(),
            unreadable: false,
            notes: Vec::new(),
        }
    }

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

/// The project's folder: `folder`, or that of `--manifest-path`, or here.
pub fn folder<'a>(folder: Option<&'a Path>, session: &'a Session) -> &'a Path {
    let manifest = session.manifest_path.as_deref();
    folder
        .or_else(|| manifest.and_then(Path::parent))
        .filter(|path| !path.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The text of a file that is no part of a project.
///
/// # Errors
/// When it cannot be read, is too large, or is no UTF-8.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    text_of(&Disk, path).map_err(|problem| match problem {
        Problem::Encoding(text, at) => {
            let line = text
                .as_bytes()
                .iter()
                .take(at)
                .filter(|&&byte| byte == b'\n')
                .count()
                + 1;
            Failure::new(format!(
                "cannot read `{shown}`: line {line} is not valid UTF-8"
            ))
            .help("save the file as UTF-8")
        }
        Problem::Wide => Failure::new(format!("cannot read `{shown}`: it is UTF-16"))
            .help("save the file as UTF-8"),
        Problem::Other(why) => Failure::new(format!("cannot read `{shown}`: {why}")),
    })
}

/// Reads the project in `folder`, or in the folder of `--manifest-path`, or here.
///
/// # Errors
/// When there is no such folder, or no `.scope` file in it.
pub fn read(folder: Option<&Path>, session: &Session) -> Result<Project, Failure> {
    let folder = self::folder(folder, session);
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

    let mut project = Project::empty(folder.to_owned());
    project.read_manifest(&Disk, session.manifest_path.as_deref())?;
    if !project.read_files(&Disk)? {
        return Err(
            Failure::new(format!("there is no `.scope` file in `{shown}`"))
                .help("`scopec init` writes a small project that checks clean"),
        );
    }
    Ok(project)
}

/// Reads one file as if it were a project of its own, without settings.
pub fn read_file(path: &Path) -> Project {
    let mut project = Project::empty(path.parent().unwrap_or(Path::new("")).to_owned());
    let name = path.file_name().unwrap_or_default();
    project.read_one(
        &Disk,
        Found {
            name: name.to_string_lossy().into_owned(),
            path: path.to_owned(),
            problem: None,
        },
    );
    project
}

impl Project {
    /// Reads the settings: the file that was given, or else the usual one where there is one.
    pub(super) fn read_manifest(
        &mut self,
        files: &dyn Files,
        given: Option<&Path>,
    ) -> Result<(), Failure> {
        let usual = self.folder.join(MANIFEST);
        let path = given.unwrap_or(&usual);
        if given.is_none() && files.kind(path).is_none() {
            return Ok(());
        }
        let name = path
            .file_name()
            .map_or_else(|| MANIFEST.to_owned(), |n| n.to_string_lossy().into_owned());
        match text_of(files, path) {
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

    /// Reads every `.scope` file of the project's folder and of those that the settings name; gives
    /// whether there was any.
    pub(super) fn read_files(&mut self, files: &dyn Files) -> Result<bool, Failure> {
        let mut found = walk(files, &self.folder, "");
        let mut roots = vec![self.folder.clone()];
        for vendors in &self.settings.vendors {
            let folder = self.folder.join(vendors);
            if files.kind(&folder) != Some(Kind::Folder) {
                let why = files.absence(&folder);
                return Err(Failure::new(format!(
                    "`{MANIFEST}` names `{vendors}` under `vendors`, and {why}"
                )));
            }
            found.extend(walk(files, &folder, &vendors.replace('\\', "/")));
            roots.push(folder);
        }
        let found = each_once(files, found, &roots);
        let any = !found.is_empty();
        for one in found {
            self.read_one(files, one);
        }
        Ok(any)
    }

    fn read_one(&mut self, files: &dyn Files, one: Found) {
        let read = match one.problem {
            Some(why) => Err(Problem::Other(why)),
            None => text_of(files, &one.path),
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
