//! One integration in full: what is declared, granted and effective, what became of every clause,
//! its exceptions, and what is due.

use super::answer::Answer;
use super::assess::{Assessment, Verdict, listed};
use super::desk::Desk;
use super::shown::{Location, Shown, evidence, location, words};
use crate::emit::manifest::{Entry as LedgerEntry, Surplus};
use crate::emit::system_label;
use crate::grant::{Bundle, Grant, Units};
use crate::lifecycle::due::{self, Due};
use crate::model::PartyId;
use crate::model::party::ClauseGroup;
use crate::question::hop::Hop;
use crate::question::reach::{Asker, Path, Row};
use crate::question::{Who, blast_radius::Radius};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One integration in full.
#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    /// What it declares, clause by clause.
    pub declared: Vec<Declared>,
    /// What it is granted.
    pub granted: Vec<Given>,
    /// What the chosen units give and nobody declared.
    pub excess: Vec<Surplus>,
    /// What it comes to through others.
    pub effective: Effective,
    /// Its exceptions.
    pub exceptions: Vec<Exception>,
    /// What is due.
    pub due: Vec<DueRow>,
    /// What every predicate comes to.
    pub predicates: Vec<Judgement>,
    /// What every control comes to.
    pub controls: Vec<ControlRow>,
}

/// A clause, and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Declared {
    /// `governance`, `identity`, `delegation`, `authority` or `exception`.
    pub group: &'static str,
    /// As written, each run of white space one space.
    pub text: String,
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// The profile that it came with.
    pub profile: Option<String>,
    /// What became of its parts.
    pub ledger: Vec<State>,
}

/// What became of one part of a clause.
#[derive(Clone, Debug, Serialize)]
pub struct State {
    /// The part.
    pub part: String,
    /// `enforced`, `enforced-by-absence`, `gated`, `recorded` or `unenforced`.
    pub state: String,
    /// Why, or a remark.
    pub why: Option<String>,
    /// The emitted lines that hold it.
    pub by: Vec<crate::emit::manifest::Holder>,
}

/// What an identity is granted, or denied, in one system.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// The system, with the tenant where it has several.
    pub system: String,
    /// The vendor.
    pub vendor: String,
    /// The identity; none for the token that a platform gives.
    pub identity: Option<String>,
    /// `granted`, `denied`, `on approval` or `at most`.
    pub how: &'static str,
    /// Who approves, and for how long.
    pub approval: Option<String>,
    /// The vendor's units, or the operations that are units themselves, sorted.
    pub units: Vec<String>,
    /// On what; empty means the whole tenant or credential.
    pub on: Vec<String>,
    /// Under which conditions.
    pub conditions: Vec<String>,
    /// The first instant at which it no longer holds.
    pub until: Option<String>,
    /// The fields that it is limited to.
    pub fields: Vec<String>,
}

/// What it comes to through others.
#[derive(Clone, Debug, Serialize)]
pub struct Effective {
    /// As whom it can act.
    pub controls: Vec<Control>,
    /// Where it can grant itself anything.
    pub elevated: Vec<Elevated>,
    /// How much it reaches.
    pub blast_radius: Radius,
    /// What it can do, by resource, the ways in which it comes by it, and the verdict.
    pub authority: Vec<Reached>,
    /// How many more rows of authority there are.
    pub left_out: usize,
}

/// Somebody as whom it can act.
#[derive(Clone, Debug, Serialize)]
pub struct Control {
    /// The name, or what is had where nobody is declared for it.
    pub name: String,
    /// `proven`, `possible` or `blocked`.
    pub verdict: &'static str,
    /// What nobody said.
    pub unknown: Vec<String>,
    /// The guards in the way.
    pub blocked_by: Vec<String>,
    /// The way there.
    pub path: Vec<Step>,
}

/// A scope in which it can grant itself anything.
#[derive(Clone, Debug, Serialize)]
pub struct Elevated {
    /// The scope.
    pub scope: String,
    /// `proven`, `possible` or `blocked`.
    pub verdict: &'static str,
    /// What nobody said.
    pub unknown: Vec<String>,
    /// The way there.
    pub path: Vec<Step>,
}

