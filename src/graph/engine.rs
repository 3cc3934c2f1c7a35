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
    to: Vec<u32>,
    verdict: Vec<Verdict>,
    step: Vec<bool>,
    /// Where each clause's premises begin in `premises`.
    from: Vec<u32>,
    premises: Vec<u32>,
    /// Where each node's clauses begin in `uses`.
    begin: Vec<u32>,
    uses: Vec<u32>,
}

impl Engine {
    /// Indexes clauses over `nodes` nodes.
    pub fn new(nodes: usize, clauses: impl IntoIterator<Item = Clause>) -> Self {
        let mut engine = Engine {
            nodes,
            from: vec![0],
            ..Engine::default()
        };
        for clause in clauses {
            engine.to.push(clause.to);
            engine.verdict.push(clause.verdict);
            engine.step.push(clause.step);
            engine.premises.extend(&clause.premises);
            engine.from.push(number(engine.premises.len()));
        }
        let mut count = vec![0u32; nodes + 1];
        for &premise in &engine.premises {
            count[premise as usize + 1] += 1;
        }
        for index in 1..count.len() {
            count[index] += count[index - 1];
        }
        engine.begin.clone_from(&count);
        let mut uses = vec![0; engine.premises.len()];
        for clause in 0..engine.to.len() {
            for &premise in engine.premises(clause) {
                let place = &mut count[premise as usize];
                uses[*place as usize] = number(clause);
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
        self.to.len()
    }

    /// The premises of a clause.
    pub fn premises(&self, clause: usize) -> &[u32] {
        &self.premises[self.from[clause] as usize..self.from[clause + 1] as usize]
    }

    /// The conclusion of a clause.
    pub fn to(&self, clause: usize) -> u32 {
        self.to[clause]
    }

    /// What a clause rests on.
    pub fn verdict(&self, clause: usize) -> Verdict {
        self.verdict[clause]
    }

    /// The clauses of which a node is a premise, in order.
    pub fn uses(&self, node: u32) -> &[u32] {
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
    stamp: Vec<u32>,
    verdict: Vec<Verdict>,
    height: Vec<u32>,
    by: Vec<u32>,
    missing_epoch: Vec<u32>,
    missing: Vec<u32>,
    found: Vec<u32>,
    levels: Vec<Vec<u32>>,
    pending: [Vec<(u32, u32)>; 3],
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
            if !self.has(seed) {
                self.put(seed, Verdict::Proven, 0, SEED);
            }
        }
        let mut next = 0;
        for pass in Verdict::ALL.into_iter().filter(|pass| *pass <= limit) {
            let waiting = std::mem::take(&mut self.pending[pass as usize]);
            for &(clause, height) in &waiting {
                self.enter(clause, height);
            }
            let mut level = 0;
            // Seeds stand at level 0 and enter their clauses before it is read.
            self.expand(engine, &mut next, pass, &closed);
            while level < self.levels.len() {
                let mut clauses = std::mem::take(&mut self.levels[level]);
                clauses.sort_unstable();
                loop {
                    for &clause in &clauses {
                        let to = engine.to[clause as usize];
                        if !self.has(to) {
                            self.put(to, pass, number(level), clause);
                        }
                    }
                    self.expand(engine, &mut next, pass, &closed);
                    // Clauses that are no step of their own conclude at the level of their premises.
                    clauses = std::mem::take(&mut self.levels[level]);
                    if clauses.is_empty() {
                        break;
                    }
                    clauses.sort_unstable();
                }
                level += 1;
            }
        }
    }

    /// Lets the clauses of newly found nodes fire.
    fn expand(
        &mut self,
        engine: &Engine,
        next: &mut usize,
        pass: Verdict,
        closed: &impl Fn(u32) -> bool,
    ) {
        while let Some(&node) = self.found.get(*next) {
            *next += 1;
            for &clause in engine.uses(node) {
                let index = clause as usize;
                let premises = engine.premises(index);
                if premises.len() > 1 {
                    if self.missing_epoch[index] != self.epoch {
                        self.missing_epoch[index] = self.epoch;
                        self.missing[index] = number(premises.len());
                    }
                    self.missing[index] -= 1;
                    if self.missing[index] > 0 {
                        continue;
                    }
                }
                if self.has(engine.to[index]) || closed(clause) {
                    continue;
                }
                let highest = premises
                    .iter()
                    .map(|&premise| self.height[premise as usize])
                    .max()
                    .unwrap_or(0);
                let height = highest + u32::from(engine.step[index]);
                let verdict = engine.verdict[index];
                if verdict <= pass {
                    self.enter(clause, height);
                } else {
                    self.pending[verdict as usize].push((clause, height));
                }
            }
        }
    }

    fn enter(&mut self, clause: u32, height: u32) {
        let level = height as usize;
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        self.levels[level].push(clause);
    }

    fn begin(&mut self, engine: &Engine) {
        if self.stamp.len() != engine.nodes || self.missing.len() != engine.clauses() {
            *self = Scratch {
                stamp: vec![0; engine.nodes],
                verdict: vec![Verdict::Proven; engine.nodes],
                height: vec![0; engine.nodes],
                by: vec![SEED; engine.nodes],
                missing_epoch: vec![0; engine.clauses()],
                missing: vec![0; engine.clauses()],
                ..Scratch::default()
            };
        }
        if self.epoch == u32::MAX {
            self.stamp.fill(0);
            self.missing_epoch.fill(0);
            self.epoch = 0;
        }
        self.epoch += 1;
        self.found.clear();
        for pending in &mut self.pending {
            pending.clear();
        }
    }

    fn put(&mut self, node: u32, verdict: Verdict, height: u32, by: u32) {
        let index = node as usize;
        self.stamp[index] = self.epoch;
        self.verdict[index] = verdict;
        self.height[index] = height;
        self.by[index] = by;
        self.found.push(node);
    }

    /// Whether the last search found a node.
    pub fn has(&self, node: u32) -> bool {
        self.stamp[node as usize] == self.epoch
    }

    /// What the last search found, in the order of discovery.
    pub fn found(&self) -> &[u32] {
        &self.found
    }

    /// A found node's verdict, height, and the clause by which it was found.
    pub fn derivation(&self, node: u32) -> Option<(Verdict, u32, u32)> {
        let index = node as usize;
        self.has(node)
            .then(|| (self.verdict[index], self.height[index], self.by[index]))
    }
}
