//! The comparison: pairs, then sets, statements and ways, each into changes.

mod alike;
mod route;

use super::authority::{
    Declared, Delegations, Given, Spot, declared, delegations, granted, requirements,
};
use super::beside::{Beside, against_lock, baselines};
use super::draft::{Drafts, Subjects};
use super::gain::{Gain, Half, allowed, excess, forbidden};
use super::gather::{gather, subject_of};
use super::kind::{self, Aspect};
use super::known::Known;
use super::pair::{Paired, pair};
use super::space::{Reader, Requirements, Space};
use super::statement::{Altered, Effect, Presence, Statement, Subject, compare};
use super::{Diff, Direction, Side, SubjectKind, Tendency};
use crate::compile::Compiled;
use crate::model::PartyId;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Compares what two compilations mean. The order of the changes and every word of them follow
/// from the two alone.
pub fn diff(base: &Compiled, head: &Compiled) -> Diff {
    diff_beside(base, head, Beside::default())
}

/// As [`diff`], with what lies beside the declarations.
pub fn diff_beside(base: &Compiled, head: &Compiled, beside: Beside<'_>) -> Diff {
    let mut base = Known::new(Side::Base, base);
    let mut head = Known::new(Side::Head, head);
    let paired = pair(&mut base, &mut head);
    let mut comparison = Comparison {
        base: &base,
        head: &head,
        paired: &paired,
        drafts: Drafts::new(&base, &head, &paired),
        in_head: paired.parties.both.iter().copied().collect(),
    };
    let alike = comparison.alike();
    comparison.comings_and_goings();
    comparison.sets(&alike);
    comparison.statements(&alike);
    comparison.ways();
    if let Some(written) = beside.lock {
        against_lock(&mut comparison.drafts, base.compiled, written);
    }
    let (was, is) = (beside.base_baseline, beside.head_baseline);
    baselines(&mut comparison.drafts, was, is);
    comparison.drafts.finish()
}

struct Comparison<'a, 'c> {
    base: &'a Known<'c>,
    head: &'a Known<'c>,
    paired: &'a Paired,
    drafts: Drafts<'a, 'c>,
    /// By a party of the base, the one of the head.
    in_head: HashMap<usize, usize>,
}

/// What one party is declared and granted on one side.
struct Own {
    declared: Declared,
    granted: BTreeMap<Spot, Vec<Given>>,
}

impl Comparison<'_, '_> {
    fn in_head(&self, base: usize) -> Option<usize> {
        self.in_head.get(&base).copied()
    }

    fn comings_and_goings(&mut self) {
        let (base, head, paired) = (self.base, self.head, self.paired);
        for &at in &paired.parties.new {
            self.drafts.comes(head, PartyId::at(at));
        }
        for &at in &paired.parties.gone {
            self.drafts.goes(base, PartyId::at(at));
        }
        for &(old, new) in &paired.parties.both {
            let (was, is) = (
                &base.compiled.model.parties[old],
                &head.compiled.model.parties[new],
            );
            if was.name != is.name {
                let subject = subject_of(head, PartyId::at(new));
                self.drafts
                    .renamed(&subject, &was.name, was.name_span, is.name_span);
            }
        }
        let kinds: [(SubjectKind, &super::pair::Pairs, Naming); 3] = [
            (SubjectKind::System, &paired.systems, |known, at| {
                let system = &known.compiled.model.systems[at];
                (system.name.to_string(), system.span)
            }),
            (SubjectKind::Guard, &paired.guards, |known, at| {
                let guard = &known.compiled.model.guards[at];
                (guard.name.to_string(), guard.span)
            }),
            (SubjectKind::Test, &paired.tests, |known, at| {
                let test = &known.compiled.model.tests[at];
                (test.name.to_string(), test.span)
            }),
        ];
        for (sort, pairs, naming) in kinds {
            for &(old, new) in &pairs.both {
                let ((was, old_span), (is, new_span)) = (naming(base, old), naming(head, new));
                if was != is {
                    let subject = Subject {
                        kind: sort,
                        name: is,
                    };
                    self.drafts.renamed(&subject, &was, old_span, new_span);
                }
            }
            if sort == SubjectKind::System {
                for &at in &pairs.new {
                    let (name, span) = naming(head, at);
                    self.drafts.system(Side::Head, &name, span);
                }
                for &at in &pairs.gone {
                    let (name, span) = naming(base, at);
                    self.drafts.system(Side::Base, &name, span);
                }
            }
        }
    }

