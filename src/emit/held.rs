//! What the targets share: which ledger rows a printed grant holds, and how names are told apart.

use super::{Edition, Job};
use crate::artifact::Locator;
use crate::authority::pattern::{Pattern, Token};
use crate::diagnostic::{Diagnostic, Severity};
use crate::grant::{Grant, RowId, RowPart};
use crate::model::Model;
use crate::model::catalog::{Catalog, TypeRank, UnitId};
use crate::model::party::{ClauseKind, CredentialKind};
use crate::model::thing::{Tenants, Thing};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Which limits of a grant a format can print. What it cannot is left out of the file, and the rows that
/// ask for it are not claimed, so that the manifest says `unenforced`.
#[derive(Clone, Copy, Default)]
pub(super) struct Limits {
    /// `where`
    pub conditions: bool,
    /// `until`
    pub until: bool,
    /// `fields`
    pub fields: bool,
}

impl Limits {
    /// A format that knows none of them.
    pub(super) const NONE: Limits = Limits {
        conditions: false,
        until: false,
        fields: false,
    };
}

/// The rows that a printed grant holds at `locator`.
pub(super) fn rows(
    job: &Job<'_>,
    grant: &Grant,
    limits: Limits,
    locator: &Locator,
) -> Vec<(u32, Locator)> {
    let rows = grant.rows.iter().copied();
    at(rows.filter(|row| printed(job, *row, limits)), locator)
}

/// Whether a format of these limits holds a row of a grant that it prints.
pub(super) fn printed(job: &Job<'_>, row: RowId, limits: Limits) -> bool {
    match &job.compiled.granted.row(row).part {
        RowPart::Whole | RowPart::Resource(_) | RowPart::Approval => true,
        RowPart::Where => limits.conditions,
        RowPart::Until => limits.until,
        RowPart::Fields => limits.fields,
    }
}

/// Each row with the place.
pub(super) fn at(rows: impl IntoIterator<Item = RowId>, locator: &Locator) -> Vec<(u32, Locator)> {
    rows.into_iter()
        .map(|row| (row.0, locator.clone()))
        .collect()
}

/// The rows of the bundle's `identity` clauses.
pub(super) fn identity(job: &Job<'_>) -> Vec<RowId> {
    clauses(job, |kind| matches!(kind, ClauseKind::Identity { .. }))
}

/// The rows of the bundle's `credential` clauses of one of these kinds.
pub(super) fn credentials(job: &Job<'_>, kinds: &[CredentialKind]) -> Vec<RowId> {
    clauses(
        job,
        |clause| matches!(clause, ClauseKind::Credential { kind, .. } if kinds.contains(kind)),
    )
}

fn clauses(job: &Job<'_>, wanted: impl Fn(&ClauseKind) -> bool) -> Vec<RowId> {
    let compiled = job.compiled;
    let of = |row: &&RowId| {
        let row = compiled.granted.row(**row);
        let clauses = &compiled.model.party(row.party).clauses;
        clauses
            .get(row.clause as usize)
            .is_some_and(|clause| wanted(&clause.kind))
    };
    job.bundle
        .identity_rows
        .iter()
        .filter(of)
        .copied()
        .collect()
}

/// An error at the grant's first clause: the vendor has no form for it.
pub(super) fn unprinted(job: &Job<'_>, grant: &Grant, what: String, help: &str) -> Diagnostic {
    said(job, grant, Severity::Error, what, help)
}

/// A warning at the grant's first clause: it is left out, since the vendor file does not say enough.
pub(super) fn unknown(job: &Job<'_>, grant: &Grant, what: String, help: &str) -> Diagnostic {
    said(job, grant, Severity::Warning, what, help)
}

fn said(job: &Job<'_>, grant: &Grant, severity: Severity, what: String, help: &str) -> Diagnostic {
    let compiled = job.compiled;
    let clause = grant.rows.first().and_then(|row| {
        let row = compiled.granted.row(*row);
        let clauses = &compiled.model.party(row.party).clauses;
        clauses.get(row.clause as usize)
    });
    let span = clause.map_or_else(|| job.name_span(), |clause| clause.span);
    Diagnostic::new("unexpressible", severity, span, what)
        .help(help)
        .about(job.integration())
}

/// A name at a step of the way down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Name<'a> {
    /// This one.
    Exact(&'a str),
    /// Every one.
    Every,
    /// Those that match a pattern.
    Some,
}

/// What a pattern names.
pub(super) fn name(pattern: &Pattern) -> Name<'_> {
    match (pattern.is_literal(), pattern.tokens()) {
        (Some(text), _) => Name::Exact(text),
        (None, [Token::Any(_)]) => Name::Every,
        (None, _) => Name::Some,
    }
}

/// The name at the step of the type of that name, where the way has one with a name.
pub(super) fn step<'a>(catalog: &Catalog, thing: &'a Thing, of: &str) -> Option<Name<'a>> {
    thing
        .steps
        .iter()
        .find(|step| &*catalog.of(step.of).name == of)
        .and_then(|step| step.names.first())
        .map(name)
}

/// The unit's name split at its last `:`: `contents:read` into `contents` and `read`.
pub(super) fn level(catalog: &Catalog, unit: UnitId) -> Option<(&str, &str)> {
    catalog.unit(unit).name.rsplit_once(':')
}

/// Who approves a gate and for how long, for formats that have a place of their own for it.
pub(super) fn approval(job: &Job<'_>, edition: &Edition<'_>) -> Option<Value> {
    let gate = edition.gate?;
    let by = &job.compiled.model.team(gate.by).name;
    let length = gate.duration.map(|duration| duration.to_string());
    Some(json!({"by": by, "for": length}))
}

/// A resource as it is written in a declaration: `code.repository("web").branch("main")`.
pub(super) fn written(model: &Model, thing: &Thing) -> String {
    let system = model.system(thing.system);
    let mut out = system.name.to_string();
    if let (Tenants::One(index), true) = (thing.tenants, system.has_many_tenants())
        && let Some(tenant) = system.tenants.get(index as usize)
    {
        out.push_str(&list(&[tenant
            .name
            .as_deref()
            .unwrap_or(&tenant.id)
            .into()]));
    }
    let first = thing.steps.first().map_or(thing.of, |step| step.of);
    let first = model.catalog.of(first);
    if let (TypeRank::Resource, Some(service)) = (first.rank, &first.service) {
        out.push('.');
        out.push_str(service);
    }
    for step in &thing.steps {
        out.push('.');
        out.push_str(&model.catalog.of(step.of).name);
        if !step.names.iter().all(|own| name(own) == Name::Every) {
            let names: Vec<String> = step.names.iter().map(ToString::to_string).collect();
            out.push_str(&list(&names));
        }
    }
    out
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("\"{}\"", name.replace('"', "\\\"")))
        .collect();
    format!("({})", quoted.join(", "))
}

/// Eight hexadecimal digits that stand for the whole of a name which had to be cut.
pub(super) fn hash(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let first = digest
        .iter()
        .take(4)
        .fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
    format!("{first:08x}")
}
