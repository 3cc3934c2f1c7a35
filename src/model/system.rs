//! Teams and systems.

use super::catalog::{TypeId, VendorId};
use super::thing::Thing;
use crate::source::Span;

/// A team that owns and reviews.
#[derive(Clone, Debug)]
pub struct Team {
    /// The name.
    pub name: Box<str>,
    /// The name's place.
    pub span: Span,
    /// How to reach it.
    pub contact: Option<Box<str>>,
    /// The group that holds its members.
    pub group: Option<Thing>,
}

/// One tenant of a system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tenant {
    /// Its name within the system; none when the system has one tenant only.
    pub name: Option<Box<str>>,
    /// The vendor's id of it: an account number, a domain, a GUID.
    pub id: Box<str>,
    /// Where the id stands.
    pub span: Span,
}

/// A deployed account, organisation, cluster, database …
#[derive(Clone, Debug)]
pub struct System {
    /// The name.
    pub name: Box<str>,
    /// The name's place.
    pub span: Span,
    /// Whose product it is.
    pub vendor: VendorId,
    /// The type of its tenants: the root of the vendor's tree.
    pub tenant_type: TypeId,
    /// Its tenants, at least one, in the order written.
    pub tenants: Vec<Tenant>,
    /// `env`
    pub env: Option<Box<str>>,
    /// `labels`
    pub labels: Vec<Box<str>>,
    /// `external`: nothing is emitted into it.
    pub external: bool,
    /// `hosted in`
    pub hosted_in: Option<Thing>,
    /// The vendor's settings (`region "eu-west-1"`), in order.
    pub settings: Vec<(Box<str>, Vec<Box<str>>)>,
    /// Whether its declaration could be read and resolved as a whole.
    pub complete: bool,
}

impl System {
    /// The first value of a vendor setting.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings
            .iter()
            .find(|(key, _)| &**key == name)
            .and_then(|(_, values)| values.first())
            .map(|value| &**value)
    }

    /// Whether it has several tenants.
    pub fn has_many_tenants(&self) -> bool {
        self.tenants.len() > 1
    }
}

/// What the environment that runs the business is called.
const PRODUCTION: [&str; 4] = ["prod", "production", "live", "prd"];

/// Whether an environment is the one that runs the business, by its name.
pub fn is_production(env: &str) -> bool {
    PRODUCTION.iter().any(|name| env.eq_ignore_ascii_case(name))
}
