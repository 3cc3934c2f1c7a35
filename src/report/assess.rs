//! Controls judged: what the predicates say, integration by integration and for all.

use super::answer::{Answer, Outcome};
use super::desk::Desk;
use super::framework::{Asked, Control, Framework};
use super::predicate::{self, Predicate};
use crate::model::PartyId;
use crate::settings::Class;
use std::collections::{BTreeMap, HashMap};

/// What a control comes to. An auditor decides whether it is met; this says what declarations
/// show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// All that the control asks for is shown.
    Satisfied,
    /// Something that it asks for is not the case.
    Gap,
    /// What was judged holds, and something else was not, or not wholly.
    Partial,
    /// Nothing could be judged.
    NotAssessed,
    /// It does not concern what is declared.
    NotApplicable,
}

impl Verdict {
    /// Every verdict, in the order in which they are counted.
    pub const ALL: [Verdict; 5] = [
        Verdict::Satisfied,
        Verdict::Gap,
        Verdict::Partial,
        Verdict::NotAssessed,
        Verdict::NotApplicable,
    ];

    /// The words that people read.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Satisfied => "satisfied",
            Verdict::Gap => "gap",
            Verdict::Partial => "partial",
            Verdict::NotAssessed => "not assessed",
            Verdict::NotApplicable => "not applicable",
        }
    }

    /// The word in JSON and in class names.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Satisfied => "satisfied",
            Verdict::Gap => "gap",
            Verdict::Partial => "partial",
            Verdict::NotAssessed => "not-assessed",
            Verdict::NotApplicable => "not-applicable",
        }
    }
}

/// Everything that was judged of one project under some frameworks.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// What was asked for, each framework once.
    pub asked: Vec<Asked>,
    /// The integrations, in the order of their names.
    pub integrations: Vec<PartyId>,
    /// The predicates that some control names, in the order of the families.
    pub predicates: Vec<&'static Predicate>,
    /// Whether others are declared that the report leaves out.
    limited: bool,
    /// How many errors are about nobody who is known, so that more may be declared than is here.
    problems: usize,
    /// Per integration, the classes that it is of.
    classes: Vec<Vec<Class>>,
    /// Per integration, then per predicate.
    outcomes: Vec<Vec<Outcome>>,
    /// Each predicate's place among them, by id.
    columns: HashMap<&'static str, usize>,
}

/// A control, judged for all integrations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    /// For the project.
    pub verdict: Verdict,
    /// How many integrations have each verdict.
    pub counts: BTreeMap<Verdict, usize>,
    /// Why, in full sentences.
    pub reason: String,
}

impl Assessment {
    /// Judges the integrations that are kept by every predicate that the frameworks name.
    pub fn new(desk: &Desk<'_>, asked: Vec<Asked>, keep: &dyn Fn(PartyId) -> bool) -> Self {
        let model = &desk.compiled.model;
        let all = model.integrations().map(|(id, _)| id);
        let mut integrations: Vec<PartyId> = all.filter(|&id| keep(id)).collect();
        integrations.sort_by_key(|&id| &model.party(id).name);
        let named = |predicate: &&Predicate| {
            let mut controls = asked.iter().flat_map(listed);
            controls.any(|control| control.evidence.iter().any(|id| id == predicate.id))
        };
        let predicates: Vec<&'static Predicate> = predicate::all().filter(named).collect();
        let outcomes = integrations
            .iter()
            .map(|&id| {
                let judged = predicates.iter().map(|one| one.answer(desk, id).outcome);
                judged.collect()
            })
            .collect();
        let columns = (predicates.iter().enumerate())
            .map(|(column, predicate)| (predicate.id, column))
            .collect();
        let classes = (integrations.iter())
            .map(|&id| desk.classes(id).to_vec())
            .collect();
        Self {
            asked,
            limited: integrations.len() < model.integrations().count(),
            problems: desk.problems().len(),
            integrations,
            predicates,
            classes,
            outcomes,
            columns,
        }
    }

