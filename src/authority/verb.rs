//! The ten portable verbs and the groups that a declaration may write for several of them.

use std::fmt;

/// What an operation does, in words that mean the same for every vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Sees which things exist.
    List,
    /// Reads one thing.
    Get,
    /// Takes data out in bulk; never part of `read`.
    Export,
    /// Makes a new thing.
    Create,
    /// Changes a thing.
    Update,
    /// Removes a thing.
    Delete,
    /// Decides on another's request.
    Approve,
    /// Starts something that acts by its own logic.
    Trigger,
    /// Changes permissions, policy or security settings.
    Administer,
    /// Becomes an identity.
    Assume,
}

impl Verb {
    /// Every verb, in the order in which they are listed to people.
    pub const ALL: [Self; 10] = [
        Self::List,
        Self::Get,
        Self::Export,
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Approve,
        Self::Trigger,
        Self::Administer,
        Self::Assume,
    ];

    /// The verb as it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Export => "export",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Approve => "approve",
            Self::Trigger => "trigger",
            Self::Administer => "administer",
            Self::Assume => "assume",
        }
    }

    /// The verb that `word` names; `None` for groups and for anything else.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.word() == word)
    }

    fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A set of verbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct VerbSet(u16);

impl VerbSet {
    /// No verb.
    pub const NONE: Self = Self(0);
    /// `read`: list and get.
    pub const READ: Self = Self(0b11);
    /// `write`: create and update.
    pub const WRITE: Self = Self(0b1_1000);
    /// `any`: every verb.
    pub const ANY: Self = Self((1 << Verb::ALL.len()) - 1);
    /// The words that stand for more than one verb.
    pub const GROUPS: [(&'static str, Self); 3] = [
        ("read", Self::READ),
        ("write", Self::WRITE),
        ("any", Self::ANY),
    ];

    /// The verbs that a portable word means: a group's, or the one verb itself.
    pub fn parse(word: &str) -> Option<Self> {
        Self::GROUPS
            .into_iter()
            .find(|(name, _)| *name == word)
            .map(|(_, set)| set)
            .or_else(|| Verb::parse(word).map(Self::from))
    }

    /// Whether `verb` is in the set.
    pub fn contains(self, verb: Verb) -> bool {
        self.0 & verb.bit() != 0
    }

    /// Whether nothing is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is here and not in `other`.
    #[must_use]
    pub fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether everything here is in `other`.
    pub fn is_subset(self, other: Self) -> bool {
        self.difference(other).is_empty()
    }

    /// The verbs in the order of [`Verb::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Verb> {
        Verb::ALL
            .into_iter()
            .filter(move |verb| self.contains(*verb))
    }
}

impl From<Verb> for VerbSet {
    fn from(verb: Verb) -> Self {
        Self(verb.bit())
    }
}

impl FromIterator<Verb> for VerbSet {
    fn from_iter<I: IntoIterator<Item = Verb>>(verbs: I) -> Self {
        verbs
            .into_iter()
            .fold(Self::NONE, |set, verb| set.union(verb.into()))
    }
}

impl fmt::Display for VerbSet {
    /// The shortest words that mean the set, comma-separated: `read, delete`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY {
            return f.write_str("any");
        }
        let mut rest = *self;
        let mut words = Vec::new();
        for (word, group) in Self::GROUPS {
            if group.is_subset(rest) {
                words.push((group.iter().next(), word));
                rest = rest.difference(group);
            }
        }
        words.extend(rest.iter().map(|verb| (Some(verb), verb.word())));
        words.sort_unstable();
        let words: Vec<&str> = words.into_iter().map(|(_, word)| word).collect();
        f.write_str(&words.join(", "))
    }
}
