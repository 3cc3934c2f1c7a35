//! The `human` form of diagnostics.
