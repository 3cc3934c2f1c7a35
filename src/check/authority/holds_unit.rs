//! `holds-unit`: a vendor's unit taken whole.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::Model;
use crate::model::catalog::{SlotId, UnitId};
use crate::model::party::ClauseKind;
use std::collections::BTreeSet;

/// The check.
pub static CHECK: Check = Check {
    name: "holds-unit",
    severity: Severity::Note,
    summary: "a vendor's unit held by its own name, still to be written as what is needed",
    page: include_str!("../../../docs/checks/holds-unit.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let catalog = &context.model.catalog;
    for (id, party) in context.model.integrations() {
        for clause in &party.clauses {
            let ClauseKind::Holds { units, .. } = &clause.kind else {
                continue;
            };
            for &unit in units {
                let given = permitted(context.model, unit);
                let name = &catalog.unit(unit).name;
                let mut found = context.finding(
                    &CHECK,
                    CHECK.severity,
                    id,
                    clause.span,
                    format!("`{name}` permits {}", summary(context.model, &given)),
                );
                found = found.help(match narrower(context.model, unit, &given) {
                    Some(less) => format!(
                        "write `allow` clauses for what is needed; `{}` permits less",
                        catalog.unit(less).name
                    ),
                    None => "write `allow` clauses for what is needed: the compiler finds the least unit".to_owned(),
                });
                findings.push(found);
            }
        }
    }
}

fn permitted(model: &Model, unit: UnitId) -> BTreeSet<SlotId> {
    model
        .catalog
        .contained(unit)
        .into_iter()
        .flat_map(|unit| &model.catalog.unit(unit).permits)
        .map(|permit| permit.slot)
        .collect()
}

/// The first operations by name, and how many more there are.
fn summary(model: &Model, given: &BTreeSet<SlotId>) -> String {
    let names: BTreeSet<String> = given
        .iter()
        .map(|&slot| model.catalog.qualified(model.catalog.slot(slot).operation))
        .collect();
    if names.is_empty() {
        return "nothing that the vendor's file knows of".to_owned();
    }
    let shown: Vec<String> = names
        .iter()
        .take(3)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The largest unit of the vendor that permits less than this one, without anything else.
fn narrower(model: &Model, unit: UnitId, given: &BTreeSet<SlotId>) -> Option<UnitId> {
    let vendor = model.catalog.unit(unit).vendor;
    (0..model.catalog.units.len())
        .map(UnitId::at)
        .filter(|&other| other != unit && model.catalog.unit(other).vendor == vendor)
        .map(|other| (permitted(model, other), other))
        .filter(|(less, _)| !less.is_empty() && less.len() < given.len() && less.is_subset(given))
        .max_by(|(a, one), (b, other)| {
            a.len().cmp(&b.len()).then_with(|| {
                model
                    .catalog
                    .unit(*other)
                    .name
                    .cmp(&model.catalog.unit(*one).name)
            })
        })
        .map(|(_, other)| other)
}
