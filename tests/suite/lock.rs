//! `scope.lock`: made, read back, compared, and held to what a project comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use scopec::authority::time::{Date, Length};
use scopec::compile::{ask, compile};
use scopec::lock::{self, Cube, Direction, Effect, Fact, Line, Lock, Operations, SubjectKind};
use scopec::source::{SourceFile, Sources};

use crate::cli::{expect, project, scopec, stderr, stdout};
use crate::expect::expect_file;
use crate::project::{folder, input};

/// Examples whose lock is committed.
const LOCKED: [&str; 2] = ["examples/acme", "examples/lateral"];

fn lock_of(text: &str) -> Lock {
    let mut sources = Sources::new();
    let files = vec![sources.add(SourceFile::new("a.scope", text))];
    let input = scopec::compile::Input {
        sources,
        files,
        settings: scopec::settings::Settings::default(),
        diagnostics: Vec::new(),
    };
    let (compiled, _) = ask(input, None);
    let wrong: Vec<&str> = compiled
        .diagnostics
        .iter()
        .filter(|said| said.is_error())
        .map(|said| said.message.as_str())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    lock::of(&compiled)
}

/// The body of a small project on AWS.
fn aws(clauses: &str) -> String {
    format!(
        "system prod: aws.account(\"111122223333\") {{ region \"eu-west-1\" }}\n\
         team data {{}}\n\
         integration reader: connector {{\n  owner data\n  identity prod.iam.role(\"reader\")\n  credential workload for prod\n{clauses}\n}}\n"
    )
}

#[test]
fn the_examples_locks_are_fresh() {
    for example in LOCKED {
        let at = folder(example);
        let (compiled, _) = ask(input(&at), None);
        let text = lock::of(&compiled).text();
        expect_file(&at.join(lock::FILE), &text);
        expect(&at, &["lock", "--check"], 0, &[]);
    }
    let at = folder("examples/lateral");
    let output = scopec(&at, &["check", "--locked", "--as-of", "2026-11-21"]);
    let told = stderr(&output);
    assert!(!told.contains("stale-lock"), "{told}");
}

/// Judging changes nothing of what is granted, nor does the day.
#[test]
fn a_lock_is_the_same_on_every_day_and_judged_or_not() {
    let at = folder("examples/lateral");
    let (plain, _) = ask(input(&at), None);
    let late = compile(input(&at), Date::parse("2031-01-01"));
    assert_eq!(lock::of(&plain), lock::of(&late));
}

#[test]
fn every_example_reads_back_as_it_was() {
    for example in ["examples/acme", "examples/acme-before", "examples/lateral"] {
        let (compiled, _) = ask(input(&folder(example)), None);
        let lock = lock::of(&compiled);
        let text = lock.text();
        assert_eq!(Lock::parse(&text).as_ref(), Ok(&lock), "{example}");
        let mut lines: Vec<&str> = text.lines().skip(2).collect();
        let sorted = lines.is_sorted();
        assert!(sorted, "{example} is not sorted");
        lines.reverse();
        let shuffled = format!("version 1\r\n# said\r\n\r\n{}\r\n", lines.join("\r\n"));
        let read = Lock::parse(&shuffled).unwrap();
        assert_eq!(lock::compare(&lock, &read), []);
        assert_eq!(read.text(), text);
    }
}

