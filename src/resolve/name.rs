//! Declared names: each once, in its space.

use super::Resolver;
use crate::diagnostic::Diagnostic;
use crate::model::{PartyId, ProfileId, SystemId, TeamId};
use crate::source::Span;
use crate::syntax::ast;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What is declared where. Integrations, principals and systems share one space.
#[derive(Default)]
pub(crate) struct Names<'a> {
    pub teams: HashMap<&'a str, TeamId>,
    pub systems: HashMap<&'a str, SystemId>,
    pub parties: HashMap<&'a str, PartyId>,
    /// The names of all parties, made when first asked for.
    sorted_parties: OnceCell<Rc<[String]>>,
    pub profiles: HashMap<&'a str, (&'a ast::Profile, ProfileId)>,
    /// Profiles of which something could not be read.
    pub broken_profiles: HashSet<ProfileId>,
    pub team_items: Vec<&'a ast::Team>,
    pub system_items: Vec<(&'a ast::System, &'a ast::Item)>,
    pub party_items: Vec<(&'a ast::Party, &'a ast::Item, bool)>,
    pub vendors: HashMap<&'a str, Vec<&'a ast::Vendor>>,
    pub services: HashMap<(&'a str, &'a str), Vec<&'a ast::Service>>,
}

impl Names<'_> {
    pub fn team_names(&self) -> Vec<String> {
        sorted(self.teams.keys())
    }

    pub fn system_names(&self) -> Vec<String> {
        sorted(self.systems.keys())
    }

    pub fn party_names(&self) -> Rc<[String]> {
        let known = self
            .sorted_parties
            .get_or_init(|| sorted(self.parties.keys()).into());
        known.clone()
    }

    pub fn profile_names(&self) -> Vec<String> {
        sorted(self.profiles.keys())
    }
}

fn sorted<'b>(names: impl Iterator<Item = &'b &'b str>) -> Vec<String> {
    let mut all: Vec<String> = names.map(|name| (*name).to_owned()).collect();
    all.sort();
    all
}

impl<'a> Resolver<'a> {
    /// Enters every declared name, saying which are declared twice.
    pub(super) fn declare_names(&mut self) {
        let files = self.files;
        let mut bare: HashMap<&'a str, Span> = HashMap::new();
        let mut teams: HashMap<&'a str, Span> = HashMap::new();
        let mut profiles: HashMap<&'a str, Span> = HashMap::new();
        let mut guards: HashMap<&'a str, Span> = HashMap::new();
        for item in files.iter().flat_map(|file| &file.items) {
            match &item.kind {
                ast::ItemKind::Team(team) => {
                    if self.declare(&mut teams, &team.name, "team") {
                        let id = TeamId::at(self.names.team_items.len());
                        self.names.teams.insert(&team.name.raw, id);
                        self.names.team_items.push(team);
                    }
                }
                ast::ItemKind::System(system) => {
                    if self.declare(&mut bare, &system.name, "system") {
                        let id = SystemId::at(self.names.system_items.len());
                        self.names.systems.insert(&system.name.raw, id);
                        self.names.system_items.push((system, item));
                    }
                }
                ast::ItemKind::Integration(party) | ast::ItemKind::Principal(party) => {
                    let integration = matches!(item.kind, ast::ItemKind::Integration(_));
                    let what = if integration {
                        "integration"
                    } else {
                        "principal"
                    };
                    if self.declare(&mut bare, &party.name, what) {
                        let id = PartyId::at(self.names.party_items.len());
                        self.names.parties.insert(&party.name.raw, id);
                        self.names.party_items.push((party, item, integration));
                    }
                }
                ast::ItemKind::Profile(profile) => {
                    if self.declare(&mut profiles, &profile.name, "profile") {
                        let id = ProfileId::at(self.model.profiles.len());
                        self.model.profiles.push(crate::model::Profile {
                            name: profile.name.raw.clone(),
                            span: profile.name.span,
                        });
                        self.names.profiles.insert(&profile.name.raw, (profile, id));
                        if !item.complete {
                            self.names.broken_profiles.insert(id);
                        }
                    }
                }
                ast::ItemKind::Guard(guard) => {
                    self.declare(&mut guards, &guard.name, "guard");
                }
                ast::ItemKind::Vendor(vendor) => {
                    self.names
                        .vendors
                        .entry(&vendor.name.raw)
                        .or_default()
                        .push(vendor);
                }
                ast::ItemKind::Service(service) => {
                    self.names
                        .services
                        .entry((&service.vendor.raw, &service.name.raw))
                        .or_default()
                        .push(service);
                }
                ast::ItemKind::Resource(_)
                | ast::ItemKind::Test(_)
                | ast::ItemKind::Reviewed(_)
                | ast::ItemKind::Rotated(_) => {}
            }
        }
    }

    fn declare(
        &mut self,
        space: &mut HashMap<&'a str, Span>,
        name: &'a ast::Text,
        what: &str,
    ) -> bool {
        if let Some(&first) = space.get(&*name.raw) {
            self.say(
                Diagnostic::error(
                    "duplicate-name",
                    name.span,
                    format!("the name `{}` is declared twice", name.raw),
                )
                .label(format!("this {what} is not the first of its name"))
                .related(first, "first declared here")
                .help("names are project-wide, whatever their folder: rename one of the two")
                .about(name.raw.to_string()),
            );
            return false;
        }
        space.insert(&name.raw, name.span);
        true
    }
}
