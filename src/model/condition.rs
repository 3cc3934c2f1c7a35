//! Conditions, interned: the same key, operator and values are the same variable.

use super::ConditionId;
use super::catalog::KeyId;
use crate::authority::condition::Variable;

pub use crate::authority::condition::Conditions;

impl ConditionId {
    /// The condition's variable in the algebra.
    pub fn variable(self) -> Variable {
        Variable(self.0)
    }
}

/// How a key is compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in […]`
    In,
    /// `not in […]`
    NotIn,
    /// `matches "glob"`
    Matches,
    /// `present`
    Present,
    /// `absent`
    Absent,
}

/// A condition on a request.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Condition {
    /// The key as written: portable, or the vendor's.
    pub key: Box<str>,
    /// The vendor's key that carries it, by name with `*` filled in; none when the vendor has none.
    pub vendor_key: Option<Box<str>>,
    /// The entry of the catalogue behind `vendor_key`.
    pub entry: Option<KeyId>,
    /// How it is compared.
    pub operator: Operator,
    /// With what: patterns as written for `matches`, else plain values.
    pub values: Vec<Box<str>>,
    /// Whether an absent key makes it true.
    pub absent_holds: bool,
}
