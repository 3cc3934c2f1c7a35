//! `build` from outside: what stays, what goes, and that nothing is written by halves.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{expect, may_do_anything, project, tree};

const BUILD: [&str; 4] = ["--as-of", "2026-11-21", "build", "--format=short"];
const CHECK: [&str; 5] = [
    "--as-of",
    "2026-11-21",
    "build",
    "--format=short",
    "--check",
];

fn integration(name: &str, allow: &str) -> String {
    format!(
        "integration {name}: service {{
  owner      platform
  purpose    \"Read one bucket\"
  review every 180d by platform
  revoke via \"Detach the policy\"
  monitor via \"CloudTrail\"
  acts       as itself
  identity   prod.iam.role(\"{name}\")
  credential workload for prod
  runs on    prod.lambda.function(\"{name}\")
  expires    2027-03-31

  allow {allow} on prod.s3.bucket(\"{name}\").object
}}
"
    )
}

fn two() -> TempDir {
    project(&[
        (
            "systems.scope",
            "team platform { contact \"#platform\" }\nsystem prod: aws.account(\"111122223333\") { env prod }\n",
        ),
        ("reader.scope", &integration("reader", "get")),
        ("writer.scope", &integration("writer", "create")),
    ])
}

fn manifest(out: &BTreeMap<String, String>) -> Value {
    serde_json::from_str(&out["manifest.json"]).unwrap()
}

#[test]
fn check_tells_a_stale_folder_from_a_fresh_one() {
    let folder = two();
    let at = folder.path();
    let out = at.join("out");
    expect(at, &CHECK, 1, &[]);
    assert!(!out.exists(), "`--check` wrote something");
    expect(at, &BUILD, 0, &[]);
    expect(at, &CHECK, 0, &[]);

    fs::write(at.join("reader.scope"), integration("reader", "update")).unwrap();
    let before = tree(&out);
    expect(at, &CHECK, 1, &[]);
    assert_eq!(tree(&out), before, "`--check` wrote something");
    expect(at, &BUILD, 0, &[]);
    expect(at, &CHECK, 0, &[]);
    assert_ne!(tree(&out), before);

    fs::write(out.join("reader/prod/policy.json"), "{}").unwrap();
    expect(at, &CHECK, 1, &[]);
}

#[test]
fn a_withheld_integration_keeps_its_files_and_nobody_else_does() {
    let folder = two();
    let at = folder.path();
    let out = at.join("out");
    expect(at, &BUILD, 0, &[]);
    let before = tree(&out);
    fs::write(at.join("reader.scope"), integration("reader", "raed")).unwrap();
    fs::write(at.join("writer.scope"), integration("writer", "update")).unwrap();
    expect(at, &BUILD, 1, &["reader.scope:13:9", "`raed`"]);
    let after = tree(&out);
    for path in ["reader/prod/policy.json", "reader/prod/trust-policy.json"] {
        assert_eq!(after[path], before[path], "{path}");
    }
    let changed = "writer/prod/policy.json";
    assert_ne!(after[changed], before[changed]);

    let manifest = manifest(&after);
    for file in manifest["files"].as_array().unwrap() {
        let stays = file["integration"] == "reader";
        assert_eq!(file["withheld"], stays, "{file}");
    }
    let withheld = &manifest["withheld"];
    assert_eq!(withheld.as_array().unwrap().len(), 1);
    assert_eq!(withheld[0]["integration"], "reader");
    assert_eq!(withheld[0]["rule"], "unknown-name");
    assert_eq!(withheld[0]["file"], "reader.scope");
    assert_eq!(withheld[0]["line"], 13);
    for row in manifest["ledger"].as_array().unwrap() {
        let enforced = row["state"] == "enforced";
        assert!(!(enforced && row["integration"] == "reader"), "{row}");
    }
}

#[test]
fn the_files_of_an_integration_that_is_gone_go_too() {
    let folder = two();
    let at = folder.path();
    let out = at.join("out");
    expect(at, &BUILD, 0, &[]);
    fs::write(out.join("notes.txt"), "mine").unwrap();
    fs::remove_file(at.join("reader.scope")).unwrap();
    expect(at, &CHECK, 1, &[]);
    expect(at, &BUILD, 0, &[]);
    let after = tree(&out);
    assert!(after.keys().all(|path| !path.starts_with("reader/")));
    assert!(!out.join("reader").exists(), "an empty folder is left");
    assert!(after.contains_key("writer/prod/policy.json"));
    assert_eq!(after["notes.txt"], "mine");
}

#[test]
fn what_cannot_be_written_or_read_leaves_the_old_outputs() {
    let folder = two();
    let at = folder.path();
    let out = at.join("out");
    expect(at, &BUILD, 0, &[]);
    let before = tree(&out);
    fs::write(at.join("writer.scope"), integration("writer", "update")).unwrap();

    // A file that is not readable says nothing about what it declares.
    fs::write(at.join("other.scope"), b"team \xff\n").unwrap();
    expect(at, &BUILD, 2, &["other.scope:1:6", "UTF-8"]);
    assert_eq!(tree(&out), before);
    fs::remove_file(at.join("other.scope")).unwrap();

    fs::write(at.join("file"), "mine").unwrap();
    let into_file = [&BUILD[..], &["--out", "file"]].concat();
    expect(at, &into_file, 2, &["file"]);
    assert_eq!(fs::read_to_string(at.join("file")).unwrap(), "mine");
    let below_file = [&BUILD[..], &["--out", "file/out"]].concat();
    expect(at, &below_file, 2, &["file"]);
    assert_eq!(fs::read_to_string(at.join("file")).unwrap(), "mine");

    // A folder stands where a file would be put, late in the order of writing.
    let way = out.join("writer/prod/trust-policy.json");
    fs::remove_file(&way).unwrap();
    fs::create_dir(&way).unwrap();
    fs::write(way.join("keep"), "mine").unwrap();
    let before = tree(&out);
    expect(at, &BUILD, 2, &["trust-policy.json"]);
    assert_eq!(tree(&out), before);
    no_remains(&out);
    fs::remove_dir_all(&way).unwrap();

    if !may_do_anything(at) {
        let before = tree(&out);
        let locked = out.join("writer/prod");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
        expect(at, &BUILD, 2, &["permission denied"]);
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(tree(&out), before);
    }
    expect(at, &BUILD, 0, &[]);
    expect(at, &CHECK, 0, &[]);
}

/// No file that was only needed on the way is left.
fn no_remains(out: &Path) {
    for path in tree(out).keys() {
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        assert!(!hidden, "{path} is left");
    }
}
