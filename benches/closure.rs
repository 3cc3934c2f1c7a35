//! Who controls whom in a generated organisation: scopec's engine beside two engines for Datalog
//! and a worklist written by hand, on the same facts, in one process; results are compared.
//!
//! `cargo bench --bench closure` prints tables; `-- all` sets the two engines for Datalog to
//! work at the dense shape with 10,000 integrations too, which takes minutes and much memory.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a measuring program reads the clock and prints"
)]

#[path = "closure/clock.rs"]
mod clock;
#[path = "closure/facts.rs"]
mod facts;
#[path = "closure/others.rs"]
mod others;
#[path = "closure/ours.rs"]
mod ours;

use clock::{Cost, measure};
use facts::{Facts, Relevant, Shape, Sum};
use scopec::graph::{Engine, Scratch, Verdict};
use std::time::Instant;

fn main() {
    let all = std::env::args().any(|argument| argument == "all");
    println!("| facts | what | processor time | wall | pairs |");
    println!("| --- | --- | ---: | ---: | ---: |");
    for (shape, sizes) in [
        (Shape::Sparse, [1_000, 10_000, 100_000]),
        (Shape::Dense, [1_000, 10_000, 100_000]),
    ] {
        let mut last: Option<Cost> = None;
        for integrations in sizes {
            // What is dense for 100,000 is ten thousand million pairs: by components alone.
            let by_hand = shape == Shape::Sparse || integrations <= 10_000;
            let by_others = by_hand && (all || shape == Shape::Sparse || integrations <= 1_000);
            let cost = one(integrations, shape, by_hand, by_others);
            if let Some(last) = last {
                let growth = (cost.processor / last.processor).log10();
                println!("growth to {integrations}: n^{growth:.2}");
            }
            last = Some(cost);
        }
    }
}

/// Measures one set of facts, prints it and gives what scopec's closure costs.
fn one(integrations: u32, shape: Shape, by_hand: bool, by_others: bool) -> Cost {
    let name = format!("{} {integrations}", shape.word());
    let print = |what: &str, cost: Cost, sum: Sum| {
        println!(
            "| {name} | {what} | {:.2} ms | {:.2} ms | {} |",
            cost.processor * 1e3,
            cost.wall * 1e3,
            sum.pairs
        );
    };
    let facts = Facts::of(integrations, shape);
    let (relevant, filter) = measure(|| facts.relevant());
    print("(which grants matter)", filter, Sum::default());
    let (engine, build) = measure(|| ours::engine(&relevant));
    let (rows, search) = measure(|| ours::rows(&engine, integrations));
    let whole = Cost {
        processor: build.processor + search.processor,
        wall: build.wall + search.wall,
    };
    let pairs = Sum {
        pairs: rows.pairs(),
        sum: 0,
    };
    print("scopec: clauses", build, Sum::default());
    print("scopec: closure", search, pairs);
    print("scopec", whole, pairs);
    if by_hand {
        let own = ours::sum(&rows, integrations);
        drop(rows);
        if shape == Shape::Sparse {
            let (read, cost) = measure(|| ours::derivations(&engine, integrations));
            let sum = Sum {
                pairs: read.0,
                sum: 0,
            };
            print("scopec: every derivation read", cost, sum);
            let whole = Cost {
                processor: build.processor + cost.processor,
                wall: build.wall + cost.wall,
            };
            compare(&name, &relevant, own, by_others, whole, &print);
        } else {
            compare(&name, &relevant, own, by_others, whole, &print);
        }
    }
    warm(&name, &engine, integrations);
    search
}

/// The others on the same facts.
fn compare(
    name: &str,
    facts: &Relevant,
    own: Sum,
    by_others: bool,
    cost: Cost,
    print: &impl Fn(&str, Cost, Sum),
) {
    let check = |what: &str, other: Sum| {
        assert!(
            own == other,
            "{name}: {what} finds {other:?}, scopec {own:?}"
        );
    };
    let ratio = |what: &str, other: Cost| {
        println!(
            "{name}: {what} / scopec = {:.2}",
            other.processor / cost.processor
        );
    };
    let (rows, by_hand) = measure(|| others::worklist(facts));
    let sum = Sum::of(
        (0..)
            .zip(&rows)
            .flat_map(|(from, row)| row.iter().map(move |&to| (from, to))),
    );
    drop(rows);
    check("the worklist", sum);
    print("worklist by hand", by_hand, sum);
    ratio("worklist", by_hand);
    if by_others {
        let (found, other) = measure(|| others::datafrog(facts));
        let sum = Sum::of(found.elements.iter().map(|&(of, by)| (by, of)));
        drop(found);
        check("datafrog", sum);
        print("datafrog", other, sum);
        ratio("datafrog", other);
        let (found, other) = measure(|| others::ascent(facts));
        let sum = Sum::of(found);
        check("ascent", sum);
        print("ascent", other, sum);
        ratio("ascent", other);
    }
}

/// What one integration reaches, from an engine that has searched before.
fn warm(name: &str, engine: &Engine, integrations: u32) {
    let mut scratch = Scratch::default();
    scratch.search(engine, &[0], Verdict::Blocked, |_| false);
    let count = integrations.min(500);
    let mut times: Vec<f64> = (0..count)
        .map(|index| {
            let source = index * (integrations / count);
            (0..3)
                .map(|_| {
                    let begin = Instant::now();
                    scratch.search(engine, &[source], Verdict::Blocked, |_| false);
                    begin.elapsed().as_secs_f64()
                })
                .fold(f64::MAX, f64::min)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times[(times.len() - 1) * part / 100] * 1e3;
    println!(
        "{name}: one integration's reach, warm: {:.4} ms median, {:.4} ms at most",
        at(50),
        at(100)
    );
}
