//! The register of non-human identities: one entry an integration, with how much hangs on it.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause is one of two dozen kinds, of which a column concerns one"
)]

use super::answer::Outcome;
use super::assess::Assessment;
use super::desk::Desk;
use super::shown::{Location, location};
use crate::authority::time::Date;
use crate::lifecycle::due::{self, Due, DueKind};
use crate::model::PartyId;
use crate::model::party::{Acts, ClauseKind, Owner, Party, Status};
use crate::question::blast_radius::Radius;
use crate::settings::Class;
use serde::Serialize;
use std::collections::BTreeSet;

/// How much hangs on an integration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// It can grant itself anything somewhere, or acts across tenants with duties neglected.
    Critical,
    /// It acts across tenants, or on a whole tenant with duties neglected, or has an error.
    High,
    /// It acts on a whole tenant or in production, or can act as somebody else.
    Moderate,
    /// The rest.
    Low,
}

impl Risk {
    /// Every level, the gravest first.
    pub const ALL: [Risk; 4] = [Risk::Critical, Risk::High, Risk::Moderate, Risk::Low];

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Risk::Critical => "critical",
            Risk::High => "high",
            Risk::Moderate => "moderate",
            Risk::Low => "low",
        }
    }
}

/// One integration in the register.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The name.
    pub name: String,
    /// Where it is declared.
    #[serde(flatten)]
    pub location: Location,
    /// `connector`, `webhook`, `agent`, `workflow` or `service`.
    pub kind: &'static str,
    /// `org-level`, `delegated`, `service` or `cross-tenant`.
    pub class: &'static str,
    /// How it acts in truth, in the words of the language.
    pub acts: &'static str,
    /// Why that is more than it says; none where it is not.
    pub understated: Option<String>,
    /// `active`, `suspended` or `retired`.
    pub status: &'static str,
    /// How much hangs on it.
    pub risk: Risk,
    /// Why, in full sentences.
    pub risk_because: String,
    /// Who owns it; a team's name or a person.
    pub owner: Option<String>,
    /// Whether a team owns it.
    pub owned_by_team: bool,
    /// The owning team's contact.
    pub contact: Option<String>,
    /// Who runs it besides.
    pub operator: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// The systems that it acts in, sorted.
    pub systems: Vec<String>,
    /// Their environments, sorted.
    pub environments: Vec<String>,
    /// Its identities, as written.
    pub identities: Vec<String>,
    /// Its credentials: `oauth for books, every 30d`.
    pub credentials: Vec<String>,
    /// The labels of what it reaches, sorted.
    pub labels: Vec<String>,
    /// How it is switched off.
    pub revoke: Option<String>,
    /// How it is watched.
    pub monitor: Option<String>,
    /// The last day.
    pub expires: Option<String>,
    /// How often it is reviewed.
    pub review_every: Option<String>,
    /// By whom.
    pub reviewer: Option<String>,
    /// When it was reviewed last.
    pub last_review: Option<String>,
    /// By when the next review is due; none where no day can be told.
    pub next_review: Option<String>,
    /// By when a credential has to be exchanged next; none where no day can be told.
    pub next_rotation: Option<String>,
    /// How many clauses allow something.
    pub allows: usize,
    /// How many clauses forbid something.
    pub nevers: usize,
    /// How many operations it is granted that nobody declared.
    #[serde(rename = "excess_operations")]
    pub excess: usize,
    /// How many exceptions it has.
    #[serde(rename = "exception_count")]
    pub exceptions: usize,
    /// Findings of error level that stand.
    pub errors: usize,
    /// Findings of warning level that stand.
    pub warnings: usize,
    /// Whether its declaration could be read whole; of one that could not, the rest is not all.
    pub complete: bool,
    /// Whether nothing is emitted for it until its errors are gone.
    pub withheld: bool,
    /// The integrations as which it can act.
    pub reaches: usize,
    /// The systems that it can do anything in, through others included.
    pub reached_systems: usize,
    /// The scopes in which it can grant itself anything.
    pub elevated: usize,
    /// The gravest verb that it comes to.
    pub worst_verb: Option<&'static str>,
}

