//! Two tests of one key under one operator as one list of values, where that says the same.

use super::{Base, Over, Written};
use crate::authority::pattern::Pattern;
use std::net::IpAddr;

/// What came of laying two tests of one operator and key together.
pub enum Joined {
    /// One list says both.
    Values(Vec<String>),
    /// No request passes both.
    Never,
    /// One list cannot say both, since its values are alternatives.
    Apart,
}

/// One list of values that says both of two, where there is one.
pub fn joined(written: Written, here: &[String], more: &[String]) -> Joined {
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
        Base::StringEquals | Base::Bool | Base::Null => {
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
