//! The only module that knows the order of the stages.

use crate::diagnostic::{Diagnostic, NotAssessed};
use crate::grant::Granted;
use crate::model::Model;
use crate::settings::Settings;
use crate::source::Sources;

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
