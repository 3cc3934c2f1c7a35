//! The levels that `scope.toml` sets for rules.

use super::{Context, rule};
use crate::diagnostic::suggest::nearest;
use crate::diagnostic::{Diagnostic, Severity};
use crate::settings::Level;
use std::collections::BTreeMap;

/// Sets the levels, removes what is off, and says which names mean nothing.
pub(super) fn set(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let rules = rule::rules();
    let known: BTreeMap<&str, bool> = rules
        .iter()
        .map(|rule| (rule.name, rule.can_be_levelled))
        .collect();
    let mut said = Vec::new();
    for (name, (_, span)) in &context.settings.levels {
        match known.get(&**name) {
            Some(true) => {}
            Some(false) => said.push(
                Diagnostic::error(
                    "settings",
                    *span,
                    format!("the level of `{name}` cannot be changed"),
                )
                .help("what it finds leaves part of the project without a meaning"),
            ),
            None => said.push(rule::unknown(
                name,
                *span,
                known.keys().copied().collect::<Vec<_>>(),
            )),
        }
    }
    diagnostics.retain_mut(|diagnostic| {
        if known.get(&*diagnostic.rule) != Some(&true) {
            return true;
        }
        match context.settings.levels.get(&*diagnostic.rule) {
            None => true,
            Some((Level::Off, _)) => false,
            Some((Level::Error, _)) => {
                diagnostic.severity = Severity::Error;
                true
            }
            Some((Level::Warning, _)) => {
                diagnostic.severity = Severity::Warning;
                true
            }
            Some((Level::Note, _)) => {
                diagnostic.severity = Severity::Note;
                true
            }
        }
    });
    for (name, (team, span)) in &context.settings.exceptions {
        let guard = context
            .model
            .guards
            .iter()
            .any(|guard| *guard.name == **name);
        match rules.iter().find(|rule| rule.name == name) {
            Some(rule) if !rule.can_be_accepted => said.push(
                Diagnostic::error("settings", *span, format!("`{name}` cannot be accepted"))
                    .help("leave it out: nobody can be entitled to what is never excused"),
            ),
            None if !guard => said.push(rule::unknown(
                name,
                *span,
                rules
                    .iter()
                    .filter(|rule| rule.can_be_accepted)
                    .map(|rule| rule.name)
                    .chain(context.model.guards.iter().map(|guard| &*guard.name))
                    .collect(),
            )),
            Some(_) | None => {}
        }
        let teams = || context.model.teams.iter().map(|team| &*team.name);
        if !teams().any(|known| known == team) {
            let found =
                Diagnostic::error("unknown-name", *span, format!("there is no team `{team}`"));
            said.push(match nearest(team, teams()) {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found.help("name a team that is declared in this project"),
            });
        }
    }
    diagnostics.append(&mut said);
}
