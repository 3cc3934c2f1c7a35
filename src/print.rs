//! The `print` room.
