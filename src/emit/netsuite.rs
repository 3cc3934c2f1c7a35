//! `netsuite-role`: a custom role as an object of the `SuiteCloud` Development Framework.
//!
//! Format: Oracle `NetSuite` documentation, "Custom Roles as XML Definitions" and the reference of the SDF objects
//! `role` and `permission`. No judge exists outside an account: `suitecloud project:validate` asks a server.
//!
//! A role's permissions hold for the whole account and know no field, condition or end, so those rows are not
//! claimed; neither is the identity, since the framework cannot give a role to a user.

use super::held::{self, Limits};
use super::{Edition, Job, Printed, Target};
use crate::artifact::Locator;
use crate::diagnostic::Diagnostic;
use crate::grant::{Grant, Units};
use crate::print::xml::{self, Element};
use std::collections::BTreeMap;

/// The target.
pub static TARGET: Target = Target {
    name: "netsuite-role",
    summary: "a NetSuite custom role for the SuiteCloud Development Framework",
    default: true,
    vendors: &["netsuite"],
    emit,
};

/// Levels from the lowest; each contains those before it (`generic_permission_level`).
const LEVELS: [&str; 4] = ["VIEW", "CREATE", "EDIT", "FULL"];

/// How many characters a script id may have (SDF object `role`).
const SCRIPT_ID: usize = 40;

fn emit(job: &Job<'_>) -> Printed {
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    for edition in job.editions() {
        let (permissions, unprinted) = permissions(job, &edition);
        diagnostics.extend(unprinted);
        // Without a permission the role ends what a gate gave it.
        if permissions.is_empty() && job.bundle.gates.is_empty() {
            continue;
        }
        let id = script_id(job.integration());
        let mut list = Element::parent("permissions");
        let mut grants = Vec::new();
        for (key, (level, own)) in permissions {
            let permission = Element::parent("permission")
                .child(Element::text("permkey", key))
                .child(Element::text("permlevel", level));
            let mark = u32::try_from(grants.len()).unwrap_or(u32::MAX);
            list = list.marked(permission, vec![mark]);
            grants.push(own);
        }
        // `centertype` is required and decides which tabs a person sees; it permits nothing.
        let role = Element::parent("role")
            .attribute("scriptid", &*id)
            .child(Element::text("centertype", "ACCOUNTCENTER"))
            .child(Element::text("name", job.integration()))
            .child(list);
        let (text, marks) = xml::document(&role);
        let mut holds = Vec::new();
        for (mark, line) in marks {
            for grant in &grants[mark as usize] {
                holds.extend(held::rows(job, grant, Limits::NONE, &Locator::Line(line)));
            }
        }
        let name = format!("{id}.xml");
        artifacts.push(job.artifact("netsuite-role", &edition, &name, text, holds));
    }
    (artifacts, diagnostics)
}

type Permissions<'a> = BTreeMap<String, (&'static str, Vec<&'a Grant>)>;

fn permissions<'a>(job: &Job<'_>, edition: &Edition<'a>) -> (Permissions<'a>, Vec<Diagnostic>) {
    let mut permissions = Permissions::new();
    let mut diagnostics = Vec::new();
    for grant in edition.grants {
        match of_grant(job, grant) {
            Ok(all) => {
                for (key, level) in all {
                    let (highest, grants) = permissions.entry(key).or_insert((level, Vec::new()));
                    if rank(level) > rank(highest) {
                        *highest = level;
                    }
                    grants.push(grant);
                }
            }
            Err(what) => diagnostics.push(held::unknown(
                job,
                grant,
                what,
                "the vendor file has to give the unit's `permkey` with `as`, and a level after the last `:`",
            )),
        }
    }
    (permissions, diagnostics)
}

fn of_grant(job: &Job<'_>, grant: &Grant) -> Result<Vec<(String, &'static str)>, String> {
    let catalog = &job.compiled.model.catalog;
    let Units::Named(units) = &grant.units else {
        return Err("a role has permissions by name, and this is none".into());
    };
    let mut all = Vec::new();
    for &unit in units {
        let name = &catalog.unit(unit).name;
        let level = held::level(catalog, unit)
            .and_then(|(_, level)| LEVELS.into_iter().find(|l| l.eq_ignore_ascii_case(level)));
        match (&catalog.unit(unit).id, level) {
            (Some(key), Some(level)) => all.push((key.to_string(), level)),
            _ => return Err(format!("`{name}` has no key or level in NetSuite")),
        }
    }
    Ok(all)
}

fn rank(level: &str) -> Option<usize> {
    LEVELS.iter().position(|known| *known == level)
}

/// `customrole_` and the name in lower case letters, digits and `_`; one that had to be cut, or that another
/// name could come to as well, ends in a hash of the whole.
fn script_id(name: &str) -> String {
    let clean: String = name
        .chars()
        .map(|c| match c {
            'a'..='z' | '0'..='9' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => '_',
        })
        .collect();
    let id = format!("customrole_{clean}");
    let is_reversible = name
        .chars()
        .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'));
    if id.len() <= SCRIPT_ID && is_reversible {
        return id;
    }
    let hash = held::hash(name);
    let kept: String = id.chars().take(SCRIPT_ID - 9).collect();
    format!("{kept}_{hash}")
}
