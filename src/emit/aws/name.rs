//! Names of statements: what a reader of the policy alone is told.

use super::statement::Effect;
use crate::authority::verb::VerbSet;
use crate::emit::Job;
use crate::grant::{Grant, Units};
use crate::model::party::ClauseKind;
use std::collections::BTreeSet;

/// The longest list of operations that a statement's name spells out.
const SPELLED: usize = 3;

/// A name of letters and digits: `ReadInvoiceObject`, `DenyDeleteBucket`. It says what the clause
/// says and not where it stands, so that moving a clause changes no policy.
pub fn sid(job: &Job<'_>, effect: Effect, grant: &Grant) -> String {
    let mut name = match effect {
        Effect::Allow => String::new(),
        Effect::Deny => "Deny".to_owned(),
    };
    name.push_str(&deeds(job, grant));
    let catalog = &job.compiled.model.catalog;
    let mut types = BTreeSet::new();
    for thing in &grant.things {
        types.insert(camel(&catalog.of(thing.of).name));
    }
    match &grant.units {
        Units::Service(service) => name.push_str(&camel(service)),
        Units::Everything => name.push_str("Everything"),
        Units::Operations(_) | Units::Named(_) | Units::Prefixes(_) => {
            if types.len() <= SPELLED {
                name.extend(types);
            }
        }
    }
    name
}

/// The verbs of the clause, or its operations where it names these.
fn deeds(job: &Job<'_>, grant: &Grant) -> String {
    let catalog = &job.compiled.model.catalog;
    let kind = grant.rows.iter().find_map(|&row| {
        let row = job.compiled.granted.row(row);
        let clause = job
            .compiled
            .model
            .party(row.party)
            .clauses
            .get(row.clause as usize)?;
        Some(&clause.kind)
    });
    if let Some(ClauseKind::BoundedBy { .. }) = kind {
        return "Bound".to_owned();
    }
    if let Some(
        ClauseKind::Allow(rule) | ClauseKind::Never(rule) | ClauseKind::Delegates { rule, .. },
    ) = kind
        && !rule.verbs.is_empty()
        && !rule.names_operations
    {
        return match VerbSet::GROUPS
            .iter()
            .find(|(_, group)| *group == rule.verbs)
        {
            Some((word, _)) => camel(word),
            None => rule.verbs.iter().map(|verb| camel(verb.word())).collect(),
        };
    }
    if let Units::Operations(slots) = &grant.units {
        let names: BTreeSet<String> = slots
            .iter()
            .map(|&slot| camel(&catalog.operation_of(slot).name))
            .collect();
        if names.len() <= SPELLED {
            return names.into_iter().collect();
        }
    }
    "Several".to_owned()
}

/// The words of a name, each with a capital, nothing but ASCII letters and digits.
pub fn camel(text: &str) -> String {
    let mut out = String::new();
    let mut start = true;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(if start { c.to_ascii_uppercase() } else { c });
            start = false;
        } else {
            start = true;
        }
    }
    out
}
