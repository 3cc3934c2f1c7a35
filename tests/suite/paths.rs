//! Who reaches whom: small stories, each with the verdict that must come out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use scopec::compile::{Compiled, Input, compile};
use scopec::graph::{Node, NodeId, Verdict};
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};
use std::fmt::Write as _;

fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::new();
    let files = vec![sources.add(SourceFile::new("a.scope", text))];
    let compiled = compile(
        Input {
            sources,
            files,
            settings: Settings::default(),
            diagnostics: Vec::new(),
        },
        None,
    );
    for diagnostic in &compiled.diagnostics {
        assert!(
            !["syntax", "unknown-name", "wrong-type"].contains(&&*diagnostic.rule),
            "{}: {}",
            diagnostic.rule,
            diagnostic.message
        );
    }
    compiled
}

fn nodes(compiled: &Compiled, name: &str) -> Vec<NodeId> {
    if name == "anyone" {
        return vec![compiled.graph.find(&Node::Anyone).unwrap()];
    }
    if let Some((id, _)) = compiled
        .model
        .parties()
        .find(|(_, party)| &*party.name == name)
    {
        let mut all = vec![compiled.graph.party(id)];
        for (index, bundle) in (0u32..).zip(&compiled.granted.bundles) {
            if bundle.holders.contains(&id) {
                all.extend(compiled.graph.find(&Node::Identity(index)));
            }
        }
        return all;
    }
    compiled
        .graph
        .nodes()
        .filter(
            |(_, node)| matches!(node, Node::Scope(place) if place.text(&compiled.model) == name),
        )
        .map(|(id, _)| id)
        .collect()
}

/// The best path in one line a hop, after the verdict.
fn path(text: &str, from: &str, to: &str) -> String {
    let compiled = compiled(text);
    let graph = &compiled.graph;
    let (model, granted) = (&compiled.model, &compiled.granted);
    let start = nodes(&compiled, from)[..1].to_vec();
    let answer = graph.paths(&start, &nodes(&compiled, to), 1);
    let mut out = match answer.verdict {
        Some(Verdict::Proven) if answer.influence => "influence".to_owned(),
        Some(verdict) => verdict.word().to_owned(),
        None => "none".to_owned(),
    };
    for &text in &answer.unknown {
        write!(out, "\n  unknown: {}", graph.texts[text as usize]).unwrap();
    }
    for &guard in &answer.guards {
        write!(out, "\n  guard: {}", graph.guard_text(model, guard)).unwrap();
    }
    for hop in answer.paths.first().into_iter().flatten() {
        write!(
            out,
            "\n  {} -> {} [{}] {}",
            graph.name(model, granted, hop.from),
            graph.name(model, granted, hop.to),
            graph.hop_word(hop),
            graph.hop_why(model, granted, hop)
        )
        .unwrap();
    }
    out
}

fn verdict(text: &str, from: &str, to: &str) -> String {
    let whole = path(text, from, to);
    whole.lines().next().unwrap().to_owned()
}

const CLOUD: &str = r#"
system prod: aws.account("111122223333") { env prod; region "eu-west-1" }
system code: github.org("acme") { env prod }
"#;

const LATERAL: &str = r#"
integration helpdesk-bot: connector {
  identity code.app("helpdesk-bot")
  allow create, update on code.repository("web").contents
}
integration deploy-web: workflow {
  identity prod.iam.role("deploy-web")
  credential oidc for prod
  trusts code.repository("web") where branch == "main"
  runs from code.repository("web").workflow("deploy.yml")
  allow get on prod.secretsmanager.secret("billing/key")
}
integration billing: service {
  identity prod.iam.user("billing")
  credential key for prod in prod.secretsmanager.secret("billing/key")
  allow get on prod.s3.bucket("invoices").object
}
"#;

#[test]
fn a_bot_that_writes_code_becomes_what_the_pipeline_is() {
    let text = format!("{CLOUD}{LATERAL}");
    let found = path(&text, "helpdesk-bot", "billing");
    assert!(found.starts_with("proven"), "{found}");
    assert_eq!(verdict(&text, "billing", "helpdesk-bot"), "none");
}

#[test]
fn a_guard_blocks_and_its_exceptions_pass() {
    let guard = r#"
principal owners: group { identity code.team("owners") }
resource code.repository("web").branch("main") { guarded by branch-protection "push restrictions" against update, create except owners }
"#;
    let text = format!("{CLOUD}{LATERAL}{guard}");
    let found = path(&text, "helpdesk-bot", "billing");
    assert!(found.starts_with("blocked"), "{found}");
    let open = text.replace("except owners", "except helpdesk-bot");
    assert_eq!(verdict(&open, "helpdesk-bot", "billing"), "proven");
}

