//! The binary, from outside: what it reads, what it writes, what it exits with.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use scopec::cli::manifest;
use scopec::settings::Level;
use scopec::source::{FileId, SourceFile};
use tempfile::{TempDir, tempdir};

/// Runs in a folder, on a fixed day.
pub fn scopec(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scopec"))
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1790000000")
        .env_remove("NO_GRAPHICS")
        .args(arguments)
        .output()
        .unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs and asserts the exit status and that stderr holds each of some words.
#[track_caller]
pub fn expect(folder: &Path, arguments: &[&str], status: i32, words: &[&str]) -> Output {
    let output = scopec(folder, arguments);
    let told = stderr(&output);
    assert_eq!(
        output.status.code(),
        Some(status),
        "{arguments:?}\n{told}\n{}",
        stdout(&output)
    );
    for word in words {
        assert!(told.contains(word), "{word:?} is not in\n{told}");
    }
    output
}

pub fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Whether permissions do not bind this process, as for root.
pub fn may_do_anything(folder: &Path) -> bool {
    let probe = folder.join("probe");
    fs::write(&probe, "").unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o000)).unwrap();
    fs::read(&probe).is_ok()
}

#[test]
fn usage_errors_exit_with_2_and_help_with_0() {
    let folder = tempdir().unwrap();
    expect(folder.path(), &["chekc"], 2, &["chekc", "check"]);
    expect(
        folder.path(),
        &["check", "--format", "xml"],
        2,
        &["xml", "sarif"],
    );
    expect(
        folder.path(),
        &["--as-of", "tomorrow", "check"],
        2,
        &["2027-03-31"],
    );
    expect(folder.path(), &[], 2, &["Usage"]);
    for verb in [
        "init",
        "check",
        "build",
        "diff-driver",
        "test",
        "fmt",
        "explain",
        "catalog",
        "completions",
        "man",
    ] {
        let output = expect(folder.path(), &[verb, "--help"], 0, &[]);
        let examples = stdout(&output).matches("\n  scopec ").count();
        assert!(
            (2..=3).contains(&examples),
            "{verb} shows {examples} examples"
        );
    }
}

#[test]
fn a_folder_that_is_no_project_is_told_apart() {
    let folder = project(&[("a-file", ""), ("empty/x.txt", "")]);
    let at = folder.path();
    expect(
        at,
        &["check", "nowhere"],
        2,
        &["there is no folder `nowhere`"],
    );
    expect(at, &["check", "a-file"], 2, &["`a-file` is a file"]);
    expect(
        at,
        &["check", "empty"],
        2,
        &["no `.scope` file", "scopec init"],
    );
}

#[test]
fn text_that_is_not_utf8_is_shown_at_its_first_bad_byte() {
    let folder = project(&[("good.scope", "team a { contact \"#a\" }\n")]);
    fs::write(
        folder.path().join("bad.scope"),
        b"team x {\n  contact \"\xff\"\n}\n",
    )
    .unwrap();
    let output = expect(folder.path(), &["check", "--format", "json"], 2, &[]);
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let found = &report["diagnostics"][0];
    assert_eq!(found["rule"], "unreadable");
    assert_eq!(found["file"], "bad.scope");
    assert_eq!((&found["line"], &found["column"]), (&2.into(), &12.into()));
    assert_eq!(report["diagnostics"].as_array().unwrap().len(), 1);
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let folder = project(&[("good.scope", "team a { contact \"#a\" }\n")]);
    let at = folder.path();
    let large = fs::File::create(at.join("large.scope")).unwrap();
    large.set_len((8 << 20) + 1).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(at.join("pipe.scope"))
            .status()
            .unwrap()
            .success()
    );
    symlink("nowhere", at.join("dangling.scope")).unwrap();
    let words = [
        "large.scope:1:1: error[unreadable]",
        "8 MiB",
        "pipe.scope:1:1: error[unreadable]",
        "it is not a file",
        "dangling.scope:1:1: error[unreadable]",
    ];
    expect(at, &["check", "--format", "short"], 2, &words);
}

