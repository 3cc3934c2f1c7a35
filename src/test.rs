//! The project's own tests: what everybody can and cannot do, asserted beside the declarations.
//!
//! An assertion is judged on effective authority: what somebody is granted, and what whoever it
//! can become is granted. One that names the unknown fails: it asserts nothing that could hold.

mod coverage;
mod judge;
mod reached;

use crate::compile::Compiled;
use crate::model::test::Test;
use crate::source::Span;

/// What running tests came to.
#[derive(Clone, Default, Debug)]
pub struct Results {
    /// One a test that was run, in the order of the model.
    pub tests: Vec<Outcome>,
    /// How many were left out by the filter.
    pub left_out: usize,
    /// One an authority clause of the project, by place.
    pub coverage: Vec<Covered>,
}

impl Results {
    /// How many tests failed.
    pub fn failed(&self) -> usize {
        let failed = |test: &&Outcome| !test.failures.is_empty();
        self.tests.iter().filter(failed).count()
    }

    /// How many tests passed.
    pub fn passed(&self) -> usize {
        self.tests.len() - self.failed()
    }
}

/// What one test came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its index in the model's tests.
    pub test: usize,
    /// How many assertions it has.
    pub assertions: usize,
    /// Those that do not hold, in order; none for a test that passed.
    pub failures: Vec<Failure>,
}

/// An assertion that does not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The assertion's line.
    pub span: Span,
    /// What is the case instead: lower case, no full stop, user text in backticks.
    pub message: String,
    /// The way by which it is so, from whom the assertion is about; empty where there is none.
    pub path: Vec<Step>,
    /// The operations that a `can` lacks, in full spelling, sorted.
    pub missing: Vec<String>,
}

/// One step of a way.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it begins.
    pub from: String,
    /// Where it leads.
    pub to: String,
    /// Why, in a few words.
    pub why: String,
    /// Where the declaration behind it stands.
    pub span: Span,
}

/// How often the tests looked at one clause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Covered {
    /// The clause: an `allow`, `never`, `holds` or `delegates`.
    pub span: Span,
    /// How many assertions are about authority that it speaks of.
    pub assertions: u32,
}

/// Runs the tests for which `wanted` holds.
pub fn run(compiled: &Compiled, wanted: impl Fn(&Test) -> bool) -> Results {
    let model = &compiled.model;
    let mut judge = judge::Judge::new(compiled);
    let mut results = Results::default();
    for (index, test) in model.tests.iter().enumerate() {
        if !wanted(test) {
            results.left_out += 1;
            continue;
        }
        let mut failures: Vec<Failure> = test
            .assertions
            .iter()
            .filter_map(|assertion| judge.fails(assertion))
            .collect();
        if !test.complete {
            failures.push(Failure {
                span: test.span,
                message: "a line of this test cannot be read: `scopec check` says which".to_owned(),
                path: Vec::new(),
                missing: Vec::new(),
            });
        }
        results.tests.push(Outcome {
            test: index,
            assertions: test.assertions.len(),
            failures,
        });
    }
    results.coverage = coverage::coverage(compiled, &wanted, &mut judge);
    results
}
