//! `scopec explain`: the page of a rule, or what an integration comes to.

use std::path::PathBuf;

use super::manual::pages;
use super::{Failure, Outcome, Session, Status, project};
use crate::compile::compile;
use crate::diagnostic::human;
use crate::diagnostic::suggest::nearest;
use crate::emit::manifest;
use crate::format::expand;
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::{ast, parser};
use crate::{diagnostic, emit, explain, format};

/// Explain a rule, or what an integration comes to
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec explain syntax                       what a rule finds, and what to write
  scopec explain invoice-sync                 what its clauses come to
  scopec explain invoice-sync --expanded .    its text, profiles taken in")]
pub(super) struct Arguments {
    /// A rule, as in `error[no-expiry]`, or an integration or principal
    #[arg(value_name = "RULE|INTEGRATION", required_unless_present = "list")]
    name: Option<String>,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER", requires = "name")]
    folder: Option<PathBuf>,
    /// Print the integration as one flat item, its profiles taken in
    #[arg(long)]
    expanded: bool,
    /// List every rule instead
    #[arg(long, conflicts_with_all = ["name", "expanded"])]
    list: bool,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let pages = pages();
    let rules: Vec<&str> = pages.iter().map(|page| page.name).collect();
    let Some(name) = arguments.name.as_deref() else {
        let mut text = rules.join("\n");
        text.push('\n');
        session.console.result(&text)?;
        return Ok(Status::Right);
    };
    // Rules and integrations may share a name; the rule is what a finding names.
    if !arguments.expanded
        && let Some(page) = pages.iter().find(|page| page.name == name)
    {
        session.console.result(page.markdown)?;
        return Ok(Status::Right);
    }
    let read = project::read(arguments.folder.as_deref(), session);
    let project = match read {
        Ok(project) => project,
        // Without a project only rules have names.
        Err(failure) => {
            return match (nearest(name, rules.iter().copied()), &arguments.folder) {
                (near, None) => Err(unknown(name, near, false)),
                (_, Some(_)) => Err(failure),
            };
        }
    };
    let input = project.into_input();
    let trees: Vec<ast::File> = input
        .files
        .iter()
        .map(|&id| parser::parse(id, &input.sources.file(id).text).0)
        .collect();
    let parties: Vec<&str> = trees
        .iter()
        .flat_map(|tree| &tree.items)
        .filter_map(|item| {
            if let ast::ItemKind::Integration(party) | ast::ItemKind::Principal(party) = &item.kind
            {
                Some(&*party.name.raw)
            } else {
                None
            }
        })
        .collect();
    // Folders organise: a path before the name helps a reader and says nothing more.
    let bare = name.rsplit('/').next().unwrap_or(name);
    if !parties.contains(&bare) {
        let near = nearest(name, rules.iter().chain(&parties).copied());
        return Err(unknown(name, near, true));
    }
    if arguments.expanded {
        let text = expanded(&trees, &input.sources, bare).ok_or_else(|| {
            Failure::new(format!(
                "`{bare}` cannot be printed flat: a profile that it takes in is missing or misused"
            ))
            .help("`scopec check` says which")
        })?;
        session.console.result(&text)?;
        return Ok(Status::Right);
    }
    let flat = expand::clauses(&trees, &|span| input.sources.text(span), bare);
    let mut compiled = compile(input, Some(session.today()?));
    let (artifacts, said) = emit::emit(&compiled);
    let manifest = manifest::manifest(&compiled, &artifacts, &said);
    compiled.diagnostics.extend(said);
    diagnostic::sort(&mut compiled.diagnostics);
    let Some((id, _)) = compiled
        .model
        .parties()
        .find(|(_, party)| &*party.name == bare)
    else {
        let text = human::render(
            &compiled.diagnostics,
            &compiled.sources,
            &session.console.drawing(),
        );
        session.console.tell(&text);
        return Ok(Status::Found);
    };
    let flat = flat.unwrap_or_default();
    let bold = session.console.colors_results();
    session
        .console
        .result(&explain::told(&compiled, &manifest, &flat, id, bold))?;
    Ok(Status::Right)
}

/// An integration flat and in canonical form; none where its profiles do not allow it.
pub fn expanded(trees: &[ast::File], sources: &Sources, name: &str) -> Option<String> {
    let text = expand::expanded(trees, &|span| sources.text(span), name)?;
    let file = SourceFile::new("expanded.scope", text);
    let (tree, found) = parser::parse(FileId(0), &file.text);
    Some(if found.is_empty() {
        format::format(&file.text, &tree)
    } else {
        file.text
    })
}

fn unknown(name: &str, near: Option<&str>, has_project: bool) -> Failure {
    let what = if has_project {
        format!("there is no rule, integration or principal `{name}`")
    } else {
        format!("there is no rule `{name}`, and no project here that could declare it")
    };
    let failure = Failure::new(what);
    match near {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`scopec explain --list` names every rule"),
    }
}
