//! The example companies, on the day that their pages name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// What a check finds, and its exit status.
type Checked = (Vec<serde_json::Value>, Option<i32>);

static ACME: LazyLock<Checked> = LazyLock::new(|| check("acme"));
static BEFORE: LazyLock<Checked> = LazyLock::new(|| check("acme-before"));

/// A nightly check of an example.
fn check(example: &str) -> Checked {
    let output = Command::new(env!("CARGO_BIN_EXE_scopec"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["check", "--scheduled", "--as-of", "2026-11-21"])
        .args(["--format", "json"])
        .arg(format!("examples/{example}"))
        .output()
        .unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = found["diagnostics"].as_array().unwrap().clone();
    (all, output.status.code())
}

/// The company as it should be has nothing to put right.
#[test]
fn acme_is_right() {
    let (all, status) = &*ACME;
    let errors: Vec<&serde_json::Value> = all
        .iter()
        .filter(|diagnostic| diagnostic["severity"] == "error")
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(*status, Some(0));
}

/// The company as it was found has what its page names, and no other error.
#[test]
fn the_page_names_every_error() {
    let (all, status) = &*BEFORE;
    assert_eq!(*status, Some(1));
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for diagnostic in all.iter().filter(|found| found["severity"] == "error") {
        let text = |key: &str| diagnostic[key].as_str().unwrap().to_owned();
        found
            .entry(text("integration"))
            .or_default()
            .insert(text("rule"));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme-before/README.md");
    let page = std::fs::read_to_string(path).unwrap();
    let named: BTreeMap<String, BTreeSet<String>> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            let name = cells[0]
                .trim()
                .trim_matches('`')
                .rsplit('/')
                .next()
                .unwrap();
            let rules = cells[2].split('`').skip(1).step_by(2);
            (name.to_owned(), rules.map(str::to_owned).collect())
        })
        .collect();
    assert_eq!(found, named);
}

/// What is wrong there is authority and duties, never a word that means nothing.
#[test]
fn every_name_means_something() {
    for (example, (all, _)) in [("acme", &*ACME), ("acme-before", &*BEFORE)] {
        let rules: BTreeSet<&str> = all
            .iter()
            .map(|diagnostic| diagnostic["rule"].as_str().unwrap())
            .collect();
        for rule in [
            "syntax",
            "unknown-name",
            "no-identity",
            "never-on-container",
        ] {
            assert!(!rules.contains(rule), "{example}: {rule} in {rules:?}");
        }
    }
}

/// Each integration has its row on its project's page.
#[test]
fn the_pages_name_every_integration() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for example in ["examples/acme", "examples/acme-before"] {
        let page = std::fs::read_to_string(root.join(example).join("README.md")).unwrap();
        let names = integrations(example);
        assert!(!names.is_empty(), "{example} declares nothing");
        for name in names {
            let has_row = [format!("/{name}`"), format!("`{name}`")]
                .iter()
                .any(|cell| page.contains(cell));
            assert!(has_row, "{example}: no row for {name}");
        }
    }
}

/// The integrations that a project declares.
fn integrations(folder: &str) -> Vec<String> {
    crate::stdlib::files(folder)
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines()
                .filter_map(|line| line.strip_prefix("integration "))
                .filter_map(|rest| rest.split(':').next().map(str::to_owned))
                .collect::<Vec<_>>()
        })
        .collect()
}
