//! Vendors' own configuration from what is granted. Targets print; nothing here writes to disk.
//!
//! A target is one file with a `static TARGET` and two lines here. It is asked about each bundle
//! that its vendors match and gives complete files, each saying which ledger rows stand where.

mod aws;
mod cloudformation;
mod entra;
mod generic;
mod github;
mod github_app;
mod github_workflow;
mod held;
mod kubernetes;
pub mod manifest;
mod netsuite;
mod oauth;
mod okta;
pub mod probes;
mod salesforce;
mod scope;
mod sql;
pub mod sql_probes;
mod terraform;

use crate::artifact::{Artifact, Locator};
use crate::compile::Compiled;
use crate::diagnostic::{self, Diagnostic};
use crate::grant::{Bundle, Gate, Grant};
use crate::model::{PartyId, SystemId};
use crate::settings::Settings;
use crate::source::Span;
use std::collections::BTreeSet;

/// Every target, in the order in which their files are listed for one bundle.
pub const TARGETS: &[&Target] = &[
    &aws::iam::TARGET,
    &terraform::TARGET,
    &cloudformation::TARGET,
    &kubernetes::TARGET,
    &github_workflow::TARGET,
    &github_app::TARGET,
    &netsuite::TARGET,
    &salesforce::TARGET,
    &oauth::TARGET,
    &okta::TARGET,
    &entra::TARGET,
    &sql::TARGET,
    &generic::TARGET,
];

/// A way to print bundles.
pub struct Target {
    /// The name in `scope.toml`'s `targets`.
    pub name: &'static str,
    /// One line for `docs/targets.md`.
    pub summary: &'static str,
    /// Whether it is used when `scope.toml` names no targets.
    pub default: bool,
    /// The vendors whose bundles it prints; empty for those that no other target prints.
    pub vendors: &'static [&'static str],
    /// Prints one bundle, its gates included. A bundle it cannot print in full gives no file and a
    /// diagnostic that says why.
    pub emit: fn(&Job<'_>) -> Printed,
}

/// The files of one bundle, and what kept others from being printed.
pub type Printed = (Vec<Artifact>, Vec<Diagnostic>);

/// One bundle to print, with the folder that is its own.
pub struct Job<'a> {
    /// Everything that is known about the project.
    pub compiled: &'a Compiled,
    /// The bundle.
    pub bundle: &'a Bundle,
    /// `INTEGRATION/SYSTEM[-TENANT]`, which no other bundle has.
    folder: String,
}

/// One of the sets of grants of a bundle: those that always apply, or those of a gate.
#[derive(Clone, Copy)]
pub struct Edition<'a> {
    /// The gate, where it is one's.
    pub gate: Option<&'a Gate>,
    /// All grants.
    pub grants: &'a [Grant],
    /// All denials.
    pub denies: &'a [Grant],
    /// The gate's number in the bundle.
    index: usize,
}

