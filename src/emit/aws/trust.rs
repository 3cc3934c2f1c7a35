//! Trust policies: who may assume a role.
//!
//! Source: AWS's "Create a role for `OpenID` Connect federation", GitHub's "`OpenID` Connect
//! reference" (what the subject of a workflow's token holds).

use super::address;
use super::condition::Alternatives;
use super::statement::{Document, Effect, Principal, Spot, Statement};
use super::{name, pack, refused};
use crate::authority::time::Instant;
use crate::diagnostic::Diagnostic;
use crate::emit::Job;
use crate::grant::{Admission, RowId, RowPart};
use crate::model::party::{ClauseKind, Who};
use crate::model::subject::{Subjects, host, subjects};
use crate::model::thing::Thing;
use crate::model::{ConditionId, PartyId, SystemId};

/// Characters of a trust policy unless the account's quota was raised (AWS: "IAM and AWS STS
/// quotas").
pub const USUAL_SIZE: usize = 2048;
/// The largest quota that an account can be given (the same page).
pub const LARGEST_SIZE: usize = 4096;
/// The audience that AWS's own actions and SDKs ask a token for.
pub const AUDIENCE: &str = "sts.amazonaws.com";

/// One way in: a principal, the tests of its token or session, and the action it calls.
struct Way {
    principal: Principal,
    action: &'static str,
    conditions: Alternatives,
}

/// The trust policy of a role; nothing for another identity, and where nobody may become it.
pub fn document(job: &Job<'_>) -> Result<Option<Document>, Box<Diagnostic>> {
    let bundle = job.bundle;
    let is_role = bundle
        .identity
        .as_ref()
        .is_some_and(|thing| job.compiled.model.catalog.type_path(thing.of) == "aws.iam.role");
    if !is_role || bundle.admissions.is_empty() {
        return Ok(None);
    }
    let mut statements = Vec::new();
    for admission in &bundle.admissions {
        let until = ends(job, admission);
        let ways = ways(job, admission).map_err(|why| {
            refused(
                job,
                &admission.rows,
                why,
                "trust a role, an account, a service or a workload \
                whose token says what is wanted of it",
            )
        })?;
        for mut way in ways {
            if let Some((instant, _)) = until {
                way.conditions.add_until(instant).map_err(|why| {
                    refused(
                        job,
                        &admission.rows,
                        why,
                        "leave out the condition on the time",
                    )
                })?;
            }
            for conditions in way.conditions.into_blocks() {
                statements.push(Statement {
                    sid: sid(job, &admission.who),
                    effect: Effect::Allow,
                    principal: Some(way.principal.clone()),
                    actions: vec![way.action.to_owned()],
                    resources: Vec::new(),
                    rows: rows(job, admission, !conditions.is_empty()),
                    conditions,
                });
            }
        }
    }
    pack::name_apart(&mut statements);
    let document = Document { statements };
    if document.size() > LARGEST_SIZE {
        let rows = bundle
            .admissions
            .iter()
            .flat_map(|admission| &admission.rows);
        return Err(refused(
            job,
            rows,
            format!(
                "the trust policy of `{}` takes {} characters, and AWS allows {LARGEST_SIZE}",
                job.integration(),
                document.size()
            ),
            "trust fewer, or one pattern instead of many names",
        ));
    }
    Ok(Some(document))
}

/// The earliest end of `expires` of whoever declared the admission, with its row.
pub fn ends(job: &Job<'_>, admission: &Admission) -> Option<(Instant, RowId)> {
    let granted = &job.compiled.granted;
    job.bundle
        .expires
        .iter()
        .filter(|(row, _)| {
            let party = granted.row(*row).party;
            admission
                .rows
                .iter()
                .any(|&row| granted.row(row).party == party)
        })
        .map(|&(row, instant)| (instant, row))
        .min()
}

