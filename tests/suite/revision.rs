//! Projects read out of git's store of objects, and the names that revisions are asked for by.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use scopec::cli::console::{Color, Console};
use scopec::cli::project::Project;
use scopec::cli::revision::{Side, side, sides};
use scopec::cli::{Failure, Session};
use tempfile::tempdir;

use crate::repository::Repository;

const TEAM: &str = "team a { contact \"#a\" }\n";

fn session() -> Session {
    Session::new(Console::new(Color::Never, true), None, None)
}

/// The project at a word, asked for from a folder.
#[track_caller]
fn read(word: &str, project: &Path) -> Project {
    match side(word, project).and_then(|side| side.read(&session())) {
        Ok(project) => project,
        Err(failure) => panic!("{word}: {failure:?}"),
    }
}

/// What was read, by path.
fn texts(project: &Project) -> Vec<(&str, &str)> {
    let file = |id| project.sources.file(id);
    let files = project.files.iter().map(|&id| file(id));
    files.map(|file| (&*file.path, &*file.text)).collect()
}

/// Asserts that a word is refused and that what is said holds each of some words.
#[track_caller]
fn refused(word: &str, project: &Path, words: &[&str]) -> Failure {
    let failure = side(word, project)
        .and_then(|side| side.read(&session()))
        .expect_err(word);
    said(&failure, words);
    failure
}

#[track_caller]
fn said(failure: &Failure, words: &[&str]) {
    let told = format!(
        "{}\n{}",
        failure.message,
        failure.help.as_deref().unwrap_or("")
    );
    for word in words {
        assert!(told.contains(word), "{word:?} is not in\n{told}");
    }
    assert!(failure.help.is_some(), "nothing is advised: {told}");
}

#[test]
fn a_project_of_a_revision_is_that_of_its_folder() {
    let repository = Repository::of(&[
        ("infra/main.scope", TEAM),
        ("infra/nested/b.scope", "// b\n"),
        ("infra/.hidden/c.scope", "// c\n"),
        ("infra/target/d.scope", "// d\n"),
        ("infra/notes.txt", "no declaration"),
        ("infra/scope.toml", "[project]\nname = \"first\"\n"),
        ("other/e.scope", "// e\n"),
    ]);
    repository.write("infra/main.scope", "// changed\n");
    let second = repository.commit("the second one");
    repository.write("infra/main.scope", "// not committed\n");
    let infra = repository.folder().join("infra");

    let project = read("HEAD~1", &infra);
    assert_eq!(
        texts(&project),
        [("main.scope", TEAM), ("nested/b.scope", "// b\n")]
    );
    assert_eq!(project.settings.name.as_deref(), Some("first"));
    assert_eq!(project.notes, [""; 0]);
    assert!(!project.unreadable);
    for word in ["HEAD", "main", "@", &second, &second[..10]] {
        assert_eq!(texts(&read(word, &infra))[0].1, "// changed\n");
    }
    let whole = read("HEAD", repository.folder());
    assert_eq!(texts(&whole).len(), 3);
    assert_eq!(texts(&whole)[2].0, "other/e.scope");
    assert_eq!(texts(&read("HEAD:other", &infra)), [("e.scope", "// e\n")]);
    assert_eq!(texts(&read("HEAD:other/", &infra)).len(), 1);
    assert_eq!(texts(&read("HEAD:", &infra)).len(), 3);
}

#[test]
fn sides_have_names_hashes_and_files() {
    let repository = Repository::of(&[
        ("infra/main.scope", TEAM),
        ("infra/scope.lock", "the lock"),
        (".github/CODEOWNERS", "* @a"),
    ]);
    let hash = repository.run(&["rev-parse", "HEAD"]);
    repository.write("infra/scope.lock", "another lock");
    let infra = repository.folder().join("infra");
    let (base, head) = sides("main", None, &infra).unwrap();
    assert_eq!(base.name(), format!("main ({})", &hash[..7]));
    assert_eq!(side(&hash[..9], &infra).unwrap().name(), hash[..7]);
    assert_eq!(base.commit(), Some(hash));
    assert_eq!(head.name(), "the working tree");
    assert_eq!(head.commit(), None);
    for (side, lock) in [(&base, "the lock"), (&head, "another lock")] {
        assert_eq!(side.folder_in_repository(), "infra");
        let file = side.file("scope.lock").unwrap().unwrap();
        assert_eq!(file, lock.as_bytes());
        let owners = side.file_of_repository(".github/CODEOWNERS").unwrap();
        assert_eq!(owners.unwrap(), b"* @a");
        assert_eq!(side.file("scope.approvals").unwrap(), None);
        assert_eq!(side.file_of_repository("infra").unwrap(), None);
        assert_eq!(side.file_of_repository("../outside").unwrap(), None);
    }
    assert_eq!(texts(&head.read(&session()).unwrap()).len(), 1);
}

