//! Taking an integration away: the edits, the patch, what breaks, and whether anything is left.

mod edit;
mod left;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use scopec::compile::{Compiled, Input, compile};
use scopec::diagnostic::Severity;
use scopec::emit;
use scopec::lock;
use scopec::offboard::left::{Folder, left_of};
use scopec::offboard::{Answer, Beside, Project, answer_of, human, markdown};
use scopec::source::{SourceFile, Sources};
use scopec::test;
use serde_json::Value;
use tempfile::tempdir;

use crate::cli::{expect, stderr, stdout, tree};
use crate::expect::{cases, expect_file};
use crate::project::{folder, input};

fn read(at: &Path) -> Project {
    let Input {
        sources,
        files,
        settings,
        ..
    } = input(at);
    Project {
        sources,
        files,
        settings,
    }
}

fn texts(project: &Project) -> BTreeMap<String, String> {
    let files = project.sources.iter();
    files
        .map(|(_, file)| (file.path.clone(), file.text.clone()))
        .collect()
}

/// A project of some texts.
fn of(files: &BTreeMap<String, String>) -> Project {
    let mut project = Project {
        sources: Sources::new(),
        files: Vec::new(),
        settings: scopec::settings::Settings::default(),
    };
    for (path, text) in files {
        let id = project.sources.add(SourceFile::new(path, text.as_str()));
        if Path::new(path).extension().is_some_and(|e| e == "scope") {
            project.files.push(id);
        }
    }
    project
}

fn one(text: &str) -> Project {
    of(&BTreeMap::from([(
        "main.scope".to_owned(),
        text.to_owned(),
    )]))
}

/// The files after the edits, made as any program would that reads the JSON.
fn edited(mut files: BTreeMap<String, String>, answer: &Value) -> BTreeMap<String, String> {
    let edits = answer["edits"].as_array().unwrap();
    for edit in edits.iter().rev() {
        let file = edit["file"].as_str().unwrap();
        let number = |field: &str| usize::try_from(edit[field].as_u64().unwrap()).unwrap();
        let (first, last) = (number("line"), number("end_line"));
        let text = files.get_mut(file).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let old: String = lines[first - 1..last].concat();
        let end = ["\r\n", "\n"]
            .into_iter()
            .find(|end| old.ends_with(end))
            .unwrap_or("");
        assert_eq!(
            old.strip_suffix(end).unwrap(),
            edit["text"].as_str().unwrap()
        );
        let new = match edit["action"].as_str().unwrap() {
            "remove" => {
                assert_eq!(edit["new_text"], "");
                String::new()
            }
            "replace" => format!("{}{end}", edit["new_text"].as_str().unwrap()),
            other => panic!("{other}"),
        };
        *text = format!(
            "{}{new}{}",
            lines[..first - 1].concat(),
            lines[last..].concat()
        );
    }
    for file in answer["emptied"].as_array().unwrap() {
        let text = files.remove(file.as_str().unwrap()).unwrap();
        assert_eq!(text.trim_start_matches('\u{FEFF}').trim(), "");
    }
    files
}

fn json(answer: &Answer) -> Value {
    serde_json::to_value(answer).unwrap()
}

