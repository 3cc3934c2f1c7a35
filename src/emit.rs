//! The `emit` room.
