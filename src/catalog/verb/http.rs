//! HTTP: method and path → verb. The first rule that fits decides:
//!
//! 1. A write on a path with a segment that ends in `role`, `grant`, `permission` or `policy`
//!    (singular or plural) is `administer`.
//! 2. `export`, `download` or `dump` in the path or the operation's id makes a GET or POST an
//!    `export`; `bulk` does so for a GET alone.
//! 3. DELETE is `delete`; PUT and PATCH are `update`.
//! 4. GET and HEAD are `list` on a collection or a search, else `get`.
//! 5. POST: the last word of what follows the type decides by a table (`…/search` is `list`,
//!    `…/lifecycle/suspend` is `update`, `…/approve` is `approve`); without such a word it is
//!    `create` on a collection, `update` on an item, `create` on what is plural inside an item, and
//!    `update` else.

use super::Verb;
use crate::catalog::line::words;

/// The methods of `OpenAPI` 3 path items that are operations.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Last words of path segments whose change is a change of permissions.
const PERMISSIONS: [&str; 8] = [
    "grant",
    "grants",
    "permission",
    "permissions",
    "policies",
    "policy",
    "role",
    "roles",
];

/// Words that make a read a bulk extraction.
const EXPORTS: [&str; 6] = [
    "download",
    "downloads",
    "dump",
    "export",
    "exports",
    "exporter",
];

/// The word that decides what a POST does → its verb.
const POSTS: [(&str, Verb); 73] = [
    ("accept", Verb::Approve),
    ("activate", Verb::Update),
    ("add", Verb::Create),
    ("aggregate", Verb::List),
    ("approve", Verb::Approve),
    ("archive", Verb::Update),
    ("assign", Verb::Update),
    ("cancel", Verb::Update),
    ("clear", Verb::Delete),
    ("clone", Verb::Create),
    ("close", Verb::Update),
    ("convert", Verb::Get),
    ("copy", Verb::Create),
    ("count", Verb::Get),
    ("create", Verb::Create),
    ("deactivate", Verb::Update),
    ("decline", Verb::Approve),
    ("delete", Verb::Delete),
    ("deny", Verb::Approve),
    ("disable", Verb::Update),
    ("enable", Verb::Update),
    ("execute", Verb::Trigger),
    ("expire", Verb::Update),
    ("filter", Verb::List),
    ("find", Verb::List),
    ("generate", Verb::Create),
    ("impersonate", Verb::Assume),
    ("import", Verb::Create),
    ("invoke", Verb::Trigger),
    ("list", Verb::List),
    ("lock", Verb::Update),
    ("lookup", Verb::List),
    ("merge", Verb::Update),
    ("move", Verb::Update),
    ("mute", Verb::Update),
    ("notify", Verb::Trigger),
    ("pause", Verb::Update),
    ("preview", Verb::Get),
    ("publish", Verb::Trigger),
    ("purge", Verb::Delete),
    ("query", Verb::List),
    ("reactivate", Verb::Update),
    ("refresh", Verb::Trigger),
    ("register", Verb::Create),
    ("reject", Verb::Approve),
    ("remove", Verb::Delete),
    ("rename", Verb::Update),
    ("reopen", Verb::Update),
    ("reset", Verb::Update),
    ("restart", Verb::Trigger),
    ("restore", Verb::Update),
    ("resume", Verb::Update),
    ("retry", Verb::Trigger),
    ("revoke", Verb::Delete),
    ("rotate", Verb::Update),
    ("run", Verb::Trigger),
    ("search", Verb::List),
    ("send", Verb::Trigger),
    ("start", Verb::Trigger),
    ("stop", Verb::Update),
    ("suspend", Verb::Update),
    ("sync", Verb::Trigger),
    ("test", Verb::Trigger),
    ("trigger", Verb::Trigger),
    ("unarchive", Verb::Update),
    ("unlock", Verb::Update),
    ("unmute", Verb::Update),
    ("unsuspend", Verb::Update),
    ("update", Verb::Update),
    ("upload", Verb::Create),
    ("upsert", Verb::Create),
    ("validate", Verb::Get),
    ("verify", Verb::Trigger),
];

