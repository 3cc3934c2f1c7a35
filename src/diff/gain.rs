//! What of somebody's authority, prohibitions and excess is on one side only.

use super::authority::{Declared, Given, Said, Spot, union, widened};
use super::space::{Requirement, Space, timeless, unconditional};
use crate::authority::{AuthoritySet, Date, Instant, Verb};
use crate::model::PartyId;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a difference of words is one of authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Worth {
    /// It is.
    Real,
    /// The vendor's units give it on the other side too, though nobody declares it there.
    Given,
    /// It is forbidden all the same.
    Forbidden,
}

/// Authority that one side has and the other has not.
#[derive(Clone, Debug)]
pub struct Gain {
    /// Where.
    pub spot: Spot,
    /// The verbs in the language's order; `any` for all.
    pub verbs: Vec<&'static str>,
    /// The operations, qualified and sorted; empty for all.
    pub operations: Vec<String>,
    /// On what, in words.
    pub resource: String,
    /// Why it was not there before.
    pub how: How,
    /// Whose clause gives it.
    pub party: PartyId,
    /// Where that stands.
    pub span: Span,
    /// The clause of the other side that comes nearest.
    pub other: Option<Span>,
    /// The profile that the clause came with.
    pub profile: Option<Box<str>>,
    /// The vendor's unit that gives it, of excess.
    pub unit: Option<String>,
    /// Whether it is more than words.
    pub worth: Worth,
    /// Whether the other side has the same clause, so that it is the clause's meaning that changed.
    pub same_clause: bool,
    /// What it waits for and is limited to, in words: part of what it is known by.
    pub terms: String,
    /// Whether somebody else delegated it.
    pub delegated: bool,
}

/// Why authority was not there before, where the other side has nearly the same.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct How {
    /// It was forbidden.
    pub forbidden: bool,
    /// What the other side waits for or is limited to, and this side no longer, in words.
    pub freed: Vec<String>,
    /// What this side waits for or is limited to, and the other not, in words.
    pub bound: Vec<String>,
    /// The last day here and on the other side, where they differ; none for no end.
    pub ends: Option<(Option<Date>, Option<Date>)>,
}

/// The last day before an instant, which is the first at which something no longer holds.
fn last_day(end: Instant) -> Date {
    Instant(end.0 - 1).date()
}

/// One side, as far as a comparison of one party asks.
pub struct Half<'s> {
    /// What is declared.
    pub declared: &'s Declared,
    /// What is granted.
    pub granted: &'s BTreeMap<Spot, Vec<Given>>,
    /// The words of a clause.
    pub words: &'s dyn Fn(Span) -> String,
}

fn said<'s>(of: &'s BTreeMap<Spot, Vec<Said>>, spot: &Spot) -> &'s [Said] {
    of.get(spot).map_or(&[], Vec::as_slice)
}

fn whole(all: &[Said]) -> AuthoritySet {
    union(all.iter().map(|one| &one.set))
}

fn effective(declared: &Declared, spot: &Spot) -> AuthoritySet {
    let allowed = whole(said(&declared.allow, spot));
    let never = said(&declared.never, spot);
    if never.is_empty() {
        allowed
    } else {
        allowed.difference(&whole(never))
    }
}

fn given(half: &Half<'_>, spot: &Spot) -> AuthoritySet {
    union(
        half.granted
            .get(spot)
            .into_iter()
            .flatten()
            .map(|given| &given.set),
    )
}

/// What `now` allows that `before` does not, clause by clause.
pub fn allowed(space: &Space, before: &Half<'_>, now: &Half<'_>) -> Vec<Gain> {
    let mut gains = Vec::new();
    for (spot, clauses) in &now.declared.allow {
        let had = effective(before.declared, spot);
        let never = whole(said(&now.declared.never, spot));
        let others = said(&before.declared.allow, spot);
        let given_before = given(before, spot);
        for one in clauses {
            if one.set.is_subset(&had) {
                continue;
            }
            let all = one.set.difference(&had);
            let mut left = all.difference(&never);
            let void = left.is_empty();
            if void {
                // Said and forbidden: worth telling where it was not said before.
                left = all.difference(&whole(others));
                if left.is_empty() {
                    continue;
                }
            }
            let worth = if void {
                Worth::Forbidden
            } else if !given_before.cubes.is_empty() && left.is_subset(&given_before) {
                Worth::Given
            } else {
                Worth::Real
            };
            let words = (now.words)(one.span);
            let same = others
                .iter()
                .any(|other| (before.words)(other.span) == words);
            let other = nearest(&left, one, others);
            let how = how(&left, one, other, before.declared, spot);
            gains.push(Gain {
                worth,
                same_clause: same,
                how: if void { How::default() } else { how },
                other: other.map(|other| other.span),
                ..gain(space, spot, one, &left)
            });
        }
    }
    gains
}

/// What `now` forbids that `before` does not, clause by clause.
pub fn forbidden(space: &Space, before: &Half<'_>, now: &Half<'_>) -> Vec<Gain> {
    let mut gains = Vec::new();
    for (spot, clauses) in &now.declared.never {
        let others = said(&before.declared.never, spot);
        let had = whole(others);
        for one in clauses {
            if one.set.is_subset(&had) {
                continue;
            }
            let left = one.set.difference(&had);
            if left.is_empty() {
                continue;
            }
            let words = (now.words)(one.span);
            let other = nearest(&left, one, others);
            gains.push(Gain {
                same_clause: others
                    .iter()
                    .any(|other| (before.words)(other.span) == words),
                other: other.map(|other| other.span),
                ..gain(space, spot, one, &left)
            });
        }
    }
    gains
}

