//! `check --since` and `check --only`: which findings count, and which are shown.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{expect, stderr, stdout};
use crate::project::folder;
use crate::repository::Repository;

const PROJECT: &str = "\
team a { contact \"#a\" }
profile ended { expires 2020-01-01 }
profile dated {
  like ended
}
integration one: service {
  expires 2020-01-01
  revoke via \"a\"
}
integration two: service { expires 2020-01-01 }
integration three: service { like dated }
";

/// What counts as an error in a project, by the integration it is about.
#[track_caller]
fn errors(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["check", "--format", "json"], arguments].concat();
    let output = crate::cli::scopec(folder, &arguments);
    let report: Value = serde_json::from_str(&stdout(&output))
        .unwrap_or_else(|error| panic!("{error}\n{}", stderr(&output)));
    let found = report["diagnostics"].as_array().unwrap();
    let errors: Vec<String> = found
        .iter()
        .filter(|found| found["severity"] == "error")
        .map(|found| found["integration"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(output.status.code(), Some(i32::from(!errors.is_empty())));
    errors
}

#[test]
fn what_time_causes_counts_where_the_change_is() {
    let settings = "[rules]\nexpired = \"error\"\n";
    let repository = Repository::of(&[("main.scope", PROJECT), ("scope.toml", settings)]);
    let root = repository.folder();
    assert_eq!(errors(root, &[]), [""; 0]);
    assert_eq!(errors(root, &["--scheduled"]), ["three", "one", "two"]);
    let since = |text: &str| {
        repository.write("main.scope", text);
        errors(root, &["--since", "HEAD"])
    };
    let unchanged = [""; 0];
    assert_eq!(since(PROJECT), unchanged);
    assert_eq!(since(&PROJECT.replace('\n', "\r\n")), unchanged);
    let reformatted = PROJECT
        .replace("\n  revoke", "; revoke")
        .replace("  like ended", "  // why\n\n  like   ended // so")
        .replace("integration", "/// What it is for.\nintegration");
    assert_ne!(reformatted, PROJECT);
    assert_eq!(since(&reformatted), unchanged);
    let (first, second) = PROJECT.split_once("integration one").unwrap();
    assert_eq!(since(&format!("integration one{second}{first}")), unchanged);

    let own = PROJECT.replace("\"a\"\n}", "\"b\"\n}");
    assert_eq!(since(&own), ["one"]);
    let profile = PROJECT.replace(
        "{ expires 2020-01-01 }\nprofile",
        "{ expires 2020-01-02 }\nprofile",
    );
    assert_eq!(since(&profile), ["three"]);
    for fact in [
        "reviewed two on 2020-01-01 by a",
        "rotated two on 2020-01-01",
    ] {
        assert_eq!(since(&format!("{PROJECT}{fact}\n")), ["two"]);
    }
    let new = "integration four: service { expires 2020-01-01 }\n";
    assert_eq!(since(&format!("{PROJECT}{new}")), ["four"]);

    repository.write("main.scope", PROJECT);
    repository.run(&["mv", "main.scope", "moved.scope"]);
    assert_eq!(errors(root, &["--since", "HEAD"]), unchanged);
}

#[test]
fn everything_is_new_where_there_was_no_project() {
    let repository = Repository::of(&[("README.md", "nothing yet")]);
    repository.write("main.scope", PROJECT);
    repository.write("scope.toml", "[rules]\nexpired = \"error\"\n");
    let root = repository.folder();
    assert_eq!(errors(root, &["--since", "HEAD"]), ["three", "one", "two"]);
    let words = [
        "note: there is no `.scope` file in HEAD (",
        "nothing is declared",
    ];
    expect(root, &["check", "--since", "main"], 1, &["of expired"; 0]);
    expect(root, &["check", "--since", "HEAD"], 1, &words);
    expect(
        root,
        &["check", "--since", "mian"],
        2,
        &["did you mean `main`?"],
    );
    let both = ["check", "--since", "HEAD", "--scheduled"];
    expect(root, &both, 2, &["cannot be used with"]);
    let alone = tempfile::tempdir().unwrap();
    fs::write(alone.path().join("main.scope"), PROJECT).unwrap();
    let told = ["`.` is not in a git repository", "`./old`"];
    expect(alone.path(), &["check", "--since", "HEAD"], 2, &told);
}

/// The findings of a project as they are printed, by family; of all without one.
fn found(project: &str, family: Option<&str>) -> BTreeSet<String> {
    let mut arguments = vec!["--as-of", "2027-11-21", "check", "--format", "json"];
    if let Some(family) = family {
        arguments.extend(["--only", family]);
    }
    let output = crate::cli::scopec(&folder(project), &arguments);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let listed = report["diagnostics"].as_array().unwrap();
    let errors = listed.iter().filter(|found| found["severity"] == "error");
    assert_eq!(report["summary"]["errors"], errors.count());
    listed.iter().map(Value::to_string).collect()
}

#[test]
fn a_family_is_shown_by_itself() {
    let rules = |found: &BTreeSet<String>, rule: &str| {
        let named = format!("\"rule\":\"{rule}\"");
        found.iter().filter(|found| found.contains(&named)).count()
    };
    let (before, lateral) = ("examples/acme-before", "examples/lateral");
    for (project, own) in [
        (
            before,
            &[
                ("governance", "no-rotation"),
                ("authority", "excess-authority"),
                ("delegation", "shared-identity"),
            ][..],
        ),
        (lateral, &[("guard", "support-stays-out-of-the-books")]),
    ] {
        let all = found(project, None);
        let mut together = BTreeSet::new();
        for family in ["governance", "authority", "delegation", "guard"] {
            let some = found(project, Some(family));
            for &(of, rule) in own {
                assert_eq!(rules(&some, rule) > 0, of == family, "{rule} in {family}");
            }
            // What leaves something without a meaning is in every family.
            for certain in ["identity-conflict", "unentitled-exception"] {
                assert_eq!(rules(&some, certain), rules(&all, certain));
            }
            together.extend(some);
        }
        assert_eq!(together, all);
    }
    let words = ["gard", "similar value exists: 'guard'"];
    expect(
        &folder("examples/lateral"),
        &["check", "--only", "gard"],
        2,
        &words,
    );
}