/// Where an operation stands relative to its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// The collection of the type's items.
    Collection,
    /// One item.
    Item,
    /// Something inside an item, or beside the items.
    Inside,
}

/// The verb of an operation: its method in lower case, its path's segments without parameters, how
/// many of these follow its type, and its id.
pub fn verb(method: &str, segments: &[&str], at: At, tail: &[&str], id: &str) -> Verb {
    let has = |wanted: &[&str]| {
        segments
            .iter()
            .copied()
            .chain([id])
            .flat_map(words)
            .any(|word| wanted.contains(&word.to_lowercase().as_str()))
    };
    let reads = matches!(method, "get" | "head" | "options" | "trace");
    let decides = segments.iter().any(|segment| {
        words(segment)
            .last()
            .is_some_and(|word| PERMISSIONS.contains(&word.to_lowercase().as_str()))
    });
    let last = tail.last().map_or_else(Vec::new, |segment| words(segment));
    let by_word = last
        .iter()
        .rev()
        .chain(last.first())
        .find_map(|word| post(word));
    let searches = matches!(by_word, Some(Verb::List | Verb::Get));
    if decides && !reads && !(method == "post" && searches) {
        return Verb::Administer;
    }
    let extracts = has(&EXPORTS) || method == "get" && has(&["bulk"]);
    if extracts && matches!(method, "get" | "post") {
        return Verb::Export;
    }
    match (method, at) {
        ("delete", _) => Verb::Delete,
        ("put" | "patch", _) => Verb::Update,
        ("post", _) => by_word.unwrap_or(match at {
            At::Collection => Verb::Create,
            At::Inside if last.last().is_some_and(|word| plural(word)) => Verb::Create,
            At::Item | At::Inside => Verb::Update,
        }),
        (_, At::Collection) => Verb::List,
        (_, At::Item) => Verb::Get,
        (_, At::Inside) => {
            if by_word == Some(Verb::List) || last.last().is_some_and(|word| plural(word)) {
                Verb::List
            } else {
                Verb::Get
            }
        }
    }
}

fn post(word: &str) -> Option<Verb> {
    let word = word.to_lowercase();
    POSTS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|&(_, verb)| verb)
}

/// Words in `s` that are no plural.
const NO_PLURAL: [&str; 29] = [
    "access",
    "aks",
    "alias",
    "analysis",
    "analytics",
    "aws",
    "axis",
    "basis",
    "bias",
    "canvas",
    "credentials",
    "css",
    "details",
    "dns",
    "https",
    "ios",
    "jwks",
    "kubernetes",
    "lens",
    "news",
    "options",
    "preferences",
    "process",
    "sas",
    "series",
    "settings",
    "sms",
    "status",
    "tls",
];

/// Whether `word` is a plural, as far as its letters tell: it ends in `s` but not in `ss` or `us`.
pub fn plural(word: &str) -> bool {
    let word = word.to_lowercase();
    word.len() > 2
        && word.ends_with('s')
        && !word.ends_with("ss")
        && !word.ends_with("us")
        && !NO_PLURAL.contains(&word.as_str())
}

/// The singular of a word in lower case: `…ies` → `…y`, `…sses`, `…xes`, `…ches`, `…shes` and
/// `…uses` lose `es`, other plurals their `s`.
pub fn singular(word: &str) -> String {
    if word == "indices" {
        return "index".to_owned();
    }
    if !plural(word) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return if stem.len() > 1 {
            format!("{stem}y")
        } else {
            format!("{stem}ie")
        };
    }
    for ending in ["sses", "xes", "ches", "shes", "tuses", "iases"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    word[..word.len() - 1].to_owned()
}
