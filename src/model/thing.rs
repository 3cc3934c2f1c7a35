//! Resources as they are referred to: a system, a way down its vendor's tree, a flat address.

use super::SystemId;
use super::catalog::TypeId;
use crate::authority::pattern::Pattern;
use crate::source::Span;

/// Which tenants of a system are meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tenants {
    /// Every one.
    Each,
    /// The one at that index.
    One(u32),
}

impl Tenants {
    /// Whether the tenant at `index` is meant.
    pub fn holds(self, index: usize) -> bool {
        match self {
            Tenants::Each => true,
            Tenants::One(one) => one as usize == index,
        }
    }
}

/// One step of the way down.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ThingStep {
    /// The type.
    pub of: TypeId,
    /// A pattern for each parameter of the type.
    pub names: Vec<Pattern>,
}

/// A resource, a set of resources, a service or a whole system.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Thing {
    /// The system.
    pub system: SystemId,
    /// Which tenants of it.
    pub tenants: Tenants,
    /// The way down, from below the tenant; empty means the tenant itself.
    pub steps: Vec<ThingStep>,
    /// The type at the end of the way.
    pub of: TypeId,
    /// Where it is written (in a profile, the profile's text).
    pub span: Span,
}

impl Thing {
    /// The patterns of the last step.
    pub fn names(&self) -> &[Pattern] {
        self.steps.last().map_or(&[], |step| &step.names)
    }

    /// The exact name at the end of the way, when it is exact: `invoice-sync` of
    /// `aws-prod.iam.role("invoice-sync")`.
    pub fn exact_name(&self) -> Option<&str> {
        match self.names() {
            [name] => name.is_literal(),
            _ => None,
        }
    }

    /// Whether every name on the way is exact, so that it is one thing only.
    pub fn is_one(&self) -> bool {
        self.steps
            .iter()
            .all(|step| step.names.iter().all(|name| name.is_literal().is_some()))
    }
}
