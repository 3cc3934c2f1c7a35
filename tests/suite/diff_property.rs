//! Properties of comparisons: layout and order are nothing, verdicts are those of plain sets, and
//! no difference is lost.

use crate::diff::project;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use scopec::diff::{Change, Direction, Verdict, diff};
use std::collections::BTreeSet;

const WORLD: &str = r##"system prod: aws.account("111122223333") { env prod; region "eu-west-1" }
system code: github.org("acme") { }
team web { contact "#web" }
team security { contact "#security" }
"##;

const VERBS: [&str; 4] = ["get", "create", "delete", "list"];
const NAMES: [&str; 3] = ["a", "b", "c"];

/// `allow` or `never` of some verbs on some queues.
#[derive(Clone, Debug)]
struct Line {
    never: bool,
    verbs: Vec<&'static str>,
    names: Vec<&'static str>,
}

impl Line {
    fn text(&self) -> String {
        let word = if self.never { "never" } else { "allow" };
        let on: Vec<String> = self
            .names
            .iter()
            .map(|name| format!("store.item(\"{name}\")"))
            .collect();
        format!("  {word} {} on {}\n", self.verbs.join(", "), on.join(", "))
    }

    fn atoms(&self) -> BTreeSet<(&'static str, &'static str)> {
        self.verbs
            .iter()
            .flat_map(|verb| self.names.iter().map(|name| (*verb, *name)))
            .collect()
    }
}

/// A vendor whose operations are one a verb, so that a plain set of pairs tells all.
const VENDOR: &str = r##"vendor shelf {
  complete
  system site(host)
  resource item(name) {
    get ReadItem
    create MakeItem
    delete BurnItem
    list ListItems
  }
}
system store: shelf.site("store.example") { }
team web { contact "#web" }
"##;

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (
        prop::bool::weighted(0.25),
        subsequence(VERBS.to_vec(), 1..=3),
        subsequence(NAMES.to_vec(), 1..=2),
    )
        .prop_map(|(never, verbs, names)| Line {
            never,
            verbs,
            names,
        });
    prop::collection::vec(line, 1..5)
}

fn text(lines: &[Line]) -> String {
    let clauses: String = lines.iter().map(Line::text).collect();
    format!(
        "{VENDOR}integration clerk: connector {{\n  owner      web\n  purpose    \"Keep\"\n{clauses}}}\n"
    )
}

type Atoms = BTreeSet<(&'static str, &'static str)>;

fn held(lines: &[Line]) -> (Atoms, Atoms) {
    let of = |never: bool| -> Atoms {
        lines
            .iter()
            .filter(|line| line.never == never)
            .flat_map(Line::atoms)
            .collect()
    };
    let never = of(true);
    let allowed = of(false).difference(&never).copied().collect();
    (allowed, never)
}

/// The pairs that some changes speak of.
fn spoken(changes: &[Change], word: &str, direction: Direction) -> Atoms {
    let mut atoms = Atoms::new();
    for change in changes {
        if change.kind.word != word || change.direction != direction {
            continue;
        }
        for verb in VERBS {
            for name in NAMES {
                let resource = change.resource.as_deref().unwrap_or_default();
                if change.verbs.contains(&verb) && resource == format!("store.item(\"{name}\")") {
                    atoms.insert((verb, name));
                }
            }
        }
    }
    atoms
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    /// The verdict is that of the sets, and the changes are exactly their difference: what was, with
    /// the changes made to it, is what is.
    #[test]
    fn changes_are_the_difference_of_sets(before in lines(), after in lines()) {
        let (base, head) = (
            project(&[("a.scope", &text(&before))]),
            project(&[("a.scope", &text(&after))]),
        );
        let found = diff(&base, &head);
        let ((was, was_never), (is, is_never)) = (held(&before), held(&after));
        let gained: Atoms = is.difference(&was).copied().collect();
        let lost: Atoms = was.difference(&is).copied().collect();
        let freed: Atoms = was_never.difference(&is_never).copied().collect();
        let barred: Atoms = is_never.difference(&was_never).copied().collect();
        prop_assert_eq!(spoken(&found.changes, "authority", Direction::Widens), gained.clone());
        prop_assert_eq!(spoken(&found.changes, "authority", Direction::Narrows), lost.clone());
        prop_assert_eq!(spoken(&found.changes, "prohibition", Direction::Widens), freed.clone());
        prop_assert_eq!(spoken(&found.changes, "prohibition", Direction::Narrows), barred.clone());
        let widens = !gained.is_empty() || !freed.is_empty();
        let narrows = !lost.is_empty() || !barred.is_empty();
        let verdict = match (widens, narrows) {
            (false, false) => Verdict::Same,
            (true, false) => Verdict::Widens,
            (false, true) => Verdict::Narrows,
            (true, true) => Verdict::Mixed,
        };
        prop_assert_eq!(found.verdict, verdict);
    }
}

