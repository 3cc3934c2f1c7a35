//! Vendors and services: the files of the standard library.

use super::{Reference, Text};
use crate::source::Span;

/// `vendor NAME { … }`
#[derive(Clone, Debug)]
pub struct Vendor {
    /// The name.
    pub name: Text,
    /// Its lines, in order.
    pub clauses: Vec<VendorClause>,
}

/// `service VENDOR.NAME { … }`
#[derive(Clone, Debug)]
pub struct Service {
    /// The vendor's name.
    pub vendor: Text,
    /// The service's name.
    pub name: Text,
    /// Its lines, in order.
    pub clauses: Vec<VendorClause>,
}

/// One line, or one resource type, of a vendor or a service.
#[derive(Clone, Debug)]
pub struct VendorClause {
    /// The whole of it.
    pub span: Span,
    /// The `///` lines before it.
    pub docs: Vec<Text>,
    /// What it says.
    pub kind: VendorClauseKind,
}

/// What a line of a vendor says.
#[derive(Clone, Debug)]
pub enum VendorClauseKind {
    /// `units bind to resource|credential|tenant`
    Binding(Text),
    /// `operations per resource`: one name on two types is two operations
    PerResource,
    /// `denies`: the vendor has explicit denial
    Denies,
    /// `names all|exact|prefix|glob`: which patterns of names its grants can express
    Names(Text),
    /// `spelling "…"`: how an operation's full name is written, with `${service}`, `${type}` and
    /// `${operation}`
    Spelling(Text),
    /// `settings NAME, …`: settings its systems may have
    Settings(Vec<Text>),
    /// `default NAME "…"`: a setting's value where a system says nothing
    Default {
        /// The setting.
        name: Text,
        /// The value.
        value: Text,
    },
    /// `issuer "https://…"`: whose OIDC tokens its workloads carry
    Issuer(Text),
    /// `system TYPE(param)`: what a tenant of it is called
    System {
        /// The type.
        name: Text,
        /// The name of its id.
        parameter: Option<Text>,
    },
    /// `resource TYPE(param, …) [in PARENT, …] [= "format"] [as "spelling"] { … }`
    Resource(ResourceType),
    /// An operation, or several, of the vendor or service as a whole.
    Operations(Operations),
    /// `keys "KEY": TYPE [as PORTABLE], … [on OPERATION, …]`
    Keys {
        /// The keys.
        keys: Vec<Key>,
        /// Which operations have them; empty means all of the file.
        operations: Vec<Text>,
    },
    /// `unit "NAME" …`
    Unit(Unit),
    /// `control …`: a control rule
    Control(Control),
    /// `complete`: an unknown name is an error
    Complete,
    /// `partial`: an unknown name is a warning
    Partial,
    /// `source "…"`: where the facts come from
    Source(Text),
}

/// A type of resources.
#[derive(Clone, Debug)]
pub struct ResourceType {
    /// The type's name.
    pub name: Text,
    /// The names of its parameters; none for a type of which there is one only.
    pub parameters: Vec<Text>,
    /// The types it may lie in; none means the system itself.
    pub parents: Vec<Text>,
    /// The vendor's flat address, with `${…}` for parameters, parents' parameters and settings.
    pub format: Option<Text>,
    /// The vendor's own spelling of the type.
    pub spelling: Option<Text>,
    /// What follows in braces.
    pub lines: Vec<ResourceLine>,
}

/// One line of a resource type.
#[derive(Clone, Debug)]
pub struct ResourceLine {
    /// The whole line.
    pub span: Span,
    /// The `///` lines before it.
    pub docs: Vec<Text>,
    /// What it says.
    pub kind: ResourceLineKind,
}

