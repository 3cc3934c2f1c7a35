//! Who asks to become a role, with the answer that the declarations give.

use super::context::{self, Context};
use super::{Probe, place};
use crate::artifact::Artifact;
use crate::authority::pattern::Pattern;
use crate::authority::time::Date;
use crate::emit::Job;
use crate::emit::aws::trust;
use crate::emit::aws::{address, clause_span};
use crate::grant::Admission;
use crate::model::condition::Condition;
use crate::model::party::{ClauseKind, Who};
use crate::model::subject::{self, Subjects};
use crate::model::thing::Thing;
use serde_json::{Value, json};

/// What stands for a wildcard in a sample.
const FILL: &str = "probe";
/// An account that no project declares.
const STRANGER: &str = "arn:aws:iam::999999999999:role/probe";

/// Somebody who asks.
struct Asking {
    /// The kind of principal: `federated`, `service` or `aws`.
    kind: &'static str,
    /// Who.
    who: String,
    action: &'static str,
    context: Context,
    allowed: bool,
}

/// The probes of a role's trust policy.
pub fn probes(job: &Job<'_>, artifacts: &[Artifact]) -> Vec<Value> {
    let mut probes = Vec::new();
    for edition in job.editions() {
        let policy = artifacts
            .iter()
            .find(|artifact| artifact.format == "iam-trust-policy" && job.has(&edition, artifact));
        if let Some(policy) = policy {
            probes.extend(of_policy(job, &policy.path));
        }
    }
    probes
}

fn of_policy(job: &Job<'_>, policy: &str) -> Vec<Value> {
    let mut probes = Vec::new();
    let others = subjects_of_all(job);
    for admission in &job.bundle.admissions {
        let span = admission
            .rows
            .first()
            .map_or_else(|| admission.who.span(), |&row| clause_span(job, row));
        let place = place(job.compiled, span);
        for asking in asking(job, admission, &others) {
            let principal = json!({ (asking.kind): asking.who });
            probes.push(
                Probe {
                    kind: "trust",
                    job,
                    place: &place,
                    action: asking.action,
                    context: &asking.context,
                    allowed: asking.allowed,
                }
                .value([
                    ("policy", json!(policy)),
                    ("principal", principal),
                    ("resource", json!(role(job))),
                ]),
            );
        }
    }
    probes
}

/// The role that is asked for.
fn role(job: &Job<'_>) -> Option<String> {
    let thing = job.bundle.identity.as_ref()?;
    let arn = address::arn(job, thing, job.bundle.tenant as usize)?;
    Some(context::sample(&arn, FILL))
}

/// Every subject that some admission lets in without further conditions, by issuer.
fn subjects_of_all(job: &Job<'_>) -> Vec<(String, Pattern)> {
    let mut all = Vec::new();
    for admission in &job.bundle.admissions {
        match &admission.who {
            Who::Thing(thing) if !trust::is_aws(job, thing.system) => {
                if let Ok(found) =
                    subject::subjects(&job.compiled.model, thing, &admission.conditions)
                {
                    let host = found.host.to_owned();
                    all.extend(
                        found
                            .patterns
                            .into_iter()
                            .map(|pattern| (host.clone(), pattern)),
                    );
                }
            }
            Who::Party(party, _) if trust::identities(job, *party).is_empty() => {
                if let Some(thing) = workload(job, &admission.who)
                    && let Ok(found) =
                        subject::subjects(&job.compiled.model, thing, &admission.conditions)
                {
                    let host = found.host.to_owned();
                    all.extend(
                        found
                            .patterns
                            .into_iter()
                            .map(|pattern| (host.clone(), pattern)),
                    );
                }
            }
            Who::Thing(_)
            | Who::Oidc(..)
            | Who::Party(..)
            | Who::Anyone(_)
            | Who::Service(..)
            | Who::System(..) => {}
        }
    }
    all
}

/// What a party runs from.
fn workload<'a>(job: &Job<'a>, who: &Who) -> Option<&'a Thing> {
    let Who::Party(party, _) = who else {
        return None;
    };
    job.compiled
        .model
        .party(*party)
        .find(|kind| {
            if let ClauseKind::RunsFrom(thing) = kind {
                Some(thing)
            } else {
                None
            }
        })
        .map(|(thing, _)| thing)
}

