//! The ledger is complete: judged from the syntax trees, not from what is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use scopec::artifact::Artifact;
use scopec::authority::time::Date;
use scopec::compile::compile;
use scopec::emit::emit;
use scopec::emit::manifest::{Entry, Manifest, manifest};
use scopec::source::{Sources, Span};
use scopec::syntax::{ast, parser};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::project::{folder, input};

/// A clause that wants rows: of whom, where, and which parts besides the resources.
struct Wanted {
    integration: String,
    file: String,
    line: u32,
    clause: String,
    resources: usize,
    parts: Vec<&'static str>,
}

type Profiles<'a> = BTreeMap<&'a str, &'a ast::Profile>;

/// What every integration's clauses want, its profiles' included.
fn wanted(sources: &Sources, trees: &[ast::File]) -> Vec<Wanted> {
    let items = || trees.iter().flat_map(|tree| &tree.items);
    let mut profiles = Profiles::new();
    for item in items() {
        if let ast::ItemKind::Profile(profile) = &item.kind {
            profiles.insert(&profile.name.raw, profile);
        }
    }
    let mut found = Vec::new();
    for item in items() {
        let ast::ItemKind::Integration(party) = &item.kind else {
            continue;
        };
        let mut clauses = Vec::new();
        take_in(&party.clauses, &profiles, &mut clauses);
        for clause in clauses {
            if let Some((resources, parts)) = rows_of(&clause.kind) {
                found.push(Wanted {
                    integration: party.name.raw.to_string(),
                    file: sources.path(clause.span).to_owned(),
                    line: sources.place(clause.span).line,
                    clause: sources.text(clause.span).to_owned(),
                    resources,
                    parts,
                });
            }
        }
    }
    found
}

/// A list of clauses with those of its profiles. What can be said once only is what is said
/// nearest.
fn take_in<'a>(
    clauses: &'a [ast::Clause],
    profiles: &Profiles<'a>,
    out: &mut Vec<&'a ast::Clause>,
) {
    let once = |clause: &ast::Clause| {
        if matches!(clause.kind, ast::ClauseKind::Expires(_)) {
            Some(0)
        } else {
            matches!(clause.kind, ast::ClauseKind::Acts(_)).then_some(1)
        }
    };
    let taken: BTreeSet<i32> = out.iter().filter_map(|clause| once(clause)).collect();
    out.extend(
        clauses
            .iter()
            .filter(|clause| once(clause).is_none_or(|number| !taken.contains(&number))),
    );
    for clause in clauses {
        if let ast::ClauseKind::Like(using) = &clause.kind {
            take_in(&profiles[&*using.name.raw].clauses, profiles, out);
        }
    }
}

/// How many resources a clause speaks of, and what else of it has a row of its own; none for
/// clauses that only govern.
fn rows_of(kind: &ast::ClauseKind) -> Option<(usize, Vec<&'static str>)> {
    use ast::ClauseKind as Kind;
    match kind {
        Kind::Allow(rule) | Kind::Never(rule) => {
            let parts = [
                (!rule.conditions.is_empty(), "where"),
                (rule.until.is_some(), "until"),
                (!rule.fields.is_empty(), "fields"),
                (rule.approval.is_some(), "approval"),
            ];
            let written = parts.iter().filter(|(is, _)| *is).map(|(_, part)| *part);
            Some((rule.targets.references.len(), written.collect()))
        }
        Kind::Delegates { targets, until, .. } => {
            let until = until.iter().map(|_| "until").collect();
            Some((targets.references.len(), until))
        }
        Kind::Holds { units, .. } => Some((units.len(), Vec::new())),
        Kind::Expires(_)
        | Kind::Acts(_)
        | Kind::Identity { .. }
        | Kind::Credential { .. }
        | Kind::Trusts { .. }
        | Kind::MemberOf(_)
        | Kind::BoundedBy(_)
        | Kind::RunsFrom(_)
        | Kind::RunsOn(_)
        | Kind::TriggeredBy(_)
        | Kind::Ingests(_)
        | Kind::Inherits { .. } => Some((1, Vec::new())),
        Kind::Like(_)
        | Kind::Owner(_)
        | Kind::Purpose(_)
        | Kind::Operator(_)
        | Kind::Review { .. }
        | Kind::Revoke(_)
        | Kind::Monitor(_)
        | Kind::Status(_)
        | Kind::Accept(_) => None,
    }
}

