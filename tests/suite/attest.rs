//! `scopec attest`: the hashes are those of what is there, and the verdict is that of the others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::tempdir;

use crate::cli::{expect, project, scopec, stdout, tree};
use crate::project::folder;

const DAY: &str = "2026-11-21";
const ACME: &str = "examples/acme";

fn hash(text: &str) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(text.as_bytes()) {
        write!(digits, "{byte:02x}").unwrap();
    }
    digits
}

fn attest(project: &Path, status: i32) -> Value {
    let output = expect(project, &["attest", "--as-of", DAY], status, &[]);
    serde_json::from_str(&stdout(&output)).unwrap()
}

/// The example as it should be, attested once for all tests.
static STATEMENT: LazyLock<String> =
    LazyLock::new(|| stdout(&expect(&folder(ACME), &["attest", "--as-of", DAY], 0, &[])));

/// What `build` writes of the example.
static OUTPUTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| outputs(ACME));

fn outputs(example: &str) -> BTreeMap<String, String> {
    let out = tempdir().unwrap();
    let out = out.path().join("out");
    let shown = out.to_str().unwrap();
    scopec(&folder(example), &["build", "--as-of", DAY, "--out", shown]);
    tree(&out)
}

fn outputs_of(example: &str) -> BTreeMap<String, String> {
    if example == ACME {
        return OUTPUTS.clone();
    }
    outputs(example)
}

/// The statement of an example.
fn of_example(example: &str) -> Value {
    if example == ACME {
        return serde_json::from_str(&STATEMENT).unwrap();
    }
    attest(&folder(example), 1)
}

/// Name to hash, of a list of objects; each name stands once.
fn hashes(list: &Value, name: &str, sha256: &str) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = list.as_array().unwrap();
    let map: BTreeMap<String, String> = all
        .iter()
        .map(|one| (text(&one[name]), text(one.pointer(sha256).unwrap())))
        .collect();
    assert_eq!(map.len(), all.len());
    map
}

#[test]
fn subjects_are_what_build_writes() {
    for example in [ACME, "examples/acme-before"] {
        let written: BTreeMap<String, String> = outputs_of(example)
            .into_iter()
            .map(|(path, text)| (path, hash(&text)))
            .collect();
        let statement = of_example(example);
        assert_eq!(
            hashes(&statement["subject"], "name", "/digest/sha256"),
            written
        );
        assert!(written.contains_key("manifest.json"));
    }
}

#[test]
fn sources_are_the_projects_texts() {
    let at = folder(ACME);
    let statement = of_example(ACME);
    let is_source = |name: &str| {
        Path::new(name)
            .extension()
            .is_some_and(|end| end == "scope")
            || name == "scope.toml"
    };
    let wanted: BTreeMap<String, String> = tree(&at)
        .into_iter()
        .filter(|(name, _)| is_source(name) && !name.starts_with("out/"))
        .map(|(name, text)| (name, hash(&text)))
        .collect();
    let predicate = &statement["predicate"];
    assert_eq!(hashes(&predicate["sources"], "path", "/sha256"), wanted);
    let texts = hashes(&predicate["catalogue"]["texts"], "path", "/sha256");
    let library = tree(&folder("stdlib"));
    assert!(texts.len() > 5);
    let mut lines = String::new();
    for (path, sha256) in &texts {
        assert_eq!(&hash(&library[path]), sha256, "{path}");
        writeln!(lines, "{sha256}  {path}").unwrap();
    }
    assert_eq!(predicate["catalogue"]["sha256"], hash(&lines).as_str());
}

#[test]
fn it_is_a_statement_of_in_toto() {
    let statement = of_example(ACME);
    let keys: Vec<&String> = statement.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["_type", "subject", "predicateType", "predicate"]);
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    let page = fs::read_to_string(folder("docs/attestation.md")).unwrap();
    let kind = statement["predicateType"].as_str().unwrap();
    assert!(
        page.contains(&format!("`{kind}`")),
        "{kind} is not described"
    );
    let predicate = statement["predicate"].as_object().unwrap();
    for key in predicate.keys() {
        assert!(
            page.contains(&format!("| `{key}` |")),
            "{key} is not described"
        );
    }
    assert_eq!(statement["predicate"]["asOf"], DAY);
}

