//! What no declaration decides when somebody is gone, so that a person has to.

use std::collections::BTreeSet;

use serde::Serialize;

use super::belonging::Role;
use super::cut::origin_of;
use super::edit::Edit;
use super::scan::{self, Within};
use super::{Project, Without, word};
use crate::compile::Compiled;
use crate::model::Model;
use crate::model::guard::{GuardRuleKind, Selector};
use crate::model::party::{Owner, Party};
use crate::model::thing::Thing;

/// Something to decide.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Decision {
    /// Where it stands, relative to the project.
    pub file: String,
    /// The line.
    pub line: u32,
    /// What to decide: begins with `whether`, `who` or `what`.
    pub what: String,
}

/// Everything to decide: what the edits leave open first, then what nothing names any more, and
/// guards that are about nobody.
pub(super) fn decisions(without: &Without<'_>, project: &Project, edits: &[Edit]) -> Vec<Decision> {
    let mut all: Vec<Decision> = Vec::new();
    for edit in edits {
        all.extend(edit.decide.iter().map(|what| Decision {
            file: edit.file.clone(),
            line: edit.line,
            what: what.clone(),
        }));
    }
    let mut rest = idle(without, project);
    rest.extend(aimless(without));
    rest.extend(orphans(without));
    rest.sort();
    all.extend(rest);
    all
}

/// Systems, teams and principals that it names and that nothing names when it is gone.
fn idle(without: &Without<'_>, project: &Project) -> Vec<Decision> {
    let after = &without.after.compiled;
    let model = &after.model;
    let systems = model
        .systems
        .iter()
        .map(|one| ("system", &*one.name, one.span));
    let teams = model.teams.iter().map(|one| ("team", &*one.name, one.span));
    let parties = model.parties().map(|(_, one)| one);
    let principals = parties
        .filter(|one| !one.is_integration())
        .map(|one| ("principal", &*one.name, one.name_span));
    let count = |compiled: &Compiled, name: &str| -> usize {
        let texts = project
            .files
            .iter()
            .map(|&id| &compiled.sources.file(id).text);
        texts
            .flat_map(|text| scan::lines(text, name, "//"))
            .filter(|(_, within)| *within == Within::Code)
            .count()
    };
    systems
        .chain(teams)
        .chain(principals)
        .filter(|(_, name, _)| count(after, name) == 1 && count(without.now, name) > 1)
        .map(|(kind, name, span)| {
            let span = origin_of(&without.after.gaps, span);
            let (file, line) = word::place(without.now, span);
            Decision {
                file,
                line,
                what: format!("whether {kind} `{name}` stays: nothing else names it"),
            }
        })
        .collect()
}

/// Rules of guards that were about it, by what it is, and that are about nobody now.
fn aimless(without: &Without<'_>) -> Vec<Decision> {
    let before = &without.now.model;
    let after = &without.after.compiled.model;
    let mut found = BTreeSet::new();
    for guard in &after.guards {
        for rule in &guard.rules {
            let selectors: Vec<&Selector> = match &rule.kind {
                GuardRuleKind::Deny { what, subjects, .. } => {
                    what.selectors.iter().chain(subjects).collect()
                }
                GuardRuleKind::Require { of, .. } => of.selectors.iter().collect(),
                GuardRuleKind::Limit { subjects, .. } => subjects.iter().collect(),
            };
            let speaks = selectors.iter().any(|one| {
                matches!(
                    one,
                    Selector::Kind(_) | Selector::Owner(_) | Selector::OrgLevel
                )
            });
            let about = |model: &Model, party: &Party| {
                selectors.iter().all(|one| is(after, one, model, party))
            };
            let none = || !after.parties().any(|(_, party)| about(after, party));
            if speaks && about(before, without.party()) && none() {
                let span = origin_of(&without.after.gaps, rule.span);
                let (file, line) = word::place(without.now, span);
                found.insert(Decision {
                    file,
                    line,
                    what: format!(
                        "whether the rule of guard `{}` stays: it is about nobody until there is another one",
                        guard.name
                    ),
                });
            }
        }
    }
    found.into_iter().collect()
}

/// Facts about what goes with it.
fn orphans(without: &Without<'_>) -> Vec<Decision> {
    let now = &without.now.model;
    let after = &without.after.compiled.model;
    let goes = |thing: &Thing| {
        [Role::Identity, Role::Host, Role::Secret]
            .into_iter()
            .any(|role| without.goes(role, thing))
    };
    let left: BTreeSet<_> = after
        .resources
        .iter()
        .map(|resource| origin_of(&without.after.gaps, resource.span.first()).first())
        .collect();
    now.resources
        .iter()
        .filter(|resource| goes(&resource.thing) && left.contains(&resource.span.first()))
        .map(|resource| {
            let (file, line) = word::place(without.now, resource.span);
            let text = now.thing_text(&resource.thing);
            Decision {
                file,
                line,
                what: format!("whether the facts about `{text}` stay: it goes with it"),
            }
        })
        .collect()
}

/// Whether a party is what a selector says; what is said of places leaves nobody out.
fn is(of: &Model, selector: &Selector, model: &Model, party: &Party) -> bool {
    match selector {
        Selector::Kind(kind) => party.kind == *kind,
        Selector::OrgLevel => party.acts().is_org_level(),
        Selector::Owner(team) => match party.owner() {
            Some((Owner::Team(owner), _)) => model.team(*owner).name == of.team(*team).name,
            Some((Owner::Person(_), _)) | None => false,
        },
        Selector::Env(_)
        | Selector::Label(_)
        | Selector::Vendor(_)
        | Selector::System(_)
        | Selector::Thing(_)
        | Selector::Party(_) => true,
    }
}
