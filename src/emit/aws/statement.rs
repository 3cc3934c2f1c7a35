//! Policy documents: statements, their JSON, and which ledger row stands where.

use super::condition::Block;
use crate::artifact::Locator;
use crate::grant::RowId;
use crate::print::json;
use serde_json::{Map, Value, json};

/// What a statement does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Effect {
    /// It permits.
    Allow,
    /// It forbids, whatever else permits.
    Deny,
}

impl Effect {
    fn word(self) -> &'static str {
        match self {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        }
    }
}

/// Who may assume a role.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Principal {
    /// A service of AWS.
    Service(String),
    /// An identity provider of the account, by ARN.
    Federated(String),
    /// An account's root, a role or a user by ARN, or `*`.
    Aws(String),
}

impl Principal {
    fn value(&self) -> Value {
        match self {
            Principal::Service(name) => json!({ "Service": name }),
            Principal::Federated(arn) => json!({ "Federated": arn }),
            Principal::Aws(arn) => json!({ "AWS": arn }),
        }
    }
}

/// The part of a statement that holds a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Spot {
    /// All of it.
    Whole,
    /// Its conditions.
    Condition,
    /// Its latest instant.
    Until,
}

/// One statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// Its name, unique in the document.
    pub sid: String,
    /// What it does.
    pub effect: Effect,
    /// Whom it is about, in a trust policy.
    pub principal: Option<Principal>,
    /// The actions, sorted.
    pub actions: Vec<String>,
    /// The resources, sorted; none in a trust policy.
    pub resources: Vec<String>,
    /// When it holds.
    pub conditions: Block,
    /// The rows that it holds.
    pub rows: Vec<(RowId, Spot)>,
}

impl Statement {
    /// Its JSON.
    pub fn value(&self) -> Value {
        let mut out = Map::new();
        out.insert("Sid".to_owned(), json!(self.sid));
        out.insert("Effect".to_owned(), json!(self.effect.word()));
        if let Some(principal) = &self.principal {
            out.insert("Principal".to_owned(), principal.value());
        }
        out.insert("Action".to_owned(), json!(self.actions));
        if !self.resources.is_empty() {
            out.insert("Resource".to_owned(), json!(self.resources));
        }
        if !self.conditions.is_empty() {
            out.insert("Condition".to_owned(), self.conditions.value());
        }
        Value::Object(out)
    }

    /// The rows with the steps that lead from the statement to what holds them.
    pub fn places(&self) -> impl Iterator<Item = (RowId, Vec<&'static str>)> + '_ {
        self.rows.iter().map(|&(row, spot)| {
            let steps = match spot {
                Spot::Whole => Vec::new(),
                Spot::Condition => vec!["Condition"],
                Spot::Until => Block::until_steps().to_vec(),
            };
            (row, steps)
        })
    }
}

/// A policy document.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Document {
    /// Its statements.
    pub statements: Vec<Statement>,
}

impl Document {
    /// Its JSON.
    pub fn value(&self) -> Value {
        let statements: Vec<Value> = self.statements.iter().map(Statement::value).collect();
        json!({ "Version": "2012-10-17", "Statement": statements })
    }

    /// Its size as AWS counts it: characters without white space.
    pub fn size(&self) -> usize {
        json::compact_length(&self.value())
    }

    /// Rows with pointers, in a JSON file that holds the document under `path`.
    pub fn holds(&self, path: &[&str]) -> Vec<(u32, Locator)> {
        let mut holds = Vec::new();
        for (index, statement) in self.statements.iter().enumerate() {
            let index = index.to_string();
            for (row, steps) in statement.places() {
                let mut way = path.to_vec();
                way.extend(["Statement", &index]);
                way.extend(steps);
                holds.push((row.0, Locator::Pointer(json::pointer(way))));
            }
        }
        holds
    }
}