impl<'a> Job<'a> {
    /// The integration under whose name it is printed.
    pub fn integration(&self) -> &'a str {
        &self.compiled.model.party(self.bundle.party).name
    }

    /// Where that integration is declared.
    pub fn name_span(&self) -> Span {
        self.compiled.model.party(self.bundle.party).name_span
    }

    /// The system as it is shown: `prod`, or `customers("contoso")` where it has several tenants.
    pub fn system(&self) -> String {
        system_label(self.compiled, self.bundle.system, self.bundle.tenant)
    }

    /// The vendor's id of the tenant: an account number, a domain, a GUID.
    pub fn tenant_id(&self) -> &'a str {
        let system = self.compiled.model.system(self.bundle.system);
        system
            .tenants
            .get(self.bundle.tenant as usize)
            .map_or("", |tenant| &tenant.id)
    }

    /// What is printed into files of its own: the bundle's grants, then those of each gate.
    pub fn editions(&self) -> Vec<Edition<'a>> {
        let ordinary = Edition {
            gate: None,
            grants: &self.bundle.grants,
            denies: &self.bundle.denies,
            index: 0,
        };
        let gated = self.bundle.gates.iter().enumerate();
        std::iter::once(ordinary)
            .chain(gated.map(|(index, gate)| Edition {
                gate: Some(gate),
                grants: &gate.grants,
                denies: &gate.denies,
                index,
            }))
            .collect()
    }

    /// A file of that name in the bundle's folder, or in the gate's folder below it.
    pub fn artifact(
        &self,
        format: &'static str,
        edition: &Edition<'_>,
        name: &str,
        bytes: impl Into<Vec<u8>>,
        mut holds: Vec<(u32, Locator)>,
    ) -> Artifact {
        holds.sort();
        holds.dedup();
        let vendor = self.compiled.model.catalog.vendor(self.bundle.vendor);
        Artifact {
            path: format!("{}/{}{name}", self.folder, self.gate_folder(edition)),
            format,
            integration: self.integration().to_owned(),
            system: self.system(),
            vendor: vendor.name.to_string(),
            gated: edition.gate.is_some(),
            bytes: bytes.into(),
            holds,
        }
    }

    /// Whether a file is one of an edition's.
    fn has(&self, edition: &Edition<'_>, artifact: &Artifact) -> bool {
        let folder = format!("{}/{}", self.folder, self.gate_folder(edition));
        let inside = artifact.path.strip_prefix(&folder);
        inside.is_some_and(|name| !name.contains('/'))
    }

    /// `gated/TEAM-8h/`, numbered from the second of the same team and duration on.
    fn gate_folder(&self, edition: &Edition<'_>) -> String {
        let Some(gate) = edition.gate else {
            return String::new();
        };
        let same = |other: &&Gate| other.by == gate.by && other.duration == gate.duration;
        let earlier = self.bundle.gates[..edition.index].iter().filter(same);
        let team = safe(&self.compiled.model.team(gate.by).name);
        let duration = gate
            .duration
            .map_or_else(|| "standing".to_owned(), |length| length.to_string());
        match earlier.count() {
            0 => format!("gated/{team}-{duration}/"),
            number => format!("gated/{team}-{duration}-{}/", number + 1),
        }
    }
}

/// Every file of the project, by path, and what could not be printed.
///
/// Nothing is printed for a bundle that is silent or one of whose holders is withheld: before, or
/// now because a target has an error to say about it.
pub fn emit(compiled: &Compiled) -> Printed {
    let mut withheld = compiled.withheld_parties();
    let mut printed = Vec::new();
    let mut diagnostics = Vec::new();
    for job in jobs(compiled, &withheld) {
        for target in chosen(compiled, job.bundle) {
            let (files, said) = (target.emit)(&job);
            if said
                .iter()
                .any(|diagnostic| diagnostic.is_error() && !diagnostic.time_alone)
            {
                withheld.extend(&job.bundle.holders);
            }
            printed.push((job.bundle, files));
            diagnostics.extend(said);
        }
    }
    let mut artifacts: Vec<Artifact> = printed
        .into_iter()
        .filter(|(bundle, _)| {
            bundle
                .holders
                .iter()
                .all(|holder| !withheld.contains(holder))
        })
        .flat_map(|(_, files)| files)
        .collect();
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    diagnostic::sort(&mut diagnostics);
    (artifacts, diagnostics)
}

/// The bundles that are printed, each with its folder.
fn jobs<'a>(compiled: &'a Compiled, withheld: &BTreeSet<PartyId>) -> Vec<Job<'a>> {
    let mut taken = BTreeSet::new();
    let mut jobs = Vec::new();
    for bundle in &compiled.granted.bundles {
        let folder = own_folder(compiled, bundle, &mut taken);
        if !bundle.silent
            && bundle
                .holders
                .iter()
                .all(|holder| !withheld.contains(holder))
        {
            jobs.push(Job {
                compiled,
                bundle,
                folder,
            });
        }
    }
    jobs
}

