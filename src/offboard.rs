//! Taking one integration away: what to revoke where and in which order, what it could have taken
//! along, what breaks without it, what to change in the declarations, and whether anything is left.
//!
//! The answer rests on the project as it is and on the same project with the edits made, compiled
//! anew, so that what they bring about is found and not guessed. Nothing here changes a file.

mod after;
mod belonging;
pub mod cut;
pub mod decide;
pub mod downstream;
pub mod edit;
pub mod expose;
mod follow;
pub mod human;
pub mod left;
pub mod markdown;
pub mod mention;
pub mod outline;
mod patch;
pub mod revoke;
mod scan;
mod without;
mod word;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::compile::{Compiled, Input, compile};
use crate::diagnostic::suggest::nearest;
use crate::emit::{self};
use crate::model::party::Party;
use crate::model::{Model, PartyId};
use crate::question::Unknown;
use crate::settings::Settings;
use crate::source::{FileId, Sources};
use crate::syntax::ast::File;
use crate::syntax::parser;
use mention::{Sought, mentions};
use without::Without;

/// The version of the contracts.
pub const VERSION: u32 = 1;

/// A project as it was read.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its texts.
    pub sources: Sources,
    /// Which of them are its `.scope` files.
    pub files: Vec<FileId>,
    /// What `scope.toml` says.
    pub settings: Settings,
}

impl Project {
    /// The trees of its files.
    pub fn trees(&self) -> Vec<File> {
        let parse = |&id: &FileId| parser::parse(id, &self.sources.file(id).text).0;
        self.files.iter().map(parse).collect()
    }

    /// What it means, judged for no day: what is left when somebody is gone is the same on every one.
    pub fn compiled(&self) -> Compiled {
        compile(
            Input {
                sources: self.sources.clone(),
                files: self.files.clone(),
                settings: self.settings.clone(),
                diagnostics: Vec::new(),
            },
            None,
        )
    }
}

/// Files beside the declarations, as text; none where there is none.
#[derive(Clone, Default, Debug)]
pub struct Beside {
    /// `scope.lock`
    pub lock: Option<String>,
    /// `scope.baseline`
    pub baseline: Option<String>,
    /// `scope.approvals`
    pub approvals: Option<String>,
}

/// The contract of `offboard --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The version of the contract: 1.
    pub version: u32,
    /// Of whom.
    pub name: String,
    /// What it is: `connector`, `group` …
    pub kind: &'static str,
    /// Who owns it: a team or a person; null where nobody does.
    pub owner: Option<String>,
    /// What it is for; null where nothing is said.
    pub purpose: Option<String>,
    /// Where it is declared, relative to the project.
    pub file: String,
    /// The line.
    pub line: u32,
    /// What to take away at the vendors, in order.
    pub revoke: Vec<revoke::Step>,
    /// What it could have taken along, what is to be exchanged first.
    pub exposed: Vec<expose::Exposed>,
    /// What breaks for others, by place.
    pub breaks: Vec<downstream::Break>,
    /// What to change in the declarations, by place.
    pub edits: Vec<edit::Edit>,
    /// Files of which the edits leave nothing: remove them.
    pub emptied: Vec<String>,
    /// What a person has to decide: what edits leave open, and what is left without a use.
    pub decisions: Vec<decide::Decision>,
    /// The emitted files that go or change, by path.
    pub outputs: Vec<Output>,
    /// What to run then, in order.
    pub then: Vec<Command>,
    /// What is not known and would belong here.
    pub unknown: Vec<String>,
    /// The edits as a unified diff.
    #[serde(skip)]
    pub patch: String,
}

/// A file that `build` writes otherwise, or no longer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Output {
    /// Relative to the output folder.
    pub path: String,
    /// Whether it goes; else it changes.
    pub gone: bool,
    /// Under whose name it is written.
    pub integration: String,
    /// The system.
    pub system: String,
}

/// A command to run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Command {
    /// What to type.
    pub command: String,
    /// What it does here.
    pub why: String,
}

/// How to take away the integration or principal of that name, with or without the path of its
/// folder before it.
///
/// # Errors
/// When nobody has the name, or it is declared in another folder: what is wrong, and what to do.
pub fn answer(project: &Project, beside: &Beside, name: &str) -> Result<Answer, Unknown> {
    answer_of(&project.compiled(), project, beside, name)
}

