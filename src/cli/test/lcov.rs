//! Which authority clauses the tests looked at, as LCOV's trace file (geninfo(1), "FILES").

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::compile::Compiled;
use crate::test::Results;

/// The coverage as text: one record a file, one line a clause.
pub(super) fn render(compiled: &Compiled, results: &Results) -> String {
    let sources = &compiled.sources;
    let mut files: BTreeMap<&str, BTreeMap<u32, u32>> = BTreeMap::new();
    for covered in &results.coverage {
        let lines = files.entry(sources.path(covered.span)).or_default();
        let count = lines.entry(sources.place(covered.span).line).or_default();
        *count = (*count).max(covered.assertions);
    }
    let mut out = String::new();
    for (path, lines) in files {
        let _ = writeln!(out, "TN:\nSF:{path}");
        for (line, count) in &lines {
            let _ = writeln!(out, "DA:{line},{count}");
        }
        let hit = lines.values().filter(|count| **count > 0).count();
        let _ = writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len());
    }
    out
}
