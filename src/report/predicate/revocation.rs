//! How it is switched off, and what is left of it then.

use super::{Basis, Predicate};
use crate::check::governance::{no_revocation, retired_still_granted};
use crate::graph::{Node, Verdict};
use crate::model::PartyId;
use crate::model::party::{ClauseKind, Status};
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::{Desk, Rule, quoted};
use std::collections::BTreeSet;

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[&PATH, &TIME, &REACH, &RETIRED, &DORMANT];

/// RVK-01.
static PATH: Predicate = Predicate {
    id: "RVK-01",
    title: "Revocation path declared",
    asks: "it says how it is switched off",
    basis: Basis::Declaration,
    judge: path,
};

fn path(desk: &Desk<'_>, id: PartyId) -> Answer {
    let found = desk.party(id).find(|kind| match kind {
        ClauseKind::Revoke(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    });
    if let Some((text, clause)) = found {
        return Answer::met(format!("It is switched off by: {}.", quoted(text)))
            .on([desk.clause(id, clause)]);
    }
    let empty = desk.clauses(id, |kind| matches!(kind, ClauseKind::Revoke(_)));
    let missing = if empty.is_empty() {
        Answer::failed(
                    "It has no `revoke` clause, so nobody knows how to stop it in an incident: write `revoke via \"…\"`.",
                )
                .on([desk.own_line(id)])
    } else {
        Answer::failed("Its `revoke via` is empty, so nobody knows how to stop it in an incident.")
            .on(empty)
    };
    desk.missing(id, &no_revocation::CHECK, missing)
}

/// RVK-02.
static TIME: Predicate = Predicate {
    id: "RVK-02",
    title: "Revocation time within policy",
    asks: "how long switching off takes is stated and was tried",
    basis: Basis::Clock,
    judge: |desk, id| {
        let clause = desk.clauses(id, |kind| matches!(kind, ClauseKind::Revoke(_)));
        Answer::silent(
            "`revoke via` names the way in words of its own: neither how long it takes nor when it was last tried is something a declaration says.",
        )
        .on(clause)
    },
};

/// RVK-03.
static REACH: Predicate = Predicate {
    id: "RVK-03",
    title: "Revocation reaches delegates",
    asks: "whoever switches it off leaves nobody who lives on what it had",
    basis: Basis::Graph,
    judge: reach,
};

fn reach(desk: &Desk<'_>, id: PartyId) -> Answer {
    let (model, graph) = (&desk.compiled.model, &desk.compiled.graph);
    let own: BTreeSet<u32> = (desk.context.bundles(id).iter())
        .filter_map(|&bundle| u32::try_from(bundle).ok())
        .collect();
    let mut proven: BTreeSet<String> = BTreeSet::new();
    let mut possible: BTreeSet<String> = BTreeSet::new();
    for (node, verdict) in graph.closure().of_party(id) {
        let name = match graph.node(node) {
            Node::Party(other) if *other != id => format!("`{}`", model.party(*other).name),
            Node::Identity(bundle) if !own.contains(bundle) => {
                format!("`{}`", graph.name(model, &desk.compiled.granted, node))
            }
            Node::Scope(_) => {
                let scope = graph.name(model, &desk.compiled.granted, node);
                format!("anything in `{scope}`")
            }
            _ => continue,
        };
        match verdict {
            Verdict::Proven => proven.insert(name),
            Verdict::Possible => possible.insert(name),
            Verdict::Blocked => continue,
        };
    }
    possible.retain(|name| !proven.contains(name));
    let delegated = desk.clauses(id, |kind| matches!(kind, ClauseKind::Delegates { .. }));
    if !proven.is_empty() {
        return Answer::partly(format!(
            "It can act as {}: whoever took that over keeps it until that is exchanged, too (`scopec offboard {}` lists the steps).",
            listed(&proven),
            desk.party(id).name
        ))
        .on([desk.own_line(id)]);
    }
    if !possible.is_empty() {
        return Answer::unknown(format!(
            "It can perhaps act as {}, which switching it off would not undo.",
            listed(&possible)
        ))
        .on([desk.own_line(id)]);
    }
    if let Some(system) = desk.assumes(id) {
        return Answer::unknown(format!(
            "It may become identities in `{}` that nobody declares, which switching it off would not undo.",
            desk.compiled.model.system(system).name
        ))
        .on([desk.own_line(id)]);
    }
    Answer::met(if delegated.is_empty() {
        "It can act as nobody else, and nothing is delegated by it: what it had ends with it."
    } else {
        "It can act as nobody else, and what it delegates is granted by its own clauses: both end with it."
    })
    .on([desk.own_line(id)].into_iter().chain(delegated))
}

/// The first names, and how many more.
fn listed(names: &BTreeSet<String>) -> String {
    const SHOWN: usize = 4;
    let first: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    let text = first.join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// OFF-01.
static RETIRED: Predicate = Predicate {
    id: "OFF-01",
    title: "Retired identity holds nothing",
    asks: "what is out of use has no authority left",
    basis: Basis::Graph,
    judge: retired,
};

fn retired(desk: &Desk<'_>, id: PartyId) -> Answer {
    let party = desk.party(id);
    if party.status() != Status::Retired {
        return Answer::inapplicable("It is not retired.");
    }
    let clause = desk.clauses(id, |kind| matches!(kind, ClauseKind::Status(_)));
    let inherits = desk.clauses(id, |kind| {
        matches!(kind, ClauseKind::Inherits { .. } | ClauseKind::MemberOf(_))
    });
    if !inherits.is_empty() {
        return Answer::failed(
            "It is retired, and still inherits from, or is a member of, somebody else.",
        )
        .on(inherits);
    }
    let left = desk.clauses(id, |kind| {
        matches!(
            kind,
            ClauseKind::Credential { .. } | ClauseKind::Trusts { .. }
        )
    });
    let holds = if left.is_empty() {
        Answer::met("It is retired, nothing is allowed to it, and it keeps no credential.")
            .on(clause)
    } else {
        Answer::partly("It is retired and nothing is allowed to it, but credentials or trust of it are still declared.")
            .on(left)
    };
    desk.by_rules(id, &[Rule::of(&retired_still_granted::CHECK)], holds)
}

/// OFF-02.
static DORMANT: Predicate = Predicate {
    id: "OFF-02",
    title: "Dormancy rule declared",
    asks: "the project says after how long without use an identity is switched off",
    basis: Basis::Declaration,
    judge: |desk, _| match desk.compiled.settings.dormancy {
        Some((hours, span)) => Answer::met(format!(
            "`scope.toml` says that what is unused for {} is switched off.",
            crate::authority::time::Length::from_hours(hours)
        ))
        .on([Evidence::Line(Line::Setting, span)]),
        None => Answer::silent(
            "No rule says after how long without use it is switched off: write `dormancy = \"45d\"` under `[lifecycle]` in `scope.toml` (CIS Controls 8.1, safeguard 5.3, asks for 45 days).",
        ),
    },
};
