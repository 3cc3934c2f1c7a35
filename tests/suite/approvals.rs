//! `diff --require-approval`: a widening passes only when a team that may has said yes to it; and
//! whom `CODEOWNERS` names as reviewers.

use scopec::diff::approval;
use scopec::diff::owner::{Dialect, Owners};

use crate::cli::{expect, scopec, stderr, stdout};
use crate::repository::Repository;

/// A help desk's connector that support owns and security reviews, and a clock that nobody reviews.
fn scope(allows: &str, more: &str) -> String {
    format!(
        "team security {{}}\nteam support {{}}\nteam other {{}}\n\
         system desk: zendesk.account(\"acme\") {{}}\n\
         integration helpdesk: connector {{\n  owner support\n  purpose \"Tickets\"\n\
         \x20 expires 2027-06-30\n  review every 90d by security\n  identity desk.oauth-client(\"h\")\n\
         \x20 allow {allows} on desk.ticket\n}}\n\
         integration clock: connector {{\n  owner support\n  purpose \"Times\"\n\
         \x20 expires 2027-06-30\n  identity desk.oauth-client(\"c\")\n  allow get on desk.ticket\n{more}}}\n"
    )
}

const BEFORE: &str = "get";
const AFTER: &str = "get, update";

/// A repository whose working tree lets the help desk update as well.
fn widened() -> Repository {
    let repository = Repository::of(&[("infra/a.scope", &scope(BEFORE, ""))]);
    repository.write("infra/a.scope", scope(AFTER, ""));
    repository
}

const DIFF: [&str; 4] = ["diff", "main", "--project", "infra"];
const GATE: &str = "--require-approval";

#[track_caller]
fn gate(repository: &Repository, status: i32, words: &[&str]) -> String {
    let arguments = [&DIFF[..], &[GATE]].concat();
    stderr(&expect(repository.folder(), &arguments, status, words))
}

/// The fingerprints of what widens.
fn fingerprints(repository: &Repository) -> Vec<String> {
    let arguments = [&DIFF[..], &["--format", "json"]].concat();
    let output = scopec(repository.folder(), &arguments);
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let changes = report["changes"].as_array().unwrap();
    let widens = changes.iter().filter(|one| one["direction"] == "widens");
    let mut all: Vec<String> = widens
        .map(|one| one["fingerprint"].as_str().unwrap().to_owned())
        .collect();
    all.sort();
    all.dedup();
    assert!(!all.is_empty(), "{report}");
    all
}

fn entry(fingerprint: &str, by: &str, because: &str, until: &str) -> String {
    format!(
        "[[approval]]\nfingerprint = \"{fingerprint}\"\nby = \"{by}\"\nbecause = \"{because}\"\nuntil = \"{until}\"\n"
    )
}

fn approve(repository: &Repository, by: &str, because: &str, until: &str) -> String {
    let entries: Vec<String> = fingerprints(repository)
        .iter()
        .map(|one| entry(one, by, because, until))
        .collect();
    let text = entries.concat();
    repository.write("infra/scope.approvals", &text);
    text
}

#[test]
fn a_widening_passes_only_with_an_approval() {
    let repository = widened();
    let told = gate(
        &repository,
        1,
        &[
            "have no approval in `scope.approvals`",
            "a.scope:11: `helpdesk` may now",
            "there is no `scope.approvals` in the project's folder",
            "    # `helpdesk` may now `update` on `desk.ticket`\n    [[approval]]\n    fingerprint = \"",
            "    by = \"security\"\n    because = \"\"\n    until = \"2026-12-20\"\n",
        ],
    );
    // What is offered is an approval but for its reason.
    let lines = told.lines();
    let offered: Vec<&str> = lines.filter_map(|line| line.strip_prefix("    ")).collect();
    let offered = offered.join("\n") + "\n";
    repository.write("infra/scope.approvals", &offered);
    gate(
        &repository,
        1,
        &["the approval is void: it gives no reason"],
    );
    let agreed = offered.replace("because = \"\"", "because = \"agents close tickets\"");
    repository.write("infra/scope.approvals", &agreed);
    assert_eq!(gate(&repository, 0, &[]), "");

    let human = stdout(&scopec(repository.folder(), &DIFF));
    assert!(
        human.contains("approved by security until 2026-12-20"),
        "{human}"
    );
    let arguments = [&DIFF[..], &["--format", "markdown"]].concat();
    let comment = stdout(&scopec(repository.folder(), &arguments));
    assert!(
        comment.contains("| `security` until 2026-12-20: agents close tickets |"),
        "{comment}"
    );
}

