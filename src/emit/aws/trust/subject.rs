//! The `sub` claim of a workload's token.

use super::host;
use crate::authority::pattern::Pattern;
use crate::emit::Job;
use crate::model::ConditionId;
use crate::model::catalog::TypeId;
use crate::model::condition::{Condition, Operator};
use crate::model::thing::{Thing, ThingStep};

/// What the tokens of a thing's workloads say of whom they are for.
pub struct Subjects<'a> {
    /// The issuer, without its scheme.
    pub host: &'a str,
    /// The `sub` claims, sorted.
    pub patterns: Vec<Pattern>,
    /// The conditions that the claim does not hold.
    pub left: Vec<ConditionId>,
}

/// The subjects of a thing's workloads under these conditions; the error says why there are none.
pub fn subjects<'a>(
    job: &'a Job<'_>,
    thing: &Thing,
    conditions: &[ConditionId],
) -> Result<Subjects<'a>, String> {
    let model = &job.compiled.model;
    let system = model.system(thing.system);
    let vendor = model.catalog.vendor(system.vendor);
    let issuer = system
        .setting("issuer")
        .or(vendor.issuer.as_deref())
        .ok_or_else(|| {
            format!(
                "`{}` issues no tokens that a role could trust: its vendor names no `issuer`",
                system.name
            )
        })?;
    // A part of the subject is said by a condition on a portable key: `branch`, `environment`.
    let mut ways = vec![(thing.of, thing.steps.clone())];
    let mut left = Vec::new();
    for &id in conditions {
        match inner(job, &ways, model.condition(id)) {
            Some(next) => ways = next,
            None => left.push(id),
        }
    }
    let mut patterns = Vec::new();
    for (index, tenant) in system.tenants.iter().enumerate() {
        if !thing.tenants.holds(index) {
            continue;
        }
        for (of, steps) in &ways {
            let pattern = subject(job, system.tenant_type, &tenant.id, *of, steps);
            patterns.push(pattern.ok_or_else(|| {
                let of = &model.catalog.of(*of).name;
                format!("the tokens of `{}` say nothing of a {of}", system.name)
            })?);
        }
    }
    patterns.sort();
    patterns.dedup();
    Ok(Subjects {
        host: host(issuer),
        patterns,
        left,
    })
}

/// The ways down narrowed to what lies inside by the condition's key, where there is such a type.
fn inner(
    job: &Job<'_>,
    ways: &[(TypeId, Vec<ThingStep>)],
    condition: &Condition,
) -> Option<Vec<(TypeId, Vec<ThingStep>)>> {
    let catalog = &job.compiled.model.catalog;
    let read: fn(&str) -> Pattern = match condition.operator {
        Operator::Equal | Operator::In => Pattern::literal,
        Operator::Matches => |text| Pattern::glob(text, &[]),
        Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual
        | Operator::NotIn
        | Operator::Present
        | Operator::Absent => return None,
    };
    if condition.absent_holds {
        return None;
    }
    let mut narrowed = Vec::new();
    for (of, steps) in ways {
        let child = catalog.of(*of).children.iter().copied().find(|&child| {
            let child = catalog.of(child);
            *child.name == *condition.key && child.subject.is_some()
        })?;
        for value in &condition.values {
            let mut steps = steps.clone();
            steps.push(ThingStep {
                of: child,
                names: vec![read(value)],
            });
            narrowed.push((child, steps));
        }
    }
    Some(narrowed)
}

/// The `sub` claim of a workload of a thing, from its type's form. What has none of its own has
/// that of the nearest thing around it; what has further subjects inside stands for all of these.
fn subject(
    job: &Job<'_>,
    tenant_type: TypeId,
    tenant: &str,
    of: TypeId,
    steps: &[ThingStep],
) -> Option<Pattern> {
    let catalog = &job.compiled.model.catalog;
    let (form, of) = match &catalog.of(of).subject {
        Some(form) => (form, of),
        None => steps.iter().rev().find_map(|step| {
            catalog
                .of(step.of)
                .subject
                .as_ref()
                .map(|form| (form, step.of))
        })?,
    };
    let mut out = Pattern::literal("");
    let mut rest: &str = form;
    while let Some(start) = rest.find("${") {
        let end = start + rest[start..].find('}')?;
        out = out.concat(&Pattern::glob(&rest[..start], &[]));
        let wanted = &rest[start + 2..end];
        let part = if wanted == &*catalog.of(tenant_type).name {
            Pattern::literal(tenant)
        } else {
            steps
                .iter()
                .rev()
                .find(|step| &*catalog.of(step.of).name == wanted)?
                .names
                .first()?
                .clone()
        };
        out = out.concat(&part);
        rest = &rest[end + 1..];
    }
    out = out.concat(&Pattern::glob(rest, &[]));
    let next = catalog.of(of).children.iter().find_map(|&child| {
        catalog
            .of(child)
            .subject
            .as_ref()?
            .strip_prefix(&**form)?
            .chars()
            .next()
    });
    Some(match next {
        Some(separator) => out
            .concat(&Pattern::literal(&separator.to_string()))
            .concat(&Pattern::any()),
        None => out,
    })
}
