//! Whether anything is left of somebody: in the declarations, in the files beside them, in the
//! output folder. It may be gone from the declarations already, which is the good case.

mod address;
mod beside;
mod output;

use std::collections::BTreeSet;

use serde::Serialize;

use super::mention::{Sought, mentions};
use super::scan::{self, Within};
use super::{Beside, Project, VERSION, bare};
use crate::compile::{Compiled, Input, ask};
use crate::diagnostic::suggest::nearest;
use crate::emit::manifest::Manifest;
use crate::model::Model;
use crate::source::Span;
use crate::syntax::ast::{File, ItemKind};
use crate::syntax::parser;

/// The output folder, as it is.
#[derive(Clone, Default, Debug)]
pub struct Folder {
    /// Whether there is such a folder.
    pub is_there: bool,
    /// Its manifest; none where there is none, or it cannot be understood.
    pub manifest: Option<Manifest>,
    /// Every file, by path relative to the folder, the manifest included.
    pub files: Vec<(String, Vec<u8>)>,
    /// What in it could not be looked into, and why.
    pub unread: Vec<String>,
}

/// The contract of `offboard --verify --format json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Left {
    /// The version of the contract: 1.
    pub version: u32,
    /// Of whom.
    pub name: String,
    /// Whether it is still declared.
    pub declared: bool,
    /// Whether nothing is left.
    pub clean: bool,
    /// What is left.
    pub left: Vec<Trace>,
    /// Where the word stands and is not it, or only speaks of it.
    pub notes: Vec<Trace>,
    /// What could not be looked for.
    pub unknown: Vec<String>,
}

/// One place in which something is left.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Trace {
    /// `declaration`, `lock`, `baseline`, `approvals` or `output`.
    pub place: &'static str,
    /// The file: relative to the project, or to the output folder where `place` is `output`.
    pub file: String,
    /// The line; none where the file as a whole is meant.
    pub line: Option<u32>,
    /// What is there.
    pub what: String,
}

/// Looks for what is left of somebody, with or without a path before the name.
pub fn left(project: &Project, beside: &Beside, folder: &Folder, name: &str) -> Left {
    let (compiled, _) = ask(input(project), None);
    left_of(&compiled, project, beside, folder, name)
}

/// As [`left`], of a project that is compiled already.
pub fn left_of(
    compiled: &Compiled,
    project: &Project,
    beside: &Beside,
    folder: &Folder,
    name: &str,
) -> Left {
    let name = bare(name);
    let mut seeker = Seeker {
        name,
        compiled,
        found: Left {
            version: VERSION,
            name: name.to_owned(),
            declared: compiled
                .model
                .parties()
                .any(|(_, party)| &*party.name == name),
            clean: false,
            left: Vec::new(),
            notes: Vec::new(),
            unknown: Vec::new(),
        },
    };
    seeker.declarations(project);
    seeker.lock(beside.lock.as_deref());
    seeker.baseline(beside.baseline.as_deref());
    seeker.approvals(beside.approvals.as_deref());
    let addresses = seeker.addresses(project, beside, folder);
    seeker.output(folder, &addresses);
    let mut found = seeker.found;
    if found.left.is_empty() && found.notes.is_empty() {
        let names = compiled.model.parties().map(|(_, party)| &*party.name);
        let near = nearest(name, names).map(|near| format!(": did you mean `{near}`?"));
        found.unknown.push(format!(
            "whether there ever was a `{name}`: nothing here speaks of it{}",
            near.unwrap_or_default()
        ));
    }
    found.left.sort();
    found.left.dedup();
    found.notes.sort();
    found.notes.dedup();
    found.clean = found.left.is_empty();
    found
}

fn input(project: &Project) -> Input {
    Input {
        sources: project.sources.clone(),
        files: project.files.clone(),
        settings: project.settings.clone(),
        diagnostics: Vec::new(),
    }
}

