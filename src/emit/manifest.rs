//! The manifest: which files there are, and what became of every clause.

use super::system_label;
use crate::artifact::{Artifact, Locator};
use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::grant::{Boundary, Bundle, Excess, Gate, Grant, Row, RowId, RowPart, State};
use crate::model::PartyId;
use crate::model::party::{ClauseKind, Status};
use crate::source::Span;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// `manifest.json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the contract: 1.
    pub version: u32,
    /// Every file, by path.
    pub files: Vec<File>,
    /// Every row of the ledger, by integration, clause and part.
    pub ledger: Vec<Entry>,
    /// What chosen units give and nobody declared.
    pub excess: Vec<Surplus>,
    /// For whom nothing new is written, and why.
    pub withheld: Vec<Withheld>,
}

/// A file of the output folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct File {
    /// The integration under whose name it is written.
    pub integration: String,
    /// The system, with the tenant where it has several.
    pub system: String,
    /// The vendor.
    pub vendor: String,
    /// The format's name.
    pub format: String,
    /// Whether it is applied only on approval.
    pub gated: bool,
    /// Whether it is left from an earlier build, since its integration is withheld now.
    pub withheld: bool,
    /// Relative to the output folder.
    pub path: String,
    /// The content's SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

/// What became of one part of a clause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Whose clause it is.
    pub integration: String,
    /// The clause as written, each run of white space one space.
    pub clause: String,
    /// Which part of it: a resource as written, `where`, `until`, `fields`, `approval` or `whole`.
    pub part: String,
    /// The file in which the clause stands.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The state's word.
    pub state: String,
    /// Where it is held.
    pub by: Vec<Holder>,
    /// Why it is unenforced, or a remark.
    pub why: Option<String>,
}

/// A place in an emitted file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Holder {
    /// The file.
    pub path: String,
    /// The place in JSON or YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The line in other formats, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// Operations that a unit gives and nobody declared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Surplus {
    /// Who holds them.
    pub integration: String,
    /// Where.
    pub system: String,
    /// The unit.
    pub unit: String,
    /// The operations, sorted.
    pub operations: Vec<String>,
}

/// A reason why nothing new is written for an integration.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Withheld {
    /// The integration.
    pub integration: String,
    /// The rule whose error it is.
    pub rule: String,
    /// Where the error stands.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// The manifest of what [`super::emit`] gave: its files and its diagnostics.
pub fn manifest(
    compiled: &Compiled,
    artifacts: &[Artifact],
    diagnostics: &[Diagnostic],
) -> Manifest {
    let withheld = withheld(compiled, diagnostics);
    let mut files: Vec<File> = artifacts.iter().map(file).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Manifest {
        version: 1,
        files,
        ledger: Ledger::new(compiled, artifacts, &withheld).entries(),
        excess: compiled
            .granted
            .excess
            .iter()
            .map(|excess| surplus(compiled, excess))
            .collect(),
        withheld: reasons(compiled, &withheld),
    }
}

fn file(artifact: &Artifact) -> File {
    File {
        integration: artifact.integration.clone(),
        system: artifact.system.clone(),
        vendor: artifact.vendor.clone(),
        format: artifact.format.to_owned(),
        gated: artifact.gated,
        withheld: false,
        path: artifact.path.clone(),
        sha256: sha256(&artifact.bytes),
    }
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}

fn surplus(compiled: &Compiled, excess: &Excess) -> Surplus {
    Surplus {
        integration: compiled.model.party(excess.party).name.to_string(),
        system: system_label(compiled, excess.system, excess.tenant),
        unit: excess.unit.clone(),
        operations: excess.operations.clone(),
    }
}

/// Errors that stop output, by whom they stop: rule and place. Whoever shares an identity with
/// somebody who is stopped is stopped by the same.
fn withheld(
    compiled: &Compiled,
    diagnostics: &[Diagnostic],
) -> BTreeMap<PartyId, BTreeSet<(String, Span)>> {
    let errors: Vec<&Diagnostic> = compiled
        .diagnostics
        .iter()
        .chain(diagnostics)
        .filter(|diagnostic| diagnostic.is_error() && !diagnostic.time_alone)
        .collect();
    let mut by_subject: BTreeMap<&str, BTreeSet<(String, Span)>> = BTreeMap::new();
    for error in &errors {
        if let Some(subject) = &error.subject {
            let reason = (error.rule.to_string(), error.span);
            by_subject.entry(subject).or_default().insert(reason);
        }
    }
    let mut own = BTreeMap::new();
    for (id, party) in compiled.model.parties() {
        let mut reasons = by_subject.get(&*party.name).cloned().unwrap_or_default();
        if !party.complete && reasons.is_empty() {
            let inside = |span: Span| {
                span.file == party.span.file
                    && party.span.start <= span.start
                    && span.end <= party.span.end
            };
            reasons.extend(
                errors
                    .iter()
                    .filter(|error| inside(error.span))
                    .map(|error| (error.rule.to_string(), error.span)),
            );
            if reasons.is_empty() {
                reasons.insert(("incomplete".to_owned(), party.name_span));
            }
        }
        if !reasons.is_empty() {
            own.insert(id, reasons);
        }
    }
    let mut all = own.clone();
    for bundle in compiled
        .granted
        .bundles
        .iter()
        .filter(|bundle| !bundle.silent)
    {
        let system = compiled.model.system(bundle.system);
        let mut shared = by_subject.get(&*system.name).cloned().unwrap_or_default();
        if !system.complete && shared.is_empty() {
            shared.insert(("incomplete".to_owned(), system.span));
        }
        for reasons in bundle.holders.iter().filter_map(|holder| own.get(holder)) {
            shared.extend(reasons.iter().cloned());
        }
        if !shared.is_empty() {
            for &holder in &bundle.holders {
                all.entry(holder)
                    .or_default()
                    .extend(shared.iter().cloned());
            }
        }
    }
    all
}

