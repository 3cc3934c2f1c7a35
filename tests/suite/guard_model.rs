//! Guards, tests and facts as the model holds them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

use scopec::compile::{Compiled, Input, compile};
use scopec::model::fact::Fact;
use scopec::model::guard::{Countable, Gravity, GuardRuleKind, Requirement, Selector};
use scopec::model::rule::{Part, Slice};
use scopec::model::test::AssertionKind;
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};

const PROJECT: &str = r#"team security {}
system desk: zendesk.account("acme") { env prod; labels customer-data }
system cloud: aws.account("111122223333") { region "eu-west-1" }
principal admins: group {}
integration bot: agent {
  owner security
  identity desk.oauth-client("bot")
  allow read on desk.ticket
}
"#;

fn project(text: &str) -> Compiled {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("a.scope", format!("{PROJECT}{text}")));
    let input = Input {
        sources,
        files: vec![file],
        settings: Settings::default(),
        diagnostics: Vec::new(),
    };
    compile(input, None)
}

/// Rule and message of every error that resolving says.
fn wrong(compiled: &Compiled) -> Vec<(&str, &str)> {
    let rules = ["syntax", "unknown-name", "no-operations", "wrong-type"];
    compiled
        .diagnostics
        .iter()
        .filter(|found| rules.contains(&&*found.rule))
        .map(|found| (&*found.rule, found.message.as_str()))
        .collect()
}

/// The operations and flat addresses of slices, one line each.
fn shown(compiled: &Compiled, slices: &[Slice]) -> Vec<String> {
    let catalog = &compiled.model.catalog;
    slices
        .iter()
        .map(|slice| {
            let mut names: Vec<String> = slice
                .cube
                .operations
                .iter_finite()
                .unwrap()
                .map(|id| {
                    let slot = scopec::model::catalog::SlotId::of(id);
                    catalog.operation_of(slot).name.to_string()
                })
                .collect();
            names.sort();
            let address = slice.cube.address.as_pattern().unwrap();
            let text = address.glob_text(|c, out| out.push(c));
            format!("{} {text}", names.join(","))
        })
        .collect()
}

fn things(compiled: &Compiled, parts: &[Part]) -> Vec<(String, bool)> {
    parts
        .iter()
        .map(|part| {
            let of = compiled.model.catalog.type_path(part.thing.of);
            (of, part.within)
        })
        .collect()
}

#[test]
fn guard_keeps_its_rules_in_order() {
    let compiled = project(
        r#"guard one "why not" {
  deny update, delete on desk.ticket together with read on label customer-data
    for kind agent and owner security except admins directly
  require rotation of at most 30d for write on env prod and vendor zendesk and org-level
  limit 4 hops for bot
  severity warning
  exceptions by security
}
"#,
    );
    assert_eq!(wrong(&compiled), []);
    let guard = &compiled.model.guards[0];
    assert_eq!(guard.why.as_deref(), Some("why not"));
    assert_eq!(guard.severity, Gravity::Warning);
    assert!(guard.exceptions_by.is_some());
    let [deny, require, limit] = &guard.rules[..] else {
        panic!("{:?}", guard.rules);
    };
    let GuardRuleKind::Deny {
        what,
        together,
        subjects,
        except,
        directly,
    } = &deny.kind
    else {
        panic!("{deny:?}");
    };
    let part = what.part.as_ref().unwrap();
    assert_eq!(what.verbs.to_string(), "update, delete");
    assert_eq!(
        compiled.model.catalog.type_path(part.thing.of),
        "zendesk.ticket"
    );
    assert!(!part.slices.is_empty() && !part.within);
    let together = together.as_ref().unwrap();
    assert!(together.part.is_none());
    assert!(
        matches!(&together.selectors[..], [Selector::Label(label)] if **label == *"customer-data")
    );
    assert!(matches!(
        &subjects[..],
        [Selector::Kind(kind), Selector::Owner(_)] if kind.word() == "agent"
    ));
    assert_eq!(except.len(), 1);
    assert!(directly);
    let GuardRuleKind::Require { what, at_most, of } = &require.kind else {
        panic!("{require:?}");
    };
    assert_eq!(*what, Requirement::Rotation);
    assert!(at_most.is_some());
    assert!(matches!(
        &of.selectors[..],
        [Selector::Env(_), Selector::Vendor(_), Selector::OrgLevel]
    ));
    assert!(matches!(
        &limit.kind,
        GuardRuleKind::Limit { count: 4, what: Countable::Hops, subjects }
            if matches!(&subjects[..], [Selector::Party(_)])
    ));
}

#[test]
fn selection_without_verbs_is_everything_inside() {
    let compiled = project("guard one \"\" {\n  deny cloud.s3.bucket(\"pci\")\n}\n");
    assert_eq!(wrong(&compiled), []);
    let GuardRuleKind::Deny { what, .. } = &compiled.model.guards[0].rules[0].kind else {
        panic!("no deny");
    };
    let part = what.part.as_ref().unwrap();
    let object =
        |slice: &&Slice| compiled.model.catalog.of(slice.thing.of).name.as_ref() == "object";
    assert!(part.within);
    assert_eq!(part.slices.iter().filter(object).count(), 1);
}

