//! Control rules: which authority lets its holder become, run, read or free something else.
//!
//! They are data of the standard library; the graph knows no vendor. A rule is a conjunction of
//! *conjuncts*, a consequence out of a closed set, and preconditions.

use super::catalog::{SlotId, TypeId, VendorId};
use crate::source::Span;

/// A variable of a rule: `R` of `role(R)`. The same variable is the same resource throughout.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Variable(pub u8);

/// What somebody has of a resource once they have it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Hold {
    /// To act as it: a role, a user, a service account.
    Identity,
    /// To run commands in it.
    Host,
    /// To change what is run from it.
    Code,
    /// To know what it keeps secret.
    Credential,
}

impl Hold {
    /// Every one.
    pub const ALL: [Hold; 4] = [Hold::Identity, Hold::Host, Hold::Code, Hold::Credential];

    /// The word in the language.
    pub fn word(self) -> &'static str {
        match self {
            Hold::Identity => "identity",
            Hold::Host => "host",
            Hold::Code => "code",
            Hold::Credential => "credential",
        }
    }
}

/// What a conjunct asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asks {
    /// One of these operations on the resource, sorted.
    Operations(Vec<SlotId>),
    /// To hold the resource itself in this way, however it was come by.
    Holding(Hold),
}

/// One conjunct: `OP[, OP …] on TYPE(R)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conjunct {
    /// Whether the vendor judges it on the same request as the one before (`with`), so that one
    /// principal must hold both; else (`and`) it may be held by anything that is reached.
    pub with: bool,
    /// What it asks for.
    pub asks: Asks,
    /// The type of the resource.
    pub of: TypeId,
    /// Variables, each with the type of the step that it names: the type itself or one above it.
    pub binds: Vec<(TypeId, Variable)>,
}

/// What a rule gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gives {
    /// `gives R`: the resource, as `hold`.
    Bound {
        /// Which.
        variable: Variable,
        /// The variable's type.
        of: TypeId,
        /// As what: the role of its type.
        hold: Hold,
    },
    /// `gives host`: the first conjunct's resource, or the nearest one around it, that plays the
    /// role.
    Nearest(Hold),
    /// `gives host within namespace`, `gives service-account within namespace`: all of them
    /// inside the resource of type `scope` around the first conjunct's.
    Within {
        /// As what.
        hold: Hold,
        /// Only of this type.
        of: Option<TypeId>,
        /// Inside the enclosing resource of this type; the tenant's type means the tenant.
        scope: TypeId,
    },
    /// `gives admin of account [through R]`: anything can be granted inside the enclosing `scope`:
    /// to oneself, or to `R` only, so that one must act as `R` besides.
    Admin {
        /// The enclosing resource's type; the tenant's type means the tenant.
        scope: TypeId,
        /// Who is granted it, with the variable's type.
        through: Option<(Variable, TypeId)>,
    },
    /// `gives lift of branch`: guards on the enclosing resource of that type, and inside it, no
    /// longer hold.
    Lift {
        /// The type.
        scope: TypeId,
    },
    /// `gives trigger`: it can be made to run, by its own logic.
    Trigger,
    /// `gives write`: what others take from it can be replaced.
    Write,
    /// `gives pass`: the operation by which an identity is handed to a host.
    Pass,
}

/// A precondition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum When {
    /// `R trusts "lambda.amazonaws.com"`
    TrustsService(Variable, Box<str>),
    /// `R trusts holder`: the identity admits whoever holds the first conjunct.
    TrustsHolder(Variable),
    /// `"iam:PassedToService" is "lambda.amazonaws.com"`: what the request carries. A grant whose
    /// condition on that key excludes the value does not count.
    Carries {
        /// The vendor's key.
        key: Box<str>,
        /// The value.
        value: Box<str>,
    },
    /// `holder is aws.iam.user`: the holder acts as an identity of that type in the same tenant.
    HolderIs(TypeId),
    /// `possible "…"`: what nobody can know from a declaration.
    Possible(Box<str>),
}

/// A control rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Control {
    /// Whose.
    pub vendor: VendorId,
    /// The vendor or service whose file holds it: `aws.lambda`, `kubernetes`.
    pub home: Box<str>,
    /// The rule as written, in one line, without `control`.
    pub text: Box<str>,
    /// Its doc comment: the public reference.
    pub reference: Box<str>,
    /// Where it is written.
    pub span: Span,
    /// All must hold; at least one.
    pub conjuncts: Vec<Conjunct>,
    /// What it gives.
    pub gives: Gives,
    /// All must hold.
    pub when: Vec<When>,
}