/// A step of a way.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// From whom.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The kind of edge.
    pub edge: &'static str,
    /// Why.
    pub why: String,
    /// Where it is declared.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
}

/// What it can do with one resource.
#[derive(Clone, Debug, Serialize)]
pub struct Reached {
    /// The resource, as it is written in the language.
    pub resource: String,
    /// `direct`, `delegated`, `inherited` or `lateral`.
    pub via: &'static str,
    /// `proven`, `possible` or `blocked`.
    pub verdict: &'static str,
    /// The verbs, in the order of the language.
    pub verbs: Vec<&'static str>,
    /// How many operations that is.
    pub operations: usize,
    /// Whose authority it is.
    pub holder: String,
}

/// An exception.
#[derive(Clone, Debug, Serialize)]
pub struct Exception {
    /// The check or guard.
    pub rule: String,
    /// The reason.
    pub because: String,
    /// Who accepts it.
    pub by: String,
    /// The last day.
    pub until: String,
    /// Where it is written.
    #[serde(flatten)]
    pub location: Location,
    /// What it covers.
    pub covers: Vec<String>,
}

/// Something that is due.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DueRow {
    /// `review`, `rotation`, `expiry`, `clause-end` or `exception-end`.
    pub kind: &'static str,
    /// The day; none where nobody said when it was done last.
    pub on: Option<String>,
    /// Days from the day of the report: negative is overdue.
    pub days: Option<i64>,
    /// Whose.
    pub integration: String,
    /// What it is about.
    pub about: String,
    /// Who has to see to it.
    pub by: Option<String>,
    /// When it was done last.
    pub last: Option<String>,
    /// The clause's place.
    #[serde(flatten)]
    pub location: Location,
}

/// What a predicate comes to.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// The predicate.
    pub id: &'static str,
    /// The outcome's word.
    pub outcome: &'static str,
    /// Why.
    pub why: String,
    /// What it rests on.
    pub evidence: Vec<Shown>,
}

/// What a control comes to.
#[derive(Clone, Debug, Serialize)]
pub struct ControlRow {
    /// The framework's key.
    pub framework: String,
    /// The control.
    pub id: String,
    /// The verdict.
    pub verdict: &'static str,
    /// The predicates that decided, by id.
    pub because: Vec<&'static str>,
    /// Why, in full sentences: what those predicates say. Not in JSON, where they stand beside.
    #[serde(skip)]
    pub reason: String,
}

/// The most rows of authority that are told of one integration.
const ROWS: usize = 5_000;
/// The most resources of its authority that are told.
const RESOURCES: usize = 200;

/// The integration of that number in full.
pub fn detail(
    desk: &Desk<'_>,
    assessment: &Assessment,
    number: usize,
    asker: &mut Asker<'_>,
) -> Detail {
    let id = assessment.integrations[number];
    let answers = assessment.answers(desk, number);
    Detail {
        declared: declared(desk, id),
        granted: granted(desk, id),
        excess: desk.excess(id).cloned().collect(),
        effective: effective(id, asker),
        exceptions: exceptions(desk, id),
        due: due::of(&desk.context, id)
            .iter()
            .map(|due| due_row(desk, due))
            .collect(),
        predicates: assessment
            .predicates
            .iter()
            .zip(&answers)
            .map(|(predicate, answer)| Judgement {
                id: predicate.id,
                outcome: answer.outcome.word(),
                evidence: evidence(desk, id, answer),
                why: answer.why.clone(),
            })
            .collect(),
        controls: controls(assessment, number, &answers),
    }
}