/// The numbers are those of `check`, `test`, `report` and the manifest.
#[test]
fn the_verdict_is_that_of_the_other_commands() {
    for example in [ACME, "examples/acme-before"] {
        let at = folder(example);
        let of = |arguments: &[&str]| -> Value {
            let mut all = vec!["--as-of", DAY];
            all.extend(arguments);
            serde_json::from_str(&stdout(&scopec(&at, &all))).unwrap()
        };
        let statement = of_example(example);
        let predicate = &statement["predicate"];
        let verdict = &predicate["verdict"];
        let check = &of(&["check", "--format", "json"]);
        for key in ["errors", "accepted", "baselined"] {
            assert_eq!(verdict[key], check["summary"][key], "{example}: {key}");
        }
        let timed = check["diagnostics"].as_array().unwrap().iter();
        let timed = timed.filter(|one| one["time_alone"] == true).count();
        assert_eq!(verdict["timeAlone"], timed);
        let tests = &of(&["test", "--format", "json"])["summary"];
        assert_eq!(verdict["tests"]["passed"], tests["passed"]);
        assert_eq!(verdict["tests"]["failed"], tests["failed"]);
        assert_eq!(
            verdict["result"],
            if example == ACME { "passed" } else { "failed" }
        );
        let report = of(&["report", "--format", "json"]);
        let mut frameworks: BTreeMap<&str, &Value> = BTreeMap::new();
        for framework in predicate["frameworks"].as_array().unwrap() {
            frameworks.insert(framework["key"].as_str().unwrap(), &framework["controls"]);
        }
        assert_eq!(frameworks.len(), 3);
        for framework in report["frameworks"].as_array().unwrap() {
            let key = framework["key"].as_str().unwrap();
            assert_eq!(frameworks[key], &framework["summary"], "{key}");
        }
        let names = |list: &Value| -> Vec<String> {
            let all = list.as_array().unwrap().iter();
            all.map(|one| one["name"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(
            names(&predicate["integrations"]),
            names(&report["integrations"])
        );
        let manifest = &outputs_of(example)["manifest.json"];
        let manifest: Value = serde_json::from_str(manifest).unwrap();
        let mut ledger: BTreeMap<&str, usize> = BTreeMap::new();
        for row in manifest["ledger"].as_array().unwrap() {
            *ledger.entry(row["state"].as_str().unwrap()).or_default() += 1;
        }
        assert_eq!(predicate["ledger"], json!(ledger));
        assert_eq!(verdict["withheld"], manifest["withheld"]);
    }
}

#[test]
fn it_is_written_whatever_was_found() {
    let clean = "team ops {}\nintegration bot: agent {\n  owner ops\n  purpose \"answer what people ask\"\n  \
        expires 2027-03-31\n  review every 90d by ops\n  revoke via \"delete it\"\n  monitor via \"the log\"\n}\n";
    let test = "test \"it can nothing\" {\n  bot cannot influence ops-bot\n}\n";
    let wrong = "test \"it cannot\" {\n  bot cannot influence bot\n}\n";
    let out = tempdir().unwrap();
    let out = out.path().join("attestation.json");
    let shown = out.to_str().unwrap();
    let results = |text: &str, status: i32| -> Value {
        let at = project(&[("a.scope", text)]);
        expect(
            at.path(),
            &["attest", "--as-of", DAY, "--out", shown],
            status,
            &[],
        );
        let written = fs::read_to_string(&out).unwrap();
        fs::remove_file(&out).unwrap();
        let statement: Value = serde_json::from_str(&written).unwrap();
        statement["predicate"]["verdict"].clone()
    };
    let verdict = results(clean, 0);
    assert_eq!(verdict["result"], "passed");
    assert_eq!(verdict["tests"], json!({"passed": 0, "failed": 0}));
    let verdict = results(&format!("{clean}{wrong}"), 1);
    assert_eq!(verdict["result"], "failed");
    assert_eq!(verdict["errors"], 0, "the test alone is wrong");
    assert_eq!(verdict["tests"]["failed"], 1);
    let verdict = results(&format!("{clean}{test}"), 1);
    assert!(
        verdict["errors"].as_u64().unwrap() > 0,
        "a name means nothing"
    );
}

/// What has become overdue is said, and is no fault of what was built.
#[test]
fn time_alone_fails_nothing() {
    let text = "team ops {}\nintegration bot: agent {\n  owner ops\n  purpose \"answer what people ask\"\n  \
        expires 2026-11-01\n  review every 90d by ops\n  revoke via \"delete it\"\n  monitor via \"the log\"\n}\n";
    let at = project(&[("a.scope", text)]);
    let verdict = attest(at.path(), 0)["predicate"]["verdict"].take();
    assert_eq!(verdict["result"], "passed");
    assert_eq!(verdict["timeAlone"], 1, "{verdict}");
    assert_eq!(verdict["errors"], 0);
}

#[test]
fn nothing_is_said_of_what_cannot_be_read() {
    let at = project(&[("a.scope", "team ops {}\n")]);
    fs::write(at.path().join("b.scope"), [0xff, 0xfe, 0x00]).unwrap();
    let out = at.path().join("attestation.json");
    let shown = out.to_str().unwrap();
    expect(
        at.path(),
        &["attest", "--out", shown],
        2,
        &["cannot be read"],
    );
    assert!(!out.exists());
    expect(at.path(), &["attest", "nowhere"], 2, &["nowhere"]);
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    let again = stdout(&expect(&folder(ACME), &["attest", "--as-of", DAY], 0, &[]));
    assert_eq!(again, *STATEMENT);
    assert!(!again.contains(env!("CARGO_MANIFEST_DIR")));
}

#[test]
fn a_project_without_outputs_has_a_subject() {
    let at = project(&[("a.scope", "team ops {}\n")]);
    let statement = attest(at.path(), 0);
    let names: BTreeSet<String> = hashes(&statement["subject"], "name", "/digest/sha256")
        .into_keys()
        .collect();
    assert_eq!(names, BTreeSet::from(["manifest.json".to_owned()]));
    assert_eq!(statement["predicate"]["integrations"], json!([]));
}
