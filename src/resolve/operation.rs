//! Verbs and operation names to slots.

use super::vendor::Place;
use super::{Resolved, Resolver, Unresolved};
use crate::authority::pattern::Pattern;
use crate::authority::verb::{Verb, VerbSet};
use crate::diagnostic::{self, Diagnostic};
use crate::model::catalog::{OpId, SlotId, SlotRole, TypeId, TypeRank, VendorId};
use crate::syntax::ast;

/// What one word of a verb list means.
pub(super) enum Selector<'t> {
    /// A portable verb or group.
    Verbs(VerbSet),
    /// An operation by its own name.
    Word(&'t ast::Text),
    /// An operation, or several, in the vendor's full spelling.
    Spelled(&'t ast::Text),
}

/// The meaning of each word of a verb list: a bare portable word is always the verb, a string
/// always the vendor's operation.
pub(super) fn selectors(names: &[ast::Text]) -> Vec<Selector<'_>> {
    names
        .iter()
        .map(|name| match VerbSet::parse(&name.raw) {
            Some(verbs) if !name.quoted => Selector::Verbs(verbs),
            _ if name.quoted => Selector::Spelled(name),
            _ => Selector::Word(name),
        })
        .collect()
}

/// The portable verbs of a list, and whether it also names operations.
pub(super) fn portable(names: &[ast::Text]) -> (VerbSet, bool) {
    let mut verbs = VerbSet::default();
    let mut operations = false;
    for selector in selectors(names) {
        match selector {
            Selector::Verbs(more) => verbs = verbs.union(more),
            Selector::Word(_) | Selector::Spelled(_) => operations = true,
        }
    }
    (verbs, operations)
}

/// What a list of verbs and operations comes to on some types.
#[derive(Default)]
pub(super) struct Chosen {
    /// The slots, in the order of the types.
    pub slots: Vec<SlotId>,
    /// Whether a name could not be found in a partial catalogue.
    pub unknown: bool,
}

