//! The search that decides questions about patterns, one character at a time.
//!
//! A pattern is a line of positions with a loop at each `*`. A question is a product of the sets of
//! positions that a text can lead to, explored breadth first, so that the first text found is a
//! shortest one. Only characters that some live position tells apart are tried, and one stranger
//! stands for all the others.

use std::collections::HashSet;

use super::pattern::{Class, Token};

/// How many product states a search may visit.
const STATES: usize = 100_000;
/// How many machine words a search may store, states counted with their size.
const WORDS: usize = 4_000_000;
/// How many positions and words a search may look at altogether.
const STEPS: usize = 20_000_000;
/// How many pairs of positions [`intersects`] may look at.
const PAIRS: usize = 100_000_000;

/// One step of the line.
#[derive(Debug, Clone)]
enum Atom {
    Char(char),
    One(Class),
    Star(Class),
}

impl Atom {
    fn allows(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::One(class) | Self::Star(class) => class.allows(c),
        }
    }

    /// Whether some character is allowed by both; two classes always share one, as each lacks only finitely many.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Char(c), atom) | (atom, Self::Char(c)) => atom.allows(*c),
            (Self::One(_) | Self::Star(_), Self::One(_) | Self::Star(_)) => true,
        }
    }

    fn is_star(&self) -> bool {
        matches!(self, Self::Star(_))
    }
}

/// A pattern's positions: before each atom, and after the last, which accepts.
#[derive(Debug)]
pub(super) struct Automaton {
    atoms: Box<[Atom]>,
    /// For each star, the first position from which everything up to it is of characters that the star
    /// itself takes: whatever is matched from there is matched from the star, so those are dropped.
    covers: Box<[usize]>,
    /// From here on every text matches: an unrestricted star at the end.
    universal: Option<usize>,
}

impl Automaton {
    pub(super) fn new(tokens: &[Token]) -> Self {
        let mut atoms = Vec::new();
        for token in tokens {
            match token {
                Token::Literal(text) => atoms.extend(text.chars().map(Atom::Char)),
                Token::One(class) => atoms.push(Atom::One(class.clone())),
                Token::Any(class) => atoms.push(Atom::Star(class.clone())),
            }
        }
        let mut covers = vec![0; atoms.len()];
        for at in 0..atoms.len() {
            let Atom::Star(class) = &atoms[at] else {
                continue;
            };
            let mut first = at;
            while first > 0 && !class.excluded().is_empty() {
                let inside = match &atoms[first - 1] {
                    Atom::Char(c) => class.allows(*c),
                    Atom::One(other) | Atom::Star(other) => class.includes(other),
                };
                if !inside {
                    break;
                }
                // What an earlier star covers is inside its class, and so inside this one.
                first = if atoms[first - 1].is_star() {
                    covers[first - 1]
                } else {
                    first - 1
                };
            }
            covers[at] = if class.excluded().is_empty() {
                0
            } else {
                first
            };
        }
        let universal = match atoms.last() {
            Some(Atom::Star(class)) if class.excluded().is_empty() => Some(atoms.len() - 1),
            _ => None,
        };
        Self {
            atoms: atoms.into(),
            covers: covers.into(),
            universal,
        }
    }

    fn words(&self) -> usize {
        self.atoms.len() / 64 + 1
    }

    fn start(&self, state: &mut [u64]) {
        self.enter(state, 0);
        self.prune(state);
    }

    /// Marks a position and those that stars let be reached without a character.
    fn enter(&self, state: &mut [u64], mut at: usize) {
        loop {
            state[at / 64] |= 1 << (at % 64);
            if at < self.atoms.len() && self.atoms[at].is_star() {
                at += 1;
            } else {
                return;
            }
        }
    }

    fn accepts(&self, state: &[u64]) -> bool {
        has(state, self.atoms.len()) || self.universal.is_some_and(|at| has(state, at))
    }

    fn is_universal(&self, state: &[u64]) -> bool {
        self.universal.is_some_and(|at| has(state, at))
    }

    fn step(&self, from: &[u64], to: &mut [u64], c: char) {
        for at in positions(from) {
            match self.atoms.get(at) {
                Some(Atom::Star(class)) if class.allows(c) => self.enter(to, at),
                Some(atom @ (Atom::Char(_) | Atom::One(_))) if atom.allows(c) => {
                    self.enter(to, at + 1);
                }
                _ => {}
            }
        }
        self.prune(to);
    }

    /// Drops the positions whose matches a star further on has too.
    fn prune(&self, state: &mut [u64]) {
        for word in (0..state.len()).rev() {
            let mut rest = state[word];
            while rest != 0 {
                let bit = 63 - rest.leading_zeros() as usize;
                let at = word * 64 + bit;
                rest &= !(1 << bit);
                if at < self.atoms.len() && self.atoms[at].is_star() && self.covers[at] < at {
                    clear(state, self.covers[at], at);
                    rest &= state[word];
                }
            }
        }
    }

