//! What `accept` clauses excuse, and what `scope.toml` makes of rules.

use scopec::authority::time::Date;
use scopec::compile::{Compiled, Input, compile};
use scopec::diagnostic::{Diagnostic, Severity};
use scopec::settings::{Level, Settings};
use scopec::source::{FileId, SourceFile, Sources, Span};

/// A help desk's connector with a secret that nobody exchanges, and these clauses besides.
fn helpdesk(clauses: &str) -> String {
    format!(
        "team security {{}}\nteam support {{}}\nsystem desk: zendesk.account(\"acme\") {{}}\n\
         system trial: zendesk.account(\"trial\") {{}}\n\
         integration helpdesk: connector {{\n  acts org-wide\n  owner support\n  purpose \"Tickets\"\n\
         \x20 review every 90d by security\n  revoke via \"runbook\"\n  monitor via \"alerts\"\n\
         \x20 identity desk.oauth-client(\"h\")\n  credential oauth for desk\n{clauses}\n}}\n"
    )
}

fn compiled(text: &str, settings: Settings, today: Option<&str>) -> Compiled {
    let mut sources = Sources::new();
    let files = vec![sources.add(SourceFile::new("a.scope", text))];
    let input = Input {
        sources,
        files,
        settings,
        diagnostics: Vec::new(),
    };
    compile(input, today.map(|day| Date::parse(day).unwrap()))
}

fn on_the_day(clauses: &str) -> Compiled {
    compiled(&helpdesk(clauses), Settings::default(), Some("2026-11-21"))
}

fn of<'a>(compiled: &'a Compiled, rule: &str) -> Vec<&'a Diagnostic> {
    compiled
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule == rule)
        .collect()
}

fn is_withheld(compiled: &Compiled) -> bool {
    !compiled.withheld_parties().is_empty()
}

const ACCEPT: &str = "  accept no-rotation because \"r\" by security until 2027-04-30";

#[test]
fn what_is_accepted_stops_nothing() {
    let without = on_the_day("");
    assert!(of(&without, "no-rotation")[0].is_error());
    assert!(is_withheld(&without));
    let with = on_the_day(ACCEPT);
    assert!(of(&with, "no-rotation")[0].accepted);
    assert!(!is_withheld(&with));
    assert!(of(&with, "unused-accept").is_empty());
}

#[test]
fn an_exception_is_of_its_own_rule_and_thing_alone() {
    let other = ACCEPT.replace("no-rotation", "no-expiry");
    assert!(is_withheld(&on_the_day(&other)));
    let here = ACCEPT.replace("because", "on desk because");
    assert!(of(&on_the_day(&here), "no-rotation")[0].accepted);
    let elsewhere = on_the_day(&ACCEPT.replace("because", "on trial because"));
    assert!(!of(&elsewhere, "no-rotation")[0].accepted);
    assert_eq!(of(&elsewhere, "unused-accept").len(), 1);
}

#[test]
fn an_exception_is_of_its_own_integration_alone() {
    let text = helpdesk(ACCEPT)
        + "integration other: connector {\n  acts org-wide\n  identity trial.oauth-client(\"o\")\n  \
           credential oauth for trial\n}\n";
    let compiled = compiled(&text, Settings::default(), Some("2026-11-21"));
    let found: Vec<bool> = of(&compiled, "no-rotation")
        .iter()
        .map(|found| found.accepted)
        .collect();
    assert_eq!(found, [true, false]);
}

#[test]
fn an_exception_holds_to_the_end_of_its_last_day() {
    let text = helpdesk(ACCEPT);
    let on = |day| compiled(&text, Settings::default(), Some(day));
    assert!(of(&on("2027-04-30"), "no-rotation")[0].accepted);
    let later = on("2027-05-01");
    let found = of(&later, "no-rotation")[0];
    assert!(!found.accepted && found.time_alone && found.is_error());
    assert!(!is_withheld(&later));
    assert_eq!(of(&later, "expired-accept").len(), 1);
    let always = compiled(&text, Settings::default(), None);
    assert!(of(&always, "no-rotation")[0].accepted);
}

#[test]
fn an_exception_lasts_half_a_year_at_most() {
    let most = ACCEPT.replace("2027-04-30", "2027-05-20");
    assert!(of(&on_the_day(&most), "no-rotation")[0].accepted);
    let longer = on_the_day(&ACCEPT.replace("2027-04-30", "2027-05-21"));
    assert!(!of(&longer, "no-rotation")[0].accepted);
    assert_eq!(of(&longer, "accept-too-long").len(), 1);
}

#[test]
fn only_the_entitled_team_accepts() {
    let own = on_the_day(&ACCEPT.replace("by security", "by support"));
    assert!(!of(&own, "no-rotation")[0].accepted);
    assert_eq!(of(&own, "unentitled-exception").len(), 1);
    let mut settings = Settings::default();
    let span = Span::new(FileId(0), 0, 0);
    settings
        .exceptions
        .insert("no-rotation".to_owned(), ("support".to_owned(), span));
    let settled = compiled(&helpdesk(ACCEPT), settings, Some("2026-11-21"));
    assert!(!of(&settled, "no-rotation")[0].accepted);
    assert_eq!(of(&settled, "unentitled-exception").len(), 1);
}

#[test]
fn what_has_no_exceptions_cannot_be_accepted() {
    let refused = on_the_day(&ACCEPT.replace("no-rotation", "syntax"));
    assert_eq!(of(&refused, "not-acceptable").len(), 1);
    let misspelt = on_the_day(&ACCEPT.replace("no-rotation", "no-rotaton"));
    let unknown = of(&misspelt, "unknown-name");
    assert_eq!(unknown.len(), 1);
    assert_eq!(
        unknown[0].help.as_deref(),
        Some("did you mean `no-rotation`?")
    );
}

fn with_level(rule: &str, level: Level) -> Compiled {
    let mut settings = Settings::default();
    let span = Span::new(FileId(0), 0, 0);
    settings.levels.insert(rule.to_owned(), (level, span));
    compiled(&helpdesk(""), settings, Some("2026-11-21"))
}

#[test]
fn a_project_chooses_the_levels_of_checks() {
    let severity = |level| {
        let compiled = with_level("no-rotation", level);
        let found = of(&compiled, "no-rotation");
        found.first().map(|found| found.severity)
    };
    assert_eq!(severity(Level::Error), Some(Severity::Error));
    assert_eq!(severity(Level::Warning), Some(Severity::Warning));
    assert_eq!(severity(Level::Note), Some(Severity::Note));
    assert_eq!(severity(Level::Off), None);
}

#[test]
fn the_level_of_a_name_that_means_nothing_stays() {
    assert_eq!(of(&with_level("syntax", Level::Off), "settings").len(), 1);
    let unknown = with_level("no-rotaton", Level::Off);
    assert_eq!(of(&unknown, "unknown-name").len(), 1);
    assert!(of(&unknown, "no-rotation")[0].is_error());
}

#[test]
fn what_nobody_stated_is_not_assessed() {
    let compiled = on_the_day("  credential key for desk rotate 30d");
    let open: Vec<&str> = compiled.not_assessed.iter().map(|open| open.rule).collect();
    assert!(open.contains(&"review-overdue"), "{open:?}");
}
