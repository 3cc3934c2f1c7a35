//! Approvals: widenings to which a team has said yes, in a file beside the project.
//!
//! An approval names a change by its fingerprint, so it holds for that change alone and carries
//! over whatever else is committed. It is void where the one who gives it may not: the team that
//! reviews a subject approves what widens it, and nobody approves its own widening.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Change, Diff, Direction, Wrong};
use crate::authority::time::Date;
use crate::diagnostic::suggest::nearest;

/// The file's name, beside the project's `.scope` files.
pub const FILE: &str = "scope.approvals";

/// For how many days the text that is offered approves.
pub const DAYS: i32 = 90;

/// The keys of an approval, all of which it needs.
const KEYS: [&str; 4] = ["fingerprint", "by", "because", "until"];

/// How many digits a fingerprint has.
const DIGITS: usize = 12;

/// The most complaints about a file.
const MOST: usize = 20;

/// A widening that somebody said yes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// What the change is known by.
    pub fingerprint: String,
    /// The team.
    pub by: String,
    /// Why.
    pub because: String,
    /// The last day on which it counts.
    pub until: Date,
    /// The line of the file on which it begins, from 1.
    pub line: u32,
}

/// An approval that does not count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Void<'a> {
    /// The approval.
    pub approval: &'a Approval,
    /// Why it does not: lower case, no full stop.
    pub why: String,
}

/// Approvals held against what a comparison found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Judged<'a> {
    /// Those that count, in the order of the file.
    pub approved: Vec<&'a Approval>,
    /// Those of a widening that do not count.
    pub void: Vec<Void<'a>>,
    /// Those that no widening has any more.
    pub stale: Vec<&'a Approval>,
    /// What widens and has no approval that counts.
    pub missing: Vec<&'a Change>,
}

/// Reads approvals: a TOML text of `[[approval]]` tables.
///
/// # Errors
/// Everything that is wrong with the text, in the order of its lines. Nothing in such a text counts.
pub fn parse(text: &str) -> Result<Vec<Approval>, Vec<Wrong>> {
    let mut reader = Reader {
        text,
        wrong: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let message = error.message().trim_end_matches('.').replace('\n', ", ");
        reader.wrong(&range, message);
    }
    let approvals = reader.approvals(table.get_ref());
    if reader.wrong.is_empty() {
        return Ok(approvals);
    }
    reader.wrong.sort_by_key(|wrong| wrong.line);
    reader.wrong.truncate(MOST);
    Err(reader.wrong)
}

struct Reader<'t> {
    text: &'t str,
    wrong: Vec<Wrong>,
}

impl Reader<'_> {
    fn approvals(&mut self, top: &DeTable<'_>) -> Vec<Approval> {
        let mut approvals = Vec::new();
        let mut known: BTreeMap<String, u32> = BTreeMap::new();
        for (key, value) in top {
            let entries = match value.get_ref().as_array() {
                Some(entries) if key.get_ref() == "approval" => entries,
                _ if key.get_ref() == "approval" => {
                    self.wrong(&key.span(), "write `[[approval]]`, once for each approval");
                    continue;
                }
                _ => {
                    let message = format!(
                        "there is no `{}` here: every approval begins with `[[approval]]`",
                        key.get_ref()
                    );
                    self.wrong(&key.span(), message);
                    continue;
                }
            };
            for entry in entries {
                let Some(approval) = self.approval(entry) else {
                    continue;
                };
                let first = *known
                    .entry(approval.fingerprint.clone())
                    .or_insert(approval.line);
                if first == approval.line {
                    approvals.push(approval);
                } else {
                    let message = format!("the same change is approved in line {first}");
                    self.wrong(&entry.span(), message);
                }
            }
        }
        approvals
    }

    fn approval(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<Approval> {
        let Some(table) = entry.get_ref().as_table() else {
            self.wrong(
                &entry.span(),
                "write `[[approval]]`, once for each approval",
            );
            return None;
        };
        let mut found: BTreeMap<&str, (&str, Range<usize>)> = BTreeMap::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let Some(known) = KEYS.into_iter().find(|known| *known == name) else {
                let help = match nearest(name, KEYS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("an approval has `{}`", KEYS.join("`, `")),
                };
                let message = format!("an approval has no `{name}`: {help}");
                self.wrong(&key.span(), message);
                continue;
            };
            let text = value.get_ref().as_str();
            if text.is_none() {
                let message = format!("`{known}` is a text: write it between `\"`");
                self.wrong(&value.span(), message);
            }
            // What is no text has no place, so that it is not complained about again.
            found.insert(known, text.map_or(("", 0..0), |text| (text, value.span())));
        }
        let missing: Vec<&str> = KEYS
            .into_iter()
            .filter(|key| !found.contains_key(key))
            .collect();
        if !missing.is_empty() {
            let message = format!("the approval lacks `{}`", missing.join("`, `"));
            self.wrong(&entry.span(), message);
            return None;
        }
        let (fingerprint, place) = &found["fingerprint"];
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_fingerprint = fingerprint.len() == DIGITS && fingerprint.bytes().all(is_digit);
        if !is_fingerprint && !place.is_empty() {
            let message = format!(
                "`{fingerprint}` is no fingerprint: write the {DIGITS} digits that `scopec diff` shows with the change"
            );
            self.wrong(place, message);
        }
        let (until, place) = &found["until"];
        let day = Date::parse(until);
        if day.is_none() && !place.is_empty() {
            let message = format!("`{until}` is no day: write one as `2027-03-31`");
            self.wrong(place, message);
        }
        Some(Approval {
            fingerprint: (*fingerprint).to_owned(),
            by: found["by"].0.to_owned(),
            because: found["because"].0.to_owned(),
            until: day?,
            line: self.line(&entry.span()),
        })
        .filter(|_| is_fingerprint)
    }

    fn wrong(&mut self, range: &Range<usize>, message: impl Into<String>) {
        let line = self.line(range);
        self.wrong.push(Wrong {
            line,
            message: message.into(),
        });
    }

    /// The line on which something begins.
    fn line(&self, range: &Range<usize>) -> u32 {
        let before = &self.text.as_bytes()[..range.start.min(self.text.len())];
        let lines = before.split(|byte| *byte == b'\n').count();
        u32::try_from(lines).unwrap_or(u32::MAX)
    }
}

