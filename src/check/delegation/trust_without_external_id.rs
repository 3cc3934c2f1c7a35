//! `trust-without-external-id`: a stranger's account can be talked into using its trust.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::condition::Operator;
use crate::model::party::{ClauseKind, Who};
use crate::model::{ConditionId, Model, SystemId};

/// The check.
pub static CHECK: Check = Check {
    name: "trust-without-external-id",
    severity: Severity::Error,
    summary: "a foreign account that is trusted without an external id",
    page: include_str!("../../../docs/checks/trust-without-external-id.md"),
    run,
};

/// The key with which AWS tells for whom a third party acts: IAM User Guide, "Access to AWS
/// accounts owned by third parties".
const EXTERNAL_ID: &str = "sts:ExternalId";

fn run(context: &Context<'_>, findings: &mut Findings) {
    let model = context.model;
    for (id, party) in model.integrations() {
        for clause in &party.clauses {
            let ClauseKind::Trusts {
                who,
                system: Some(system),
                conditions,
            } = &clause.kind
            else {
                continue;
            };
            let vendor = model.system(*system).vendor;
            let has_key = model
                .catalog
                .keys
                .iter()
                .any(|key| key.vendor == vendor && &*key.name == EXTERNAL_ID);
            let foreign = systems(model, who)
                .into_iter()
                .find(|&from| model.system(from).vendor == vendor && model.system(from).external);
            if let Some(from) = foreign
                && has_key
                && !names_us(model, conditions)
            {
                findings.push(
                    context
                        .duty(
                            &CHECK,
                            id,
                            who.span(),
                            format!("`{}` is not yours, and nothing ties this trust to you", model.system(from).name),
                        )
                        .help(format!("another customer of theirs can name your role: add `where \"{EXTERNAL_ID}\" == \"…\"` with the id that they gave to you")),
                );
            }
        }
    }
}

/// The systems that somebody comes from.
fn systems(model: &Model, who: &Who) -> Vec<SystemId> {
    match who {
        Who::System(system, _) => vec![*system],
        Who::Thing(thing) => vec![thing.system],
        Who::Party(id, _) => {
            let identities = model.party(*id).identities();
            identities.map(|(_, thing, _)| thing.system).collect()
        }
        Who::Anyone(_) | Who::Service(..) | Who::Oidc(..) => Vec::new(),
    }
}

fn names_us(model: &Model, conditions: &[ConditionId]) -> bool {
    conditions.iter().any(|&id| {
        let condition = model.condition(id);
        let key = condition.vendor_key.as_deref().unwrap_or(&condition.key);
        key == EXTERNAL_ID
            && !condition.absent_holds
            && matches!(condition.operator, Operator::Equal | Operator::In)
    })
}
