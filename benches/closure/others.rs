//! The same closure by others: two engines for Datalog, and a worklist written by hand.
//!
//! None of them derives what is granted to whoever is controlled, but only who controls whom, who
//! runs commands in which host, and who stops or edits which host, of the hosts that matter.

#![allow(
    missing_docs,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::allow_attributes_without_reason,
    reason = "the macro of `ascent` writes code of its own style"
)]

use crate::facts::{Pair, Relevant};
use ascent::ascent;
use datafrog::{Iteration, Relation};

/// By `datafrog`: (controlled, by whom).
pub fn datafrog(facts: &Relevant) -> Relation<Pair> {
    let flipped =
        |pairs: &[Pair]| -> Relation<Pair> { pairs.iter().map(|&(from, to)| (to, from)).collect() };
    let relation = |pairs: &[Pair]| -> Relation<Pair> { pairs.iter().copied().collect() };
    // What is written or read is joined with what follows from it once, ahead.
    let hosts: Relation<Pair> = Relation::from_join(
        &flipped(&facts.writes),
        &relation(&facts.consumes),
        |_, &holder, &host| (holder, host),
    );
    let secrets: Relation<Pair> = Relation::from_join(
        &flipped(&facts.reads),
        &relation(&facts.credential_of),
        |_, &holder, &of| (holder, of),
    );
    let stops = relation(&facts.stops);
    let edits = relation(&facts.edits);
    let runs_as = relation(&facts.runs_as);

    let mut iteration = Iteration::new();
    let controls = iteration.variable::<Pair>("controls");
    let executes = iteration.variable::<Pair>("executes");
    let stopping = iteration.variable::<(Pair, ())>("stopping");
    let editing = iteration.variable::<(Pair, ())>("editing");
    controls.insert((0..facts.integrations).map(|one| (one, one)).collect());
    while iteration.changed() {
        executes.from_join(&controls, &hosts, |_, &by, &host| (host, by));
        stopping.from_join(&controls, &stops, |_, &by, &host| ((host, by), ()));
        editing.from_join(&controls, &edits, |_, &by, &host| ((host, by), ()));
        executes.from_join(&stopping, &editing, |&both, (), ()| both);
        controls.from_join(&controls, &secrets, |_, &by, &of| (of, by));
        controls.from_join(&executes, &runs_as, |_, &by, &as_| (as_, by));
    }
    controls.complete()
}

ascent! {
    struct Program;
    relation integration(u32);
    relation writes(u32, u32);
    relation reads(u32, u32);
    relation stops(u32, u32);
    relation edits(u32, u32);
    relation consumes(u32, u32);
    relation runs_as(u32, u32);
    relation credential_of(u32, u32);
    relation hosts(u32, u32);
    relation secrets(u32, u32);
    relation controls(u32, u32);
    relation executes(u32, u32);
    relation stopping(u32, u32);
    relation editing(u32, u32);
    hosts(a, x) <-- writes(a, r), consumes(r, x);
    secrets(a, b) <-- reads(a, s), credential_of(s, b);
    controls(p, p) <-- integration(p);
    executes(p, x) <-- controls(p, a), hosts(a, x);
    stopping(p, x) <-- controls(p, a), stops(a, x);
    editing(p, x) <-- controls(p, a), edits(a, x);
    executes(p, x) <-- stopping(p, x), editing(p, x);
    controls(p, b) <-- controls(p, a), secrets(a, b);
    controls(p, b) <-- executes(p, x), runs_as(x, b);
}

/// By `ascent`: (who, controlled).
pub fn ascent(facts: &Relevant) -> Vec<Pair> {
    let mut program = Program {
        integration: (0..facts.integrations).map(|one| (one,)).collect(),
        writes: facts.writes.clone(),
        reads: facts.reads.clone(),
        stops: facts.stops.clone(),
        edits: facts.edits.clone(),
        consumes: facts.consumes.clone(),
        runs_as: facts.runs_as.clone(),
        credential_of: facts.credential_of.clone(),
        ..Program::default()
    };
    program.run();
    program.controls
}

/// Lists by first number.
struct Lists {
    begin: Vec<u32>,
    all: Vec<u32>,
}

impl Lists {
    fn of(count: u32, pairs: &[Pair]) -> Self {
        let mut begin = vec![0u32; count as usize + 1];
        for &(from, _) in pairs {
            begin[from as usize + 1] += 1;
        }
        for index in 1..begin.len() {
            begin[index] += begin[index - 1];
        }
        let mut next = begin.clone();
        let mut all = vec![0; pairs.len()];
        for &(from, to) in pairs {
            all[next[from as usize] as usize] = to;
            next[from as usize] += 1;
        }
        Lists { begin, all }
    }

    fn get(&self, from: u32) -> &[u32] {
        let from = from as usize;
        &self.all[self.begin[from] as usize..self.begin[from + 1] as usize]
    }
}

/// By hand: who controls whom, and nothing about why.
pub fn worklist(facts: &Relevant) -> Vec<Vec<u32>> {
    let joined = |first: &[Pair], second: &Lists| -> Vec<Pair> {
        first
            .iter()
            .flat_map(|&(holder, at)| second.get(at).iter().map(move |&to| (holder, to)))
            .collect()
    };
    let by_resource = |pairs: &[Pair]| Lists::of(facts.resources, pairs);
    let by_holder = |pairs: &[Pair]| Lists::of(facts.integrations, pairs);
    let hosts = by_holder(&joined(&facts.writes, &by_resource(&facts.consumes)));
    let secrets = by_holder(&joined(&facts.reads, &by_resource(&facts.credential_of)));
    let stops = by_holder(&facts.stops);
    let edits = by_holder(&facts.edits);
    let runs_as = by_resource(&facts.runs_as);

    let mut controlled = vec![u32::MAX; facts.integrations as usize];
    let mut stopped = vec![u32::MAX; facts.resources as usize];
    let mut edited = vec![u32::MAX; facts.resources as usize];
    let mut executed = vec![u32::MAX; facts.resources as usize];
    let mut rows = Vec::with_capacity(facts.integrations as usize);
    let mut waiting: Vec<u32> = Vec::new();
    for source in 0..facts.integrations {
        waiting.clear();
        waiting.push(source);
        controlled[source as usize] = source;
        let mut next = 0;
        while let Some(&one) = waiting.get(next) {
            next += 1;
            let mut find = |of: u32, waiting: &mut Vec<u32>| {
                if controlled[of as usize] != source {
                    controlled[of as usize] = source;
                    waiting.push(of);
                }
            };
            let mut execute = |host: u32, waiting: &mut Vec<u32>| {
                if executed[host as usize] != source {
                    executed[host as usize] = source;
                    for &of in runs_as.get(host) {
                        find(of, waiting);
                    }
                }
            };
            for &host in hosts.get(one) {
                execute(host, &mut waiting);
            }
            for &host in stops.get(one) {
                stopped[host as usize] = source;
                if edited[host as usize] == source {
                    execute(host, &mut waiting);
                }
            }
            for &host in edits.get(one) {
                edited[host as usize] = source;
                if stopped[host as usize] == source {
                    execute(host, &mut waiting);
                }
            }
            for &of in secrets.get(one) {
                find(of, &mut waiting);
            }
        }
        rows.push(waiting.clone());
    }
    rows
}