struct Seeker<'a> {
    name: &'a str,
    compiled: &'a Compiled,
    found: Left,
}

impl Seeker<'_> {
    fn put(&mut self, place: &'static str, file: &str, line: Option<u32>, what: impl Into<String>) {
        self.found.left.push(trace(place, file, line, what));
    }

    fn note(
        &mut self,
        place: &'static str,
        file: &str,
        line: Option<u32>,
        what: impl Into<String>,
    ) {
        self.found.notes.push(trace(place, file, line, what));
    }

    fn declarations(&mut self, project: &Project) {
        let sources = &project.sources;
        let going = BTreeSet::new();
        for &id in &project.files {
            let file = sources.file(id);
            let (tree, wrong) = parser::parse(id, &file.text);
            let sought = Sought {
                name: self.name,
                going: &going,
            };
            let trees = [tree];
            let named = mentions(&trees, &sought).all;
            let mut lines = BTreeSet::new();
            for mention in named {
                let line = file.place(mention.span.start).line;
                lines.insert(line);
                self.put("declaration", &file.path, Some(line), mention.what);
            }
            let others = others(&trees[0], self.name);
            for (line, within) in scan::lines(&file.text, self.name, "//") {
                if lines.contains(&line) {
                    continue;
                }
                let at = Some(line);
                match within {
                    Within::Comment => {
                        self.note("declaration", &file.path, at, "a comment speaks of it");
                    }
                    Within::Quotes => {
                        let what = "the word is part of another name, or of prose";
                        self.note("declaration", &file.path, at, what);
                    }
                    Within::Code if !wrong.is_empty() => {
                        let what = "the word stands in a file that cannot be understood whole";
                        self.put("declaration", &file.path, at, what);
                    }
                    Within::Code => {
                        let byte = file.line_start(line);
                        let span = Span::new(id, byte, byte + file.line(line).len());
                        let is_other =
                            self.is_another() || others.iter().any(|other| other.holds(span));
                        if is_other {
                            let what = "something else has the same name";
                            self.note("declaration", &file.path, at, what);
                        } else {
                            self.put("declaration", &file.path, at, "a line names it");
                        }
                    }
                }
            }
            if !wrong.is_empty() {
                let what = format!(
                    "whether `{}` names it: it cannot be understood whole",
                    file.path
                );
                self.found.unknown.push(what);
            }
        }
    }

    /// Whether the name is that of something else, too.
    fn is_another(&self) -> bool {
        let model: &Model = &self.compiled.model;
        let is = |name: &str| name == self.name;
        model.systems.iter().any(|one| is(&one.name))
            || model.teams.iter().any(|one| is(&one.name))
            || model.profiles.iter().any(|one| is(&one.name))
            || model.guards.iter().any(|one| is(&one.name))
    }
}

fn trace(place: &'static str, file: &str, line: Option<u32>, what: impl Into<String>) -> Trace {
    Trace {
        place,
        file: file.to_owned(),
        line,
        what: what.into(),
    }
}

/// Items of vendors, whose words are the vendor's, and profiles with a parameter of the name.
fn others(tree: &File, name: &str) -> Vec<Span> {
    let is_other = |kind: &ItemKind| match kind {
        ItemKind::Vendor(_) | ItemKind::Service(_) => true,
        ItemKind::Profile(profile) => {
            let mut parameters = profile.parameters.iter();
            parameters.any(|parameter| &*parameter.name.raw == name)
        }
        ItemKind::Team(_)
        | ItemKind::System(_)
        | ItemKind::Integration(_)
        | ItemKind::Principal(_)
        | ItemKind::Resource(_)
        | ItemKind::Guard(_)
        | ItemKind::Test(_)
        | ItemKind::Reviewed(_)
        | ItemKind::Rotated(_) => false,
    };
    let items = tree.items.iter().filter(|item| is_other(&item.kind));
    items.map(|item| item.span).collect()
}
