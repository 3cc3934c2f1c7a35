//! What somebody could have taken along: credentials of others that it can read, and whom it can
//! act as.

use serde::Serialize;

use crate::compile::Compiled;
use crate::model::PartyId;
use crate::question::reach::answer;
use crate::question::{Hop, Who};

/// Something that it could know, or somebody that it could be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Exposed {
    /// Whose credential, or as whom; none where nobody is declared for it.
    pub who: Option<String>,
    /// The resource, where nobody is declared for it; the scope where `by` is `admin`.
    pub resource: Option<String>,
    /// By what kind of edge it has it last: `secret`, `trust`, `code` …
    pub by: String,
    /// Whether it could keep it, so that it is to be exchanged once the integration is gone.
    pub exchange: bool,
    /// `proven` or `possible`.
    pub verdict: &'static str,
    /// What that rests on and nobody said.
    pub unknown: Vec<String>,
    /// The way, in one line.
    pub path: Vec<String>,
    /// The last hop's reason.
    pub why: String,
    /// Where that is declared, relative to the project.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
}

/// Everything of the kind; what guards keep it from is left out.
pub fn exposed(compiled: &Compiled, id: PartyId) -> Vec<Exposed> {
    let found = answer(compiled, Who::Party(id), Some(0));
    let mut all: Vec<Exposed> = Vec::new();
    for row in &found.controls {
        all.extend(one(
            (row.principal.clone(), row.resource.clone()),
            row.verdict,
            &row.path,
            &row.unknown,
        ));
    }
    for row in &found.elevated {
        all.extend(one(
            (None, Some(row.scope.clone())),
            row.verdict,
            &row.path,
            &row.unknown,
        ));
    }
    // What is to be exchanged comes first.
    all.sort_by_key(|one| !one.exchange);
    all
}

fn one(
    (who, resource): (Option<String>, Option<String>),
    verdict: &'static str,
    path: &[Hop],
    unknown: &[String],
) -> Option<Exposed> {
    if verdict == "blocked" {
        return None;
    }
    let last = path.last()?;
    let names = path.first().map(|hop| hop.from.clone());
    Some(Exposed {
        who,
        resource,
        by: last.edge.to_owned(),
        exchange: last.edge == "secret",
        verdict,
        unknown: unknown.to_vec(),
        path: names
            .into_iter()
            .chain(path.iter().map(|hop| hop.to.clone()))
            .collect(),
        why: last.why.clone(),
        file: last.file.clone(),
        line: last.line,
    })
}
