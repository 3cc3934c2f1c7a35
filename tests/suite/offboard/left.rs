//! Who is asked about, and what is left.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use scopec::offboard::Beside;
use scopec::offboard::left::left_of;

use super::{built, compiled, one};
use crate::cli::{expect, project, scopec, stdout};

#[test]
fn a_name_is_looked_up_with_its_folder() {
    let folder = project(&[
        (
            "teams.scope",
            "team data {}\nsystem help: zendesk.account(\"acme\") {}\n",
        ),
        ("a/gone.scope", "integration gone: service { owner data }\n"),
        (
            "who.scope",
            "principal people: group { allow read on help.ticket }\nguard apart { deny delete on help.ticket }\n",
        ),
    ]);
    let at = folder.path();
    for name in ["gone", "a/gone", "people"] {
        let output = expect(at, &["offboard", name], 0, &[]);
        assert!(
            stdout(&output).contains("At the vendors, in this order"),
            "{name}"
        );
    }
    let told = stdout(&expect(at, &["offboard", "gone"], 0, &[]));
    for words in [
        "no `revoke via` says how",
        "declares no identity",
        "nothing is left in `a/gone.scope`",
    ] {
        assert!(
            told.replace("\n  ", " ").contains(words),
            "{words} is not in\n{told}"
        );
    }
    expect(
        at,
        &["offboard", "b/gone"],
        2,
        &["`gone` is not declared in `b`", "`a/gone.scope`"],
    );
    expect(
        at,
        &["offboard", "gonee"],
        2,
        &[
            "no integration or principal `gonee`",
            "did you mean `gone`?",
        ],
    );
    expect(at, &["offboard", "help"], 2, &["`help` is a system"]);
    expect(at, &["offboard", "apart"], 2, &["`apart` is a guard"]);
    expect(at, &["offboard", "zzzzzz"], 2, &["--verify"]);
    expect(
        at,
        &["offboard", "gone", "--verify", "--format", "patch"],
        2,
        &["no patch"],
    );
    expect(at, &["offboard", "gone", "--out", "x"], 2, &["--verify"]);
    expect(
        at,
        &["offboard", "gone", "--verify", "--out", "x"],
        2,
        &["no folder `x`"],
    );
    // A file that cannot be understood may name it.
    fs::write(
        at.join("b.scope"),
        "integration b: service {\n  triggered by gone and gone\n}\n",
    )
    .unwrap();
    let told = stdout(&expect(at, &["offboard", "gone"], 0, &[]));
    assert!(
        told.contains("1 error keeps parts of the project"),
        "{told}"
    );
    fs::remove_file(at.join("a/gone.scope")).unwrap();
    let told = stdout(&expect(at, &["offboard", "gone", "--verify"], 1, &[]));
    assert!(
        told.contains("a file that cannot be understood whole"),
        "{told}"
    );
    fs::write(at.join("b.scope"), "// gone is gone\n").unwrap();
    let told = stdout(&expect(at, &["offboard", "a/gone", "--verify"], 0, &[]));
    assert!(told.contains("a comment speaks of it"), "{told}");
    let told = stdout(&expect(at, &["offboard", "peopel", "--verify"], 0, &[]));
    let words: Vec<&str> = told.split_whitespace().collect();
    let told = words.join(" ");
    assert!(told.contains("did you mean `people`?"), "{told}");
}

