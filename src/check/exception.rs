//! `accept` clauses: which findings they cover, and which of them are findings themselves.

use super::subject::covers;
use super::{Context, rule};
use crate::diagnostic::{Diagnostic, NotAssessed};
use crate::model::party::{Accept, Clause, ClauseKind, Party};
use crate::model::rule::Rule;
use crate::model::thing::{Tenants, Thing};
use crate::model::{Model, PartyId, TeamId};
use crate::source::Span;
use std::collections::{BTreeSet, HashMap};

/// What an `accept` clause does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Force {
    /// It covers what it names.
    Holds,
    /// Its day is over: what it covered is back, by the passing of time alone.
    Ended,
    /// It covers nothing.
    Void,
}

/// Marks what is accepted, and says which clauses accept nothing.
pub(super) fn settle(
    context: &Context<'_>,
    diagnostics: &mut Vec<Diagnostic>,
    not_assessed: &[NotAssessed],
) {
    let mut about: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        if let Some(subject) = &diagnostic.subject {
            about.entry(subject.clone()).or_default().push(index);
        }
    }
    let mut said = Vec::new();
    let mut named: BTreeSet<(Span, String)> = BTreeSet::new();
    for (id, party) in context.model.parties() {
        let own = about.get(&*party.name).map_or(&[][..], Vec::as_slice);
        for (index, accept) in party.accepts() {
            let clause = &party.clauses[index];
            let mut judged = Vec::new();
            let force = judge(context, id, accept, clause, &mut judged);
            // A profile's mistake is not repeated for all who take it in.
            judged.retain(|found: &Diagnostic| {
                found.rule != "unknown-name" && found.rule != "not-acceptable"
                    || named.insert((found.span, found.message.clone()))
            });
            said.append(&mut judged);
            if force == Force::Void {
                continue;
            }
            let mut used = false;
            for &at in own {
                let found = &mut diagnostics[at];
                let named = found.related.iter().any(|label| label.span == clause.span);
                if found.rule == *accept.rule
                    && (named || speaks_of(context.model, party, accept, found.span))
                {
                    used = true;
                    match force {
                        Force::Holds => {
                            found.accepted = true;
                            found.accepted_at = Some(clause.span);
                        }
                        Force::Ended => found.time_alone |= !found.accepted,
                        Force::Void => {}
                    }
                }
            }
            let open = not_assessed
                .iter()
                .any(|open| *open.rule == *accept.rule && *open.integration == *party.name);
            if force == Force::Holds && !used && !open {
                said.push(
                    Diagnostic::warning(
                        "unused-accept",
                        clause.span,
                        format!("this accepts `{}`, which finds nothing here", accept.rule),
                    )
                    .help("remove it: left standing, it would excuse the next one unseen")
                    .about(party.name.to_string()),
                );
            }
        }
    }
    diagnostics.append(&mut said);
}

fn judge(
    context: &Context<'_>,
    id: PartyId,
    accept: &Accept,
    clause: &Clause,
    said: &mut Vec<Diagnostic>,
) -> Force {
    let model = context.model;
    let party = model.party(id);
    let name = &*accept.rule;
    let guard = model.guards.iter().find(|guard| &*guard.name == name);
    match rule::find(name) {
        Some(rule) if !rule.can_be_accepted => {
            said.push(
                Diagnostic::error(
                    "not-acceptable",
                    clause.span,
                    format!("`{name}` cannot be accepted"),
                )
                .help("an exception is for a risk that is known: this must be put right instead")
                .about(party.name.to_string()),
            );
            return Force::Void;
        }
        None if guard.is_none() => {
            let rules = rule::rules();
            let candidates = rules
                .iter()
                .filter(|rule| rule.can_be_accepted)
                .map(|rule| rule.name)
                .chain(model.guards.iter().map(|guard| &*guard.name))
                .collect();
            said.push(rule::unknown(name, clause.span, candidates).about(party.name.to_string()));
            return Force::Void;
        }
        Some(_) | None => {}
    }
    let mut force = Force::Holds;
    let settled = context.settings.exceptions.get(name);
    let entitled: Option<TeamId> = match (guard.and_then(|guard| guard.exceptions_by), settled) {
        (Some(team), _) => Some(team),
        (None, Some((team, _))) => team_named(model, team),
        (None, None) => party.review().map(|((_, by), _)| by),
    };
    if entitled != Some(accept.by) {
        let by = &model.team(accept.by).name;
        let help = match entitled {
            Some(team) => format!("`{}` may accept this here", model.team(team).name),
            None => "nobody is entitled: let a team review the integration (`review every 90d by TEAM`), or name one under `[exceptions]` in `scope.toml`".to_owned(),
        };
        said.push(
            Diagnostic::error(
                "unentitled-exception",
                clause.span,
                format!("`{by}` is not entitled to accept `{name}`"),
            )
            .help(help)
            .about(party.name.to_string()),
        );
        force = Force::Void;
    }
    let Some(today) = context.today else {
        return force;
    };
    let most = context.settings.max_accept_hours / 24;
    if accept.until < today {
        said.push(
            Diagnostic::warning(
                "expired-accept",
                accept.until_span,
                format!("this exception ended on {}", accept.until),
            )
            .help("put right what it excused and remove it, or have it accepted anew")
            .about(party.name.to_string())
            .time_alone(),
        );
        if force == Force::Holds {
            force = Force::Ended;
        }
    } else if accept.until.days_since(today) > i64::from(most) {
        said.push(
            Diagnostic::error(
                "accept-too-long",
                accept.until_span,
                format!("an exception may last {most} days, and this one lasts longer"),
            )
            .help(format!(
                "write {} or an earlier day",
                today.plus_days(i32::try_from(most).unwrap_or(i32::MAX))
            ))
            .about(party.name.to_string()),
        );
        force = Force::Void;
    }
    force
}

