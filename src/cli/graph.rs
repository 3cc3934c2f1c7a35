//! `scopec graph`: draw who can reach what.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Failure, Outcome, Session, Status, project, write};
use crate::compile::compile;
use crate::diagnostic::suggest::nearest;
use crate::picture::delegation::{self, Project};
use crate::picture::view::{GroupKind, NodeId, View};
use crate::picture::{self, select};

/// Draw who can really reach what
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec graph --format html --out graph.html         a page to search and walk through
  scopec graph --focus helpdesk-bot --depth 2 > graph.svg
  scopec graph --format mermaid --collapse team       for a Markdown page

What a picture leaves out, it says.")]
pub(super) struct Arguments {
    /// What to draw it as
    #[arg(long, value_name = "FORM", default_value = "svg", value_parser = formats())]
    format: String,
    /// Only what is near this integration, principal or resource, in both directions
    #[arg(long, value_name = "NAME")]
    focus: Option<String>,
    /// How many edges away is near
    #[arg(long, value_name = "N", default_value_t = 3, requires = "focus")]
    depth: usize,
    /// Draw resources that nobody has, too, and identities that lead nowhere
    #[arg(long)]
    pub everything: bool,
    /// Draw each team, or each system, as one
    #[arg(long, value_enum, value_name = "BY")]
    collapse: Option<By>,
    /// The file to write [default: print it]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// What becomes one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum By {
    /// What a team owns
    Team,
    /// What is in a system
    System,
}

fn formats() -> impl clap::builder::TypedValueParser<Value = String> {
    use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
    let values = (picture::FORMATS.iter())
        .map(|format| PossibleValue::new(format.name).help(format.summary));
    PossibleValuesParser::new(values).map(|name| name)
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let project = project::read(arguments.folder.as_deref(), session)?;
    let unreadable = project.unreadable;
    let compiled = compile(project.into_input(), None);
    let mut view = delegation::view(
        Project {
            sources: &compiled.sources,
            model: &compiled.model,
            granted: &compiled.granted,
            graph: &compiled.graph,
        },
        "Delegation graph",
    );
    if !arguments.everything {
        let on = match &arguments.focus {
            Some(name) => Some(found(&view, name)?),
            None => None,
        };
        view = select::in_use(&view, on);
    }
    if let Some(name) = &arguments.focus {
        let on = found(&view, name)?;
        view = select::focus(&view, on, arguments.depth);
        view.title = format!("Delegation graph around {name}");
    }
    view = match arguments.collapse {
        Some(By::Team) => select::collapse(&view, GroupKind::Team),
        Some(By::System) => select::collapse(&view, GroupKind::System),
        None => view,
    };
    let format = picture::format(&arguments.format).ok_or_else(|| {
        Failure::new(format!("there is no format `{}`", arguments.format))
            .help("`scopec graph --help` lists them")
    })?;
    let drawn = (format.draw)(&view);
    match &arguments.out {
        Some(path) => write::single(path, drawn.as_bytes())?,
        None => session.console.result(&drawn)?,
    }
    let incomplete = compiled.model.parties().any(|(_, party)| !party.complete);
    if incomplete {
        session.console.tell(
            "note: parts of the project could not be read, so edges may be missing; `scopec check` says which\n",
        );
    }
    Ok(if unreadable {
        Status::Unusable
    } else {
        Status::Right
    })
}

/// The one node that is meant by a name.
fn found(view: &View, name: &str) -> Result<NodeId, Failure> {
    // Folders organise: a path before an integration's name says nothing more.
    let bare = name.rsplit('/').next().unwrap_or(name);
    let mut all = view.find(name);
    if all.is_empty() {
        all = view.find(bare);
    }
    match all[..] {
        [one] => Ok(one),
        [] => {
            let names = view.nodes.iter().flat_map(|node| {
                let own = node.id.split_once(':').map(|(_, rest)| rest);
                [Some(node.label.as_str()), own].into_iter().flatten()
            });
            let failure = Failure::new(format!("nothing in the graph is called `{name}`"));
            Err(match nearest(bare, names) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help(
                    "`scopec graph --format json` lists the name of every integration, principal and resource",
                ),
            })
        }
        _ => {
            let ids: Vec<String> = (all.iter().take(5))
                .map(|&id| format!("`{}`", view.node(id).id))
                .collect();
            Err(
                Failure::new(format!("`{name}` may be {} things", all.len()))
                    .help(format!("say which: {}", ids.join(", "))),
            )
        }
    }
}
