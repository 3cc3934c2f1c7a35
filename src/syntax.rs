//! The language front: text to syntax tree. [`parser::parse`] never fails; what it cannot read
//! becomes one diagnostic of rule `syntax` and is left out of the tree.

pub mod ast;
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has some two hundred rules; a match names those that can stand there"
)]
pub mod expected;
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has some two hundred rules; a match names those that can stand there"
)]
pub mod parser;
