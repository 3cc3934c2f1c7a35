//! What an AWS identity is granted, as policy documents; the targets for AWS print these in files
//! of several forms.

pub(super) mod address;
mod condition;
pub(super) mod iam;
mod name;
mod pack;
pub(super) mod statement;
pub(super) mod trust;

use crate::diagnostic::Diagnostic;
use crate::emit::{Edition, Job};
use crate::grant::{Boundary, Grant, RowId, RowPart, Units};
use crate::model::{Model, PartyId};
use crate::source::Span;
use condition::{Alternatives, glob};
use statement::{Document, Effect, Spot, Statement};

/// The role or user that holds a bundle, by its exact name.
pub struct Holder {
    /// Its name, without its path.
    pub name: String,
    /// Its path with a `/` at both ends, where it has one.
    pub path: Option<String>,
    /// Whether it is a role, else a user.
    pub is_role: bool,
}

impl Holder {
    /// The holder of a job's bundle; nothing where its name is a pattern or it is something else.
    pub fn of(job: &Job<'_>) -> Option<Self> {
        let thing = job.bundle.identity.as_ref()?;
        let is_role = match &*job.compiled.model.catalog.type_path(thing.of) {
            "aws.iam.role" => true,
            "aws.iam.user" => false,
            _ => return None,
        };
        let full = thing.exact_name()?;
        let (path, name) = match full.rsplit_once('/') {
            Some((path, name)) => (Some(format!("/{path}/")), name),
            None => (None, full),
        };
        Some(Self {
            name: name.to_owned(),
            path,
            is_role,
        })
    }

    /// Terraform's type of it.
    pub fn resource_type(&self) -> &'static str {
        if self.is_role {
            "aws_iam_role"
        } else {
            "aws_iam_user"
        }
    }

    /// Terraform's type of an attachment to it, and the argument that names it.
    pub fn attachment(&self) -> (&'static str, &'static str) {
        if self.is_role {
            ("aws_iam_role_policy_attachment", "role")
        } else {
            ("aws_iam_user_policy_attachment", "user")
        }
    }
}

/// The documents of one edition of a bundle.
pub struct Documents {
    /// Policies that the identity holds, in order; together they are what it is granted.
    pub policies: Vec<Document>,
    /// Who may become it; none for a user, and where nobody is declared.
    pub trust: Option<Document>,
    /// The most that it may hold.
    pub boundary: Option<Document>,
}

/// The documents of an edition. The error is a diagnostic that says what AWS has no form for.
pub fn documents(job: &Job<'_>, edition: &Edition<'_>) -> Result<Documents, Box<Diagnostic>> {
    let mut all = Vec::new();
    for grant in edition.denies {
        all.extend(statements(job, Effect::Deny, grant)?);
    }
    let expiries = expiries(job, edition);
    for grant in edition.grants {
        for mut statement in statements(job, Effect::Allow, grant)? {
            let mine = expiries
                .iter()
                .filter(|(party, _)| is_of(job, grant, *party));
            statement
                .rows
                .extend(mine.map(|&(_, row)| (row, Spot::Until)));
            all.push(statement);
        }
    }
    let policies = pack::pack(&all, pack::POLICY_SIZE, pack::POLICIES).ok_or_else(|| {
        refused(
            job,
            edition
                .grants
                .iter()
                .chain(edition.denies)
                .flat_map(|grant| &grant.rows),
            format!(
                "what `{}` is granted in `{}` does not fit into the {} managed policies of {} \
                     characters that AWS allows an identity",
                job.integration(),
                job.system(),
                pack::POLICIES,
                pack::POLICY_SIZE
            ),
            "write fewer operations or resources, or `any` on a whole service",
        )
    })?;
    Ok(Documents {
        policies,
        trust: trust::document(job)?,
        boundary: match &job.bundle.boundary {
            Some(boundary) => Some(limit(job, boundary)?),
            None => None,
        },
    })
}

/// The boundary's one document; an identity has one, so it cannot be spread over several.
fn limit(job: &Job<'_>, boundary: &Boundary) -> Result<Document, Box<Diagnostic>> {
    let mut all = Vec::new();
    for (effect, grants) in [
        (Effect::Deny, &boundary.denies),
        (Effect::Allow, &boundary.grants),
    ] {
        for grant in grants {
            for mut statement in statements(job, effect, grant)? {
                let rows = boundary.rows.iter().map(|&row| (row, Spot::Whole));
                statement.rows.extend(rows);
                all.push(statement);
            }
        }
    }
    pack::pack(&all, pack::POLICY_SIZE, 1)
        .and_then(|documents| documents.into_iter().next())
        .ok_or_else(|| {
            refused(
                job,
                &boundary.rows,
                format!(
                    "the permissions boundary of `{}` does not fit into one policy of {} characters",
                    job.integration(),
                    pack::POLICY_SIZE
                ),
                "bound it by fewer or wider clauses",
            )
        })
}

