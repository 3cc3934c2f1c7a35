//! AWS identities with their policies, as a `CloudFormation` template in JSON.

use super::aws::{Documents, Holder, documents};
use super::{Edition, Job, Printed, Target};
use crate::artifact::{Artifact, Locator};
use crate::print::json;
use serde_json::{Map, Value, json};

/// The target.
pub static TARGET: Target = Target {
    name: "cloudformation",
    summary: "AWS roles and users with their policies, as CloudFormation templates",
    default: false,
    vendors: &["aws"],
    emit,
};

/// The logical names in a template, which are its own and need say no more.
const IDENTITY: &str = "Identity";
const BOUNDARY: &str = "Boundary";

fn emit(job: &Job<'_>) -> Printed {
    let mut artifacts = Vec::new();
    for edition in job.editions() {
        match documents(job, &edition) {
            Ok(documents) => artifacts.extend(file(job, &edition, &documents)),
            Err(why) => return (Vec::new(), vec![*why]),
        }
    }
    (artifacts, Vec::new())
}

/// The template of an edition; nothing for an identity that is not named exactly, or that is
/// granted nothing and that nobody may become.
fn file(job: &Job<'_>, edition: &Edition<'_>, documents: &Documents) -> Option<Artifact> {
    let holder = Holder::of(job)?;
    let mut resources = Map::new();
    let mut holds = Vec::new();
    // A role cannot be made without a trust policy; where none is declared it is made elsewhere.
    let makes = !holder.is_role || documents.trust.is_some();
    if makes {
        let place = [
            "Resources",
            IDENTITY,
            "Properties",
            "AssumeRolePolicyDocument",
        ];
        for row in &job.bundle.identity_rows {
            holds.push((row.0, Locator::Pointer(json::pointer(&place[..2]))));
        }
        if let Some(trust) = &documents.trust {
            holds.extend(trust.holds(&place));
        }
        resources.insert(IDENTITY.to_owned(), identity(&holder, documents));
    }
    let attached = if makes {
        json!({ "Ref": IDENTITY })
    } else {
        json!(holder.name)
    };
    let (whom, key) = if holder.is_role {
        ("Roles", "role")
    } else {
        ("Users", "user")
    };
    let policies = documents
        .policies
        .iter()
        .enumerate()
        .map(|(index, document)| {
            let name = match (documents.policies.len(), index + 1) {
                (1, _) => "Policy".to_owned(),
                (_, number) => format!("Policy{number}"),
            };
            (name, document, true)
        });
    let boundary = documents
        .boundary
        .iter()
        .map(|document| (BOUNDARY.to_owned(), document, false));
    for (name, document, attach) in boundary.chain(policies) {
        holds.extend(document.holds(&["Resources", &name, "Properties", "PolicyDocument"]));
        let mut properties = json!({ "PolicyDocument": document.value() });
        if attach {
            properties[whom] = json!([attached]);
        }
        let resource = json!({ "Type": "AWS::IAM::ManagedPolicy", "Properties": properties });
        resources.insert(name, resource);
    }
    if resources.is_empty() {
        return None;
    }
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("{} in {}: {key} {}", job.integration(), job.system(), holder.name),
        "Resources": resources,
    });
    let text = json::file(&template);
    Some(job.artifact("cloudformation", edition, "aws.cfn.json", text, holds))
}

/// The role or user itself.
fn identity(holder: &Holder, documents: &Documents) -> Value {
    let mut properties = Map::new();
    let (kind, name) = if holder.is_role {
        ("AWS::IAM::Role", "RoleName")
    } else {
        ("AWS::IAM::User", "UserName")
    };
    properties.insert(name.to_owned(), json!(holder.name));
    if let Some(path) = &holder.path {
        properties.insert("Path".to_owned(), json!(path));
    }
    if documents.boundary.is_some() {
        properties.insert("PermissionsBoundary".to_owned(), json!({ "Ref": BOUNDARY }));
    }
    if let Some(trust) = &documents.trust {
        properties.insert("AssumeRolePolicyDocument".to_owned(), trust.value());
    }
    json!({ "Type": kind, "Properties": properties })
}
