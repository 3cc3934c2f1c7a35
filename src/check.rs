//! Checks: each one file, one page, one function. They are independent of each other.
//!
//! A check is data and a function; its page under `docs/checks/` is its manual, its test and what
//! `scopec explain` prints. What they find meets the `accept` clauses and the levels of
//! `scope.toml` here, and so does what granting found.

pub mod authority;
pub mod baseline;
pub mod delegation;
mod exception;
pub mod governance;
pub mod guard;
mod level;
mod route;
pub mod rule;
mod subject;

use crate::authority::time::Date;
use crate::diagnostic::{Diagnostic, NotAssessed, Severity};
use crate::grant::Granted;
use crate::graph::DelegationGraph;
use crate::model::fact::{Review, Rotation};
use crate::model::party::Acts;
use crate::model::{Model, PartyId};
use crate::settings::Settings;
use crate::source::Span;
use route::OwnScopes;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use subject::Subject;

/// One rule.
pub struct Check {
    /// The kebab-case name: file stem, page, SARIF id and the word in `accept`.
    pub name: &'static str,
    /// How grave its findings are at most.
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
    /// Who can really reach what.
    pub graph: &'a DelegationGraph,
    /// What `scope.toml` says.
    pub settings: &'a Settings,
    /// Today; none when the caller asks for what holds on every day.
    pub today: Option<Date>,
    subjects: Vec<Subject>,
    own_scopes: OnceLock<OwnScopes>,
    visits: AtomicUsize,
}

impl<'a> Context<'a> {
    /// Gathers what several checks want to know of everybody.
    pub fn new(
        model: &'a Model,
        granted: &'a Granted,
        graph: &'a DelegationGraph,
        settings: &'a Settings,
        today: Option<Date>,
    ) -> Self {
        Self {
            model,
            granted,
            graph,
            settings,
            today,
            subjects: subject::gather(model, granted),
            own_scopes: OnceLock::new(),
            visits: AtomicUsize::new(route::VISITS),
        }
    }

    fn subject(&self, id: PartyId) -> &Subject {
        &self.subjects[id.index()]
    }

    /// How somebody acts: as declared, or wider where what it is granted is wider.
    pub fn acts(&self, id: PartyId) -> Acts {
        self.subject(id).acts
    }

    /// Why somebody acts more widely than it declares, in words that follow "but"; none where it
    /// does not.
    pub fn acts_wider_because(&self, id: PartyId) -> Option<&str> {
        self.subject(id).wider.as_ref().map(|wider| &*wider.why)
    }

    /// The bundles of what is granted in which somebody takes part, as indices.
    pub fn bundles(&self, id: PartyId) -> &[usize] {
        &self.subject(id).bundles
    }

    /// What was said of reviews of somebody.
    pub fn reviews(&self, id: PartyId) -> impl Iterator<Item = &'a Review> {
        let all = &self.model.reviews;
        self.subject(id).reviews.iter().map(move |&at| &all[at])
    }

    /// What was said of exchanges of somebody's credentials.
    pub fn rotations(&self, id: PartyId) -> impl Iterator<Item = &'a Rotation> {
        let all = &self.model.rotations;
        self.subject(id).rotations.iter().map(move |&at| &all[at])
    }

    /// Where everybody can grant itself anything by its own means; computed when first asked for.
    fn own_scopes(&self) -> &OwnScopes {
        self.own_scopes.get_or_init(|| OwnScopes::of(self))
    }

    /// How grave a neglected duty is: an error for whoever acts org-wide or across tenants, by
    /// declaration or by what is granted, and a warning for anybody else.
    fn gravity(&self, id: PartyId) -> Severity {
        if self.subject(id).acts.is_org_level() {
            Severity::Error
        } else {
            Severity::Warning
        }
    }

    /// A finding about `id` with the gravity of its reach.
    fn duty(
        &self,
        check: &Check,
        id: PartyId,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        self.finding(check, self.gravity(id), id, span, message)
    }

    /// A finding about `id`.
    fn finding(
        &self,
        check: &Check,
        severity: Severity,
        id: PartyId,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(check.name, severity, span, message)
            .about(self.model.party(id).name.to_string())
    }
}

/// What checks found.
#[derive(Default)]
pub struct Findings {
    /// Findings.
    pub diagnostics: Vec<Diagnostic>,
    /// What could not be judged.
    pub not_assessed: Vec<NotAssessed>,
}

impl Findings {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// The families of checks, each a list.
pub const FAMILIES: [&[&Check]; 4] = [
    governance::CHECKS,
    authority::CHECKS,
    delegation::CHECKS,
    guard::CHECKS,
];

/// Every check, family by family.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    FAMILIES.into_iter().flatten().copied()
}

/// Runs every check and adds what it finds to `diagnostics`; then marks what is accepted there and
/// sets the levels of `scope.toml`. Gives what could not be judged.
pub fn run(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<NotAssessed> {
    let mut findings = Findings::default();
    for check in checks() {
        (check.run)(context, &mut findings);
    }
    findings.not_assessed.sort();
    findings.not_assessed.dedup();
    diagnostics.append(&mut findings.diagnostics);
    exception::settle(context, diagnostics, &findings.not_assessed);
    level::set(context, diagnostics);
    findings.not_assessed
}
