//! What is asked of agents besides.

use super::{Basis, Predicate};
use crate::authority::verb::Verb;
use crate::check::authority::holds_unit;
use crate::model::PartyId;
use crate::model::party::{ClauseKind, Owner, PartyKind};
use crate::report::answer::{Answer, Evidence};
use crate::report::desk::Desk;
use std::collections::BTreeSet;

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[&APPROVED, &PINNED, &STOPPED, &BUDGET];

fn is_agent(desk: &Desk<'_>, id: PartyId) -> bool {
    desk.party(id).kind == PartyKind::Agent
}

const NO_AGENT: &str = "It is no agent.";

/// AGT-01.
static APPROVED: Predicate = Predicate {
    id: "AGT-01",
    title: "High-impact verbs need human approval",
    asks: "what an agent could not undo, it does with an approval only",
    basis: Basis::Declaration,
    judge: |desk, id| {
        if !is_agent(desk, id) {
            return Answer::inapplicable(NO_AGENT);
        }
        let (granted, gated) = desk.verbs(id);
        let grave = |verb: &Verb| {
            matches!(
                verb,
                Verb::Delete | Verb::Export | Verb::Approve | Verb::Administer | Verb::Assume
            )
        };
        let open: BTreeSet<&str> = granted
            .iter()
            .filter(|(verb, _)| grave(verb))
            .map(|(verb, _)| verb.word())
            .collect();
        let allows = desk.clauses(id, |kind| {
            matches!(kind, ClauseKind::Allow(_) | ClauseKind::Holds { .. })
        });
        if open.is_empty() {
            let with = if gated.iter().any(|(verb, _)| grave(verb)) {
                "What it could not undo, it may do with an approval only."
            } else {
                "It is granted nothing that deletes, extracts in bulk, approves, administers or becomes somebody else."
            };
            return Answer::met(with).on(allows);
        }
        Answer::failed(format!(
            "It may {} without an approval: write `with approval by TEAM for 8h`.",
            open.iter()
                .map(|word| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ))
        .on(allows)
    },
};

/// AGT-02.
static PINNED: Predicate = Predicate {
    id: "AGT-02",
    title: "Tool/server list is pinned",
    asks: "the systems and operations of an agent are listed one by one, with versions",
    basis: Basis::Declaration,
    judge: |desk, id| {
        if !is_agent(desk, id) {
            return Answer::inapplicable(NO_AGENT);
        }
        let allows = desk.clauses(id, |kind| {
            matches!(kind, ClauseKind::Allow(_) | ClauseKind::Holds { .. })
        });
        if let Some((at, found)) = desk
            .findings(id)
            .find(|(_, found)| found.rule == holds_unit::CHECK.name)
        {
            return Answer::failed(format!(
                "It takes a vendor's unit as it is, and with it operations that nobody listed: {}",
                crate::report::desk::sentence(&found.message)
            ))
            .on([Evidence::Finding(at)]);
        }
        Answer::partly(
            "Its clauses list what it may do system by system; which versions of tools it runs is not something a declaration says.",
        )
        .on(allows)
    },
};

/// AGT-03.
static STOPPED: Predicate = Predicate {
    id: "AGT-03",
    title: "Kill switch declared",
    asks: "an agent can be stopped, and a team knows how",
    basis: Basis::Declaration,
    judge: |desk, id| {
        if !is_agent(desk, id) {
            return Answer::inapplicable(NO_AGENT);
        }
        let party = desk.party(id);
        let revoke = desk.clauses(
            id,
            |kind| matches!(kind, ClauseKind::Revoke(text) if !text.trim().is_empty()),
        );
        match (revoke.is_empty(), party.owner()) {
            (false, Some((Owner::Team(team), _))) => Answer::met(format!(
                "`revoke via` says how it is stopped, and `{}` answers for it.",
                desk.compiled.model.team(*team).name
            ))
            .on(revoke),
            (true, _) => Answer::failed("It has no `revoke` clause that says how it is stopped: write `revoke via \"…\"`.")
                .on([desk.own_line(id)]),
            (false, _) => Answer::failed("`revoke via` says how it is stopped, but no team answers for it: write `owner TEAM`.")
                .on(revoke),
        }
    },
};

/// AGT-04.
static BUDGET: Predicate = Predicate {
    id: "AGT-04",
    title: "Budget/rate limit declared",
    asks: "how often an agent may call, and what it may spend, is bounded",
    basis: Basis::Declaration,
    judge: |desk, id| {
        if is_agent(desk, id) {
            Answer::silent(
                "No clause bounds how often it calls or what it spends: the systems' own quotas do.",
            )
        } else {
            Answer::inapplicable(NO_AGENT)
        }
    },
};