impl Resolver<'_> {
    /// The slots that `names` mean on `types`, the first of which is the one written.
    pub(super) fn choose(
        &mut self,
        names: &[ast::Text],
        types: &[TypeId],
        within: bool,
    ) -> Resolved<Chosen> {
        let mut chosen = Chosen::default();
        let mut failed = false;
        for selector in selectors(names) {
            match selector {
                Selector::Verbs(verbs) => {
                    let before = chosen.slots.len();
                    for &of in types {
                        chosen.slots.extend(self.slots_of_verbs(of, verbs));
                    }
                    if chosen.slots.len() == before {
                        self.no_operations(names, verbs, types[0], within);
                        failed = true;
                    }
                }
                Selector::Word(name) | Selector::Spelled(name) => {
                    match self.named_slots(name, types, within) {
                        Ok(slots) if slots.is_empty() => chosen.unknown = true,
                        Ok(slots) => chosen.slots.extend(slots),
                        Err(Unresolved) => failed = true,
                    }
                }
            }
        }
        if failed {
            return Err(Unresolved);
        }
        chosen.slots.sort_unstable();
        chosen.slots.dedup();
        Ok(chosen)
    }

    /// The slots of operations of those verbs that act on a type.
    pub(super) fn slots_of_verbs(&self, of: TypeId, verbs: VerbSet) -> Vec<SlotId> {
        let catalog = &self.model.catalog;
        catalog
            .of(of)
            .slots
            .iter()
            .copied()
            .filter(|&slot| {
                catalog.slot(slot).role == SlotRole::Home
                    && verbs.contains(catalog.operation_of(slot).verb)
            })
            .collect()
    }

    fn no_operations(&mut self, names: &[ast::Text], verbs: VerbSet, of: TypeId, within: bool) {
        let Some(name) = names
            .iter()
            .find(|name| !name.quoted && VerbSet::parse(&name.raw) == Some(verbs))
        else {
            return;
        };
        let path = self.model.catalog.type_path(of);
        let catalog = &self.model.catalog;
        let mut known: Vec<String> = Vec::new();
        for &slot in &catalog.of(of).slots {
            let word = catalog.operation_of(slot).verb.word().to_owned();
            if catalog.slot(slot).role == SlotRole::Home && !known.contains(&word) {
                known.push(word);
            }
        }
        let inside: Vec<String> = catalog
            .of(of)
            .children
            .iter()
            .filter(|&&child| !self.slots_of_verbs(child, verbs).is_empty())
            .map(|&child| catalog.of(child).name.to_string())
            .collect();
        let help = if !within && !inside.is_empty() {
            format!(
                "what lies inside has it ({}): write `within`, or the type itself",
                super::quoted(&inside)
            )
        } else if known.is_empty() {
            format!("`scopec catalog {path}` shows what there is")
        } else {
            format!(
                "it has {}: `scopec catalog {path}` shows their operations",
                super::quoted(&known)
            )
        };
        self.say(
            Diagnostic::error(
                "no-operations",
                name.span,
                format!("`{}` means nothing on `{path}`", name.raw),
            )
            .help(help),
        );
    }

    /// The slots of named operations on `types`; none, with a warning, where the catalogue is
    /// partial and does not know the name.
    fn named_slots(
        &mut self,
        name: &ast::Text,
        types: &[TypeId],
        within: bool,
    ) -> Resolved<Vec<SlotId>> {
        let first = self.model.catalog.of(types[0]);
        let vendor = first.vendor;
        let service = first.service.clone();
        let plain = name.plain();
        let (service, operation) = self.split_spelling(vendor, service.as_deref(), name, &plain)?;
        if operation.contains(['*', '?']) && name.quoted {
            return self.wildcard_slots(
                name,
                vendor,
                service.as_deref(),
                &operation,
                types,
                within,
            );
        }
        let mut ids = self.operations_named(vendor, service.as_deref(), &operation, types);
        if ids.is_empty() && name.quoted {
            // It may stand in the file of a type of another service.
            self.whole_vendor(vendor);
            ids = self.operations_named(vendor, service.as_deref(), &operation, types);
        }
        let mut slots = Vec::new();
        for &id in &ids {
            for &slot in &self.model.catalog.operation(id).slots.clone() {
                let of = self.model.catalog.slot(slot).of;
                if types.contains(&of) || (within && self.covers(types[0], of)) {
                    slots.push(slot);
                }
            }
        }
        if !slots.is_empty() {
            return Ok(slots);
        }
        if let Some(&id) = ids.first() {
            return Err(self.wrong_type(name, id, types[0]));
        }
        self.unknown_operation(name, &operation, vendor, service.as_deref(), types[0])
    }

    /// Whether a type lies in the service or tenant `outer`.
    fn covers(&self, outer: TypeId, of: TypeId) -> bool {
        let outer = self.model.catalog.of(outer);
        let of = self.model.catalog.of(of);
        match outer.rank {
            TypeRank::Tenant => of.vendor == outer.vendor,
            TypeRank::Service => of.vendor == outer.vendor && of.service == outer.service,
            TypeRank::Resource => false,
        }
    }

    /// The service and the operation of a full spelling (`s3:GetObject`), the service loaded.
    fn split_spelling(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        name: &ast::Text,
        plain: &str,
    ) -> Resolved<(Option<Box<str>>, String)> {
        let spelling = self.model.catalog.vendor(vendor).spelling.clone();
        let parts = spelling.as_deref().and_then(|spelling| {
            let (before, after) = spelling.split_once("${service}")?;
            let (between, _) = after.split_once("${operation}")?;
            let rest = plain.strip_prefix(before)?;
            let (service, operation) = rest.split_once(between)?;
            Some((service.to_owned(), operation.to_owned()))
        });
        let Some((spelled, operation)) = parts else {
            return Ok((service.map(Into::into), plain.to_owned()));
        };
        if self.service(vendor, &spelled).is_none() {
            let known = self.service_names(vendor);
            let text = ast::Text {
                raw: spelled.into(),
                span: name.span,
                quoted: false,
            };
            let vendor = self.model.catalog.vendor(vendor).name.clone();
            return Err(self.unknown(&format!("service of `{vendor}`"), &text, &known, None));
        }
        Ok((Some(spelled.into()), operation))
    }

    fn operations_named(
        &self,
        vendor: VendorId,
        service: Option<&str>,
        operation: &str,
        types: &[TypeId],
    ) -> Vec<OpId> {
        let mut ids = Vec::new();
        if self.model.catalog.vendor(vendor).per_resource {
            for &of in types {
                let key = (vendor, Place::Type(of), operation.into());
                ids.extend(self.catalog.operations.get(&key).copied());
            }
            return ids;
        }
        let place = service.map_or(Place::Vendor, |service| Place::Service(service.into()));
        ids.extend(
            self.catalog
                .operations
                .get(&(vendor, place, operation.into()))
                .copied(),
        );
        ids
    }

    fn wildcard_slots(
        &mut self,
        name: &ast::Text,
        vendor: VendorId,
        service: Option<&str>,
        operation: &str,
        types: &[TypeId],
        within: bool,
    ) -> Resolved<Vec<SlotId>> {
        let pattern = Pattern::glob(operation, &[]);
        let catalog = &self.model.catalog;
        let mut slots = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for (index, one) in catalog.operations.iter().enumerate() {
            if one.vendor != vendor
                || (service.is_some() && one.service.as_deref() != service)
                || !pattern.matches(&one.name)
            {
                continue;
            }
            for &slot in &one.slots {
                let of = catalog.slot(slot).of;
                if types.contains(&of) || (within && self.covers(types[0], of)) {
                    slots.push(slot);
                    names.push(catalog.spelled(OpId::at(index)));
                }
            }
        }
        names.sort();
        names.dedup();
        if slots.is_empty() {
            let path = catalog.type_path(types[0]);
            self.say(
                Diagnostic::error(
                    "no-operations",
                    name.span,
                    format!("no operation of `{path}` matches `{operation}`"),
                )
                .help(format!("`scopec catalog {path}` shows what there is")),
            );
            return Err(Unresolved);
        }
        let shown = names.len().min(6);
        let more = if names.len() > shown {
            format!(" and {} more", names.len() - shown)
        } else {
            String::new()
        };
        self.say(
            Diagnostic::warning(
                "wildcard-operation",
                name.span,
                format!(
                    "`{}` is {} operations today, and what the vendor adds later is not granted",
                    name.plain(),
                    names.len()
                ),
            )
            .help(format!(
                "write the ones that are needed: {}{more}",
                super::quoted(&names[..shown])
            )),
        );
        Ok(slots)
    }

    fn wrong_type(&mut self, name: &ast::Text, operation: OpId, of: TypeId) -> Unresolved {
        let catalog = &self.model.catalog;
        let homes: Vec<TypeId> = catalog
            .operation(operation)
            .slots
            .iter()
            .map(|&slot| catalog.slot(slot).of)
            .collect();
        let paths: Vec<String> = homes.iter().map(|&home| catalog.type_path(home)).collect();
        let written = catalog.type_path(of);
        let nested = homes
            .iter()
            .find(|&&home| catalog.of(home).parents.contains(&of));
        let help = match nested {
            Some(&home) => format!("add the type: `.{}`", catalog.of(home).name),
            None if homes
                .iter()
                .any(|&home| catalog.of(home).rank == TypeRank::Service) =>
            {
                "it exists only for the whole service: write the system and the service, without a type"
                    .to_owned()
            }
            None => format!("write a resource of {}", super::quoted(&paths)),
        };
        self.say(
            Diagnostic::error(
                "wrong-type",
                name.span,
                format!(
                    "`{}` acts on {}, not on `{written}`",
                    name.plain(),
                    super::quoted(&paths)
                ),
            )
            .help(help),
        );
        Unresolved
    }

    fn unknown_operation(
        &mut self,
        name: &ast::Text,
        operation: &str,
        vendor: VendorId,
        service: Option<&str>,
        of: TypeId,
    ) -> Resolved<Vec<SlotId>> {
        let mut known = self.operation_names(of);
        let catalog = &self.model.catalog;
        if !catalog.vendor(vendor).per_resource {
            known.extend(
                catalog
                    .operations
                    .iter()
                    .filter(|one| one.vendor == vendor && one.service.as_deref() == service)
                    .map(|one| one.name.to_string()),
            );
        }
        if !name.quoted {
            known.extend(VerbSet::GROUPS.map(|(word, _)| word.to_owned()));
            known.extend(Verb::ALL.map(|verb| verb.word().to_owned()));
        }
        known.sort();
        known.dedup();
        let near = diagnostic::suggest::nearest(operation, known.iter().map(String::as_str));
        let path = catalog.type_path(of);
        if catalog.vendor(vendor).complete || near.is_some() {
            let text = ast::Text {
                raw: operation.into(),
                ..name.clone()
            };
            let near = near.map(str::to_owned);
            let mut found = Diagnostic::error(
                "unknown-name",
                name.span,
                format!("there is no operation `{}` on `{path}`", name.plain()),
            );
            found = match near {
                Some(near) => {
                    let full = name.plain().replace(&*text.raw, &near);
                    let written = if name.quoted {
                        format!("\"{full}\"")
                    } else {
                        full.clone()
                    };
                    found
                        .help(format!("did you mean `{full}`?"))
                        .fix(name.span, written, format!("write `{full}`"))
                }
                None => found.help(format!(
                    "it is neither a verb nor an operation: `scopec catalog {path}` shows what there is"
                )),
            };
            self.say(found);
            return Err(Unresolved);
        }
        self.say(
            Diagnostic::warning(
                "unknown-name",
                name.span,
                format!(
                    "the catalogue does not know an operation `{}` on `{path}`, and it is partial",
                    name.plain()
                ),
            )
            .help("nothing is emitted for it: add it to the vendor in a file of your own"),
        );
        Ok(Vec::new())
    }
}
