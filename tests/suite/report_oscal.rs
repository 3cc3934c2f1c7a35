//! Reports as OSCAL: what the documents refer to is there, uuids stay, and every control has its
//! finding. Whether the documents are of NIST's model, tests/oracles judges.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::tempdir;

use crate::cli::{expect, project, stdout, tree};
use crate::project::folder;

const DAY: &str = "2026-11-21";
const ACME: &str = "examples/acme";
const BEFORE: &str = "examples/acme-before";

/// The documents, by name.
type Documents = BTreeMap<String, Value>;

/// The texts of the documents about a project.
fn texts(project: &Path, more: &[&str]) -> BTreeMap<String, String> {
    let out = tempdir().unwrap();
    let out = out.path().join("oscal");
    let mut arguments = vec!["report", "--as-of", DAY, "--format", "oscal", "--out"];
    arguments.push(out.to_str().unwrap());
    arguments.extend(more);
    expect(project, &arguments, 0, &[]);
    tree(&out)
}

fn documents(project: &Path, more: &[&str]) -> Documents {
    parsed(&texts(project, more))
}

fn report(project: &Path, more: &[&str]) -> Value {
    let mut arguments = vec!["report", "--as-of", DAY, "--format", "json"];
    arguments.extend(more);
    serde_json::from_str(&stdout(&expect(project, &arguments, 0, &[]))).unwrap()
}

/// The documents about an example, and the report as JSON.
type Example = (BTreeMap<String, String>, Value);

static ACME_AS_IT_IS: LazyLock<Example> = LazyLock::new(|| both(ACME));
static ACME_BEFORE: LazyLock<Example> = LazyLock::new(|| both(BEFORE));

fn both(example: &str) -> Example {
    let at = folder(example);
    (texts(&at, &[]), report(&at, &[]))
}

fn parsed(texts: &BTreeMap<String, String>) -> Documents {
    texts
        .iter()
        .map(|(name, text)| (name.clone(), serde_json::from_str(text).unwrap()))
        .collect()
}