    /// Authority, prohibitions, bounds and excess of everybody who is not alike.
    fn sets(&mut self, alike: &HashSet<usize>) {
        let mut space = Space::default();
        let mut readers = (Reader::default(), Reader::default());
        let given_by = (delegations(self.base), delegations(self.head));
        let mut pairs: Vec<(Option<PartyId>, Option<PartyId>)> = Vec::new();
        for &(base, head) in &self.paired.parties.both {
            if !alike.contains(&head) {
                pairs.push((Some(PartyId::at(base)), Some(PartyId::at(head))));
            }
        }
        let gone = self.paired.parties.gone.iter();
        pairs.extend(gone.map(|&at| (Some(PartyId::at(at)), None)));
        let new = self.paired.parties.new.iter();
        pairs.extend(new.map(|&at| (None, Some(PartyId::at(at)))));
        for (base, head) in pairs {
            let mut asked = Vec::new();
            if let Some(id) = base {
                requirements(self.base, id, &given_by.0, &mut asked);
            }
            if let Some(id) = head {
                requirements(self.head, id, &given_by.1, &mut asked);
            }
            let asked = Requirements::new(asked);
            let before = own(
                &mut space,
                &mut readers.0,
                self.base,
                base,
                &given_by.0,
                &asked,
            );
            let now = own(
                &mut space,
                &mut readers.1,
                self.head,
                head,
                &given_by.1,
                &asked,
            );
            self.party_sets(&space, base, head, &before, &now);
        }
    }

    fn party_sets(
        &mut self,
        space: &Space,
        base: Option<PartyId>,
        head: Option<PartyId>,
        before: &Own,
        now: &Own,
    ) {
        let (base_words, head_words) = (words_of(self.base), words_of(self.head));
        let was = Half {
            declared: &before.declared,
            granted: &before.granted,
            words: &base_words,
        };
        let is = Half {
            declared: &now.declared,
            granted: &now.granted,
            words: &head_words,
        };
        let both = base.is_some() && head.is_some();
        let comes = self.subject(head, base);
        self.gains(
            &comes,
            head.or(base),
            Side::Head,
            allowed(space, &was, &is),
            Direction::Widens,
        );
        self.gains(
            &comes,
            base.or(head),
            Side::Base,
            allowed(space, &is, &was),
            Direction::Narrows,
        );
        self.excess(
            &comes,
            head.or(base),
            Side::Head,
            excess(space, &was, &is),
            Direction::Widens,
        );
        self.excess(
            &comes,
            base.or(head),
            Side::Base,
            excess(space, &is, &was),
            Direction::Narrows,
        );
        if both {
            // In a tenant that comes or goes nothing was forbidden, and nothing allowed.
            let drafts = &self.drafts;
            let kept = |gain: &Gain| !drafts.is_of_one_side(&gain.spot);
            let barred: Vec<Gain> = forbidden(space, &was, &is)
                .into_iter()
                .filter(kept)
                .collect();
            let freed: Vec<Gain> = forbidden(space, &is, &was)
                .into_iter()
                .filter(kept)
                .collect();
            for gain in barred {
                let draft = self
                    .drafts
                    .forbidden(&comes, Side::Head, &gain, Direction::Narrows);
                self.drafts.put(draft);
            }
            for gain in freed {
                let draft = self
                    .drafts
                    .forbidden(&comes, Side::Base, &gain, Direction::Widens);
                self.drafts.put(draft);
            }
            self.bounds(&comes, &before.declared, &now.declared);
        }
    }

    fn subject(&self, head: Option<PartyId>, base: Option<PartyId>) -> Subject {
        match (head, base) {
            (Some(id), _) => subject_of(self.head, id),
            (None, Some(id)) => subject_of(self.base, id),
            (None, None) => Subject {
                kind: SubjectKind::System,
                name: String::new(),
            },
        }
    }

    fn gains(
        &mut self,
        subject: &Subject,
        party: Option<PartyId>,
        side: Side,
        gains: Vec<Gain>,
        direction: Direction,
    ) {
        for gain in gains {
            let draft = self.drafts.allowed(subject, party, side, &gain, direction);
            self.drafts.put(draft);
        }
    }

    fn excess(
        &mut self,
        subject: &Subject,
        party: Option<PartyId>,
        side: Side,
        gains: Vec<Gain>,
        direction: Direction,
    ) {
        for gain in gains {
            let draft = self.drafts.excess(subject, party, side, &gain, direction);
            self.drafts.put(draft);
        }
    }

