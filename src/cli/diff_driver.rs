//! `scopec diff-driver`: what git calls to show how a `.scope` file changed.
//!
//! Git names one file and its two texts, and neither commit. The texts alone are no project, so they
//! are put one after the other among the other files of the commit that made the change, where
//! the history has one, else among those on disk: what differs then is what this file does.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::project::files::{Disk, Files as _};
use super::project::{self, MANIFEST, Project};
use super::revision::{self, Side};
use super::{Failure, Outcome, Session, Status};
use crate::compile::{Compiled, Input, ask};
use crate::diff::compared::Compared;
use crate::diff::{Diff, diff, human};
use crate::source::{SourceFile, Sources};

mod history;
mod patch;

/// Show how a `.scope` file changed, as git's external diff driver
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec diff-driver a.scope old.scope 12ab 100644 new.scope 34cd 100644    a change
  scopec diff-driver a.scope /dev/null . . new.scope 34cd 100644            a new file

Git calls it so, once it is told to:
  git config diff.scopec.command 'scopec diff-driver'
  echo '*.scope diff=scopec' >> .gitattributes
  git log -p --ext-diff -- '*.scope'

What the change means is printed, and below it the usual patch. Git is never failed: where nothing
can be compared, one line says why.")]
pub(super) struct Arguments {
    /// What git says of the file: PATH OLD-FILE OLD-HEX OLD-MODE NEW-FILE NEW-HEX NEW-MODE
    #[arg(
        value_name = "WORD",
        required = true,
        num_args = 1..,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    words: Vec<OsString>,
}

/// One version of the file.
struct Version {
    /// Its path in the repository.
    path: PathBuf,
    /// Where its text can be read; none where the file is not there.
    file: Option<PathBuf>,
    /// The object's name, all zeros of a text that is no object yet.
    hex: String,
    /// The mode.
    mode: String,
}

/// What git calls about.
struct Change {
    old: Version,
    new: Version,
    /// What git says of a rename, in the lines of a patch.
    renamed: Option<String>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let words = &arguments.words;
    let change = match words.len() {
        1 => {
            let path = words[0].to_string_lossy();
            session
                .console
                .result(&format!("scopec: `{path}` is not merged yet\n"))?;
            return Ok(Status::Right);
        }
        7 | 9 => Change::of(words),
        count => {
            return Err(
                Failure::new(format!("git gives one word, seven or nine, not {count}"))
                    .help("this is for git to call: `git config diff.scopec.command 'scopec diff-driver'`"),
            );
        }
    };
    let mut text = match meaning(&change, session) {
        Ok(meaning) => meaning,
        Err(failure) => format!(
            "scopec: nothing is compared: {}\n",
            failure.message.replace('\n', " ")
        ),
    };
    text.push('\n');
    text.push_str(&patch::patch(&change));
    session.console.result(&text)?;
    Ok(Status::Right)
}

impl Change {
    fn of(words: &[OsString]) -> Self {
        let version = |path: &OsString, at: usize| Version {
            path: PathBuf::from(path),
            file: (words[at] != "/dev/null").then(|| PathBuf::from(&words[at])),
            hex: words[at + 1].to_string_lossy().into_owned(),
            mode: words[at + 2].to_string_lossy().into_owned(),
        };
        Self {
            old: version(&words[0], 1),
            new: version(words.get(7).unwrap_or(&words[0]), 4),
            renamed: words.get(8).map(|said| said.to_string_lossy().into_owned()),
        }
    }
}

/// The other files, among which both versions are put.
struct Surroundings {
    project: Project,
    /// What to call the two sides.
    names: (String, String),
}

/// What the change means.
fn meaning(change: &Change, session: &Session) -> Result<String, Failure> {
    let folder = project_of(&change.new.path);
    let commit = history::commit_of(change, &folder);
    if let Some((commit, parent)) = &commit {
        let side = revision::side(commit, &folder)?;
        let around = Surroundings {
            project: side.read(session)?,
            names: (
                format!("before {}", short(commit)),
                short(commit).to_owned(),
            ),
        };
        let (found, told) = compare(change, &folder, around, session)?;
        // What the old text speaks of may have gone with other files of the same commit.
        if let (Some(parent), false) = (parent, found.gaps.is_empty()) {
            let (base, head) = (revision::side(parent, &folder)?, side);
            if let Ok(whole) = compare_whole(&base, &head, session) {
                return Ok(whole);
            }
        }
        return Ok(told);
    }
    let around = Surroundings {
        project: project::read(Some(&folder), session).or_else(|failure| {
            // The last file may be the one that goes.
            if folder.is_dir() && (change.old.file.is_some() != change.new.file.is_some()) {
                Ok(Project::empty(folder.clone()))
            } else {
                Err(failure)
            }
        })?,
        names: (
            "the file before".into(),
            "the other files as they are now".into(),
        ),
    };
    compare(change, &folder, around, session).map(|(_, told)| told)
}

