//! What follows from what: Horn clauses over nodes, and the search for everything that one node
//! has.
//!
//! Every question to the graph is about one principal, and every fact of it says "this principal
//! has that node". So a rule is a clause *if it has these nodes, it has that one too*, and the
//! whole fixpoint for one principal is a forward search from its own node: each clause fires
//! when its last missing premise is found.
//!
//! INVARIANT (one answer): a node takes its best derivation, ordered by verdict, then height (one
//! more than the highest premise), then the clause's number, which follows the source. So the
//! answer never depends on the order of a search.

/// How much a derivation rests on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// On what is declared, alone.
    Proven,
    /// On something that nobody said.
    Possible,
    /// On a guard that would have to be lifted.
    Blocked,
}

impl Verdict {
    /// Every one, the strongest first.
    pub const ALL: [Verdict; 3] = [Verdict::Proven, Verdict::Possible, Verdict::Blocked];

    /// The word in the JSON contracts.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Proven => "proven",
            Verdict::Possible => "possible",
            Verdict::Blocked => "blocked",
        }
    }
}

/// One clause: whoever has all premises has `to`.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Nodes; at least one.
    pub premises: Box<[u32]>,
    /// A node.
    pub to: u32,
    /// What it rests on.
    pub verdict: Verdict,
    /// Whether it counts as a step, for a derivation's height.
    pub step: bool,
}

/// Clauses, indexed by premise. Their numbers are their order.
#[derive(Clone, Default, Debug)]
pub struct Engine {
    nodes: usize,
    heads: Vec<Head>,
    premises: Vec<u32>,
    /// Where each node's clauses begin in `uses`.
    begin: Vec<u32>,
    uses: Vec<Use>,
}

/// A clause but for its premises.
#[derive(Clone, Copy, Debug)]
struct Head {
    to: u32,
    /// Where its premises begin in [`Engine::premises`].
    from: u32,
    verdict: Verdict,
    step: bool,
}

/// A clause under one of its premises, with all that a search reads of it.
#[derive(Clone, Copy, Debug)]
struct Use {
    clause: u32,
    to: u32,
    verdict: Verdict,
    step: bool,
    /// Whether there are other premises.
    joint: bool,
}

