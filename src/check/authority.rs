//! Reach: how much an integration is given, and what should not be in one hand.

pub mod cross_tenant;
pub mod environment_crossing;
pub mod holds_unit;
pub mod mixed_duties;
pub mod overbroad_grant;
pub mod standing_approval;
pub mod understated_reach;

use super::Check;

/// The family's checks.
pub const CHECKS: &[&Check] = &[
    &cross_tenant::CHECK,
    &environment_crossing::CHECK,
    &holds_unit::CHECK,
    &mixed_duties::CHECK,
    &overbroad_grant::CHECK,
    &standing_approval::CHECK,
    &understated_reach::CHECK,
];
