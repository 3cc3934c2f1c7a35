//! Results for people: one line a test, then each failure with its line and the way.

use std::fmt::Write as _;

use crate::compile::Compiled;
use crate::diagnostic::visible;
use crate::test::{Failure, Results};

/// The most missing operations that one failure names.
const SHOWN: usize = 8;

/// The results as text.
pub(super) fn render(
    compiled: &Compiled,
    results: &Results,
    filter: Option<&str>,
    color: bool,
) -> String {
    let paint = |text: &str, code: &str| {
        if color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let mut out = String::new();
    if results.tests.is_empty() {
        return match filter {
            Some(filter) if results.left_out > 0 => format!(
                "no test has `{}` in its title; {} left out\n",
                visible::line(filter),
                results.left_out
            ),
            _ => "this project has no tests: `scopec test --help` shows what one looks like\n"
                .to_owned(),
        };
    }
    let title = |index: usize| visible::line(&compiled.model.tests[index].name);
    for outcome in &results.tests {
        let word = if outcome.failures.is_empty() {
            paint("ok  ", "32")
        } else {
            paint("FAIL", "1;31")
        };
        let _ = writeln!(out, "{word}  {}", title(outcome.test));
    }
    for outcome in results.tests.iter().filter(|one| !one.failures.is_empty()) {
        let _ = writeln!(out, "\n{}  {}", paint("FAIL", "1;31"), title(outcome.test));
        for failure in &outcome.failures {
            tell(compiled, failure, &mut out);
        }
    }
    let (passed, failed) = (results.passed(), results.failed());
    let mut summary = format!("{passed} passed, {failed} failed");
    if results.left_out > 0 {
        let _ = write!(summary, ", {} left out", results.left_out);
    }
    let code = if failed > 0 { "1;31" } else { "1;32" };
    let _ = writeln!(out, "\n{}", paint(&summary, code));
    out
}

fn tell(compiled: &Compiled, failure: &Failure, out: &mut String) {
    let sources = &compiled.sources;
    let place = |span| {
        let line = sources.place(span).line;
        format!("{}:{line}", visible::line(sources.path(span)))
    };
    let _ = writeln!(
        out,
        "  {}: {}",
        place(failure.span),
        visible::line(sources.text(failure.span))
    );
    let _ = writeln!(out, "    {}", visible::line(&failure.message));
    for step in &failure.path {
        let _ = writeln!(
            out,
            "      {} → {}: {} ({})",
            visible::line(&step.from),
            visible::line(&step.to),
            visible::line(&step.why),
            place(step.span)
        );
    }
    for missing in failure.missing.iter().take(SHOWN) {
        let _ = writeln!(out, "      missing: {}", visible::line(missing));
    }
    if failure.missing.len() > SHOWN {
        let more = failure.missing.len() - SHOWN;
        let _ = writeln!(out, "      and {more} more");
    }
}
