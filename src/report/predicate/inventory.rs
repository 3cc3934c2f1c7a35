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
    let sources = &desk.compiled.sources;
    let diagnostics = &desk.compiled.diagnostics;
    let mut twice = desk.found_by("duplicate-name");
    let twice = twice.find(|(_, found)| sources.text(found.span) == &*party.name);
    if let Some((at, _)) = twice {
        return Answer::failed(format!(
            "`{}` is declared twice, and only the declaration at `{place}` counts.",
            party.name
        ))
        .on([Evidence::Finding(at), desk.own_line(id)]);
    }
    if party.complete {
        return Answer::met(format!(
            "It is declared at `{place}`, and every name in it resolves."
        ))
        .on([desk.own_line(id)]);
    }
    // What cannot be read at all is about nobody, and stands inside the declaration.
    let errors: Vec<usize> = diagnostics
        .iter()
        .enumerate()
        .filter(|(_, found)| {
            let about = found.subject.as_deref() == Some(&*party.name);
            found.severity == Severity::Error
                && found.is_shown()
                && (about || party.span.holds(found.span))
        })
        .map(|(at, _)| at)
        .collect();
    match errors.first() {
        Some(&first) => Answer::failed(format!(
            "Part of its declaration at `{place}` could not be understood: {}",
            sentence(&diagnostics[first].message)
        ))
        .on(errors.into_iter().map(Evidence::Finding)),
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
