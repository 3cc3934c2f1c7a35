//! What the vendors in use offer: types, operations, units and condition keys.
//!
//! An operation has *slots*, one a resource type that a request of it names. A slot is what
//! authority sets are made of: [`SlotId`] and [`crate::authority::operation::OperationId`] are the
//! same number. A vendor judges each slot's resource on its own, and a request needs every
//! required slot.

use super::id;
use crate::authority::operation::{OperationId, Universe};
use crate::authority::verb::Verb;
use crate::source::Span;
use std::collections::BTreeSet;

id!(
    /// A vendor in [`Catalog::vendors`].
    VendorId
);
id!(
    /// A type of resources in [`Catalog::types`].
    TypeId
);
id!(
    /// An operation in [`Catalog::operations`].
    OpId
);
id!(
    /// A slot in [`Catalog::slots`]; the same number as its `OperationId` in the algebra.
    SlotId
);
id!(
    /// A unit in [`Catalog::units`].
    UnitId
);
id!(
    /// A condition key in [`Catalog::keys`].
    KeyId
);

impl VendorId {
    /// The vendor's universe in the algebra.
    pub fn universe(self) -> Universe {
        Universe(self.0)
    }
}

impl SlotId {
    /// The slot's number in the algebra.
    pub fn operation(self) -> OperationId {
        OperationId(self.0)
    }

    /// The slot of that number in the algebra.
    pub fn of(operation: OperationId) -> Self {
        Self(operation.0)
    }
}

/// What a unit binds to when it is granted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Binding {
    /// One resource pattern (an AWS statement, a Kubernetes rule, a SQL grant).
    Resource,
    /// One credential with a list of top resources (a GitHub App and its repositories).
    Credential,
    /// The whole tenant (most OAuth scopes).
    Tenant,
}

/// Which patterns of names a vendor's grants can express.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Names {
    /// Only the whole type.
    All,
    /// The whole type or one exact name.
    Exact,
    /// Also a prefix.
    Prefix,
    /// Any `*` and `?`.
    Glob,
}

/// A vendor.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one line of a vendor's file, and any of them goes with any other"
)]
#[derive(Clone, Debug)]
pub struct Vendor {
    /// The name: `aws`, `kubernetes`.
    pub name: Box<str>,
    /// Where it is declared.
    pub span: Span,
    /// What its units bind to unless they say otherwise.
    pub binding: Binding,
    /// Whether one operation name on two types is two operations.
    pub per_resource: bool,
    /// Whether it has explicit denial.
    pub denies: bool,
    /// Which patterns of names its grants express, unless a type says otherwise.
    pub names: Names,
    /// How an operation's full name is written, with `${service}`, `${type}`, `${operation}`.
    pub spelling: Option<Box<str>>,
    /// The settings that its systems may have, each with its value where a system says nothing.
    pub settings: Vec<(Box<str>, Option<Box<str>>)>,
    /// The types of its tenants; the first is the usual one.
    pub tenant_types: Vec<TypeId>,
    /// Whether it has units of its own; else each operation is its own unit.
    pub has_units: bool,
    /// The OIDC issuer whose tokens its workloads carry.
    pub issuer: Option<Box<str>>,
    /// Whether unknown names are errors.
    pub complete: bool,
    /// Whether it comes with the compiler.
    pub embedded: bool,
}

/// Where a type stands in its vendor's tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TypeRank {
    /// The tenant itself.
    Tenant,
    /// A service of the vendor.
    Service,
    /// Anything else.
    Resource,
}

/// A part of a flat address format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormatPart {
    /// These characters.
    Literal(Box<str>),
    /// The parameter at that index of the type that is `up` steps above (0 is the type itself).
    Parameter {
        /// How many steps above.
        up: u32,
        /// Which of its parameters.
        index: u32,
    },
    /// A setting of the system (`region`), or the tenant's id (the tenant type's parameter).
    Setting(Box<str>),
}

/// A parameter of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeParameter {
    /// The name.
    pub name: Box<str>,
    /// The characters that it cannot hold.
    pub excluded: Box<[char]>,
}

/// What a type is used as, besides being a resource.
#[allow(
    clippy::struct_excessive_bools,
    reason = "a set of roles, each of which goes with any other"
)]
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Roles {
    /// It can hold authority.
    pub identity: bool,
    /// It holds a credential.
    pub secret: bool,
    /// It is code or its configuration.
    pub code: bool,
    /// It runs code.
    pub host: bool,
    /// It holds members.
    pub group: bool,
}

/// A type that hosts identities.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hosts {
    /// The identity's type, as `vendor.service.type`.
    pub identity: Box<str>,
    /// The service that the identity must trust.
    pub via: Option<Box<str>>,
}

