//! How wide a grant is, and what counts as too wide.

use scopec::authority::time::Date;
use scopec::compile::{Input, compile};
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};

const SYSTEMS: &str = "
system desk: zendesk.account(\"acme\") {}
system trial: zendesk.account(\"trial\") {}
system stock: postgres.server(\"stock\") {}
system cloud: aws.account(\"111122223333\") { region \"eu-west-1\" }
system customers: microsoft.tenant {
  id \"22222222-0000-0000-0000-000000000001\" as contoso
  id \"22222222-0000-0000-0000-000000000002\" as fabrikam
}
system supplier: aws.account(\"999988887777\") { external }
principal partner: external { identity supplier.iam.role(\"partner\") }
principal colleague: role { identity cloud.iam.role(\"colleague\") }
";

/// The severity and words of every finding of a rule about one integration with these clauses.
fn found(rule: &str, clauses: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        "{SYSTEMS}integration one: connector {{\n  identity desk.oauth-client(\"one\")\n  identity \
         trial.oauth-client(\"one\")\n  identity stock.role(\"one\")\n  identity \
         cloud.iam.role(\"one\")\n  identity customers.app(\"one\")\n{clauses}\n}}\n"
    );
    let mut sources = Sources::new();
    let files = vec![sources.add(SourceFile::new("a.scope", text))];
    let input = Input {
        sources,
        files,
        settings: Settings::default(),
        diagnostics: Vec::new(),
    };
    let compiled = compile(input, Date::parse("2026-11-21"));
    for wrong in ["syntax", "unknown-name", "no-operations", "wrong-type"] {
        let all = compiled.diagnostics.iter();
        let wrong: Vec<_> = all.filter(|found| found.rule == wrong).collect();
        assert!(wrong.is_empty(), "{clauses}: {wrong:?}");
    }
    compiled
        .diagnostics
        .into_iter()
        .filter(|found| found.rule == rule)
        .map(|found| (found.severity.word(), found.message))
        .collect()
}

/// The severities alone.
fn severities(rule: &str, clauses: &str) -> Vec<&'static str> {
    let found = found(rule, clauses);
    found.into_iter().map(|(severity, _)| severity).collect()
}

#[test]
fn change_on_everything_that_could_be_named_is_overbroad() {
    let update = "allow update on stock.database";
    for (clause, expected) in [
        (format!("{update}(\"*\").schema(\"*\").table"), "error"),
        (
            format!("{update}(\"*\").schema(\"*\").table(\"*\")"),
            "error",
        ),
        ("allow delete within stock".to_owned(), "error"),
        ("allow update within cloud.sqs".to_owned(), "error"),
        ("allow any within cloud".to_owned(), "error"),
        ("allow delete within desk".to_owned(), "error"),
        ("allow create on stock.database".to_owned(), "warning"),
        (
            "allow PutObject on cloud.s3.bucket(\"*\").object".to_owned(),
            "warning",
        ),
    ] {
        assert_eq!(
            severities("overbroad-grant", &clause),
            [expected],
            "{clause}"
        );
    }
}

#[test]
fn what_is_named_or_cannot_be_named_is_not_overbroad() {
    for clause in [
        "allow update on stock.database(\"inventory\").schema(\"stock\").table(\"levels\")",
        "allow update on stock.database(\"inventory\").schema(\"stock\").table",
        "allow get on stock.database(\"*\").schema(\"*\").table",
        "allow PutObject on cloud.s3.bucket(\"acme-*\").object",
        "allow delete on cloud.sqs.queue(\"orders-*\")",
        "allow delete on cloud.sqs.queue where tag.team == \"orders\"",
        "allow update on desk.ticket",
        "allow list within stock",
    ] {
        assert_eq!(severities("overbroad-grant", clause), [""; 0], "{clause}");
    }
}

#[test]
fn reach_is_computed_from_what_is_granted() {
    let narrow = "allow get on cloud.secretsmanager.secret(\"one\")";
    let one = "allow read on customers(\"contoso\").user";
    let both = "allow read on customers.user";
    for (clauses, expected) in [
        (format!("acts as itself\n{narrow}"), None),
        (format!("acts org-wide\n{narrow}"), None),
        (
            "allow read on desk.ticket".to_owned(),
            Some("acts as itself, but"),
        ),
        (
            "allow list within stock".to_owned(),
            Some("all of `stock` is allowed"),
        ),
        (format!("acts org-wide\n{one}"), None),
        (
            format!("acts org-wide\n{both}"),
            Some("2 tenants of `customers`"),
        ),
        (format!("acts across tenants\n{both}"), None),
        (
            "acts org-wide\nallow read on desk.ticket\nallow read on trial.ticket".to_owned(),
            Some("all of `desk` and `trial`"),
        ),
    ] {
        let found = found("understated-reach", &clauses);
        match expected {
            None => assert!(found.is_empty(), "{clauses}: {found:?}"),
            Some(words) => assert!(
                found.len() == 1 && found[0].0 == "error" && found[0].1.contains(words),
                "{clauses}: {found:?}"
            ),
        }
    }
}

#[test]
fn a_token_for_users_ends_with_what_each_user_may() {
    let clauses = "acts on behalf of users\nallow read on desk.ticket\ncredential ";
    let with = |kind: &str| severities("understated-reach", &format!("{clauses}{kind} for desk"));
    assert_eq!(with("oauth"), [""; 0]);
    assert_eq!(with("key"), ["error"]);
}

#[test]
fn a_foreign_account_is_trusted_with_an_external_id_only() {
    let trust = |clause: &str| severities("trust-without-external-id", clause);
    let id = "where \"sts:ExternalId\" == \"x\"";
    for who in ["supplier", "supplier.iam.role(\"x\")", "partner"] {
        assert_eq!(
            trust(&format!("trusts {who} for cloud")),
            ["warning"],
            "{who}"
        );
        assert_eq!(
            trust(&format!("trusts {who} for cloud {id}")),
            [""; 0],
            "{who}"
        );
    }
    for who in ["cloud", "colleague", "service \"lambda.amazonaws.com\""] {
        assert_eq!(trust(&format!("trusts {who} for cloud")), [""; 0], "{who}");
    }
    let other = "trusts supplier for cloud where \"sts:ExternalId\" != \"x\"";
    assert_eq!(trust(other), ["warning"]);
}

#[test]
fn a_trust_names_whom_it_means() {
    let trust = |clause: &str| severities("wildcard-trust", &format!("trusts {clause}"));
    let github = "oidc \"https://token.actions.githubusercontent.com\" for cloud";
    assert_eq!(trust("anyone for cloud"), ["error"]);
    assert_eq!(trust(github), ["error"]);
    assert_eq!(
        trust(&format!("{github} where aud == \"sts.amazonaws.com\"")),
        ["error"]
    );
    assert_eq!(
        trust(&format!("{github} where sub matches \"repo:acme/*\"")),
        [""; 0]
    );
    assert_eq!(trust("cloud.iam.role(\"*\") for cloud"), ["warning"]);
    assert_eq!(trust("cloud.iam.role(\"other\") for cloud"), [""; 0]);
}
