//! Who sees what it does, and whether a person could do it in its name.

use super::{Basis, Predicate};
use crate::authority::verb::Verb;
use crate::check::governance::no_monitoring;
use crate::graph::{Node, Verdict};
use crate::model::PartyId;
use crate::model::party::{Acts, ClauseKind, CredentialKind, Owner, Party, PartyKind};
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::{Desk, quoted};

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
    let empty = desk.clauses(id, |kind| matches!(kind, ClauseKind::Monitor(_)));
    let missing = if empty.is_empty() {
        Answer::failed(
            "It has no `monitor` clause, so nobody watches what it does: write `monitor via \"…\"`.",
        )
        .on([desk.own_line(id)])
    } else {
        Answer::failed("Its `monitor via` is empty, so nobody watches what it does.").on(empty)
    };
    desk.missing(id, &no_monitoring::CHECK, missing)
}

/// MON-01.
static LOGGED: Predicate = Predicate {
    id: "MON-01",
    title: "Log source declared",
    asks: "it says where what it does is seen",
    basis: Basis::Declaration,
    judge: |desk, id| match monitor(desk, id) {
        Some((text, clause)) => {
            Answer::met(format!("It is watched by: {}.", quoted(text))).on([clause])
        }
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
                "`monitor via` says in words of its own how it is watched, {}, and its owner answers at {}; whether an alert gets there is not something a declaration shows.",
                quoted(text),
                quoted(contact)
            ))
            .on([clause, Evidence::Line(Line::Team, span)]),
            None => Answer::partly(format!(
                "`monitor via` says how it is watched, {}, and no contact of an owner says who answers.",
                quoted(text)
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
    let alters = |verb: Verb| {
        matches!(
            verb,
            Verb::Create | Verb::Update | Verb::Delete | Verb::Administer
        )
    };
    let catalog = &desk.compiled.model.catalog;
    let mut changes = false;
    for bundle in desk.bundles(id) {
        let system = &desk.compiled.model.system(bundle.system).name;
        let gates = bundle.gates.iter().flat_map(|gate| &gate.grants);
        for grant in bundle.grants.iter().chain(gates) {
            let Some(slots) = desk.slots(bundle, grant) else {
                return Answer::failed(format!(
                    "It may do anything in `{system}`, its log and its alerts included."
                ))
                .on([desk.system_line(bundle.system)]);
            };
            for slot in slots {
                if !alters(catalog.operation_of(slot).verb) {
                    continue;
                }
                changes = true;
                let of = catalog.of(catalog.slot(slot).of);
                let mut labels = of.labels.iter();
                if labels.any(|label| matches!(&**label, "audit" | "alerting")) {
                    let name = catalog.qualified(catalog.slot(slot).operation);
                    return Answer::failed(format!(
                        "It is granted `{name}` in `{system}`, at once or on approval, which changes what it or others are watched by."
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
                Node::Identity(bundle) => {
                    let bundle = &desk.compiled.granted.bundles[*bundle as usize];
                    !bundle.holders.contains(&id)
                }
                Node::Scope(_) => true,
                _ => false,
            }
    });
    if elsewhere || desk.assumes(id).is_some() {
        return Answer::unknown(
            "It is granted nothing itself that is known to change a log or an alert, but it can act as others, whose authority is not searched for that here.",
        )
        .on([desk.own_line(id)]);
    }
    if changes {
        return Answer::partly(
            "Nothing that it may change is marked by the catalogue as a log or an alert, and the catalogue may not mark every one.",
        )
        .on([desk.own_line(id)]);
    }
    Answer::met("It is granted nothing that creates, changes or deletes anything, a log or an alert included.")
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
                .on([line_of(other), desk.own_line(id)]);
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

/// Somebody's declaration as evidence.
fn line_of(party: &Party) -> Evidence {
    let line = if party.is_integration() {
        Line::Integration
    } else {
        Line::Principal
    };
    Evidence::Line(line, party.name_span)
}

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
    for bundle in desk.bundles(id) {
        let mut holders = bundle.holders.iter().map(|&holder| model.party(holder));
        let person =
            holders.find(|party| matches!(party.kind, PartyKind::Human | PartyKind::Group));
        if let Some(person) = person {
            return Answer::failed(format!(
                "`{}`, who are people, work under its identity in `{}`.",
                person.name,
                model.system(bundle.system).name
            ))
            .on([line_of(person), desk.own_line(id)]);
        }
    }
    let node = graph.party(id);
    let mut possible = None;
    for &other in desk.people() {
        let party = model.party(other);
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
    if let Some(open) = desk
        .credentials(id)
        .find(|one| one.kind == CredentialKind::None)
    {
        return Answer::failed("Nothing proves who calls, so that a person can do what it does.")
            .on([Evidence::Clause(open.clause)]);
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