#[test]
fn roles_are_assumed_by_whom_they_trust() {
    let story = |trust: &str, allow: &str| {
        format!(
            "{CLOUD}
principal admin: role {{
  identity prod.iam.role(\"admin\")
  {trust}
  allow \"iam:PutRolePolicy\" on prod.iam.role(\"admin\")
}}
integration bot: service {{
  identity prod.iam.role(\"bot\")
  {allow}
}}"
        )
    };
    let assume = "allow \"sts:AssumeRole\" on prod.iam.role(\"admin\")";
    let cases = [
        ("trusts bot", "", "proven"),
        ("trusts prod", "", "none"),
        ("trusts prod", assume, "proven"),
        ("trusts anyone", assume, "proven"),
        ("", assume, "possible"),
        ("trusts service \"ec2.amazonaws.com\"", assume, "none"),
    ];
    for (trust, allow, wanted) in cases {
        let text = story(trust, allow);
        let found = path(&text, "bot", "prod");
        assert_eq!(
            found.lines().next().unwrap(),
            wanted,
            "{trust} / {allow}: {found}"
        );
    }
}

const LAMBDA: &str = r#"
principal worker: role {
  identity prod.iam.role("worker")
  trusts service "lambda.amazonaws.com"
  allow "iam:PutRolePolicy" on prod.iam.role("worker")
}
"#;

fn bot(clauses: &str) -> String {
    format!(
        "{CLOUD}{LAMBDA}
integration bot: service {{
  identity prod.iam.role(\"bot\")
  {clauses}
}}"
    )
}

#[test]
fn an_identity_is_passed_to_what_it_trusts() {
    let pass = "allow \"iam:PassRole\" on prod.iam.role(\"worker\")";
    let create = "allow \"lambda:CreateFunction\" on prod.lambda.function(\"x-*\")";
    let invoke = "allow \"lambda:InvokeFunction\" on prod.lambda.function(\"x-y\")";
    let elsewhere = "allow \"lambda:InvokeFunction\" on prod.lambda.function(\"other\")";
    let to_ec2 = "where \"iam:PassedToService\" == \"ec2.amazonaws.com\"";
    let to_lambda = "where \"iam:PassedToService\" == \"lambda.amazonaws.com\"";
    let from_home = "where source.ip in [\"10.0.0.0/8\"]";
    let another = "allow \"iam:PassRole\" on prod.iam.role(\"bot\")";
    let cases = [
        (format!("{pass}\n{create}\n{invoke}"), "proven"),
        (format!("{pass} {to_lambda}\n{create}\n{invoke}"), "proven"),
        (
            format!("{pass} {from_home}\n{create}\n{invoke}"),
            "possible",
        ),
        (format!("{pass} {to_ec2}\n{create}\n{invoke}"), "none"),
        (format!("{pass}\n{create}\n{elsewhere}"), "possible"),
        (format!("{pass}\n{create}"), "possible"),
        (format!("{pass}\n{invoke}"), "none"),
        (
            format!("{pass}\nallow \"lambda:TagResource\" on prod.lambda.function(\"x\")"),
            "none",
        ),
        (format!("{another}\n{create}\n{invoke}"), "none"),
        (
            format!("{pass}\n{create}\n{invoke}\nnever \"iam:PassRole\" within prod"),
            "none",
        ),
    ];
    for (clauses, wanted) in cases {
        let found = path(&bot(&clauses), "bot", "prod");
        assert_eq!(found.lines().next().unwrap(), wanted, "{clauses}: {found}");
    }
}

#[test]
fn two_may_each_hold_half() {
    let text = format!(
        "{CLOUD}
resource prod.ec2.instance(\"i-1\") {{ runs as prod.iam.role(\"target\") }}
principal target: role {{
  identity prod.iam.role(\"target\")
  allow \"iam:PutRolePolicy\" on prod.iam.role(\"target\")
}}
integration editor: service {{
  identity prod.iam.role(\"editor\")
  allow \"ec2:ModifyInstanceAttribute\" on prod.ec2.instance(\"i-1\")
}}
integration stopper: service {{
  identity prod.iam.role(\"stopper\")
  allow \"ec2:StopInstances\", \"ec2:StartInstances\" on prod.ec2.instance(\"i-1\")
}}
integration both: service {{
  identity prod.iam.role(\"both\")
  inherits all from editor
  inherits all from stopper
}}"
    );
    let found = path(&text, "both", "prod");
    assert!(found.starts_with("proven"));
    // The instance may stop for a reason of its own.
    assert_eq!(verdict(&text, "editor", "prod"), "possible");
    assert_eq!(verdict(&text, "stopper", "prod"), "none");
}

#[test]
fn policies_groups_and_keys() {
    let base = r#"
principal boss: human {
  identity prod.iam.user("boss")
  member of admins
}
principal admins: group {
  identity prod.iam.group("admins")
  allow "iam:PutUserPolicy" on prod.iam.user
}
resource prod.iam.policy("shared") { attached to bot }
"#;
    let cases = [
        (
            "allow \"iam:CreatePolicyVersion\" on prod.iam.policy(\"shared\")",
            "proven",
        ),
        (
            "allow \"iam:CreatePolicyVersion\" on prod.iam.policy(\"other\")",
            "none",
        ),
        (
            "allow \"iam:CreateAccessKey\" on prod.iam.user(\"boss\")",
            "proven",
        ),
        (
            "allow \"iam:CreateAccessKey\" on prod.iam.user(\"nobody\")",
            "none",
        ),
        (
            "allow \"iam:AddUserToGroup\" on prod.iam.group(\"admins\")",
            "none",
        ),
        (
            "allow \"iam:AttachRolePolicy\" on prod.iam.role(\"bot\")",
            "proven",
        ),
        (
            "allow \"iam:AttachRolePolicy\" on prod.iam.role(\"bot\") where \"iam:PolicyARN\" == \"arn:aws:iam::aws:policy/ReadOnlyAccess\"",
            "none",
        ),
    ];
    for (clauses, wanted) in cases {
        let text = format!("{}{base}", bot(clauses));
        let found = path(&text, "bot", "prod");
        assert_eq!(found.lines().next().unwrap(), wanted, "{clauses}: {found}");
    }
}

#[test]
fn accounts_and_boundaries_limit() {
    let base = r#"
system other: aws.account("444455556666") { env prod }
principal far: role {
  identity other.iam.role("far")
  trusts bot
  allow "iam:PutRolePolicy" on other.iam.role("far")
}
"#;
    let assume = "allow \"sts:AssumeRole\" on other.iam.role(\"far\")";
    // From another account both sides must allow it.
    assert_eq!(
        verdict(&format!("{}{base}", bot("")), "bot", "other"),
        "none"
    );
    let text = format!(
        "{}{base}integration two: service {{\n identity other.iam.role(\"two\")\n {assume}\n}}",
        bot("")
    );
    assert_eq!(verdict(&text, "two", "other"), "none");
    let bounded = format!(
        "{}\nprofile narrow {{\n allow \"iam:GetRole\" within prod\n}}",
        bot("bounded by narrow\nallow \"iam:PutRolePolicy\" on prod.iam.role(\"bot\")")
    );
    let found = path(&bounded, "bot", "prod");
    assert!(found.starts_with("blocked"), "{found}");
}

#[test]
fn subjects_of_an_issuer_are_places() {
    let story = |subject: &str, writer: &str| {
        format!(
            "{CLOUD}
principal devs: group {{ {writer} }}
principal deployer: role {{
  identity prod.iam.role(\"deployer\")
  trusts oidc \"https://token.actions.githubusercontent.com\" where {subject}aud == \"sts.amazonaws.com\"
  allow \"iam:PutRolePolicy\" on prod.iam.role(\"deployer\")
}}
resource code.repository(\"app\").branch(\"main\") {{ guarded by branch-protection \"reviews\" against write, delete }}
"
        )
    };
    let app = "allow create, update on code.repository(\"app\").contents";
    let other = "allow create, update on code.repository(\"other\").contents";
    let read = "allow read on code.repository(\"app\").contents";
    let cases = [
        // A protected branch leaves open which runs depend on it.
        ("sub matches \"repo:acme/app:*\" and ", app, "possible"),
        ("sub matches \"repo:acme/*\" and ", other, "proven"),
        ("sub matches \"repo:acme/app:*\" and ", other, "none"),
        ("sub matches \"repo:acme/app:*\" and ", read, "none"),
        ("sub matches \"repo:else/app:*\" and ", app, "none"),
        (
            "sub == \"repo:acme/app:ref:refs/heads/main\" and ",
            app,
            "blocked",
        ),
        (
            "sub == \"repo:acme/app:ref:refs/heads/docs\" and ",
            app,
            "proven",
        ),
        (
            "sub == \"repo:acme/app:environment:production\" and ",
            app,
            "possible",
        ),
    ];
    for (subject, writer, wanted) in cases {
        let found = path(&story(subject, writer), "devs", "prod");
        assert_eq!(
            found.lines().next().unwrap(),
            wanted,
            "{subject} / {writer}"
        );
    }
    assert_eq!(verdict(&story("", app), "anyone", "prod"), "proven");
    let narrow = story("sub matches \"repo:acme/*\" and ", app);
    assert_eq!(verdict(&narrow, "anyone", "prod"), "none");
}
