//! The GitHub action, as a workflow runs it: its steps, in their order, with the environment that
//! `action.yml` gives them, in a clone as the checkout leaves it. Only `gh` is another one.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::{TempDir, tempdir};

use crate::cli::{stderr, stdout};
use crate::history::{Step as Commit, steps};
use crate::repository::Repository;

/// 2026-11-21, the day on which the example is judged.
const TODAY: &str = "1795219200";

/// Stands in for GitHub's own program: notes what it is asked and keeps one comment. Where there is
/// a jq, the filter that gh would apply is applied to an answer as GitHub would give it.
const GH: &str = r#"#!/usr/bin/env bash
set -eu
printf '%s\n' "${*//$'\n'/ }" >>"$FAKE/asked"
[ -n "${GH_TOKEN:-}" ] || exit 4
[ ! -e "$FAKE/refuses" ] || { echo 'HTTP 403: Resource not accessible by integration' >&2; exit 1; }
for one in "$@"; do
  case $one in body=@*) body=${one#body=@} ;; esac
done
case "$*" in
  *addComment*) [[ "$*" == *subject=PR_7* ]]; [ ! -e "$FAKE/comment" ]; cp "$body" "$FAKE/comment" ;;
  *updateIssueComment*) [[ "$*" == *id=IC_2* ]]; cp "$body" "$FAKE/comment" ;;
  *)
    # Somebody else's comment has the marker too.
    if command -v jq >/dev/null; then
      own=$FAKE/comment
      [ -e "$own" ] || own=/dev/null
      filter=
      for one in "$@"; do [ "${last:-}" != --jq ] || filter=$one; last=$one; done
      jq -n --rawfile own "$own" '{data: {repository: {pullRequest: {id: "PR_7", comments: {nodes: (
        [{id: "IC_1", viewerDidAuthor: false, body: "<!-- scopec diff -->\nmine"}, {id: "IC_0", viewerDidAuthor: true, body: ""}]
        + if $own == "" then [] else [{id: "IC_2", viewerDidAuthor: true, body: ($own | gsub("\n"; "\r\n"))}] end)}}}}}' |
        jq -r "$filter"
    else
      echo 'subject PR_7'
      [ ! -e "$FAKE/comment" ] || echo "comment IC_2 $(head -n 1 "$FAKE/comment")"
    fi
    ;;
esac
"#;

/// A step of `action.yml` that runs a script.
struct Step {
    id: String,
    run: String,
    /// The expressions of its environment, by variable.
    environment: Vec<(String, String)>,
    /// Whether it runs whatever became of the steps before.
    always: bool,
}

/// What `action.yml` says: the defaults of its inputs, and its steps. Only as much YAML is
/// understood as the file uses.
fn action() -> (BTreeMap<String, String>, Vec<Step>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    let text = fs::read_to_string(path).unwrap();
    let (head, runs) = text.split_once("\nruns:\n").unwrap();
    let inputs = head.split_once("\ninputs:\n").unwrap().1;
    let inputs = inputs.split_once("\noutputs:\n").unwrap().0;
    let mut defaults = BTreeMap::new();
    let mut name = "";
    for line in inputs.lines() {
        if let Some(key) = line
            .strip_prefix("  ")
            .filter(|line| !line.starts_with(' '))
        {
            name = key.trim_end_matches(':');
        } else if let Some(value) = line.strip_prefix("    default: ") {
            defaults.insert(name.to_owned(), value.trim_matches('"').to_owned());
        }
    }
    let mut found = Vec::new();
    for block in runs.split("\n    - ").skip(1) {
        let value = |key: &str| {
            block.lines().find_map(|line| {
                let line = line.strip_prefix("      ").unwrap_or(line);
                line.strip_prefix(key)?
                    .strip_prefix(": ")
                    .map(str::to_owned)
            })
        };
        let Some(run) = value("run") else {
            continue;
        };
        let environment = block.split_once("\n      env:\n").unwrap().1;
        found.push(Step {
            id: value("id").unwrap_or_default(),
            run: run.trim_matches('\'').to_owned(),
            environment: environment
                .lines()
                .map_while(|line| line.strip_prefix("        ")?.split_once(": "))
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            always: value("if").is_some_and(|condition| condition.contains("!cancelled()")),
        });
    }
    (defaults, found)
}

/// A runner: its folders, what a job is given, and what the steps have said.
struct Runner {
    whole: TempDir,
    /// The values of expressions, by path: `inputs.deny`, `github.event.pull_request.number`.
    values: BTreeMap<String, String>,
    event: &'static str,
    workspace: PathBuf,
}