/// The statements of a grant or of a denial: one, unless its conditions need several.
fn statements(
    job: &Job<'_>,
    effect: Effect,
    grant: &Grant,
) -> Result<Vec<Statement>, Box<Diagnostic>> {
    let model = &job.compiled.model;
    let actions = actions(job, &grant.units).ok_or_else(|| {
        refused(
            job,
            &grant.rows,
            format!(
                "`{}` is granted something that is no action of AWS",
                job.integration()
            ),
            "name the actions instead",
        )
    })?;
    let conditions = conditions(job, grant).map_err(|why| {
        refused(
            job,
            &grant.rows,
            why,
            "write two clauses, or conditions that can be told together",
        )
    })?;
    Ok(conditions
        .into_blocks()
        .into_iter()
        .map(|conditions| Statement {
            sid: name::sid(job, effect, grant),
            effect,
            principal: None,
            actions: actions.clone(),
            resources: resources(model, grant),
            rows: rows(job, grant, !conditions.is_empty()),
            conditions,
        })
        .collect())
}

/// The actions' full names, sorted; nothing for units that AWS does not have.
fn actions(job: &Job<'_>, units: &Units) -> Option<Vec<String>> {
    let catalog = &job.compiled.model.catalog;
    let mut actions: Vec<String> = match units {
        Units::Operations(slots) => slots
            .iter()
            .map(|&slot| catalog.spelled(catalog.slot(slot).operation))
            .collect(),
        Units::Service(service) => vec![format!("{service}:*")],
        Units::Everything => vec!["*".to_owned()],
        Units::Prefixes(prefixes) => prefixes.iter().map(ToString::to_string).collect(),
        Units::Named(_) => return None,
    };
    actions.sort();
    actions.dedup();
    (!actions.is_empty()).then_some(actions)
}

/// The resources as AWS matches them; `*` where the actions have none of their own.
fn resources(model: &Model, grant: &Grant) -> Vec<String> {
    let flat = grant
        .things
        .iter()
        .all(|thing| model.catalog.of(thing.of).format.is_some());
    if !flat || grant.addresses.is_empty() {
        return vec!["*".to_owned()];
    }
    let mut resources: Vec<String> = grant.addresses.iter().map(glob).collect();
    resources.sort();
    resources.dedup();
    resources
}

fn conditions(job: &Job<'_>, grant: &Grant) -> Result<Alternatives, String> {
    let mut block = Alternatives::default();
    block.add_all(&job.compiled.model, &grant.conditions)?;
    if grant.bind_tenant {
        // Bucket names and the like say no account, so a pattern of them also names strangers'.
        block.add_equal("aws:ResourceAccount", job.tenant_id())?;
    }
    if let Some(until) = grant.until {
        block.add_until(until)?;
    }
    Ok(block)
}

/// Which rows of a grant its statement holds, and where. AWS's statements have no fields, so a row
/// of `fields` is never held.
fn rows(job: &Job<'_>, grant: &Grant, conditional: bool) -> Vec<(RowId, Spot)> {
    let mut rows: Vec<_> = grant
        .rows
        .iter()
        .filter_map(|&id| {
            let spot = match job.compiled.granted.row(id).part {
                RowPart::Whole | RowPart::Resource(_) | RowPart::Approval => Spot::Whole,
                RowPart::Where if conditional => Spot::Condition,
                RowPart::Until if grant.until.is_some() => Spot::Until,
                RowPart::Where | RowPart::Until | RowPart::Fields => return None,
            };
            Some((id, spot))
        })
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// The rows of `expires` that the grants of an edition bear out, by their party: those before whose
/// instant all ends that the party is allowed.
fn expiries(job: &Job<'_>, edition: &Edition<'_>) -> Vec<(PartyId, RowId)> {
    let mut borne = Vec::new();
    for &(row, instant) in &job.bundle.expires {
        let party = job.compiled.granted.row(row).party;
        let ends = |grant: &Grant| grant.until.is_some_and(|until| until <= instant);
        let mut mine = edition
            .grants
            .iter()
            .filter(|grant| is_of(job, grant, party));
        if mine.all(ends) {
            borne.push((party, row));
        }
    }
    borne
}

/// Whether a grant is made for a clause of `party`.
fn is_of(job: &Job<'_>, grant: &Grant, party: PartyId) -> bool {
    let granted = &job.compiled.granted;
    grant
        .rows
        .iter()
        .any(|&row| granted.row(row).party == party)
}

/// An error about what AWS has no form for, at the first clause that asks for it.
pub fn refused<'a>(
    job: &Job<'_>,
    rows: impl IntoIterator<Item = &'a RowId>,
    message: impl Into<String>,
    help: &str,
) -> Box<Diagnostic> {
    let span = rows
        .into_iter()
        .next()
        .map_or_else(|| job.name_span(), |&row| clause_span(job, row));
    let diagnostic = Diagnostic::error("unexpressible", span, message)
        .help(help)
        .about(job.integration());
    Box::new(diagnostic)
}

/// Where the clause of a row stands.
pub fn clause_span(job: &Job<'_>, row: RowId) -> Span {
    let row = job.compiled.granted.row(row);
    let party = job.compiled.model.party(row.party);
    party
        .clauses
        .get(row.clause as usize)
        .map_or(party.name_span, |clause| clause.span)
}
