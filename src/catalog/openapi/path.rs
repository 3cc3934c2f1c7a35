//! Path templates → types, and which operation stands on which.

use std::collections::{BTreeMap, BTreeSet};

use super::Operation;
use crate::catalog::line::{is_word, kebab};
use crate::catalog::verb::Verb;
use crate::catalog::verb::http::{At, singular, verb};

/// A type of the vendor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Type {
    pub name: String,
    /// The type it lies in, by position.
    pub parent: Option<String>,
    pub parameters: Vec<String>,
    /// The path template of an item, as published first.
    pub spelling: String,
    /// Operation names by verb, sorted.
    pub operations: BTreeMap<Verb, BTreeSet<String>>,
}

/// The types by position, and what belongs to the vendor as a whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// A position is a path without what says nothing, its parameters written `{}`.
    pub types: BTreeMap<String, Type>,
    pub whole: BTreeMap<Verb, BTreeSet<String>>,
}

/// A segment of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Segment {
    Text(String),
    Parameter(String),
}

/// The segments of a path, `api` and versions before the first parameter left out; each with where
/// it ends in the path. `{id}:archive` is a parameter and the text `archive`.
fn segments(path: &str) -> Vec<(Segment, usize)> {
    let mut all = Vec::new();
    let mut start = 0;
    for part in path.split('/') {
        let end = start + part.len();
        if let (Some(open), Some(close)) = (part.find('{'), part.rfind('}')) {
            if open < close {
                let name = part[open + 1..close].to_owned();
                all.push((Segment::Parameter(name), start + close + 1));
            }
            let rest = part.get(close + 1..).unwrap_or("");
            if let Some(action) = rest.strip_prefix(':') {
                all.push((Segment::Text(action.to_owned()), end));
            }
        } else if !part.is_empty() {
            all.push((Segment::Text(part.to_owned()), end));
        }
        start = end + 1;
    }
    let head = all
        .iter()
        .position(|(segment, _)| matches!(segment, Segment::Parameter(_)))
        .unwrap_or(all.len());
    let mut index = 0;
    all.retain(|(segment, _)| {
        index += 1;
        match segment {
            Segment::Text(text) => index > head || !says_nothing(text),
            Segment::Parameter(_) => true,
        }
    });
    all
}

/// `api`, `rest` and versions.
fn says_nothing(segment: &str) -> bool {
    matches!(segment, "api" | "rest" | "beta")
        || segment.strip_prefix('v').is_some_and(|version| {
            !version.is_empty() && version.chars().all(|c| c.is_ascii_digit() || c == '.')
        })
}

/// The position after the first `count` segments.
fn position(segments: &[(Segment, usize)], count: usize) -> String {
    segments[..count]
        .iter()
        .fold(String::new(), |mut all, (segment, _)| {
            all.push('/');
            match segment {
                Segment::Text(text) => all.push_str(text),
                Segment::Parameter(_) => all.push_str("{}"),
            }
            all
        })
}

/// The kebab-case singular of a segment's last word.
fn noun(segment: &str) -> String {
    let name = kebab(segment);
    let name = match name.rsplit_once('-') {
        Some((start, last)) => format!("{start}-{}", singular(last)),
        None => singular(&name),
    };
    if is_word(&name) {
        name
    } else {
        format!("type-{name}")
    }
}

/// The noun that a parameter's own name gives: `{appId}` gives `app`.
fn parameter_noun(parameter: &str) -> String {
    let name = kebab(parameter);
    noun(name.strip_suffix("-id").unwrap_or(&name))
}

/// A position that is a type, before it has a name.
struct Found {
    parent: Option<String>,
    noun: String,
    /// What the text segment before the one that names it gives.
    before: Option<String>,
    published: String,
    spelling: String,
}

impl Tree {
    /// Finds the types of all paths, names them, and gives each operation its type and verb.
    pub fn grow(operations: &[Operation], system: &str) -> Tree {
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        for operation in operations {
            items(&operation.path, &mut found);
        }
        let mut whole = BTreeSet::new();
        for operation in operations {
            let segments = segments(&operation.path);
            if home(&segments, &found).is_some() {
                continue;
            }
            match segments.first() {
                Some((Segment::Text(first), end)) if noun(first) != system => {
                    found.entry(format!("/{first}")).or_insert_with(|| Found {
                        parent: None,
                        noun: noun(first),
                        before: None,
                        published: String::new(),
                        spelling: operation.path[..*end].to_owned(),
                    });
                }
                _ => {
                    whole.insert(operation.path.as_str());
                }
            }
        }
        let mut tree = Tree {
            types: named(&found, system),
            whole: BTreeMap::new(),
        };
        for operation in operations {
            let segments = segments(&operation.path);
            let home = if whole.contains(operation.path.as_str()) {
                None
            } else {
                home(&segments, &found)
            };
            let (at, after) = home
                .as_ref()
                .map_or((At::Inside, 0), |(_, at, after)| (*at, *after));
            let texts = |from: usize| -> Vec<&str> {
                segments[from..]
                    .iter()
                    .filter_map(|(segment, _)| match segment {
                        Segment::Text(text) => Some(text.as_str()),
                        Segment::Parameter(_) => None,
                    })
                    .collect()
            };
            let tail = texts(if home.is_some() { after } else { 0 });
            let id = if operation.name.contains(' ') {
                ""
            } else {
                operation.name.as_str()
            };
            let verb = verb(&operation.method, &texts(0), at, &tail, id);
            let lines = match &home {
                Some((position, _, _)) => tree
                    .types
                    .get_mut(position)
                    .map(|of| &mut of.operations)
                    .expect("every position found is named"),
                None => &mut tree.whole,
            };
            lines
                .entry(verb)
                .or_default()
                .insert(operation.name.clone());
        }
        tree
    }
}