#[test]
fn an_approval_carries_over_and_holds_for_its_change_alone() {
    let repository = widened();
    approve(&repository, "security", "agreed", "2027-01-31");
    repository.run(&["checkout", "--quiet", "-b", "feature"]);
    repository.commit("the widening and its approval");
    // Moved by lines, in a file of its own, beside other commits.
    repository.remove("infra/a.scope");
    repository.write(
        "infra/moved.scope",
        format!("// More to read.\n\n{}", scope(AFTER, "")),
    );
    repository.write("README.md", "unrelated");
    repository.commit("an unrelated one");
    let arguments = ["diff", "main...feature", "--project", "infra", GATE];
    expect(repository.folder(), &arguments, 0, &[]);

    repository.write("infra/moved.scope", scope("get, update, delete", ""));
    gate(&repository, 1, &["`helpdesk` may now", "delete"]);
    // The head's file counts, be it on disk or in a commit.
    repository.write("infra/moved.scope", scope(AFTER, ""));
    repository.remove("infra/scope.approvals");
    gate(&repository, 1, &[" no approval in "]);
    expect(repository.folder(), &arguments, 0, &[]);
}

#[test]
fn an_approval_may_be_void() {
    let repository = widened();
    for (by, because, until, why) in [
        (
            "secruity",
            "agreed",
            "2027-01-31",
            "there is no team `secruity`: did you mean `security`?",
        ),
        ("security", " ", "2027-01-31", "it gives no reason"),
        (
            "security",
            "agreed",
            "2026-09-20",
            "its day, 2026-09-20, is past",
        ),
        (
            "other",
            "agreed",
            "2027-01-31",
            "`security` reviews `helpdesk`, so `other` cannot approve for it",
        ),
        (
            "support",
            "agreed",
            "2027-01-31",
            "`security` reviews `helpdesk`, so `support` cannot approve for it",
        ),
    ] {
        approve(&repository, by, because, until);
        let told = gate(&repository, 1, &[" no approval in "]);
        let void = format!("error: scope.approvals:1: the approval is void: {why}\n");
        assert!(told.contains(&void), "{told}");
        assert!(!told.contains("[[approval]]"), "{told}");
    }
    // On its last day it counts.
    approve(&repository, "security", "agreed", "2026-09-21");
    gate(&repository, 0, &[]);
}

#[test]
fn nobody_approves_its_own_widening() {
    let repository = Repository::of(&[("infra/a.scope", &scope(BEFORE, ""))]);
    let more = "  allow update on desk.ticket\n";
    repository.write("infra/a.scope", scope(BEFORE, more));
    gate(
        &repository,
        1,
        &["by = \"\" # any team but `support`, which owns it"],
    );
    approve(&repository, "support", "we need it", "2027-01-31");
    gate(
        &repository,
        1,
        &["`support` owns `clock`, and nobody approves its own widening"],
    );
    approve(&repository, "other", "they need it", "2027-01-31");
    gate(&repository, 0, &[]);
}

#[test]
fn a_change_does_not_choose_who_approves_it() {
    let repository = widened();
    let text = scope(AFTER, "").replace("by security", "by support");
    repository.write("infra/a.scope", text);
    approve(&repository, "support", "we need it", "2027-01-31");
    gate(&repository, 1, &["`security` reviews `helpdesk`"]);
    approve(&repository, "security", "they need it", "2027-01-31");
    gate(&repository, 0, &[]);
}

#[test]
fn an_approval_of_nothing_is_a_note() {
    let repository = widened();
    let text = approve(&repository, "security", "agreed", "2027-01-31");
    let more = format!("{text}{}", entry("0123456789ab", "gone", "", "2020-01-01"));
    repository.write("infra/scope.approvals", more);
    let line = 1 + text.lines().count();
    let note = format!(
        "note: scope.approvals:{line}: no change that widens has the fingerprint `0123456789ab`"
    );
    gate(&repository, 0, &[&note, "may be removed"]);
    // Without the gate nobody is bothered.
    let output = scopec(repository.folder(), &DIFF);
    assert_eq!(stderr(&output), "");
}

#[test]
fn what_cannot_be_understood_is_not_approved() {
    let repository = widened();
    approve(&repository, "security", "agreed", "2027-01-31");
    let broken = format!(
        "{}integration late: connector {{ like nobody }}\n",
        scope(AFTER, "")
    );
    repository.write("infra/a.scope", broken);
    gate(&repository, 1, &["may do is not known"]);
}

