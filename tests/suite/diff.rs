//! What changes between two projects: a folder a kind of change, read in both directions.

use crate::expect::{case_folders, cases, expect_file};
use scopec::check::baseline::Baseline;
use scopec::compile::{Compiled, Input, ask};
use scopec::diff::{Beside, Change, Diff, Direction, Tendency, Verdict, diff, diff_beside, kind};
use scopec::lock::{self, Lock};
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A project of some texts, by path.
pub fn project(files: &[(&str, &str)]) -> Compiled {
    let mut sources = Sources::new();
    let files = files
        .iter()
        .map(|(path, text)| sources.add(SourceFile::new(*path, *text)))
        .collect();
    let input = Input {
        sources,
        files,
        settings: Settings::default(),
        diagnostics: Vec::new(),
    };
    let (compiled, _) = ask(input, None);
    compiled
}

fn side(folder: &Path, name: &str) -> Result<Compiled, String> {
    let world = fs::read_to_string(cases("diff").join("world.scope")).unwrap();
    let own = fs::read_to_string(folder.join(format!("{name}.scope"))).unwrap();
    // A side that declares systems of its own has a world of its own.
    let compiled = if own.contains("\nsystem ") || own.starts_with("system ") {
        project(&[("project.scope", &own)])
    } else {
        project(&[("project.scope", &own), ("world.scope", &world)])
    };
    let wrong: Vec<&str> = compiled
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .map(|found| &*found.message)
        .collect();
    if wrong.is_empty() {
        Ok(compiled)
    } else {
        Err(format!("{} {name}: {wrong:?}", folder.display()))
    }
}

fn line(change: &Change) -> String {
    let mut text = String::new();
    let direction = match change.governance {
        Some(tendency) => tendency.word(),
        None => change.direction.word(),
    };
    let _ = write!(
        text,
        "{direction} {} [{} {}] {}",
        change.kind.name,
        change.subject_kind.word(),
        change.subject,
        change.detail
    );
    for (word, list) in [
        ("risk", &change.risk),
        ("affects", &change.affects),
        ("also", &change.also),
    ] {
        if !list.is_empty() {
            let _ = write!(text, "\n    {word}: {}", list.join(", "));
        }
    }
    if !change.operations.is_empty() {
        let names = change.operations.iter().take(4).cloned();
        let _ = write!(
            text,
            "\n    operations: {}: {}",
            change.operation_count,
            names.collect::<Vec<_>>().join(", ")
        );
    }
    for (sign, clause) in [("-", &change.before), ("+", &change.after)] {
        if let Some(clause) = clause {
            let place = &clause.place;
            let _ = write!(
                text,
                "\n    {sign} {}:{} {}",
                place.file, place.line, clause.text
            );
        }
    }
    text
}

fn told(diff: &Diff) -> String {
    let mut text = format!(
        "verdict {}, governance {}\n",
        diff.verdict.word(),
        diff.governance.word()
    );
    for change in &diff.changes {
        let _ = writeln!(text, "{}", line(change));
    }
    for (word, ways) in [("opened", &diff.opened), ("closed", &diff.closed)] {
        for way in ways {
            let _ = writeln!(
                text,
                "{word} {} → {}: {} (was {}), new hop {} of {}, {} more: {}",
                way.from,
                way.to,
                way.verdict,
                way.was,
                way.new_hop + 1,
                way.path.len(),
                way.more,
                way.others.join("; ")
            );
        }
    }
    text
}

/// What a change must be when it is read the other way round.
fn reversed(change: &Change) -> (Direction, Option<Tendency>) {
    let governance = change.governance.map(|tendency| match tendency {
        Tendency::Weakened => Tendency::Strengthened,
        Tendency::Strengthened => Tendency::Weakened,
        Tendency::Same | Tendency::Mixed => tendency,
    });
    (change.direction.reversed(), governance)
}

