//! What could stand at a place: grammar rules in words that a user of the language knows, and the
//! words that may begin a clause.

use super::parser::Rule;

mod form;
mod meaning;

pub(super) use form::form;
use meaning::{Meaning, meaning};

/// Words that no declared name may be.
pub const RESERVED: [&str; 15] = [
    "anyone",
    "guard",
    "integration",
    "oidc",
    "principal",
    "profile",
    "resource",
    "reviewed",
    "rotated",
    "service",
    "system",
    "team",
    "test",
    "vendor",
    "scope",
];

/// Words that continue the clause above when they begin a line.
pub const CONTINUATION: [&str; 20] = [
    "also", "and", "because", "by", "except", "fields", "for", "from", "gives", "in", "on",
    "rotate", "to", "together", "until", "when", "where", "with", "within", "without",
];

/// Words that begin an item.
pub fn items() -> &'static [&'static str] {
    &[
        "guard",
        "integration",
        "principal",
        "profile",
        "resource",
        "reviewed",
        "rotated",
        "service",
        "system",
        "team",
        "test",
        "vendor",
    ]
}

/// Words that begin a clause of an integration, a principal or a profile.
pub fn clauses() -> &'static [&'static str] {
    &[
        "accept",
        "acts",
        "allow",
        "bounded",
        "credential",
        "delegates",
        "expires",
        "holds",
        "identity",
        "ingests",
        "inherits",
        "like",
        "member",
        "monitor",
        "never",
        "operator",
        "owner",
        "purpose",
        "review",
        "revoke",
        "runs",
        "status",
        "triggered",
        "trusts",
    ]
}

/// Words that begin a line of a team.
pub fn team_settings() -> &'static [&'static str] {
    &["contact", "is"]
}

/// Words that begin a line of a system, the vendor's own settings apart.
pub fn system_settings() -> &'static [&'static str] {
    &["env", "external", "hosted", "id", "labels"]
}

/// Words that begin a fact about a resource.
pub fn facts() -> &'static [&'static str] {
    &[
        "admits", "attached", "env", "escapes", "guarded", "labels", "refuses", "runs", "stores",
    ]
}

/// Words that begin a line of a guard.
pub fn guard_rules() -> &'static [&'static str] {
    &["deny", "exceptions", "limit", "require", "severity"]
}

/// The portable verbs.
pub fn verbs() -> &'static [&'static str] {
    &[
        "list",
        "get",
        "export",
        "create",
        "update",
        "delete",
        "approve",
        "trigger",
        "administer",
        "assume",
    ]
}

/// Words that begin a line of a vendor or a service.
pub fn vendor_lines() -> &'static [&'static str] {
    &[
        "administer",
        "approve",
        "assume",
        "complete",
        "control",
        "create",
        "default",
        "delete",
        "denies",
        "export",
        "get",
        "issuer",
        "keys",
        "list",
        "names",
        "operations",
        "partial",
        "resource",
        "settings",
        "source",
        "spelling",
        "system",
        "trigger",
        "unit",
        "units",
        "update",
    ]
}

/// Words that begin a line of a resource type.
pub fn type_lines() -> &'static [&'static str] {
    &[
        "administer",
        "approve",
        "assume",
        "create",
        "delete",
        "excludes",
        "export",
        "get",
        "hosts",
        "is",
        "keys",
        "labels",
        "list",
        "names",
        "subject",
        "trigger",
        "unnamed",
        "update",
    ]
}

/// The words that may begin a line where `context`, one of the grammar's `only_…` rules, is read.
pub(super) fn keywords(context: Rule) -> &'static [&'static str] {
    match context {
        Rule::only_party => clauses(),
        Rule::only_team => team_settings(),
        Rule::only_system => system_settings(),
        Rule::only_fact => facts(),
        Rule::only_guard => guard_rules(),
        Rule::only_vendor => vendor_lines(),
        Rule::only_type => type_lines(),
        Rule::only_head => items(),
        _ => &[],
    }
}