/// What a line of a resource type says.
#[derive(Clone, Debug)]
pub enum ResourceLineKind {
    /// `VERB op, op …`
    Operations(Operations),
    /// `is identity, secret …`: what role it plays
    Is(Vec<Text>),
    /// `hosts TYPE [via "service"]`
    Hosts {
        /// The identity's type, words of a path.
        identity: Reference,
        /// The service that the identity must trust.
        via: Option<Text>,
    },
    /// `names all|exact|prefix|glob`
    Names(Text),
    /// `excludes "/"`: characters that its names cannot hold
    Excludes(Text),
    /// `labels a, b`
    Labels(Vec<Text>),
    /// `keys "KEY": TYPE …`
    Keys {
        /// The keys.
        keys: Vec<Key>,
        /// Which operations have them; empty means all on the type.
        operations: Vec<Text>,
    },
    /// `subject "repo:${org}/${repository}:…"`: the `sub` claim of a workload of it, with `${TYPE}`
    /// for the name at that type on the way down, the tenant's type included
    Subject(Text),
    /// `unnamed VERBOP, …`: operations that the name does not limit (Kubernetes `create`, `list`)
    Unnamed(Vec<Text>),
}

/// `VERB op, op` or `VERB op also on … optional … one of … needs …`
#[derive(Clone, Debug)]
pub struct Operations {
    /// The portable verb.
    pub verb: Text,
    /// The operations.
    pub names: Vec<Text>,
    /// Types of further slots that a request must fill.
    pub also_on: Vec<Reference>,
    /// Types of further slots that a request may fill.
    pub optional: Vec<Reference>,
    /// Types of which a request fills one besides.
    pub one_of: Vec<Reference>,
    /// Operations that it needs besides, in the vendor's full spelling.
    pub needs: Vec<Need>,
}

/// `"iam:PassRole" [on TYPE]`
#[derive(Clone, Debug)]
pub struct Need {
    /// The operation in full spelling.
    pub operation: Text,
    /// On which type.
    pub on: Option<Reference>,
}

/// `"KEY": TYPE [as PORTABLE]`
#[derive(Clone, Debug)]
pub struct Key {
    /// The vendor's key; a `*` at its end stands for a name (`aws:ResourceTag/*`).
    pub name: Text,
    /// `string`, `number`, `boolean`, `date`, `cidr`, `arn`, `set`.
    pub of: Text,
    /// The portable key that it carries.
    pub portable: Option<Text>,
}

/// `unit "NAME" [as "id"] [of "group"] [binds to LEVEL] [implies "U", …] [permits …]`
#[derive(Clone, Debug)]
pub struct Unit {
    /// The vendor's name of what can be granted.
    pub name: Text,
    /// The vendor's id of it.
    pub id: Option<Text>,
    /// The vendor's group, resource app or category of it.
    pub group: Option<Text>,
    /// What it binds to, when not as the vendor's other units.
    pub binds: Option<Text>,
    /// Units that it contains.
    pub implies: Vec<Text>,
    /// Operations that it permits.
    pub permits: Vec<Text>,
    /// On which types, where one name stands for several operations.
    pub on: Vec<Reference>,
    /// Units that are needed at once.
    pub with: Vec<Text>,
}

/// `control …`: read as words here; the graph gives them meaning.
#[derive(Clone, Debug)]
pub struct Control {
    /// The operations whose holder gains something.
    pub conjuncts: Vec<ControlConjunct>,
    /// What it gains.
    pub gives: ControlGives,
    /// `when R trusts "…"`
    pub when: Vec<ControlWhen>,
}

/// `OP on TYPE(VAR)`, joined to the one before by `and` or `with`
#[derive(Clone, Debug)]
pub struct ControlConjunct {
    /// Whether it is on the same request as the one before.
    pub with: bool,
    /// The operations, any of them.
    pub operations: Vec<Text>,
    /// On which type; the variable is its argument.
    pub on: Reference,
}

/// `gives host`, `gives R`, `gives admin of SCOPE` …
#[derive(Clone, Debug)]
pub struct ControlGives {
    /// The words, in order.
    pub words: Vec<Text>,
}

/// `R trusts "service"`
#[derive(Clone, Debug)]
pub struct ControlWhen {
    /// The words, in order.
    pub words: Vec<Text>,
}
