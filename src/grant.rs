//! Declared authority to the vendors' units, per identity and tenant, with the ledger that says
//! what became of every clause.

use crate::authority::pattern::Pattern;
mod absence;
mod bound;
mod cover;
mod deny;
mod draft;
mod excess;
mod gather;
mod identity;
mod key;
mod ledger;
mod merge;
mod resource;
mod surplus;
mod unit;

use crate::authority::time::{Instant, Length};
use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::model::catalog::{Catalog, SlotId, UnitId, VendorId};
use crate::model::party::Who;
use crate::model::thing::Thing;
use crate::model::{ConditionId, PartyId, SystemId, TeamId};
use crate::source::Span;
use draft::Granter;

/// A row of the ledger in [`Granted::rows`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RowId(pub u32);

/// What a row of the ledger speaks of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RowPart {
    /// The clause as a whole.
    Whole,
    /// One resource of it, as written.
    Resource(Box<str>),
    /// Its `where`.
    Where,
    /// Its `until`.
    Until,
    /// Its `fields`.
    Fields,
    /// Its `with approval`.
    Approval,
}

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// An emitted line holds it.
    Enforced,
    /// Nothing that the identity is granted gives it.
    EnforcedByAbsence,
    /// Held in a bundle that is applied on approval.
    Gated,
    /// A fact, which nothing has to enforce.
    Recorded,
    /// Nothing enforces it.
    Unenforced,
}

impl State {
    /// The word in the manifest.
    pub fn word(self) -> &'static str {
        match self {
            State::Enforced => "enforced",
            State::EnforcedByAbsence => "enforced-by-absence",
            State::Gated => "gated",
            State::Recorded => "recorded",
            State::Unenforced => "unenforced",
        }
    }
}

/// One row of the ledger.
///
/// INVARIANT (no empty claim): a row is printed as [`State::Enforced`] or [`State::Gated`] only
/// when an emitted file names it. One that should be, and that no file names, is printed
/// as unenforced, with `otherwise` as the reason.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose.
    pub party: PartyId,
    /// Which of its clauses.
    pub clause: u32,
    /// Which part of the clause.
    pub part: RowPart,
    /// What becomes of it when the emitted files do their work.
    pub state: State,
    /// Why it is unenforced, or a remark.
    pub why: Option<String>,
}

/// What a grant gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Units {
    /// Operations which are their own units, all of one resource type, sorted by name.
    Operations(Vec<SlotId>),
    /// Units of the vendor, sorted by name.
    Named(Vec<UnitId>),
    /// Every operation of the service of that name, future ones included.
    Service(Box<str>),
    /// Every operation of the vendor, future ones included.
    Everything,
    /// Operations whose full names match these prefixes: denials only, where the list would not
    /// fit. `*` at the end is written.
    Prefixes(Vec<Box<str>>),
}

impl Units {
    /// What it gives, by the vendor's names; `*` stands for what a name leaves open.
    pub fn spelled(&self, catalog: &Catalog) -> Vec<String> {
        match self {
            Units::Operations(slots) => slots
                .iter()
                .map(|&slot| catalog.spelled(catalog.slot(slot).operation))
                .collect(),
            Units::Named(units) => units
                .iter()
                .map(|&unit| catalog.unit(unit).name.to_string())
                .collect(),
            Units::Service(name) => vec![format!("{name}:*")],
            Units::Everything => vec!["*".to_owned()],
            Units::Prefixes(prefixes) => prefixes.iter().map(ToString::to_string).collect(),
        }
    }
}

/// One statement: units, on what, under which conditions, until when, and for which clauses.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What it gives or denies.
    pub units: Units,
    /// On which resources; empty for units that bind to the whole credential or tenant.
    pub things: Vec<Thing>,
    /// The flat addresses of `things`, in the vendor's form, tenant and settings filled in.
    pub addresses: Vec<Pattern>,
    /// Conditions that the vendor can judge; all must hold.
    pub conditions: Vec<ConditionId>,
    /// The first instant at which it no longer holds.
    pub until: Option<Instant>,
    /// The fields that it is limited to.
    pub fields: Vec<Box<str>>,
    /// The address format names no tenant although names are patterns, so that the target should
    /// bind it to the tenant by a condition.
    pub bind_tenant: bool,
    /// The rows that it holds.
    pub rows: Vec<RowId>,
}

