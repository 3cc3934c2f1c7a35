//! Operations, condition keys and units of a vendor.

use super::vendor::Place;
use super::{Resolved, Resolver, Unresolved};
use crate::authority::verb::Verb;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{
    Key, Need, OpId, Operation, Permit, Slot, SlotId, SlotRole, TypeId, Unit, UnitId, VendorId,
};
use crate::source::Span;
use crate::syntax::ast;

impl Resolver<'_> {
    /// Where an operation on `of` has a name of its own.
    pub(super) fn place(&self, vendor: VendorId, service: Option<&str>, of: TypeId) -> Place {
        match service {
            _ if self.model.catalog.vendor(vendor).per_resource => Place::Type(of),
            Some(service) => Place::Service(service.into()),
            None => Place::Vendor,
        }
    }

    /// The service and the name of an operation as a file writes it. An operation stands in the
    /// file of the type it acts on, so one of another service is written in its full spelling:
    /// `"sts:AssumeRole"` in the file of `iam`.
    pub(super) fn full_name(
        &self,
        vendor: VendorId,
        service: Option<&str>,
        name: &ast::Text,
    ) -> (Option<Box<str>>, Box<str>) {
        let plain = name.plain();
        let spelling = self.model.catalog.vendor(vendor).spelling.as_deref();
        let full = spelling.filter(|_| name.quoted).and_then(|spelling| {
            let (before, after) = spelling.split_once("${service}")?;
            let (between, _) = after.split_once("${operation}")?;
            let (service, operation) = plain.strip_prefix(before)?.split_once(between)?;
            Some((Some(service.into()), operation.into()))
        });
        full.unwrap_or_else(|| (service.map(Into::into), plain.as_str().into()))
    }

    /// Enters the operations of one line, on the type `of`.
    pub(super) fn enter_operations(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        of: TypeId,
        line: &ast::Operations,
    ) {
        let Some(verb) = Verb::parse(&line.verb.raw) else {
            let known: Vec<String> = Verb::ALL
                .iter()
                .map(|verb| verb.word().to_owned())
                .collect();
            self.unknown("verb", &line.verb, &known, None);
            return;
        };
        for name in &line.names {
            let (own, plain) = self.full_name(vendor, service, name);
            let key = (
                vendor,
                self.place(vendor, own.as_deref(), of),
                plain.clone(),
            );
            let id = if let Some(&id) = self.catalog.operations.get(&key) {
                self.model.catalog.operations[id.index()].verb = verb;
                id
            } else {
                let id = OpId::at(self.model.catalog.operations.len());
                self.model.catalog.operations.push(Operation {
                    vendor,
                    service: own,
                    name: plain,
                    span: name.span,
                    verb,
                    slots: Vec::new(),
                    needs: Vec::new(),
                    units: Vec::new(),
                });
                self.catalog.operations.insert(key, id);
                id
            };
            self.enter_slot(id, of, SlotRole::Home);
            for (references, role) in [
                (&line.also_on, SlotRole::Also),
                (&line.optional, SlotRole::Optional),
                (&line.one_of, SlotRole::OneOf),
            ] {
                for reference in references {
                    if let Ok(other) = self.type_reference(vendor, service, reference) {
                        self.enter_slot(id, other, role);
                    }
                }
            }
            for need in &line.needs {
                let entry = Need {
                    operation: need.operation.plain().into(),
                    on: need
                        .on
                        .as_ref()
                        .map(|reference| self.sources.text(reference.span).into()),
                };
                let needs = &mut self.model.catalog.operations[id.index()].needs;
                if !needs.contains(&entry) {
                    needs.push(entry);
                }
            }
        }
    }

    fn enter_slot(&mut self, operation: OpId, of: TypeId, role: SlotRole) -> SlotId {
        if let Some(&slot) = self.catalog.slots.get(&(operation, of)) {
            return slot;
        }
        let slot = SlotId::at(self.model.catalog.slots.len());
        self.model.catalog.slots.push(Slot {
            operation,
            of,
            role,
        });
        let slots = &mut self.model.catalog.operations[operation.index()].slots;
        if role == SlotRole::Home {
            let homes = slots
                .iter()
                .filter(|slot| self.model.catalog.slots[slot.index()].role == SlotRole::Home)
                .count();
            slots.insert(homes, slot);
        } else {
            slots.push(slot);
        }
        self.model.catalog.types[of.index()].slots.push(slot);
        self.catalog.slots.insert((operation, of), slot);
        slot
    }

    /// The slot of the operation `name` on the type `of`, both of this file.
    pub(super) fn slot_here(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        of: TypeId,
        name: &ast::Text,
    ) -> Resolved<SlotId> {
        let (own, plain) = self.full_name(vendor, service, name);
        let key = (vendor, self.place(vendor, own.as_deref(), of), plain);
        if let Some(&operation) = self.catalog.operations.get(&key)
            && let Some(&slot) = self.catalog.slots.get(&(operation, of))
        {
            return Ok(slot);
        }
        let known = self.operation_names(of);
        Err(self.unknown("operation", name, &known, None))
    }

    /// The names of all operations with a slot on a type, sorted.
    pub(super) fn operation_names(&self, of: TypeId) -> Vec<String> {
        let catalog = &self.model.catalog;
        let mut names: Vec<String> = catalog
            .of(of)
            .slots
            .iter()
            .map(|&slot| catalog.operation_of(slot).name.to_string())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// Enters condition keys: of a vendor, a service, or one type.
    pub(super) fn enter_keys(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        of: Option<TypeId>,
        keys: &[ast::Key],
        operations: &[ast::Text],
    ) {
        let mut on = Vec::new();
        for name in operations {
            let (own, plain) = self.full_name(vendor, service, name);
            let place = match of {
                Some(of) => self.place(vendor, own.as_deref(), of),
                None => own.map_or(Place::Vendor, Place::Service),
            };
            let key = (vendor, place, plain);
            match self.catalog.operations.get(&key) {
                Some(&operation) => on.push(operation),
                // A vendor-wide key of another file's operations stays vendor-wide: which files
                // are loaded must not change what it means.
                None if of.is_none() && service.is_none() && name.quoted => {}
                None => {
                    let known: Vec<String> = Vec::new();
                    self.unknown("operation", name, &known, None);
                }
            }
        }
        if let Some(of) = of
            && operations.is_empty()
        {
            let slots = &self.model.catalog.of(of).slots;
            on = slots
                .iter()
                .map(|&slot| self.model.catalog.slot(slot).operation)
                .collect();
            on.sort_unstable();
            on.dedup();
        }
        for key in keys {
            let Ok(type_of) = self.key_type(&key.of) else {
                continue;
            };
            self.model.catalog.keys.push(Key {
                vendor,
                service: service.map(Into::into),
                name: key.name.plain().into(),
                of: type_of,
                portable: key.portable.as_ref().map(|name| name.plain().into()),
                operations: on.clone(),
            });
        }
    }

    /// Enters a unit's name, so that others can refer to it.
    pub(super) fn declare_unit(&mut self, vendor: VendorId, unit: &ast::Unit, span: Span) {
        let name: Box<str> = unit.name.plain().into();
        let id = if let Some(&id) = self.catalog.units.get(&(vendor, name.clone())) {
            id
        } else {
            let id = UnitId::at(self.model.catalog.units.len());
            let binding = self.model.catalog.vendor(vendor).binding;
            self.model.catalog.units.push(Unit {
                vendor,
                name: name.clone(),
                span,
                id: None,
                group: None,
                binding,
                implies: Vec::new(),
                permits: Vec::new(),
            });
            self.catalog.units.insert((vendor, name), id);
            id
        };
        let binding = unit
            .binds
            .as_ref()
            .and_then(|level| self.binding(level).ok());
        let entry = &mut self.model.catalog.units[id.index()];
        if let Some(text) = &unit.id {
            entry.id = Some(text.plain().into());
        }
        if let Some(text) = &unit.group {
            entry.group = Some(text.plain().into());
        }
        if let Some(binding) = binding {
            entry.binding = binding;
        }
    }

    /// Enters what a unit contains and permits.
    pub(super) fn enter_unit(&mut self, vendor: VendorId, service: Option<&str>, unit: &ast::Unit) {
        let Some(&id) = self.catalog.units.get(&(vendor, unit.name.plain().into())) else {
            return;
        };
        for name in &unit.implies {
            if let Ok(other) = self.unit(vendor, name) {
                let implies = &mut self.model.catalog.units[id.index()].implies;
                if !implies.contains(&other) {
                    implies.push(other);
                }
            }
        }
        let mut with = Vec::new();
        for name in &unit.with {
            if let Ok(other) = self.unit(vendor, name) {
                with.push(other);
            }
        }
        for name in &unit.permits {
            let slots = self.permitted(vendor, service, name, &unit.on);
            for slot in slots {
                let permit = Permit {
                    slot,
                    with: with.clone(),
                };
                let operation = self.model.catalog.slot(slot).operation;
                let permits = &mut self.model.catalog.units[id.index()].permits;
                if !permits.contains(&permit) {
                    permits.push(permit);
                }
                let units = &mut self.model.catalog.operations[operation.index()].units;
                if !units.contains(&id) {
                    units.push(id);
                }
            }
        }
    }

    fn permitted(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        name: &ast::Text,
        on: &[ast::Reference],
    ) -> Vec<SlotId> {
        let plain: Box<str> = name.plain().into();
        let mut slots = Vec::new();
        if on.is_empty() {
            let place = service.map_or(Place::Vendor, |service| Place::Service(service.into()));
            let key = (vendor, place, plain.clone());
            if let Some(&operation) = self.catalog.operations.get(&key) {
                return self.model.catalog.operation(operation).slots.clone();
            }
            let help = self.model.catalog.vendor(vendor).per_resource.then(|| {
                format!(
                    "operations of this vendor are per resource: write `permits {plain} on TYPE`"
                )
            });
            let known: Vec<String> = self
                .model
                .catalog
                .operations
                .iter()
                .filter(|operation| operation.vendor == vendor)
                .map(|operation| operation.name.to_string())
                .collect();
            self.unknown("operation", name, &known, help);
            return slots;
        }
        for reference in on {
            let Ok(of) = self.type_reference(vendor, service, reference) else {
                continue;
            };
            if let Ok(slot) = self.slot_here(vendor, service, of, name) {
                slots.push(slot);
            }
        }
        slots
    }

    /// The unit of that name.
    pub(super) fn unit(&mut self, vendor: VendorId, name: &ast::Text) -> Resolved<UnitId> {
        let plain = name.plain();
        if let Some(&id) = self.catalog.units.get(&(vendor, plain.as_str().into())) {
            return Ok(id);
        }
        let known: Vec<String> = self
            .model
            .catalog
            .units
            .iter()
            .filter(|unit| unit.vendor == vendor)
            .map(|unit| unit.name.to_string())
            .collect();
        if known.is_empty() {
            let vendor = &self.model.catalog.vendor(vendor).name;
            let found = Diagnostic::error(
                "unknown-name",
                name.span,
                format!("`{vendor}` has no units of its own, so there is no `{plain}` to hold"),
            )
            .help("its operations are granted one by one: write `allow` with the operation");
            self.say(found);
            return Err(Unresolved);
        }
        Err(self.unknown("unit", name, &known, None))
    }
}