/// What a line is called where `context` is read.
pub(super) fn context(context: Rule) -> &'static str {
    match context {
        Rule::only_party => "a clause of an integration, principal or profile",
        Rule::only_team => "a line of a team",
        Rule::only_system => "a line of a system",
        Rule::only_fact => "a fact about a resource",
        Rule::only_guard => "a rule of a guard",
        Rule::only_test => "an assertion",
        Rule::only_vendor => "a line of a vendor or service",
        Rule::only_type => "a line of a resource type",
        _ => "an item",
    }
}

/// All the words that a line may begin with.
pub(super) fn begins(known: &[&str]) -> String {
    format!("write one of {}", alternatives(known))
}

/// Where a word begins a line, when it is not here.
pub(super) fn home(word: &str) -> Option<&'static str> {
    let homes: [(&[&str], &str); 7] = [
        (items(), "no body: it begins an item"),
        (clauses(), "an integration, principal or profile"),
        (team_settings(), "a team"),
        (system_settings(), "a system"),
        (facts(), "a `resource`"),
        (guard_rules(), "a guard"),
        (vendor_lines(), "a vendor or service"),
    ];
    if CONTINUATION.contains(&word) {
        return Some("the clause above, which does not take it there");
    }
    homes
        .into_iter()
        .find(|(words, _)| words.contains(&word))
        .map(|(_, home)| home)
}

/// Words in backticks, the last one after `or`.
fn alternatives(words: &[&str]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text.push_str(if index + 1 == words.len() {
                " or "
            } else {
                ", "
            });
        }
        text.push('`');
        text.push_str(word);
        text.push('`');
    }
    text
}

/// The parser's expectations in one phrase; empty when none of them has a name.
pub(super) fn sentence(rules: &[Rule]) -> String {
    let mut things: Vec<&str> = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for &rule in rules {
        match meaning(rule) {
            Some(Meaning::Words(more)) => {
                for word in more {
                    if !words.contains(word) {
                        words.push(word);
                    }
                }
            }
            Some(Meaning::Thing(thing)) if !things.contains(&thing) => things.push(thing),
            Some(Meaning::Thing(_)) | None => {}
        }
    }
    let mut parts: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    parts.extend(things.iter().map(|thing| (*thing).to_owned()));
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() {
        last
    } else {
        format!("{} or {last}", parts.join(", "))
    }
}

/// The one expected word that `found` is a misspelling of.
pub(super) fn meant(rules: &[Rule], found: &str) -> Option<&'static str> {
    if found == "=" {
        return rules.contains(&Rule::relation).then_some("==");
    }
    let words = rules.iter().flat_map(|&rule| match meaning(rule) {
        Some(Meaning::Words(words)) => words,
        Some(Meaning::Thing(_)) | None => &[],
    });
    crate::diagnostic::suggest::nearest(found, words.copied().filter(|word| !word.contains(' ')))
}

/// Advice for mistakes that are often made.
pub(super) fn help(rules: &[Rule], found: &str) -> Option<String> {
    let expects = |rule| rules.contains(&rule);
    if expects(Rule::date) {
        return Some("a date is written year, month, day: `2027-03-31`".to_owned());
    }
    if expects(Rule::duration) {
        return Some(
            "a duration is a number of hours, days or years: `8h`, `30d`, `1y`".to_owned(),
        );
    }
    if found == "or" && (expects(Rule::clause_end) || expects(Rule::or_absent)) {
        return Some("there is no `or` between conditions: write two clauses".to_owned());
    }
    if found.contains('@') {
        return Some(format!(
            "a mail address is written in quotes: `\"{found}\"`"
        ));
    }
    if expects(Rule::text) && !expects(Rule::name) && found.starts_with(char::is_alphabetic) {
        return Some("text is written in quotes".to_owned());
    }
    if expects(Rule::open) {
        return Some("the body of an item stands in braces that open on the same line".to_owned());
    }
    None
}
