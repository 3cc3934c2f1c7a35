//! The language front: what parses, and what is said about what does not.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use scopec::diagnostic::Diagnostic;
use scopec::source::{FileId, SourceFile};
use scopec::syntax::ast::File;
use scopec::syntax::parser::parse;

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
