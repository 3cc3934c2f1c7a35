//! Reports as SARIF: what does not hold, at its line, and known again when lines move.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::cli::{expect, project, stdout, tree};
use crate::project::folder;

const BEFORE: &str = "examples/acme-before";

fn run(project: &Path, form: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["report", "--as-of", "2026-11-21", "--format", form];
    arguments.extend(more);
    serde_json::from_str(&stdout(&expect(project, &arguments, 0, &[]))).unwrap()
}

fn log(project: &Path, more: &[&str]) -> Value {
    run(project, "sarif", more)["runs"][0].take()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Each result's fingerprint with its line.
fn fingerprints(log: &Value) -> BTreeMap<String, u64> {
    list(&log["results"])
        .iter()
        .map(|result| {
            let known_by = &result["partialFingerprints"]["primaryLocationLineHash"];
            let region = &result["locations"][0]["physicalLocation"]["region"];
            (
                known_by.as_str().unwrap().to_owned(),
                region["startLine"].as_u64().unwrap(),
            )
        })
        .collect()
}

/// One result for each integration and predicate that fails, and no other.
#[test]
fn what_fails_is_a_result_at_its_line() {
    let at = folder(BEFORE);
    let texts = tree(&at);
    let report = run(&at, "json", &[]);
    let mut wanted: BTreeSet<(String, String)> = BTreeSet::new();
    for integration in list(&report["integrations"]) {
        for judged in list(&integration["predicates"]) {
            if judged["outcome"] == "failed" {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                wanted.insert((text(&judged["id"]), text(&integration["name"])));
            }
        }
    }
    assert!(wanted.len() > 50);
    let log = log(&at, &[]);
    let rules = list(&log["tool"]["driver"]["rules"]);
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for result in list(&log["results"]) {
        let kind = result.get("kind");
        assert!(kind.is_none_or(|kind| kind == "fail"), "{result}");
        let place = &result["locations"][0];
        let uri = place["physicalLocation"]["artifactLocation"]["uri"]
            .as_str()
            .unwrap();
        let file = uri.strip_prefix("examples/acme-before/").unwrap();
        let region = &place["physicalLocation"]["region"];
        let line = usize::try_from(region["startLine"].as_u64().unwrap()).unwrap();
        assert!(line <= texts[file].lines().count(), "{result}");
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[rule]["id"], result["ruleId"]);
        let name = place["logicalLocations"][0]["name"].as_str().unwrap();
        let new = found.insert((
            result["ruleId"].as_str().unwrap().to_owned(),
            name.to_owned(),
        ));
        assert!(new, "{result}");
    }
    assert_eq!(found, wanted);
    assert_eq!(
        fingerprints(&log).len(),
        wanted.len(),
        "one is known by another's"
    );
}

/// A rule is what fails, or holds partly, or cannot be told; what holds everywhere is none.
#[test]
fn rules_are_what_does_not_hold_everywhere() {
    let at = folder(BEFORE);
    let report = run(&at, "json", &[]);
    let open = |predicate: &&Value| {
        let counts = &predicate["integrations"];
        let count = |outcome: &str| counts[outcome].as_u64().unwrap();
        count("failed") + count("partly") + count("unknown") > 0
    };
    let wanted: BTreeSet<&str> = (list(&report["predicates"]).iter().filter(open))
        .map(|predicate| predicate["id"].as_str().unwrap())
        .collect();
    let log = log(&at, &[]);
    let rules = list(&log["tool"]["driver"]["rules"]);
    let found: BTreeSet<&str> = rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(found, wanted);
    let fails: BTreeSet<&str> = (list(&log["results"]).iter())
        .map(|result| result["ruleId"].as_str().unwrap())
        .collect();
    assert!(fails.len() < found.len(), "no rule is without a result");
    for rule in rules {
        let score: f64 = rule["properties"]["security-severity"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let fails = fails.contains(rule["id"].as_str().unwrap());
        assert_eq!(score > 1.0, fails, "{rule}");
    }
}

#[test]
fn tags_are_official_ids_and_not_too_many() {
    let at = folder(BEFORE);
    let log = log(&at, &["--framework", "all"]);
    let mut all: BTreeSet<String> = BTreeSet::new();
    let mut most = 0;
    for rule in list(&log["tool"]["driver"]["rules"]) {
        let tags = list(&rule["properties"]["tags"]);
        let distinct: BTreeSet<&str> = tags.iter().map(|tag| tag.as_str().unwrap()).collect();
        assert_eq!(distinct.len(), tags.len(), "{rule}");
        most = most.max(tags.len());
        assert_eq!(tags[0], "security");
        all.extend(distinct.into_iter().map(str::to_owned));
    }
    assert_eq!(most, 20);
    for tag in ["NHI5:2025", "PR.AA-05", "AC-6", "T1078.004"] {
        assert!(all.contains(tag), "{tag} is not in {all:?}");
    }
}

#[test]
fn fingerprints_survive_lines_that_move() {
    let mut texts = tree(&folder(BEFORE));
    texts.retain(|name, _| !name.starts_with("out/"));
    let copy = |texts: &BTreeMap<String, String>| {
        let files: Vec<(&str, &str)> = (texts.iter())
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        project(&files)
    };
    let was = fingerprints(&log(copy(&texts).path(), &[]));
    for (name, text) in &mut texts {
        if Path::new(name)
            .extension()
            .is_some_and(|end| end == "scope")
        {
            text.insert_str(0, "// one more line\n// and another\n\n");
        }
    }
    texts.insert(
        "aaa.scope".to_owned(),
        "team strangers {}\nintegration aaa: agent {\n  owner strangers\n}\n".to_owned(),
    );
    let is = fingerprints(&log(copy(&texts).path(), &[]));
    assert!(was.len() > 50);
    let mut moved = 0;
    for (known_by, line) in &was {
        let now = is
            .get(known_by)
            .unwrap_or_else(|| panic!("{known_by} of line {line} is lost"));
        moved += usize::from(now != line);
    }
    assert!(moved > 50, "{moved} moved");
}

#[test]
fn a_project_without_integrations_has_a_log() {
    let at = project(&[("a.scope", "team ops {}\n")]);
    let log = log(at.path(), &[]);
    assert_eq!(log["results"], serde_json::json!([]));
    assert_eq!(log["tool"]["driver"]["rules"], serde_json::json!([]));
    assert_eq!(log["automationDetails"]["id"], "scopec/report/");
}

#[test]
fn what_users_write_is_text() {
    let text = "integration bot: agent {\n  owner \"</script> {0} [a](1) `\"\n}\n";
    let refused = "integration odd: agent {\n  owner \"\u{202e}\u{7}\"\n}\n";
    let at = project(&[("<a b>.scope", text), ("odd.scope", refused)]);
    let log = log(at.path(), &[]);
    let shown = log.to_string();
    assert!(
        !shown.contains('\u{202e}') && !shown.contains("\\u0007"),
        "{shown}"
    );
    let results = list(&log["results"]);
    let owner = results
        .iter()
        .find(|one| one["ruleId"] == "OWN-02")
        .unwrap();
    let message = owner["message"]["text"].as_str().unwrap();
    assert!(
        message.contains("{{0}}") && message.contains("\\[a\\](1)"),
        "{message}"
    );
    let place = &owner["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(
        place.as_str().unwrap().ends_with("%3Ca%20b%3E.scope"),
        "{place}"
    );
}
