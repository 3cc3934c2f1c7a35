//! Facts: about resources, reviews and rotations.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an item or line has a dozen kinds, of which a pass reads one or two"
)]

use super::operation::portable;
use super::profile::Scope;
use super::{Resolved, Resolver};
use crate::authority::verb::VerbSet;
use crate::model::catalog::{SlotId, TypeId};
use crate::model::fact::{Fact, Resource, Review, Rotation};
use crate::model::rule::Slice;
use crate::model::thing::Thing;
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

    fn fact(&mut self, fact: &ast::Fact, thing: &Thing) -> Resolved<Fact> {
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
                let (verbs, _) = portable(against);
                Fact::Guarded {
                    by: by.raw.clone(),
                    setting: setting.as_ref().map(|text| text.plain().into()),
                    against: plain(against),
                    verbs,
                    slots: self.named_inside(against, thing)?,
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
                verbs: plain(verbs),
                slices: self.admitted(verbs, thing, on.as_ref(), *within, *refuses)?,
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

    /// The operations among the words of a fact, on the thing or inside it.
    fn named_inside(&mut self, words: &[ast::Text], thing: &Thing) -> Resolved<Vec<SlotId>> {
        let named: Vec<ast::Text> = words
            .iter()
            .filter(|verb| verb.quoted || VerbSet::parse(&verb.raw).is_none())
            .cloned()
            .collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let types: Vec<TypeId> = self.inside(thing).into_iter().map(|(of, _)| of).collect();
        Ok(self.choose(&named, &types, true)?.slots)
    }

    /// What a thing admits somebody to (or refuses), on itself, on a type inside it, or within.
    fn admitted(
        &mut self,
        verbs: &[ast::Text],
        thing: &Thing,
        on: Option<&ast::Text>,
        within: bool,
        refuses: bool,
    ) -> Resolved<Vec<Slice>> {
        let verbs = ast::Verbs {
            names: verbs.to_vec(),
            except: Vec::new(),
        };
        let things = match on {
            Some(on) => self.inside_of_type(thing, on)?,
            None => vec![thing.clone()],
        };
        let mut slices = Vec::new();
        for thing in things {
            let part = self.part(&verbs, thing, within, &[], refuses)?;
            slices.extend_from_slice(&part.slices);
        }
        Ok(slices)
    }

    /// Everything of the named type inside a thing, one entry a way down to it.
    fn inside_of_type(&mut self, thing: &Thing, on: &ast::Text) -> Resolved<Vec<Thing>> {
        let name = on.plain();
        let inside = self.inside(thing);
        let ways: Vec<Thing> = inside
            .iter()
            .filter(|(of, _)| *self.model.catalog.of(*of).name == *name)
            .map(|(of, steps)| Thing {
                steps: steps.clone(),
                of: *of,
                ..thing.clone()
            })
            .collect();
        if !ways.is_empty() {
            return Ok(ways);
        }
        let mut known: Vec<String> = inside
            .iter()
            .skip(1)
            .map(|(of, _)| self.model.catalog.of(*of).name.to_string())
            .collect();
        known.sort();
        known.dedup();
        let path = self.model.catalog.type_path(thing.of);
        let help = format!("`scopec catalog {path}` lists what there is");
        Err(self.unknown(&format!("type in `{path}`"), on, &known, Some(help)))
    }
}

/// Words as they are meant, escapes resolved.
fn plain(words: &[ast::Text]) -> Vec<Box<str>> {
    words.iter().map(|word| word.plain().into()).collect()
}
