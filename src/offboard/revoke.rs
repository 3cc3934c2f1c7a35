//! What to take away at the vendors, in the order in which it stops doing harm: first whatever runs
//! it, then what it proves itself with, who may become it, what it is granted, what it is, and last
//! what nobody uses any more.

mod bundle;

use serde::Serialize;

use super::Without;
use super::belonging::{Belonging, Role};
use super::word;
use crate::model::SystemId;
use crate::model::party::{Clause, ClauseKind, CredentialKind};
use crate::source::Span;

/// What a step is part of, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Nothing runs it any more.
    Stop,
    /// Nothing proves that somebody is it.
    Credential,
    /// Nobody may become it.
    Trust,
    /// It holds nothing.
    Grant,
    /// It is not there.
    Identity,
    /// Nothing is left over.
    Belonging,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Stage; 6] = [
        Stage::Stop,
        Stage::Credential,
        Stage::Trust,
        Stage::Grant,
        Stage::Identity,
        Stage::Belonging,
    ];

    /// What is done in it.
    pub fn words(self) -> &'static str {
        match self {
            Stage::Stop => "stop it",
            Stage::Credential => "end its credentials",
            Stage::Trust => "let nobody become it",
            Stage::Grant => "take back what it is granted",
            Stage::Identity => "remove its identities",
            Stage::Belonging => "remove what it leaves behind",
        }
    }
}

/// What is done in a step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Follow what is declared to suspend it.
    Suspend,
    /// Stop it, or what starts it.
    Stop,
    /// Make it void.
    Revoke,
    /// Give a new one to those who go on using it, then make the old one void.
    Exchange,
    /// Delete it.
    Remove,
    /// Leave it, for the reason given.
    Keep,
}

impl Action {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Action::Suspend => "suspend",
            Action::Stop => "stop",
            Action::Revoke => "revoke",
            Action::Exchange => "exchange",
            Action::Remove => "remove",
            Action::Keep => "keep",
        }
    }
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// What it is part of.
    pub stage: Stage,
    /// What is done.
    pub action: Action,
    /// With what.
    pub what: String,
    /// Why, and what to mind.
    pub why: String,
    /// In which system, where that is known.
    pub system: Option<String>,
    /// Whether the system is another's, so that its owner has to be asked.
    pub external: bool,
    /// Who else is touched, by name.
    pub others: Vec<String>,
    /// The vendor's units that go, sorted.
    pub units: Vec<String>,
    /// The emitted files that go or change, sorted.
    pub files: Vec<String>,
    /// Where it is declared, relative to the project.
    pub file: String,
    /// The line.
    pub line: u32,
}

/// Every step, in order.
pub(super) fn steps(without: &Without<'_>) -> Vec<Step> {
    let mut planner = Planner {
        without,
        steps: Vec::new(),
    };
    planner.stop();
    planner.credentials();
    planner.bundles();
    planner.belongings();
    // Of one stage, what is declared first comes first: the order is that of the clauses.
    planner.steps.sort_by_key(|step| step.stage);
    for (step, number) in planner.steps.iter_mut().zip(1..) {
        step.number = number;
    }
    planner.steps
}

struct Planner<'a> {
    without: &'a Without<'a>,
    steps: Vec<Step>,
}