/// What the vendor's units give `now`, beyond what is declared, that they did not give `before`.
pub fn excess(space: &Space, before: &Half<'_>, now: &Half<'_>) -> Vec<Gain> {
    let mut gains = Vec::new();
    for (spot, grants) in now.granted {
        let declared = widened(&whole(said(&now.declared.allow, spot)));
        let had = given(before, spot);
        for one in grants {
            if one.set.is_subset(&had) {
                continue;
            }
            let left = one.set.difference(&had);
            if left.is_subset(&declared) {
                continue;
            }
            let left = left.difference(&declared);
            if left.is_empty() {
                continue;
            }
            let (verbs, operations) = named(space, &left);
            gains.push(Gain {
                spot: spot.clone(),
                verbs,
                operations,
                resource: one.resource.clone(),
                how: How::default(),
                party: PartyId(0),
                span: one
                    .span
                    .unwrap_or(Span::new(crate::source::FileId(0), 0, 0)),
                other: None,
                profile: None,
                unit: one.unit.clone(),
                worth: Worth::Real,
                same_clause: false,
                terms: String::new(),
                delegated: false,
            });
        }
    }
    merged(gains)
}

/// What was declared on one side and is now merely given by a coarser unit.
fn merged(mut gains: Vec<Gain>) -> Vec<Gain> {
    gains.sort_by(|a, b| {
        (&a.spot, &a.resource, &a.unit, &a.operations).cmp(&(
            &b.spot,
            &b.resource,
            &b.unit,
            &b.operations,
        ))
    });
    gains.dedup_by(|next, first| {
        (&next.spot, &next.resource, &next.unit, &next.operations)
            == (&first.spot, &first.resource, &first.unit, &first.operations)
    });
    gains
}

fn gain(space: &Space, spot: &Spot, one: &Said, left: &AuthoritySet) -> Gain {
    let (verbs, operations) = named(space, left);
    let mut terms: Vec<String> = one.requirements.iter().map(Requirement::words).collect();
    terms.sort();
    if let Some(end) = one.until {
        terms.push(format!("until {end}"));
    }
    Gain {
        spot: spot.clone(),
        verbs,
        operations,
        resource: one.resource.clone(),
        how: How::default(),
        party: one.party,
        span: one.span,
        other: None,
        profile: one.profile.clone(),
        unit: None,
        worth: Worth::Real,
        same_clause: false,
        terms: terms.join(", "),
        delegated: one.delegated,
    }
}

/// The verbs and operations of a set.
fn named(space: &Space, set: &AuthoritySet) -> (Vec<&'static str>, Vec<String>) {
    let mut verbs = BTreeSet::new();
    let mut operations = BTreeSet::new();
    for cube in &set.cubes {
        let Some(listed) = cube.operations.iter_finite() else {
            return (vec!["any"], Vec::new());
        };
        for operation in listed {
            let name = space.name(operation);
            verbs.extend(name.verb);
            operations.insert(name.operation.clone());
        }
    }
    let words = Verb::ALL
        .iter()
        .filter(|verb| verbs.contains(*verb))
        .map(|verb| verb.word())
        .collect();
    (words, operations.into_iter().collect())
}

/// The clause of the other side that speaks of most of the same: of what is left if conditions and
/// ends are taken off, else of the same resource, else of what lies in the same place.
fn nearest<'o>(left: &AuthoritySet, one: &Said, others: &'o [Said]) -> Option<&'o Said> {
    let bare = timeless(&unconditional(left));
    others
        .iter()
        .find(|other| bare.is_subset(&timeless(&unconditional(&other.set))))
        .or_else(|| others.iter().find(|other| other.resource == one.resource))
        .or_else(|| {
            others
                .iter()
                .find(|other| !bare.is_disjoint(&timeless(&unconditional(&other.set))))
        })
        .or_else(|| others.iter().find(|other| !one.set.is_disjoint(&other.set)))
}

/// Why something was not there before.
fn how(
    left: &AuthoritySet,
    one: &Said,
    other: Option<&Said>,
    before: &Declared,
    spot: &Spot,
) -> How {
    let never = said(&before.never, spot);
    if !never.is_empty() && left.is_subset(&whole(said(&before.allow, spot))) {
        return How {
            forbidden: true,
            ..How::default()
        };
    }
    let bare = timeless(&unconditional(left));
    let near = other.filter(|other| bare.is_subset(&timeless(&unconditional(&other.set))));
    let theirs = near.map_or(&[][..], |other| &other.requirements);
    let unmet = |own: &[Requirement], other: &[Requirement]| -> Vec<String> {
        own.iter()
            .filter(|wanted| !other.iter().any(|one| one.implies(wanted)))
            .map(Requirement::words)
            .collect()
    };
    let freed = unmet(theirs, &one.requirements);
    let bound = if near.is_some() {
        // What is asked for instead of something stricter.
        let fresh = one.requirements.iter();
        fresh
            .filter(|wanted| !theirs.contains(wanted))
            .map(Requirement::words)
            .collect()
    } else {
        one.requirements.iter().map(Requirement::words).collect()
    };
    let ends = match near {
        Some(other) if other.until != one.until => {
            Some((one.until.map(last_day), other.until.map(last_day)))
        }
        None if one.until.is_some() => Some((one.until.map(last_day), None)),
        Some(_) | None => None,
    };
    How {
        forbidden: false,
        freed,
        bound,
        ends: ends.filter(|_| freed_by_time(near, one)),
    }
}

/// Whether an end is worth telling: it is later than it was, or there was nothing before.
fn freed_by_time(near: Option<&Said>, one: &Said) -> bool {
    let Some(other) = near else { return true };
    match (one.until, other.until) {
        (None, was) => was.is_some(),
        (Some(end), Some(was)) => end > was,
        (Some(_), None) => false,
    }
}
