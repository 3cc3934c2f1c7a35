//! Projects read out of git's store of objects, and the names that revisions are asked for by.

use std::fmt::Write as _;
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
    refused("HEAD~1", root, &["history of `HEAD` ends before it"]);
    refused("HEAD@{7}", root, &["no revision `HEAD@{7}`"]);
    refused("HEAD:nowhere", root, &["no folder `nowhere`", "root"]);
    refused("HEAD:../x", root, &["`../x` is no folder"]);
    refused("HEAD:main.scope", root, &["a file, not a folder"]);
}

/// What was read, with everything that is wrong with it and where.
fn everything(project: &Project) -> String {
    let mut all = format!("{:?}\n{}\n", texts(project), project.unreadable);
    for found in &project.diagnostics {
        let path = project.sources.path(found.span);
        let place = project.sources.place(found.span);
        writeln!(all, "{path} {place:?} {} {}", found.rule, found.message).unwrap();
    }
    all
}

/// Commits what is there, and asserts that the commit reads as the folder on disk does.
#[track_caller]
fn the_same_as_on_disk(repository: &Repository, folder: &str) -> String {
    repository.commit("as it is");
    let folder = repository.folder().join(folder);
    let disk = Side::WorkingTree(folder.clone()).read(&session()).unwrap();
    let commit = read("HEAD", &folder);
    assert_eq!(everything(&commit), everything(&disk));
    everything(&commit)
}

#[test]
fn what_is_no_plain_text_reads_as_on_disk() {
    let repository = Repository::new();
    repository.write("good.scope", TEAM);
    repository.write("crlf.scope", "team b {\r\n  contact \"#b\"\r\n}\r\n");
    repository.write("latin1.scope", b"team c {\n  contact \"\xe9\"\n}\n");
    repository.write("wide.scope", b"\xff\xfet\0e\0a\0m\0");
    repository.write("binary.scope", b"\x7fELF\0\0\0\xfa\xfb");
    repository.write("huge.scope", vec![b' '; (8 << 20) + 1]);
    repository.write("scope.toml", "projekt = 1\n");
    let all = the_same_as_on_disk(&repository, ".");
    for words in [
        "\\r\\n",
        "latin1.scope Place { line: 2, column: 12 } unreadable",
        "`wide.scope`: it is UTF-16",
        "`binary.scope`: it is not valid UTF-8",
        "`huge.scope`: it is larger than 8 MiB",
        "scope.toml Place { line: 1",
    ] {
        assert!(all.contains(words), "{words:?} is not in\n{all}");
    }
}

#[test]
fn links_lead_where_they_do_on_disk() {
    let repository = Repository::of(&[
        ("infra/main.scope", TEAM),
        ("infra/nested/b.scope", "// b\n"),
        ("other/e.scope", "// e\n"),
    ]);
    let infra = repository.folder().join("infra");
    let link = |to: &str, name: &str| symlink(to, infra.join(name)).unwrap();
    link("main.scope", "again.scope");
    link("./nested//../nested/b.scope", "nested/c.scope");
    link("nested", "linked");
    link("nested", "folder.scope");
    link("nothing", "dangling.scope");
    link("loop.scope", "loop.scope");
    link("../other/e.scope", "out.scope");
    let all = the_same_as_on_disk(&repository, "infra");
    for words in [
        "`dangling.scope`: there is no such file",
        "`loop.scope`: too many levels",
        "`out.scope`: it is a symbolic link that leads out of the project",
    ] {
        assert!(all.contains(words), "{words:?} is not in\n{all}");
    }
    assert_eq!(texts(&read("HEAD", &infra)).len(), 2);

    // What lies outside of the repository is in no commit, whatever is there today.
    let folder = repository.beside("outside");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("f.scope"), "// f\n").unwrap();
    link("../../outside/f.scope", "up.scope");
    link(folder.join("f.scope").to_str().unwrap(), "far.scope");
    repository.commit("links that lead away");
    let away = everything(&read("HEAD", &infra));
    for name in ["up.scope", "far.scope"] {
        let words = format!("`{name}`: it is a symbolic link that leads out of the repository");
        assert!(away.contains(&words), "{words:?} is not in\n{away}");
    }
}

