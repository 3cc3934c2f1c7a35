//! The search that decides questions about patterns, one character at a time.
//!
//! A pattern is a line of positions with a loop at each `*`. A question is a product of the sets of
//! positions that a text can lead to, explored from what lacks least, so that the first text found is
//! a shortest one. Only characters that some live position tells apart are tried, and one stranger
//! stands for all the others.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use super::pattern::{Class, Token};

/// How many product states a search may visit.
const STATES: usize = 100_000;
/// How many positions a search may store, those of every state counted.
const STORED: usize = 4_000_000;
/// How many positions a search may look at altogether.
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
    /// For each position, how many characters a match needs at least from there.
    needs: Box<[usize]>,
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
        let mut needs = vec![0; atoms.len() + 1];
        for at in (0..atoms.len()).rev() {
            needs[at] = needs[at + 1] + usize::from(!atoms[at].is_star());
        }
        Self {
            atoms: atoms.into(),
            covers: covers.into(),
            universal,
            needs: needs.into(),
        }
    }

    /// The positions before the first character, sorted.
    fn start(&self, out: &mut Vec<u32>) {
        self.enter(out, 0);
        self.prune(out);
    }

    /// Adds a position and those that stars let be reached without a character. Positions are entered
    /// in ascending order, so one that is not past the last is there already.
    fn enter(&self, out: &mut Vec<u32>, mut at: usize) {
        if out.last().is_some_and(|last| index(at) <= *last) {
            return;
        }
        out.push(index(at));
        while at < self.atoms.len() && self.atoms[at].is_star() {
            at += 1;
            out.push(index(at));
        }
    }

    fn accepts(&self, live: &[u32]) -> bool {
        live.last() == Some(&index(self.atoms.len()))
    }

    /// Whether every text is matched from here on.
    fn is_universal(&self, live: &[u32]) -> bool {
        self.universal
            .is_some_and(|at| live.binary_search(&index(at)).is_ok())
    }

    /// The positions after one more character, sorted.
    fn step(&self, live: &[u32], c: char, out: &mut Vec<u32>) {
        for at in live.iter().map(|at| *at as usize) {
            match self.atoms.get(at) {
                Some(Atom::Star(class)) if class.allows(c) => self.enter(out, at),
                Some(atom @ (Atom::Char(_) | Atom::One(_))) if atom.allows(c) => {
                    self.enter(out, at + 1);
                }
                _ => {}
            }
        }
        self.prune(out);
    }

    /// Drops the positions whose matches a star further on has too.
    fn prune(&self, live: &mut Vec<u32>) {
        // Whatever a dropped star covers is covered by the star that it was dropped for.
        let mut covered = usize::MAX;
        let mut kept = live.len();
        for read in (0..live.len()).rev() {
            let at = live[read] as usize;
            if at >= covered {
                continue;
            }
            kept -= 1;
            live[kept] = live[read];
            if at < self.atoms.len() && self.atoms[at].is_star() {
                covered = self.covers[at];
            }
        }
        live.drain(..kept);
    }

    /// Adds the characters that the live positions tell apart.
    fn gather(&self, live: &[u32], out: &mut Vec<char>) {
        for at in live {
            match self.atoms.get(*at as usize) {
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
        let (mut live, mut next) = (Vec::new(), Vec::new());
        self.start(&mut live);
        for c in text.chars() {
            if self.is_universal(&live) {
                return true;
            }
            next.clear();
            self.step(&live, c, &mut next);
            std::mem::swap(&mut live, &mut next);
            if live.is_empty() {
                return false;
            }
        }
        self.accepts(&live)
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

/// Positions are kept in half a word; a longer pattern than that does not fit a file.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
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

/// Whose positions a part holds: those of a pattern of `inside`, or of one of a term.
struct Part<'a> {
    automaton: &'a Automaton,
    positive: bool,
    /// The number of the term from 1, and 0 for `inside`.
    term: usize,
}

/// The live positions of every part, one part after the other; parts without any are left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct State {
    /// The part, and where its positions end.
    spans: Vec<(u32, u32)>,
    live: Vec<u32>,
}

impl State {
    fn parts(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let mut from = 0;
        self.spans.iter().map(move |(part, end)| {
            let span = from..*end as usize;
            from = span.end;
            (*part as usize, &self.live[span])
        })
    }

    fn push(&mut self, part: usize, live: &[u32]) {
        if !live.is_empty() {
            self.live.extend_from_slice(live);
            self.spans.push((index(part), index(self.live.len())));
        }
    }

    fn clear(&mut self) {
        self.spans.clear();
        self.live.clear();
    }

    fn size(&self) -> usize {
        self.live.len() + self.spans.len()
    }
}

struct Search<'a> {
    /// Those of `inside` first, then term by term.
    parts: Vec<Part<'a>>,
    inside: usize,
    stranger: char,
}

impl<'a> Search<'a> {
    fn new(inside: &[&'a Automaton], terms: &[Term<'a>]) -> Self {
        let mut parts: Vec<Part<'a>> = inside
            .iter()
            .map(|automaton| Part {
                automaton,
                positive: true,
                term: 0,
            })
            .collect();
        for (at, term) in terms.iter().enumerate() {
            parts.extend(term.iter().map(|(automaton, positive)| Part {
                automaton,
                positive: *positive,
                term: at + 1,
            }));
        }
        let mut known = Vec::new();
        for part in &parts {
            part.automaton.alphabet(&mut known);
        }
        known.sort_unstable();
        known.dedup();
        Self {
            parts,
            inside: inside.len(),
            stranger: stranger(&known),
        }
    }

