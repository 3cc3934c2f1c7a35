//! In which environments it acts.

use super::{Basis, Predicate};
use crate::check::authority::environment_crossing;
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::Rule;
use std::collections::BTreeMap;

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[&DECLARED, &NO_CROSSING, &ONE];

/// ENV-01.
static DECLARED: Predicate = Predicate {
    id: "ENV-01",
    title: "Environment declared",
    asks: "every system that it acts in says of which environment it is",
    basis: Basis::Declaration,
    judge: |desk, id| {
        let model = &desk.compiled.model;
        let systems = desk.systems(id);
        let (with, without): (Vec<_>, Vec<_>) = systems
            .into_iter()
            .partition(|&system| model.system(system).env.is_some());
        let line = |system: &crate::model::SystemId| {
            Evidence::Line(Line::System, model.system(*system).span)
        };
        let names: Vec<String> = without
            .iter()
            .map(|&system| format!("`{}`", model.system(system).name))
            .collect();
        if with.is_empty() && without.is_empty() {
            return Answer::inapplicable("It acts in no system.");
        }
        if names.is_empty() {
            return Answer::met("Every system that it acts in says of which environment it is.")
                .on(with.iter().map(line));
        }
        Answer::partly(format!(
            "{} says of no environment: write `env …`, unless it serves every one.",
            names.join(", ")
        ))
        .on(without.iter().map(line))
    },
};

/// ENV-02.
static NO_CROSSING: Predicate = Predicate {
    id: "ENV-02",
    title: "No cross-environment authority",
    asks: "from outside of production no way leads into it",
    basis: Basis::Graph,
    judge: |desk, id| {
        let model = &desk.compiled.model;
        let systems = desk.systems(id);
        if systems.is_empty() {
            return Answer::inapplicable("It acts in no system.");
        }
        let holds = if systems
            .iter()
            .all(|&system| model.system(system).env.is_none())
        {
            Answer::unknown("No system that it acts in says of which environment it is.")
                .on(systems.iter().map(|&system| desk.system_line(system)))
        } else {
            Answer::met("It acts in one environment, as far as its systems name theirs, and no way from it leads into production from outside.")
                .on([desk.own_line(id)])
        };
        desk.by_rules(id, &[Rule::of(&environment_crossing::CHECK)], holds)
    },
};

/// ENV-03.
static ONE: Predicate = Predicate {
    id: "ENV-03",
    title: "Identity not reused across environments",
    asks: "its identities are of one environment",
    basis: Basis::Graph,
    judge: |desk, id| {
        let model = &desk.compiled.model;
        let mut by_env: BTreeMap<&str, usize> = BTreeMap::new();
        for (clause, thing, _) in desk.party(id).identities() {
            if let Some(env) = &model.system(thing.system).env {
                by_env.entry(env).or_insert(clause);
            }
        }
        let names: Vec<&str> = by_env.keys().copied().collect();
        let evidence: Vec<Evidence> = by_env
            .values()
            .map(|&clause| Evidence::Clause(clause))
            .collect();
        match names[..] {
            [] => Answer::unknown("No system of its identities says of which environment it is.")
                .on([desk.own_line(id)]),

            [one] => {
                Answer::met(format!("All its identities are of `{one}`, or of none.")).on(evidence)
            }
            _ => Answer::failed(format!(
                "It has identities in {}: make one integration an environment.",
                names
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(" and ")
            ))
            .on(evidence),
        }
    },
};