#[test]
fn ranges_have_two_ends() {
    let repository = Repository::of(&[("main.scope", TEAM)]);
    let root = repository.folder();
    let first = repository.run(&["rev-parse", "HEAD"]);
    repository.run(&["switch", "--quiet", "--create", "side"]);
    repository.write("side.scope", "// side\n");
    let on_side = repository.commit("on the side");
    repository.run(&["switch", "--quiet", "main"]);
    repository.write("main.scope", "// main\n");
    let on_main = repository.commit("on main");
    let ends = |word: &str| {
        let (base, head) = sides(word, None, root).unwrap();
        (base.commit().unwrap(), head.commit().unwrap())
    };
    assert_eq!(ends("main..side"), (on_main.clone(), on_side.clone()));
    assert_eq!(ends("main...side"), (first.clone(), on_side.clone()));
    assert_eq!(ends("side.."), (on_side.clone(), on_main.clone()));
    assert_eq!(ends("..side"), (on_main, on_side));
    let (base, _) = sides("main...side", None, root).unwrap();
    let name = format!("the merge base of main...side ({})", &first[..7]);
    assert_eq!(base.name(), name);
    assert_eq!(
        texts(&base.read(&session()).unwrap()),
        [("main.scope", TEAM)]
    );

    let failure = sides("main..side", Some("HEAD"), root).unwrap_err();
    said(&failure, &["both sides", "`main HEAD`"]);
    refused("main..side", root, &["two revisions", "`main` or `side`"]);
    repository.run(&["switch", "--quiet", "--orphan", "alone"]);
    repository.write("main.scope", TEAM);
    repository.commit("alone");
    let failure = sides("main...alone", None, root).unwrap_err();
    said(&failure, &["no commit in common", "`A..B`"]);
}

#[test]
fn a_folder_is_told_from_a_revision() {
    let repository = Repository::of(&[("main.scope", TEAM)]);
    let root = repository.folder();
    let outside = tempdir().unwrap();
    for word in [".", "..", "./old", "../old", "/old", "old/", "a/b/"] {
        let folder = side(word, outside.path()).unwrap();
        assert!(matches!(&folder, Side::Folder(path) if path == Path::new(word)));
        assert_eq!(folder.name(), word);
    }
    // The names of folders are seen from here, the checkout of this project.
    repository.run(&["branch", "src"]);
    refused(
        "src",
        root,
        &[
            "both a revision and a folder",
            "`./src`",
            "`refs/heads/src`",
        ],
    );
    repository.run(&["tag", "src/cli"]);
    refused("src/cli", root, &["`./src/cli`", "`refs/tags/src/cli`"]);
    assert!(matches!(side("tests/cases", root), Ok(Side::Folder(_))));
    assert!(matches!(
        side("tests/cases", outside.path()),
        Ok(Side::Folder(_))
    ));
    refused("tests", root, &["no revision `tests`", "`./tests`"]);
    assert_eq!(texts(&read("refs/heads/src", root)).len(), 1);
}

#[test]
fn what_is_no_revision_is_said() {
    let outside = tempdir().unwrap();
    refused("main", outside.path(), &["not in a git repository", "`/`"]);
    let repository = Repository::of(&[("main.scope", TEAM)]);
    let root = repository.folder();
    repository.run(&["tag", "release-1"]);
    refused(
        "mian",
        root,
        &["no revision `mian`", "did you mean `main`?"],
    );
    refused("release-2", root, &["did you mean `release-1`?"]);
    refused("nothing-like-it", root, &["a branch, a tag or a commit"]);
    refused("", root, &["name is empty"]);
    refused(":", root, &["no revision"]);
    refused(&"f".repeat(40), root, &["there is no commit", "git fetch"]);
    refused("HEAD~1", root, &["`HEAD` has no `HEAD~1`"]);
    refused("HEAD:main.scope", root, &["a file, not a folder"]);
}
