//! The pages of the rules: what `explain` prints and code scanning shows.

use crate::check::rule;
use crate::diagnostic::sarif::RulePage;

/// Every rule that has a page, sorted by name.
pub fn pages() -> Vec<RulePage<'static>> {
    rule::rules()
        .into_iter()
        .map(|rule| RulePage {
            name: rule.name,
            title: rule.summary,
            severity: rule.severity,
            markdown: rule.page,
        })
        .collect()
}
