//! The pages of the rules: what `explain` prints and code scanning shows.

use super::{manifest, project};
use crate::diagnostic::Severity;
use crate::diagnostic::sarif::RulePage;

/// The rules about reading a project, which no check stands for.
const READING: [RulePage<'static>; 3] = [
    RulePage {
        name: manifest::RULE,
        title: "a setting that means nothing",
        severity: Severity::Error,
        markdown: include_str!("../../docs/checks/settings.md"),
    },
    RulePage {
        name: "syntax",
        title: "a line that cannot be read",
        severity: Severity::Error,
        markdown: include_str!("../../docs/checks/syntax.md"),
    },
    RulePage {
        name: project::UNREADABLE,
        title: "a file that cannot be read",
        severity: Severity::Error,
        markdown: include_str!("../../docs/checks/unreadable.md"),
    },
];

/// Every rule that has a page, sorted by name.
pub fn pages() -> Vec<RulePage<'static>> {
    let mut pages = READING.to_vec();
    pages.sort_by_key(|page| page.name);
    pages
}
