//! Questions to the graph: what is said to people, what programs may rely on, and what is said of
//! questions that mean nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::tempdir;

use crate::cli::{expect, project, stderr, stdout, tree};
use crate::expect::{cases, expect_file};
use crate::project::folder;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scopec"))
        .current_dir(folder)
        .args(["--as-of", "2026-11-21"])
        .args(arguments)
        .output()
        .unwrap()
}

fn answer(case: &str, arguments: &[&str]) -> Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    let output = run(&cases("questions").join(case), &all);
    assert!(!output.stdout.is_empty(), "{all:?}: {}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What people are shown, each with the question and the exit status.
#[test]
fn what_people_are_shown() {
    let place = cases("questions").join("mill");
    for (name, arguments) in [
        ("path", &["path", "bot", "billing", "--cut"][..]),
        (
            "path-to-resource",
            &["path", "bot", "south.ledger(\"old\")"],
        ),
        ("path-to-part", &["path", "bot", "north.ledger(\"ab\")"]),
        ("path-to-system", &["path", "keeper", "north", "--cut"]),
        ("path-blocked", &["path", "intern", "printer", "--cut"]),
        ("path-let-pass", &["path", "release", "printer"]),
        ("path-influence", &["path", "bot", "listener"]),
        ("path-none", &["path", "listener", "south"]),
        ("path-all", &["path", "bot", "runner", "--all", "3"]),
        ("reach", &["reach", "bot"]),
        ("reach-everything", &["reach", "keeper"]),
        ("reach-limit", &["reach", "bot", "--limit", "2"]),
        ("who-can", &["who-can", "write", "south.ledger(\"old\")"]),
        (
            "who-can-operation",
            &["who-can", "burn", "south.ledger(\"old\")"],
        ),
        (
            "who-can-nobody",
            &["who-can", "approve", "--within", "south"],
        ),
        ("blast-radius", &["blast-radius", "bot"]),
        ("blast-radius-all", &["blast-radius"]),
    ] {
        let output = run(&place, arguments);
        let mut text = format!("$ scopec {}\n", arguments.join(" "));
        write!(text, "{}{}", stdout(&output), stderr(&output)).unwrap();
        writeln!(text, "exit {}", output.status.code().unwrap()).unwrap();
        let wide = text
            .lines()
            .skip(1)
            .filter(|line| line.chars().count() > 80);
        assert_eq!(wide.collect::<Vec<_>>(), [""; 0], "{name}");
        expect_file(&place.join(format!("{name}.txt")), &text);
    }
}

/// Every field of the contract, of the kind that it promises.
#[track_caller]
fn has(value: &Value, fields: &[(&str, &str)]) {
    for (field, kind) in fields {
        let found = value
            .get(field)
            .unwrap_or_else(|| panic!("no `{field}` in {value:#}"));
        let right = kind.split('|').any(|kind| match kind {
            "string" => found.is_string(),
            "number" => found.is_u64(),
            "list" => found.is_array(),
            "null" => found.is_null(),
            "bool" => found.is_boolean(),
            other => panic!("{other}"),
        });
        assert!(right, "`{field}` is {found}, and not a {kind}");
    }
}

const HOP: &[(&str, &str)] = &[
    ("from", "string"),
    ("to", "string"),
    ("edge", "string"),
    ("kind", "string"),
    ("also", "list"),
    ("why", "string"),
    ("rule", "string|null"),
    ("file", "string|null"),
    ("line", "number|null"),
];

#[test]
fn reach_has_the_shape_that_programs_rely_on() {
    let found = answer("mill", &["reach", "bot"]);
    assert_eq!(found["version"], 1);
    assert_eq!(found["integration"], "bot");
    let rows = found["authority"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        has(
            row,
            &[
                ("verb", "string"),
                ("operation", "string"),
                ("resource", "string"),
                ("via", "string"),
                ("verdict", "string"),
                ("unknown", "list"),
                ("blocked_by", "list|null"),
                ("path", "list"),
            ],
        );
        for hop in row["path"].as_array().unwrap() {
            has(hop, HOP);
        }
        let direct = row["via"] == "direct";
        assert_eq!(
            direct,
            row["path"].as_array().unwrap().is_empty(),
            "{row:#}"
        );
    }
    for row in found["controls"].as_array().unwrap() {
        has(
            row,
            &[
                ("principal", "string|null"),
                ("verdict", "string"),
                ("path", "list"),
            ],
        );
    }
    let radius = &found["blast_radius"];
    has(
        radius,
        &[
            ("systems", "number"),
            ("integrations", "number"),
            ("resources", "number"),
        ],
    );
    let names: Vec<&Value> = found["controls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["principal"])
        .collect();
    assert_eq!(names[..3], ["billing", "deploy", "runner"]);
    // The credential in a safe that nobody declares belongs to somebody unknown.
    assert!(names.contains(&&Value::Null), "{names:?}");
    assert_eq!(radius["integrations"], 3);
    assert_eq!(radius["systems"], 2);
    assert_eq!(radius["labels"]["finance"], 1);
}

#[test]
fn what_is_denied_is_not_listed() {
    let found = answer("mill", &["reach", "bot"]);
    let rows = found["authority"].as_array().unwrap();
    let look = rows
        .iter()
        .find(|row| row["operation"] == "mill.look" && row["via"] == "direct");
    assert_eq!(
        look.unwrap()["except"],
        serde_json::json!(["north.ledger(\"ab\")"])
    );
    let denied = answer("mill", &["who-can", "look", "north.ledger(\"ab\")"]);
    let who: Vec<&str> = denied["holders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["who"].as_str().unwrap())
        .collect();
    assert_eq!(who, ["keeper"], "elevated there, and nobody else");
}

#[test]
fn everything_is_one_row() {
    let found = answer("mill", &["reach", "keeper"]);
    let all: Vec<&Value> = found["authority"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["verb"] == "any")
        .collect();
    assert_eq!(all.len(), 1, "{found:#}");
    assert_eq!(all[0]["operation"], "mill.*");
    assert_eq!(all[0]["resource"], "south");
    assert_eq!(
        all[0]["except"],
        serde_json::json!(["burn on south.ledger(\"kept\")"])
    );
    let scopes = found["elevated"].as_array().unwrap();
    has(
        &scopes[0],
        &[("scope", "string"), ("verdict", "string"), ("path", "list")],
    );
    assert_eq!(scopes[0]["scope"], "north");
}

#[test]
fn a_list_that_is_cut_says_so() {
    let whole = answer("mill", &["reach", "bot"]);
    let cut = answer("mill", &["reach", "bot", "--limit", "1"]);
    assert_eq!(whole["truncated"], false);
    assert_eq!(cut["truncated"], true);
    assert_eq!(cut["authority"].as_array().unwrap().len(), 1);
    assert_eq!(cut["authority"][0], whole["authority"][0]);
    assert_eq!(cut["blast_radius"], whole["blast_radius"]);
}

#[test]
fn path_has_the_shape_that_programs_rely_on() {
    for (to, verdict, status) in [
        ("billing", "proven", 0),
        ("south.ledger(\"old\")", "proven", 0),
        ("listener", "influence", 0),
        ("north", "none", 1),
    ] {
        let arguments = ["path", "bot", to, "--format", "json"];
        let output = run(&cases("questions").join("mill"), &arguments);
        assert_eq!(output.status.code(), Some(status), "{to}");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        has(
            &found,
            &[
                ("version", "number"),
                ("verdict", "string"),
                ("paths", "list"),
                ("unknown", "list"),
                ("blocked_by", "list"),
            ],
        );
        assert_eq!(found["verdict"], verdict, "{to}");
        for path in found["paths"].as_array().unwrap() {
            for hop in path.as_array().unwrap() {
                has(hop, HOP);
            }
        }
        assert!(found.get("cut").is_none());
    }
    let blocked = answer("mill", &["path", "intern", "printer"]);
    assert_eq!(blocked["verdict"], "blocked");
    assert_eq!(
        blocked["blocked_by"],
        serde_json::json!(["branch-protection \"required reviews\" on north.repo(\"held\")"])
    );
}

/// Both ways of asking come to the same.
#[test]
fn who_can_agrees_with_path() {
    for resource in [
        "south.ledger(\"old\")",
        "north.safe(\"billing\")",
        "north.ledger(\"ab\")",
    ] {
        let can = answer("mill", &["who-can", "any", resource]);
        let can: BTreeSet<(String, String)> = can["holders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let text = |key: &str| row[key].as_str().unwrap().to_owned();
                (text("who"), text("verdict"))
            })
            .collect();
        let mut paths = BTreeSet::new();
        for who in [
            "bot", "deploy", "runner", "billing", "keeper", "listener", "hand", "release",
            "intern", "printer", "anyone",
        ] {
            let path = answer("mill", &["path", who, resource]);
            let verdict = path["verdict"].as_str().unwrap();
            if !["none", "influence"].contains(&verdict) {
                paths.insert((who.to_owned(), verdict.to_owned()));
            }
        }
        assert_eq!(can, paths, "{resource}");
    }
}

#[test]
fn questions_that_mean_nothing_are_told_so() {
    let place = cases("questions").join("mill");
    for (arguments, words) in [
        (
            &["path", "bto", "billing"][..],
            &["no integration or principal `bto`", "did you mean `bot`?"][..],
        ),
        (
            &["path", "bot", "biling"],
            &["`biling`", "did you mean `billing`?"],
        ),
        (&["path", "bot", "nroth"], &["did you mean `north`?"]),
        (&["path", "north", "bot"], &["`north` is a system"]),
        (
            &["reach", "nobody-at-all"],
            &["no integration or principal", "`billing`, `bot`"],
        ),
        (&["reach", "bot", "elsewhere"], &["no folder `elsewhere`"]),
        (
            &["path", "bot", "east.ledger(\"x\")"],
            &["no system `east`"],
        ),
        (
            &["path", "bot", "south.legder"],
            &["`legder`", "did you mean `ledger`?"],
        ),
        (&["path", "bot", "south.ledger(\"x\""], &["expected"]),
        (
            &["path", "bot", "south.ledger; bot can reach south"],
            &["about one thing"],
        ),
        (
            &["path", "bot", "south.ledger, south.safe"],
            &["about one thing"],
        ),
        (&["who-can", "devour", "south.ledger"], &["`devour`"]),
        (&["who-can", "look", "south.safe"], &["look"]),
        (
            &["who-can", "look", "sotuh.ledger"],
            &["did you mean `south`?"],
        ),
        (&["path", "bot", "billing", "--all", "0"], &["--all"]),
    ] {
        let output = run(&place, arguments);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{told}");
        for word in words {
            assert!(
                told.contains(word),
                "{arguments:?}: {word:?} is not in\n{told}"
            );
        }
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn a_project_with_errors_answers_and_says_what_it_lacks() {
    let found = answer("broken", &["reach", "half"]);
    assert_eq!(found["gaps"], 1);
    let rows = found["authority"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert!(
        rows.iter().all(|row| row["verdict"] == "possible"),
        "{rows:#?}"
    );
    let place = cases("questions").join("broken");
    expect(
        &place,
        &["reach", "whole"],
        0,
        &["1 error keeps", "scopec check"],
    );
    expect(&place, &["blast-radius"], 0, &["1 error keeps"]);
}

#[test]
fn an_empty_project_has_nobody() {
    let empty = project(&[("a.scope", "")]);
    expect(
        empty.path(),
        &["reach", "bot"],
        2,
        &["declares no integration"],
    );
    expect(
        empty.path(),
        &["path", "bot", "north"],
        2,
        &["declares no integration"],
    );
    expect(
        empty.path(),
        &["who-can", "get", "a.b"],
        2,
        &["no system `a`"],
    );
    let output = expect(empty.path(), &["blast-radius"], 0, &[]);
    assert!(stdout(&output).contains("declares no integration"));
    let output = expect(empty.path(), &["reach", "anyone"], 0, &[]);
    assert!(stdout(&output).contains("anyone reaches 0 systems"));
    expect(
        tempdir().unwrap().path(),
        &["blast-radius"],
        2,
        &["`.scope`"],
    );
}

/// The page of the example shows what its commands print.
#[test]
fn the_story_of_the_example_is_what_is_printed() {
    let path = folder("examples/lateral/README.md");
    let page = fs::read_to_string(&path).unwrap();
    let mut now = String::new();
    let mut rest = page.as_str();
    let mut shown = 0;
    while let Some((before, after)) = rest.split_once("```console\n$ ") {
        let (command, after) = after.split_once('\n').unwrap();
        let (_, after) = after.split_once("```").unwrap();
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[0], "scopec");
        let output = run(&folder("."), &words[1..]);
        let text = format!("{}{}", stdout(&output), stderr(&output));
        write!(now, "{before}```console\n$ {command}\n{text}```").unwrap();
        rest = after;
        shown += 1;
    }
    now.push_str(rest);
    assert!(shown >= 3, "{shown} commands");
    expect_file(&path, &now);
}

/// What `--cut` names is what keeps the story going.
#[test]
fn without_the_clause_that_is_named_the_path_is_gone() {
    let copy = tempdir().unwrap();
    for (name, text) in tree(&folder("examples/lateral")) {
        fs::write(copy.path().join(name), text).unwrap();
    }
    let ask = || {
        let arguments = [
            "path",
            "helpdesk-bot",
            "billing",
            "--cut",
            "--format",
            "json",
        ];
        let output = run(copy.path(), &arguments);
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let found = ask();
    assert_eq!(found["verdict"], "proven");
    let hops = found["paths"][0].as_array().unwrap();
    assert!(
        hops.iter()
            .all(|hop| hop["file"].is_string() && hop["clause"].is_string())
    );
    let cut = found["cut"].as_array().unwrap();
    assert!(!cut.is_empty());
    for clause in cut {
        let path = copy.path().join(clause["file"].as_str().unwrap());
        let line = usize::try_from(clause["line"].as_u64().unwrap()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[line - 1].trim(), clause["clause"].as_str().unwrap());
        lines.remove(line - 1);
        fs::write(&path, lines.join("\n")).unwrap();
    }
    assert_eq!(ask()["verdict"], "none");
}
