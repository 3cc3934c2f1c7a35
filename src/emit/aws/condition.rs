//! Conditions in the form of a policy statement's `Condition`.
//!
//! Source of every rule here: AWS's "IAM JSON policy elements: Condition operators", "Conditions
//! with multiple context keys or values" and "Single-valued vs. multivalued context keys". In
//! short: all operators and keys of a statement must hold; of several values one is enough, under
//! a negated operator none may match; a missing key makes a positive operator false and a negated
//! one true; `…IfExists` makes any operator true when the key is missing; `ForAllValues:` is true
//! of a missing key.

use crate::authority::pattern::Pattern;
use crate::authority::time::{Date, Instant};
use crate::model::catalog::KeyType;
use crate::model::condition::{Condition, Operator};
use crate::model::{ConditionId, Model};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::net::IpAddr;

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
    DateEquals,
    DateNotEquals,
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
            Base::DateEquals => "DateEquals",
            Base::DateNotEquals => "DateNotEquals",
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
                | Base::DateNotEquals
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

/// What came of laying two tests of one operator and key together.
enum Joined {
    /// One list says both.
    Values(Vec<String>),
    /// No request passes both.
    Never,
    /// One list cannot say both, since its values are alternatives.
    Apart,
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
        let of = of.unwrap_or_else(|| guessed(condition));
        for test in tests(key, of, condition)? {
            self.push(&test)?;
        }
        Ok(())
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

    fn push(&mut self, test: &Test) -> Result<(), String> {
        for other in self.tests.keys() {
            if other.1 != test.key && other.1.eq_ignore_ascii_case(&test.key) {
                return Err(format!(
                    "`{}` and `{}` are one key to AWS and two to a reader",
                    other.1, test.key
                ));
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
                Joined::Never => {
                    return Err(format!("no request meets all conditions on `{}`", test.key));
                }
                Joined::Apart => {}
            }
        }
        Err(format!(
            "a statement cannot hold that many tests of `{}` with `{}`",
            test.key,
            test.written.text()
        ))
    }
}

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

/// The type that a key of unknown type seems to have, from how it is compared.
fn guessed(condition: &Condition) -> KeyType {
    match condition.operator {
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            let date =
                |value: &str| Date::parse(value).is_some() || Instant::parse(value).is_some();
            if condition.values.iter().all(|value| date(value)) {
                KeyType::Date
            } else {
                KeyType::Number
            }
        }
        Operator::Equal
        | Operator::NotEqual
        | Operator::In
        | Operator::NotIn
        | Operator::Matches
        | Operator::Present
        | Operator::Absent => KeyType::String,
    }
}

/// The tests that together say what a condition says of a key of type `of`.
fn tests(key: &str, of: KeyType, condition: &Condition) -> Result<Vec<Test>, String> {
    let null = |value: &str| plain(key, Base::Null, vec![value.to_owned()]);
    match condition.operator {
        Operator::Present => return Ok(vec![null("false")]),
        Operator::Absent => return Ok(vec![null("true")]),
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual
        | Operator::In
        | Operator::NotIn
        | Operator::Matches => {}
    }
    let mut tests = match of {
        KeyType::Set => several(key, condition)?,
        KeyType::Date => dates(key, condition)?,
        KeyType::String | KeyType::Number | KeyType::Boolean | KeyType::Cidr | KeyType::Arn => {
            let (base, values) = single(of, condition)?;
            vec![plain(key, base, values)]
        }
    };
    let holds_when_missing =
        |test: &Test| test.written.base.is_negated() || test.written.over == Over::All;
    if condition.absent_holds {
        for test in &mut tests {
            test.written.if_exists = !holds_when_missing(test);
        }
    } else if tests.iter().all(holds_when_missing) {
        tests.push(null("false"));
    }
    Ok(tests)
}

