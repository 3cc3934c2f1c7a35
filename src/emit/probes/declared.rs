//! What the declarations say of a request to an identity: the rules of whoever holds it, and nothing
//! of what was granted or printed.

use super::context::{self, Context};
use super::place;
use crate::authority::time::Instant;
use crate::emit::{Edition, Job};
use crate::grant::Gate;
use crate::model::catalog::SlotId;
use crate::model::party::ClauseKind;
use crate::model::rule::Rule;
use crate::model::{Model, PartyId};

/// A rule that speaks of an identity, with what bounds it.
pub struct Spoken<'a> {
    /// Where its clause stands.
    pub place: String,
    /// What it says.
    pub rule: &'a Rule,
    /// The first instant at which it no longer holds.
    pub end: Option<Instant>,
    /// Whether the end is known to be exactly that.
    pub exact: bool,
}

/// Every rule about an identity.
pub struct Declared<'a> {
    /// What is allowed.
    pub allows: Vec<Spoken<'a>>,
    /// What is forbidden.
    pub nevers: Vec<Spoken<'a>>,
    /// One a `bounded by`: what is allowed at most, and what never.
    bounds: Vec<(&'a [Rule], &'a [Rule])>,
    job: &'a Job<'a>,
    principal: &'a str,
}

/// One question.
#[derive(Clone)]
pub struct Question {
    /// The operation, in one of its slots.
    pub slot: SlotId,
    /// The address in the algebra.
    pub address: String,
    /// The same as the vendor is asked.
    pub resource: String,
    /// The account that owns the resource.
    pub account: String,
    /// What the request says of itself.
    pub context: Context,
}

/// The rules of everybody who holds the bundle's identity, and what is delegated to them.
pub fn declared<'a>(job: &'a Job<'a>, edition: &Edition<'_>, principal: &'a str) -> Declared<'a> {
    let model: &'a Model = &job.compiled.model;
    let mut declared = Declared {
        allows: Vec::new(),
        nevers: Vec::new(),
        bounds: Vec::new(),
        job,
        principal,
    };
    let end_of = |id: PartyId| model.party(id).expires().map(|(date, _)| date.end_of_day());
    for (id, party) in model.parties() {
        let holds = job.bundle.holders.contains(&id);
        for clause in &party.clauses {
            let spoken = |rule: &'a Rule, expires: Option<Instant>, exact: bool| {
                let until = rule.until.map(|(instant, _)| instant);
                Spoken {
                    place: place(job.compiled, clause.span),
                    rule,
                    end: [until, expires].into_iter().flatten().min(),
                    exact,
                }
            };
            let kind = &clause.kind;
            if let ClauseKind::Allow(rule) = kind
                && holds
                && applies(rule, edition.gate)
            {
                declared.allows.push(spoken(rule, end_of(id), true));
            } else if let ClauseKind::Never(rule) = kind
                && holds
            {
                declared.nevers.push(spoken(rule, None, true));
            } else if let ClauseKind::Delegates { rule, to } = kind
                && job.bundle.holders.contains(to)
                && applies(rule, edition.gate)
            {
                let ends = [end_of(id), end_of(*to)].into_iter().flatten().min();
                declared.allows.push(spoken(rule, ends, false));
            } else if let ClauseKind::BoundedBy { allows, nevers, .. } = kind
                && holds
            {
                declared.bounds.push((allows, nevers));
            }
        }
    }
    declared
}

/// Whether a rule counts without approval, or with that of the gate.
fn applies(rule: &Rule, gate: Option<&Gate>) -> bool {
    match (&rule.approval, gate) {
        (None, _) => true,
        (Some(approval), Some(gate)) => {
            approval.by == gate.by && approval.duration == gate.duration
        }
        (Some(_), None) => false,
    }
}

impl Declared<'_> {
    /// Whether the declarations permit what is asked; nothing where they leave it open.
    pub fn answer(&self, question: &Question) -> Option<bool> {
        let mut forbidden = Some(false);
        for spoken in &self.nevers {
            forbidden = or(forbidden, self.speaks(spoken.rule, None, question, false));
        }
        let mut allowed = Some(false);
        for spoken in &self.allows {
            allowed = or(
                allowed,
                self.speaks(spoken.rule, spoken.end, question, true),
            );
        }
        let mut bounded = Some(true);
        for (allows, nevers) in &self.bounds {
            let mut most = Some(false);
            for rule in *allows {
                most = or(most, self.speaks(rule, None, question, true));
            }
            for rule in *nevers {
                most = and(most, not(self.speaks(rule, None, question, false)));
            }
            bounded = and(bounded, most);
        }
        and(and(allowed, not(forbidden)), bounded)
    }

    /// Whether a rule speaks of the operation and address of a question, whatever its conditions.
    pub fn reaches(&self, rule: &Rule, question: &Question) -> Option<bool> {
        let bundle = self.job.bundle;
        let mut reaches = Some(false);
        for part in &rule.parts {
            for slice in part.slices.iter() {
                let here = slice.thing.system == bundle.system
                    && slice.thing.tenants.holds(bundle.tenant as usize)
                    && slice.cube.operations.contains(question.slot.operation())
                    && slice.cube.operations.universe() == bundle.vendor.universe()
                    && slice.cube.address.contains(&question.address);
                reaches = or(reaches, Some(here));
            }
            if part.unknown && part.thing.system == bundle.system {
                reaches = or(reaches, None);
            }
        }
        reaches
    }

    /// Whether a rule holds of a question; `granted` says that a condition which the vendor has no
    /// key for is left out, as it is in what is granted.
    fn speaks(
        &self,
        rule: &Rule,
        end: Option<Instant>,
        question: &Question,
        granted: bool,
    ) -> Option<bool> {
        let model = &self.job.compiled.model;
        let reaches = self.reaches(rule, question);
        let context = self.filled(question);
        let mut holds = Some(true);
        for &id in &rule.conditions {
            let condition = model.condition(id);
            let here = match (&condition.vendor_key, granted) {
                (Some(_), _) => Some(context::holds(model, condition, &context)),
                (None, true) => Some(true),
                (None, false) => None,
            };
            holds = and(holds, here);
        }
        if let Some(end) = end {
            holds = and(
                holds,
                Some(context::now(&context).is_some_and(|now| now < end)),
            );
        }
        and(reaches, holds)
    }

    /// The context with what the vendor adds to every request by itself.
    fn filled(&self, question: &Question) -> Context {
        let mut context = question.context.clone();
        let own = [
            ("aws:ResourceAccount", &*question.account),
            ("s3:ResourceAccount", &question.account),
            ("aws:SecureTransport", "true"),
            ("aws:PrincipalArn", self.principal),
            ("aws:PrincipalAccount", self.job.tenant_id()),
        ];
        for (key, value) in own {
            context
                .entry(key.to_owned())
                .or_insert_with(|| vec![value.to_owned()]);
        }
        context
    }
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    not(or(not(a), not(b)))
}

fn not(a: Option<bool>) -> Option<bool> {
    a.map(|a| !a)
}
