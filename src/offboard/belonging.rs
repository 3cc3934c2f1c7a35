//! What belongs to somebody: its identities, hosts, code and secrets, and who else has a use for
//! each.

use std::collections::BTreeSet;

use crate::compile::Compiled;
use crate::graph::Place;
use crate::model::fact::Fact;
use crate::model::party::{ClauseKind, Party, Who};
use crate::model::rule::Rule;
use crate::model::thing::Thing;
use crate::model::{Model, PartyId};
use crate::source::Span;

/// What something is to whom it belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// It acts as it.
    Identity,
    /// It runs on it.
    Host,
    /// Its credential is kept there.
    Secret,
    /// Its code is there.
    Code,
}

/// Something that belongs to somebody.
pub struct Belonging<'m> {
    /// What it is to it.
    pub role: Role,
    /// The thing.
    pub thing: &'m Thing,
    /// Where that is said.
    pub span: Span,
    /// Who else uses it, or a part of it, by name.
    pub others: Vec<String>,
}

/// Everything that belongs to somebody, by role and then as declared, each thing once.
pub fn belongings(model: &Model, id: PartyId) -> Vec<Belonging<'_>> {
    let mut all: Vec<Belonging<'_>> = Vec::new();
    let mut put = |role: Role, thing, span| {
        let known = all
            .iter()
            .any(|one: &Belonging<'_>| one.role == role && are_same(model, one.thing, thing));
        if !known {
            let others = users(model, id, thing);
            all.push(Belonging {
                role,
                thing,
                span,
                others,
            });
        }
    };
    for clause in &model.party(id).clauses {
        for (role, thing) in used(&clause.kind) {
            put(role, thing, clause.span);
        }
    }
    for resource in &model.resources {
        for fact in &resource.facts {
            if let Fact::Stores(of, span) = fact
                && *of == id
            {
                put(Role::Secret, &resource.thing, *span);
            }
        }
    }
    all.sort_by_key(|one| one.role);
    all
}

/// What a clause says that its party uses.
fn used(kind: &ClauseKind) -> Vec<(Role, &Thing)> {
    if let ClauseKind::Identity { thing, .. } = kind {
        vec![(Role::Identity, thing)]
    } else if let ClauseKind::RunsOn(thing) = kind {
        vec![(Role::Host, thing)]
    } else if let ClauseKind::RunsFrom(thing) = kind {
        vec![(Role::Code, thing)]
    } else if let ClauseKind::Credential {
        stored_in: Some(thing),
        ..
    } = kind
    {
        vec![(Role::Secret, thing)]
    } else {
        Vec::new()
    }
}

/// Who else uses a thing, something around it or something in it, by name.
fn users(model: &Model, id: PartyId, thing: &Thing) -> Vec<String> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for (other, party) in model.parties().filter(|(other, _)| *other != id) {
        let mut things = party.clauses.iter().flat_map(|clause| used(&clause.kind));
        let uses = things.any(|(_, used)| meet(model, used, thing));
        let stored = || {
            model.resources.iter().any(|resource| {
                let is_kept = |fact: &Fact| matches!(fact, Fact::Stores(of, _) if *of == other);
                resource.facts.iter().any(is_kept) && meet(model, &resource.thing, thing)
            })
        };
        if uses || stored() {
            names.insert(&party.name);
        }
    }
    names.into_iter().map(str::to_owned).collect()
}

/// Whether one holds the other in some tenant.
pub fn meet(model: &Model, one: &Thing, other: &Thing) -> bool {
    if one.system != other.system {
        return false;
    }
    let others = Place::each(model, other);
    Place::each(model, one).iter().any(|place| {
        others
            .iter()
            .any(|its| place.holds(its) || its.holds(place))
    })
}

fn are_same(model: &Model, one: &Thing, other: &Thing) -> bool {
    one.system == other.system && Place::each(model, one) == Place::each(model, other)
}

/// References of others, outside of profiles, to things that go with somebody: those that are one
/// thing each, and that nobody else uses. What a profile says is said of others too.
pub fn going(compiled: &Compiled, id: PartyId, belongings: &[Belonging<'_>]) -> BTreeSet<Span> {
    let model = &compiled.model;
    let gone: Vec<&Belonging<'_>> = belongings
        .iter()
        .filter(|one| one.others.is_empty() && one.thing.is_one() && !one.thing.steps.is_empty())
        .filter(|one| one.role != Role::Code)
        .collect();
    let goes = |thing: &Thing| {
        gone.iter().any(|one| {
            one.thing.system == thing.system
                && Place::each(model, thing).iter().all(|place| {
                    Place::each(model, one.thing)
                        .iter()
                        .any(|its| its.holds(place))
                })
        })
    };
    let mut spans = BTreeSet::new();
    for (_, party) in model.parties().filter(|(other, _)| *other != id) {
        authority(party, &goes, &mut spans);
    }
    for fact in model.resources.iter().flat_map(|resource| &resource.facts) {
        match fact {
            Fact::Guarded {
                except, lifted_by, ..
            } => {
                trusted(except, &goes, &mut spans);
                trusted(lifted_by, &goes, &mut spans);
            }
            Fact::Admits { who, .. } | Fact::AttachedTo(who, _) => {
                trusted(who, &goes, &mut spans);
            }
            Fact::Labels(_)
            | Fact::Env(_)
            | Fact::Stores(..)
            | Fact::RunsAs(_)
            | Fact::RunsOn(_)
            | Fact::Escapes { .. } => {}
        }
    }
    for guard in &model.guards {
        for rule in &guard.rules {
            if let crate::model::guard::GuardRuleKind::Deny { except, .. } = &rule.kind {
                trusted(except, &goes, &mut spans);
            }
        }
    }
    spans
}

fn authority(party: &Party, goes: &impl Fn(&Thing) -> bool, spans: &mut BTreeSet<Span>) {
    let take = |rule: &Rule, spans: &mut BTreeSet<Span>| {
        let gone = rule.parts.iter().filter(|part| goes(&part.thing));
        spans.extend(gone.map(|part| part.thing.span));
    };
    for clause in party
        .clauses
        .iter()
        .filter(|clause| clause.profile.is_none())
    {
        if let ClauseKind::Allow(rule) | ClauseKind::Delegates { rule, .. } = &clause.kind {
            take(rule, spans);
        } else if let ClauseKind::Trusts { who, .. } = &clause.kind {
            trusted(std::slice::from_ref(who), goes, spans);
        } else if let ClauseKind::TriggeredBy(who) = &clause.kind {
            trusted(who, goes, spans);
        }
    }
}

fn trusted(who: &[Who], goes: &impl Fn(&Thing) -> bool, spans: &mut BTreeSet<Span>) {
    for one in who {
        if let Who::Thing(thing) = one
            && goes(thing)
        {
            spans.insert(thing.span);
        }
    }
}
