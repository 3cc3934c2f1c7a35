//! One integration, told: what it is, and what each of its clauses comes to.

use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::emit::manifest::{Entry, Manifest};
use crate::format::expand::Flat;
use crate::grant::{Grant, Row, RowId};
use crate::model::catalog::SlotId;
use crate::model::party::{Clause, ClauseGroup, ClauseKind};
use crate::model::rule::Rule;
use crate::model::{Model, PartyId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The last column that is used where names allow.
const WIDTH: usize = 80;
/// How many names a line lists before it only counts.
const LISTED: usize = 8;

/// What there is to say about one integration or principal, ending with a line end. `flat` holds
/// its clauses with parameters replaced, `manifest` what became of each; `bold` puts terminal codes
/// around headings.
pub fn told(
    compiled: &Compiled,
    manifest: &Manifest,
    flat: &[Flat],
    id: PartyId,
    bold: bool,
) -> String {
    Teller {
        compiled,
        id,
        clauses: clauses(compiled, manifest, flat, id),
        bold,
        text: String::new(),
    }
    .tell()
}

/// One clause with all that belongs to it.
struct Told<'a> {
    clause: &'a Clause,
    text: String,
    rows: Vec<RowId>,
    entries: Vec<&'a Entry>,
}

fn clauses<'a>(
    compiled: &'a Compiled,
    manifest: &'a Manifest,
    flat: &[Flat],
    id: PartyId,
) -> Vec<Told<'a>> {
    let party = compiled.model.party(id);
    let mut rows: Vec<(RowId, &Row)> = (0u32..)
        .map(RowId)
        .zip(&compiled.granted.rows)
        .filter(|(_, row)| row.party == id)
        .collect();
    // The manifest lists the rows of a party in this order.
    rows.sort_by_key(|(_, row)| (row.clause, &row.part));
    let entries = manifest
        .ledger
        .iter()
        .filter(|entry| *entry.integration == *party.name);
    let mut by_clause: BTreeMap<u32, (Vec<RowId>, Vec<&Entry>)> = BTreeMap::new();
    for ((id, row), entry) in rows.into_iter().zip(entries) {
        let (ids, entries) = by_clause.entry(row.clause).or_default();
        ids.push(id);
        entries.push(entry);
    }
    let same = flat.len() == party.clauses.len();
    (0u32..)
        .zip(&party.clauses)
        .map(|(index, clause)| {
            let text = match flat.get(index as usize) {
                Some(flat) if same && flat.span == clause.span => &flat.text,
                _ => compiled.sources.text(clause.span),
            };
            let (rows, entries) = by_clause.remove(&index).unwrap_or_default();
            Told {
                clause,
                text: folded(text),
                rows,
                entries,
            }
        })
        .collect()
}

struct Teller<'a> {
    compiled: &'a Compiled,
    id: PartyId,
    clauses: Vec<Told<'a>>,
    bold: bool,
    text: String,
}

