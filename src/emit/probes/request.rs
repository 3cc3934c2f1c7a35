//! Requests of an identity, with the answer that the declarations give to each.
//!
//! The answers follow from the rules alone, so that a judge who asks the printed policies judges the
//! compiler.

use super::Probe;
use super::context::{self, Context};
use super::declared::{Declared, Question, declared};
use crate::artifact::Artifact;
use crate::authority::pattern::{Pattern, Token};
use crate::authority::time::{Date, Instant};
use crate::emit::Job;
use crate::emit::aws::address;
use crate::model::Model;
use crate::model::catalog::{SlotId, TypeId, TypeRank};
use crate::model::rule::{Part, Rule, Slice};
use crate::model::thing::{Tenants, Thing, ThingStep};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Operations of one slice of an `allow` that are asked about; of longer lists an even choice.
const ALLOWED: usize = 200;
/// Operations of one slice of a `never` that are asked about.
const FORBIDDEN: usize = 3;
/// What stands for a wildcard in a sample, tried in this order.
const FILLS: [&str; 5] = ["probe", "p", "probe-2", "2", "probe/3"];
/// An account that no project declares.
const STRANGER: &str = "999999999999";

/// The probes of one bundle of AWS.
pub fn probes(job: &Job<'_>, artifacts: &[Artifact]) -> Vec<Value> {
    let Some(principal) = principal(job) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for edition in job.editions() {
        let paths = |format: &str| -> Vec<&str> {
            artifacts
                .iter()
                .filter(|artifact| artifact.format == format && job.has(&edition, artifact))
                .map(|artifact| &*artifact.path)
                .collect()
        };
        let policies = paths("iam-policy");
        if policies.is_empty() {
            continue;
        }
        let boundary = paths("iam-permissions-boundary");
        let mut asker = Asker {
            job,
            principal: &principal,
            declared: declared(job, &edition, &principal),
            policies: &policies,
            boundary: &boundary,
            asked: BTreeSet::new(),
            probes: Vec::new(),
        };
        asker.ask_all();
        found.extend(asker.probes);
    }
    found
}

/// The identity's ARN, samples for wildcards in it.
fn principal(job: &Job<'_>) -> Option<String> {
    let thing = job.bundle.identity.as_ref()?;
    let arn = address::arn(job, thing, job.bundle.tenant as usize)?;
    Some(context::sample(&arn, FILLS[0]))
}

struct Asker<'a> {
    job: &'a Job<'a>,
    principal: &'a str,
    declared: Declared<'a>,
    policies: &'a [&'a str],
    boundary: &'a [&'a str],
    /// Questions that were put, so that none is put twice.
    asked: BTreeSet<(SlotId, String, String, Context)>,
    probes: Vec<Value>,
}

