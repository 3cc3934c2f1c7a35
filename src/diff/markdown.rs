//! The `markdown` form of a comparison: the comment on a pull request.
//!
//! Its first line is a marker by which a later run finds the comment to replace. The worst comes
//! first; what most readers need not see is folded; nothing is left out without a count.

use std::fmt::Write as _;

use super::compared::{Compared, joint, stations, title};
use super::{Change, Clause, Direction, Tendency, Verdict, Way};
use crate::question::counted;

mod picture;
mod sheet;

use crate::diagnostic::markdown::{code, codes, prose};
use sheet::{fold, lines, more, room, table};

/// The rows of the table of gains that are not folded.
const SHOWN: usize = 12;
/// The steps of a way that are told of.
const STEPS: usize = 6;
/// The most names in one cell.
const NAMES: usize = 3;
/// The most bytes of each part, so that what comes first leaves room for what comes later.
const GAPS: usize = 5_000;
const REVIEWERS: usize = 2_000;
const GAINS: usize = 18_000;
const FOLDED_GAINS: usize = 9_000;
const PICTURE: usize = 9_000;
const WAYS: usize = 4_000;
const LOSSES: usize = 4_500;
const WEAKENED: usize = 4_500;
const GOVERNANCE: usize = 3_000;
const OTHERS: usize = 3_000;
const FINGERPRINTS: usize = 4_500;

/// The marker of a project's comment: `<!-- scopec diff -->`, with the folder where the project is
/// not the whole repository.
pub fn marker(folder: &str) -> String {
    if folder.is_empty() {
        return "<!-- scopec diff -->".to_owned();
    }
    // Two hyphens end a comment of HTML, and an angle bracket might be taken for its end.
    let plain: String = folder
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "/._".contains(c) {
                c.to_string()
            } else {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).bytes();
                bytes.fold(String::new(), |mut text, byte| {
                    let _ = write!(text, "%{byte:02X}");
                    text
                })
            }
        })
        .collect();
    format!("<!-- scopec diff: {plain} -->")
}

/// The comparison as a comment in GitHub's Markdown, ending with a line end: at most 65,536
/// characters, whatever was found.
pub fn render(compared: &Compared<'_>) -> String {
    let mut out = marker(compared.folder);
    out.push('\n');
    verdict(&mut out, compared);
    gaps(&mut out, compared);
    reviewers(&mut out, compared);
    gains(&mut out, compared);
    ways(&mut out, compared);
    losses(&mut out, compared);
    governance(&mut out, compared);
    others(&mut out, compared);
    fingerprints(&mut out, compared);
    closing(&mut out, compared);
    out
}

fn verdict(out: &mut String, compared: &Compared<'_>) {
    let diff = compared.diff;
    let weaker = matches!(diff.governance, Tendency::Weakened | Tendency::Mixed);
    let head = match diff.verdict {
        Verdict::Widens => "🔴 This change gives more authority",
        Verdict::Mixed => "🔴 This change gives more authority, and takes some away",
        Verdict::Narrows if weaker => "🟡 This change takes authority away, and weakens governance",
        Verdict::Narrows => "🟢 This change only takes authority away",
        Verdict::Same if weaker => "🟡 Nobody gains authority, but governance is weakened",
        Verdict::Same => "🟢 Nobody gains or loses authority",
    };
    let _ = write!(out, "### {head}\n\n");
    let counts = compared.counts();
    let mut sentence = String::new();
    if !counts.is_empty() {
        let _ = write!(sentence, "**{counts}.**");
    }
    let governance = match diff.governance {
        Tendency::Same => "",
        Tendency::Weakened => " Governance is weakened.",
        Tendency::Strengthened => " Governance is strengthened.",
        Tendency::Mixed => " Governance is weakened in one place and strengthened in another.",
    };
    sentence.push_str(governance);
    if let Some(worst) = diff.changes.iter().find(|one| one.is_loss()) {
        let _ = write!(sentence, " Worst: {}", told(worst));
        let all = stations(&worst.path);
        if let [_, between @ .., _] = &all[..]
            && !between.is_empty()
        {
            let _ = write!(sentence, ", through {}", codes(between, NAMES));
        }
        if !worst.risk.is_empty() {
            let _ = write!(sentence, " (risk: {})", codes(&worst.risk, NAMES));
        }
        sentence.push('.');
    }
    let sentence = sentence.trim();
    if !sentence.is_empty() {
        let _ = write!(out, "{sentence}\n\n");
    }
}

