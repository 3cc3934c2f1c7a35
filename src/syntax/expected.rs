//! What could stand at a place: grammar rules in words that a user of the language knows, and the
//! words that may begin a clause.

use super::parser::Rule;

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

/// What a rule of the grammar stands for: words of the language that may be written there, or a
/// description.
enum Meaning {
    /// Exactly these words.
    Words(&'static [&'static str]),
    /// Something with a shape of its own.
    Thing(&'static str),
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

fn meaning(rule: Rule) -> Option<Meaning> {
    use Meaning::{Thing, Words};
    Some(match rule {
        Rule::new_name => Thing("a name in kebab-case"),
        Rule::name | Rule::root => Thing("a name"),
        Rule::profile_use => Thing("the name of a profile"),
        Rule::text => Thing("a text in quotes"),
        Rule::prose => Thing("a text in quotes or a word"),
        Rule::team_name => Thing("the name of a team"),
        Rule::date => Thing("a date such as `2027-03-31`"),
        Rule::duration | Rule::for_duration => Thing("a duration such as `30d`"),
        Rule::count => Thing("a number"),
        Rule::kind => Thing("a kind"),
        Rule::value => Thing("a text, number, date or `true` or `false`"),
        Rule::pattern => Thing("a pattern in quotes"),
        Rule::argument => Thing("a text in quotes, or the name of a system, resource or team"),
        Rule::operation | Rule::verbs => {
            Thing("a verb such as `read`, or an operation of the vendor's")
        }
        Rule::verb => Words(verbs()),
        Rule::reference => Thing("a resource such as `books.invoice`, or a system"),
        Rule::type_name
        | Rule::tenant_type
        | Rule::type_parent
        | Rule::type_reference
        | Rule::type_root => Thing("a resource type"),
        Rule::step => Thing("`.` and a type"),
        Rule::tenant | Rule::tenant_id | Rule::parameters | Rule::type_parameters => Thing("`(`"),
        Rule::who => {
            Thing("a name, a system, a resource, `anyone`, `service \"…\"` or `oidc \"…\"`")
        }
        Rule::open => Thing("`{`"),
        Rule::colon => Thing("`:`"),
        Rule::dot => Thing("`.` and a type or service"),
        Rule::shut => Thing("`,` or `)`"),
        Rule::shut_list => Thing("`,` or `]`"),
        Rule::clause_end => Thing("the end of the clause"),
        Rule::within => Words(&["within"]),
        Rule::on_or_within => Words(&["on", "within"]),
        Rule::r#where => Words(&["where"]),
        Rule::condition | Rule::key => Thing("a key such as `source.ip`"),
        Rule::relation => Words(&["==", "!=", "<", "<=", ">", ">="]),
        Rule::membership => Words(&["in", "not in"]),
        Rule::matching => Words(&["matches"]),
        Rule::presence => Words(&["present", "absent"]),
        Rule::or_absent => Words(&["or absent"]),
        Rule::values => Thing("`[` and a list of values"),
        Rule::except_verbs | Rule::exception | Rule::except_who => Words(&["except"]),
        Rule::fields => Words(&["fields"]),
        Rule::until => Words(&["until"]),
        Rule::approval => Words(&["with approval"]),
        Rule::rule_tail => Words(&["fields", "where", "until", "with approval"]),
        Rule::by | Rule::by_team | Rule::by_setting => Words(&["by"]),
        Rule::via | Rule::via_service => Words(&["via"]),
        Rule::status_word => Words(&["active", "suspended", "retired"]),
        Rule::acts_how => Words(&[
            "as itself",
            "on behalf of users",
            "org-wide",
            "across tenants",
        ]),
        Rule::acts_itself => Words(&["as itself"]),
        Rule::acts_users => Words(&["on behalf of users"]),
        Rule::acts_org => Words(&["org-wide"]),
        Rule::acts_tenants => Words(&["across tenants"]),
        Rule::identity_from | Rule::from_whom => Words(&["from"]),
        Rule::credential_kind => Words(&[
            "oauth",
            "secret",
            "key",
            "token",
            "certificate",
            "oidc",
            "workload",
            "none",
        ]),
        Rule::for_system | Rule::for_subjects | Rule::for_selection | Rule::for_name => {
            Words(&["for"])
        }
        Rule::stored_in | Rule::type_parents => Words(&["in"]),
        Rule::rotate => Words(&["rotate"]),
        Rule::from_or_on => Words(&["from", "on"]),
        Rule::to_whom | Rule::to_verbs => Words(&["to"]),
        Rule::inherit_mode => Words(&["all", "narrowed", "nothing"]),
        Rule::on_system
        | Rule::accept_on
        | Rule::inside_type
        | Rule::on_date
        | Rule::on_operations
        | Rule::permits_on => Words(&["on"]),
        Rule::rule_name => Thing("the name of a check or a guard"),
        Rule::because => Words(&["because"]),
        Rule::tenant_name | Rule::as_portable | Rule::unit_id | Rule::type_spelling => {
            Words(&["as"])
        }
        Rule::guard_kind => Words(&[
            "branch-protection",
            "approval",
            "permission-boundary",
            "organisation-policy",
            "pod-security",
            "mfa",
        ]),
        Rule::against => Words(&["against"]),
        Rule::lifted_by => Words(&["lifted by"]),
        Rule::together => Words(&["together with"]),
        Rule::directly => Words(&["directly"]),
        Rule::selection => {
            Thing("verbs and what they are on, or `env`, `label`, `kind` … and a word")
        }
        Rule::selector => Thing(
            "`env`, `label`, `kind`, `vendor`, `system` or `owner` and a word, `org-level` or a resource",
        ),
        Rule::duty => Words(&[
            "owner",
            "expiry",
            "review",
            "monitoring",
            "rotation",
            "approval",
        ]),
        Rule::at_most => Words(&["of at most"]),
        Rule::limit_what => Words(&["systems", "resources", "hops"]),
        Rule::severity_word => Words(&["error", "warning", "note"]),
        Rule::can => Words(&["can", "cannot"]),
        Rule::perform => Thing("verbs"),
        Rule::reach => Words(&["reach"]),
        Rule::influence => Words(&["influence"]),
        Rule::cause => Words(&["cause"]),
        Rule::without_approval => Words(&["without approval"]),
        Rule::names_word => Words(&["all", "exact", "prefix", "glob"]),
        Rule::parameter_name | Rule::parameter => Thing("a parameter"),
        Rule::parameter_type => Thing("a type such as `aws.account`, `team` or `string`"),
        Rule::key_kind => Words(&["string", "number", "boolean", "date", "cidr", "arn", "set"]),
        Rule::unit_group => Words(&["of"]),
        Rule::unit_binds => Words(&["binds to"]),
        Rule::unit_implies => Words(&["implies"]),
        Rule::unit_permits => Words(&["permits"]),
        Rule::permits_with => Words(&["with"]),
        Rule::also => Words(&["also on"]),
        Rule::optional => Words(&["optional"]),
        Rule::one_of => Words(&["one of"]),
        Rule::needs => Words(&["needs"]),
        Rule::join_word | Rule::joined => Words(&["with", "and"]),
        Rule::gives => Words(&["gives"]),
        Rule::when => Words(&["when"]),
        Rule::control_word => Thing("a word"),
        Rule::type_format => Thing("`=` and an address format"),
        Rule::vendor_name => Thing("the name of a vendor"),
        Rule::service_name => Thing("the name of a service"),
        _ => return None,
    })
}

/// How a line that begins with this word is written, its optional parts included.
pub(super) fn form(context: Rule, word: &str) -> Option<&'static str> {
    match (context, word) {
        (Rule::only_vendor, "system") => Some("system TYPE(PARAMETER)"),
        (Rule::only_vendor, "resource") => {
            Some("resource TYPE(PARAMETER) in PARENT = \"format\" {")
        }
        (Rule::only_fact, "runs") => Some("runs as R` or `runs on R"),
        (Rule::only_vendor | Rule::only_type, word) if verbs().contains(&word) => {
            Some("VERB OPERATION, OPERATION also on TYPE optional TYPE one of TYPE needs OPERATION")
        }
        (Rule::only_test, _) => Some("NAME cannot VERBS on R"),
        _ => FORMS
            .iter()
            .find(|(keyword, _)| *keyword == word)
            .map(|(_, form)| *form),
    }
}

