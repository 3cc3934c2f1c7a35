//! What it may do, against what it should.

use super::{Basis, Predicate};
use crate::authority::pattern::Token;
use crate::authority::verb::Verb;
use crate::check::authority::{holds_unit, mixed_duties, overbroad_grant, standing_approval};
use crate::check::delegation::{lateral_reach, never_reached, self_escalation, toxic_combination};
use crate::graph::{Node, Verdict};
use crate::model::catalog::TypeRank;
use crate::model::guard::GuardRuleKind;
use crate::model::party::{ClauseKind, Status};
use crate::model::rule::Part;
use crate::model::{PartyId, SystemId};
use crate::report::answer::{Answer, Evidence};
use crate::report::desk::{Desk, Rule, Verbs, sentence};
use crate::settings::Duty;
use crate::source::Span;

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[
    &NO_WILDCARD,
    &ADMIN_SAID,
    &OBSERVED,
    &USED,
    &KEPT_DIRECTLY,
    &KEPT,
    &NO_ESCALATION,
    &SEPARATED,
    &CLOSED,
    &IN_TIME_ONLY,
    &FORBIDDEN,
];

/// PRV-01.
static NO_WILDCARD: Predicate = Predicate {
    id: "PRV-01",
    title: "No wildcards",
    asks: "no grant covers a whole type, service or system, or all operations",
    basis: Basis::Declaration,
    judge: no_wildcard,
};

fn no_wildcard(desk: &Desk<'_>, id: PartyId) -> Answer {
    let party = desk.party(id);
    let allows = desk.clauses(id, |kind| {
        matches!(
            kind,
            ClauseKind::Allow(_) | ClauseKind::Delegates { .. } | ClauseKind::Holds { .. }
        )
    });
    if allows.is_empty() {
        return Answer::inapplicable("No clause allows it anything.");
    }
    let units = desk
        .findings(id)
        .find(|(_, found)| found.rule == holds_unit::CHECK.name);
    let whole = party
        .clauses
        .iter()
        .enumerate()
        .find_map(|(index, clause)| {
            let (ClauseKind::Allow(rule) | ClauseKind::Delegates { rule, .. }) = &clause.kind
            else {
                return None;
            };
            let part = rule.parts.iter().find(|part| is_whole(desk, part))?;
            Some((index, desk.compiled.model.thing_text(&part.thing)))
        });
    let holds = match (units, whole) {
        (Some((at, found)), _) => Answer::partly(format!(
            "It takes a vendor's unit as it is, with all that it permits: {}",
            sentence(&found.message)
        ))
        .on([Evidence::Finding(at)]),
        (None, Some((clause, thing))) => Answer::partly(format!(
            "A clause covers everything of `{thing}`, whatever its name: name what is meant where the vendor can hold it to names."
        ))
        .on([Evidence::Clause(clause)]),
        (None, None) => Answer::met("Every clause that allows it something names what it is allowed on.")
            .on(allows),
    };
    let rules = [
        Rule::of(&overbroad_grant::CHECK),
        Rule::named("wildcard-operation"),
    ];
    desk.by_rules(id, &rules, holds)
}

/// Whether a part of a clause names nothing at its end: a whole type, service or system.
fn is_whole(desk: &Desk<'_>, part: &Part) -> bool {
    let catalog = &desk.compiled.model.catalog;
    let is_one = |step: &crate::model::thing::ThingStep| {
        let names = &step.names;
        // A type without a name of its own is one thing.
        catalog.of(step.of).parameters.is_empty()
            || names
                .iter()
                .any(|name| !matches!(name.tokens(), [Token::Any(_)]))
    };
    // What is on a service or a tenant itself exists once; what is within it has no name here.
    let named = match catalog.of(part.thing.of).rank {
        TypeRank::Resource => part.thing.steps.last().is_some_and(is_one),
        TypeRank::Service | TypeRank::Tenant => !part.within,
    };
    part.everything || !named
}

/// Whether a verb changes who may do what.
fn is_administrative(verb: Verb) -> bool {
    matches!(verb, Verb::Administer)
}

fn words(desk: &Desk<'_>, verbs: &Verbs) -> String {
    let all: Vec<String> = verbs
        .iter()
        .map(|(verb, system)| {
            let name = &desk.compiled.model.system(*system).name;
            format!("`{}` in `{name}`", verb.word())
        })
        .collect();
    all.join(", ")
}

/// PRV-02.
static ADMIN_SAID: Predicate = Predicate {
    id: "PRV-02",
    title: "No unflagged admin or grant-management verbs",
    asks: "what changes permissions or policy is declared as such, and cannot be taken by a way that nobody wrote",
    basis: Basis::Declaration,
    judge: admin_said,
};

