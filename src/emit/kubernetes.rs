//! `kubernetes-rbac`: a YAML stream of service account, roles and bindings.
//!
//! Format: Kubernetes documentation, "Using RBAC Authorization", and the API reference of
//! `rbac.authorization.k8s.io/v1`. Judges: `kubernetes-validate` for structure; a real `kube-apiserver` with
//! `kubectl auth can-i` for the meaning.
//!
//! A grant of one type in one namespace is a rule of that namespace's `Role`, whatever lies in no namespace or
//! in all of them a rule of the `ClusterRole`. `resourceNames` stand only beside verbs that a name limits, and
//! only for exact names: RBAC has no patterns, and an empty list would mean all. There is no denial, no
//! condition and no end in RBAC, so those rows are not claimed.

use super::held::{self, Limits, Name};
use super::{Edition, Job, Printed, Target};
use crate::artifact::{Artifact, Locator};
use crate::diagnostic::Diagnostic;
use crate::grant::{Grant, Units};
use crate::model::catalog::{SlotId, TypeId};
use crate::model::party::CredentialKind;
use crate::model::thing::Thing;
use crate::print::yaml;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

mod access_entry;

/// The target.
pub static TARGET: Target = Target {
    name: "kubernetes-rbac",
    summary: "ServiceAccount, Role, ClusterRole and their bindings as a YAML stream; EKS access entries as JSON",
    default: true,
    vendors: &["kubernetes"],
    emit,
};

/// The API group of roles and bindings.
const RBAC: &str = "rbac.authorization.k8s.io";

fn emit(job: &Job<'_>) -> Printed {
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    let Some(subject) = Subject::of(job) else {
        return (artifacts, diagnostics);
    };
    let editions = job.editions();
    // A gate is over when the ordinary file is applied, so that it has to name every role that a gate does.
    let places: Vec<Option<String>> = editions
        .iter()
        .flat_map(|edition| rules(job, edition).0.into_keys())
        .collect();
    for edition in editions {
        let (mut rules, unprinted) = rules(job, &edition);
        for place in &places {
            rules.entry(place.clone()).or_default();
        }
        diagnostics.extend(unprinted);
        artifacts.extend(stream(job, &edition, &subject, rules));
        if edition.gate.is_none() {
            artifacts.extend(access_entry::artifact(job, &edition, &subject));
        }
    }
    (artifacts, diagnostics)
}

/// Who is bound.
enum Subject {
    ServiceAccount { namespace: String, name: String },
    User(String),
    Group(String),
}

impl Subject {
    /// The bundle's identity, where it is one that a binding can name.
    fn of(job: &Job<'_>) -> Option<Self> {
        let catalog = &job.compiled.model.catalog;
        let identity = job.bundle.identity.as_ref()?;
        let name = identity.exact_name()?.to_owned();
        match &*catalog.of(identity.of).name {
            "service-account" => {
                let Some(Name::Exact(namespace)) = held::step(catalog, identity, "namespace")
                else {
                    return None;
                };
                (is_subdomain(&name) && is_label(namespace)).then(|| Subject::ServiceAccount {
                    namespace: namespace.to_owned(),
                    name,
                })
            }
            "user" => Some(Subject::User(name)),
            "group" => Some(Subject::Group(name)),
            _ => None,
        }
    }

    fn reference(&self) -> Value {
        match self {
            Subject::ServiceAccount { namespace, name } => {
                json!({"kind": "ServiceAccount", "name": name, "namespace": namespace})
            }
            Subject::User(name) => json!({"kind": "User", "apiGroup": RBAC, "name": name}),
            Subject::Group(name) => json!({"kind": "Group", "apiGroup": RBAC, "name": name}),
        }
    }
}

/// A rule of a role.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    group: String,
    resource: String,
    verbs: Vec<String>,
    /// Empty where it holds for every name.
    names: Vec<String>,
}

