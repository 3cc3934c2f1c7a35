//! What the delegation graph's ways are found to be, and what is nothing to tell of.

use scopec::authority::time::Date;
use scopec::compile::{Compiled, Input, compile};
use scopec::diagnostic::Diagnostic;
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};
use std::fmt::Write as _;

const SYSTEMS: &str = "
team one { contact \"#one\" }
team two { contact \"#two\" }
system web: kubernetes.cluster(\"prod-eu\") { env prod }
system trial: kubernetes.cluster(\"trial-eu\") { env staging }
system desk: zendesk.account(\"acme\") {}
";

/// Compiles clauses below some systems, and says what no test here means to say.
#[track_caller]
fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::new();
    let text = format!("{SYSTEMS}{text}");
    let files = vec![sources.add(SourceFile::new("a.scope", text.clone()))];
    let input = Input {
        sources,
        files,
        settings: Settings::default(),
        diagnostics: Vec::new(),
    };
    let compiled = compile(input, Date::parse("2026-11-21"));
    for wrong in [
        "syntax",
        "unknown-name",
        "no-operations",
        "wrong-type",
        "missing-name",
        "never-on-container",
        "delegation-widens",
    ] {
        let all = compiled.diagnostics.iter();
        let wrong: Vec<_> = all.filter(|found| found.rule == wrong).collect();
        assert!(wrong.is_empty(), "{text}: {wrong:?}");
    }
    compiled
}

/// Everything that a rule finds.
#[track_caller]
fn found(rule: &str, text: &str) -> Vec<Diagnostic> {
    let all = compiled(text).diagnostics.into_iter();
    all.filter(|found| found.rule == rule).collect()
}

/// Severity and subject of everything that a rule finds.
#[track_caller]
fn subjects(rule: &str, text: &str) -> Vec<(&'static str, String)> {
    found(rule, text)
        .into_iter()
        .map(|found| (found.severity.word(), found.subject.unwrap_or_default()))
        .collect()
}

/// An integration of the cluster with these clauses besides its identity.
fn service(name: &str, clauses: &str) -> String {
    format!(
        "integration {name}: service {{\n  identity web.namespace(\"a\").service-account(\"{name}\")\n  \
         {clauses}\n}}\n"
    )
}

/// Services by name, each of which may become the next.
fn chain(names: &[&str]) -> String {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        let next = names
            .get(index + 1)
            .map_or(String::new(), |next| become_it(next));
        text.push_str(&service(name, &next));
    }
    text
}

fn become_it(name: &str) -> String {
    format!("allow impersonate on web.namespace(\"a\").service-account(\"{name}\")")
}

const KEEPER: &str = "
integration helpdesk: connector {
  identity desk.oauth-client(\"helpdesk\")
  credential oauth for desk in web.namespace(\"a\").secret(\"zendesk\")
}
";

#[test]
fn reading_the_credential_of_another_is_lateral() {
    let reader = service(
        "reader",
        "allow get on web.namespace(\"a\").secret(\"zendesk\")",
    );
    let all = found("lateral-reach", &format!("{KEEPER}{reader}"));
    let [one] = &all[..] else { panic!("{all:?}") };
    assert_eq!(one.severity.word(), "warning");
    assert_eq!(
        one.message,
        "`reader` can become `helpdesk`, which none of its clauses says"
    );
    let related: Vec<&str> = one.related.iter().map(|label| &*label.message).collect();
    assert_eq!(related.len(), 2, "{related:?}");
    assert!(
        related[0].starts_with("hop 1: `reader` can `get` on"),
        "{related:?}"
    );
    assert_eq!(related[1], "cut here: no way is left without this clause");
    assert_eq!(one.related[0].span, one.related[1].span);
}

#[test]
fn there_is_one_finding_with_a_count_however_many_are_reached() {
    let mut text = service("reader", "allow list, get on web.namespace(\"a\").secret");
    for number in 0..40 {
        let _ = writeln!(
            text,
            "integration keeper-{number}: connector {{\n  identity \
             desk.oauth-client(\"keeper-{number}\")\n  credential oauth for desk in \
             web.namespace(\"a\").secret(\"keeper-{number}\")\n}}"
        );
    }
    let all = found("lateral-reach", &text);
    let [one] = &all[..] else { panic!("{all:?}") };
    assert!(one.message.ends_with(", and 39 more"), "{}", one.message);
    let cut = one.related.last().unwrap();
    assert_eq!(
        cut.message,
        "cut here: none of the 40 is left without this clause"
    );
}

#[test]
fn what_is_declared_is_not_lateral() {
    let other = service("other", "");
    for clause in [
        "inherits all from other",
        "allow assume on web.namespace(\"a\").service-account(\"other\")",
        "allow administer within web",
    ] {
        let text = format!("{}{other}", service("one", clause));
        assert_eq!(subjects("lateral-reach", &text), [], "{clause}");
    }
    let operated = format!("{}{}", service("one", ""), service("other", "operator one"));
    assert_eq!(subjects("lateral-reach", &operated), []);
    let member = format!(
        "principal people: group {{\n  identity web.group(\"people\")\n  allow impersonate on \
         web.namespace(\"a\").service-account(\"other\")\n}}\n{}{other}",
        service("one", "member of people")
    );
    assert_eq!(subjects("lateral-reach", &member), []);
}

#[test]
fn what_leads_out_of_an_administered_scope_is_lateral() {
    let text = format!(
        "{KEEPER}{}",
        service("admin", "allow administer within web")
    );
    let all = found("lateral-reach", &text);
    assert!(all.len() <= 1, "{all:?}");
    let all = found("self-escalation", &text);
    assert!(all.is_empty(), "{all:?}");
}

#[test]
fn granting_oneself_anything_is_declared_by_administering_all_of_the_scope() {
    let escalating = "allow escalate, \"update\" on web.cluster-role(\"reader\")";
    for (clauses, expected) in [
        (escalating.to_owned(), Some("error")),
        (format!("allow administer within web\n  {escalating}"), None),
        (
            format!("allow administer within web.namespace(\"a\")\n  {escalating}"),
            Some("error"),
        ),
        (
            "allow \"update\" on web.cluster-role(\"reader\")".to_owned(),
            None,
        ),
        ("allow any within web".to_owned(), None),
    ] {
        let found = subjects("self-escalation", &service("one", &clauses));
        let severities: Vec<&str> = found.iter().map(|(severity, _)| *severity).collect();
        assert_eq!(severities, Vec::from_iter(expected), "{clauses}");
    }
}

#[test]
fn becoming_an_administrator_is_not_ones_own_escalation() {
    let text = format!(
        "{}{}",
        service("one", &become_it("two")),
        service(
            "two",
            "allow escalate, \"update\" on web.cluster-role(\"reader\")"
        )
    );
    let expected = [("error", "two".to_owned())];
    assert_eq!(subjects("self-escalation", &text), expected);
}

#[test]
fn a_never_is_broken_by_what_the_other_holds() {
    let never = "never within web.namespace(\"a\").deployment";
    for (theirs, expected) in [
        (
            "allow update on web.namespace(\"a\").deployment",
            Some("error"),
        ),
        ("allow update on web.namespace(\"b\").deployment", None),
        ("allow get on web.namespace(\"a\").deployment", None),
        (
            "allow update on web.namespace(\"a\").deployment with approval by one for 8h",
            None,
        ),
        (
            "allow escalate, \"update\" on web.cluster-role(\"reader\")",
            Some("error"),
        ),
    ] {
        let own = never.replace("never", "never write");
        let text = format!(
            "{}{}",
            service("one", &format!("{}\n  {own}", become_it("two"))),
            service("two", theirs)
        );
        let found = subjects("never-reached", &text);
        let severities: Vec<&str> = found.iter().map(|(severity, _)| *severity).collect();
        assert_eq!(severities, Vec::from_iter(expected), "{theirs}");
    }
}

#[test]
fn a_never_spares_what_it_excepts_and_binds_nobody_who_cannot_get_there() {
    let text = format!(
        "{}{}",
        service(
            "one",
            &format!(
                "{}\n  never get on web.namespace(\"*\").secret except web.namespace(\"b\").secret",
                become_it("two")
            )
        ),
        service("two", "allow get on web.namespace(\"b\").secret(\"mine\")")
    );
    assert_eq!(subjects("never-reached", &text), []);
    let apart = format!(
        "{}{}",
        service("one", "never write within web.namespace(\"a\").deployment"),
        service("two", "allow update on web.namespace(\"a\").deployment")
    );
    assert_eq!(subjects("never-reached", &apart), []);
}

#[test]
fn a_circle_is_told_once() {
    let open = chain(&["one", "two", "three"]);
    assert_eq!(subjects("trust-cycle", &open), []);
    let closed = open.replace(
        "service-account(\"three\")\n  \n",
        &format!("service-account(\"three\")\n  {}\n", become_it("one")),
    );
    assert_ne!(open, closed);
    let all = found("trust-cycle", &closed);
    let [one] = &all[..] else { panic!("{all:?}") };
    assert_eq!(
        one.message,
        "`one`, `two` and `three` can become each other"
    );
    let hops: Vec<&str> = one
        .related
        .iter()
        .map(|label| &label.message[..6])
        .collect();
    assert_eq!(hops, ["hop 1:", "hop 2:", "hop 3:"]);
    let first = one.related.iter().map(|label| label.span).min();
    assert_eq!(Some(one.span), first);
}

#[test]
fn two_administrators_are_no_circle() {
    let text = format!(
        "{}{}",
        service("one", "allow any within web"),
        service("two", "allow any within web")
    );
    assert_eq!(subjects("trust-cycle", &text), []);
}

#[test]
fn a_chain_of_five_hops_is_told_where_it_ends() {
    let four = chain(&["one", "two", "three", "four", "five"]);
    assert_eq!(subjects("deep-trust-chain", &four), []);
    let names = ["one", "two", "three", "four", "five", "six", "seven"];
    let all = found("deep-trust-chain", &chain(&names));
    let [one] = &all[..] else { panic!("{all:?}") };
    assert_eq!(
        one.message,
        "trust in `seven` is handed on over 6 hops: `one` → `two` → `three` → `four` → `five` → \
         `six` → `seven`"
    );
}

const BUYING: &str = "
vendor app {
  complete
  system tenant(name)
  names all
  units bind to tenant
  resource account(name) { is identity; list \"accounts.list\"; assume \"accounts.become\" }
  resource order(id) { get \"orders.get\"; create \"orders.create\"; approve \"orders.approve\" }
  resource log(id) { labels audit; get \"logs.get\" }
  resource alarm(id) { labels alerting; update \"alarms.update\" }
  unit \"accounts.become\" permits \"accounts.become\"
  unit \"orders.get\" permits \"orders.get\"
  unit \"orders.create\" permits \"orders.create\"
  unit \"orders.approve\" permits \"orders.approve\"
  unit \"logs.get\" permits \"logs.get\"
  unit \"alarms.update\" permits \"alarms.update\"
  control \"accounts.become\" on account(R) gives R
}
system buying: app.tenant(\"acme\") {}
";

/// Two integrations of the buying tenant, the first of which may become the second.
fn buyers(first: &str, second: &str) -> String {
    let account = |name: &str, clauses: &str| {
        format!(
            "integration {name}: service {{\n  acts org-wide\n  identity \
             buying.account(\"{name}\")\n  {clauses}\n}}\n"
        )
    };
    let assume = "allow assume on buying.account(\"second\")";
    format!(
        "{BUYING}{}{}",
        account("first", &format!("{assume}\n  {first}")),
        account("second", second)
    )
}

#[test]
fn duties_meet_through_somebody_else() {
    for (first, second, toxic, mixed) in [
        (
            "allow create on buying.order",
            "allow approve on buying.order",
            1,
            0,
        ),
        (
            "allow get on buying.log",
            "allow update on buying.alarm",
            1,
            0,
        ),
        (
            "allow update on buying.alarm",
            "allow get on buying.log",
            1,
            0,
        ),
        (
            "allow create on buying.order",
            "allow get on buying.order",
            0,
            0,
        ),
        (
            "allow create, approve on buying.order",
            "allow get on buying.order",
            0,
            1,
        ),
        (
            "allow create, approve on buying.order",
            "allow approve on buying.order",
            0,
            1,
        ),
    ] {
        let text = buyers(first, second);
        let about = |rule: &str| {
            let all = subjects(rule, &text);
            all.iter().filter(|(_, name)| name == "first").count()
        };
        let counts = (about("toxic-combination"), about("mixed-duties"));
        assert_eq!(counts, (toxic, mixed), "{first} / {second}");
    }
}

#[test]
fn a_deputy_is_confused_by_strangers_who_hold_less() {
    let deputy = |owner: &str, trigger: &str| {
        format!(
            "{BUYING}integration deputy: service {{\n  owner {owner}\n  acts org-wide\n  identity \
             buying.account(\"deputy\")\n  {trigger}\n  allow approve on buying.order\n}}\n\
             integration form: webhook {{\n  owner two\n  acts org-wide\n  identity \
             buying.account(\"form\")\n  allow create on buying.order\n}}\n"
        )
    };
    let from = "triggered by buying.order(\"*\")";
    for (owner, trigger, expected) in [
        ("one", from, true),
        ("one", "ingests buying.order", true),
        ("two", from, false),
        ("one", "triggered by form", false),
        ("one", "triggered by form, buying.order(\"*\")", false),
        ("one", "triggered by anyone", true),
        ("one", "", false),
    ] {
        let all = subjects("confused-deputy", &deputy(owner, trigger));
        let expected = Vec::from_iter(expected.then(|| ("warning", "deputy".to_owned())));
        assert_eq!(all, expected, "{owner}: {trigger}");
    }
}

#[test]
fn a_service_is_admitted_for_somebody() {
    let admits = |condition: &str| {
        format!(
            "system cloud: aws.account(\"111122223333\") {{ region \"eu-west-1\" }}\nresource \
             cloud.sqs.queue(\"orders\") {{\n  admits service \"sns.amazonaws.com\" to \
             SendMessage{condition}\n}}\n"
        )
    };
    let count = |condition: &str| found("confused-deputy", &admits(condition)).len();
    assert_eq!(count(""), 1);
    assert_eq!(count(" where \"aws:SourceAccount\" == \"111122223333\""), 0);
    assert_eq!(count(" where \"aws:SecureTransport\" == true"), 1);
}

#[test]
fn an_agent_may_have_two_of_the_three() {
    let agent = |clauses: &[&str]| {
        format!(
            "{BUYING}integration answerer: agent {{\n  acts org-wide\n  identity \
             desk.oauth-client(\"answerer\")\n  identity buying.account(\"answerer\")\n  {}\n}}\n",
            clauses.join("\n  ")
        )
    };
    let (data, content, out) = (
        "allow get on desk.user",
        "ingests desk.ticket",
        "allow create on buying.order",
    );
    let gated = "allow create on buying.order with approval by one for 1h";
    for (clauses, expected) in [
        (&[data, content, out][..], true),
        (&[data, content], false),
        (&[data, out], false),
        (&[content, out], false),
        (&[data, content, gated], false),
    ] {
        let all = subjects("agent-rule-of-two", &agent(clauses));
        let expected = Vec::from_iter(expected.then(|| ("error", "answerer".to_owned())));
        assert_eq!(all, expected, "{clauses:?}");
    }
    let connector = agent(&[data, content, out]).replace(": agent", ": connector");
    assert_eq!(subjects("agent-rule-of-two", &connector), []);
}

#[test]
fn one_secret_serves_one() {
    let keeper = |name: &str, secret: &str| {
        format!(
            "integration {name}: connector {{\n  identity desk.oauth-client(\"{name}\")\n  \
             credential oauth for desk in web.namespace(\"a\").secret(\"{secret}\")\n}}\n"
        )
    };
    let apart = format!("{}{}", keeper("one-app", "one"), keeper("two-app", "two"));
    assert_eq!(subjects("shared-credential", &apart), []);
    let shared = format!("{}{}", keeper("one-app", "one"), keeper("two-app", "one"));
    let expected = [("warning", "two-app".to_owned())];
    assert_eq!(subjects("shared-credential", &shared), expected);
    let reader = |name: &str, team: &str| {
        service(
            name,
            &format!("owner {team}\n  allow get on web.namespace(\"a\").secret(\"legacy\")"),
        )
    };
    let teams = format!("{}{}", reader("first", "one"), reader("second", "two"));
    let expected = [("warning", "second".to_owned())];
    assert_eq!(subjects("shared-credential", &teams), expected);
    let team = format!("{}{}", reader("first", "one"), reader("second", "one"));
    assert_eq!(subjects("shared-credential", &team), []);
}

#[test]
fn tests_stay_out_of_production() {
    let from = |place: &str, system: &str| {
        format!(
            "{}integration tester: service {{\n  identity \
             {system}.namespace(\"a\").service-account(\"tester\")\n  allow get on \
             {system}.namespace(\"a\").secret(\"*\")\n}}\n",
            service(
                "rollout",
                &format!(
                    "credential token for web in {place}.namespace(\"a\").secret(\"rollout\")"
                )
            )
        )
    };
    let crossing = from("trial", "trial");
    let expected = [("warning", "tester".to_owned())];
    assert_eq!(subjects("environment-crossing", &crossing), expected);
    assert_eq!(subjects("environment-crossing", &from("web", "web")), []);
    assert_eq!(subjects("environment-crossing", &from("web", "trial")), []);
}
