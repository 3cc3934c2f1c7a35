//! Where vendors differ: each difference has a small project under `tests/cases/vendors-differ/`,
//! with everything that is said and written about it, and a test of what it is about.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::cli::{stderr, tree};
use crate::expect::{cases, expect_file};

/// What a case comes to.
struct Built {
    said: String,
    files: BTreeMap<String, String>,
    manifest: Value,
}

impl Built {
    /// Builds a case, and compares what is said, written and accounted for.
    fn new(case: &str) -> Self {
        let folder = cases("vendors-differ").join(case);
        let out = tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_scopec"))
            .current_dir(folder.join("project"))
            .args(["--as-of", "2026-11-21", "build", "--format", "short"])
            .arg("--out")
            .arg(out.path())
            .output()
            .unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        let mut files = tree(out.path());
        let manifest: Value =
            serde_json::from_str(&files.remove("manifest.json").unwrap()).unwrap();
        let mut told = said.clone();
        told.push('\n');
        for row in manifest["ledger"].as_array().unwrap() {
            let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
            let (line, part, state, why) = (&row["line"], text("part"), text("state"), text("why"));
            writeln!(told, "line {line}, {part}: {state} {why}").unwrap();
        }
        for (path, text) in &files {
            write!(told, "\n--- {path}\n{text}").unwrap();
        }
        expect_file(&folder.join("expected.txt"), &told);
        Self {
            said,
            files,
            manifest,
        }
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.files[path]).unwrap()
    }

    /// The statements of a policy that allow or deny.
    fn statements(&self, path: &str, effect: &str) -> Vec<Value> {
        let policy = self.json(path);
        let all = policy["Statement"].as_array().unwrap().iter();
        all.filter(|one| one["Effect"] == effect).cloned().collect()
    }

    /// The state of the rows of the clause on a line.
    fn states(&self, line: u32) -> Vec<&str> {
        let rows = self.manifest["ledger"].as_array().unwrap().iter();
        rows.filter(|row| row["line"] == line)
            .map(|row| row["state"].as_str().unwrap())
            .collect()
    }

    #[track_caller]
    fn says(&self, words: &[&str]) {
        for word in words {
            assert!(
                self.said.contains(word),
                "{word:?} is not in\n{}",
                self.said
            );
        }
    }
}

/// Write on A and read on B under one credential become write on both.
#[test]
fn what_one_credential_holds_is_multiplied() {
    let built = Built::new("binding");
    let token = built.json("triage/code/app-token.json");
    assert_eq!(token["repositories"], json!(["billing", "web"]));
    assert_eq!(
        token["permissions"],
        json!({"contents": "read", "issues": "write"})
    );
    built.says(&[
        "one credential hold on all of its resources",
        "`github.issues/add-assignees`",
        "on `code.repository(\"billing\")`",
        "on `code.repository(\"web\")`",
    ]);
    let excess = built.manifest["excess"].as_array().unwrap();
    for repository in ["billing", "web"] {
        let unit = format!("one credential for code.repository(\"{repository}\")");
        assert!(
            excess.iter().any(|one| one["unit"] == unit.as_str()),
            "{excess:#?}"
        );
    }
}

/// The vendor's `*` crosses the `/` between bucket and key, and no bucket's address has an account.
#[test]
fn the_vendors_matcher_decides() {
    let built = Built::new("match-rule");
    let allows = built.statements("worker/prod/policy.json", "Allow");
    assert_eq!(
        allows[0]["Resource"],
        json!(["arn:aws:s3:::acme-*/invoices/*"])
    );
    assert_eq!(
        allows[0]["Condition"]["StringEquals"]["aws:ResourceAccount"],
        "111122223333"
    );
    built.says(&["runs across separators"]);
    let excess = &built.manifest["excess"][0];
    assert_eq!(excess["unit"], "arn:aws:s3:::acme-*/invoices/*");
}

