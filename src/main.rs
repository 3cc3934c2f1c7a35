//! The `scopec` binary.
fn main() {}