    /// Adds the characters that the live positions tell apart.
    fn gather(&self, state: &[u64], out: &mut Vec<char>) {
        for at in positions(state) {
            match self.atoms.get(at) {
                Some(Atom::Char(c)) => out.push(*c),
                Some(Atom::One(class) | Atom::Star(class)) => {
                    out.extend_from_slice(class.excluded());
                }
                None => {}
            }
        }
    }

    /// Whether `text` matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut state = vec![0; self.words()];
        let mut next = vec![0; self.words()];
        self.start(&mut state);
        for c in text.chars() {
            if self.is_universal(&state) {
                return true;
            }
            next.fill(0);
            self.step(&state, &mut next, c);
            std::mem::swap(&mut state, &mut next);
            if is_dead(&state) {
                return false;
            }
        }
        self.accepts(&state)
    }

    /// Every character that the pattern names.
    fn alphabet(&self, out: &mut Vec<char>) {
        for atom in &self.atoms {
            match atom {
                Atom::Char(c) => out.push(*c),
                Atom::One(class) | Atom::Star(class) => out.extend_from_slice(class.excluded()),
            }
        }
    }
}

fn has(state: &[u64], at: usize) -> bool {
    state[at / 64] & (1 << (at % 64)) != 0
}

fn is_dead(state: &[u64]) -> bool {
    state.iter().all(|word| *word == 0)
}

fn positions(state: &[u64]) -> impl Iterator<Item = usize> + '_ {
    state.iter().enumerate().flat_map(|(word, bits)| {
        let mut rest = *bits;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            Some(word * 64 + bit)
        })
    })
}

/// Clears the positions from `first` up to and without `end`.
fn clear(state: &mut [u64], first: usize, end: usize) {
    for (word, bits) in state
        .iter_mut()
        .enumerate()
        .take(end / 64 + 1)
        .skip(first / 64)
    {
        let low = first.saturating_sub(word * 64).min(63);
        let mut mask = u64::MAX << low;
        if end < (word + 1) * 64 {
            mask &= (1 << (end - word * 64)) - 1;
        }
        *bits &= !mask;
    }
}

/// A character that is none of `known`, a plain letter where one is left.
pub(super) fn stranger(known: &[char]) -> char {
    ('x'..='z')
        .chain('a'..='w')
        .chain('0'..='9')
        .chain('\u{100}'..=char::MAX)
        .find(|c| !known.contains(c))
        .unwrap_or('x')
}

/// Whether one of two prefixes begins with the other.
pub(super) fn agree_at_start(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

/// Whether one of two suffixes ends with the other.
pub(super) fn agree_at_end(a: &str, b: &str) -> bool {
    a.ends_with(b) || b.ends_with(a)
}

/// Whether some text matches both: which pairs of positions one text can lead to, row by row.
pub(super) fn intersects(a: &Automaton, b: &Automaton) -> bool {
    let (rows, columns) = (a.atoms.len() + 1, b.atoms.len() + 1);
    if rows.saturating_mul(columns) > PAIRS {
        return true;
    }
    let mut row = vec![false; columns];
    let mut next = vec![false; columns];
    row[0] = true;
    for i in 0..rows {
        next.fill(false);
        for j in 0..columns {
            if !row[j] {
                continue;
            }
            let (here, there) = (a.atoms.get(i), b.atoms.get(j));
            if here.is_some_and(Atom::is_star) {
                next[j] = true;
            }
            if there.is_some_and(Atom::is_star) {
                row[j + 1] = true;
            }
            if let (Some(here), Some(there)) = (here, there)
                && here.meets(there)
            {
                match (here.is_star(), there.is_star()) {
                    (false, false) => next[j + 1] = true,
                    (true, false) => row[j + 1] = true,
                    (false, true) => next[j] = true,
                    (true, true) => {}
                }
            }
        }
        if i + 1 < rows {
            std::mem::swap(&mut row, &mut next);
        }
    }
    row[columns - 1]
}

/// Whether every text that matches `small` matches `large`.
pub(super) fn includes(large: &Automaton, small: &Automaton) -> bool {
    search(&[small], &[vec![(large, true)]]) == Found::Nothing
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// There is no such text.
    Nothing,
    /// A shortest one.
    Text(String),
    /// The bound was passed first.
    Unknown,
}

/// One of the sets taken away: the texts that match the patterns marked `true` and none of the others.
pub(super) type Term<'a> = Vec<(&'a Automaton, bool)>;

/// Looks for a shortest text that matches all of `inside` and lies in no term.
pub(super) fn search(inside: &[&Automaton], terms: &[Term<'_>]) -> Found {
    Search::new(inside, terms).run()
}

/// One pattern of the product and where its positions lie in a state.
struct Part<'a> {
    automaton: &'a Automaton,
    from: usize,
    to: usize,
    positive: bool,
}

