//! Every rule by name: checks, and what the stages before them say.

use super::{checks, guard};
use crate::diagnostic::suggest::nearest;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Span;

/// What a rule is, whoever applies it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The kebab-case name.
    pub name: &'static str,
    /// How grave its findings are at most.
    pub severity: Severity,
    /// One line.
    pub summary: &'static str,
    /// The page, in Markdown.
    pub page: &'static str,
    /// Whether an `accept` clause may excuse it.
    pub can_be_accepted: bool,
    /// Whether `scope.toml` may change its level.
    pub can_be_levelled: bool,
}

/// Every rule, sorted by name.
pub fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = checks()
        .map(|check| {
            // What guards find bears their names, and their gravity is written in them.
            let has_name = !std::ptr::eq(check, &raw const guard::judge::CHECK);
            Rule {
                name: check.name,
                severity: check.severity,
                summary: check.summary,
                page: check.page,
                can_be_accepted: has_name,
                can_be_levelled: has_name,
            }
        })
        .chain(STAGES)
        .collect();
    rules.sort_by_key(|rule| rule.name);
    rules
}

/// The rule of that name.
pub fn find(name: &str) -> Option<Rule> {
    STAGES
        .into_iter()
        .find(|rule| rule.name == name)
        .or_else(|| rules().into_iter().find(|rule| rule.name == name))
}

/// Says that there is no rule or guard `name`, with the nearest of `candidates`.
pub(super) fn unknown(name: &str, span: Span, candidates: Vec<&str>) -> Diagnostic {
    let found = Diagnostic::error(
        "unknown-name",
        span,
        format!("there is no rule or guard `{name}`"),
    );
    match nearest(name, candidates) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("`scopec explain --list` names every rule"),
    }
}

/// A rule whose findings stand until they are put right.
const fn fixed(name: &'static str, summary: &'static str, page: &'static str) -> Rule {
    Rule {
        name,
        severity: Severity::Error,
        summary,
        page,
        can_be_accepted: false,
        can_be_levelled: false,
    }
}

/// A rule whose level a project may choose.
const fn levelled(
    name: &'static str,
    severity: Severity,
    summary: &'static str,
    page: &'static str,
) -> Rule {
    Rule {
        severity,
        can_be_levelled: true,
        ..fixed(name, summary, page)
    }
}

/// A rule about what vendors cannot do, which an `accept` may excuse.
const fn acceptable(
    name: &'static str,
    severity: Severity,
    summary: &'static str,
    page: &'static str,
) -> Rule {
    Rule {
        can_be_accepted: true,
        ..levelled(name, severity, summary, page)
    }
}

