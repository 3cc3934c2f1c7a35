//! Published resource types → the types of the language: merged by address, nested by prefix.

use std::collections::{BTreeMap, BTreeSet};

use super::Catalogue;
use crate::catalog::line::{is_word, kebab, words};

/// Types that lie in none, though an address begins as theirs: what follows is not inside.
const NOT_INSIDE: [(&str, &str); 2] = [
    // A member account of an organisation is no part of the caller's own account.
    ("account", "accountInOrganization"),
    // Its address begins with the bus, where that of a rule on the default bus has the rule.
    ("events", "rule-on-custom-event-bus"),
];

/// A type of the language. The index in [`Tree::types`] is its id.
#[derive(Clone, Debug)]
pub(super) struct Type {
    /// The service in whose file it stands.
    pub service: String,
    /// Kebab-case, unique in its service.
    pub name: String,
    /// AWS's own name, where it is another.
    pub spelling: Option<String>,
    /// The other published names of it, `service name` where the service is another.
    pub also: BTreeSet<String>,
    /// The type it lies in.
    pub parent: Option<usize>,
    /// The names of its own parameters.
    pub parameters: Vec<String>,
    /// The address, placeholders named.
    pub format: String,
    /// Condition keys that a request about it carries.
    pub keys: BTreeSet<String>,
    pieces: Vec<Piece>,
}

/// A piece of an address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Piece {
    Text(String),
    /// `partition`, `region` or `account`.
    Reserved(&'static str),
    /// A parameter, as AWS spells it.
    Parameter(String),
}

/// All types, and which published one became which.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub types: Vec<Type>,
    /// By service and published key in lower case: one type a format.
    pub places: BTreeMap<(String, String), Vec<usize>>,
}

/// One published format: whose it is and how often operations name it.
struct Candidate {
    service: String,
    key: String,
    uses: usize,
    /// Which of the type's formats, from 0.
    number: usize,
    keys: BTreeSet<String>,
}

impl Tree {
    /// Merges and nests every published type.
    pub fn grow(catalogue: &Catalogue) -> Tree {
        let uses = uses(catalogue);
        let mut groups: BTreeMap<Vec<Piece>, (Vec<Piece>, Vec<Candidate>)> = BTreeMap::new();
        for (place, published) in &catalogue.types {
            for (number, format) in published.formats.iter().enumerate() {
                let pieces = pieces(format);
                let candidate = Candidate {
                    service: published.service.clone(),
                    key: published.key.clone(),
                    uses: uses.get(place).copied().unwrap_or(0),
                    number,
                    keys: published.keys.clone(),
                };
                groups
                    .entry(shape(&pieces))
                    .or_insert_with(|| (pieces, Vec::new()))
                    .1
                    .push(candidate);
            }
        }
        let mut tree = Tree::default();
        let mut numbers = Vec::new();
        for (shape, (_, candidates)) in groups {
            let owner = owner(&shape, &candidates);
            tree.add(catalogue, &candidates, owner);
            numbers.push(candidates[owner].number);
        }
        tree.nest();
        tree.name(&numbers);
        tree.name_parameters();
        tree
    }

    fn add(&mut self, catalogue: &Catalogue, candidates: &[Candidate], owner: usize) {
        let own = &candidates[owner];
        let id = self.types.len();
        let mut also = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for candidate in candidates {
            self.places
                .entry((candidate.service.clone(), candidate.key.to_lowercase()))
                .or_default()
                .push(id);
            keys.extend(candidate.keys.iter().cloned());
            if candidate.service != own.service {
                also.insert(format!("{} {}", candidate.service, candidate.key));
            } else if candidate.key != own.key {
                also.insert(candidate.key.clone());
            }
        }
        let published = &catalogue.types[&(own.service.clone(), own.key.to_lowercase())];
        self.types.push(Type {
            service: own.service.clone(),
            name: own.key.clone(),
            spelling: None,
            also,
            parent: None,
            parameters: Vec::new(),
            format: String::new(),
            keys,
            pieces: pieces(&published.formats[own.number]),
        });
    }

    /// Finds for each type the one whose format is the longest beginning of its own.
    fn nest(&mut self) {
        let shapes: BTreeMap<(String, Vec<Piece>), usize> = self
            .types
            .iter()
            .enumerate()
            .map(|(id, of)| ((of.service.clone(), shape(&of.pieces)), id))
            .collect();
        for id in 0..self.types.len() {
            let own = shape(&self.types[id].pieces);
            let service = self.types[id].service.clone();
            if NOT_INSIDE.contains(&(&service, &self.types[id].name)) {
                continue;
            }
            self.types[id].parent = beginnings(&own)
                .into_iter()
                .find_map(|beginning| shapes.get(&(service.clone(), beginning)).copied());
        }
    }

    /// Gives every type a kebab-case name that no other type of its service has.
    fn name(&mut self, numbers: &[usize]) {
        let published: Vec<String> = self.types.iter().map(|of| of.name.clone()).collect();
        let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
        let mut order: Vec<usize> = (0..self.types.len()).collect();
        order.sort_by_key(|&id| (numbers[id], &self.types[id].service, id));
        for id in order {
            let base = match kebab(&published[id]) {
                name if is_word(&name) => name,
                name => format!("type-{name}"),
            };
            let mut names = Vec::new();
            if numbers[id] == 0 {
                names.push(base.clone());
            } else if let Some(parent) = self.types[id].parent {
                names.push(format!("{}-{base}", kebab(&published[parent])));
            }
            let service = self.types[id].service.clone();
            let free = names
                .into_iter()
                .chain(numbered(&base, taken.len()))
                .find(|name| !taken.contains(&(service.clone(), name.clone())))
                .expect("there is one name more than could be taken");
            taken.insert((service, free.clone()));
            let of = &mut self.types[id];
            of.spelling = (published[id] != free).then(|| published[id].clone());
            of.name = free;
        }
    }

