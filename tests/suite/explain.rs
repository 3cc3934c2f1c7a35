//! `scopec explain`: integrations told and printed flat. Expected texts lie in
//! `tests/cases/explain/`.

use std::path::Path;

use crate::cli::{expect, stdout};
use crate::expect::{cases, expect_file};
use scopec::artifact::Artifact;
use scopec::cli::project;
use scopec::compile::{Compiled, Input, compile};
use scopec::emit;
use scopec::emit::manifest::{Manifest, manifest};
use scopec::format::expand;
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};
use scopec::syntax::ast::{File, ItemKind};
use scopec::syntax::parser;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn an_integration_is_told_clause_by_clause() {
    let folder = cases("explain");
    let at = ["--as-of", "2026-11-21", "explain", "ticket-bot", "project"];
    let told = stdout(&expect(&folder, &at, 0, &[]));
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    expect_file(&folder.join("ticket-bot.txt"), &told);
}

#[test]
fn expanded_takes_profiles_in_and_replaces_parameters() {
    let folder = cases("explain");
    let arguments = ["explain", "ticket-bot", "--expanded", "project"];
    let flat = stdout(&expect(&folder, &arguments, 0, &[]));
    expect_file(&folder.join("ticket-bot.scope"), &flat);
}

#[test]
fn a_misspelt_name_is_told_what_is_near() {
    let folder = cases("explain");
    let near = |name: &str, words: &str| {
        expect(&folder, &["explain", name, "project"], 2, &[words]);
    };
    near("tiket-bot", "did you mean `ticket-bot`?");
    near("sintax", "did you mean `syntax`?");
    near("nothing-like-it", "`scopec explain --list`");
    expect(
        &folder,
        &["explain", "ticket-bot", "nowhere"],
        2,
        &["there is no folder `nowhere`"],
    );
}

/// The texts of a project by path, settings left out.
fn texts(folder: &str) -> Vec<(String, String)> {
    crate::stdlib::files(folder)
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            (path.to_str().unwrap().to_owned(), text)
        })
        .collect()
}

fn sources(texts: &[(String, String)]) -> (Sources, Vec<File>) {
    let mut sources = Sources::new();
    let mut trees = Vec::new();
    for (path, text) in texts {
        let id = sources.add(SourceFile::new(path.clone(), text.clone()));
        let (tree, found) = parser::parse(id, text);
        assert!(found.is_empty(), "{path}: {found:?}\n{text}");
        trees.push(tree);
    }
    (sources, trees)
}

/// The same texts with every integration and principal printed flat in its place.
fn flattened(texts: &[(String, String)]) -> Vec<(String, String)> {
    let (sources, trees) = sources(texts);
    let mut count = 0;
    let flat = texts
        .iter()
        .zip(&trees)
        .map(|((path, text), tree)| {
            let mut text = text.clone();
            for item in tree.items.iter().rev() {
                if let ItemKind::Integration(party) | ItemKind::Principal(party) = &item.kind {
                    let flat =
                        expand::expanded(&trees, &|span| sources.text(span), &party.name.raw)
                            .unwrap();
                    assert!(!flat.contains("  like "), "{flat}");
                    let place = item.span.start as usize..item.span.end as usize;
                    text.replace_range(place, &flat);
                    count += 1;
                }
            }
            (path.clone(), text)
        })
        .collect();
    assert!(count > 10, "only {count} parties");
    flat
}

fn compiled(texts: &[(String, String)]) -> (Compiled, Vec<Artifact>, Manifest) {
    let (sources, trees) = sources(texts);
    let compiled = compile(
        Input {
            sources,
            files: trees.iter().map(|tree| tree.id).collect(),
            settings: Settings::default(),
            diagnostics: Vec::new(),
        },
        None,
    );
    let (artifacts, said) = emit::emit(&compiled);
    let manifest = manifest(&compiled, &artifacts, &said);
    (compiled, artifacts, manifest)
}

/// What a party means, without the places where it is written.
fn meaning(compiled: &Compiled) -> Vec<String> {
    compiled
        .model
        .parties
        .iter()
        .flat_map(|party| {
            party.clauses.iter().map(|clause| {
                let text = format!("{} {} {:?}", party.name, party.complete, clause.kind);
                without_places(&text)
            })
        })
        .collect()
}

fn without_places(text: &str) -> String {
    let is_place = |word: &str| {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        word.split_once(':')
            .and_then(|(file, range)| Some((file, range.split_once("..")?)))
            .is_some_and(|(file, (start, end))| digits(file) && digits(start) && digits(end))
    };
    text.split(' ')
        .filter(|word| {
            let word = word.strip_prefix("Some(").unwrap_or(word);
            !is_place(word.trim_end_matches([',', ')', ']', '}']))
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Put in place of what it stands for, a flat integration is the same model, the same grants and
/// the same files.
#[test]
fn expanded_means_the_same() {
    let before = texts("examples/acme");
    let after = flattened(&before);
    assert!(root().join("examples/acme").is_dir());
    assert_ne!(before, after);
    let (old, old_files, old_manifest) = compiled(&before);
    let (new, new_files, new_manifest) = compiled(&after);
    for (old, new) in meaning(&old).iter().zip(&meaning(&new)) {
        assert_eq!(old, new);
    }
    assert_eq!(meaning(&old).len(), meaning(&new).len());
    let bytes = |files: &[Artifact]| -> Vec<(String, String)> {
        files
            .iter()
            .map(|file| {
                let text = String::from_utf8(file.bytes.clone()).unwrap();
                // Some files say at which line of the source a statement is declared.
                let is_place = |line: &str| line.contains(".scope") || line.contains("\"line\": ");
                let lines = text.lines().filter(|line| !is_place(line));
                (file.path.clone(), lines.collect::<Vec<_>>().join("\n"))
            })
            .collect()
    };
    for (old, new) in bytes(&old_files).iter().zip(&bytes(&new_files)) {
        assert_eq!(old, new);
    }
    assert_eq!(old_files.len(), new_files.len());
    assert_eq!(old_manifest.excess, new_manifest.excess);
    let rows = |manifest: &Manifest| -> Vec<_> {
        manifest
            .ledger
            .iter()
            .map(|row| (row.integration.clone(), row.state.clone(), row.by.clone()))
            .collect()
    };
    assert_eq!(rows(&old_manifest), rows(&new_manifest));
}

/// The settings' file is not needed for what is compared here, and it must stay readable.
#[test]
fn the_example_names_every_default_target() {
    let text = std::fs::read_to_string(root().join("examples/acme").join(project::MANIFEST));
    let text = text.unwrap();
    for target in emit::TARGETS {
        assert!(
            text.contains(&format!("\"{}\"", target.name)),
            "{} is not among the example's targets",
            target.name
        );
    }
}