/// As [`answer`], of a project that is compiled already, for no day.
///
/// # Errors
/// As [`answer`].
pub fn answer_of(
    now: &Compiled,
    project: &Project,
    beside: &Beside,
    name: &str,
) -> Result<Answer, Unknown> {
    let id = named(now, name)?;
    let trees = project.trees();
    let party = now.model.party(id);
    let belongings = belonging::belongings(&now.model, id);
    let going = belonging::going(now, id, &belongings);
    let sought = Sought {
        name: &party.name,
        going: &going,
    };
    let mut cuts = mentions(&trees, &sought).cuts;
    let after = after::after(project, &trees, now, &mut cuts);
    let outputs = outputs(now, &after.compiled);
    let without = Without {
        now,
        after: &after,
        id,
        belongings: &belongings,
        outputs: &outputs,
    };
    let edits = edit::edits(&project.sources, &after.gaps, &cuts);
    let emptied = edit::emptied(&project.sources, &after.gaps);
    let patch = patch::patch(&project.sources, &after.gaps, &emptied);
    let (file, line) = word::place(now, party.name_span);
    let texts = Texts::of(now, party);
    Ok(Answer {
        version: VERSION,
        name: party.name.to_string(),
        kind: party.kind.word(),
        owner: texts.owner,
        purpose: texts.purpose,
        file,
        line,
        revoke: revoke::steps(&without),
        exposed: expose::exposed(now, id),
        breaks: downstream::breaks(&without),
        decisions: decide::decisions(&without, project, &edits),
        then: follow::then(beside, &party.name),
        unknown: follow::unknown(now, id),
        edits,
        emptied,
        outputs,
        patch,
    })
}

struct Texts {
    owner: Option<String>,
    purpose: Option<String>,
}

impl Texts {
    fn of(compiled: &Compiled, party: &Party) -> Self {
        use crate::model::party::{ClauseKind, Owner};
        let owner = party.owner().map(|(owner, _)| match owner {
            Owner::Team(team) => compiled.model.team(*team).name.to_string(),
            Owner::Person(person) => person.to_string(),
        });
        let purpose = party.find(|kind| {
            if let ClauseKind::Purpose(text) = kind {
                Some(text.to_string())
            } else {
                None
            }
        });
        Self {
            owner,
            purpose: purpose.map(|(text, _)| text),
        }
    }
}

/// A name without the path before it.
pub fn bare(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The party of that name, a path before it held against where it is declared.
fn named(compiled: &Compiled, name: &str) -> Result<PartyId, Unknown> {
    let model = &compiled.model;
    let own = bare(name);
    let found = model.parties().find(|(_, party)| &*party.name == own);
    let Some((id, party)) = found else {
        return Err(nobody(model, own));
    };
    let path = compiled.sources.path(party.name_span);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match name.rsplit_once('/') {
        Some((given, _)) if given.trim_matches('/') != folder => Err(Unknown {
            message: format!("`{own}` is not declared in `{given}`"),
            help: format!("it is declared in `{path}`"),
        }),
        _ => Ok(id),
    }
}

fn nobody(model: &Model, name: &str) -> Unknown {
    let names = || model.parties().map(|(_, party)| &*party.name);
    let help = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`scopec offboard NAME --verify` says whether anything is left of what was taken out of the declarations".to_owned(),
    };
    let others = [
        (
            "a system",
            model.systems.iter().any(|one| &*one.name == name),
        ),
        ("a team", model.teams.iter().any(|one| &*one.name == name)),
        (
            "a profile",
            model.profiles.iter().any(|one| &*one.name == name),
        ),
        ("a guard", model.guards.iter().any(|one| &*one.name == name)),
    ];
    let message = match others.iter().find(|(_, is)| *is) {
        Some((what, _)) => {
            format!("`{name}` is {what}, and an integration or principal is wanted here")
        }
        None => format!("there is no integration or principal `{name}`"),
    };
    Unknown { message, help }
}

/// The emitted files that are other ones without it.
fn outputs(now: &Compiled, after: &Compiled) -> Vec<Output> {
    let (before, _) = emit::emit(now);
    let (left, _) = emit::emit(after);
    let left: BTreeMap<&str, &[u8]> = left
        .iter()
        .map(|file| (file.path.as_str(), file.bytes.as_slice()))
        .collect();
    before
        .iter()
        .filter(|file| left.get(file.path.as_str()) != Some(&file.bytes.as_slice()))
        .map(|file| Output {
            path: file.path.clone(),
            gone: !left.contains_key(file.path.as_str()),
            integration: file.integration.clone(),
            system: file.system.clone(),
        })
        .collect()
}