    /// The integration's number in [`Assessment::integrations`].
    pub fn number(&self, id: PartyId) -> Option<usize> {
        self.integrations.iter().position(|&one| one == id)
    }

    /// What a predicate comes to for the integration of that number; none for a predicate that no
    /// control names.
    pub fn outcome(&self, number: usize, predicate: &Predicate) -> Option<Outcome> {
        let column = *self.columns.get(predicate.id)?;
        self.outcomes.get(number)?.get(column).copied()
    }

    /// What a control comes to for the integration of that number.
    pub fn verdict(&self, number: usize, control: &Control) -> Verdict {
        if !self.concerns(number, control) {
            return Verdict::NotApplicable;
        }
        let outcomes = control
            .predicates()
            .filter_map(|predicate| self.outcome(number, predicate));
        verdict(control, outcomes)
    }

    /// What is said where more may be declared than could be read.
    fn unread(&self) -> Option<String> {
        match self.problems {
            0 => None,
            1 => Some(" One error keeps part of the project from being known.".to_owned()),
            count => Some(format!(
                " {count} errors keep parts of the project from being known."
            )),
        }
    }

    /// Whether a control is about integrations of a class that the one of that number is of.
    fn concerns(&self, number: usize, control: &Control) -> bool {
        let own = &self.classes[number];
        control.concerns.is_empty() || control.concerns.iter().any(|class| own.contains(class))
    }

    /// What a control comes to for all integrations, with the reason.
    pub fn judged(&self, desk: &Desk<'_>, control: &Control) -> Judged {
        let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
        let mut first: BTreeMap<Verdict, usize> = BTreeMap::new();
        for number in 0..self.integrations.len() {
            let verdict = self.verdict(number, control);
            *counts.entry(verdict).or_default() += 1;
            first.entry(verdict).or_insert(number);
        }
        let count = |verdict: Verdict| counts.get(&verdict).copied().unwrap_or(0);
        let verdict = if control.inapplicable.is_some() {
            Verdict::NotApplicable
        } else if control.evidence.is_empty() {
            Verdict::NotAssessed
        } else if count(Verdict::Gap) > 0 {
            Verdict::Gap
        } else if count(Verdict::Partial) > 0
            || count(Verdict::Satisfied) > 0 && count(Verdict::NotAssessed) > 0
        {
            Verdict::Partial
        } else if count(Verdict::Satisfied) > 0 {
            // More may be declared than could be read.
            if self.problems > 0 {
                Verdict::Partial
            } else {
                Verdict::Satisfied
            }
        } else if count(Verdict::NotAssessed) > 0
            || self.integrations.is_empty() && (self.limited || self.problems > 0)
        {
            Verdict::NotAssessed
        } else {
            Verdict::NotApplicable
        };
        let reason = self.reason(desk, control, verdict, &counts, &first);
        Judged {
            verdict,
            counts,
            reason,
        }
    }

