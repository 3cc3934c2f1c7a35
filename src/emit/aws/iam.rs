//! Policy documents in JSON, as AWS's own tools take them.

use super::documents;
use super::statement::Document;
use super::trust;
use crate::artifact::Artifact;
use crate::diagnostic::Diagnostic;
use crate::emit::{Edition, Job, Printed, Target};
use crate::print::json;

/// The target.
pub static TARGET: Target = Target {
    name: "aws-iam",
    summary: "policies, trust policies and permissions boundaries of AWS roles and users, in JSON",
    default: true,
    vendors: &["aws"],
    emit,
};

fn emit(job: &Job<'_>) -> Printed {
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    for edition in job.editions() {
        let documents = match documents(job, &edition) {
            Ok(documents) => documents,
            Err(why) => return (Vec::new(), vec![*why]),
        };
        let alone = documents.policies.len() == 1;
        for (index, policy) in documents.policies.iter().enumerate() {
            let name = if alone {
                "policy.json".to_owned()
            } else {
                format!("policy-{}.json", index + 1)
            };
            artifacts.push(file(job, &edition, "iam-policy", &name, policy));
        }
        if let Some(document) = &documents.trust {
            artifacts.push(file(
                job,
                &edition,
                "iam-trust-policy",
                "trust-policy.json",
                document,
            ));
            if edition.gate.is_none() {
                diagnostics.extend(large(job, document));
            }
        }
        if let Some(document) = &documents.boundary {
            let name = "permissions-boundary.json";
            artifacts.push(file(
                job,
                &edition,
                "iam-permissions-boundary",
                name,
                document,
            ));
        }
    }
    (artifacts, diagnostics)
}

fn file(
    job: &Job<'_>,
    edition: &Edition<'_>,
    format: &'static str,
    name: &str,
    document: &Document,
) -> Artifact {
    let text = json::file(&document.value());
    job.artifact(format, edition, name, text, document.holds(&[]))
}

/// A warning where a trust policy needs more than an account's usual quota.
fn large(job: &Job<'_>, document: &Document) -> Option<Diagnostic> {
    let size = document.size();
    (size > trust::USUAL_SIZE).then(|| {
        Diagnostic::warning(
            "large-trust-policy",
            job.name_span(),
            format!(
                "the trust policy of `{}` takes {size} characters, and an account allows {} unless \
                 its quota was raised",
                job.integration(),
                trust::USUAL_SIZE
            ),
        )
        .help("raise the account's quota, or trust one pattern instead of many names")
        .about(job.integration())
    })
}
