//! `scope.baseline`: what a project began with is counted, what is new fails, and it only shrinks.

use std::fs;
use std::path::Path;
use std::process::Output;

use scopec::check::baseline::{Baseline, FILE};
use tempfile::TempDir;

use crate::cli::{expect, project, stderr, stdout, tree};
use crate::project::folder;

/// A help desk's connector across a whole tenant that neglects some of its duties: each is an error.
fn helpdesk(clauses: &str) -> String {
    format!(
        "team security {{}}\nteam support {{}}\nsystem desk: zendesk.account(\"acme\") {{}}\n\
         integration helpdesk: connector {{\n  acts org-wide\n  owner support\n  purpose \"Tickets\"\n\
         \x20 expires 2027-06-30\n  review every 90d by security\n  identity desk.oauth-client(\"h\")\n\
         \x20 credential oauth for desk rotate 30d\n  allow get on desk.ticket\n{clauses}\n}}\n"
    )
}

const BOTH: &str = "  revoke via \"runbook\"\n  monitor via \"alerts\"";
const MONITORED: &str = "  monitor via \"alerts\"";

fn with(clauses: &str) -> TempDir {
    project(&[("a.scope", &helpdesk(clauses))])
}

fn rewrite(at: &TempDir, clauses: &str) {
    fs::write(at.path().join("a.scope"), helpdesk(clauses)).unwrap();
}

#[track_caller]
fn check(at: &Path, more: &[&str], status: i32, words: &[&str]) -> Output {
    let mut arguments = vec!["check", "--as-of", "2026-11-21"];
    arguments.extend(more);
    expect(at, &arguments, status, words)
}

fn text(at: &TempDir) -> String {
    fs::read_to_string(at.path().join(FILE)).unwrap()
}

fn write(at: &TempDir, text: &str) {
    fs::write(at.path().join(FILE), text).unwrap();
}

/// The summary of `check --format json` on a day, with any exit status.
fn summary(at: &Path, day: &str, more: &[&str]) -> serde_json::Value {
    let mut arguments = vec!["check", "--format", "json", "--as-of", day];
    arguments.extend(more);
    let output = crate::cli::scopec(at, &arguments);
    let mut report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let status = output.status.code();
    report["status"] = serde_json::json!(status);
    report
}

#[test]
fn what_is_known_is_counted_and_what_is_new_fails() {
    let at = with(MONITORED);
    check(at.path(), &[], 1, &["no-revocation"]);
    let output = check(
        at.path(),
        &["--write-baseline"],
        0,
        &["wrote `scope.baseline`"],
    );
    assert!(
        stderr(&output).contains("in the baseline"),
        "{}",
        stderr(&output)
    );
    let written = text(&at);
    assert!(written.starts_with("# "), "{written}");
    assert!(
        written.contains(" no-revocation helpdesk support 2027-05-20\n"),
        "{written}"
    );
    let lines: Vec<&str> = written
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(lines[0], "version 1");
    assert!(lines[1..].is_sorted());
    assert_eq!(Baseline::parse(&written).unwrap().text(), written);
    let output = check(at.path(), &[], 0, &["0 errors"]);
    assert!(!stderr(&output).contains("no-revocation"));
    let report = summary(at.path(), "2026-11-21", &[]);
    assert_eq!(report["summary"]["errors"], 0);
    assert_eq!(report["summary"]["baselined"], lines.len() - 1);
    rewrite(&at, "");
    let output = check(at.path(), &[], 1, &["no-monitoring"]);
    assert!(!stderr(&output).contains("no-revocation"));
}