#[test]
fn what_is_no_lock_is_told_at_its_line() {
    let good = lock_of(&aws("  allow get on prod.s3.bucket(\"a\").object")).text();
    let cases: [(String, u32, &str); 12] = [
        (String::new(), 1, "no line `version 1`"),
        ("PNG\u{0}\n".into(), 1, "must come first"),
        ("version 2\nwhat ever\n".into(), 1, "of version 2"),
        (
            good.replacen("integration", "<<<<<<< HEAD\nintegration", 1),
            3,
            "left over from a merge",
        ),
        (
            format!("{good}>>>>>>> theirs\n"),
            u32::try_from(good.lines().count() + 1).unwrap(),
            "left over from a merge",
        ),
        ("version 1\nlist a.b:get \"x\n".into(), 2, "left open"),
        ("version 1\nintegration  x\n".into(), 2, "a word is missing"),
        (
            "version 1\nintegration a b grant c:get on d\n".into(),
            2,
            "no list `c:get`",
        ),
        (
            "version 1\nintegration a b grant c.d\n".into(),
            2,
            "`on` or `within`",
        ),
        (
            "version 1\nintegration a b grant c.d on e until soon\n".into(),
            2,
            "no day",
        ),
        (
            "version 1\nintegration a b owns c\n".into(),
            2,
            "says nothing of an integration",
        ),
        ("version 1\nhello\n".into(), 2, "begins with"),
    ];
    for (text, line, words) in cases {
        let errors = Lock::parse(&text).unwrap_err();
        let first = &errors[0];
        assert_eq!(first.line, line, "{text}: {}", first.message);
        assert!(first.message.contains(words), "{}", first.message);
    }
    let long = format!("version 1\n{}", "nonsense\n".repeat(10_000));
    assert_eq!(Lock::parse(&long).unwrap_err().len(), 20);
}

/// What a small change of the declarations does to a lock: the operation that comes, on what.
#[test]
fn changes_are_told_both_ways() {
    let base = aws("  allow get on prod.s3.bucket(\"a\").object(\"x/*\")");
    let wider = [
        aws("  allow get, delete on prod.s3.bucket(\"a\").object(\"x/*\")"),
        aws("  allow get on prod.s3.bucket(\"a\").object"),
        aws("  allow get on prod.s3.bucket(\"a*\").object(\"x/*\")"),
        base.replace(
            "credential workload",
            "trusts anyone\n  credential workload",
        ),
    ];
    let narrower = [
        aws("  allow get on prod.s3.bucket(\"a\").object(\"x/y\")"),
        aws("  allow get on prod.s3.bucket(\"a\").object(\"x/*\") where mfa == true"),
        aws("  allow get on prod.s3.bucket(\"a\").object(\"x/*\") until 2027-01-01"),
        aws("  allow GetObject on prod.s3.bucket(\"a\").object(\"x/*\")"),
        base.replace("  allow", "  never delete within prod.s3\n  allow"),
    ];
    let base = lock_of(&base);
    for (texts, direction) in [
        (&wider[..], Direction::Widens),
        (&narrower[..], Direction::Narrows),
    ] {
        for text in texts {
            let other = lock_of(text);
            let forth: BTreeSet<Direction> = lock::compare(&base, &other)
                .iter()
                .map(|change| change.direction)
                .collect();
            assert_eq!(forth, BTreeSet::from([direction]), "{text}");
            let back: BTreeSet<Direction> = lock::compare(&other, &base)
                .iter()
                .map(|change| change.direction)
                .collect();
            let opposite = match direction {
                Direction::Widens => Direction::Narrows,
                Direction::Narrows => Direction::Widens,
                Direction::Neutral => Direction::Neutral,
            };
            assert_eq!(back, BTreeSet::from([opposite]), "{text}");
        }
    }
    let gained = lock::compare(&base, &lock_of(&wider[0]));
    let [one] = &gained[..] else {
        panic!("{gained:#?}")
    };
    assert_eq!(one.integration, "reader");
    assert_eq!(one.system, "prod");
    assert!(one.operations.contains(&"aws.s3.DeleteObject".to_owned()));
    assert!(!one.operations.contains(&"aws.s3.GetObject".to_owned()));
    assert_eq!(one.resource, "prod.s3.bucket(\"a\").object(\"x/*\")");
}

/// How grants are written does not matter, only what they come to.
#[test]
fn the_same_authority_in_other_words_is_the_same() {
    let together = lock_of(&aws("  allow read, delete on prod.s3.bucket(\"a\").object"));
    let apart = lock_of(&aws(
        "  allow delete on prod.s3.bucket(\"a\").object\n  allow read on prod.s3.bucket(\"a\").object\n  allow get on prod.s3.bucket(\"a\").object(\"b\")",
    ));
    assert_eq!(lock::compare(&together, &apart), []);
    assert_eq!(lock::compare(&apart, &together), []);
}