/// A type of resources.
#[derive(Clone, Debug)]
pub struct Type {
    /// Whose.
    pub vendor: VendorId,
    /// The service it belongs to.
    pub service: Option<Box<str>>,
    /// The name: `bucket`.
    pub name: Box<str>,
    /// Where it is declared.
    pub span: Span,
    /// Where it stands.
    pub rank: TypeRank,
    /// Its parameters.
    pub parameters: Vec<TypeParameter>,
    /// The types that it may lie in; for the tenant none.
    pub parents: Vec<TypeId>,
    /// The types that may lie in it.
    pub children: Vec<TypeId>,
    /// The vendor's flat address; none means the compiler's own nesting.
    pub format: Option<Vec<FormatPart>>,
    /// The vendor's own spelling.
    pub spelling: Option<Box<str>>,
    /// The `sub` claim of a workload of it, with `${TYPE}` for the name at that type on the way
    /// down, the tenant's type included.
    pub subject: Option<Box<str>>,
    /// What it is used as.
    pub roles: Roles,
    /// Identities that it hosts.
    pub hosts: Vec<Hosts>,
    /// Which patterns of names can be expressed.
    pub names: Names,
    /// `labels`
    pub labels: Vec<Box<str>>,
    /// Slots of operations on it.
    pub slots: Vec<SlotId>,
    /// Slots that a name does not limit.
    pub unnamed: Vec<SlotId>,
}

/// What a slot is to its operation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SlotRole {
    /// The type it acts on; of several such a request fills one.
    Home,
    /// A further type that every request names.
    Also,
    /// A further type that a request may name.
    Optional,
    /// Further types of which a request names one.
    OneOf,
}

/// One resource type of one operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// The operation.
    pub operation: OpId,
    /// The type.
    pub of: TypeId,
    /// What it is to the operation.
    pub role: SlotRole,
}

/// An operation that another needs besides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Need {
    /// In the vendor's full spelling.
    pub operation: Box<str>,
    /// On which type, as written.
    pub on: Option<Box<str>>,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Whose.
    pub vendor: VendorId,
    /// The service it belongs to.
    pub service: Option<Box<str>>,
    /// The name: `GetObject`.
    pub name: Box<str>,
    /// Where it is declared first.
    pub span: Span,
    /// The portable verb.
    pub verb: Verb,
    /// Its slots, home ones first.
    pub slots: Vec<SlotId>,
    /// What it needs besides.
    pub needs: Vec<Need>,
    /// Units that permit it.
    pub units: Vec<UnitId>,
}

/// A way in which a unit permits an operation's slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permit {
    /// The slot.
    pub slot: SlotId,
    /// Units that are needed at the same time.
    pub with: Vec<UnitId>,
}

/// What can be granted.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Whose.
    pub vendor: VendorId,
    /// The vendor's name of it.
    pub name: Box<str>,
    /// Where it is declared first.
    pub span: Span,
    /// The vendor's id of it.
    pub id: Option<Box<str>>,
    /// The vendor's group of it.
    pub group: Option<Box<str>>,
    /// What it binds to.
    pub binding: Binding,
    /// Units that it contains, directly.
    pub implies: Vec<UnitId>,
    /// What it permits, directly.
    pub permits: Vec<Permit>,
}

/// How a condition key's values compare.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum KeyType {
    /// Text.
    String,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A date or an instant.
    Date,
    /// An address range.
    Cidr,
    /// A resource's address.
    Arn,
    /// Several texts.
    Set,
}

impl KeyType {
    /// The word in the language.
    pub fn word(self) -> &'static str {
        match self {
            KeyType::String => "string",
            KeyType::Number => "number",
            KeyType::Boolean => "boolean",
            KeyType::Date => "date",
            KeyType::Cidr => "cidr",
            KeyType::Arn => "arn",
            KeyType::Set => "set",
        }
    }
}

/// A condition key of a vendor.
#[derive(Clone, Debug)]
pub struct Key {
    /// Whose.
    pub vendor: VendorId,
    /// The service whose file declares it.
    pub service: Option<Box<str>>,
    /// The vendor's name; a `*` at its end stands for any name.
    pub name: Box<str>,
    /// How its values compare.
    pub of: KeyType,
    /// The portable key that it carries.
    pub portable: Option<Box<str>>,
    /// The operations that have it; none means all of its file.
    pub operations: Vec<OpId>,
}

/// The vendors in use.
#[derive(Clone, Default, Debug)]
pub struct Catalog {
    /// Vendors.
    pub vendors: Vec<Vendor>,
    /// Types of all vendors.
    pub types: Vec<Type>,
    /// Operations of all vendors.
    pub operations: Vec<Operation>,
    /// Slots of all operations.
    pub slots: Vec<Slot>,
    /// Units of all vendors.
    pub units: Vec<Unit>,
    /// Condition keys of all vendors.
    pub keys: Vec<Key>,
    /// Control rules of everything that is loaded, in the order of loading.
    pub controls: Vec<super::control::Control>,
}