    fn reason(
        &self,
        desk: &Desk<'_>,
        control: &Control,
        verdict: Verdict,
        counts: &BTreeMap<Verdict, usize>,
        first: &BTreeMap<Verdict, usize>,
    ) -> String {
        let all = self.integrations.len();
        let count = |verdict: Verdict| counts.get(&verdict).copied().unwrap_or(0);
        let concerned = all - count(Verdict::NotApplicable);
        if let Some(because) = &control.inapplicable {
            return format!("Not applicable: {because}.");
        }
        if control.evidence.is_empty() {
            return match &control.beyond {
                Some(beyond) => format!(
                    "No clause of a declaration is evidence for it: people have to show {beyond}."
                ),
                None => "No clause of a declaration is evidence for it.".to_owned(),
            };
        }
        if all == 0 && self.limited {
            return "The report is limited to what leaves no integration that it could concern."
                .to_owned();
        }
        if all == 0 {
            return match self.unread() {
                Some(unread) => {
                    format!("No integration could be read that it could concern.{unread}")
                }
                None => "No integration is declared that it could concern.".to_owned(),
            };
        }
        let told = |verdict: Verdict, wanted: &[Outcome]| -> Option<String> {
            let number = *first.get(&verdict)?;
            let id = self.integrations[number];
            let (_, answer) = self.first(desk, number, control, wanted)?;
            Some(format!("`{}`: {}", desk.party(id).name, answer.why))
        };
        let beyond = control
            .beyond
            .as_ref()
            .map(|beyond| format!(" Declarations cannot show {beyond}."))
            .into_iter()
            .chain(self.unread())
            .collect::<String>();
        match verdict {
            Verdict::Gap => {
                let gaps = count(Verdict::Gap);
                let of = told(Verdict::Gap, &[Outcome::Failed]).unwrap_or_default();
                format!("{} {of}", short(gaps, concerned))
            }
            Verdict::Satisfied => {
                format!(
                    "All that it asks of {} is shown by their declarations.",
                    integrations(concerned)
                )
            }
            Verdict::Partial => {
                let rest = told(
                    Verdict::Partial,
                    &[Outcome::Partly, Outcome::Unknown, Outcome::Silent],
                )
                .or_else(|| told(Verdict::NotAssessed, &[Outcome::Unknown, Outcome::Silent]));
                match rest {
                    Some(rest) => format!(
                        "Nothing that was judged of {} contradicts it, and not all could be shown. {rest}{beyond}",
                        integrations(concerned)
                    ),
                    None => format!(
                        "All that declarations can show of it holds for {}.{beyond}",
                        integrations(concerned)
                    ),
                }
            }
            Verdict::NotAssessed => {
                let rest = told(Verdict::NotAssessed, &[Outcome::Unknown, Outcome::Silent]);
                format!(
                    "Nothing of it could be judged. {}{beyond}",
                    rest.unwrap_or_default()
                )
            }
            Verdict::NotApplicable if !control.concerns.is_empty() => {
                format!("{} None is declared.", about(control))
            }
            Verdict::NotApplicable => {
                let rest =
                    told(Verdict::NotApplicable, &[Outcome::Inapplicable]).unwrap_or_default();
                format!("It concerns none of {}. {rest}", integrations(all))
            }
        }
    }

    /// The first predicate of a control with one of some outcomes, the first kind first, and what it
    /// says of the integration of that number.
    pub fn first(
        &self,
        desk: &Desk<'_>,
        number: usize,
        control: &Control,
        wanted: &[Outcome],
    ) -> Option<(&'static Predicate, Answer)> {
        let id = self.integrations[number];
        wanted.iter().find_map(|&outcome| {
            let mut predicates = control.predicates();
            let found = predicates.find(|one| self.outcome(number, one) == Some(outcome))?;
            Some((found, found.answer(desk, id)))
        })
    }

    /// The predicates that decide what a control comes to for the integration of that number.
    pub fn deciding(
        &self,
        number: usize,
        control: &Control,
    ) -> impl Iterator<Item = &'static Predicate> {
        let wanted: &[Outcome] = match self.verdict(number, control) {
            Verdict::Gap => &[Outcome::Failed],
            Verdict::Satisfied => &[Outcome::Met],
            Verdict::Partial | Verdict::NotAssessed => {
                &[Outcome::Partly, Outcome::Unknown, Outcome::Silent]
            }
            Verdict::NotApplicable => &[Outcome::Inapplicable],
        };
        control.predicates().filter(move |one| {
            let outcome = self.outcome(number, one);
            outcome.is_some_and(|outcome| wanted.contains(&outcome))
        })
    }

    /// What every predicate of [`Assessment::predicates`] says of the integration of that number, in
    /// their order.
    pub fn answers(&self, desk: &Desk<'_>, number: usize) -> Vec<Answer> {
        let id = self.integrations[number];
        let predicates = self.predicates.iter();
        predicates.map(|one| one.answer(desk, id)).collect()
    }

    /// Why a control comes to what it does for the integration of that number, in full sentences,
    /// from what [`Assessment::answers`] gave for it.
    pub fn reason_for(&self, number: usize, control: &Control, answers: &[Answer]) -> String {
        if let Some(because) = &control.inapplicable {
            return format!("Not applicable: {because}.");
        }
        if !self.concerns(number, control) {
            return format!("{} This is none.", about(control));
        }
        let beyond = control.beyond.as_ref();
        let beyond = beyond.map(|beyond| format!("Declarations cannot show {beyond}."));
        if control.evidence.is_empty() {
            return match &control.beyond {
                Some(beyond) => format!(
                    "No clause of a declaration is evidence for it: people have to show {beyond}."
                ),
                None => "No clause of a declaration is evidence for it.".to_owned(),
            };
        }
        let why: Vec<String> = self
            .deciding(number, control)
            .filter_map(|one| answers.get(*self.columns.get(one.id)?))
            .map(|answer| answer.why.clone())
            .collect();
        let mut parts = why;
        match self.verdict(number, control) {
            Verdict::Partial | Verdict::NotAssessed => parts.extend(beyond),
            Verdict::Gap | Verdict::Satisfied | Verdict::NotApplicable => {}
        }
        parts.dedup();
        parts.join(" ")
    }
}

