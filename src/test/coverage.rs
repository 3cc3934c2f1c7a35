//! Which authority clauses the tests look at: those of whom an assertion is about, and of whoever
//! that one can act as, where they speak of the operations and resources asserted.

use crate::compile::Compiled;
use crate::graph::{Node, Verdict};
use crate::model::party::{Clause, ClauseKind};
use crate::model::rule::{Part, Rule, Slice};
use crate::model::test::{AssertionKind, Test};
use crate::model::{PartyId, SystemId};
use crate::source::Span;
use crate::test::Covered;
use crate::test::judge::{Judge, slots_of};
use crate::test::reached::nodes;
use std::collections::{BTreeMap, BTreeSet};

/// One entry an authority clause, by place; a profile's clause stands once.
pub(super) fn coverage(
    compiled: &Compiled,
    wanted: &impl Fn(&Test) -> bool,
    judge: &mut Judge<'_>,
) -> Vec<Covered> {
    let model = &compiled.model;
    let mut counts: BTreeMap<Span, u32> = BTreeMap::new();
    for (_, party) in model.parties() {
        for clause in &party.clauses {
            if speaks(&clause.kind) {
                counts.entry(clause.span).or_default();
            }
        }
    }
    let tests = model.tests.iter().filter(|test| wanted(test));
    for assertion in tests.flat_map(|test| &test.assertions) {
        let (parts, influence) = match &assertion.kind {
            AssertionKind::Perform { parts, .. } | AssertionKind::Reach { parts, .. } => {
                (parts, false)
            }
            AssertionKind::Cause(parts) => (parts, true),
            AssertionKind::Influence(_) | AssertionKind::Unresolved => continue,
        };
        let Some(who) = &assertion.who else {
            continue;
        };
        let from = nodes(compiled, who);
        let reach = judge.reach(&from, influence);
        let mut parties: BTreeSet<PartyId> = BTreeSet::new();
        for &node in reach.nodes() {
            if reach.verdict(node) == Some(Verdict::Blocked) {
                continue;
            }
            match compiled.graph.node(node) {
                Node::Party(id) => {
                    parties.insert(*id);
                }
                Node::Identity(bundle) => {
                    parties.extend(&compiled.granted.bundles[*bundle as usize].holders);
                }
                Node::Resource(..)
                | Node::Scope(_)
                | Node::Anyone
                | Node::Unknown(..)
                | Node::Content(_)
                | Node::Passed(_)
                | Node::Means(_) => {}
            }
        }
        let mut touched: BTreeSet<Span> = BTreeSet::new();
        for (id, party) in model.parties() {
            for clause in &party.clauses {
                let delegated = matches!(&clause.kind, ClauseKind::Delegates { to, .. } if parties.contains(to));
                if (parties.contains(&id) || delegated) && touches(compiled, clause, parts) {
                    touched.insert(clause.span);
                }
            }
        }
        for span in touched {
            *counts.entry(span).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .map(|(span, assertions)| Covered { span, assertions })
        .collect()
}

fn speaks(kind: &ClauseKind) -> bool {
    rule_of(kind).is_some() || matches!(kind, ClauseKind::Holds { .. })
}

fn rule_of(kind: &ClauseKind) -> Option<&Rule> {
    if let ClauseKind::Allow(rule) | ClauseKind::Never(rule) | ClauseKind::Delegates { rule, .. } =
        kind
    {
        Some(rule)
    } else {
        None
    }
}

fn touches(compiled: &Compiled, clause: &Clause, parts: &[Part]) -> bool {
    if let ClauseKind::Holds { units, system } = &clause.kind {
        return parts
            .iter()
            .any(|part| units_touch(compiled, units, *system, part));
    }
    let Some(rule) = rule_of(&clause.kind) else {
        return false;
    };
    rule.parts.iter().any(|own| {
        parts.iter().any(|asked| {
            own.thing.system == asked.thing.system
                && own
                    .slices
                    .iter()
                    .any(|a| asked.slices.iter().any(|b| slices_meet(a, b)))
        })
    })
}

fn slices_meet(a: &Slice, b: &Slice) -> bool {
    !a.cube.operations.is_disjoint(&b.cube.operations)
        && (a.of.is_none() || b.of.is_none() || a.of == b.of)
        && !a.cube.address.is_disjoint(&b.cube.address)
}

fn units_touch(
    compiled: &Compiled,
    units: &[crate::model::catalog::UnitId],
    system: SystemId,
    part: &Part,
) -> bool {
    let catalog = &compiled.model.catalog;
    part.thing.system == system && {
        let asked = slots_of(compiled, part);
        units
            .iter()
            .flat_map(|&unit| catalog.contained(unit))
            .flat_map(|unit| &catalog.unit(unit).permits)
            .any(|permit| asked.contains(&permit.slot))
    }
}
