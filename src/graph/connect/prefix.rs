//! Sets of addresses, found by what they begin with: of two that meet, what the one begins with
//! begins the other.

use crate::authority::address::AddressSet;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Things by what their addresses begin with.
#[derive(Clone, Debug)]
pub(super) struct Prefixes<T>(BTreeMap<Box<str>, Vec<T>>);

impl<T> Default for Prefixes<T> {
    fn default() -> Self {
        Prefixes(BTreeMap::new())
    }
}

impl<T: Copy + Ord> Prefixes<T> {
    /// Enters something that has these addresses.
    pub fn put(&mut self, address: &AddressSet, thing: T) {
        let list = self.0.entry(address.prefix().into()).or_default();
        list.push(thing);
    }

    /// Everything whose addresses may meet these, in order.
    pub fn near(&self, address: &AddressSet) -> Vec<T> {
        let own = address.prefix();
        let longer = self
            .0
            .range::<str, _>((Bound::Included(own), Bound::Unbounded))
            .take_while(|(prefix, _)| prefix.starts_with(own))
            .flat_map(|(_, list)| list);
        let shorter = own
            .char_indices()
            .filter_map(|(end, _)| self.0.get(&own[..end]))
            .flatten();
        let mut all: Vec<T> = longer.chain(shorter).copied().collect();
        all.sort_unstable();
        all
    }
}