/// A change as a sentence.
fn told(change: &Change) -> String {
    format!(
        "{}{}{}",
        named(change),
        joint(change),
        prose(&change.detail)
    )
}

/// The names on a change's path, an arrow between each two.
fn chain(change: &Change) -> String {
    let all = stations(&change.path);
    let told: Vec<String> = all.iter().map(|name| code(name)).collect();
    if told.len() <= 2 * NAMES {
        return told.join(" → ");
    }
    format!(
        "{} → *{} more* → {}",
        told[..NAMES].join(" → "),
        told.len() - 2 * NAMES,
        told[told.len() - NAMES..].join(" → ")
    )
}

fn gaps(out: &mut String, compared: &Compared<'_>) {
    let Some(doubt) = compared.doubt() else {
        return;
    };
    let gaps = &compared.diff.gaps;
    let _ = write!(
        out,
        "> [!WARNING]\n> **This is not the whole picture.** {}.\n",
        capital(&doubt)
    );
    let told = gaps.iter().map(|gap| {
        let about = match &gap.subject {
            Some(subject) => format!(" (about {})", code(subject)),
            None => String::new(),
        };
        let place = code(&format!("{}:{}", gap.place.file, gap.place.line));
        let side = gap.side.word();
        format!("> - {side}, {place}: {}{about}\n", prose(&gap.message))
    });
    let left = lines(out, told, GAPS);
    if left > 0 {
        let _ = writeln!(out, "> - and {left} more");
    }
    out.push('\n');
}

fn reviewers(out: &mut String, compared: &Compared<'_>) {
    if compared.reviewers.is_empty() {
        return;
    }
    out.push_str("**Required reviewers:**");
    let names = compared.reviewers.iter().enumerate().map(|(index, name)| {
        let comma = if index > 0 { "," } else { "" };
        format!("{comma} {}", code(name))
    });
    let left = lines(out, names, REVIEWERS);
    if left > 0 {
        let _ = write!(out, " and {left} more");
    }
    out.push_str("\n\n");
}

fn gains(out: &mut String, compared: &Compared<'_>) {
    let all: Vec<&Change> = of(compared, |change| change.direction == Direction::Widens);
    if all.is_empty() {
        return;
    }
    let heads = ["Who", "Gains", "On what", "Via", "Risk"];
    let ways = compared.ways();
    let row = |change: &&Change| gain(change, ways.get(change.fingerprint.as_str()).copied());
    let (first, rest) = all.split_at(all.len().min(SHOWN));
    let written = table(out, &heads, first.iter().map(row), GAINS);
    let left = first.len() - written;
    let folded = left + rest.len();
    if folded == 0 {
        return;
    }
    let title = counted(folded, "more gain", "more gains");
    fold(out, &title, false, |out| {
        let rows = all[written..].iter().map(row);
        let written = table(out, &heads, rows, FOLDED_GAINS);
        more(out, folded - written);
    });
}

fn gain(change: &Change, way: Option<&Way>) -> Vec<String> {
    let mut who = named(change);
    if !change.affects.is_empty() {
        let _ = write!(who, "<br>for {}", codes(&change.affects, NAMES));
    }
    if !change.also.is_empty() {
        let _ = write!(who, "<br>and so {}", codes(&change.also, NAMES));
    }
    let mut via = if change.path.is_empty() {
        let word = if change.lateral { "others" } else { "direct" };
        word.to_owned()
    } else {
        chain(change)
    };
    if let Some(way) = way.filter(|way| way.more > 0) {
        let _ = write!(
            via,
            "<br>and {} by the same step",
            counted(way.more, "more way", "more ways")
        );
    }
    let (what, resource) = match &change.resource {
        Some(resource) => (without(&change.detail, resource), code(resource)),
        None => (change.detail.clone(), String::new()),
    };
    let mut gains = prose(&what);
    let known = change.operation_count;
    if known > 0 && known <= 3 && change.operations.len() == known {
        let short: Vec<String> = change.operations.iter().map(|one| plain(one)).collect();
        let _ = write!(gains, "<br>{}", codes(&short, NAMES));
    } else if known > 0 {
        let _ = write!(gains, "<br>{}", counted(known, "operation", "operations"));
    }
    if let Some(place) = placed(change) {
        let _ = write!(gains, "<br>{place}");
    }
    vec![who, gains, resource, via, codes(&change.risk, NAMES)]
}

