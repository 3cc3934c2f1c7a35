//! `scopec who-can`: everybody who can use an operation.

use std::path::PathBuf;

use super::ask::{Form, finish, json, know};
use super::{Outcome, Session, Status};
use crate::compile::Asked;
use crate::question::who_can::{answer, human};

/// Show everybody who can do something to a resource, by way of others too
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec who-can get 'aws-prod.secretsmanager.secret(\"billing/key\")'
  scopec who-can write books.vendor
  scopec who-can s3:DeleteObject 'aws-prod.s3.bucket(\"acme\").object'
  scopec who-can any --within 'aws-prod.s3.bucket(\"acme\")'

VERB is a verb of the language (list get export create update delete approve trigger
administer assume), a group of these (read write any), or a vendor's operation. Whoever
holds one of the operations on some part of the resource is listed.")]
pub(super) struct Arguments {
    /// A verb, a group of verbs, or an operation of the vendor's
    #[arg(value_name = "VERB")]
    verb: String,
    /// A resource as it is written in a declaration
    #[arg(value_name = "RESOURCE")]
    resource: String,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Count what lies inside the resource, too
    #[arg(long)]
    within: bool,
    /// List at most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How to show the answer
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Form,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let (verb, resource) = (&*arguments.verb, &*arguments.resource);
    let asked = Asked::On {
        verb,
        resource,
        within: arguments.within,
    };
    let (known, parts) = know(Some(asked), arguments.folder.as_deref(), session)?;
    let answer = answer(&known.compiled, (verb, resource), &parts, arguments.limit);
    let text = match arguments.format {
        Form::Json => json(&answer)?,
        Form::Human => human::told(&answer, session.console.colors_results()),
    };
    session.console.result(&text)?;
    Ok(finish(known, session, Status::Right))
}