#[test]
fn vendors_are_read_from_the_same_commit() {
    let repository = Repository::of(&[
        ("infra/main.scope", TEAM),
        ("infra/scope.toml", "vendors = [\"../vendors\"]\n"),
        ("vendors/v.scope", "// v\n"),
    ]);
    let all = the_same_as_on_disk(&repository, "infra");
    assert!(
        all.contains("(\"../vendors/v.scope\", \"// v\\n\")"),
        "{all}"
    );
    repository.remove("vendors");
    let infra = repository.folder().join("infra");
    assert_eq!(texts(&read("HEAD", &infra)).len(), 2);
    repository.commit("no vendors");
    let told = side("HEAD", &infra).unwrap().read(&session()).unwrap_err();
    assert!(told.message.contains("there is no such folder"), "{told:?}");
    repository.write("infra/scope.toml", "vendors = [\"../../vendors\"]\n");
    repository.commit("too far up");
    let told = side("HEAD", &infra).unwrap().read(&session()).unwrap_err();
    assert!(told.message.starts_with("in HEAD ("), "{told:?}");
    assert!(
        told.message.contains("outside of the repository"),
        "{told:?}"
    );
}

#[test]
fn a_commit_from_before_the_project_declares_nothing() {
    let repository = Repository::of(&[("README.md", "nothing yet")]);
    repository.write("old/infra/main.scope", TEAM);
    repository.commit("without settings");
    repository.write("old/infra/scope.toml", "[project]\nname = \"x\"\n");
    repository.commit("with settings");
    repository.run(&["mv", "old/infra", "infra"]);
    repository.commit("moved");
    let infra = repository.folder().join("infra");
    assert_eq!(read("HEAD", &infra).notes, [""; 0]);

    let nothing = read("HEAD~3", &infra);
    assert!(nothing.files.is_empty() && !nothing.unreadable);
    let [note] = &nothing.notes[..] else {
        panic!("{:?}", nothing.notes);
    };
    assert!(note.starts_with("there is no `.scope` file in `infra` of HEAD~3 ("));
    assert!(note.ends_with("): nothing is declared there"), "{note}");

    for revision in ["HEAD~1", "HEAD~2"] {
        let moved = read(revision, &infra);
        assert!(moved.files.is_empty());
        let way = format!("write `{revision}:old/infra`");
        assert!(moved.notes[0].ends_with(&way), "{:?}", moved.notes);
        let typed = read(&format!("{revision}:old/infra"), &infra);
        assert_eq!(texts(&typed), [("main.scope", TEAM)]);
        assert_eq!(typed.notes, [""; 0]);
        assert_eq!(typed.settings.name.is_some(), revision == "HEAD~1");
    }
    repository.remove("infra");
    assert_eq!(texts(&read("HEAD", &infra)), [("main.scope", TEAM)]);
}

#[test]
fn what_is_no_commit_is_told_by_its_kind() {
    let repository = Repository::of(&[("main.scope", TEAM)]);
    let root = repository.folder();
    let tree = repository.run(&["rev-parse", "HEAD^{tree}"]);
    let blob = repository.run(&["rev-parse", "HEAD:main.scope"]);
    refused(&tree, root, &["a folder (a tree), not a commit"]);
    refused("HEAD^{tree}", root, &["a folder (a tree)"]);
    refused(&blob, root, &["a file (a blob), not a commit"]);
    repository.run(&["tag", "of-tree", &tree]);
    repository.run(&["tag", "--annotate", "--message", "x", "noted", &tree]);
    refused("of-tree", root, &["`of-tree` is a folder"]);
    refused("noted", root, &["`noted` is a folder"]);
    repository.run(&["tag", "--annotate", "--message", "x", "v1"]);
    repository.run(&["tag", "--annotate", "--message", "x", "v1-again", "v1"]);
    let commit = repository.run(&["rev-parse", "HEAD"]);
    let found = side("v1-again", root).unwrap();
    assert_eq!(found.commit(), Some(commit));
    assert_eq!(texts(&found.read(&session()).unwrap()).len(), 1);
}

/// A clone beside a repository, made with some options.
fn clone(repository: &Repository, name: &str, options: &[&str]) -> PathBuf {
    let clone = repository.beside(name);
    let from = format!("file://{}", repository.folder().display());
    let mut arguments = vec!["clone", "--quiet"];
    arguments.extend(options);
    arguments.extend([&*from, clone.to_str().unwrap()]);
    repository.run(&arguments);
    clone
}

