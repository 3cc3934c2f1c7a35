//! Checks: each one file, one page, one function. They are independent of each other.
//!
//! A check is data and a function; its page under `docs/checks/` is its manual, its test and what
//! `scopec explain` prints.

use crate::authority::time::Date;
use crate::diagnostic::{Diagnostic, NotAssessed, Severity};
use crate::grant::Granted;
use crate::model::Model;
use crate::settings::Settings;

/// One rule.
pub struct Check {
    /// The kebab-case name: file stem, page, SARIF id and the word in `accept`.
    pub name: &'static str,
    /// How grave its findings are.
    pub severity: Severity,
    /// One line.
    pub summary: &'static str,
    /// The page, in Markdown.
    pub page: &'static str,
    /// Finds.
    pub run: fn(&Context<'_>, &mut Findings),
}

/// What checks look at.
pub struct Context<'a> {
    /// What the project means.
    pub model: &'a Model,
    /// What everybody is granted.
    pub granted: &'a Granted,
    /// What `scope.toml` says.
    pub settings: &'a Settings,
    /// Today; none when the caller asks for what holds on every day.
    pub today: Option<Date>,
}

/// What checks found.
#[derive(Default)]
pub struct Findings {
    /// Findings.
    pub diagnostics: Vec<Diagnostic>,
    /// What could not be judged.
    pub not_assessed: Vec<NotAssessed>,
}

/// Runs every check and adds what it finds to `diagnostics`. Gives what could not be judged.
pub fn run(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<NotAssessed> {
    let mut findings = Findings::default();
    for check in CHECKS {
        (check.run)(context, &mut findings);
    }
    diagnostics.append(&mut findings.diagnostics);
    findings.not_assessed.sort();
    findings.not_assessed
}

/// Every check.
pub const CHECKS: &[&Check] = &[];