    /// Goes first where the least is missing, which is never overestimated: so the first text found is
    /// a shortest one, and where there is one most states are never looked at.
    fn run(&self) -> Found {
        let mut live = Vec::new();
        let mut start = State::default();
        for (at, part) in self.parts.iter().enumerate() {
            live.clear();
            part.automaton.start(&mut live);
            start.push(at, &live);
        }
        let mut next = State::default();
        if !self.settle(&start, &mut next) {
            return Found::Nothing;
        }
        let start = Rc::new(next.clone());
        let mut queue = BinaryHeap::from([(Reverse(self.missing(&start)), 0, 0)]);
        let mut known = HashMap::from([(Rc::clone(&start), 0)]);
        let mut states = vec![Visit {
            state: start,
            from: 0,
            by: self.stranger,
            depth: 0,
        }];
        let mut letters = Vec::new();
        let mut raw = State::default();
        let (mut steps, mut stored) = (0, 0);
        while let Some((_, depth, at)) = queue.pop() {
            if states[at].depth != depth {
                continue;
            }
            let here = Rc::clone(&states[at].state);
            if self.accepts(&here) {
                return Found::Text(spell(&states, at));
            }
            letters.clear();
            for (part, live) in here.parts() {
                self.parts[part].automaton.gather(live, &mut letters);
            }
            letters.sort_unstable();
            letters.dedup();
            letters.push(self.stranger);
            for c in &letters {
                steps += here.size();
                raw.clear();
                for (part, own) in here.parts() {
                    live.clear();
                    self.parts[part].automaton.step(own, *c, &mut live);
                    raw.push(part, &live);
                }
                if !self.settle(&raw, &mut next) {
                    continue;
                }
                let total = Reverse(depth + 1 + self.missing(&next));
                if let Some(id) = known.get(&next).copied() {
                    let visit: &mut Visit = &mut states[id];
                    if depth + 1 < visit.depth {
                        (visit.from, visit.by, visit.depth) = (at, *c, depth + 1);
                        queue.push((total, depth + 1, id));
                    }
                    continue;
                }
                stored += next.size();
                if states.len() >= STATES || stored > STORED || steps > STEPS {
                    return Found::Unknown;
                }
                let next = Rc::new(next.clone());
                known.insert(Rc::clone(&next), states.len());
                queue.push((total, depth + 1, states.len()));
                states.push(Visit {
                    state: next,
                    from: at,
                    by: *c,
                    depth: depth + 1,
                });
            }
        }
        Found::Nothing
    }

    /// How many characters are needed at least until all of `inside` match.
    fn missing(&self, state: &State) -> usize {
        let inside = state.parts().take(self.inside);
        let needs = inside.map(|(part, live)| {
            // The last position is the one that needs least.
            live.last()
                .map_or(0, |at| self.parts[part].automaton.needs[*at as usize])
        });
        needs.max().unwrap_or(0)
    }

    /// Writes the state without what no longer matters; `false` where nothing reached from it can be
    /// accepted.
    fn settle(&self, state: &State, kept: &mut State) -> bool {
        kept.clear();
        let mut spans = state.parts().peekable();
        for at in 0..self.inside {
            let Some((_, live)) = spans.next_if(|(part, _)| *part == at) else {
                return false;
            };
            kept.push(at, live);
        }
        let mut term: Vec<(usize, &[u32])> = Vec::new();
        while let Some((first, live)) = spans.next() {
            let number = self.parts[first].term;
            term.clear();
            term.push((first, live));
            while let Some(next) = spans.next_if(|(part, _)| self.parts[*part].term == number) {
                term.push(next);
            }
            match self.judge(number, &term) {
                Judgement::TakesAll => return false,
                Judgement::Open => term.iter().for_each(|(part, live)| kept.push(*part, live)),
                Judgement::TakesNone => {}
            }
        }
        true
    }

    /// What a term, given by its parts that live, will come to whatever follows.
    fn judge(&self, number: usize, live: &[(usize, &[u32])]) -> Judgement {
        let from = self.parts.partition_point(|part| part.term < number);
        let positives = self.parts[from..]
            .iter()
            .take_while(|part| part.term == number)
            .filter(|part| part.positive)
            .count();
        let mut living = 0;
        let mut takes_all = true;
        for (at, live) in live {
            let part = &self.parts[*at];
            let universal = part.automaton.is_universal(live);
            if part.positive {
                living += 1;
                takes_all &= universal;
            } else if universal {
                return Judgement::TakesNone;
            } else {
                takes_all = false;
            }
        }
        if living < positives {
            Judgement::TakesNone
        } else if takes_all {
            Judgement::TakesAll
        } else {
            Judgement::Open
        }
    }

    fn accepts(&self, state: &State) -> bool {
        let mut refused = 0;
        let mut parts = state.parts().peekable();
        while let Some((first, live)) = parts.next() {
            let number = self.parts[first].term;
            let matched = |at: usize, live: &[u32]| {
                self.parts[at].automaton.accepts(live) == self.parts[at].positive
            };
            let mut all = matched(first, live);
            while let Some((at, live)) = parts.next_if(|(at, _)| self.parts[*at].term == number) {
                all &= matched(at, live);
            }
            if all != (number == 0) {
                refused += 1;
            }
        }
        refused == 0
    }
}

/// What can still become of a term.
enum Judgement {
    /// Every text that follows is in it.
    TakesAll,
    /// None is.
    TakesNone,
    /// It depends.
    Open,
}

/// A state and the way on which it was reached.
struct Visit {
    state: Rc<State>,
    from: usize,
    by: char,
    depth: usize,
}

/// The text that leads to the state numbered `at`.
fn spell(states: &[Visit], mut at: usize) -> String {
    let mut text = Vec::with_capacity(states[at].depth);
    while states[at].depth > 0 {
        text.push(states[at].by);
        at = states[at].from;
    }
    text.iter().rev().collect()
}
