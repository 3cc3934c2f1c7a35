//! `overbroad-grant`: change on everything of a kind, where one could be named.

use crate::authority::verb::{Verb, VerbSet};
use crate::check::subject::is_whole;
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::Model;
use crate::model::catalog::{Binding, Names, Operation, SlotId, TypeId, TypeRank};
use crate::model::rule::{Part, Rule};

/// The check.
pub static CHECK: Check = Check {
    name: "overbroad-grant",
    severity: Severity::Error,
    summary: "create, update, delete or administer on every resource of a type",
    page: include_str!("../../../docs/checks/overbroad-grant.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let model = context.model;
    for (id, party) in model.integrations() {
        for (_, rule) in party.allows() {
            if is_limited_by_tag(model, rule) {
                continue;
            }
            for part in &rule.parts {
                let changes = changes(model, part);
                let changes: VerbSet = CHANGES
                    .into_iter()
                    .filter(|&verb| changes.contains(verb))
                    .collect();
                if changes.is_empty() {
                    continue;
                }
                let severity = if changes.is_subset(VerbSet::from(Verb::Create)) {
                    Severity::Warning
                } else {
                    CHECK.severity
                };
                let rank = model.catalog.of(part.thing.of).rank;
                let what = match rank {
                    TypeRank::Tenant => "everything in the system",
                    TypeRank::Service => "everything in the service",
                    TypeRank::Resource => "every resource of the type",
                };
                let words: Vec<&str> = changes.iter().map(Verb::word).collect();
                findings.push(
                    context
                        .finding(
                            &CHECK,
                            severity,
                            id,
                            part.thing.span,
                            format!("this allows {} on {what}", words.join(", ")),
                        )
                        .help("name the resources that it is for, or a prefix of their names: what is not needed is what an intruder uses"),
                );
            }
        }
    }
}

const CHANGES: [Verb; 4] = [Verb::Create, Verb::Update, Verb::Delete, Verb::Administer];

fn is_limited_by_tag(model: &Model, rule: &Rule) -> bool {
    rule.conditions
        .iter()
        .any(|&id| model.condition(id).key.starts_with("tag."))
}

/// The verbs that a part allows on everything of some type although names could limit them.
fn changes(model: &Model, part: &Part) -> VerbSet {
    let catalog = &model.catalog;
    let named = part
        .thing
        .steps
        .iter()
        .flat_map(|step| &step.names)
        .any(|name| !is_whole(name));
    if named {
        return VerbSet::NONE;
    }
    if part.everything {
        return VerbSet::ANY;
    }
    let whole = part.within && catalog.of(part.thing.of).rank != TypeRank::Resource;
    let mut verbs = VerbSet::NONE;
    for slice in part.slices.iter() {
        let Some(ids) = slice.cube.operations.iter_finite() else {
            return VerbSet::ANY;
        };
        for slot in ids.map(SlotId::of) {
            let operation = catalog.operation_of(slot);
            if verbs.contains(operation.verb) {
                continue;
            }
            let steps: Vec<TypeId> = slice.thing.steps.iter().map(|step| step.of).collect();
            if whole || can_be_named(model, slot, operation, &steps) {
                verbs = verbs.union(VerbSet::from(operation.verb));
            }
        }
    }
    verbs
}

/// Whether a grant of an operation can be limited to names somewhere on the way down.
fn can_be_named(model: &Model, slot: SlotId, operation: &Operation, steps: &[TypeId]) -> bool {
    let catalog = &model.catalog;
    let vendor = catalog.vendor(operation.vendor);
    let named = |of: &TypeId| {
        let of = catalog.of(*of);
        !of.parameters.is_empty() && of.names != Names::All
    };
    if !vendor.has_units {
        let home = catalog.of(catalog.slot(slot).of);
        return !home.unnamed.contains(&slot) && steps.iter().any(named);
    }
    let binding = |wanted: Binding| {
        operation
            .units
            .iter()
            .any(|&unit| catalog.unit(unit).binding == wanted)
    };
    if binding(Binding::Resource) {
        return steps.iter().any(named);
    }
    binding(Binding::Credential)
        && steps
            .iter()
            .any(|&of| !catalog.of(of).parameters.is_empty())
}