/// What reading, resolving, granting, printing and the exceptions themselves say.
const STAGES: [Rule; 52] = [
    levelled(
        "accept-too-long",
        Severity::Error,
        "an exception that lasts longer than the project allows",
        include_str!("../../docs/checks/accept-too-long.md"),
    ),
    fixed(
        "ambiguous-system",
        "a clause that could be meant for several systems",
        include_str!("../../docs/checks/ambiguous-system.md"),
    ),
    fixed(
        "bad-address-format",
        "an address format that cannot be filled in",
        include_str!("../../docs/checks/bad-address-format.md"),
    ),
    fixed(
        "bad-date",
        "a date that does not exist",
        include_str!("../../docs/checks/bad-date.md"),
    ),
    fixed(
        "bad-duration",
        "a length of time that means nothing",
        include_str!("../../docs/checks/bad-duration.md"),
    ),
    fixed(
        "baseline",
        "a baseline that cannot be understood, is over or matches nothing",
        include_str!("../../docs/checks/baseline.md"),
    ),
    acceptable(
        "cannot-exclude",
        Severity::Error,
        "a prohibition that the vendor cannot hold beside what is allowed",
        include_str!("../../docs/checks/cannot-exclude.md"),
    ),
    levelled(
        "dead-allow",
        Severity::Warning,
        "an `allow` of which a `never` takes everything",
        include_str!("../../docs/checks/dead-allow.md"),
    ),
    fixed(
        "delegation-widens",
        "a delegation of more than the integration holds",
        include_str!("../../docs/checks/delegation-widens.md"),
    ),
    fixed(
        "duplicate-name",
        "a name that is declared twice",
        include_str!("../../docs/checks/duplicate-name.md"),
    ),
    fixed(
        "empty-bound",
        "a bound that allows nothing",
        include_str!("../../docs/checks/empty-bound.md"),
    ),
    acceptable(
        "excess-authority",
        Severity::Warning,
        "authority that the vendor gives and nobody declared",
        include_str!("../../docs/checks/excess-authority.md"),
    ),
    levelled(
        "expired-accept",
        Severity::Warning,
        "an exception whose day is over",
        include_str!("../../docs/checks/expired-accept.md"),
    ),
    fixed(
        "framework",
        "a file of a framework that says something that means nothing",
        include_str!("../../docs/checks/framework.md"),
    ),
    fixed(
        "identity-conflict",
        "one identity that is both allowed and forbidden the same",
        include_str!("../../docs/checks/identity-conflict.md"),
    ),
    fixed(
        "impossible-name",
        "a name that holds a character which it cannot hold",
        include_str!("../../docs/checks/impossible-name.md"),
    ),
    fixed(
        "inheritance-cycle",
        "integrations that inherit from each other in a circle",
        include_str!("../../docs/checks/inheritance-cycle.md"),
    ),
    levelled(
        "large-trust-policy",
        Severity::Warning,
        "a trust policy that is near its vendor's limit",
        include_str!("../../docs/checks/large-trust-policy.md"),
    ),
    fixed(
        "missing-name",
        "a type without a name in the middle of a way down",
        include_str!("../../docs/checks/missing-name.md"),
    ),
    fixed(
        "missing-tenant",
        "a system that does not say which tenant it is",
        include_str!("../../docs/checks/missing-tenant.md"),
    ),
    fixed(
        "mixed-vendors",
        "a condition over systems of several vendors",
        include_str!("../../docs/checks/mixed-vendors.md"),
    ),
    acceptable(
        "needs-operation",
        Severity::Warning,
        "an operation that does not work without another",
        include_str!("../../docs/checks/needs-operation.md"),
    ),
    acceptable(
        "needs-resource",
        Severity::Error,
        "an operation that acts on further resources",
        include_str!("../../docs/checks/needs-resource.md"),
    ),
    fixed(
        "nested-bound",
        "a profile that bounds and is itself bounded",
        include_str!("../../docs/checks/nested-bound.md"),
    ),
    fixed(
        "never-on-container",
        "a prohibition that leaves out what lies inside",
        include_str!("../../docs/checks/never-on-container.md"),
    ),
    fixed(
        "no-identity",
        "authority in a system without an identity there",
        include_str!("../../docs/checks/no-identity.md"),
    ),
    fixed(
        "no-operations",
        "verbs that mean no operation there",
        include_str!("../../docs/checks/no-operations.md"),
    ),
    fixed(
        "not-acceptable",
        "an exception to a rule that has none",
        include_str!("../../docs/checks/not-acceptable.md"),
    ),
    fixed(
        "not-an-identity",
        "an identity that cannot hold authority",
        include_str!("../../docs/checks/not-an-identity.md"),
    ),
    fixed(
        "outside-bound",
        "authority beyond the bound that the integration declares",
        include_str!("../../docs/checks/outside-bound.md"),
    ),
    levelled(
        "principal-duties",
        Severity::Warning,
        "a duty of integrations, written for a principal",
        include_str!("../../docs/checks/principal-duties.md"),
    ),
    fixed(
        "profile-cycle",
        "profiles that take each other in",
        include_str!("../../docs/checks/profile-cycle.md"),
    ),
    fixed(
        "repeated-clause",
        "a clause of which there can be one, written twice",
        include_str!("../../docs/checks/repeated-clause.md"),
    ),
    levelled(
        "selects-nothing",
        Severity::Warning,
        "a rule that is about nothing",
        include_str!("../../docs/checks/selects-nothing.md"),
    ),
    fixed(
        "settings",
        "a setting that means nothing",
        include_str!("../../docs/checks/settings.md"),
    ),
    fixed(
        "stale-lock",
        "a lock that is not what the project comes to",
        include_str!("../../docs/checks/stale-lock.md"),
    ),
    fixed(
        "syntax",
        "a line that cannot be read",
        include_str!("../../docs/checks/syntax.md"),
    ),
    fixed(
        "too-many-names",
        "more names than a type has",
        include_str!("../../docs/checks/too-many-names.md"),
    ),
    acceptable(
        "unenforced-condition",
        Severity::Warning,
        "a condition that the vendor cannot judge",
        include_str!("../../docs/checks/unenforced-condition.md"),
    ),
    fixed(
        "unentitled-exception",
        "an exception by a team that may not grant it",
        include_str!("../../docs/checks/unentitled-exception.md"),
    ),
    fixed(
        "unexpressible",
        "authority that the vendor has no way to grant",
        include_str!("../../docs/checks/unexpressible.md"),
    ),
    fixed(
        "unknown-name",
        "a name that nothing bears",
        include_str!("../../docs/checks/unknown-name.md"),
    ),
    fixed(
        "unnamed-tenant",
        "one of several tenants without a name",
        include_str!("../../docs/checks/unnamed-tenant.md"),
    ),
    acceptable(
        "unsupported-key",
        Severity::Error,
        "a condition on a key that requests never carry",
        include_str!("../../docs/checks/unsupported-key.md"),
    ),
    fixed(
        "unreadable",
        "a file that cannot be read",
        include_str!("../../docs/checks/unreadable.md"),
    ),
    levelled(
        "unused-accept",
        Severity::Warning,
        "an exception that excuses nothing",
        include_str!("../../docs/checks/unused-accept.md"),
    ),
    levelled(
        "unused-profile",
        Severity::Warning,
        "a profile that nobody takes in",
        include_str!("../../docs/checks/unused-profile.md"),
    ),
    acceptable(
        "wildcard-operation",
        Severity::Warning,
        "operations named by a wildcard",
        include_str!("../../docs/checks/wildcard-operation.md"),
    ),
    fixed(
        "wrong-arguments",
        "a profile with arguments that do not fit",
        include_str!("../../docs/checks/wrong-arguments.md"),
    ),
    fixed(
        "wrong-operator",
        "a comparison that the key does not have",
        include_str!("../../docs/checks/wrong-operator.md"),
    ),
    fixed(
        "wrong-type",
        "an operation or a step of another type",
        include_str!("../../docs/checks/wrong-type.md"),
    ),
    fixed(
        "wrong-value",
        "a value that is none of those that exist",
        include_str!("../../docs/checks/wrong-value.md"),
    ),
];
