//! What a request says of itself, and which conditions that meets: the meaning of conditions in the
//! language, apart from any form in which a target writes them.

use crate::authority::pattern::{Pattern, Token};
use crate::authority::time::{Date, Instant};
use crate::model::catalog::KeyType;
use crate::model::condition::{Condition, Operator};
use crate::model::{ConditionId, Model};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Values by key; a key that is not there is absent from the request.
pub type Context = BTreeMap<String, Vec<String>>;

/// The key that says what time it is.
pub const CURRENT_TIME: &str = "aws:CurrentTime";

/// Whether a condition that the vendor can judge holds.
pub fn holds(model: &Model, condition: &Condition, context: &Context) -> bool {
    let key = condition.vendor_key.as_deref().unwrap_or(&condition.key);
    passes(kind(model, condition), condition, context.get(key))
}

/// Whether one text passes a condition on a key that holds texts.
pub fn passes_text(condition: &Condition, value: &str) -> bool {
    passes(KeyType::String, condition, Some(&vec![value.to_owned()]))
}

/// A context that meets all conditions and says nothing more; nothing where none was found.
pub fn meeting(model: &Model, conditions: &[ConditionId]) -> Option<Context> {
    let mut by_key: BTreeMap<&str, Vec<&Condition>> = BTreeMap::new();
    for &id in conditions {
        let condition = model.condition(id);
        if let Some(key) = &condition.vendor_key {
            by_key.entry(key).or_default().push(condition);
        }
    }
    let mut context = Context::new();
    for (key, conditions) in by_key {
        let of = kind(model, conditions[0]);
        let value = candidates(of, &conditions).into_iter().find(|value| {
            conditions
                .iter()
                .all(|condition| passes(of, condition, value.as_ref()))
        })?;
        if let Some(value) = value {
            context.insert(key.to_owned(), value);
        }
    }
    Some(context)
}

/// Contexts that differ from one that meets all conditions in one key each, so that the conditions
/// on it fail: once by another value and once by none, where these exist.
pub fn failing(model: &Model, conditions: &[ConditionId], met: &Context) -> Vec<Context> {
    let keys: BTreeSet<&str> = conditions
        .iter()
        .filter_map(|&id| model.condition(id).vendor_key.as_deref())
        .collect();
    let mut contexts = Vec::new();
    for key in keys {
        let here: Vec<&Condition> = conditions
            .iter()
            .map(|&id| model.condition(id))
            .filter(|condition| condition.vendor_key.as_deref() == Some(key))
            .collect();
        let of = kind(model, here[0]);
        let fails = |value: &Option<Vec<String>>| {
            here.iter()
                .any(|condition| !passes(of, condition, value.as_ref()))
        };
        let found: Vec<_> = candidates(of, &here).into_iter().filter(fails).collect();
        let absent = found.iter().find(|value| value.is_none());
        let present = found.iter().find(|value| value.is_some());
        for value in present.into_iter().chain(absent) {
            let mut context = met.clone();
            match value {
                Some(value) => context.insert(key.to_owned(), value.clone()),
                None => context.remove(key),
            };
            contexts.push(context);
        }
    }
    contexts
}

/// An address that matches, every wildcard filled with `fill` or what its class leaves of it.
pub fn sample(pattern: &Pattern, fill: &str) -> String {
    let mut out = String::new();
    for token in pattern.tokens() {
        match token {
            Token::Literal(text) => out.push_str(text),
            Token::One(class) => {
                let mut chars = fill.chars().chain('a'..='z');
                out.extend(chars.find(|&c| class.allows(c)));
            }
            Token::Any(class) => out.extend(fill.chars().filter(|&c| class.allows(c))),
        }
    }
    out
}

fn kind(model: &Model, condition: &Condition) -> KeyType {
    match condition.entry {
        Some(entry) => model.catalog.key(entry).of,
        None => KeyType::String,
    }
}

/// Values to try, the likeliest first; none stands for absence.
fn candidates(of: KeyType, conditions: &[&Condition]) -> Vec<Option<Vec<String>>> {
    let mut values: Vec<String> = Vec::new();
    for condition in conditions {
        for value in &condition.values {
            match (of, condition.operator) {
                (KeyType::Number, _) => {
                    if let Ok(number) = value.parse::<f64>() {
                        values.extend([number, number - 1.0, number + 1.0].map(|n| n.to_string()));
                    }
                }
                (KeyType::Date, _) => {
                    if let Some((start, end)) = moments(value) {
                        values.extend(
                            [start.0, start.0 - 60, end.0].map(|at| Instant(at).to_string()),
                        );
                    }
                }
                (KeyType::Cidr, _) => {
                    let address = value.split('/').next().unwrap_or_default();
                    values.push(address.to_owned());
                }
                (_, Operator::Matches) => {
                    let glob = Pattern::glob(value, &[]);
                    values.extend(["probe", ""].map(|fill| sample(&glob, fill)));
                }
                _ => values.push(value.to_string()),
            }
        }
    }
    let others: &[&str] = match of {
        KeyType::String | KeyType::Set => &["probe-other"],
        KeyType::Number => &["0", "1000000"],
        KeyType::Boolean => &["true", "false"],
        KeyType::Date => &["2001-01-01T00:00:00Z"],
        KeyType::Cidr => &["203.0.113.77", "10.11.12.13"],
        KeyType::Arn => &["arn:aws:iam::999999999999:role/probe-other"],
    };
    values.extend(others.iter().map(|&value| value.to_owned()));
    let mut all: Vec<Option<Vec<String>>> = values
        .iter()
        .map(|value| Some(vec![value.clone()]))
        .collect();
    if of == KeyType::Set {
        all.insert(0, Some(values[..values.len() - 1].to_vec()));
        all.retain(|value| value.as_ref().is_none_or(|values| !values.is_empty()));
    }
    all.push(None);
    all
}

