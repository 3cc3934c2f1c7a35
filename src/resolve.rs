//! Syntax to meaning: names get ids, profiles are taken in, verbs become operations, patterns
//! become addresses.
//!
//! What does not resolve is one diagnostic and marks its integration incomplete; nobody else is
//! affected. The standard library is read here, one file a service and only when something refers
//! to it; what is loaded never changes an answer, since a reference loads all that it speaks of.

mod clause;
mod condition;
mod control;
mod fact;
mod guard;
mod name;
mod operation;
mod party;
mod profile;
mod reference;
mod rule;
mod system;
mod test;
mod vendor;
mod vendor_operation;
mod vendor_type;

use crate::diagnostic::{self, Diagnostic};
use crate::model::{Model, PartyId, SystemId, TeamId};
use crate::source::{Sources, Span};
use crate::stdlib;
use crate::syntax::ast;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

pub use vendor::{load, load_everything};

/// Resolves `files`, which are texts of `sources`; files of the standard library that are read are
/// added to `sources`. Diagnostics come unsorted.
pub fn resolve(files: &[ast::File], sources: &mut Sources) -> (Model, Vec<Diagnostic>) {
    resolve_after(files, sources, |_| {})
}

/// As [`resolve`], the whole standard library read first: the answers must be the same.
pub fn resolve_with_everything(
    files: &[ast::File],
    sources: &mut Sources,
) -> (Model, Vec<Diagnostic>) {
    resolve_after(files, sources, vendor::read_every_vendor)
}

fn resolve_after(
    files: &[ast::File],
    sources: &mut Sources,
    first: impl FnOnce(&mut Resolver<'_>),
) -> (Model, Vec<Diagnostic>) {
    let mut resolver = Resolver::new(files, sources);
    resolver.declare_names();
    first(&mut resolver);
    resolver.systems();
    resolver.teams();
    resolver.parties();
    resolver.facts();
    resolver.guards_and_tests();
    resolver.profiles_alone();
    resolver.enter_controls();
    (resolver.model, resolver.diagnostics)
}

/// What was asked for could not be resolved; a diagnostic says why.
pub(crate) struct Unresolved;

type Resolved<T> = Result<T, Unresolved>;

/// The state of one resolution.
pub(crate) struct Resolver<'a> {
    files: &'a [ast::File],
    sources: &'a mut Sources,
    model: Model,
    diagnostics: Vec<Diagnostic>,
    said: HashSet<(Cow<'static, str>, Span, String)>,
    names: name::Names<'a>,
    catalog: vendor::Loaded,
    parts: rule::Parts,
    conditions: condition::Interned,
    used_profiles: HashSet<&'a str>,
    /// How many profiles the party at hand has taken in.
    profiles_taken: usize,
    /// Whether the profile of a `bounded by` is being read.
    in_bound: bool,
    /// The party whose clauses are being resolved.
    subject: Option<Box<str>>,
    /// How many names were not found.
    unknown_names: usize,
}

/// For how many unknown names a near one is looked for. Where more are unknown, something else is
/// wrong than spelling, and each would be compared with every declared name.
const SUGGESTIONS: usize = 200;

impl<'a> Resolver<'a> {
    fn new(files: &'a [ast::File], sources: &'a mut Sources) -> Self {
        Self {
            files,
            sources,
            model: Model::default(),
            diagnostics: Vec::new(),
            said: HashSet::new(),
            names: name::Names::default(),
            catalog: vendor::Loaded::default(),
            parts: rule::Parts::default(),
            conditions: condition::Interned::default(),
            used_profiles: HashSet::new(),
            profiles_taken: 0,
            in_bound: false,
            subject: None,
            unknown_names: 0,
        }
    }

    /// Says something, once a place: a profile's mistake is not repeated for all who use it.
    fn say(&mut self, mut diagnostic: Diagnostic) {
        if diagnostic.subject.is_none() {
            diagnostic.subject = self.subject.as_deref().map(str::to_owned);
        }
        let key = (
            diagnostic.rule.clone(),
            diagnostic.span,
            diagnostic.message.clone(),
        );
        if self.said.insert(key) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Says that a name is unknown, with a suggestion where one is near.
    fn unknown(
        &mut self,
        what: &str,
        text: &ast::Text,
        candidates: &[String],
        help: Option<String>,
    ) -> Unresolved {
        let name = text.plain();
        // Of ``type in `aws` `` the name stands between the two.
        let (kind, place) = match what
            .find('`')
            .and_then(|at| what[..at].trim_end().rfind(' '))
        {
            Some(at) => what.split_at(at),
            None => (what, ""),
        };
        let mut found = Diagnostic::error(
            "unknown-name",
            text.span,
            format!("there is no {kind} `{name}`{place}"),
        );
        self.unknown_names += 1;
        let near = if self.unknown_names <= SUGGESTIONS {
            diagnostic::suggest::nearest(&name, candidates.iter().map(String::as_str))
        } else {
            None
        };
        if let Some(near) = near {
            let written = if text.quoted {
                format!("\"{near}\"")
            } else {
                near.to_owned()
            };
            found = found.help(format!("did you mean `{near}`?")).fix(
                text.span,
                written,
                format!("write `{near}`"),
            );
        } else if let Some(help) = help {
            found = found.help(help);
        } else if candidates.is_empty() {
            found = found.help(format!("no {what} is declared in this project"));
        } else if candidates.len() <= 8 {
            let mut all = candidates.to_vec();
            all.sort();
            found = found.help(format!("known here: {}", quoted(&all)));
        }
        self.say(found);
        Unresolved
    }

    fn team(&mut self, text: &ast::Text) -> Resolved<TeamId> {
        if let Some(&id) = self.names.teams.get(&*text.raw) {
            return Ok(id);
        }
        let known = self.names.team_names();
        Err(self.unknown("team", text, &known, None))
    }

    fn party(&mut self, text: &ast::Text) -> Resolved<PartyId> {
        if let Some(&id) = self.names.parties.get(&*text.raw) {
            return Ok(id);
        }
        let known = self.names.party_names();
        Err(self.unknown("integration or principal", text, &known, None))
    }

    fn system_named(&mut self, text: &ast::Text) -> Resolved<SystemId> {
        if let Some(&id) = self.names.systems.get(&*text.raw) {
            return Ok(id);
        }
        let known = self.names.system_names();
        Err(self.unknown("system", text, &known, None))
    }
}

/// Names in backticks, comma-separated.
pub(crate) fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The names of all vendors that a system may name, sorted: embedded and declared here.
pub(crate) fn vendor_names(declared: &HashMap<&str, Vec<&ast::Vendor>>) -> Vec<String> {
    let mut names: Vec<String> = stdlib::vendors().into_iter().map(str::to_owned).collect();
    names.extend(declared.keys().map(|name| (*name).to_owned()));
    names.sort();
    names.dedup();
    names
}
