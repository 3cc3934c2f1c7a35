//! What predicates look at: the compiled project, what was emitted for it, and indexes over both.

mod index;
mod words;

pub(super) use words::{place, quoted, sentence};

use super::answer::{Answer, Evidence, Line, Outcome};
use crate::authority::time::Date;
use crate::authority::verb::Verb;
use crate::check::{Check, Context};
use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::emit::manifest::{Entry, Manifest, Surplus};
use crate::grant::{Bundle, Grant, Units};
use crate::lifecycle;
use crate::lifecycle::limit::{Limit, Origin, limit};
use crate::model::catalog::SlotId;
use crate::model::party::{Accept, Clause, ClauseKind, CredentialKind, Party, PartyKind};
use crate::model::{PartyId, SystemId};
use crate::settings::{Class, Duty, Level};
use index::{gap, ledger, problems};
use std::collections::{BTreeSet, HashMap};
use words::are;

/// What predicates look at.
pub struct Desk<'a> {
    /// The project.
    pub compiled: &'a Compiled,
    /// What checks know of everybody.
    pub context: Context<'a>,
    /// What was emitted, and the ledger.
    pub manifest: &'a Manifest,
    /// The day of the report.
    pub today: Date,
    findings: HashMap<&'a str, Vec<usize>>,
    not_assessed: BTreeSet<(&'a str, &'a str)>,
    ledger: Vec<Vec<(usize, usize)>>,
    classes: Vec<Vec<Class>>,
    excess: Vec<Vec<usize>>,
    problems: Vec<usize>,
    gap: Option<String>,
    by_rule: HashMap<&'a str, Vec<usize>>,
    people: Vec<PartyId>,
}