struct Search<'a> {
    inside: Vec<Part<'a>>,
    terms: Vec<Vec<Part<'a>>>,
    width: usize,
    stranger: char,
    steps: usize,
}

impl<'a> Search<'a> {
    fn new(inside: &[&'a Automaton], terms: &[Term<'a>]) -> Self {
        let mut width = 0;
        let mut part = |automaton: &'a Automaton, positive| {
            let from = width;
            width += automaton.words();
            Part {
                automaton,
                from,
                to: width,
                positive,
            }
        };
        let inside: Vec<_> = inside
            .iter()
            .map(|automaton| part(automaton, true))
            .collect();
        let terms: Vec<Vec<_>> = terms
            .iter()
            .map(|term| {
                term.iter()
                    .map(|(automaton, positive)| part(automaton, *positive))
                    .collect()
            })
            .collect();
        let mut known = Vec::new();
        for part in inside.iter().chain(terms.iter().flatten()) {
            part.automaton.alphabet(&mut known);
        }
        known.sort_unstable();
        known.dedup();
        Self {
            inside,
            terms,
            width,
            stranger: stranger(&known),
            steps: 0,
        }
    }

    fn run(mut self) -> Found {
        let mut state = vec![0; self.width];
        for part in self.parts() {
            part.automaton.start(&mut state[part.from..part.to]);
        }
        if !self.settle(&mut state) {
            return Found::Nothing;
        }
        if self.accepts(&state) {
            return Found::Text(String::new());
        }
        // All states in the order of their finding, each with the one it was found from.
        let mut states = state.clone();
        let mut came: Vec<(usize, char)> = vec![(0, ' ')];
        let mut seen: HashSet<Box<[u64]>> = HashSet::new();
        seen.insert(state.into());
        let mut next = vec![0; self.width];
        let mut letters = Vec::new();
        let mut at = 0;
        while at < came.len() {
            let here = states[at * self.width..(at + 1) * self.width].to_vec();
            letters.clear();
            for part in self.parts() {
                part.automaton
                    .gather(&here[part.from..part.to], &mut letters);
            }
            letters.sort_unstable();
            letters.dedup();
            letters.push(self.stranger);
            let live: usize = here.iter().map(|word| word.count_ones() as usize).sum();
            for c in &letters {
                self.steps += live + self.width;
                if self.steps > STEPS {
                    return Found::Unknown;
                }
                next.fill(0);
                for part in self.parts() {
                    let span = part.from..part.to;
                    part.automaton
                        .step(&here[span.clone()], &mut next[span], *c);
                }
                if !self.settle(&mut next) || seen.contains(next.as_slice()) {
                    continue;
                }
                if self.accepts(&next) {
                    return Found::Text(spell(&came, at, *c));
                }
                if came.len() >= STATES || states.len() + self.width > WORDS {
                    return Found::Unknown;
                }
                seen.insert(next.clone().into());
                states.extend_from_slice(&next);
                came.push((at, *c));
            }
            at += 1;
        }
        Found::Nothing
    }

    fn parts(&self) -> impl Iterator<Item = &Part<'a>> {
        self.inside.iter().chain(self.terms.iter().flatten())
    }

    /// Forgets what no longer matters; `false` where nothing reached from here can be accepted.
    fn settle(&self, state: &mut [u64]) -> bool {
        if self
            .inside
            .iter()
            .any(|part| is_dead(&state[part.from..part.to]))
        {
            return false;
        }
        for term in &self.terms {
            let lost = term.iter().any(|part| {
                let own = &state[part.from..part.to];
                if part.positive {
                    is_dead(own)
                } else {
                    part.automaton.is_universal(own)
                }
            });
            if lost {
                for part in term {
                    state[part.from..part.to].fill(0);
                }
                continue;
            }
            let takes_all = term.iter().all(|part| {
                let own = &state[part.from..part.to];
                if part.positive {
                    part.automaton.is_universal(own)
                } else {
                    is_dead(own)
                }
            });
            if takes_all {
                return false;
            }
        }
        true
    }

    fn accepts(&self, state: &[u64]) -> bool {
        let matched = |part: &Part<'_>| part.automaton.accepts(&state[part.from..part.to]);
        self.inside.iter().all(matched)
            && !self
                .terms
                .iter()
                .any(|term| term.iter().all(|part| matched(part) == part.positive))
    }
}

/// The text that leads to state `at`, then `last`.
fn spell(came: &[(usize, char)], mut at: usize, last: char) -> String {
    let mut text = vec![last];
    while at > 0 {
        text.push(came[at].1);
        at = came[at].0;
    }
    text.iter().rev().collect()
}
