//! All integrations on one page: where the risk is, what is due, what nobody owns.

use super::desk::Desk;
use super::detail::{DueRow, due_row};
use super::register::{Entry, Risk};
use crate::check::delegation::deep_trust_chain;
use crate::lifecycle::due::{Due, DueKind};
use crate::question::blast_radius;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many days ahead is soon.
pub const SOON: i64 = 31;
/// How many rows a ranking has.
const RANKED: usize = 10;

/// All integrations on one page.
#[derive(Clone, Debug, Serialize)]
pub struct Estate {
    /// How many integrations there are.
    pub integrations: usize,
    /// By risk, the gravest first.
    pub by_risk: BTreeMap<&'static str, usize>,
    /// By class.
    pub by_class: BTreeMap<&'static str, usize>,
    /// By kind.
    pub by_kind: BTreeMap<&'static str, usize>,
    /// Systems, those with the gravest integrations first.
    pub systems: Vec<SystemRow>,
    /// What is overdue, of which no day can be told, or due soon.
    pub soon: Vec<DueRow>,
    /// Integrations without an owner, or whose owner is a person.
    pub unowned: Vec<String>,
    /// Integrations that are granted more than they declare, with how many operations, most first.
    pub excess: Vec<(String, usize)>,
    /// The longest chains of trust.
    pub chains: Vec<Chain>,
    /// The worst blast radii, the largest first.
    pub blast_radius: Vec<RadiusRow>,
    /// Integrations for which nothing is emitted until their errors are gone.
    pub withheld: Vec<String>,
}

/// A system.
#[derive(Clone, Debug, Serialize)]
pub struct SystemRow {
    /// The name.
    pub name: String,
    /// The vendor.
    pub vendor: String,
    /// The environment.
    pub environment: Option<String>,
    /// The labels.
    pub labels: Vec<String>,
    /// How many integrations act in it, by risk.
    pub by_risk: BTreeMap<&'static str, usize>,
    /// How many act in it.
    pub integrations: usize,
}

/// A chain of trust.
#[derive(Clone, Debug, Serialize)]
pub struct Chain {
    /// Whose.
    pub integration: String,
    /// What was found.
    pub message: String,
}

/// How much somebody reaches.
#[derive(Clone, Debug, Serialize)]
pub struct RadiusRow {
    /// Who.
    pub integration: String,
    /// Scopes in which it can grant itself anything.
    pub elevated: usize,
    /// Integrations as which it can act.
    pub integrations: usize,
    /// Systems in which it can do anything.
    pub systems: usize,
    /// Resources, as they are written.
    pub resources: usize,
    /// The gravest verb.
    pub worst_verb: Option<&'static str>,
}

/// All integrations, from their entries and their radii, the largest radius first.
pub fn estate(
    desk: &Desk<'_>,
    entries: &[Entry],
    ranking: &[blast_radius::Row],
    calendar: &[Due],
) -> Estate {
    let count = |word: &dyn Fn(&Entry) -> &'static str| {
        let mut all: BTreeMap<&'static str, usize> = BTreeMap::new();
        for entry in entries {
            *all.entry(word(entry)).or_default() += 1;
        }
        all
    };
    let names = |keep: &dyn Fn(&Entry) -> bool| -> Vec<String> {
        let kept = entries.iter().filter(|entry| keep(entry));
        kept.map(|entry| entry.name.clone()).collect()
    };
    let mut excess: Vec<(String, usize)> = entries
        .iter()
        .filter(|entry| entry.excess > 0)
        .map(|entry| (entry.name.clone(), entry.excess))
        .collect();
    excess.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let soon = calendar
        .iter()
        .filter(|due| {
            let days = due.on.map(|on| on.days_since(desk.today));
            days.is_none_or(|days| days <= SOON)
        })
        // What nobody ever did is told of the things that have to be done, not of ends.
        .filter(|due| due.on.is_some() || matches!(due.kind, DueKind::Review | DueKind::Rotation))
        .map(|due| due_row(desk, due))
        .collect();
    Estate {
        integrations: entries.len(),
        by_risk: count(&|entry| entry.risk.word()),
        by_class: count(&|entry| entry.class),
        by_kind: count(&|entry| entry.kind),
        systems: systems(desk, entries),
        soon,
        unowned: names(&|entry| !entry.owned_by_team),
        excess,
        chains: desk
            .compiled
            .diagnostics
            .iter()
            .filter(|found| found.rule == deep_trust_chain::CHECK.name)
            .filter(|found| {
                let subject = found.subject.as_deref().unwrap_or_default();
                entries.iter().any(|entry| entry.name == subject)
            })
            .take(RANKED)
            .map(|found| Chain {
                integration: found.subject.clone().unwrap_or_default(),
                message: found.message.clone(),
            })
            .collect(),
        blast_radius: ranking
            .iter()
            .take(RANKED)
            .map(|row| RadiusRow {
                integration: row.integration.clone(),
                elevated: row.radius.elevated,
                integrations: row.radius.integrations,
                systems: row.radius.systems,
                resources: row.radius.resources,
                worst_verb: row.radius.worst_verb,
            })
            .collect(),
        withheld: names(&|entry| entry.withheld),
    }
}

fn systems(desk: &Desk<'_>, entries: &[Entry]) -> Vec<SystemRow> {
    let model = &desk.compiled.model;
    let mut by_system: BTreeMap<&str, BTreeMap<Risk, usize>> = BTreeMap::new();
    for entry in entries {
        for system in &entry.systems {
            *by_system
                .entry(system)
                .or_default()
                .entry(entry.risk)
                .or_default() += 1;
        }
    }
    let mut rows: Vec<(Vec<usize>, SystemRow)> = model
        .systems
        .iter()
        .map(|system| {
            let none = BTreeMap::new();
            let risks = by_system.get(&*system.name).unwrap_or(&none);
            let rank = Risk::ALL
                .iter()
                .map(|risk| risks.get(risk).copied().unwrap_or(0))
                .collect();
            let row = SystemRow {
                name: system.name.to_string(),
                vendor: model.catalog.vendor(system.vendor).name.to_string(),
                environment: system.env.as_ref().map(ToString::to_string),
                labels: system.labels.iter().map(ToString::to_string).collect(),
                by_risk: risks
                    .iter()
                    .map(|(risk, count)| (risk.word(), *count))
                    .collect(),
                integrations: risks.values().sum(),
            };
            (rank, row)
        })
        .collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    rows.into_iter().map(|(_, row)| row).collect()
}
