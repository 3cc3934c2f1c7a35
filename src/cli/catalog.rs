//! `scopec catalog`: what vendors offer.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{Failure, Outcome, Session, Status, catalog_generate, project};
use crate::catalog::query::{Found, answer, search, suggestion, table};
use crate::compile::{Input, Offered, offered};
use crate::diagnostic::{Diagnostic, human};
use crate::model::catalog::{Catalog, VendorId};
use crate::settings::Settings;
use crate::source::Sources;

/// The forms of an answer.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A table, for people
    Human,
    /// The contract for programs
    Json,
}

/// Search what vendors offer: types, operations, and the units that grant them
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec catalog aws.s3                    what each verb means on each type
  scopec catalog tickets:write             what a unit permits
  scopec catalog --format json GetObject   who offers it, for programs")]
pub struct Arguments {
    /// A vendor, service, type, operation, unit or condition key, or part of one
    /// [default: every vendor]
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    /// How to show the answer
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    pub format: Form,
    /// The project whose own vendors count as well [default: this folder]
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// What to do instead of searching.
    #[command(subcommand)]
    pub task: Option<Task>,
}

/// What can be done with catalogues besides searching them.
#[derive(clap::Subcommand)]
pub enum Task {
    /// Turn a catalogue that a vendor publishes into files of the standard library
    Generate(catalog_generate::GenerateArgs),
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    if let Some(Task::Generate(of)) = &arguments.task {
        let report = catalog_generate::run(of).map_err(|error| Failure::new(error.to_string()))?;
        session.console.result(&format!("{report}\n"))?;
        return Ok(Status::Right);
    }
    let query = arguments.query.as_deref().unwrap_or("");
    let Offered {
        catalog,
        sources,
        diagnostics,
    } = offered(input(arguments, session)?, query);
    let mistakes: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter(Diagnostic::is_error)
        .collect();
    if !mistakes.is_empty() {
        let text = human::render(&mistakes, &sources, &session.console.drawing());
        session.console.tell(&text);
    }
    let found = if query.is_empty() {
        everything(&catalog)
    } else {
        search(&catalog, query)
    };
    let text = match arguments.format {
        Form::Json => {
            let mut text = serde_json::to_string_pretty(&answer::answer(&catalog, &found))
                .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
            text.push('\n');
            text
        }
        Form::Human if query.is_empty() => {
            table::overview(&catalog, session.console.colors_results())
        }
        Form::Human => table::table(&catalog, &found, session.console.colors_results()),
    };
    session.console.result(&text)?;
    if !found.is_empty() {
        return Ok(Status::Right);
    }
    let failure = Failure::new(format!("nothing that vendors offer is called `{query}`"));
    session.console.failure(&match suggestion(&catalog, query) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`scopec catalog` lists the vendors; ask for one of them"),
    });
    Ok(Status::Found)
}

/// The project's texts, so that its own vendors count; nothing where no project is named and
/// there is none here.
fn input(arguments: &Arguments, session: &Session) -> Result<Input, Failure> {
    let named = arguments.project.is_some() || session.manifest_path.is_some();
    if !named && !Path::new(project::MANIFEST).exists() {
        return Ok(Input {
            sources: Sources::new(),
            files: Vec::new(),
            settings: Settings::default(),
            diagnostics: Vec::new(),
        });
    }
    Ok(project::read(arguments.project.as_deref(), session)?.into_input())
}

fn everything(catalog: &Catalog) -> Found {
    Found {
        exact: true,
        vendors: (0..catalog.vendors.len()).map(VendorId::at).collect(),
        ..Found::default()
    }
}