#[test]
fn rule_of_a_guard_that_names_the_unknown_is_left_out_and_said() {
    let compiled = project(
        "guard one \"\" {\n  deny any on desk.tickett\n  deny read on env prod for owner nobody\n  \
         deny read on vendor zendesc\n  limit 2 systems for kind agent\n}\n",
    );
    assert_eq!(
        wrong(&compiled),
        [
            ("unknown-name", "there is no type `tickett` in `zendesk`"),
            ("unknown-name", "there is no team `nobody`"),
            ("unknown-name", "there is no vendor `zendesc`"),
        ]
    );
    assert_eq!(compiled.model.guards[0].rules.len(), 1);
}

#[test]
fn assertions_are_resolved_or_kept_as_unresolved() {
    let compiled = project(
        r#"test "one" {
  bot can read on desk.ticket, desk.user
  bot cannot delete on desk.ticket without approval
  bot cannot reach cloud.s3.bucket("x"), admins
  bot can influence admins
  bot cannot cause update on desk.ticket
  bott can read on desk.ticket
  bot can read on desk.tickett
  bot cannot influence admin
}
"#,
    );
    assert_eq!(wrong(&compiled).len(), 3, "{:?}", wrong(&compiled));
    let test = &compiled.model.tests[0];
    assert_eq!((&*test.name, test.complete), ("one", true));
    let negated: Vec<bool> = test.assertions.iter().map(|one| one.negated).collect();
    assert_eq!(
        negated,
        [false, true, true, false, true, false, false, true]
    );
    let AssertionKind::Perform {
        parts,
        without_approval: false,
    } = &test.assertions[0].kind
    else {
        panic!("{:?}", test.assertions[0]);
    };
    assert_eq!(
        things(&compiled, parts),
        [
            ("zendesk.ticket".to_owned(), false),
            ("zendesk.user".to_owned(), false)
        ]
    );
    assert!(matches!(
        &test.assertions[1].kind,
        AssertionKind::Perform {
            without_approval: true,
            ..
        }
    ));
    let AssertionKind::Reach { parts, parties, .. } = &test.assertions[2].kind else {
        panic!("{:?}", test.assertions[2]);
    };
    assert_eq!(
        things(&compiled, parts),
        [("aws.s3.bucket".to_owned(), true)]
    );
    assert_eq!(parties.len(), 1);
    assert!(matches!(&test.assertions[3].kind, AssertionKind::Influence(whom) if whom.len() == 1));
    assert!(matches!(&test.assertions[4].kind, AssertionKind::Cause(parts) if parts.len() == 1));
    for one in &test.assertions[5..] {
        assert!(matches!(one.kind, AssertionKind::Unresolved), "{one:?}");
    }
}

fn facts(compiled: &Compiled) -> &[Fact] {
    &compiled.model.resources[0].facts
}

#[test]
fn what_a_resource_admits_is_operations_on_addresses() {
    let compiled = project(
        r#"resource cloud.s3.bucket("x") {
  admits admins to GetObject on object
  admits admins to ListBucket
  refuses anyone to "s3:DeleteObject", DeleteBucket within
}
"#,
    );
    assert_eq!(wrong(&compiled), []);
    let mut slices = Vec::new();
    for fact in facts(&compiled) {
        let Fact::Admits { slices: found, .. } = fact else {
            panic!("{fact:?}");
        };
        slices.push(shown(&compiled, found));
    }
    assert_eq!(
        slices,
        [
            vec!["GetObject arn:aws:s3:::x/*".to_owned()],
            vec!["ListBucket arn:aws:s3:::x".to_owned()],
            vec![
                "DeleteBucket arn:aws:s3:::x".to_owned(),
                "DeleteObject arn:aws:s3:::x/*".to_owned(),
            ],
        ]
    );
}

#[test]
fn what_a_guard_stands_against_is_verbs_and_operations() {
    let compiled = project(
        r#"resource cloud.s3.bucket("x") {
  guarded by approval against read, delete, "s3:PutObject", PutBucketPolicy
}
"#,
    );
    assert_eq!(wrong(&compiled), []);
    let [
        Fact::Guarded {
            verbs,
            slots,
            against,
            ..
        },
    ] = facts(&compiled)
    else {
        panic!("{:?}", facts(&compiled));
    };
    let catalog = &compiled.model.catalog;
    let mut names: Vec<&str> = slots
        .iter()
        .map(|&slot| &*catalog.operation_of(slot).name)
        .collect();
    names.sort_unstable();
    assert_eq!(verbs.to_string(), "read, delete");
    assert_eq!(names, ["PutBucketPolicy", "PutObject"]);
    assert_eq!(against.len(), 4);
}

#[test]
fn misspelt_words_of_facts_are_said() {
    let compiled = project(
        r#"resource cloud.s3.bucket("x") {
  admits admins to GetObjekt on object
  admits admins to get on objekt
  guarded by approval against "s3:PutObjekt"
}
"#,
    );
    assert_eq!(
        wrong(&compiled),
        [
            (
                "unknown-name",
                "there is no operation `GetObjekt` on `aws.s3.object`"
            ),
            (
                "unknown-name",
                "there is no type `objekt` in `aws.s3.bucket`"
            ),
            (
                "unknown-name",
                "there is no operation `s3:PutObjekt` on `aws.s3.bucket`"
            ),
        ]
    );
    assert!(facts(&compiled).is_empty());
}
