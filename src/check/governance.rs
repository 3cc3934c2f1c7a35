//! Duties: who answers for an integration, until when, who looks at it, and how its secrets age.

pub mod expired;
pub mod long_lived_secret;
pub mod no_expiry;
pub mod no_monitoring;
pub mod no_purpose;
pub mod no_revocation;
pub mod no_rotation;
pub mod owner_is_a_person;
pub mod retired_still_granted;
pub mod review_overdue;
pub mod stale_credential;
pub mod unowned;
pub mod unread_secret;

use super::Check;

/// The family's checks.
pub const CHECKS: &[&Check] = &[
    &expired::CHECK,
    &long_lived_secret::CHECK,
    &no_expiry::CHECK,
    &no_monitoring::CHECK,
    &no_purpose::CHECK,
    &no_revocation::CHECK,
    &no_rotation::CHECK,
    &owner_is_a_person::CHECK,
    &retired_still_granted::CHECK,
    &review_overdue::CHECK,
    &stale_credential::CHECK,
    &unowned::CHECK,
    &unread_secret::CHECK,
];
