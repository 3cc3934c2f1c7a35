//! What a comparison comes to in words, which every form for people shares.

use super::approval::Approval;
use super::{Change, Diff, Direction, Side, SubjectKind, Tendency, Verdict, Way};
use crate::question::{Hop, counted};
use std::collections::{BTreeMap, BTreeSet};

/// A comparison, and what its reader must know of it.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// What was found.
    pub diff: &'a Diff,
    /// What the base is called: a revision, a folder.
    pub base: &'a str,
    /// What the head is called.
    pub head: &'a str,
    /// The project's folder relative to the repository, `/`-separated; empty when they are the same.
    pub folder: &'a str,
    /// Who has to look at it before it goes in, as the repository names them.
    pub reviewers: &'a [String],
    /// The approvals that count.
    pub approvals: &'a [&'a Approval],
}

/// The subjects of some changes by what they are, each once.
#[derive(Default)]
struct Subjects<'a> {
    /// Integrations.
    integrations: BTreeSet<&'a str>,
    /// Principals.
    principals: BTreeSet<&'a str>,
    /// What else there is.
    others: BTreeSet<(SubjectKind, &'a str)>,
}

impl<'a> Subjects<'a> {
    fn of(changes: &'a [Change], direction: Direction) -> Self {
        let mut all = Subjects::default();
        for change in changes.iter().filter(|one| one.direction == direction) {
            match change.subject_kind {
                SubjectKind::Integration => {
                    all.integrations.insert(&change.subject);
                }
                SubjectKind::Principal => {
                    all.principals.insert(&change.subject);
                }
                SubjectKind::System
                | SubjectKind::Guard
                | SubjectKind::Test
                | SubjectKind::Profile => {
                    all.others.insert((change.subject_kind, &change.subject));
                }
            }
        }
        all
    }

    /// `2 integrations and 1 principal gain authority`, `1 profile widens`.
    fn tell(&self, (one, many): (&str, &str), (other, others): (&str, &str)) -> Vec<String> {
        let mut told = Vec::new();
        let (integrations, principals) = (self.integrations.len(), self.principals.len());
        let mut names = Vec::new();
        if integrations > 0 {
            names.push(counted(integrations, "integration", "integrations"));
        }
        if principals > 0 {
            names.push(counted(principals, "principal", "principals"));
        }
        if !names.is_empty() {
            let verb = if integrations + principals == 1 {
                one
            } else {
                many
            };
            told.push(format!("{} {verb}", names.join(" and ")));
        }
        for (kind, word, words) in [
            (SubjectKind::Profile, "profile", "profiles"),
            (SubjectKind::System, "system", "systems"),
            (SubjectKind::Guard, "guard", "guards"),
            (SubjectKind::Test, "test", "tests"),
        ] {
            match self.others.iter().filter(|(one, _)| *one == kind).count() {
                0 => {}
                count => {
                    let verb = if count == 1 { other } else { others };
                    told.push(format!("{} {verb}", counted(count, word, words)));
                }
            }
        }
        told
    }
}

impl<'a> Compared<'a> {
    /// What is given and taken, in a few words; empty where nobody gains or loses.
    pub(super) fn counts(&self) -> String {
        let diff = self.diff;
        let gains = Subjects::of(&diff.changes, Direction::Widens);
        let losses = Subjects::of(&diff.changes, Direction::Narrows);
        let mut told = gains.tell(
            ("gains authority", "gain authority"),
            ("gives more", "give more"),
        );
        match ways(&diff.opened) {
            0 => {}
            count => told.push(counted(count, "new path", "new paths")),
        }
        told.extend(losses.tell(
            ("loses authority", "lose authority"),
            ("gives less", "give less"),
        ));
        match ways(&diff.closed) {
            0 => {}
            count => told.push(counted(count, "path closed", "paths closed")),
        }
        told.join(", ")
    }

    /// The verdict in one line: `widens: 3 integrations gain authority, 1 new path; governance
    /// weakened`.
    pub fn verdict(&self) -> String {
        let counts = match (self.diff.verdict, self.counts()) {
            (Verdict::Same, counts) if counts.is_empty() => {
                "nobody gains or loses authority".to_owned()
            }
            (_, counts) => counts,
        };
        let colon = if counts.is_empty() { "" } else { ": " };
        let mut line = format!("{}{colon}{counts}", self.diff.verdict.word());
        match self.diff.governance {
            Tendency::Same => {}
            Tendency::Weakened => line.push_str("; governance weakened"),
            Tendency::Strengthened => line.push_str("; governance strengthened"),
            Tendency::Mixed => line.push_str("; governance weakened and strengthened"),
        }
        line
    }

    /// The errors of each side that keep the comparison from being whole, in words; none where
    /// there are none.
    pub(super) fn doubt(&self) -> Option<String> {
        let count = |side| {
            let gaps = self.diff.gaps.iter();
            gaps.filter(|gap| gap.side == side).count()
        };
        let told = |count, name: &str| {
            let errors = counted(count, "error", "errors");
            let verb = if count == 1 { "keeps" } else { "keep" };
            format!("{errors} {verb} parts of {name} from being understood")
        };
        match (count(Side::Base), count(Side::Head)) {
            (0, 0) => None,
            (0, head) => Some(format!(
                "{}: there may be more that is gained",
                told(head, "the head")
            )),
            (base, 0) => Some(format!(
                "{}: some of what is new here may be old",
                told(base, "the base")
            )),
            (base, head) => Some(format!(
                "{}, and {}: only what both say can be compared",
                told(base, "the base"),
                told(head, "the head")
            )),
        }
    }

    /// The approvals by the fingerprint of their changes.
    pub(super) fn approvals(&self) -> BTreeMap<&'a str, &'a Approval> {
        let approvals = self.approvals.iter();
        approvals
            .map(|one| (one.fingerprint.as_str(), *one))
            .collect()
    }

    /// The ways by the fingerprint of their changes.
    pub(super) fn ways(&self) -> BTreeMap<&'a str, &'a Way> {
        let ways = self.diff.opened.iter().chain(&self.diff.closed);
        ways.map(|way| (way.fingerprint.as_str(), way)).collect()
    }
}

/// How many ways there are, those that share a hop with one that is listed included.
fn ways(listed: &[Way]) -> usize {
    listed.iter().map(|way| 1 + way.more).sum()
}

/// Who is passed on a path, in order; whoever comes twice in a row is there once.
pub fn stations(path: &[Hop]) -> Vec<String> {
    let first = path.first().map(|hop| hop.from.clone());
    let mut all: Vec<String> = first.into_iter().collect();
    all.extend(path.iter().map(|hop| hop.to.clone()));
    all.dedup();
    all
}

/// What stands before the name of whom a change speaks, in a sentence: a guard says that it is one.
pub(super) fn title(change: &Change) -> &'static str {
    match change.subject_kind {
        SubjectKind::Integration | SubjectKind::Principal => "",
        SubjectKind::System => "system ",
        SubjectKind::Guard => "guard ",
        SubjectKind::Test => "test ",
        SubjectKind::Profile => "profile ",
    }
}

/// What stands between the name and what is said: a colon where that has a subject of its own.
pub(super) fn joint(change: &Change) -> &'static str {
    if change.detail.starts_with("everybody ") {
        ": "
    } else {
        " "
    }
}

/// A change as a sentence: `` `bot` may now delete on … ``.
pub fn sentence(change: &Change) -> String {
    let (title, joint) = (title(change), joint(change));
    format!("{title}`{}`{joint}{}", change.subject, change.detail)
}