/// Somebody who may become an identity.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Who.
    pub who: Who,
    /// Under which conditions.
    pub conditions: Vec<ConditionId>,
    /// The rows that it holds.
    pub rows: Vec<RowId>,
}

/// A complete replacement of a bundle's files for as long as an approval lasts.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Who approves.
    pub by: TeamId,
    /// For how long; none is a standing approval.
    pub duration: Option<Length>,
    /// All grants while it lasts, ordinary ones included.
    pub grants: Vec<Grant>,
    /// All denials while it lasts.
    pub denies: Vec<Grant>,
}

/// The most that an identity may hold, whatever it is granted.
#[derive(Clone, Debug)]
pub struct Boundary {
    /// What it may hold at most.
    pub grants: Vec<Grant>,
    /// What it may not hold.
    pub denies: Vec<Grant>,
    /// The rows that it holds.
    pub rows: Vec<RowId>,
}

/// What one identity is granted in one tenant of one system.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The integration under whose name it is emitted: the first holder by name.
    pub party: PartyId,
    /// Everybody who acts as this identity, by name.
    pub holders: Vec<PartyId>,
    /// The system.
    pub system: SystemId,
    /// Which of its tenants.
    pub tenant: u32,
    /// The system's vendor.
    pub vendor: VendorId,
    /// The identity; none for the token that a platform gives a workflow.
    pub identity: Option<Thing>,
    /// Whoever holds this one is that identity.
    pub from: Option<Thing>,
    /// What is granted.
    pub grants: Vec<Grant>,
    /// What is denied explicitly.
    pub denies: Vec<Grant>,
    /// What waits for approval.
    pub gates: Vec<Gate>,
    /// Who may become it.
    pub admissions: Vec<Admission>,
    /// The most that it may hold.
    pub boundary: Option<Boundary>,
    /// The rows of its `identity` and `credential` clauses, held by the file that creates it.
    pub identity_rows: Vec<RowId>,
    /// The row of `expires`, and the instant it stands for.
    pub expires: Vec<(RowId, Instant)>,
    /// Whether nothing is emitted for it: the system is external, or no holder is active.
    pub silent: bool,
}

/// Operations that the chosen units give and nobody declared.
#[derive(Clone, Debug)]
pub struct Excess {
    /// Whose.
    pub party: PartyId,
    /// Where.
    pub system: SystemId,
    /// Which tenant.
    pub tenant: u32,
    /// The unit that gives them, by the vendor's name.
    pub unit: String,
    /// The operations, qualified, sorted.
    pub operations: Vec<String>,
    /// The clause because of which the unit was chosen.
    pub span: Span,
}

/// What everybody is granted.
#[derive(Clone, Default, Debug)]
pub struct Granted {
    /// One per identity and tenant, by holder's name, system and tenant.
    pub bundles: Vec<Bundle>,
    /// The ledger, by party, clause and part.
    pub rows: Vec<Row>,
    /// Excess, by party, system and unit.
    pub excess: Vec<Excess>,
}

impl Granted {
    /// The row of that id.
    pub fn row(&self, id: RowId) -> &Row {
        &self.rows[id.0 as usize]
    }
}

/// Chooses units for everybody. Diagnostics come unsorted.
pub fn grant(model: &Model) -> (Granted, Vec<Diagnostic>) {
    let mut granter = Granter::new(model);
    granter.enter_rows();
    granter.gather();
    granter.bounds();
    let drafts = std::mem::take(&mut granter.drafts);
    for draft in drafts {
        granter.bundle(&draft);
    }
    granter.finish()
}
