//! A pattern as a line of positions with a loop at each `*`, and what one or two of them can tell.
//! Questions about more of them are a [`search`].

use super::pattern::{Class, Token};

mod search;

pub(super) use search::{Found, Term, search};

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
