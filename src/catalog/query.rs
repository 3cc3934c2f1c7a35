//! Finding something in what vendors offer, by the name that somebody happens to know.

pub mod answer;
pub mod table;

use crate::diagnostic::suggest::nearest;
use crate::model::catalog::{
    Catalog, KeyId, OpId, SlotRole, TypeId, TypeRank, UnitId, Vendor, VendorId,
};
use std::collections::BTreeSet;

/// What a query finds. All lists are in the order of the vendors' names, then of the names.
#[derive(Clone, Default, Debug)]
pub struct Found {
    /// Whether the query is the name of all this, and not only a part of it.
    pub exact: bool,
    /// Vendors.
    pub vendors: Vec<VendorId>,
    /// Services, by their nodes.
    pub services: Vec<TypeId>,
    /// Resource types, tenants included.
    pub types: Vec<TypeId>,
    /// Operations.
    pub operations: Vec<OpId>,
    /// Units.
    pub units: Vec<UnitId>,
    /// Condition keys.
    pub keys: Vec<KeyId>,
}

impl Found {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.vendors.is_empty()
            && self.services.is_empty()
            && self.types.is_empty()
            && self.operations.is_empty()
            && self.units.is_empty()
            && self.keys.is_empty()
    }
}

/// What bears a name, upper and lower case alike: a vendor, a service (`aws.s3`, `s3`), a type (`aws.s3.bucket`,
/// `s3.bucket`, `bucket`), an operation (`GetObject`, `s3:GetObject`, `aws.s3.GetObject`), a unit
/// or a condition key, the last three also after their vendor's name. Where nothing does, what
/// holds the query somewhere in such a name.
pub fn search(catalog: &Catalog, query: &str) -> Found {
    let query = query.trim().to_lowercase();
    let found = matching(catalog, |name| name.to_lowercase() == query);
    if !found.is_empty() {
        return Found {
            exact: true,
            ..found
        };
    }
    matching(catalog, |name| name.to_lowercase().contains(&query))
}

fn matching(catalog: &Catalog, is: impl Fn(&str) -> bool) -> Found {
    let any = |names: &[String]| names.iter().any(|name| is(name));
    let mut found = Found::default();
    for (index, vendor) in catalog.vendors.iter().enumerate() {
        if is(&vendor.name) {
            found.vendors.push(VendorId::at(index));
        }
    }
    for (index, of) in catalog.types.iter().enumerate() {
        let id = TypeId::at(index);
        // A vendor whose tenant bears its own name is shown as the vendor.
        if of.rank == TypeRank::Tenant && of.name == catalog.vendor(of.vendor).name {
            continue;
        }
        if any(&type_names(catalog, id)) {
            match of.rank {
                TypeRank::Service => found.services.push(id),
                TypeRank::Tenant | TypeRank::Resource => found.types.push(id),
            }
        }
    }
    for index in 0..catalog.operations.len() {
        let id = OpId::at(index);
        if any(&operation_names(catalog, id)) {
            found.operations.push(id);
        }
    }
    for (index, unit) in catalog.units.iter().enumerate() {
        let vendor = &catalog.vendor(unit.vendor).name;
        let mut names = vec![unit.name.to_string(), format!("{vendor} {}", unit.name)];
        names.extend(unit.id.as_deref().map(str::to_owned));
        if any(&names) {
            found.units.push(UnitId::at(index));
        }
    }
    let mut keys = BTreeSet::new();
    for (index, key) in catalog.keys.iter().enumerate() {
        let mut names = vec![key.name.to_string()];
        names.extend(key.portable.as_deref().map(str::to_owned));
        if any(&names) && keys.insert((key.vendor, &key.name)) {
            found.keys.push(KeyId::at(index));
        }
    }
    sort(catalog, &mut found);
    found
}

fn sort(catalog: &Catalog, found: &mut Found) {
    let vendor = |id: VendorId| catalog.vendor(id).name.clone();
    found.vendors.sort_by_cached_key(|&id| vendor(id));
    found
        .services
        .sort_by_cached_key(|&id| catalog.type_path(id));
    found.types.sort_by_cached_key(|&id| catalog.type_path(id));
    found
        .operations
        .sort_by_cached_key(|&id| catalog.qualified(id));
    found.units.sort_by_cached_key(|&id| {
        let unit = catalog.unit(id);
        (vendor(unit.vendor), unit.name.clone())
    });
    found.keys.sort_by_cached_key(|&id| {
        let key = catalog.key(id);
        (vendor(key.vendor), key.name.clone())
    });
}

fn type_names(catalog: &Catalog, id: TypeId) -> Vec<String> {
    let path = catalog.type_path(id);
    let mut names = vec![catalog.of(id).name.to_string()];
    if let Some((_, without_vendor)) = path.split_once('.') {
        names.push(without_vendor.to_owned());
    }
    names.push(path);
    names
}

fn operation_names(catalog: &Catalog, id: OpId) -> Vec<String> {
    let operation = catalog.operation(id);
    let vendor = &catalog.vendor(operation.vendor).name;
    let spelled = catalog.spelled(id);
    vec![
        operation.name.to_string(),
        catalog.qualified(id),
        format!("{vendor} {spelled}"),
        spelled,
    ]
}