fn team_named(model: &Model, name: &str) -> Option<TeamId> {
    let index = model.teams.iter().position(|team| &*team.name == name)?;
    Some(TeamId::at(index))
}

/// Whether what stands at `span` is what the clause accepts: everything, or what lies in a thing
/// that it names. A finding on a whole clause counts when all that the clause names is covered.
fn speaks_of(model: &Model, party: &Party, accept: &Accept, span: Span) -> bool {
    if accept.on.is_empty() {
        return true;
    }
    party
        .clauses
        .iter()
        .filter(|clause| clause.span.holds(span))
        .any(|clause| {
            let things = things(model, &clause.kind);
            let near: Vec<&Thing> = things
                .iter()
                .filter(|thing| thing.span.holds(span))
                .collect();
            let is_accepted = |thing: &Thing| accept.on.iter().any(|on| covers(on, thing));
            if near.is_empty() {
                !things.is_empty() && things.iter().all(is_accepted)
            } else {
                near.into_iter().any(is_accepted)
            }
        })
}

/// What a clause speaks of; a whole system where it names no more.
fn things(model: &Model, kind: &ClauseKind) -> Vec<Thing> {
    let parts =
        |rule: &Rule| -> Vec<Thing> { rule.parts.iter().map(|part| part.thing.clone()).collect() };
    let whole = |system: Option<crate::model::SystemId>| -> Vec<Thing> {
        system
            .map(|id| {
                let declared = model.system(id);
                Thing {
                    system: id,
                    tenants: Tenants::Each,
                    steps: Vec::new(),
                    of: declared.tenant_type,
                    span: declared.span,
                }
            })
            .into_iter()
            .collect()
    };
    match kind {
        ClauseKind::Allow(rule) | ClauseKind::Never(rule) | ClauseKind::Delegates { rule, .. } => {
            parts(rule)
        }
        ClauseKind::Identity { thing, .. }
        | ClauseKind::RunsFrom(thing)
        | ClauseKind::RunsOn(thing) => vec![thing.clone()],
        ClauseKind::Ingests(things) => things.clone(),
        ClauseKind::Credential { system, .. } | ClauseKind::Trusts { system, .. } => whole(*system),
        ClauseKind::Holds { system, .. } => whole(Some(*system)),
        ClauseKind::Owner(_)
        | ClauseKind::Purpose(_)
        | ClauseKind::Operator(_)
        | ClauseKind::Expires(_)
        | ClauseKind::Review { .. }
        | ClauseKind::Revoke(_)
        | ClauseKind::Monitor(_)
        | ClauseKind::Status(_)
        | ClauseKind::Acts(_)
        | ClauseKind::MemberOf(_)
        | ClauseKind::BoundedBy { .. }
        | ClauseKind::TriggeredBy(_)
        | ClauseKind::Inherits { .. }
        | ClauseKind::Accept(_)
        | ClauseKind::Unresolved(_) => Vec::new(),
    }
}
