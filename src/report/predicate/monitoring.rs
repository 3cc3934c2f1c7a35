//! Who sees what it does, and whether a person could do it in its name.

use super::{Basis, Predicate};
use crate::authority::verb::Verb;
use crate::check::governance::no_monitoring;
use crate::graph::{Node, Verdict};
use crate::model::PartyId;
use crate::model::party::{Acts, ClauseKind, Owner, PartyKind};
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::Desk;

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[
    &LOGGED,
    &ALERTED,
    &OWN_LOG,
    &KEPT,
    &ATTRIBUTABLE,
    &NO_PERSON,
];

fn monitor<'a>(desk: &Desk<'a>, id: PartyId) -> Option<(&'a str, Evidence)> {
    let found = desk.party(id).find(|kind| match kind {
        ClauseKind::Monitor(text) if !text.trim().is_empty() => Some(&**text),
        _ => None,
    });
    found.map(|(text, clause)| (text, desk.clause(id, clause)))
}

fn unwatched(desk: &Desk<'_>, id: PartyId) -> Answer {
    let missing = Answer::failed(
        "It has no `monitor` clause, so nobody watches what it does: write `monitor via \"…\"`.",
    )
    .on([desk.own_line(id)]);
    desk.missing(id, &no_monitoring::CHECK, missing)
}

/// MON-01.
static LOGGED: Predicate = Predicate {
    id: "MON-01",
    title: "Log source declared",
    asks: "it says where what it does is seen",
    basis: Basis::Declaration,
    judge: |desk, id| match monitor(desk, id) {
        Some((text, clause)) => Answer::met(format!("It is watched by: `{text}`.")).on([clause]),
        None => unwatched(desk, id),
    },
};

/// MON-02.
static ALERTED: Predicate = Predicate {
    id: "MON-02",
    title: "Alert route declared",
    asks: "it says where an alert goes, and who answers",
    basis: Basis::Declaration,
    judge: |desk, id| {
        let Some((text, clause)) = monitor(desk, id) else {
            return unwatched(desk, id);
        };
        let contact = match desk.party(id).owner() {
            Some((Owner::Team(team), _)) => {
                let team = desk.compiled.model.team(*team);
                team.contact.as_ref().map(|contact| (contact, team.span))
            }
            _ => None,
        };
        match contact {
            Some((contact, span)) => Answer::partly(format!(
                "`monitor via` says in words of its own how it is watched, `{text}`, and its owner answers at `{contact}`; whether an alert gets there is not something a declaration shows."
            ))
            .on([clause, Evidence::Line(Line::Team, span)]),
            None => Answer::partly(format!(
                "`monitor via` says how it is watched, `{text}`, and no contact of an owner says who answers."
            ))
            .on([clause]),
        }
    },
};

/// MON-03.
static OWN_LOG: Predicate = Predicate {
    id: "MON-03",
    title: "Identity cannot alter its own logs",
    asks: "it can neither change nor delete what it is watched by",
    basis: Basis::Graph,
    judge: own_log,
};

fn own_log(desk: &Desk<'_>, id: PartyId) -> Answer {
    let catalog = &desk.compiled.model.catalog;
    let alters = |verb: Verb| {
        matches!(
            verb,
            Verb::Create | Verb::Update | Verb::Delete | Verb::Administer
        )
    };
    for bundle in desk.bundles(id) {
        for grant in &bundle.grants {
            let slots = desk.slots(bundle, grant);
            let Some(slots) = slots else {
                let name = &desk.compiled.model.system(bundle.system).name;
                return Answer::failed(format!(
                    "It may do anything in `{name}`, its log and its alerts included."
                ))
                .on([desk.system_line(bundle.system)]);
            };
            for slot in slots {
                let of = catalog.of(catalog.slot(slot).of);
                let watches = of
                    .labels
                    .iter()
                    .any(|label| matches!(&**label, "audit" | "alerting"));
                if watches && alters(catalog.operation_of(slot).verb) {
                    let name = catalog.qualified(catalog.slot(slot).operation);
                    return Answer::failed(format!(
                        "It is granted `{name}`, which changes what it or others are watched by."
                    ))
                    .on([desk.own_line(id)]);
                }
            }
        }
    }
    let graph = &desk.compiled.graph;
    let others = graph.closure().of_party(id);
    let elsewhere = others.iter().any(|(node, verdict)| {
        *verdict < Verdict::Blocked
            && match graph.node(*node) {
                Node::Party(other) => *other != id,
                Node::Scope(_) => true,
                _ => false,
            }
    });
    if elsewhere {
        return Answer::unknown(
            "It is granted nothing itself that changes a log or an alert, but it can act as others, whose authority is not searched for that here.",
        )
        .on([desk.own_line(id)]);
    }
    Answer::met(
        "Nothing that it is granted, or can act as, changes a log or an alert of a type that the catalogue marks as such.",
    )
    .on([desk.own_line(id)])
}

