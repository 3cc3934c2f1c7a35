//! The formatter: canonical, idempotent, and the tree stays what it was.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use scopec::format::format;
use scopec::source::FileId;
use scopec::syntax::ast::File;
use scopec::syntax::parser::parse;

use crate::expect::{case_folders, expect_file};
use crate::parser::{blocks, scope_files};

fn read(text: &str) -> File {
    let (file, diagnostics) = parse(FileId(0), text);
    assert_eq!(diagnostics, [], "{text}");
    file
}

/// The tree without its places, and the comments' texts.
fn tree<'t>(text: &'t str, file: &File) -> (String, Vec<&'t str>) {
    let comments = file
        .comments
        .iter()
        .map(|comment| text[comment.span.start as usize..comment.span.end as usize].trim_end())
        .collect();
    (placeless(&format!("{:?}", file.items)), comments)
}

/// The debug form without spans, which are printed as `0:12..15`.
pub fn placeless(debug: &str) -> String {
    [" ", "("].iter().fold(debug.to_owned(), |debug, before| {
        let mut kept = String::with_capacity(debug.len());
        for (index, part) in debug.split(&format!("{before}0:")).enumerate() {
            if index == 0 {
                kept.push_str(part);
            } else {
                kept.push_str(before);
                kept.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
            }
        }
        kept
    })
}

/// What `format` makes of a text, after checking what must always hold.
fn formatted(text: &str) -> String {
    let before = read(text);
    let once = format(text, &before);
    let after = read(&once);
    assert!(
        tree(text, &before) == tree(&once, &after),
        "the tree changed:\n{text}\n----\n{once}"
    );
    let twice = format(&once, &after);
    assert_eq!(once, twice, "not idempotent:\n{text}");
    assert!(!once.contains('\r'));
    assert!(
        once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n"),
        "{once:?}"
    );
    assert!(once.lines().all(|line| line == line.trim_end()), "{once}");
    once
}

#[test]
fn the_examples_of_the_language_reference_are_canonical_but_for_their_width() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let markdown = fs::read_to_string(root.join("docs/language.md")).unwrap();
    for (line, block) in blocks(&markdown) {
        let set = formatted(&block);
        if block.lines().all(|line| line.chars().count() <= 100) {
            assert_eq!(set, block, "block at line {line}");
        }
    }
}

#[test]
fn all_files_of_the_project_keep_their_tree() {
    for path in ["stdlib", "examples"].into_iter().flat_map(scope_files) {
        formatted(&fs::read_to_string(&path).unwrap());
    }
}

/// Each folder under `tests/cases/format` holds `input.scope` and the canonical `expected.scope`.
#[test]
fn cases() {
    for folder in case_folders("format") {
        let text = fs::read_to_string(folder.join("input.scope")).unwrap();
        expect_file(&folder.join("expected.scope"), &formatted(&text));
    }
}

pub const PARTY: &[&str] = &[
    "like governed",
    "like web-deployer(aws-prod, web, \"production\")",
    "owner finance-systems",
    "owner \"ana@example.com\"",
    "purpose \"Mirror \\\"invoices\\\" // not a comment, {nor a block;}\"",
    "operator msp",
    "expires 2028-03-31",
    "review every 90d by security",
    "revoke via \"runbook 7\"",
    "monitor via \"siem\"",
    "status active",
    "acts as itself",
    "acts on behalf of users",
    "acts org-wide",
    "acts across tenants",
    "identity cluster.user(\"deploy-web\") from cloud.iam.role(\"deploy-web\")",
    "credential oauth for books in aws-prod.secretsmanager.secret(\"netsuite/invoice-sync\") rotate 30d",
    "trusts code.repository(\"*\") for aws-prod where branch == \"main\" and sub not in [\"a\", \"b\"] or absent",
    "trusts oidc \"https://token.actions.githubusercontent.com\" where aud matches \"x*\"",
    "member of on-call",
    "bounded by ceiling",
    "runs from code.repository(\"invoice-sync\").branch(\"main\")",
    "runs on aws-prod.lambda.function(\"invoice-sync\")",
    "triggered by anyone, service \"events.amazonaws.com\", other",
    "ingests desk.ticket, mail.message",
    "delegates read except export on books.invoice except within books.vendor to other until 2027-01-01",
    "inherits narrowed from other",
    "allow read, create, update on cluster.namespace(\"shop\").deployment, cluster.namespace(\"shop\").service, cluster.namespace(\"shop\").config-map",
    "allow update on books.payment fields \"status\", \"amount\" where tag.env == \"prod\" and source.ip in [\"10.0.0.0/8\"] and mfa == true and n >= -5 and t < 2027-03-31T12:00Z until 2027-03-31 with approval by security for 8h",
    "allow \"sts:AssumeRole\", GetObject except \"s3:Get*\" within customers(\"contoso\").user except within books.a, books.b",
    "never write on books.approval-rule where principal.tag.team present",
    "holds \"tickets:write\", \"tickets:read\" on desk",
    "accept cannot-exclude on m365.machine, m365.alert because \"Machine.Isolate also releases, and the vendor has nothing narrower to offer\" by security until 2027-04-30",
];