#[test]
fn a_malformed_file_approves_nothing() {
    let repository = widened();
    let good = approve(&repository, "security", "agreed", "2027-01-31");
    let first = fingerprints(&repository).remove(0);
    let next = 1 + good.lines().count();
    for (more, at, message) in [
        (
            entry(&first, "security", "again", "2027-01-31"),
            0,
            "the same change is approved in line 1",
        ),
        (
            "[[approval]]\nfingerprint = \"0123456789ab\"\nby = \"security\"\n".to_owned(),
            0,
            "the approval lacks `because`, `until`",
        ),
        (
            entry("0123456789ab", "a", "b", "2027-02-30"),
            4,
            "`2027-02-30` is no day: write one as `2027-03-31`",
        ),
        (
            entry("0123456789AB", "a", "b", "2027-01-31"),
            1,
            "`0123456789AB` is no fingerprint",
        ),
        (
            format!(
                "{}reason = \"b\"\n",
                entry("0123456789ab", "a", "b", "2027-01-31")
            ),
            5,
            "an approval has no `reason`",
        ),
        (
            format!(
                "{}unitl = \"b\"\n",
                entry("0123456789ab", "a", "b", "2027-01-31")
            ),
            5,
            "an approval has no `unitl`: did you mean `until`?",
        ),
        (
            entry("0123456789ab", "a", "b", "2027-01-31").replace("by = \"a\"", "by = 3"),
            2,
            "`by` is a text",
        ),
        (
            "[[aproval]]\nby = \"a\"\n".to_owned(),
            0,
            "there is no `aproval` here",
        ),
        ("[[approval]]\nby = \n".to_owned(), 1, ""),
    ] {
        repository.write("infra/scope.approvals", format!("{good}{more}"));
        let place = format!("error: scope.approvals:{}: {message}", next + at);
        let told = gate(
            &repository,
            1,
            &[&place, "nothing counts as approved", " no approval in "],
        );
        assert!(!told.contains("help:"), "{told}");
    }
    repository.write("infra/scope.approvals", b"# \n\xff\n");
    gate(
        &repository,
        1,
        &["scope.approvals:2: this is not valid UTF-8"],
    );
    // What is wrong with the file is wrong without a widening too, and no more than a note without
    // the gate.
    repository.write("infra/a.scope", scope(BEFORE, ""));
    gate(&repository, 1, &["this is not valid UTF-8"]);
    expect(
        repository.folder(),
        &DIFF,
        0,
        &["note: scope.approvals:2: "],
    );
    repository.write("infra/scope.approvals", "approval = 3\n");
    gate(&repository, 1, &["scope.approvals:1: write `[[approval]]`"]);
    repository.write("infra/scope.approvals", "");
    gate(&repository, 0, &[]);
    // Windows line ends are no mistake, and lines are counted with them.
    let windows = entry("0123456789ab", "a", "b", "2027-02-30").replace('\n', "\r\n");
    assert_eq!(approval::parse(&windows).unwrap_err()[0].line, 5);
}

#[test]
fn another_file_may_hold_the_approvals() {
    let repository = widened();
    let text = approve(&repository, "security", "agreed", "2027-01-31");
    repository.remove("infra/scope.approvals");
    repository.write("infra/reviews/yes.toml", text);
    gate(&repository, 1, &["have no approval in `scope.approvals`"]);
    let named = "--require-approval=reviews/yes.toml";
    expect(repository.folder(), &[&DIFF[..], &[named]].concat(), 0, &[]);
    for outside in ["../yes.toml", "/etc/passwd", "a/./b"] {
        let named = format!("--require-approval={outside}");
        let arguments = [&DIFF[..], &[&named]].concat();
        let words = ["a file in the project's folder is wanted"];
        expect(repository.folder(), &arguments, 2, &words);
    }
}

/// The owners of each of some files, `-` for none.
#[track_caller]
fn owned(text: &str, dialect: Dialect, expected: &[(&str, &str)]) {
    let (owners, wrong) = Owners::parse(text, dialect);
    assert_eq!(wrong, []);
    for (path, names) in expected {
        let mut found: Vec<&str> = owners.of(path).collect();
        if found.is_empty() {
            found.push("-");
        }
        assert_eq!(found.join(" "), *names, "{path}");
    }
}