/// Targets that `scope.toml` chooses and that do not exist.
pub fn unknown_targets(settings: &Settings) -> Vec<Diagnostic> {
    let known = || TARGETS.iter().map(|target| target.name);
    settings
        .targets
        .iter()
        .flatten()
        .filter(|(name, _)| !known().any(|target| target == name))
        .map(|(name, span)| {
            let found =
                Diagnostic::error("settings", *span, format!("there is no target `{name}`"));
            if let Some(near) = diagnostic::suggest::nearest(name, known()) {
                found.help(format!("did you mean `{near}`?")).fix(
                    *span,
                    format!("\"{near}\""),
                    format!("write `{near}`"),
                )
            } else {
                let all: Vec<String> = known().map(|name| format!("`{name}`")).collect();
                found.help(format!("targets are {}", all.join(", ")))
            }
        })
        .collect()
}

/// The targets that print a bundle: the chosen ones that know its vendor, else the chosen ones
/// that print whatever no other does.
pub fn chosen(compiled: &Compiled, bundle: &Bundle) -> Vec<&'static Target> {
    let vendor = &*compiled.model.catalog.vendor(bundle.vendor).name;
    let wanted = |target: &&&Target| match &compiled.settings.targets {
        Some(names) => names.iter().any(|(name, _)| name == target.name),
        None => target.default,
    };
    let known: Vec<_> = TARGETS
        .iter()
        .filter(|target| target.vendors.contains(&vendor))
        .filter(wanted)
        .copied()
        .collect();
    if !known.is_empty() {
        return known;
    }
    TARGETS
        .iter()
        .filter(|target| target.vendors.is_empty())
        .filter(wanted)
        .copied()
        .collect()
}

/// A tenant of a system as it is shown: `prod`, or `customers("contoso")` where it has several.
pub fn system_label(compiled: &Compiled, system: SystemId, tenant: u32) -> String {
    let name = &compiled.model.system(system).name;
    match tenant_name(compiled, system, tenant) {
        Some(tenant) => format!("{name}(\"{tenant}\")"),
        None => name.to_string(),
    }
}

/// The tenant's name, or its id where it has none; nothing where the system has one tenant only.
fn tenant_name(compiled: &Compiled, system: SystemId, tenant: u32) -> Option<&str> {
    let system = compiled.model.system(system);
    if !system.has_many_tenants() {
        return None;
    }
    let tenant = system.tenants.get(tenant as usize)?;
    Some(tenant.name.as_deref().unwrap_or(&tenant.id))
}

/// The bundle's folder, numbered where an earlier bundle's names come to the same.
fn own_folder(compiled: &Compiled, bundle: &Bundle, taken: &mut BTreeSet<String>) -> String {
    let model = &compiled.model;
    let party = safe(&model.party(bundle.party).name);
    let system = safe(&model.system(bundle.system).name);
    let place = match tenant_name(compiled, bundle.system, bundle.tenant) {
        Some(tenant) => format!("{system}-{}", safe(tenant)),
        None => system,
    };
    let base = if compiled.settings.by_system {
        format!("{place}/{party}")
    } else {
        format!("{party}/{place}")
    };
    let mut folder = base.clone();
    let mut number = 1;
    while !taken.insert(folder.clone()) {
        number += 1;
        folder = format!("{base}-{number}");
    }
    folder
}

/// A name that every file system takes: ASCII letters in lower case, digits, `-`, `_` and inner
/// dots; anything else becomes `-`.
pub fn safe(name: &str) -> String {
    let text: String = name
        .chars()
        .map(|c| match c {
            'A'..='Z' => c.to_ascii_lowercase(),
            'a'..='z' | '0'..='9' | '-' | '_' | '.' => c,
            _ => '-',
        })
        .collect();
    let text = text.trim_matches('.');
    if text.is_empty() {
        "unnamed".to_owned()
    } else {
        text.to_owned()
    }
}