impl<'a> Desk<'a> {
    /// Gathers what is asked for often. `manifest` is of what was emitted from `compiled`, whose
    /// diagnostics hold what emitting said, too.
    pub fn new(compiled: &'a Compiled, manifest: &'a Manifest, today: Date) -> Self {
        let context = Context::new(
            &compiled.model,
            &compiled.granted,
            &compiled.graph,
            &compiled.settings,
            Some(today),
        );
        let mut findings: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, diagnostic) in compiled.diagnostics.iter().enumerate() {
            if let Some(subject) = &diagnostic.subject {
                findings.entry(subject).or_default().push(index);
            }
        }
        let not_assessed = (compiled.not_assessed.iter())
            .map(|one| (one.rule, &*one.integration))
            .collect();
        let classes = (compiled.model.parties())
            .map(|(id, _)| lifecycle::classes(&context, id))
            .collect();
        let mut excess = vec![Vec::new(); compiled.model.parties.len()];
        // The manifest lists it in this order.
        for (index, one) in compiled.granted.excess.iter().enumerate() {
            excess[one.party.index()].push(index);
        }
        let mut by_rule: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, diagnostic) in compiled.diagnostics.iter().enumerate() {
            by_rule.entry(&diagnostic.rule).or_default().push(index);
        }
        let people = compiled.model.parties();
        let people = people
            .filter(|(_, party)| matches!(party.kind, PartyKind::Human | PartyKind::Group))
            .map(|(id, _)| id)
            .collect();
        let problems = problems(compiled);
        let gap = gap(compiled, &problems);
        Self {
            compiled,
            context,
            manifest,
            today,
            findings,
            not_assessed,
            ledger: ledger(compiled, manifest),
            classes,
            excess,
            problems,
            gap,
            by_rule,
            people,
        }
    }

    /// What a rule found, about whomever.
    pub fn found_by(&self, rule: &str) -> impl Iterator<Item = (usize, &'a Diagnostic)> {
        let all = &self.compiled.diagnostics;
        let own = self.by_rule.get(rule);
        own.into_iter().flatten().map(move |&at| (at, &all[at]))
    }

    /// The principals that are people: humans and groups.
    pub fn people(&self) -> &[PartyId] {
        &self.people
    }

    /// Errors that are about no integration or principal that is known, by number among the
    /// diagnostics: whatever they hide is in no report.
    pub fn problems(&self) -> &[usize] {
        &self.problems
    }

    /// What keeps the ways between integrations from being known, but for one of them; a sentence.
    pub fn gap(&self, id: PartyId) -> Option<&str> {
        // Whoever could not be read whole is unknown for that reason already.
        self.gap.as_deref().filter(|_| self.party(id).complete)
    }

    /// What the chosen units give an integration and nobody declared.
    pub fn excess(&self, id: PartyId) -> impl Iterator<Item = &'a Surplus> {
        let all = &self.manifest.excess;
        let own = self.excess[id.index()].iter();
        own.filter_map(move |&at| all.get(at))
    }

    /// For whom nothing is emitted until errors are gone.
    pub fn withheld(&self) -> BTreeSet<PartyId> {
        let names: BTreeSet<&str> = (self.manifest.withheld.iter())
            .map(|one| one.integration.as_str())
            .collect();
        let parties = self.compiled.model.parties();
        parties
            .filter(|(_, party)| names.contains(&*party.name))
            .map(|(id, _)| id)
            .collect()
    }

    /// The integration.
    pub fn party(&self, id: PartyId) -> &'a Party {
        self.compiled.model.party(id)
    }

    /// The classes that an integration is of.
    pub fn classes(&self, id: PartyId) -> &[Class] {
        &self.classes[id.index()]
    }

    /// The most that a duty may take for an integration.
    pub fn limit(&self, id: PartyId, duty: Duty) -> Limit {
        limit(&self.compiled.settings, self.classes(id), duty)
    }

    /// What was found about an integration, accepted and baselined findings included.
    pub fn findings(&self, id: PartyId) -> impl Iterator<Item = (usize, &'a Diagnostic)> {
        let all = &self.compiled.diagnostics;
        let own = self.findings.get(&*self.party(id).name);
        own.into_iter().flatten().map(move |&at| (at, &all[at]))
    }

    /// Whether a rule could not be judged for an integration, for want of a fact.
    pub fn is_open(&self, id: PartyId, rule: &str) -> bool {
        self.not_assessed.contains(&(rule, &*self.party(id).name))
    }

    /// The ledger's entries of one clause of an integration.
    pub fn entries(&self, id: PartyId, clause: usize) -> impl Iterator<Item = &'a Entry> {
        let all = &self.manifest.ledger;
        let own = &self.ledger[id.index()];
        let start = own.partition_point(|(of, _)| *of < clause);
        own[start..]
            .iter()
            .take_while(move |(of, _)| *of == clause)
            .map(move |(_, entry)| &all[*entry])
    }

    /// The bundles in which an integration takes part.
    pub fn bundles(&self, id: PartyId) -> impl Iterator<Item = &'a Bundle> {
        let all = &self.compiled.granted.bundles;
        self.context.bundles(id).iter().map(move |&at| &all[at])
    }

    /// The numbers of the clauses that `pick` takes, as evidence.
    pub fn clauses(&self, id: PartyId, pick: impl Fn(&ClauseKind) -> bool) -> Vec<Evidence> {
        let clauses = self.party(id).clauses.iter().enumerate();
        clauses
            .filter(|(_, clause)| pick(&clause.kind))
            .map(|(index, _)| Evidence::Clause(index))
            .collect()
    }

    /// A clause as evidence.
    pub fn clause(&self, id: PartyId, clause: &Clause) -> Evidence {
        let clauses = &self.party(id).clauses;
        match clauses.iter().position(|one| std::ptr::eq(one, clause)) {
            Some(index) => Evidence::Clause(index),
            None => Evidence::Line(Line::Integration, clause.span),
        }
    }

    /// The integration's own line, as evidence of what is missing from it.
    pub fn own_line(&self, id: PartyId) -> Evidence {
        Evidence::Line(Line::Integration, self.party(id).name_span)
    }

    /// A system's declaration as evidence.
    pub fn system_line(&self, id: SystemId) -> Evidence {
        Evidence::Line(Line::System, self.compiled.model.system(id).span)
    }

    /// Where a limit is set, as evidence; nothing for a default.
    pub fn limit_line(limit: &Limit) -> Option<Evidence> {
        match limit.origin {
            Origin::Default(_) => None,
            Origin::Setting(span) => Some(Evidence::Line(Line::Setting, span)),
        }
    }

    /// A limit and who says so, in words: `90d (production; CIS …)`.
    pub fn limit_words(limit: &Limit) -> String {
        let of = limit.class.map_or("everybody", Class::word);
        match limit.origin {
            Origin::Default(source) => format!("{} ({of}; {source})", limit.length),
            Origin::Setting(_) => format!("{} ({of}; `scope.toml`)", limit.length),
        }
    }

    /// The systems in which an integration has an identity or is granted anything, by number.
    pub fn systems(&self, id: PartyId) -> BTreeSet<SystemId> {
        let identities = self
            .party(id)
            .identities()
            .map(|(_, thing, _)| thing.system);
        let bundles = self.bundles(id).map(|bundle| bundle.system);
        identities.chain(bundles).collect()
    }

    /// The verbs that an integration is granted itself, each with a system; and those that it has on
    /// approval alone.
    pub fn verbs(&self, id: PartyId) -> (Verbs, Verbs) {
        let mut granted = Verbs::new();
        let mut gated = Verbs::new();
        for bundle in self.bundles(id) {
            self.add(bundle, &bundle.grants, &mut granted);
            for gate in &bundle.gates {
                self.add(bundle, &gate.grants, &mut gated);
            }
        }
        gated.retain(|pair| !granted.contains(pair));
        (granted, gated)
    }

    fn add(&self, bundle: &Bundle, grants: &[Grant], verbs: &mut Verbs) {
        let catalog = &self.compiled.model.catalog;
        for grant in grants {
            match self.slots(bundle, grant) {
                Some(slots) => verbs.extend(
                    (slots.into_iter())
                        .map(|slot| (catalog.operation_of(slot).verb, bundle.system)),
                ),
                None => verbs.extend(Verb::ALL.map(|verb| (verb, bundle.system))),
            }
        }
    }

    /// The verbs of the operations that a clause's rule comes to.
    pub fn verbs_of(&self, rule: &crate::model::rule::Rule) -> BTreeSet<Verb> {
        let catalog = &self.compiled.model.catalog;
        let mut verbs = BTreeSet::new();
        for slice in rule.parts.iter().flat_map(|part| part.slices.iter()) {
            match slice.cube.operations.iter_finite() {
                Some(ids) => {
                    verbs.extend(ids.map(|id| catalog.operation_of(SlotId::of(id)).verb));
                }
                None => verbs.extend(Verb::ALL),
            }
        }
        verbs
    }

    /// A system in which an integration may become identities, where the graph knows of nobody as
    /// whom it could act.
    pub fn assumes(&self, id: PartyId) -> Option<SystemId> {
        let catalog = &self.compiled.model.catalog;
        let becomes = |slot: &SlotId| {
            let slot = catalog.slot(*slot);
            catalog.operation(slot.operation).verb == Verb::Assume
                && catalog.of(slot.of).roles.identity
        };
        self.bundles(id).find_map(|bundle| {
            let mut grants = bundle.grants.iter();
            let found = grants.any(|grant| match self.slots(bundle, grant) {
                Some(slots) => slots.iter().any(becomes),
                None => true,
            });
            found.then_some(bundle.system)
        })
    }

    /// The operations of a grant; none where it gives every one there is.
    pub fn slots(&self, bundle: &Bundle, grant: &Grant) -> Option<Vec<SlotId>> {
        let catalog = &self.compiled.model.catalog;
        match &grant.units {
            Units::Operations(slots) => Some(slots.clone()),
            Units::Named(units) => {
                // What other grants of the bundle give counts where a unit needs another.
                let held = bundle
                    .grants
                    .iter()
                    .filter_map(|grant| {
                        if let Units::Named(units) = &grant.units {
                            Some(units)
                        } else {
                            None
                        }
                    })
                    .flatten()
                    .flat_map(|&unit| catalog.contained(unit))
                    .collect();
                Some(catalog.permitted(units, &held))
            }
            Units::Prefixes(prefixes) => Some(catalog.prefixed(bundle.vendor, prefixes)),
            Units::Service(_) | Units::Everything => None,
        }
    }

    /// The credentials of an integration: number of the clause, kind, system, place, rotation.
    pub fn credentials(&self, id: PartyId) -> impl Iterator<Item = Credential<'a>> {
        let clauses = self.party(id).clauses.iter().enumerate();
        clauses.filter_map(|(index, clause)| {
            let ClauseKind::Credential {
                kind,
                system,
                stored_in,
                rotate,
            } = &clause.kind
            else {
                return None;
            };
            Some(Credential {
                clause: index,
                kind: *kind,
                system: *system,
                stored_in: stored_in.as_ref(),
                rotate: *rotate,
            })
        })
    }

    /// What some rules come to: `holds` where they find nothing. What was found and accepted
    /// leaves a remainder, and a rule that is switched off, or wants a fact, leaves it unknown.
    pub fn by_rules(&self, id: PartyId, rules: &[Rule<'_>], holds: Answer) -> Answer {
        let mut worst: Option<(Outcome, Vec<usize>)> = None;
        for (index, found) in self.findings(id) {
            if !rules.iter().any(|rule| rule.name == found.rule) {
                continue;
            }
            let outcome = match (found.accepted, found.possible) {
                (true, _) => Outcome::Partly,
                (false, true) => Outcome::Unknown,
                (false, false) => Outcome::Failed,
            };
            let rank = |outcome: Outcome| match outcome {
                Outcome::Failed => 3,
                Outcome::Unknown => 2,
                Outcome::Partly => 1,
                Outcome::Met | Outcome::Silent | Outcome::Inapplicable => 0,
            };
            match &mut worst {
                Some((known, indices)) if rank(*known) == rank(outcome) => indices.push(index),
                Some((known, _)) if rank(*known) > rank(outcome) => {}
                _ => worst = Some((outcome, vec![index])),
            }
        }
        let off = rules.iter().find_map(|rule| {
            let (level, span) = self.compiled.settings.levels.get(rule.name)?;
            (*level == Level::Off).then_some((rule, *span))
        });
        if let Some((rule, span)) = off
            && worst
                .as_ref()
                .is_none_or(|(outcome, _)| *outcome != Outcome::Failed)
        {
            return Answer::unknown(format!(
                "The rule `{}` is switched off in `scope.toml`, so nobody looked.",
                rule.name
            ))
            .on([Evidence::Line(Line::Setting, span)]);
        }
        if let Some((outcome, indices)) = worst {
            return self.told(id, outcome, &indices);
        }
        let open = rules.iter().find(|rule| self.is_open(id, rule.name));
        match open {
            Some(rule) => Answer::unknown(format!(
                "Nobody stated the fact that `{}` is judged by: {}.",
                rule.name, rule.wants
            ))
            .on(holds.evidence),
            None => holds,
        }
    }

    /// What the absence of a clause comes to: `failed`, or a remainder where exceptions cover all
    /// that the check found.
    pub fn missing(&self, id: PartyId, check: &Check, failed: Answer) -> Answer {
        let found: Vec<(usize, &Diagnostic)> = self
            .findings(id)
            .filter(|(_, found)| found.rule == check.name)
            .collect();
        if !found.is_empty() && found.iter().all(|(_, found)| found.accepted) {
            let all: Vec<usize> = found.iter().map(|(at, _)| *at).collect();
            return self.told(id, Outcome::Partly, &all);
        }
        let open = found.iter().filter(|(_, found)| !found.accepted);
        failed.on(open.map(|(at, _)| Evidence::Finding(*at)))
    }

    fn told(&self, id: PartyId, outcome: Outcome, indices: &[usize]) -> Answer {
        let first = &self.compiled.diagnostics[indices[0]];
        let mut why = sentence(&first.message);
        if indices.len() > 1 {
            let more = indices.len() - 1;
            let findings = if more == 1 { "finding" } else { "findings" };
            why = format!("{why} There {} {more} more such {findings}.", are(more));
        }
        let mut evidence: Vec<Evidence> = indices.iter().copied().map(Evidence::Finding).collect();
        if first.accepted
            && let Some((clause, accept)) = self.exception(id, first)
        {
            let team = &self.compiled.model.team(accept.by).name;
            why = format!(
                "{why} `{team}` accepts it until {}: {}",
                accept.until,
                sentence(&accept.because)
            );
            evidence.push(Evidence::Clause(clause));
        } else if first.baselined {
            why.push_str(" It has been known since the baseline was written.");
        }
        let answer = match outcome {
            Outcome::Failed => Answer::failed(why),
            Outcome::Partly => Answer::partly(why),
            Outcome::Met | Outcome::Unknown | Outcome::Silent | Outcome::Inapplicable => {
                Answer::unknown(why)
            }
        };
        answer.on(evidence)
    }

    /// The exception that covers a finding.
    fn exception(&self, id: PartyId, found: &Diagnostic) -> Option<(usize, &'a Accept)> {
        let party = self.party(id);
        let mut accepts = party.accepts();
        accepts.find(|(index, _)| Some(party.clauses[*index].span) == found.accepted_at)
    }
}

/// Verbs, each in a system.
pub type Verbs = BTreeSet<(Verb, SystemId)>;

/// A credential's clause, taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    /// The number of the clause.
    pub clause: usize,
    /// The kind.
    pub kind: CredentialKind,
    /// For which system.
    pub system: Option<SystemId>,
    /// Where it is kept.
    pub stored_in: Option<&'a crate::model::thing::Thing>,
    /// How often it is exchanged.
    pub rotate: Option<crate::authority::time::Length>,
}

/// A rule that a predicate rests on. What it finds says that the predicate does not hold or, where
/// it is only possible, that nobody knows.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'n> {
    /// The rule.
    pub name: &'n str,
    /// What would have to be stated, where the rule may not be able to judge.
    wants: &'static str,
}

impl<'n> Rule<'n> {
    /// A rule of a stage, or a guard.
    pub const fn named(name: &'n str) -> Self {
        Self {
            name,
            wants: "a line of facts",
        }
    }

    /// A check.
    pub fn of(check: &'static Check) -> Rule<'static> {
        Rule::named(check.name)
    }

    /// Says what would have to be stated.
    #[must_use]
    pub const fn wants(mut self, words: &'static str) -> Self {
        self.wants = words;
        self
    }
}
