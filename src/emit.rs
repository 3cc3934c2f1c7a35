//! Vendors' own configuration from what is granted. Targets print; nothing here writes to disk.
//!
//! A target is one file with a `static TARGET` and two lines here. It is asked about each bundle
//! that its vendors match and gives complete files, each saying which ledger rows stand where.

use crate::artifact::Artifact;
use crate::compile::Compiled;
use crate::grant::Bundle;

/// A way to print bundles.
pub struct Target {
    /// The name in `scope.toml`'s `targets`.
    pub name: &'static str,
    /// One line for `docs/targets.md`.
    pub summary: &'static str,
    /// Whether it is used when `scope.toml` names no targets.
    pub default: bool,
    /// Whether it prints bundles of that vendor; `generic` prints those that no other does.
    pub vendors: &'static [&'static str],
    /// Prints one bundle, its gates included. A bundle it cannot print in full gives nothing and is
    /// left to the ledger, which says so.
    pub emit: fn(&Compiled, &Bundle) -> Vec<Artifact>,
}