fn asking(job: &Job<'_>, admission: &Admission, others: &[(String, Pattern)]) -> Vec<Asking> {
    let model = &job.compiled.model;
    match &admission.who {
        Who::Service(service, _) => by(job, admission, "service", vec![service.to_string()]),
        Who::Anyone(_) => by(job, admission, "aws", vec![STRANGER.to_owned()]),
        Who::System(system, _) => {
            let partition = address::partition(job, *system);
            let callers = model
                .system(*system)
                .tenants
                .iter()
                .map(|tenant| format!("arn:{partition}:iam::{}:role/{FILL}", tenant.id))
                .collect();
            by(job, admission, "aws", callers)
        }
        Who::Thing(thing) if trust::is_aws(job, thing.system) => {
            by(job, admission, "aws", arns(job, thing))
        }
        Who::Thing(thing) => by_token(job, admission, thing, others),
        Who::Party(party, _) => {
            let identities = trust::identities(job, *party);
            if identities.is_empty() {
                return workload(job, &admission.who)
                    .map_or_else(Vec::new, |thing| by_token(job, admission, thing, others));
            }
            let callers = identities
                .into_iter()
                .flat_map(|thing| arns(job, thing))
                .collect();
            by(job, admission, "aws", callers)
        }
        Who::Oidc(issuer, _) => by_issuer(job, admission, subject::host(issuer)),
    }
}

/// The ARNs of a role or user in every tenant that is meant.
fn arns(job: &Job<'_>, thing: &Thing) -> Vec<String> {
    let tenants = job.compiled.model.system(thing.system).tenants.len();
    (0..tenants)
        .filter(|&index| thing.tenants.holds(index))
        .filter_map(|index| address::arn(job, thing, index))
        .map(|arn| context::sample(&arn, FILL))
        .collect()
}

/// The context at a time when the admission still holds.
fn while_it_holds(job: &Job<'_>, admission: &Admission, mut context: Context) -> Context {
    if let Some((end, _)) = trust::ends(job, admission) {
        let day = Date(end.date().0 - 1).start_of_day();
        let key = context::CURRENT_TIME.to_owned();
        context.entry(key).or_insert_with(|| vec![day.to_string()]);
    }
    context
}

/// Callers of AWS's own: once as admitted, once for each condition that fails, once too late.
fn by(job: &Job<'_>, admission: &Admission, kind: &'static str, who: Vec<String>) -> Vec<Asking> {
    let model = &job.compiled.model;
    let Some(met) = context::meeting(model, &admission.conditions) else {
        return Vec::new();
    };
    let met = while_it_holds(job, admission, met);
    let mut contexts = vec![(met.clone(), true)];
    // Another admission may let the same caller in, so a refusal is certain only of a single one.
    if job.bundle.admissions.len() == 1 {
        for context in context::failing(model, &admission.conditions, &met) {
            contexts.push((context, false));
        }
        if let Some((end, _)) = trust::ends(job, admission) {
            let mut late = met.clone();
            late.insert(context::CURRENT_TIME.to_owned(), vec![end.to_string()]);
            contexts.push((late, false));
        }
    }
    who.into_iter()
        .flat_map(|who| {
            contexts.iter().map(move |(context, allowed)| Asking {
                kind,
                who: who.clone(),
                action: "sts:AssumeRole",
                context: context.clone(),
                allowed: *allowed,
            })
        })
        .collect()
}

/// The provider of an issuer in the role's account.
fn provider(job: &Job<'_>, host: &str) -> String {
    let partition = address::partition(job, job.bundle.system);
    format!(
        "arn:{partition}:iam::{}:oidc-provider/{host}",
        job.tenant_id()
    )
}

