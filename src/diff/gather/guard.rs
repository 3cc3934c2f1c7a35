//! Rules over everybody, and assertions.

use super::{Gatherer, hours, sorted, statement};
use crate::diff::SubjectKind;
use crate::diff::kind::{GUARD, TEST};
use crate::diff::statement::{Measure, Statement, Subject};
use crate::model::PartyId;
use crate::model::guard::{GuardRuleKind, Selection, Selector};
use crate::model::test::AssertionKind;
use crate::source::Span;
use std::fmt::Write as _;

impl Gatherer<'_, '_> {
    pub(super) fn guards(&mut self) {
        let known = self.known;
        for guard in &known.compiled.model.guards {
            let subject = Subject {
                kind: SubjectKind::Guard,
                name: guard.name.to_string(),
            };
            let span = guard.span;
            if let Some(why) = &guard.why {
                self.say(statement(
                    &subject,
                    &GUARD,
                    "why",
                    format!("says \"{why}\""),
                    span,
                ));
            }
            let words = format!("severity {}", guard.severity.word());
            self.say(
                statement(&subject, &GUARD, "severity", words, span)
                    .measured(Measure::More(-(guard.severity as i64))),
            );
            if let Some(team) = guard.exceptions_by {
                let words = format!("exceptions by {}", known.team(team));
                self.say(statement(&subject, &GUARD, "exceptions", words, span));
            }
            for rule in &guard.rules {
                let made = self.guard_rule(&subject, &rule.kind, rule.span);
                self.say(made);
            }
        }
    }

    fn guard_rule(&self, subject: &Subject, kind: &GuardRuleKind, span: Span) -> Statement {
        let known = self.known;
        let mut made = match kind {
            GuardRuleKind::Deny {
                what,
                together,
                subjects,
                except,
                directly,
            } => {
                let mut key = format!("deny {}", self.selection(what));
                if let Some(together) = together {
                    let _ = write!(key, " together with {}", self.selection(together));
                }
                if !subjects.is_empty() {
                    let _ = write!(key, " for {}", self.selectors(subjects));
                }
                let except = sorted(except.iter().map(|who| known.who(who)));
                statement(subject, &GUARD, key, "", span)
                    .measured(Measure::Wider(except))
                    .measured(Measure::More(i64::from(*directly)))
            }
            GuardRuleKind::Require { what, at_most, of } => {
                let key = format!("require {} for {}", what.word(), self.selection(of));
                statement(subject, &GUARD, key, "", span).measured(Measure::More(hours(*at_most)))
            }
            GuardRuleKind::Limit {
                count,
                what,
                subjects,
            } => {
                let key = format!("limit {} for {}", what.word(), self.selectors(subjects));
                statement(subject, &GUARD, key, "", span).measured(Measure::More(i64::from(*count)))
            }
        };
        made.text = format!("{} {:?}", made.key, made.measures);
        made.words = known.words(span);
        made.care()
    }

    fn selection(&self, selection: &Selection) -> String {
        let mut words: Vec<String> = selection
            .verbs
            .iter()
            .map(|verb| verb.word().to_owned())
            .collect();
        for pattern in &selection.operations {
            words.push(pattern.glob_text(|character, text| text.push(character)));
        }
        words.sort();
        if let Some(part) = &selection.part {
            words.push(self.known.part(part));
        }
        words.push(self.selectors(&selection.selectors));
        words.join(" ")
    }

    fn selectors(&self, selectors: &[Selector]) -> String {
        let known = self.known;
        let model = &known.compiled.model;
        let words = selectors.iter().map(|selector| match selector {
            Selector::Env(name) => format!("env {name}"),
            Selector::Label(name) => format!("label {name}"),
            Selector::Kind(kind) => format!("kind {}", kind.word()),
            Selector::Vendor(id) => format!("vendor {}", model.catalog.vendor(*id).name),
            Selector::System(id) => format!("system {}", known.system(*id)),
            Selector::Owner(id) => format!("owner {}", known.team(*id)),
            Selector::OrgLevel => "org-level".to_owned(),
            Selector::Thing(thing) => known.thing(thing),
            Selector::Party(id) => known.party(*id).to_owned(),
        });
        let all: Vec<String> = sorted(words).into_iter().collect();
        all.join(" ")
    }

    pub(super) fn tests(&mut self) {
        let known = self.known;
        for test in &known.compiled.model.tests {
            let subject = Subject {
                kind: SubjectKind::Test,
                name: test.name.to_string(),
            };
            for assertion in &test.assertions {
                let who = assertion
                    .who
                    .as_ref()
                    .map_or_else(|| "?".to_owned(), |who| known.who(who));
                let can = if assertion.negated { "cannot" } else { "can" };
                let parts = |parts: &[crate::model::rule::Part]| {
                    let words = parts.iter().map(|part| known.part(part));
                    sorted(words).into_iter().collect::<Vec<_>>().join(", ")
                };
                let people = |all: &[PartyId]| {
                    let names = all.iter().map(|&id| known.party(id).to_owned());
                    sorted(names).into_iter().collect::<Vec<_>>().join(", ")
                };
                let said = match &assertion.kind {
                    AssertionKind::Perform {
                        parts: some,
                        without_approval,
                    } => format!("{} {without_approval}", parts(some)),
                    AssertionKind::Reach {
                        parts: some,
                        parties,
                        without_approval,
                    } => format!(
                        "reach {} {} {without_approval}",
                        parts(some),
                        people(parties)
                    ),
                    AssertionKind::Influence(parties) => format!("influence {}", people(parties)),
                    AssertionKind::Cause(some) => format!("cause {}", parts(some)),
                    AssertionKind::Unresolved => {
                        format!("unresolved {}", known.words(assertion.span))
                    }
                };
                let key = format!("{who} {can} {said}");
                let mut made = statement(&subject, &TEST, key.clone(), key, assertion.span).care();
                made.words = known.words(assertion.span);
                self.say(made);
            }
        }
    }
}
