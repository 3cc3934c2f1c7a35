//! Conditions in the form of a policy statement's `Condition`.
//!
//! Source of every rule here: AWS's "IAM JSON policy elements: Condition operators", "Conditions
//! with multiple context keys or values" and "Single-valued vs. multivalued context keys". In
//! short: all operators and keys of a statement must hold; of several values one is enough, under
//! a negated operator none may match; a missing key makes a positive operator false and a negated
//! one true; `…IfExists` makes any operator true when the key is missing; `ForAllValues:` is true
//! of a missing key.

mod joined;
mod test;

use crate::authority::pattern::Pattern;
use crate::authority::time::Instant;
use crate::model::catalog::KeyType;
use crate::model::condition::Condition;
use crate::model::{ConditionId, Model};
use joined::{Joined, joined};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Over which values of a key with several a test goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Over {
    /// The key has one value.
    One,
    /// At least one value passes.
    Any,
    /// Every value passes.
    All,
}

/// An operator without its prefix and suffix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Base {
    StringEquals,
    StringNotEquals,
    StringLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateLessThan,
    DateGreaterThanEquals,
    Bool,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnNotEquals,
    ArnLike,
    Null,
}

impl Base {
    fn word(self) -> &'static str {
        match self {
            Base::StringEquals => "StringEquals",
            Base::StringNotEquals => "StringNotEquals",
            Base::StringLike => "StringLike",
            Base::NumericEquals => "NumericEquals",
            Base::NumericNotEquals => "NumericNotEquals",
            Base::NumericLessThan => "NumericLessThan",
            Base::NumericLessThanEquals => "NumericLessThanEquals",
            Base::NumericGreaterThan => "NumericGreaterThan",
            Base::NumericGreaterThanEquals => "NumericGreaterThanEquals",
            Base::DateLessThan => "DateLessThan",
            Base::DateGreaterThanEquals => "DateGreaterThanEquals",
            Base::Bool => "Bool",
            Base::IpAddress => "IpAddress",
            Base::NotIpAddress => "NotIpAddress",
            Base::ArnEquals => "ArnEquals",
            Base::ArnNotEquals => "ArnNotEquals",
            Base::ArnLike => "ArnLike",
            Base::Null => "Null",
        }
    }

    /// Whether it is true of a missing key by itself.
    fn is_negated(self) -> bool {
        matches!(
            self,
            Base::StringNotEquals
                | Base::NumericNotEquals
                | Base::NotIpAddress
                | Base::ArnNotEquals
        )
    }
}

/// An operator as it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Written {
    over: Over,
    base: Base,
    if_exists: bool,
}

impl Written {
    fn text(self) -> String {
        let prefix = match self.over {
            Over::One => "",
            Over::Any => "ForAnyValue:",
            Over::All => "ForAllValues:",
        };
        let suffix = if self.if_exists { "IfExists" } else { "" };
        format!("{prefix}{}{suffix}", self.base.word())
    }
}

/// One test of one key.
#[derive(Clone, Debug)]
struct Test {
    written: Written,
    key: String,
    values: Vec<String>,
}

/// A conjunction of tests: the `Condition` of a statement.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Block {
    tests: BTreeMap<(Written, String), Vec<String>>,
}

impl Block {
    /// Whether it holds of every request.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// The value of `Condition`: operators, then keys, each sorted; one value stands bare.
    pub fn value(&self) -> Value {
        let mut operators: BTreeMap<String, BTreeMap<&str, Value>> = BTreeMap::new();
        for ((written, key), values) in &self.tests {
            let value = match values.as_slice() {
                [one] => Value::from(one.as_str()),
                several => Value::from(several),
            };
            operators
                .entry(written.text())
                .or_default()
                .insert(key, value);
        }
        let operators: Map<String, Value> = operators
            .into_iter()
            .map(|(operator, keys)| {
                let keys: Map<String, Value> = keys
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect();
                (operator, Value::Object(keys))
            })
            .collect();
        Value::Object(operators)
    }

    /// The steps of a pointer from the statement to its latest instant, where it has one.
    pub fn until_steps() -> [&'static str; 3] {
        ["Condition", "DateLessThan", CURRENT_TIME]
    }