#[test]
fn every_case_comes_out_as_expected_in_both_directions() {
    let mut wrong = Vec::new();
    for folder in case_folders("diff") {
        let (before, after) = match (side(&folder, "before"), side(&folder, "after")) {
            (Ok(before), Ok(after)) => (before, after),
            (before, after) => {
                wrong.extend([before.err(), after.err()].into_iter().flatten());
                continue;
            }
        };
        let (there, back) = (diff(&before, &after), diff(&after, &before));
        let text = format!("== there\n{}== back\n{}", told(&there), told(&back));
        expect_file(&folder.join("changes.txt"), &text);

        let name = folder.file_name().unwrap().to_str().unwrap();
        let wanted = name.split('.').next().unwrap();
        if !there
            .changes
            .iter()
            .any(|change| change.kind.name == wanted)
        {
            wrong.push(format!("{name}: no such change\n{text}"));
        }
        // Widening one way is narrowing the other way.
        let turned = match there.verdict {
            Verdict::Same => Verdict::Same,
            Verdict::Narrows => Verdict::Widens,
            Verdict::Mixed => Verdict::Mixed,
            Verdict::Widens => Verdict::Narrows,
        };
        if back.verdict != turned {
            wrong.push(format!("{name}: another verdict\n{text}"));
        }
        let turned: BTreeSet<_> = there
            .changes
            .iter()
            .map(reversed)
            .map(|found| format!("{found:?}"))
            .collect();
        let found: BTreeSet<_> = back
            .changes
            .iter()
            .map(|change| format!("{:?}", (change.direction, change.governance)))
            .collect();
        if turned != found {
            wrong.push(format!("{name}: other directions\n{text}"));
        }
        // Nothing changes between a side and itself.
        assert_eq!(
            told(&diff(&after, &after)),
            "verdict same, governance same\n"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_has_a_case() {
    let names: BTreeSet<String> = case_folders("diff")
        .iter()
        .filter_map(|folder| Some(folder.file_name()?.to_str()?.split('.').next()?.to_owned()))
        .collect();
    for kind in kind::KINDS {
        assert!(
            kind.checks.starts_with("Checks that ") && kind.checks.ends_with('.'),
            "{}",
            kind.name
        );
        assert!(names.contains(kind.name), "no case for `{}`", kind.name);
    }
}

/// A project of the cases' world and one integration more.
fn shop(clauses: &str) -> Compiled {
    let world = fs::read_to_string(cases("diff").join("world.scope")).unwrap();
    let own = format!(
        "integration shop: workflow {{\n  owner      web\n  identity   prod.iam.role(\"shop\")\n{clauses}}}\n"
    );
    project(&[("project.scope", &own), ("world.scope", &world)])
}

#[test]
fn an_update_of_a_catalogue_shows_against_the_lock() {
    let compiled = shop("  allow get on prod.s3.bucket(\"shop\").object\n");
    let now = lock::of(&compiled);
    let beside = |lock: &Lock| {
        let beside = Beside {
            lock: Some(lock),
            ..Beside::default()
        };
        diff_beside(&compiled, &compiled, beside)
    };
    assert_eq!(told(&beside(&now)), "verdict same, governance same\n");

    // The lock was written when the catalogue did not know one of the operations.
    let text = now.text();
    let older: String = text
        .lines()
        .filter(|line| !(line.starts_with("list ") && line.ends_with(" aws.s3.GetObjectAcl")))
        .map(|line| line.replace(" aws.s3.GetObjectAcl", "") + "\n")
        .collect();
    assert_ne!(text, older);
    let found = beside(&Lock::parse(&older).unwrap());
    assert_eq!(found.verdict, Verdict::Widens, "{}", told(&found));
    assert!(!found.stale_lock);
    let change = &found.changes[0];
    assert_eq!(change.kind.name, "catalogue-widened");
    assert_eq!(change.operations, ["aws.s3.GetObjectAcl"]);

    // A lock that was not renewed when a clause came is no update of a catalogue.
    let before = shop("  allow get on prod.s3.bucket(\"other\").object\n");
    let found = beside(&lock::of(&before));
    assert!(
        found.stale_lock && found.changes.is_empty(),
        "{}",
        told(&found)
    );
}

#[test]
fn what_a_baseline_newly_excuses_is_an_exception() {
    let compiled = shop("");
    let baseline = |until: &str| {
        let text = format!("version 1\n0123456789ab no-monitoring shop web {until}\n");
        Baseline::parse(&text).unwrap()
    };
    let between = |base: Option<&Baseline>, head: Option<&Baseline>| {
        let beside = Beside {
            base_baseline: base,
            head_baseline: head,
            ..Beside::default()
        };
        diff_beside(&compiled, &compiled, beside)
    };
    let (short, long) = (baseline("2027-01-31"), baseline("2027-03-31"));
    for (base, head, kind, tendency) in [
        (None, Some(&short), "exception-widened", Tendency::Weakened),
        (
            Some(&short),
            Some(&long),
            "exception-widened",
            Tendency::Weakened,
        ),
        (
            Some(&long),
            Some(&short),
            "exception-narrowed",
            Tendency::Strengthened,
        ),
        (
            Some(&short),
            None,
            "exception-narrowed",
            Tendency::Strengthened,
        ),
    ] {
        let found = between(base, head);
        assert_eq!(found.governance, tendency);
        assert_eq!(found.changes.len(), 1);
        assert_eq!(found.changes[0].kind.name, kind);
    }
    assert!(between(Some(&short), Some(&short)).changes.is_empty());
}

#[test]
fn a_fingerprint_stays_when_something_else_changes() {
    let unrelated = "integration other: service {\n  owner      finance\n  identity   books.user(\"other\")\n  allow get on books.invoice\n}\n";
    let world = fs::read_to_string(cases("diff").join("world.scope")).unwrap();
    let mut compared = 0;
    for folder in case_folders("diff") {
        let read = |name: &str| fs::read_to_string(folder.join(format!("{name}.scope"))).unwrap();
        let (before, after) = (read("before"), read("after"));
        if before.contains("system ") || after.contains("system ") {
            continue;
        }
        let marks = |first: &str, last: &str| -> BTreeSet<String> {
            // Something else comes before, so that every line moves, and after; files are others, too.
            let side = |own: &str| {
                let text = format!("{first}\n{own}\n{last}");
                project(&[("a.scope", &text), ("world.scope", &world)])
            };
            let found = diff(&side(&before), &side(&after));
            found
                .changes
                .iter()
                .map(|change| change.fingerprint.clone())
                .collect()
        };
        let alone = marks("", "");
        assert_eq!(
            alone,
            marks(unrelated, "// nothing\n"),
            "{}",
            folder.display()
        );
        compared += alone.len();
    }
    assert!(compared > 50, "{compared}");
}