/// MON-04.
static KEPT: Predicate = Predicate {
    id: "MON-04",
    title: "Log retention within policy",
    asks: "what is logged is kept for long enough",
    basis: Basis::Declaration,
    judge: |_, _| {
        Answer::silent(
            "No clause says for how long logs are kept: the log system's own settings do.",
        )
    },
};

/// MON-05.
static ATTRIBUTABLE: Predicate = Predicate {
    id: "MON-05",
    title: "Actions attributable",
    asks: "what a log shows is this integration's doing, and nobody else's",
    basis: Basis::Declaration,
    judge: |desk, id| {
        let model = &desk.compiled.model;
        for bundle in desk.bundles(id) {
            let other = bundle.holders.iter().find(|&&holder| holder != id);
            if let Some(&other) = other {
                let other = model.party(other);
                return Answer::failed(format!(
                    "`{}` acts under the same identity in `{}`, so no log tells the two apart.",
                    other.name,
                    model.system(bundle.system).name
                ))
                .on([
                    Evidence::Line(Line::Integration, other.name_span),
                    desk.own_line(id),
                ]);
            }
        }
        let identities: Vec<Evidence> = desk
            .party(id)
            .identities()
            .map(|(clause, ..)| Evidence::Clause(clause))
            .collect();
        let evidence = if identities.is_empty() {
            vec![desk.own_line(id)]
        } else {
            identities
        };
        if desk.context.acts(id) == Acts::OnBehalfOfUsers {
            return Answer::unknown(
                "Its identities are its own; whether a log names the user for whom it acted is not something a declaration says.",
            )
            .on(evidence);
        }
        Answer::met("Its identities are its own, so that a log tells what it did.").on(evidence)
    },
};

/// HUM-01.
static NO_PERSON: Predicate = Predicate {
    id: "HUM-01",
    title: "Interactive human use prohibited",
    asks: "no person works under its identity",
    basis: Basis::Graph,
    judge: no_person,
};

fn no_person(desk: &Desk<'_>, id: PartyId) -> Answer {
    let (model, graph) = (&desk.compiled.model, &desk.compiled.graph);
    let node = graph.party(id);
    let mut possible = None;
    for (other, party) in model.parties() {
        if !matches!(party.kind, PartyKind::Human | PartyKind::Group) {
            continue;
        }
        let line = Evidence::Line(Line::Principal, party.name_span);
        match graph.closure().verdict(other, node) {
            Some(Verdict::Proven) => {
                return Answer::partly(format!(
                    "`{}`, who are people, can act as it (`scopec path {} {}` shows how): a log cannot tell them from it.",
                    party.name, party.name, desk.party(id).name
                ))
                .on([line]);
            }
            Some(Verdict::Possible) => possible = possible.or(Some((party, line))),
            Some(Verdict::Blocked) | None => {}
        }
    }
    if let Some((party, line)) = possible {
        return Answer::unknown(format!(
            "`{}`, who are people, can perhaps act as it (`scopec path {} {}` says what is unknown).",
            party.name, party.name, desk.party(id).name
        ))
        .on([line]);
    }
    let long = desk.credentials(id).any(|one| one.kind.is_long_lived());
    if long {
        let secrets: Vec<Evidence> = desk
            .credentials(id)
            .filter(|one| one.kind.is_long_lived())
            .map(|one| Evidence::Clause(one.clause))
            .collect();
        return Answer::unknown(
            "No declared person can act as it, but its long-lived credentials would let one sign in, which only sign-in logs show.",
        )
        .on(secrets);
    }
    Answer::met(
        "No declared person can act as it, and it has no credential that a person could type.",
    )
    .on([desk.own_line(id)])
}