impl Planner<'_> {
    fn put(
        &mut self,
        stage: Stage,
        action: Action,
        what: String,
        why: String,
        at: Span,
    ) -> &mut Step {
        let (file, line) = word::place(self.without.now, at);
        self.steps.push(Step {
            number: 0,
            stage,
            action,
            what,
            why,
            system: None,
            external: false,
            others: Vec::new(),
            units: Vec::new(),
            files: Vec::new(),
            file,
            line,
        });
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }

    fn in_system(&self, system: SystemId) -> (Option<String>, bool) {
        let system = self.without.now.model.system(system);
        (Some(system.name.to_string()), system.external)
    }

    fn clauses(&self) -> impl Iterator<Item = &Clause> + use<'_> {
        self.without.party().clauses.iter()
    }

    fn stop(&mut self) {
        let without = self.without;
        let model = &without.now.model;
        let party = without.party();
        let mut is_told = false;
        for clause in &party.clauses {
            if let ClauseKind::Revoke(how) = &clause.kind {
                let why = "this is how it is declared to be revoked".to_owned();
                self.put(
                    Stage::Stop,
                    Action::Suspend,
                    how.to_string(),
                    why,
                    clause.span,
                );
                is_told = true;
            }
        }
        if !is_told && party.is_integration() {
            let what = format!("`{}`", party.name);
            let why = "no `revoke via` says how, so ask its owner".to_owned();
            self.put(Stage::Stop, Action::Suspend, what, why, party.name_span);
        }
        for clause in &party.clauses {
            if let ClauseKind::Operator(operator) = &clause.kind {
                let name = model.party(*operator).name.to_string();
                let what = format!("what `{name}` runs of it");
                let why = format!(
                    "`{name}` operates it: ask there that it stops, and that no copy of a credential stays"
                );
                let step = self.put(Stage::Stop, Action::Stop, what, why, clause.span);
                step.others = vec![name];
            } else if let ClauseKind::TriggeredBy(who) = &clause.kind {
                for one in who {
                    let what = format!("the trigger by `{}`", word::who(model, one));
                    let why = "it starts it".to_owned();
                    self.put(Stage::Stop, Action::Stop, what, why, clause.span);
                }
            }
        }
        for host in without
            .belongings
            .iter()
            .filter(|one| one.role == Role::Host)
        {
            let text = model.thing_text(host.thing);
            let (what, why) = if host.others.is_empty() {
                (format!("`{text}`"), "it runs there".to_owned())
            } else {
                (
                    format!("its part of `{text}`"),
                    format!("it runs there, and so does {}", word::names(&host.others)),
                )
            };
            let (system, external) = self.in_system(host.thing.system);
            let step = self.put(Stage::Stop, Action::Stop, what, why, host.span);
            step.others.clone_from(&host.others);
            (step.system, step.external) = (system, external);
        }
    }

    fn credentials(&mut self) {
        let without = self.without;
        let model = &without.now.model;
        for clause in &without.party().clauses {
            let ClauseKind::Credential {
                kind,
                system,
                stored_in,
                ..
            } = &clause.kind
            else {
                continue;
            };
            if *kind == CredentialKind::None {
                continue;
            }
            let label = system.map(|id| model.system(id).name.to_string());
            let mut what = format!("its {} credential", kind.word());
            if let Some(label) = &label {
                what = format!("{what} for `{label}`");
            }
            if let Some(thing) = stored_in {
                what = format!("{what}, kept in `{}`", model.thing_text(thing));
            }
            let same: Vec<String> = stored_in
                .as_ref()
                .and_then(|thing| {
                    let mut secrets = without.belongings.iter();
                    secrets.find(|one| {
                        one.role == Role::Secret
                            && one.thing.steps == thing.steps
                            && one.thing.system == thing.system
                    })
                })
                .map(|secret| secret.others.clone())
                .unwrap_or_default();
            let one_identity = system.map(|id| without.sharers(id)).unwrap_or_default();
            let (action, why, others) = if !kind.is_long_lived() {
                let why = if *kind == CredentialKind::Oidc {
                    "a token lasts minutes, and no further one is had once the trust is gone"
                } else {
                    "what runs it gives it, and no further one is had once it is stopped and its identity gone"
                };
                (Action::Keep, why.to_owned(), Vec::new())
            } else if !same.is_empty() {
                let why = format!(
                    "{} keeps its credential there too: give a new secret to it first, since deleting this one stops it",
                    word::names(&same)
                );
                (Action::Exchange, why, same)
            } else if !one_identity.is_empty() {
                let why = format!(
                    "{} acts as the same identity, and nothing says that its secret is another one",
                    word::names(&one_identity)
                );
                (Action::Exchange, why, one_identity)
            } else if stored_in.is_some() {
                (
                    Action::Revoke,
                    "whoever has a copy is it until then".to_owned(),
                    Vec::new(),
                )
            } else {
                let why = "whoever has a copy is it until then; where it is kept is not declared, so look for copies".to_owned();
                (Action::Revoke, why, Vec::new())
            };
            let place = system.map(|id| self.in_system(id));
            let step = self.put(Stage::Credential, action, what, why, clause.span);
            step.others = others;
            if let Some((system, external)) = place {
                (step.system, step.external) = (system, external);
            }
        }
    }

    fn belongings(&mut self) {
        let without = self.without;
        let model = &without.now.model;
        for one in without.belongings {
            let word = match one.role {
                // An identity without a bundle is one that could not be granted anything.
                Role::Identity => continue,
                Role::Host => "the host",
                Role::Secret => "the secret",
                Role::Code => "the code in",
            };
            let text = model.thing_text(one.thing);
            let (action, why) = kept(one);
            let (system, external) = self.in_system(one.thing.system);
            let what = format!("{word} `{text}`");
            let step = self.put(Stage::Belonging, action, what, why, one.span);
            step.others.clone_from(&one.others);
            (step.system, step.external) = (system, external);
        }
    }
}

fn kept(one: &Belonging<'_>) -> (Action, String) {
    if !one.others.is_empty() {
        return (
            Action::Keep,
            format!("{} uses it or a part of it", word::names(&one.others)),
        );
    }
    if one.role == Role::Code {
        let why =
            "no other declaration runs from it; archive it, so that what was run can be looked up";
        return (Action::Remove, why.to_owned());
    }
    (Action::Remove, "no other declaration uses it".to_owned())
}
