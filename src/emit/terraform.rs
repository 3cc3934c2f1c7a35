//! AWS identities with their policies, as Terraform configuration.

use super::aws::statement::Document;
use super::aws::{Documents, Holder, documents};
use super::{Edition, Job, Printed, Target, safe};
use crate::artifact::{Artifact, Locator};
use crate::grant::RowId;
use crate::print::hcl::{self, Block, Entry, Expression};
use serde_json::Value;

/// The target.
pub static TARGET: Target = Target {
    name: "terraform",
    summary: "AWS roles and users with their policies, as Terraform resources",
    default: false,
    vendors: &["aws"],
    emit,
};

fn emit(job: &Job<'_>) -> Printed {
    let mut artifacts = Vec::new();
    for edition in job.editions() {
        match documents(job, &edition) {
            Ok(documents) => artifacts.extend(file(job, &edition, &documents)),
            Err(why) => return (Vec::new(), vec![*why]),
        }
    }
    (artifacts, Vec::new())
}

/// What the marks of a file stand for, by their numbers.
#[derive(Default)]
struct Marks {
    rows: Vec<Vec<RowId>>,
}

impl Marks {
    fn add(&mut self, rows: impl IntoIterator<Item = RowId>) -> usize {
        self.rows.push(rows.into_iter().collect());
        self.rows.len() - 1
    }
}

/// The file of an edition; nothing for an identity that is not named exactly, or that is granted
/// nothing and that nobody may become.
fn file(job: &Job<'_>, edition: &Edition<'_>, documents: &Documents) -> Option<Artifact> {
    let holder = Holder::of(job)?;
    let resource = resource_name(&holder.name);
    let mut marks = Marks::default();
    let mut blocks = Vec::new();
    // A role cannot be made without a trust policy; where none is declared it is made elsewhere.
    let makes = !holder.is_role || documents.trust.is_some();
    let boundary = documents.boundary.as_ref().map(|document| {
        let name = format!("{}-boundary", holder.name);
        policy(&format!("{resource}_boundary"), &name, document, &mut marks)
    });
    let itself = if makes {
        blocks.push(identity(job, &holder, &resource, documents, &mut marks));
        Expression::Raw(format!("{}.{resource}.name", holder.resource_type()))
    } else {
        Expression::text(&holder.name)
    };
    blocks.extend(boundary);
    let alone = documents.policies.len() == 1;
    for (index, document) in documents.policies.iter().enumerate() {
        let (label, name) = if alone {
            (resource.clone(), holder.name.clone())
        } else {
            let number = index + 1;
            (
                format!("{resource}_{number}"),
                format!("{}-{number}", holder.name),
            )
        };
        blocks.push(policy(&label, &name, document, &mut marks));
        let (keyword, argument) = holder.attachment();
        blocks.push(Block {
            keyword: "resource",
            labels: vec![keyword.to_owned(), label.clone()],
            body: vec![
                Entry::Argument(argument, itself.clone()),
                Entry::Argument(
                    "policy_arn",
                    Expression::Raw(format!("aws_iam_policy.{label}.arn")),
                ),
            ],
            mark: None,
        });
    }
    if blocks.is_empty() {
        return None;
    }
    let comment = format!("{} in {}", job.integration(), job.system());
    let file = hcl::file(&comment, &blocks);
    let holds = file
        .marks
        .iter()
        .flat_map(|(mark, line)| {
            let line = *line;
            marks.rows[*mark]
                .iter()
                .map(move |row| (row.0, Locator::Line(line)))
        })
        .collect();
    Some(job.artifact("terraform", edition, "aws.tf", file.text, holds))
}

/// The role or user itself.
fn identity(
    job: &Job<'_>,
    holder: &Holder,
    resource: &str,
    documents: &Documents,
    marks: &mut Marks,
) -> Block {
    let mut body = vec![Entry::Argument("name", Expression::text(&holder.name))];
    if let Some(path) = &holder.path {
        body.push(Entry::Argument("path", Expression::text(path)));
    }
    if documents.boundary.is_some() {
        body.push(Entry::Argument(
            "permissions_boundary",
            Expression::Raw(format!("aws_iam_policy.{resource}_boundary.arn")),
        ));
    }
    if let Some(trust) = &documents.trust {
        body.push(Entry::Argument("assume_role_policy", encoded(trust, marks)));
    }
    Block {
        keyword: "resource",
        labels: vec![holder.resource_type().to_owned(), resource.to_owned()],
        body,
        mark: Some(marks.add(job.bundle.identity_rows.iter().copied())),
    }
}

fn policy(label: &str, name: &str, document: &Document, marks: &mut Marks) -> Block {
    Block {
        keyword: "resource",
        labels: vec!["aws_iam_policy".to_owned(), label.to_owned()],
        body: vec![
            Entry::Argument("name", Expression::text(name)),
            Entry::Argument("policy", encoded(document, marks)),
        ],
        mark: None,
    }
}

/// `jsonencode({…})` with each statement, and what in it holds a row, marked.
fn encoded(document: &Document, marks: &mut Marks) -> Expression {
    let mut statements = Vec::new();
    for statement in &document.statements {
        let mut expression = Expression::of(&statement.value());
        for (row, steps) in statement.places() {
            let mark = marks.add([row]);
            expression = marked(expression, &steps, mark);
        }
        statements.push(expression);
    }
    let entries = vec![
        (
            "Version".to_owned(),
            Expression::of(&Value::from("2012-10-17")),
        ),
        ("Statement".to_owned(), Expression::Lines(statements)),
    ];
    Expression::Call("jsonencode", Box::new(Expression::Object(entries)))
}

/// The expression with what `steps` lead to marked.
fn marked(expression: Expression, steps: &[&str], mark: usize) -> Expression {
    let Some((first, rest)) = steps.split_first() else {
        return Expression::Marked(mark, Box::new(expression));
    };
    match expression {
        Expression::Marked(other, inner) => {
            Expression::Marked(other, Box::new(marked(*inner, steps, mark)))
        }
        Expression::Object(entries) => Expression::Object(
            entries
                .into_iter()
                .map(|(key, value)| {
                    let value = if key == *first {
                        marked(value, rest, mark)
                    } else {
                        value
                    };
                    (key, value)
                })
                .collect(),
        ),
        other @ (Expression::Text(_)
        | Expression::Raw(_)
        | Expression::List(_)
        | Expression::Lines(_)
        | Expression::Call(..)) => other,
    }
}

/// An identifier of Terraform: letters, digits and `_`, beginning with a letter.
fn resource_name(name: &str) -> String {
    let name = safe(name).replace(['-', '.'], "_");
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("identity_{name}")
    }
}
