//! What no longer works for others when somebody is gone. Only what the declarations tell.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Without;
use super::belonging::{Role, meet};
use super::cut::origin_of;
use super::word;
use crate::authority::verb::Verb;
use crate::emit::system_label;
use crate::grant::Bundle;
use crate::model::catalog::SlotId;
use crate::model::party::{ClauseKind, Inheritance, Party, Who};
use crate::model::rule::{Rule, Slice};
use crate::model::thing::Thing;
use crate::source::Span;
use crate::test;

/// Something that breaks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Break {
    /// For whom: an integration, a principal, a team, or a test or guard by its kind and name.
    pub who: String,
    /// What is then: lower case, names in backticks.
    pub what: String,
    /// The rule of a finding that there is then and is not now.
    pub rule: Option<String>,
    /// Where it is declared, relative to the project.
    pub file: String,
    /// The line.
    pub line: u32,
}

/// Everything that breaks, by place.
pub(super) fn breaks(without: &Without<'_>) -> Vec<Break> {
    let mut seeker = Seeker {
        without,
        found: Vec::new(),
    };
    for (id, party) in without.now.model.parties() {
        if id != without.id {
            seeker.party(party);
        }
    }
    seeker.own();
    seeker.units();
    seeker.teams();
    seeker.findings();
    seeker.tests();
    let mut found = seeker.found;
    found.sort_by(|a, b| {
        (&a.file, a.line, &a.who, &a.what, &a.rule)
            .cmp(&(&b.file, b.line, &b.who, &b.what, &b.rule))
    });
    found.dedup();
    found
}

struct Seeker<'a> {
    without: &'a Without<'a>,
    found: Vec<Break>,
}

