//! How a comparison is shown: every form of comparisons made by hand, whatever they hold.

use std::fmt::Write as _;
use std::fs;

use scopec::diff::compared::Compared;
use scopec::diff::kind::{self, KINDS};
use scopec::diff::{
    Change, Clause, Diff, Direction, Gap, Kind, Place, Side, SubjectKind, Tendency, Verdict, Way,
    github, human, json, markdown, sarif,
};
use scopec::question::Hop;
use serde_json::Value;
use tempfile::tempdir;

use crate::cli::{expect, project, stderr, stdout, tree};
use crate::expect::{cases, expect_file};
use crate::project::folder;

fn place(side: Side, file: &str, line: u32) -> Place {
    Place {
        side,
        file: file.to_owned(),
        line,
        column: 3,
        end_line: line,
        end_column: 9,
    }
}

fn clause(side: Side, file: &str, line: u32, text: &str) -> Clause {
    Clause {
        text: text.to_owned(),
        place: place(side, file, line),
    }
}

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn hop(from: &str, to: &str, edge: &'static str, why: &str, line: u32) -> Hop {
    Hop {
        from: from.to_owned(),
        to: to.to_owned(),
        edge,
        kind: "controls",
        also: Vec::new(),
        why: why.to_owned(),
        rule: None,
        file: Some("helpdesk.scope".to_owned()),
        line: Some(line),
        verdict: "proven",
        reference: None,
        clause: None,
        because: Vec::new(),
    }
}

/// A change of an integration `subject`, known by `number`.
fn change(kind: &'static Kind, subject: &str, detail: &str, number: u32) -> Change {
    let after = clause(Side::Head, "helpdesk.scope", number, "allow read on x");
    Change {
        kind,
        subject: subject.to_owned(),
        subject_kind: SubjectKind::Integration,
        direction: Direction::Neutral,
        governance: None,
        lateral: false,
        verbs: Vec::new(),
        operations: Vec::new(),
        operation_count: 0,
        resource: None,
        detail: detail.to_owned(),
        before: None,
        anchor: Some(after.place.clone()),
        after: Some(after),
        risk: Vec::new(),
        affects: Vec::new(),
        also: Vec::new(),
        path: Vec::new(),
        fingerprint: format!("{number:012x}"),
        owner: Some("support".to_owned()),
        reviewer: Some("security".to_owned()),
    }
}

fn nothing() -> Diff {
    Diff {
        verdict: Verdict::Same,
        governance: Tendency::Same,
        changes: Vec::new(),
        opened: Vec::new(),
        closed: Vec::new(),
        stale_lock: false,
        gaps: Vec::new(),
    }
}

/// One change of everything that a form has a place for.
fn ordinary() -> Diff {
    let steps = vec![
        hop(
            "helpdesk-bot",
            "deploy-web",
            "code",
            "`helpdesk-bot` can `git/push` on `code.repository(\"web\").branch(\"main\")`",
            12,
        ),
        hop(
            "deploy-web",
            "billing",
            "secret",
            "`deploy-web` can read the secret of `billing`",
            18,
        ),
    ];
    let mut changes = Vec::new();
    changes.push(Change {
        direction: Direction::Widens,
        lateral: true,
        path: steps.clone(),
        risk: words(&["prod", "finance"]),
        ..change(
            &kind::PATH_OPENED,
            "helpdesk-bot",
            "can now act as `billing`",
            1,
        )
    });
    changes.push(Change {
        direction: Direction::Widens,
        verbs: vec!["update", "delete"],
        operations: words(&["netsuite.invoice.PATCH", "netsuite.invoice.DELETE"]),
        operation_count: 2,
        resource: Some("books.invoice".to_owned()),
        risk: words(&["prod"]),
        also: words(&["deploy-web", "helpdesk-bot"]),
        ..change(
            &kind::AUTHORITY_WIDENED,
            "billing",
            "may now `update` and `delete` on `books.invoice`",
            2,
        )
    });
    changes.push(Change {
        direction: Direction::Widens,
        subject_kind: SubjectKind::Profile,
        affects: words(&["a", "b", "c", "d", "e", "f", "g"]),
        owner: None,
        ..change(
            &kind::PROHIBITION_WEAKENED,
            "governed",
            "no longer forbids `approve`",
            3,
        )
    });
    changes.push(Change {
        governance: Some(Tendency::Weakened),
        before: Some(clause(
            Side::Base,
            "helpdesk.scope",
            4,
            "review every 30d by security",
        )),
        after: Some(clause(
            Side::Head,
            "helpdesk.scope",
            4,
            "review every 90d by security",
        )),
        ..change(
            &kind::GOVERNANCE_WEAKENED,
            "helpdesk-bot",
            "is reviewed less often",
            4,
        )
    });
    changes.push(Change {
        direction: Direction::Narrows,
        verbs: vec!["read"],
        operations: words(&["zendesk.GET /tickets"]),
        operation_count: 1,
        resource: Some("desk.ticket".to_owned()),
        before: Some(clause(
            Side::Base,
            "helpdesk.scope",
            5,
            "allow read on desk.ticket",
        )),
        after: None,
        ..change(
            &kind::AUTHORITY_NARROWED,
            "helpdesk-bot",
            "may no longer `read` on `desk.ticket`",
            5,
        )
    });
    changes.push(change(
        &kind::RENAMED,
        "deploy-web",
        "was called `deploy`",
        6,
    ));
    Diff {
        verdict: Verdict::Mixed,
        governance: Tendency::Weakened,
        changes,
        opened: vec![Way {
            from: "helpdesk-bot".to_owned(),
            to: "billing".to_owned(),
            verdict: "proven",
            was: "none",
            path: steps,
            new_hop: 0,
            more: 2,
            others: words(&["helpdesk-bot → deploy-web", "support → billing"]),
            fingerprint: format!("{:012x}", 1),
        }],
        closed: Vec::new(),
        stale_lock: false,
        gaps: vec![Gap {
            side: Side::Head,
            rule: "unknown-name".to_owned(),
            message: "there is no system `boks`".to_owned(),
            subject: Some("ledger".to_owned()),
            place: place(Side::Head, "ledger.scope", 3),
        }],
    }
}

