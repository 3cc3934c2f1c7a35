//! Reports: what is judged, what it rests on, and how it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use scopec::authority::time::Date;
use scopec::cli::manifest as settings;
use scopec::compile::{Input, compile};
use scopec::emit::{self, manifest};
use scopec::report::assess::{Verdict, listed};
use scopec::report::desk::Desk;
use scopec::report::document::{Only, Report};
use scopec::report::framework::attack::attack;
use scopec::report::framework::{self, Asked};
use scopec::report::{Form, form, predicate};
use scopec::settings::Settings;
use scopec::source::{FileId, SourceFile, Sources};
use serde_json::Value;

use crate::cli::{expect, project, scopec, stderr, stdout, tree};
use crate::expect::{cases, expect_file};
use crate::project::folder;
use crate::repository::Repository;

/// The day on which everything here is judged.
const TODAY: &str = "2026-11-21";

/// Texts by path.
type Texts = BTreeMap<String, String>;

fn texts(example: &str) -> Texts {
    let all = tree(&folder(example));
    let is_read = |path: &str| {
        path == "scope.toml"
            || Path::new(path)
                .extension()
                .is_some_and(|end| end == "scope")
    };
    all.into_iter().filter(|(path, _)| is_read(path)).collect()
}

/// Does something with the report of a project.
pub fn with_report<T>(texts: &Texts, asked: Vec<Asked>, then: impl FnOnce(&Report<'_>) -> T) -> T {
    let mut input = Input {
        sources: Sources::new(),
        files: Vec::new(),
        settings: Settings::default(),
        diagnostics: Vec::new(),
    };
    for (path, text) in texts {
        let id = input
            .sources
            .add(SourceFile::new(path.as_str(), text.as_str()));
        if path == "scope.toml" {
            (input.settings, input.diagnostics) = settings::parse(id, text);
        } else {
            input.files.push(id);
        }
    }
    let today = Date::parse(TODAY).unwrap();
    let mut compiled = compile(input, Some(today));
    let (artifacts, said) = emit::emit(&compiled);
    let manifest = manifest::manifest(&compiled, &artifacts, &said);
    compiled.diagnostics.extend(said);
    compiled.ease_time_alone();
    let desk = Desk::new(&compiled, &manifest, today);
    then(&Report::new(desk, asked, Only::Everybody))
}

/// The one page of a form.
fn page(form: &Form, report: &Report<'_>) -> String {
    let mut pages = (form.write)(report, "report");
    assert_eq!(pages.len(), 1, "{}", form.name);
    String::from_utf8(pages.remove(0).bytes).unwrap()
}

#[test]
fn every_framework_can_be_read_and_no_word_means_two_of_them() {
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (path, text) in framework::texts() {
        let (read, wrong) = framework::read(FileId(0), &SourceFile::new(path.clone(), text));
        assert!(wrong.is_empty(), "{path}: {wrong:?}");
        let read = read.unwrap();
        assert_eq!(path, format!("frameworks:{}.toml", read.key));
        for word in [&read.key].into_iter().chain(&read.also) {
            let known = words.insert(word.to_lowercase(), read.key.clone());
            assert!(known.is_none(), "{word} is {known:?} and {}", read.key);
        }
        used.extend(
            read.controls
                .iter()
                .flat_map(|control| control.evidence.clone()),
        );
        // Whoever has nothing to show says why.
        for control in &read.controls {
            let says = !control.evidence.is_empty()
                || control.beyond.is_some()
                || control.inapplicable.is_some();
            assert!(says, "{} of {}", control.id, read.key);
        }
    }
    assert_eq!(framework::texts().len(), 13);
    let known: BTreeSet<String> = predicate::all().map(|one| one.id.to_owned()).collect();
    assert_eq!(
        known.len(),
        predicate::all().count(),
        "two predicates share an id"
    );
    assert_eq!(used, known, "predicates that no framework names");
}

#[test]
fn the_first_frameworks_are_complete() {
    let counts: BTreeMap<String, usize> = framework::all()
        .into_iter()
        .filter(|one| one.selection.is_none())
        .map(|one| (one.key.clone(), one.controls.len()))
        .collect();
    assert_eq!(counts["owasp-nhi-2025"], 10);
    assert_eq!(counts["nist-csf-2.0"], 106);
    assert_eq!(counts["nist-sp800-207"], 7);
}

#[test]
fn techniques_belong_to_predicates() {
    let attack = attack();
    assert!(!attack.version.is_empty());
    let ids: BTreeSet<&str> = predicate::all().map(|one| one.id).collect();
    assert!(attack.class.len() > 10);
    for class in &attack.class {
        for id in &class.evidence {
            assert!(ids.contains(id.as_str()), "{id} of {}", class.name);
        }
    }
    let found = attack.techniques(&["CRD-06"]);
    assert!(found.iter().any(|one| one.id == "T1552.001"), "{found:?}");
}

#[test]
fn old_and_misused_ids_are_explained() {
    let known = framework::all();
    let ids = |word: &str| -> Vec<(String, Vec<String>, Option<String>)> {
        framework::asked(&known, word)
            .unwrap()
            .into_iter()
            .map(|one| {
                (
                    one.framework.key,
                    one.controls.into_iter().collect(),
                    one.explained,
                )
            })
            .collect()
    };
    let found = ids("PR.AC-4");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "nist-csf-2.0");
    assert_eq!(found[0].1, ["PR.AA-05"]);
    assert!(
        found[0]
            .2
            .as_ref()
            .unwrap()
            .contains("`PR.AC-4` is `PR.AA-05`")
    );
    let found = ids("NHI-02");
    assert_eq!(found[0].1, ["NHI2:2025", "NHI5:2025"]);
    assert!(found[0].2.as_ref().unwrap().contains("over-privilege"));
    assert_eq!(ids("over-privilege")[0].1, ["NHI5:2025"]);
    // A mere other spelling needs no words.
    assert_eq!(
        ids("nhi5"),
        [(
            "owasp-nhi-2025".to_owned(),
            vec!["NHI5:2025".to_owned()],
            None
        )]
    );
    assert_eq!(ids("NIST-CSF-2.0")[0].1, Vec::<String>::new());
    assert_eq!(
        framework::asked(&known, "nist-csf-2.1")
            .unwrap_err()
            .as_deref(),
        Some("nist-csf-2.0")
    );
    assert_eq!(framework::asked(&known, "entirely else").unwrap_err(), None);
}

