//! `eks-access-entry`: the request by which an IAM role becomes a user or group of an EKS cluster.
//!
//! Format: Amazon EKS API reference, `CreateAccessEntry`, as `aws eks create-access-entry --cli-input-json`
//! takes it. No judge exists that knows the meaning.

use super::Subject;
use crate::artifact::{Artifact, Locator};
use crate::emit::aws::address;
use crate::emit::{Edition, Job, held};
use crate::model::thing::Thing;
use crate::print;
use serde_json::{Map, Value, json};

/// Names that EKS keeps for itself ("Create access entries": user name prefixes).
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

/// The entry of an identity that is taken `from` an IAM principal, where its address is known.
pub(super) fn artifact(
    job: &Job<'_>,
    edition: &Edition<'_>,
    subject: &Subject,
) -> Option<Artifact> {
    let from = job.bundle.from.as_ref()?;
    let principal = arn(job, from)?;
    let mut entry = Map::new();
    entry.insert("clusterName".into(), cluster(job)?.into());
    entry.insert("principalArn".into(), principal.into());
    entry.insert("type".into(), "STANDARD".into());
    let pointer = match subject {
        Subject::User(name) if !is_reserved(name) => {
            entry.insert("username".into(), name.as_str().into());
            "/username"
        }
        Subject::Group(name) if !is_reserved(name) => {
            entry.insert("kubernetesGroups".into(), json!([name]));
            "/kubernetesGroups/0"
        }
        Subject::User(_) | Subject::Group(_) | Subject::ServiceAccount { .. } => return None,
    };
    let holds = held::at(held::identity(job), &Locator::Pointer(pointer.into()));
    let text = print::json::file(&Value::Object(entry));
    Some(job.artifact(
        "eks-access-entry",
        edition,
        "access-entry.json",
        text,
        holds,
    ))
}

fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|prefix| name.starts_with(prefix))
}

/// The cluster's name in EKS: that of what the system is hosted in, else the system's own id.
fn cluster(job: &Job<'_>) -> Option<String> {
    let system = job.compiled.model.system(job.bundle.system);
    if let Some(hosted) = &system.hosted_in {
        return hosted.exact_name().map(str::to_owned);
    }
    let tenant = system.tenants.get(job.bundle.tenant as usize)?;
    Some(tenant.id.to_string())
}

/// The ARN of one thing in the first tenant that it means.
fn arn(job: &Job<'_>, thing: &Thing) -> Option<String> {
    let model = &job.compiled.model;
    let system = model.system(thing.system);
    if &*model.catalog.vendor(system.vendor).name != "aws" {
        return None;
    }
    let tenant = (0..system.tenants.len()).find(|index| thing.tenants.holds(*index))?;
    let arn = address::arn(job, thing, tenant)?;
    arn.is_literal().map(str::to_owned)
}
