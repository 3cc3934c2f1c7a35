//! Sets of flat addresses: what several patterns share, less what others match.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use super::automaton::{self, Found, Term};
use super::pattern::Pattern;

/// The addresses that match every pattern of `inside` and none of `outside`.
///
/// Two sets compare equal where they are written alike; [`AddressSet::is_subset`] both ways tells
/// whether they hold the same addresses.
#[derive(Clone)]
pub struct AddressSet(Arc<Inner>);

struct Inner {
    /// Sorted, never empty, none including another.
    inside: Box<[Pattern]>,
    /// Sorted, none including another, each meeting every pattern of `inside`.
    outside: Box<[Pattern]>,
    /// Found out when first asked.
    empty: OnceLock<bool>,
}

impl From<Pattern> for AddressSet {
    fn from(pattern: Pattern) -> Self {
        Self::of(vec![pattern], Vec::new())
    }
}

impl AddressSet {
    /// Every address.
    pub fn all() -> Self {
        Pattern::any().into()
    }

    /// No address, in the one form that the operations give it where they notice.
    pub fn none() -> Self {
        Self::of(vec![Pattern::any()], vec![Pattern::any()])
    }

    /// The patterns that every address matches; at least one.
    pub fn inside(&self) -> &[Pattern] {
        &self.0.inside
    }

    /// The patterns that no address matches.
    pub fn outside(&self) -> &[Pattern] {
        &self.0.outside
    }

    /// The one pattern that it is, where it is one.
    pub fn as_pattern(&self) -> Option<&Pattern> {
        match (self.inside(), self.outside()) {
            ([pattern], []) => Some(pattern),
            _ => None,
        }
    }

    /// Whether `address` is in the set.
    pub fn contains(&self, address: &str) -> bool {
        self.inside().iter().all(|pattern| pattern.matches(address))
            && !self
                .outside()
                .iter()
                .any(|pattern| pattern.matches(address))
    }