/// Whether a key with these values passes; none is absence.
fn passes(of: KeyType, condition: &Condition, values: Option<&Vec<String>>) -> bool {
    let Some(values) = values else {
        return condition.operator == Operator::Absent
            || condition.operator != Operator::Present && condition.absent_holds;
    };
    let any = |test: &dyn Fn(&str, &str) -> bool| {
        values
            .iter()
            .any(|value| condition.values.iter().any(|wanted| test(value, wanted)))
    };
    let equal = |value: &str, wanted: &str| same(of, value, wanted);
    let compared = |wanted: std::cmp::Ordering| {
        any(&|value: &str, bound: &str| compare(of, value, bound) == Some(wanted))
    };
    match condition.operator {
        Operator::Present => true,
        Operator::Absent => false,
        Operator::In if of == KeyType::Set => values
            .iter()
            .all(|value| condition.values.iter().any(|wanted| equal(value, wanted))),
        Operator::Equal | Operator::In => any(&equal),
        Operator::NotEqual | Operator::NotIn => !any(&equal),
        Operator::Matches => {
            any(&|value: &str, glob: &str| Pattern::glob(glob, &[]).matches(value))
        }
        Operator::Less => compared(std::cmp::Ordering::Less),
        Operator::Greater => compared(std::cmp::Ordering::Greater),
        Operator::LessOrEqual => {
            compared(std::cmp::Ordering::Less) || compared(std::cmp::Ordering::Equal)
        }
        Operator::GreaterOrEqual => {
            compared(std::cmp::Ordering::Greater) || compared(std::cmp::Ordering::Equal)
        }
    }
}

fn same(of: KeyType, value: &str, wanted: &str) -> bool {
    match of {
        KeyType::Cidr => inside(value, wanted).unwrap_or(false),
        KeyType::Number | KeyType::Date => {
            compare(of, value, wanted) == Some(std::cmp::Ordering::Equal)
        }
        KeyType::String | KeyType::Boolean | KeyType::Arn | KeyType::Set => value == wanted,
    }
}

/// A value against a bound: a date is its whole day, so any moment of it is equal to it.
fn compare(of: KeyType, value: &str, bound: &str) -> Option<std::cmp::Ordering> {
    if of == KeyType::Date {
        let (at, _) = moments(value)?;
        let (start, end) = moments(bound)?;
        return Some(if at < start {
            std::cmp::Ordering::Less
        } else if at < end {
            std::cmp::Ordering::Equal
        } else {
            std::cmp::Ordering::Greater
        });
    }
    value.parse::<f64>().ok()?.partial_cmp(&bound.parse().ok()?)
}

/// The first moment of a date or instant, and the first after it.
fn moments(text: &str) -> Option<(Instant, Instant)> {
    if let Some(date) = Date::parse(text) {
        return Some((date.start_of_day(), date.end_of_day()));
    }
    let short = text.replace(":00Z", "Z");
    let instant = Instant::parse(text).or_else(|| Instant::parse(&short))?;
    Some((instant, Instant(instant.0 + 1)))
}

/// The moment that a context says it is.
pub fn now(context: &Context) -> Option<Instant> {
    let text = context.get(CURRENT_TIME)?.first()?;
    moments(text).map(|(instant, _)| instant)
}

fn inside(address: &str, range: &str) -> Option<bool> {
    let (network, bits) = match range.split_once('/') {
        Some((network, bits)) => (network, Some(bits.parse::<u32>().ok()?)),
        None => (range, None),
    };
    let wide = |address: IpAddr| match address {
        IpAddr::V4(four) => (u128::from(u32::from(four)), 32),
        IpAddr::V6(six) => (u128::from(six), 128),
    };
    let (left, width) = wide(address.parse().ok()?);
    let (right, other) = wide(network.parse().ok()?);
    let shift = width - bits.unwrap_or(width).min(width);
    let head = |value: u128| value.checked_shr(shift).unwrap_or(0);
    Some(width == other && head(left) == head(right))
}
