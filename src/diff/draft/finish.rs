//! All changes in order: those that happen to many alike told once.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::{Draft, Drafts};
use crate::diagnostic::fingerprint;
use crate::diff::kind;
use crate::diff::risk;
use crate::diff::{Change, Diff, Direction, Gap, Place, Side, SubjectKind, Tendency, Verdict, Way};
use crate::model::party::Owner;
use crate::source::Span;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl Drafts<'_, '_> {
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
    fn start(&self) -> Option<Place> {
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

/// What a change is known by: all that it says, no place, no count, nobody's number.
pub(super) fn mark(change: &Change, key: &str) -> String {
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
pub(super) fn score(classes: &BTreeSet<String>) -> usize {
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

/// Group, gravity, kind, name, words.
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