    fn push(&mut self, test: &Test) -> Result<(), Clash> {
        for other in self.tests.keys() {
            if other.1 != test.key && other.1.eq_ignore_ascii_case(&test.key) {
                return Err(Clash::Apart(format!(
                    "`{}` and `{}` are one key to AWS and two to a reader",
                    other.1, test.key
                )));
            }
        }
        for (written, values) in ways(test) {
            let place = (written, test.key.clone());
            let Some(here) = self.tests.get(&place) else {
                self.tests.insert(place, values);
                return Ok(());
            };
            match joined(written, here, &values) {
                Joined::Values(both) => {
                    self.tests.insert(place, both);
                    return Ok(());
                }
                Joined::Never => return Err(Clash::Never(test.key.clone())),
                Joined::Apart => {}
            }
        }
        Err(Clash::Apart(format!(
            "a statement cannot hold that many tests of `{}` with `{}`",
            test.key,
            test.written.text()
        )))
    }
}

/// Why a test cannot join a block.
enum Clash {
    /// No request passes all tests of this key.
    Never(String),
    /// There is no form for them together: the reason.
    Apart(String),
}

/// Conjunctions of which one must hold, each the `Condition` of a statement of its own.
#[derive(Clone, Debug)]
pub struct Alternatives {
    blocks: Vec<Block>,
}

impl Default for Alternatives {
    /// What holds of every request.
    fn default() -> Self {
        Self {
            blocks: vec![Block::default()],
        }
    }
}

impl Alternatives {
    /// The conjunctions, at least one.
    pub fn into_blocks(self) -> Vec<Block> {
        self.blocks
    }

    /// Adds conditions; the error says why they have no such form.
    pub fn add_all(&mut self, model: &Model, ids: &[ConditionId]) -> Result<(), String> {
        for &id in ids {
            self.add(model, model.condition(id))?;
        }
        Ok(())
    }

    /// Adds a condition under the vendor's key; the error says why it has no such form.
    pub fn add(&mut self, model: &Model, condition: &Condition) -> Result<(), String> {
        let Some(key) = &condition.vendor_key else {
            return Err(format!("AWS has no condition key for `{}`", condition.key));
        };
        let of = condition.entry.map(|entry| model.catalog.key(entry).of);
        self.add_as(key, of, condition)
    }

    /// Adds a condition under another key, of type `of` where it is known.
    pub fn add_as(
        &mut self,
        key: &str,
        of: Option<KeyType>,
        condition: &Condition,
    ) -> Result<(), String> {
        let of = of.unwrap_or_else(|| test::guessed(condition));
        let ways = test::tests(key, of, condition)?;
        self.add_either(&ways)
            .or_else(|why| match test::without_if_exists(&ways) {
                Some(ways) => self.add_either(&ways),
                None => Err(why),
            })
    }

    /// Adds that `key` is `value`.
    pub fn add_equal(&mut self, key: &str, value: &str) -> Result<(), String> {
        self.push(&plain(key, Base::StringEquals, vec![literal(value)]))
    }

    /// Adds that `key` matches one of `patterns`: as equality where they are plain texts.
    pub fn add_one_of(&mut self, key: &str, patterns: &[Pattern]) -> Result<(), String> {
        let exact: Option<Vec<String>> = patterns
            .iter()
            .map(|pattern| pattern.is_literal().map(literal))
            .collect();
        self.push(&match exact {
            Some(values) => plain(key, Base::StringEquals, values),
            None => plain(key, Base::StringLike, patterns.iter().map(glob).collect()),
        })
    }

    /// Adds that `key`, an ARN, matches `pattern`.
    pub fn add_arn(&mut self, key: &str, pattern: &Pattern) -> Result<(), String> {
        self.push(&plain(key, Base::ArnLike, vec![glob(pattern)]))
    }

    /// Adds that it is earlier than `instant`.
    pub fn add_until(&mut self, instant: Instant) -> Result<(), String> {
        self.push(&plain(
            CURRENT_TIME,
            Base::DateLessThan,
            vec![instant.to_string()],
        ))
    }

