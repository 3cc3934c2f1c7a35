//! Gathers what one side says. Every clause, fact, rule and setting comes to a statement here or to
//! a set in [`super::authority`]; no `_` arm, so that what the language learns to say is compared.

use super::SubjectKind;
use super::kind::{
    AUTHORITY, Aspect, CATALOGUE, EXCEPTION, GOVERNANCE, GUARD, PROHIBITION, TEST, TRUST,
};
use super::known::Known;
use super::space::{Requirement, plain};
use super::statement::{Extent, Measure, Presence, Statement, Subject};
use crate::authority::{Verb, VerbSet};
use crate::model::catalog::SlotId;
use crate::model::fact::Fact;
use crate::model::guard::{GuardRuleKind, Selection, Selector};
use crate::model::party::{Accept, Clause, ClauseKind, Inheritance, Owner, Party, Who};
use crate::model::test::AssertionKind;
use crate::model::thing::{Thing, address};
use crate::model::{ConditionId, PartyId};
use crate::settings::Level;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// All statements of a side but those of parties for which `skip` says so, whose words are the same
/// on both sides.
pub fn gather(known: &Known<'_>, skip: &dyn Fn(PartyId) -> bool) -> Vec<Statement> {
    let mut gatherer = Gatherer {
        known,
        all: Vec::new(),
    };
    let model = &known.compiled.model;
    for (id, party) in model.parties() {
        if !skip(id) {
            gatherer.party(id, party);
        }
    }
    gatherer.reviews();
    gatherer.systems();
    gatherer.teams();
    gatherer.resources();
    gatherer.guards();
    gatherer.tests();
    gatherer.settings();
    gatherer.vendors();
    gatherer.all
}

/// What the project's own files say of vendors.
pub fn vendors(known: &Known<'_>) -> BTreeSet<String> {
    let mut gatherer = Gatherer {
        known,
        all: Vec::new(),
    };
    gatherer.vendors();
    let all = gatherer.all.into_iter();
    all.map(|one| format!("{}\0{}", one.key, one.text))
        .collect()
}

struct Gatherer<'k, 'c> {
    known: &'k Known<'c>,
    all: Vec<Statement>,
}

/// What a party is among subjects.
pub fn subject_of(known: &Known<'_>, id: PartyId) -> Subject {
    let party = known.compiled.model.party(id);
    Subject {
        kind: if party.is_integration() {
            SubjectKind::Integration
        } else {
            SubjectKind::Principal
        },
        name: known.party(id).to_owned(),
    }
}

/// A statement with nothing said about how it compares.
fn statement(
    subject: &Subject,
    aspect: &'static Aspect,
    key: impl Into<String>,
    words: impl Into<String>,
    span: Span,
) -> Statement {
    let words = words.into();
    Statement {
        subject: subject.clone(),
        aspect,
        key: key.into(),
        text: words.clone(),
        words,
        resource: None,
        presence: Presence::Plain,
        measures: Vec::new(),
        extent: None,
        span,
        profile: None,
    }
}

impl Statement {
    fn care(mut self) -> Self {
        self.presence = Presence::Care;
        self
    }

    fn risk(mut self) -> Self {
        self.presence = Presence::Risk;
        self
    }

    fn measured(mut self, measure: Measure) -> Self {
        self.measures.push(measure);
        self
    }

    fn on(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    fn extending(mut self, sort: impl Into<String>, extent: Extent) -> Self {
        self.extent = Some((sort.into(), extent));
        self
    }
}

/// Whole days as they are compared.
fn hours(length: Option<crate::authority::Length>) -> i64 {
    length.map_or(i64::MAX, |length| i64::from(length.hours()))
}

impl Gatherer<'_, '_> {
    fn say(&mut self, statement: Statement) {
        self.all.push(statement);
    }

    fn party(&mut self, id: PartyId, party: &Party) {
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

    fn required(&self, conditions: &[ConditionId]) -> Measure {
        let model = &self.known.compiled.model;
        Measure::Requires(
            conditions
                .iter()
                .map(|&id| Requirement::Condition(plain(model.condition(id))))
                .collect(),
        )
    }

    /// Whoever controls the thing controls the subject, or makes it act.
    fn depends(&mut self, subject: &Subject, word: &str, thing: &Thing, span: Span) {
        let words = format!("{word} {}", self.known.thing(thing));
        let extent = extent(self.known, &Who::Thing(thing.clone()));
        self.say(
            statement(subject, &TRUST, words.clone(), words, span)
                .risk()
                .extending(word, extent),
        );
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

    fn reviews(&mut self) {
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

    fn systems(&mut self) {
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

    fn teams(&mut self) {
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

    fn resources(&mut self) {
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

    fn guards(&mut self) {
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

    fn tests(&mut self) {
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

    fn settings(&mut self) {
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
        let defaults = crate::settings::Settings::default();
        let project = Subject {
            kind: SubjectKind::System,
            name: "scope.toml".to_owned(),
        };
        let nowhere = Span::new(crate::source::FileId(0), 0, 0);
        for (name, hours, usual) in [
            (
                "the longest exception",
                settings.max_accept_hours,
                defaults.max_accept_hours,
            ),
            (
                "the longest time without review",
                settings.max_expiry_hours,
                defaults.max_expiry_hours,
            ),
            (
                "the age of a long-lived secret",
                settings.long_lived_hours,
                defaults.long_lived_hours,
            ),
        ] {
            let length = crate::authority::Length::from_hours(hours);
            let words = format!("{name} is {length}");
            let _ = usual;
            self.say(
                statement(&project, &GOVERNANCE, name, words, nowhere)
                    .measured(Measure::More(i64::from(hours))),
            );
        }
    }

    /// What the project's own files say of vendors.
    fn vendors(&mut self) {
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

fn sorted(all: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    all.into_iter().collect()
}

/// Whom a `who` lets in, where one may hold another.
fn extent(known: &Known<'_>, who: &Who) -> Extent {
    match who {
        Who::Anyone(_) => Extent::Anyone,
        Who::Thing(thing) => {
            let model = &known.compiled.model;
            let system = model.system(thing.system);
            let tenants = (0..system.tenants.len())
                .filter(|&tenant| thing.tenants.holds(tenant))
                .map(|tenant| system.tenants[tenant].id.to_string())
                .collect();
            Extent::Things {
                system: known.system(thing.system).to_owned(),
                tenants,
                of: model.catalog.type_path(thing.of),
                address: address(&model.catalog, system, &thing.steps, thing.of, None),
            }
        }
        Who::Service(..) | Who::Oidc(..) | Who::Party(..) | Who::System(..) => {
            Extent::Name(known.who(who))
        }
    }
}
