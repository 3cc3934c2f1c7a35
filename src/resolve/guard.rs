//! Guards: every name in them is resolved, so that a misspelt one is said at once.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an item or line has a dozen kinds, of which a pass reads one or two"
)]

use super::operation::portable;
use super::profile::Scope;
use super::{Resolved, Resolver};
use crate::authority::pattern::Pattern;
use crate::authority::verb::{Verb, VerbSet};
use crate::diagnostic::Diagnostic;
use crate::model::guard::{
    Countable, Gravity, Guard, GuardRule, GuardRuleKind, Requirement, Selection, Selector,
};
use crate::model::party::PartyKind;
use crate::model::rule::Part;
use crate::model::thing::Tenants;
use crate::syntax::ast;
use std::collections::BTreeSet;

impl Resolver<'_> {
    /// Resolves every guard and test.
    pub(super) fn guards_and_tests(&mut self) {
        let files = self.files;
        for item in files.iter().flat_map(|file| &file.items) {
            match &item.kind {
                ast::ItemKind::Guard(guard) => self.guard(guard),
                ast::ItemKind::Test(test) => self.test(test, item),
                _ => {}
            }
        }
    }

    fn guard(&mut self, guard: &ast::Guard) {
        let mut entry = Guard {
            name: guard.name.raw.clone(),
            why: guard.why.as_ref().map(|why| why.plain().into()),
            span: guard.name.span,
            rules: Vec::new(),
            severity: Gravity::default(),
            exceptions_by: None,
        };
        for rule in &guard.rules {
            let kind = match &rule.kind {
                ast::GuardRuleKind::Severity(word) => {
                    let known = Gravity::ALL.map(|gravity| (gravity.word(), gravity));
                    if let Ok(gravity) = self.one_of("severity", word, &known) {
                        entry.severity = gravity;
                    }
                    continue;
                }
                ast::GuardRuleKind::ExceptionsBy(team) => {
                    entry.exceptions_by = self.team(team).ok();
                    continue;
                }
                ast::GuardRuleKind::Deny {
                    what,
                    together,
                    subjects,
                    except,
                    directly,
                } => self.deny(what, together.as_ref(), subjects, except, *directly),
                ast::GuardRuleKind::Require { what, at_most, of } => {
                    self.require(what, at_most.as_ref(), of)
                }
                ast::GuardRuleKind::Limit {
                    count,
                    what,
                    subjects,
                } => self.limit(count, what, subjects),
            };
            entry.rules.extend(kind.map(|kind| GuardRule {
                span: rule.span,
                kind,
            }));
        }
        self.model.guards.push(entry);
    }

    fn deny(
        &mut self,
        what: &ast::Selection,
        together: Option<&ast::Selection>,
        subjects: &[ast::Selector],
        except: &[ast::Who],
        directly: bool,
    ) -> Resolved<GuardRuleKind> {
        // Each is resolved whatever becomes of the others, so that every mistake is said at once.
        let what = self.selection(what);
        let together = together.map(|together| self.selection(together));
        let subjects = self.selectors(subjects);
        let except = self.who_list(except, &Scope::empty());
        Ok(GuardRuleKind::Deny {
            what: what?,
            together: together.transpose()?.map(Box::new),
            subjects: subjects?,
            except: except?,
            directly,
        })
    }

    fn require(
        &mut self,
        what: &ast::Text,
        at_most: Option<&ast::Text>,
        of: &ast::Selection,
    ) -> Resolved<GuardRuleKind> {
        let known = Requirement::ALL.map(|one| (one.word(), one));
        let what = self.one_of("duty", what, &known);
        let at_most = at_most.map(|text| self.length(text));
        let of = self.selection(of);
        Ok(GuardRuleKind::Require {
            what: what?,
            at_most: at_most.transpose()?,
            of: of?,
        })
    }

    fn limit(
        &mut self,
        count: &ast::Text,
        what: &ast::Text,
        subjects: &[ast::Selector],
    ) -> Resolved<GuardRuleKind> {
        let known = Countable::ALL.map(|one| (one.word(), one));
        let what = self.one_of("limit", what, &known);
        let subjects = self.selectors(subjects);
        Ok(GuardRuleKind::Limit {
            // The grammar lets nothing but digits through, so that only a number too large fails.
            count: count.raw.parse().unwrap_or(u32::MAX),
            what: what?,
            subjects: subjects?,
        })
    }

    /// The entry of `known` that `word` names.
    fn one_of<T: Copy>(
        &mut self,
        what: &str,
        word: &ast::Text,
        known: &[(&'static str, T)],
    ) -> Resolved<T> {
        if let Some(&(_, one)) = known.iter().find(|(name, _)| *name == &*word.raw) {
            return Ok(one);
        }
        let names: Vec<String> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
        Err(self.unknown(what, word, &names, None))
    }

    fn selection(&mut self, selection: &ast::Selection) -> Resolved<Selection> {
        let resource = selection
            .selectors
            .iter()
            .position(|selector| match selector {
                ast::Selector::Reference(reference) => !self.is_party(reference),
                ast::Selector::Property { .. } | ast::Selector::OrgLevel(_) => false,
            });
        let mut others = selection.selectors.clone();
        let part = if let Some(ast::Selector::Reference(reference)) =
            resource.map(|at| others.remove(at))
        {
            Some(self.selected_part(selection, &reference))
        } else {
            self.known_verbs_alone(&selection.verbs);
            None
        };
        let selectors = self.selectors(&others);
        let (verbs, _) = portable(&selection.verbs);
        Ok(Selection {
            span: selection.span,
            verbs: if selection.verbs.is_empty() {
                VerbSet::ANY
            } else {
                verbs
            },
            operations: selection
                .verbs
                .iter()
                .filter(|name| name.quoted || VerbSet::parse(&name.raw).is_none())
                .map(|name| Pattern::glob(&name.raw, &[]))
                .collect(),
            part: part.transpose()?,
            selectors: selectors?,
        })
    }

    /// What a selection means on the resource that it names. Without verbs it is everything inside.
    fn selected_part(
        &mut self,
        selection: &ast::Selection,
        reference: &ast::Reference,
    ) -> Resolved<Part> {
        let thing = self.thing(reference, &Scope::empty())?;
        let within = selection.within || selection.verbs.is_empty();
        let mut names = selection.verbs.clone();
        if names.is_empty() {
            names.push(every_verb(selection.span));
        }
        let verbs = ast::Verbs {
            names,
            except: Vec::new(),
        };
        self.part(&verbs, thing, within, &[], false)
    }

    /// Where no resource is named, only portable verbs and full spellings have a meaning.
    fn known_verbs_alone(&mut self, verbs: &[ast::Text]) {
        for verb in verbs {
            if verb.quoted || VerbSet::parse(&verb.raw).is_some() {
                continue;
            }
            let known: Vec<String> = Verb::ALL
                .iter()
                .map(|verb| verb.word().to_owned())
                .collect();
            let help = "a vendor's own operation is known only where a resource is named";
            self.unknown("verb", verb, &known, Some(help.to_owned()));
        }
    }

    /// Whether a reference is the name of an integration or principal.
    pub(super) fn is_party(&self, reference: &ast::Reference) -> bool {
        reference.is_bare() && self.names.parties.contains_key(&*reference.root.raw)
    }

    fn selectors(&mut self, selectors: &[ast::Selector]) -> Resolved<Vec<Selector>> {
        let all: Vec<Resolved<Selector>> = selectors
            .iter()
            .map(|selector| match selector {
                ast::Selector::OrgLevel(_) => Ok(Selector::OrgLevel),
                ast::Selector::Reference(reference) if self.is_party(reference) => {
                    Ok(Selector::Party(self.party(&reference.root)?))
                }
                ast::Selector::Reference(reference) => {
                    let thing = self.thing(reference, &Scope::empty())?;
                    Ok(
                        if thing.steps.is_empty() && thing.tenants == Tenants::Each {
                            Selector::System(thing.system)
                        } else {
                            Selector::Thing(thing)
                        },
                    )
                }
                ast::Selector::Property { name, value } => self.property(name, value),
            })
            .collect();
        all.into_iter().collect()
    }

    fn property(&mut self, name: &ast::Text, value: &ast::Text) -> Resolved<Selector> {
        match &*name.raw {
            "kind" => {
                let known: Vec<(&'static str, PartyKind)> = PartyKind::INTEGRATIONS
                    .iter()
                    .chain(&PartyKind::PRINCIPALS)
                    .map(|&kind| (kind.word(), kind))
                    .collect();
                Ok(Selector::Kind(self.one_of("kind", value, &known)?))
            }
            "vendor" => {
                let wanted = value.plain();
                let known = super::vendor_names(&self.names.vendors);
                match self.vendor(&wanted).filter(|_| known.contains(&wanted)) {
                    Some(vendor) => Ok(Selector::Vendor(vendor)),
                    None => Err(self.unknown("vendor", value, &known, None)),
                }
            }
            "system" => Ok(Selector::System(self.system_named(value)?)),
            "owner" => Ok(Selector::Owner(self.team(value)?)),
            "env" => {
                self.used_somewhere(name, value);
                Ok(Selector::Env(value.plain().into()))
            }
            "label" => {
                self.used_somewhere(name, value);
                Ok(Selector::Label(value.plain().into()))
            }
            _ => {
                let known =
                    ["env", "label", "kind", "vendor", "system", "owner"].map(str::to_owned);
                Err(self.unknown("selector", name, &known, None))
            }
        }
    }

    /// A label or environment that nothing has is a warning: the rule then selects nothing.
    fn used_somewhere(&mut self, name: &ast::Text, value: &ast::Text) {
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let label = &*name.raw == "label";
        for system in &self.model.systems {
            if label {
                used.extend(system.labels.iter().map(|label| &**label));
            } else {
                used.extend(system.env.as_deref());
            }
        }
        for of in &self.model.catalog.types {
            if label {
                used.extend(of.labels.iter().map(|label| &**label));
            }
        }
        for resource in &self.model.resources {
            for fact in &resource.facts {
                match fact {
                    crate::model::fact::Fact::Labels(labels) if label => {
                        used.extend(labels.iter().map(|label| &**label));
                    }
                    crate::model::fact::Fact::Env(env) if !label => {
                        used.insert(env);
                    }
                    _ => {}
                }
            }
        }
        let wanted = value.plain();
        if used.contains(wanted.as_str()) {
            return;
        }
        let near = crate::diagnostic::suggest::nearest(&wanted, used.iter().copied());
        let mut found = Diagnostic::warning(
            "selects-nothing",
            value.span,
            format!(
                "nothing has the {} `{wanted}`, so this selects nothing",
                name.raw
            ),
        );
        if let Some(near) = near {
            found = found.help(format!("did you mean `{near}`?"));
        }
        self.say(found);
    }
}

/// The word `any`, as if it stood at `span`.
pub(super) fn every_verb(span: crate::source::Span) -> ast::Text {
    ast::Text {
        raw: "any".into(),
        span,
        quoted: false,
    }
}