pub const VENDOR: &[&str] = &[
    "units bind to tenant",
    "operations per resource",
    "denies",
    "names prefix",
    "spelling \"${service}:${operation}\"",
    "settings region, partition",
    "system workspace(id)",
    "resource function(name) = \"arn:${partition}:lambda:${region}:${account}:function:${name}\" { list ListVersionsByFunction; get GetFunction }",
    "resource \"code signing config\"(arn) in workspace, channel as \"csc\"",
    "resource empty {}",
    "create RunInstances also on image, subnet, network-interface, volume, security-group, optional key-pair, one of vpc, \"dedicated host\", needs \"iam:PassRole\" on aws.iam.role, \"kms:Decrypt\"",
    "list ListA, ListB, \"list c\", ListDeeplyNestedThings, ListDeeplyNestedThingsByName, ListDeeplyNestedThingsByOwner",
    "keys \"aws:RequestedRegion\": string, \"aws:ResourceTag/*\": string as tag.name, \"ec2:InstanceType\": string on RunInstances, StartInstances",
    "unit \"chat:write\" as \"00000000-0000-0000-0000-000000000001\" of \"graph\" binds to tenant implies \"a\", \"b\" permits \"chat.postMessage\", \"chat.update\" on message, channel with \"x\", \"y\"",
    "control CreateFunction on function with \"iam:PassRole\" on aws.iam.role(R) and InvokeFunction on function gives R when R trusts \"lambda.amazonaws.com\"",
    "complete",
    "source \"https://example.com\"",
];

pub const ITEMS: &[&str] = &[
    "team finance { contact \"#finance\"; is idp.group(\"finance\") }",
    "system aws: aws.account(\"111122223333\") { env prod; region \"eu-west-1\"; hosted in x.y(\"z\"); external }",
    "reviewed invoice-sync on 2027-01-31 by security",
    "rotated invoice-sync for aws-prod on 2027-01-31",
    "guard card \"No agent reaches it\" { deny create, update on books.vendor together with approve on env prod and label pci for kind agent and owner x except admins, oidc \"i\" directly; require expiry of at most 180d for write within env prod; limit 3 systems for org-level; severity error; exceptions by security }",
    "test \"t\" { a can read on b.c; a cannot approve within b.c except b.d without approval; a cannot reach b.c; anyone cannot influence a, b; a cannot cause delete on b.c }",
    "resource code.repository(\"web\").branch(\"main\") { guarded by branch-protection \"push restrictions\" against update except bot lifted by admins; admits a, service \"s\" to get on object where mfa == true; refuses anyone to delete within; stores credential of billing; attached to a, b; runs as a.b; runs on a.c; escapes to a.d by \"privileged\"; labels pci, secret; env prod }",
];

/// One clause with some of its breakable places broken, and noise around it.
fn noisy(pool: &'static [&'static str]) -> impl Strategy<Value = String> {
    (
        prop::sample::select(pool),
        prop::collection::vec(0..6u8, 12),
        0..9u8,
        0..5u8,
    )
        .prop_map(|(clause, breaks, before, after)| {
            let mut text = String::from(match before {
                0 => "\n",
                1 => "\n\n\n",
                2 => "// own line   \n",
                3 => "/// documentation\n",
                4 => "  //\n  /// more\n//// four\n",
                5 => "\t",
                6 => "; /// after a separator\n",
                _ => "",
            });
            let mut choices = breaks.iter().cycle();
            let mut quoted = false;
            let mut escaped = false;
            let braces = clause.contains('{');
            for character in clause.chars() {
                text.push(character);
                if escaped {
                    escaped = false;
                } else if quoted && character == '\\' {
                    escaped = true;
                } else if character == '"' {
                    quoted = !quoted;
                } else if character == ',' && !quoted && !braces {
                    text.push_str(match choices.next() {
                        Some(0) => "\n",
                        Some(1) => " // after a comma\n\n",
                        Some(2) => "\n  // between entries\n      /// and this\n",
                        _ => "",
                    });
                } else if matches!(character, ';' | '{') && !quoted && braces {
                    text.push_str(match choices.next() {
                        Some(0) => "\n",
                        Some(1) => " // here\n",
                        _ => "",
                    });
                }
            }
            text.push_str(match after {
                0 => " // trailing",
                1 => " /// trailing",
                2 => "   ",
                _ => "",
            });
            text
        })
}

fn body(head: &'static str, pool: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(noisy(pool), 0..8)
        .prop_map(move |lines| format!("{head} {{\n{}\n}}", lines.join("\n")))
}

fn any_file() -> impl Strategy<Value = String> {
    let item = prop_oneof![
        body("integration a: connector", PARTY),
        body("principal b: external", PARTY),
        body("profile p(cloud: aws.account, stage: string)", PARTY),
        body("vendor slack", VENDOR),
        body("service aws.lambda", VENDOR),
        noisy(ITEMS),
    ];
    (
        prop::collection::vec(item, 0..5),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(items, returns, mark)| {
            let mut text = items.join("\n");
            if returns {
                text = text.replace('\n', "\r\n");
            }
            if mark {
                text.insert(0, '\u{FEFF}');
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_never_changes_the_tree(text in any_file()) {
        formatted(&text);
    }
}
