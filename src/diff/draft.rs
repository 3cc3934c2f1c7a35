//! Differences put into changes: words, places, risk, what they are known by; those that happen to
//! many for one reason told once.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

mod finish;
mod held;
mod way;

use super::authority::Spot;
use super::gather::{subject_of, vendors};
use super::kind::{self, Kind};
use super::known::Known;
use super::pair::Paired;
use super::risk::{self, Risks};
use super::statement::{Altered, Effect, Statement, Subject};
use super::{Change, Direction, Side, SubjectKind, Tendency, Way};
use crate::model::PartyId;
use crate::model::party::ClauseKind;
use crate::source::Span;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A change before it is told, and what it is told together with.
pub struct Draft {
    /// The change; its fingerprint is still to be set.
    pub change: Change,
    /// What it is known by, its subject left out.
    key: String,
    /// The profile or the tenant that it happens by, to many alike.
    cause: Option<(SubjectKind, String)>,
}

impl Draft {
    /// A change that happens to its subject alone, and what it is known by beside its subject.
    pub fn new(change: Change, key: String) -> Self {
        Draft {
            change,
            key,
            cause: None,
        }
    }
}

/// Which subjects both sides have.
pub struct Subjects {
    both: HashSet<Subject>,
}

impl Subjects {
    /// The subjects of both sides by their shared names.
    pub fn of(base: &Known<'_>, head: &Known<'_>, paired: &Paired) -> Self {
        let mut both = HashSet::new();
        for &(_, at) in &paired.parties.both {
            both.insert(subject_of(head, PartyId::at(at)));
        }
        // What somebody was, where a principal became an integration.
        for &(at, _) in &paired.parties.both {
            both.insert(subject_of(base, PartyId::at(at)));
        }
        for &(_, at) in &paired.systems.both {
            both.insert(Subject {
                kind: SubjectKind::System,
                name: head.systems[at].to_string(),
            });
        }
        for &(_, at) in &paired.teams.both {
            both.insert(Subject {
                kind: SubjectKind::Principal,
                name: head.teams[at].to_string(),
            });
        }
        Subjects { both }
    }

    /// Whether both sides have it.
    pub fn is_on_both(&self, subject: &Subject) -> bool {
        self.both.contains(subject)
    }
}

/// The changes so far.
pub struct Drafts<'a, 'c> {
    base: &'a Known<'c>,
    head: &'a Known<'c>,
    base_risks: Risks<'a, 'c>,
    head_risks: Risks<'a, 'c>,
    parties: HashMap<Box<str>, (Option<PartyId>, Option<PartyId>)>,
    /// Tenants by side.
    spots: (HashSet<Spot>, HashSet<Spot>),
    systems: HashSet<Box<str>>,
    /// Whether the project's own files say something else of vendors.
    vendors_changed: bool,
    all: Vec<Draft>,
    opened: Vec<Way>,
    closed: Vec<Way>,
    stale_lock: bool,
}

/// A change of which nothing but its subject and its words is known.
pub(super) fn plain(kind: &'static Kind, subject: &Subject, detail: String) -> Change {
    Change {
        kind,
        subject: subject.name.clone(),
        subject_kind: subject.kind,
        direction: Direction::Neutral,
        governance: None,
        lateral: false,
        verbs: Vec::new(),
        operations: Vec::new(),
        operation_count: 0,
        resource: None,
        detail,
        before: None,
        after: None,
        risk: Vec::new(),
        affects: Vec::new(),
        also: Vec::new(),
        path: Vec::new(),
        fingerprint: String::new(),
        anchor: None,
        owner: None,
        reviewer: None,
    }
}

fn spots(known: &Known<'_>) -> HashSet<Spot> {
    let mut all = HashSet::new();
    for (index, system) in known.compiled.model.systems.iter().enumerate() {
        for tenant in &system.tenants {
            all.insert(Spot {
                system: known.systems[index].clone(),
                tenant: tenant.id.clone(),
            });
        }
    }
    all
}

impl<'a, 'c> Drafts<'a, 'c> {
    /// No changes between two sides.
    pub fn new(base: &'a Known<'c>, head: &'a Known<'c>, paired: &Paired) -> Self {
        let mut parties: HashMap<Box<str>, (Option<PartyId>, Option<PartyId>)> = HashMap::new();
        for (index, name) in base.parties.iter().enumerate() {
            parties.entry(name.clone()).or_default().0 = Some(PartyId::at(index));
        }
        for (index, name) in head.parties.iter().enumerate() {
            parties.entry(name.clone()).or_default().1 = Some(PartyId::at(index));
        }
        Drafts {
            base_risks: Risks::new(base),
            head_risks: Risks::new(head),
            parties,
            spots: (spots(base), spots(head)),
            systems: paired
                .systems
                .both
                .iter()
                .map(|&(_, at)| head.systems[at].clone())
                .collect(),
            vendors_changed: vendors(base) != vendors(head),
            base,
            head,
            all: Vec::new(),
            opened: Vec::new(),
            closed: Vec::new(),
            stale_lock: false,
        }
    }

    fn known(&self, side: Side) -> &'a Known<'c> {
        match side {
            Side::Base => self.base,
            Side::Head => self.head,
        }
    }

    fn risks(&self, side: Side) -> &Risks<'a, 'c> {
        match side {
            Side::Base => &self.base_risks,
            Side::Head => &self.head_risks,
        }
    }

    /// Adds a change.
    pub fn put(&mut self, draft: Draft) {
        self.all.push(draft);
    }

    /// Notes that the base's lock was not renewed when its declarations changed.
    pub fn stale_lock(&mut self) {
        self.stale_lock = true;
    }