fn shown<'a>(diff: &'a Diff, reviewers: &'a [String]) -> Compared<'a> {
    Compared {
        diff,
        base: "origin/main",
        head: "the working tree",
        folder: "",
        reviewers,
        approvals: &[],
    }
}

fn forms(name: &str, compared: &Compared<'_>) {
    let folder = cases("diff_forms").join(name);
    expect_file(&folder.join("comment.md"), &markdown::render(compared));
    expect_file(&folder.join("table.txt"), &human::told(compared, 80, false));
    expect_file(&folder.join("diff.json"), &json::render(compared));
    expect_file(&folder.join("diff.sarif"), &sarif::render(compared));
    expect_file(&folder.join("github.txt"), &github::render(compared));
}

#[test]
fn every_form_of_an_ordinary_comparison() {
    let diff = ordinary();
    let reviewers = words(&["@acme/security", "@acme/finance"]);
    forms("ordinary", &shown(&diff, &reviewers));
}

#[test]
fn every_form_of_no_change() {
    let diff = nothing();
    let compared = shown(&diff, &[]);
    forms("same", &compared);
    let text = human::told(&compared, 80, false);
    assert!(text.starts_with("same: "), "{text}");
    assert!(text.contains("origin/main"), "{text}");
}

/// Texts that try to be something else in one of the forms.
const HOSTILE: &[&str] = &[
    "`",
    "``` ` `` ",
    " padded ",
    "a | b \\| c \\",
    "<img src=x onerror=alert(1)>",
    "--> <script>alert(1)</script> <!--",
    "</details></summary><h1>",
    "@octocat please look, fixes #1 and acme/web#2",
    "https://example.com www.example.com a@example.com",
    "[text](javascript:alert(1)) ![x](y)",
    "\u{202E}reversed\u{202C} \u{2066}isolated",
    "line\nend\r\n# heading\n```\nfence\n```",
    "\u{1b}[31mred\u{7}\u{0}",
    "**bold** _under_ ~~gone~~ $math$ :smile: &amp; &#60;",
    "\"]; click n0 \"javascript:alert(1)\" %% end",
    "",
    " ",
    "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef GH-1 TICKET-12",
    "東京の長い長い名前🦀",
];

