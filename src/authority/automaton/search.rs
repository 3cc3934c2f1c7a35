//! The search that decides questions about several patterns, one character at a time.
//!
//! A question is a product of the sets of positions that a text can lead to, explored from what lacks
//! least, so that the first text found is a shortest one. Only characters that some live position tells
//! apart are tried, and one stranger stands for all the others.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use super::{Automaton, index, stranger};

/// How many product states a search may visit.
const STATES: usize = 100_000;
/// How many positions a search may store, those of every state counted.
const STORED: usize = 4_000_000;
/// How many positions a search may look at altogether.
const STEPS: usize = 20_000_000;
/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::authority) enum Found {
    /// There is no such text.
    Nothing,
    /// A shortest one.
    Text(String),
    /// The bound was passed first.
    Unknown,
}

/// One of the sets taken away: the texts that match the patterns marked `true` and none of the others.
pub(in crate::authority) type Term<'a> = Vec<(&'a Automaton, bool)>;

/// Looks for a shortest text that matches all of `inside` and lies in no term.
pub(in crate::authority) fn search(inside: &[&Automaton], terms: &[Term<'_>]) -> Found {
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