    /// What is in both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        if self == other || other.is_all() {
            return self.clone();
        }
        if self.is_all() {
            return other.clone();
        }
        Self::build(
            self.inside()
                .iter()
                .chain(other.inside())
                .cloned()
                .collect(),
            self.outside()
                .iter()
                .chain(other.outside())
                .cloned()
                .collect(),
        )
    }

    /// What does not match `pattern`.
    #[must_use]
    pub fn minus(&self, pattern: &Pattern) -> Self {
        let apart = self.inside().iter().any(|own| !own.intersects(pattern));
        if apart || self.outside().iter().any(|own| own.includes(pattern)) {
            return self.clone();
        }
        if self.inside().iter().any(|own| pattern.includes(own)) {
            return Self::none();
        }
        let mut outside: Vec<Pattern> = self
            .outside()
            .iter()
            .filter(|own| !pattern.includes(own))
            .cloned()
            .collect();
        let at = outside.partition_point(|own| own < pattern);
        outside.insert(at, pattern.clone());
        Self::of(self.inside().to_vec(), outside)
    }

    /// What is here and not in `other`, as sets that may overlap, the plainly empty ones left out.
    pub fn difference(&self, other: &Self) -> Vec<Self> {
        if self.is_plainly_disjoint(other) {
            return if self.is_plainly_empty() {
                Vec::new()
            } else {
                vec![self.clone()]
            };
        }
        let lacking = other.inside().iter().map(|pattern| self.minus(pattern));
        let carved = other
            .outside()
            .iter()
            .map(|pattern| self.intersect(&pattern.clone().into()));
        let mut parts: Vec<Self> = lacking
            .chain(carved)
            .filter(|part| !part.is_empty())
            .collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    /// Whether it holds no address; `false` where the search's bound is passed.
    pub fn is_empty(&self) -> bool {
        if self.is_plainly_empty() {
            return true;
        }
        // Every two patterns of a set were found to meet when it was built.
        if self.inside().len() <= 2 && self.outside().is_empty() {
            return false;
        }
        *self.0.empty.get_or_init(|| {
            let shown = self
                .inside()
                .iter()
                .any(|pattern| self.contains(&pattern.sample()));
            !shown && self.search(&[]) == Found::Nothing
        })
    }

    /// Whether every address is also in `other`; `false` where the search's bound is passed.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.is_subset_of_union(std::slice::from_ref(other))
    }

    /// Whether every address is also in one of `others`; `false` where the search's bound is passed.
    pub fn is_subset_of_union(&self, others: &[Self]) -> bool {
        if self.is_plainly_empty() || others.iter().any(|other| self.is_plainly_within(other)) {
            return true;
        }
        if let Some(address) = self.as_pattern().and_then(Pattern::is_literal) {
            return others.iter().any(|other| other.contains(address));
        }
        let others: Vec<&Self> = others
            .iter()
            .filter(|other| !self.is_plainly_disjoint(other))
            .collect();
        match (self.as_pattern(), &others[..]) {
            (Some(_), []) => false,
            (Some(own), [other]) if other.as_pattern().is_some() => {
                other.inside().iter().all(|pattern| pattern.includes(own))
            }
            _ => self.search(&others) == Found::Nothing,
        }
    }

    /// Whether nothing is in both; `false` where the search's bound is passed.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.is_plainly_disjoint(other) || self.intersect(other).is_empty()
    }

    /// A shortest address in the set, always the same one; `None` where it is empty or the search's
    /// bound is passed.
    pub fn example(&self) -> Option<String> {
        if self.is_plainly_empty() {
            return None;
        }
        if let Some(pattern) = self.as_pattern() {
            return Some(pattern.sample());
        }
        self.example_outside(&[])
    }

    /// A shortest address in the set that is in none of `others`, always the same one; `None` where
    /// there is none or the search's bound is passed.
    pub fn example_outside(&self, others: &[Self]) -> Option<String> {
        let others: Vec<&Self> = others.iter().collect();
        match self.search(&others) {
            Found::Text(text) => Some(text),
            Found::Nothing | Found::Unknown => None,
        }
    }

    /// Whether patterns alone tell that nothing is in both: a cheap test, often `false` for disjoint sets.
    pub fn is_plainly_disjoint(&self, other: &Self) -> bool {
        let apart = |a: &Self, b: &Self| {
            a.inside().iter().any(|mine| {
                b.inside().iter().any(|theirs| !mine.intersects(theirs))
                    || b.outside().iter().any(|theirs| theirs.includes(mine))
            })
        };
        self.is_plainly_empty()
            || other.is_plainly_empty()
            || apart(self, other)
            || apart(other, self)
    }

    /// What every address begins with: the longest that one pattern says.
    pub fn prefix(&self) -> &str {
        self.inside()
            .iter()
            .map(Pattern::prefix)
            .max_by_key(|prefix| prefix.len())
            .unwrap_or("")
    }

    /// Whether it is every address.
    pub fn is_all(&self) -> bool {
        self.as_pattern().is_some_and(Pattern::is_any)
    }

    fn is_plainly_empty(&self) -> bool {
        matches!(self.outside(), [pattern] if pattern.is_any())
    }

    /// Whether pairs of patterns alone tell that every address is also in `other`.
    fn is_plainly_within(&self, other: &Self) -> bool {
        self == other
            || other
                .inside()
                .iter()
                .all(|theirs| self.inside().iter().any(|own| theirs.includes(own)))
                && other.outside().iter().all(|theirs| {
                    self.outside().iter().any(|own| own.includes(theirs))
                        || self.inside().iter().any(|own| !own.intersects(theirs))
                })
    }

    fn of(inside: Vec<Pattern>, outside: Vec<Pattern>) -> Self {
        Self(Arc::new(Inner {
            inside: inside.into(),
            outside: outside.into(),
            empty: OnceLock::new(),
        }))
    }

    /// What it is written as: all that equality and order look at.
    fn written(&self) -> (&[Pattern], &[Pattern]) {
        (self.inside(), self.outside())
    }

    /// The set in its normal form.
    fn build(inside: Vec<Pattern>, outside: Vec<Pattern>) -> Self {
        let inside = irreducible(inside, |kept, other| other.includes(kept));
        for (at, a) in inside.iter().enumerate() {
            if inside[at + 1..].iter().any(|b| !a.intersects(b)) {
                return Self::none();
            }
        }
        let outside: Vec<Pattern> = outside
            .into_iter()
            .filter(|pattern| inside.iter().all(|own| own.intersects(pattern)))
            .collect();
        if outside
            .iter()
            .any(|pattern| inside.iter().any(|own| pattern.includes(own)))
        {
            return Self::none();
        }
        let outside = irreducible(outside, Pattern::includes);
        Self::of(inside, outside)
    }

    fn search(&self, others: &[&Self]) -> Found {
        let inside: Vec<_> = self.inside().iter().map(Pattern::automaton).collect();
        let single = self
            .outside()
            .iter()
            .map(|pattern| vec![(pattern.automaton(), true)]);
        let joint = others.iter().map(|other| {
            let inside = other
                .inside()
                .iter()
                .map(|pattern| (pattern.automaton(), true));
            let outside = other
                .outside()
                .iter()
                .map(|pattern| (pattern.automaton(), false));
            inside.chain(outside).collect()
        });
        let terms: Vec<Term<'_>> = single.chain(joint).collect();
        automaton::search(&inside, &terms)
    }
}

impl PartialEq for AddressSet {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.written() == other.written()
    }
}

impl Eq for AddressSet {}

impl PartialOrd for AddressSet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AddressSet {
    fn cmp(&self, other: &Self) -> Ordering {
        self.written().cmp(&other.written())
    }
}

impl Hash for AddressSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.written().hash(state);
    }
}

impl fmt::Debug for AddressSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressSet")
            .field("inside", &self.inside())
            .field("outside", &self.outside())
            .finish()
    }
}

/// Sorted and without those that another kept one makes superfluous.
fn irreducible(
    mut patterns: Vec<Pattern>,
    spares: impl Fn(&Pattern, &Pattern) -> bool,
) -> Vec<Pattern> {
    patterns.sort_unstable();
    patterns.dedup();
    let mut kept: Vec<Pattern> = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        if kept.iter().any(|other| spares(other, &pattern)) {
            continue;
        }
        kept.retain(|other| !spares(&pattern, other));
        kept.push(pattern);
    }
    kept
}
