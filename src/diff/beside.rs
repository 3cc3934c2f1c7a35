//! What lies beside the declarations: the lock, against which an update of a vendor's catalogue
//! shows, and the baseline, which excuses.

use super::draft::{Draft, Drafts, plain};
use super::kind::{self, CATALOGUE, EXCEPTION};
use super::statement::{Effect, Subject};
use super::{Direction, SubjectKind, Tendency};
use crate::check::baseline::{self, Baseline, Entry};
use crate::compile::Compiled;
use crate::lock::{self, Fact, Lock, LockChange};
use std::collections::BTreeMap;

/// What lies beside the declarations of both sides.
#[derive(Clone, Copy, Default, Debug)]
pub struct Beside<'a> {
    /// The base's `scope.lock`, where it has one.
    pub lock: Option<&'a Lock>,
    /// The base's `scope.baseline`.
    pub base_baseline: Option<&'a Baseline>,
    /// The head's `scope.baseline`.
    pub head_baseline: Option<&'a Baseline>,
}

/// What the base comes to now and did not when its lock was written. A line that both have, of
/// other operations, is the same clause that means something else; a line that only one has is
/// a lock that was not renewed when the declarations changed, of which a note is made.
pub(super) fn against_lock(drafts: &mut Drafts<'_, '_>, base: &Compiled, written: &Lock) {
    let now = lock::of(base);
    for change in lock::compare(written, &now) {
        if !(stands_in(written, &change) && stands_in(&now, &change)) {
            drafts.stale_lock();
            continue;
        }
        let known = base
            .model
            .parties
            .iter()
            .find(|party| *party.name == *change.integration);
        // What an incomplete declaration lacks was not taken away by a catalogue.
        if known.is_none_or(|party| !party.complete) {
            continue;
        }
        let kind = match change.kind {
            Some(lock::SubjectKind::Integration) => SubjectKind::Integration,
            Some(lock::SubjectKind::Principal) => SubjectKind::Principal,
            None => SubjectKind::System,
        };
        let direction = match change.direction {
            lock::Direction::Widens => Direction::Widens,
            lock::Direction::Narrows => Direction::Narrows,
            lock::Direction::Neutral => Direction::Neutral,
        };
        let subject = Subject {
            kind,
            name: change.integration.clone(),
        };
        let detail = format!(
            "comes to something else than when `{}` was written: {change}",
            lock::FILE
        );
        let mut one = plain(CATALOGUE.toward(direction), &subject, detail);
        one.direction = direction;
        one.operation_count = change.operations.len();
        one.operations.clone_from(&change.operations);
        one.operations.truncate(super::OPERATIONS);
        one.resource = Some(change.resource.clone());
        drafts.put(Draft::new(one, format!("lock\0{change}")));
    }
}

/// Whether a lock has a line of what changed: the same effect, or the same unit's excess, on the same
/// resource.
fn stands_in(lock: &Lock, change: &LockChange) -> bool {
    lock.lines.iter().any(|line| {
        line.subject == change.integration
            && line.system == change.system
            && match &line.fact {
                Fact::Cube(cube) => {
                    cube.effect.to_string() == change.what
                        && cube.resource == change.resource
                        && cube.within == change.within
                }
                Fact::Excess { unit, .. } => change.what == "excess" && *unit == change.resource,
                Fact::Identity { .. } | Fact::Shared { .. } | Fact::Trusts { .. } => false,
            }
    })
}

/// Findings that are excused on one side only, or for longer.
pub(super) fn baselines(
    drafts: &mut Drafts<'_, '_>,
    base: Option<&Baseline>,
    head: Option<&Baseline>,
) {
    let read = |baseline: Option<&Baseline>| -> BTreeMap<String, Entry> {
        let entries = baseline.into_iter().flat_map(Baseline::entries);
        entries
            .map(|entry| (entry.fingerprint.clone(), entry.clone()))
            .collect()
    };
    let (was, is) = (read(base), read(head));
    let mut put = |entry: &Entry, effect: Effect, detail: String| {
        let subject = match &entry.integration {
            Some(name) => Subject {
                kind: SubjectKind::Integration,
                name: name.clone(),
            },
            None => Subject {
                kind: SubjectKind::System,
                name: baseline::FILE.to_owned(),
            },
        };
        let (kind, tendency) = match effect {
            Effect::Worse => (EXCEPTION.worse, Tendency::Weakened),
            Effect::Better => (EXCEPTION.better, Tendency::Strengthened),
            Effect::Other => (&kind::EXCEPTION_CHANGED, Tendency::Mixed),
        };
        let mut one = plain(kind, &subject, detail);
        one.governance = Some(tendency);
        let key = format!("baseline\0{}\0{}", entry.fingerprint, entry.until);
        drafts.put(Draft::new(one, key));
    };
    for (mark, entry) in &is {
        let (rule, until) = (&entry.rule, entry.until);
        match was.get(mark) {
            None => put(
                entry,
                Effect::Worse,
                format!(
                    "has a finding of `{rule}` in `{}` until {until}",
                    baseline::FILE
                ),
            ),
            Some(old) if old.until < until => put(
                entry,
                Effect::Worse,
                format!(
                    "has a finding of `{rule}` in `{}` until {until} instead of {}",
                    baseline::FILE,
                    old.until
                ),
            ),
            Some(old) if old.until > until => put(
                entry,
                Effect::Better,
                format!(
                    "has a finding of `{rule}` in `{}` until {until} instead of {}",
                    baseline::FILE,
                    old.until
                ),
            ),
            Some(_) => {}
        }
    }
    for (mark, entry) in &was {
        if !is.contains_key(mark) {
            let detail = format!(
                "no longer has a finding of `{}` in `{}`",
                entry.rule,
                baseline::FILE
            );
            put(entry, Effect::Better, detail);
        }
    }
}
