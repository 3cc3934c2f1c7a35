//! The language front: what parses, and what is said about what does not.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use scopec::diagnostic::Diagnostic;
use scopec::source::{FileId, SourceFile};
use scopec::syntax::ast::{File, Item};
use scopec::syntax::parser::parse;

use crate::expect::{case_folders, expect_file};
use crate::format::{PARTY, VENDOR, placeless};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(text: &str) -> (File, Vec<Diagnostic>) {
    parse(FileId(0), text)
}

/// One line a diagnostic: place, rule, message, and what is offered instead.
fn lines(text: &str, diagnostics: &[Diagnostic]) -> String {
    let source = SourceFile::new("input.scope", text);
    let mut lines = String::new();
    for found in diagnostics {
        let place = source.place(found.span.start);
        write!(
            lines,
            "{}:{} {} {}",
            place.line, place.column, found.rule, found.message
        )
        .unwrap();
        if let Some(fix) = &found.fix {
            write!(lines, " [{}]", fix.title).unwrap();
        }
        lines.push('\n');
    }
    lines
}

/// The fenced blocks of a Markdown text that hold the language, with the line they start at.
pub fn blocks(markdown: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut block: Option<(usize, String)> = None;
    for (number, line) in markdown.lines().enumerate() {
        match &mut block {
            None if line == "```scope" => block = Some((number + 2, String::new())),
            None => {}
            Some(_) if line == "```" => blocks.extend(block.take()),
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    blocks
}

/// Every `.scope` file under a folder, in order of path.
pub fn scope_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "scope")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn the_examples_of_the_language_reference_parse() {
    let markdown = fs::read_to_string(root().join("docs/language.md")).unwrap();
    let blocks = blocks(&markdown);
    assert!(blocks.len() >= 5, "found {} blocks", blocks.len());
    for (line, block) in blocks {
        let (file, diagnostics) = read(&block);
        assert_eq!(lines(&block, &diagnostics), "", "block at line {line}");
        assert!(file.items.iter().all(|item| item.complete));
        assert!(!file.items.is_empty());
    }
}

#[test]
fn all_files_of_the_project_parse() {
    for path in ["stdlib", "examples"].into_iter().flat_map(scope_files) {
        let text = fs::read_to_string(&path).unwrap();
        let (_, diagnostics) = read(&text);
        assert_eq!(lines(&text, &diagnostics), "", "{}", path.display());
    }
}

/// The tree of an item in one line a clause: texts as they were written, empty fields left out.
fn dump(item: &Item) -> String {
    let debug = placeless(&format!("{:?}", item.kind));
    let mut short = String::new();
    let mut rest = debug.as_str();
    while let Some((before, after)) = rest.split_once("Text { raw: ") {
        let (raw, after) = after.split_once(", span: , quoted: ").unwrap();
        let (quoted, after) = after.split_once(" }").unwrap();
        short.push_str(before);
        short.push_str(if quoted == "true" {
            raw
        } else {
            raw.trim_matches('"')
        });
        rest = after;
    }
    short.push_str(rest);
    for (from, to) in [
        (", span: ", ""),
        ("span: , ", ""),
        (", docs: []", ""),
        (", tenant: None, steps: []", ""),
        (", tenant: None", ""),
        (", arguments: None", ""),
        (", except: []", ""),
        (", except: None", ""),
        (", or_absent: false", ""),
        (", fields: []", ""),
        (", conditions: []", ""),
        (", until: None", ""),
        (", approval: None", ""),
        ("Clause {", "\n    {"),
        ("VendorClause {", "\n    {"),
        ("Vendor\n", "\n"),
        (", \n", ",\n"),
        ("ResourceLine {", "\n      {"),
    ] {
        short = short.replace(from, to);
    }
    short
}

/// Each folder under `tests/cases/parser` holds `input.scope`; `expected.txt` is what is said about
/// it and the items that were read.
#[test]
fn cases() {
    for folder in case_folders("parser") {
        let text = fs::read_to_string(folder.join("input.scope")).unwrap();
        let (file, diagnostics) = read(&text);
        let mut found = lines(&text, &diagnostics);
        let source = SourceFile::new("input.scope", text.clone());
        for item in &file.items {
            let line = source.place(item.span.start).line;
            let state = if item.complete { "" } else { " incomplete" };
            writeln!(found, "item at line {line}{state}: {}", dump(item)).unwrap();
        }
        for comment in &file.comments {
            let line = source.place(comment.span.start).line;
            let place = if comment.own_line {
                "own line"
            } else {
                "trailing"
            };
            writeln!(found, "comment at line {line}, {place}").unwrap();
        }
        expect_file(&folder.join("expected.txt"), &found);
    }
}

/// Bodies, and the clauses that they can hold.
const BODIES: [(&str, &[&str]); 2] = [("integration a: connector", PARTY), ("vendor v", VENDOR)];

#[test]
fn every_misspelt_clause_is_one_diagnostic_and_the_rest_is_read() {
    for (head, clauses) in BODIES {
        for clause in clauses {
            let (keyword, rest) = clause.split_once(' ').unwrap_or((clause, ""));
            let text = format!(
                "{head} {{\n  {}x{} {rest}\n  {clause}\n}}\nteam b {{ contact \"#b\" }}\n",
                &keyword[..1],
                &keyword[1..]
            );
            let (file, diagnostics) = read(&text);
            assert_eq!(diagnostics.len(), 1, "{text}{}", lines(&text, &diagnostics));
            assert!(
                lines(&text, &diagnostics).starts_with("2:3 syntax "),
                "{text}"
            );
            assert_eq!(file.items.len(), 2, "{text}");
            assert!(!file.items[0].complete && file.items[1].complete);
        }
    }
}

#[test]
fn a_clause_cut_anywhere_is_at_most_one_diagnostic() {
    for (head, clauses) in BODIES {
        for clause in clauses {
            for (cut, _) in clause.match_indices([' ', '"', ',', '.', '(', '{', ';']) {
                let text = format!(
                    "{head} {{\n  {}\n  {clause}\n}}\nteam b {{ contact \"#b\" }}\n",
                    &clause[..=cut]
                );
                let (file, diagnostics) = read(&text);
                let said = lines(&text, &diagnostics);
                // A brace left open takes the brace after it, so that one more is missing.
                assert!(
                    diagnostics.len() <= 1 || clause[..=cut].contains('{'),
                    "{text}{said}"
                );
                assert_eq!(file.items.len(), 2, "{text}{said}");
            }
        }
    }
}

#[test]
fn nested_braces_are_one_diagnostic_and_quick() {
    for head in [
        "",
        "integration a: connector {\n  ",
        "service a.b {\n resource x ",
    ] {
        let text = format!(
            "{head}{}\nteam b {{ contact \"#b\" }}\n",
            "{".repeat(100_000)
        );
        let started = Instant::now();
        let (file, diagnostics) = read(&text);
        assert_eq!(diagnostics.len(), 1, "{head}{:?}", &diagnostics);
        assert!(file.items.last().unwrap().complete);
        assert!(started.elapsed() < Duration::from_secs(20));
    }
    let text = format!("integration a: connector {{\n{}", "x {\n".repeat(20_000));
    assert!(read(&text).1.len() <= 2);
}

#[test]
fn a_file_that_is_too_large_is_one_diagnostic() {
    let (file, diagnostics) = read(&" ".repeat(9 << 20));
    assert_eq!(
        lines("", &diagnostics),
        "1:1 syntax this file holds 9437184 bytes; at most 8388608 are read\n"
    );
    assert!(file.items.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_panic(text in "(integration a: b \\{|team|resource|allow |\\PC|[ \\n\t\r\"{};,.:()/\u{0}\u{202e}]){0,60}") {
        let (file, diagnostics) = read(&text);
        for found in &diagnostics {
            prop_assert!(text.get(found.span.start as usize..found.span.end as usize).is_some(), "{found:?}");
        }
        for item in &file.items {
            prop_assert!(text.get(item.span.start as usize..item.span.end as usize).is_some());
        }
    }
}
