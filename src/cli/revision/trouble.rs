//! What is wrong with a name or a repository, and what to do about it.

use gix::ObjectId;
use gix::bstr::ByteSlice as _;
use gix::revision::spec::parse;

use crate::cli::Failure;
use crate::diagnostic::suggest::nearest;

/// How to get more of the history.
const DEEPEN: &str = "this is a shallow clone: fetch more of the history with `git fetch --deepen=100`, or all of it with `git fetch --unshallow`; in a workflow, give `actions/checkout` a `fetch-depth: 0`";

/// An object that cannot be read: it was never fetched, or it is damaged.
pub(super) fn damaged(repository: &gix::Repository, id: ObjectId) -> Failure {
    let there = repository.has_object(id);
    let what = if there {
        "cannot be read"
    } else {
        "is not in this repository"
    };
    let failure = Failure::new(format!("the object `{id}` {what}"));
    if there {
        return failure.help("`git fsck` says what is damaged");
    }
    if is_partial(repository) {
        failure.help("this is a partial clone: fetch what is missing with `git fetch --refetch --no-filter`; in a workflow, leave out the `filter` of `actions/checkout`")
    } else if is_shallow(repository) {
        failure.help(DEEPEN)
    } else {
        failure.help("`git fsck` says what is missing")
    }
}

/// Whether the clone lacks a part of the history.
pub(super) fn is_shallow(repository: &gix::Repository) -> bool {
    repository.is_shallow().unwrap_or(false)
}

/// Whether objects were left out of the clone by a filter.
fn is_partial(repository: &gix::Repository) -> bool {
    let config = repository.config_snapshot();
    if config.string("extensions.partialClone").is_some() {
        return true;
    }
    let config = config.plumbing();
    config
        .sections_by_name("remote")
        .into_iter()
        .flatten()
        .any(|remote| remote.value("promisor").is_some())
}

/// Two commits that have no ancestor in common.
pub(super) fn unrelated(repository: &gix::Repository, range: &str) -> Failure {
    let failure = Failure::new(format!("the ends of `{range}` have no commit in common"));
    if is_shallow(repository) {
        failure.help(DEEPEN)
    } else {
        failure.help("write `A..B` to compare the ends themselves")
    }
}

/// A word that names no commit; `error` is what reading it as one came to.
pub(super) fn unknown(repository: &gix::Repository, word: &str, error: &gix::Error) -> Failure {
    let known = error
        .iter_errors()
        .find_map(|error| error.downcast_ref::<parse::Error>());
    if let Some(parse::Error::AmbiguousPrefix { candidates, .. }) = known {
        let names: Vec<String> = candidates
            .iter()
            .take(4)
            .map(|(prefix, info)| format!("`{prefix}` ({})", plain(&info.to_string())))
            .collect();
        return Failure::new(format!(
            "several objects have a hash that begins with `{word}`"
        ))
        .help(format!("write more of it: {}", names.join(", ")));
    }
    let shallow = is_shallow(repository);
    let is_hash = word.len() >= repository.object_hash().len_in_hex()
        && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash {
        return Failure::new(format!("there is no commit `{word}` in this repository")).help(
            if shallow {
                DEEPEN.to_owned()
            } else {
                format!("fetch it: `git fetch origin {word}`")
            },
        );
    }
    if let Some(at) = word.find(['~', '^', '@']).filter(|&at| at > 0)
        && repository.rev_parse_single(&word[..at]).is_ok()
    {
        let known = &word[..at];
        let goes_back = word[at..]
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'~' | b'^'));
        if !goes_back {
            return Failure::new(format!("there is no revision `{word}`"))
                .help(plain(&error.probable_cause().to_string()));
        }
        let what = format!("there is no `{word}`: the history of `{known}` ends before it");
        return Failure::new(what).help(if shallow {
            DEEPEN.to_owned()
        } else {
            format!("`git log --oneline {known}` shows how far it reaches")
        });
    }
    if let Some(kind) = repository.config_snapshot().string("extensions.refStorage")
        && kind != "files"
    {
        return Failure::new(format!(
            "cannot look up `{word}`: branches are kept as `{kind}` here"
        ))
        .help("write the whole hash of the commit: `git rev-parse` prints it");
    }
    let remote = word.split_once('/').filter(|(remote, _)| {
        let names = repository.remote_names();
        names
            .iter()
            .any(|name| name.as_bytes() == remote.as_bytes())
    });
    let near = near(repository, word).map(|near| format!("did you mean `{near}`?"));
    let help = match (remote, near) {
        (Some((remote, branch)), None) => format!("fetch it: `git fetch {remote} {branch}`"),
        (Some((remote, branch)), Some(near)) => {
            format!("fetch it with `git fetch {remote} {branch}`, or {near}")
        }
        (None, Some(near)) => near,
        (None, None) if shallow => DEEPEN.to_owned(),
        (None, None) => {
            "name a branch, a tag or a commit; a folder is written with a `/`, as in `./old`".into()
        }
    };
    Failure::new(format!("there is no revision `{word}`")).help(help)
}

/// The branch or tag that was probably meant: one of a remote that ends in it, or one that is
/// written nearly so.
fn near(repository: &gix::Repository, word: &str) -> Option<String> {
    let names: Vec<String> = repository
        .references()
        .ok()?
        .all()
        .ok()?
        .filter_map(Result::ok)
        .map(|reference| reference.name().shorten().to_string())
        .filter(|name| !name.ends_with("/HEAD"))
        .collect();
    let of_remote = names.iter().find(|name| {
        name.split_once('/')
            .is_some_and(|(_, branch)| branch == word)
    });
    of_remote
        .cloned()
        .or_else(|| nearest(word, names.iter().map(String::as_str)).map(str::to_owned))
}

/// Words of the library in the way of the house.
pub(super) fn plain(words: &str) -> String {
    let line = words.lines().next().unwrap_or("").trim_end_matches('.');
    let mut characters = line.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(characters).collect()
    })
}