fn rows(job: &Job<'_>, admission: &Admission, conditional: bool) -> Vec<(RowId, Spot)> {
    let mut rows: Vec<_> = admission
        .rows
        .iter()
        .filter_map(|&id| match job.compiled.granted.row(id).part {
            RowPart::Whole | RowPart::Resource(_) => Some((id, Spot::Whole)),
            RowPart::Where => conditional.then_some((id, Spot::Condition)),
            RowPart::Until | RowPart::Fields | RowPart::Approval => None,
        })
        .chain(ends(job, admission).map(|(_, row)| (row, Spot::Until)))
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// `TrustLambda`, `TrustRepositoryWeb`.
fn sid(job: &Job<'_>, who: &Who) -> String {
    let model = &job.compiled.model;
    let of = match who {
        Who::Anyone(_) => "Anyone".to_owned(),
        Who::Service(service, _) => {
            name::camel(service.strip_suffix(".amazonaws.com").unwrap_or(service))
        }
        Who::Oidc(issuer, _) => name::camel(host(issuer)),
        Who::Party(party, _) => name::camel(&model.party(*party).name),
        Who::System(system, _) => name::camel(&model.system(*system).name),
        Who::Thing(thing) => {
            let last = thing.exact_name().map(name::camel).unwrap_or_default();
            name::camel(&model.catalog.of(thing.of).name) + &last
        }
    };
    format!("Trust{of}")
}

/// Every way in that an admission opens.
fn ways(job: &Job<'_>, admission: &Admission) -> Result<Vec<Way>, String> {
    match &admission.who {
        Who::Anyone(_) => plain(
            job,
            vec![Principal::Aws("*".to_owned())],
            &admission.conditions,
        ),
        Who::Service(service, _) => plain(
            job,
            vec![Principal::Service(service.to_string())],
            &admission.conditions,
        ),
        Who::System(system, _) => plain(job, roots(job, *system)?, &admission.conditions),
        Who::Oidc(issuer, _) => {
            let mut way = federated(job, host(issuer));
            claims(
                job,
                &mut way.conditions,
                host(issuer),
                &admission.conditions,
            )?;
            Ok(vec![way])
        }
        Who::Thing(thing) => of_thing(job, thing, &admission.conditions),
        Who::Party(party, _) => of_party(job, *party, &admission.conditions),
    }
}

fn plain(
    job: &Job<'_>,
    principals: Vec<Principal>,
    conditions: &[ConditionId],
) -> Result<Vec<Way>, String> {
    let mut block = Alternatives::default();
    block.add_all(&job.compiled.model, conditions)?;
    Ok(principals
        .into_iter()
        .map(|principal| Way {
            principal,
            action: "sts:AssumeRole",
            conditions: block.clone(),
        })
        .collect())
}

pub fn is_aws(job: &Job<'_>, system: SystemId) -> bool {
    let model = &job.compiled.model;
    &*model.catalog.vendor(model.system(system).vendor).name == "aws"
}

/// The roots of a system's accounts.
fn roots(job: &Job<'_>, system: SystemId) -> Result<Vec<Principal>, String> {
    let found = job.compiled.model.system(system);
    if !is_aws(job, system) {
        return Err(format!(
            "`{}` is no account that a role could trust",
            found.name
        ));
    }
    let partition = address::partition(job, system);
    Ok(found
        .tenants
        .iter()
        .map(|tenant| Principal::Aws(format!("arn:{partition}:iam::{}:root", tenant.id)))
        .collect())
}

fn of_thing(job: &Job<'_>, thing: &Thing, conditions: &[ConditionId]) -> Result<Vec<Way>, String> {
    if is_aws(job, thing.system) {
        return of_identity(job, thing, conditions);
    }
    let model = &job.compiled.model;
    let Subjects {
        host,
        patterns,
        left,
    } = subjects(&job.compiled.model, thing, conditions)?;
    let mut way = federated(job, host);
    let says_audience = left.iter().any(|&id| &*model.condition(id).key == "aud");
    if !says_audience {
        way.conditions.add_equal(&format!("{host}:aud"), AUDIENCE)?;
    }
    way.conditions
        .add_one_of(&format!("{host}:sub"), &patterns)?;
    claims(job, &mut way.conditions, host, &left)?;
    Ok(vec![way])
}

/// Conditions on what a token claims: a bare key is a claim, one with `:` the vendor's own.
fn claims(
    job: &Job<'_>,
    block: &mut Alternatives,
    host: &str,
    conditions: &[ConditionId],
) -> Result<(), String> {
    let model = &job.compiled.model;
    for &id in conditions {
        let condition = model.condition(id);
        let key = condition.vendor_key.as_deref().unwrap_or(&condition.key);
        if key.contains(':') {
            block.add(model, condition)?;
            continue;
        }
        // A branch or an environment is part of the subject, and a claim that AWS does not know is
        // never there, so that nothing but these may be left to its absence.
        let own = matches!(key, "sub" | "aud");
        if matches!(key, "branch" | "environment") || condition.absent_holds && !own {
            return Err(format!(
                "a role cannot test the `{}` of this token beside what else it tests",
                condition.key
            ));
        }
        let of = condition.entry.map(|entry| model.catalog.key(entry).of);
        block.add_as(&format!("{host}:{key}"), of, condition)?;
    }
    Ok(())
}

fn federated(job: &Job<'_>, host: &str) -> Way {
    let partition = address::partition(job, job.bundle.system);
    Way {
        principal: Principal::Federated(format!(
            "arn:{partition}:iam::{}:oidc-provider/{host}",
            job.tenant_id()
        )),
        action: "sts:AssumeRoleWithWebIdentity",
        conditions: Alternatives::default(),
    }
}

/// A role or user of AWS by name; of a pattern, the account and a test of the caller's ARN, since a
/// principal has no wildcards.
fn of_identity(
    job: &Job<'_>,
    thing: &Thing,
    conditions: &[ConditionId],
) -> Result<Vec<Way>, String> {
    let model = &job.compiled.model;
    let system = model.system(thing.system);
    if thing.steps.is_empty() {
        return plain(job, roots(job, thing.system)?, conditions);
    }
    if !matches!(
        &*model.catalog.type_path(thing.of),
        "aws.iam.role" | "aws.iam.user" | "aws.sts.assumed-role" | "aws.iam.assumed-role"
    ) {
        return Err(format!(
            "a role trusts roles and users, and `{}` is a {}",
            thing.exact_name().unwrap_or("it"),
            model.catalog.of(thing.of).name
        ));
    }
    let mut ways = Vec::new();
    for (index, tenant) in system.tenants.iter().enumerate() {
        if !thing.tenants.holds(index) {
            continue;
        }
        let arn = address::arn(job, thing, index)
            .ok_or_else(|| format!("`{}` has no ARN", model.catalog.of(thing.of).name))?;
        let mut block = Alternatives::default();
        block.add_all(model, conditions)?;
        let principal = if let Some(arn) = arn.is_literal() {
            arn.to_owned()
        } else {
            block.add_arn("aws:PrincipalArn", &arn)?;
            let partition = address::partition(job, thing.system);
            format!("arn:{partition}:iam::{}:root", tenant.id)
        };
        ways.push(Way {
            principal: Principal::Aws(principal),
            action: "sts:AssumeRole",
            conditions: block,
        });
    }
    Ok(ways)
}

/// An integration or principal comes as its identity in the role's own account, else as those it
/// has in others, else as the workload that it runs from.
fn of_party(job: &Job<'_>, party: PartyId, conditions: &[ConditionId]) -> Result<Vec<Way>, String> {
    let model = &job.compiled.model;
    let identities = identities(job, party);
    let party = model.party(party);
    let mut ways = Vec::new();
    for thing in identities {
        ways.extend(of_identity(job, thing, conditions)?);
    }
    if ways.is_empty() {
        let runs_from = party.find(|kind| {
            if let ClauseKind::RunsFrom(thing) = kind {
                Some(thing)
            } else {
                None
            }
        });
        return match runs_from {
            Some((thing, _)) if !is_aws(job, thing.system) => of_thing(job, thing, conditions),
            _ => Err(format!(
                "`{}` has no identity in AWS that a role could trust",
                party.name
            )),
        };
    }
    Ok(ways)
}

/// The identities in AWS as which a party comes.
pub fn identities<'a>(job: &Job<'a>, party: PartyId) -> Vec<&'a Thing> {
    let all: Vec<&Thing> = job
        .compiled
        .model
        .party(party)
        .identities()
        .map(|(_, thing, _)| thing)
        .filter(|thing| is_aws(job, thing.system))
        .collect();
    let own: Vec<&Thing> = all
        .iter()
        .copied()
        .filter(|thing| thing.system == job.bundle.system)
        .collect();
    if own.is_empty() { all } else { own }
}