/// What is left outside of the declarations is found, and what others have is not taken for it.
#[test]
fn what_is_left_is_found_where_it_is() {
    let text = |own: bool| {
        let mut text = String::from(
            "team data {}\nsystem prod: aws.account(\"111122223333\") { region \"eu-west-1\" }\n",
        );
        let one = |name: &str, role: &str, trusts: &str| {
            format!(
                "integration {name}: connector {{\n  owner data\n  purpose \"x\"\n  expires 2027-03-31\n  revoke via \"x\"\n  monitor via \"x\"\n  identity prod.iam.role(\"{role}\")\n  credential workload for prod\n  {trusts}allow get on prod.s3.bucket(\"b\").object(\"{role}/*\")\n}}\n"
            )
        };
        if own {
            text.push_str(&one("gone", "gone-role", ""));
        }
        let trusts = if own {
            "trusts prod.iam.role(\"gone-role\") for prod\n  "
        } else {
            ""
        };
        text.push_str(&one("other", "gone", trusts));
        text
    };
    let folder = project(&[("main.scope", &text(true))]);
    let at = folder.path();
    scopec(at, &["build"]);
    expect(at, &["lock"], 0, &[]);
    fs::write(
        at.join("scope.baseline"),
        "version 1\n0123456789ab no-expiry gone data 2027-01-01\n",
    )
    .unwrap();
    fs::write(at.join("scope.approvals"), "# gone gains something\n").unwrap();
    fs::create_dir_all(at.join("out/gone/old")).unwrap();
    fs::write(at.join("out/gone/old/left.json"), "{}").unwrap();
    let answer: Value = serde_json::from_str(&stdout(&expect(
        at,
        &["offboard", "gone", "--format", "json"],
        0,
        &[],
    )))
    .unwrap();
    let then: Vec<&str> = answer["then"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["command"].as_str().unwrap())
        .collect();
    assert_eq!(
        then,
        [
            "scopec lock",
            "scopec check --write-baseline",
            "edit scope.approvals",
            "scopec build",
            "scopec offboard gone --verify"
        ]
    );

    fs::write(at.join("main.scope"), text(false)).unwrap();
    let places = |status: i32| {
        let output = expect(
            at,
            &["offboard", "gone", "--verify", "--format", "json"],
            status,
            &[],
        );
        let told: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(told["clean"], status == 0);
        let left = told["left"].as_array().unwrap();
        let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
        let left: BTreeSet<String> = left
            .iter()
            .map(|one| {
                format!(
                    "{} {}: {}",
                    text(one, "place"),
                    text(one, "file"),
                    text(one, "what")
                )
            })
            .collect();
        (left, told)
    };
    let (left, _) = places(1);
    let told: Vec<&str> = left.iter().map(String::as_str).collect();
    for words in [
        "approvals scope.approvals: an approval speaks of it",
        "baseline scope.baseline: a known finding about it, or a guard of its name",
        "lock scope.lock: ",
        "output gone/prod/policy.json: a file of it",
        "output gone/old/left.json: a file in its folder, which no manifest lists",
        "output other/prod/trust-policy.json: carries the address of its identity `prod.iam.role(\"gone-role\")`",
    ] {
        assert!(
            told.iter().any(|one| one.starts_with(words)),
            "{words} is not in\n{told:#?}"
        );
    }
    expect(at, &["lock"], 0, &[]);
    scopec(at, &["build"]);
    fs::remove_file(at.join("scope.baseline")).unwrap();
    fs::remove_file(at.join("scope.approvals")).unwrap();
    let (left, _) = places(1);
    assert_eq!(left.len(), 1, "{left:#?}");
    fs::remove_dir_all(at.join("out/gone")).unwrap();
    let (_, told) = places(0);
    // The role of the other one has its name, and is not it.
    let notes = told["notes"].to_string();
    assert!(notes.contains("because of a clause of `other`"), "{notes}");
    assert!(
        told["unknown"]
            .to_string()
            .contains("addresses of its identities"),
        "{told}"
    );
    let elsewhere = expect(
        at,
        &["offboard", "gone", "--verify", "--out", "out"],
        0,
        &[],
    );
    assert!(stdout(&elsewhere).contains("nothing is left"));
}

/// An identity whose vendor has no addresses is known by its name, which the lock may still say.
#[test]
fn an_identity_without_an_address_is_known_by_its_name() {
    let project = one("team data {}\nsystem help: zendesk.account(\"acme\") {}\n");
    let now = compiled(&project);
    let lock = "version 1\nintegration gone help identity help.oauth-client(\"svc-7\")\n";
    let beside = Beside {
        lock: Some(lock.to_owned()),
        ..Beside::default()
    };
    let mut folder = built(&now);
    let file = |text: &str| ("hand/written.json".to_owned(), text.as_bytes().to_vec());
    folder.files.push(file("{\"client\": \"svc-7\"}"));
    let left = left_of(&now, &project, &beside, &folder, "gone");
    let found: Vec<(&str, &str)> = left
        .left
        .iter()
        .map(|one| (one.place, one.what.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("lock", "1 line about it"),
            (
                "output",
                "carries the name of its identity `help.oauth-client(\"svc-7\")`"
            ),
        ]
    );
    // A longer word is another name.
    folder.files.pop();
    folder.files.push(file("{\"client\": \"svc-71\"}"));
    let left = left_of(&now, &project, &Beside::default(), &folder, "gone");
    assert!(left.clean, "{left:#?}");
}
