//! Results for programs.

use serde_json::{Value, json};

use crate::compile::Compiled;
use crate::print;
use crate::source::Span;
use crate::test::{Failure, Results};

/// The results as a document.
pub(super) fn render(compiled: &Compiled, results: &Results) -> String {
    let tests: Vec<Value> = results
        .tests
        .iter()
        .map(|outcome| {
            let test = &compiled.model.tests[outcome.test];
            let failures: Vec<Value> = outcome
                .failures
                .iter()
                .map(|failure| entry(compiled, failure))
                .collect();
            let (file, line) = place(compiled, test.span);
            json!({
                "name": test.name,
                "file": file,
                "line": line,
                "status": if failures.is_empty() { "passed" } else { "failed" },
                "assertions": outcome.assertions,
                "failures": failures,
            })
        })
        .collect();
    print::json::file(&json!({
        "version": 1,
        "tests": tests,
        "summary": {
            "passed": results.passed(),
            "failed": results.failed(),
            "left_out": results.left_out,
        },
    }))
}

fn entry(compiled: &Compiled, failure: &Failure) -> Value {
    let (file, line) = place(compiled, failure.span);
    let path: Vec<Value> = failure
        .path
        .iter()
        .map(|step| {
            let (file, line) = place(compiled, step.span);
            json!({
                "from": step.from,
                "to": step.to,
                "why": step.why,
                "file": file,
                "line": line,
            })
        })
        .collect();
    json!({
        "assertion": compiled.sources.text(failure.span),
        "message": failure.message,
        "file": file,
        "line": line,
        "path": path,
        "missing": failure.missing,
    })
}

fn place(compiled: &Compiled, span: Span) -> (&str, u32) {
    let sources = &compiled.sources;
    (sources.path(span), sources.place(span).line)
}