#[test]
fn a_syntax_error_exits_with_1_and_goes_where_its_form_goes() {
    let folder = project(&[
        ("a.scope", "team a { contact \"#a\" }\n"),
        ("sub/b.scope", "team b {\n  contct \"#b\"\n}\n"),
    ]);
    let at = folder.path();
    let output = expect(
        at,
        &["check", "--color", "always"],
        1,
        &["\u{1b}[", "sub/b.scope:2:3", "1 error"],
    );
    assert_eq!(stdout(&output), "");
    let output = expect(
        at,
        &["check", "--accessible"],
        1,
        &["Diagnostic severity: error"],
    );
    assert_eq!(stdout(&output), "");
    expect(
        at,
        &["check", "--format", "short"],
        1,
        &["sub/b.scope:2:3: error[syntax]: "],
    );
    for (form, words) in [
        ("json", "\"file\": \"sub/b.scope\""),
        ("sarif", "\"uri\": \"sub/b.scope\""),
        ("github", "::error file=sub/b.scope,line=2,col=3,"),
    ] {
        let output = expect(at, &["check", "--format", form], 1, &[]);
        assert!(stdout(&output).contains(words), "{}", stdout(&output));
        assert_eq!(stderr(&output), "");
    }
    fs::create_dir(at.join(".git")).unwrap();
    let output = expect(
        &at.join("sub"),
        &["check", "--format", "github", "."],
        1,
        &[],
    );
    assert!(stdout(&output).starts_with("::error file=sub/b.scope,"));
}

#[test]
fn permissions_are_respected() {
    let folder = project(&[("secret.scope", "")]);
    if may_do_anything(folder.path()) {
        return;
    }
    let path = folder.path().join("secret.scope");
    fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    let words = ["secret.scope", "permission denied"];
    expect(folder.path(), &["check", "--format", "short"], 2, &words);
}

#[test]
fn folders_of_tools_and_loops_are_passed_over() {
    let folder = project(&[
        ("b.scope", ""),
        ("a/z.scope", ""),
        (".git/x.scope", "?"),
        ("target/x.scope", "?"),
        ("node_modules/p/x.scope", "?"),
    ]);
    let at = folder.path();
    symlink(".", at.join("loop")).unwrap();
    symlink("..", at.join("a/up")).unwrap();
    for name in ["B.scope", "a.scope", "a/b.scope"] {
        fs::write(at.join(name), b"\xff").unwrap();
    }
    let output = expect(at, &["check", "--format", "short"], 2, &[]);
    let told = stderr(&output);
    let files: Vec<&str> = told.lines().filter_map(|l| l.split(':').next()).collect();
    assert_eq!(files, ["B.scope", "a.scope", "a/b.scope"]);
}

#[test]
fn no_file_is_read_twice_and_none_from_outside() {
    let folder = project(&[
        ("in/a.scope", "tem\n"),
        ("in/vendors/v.scope", "tem\n"),
        ("common/s.scope", "tem\n"),
        ("outside.scope", "secret\n"),
        ("in/scope.toml", "vendors = [\"vendors\", \"../common\"]\n"),
    ]);
    let at = folder.path().join("in");
    symlink("a.scope", at.join("again.scope")).unwrap();
    let output = expect(&at, &["check", "--format", "short"], 1, &[]);
    let told = stderr(&output);
    let files: Vec<&str> = told.lines().filter_map(|l| l.split(':').next()).collect();
    assert_eq!(files, ["../common/s.scope", "a.scope", "vendors/v.scope"]);

    symlink("../outside.scope", at.join("link.scope")).unwrap();
    let words = [
        "link.scope:1:1: error[unreadable]",
        "leads out of the project",
    ];
    let output = expect(&at, &["check"], 2, &words[1..]);
    assert!(!stderr(&output).contains("secret"));
    expect(&at, &["check", "--format", "short"], 2, &words);
}

#[test]
fn init_writes_a_project_and_never_overwrites() {
    let folder = tempdir().unwrap();
    let at = folder.path();
    let output = expect(
        at,
        &["--as-of", "2027-01-01", "init", "new/one"],
        0,
        &["next:"],
    );
    assert!(stdout(&output).contains("wrote systems.scope\n"));
    let text = fs::read_to_string(at.join("new/one/integrations.scope")).unwrap();
    assert!(text.contains("expires    2027-06-30\n"), "{text}");
    expect(
        at,
        &["init", "new/one"],
        2,
        &["`scope.toml`", "exists already"],
    );
    fs::remove_file(at.join("new/one/scope.toml")).unwrap();
    expect(at, &["init", "new/one"], 2, &["nothing was written"]);
    fs::create_dir(at.join(".git")).unwrap();
    expect(at, &["init", "below"], 0, &["move `.github` to the root"]);
    assert!(!at.join("new/one/scope.toml").exists());
}

