//! `scope.baseline`: findings that were there when a project took up the compiler. They are counted
//! and stop nothing, whatever is new fails, and the file may only shrink until it ends.

use super::rule;
use crate::authority::time::Date;
use crate::diagnostic::fingerprint::fingerprints;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Model;
use crate::model::party::Owner;
use crate::source::{FileId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The file's name, at the project's root.
pub const FILE: &str = "scope.baseline";

/// How many days an entry lasts from the day on which it is written.
pub const DAYS: i32 = 180;

/// The rule of what is wrong with a baseline.
pub const RULE: &str = "baseline";

/// The first lines of the file.
const HEADER: &str = "# Findings that this project began with: they are counted and fail nothing until their day is over.\n\
    # `scopec check --write-baseline` takes out what is mended and adds nothing.\nversion 1\n";

/// The most complaints about a file that is no baseline at all.
const MOST: usize = 20;

/// A finding that is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// What it is known by: 12 hexadecimal digits.
    pub fingerprint: String,
    /// Its rule, or the guard whose name it bears.
    pub rule: String,
    /// Whom it is about.
    pub integration: Option<String>,
    /// The team that owns the integration.
    pub owner: Option<String>,
    /// The last day on which it counts.
    pub until: Date,
}

/// What is known.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Baseline {
    /// One entry a finding, with the line of the file that it was read from.
    entries: BTreeMap<Entry, u32>,
}

/// What is wrong with a line of a baseline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

impl Baseline {
    /// The entries, sorted.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.keys()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The file: what it is, the version, then one sorted line an entry, with `-` for what it lacks.
    pub fn text(&self) -> String {
        let mut text = HEADER.to_owned();
        for entry in self.entries() {
            let or_none = |word: &Option<String>| word.clone().unwrap_or_else(|| "-".to_owned());
            let words = [
                entry.fingerprint.clone(),
                entry.rule.clone(),
                or_none(&entry.integration),
                or_none(&entry.owner),
                entry.until.to_string(),
            ];
            text.push_str(&words.join(" "));
            text.push('\n');
        }
        text
    }

    /// Reads a baseline. Empty lines, comments and carriage returns do not count.
    ///
    /// # Errors
    /// Every line that says nothing, or that excuses what cannot be excused. Nothing of such a file
    /// counts.
    pub fn parse(text: &str) -> Result<Self, Vec<Wrong>> {
        let mut baseline = Self::default();
        let mut known: BTreeMap<String, u32> = BTreeMap::new();
        let mut wrong = Vec::new();
        let mut versioned = false;
        for (number, line) in (1_u32..).zip(text.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let read = if versioned {
                entry(line)
            } else {
                versioned = true;
                match version(line) {
                    Ok(()) => continue,
                    Err(message) => Err(message),
                }
            };
            let said = match read {
                Ok(entry) => match known.insert(entry.fingerprint.clone(), number) {
                    None => {
                        baseline.entries.insert(entry, number);
                        continue;
                    }
                    Some(first) => format!("the same finding stands in line {first}"),
                },
                Err(message) => message,
            };
            wrong.push(Wrong {
                line: number,
                message: said,
            });
            if wrong.len() >= MOST {
                break;
            }
        }
        if wrong.is_empty() && !versioned {
            wrong.push(Wrong {
                line: 1,
                message: "there is no line `version 1`, so this is no baseline".to_owned(),
            });
        }
        if wrong.is_empty() {
            Ok(baseline)
        } else {
            Err(wrong)
        }
    }
}

fn version(line: &str) -> Result<(), String> {
    match line.split_whitespace().collect::<Vec<_>>()[..] {
        ["version", "1"] => Ok(()),
        ["version", other] => Err(format!(
            "this baseline is of version {other}, and this program knows version 1"
        )),
        _ => Err("`version 1` must come first, so this is no baseline".to_owned()),
    }
}

fn entry(line: &str) -> Result<Entry, String> {
    for mark in ["<<<<<<<", "|||||||", "=======", ">>>>>>>"] {
        if line.starts_with(mark) {
            return Err(format!(
                "`{mark}` is left over from a merge: keep the lines that stand on both sides"
            ));
        }
    }
    let [fingerprint, rule, integration, owner, until] =
        line.split_whitespace().collect::<Vec<_>>()[..]
    else {
        return Err(
            "an entry is a fingerprint, a rule, an integration, an owner and a day".to_owned(),
        );
    };
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if fingerprint.len() != 12 || !fingerprint.bytes().all(is_digit) {
        return Err(format!(
            "`{fingerprint}` is no fingerprint: 12 hexadecimal digits"
        ));
    }
    if rule::find(rule).is_some_and(|rule| !rule.can_be_accepted) {
        return Err(format!(
            "what `{rule}` finds cannot be in a baseline: it must be put right"
        ));
    }
    let until = Date::parse(until).ok_or_else(|| format!("`{until}` is no day"))?;
    let word = |word: &str| (word != "-").then(|| word.to_owned());
    Ok(Entry {
        fingerprint: fingerprint.to_owned(),
        rule: rule.to_owned(),
        integration: word(integration),
        owner: word(owner),
        until,
    })
}

/// Whether what a rule finds may be in a baseline: what an `accept` may excuse, guards included.
fn may_stay(model: &Model, name: &str) -> bool {
    match rule::find(name) {
        Some(rule) => rule.can_be_accepted,
        None => model.guards.iter().any(|guard| *guard.name == *name),
    }
}

