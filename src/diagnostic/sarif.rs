//! The `sarif` form of diagnostics.