impl Rule {
    fn value(&self) -> Value {
        let mut rule = Map::new();
        rule.insert("apiGroups".into(), json!([self.group]));
        rule.insert("resources".into(), json!([self.resource]));
        rule.insert("verbs".into(), json!(self.verbs));
        if !self.names.is_empty() {
            rule.insert("resourceNames".into(), json!(self.names));
        }
        Value::Object(rule)
    }
}

/// Rules in the order of their grants, each with the grants it stands for; by namespace, `None` for the whole
/// cluster.
type Rules<'a> = BTreeMap<Option<String>, Vec<(Rule, Vec<&'a Grant>)>>;

fn rules<'a>(job: &Job<'_>, edition: &Edition<'a>) -> (Rules<'a>, Vec<Diagnostic>) {
    let mut all = Rules::new();
    let mut diagnostics = Vec::new();
    for grant in edition.grants {
        match of_grant(job, grant) {
            Ok(rules) => {
                for (namespace, rule) in rules {
                    let own = all.entry(namespace).or_default();
                    match own.iter_mut().find(|(other, _)| *other == rule) {
                        Some((_, grants)) => grants.push(grant),
                        None => own.push((rule, vec![grant])),
                    }
                }
            }
            Err(what) => diagnostics.push(held::unprinted(
                job,
                grant,
                what,
                "a Kubernetes rule names one namespace or none, and objects by their exact names; write those, or `(\"*\")`",
            )),
        }
    }
    (all, diagnostics)
}

/// The rules of a grant, or why there are none.
fn of_grant(job: &Job<'_>, grant: &Grant) -> Result<Vec<(Option<String>, Rule)>, String> {
    let slots = match &grant.units {
        Units::Operations(slots) => slots,
        Units::Everything => {
            // Only the whole cluster is everything; the wildcard holds for API groups that do not exist yet.
            if grant.things.iter().any(|thing| !thing.steps.is_empty()) {
                return Err("everything is granted in a part of the cluster only".into());
            }
            let every = || "*".to_owned();
            let rule = Rule {
                group: every(),
                resource: every(),
                verbs: vec![every()],
                names: Vec::new(),
            };
            return Ok(vec![(None, rule)]);
        }
        Units::Named(_) | Units::Service(_) | Units::Prefixes(_) => {
            return Err("Kubernetes knows neither units of that kind nor services".into());
        }
    };
    let mut by_place: BTreeMap<(Option<String>, String, String, bool), Place> = BTreeMap::new();
    for thing in &grant.things {
        for &slot in slots {
            if !covers(job, thing, slot) {
                continue;
            }
            let placed = place(job, thing, slot)?;
            let key = (
                placed.namespace,
                placed.group,
                placed.resource,
                placed.name.is_some(),
            );
            let entry = by_place.entry(key).or_default();
            entry.verbs.push(verb(job, slot));
            entry.names.extend(placed.name);
        }
    }
    Ok(by_place
        .into_iter()
        .map(|((namespace, group, resource, _), mut entry)| {
            // In the order in which the grant lists them, each once.
            let mut verbs: Vec<String> = Vec::new();
            for verb in entry.verbs {
                if !verbs.contains(&verb) {
                    verbs.push(verb);
                }
            }
            entry.names.sort();
            entry.names.dedup();
            let rule = Rule {
                group,
                resource,
                verbs,
                names: entry.names,
            };
            (namespace, rule)
        })
        .collect())
}

#[derive(Default)]
struct Place {
    verbs: Vec<String>,
    names: Vec<String>,
}

/// Where one operation on one thing stands.
struct Placed {
    namespace: Option<String>,
    group: String,
    resource: String,
    name: Option<String>,
}

/// Whether the slot's type is the thing's, where the thing goes down to a type at all.
fn covers(job: &Job<'_>, thing: &Thing, slot: SlotId) -> bool {
    let of = job.compiled.model.catalog.slot(slot).of;
    thing.steps.is_empty() || thing.of == of
}

fn verb(job: &Job<'_>, slot: SlotId) -> String {
    job.compiled
        .model
        .catalog
        .operation_of(slot)
        .name
        .to_string()
}