fn controls(assessment: &Assessment, number: usize, answers: &[Answer]) -> Vec<ControlRow> {
    let asked = assessment.asked.iter();
    let rows = asked.flat_map(|asked| listed(asked).map(move |control| (asked, control)));
    rows.filter(|(_, control)| {
        // What no predicate speaks of is told once, for the project.
        assessment.verdict(number, control) != Verdict::NotAssessed || !control.evidence.is_empty()
    })
    .filter(|(_, control)| control.inapplicable.is_none())
    .map(|(asked, control)| ControlRow {
        framework: asked.framework.key.clone(),
        id: control.id.clone(),
        verdict: assessment.verdict(number, control).word(),
        because: assessment
            .deciding(number, control)
            .map(|one| one.id)
            .collect(),
        reason: assessment.reason_for(number, control, answers),
    })
    .collect()
}

fn declared(desk: &Desk<'_>, id: PartyId) -> Vec<Declared> {
    let clauses = desk.party(id).clauses.iter().enumerate();
    clauses
        .map(|(index, clause)| Declared {
            group: match clause.kind.group() {
                ClauseGroup::Governance => "governance",
                ClauseGroup::Identity => "identity",
                ClauseGroup::Delegation => "delegation",
                ClauseGroup::Authority => "authority",
                ClauseGroup::Exception => "exception",
            },
            text: words(desk, clause.span),
            location: location(desk, clause.span),
            profile: clause.profile.map(|profile| {
                desk.compiled.model.profiles[profile.index()]
                    .name
                    .to_string()
            }),
            ledger: desk.entries(id, index).map(state).collect(),
        })
        .collect()
}

fn state(entry: &LedgerEntry) -> State {
    State {
        part: entry.part.clone(),
        state: entry.state.clone(),
        why: entry.why.clone(),
        by: entry.by.clone(),
    }
}

fn granted(desk: &Desk<'_>, id: PartyId) -> Vec<Given> {
    let model = &desk.compiled.model;
    let mut all = Vec::new();
    for bundle in desk.bundles(id) {
        let mut put = |grants: &[Grant], how: &'static str, approval: Option<String>| {
            all.extend(
                grants
                    .iter()
                    .map(|grant| given(desk, bundle, grant, how, approval.clone())),
            );
        };
        put(&bundle.grants, "granted", None);
        for gate in &bundle.gates {
            let team = &model.team(gate.by).name;
            let words = match gate.duration {
                Some(duration) => format!("{team}, for {duration}"),
                None => format!("{team}, without an end"),
            };
            put(&gate.grants, "on approval", Some(words));
        }
        put(&bundle.denies, "denied", None);
        if let Some(boundary) = &bundle.boundary {
            put(&boundary.grants, "at most", None);
        }
    }
    all
}

fn given(
    desk: &Desk<'_>,
    bundle: &Bundle,
    grant: &Grant,
    how: &'static str,
    approval: Option<String>,
) -> Given {
    let model = &desk.compiled.model;
    let catalog = &model.catalog;
    let units = match &grant.units {
        // People read these two more easily in words.
        Units::Service(service) => vec![format!("every operation of {service}")],
        Units::Everything => vec!["every operation".to_owned()],
        Units::Operations(_) | Units::Named(_) | Units::Prefixes(_) => grant.units.spelled(catalog),
    };
    Given {
        system: system_label(desk.compiled, bundle.system, bundle.tenant),
        vendor: catalog.vendor(bundle.vendor).name.to_string(),
        identity: bundle
            .identity
            .as_ref()
            .map(|thing| model.thing_text(thing)),
        how,
        approval,
        units,
        on: grant
            .things
            .iter()
            .map(|thing| model.thing_text(thing))
            .collect(),
        conditions: grant
            .conditions
            .iter()
            .map(|&condition| model.condition(condition).text())
            .collect(),
        until: grant.until.map(|until| until.to_string()),
        fields: grant.fields.iter().map(ToString::to_string).collect(),
    }
}

fn steps(path: &Path) -> Vec<Step> {
    path.iter()
        .map(|hop: &Hop| Step {
            from: hop.from.clone(),
            to: hop.to.clone(),
            edge: hop.edge,
            why: hop.why.clone(),
            file: hop.file.clone(),
            line: hop.line,
        })
        .collect()
}

