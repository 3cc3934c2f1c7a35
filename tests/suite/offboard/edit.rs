//! The edits, case by case, and how the answer is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use scopec::offboard::left::left_of;
use scopec::offboard::{Beside, answer, human, markdown};
use scopec::test;

use super::{built, compiled, edited, json, of, one, patched, said, texts};
use crate::expect::{cases, expect_file};

/// Everything that may hang on one, at once. `out.*` are the answer and what is left then.
#[test]
fn whatever_hangs_on_it_goes_with_it() {
    let at = cases("offboard").join("wired");
    let before = BTreeMap::from([(
        "main.scope".to_owned(),
        fs::read_to_string(at.join("main.scope")).unwrap(),
    )]);
    let project = of(&before);
    let answer = answer(&project, &Beside::default(), "sync").unwrap();
    let after = edited(before.clone(), &json(&answer));
    assert_eq!(patched(&before, &answer.patch), after);
    expect_file(&at.join("out.txt"), &human::told(&answer, false));
    expect_file(&at.join("out.md"), &markdown::told(&answer));
    expect_file(&at.join("out.after"), &after["main.scope"]);
    let text = serde_json::to_string_pretty(&answer).unwrap();
    expect_file(&at.join("out.json"), &format!("{text}\n"));

    let without = of(&after);
    let known = said(&compiled(&project));
    let now = compiled(&without);
    let fresh: BTreeSet<String> = said(&now)
        .into_iter()
        .filter(|(what, count)| known.get(what).is_none_or(|had| count > had))
        .map(|((rule, ..), _)| rule)
        .collect();
    let told = answer.breaks.iter().filter_map(|one| one.rule.clone());
    assert_eq!(fresh, told.collect());
    assert_eq!(test::run(&now, |_| true).failed(), 0);
    let left = left_of(&now, &without, &Beside::default(), &built(&now), "sync");
    assert!(left.clean, "{left:#?}");
    // A comment that speaks of it is no declaration, and stays.
    assert!(left.notes.iter().any(|note| note.what.contains("comment")));
}

/// A small project around one integration, whose clauses and neighbours are given.
fn small(clauses: &str, rest: &str) -> String {
    format!(
        "team data {{}}\nsystem help: zendesk.account(\"acme\") {{}}\n\nintegration gone: connector {{\n  owner data\n  identity help.oauth-client(\"gone\")\n{clauses}}}\n\n{rest}"
    )
}

/// What the edits leave of a text, the JSON and the patch agreeing.
#[track_caller]
fn left_of_text(text: &str) -> String {
    let project = one(text);
    let answer = answer(&project, &Beside::default(), "gone").unwrap();
    let before = texts(&project);
    let after = edited(before.clone(), &json(&answer));
    assert_eq!(patched(&before, &answer.patch), after);
    after.get("main.scope").cloned().unwrap_or_default()
}

#[test]
fn lists_and_lines_are_cut_so_that_the_rest_stands() {
    let other = "integration other: connector {\n  owner data\n";
    let cases = [
        // Where it is the first, in the middle, the last and the only one.
        ("  triggered by gone, a, b\n", "  triggered by a, b\n"),
        ("  triggered by a, gone, b\n", "  triggered by a, b\n"),
        ("  triggered by a, b, gone\n", "  triggered by a, b\n"),
        ("  triggered by gone\n", ""),
        ("  triggered by gone, a, gone\n", "  triggered by a\n"),
        (
            "  triggered by a, // first\n    gone,\n    b\n",
            "  triggered by a,\n    b\n",
        ),
        ("  triggered by gone // why\n  // kept\n", "  // kept\n"),
        ("  trusts gone; purpose \"x\"\n", "  purpose \"x\"\n"),
        ("  purpose \"x\"; trusts gone\n", "  purpose \"x\"\n"),
        (
            "  purpose \"x\"; trusts gone; acts as itself\n",
            "  purpose \"x\"; acts as itself\n",
        ),
        (
            "\n  /// Said of it.\n  inherits all from gone\n\n  acts as itself\n",
            "\n  acts as itself\n",
        ),
        (
            "  acts as itself\n\n  inherits all from gone\n",
            "  acts as itself\n",
        ),
        // A word inside of another, and one in prose, are something else.
        (
            "  triggered by gone-b, b\n  purpose \"like gone\"\n",
            "  triggered by gone-b, b\n  purpose \"like gone\"\n",
        ),
    ];
    let rest = "integration a: service { owner data }\nintegration b: service { owner data }\nintegration gone-b: service { owner data }\n";
    let head = "team data {}\nsystem help: zendesk.account(\"acme\") {}\n\n";
    for (before, after) in cases {
        let text = small("", &format!("{other}{before}}}\n{rest}"));
        let expected = format!("{head}{other}{after}}}\n{rest}");
        assert_eq!(left_of_text(&text), expected, "{before}");
    }
}