/// A name does not limit a request that makes the name.
#[test]
fn a_name_that_does_nothing_is_not_written() {
    let built = Built::new("resource-names");
    let rules = &built.files["reader/web/rbac.yaml"];
    let named = rules
        .split("  - apiGroups:")
        .find(|rule| rule.contains("resourceNames"));
    let named = named.unwrap();
    assert!(
        named.contains("- get\n") && !named.contains("- create\n"),
        "{named}"
    );
    built.says(&["a name does not limit `kubernetes.secret.create`"]);
}

/// What an operation also needs is asked for, and never added in silence.
#[test]
fn needs_are_asked_for() {
    let built = Built::new("needs");
    built.says(&["warning[needs-operation]", "`iam:PassRole`"]);
    assert!(!built.files["worker/prod/policy.json"].contains("PassRole"));
    assert_eq!(built.states(16), ["enforced"]);
}

/// A `never` is a denial where the vendor has one, and holds by absence elsewhere.
#[test]
fn a_prohibition_is_what_the_vendor_has_for_it() {
    let built = Built::new("deny");
    let denials = built.statements("worker/prod/policy.json", "Deny");
    let resources: Vec<&Value> = denials.iter().map(|one| &one["Resource"][0]).collect();
    assert_eq!(resources, ["arn:aws:s3:::acme", "arn:aws:s3:::acme/*"]);
    assert!(denials.iter().all(|one| one.get("Condition").is_none()));
    assert_eq!(built.states(24), ["enforced"]);
    assert_eq!(built.states(26), ["enforced-by-absence"]);
    assert_eq!(built.states(28), ["enforced-by-absence"]);
}

/// An absent key makes an `allow`'s condition false and a `never`'s true.
#[test]
fn absent_keys_allow_nothing() {
    let built = Built::new("absent-keys");
    let path = "worker/prod/policy.json";
    let key = "aws:PrincipalOrgID";
    let null = |one: &Value| one["Condition"]["Null"][key].clone();
    let allows = built.statements(path, "Allow");
    assert_eq!(allows.len(), 2);
    assert_eq!(null(&allows[0]), "false");
    assert_eq!(null(&allows[1]), Value::Null, "`or absent` was written");
    let denials = built.statements(path, "Deny");
    assert_eq!(denials[0]["Condition"]["StringNotEquals"][key], "o-acme");
    assert_eq!(null(&denials[0]), Value::Null);
}

/// An app's own permission is no substitute for one that its user bounds.
#[test]
fn who_acts_for_a_user_gets_no_permission_of_its_own() {
    let built = Built::new("for-a-user");
    let own = built.json("directory-sync/m365/entra-app.json");
    let access = &own["requiredResourceAccess"][0]["resourceAccess"][0];
    assert_eq!(access["type"], "Role");
    let delegated = &built.files["assistant/m365/entra-app.json"];
    assert!(!delegated.contains("Role"), "{delegated}");
    if !delegated.contains("Scope") {
        built.says(&["delegated permissions"]);
        assert_eq!(built.states(15), ["unenforced"]);
    }
}

/// An empty list, selector or subject is never written where it would mean everything.
#[test]
fn nothing_empty_means_all() {
    let built = Built::new("empty-means-all");
    let trusts = built.statements("deployer/prod/trust-policy.json", "Allow");
    for trust in &trusts {
        let subject = &trust["Condition"]["StringLike"]["token.actions.githubusercontent.com:sub"];
        assert_eq!(subject, "repo:acme/web:*");
        let audience =
            &trust["Condition"]["StringEquals"]["token.actions.githubusercontent.com:aud"];
        assert_eq!(audience, "sts.amazonaws.com");
    }
    assert!(!trusts.is_empty());
    let rules = &built.files["deployer/web/rbac.yaml"];
    for empty in ["resourceNames", "namespaceSelector", ": []"] {
        assert!(!rules.contains(empty), "{empty} in {rules}");
    }
    assert!(!rules.contains("ClusterRole"));
}