/// Another name for a list, and another way to cut lists, is no change.
#[test]
fn names_of_lists_do_not_count() {
    let lock = lock_of(&aws("  allow read on prod.s3.bucket(\"a\").object"));
    let renamed = lock
        .text()
        .replace("aws.s3.object:get", "other:x")
        .replace("aws.s3.object:list+get", "aws.s3.object:list other:x");
    let read = Lock::parse(&renamed).unwrap();
    assert_ne!(read, lock);
    assert_eq!(lock::compare(&lock, &read), []);
}

/// An operation that a catalogue adds shows once, in its list, and for everybody who uses it.
#[test]
fn an_update_of_the_catalogue_touches_its_list_alone() {
    let people: String = ["one", "two", "three"]
        .map(|name| {
            format!(
                "integration {name}: service {{ owner data; identity shop.user(\"{name}\"); credential none; allow get on shop.item(\"a\") }}\n"
            )
        })
        .concat();
    let project = |operations: &str| {
        format!(
            "vendor shop {{\n  complete\n  system site(id)\n  names glob\n  resource user(name) {{ is identity }}\n  resource item(name) {{ {operations} }}\n}}\nsystem shop: shop.site(\"x\") {{}}\nteam data {{}}\n{people}"
        )
    };
    let before = lock_of(&project("get \"read\"; update \"write\""));
    let after = lock_of(&project(
        "get \"read\", \"peek\"; update \"write\", \"patch\"",
    ));
    let (old, new) = (before.text(), after.text());
    let old: BTreeSet<&str> = old.lines().collect();
    let touched: Vec<&str> = new.lines().filter(|line| !old.contains(line)).collect();
    assert_eq!(touched, ["list shop.item:get shop.peek"]);
    let changes = lock::compare(&before, &after);
    let said: Vec<(&str, &[String])> = changes
        .iter()
        .map(|change| (change.integration.as_str(), &change.operations[..]))
        .collect();
    let peek = ["shop.peek".to_owned()];
    assert_eq!(
        said,
        [("one", &peek[..]), ("three", &peek[..]), ("two", &peek[..])]
    );
    assert!(changes.iter().all(|c| c.direction == Direction::Widens));
}

#[test]
fn a_lock_is_written_checked_and_kept() {
    let text = aws("  allow get on prod.s3.bucket(\"a\").object");
    let at = project(&[("main.scope", &text)]);
    let path = at.path().join(lock::FILE);
    expect(
        at.path(),
        &["check", "--locked"],
        1,
        &["stale-lock", "there is no `scope.lock`"],
    );
    let output = expect(at.path(), &["lock", "--check"], 1, &[]);
    assert_eq!(stdout(&output), "stale scope.lock\n");
    assert!(!path.exists());
    let output = expect(at.path(), &["lock"], 0, &[]);
    assert_eq!(stdout(&output), "wrote scope.lock\n");
    let first = fs::read_to_string(&path).unwrap();
    assert_eq!(stdout(&expect(at.path(), &["lock"], 0, &[])), "");
    expect(at.path(), &["lock", "--check"], 0, &[]);
    let elsewhere = expect(
        Path::new("/"),
        &["lock", "--check", at.path().to_str().unwrap()],
        0,
        &[],
    );
    assert_eq!(stderr(&elsewhere), "");
    let wider = text.replace("allow get", "allow get, delete");
    fs::write(at.path().join("main.scope"), wider).unwrap();
    expect(at.path(), &["check"], 0, &[]);
    expect(
        at.path(),
        &["check", "--locked"],
        1,
        &[
            "stale-lock",
            "`reader` differs",
            "`aws.s3.DeleteObject`",
            "scopec lock",
        ],
    );
    let again = fs::read_to_string(&path).unwrap();
    assert_eq!(first, again, "a check writes nothing");
    expect(at.path(), &["lock"], 0, &[]);
    let clean = expect(at.path(), &["check", "--locked"], 0, &[]);
    assert!(!stderr(&clean).contains("stale-lock"));
}

