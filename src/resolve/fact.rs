//! Facts: about resources, reviews and rotations.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an item or line has a dozen kinds, of which a pass reads one or two"
)]

use super::profile::Scope;
use super::{Resolved, Resolver};
use crate::authority::verb::VerbSet;
use crate::model::fact::{Fact, Resource, Review, Rotation};
use crate::syntax::ast;

/// What may guard a resource.
const GUARDS: [&str; 6] = [
    "branch-protection",
    "approval",
    "permission-boundary",
    "organisation-policy",
    "pod-security",
    "mfa",
];

impl Resolver<'_> {
    /// Resolves every fact. A `reviewed` or `rotated` about a name that is gone is no error.
    pub(super) fn facts(&mut self) {
        let files = self.files;
        for item in files.iter().flat_map(|file| &file.items) {
            match &item.kind {
                ast::ItemKind::Resource(resource) => self.resource_fact(resource, item),
                ast::ItemKind::Reviewed(reviewed) => {
                    let Some(&party) = self.names.parties.get(&*reviewed.name.raw) else {
                        continue;
                    };
                    let by = self.team(&reviewed.by).ok();
                    if let Ok(on) = self.date(&reviewed.on) {
                        self.model.reviews.push(Review {
                            party,
                            on,
                            by,
                            span: item.span,
                        });
                    }
                }
                ast::ItemKind::Rotated(rotated) => {
                    let Some(&party) = self.names.parties.get(&*rotated.name.raw) else {
                        continue;
                    };
                    let system = match &rotated.system {
                        Some(name) => match self.names.systems.get(&*name.raw) {
                            Some(&system) => Some(system),
                            None => continue,
                        },
                        None => None,
                    };
                    if let Ok(on) = self.date(&rotated.on) {
                        self.model.rotations.push(Rotation {
                            party,
                            system,
                            on,
                            span: item.span,
                        });
                    }
                }
                _ => {}
            }
        }
    }

    fn resource_fact(&mut self, resource: &ast::ResourceFact, item: &ast::Item) {
        let Ok(thing) = self.thing(&resource.reference, &Scope::empty()) else {
            return;
        };
        let mut facts = Vec::new();
        for fact in &resource.facts {
            facts.extend(self.fact(fact, &thing));
        }
        self.model.resources.push(Resource {
            thing,
            facts,
            span: item.span,
        });
    }

    fn fact(&mut self, fact: &ast::Fact, thing: &crate::model::thing::Thing) -> Resolved<Fact> {
        let scope = Scope::empty();
        let vendor = self.model.system(thing.system).vendor;
        let span = fact.span;
        Ok(match &fact.kind {
            ast::FactKind::Labels(labels) => {
                Fact::Labels(labels.iter().map(|label| label.plain().into()).collect())
            }
            ast::FactKind::Env(name) => Fact::Env(name.plain().into()),
            ast::FactKind::Guarded {
                by,
                setting,
                against,
                except,
                lifted_by,
            } => {
                if !GUARDS.contains(&&*by.raw) {
                    let known = GUARDS.map(str::to_owned);
                    return Err(self.unknown("kind of guard", by, &known, None));
                }
                Fact::Guarded {
                    by: by.raw.clone(),
                    setting: setting.as_ref().map(|text| text.plain().into()),
                    against: self.known_verbs(against, thing)?,
                    except: self.who_list(except, &scope)?,
                    lifted_by: self.who_list(lifted_by, &scope)?,
                    span,
                }
            }
            ast::FactKind::Admits {
                refuses,
                who,
                verbs,
                on,
                within,
                conditions,
            } => Fact::Admits {
                refuses: *refuses,
                who: self.who_list(who, &scope)?,
                verbs: verbs.iter().map(|verb| verb.plain().into()).collect(),
                on: on.as_ref().map(|of| of.plain().into()),
                within: *within,
                conditions: self.conditions(conditions, Some(vendor), *refuses, &scope)?,
                span,
            },
            ast::FactKind::Stores(name) => Fact::Stores(self.party(name)?, span),
            ast::FactKind::AttachedTo(list) => Fact::AttachedTo(self.who_list(list, &scope)?, span),
            ast::FactKind::RunsAs(reference) => Fact::RunsAs(self.thing(reference, &scope)?),
            ast::FactKind::RunsOn(reference) => Fact::RunsOn(self.thing(reference, &scope)?),
            ast::FactKind::Escapes { to, by } => Fact::Escapes {
                to: self.thing(to, &scope)?,
                by: by.plain().into(),
                span,
            },
        })
    }

    /// Verbs of a fact, each a portable one or an operation on the thing or inside it.
    fn known_verbs(
        &mut self,
        verbs: &[ast::Text],
        thing: &crate::model::thing::Thing,
    ) -> Resolved<Vec<Box<str>>> {
        let named: Vec<ast::Text> = verbs
            .iter()
            .filter(|verb| verb.quoted || VerbSet::parse(&verb.raw).is_none())
            .cloned()
            .collect();
        if !named.is_empty() {
            self.choose(&named, &[thing.of], true)?;
        }
        Ok(verbs.iter().map(|verb| verb.plain().into()).collect())
    }
}