/// Compiles, walks the trees, and looks for each clause's rows.
fn check(project: &Path) -> (Manifest, Vec<Artifact>) {
    let read = input(project);
    let trees: Vec<ast::File> = read
        .files
        .iter()
        .map(|&id| parser::parse(id, &read.sources.file(id).text).0)
        .collect();
    let wanted = wanted(&read.sources, &trees);
    assert!(wanted.len() > 20, "{} clauses want rows", wanted.len());
    let compiled = compile(read, Date::parse("2026-11-21"));
    let (artifacts, said) = emit(&compiled);
    let manifest = manifest(&compiled, &artifacts, &said);
    let mut missing = String::new();
    for one in &wanted {
        let rows: Vec<&Entry> = manifest
            .ledger
            .iter()
            .filter(|row| {
                (&row.integration, &row.file, row.line) == (&one.integration, &one.file, one.line)
            })
            .collect();
        let special = ["where", "until", "fields", "approval"];
        let resources = rows
            .iter()
            .filter(|row| !special.contains(&row.part.as_str()))
            .count();
        let has = |part: &str| rows.iter().any(|row| row.part == part);
        if resources < one.resources || !one.parts.iter().all(|part| has(part)) {
            let found: Vec<&str> = rows.iter().map(|row| row.part.as_str()).collect();
            writeln!(
                missing,
                "{}:{} of {}: `{}` has {found:?}",
                one.file, one.line, one.integration, one.clause
            )
            .unwrap();
        }
    }
    assert!(missing.is_empty(), "clauses without rows\n{missing}");
    assert_states(&manifest);
    (manifest, artifacts)
}

/// Every state is one of the contract's, and a row is held by files exactly where it says so.
fn assert_states(manifest: &Manifest) {
    for row in &manifest.ledger {
        match row.state.as_str() {
            "enforced" | "gated" => assert!(!row.by.is_empty(), "{row:?} is held by nothing"),
            "unenforced" => assert!(row.why.is_some(), "{row:?} does not say why"),
            "enforced-by-absence" | "recorded" => {}
            other => panic!("`{other}` is no state"),
        }
    }
}

/// Every place that the ledger names exists, and every unit of authority in the files is held.
/// Gives how many such units there are.
fn check_places(manifest: &Manifest, artifacts: &[Artifact]) -> usize {
    let mut held: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for holder in manifest.ledger.iter().flat_map(|row| &row.by) {
        let place = match (&holder.pointer, holder.line) {
            (Some(pointer), None) => pointer.clone(),
            (None, Some(line)) => line.to_string(),
            both => panic!("{holder:?} has {both:?}"),
        };
        held.entry(&holder.path).or_default().insert(place);
    }
    let paths: BTreeSet<&str> = artifacts.iter().map(|one| one.path.as_str()).collect();
    for path in held.keys() {
        assert!(paths.contains(path), "{path} is not written");
    }
    let mut units = 0;
    for artifact in artifacts {
        let places = held
            .get(artifact.path.as_str())
            .cloned()
            .unwrap_or_default();
        let text = std::str::from_utf8(&artifact.bytes).unwrap();
        for place in &places {
            assert!(
                exists(text, place),
                "{}: there is no {place}",
                artifact.path
            );
        }
        for unit in units_of(artifact, text) {
            units += 1;
            let inside = format!("{unit}/");
            assert!(
                places
                    .iter()
                    .any(|place| *place == unit || place.starts_with(&inside)),
                "{}: no clause asked for {unit}",
                artifact.path
            );
        }
    }
    units
}