impl Engine {
    /// Indexes clauses over `nodes` nodes.
    pub fn new(nodes: usize, clauses: impl IntoIterator<Item = Clause>) -> Self {
        let mut engine = Engine {
            nodes,
            ..Engine::default()
        };
        for clause in clauses {
            engine.heads.push(Head {
                to: clause.to,
                from: number(engine.premises.len()),
                verdict: clause.verdict,
                step: clause.step,
            });
            engine.premises.extend(&clause.premises);
        }
        let mut count = vec![0u32; nodes + 1];
        for &premise in &engine.premises {
            count[premise as usize + 1] += 1;
        }
        for index in 1..count.len() {
            count[index] += count[index - 1];
        }
        engine.begin.clone_from(&count);
        let nothing = Use {
            clause: 0,
            to: 0,
            verdict: Verdict::Proven,
            step: false,
            joint: false,
        };
        let mut uses = vec![nothing; engine.premises.len()];
        for (clause, head) in engine.heads.iter().enumerate() {
            let premises = engine.premises(clause);
            for &premise in premises {
                let place = &mut count[premise as usize];
                uses[*place as usize] = Use {
                    clause: number(clause),
                    to: head.to,
                    verdict: head.verdict,
                    step: head.step,
                    joint: premises.len() > 1,
                };
                *place += 1;
            }
        }
        engine.uses = uses;
        engine
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// How many clauses there are.
    pub fn clauses(&self) -> usize {
        self.heads.len()
    }

    /// The premises of a clause.
    pub fn premises(&self, clause: usize) -> &[u32] {
        let end = match self.heads.get(clause + 1) {
            Some(next) => next.from as usize,
            None => self.premises.len(),
        };
        &self.premises[self.heads[clause].from as usize..end]
    }

    /// The conclusion of a clause.
    pub fn to(&self, clause: usize) -> u32 {
        self.heads[clause].to
    }

    /// What a clause rests on.
    pub fn verdict(&self, clause: usize) -> Verdict {
        self.heads[clause].verdict
    }

    /// The clauses of which a node is a premise, in order.
    pub fn uses(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        self.under(node).iter().map(|one| one.clause)
    }

    fn under(&self, node: u32) -> &[Use] {
        let node = node as usize;
        &self.uses[self.begin[node] as usize..self.begin[node + 1] as usize]
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than four billion nodes and clauses fit into memory")
}

/// Room for searches, used again and again: a search costs what it finds, not what there is.
#[derive(Clone, Default, Debug)]
pub struct Scratch {
    epoch: u32,
    states: Vec<State>,
    waits: Vec<Wait>,
    found: Vec<u32>,
    /// Nodes to be found, by the height of their best derivation so far. One that got a better one
    /// stands in several.
    levels: Vec<Vec<u32>>,
    /// The end of the levels in which there is any.
    top: usize,
    /// Room for the nodes of one level.
    next: Vec<u32>,
    /// Clauses that rest on more than is asked for yet, with the height of their conclusions.
    pending: [Vec<(u32, u32)>; 3],
}

/// The best derivation of a node so far, in the search of that epoch.
#[derive(Clone, Copy, Debug)]
struct State {
    epoch: u32,
    height: u32,
    by: u32,
    verdict: Verdict,
    /// Whether no better one can come.
    found: bool,
}

/// How many premises of a clause are missing, in the search of that epoch.
#[derive(Clone, Copy, Default, Debug)]
struct Wait {
    epoch: u32,
    missing: u32,
}

/// No clause: the node is where the search began.
pub const SEED: u32 = u32::MAX;

impl Scratch {
    /// Everything that follows from `seeds` with verdicts up to `limit`, in the order of
    /// discovery. What it says is valid until the next search. A clause for which `closed` holds
    /// is left out.
    pub fn search(
        &mut self,
        engine: &Engine,
        seeds: &[u32],
        limit: Verdict,
        closed: impl Fn(u32) -> bool,
    ) {
        self.begin(engine);
        for &seed in seeds {
            self.offer(seed, Verdict::Proven, 0, SEED);
        }
        for pass in Verdict::ALL.into_iter().filter(|pass| *pass <= limit) {
            let mut pending = std::mem::take(&mut self.pending[pass as usize]);
            for (clause, height) in pending.drain(..) {
                self.offer(engine.to(clause as usize), pass, height, clause);
            }
            self.pending[pass as usize] = pending;
            let mut level = 0;
            while level < self.top {
                // Clauses that are no step of their own conclude at the level of their premises,
                // so that a level may fill again.
                while !self.levels[level].is_empty() {
                    let mut next = std::mem::take(&mut self.next);
                    std::mem::swap(&mut next, &mut self.levels[level]);
                    // All of them are found before any clause of theirs fires: what follows at
                    // this level takes no node from those that are here already.
                    next.retain(|&node| {
                        let state = &mut self.states[node as usize];
                        !std::mem::replace(&mut state.found, true)
                    });
                    self.found.extend(&next);
                    for node in next.drain(..) {
                        self.expand(engine, node, pass, &closed);
                    }
                    self.next = next;
                }
                level += 1;
            }
            self.top = 0;
        }
    }

    /// Lets the clauses of a newly found node fire.
    fn expand(&mut self, engine: &Engine, node: u32, pass: Verdict, closed: &impl Fn(u32) -> bool) {
        let own = self.states[node as usize].height;
        for one in engine.under(node) {
            let clause = one.clause;
            if one.joint && self.is_missing(engine, clause as usize) {
                continue;
            }
            if self.has(one.to) || closed(clause) {
                continue;
            }
            let highest = if one.joint {
                let premises = engine.premises(clause as usize).iter();
                premises
                    .map(|&premise| self.states[premise as usize].height)
                    .fold(own, u32::max)
            } else {
                own
            };
            let height = highest + u32::from(one.step);
            if one.verdict <= pass {
                self.offer(one.to, pass, height, clause);
            } else {
                self.pending[one.verdict as usize].push((clause, height));
            }
        }
    }

    /// Takes a derivation for a node where it is the best so far.
    fn offer(&mut self, node: u32, verdict: Verdict, height: u32, by: u32) {
        let state = &mut self.states[node as usize];
        if state.epoch == self.epoch {
            if state.found || (state.height, state.by) <= (height, by) {
                return;
            }
            // In the list of its level it stands already.
            if state.height == height {
                state.by = by;
                return;
            }
        }
        *state = State {
            epoch: self.epoch,
            height,
            by,
            verdict,
            found: false,
        };
        let level = height as usize;
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        self.levels[level].push(node);
        self.top = self.top.max(level + 1);
    }

    /// Counts a premise of a clause with several as found, and says whether another is not.
    fn is_missing(&mut self, engine: &Engine, clause: usize) -> bool {
        let wait = &mut self.waits[clause];
        if wait.epoch != self.epoch {
            *wait = Wait {
                epoch: self.epoch,
                missing: number(engine.premises(clause).len()),
            };
        }
        wait.missing -= 1;
        wait.missing > 0
    }

    fn begin(&mut self, engine: &Engine) {
        if self.states.len() != engine.nodes || self.waits.len() != engine.clauses() {
            let state = State {
                epoch: 0,
                height: 0,
                by: SEED,
                verdict: Verdict::Proven,
                found: false,
            };
            *self = Scratch {
                states: vec![state; engine.nodes],
                waits: vec![Wait::default(); engine.clauses()],
                ..Scratch::default()
            };
        }
        if self.epoch == u32::MAX {
            for state in &mut self.states {
                state.epoch = 0;
            }
            self.waits.fill(Wait::default());
            self.epoch = 0;
        }
        self.epoch += 1;
        self.found.clear();
        for pending in &mut self.pending {
            pending.clear();
        }
    }

    /// Whether the last search found a node.
    pub fn has(&self, node: u32) -> bool {
        let state = self.states[node as usize];
        state.epoch == self.epoch && state.found
    }

    /// What the last search found, in the order of discovery.
    pub fn found(&self) -> &[u32] {
        &self.found
    }

    /// A found node's verdict, height, and the clause by which it was found.
    pub fn derivation(&self, node: u32) -> Option<(Verdict, u32, u32)> {
        let state = self.states[node as usize];
        self.has(node)
            .then_some((state.verdict, state.height, state.by))
    }
}
