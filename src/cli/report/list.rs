//! `report --list`: what can be asked for.

use std::fmt::Write as _;

use crate::report::framework::{self, USUAL};
use crate::report::predicate;

/// The frameworks, then the predicates.
pub(super) fn text() -> String {
    let mut text = String::from("frameworks\n");
    let all = framework::all();
    let wide = all.iter().map(|one| one.key.len()).max().unwrap_or(0);
    for one in &all {
        let usual = if USUAL.contains(&one.key.as_str()) {
            " (by default)"
        } else {
            ""
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {:wide$}  {} {}, {} controls{usual}",
            one.key,
            one.name,
            one.version,
            one.controls.len()
        );
    }
    text.push_str("\npredicates\n");
    for one in predicate::all() {
        let _ = writeln!(text, "  {}  {}: {}", one.id, one.title, one.asks);
    }
    text
}
