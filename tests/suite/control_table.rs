//! What the control rules of the standard library cover: `docs/control-rules-coverage.md` counts
//! them, and `tests/cases/control/rows/` says of each fact that they were made from where it went.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use scopec::model::Model;
use scopec::model::control::{Control, Gives, When};
use scopec::resolve::load_everything;
use scopec::source::Sources;

use crate::expect::{cases, expect_file};
use crate::project::folder;

/// The kinds of consequences, in the order of the columns.
const KINDS: [&str; 8] = [
    "a resource",
    "the nearest",
    "all within",
    "admin",
    "lift",
    "trigger",
    "write",
    "pass",
];

fn kind(gives: &Gives) -> usize {
    match gives {
        Gives::Bound { .. } => 0,
        Gives::Nearest(_) => 1,
        Gives::Within { .. } => 2,
        Gives::Admin { .. } => 3,
        Gives::Lift { .. } => 4,
        Gives::Trigger => 5,
        Gives::Write => 6,
        Gives::Pass => 7,
    }
}

fn is_possible(control: &Control) -> bool {
    let mut when = control.when.iter();
    when.any(|one| matches!(one, When::Possible(_)))
}

/// Whether nothing but general knowledge stands behind a rule, as its doc comment says.
fn is_general(control: &Control) -> bool {
    control.reference.contains("general knowledge")
}

#[derive(Default)]
struct Counts {
    all: usize,
    kinds: [usize; KINDS.len()],
    possible: usize,
    general: usize,
}

fn everything() -> (Model, Sources) {
    let mut sources = Sources::new();
    let (model, said) = load_everything(&[], &mut sources);
    assert!(said.is_empty());
    (model, sources)
}

#[test]
fn what_is_covered_is_counted() {
    let (model, sources) = everything();
    let mut vendors: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut general = String::new();
    for control in &model.catalog.controls {
        let vendor = &*model.catalog.vendor(control.vendor).name;
        let counts = vendors.entry(vendor).or_default();
        counts.all += 1;
        counts.kinds[kind(&control.gives)] += 1;
        counts.possible += usize::from(is_possible(control));
        if is_general(control) {
            counts.general += 1;
            let file = sources.path(control.span).trim_start_matches("stdlib:");
            writeln!(general, "- `{file}`: `{}`", control.text).unwrap();
        }
    }
    let mut text = String::from(
        "# What the control rules cover\n\n\
         The rules of the standard library by vendor and by what they give (`control-rules.md`). \
         A test counts them; `UPDATE_EXPECT=1 cargo test` writes this page.\n\
         *Possible* are the rules that leave something open, and say what.\n\n",
    );
    writeln!(
        text,
        "| vendor | rules | {} | possible | general knowledge |",
        KINDS.join(" | ")
    )
    .unwrap();
    writeln!(text, "|{}", " --- |".repeat(KINDS.len() + 4)).unwrap();
    let mut total = Counts::default();
    for (vendor, counts) in &vendors {
        row(&mut text, vendor, counts);
        total.all += counts.all;
        total.possible += counts.possible;
        total.general += counts.general;
        for (sum, count) in total.kinds.iter_mut().zip(&counts.kinds) {
            *sum += count;
        }
    }
    row(&mut text, "all", &total);
    text.push_str(
        "\n## Resting on general knowledge\n\n\
         No published source is named for these; read them with more care.\n\n",
    );
    text.push_str(&general);
    expect_file(&folder("docs/control-rules-coverage.md"), &text);
}

fn row(text: &mut String, name: &str, counts: &Counts) {
    let kinds: Vec<String> = counts.kinds.iter().map(usize::to_string).collect();
    writeln!(
        text,
        "| {name} | {} | {} | {} | {} |",
        counts.all,
        kinds.join(" | "),
        counts.possible,
        counts.general
    )
    .unwrap();
}

/// Everything wrong with one table of rows.
fn judge(path: &Path, rules: &[(String, String)]) -> String {
    let mut wrong = String::new();
    let text = std::fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy();
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default();
    assert_eq!(
        head, "vendor\tresource\trequires\tconfers\tencoded-as",
        "{name}"
    );
    for (line, number) in lines.zip(2..) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [_, _, _, _, encoded] = fields.as_slice() else {
            writeln!(wrong, "{name}:{number}: {} columns of 5", fields.len()).unwrap();
            continue;
        };
        if let Some(reason) = encoded.strip_prefix("not encoded: ") {
            if reason.is_empty() {
                writeln!(wrong, "{name}:{number}: no reason").unwrap();
            }
            continue;
        }
        for one in encoded.split(" | ") {
            let known = one.split_once(": ").is_some_and(|(home, prefix)| {
                let mut rules = rules.iter();
                !prefix.is_empty() && rules.any(|(at, text)| at == home && text.starts_with(prefix))
            });
            if !known {
                writeln!(wrong, "{name}:{number}: no rule begins so: `{one}`").unwrap();
            }
        }
    }
    wrong
}

#[test]
fn every_row_is_a_rule_or_says_why_not() {
    let (model, _) = everything();
    let rules: Vec<(String, String)> = model
        .catalog
        .controls
        .iter()
        .map(|control| (control.home.to_string(), control.text.to_string()))
        .collect();
    let mut wrong = String::new();
    let mut tables: Vec<_> = std::fs::read_dir(cases("control/rows"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    tables.sort();
    assert!(tables.len() >= 3);
    for table in &tables {
        wrong.push_str(&judge(table, &rules));
    }
    assert!(wrong.is_empty(), "{wrong}");
}