/// Every object in a value.
fn objects<'v>(value: &'v Value, found: &mut Vec<&'v serde_json::Map<String, Value>>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| objects(one, found)),
        Value::Object(map) => {
            found.push(map);
            map.values().for_each(|one| objects(one, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn all(document: &Value) -> Vec<&serde_json::Map<String, Value>> {
    let mut found = Vec::new();
    objects(document, &mut found);
    found
}

/// The uuids of a document, its own first.
fn uuids(document: &Value) -> Vec<String> {
    let of = |map: &serde_json::Map<String, Value>| Some(map.get("uuid")?.as_str()?.to_owned());
    all(document).into_iter().filter_map(of).collect()
}

fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value
        .pointer(path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn result(documents: &Documents) -> &Value {
    &documents["assessment-results.json"]["assessment-results"]["results"][0]
}

fn property<'v>(value: &'v Value, name: &str) -> &'v str {
    let of = list(value, "/props")
        .iter()
        .find(|prop| prop["name"] == name);
    of.and_then(|prop| prop["value"].as_str()).unwrap_or("")
}

/// What holds of the documents of any project.
fn hold_together(documents: &Documents, sources: &BTreeSet<String>) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (name, document) in documents {
        let own = uuids(document);
        let distinct: BTreeSet<&String> = own.iter().collect();
        assert_eq!(distinct.len(), own.len(), "{name} has a uuid twice");
        for uuid in &own {
            let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{name}: {uuid}");
            assert_eq!(&uuid[14..15], "5", "{name}: {uuid} is of another version");
            assert!("89ab".contains(&uuid[19..20]), "{name}: {uuid}");
        }
        known.extend(own);
    }
    for (name, document) in documents {
        let resources: BTreeSet<&str> = all(document)
            .iter()
            .filter(|map| map.contains_key("rlinks"))
            .filter_map(|map| map["uuid"].as_str())
            .collect();
        for map in all(document) {
            for (key, value) in map {
                let empty = value.as_array().is_some_and(Vec::is_empty);
                assert!(!empty, "{name}: {key} is an empty list");
                if key.ends_with("-uuid") {
                    assert!(
                        known.contains(value.as_str().unwrap()),
                        "{name}: {key} {value}"
                    );
                }
                if key == "title" || key == "value" {
                    let text = value.as_str().unwrap();
                    let plain = !text.is_empty() && text.trim() == text;
                    assert!(
                        plain && !text.contains(char::is_control),
                        "{name}: {text:?}"
                    );
                }
                if key == "href" || key == "source" {
                    leads_somewhere(
                        name,
                        value.as_str().unwrap(),
                        documents,
                        &resources,
                        sources,
                    );
                }
            }
        }
    }
}

fn leads_somewhere(
    name: &str,
    href: &str,
    documents: &Documents,
    resources: &BTreeSet<&str>,
    sources: &BTreeSet<String>,
) {
    let found = if let Some(resource) = href.strip_prefix('#') {
        resources.contains(resource)
    } else if let Some(path) = href.strip_prefix("../../sources/") {
        sources.contains(&decoded(path))
    } else {
        href.starts_with("https://") || documents.contains_key(href)
    };
    assert!(found, "{name}: {href} leads nowhere");
}

/// A path without its percent signs.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next().unwrap(), rest.next().unwrap()];
        let digits = std::str::from_utf8(&digits).unwrap();
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

fn names(project: &Path) -> BTreeSet<String> {
    tree(project).into_keys().collect()
}

#[test]
fn what_the_documents_refer_to_is_there() {
    for example in [ACME, BEFORE] {
        let at = folder(example);
        let documents = documents(&at, &["--framework", "all"]);
        assert!(documents.len() > 12, "{:?}", documents.keys());
        hold_together(&documents, &names(&at));
        let version = |document: &Value| {
            let top = document.as_object().unwrap().values().next().unwrap();
            top["metadata"]["oscal-version"].clone()
        };
        assert!(documents.values().all(|one| version(one) == "1.2.1"));
    }
}

#[test]
fn every_control_has_a_finding_with_its_verdict() {
    for example in [&*ACME_AS_IT_IS, &*ACME_BEFORE] {
        let (documents, report) = (parsed(&example.0), &example.1);
        let mut findings: BTreeMap<(String, String), &Value> = BTreeMap::new();
        for finding in list(result(&documents), "/findings") {
            let key = |name: &str| property(finding, name).to_owned();
            let twice = findings.insert((key("framework"), key("control")), finding);
            assert!(twice.is_none(), "{finding}");
        }
        let mut gaps = 0;
        for framework in list(report, "/frameworks") {
            for control in list(framework, "/controls") {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                let key = (text(&framework["key"]), text(&control["id"]));
                let finding = findings.remove(&key).unwrap_or_else(|| panic!("{key:?}"));
                let verdict = text(&control["verdict"]);
                assert_eq!(property(finding, "verdict"), verdict, "{key:?}");
                let (state, reason) = match verdict.as_str() {
                    "satisfied" => ("satisfied", "pass"),
                    "gap" => ("not-satisfied", "fail"),
                    _ => ("not-satisfied", "other"),
                };
                let status = &finding["target"]["status"];
                assert_eq!(status["state"], state, "{key:?}");
                assert_eq!(status["reason"], reason, "{key:?}");
                if verdict == "gap" {
                    gaps += 1;
                    let failed = list(finding, "/related-observations").iter().any(|one| {
                        let uuid = &one["observation-uuid"];
                        let all = list(result(&documents), "/observations").iter();
                        let mut of = all.filter(|observation| &observation["uuid"] == uuid);
                        of.any(|one| property(one, "outcome") == "failed")
                    });
                    assert!(failed, "{key:?} names nothing that failed");
                    assert!(!list(finding, "/related-risks").is_empty(), "{key:?}");
                }
            }
        }
        assert!(gaps >= 2, "{gaps} gaps");
        assert!(findings.is_empty(), "{:?}", findings.keys());
    }
}

/// An observation is of everybody with the same reason, and nobody is lost.
#[test]
fn observations_count_whom_the_report_counts() {
    let (documents, report) = (parsed(&ACME_BEFORE.0), &ACME_BEFORE.1);
    let mut counted: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in list(result(&documents), "/observations") {
        let key = |name: &str| property(one, name).to_owned();
        let subjects = list(one, "/subjects").len();
        assert_eq!(key("integrations"), subjects.to_string());
        *counted
            .entry((key("predicate"), key("outcome")))
            .or_default() += subjects;
        let rests = !list(one, "/relevant-evidence").is_empty();
        assert!(rests || key("outcome") != "failed", "{one}");
    }
    for predicate in list(report, "/predicates") {
        for outcome in ["met", "partly", "failed", "unknown", "silent"] {
            let wanted = predicate["integrations"][outcome].as_u64().unwrap();
            let id = predicate["id"].as_str().unwrap().to_owned();
            let found = counted.get(&(id.clone(), outcome.to_owned()));
            let found = found.copied().unwrap_or(0);
            assert_eq!(u64::try_from(found).unwrap(), wanted, "{id} {outcome}");
        }
    }
}

#[test]
fn evidence_is_a_line_of_a_source_with_its_hash() {
    let at = folder(BEFORE);
    let texts = tree(&at);
    let (documents, report) = (parsed(&ACME_BEFORE.0), &ACME_BEFORE.1);
    let document = &documents["assessment-results.json"]["assessment-results"];
    let mut hashes: BTreeMap<&str, &str> = BTreeMap::new();
    for source in list(document, "/back-matter/resources") {
        let hash = &source["rlinks"][0]["hashes"][0];
        assert_eq!(hash["algorithm"], "SHA-256");
        let href = source["rlinks"][0]["href"].as_str().unwrap();
        let path = href.strip_prefix("../../sources/").unwrap();
        hashes.insert(path, hash["value"].as_str().unwrap());
    }
    let wanted: BTreeMap<&str, &str> = list(report, "/sources")
        .iter()
        .map(|one| {
            (
                one["path"].as_str().unwrap(),
                one["sha256"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(hashes, wanted);
    let mut lines = 0;
    for observation in list(result(&documents), "/observations") {
        for evidence in list(observation, "/relevant-evidence") {
            let line: usize = property(evidence, "line").parse().unwrap();
            let text = &texts[property(evidence, "file")];
            assert!(line >= 1 && line <= text.lines().count(), "{evidence}");
            lines += 1;
        }
    }
    assert!(lines > 50, "{lines}");
}

/// Adding an integration that nobody has to do with changes no uuid but those of the documents.
#[test]
fn uuids_stay_when_somebody_is_added() {
    let mut texts = tree(&folder(ACME));
    texts.retain(|name, _| !name.starts_with("out/"));
    let files: Vec<(&str, &str)> = (texts.iter())
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let before = project(&files);
    let mut more = files.clone();
    more.push((
        "aaa.scope",
        "team strangers {}\n\nintegration aaa: agent {\n  owner strangers\n}\n",
    ));
    let after = project(&more);
    let (before, after) = (documents(before.path(), &[]), documents(after.path(), &[]));
    for (name, document) in &before {
        let (was, is) = (uuids(document), uuids(&after[name]));
        let is_catalog = name.starts_with("catalog-");
        assert_eq!(was[0] == is[0], is_catalog, "{name} itself");
        let is: BTreeSet<&String> = is.iter().collect();
        let lost: Vec<&String> = was[1..].iter().filter(|uuid| !is.contains(uuid)).collect();
        assert!(lost.is_empty(), "{name} lost {lost:?}");
    }
    let title = |documents: &Documents| -> BTreeMap<String, String> {
        let all = &documents["component-definition.json"]["component-definition"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        list(all, "/components")
            .iter()
            .map(|one| (text(&one["title"]), text(&one["uuid"])))
            .collect()
    };
    let (was, is) = (title(&before), title(&after));
    assert_eq!(is.len(), was.len() + 1);
    assert!(was.iter().all(|(name, uuid)| &is[name] == uuid));
}

/// Two projects may have an integration of the same name.
#[test]
fn projects_are_told_apart_by_their_names() {
    let text = "team ops {}\nintegration bot: agent {\n  owner ops\n}\n";
    let component = |settings: &str| {
        let at = project(&[("a.scope", text), ("scope.toml", settings)]);
        let documents = documents(at.path(), &[]);
        let all = &documents["component-definition.json"]["component-definition"];
        all["components"][0]["uuid"].clone()
    };
    let one = component("[project]\nname = \"one\"\n");
    assert_ne!(one, component("[project]\nname = \"other\"\n"));
    assert_eq!(one, component("[project]\nname = \"one\"\n"));
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    assert_eq!(texts(&folder(ACME), &[]), ACME_AS_IT_IS.0);
}

/// What NIST publishes needs no catalogue of ours, and has its own names of statements.
#[test]
fn the_frameworks_of_nist_are_referred_to_where_nist_has_them() {
    let at = folder(ACME);
    for (key, ending) in [("nist-csf-2.0", "_statement"), ("nist-sp800-53-r5", "_smt")] {
        let documents = documents(&at, &["--framework", key]);
        assert_eq!(documents.len(), 3, "{:?}", documents.keys());
        hold_together(&documents, &names(&at));
        for finding in list(result(&documents), "/findings") {
            let target = finding["target"]["target-id"].as_str().unwrap();
            assert!(target.ends_with(ending), "{target}");
        }
        let all = &documents["component-definition.json"]["component-definition"];
        let source = &all["components"][0]["control-implementations"][0]["source"];
        let published = "https://raw.githubusercontent.com/usnistgov/oscal-content/";
        assert!(source.as_str().unwrap().starts_with(published), "{source}");
    }
}

#[test]
fn a_project_without_integrations_has_documents() {
    let at = project(&[("a.scope", "team ops {}\n")]);
    let documents = documents(at.path(), &[]);
    hold_together(&documents, &names(at.path()));
    let all = &documents["component-definition.json"]["component-definition"];
    assert!(all.get("components").is_none());
    let result = result(&documents);
    assert!(result.get("observations").is_none() && result.get("risks").is_none());
    let verdicts: BTreeSet<&str> = list(result, "/findings")
        .iter()
        .map(|finding| property(finding, "verdict"))
        .collect();
    assert_eq!(verdicts, BTreeSet::from(["not-applicable", "not-assessed"]));
}

const HOSTILE: &str =
    "</script><img src=x> ![a](javascript:x) {{ insert: param, ac-1 }} `*_ [b](c) &amp; \\n # x";
/// What the language refuses in a text, and reports still show.
const CONTROLS: &str = "\u{202e}\u{7}";

/// Whether nothing in a text of Markdown is markup: every sign that could begin some is escaped,
/// or stands in code.
fn is_literal(text: &str) -> bool {
    let mut characters = text.chars();
    let mut code = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' if !code => {
                characters.next();
            }
            '`' => code = !code,
            '<' | '>' | '[' | ']' | '*' | '_' | '&' | '{' if !code => return false,
            _ => {}
        }
    }
    !code
}

#[test]
fn what_users_write_is_no_markup() {
    let long = "x".repeat(20_000);
    let text = format!(
        "team ops {{ contact \"{HOSTILE}\" }}\n\
         integration {}: agent {{\n  owner \"{HOSTILE}\"\n  purpose \"{long}\"\n}}\n\
         integration bot: agent {{\n  owner ops\n  purpose \"{HOSTILE}\"\n  monitor via \"# {HOSTILE}\"\n}}\n",
        "a".repeat(3_000)
    );
    let own = format!("integration odd: agent {{ purpose \"{HOSTILE} {CONTROLS}\" }}\n");
    let at = project(&[
        ("a.scope", &text),
        ("<i>`%'#?.scope", &own),
        ("scope.toml", "[project]\nname = \"<b>`{{\\n\\u0001\"\n"),
    ]);
    let documents = documents(at.path(), &[]);
    hold_together(&documents, &names(at.path()));
    let components = &documents["component-definition.json"]["component-definition"];
    let bot = &components["components"][1];
    assert!(
        bot["description"]
            .as_str()
            .unwrap()
            .starts_with("\\</script\\>"),
        "{bot}"
    );
    assert!(result(&documents).to_string().contains("insert: param"));
    for (name, document) in &documents {
        for map in all(document) {
            for key in ["title", "description", "statement", "prose"] {
                let Some(Value::String(text)) = map.get(key) else {
                    continue;
                };
                assert!(is_literal(text), "{name}: {key}: {text}");
                assert!(
                    !text.contains('\u{202e}') && !text.contains('\u{7}'),
                    "{name}: {text}"
                );
            }
        }
    }
}

#[test]
fn a_framework_that_somebody_brings_has_a_catalogue_in_the_folder() {
    let own = "key = \"../../x y\"\nname = \"<b>Own</b>\"\nversion = \"3\"\ntitles = \"official\"\n\
        source = \"Acme\"\ncoverage = \"complete\"\ncatalogue = \"own\"\n\n\
        [[control]]\nid = \"4.2\"\noscal = \"group-1\"\ntitle = \"Owned\"\ngroup = \"4 *Accounts*\"\n\
        url = \"javascript:alert(1)\"\nevidence = [\"OWN-01\"]\n\n\
        [[control]]\nid = \"4.3\"\noscal = \"acme-4.3\"\ntitle = \"Badges\"\n";
    let at = project(&[
        (
            "a.scope",
            "team ops {}\nintegration bot: agent {\n  owner ops\n}\n",
        ),
        ("frameworks/own.toml", own),
    ]);
    let documents = documents(at.path(), &["--framework", "frameworks/own.toml"]);
    hold_together(&documents, &names(at.path()));
    let catalog = &documents["catalog-..-..-x-y.json"]["catalog"];
    let group = &catalog["groups"][0];
    assert_ne!(group["id"], "group-1", "a control has this id");
    assert_eq!(group["controls"][0]["parts"][0]["id"], "group-1_smt");
    assert!(group["controls"][0].get("links").is_none());
    assert_eq!(catalog["controls"][0]["id"], "acme-4.3");
    let findings = list(result(&documents), "/findings");
    let states: Vec<&Value> = findings
        .iter()
        .map(|one| &one["target"]["status"]["state"])
        .collect();
    assert_eq!(states, ["satisfied", "not-satisfied"]);
}

/// Ten thousand that hold are one observation; those that fall short are told, up to a limit of
/// reasons, and all of them are listed.
#[test]
fn a_large_estate_is_told_in_few_observations() {
    let mut text = String::from("team ops { contact \"ops\" }\n");
    for number in 0..1_200 {
        let end = 1 + number % 28;
        let month = 1 + number / 28 % 12;
        let year = 2029 + number / 336;
        writeln!(
            text,
            "integration bot-{number}: agent {{\n  owner ops\n  expires {year}-{month:02}-{end:02}\n}}"
        )
        .unwrap();
    }
    let at = project(&[("a.scope", &text)]);
    let documents = documents(at.path(), &[]);
    hold_together(&documents, &names(at.path()));
    let of = |predicate: &str, outcome: &str| -> Vec<&Value> {
        list(result(&documents), "/observations")
            .iter()
            .filter(|one| {
                property(one, "predicate") == predicate && property(one, "outcome") == outcome
            })
            .collect()
    };
    let owned = of("OWN-01", "met");
    assert_eq!(owned.len(), 1);
    assert_eq!(list(owned[0], "/subjects").len(), 1_000);
    assert_eq!(property(owned[0], "integrations"), "1200");
    assert!(owned[0]["remarks"].as_str().unwrap().contains("200 more"));
    let late = of("EXP-03", "failed");
    assert_eq!(late.len(), 101, "a hundred reasons and the rest");
    let subjects: usize = late.iter().map(|one| list(one, "/subjects").len()).sum();
    assert_eq!(subjects, 1_200);
}

#[test]
fn a_folder_is_where_it_goes() {
    let at = folder(ACME);
    expect(&at, &["report", "--format", "oscal"], 2, &["--out"]);
    let out = tempdir().unwrap();
    let place = out.path().join("o");
    let shown = place.to_str().unwrap();
    for _ in 0..2 {
        expect(
            &at,
            &[
                "report", "--as-of", DAY, "--format", "oscal", "--out", shown,
            ],
            0,
            &[],
        );
    }
    assert_eq!(fs::read_dir(&place).unwrap().count(), 5);
}
