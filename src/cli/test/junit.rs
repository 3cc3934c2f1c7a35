//! Results as the XML that `JUnit`'s Ant task wrote and continuous integration reads. Times are left
//! out: the same project gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::compile::Compiled;
use crate::print::xml::{Element, document};
use crate::test::{Outcome, Results};

/// The results as a document: one suite a file.
pub(super) fn render(compiled: &Compiled, results: &Results) -> String {
    let mut files: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in &results.tests {
        let span = compiled.model.tests[outcome.test].span;
        let path = compiled.sources.path(span);
        files.entry(path).or_default().push(outcome);
    }
    let failed = |outcomes: &[&Outcome]| {
        let failed = |outcome: &&&Outcome| !outcome.failures.is_empty();
        outcomes.iter().filter(failed).count().to_string()
    };
    let mut root = Element::parent("testsuites")
        .attribute("name", "scopec")
        .attribute("tests", results.tests.len().to_string())
        .attribute("failures", results.failed().to_string())
        .attribute("errors", "0");
    for (path, outcomes) in files {
        let mut suite = Element::parent("testsuite")
            .attribute("name", path)
            .attribute("tests", outcomes.len().to_string())
            .attribute("failures", failed(&outcomes))
            .attribute("errors", "0")
            .attribute("skipped", "0");
        for outcome in outcomes {
            suite = suite.child(case(compiled, path, outcome));
        }
        root = root.child(suite);
    }
    document(&root).0
}

fn case(compiled: &Compiled, path: &str, outcome: &Outcome) -> Element {
    let sources = &compiled.sources;
    let asserted = &compiled.model.tests[outcome.test];
    let mut case = Element::parent("testcase")
        .attribute("classname", path)
        .attribute("name", &*asserted.name)
        .attribute("file", path)
        .attribute("line", sources.place(asserted.span).line.to_string());
    // A case has one failure at most in this format.
    if let Some(first) = outcome.failures.first() {
        let mut told = String::new();
        for failure in &outcome.failures {
            let line = sources.place(failure.span).line;
            let _ = writeln!(told, "{path}:{line}: {}", sources.text(failure.span));
            let _ = writeln!(told, "  {}", failure.message);
            for step in &failure.path {
                let _ = writeln!(
                    told,
                    "    {} → {}: {} ({}:{})",
                    step.from,
                    step.to,
                    step.why,
                    sources.path(step.span),
                    sources.place(step.span).line
                );
            }
            for missing in &failure.missing {
                let _ = writeln!(told, "    missing: {missing}");
            }
        }
        case = case.child(
            Element::text("failure", told)
                .attribute("message", &*first.message)
                .attribute("type", "assertion"),
        );
    }
    case
}
