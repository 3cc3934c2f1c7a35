//! What is loaded never changes an answer: a project compiled by what it refers to and with the
//! whole standard library read first comes to the same bytes.

use std::path::Path;

use scopec::authority::time::Date;
use scopec::cli::manual::pages;
use scopec::compile::{Compiled, Input, compile, compile_fully};
use scopec::diagnostic::json::{self, Summary};
use scopec::diagnostic::{self, short};
use scopec::emit::{emit, manifest};
use scopec::resolve::load_everything;
use scopec::source::Sources;

use crate::expect::cases;
use crate::project::{folder, input};

/// Everything that a compilation comes to: each file, the manifest, and what is said.
fn answers(project: &Path, by: fn(Input, Option<Date>) -> Compiled) -> Vec<(String, String)> {
    let mut compiled = by(input(project), Date::parse("2026-11-21"));
    let (artifacts, said) = emit(&compiled);
    let manifest = manifest::manifest(&compiled, &artifacts, &said);
    compiled.diagnostics.extend(said);
    diagnostic::sort(&mut compiled.diagnostics);
    let integrations = compiled.model.integrations().count();
    let summary = Summary::of(&compiled.diagnostics, integrations);
    let said = json::render(
        &compiled.diagnostics,
        &compiled.sources,
        &compiled.not_assessed,
        summary,
    );
    let mut answers: Vec<(String, String)> = artifacts
        .into_iter()
        .map(|artifact| (artifact.path, String::from_utf8(artifact.bytes).unwrap()))
        .collect();
    answers.push((
        "manifest.json".into(),
        serde_json::to_string(&manifest).unwrap(),
    ));
    answers.push(("what is said".into(), said));
    answers
}

fn compare(project: &Path) {
    let lazily = answers(project, compile);
    let fully = answers(project, compile_fully);
    let names = |of: &[(String, String)]| of.iter().map(|(name, _)| name.clone()).collect();
    let (few, all): (Vec<String>, Vec<String>) = (names(&lazily), names(&fully));
    assert_eq!(few, all, "{}", project.display());
    for ((name, lazily), (_, fully)) in lazily.iter().zip(&fully) {
        let at = project.display();
        assert!(
            lazily == fully,
            "{at}, {name}\n--- by reference\n{lazily}\n--- everything loaded\n{fully}"
        );
    }
}

#[test]
fn what_is_loaded_changes_no_answer_about_the_examples() {
    for example in ["examples/acme", "examples/acme-before"] {
        compare(&folder(example));
    }
}

#[test]
fn what_is_loaded_changes_no_answer_about_small_projects() {
    for case in ["binding", "deny", "empty-means-all"] {
        compare(&cases("vendors-differ").join(case).join("project"));
    }
}

#[test]
fn the_whole_standard_library_means_something() {
    let mut sources = Sources::new();
    let (model, said) = load_everything(&[], &mut sources);
    assert!(said.is_empty(), "{}", short::render(&said, &sources));
    for vendor in scopec::stdlib::vendors() {
        let known = model.catalog.vendors.iter();
        assert!(
            known.clone().any(|one| &*one.name == vendor),
            "{vendor} is not loaded"
        );
    }
    let services = scopec::stdlib::services("aws").len();
    assert!(services > 300, "{services} services of AWS");
    assert!(!pages().is_empty());
}
