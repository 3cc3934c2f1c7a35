//! Facts about resources.

use super::{Gatherer, sorted, statement};
use crate::authority::{Verb, VerbSet};
use crate::diff::SubjectKind;
use crate::diff::kind::{GOVERNANCE, PROHIBITION, TRUST};
use crate::diff::space::Requirement;
use crate::diff::statement::{Measure, Subject};
use crate::model::catalog::SlotId;
use crate::model::fact::Fact;
use crate::source::Span;
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl Gatherer<'_, '_> {
    pub(super) fn resources(&mut self) {
        let known = self.known;
        let model = &known.compiled.model;
        for resource in &model.resources {
            let subject = Subject {
                kind: SubjectKind::System,
                name: known.system(resource.thing.system).to_owned(),
            };
            let of = known.thing(&resource.thing);
            for fact in &resource.facts {
                let from = self.all.len();
                self.fact(&subject, &of, fact, resource.span);
                for made in &mut self.all[from..] {
                    made.key = format!("{of} {}", made.key);
                    made.resource = Some(of.clone());
                    if let Some((sort, _)) = &mut made.extent {
                        *sort = format!("{of} {sort}");
                    }
                }
            }
        }
    }

    fn fact(&mut self, subject: &Subject, of: &str, fact: &Fact, span: Span) {
        let known = self.known;
        match fact {
            Fact::Labels(labels) => {
                for label in labels {
                    let words = format!("label {label}");
                    self.say(statement(subject, &GOVERNANCE, words.clone(), words, span).care());
                }
            }
            Fact::Env(env) => {
                let words = format!("env {env}");
                self.say(statement(subject, &GOVERNANCE, words.clone(), words, span).care());
            }
            Fact::Guarded {
                by,
                setting,
                against,
                verbs,
                slots,
                except,
                lifted_by,
                span,
            } => {
                let mut key = format!("guarded by {by}");
                if let Some(setting) = setting {
                    let _ = write!(key, " \"{setting}\"");
                }
                let mut words = key.clone();
                let against = sorted(against.iter().map(ToString::to_string));
                let except = sorted(except.iter().map(|who| known.who(who)));
                let lifted = sorted(lifted_by.iter().map(|who| known.who(who)));
                for (word, set) in [
                    ("against", &against),
                    ("except", &except),
                    ("lifted by", &lifted),
                ] {
                    if !set.is_empty() {
                        let all: Vec<&str> = set.iter().map(String::as_str).collect();
                        let _ = write!(words, " {word} {}", all.join(", "));
                    }
                }
                self.say(
                    statement(subject, &PROHIBITION, key, words, *span)
                        .care()
                        .measured(Measure::Stricter(self.meant(*verbs, slots)))
                        .measured(Measure::Wider(except))
                        .measured(Measure::Wider(lifted)),
                );
            }
            Fact::Admits {
                refuses,
                who,
                verbs,
                slices,
                on,
                within,
                conditions,
                span,
            } => {
                let operations: BTreeSet<String> = slices
                    .iter()
                    .flat_map(|slice| slice.cube.operations.listed())
                    .map(|&operation| self.operation(SlotId::of(operation)))
                    .collect();
                let verb = if *refuses { "refuses" } else { "admits" };
                for one in who {
                    let name = known.who(one);
                    let mut words = format!("{verb} {name} to {}", verbs.join(", "));
                    let mut key = format!("{verb} {name}");
                    let preposition = if *within { "within" } else { "on" };
                    if let Some(on) = on {
                        let _ = write!(key, " {preposition} {on}");
                    } else if *within {
                        key.push_str(" within");
                    }
                    if key.len() > verb.len() + 1 + name.len() {
                        words.push_str(&key[verb.len() + 1 + name.len()..]);
                    }
                    if !conditions.is_empty() {
                        let _ = write!(words, " where {}", known.conditions(conditions));
                    }
                    let made = if *refuses {
                        let asked = self.required(conditions);
                        // A refusal that holds under more conditions refuses less.
                        let Measure::Requires(asked) = asked else {
                            continue;
                        };
                        let asked = asked.iter().map(Requirement::words).collect();
                        statement(subject, &PROHIBITION, key, words, *span)
                            .care()
                            .measured(Measure::Stricter(operations.clone()))
                            .measured(Measure::Wider(asked))
                    } else {
                        statement(subject, &TRUST, key, words, *span)
                            .risk()
                            .measured(Measure::Wider(operations.clone()))
                            .measured(self.required(conditions))
                    };
                    let mut made = made.on(of);
                    let _ = write!(made.text, " {operations:?}");
                    self.say(made);
                }
            }
            Fact::Stores(id, span) => {
                let words = format!("stores credential of {}", known.party(*id));
                self.say(statement(subject, &TRUST, words.clone(), words, *span).risk());
            }
            Fact::AttachedTo(all, span) => {
                for who in all {
                    let words = format!("attached to {}", known.who(who));
                    self.say(statement(subject, &TRUST, words.clone(), words, *span).risk());
                }
            }
            Fact::RunsAs(thing) => self.depends(subject, "runs as", thing, thing.span),
            Fact::RunsOn(thing) => self.depends(subject, "runs on", thing, thing.span),
            Fact::Escapes { to, by, span } => {
                let words = format!("escapes to {} by \"{by}\"", known.thing(to));
                self.say(statement(subject, &TRUST, words.clone(), words, *span).risk());
            }
        }
    }

    fn operation(&self, slot: SlotId) -> String {
        let catalog = &self.known.compiled.model.catalog;
        catalog.qualified(catalog.slot(slot).operation)
    }

    /// What a guard on a resource is against; where nothing is named, everything.
    fn meant(&self, verbs: VerbSet, slots: &[SlotId]) -> BTreeSet<String> {
        let mut all: BTreeSet<String> = slots.iter().map(|&slot| self.operation(slot)).collect();
        let named = verbs.iter().map(|verb: Verb| verb.word().to_owned());
        all.extend(named);
        if all.is_empty() {
            let words = Verb::ALL.iter().map(|verb| verb.word().to_owned());
            all.extend(words);
        }
        all
    }
}
