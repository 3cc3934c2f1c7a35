//! `scopec report`: what declarations show of a framework's controls.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Failure, Outcome, Session, Status, baseline, project, write};
use crate::compile::compile;
use crate::diagnostic::{self, human};
use crate::emit;
use crate::emit::manifest;
use crate::report::desk::Desk;
use crate::report::document::Report;
use crate::report::framework::{self, Asked, Framework, USUAL};
use crate::report::{self, Form};
use crate::source::Sources;

/// Say what the declarations show of a framework's controls
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec report                                            a summary, for people at a terminal
  scopec report --format html --out report.html            a page to read, search and print
  scopec report --framework nist-csf-2.0,PR.AC-4           one framework; old ids are explained
  scopec report --packet evidence                          all of it, with sources and hashes, for an auditor

A report judges nothing anew: it says what `check` and `build` know. Its exit status is 0.")]
pub(super) struct Arguments {
    /// Frameworks by key, controls by id, `all`, or a file of your own ending in .toml
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    framework: Vec<String>,
    /// What to write
    #[arg(long, value_name = "FORM", default_value = "json", value_parser = forms())]
    format: String,
    /// The file to write [default: print it]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The project's folder [default: this one]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

fn forms() -> impl clap::builder::TypedValueParser<Value = String> {
    use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
    let values =
        (report::FORMS.iter()).map(|form| PossibleValue::new(form.name).help(form.summary));
    PossibleValuesParser::new(values).map(|name| name)
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let mut project = project::read(arguments.folder.as_deref(), session)?;
    let unreadable = project.unreadable;
    let folder = project.folder.clone();
    let asked = asked(&arguments.framework, &mut project.sources, session)?;
    let today = session.today()?;
    let mut compiled = compile(project.into_input(), Some(today));
    baseline::apply(&mut compiled, &folder, today)?;
    let (artifacts, said) = emit::emit(&compiled);
    let manifest = manifest::manifest(&compiled, &artifacts, &said);
    compiled.diagnostics.extend(said);
    diagnostic::sort(&mut compiled.diagnostics);
    let report = Report::new(Desk::new(&compiled, &manifest, today), asked);
    let form = report::form(&arguments.format)
        .ok_or_else(|| Failure::new(format!("there is no form `{}`", arguments.format)))?;
    deliver(form, &report, arguments.out.as_deref(), session)?;
    // Taking a large organisation apart would cost time and free nothing that the end does not.
    std::mem::forget(report);
    std::mem::forget((compiled, manifest, artifacts));
    Ok(if unreadable {
        Status::Unusable
    } else {
        Status::Right
    })
}

/// The frameworks that words ask for, each once.
fn asked(
    words: &[String],
    sources: &mut Sources,
    session: &Session,
) -> Result<Vec<Asked>, Failure> {
    let mut known = framework::all();
    let usual: Vec<String> = USUAL.iter().map(|key| (*key).to_owned()).collect();
    let words = if words.is_empty() { &usual } else { words };
    let mut all: Vec<Asked> = Vec::new();
    for word in words {
        let found = if word.eq_ignore_ascii_case("all") {
            let whole = known.iter().cloned();
            whole
                .map(|framework| Asked {
                    framework,
                    controls: std::collections::BTreeSet::new(),
                    explained: None,
                })
                .collect()
        } else if Path::new(word).extension().is_some_and(|end| end == "toml") {
            let framework = brought(Path::new(word), sources, session)?;
            known.push(framework.clone());
            vec![Asked {
                framework,
                controls: std::collections::BTreeSet::new(),
                explained: None,
            }]
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
    framework::brought(sources, &shown, text).map_err(|wrong| {
        let text = human::render(&wrong, sources, &session.console.drawing());
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
    if form.folder {
        let files = pages
            .into_iter()
            .map(|page| (page.path, page.bytes))
            .collect();
        return write::replace(out, &files, &std::collections::BTreeSet::new()).map(|_| ());
    }
    // The page that links to the others is put in place last.
    pages.reverse();
    let beside = out.parent().unwrap_or(Path::new(""));
    let Some(main) = pages.pop() else {
        return Ok(());
    };
    if !pages.is_empty() {
        session.console.note(&format!(
            "{} pages stand beside `{}`, which links to them",
            pages.len(),
            out.display()
        ));
    }
    let files: BTreeMap<String, Vec<u8>> = pages
        .into_iter()
        .map(|page| (page.path, page.bytes))
        .collect();
    write::beside(beside, &files)?;
    write::single(out, &main.bytes)
}
