//! Frameworks: lists of controls, each with the predicates that are evidence for it.
//!
//! A framework is a file of data, `frameworks/<key>.toml`, so that a team can bring its own in the
//! same form; docs/frameworks.md describes it. Which predicates speak of which control is this
//! project's own judgement.

pub mod attack;
mod read;

pub use read::read;

use super::predicate::{self, Predicate};
use crate::diagnostic::suggest::nearest;
use crate::settings::Class;
use crate::source::{FileId, SourceFile, Sources};
use include_dir::{Dir, include_dir};
use std::collections::BTreeSet;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/frameworks");

/// The file of that folder that is no framework.
const ATTACK: &str = "attack.toml";

/// The frameworks that a report is about when nobody asks for others.
pub const USUAL: [&str; 3] = ["owasp-nhi-2025", "nist-csf-2.0", "nist-sp800-207"];

/// A list of controls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Framework {
    /// The key that it is asked for by.
    pub key: String,
    /// The name.
    pub name: String,
    /// The version.
    pub version: String,
    /// Whether the titles are the publisher's own; else they are summaries of this project.
    pub official_titles: bool,
    /// Where the ids are from.
    pub source: String,
    /// The licence of ids and titles.
    pub licence: Option<String>,
    /// What else to know.
    pub note: Option<String>,
    /// Other words by which it is asked for.
    pub also: Vec<String>,
    /// Which controls are listed, where it is not all of them.
    pub selection: Option<String>,
    /// The address of the publisher's OSCAL catalogue; none where this project writes one.
    pub catalogue: Option<String>,
    /// The controls, in the order of the framework.
    pub controls: Vec<Control>,
    /// Ids of older versions and common misuse.
    pub aliases: Vec<Alias>,
}

/// A control.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Control {
    /// The official id.
    pub id: String,
    /// The id in OSCAL.
    pub oscal: String,
    /// The title.
    pub title: String,
    /// The group that it is in.
    pub group: Option<String>,
    /// Where the publisher describes it.
    pub url: Option<String>,
    /// Other spellings of the id.
    pub also: Vec<String>,
    /// The predicates that are evidence for it, by id.
    pub evidence: Vec<String>,
    /// The classes of integrations that it is about; empty means every integration.
    pub concerns: Vec<Class>,
    /// What no declaration can show, in words that follow "cannot show".
    pub beyond: Option<String>,
    /// Why it never concerns non-human identities; none where it may.
    pub inapplicable: Option<String>,
}

impl Control {
    /// The predicates that are evidence for it.
    pub fn predicates(&self) -> impl Iterator<Item = &'static Predicate> {
        self.evidence.iter().filter_map(|id| predicate::named(id))
    }
}

/// An id of an older version, or a common misuse, and what it means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alias {
    /// The id as it is found.
    pub id: String,
    /// Other spellings of it.
    pub also: Vec<String>,
    /// The controls that it means.
    pub means: Vec<String>,
    /// Why, as a clause.
    pub because: String,
}

/// The frameworks that come with the compiler, sorted by key.
pub fn all() -> Vec<Framework> {
    let mut all: Vec<Framework> = texts()
        .into_iter()
        .filter_map(|(path, text)| {
            // A test reads every file and wants no error.
            let (framework, _) = read(FileId(0), &SourceFile::new(path, text));
            framework
        })
        .collect();
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all
}

/// The paths and texts of the frameworks that come with the compiler, sorted by path.
pub fn texts() -> Vec<(String, &'static str)> {
    let mut texts: Vec<(String, &str)> = FILES
        .files()
        .filter(|file| file.path().file_name().is_none_or(|name| name != ATTACK))
        .filter_map(|file| {
            let path = format!("frameworks:{}", file.path().display());
            Some((path, file.contents_utf8()?))
        })
        .collect();
    texts.sort();
    texts
}

/// The frameworks of [`USUAL`], whole.
pub fn usual() -> Vec<Asked> {
    let known = all();
    let keys = USUAL.iter();
    keys.filter_map(|key| known.iter().find(|framework| framework.key == *key))
        .map(|framework| Asked::whole(framework.clone()))
        .collect()
}

/// What somebody asked for, by a word: a whole framework, or controls of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The framework.
    pub framework: Framework,
    /// The controls that were asked for, by id; empty means all.
    pub controls: BTreeSet<String>,
    /// What the word means, where that has to be explained: a sentence.
    pub explained: Option<String>,
}

impl Asked {
    /// A whole framework.
    pub fn whole(framework: Framework) -> Self {
        Self {
            framework,
            controls: BTreeSet::new(),
            explained: None,
        }
    }
}

/// The framework, or the controls, that a word asks for: a key, another name of a framework, the id
/// of a control, or an alias of one. Letters count alike in both cases. Where an id is one of
/// several frameworks, all of them are meant.
///
/// # Errors
/// The nearest word, where there is one, when nothing is called so.
pub fn asked(frameworks: &[Framework], word: &str) -> Result<Vec<Asked>, Option<String>> {
    let is = |other: &str| other.eq_ignore_ascii_case(word);
    let whole = frameworks
        .iter()
        .find(|framework| is(&framework.key) || framework.also.iter().any(|also| is(also)));
    if let Some(framework) = whole {
        return Ok(vec![Asked::whole(framework.clone())]);
    }
    let mut found = Vec::new();
    for framework in frameworks {
        let control = framework
            .controls
            .iter()
            .find(|control| is(&control.id) || control.also.iter().any(|also| is(also)));
        let alias = framework
            .aliases
            .iter()
            .find(|alias| is(&alias.id) || alias.also.iter().any(|also| is(also)));
        let (controls, explained) = match (control, alias) {
            (Some(control), _) => (vec![control.id.clone()], None),
            (None, Some(alias)) => {
                let ids: Vec<String> = alias.means.iter().map(|id| format!("`{id}`")).collect();
                let sentence = format!(
                    "`{word}` is {} of {} {}: {}.",
                    ids.join(" and "),
                    framework.name,
                    framework.version,
                    alias.because
                );
                (alias.means.clone(), Some(sentence))
            }
            (None, None) => continue,
        };
        found.push(Asked {
            framework: framework.clone(),
            controls: controls.into_iter().collect(),
            explained,
        });
    }
    if found.is_empty() {
        return Err(near(frameworks, word));
    }
    Ok(found)
}

fn near(frameworks: &[Framework], word: &str) -> Option<String> {
    let names = frameworks.iter().flat_map(|framework| {
        let controls = framework.controls.iter().map(|control| control.id.as_str());
        let aliases = framework.aliases.iter().map(|alias| alias.id.as_str());
        [framework.key.as_str()]
            .into_iter()
            .chain(framework.also.iter().map(String::as_str))
            .chain(controls)
            .chain(aliases)
    });
    nearest(word, names).map(str::to_owned)
}

/// The text of a framework that somebody brings, among the texts of a project.
///
/// # Errors
/// What is wrong with it, each at its place.
pub fn brought(
    sources: &mut Sources,
    path: &str,
    text: String,
) -> Result<Framework, Vec<crate::diagnostic::Diagnostic>> {
    let file = SourceFile::new(path, text);
    let id = sources.add(file.clone());
    match read(id, &file) {
        (Some(framework), errors) if errors.is_empty() => Ok(framework),
        (_, errors) => Err(errors),
    }
}