/// Adds the item positions of a path.
fn items(path: &str, found: &mut BTreeMap<String, Found>) {
    let segments = segments(path);
    let mut parent = None;
    for index in 0..segments.len() {
        let Segment::Parameter(published) = &segments[index].0 else {
            continue;
        };
        let position = position(&segments, index + 1);
        let noun = match index.checked_sub(1).map(|before| &segments[before].0) {
            Some(Segment::Text(text)) => noun(text),
            Some(Segment::Parameter(_)) | None => parameter_noun(published),
        };
        let before = index.checked_sub(2).and_then(|at| match &segments[at].0 {
            Segment::Text(text) => Some(self::noun(text)),
            Segment::Parameter(_) => None,
        });
        found.entry(position.clone()).or_insert_with(|| Found {
            parent: parent.clone(),
            noun,
            before,
            published: published.clone(),
            spelling: path[..segments[index].1].to_owned(),
        });
        parent = Some(position);
    }
}

/// The type that an operation stands on, where, and how many segments lead to it.
fn home(
    segments: &[(Segment, usize)],
    found: &BTreeMap<String, Found>,
) -> Option<(String, At, usize)> {
    for count in (1..=segments.len()).rev() {
        let here = position(segments, count);
        let whole = count == segments.len();
        if let Some(of) = found.get(&here) {
            let single = of.published.is_empty();
            let at = match (whole, single) {
                (true, false) => At::Item,
                // A type without items is a collection where its segment is a plural.
                (true, true) if !here.ends_with(&of.noun) => At::Collection,
                (true, true) | (false, _) => At::Inside,
            };
            return Some((here, at, count));
        }
        let item = format!("{here}/{{}}");
        if found.contains_key(&item) {
            let at = if whole { At::Collection } else { At::Inside };
            return Some((item, at, count));
        }
    }
    None
}

/// Gives every position a name that no other has: those nearer to the root choose first.
fn named(found: &BTreeMap<String, Found>, system: &str) -> BTreeMap<String, Type> {
    let mut order: Vec<&String> = found.keys().collect();
    order.sort_by_key(|position| (position.matches('/').count(), position.as_str()));
    let mut taken = BTreeSet::from([system.to_owned()]);
    let mut types: BTreeMap<String, Type> = BTreeMap::new();
    let mut chains: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for position in order {
        let of = &found[position];
        let parent = of.parent.as_ref();
        let mut names = vec![of.noun.clone()];
        if let Some(parent) = parent.and_then(|parent| types.get(parent)) {
            names.push(format!("{}-{}", parent.name, of.noun));
        }
        if let Some(before) = &of.before {
            names.push(format!("{before}-{}", of.noun));
        }
        names.extend((2..taken.len() + 3).map(|number| format!("{}-{number}", of.noun)));
        let name = names
            .into_iter()
            .find(|name| !taken.contains(name))
            .expect("there is one name more than could be taken");
        taken.insert(name.clone());
        let mut chain = parent
            .and_then(|parent| chains.get(parent))
            .cloned()
            .unwrap_or_default();
        let mut parameters = Vec::new();
        if !of.published.is_empty() {
            let base = match kebab(&of.published) {
                name if is_word(&name) => name,
                name => format!("id-{name}"),
            };
            let parameter = std::iter::once(base.clone())
                .chain((2..chain.len() + 3).map(|number| format!("{base}-{number}")))
                .find(|name| !chain.contains(name))
                .expect("there is one name more than could be taken");
            chain.push(parameter.clone());
            parameters.push(parameter);
        }
        chains.insert(position.clone(), chain);
        types.insert(
            position.clone(),
            Type {
                name,
                parent: of.parent.clone(),
                parameters,
                spelling: of.spelling.clone(),
                operations: BTreeMap::new(),
            },
        );
    }
    types
}
