//! `mixed-duties`: two duties that watch each other, in one hand.

use crate::authority::verb::Verb;
use crate::check::subject::{all_grants, span_of};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::grant::{Grant, Units};
use crate::model::catalog::SlotId;
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;

/// The check.
pub static CHECK: Check = Check {
    name: "mixed-duties",
    severity: Severity::Error,
    summary: "one integration that both does and approves, or reads the log and sets the alarm",
    page: include_str!("../../../docs/checks/mixed-duties.md"),
    run,
};

/// One side of a pair: the operation, and where it was asked for.
type Side = (String, Option<Span>);

fn run(context: &Context<'_>, findings: &mut Findings) {
    let model = context.model;
    for (id, party) in model.integrations() {
        let mut reads_log: Option<Side> = None;
        let mut sets_alarm: Option<Side> = None;
        let mut makes: Vec<(SystemId, Side)> = Vec::new();
        let mut approves: Vec<(SystemId, Side)> = Vec::new();
        for &index in &context.subject(id).bundles {
            let bundle = &context.granted.bundles[index];
            for grant in all_grants(bundle) {
                let span = span_of(model, context.granted, id, grant);
                for slot in slots(model, grant) {
                    let operation = model.catalog.operation_of(slot);
                    let of = model.catalog.of(model.catalog.slot(slot).of);
                    let labelled = |label: &str| of.labels.iter().any(|known| &**known == label);
                    let name = || model.catalog.qualified(model.catalog.slot(slot).operation);
                    match operation.verb {
                        Verb::List | Verb::Get | Verb::Export => {
                            if reads_log.is_none() && labelled("audit") {
                                reads_log = Some((name(), span));
                            }
                        }
                        Verb::Create | Verb::Update | Verb::Delete | Verb::Administer => {
                            if sets_alarm.is_none() && labelled("alerting") {
                                sets_alarm = Some((name(), span));
                            }
                        }
                        Verb::Approve | Verb::Trigger | Verb::Assume => {}
                    }
                    let known = |all: &[(SystemId, Side)]| {
                        all.iter().any(|(system, _)| *system == bundle.system)
                    };
                    let makes_it = matches!(operation.verb, Verb::Create | Verb::Update);
                    if makes_it && !known(&makes) && approvable(model, slot) {
                        makes.push((bundle.system, (name(), span)));
                    }
                    if operation.verb == Verb::Approve && !known(&approves) {
                        approves.push((bundle.system, (name(), span)));
                    }
                }
            }
        }
        if let (Some(one), Some(other)) = (reads_log, sets_alarm) {
            say(
                context,
                findings,
                id,
                party.name_span,
                (&one, &other),
                "reads the audit log and changes what is alerted on",
                "whoever takes it over switches off the alarm first: split it by function",
            );
        }
        for (system, made) in &makes {
            if let Some((_, approval)) = approves.iter().find(|(of, _)| of == system) {
                say(
                    context,
                    findings,
                    id,
                    party.name_span,
                    (made, approval),
                    "makes what it also approves",
                    "an approval by the one who asks is none: give one of the two to another integration",
                );
            }
        }
    }
}

/// Whether what an operation makes or changes is of a type that somebody approves.
fn approvable(model: &Model, slot: SlotId) -> bool {
    let of = model.catalog.of(model.catalog.slot(slot).of);
    of.slots
        .iter()
        .any(|&other| model.catalog.operation_of(other).verb == Verb::Approve)
}

fn say(
    context: &Context<'_>,
    findings: &mut Findings,
    id: PartyId,
    name_span: Span,
    (one, other): (&Side, &Side),
    what: &str,
    help: &str,
) {
    let name = &context.model.party(id).name;
    let mut found = context
        .duty(
            &CHECK,
            id,
            other.1.unwrap_or(name_span),
            format!("`{name}` {what}: `{}` and `{}`", one.0, other.0),
        )
        .help(help);
    if let Some(span) = one.1 {
        found = found.related(span, format!("`{}`", one.0));
    }
    findings.push(found);
}

/// What a grant gives one by one. Grants of everything are left to `overbroad-grant`.
fn slots(model: &Model, grant: &Grant) -> Vec<SlotId> {
    match &grant.units {
        Units::Operations(slots) => slots.clone(),
        Units::Named(units) => units
            .iter()
            .flat_map(|&unit| model.catalog.contained(unit))
            .flat_map(|unit| &model.catalog.unit(unit).permits)
            .filter(|permit| permit.with.iter().all(|needed| units.contains(needed)))
            .map(|permit| permit.slot)
            .collect(),
        Units::Service(_) | Units::Everything | Units::Prefixes(_) => Vec::new(),
    }
}