/// Clauses that are told one by one, each with its key: of one key a project has one.
const CLAUSES: [(&str, &str); 16] = [
    ("expires", "expires    2028-03-31"),
    ("expires", "expires    2027-03-31"),
    ("purpose", "purpose    \"Roll out\""),
    ("acts", "acts       org-wide"),
    ("review", "review     every 90d by security"),
    ("review", "review     every 1y by security"),
    ("revoke", "revoke via \"runbook\""),
    ("monitor", "monitor via \"pages\""),
    (
        "trust-main",
        "trusts     code.repository(\"shop\").branch(\"main\")",
    ),
    (
        "trust-any",
        "trusts     code.repository(\"shop\").branch(\"*\")",
    ),
    (
        "runs",
        "runs from  code.repository(\"shop\").workflow(\"deploy.yml\")",
    ),
    ("status", "status     suspended"),
    ("credential", "credential oidc for prod"),
    ("allow", "allow get on prod.s3.bucket(\"shop\").object"),
    ("never", "never delete on prod.s3.bucket(\"shop\").object"),
    (
        "accept",
        "accept no-monitoring because \"a pilot\" by security until 2027-01-31",
    ),
];

fn clauses() -> impl Strategy<Value = Vec<usize>> {
    subsequence((0..CLAUSES.len()).collect::<Vec<_>>(), 1..9).prop_map(|chosen| {
        let mut seen = BTreeSet::new();
        chosen
            .into_iter()
            .filter(|&at| seen.insert(CLAUSES[at].0))
            .collect()
    })
}

fn shop(chosen: &[usize]) -> String {
    let mut body = String::new();
    for &at in chosen {
        body.push_str("  ");
        body.push_str(CLAUSES[at].1);
        body.push('\n');
    }
    format!(
        "{WORLD}integration shop: workflow {{\n  owner      web\n  identity   prod.iam.role(\"shop\")\n{body}}}\n"
    )
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever clause is on one side only is in some change.
    #[test]
    fn no_clause_is_lost(before in clauses(), after in clauses()) {
        let (base, head) = (
            project(&[("a.scope", &shop(&before))]),
            project(&[("a.scope", &shop(&after))]),
        );
        let found = diff(&base, &head);
        let suspended = |chosen: &[usize]| chosen.iter().any(|&at| CLAUSES[at].0 == "status");
        for (here, there) in [(&before, &after), (&after, &before)] {
            for &at in here.iter().filter(|at| !there.contains(at)) {
                let (key, text) = CLAUSES[at];
                // What is suspended may do nothing, whatever its clauses say.
                if key == "allow" && suspended(here) {
                    continue;
                }
                let text = words(text);
                let told = found.changes.iter().any(|change| {
                    [&change.before, &change.after]
                        .into_iter()
                        .flatten()
                        .any(|clause| words(&clause.text) == text)
                });
                prop_assert!(told, "`{}` is in no change: {:#?}", text, found.changes);
            }
        }
        prop_assert_eq!(before.iter().collect::<BTreeSet<_>>() == after.iter().collect::<BTreeSet<_>>(), found.changes.is_empty());
    }

    /// Order, layout, comments and files are nothing.
    #[test]
    fn layout_and_order_are_nothing(
        chosen in clauses(),
        at in any::<Index>(),
        blank in prop::bool::ANY,
        split in prop::bool::ANY,
    ) {
        let mut turned = chosen.clone();
        let by = at.index(turned.len());
        turned.rotate_left(by);
        turned.reverse();
        let base = project(&[("a.scope", &shop(&chosen))]);
        let mut text = shop(&turned).replace("  ", if blank { "      " } else { " " });
        text = text.replace("owner", "// who\n owner");
        if blank {
            text = text.replace('\n', "\r\n");
        }
        let head = if split {
            let at = text.find("integration").unwrap();
            let (world, own) = text.split_at(at);
            project(&[("z/own.scope", own), ("b.scope", world)])
        } else {
            project(&[("a.scope", &text)])
        };
        let found = diff(&base, &head);
        prop_assert_eq!(found.verdict, Verdict::Same);
        prop_assert!(found.changes.is_empty(), "{:#?}", found.changes);
        prop_assert!(found.opened.is_empty() && found.closed.is_empty());
    }
}
