//! The only module that knows the order of the stages.

use crate::diagnostic::{Diagnostic, NotAssessed};
use crate::grant::Granted;
use crate::model::party::Status;
use crate::model::{Model, PartyId};
use crate::settings::Settings;
use crate::source::Sources;
use std::collections::BTreeSet;

/// Everything that is known about a project. Always exists, whatever is wrong with the project.
#[derive(Debug)]
pub struct Compiled {
    /// The project's texts, then those of the standard library that were read.
    pub sources: Sources,
    /// What `scope.toml` says.
    pub settings: Settings,
    /// What the project means.
    pub model: Model,
    /// What everybody is granted.
    pub granted: Granted,
    /// Everything there is to say, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// Rules that want facts which nobody stated.
    pub not_assessed: Vec<NotAssessed>,
}

impl Compiled {
    /// Everybody for whom nothing is emitted: integrations with an error that is neither accepted
    /// nor caused by time alone, incomplete ones, and those that are suspended or retired.
    pub fn withheld_parties(&self) -> BTreeSet<PartyId> {
        let wrong: BTreeSet<&str> = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error() && !diagnostic.time_alone)
            .filter_map(|diagnostic| diagnostic.subject.as_deref())
            .collect();
        self.model
            .parties()
            .filter(|(_, party)| {
                !party.complete || party.status() != Status::Active || wrong.contains(&*party.name)
            })
            .map(|(id, _)| id)
            .collect()
    }
}
