//! The same declarations come to the same bytes, wherever, whenever and by whomever they are
//! compiled.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::tempdir;

use crate::cli::tree;
use crate::project::folder;

/// One way to run: where the project lies, from where it is compiled, and in which surroundings.
struct Way<'a> {
    project: &'a Path,
    from: &'a Path,
    environment: &'a [(&'a str, &'a str)],
}

impl Way<'_> {
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scopec"));
        command
            .current_dir(self.from)
            .args(["--as-of", "2026-11-21"])
            .args(arguments)
            .arg(self.project);
        for (name, value) in self.environment {
            command.env(name, value);
        }
        command.output().unwrap()
    }
}

/// Copies a project, the files made in this order or the opposite one.
fn copy(to: &Path, backwards: bool) {
    let mut files: Vec<(String, String)> = tree(&folder("examples/acme")).into_iter().collect();
    if backwards {
        files.reverse();
    }
    // Places in annotations are told from the repository's root.
    fs::create_dir_all(to.join(".git")).unwrap();
    for (name, text) in files {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn the_same_declarations_come_to_the_same_bytes() {
    let first = tempdir().unwrap();
    let second = tempdir().unwrap();
    let deep = second.path().join("ein/ganz anderer/Ort");
    copy(&first.path().join("acme"), false);
    copy(&deep, true);
    let near = Way {
        project: Path::new("acme"),
        from: first.path(),
        environment: &[("LC_ALL", "C"), ("TZ", "UTC"), ("COLUMNS", "80")],
    };
    let far = Way {
        project: &deep,
        from: Path::new("/"),
        environment: &[
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "tr_TR.UTF-8"),
            ("TZ", "Pacific/Kiritimati"),
            ("HOME", "/nonexistent"),
            ("USER", "somebody"),
            ("COLUMNS", "200"),
            ("RUST_BACKTRACE", "1"),
        ],
    };
    let secrets: Vec<String> = [first.path(), second.path(), &folder("examples")]
        .iter()
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    let clean = |what: &str, text: &str| {
        for secret in &secrets {
            assert!(!text.contains(secret), "{what} names {secret}");
        }
    };

    for format in ["json", "sarif", "human", "short"] {
        let arguments = ["check", "--format", format];
        let (one, other) = (near.run(&arguments), far.run(&arguments));
        assert_eq!(one.status, other.status, "{format}");
        for (one, other) in [(one.stdout, other.stdout), (one.stderr, other.stderr)] {
            let one = String::from_utf8(one).unwrap();
            clean(format, &one);
            assert_eq!(one, String::from_utf8(other).unwrap(), "{format}");
        }
    }

    let outs = [first.path().join("out"), deep.join("build/out")];
    let one = near.run(&["build", "--out", outs[0].to_str().unwrap()]);
    let other = far.run(&["build", "--out", outs[1].to_str().unwrap()]);
    assert_eq!(one.status, other.status);
    assert_eq!(one.stdout, other.stdout);
    let (one, other) = (tree(&outs[0]), tree(&outs[1]));
    assert!(one.len() > 40, "{} files", one.len());
    let names = |files: &std::collections::BTreeMap<String, String>| {
        files.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&one), names(&other));
    for (name, text) in &one {
        clean(name, text);
        assert_eq!(text, &other[name], "{name}");
    }
}
