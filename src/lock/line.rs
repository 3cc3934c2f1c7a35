//! One line about somebody as text.

use super::{Cube, Fact, Line, Operations};
use crate::authority::time::Instant;
use crate::authority::verb::Verb;
use crate::lock::token::{operation, quoted};
use std::collections::{BTreeMap, BTreeSet};

/// The line without its line end.
pub(super) fn text(line: &Line) -> String {
    let mut words = vec![
        line.kind.word().to_owned(),
        line.subject.clone(),
        line.system.clone(),
    ];
    match &line.fact {
        Fact::Identity { identity, from } => {
            words.push("identity".to_owned());
            words.push(identity.clone().unwrap_or_else(|| TOKEN.to_owned()));
            if let Some(from) = from {
                words.push("from".to_owned());
                words.push(from.clone());
            }
        }
        Fact::Shared { with } => {
            words.push("shared with".to_owned());
            words.push(with.clone());
        }
        Fact::Trusts { who, conditions } => {
            words.push("trusts".to_owned());
            words.push(who.clone());
            words.extend(asked(conditions));
        }
        Fact::Cube(cube) => cube_words(cube, &mut words),
        Fact::Excess { unit, operations } => {
            words.push("excess".to_owned());
            words.push(quoted(unit));
            words.extend(operation_words(operations));
        }
    }
    words.join(" ")
}

/// The identity of a workflow that acts with the token of its platform.
pub(super) const TOKEN: &str = "token";

fn cube_words(cube: &Cube, words: &mut Vec<String>) {
    words.push(cube.effect.to_string());
    words.extend(operation_words(&cube.operations));
    words.push(if cube.within { "within" } else { "on" }.to_owned());
    words.push(cube.resource.clone());
    if !cube.except.is_empty() {
        words.push("except".to_owned());
        words.extend(cube.except.iter().cloned());
    }
    if !cube.fields.is_empty() {
        words.push("fields".to_owned());
        words.extend(cube.fields.iter().map(|field| quoted(field)));
    }
    words.extend(asked(&cube.conditions));
    if let Some(until) = cube.until {
        words.push("until".to_owned());
        words.push(end(until));
    }
}

/// `where …`
fn asked(conditions: &BTreeSet<String>) -> Option<String> {
    let all: Vec<&str> = conditions.iter().map(String::as_str).collect();
    (!all.is_empty()).then(|| format!("where {}", all.join(" and ")))
}

/// An instant as `until` says it: the day that it ends, where it ends one.
pub(super) fn end(until: Instant) -> String {
    let last = until.date().plus_days(-1);
    if last.end_of_day() == until {
        last.to_string()
    } else {
        until.to_string()
    }
}

/// The words for operations: lists that differ in their verb only are one word, `T:get+list`.
fn operation_words(operations: &Operations) -> Vec<String> {
    let mut words = BTreeSet::new();
    let mut verbs: BTreeMap<&str, BTreeSet<Verb>> = BTreeMap::new();
    for list in &operations.lists {
        match verb_of(list) {
            Some((of, verb)) => {
                verbs.entry(of).or_default().insert(verb);
            }
            None => {
                words.insert(list.clone());
            }
        }
    }
    for (of, verbs) in verbs {
        let verbs: Vec<&str> = verbs.iter().map(|verb| verb.word()).collect();
        words.insert(format!("{of}:{}", verbs.join("+")));
    }
    words.extend(operations.named.iter().map(|name| operation(name)));
    let but = operations.but.iter();
    words.extend(but.map(|name| format!("!{}", operation(name))));
    if words.is_empty() {
        words.insert(NOTHING.to_owned());
    }
    words.into_iter().collect()
}

/// The word for no operation at all.
pub(super) const NOTHING: &str = "nothing";

/// What a list is of and its verb, where it is named by one.
pub(super) fn verb_of(list: &str) -> Option<(&str, Verb)> {
    let (of, verb) = list.rsplit_once(':')?;
    Some((of, Verb::parse(verb)?))
}
