//! Opaque conditions: Boolean variables whose meaning only a vendor knows.

/// One uninterpreted condition. The caller gives the same key, operator and values the same variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(pub u32);

/// A conjunction of variables that must be true and variables that must be false; it never
/// contradicts itself, and the empty one always holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Conditions {
    /// Sorted, one entry a variable; `true` where the variable must hold.
    signed: Vec<(Variable, bool)>,
}

impl Conditions {
    /// The conjunction that always holds.
    pub fn none() -> Self {
        Self::default()
    }

    /// One variable that must hold (`holds`) or must not.
    pub fn one(variable: Variable, holds: bool) -> Self {
        Self {
            signed: vec![(variable, holds)],
        }
    }

    /// The conjunction of all of `signed`; `None` where a variable would have to be both.
    pub fn all(signed: impl IntoIterator<Item = (Variable, bool)>) -> Option<Self> {
        let mut signed: Vec<_> = signed.into_iter().collect();
        signed.sort_unstable();
        signed.dedup();
        let contradicts = signed.windows(2).any(|pair| pair[0].0 == pair[1].0);
        (!contradicts).then_some(Self { signed })
    }

    /// The signed variables in order.
    pub fn iter(&self) -> impl Iterator<Item = (Variable, bool)> + '_ {
        self.signed.iter().copied()
    }

    /// Whether it always holds.
    pub fn is_none(&self) -> bool {
        self.signed.is_empty()
    }

    /// What must hold of `variable`, where the conjunction says so.
    pub fn sign(&self, variable: Variable) -> Option<bool> {
        let at = self
            .signed
            .binary_search_by_key(&variable, |entry| entry.0)
            .ok()?;
        Some(self.signed[at].1)
    }

    /// Both conjunctions at once; `None` where they contradict each other.
    pub fn and(&self, other: &Self) -> Option<Self> {
        if self.signed.is_empty() || self == other {
            return Some(other.clone());
        }
        if other.signed.is_empty() {
            return Some(self.clone());
        }
        Self::all(self.iter().chain(other.iter()))
    }

    /// Whether both can hold at once.
    pub fn compatible(&self, other: &Self) -> bool {
        self.iter()
            .all(|(variable, holds)| other.sign(variable).is_none_or(|sign| sign == holds))
    }

    /// `self` and not `other`, as conjunctions that exclude one another:
    /// `c ∧ ¬(v ∧ w)` is `c ∧ ¬v` or `c ∧ v ∧ ¬w`.
    pub fn and_not(&self, other: &Self) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut kept = self.clone();
        for (variable, holds) in other.iter() {
            let here = Self::one(variable, holds);
            parts.extend(kept.and(&Self::one(variable, !holds)));
            match kept.and(&here) {
                Some(next) => kept = next,
                None => break,
            }
        }
        parts
    }

    /// Whether `other` holds wherever this does.
    pub fn is_subset(&self, other: &Self) -> bool {
        other
            .iter()
            .all(|(variable, holds)| self.sign(variable) == Some(holds))
    }
}
