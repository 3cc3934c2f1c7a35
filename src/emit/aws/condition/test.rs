//! What a condition of the language comes to as tests of a key.

use super::{Base, Over, Test, glob, literal, plain};
use crate::authority::pattern::Pattern;
use crate::authority::time::{Date, Instant};
use crate::model::catalog::KeyType;
use crate::model::condition::{Condition, Operator};

/// The type that a key of unknown type seems to have, from how it is compared.
pub fn guessed(condition: &Condition) -> KeyType {
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

/// What a condition says of a key of type `of`: that all tests of one of these lists pass.
pub fn tests(key: &str, of: KeyType, condition: &Condition) -> Result<Vec<Vec<Test>>, String> {
    match condition.operator {
        Operator::Present => return Ok(vec![vec![null(key, "false")]]),
        Operator::Absent => return Ok(vec![vec![null(key, "true")]]),
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
    let mut ways = match of {
        KeyType::Set => vec![several(key, condition)?],
        KeyType::Date => dates(key, condition)?,
        KeyType::String | KeyType::Number | KeyType::Boolean | KeyType::Cidr | KeyType::Arn => {
            let (base, values) = single(of, condition)?;
            vec![vec![plain(key, base, values)]]
        }
    };
    for way in &mut ways {
        if condition.absent_holds {
            for test in way {
                test.written.if_exists = !holds_when_missing(test);
            }
        } else if way.iter().all(holds_when_missing) {
            way.push(null(key, "false"));
        }
    }
    // What `ForAnyValue` with `IfExists` says of a missing key is not documented.
    let unclear = |test: &Test| test.written.over == Over::Any && test.written.if_exists;
    if ways.iter().flatten().any(unclear) {
        return Ok(without_if_exists(&ways).unwrap_or(ways));
    }
    Ok(ways)
}

/// Whether a test passes where its key is missing, without being told to.
fn holds_when_missing(test: &Test) -> bool {
    test.written.base.is_negated() || test.written.over == Over::All
}

fn null(key: &str, value: &str) -> Test {
    plain(key, Base::Null, vec![value.to_owned()])
}

/// The same without `IfExists`: the key is missing, or the tests pass. Nothing where there is none.
pub fn without_if_exists(ways: &[Vec<Test>]) -> Option<Vec<Vec<Test>>> {
    let first = ways.iter().flatten().find(|test| test.written.if_exists)?;
    let mut out = vec![vec![null(&first.key, "true")]];
    for way in ways {
        let mut way = way.clone();
        for test in &mut way {
            test.written.if_exists = false;
        }
        out.push(way);
    }
    Some(out)
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
fn dates(key: &str, condition: &Condition) -> Result<Vec<Vec<Test>>, String> {
    let impossible = || impossible(KeyType::Date, condition);
    let before = |instant: Instant| plain(key, Base::DateLessThan, vec![instant.to_string()]);
    let since =
        |instant: Instant| plain(key, Base::DateGreaterThanEquals, vec![instant.to_string()]);
    let mut ways = Vec::new();
    for value in &condition.values {
        let (start, end) = if let Some(date) = Date::parse(value) {
            (date.start_of_day(), date.end_of_day())
        } else {
            let instant = Instant::parse(value).ok_or_else(impossible)?;
            (instant, Instant(instant.0.saturating_add(1)))
        };
        match condition.operator {
            Operator::Less => ways.push(vec![before(start)]),
            Operator::LessOrEqual => ways.push(vec![before(end)]),
            Operator::Greater => ways.push(vec![since(end)]),
            Operator::GreaterOrEqual => ways.push(vec![since(start)]),
            Operator::Equal | Operator::In => ways.push(vec![since(start), before(end)]),
            Operator::NotEqual | Operator::NotIn if condition.values.len() == 1 => {
                ways.extend([vec![before(start)], vec![since(end)]]);
            }
            Operator::NotEqual
            | Operator::NotIn
            | Operator::Matches
            | Operator::Present
            | Operator::Absent => return Err(impossible()),
        }
    }
    Ok(ways)
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