/// Tokens of a workload: its own subjects, and subjects, audiences and times that are not.
fn by_token(
    job: &Job<'_>,
    admission: &Admission,
    thing: &Thing,
    others: &[(String, Pattern)],
) -> Vec<Asking> {
    let model = &job.compiled.model;
    let Ok(Subjects {
        host,
        patterns,
        left,
    }) = subject::subjects(&job.compiled.model, thing, &admission.conditions)
    else {
        return Vec::new();
    };
    let (own_audience, _): (Vec<&Condition>, Vec<&Condition>) = left
        .iter()
        .map(|&id| model.condition(id))
        .partition(|condition| &*condition.key == "aud");
    let audience = own_audience
        .first()
        .and_then(|condition| condition.values.first())
        .map_or(trust::AUDIENCE, |value| value);
    if left.len() > own_audience.len() {
        // What else the token must claim has no name that a judge could be told.
        return Vec::new();
    }
    let token = |subject: &str, audience: &str| {
        let mut context = Context::new();
        context.insert(format!("{host}:sub"), vec![subject.to_owned()]);
        context.insert(format!("{host}:aud"), vec![audience.to_owned()]);
        while_it_holds(job, admission, context)
    };
    // What an issuer's clause lets in besides depends on its own conditions.
    let open =
        job.bundle.admissions.iter().any(
            |other| matches!(&other.who, Who::Oidc(issuer, _) if subject::host(issuer) == host),
        );
    let admitted = |subject: &str| {
        let inside =
            |(issuer, pattern): &(String, Pattern)| issuer == host && pattern.matches(subject);
        match (others.iter().any(inside), open) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        }
    };
    let mut asked = Vec::new();
    let mut ask = |context: Context, allowed: bool| {
        asked.push(Asking {
            kind: "federated",
            who: provider(job, host),
            action: "sts:AssumeRoleWithWebIdentity",
            context,
            allowed,
        });
    };
    for pattern in &patterns {
        let subject = context::sample(pattern, FILL);
        ask(token(&subject, audience), true);
        for strange in strangers(&subject) {
            if let Some(allowed) = admitted(&strange) {
                ask(token(&strange, audience), allowed);
            }
        }
        if job.bundle.admissions.len() == 1 {
            ask(token(&subject, "https://probe.example"), false);
            if let Some((end, _)) = trust::ends(job, admission) {
                let mut late = token(&subject, audience);
                late.insert(context::CURRENT_TIME.to_owned(), vec![end.to_string()]);
                ask(late, false);
            }
        }
    }
    asked
}

/// Subjects that differ from one in a single field, each as somebody else could get it issued.
fn strangers(subject: &str) -> Vec<String> {
    let fields: Vec<&str> = subject.split(':').collect();
    let mut out = Vec::new();
    for index in 1..fields.len() {
        let mut other: Vec<String> = fields.iter().map(ToString::to_string).collect();
        other[index] = match fields[index].split_once('/') {
            // Another owner of a repository of the same name, whose name begins alike.
            Some((owner, rest)) => format!("{owner}-stranger/{rest}"),
            None => format!("{}-stranger", fields[index]),
        };
        out.push(other.join(":"));
        if fields[index].contains('/') {
            other[index] = format!("{}-stranger", fields[index]);
            out.push(other.join(":"));
        }
    }
    out
}

/// Tokens of an issuer whose claims the clause itself limits.
fn by_issuer(job: &Job<'_>, admission: &Admission, host: &str) -> Vec<Asking> {
    let model = &job.compiled.model;
    let mut renamed = Vec::new();
    for &id in &admission.conditions {
        let condition = model.condition(id);
        let key = condition.vendor_key.as_deref().unwrap_or(&condition.key);
        let Some(value) = condition.values.first() else {
            return Vec::new();
        };
        let glob = Pattern::glob(value, &[]);
        let value = if condition.operator == crate::model::condition::Operator::Matches {
            context::sample(&glob, FILL)
        } else {
            value.to_string()
        };
        if !context::passes_text(condition, &value) {
            return Vec::new();
        }
        let key = if key.contains(':') {
            key.to_owned()
        } else {
            format!("{host}:{key}")
        };
        renamed.push((key, value));
    }
    let mut met = Context::new();
    for (key, value) in &renamed {
        met.insert(key.clone(), vec![value.clone()]);
    }
    let met = while_it_holds(job, admission, met);
    let asking = |context: Context, allowed: bool| Asking {
        kind: "federated",
        who: provider(job, host),
        action: "sts:AssumeRoleWithWebIdentity",
        context,
        allowed,
    };
    let mut asked = vec![asking(met.clone(), true)];
    if job.bundle.admissions.len() == 1 {
        for (key, _) in &renamed {
            let mut other = met.clone();
            other.insert(key.clone(), vec!["stranger".to_owned()]);
            asked.push(asking(other, false));
        }
    }
    asked
}