fn place(job: &Job<'_>, thing: &Thing, slot: SlotId) -> Result<Placed, String> {
    let catalog = &job.compiled.model.catalog;
    let of = catalog.slot(slot).of;
    let (group, mut resource) = resource(job, of);
    let namespaced = is_namespaced(job, of);
    let namespace = match held::step(catalog, thing, "namespace").filter(|_| namespaced) {
        Some(Name::Exact(namespace)) => Some(namespace.to_owned()),
        Some(Name::Every) | None => None,
        Some(Name::Some) => return Err("a pattern of namespaces cannot be granted".into()),
    };
    // A subresource has no name of its own: the name in its request is that of the object above it.
    let named = thing.steps.iter().rev().find(|step| {
        let is_place = namespaced && &*catalog.of(step.of).name == "namespace";
        !is_place && !step.names.is_empty()
    });
    let name = named.and_then(|step| step.names.first()).map(held::name);
    let name = match name {
        Some(Name::Exact(name)) => Some(name.to_owned()),
        Some(Name::Every) | None => None,
        Some(Name::Some) => {
            return Err(format!(
                "a pattern of names of `{resource}` cannot be granted"
            ));
        }
    };
    if resource == "userextras" {
        // The key of an extra is the subresource, and there is no wildcard for it.
        let Some(key) = name else {
            return Err("the keys of user extras can only be granted one by one".into());
        };
        resource = format!("userextras/{key}");
        return Ok(Placed {
            namespace,
            group,
            resource,
            name: None,
        });
    }
    let name = name.filter(|_| !catalog.of(of).unnamed.contains(&slot));
    Ok(Placed {
        namespace,
        group,
        resource,
        name,
    })
}

/// API group and `resource[/subresource]` from the type's spelling: what a parent's spelling does not begin is
/// a group.
fn resource(job: &Job<'_>, of: TypeId) -> (String, String) {
    let catalog = &job.compiled.model.catalog;
    let spelled = |id: TypeId| {
        let of = catalog.of(id);
        of.spelling.as_deref().unwrap_or(&of.name)
    };
    let spelling = spelled(of);
    let above = catalog.of(of).parents.iter().find_map(|&parent| {
        let rest = spelling.strip_prefix(spelled(parent))?.strip_prefix('/')?;
        Some((parent, rest))
    });
    if let Some((parent, sub)) = above {
        let base = spelled(parent);
        let (group, plural) = base.split_once('/').unwrap_or(("", base));
        return (group.to_owned(), format!("{plural}/{sub}"));
    }
    let (group, plural) = spelling.split_once('/').unwrap_or(("", spelling));
    (group.to_owned(), plural.to_owned())
}

/// Whether objects of the type lie in a namespace; a subresource of namespaces themselves does not.
fn is_namespaced(job: &Job<'_>, of: TypeId) -> bool {
    let catalog = &job.compiled.model.catalog;
    let mut current = of;
    for _ in 0..catalog.types.len() {
        let Some(&parent) = catalog.of(current).parents.first() else {
            return false;
        };
        if &*catalog.of(parent).name == "namespace" {
            let (_, resource) = resource(job, current);
            return !resource.starts_with("namespaces/");
        }
        current = parent;
    }
    false
}

