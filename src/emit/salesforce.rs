//! `salesforce-permission-set`: object and user permissions; OAuth scopes beside them as `oauth-scopes`.
//!
//! Format: Salesforce Metadata API Developer Guide, `PermissionSet` (`objectPermissions`, `userPermissions`,
//! `fieldPermissions`). No judge exists outside an organisation.
//!
//! A permission set gives and never takes; sharing decides which records of an object are seen, so that object
//! permissions are the upper bound. A set has to be assigned to the user of the connected app, which metadata
//! cannot say: the identity is not claimed.

use super::held::{self, Limits, Name};
use super::{Edition, Job, Printed, Target, scope};
use crate::artifact::{Artifact, Locator};
use crate::diagnostic::Diagnostic;
use crate::grant::{Grant, Units};
use crate::model::catalog::UnitId;
use crate::print::xml::{self, Element};
use std::collections::{BTreeMap, BTreeSet};

/// The target.
pub static TARGET: Target = Target {
    name: "salesforce-permission-set",
    summary: "a Salesforce permission set, and the OAuth scopes of its connected app",
    default: true,
    vendors: &["salesforce"],
    emit,
};

/// The groups of units in the catalogue.
const OBJECT: &str = "object permission";
const USER: &str = "user permission";
const SCOPE: &str = "oauth scope";

/// The switches of an object in the order of the reference, each with its unit.
const SWITCHES: [(&str, &str); 6] = [
    ("allowCreate", "Create"),
    ("allowDelete", "Delete"),
    ("allowEdit", "Edit"),
    ("allowRead", "Read"),
    ("modifyAllRecords", "ModifyAllRecords"),
    ("viewAllRecords", "ViewAllRecords"),
];

fn emit(job: &Job<'_>) -> Printed {
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    for edition in job.editions() {
        let (set, unprinted) = set(job, &edition);
        diagnostics.extend(unprinted);
        artifacts.extend(permission_set(job, &edition, set));
    }
    artifacts.extend(scope::files(job, |unit| group(job, unit) == SCOPE));
    (artifacts, diagnostics)
}

fn group<'a>(job: &Job<'a>, unit: UnitId) -> &'a str {
    let unit = job.compiled.model.catalog.unit(unit);
    unit.group.as_deref().unwrap_or("")
}

/// What a permission set holds, each with the grants that ask for it.
#[derive(Default)]
struct Set<'a> {
    objects: BTreeMap<String, (BTreeSet<String>, Vec<&'a Grant>)>,
    users: BTreeMap<String, Vec<&'a Grant>>,
}

fn set<'a>(job: &Job<'_>, edition: &Edition<'a>) -> (Set<'a>, Vec<Diagnostic>) {
    let mut set = Set::default();
    let mut diagnostics = Vec::new();
    for grant in edition.grants {
        if let Err(what) = add(job, grant, &mut set) {
            diagnostics.push(held::unprinted(
                job,
                grant,
                what,
                "name each object by its API name",
            ));
        }
    }
    (set, diagnostics)
}

fn add<'a>(job: &Job<'_>, grant: &'a Grant, set: &mut Set<'a>) -> Result<(), String> {
    let catalog = &job.compiled.model.catalog;
    let Units::Named(units) = &grant.units else {
        return Err("a permission set has permissions by name, and this is none".into());
    };
    let mut objects = Vec::new();
    for thing in &grant.things {
        match held::step(catalog, thing, "object") {
            Some(Name::Exact(name)) => objects.push(name.to_owned()),
            Some(Name::Every | Name::Some) => {
                return Err("a permission set names each object".into());
            }
            None => {}
        }
    }
    if objects.is_empty() && units.iter().any(|unit| group(job, *unit) == OBJECT) {
        return Err("an object permission is given on an object, and none is named".into());
    }
    for &unit in units {
        let name = catalog.unit(unit).name.to_string();
        match group(job, unit) {
            OBJECT => {
                // The metadata wants what a permission contains written out.
                let contained: Vec<String> = catalog
                    .contained(unit)
                    .into_iter()
                    .map(|unit| catalog.unit(unit).name.to_string())
                    .collect();
                for object in &objects {
                    let (switches, grants) = set.objects.entry(object.clone()).or_default();
                    switches.extend(contained.iter().cloned());
                    grants.push(grant);
                }
            }
            USER => set.users.entry(name).or_default().push(grant),
            SCOPE => {}
            _ => return Err(format!("`{name}` is no permission that a set can hold")),
        }
    }
    Ok(())
}

fn permission_set(job: &Job<'_>, edition: &Edition<'_>, set: Set<'_>) -> Option<Artifact> {
    // Without a permission the set ends what a gate gave it.
    if set.objects.is_empty() && set.users.is_empty() && job.bundle.gates.is_empty() {
        return None;
    }
    let party = job.integration();
    let mut root = Element::parent("PermissionSet")
        .attribute("xmlns", "http://soap.sforce.com/2006/04/metadata")
        .child(Element::text("hasActivationRequired", "false"))
        .child(Element::text("label", party));
    let mut marked = Vec::new();
    let mut mark = |grants| {
        marked.push(grants);
        vec![u32::try_from(marked.len() - 1).unwrap_or(u32::MAX)]
    };
    for (object, (switches, grants)) in set.objects {
        let mut element = Element::parent("objectPermissions");
        for (switch, unit) in SWITCHES {
            let on = switches.contains(unit).to_string();
            element = element.child(Element::text(switch, on));
        }
        element = element.child(Element::text("object", object));
        root = root.marked(element, mark(grants));
    }
    for (name, grants) in set.users {
        let element = Element::parent("userPermissions")
            .child(Element::text("enabled", "true"))
            .child(Element::text("name", name));
        root = root.marked(element, mark(grants));
    }
    let (text, marks) = xml::document(&root);
    let mut holds = Vec::new();
    for (mark, line) in marks {
        for grant in &marked[mark as usize] {
            holds.extend(held::rows(job, grant, Limits::NONE, &Locator::Line(line)));
        }
    }
    let name = format!("{}.permissionset-meta.xml", super::safe(party));
    Some(job.artifact("salesforce-permission-set", edition, &name, text, holds))
}
