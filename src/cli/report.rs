//! `scopec report`: what declarations show of a framework's controls.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

mod history;
mod list;
mod packet;

use super::{Failure, Outcome, Session, Status, baseline, project, write};
use crate::compile::{Compiled, compile};
use crate::diagnostic::suggest::nearest;
use crate::diagnostic::{self, human as drawn};
use crate::emit;
use crate::emit::manifest;
use crate::model::TeamId;
use crate::report::desk::Desk;
use crate::report::document::{Only, Report};
use crate::report::framework::{self, Asked, Framework};
use crate::report::{self, Form, human};
use crate::source::Sources;
use crate::test;

/// Say what the declarations show of a framework's controls
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec report                                            a summary, for people at a terminal
  scopec report --format html --out report.html            a page to read, search and print
  scopec report --framework nist-csf-2.0,PR.AC-4           one framework; old ids are explained
  scopec report --owner security --format markdown         what one team answers for and has to do
  scopec report --format calendar --out reviews.ics        reviews, rotations and ends, for a calendar
  scopec report --packet evidence                          all of it, with sources and hashes, for an auditor

A report judges nothing anew: it says what `check` and `build` know, and its exit status is 0
whatever that is; 2 says that something could not be read.")]
pub(super) struct Arguments {
    /// Frameworks by key, controls by id, `all`, or a file of your own ending in .toml
    /// [default: owasp-nhi-2025, nist-csf-2.0, nist-sp800-207]
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    framework: Vec<String>,
    /// What to write
    #[arg(long, value_name = "FORM", default_value = HUMAN, value_parser = forms())]
    format: String,
    /// Only these integrations
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    integration: Vec<String>,
    /// Only what this team owns, reviews or accepts, and what it has to see to
    #[arg(long, value_name = "TEAM", conflicts_with = "integration")]
    owner: Option<String>,
    /// Also tell what the last commits changed of each integration
    #[arg(long, value_name = "COMMITS", num_args = 0..=1, require_equals = true, default_missing_value = "20",
        value_parser = clap::value_parser!(u16).range(1..=500))]
    history: Option<u16>,
    /// The file, or the folder, to write [default: print it]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write every form, the sources and the outputs with their hashes into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["format", "out", "integration", "owner"])]
    packet: Option<PathBuf>,
    /// List the frameworks and predicates that there are, and do nothing else
    #[arg(long)]
    list: bool,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// The form for people at a terminal, which alone knows how wide that is.
const HUMAN: &str = "human";

fn forms() -> impl clap::builder::TypedValueParser<Value = String> {
    use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
    let human = PossibleValue::new(HUMAN).help("a summary, for people at a terminal");
    let others =
        (report::FORMS.iter()).map(|form| PossibleValue::new(form.name).help(form.summary));
    PossibleValuesParser::new([human].into_iter().chain(others)).map(|name| name)
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    if arguments.list {
        session.console.result(&list::text())?;
        return Ok(Status::Right);
    }
    let mut project = project::read(arguments.folder.as_deref(), session)?;
    let unreadable = project.unreadable;
    let folder = project.folder.clone();
    let asked = asked(&arguments.framework, &mut project.sources, session)?;
    let history = match arguments.history {
        Some(most) => Some(history::history(&folder, usize::from(most), session)?),
        None => None,
    };
    let today = session.today()?;
    let mut compiled = compile(project.into_input(), Some(today));
    baseline::apply(&mut compiled, &folder, today)?;
    let only = only(arguments, &compiled)?;
    let (artifacts, said) = emit::emit(&compiled);
    let manifest = manifest::manifest(&compiled, &artifacts, &said);
    compiled.diagnostics.extend(said);
    diagnostic::sort(&mut compiled.diagnostics);
    compiled.ease_time_alone();
    let mut report = Report::new(Desk::new(&compiled, &manifest, today), asked, only);
    report.history = history;
    report.folder = project::folder_in_repository(&folder);
    let gaps = compiled
        .model
        .parties()
        .filter(|(_, party)| !party.complete)
        .count();
    if let Some(out) = &arguments.packet {
        let tests = test::run(&compiled, |_| true);
        packet::write(out, &report, &tests, &artifacts, &folder, session)?;
    } else if arguments.format == HUMAN {
        let console = &session.console;
        let text = human::told(
            &report,
            console.width_of_results(),
            console.colors_results(),
        );
        match &arguments.out {
            Some(path) => write::single(path, text.as_bytes())?,
            None => console.result(&text)?,
        }
    } else {
        let form = report::form(&arguments.format)
            .ok_or_else(|| Failure::new(format!("there is no form `{}`", arguments.format)))?;
        deliver(form, &report, arguments.out.as_deref(), session)?;
    }
    if gaps > 0 {
        session.console.note(&format!(
            "{gaps} declarations could not be read whole, and what they say is not known here; `scopec check` says why"
        ));
    }
    // Taking a large organisation apart would cost time and free nothing that the end does not.
    std::mem::forget(report);
    std::mem::forget((compiled, manifest, artifacts));
    Ok(if unreadable {
        Status::Unusable
    } else {
        Status::Right
    })
}