#[test]
fn it_only_shrinks() {
    let at = with("");
    check(at.path(), &["--write-baseline"], 0, &[]);
    let before = text(&at);
    assert!(before.contains("no-monitoring") && before.contains("no-revocation"));
    rewrite(&at, MONITORED);
    check(
        at.path(),
        &[],
        0,
        &["an entry matches nothing that is found"],
    );
    // The day on which it is written again changes no end.
    expect(
        at.path(),
        &["check", "--as-of", "2026-12-24", "--write-baseline"],
        0,
        &["1 mended and taken out"],
    );
    let after = text(&at);
    assert!(!after.contains("no-monitoring"), "{after}");
    for line in after.lines() {
        assert!(before.contains(line), "{line}");
    }
    rewrite(&at, "");
    check(
        at.path(),
        &["--write-baseline"],
        1,
        &[
            "no-monitoring",
            "1 finding is not in it",
            "remove `scope.baseline` first",
        ],
    );
    assert_eq!(text(&at), after);
    fs::remove_file(at.path().join(FILE)).unwrap();
    check(at.path(), &["--write-baseline"], 0, &[]);
    assert_eq!(text(&at), before);
}

#[test]
fn it_ends() {
    let at = with(MONITORED);
    check(at.path(), &["--write-baseline"], 0, &[]);
    let on = |day: &str, more: &[&str]| summary(at.path(), day, more);
    assert_eq!(on("2027-05-20", &["--scheduled"])["status"], 0);
    let report = on("2027-05-21", &[]);
    assert_eq!(report["status"], 0);
    assert_eq!(report["summary"]["baselined"], 0);
    let said = report["diagnostics"].as_array().unwrap();
    let of = |rule: &str| {
        let found = said.iter().find(|found| found["rule"] == rule);
        found.unwrap_or_else(|| panic!("no {rule} in {said:#?}"))
    };
    assert_eq!(of("no-revocation")["severity"], "warning");
    assert_eq!(of("no-revocation")["time_alone"], true);
    assert_eq!(of("baseline")["severity"], "warning");
    assert_eq!(of("baseline")["time_alone"], true);
    assert_eq!(of("baseline")["integration"], "helpdesk");
    assert_eq!(of("baseline")["file"], FILE);
    let nightly = on("2027-05-21", &["--scheduled"]);
    assert_eq!(nightly["status"], 1);
    let far = text(&at).replace("2027-05-20", "2031-01-01");
    write(&at, &far);
    check(
        at.path(),
        &[],
        1,
        &["180 days at most", "2027-05-20", "no-revocation"],
    );
}

#[test]
fn what_must_be_put_right_is_in_no_baseline() {
    let at = with("  allow get on nowhere.ticket");
    let output = check(
        at.path(),
        &["--write-baseline"],
        1,
        &[
            "no baseline holds what must be put right: `unknown-name` (1)",
            "nowhere",
        ],
    );
    assert!(!text(&at).contains("unknown-name"), "{}", stderr(&output));
    rewrite(&at, MONITORED);
    let entry = "0123456789ab unknown-name helpdesk support 2027-05-20\n";
    let known = format!("{}{entry}", text(&at));
    write(&at, &known);
    let output = check(
        at.path(),
        &[],
        1,
        &[
            "what `unknown-name` finds cannot be in a baseline",
            "no-revocation",
        ],
    );
    assert!(!stderr(&output).contains("in the baseline,"));
}

