//! Who else runs it.

use super::{Basis, Predicate};
use crate::check::delegation::third_party_unbounded;
use crate::model::PartyId;
use crate::model::party::ClauseKind;
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::{Desk, Rule};

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[&NAMED, &ASSESSED, &EXIT];

/// The numbers of its `operator` clauses, and who that is.
fn operators(desk: &Desk<'_>, id: PartyId) -> Vec<(usize, PartyId)> {
    let clauses = desk.party(id).clauses.iter().enumerate();
    clauses
        .filter_map(|(index, clause)| match clause.kind {
            ClauseKind::Operator(operator) => Some((index, operator)),
            _ => None,
        })
        .collect()
}

const FIRST_PARTY: &str = "No third party runs it.";

/// TPI-01.
static NAMED: Predicate = Predicate {
    id: "TPI-01",
    title: "Third party named",
    asks: "whoever else runs it is named",
    basis: Basis::Declaration,
    judge: |desk, id| {
        let model = &desk.compiled.model;
        let all = operators(desk, id);
        if all.is_empty() {
            return Answer::inapplicable(FIRST_PARTY);
        }
        let names: Vec<String> = all
            .iter()
            .map(|(_, operator)| format!("`{}`", model.party(*operator).name))
            .collect();
        let evidence = all.iter().flat_map(|(clause, operator)| {
            [
                Evidence::Clause(*clause),
                Evidence::Line(Line::Principal, model.party(*operator).name_span),
            ]
        });
        let runs = if names.len() == 1 {
            "runs it, and is"
        } else {
            "run it, and are"
        };
        Answer::met(format!("{} {runs} declared.", names.join(" and "))).on(evidence)
    },
};

/// TPI-02.
static ASSESSED: Predicate = Predicate {
    id: "TPI-02",
    title: "Third party assessed",
    asks: "whoever else runs it was assessed within twelve months",
    basis: Basis::Clock,
    judge: |desk, id| {
        let all = operators(desk, id);
        if all.is_empty() {
            return Answer::inapplicable(FIRST_PARTY);
        }
        Answer::silent("No clause says when whoever runs it was assessed last: that is in the records of procurement.")
            .on(all.iter().map(|(clause, _)| Evidence::Clause(*clause)))
    },
};

/// TPI-03.
static EXIT: Predicate = Predicate {
    id: "TPI-03",
    title: "Third-party exit plan",
    asks: "what a third party holds ends on a day, or within a bound",
    basis: Basis::Declaration,
    judge: |desk, id| {
        let all = operators(desk, id);
        if all.is_empty() {
            return Answer::inapplicable(FIRST_PARTY);
        }
        let ends = desk.clauses(id, |kind| matches!(kind, ClauseKind::Expires(_)));
        let bounds = desk.clauses(id, |kind| matches!(kind, ClauseKind::BoundedBy { .. }));
        let holds = if ends.is_empty() {
            Answer::partly(
                "What the third party holds stays within a bound, and has no end: write `expires DATE`.",
            )
            .on(bounds)
        } else {
            Answer::met("What the third party holds ends on a stated day.").on(ends)
        };
        desk.by_rules(id, &[Rule::of(&third_party_unbounded::CHECK)], holds)
    },
};
