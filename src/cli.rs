//! The `cli` room.
pub mod catalog_generate;
