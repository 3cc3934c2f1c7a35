//! An `OpenAPI` 3 document → a vendor's file.