    /// A bound that holds less forbids more; one that is gone forbids nothing.
    fn bounds(&mut self, subject: &Subject, before: &Declared, now: &Declared) {
        let spots: BTreeSet<&Spot> = before.bounds.keys().chain(now.bounds.keys()).collect();
        let mut told: BTreeSet<(Box<str>, Direction)> = BTreeSet::new();
        for spot in spots {
            let was = before.bounds.get(spot).map_or(&[][..], Vec::as_slice);
            let is = now.bounds.get(spot).map_or(&[][..], Vec::as_slice);
            let sides = [
                (was, is, Side::Base, Direction::Widens),
                (is, was, Side::Head, Direction::Narrows),
            ];
            for (here, there, side, direction) in sides {
                for bound in here {
                    // Some bound of the other side holds no more than this one: nothing is lost.
                    if there.iter().any(|other| other.set.is_subset(&bound.set)) {
                        continue;
                    }
                    let other = there.iter().find(|other| other.profile == bound.profile);
                    if told.insert((bound.profile.clone(), direction)) {
                        self.drafts.bound(
                            subject,
                            side,
                            bound,
                            other.map(|other| other.span),
                            direction,
                        );
                    }
                }
            }
        }
    }

    fn statements(&mut self, alike: &HashSet<usize>) {
        let skip_base: HashSet<usize> = self
            .paired
            .parties
            .both
            .iter()
            .filter(|(_, head)| alike.contains(head))
            .map(|(base, _)| *base)
            .collect();
        let mut base = gather(self.base, &|id| skip_base.contains(&id.index()));
        let mut head = gather(self.head, &|id| alike.contains(&id.index()));
        // Guards and tests are called by their new names on both sides.
        for (sort, pairs) in [
            (SubjectKind::Guard, &self.paired.guards),
            (SubjectKind::Test, &self.paired.tests),
        ] {
            let names: HashMap<String, String> = pairs
                .both
                .iter()
                .map(|&(old, new)| (named(self.base, sort, old), named(self.head, sort, new)))
                .collect();
            for one in &mut base {
                if one.subject.kind == sort
                    && let Some(name) = names.get(&one.subject.name)
                {
                    one.subject.name.clone_from(name);
                }
            }
        }
        let subjects = Subjects::of(self.base, self.head, self.paired);
        // What comes or goes with its subject is told with it, but for what lets others in.
        let told =
            |one: &Statement| subjects.is_on_both(&one.subject) || one.presence == Presence::Risk;
        let is_party = |one: &Statement| {
            matches!(
                one.subject.kind,
                SubjectKind::Integration | SubjectKind::Principal
            )
        };
        let keep = |one: &Statement| {
            told(one)
                || *one.aspect == kind::CATALOGUE
                || !is_party(one) && one.subject.kind != SubjectKind::System
        };
        base.retain(keep);
        head.retain(keep);
        for altered in compare(&base, &head) {
            self.altered(&altered);
        }
    }

    fn altered(&mut self, altered: &Altered<'_>) {
        let Some(one) = altered.new.or(altered.old) else {
            return;
        };
        let aspect: &'static Aspect = one.aspect;
        for &effect in &altered.effects {
            let (direction, governance) = reading(aspect, effect);
            self.drafts.altered(altered, effect, direction, governance);
        }
    }
}

type Naming = fn(&Known<'_>, usize) -> (String, Span);

fn named(known: &Known<'_>, sort: SubjectKind, at: usize) -> String {
    let model = &known.compiled.model;
    match sort {
        SubjectKind::Guard => model.guards[at].name.to_string(),
        SubjectKind::Test => model.tests[at].name.to_string(),
        SubjectKind::Integration
        | SubjectKind::Principal
        | SubjectKind::System
        | SubjectKind::Profile => String::new(),
    }
}

/// What an effect on an aspect does to authority, and to governance.
fn reading(aspect: &'static Aspect, effect: Effect) -> (Direction, Option<Tendency>) {
    let of_authority = [&kind::AUTHORITY, &kind::PROHIBITION, &kind::TRUST].contains(&aspect);
    match (of_authority, effect) {
        (true, Effect::Worse) => (Direction::Widens, None),
        (true, Effect::Better) => (Direction::Narrows, None),
        (false, Effect::Worse) => (Direction::Neutral, Some(Tendency::Weakened)),
        (false, Effect::Better) => (Direction::Neutral, Some(Tendency::Strengthened)),
        (_, Effect::Other) => (Direction::Neutral, None),
    }
}

fn words_of<'k>(known: &'k Known<'_>) -> impl Fn(Span) -> String + use<'k> {
    let sources = &known.compiled.sources;
    move |span| {
        let text = sources.text(span);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn own(
    space: &mut Space,
    reader: &mut Reader,
    known: &Known<'_>,
    id: Option<PartyId>,
    delegations: &Delegations,
    asked: &Requirements,
) -> Own {
    let Some(id) = id else {
        return Own {
            declared: Declared::default(),
            granted: BTreeMap::new(),
        };
    };
    let bundles: Vec<_> = known.bundles(id).collect();
    Own {
        declared: declared(space, reader, known, id, delegations, asked),
        granted: granted(space, reader, known, &bundles, asked),
    }
}