fn hostile() -> Diff {
    let mut diff = ordinary();
    diff.changes.clear();
    for (number, text) in (1..).zip(HOSTILE) {
        let why = format!("because of `{text}` and {text}");
        let mut widened = Change {
            direction: Direction::Widens,
            lateral: true,
            resource: Some((*text).to_owned()),
            risk: words(&[text]),
            also: words(&[text, "b"]),
            affects: words(&[text, "a"]),
            path: vec![
                hop(text, "middle", "code", &why, 1),
                hop("middle", text, "code", &why, 2),
            ],
            verbs: vec!["read"],
            operations: words(&[text]),
            operation_count: 1,
            owner: Some((*text).to_owned()),
            ..change(&kind::PATH_OPENED, text, &why, number)
        };
        widened.after = Some(clause(Side::Head, text, 1, text));
        diff.changes.push(widened);
        let mut weakened = Change {
            governance: Some(Tendency::Weakened),
            before: Some(clause(Side::Base, text, 1, text)),
            after: Some(clause(Side::Head, text, 1, text)),
            ..change(&kind::GOVERNANCE_WEAKENED, text, &why, 100 + number)
        };
        weakened.anchor = Some(place(Side::Head, text, 2));
        diff.changes.push(weakened);
        diff.opened.push(Way {
            from: (*text).to_owned(),
            to: format!("{text}!"),
            verdict: "possible",
            was: "none",
            path: vec![hop(text, &format!("{text}!"), "code", &why, 1)],
            new_hop: 0,
            more: 0,
            others: Vec::new(),
            fingerprint: format!("{number:012x}"),
        });
        diff.gaps.push(Gap {
            side: Side::Base,
            rule: "syntax".to_owned(),
            message: why,
            subject: Some((*text).to_owned()),
            place: place(Side::Base, text, 1),
        });
    }
    diff
}

#[test]
fn every_form_of_hostile_texts() {
    let diff = hostile();
    let reviewers = words(HOSTILE);
    let compared = Compared {
        base: "--> <b>",
        head: "`a`|b",
        folder: "a--b/<c> d",
        ..shown(&diff, &reviewers)
    };
    forms("hostile", &compared);
    let text = markdown::render(&compared);
    assert!(
        text.starts_with("<!-- scopec diff: a%2D%2Db/%3Cc%3E%20d -->\n"),
        "{text}"
    );
    // What is not in a code span or in the picture holds nothing that Markdown could act on.
    let mut outside = String::new();
    let mut fenced = false;
    for line in text.lines().skip(1) {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if !fenced {
            outside.push_str(&without_code(line));
            outside.push('\n');
        }
    }
    assert!(!fenced);
    for wrong in [
        "@", "#1", "://", "www.", "<img", "<script", "<h1", "](", "~~", "_under_", "$", "&", "-1 ",
        "deadbeef", "alert",
    ] {
        let found: Vec<&str> = outside
            .lines()
            .filter(|line| line.contains(wrong))
            .collect();
        assert!(found.is_empty(), "{wrong:?} in {found:#?}");
    }
    for acts in ['\u{202E}', '\u{2066}', '\u{1b}', '\u{7}', '\u{0}', '\r'] {
        assert!(!text.contains(acts), "{acts:?}");
        assert!(
            !human::told(&compared, 80, false).contains(acts),
            "{acts:?}"
        );
    }
}

/// A line without its code spans, read as `CommonMark` reads them.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let run = rest[at..].chars().take_while(|&c| c == '`').count();
        let after = &rest[at + run..];
        let mut from = 0;
        let end = loop {
            let Some(next) = after[from..].find('`') else {
                break None;
            };
            let start = from + next;
            let length = after[start..].chars().take_while(|&c| c == '`').count();
            if length == run {
                break Some((start, length));
            }
            from = start + length;
        };
        let (start, length) = end.unwrap_or_else(|| panic!("an open code span in {line}"));
        out.push('·');
        rest = &after[start + length..];
    }
    out.push_str(rest);
    out
}

