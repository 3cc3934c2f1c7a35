//! Dependence: who else can be an integration, or acts through it.

pub mod shared_identity;
pub mod third_party_unbounded;
pub mod trust_without_external_id;
pub mod wildcard_trust;

use super::Check;

/// The family's checks.
pub const CHECKS: &[&Check] = &[
    &shared_identity::CHECK,
    &third_party_unbounded::CHECK,
    &trust_without_external_id::CHECK,
    &wildcard_trust::CHECK,
];
