//! The `github` form of diagnostics.
