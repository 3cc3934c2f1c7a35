//! The pages that are generated, and the README's example: `UPDATE_EXPECT=1` writes the pages.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use scopec::emit::TARGETS;
use tempfile::tempdir;

use crate::cli::{stderr, tree};
use crate::expect::expect_file;
use crate::project::folder;

/// The help of a verb, or of the program, as a terminal of 100 columns shows it.
fn help(verb: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_scopec"))
        .args(verb)
        .arg("--help")
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    assert!(output.status.success(), "{verb:?}\n{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

#[test]
fn the_page_on_the_command_line_is_what_help_says() {
    let all = help(&[]);
    let verbs: Vec<&str> = all
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(verbs.len() >= 8, "{verbs:?}");
    let mut page = String::from(
        "# The command line\n\nWritten by `UPDATE_EXPECT=1 cargo test docs` from what `--help` says.\n",
    );
    write!(page, "\n```text\n{all}\n```\n").unwrap();
    for verb in verbs {
        let text = help(&[verb]);
        write!(page, "\n## {verb}\n\n```text\n{text}\n```\n").unwrap();
    }
    expect_file(&folder("docs/cli.md"), &page);
}

#[test]
fn the_page_on_targets_lists_every_target() {
    let mut page = String::from(
        "# Targets\n\nWritten by `UPDATE_EXPECT=1 cargo test docs` from the list of targets. `targets` in `scope.toml` names those that are wanted;\nwithout it the default ones are used.\n\n| target | prints | for | default |\n| --- | --- | --- | --- |\n",
    );
    for target in TARGETS {
        let vendors = if target.vendors.is_empty() {
            "every other vendor".to_owned()
        } else {
            target.vendors.join(", ")
        };
        let default = if target.default { "yes" } else { "no" };
        writeln!(
            page,
            "| `{}` | {} | {vendors} | {default} |",
            target.name, target.summary
        )
        .unwrap();
    }
    expect_file(&folder("docs/targets.md"), &page);
}

/// The first block of a kind in a page.
fn block<'a>(page: &'a str, kind: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n```{kind}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_readme_shows_what_really_happens() {
    let page = fs::read_to_string(folder("README.md")).unwrap();
    let project = tempdir().unwrap();
    let text = block(&page, "scope");
    assert!(text.lines().count() <= 20);
    fs::write(project.path().join("main.scope"), text).unwrap();
    let run = |verb: &str| {
        Command::new(env!("CARGO_BIN_EXE_scopec"))
            .current_dir(project.path())
            .args(["--as-of", "2026-11-21", verb])
            .output()
            .unwrap()
    };
    let checked = run("check");
    assert_eq!(checked.status.code(), Some(0));
    assert_eq!(stderr(&checked), block(&page, "text"));
    assert_eq!(run("build").status.code(), Some(0));
    let written = tree(&project.path().join("out"));
    let policy = &written["invoice-reader/prod/policy.json"];
    assert_eq!(policy, block(&page, "json"));
    assert_eq!(run("fmt").status.code(), Some(0));
    let formatted = fs::read_to_string(project.path().join("main.scope")).unwrap();
    assert_eq!(formatted, text, "the example is not formatted");
}

#[test]
fn the_readme_shows_the_table_of_the_lateral_change() {
    let page = fs::read_to_string(folder("README.md")).unwrap();
    let table = fs::read_to_string(folder("tests/cases/diff_forms/lateral/table.txt")).unwrap();
    assert!(
        page.contains(&format!("```\n{table}```\n")),
        "the README shows another table"
    );
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let mut broken = String::new();
    let pages = [
        "README.md",
        "docs/contributing.md",
        "docs/model.md",
        "docs/json.md",
        "docs/lock.md",
        "docs/baseline.md",
    ];
    for page in pages {
        let text = fs::read_to_string(folder(page)).unwrap();
        let at = folder(page);
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap();
            if !target.contains("://") && !at.parent().unwrap().join(target).exists() {
                writeln!(broken, "{page}: {target}").unwrap();
            }
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

/// The README's pictures are what `scopec graph` draws.
#[test]
fn the_pictures_are_what_is_drawn() {
    let cases: [(&str, &[&str]); 2] = [
        ("docs/lateral.svg", &["graph", "examples/lateral"]),
        (
            "docs/acme.svg",
            &["graph", "examples/acme", "--focus", "deploy-web"],
        ),
    ];
    for (file, arguments) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_scopec"))
            .args(arguments)
            .current_dir(folder(""))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let drawn = String::from_utf8(output.stdout).unwrap();
        expect_file(&folder(file), &drawn);
    }
}
