//! The algebra of authority: what an identity may do, as a set that can be compared.
//!
//! *Declared*, *granted* and *effective* authority are all an [`AuthoritySet`], and every question
//! the compiler answers is an operation on such sets: excess is a difference, delegation a subset,
//! a broken prohibition a non-empty intersection. This room knows no vendor and no syntax.
//!
//! # What a set is
//!
//! An atom is (operation, address, truth of every condition, instant). A [`Cube`] is a product of one
//! [`OperationSet`], one [`AddressSet`], one conjunction of [`Conditions`] and one [`Interval`]; a set
//! is a union of cubes. An operation with several resource slots is one [`OperationId`] per
//! (operation, slot): vendors judge each slot's resource on its own, and a request is allowed when
//! every required slot is, so a set of slot-wise cubes is exact for requests.
//!
//! # What is exact, and where it stops
//!
//! Union, intersection, difference, subset and emptiness are exact: addresses by automata, operations
//! by sorted lists, time by half-open intervals, conditions as independent Boolean variables (the same
//! key, operator and values are the same variable, which the caller sees to). Subset questions are
//! hard in the worst case, so every search has a bound on its work. Past it the answer is the one that
//! reports too much rather than too little: a set is *not* called empty, *not* called a subset, and a
//! difference keeps what it could not remove.

pub mod address;
mod automaton;
pub mod condition;
pub mod operation;
pub mod pattern;
pub mod set;
pub mod time;
pub mod verb;

pub use address::AddressSet;
pub use condition::{Conditions, Variable};
pub use operation::{OperationId, OperationSet, Universe};
pub use pattern::{Class, Pattern, Token};
pub use set::{AuthoritySet, Cube};
pub use time::{Date, Instant, Interval, Length};
pub use verb::{Verb, VerbSet};
