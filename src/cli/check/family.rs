//! The families of rules, for looking at one at a time.

use clap::ValueEnum;

use crate::check::{FAMILIES, rule};
use crate::model::Model;

/// A family of rules, in the order of [`FAMILIES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Family {
    /// Owners, purposes, expiry, reviews, credentials, exceptions
    Governance,
    /// What is granted, beyond what is declared or wise
    Authority,
    /// Who comes to what through whom
    Delegation,
    /// The project's own guards
    Guard,
}

const EVERY: [Family; FAMILIES.len()] = [
    Family::Governance,
    Family::Authority,
    Family::Delegation,
    Family::Guard,
];

/// What the stages before the checks say of duties and exceptions.
const OF_GOVERNANCE: [&str; 5] = [
    "accept-too-long",
    "expired-accept",
    "principal-duties",
    "unused-accept",
    "unused-profile",
];
/// What they say of guards.
const OF_GUARDS: [&str; 1] = ["selects-nothing"];

/// The family that a rule is of. None of a rule whose findings leave part of the project without a
/// meaning: those are of every family, since nothing that is judged without that part is certain.
pub(super) fn family(name: &str, model: &Model) -> Option<Family> {
    let of_a_check = FAMILIES
        .iter()
        .zip(EVERY)
        .find(|(checks, _)| checks.iter().any(|check| check.name == name));
    if let Some((_, family)) = of_a_check {
        return Some(family);
    }
    if model.guards.iter().any(|guard| *guard.name == *name) || OF_GUARDS.contains(&name) {
        return Some(Family::Guard);
    }
    if OF_GOVERNANCE.contains(&name) {
        return Some(Family::Governance);
    }
    rule::find(name)
        .filter(|rule| rule.can_be_levelled)
        .map(|_| Family::Authority)
}
