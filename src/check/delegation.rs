//! Dependence: who else can be an integration, or acts through it.

pub mod agent_rule_of_two;
pub mod confused_deputy;
pub mod deep_trust_chain;
pub mod lateral_reach;
pub mod never_reached;
pub mod self_escalation;
pub mod self_reference;
pub mod shared_credential;
pub mod shared_identity;
pub mod third_party_unbounded;
pub mod toxic_combination;
pub mod trust_cycle;
pub mod trust_without_external_id;
pub mod wildcard_trust;

use super::Check;

/// The family's checks.
pub const CHECKS: &[&Check] = &[
    &agent_rule_of_two::CHECK,
    &confused_deputy::CHECK,
    &deep_trust_chain::CHECK,
    &lateral_reach::CHECK,
    &never_reached::CHECK,
    &self_escalation::CHECK,
    &self_reference::CHECK,
    &shared_credential::CHECK,
    &shared_identity::CHECK,
    &third_party_unbounded::CHECK,
    &toxic_combination::CHECK,
    &trust_cycle::CHECK,
    &trust_without_external_id::CHECK,
    &wildcard_trust::CHECK,
];