fn write(at: &Path, files: &BTreeMap<String, String>) {
    for (path, text) in files {
        let path = at.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The files after `git apply` of a patch.
fn patched(files: &BTreeMap<String, String>, patch: &str) -> BTreeMap<String, String> {
    let folder = tempdir().unwrap();
    let at = folder.path();
    write(at, files);
    let aside = tempdir().unwrap();
    let file = aside.path().join("offboard.patch");
    fs::write(&file, patch).unwrap();
    let output = Command::new("git")
        .current_dir(at)
        .env("GIT_CEILING_DIRECTORIES", at.parent().unwrap())
        .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}\n{patch}", stderr(&output));
    tree(at)
}

/// What is said of a project, as often as it is said, notes left out.
fn said(compiled: &Compiled) -> BTreeMap<(String, Severity, String), usize> {
    let mut all = BTreeMap::new();
    for one in &compiled.diagnostics {
        if one.severity > Severity::Note && !one.accepted {
            let key = (one.rule.to_string(), one.severity, one.message.clone());
            *all.entry(key).or_default() += 1;
        }
    }
    all
}

fn compiled(project: &Project) -> Compiled {
    let input = Input {
        sources: project.sources.clone(),
        files: project.files.clone(),
        settings: project.settings.clone(),
        diagnostics: Vec::new(),
    };
    compile(input, None)
}

/// What `build` writes for a project.
fn built(compiled: &Compiled) -> Folder {
    let (artifacts, said) = emit::emit(compiled);
    let manifest = emit::manifest::manifest(compiled, &artifacts, &said);
    let mut files: Vec<(String, Vec<u8>)> = artifacts
        .into_iter()
        .map(|artifact| (artifact.path, artifact.bytes))
        .collect();
    let bytes = serde_json::to_vec_pretty(&manifest).unwrap();
    files.push(("manifest.json".to_owned(), bytes));
    Folder {
        is_there: true,
        manifest: Some(manifest),
        files,
        unread: Vec::new(),
    }
}

/// Every integration of the example, taken away: nothing is wrong that was right, nothing is left.
#[test]
fn every_integration_of_the_example_can_be_taken_away() {
    let project = read(&folder("examples/acme"));
    let now = compiled(&project);
    let known = said(&now);
    let lock = lock::of(&now).text();
    let output = built(&now);
    let beside = Beside {
        lock: Some(lock),
        ..Beside::default()
    };
    let names: Vec<String> = now
        .model
        .integrations()
        .map(|(_, party)| party.name.to_string())
        .collect();
    assert!(names.len() >= 12, "{names:?}");
    let decided = std::thread::scope(|scope| {
        let tasks: Vec<_> = [0, 1]
            .map(|half| {
                let (names, known, now) = (&names, &known, &now);
                let (project, beside, output) = (&project, &beside, &output);
                scope.spawn(move || {
                    let mine = names.iter().skip(half).step_by(2);
                    mine.map(|name| {
                        let left = left_of(now, project, beside, output, name);
                        assert!(left.declared && !left.clean, "{name}");
                        let places: BTreeSet<&str> =
                            left.left.iter().map(|one| one.place).collect();
                        assert_eq!(
                            places.into_iter().collect::<Vec<_>>(),
                            ["declaration", "lock", "output"],
                            "{name}"
                        );
                        taken_away(now, project, beside, known, name)
                    })
                    .collect::<String>()
                })
            })
            .into_iter()
            .collect();
        let told: Vec<String> = tasks.into_iter().map(|task| task.join().unwrap()).collect();
        told.concat()
    });
    // What a person has to decide is told, and a certain edit asks nobody.
    let mut lines: Vec<&str> = decided.lines().collect();
    lines.sort_unstable();
    expect_file(
        &cases("offboard").join("acme/decisions.txt"),
        &format!("{}\n", lines.join("\n")),
    );
}

/// Takes one away, and gives what is left for a person to decide.
fn taken_away(
    now: &Compiled,
    project: &Project,
    beside: &Beside,
    known: &BTreeMap<(String, Severity, String), usize>,
    name: &str,
) -> String {
    let answer = answer_of(now, project, beside, name).unwrap();
    let before = texts(project);
    let files = edited(before.clone(), &json(&answer));
    assert_eq!(patched(&before, &answer.patch), files, "{name}");

    let mut without = of(&files);
    without.settings = project.settings.clone();
    let after = compiled(&without);
    for (what, count) in said(&after) {
        assert!(
            known.get(&what).is_some_and(|had| count <= *had),
            "{name}: {what:?}"
        );
    }
    let rules: Vec<_> = answer
        .breaks
        .iter()
        .filter(|one| one.rule.is_some())
        .collect();
    assert!(rules.is_empty(), "{name}: {rules:?}");
    assert_eq!(test::run(&after, |_| true).failed(), 0, "{name}");

    let output = built(&after);
    let is_own = |path: &str| path.split('/').any(|step| step == name);
    assert!(output.files.iter().all(|(path, _)| !is_own(path)), "{name}");
    let renewed = Beside {
        lock: Some(lock::of(&after).text()),
        ..Beside::default()
    };
    let left = left_of(&after, &without, &renewed, &output, name);
    assert!(left.clean && !left.declared, "{name}: {left:#?}");

    if name == "invoice-sync" {
        let golden = cases("offboard").join("acme");
        let told = human::told(&answer, false);
        expect_file(&golden.join("invoice-sync.txt"), &told);
        expect_file(&golden.join("invoice-sync.md"), &markdown::told(&answer));
    }
    let mut told = String::new();
    for one in &answer.decisions {
        writeln!(told, "{name}: {}:{}: {}", one.file, one.line, one.what).unwrap();
    }
    told
}

/// The same by the command line: from the patch to a clean verification.
#[test]
fn the_command_line_leads_to_a_clean_verification() {
    let folder = tempdir().unwrap();
    let at = folder.path();
    let files = tree(&crate::project::folder("examples/acme"));
    write(at, &files);
    let day = ["--as-of", "2026-11-21"];
    let run = |arguments: &[&str]| expect(at, &[&day, arguments].concat(), 0, &[]);
    run(&["build"]);
    let patch = ["offboard", "finance/invoice-sync", "--format", "patch"];
    let new = patched(&files, &stdout(&run(&patch)));
    assert!(!new.contains_key("finance/invoice-sync.scope"));
    for path in files.keys().filter(|path| !new.contains_key(*path)) {
        fs::remove_file(at.join(path)).unwrap();
    }
    write(at, &new);
    run(&["check"]);
    run(&["test"]);
    run(&["fmt", "--check"]);
    run(&["lock"]);
    run(&["build"]);
    let clean = run(&["offboard", "invoice-sync", "--verify"]);
    assert!(stdout(&clean).starts_with("invoice-sync: nothing is left\n"));
}