#[test]
fn a_lock_that_cannot_be_used_is_a_finding_at_its_line() {
    let at = project(&[(
        "main.scope",
        &aws("  allow get on prod.s3.bucket(\"a\").object"),
    )]);
    expect(at.path(), &["lock"], 0, &[]);
    let path = at.path().join(lock::FILE);
    let good = fs::read_to_string(&path).unwrap();
    let cases = [
        (
            good.replacen("integration", "<<<<<<< ours\nintegration", 1),
            3,
            "merge",
        ),
        (good.replacen("version 1", "version 7", 1), 2, "version 7"),
        (
            good.replacen("integration", "integration x", 1),
            3,
            "says nothing",
        ),
        (
            good.replace('\n', "\r\n"),
            1,
            "not as `scopec lock` writes it",
        ),
        (format!("{good}\n"), 0, "not as `scopec lock` writes it"),
    ];
    for (text, line, words) in cases {
        fs::write(&path, &text).unwrap();
        let output = expect(
            at.path(),
            &["check", "--locked", "--format", "json"],
            1,
            &[],
        );
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let found: Vec<&serde_json::Value> = report["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|found| found["rule"] == "stale-lock")
            .collect();
        let [one] = &found[..] else {
            panic!("{found:#?}")
        };
        assert_eq!(one["file"], "scope.lock");
        assert!(one["message"].as_str().unwrap().contains(words), "{one}");
        if line > 0 {
            assert_eq!(one["line"], line, "{one}");
        }
    }
    fs::write(&path, [0xff, 0xfe, 0, 1]).unwrap();
    expect(
        at.path(),
        &["check", "--locked"],
        1,
        &["stale-lock", "must come first"],
    );
}

#[test]
fn what_cannot_be_understood_is_not_locked() {
    let at = project(&[(
        "main.scope",
        &aws("  allow get on prod.s3.bucket(\"a\").object\n  allow nonsense on nowhere"),
    )]);
    expect(at.path(), &["lock"], 2, &["cannot be understood"]);
    assert!(!at.path().join(lock::FILE).exists());
}

/// Names of every kind, the hostile included.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,8}",
        any::<String>(),
        Just("a \"b\" \\ (c) [d] on until where and".to_owned()),
        Just("x\n\r\t\u{202e}\u{feff}".to_owned()),
        Just("!a.b:get+list".to_owned()),
    ]
}

/// A word of the project's: names of parties and teams are kebab-case.
fn any_word() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9-]{0,8}"
}

/// A text in quotes as the language writes it.
fn quoted(text: &str) -> String {
    let line = Line {
        kind: SubjectKind::Integration,
        subject: "a".to_owned(),
        system: "b".to_owned(),
        fact: Fact::Excess {
            unit: text.to_owned(),
            operations: Operations::default(),
        },
    };
    let lock = Lock {
        lines: BTreeSet::from([line]),
        ..Lock::default()
    };
    let text = lock.text();
    let line = text.lines().nth(2).unwrap();
    let words = line.strip_prefix("integration a b excess ").unwrap();
    words.strip_suffix(" nothing").unwrap().to_owned()
}

fn any_resource() -> impl Strategy<Value = String> {
    (any_word(), any_word(), any_name(), any_name()).prop_map(|(system, of, a, b)| {
        format!(
            "{system}.{of}({}, {}).{}",
            quoted(&a),
            quoted(&b),
            quoted(&of)
        )
    })
}

fn any_conditions() -> impl Strategy<Value = BTreeSet<String>> {
    let one = (any_name(), any_name()).prop_map(|(key, value)| {
        format!("{} in [{}, \"x\"] or absent", quoted(&key), quoted(&value))
    });
    prop::collection::btree_set(one, 0..3)
}

fn any_effect() -> impl Strategy<Value = Effect> {
    prop_oneof![
        Just(Effect::Grant),
        Just(Effect::Deny),
        Just(Effect::Bound),
        Just(Effect::BoundDeny),
        (
            any_word(),
            proptest::option::of(1_u32..10_000),
            any::<bool>()
        )
            .prop_map(|(by, hours, denied)| Effect::Gated {
                by,
                duration: hours.map(Length::from_hours),
                denied,
            }),
    ]
}

type Lists = BTreeMap<String, BTreeSet<String>>;

fn any_operation() -> impl Strategy<Value = String> {
    any_name().prop_filter("an operation has a name", |name| !name.is_empty())
}