/// Keywords and how their lines are written; sorted.
const FORMS: [(&str, &str); 64] = [
    (
        "accept",
        "accept RULE on R because \"…\" by TEAM until 2027-03-31",
    ),
    ("acts", "acts as itself` or `acts org-wide"),
    ("admits", "admits WHO to VERBS on TYPE where …"),
    ("allow", "allow VERBS on R where … until 2027-03-31"),
    ("attached", "attached to WHO"),
    ("bounded", "bounded by PROFILE"),
    ("contact", "contact \"…\""),
    (
        "control",
        "control OPERATION on TYPE gives R when R trusts \"service\"",
    ),
    ("credential", "credential KIND for SYSTEM in R rotate 30d"),
    ("delegates", "delegates VERBS on R to NAME until 2027-03-31"),
    ("deny", "deny VERBS on SELECTORS for SELECTORS except WHO"),
    ("env", "env NAME"),
    ("escapes", "escapes to R by \"…\""),
    ("exceptions", "exceptions by TEAM"),
    ("excludes", "excludes \"/\""),
    ("expires", "expires 2027-03-31"),
    ("guard", "guard NAME \"why\" {"),
    (
        "guarded",
        "guarded by KIND \"setting\" against VERBS except WHO lifted by WHO",
    ),
    ("holds", "holds \"UNIT\" on SYSTEM"),
    ("hosted", "hosted in R"),
    ("hosts", "hosts TYPE via \"service\""),
    ("id", "id \"…\" as NAME"),
    ("identity", "identity R from R"),
    ("ingests", "ingests R, R"),
    ("inherits", "inherits all from NAME"),
    ("integration", "integration NAME: KIND {"),
    ("keys", "keys \"KEY\": string as KEY on OPERATION"),
    ("labels", "labels NAME, NAME"),
    ("like", "like PROFILE(…)"),
    ("limit", "limit 3 systems for SELECTORS"),
    ("member", "member of PRINCIPAL"),
    ("monitor", "monitor via \"…\""),
    ("names", "names prefix"),
    ("never", "never VERBS on R where …"),
    ("operations", "operations per resource"),
    ("operator", "operator PRINCIPAL"),
    ("owner", "owner TEAM"),
    ("principal", "principal NAME: KIND {"),
    ("profile", "profile NAME(PARAMETER: TYPE) {"),
    ("purpose", "purpose \"…\""),
    ("refuses", "refuses WHO to VERBS within where …"),
    ("require", "require expiry of at most 180d for SELECTORS"),
    ("resource", "resource R {"),
    ("review", "review every 90d by TEAM"),
    ("reviewed", "reviewed NAME on 2027-03-31 by TEAM"),
    ("revoke", "revoke via \"…\""),
    ("rotated", "rotated NAME for SYSTEM on 2027-03-31"),
    ("runs", "runs from R` or `runs on R"),
    ("service", "service VENDOR.NAME {"),
    ("settings", "settings NAME, NAME"),
    ("severity", "severity error"),
    ("source", "source \"…\""),
    ("spelling", "spelling \"…\""),
    ("status", "status active"),
    ("stores", "stores credential of NAME"),
    ("system", "system NAME: VENDOR.TYPE(\"id\") {"),
    ("team", "team NAME {"),
    ("test", "test \"what it shows\" {"),
    ("triggered", "triggered by WHO"),
    ("trusts", "trusts WHO for SYSTEM where …"),
    ("unit", "unit \"NAME\" permits OPERATION"),
    ("units", "units bind to LEVEL"),
    ("unnamed", "unnamed OPERATION, OPERATION"),
    ("vendor", "vendor NAME {"),
];
