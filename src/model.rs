//! What the project means: every name resolved to an id, every pattern to an address, every verb
//! to operations. Later stages need nothing but this; they never see syntax or the standard
//! library.
//!
//! INVARIANT (valid ids): every id in a [`Model`] indexes its table. What did not resolve is an
//! [`party::ClauseKind::Unresolved`] clause of a party that is marked incomplete.

pub mod catalog;
pub mod condition;
pub mod control;
pub mod fact;
pub mod guard;
pub mod party;
pub mod rule;
pub mod subject;
pub mod system;
pub mod test;
pub mod thing;

use crate::source::Span;
use catalog::Catalog;
use condition::Condition;
use fact::{Review, Rotation};
use guard::Guard;
use party::Party;
use system::{System, Team};
use test::Test;

/// Declares an index into one of the model's tables.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl $name {
            /// The index as a `usize`.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the entry at `index`.
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
        }
    };
}
pub(crate) use id;

id!(
    /// A team in [`Model::teams`].
    TeamId
);
id!(
    /// A system in [`Model::systems`].
    SystemId
);
id!(
    /// An integration or principal in [`Model::parties`].
    PartyId
);
id!(
    /// A condition in [`Model::conditions`].
    ConditionId
);
id!(
    /// A profile in [`Model::profiles`].
    ProfileId
);
id!(
    /// A guard in [`Model::guards`].
    GuardId
);

/// A profile: its name and where it is declared. Its clauses live in whoever takes them in.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name.
    pub name: Box<str>,
    /// The name's place.
    pub span: Span,
}

/// The whole project, resolved.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Teams, in the order of their declarations.
    pub teams: Vec<Team>,
    /// Systems, in the order of their declarations.
    pub systems: Vec<System>,
    /// Integrations and principals, in the order of their declarations.
    pub parties: Vec<Party>,
    /// Profiles, in the order of their declarations.
    pub profiles: Vec<Profile>,
    /// Guards, in the order of their declarations.
    pub guards: Vec<Guard>,
    /// Tests, in the order of their declarations.
    pub tests: Vec<Test>,
    /// Labels, environments and protections of single resources.
    pub resources: Vec<fact::Resource>,
    /// `reviewed` facts.
    pub reviews: Vec<Review>,
    /// `rotated` facts.
    pub rotations: Vec<Rotation>,
    /// Interned conditions: equal ones have one id.
    pub conditions: Vec<Condition>,
    /// What the vendors in use offer.
    pub catalog: Catalog,
}

impl Model {
    /// The team of that id.
    pub fn team(&self, id: TeamId) -> &Team {
        &self.teams[id.index()]
    }

    /// The system of that id.
    pub fn system(&self, id: SystemId) -> &System {
        &self.systems[id.index()]
    }

    /// The integration or principal of that id.
    pub fn party(&self, id: PartyId) -> &Party {
        &self.parties[id.index()]
    }

    /// The condition of that id.
    pub fn condition(&self, id: ConditionId) -> &Condition {
        &self.conditions[id.index()]
    }

    /// Every integration and principal with its id.
    pub fn parties(&self) -> impl Iterator<Item = (PartyId, &Party)> {
        (0u32..).map(PartyId).zip(&self.parties)
    }

    /// Every integration with its id; principals left out.
    pub fn integrations(&self) -> impl Iterator<Item = (PartyId, &Party)> {
        self.parties().filter(|(_, party)| party.is_integration())
    }
}
