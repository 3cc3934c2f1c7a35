//! What is said of integrations and principals.

use super::{Gatherer, extent, hours, statement, subject_of};
use crate::diff::kind::{AUTHORITY, EXCEPTION, GOVERNANCE, PROHIBITION, TRUST};
use crate::diff::statement::{Measure, Subject};
use crate::model::PartyId;
use crate::model::party::{Accept, Clause, ClauseKind, Inheritance, Owner, Party};
use crate::source::Span;
use std::collections::BTreeMap;
use std::fmt::Write as _;

impl Gatherer<'_, '_> {
    pub(super) fn party(&mut self, id: PartyId, party: &Party) {
        let subject = subject_of(self.known, id);
        let span = party.name_span;
        let kind = party.kind.word();
        self.say(statement(
            &subject,
            &TRUST,
            "kind",
            format!("is a {kind}"),
            span,
        ));
        let acts = party.acts();
        let at = party
            .clauses
            .iter()
            .find(|clause| matches!(clause.kind, ClauseKind::Acts(_)))
            .map_or(span, |clause| clause.span);
        self.say(
            statement(
                &subject,
                &AUTHORITY,
                "acts",
                format!("acts {}", acts.words()),
                at,
            )
            .measured(Measure::More(acts as i64)),
        );
        let mut numbers: BTreeMap<&'static str, usize> = BTreeMap::new();
        for clause in &party.clauses {
            let from = self.all.len();
            self.clause(&subject, clause, &mut numbers);
            let profile = clause
                .profile
                .map(|id| self.known.compiled.model.profiles[id.index()].name.clone());
            for made in &mut self.all[from..] {
                made.profile.clone_from(&profile);
            }
        }
    }

