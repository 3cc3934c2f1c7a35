//! ARNs of single things.

use crate::authority::pattern::Pattern;
use crate::emit::Job;
use crate::model::SystemId;
use crate::model::catalog::FormatPart;
use crate::model::thing::Thing;

/// What a setting of a system is: its own value, else its vendor's default.
fn setting<'a>(job: &'a Job<'_>, system: SystemId, name: &str) -> Option<&'a str> {
    let model = &job.compiled.model;
    let system = model.system(system);
    let default = || {
        let known = &model.catalog.vendor(system.vendor).settings;
        let (_, default) = known.iter().find(|(known, _)| &**known == name)?;
        default.as_deref()
    };
    system.setting(name).or_else(default)
}

/// The partition of a system's account: `aws`, `aws-cn` or `aws-us-gov`.
pub fn partition<'a>(job: &'a Job<'_>, system: SystemId) -> &'a str {
    setting(job, system, "partition").unwrap_or("aws")
}

/// The ARN of a thing in the tenant at that index; nothing for what has none.
pub fn arn(job: &Job<'_>, thing: &Thing, tenant: usize) -> Option<Pattern> {
    let model = &job.compiled.model;
    let system = model.system(thing.system);
    let of = model.catalog.of(thing.of);
    let root = model.catalog.of(system.tenant_type);
    let mut arn = Pattern::literal("");
    for part in of.format.as_ref()? {
        let next = match part {
            FormatPart::Literal(text) => Pattern::literal(text),
            FormatPart::Parameter { up, index } => {
                let step = thing.steps.len().checked_sub(1 + *up as usize)?;
                thing.steps[step].names.get(*index as usize)?.clone()
            }
            FormatPart::Setting(name)
                if **name == *root.name
                    || root
                        .parameters
                        .iter()
                        .any(|parameter| parameter.name == *name) =>
            {
                Pattern::literal(&system.tenants.get(tenant)?.id)
            }
            FormatPart::Setting(name) if &**name == "partition" => {
                Pattern::literal(partition(job, thing.system))
            }
            FormatPart::Setting(name) => match setting(job, thing.system, name) {
                Some(value) => Pattern::literal(value),
                None => Pattern::glob("*", &[':']),
            },
        };
        arn = arn.concat(&next);
    }
    Some(arn)
}