#[test]
fn a_part_of_a_line_goes_with_the_word_before_it() {
    let cases = [
        (
            "deny delete on help.ticket except gone",
            Some("deny delete on help.ticket"),
        ),
        (
            "deny delete on help.ticket except gone directly",
            Some("deny delete on help.ticket directly"),
        ),
        (
            "deny delete on help.ticket\n    except gone",
            Some("deny delete on help.ticket"),
        ),
        (
            "deny delete on help.ticket\n    except gone directly",
            Some("deny delete on help.ticket directly"),
        ),
        (
            "deny delete on help.ticket except gone, a",
            Some("deny delete on help.ticket except a"),
        ),
        // Nobody is left whom the rule is about: to go on without `for` would be about everybody.
        ("deny delete on help.ticket for gone", None),
        (
            "deny delete on help.ticket for gone and kind connector",
            None,
        ),
        ("deny delete on gone", None),
        (
            "deny delete on help.ticket together with write on gone except gone",
            None,
        ),
        ("limit 3 systems for gone", None),
        ("require expiry for any on gone", None),
    ];
    let rest = "integration a: service { owner data }\n";
    let head = "team data {}\nsystem help: zendesk.account(\"acme\") {}\n\n";
    for (before, after) in cases {
        let guard = |rule: &str| format!("guard g \"Why\" {{\n  {rule}\n  severity note\n}}\n");
        let text = small("", &format!("{rest}{}", guard(before)));
        let guarded = after.map(guard).unwrap_or_default();
        assert_eq!(
            left_of_text(&text),
            format!("{head}{rest}{guarded}"),
            "{before}"
        );
        let project = one(&text);
        let answer = answer(&project, &Beside::default(), "gone").unwrap();
        let asks = answer
            .decisions
            .iter()
            .any(|one| one.what.contains("guard `g`"));
        assert_eq!(asks, after.is_none(), "{before}");
    }
}

/// Line ends and a byte order mark stay as they are, in what is left and in the patch.
#[test]
fn foreign_line_ends_and_marks_survive() {
    let text = small(
        "",
        "integration other: connector {\n  owner data\n  trusts gone\n  triggered by gone, other\n}\nreviewed gone on 2026-10-12 by data",
    );
    let windows = format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
    let left = left_of_text(&windows);
    assert!(
        left.starts_with("\u{FEFF}team data {}\r\nsystem help"),
        "{left:?}"
    );
    assert!(left.ends_with("  triggered by other\r\n}\r\n"), "{left:?}");
    assert_eq!(left.matches('\n').count(), left.matches("\r\n").count());
    // Where it stands first, the mark stays before what comes then.
    let first = "\u{FEFF}integration gone: service {}\r\n\r\nteam data {}\r\n";
    assert_eq!(left_of_text(first), "\u{FEFF}team data {}\r\n");
    // A last line without an end is one all the same.
    assert_eq!(
        left_of_text("team data {}\nintegration gone: service {}"),
        "team data {}\n"
    );
    assert_eq!(
        left_of_text("integration gone: service {}\nteam data {}"),
        "team data {}"
    );
    assert_eq!(
        left_of_text("integration gone: service {}; team data {}"),
        "team data {}"
    );
    // Of a file with a mark alone nothing is left.
    assert_eq!(left_of_text("\u{FEFF}integration gone: service {}\r\n"), "");
}

/// A name may mean something else: a parameter, a vendor's type, a longer word.
#[test]
fn what_only_looks_like_the_name_stays() {
    let text = small(
        "",
        "profile p(gone: string) {\n  triggered by gone\n  identity help.oauth-client(gone)\n}\nintegration other: service { owner data; like p(\"x\") }\n",
    );
    let left = left_of_text(&text);
    assert!(left.contains("triggered by gone"), "{left}");
    assert!(left.contains("oauth-client(gone)"), "{left}");
}

