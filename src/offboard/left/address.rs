//! By what the identities of somebody are known at the vendors: from the declarations, or from what
//! the lock or the manifest still say of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Folder, Seeker, input};
use crate::compile::{Asked, ask};
use crate::graph::Place;
use crate::model::thing::SEPARATOR;
use crate::model::{Model, PartyId};
use crate::offboard::{Beside, Project};

/// An identity of it.
pub(super) struct Address {
    /// As it is written in the language.
    pub text: String,
    /// What it is called in the vendor's configuration: its address where that is exact, else its
    /// own name, which others may have elsewhere.
    pub called: Called,
}

/// What an identity is called.
pub(super) enum Called {
    /// By addresses that nothing else has.
    Addresses(Vec<String>),
    /// By a name.
    Name(String),
}

impl Seeker<'_> {
    /// The identities of it that are known, those left out that somebody else has.
    pub(super) fn addresses(
        &mut self,
        project: &Project,
        beside: &Beside,
        folder: &Folder,
    ) -> Vec<Address> {
        let model = &self.compiled.model;
        let mut known: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        let mut others: BTreeSet<String> = BTreeSet::new();
        for bundle in &self.compiled.granted.bundles {
            let Some(thing) = &bundle.identity else {
                continue;
            };
            let place = Place::of(thing, bundle.tenant);
            let text = place.text(model);
            let is_it = |id: &PartyId| *model.party(*id).name == *self.name;
            if !bundle.holders.iter().all(is_it) {
                others.insert(text);
            } else if !bundle.holders.is_empty() {
                known.entry(text).or_default().push(place);
            }
        }
        let listed = self.listed(beside, folder);
        if known.is_empty() && listed.is_empty() {
            let what = "the addresses of its identities: neither the declarations nor the lock nor the manifest list any, so emitted files were searched for its name";
            self.found.unknown.push(what.to_owned());
        }
        let mut all: Vec<Address> = known
            .iter()
            .filter_map(|(text, places)| address(model, text, places))
            .collect();
        // Whoever shares an identity goes on having it.
        for text in listed {
            if known.contains_key(&text) || others.contains(&text) {
                continue;
            }
            let (asked, parts) = ask(input(project), Some(Asked::Within(&text)));
            let places: Vec<Place> = parts
                .iter()
                .flatten()
                .flat_map(|part| Place::each(&asked.model, &part.thing))
                .collect();
            let is_of_others = places
                .iter()
                .any(|place| others.contains(&place.text(&asked.model)));
            if is_of_others {
                continue;
            }
            let found = address(&asked.model, &text, &places);
            match found.or_else(|| named(&text)) {
                Some(found) => all.push(found),
                None => self.found.unknown.push(format!(
                    "what `{text}` is called at the vendor: that cannot be told without its declaration"
                )),
            }
        }
        all
    }

    /// Its identities as the lock and the manifest list them, which may be from before.
    fn listed(&self, beside: &Beside, folder: &Folder) -> BTreeSet<String> {
        let mut texts = BTreeSet::new();
        for line in beside.lock.as_deref().unwrap_or_default().lines() {
            let mut words = line.splitn(5, ' ');
            let (kind, name) = (words.next(), words.next());
            let (_, fact, rest) = (words.next(), words.next(), words.next());
            if matches!(kind, Some("integration" | "principal"))
                && name == Some(self.name)
                && fact == Some("identity")
            {
                texts.extend(rest);
            }
        }
        let ledger = folder.manifest.iter().flat_map(|manifest| &manifest.ledger);
        let own = ledger.filter(|entry| entry.integration == self.name);
        texts.extend(own.filter_map(|entry| entry.clause.strip_prefix("identity ")));
        texts
            .into_iter()
            .map(|text| text.split(" from ").next().unwrap_or(text).to_owned())
            // The token of a platform has no address, and a parameter of a profile is none.
            .filter(|text| text.contains('"'))
            .collect()
    }
}

/// What some places are called; none where no name is exact.
fn address(model: &Model, text: &str, places: &[Place]) -> Option<Address> {
    let flat: Vec<String> = places
        .iter()
        .filter_map(|place| place.address(model).is_literal().map(str::to_owned))
        .filter(|flat| !flat.contains(SEPARATOR))
        .collect();
    if !flat.is_empty() {
        return Some(Address {
            text: text.to_owned(),
            called: Called::Addresses(flat),
        });
    }
    let (_, names) = places.first()?.steps.last()?;
    let name = names.last()?.is_literal()?;
    Some(Address {
        text: text.to_owned(),
        called: Called::Name(name.to_owned()),
    })
}

/// The last name of an identity that no declaration gives a meaning any more.
fn named(text: &str) -> Option<Address> {
    let (before, _) = text.rsplit_once('"')?;
    let (_, name) = before.rsplit_once('"')?;
    let is_exact = !name.is_empty() && !name.contains(['*', '?', '\\']);
    is_exact.then(|| Address {
        text: text.to_owned(),
        called: Called::Name(name.to_owned()),
    })
}
