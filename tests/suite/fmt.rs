//! `scopec fmt`, from outside.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Stdio};

use crate::cli::{expect, project, stderr, stdout, tree};

#[test]
fn fmt_rewrites_what_can_be_read_and_leaves_the_rest() {
    let ugly = "team   a {\n      contact \"#a\"\n}\n";
    let wrong = "team   b {\n  contct \"#b\"\n}\n";
    let folder = project(&[("a.scope", ugly), ("sub/b.scope", wrong)]);
    let at = folder.path();
    let read = |name: &str| fs::read_to_string(at.join(name)).unwrap();

    let output = expect(at, &["fmt", "--check"], 1, &["sub/b.scope:2:3"]);
    assert_eq!(stdout(&output), "a.scope\n");
    assert_eq!(read("a.scope"), ugly);

    let output = expect(
        at,
        &["fmt", "--format", "short"],
        1,
        &["sub/b.scope:2:3: error[syntax]"],
    );
    assert_eq!(stdout(&output), "a.scope\n");
    let neat = read("a.scope");
    assert_ne!(neat, ugly);
    assert_eq!(read("sub/b.scope"), wrong);
    assert_eq!(tree(at).len(), 2);

    let output = expect(at, &["fmt", "--check", "a.scope"], 0, &[]);
    assert_eq!(stdout(&output), "");
    fs::write(at.join("sub/b.scope"), b"\xff").unwrap();
    expect(at, &["fmt"], 2, &["not valid UTF-8"]);
}

#[test]
fn fmt_keeps_links_and_permissions() {
    let folder = project(&[("real/a.scope", "team   a { contact \"#a\" }\n")]);
    let at = folder.path();
    symlink("real/a.scope", at.join("a.scope")).unwrap();
    fs::set_permissions(at.join("a.scope"), fs::Permissions::from_mode(0o640)).unwrap();
    expect(at, &["fmt", "a.scope"], 0, &[]);
    assert!(at.join("a.scope").symlink_metadata().unwrap().is_symlink());
    let mode = at
        .join("real/a.scope")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    expect(at, &["fmt", "--check"], 0, &[]);
}

#[test]
fn fmt_reads_stdin() {
    let through = |text: &[u8], arguments: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_scopec"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = through(b"team   a { contact \"#a\" }", &["fmt", "-"]);
    assert_eq!(stdout(&output), "team a { contact \"#a\" }\n");
    let again = through(&output.stdout, &["fmt", "--check", "-"]);
    assert_eq!(
        (again.status.code(), stdout(&again).as_str()),
        (Some(0), "")
    );
    let wrong = through(b"tem a", &["fmt", "-"]);
    assert_eq!(
        (wrong.status.code(), stdout(&wrong).as_str()),
        (Some(1), "")
    );
    assert!(stderr(&wrong).contains("stdin:1:1"));
    let binary = through(b"\xff", &["fmt", "-"]);
    assert_eq!(binary.status.code(), Some(2));
}