/// Paths as git reads them, and lines far apart, in one patch.
#[test]
fn a_patch_reaches_every_file() {
    let mut many = String::new();
    for number in 0..40 {
        many.push_str(
            &"integration iN: service {\n  owner data\n  trusts gone\n  triggered by gone, iN\n}\n"
                .replace('N', &number.to_string()),
        );
    }
    let files = BTreeMap::from([
        ("teams.scope".to_owned(), "team data {}\n".to_owned()),
        (
            "a b/gone one.scope".to_owned(),
            "integration gone: service { owner data }\n".to_owned(),
        ),
        (
            "a b/ü \"quoted\".scope".to_owned(),
            "// kept\n\nreviewed gone on 2026-10-12 by data\n".to_owned(),
        ),
        ("many.scope".to_owned(), many),
    ]);
    let answer = answer(&of(&files), &Beside::default(), "a b/gone").unwrap();
    let after = edited(files.clone(), &json(&answer));
    assert_eq!(patched(&files, &answer.patch), after);
    assert_eq!(answer.emptied, ["a b/gone one.scope"]);
    assert_eq!(after["a b/ü \"quoted\".scope"], "// kept\n");
    assert!(!after["many.scope"].contains("gone"));
    assert!(
        answer.patch.matches("\n@@ ").count() > 1,
        "{}",
        answer.patch
    );
}

/// A group that stands for a team, and that others are members of.
#[test]
fn a_principal_takes_what_it_stands_for() {
    let project = one(
        "system idp: okta.org(\"acme\") {}\nteam data { is idp.group(\"data\") }\n\nprincipal gone: group {\n  identity idp.group(\"data\")\n  allow read on idp.user\n}\n\nintegration bot: service {\n  owner data\n  operator gone\n  purpose \"x\"\n}\n",
    );
    let answer = answer(&project, &Beside::default(), "gone").unwrap();
    let breaks: Vec<&str> = answer.breaks.iter().map(|one| one.what.as_str()).collect();
    for words in ["members of team `data`", "nobody operates `bot`"] {
        assert!(
            breaks.iter().any(|one| one.contains(words)),
            "{words}: {breaks:#?}"
        );
    }
    let decide: Vec<&str> = answer
        .decisions
        .iter()
        .map(|one| one.what.as_str())
        .collect();
    assert!(
        decide.contains(&"who operates `bot` from now on"),
        "{decide:?}"
    );
    let after = edited(texts(&project), &json(&answer));
    assert!(
        !after["main.scope"].contains("gone"),
        "{}",
        after["main.scope"]
    );
}

/// Whatever a user wrote means nothing to Markdown or to a terminal.
#[test]
fn hostile_texts_are_shown_as_what_they_are() {
    let hostile =
        "</summary><script>alert(1)</script> ![x](http://x) @team `code` | ``` \u{202E}end";
    let text = small(
        &format!("  purpose \"{hostile}\"\n  revoke via \"{hostile}\"\n"),
        &format!("test \"{hostile}\" {{ gone cannot delete on help.ticket }}\n"),
    );
    let project = one(&text);
    let answer = answer(&project, &Beside::default(), "gone").unwrap();
    for told in [human::told(&answer, false), markdown::told(&answer)] {
        assert!(!told.contains('\u{202E}'), "{told}");
    }
    let told = markdown::told(&answer);
    let mut fence: Option<String> = None;
    for line in told.lines() {
        let start = line.trim_start();
        let ticks: String = start.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) => {
                if *open == start {
                    fence = None;
                }
                continue;
            }
            None if ticks.len() >= 3 && start.ends_with("diff") => {
                fence = Some(ticks);
                continue;
            }
            None => {}
        }
        // Outside of code spans there is neither markup nor a mention.
        let bare = outside_of_code(line);
        for sign in ['<', '@', '!', '|'] {
            assert!(!bare.contains(sign), "{sign} in {bare:?} of {line:?}");
        }
        assert!(!bare.contains("]("), "{line:?}");
    }
    assert!(fence.is_none(), "a block is left open\n{told}");
}

/// A line of Markdown without its code spans.
fn outside_of_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let run = rest[at..].chars().take_while(|c| *c == '`').count();
        let fence = "`".repeat(run);
        let inside = &rest[at + run..];
        let mut end = None;
        let mut from = 0;
        while let Some(found) = inside[from..].find(&fence) {
            let length = inside[from + found..]
                .chars()
                .take_while(|c| *c == '`')
                .count();
            if length == run {
                end = Some(from + found);
                break;
            }
            from += found + length;
        }
        let Some(end) = end else {
            panic!("a code span is left open: {line}");
        };
        rest = &inside[end + run..];
    }
    out + rest
}
