//! The answer to a query for programs.

use super::{Found, operations, operations_on, permitted, slots, types, units, units_of};
use crate::model::catalog::{Catalog, OpId, SlotRole, TypeId, TypeRank, UnitId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The contract of `catalog --format json`. Operations are named as in the other contracts:
/// `aws.s3.GetObject`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Answer {
    /// The version of the contract: 1.
    pub version: u32,
    /// What can be granted. Of a vendor whose operations are their own units, the unit is the
    /// operation in the vendor's full spelling.
    pub units: Vec<Unit>,
    /// What can be done, one row an operation and type that it acts on.
    pub operations: Vec<Operation>,
}

/// A unit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Unit {
    /// The vendor's name.
    pub vendor: String,
    /// The vendor's name of it.
    pub unit: String,
    /// The operations that it permits by itself, those of units that it contains included.
    pub permits: Vec<String>,
    /// The operations that it permits together with other units.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub permits_with: Vec<PermitWith>,
    /// Whether all that the vendor offers is known, so that it permits nothing else.
    pub complete: bool,
}

/// An operation that needs several units.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct PermitWith {
    /// The operation.
    pub operation: String,
    /// The units that it needs besides.
    pub units: Vec<String>,
}

/// An operation on one of the types that it acts on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Operation {
    /// The vendor's name.
    pub vendor: String,
    /// The name: `aws.s3.GetObject`.
    pub operation: String,
    /// The name in the vendor's own full spelling: `s3:GetObject`.
    pub spelling: String,
    /// The portable verb.
    pub verb: String,
    /// The type: `aws.s3.object`.
    #[serde(rename = "type")]
    pub of: String,
    /// Further types that every request names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Further types of which a request names one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// Further types that a request may name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<String>,
    /// Operations that it needs besides, in the vendor's full spelling.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// The units that give it.
    pub units: Vec<String>,
}

/// The answer to what was found, sorted by vendor and name. A vendor, a service and a type stand
/// for all that they hold, a unit for what it permits, a key for the operations that have it.
pub fn answer(catalog: &Catalog, found: &Found) -> Answer {
    let mut wanted: BTreeSet<OpId> = found.operations.iter().copied().collect();
    let mut wanted_units: BTreeSet<UnitId> = found.units.iter().copied().collect();
    if found.exact {
        for &vendor in &found.vendors {
            wanted.extend(operations(catalog, vendor, None));
            wanted_units.extend(units(catalog, vendor));
        }
    }
    let whole = wanted.clone();
    // Of a service and of a type only what acts on them is told.
    let mut places: BTreeSet<TypeId> = found.types.iter().copied().collect();
    for &service in &found.services {
        let of = catalog.of(service);
        wanted.extend(operations(catalog, of.vendor, of.service.as_deref()));
        places.extend(types(catalog, of.vendor, of.service.as_deref()));
        places.insert(service);
    }
    for &of in &found.types {
        wanted.extend(operations_on(catalog, of));
    }
    let places: BTreeSet<String> = places.iter().map(|&of| catalog.type_path(of)).collect();
    let narrow = found.units.is_empty() && found.keys.is_empty() && !places.is_empty();
    for &unit in &found.units {
        wanted.extend(permitted(catalog, unit).into_iter().map(|(id, _)| id));
    }
    for &key in &found.keys {
        wanted.extend(&catalog.key(key).operations);
    }
    let mut rows = BTreeSet::new();
    let mut own: BTreeMap<(String, String), Unit> = BTreeMap::new();
    for &id in &wanted {
        let operation = catalog.operation(id);
        if catalog.vendor(operation.vendor).has_units {
            let holders: Vec<UnitId> = units(catalog, operation.vendor)
                .into_iter()
                .filter(|&unit| {
                    let contained = catalog.contained(unit);
                    operation.units.iter().any(|one| contained.contains(one))
                })
                .collect();
            wanted_units.extend(holders);
        } else {
            // Where one word is an operation on each of several types, it is one unit.
            let unit = own_unit(catalog, id);
            let known = own
                .entry((unit.vendor.clone(), unit.unit.clone()))
                .or_insert_with(|| Unit {
                    permits: Vec::new(),
                    ..unit.clone()
                });
            known.permits.extend(unit.permits);
        }
        let here = |row: &Operation| !narrow || whole.contains(&id) || places.contains(&row.of);
        rows.extend(rows_of(catalog, id).into_iter().filter(here));
    }
    let mut units: Vec<Unit> = own.into_values().collect();
    for unit in &mut units {
        unit.permits.sort();
    }
    units.extend(wanted_units.iter().map(|&id| unit(catalog, id)));
    units.sort();
    Answer {
        version: 1,
        units,
        operations: rows.into_iter().collect(),
    }
}

fn own_unit(catalog: &Catalog, id: OpId) -> Unit {
    let vendor = catalog.vendor(catalog.operation(id).vendor);
    Unit {
        vendor: vendor.name.to_string(),
        unit: catalog.spelled(id),
        permits: vec![catalog.qualified(id)],
        permits_with: Vec::new(),
        complete: vendor.complete,
    }
}

fn unit(catalog: &Catalog, id: UnitId) -> Unit {
    let found = catalog.unit(id);
    let vendor = catalog.vendor(found.vendor);
    let all = permitted(catalog, id);
    let (alone, together): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, with)| with.is_empty());
    Unit {
        vendor: vendor.name.to_string(),
        unit: found.name.to_string(),
        permits: alone.iter().map(|(id, _)| catalog.qualified(*id)).collect(),
        permits_with: together
            .iter()
            .map(|(id, with)| PermitWith {
                operation: catalog.qualified(*id),
                units: with
                    .iter()
                    .map(|&unit| catalog.unit(unit).name.to_string())
                    .collect(),
            })
            .collect(),
        complete: vendor.complete,
    }
}

fn rows_of(catalog: &Catalog, id: OpId) -> Vec<Operation> {
    let operation = catalog.operation(id);
    let paths = |role: SlotRole| -> Vec<String> {
        let types = slots(catalog, id, role);
        types.iter().map(|&of| catalog.type_path(of)).collect()
    };
    slots(catalog, id, SlotRole::Home)
        .into_iter()
        // An operation of a whole service stands at the service, not at each tenant's type.
        .filter(|&of| {
            let rank = catalog.of(of).rank;
            rank != TypeRank::Tenant
                || slots(catalog, id, SlotRole::Home)
                    .iter()
                    .all(|&other| catalog.of(other).rank == rank)
        })
        .map(|of| Operation {
            vendor: catalog.vendor(operation.vendor).name.to_string(),
            operation: catalog.qualified(id),
            spelling: catalog.spelled(id),
            verb: operation.verb.word().to_owned(),
            of: catalog.type_path(of),
            also: paths(SlotRole::Also),
            one_of: paths(SlotRole::OneOf),
            optional: paths(SlotRole::Optional),
            needs: operation
                .needs
                .iter()
                .map(|need| need.operation.to_string())
                .collect(),
            units: units_of(catalog, id),
        })
        .collect()
}