fn exists(text: &str, place: &str) -> bool {
    if let Ok(line) = place.parse::<usize>() {
        return text
            .lines()
            .nth(line - 1)
            .is_some_and(|line| !line.trim().is_empty());
    }
    match place.strip_prefix("/documents/") {
        Some(rest) => yaml(text, rest).is_some(),
        None => serde_json::from_str::<Value>(text)
            .unwrap()
            .pointer(place)
            .is_some(),
    }
}

/// The lines below a place in a YAML stream as the printer writes it: two spaces a level.
fn yaml<'a>(text: &'a str, place: &str) -> Option<Vec<&'a str>> {
    let mut steps = place.split('/');
    let number: usize = steps.next()?.parse().ok()?;
    let documents = text
        .split("---\n")
        .filter(|document| !document.trim().is_empty());
    let mut lines: Vec<&str> = documents.clone().nth(number)?.lines().collect();
    for step in steps {
        let step = step.replace("~1", "/").replace("~0", "~");
        let depth = |line: &str| line.len() - line.trim_start().len();
        let top = lines.iter().map(|line| depth(line)).min()?;
        let index = step.parse::<usize>().ok();
        let heads: Vec<usize> = (0..lines.len())
            .filter(|&at| depth(lines[at]) == top)
            .collect();
        let (at, from) = if let Some(index) = index {
            (*heads.get(index)?, 0)
        } else {
            let key = [format!("{step}:"), format!("\"{step}\":")];
            let is = |at: &&usize| {
                let line = lines[**at].trim_start();
                key.iter().any(|key| line.starts_with(key))
            };
            (*heads.iter().find(is)?, 1)
        };
        let end = heads
            .iter()
            .find(|&&head| head > at)
            .copied()
            .unwrap_or(lines.len());
        let inside = lines[at + from..end].to_vec();
        lines = if inside.is_empty() {
            vec![lines[at]]
        } else {
            inside
        };
    }
    Some(lines)
}

/// The places in a file that grant, deny or trust something.
fn units_of(artifact: &Artifact, text: &str) -> Vec<String> {
    let value = || serde_json::from_str::<Value>(text).unwrap();
    let below = |pointer: &str| match value().pointer(pointer) {
        Some(Value::Array(list)) => (0..list.len())
            .map(|at| format!("{pointer}/{at}"))
            .collect(),
        Some(Value::Object(map)) => map.keys().map(|key| format!("{pointer}/{key}")).collect(),
        _ => Vec::new(),
    };
    let lines_with = |words: &str| {
        let numbered = text.lines().enumerate();
        let found = numbered.filter(|(_, line)| line.trim_start().starts_with(words));
        found.map(|(at, _)| (at + 1).to_string()).collect()
    };
    match artifact.format {
        "iam-policy" | "iam-trust-policy" | "iam-permissions-boundary" => below("/Statement"),
        "oauth-scopes" => below("/scopes"),
        "okta-grants" => below(""),
        "github-app-manifest" => below("/default_permissions"),
        "github-app-token" => below("/permissions"),
        "generic" => below("/grants"),
        "sql-grants" => lines_with("GRANT "),
        "netsuite-role" => {
            let all: Vec<String> = lines_with("<permission>");
            // The role may sign in at all: two permissions that no clause names.
            all.into_iter()
                .filter(|line| !signs_in(text, line))
                .collect()
        }
        "kubernetes-rbac" => text
            .split("---\n")
            .filter(|document| !document.trim().is_empty())
            .enumerate()
            .flat_map(|(number, _)| {
                let rules = format!("{number}/rules");
                let count = yaml(text, &rules).map_or(0, |lines| {
                    lines.iter().filter(|line| line.starts_with("  - ")).count()
                });
                (0..count).map(move |at| format!("/documents/{rules}/{at}"))
            })
            .collect(),
        "entra-app" => below("/requiredResourceAccess")
            .iter()
            .flat_map(|resource| below(&format!("{resource}/resourceAccess")))
            .collect(),
        _ => Vec::new(),
    }
}

fn signs_in(text: &str, line: &str) -> bool {
    let at: usize = line.parse().unwrap();
    text.lines().nth(at).is_some_and(|key| {
        key.contains("ADMI_LOGIN_OAUTH2") || key.contains("ADMI_RESTWEBSERVICES")
    })
}

