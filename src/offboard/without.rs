//! A project with somebody and without.

use std::collections::BTreeSet;

use super::after::After;
use super::belonging::{Belonging, Role};
use super::{Output, word};
use crate::compile::Compiled;
use crate::emit::system_label;
use crate::grant::{Bundle, RowId};
use crate::graph::Place;
use crate::model::party::Party;
use crate::model::thing::Thing;
use crate::model::{PartyId, SystemId};
use crate::source::Span;

/// The project with somebody and without.
pub(super) struct Without<'a> {
    pub now: &'a Compiled,
    pub after: &'a After,
    pub id: PartyId,
    pub belongings: &'a [Belonging<'a>],
    pub outputs: &'a [Output],
}

impl<'a> Without<'a> {
    pub fn party(&self) -> &'a Party {
        self.now.model.party(self.id)
    }

    /// What it is granted, as it is now.
    pub fn bundles(&self) -> impl Iterator<Item = &'a Bundle> + use<'a> {
        let id = self.id;
        let all = self.now.granted.bundles.iter();
        all.filter(move |bundle| bundle.holders.contains(&id))
    }

    /// The other holders of an identity, by name.
    pub fn others_of(&self, bundle: &Bundle) -> Vec<String> {
        let others = bundle.holders.iter().filter(|&&holder| holder != self.id);
        others
            .map(|&holder| self.now.model.party(holder).name.to_string())
            .collect()
    }

    /// Who else acts as an identity of it in a system, by name.
    pub fn sharers(&self, system: SystemId) -> Vec<String> {
        let names: BTreeSet<String> = self
            .bundles()
            .filter(|bundle| bundle.system == system)
            .flat_map(|bundle| self.others_of(bundle))
            .collect();
        names.into_iter().collect()
    }

    /// What is left of a bundle when it is gone.
    pub fn left_of(&self, bundle: &Bundle) -> Option<&'a Bundle> {
        let key = |compiled: &Compiled, bundle: &Bundle| {
            (
                compiled.model.system(bundle.system).name.clone(),
                bundle.tenant,
                word::identity(compiled, bundle),
            )
        };
        let wanted = key(self.now, bundle);
        let after = &self.after.compiled;
        let mut all = after.granted.bundles.iter();
        all.find(|left| key(after, left) == wanted)
    }

    /// Where the first clause of it stands that some rows are of.
    pub fn span_of(&self, rows: &[RowId]) -> Option<Span> {
        rows.iter().find_map(|&row| {
            let row = self.now.granted.row(row);
            let clause = self.party().clauses.get(row.clause as usize);
            (row.party == self.id).then_some(clause?.span)
        })
    }

    /// The emitted files of a bundle that go or change.
    pub fn files_of(&self, bundle: &Bundle) -> Vec<String> {
        let integration = &*self.now.model.party(bundle.party).name;
        let system = system_label(self.now, bundle.system, bundle.tenant);
        let of = |one: &&Output| one.integration == integration && one.system == system;
        let files = self.outputs.iter().filter(of);
        files.map(|one| one.path.clone()).collect()
    }

    /// Whether a thing is one of its own that nobody else has.
    pub fn goes(&self, role: Role, thing: &Thing) -> bool {
        let model = &self.now.model;
        let mut own = self.belongings.iter().filter(|one| one.role == role);
        own.any(|one| {
            one.others.is_empty()
                && one.thing.system == thing.system
                && Place::each(model, one.thing) == Place::each(model, thing)
        })
    }
}
