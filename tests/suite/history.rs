//! The example of pull requests: a repository whose every commit is one kind of change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::expect::expect_file;
use crate::repository::Repository;

/// The day on which everything here is judged: accepted findings end within 180 days of it.
const TODAY: &str = "2026-11-21";
/// What is in a commit's folder beside the files of the project.
const MESSAGE: &str = "message";
const REMOVED: &str = "removed";
const COMMENT: &str = "comment.md";

/// One commit of the example.
pub struct Step {
    /// The name of its folder.
    pub name: String,
    /// Where its folder is.
    pub folder: PathBuf,
}

impl Step {
    /// Brings a repository's working tree to this step and commits it; gives the commit's hash.
    pub fn commit(&self, repository: &Repository) -> String {
        let removed = fs::read_to_string(self.folder.join(REMOVED)).unwrap_or_default();
        for path in removed.lines() {
            repository.remove(path);
        }
        for (path, text) in files(&self.folder) {
            repository.write(&path, text);
        }
        let message = fs::read_to_string(self.folder.join(MESSAGE)).unwrap();
        repository.commit(message.trim_end())
    }
}

/// The commits in their order.
pub fn steps() -> Vec<Step> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/pull-request");
    let mut steps: Vec<Step> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|folder| Step {
            name: folder.file_name().unwrap().to_str().unwrap().to_owned(),
            folder,
        })
        .collect();
    steps.sort_by(|one, other| one.name.cmp(&other.name));
    steps
}

/// The files of the project that a commit's folder holds, by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .filter(|(name, _)| ![MESSAGE, REMOVED, COMMENT].contains(&name.as_str()))
        .collect()
}

fn scopec(repository: &Repository, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scopec"))
        .current_dir(repository.folder())
        .args(["--as-of", TODAY])
        .args(arguments)
        .output()
        .unwrap()
}

/// The cells of the page's row of each commit, its name first.
fn rows() -> BTreeMap<String, Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/pull-request/README.md");
    let page = fs::read_to_string(path).unwrap();
    page.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<String> = line
                .trim_matches('|')
                .split('|')
                .map(|cell| cell.replace('`', "").trim().to_owned())
                .collect();
            (cells[0].clone(), cells)
        })
        .collect()
}

#[test]
fn the_page_has_a_row_for_each_commit() {
    let names: Vec<String> = steps().into_iter().map(|step| step.name).collect();
    assert!(names.len() > 20);
    assert_eq!(rows().into_keys().collect::<Vec<_>>(), names);
}

/// Every commit is a project that means something, with the errors that its row names.
#[test]
fn every_commit_compiles() {
    let repository = Repository::new();
    let rows = rows();
    for step in steps() {
        step.commit(&repository);
        let output = scopec(&repository, &["check", "--format", "json"]);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let errors: Vec<&str> = found["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|diagnostic| diagnostic["severity"] == "error")
            .map(|diagnostic| diagnostic["rule"].as_str().unwrap())
            .collect();
        assert_eq!(errors.join(", "), rows[&step.name][4], "{}", step.name);
        let status = i32::from(!errors.is_empty());
        assert_eq!(output.status.code(), Some(status), "{}", step.name);
    }
}

/// Each commit's comment is what the comparison with the one before says, and its row has the verdict.
#[test]
fn the_comments_are_what_diff_says() {
    let repository = Repository::new();
    let rows = rows();
    for (number, step) in steps().iter().enumerate() {
        step.commit(&repository);
        if number == 0 {
            continue;
        }
        let name = &step.name;
        let compared = |form: &str| {
            let output = scopec(&repository, &["diff", "HEAD~1", "--format", form]);
            assert_eq!(output.status.code(), Some(0), "{name}");
            String::from_utf8(output.stdout).unwrap()
        };
        let found: serde_json::Value = serde_json::from_str(&compared("json")).unwrap();
        let verdict = [&found["verdict"], &found["governance"]].map(|word| word.as_str().unwrap());
        assert_eq!(
            verdict,
            [&rows[name][2], &rows[name][3]].map(|cell| &**cell),
            "{name}"
        );
        let comment = compared("markdown");
        assert!(comment.starts_with("<!-- scopec diff -->\n"), "{name}");
        expect_file(&step.folder.join(COMMENT), &comment);
    }
}

/// Every commit changes a file, and none is changed without being changed.
#[test]
fn every_commit_changes_what_is_in_its_folder() {
    let mut now: BTreeMap<String, String> = BTreeMap::new();
    for step in steps() {
        let changed = files(&step.folder);
        assert!(!changed.is_empty(), "{} changes nothing", step.name);
        for (name, text) in changed {
            let before = now.insert(name.clone(), text.clone());
            assert_ne!(before, Some(text), "{}: {name} is as before", step.name);
        }
    }
}
