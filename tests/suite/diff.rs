//! What changes between two projects: a folder a kind of change, read in both directions.

use crate::expect::{case_folders, cases, expect_file};
use scopec::compile::{Compiled, Input, ask};
use scopec::diff::{Change, Diff, Direction, Tendency, Verdict, diff, kind};
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