#[test]
fn a_baseline_that_is_none_excuses_nothing() {
    let at = with(MONITORED);
    check(at.path(), &["--write-baseline"], 0, &[]);
    let good = text(&at);
    let twice = good.lines().last().unwrap();
    let cases = [
        (String::new(), 1, "no line `version 1`"),
        ("hello\n".to_owned(), 1, "must come first"),
        ("version 9\n".to_owned(), 1, "of version 9"),
        (
            format!("{good}<<<<<<< ours\n"),
            good.lines().count() + 1,
            "left over from a merge",
        ),
        (
            format!("{good}{twice}\n"),
            good.lines().count() + 1,
            "the same finding",
        ),
        (
            format!("{good}x y z\n"),
            good.lines().count() + 1,
            "an entry is a fingerprint",
        ),
        (good.replace(" 2027-05-20", " soon"), 4, "`soon` is no day"),
        (
            format!("{good}0123 a b c 2027-05-20\n"),
            good.lines().count() + 1,
            "no fingerprint",
        ),
    ];
    for (text, line, words) in cases {
        write(&at, &text);
        let report = summary(at.path(), "2026-11-21", &[]);
        assert_eq!(report["status"], 1, "{words}");
        assert_eq!(report["summary"]["baselined"], 0, "{words}");
        let said = report["diagnostics"].as_array().unwrap();
        let first = said
            .iter()
            .find(|found| found["rule"] == "baseline")
            .unwrap();
        assert!(
            first["message"].as_str().unwrap().contains(words),
            "{first}"
        );
        assert_eq!(first["line"], line, "{first}");
        assert!(said.iter().any(|found| found["rule"] == "no-revocation"));
        // What cannot be understood is not written over.
        check(at.path(), &["--write-baseline"], 1, &["left as it is"]);
        assert_eq!(fs::read_to_string(at.path().join(FILE)).unwrap(), text);
    }
    write(&at, &good.replace('\n', "\r\n"));
    check(at.path(), &[], 0, &[]);
    assert!(Baseline::parse(&"x\n".repeat(10_000)).unwrap_err().len() <= 20);
}

#[test]
fn a_finding_in_the_baseline_stops_no_output() {
    let at = with(MONITORED);
    expect(
        at.path(),
        &["build", "--as-of", "2026-11-21"],
        1,
        &["no-revocation"],
    );
    let files = |at: &TempDir| {
        let all = tree(&at.path().join("out"));
        all.into_keys()
            .filter(|name| name.starts_with("helpdesk/"))
            .count()
    };
    assert_eq!(files(&at), 0);
    check(at.path(), &["--write-baseline"], 0, &[]);
    expect(at.path(), &["build", "--as-of", "2026-11-21"], 0, &[]);
    assert!(files(&at) > 0);
    // Nothing that is built changes overnight, when an entry ends either.
    expect(
        at.path(),
        &["build", "--check", "--as-of", "2030-01-01"],
        0,
        &[],
    );
    rewrite(&at, "");
    expect(
        at.path(),
        &["build", "--as-of", "2026-11-21"],
        1,
        &["no-monitoring"],
    );
}

#[test]
fn what_is_accepted_is_in_no_baseline() {
    let accepted = format!(
        "{MONITORED}\n  accept no-revocation because \"soon\" by security until 2027-04-30"
    );
    let at = with(&accepted);
    check(at.path(), &["--write-baseline"], 0, &[]);
    assert!(!text(&at).contains("no-revocation"));
    rewrite(&at, BOTH);
    check(at.path(), &[], 0, &[]);
}

/// The company as it was found takes up the compiler: what no baseline holds is put right first.
#[test]
fn acme_begins_with_what_it_has() {
    let at = TempDir::new().unwrap();
    for (name, text) in tree(&folder("examples/acme-before")) {
        let path = at.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let stays = |line: &&str| {
            !line.contains("accept no-rotation") && !line.contains("never delete within aws-prod")
        };
        let lines: Vec<&str> = text.lines().filter(stays).collect();
        fs::write(path, lines.join("\n")).unwrap();
    }
    check(
        at.path(),
        &["--write-baseline"],
        0,
        &["wrote `scope.baseline`"],
    );
    let entries = Baseline::parse(&text(&at)).unwrap().len();
    assert!(entries > 20, "{entries}");
    let words = format!("0 errors, 0 warnings, {entries} in the baseline");
    check(at.path(), &[], 0, &[&words]);
    let fault = "system attic: zendesk.account(\"attic\") {}\n\
        integration forgotten: connector {\n  acts org-wide\n  identity attic.oauth-client(\"f\")\n  allow read on attic.ticket\n}\n";
    fs::write(at.path().join("forgotten.scope"), fault).unwrap();
    let output = check(at.path(), &[], 1, &["unowned (forgotten)"]);
    let told = stderr(&output);
    assert!(
        told.contains(&format!("{entries} in the baseline")),
        "{told}"
    );
}