#[test]
fn a_table_for_people_has_no_wider_line_than_asked_for() {
    for diff in [ordinary(), hostile(), many(3)] {
        let reviewers = words(HOSTILE);
        for width in [80, 100, 132] {
            let compared = Compared {
                base: "a/very/long/name/of/a/revision/that/nobody/would/ever/type/by/hand/but/a/program",
                ..shown(&diff, &reviewers)
            };
            let text = human::told(&compared, width, false);
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

/// Colour changes nothing but the colour.
#[test]
fn colour_is_all_that_colour_adds() {
    let diff = ordinary();
    let compared = shown(&diff, &[]);
    let mut plain = String::new();
    let colored = human::told(&compared, 80, true);
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    let trimmed = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    };
    assert!(colored.len() > plain.len());
    assert_eq!(trimmed(&plain), trimmed(&human::told(&compared, 80, false)));
}

/// So many changes of each kind, every text as long as it may be.
fn many(count: u32) -> Diff {
    let mut diff = hostile();
    let long = "|`".repeat(4000);
    for number in 0..count {
        let mut one = Change {
            direction: [Direction::Widens, Direction::Narrows, Direction::Neutral]
                [number as usize % 3],
            risk: words(&[&long, &long, &long, &long]),
            also: vec![long.clone(); 9],
            affects: vec![long.clone(); 9],
            operations: vec![long.clone(); 3],
            operation_count: 3,
            resource: Some(long.clone()),
            path: (0..9)
                .map(|_| hop(&long, &long, "code", &long, 1))
                .collect(),
            ..change(
                KINDS[number as usize % KINDS.len()],
                &long,
                &long,
                1000 + number,
            )
        };
        if one.direction == Direction::Neutral && number % 2 == 0 {
            one.governance = Some(Tendency::Weakened);
        }
        diff.changes.insert(0, one);
        diff.opened.insert(
            0,
            Way {
                path: (0..9)
                    .map(|step| {
                        hop(
                            &format!("{long}{step}"),
                            &format!("{long}{}", step + 1),
                            "code",
                            &long,
                            1,
                        )
                    })
                    .collect(),
                from: format!("{long}0"),
                to: format!("{long}9"),
                ..diff.opened[0].clone()
            },
        );
    }
    diff
}

/// GitHub refuses a comment of more than 65,536 characters; what is left out is counted, and the
/// worst change is never what is left out.
#[test]
fn a_comment_is_never_too_long() {
    let long = "x".repeat(100_000);
    for count in [0, 1, 20, 300] {
        let diff = many(count);
        let reviewers = vec![long.clone(); 200];
        let compared = Compared {
            base: &long,
            head: &long,
            ..shown(&diff, &reviewers)
        };
        let text = markdown::render(&compared);
        assert!(text.len() <= 65_536, "{count}: {}", text.len());
        let starting = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!(starting("<details"), starting("</details>"));
        assert!(text.ends_with("</sub>\n"));
        let first = diff
            .changes
            .iter()
            .find(|one| one.direction == Direction::Widens)
            .unwrap();
        let row = text
            .lines()
            .find(|line| line.starts_with("| `") || line.starts_with("| ``"));
        assert!(
            row.is_some_and(|row| row.contains(&code_start(&first.subject))),
            "{count}"
        );
        if count == 300 {
            assert!(text.contains(" more, for which a comment has no room"));
        }
    }
}

fn code_start(text: &str) -> String {
    text.chars().take(4).collect::<String>().replace('|', "\\|")
}

#[test]
fn programs_get_one_entry_a_verb() {
    let diff = ordinary();
    let report: Value = serde_json::from_str(&json::render(&shown(&diff, &[]))).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["verdict"], "mixed");
    assert_eq!(report["governance"], "weakened");
    let changes = report["changes"].as_array().unwrap();
    let of = |number: u32| -> Vec<&Value> {
        let fingerprint = format!("{number:012x}");
        changes
            .iter()
            .filter(|one| one["fingerprint"] == fingerprint.as_str())
            .collect()
    };
    let verbs: Vec<&str> = of(2)
        .iter()
        .map(|one| one["verb"].as_str().unwrap())
        .collect();
    assert_eq!(verbs, ["update", "delete"]);
    assert!(of(1)[0]["verb"].is_null());
    assert_eq!(of(1)[0]["via"], "lateral");
    let fields = [
        "subject",
        "subject_kind",
        "change",
        "direction",
        "via",
        "verb",
        "resource",
        "detail",
        "risk",
        "fingerprint",
        "file",
        "line",
        "governance",
        "kind",
        "checks",
        "side",
        "before",
        "after",
        "operations",
        "affects",
        "also",
        "owner",
        "verbs",
    ];
    for change in changes {
        for field in fields {
            assert!(change.get(field).is_some(), "no `{field}` in {change:#}");
        }
    }
    let way = &report["paths"]["opened"][0];
    for field in [
        "from",
        "to",
        "path",
        "verdict",
        "was",
        "more",
        "others",
        "fingerprint",
    ] {
        assert!(way.get(field).is_some(), "no `{field}` in {way:#}");
    }
    assert_eq!(way["path"][0]["edge"], "code");
    assert_eq!(report["gaps"][0]["subject"], "ledger");
}

/// What gives authority or slackens care is a finding, and nothing else is; none is an error.
#[test]
fn code_scanning_sees_losses_only() {
    let diff = ordinary();
    let log: Value = serde_json::from_str(&sarif::render(&shown(&diff, &[]))).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let mut told = String::new();
    for result in results {
        writeln!(
            told,
            "{} {}",
            result["ruleId"].as_str().unwrap(),
            result["level"].as_str().unwrap()
        )
        .unwrap();
    }
    assert_eq!(
        told,
        "path-opened warning\nauthority-widened warning\nprohibition-weakened note\ngovernance-weakened note\n"
    );
    let fingerprint = &results[0]["partialFingerprints"]["scopec/v1"];
    assert_eq!(fingerprint, "000000000001");
    let lines = github::render(&shown(&diff, &[]));
    assert_eq!(lines.lines().count(), results.len(), "{lines}");
    assert!(
        lines
            .lines()
            .all(|line| line.starts_with("::warning ") || line.starts_with("::notice "))
    );
}

#[test]
fn several_projects_have_several_comments() {
    let diff = nothing();
    let compared = Compared {
        folder: "shop",
        ..shown(&diff, &[])
    };
    assert!(markdown::render(&compared).starts_with("<!-- scopec diff: shop -->\n"));
    assert!(markdown::render(&shown(&diff, &[])).starts_with("<!-- scopec diff -->\n"));
}

/// The example's way into the books, taken out to make the base.
#[test]
fn the_comment_on_the_lateral_example_shows_the_way_to_the_books() {
    let place = tempdir().unwrap();
    for side in ["before", "after"] {
        fs::create_dir(place.path().join(side)).unwrap();
    }
    for (name, text) in tree(&folder("examples/lateral")) {
        // It would be stale without the line that goes, which is a finding of its own.
        if name == "scope.lock" {
            continue;
        }
        let kept = text
            .lines()
            .filter(|line| !line.contains("\"git/push\" on"));
        let kept = kept.fold(String::new(), |text, line| text + line + "\n");
        fs::write(place.path().join("before").join(&name), kept).unwrap();
        fs::write(place.path().join("after").join(&name), text).unwrap();
    }
    let run = |arguments: &[&str], status: i32| {
        let mut all = vec!["diff", "before/", "after/"];
        all.extend(arguments);
        expect(place.path(), &all, status, &[])
    };
    let shown = |arguments: &[&str]| stdout(&run(arguments, 0));
    let comment = shown(&["--format", "markdown"]);
    let cases = cases("diff_forms").join("lateral");
    expect_file(&cases.join("comment.md"), &comment);
    expect_file(&cases.join("diff.json"), &shown(&["--format", "json"]));
    expect_file(&cases.join("diff.sarif"), &shown(&["--format", "sarif"]));
    expect_file(&cases.join("github.txt"), &shown(&["--format", "github"]));
    expect_file(&cases.join("table.txt"), &shown(&[]));
    assert!(
        comment.contains("`helpdesk-bot` → `deploy-web` → `billing`"),
        "{comment}"
    );
    let told = stderr(&run(&["--deny", "widening:prod"], 1));
    assert!(
        told.contains("helpdesk-bot → deploy-web → billing"),
        "{told}"
    );
    run(&["--deny", "widening:org"], 1);
    run(&["--deny", "widening:agent", "--deny", "weakening"], 0);
    let told = stderr(&run(&["--deny", "widening:finace"], 2));
    assert!(told.contains("did you mean `finance`?"), "{told}");
    run(&["--deny", "narrowing"], 2);
    run(&["--deny", "widening:"], 2);
}

/// A gap in the head may hide anything; one in the base hides nothing that is new.
#[test]
fn what_cannot_be_understood_is_denied() {
    let place = project(&[
        (
            "whole/a.scope",
            "team t { contact \"t\" }\nsystem s: aws.account(\"111122223333\") {}\n",
        ),
        (
            "broken/a.scope",
            "team t { contact \"t\" }\nsystem s: aws.account(\"111122223333\") {\n",
        ),
    ]);
    let expect = |sides: [&str; 2], deny: &[&str], status: i32, words: &[&str]| {
        let mut arguments = vec!["diff", sides[0], sides[1]];
        arguments.extend(deny);
        expect(place.path(), &arguments, status, words)
    };
    let denied = ["--deny", "widening"];
    expect(["whole/", "broken/"], &[], 0, &[]);
    expect(
        ["whole/", "broken/"],
        &denied,
        1,
        &["denied by `--deny widening`", "not known"],
    );
    expect(["broken/", "whole/"], &["--deny", "weakening"], 0, &[]);
    expect(["whole/", "whole/"], &denied, 0, &[]);
    expect(["whole/", "nowhere/"], &denied, 2, &["nowhere"]);
    let both = expect(["broken/", "broken/"], &denied, 1, &[]);
    assert!(stdout(&both).contains("the base") && stdout(&both).contains("the head"));
}