/// An operation without its vendor and service, as the vendor's own pages call it.
fn plain(operation: &str) -> String {
    operation.rsplit('.').next().unwrap_or(operation).to_owned()
}

/// What is gained without the resource, which has a column of its own.
fn without(detail: &str, resource: &str) -> String {
    let end = format!(" `{resource}`");
    match detail.strip_suffix(&end) {
        Some(start) => start.strip_suffix(" on").unwrap_or(start).to_owned(),
        None => detail.replacen(&format!(" on{end}"), "", 1),
    }
}

fn ways(out: &mut String, compared: &Compared<'_>) {
    let opened = &compared.diff.opened;
    if opened.is_empty() {
        return;
    }
    let title = if opened.len() == 1 {
        "The new way"
    } else {
        "The new ways"
    };
    let drawn = if let Some((picture, drawn)) = picture::draw(opened, room(out, PICTURE)) {
        let part = match opened.len() - drawn {
            0 => String::new(),
            left => format!("; {left} more are not drawn"),
        };
        let _ = write!(
            out,
            "**{title}** (red is what this change adds{part})\n\n```mermaid\n{picture}```\n\n"
        );
        drawn
    } else {
        let _ = write!(out, "**{title}** (too large to draw)\n\n");
        opened.len()
    };
    let told = opened[..drawn].iter().map(steps);
    let left = lines(out, told, WAYS) + opened.len() - drawn;
    if left > 0 {
        let _ = writeln!(out, "- and {}", counted(left, "more way", "more ways"));
    }
    out.push('\n');
}

/// A way step by step, with the reason of each.
fn steps(way: &Way) -> String {
    let mut text = format!("- {} → {}\n", code(&way.from), code(&way.to));
    for (index, hop) in way.path.iter().enumerate() {
        let is_new = index == way.new_hop;
        if index >= STEPS && !is_new {
            continue;
        }
        let new = if is_new { "**new:** " } else { "" };
        let place = match (&hop.file, hop.line) {
            (Some(file), Some(line)) => format!(" ({})", code(&format!("{file}:{line}"))),
            _ => String::new(),
        };
        let to = code(&hop.to);
        let _ = writeln!(
            text,
            "  {}. {new}to {to}: {}{place}",
            index + 1,
            prose(&hop.why)
        );
    }
    let told = way.path.len().min(STEPS) + usize::from(way.new_hop >= STEPS);
    if way.path.len() > told {
        let _ = writeln!(text, "  - and {} more steps", way.path.len() - told);
    }
    text
}

fn losses(out: &mut String, compared: &Compared<'_>) {
    let all = of(compared, |change| change.direction == Direction::Narrows);
    if all.is_empty() {
        return;
    }
    let title = format!("Taken away: {}", counted(all.len(), "change", "changes"));
    fold(out, &title, false, |out| {
        let rows = all.iter().map(|change| {
            vec![
                named(change),
                prose(&change.detail),
                way_of(change),
                placed(change).unwrap_or_default(),
            ]
        });
        let written = table(out, &["Who", "Loses", "Via", "Where"], rows, LOSSES);
        more(out, all.len() - written);
    });
}

fn way_of(change: &Change) -> String {
    match (change.path.is_empty(), change.lateral) {
        (false, _) => chain(change),
        (true, true) => "others".to_owned(),
        (true, false) => "direct".to_owned(),
    }
}

