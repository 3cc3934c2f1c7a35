//! The `sub` claim of a workload's token.

use super::catalog::TypeId;
use super::condition::{Condition, Operator};
use super::thing::{Thing, ThingStep};
use super::{ConditionId, Model};
use crate::authority::pattern::Pattern;

/// What the tokens of a thing's workloads say of whom they are for.
pub struct Subjects<'a> {
    /// The issuer, without its scheme.
    pub host: &'a str,
    /// The `sub` claims, sorted.
    pub patterns: Vec<Pattern>,
    /// The conditions that the claim does not hold.
    pub left: Vec<ConditionId>,
}

/// The subjects of a thing's workloads under these conditions.
///
/// # Errors
/// Why there are none: the vendor issues no tokens, or they say nothing of such a thing.
pub fn subjects<'a>(
    model: &'a Model,
    thing: &Thing,
    conditions: &[ConditionId],
) -> Result<Subjects<'a>, String> {
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
    let (ways, left) = narrowed(model, thing, conditions);
    let mut patterns = Vec::new();
    for (index, tenant) in system.tenants.iter().enumerate() {
        if !thing.tenants.holds(index) {
            continue;
        }
        for (of, steps) in &ways {
            let pattern = subject(model, system.tenant_type, &tenant.id, *of, steps);
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

/// A way down: the type at its end, and the steps.
pub type Way = (TypeId, Vec<ThingStep>);

/// The ways down to the parts of a thing that conditions on portable keys speak of (`branch`,
/// `environment`), and the conditions that speak of something else.
pub fn narrowed(
    model: &Model,
    thing: &Thing,
    conditions: &[ConditionId],
) -> (Vec<Way>, Vec<ConditionId>) {
    let mut ways = vec![(thing.of, thing.steps.clone())];
    let mut left = Vec::new();
    for &id in conditions {
        match inner(model, &ways, model.condition(id)) {
            Some(next) => ways = next,
            None => left.push(id),
        }
    }
    (ways, left)
}

/// An issuer's host, as claims and policies name it.
pub fn host(issuer: &str) -> &str {
    issuer
        .strip_prefix("https://")
        .unwrap_or(issuer)
        .trim_end_matches('/')
}

/// The ways down to what a pattern of subjects speaks of, in one tenant: `repo:acme/app:*` is the
/// repository `app` where the tenant is `acme`. A name that the pattern leaves open is a pattern.
pub fn spoken_of(model: &Model, tenant_type: TypeId, tenant: &str, subject: &str) -> Vec<Way> {
    let catalog = &model.catalog;
    let vendor = catalog.of(tenant_type).vendor;
    let mut found: Vec<Way> = Vec::new();
    for (index, of) in catalog.types.iter().enumerate() {
        let (true, Some(form)) = (of.vendor == vendor, &of.subject) else {
            continue;
        };
        let Some(names) = captured(form, subject) else {
            continue;
        };
        let own = &*catalog.of(tenant_type).name;
        let elsewhere = names
            .iter()
            .any(|(name, value)| *name == own && !Pattern::glob(value, &[]).matches(tenant));
        if elsewhere {
            continue;
        }
        let mut steps = Vec::new();
        let mut at = TypeId::at(index);
        for step in catalog.way(at) {
            let kind = catalog.of(step);
            let Some((_, value)) = names.iter().find(|(name, _)| **name == *kind.name) else {
                break;
            };
            let excluded = kind
                .parameters
                .first()
                .map_or(&[][..], |parameter| &parameter.excluded);
            steps.push(ThingStep {
                of: step,
                names: vec![Pattern::glob(value, excluded)],
            });
            at = step;
        }
        if !steps.is_empty() && !found.iter().any(|(_, known)| *known == steps) {
            found.push((at, steps));
        }
    }
    found
}

/// The names that a pattern gives to the parts of a form, up to where it leaves everything open;
/// none where the two cannot meet.
fn captured<'f>(form: &'f str, subject: &str) -> Option<Vec<(&'f str, String)>> {
    let mut names = Vec::new();
    let mut form = form;
    let mut left = subject;
    loop {
        let start = form.find("${").unwrap_or(form.len());
        let literal = &form[..start];
        if !left.starts_with(literal) {
            let common = literal
                .bytes()
                .zip(left.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            // A wildcard in the midst of what is literal leaves the rest open.
            return left[common..].starts_with(['*', '?']).then_some(names);
        }
        left = &left[literal.len()..];
        if start == form.len() {
            return (left.is_empty() || left.starts_with('*')).then_some(names);
        }
        let end = form[start..].find('}')? + start;
        let name = &form[start + 2..end];
        form = &form[end + 1..];
        let stop = form.chars().next();
        let length = stop.and_then(|stop| left.find(stop)).unwrap_or(left.len());
        let value = &left[..length];
        if value.is_empty() {
            return None;
        }
        names.push((name, value.to_owned()));
        left = &left[length..];
        if left.is_empty() && value.ends_with('*') {
            return Some(names);
        }
    }
}

/// Subjects that the workloads of somebody unknown would carry at this issuer.
pub fn strangers(model: &Model, issuer: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for of in &model.catalog.types {
        let vendor = model.catalog.vendor(of.vendor);
        let (Some(own), Some(form)) = (&vendor.issuer, &of.subject) else {
            continue;
        };
        if host(own) == host(issuer) {
            let (pattern, _) = filled(form, |_| Some(Pattern::literal("stranger")));
            all.push(pattern.sample());
        }
    }
    if all.is_empty() {
        all.push("stranger".to_owned());
    }
    all
}

/// The ways down narrowed to what lies inside by the condition's key, where there is such a type.
fn inner(model: &Model, ways: &[Way], condition: &Condition) -> Option<Vec<Way>> {
    let catalog = &model.catalog;
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
    for (_, steps) in ways {
        // What has no such type inside is itself inside something that may: a workflow's repository.
        let (depth, child) = steps.iter().enumerate().rev().find_map(|(index, step)| {
            let mut children = catalog.of(step.of).children.iter().copied();
            let child = children.find(|&child| {
                let child = catalog.of(child);
                *child.name == *condition.key && child.subject.is_some()
            })?;
            Some((index + 1, child))
        })?;
        for value in &condition.values {
            let mut steps = steps[..depth].to_vec();
            steps.push(ThingStep {
                of: child,
                names: vec![read(value)],
            });
            narrowed.push((child, steps));
        }
    }
    Some(narrowed)
}

/// The `sub` claim of a workload of a thing, from its type's form. What has none of its own stands
/// for every workload inside it, or inside the nearest thing around it that has some.
fn subject(
    model: &Model,
    tenant_type: TypeId,
    tenant: &str,
    of: TypeId,
    steps: &[ThingStep],
) -> Option<Pattern> {
    let catalog = &model.catalog;
    let name = |wanted: &str| {
        if wanted == &*catalog.of(tenant_type).name {
            return Some(Pattern::literal(tenant));
        }
        let step = steps
            .iter()
            .rev()
            .find(|step| &*catalog.of(step.of).name == wanted)?;
        step.names.first().cloned()
    };
    if let Some(form) = &catalog.of(of).subject {
        let (pattern, whole) = filled(form, name);
        return whole.then_some(pattern);
    }
    steps.iter().rev().find_map(|step| {
        let forms = catalog
            .of(step.of)
            .children
            .iter()
            .filter_map(|&child| catalog.of(child).subject.as_deref());
        let (pattern, _) = filled(forms.reduce(shared)?, name);
        Some(pattern.concat(&Pattern::any()))
    })
}

/// A form with names put in, up to the first that is not known; and whether that is all of it.
fn filled(form: &str, name: impl Fn(&str) -> Option<Pattern>) -> (Pattern, bool) {
    let mut out = Pattern::literal("");
    let mut rest = form;
    while let Some(start) = rest.find("${") {
        out = out.concat(&Pattern::glob(&rest[..start], &[]));
        let Some(end) = rest[start..].find('}').map(|end| start + end) else {
            return (out, false);
        };
        let Some(part) = name(&rest[start + 2..end]) else {
            return (out, false);
        };
        out = out.concat(&part);
        rest = &rest[end + 1..];
    }
    (out.concat(&Pattern::glob(rest, &[])), true)
}

/// What two forms begin with, up to a `:` or an opened name.
fn shared<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let length = same.map(|(c, _)| c.len_utf8()).sum();
    let common = &a[..length];
    match common.rfind(':') {
        Some(end) if length < a.len() || length < b.len() => &common[..=end],
        _ => common,
    }
}