    #[allow(
        clippy::too_many_lines,
        reason = "one arm a clause of the language, each of a line or two"
    )]
    fn clause(
        &mut self,
        subject: &Subject,
        clause: &Clause,
        numbers: &mut BTreeMap<&'static str, usize>,
    ) {
        let known = self.known;
        let span = clause.span;
        let mut numbered = |word: &'static str| {
            let next = numbers.entry(word).or_default();
            *next += 1;
            format!("{word} {next}")
        };
        match &clause.kind {
            // Sets, compared as such.
            ClauseKind::Allow(_)
            | ClauseKind::Never(_)
            | ClauseKind::Delegates { .. }
            | ClauseKind::Holds { .. }
            | ClauseKind::BoundedBy { .. }
            // Said for everybody, whether it is written or not.
            | ClauseKind::Acts(_) => {}
            ClauseKind::Owner(owner) => {
                let person = i64::from(matches!(owner, Owner::Person(_)));
                let words = format!("owner {}", known.owner(owner));
                self.say(
                    statement(subject, &GOVERNANCE, "owner", words, span)
                        .care()
                        .measured(Measure::More(person)),
                );
            }
            ClauseKind::Purpose(text) => {
                let words = format!("purpose \"{text}\"");
                self.say(statement(subject, &GOVERNANCE, "purpose", words, span).care());
            }
            ClauseKind::Operator(id) => {
                let name = known.party(*id);
                let words = format!("operator {name}");
                self.say(statement(subject, &TRUST, words.clone(), words, span).risk());
            }
            ClauseKind::Expires(date) => {
                let words = format!("expires {date}");
                self.say(
                    statement(subject, &GOVERNANCE, "expires", words, span)
                        .care()
                        .measured(Measure::More(i64::from(date.0))),
                );
            }
            ClauseKind::Review { every, by } => {
                let words = format!("review every {every} by {}", known.team(*by));
                self.say(
                    statement(subject, &GOVERNANCE, "review", words, span)
                        .care()
                        .measured(Measure::More(hours(Some(*every)))),
                );
            }
            ClauseKind::Revoke(text) => {
                let words = format!("revoke via \"{text}\"");
                let key = numbered("revoke");
                self.say(statement(subject, &GOVERNANCE, key, words, span).care());
            }
            ClauseKind::Monitor(text) => {
                let words = format!("monitor via \"{text}\"");
                let key = numbered("monitor");
                self.say(statement(subject, &GOVERNANCE, key, words, span).care());
            }
            ClauseKind::Status(status) => {
                let words = format!("status {status:?}").to_lowercase();
                self.say(statement(subject, &GOVERNANCE, "status", words, span));
            }
            ClauseKind::Identity { thing, from } => {
                let mut words = format!("identity {}", known.thing(thing));
                if let Some(from) = from {
                    let _ = write!(words, " from {}", known.thing(from));
                }
                let key = format!("identity {}", known.system(thing.system));
                self.say(statement(subject, &TRUST, key, words, span));
            }
            ClauseKind::Credential {
                kind,
                system,
                stored_in,
                rotate,
            } => {
                let mut words = format!("credential {}", kind.word());
                let mut key = "credential".to_owned();
                if let Some(system) = system {
                    let _ = write!(words, " for {}", known.system(*system));
                    let _ = write!(key, " for {}", known.system(*system));
                }
                if let Some(thing) = stored_in {
                    let _ = write!(words, " in {}", known.thing(thing));
                }
                if let Some(length) = rotate {
                    let _ = write!(words, " rotate {length}");
                }
                let long = kind.is_long_lived();
                let age = if long { hours(*rotate) } else { 0 };
                self.say(
                    statement(subject, &GOVERNANCE, key, words, span)
                        .measured(Measure::More(i64::from(long)))
                        .measured(Measure::More(age)),
                );
            }
            ClauseKind::Trusts {
                who,
                system,
                conditions,
            } => {
                let system = system.map_or("", |system| known.system(system)).to_owned();
                let mut words = format!("trusts {}", known.who(who));
                let key = format!("trusts {} {system}", known.who(who));
                if !conditions.is_empty() {
                    let _ = write!(words, " where {}", known.conditions(conditions));
                }
                let mut made = statement(subject, &TRUST, key, words, span)
                    .risk()
                    .measured(self.required(conditions))
                    .extending(format!("trusts {system}"), extent(known, who));
                let _ = write!(made.text, " for {system}");
                self.say(made);
            }
            ClauseKind::MemberOf(id) => {
                let words = format!("member of {}", known.party(*id));
                self.say(statement(subject, &TRUST, words.clone(), words, span).risk());
            }
            ClauseKind::RunsFrom(thing) => self.depends(subject, "runs from", thing, span),
            ClauseKind::RunsOn(thing) => self.depends(subject, "runs on", thing, span),
            ClauseKind::TriggeredBy(all) => {
                for who in all {
                    let words = format!("triggered by {}", known.who(who));
                    self.say(
                        statement(subject, &TRUST, words.clone(), words, span)
                            .risk()
                            .extending("triggered by", extent(known, who)),
                    );
                }
            }
            ClauseKind::Ingests(all) => {
                for thing in all {
                    self.depends(subject, "ingests", thing, span);
                }
            }
            ClauseKind::Inherits { mode, from } => {
                let name = known.party(*from);
                let key = format!("inherits from {name}");
                match mode {
                    Inheritance::Nothing => {
                        let words = format!("inherits nothing from {name}");
                        self.say(statement(subject, &PROHIBITION, words.clone(), words, span).care());
                    }
                    Inheritance::All | Inheritance::Narrowed => {
                        let (word, rank) = match mode {
                            Inheritance::All => ("all", 1),
                            Inheritance::Narrowed | Inheritance::Nothing => ("narrowed", 0),
                        };
                        let words = format!("inherits {word} from {name}");
                        self.say(
                            statement(subject, &TRUST, key, words, span)
                                .risk()
                                .measured(Measure::More(rank)),
                        );
                    }
                }
            }
            ClauseKind::Accept(accept) => self.accept(subject, accept, span),
            ClauseKind::Unresolved(_) => {
                let words = known.words(span);
                self.say(statement(subject, &TRUST, format!("unresolved {words}"), words, span));
            }
        }
    }

    fn accept(&mut self, subject: &Subject, accept: &Accept, span: Span) {
        let known = self.known;
        let mut on: Vec<String> = accept.on.iter().map(|thing| known.thing(thing)).collect();
        on.sort();
        let mut key = format!("accept {}", accept.rule);
        if !on.is_empty() {
            let _ = write!(key, " on {}", on.join(", "));
        }
        let words = format!(
            "{key} because \"{}\" by {} until {}",
            accept.because,
            known.team(accept.by),
            accept.until
        );
        self.say(
            statement(subject, &EXCEPTION, key, words, span)
                .risk()
                .measured(Measure::More(i64::from(accept.until.0))),
        );
    }

    pub(super) fn reviews(&mut self) {
        let model = &self.known.compiled.model;
        let mut reviewed: BTreeMap<PartyId, Vec<_>> = BTreeMap::new();
        for review in &model.reviews {
            reviewed.entry(review.party).or_default().push(review);
        }
        for (id, mut all) in reviewed {
            all.sort_by_key(|review| (review.on, review.span));
            let Some(last) = all.last() else { continue };
            let mut words = format!("reviewed on {}", last.on);
            if let Some(by) = last.by {
                let _ = write!(words, " by {}", self.known.team(by));
            }
            let subject = subject_of(self.known, id);
            self.say(
                statement(&subject, &GOVERNANCE, "reviewed", words, last.span)
                    .care()
                    .measured(Measure::More(-i64::from(last.on.0))),
            );
        }
        let mut rotated: BTreeMap<(PartyId, Option<_>), Vec<_>> = BTreeMap::new();
        for rotation in &model.rotations {
            rotated
                .entry((rotation.party, rotation.system))
                .or_default()
                .push(rotation);
        }
        for ((id, system), mut all) in rotated {
            all.sort_by_key(|rotation| (rotation.on, rotation.span));
            let Some(last) = all.last() else { continue };
            let of = system.map_or_else(String::new, |system| {
                format!(" for {}", self.known.system(system))
            });
            let words = format!("rotated{of} on {}", last.on);
            let subject = subject_of(self.known, id);
            self.say(
                statement(
                    &subject,
                    &GOVERNANCE,
                    format!("rotated{of}"),
                    words,
                    last.span,
                )
                .care()
                .measured(Measure::More(-i64::from(last.on.0))),
            );
        }
    }
}
