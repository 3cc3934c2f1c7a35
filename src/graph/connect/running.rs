//! Who runs from where, by the first step of the way there, so that a trust looks only at those
//! whom it may mean.

use super::Builder;
use crate::graph::node::Place;
use crate::model::catalog::TypeId;
use crate::model::party::ClauseKind;
use crate::model::{PartyId, SystemId};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Everybody who runs from somewhere, with the place, in the order of the source: only the branch
/// or environment to which its identities' trust limits it, since it is itself nowhere else.
#[derive(Default)]
pub(super) struct Running {
    pub list: Vec<(PartyId, Place)>,
    /// By tenant and the type of the first step.
    starts: BTreeMap<(SystemId, u32), BTreeMap<Option<TypeId>, Starts>>,
}

#[derive(Default)]
struct Starts {
    /// By the first step's names, where these are exact.
    exact: BTreeMap<Vec<Box<str>>, Vec<usize>>,
    others: Vec<usize>,
}

/// The type of a place's first step, and its names where they are exact.
fn start(place: &Place) -> (Option<TypeId>, Option<Vec<Box<str>>>) {
    let Some((of, names)) = place.steps.first() else {
        return (None, None);
    };
    let exact = names.iter().map(|name| Some(name.is_literal()?.into()));
    (Some(*of), exact.collect())
}

impl Running {
    fn put(&mut self, id: PartyId, place: Place) {
        let (of, exact) = start(&place);
        let starts = self.starts.entry((place.system, place.tenant)).or_default();
        let starts = starts.entry(of).or_default();
        let list = match exact {
            Some(names) => starts.exact.entry(names).or_default(),
            None => &mut starts.others,
        };
        list.push(self.list.len());
        self.list.push((id, place));
    }

    /// All that may lie in a place, or around it, or meet it.
    pub fn near(&self, place: &Place) -> Vec<usize> {
        let (own, exact) = start(place);
        let mut all = Vec::new();
        let there = self.starts.get(&(place.system, place.tenant));
        for (of, starts) in there.into_iter().flatten() {
            all.extend(&starts.others);
            match &exact {
                Some(names) if *of == own => {
                    all.extend(starts.exact.get(names).into_iter().flatten());
                }
                _ => all.extend(starts.exact.values().flatten()),
            }
        }
        all
    }
}

impl Builder<'_> {
    /// Everybody who runs from somewhere; gathered when first asked for.
    pub(super) fn running(&mut self) -> Rc<Running> {
        if let Some(known) = &self.running {
            return known.clone();
        }
        let mut all = Running::default();
        for (id, party) in self.model.parties() {
            for clause in &party.clauses {
                if let ClauseKind::RunsFrom(thing) = &clause.kind {
                    let pins = self.pins(id, thing);
                    let places = if pins.is_empty() {
                        self.places(thing)
                    } else {
                        pins
                    };
                    for place in places {
                        all.put(id, place);
                    }
                }
            }
        }
        self.running.insert(Rc::new(all)).clone()
    }
}