/// The three first frameworks' reports of the two example companies.
#[test]
fn reports_of_the_examples_are_as_reviewed() {
    for example in ["acme", "acme-before"] {
        let at = cases("report").join(example);
        with_report(
            &texts(&format!("examples/{example}")),
            framework::usual(),
            |report| {
                expect_file(
                    &at.join("report.md"),
                    &page(form("markdown").unwrap(), report),
                );
                expect_file(
                    &at.join("inventory.csv"),
                    &page(form("csv").unwrap(), report),
                );
                expect_file(
                    &at.join("calendar.ics"),
                    &page(form("calendar").unwrap(), report),
                );
                let human = scopec::report::human::told(report, 80, false);
                expect_file(&at.join("summary.txt"), &human);
            },
        );
    }
}

/// Every verdict leads to a line of source that is there.
#[test]
fn every_judgement_leads_to_a_line_of_source() {
    let texts = texts("examples/acme-before");
    with_report(&texts, framework::usual(), |report| {
        let json: Value = serde_json::from_str(&page(form("json").unwrap(), report)).unwrap();
        let hashes: BTreeMap<&str, &str> = json["sources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                (
                    one["path"].as_str().unwrap(),
                    one["sha256"].as_str().unwrap(),
                )
            })
            .collect();
        let mut seen = 0;
        for integration in json["integrations"].as_array().unwrap() {
            for judged in integration["predicates"].as_array().unwrap() {
                let outcome = judged["outcome"].as_str().unwrap();
                let why = judged["why"].as_str().unwrap();
                assert!(why.ends_with(['.', '!', '?', '…']), "{why}");
                assert!(
                    why.starts_with(|c: char| c.is_uppercase() || c == '`' || c.is_ascii_digit()),
                    "{why}"
                );
                let evidence = judged["evidence"].as_array().unwrap();
                if matches!(outcome, "met" | "partly" | "failed") {
                    assert!(
                        !evidence.is_empty(),
                        "{} of {}",
                        judged["id"],
                        integration["name"]
                    );
                }
                for one in evidence {
                    let file = one["file"].as_str().unwrap();
                    let line = usize::try_from(one["line"].as_u64().unwrap()).unwrap();
                    assert!(hashes.contains_key(file), "{file} has no hash");
                    let text = texts[file].lines().nth(line - 1).unwrap();
                    if one["kind"] == "clause" {
                        let first = one["text"].as_str().unwrap().split(' ').next().unwrap();
                        assert!(text.contains(first), "{file}:{line} {text} {one}");
                    }
                    seen += 1;
                }
            }
        }
        assert!(seen > 500, "{seen}");
    });
}

/// A project's verdicts by framework and control, with the reasons.
fn verdicts(report: &Report<'_>) -> BTreeMap<(String, String), (Verdict, String)> {
    let mut all = BTreeMap::new();
    for (number, asked) in report.assessment.asked.iter().enumerate() {
        for (control, judged) in listed(asked).zip(&report.judged[number]) {
            let key = (asked.framework.key.clone(), control.id.clone());
            all.insert(key, (judged.verdict, judged.reason.clone()));
        }
    }
    all
}

