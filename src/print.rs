//! Canonical printers: a value has one text, so that outputs can be compared byte for byte.

pub mod hcl;
pub mod ical;
pub mod json;
pub mod sql;
pub mod xml;
pub mod yaml;