impl Teller<'_> {
    fn tell(mut self) -> String {
        let compiled = self.compiled;
        let party = compiled.model.party(self.id);
        let place = format!(
            "{}, {}:{}",
            party.kind.word(),
            compiled.sources.path(party.name_span),
            compiled.sources.place(party.name_span).line
        );
        self.heading(&party.name, &place);
        let clauses = std::mem::take(&mut self.clauses);
        for told in &clauses {
            if is_duty(&told.clause.kind) {
                let (word, value) = keyword(&told.text);
                self.wrapped(&format!("  {word:9} "), value);
            }
        }
        self.group(&clauses, "identities", is_identity);
        self.group(&clauses, "trust and delegation", |kind| {
            !is_duty(kind) && !is_identity(kind) && !is_authority(kind) && !is_accept(kind)
        });
        self.group(&clauses, "authority", is_authority);
        self.group(&clauses, "exceptions", is_accept);
        self.findings(&clauses);
        self.text
    }

    fn heading(&mut self, name: &str, what: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let name = if self.bold {
            format!("\u{1b}[1m{name}\u{1b}[0m")
        } else {
            name.to_owned()
        };
        let gap = if what.is_empty() { "" } else { "  " };
        self.text.extend([&*name, gap, what, "\n"]);
    }

    /// Words after a lead, wrapped under the first of them.
    fn wrapped(&mut self, lead: &str, words: &str) {
        let indent = lead.chars().count();
        let mut line = lead.to_owned();
        let mut fresh = true;
        for word in words.split(' ') {
            if !fresh && line.chars().count() + word.chars().count() + 1 > WIDTH {
                self.text.push_str(line.trim_end());
                self.text.push('\n');
                line = " ".repeat(indent);
                fresh = true;
            }
            if !fresh {
                line.push(' ');
            }
            line.push_str(word);
            fresh = false;
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn group(&mut self, clauses: &[Told<'_>], name: &str, is: impl Fn(&ClauseKind) -> bool) {
        let mut chosen = clauses
            .iter()
            .filter(|told| is(&told.clause.kind))
            .peekable();
        if chosen.peek().is_none() {
            return;
        }
        self.heading(name, "");
        for told in chosen {
            self.clause(told);
        }
    }

    fn clause(&mut self, told: &Told<'_>) {
        let profile = told.clause.profile.map(|id| {
            let name = &self.compiled.model.profiles[id.index()].name;
            format!("  (from profile {name})")
        });
        let text = format!("{}{}", told.text, profile.unwrap_or_default());
        let (first, rest) = keyword(&text);
        self.wrapped(&format!("  {first} "), rest);
        if let Some(rule) = rule(&told.clause.kind) {
            let operations = operations(&self.compiled.model, rule);
            self.wrapped("    means      ", &operations);
        }
        let (given, denied) = self.units(&told.rows);
        if !given.is_empty() {
            self.wrapped("    granted    ", &some(&given));
        }
        if !denied.is_empty() {
            self.wrapped("    denied     ", &some(&denied));
        }
        let mut states: BTreeMap<(&str, Option<&str>), Vec<&str>> = BTreeMap::new();
        for entry in &told.entries {
            states
                .entry((&entry.state, entry.why.as_deref()))
                .or_default()
                .push(&entry.part);
        }
        let several = states.len() > 1;
        for ((state, why), parts) in states {
            let mut words = state.to_owned();
            if several {
                words = format!("{words} for {}", parts.join(", "));
            }
            if let Some(why) = why {
                words = format!("{words}: {why}");
            }
            self.wrapped("    state      ", &words);
        }
        let compiled = self.compiled;
        for finding in about(compiled, self.id) {
            if within(finding.span, told.clause.span) {
                self.finding("    finding    ", finding);
            }
        }
    }

    fn finding(&mut self, lead: &str, finding: &Diagnostic) {
        let accepted = if finding.accepted { ", accepted" } else { "" };
        let words = format!(
            "{}[{}]{accepted}: {}",
            finding.severity.word(),
            finding.rule,
            finding.message
        );
        self.wrapped(lead, &words);
    }

    /// Findings about the integration that stand in none of its clauses.
    fn findings(&mut self, clauses: &[Told<'_>]) {
        let compiled = self.compiled;
        let rest: Vec<&Diagnostic> = about(compiled, self.id)
            .filter(|finding| {
                !clauses.iter().any(|told| {
                    within(finding.span, told.clause.span) && !is_duty(&told.clause.kind)
                })
            })
            .collect();
        if rest.is_empty() {
            return;
        }
        self.heading("findings", "");
        for finding in rest {
            self.finding("  ", finding);
        }
    }

    /// The units that hold any of the rows: those that are granted, and those that are denied.
    fn units(&self, rows: &[RowId]) -> (BTreeSet<String>, BTreeSet<String>) {
        let catalog = &self.compiled.model.catalog;
        let mut given = BTreeSet::new();
        let mut denied = BTreeSet::new();
        let holds = |grant: &&Grant| grant.rows.iter().any(|row| rows.contains(row));
        for bundle in &self.compiled.granted.bundles {
            let gates = bundle.gates.iter();
            let grants = bundle
                .grants
                .iter()
                .chain(gates.clone().flat_map(|gate| &gate.grants));
            for grant in grants.filter(holds) {
                given.extend(grant.units.spelled(catalog));
            }
            let denials = bundle
                .denies
                .iter()
                .chain(gates.flat_map(|gate| &gate.denies));
            for grant in denials.filter(holds) {
                denied.extend(grant.units.spelled(catalog));
            }
        }
        (given, denied)
    }
}

/// The diagnostics about an integration, those left out that the baseline knows.
fn about(compiled: &Compiled, id: PartyId) -> impl Iterator<Item = &Diagnostic> {
    let name = &*compiled.model.party(id).name;
    compiled
        .diagnostics
        .iter()
        .filter(move |one| one.subject.as_deref() == Some(name) && !one.baselined)
}

fn within(inner: Span, outer: Span) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end
}

fn is_duty(kind: &ClauseKind) -> bool {
    matches!(
        kind,
        ClauseKind::Owner(_)
            | ClauseKind::Purpose(_)
            | ClauseKind::Operator(_)
            | ClauseKind::Expires(_)
            | ClauseKind::Review { .. }
            | ClauseKind::Revoke(_)
            | ClauseKind::Monitor(_)
            | ClauseKind::Status(_)
            | ClauseKind::Acts(_)
    )
}

fn is_identity(kind: &ClauseKind) -> bool {
    matches!(
        kind,
        ClauseKind::Identity { .. } | ClauseKind::Credential { .. } | ClauseKind::MemberOf(_)
    )
}

fn is_accept(kind: &ClauseKind) -> bool {
    matches!(kind, ClauseKind::Accept(_))
}

fn is_authority(kind: &ClauseKind) -> bool {
    kind.group() == ClauseGroup::Authority
}

/// The body of an `allow` or a `never`.
fn rule(kind: &ClauseKind) -> Option<&Rule> {
    if let ClauseKind::Allow(rule) | ClauseKind::Never(rule) = kind {
        Some(rule)
    } else {
        None
    }
}

/// The keyword of a clause of duties, and what follows.
fn keyword(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (word, rest)
}

/// The operations that a rule comes to.
fn operations(model: &Model, rule: &Rule) -> String {
    let catalog = &model.catalog;
    let mut names = BTreeSet::new();
    let mut all = BTreeSet::new();
    for part in &rule.parts {
        if part.everything {
            let of = catalog.of(part.thing.of);
            all.insert(format!(
                "every operation of {}, future ones included",
                of.service
                    .as_deref()
                    .unwrap_or(&catalog.vendor(of.vendor).name)
            ));
            continue;
        }
        for slice in part.slices.iter() {
            match slice.cube.operations.iter_finite() {
                Some(slots) => names.extend(
                    slots.map(|slot| catalog.operation_of(SlotId::of(slot)).name.to_string()),
                ),
                None => {
                    all.insert("every operation but a few, future ones included".to_owned());
                }
            }
        }
    }
    let mut words: Vec<String> = all.into_iter().collect();
    match names.len() {
        0 if words.is_empty() => words.push("no operation".to_owned()),
        0 => {}
        1 => words.push(format!("1 operation: {}", some(&names))),
        count => words.push(format!("{count} operations: {}", some(&names))),
    }
    words.join("; ")
}

/// The first few names, and how many more there are.
fn some(names: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = names.iter().take(LISTED).map(String::as_str).collect();
    let text = shown.join(", ");
    match names.len().checked_sub(LISTED) {
        Some(more @ 1..) => format!("{text} and {more} more"),
        Some(0) | None => text,
    }
}

/// The text with each run of white space one space.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
