//! Small git repositories in folders of their own, the same on every machine and every run: the
//! author, the dates and the configuration are fixed, so a commit has one hash.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::{TempDir, tempdir};

/// The day of the first commit, in seconds since 1970; each later one is a day younger.
const FIRST: u64 = 1_790_000_000;

/// A repository with a working tree; gone when dropped.
pub struct Repository {
    /// Holds the folder while the repository is in use; a clone inside another folder has none.
    _whole: TempDir,
    folder: PathBuf,
    commits: Cell<u64>,
}

impl Repository {
    /// An empty repository whose first branch is `main`.
    pub fn new() -> Self {
        let whole = tempdir().unwrap();
        let folder = whole.path().join("repository");
        fs::create_dir(&folder).unwrap();
        let repository = Self {
            _whole: whole,
            folder,
            commits: Cell::new(0),
        };
        repository.run(&["init", "--quiet"]);
        repository
    }

    /// A repository whose only commit holds some files; see [`Repository::write`].
    pub fn of(files: &[(&str, &str)]) -> Self {
        let repository = Self::new();
        for (path, text) in files {
            repository.write(path, text);
        }
        repository.commit("the first one");
        repository
    }

    /// The folder of the working tree.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A path beside the working tree, gone with it: for a clone, a bare one or a further tree.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.with_file_name(name)
    }

    /// Writes a file of the working tree, its folders included.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Takes a file or folder out of the working tree.
    pub fn remove(&self, path: &str) {
        let path = self.folder.join(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }

    /// Commits the working tree as it is, even unchanged, and gives the commit's full hash.
    pub fn commit(&self, message: &str) -> String {
        self.run(&["add", "--all"]);
        self.run(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.run(&["rev-parse", "HEAD"])
    }

    /// Runs `git` in the working tree, asserts that it succeeds, and gives what it printed without
    /// the white space around it.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> String {
        git(&self.folder, self.date(arguments), arguments, "")
    }

    /// As [`Repository::run`], with a text to read on stdin.
    #[track_caller]
    pub fn run_with(&self, stdin: &str, arguments: &[&str]) -> String {
        git(&self.folder, self.date(arguments), arguments, stdin)
    }

    /// As [`Repository::run`], in another folder: that of a clone, say.
    #[track_caller]
    pub fn run_in(&self, folder: &Path, arguments: &[&str]) -> String {
        git(folder, self.date(arguments), arguments, "")
    }

    /// The day on which a command happens: one later for each that makes a commit.
    fn date(&self, arguments: &[&str]) -> u64 {
        let number = self.commits.get();
        if arguments.first() == Some(&"commit") {
            self.commits.set(number + 1);
        }
        FIRST + number * 24 * 60 * 60
    }
}

/// Runs `git` in a folder as nobody's configuration would have it.
#[track_caller]
fn git(folder: &Path, date: u64, arguments: &[&str], stdin: &str) -> String {
    let date = format!("{date} +0000");
    let mut command = Command::new("git");
    for variable in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
    ] {
        command.env_remove(variable);
    }
    let mut child = command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Somebody")
        .env("GIT_AUTHOR_EMAIL", "somebody@example.com")
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_NAME", "Somebody")
        .env("GIT_COMMITTER_EMAIL", "somebody@example.com")
        .env("GIT_COMMITTER_DATE", &date)
        .args(["-c", "init.defaultBranch=main"])
        .args(["-c", "core.autocrlf=false"])
        .args(["-c", "protocol.file.allow=always"])
        .args(["-c", "gc.auto=0"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever reads nothing may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "git {arguments:?}\n{told}");
    String::from_utf8(stdout).unwrap().trim().to_owned()
}

#[test]
fn a_repository_is_the_same_every_time() {
    let make = || {
        let repository = Repository::of(&[("a/main.scope", "team a { contact \"#a\" }\n")]);
        repository.write("b", "b");
        repository.commit("the second one");
        repository.remove("a");
        let last = repository.commit("the third one");
        assert!(!repository.folder().join("a").exists());
        assert_eq!(repository.run(&["rev-parse", "main"]), last);
        assert_eq!(repository.run(&["status", "--short"]), "");
        let times = repository.run(&["log", "--format=%ct", "--reverse"]);
        assert_eq!(times, "1790000000\n1790086400\n1790172800");
        let clone = repository.beside("clone");
        repository.run(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
        assert_eq!(repository.run_in(&clone, &["rev-parse", "HEAD"]), last);
        last
    };
    assert_eq!(make(), make());
}
