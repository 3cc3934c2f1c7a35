//! The `json` form of diagnostics.
