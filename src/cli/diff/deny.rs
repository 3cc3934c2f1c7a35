//! What a comparison may not find: `--deny`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::cli::Failure;
use crate::compile::Compiled;
use crate::diagnostic::suggest::nearest;
use crate::diagnostic::visible;
use crate::diff::compared::{sentence, stations};
use crate::diff::risk::{CLASSES, ORG_WIDE};
use crate::diff::{Change, Diff, Direction, Gap, Side, Tendency};
use crate::model::fact::Fact;

/// How many changes are told of one by one.
pub(super) const LISTED: usize = 20;

/// A sort of change that is denied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Denied {
    /// More authority: all of it, or what is of a class of risk.
    Widening(Option<String>),
    /// Less care.
    Weakening,
}

impl Denied {
    /// As it is typed.
    fn word(&self) -> String {
        match self {
            Denied::Widening(None) => "widening".to_owned(),
            Denied::Widening(Some(class)) => format!("widening:{class}"),
            Denied::Weakening => "weakening".to_owned(),
        }
    }

    /// Whether a change is denied.
    fn hits(&self, change: &Change) -> bool {
        match self {
            Denied::Widening(class) => {
                change.direction == Direction::Widens
                    && class
                        .as_ref()
                        .is_none_or(|class| change.risk.contains(class))
            }
            Denied::Weakening => matches!(
                change.governance,
                Some(Tendency::Weakened | Tendency::Mixed)
            ),
        }
    }
}

/// What follows `--deny`.
///
/// # Errors
/// When it is none of the sorts, with the nearest.
pub(super) fn parse(text: &str) -> Result<Denied, String> {
    match text.split_once(':') {
        None if text == "widening" => Ok(Denied::Widening(None)),
        None if text == "weakening" => Ok(Denied::Weakening),
        Some(("widening", "")) => Err("a class is missing after `widening:`".to_owned()),
        Some(("widening", "org")) => Ok(Denied::Widening(Some(ORG_WIDE.to_owned()))),
        Some(("widening", class)) => Ok(Denied::Widening(Some(class.to_owned()))),
        Some(("weakening", _)) => Err("only `widening` has classes".to_owned()),
        Some(_) | None => {
            let word = text.split(':').next().unwrap_or(text);
            Err(match nearest(word, ["widening", "weakening"]) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`widening`, `widening:CLASS` and `weakening` can be denied".to_owned(),
            })
        }
    }
}

/// Checks that every class is one that a change could have.
///
/// # Errors
/// When neither side has such a label: a gate that nothing can hit would be open for ever.
pub(super) fn check(denied: &[Denied], sides: &[&Compiled]) -> Result<(), Failure> {
    let mut classes: BTreeSet<&str> = CLASSES.into_iter().collect();
    for side in sides {
        let model = &side.model;
        let systems = model.systems.iter().flat_map(|system| &system.labels);
        let types = model.catalog.types.iter().flat_map(|of| &of.labels);
        let facts = model.resources.iter().flat_map(|resource| &resource.facts);
        let own = facts.flat_map(|fact| {
            let labels: &[Box<str>] = if let Fact::Labels(labels) = fact {
                labels
            } else {
                &[]
            };
            labels
        });
        classes.extend(systems.chain(types).chain(own).map(|label| &**label));
    }
    for one in denied {
        let Denied::Widening(Some(class)) = one else {
            continue;
        };
        if classes.contains(class.as_str()) {
            continue;
        }
        let near = nearest(class, classes.iter().copied().chain(["org"]));
        let help = if let Some(near) = near {
            format!("did you mean `{near}`?")
        } else {
            let all: Vec<String> = classes.iter().map(|class| format!("`{class}`")).collect();
            format!("there are {}", all.join(", "))
        };
        return Err(Failure::new(format!(
            "`--deny widening:{class}`: no label and no class of risk is called `{class}`"
        ))
        .help(help));
    }
    Ok(())
}

/// What is denied and was found, and why, for people; empty where nothing was.
pub(super) fn hits(denied: &[Denied], diff: &Diff) -> String {
    let mut text = String::new();
    let mut told: Vec<&Denied> = Vec::new();
    for one in denied {
        if told.contains(&one) {
            continue;
        }
        told.push(one);
        let mut lines: Vec<String> = diff
            .changes
            .iter()
            .filter(|change| one.hits(change))
            .map(line)
            .collect();
        if matches!(one, Denied::Widening(_)) {
            let head = diff.gaps.iter().filter(|gap| gap.side == Side::Head);
            lines.extend(head.map(unknown));
        }
        if lines.is_empty() {
            continue;
        }
        let count = lines.len();
        let changes = if count == 1 { "change" } else { "changes" };
        let _ = writeln!(
            text,
            "error: {count} {changes} denied by `--deny {}`",
            visible::line(&one.word())
        );
        for line in lines.iter().take(LISTED) {
            let _ = writeln!(text, "  {}", visible::line(line));
        }
        if count > LISTED {
            let _ = writeln!(text, "  and {} more", count - LISTED);
        }
    }
    text
}

/// A change in one line: where, what, of which risk, and its fingerprint.
pub(super) fn line(change: &Change) -> String {
    let mut line = String::new();
    if let Some(place) = change.place() {
        let _ = write!(line, "{}:{}: ", place.file, place.line);
    }
    line.push_str(&sentence(change));
    let way = stations(&change.path).join(" → ");
    if !way.is_empty() && !change.detail.contains(&way) {
        let _ = write!(line, ", by way of {way}");
    }
    if !change.risk.is_empty() {
        let _ = write!(line, " (risk: {})", change.risk.join(", "));
    }
    let _ = write!(line, " [{}]", change.fingerprint);
    line
}

/// A gap: of whom it is about, nobody can tell what it may do.
pub(super) fn unknown(gap: &Gap) -> String {
    let about = match &gap.subject {
        Some(subject) => format!("what `{subject}` may do is not known"),
        None => "what this gives is not known".to_owned(),
    };
    format!(
        "{}:{}: {about}: {}",
        gap.place.file, gap.place.line, gap.message
    )
}