#[test]
fn settings_that_are_wrong_are_shown_at_their_place() {
    let text = "[project]\nnme = \"x\"\nout = \"../x\"\nlayout = \"sytem\"\n[rules]\nno-expiry = \"eror\"\nunowned = \"off\"\n[thresholds]\nmax-accept = \"9m\"\nlong-lived = \"30d\"\n[wat]\n";
    let (settings, found) = manifest::parse(FileId(0), text);
    let file = SourceFile::new("scope.toml", text);
    let shown: Vec<String> = found
        .iter()
        .map(|d| {
            let place = file.place(d.span.start);
            let help = d.help.as_deref().unwrap_or("");
            format!("{}:{} {} ({help})", place.line, place.column, d.message)
        })
        .collect();
    let has = |wanted: &str| shown.iter().any(|line| line.starts_with(wanted));
    for wanted in [
        "2:1 there is no setting `project.nme` (did you mean `name`?)",
        "3:7 `../x` leads out of the project",
        "4:10 there is no layout `sytem`",
        "6:13 `eror` is no level",
        "9:14 `9m` is no length of time",
        "11:2 there is no setting `wat` (the settings here are",
    ] {
        assert!(has(wanted), "{wanted:?} is not in {shown:#?}");
    }
    assert_eq!(found.len(), 6, "{shown:#?}");
    assert_eq!(settings.levels["unowned"].0, Level::Off);
    assert_eq!(settings.long_lived_hours, 30 * 24);
    assert_eq!(settings.max_accept_hours, 180 * 24);
}

#[test]
fn settings_that_are_no_toml_keep_the_rest() {
    let (settings, found) = manifest::parse(FileId(0), "targets = [\"aws\"]\nvendors = [\n");
    assert!(!found.is_empty());
    assert_eq!(settings.targets.unwrap()[0].0, "aws");
}

#[test]
fn the_manifest_may_lie_elsewhere() {
    let folder = project(&[
        ("conf/scope.toml", "[projct]\n"),
        ("conf/a.scope", ""),
        ("app/b.scope", ""),
        ("app/scope.toml", "[project]\nname = \"app\"\n"),
    ]);
    let at = folder.path();
    let wrong = ["scope.toml:1:2: error[settings]: there is no setting `projct`"];
    let given = [
        "--manifest-path",
        "conf/scope.toml",
        "check",
        "--format",
        "short",
    ];
    expect(at, &given, 1, &wrong);
    expect(at, &[&given[..], &["app"]].concat(), 1, &wrong);
    expect(at, &["check", "app"], 0, &[]);
    let missing = ["check", "app", "--manifest-path", "none.toml"];
    expect(
        at,
        &missing,
        2,
        &["cannot read `none.toml`: there is no such file"],
    );
}

#[test]
fn today_comes_from_the_environment_unless_it_is_given() {
    let folder = tempdir().unwrap();
    let expires = |arguments: &[&str], name: &str| {
        expect(
            folder.path(),
            &[arguments, &["init", name]].concat(),
            0,
            &[],
        );
        let text = fs::read_to_string(folder.path().join(name).join("integrations.scope")).unwrap();
        let line = text.lines().find(|line| line.contains("expires")).unwrap();
        line.trim_start_matches("  expires    ").to_owned()
    };
    // The environment says 1790000000, which is 2026-09-21.
    assert_eq!(expires(&[], "one"), "2027-03-20");
    assert_eq!(expires(&["--as-of", "2028-02-28"], "two"), "2028-08-26");
    let output = Command::new(env!("CARGO_BIN_EXE_scopec"))
        .args(["init", "three"])
        .current_dir(folder.path())
        .env("SOURCE_DATE_EPOCH", "soon")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`SOURCE_DATE_EPOCH` is `soon`"));
}

#[test]
fn explain_prints_a_page_and_knows_what_was_meant() {
    let folder = tempdir().unwrap();
    let at = folder.path();
    let listed = stdout(&expect(at, &["explain", "--list"], 0, &[]));
    assert!(listed.lines().any(|name| name == "syntax"));
    for name in listed.lines() {
        let page = stdout(&expect(at, &["explain", name], 0, &[]));
        assert!(page.starts_with(&format!("# {name}\n\n")), "{page}");
        assert!(page.contains("\n## Example\n") && page.contains("\n## Instead\n"));
    }
    expect(
        at,
        &["explain", "sintax"],
        2,
        &["`sintax`", "did you mean `syntax`?"],
    );
    expect(at, &["explain", "q"], 2, &["scopec explain --list"]);
    expect(at, &["explain"], 2, &["Usage"]);
}

#[test]
fn completions_and_manual_pages_are_printed() {
    let folder = tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let output = expect(folder.path(), &["completions", shell], 0, &[]);
        assert!(stdout(&output).contains("accessible"), "{shell}");
    }
    let output = expect(folder.path(), &["man", "check"], 0, &[]);
    assert!(stdout(&output).contains("scopec\\-check"));
    expect(
        folder.path(),
        &["man", "chek"],
        2,
        &["did you mean `check`?"],
    );
}

/// Every file below a folder with its text.
pub fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.symlink_metadata().unwrap().is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}
