//! `scopec diff`: what a change does to authority.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

use clap::ValueEnum;

use super::project::Project;
use super::revision::{self, Side};
use super::{Failure, Outcome, Session, Status, project};
use crate::compile::{Compiled, ask};
use crate::diff::compared::Compared;
use crate::diff::{approval, diff_beside, github, human, json, markdown, sarif};

mod approvals;
mod beside;
mod deny;
mod owners;

use deny::Denied;

/// The stack of a thread that compiles: what the process itself has by default.
const STACK: usize = 8 << 20;

/// The forms of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// A table, the worst first, for people
    Human,
    /// The comment on a pull request
    Markdown,
    /// The contract for programs
    Json,
    /// SARIF 2.1.0, for code scanning: what widens or weakens
    Sarif,
    /// Annotations of a GitHub workflow: what widens or weakens
    Github,
}

/// Show what a change does to authority: who gains what, directly and by way of others
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scopec diff main                          what is on disk against a branch
  scopec diff HEAD~1 HEAD                   two revisions
  scopec diff main...feature                from where the branches part
  scopec diff ./before ./after              two folders
  scopec diff main --format markdown        the comment on a pull request
  scopec diff main --deny widening:prod     fail where somebody gains in production
  scopec diff main --require-approval       fail where somebody gains and no team approved it

What is written otherwise and means the same is no change: moves, renames, order, layout and
comments. `widens` and `narrows` speak of authority: what may be done, what must never be done,
who is trusted, and the ways from one to another. Owners, expiry, reviews, guards, tests and
exceptions are governance, which is weakened or strengthened.

CLASS is `prod`, `org` (org-wide), `cross-tenant`, `agent`, or a label. What cannot be understood
in the head may widen anything, so it counts for every `--deny widening`.

An approval is a `[[approval]]` of `scope.approvals`, beside the `.scope` files: `fingerprint` names
the change, `by` the team that reviews whom it is about (else any but its owner), `because` a reason,
`until` the last day. Whoever `CODEOWNERS` of the base names for a file that widens or weakens
something is to review it.

Revisions are read from git's store of objects: nothing is checked out, nothing is run. A folder is
written with a `/`. Exit status: 0 nothing is denied, 1 something is, 2 a side cannot be read.")]
pub(super) struct Arguments {
    /// What was: a revision, a folder, or a range of revisions
    #[arg(value_name = "BASE")]
    base: String,
    /// What is to be [default: the project's folder on disk]
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// The project's folder [default: this one]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// How to show what changes
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Format,
    /// Fail on a change of this sort: `widening`, `widening:CLASS` or `weakening`
    #[arg(long, value_name = "SORT", value_parser = deny::parse)]
    deny: Vec<Denied>,
    /// Fail on a widening that no approval in this file names [default: scope.approvals]
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = approval::FILE,
        value_parser = approvals::parse,
    )]
    require_approval: Option<String>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Outcome {
    let folder = project::folder(arguments.project.as_deref(), session);
    let (base, head) = revision::sides(&arguments.base, arguments.head.as_deref(), folder)?;
    let (was, is) = compile_both(&base, &head, session)?;
    deny::check(&arguments.deny, &[&was.compiled, &is.compiled])?;
    let beside = beside::read(&base, &head)?;
    let found = diff_beside(&was.compiled, &is.compiled, beside.lent());
    let required = arguments.require_approval.as_deref();
    let approvals = approvals::read(required, &head, session)?;
    let judged = approvals.judge(&found, &is.compiled);
    let reviewers = owners::reviewers(&found, &base, &head);
    let compared = Compared {
        diff: &found,
        base: &base.name(),
        head: &head.name(),
        folder: &head.folder_in_repository(),
        reviewers: &reviewers.names,
        approvals: &judged.approved,
    };
    let console = &session.console;
    let text = match arguments.format {
        Format::Human => human::told(
            &compared,
            console.width_of_results(),
            console.colors_results(),
        ),
        Format::Markdown => markdown::render(&compared),
        Format::Json => json::render(&compared),
        Format::Sarif => sarif::render(&compared),
        Format::Github => github::render(&compared),
    };
    console.result(&text)?;
    let unreadable = was.unreadable || is.unreadable;
    for note in was.notes.iter().chain(&is.notes).chain(&beside.notes) {
        console.note(note);
    }
    if found.stale_lock {
        let name = base.name();
        console.note(&format!(
            "`scope.lock` of {name} is not what its declarations come to, so what an update of a vendor's catalogue changed may be missing here: run `scopec lock` there"
        ));
    }
    for note in approvals.notes(&judged).iter().chain(&reviewers.notes) {
        console.note(note);
    }
    let mut said = deny::hits(&arguments.deny, &found);
    said.push_str(&approvals.hits(&judged, &found));
    console.tell(&said);
    // Taking apart what is known of a large organisation would free nothing that the end of the
    // process does not free at once.
    std::mem::forget((was, is));
    Ok(if unreadable {
        Status::Unusable
    } else if said.is_empty() {
        Status::Right
    } else {
        Status::Found
    })
}

/// A side that was read.
struct Read {
    compiled: Compiled,
    unreadable: bool,
    notes: Vec<String>,
}

/// Reads both sides one after the other, and compiles them at the same time.
fn compile_both(base: &Side, head: &Side, session: &Session) -> Result<(Read, Read), Failure> {
    let (base, head) = (base.read(session)?, head.read(session)?);
    let (was, is) = thread::scope(|scope| {
        let compile = |project: Project| {
            let (unreadable, notes) = (project.unreadable, project.notes.clone());
            let (compiled, _) = ask(project.into_input(), None);
            Read {
                compiled,
                unreadable,
                notes,
            }
        };
        // A thread's own stack is smaller than that of the process, which deep nesting is held to.
        let other = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, move || compile(base));
        let is = compile(head);
        let was = other.map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (was, is)
    });
    let was = was.map_err(|error| {
        Failure::new(format!(
            "cannot compile the base: {}",
            project::reason(&error)
        ))
    })?;
    Ok((was, is))
}
