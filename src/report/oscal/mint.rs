//! Uuids of version 5 (RFC 9562): the same name gives the same one, on every machine.

use super::NAMESPACE;
use crate::report::shown::sha256;
use uuid::Uuid;

/// The root of all names: that of our own name space among addresses.
fn root() -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, NAMESPACE.as_bytes())
}

fn derived(root: &Uuid, kind: &str, parts: &[&str]) -> String {
    // No part holds a NUL, so two lists of parts never come to the same name.
    let name = format!("{kind}/{}", parts.join("\0"));
    Uuid::new_v5(root, name.as_bytes()).hyphenated().to_string()
}

/// What is the same in every project: the tool, and what it looks for.
pub(super) fn common(kind: &str, parts: &[&str]) -> String {
    derived(&root(), kind, parts)
}

/// The uuid of a document with that content.
pub(super) fn document(text: &str) -> String {
    common("document", &[&sha256(text.as_bytes())])
}

/// Makes the uuids of one project. Two projects may have an integration of the same name, which is
/// not the same integration.
pub(super) struct Mint {
    project: Uuid,
}

impl Mint {
    pub(super) fn new(project: Option<&str>) -> Self {
        let name = format!("project/{}", project.unwrap_or_default());
        Self {
            project: Uuid::new_v5(&root(), name.as_bytes()),
        }
    }

    pub(super) fn uuid(&self, kind: &str, parts: &[&str]) -> String {
        derived(&self.project, kind, parts)
    }
}