/// The flat text of an integration, without the lines that `gone` takes.
fn without(flat: &str, gone: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut changed = false;
    let mut out = String::new();
    for line in flat.lines() {
        match gone(line) {
            Some(other) => {
                changed = true;
                out.push_str(&other);
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    changed.then_some(out)
}

/// The duties, each with the words that begin its clauses and those that a report names them by.
const DUTIES: [(&str, &[&str], &[&str]); 6] = [
    ("owner", &["owner "], &["`owner`"]),
    ("purpose", &["purpose "], &["`purpose`"]),
    ("revoke", &["revoke "], &["`revoke`"]),
    ("monitor", &["monitor "], &["`monitor`"]),
    (
        "expiry and review",
        &["expires ", "review "],
        &["`expires`", "`review`"],
    ),
    ("rotate", &[], &["`rotate`"]),
];

/// An integration's flat text without a duty; none where it has none to take.
fn robbed(flat: &str, leads: &[&str]) -> Option<String> {
    without(flat, |line| {
        if leads.is_empty() {
            let (start, _) = line.split_once(" rotate ")?;
            return Some(start.to_owned());
        }
        let line = line.trim_start();
        leads
            .iter()
            .any(|lead| line.starts_with(lead))
            .then(String::new)
    })
}

/// Whichever duty is taken from whichever integration, a control's verdict changes, and the report
/// says which clause is missing. A duty is taken from all at once: what it comes to for one rests
/// on nobody else, so that a control of which nobody fell short before does so by each alone.
#[test]
fn a_duty_that_is_taken_away_changes_a_verdict() {
    let acme = texts("examples/acme");
    let before = with_report(&acme, framework::usual(), verdicts);
    let names: Vec<String> = with_report(&acme, Vec::new(), |report| {
        report
            .entries
            .iter()
            .map(|entry| entry.name.clone())
            .collect()
    });
    assert_eq!(names.len(), 12);
    let flat: BTreeMap<&String, String> = names
        .iter()
        .map(|name| {
            let told = scopec(
                &folder("examples/acme"),
                &["explain", name, "--expanded", "."],
            );
            (name, stdout(&told))
        })
        .collect();
    for (duty, leads, words) in DUTIES {
        let mut texts = acme.clone();
        let mut mutants = BTreeSet::new();
        for name in &names {
            let Some(mutant) = robbed(&flat[name], leads) else {
                continue;
            };
            let (file, item) = declaration(&texts, name);
            let text = texts[&file].replace(item.as_str(), &mutant);
            texts.insert(file, text);
            mutants.insert(name.clone());
        }
        // Two workflows prove themselves by tokens of their own, which nobody exchanges.
        assert_eq!(
            mutants.len(),
            if duty == "rotate" { 10 } else { 12 },
            "{duty}"
        );
        with_report(&texts, framework::usual(), |report| {
            for (number, entry) in report.entries.iter().enumerate() {
                if !mutants.contains(&entry.name) {
                    continue;
                }
                let answers = report.assessment.answers(&report.desk, number);
                let mut told = Vec::new();
                for asked in &report.assessment.asked {
                    for control in listed(asked) {
                        let key = (asked.framework.key.clone(), control.id.clone());
                        let verdict = report.assessment.verdict(number, control);
                        if before[&key].0 != Verdict::Gap && verdict == Verdict::Gap {
                            told.push(report.assessment.reason_for(number, control, &answers));
                        }
                    }
                }
                assert!(!told.is_empty(), "{} without {duty}", entry.name);
                for word in words {
                    let is_named = told.iter().any(|reason| reason.contains(word));
                    assert!(
                        is_named,
                        "{} without {duty} never names {word}: {told:?}",
                        entry.name
                    );
                }
            }
        });
    }
}

/// The same for one integration alone, through to the verdict of the project.
#[test]
fn one_integration_without_an_owner_changes_the_verdict_of_the_project() {
    let acme = texts("examples/acme");
    let name = "invoice-sync";
    let told = scopec(
        &folder("examples/acme"),
        &["explain", name, "--expanded", "."],
    );
    let mutant = robbed(&stdout(&told), &["owner "]).unwrap();
    let (file, item) = declaration(&acme, name);
    let mut texts = acme.clone();
    texts.insert(file.clone(), acme[&file].replace(item.as_str(), &mutant));
    let before = with_report(&acme, framework::usual(), verdicts);
    let after = with_report(&texts, framework::usual(), verdicts);
    let key = ("nist-csf-2.0".to_owned(), "GV.RR-02".to_owned());
    assert_eq!(before[&key].0, Verdict::Partial);
    assert_eq!(after[&key].0, Verdict::Gap);
    let reason = &after[&key].1;
    assert!(
        reason.contains(
            "1 of 12 integrations falls short of it. `invoice-sync`: It has no `owner` clause"
        ),
        "{reason}"
    );
}

/// The file and the text of an integration's declaration.
fn declaration(texts: &Texts, name: &str) -> (String, String) {
    let head = format!("integration {name}: ");
    let (file, text) = texts.iter().find(|(_, text)| text.contains(&head)).unwrap();
    let start = text.find(&head).unwrap();
    let end = text[start..].find("\n}\n").unwrap() + start + 3;
    (file.clone(), text[start..end].to_owned())
}

#[test]
fn what_is_switched_off_is_not_passed() {
    let mut acme = texts("examples/acme");
    let toml = acme.get_mut("scope.toml").unwrap();
    toml.push_str("\n[rules]\noverbroad-grant = \"off\"\n");
    with_report(&acme, framework::usual(), |report| {
        let detail = report.detail(0);
        let one = detail
            .predicates
            .iter()
            .find(|one| one.id == "PRV-01")
            .unwrap();
        assert_eq!(one.outcome, "unknown");
        assert!(
            one.why.contains("`overbroad-grant` is switched off"),
            "{}",
            one.why
        );
        assert_eq!(one.evidence[0].location.file, "scope.toml");
    });
}

#[test]
fn what_cannot_be_read_is_unknown_and_nobody_else_suffers() {
    let mut acme = texts("examples/acme");
    let text = acme.get_mut("finance/invoice-sync.scope").unwrap();
    *text = text.replace("books.payment fields", "books.paymnt fields");
    with_report(&acme, framework::usual(), |report| {
        let at = report
            .entries
            .iter()
            .position(|entry| entry.name == "invoice-sync")
            .unwrap();
        let detail = report.detail(at);
        for one in &detail.predicates {
            if one.id == "INV-01" {
                assert_eq!(one.outcome, "failed", "{}", one.why);
            } else {
                assert_eq!(one.outcome, "unknown", "{}: {}", one.id, one.why);
            }
        }
        let other = report
            .entries
            .iter()
            .position(|entry| entry.name == "msp-admin")
            .unwrap();
        let judged = report.detail(other).predicates;
        assert!(judged.iter().any(|one| one.outcome == "met"));
    });
}

#[test]
fn nobody_states_a_fact_and_nothing_is_passed() {
    let mut acme = texts("examples/acme");
    acme.remove("facts.scope");
    with_report(&acme, framework::usual(), |report| {
        for number in 0..report.entries.len() {
            let detail = report.detail(number);
            let outcome = |id: &str| {
                detail
                    .predicates
                    .iter()
                    .find(|one| one.id == id)
                    .unwrap()
                    .outcome
            };
            assert_eq!(outcome("REV-02"), "unknown");
            assert_eq!(outcome("APR-01"), "unknown");
            assert_ne!(outcome("CRD-10"), "failed");
        }
    });
}

#[test]
fn the_policy_is_that_of_the_project_where_it_says_so() {
    let mut acme = texts("examples/acme");
    let policy = "[lifecycle]\nreview = \"60d\"\n\n[lifecycle.across-tenants]\nreview = \"120d\"\n";
    acme.insert("scope.toml".to_owned(), policy.to_owned());
    with_report(&acme, framework::usual(), |report| {
        let outcome = |name: &str| {
            let at = report
                .entries
                .iter()
                .position(|entry| entry.name == name)
                .unwrap();
            let detail = report.detail(at);
            let one = detail
                .predicates
                .iter()
                .find(|one| one.id == "REV-01")
                .unwrap();
            (one.outcome, one.why.clone())
        };
        // Every quarter is not every 60 days, and no class says anything else.
        let (failed, why) = outcome("invoice-sync");
        assert_eq!(failed, "failed");
        assert!(why.contains("60d (everybody; `scope.toml`)"), "{why}");
        let (met, why) = outcome("msp-admin");
        assert_eq!(met, "met");
        assert!(why.contains("120d (across-tenants; `scope.toml`)"), "{why}");
    });
}

#[test]
fn settings_of_the_lifecycle_are_checked() {
    let folder = project(&[
        ("a.scope", "team a { contact \"#a\" }\n"),
        (
            "scope.toml",
            "[lifecycle]\nreveiw = \"30d\"\nrotation = \"soon\"\nagents = \"1d\"\n\n[lifecycle.agent]\ndormancy = \"45d\"\n",
        ),
    ]);
    expect(
        folder.path(),
        &["check", "--format", "short"],
        1,
        &[
            "there is no setting `lifecycle.reveiw`",
            "`soon` is no length of time",
            "there is no setting `lifecycle.agents`",
            "there is no setting `lifecycle.agent.dormancy`",
        ],
    );
}

/// Names and words of somebody who means harm.
fn hostile() -> Texts {
    let purpose = "=cmd|' /C calc'!A0 <img src=x onerror=alert(1)> </script><script>1</script> | ` ``` & \u{5e9}\u{5dc}\u{5d5}\u{5dd} [x](javascript:y) @everyone";
    let long = "wide ".repeat(3000);
    let text = format!(
        "team platform {{ contact \"@SUM(1+1)*cmd|<b>\" }}
system prod: aws.account(\"111122223333\") {{ env prod }}
integration one: service {{
  owner      platform
  purpose    \"{}\"
  revoke via \"+1+1\"
  monitor via \"-2+3 {long}\"
  review every 90d by platform
  acts       as itself
  identity   prod.iam.role(\"one\")
  credential workload for prod
  runs on    prod.lambda.function(\"one\")
  expires    2027-03-31
  allow GetObject on prod.s3.bucket(\"one\").object
}}
reviewed one on 2026-11-01 by platform
",
        purpose.replace('"', "\\\"")
    );
    [("a.scope".to_owned(), text)].into_iter().collect()
}

#[test]
fn hostile_words_mean_nothing_but_themselves() {
    with_report(&hostile(), framework::usual(), |report| {
        assert_eq!(report.entries.len(), 1);
        let csv = page(form("csv").unwrap(), report);
        let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{cell}"
                );
                assert!(
                    cell.chars().count() < 32_767,
                    "a cell that no spreadsheet holds"
                );
            }
        }
        assert!(
            csv.lines()
                .all(|line| line.starts_with('"') && line.ends_with('"'))
        );
        let markdown = page(form("markdown").unwrap(), report);
        for line in markdown.lines() {
            // Outside of code spans there is no markup of anybody else's.
            let outside = outside_of_code(line);
            assert!(!outside.contains(['<', '[']), "{line}");
        }
        let calendar = page(form("calendar").unwrap(), report);
        for line in calendar.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
        assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']));
        let json: Value = serde_json::from_str(&page(form("json").unwrap(), report)).unwrap();
        assert!(
            json["integrations"][0]["purpose"]
                .as_str()
                .unwrap()
                .contains("<script>")
        );
    });
}

/// A line of Markdown without its code spans.
fn outside_of_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        let fence = rest[start..].chars().take_while(|c| *c == '`').count();
        let inside = &rest[start + fence..];
        let mut end = None;
        let mut at = 0;
        while let Some(found) = inside[at..].find('`') {
            let run = inside[at + found..]
                .chars()
                .take_while(|c| *c == '`')
                .count();
            if run == fence {
                end = Some(at + found + run);
                break;
            }
            at += found + run;
        }
        match end {
            Some(end) => rest = &inside[end..],
            None => return out + inside,
        }
    }
    out + rest
}

#[test]
fn words_that_mean_no_framework_are_refused_with_a_hint() {
    let acme = folder("examples/acme");
    expect(
        &acme,
        &["report", "--framework", "owasp-nih-2025", "."],
        2,
        &[
            "there is no framework and no control `owasp-nih-2025`",
            "did you mean `owasp-nhi-2025`?",
        ],
    );
    expect(
        &acme,
        &["report", "--integration", "invoice-snyc", "."],
        2,
        &[
            "there is no integration `invoice-snyc`",
            "did you mean `invoice-sync`?",
        ],
    );
    expect(
        &acme,
        &["report", "--owner", "secuity", "."],
        2,
        &["there is no team `secuity`", "did you mean `security`?"],
    );
    expect(
        &acme,
        &["report", "--framework", "missing.toml", "."],
        2,
        &["cannot read `missing.toml`"],
    );
}

#[test]
fn a_framework_of_ones_own_is_judged_and_its_errors_have_places() {
    let good = "key = \"acme-1\"\nname = \"Acme Baseline\"\nversion = \"1\"\ntitles = \"official\"\nsource = \"Acme\"\ncoverage = \"complete\"\ncatalogue = \"own\"\n\n[[control]]\nid = \"A.1\"\noscal = \"a-1\"\ntitle = \"Owners\"\nevidence = [\"OWN-01\", \"OWN-02\"]\n";
    let bad = good
        .replace("OWN-02", "OWN-20")
        .replace("title = \"Owners\"", "titel = \"Owners\"");
    let broken = "key = \"a\nname = 3\n";
    let files = project(&[
        ("good.toml", good),
        ("bad.toml", &bad),
        ("broken.toml", broken),
        ("empty.toml", ""),
    ]);
    std::fs::write(files.path().join("binary.toml"), [0xFF, 0x00, 0x9F]).unwrap();
    let acme = folder("examples/acme");
    let acme = acme.to_str().unwrap();
    let told = expect(
        files.path(),
        &[
            "report",
            "--framework",
            "good.toml",
            "--format",
            "json",
            acme,
        ],
        0,
        &[],
    );
    let json: Value = serde_json::from_str(&stdout(&told)).unwrap();
    assert_eq!(json["frameworks"][0]["controls"][0]["verdict"], "satisfied");
    assert!(
        !stdout(&told).contains(files.path().to_str().unwrap()),
        "a path of this machine"
    );
    expect(
        files.path(),
        &["report", "--framework", "bad.toml", acme],
        2,
        &[
            "there is no key `titel`",
            "did you mean `title`?",
            "a control lacks `title`",
            "bad.toml:9",
        ],
    );
    expect(
        files.path(),
        &["report", "--framework", "broken.toml", acme],
        2,
        &["broken.toml"],
    );
    expect(
        files.path(),
        &["report", "--framework", "empty.toml", acme],
        2,
        &["the framework lacks `key`"],
    );
    expect(
        files.path(),
        &["report", "--framework", "binary.toml", acme],
        2,
        &["not valid UTF-8"],
    );
}

#[test]
fn a_report_may_be_about_one_team_or_one_integration() {
    let acme = folder("examples/acme");
    let json = |arguments: &[&str]| -> Value {
        let told = scopec(
            &acme,
            &[
                &["--as-of", TODAY, "report", "--format", "json"],
                arguments,
                &["."],
            ]
            .concat(),
        );
        assert!(told.status.success(), "{}", stderr(&told));
        serde_json::from_str(&stdout(&told)).unwrap()
    };
    let one = json(&["--integration", "finance/invoice-sync"]);
    assert_eq!(one["integrations"].as_array().unwrap().len(), 1);
    assert_eq!(one["estate"]["integrations"], 1);
    let team = json(&["--owner", "data-platform"]);
    assert_eq!(team["integrations"].as_array().unwrap().len(), 1);
    for due in team["calendar"].as_array().unwrap() {
        assert_eq!(due["by"], "data-platform");
    }
    let reviewer = json(&["--owner", "security"]);
    assert_eq!(reviewer["integrations"].as_array().unwrap().len(), 12);
}

#[test]
fn a_packet_holds_everything_with_its_hash_and_renews_itself() {
    let acme = folder("examples/acme");
    let out = tempfile::tempdir().unwrap();
    let at = out.path().join("packet");
    let path = at.to_str().unwrap();
    let write = || {
        expect(
            &acme,
            &["--as-of", TODAY, "report", "--packet", path, "."],
            0,
            &[],
        )
    };
    write();
    let files = tree(&at);
    let packet: Value = serde_json::from_str(&files["packet.json"]).unwrap();
    let listed: BTreeMap<String, String> = packet["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["path"].as_str().unwrap().to_owned(),
                one["sha256"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let mut there: BTreeSet<&str> = files.keys().map(String::as_str).collect();
    there.remove("packet.json");
    assert_eq!(there, listed.keys().map(String::as_str).collect());
    for (path, hash) in &listed {
        assert_eq!(
            *hash,
            scopec::report::shown::sha256(files[path].as_bytes()),
            "{path}"
        );
    }
    for wanted in [
        "sources/finance/invoice-sync.scope",
        "beside/scope.lock",
        "outputs/manifest.json",
        "report/report.md",
    ] {
        assert!(listed.contains_key(wanted), "{wanted}");
    }
    assert!(
        !files
            .values()
            .any(|text| text.contains(env!("CARGO_MANIFEST_DIR")))
    );
    // A second time the same, and what is no longer in it goes.
    std::fs::write(at.join("report/old.md"), "old").unwrap();
    let mut older = packet.clone();
    older["files"]
        .as_array_mut()
        .unwrap()
        .push(serde_json::json!({"path": "report/old.md"}));
    std::fs::write(at.join("packet.json"), older.to_string()).unwrap();
    write();
    assert_eq!(tree(&at), files);
}

#[test]
fn the_history_tells_what_each_commit_changed() {
    let repository = Repository::new();
    let acme = texts("examples/acme");
    for (path, text) in &acme {
        repository.write(path, text);
    }
    repository.commit("all of it");
    let file = "finance/invoice-sync.scope";
    repository.write(file, acme[file].replace("never delete within books\n", ""));
    repository.commit("let it delete");
    let told = scopec(
        repository.folder(),
        &[
            "--as-of",
            TODAY,
            "report",
            "--format",
            "json",
            "--history",
            ".",
        ],
    );
    assert!(told.status.success(), "{}", stderr(&told));
    let json: Value = serde_json::from_str(&stdout(&told)).unwrap();
    let of = |name: &str| -> Vec<Value> {
        let all = json["integrations"].as_array().unwrap();
        let one = all.iter().find(|one| one["name"] == name).unwrap();
        one["history"].as_array().unwrap().clone()
    };
    let events = of("invoice-sync");
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!(events[0]["message"], "let it delete");
    assert!(
        events[0]["changes"][0].as_str().unwrap().contains("delete"),
        "{events:?}"
    );
    assert_eq!(events[1]["message"], "all of it");
    assert_eq!(of("msp-admin").len(), 1);
    // A folder that is in no repository has no history, and says so.
    let files = project(&[("a.scope", "team a { contact \"#a\" }\n")]);
    expect(
        files.path(),
        &["report", "--history", "."],
        2,
        &["is not in a git repository"],
    );
}

#[test]
fn the_same_report_twice_is_the_same() {
    let acme = texts("examples/acme");
    let once = || {
        with_report(&acme, framework::usual(), |report| {
            let forms = scopec::report::FORMS.iter();
            forms
                .flat_map(|form| (form.write)(report, "report"))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(once(), once());
}

#[test]
fn an_empty_project_has_a_report() {
    let empty: Texts = [(
        "a.scope".to_owned(),
        "team a { contact \"#a\" }\n".to_owned(),
    )]
    .into();
    with_report(&empty, framework::usual(), |report| {
        for form in scopec::report::FORMS {
            assert!(!(form.write)(report, "report").is_empty(), "{}", form.name);
        }
        for (key, (verdict, reason)) in verdicts(report) {
            let settled = matches!(verdict, Verdict::NotApplicable | Verdict::NotAssessed);
            assert!(settled, "{key:?}: {reason}");
        }
    });
}

#[test]
fn the_list_names_what_can_be_asked_for() {
    let told = Command::new(env!("CARGO_BIN_EXE_scopec"))
        .args(["report", "--list"])
        .output()
        .unwrap();
    let text = stdout(&told);
    for framework in framework::all() {
        assert!(text.contains(&framework.key));
    }
    for predicate in predicate::all() {
        assert!(text.contains(predicate.id));
    }
}

/// Compares what stands between two marks of a page, or writes it there.
fn expect_between(page: &str, mark: &str, table: &str) {
    let path = folder(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let mark = format!("<!-- {mark} -->\n");
    let parts: Vec<&str> = text.split(mark.as_str()).collect();
    assert_eq!(parts.len(), 3, "{page} has {mark} twice");
    let wanted = [parts[0], &mark, table, &mark, parts[2]].concat();
    expect_file(&path, &wanted);
}

#[test]
fn the_page_on_frameworks_lists_every_framework() {
    let mut table = String::from(
        "| key | name | version | controls | listed | titles | licence |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for one in framework::all() {
        let listed = if one.selection.is_some() {
            "selection"
        } else {
            "complete"
        };
        let titles = if one.official_titles {
            "official"
        } else {
            "gist"
        };
        writeln!(
            table,
            "| `{}` | {} | {} | {} | {listed} | {titles} | {} |",
            one.key,
            one.name,
            one.version,
            one.controls.len(),
            one.licence.unwrap_or_default()
        )
        .unwrap();
    }
    expect_between("docs/frameworks.md", "table", &table);
}

#[test]
fn the_page_on_reports_lists_every_limit() {
    let mut table = String::from("| duty | of | at most | source |\n| --- | --- | --- | --- |\n");
    for limit in scopec::lifecycle::limit::all(&Settings::default()) {
        let scopec::lifecycle::limit::Origin::Default(source) = limit.origin else {
            panic!("a default that somebody set");
        };
        let class = limit
            .class
            .map_or("everybody", scopec::settings::Class::word);
        writeln!(
            table,
            "| {} | {class} | {} | {source} |",
            limit.duty.word(),
            limit.length
        )
        .unwrap();
    }
    expect_between("docs/report.md", "limits", &table);
}

/// A project of one well-kept integration, with clauses put in and facts behind it.
fn kept(clauses: &str, more: &str) -> Texts {
    let text = format!(
        "team web {{ contact \"#web\"; is idp.group(\"web\") }}
team security {{ contact \"#security\"; is idp.group(\"security\") }}
system idp: okta.org(\"acme\") {{ env prod }}
system prod: aws.account(\"111122223333\") {{ env prod }}
system dev: aws.account(\"444455556666\") {{ env dev }}
system books: netsuite.account(\"ACME\") {{ env prod; labels finance }}
integration one: service {{
  owner      web
  purpose    \"Do what it is there to do\"
  revoke via \"the runbook\"
  monitor via \"the log\"
  review every 30d by security
  expires    2027-03-31
{clauses}
}}
reviewed one on 2026-11-10 by security
{more}"
    );
    [("a.scope".to_owned(), text)].into_iter().collect()
}

/// What predicates come to for the integration `one`, with the reasons.
fn outcomes(texts: &Texts) -> BTreeMap<&'static str, (&'static str, String)> {
    let known = framework::all();
    let all = known.into_iter().map(Asked::whole).collect();
    with_report(texts, all, |report| {
        let at = report
            .entries
            .iter()
            .position(|entry| entry.name == "one")
            .unwrap();
        let judged = report.detail(at).predicates.into_iter();
        judged.map(|one| (one.id, (one.outcome, one.why))).collect()
    })
}

/// Asserts what predicates come to.
#[track_caller]
fn judged(texts: &Texts, wanted: &[(&str, &str)]) {
    let found = outcomes(texts);
    for (id, outcome) in wanted {
        let (is, why) = &found[id];
        assert_eq!(is, outcome, "{id}: {why}");
    }
}

#[test]
fn an_identity_that_nothing_proves_is_not_short_lived() {
    let open = kept(
        "  acts org-wide\n  identity books.user(\"one\")\n  credential none for books\n  allow read on books.invoice",
        "",
    );
    judged(
        &open,
        &[
            ("CRD-02", "failed"),
            ("CRD-03", "failed"),
            ("CRD-11", "failed"),
            ("CRD-04", "inapplicable"),
            ("HUM-01", "failed"),
        ],
    );
    let silent = kept(
        "  acts org-wide\n  identity books.user(\"one\")\n  allow read on books.invoice",
        "",
    );
    judged(
        &silent,
        &[
            ("CRD-01", "failed"),
            ("CRD-03", "unknown"),
            ("CRD-04", "unknown"),
            ("CRD-06", "unknown"),
            ("CRD-11", "unknown"),
        ],
    );
    let key = kept(
        "  acts org-wide\n  identity books.user(\"one\")\n  credential key for books rotate 30d\n  allow read on books.invoice",
        "",
    );
    judged(
        &key,
        &[
            ("CRD-02", "partly"),
            ("CRD-06", "unknown"),
            ("CRD-11", "unknown"),
            ("CRD-10", "unknown"),
        ],
    );
}

#[test]
fn one_exception_does_not_cover_another_finding() {
    let accepted = |clauses: &str| {
        kept(
            &format!(
                "  acts org-wide\n  identity books.user(\"one\")\n  credential oauth for books\n  identity idp.app(\"one\")\n  credential key for idp\n  allow read on books.invoice\n{clauses}"
            ),
            "",
        )
    };
    let one =
        "  accept no-rotation on books.invoice because \"a reason\" by security until 2026-12-01";
    judged(&accepted(one), &[("CRD-04", "failed")]);
    let lapsed = "  accept no-rotation because \"a reason\" by security until 2026-10-01";
    judged(&accepted(lapsed), &[("CRD-04", "failed")]);
    let all = "  accept no-rotation because \"a reason\" by security until 2026-12-01";
    judged(&accepted(all), &[("CRD-04", "partly")]);
}

#[test]
fn an_exception_that_lapsed_does_not_make_a_certain_way_unknown() {
    let own = "  acts org-wide\n  identity prod.iam.role(\"one\")\n  credential workload for prod\n  runs on prod.lambda.function(\"one\")\n  allow PutRolePolicy on prod.iam.role(\"one\")\n";
    judged(&kept(own, ""), &[("PRV-07", "failed")]);
    let lapsed =
        format!("{own}  accept self-escalation because \"a reason\" by security until 2026-10-31");
    judged(&kept(&lapsed, ""), &[("PRV-07", "failed")]);
    let holds =
        format!("{own}  accept self-escalation because \"a reason\" by security until 2026-12-31");
    judged(&kept(&holds, ""), &[("PRV-07", "partly")]);
}

#[test]
fn what_a_neighbour_hides_is_unknown_here() {
    let own = "  acts as itself\n  identity prod.iam.role(\"one\")\n  credential workload for prod\n  runs on prod.lambda.function(\"one\")\n  allow get on prod.secretsmanager.secret(\"s\")\n  never any within prod.iam";
    let other = |kept_in: &str| {
        format!(
            "integration two: service {{\n  owner web\n  identity prod.iam.role(\"two\")\n  credential key for prod in {kept_in}.secret(\"s\")\n  allow PutRolePolicy on prod.iam.role(\"x\")\n}}\n"
        )
    };
    judged(
        &kept(own, &other("prod.secretsmanager")),
        &[("PRV-06", "failed"), ("PRV-07", "failed")],
    );
    let typo = other("prod.secretsmanagr");
    judged(
        &kept(own, &typo),
        &[
            ("PRV-06", "unknown"),
            ("PRV-07", "unknown"),
            ("RVK-03", "unknown"),
            ("OWN-01", "met"),
        ],
    );
}

#[test]
fn what_stands_in_no_declaration_is_said_and_judges_nothing_away() {
    let texts: Texts = [(
        "a.scope".to_owned(),
        "integration one connector {\n  owner web\n}\n".to_owned(),
    )]
    .into();
    with_report(&texts, framework::usual(), |report| {
        assert!(!report.problems().is_empty());
        for (key, (verdict, reason)) in verdicts(report) {
            if verdict == Verdict::NotApplicable {
                assert!(reason.starts_with("Not applicable: "), "{key:?}: {reason}");
            }
        }
        let human = scopec::report::human::told(report, 80, false);
        assert!(human.contains("not known: "), "{human}");
        assert!(
            page(form("markdown").unwrap(), report)
                .contains("What these errors hide is not in this report")
        );
    });
    let mut twice = kept(
        "  acts as itself",
        "integration one: service { owner web }\n",
    );
    judged(&twice, &[("INV-01", "failed")]);
    twice.clear();
}

#[test]
fn people_logs_and_assumed_roles_are_seen() {
    let role = |allow: &str| {
        format!(
            "  acts as itself\n  identity prod.iam.role(\"one\")\n  credential workload for prod\n  runs on prod.lambda.function(\"one\")\n{allow}"
        )
    };
    let bob = "principal bob: human { identity prod.iam.role(\"one\") }\n";
    judged(
        &kept(&role(""), bob),
        &[("HUM-01", "failed"), ("MON-05", "failed")],
    );
    judged(
        &kept(&role(""), ""),
        &[
            ("HUM-01", "met"),
            ("MON-03", "met"),
            ("PRV-01", "inapplicable"),
            ("PRV-06", "inapplicable"),
        ],
    );
    let deletes = role("  allow DeleteTrail on prod.cloudtrail.trail(\"main\")");
    judged(&kept(&deletes, ""), &[("MON-03", "partly")]);
    let assumes = role("  allow \"sts:AssumeRole\" on prod.iam.role(\"log-admin\")");
    judged(
        &kept(&assumes, ""),
        &[
            ("RVK-03", "unknown"),
            ("PRV-07", "unknown"),
            ("MON-03", "unknown"),
        ],
    );
    let whole = role("  allow GetObject within prod.s3");
    judged(&kept(&whole, ""), &[("PRV-01", "partly")]);
}

#[test]
fn excess_is_not_a_closed_world_and_is_held_system_by_system() {
    let okta = "  acts org-wide\n  identity idp.app(\"one\")\n  credential key for idp rotate 30d\n  allow create, update on idp.user\n";
    judged(
        &kept(okta, ""),
        &[
            ("PRV-09", "partly"),
            ("PRV-02", "failed"),
            ("PUR-02", "partly"),
        ],
    );
    let both = format!(
        "{okta}  identity prod.iam.role(\"one\")\n  credential workload for prod\n  runs on prod.lambda.function(\"one\")\n  allow administer on prod.s3.bucket(\"x\")"
    );
    judged(&kept(&both, ""), &[("PRV-02", "failed")]);
    let held = "  acts org-wide\n  identity idp.app(\"one\")\n  credential key for idp rotate 30d\n  holds \"okta.users.manage\" on idp\n";
    judged(
        &kept(held, ""),
        &[("PRV-02", "partly"), ("PRV-01", "partly")],
    );
}

#[test]
fn approvals_count_by_team_and_day() {
    let own = "  acts as itself";
    judged(&kept(own, ""), &[("APR-01", "met")]);
    let mut other = kept(own, "");
    let text = other.get_mut("a.scope").unwrap();
    *text = text.replace("on 2026-11-10 by security", "on 2026-11-10 by web");
    judged(&other, &[("APR-01", "partly")]);
    let text = other.get_mut("a.scope").unwrap();
    *text = text.replace("on 2026-11-10 by web", "on 2026-12-10 by security");
    judged(&other, &[("APR-01", "unknown")]);
}

#[test]
fn environments_that_nobody_named_are_unknown() {
    let mut bare = kept(
        "  acts as itself\n  identity prod.iam.role(\"one\")\n  credential workload for prod\n  runs on prod.lambda.function(\"one\")",
        "",
    );
    judged(&bare, &[("ENV-02", "met"), ("ENV-03", "met")]);
    let text = bare.get_mut("a.scope").unwrap();
    *text = text.replace("{ env prod }", "{}");
    judged(
        &bare,
        &[
            ("ENV-02", "unknown"),
            ("ENV-03", "unknown"),
            ("ENV-01", "partly"),
        ],
    );
    let both = kept(
        "  acts as itself\n  identity prod.iam.role(\"one\")\n  credential workload for prod\n  identity dev.iam.role(\"one\")\n  credential workload for dev\n  runs on prod.lambda.function(\"one\")",
        "",
    );
    judged(&both, &[("ENV-02", "failed"), ("ENV-03", "failed")]);
}

#[test]
fn what_is_retired_and_lives_on_is_told() {
    judged(
        &kept("  acts as itself\n  status retired", ""),
        &[("OFF-01", "met")],
    );
    let inherits = kept(
        "  acts as itself\n  status retired\n  inherits all from two",
        "integration two: service { owner web }\n",
    );
    judged(&inherits, &[("OFF-01", "failed")]);
    let keeps = kept(
        "  acts as itself\n  status retired\n  identity books.user(\"one\")\n  credential key for books rotate 30d",
        "",
    );
    judged(&keeps, &[("OFF-01", "partly")]);
}
