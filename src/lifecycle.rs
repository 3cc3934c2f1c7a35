//! What an integration owes over time: how often it is reviewed, how often its credentials are
//! exchanged, how far away its end may be, how long one approval may last, and when each is due.
//!
//! The numbers that a project does not set are in [`limit`], each with where it is from.

pub mod due;
pub mod limit;

use crate::check::Context;
use crate::model::PartyId;
use crate::model::party::{Acts, ClauseKind, PartyKind};
use crate::model::system::is_production;
use crate::settings::Class;

/// The classes that an integration is of, in the order of [`Class::ALL`].
pub fn classes(context: &Context<'_>, id: PartyId) -> Vec<Class> {
    let model = context.model;
    let party = model.party(id);
    let acts = context.acts(id);
    let is_of = |class: &Class| match class {
        Class::Production => {
            let of_identities = party.identities().map(|(_, thing, _)| thing.system);
            let of_bundles = context
                .bundles(id)
                .iter()
                .map(|&bundle| context.granted.bundles[bundle].system);
            of_identities.chain(of_bundles).any(|system| {
                let env = model.system(system).env.as_deref();
                env.is_some_and(is_production)
            })
        }
        Class::OrgWide => acts == Acts::OrgWide,
        Class::AcrossTenants => acts == Acts::AcrossTenants,
        Class::Agent => party.kind == PartyKind::Agent,
        Class::ThirdParty => {
            let mut kinds = party.clauses.iter().map(|clause| &clause.kind);
            kinds.any(|kind| matches!(kind, ClauseKind::Operator(_)))
        }
    };
    Class::ALL.into_iter().filter(is_of).collect()
}
