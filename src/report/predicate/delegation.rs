//! Whom it trusts and what it passes on.

use super::{Basis, Predicate};
use crate::check::delegation::{
    confused_deputy, deep_trust_chain, trust_cycle, trust_without_external_id, wildcard_trust,
};
use crate::model::PartyId;
use crate::model::party::{Acts, ClauseKind, CredentialKind};
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::{Desk, Rule};

/// The family's predicates.
pub const PREDICATES: &[&Predicate] =
    &[&NARROWS, &SHALLOW, &CONDITIONED, &OUTLIVES_NOT, &ON_BEHALF];

/// DEL-01.
static NARROWS: Predicate = Predicate {
    id: "DEL-01",
    title: "Delegation narrows",
    asks: "what it passes on, it holds itself",
    basis: Basis::Graph,
    judge: |desk, id| {
        let passes = desk.clauses(id, |kind| {
            matches!(
                kind,
                ClauseKind::Delegates { .. } | ClauseKind::Inherits { .. }
            )
        });
        if passes.is_empty() {
            return Answer::inapplicable("It passes nothing on and inherits nothing.");
        }
        let holds = Answer::met("All that it passes on or inherits is held by whoever gives it.")
            .on(passes);
        desk.by_rules(id, &[Rule::named("delegation-widens")], holds)
    },
};

/// DEL-02.
static SHALLOW: Predicate = Predicate {
    id: "DEL-02",
    title: "Delegation bounded",
    asks: "trust runs in no circle, and through few hands",
    basis: Basis::Graph,
    judge: |desk, id| {
        let holds = Answer::met("It is part of no circle of trust, and of no long chain of it.")
            .on([desk.own_line(id)]);
        let rules = [
            Rule::named("inheritance-cycle"),
            Rule::of(&trust_cycle::CHECK),
            Rule::of(&deep_trust_chain::CHECK),
        ];
        desk.by_rules(id, &rules, holds)
    },
};

/// DEL-03.
static CONDITIONED: Predicate = Predicate {
    id: "DEL-03",
    title: "Trust is conditioned",
    asks: "each trust names its subject, and a foreign account an external id",
    basis: Basis::Declaration,
    judge: |desk, id| {
        let trusts = desk.clauses(id, |kind| matches!(kind, ClauseKind::Trusts { .. }));
        let workload = desk.clauses(id, |kind| {
            matches!(
                kind,
                ClauseKind::Credential {
                    kind: CredentialKind::Workload,
                    ..
                }
            )
        });
        let from: Vec<Evidence> = desk
            .party(id)
            .identities()
            .filter(|(_, _, from)| from.is_some())
            .map(|(clause, ..)| Evidence::Clause(clause))
            .collect();
        if trusts.is_empty() && workload.is_empty() {
            let issued = desk.clauses(id, |kind| {
                matches!(
                    kind,
                    ClauseKind::Credential {
                        kind: CredentialKind::Oidc,
                        ..
                    }
                )
            });
            if !issued.is_empty() {
                return Answer::unknown(
                    "It proves itself by tokens of an issuer, and no `trusts` clause says whose tokens are taken.",
                )
                .on(issued);
            }
            if !from.is_empty() {
                return Answer::met("Only whoever holds the identity that is named can become it.")
                    .on(from);
            }
            return Answer::inapplicable("It trusts nobody to become it.");
        }
        let holds = if trusts.is_empty() {
            Answer::met("The platform that runs it is all that its trust admits.").on(workload)
        } else {
            Answer::met("Everybody whom it trusts is named, with what ties the trust to them.")
                .on(trusts)
        };
        let rules = [
            Rule::of(&wildcard_trust::CHECK),
            Rule::of(&trust_without_external_id::CHECK),
            Rule::named("unenforced-condition"),
        ];
        desk.by_rules(id, &rules, holds)
    },
};

/// DEL-04.
static OUTLIVES_NOT: Predicate = Predicate {
    id: "DEL-04",
    title: "Delegation does not outlive its parent",
    asks: "whoever it delegates to ends no later than it does, or the delegation itself does",
    basis: Basis::Graph,
    judge: outlives_not,
};

fn outlives_not(desk: &Desk<'_>, id: PartyId) -> Answer {
    let model = &desk.compiled.model;
    let party = desk.party(id);
    let mut seen = Vec::new();
    for (index, clause) in party.clauses.iter().enumerate() {
        let ClauseKind::Delegates { rule, to } = &clause.kind else {
            continue;
        };
        seen.push(Evidence::Clause(index));
        let Some((end, _)) = party.expires() else {
            if rule.until.is_none() {
                return Answer::failed(format!(
                    "It delegates to `{}` and neither it nor the delegation ends: write `until DATE`.",
                    model.party(*to).name
                ))
                .on([Evidence::Clause(index)]);
            }
            continue;
        };
        let bounded = rule
            .until
            .is_some_and(|(until, _)| until <= end.end_of_day());
        let child = model.party(*to).expires();
        if bounded || child.is_some_and(|(date, _)| date <= end) {
            continue;
        }
        let other = child.map(|(_, clause)| Evidence::Line(Line::Integration, clause.span));
        return Answer::failed(format!(
            "It ends with {end}, and `{}`, to which it delegates, does not: write `until {end}` in the delegation.",
            model.party(*to).name
        ))
        .on([Evidence::Clause(index)].into_iter().chain(other));
    }
    if seen.is_empty() {
        return Answer::inapplicable("It delegates nothing.");
    }
    Answer::met("Whatever it delegates ends no later than it does.").on(seen)
}

/// DEL-05.
static ON_BEHALF: Predicate = Predicate {
    id: "DEL-05",
    title: "On-behalf-of is bound",
    asks: "what it does for a user, it does within that user's own authority",
    basis: Basis::Graph,
    judge: |desk, id| {
        let acts = desk.clauses(id, |kind| matches!(kind, ClauseKind::Acts(_)));
        if desk.context.acts(id) != Acts::OnBehalfOfUsers {
            let holds = Answer::inapplicable("It does not act on behalf of users.");
            return desk.by_rules(id, &[Rule::of(&confused_deputy::CHECK)], holds);
        }
        let delegated = desk.clauses(id, |kind| {
            matches!(
                kind,
                ClauseKind::Credential {
                    kind: CredentialKind::Oauth,
                    ..
                }
            )
        });
        let holds = if delegated.is_empty() {
            Answer::unknown(
                "It acts on behalf of users, and no `oauth` credential carries the user's own authority.",
            )
            .on(acts)
        } else {
            Answer::met("It acts with tokens of users, which give no more than each user has.")
                .on(acts.into_iter().chain(delegated))
        };
        desk.by_rules(id, &[Rule::of(&confused_deputy::CHECK)], holds)
    },
};