fn admin_said(desk: &Desk<'_>, id: PartyId) -> Answer {
    let (granted, gated) = desk.verbs(id);
    let administers = |verbs: &Verbs| -> Verbs {
        let pairs = verbs.iter().filter(|(verb, _)| is_administrative(*verb));
        pairs.copied().collect()
    };
    let (open, approved) = (administers(&granted), administers(&gated));
    // A clause says so in a system when its own operations there administer.
    let saying = |system: SystemId| -> Vec<Evidence> {
        desk.clauses(id, |kind| match kind {
            ClauseKind::Allow(rule) => {
                rule.parts.iter().any(|part| part.thing.system == system)
                    && desk
                        .verbs_of(rule)
                        .iter()
                        .any(|verb| is_administrative(*verb))
            }
            ClauseKind::Holds { system: of, .. } => *of == system,
            _ => false,
        })
    };
    let said: Vec<Evidence> = open
        .iter()
        .flat_map(|(_, system)| saying(*system))
        .collect();
    let unsaid: Verbs = open
        .iter()
        .filter(|(_, system)| saying(*system).is_empty())
        .copied()
        .collect();
    let found = desk
        .findings(id)
        .filter(|(_, found)| found.rule == "excess-authority");
    let excess: Vec<Evidence> = found.map(|(at, _)| Evidence::Finding(at)).collect();
    let holds = if !unsaid.is_empty() {
        Answer::failed(format!(
            "It may {}, which none of its clauses says: the vendor's units give it besides.",
            words(desk, &unsaid)
        ))
        .on([desk.own_line(id)].into_iter().chain(excess))
    } else if !open.is_empty() {
        Answer::partly(format!(
            "It may {} at any time, which its clauses say: an approval would bound it.",
            words(desk, &open)
        ))
        .on(said)
    } else if !approved.is_empty() {
        let with_approval = desk.clauses(
            id,
            |kind| matches!(kind, ClauseKind::Allow(rule) if rule.approval.is_some()),
        );
        Answer::met(format!(
            "It may {} with an approval only.",
            words(desk, &approved)
        ))
        .on(with_approval)
    } else {
        Answer::met("It is granted no operation that changes permissions or policy.")
            .on([desk.own_line(id)])
    };
    desk.by_rules(id, &[Rule::of(&self_escalation::CHECK)], holds)
}

/// PRV-03.
static OBSERVED: Predicate = Predicate {
    id: "PRV-03",
    title: "Declared covers observed",
    asks: "what is deployed is no more than what is declared",
    basis: Basis::External,
    judge: |_, _| {
        Answer::silent(
            "Declarations do not hold what is deployed: compare what `scopec build` writes with an export of the live state.",
        )
    },
};

/// PRV-04.
static USED: Predicate = Predicate {
    id: "PRV-04",
    title: "Unused authority",
    asks: "what is granted is used",
    basis: Basis::External,
    judge: |_, _| {
        Answer::silent(
            "Declarations do not hold what is used: the vendors' access logs or last-used reports do.",
        )
    },
};

/// PRV-05.
static KEPT_DIRECTLY: Predicate = Predicate {
    id: "PRV-05",
    title: "Grants do not hit prohibitions",
    asks: "nothing that it is granted itself is what it must never do",
    basis: Basis::Declaration,
    judge: kept_directly,
};

fn kept_directly(desk: &Desk<'_>, id: PartyId) -> Answer {
    let nevers = desk.clauses(id, |kind| matches!(kind, ClauseKind::Never(_)));
    let count = nevers.len();
    let unheld = nevers.iter().find_map(|evidence| {
        let Evidence::Clause(clause) = evidence else {
            return None;
        };
        desk.entries(id, *clause)
            .find(|entry| entry.state == "unenforced")
            .map(|entry| (*clause, entry))
    });
    let holds = match unheld {
        Some((clause, entry)) if desk.party(id).status() == Status::Active => {
            let why = entry.why.clone().unwrap_or_default();
            Answer::partly(format!(
                "Nothing emitted holds one of its prohibitions: {}",
                sentence(&why)
            ))
            .on([Evidence::Clause(clause)])
        }
        _ if count == 0 => {
            Answer::inapplicable("It has no `never` clause that a grant could hit.")
        }
        _ => Answer::met(if count == 1 {
            "Its prohibition is held by an emitted line or by the absence of every grant that would hit it.".to_owned()
        } else {
            format!("Its {count} prohibitions are held by emitted lines or by the absence of every grant that would hit them.")
        })
        .on(nevers),
    };
    let rules = [
        Rule::named("identity-conflict"),
        Rule::named("cannot-exclude"),
        Rule::named("never-on-container"),
    ];
    desk.by_rules(id, &rules, holds)
}