/// The operator and values for a key that has one value.
fn single(of: KeyType, condition: &Condition) -> Result<(Base, Vec<String>), String> {
    let texts = || {
        condition
            .values
            .iter()
            .map(|value| literal(value))
            .collect()
    };
    let plain = || condition.values.iter().map(ToString::to_string).collect();
    let impossible = || Err(impossible(of, condition));
    Ok(match (of, condition.operator) {
        (KeyType::String, Operator::Equal | Operator::In) => (Base::StringEquals, texts()),
        (KeyType::String, Operator::NotEqual | Operator::NotIn) => (Base::StringNotEquals, texts()),
        (KeyType::String, Operator::Matches) => (Base::StringLike, globs(condition)),
        (KeyType::Number, Operator::Equal | Operator::In) => (Base::NumericEquals, plain()),
        (KeyType::Number, Operator::NotEqual | Operator::NotIn) => {
            (Base::NumericNotEquals, plain())
        }
        (KeyType::Number, Operator::Less) => (Base::NumericLessThan, plain()),
        (KeyType::Number, Operator::LessOrEqual) => (Base::NumericLessThanEquals, plain()),
        (KeyType::Number, Operator::Greater) => (Base::NumericGreaterThan, plain()),
        (KeyType::Number, Operator::GreaterOrEqual) => (Base::NumericGreaterThanEquals, plain()),
        (KeyType::Boolean, Operator::Equal | Operator::In) => (Base::Bool, plain()),
        (KeyType::Boolean, Operator::NotEqual | Operator::NotIn) => {
            let left: Vec<String> = ["false", "true"]
                .into_iter()
                .filter(|word| condition.values.iter().all(|value| &**value != *word))
                .map(str::to_owned)
                .collect();
            if left.is_empty() {
                return impossible();
            }
            (Base::Bool, left)
        }
        (KeyType::Cidr, Operator::Equal | Operator::In) => (Base::IpAddress, plain()),
        (KeyType::Cidr, Operator::NotEqual | Operator::NotIn) => (Base::NotIpAddress, plain()),
        // The ARN operators read wildcards also where equality is meant.
        (KeyType::Arn, Operator::Equal | Operator::In) => {
            if wild(condition) {
                (Base::StringEquals, texts())
            } else {
                (Base::ArnEquals, texts())
            }
        }
        (KeyType::Arn, Operator::NotEqual | Operator::NotIn) => {
            if wild(condition) {
                (Base::StringNotEquals, texts())
            } else {
                (Base::ArnNotEquals, texts())
            }
        }
        (KeyType::Arn, Operator::Matches) => {
            // The ARN operators compare field by field, so they want all six.
            let whole = |value: &str| value.starts_with("arn:") && value.matches(':').count() >= 5;
            if condition.values.iter().all(|value| whole(value)) {
                (Base::ArnLike, globs(condition))
            } else {
                (Base::StringLike, globs(condition))
            }
        }
        _ => return impossible(),
    })
}

/// The tests for a key that has several values: `==` and `matches` want one that passes, `in` wants
/// every value to be listed, and the negations want no value to pass.
fn several(key: &str, condition: &Condition) -> Result<Vec<Test>, String> {
    let texts: Vec<String> = condition
        .values
        .iter()
        .map(|value| literal(value))
        .collect();
    let (over, base, values) = match condition.operator {
        Operator::Equal => (Over::Any, Base::StringEquals, texts),
        Operator::Matches => (Over::Any, Base::StringLike, globs(condition)),
        Operator::In => (Over::All, Base::StringEquals, texts),
        Operator::NotEqual | Operator::NotIn => (Over::All, Base::StringNotEquals, texts),
        Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual
        | Operator::Present
        | Operator::Absent => return Err(impossible(KeyType::Set, condition)),
    };
    let mut test = plain(key, base, values);
    test.written.over = over;
    Ok(vec![test])
}