    /// Whether a party takes a profile in on both sides, so that the profile's change is not its
    /// own.
    fn is_of_profile(&self, name: &str, profile: &str) -> bool {
        let Some(&(Some(base), Some(head))) = self.parties.get(name) else {
            return false;
        };
        [(self.base, base), (self.head, head)]
            .into_iter()
            .all(|(known, id)| {
                let model = &known.compiled.model;
                model.party(id).clauses.iter().any(|clause| {
                    clause
                        .profile
                        .is_some_and(|id| *model.profiles[id.index()].name == *profile)
                })
            })
    }

    /// Somebody new.
    pub fn comes(&mut self, known: &Known<'_>, id: PartyId) {
        let party = known.compiled.model.party(id);
        let subject = subject_of(known, id);
        let what = match purpose(party) {
            Some(purpose) => format!("is a new {}: {purpose}", party.kind.word()),
            None => format!("is a new {}", party.kind.word()),
        };
        let mut change = plain(&kind::ADDED, &subject, what);
        change.direction = if party.allows().next().is_some() {
            Direction::Widens
        } else {
            Direction::Neutral
        };
        change.after = known.clause(party.name_span);
        change.risk = risk::ordered(&self.head_risks.party(id));
        self.put(Draft::new(change, String::new()));
    }

    /// Somebody gone.
    pub fn goes(&mut self, known: &Known<'_>, id: PartyId) {
        let party = known.compiled.model.party(id);
        let subject = subject_of(known, id);
        let what = format!("is gone; it was a {}", party.kind.word());
        let mut change = plain(&kind::REMOVED, &subject, what);
        change.direction = if party.allows().next().is_some() {
            Direction::Narrows
        } else {
            Direction::Neutral
        };
        change.before = known.clause(party.name_span);
        change.risk = risk::ordered(&self.base_risks.party(id));
        self.put(Draft::new(change, String::new()));
    }

    /// A system that one side has.
    pub fn system(&mut self, side: Side, name: &str, span: Span) {
        let subject = Subject {
            kind: SubjectKind::System,
            name: name.to_owned(),
        };
        let clause = self.known(side).clause(span);
        let mut change = match side {
            Side::Head => plain(&kind::ADDED, &subject, "is a new system".to_owned()),
            Side::Base => plain(&kind::REMOVED, &subject, "is a system no more".to_owned()),
        };
        match side {
            Side::Head => change.after = clause,
            Side::Base => change.before = clause,
        }
        self.put(Draft::new(change, String::new()));
    }

    /// Something with another name.
    pub fn renamed(&mut self, subject: &Subject, was: &str, old: Span, new: Span) {
        let mut change = plain(&kind::RENAMED, subject, format!("was called `{was}`"));
        change.before = self.base.clause(old);
        change.after = self.head.clause(new);
        self.put(Draft::new(change, was.to_owned()));
    }

    fn party_of(&self, side: Side, name: &str) -> Option<PartyId> {
        let &(base, head) = self.parties.get(name)?;
        match side {
            Side::Base => base,
            Side::Head => head,
        }
    }

    /// A statement that changed.
    pub fn altered(
        &mut self,
        altered: &Altered<'_>,
        effect: Effect,
        direction: Direction,
        governance: Option<Tendency>,
    ) {
        let Some(one) = altered.new.or(altered.old) else {
            return;
        };
        let kind = match effect {
            Effect::Worse => one.aspect.worse,
            Effect::Better => one.aspect.better,
            Effect::Other => one.aspect.other,
        };
        let on = |statement: &Statement| match &statement.resource {
            Some(resource) => format!("`{}` on `{resource}`", statement.words),
            None => format!("`{}`", statement.words),
        };
        let detail = match (altered.old, altered.new) {
            (Some(old), Some(new)) => format!("says {} instead of `{}`", on(new), old.words),
            (None, Some(new)) => format!("says {}, which is new", on(new)),
            (Some(old), None) => format!("no longer says {}", on(old)),
            (None, None) => return,
        };
        let mut change = plain(kind, &one.subject, detail);
        change.direction = direction;
        change.governance = governance;
        change.resource.clone_from(&one.resource);
        change.before = altered.old.and_then(|old| self.base.clause(old.span));
        change.after = altered.new.and_then(|new| self.head.clause(new.span));
        let side = if altered.new.is_some() {
            Side::Head
        } else {
            Side::Base
        };
        let mut risk = BTreeSet::new();
        if let Some(id) = self.party_of(side, &one.subject.name) {
            risk.extend(self.risks(side).party(id));
        }
        if one.subject.kind == SubjectKind::System {
            let known = self.known(side);
            let found = known
                .systems
                .iter()
                .position(|name| **name == *one.subject.name);
            if let Some(at) = found {
                risk.extend(self.risks(side).system(crate::model::SystemId::at(at)));
            }
        }
        risk.extend(one.words.strip_prefix("label ").map(str::to_owned));
        change.risk = risk::ordered(&risk);
        let text = |of: Option<&Statement>| of.map_or("", |one| one.text.as_str()).to_owned();
        let cause = one
            .profile
            .as_ref()
            .filter(|profile| self.is_of_profile(&one.subject.name, profile))
            .map(|profile| (SubjectKind::Profile, profile.to_string()));
        self.put(Draft {
            key: format!("{}\0{}\0{}", one.key, text(altered.old), text(altered.new)),
            cause,
            change,
        });
    }
}

fn purpose(party: &crate::model::party::Party) -> Option<&str> {
    party
        .find(|kind| match kind {
            ClauseKind::Purpose(text) => Some(&**text),
            _ => None,
        })
        .map(|(text, _)| text)
}