/// PRV-06.
static KEPT: Predicate = Predicate {
    id: "PRV-06",
    title: "Effective authority does not hit prohibitions",
    asks: "by no way, through others included, can it do what it must never do",
    basis: Basis::Graph,
    judge: |desk, id| {
        let nevers = desk.clauses(id, |kind| matches!(kind, ClauseKind::Never(_)));
        let holds = if nevers.is_empty() {
            Answer::inapplicable("It has no `never` clause that could be broken by a way.")
        } else {
            Answer::met("No way through what it can act as breaks one of its prohibitions.")
                .on(nevers)
        };
        let mut rules = vec![Rule::of(&never_reached::CHECK)];
        rules.extend(guards(desk, false).map(Rule::named));
        desk.by_rules(id, &rules, holds)
    },
};

/// PRV-07.
static NO_ESCALATION: Predicate = Predicate {
    id: "PRV-07",
    title: "No privilege escalation path",
    asks: "it can come to no more than what it is declared to have",
    basis: Basis::Graph,
    judge: no_escalation,
};

fn no_escalation(desk: &Desk<'_>, id: PartyId) -> Answer {
    let (model, graph) = (&desk.compiled.model, &desk.compiled.graph);
    let scopes: Vec<String> = graph
        .closure()
        .of_party(id)
        .into_iter()
        .filter(|(node, verdict)| {
            *verdict < Verdict::Blocked && matches!(graph.node(*node), Node::Scope(_))
        })
        .map(|(node, _)| format!("`{}`", graph.name(model, &desk.compiled.granted, node)))
        .collect();
    let holds = match (&scopes[..], desk.assumes(id)) {
        ([], Some(system)) => Answer::unknown(format!(
            "It may become identities in `{}` that nobody declares, and so come to what they have.",
            model.system(system).name
        ))
        .on([desk.own_line(id)]),
        ([], None) => Answer::met(
            "It can grant itself nothing, become nobody whom its clauses do not name, and stays within its bounds.",
        )
        .on([desk.own_line(id)]),
        ([first, rest @ ..], _) => {
            let more = match rest.len() {
                0 => String::new(),
                1 => " and in 1 more scope".to_owned(),
                count => format!(" and in {count} more scopes"),
            };
            let said = desk.clauses(id, |kind| {
                matches!(kind, ClauseKind::Allow(rule) if rule.verbs.iter().any(is_administrative))
            });
            Answer::partly(format!(
                "It can grant itself anything in {first}{more}, which clauses say or lead to: what it is declared to have does not bound it there."
            ))
            .on([desk.own_line(id)].into_iter().chain(said))
        }
    };
    let rules = [
        Rule::of(&self_escalation::CHECK),
        Rule::of(&lateral_reach::CHECK),
        Rule::named("outside-bound"),
    ];
    desk.by_rules(id, &rules, holds)
}

/// The project's guards that deny something together with something else, or those that deny
/// something by itself; what selects nothing keeps nothing.
fn guards<'a>(desk: &Desk<'a>, together: bool) -> impl Iterator<Item = &'a str> {
    let idle: Vec<Span> = (desk.found_by("selects-nothing"))
        .map(|(_, found)| found.span)
        .collect();
    let guards = desk.compiled.model.guards.iter();
    guards
        .filter(move |guard| {
            guard.rules.iter().any(|rule| {
                matches!(&rule.kind, GuardRuleKind::Deny { together: with, .. }
                    if with.is_some() == together)
                    && !idle.iter().any(|span| rule.span.holds(*span))
            })
        })
        .map(|guard| &*guard.name)
}

/// PRV-08.
static SEPARATED: Predicate = Predicate {
    id: "PRV-08",
    title: "Separation of duties",
    asks: "it does not hold two duties that watch each other",
    basis: Basis::Graph,
    judge: |desk, id| {
        let guards: Vec<&str> = guards(desk, true).collect();
        let own = match guards.len() {
            0 => String::new(),
            1 => format!(", nor what the guard `{}` keeps apart", guards[0]),
            count => format!(", nor what the project's {count} guards keep apart"),
        };
        let holds = Answer::met(format!(
            "It neither makes what it approves nor reads the log and sets the alarm{own}."
        ))
        .on([desk.own_line(id)]);
        let mut rules = vec![
            Rule::of(&mixed_duties::CHECK),
            Rule::of(&toxic_combination::CHECK),
        ];
        rules.extend(guards.into_iter().map(Rule::named));
        desk.by_rules(id, &rules, holds)
    },
};

/// PRV-09.
static CLOSED: Predicate = Predicate {
    id: "PRV-09",
    title: "Closed world",
    asks: "what no clause grants is not granted",
    basis: Basis::Declaration,
    judge: closed,
};

