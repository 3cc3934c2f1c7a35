//! The facts as clauses of scopec's engine.

use crate::facts::{Pair, Relevant, Sum};
use scopec::graph::{Clause, Engine, Rows, SEED, Scratch, Verdict};

/// Clauses as `graph::connect` makes them. Nodes: the integrations, then what is written, what is
/// read, hosts, what is stopped and what is edited, one for each resource that matters.
pub fn engine(facts: &Relevant) -> Engine {
    let mut nodes = facts.integrations;
    let mut numbers = |pairs: &[Pair]| {
        let mut of = vec![u32::MAX; facts.resources as usize];
        for &(_, resource) in pairs {
            if of[resource as usize] == u32::MAX {
                of[resource as usize] = nodes;
                nodes += 1;
            }
        }
        of
    };
    let flipped: Vec<Pair> = facts
        .runs_as
        .iter()
        .map(|&(host, as_)| (as_, host))
        .collect();
    let written = numbers(&facts.writes);
    let read = numbers(&facts.reads);
    let stopped = numbers(&facts.stops);
    let edited = numbers(&facts.edits);
    let host = numbers(&flipped);
    let clause = |premises: Box<[u32]>, to: u32, step: bool| Clause {
        premises,
        to,
        verdict: Verdict::Proven,
        step,
    };
    let mut clauses = Vec::new();
    for (pairs, nodes) in [
        (&facts.writes, &written),
        (&facts.reads, &read),
        (&facts.stops, &stopped),
        (&facts.edits, &edited),
    ] {
        for &(holder, resource) in pairs {
            clauses.push(clause(Box::new([holder]), nodes[resource as usize], false));
        }
    }
    for &(resource, host_) in &facts.consumes {
        let from = written[resource as usize];
        if from != u32::MAX {
            clauses.push(clause(Box::new([from]), host[host_ as usize], true));
        }
    }
    for &(host_, as_) in &facts.runs_as {
        clauses.push(clause(Box::new([host[host_ as usize]]), as_, true));
        let both = [stopped[host_ as usize], edited[host_ as usize]];
        if !both.contains(&u32::MAX) {
            clauses.push(clause(Box::new(both), host[host_ as usize], true));
        }
    }
    for &(secret, of) in &facts.credential_of {
        let from = read[secret as usize];
        if from != u32::MAX {
            clauses.push(clause(Box::new([from]), of, true));
        }
    }
    Engine::new(nodes as usize, clauses)
}

/// The closure as `scopec` stores it.
pub fn rows(engine: &Engine, integrations: u32) -> Rows {
    let sources: Vec<u32> = (0..integrations).collect();
    Rows::of(engine, &sources, |node| node < integrations)
}

/// Pairs to compare.
pub fn sum(rows: &Rows, integrations: u32) -> Sum {
    let mut sum = Sum::default();
    for source in 0..integrations {
        for (node, _) in rows.row(source as usize) {
            sum.add(source, node);
        }
    }
    sum
}

/// A search from everybody in which the derivation of everything that is found is read: how many
/// derivations there are, and the sum of their heights and clauses.
pub fn derivations(engine: &Engine, integrations: u32) -> (usize, u64) {
    let mut scratch = Scratch::default();
    let mut read = (0, 0u64);
    for source in 0..integrations {
        scratch.search(engine, &[source], Verdict::Blocked, |_| false);
        for &node in scratch.found() {
            if let Some((_, height, by)) = scratch.derivation(node) {
                read.0 += 1;
                let by = if by == SEED { 0 } else { by };
                read.1 = read.1.wrapping_add(u64::from(height) + u64::from(by));
            }
        }
    }
    read
}
