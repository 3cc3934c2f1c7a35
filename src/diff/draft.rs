//! Differences put into changes: words, places, risk, what they are known by; those that happen to
//! many for one reason told once.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::authority::{Bound, Spot};
use super::gain::{Gain, How, Worth};
use super::gather::{subject_of, vendors};
use super::kind::{self, AUTHORITY, CATALOGUE, EXCESS, Kind, PATH, PROHIBITION};
use super::known::Known;
use super::pair::Paired;
use super::risk::{self, Risks};
use super::route::Told;
use super::statement::{Altered, Effect, Statement, Subject};
use super::{
    Change, Clause, Diff, Direction, Gap, OPERATIONS, Side, SubjectKind, Tendency, Verdict, Way,
};
use crate::diagnostic::fingerprint;
use crate::graph::{Node, NodeId};
use crate::model::PartyId;
use crate::model::party::{ClauseKind, Owner};
use crate::source::Span;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

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

    /// Puts the words of a difference on the side that has it, and of what the other side has
    /// instead.
    fn clauses(
        &self,
        side: Side,
        span: Span,
        other: Option<Span>,
    ) -> (Option<Clause>, Option<Clause>) {
        match side {
            Side::Head => (
                other.and_then(|span| self.base.clause(span)),
                self.head.clause(span),
            ),
            Side::Base => (
                self.base.clause(span),
                other.and_then(|span| self.head.clause(span)),
            ),
        }
    }

    fn fill(&self, change: &mut Change, side: Side, gain: &Gain, party: Option<PartyId>) {
        change.verbs.clone_from(&gain.verbs);
        change.operation_count = gain.operations.len();
        change.operations = gain.operations.iter().take(OPERATIONS).cloned().collect();
        change.resource = Some(gain.resource.clone());
        let (before, after) = self.clauses(side, gain.span, gain.other);
        change.before = before;
        change.after = after;
        change.risk = risk::ordered(&self.risk_of(side, gain, party));
    }

    fn risk_of(&self, side: Side, gain: &Gain, party: Option<PartyId>) -> BTreeSet<String> {
        let risks = self.risks(side);
        let known = self.known(side);
        let model = &known.compiled.model;
        let mut all = BTreeSet::new();
        let clauses = &model.party(gain.party).clauses;
        let of_clause = clauses.iter().filter(|clause| clause.span == gain.span);
        for clause in of_clause {
            let rule = match &clause.kind {
                ClauseKind::Allow(rule)
                | ClauseKind::Never(rule)
                | ClauseKind::Delegates { rule, .. } => rule,
                ClauseKind::Holds { system, .. } => {
                    all.extend(risks.system(*system));
                    continue;
                }
                _ => continue,
            };
            for part in &rule.parts {
                if known.thing(&part.thing) == gain.resource {
                    all.extend(risks.thing(&part.thing, part.within));
                }
            }
        }
        if all.is_empty()
            && let Some(at) = known
                .systems
                .iter()
                .position(|name| *name == gain.spot.system)
        {
            all.extend(risks.system(crate::model::SystemId::at(at)));
        }
        if let Some(id) = party {
            all.extend(risks.party(id));
        }
        all
    }

    /// Whether a tenant is on one side only, of a system that both have.
    pub fn is_of_one_side(&self, spot: &Spot) -> bool {
        self.spots.0.contains(spot) != self.spots.1.contains(spot)
            && self.systems.contains(&spot.system)
    }

    /// Why a difference happens to many alike: its profile changed, or the tenant it is in.
    fn cause(&self, subject: &Subject, gain: &Gain) -> Option<(SubjectKind, String)> {
        if self.is_of_one_side(&gain.spot) {
            return Some((SubjectKind::System, gain.spot.system.to_string()));
        }
        let profile = gain.profile.as_ref()?;
        self.is_of_profile(&subject.name, profile)
            .then(|| (SubjectKind::Profile, profile.to_string()))
    }

    /// Authority on one side only.
    pub fn allowed(
        &self,
        subject: &Subject,
        party: Option<PartyId>,
        side: Side,
        gain: &Gain,
        direction: Direction,
    ) -> Draft {
        let verbs = listed(&gain.verbs);
        let cause = self.cause(subject, gain);
        let by_catalogue = self.vendors_changed && gain.same_clause && cause.is_none();
        let kind = if by_catalogue {
            CATALOGUE.toward(direction)
        } else {
            AUTHORITY.toward(direction)
        };
        let resource = &gain.resource;
        let by = if gain.delegated {
            let giver = self.known(side).party(gain.party);
            format!(" by delegation of `{giver}`")
        } else {
            String::new()
        };
        let in_tenant = match &cause {
            Some((SubjectKind::System, _)) => format!(" in tenant `{}`", gain.spot.tenant),
            Some(_) | None => String::new(),
        };
        let mut detail = match (side, gain.worth != Worth::Real) {
            (Side::Head, false) => {
                let how = gained(&gain.how);
                format!("may now {verbs} on `{resource}`{in_tenant}{how}{by}")
            }
            (Side::Base, false) => match lost(&gain.how) {
                Some(how) => format!("may {verbs} on `{resource}` only {how}{by}"),
                None if gain.how.forbidden => {
                    format!("may no longer {verbs} on `{resource}`, which is forbidden now")
                }
                None => format!("may no longer {verbs} on `{resource}`{in_tenant}{by}"),
            },
            (Side::Head, true) => {
                let why = if gain.worth == Worth::Forbidden {
                    "is forbidden"
                } else {
                    "it was given"
                };
                format!(
                    "declares now that it may {verbs} on `{resource}`, which {why} all the same"
                )
            }
            (Side::Base, true) => {
                let why = if gain.worth == Worth::Forbidden {
                    "was forbidden"
                } else {
                    "it is given"
                };
                format!(
                    "no longer declares that it may {verbs} on `{resource}`, which {why} all the same"
                )
            }
        };
        if by_catalogue {
            detail.push_str(", since the project's vendor files say something else");
        }
        let mut change = plain(kind, subject, detail);
        change.direction = if gain.worth == Worth::Real {
            direction
        } else {
            Direction::Neutral
        };
        self.fill(&mut change, side, gain, party);
        Draft {
            key: format!("{}\0{}", gain.operations.join(" "), gain.terms),
            cause,
            change,
        }
    }

    /// Excess on one side only.
    pub fn excess(
        &self,
        subject: &Subject,
        party: Option<PartyId>,
        side: Side,
        gain: &Gain,
        direction: Direction,
    ) -> Draft {
        let verbs = listed(&gain.verbs);
        let what = match &gain.unit {
            Some(unit) => format!("`{unit}`"),
            None => "what it is granted".to_owned(),
        };
        let resource = &gain.resource;
        let detail = match side {
            Side::Head => {
                format!(
                    "can now also {verbs} on `{resource}`, since {what} gives more than it declares"
                )
            }
            Side::Base => {
                format!("can no longer also {verbs} on `{resource}`, which it never declared")
            }
        };
        let mut change = plain(EXCESS.toward(direction), subject, detail);
        change.direction = direction;
        let mut located = gain.clone();
        located.party = party.unwrap_or(PartyId(0));
        self.fill(&mut change, side, &located, party);
        Draft {
            key: format!(
                "{}\0{}",
                gain.operations.join(" "),
                gain.unit.as_deref().unwrap_or("")
            ),
            cause: None,
            change,
        }
    }

    /// A prohibition on one side only.
    pub fn forbidden(
        &self,
        subject: &Subject,
        side: Side,
        gain: &Gain,
        direction: Direction,
    ) -> Draft {
        let verbs = listed(&gain.verbs);
        let resource = &gain.resource;
        let detail = match side {
            Side::Head => format!("must now never {verbs} on `{resource}`"),
            Side::Base => format!("is no longer forbidden to {verbs} on `{resource}`"),
        };
        let mut change = plain(PROHIBITION.toward(direction), subject, detail);
        change.direction = direction;
        let party = self.party_of(side, &subject.name);
        self.fill(&mut change, side, gain, party);
        Draft {
            key: format!("{}\0{}", gain.operations.join(" "), gain.terms),
            cause: self.cause(subject, gain),
            change,
        }
    }

    fn party_of(&self, side: Side, name: &str) -> Option<PartyId> {
        let &(base, head) = self.parties.get(name)?;
        match side {
            Side::Base => base,
            Side::Head => head,
        }
    }

    /// A bound that one side has and the other does not hold to.
    pub fn bound(
        &mut self,
        subject: &Subject,
        side: Side,
        bound: &Bound,
        other: Option<Span>,
        direction: Direction,
    ) {
        let profile = &bound.profile;
        let detail = match (side, other.is_some()) {
            (Side::Head, false) => format!("is now bounded by `{profile}`"),
            (Side::Base, false) => format!("is no longer bounded by `{profile}`"),
            (Side::Head, true) => format!("is bounded to less: `{profile}` allows less"),
            (Side::Base, true) => format!("is bounded to more: `{profile}` allows more"),
        };
        let mut change = plain(PROHIBITION.toward(direction), subject, detail);
        change.direction = direction;
        (change.before, change.after) = self.clauses(side, bound.span, other);
        if let Some(id) = self.party_of(side, &subject.name) {
            change.risk = risk::ordered(&self.risks(side).party(id));
        }
        let cause = other
            .is_some()
            .then(|| (SubjectKind::Profile, profile.to_string()));
        self.put(Draft {
            key: profile.to_string(),
            cause,
            change,
        });
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

    /// How grave it is to come to a node: scopes before parties, the riskier first.
    pub fn weight(&self, side: Side, node: NodeId) -> (Reverse<usize>, u8) {
        let known = self.known(side);
        let (sort, classes) = match known.compiled.graph.node(node) {
            Node::Scope(place) => (0, self.risks(side).place(place, true)),
            Node::Party(id) => (1, self.risks(side).held_by(*id)),
            Node::Identity(index) => {
                let bundle = &known.compiled.granted.bundles[*index as usize];
                let classes = bundle
                    .holders
                    .iter()
                    .flat_map(|&id| self.risks(side).held_by(id))
                    .collect();
                (2, classes)
            }
            Node::Unknown(place, _) => (3, self.risks(side).place(place, true)),
            Node::Anyone
            | Node::Resource(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => (4, BTreeSet::new()),
        };
        (Reverse(score(&classes)), sort)
    }

    /// Ways that the side has and the other has not.
    pub fn ways(&mut self, side: Side, told: Vec<Told>) {
        let direction = match side {
            Side::Head => Direction::Widens,
            Side::Base => Direction::Narrows,
        };
        for mut one in told {
            let known = self.known(side);
            let subject = subject_of(known, one.from);
            let to = one.way.to.clone();
            let what = match (one.to, one.rules) {
                (_, true) => format!("grant itself anything in `{to}`"),
                (Some(_), false) => format!("act as `{to}`"),
                (None, false) => format!("act as whoever `{to}` belongs to"),
            };
            let may = if one.way.verdict == "proven" {
                "can"
            } else {
                "may be able to"
            };
            let detail = match (side, one.way.was) {
                (Side::Head, "none") => format!("{may} now {what}"),
                (Side::Head, was) => format!("{may} now more surely {what} ({was} before)"),
                (Side::Base, "none") => format!("can no longer {what}"),
                (Side::Base, _) => format!("can less surely {what}"),
            };
            let mut change = plain(PATH.toward(direction), &subject, detail);
            change.direction = direction;
            change.lateral = true;
            change.resource = Some(to.clone());
            let mut risk = self.risks(side).party(one.from);
            if let Some(id) = one.to {
                risk.extend(self.risks(side).held_by(id));
            }
            if let Some(place) = &one.scope {
                risk.extend(self.risks(side).place(place, true));
            }
            change.risk = risk::ordered(&risk);
            change.path.clone_from(&one.way.path);
            let clause = one.span.and_then(|span| known.clause(span));
            match side {
                Side::Head => change.after = clause,
                Side::Base => change.before = clause,
            }
            let key = format!("{}\0{}\0{}", one.hop, one.way.verdict, one.way.was);
            change.fingerprint = mark(&change, &key);
            one.way.fingerprint.clone_from(&change.fingerprint);
            match side {
                Side::Head => self.opened.push(one.way),
                Side::Base => self.closed.push(one.way),
            }
            self.put(Draft::new(change, key));
        }
    }

    /// Whoever gains something of its own, by shared name.
    pub fn gainers(&self) -> HashSet<String> {
        self.all
            .iter()
            .filter(|draft| draft.change.direction == Direction::Widens && !draft.change.lateral)
            .map(|draft| draft.change.subject.clone())
            .collect()
    }

    /// Says of every gain who else has it, since they can act as whoever gains.
    pub fn add_comers(&mut self, comers: &BTreeMap<String, BTreeSet<String>>) {
        for draft in &mut self.all {
            let change = &mut draft.change;
            let is_own = [
                &kind::AUTHORITY_WIDENED,
                &kind::EXCESS_GROWN,
                &kind::CATALOGUE_WIDENED,
            ]
            .iter()
            .any(|kind| **kind == *change.kind);
            if is_own && change.direction == Direction::Widens {
                let all = comers.get(&change.subject).into_iter().flatten();
                change.also = all
                    .filter(|name| **name != change.subject)
                    .cloned()
                    .collect();
            }
        }
    }

    /// All of it, in order.
    pub fn finish(mut self) -> Diff {
        let mut changes = self.together();
        for change in &mut changes {
            self.govern(change);
        }
        changes.sort_by(|a, b| rank(a).cmp(&rank(b)));
        changes.dedup();
        let position: HashMap<&str, usize> = changes
            .iter()
            .enumerate()
            .rev()
            .map(|(index, change)| (&*change.fingerprint, index))
            .collect();
        let order = |way: &Way| {
            let at = position.get(&*way.fingerprint).copied();
            (at.unwrap_or(usize::MAX), way.from.clone(), way.to.clone())
        };
        let mut opened = std::mem::take(&mut self.opened);
        let mut closed = std::mem::take(&mut self.closed);
        opened.sort_by_cached_key(order);
        closed.sort_by_cached_key(order);
        Diff {
            verdict: verdict(&changes),
            governance: governance(&changes),
            opened,
            closed,
            gaps: self.gaps(),
            stale_lock: self.stale_lock,
            changes,
        }
    }

    /// Changes that happen to many for one reason are told once, everybody named.
    fn together(&mut self) -> Vec<Change> {
        type Key = (&'static str, (SubjectKind, String), String);
        let mut groups: BTreeMap<Key, Vec<Draft>> = BTreeMap::new();
        let mut changes = Vec::new();
        for draft in std::mem::take(&mut self.all) {
            match &draft.cause {
                None => {
                    let mut change = draft.change;
                    change.fingerprint = mark(&change, &draft.key);
                    changes.push(change);
                }
                Some(cause) => {
                    // In a tenant everything goes together; by a profile what the same words say.
                    let key = match cause.0 {
                        SubjectKind::System => String::new(),
                        SubjectKind::Integration
                        | SubjectKind::Principal
                        | SubjectKind::Guard
                        | SubjectKind::Test
                        | SubjectKind::Profile => {
                            format!("{}\0{}", draft.key, draft.change.detail)
                        }
                    };
                    let key = (draft.change.kind.name, cause.clone(), key);
                    groups.entry(key).or_default().push(draft);
                }
            }
        }
        for ((_, cause, key), drafts) in groups {
            changes.extend(self.one_of(cause, &key, drafts));
        }
        changes
    }

    fn one_of(
        &self,
        (sort, name): (SubjectKind, String),
        key: &str,
        drafts: Vec<Draft>,
    ) -> Option<Change> {
        let affects: BTreeSet<String> = drafts
            .iter()
            .map(|draft| draft.change.subject.clone())
            .collect();
        let also: BTreeSet<String> = drafts
            .iter()
            .flat_map(|draft| draft.change.also.iter().cloned())
            .filter(|name| !affects.contains(name))
            .collect();
        let risk: BTreeSet<String> = drafts
            .iter()
            .flat_map(|draft| draft.change.risk.iter().cloned())
            .collect();
        let verbs: BTreeSet<&str> = drafts
            .iter()
            .flat_map(|draft| draft.change.verbs.iter().copied())
            .collect();
        let keys: Vec<String> = drafts.iter().map(|draft| draft.key.clone()).collect();
        let mut change = drafts.into_iter().next()?.change;
        change.subject = name;
        change.subject_kind = sort;
        change.risk = risk::ordered(&risk);
        let named: Vec<&String> = affects.iter().collect();
        if sort == SubjectKind::System {
            let tenant = change
                .detail
                .split(" in tenant ")
                .nth(1)
                .and_then(|rest| rest.split('`').nth(1))
                .unwrap_or_default()
                .to_owned();
            let many = match &named[..] {
                [only] => format!("`{only}`"),
                all => format!("{} with authority here", all.len()),
            };
            change.detail = match change.direction {
                Direction::Widens => format!("gives {many} the same in tenant `{tenant}`"),
                Direction::Narrows => {
                    format!("no longer gives {many} anything in tenant `{tenant}`")
                }
                Direction::Neutral => format!("changes for {many} in tenant `{tenant}`"),
            };
            change.verbs = crate::authority::Verb::ALL
                .iter()
                .map(|verb| verb.word())
                .filter(|word| verbs.contains(word))
                .collect();
            if verbs.contains("any") {
                change.verbs = vec!["any"];
            }
            change.resource = Some(change.subject.clone());
            change.operations.clear();
            change.operation_count = 0;
            let known = if change.direction == Direction::Narrows {
                self.base
            } else {
                self.head
            };
            let system = known
                .systems
                .iter()
                .position(|name| **name == *change.subject);
            let span = system.map(|at| known.compiled.model.systems[at].span);
            let clause = span.and_then(|span| known.clause(span));
            (change.before, change.after) = if change.direction == Direction::Narrows {
                (clause, None)
            } else {
                (None, clause)
            };
        } else if affects.len() > 1 {
            change.detail = format!("everybody who takes it in {}", change.detail);
        }
        change.affects = affects.into_iter().collect();
        change.also = also.into_iter().collect();
        change.owner = None;
        let mut keys = keys;
        keys.sort();
        keys.dedup();
        change.fingerprint = mark(
            &change,
            &format!("{key}\0{}\0{}", change.affects.join(" "), keys.join("\0")),
        );
        Some(change)
    }

    /// Who owns and reviews the subject, and where it stands.
    fn govern(&self, change: &mut Change) {
        let spans = match change.subject_kind {
            SubjectKind::Integration | SubjectKind::Principal => {
                let head = self.party_of(Side::Head, &change.subject);
                let base = self.party_of(Side::Base, &change.subject);
                let found = head
                    .map(|id| (self.head, id))
                    .or(base.map(|id| (self.base, id)));
                if let Some((known, id)) = found {
                    let model = &known.compiled.model;
                    let party = model.party(id);
                    change.owner = party.owner().and_then(|(owner, _)| match owner {
                        Owner::Team(id) => Some(known.team(*id).to_owned()),
                        Owner::Person(_) => None,
                    });
                }
                let sides = [(self.base, base), (self.head, head)];
                change.reviewer = sides.into_iter().find_map(|(known, id)| {
                    let ((_, by), _) = known.compiled.model.party(id?).review()?;
                    Some(known.team(by).to_owned())
                });
                head.map(|id| self.head.compiled.model.party(id).name_span)
            }
            SubjectKind::System => {
                let mut names = self.head.systems.iter();
                names
                    .position(|name| **name == *change.subject)
                    .map(|at| self.head.compiled.model.systems[at].span)
            }
            SubjectKind::Guard => {
                let mut guards = self.head.compiled.model.guards.iter();
                guards
                    .find(|guard| *guard.name == *change.subject)
                    .map(|guard| guard.span)
            }
            SubjectKind::Test => {
                let mut tests = self.head.compiled.model.tests.iter();
                tests
                    .find(|test| *test.name == *change.subject)
                    .map(|test| test.span)
            }
            SubjectKind::Profile => {
                let mut profiles = self.head.compiled.model.profiles.iter();
                profiles
                    .find(|profile| *profile.name == *change.subject)
                    .map(|profile| profile.span)
            }
        };
        change.anchor = change
            .after
            .as_ref()
            .map(|clause| clause.place.clone())
            .or_else(|| spans.and_then(|span| self.head.place(span)))
            .or_else(|| self.start());
    }

    /// The start of the head's first file, for what stands nowhere in it.
    fn start(&self) -> Option<super::Place> {
        let sources = &self.head.compiled.sources;
        let (id, _) = sources.iter().find(|(_, file)| {
            let extension = std::path::Path::new(&file.path).extension();
            extension.is_some_and(|word| word == "scope") && !file.path.starts_with("stdlib:")
        })?;
        self.head.place(Span::new(id, 0, 0))
    }

    fn gaps(&self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for known in [self.base, self.head] {
            for found in &known.compiled.diagnostics {
                let Some(place) = known.place(found.span).filter(|_| found.is_error()) else {
                    continue;
                };
                gaps.push(Gap {
                    side: known.side,
                    rule: found.rule.to_string(),
                    message: found.message.clone(),
                    subject: found.subject.clone(),
                    place,
                });
            }
        }
        gaps
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

/// Why more is allowed than was, in words that follow the resource.
fn gained(how: &How) -> String {
    if how.forbidden {
        return ", which was forbidden".to_owned();
    }
    let mut text = match (&how.freed[..], &how.bound[..]) {
        ([], []) => String::new(),
        (freed, []) => format!(" without {}", freed.join(" and ")),
        ([], bound) => format!(" under {}", bound.join(" and ")),
        (freed, bound) => format!(
            " under {} instead of {}",
            bound.join(" and "),
            freed.join(" and ")
        ),
    };
    match how.ends {
        Some((Some(end), Some(was))) => {
            let _ = write!(text, " until {end} instead of {was}");
        }
        Some((Some(end), None)) => {
            let _ = write!(text, " until {end}");
        }
        Some((None, Some(was))) => {
            let _ = write!(text, " without an end instead of until {was}");
        }
        Some((None, None)) | None => {}
    }
    text
}

/// What is left of authority of which some goes, from why it was more: words that follow `only`.
fn lost(how: &How) -> Option<String> {
    let mut text = match (&how.freed[..], &how.bound[..]) {
        ([], _) => String::new(),
        (freed, []) => format!("under {}", freed.join(" and ")),
        (freed, bound) => format!(
            "under {} instead of {}",
            freed.join(" and "),
            bound.join(" and ")
        ),
    };
    if let Some((end, Some(was))) = how.ends {
        if !text.is_empty() {
            text.push_str(" and ");
        }
        let _ = write!(text, "until {was}");
        if let Some(end) = end {
            let _ = write!(text, " instead of {end}");
        }
    }
    (!text.is_empty()).then_some(text)
}

/// `get, list and update`
fn listed(verbs: &[&str]) -> String {
    match verbs {
        [] => "do something".to_owned(),
        ["any"] => "do anything".to_owned(),
        [only] => format!("`{only}`"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(|verb| format!("`{verb}`")).collect();
            format!("{} and `{last}`", most.join(", "))
        }
    }
}

/// What a change is known by: all that it says, no place, no count, nobody's number.
fn mark(change: &Change, key: &str) -> String {
    let words = [
        change.kind.name,
        change.subject_kind.word(),
        &change.subject,
        change.direction.word(),
        change.resource.as_deref().unwrap_or_default(),
        &change.verbs.join(" "),
        key,
    ];
    fingerprint::of(&words.join("\0"))
}

/// How grave some classes are together.
fn score(classes: &BTreeSet<String>) -> usize {
    classes
        .iter()
        .map(|class| match class.as_str() {
            risk::PROD => 8,
            risk::CROSS_TENANT => 6,
            risk::ORG_WIDE => 5,
            risk::AGENT => 2,
            _ => 3,
        })
        .sum()
}

type Rank<'r> = (
    u8,
    Reverse<usize>,
    usize,
    (&'r str, &'r str),
    (&'r str, Option<(&'r str, u32)>),
);

/// The worst first: what widens, what weakens, what is neither, what narrows; by risk; by kind; by
/// name.
fn rank(change: &Change) -> Rank<'_> {
    let group = match (change.direction, change.governance) {
        (Direction::Widens, _) => 0,
        (_, Some(Tendency::Weakened | Tendency::Mixed)) => 1,
        (Direction::Neutral, None) => 2,
        (Direction::Narrows, _) => 3,
        (Direction::Neutral, Some(Tendency::Strengthened | Tendency::Same)) => 4,
    };
    let classes: BTreeSet<String> = change.risk.iter().cloned().collect();
    let kind = if change.lateral {
        0
    } else {
        1 + kind::KINDS
            .iter()
            .position(|kind| **kind == *change.kind)
            .unwrap_or(usize::MAX - 1)
    };
    (
        group,
        Reverse(score(&classes)),
        kind,
        (&change.subject, change.resource.as_deref().unwrap_or("")),
        (
            &change.detail,
            change.place().map(|place| (&*place.file, place.line)),
        ),
    )
}

fn verdict(changes: &[Change]) -> Verdict {
    let has = |direction| changes.iter().any(|change| change.direction == direction);
    match (has(Direction::Widens), has(Direction::Narrows)) {
        (true, true) => Verdict::Mixed,
        (true, false) => Verdict::Widens,
        (false, true) => Verdict::Narrows,
        (false, false) => Verdict::Same,
    }
}

fn governance(changes: &[Change]) -> Tendency {
    let has = |tendency| {
        changes
            .iter()
            .any(|change| change.governance == Some(tendency))
    };
    if has(Tendency::Mixed) {
        return Tendency::Mixed;
    }
    match (has(Tendency::Weakened), has(Tendency::Strengthened)) {
        (true, true) => Tendency::Mixed,
        (true, false) => Tendency::Weakened,
        (false, true) => Tendency::Strengthened,
        (false, false) => Tendency::Same,
    }
}