/// The controls that were asked for, in the order of the framework.
pub fn listed(asked: &Asked) -> impl Iterator<Item = &Control> {
    let wanted = &asked.controls;
    let all = asked.framework.controls.iter();
    all.filter(move |control| wanted.is_empty() || wanted.contains(&control.id))
}

/// Which integrations a control is about, as a sentence.
fn about(control: &Control) -> String {
    let words: Vec<&str> = control
        .concerns
        .iter()
        .map(|class| match class {
            Class::Production => "that act in production",
            Class::OrgWide => "that act on a whole tenant",
            Class::AcrossTenants => "that act across tenants",
            Class::Agent => "that are agents",
            Class::ThirdParty => "that a third party runs",
        })
        .collect();
    format!("It is about integrations {}.", words.join(" or "))
}

/// How a framework is named in prose: `NIST Cybersecurity Framework, version 2.0`.
pub fn titled(framework: &Framework) -> String {
    format!("{}, version {}", framework.name, framework.version)
}

/// What outcomes of its predicates make of a control: any that failed is a gap; what declarations
/// cannot show, or nobody stated, leaves it partial.
fn verdict(control: &Control, outcomes: impl Iterator<Item = Outcome>) -> Verdict {
    if control.inapplicable.is_some() {
        return Verdict::NotApplicable;
    }
    let mut seen: BTreeMap<Outcome, usize> = BTreeMap::new();
    for outcome in outcomes {
        *seen.entry(outcome).or_default() += 1;
    }
    let has = |outcome: Outcome| seen.contains_key(&outcome);
    if seen.is_empty() {
        Verdict::NotAssessed
    } else if has(Outcome::Failed) {
        Verdict::Gap
    } else if !(has(Outcome::Met) || has(Outcome::Partly)) {
        if has(Outcome::Unknown) || has(Outcome::Silent) {
            Verdict::NotAssessed
        } else {
            Verdict::NotApplicable
        }
    } else if has(Outcome::Partly)
        || has(Outcome::Unknown)
        || has(Outcome::Silent)
        || control.beyond.is_some()
    {
        Verdict::Partial
    } else {
        Verdict::Satisfied
    }
}

fn integrations(count: usize) -> String {
    match count {
        1 => "1 integration".to_owned(),
        count => format!("{count} integrations"),
    }
}

/// How many integrations fall short, as a sentence.
fn short(gaps: usize, concerned: usize) -> String {
    match (gaps, concerned) {
        (1, 1) => "The one integration that it concerns falls short of it.".to_owned(),
        (gaps, concerned) if gaps == concerned => {
            format!("All {gaps} integrations that it concerns fall short of it.")
        }
        (1, concerned) => format!("1 of {concerned} integrations falls short of it."),
        (gaps, concerned) => format!("{gaps} of {concerned} integrations fall short of it."),
    }
}