/// The tests for a key that holds an instant. A date stands for its whole day in UTC.
fn dates(key: &str, condition: &Condition) -> Result<Vec<Test>, String> {
    let [value] = &*condition.values else {
        return Err(impossible(KeyType::Date, condition));
    };
    let at = |base: Base, instant: Instant| plain(key, base, vec![instant.to_string()]);
    if let Some(date) = Date::parse(value) {
        let (start, end) = (date.start_of_day(), date.end_of_day());
        return match condition.operator {
            Operator::Less => Ok(vec![at(Base::DateLessThan, start)]),
            Operator::LessOrEqual => Ok(vec![at(Base::DateLessThan, end)]),
            Operator::Greater => Ok(vec![at(Base::DateGreaterThanEquals, end)]),
            Operator::GreaterOrEqual => Ok(vec![at(Base::DateGreaterThanEquals, start)]),
            Operator::Equal | Operator::In => Ok(vec![
                at(Base::DateGreaterThanEquals, start),
                at(Base::DateLessThan, end),
            ]),
            Operator::NotEqual
            | Operator::NotIn
            | Operator::Matches
            | Operator::Present
            | Operator::Absent => Err(impossible(KeyType::Date, condition)),
        };
    }
    let instant = Instant::parse(value).ok_or_else(|| impossible(KeyType::Date, condition))?;
    let next = Instant(instant.0.saturating_add(1));
    match condition.operator {
        Operator::Less => Ok(vec![at(Base::DateLessThan, instant)]),
        Operator::LessOrEqual => Ok(vec![at(Base::DateLessThan, next)]),
        Operator::Greater => Ok(vec![at(Base::DateGreaterThanEquals, next)]),
        Operator::GreaterOrEqual => Ok(vec![at(Base::DateGreaterThanEquals, instant)]),
        Operator::Equal | Operator::In => Ok(vec![at(Base::DateEquals, instant)]),
        Operator::NotEqual | Operator::NotIn => Ok(vec![at(Base::DateNotEquals, instant)]),
        Operator::Matches | Operator::Present | Operator::Absent => {
            Err(impossible(KeyType::Date, condition))
        }
    }
}

fn impossible(of: KeyType, condition: &Condition) -> String {
    format!(
        "a policy statement has no test of this kind for `{}`, a {} key",
        condition.key,
        of.word()
    )
}

/// Whether a value holds a character that AWS's matchers read as a wildcard.
fn wild(condition: &Condition) -> bool {
    condition
        .values
        .iter()
        .any(|value| value.contains(['*', '?']))
}

fn globs(condition: &Condition) -> Vec<String> {
    condition
        .values
        .iter()
        .map(|value| glob(&Pattern::glob(value, &[])))
        .collect()
}

/// A text as an operator without wildcards reads it: only what opens a policy variable is escaped.
fn literal(text: &str) -> String {
    text.replace('$', "${$}")
}

/// A pattern as AWS's matchers read it.
pub fn glob(pattern: &Pattern) -> String {
    pattern.glob_text(|c, out| match c {
        '*' | '?' | '$' => {
            out.push_str("${");
            out.push(c);
            out.push('}');
        }
        c => out.push(c),
    })
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
        | Base::DateEquals
        | Base::DateNotEquals
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
    let mut out = String::new();
    for (index, part) in value.split("${$}").enumerate() {
        if index > 0 {
            out.push_str("${$}");
        }
        for c in part.chars() {
            match c {
                '*' => out.push_str("${*}"),
                '?' => out.push_str("${?}"),
                c => out.push(c),
            }
        }
    }
    out
}

