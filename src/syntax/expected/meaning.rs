//! Grammar rules in words that a user of the language knows.

use super::verbs;
use crate::syntax::parser::Rule;

/// What a rule of the grammar stands for: words of the language that may be written there, or a
/// description.
pub enum Meaning {
    /// Exactly these words.
    Words(&'static [&'static str]),
    /// Something with a shape of its own.
    Thing(&'static str),
}

/// What a rule stands for; nothing for rules that only wrap others.
pub fn meaning(rule: Rule) -> Option<Meaning> {
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
