//! Which integrations a change touches.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::project::Project;
use crate::format::words;
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{Clause, ClauseKind, File, ItemKind};
use crate::syntax::parser::parse;

/// The integrations and principals of `head` that are new in it or say something else than in
/// `base`: themselves, in a profile that they take in by whatever way, or in a `reviewed` or
/// `rotated` fact about them. Comments, layout, order and files do not count.
pub(super) fn touched(base: &Project, head: &Project) -> BTreeSet<String> {
    let (before, after) = (trees(base), trees(head));
    let before = Items::of(&before, &base.sources);
    let after = Items::of(&after, &head.sources);

    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (user, taken) in &after.taken_by_profiles {
        for profile in taken {
            users.entry(profile).or_default().push(user);
        }
    }
    let names = before.profiles.keys().chain(after.profiles.keys());
    let mut changed: BTreeSet<&str> = names
        .map(String::as_str)
        .filter(|name| before.profiles.get(*name) != after.profiles.get(*name))
        .collect();
    let mut left: Vec<&str> = changed.iter().copied().collect();
    while let Some(profile) = left.pop() {
        for &user in users.get(profile).into_iter().flatten() {
            if changed.insert(user) {
                left.push(user);
            }
        }
    }

    let mut touched = BTreeSet::new();
    for (name, said) in &after.parties {
        let takes_changed = after
            .taken_by_parties
            .get(name)
            .is_some_and(|taken| taken.iter().any(|profile| changed.contains(&**profile)));
        if takes_changed
            || before.parties.get(name) != Some(said)
            || before.facts.get(name) != after.facts.get(name)
        {
            touched.insert(name.clone());
        }
    }
    touched
}

fn trees(project: &Project) -> Vec<File> {
    let tree = |&id: &FileId| parse(id, &project.sources.file(id).text).0;
    project.files.iter().map(tree).collect()
}

/// What was written, word by word.
type Said<'t> = Vec<&'t str>;

/// What is said about everybody, by name.
#[derive(Default)]
struct Items<'t> {
    parties: BTreeMap<String, BTreeSet<Said<'t>>>,
    profiles: BTreeMap<String, BTreeSet<Said<'t>>>,
    facts: BTreeMap<String, BTreeSet<Said<'t>>>,
    taken_by_parties: BTreeMap<String, Vec<String>>,
    taken_by_profiles: BTreeMap<String, Vec<String>>,
}

impl<'t> Items<'t> {
    fn of(trees: &[File], sources: &'t Sources) -> Self {
        let mut items = Self::default();
        let said = |span: Span| words(sources.text(span));
        for item in trees.iter().flat_map(|tree| &tree.items) {
            let words = || said(item.span);
            match &item.kind {
                ItemKind::Integration(party) | ItemKind::Principal(party) => {
                    let name = party.name.plain();
                    let taken = items.taken_by_parties.entry(name.clone()).or_default();
                    taken.extend(profiles(&party.clauses));
                    items.parties.entry(name).or_default().insert(words());
                }
                ItemKind::Profile(profile) => {
                    let name = profile.name.plain();
                    let taken = items.taken_by_profiles.entry(name.clone()).or_default();
                    taken.extend(profiles(&profile.clauses));
                    items.profiles.entry(name).or_default().insert(words());
                }
                ItemKind::Reviewed(fact) => {
                    let facts = items.facts.entry(fact.name.plain()).or_default();
                    facts.insert(words());
                }
                ItemKind::Rotated(fact) => {
                    let facts = items.facts.entry(fact.name.plain()).or_default();
                    facts.insert(words());
                }
                ItemKind::Team(_)
                | ItemKind::System(_)
                | ItemKind::Resource(_)
                | ItemKind::Guard(_)
                | ItemKind::Test(_)
                | ItemKind::Vendor(_)
                | ItemKind::Service(_) => {}
            }
        }
        items
    }
}

/// The profiles that some clauses take in.
fn profiles(clauses: &[Clause]) -> impl Iterator<Item = String> {
    clauses.iter().filter_map(|clause| {
        if let ClauseKind::Like(profile) = &clause.kind {
            Some(profile.name.plain())
        } else {
            None
        }
    })
}
