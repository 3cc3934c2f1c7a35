//! An `OpenAPI` 3 document → a vendor's file.
//!
//! - **Types** come from path templates. A parameter is an item of the collection that the segment
//!   before it names: `/apps/{appId}/users/{userId}` gives `app` and, in it, `user`, in the
//!   singular. `api` and versions before the first parameter are left out. Where two positions
//!   claim one name, the one nearer to the root keeps it and the other carries its parent's name
//!   before its own, or that of the segment before. A path without parameters belongs to the longest collection that it begins
//!   with, else to a type of its first segment; where that is the system itself, to the vendor as a
//!   whole.
//! - **Operations** are named by `operationId`, else `METHOD /path`; their verbs follow
//!   [`super::verb::http`].
//! - **Units** are the scopes of the OAuth 2 and `OpenID Connect` schemes. Several requirements are
//!   alternatives: each permits the operation. Several scopes in one requirement are needed at
//!   once: `permits … with …`. A requirement without scopes (an API key) is no unit.
//!
//! Extensions (`x-…`), schemas and prose are not read.

mod path;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use super::verb::http::METHODS;
use super::{Document, Error, Generated, Node, canonical, json};

/// What to make of the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The vendor's name, kebab-case.
    pub vendor: String,
    /// What a tenant of it is called.
    pub system: String,
    /// Whether scopes become units.
    pub units: bool,
    /// Whether the document is known to leave operations out.
    pub partial: bool,
}

/// One operation as published.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Operation {
    name: String,
    /// In lower case.
    method: String,
    path: String,
    /// Alternatives, each the scopes needed at once.
    scopes: BTreeSet<BTreeSet<String>>,
}

/// What the document says.
#[derive(Clone, Debug, Default)]
struct Api {
    title: String,
    version: String,
    licence: Option<String>,
    operations: Vec<Operation>,
    /// Every scope that a scheme declares or an operation names.
    scopes: BTreeSet<String>,
}

/// The vendor's file, as `VENDOR/VENDOR.scope`.
///
/// # Errors
/// A document that is not JSON or not `OpenAPI` 3, or in which something that is needed is missing,
/// of another kind, or said twice; a vendor's or system's name that is not kebab-case.
pub fn generate(document: &Document, options: &Options) -> Result<Generated, Error> {
    for name in [&options.vendor, &options.system] {
        let plain = name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !plain || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(Error::new(
                &document.path,
                "",
                format!("`{name}` is no name: it must be lower-case words joined by `-`"),
            ));
        }
    }
    let start = document
        .text
        .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if !start.starts_with(['{', '[']) {
        return Err(Error::new(
            &document.path,
            "",
            "is not JSON; an OpenAPI document in YAML must be converted first, for example with \
             `yq -o=json`",
        ));
    }
    let value = json(document)?;
    let api = read(Node::root(&document.path, &value))?;
    let tree = path::Tree::grow(&api.operations, &options.system);
    let path = format!("{0}/{0}.scope", options.vendor);
    let text = canonical(&path, &write::file(&api, &tree, options))?;
    Ok(Generated {
        files: vec![(path, text)],
        report: String::new(),
    })
}

fn read(root: Node<'_>) -> Result<Api, Error> {
    if let Some(old) = root.get("swagger") {
        return Err(old.error("is a Swagger 2 document; convert it to OpenAPI 3 first"));
    }
    let version = root.need("openapi")?;
    if !version.string()?.starts_with("3.") {
        return Err(version.error("is not a version of OpenAPI 3"));
    }
    let info = root.need("info")?;
    let mut api = Api {
        title: info.need("title")?.string()?.to_owned(),
        version: info.need("version")?.string()?.to_owned(),
        ..Api::default()
    };
    if let Some(licence) = info.get("license") {
        api.licence = Some(licence.need("name")?.string()?.to_owned());
    }
    let schemes = schemes(root, &mut api.scopes)?;
    let everywhere = match root.get("security") {
        Some(security) => requirements(security, &schemes)?,
        None => BTreeSet::new(),
    };
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let paths = root.need("paths")?;
    for (path, item) in paths.members()? {
        if item.get("$ref").is_some() {
            return Err(item.error(
                "refers to a path item elsewhere; bundle the document into one file first",
            ));
        }
        if !path.starts_with('/') {
            if path.starts_with("x-") {
                continue;
            }
            return Err(item.error("is a path that does not begin with `/`"));
        }
        for (method, operation) in item.members()? {
            if !METHODS.contains(&method) {
                continue;
            }
            let name = match operation.get("operationId") {
                Some(id) => id.string()?.to_owned(),
                None => format!("{} {path}", method.to_uppercase()),
            };
            if name.contains("${") || name.chars().any(char::is_control) || name.is_empty() {
                return Err(operation.error(format!(
                    "`{name}` cannot be the name of an operation: it is empty or holds `${{` or a \
                     control character"
                )));
            }
            let here = format!("{} {path}", method.to_uppercase());
            if let Some(earlier) = names.insert(name.clone(), here) {
                return Err(operation.error(format!(
                    "`{name}` is the operationId of `{earlier}` already; ids are unique in OpenAPI"
                )));
            }
            let scopes = match operation.get("security") {
                Some(security) => requirements(security, &schemes)?,
                None => everywhere.clone(),
            };
            api.scopes.extend(scopes.iter().flatten().cloned());
            api.operations.push(Operation {
                name,
                method: method.to_owned(),
                path: path.to_owned(),
                scopes,
            });
        }
    }
    if api.operations.is_empty() {
        return Err(paths.error("holds no operation"));
    }
    Ok(api)
}

/// The names of the schemes whose requirements are lists of scopes; their scopes are added.
fn schemes(root: Node<'_>, scopes: &mut BTreeSet<String>) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    let Some(components) = root.get("components") else {
        return Ok(names);
    };
    let Some(schemes) = components.get("securitySchemes") else {
        return Ok(names);
    };
    for (name, scheme) in schemes.members()? {
        if scheme.get("$ref").is_some() {
            return Err(scheme.error("refers to a scheme elsewhere; bundle the document first"));
        }
        if !matches!(scheme.need("type")?.string()?, "oauth2" | "openIdConnect") {
            continue;
        }
        names.insert(name.to_owned());
        if let Some(flows) = scheme.get("flows") {
            for (_, flow) in flows.members()? {
                if let Some(declared) = flow.get("scopes") {
                    for (scope, _) in declared.members()? {
                        scopes.insert(scope.to_owned());
                    }
                }
            }
        }
    }
    Ok(names)
}

/// The alternatives of a `security` list, those without scopes left out.
fn requirements(
    security: Node<'_>,
    schemes: &BTreeSet<String>,
) -> Result<BTreeSet<BTreeSet<String>>, Error> {
    let mut alternatives = BTreeSet::new();
    for requirement in security.items()? {
        let mut scopes = BTreeSet::new();
        for (scheme, list) in requirement.members()? {
            for scope in list.items()? {
                let name = scope.string()?;
                if schemes.contains(scheme) {
                    scopes.insert(name.to_owned());
                }
            }
        }
        if !scopes.is_empty() {
            alternatives.insert(scopes);
        }
    }
    Ok(alternatives)
}
