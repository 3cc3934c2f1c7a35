//! The `check` room.