impl<'a> Asker<'a> {
    fn model(&self) -> &'a Model {
        &self.job.compiled.model
    }

    fn ask_all(&mut self) {
        let allows: Vec<(String, &'a Rule, Option<Instant>, bool)> = self
            .declared
            .allows
            .iter()
            .map(|spoken| (spoken.place.clone(), spoken.rule, spoken.end, spoken.exact))
            .collect();
        for (place, rule, end, exact) in allows {
            self.ask_allow(&place, rule, end, exact);
        }
        let nevers: Vec<(String, &'a Rule)> = self
            .declared
            .nevers
            .iter()
            .map(|spoken| (spoken.place.clone(), spoken.rule))
            .collect();
        for (place, rule) in nevers {
            self.ask_never(&place, rule);
        }
    }

    /// Every operation where it is declared; then, for each slice, the same after its end, without
    /// its conditions, beside its address and in a stranger's account.
    fn ask_allow(&mut self, place: &str, rule: &'a Rule, end: Option<Instant>, exact: bool) {
        let Some(met) = context::meeting(self.model(), &rule.conditions) else {
            return;
        };
        let met = before(met, end);
        for (part, slice) in self.slices(rule) {
            let mut first = true;
            for slot in self.slots(part, slice, ALLOWED) {
                let Some(question) = self.question(slice, slot, &met) else {
                    continue;
                };
                let covers = self.covers(part, slot, slice);
                self.ask(place, &question, Some(covers));
                if !first {
                    continue;
                }
                first = false;
                let mut variants = Vec::new();
                if let (Some(end), true) = (end, exact) {
                    let mut late = question.clone();
                    let key = context::CURRENT_TIME.to_owned();
                    late.context.insert(key, vec![end.to_string()]);
                    variants.push(late);
                }
                for context in context::failing(self.model(), &rule.conditions, &met) {
                    variants.push(Question {
                        context,
                        ..question.clone()
                    });
                }
                if self.is_named(slot) && question.resource != "*" {
                    let beside = |text: &str| format!("{text}-beside");
                    variants.push(Question {
                        address: beside(&question.address),
                        resource: beside(&question.resource),
                        ..question.clone()
                    });
                }
                for variant in variants {
                    self.ask(place, &variant, None);
                }
                self.ask_stranger(place, slice, &question);
            }
        }
    }

    /// Whether things of the slot's type have names, so that there are others beside one.
    fn is_named(&self, slot: SlotId) -> bool {
        let catalog = &self.model().catalog;
        !catalog.of(catalog.slot(slot).of).parameters.is_empty()
    }

    /// The same address in another account, where a pattern of names would match it there too.
    fn ask_stranger(&mut self, place: &str, slice: &Slice, question: &Question) {
        let owned = question
            .resource
            .split(':')
            .nth(4)
            .is_none_or(|account| !account.is_empty());
        if question.resource == "*" || owned || slice.thing.is_one() {
            return;
        }
        // The bucket's own name is what could be a stranger's: only a pattern of it can name one.
        let top = slice.thing.steps.first();
        let named = |step: &ThingStep| step.names.iter().all(|name| name.is_literal().is_some());
        if top.is_none_or(named) {
            return;
        }
        let stranger = Question {
            account: STRANGER.to_owned(),
            ..question.clone()
        };
        self.put(place, &stranger, false, None);
    }

    /// A few operations of each slice and all those that are allowed somewhere, once as forbidden as
    /// can be, and once for each condition that fails; before the background of every `allow` that
    /// speaks of the same, so that nothing but the `never` can be what denies.
    fn ask_never(&mut self, place: &str, rule: &'a Rule) {
        let Some(met) = context::meeting(self.model(), &rule.conditions) else {
            return;
        };
        for (part, slice) in self.slices(rule) {
            let mut slots = self.slots(part, slice, FORBIDDEN);
            slots.extend(
                self.slots(part, slice, usize::MAX)
                    .into_iter()
                    .filter(|slot| self.is_allowed_somewhere(*slot))
                    .take(ALLOWED),
            );
            slots.sort_unstable();
            slots.dedup();
            for slot in slots {
                let Some(question) = self.question(slice, slot, &met) else {
                    continue;
                };
                for behind in self.backgrounds(&question) {
                    let before = |context: &Context| {
                        let mut all = behind.clone();
                        all.extend(context.clone());
                        Question {
                            context: all,
                            ..question.clone()
                        }
                    };
                    self.ask(place, &before(&met), None);
                    for context in context::failing(self.model(), &rule.conditions, &met) {
                        self.ask(place, &before(&context), None);
                    }
                }
            }
        }
    }

    fn is_allowed_somewhere(&self, slot: SlotId) -> bool {
        let speaks = |slice: &Slice| slice.cube.operations.contains(slot.operation());
        self.declared.allows.iter().any(|spoken| {
            self.slices(spoken.rule)
                .into_iter()
                .any(|(_, slice)| speaks(slice))
        })
    }

    /// What the request must say for each `allow` that speaks of it; nothing, where none does.
    fn backgrounds(&self, question: &Question) -> Vec<Context> {
        let mut found: Vec<Context> = self
            .declared
            .allows
            .iter()
            .filter(|spoken| self.declared.reaches(spoken.rule, question) == Some(true))
            .filter_map(|spoken| {
                let met = context::meeting(self.model(), &spoken.rule.conditions)?;
                Some(before(met, spoken.end))
            })
            .collect();
        found.sort();
        found.dedup();
        if found.is_empty() {
            found.push(Context::new());
        }
        found
    }

    /// The slices of a rule that lie in the bundle's tenant.
    fn slices(&self, rule: &'a Rule) -> Vec<(&'a Part, &'a Slice)> {
        let bundle = self.job.bundle;
        rule.parts
            .iter()
            .flat_map(|part| part.slices.iter().map(move |slice| (part, slice)))
            .filter(|(_, slice)| {
                slice.thing.system == bundle.system
                    && slice.thing.tenants.holds(bundle.tenant as usize)
            })
            .collect()
    }

    /// At most `most` slots of a slice; of an open set, of those that the catalogue knows.
    fn slots(&self, part: &Part, slice: &Slice, most: usize) -> Vec<SlotId> {
        let catalog = &self.model().catalog;
        let operations = &slice.cube.operations;
        let all: Vec<SlotId> = match operations.iter_finite() {
            Some(finite) => finite.map(SlotId::of).collect(),
            None => (0..catalog.slots.len())
                .map(SlotId::at)
                .filter(|slot| {
                    let of = catalog.operation_of(*slot);
                    of.vendor == self.job.bundle.vendor && operations.contains(slot.operation())
                })
                .collect(),
        };
        let most = if part.everything { most.min(20) } else { most };
        let step = all.len().div_ceil(most).max(1);
        all.into_iter().step_by(step).collect()
    }

    /// The question whether an operation is permitted somewhere in a slice.
    fn question(&self, slice: &Slice, slot: SlotId, context: &Context) -> Option<Question> {
        let (address, resource) = self.spot(slice, slot)?;
        Some(Question {
            slot,
            address,
            resource,
            account: self.job.tenant_id().to_owned(),
            context: context.clone(),
        })
    }

    /// An address in a slice, in the algebra's form and in the vendor's.
    fn spot(&self, slice: &Slice, slot: SlotId) -> Option<(String, String)> {
        let catalog = &self.model().catalog;
        let of = catalog.slot(slot).of;
        if catalog.of(of).format.is_none() || catalog.of(of).rank != TypeRank::Resource {
            return Some((slice.cube.address.example()?, "*".to_owned()));
        }
        let pattern = self.pattern(slice, slot)?;
        FILLS
            .iter()
            .map(|fill| sample(&pattern, fill))
            .find(|address| slice.cube.address.contains(address))
            .map(|address| (address.clone(), address))
    }

    /// What a slice names, at the type of the slot.
    fn pattern(&self, slice: &Slice, slot: SlotId) -> Option<Pattern> {
        let of = self.model().catalog.slot(slot).of;
        let tenant = self.job.bundle.tenant as usize;
        if slice.thing.of == of {
            return address::arn(self.job, &slice.thing, tenant);
        }
        // A slice over a whole service or tenant names nothing, so any name of the type will do.
        let thing = self.anything(of);
        address::arn(self.job, &thing, tenant)
    }

    /// Anything of a type, with every step on the way down to it.
    fn anything(&self, of: TypeId) -> Thing {
        let catalog = &self.model().catalog;
        let mut steps = Vec::new();
        let mut next = Some(of);
        // A type lies in itself at most through others, so the way is no longer than their number.
        while let Some(at) = next.filter(|_| steps.len() <= catalog.types.len()) {
            let found = catalog.of(at);
            if found.rank != TypeRank::Resource {
                break;
            }
            steps.push(ThingStep {
                of: at,
                names: found
                    .parameters
                    .iter()
                    .map(|parameter| Pattern::glob("*", &parameter.excluded))
                    .collect(),
            });
            next = found.parents.first().copied();
        }
        steps.reverse();
        let bundle = self.job.bundle;
        Thing {
            system: bundle.system,
            tenants: Tenants::One(bundle.tenant),
            steps,
            of,
            span: self.job.name_span(),
        }
    }

    /// What else a request of that operation is declared to reach: nobody should call it undeclared.
    fn covers(&self, part: &Part, slot: SlotId, slice: &Slice) -> Value {
        let catalog = &self.model().catalog;
        if part.everything {
            let action = match &catalog.of(part.thing.of).service {
                Some(service) => format!("{service}:*"),
                None => "*".to_owned(),
            };
            return json!([{ "action": action, "resource": "*" }]);
        }
        let action = catalog.spelled(catalog.slot(slot).operation);
        let resource = match self.pattern(slice, slot) {
            Some(pattern) if slice.thing.of == catalog.slot(slot).of => {
                pattern.glob_text(|c, out| out.push(c))
            }
            _ => "*".to_owned(),
        };
        json!([{ "action": action, "resource": resource }])
    }

    /// Puts a question with the answer that the declarations give; none where they give no certain
    /// one.
    fn ask(&mut self, place: &str, question: &Question, covers: Option<Value>) {
        if let Some(allowed) = self.declared.answer(question) {
            self.put(place, question, allowed, covers);
        }
    }

    fn put(&mut self, place: &str, question: &Question, allowed: bool, covers: Option<Value>) {
        let key = (
            question.slot,
            question.resource.clone(),
            question.account.clone(),
            question.context.clone(),
        );
        if !self.asked.insert(key) {
            return;
        }
        let catalog = &self.model().catalog;
        self.probes.push(
            Probe {
                kind: "request",
                job: self.job,
                place,
                action: &catalog.spelled(catalog.slot(question.slot).operation),
                context: &question.context,
                allowed,
            }
            .value([
                ("principal", json!(self.principal)),
                ("resource", json!(question.resource)),
                ("resourceAccount", json!(question.account)),
                ("policies", json!(self.policies)),
                ("boundary", json!(self.boundary)),
                (
                    "covers",
                    if allowed {
                        covers.unwrap_or(Value::Null)
                    } else {
                        Value::Null
                    },
                ),
            ]),
        );
    }
}

/// A text that matches: a run of characters that ends at `:` is a region, which must look like one.
fn sample(pattern: &Pattern, fill: &str) -> String {
    let tokens = pattern.tokens().iter().map(|token| match token {
        Token::Any(class) if class.excluded() == [':'] => Token::Literal("eu-west-1".into()),
        Token::Literal(_) | Token::One(_) | Token::Any(_) => token.clone(),
    });
    context::sample(&Pattern::new(tokens), fill)
}

/// The context at a time before `end`.
fn before(mut context: Context, end: Option<Instant>) -> Context {
    if let Some(end) = end {
        let day = Date(end.date().0 - 1).start_of_day();
        context
            .entry(context::CURRENT_TIME.to_owned())
            .or_insert_with(|| vec![day.to_string()]);
    }
    context
}