#[test]
fn a_shallow_clone_says_how_to_get_more() {
    let repository = Repository::of(&[("main.scope", TEAM)]);
    let first = repository.run(&["rev-parse", "HEAD"]);
    repository.run(&["branch", "release"]);
    repository.write("main.scope", "// changed\n");
    repository.commit("the second one");
    let shallow = clone(&repository, "shallow", &["--depth", "1"]);
    assert_eq!(texts(&read("HEAD", &shallow)).len(), 1);
    let ways = ["shallow clone", "--deepen", "fetch-depth: 0"];
    refused(&first, &shallow, &[&ways[..], &["no commit"]].concat());
    refused("HEAD~1", &shallow, &[&ways[..], &["`HEAD` ends"]].concat());
    refused("release", &shallow, &ways);
    refused("origin/release", &shallow, &["git fetch origin release"]);
    repository.run_in(&shallow, &["fetch", "--quiet", "--deepen=100"]);
    assert_eq!(texts(&read("HEAD~1", &shallow)), [("main.scope", TEAM)]);
    assert_eq!(texts(&read(&first, &shallow)).len(), 1);
}

#[test]
fn a_partial_clone_says_what_is_missing() {
    let repository = Repository::of(&[("main.scope", TEAM)]);
    repository.run(&["config", "uploadpack.allowFilter", "true"]);
    let options = ["--filter=blob:none", "--no-checkout"];
    let partial = clone(&repository, "partial", &options);
    let words = ["in HEAD (", "is not in this repository", "partial clone"];
    refused("HEAD", &partial, &words);
    let told = side("HEAD", &partial).unwrap().file("main.scope");
    said(&told.unwrap_err(), &words);
    let advice = ["fetch", "--quiet", "--refetch", "--no-filter"];
    repository.run_in(&partial, &advice);
    assert_eq!(texts(&read("HEAD", &partial)), [("main.scope", TEAM)]);
}

#[test]
fn a_damaged_repository_is_said_to_be() {
    let repository = Repository::of(&[("main.scope", TEAM)]);
    let blob = repository.run(&["rev-parse", "HEAD:main.scope"]);
    let object = format!(".git/objects/{}/{}", &blob[..2], &blob[2..]);
    repository.remove(&object);
    let words = ["is not in this repository", "git fsck"];
    refused("HEAD", repository.folder(), &words);
    repository.write(&object, "no object at all");
    refused("HEAD", repository.folder(), &["cannot be read", "git fsck"]);
    repository.write(".git/config", "[core\n");
    refused("HEAD", repository.folder(), &["cannot open"]);
}

#[test]
fn submodules_are_not_looked_into() {
    let library = Repository::of(&[("lib.scope", "// lib\n")]);
    let repository = Repository::of(&[("infra/main.scope", TEAM)]);
    let url = library.folder().to_str().unwrap();
    repository.run(&["submodule", "--quiet", "add", url, "infra/library"]);
    repository.commit("with a submodule");
    let infra = repository.folder().join("infra");
    let project = read("HEAD", &infra);
    assert_eq!(texts(&project), [("main.scope", TEAM)]);
    let [note] = &project.notes[..] else {
        panic!("{:?}", project.notes);
    };
    assert!(note.starts_with("`infra/library` in HEAD ("), "{note}");
    assert!(note.ends_with("is a submodule, and its files are not looked at"));
    let words = ["`infra/library` is in a submodule", "its own repository"];
    refused("HEAD:infra/library", &infra, &words);
    refused("HEAD:infra/library/deeper", &infra, &["is in a submodule"]);
    // From inside of it, revisions are its own.
    let inside = read("HEAD", &infra.join("library"));
    assert_eq!(texts(&inside), [("lib.scope", "// lib\n")]);
    repository.write("infra/scope.toml", "vendors = [\"library\"]\n");
    repository.commit("vendors in a submodule");
    let told = side("HEAD", &infra).unwrap().read(&session()).unwrap_err();
    assert!(told.message.contains("in a submodule"), "{told:?}");
}