    /// Adds one test.
    fn push(&mut self, test: &Test) -> Result<(), String> {
        self.add_either(&[vec![test.clone()]])
    }

    /// Adds that all tests of one of `ways` pass.
    fn add_either(&mut self, ways: &[Vec<Test>]) -> Result<(), String> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut never = None;
        for block in &self.blocks {
            for way in ways {
                let mut block = block.clone();
                match way.iter().try_for_each(|test| block.push(test)) {
                    Ok(()) if blocks.contains(&block) => {}
                    Ok(()) => blocks.push(block),
                    Err(Clash::Never(key)) => never = Some(key),
                    Err(Clash::Apart(why)) => return Err(why),
                }
            }
        }
        match never {
            Some(key) if blocks.is_empty() => {
                return Err(format!("no request meets all conditions on `{key}`"));
            }
            _ => {}
        }
        if blocks.len() > MOST_BLOCKS {
            return Err(format!(
                "the conditions come to more than {MOST_BLOCKS} statements"
            ));
        }
        self.blocks = blocks;
        Ok(())
    }
}

/// Statements that one grant may become for the sake of its conditions.
const MOST_BLOCKS: usize = 16;

/// The key that says what time it is.
const CURRENT_TIME: &str = "aws:CurrentTime";

fn plain(key: &str, base: Base, mut values: Vec<String>) -> Test {
    values.sort();
    values.dedup();
    Test {
        written: Written {
            over: Over::One,
            base,
            if_exists: false,
        },
        key: key.to_owned(),
        values,
    }
}

/// A text as an operator without wildcards reads it: only what opens a policy variable is escaped.
fn literal(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c == '{' {
            close(&mut out);
        }
        out.push(c);
    }
    out
}

/// A pattern as AWS's matchers read it.
pub fn glob(pattern: &Pattern) -> String {
    pattern.glob_text(|c, out| match c {
        '*' | '?' => {
            close(out);
            out.push_str("${");
            out.push(c);
            out.push('}');
        }
        '{' => {
            close(out);
            out.push(c);
        }
        c => out.push(c),
    })
}

/// Escapes a `$` at the end, which would open a policy variable with what comes next.
fn close(out: &mut String) {
    if out.ends_with('$') {
        out.pop();
        out.push_str("${$}");
    }
}

/// The ways to write a test, the plainest first. The later ones mean the same beside a test of the
/// same key that a missing key fails, which the plainest one's place then holds.
fn ways(test: &Test) -> Vec<(Written, Vec<String>)> {
    let mut ways = vec![(test.written, test.values.clone())];
    let Written {
        over,
        base,
        if_exists,
    } = test.written;
    if if_exists || base.is_negated() || over == Over::All || base == Base::Null {
        return ways;
    }
    ways.push((
        Written {
            if_exists: true,
            ..test.written
        },
        test.values.clone(),
    ));
    let alike = match base {
        Base::StringEquals => Some((Base::StringLike, starless as fn(&str) -> String)),
        Base::ArnLike => Some((Base::ArnEquals, str::to_owned as fn(&str) -> String)),
        Base::ArnEquals => Some((Base::ArnLike, str::to_owned as fn(&str) -> String)),
        Base::StringNotEquals
        | Base::StringLike
        | Base::NumericEquals
        | Base::NumericNotEquals
        | Base::NumericLessThan
        | Base::NumericLessThanEquals
        | Base::NumericGreaterThan
        | Base::NumericGreaterThanEquals
        | Base::DateLessThan
        | Base::DateGreaterThanEquals
        | Base::Bool
        | Base::IpAddress
        | Base::NotIpAddress
        | Base::ArnNotEquals
        | Base::Null => None,
    };
    if let Some((base, write)) = alike {
        let values: Vec<String> = test.values.iter().map(|value| write(value)).collect();
        for if_exists in [false, true] {
            ways.push((
                Written {
                    over,
                    base,
                    if_exists,
                },
                values.clone(),
            ));
        }
    }
    ways
}

/// A value of an equality with its wildcard characters escaped.
fn starless(value: &str) -> String {
    glob(&Pattern::literal(&value.replace("${$}", "$")))
}
