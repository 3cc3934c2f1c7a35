//! `report --packet`: everything that an auditor wants, in one folder with a manifest of hashes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::json;

use crate::artifact::Artifact;
use crate::attest::{Attested, Statement};
use crate::cli::{Failure, Session, build, write};
use crate::report;
use crate::report::document::Report;
use crate::report::shown::sha256;
use crate::test::Results;

/// The manifest's name.
const PACKET: &str = "packet.json";

/// Files that belong to a project and that a compilation does not read: they stand beside what is
/// attested.
const BESIDE: [&str; 2] = ["scope.lock", "scope.approvals"];

/// Writes the packet: whole, or nothing of it. What an earlier packet there lists and this one lacks
/// is removed.
///
/// # Errors
/// When something stands in the way, or the system refuses.
pub(super) fn write(
    out: &Path,
    report: &Report<'_>,
    tests: &Results,
    artifacts: &[Artifact],
    folder: &Path,
    session: &Session,
) -> Result<(), Failure> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (_, file) in report.desk.compiled.sources.iter() {
        if report::shown::is_own(&file.path) {
            files.insert(
                format!("sources/{}", inside(&file.path)),
                file.text.clone().into_bytes(),
            );
        }
    }
    for name in BESIDE {
        // What is not there, or is no file, has nothing to show.
        if let Ok(bytes) = std::fs::read(folder.join(name)) {
            files.entry(format!("beside/{name}")).or_insert(bytes);
        }
    }
    for artifact in artifacts {
        files.insert(format!("outputs/{}", artifact.path), artifact.bytes.clone());
    }
    let manifest = build::printed(report.desk.manifest)?;
    let statement = Statement::new(&Attested {
        report,
        tests,
        manifest: (write::MANIFEST, &manifest),
    });
    files.insert("attestation.json".to_owned(), statement.text().into_bytes());
    files.insert(format!("outputs/{}", write::MANIFEST), manifest);
    for form in report::FORMS {
        let (stem, _) = form.file.split_once('.').unwrap_or((form.file, ""));
        for page in (form.write)(report, stem) {
            let path = if form.folder {
                format!("report/{}/{}", form.file, page.path)
            } else {
                format!("report/{}", page.path)
            };
            files.insert(path, page.bytes);
        }
    }
    let listed: Vec<serde_json::Value> = files
        .iter()
        .map(|(path, bytes)| {
            json!({
                "path": path,
                "sha256": sha256(bytes),
                "bytes": bytes.len(),
                "media_type": media_type(path),
            })
        })
        .collect();
    let packet = json!({
        "version": 1,
        "tool": {"name": "scopec", "version": env!("CARGO_PKG_VERSION")},
        "project": report.project(),
        "as_of": report.desk.today.to_string(),
        "files": listed,
    });
    let mut text = serde_json::to_vec_pretty(&packet)
        .map_err(|error| Failure::new(format!("cannot write the packet's manifest: {error}")))?;
    text.push(b'\n');
    files.insert(PACKET.to_owned(), text);
    write::replace_listed(out, &files, &BTreeSet::new(), Some(PACKET))?;
    session.console.result(&format!(
        "wrote {} files into {}; `{PACKET}` lists their hashes\n",
        files.len(),
        out.display()
    ))?;
    Ok(())
}

/// The path of a source in a packet: what lies above the project's folder lies in a folder `above`.
fn inside(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| if part == ".." { "above" } else { part })
        .collect();
    parts.join("/")
}

/// The media type of a file of a packet, by its ending.
fn media_type(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "json" => "application/json",
        "sarif" => "application/sarif+json",
        "html" => "text/html",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "ics" => "text/calendar",
        "yaml" | "yml" => "application/yaml",
        "toml" => "application/toml",
        "xml" => "application/xml",
        _ => "text/plain",
    }
}
