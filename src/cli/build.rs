//! `scopec build`: write the vendors' configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::manual::pages;
use super::show::{Findings, Format, show};
use super::{Failure, Outcome, Session, Status, baseline, project, write};
use crate::compile::{Compiled, compile};
use crate::diagnostic::json::Summary;
use crate::emit::manifest::{self, Manifest};
use crate::{diagnostic, emit};

/// Write the configuration of every vendor, and a manifest that accounts for every clause
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec build                     into `out`, or where `scope.toml` says
  scopec build --out deploy        into another folder
  scopec build --check             only say whether the folder is stale

An integration with an error keeps the files it had, and nothing new is written for it.")]
pub struct Arguments {
    /// The folder to write into [default: `out` of `scope.toml`, else `out` in the project]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Change nothing; list what is stale, and exit with 1 if anything is
    #[arg(long)]
    pub check: bool,
    /// Also write requests with the answers that the declarations want, for policy simulators
    #[arg(long, value_name = "FILE", hide = true)]
    pub probes: Option<PathBuf>,
    /// How to show what is found
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    pub format: Format,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let project = project::read(arguments.folder.as_deref(), session)?;
    let unreadable = project.unreadable;
    let folder = project.folder.clone();
    let today = session.today()?;
    let mut compiled = compile(project.into_input(), Some(today));
    baseline::apply(&mut compiled, &folder, today)?;
    let (artifacts, said) = emit::emit(&compiled);
    let manifest = manifest::manifest(&compiled, &artifacts, &said);
    compiled.diagnostics.extend(said);
    diagnostic::sort(&mut compiled.diagnostics);
    let found = compiled
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.is_error() && !diagnostic.time_alone);
    let integrations = compiled.model.integrations().count();
    show(
        arguments.format,
        &Findings {
            diagnostics: &compiled.diagnostics,
            sources: &compiled.sources,
            not_assessed: &compiled.not_assessed,
            summary: Summary::of(&compiled.diagnostics, integrations),
            pages: &pages(),
            folder: &folder,
        },
        session,
    )?;
    if unreadable {
        return Ok(Status::Unusable);
    }
    let out = out(arguments, &compiled, &folder);
    let (manifest, kept) = with_withheld(manifest, &compiled, &out)?;
    let mut files: BTreeMap<String, Vec<u8>> = artifacts
        .iter()
        .map(|artifact| (artifact.path.clone(), artifact.bytes.clone()))
        .collect();
    files.insert(write::MANIFEST.to_owned(), printed(&manifest)?);
    let delivered = write::deliver(&out, arguments.check, &files, &kept, session)?;
    if let Some(path) = &arguments.probes {
        let probes = emit::probes::probes(&compiled, &artifacts);
        write::single(path, &printed(&probes)?)?;
    }
    Ok(if delivered == Status::Right && found {
        Status::Found
    } else {
        delivered
    })
}

fn out(arguments: &Arguments, compiled: &Compiled, folder: &Path) -> PathBuf {
    match (&arguments.out, &compiled.settings.out) {
        (Some(out), _) => out.clone(),
        (None, Some(out)) => folder.join(out),
        (None, None) => folder.join("out"),
    }
}

/// The files of withheld integrations stay as they were, and the manifest goes on listing them.
fn with_withheld(
    mut manifest: Manifest,
    compiled: &Compiled,
    out: &Path,
) -> Result<(Manifest, BTreeSet<String>), Failure> {
    let mut kept = BTreeSet::new();
    let withheld: BTreeSet<&str> = manifest
        .withheld
        .iter()
        .map(|one| one.integration.as_str())
        .collect();
    let shared: BTreeSet<String> = compiled
        .granted
        .bundles
        .iter()
        .filter(|bundle| {
            bundle
                .holders
                .iter()
                .any(|&holder| withheld.contains(&*compiled.model.party(holder).name))
        })
        .map(|bundle| compiled.model.party(bundle.party).name.to_string())
        .collect();
    let before = write::manifest(out)?;
    for mut file in before.map(|manifest| manifest.files).unwrap_or_default() {
        let stays =
            withheld.contains(file.integration.as_str()) || shared.contains(&file.integration);
        let new = manifest.files.iter().any(|known| known.path == file.path);
        if stays && !new {
            file.withheld = true;
            kept.insert(file.path.clone());
            manifest.files.push(file);
        }
    }
    manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((manifest, kept))
}

/// A document as `build` writes it.
pub(super) fn printed(value: &impl serde::Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}
