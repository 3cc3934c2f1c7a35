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

impl super::Model {
    /// A condition as it is written: `` `source.ip in ["10.0.0.0/8"]` ``.
    pub fn condition_text(&self, id: ConditionId) -> String {
        format!("`{}`", self.condition(id).text())
    }
}

impl Condition {
    /// As it is written: `source.ip in ["10.0.0.0/8"]`.
    pub fn text(&self) -> String {
        let quoted = |value: &str| format!("\"{value}\"");
        let list = || {
            let all: Vec<String> = self.values.iter().map(|value| quoted(value)).collect();
            format!("[{}]", all.join(", "))
        };
        let one = || {
            self.values
                .first()
                .map_or_else(String::new, |value| quoted(value))
        };
        let key = if self
            .key
            .chars()
            .all(|c| c.is_alphanumeric() || ".-_".contains(c))
        {
            self.key.to_string()
        } else {
            quoted(&self.key)
        };
        let said = match self.operator {
            Operator::Equal => format!("== {}", one()),
            Operator::NotEqual => format!("!= {}", one()),
            Operator::Less => format!("< {}", one()),
            Operator::LessOrEqual => format!("<= {}", one()),
            Operator::Greater => format!("> {}", one()),
            Operator::GreaterOrEqual => format!(">= {}", one()),
            Operator::In => format!("in {}", list()),
            Operator::NotIn => format!("not in {}", list()),
            Operator::Matches => format!("matches {}", one()),
            Operator::Present => "present".to_owned(),
            Operator::Absent => "absent".to_owned(),
        };
        format!("{key} {said}")
    }
}