/// Holds approvals against what a comparison found, given the teams that the head declares.
pub fn judge<'a>(
    approvals: &'a [Approval],
    diff: &'a Diff,
    teams: &BTreeSet<&str>,
    today: Date,
) -> Judged<'a> {
    let mut widening: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    let changes = diff.changes.iter();
    let widens = changes.filter(|change| change.direction == Direction::Widens);
    for change in widens.clone() {
        widening
            .entry(&change.fingerprint)
            .or_default()
            .push(change);
    }
    let mut judged = Judged::default();
    let mut counts: BTreeSet<&str> = BTreeSet::new();
    for approval in approvals {
        let Some(changes) = widening.get(approval.fingerprint.as_str()) else {
            judged.stale.push(approval);
            continue;
        };
        if let Some(why) = void(approval, changes, teams, today) {
            judged.void.push(Void { approval, why });
        } else {
            counts.insert(&approval.fingerprint);
            judged.approved.push(approval);
        }
    }
    judged.missing = widens
        .filter(|change| !counts.contains(change.fingerprint.as_str()))
        .collect();
    judged
}

/// Why an approval does not count; none where it does.
fn void(
    approval: &Approval,
    changes: &[&Change],
    teams: &BTreeSet<&str>,
    today: Date,
) -> Option<String> {
    let by = approval.by.as_str();
    if !teams.contains(by) {
        let help = match nearest(by, teams.iter().copied()) {
            Some(near) => format!(": did you mean `{near}`?"),
            None => " in the head".to_owned(),
        };
        return Some(format!("there is no team `{by}`{help}"));
    }
    if approval.because.trim().is_empty() {
        return Some("it gives no reason".to_owned());
    }
    if approval.until < today {
        return Some(format!("its day, {}, is past", approval.until));
    }
    changes.iter().find_map(|change| {
        let subject = &change.subject;
        match (&change.reviewer, &change.owner) {
            (Some(reviewer), _) if reviewer != by => Some(format!(
                "`{reviewer}` reviews `{subject}`, so `{by}` cannot approve for it"
            )),
            (None, Some(owner)) if owner == by => Some(format!(
                "`{by}` owns `{subject}`, and nobody approves its own widening"
            )),
            _ => None,
        }
    })
}

/// The text that approves a change, to be completed: it has no reason yet, and no team where any
/// but the owner will do.
pub fn offer(change: &Change, today: Date) -> String {
    let (by, who) = match (&change.reviewer, &change.owner) {
        (Some(reviewer), _) => (reviewer.as_str(), String::new()),
        (None, Some(owner)) => ("", format!(" # any team but `{owner}`, which owns it")),
        (None, None) => ("", " # any team".to_owned()),
    };
    format!(
        "[[approval]]\nfingerprint = \"{}\"\nby = \"{by}\"{who}\nbecause = \"\"\nuntil = \"{}\"\n",
        change.fingerprint,
        today.plus_days(DAYS)
    )
}