/// The name nearest to a query that found nothing, in the form in which it can be asked for.
pub fn suggestion(catalog: &Catalog, query: &str) -> Option<String> {
    let mut names: BTreeSet<String> = catalog
        .vendors
        .iter()
        .map(|vendor| vendor.name.to_string())
        .collect();
    for index in 0..catalog.types.len() {
        names.extend(type_names(catalog, TypeId::at(index)));
    }
    for (index, operation) in catalog.operations.iter().enumerate() {
        names.insert(operation.name.to_string());
        names.insert(catalog.spelled(OpId::at(index)));
    }
    names.extend(catalog.units.iter().map(|unit| unit.name.to_string()));
    names.extend(catalog.keys.iter().map(|key| key.name.to_string()));
    nearest(query.trim(), names.iter().map(String::as_str)).map(str::to_owned)
}

/// The services of a vendor, by path.
fn services(catalog: &Catalog, vendor: VendorId) -> Vec<TypeId> {
    of_rank(catalog, vendor, TypeRank::Service)
}

/// The resource types of a vendor's service, or of a vendor that has no services, by path.
fn types(catalog: &Catalog, vendor: VendorId, service: Option<&str>) -> Vec<TypeId> {
    let mut all = of_rank(catalog, vendor, TypeRank::Resource);
    all.retain(|&id| catalog.of(id).service.as_deref() == service);
    all
}

fn of_rank(catalog: &Catalog, vendor: VendorId, rank: TypeRank) -> Vec<TypeId> {
    let mut all: Vec<TypeId> = catalog
        .types
        .iter()
        .enumerate()
        .filter(|(_, of)| of.vendor == vendor && of.rank == rank)
        .map(|(index, _)| TypeId::at(index))
        .collect();
    all.sort_by_cached_key(|&id| catalog.type_path(id));
    all
}

/// The operations of a vendor, or those that act on one of its services and what lies in it, by
/// name. Which other services are read does not change what a service has.
fn operations(catalog: &Catalog, vendor: VendorId, service: Option<&str>) -> Vec<OpId> {
    let is_wanted = |of: TypeId| {
        let of = catalog.of(of);
        of.vendor == vendor && (service.is_none() || of.service.as_deref() == service)
    };
    let homes = catalog
        .slots
        .iter()
        .filter(|slot| slot.role == SlotRole::Home && is_wanted(slot.of));
    let mut all: Vec<OpId> = homes.map(|slot| slot.operation).collect();
    all.sort_unstable();
    all.dedup();
    all.sort_by_cached_key(|&id| catalog.qualified(id));
    all
}

/// The operations whose requests act on a type, by name; further slots left out.
fn operations_on(catalog: &Catalog, of: TypeId) -> Vec<OpId> {
    let mut all: Vec<OpId> = catalog
        .of(of)
        .slots
        .iter()
        .map(|&slot| catalog.slot(slot))
        .filter(|slot| slot.role == SlotRole::Home)
        .map(|slot| slot.operation)
        .collect();
    all.sort_by_cached_key(|&id| catalog.operation(id).name.clone());
    all.dedup();
    all
}

/// The types that fill an operation's slots of a role.
fn slots(catalog: &Catalog, operation: OpId, role: SlotRole) -> Vec<TypeId> {
    catalog
        .operation(operation)
        .slots
        .iter()
        .map(|&slot| catalog.slot(slot))
        .filter(|slot| slot.role == role)
        .map(|slot| slot.of)
        .collect()
}

/// The units of a vendor, by name.
fn units(catalog: &Catalog, vendor: VendorId) -> Vec<UnitId> {
    let mut all: Vec<UnitId> = catalog
        .units
        .iter()
        .enumerate()
        .filter(|(_, unit)| unit.vendor == vendor)
        .map(|(index, _)| UnitId::at(index))
        .collect();
    all.sort_by_key(|&id| &catalog.unit(id).name);
    all
}

/// The operations that a unit permits with all that it contains; by name, each with the units that
/// are needed besides, where it is not enough alone.
fn permitted(catalog: &Catalog, unit: UnitId) -> Vec<(OpId, Vec<UnitId>)> {
    let contained = catalog.contained(unit);
    let mut all: Vec<(OpId, Vec<UnitId>)> = Vec::new();
    for permit in contained
        .iter()
        .flat_map(|&unit| &catalog.unit(unit).permits)
    {
        let operation = catalog.slot(permit.slot).operation;
        let with: Vec<UnitId> = permit
            .with
            .iter()
            .copied()
            .filter(|other| !contained.contains(other))
            .collect();
        match all.iter_mut().find(|(known, _)| *known == operation) {
            Some((_, known)) if with.len() < known.len() => *known = with,
            Some(_) => {}
            None => all.push((operation, with)),
        }
    }
    all.sort_by_cached_key(|(id, _)| catalog.qualified(*id));
    all
}

/// The names of the units that permit an operation, by name; the operation itself in full spelling
/// where the vendor has no units.
fn units_of(catalog: &Catalog, operation: OpId) -> Vec<String> {
    let found = catalog.operation(operation);
    let vendor: &Vendor = catalog.vendor(found.vendor);
    if !vendor.has_units {
        return vec![catalog.spelled(operation)];
    }
    let mut names: Vec<String> = Vec::new();
    for unit in units(catalog, found.vendor) {
        let permits = catalog
            .contained(unit)
            .iter()
            .any(|inner| found.units.contains(inner));
        if permits {
            names.push(catalog.unit(unit).name.to_string());
        }
    }
    names
}
