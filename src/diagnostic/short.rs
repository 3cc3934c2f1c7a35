//! The `short` form of diagnostics.
