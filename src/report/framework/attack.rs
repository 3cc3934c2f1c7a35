//! What an attacker could do with what was found: MITRE ATT&CK techniques by predicate.

use super::{ATTACK, FILES};
use serde::Deserialize;

/// What has to stand beside every list of techniques.
pub const NOTICE: &str = "© 2026 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation. The MITRE Corporation (MITRE) hereby grants you a non-exclusive, royalty-free license to use ATT&CK® for research, development, and commercial purposes. Any copy you make for such purposes is authorized provided that you reproduce MITRE's copyright designation and this license in any such copy.";

/// Techniques by classes of findings.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// The version of ATT&CK in which the ids were looked up.
    pub version: String,
    /// The classes.
    pub class: Vec<Class>,
}

/// A class of findings.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// The predicates that find it, by id.
    pub evidence: Vec<String>,
    /// What it makes possible.
    pub technique: Vec<Technique>,
}

/// A technique.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Technique {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Where it is described.
    pub url: String,
    /// What it is called from version 19 on.
    pub since_v19: Option<Renamed>,
}

/// A technique's new name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// The techniques that come with the compiler; a test reads them and wants no error.
pub fn attack() -> Attack {
    let text = FILES
        .get_file(ATTACK)
        .and_then(include_dir::File::contents_utf8);
    let empty = Attack {
        version: String::new(),
        class: Vec::new(),
    };
    text.and_then(|text| toml::from_str(text).ok())
        .unwrap_or(empty)
}

impl Attack {
    /// What failing some predicates makes possible, sorted by id, each once.
    pub fn techniques<'a>(&'a self, failed: &[&str]) -> Vec<&'a Technique> {
        let mut all: Vec<&Technique> = self
            .class
            .iter()
            .filter(|class| {
                class
                    .evidence
                    .iter()
                    .any(|id| failed.contains(&id.as_str()))
            })
            .flat_map(|class| &class.technique)
            .collect();
        all.sort();
        all.dedup();
        all
    }
}
