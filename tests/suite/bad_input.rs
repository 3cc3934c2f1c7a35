//! Input that is wrong: each case is a project under `tests/cases/bad-input/`, with what is said
//! about it in one line each, drawn for people, and the exit status.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::{tempdir, tempfile};

use crate::cli::{may_do_anything, stderr, stdout, tree};
use crate::expect::{case_folders, expect_file};

/// Longer than any answer may take, in a build without optimisation on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// Runs in `folder`, killed after [`PATIENCE`].
#[track_caller]
fn run(folder: &Path, arguments: &[&str]) -> Output {
    // Files take any amount, where a pipe that nobody reads yet would stop the program.
    let (stdout, stderr_file) = (tempfile().unwrap(), tempfile().unwrap());
    let mut child = Command::new(env!("CARGO_BIN_EXE_scopec"))
        .current_dir(folder)
        .args(["--as-of", "2026-11-21", "--color", "never"])
        .args(arguments)
        .env_remove("NO_GRAPHICS")
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().unwrap())
        .stderr(stderr_file.try_clone().unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{arguments:?} hangs");
        }
        sleep(Duration::from_millis(10));
    };
    let output = Output {
        status,
        stdout: text_of(stdout),
        stderr: text_of(stderr_file),
    };
    let told = stderr(&output);
    assert!(!told.contains("panicked"), "{arguments:?}\n{told}");
    output
}

fn text_of(mut file: fs::File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn every_case_is_answered_as_expected() {
    for case in case_folders("bad-input") {
        let project = case.join("project");
        let mut told = String::new();
        for format in ["short", "human"] {
            let output = run(&project, &["check", "--format", format]);
            assert_eq!(stdout(&output), "");
            let status = output.status.code().unwrap();
            writeln!(told, "$ scopec check --format {format}").unwrap();
            writeln!(told, "{}exit status {status}\n", stderr(&output)).unwrap();
        }
        expect_file(&case.join("expected.txt"), &told);

        let folder = tempdir().unwrap();
        let out = folder.path().join("out");
        let output = run(&project, &["build", "--out", out.to_str().unwrap()]);
        let status = output.status.code().unwrap();
        assert_eq!(
            status == 2,
            !out.exists(),
            "{}: exit status {status}",
            case.display()
        );
    }
}

/// Checks a text that is too large or too deep for a case on disk.
#[track_caller]
fn generated(text: &[u8], status: i32, words: &[&str]) {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("main.scope"), text).unwrap();
    let output = run(folder.path(), &["check", "--format", "short"]);
    let told = stderr(&output);
    let shown: String = told.chars().take(2_000).collect();
    assert_eq!(output.status.code(), Some(status), "{shown}");
    for word in words {
        assert!(told.contains(word), "{word:?} is not in\n{shown}");
    }
    assert!(told.len() < 60_000, "{} bytes are said", told.len());
    let output = run(folder.path(), &["build", "--out", "out"]);
    assert_eq!(output.status.code(), Some(status));
    assert_eq!(folder.path().join("out").exists(), status != 2);
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused() {
    let folder = tempdir().unwrap();
    let file = fs::File::create(folder.path().join("main.scope")).unwrap();
    file.set_len(100 << 20).unwrap();
    let output = run(folder.path(), &["check", "--format", "short"]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(
        told.contains("main.scope:1:1: error[unreadable]") && told.contains("8 MiB"),
        "{told}"
    );
}

#[test]
fn nesting_has_a_bound() {
    let many = 100_000;
    for (open, close) in [("{", "}"), ("(", ")"), ("[", "]")] {
        let text = format!("team a {}{}\n", open.repeat(many), close.repeat(many));
        generated(text.as_bytes(), 1, &["main.scope:1:", "error[syntax]"]);
    }
    let blocks = "team a { ".repeat(many);
    generated(blocks.as_bytes(), 1, &["error[syntax]"]);
    let steps = format!(
        "system prod: aws.account(\"111122223333\")\nresource prod{} {{ labels x }}\n",
        ".a(\"x\")".repeat(many)
    );
    generated(steps.as_bytes(), 1, &["main.scope:2:", "error["]);
}

#[test]
fn profiles_that_take_in_profiles_have_a_bound() {
    let many = 5_000;
    let mut chain = String::from("team a { contact \"#a\" }\n");
    for index in 0..many {
        writeln!(chain, "profile p{index} {{ like p{} }}", index + 1).unwrap();
    }
    writeln!(chain, "profile p{many} {{ owner a }}").unwrap();
    writeln!(chain, "integration one: service {{ like p0 }}").unwrap();
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("main.scope"), chain).unwrap();
    let output = run(folder.path(), &["check", "--format", "short"]);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("one profile too many"), "{told}");

    // Each takes in the next one twice: written out it would be 2^64 clauses.
    let mut twice = String::new();
    for index in 0..64 {
        let next = index + 1;
        writeln!(
            twice,
            "profile p{index} {{\n  like p{next}\n  like p{next}\n}}"
        )
        .unwrap();
    }
    twice.push_str("profile p64 { revoke via \"x\" }\nintegration one: service { like p0 }\n");
    fs::write(folder.path().join("main.scope"), twice).unwrap();
    let output = run(folder.path(), &["check", "--format", "short"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn long_lines_and_many_mistakes_are_answered_in_short() {
    let long = format!("team {} {{ contact \"#a\" }}\n", "a".repeat(1 << 20));
    generated(long.as_bytes(), 0, &[]);
    let text = format!("team a {{ contact \"{}\" }}\nwrong\n", "x".repeat(1 << 20));
    generated(text.as_bytes(), 1, &["main.scope:2:1: error[syntax]"]);
    let wrong = "wrong \n".repeat(50_000);
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("main.scope"), wrong).unwrap();
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).len() < 60_000);
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let folder = tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("main.scope"), "team a { contact \"#a\" }\n").unwrap();
    symlink("loop.scope", at.join("loop.scope")).unwrap();
    let output = run(at, &["check", "--format", "short"]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(told.contains("loop.scope:1:1: error[unreadable]"), "{told}");
    fs::remove_file(at.join("loop.scope")).unwrap();

    if !may_do_anything(at) {
        fs::remove_file(at.join("probe")).unwrap();
        let closed = at.join("closed.scope");
        fs::write(&closed, "").unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        let output = run(at, &["build"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("permission denied"));
        assert!(!at.join("out").exists());
    }
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let folder = tempdir().unwrap();
    for verb in ["check", "build"] {
        let output = run(folder.path(), &[verb, "no/such/folder"]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(
            stderr(&output),
            "error: there is no folder `no/such/folder`\n"
        );
    }
    assert!(tree(folder.path()).is_empty());
}