#[test]
fn every_kind_of_repository_is_read() {
    let repository = Repository::of(&[("infra/main.scope", TEAM)]);
    repository.write("infra/main.scope", "// changed\n");
    repository.commit("the second one");
    repository.run(&["tag", "--annotate", "--message", "x", "v1", "HEAD~1"]);
    let read_at = |folder: &Path| {
        for word in ["HEAD~1", "v1"] {
            let project = read(word, folder);
            let found = texts(&project);
            let texts: Vec<&str> = found.iter().map(|(_, text)| *text).collect();
            assert_eq!(texts, [TEAM], "{}", folder.display());
        }
    };
    let bare = clone(&repository, "bare.git", &["--bare"]);
    read_at(&bare);
    read_at(&bare.join("infra"));
    let tree = repository.beside("tree");
    repository.run(&["worktree", "add", "--quiet", tree.to_str().unwrap()]);
    read_at(&tree.join("infra"));
    let shared = repository.beside("shared");
    let path = shared.to_str().unwrap();
    repository.run(&["clone", "--quiet", "--shared", ".", path]);
    assert!(shared.join(".git/objects/info/alternates").exists());
    read_at(&shared.join("infra"));
    repository.run(&["repack", "-a", "-d", "-q"]);
    repository.run(&["pack-refs", "--all"]);
    repository.run(&["prune-packed", "--quiet"]);
    assert!(!repository.folder().join(".git/refs/heads/main").exists());
    read_at(&repository.folder().join("infra"));

    let modern = repository.beside("modern");
    let path = modern.to_str().unwrap();
    repository.run(&["init", "--quiet", "--object-format=sha256", path]);
    fs::write(modern.join("main.scope"), TEAM).unwrap();
    repository.run_in(&modern, &["add", "main.scope"]);
    repository.run_in(&modern, &["commit", "--quiet", "--message", "x"]);
    assert_eq!(side("main", &modern).unwrap().commit().unwrap().len(), 64);
    assert_eq!(texts(&read("main", &modern)).len(), 1);
    repository.run_in(&modern, &["config", "extensions.refStorage", "reftable"]);
    refused("nothing", &modern, &["`reftable`", "hash"]);
}

#[test]
fn nothing_of_a_repository_is_run_whoever_owns_it() {
    let repository = Repository::of(&[
        ("main.scope", TEAM),
        (
            ".gitattributes",
            "*.scope filter=run diff=run text eol=crlf\n",
        ),
    ]);
    let ran = repository.beside("ran");
    let command = format!("touch {}", ran.display());
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "filter.run.smudge",
        "filter.run.clean",
        "diff.run.textconv",
        "alias.rev-parse",
    ] {
        repository.run(&["config", key, &command]);
    }
    let read_it = || {
        assert_eq!(
            texts(&read("HEAD", repository.folder())),
            [("main.scope", TEAM)]
        );
        assert!(!ran.exists(), "a command of the repository was run");
    };
    read_it();
    let give_away = |path: &Path| std::os::unix::fs::chown(path, Some(12_345), Some(12_345));
    let git = repository.folder().join(".git");
    // Only root can give a folder away; for anybody else the first reading is all there is.
    if give_away(&git).is_ok() {
        give_away(&git.join("config")).unwrap();
        give_away(repository.folder()).unwrap();
        read_it();
    }
}

#[test]
fn a_few_objects_that_stand_for_endless_paths_have_a_bound() {
    let repository = Repository::of(&[("main.scope", TEAM)]);
    let blob = repository.run(&["rev-parse", "HEAD:main.scope"]);
    let mut tree = blob_tree(&repository, &blob);
    for _ in 0..12 {
        let entries: Vec<String> = (0..10)
            .map(|n| format!("040000 tree {tree}\tf{n}\n"))
            .collect();
        tree = repository.run_with(&entries.concat(), &["mktree"]);
    }
    let commit = repository.run(&["commit-tree", "-m", "bomb", &tree]);
    let words = ["more than 1000000 files", "name the folder"];
    refused(&commit, repository.folder(), &words);

    let name = "f".repeat(250);
    let deep = (0..20).fold(blob_tree(&repository, &blob), |below, _| {
        repository.run_with(&format!("040000 tree {below}\t{name}\n"), &["mktree"])
    });
    let commit = repository.run(&["commit-tree", "-m", "deep", &deep]);
    let all = everything(&read(&commit, repository.folder()));
    assert!(
        all.contains("its path is longer than 4096 bytes"),
        "{}",
        all.len()
    );
}

fn blob_tree(repository: &Repository, blob: &str) -> String {
    repository.run_with(&format!("100644 blob {blob}\tmain.scope\n"), &["mktree"])
}