/// What a job came to.
struct Ran {
    outputs: Vec<Output>,
    summary: String,
}

impl Ran {
    /// The exit status of the last step that ran.
    fn status(&self) -> Option<i32> {
        self.outputs.last().unwrap().status.code()
    }

    /// What all the steps printed.
    fn log(&self) -> String {
        self.outputs
            .iter()
            .map(|output| stdout(output) + &stderr(output))
            .collect()
    }
}

impl Runner {
    /// A runner whose checkout is a folder.
    fn new(workspace: &Path) -> Self {
        let whole = tempdir().unwrap();
        let gh = whole.path().join("bin/gh");
        fs::create_dir(gh.parent().unwrap()).unwrap();
        fs::create_dir(whole.path().join("fake")).unwrap();
        fs::write(&gh, GH).unwrap();
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
        let mut values: BTreeMap<String, String> = action()
            .0
            .into_iter()
            .map(|(name, value)| (format!("inputs.{name}"), value))
            .collect();
        values.insert("github.token".into(), "token-of-the-job".into());
        let runner = Self {
            whole,
            values,
            event: "push",
            workspace: workspace.to_owned(),
        };
        runner.given("inputs.binary", env!("CARGO_BIN_EXE_scopec"))
    }

    fn given(mut self, path: &str, value: &str) -> Self {
        self.values.insert(path.to_owned(), value.to_owned());
        self
    }

    /// The event of a pull request whose base may be older than what is checked out.
    fn pull_request(mut self, base: &str, head: &str) -> Self {
        self.event = "pull_request";
        self.given("github.event.pull_request.base.sha", base)
            .given("github.event.pull_request.head.sha", head)
            .given("github.event.pull_request.number", "7")
    }

    fn in_fake(&self, name: &str) -> PathBuf {
        self.whole.path().join("fake").join(name)
    }

    /// The comment as it is.
    fn comment(&self) -> Option<String> {
        fs::read_to_string(self.in_fake("comment")).ok()
    }

    /// How often gh was asked for something with this word, from the first run on.
    fn asked(&self, word: &str) -> usize {
        let asked = fs::read_to_string(self.in_fake("asked")).unwrap_or_default();
        asked.lines().filter(|line| line.contains(word)).count()
    }

    /// The value of an expression: the first path of a chain of `||` that has one.
    fn value(&self, text: &str, outputs: &BTreeMap<String, String>) -> String {
        let Some(expression) = text
            .strip_prefix("${{ ")
            .and_then(|rest| rest.strip_suffix(" }}"))
        else {
            return text.to_owned();
        };
        let found = expression
            .split(" || ")
            .filter_map(|path| self.values.get(path).or_else(|| outputs.get(path)))
            .find(|value| !value.is_empty());
        found.map_or_else(String::new, |value| self.value(value, outputs))
    }

    /// Runs the steps as a job does.
    fn run(&self) -> Ran {
        let temp = self.whole.path().join("temp");
        let _ = fs::remove_dir_all(&temp);
        fs::create_dir(&temp).unwrap();
        let summary = temp.join("summary");
        fs::write(&summary, "").unwrap();
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut outputs = Vec::new();
        let mut failed = false;
        for step in action().1 {
            let reported = known.contains_key("steps.report.outputs.diff-status");
            if failed && !(step.always && reported) {
                continue;
            }
            let told = temp.join("output");
            fs::write(&told, "").unwrap();
            let path = std::env::var("PATH").unwrap();
            let mut command = Command::new("bash");
            command
                .args([
                    "--noprofile",
                    "--norc",
                    "-e",
                    "-o",
                    "pipefail",
                    "-c",
                    &step.run,
                ])
                .current_dir(&self.workspace)
                .env(
                    "PATH",
                    format!("{}:{path}", self.whole.path().join("bin").display()),
                )
                .env("FAKE", self.whole.path().join("fake"))
                .env("SOURCE_DATE_EPOCH", TODAY)
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR"))
                .env("GITHUB_EVENT_NAME", self.event)
                .env("GITHUB_REPOSITORY", "fernhill/machines")
                .env("GITHUB_SERVER_URL", "https://github.com")
                .env("GITHUB_RUN_ID", "1")
                .env("GITHUB_OUTPUT", &told)
                .env("GITHUB_STEP_SUMMARY", &summary)
                .env("RUNNER_TEMP", &temp)
                .env_remove("GH_TOKEN");
            for (name, text) in &step.environment {
                command.env(name, self.value(text, &known));
            }
            let output = command.output().unwrap();
            failed |= !output.status.success();
            outputs.push(output);
            for line in fs::read_to_string(&told).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                known.insert(
                    format!("steps.{}.outputs.{name}", step.id),
                    value.to_owned(),
                );
            }
        }
        Ran {
            outputs,
            summary: fs::read_to_string(summary).unwrap(),
        }
    }
}

