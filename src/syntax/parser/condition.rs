//! `where KEY OP VALUE and …`

use super::{Children, Node, Reader, Rule};
use crate::syntax::ast::{Condition, Operator, Value};

impl<'t> Reader<'t> {
    /// The conditions of a `where`, or none without one.
    pub(super) fn conditions(&mut self, node: Option<Node<'t>>) -> Vec<Condition> {
        node.map(|node| {
            Children::of(node)
                .map(|node| self.condition(node))
                .collect()
        })
        .unwrap_or_default()
    }

    fn condition(&mut self, node: Node<'t>) -> Condition {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let key = children.first();
        let key = self.word(&key);
        let operator = operator(children.first().as_str());
        let mut values = Vec::new();
        let mut or_absent = false;
        for node in children {
            match node.as_rule() {
                Rule::or_absent => or_absent = true,
                Rule::values => values.extend(Children::of(node).map(|node| self.value(&node))),
                _ => values.push(self.value(&node)),
            }
        }
        Condition {
            span,
            key,
            operator,
            values,
            or_absent,
        }
    }

    fn value(&mut self, node: &Node<'t>) -> Value {
        let text = self.word(node);
        if text.quoted {
            return Value::String(text);
        }
        match &*text.raw {
            "true" => Value::Boolean(true, text.span),
            "false" => Value::Boolean(false, text.span),
            raw if raw.starts_with(|first: char| first.is_ascii_alphabetic()) => Value::Name(text),
            raw if raw.as_bytes().get(4) == Some(&b'-') => Value::Date(text),
            _ => Value::Number(text),
        }
    }
}

/// The operator of that spelling; the grammar knows no others.
fn operator(text: &str) -> Operator {
    match text {
        "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "in" => Operator::In,
        "matches" => Operator::Matches,
        "present" => Operator::Present,
        "absent" => Operator::Absent,
        _ => Operator::NotIn,
    }
}
