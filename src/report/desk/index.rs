//! Indexes over a compiled project, made once.

use super::words::place;
use crate::compile::Compiled;
use crate::emit::manifest::Manifest;
use std::collections::{BTreeSet, HashMap};

/// Errors that are about nobody who is known.
pub(super) fn problems(compiled: &Compiled) -> Vec<usize> {
    let names: BTreeSet<&str> = (compiled.model.parties.iter())
        .map(|party| &*party.name)
        .collect();
    let all = compiled.diagnostics.iter().enumerate();
    all.filter(|(_, found)| {
        found.is_error()
            && !found.time_alone
            && !found
                .subject
                .as_deref()
                .is_some_and(|name| names.contains(name))
    })
    .map(|(index, _)| index)
    .collect()
}

/// What keeps the ways between integrations from being known: a sentence.
pub(super) fn gap(compiled: &Compiled, problems: &[usize]) -> Option<String> {
    let model = &compiled.model;
    let party = model.parties.iter().find(|party| !party.complete);
    if let Some(party) = party {
        let at = place(compiled, party.name_span);
        return Some(format!("`{}` ({at}) could not be read whole.", party.name));
    }
    let system = model.systems.iter().find(|system| !system.complete);
    if let Some(system) = system {
        let at = place(compiled, system.span);
        return Some(format!("`{}` ({at}) could not be read whole.", system.name));
    }
    let first = &compiled.diagnostics[*problems.first()?];
    Some(format!(
        "Something at `{}` could not be read.",
        place(compiled, first.span)
    ))
}

/// Of every party the ledger's entries: the clause's number and the entry's, sorted.
pub(super) fn ledger(compiled: &Compiled, manifest: &Manifest) -> Vec<Vec<(usize, usize)>> {
    let mut starts: HashMap<&str, usize> = HashMap::new();
    for (index, entry) in manifest.ledger.iter().enumerate() {
        starts.entry(&entry.integration).or_insert(index);
    }
    let mut rows: Vec<Vec<&crate::grant::Row>> = vec![Vec::new(); compiled.model.parties.len()];
    for row in &compiled.granted.rows {
        rows[row.party.index()].push(row);
    }
    rows.into_iter()
        .zip(&compiled.model.parties)
        .map(|(mut rows, party)| {
            // The manifest lists the rows of a party in this order.
            rows.sort_by_key(|row| (row.clause, &row.part));
            let start = starts.get(&*party.name).copied().unwrap_or(0);
            let numbers = rows.iter().enumerate();
            numbers
                .map(|(index, row)| (row.clause as usize, start + index))
                .collect()
        })
        .collect()
}