/// The commits of the example up to and with one.
fn until(name: &str) -> Vec<Commit> {
    let mut steps = steps();
    let end = steps.iter().position(|step| step.name == name).unwrap();
    steps.truncate(end + 1);
    steps
}

/// A pull request: the repository, the hash of the base and of the pull request's head.
struct Request {
    repository: Repository,
    base: String,
    head: String,
}

impl Request {
    /// The example up to `base` on the main branch, and `commits` on another; the working tree is at
    /// the merge of both, as GitHub makes it.
    fn of(base: &str, commits: &[&str]) -> Self {
        let repository = Repository::new();
        let mut old = String::new();
        for step in until(base) {
            old = step.commit(&repository);
        }
        let mut request = Self {
            repository,
            base: old.clone(),
            head: old,
        };
        request.repository.run(&["branch", "feature"]);
        // Somebody else has merged something since: the event still names the older base.
        request
            .repository
            .write("elsewhere.scope", "team elsewhere { contact \"#else\" }\n");
        request.repository.commit("elsewhere");
        for commit in commits {
            request.push(commit);
        }
        request
    }

    /// One more commit in the pull request, and the merge anew.
    fn push(&mut self, name: &str) {
        let run = |arguments: &[&str]| self.repository.run(arguments);
        run(&["checkout", "--quiet", "feature"]);
        let commit = until(name).pop().unwrap();
        self.head = commit.commit(&self.repository);
        run(&["checkout", "--quiet", "-B", "merge", "main"]);
        run(&["merge", "--quiet", "--no-ff", "--no-edit", "feature"]);
    }

    /// What the checkout leaves: a clone of the merge of that depth.
    fn checkout(&self, name: &str, depth: u32) -> PathBuf {
        let clone = self.repository.beside(name);
        let origin = format!("file://{}", self.repository.folder().display());
        let depth = format!("--depth={depth}");
        let to = clone.to_str().unwrap();
        self.repository
            .run(&["clone", "--quiet", &depth, "--branch=merge", &origin, to]);
        clone
    }

    fn runner(&self, workspace: &Path) -> Runner {
        Runner::new(workspace).pull_request(&self.base, &self.head)
    }
}

#[test]
fn the_action_is_read_as_it_is_written() {
    let (defaults, steps) = action();
    assert_eq!(defaults["project"], ".");
    assert_eq!(defaults["token"], "${{ github.token }}");
    assert_eq!(defaults.len(), 8);
    let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["scopec", "report", ""]);
    assert!(steps[2].always, "gates run though an upload failed");
    assert_eq!(steps[1].environment.len(), 10);
}

#[test]
fn the_first_run_writes_a_comment_and_the_next_one_rewrites_it() {
    let mut request = Request::of("07-authority-narrowed", &["08-path-opened"]);
    let mut runner = request.runner(&request.checkout("first", 2));
    let ran = runner.run();
    // A guard is broken, so the check has errors; the comment is there all the same.
    assert_eq!(ran.status(), Some(1), "{}", ran.log());
    assert!(
        ran.log()
            .contains("::error title=scopec::the check has found"),
        "{}",
        ran.log()
    );
    assert!(
        ran.log().contains("support.scope"),
        "annotations: {}",
        ran.log()
    );
    let comment = runner.comment().unwrap();
    assert!(comment.starts_with("<!-- scopec diff -->\n"), "{comment}");
    assert!(comment.contains("billing"), "the path is in it:\n{comment}");
    assert!(
        !comment.contains("elsewhere"),
        "what others merged is not:\n{comment}"
    );
    assert_eq!(ran.summary, comment);
    assert_eq!((runner.asked("addComment"), runner.asked("update")), (1, 0));

    request.push("09-path-closed");
    runner.workspace = request.checkout("second", 2);
    let head = request.head.clone();
    let runner = runner.given("github.event.pull_request.head.sha", &head);
    let ran = runner.run();
    assert_eq!(ran.status(), Some(0), "{}", ran.log());
    assert_ne!(runner.comment().unwrap(), comment);
    assert_eq!((runner.asked("addComment"), runner.asked("update")), (1, 1));
}