/// The folder of the project that a file belongs to: the nearest one above it with settings, else
/// the repository's root, where git calls.
fn project_of(path: &Path) -> PathBuf {
    let above = path.ancestors().skip(1);
    let mut with_settings = above.filter(|folder| folder.join(MANIFEST).is_file());
    with_settings
        .next()
        .filter(|folder| !folder.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn short(hash: &str) -> &str {
    hash.get(..7).unwrap_or(hash)
}

/// Compares the two versions of the file in the same surroundings.
fn compare(
    change: &Change,
    folder: &Path,
    around: Surroundings,
    session: &Session,
) -> Result<(Diff, String), Failure> {
    let Surroundings { project, names } = around;
    let (old, new) = (change.old.text()?, change.new.text()?);
    let input = project.into_input();
    let side = |version: &Version, text: Option<String>, other: &Version| {
        let gone = name_in(folder, &other.path);
        let there = name_in(folder, &version.path);
        ask(with(&input, &gone, &there, text), None).0
    };
    let was = side(&change.old, old, &change.new);
    let is = side(&change.new, new, &change.old);
    Ok(told(&was, &is, &names, folder, session))
}

/// Compares two commits with everything in them.
fn compare_whole(base: &Side, head: &Side, session: &Session) -> Result<String, Failure> {
    let was = ask(base.read(session)?.into_input(), None).0;
    let is = ask(head.read(session)?.into_input(), None).0;
    let names = (base.name(), format!("{}, all of its files", head.name()));
    let folder = PathBuf::from(head.folder_in_repository());
    Ok(told(&was, &is, &names, &folder, session).1)
}

fn told(
    was: &Compiled,
    is: &Compiled,
    names: &(String, String),
    folder: &Path,
    session: &Session,
) -> (Diff, String) {
    let found = diff(was, is);
    let compared = Compared {
        diff: &found,
        base: &names.0,
        head: &names.1,
        folder: &folder.to_string_lossy(),
        reviewers: &[],
        approvals: &[],
    };
    // Git's pager shows colours, though it is no terminal.
    let console = &session.console;
    let color = console.colors_results()
        || env::var_os("GIT_PAGER_IN_USE").is_some() && env::var_os("NO_COLOR").is_none();
    let text = human::told(&compared, console.width_of_results(), color);
    (found, text)
}

impl Version {
    /// The text; none where the file is not there.
    fn text(&self) -> Result<Option<String>, Failure> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        let name = self.path.display();
        let bytes = Disk
            .bytes(file)
            .map_err(|why| Failure::new(format!("cannot read `{name}`: {why}")))?;
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| Failure::new(format!("`{name}` is not valid UTF-8")))
    }
}

/// A path relative to the project's folder, as its files are named.
fn name_in(folder: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = inside
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// The project with one file as it is there: with that text, or without it. `gone` is the name
/// that the file has on the other side.
fn with(input: &Input, gone: &str, there: &str, text: Option<String>) -> Input {
    let mut sources = Sources::new();
    let mut files = Vec::new();
    let mut text = text;
    // Every file keeps its number, since what is said of the settings points at it.
    for (id, file) in input.sources.iter() {
        let is_file = input.files.contains(&id);
        let mut file = file.clone();
        let replaced = is_file && (file.path == gone || file.path == there);
        if replaced {
            let new = if file.path == there {
                text.take()
            } else {
                None
            };
            let Some(new) = new else {
                sources.add(SourceFile::new(file.path, String::new()));
                continue;
            };
            file = SourceFile::new(file.path, new);
        }
        let id = sources.add(file);
        if is_file {
            files.push(id);
        }
    }
    if let Some(text) = text {
        let at = files.partition_point(|&id| sources.file(id).path.as_str() < there);
        files.insert(at, sources.add(SourceFile::new(there, text)));
    }
    Input {
        sources,
        files,
        settings: input.settings.clone(),
        diagnostics: input.diagnostics.clone(),
    }
}