fn closed(desk: &Desk<'_>, id: PartyId) -> Answer {
    let count: usize = desk.excess(id).map(|excess| excess.operations.len()).sum();
    if count == 0 {
        return Answer::met(
            "The language has no default that allows, and no unit that it is granted gives more than its clauses ask for.",
        )
        .on([desk.own_line(id)]);
    }
    let found = desk
        .findings(id)
        .filter(|(_, found)| found.rule == "excess-authority");
    Answer::partly(format!(
        "The language has no default that allows, but the vendors' units give {count} operations that no clause asks for."
    ))
    .on(found.map(|(at, _)| Evidence::Finding(at)))
}

/// PRV-10.
static IN_TIME_ONLY: Predicate = Predicate {
    id: "PRV-10",
    title: "Privileged access is just-in-time",
    asks: "what changes permissions, and bulk extraction, is granted for a bounded time on approval",
    basis: Basis::Declaration,
    judge: in_time_only,
};

fn in_time_only(desk: &Desk<'_>, id: PartyId) -> Answer {
    let is_privileged =
        |verb: &Verb| matches!(verb, Verb::Administer | Verb::Assume | Verb::Export);
    let pick = |verbs: Verbs| -> Verbs {
        let pairs = verbs.into_iter();
        pairs.filter(|(verb, _)| is_privileged(verb)).collect()
    };
    let (granted, gated) = desk.verbs(id);
    let (open, approved) = (pick(granted), pick(gated));
    if open.is_empty() && approved.is_empty() {
        return Answer::inapplicable(
            "It is granted nothing that changes permissions, becomes somebody else or extracts in bulk.",
        );
    }
    let limit = desk.limit(id, Duty::Approval);
    let most = Desk::limit_words(&limit);
    let with_approval = desk.clauses(
        id,
        |kind| matches!(kind, ClauseKind::Allow(rule) if rule.approval.is_some()),
    );
    let too_long = desk.party(id).clauses.iter().position(|clause| {
        matches!(&clause.kind, ClauseKind::Allow(rule)
            if rule.approval.as_ref().and_then(|approval| approval.duration).is_some_and(|length| length > limit.length)
                && desk.verbs_of(rule).iter().any(is_privileged))
    });
    let rules = [Rule::of(&standing_approval::CHECK)];
    let holds = if let Some(clause) = too_long {
        Answer::failed(format!(
            "An approval lasts longer than the policy allows, {most}."
        ))
        .on([Evidence::Clause(clause)])
    } else if open.is_empty() {
        Answer::met(format!(
            "It may {} with an approval only, for no longer than {most}.",
            words(desk, &approved)
        ))
        .on(with_approval)
    } else if let Some((date, clause)) = desk.party(id).expires() {
        Answer::partly(format!(
            "It may {} at any time until {date}, without an approval.",
            words(desk, &open)
        ))
        .on([desk.clause(id, clause)])
    } else {
        Answer::failed(format!(
            "It may {} at any time and without an end: write `with approval by TEAM for 8h`, or `expires DATE`.",
            words(desk, &open)
        ))
        .on([desk.own_line(id)])
    };
    desk.by_rules(id, &rules, holds)
}

/// PRV-11.
static FORBIDDEN: Predicate = Predicate {
    id: "PRV-11",
    title: "Destructive or sensitive verbs outside the purpose are prohibited",
    asks: "in every system that it acts in, a `never` speaks of what it is not for",
    basis: Basis::Declaration,
    judge: forbidden,
};

fn forbidden(desk: &Desk<'_>, id: PartyId) -> Answer {
    const GRAVE: [Verb; 3] = [Verb::Delete, Verb::Export, Verb::Administer];
    let model = &desk.compiled.model;
    let party = desk.party(id);
    let mut without: Vec<String> = Vec::new();
    let systems = desk.systems(id);
    if systems.is_empty() {
        return Answer::inapplicable("It acts in no system.");
    }
    for system in systems {
        let speaks = party.nevers().any(|(_, rule)| {
            let here = rule.parts.iter().any(|part| part.thing.system == system);
            here && desk.verbs_of(rule).iter().any(|verb| GRAVE.contains(verb))
        });
        if !speaks {
            without.push(format!("`{}`", model.system(system).name));
        }
    }
    let nevers = desk.clauses(id, |kind| matches!(kind, ClauseKind::Never(_)));
    if without.is_empty() {
        return Answer::met(
            "In every system that it acts in a `never` speaks of what it is not for.",
        )
        .on(if nevers.is_empty() {
            vec![desk.own_line(id)]
        } else {
            nevers
        });
    }
    Answer::partly(format!(
        "In {} no `never` speaks of deletion, export or administration: absence alone keeps them out.",
        without.join(", ")
    ))
    .on([desk.own_line(id)].into_iter().chain(nevers))
}