#[test]
fn a_gate_fails_the_job_after_the_comment_is_written() {
    let request = Request::of("02-integration-added", &["03-verb-widened"]);
    let runner = request.runner(&request.checkout("clone", 2));
    let open = runner.run();
    assert_eq!(open.status(), Some(0), "{}", open.log());
    let runner = runner.given("inputs.deny", "widening:org, widening");
    let ran = runner.run();
    assert_eq!(ran.status(), Some(1), "{}", ran.log());
    assert!(
        ran.log().contains("does not pass its gates"),
        "{}",
        ran.log()
    );
    assert!(runner.comment().unwrap().contains("billing"));
}

#[test]
fn nothing_new_is_said_only_where_something_was_said() {
    let mut request = Request::of("02-integration-added", &["03-verb-widened"]);
    let before = request.runner(&request.checkout("before", 2));
    before.run();
    assert!(before.comment().is_some());

    // The author takes it back: the comment says so.
    let was = request.repository.run(&["rev-parse", "feature~1"]);
    let run = |arguments: &[&str]| request.repository.run(arguments);
    run(&["checkout", "--quiet", "feature"]);
    run(&["checkout", "--quiet", &was, "--", "."]);
    request.head = request.repository.commit("take it back");
    let run = |arguments: &[&str]| request.repository.run(arguments);
    run(&["checkout", "--quiet", "-B", "merge", "main"]);
    run(&["merge", "--quiet", "--no-ff", "--no-edit", "feature"]);
    let clone = request.checkout("after", 2);

    let never = request.runner(&clone);
    assert_eq!(never.run().status(), Some(0));
    assert_eq!(never.comment(), None, "nothing was said, so nothing is");

    let said = before.comment();
    let mut after = before.given("github.event.pull_request.head.sha", &request.head);
    after.workspace = clone;
    assert_eq!(after.run().status(), Some(0));
    assert_ne!(after.comment(), said);
    assert_eq!(after.asked("update"), 1);
}

#[test]
fn a_base_that_a_shallow_clone_lacks_is_fetched_or_named() {
    let request = Request::of("02-integration-added", &["03-verb-widened"]);
    let clone = request.checkout("shallow", 1);
    let ran = request.runner(&clone).run();
    assert_eq!(ran.status(), Some(0), "{}", ran.log());
    assert!(ran.summary.contains("billing"), "{}", ran.summary);

    let clone = request.checkout("alone", 1);
    let gone = request.repository.beside("nowhere");
    let url = format!("file://{}", gone.display());
    request
        .repository
        .run_in(&clone, &["remote", "set-url", "origin", &url]);
    let runner = request.runner(&clone);
    let ran = runner.run();
    assert_eq!(ran.status(), Some(2), "{}", ran.log());
    let base = request.repository.run(&["rev-parse", "main"]);
    for word in [&base, "fetch-depth: 2", "fetch-depth: 0"] {
        assert!(ran.log().contains(word), "{word}: {}", ran.log());
    }
    assert_eq!(runner.comment(), None);
}

#[test]
fn a_comment_that_may_not_be_written_stops_nothing() {
    let request = Request::of("02-integration-added", &["03-verb-widened"]);
    let clone = request.checkout("clone", 2);
    let runner = request.runner(&clone);
    fs::write(runner.in_fake("refuses"), "").unwrap();
    let ran = runner.run();
    assert_eq!(ran.status(), Some(0), "{}", ran.log());
    assert!(ran.log().contains("::warning title=scopec::"));
    assert!(ran.summary.contains("billing"));

    let silent = request.runner(&clone).given("inputs.comment", "false");
    assert_eq!(silent.run().status(), Some(0));
    assert_eq!(silent.asked(""), 0);
}

#[test]
fn a_push_is_compared_with_what_was_before_it() {
    let request = Request::of("02-integration-added", &["03-verb-widened"]);
    let folder = request.repository.folder().to_owned();
    let zeros = "0".repeat(40);
    let first = Runner::new(&folder).given("github.event.before", &zeros);
    let ran = first.run();
    assert_eq!(ran.status(), Some(0), "{}", ran.log());
    assert!(ran.log().contains("nothing to compare with"));

    let ran = Runner::new(&folder)
        .given("github.event.before", &request.base)
        .run();
    assert_eq!(ran.status(), Some(0), "{}", ran.log());
    assert!(ran.summary.contains("billing"), "{}", ran.summary);

    let gone = "1".repeat(40);
    let ran = Runner::new(&folder)
        .given("github.event.before", &gone)
        .run();
    assert_eq!(ran.status(), Some(0), "{}", ran.log());
    assert!(ran.log().contains("cannot be fetched"), "{}", ran.log());
}

