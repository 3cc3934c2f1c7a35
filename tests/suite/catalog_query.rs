//! What vendors offer, found by a name. Expected answers lie in `tests/cases/catalog_query/`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use crate::cli::{expect, project, stdout};
use crate::expect::{cases, expect_file};
use scopec::authority::verb::Verb;
use scopec::catalog::query::{answer, search, suggestion, table};
use scopec::compile::{Input, Offered, offered};
use scopec::diagnostic::Diagnostic;
use scopec::model::catalog::{Catalog, TypeRank};
use scopec::settings::Settings;
use scopec::source::Sources;

fn load(name: &str) -> Offered {
    offered(
        Input {
            sources: Sources::new(),
            files: Vec::new(),
            settings: Settings::default(),
            diagnostics: Vec::new(),
        },
        name,
    )
}

/// Everything that is embedded, read once.
fn whole() -> &'static Catalog {
    static WHOLE: OnceLock<Offered> = OnceLock::new();
    &WHOLE.get_or_init(|| load("")).catalog
}

/// Names of the vendors' own can be longer than a line; nothing else is.
fn assert_narrow(text: &str) {
    for line in text.lines() {
        let longest = line.split(' ').map(|word| word.chars().count()).max();
        assert!(
            line.chars().count() <= 80 || longest > Some(50),
            "{} columns: {line}",
            line.chars().count()
        );
    }
}

#[test]
fn each_kind_of_name_has_its_answer() {
    for (query, file) in [
        ("aws.s3.bucket", "type"),
        ("s3:GetObject", "operation"),
        ("ec2:RunInstances", "operation-on-several"),
        ("tickets:write", "unit"),
        ("contents:write", "unit-that-contains"),
        ("aws:SourceIp", "key"),
        ("zendesk", "vendor"),
        ("zendesk.ticket", "type-with-units"),
        ("secretv", "part-of-a-name"),
    ] {
        let found = search(whole(), query);
        let text = table::table(whole(), &found, false);
        assert_narrow(&text);
        let path = cases("catalog_query").join(format!("{file}.txt"));
        expect_file(&path, &text);
    }
}

#[test]
fn a_service_shows_what_each_verb_means() {
    let found = load("aws.s3");
    assert!(!found.diagnostics.iter().any(Diagnostic::is_error));
    let text = table::table(&found.catalog, &search(&found.catalog, "aws.s3"), false);
    assert_narrow(&text);
    expect_file(&cases("catalog_query").join("service.txt"), &text);
    assert!(found.catalog.operations.len() < 2_000, "only what is named");
}

/// What is read never changes an answer.
#[test]
fn reading_less_answers_the_same() {
    for query in ["aws.s3", "aws.s3.bucket", "zendesk", "okta.user"] {
        let few = load(query).catalog;
        let text = |catalog: &Catalog| table::table(catalog, &search(catalog, query), false);
        assert_eq!(text(&few), text(whole()), "{query}");
        let json = |catalog: &Catalog| answer::answer(catalog, &search(catalog, query));
        assert_eq!(json(&few), json(whole()), "{query}");
    }
}

#[test]
fn the_contract_for_programs() {
    for (query, file) in [
        ("tickets:write", "unit"),
        ("s3:GetObject", "operation"),
        ("kubernetes.pod", "type"),
    ] {
        let answer = answer::answer(whole(), &search(whole(), query));
        let mut text = serde_json::to_string_pretty(&answer).unwrap();
        text.push('\n');
        let path = cases("catalog_query").join(format!("{file}.json"));
        expect_file(&path, &text);
    }
}

/// Every operation of a vendor without units is given by the unit of its own spelling, and every
/// unit that an operation names permits it.
#[test]
fn units_and_operations_agree() {
    for vendor in ["aws.s3", "zendesk", "github", "kubernetes"] {
        let answer = answer::answer(whole(), &search(whole(), vendor));
        let permits: BTreeMap<&str, BTreeSet<&str>> = answer
            .units
            .iter()
            .map(|unit| {
                let with = unit.permits_with.iter().map(|with| with.operation.as_str());
                let all = unit.permits.iter().map(String::as_str).chain(with);
                (unit.unit.as_str(), all.collect())
            })
            .collect();
        assert!(!answer.operations.is_empty(), "{vendor}");
        for operation in &answer.operations {
            for unit in &operation.units {
                let permitted = permits.get(unit.as_str());
                assert!(
                    permitted.is_some_and(|all| all.contains(operation.operation.as_str())),
                    "{unit} {}",
                    operation.operation
                );
            }
        }
    }
}

#[test]
fn what_is_not_there_is_said_with_what_is_near() {
    assert_eq!(
        suggestion(whole(), "GetObjekt").as_deref(),
        Some("GetObject")
    );
    let here = project(&[]);
    let output = expect(
        here.path(),
        &["catalog", "aws.s33"],
        1,
        &["nothing", "did you mean `aws.s3`?"],
    );
    assert_eq!(stdout(&output), "");
}

#[test]
fn a_project_adds_its_own_vendors() {
    let folder = project(&[(
        "in/own.scope",
        "vendor ledger {\n  system book(id)\n  units bind to tenant\n  \
         resource entry in book { list \"entries.list\"; create \"entries.add\" }\n  \
         unit \"entries.read\" permits \"entries.list\"\n  \
         unit \"entries.write\" permits \"entries.list\", \"entries.add\"\n  complete\n}\n",
    )]);
    let at = folder.path();
    let ask = ["catalog", "entries.write", "--project", "in"];
    let text = stdout(&expect(at, &ask, 0, &[]));
    expect_file(&cases("catalog_query").join("own-unit.txt"), &text);
    expect(at, &["catalog", "entries.write"], 1, &["nothing"]);
}

/// The page of the AWS catalogue counts what is embedded.
#[test]
fn the_page_counts_what_is_embedded() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/aws-catalogue.md");
    let page = std::fs::read_to_string(page).unwrap();
    let cells = |first: &str| -> Vec<usize> {
        let line = page
            .lines()
            .find(|line| line.starts_with(&format!("| {first} |")))
            .unwrap_or_else(|| panic!("no row `{first}`"));
        line.split('|')
            .filter_map(|cell| cell.trim().parse().ok())
            .collect()
    };
    let catalog = whole();
    let aws = catalog.vendor_named("aws").unwrap();
    let count = |rank: TypeRank| {
        let of_aws = catalog.types.iter().filter(|of| of.vendor == aws);
        of_aws.filter(|of| of.rank == rank).count()
    };
    let operations: Vec<_> = catalog
        .operations
        .iter()
        .filter(|operation| operation.vendor == aws)
        .collect();
    let united = cells("united");
    assert_eq!(united[0], count(TypeRank::Service), "services");
    assert_eq!(united[1], operations.len(), "operations");
    assert_eq!(united[2], count(TypeRank::Resource), "types");
    for verb in Verb::ALL {
        let held = operations
            .iter()
            .filter(|operation| operation.verb == verb)
            .count();
        assert_eq!(cells(verb.word()).last(), Some(&held), "{verb}");
    }
}