    /// Names the parameters: a type that lies in another takes the names of its beginning.
    fn name_parameters(&mut self) {
        let mut order: Vec<usize> = (0..self.types.len()).collect();
        order.sort_by_key(|&id| self.types[id].pieces.len());
        let mut all: Vec<Vec<String>> = vec![Vec::new(); self.types.len()];
        for id in order {
            let mut names = self.types[id]
                .parent
                .map_or_else(Vec::new, |parent| all[parent].clone());
            let inherited = names.len();
            let mut at = 0;
            let mut format = String::new();
            for piece in &self.types[id].pieces {
                match piece {
                    Piece::Text(text) => format.push_str(text),
                    Piece::Reserved(name) => {
                        format.push_str("${");
                        format.push_str(name);
                        format.push('}');
                    }
                    Piece::Parameter(published) => {
                        if at >= inherited {
                            let name = parameter(published, &names);
                            names.push(name);
                        }
                        format.push_str("${");
                        format.push_str(&names[at]);
                        format.push('}');
                        at += 1;
                    }
                }
            }
            self.types[id].parameters = names[inherited..].to_vec();
            self.types[id].format = format;
            all[id] = names;
        }
    }

    /// The types that a slot of `service` names; one, or one a format.
    pub fn of(&self, service: &str, key: &str) -> &[usize] {
        self.places
            .get(&(service.to_owned(), key.to_lowercase()))
            .map_or(&[], Vec::as_slice)
    }
}

/// How many operations name each published type.
fn uses(catalogue: &Catalogue) -> BTreeMap<(String, String), usize> {
    let mut uses = BTreeMap::new();
    for (service, actions) in &catalogue.actions {
        for action in actions.values() {
            for (key, _) in &action.slots {
                *uses
                    .entry((service.clone(), key.to_lowercase()))
                    .or_insert(0) += 1;
            }
        }
    }
    uses
}

/// Which of the types with one address gives it its file and its name: one of the service that the
/// address names, there or anywhere the one most used, then the shortest.
fn owner(shape: &[Piece], candidates: &[Candidate]) -> usize {
    let named = match shape {
        [
            Piece::Text(start),
            Piece::Reserved("partition"),
            Piece::Text(rest),
            ..,
        ] if start == "arn:" => rest.trim_start_matches(':').split(':').next(),
        _ => None,
    };
    let best = (0..candidates.len()).min_by_key(|&index| {
        let candidate = &candidates[index];
        (
            Some(candidate.service.as_str()) != named,
            std::cmp::Reverse(candidate.uses),
            candidate.key.len(),
            candidate.service.clone(),
            candidate.key.clone(),
        )
    });
    best.unwrap_or(0)
}

/// Cuts an address into text and placeholders.
fn pieces(format: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        text.push_str(&rest[..start]);
        let colons = pieces.iter().fold(0, |sum, piece| match piece {
            Piece::Text(text) => sum + text.matches(':').count(),
            Piece::Reserved(_) | Piece::Parameter(_) => sum,
        }) + text.matches(':').count();
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        let name = &rest[start + 2..start + length];
        pieces.push(match (name.to_lowercase().as_str(), colons) {
            ("partition", _) | (_, 1) => Piece::Reserved("partition"),
            ("region", _) | (_, 3) => Piece::Reserved("region"),
            ("account" | "accountid", _) | (_, 4) => Piece::Reserved("account"),
            _ => Piece::Parameter(name.to_owned()),
        });
        rest = &rest[start + length + 1..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// The address with the names of its parameters left out: two types of one shape are one type.
fn shape(pieces: &[Piece]) -> Vec<Piece> {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Parameter(_) => Piece::Parameter(String::new()),
            Piece::Text(_) | Piece::Reserved(_) => piece.clone(),
        })
        .collect()
}

/// The beginnings of an address that end before a `/` or `:`, longest first; those that end in a
/// wildcard name nothing that could hold something.
fn beginnings(shape: &[Piece]) -> Vec<Vec<Piece>> {
    let mut all = Vec::new();
    for (index, piece) in shape.iter().enumerate() {
        let Piece::Text(text) = piece else { continue };
        for (at, _) in text.match_indices(['/', ':']) {
            let mut beginning = shape[..index].to_vec();
            if at > 0 {
                beginning.push(Piece::Text(text[..at].to_owned()));
            }
            if !text[..at].ends_with('*') {
                all.push(beginning);
            }
        }
    }
    all.reverse();
    all
}

/// The kebab-case name of a parameter, different from those before it and from what is reserved.
fn parameter(published: &str, taken: &[String]) -> String {
    let base = match kebab(published) {
        name if name.is_empty() => "id".to_owned(),
        name if is_word(&name) => name,
        name => format!("id-{name}"),
    };
    let free = |name: &String| {
        !taken.contains(name) && !matches!(name.as_str(), "partition" | "region" | "account")
    };
    if free(&base) {
        return base;
    }
    numbered(&base, taken.len())
        .find(free)
        .expect("there is one name more than could be taken")
}

/// `base-2`, `base-3` …: one more than `taken`, so that one of them is free.
fn numbered(base: &str, taken: usize) -> impl Iterator<Item = String> {
    (2..taken + 3).map(move |number| format!("{base}-{number}"))
}

/// Whether the letters of a type's name occur in an operation's name, and how many they are.
pub(super) fn mentioned(operation: &str, key: &str) -> usize {
    let key = words(key).concat().to_lowercase();
    if operation.to_lowercase().contains(&key) {
        key.len()
    } else {
        0
    }
}