/// The class of an integration in the register.
fn class(party: &Party, acts: Acts) -> &'static str {
    let delegated = party.clauses.iter().any(|clause| {
        matches!(
            clause.kind,
            ClauseKind::Inherits { .. } | ClauseKind::Operator(_)
        )
    });
    match acts {
        Acts::AcrossTenants => "cross-tenant",
        Acts::OrgWide => "org-level",
        Acts::OnBehalfOfUsers => "delegated",
        Acts::Itself if delegated => "delegated",
        Acts::Itself => "service",
    }
}

/// The entry of the integration of that number.
pub fn entry(
    desk: &Desk<'_>,
    assessment: &Assessment,
    number: usize,
    radius: &Radius,
    withheld: &BTreeSet<PartyId>,
) -> Entry {
    let id = assessment.integrations[number];
    let model = &desk.compiled.model;
    let party = desk.party(id);
    let acts = desk.context.acts(id);
    let text = |pick: &dyn Fn(&ClauseKind) -> Option<String>| {
        party.clauses.iter().find_map(|clause| pick(&clause.kind))
    };
    let (owner, contact, by_team) = match party.owner() {
        Some((Owner::Team(team), _)) => {
            let team = model.team(*team);
            let contact = team.contact.as_ref().map(ToString::to_string);
            (Some(team.name.to_string()), contact, true)
        }
        Some((Owner::Person(person), _)) => (Some(person.to_string()), None, false),
        None => (None, None, false),
    };
    let due = due::of(&desk.context, id);
    let next = |kind: DueKind| -> Option<Date> {
        let of_kind: Vec<&Due> = due.iter().filter(|due| due.kind == kind).collect();
        let known: Option<Vec<Date>> = of_kind.iter().map(|due| due.on).collect();
        known?.into_iter().min()
    };
    let last = due
        .iter()
        .find(|due| due.kind == DueKind::Review)
        .and_then(|due| due.last);
    let systems = desk.systems(id);
    let standing = |severity| {
        let own = desk.findings(id);
        own.filter(|(_, found)| found.severity == severity && found.is_shown())
            .count()
    };
    let errors = standing(crate::diagnostic::Severity::Error);
    let (risk, risk_because) = risk(desk, assessment, number, radius, errors);
    Entry {
        name: party.name.to_string(),
        location: location(desk, party.name_span),
        kind: party.kind.word(),
        class: class(party, acts),
        acts: acts.words(),
        understated: desk.context.acts_wider_because(id).map(str::to_owned),
        status: match party.status() {
            Status::Active => "active",
            Status::Suspended => "suspended",
            Status::Retired => "retired",
        },
        risk,
        risk_because,
        owner,
        owned_by_team: by_team,
        contact,
        operator: text(&|kind| match kind {
            ClauseKind::Operator(operator) => Some(model.party(*operator).name.to_string()),
            _ => None,
        }),
        purpose: text(&|kind| match kind {
            ClauseKind::Purpose(text) => Some(text.to_string()),
            _ => None,
        }),
        systems: systems
            .iter()
            .map(|&system| model.system(system).name.to_string())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        environments: systems
            .iter()
            .filter_map(|&system| model.system(system).env.as_ref().map(ToString::to_string))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        identities: party
            .identities()
            .map(|(_, thing, _)| model.thing_text(thing))
            .collect(),
        credentials: desk
            .credentials(id)
            .map(|one| {
                let system = one
                    .system
                    .map(|system| format!(" for {}", model.system(system).name));
                let every = one.rotate.map(|rotate| format!(", every {rotate}"));
                let kind = one.kind.word();
                format!(
                    "{kind}{}{}",
                    system.unwrap_or_default(),
                    every.unwrap_or_default()
                )
            })
            .collect(),
        labels: radius.labels.keys().cloned().collect(),
        revoke: text(&|kind| match kind {
            ClauseKind::Revoke(text) => Some(text.to_string()),
            _ => None,
        }),
        monitor: text(&|kind| match kind {
            ClauseKind::Monitor(text) => Some(text.to_string()),
            _ => None,
        }),
        expires: party.expires().map(|(date, _)| date.to_string()),
        review_every: party.review().map(|((every, _), _)| every.to_string()),
        reviewer: party
            .review()
            .map(|((_, by), _)| model.team(by).name.to_string()),
        last_review: last.map(|(on, _)| on.to_string()),
        next_review: next(DueKind::Review).map(|on| on.to_string()),
        next_rotation: next(DueKind::Rotation).map(|on| on.to_string()),
        allows: party.allows().count(),
        nevers: party.nevers().count(),
        excess: desk.excess(id).map(|excess| excess.operations.len()).sum(),
        exceptions: party.accepts().count(),
        errors,
        warnings: standing(crate::diagnostic::Severity::Warning),
        complete: party.complete,
        withheld: withheld.contains(&id),
        reaches: radius.integrations,
        reached_systems: radius.systems,
        elevated: radius.elevated,
        worst_verb: radius.worst_verb,
    }
}

