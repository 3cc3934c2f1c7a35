//! `scopec init`: a small project that checks clean.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::project::{reason, repository};
use super::{Failure, Outcome, Session, Status};

/// The files of a new project. `EXPIRES` in them stands for a day half a year from today, and
/// `VERSION` for the version that writes them, so that the workflow judges as it does.
const FILES: [(&str, &str); 6] = [
    (
        ".github/workflows/scopec.yml",
        include_str!("init/workflow.yml"),
    ),
    (
        "integrations.scope",
        include_str!("init/integrations.scope"),
    ),
    ("profiles.scope", include_str!("init/profiles.scope")),
    ("scope.toml", include_str!("init/scope.toml")),
    ("systems.scope", include_str!("init/systems.scope")),
    ("teams.scope", include_str!("init/teams.scope")),
];

/// How many days the first integration may live without a decision to keep it.
const LIFETIME: i32 = 180;

/// Start a project: systems, teams, a profile, one integration, settings and a workflow
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec init              in this folder
  scopec init infra/scope  in another one, which is made where it is missing

Files that exist are never overwritten: if one does, nothing is written.")]
pub(super) struct Arguments {
    /// The folder [default: this one]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let folder = arguments.folder.as_deref().unwrap_or(Path::new("."));
    let expires = session.today()?.plus_days(LIFETIME).to_string();
    let there: Vec<&str> = FILES
        .iter()
        .map(|&(name, _)| name)
        .filter(|name| folder.join(name).symlink_metadata().is_ok())
        .collect();
    if !there.is_empty() {
        return Err(Failure::new(format!(
            "`{}` exists already in `{}`, so nothing was written",
            there.join("`, `"),
            folder.display()
        ))
        .help("start in another folder, `scopec init DIR`"));
    }
    let mut listed = String::new();
    for (name, text) in FILES {
        let path = folder.join(name);
        let text = text
            .replace("EXPIRES", &expires)
            .replace("VERSION", env!("CARGO_PKG_VERSION"));
        write_new(&path, &text).map_err(|error| {
            Failure::new(format!(
                "cannot write `{}`: {}",
                path.display(),
                reason(&error)
            ))
        })?;
        listed.extend(["wrote ", name, "\n"]);
    }
    session.console.result(&listed)?;
    session.console.tell(
        "next: put your own account and repository into `systems.scope`, then `scopec check` \
         and `scopec build`\n",
    );
    let root = repository(folder);
    if root.is_some() && root != fs::canonicalize(folder).ok() {
        // GitHub reads workflows at the root only.
        session.console.tell(
            "also: move `.github` to the root of the repository, and name this folder in its \
             commands\n",
        );
    }
    Ok(Status::Right)
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(path)?.write_all(text.as_bytes())
}