/// What rows of authority are told together by: resource, way, verdict and holder.
type Way<'a> = (&'a str, &'a str, &'a str, &'a str);

fn effective(id: PartyId, asker: &mut Asker<'_>) -> Effective {
    let answer = asker.answer(Who::Party(id), Some(ROWS));
    let mut rows: BTreeMap<Way<'_>, (BTreeSet<&'static str>, usize)> = BTreeMap::new();
    let mut order: Vec<Way<'_>> = Vec::new();
    let key = |row: &Row| (row.via, row.verdict);
    for row in &answer.authority {
        let (via, verdict) = key(row);
        let key = (row.resource.as_str(), via, verdict, row.holder.as_str());
        let known = rows.entry(key).or_insert_with(|| {
            order.push(key);
            (BTreeSet::new(), 0)
        });
        known.0.insert(row.verb);
        known.1 += 1;
    }
    let authority: Vec<Reached> = order
        .iter()
        .take(RESOURCES)
        .filter_map(|key| {
            let (verbs, operations) = rows.get(key)?;
            let row = answer.authority.iter().find(|row| {
                (
                    row.resource.as_str(),
                    row.via,
                    row.verdict,
                    row.holder.as_str(),
                ) == *key
            })?;
            Some(Reached {
                resource: row.resource.clone(),
                via: row.via,
                verdict: row.verdict,
                verbs: in_order(verbs),
                operations: *operations,
                holder: row.holder.clone(),
            })
        })
        .collect();
    let left_out = order.len() - authority.len() + (answer.total - answer.authority.len());
    Effective {
        controls: answer
            .controls
            .iter()
            .map(|control| Control {
                name: control
                    .principal
                    .clone()
                    .or_else(|| control.resource.clone())
                    .unwrap_or_default(),
                verdict: control.verdict,
                unknown: control.unknown.clone(),
                blocked_by: control.blocked_by.clone().unwrap_or_default(),
                path: steps(&control.path),
            })
            .collect(),
        elevated: answer
            .elevated
            .iter()
            .map(|elevated| Elevated {
                scope: elevated.scope.clone(),
                verdict: elevated.verdict,
                unknown: elevated.unknown.clone(),
                path: steps(&elevated.path),
            })
            .collect(),
        blast_radius: answer.blast_radius,
        authority,
        left_out,
    }
}

/// Verbs in the order of the language, `any` first.
fn in_order(verbs: &BTreeSet<&'static str>) -> Vec<&'static str> {
    let known = crate::authority::verb::Verb::ALL.map(crate::authority::verb::Verb::word);
    let mut all: Vec<&'static str> = verbs.iter().copied().collect();
    all.sort_by_key(|word| {
        known
            .iter()
            .position(|known| known == word)
            .map_or(0, |at| at + 1)
    });
    all
}

fn exceptions(desk: &Desk<'_>, id: PartyId) -> Vec<Exception> {
    let party = desk.party(id);
    let accepts = party.accepts();
    accepts
        .map(|(index, accept)| Exception {
            rule: accept.rule.to_string(),
            because: accept.because.to_string(),
            by: desk.compiled.model.team(accept.by).name.to_string(),
            until: accept.until.to_string(),
            location: location(desk, party.clauses[index].span),
            covers: desk
                .findings(id)
                .filter(|(_, found)| found.accepted_at == Some(party.clauses[index].span))
                .map(|(_, found)| found.message.clone())
                .collect(),
        })
        .collect()
}

/// Something that is due, told.
pub fn due_row(desk: &Desk<'_>, due: &Due) -> DueRow {
    DueRow {
        kind: due.kind.word(),
        on: due.on.map(|on| on.to_string()),
        days: due.on.map(|on| on.days_since(desk.today)),
        integration: desk.party(due.party).name.to_string(),
        about: due.about.clone(),
        by: due
            .by
            .map(|by| desk.compiled.model.team(by).name.to_string()),
        last: due.last.map(|(on, _)| on.to_string()),
        location: location(desk, due.span),
    }
}