/// One list of values that says both of two, where there is one.
fn joined(written: Written, here: &[String], more: &[String]) -> Joined {
    if here == more {
        return Joined::Values(here.to_vec());
    }
    if written.base.is_negated() {
        // No value may match, so the longer list is the conjunction.
        let mut both = [here, more].concat();
        both.sort();
        both.dedup();
        return Joined::Values(both);
    }
    if written.over == Over::Any {
        // One value may pass the first and another the second.
        return Joined::Apart;
    }
    match written.base {
        Base::StringEquals | Base::DateEquals | Base::Bool | Base::Null => {
            let both: Vec<String> = here
                .iter()
                .filter(|value| more.contains(value))
                .cloned()
                .collect();
            if both.is_empty() {
                Joined::Never
            } else {
                Joined::Values(both)
            }
        }
        Base::NumericLessThan | Base::NumericLessThanEquals => nearest(here, more, false),
        Base::NumericGreaterThan | Base::NumericGreaterThanEquals => nearest(here, more, true),
        // Instants are all written in one form, in which the order of texts is that of time.
        Base::DateLessThan => Joined::Values(here.min(more).to_vec()),
        Base::DateGreaterThanEquals => Joined::Values(here.max(more).to_vec()),
        Base::IpAddress => ranges(here, more),
        Base::StringLike => {
            if includes(here, more) {
                Joined::Values(more.to_vec())
            } else if includes(more, here) {
                Joined::Values(here.to_vec())
            } else {
                Joined::Apart
            }
        }
        // One number has many spellings, and equal ARNs are found by a match of their fields.
        Base::NumericEquals
        | Base::ArnEquals
        | Base::ArnLike
        | Base::StringNotEquals
        | Base::NumericNotEquals
        | Base::DateNotEquals
        | Base::NotIpAddress
        | Base::ArnNotEquals => Joined::Apart,
    }
}

/// Whether every match of `narrow` is one of a single pattern of `wide`.
fn includes(wide: &[String], narrow: &[String]) -> bool {
    let read = |text: &String| {
        let text = text.replace('\\', "\\\\");
        let text = text
            .replace("${*}", "\\*")
            .replace("${?}", "\\?")
            .replace("${$}", "$");
        Pattern::glob(&text, &[])
    };
    let wide: Vec<Pattern> = wide.iter().map(read).collect();
    narrow
        .iter()
        .map(read)
        .all(|pattern| wide.iter().any(|other| other.includes(&pattern)))
}

/// The narrower of two numeric bounds.
fn nearest(here: &[String], more: &[String], greatest: bool) -> Joined {
    let ([here], [more]) = (here, more) else {
        return Joined::Apart;
    };
    match (here.parse::<f64>(), more.parse::<f64>()) {
        (Ok(a), Ok(b)) => {
            let first = if greatest { a >= b } else { a <= b };
            Joined::Values(vec![if first { here } else { more }.clone()])
        }
        _ => Joined::Apart,
    }
}

/// The addresses in a range of both lists: of two ranges one holds the other or they are disjoint.
fn ranges(here: &[String], more: &[String]) -> Joined {
    let mut both = Vec::new();
    for a in here {
        for b in more {
            let (Some(left), Some(right)) = (range(a), range(b)) else {
                return Joined::Apart;
            };
            if left.0 != right.0 {
                continue;
            }
            let bits = left.2.min(right.2);
            let width = if left.0 { 128 } else { 32 };
            let shift = width - bits;
            let head = |address: u128| address.checked_shr(shift).unwrap_or(0);
            if head(left.1) == head(right.1) {
                both.push(if left.2 >= right.2 { a } else { b }.clone());
            }
        }
    }
    both.sort();
    both.dedup();
    if both.is_empty() {
        Joined::Never
    } else {
        Joined::Values(both)
    }
}

/// Whether it is IPv6, the address as a number, and how many leading bits count.
fn range(text: &str) -> Option<(bool, u128, u32)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (text, None),
    };
    match address.parse().ok()? {
        IpAddr::V4(four) => {
            let bits = bits.unwrap_or(32);
            (bits <= 32).then(|| (false, u128::from(u32::from(four)), bits))
        }
        IpAddr::V6(six) => {
            let bits = bits.unwrap_or(128);
            (bits <= 128).then(|| (true, u128::from(six), bits))
        }
    }
}