/// Names that somebody else chooses are words, never commands and never outputs.
#[test]
fn what_others_name_is_never_run() {
    let request = Request::of("02-integration-added", &["03-verb-widened"]);
    let clone = request.checkout("clone", 2);
    let mark = request.repository.beside("mark");
    let evil = format!("$(touch {0})`touch {0}`;touch {0}", mark.display());
    for (path, value) in [
        ("inputs.project", evil.clone()),
        ("inputs.base", evil.clone()),
        ("inputs.deny", format!("* {evil}")),
        ("inputs.binary", format!("{evil}\nscopec=/bin/false")),
        ("github.event.pull_request.number", evil.clone()),
        ("github.event.pull_request.head.sha", evil.clone()),
    ] {
        let ran = request.runner(&clone).given(path, &value).run();
        assert!(!mark.exists(), "{path}: {}", ran.log());
    }
    let ran = request
        .runner(&clone)
        .given("inputs.base", "--output=x")
        .run();
    assert_eq!(ran.status(), Some(2), "{}", ran.log());
}

/// The commands of the workflow that `scopec init` writes, for one event.
fn commands(workflow: &str, event: &str) -> Vec<String> {
    let mut found = Vec::new();
    for step in workflow.split("\n      - ").skip(1) {
        let condition = step.lines().find_map(|line| line.strip_prefix("if: "));
        let runs = condition.is_none_or(|text| text == format!("github.event_name == '{event}'"));
        let run = step.lines().find_map(|line| {
            let line = line.strip_prefix("        ").unwrap_or(line);
            line.strip_prefix("run: ")
        });
        if let (Some(run), true) = (run, runs) {
            found.push(run.to_owned());
        }
    }
    found
}

/// The workflow of a new project passes for what its events are, a pull request's merge included.
#[test]
fn the_workflow_of_a_new_project_runs() {
    let repository = Repository::new();
    let binaries = tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_scopec"));
    std::os::unix::fs::symlink(binary, binaries.path().join("scopec")).unwrap();
    let bash = |folder: &Path, line: &str| {
        let path = std::env::var("PATH").unwrap();
        let output = Command::new("bash")
            .args(["-e", "-c", line])
            .current_dir(folder)
            .env("PATH", format!("{}:{path}", binaries.path().display()))
            .env("SOURCE_DATE_EPOCH", TODAY)
            .env("GITHUB_STEP_SUMMARY", binaries.path().join("summary"))
            .output()
            .unwrap();
        let log = stdout(&output) + &stderr(&output);
        assert!(output.status.success(), "{line}\n{log}");
    };
    bash(repository.folder(), "scopec init && scopec build");
    repository.commit("start");
    repository.run(&["checkout", "--quiet", "-b", "feature"]);
    bash(
        repository.folder(),
        "sed -i 's/^  expires .*/  expires    2027-01-31/' integrations.scope && scopec build",
    );
    repository.commit("end it sooner");
    repository.run(&["checkout", "--quiet", "-b", "merge", "main"]);
    repository.run(&["merge", "--quiet", "--no-ff", "--no-edit", "feature"]);
    let clone = repository.beside("clone");
    let origin = format!("file://{}", repository.folder().display());
    let to = clone.to_str().unwrap();
    repository.run(&[
        "clone",
        "--quiet",
        "--depth=2",
        "--branch=merge",
        &origin,
        to,
    ]);

    let path = clone.join(".github/workflows/scopec.yml");
    let workflow = fs::read_to_string(path).unwrap();
    assert!(workflow.contains("fetch-depth: 2 "), "{workflow}");
    for (event, count) in [("push", 4), ("schedule", 4), ("pull_request", 5)] {
        let commands = commands(&workflow, event);
        assert_eq!(commands.len(), count, "{event}: {commands:?}");
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            commands[0],
            format!("cargo install --locked scopec@{version}")
        );
        for line in &commands[1..] {
            bash(&clone, line);
        }
    }
    let summary = fs::read_to_string(binaries.path().join("summary")).unwrap();
    assert!(summary.starts_with("<!-- scopec diff -->\n"), "{summary}");
    assert!(summary.contains("invoice-reader"), "{summary}");
}
