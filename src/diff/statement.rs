//! Everything that is said and is not a set: one statement a clause, a fact, a rule of a guard, an
//! assertion, a setting. What both sides say is the same; how the rest compares is data.

use super::SubjectKind;
use super::kind::Aspect;
use super::space::Requirement;
use crate::authority::Pattern;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Whom a statement is about, by shared name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its name.
    pub name: String,
}

/// What it means that a statement is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// It is care: its going is for the worse.
    Care,
    /// It is authority or trust: its coming is for the worse.
    Risk,
    /// Neither.
    Plain,
}

/// What of a statement can be compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Measure {
    /// The more, the worse.
    More(i64),
    /// A set: what it gains is for the worse.
    Wider(BTreeSet<String>),
    /// A set: what it gains is for the better.
    Stricter(BTreeSet<String>),
    /// What is asked for: the less, the worse.
    Requires(Vec<Requirement>),
}

/// Whom or what a statement lets in, where one may hold another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Extent {
    /// Everybody.
    Anyone,
    /// One system's things, by shared name, tenant ids, type and address.
    Things {
        /// The system.
        system: String,
        /// The tenants' ids.
        tenants: BTreeSet<String>,
        /// The type's path in its catalogue.
        of: String,
        /// The flat address.
        address: Pattern,
    },
    /// One name.
    Name(String),
}

impl Extent {
    /// Whether all that the other means is meant here.
    pub fn holds(&self, other: &Self) -> bool {
        match (self, other) {
            (Extent::Anyone, _) => true,
            (
                Extent::Things {
                    system,
                    tenants,
                    of,
                    address,
                },
                Extent::Things {
                    system: its_system,
                    tenants: its_tenants,
                    of: its_type,
                    address: its_address,
                },
            ) => {
                system == its_system
                    && of == its_type
                    && its_tenants.is_subset(tenants)
                    && address.includes(its_address)
            }
            (Extent::Name(own), Extent::Name(other)) => own == other,
            (Extent::Things { .. } | Extent::Name(_), _) => false,
        }
    }
}

/// One thing that is said.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Of whom.
    pub subject: Subject,
    /// What it is about.
    pub aspect: &'static Aspect,
    /// What it is known by: two statements of one key are one that changed.
    pub key: String,
    /// All that it says, in shared names and a fixed order: what is equal is the same.
    pub text: String,
    /// What it is for people: `expires 2027-03-31`.
    pub words: String,
    /// On what, in words.
    pub resource: Option<String>,
    /// What its being there means.
    pub presence: Presence,
    /// What can be compared of it.
    pub measures: Vec<Measure>,
    /// Whom it lets in; what is let in by another statement of the same sort comes as no news.
    pub extent: Option<(String, Extent)>,
    /// Where it is.
    pub span: Span,
    /// The profile that it came with.
    pub profile: Option<Box<str>>,
}

/// How a statement changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Effect {
    /// For the worse.
    Worse,
    /// For the better.
    Better,
    /// Neither.
    Other,
}

/// A statement that only one side makes, or that both make differently.
#[derive(Clone, Debug)]
pub struct Altered<'s> {
    /// What was said.
    pub old: Option<&'s Statement>,
    /// What is said.
    pub new: Option<&'s Statement>,
    /// What that comes to; a statement may change for the worse and for the better at once.
    pub effects: Vec<Effect>,
}

