//! Guards: what each case's guards find, as people are shown it.

use scopec::authority::time::Date;
use scopec::compile::compile;
use scopec::diagnostic::Diagnostic;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use crate::expect::expect_file;
use crate::project::{folder, input};

/// A finding with every place, one line each.
fn told(compiled: &scopec::compile::Compiled, found: &Diagnostic) -> String {
    let at = |span| {
        let place = compiled.sources.place(span);
        format!("{}:{}", place.line, place.column)
    };
    let accepted = if found.accepted { ", accepted" } else { "" };
    let mut text = format!(
        "{} {}[{}] ({}{accepted}): {}\n",
        at(found.span),
        found.severity.word(),
        found.rule,
        found.subject.as_deref().unwrap_or("nobody"),
        found.message
    );
    for related in &found.related {
        writeln!(text, "  {} {}", at(related.span), related.message).unwrap();
    }
    if let Some(help) = &found.help {
        writeln!(text, "  help: {help}").unwrap();
    }
    text
}

#[test]
fn every_case_finds_what_it_says() {
    let mut cases: Vec<String> = fs::read_dir(folder("tests/cases/guard"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    cases.sort();
    assert!(cases.len() >= 9, "{cases:?}");
    for case in cases {
        let folder = folder(&format!("tests/cases/guard/{case}"));
        let compiled = compile(input(&folder), Date::parse("2026-11-21"));
        let guards: BTreeSet<&str> = compiled
            .model
            .guards
            .iter()
            .map(|guard| &*guard.name)
            .collect();
        let others = [
            "syntax",
            "unknown-name",
            "no-operations",
            "wrong-type",
            "selects-nothing",
            "unused-accept",
            "unentitled-exception",
            "duplicate-name",
        ];
        let text: String = compiled
            .diagnostics
            .iter()
            .filter(|found| guards.contains(&*found.rule) || others.contains(&&*found.rule))
            .map(|found| told(&compiled, found))
            .collect();
        expect_file(&folder.join("expected.txt"), &text);
    }
}
