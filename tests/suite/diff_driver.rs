//! Git's external diff driver, called by git.

use std::fs;
use std::process::Command;

use crate::cli::{stderr, stdout};
use crate::history::steps;
use crate::repository::Repository;

/// Configures the driver as its help says, with the binary under test.
fn configure(repository: &Repository) {
    let command = format!("'{}' diff-driver", env!("CARGO_BIN_EXE_scopec"));
    repository.run(&["config", "diff.scopec.command", &command]);
    let attributes = repository.folder().join(".git/info/attributes");
    fs::create_dir_all(attributes.parent().unwrap()).unwrap();
    fs::write(attributes, "*.scope diff=scopec\n").unwrap();
}

/// The example's history up to and with one commit.
fn example(last: &str) -> Repository {
    let repository = Repository::new();
    configure(&repository);
    for step in steps() {
        step.commit(&repository);
        if step.name == last {
            break;
        }
    }
    repository
}

#[test]
fn the_log_says_what_each_commit_meant() {
    let repository = example("09-path-closed");
    let shown = repository.run(&["log", "-p", "--ext-diff", "-2", "--", "support.scope"]);
    // The commit in the middle of the history is judged by what stood beside it then.
    assert!(
        shown.contains("helpdesk-bot") && shown.contains("billing"),
        "{shown}"
    );
    assert!(shown.contains("widens"), "{shown}");
    // Below it is the patch as ever.
    assert!(
        shown.contains("+  allow \"git/push\" on code.repository(\"web\").branch(\"main\")"),
        "{shown}"
    );
    // Without the option git shows lines alone.
    let plain = repository.run(&["log", "-p", "-1", "--", "support.scope"]);
    assert!(!plain.contains("widens"), "{plain}");
}

#[test]
fn a_file_that_comes_and_one_that_goes_are_shown() {
    let repository = example("02-integration-added");
    let first = repository.run(&[
        "log",
        "-p",
        "--ext-diff",
        "--reverse",
        "--",
        "support.scope",
    ]);
    assert!(first.contains("new file mode 100644"), "{first}");
    assert!(
        first.contains("widens") && first.contains("helpdesk-bot  integration"),
        "{first}"
    );

    repository.remove("support.scope");
    let gone = repository.run(&["diff"]);
    assert!(gone.contains("deleted file mode 100644"), "{gone}");
    assert!(gone.contains("narrows"), "{gone}");
}

#[test]
fn the_working_tree_is_shown_and_the_patch_can_be_applied() {
    let repository = example("03-verb-widened");
    let path = repository.folder().join("shop.scope");
    let text = fs::read_to_string(&path).unwrap();
    let narrower = text.replace(
        "read, create, update on books.invoice",
        "read on books.invoice",
    );
    assert_ne!(text, narrower);
    fs::write(&path, &narrower).unwrap();
    let shown = repository.run(&["diff"]);
    assert!(shown.starts_with("narrows"), "{shown}");
    let printed = repository.beside("printed");
    fs::write(&printed, format!("{shown}\n")).unwrap();
    repository.run(&["apply", "--reverse", printed.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);

    let moved = text.replace("/// Writes the day's sales into the books.", "/// Books.");
    fs::write(&path, moved).unwrap();
    let shown = repository.run(&["diff"]);
    assert!(shown.starts_with("same"), "{shown}");
}

#[test]
fn a_renamed_file_changes_nothing() {
    let repository = example("02-integration-added");
    let text = fs::read_to_string(repository.folder().join("support.scope")).unwrap();
    repository.remove("support.scope");
    repository.write(
        "desk/help.scope",
        text.replace("/// Keeps the", "/// Keeps all the"),
    );
    repository.commit("move the help desk");
    let shown = repository.run(&["log", "-p", "--ext-diff", "-1", "-M"]);
    assert!(shown.contains("rename to desk/help.scope"), "{shown}");
    assert!(shown.contains("same: "), "{shown}");
}

#[test]
fn git_is_never_failed() {
    let repository = example("02-integration-added");
    repository.write("shop.scope", b"\xff\xfe\x00");
    let shown = repository.run(&["diff", "--", "shop.scope"]);
    assert!(
        shown.starts_with("scopec: nothing is compared: "),
        "{shown}"
    );
    repository.write("shop.scope", "integration { { {");
    let shown = repository.run(&["diff", "--", "shop.scope"]);
    assert!(shown.contains("diff --git a/shop.scope"), "{shown}");

    // Outside of any project, and as it is for a file in conflict.
    let other = Repository::of(&[("x.scope", "team a { contact \"#a\" }\n")]);
    configure(&other);
    other.remove("x.scope");
    assert!(other.run(&["diff"]).contains("deleted file mode"));
    let run = |words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_scopec"))
            .current_dir(other.folder())
            .arg("diff-driver")
            .args(words)
            .output()
            .unwrap()
    };
    let unmerged = run(&["x.scope"]);
    assert_eq!(unmerged.status.code(), Some(0));
    assert_eq!(stdout(&unmerged), "scopec: `x.scope` is not merged yet\n");
    let gone = [
        "x.scope",
        "/nowhere/a",
        "1",
        "100644",
        "/nowhere/b",
        "2",
        "100644",
    ];
    let output = run(&gone);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("scopec: nothing is compared: "));
    assert_eq!(run(&["a", "b"]).status.code(), Some(2));
}