/// What the arguments limit the report to.
fn only(arguments: &Arguments, compiled: &Compiled) -> Result<Only, Failure> {
    let model = &compiled.model;
    let missing = |what: &str, name: &str, near: Option<&str>| {
        let failure = Failure::new(format!("there is no {what} `{name}`"));
        match near {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure,
        }
    };
    if let Some(name) = &arguments.owner {
        let found = model.teams.iter().position(|team| *team.name == **name);
        let names = model.teams.iter().map(|team| &*team.name);
        return match found {
            Some(index) => Ok(Only::Team(TeamId::at(index))),
            None => Err(missing("team", name, nearest(name, names))),
        };
    }
    if arguments.integration.is_empty() {
        return Ok(Only::Everybody);
    }
    let mut ids = std::collections::BTreeSet::new();
    for typed in &arguments.integration {
        // Folders organise: a path before a name says nothing more.
        let name = typed.rsplit('/').next().unwrap_or(typed);
        let found = model.integrations().find(|(_, party)| *party.name == *name);
        let names = model.integrations().map(|(_, party)| &*party.name);
        match found {
            Some((id, _)) => ids.insert(id),
            None => return Err(missing("integration", name, nearest(name, names))),
        };
    }
    Ok(Only::Integrations(ids))
}

/// The frameworks that words ask for, each once.
fn asked(
    words: &[String],
    sources: &mut Sources,
    session: &Session,
) -> Result<Vec<Asked>, Failure> {
    if words.is_empty() {
        return Ok(framework::usual());
    }
    let mut known = framework::all();
    let mut all: Vec<Asked> = Vec::new();
    for word in words {
        let found = if word.eq_ignore_ascii_case("all") {
            known.iter().cloned().map(Asked::whole).collect()
        } else if Path::new(word).extension().is_some_and(|end| end == "toml") {
            let framework = brought(Path::new(word), sources, session)?;
            known.push(framework.clone());
            vec![Asked::whole(framework)]
        } else {
            framework::asked(&known, word).map_err(|near| {
                let failure =
                    Failure::new(format!("there is no framework and no control `{word}`"));
                match near {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure.help("`scopec report --list` names every framework"),
                }
            })?
        };
        for one in found {
            merge(&mut all, one);
        }
    }
    Ok(all)
}

/// Adds what was asked for to what was already.
fn merge(all: &mut Vec<Asked>, one: Asked) {
    let Some(known) = all
        .iter_mut()
        .find(|known| known.framework.key == one.framework.key)
    else {
        all.push(one);
        return;
    };
    // Without controls all of them are meant.
    if known.controls.is_empty() || one.controls.is_empty() {
        known.controls.clear();
    } else {
        known.controls.extend(one.controls);
    }
    known.explained = match (known.explained.take(), one.explained) {
        (Some(a), Some(b)) if a != b => Some(format!("{a} {b}")),
        (a, b) => a.or(b),
    };
}

/// A framework that somebody brings.
fn brought(path: &Path, sources: &mut Sources, session: &Session) -> Result<Framework, Failure> {
    let shown = path.display().to_string();
    let text = project::text(path)?;
    // Where it lies on this machine is nobody else's: outputs name the file alone.
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    framework::brought(sources, &format!("frameworks/{name}"), text).map_err(|wrong| {
        let text = drawn::render(&wrong, sources, &session.console.drawing());
        session.console.tell(&format!("{text}\n"));
        Failure::new(format!("`{shown}` is no framework that could be judged"))
            .help("docs/frameworks.md describes the form of the file")
    })
}

/// Writes a form's pages, or prints them.
fn deliver(
    form: &Form,
    report: &Report<'_>,
    out: Option<&Path>,
    session: &Session,
) -> Result<(), Failure> {
    let stem = out.and_then(Path::file_stem).map_or_else(
        || "report".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    );
    let mut pages = (form.write)(report, &stem);
    let Some(out) = out else {
        let [page] = &pages[..] else {
            return Err(
                Failure::new(format!("`{}` comes to {} files", form.name, pages.len()))
                    .help("say where they go: `--out PATH`"),
            );
        };
        return session
            .console
            .result(&String::from_utf8_lossy(&page.bytes));
    };
    let none = std::collections::BTreeSet::new();
    if form.folder {
        let files = pages
            .into_iter()
            .map(|page| (page.path, page.bytes))
            .collect();
        return write::replace_listed(out, &files, &none, None).map(|_| ());
    }
    // The page that links to the others is put in place last.
    pages.reverse();
    let Some(main) = pages.pop() else {
        return Ok(());
    };
    if !pages.is_empty() {
        let beside = out
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let count = pages.len();
        let files: BTreeMap<String, Vec<u8>> = pages
            .into_iter()
            .map(|page| (page.path, page.bytes))
            .collect();
        write::replace_listed(beside, &files, &none, None)?;
        session.console.note(&format!(
            "{count} pages stand beside `{}`, which links to them",
            out.display()
        ));
    }
    write::single(out, &main.bytes)
}
