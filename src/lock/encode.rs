//! Operations by the names of what they are: a type's verb, a unit, and single ones.
//!
//! A list is named by what it is of, never by what is in it, so that an update of the catalogue
//! changes the list and no line that names it.

use super::Operations;
use super::name::path;
use super::token::quoted;
use crate::authority::verb::Verb;
use crate::model::Model;
use crate::model::catalog::{OpId, SlotId, TypeId, TypeRank, UnitId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Up to so many operations are named in the line itself.
const FEW: usize = 16;

/// The operations of each verb.
type ByVerb = BTreeMap<Verb, BTreeSet<OpId>>;

/// Makes operations into words, and keeps the lists that they name.
pub(super) struct Encoder<'a> {
    model: &'a Model,
    lists: BTreeMap<String, BTreeSet<String>>,
    /// The operations on a type, and on all that may lie in it.
    known: HashMap<(TypeId, bool), Rc<ByVerb>>,
    inside: HashMap<TypeId, Rc<BTreeSet<TypeId>>>,
    /// Lists of one's own, by whose and of what: there may be several.
    own: BTreeMap<(String, String), Vec<BTreeSet<String>>>,
}

impl<'a> Encoder<'a> {
    pub fn new(model: &'a Model) -> Self {
        Self {
            model,
            lists: BTreeMap::new(),
            known: HashMap::new(),
            inside: HashMap::new(),
            own: BTreeMap::new(),
        }
    }

    /// The lists that were named.
    pub fn into_lists(self) -> BTreeMap<String, BTreeSet<String>> {
        self.lists
    }

    /// The types that may lie in one, itself included.
    pub fn inside(&mut self, of: TypeId) -> Rc<BTreeSet<TypeId>> {
        if let Some(known) = self.inside.get(&of) {
            return Rc::clone(known);
        }
        let catalog = &self.model.catalog;
        let root = catalog.of(of);
        let mut all = BTreeSet::from([of]);
        match root.rank {
            TypeRank::Tenant | TypeRank::Service => {
                for (index, other) in catalog.types.iter().enumerate() {
                    let own = other.vendor == root.vendor
                        && (root.rank == TypeRank::Tenant
                            || other.service.as_deref() == Some(&*root.name));
                    if own {
                        all.insert(TypeId::at(index));
                    }
                }
            }
            TypeRank::Resource => {
                let mut left = vec![of];
                while let Some(next) = left.pop() {
                    for &child in &catalog.of(next).children {
                        if all.insert(child) {
                            left.push(child);
                        }
                    }
                }
            }
        }
        let all = Rc::new(all);
        self.inside.insert(of, Rc::clone(&all));
        all
    }

    fn known(&mut self, of: TypeId, inside: bool) -> Rc<ByVerb> {
        if let Some(known) = self.known.get(&(of, inside)) {
            return Rc::clone(known);
        }
        let types = if inside {
            self.inside(of)
        } else {
            Rc::new(BTreeSet::from([of]))
        };
        let catalog = &self.model.catalog;
        let mut all = ByVerb::new();
        for &of in types.iter() {
            for &slot in &catalog.of(of).slots {
                let id = catalog.slot(slot).operation;
                all.entry(catalog.operation(id).verb)
                    .or_default()
                    .insert(id);
            }
        }
        let all = Rc::new(all);
        self.known.insert((of, inside), Rc::clone(&all));
        all
    }

