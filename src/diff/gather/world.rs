//! What is said of systems, teams, settings and vendors.

use super::{Gatherer, sorted, statement};
use crate::diff::SubjectKind;
use crate::diff::kind::{CATALOGUE, GOVERNANCE, GUARD};
use crate::diff::statement::{Measure, Presence, Subject};
use crate::settings::Level;
use crate::source::Span;
use std::fmt::Write as _;

impl Gatherer<'_, '_> {
    pub(super) fn systems(&mut self) {
        let known = self.known;
        let model = &known.compiled.model;
        for (index, system) in model.systems.iter().enumerate() {
            let subject = Subject {
                kind: SubjectKind::System,
                name: known.systems[index].to_string(),
            };
            let span = system.span;
            let of = model.catalog.type_path(system.tenant_type);
            self.say(statement(
                &subject,
                &GOVERNANCE,
                "type",
                format!("is a {of}"),
                span,
            ));
            for tenant in &system.tenants {
                let name = tenant.name.as_deref().unwrap_or_default();
                let words = match name {
                    "" => format!("tenant {}", tenant.id),
                    name => format!("tenant {name}, which is {}", tenant.id),
                };
                self.say(statement(
                    &subject,
                    &GOVERNANCE,
                    format!("tenant {name}"),
                    words,
                    tenant.span,
                ));
            }
            if let Some(env) = &system.env {
                let words = format!("env {env}");
                self.say(statement(&subject, &GOVERNANCE, words.clone(), words, span).care());
            }
            for label in &system.labels {
                let words = format!("label {label}");
                self.say(statement(&subject, &GOVERNANCE, words.clone(), words, span).care());
            }
            if system.external {
                self.say(statement(
                    &subject,
                    &GOVERNANCE,
                    "external",
                    "external",
                    span,
                ));
            }
            if let Some(thing) = &system.hosted_in {
                self.depends(&subject, "hosted in", thing, span);
            }
            for (name, values) in &system.settings {
                let words = format!("{name} {}", values.join(", "));
                self.say(statement(
                    &subject,
                    &GOVERNANCE,
                    format!("setting {name}"),
                    words,
                    span,
                ));
            }
        }
    }

    pub(super) fn teams(&mut self) {
        let known = self.known;
        for (index, team) in known.compiled.model.teams.iter().enumerate() {
            let subject = Subject {
                kind: SubjectKind::Principal,
                name: known.teams[index].to_string(),
            };
            let key = "team";
            self.say(statement(
                &subject,
                &GOVERNANCE,
                key,
                "is a team",
                team.span,
            ));
            if let Some(contact) = &team.contact {
                let words = format!("contact \"{contact}\"");
                self.say(statement(&subject, &GOVERNANCE, "contact", words, team.span).care());
            }
            if let Some(group) = &team.group {
                let words = format!("group {}", known.thing(group));
                self.say(statement(&subject, &GOVERNANCE, "group", words, team.span).care());
            }
        }
    }

    pub(super) fn settings(&mut self) {
        let settings = &self.known.compiled.settings;
        for (rule, (level, span)) in &settings.levels {
            let subject = Subject {
                kind: SubjectKind::Guard,
                name: rule.clone(),
            };
            let (word, rank) = match level {
                Level::Error => ("error", 0),
                Level::Warning => ("warning", 1),
                Level::Note => ("note", 2),
                Level::Off => ("off", 3),
            };
            let words = format!("counts as {word}");
            let mut made =
                statement(&subject, &GUARD, "level", words, *span).measured(Measure::More(rank));
            // What a rule counts as by itself is not known here: to lower it is to say less than that.
            made.presence = match level {
                Level::Error => Presence::Care,
                Level::Warning => Presence::Plain,
                Level::Note | Level::Off => Presence::Risk,
            };
            self.say(made);
        }
        for (rule, (team, span)) in &settings.exceptions {
            let subject = Subject {
                kind: SubjectKind::Guard,
                name: rule.clone(),
            };
            let words = format!("exceptions by {team}");
            self.say(statement(&subject, &GUARD, "exceptions", words, *span));
        }
        let project = Subject {
            kind: SubjectKind::System,
            name: "scope.toml".to_owned(),
        };
        let nowhere = Span::new(crate::source::FileId(0), 0, 0);
        for (name, hours) in [
            ("the longest exception", settings.max_accept_hours),
            ("the longest time without review", settings.max_expiry_hours),
            ("the age of a long-lived secret", settings.long_lived_hours),
        ] {
            let length = crate::authority::Length::from_hours(hours);
            let words = format!("{name} is {length}");
            self.say(
                statement(&project, &GOVERNANCE, name, words, nowhere)
                    .measured(Measure::More(i64::from(hours))),
            );
        }
    }

