//! When something is due: reviews, exchanges of credentials, ends of integrations, of single
//! clauses and of exceptions.

use crate::authority::time::{Date, Instant};
use crate::check::Context;
use crate::model::party::{ClauseKind, Owner, Status};
use crate::model::{PartyId, TeamId};
use crate::source::Span;

/// What is due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DueKind {
    /// A review.
    Review,
    /// A credential's exchange.
    Rotation,
    /// The integration's end.
    Expiry,
    /// The end of one clause.
    Clause,
    /// The end of an exception.
    Exception,
}

impl DueKind {
    /// The word in JSON and in tables.
    pub fn word(self) -> &'static str {
        match self {
            DueKind::Review => "review",
            DueKind::Rotation => "rotation",
            DueKind::Expiry => "expiry",
            DueKind::Clause => "clause-end",
            DueKind::Exception => "exception-end",
        }
    }
}

/// Something that is due on a day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Due {
    /// The last day on which it is in time; for ends, the last day on which it holds. None where
    /// nobody said when it was last done, so that no day can be told.
    pub on: Option<Date>,
    /// Whose.
    pub party: PartyId,
    /// What.
    pub kind: DueKind,
    /// What it is about, in a few words: a system, a rule, a clause.
    pub about: String,
    /// The clause's place.
    pub span: Span,
    /// Who has to see to it; none where no team is named.
    pub by: Option<TeamId>,
    /// Where it was done last.
    pub last: Option<(Date, Span)>,
}

/// Everything that is due of an integration, sorted: what has no day first. A retired one owes
/// nothing. Nothing after `today` counts as done where a day is given.
pub fn of(context: &Context<'_>, id: PartyId) -> Vec<Due> {
    let model = context.model;
    let party = model.party(id);
    let mut all = Vec::new();
    if party.status() == Status::Retired {
        return all;
    }
    let owner = match party.owner() {
        Some((Owner::Team(team), _)) => Some(*team),
        Some((Owner::Person(_), _)) | None => None,
    };
    let is_past = |on: Date| context.today.is_none_or(|today| on <= today);
    let due = |kind, about: String, span, by, on, last| Due {
        on,
        party: id,
        kind,
        about,
        span,
        by,
        last,
    };
    for clause in &party.clauses {
        match &clause.kind {
            ClauseKind::Review { every, by } => {
                let last = context
                    .reviews(id)
                    .filter(|review| review.by == Some(*by) && is_past(review.on))
                    .map(|review| (review.on, review.span))
                    .max();
                let on = last.map(|(on, _)| on.plus_days(days(every.days())));
                let about = format!("every {every} by `{}`", model.team(*by).name);
                all.push(due(
                    DueKind::Review,
                    about,
                    clause.span,
                    Some(*by),
                    on,
                    last,
                ));
            }
            ClauseKind::Credential {
                kind,
                system,
                rotate: Some(rotate),
                ..
            } => {
                let last = context
                    .rotations(id)
                    .filter(|rotation| rotation.system.is_none() || rotation.system == *system)
                    .filter(|rotation| is_past(rotation.on))
                    .map(|rotation| (rotation.on, rotation.span))
                    .max();
                let on = last.map(|(on, _)| on.plus_days(days(rotate.days())));
                let about = match system {
                    Some(system) => {
                        format!(
                            "{} for `{}`, every {rotate}",
                            kind.word(),
                            model.system(*system).name
                        )
                    }
                    None => format!("{}, every {rotate}", kind.word()),
                };
                all.push(due(DueKind::Rotation, about, clause.span, owner, on, last));
            }
            ClauseKind::Expires(date) => {
                let about = "the integration ends".to_owned();
                all.push(due(
                    DueKind::Expiry,
                    about,
                    clause.span,
                    owner,
                    Some(*date),
                    None,
                ));
            }
            ClauseKind::Allow(rule) | ClauseKind::Delegates { rule, .. } => {
                if let Some((until, span)) = rule.until {
                    // It is the first instant at which the clause no longer holds.
                    let on = Instant(until.0 - 1).date();
                    let about = "an `allow` or a delegation ends".to_owned();
                    all.push(due(DueKind::Clause, about, span, owner, Some(on), None));
                }
            }
            ClauseKind::Accept(accept) => {
                let about = format!("exception to `{}`", accept.rule);
                let (span, by) = (accept.until_span, Some(accept.by));
                all.push(due(
                    DueKind::Exception,
                    about,
                    span,
                    by,
                    Some(accept.until),
                    None,
                ));
            }
            ClauseKind::Owner(_)
            | ClauseKind::Purpose(_)
            | ClauseKind::Operator(_)
            | ClauseKind::Revoke(_)
            | ClauseKind::Monitor(_)
            | ClauseKind::Status(_)
            | ClauseKind::Acts(_)
            | ClauseKind::Identity { .. }
            | ClauseKind::Credential { .. }
            | ClauseKind::Trusts { .. }
            | ClauseKind::MemberOf(_)
            | ClauseKind::BoundedBy { .. }
            | ClauseKind::RunsFrom(_)
            | ClauseKind::RunsOn(_)
            | ClauseKind::TriggeredBy(_)
            | ClauseKind::Ingests(_)
            | ClauseKind::Inherits { .. }
            | ClauseKind::Never(_)
            | ClauseKind::Holds { .. }
            | ClauseKind::Unresolved(_) => {}
        }
    }
    all.sort();
    all
}

/// Everything that is due in a project, by day, then by integration in the order of declarations.
pub fn calendar(context: &Context<'_>) -> Vec<Due> {
    let mut all: Vec<Due> = context
        .model
        .integrations()
        .flat_map(|(id, _)| of(context, id))
        .collect();
    all.sort();
    all
}

fn days(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