    /// Adds slots of one type, or of all that lies in one (`inside`), to the operations of a line
    /// of `owner`. Where the declaration names operations and no verb (`by_name`), so does the line.
    pub fn slots(
        &mut self,
        of: TypeId,
        inside: bool,
        slots: &BTreeSet<SlotId>,
        by_name: bool,
        owner: &str,
        out: &mut Operations,
    ) {
        let catalog = &self.model.catalog;
        let known = self.known(of, inside);
        let path = path(self.model, of, inside);
        let mut wanted = ByVerb::new();
        for &slot in slots {
            let id = catalog.slot(slot).operation;
            wanted
                .entry(catalog.operation(id).verb)
                .or_default()
                .insert(id);
        }
        let unnamed: BTreeSet<OpId> = if inside {
            BTreeSet::new()
        } else {
            let loose = catalog.of(of).unnamed.iter();
            loose.map(|&slot| catalog.slot(slot).operation).collect()
        };
        let mut single = BTreeSet::new();
        for (verb, wanted) in wanted {
            let none = BTreeSet::new();
            let all = known.get(&verb).unwrap_or(&none);
            let bound: BTreeSet<OpId> = all.difference(&unnamed).copied().collect();
            let loose: BTreeSet<OpId> = all.intersection(&unnamed).copied().collect();
            let whole = format!("{path}:{verb}");
            let kinds = [
                (whole.clone(), all),
                (format!("{whole}/named"), &bound),
                (format!("{whole}/unnamed"), &loose),
            ];
            let missing = all.difference(&wanted).count();
            if by_name {
                single.extend(wanted);
            } else if let Some((name, _)) = kinds.iter().find(|(_, known)| **known == wanted) {
                self.list(name, wanted.iter().copied());
                out.lists.insert(name.clone());
            } else if missing < wanted.len() && wanted.is_subset(all) {
                self.list(&whole, all.iter().copied());
                out.lists.insert(whole);
                let but = all.difference(&wanted);
                out.but.extend(but.map(|&id| catalog.qualified(id)));
            } else {
                single.extend(wanted);
            }
        }
        let single = single.iter().map(|&id| catalog.qualified(id)).collect();
        self.single(&path, single, owner, out);
    }

    /// Adds a unit's operations.
    pub fn unit(&mut self, id: UnitId, out: &mut Operations) {
        let catalog = &self.model.catalog;
        let unit = catalog.unit(id);
        let vendor = super::token::name(&catalog.vendor(unit.vendor).name);
        let name = format!("{vendor}:{}", quoted(&unit.name));
        if !self.lists.contains_key(&name) {
            let mut given = BTreeSet::new();
            for one in catalog.contained(id) {
                for permit in &catalog.unit(one).permits {
                    let operation = catalog.qualified(catalog.slot(permit.slot).operation);
                    let mut with: Vec<&str> = permit
                        .with
                        .iter()
                        .map(|&with| &*catalog.unit(with).name)
                        .collect();
                    with.sort_unstable();
                    given.insert(if with.is_empty() {
                        operation
                    } else {
                        format!("{operation} with {}", with.join(" and "))
                    });
                }
            }
            self.lists.insert(name.clone(), given);
        }
        out.lists.insert(name);
    }

    /// Adds operations that are known by their names alone: those of `lists` where they hold all of
    /// one, or most of it, and the rest one by one.
    pub fn names(
        &mut self,
        of: &str,
        lists: &BTreeSet<String>,
        names: &[String],
        owner: &str,
        out: &mut Operations,
    ) {
        let names: BTreeSet<String> = names.iter().cloned().collect();
        let mut left = names.clone();
        let mut nearest: Option<(usize, &String)> = None;
        for list in lists {
            let Some(held) = self.lists.get(list) else {
                continue;
            };
            let missing = held.difference(&names).count();
            if held.len() > 1 && missing == 0 {
                left = left.difference(held).cloned().collect();
                out.lists.insert(list.clone());
            } else if missing * 2 < held.len() && nearest.is_none_or(|(most, _)| held.len() > most)
            {
                nearest = Some((held.len(), list));
            }
        }
        if let Some((_, list)) = nearest
            && let Some(held) = self.lists.get(list)
            && !left.is_disjoint(held)
        {
            out.but.extend(held.difference(&names).cloned());
            left = left.difference(held).cloned().collect();
            out.lists.insert(list.clone());
        }
        self.single(of, left, owner, out);
    }

    /// Adds single operations: in the line where they are few, else as a list of their owner's own.
    fn single(&mut self, of: &str, names: BTreeSet<String>, owner: &str, out: &mut Operations) {
        if names.len() <= FEW {
            out.named.extend(names);
            return;
        }
        let key = (owner.to_owned(), of.to_owned());
        let known = self.own.entry(key).or_default();
        let index = known.iter().position(|list| *list == names);
        let index = index.unwrap_or_else(|| {
            known.push(names.clone());
            known.len() - 1
        });
        let name = match index {
            0 => format!("{of}:some@{owner}"),
            later => format!("{of}:some@{owner}#{}", later + 1),
        };
        self.lists.insert(name.clone(), names);
        out.lists.insert(name);
    }

    fn list(&mut self, name: &str, operations: impl Iterator<Item = OpId>) {
        if self.lists.contains_key(name) {
            return;
        }
        let catalog = &self.model.catalog;
        let names = operations.map(|id| catalog.qualified(id)).collect();
        self.lists.insert(name.to_owned(), names);
    }
}