impl Seeker<'_> {
    fn put(&mut self, who: &str, what: String, at: Span) {
        let (file, line) = word::place(self.without.now, at);
        self.found.push(Break {
            who: who.to_owned(),
            what,
            rule: None,
            file,
            line,
        });
    }

    /// What another's clauses say of it.
    fn party(&mut self, party: &Party) {
        let without = self.without;
        let name = &*party.name;
        let gone = &*without.party().name;
        let is_it = |who: &Who| match who {
            Who::Party(id, _) => *id == without.id,
            Who::Thing(thing) => without.goes(Role::Identity, thing),
            Who::Anyone(_) | Who::Service(..) | Who::Oidc(..) | Who::System(..) => false,
        };
        for clause in &party.clauses {
            let at = clause.span;
            if let ClauseKind::TriggeredBy(who) = &clause.kind
                && who.iter().any(is_it)
            {
                let what = if who.iter().all(is_it) {
                    format!("nothing that is declared triggers `{name}` any more")
                } else {
                    format!("`{gone}` no longer triggers `{name}`")
                };
                self.put(name, what, at);
            } else if let ClauseKind::Inherits { mode, from } = &clause.kind
                && *from == without.id
                && *mode != Inheritance::Nothing
            {
                let what = format!("`{name}` no longer has what it inherits from `{gone}`");
                self.put(name, what, at);
            } else if let ClauseKind::Delegates { to, .. } = &clause.kind
                && *to == without.id
            {
                let what = format!("what `{gone}` did by delegation of `{name}` is left undone");
                self.put(name, what, at);
            } else if let ClauseKind::Operator(of) = &clause.kind
                && *of == without.id
            {
                self.put(name, format!("nobody operates `{name}`"), at);
            } else if let ClauseKind::MemberOf(of) = &clause.kind
                && *of == without.id
            {
                let what = format!("`{name}` no longer has what it has as a member of `{gone}`");
                self.put(name, what, at);
            } else if let ClauseKind::Trusts { who, .. } = &clause.kind
                && is_it(who)
            {
                let what = format!("what `{gone}` did as `{name}` is left undone");
                self.put(name, what, at);
            } else if let ClauseKind::Identity {
                from: Some(from),
                thing,
            } = &clause.kind
                && without.goes(Role::Identity, from)
            {
                let what = format!(
                    "`{name}` is `{}` by way of an identity of `{gone}`: it needs another way",
                    without.now.model.thing_text(thing)
                );
                self.put(name, what, at);
            }
        }
        self.served(party);
    }

    /// What of another's it keeps up to date, starts or feeds.
    fn served(&mut self, party: &Party) {
        let without = self.without;
        let model = &without.now.model;
        let (name, gone) = (&party.name, &without.party().name);
        for clause in &party.clauses {
            let mut things: Vec<(&Thing, &[Verb], String)> = Vec::new();
            let shown = |thing: &Thing| model.thing_text(thing);
            if let ClauseKind::RunsFrom(thing) = &clause.kind {
                let what = format!(
                    "`{name}` runs from `{}`, which `{gone}` changes",
                    shown(thing)
                );
                things.push((thing, &CHANGES, what));
            } else if let ClauseKind::RunsOn(thing) = &clause.kind {
                let what = format!(
                    "`{name}` runs on `{}`, which `{gone}` changes",
                    shown(thing)
                );
                things.push((thing, &CHANGES, what));
                let what = format!("`{name}` runs on `{}`, which `{gone}` starts", shown(thing));
                things.push((thing, &[Verb::Trigger], what));
            } else if let ClauseKind::Credential {
                stored_in: Some(thing),
                ..
            } = &clause.kind
            {
                let what = format!(
                    "`{gone}` may exchange the credential of `{name}` in `{}`: somebody else has to",
                    shown(thing)
                );
                things.push((thing, &CHANGES, what));
            } else if let ClauseKind::Ingests(all) = &clause.kind {
                things.extend(all.iter().map(|thing| {
                    let what = format!(
                        "`{name}` takes in `{}`, which `{gone}` writes",
                        shown(thing)
                    );
                    (thing, &CHANGES[..], what)
                }));
            } else if let ClauseKind::TriggeredBy(all) = &clause.kind {
                for who in all {
                    if let Who::Thing(thing) = who {
                        let what = format!(
                            "`{name}` is triggered by `{}`, which `{gone}` writes",
                            shown(thing)
                        );
                        things.push((thing, &CHANGES, what));
                    }
                }
            }
            for (thing, verbs, what) in things {
                if self.may(thing, verbs) {
                    self.put(name, what, clause.span);
                }
            }
        }
    }

    /// Whether it is allowed one of some verbs on a thing, by its own clauses.
    fn may(&self, thing: &Thing, verbs: &[Verb]) -> bool {
        let model = &self.without.now.model;
        let mut rules = self.without.party().clauses.iter().filter_map(|clause| {
            if let ClauseKind::Allow(rule) = &clause.kind {
                Some(rule)
            } else {
                None
            }
        });
        let gives = |slice: &Slice| match slice.cube.operations.iter_finite() {
            Some(mut slots) => {
                slots.any(|slot| verbs.contains(&model.catalog.operation_of(SlotId::of(slot)).verb))
            }
            None => true,
        };
        rules.any(|rule: &Rule| {
            rule.parts.iter().any(|part| {
                let mut slices = part.slices.iter();
                slices.any(|slice| meet(model, &slice.thing, thing) && gives(slice))
            })
        })
    }

    /// Who lives on what it had.
    fn own(&mut self) {
        let without = self.without;
        let gone = &*without.party().name;
        for clause in &without.party().clauses {
            if let ClauseKind::Delegates { to, .. } = &clause.kind {
                let name = &without.now.model.party(*to).name;
                let what = format!("`{name}` no longer has what `{gone}` delegates to it");
                self.put(name, what, clause.span);
            }
        }
        for one in without.belongings {
            let text = without.now.model.thing_text(one.thing);
            for other in &one.others {
                let what = match one.role {
                    Role::Identity => format!(
                        "`{text}` is an identity of both `{other}` and `{gone}`: no log tells apart what they did"
                    ),
                    Role::Secret => format!(
                        "`{text}` keeps a credential of both `{other}` and `{gone}`: they are exchanged together"
                    ),
                    Role::Host | Role::Code => continue,
                };
                self.put(other, what, one.span);
            }
        }
    }

    /// What others are granted less.
    fn units(&mut self) {
        let without = self.without;
        for bundle in &without.now.granted.bundles {
            let others: Vec<&str> = bundle
                .holders
                .iter()
                .filter(|&&holder| holder != without.id)
                .map(|&holder| &*without.now.model.party(holder).name)
                .collect();
            if others.is_empty() {
                continue;
            }
            let had = word::units(without.now, bundle);
            let has: BTreeSet<String> = without
                .left_of(bundle)
                .map(|left| word::units(&without.after.compiled, left))
                .unwrap_or_default();
            let lost: Vec<&String> = had.difference(&has).collect();
            if lost.is_empty() {
                continue;
            }
            self.lost(bundle, &others, &lost);
        }
    }

    fn lost(&mut self, bundle: &Bundle, others: &[&str], lost: &[&String]) {
        const LISTED: usize = 3;
        let without = self.without;
        let shown: Vec<&str> = lost.iter().take(LISTED).map(|unit| unit.as_str()).collect();
        let more = match lost.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let at = bundle.identity.as_ref().map(|thing| thing.span);
        for name in others {
            let party = without
                .now
                .model
                .parties()
                .find(|(_, party)| *party.name == **name);
            let span = at.or(party.map(|(_, party)| party.name_span));
            if let Some(span) = span {
                let what = format!(
                    "`{name}` is no longer granted {}{more} in `{}`, as `{}`",
                    word::names(&shown),
                    system_label(without.now, bundle.system, bundle.tenant),
                    word::identity(without.now, bundle),
                );
                self.put(name, what, span);
            }
        }
    }

    /// Teams whose members are a group that goes.
    fn teams(&mut self) {
        let without = self.without;
        for team in &without.now.model.teams {
            if let Some(group) = &team.group
                && without.goes(Role::Identity, group)
            {
                let what = format!(
                    "the members of team `{}` are an identity of it: nobody reviews, approves or owns in its name",
                    team.name
                );
                self.put(&format!("team {}", team.name), what, team.span);
            }
        }
    }

    /// What `check` says then and does not say now.
    fn findings(&mut self) {
        let without = self.without;
        for one in &without.after.fresh {
            let who = one
                .subject
                .clone()
                .unwrap_or_else(|| "the project".to_owned());
            let (file, line) = word::place(without.now, one.span);
            self.found.push(Break {
                who,
                what: one.message.clone(),
                rule: Some(one.rule.to_string()),
                file,
                line,
            });
        }
    }

    /// Tests that hold now and not then.
    fn tests(&mut self) {
        let without = self.without;
        let failing = |compiled| {
            let results = test::run(compiled, |_| true);
            results
                .tests
                .into_iter()
                .flat_map(move |outcome| {
                    let index = outcome.test;
                    outcome.failures.into_iter().map(move |one| (index, one))
                })
                .collect::<Vec<_>>()
        };
        let before: BTreeSet<Span> = failing(without.now)
            .into_iter()
            .map(|(_, failure)| failure.span)
            .collect();
        let after = &without.after.compiled;
        for (index, failure) in failing(after) {
            let span = origin_of(&without.after.gaps, failure.span);
            if !before.contains(&span) {
                let title = &after.model.tests[index].name;
                let what = format!("an assertion fails: {}", failure.message);
                self.put(&format!("test \"{title}\""), what, span);
            }
        }
    }
}

/// The verbs by which something is changed.
const CHANGES: [Verb; 2] = [Verb::Create, Verb::Update];