/// What changed between two lists of statements, in an order that follows subjects and keys.
pub fn compare<'s>(base: &'s [Statement], head: &'s [Statement]) -> Vec<Altered<'s>> {
    type Key<'s> = (&'s Subject, &'s str);
    let mut groups: BTreeMap<Key<'s>, (Vec<&'s Statement>, Vec<&'s Statement>)> = BTreeMap::new();
    let mut seen: HashMap<(&Subject, &str, &str), i64> = HashMap::new();
    for one in base {
        *seen.entry((&one.subject, &one.key, &one.text)).or_default() += 1;
    }
    // What is said on both sides in the same words goes out first, as often as it is on both.
    let mut in_base: HashMap<(&Subject, &str, &str), i64> = seen.clone();
    let mut shared: HashMap<(&Subject, &str, &str), i64> = HashMap::new();
    for one in head {
        let id = (&one.subject, &*one.key, &*one.text);
        match in_base.get_mut(&id) {
            Some(left) if *left > 0 => {
                *left -= 1;
                *shared.entry(id).or_default() += 1;
            }
            Some(_) | None => groups
                .entry((&one.subject, &one.key))
                .or_default()
                .1
                .push(one),
        }
    }
    for one in base {
        let id = (&one.subject, &*one.key, &*one.text);
        match shared.get_mut(&id) {
            Some(left) if *left > 0 => *left -= 1,
            Some(_) | None => groups
                .entry((&one.subject, &one.key))
                .or_default()
                .0
                .push(one),
        }
    }
    let mut altered = Vec::new();
    for (_, (mut old, mut new)) in groups {
        old.sort_by(|a, b| a.text.cmp(&b.text));
        new.sort_by(|a, b| a.text.cmp(&b.text));
        for at in 0..old.len().max(new.len()) {
            altered.push(judge(old.get(at).copied(), new.get(at).copied()));
        }
    }
    let base_extents = extents(base);
    let head_extents = extents(head);
    for one in &mut altered {
        let (mine, others) = match (one.old, one.new) {
            (None, Some(new)) => (new, &base_extents),
            (Some(old), None) => (old, &head_extents),
            (Some(_), Some(_)) | (None, None) => continue,
        };
        // What another statement lets in all the same is no news.
        if let Some((sort, extent)) = &mine.extent {
            let required = requirements(mine);
            let covered = others
                .get(&(&mine.subject, &**sort))
                .into_iter()
                .flatten()
                .any(|(other, asked)| other.holds(extent) && follows(required, asked));
            if covered {
                one.effects = vec![Effect::Other];
            }
        }
    }
    altered
}

type Extents<'s> = HashMap<(&'s Subject, &'s str), Vec<(&'s Extent, &'s [Requirement])>>;

fn extents(all: &[Statement]) -> Extents<'_> {
    let mut extents: Extents<'_> = HashMap::new();
    for one in all {
        if let Some((sort, extent)) = &one.extent {
            extents
                .entry((&one.subject, sort))
                .or_default()
                .push((extent, requirements(one)));
        }
    }
    extents
}

fn requirements(of: &Statement) -> &[Requirement] {
    of.measures
        .iter()
        .find_map(|measure| match measure {
            Measure::Requires(all) => Some(&all[..]),
            Measure::More(_) | Measure::Wider(_) | Measure::Stricter(_) => None,
        })
        .unwrap_or_default()
}

/// Whether meeting `own` is meeting all that is asked.
fn follows(own: &[Requirement], asked: &[Requirement]) -> bool {
    asked
        .iter()
        .all(|wanted| own.iter().any(|one| one.implies(wanted)))
}

fn judge<'s>(old: Option<&'s Statement>, new: Option<&'s Statement>) -> Altered<'s> {
    let effects = match (old, new) {
        (None, Some(new)) => vec![coming(new.presence)],
        (Some(old), None) => vec![going(old.presence)],
        (Some(old), Some(new)) => changed(old, new),
        (None, None) => Vec::new(),
    };
    Altered { old, new, effects }
}

fn coming(presence: Presence) -> Effect {
    match presence {
        Presence::Care => Effect::Better,
        Presence::Risk => Effect::Worse,
        Presence::Plain => Effect::Other,
    }
}

fn going(presence: Presence) -> Effect {
    match presence {
        Presence::Care => Effect::Worse,
        Presence::Risk => Effect::Better,
        Presence::Plain => Effect::Other,
    }
}

fn changed(old: &Statement, new: &Statement) -> Vec<Effect> {
    let mut effects = BTreeSet::new();
    for (before, after) in old.measures.iter().zip(&new.measures) {
        let (worse, better) = match (before, after) {
            (Measure::More(before), Measure::More(after)) => (after > before, after < before),
            (Measure::Wider(before), Measure::Wider(after)) => {
                (!after.is_subset(before), !before.is_subset(after))
            }
            (Measure::Stricter(before), Measure::Stricter(after)) => {
                (!before.is_subset(after), !after.is_subset(before))
            }
            (Measure::Requires(before), Measure::Requires(after)) => {
                (!follows(after, before), !follows(before, after))
            }
            (
                Measure::More(_) | Measure::Wider(_) | Measure::Stricter(_) | Measure::Requires(_),
                _,
            ) => (true, true),
        };
        if worse {
            effects.insert(Effect::Worse);
        }
        if better {
            effects.insert(Effect::Better);
        }
    }
    if effects.is_empty() {
        effects.insert(Effect::Other);
    }
    effects.into_iter().collect()
}
