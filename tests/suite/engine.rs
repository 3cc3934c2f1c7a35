//! The fixpoint: against a slow one that is plainly right, and by both of its methods.

use proptest::prelude::*;
use scopec::graph::{Clause, Engine, Rows, Scratch, Verdict};

const NODES: u32 = 12;

fn clause() -> impl Strategy<Value = Clause> {
    (
        prop::collection::vec(0..NODES, 1..4),
        0..NODES,
        0..3usize,
        any::<bool>(),
    )
        .prop_map(|(mut premises, to, verdict, step)| {
            premises.sort_unstable();
            premises.dedup();
            Clause {
                premises: premises.into(),
                to,
                verdict: Verdict::ALL[verdict],
                step,
            }
        })
}

/// The best derivation of every node: rounds of all clauses until nothing gets better.
fn slowly(clauses: &[Clause], seed: u32) -> Vec<Option<(Verdict, u32)>> {
    let mut best: Vec<Option<(Verdict, u32)>> = vec![None; NODES as usize];
    best[seed as usize] = Some((Verdict::Proven, 0));
    loop {
        let mut changed = false;
        for clause in clauses {
            let all: Option<Vec<(Verdict, u32)>> = clause
                .premises
                .iter()
                .map(|&premise| best[premise as usize])
                .collect();
            let Some(all) = all else { continue };
            let worst = all.iter().map(|one| one.0).max().unwrap_or(clause.verdict);
            let high = all.iter().map(|one| one.1).max().unwrap_or(0);
            let found = (worst.max(clause.verdict), high + u32::from(clause.step));
            let known = &mut best[clause.to as usize];
            if known.is_none_or(|known| found < known) {
                *known = Some(found);
                changed = true;
            }
        }
        if !changed {
            return best;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_search_finds_what_follows_and_no_more(
        clauses in prop::collection::vec(clause(), 0..40),
        seed in 0..NODES,
    ) {
        let engine = Engine::new(NODES as usize, clauses.iter().cloned());
        let mut scratch = Scratch::default();
        // Twice, since room is used again.
        for _ in 0..2 {
            scratch.search(&engine, &[seed], Verdict::Blocked, |_| false);
            let slow = slowly(&clauses, seed);
            for node in 0..NODES {
                let found = scratch.derivation(node);
                prop_assert_eq!(found.map(|one| one.0), slow[node as usize].map(|one| one.0));
            }
        }
    }

    #[test]
    fn both_methods_give_one_closure(clauses in prop::collection::vec(clause(), 0..40)) {
        let engine = Engine::new(NODES as usize, clauses);
        let sources: Vec<u32> = (0..NODES).collect();
        let wanted = |node: u32| !node.is_multiple_of(3);
        let searched = Rows::by_searches(&engine, &sources, wanted);
        let joined = Rows::by_components(&engine, &sources, wanted);
        for source in 0..sources.len() {
            prop_assert_eq!(searched.row(source), joined.row(source));
            for node in 0..NODES {
                prop_assert_eq!(searched.verdict(source, node).filter(|_| wanted(node)),
                    joined.verdict(source, node));
            }
        }
        prop_assert_eq!(searched.pairs(), joined.pairs());
    }

    #[test]
    fn a_derivation_rests_on_earlier_ones(
        clauses in prop::collection::vec(clause(), 0..40),
        seed in 0..NODES,
    ) {
        let engine = Engine::new(NODES as usize, clauses);
        let mut scratch = Scratch::default();
        scratch.search(&engine, &[seed], Verdict::Blocked, |_| false);
        for &node in scratch.found() {
            let (verdict, height, by) = scratch.derivation(node).expect("it was found");
            if by == scopec::graph::SEED {
                prop_assert_eq!((verdict, height), (Verdict::Proven, 0));
                continue;
            }
            let clause = by as usize;
            prop_assert_eq!(engine.to(clause), node);
            let mut worst = engine.verdict(clause);
            let mut high = 0;
            for &premise in engine.premises(clause) {
                let (other, at, _) = scratch.derivation(premise).expect("a premise was found");
                worst = worst.max(other);
                high = high.max(at);
            }
            prop_assert_eq!(worst, verdict);
            prop_assert!(height >= high);
        }
    }
}

/// Deep chains and wide nodes cost what they are.
#[test]
fn a_long_chain_and_a_wide_node() {
    let chain = 10_000u32;
    let wide = 100_000u32;
    let step = |from: u32, to: u32| Clause {
        premises: Box::new([from]),
        to,
        verdict: Verdict::Proven,
        step: true,
    };
    let clauses = (0..chain)
        .map(|node| step(node, node + 1))
        .chain((0..wide).map(|node| step(chain, chain + 1 + node)));
    let engine = Engine::new((chain + wide + 1) as usize, clauses);
    let mut scratch = Scratch::default();
    scratch.search(&engine, &[0], Verdict::Blocked, |_| false);
    assert_eq!(scratch.found().len(), (chain + wide + 1) as usize);
    let last = scratch.derivation(chain + wide).expect("the end is found");
    assert_eq!(last.1, chain + 1);
}
