//! Whether it is known at all.

use super::{Basis, Predicate};
use crate::diagnostic::Severity;
use crate::model::PartyId;
use crate::model::party::{ClauseKind, PartyKind};
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::{Desk, sentence};

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[&DECLARED, &CLASSIFIED];

/// INV-01.
pub static DECLARED: Predicate = Predicate {
    id: "INV-01",
    title: "Identity is declared",
    asks: "every name in its declaration resolves to exactly one thing",
    basis: Basis::Graph,
    judge: declared,
};

fn declared(desk: &Desk<'_>, id: PartyId) -> Answer {
    let party = desk.party(id);
    let place = crate::report::desk::place(desk.compiled, party.name_span);
    if party.complete {
        return Answer::met(format!(
            "It is declared at `{place}`, and every name in it resolves."
        ))
        .on([desk.own_line(id)]);
    }
    let errors: Vec<_> = desk
        .findings(id)
        .filter(|(_, found)| found.severity == Severity::Error && found.is_shown())
        .collect();
    match errors.first() {
        Some((_, first)) => Answer::failed(format!(
            "Part of its declaration at `{place}` could not be understood: {}",
            sentence(&first.message)
        ))
        .on(errors.iter().map(|(at, _)| Evidence::Finding(*at))),
        None => Answer::failed(format!(
            "Part of its declaration at `{place}` could not be understood."
        ))
        .on([desk.own_line(id)]),
    }
}

/// INV-02.
static CLASSIFIED: Predicate = Predicate {
    id: "INV-02",
    title: "Identity is classified",
    asks: "its kind, the environment of every system that it acts in, and who runs it are known",
    basis: Basis::Declaration,
    judge: classified,
};

fn classified(desk: &Desk<'_>, id: PartyId) -> Answer {
    let model = &desk.compiled.model;
    let party = desk.party(id);
    let bare: Vec<_> = desk
        .systems(id)
        .into_iter()
        .filter(|&system| model.system(system).env.is_none())
        .collect();
    let operator = party.clauses.iter().find_map(|clause| match clause.kind {
        ClauseKind::Operator(operator) => Some(&model.party(operator).name),
        _ => None,
    });
    let runs = operator.map_or("the organisation itself runs it".to_owned(), |name| {
        format!("the third party `{name}` runs it")
    });
    let article = if party.kind == PartyKind::Agent {
        "an"
    } else {
        "a"
    };
    let known = format!("It is {article} {}, and {runs}", party.kind.word());
    if bare.is_empty() {
        return Answer::met(format!(
            "{known}; every system that it acts in names its environment."
        ))
        .on([desk.own_line(id)]);
    }
    let names: Vec<String> = bare
        .iter()
        .map(|&system| format!("`{}`", model.system(system).name))
        .collect();
    let (verb, them) = if names.len() == 1 {
        ("names", "it")
    } else {
        ("name", "them")
    };
    Answer::partly(format!(
        "{known}, but {} {verb} no environment: write `env …` in {them}, unless it serves every one.",
        names.join(", ")
    ))
    .on(bare.iter().map(|&system| Evidence::Line(Line::System, model.system(system).span)))
}
