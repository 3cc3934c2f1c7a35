//! Guards and tests: every name in them is resolved, so that a misspelt one is said at once.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an item or line has a dozen kinds, of which a pass reads one or two"
)]

use super::profile::Scope;
use super::{Resolved, Resolver};
use crate::diagnostic::Diagnostic;
use crate::model::Guard;
use crate::model::party::PartyKind;
use crate::syntax::ast;
use std::collections::BTreeSet;

impl Resolver<'_> {
    /// Resolves every guard and test.
    pub(super) fn guards_and_tests(&mut self) {
        let files = self.files;
        for item in files.iter().flat_map(|file| &file.items) {
            match &item.kind {
                ast::ItemKind::Guard(guard) => self.guard(guard),
                ast::ItemKind::Test(test) => self.test(test),
                _ => {}
            }
        }
    }

    fn guard(&mut self, guard: &ast::Guard) {
        let mut exceptions_by = None;
        for rule in &guard.rules {
            match &rule.kind {
                ast::GuardRuleKind::Deny {
                    what,
                    together,
                    subjects,
                    except,
                    directly: _,
                } => {
                    self.selection(what);
                    if let Some(together) = together {
                        self.selection(together);
                    }
                    self.selectors(subjects);
                    let _ = self.who_list(except, &Scope::empty());
                }
                ast::GuardRuleKind::Require {
                    what: _,
                    at_most,
                    of,
                } => {
                    if let Some(length) = at_most {
                        let _ = self.length(length);
                    }
                    self.selection(of);
                }
                ast::GuardRuleKind::Limit { subjects, .. } => self.selectors(subjects),
                ast::GuardRuleKind::Severity(word) => {
                    if !["error", "warning", "note"].contains(&&*word.raw) {
                        let known = ["error", "warning", "note"].map(str::to_owned);
                        self.unknown("severity", word, &known, None);
                    }
                }
                ast::GuardRuleKind::ExceptionsBy(team) => {
                    exceptions_by = self.team(team).ok();
                }
            }
        }
        self.model.guards.push(Guard {
            name: guard.name.raw.clone(),
            span: guard.name.span,
            exceptions_by,
        });
    }

    fn selection(&mut self, selection: &ast::Selection) {
        let resource = selection
            .selectors
            .iter()
            .find_map(|selector| match selector {
                ast::Selector::Reference(reference) => Some(reference),
                ast::Selector::Property { .. } | ast::Selector::OrgLevel(_) => None,
            });
        self.selectors(&selection.selectors);
        if let Some(reference) = resource
            && let Ok(thing) = self.quietly(reference)
        {
            let types = [thing.of];
            let _ = self.choose(&selection.verbs, &types, true);
        } else {
            let unknown: Vec<&ast::Text> = selection
                .verbs
                .iter()
                .filter(|verb| {
                    !verb.quoted && crate::authority::verb::VerbSet::parse(&verb.raw).is_none()
                })
                .collect();
            for verb in unknown {
                let known: Vec<String> = crate::authority::verb::Verb::ALL
                    .iter()
                    .map(|verb| verb.word().to_owned())
                    .collect();
                self.unknown(
                    "verb",
                    verb,
                    &known,
                    Some(
                        "a vendor's own operation is known only where a resource is named"
                            .to_owned(),
                    ),
                );
            }
        }
    }

    /// A reference that was already resolved once, with its diagnostics said.
    fn quietly(&mut self, reference: &ast::Reference) -> Resolved<crate::model::thing::Thing> {
        self.thing(reference, &Scope::empty())
    }

    fn selectors(&mut self, selectors: &[ast::Selector]) {
        for selector in selectors {
            match selector {
                ast::Selector::OrgLevel(_) => {}
                ast::Selector::Reference(reference) => {
                    let party = reference.is_bare()
                        && self.names.parties.contains_key(&*reference.root.raw);
                    if !party {
                        let _ = self.thing(reference, &Scope::empty());
                    }
                }
                ast::Selector::Property { name, value } => self.property(name, value),
            }
        }
    }

    fn property(&mut self, name: &ast::Text, value: &ast::Text) {
        match &*name.raw {
            "kind" => {
                let known: Vec<String> = PartyKind::INTEGRATIONS
                    .iter()
                    .chain(&PartyKind::PRINCIPALS)
                    .map(|kind| kind.word().to_owned())
                    .collect();
                if !known.contains(&value.plain()) {
                    self.unknown("kind", value, &known, None);
                }
            }
            "vendor" => {
                let known = super::vendor_names(&self.names.vendors);
                if !known.contains(&value.plain()) {
                    self.unknown("vendor", value, &known, None);
                }
            }
            "system" => {
                let _ = self.system_named(value);
            }
            "owner" => {
                let _ = self.team(value);
            }
            "env" | "label" => self.used_somewhere(name, value),
            _ => {
                let known =
                    ["env", "label", "kind", "vendor", "system", "owner"].map(str::to_owned);
                self.unknown("selector", name, &known, None);
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

    fn test(&mut self, test: &ast::Test) {
        let scope = Scope::empty();
        for assertion in &test.assertions {
            let _ = self.who(&assertion.who, &scope);
            match &assertion.kind {
                ast::AssertionKind::Can { verbs, targets, .. }
                | ast::AssertionKind::Cause { verbs, targets, .. } => {
                    let verbs = ast::Verbs {
                        names: verbs.clone(),
                        except: Vec::new(),
                    };
                    let _ = self.parts(&verbs, targets, false, &scope);
                }
                ast::AssertionKind::Reach { references, .. } => {
                    for reference in references {
                        let bare = reference.is_bare()
                            && self.names.parties.contains_key(&*reference.root.raw);
                        if !bare {
                            let _ = self.thing(reference, &scope);
                        }
                    }
                }
                ast::AssertionKind::Influence { whom, .. } => {
                    for name in whom {
                        let _ = self.party(name);
                    }
                }
            }
        }
    }
}
