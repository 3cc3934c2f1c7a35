//! The language front: text to syntax tree. [`parser::parse`] never fails; what it cannot read
//! becomes one diagnostic of rule `syntax` and a `Bad` node.

pub mod ast;
pub mod expected;
pub mod parser;