/// What a new baseline came to.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Drawn {
    /// The baseline.
    pub baseline: Baseline,
    /// How many entries of the one before are mended, and gone.
    pub mended: usize,
    /// How many findings the one before does not hold, so that they were not taken in.
    pub refused: usize,
    /// How many errors no baseline may hold, by rule.
    pub never: BTreeMap<String, usize>,
}

/// Draws the baseline of what is found: every error and warning that is not accepted and that an
/// `accept` could excuse, until 180 days from `today`. Where there is one `before`, what it holds and
/// what is still found: nothing is added, and every end stays. `diagnostics` is the whole list.
pub fn draw(
    model: &Model,
    diagnostics: &[Diagnostic],
    sources: &Sources,
    before: Option<&Baseline>,
    today: Date,
) -> Drawn {
    let mut drawn = Drawn::default();
    let known: BTreeMap<&str, &Entry> = before
        .iter()
        .flat_map(|before| before.entries())
        .map(|entry| (entry.fingerprint.as_str(), entry))
        .collect();
    let mut kept = BTreeSet::new();
    for (found, fingerprint) in diagnostics.iter().zip(fingerprints(diagnostics, sources)) {
        if found.accepted || found.severity == Severity::Note {
            continue;
        }
        if !may_stay(model, &found.rule) {
            if found.severity == Severity::Error {
                *drawn.never.entry(found.rule.to_string()).or_default() += 1;
            }
            continue;
        }
        let entry = match (known.get(fingerprint.as_str()), before) {
            (Some(&entry), _) => {
                kept.insert(fingerprint);
                entry.clone()
            }
            (None, Some(_)) => {
                drawn.refused += 1;
                continue;
            }
            (None, None) => Entry {
                fingerprint,
                rule: found.rule.to_string(),
                integration: found.subject.clone(),
                owner: found.subject.as_deref().and_then(|name| owner(model, name)),
                until: today.plus_days(DAYS),
            },
        };
        drawn.baseline.entries.insert(entry, 0);
    }
    drawn.mended = known.len() - kept.len();
    drawn
}

fn owner(model: &Model, name: &str) -> Option<String> {
    let (_, party) = model.parties().find(|(_, party)| *party.name == *name)?;
    match party.owner()? {
        (Owner::Team(team), _) => Some(model.team(*team).name.to_string()),
        (Owner::Person(_), _) => None,
    }
}

/// Marks what a baseline knows, and says what of the baseline is over or mended. An entry whose day
/// is over excuses nothing: what it held is back, by the passing of time alone. `file` is the
/// baseline's text among the sources, and `diagnostics` the whole list, which comes back unsorted.
pub fn settle(
    baseline: &Baseline,
    file: FileId,
    diagnostics: &mut Vec<Diagnostic>,
    sources: &Sources,
    today: Date,
) {
    let mut left: BTreeMap<&str, (&Entry, u32)> = baseline
        .entries
        .iter()
        .map(|(entry, line)| (entry.fingerprint.as_str(), (entry, *line)))
        .collect();
    let at = |line: u32| {
        let file_text = sources.file(file);
        let start = file_text.line_start(line);
        Span::new(file, start, start + file_text.line(line).len())
    };
    let mut said = Vec::new();
    for (entry, line) in left.values() {
        if entry.until.days_since(today) > i64::from(DAYS) {
            let message = format!("an entry lasts {DAYS} days at most, and this one lasts longer");
            said.push(Diagnostic::error(RULE, at(*line), message).help(format!(
                "it excuses nothing: write {} or an earlier day, or mend what it excuses",
                today.plus_days(DAYS)
            )));
        }
    }
    let mut over: BTreeMap<(Option<&str>, Date), (u32, usize)> = BTreeMap::new();
    let known = fingerprints(diagnostics, sources);
    for (found, fingerprint) in diagnostics.iter_mut().zip(&known) {
        let Some((entry, line)) = left.remove(fingerprint.as_str()) else {
            continue;
        };
        let can_be = rule::find(&found.rule).is_none_or(|rule| rule.can_be_accepted);
        if found.accepted || !can_be || found.rule != entry.rule {
            continue;
        }
        if entry.until.days_since(today) > i64::from(DAYS) {
            continue;
        }
        if entry.until >= today {
            found.baselined = true;
        } else {
            found.time_alone = true;
            let key = (entry.integration.as_deref(), entry.until);
            let (first, count) = over.entry(key).or_insert((line, 0));
            *first = (*first).min(line);
            *count += 1;
        }
    }
    for ((integration, until), (line, count)) in over {
        let whose = integration.map_or_else(String::new, |name| format!(" of `{name}`"));
        let entries = if count == 1 {
            "an entry".to_owned()
        } else {
            format!("{count} entries")
        };
        let mut found = Diagnostic::warning(
            RULE,
            at(line),
            format!("{entries}{whose} ended on {until}, and what is found is back"),
        )
        .help("mend what is found, or have it accepted with a reason, a team and an end")
        .time_alone();
        found.subject = integration.map(str::to_owned);
        said.push(found);
    }
    if let Some(first) = left.values().map(|(_, line)| *line).min() {
        let message = match left.len() {
            1 => "an entry matches nothing that is found".to_owned(),
            many => format!("{many} entries match nothing that is found"),
        };
        said.push(Diagnostic::note(RULE, at(first), message).help(
            "what they held is mended: `scopec check --write-baseline` takes them out, so that it stays so",
        ));
    }
    diagnostics.append(&mut said);
}
