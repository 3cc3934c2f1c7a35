//! Who answers for it, what it is for, and who agreed.

use super::{Basis, Predicate};
use crate::check::governance::{no_purpose, owner_is_a_person, unowned};
use crate::model::PartyId;
use crate::model::party::{ClauseKind, Owner};
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::{Desk, quoted};

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[
    &OWNED,
    &BY_A_TEAM,
    &REACHABLE,
    &PURPOSE,
    &TIED,
    &APPROVED,
    &BY_ANOTHER,
];

/// The fewest words that say what something is for.
const WORDS: usize = 4;

/// OWN-01.
static OWNED: Predicate = Predicate {
    id: "OWN-01",
    title: "Owner present",
    asks: "it has an owner",
    basis: Basis::Declaration,
    judge: owned,
};

fn owned(desk: &Desk<'_>, id: PartyId) -> Answer {
    let Some((owner, clause)) = desk.party(id).owner() else {
        let holds = Answer::failed(
            "It has no `owner` clause, so nobody answers for it: write `owner TEAM`.",
        )
        .on([desk.own_line(id)]);
        return desk.missing(id, &unowned::CHECK, holds);
    };
    let name = match owner {
        Owner::Team(team) => &desk.compiled.model.team(*team).name,
        Owner::Person(person) => person,
    };
    Answer::met(format!("`{name}` owns it.")).on([desk.clause(id, clause)])
}

/// OWN-02.
static BY_A_TEAM: Predicate = Predicate {
    id: "OWN-02",
    title: "Owner is a team",
    asks: "a team owns it, and not a person alone, who may leave",
    basis: Basis::Declaration,
    judge: by_a_team,
};

fn by_a_team(desk: &Desk<'_>, id: PartyId) -> Answer {
    match desk.party(id).owner() {
        Some((Owner::Team(team), clause)) => {
            let team = desk.compiled.model.team(*team);
            Answer::met(format!("The team `{}` owns it.", team.name)).on([
                desk.clause(id, clause),
                Evidence::Line(Line::Team, team.span),
            ])
        }
        Some((Owner::Person(person), clause)) => {
            let holds = Answer::failed(format!(
                "The `owner` clause names a person, `{person}`: write `owner TEAM`."
            ))
            .on([desk.clause(id, clause)]);
            desk.missing(id, &owner_is_a_person::CHECK, holds)
        }
        None => Answer::failed("It has no `owner` clause, so no team owns it: write `owner TEAM`.")
            .on([desk.own_line(id)]),
    }
}

/// OWN-03.
static REACHABLE: Predicate = Predicate {
    id: "OWN-03",
    title: "Owner reachable",
    asks: "its owner has a contact, and a group that holds its members",
    basis: Basis::Declaration,
    judge: reachable,
};

fn reachable(desk: &Desk<'_>, id: PartyId) -> Answer {
    let Some((Owner::Team(team), clause)) = desk.party(id).owner() else {
        return Answer::failed("No team owns it that could be reached: write `owner TEAM`.")
            .on([desk.own_line(id)]);
    };
    let team = desk.compiled.model.team(*team);
    let evidence = [
        Evidence::Line(Line::Team, team.span),
        desk.clause(id, clause),
    ];
    match (&team.contact, &team.group) {
        (Some(contact), Some(_)) => Answer::met(format!(
            "`{}` is reached at `{contact}`, and a group holds its members.",
            team.name
        )),
        (Some(contact), None) => Answer::partly(format!(
            "`{}` is reached at `{contact}`, but no group that holds its members is named: write `is SYSTEM.group(\"…\")`.",
            team.name
        )),
        (None, _) => Answer::failed(format!(
            "`{}` has no `contact`: write `contact \"…\"` in the team.",
            team.name
        )),
    }
    .on(evidence)
}

/// PUR-01.
static PURPOSE: Predicate = Predicate {
    id: "PUR-01",
    title: "Purpose present",
    asks: "it says in a few words what it is for",
    basis: Basis::Declaration,
    judge: purpose,
};

fn purpose(desk: &Desk<'_>, id: PartyId) -> Answer {
    let Some((text, clause)) = purpose_of(desk, id) else {
        return no_purpose_clause(desk, id);
    };
    let words = text.split_whitespace().count();
    if words < WORDS {
        return Answer::partly(format!(
            "Its `purpose` is {}: fewer than {WORDS} words hardly say what it is for.",
            quoted(text)
        ))
        .on([clause]);
    }
    Answer::met(format!("Its purpose is stated: {}.", quoted(text))).on([clause])
}

fn purpose_of<'a>(desk: &Desk<'a>, id: PartyId) -> Option<(&'a str, Evidence)> {
    let found = desk.party(id).find(|kind| match kind {
        ClauseKind::Purpose(text) if !text.trim().is_empty() => Some(&**text),
        _ => None,
    });
    found.map(|(text, clause)| (text, desk.clause(id, clause)))
}

