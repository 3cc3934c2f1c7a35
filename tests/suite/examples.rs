//! The example companies, on the day that their pages name.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The rules of everything that a check of the example finds, each once.
fn found(example: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_scopec"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["check", "--as-of", "2026-11-21", "--format", "json"])
        .arg(format!("examples/{example}"))
        .output()
        .unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|diagnostic| diagnostic["rule"].as_str().unwrap().to_owned())
        .collect()
}

/// What is wrong there is authority and duties, never a word that means nothing.
#[test]
fn every_name_means_something() {
    for example in ["acme", "acme-before"] {
        let rules = found(example);
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
