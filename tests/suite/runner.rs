//! The project's own tests, run from outside, in every form.

use std::fs;

use tempfile::tempdir;

use crate::cli::{expect, stdout};
use crate::expect::expect_file;
use crate::project::folder;

const EVERYTHING: &str = "tests/cases/test/everything";

#[test]
fn every_form_tells_what_each_test_came_to() {
    let case = folder(EVERYTHING);
    for (form, file) in [
        ("human", "expected.txt"),
        ("json", "expected.json"),
        ("junit", "expected.xml"),
    ] {
        let output = expect(&case, &["test", "--format", form], 1, &[]);
        expect_file(&case.join(file), &stdout(&output));
    }
}

#[test]
fn names_that_mean_nothing_are_said_and_fail() {
    expect(
        &folder(EVERYTHING),
        &["test", "--filter", "ASSERTS NOTHING"],
        1,
        &["`nobody`", "did you mean `ticket`?"],
    );
}

#[test]
fn a_filter_runs_some_and_counts_the_rest() {
    let case = folder(EVERYTHING);
    let output = expect(&case, &["test", "--filter", "granted"], 1, &[]);
    let text = stdout(&output);
    assert!(
        text.starts_with("ok    what is granted can be done\n"),
        "{text}"
    );
    assert!(
        text.ends_with("\n1 passed, 1 failed, 5 left out\n"),
        "{text}"
    );
    let output = expect(&case, &["test", "--filter", "no such title"], 0, &[]);
    let text = stdout(&output);
    assert_eq!(
        text,
        "no test has `no such title` in its title; 7 left out\n"
    );
}

#[test]
fn a_project_without_tests_says_so() {
    let output = expect(&folder("tests/cases/test/none"), &["test"], 0, &[]);
    assert!(stdout(&output).starts_with("this project has no tests"));
    let output = expect(
        &folder("tests/cases/test/none"),
        &["test", "--format", "json"],
        0,
        &[],
    );
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(report["summary"]["passed"], 0);
    assert_eq!(report["tests"], serde_json::json!([]));
}

#[test]
fn coverage_counts_assertions_a_clause() {
    let case = folder(EVERYTHING);
    let output = tempdir().unwrap();
    let path = output.path().join("coverage.info");
    let shown = path.to_str().unwrap();
    expect(&case, &["test", "--coverage", shown], 1, &[]);
    expect_file(
        &case.join("expected.info"),
        &fs::read_to_string(&path).unwrap(),
    );
    let nowhere = output.path().join("none/coverage.info");
    expect(
        &case,
        &["test", "--coverage", nowhere.to_str().unwrap()],
        2,
        &["cannot write"],
    );
}