fn no_purpose_clause(desk: &Desk<'_>, id: PartyId) -> Answer {
    let empty = desk.clauses(id, |kind| matches!(kind, ClauseKind::Purpose(_)));
    let failed = if empty.is_empty() {
        Answer::failed(
            "It has no `purpose` clause, so what it holds cannot be held against a need: write `purpose \"…\"`.",
        )
        .on([desk.own_line(id)])
    } else {
        Answer::failed("Its `purpose` is empty, so what it holds cannot be held against a need.")
            .on(empty)
    };
    desk.missing(id, &no_purpose::CHECK, failed)
}

/// PUR-02.
static TIED: Predicate = Predicate {
    id: "PUR-02",
    title: "Every grant is tied to the purpose",
    asks: "all that it is granted was asked for by a clause beneath a stated purpose",
    basis: Basis::Declaration,
    judge: tied,
};

fn tied(desk: &Desk<'_>, id: PartyId) -> Answer {
    let Some((_, clause)) = purpose_of(desk, id) else {
        return no_purpose_clause(desk, id);
    };
    let asked = desk.clauses(id, |kind| {
        matches!(
            kind,
            ClauseKind::Allow(_) | ClauseKind::Holds { .. } | ClauseKind::Delegates { .. }
        )
    });
    let mut excess = desk
        .findings(id)
        .filter(|(_, found)| found.rule == "excess-authority");
    if let Some((at, first)) = excess.next() {
        let more = excess.count();
        let more = if more == 0 {
            String::new()
        } else {
            format!(
                " There {} {more} more such.",
                if more == 1 { "is" } else { "are" }
            )
        };
        return Answer::partly(format!(
            "The vendor's units give more than its clauses ask for beneath its purpose: {}{more}",
            crate::report::desk::sentence(&first.message)
        ))
        .on([Evidence::Finding(at), clause]);
    }
    if asked.is_empty() {
        return Answer::met("It states its purpose and is granted nothing.").on([clause]);
    }
    Answer::met(format!(
        "Every grant comes from its {} beneath a stated purpose, and no vendor's unit gives more.",
        if asked.len() == 1 {
            "one clause".to_owned()
        } else {
            format!("{} clauses", asked.len())
        }
    ))
    .on([clause].into_iter().chain(asked))
}

/// APR-01.
static APPROVED: Predicate = Predicate {
    id: "APR-01",
    title: "Approval recorded",
    asks: "a team has put its name and a day to it",
    basis: Basis::Declaration,
    judge: approved,
};

fn approved(desk: &Desk<'_>, id: PartyId) -> Answer {
    let model = &desk.compiled.model;
    let party = desk.party(id);
    let last = desk
        .context
        .reviews(id)
        .filter(|review| review.on <= desk.today)
        .filter_map(|review| Some((review.on, review.by?, review.span)))
        .max();
    let Some((on, by, span)) = last else {
        return Answer::unknown(format!(
            "No line says which team agreed to it: write `reviewed {} on DATE by TEAM` once one has.",
            party.name
        ))
        .on([desk.own_line(id)]);
    };
    let team = &model.team(by).name;
    let evidence = [Evidence::Line(Line::Fact, span)];
    match party.review() {
        Some(((every, reviewer), clause)) if reviewer == by => {
            let days = desk.today.days_since(on);
            if days > i64::from(every.days()) {
                return Answer::partly(format!(
                    "`{team}`, which reviews it, put its name to it on {on}, which is longer ago than the {every} that were promised."
                ))
                .on(evidence);
            }
            Answer::met(format!(
                "`{team}`, which reviews it, put its name to it on {on}."
            ))
            .on(evidence.into_iter().chain([desk.clause(id, clause)]))
        }
        Some(((_, reviewer), clause)) => Answer::partly(format!(
            "`{team}` put its name to it on {on}, and `{}` is the team that reviews it.",
            model.team(reviewer).name
        ))
        .on(evidence.into_iter().chain([desk.clause(id, clause)])),
        None => Answer::partly(format!(
            "`{team}` put its name to it on {on}, and no `review` clause says which team should."
        ))
        .on(evidence),
    }
}

/// APR-02.
static BY_ANOTHER: Predicate = Predicate {
    id: "APR-02",
    title: "Approver differs from owner",
    asks: "who reviews it is not who owns it",
    basis: Basis::Declaration,
    judge: by_another,
};

fn by_another(desk: &Desk<'_>, id: PartyId) -> Answer {
    let party = desk.party(id);
    let Some(((_, by), review)) = party.review() else {
        return Answer::failed(
            "It has no `review` clause, so nobody apart from its owner looks at it: write `review every 90d by TEAM`.",
        )
        .on([desk.own_line(id)]);
    };
    let reviewer = &desk.compiled.model.team(by).name;
    let clause = desk.clause(id, review);
    match party.owner() {
        Some((Owner::Team(owner), own)) if *owner == by => Answer::failed(format!(
            "`{reviewer}` both owns and reviews it: let another team review it."
        ))
        .on([clause, desk.clause(id, own)]),
        Some((_, own)) => Answer::met(format!("`{reviewer}` reviews it, and does not own it."))
            .on([clause, desk.clause(id, own)]),
        None => Answer::unknown(format!(
            "`{reviewer}` reviews it, but nobody is named as its owner."
        ))
        .on([clause]),
    }
}