/// Predicates about duties, whose failing counts as neglect.
const DUTIES: [&str; 8] = [
    "OWN-01", "PUR-01", "EXP-01", "EXP-02", "REV-02", "RVK-01", "MON-01", "CRD-04",
];

/// How much hangs on an integration, and why. The order of the questions is the rule: what it can
/// grant itself, whose tenants it is in, whether its duties are kept, what else it comes to.
fn risk(
    desk: &Desk<'_>,
    assessment: &Assessment,
    number: usize,
    radius: &Radius,
    errors: usize,
) -> (Risk, String) {
    let id = assessment.integrations[number];
    let acts = desk.context.acts(id);
    let neglected: Vec<&str> = DUTIES
        .into_iter()
        .filter_map(super::predicate::named)
        .filter(|predicate| {
            let outcome = assessment
                .outcome(number, predicate)
                .unwrap_or_else(|| predicate.answer(desk, id).outcome);
            outcome == Outcome::Failed
        })
        .map(|predicate| predicate.title)
        .collect();
    let fails = |how: &str| {
        format!(
            "It acts {how}, and this does not hold: {}.",
            neglected.join(", ")
        )
    };
    if radius.elevated > 0 {
        let scopes = if radius.elevated == 1 {
            "scope"
        } else {
            "scopes"
        };
        return (
            Risk::Critical,
            format!(
                "It can grant itself anything in {} {scopes}, proven or possible.",
                radius.elevated
            ),
        );
    }
    if acts == Acts::AcrossTenants {
        return if neglected.is_empty() {
            (Risk::High, "It acts across tenants.".to_owned())
        } else {
            (Risk::Critical, fails("across tenants"))
        };
    }
    if acts == Acts::OrgWide && !neglected.is_empty() {
        return (Risk::High, fails("on a whole tenant"));
    }
    if errors > 0 {
        let findings = if errors == 1 {
            "finding of error level stands"
        } else {
            "findings of error level stand"
        };
        return (Risk::High, format!("{errors} {findings}."));
    }
    let mut because = Vec::new();
    if acts == Acts::OrgWide {
        because.push("It acts on a whole tenant.".to_owned());
    }
    if desk.classes(id).contains(&Class::Production) {
        because.push("It acts in production.".to_owned());
    }
    if radius.integrations > 0 {
        let count = radius.integrations;
        let others = if count == 1 {
            "other integration"
        } else {
            "other integrations"
        };
        because.push(format!("It can act as {count} {others}."));
    }
    if because.is_empty() {
        return (
            Risk::Low,
            "It acts as itself, outside of production, and can act as nobody else.".to_owned(),
        );
    }
    (Risk::Moderate, because.join(" "))
}