fn reasons(
    compiled: &Compiled,
    withheld: &BTreeMap<PartyId, BTreeSet<(String, Span)>>,
) -> Vec<Withheld> {
    let mut rows = BTreeSet::new();
    for (&id, reasons) in withheld {
        let party = compiled.model.party(id);
        if !party.is_integration() {
            continue;
        }
        for (rule, span) in reasons {
            rows.insert(Withheld {
                integration: party.name.to_string(),
                rule: rule.clone(),
                file: compiled.sources.path(*span).to_owned(),
                line: compiled.sources.line(*span),
            });
        }
    }
    rows.into_iter().collect()
}

/// Without what a row is left.
enum Lack<'a> {
    /// No bundle has it and no file holds it.
    Everything,
    /// This bundle has it, and none of its files holds it.
    Bundle(&'a Bundle),
}

struct Ledger<'a> {
    compiled: &'a Compiled,
    withheld: &'a BTreeMap<PartyId, BTreeSet<(String, Span)>>,
    /// The bundles that have a row, by their numbers.
    bundles: BTreeMap<RowId, BTreeSet<usize>>,
    /// The files that hold a row, with the places.
    holders: BTreeMap<u32, Vec<(&'a Artifact, &'a Locator)>>,
}

impl<'a> Ledger<'a> {
    fn new(
        compiled: &'a Compiled,
        artifacts: &'a [Artifact],
        withheld: &'a BTreeMap<PartyId, BTreeSet<(String, Span)>>,
    ) -> Self {
        let mut bundles: BTreeMap<RowId, BTreeSet<usize>> = BTreeMap::new();
        for (index, bundle) in compiled.granted.bundles.iter().enumerate() {
            for row in rows(bundle) {
                bundles.entry(row).or_default().insert(index);
            }
        }
        let mut holders: BTreeMap<u32, Vec<_>> = BTreeMap::new();
        for artifact in artifacts {
            for (row, place) in &artifact.holds {
                holders.entry(*row).or_default().push((artifact, place));
            }
        }
        Self {
            compiled,
            withheld,
            bundles,
            holders,
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let rows = (0u32..).map(RowId).zip(&self.compiled.granted.rows);
        let mut entries: Vec<_> = rows
            .map(|(id, row)| {
                let party = &*self.compiled.model.party(row.party).name;
                ((party, row.clause, &row.part), self.entry(id, row))
            })
            .collect();
        entries.sort_by_key(|(place, _)| *place);
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    fn entry(&self, id: RowId, row: &Row) -> Entry {
        let compiled = self.compiled;
        let party = compiled.model.party(row.party);
        let span = party
            .clauses
            .get(row.clause as usize)
            .map_or(party.name_span, |clause| clause.span);
        let none = Vec::new();
        let holders = self.holders.get(&id.0).unwrap_or(&none);
        let (state, why) = self.state(id, row, holders);
        let mut by: Vec<Holder> = holders
            .iter()
            .map(|(artifact, place)| holder(artifact, place))
            .collect();
        by.sort();
        by.dedup();
        Entry {
            integration: party.name.to_string(),
            clause: folded(compiled.sources.text(span)),
            part: part(&row.part),
            file: compiled.sources.path(span).to_owned(),
            line: compiled.sources.line(span),
            state: state.word().to_owned(),
            by,
            why,
        }
    }

    /// The state that the files bear out, and why it is no better.
    fn state(
        &self,
        id: RowId,
        row: &Row,
        holders: &[(&Artifact, &Locator)],
    ) -> (State, Option<String>) {
        let silent = match row.state {
            State::Unenforced => return (State::Unenforced, row.why.clone()),
            State::Enforced | State::Gated => None,
            State::EnforcedByAbsence | State::Recorded if holders.is_empty() => {
                return (row.state, row.why.clone());
            }
            State::EnforcedByAbsence | State::Recorded => Some(row.state),
        };
        if let Some(lacking) = self.lacking(id, holders) {
            return match silent {
                Some(state) => (state, row.why.clone()),
                None => (State::Unenforced, Some(self.reason(row, &lacking))),
            };
        }
        let state = if holders.iter().all(|(artifact, _)| artifact.gated) {
            State::Gated
        } else {
            State::Enforced
        };
        (state, row.why.clone())
    }

    /// What the files leave a row without; nothing where they bear it out.
    fn lacking(&self, id: RowId, holders: &[(&Artifact, &Locator)]) -> Option<Lack<'a>> {
        let Some(bundles) = self.bundles.get(&id) else {
            return holders.is_empty().then_some(Lack::Everything);
        };
        bundles
            .iter()
            .map(|&index| &self.compiled.granted.bundles[index])
            .find(|bundle| {
                let party = &*self.compiled.model.party(bundle.party).name;
                let system = system_label(self.compiled, bundle.system, bundle.tenant);
                !holders.iter().any(|(artifact, _)| {
                    *artifact.integration == *party && artifact.system == system
                })
            })
            .map(Lack::Bundle)
    }

    /// Why no file of a bundle holds a row.
    fn reason(&self, row: &Row, lack: &Lack<'_>) -> String {
        let model = &self.compiled.model;
        let name = |id: PartyId| &model.party(id).name;
        let Lack::Bundle(bundle) = lack else {
            if let Some(why) = &row.why {
                return why.clone();
            }
            return match self.withheld.get(&row.party) {
                Some(_) => withheld_words(name(row.party)),
                None => "nothing is emitted that could hold it".to_owned(),
            };
        };
        if let Some(holder) = bundle
            .holders
            .iter()
            .find(|id| self.withheld.contains_key(id))
        {
            return withheld_words(name(*holder));
        }
        for &holder in &bundle.holders {
            let state = match model.party(holder).status() {
                Status::Active => continue,
                Status::Suspended => "suspended",
                Status::Retired => "retired",
            };
            return format!(
                "`{}` is {state}, and nothing is emitted for its identity",
                name(holder)
            );
        }
        let system = model.system(bundle.system);
        if system.external {
            return format!(
                "`{}` is external, and nothing is emitted into it",
                system.name
            );
        }
        if let Some(why) = &row.why {
            return why.clone();
        }
        let vendor = &model.catalog.vendor(bundle.vendor).name;
        if super::chosen(self.compiled, bundle).is_empty() {
            return format!("no target that prints {vendor} is chosen");
        }
        let what = match row.part {
            RowPart::Where => "conditions of this kind",
            RowPart::Until => "an end",
            RowPart::Fields => "fields",
            RowPart::Approval => "approvals",
            RowPart::Whole | RowPart::Resource(_) => match self.clause(row) {
                Some(ClauseKind::Expires(_)) => "an end",
                Some(ClauseKind::Identity { .. } | ClauseKind::Credential { .. }) => "identities",
                Some(ClauseKind::Trusts { .. }) => "trust",
                _ => "what it says",
            },
        };
        format!("no chosen target of {vendor} writes {what}")
    }

    fn clause(&self, row: &Row) -> Option<&ClauseKind> {
        let party = self.compiled.model.party(row.party);
        party
            .clauses
            .get(row.clause as usize)
            .map(|clause| &clause.kind)
    }
}

fn withheld_words(name: &str) -> String {
    format!("`{name}` is withheld: nothing is emitted for its identity until its errors are gone")
}

/// Every row that a bundle has.
fn rows(bundle: &Bundle) -> BTreeSet<RowId> {
    fn of<'a>(grants: impl IntoIterator<Item = &'a Grant>, rows: &mut BTreeSet<RowId>) {
        for grant in grants {
            rows.extend(&grant.rows);
        }
    }
    let mut rows = BTreeSet::new();
    of(&bundle.grants, &mut rows);
    of(&bundle.denies, &mut rows);
    for Gate { grants, denies, .. } in &bundle.gates {
        of(grants.iter().chain(denies), &mut rows);
    }
    for admission in &bundle.admissions {
        rows.extend(&admission.rows);
    }
    if let Some(Boundary {
        grants,
        denies,
        rows: own,
    }) = &bundle.boundary
    {
        of(grants.iter().chain(denies), &mut rows);
        rows.extend(own);
    }
    rows.extend(&bundle.identity_rows);
    rows.extend(bundle.expires.iter().map(|(row, _)| row));
    rows
}

fn holder(artifact: &Artifact, place: &Locator) -> Holder {
    let (pointer, line) = match place {
        Locator::Pointer(pointer) => (Some(pointer.clone()), None),
        Locator::Line(line) => (None, Some(*line)),
    };
    Holder {
        path: artifact.path.clone(),
        pointer,
        line,
    }
}

fn part(part: &RowPart) -> String {
    match part {
        RowPart::Whole => "whole".to_owned(),
        RowPart::Resource(text) => text.to_string(),
        RowPart::Where => "where".to_owned(),
        RowPart::Until => "until".to_owned(),
        RowPart::Fields => "fields".to_owned(),
        RowPart::Approval => "approval".to_owned(),
    }
}

/// The text with each run of white space one space.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