    /// What the project's own files say of vendors.
    pub(super) fn vendors(&mut self) {
        let known = self.known;
        let catalog = &known.compiled.model.catalog;
        let sources = &known.compiled.sources;
        let own = |span: Span| {
            (span.file.0 as usize) < sources.len() && !sources.path(span).starts_with("stdlib:")
        };
        let subject = |vendor: crate::model::catalog::VendorId| Subject {
            kind: SubjectKind::System,
            name: catalog.vendor(vendor).name.to_string(),
        };
        for (index, operation) in catalog.operations.iter().enumerate() {
            if !own(operation.span) {
                continue;
            }
            let id = crate::model::catalog::OpId::at(index);
            let on = sorted(operation.slots.iter().map(|&slot| {
                let slot = catalog.slot(slot);
                format!("{}({:?})", catalog.type_path(slot.of), slot.role)
            }));
            let needs = sorted(
                operation
                    .needs
                    .iter()
                    .map(|need| need.operation.to_string()),
            );
            let name = catalog.qualified(id);
            let types: Vec<&str> = on
                .iter()
                .map(|one| one.split('(').next().unwrap_or(one))
                .collect();
            let words = format!(
                "`{name}` is a {} on {}",
                operation.verb.word(),
                types.join(", ")
            );
            let mut made = statement(
                &subject(operation.vendor),
                &CATALOGUE,
                format!("operation {name}"),
                words,
                operation.span,
            );
            let _ = write!(made.text, " {on:?} {needs:?}");
            self.say(made);
        }
        for unit in &catalog.units {
            if !own(unit.span) {
                continue;
            }
            let permits = sorted(unit.permits.iter().map(|permit| {
                let slot = catalog.slot(permit.slot);
                let with = sorted(
                    permit
                        .with
                        .iter()
                        .map(|&unit| catalog.unit(unit).name.to_string()),
                );
                format!(
                    "{}@{} {with:?}",
                    catalog.qualified(slot.operation),
                    catalog.type_path(slot.of)
                )
            }));
            let implies = sorted(
                unit.implies
                    .iter()
                    .map(|&unit| catalog.unit(unit).name.to_string()),
            );
            let words = format!(
                "the unit `{}` gives {} operations",
                unit.name,
                permits.len()
            );
            let mut made = statement(
                &subject(unit.vendor),
                &CATALOGUE,
                format!("unit {}", unit.name),
                words,
                unit.span,
            );
            let _ = write!(made.text, " {permits:?} {implies:?} {:?}", unit.binding);
            self.say(made);
        }
        for of in &catalog.types {
            if !own(of.span) {
                continue;
            }
            let words = format!("type {}", of.name);
            let mut made = statement(
                &subject(of.vendor),
                &CATALOGUE,
                format!("type {:?} {}", of.service, of.name),
                words,
                of.span,
            );
            let _ = write!(
                made.text,
                " {:?} {:?} {:?} {:?} {:?} {:?}",
                of.format, of.subject, of.roles, of.hosts, of.names, of.labels
            );
            self.say(made);
        }
        for control in &catalog.controls {
            if !own(control.span) {
                continue;
            }
            let words = format!("control {}", control.text);
            self.say(statement(
                &subject(control.vendor),
                &CATALOGUE,
                words.clone(),
                words,
                control.span,
            ));
        }
    }
}
