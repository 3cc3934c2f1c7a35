//! Profiles: what their parameters stand for, and taking their clauses in.

use super::{Resolved, Resolver, Unresolved};
use crate::diagnostic::Diagnostic;
use crate::model::ProfileId;
use crate::source::Span;
use crate::syntax::ast;
use std::collections::HashMap;
use std::rc::Rc;

/// What the parameters in reach stand for.
#[derive(Clone, Default)]
pub(crate) struct Scope {
    values: Rc<HashMap<Box<str>, Value>>,
    /// The profile whose text is being read, and where it was taken in.
    pub profile: Option<(ProfileId, Span)>,
}

/// What a parameter stands for.
#[derive(Clone)]
pub(crate) enum Value {
    /// A string.
    String(ast::Text),
    /// A reference of the caller, its own parameters replaced.
    Reference(ast::Reference),
}

impl Scope {
    /// Outside of profiles.
    pub fn empty() -> Self {
        Self::default()
    }

    /// What a parameter stands for.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// The names of the parameters, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.values.keys().map(ToString::to_string).collect();
        names.sort();
        names
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl<'a> Resolver<'a> {
    /// The profile of that name.
    pub(super) fn profile(&mut self, name: &ast::Text) -> Resolved<(&'a ast::Profile, ProfileId)> {
        if let Some((key, &found)) = self.names.profiles.get_key_value(&*name.raw) {
            self.used_profiles.insert(key);
            return Ok(found);
        }
        let known = self.names.profile_names();
        Err(self.unknown("profile", name, &known, None))
    }

    /// The scope inside a profile that is used with arguments from `outer`.
    pub(super) fn enter_profile(
        &mut self,
        using: &ast::ProfileUse,
        outer: &Scope,
    ) -> Resolved<(&'a ast::Profile, Scope)> {
        let (profile, id) = self.profile(&using.name)?;
        if using.arguments.len() != profile.parameters.len() {
            let wanted: Vec<String> = profile
                .parameters
                .iter()
                .map(|parameter| {
                    let of: Vec<&str> = parameter.of.iter().map(|word| &*word.raw).collect();
                    format!("{}: {}", parameter.name.raw, of.join("."))
                })
                .collect();
            self.say(
                Diagnostic::error(
                    "wrong-arguments",
                    using.name.span,
                    format!(
                        "profile `{}` takes {}, and {} given",
                        using.name.raw,
                        match profile.parameters.len() {
                            0 => "no arguments".to_owned(),
                            1 => "1 argument".to_owned(),
                            wanted => format!("{wanted} arguments"),
                        },
                        match using.arguments.len() {
                            0 => "none is".to_owned(),
                            1 => "1 is".to_owned(),
                            given => format!("{given} are"),
                        }
                    ),
                )
                .related(profile.name.span, "the profile is declared here")
                .help(format!(
                    "write `like {}({})`",
                    using.name.raw,
                    wanted.join(", ")
                )),
            );
            return Err(Unresolved);
        }
        let mut values = HashMap::new();
        let mut good = true;
        for (parameter, argument) in profile.parameters.iter().zip(&using.arguments) {
            match self.argument(parameter, argument, outer) {
                Ok(value) => {
                    values.insert(parameter.name.raw.clone(), value);
                }
                Err(Unresolved) => good = false,
            }
        }
        if !good {
            return Err(Unresolved);
        }
        Ok((
            profile,
            Scope {
                values: Rc::new(values),
                profile: Some((id, using.name.span)),
            },
        ))
    }

    fn argument(
        &mut self,
        parameter: &ast::Parameter,
        argument: &ast::Argument,
        outer: &Scope,
    ) -> Resolved<Value> {
        let of: Vec<&str> = parameter.of.iter().map(|word| &*word.raw).collect();
        let value = match argument {
            ast::Argument::String(text) => Value::String(text.clone()),
            ast::Argument::Reference(reference) => match outer.get(&reference.root.raw) {
                Some(Value::String(text)) if reference.is_bare() => Value::String(text.clone()),
                _ => Value::Reference(self.substitute(reference, outer)?),
            },
        };
        match (&of[..], &value) {
            (["string"], Value::String(_)) => Ok(value),
            (["string"], Value::Reference(reference)) => {
                let span = reference.span;
                Err(self.wrong_argument(span, parameter, "a string in quotes"))
            }
            (_, Value::String(text)) => {
                let span = text.span;
                let wanted = format!("a `{}`", of.join("."));
                Err(self.wrong_argument(span, parameter, &wanted))
            }
            (["team"], Value::Reference(reference)) => {
                if reference.is_bare() && self.names.teams.contains_key(&*reference.root.raw) {
                    return Ok(value);
                }
                let known = self.names.team_names();
                Err(self.unknown("team", &reference.root, &known, None))
            }
            (_, Value::Reference(reference)) => {
                let thing = self.thing(reference, &Scope::empty())?;
                let path = self.model.catalog.type_path(thing.of);
                if path == of.join(".") {
                    Ok(value)
                } else {
                    let span = reference.span;
                    let wanted = format!("a `{}`, and this is a `{path}`", of.join("."));
                    Err(self.wrong_argument(span, parameter, &wanted))
                }
            }
        }
    }

    fn wrong_argument(
        &mut self,
        span: Span,
        parameter: &ast::Parameter,
        wanted: &str,
    ) -> Unresolved {
        self.say(
            Diagnostic::error(
                "wrong-arguments",
                span,
                format!("parameter `{}` wants {wanted}", parameter.name.raw),
            )
            .related(parameter.name.span, "the parameter is declared here"),
        );
        Unresolved
    }

    /// A reference with the parameters in it replaced by what they stand for.
    pub(super) fn substitute(
        &mut self,
        reference: &ast::Reference,
        scope: &Scope,
    ) -> Resolved<ast::Reference> {
        let mut replaced = reference.clone();
        if scope.is_empty() {
            return Ok(replaced);
        }
        match scope.get(&reference.root.raw) {
            Some(Value::Reference(value)) => {
                replaced.root = value.root.clone();
                if reference.tenant.is_none() {
                    replaced.tenant.clone_from(&value.tenant);
                }
                let mut steps = value.steps.clone();
                steps.append(&mut replaced.steps);
                replaced.steps = steps;
            }
            Some(Value::String(_)) => {
                self.say(Diagnostic::error(
                    "wrong-arguments",
                    reference.root.span,
                    format!(
                        "`{}` is a string and holds no resources",
                        reference.root.raw
                    ),
                ));
                return Err(Unresolved);
            }
            None => {}
        }
        if let Some(tenant) = &mut replaced.tenant {
            *tenant = word(tenant, scope);
        }
        for step in &mut replaced.steps {
            for argument in step.arguments.iter_mut().flatten() {
                *argument = word(argument, scope);
            }
        }
        Ok(replaced)
    }

    /// Says which profiles nobody uses, and resolves those without parameters all the same.
    pub(super) fn profiles_alone(&mut self) {
        let mut unused: Vec<(&ast::Profile, ProfileId)> = self
            .names
            .profiles
            .iter()
            .filter(|(name, _)| !self.used_profiles.contains(*name))
            .map(|(_, &found)| found)
            .collect();
        unused.sort_by_key(|(_, id)| *id);
        for (profile, _) in unused {
            self.say(
                Diagnostic::warning(
                    "unused-profile",
                    profile.name.span,
                    format!("nobody is like `{}`", profile.name.raw),
                )
                .help("what an unused profile says is not checked: use it or remove it"),
            );
        }
    }
}

/// A word or string, the word replaced when it is a parameter that stands for a string.
pub(super) fn word(text: &ast::Text, scope: &Scope) -> ast::Text {
    if text.quoted {
        return text.clone();
    }
    match scope.get(&text.raw) {
        Some(Value::String(value)) => ast::Text {
            raw: value.raw.clone(),
            span: text.span,
            quoted: true,
        },
        Some(Value::Reference(_)) | None => text.clone(),
    }
}

/// A team's name, replaced when it is a parameter.
pub(super) fn team_word(text: &ast::Text, scope: &Scope) -> ast::Text {
    match scope.get(&text.raw) {
        Some(Value::Reference(value)) if value.is_bare() => ast::Text {
            raw: value.root.raw.clone(),
            span: text.span,
            quoted: false,
        },
        _ => text.clone(),
    }
}