#[test]
fn every_clause_of_the_example_has_rows_and_every_statement_a_clause() {
    let (manifest, artifacts) = check(&folder("examples/acme"));
    let units = check_places(&manifest, &artifacts);
    assert!(units > 60, "{units} units");
    assert!(manifest.withheld.is_empty(), "{:?}", manifest.withheld);
}

#[test]
fn every_clause_of_the_example_before_has_rows() {
    let (manifest, artifacts) = check(&folder("examples/acme-before"));
    check_places(&manifest, &artifacts);
    assert!(!manifest.withheld.is_empty());
}

/// A project with every kind of clause, many times over and through profiles of profiles.
fn generated() -> TempDir {
    let mut text = String::from(
        r##"team platform { contact "#platform" }
system prod: aws.account("111122223333") { env prod; region "eu-west-1" }
system code: github.org("acme") { env prod }
system desk: zendesk.account("acme") { env prod }
principal ops: group { identity prod.iam.group("ops") }
profile dates(cloud: aws.account) {
  review every 90d by platform
  acts as itself
  expires 2027-03-31
  never "iam:*" on cloud.iam.role("admin")
}
profile limits(cloud: aws.account) { allow any within cloud }
profile worker(cloud: aws.account, name: string) {
  like dates(cloud)
  owner platform
  purpose "Work"
  revoke via "Detach the policy"
  monitor via "CloudTrail"
  identity cloud.iam.role(name)
  credential workload for cloud
  runs on cloud.lambda.function(name)
  bounded by limits(cloud)
  allow get on cloud.s3.bucket(name).object, cloud.s3.bucket("shared").object until 2027-01-31
  never delete within cloud.s3.bucket(name)
}
"##,
    );
    let last = 11;
    for index in 0..=last {
        let kind = ["connector", "webhook", "agent", "service"][index % 4];
        write!(
            text,
            "integration w{index}: {kind} {{\n  like worker(prod, \"w{index}\")\n"
        )
        .unwrap();
        if index % 2 == 0 {
            text.push_str("  acts org-wide\n  expires 2027-02-28\n");
        }
        if index % 3 == 0 {
            text.push_str("  triggered by anyone\n  ingests prod.s3.bucket(\"inbox\").object\n");
            text.push_str("  runs from code.repository(\"web\").branch(\"main\")\n");
        }
        if index % 4 == 1 {
            text.push_str(
                "  identity desk.oauth-client(\"w\")\n  credential oauth for desk rotate 30d\n",
            );
            text.push_str("  holds \"tickets:read\" on desk\n");
        }
        if index % 4 == 2 {
            text.push_str("  trusts code.repository(\"web\").branch(\"main\") for prod\n");
            text.push_str("  member of ops\n");
        }
        if index > 0 {
            writeln!(text, "  inherits nothing from w{}", index - 1).unwrap();
        }
        if index < last {
            let next = index + 1;
            writeln!(
                text,
                "  delegates get on prod.s3.bucket(\"w{index}\").object to w{next} until 2027-01-15"
            )
            .unwrap();
        }
        text.push_str(
            "  allow list on prod.s3.bucket(\"shared\") where mfa == true until 2026-12-31\n",
        );
        text.push_str("  allow update on prod.s3.bucket(\"shared\").object with approval by platform for 8h\n");
        text.push_str("  accept no-expiry because \"a test\" by platform until 2026-12-31\n}\n");
    }
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("main.scope"), text).unwrap();
    folder
}

#[test]
fn every_clause_of_a_generated_project_has_rows_and_every_statement_a_clause() {
    let project = generated();
    let read = input(project.path());
    let id = read.files[0];
    let (_, found) = parser::parse(id, &read.sources.file(id).text);
    let first: Option<Span> = found.first().map(|found| found.span);
    assert_eq!(first, None, "{found:#?}");
    let (manifest, artifacts) = check(project.path());
    let units = check_places(&manifest, &artifacts);
    assert!(units > 10, "{units} units");
}