/// The cases of GitHub's page "About code owners".
#[test]
fn patterns_are_those_of_github() {
    let hub = Dialect::GitHub;
    let all = "# Everybody's.\n\n*       @one @two  # unless told otherwise\n";
    owned(all, hub, &[("a", "@one @two"), ("a/b/.c", "@one @two")]);
    let last = format!("{all}*.js  @js\n*.go who@example.com\n*.txt @o/texts\n");
    owned(
        &last,
        hub,
        &[
            ("a.js", "@js"),
            ("a/b/c.js", "@js"),
            ("a.JS", "@one @two"),
            ("a.jsx", "@one @two"),
            ("x.go", "who@example.com"),
            ("deep/x.txt", "@o/texts"),
        ],
    );
    let places = "/build/logs/ @rooted\ndocs/* @flat\napps/ @any\n/own/ @own\n**/logs @deep\n\
                  /a/**/z @between\nplain/name @anchored\n/*.md @top\n/all/** @all\n";
    owned(
        places,
        hub,
        &[
            ("build/logs/x/y", "@deep"),
            ("build/logs", "@deep"),
            ("in/build/logs.txt", "-"),
            ("docs/start.md", "@flat"),
            ("docs/more/start.md", "-"),
            ("in/docs/start.md", "-"),
            ("in/apps/x/y", "@any"),
            ("apps/x", "@any"),
            ("in/apps", "-"),
            ("own/x", "@own"),
            ("in/own/x", "-"),
            ("deep/in/logs/x", "@deep"),
            ("logs", "@deep"),
            ("a/z", "@between"),
            ("a/b/c/z/d", "@between"),
            ("a/b/c", "-"),
            ("plain/name", "@anchored"),
            ("plain/name/below", "@anchored"),
            ("in/plain/name", "-"),
            ("README.md", "@top"),
            ("in/README.md", "-"),
            ("all/of/it", "@all"),
            ("all", "-"),
        ],
    );
    let cleared = "/apps/ @one\n/apps/open\n/apps/open/?.md @two\n/with\\ space/ @three\n";
    owned(
        cleared,
        hub,
        &[
            ("apps/x", "@one"),
            ("apps/open/x", "-"),
            ("apps/open/x.md", "@two"),
            ("apps/open/xy.md", "-"),
            ("with space/x", "@three"),
        ],
    );
    let many = format!("{}b @slow\n", "*a".repeat(60));
    owned(&many, hub, &[(&"a".repeat(3000), "-")]);
}

#[test]
fn sections_are_those_of_gitlab() {
    owned(
        "* @all\n[Docs][2] @docs\ndocs/\n*.md @writers\n^[Maybe]\n* @maybe\n[ Last one ]\nname.scope @@owner\n",
        Dialect::GitLab,
        &[
            ("x", "@all"),
            ("in/docs/x", "@all @docs"),
            ("docs/x.md", "@all @writers"),
            ("in/name.scope", "@all @@owner"),
        ],
    );
}

#[test]
fn lines_that_are_not_understood_do_not_count() {
    let text = "* @one\n!a @two\n[a-z].md @two\n\\#a @two\n*.rs nobody\n*.rs @\n/ @two\na//b @two\n\
                x\\ @\nx @two@three\n";
    let (owners, wrong) = Owners::parse(text, Dialect::GitHub);
    let lines: Vec<u32> = wrong.iter().map(|wrong| wrong.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 10], "{wrong:#?}");
    assert_eq!(owners.of("a.rs").collect::<Vec<_>>(), ["@one"]);
}

#[test]
fn owners_of_what_is_lost_are_to_review_it() {
    let files = [
        ("infra/a.scope", &*scope(BEFORE, "")),
        ("infra/b.scope", "team unrelated {}\n"),
        ("CODEOWNERS", "* @nobody-here\n"),
        (
            ".github/CODEOWNERS",
            "* @all\n/infra/a.scope @o/security @lead\n!x @y\n",
        ),
    ];
    let repository = Repository::of(&files);
    let arguments = [&DIFF[..], &["--format", "markdown"]].concat();
    let comment =
        |status, words: &[&str]| stdout(&expect(repository.folder(), &arguments, status, words));
    // Nothing is lost, so nobody has to look.
    let calm = comment(0, &[]);
    assert!(!calm.contains("reviewers"), "{calm}");

    repository.write("infra/a.scope", scope(AFTER, ""));
    // The head does not choose its own reviewers.
    repository.write(".github/CODEOWNERS", "* @mallory\n");
    let text = comment(0, &["note: .github/CODEOWNERS:3 in the base: `!x`"]);
    assert!(
        text.contains("**Required reviewers:** `@lead`, `@o/security`\n"),
        "{text}"
    );
    repository.write("infra/a.scope", scope(BEFORE, ""));
    repository.write("infra/b.scope", "team renamed {}\n");
    let text = comment(0, &[]);
    assert!(!text.contains("Required reviewers"), "{text}");
    // In folders outside of a repository the base is all there is.
    let apart = crate::cli::project(&[
        ("was/main.scope", &scope(BEFORE, "")),
        ("was/CODEOWNERS", "/main.scope @me\n"),
        ("is/main.scope", &scope(AFTER, "")),
    ]);
    let output = expect(apart.path(), &["diff", "./was", "./is"], 0, &[]);
    assert!(
        stdout(&output).contains("to be reviewed by  @me\n"),
        "{}",
        stdout(&output)
    );
}