fn stream(
    job: &Job<'_>,
    edition: &Edition<'_>,
    subject: &Subject,
    rules: Rules<'_>,
) -> Option<Artifact> {
    let mut documents = Vec::new();
    let mut holds = Vec::new();
    let mut named_subject = None;
    let meta = Meta::of(job, edition);
    if let Subject::ServiceAccount { namespace, name } = subject {
        let workload = held::credentials(job, &[CredentialKind::Workload]);
        holds.extend(held::at(workload, &Locator::Pointer("/documents/0".into())));
        named_subject = Some("/documents/0".to_owned());
        documents.push(json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": meta.object(name, Some(namespace)),
        }));
    }
    let role = role_name(job);
    for (namespace, rules) in rules {
        let number = documents.len();
        let kinds = if namespace.is_some() {
            ("Role", "RoleBinding")
        } else {
            ("ClusterRole", "ClusterRoleBinding")
        };
        let mut values = Vec::new();
        for (index, (rule, grants)) in rules.into_iter().enumerate() {
            let locator = Locator::Pointer(format!("/documents/{number}/rules/{index}"));
            for grant in grants {
                holds.extend(held::rows(job, grant, Limits::NONE, &locator));
            }
            values.push(rule.value());
        }
        let metadata = meta.object(&role, namespace.as_deref());
        documents.push(json!({
            "apiVersion": format!("{RBAC}/v1"),
            "kind": kinds.0,
            "metadata": metadata,
            "rules": values,
        }));
        named_subject.get_or_insert_with(|| format!("/documents/{}/subjects/0", number + 1));
        documents.push(json!({
            "apiVersion": format!("{RBAC}/v1"),
            "kind": kinds.1,
            "metadata": metadata,
            "roleRef": {"apiGroup": RBAC, "kind": kinds.0, "name": role},
            "subjects": [subject.reference()],
        }));
    }
    // Who holds another identity becomes this one by an access entry, so the claim is that file's.
    if let Some(pointer) = named_subject.filter(|_| job.bundle.from.is_none()) {
        holds.extend(held::at(held::identity(job), &Locator::Pointer(pointer)));
    }
    (!documents.is_empty()).then(|| {
        let text = yaml::stream(&[], &documents);
        job.artifact("kubernetes-rbac", edition, "rbac.yaml", text, holds)
    })
}

/// What every object is marked with.
struct Meta {
    integration: String,
    annotations: Map<String, Value>,
}

impl Meta {
    fn of(job: &Job<'_>, edition: &Edition<'_>) -> Self {
        let model = &job.compiled.model;
        let mut annotations = Map::new();
        if let Some(gate) = edition.gate {
            let team = model.team(gate.by).name.to_string();
            annotations.insert("scopec.dev/approval-by".into(), team.into());
            if let Some(duration) = gate.duration {
                annotations.insert(
                    "scopec.dev/approval-for".into(),
                    duration.to_string().into(),
                );
            }
        }
        Self {
            integration: short(job.integration(), 63),
            annotations,
        }
    }

    fn object(&self, name: &str, namespace: Option<&str>) -> Value {
        let mut metadata = Map::new();
        metadata.insert("name".into(), name.into());
        if let Some(namespace) = namespace {
            metadata.insert("namespace".into(), namespace.into());
        }
        let labels = json!({
            "app.kubernetes.io/managed-by": "scopec",
            "scopec.dev/integration": self.integration,
        });
        metadata.insert("labels".into(), labels);
        if !self.annotations.is_empty() {
            let annotations = Value::Object(self.annotations.clone());
            metadata.insert("annotations".into(), annotations);
        }
        Value::Object(metadata)
    }
}

/// The name of roles and bindings. The prefix keeps an integration named `admin` or `view` from replacing the
/// cluster's own role of that name.
fn role_name(job: &Job<'_>) -> String {
    let party = job.integration();
    format!("scopec-{}", short(party, 56))
}

/// A name as DNS labels allow (RFC 1123): lower case letters, digits and inner `-`, at most `limit` characters.
/// One that had to be changed or cut ends in a hash of the whole, so that two never become one.
fn short(name: &str, limit: usize) -> String {
    if name.len() <= limit && is_label(name) {
        return name.to_owned();
    }
    let hash = held::hash(name);
    let clean: String = name
        .chars()
        .map(|c| match c {
            'a'..='z' | '0'..='9' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => '-',
        })
        .take(limit - 9)
        .collect();
    let clean = clean.trim_matches('-');
    if clean.is_empty() {
        hash
    } else {
        format!("{clean}-{hash}")
    }
}

/// RFC 1123 label: the name of a namespace.
fn is_label(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty()
        && name.len() <= 63
        && name.chars().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// RFC 1123 subdomain: the name of a service account.
fn is_subdomain(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_label)
}
