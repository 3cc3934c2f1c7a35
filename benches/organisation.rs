//! What scopec costs, whole processes measured from outside, beside tools of its neighbourhood.
//!
//! `cargo bench --bench organisation` prints a table of processor time and peak memory;
//! `-- --cedar PATH --policy-sentry PATH` adds ratios to those two;
//! `-- generate FOLDER COUNT` only writes an organisation of so many integrations;
//! `-- stages FOLDER` says what each stage of `check` costs there, in one process.
//!
//! Processor time of user and kernel is counted, by GNU `time`, since it repeats on a machine that
//! does other things; the least of several interleaved runs stands.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a measuring program writes files, starts programs and prints"
)]

#[path = "organisation/cedar.rs"]
mod cedar;
#[path = "organisation/generate.rs"]
mod generate;
#[path = "organisation/measure.rs"]
mod measure;
#[path = "organisation/stages.rs"]
mod stages;

use measure::{Cost, Runs};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The scopec that is measured.
const SCOPEC: &str = env!("CARGO_BIN_EXE_scopec");
/// The row of the report.
const REPORT: &str = "report as a page, 10000 integrations";
/// The day on which everything is judged.
const DAY: [&str; 2] = ["--as-of", "2026-11-21"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["generate", folder, count] => {
            let size = generate::organisation(Path::new(folder), count.parse()?)?;
            println!("{size} bytes");
            Ok(())
        }
        ["stages", folder] => Ok(stages::stages(Path::new(folder))?),
        _ => run(option(&words, "--cedar"), option(&words, "--policy-sentry")),
    }
}

fn option<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == name)?;
    words.get(at + 1).copied()
}

fn run(cedar: Option<&str>, sentry: Option<&str>) -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("organisation");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let place = |name: &str| -> String { root.join(name).to_string_lossy().into_owned() };
    let one = place("one");
    generate::smallest(Path::new(&one))?;
    cedar::smallest(Path::new(&place("cedar-one")))?;
    cedar::policies(Path::new(&place("cedar-many")), 20_000)?;
    fs::write(place("sentry.yml"), SENTRY)?;

    let mut runs = Runs::default();
    let out = place("out");
    runs.add("check, one integration", &[SCOPEC, "check", &one], 50);
    runs.add(
        "build, one integration",
        &[SCOPEC, "build", &one, "--out", &out],
        50,
    );
    let sizes = [1_000, 10_000, 100_000];
    let mut bytes = Vec::new();
    for count in sizes {
        let folder = place(&count.to_string());
        bytes.push(generate::organisation(Path::new(&folder), count)?);
        let arguments = [
            SCOPEC, "check", "--format", "short", &folder, DAY[0], DAY[1],
        ];
        runs.add(&format!("check, {count} integrations"), &arguments, 1);
    }
    let (was, is) = (place("10000/"), place("changed/"));
    generate::organisation(Path::new(&is), 10_000)?;
    change_ten_files(Path::new(&is))?;
    runs.add("diff, 10000 integrations", &[SCOPEC, "diff", &was, &is], 1);
    let page = place("report.html");
    let arguments = [
        SCOPEC, "report", "--format", "html", "--out", &page, &was, DAY[0], DAY[1],
    ];
    runs.add(REPORT, &arguments, 1);
    if let Some(cedar) = cedar {
        for name in ["cedar-one", "cedar-many"] {
            let (schema, policies) = (
                place(&format!("{name}/schema.cedarschema")),
                place(&format!("{name}/policies.cedar")),
            );
            let times = if name == "cedar-one" { 50 } else { 1 };
            let arguments = [
                cedar,
                "validate",
                "--schema",
                &schema,
                "--policies",
                &policies,
            ];
            runs.add(name, &arguments, times);
        }
    }
    if let Some(sentry) = sentry {
        let input = place("sentry.yml");
        let arguments = [sentry, "write-policy", "--input-file", &input];
        runs.add("policy-sentry", &arguments, 3);
    }
    runs.measure()?;

    println!("| what | processor time | peak memory |");
    println!("| --- | ---: | ---: |");
    for (name, cost) in runs.results() {
        println!(
            "| {name} | {:.1} ms | {:.1} MiB |",
            cost.seconds * 1e3,
            cost.kibibytes / 1024.0
        );
    }
    println!();
    let of = |name: &str| -> Option<Cost> { runs.result(name) };
    let ratio = |what: &str, above: &str, below: &str| {
        if let (Some(above), Some(below)) = (of(above), of(below)) {
            println!("{what}: {:.3}", above.seconds / below.seconds);
        }
    };
    ratio(
        "cold check / cedar validate",
        "check, one integration",
        "cedar-one",
    );
    ratio(
        "10,000 integrations / 20,000 Cedar policies",
        "check, 10000 integrations",
        "cedar-many",
    );
    ratio(
        "policy-sentry / build of one integration",
        "policy-sentry",
        "build, one integration",
    );
    ratio(
        "diff / check, 10,000 integrations",
        "diff, 10000 integrations",
        "check, 10000 integrations",
    );
    ratio(
        "report as a page / check, 10,000 integrations",
        REPORT,
        "check, 10000 integrations",
    );
    for (what, name) in [("diff", "diff, 10000 integrations"), ("report", REPORT)] {
        if let (Some(cost), Some(check)) = (of(name), of("check, 10000 integrations")) {
            println!(
                "peak memory, {what} / check, 10,000 integrations: {:.2}",
                cost.kibibytes / check.kibibytes
            );
        }
    }
    println!(
        "first page of the report of 10,000 integrations: {:.2} MB; `node benches/organisation/paint.cjs {page}` says when it paints",
        measure::float(fs::read(&page)?.len()) / 1e6
    );
    for (index, size) in bytes.iter().enumerate() {
        if let Some(cost) = of(&format!("check, {} integrations", sizes[index])) {
            println!(
                "peak memory / source size at {}: {:.1}",
                sizes[index],
                cost.kibibytes * 1024.0 / measure::float(*size)
            );
        }
    }
    for pair in sizes.windows(2) {
        let name = |count: usize| format!("check, {count} integrations");
        if let (Some(less), Some(more)) = (of(&name(pair[0])), of(&name(pair[1]))) {
            println!(
                "growth {} to {}: n^{:.2}",
                pair[0],
                pair[1],
                (more.seconds / less.seconds).log10()
            );
        }
    }
    Ok(())
}

/// Lets one integration delete, too, in one file of each of ten folders.
fn change_ten_files(folder: &Path) -> Result<(), Box<dyn Error>> {
    for number in 0..10 {
        let mut files: Vec<PathBuf> = fs::read_dir(folder.join(format!("team-{number:02}")))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.sort();
        let file = files.first().ok_or("a team without files")?;
        let text = fs::read_to_string(file)?;
        let changed = text.replacen("allow create on", "allow create, delete on", 1);
        if changed == text {
            return Err(format!("nothing to change in {}", file.display()).into());
        }
        fs::write(file, changed)?;
    }
    Ok(())
}

/// What the smallest project allows, for policy-sentry.
const SENTRY: &str = "mode: crud
name: invoice-reader
read:
- arn:aws:s3:::acme-invoices/2026/*
write: []
list: []
tagging: []
permissions-management: []
";
