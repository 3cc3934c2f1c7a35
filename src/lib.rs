//! scopec compiles `.scope` declarations of what non-human identities are meant to hold.
//!
//! The tour, in the order in which text becomes configuration: [`source`] holds the text,
//! [`syntax`] reads it, [`resolve`] gives its names a meaning and makes a [`model::Model`],
//! [`grant`] chooses the vendors' units, [`check`] judges, [`emit`] prints. [`compile`] is the only
//! module that knows this order, and [`cli`] the only one that reads and writes files.

pub mod artifact;
pub mod attest;
pub mod authority;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod explain;
pub mod format;
pub mod grant;
pub mod graph;
pub mod lifecycle;
pub mod lock;
pub mod model;
pub mod offboard;
pub mod picture;
pub mod print;
pub mod question;
pub mod report;
pub mod resolve;
pub mod settings;
pub mod source;
pub mod stdlib;
pub mod syntax;
pub mod test;
