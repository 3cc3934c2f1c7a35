//! The `stdlib` room.
