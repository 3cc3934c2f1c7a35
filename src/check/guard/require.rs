//! `require`: who reaches what asks for an owner, an end, a review … and has none.

use crate::authority::time::{Date, Instant, Length};
use crate::check::Findings;
use crate::check::guard::hit::{Hits, rule_of};
use crate::check::guard::judge::{Found, Judged};
use crate::check::guard::selection::Selected;
use crate::check::subject::{is_known, long_lived};
use crate::graph::Verdict;
use crate::model::guard::Requirement;
use crate::model::party::{ClauseGroup, ClauseKind, Owner, Party};
use crate::source::Span;

/// What is wrong, and the clause that is not enough where there is one.
type Lack = (String, Option<Span>);

/// Judges one `require` for one party.
pub(in crate::check) fn judge(
    judged: &Judged<'_, '_>,
    (what, at_most): (Requirement, Option<Length>),
    (selection, hits): (&Selected<'_>, &Hits),
    findings: &mut Findings,
) {
    let party = judged.context.model.party(judged.id);
    if !is_known(party, ClauseGroup::Governance) {
        return;
    }
    let found = judged.found(hits, false);
    // A selection of parties alone asks nothing of what they hold.
    let places = selection.speaks_of_authority();
    let lack = match what {
        Requirement::Approval => {
            approval(judged, &found, hits, at_most).map(|(lack, found)| (lack, Some(found)))
        }
        Requirement::Expiry => expiry(judged, &found, at_most, places),
        Requirement::Owner
        | Requirement::Review
        | Requirement::Monitoring
        | Requirement::Rotation => of_party(party, what, at_most)
            .filter(|_| !places || !found.is_empty())
            .map(|lack| (lack, found.first().copied())),
    };
    let Some(((words, clause), reached)) = lack else {
        return;
    };
    let name = &party.name;
    let reach = reached.filter(|found| !found.is_own);
    let why = reached
        .and_then(|found| found.hit)
        .map_or_else(String::new, |hit| {
            format!(", and can {} `{}`", hit.verbs, hit.what)
        });
    let own = reached
        .filter(|found| found.is_own)
        .and_then(|found| found.hit)
        .map(|hit| hit.span);
    let span = clause.or(own).unwrap_or(party.name_span);
    let verdict = reached.map_or(Verdict::Proven, |found| found.verdict);
    let mut said = judged.finding(span, verdict, format!("`{name}` {words}{why}"));
    if let Some(found) = reach {
        said = judged.way(said, found.node);
    }
    if let Some(hit) = reached.and_then(|found| found.hit) {
        said = judged.accepted(said, hit);
    }
    findings.push(judged.because(said, "this asks for it", advice(what)));
}

fn advice(what: Requirement) -> &'static str {
    match what {
        Requirement::Owner => "write `owner TEAM`",
        Requirement::Expiry => "write `expires DATE`, or `until DATE` in the clause",
        Requirement::Review => "write `review every DUR by TEAM`",
        Requirement::Monitoring => "write `monitor via \"…\"`",
        Requirement::Rotation => "write `rotate DUR` in its `credential` clauses",
        Requirement::Approval => "write `with approval by TEAM for DUR` in the clause",
    }
}

/// What a party lacks, whatever it holds.
fn of_party(party: &Party, what: Requirement, at_most: Option<Length>) -> Option<Lack> {
    let too_long = |length: Length| at_most.is_some_and(|most| length > most);
    match what {
        Requirement::Owner => match party.owner() {
            Some((Owner::Team(_), _)) => None,
            Some((Owner::Person(_), clause)) => Some((
                "is owned by a person and not by a team".to_owned(),
                Some(clause.span),
            )),
            None => Some(("has no owner".to_owned(), None)),
        },
        Requirement::Review => match party.review() {
            Some(((every, _), clause)) if too_long(every) => {
                Some((format!("is reviewed every {every} only"), Some(clause.span)))
            }
            Some(_) => None,
            None => Some(("is never reviewed".to_owned(), None)),
        },
        Requirement::Monitoring => party
            .find(|kind| matches!(kind, ClauseKind::Monitor(_)).then_some(()))
            .is_none()
            .then(|| ("is not monitored".to_owned(), None)),
        Requirement::Rotation => long_lived(party).find_map(|(kind, _, rotate, clause)| {
            let words = match rotate {
                None => format!("never exchanges its `{}` credential", kind.word()),
                Some(every) if too_long(every) => {
                    format!(
                        "exchanges its `{}` credential every {every} only",
                        kind.word()
                    )
                }
                Some(_) => return None,
            };
            Some((words, Some(clause.span)))
        }),
        Requirement::Expiry | Requirement::Approval => None,
    }
}

/// The first thing that is held without an end, or for too long.
fn expiry<'h>(
    judged: &Judged<'_, '_>,
    found: &[Found<'h>],
    at_most: Option<Length>,
    places: bool,
) -> Option<(Lack, Option<Found<'h>>)> {
    let party = judged.context.model.party(judged.id);
    let own = party.expires().map(|(date, clause)| (date, clause.span));
    if !places {
        return judge_end(judged, own, at_most).map(|lack| (lack, None));
    }
    found.iter().find_map(|&found| {
        // What others hold ends for this party when the party does.
        let until = found
            .hit
            .filter(|_| found.is_own)
            .and_then(|hit| hit.clause)
            .and_then(|(of, clause)| judged.context.model.party(of).clauses.get(clause))
            .and_then(|clause| rule_of(&clause.kind))
            .and_then(|rule| rule.until)
            .map(|(instant, span)| (Instant(instant.0 - 1).date(), span));
        let end = match (own, until) {
            (Some(own), Some(until)) => Some(own.min(until)),
            (own, until) => own.or(until),
        };
        judge_end(judged, end, at_most).map(|lack| (lack, Some(found)))
    })
}

fn judge_end(
    judged: &Judged<'_, '_>,
    end: Option<(Date, Span)>,
    at_most: Option<Length>,
) -> Option<Lack> {
    let Some((date, span)) = end else {
        return Some(("has no end".to_owned(), None));
    };
    let (most, today) = (at_most?, judged.context.today?);
    let days = i64::from(most.hours() / 24);
    (date.days_since(today) > days).then(|| {
        (
            format!("ends on {date} only, more than {most} from now"),
            Some(span),
        )
    })
}

/// The first thing that is held without approval, or with one that lasts too long.
fn approval<'h>(
    judged: &Judged<'_, '_>,
    found: &[Found<'h>],
    hits: &'h Hits,
    at_most: Option<Length>,
) -> Option<(Lack, Found<'h>)> {
    if let Some(&first) = found.first() {
        return Some((("needs no approval".to_owned(), None), first));
    }
    let most = at_most?;
    judged
        .row()
        .iter()
        .filter(|(node, verdict)| *verdict == Verdict::Proven && judged.is_own(judged.id, *node))
        .filter_map(|(node, _)| Some((*node, hits.get(node)?)))
        .flat_map(|(node, own)| own.iter().map(move |hit| (node, hit)))
        .find_map(|(node, hit)| {
            let (of, clause) = hit.clause?;
            let clause = judged.context.model.party(of).clauses.get(clause)?;
            let approval = rule_of(&clause.kind)?.approval.as_ref()?;
            let words = match approval.duration {
                Some(duration) if duration > most => {
                    format!("is approved for {duration}, more than {most}")
                }
                Some(_) => return None,
                None => "is approved once and for all".to_owned(),
            };
            let found = Found {
                node,
                verdict: Verdict::Proven,
                is_own: true,
                hit: Some(hit),
            };
            Some(((words, Some(approval.span)), found))
        })
}