impl Catalog {
    /// The vendor of that id.
    pub fn vendor(&self, id: VendorId) -> &Vendor {
        &self.vendors[id.index()]
    }

    /// The type of that id.
    pub fn of(&self, id: TypeId) -> &Type {
        &self.types[id.index()]
    }

    /// The operation of that id.
    pub fn operation(&self, id: OpId) -> &Operation {
        &self.operations[id.index()]
    }

    /// The slot of that id.
    pub fn slot(&self, id: SlotId) -> Slot {
        self.slots[id.index()]
    }

    /// The operation of a slot.
    pub fn operation_of(&self, slot: SlotId) -> &Operation {
        self.operation(self.slot(slot).operation)
    }

    /// The unit of that id.
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.index()]
    }

    /// The key of that id.
    pub fn key(&self, id: KeyId) -> &Key {
        &self.keys[id.index()]
    }

    /// The vendor of that name.
    pub fn vendor_named(&self, name: &str) -> Option<VendorId> {
        self.vendors
            .iter()
            .position(|vendor| &*vendor.name == name)
            .map(VendorId::at)
    }

    /// An operation's name as the vendor spells it in full: `s3:GetObject`.
    pub fn spelled(&self, id: OpId) -> String {
        let operation = self.operation(id);
        let Some(spelling) = &self.vendor(operation.vendor).spelling else {
            return operation.name.to_string();
        };
        let home = operation
            .slots
            .first()
            .map_or("", |&slot| &*self.of(self.slot(slot).of).name);
        spelling
            .replace("${service}", operation.service.as_deref().unwrap_or(""))
            .replace("${type}", home)
            .replace("${operation}", &operation.name)
    }

    /// An operation's name as the JSON contracts print it: `aws.secretsmanager.GetSecretValue`,
    /// `kubernetes.secret.get`.
    pub fn qualified(&self, id: OpId) -> String {
        let operation = self.operation(id);
        let vendor = self.vendor(operation.vendor);
        let middle = match &operation.service {
            Some(service) => Some(&**service),
            None if vendor.per_resource => operation
                .slots
                .first()
                .map(|&slot| &*self.of(self.slot(slot).of).name),
            None => None,
        };
        match middle {
            Some(middle) => format!("{}.{middle}.{}", vendor.name, operation.name),
            None => format!("{}.{}", vendor.name, operation.name),
        }
    }

    /// The types from below the tenant down to one, each in the first of its parents.
    pub fn way(&self, of: TypeId) -> Vec<TypeId> {
        let mut way = Vec::new();
        let mut at = of;
        while self.of(at).rank != TypeRank::Tenant && way.len() < 64 {
            way.push(at);
            let Some(&parent) = self.of(at).parents.first() else {
                break;
            };
            at = parent;
        }
        way.reverse();
        way
    }

    /// A type's path: `aws.s3.bucket`.
    pub fn type_path(&self, id: TypeId) -> String {
        let of = self.of(id);
        let vendor = &self.vendor(of.vendor).name;
        match (&of.service, of.rank) {
            (Some(service), TypeRank::Resource) => format!("{vendor}.{service}.{}", of.name),
            _ => format!("{vendor}.{}", of.name),
        }
    }

    /// The slots that units permit, sorted, where `held` is all that is granted beside them, what
    /// units contain included.
    pub fn permitted(&self, units: &[UnitId], held: &BTreeSet<UnitId>) -> Vec<SlotId> {
        let mut slots: Vec<SlotId> = units
            .iter()
            .flat_map(|&unit| self.contained(unit))
            .flat_map(|unit| &self.unit(unit).permits)
            .filter(|permit| permit.with.iter().all(|with| held.contains(with)))
            .map(|permit| permit.slot)
            .collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The slots of a vendor's operations whose full names are one of `prefixes`, or begin as one
    /// that ends in `*` does.
    pub fn prefixed(&self, vendor: VendorId, prefixes: &[Box<str>]) -> Vec<SlotId> {
        let mut slots = Vec::new();
        for (index, operation) in self.operations.iter().enumerate() {
            if operation.vendor != vendor {
                continue;
            }
            let name = self.spelled(OpId::at(index));
            let matches = prefixes.iter().any(|prefix| {
                prefix
                    .strip_suffix('*')
                    .map_or(**prefix == *name, |start| name.starts_with(start))
            });
            if matches {
                slots.extend(&operation.slots);
            }
        }
        slots
    }

    /// A unit and all that it contains, itself first, each once.
    pub fn contained(&self, unit: UnitId) -> Vec<UnitId> {
        let mut all = vec![unit];
        let mut next = 0;
        while let Some(&current) = all.get(next) {
            for &implied in &self.unit(current).implies {
                if !all.contains(&implied) {
                    all.push(implied);
                }
            }
            next += 1;
        }
        all
    }
}
