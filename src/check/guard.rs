//! The project's own rules, judged on what everybody can really reach.

pub mod judge;

mod deny;
mod hit;
mod limit;
mod require;
mod selection;

use super::Check;

/// The family's checks.
pub const CHECKS: &[&Check] = &[&judge::CHECK];
