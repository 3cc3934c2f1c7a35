//! The `authority` room.