fn any_lists() -> impl Strategy<Value = Lists> {
    let name = prop_oneof![
        Just("aws.s3.object:get".to_owned()),
        Just("aws.s3.object:list".to_owned()),
        Just("aws.account.*:update/named".to_owned()),
        (any_word(), any_name()).prop_map(|(of, name)| format!("{of}:{}", quoted(&name))),
        any_word().prop_map(|owner| format!("aws:some@{owner}#2")),
    ];
    let operations = prop::collection::btree_set(any_operation(), 0..4);
    prop::collection::btree_map(name, operations, 1..5)
}

fn any_lock() -> impl Strategy<Value = Lock> {
    any_lists().prop_flat_map(|lists| {
        let names: Vec<String> = lists.keys().cloned().collect();
        let operations = (
            prop::sample::subsequence(names.clone(), 0..=names.len()),
            prop::collection::btree_set(any_operation(), 0..3),
            prop::collection::btree_set(any_operation(), 0..3),
        )
            .prop_map(|(lists, named, but)| Operations {
                lists: lists.into_iter().collect(),
                named,
                but,
            })
            .boxed();
        let cube = (
            any_effect(),
            operations.clone(),
            any::<bool>(),
            any_resource(),
            prop::collection::btree_set(any_resource(), 0..2),
            prop::collection::btree_set(any_name(), 0..3),
            any_conditions(),
            proptest::option::of(0_i64..50_000_000),
        )
            .prop_map(
                |(effect, operations, within, resource, except, fields, conditions, until)| {
                    Fact::Cube(Cube {
                        effect,
                        operations,
                        within,
                        resource,
                        except,
                        fields,
                        conditions,
                        until: until.map(scopec::authority::Instant),
                    })
                },
            );
        let fact = prop_oneof![
            4 => cube,
            1 => (proptest::option::of(any_resource()), proptest::option::of(any_resource()))
                .prop_map(|(identity, from)| Fact::Identity { identity, from }),
            1 => any_word().prop_map(|with| Fact::Shared { with }),
            1 => (any_resource(), any_conditions())
                .prop_map(|(who, conditions)| Fact::Trusts { who, conditions }),
            1 => (any_name(), operations)
                .prop_map(|(unit, operations)| Fact::Excess { unit, operations }),
        ];
        let line = (any::<bool>(), any_word(), any_word(), any_name(), fact).prop_map(
            |(integration, subject, system, tenant, fact)| Line {
                kind: if integration {
                    SubjectKind::Integration
                } else {
                    SubjectKind::Principal
                },
                subject,
                system: format!("{system}({})", quoted(&tenant)),
                fact,
            },
        );
        let systems = (any_word(), any_name()).prop_map(|(name, id)| {
            BTreeMap::from([(name, format!("a.b({}) region \"x\"", quoted(&id)))])
        });
        (prop::collection::btree_set(line, 0..6), systems).prop_map(move |(lines, systems)| Lock {
            lines,
            lists: lists.clone(),
            systems,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_lock_reads_back_as_it_was(lock in any_lock()) {
        let text = lock.text();
        prop_assert!(text.lines().skip(2).is_sorted(), "{}", text);
        prop_assert!(!text.contains('\r'));
        prop_assert_eq!(Lock::parse(&text), Ok(lock.clone()), "{}", text);
        prop_assert_eq!(lock::compare(&lock, &Lock::parse(&text).unwrap()), []);
    }

    #[test]
    fn reading_never_panics(text in any::<String>(), lock in any_lock(), at in any::<prop::sample::Index>()) {
        let _ = Lock::parse(&text);
        let mut good = lock.text();
        let mut cut = at.index(good.len());
        while !good.is_char_boundary(cut) {
            cut -= 1;
        }
        good.insert_str(cut, &text);
        let _ = Lock::parse(&good);
    }

    #[test]
    fn comparing_two_is_the_other_way_round_backwards(a in any_lock(), b in any_lock()) {
        let forth = lock::compare(&a, &b);
        let back = lock::compare(&b, &a);
        let count = |changes: &[lock::LockChange], direction| {
            changes.iter().filter(|change| change.direction == direction && change.what != "bound grant").count()
        };
        prop_assert_eq!(count(&forth, Direction::Widens), count(&back, Direction::Narrows));
        prop_assert_eq!(count(&forth, Direction::Narrows), count(&back, Direction::Widens));
        let same: Vec<_> = lock::compare(&a, &a);
        prop_assert_eq!(same, []);
    }
}
