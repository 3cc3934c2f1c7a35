//! The `grant` room.