fn governance(out: &mut String, compared: &Compared<'_>) {
    let heads = ["Of", "What", "Where"];
    let weaker = of(compared, |change| governs(change) && change.is_loss());
    if !weaker.is_empty() {
        let title = format!(
            "Governance weakened: {}",
            counted(weaker.len(), "change", "changes")
        );
        fold(out, &title, true, |out| {
            let written = table(out, &heads, weaker.iter().copied().map(rewritten), WEAKENED);
            more(out, weaker.len() - written);
        });
    }
    let other = of(compared, |change| governs(change) && !change.is_loss());
    if !other.is_empty() {
        let title = format!(
            "Governance strengthened or otherwise: {}",
            counted(other.len(), "change", "changes")
        );
        fold(out, &title, false, |out| {
            let written = table(
                out,
                &heads,
                other.iter().copied().map(rewritten),
                GOVERNANCE,
            );
            more(out, other.len() - written);
        });
    }
}

/// Whether a change is about governance alone.
fn governs(change: &Change) -> bool {
    change.direction == Direction::Neutral && change.governance.is_some()
}

fn others(out: &mut String, compared: &Compared<'_>) {
    let all = of(compared, |change| {
        change.direction == Direction::Neutral && change.governance.is_none()
    });
    if all.is_empty() {
        return;
    }
    let title = format!(
        "Neither gives nor takes: {}",
        counted(all.len(), "change", "changes")
    );
    fold(out, &title, false, |out| {
        let rows = all.iter().copied().map(rewritten);
        let written = table(out, &["Of", "What", "Where"], rows, OTHERS);
        more(out, all.len() - written);
    });
}

/// Of whom a change is, what changes with the words before and after, and where.
fn rewritten(change: &Change) -> Vec<String> {
    let mut text = prose(&change.detail);
    // Most of what is said in so many words quotes them.
    let new = |clause: &&Clause| !change.detail.contains(&clause.text);
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    match (before.filter(new), after.filter(new)) {
        (Some(before), Some(after)) => {
            let _ = write!(text, "<br>{} → {}", code(&before.text), code(&after.text));
        }
        (Some(before), None) => {
            let _ = write!(text, "<br>was {}", code(&before.text));
        }
        (None, Some(after)) => {
            let _ = write!(text, "<br>now {}", code(&after.text));
        }
        (None, None) => {}
    }
    vec![named(change), text, placed(change).unwrap_or_default()]
}

fn fingerprints(out: &mut String, compared: &Compared<'_>) {
    let all = of(compared, Change::is_loss);
    if all.is_empty() {
        return;
    }
    let approvals = compared.approvals();
    let heads = ["Fingerprint", "Change", "Approved by"];
    let heads = &heads[..if approvals.is_empty() { 2 } else { 3 }];
    fold(out, "Fingerprints, for approvals", false, |out| {
        let rows = all.iter().map(|change| {
            let mut row = vec![code(&change.fingerprint), told(change)];
            if !approvals.is_empty() {
                let approval = approvals.get(change.fingerprint.as_str());
                row.push(approval.map_or_else(String::new, |one| {
                    let (by, because) = (code(&one.by), prose(&one.because));
                    format!("{by} until {}: {because}", one.until)
                }));
            }
            row
        });
        let written = table(out, heads, rows, FINGERPRINTS);
        more(out, all.len() - written);
    });
}

fn closing(out: &mut String, compared: &Compared<'_>) {
    let (base, head) = (code(compared.base), code(compared.head));
    let project = match compared.folder {
        "" => String::new(),
        folder => format!(" of {}", code(folder)),
    };
    let _ = writeln!(
        out,
        "<sub>`scopec diff`{project}: {head} compared with {base}</sub>"
    );
}

fn of<'a>(compared: &Compared<'a>, wanted: impl Fn(&Change) -> bool) -> Vec<&'a Change> {
    let changes = compared.diff.changes.iter();
    changes.filter(|change| wanted(change)).collect()
}

/// Of whom a change speaks.
fn named(change: &Change) -> String {
    format!("{}{}", title(change), code(&change.subject))
}

/// Where a change is.
fn placed(change: &Change) -> Option<String> {
    let place = change.place()?;
    Some(code(&format!("{}:{}", place.file, place.line)))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
