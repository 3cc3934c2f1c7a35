//! What both GitHub formats share: permissions by name, each at the highest level that is granted.

use super::held;
use crate::grant::{Grant, Units};
use crate::model::catalog::{Catalog, UnitId};
use std::collections::BTreeMap;

/// The levels of a permission, from the lowest; each contains those before it.
const LEVELS: [&str; 3] = ["read", "write", "admin"];

/// A permission: its highest level, and the grants that ask for it at any.
pub(super) struct Permission<'a> {
    /// `read`, `write` or `admin`.
    pub level: &'static str,
    /// In their order.
    pub grants: Vec<&'a Grant>,
}

/// Permissions by the name that `key` gives a unit; a grant one of whose units it refuses is left out and
/// comes with the reason.
pub(super) fn permissions<'a>(
    catalog: &Catalog,
    grants: impl IntoIterator<Item = &'a Grant>,
    key: impl Fn(UnitId) -> Result<String, String>,
) -> (BTreeMap<String, Permission<'a>>, Vec<(&'a Grant, String)>) {
    let mut permissions: BTreeMap<String, Permission<'a>> = BTreeMap::new();
    let mut refused = Vec::new();
    for grant in grants {
        match named(catalog, grant, &key) {
            Ok(all) => {
                for (name, level) in all {
                    let entry = permissions.entry(name).or_insert(Permission {
                        level,
                        grants: Vec::new(),
                    });
                    entry.level = higher(entry.level, level);
                    if !entry.grants.iter().any(|other| std::ptr::eq(*other, grant)) {
                        entry.grants.push(grant);
                    }
                }
            }
            Err(why) => refused.push((grant, why)),
        }
    }
    (permissions, refused)
}

fn named(
    catalog: &Catalog,
    grant: &Grant,
    key: &impl Fn(UnitId) -> Result<String, String>,
) -> Result<Vec<(String, &'static str)>, String> {
    let Units::Named(units) = &grant.units else {
        return Err("GitHub grants permissions by name, and this is none".into());
    };
    let mut all = Vec::new();
    for &unit in units {
        let name = &catalog.unit(unit).name;
        let level = held::level(catalog, unit)
            .and_then(|(_, level)| LEVELS.into_iter().find(|known| *known == level));
        let Some(level) = level else {
            return Err(format!("`{name}` is at no level that GitHub knows"));
        };
        all.push((key(unit)?, level));
    }
    Ok(all)
}

fn higher(a: &'static str, b: &'static str) -> &'static str {
    let rank = |level: &str| LEVELS.iter().position(|known| *known == level);
    if rank(b) > rank(a) { b } else { a }
}
