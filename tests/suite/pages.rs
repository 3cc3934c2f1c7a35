//! The pages of the rules: their examples are what the rules find.

use scopec::authority::time::Date;
use scopec::check::rule;
use scopec::compile::{Compiled, Input, compile};
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Rules whose findings are not in a `.scope` text, or only when files are written.
const NOT_IN_A_BLOCK: [&str; 6] = [
    "baseline",
    "framework",
    "large-trust-policy",
    "settings",
    "stale-lock",
    "unreadable",
];

/// Compiles a text as a project of its own on the day of the examples.
fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::new();
    let files = vec![sources.add(SourceFile::new("page.scope", text))];
    let input = Input {
        sources,
        files,
        settings: Settings::default(),
        diagnostics: Vec::new(),
    };
    compile(input, Date::parse("2026-11-21"))
}

/// The names that findings of a rule bear: its own, and of guards theirs.
fn names(compiled: &Compiled, rule: &str) -> BTreeSet<String> {
    if rule != "guard" {
        return BTreeSet::from([rule.to_owned()]);
    }
    let guards = compiled.model.guards.iter();
    guards.map(|guard| guard.name.to_string()).collect()
}

/// Line and severity of everything of a rule that is shown.
fn found(text: &str, rule: &str) -> BTreeSet<(u32, &'static str)> {
    let compiled = compiled(text);
    let names = names(&compiled, rule);
    compiled
        .diagnostics
        .iter()
        .filter(|diagnostic| names.contains(&*diagnostic.rule) && diagnostic.is_shown())
        .map(|diagnostic| {
            let place = compiled.sources.place(diagnostic.span);
            (place.line, diagnostic.severity.word())
        })
        .collect()
}

/// Line and severity of everything that is marked, and of marks of another rule a complaint.
fn marked(text: &str, rule: &str, wrong: &mut String) -> BTreeSet<(u32, &'static str)> {
    let mut marks = BTreeSet::new();
    let names = names(&compiled(text), rule);
    for (line, words) in (1u32..).zip(text.lines()) {
        for severity in ["error", "warning", "note"] {
            if let Some((_, name)) = words.split_once(&format!("// {severity}: ")) {
                if names.contains(name) {
                    marks.insert((line, severity));
                } else {
                    let _ = writeln!(wrong, "{rule}: a mark of `{name}`");
                }
            }
        }
    }
    marks
}

/// The `scope` blocks of the section under a heading.
fn blocks<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let Some((_, section)) = page.split_once(&format!("\n## {heading}\n")) else {
        return Vec::new();
    };
    let section = section.split("\n## ").next().unwrap();
    section
        .split("\n```scope\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// What is wrong with one page, one line each.
fn judge(name: &str, page: &str) -> String {
    let mut wrong = String::new();
    if page.lines().next() != Some(&*format!("# {name}")) {
        let _ = writeln!(wrong, "{name}: its first line is not its name");
    }
    let examples = blocks(page, "Example");
    let instead = blocks(page, "Instead");
    if examples.is_empty() || instead.is_empty() {
        if !NOT_IN_A_BLOCK.contains(&name) {
            let _ = writeln!(wrong, "{name}: no example, or nothing to write instead");
        }
        return wrong;
    }
    for text in examples {
        let marks = marked(text, name, &mut wrong);
        let found = found(text, name);
        if marks.is_empty() || marks != found {
            let all: Vec<String> = compiled(text)
                .diagnostics
                .iter()
                .map(|diagnostic| format!("{}: {}", diagnostic.rule, diagnostic.message))
                .collect();
            let _ = writeln!(
                wrong,
                "{name}: marked {marks:?}, found {found:?} among {all:#?}"
            );
        }
    }
    for text in instead {
        if text.contains("// error") || text.contains("// warning") {
            let _ = writeln!(wrong, "{name}: a mark where all should be right");
        }
        for rule in [name, "syntax", "unknown-name"] {
            for (line, _) in found(text, rule) {
                let _ = writeln!(
                    wrong,
                    "{name}: `{rule}` in line {line} of what to write instead"
                );
            }
        }
    }
    wrong
}

#[test]
fn every_example_is_found_and_what_stands_instead_is_not() {
    let rules = rule::rules();
    let wrong: String = rules
        .iter()
        .map(|rule| judge(rule.name, rule.page))
        .collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn mistakes_of_a_page_are_seen() {
    let right = "# unused-profile\n\n## Example\n\n```scope\nprofile a { purpose \"b\" } // warning: unused-profile\n```\n\n## Instead\n\n```scope\nteam a {}\n```\n";
    assert_eq!(judge("unused-profile", right), "");
    for (from, to) in [
        ("# unused-profile", "# other"),
        (" // warning: unused-profile", ""),
        ("// warning", "// error"),
        (": unused-profile\n", ": unowned\n"),
        ("team a {}", "profile c { purpose \"d\" }"),
        ("```scope\nteam a {}\n```", ""),
    ] {
        let broken = right.replacen(from, to, 1);
        assert_ne!(judge("unused-profile", &broken), "", "{from} → {to}");
    }
}

/// The texts of the source, by path.
fn source() -> BTreeMap<String, String> {
    crate::architecture::sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

#[test]
fn every_rule_that_is_said_has_a_page() {
    let known: BTreeSet<&str> = rule::rules().iter().map(|rule| rule.name).collect();
    let mut said = BTreeSet::new();
    for text in source().values() {
        for way in ["error", "warning", "note", "new"] {
            for rest in text.split(&format!("Diagnostic::{way}(")).skip(1) {
                if let Some(name) = rest.trim_start().strip_prefix('"') {
                    said.insert(name.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    assert!(said.len() > 20, "{said:?}");
    let unknown: Vec<&String> = said
        .iter()
        .filter(|name| !known.contains(name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "without a page: {unknown:?}");
}

#[test]
fn every_page_is_a_rule_of_its_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks");
    let pages: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".md").to_owned())
        .collect();
    let rules = rule::rules();
    let names: BTreeSet<String> = rules.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(names.len(), rules.len(), "a name that two rules bear");
    assert_eq!(pages, names);
}
