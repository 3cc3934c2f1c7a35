//! What to change in the project's files, as whole lines that a program or a person replaces.

use serde::Serialize;

use super::cut::{BOM, Gap, Gaps, without};
use super::mention::Cut;
use crate::source::{SourceFile, Sources};

/// What an edit does to its lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// They go.
    Remove,
    /// Others stand in their place.
    Replace,
}

/// Some lines of a file and what becomes of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Edit {
    /// The file, relative to the project.
    pub file: String,
    /// The first line, from 1.
    pub line: u32,
    /// The last line.
    pub end_line: u32,
    /// What becomes of them.
    pub action: Action,
    /// The lines as they are, line ends inside as they are and without the last one's.
    pub text: String,
    /// What stands there instead; empty where they go.
    pub new_text: String,
    /// Why, one a reason.
    pub why: Vec<String>,
    /// What a person has to decide; empty where the edit is certain.
    pub decide: Vec<String>,
}

/// The edits of all files, by file and line.
pub fn edits(sources: &Sources, gaps: &Gaps, cuts: &[Cut]) -> Vec<Edit> {
    let mut all: Vec<Edit> = Vec::new();
    for (&file, gaps) in gaps {
        let file = sources.file(file);
        let mut at = 0;
        while at < gaps.len() {
            let first = file.place(narrow(gaps[at].range.start)).line;
            let mut end = last_line(file, &gaps[at]);
            let mut next = at + 1;
            // Gaps of one line are one edit.
            while next < gaps.len() && file.place(narrow(gaps[next].range.start)).line <= end {
                end = last_line(file, &gaps[next]);
                next += 1;
            }
            let mut new = edit(file, first, end, &gaps[at..next], cuts);
            // Lines that go one after the other for one reason are one edit.
            if let Some(last) = all.last_mut().filter(|last| goes_on(last, &new)) {
                let start = file.line_start(last.line);
                let stop = file.line_start(new.end_line + 1);
                last.end_line = new.end_line;
                without_end(&file.text[start..stop]).clone_into(&mut last.text);
                last.decide.append(&mut new.decide);
                last.decide.dedup();
            } else {
                all.push(new);
            }
            at = next;
        }
    }
    all.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    all
}

/// Whether both take out lines for the same reason, the one just before the other.
fn goes_on(last: &Edit, next: &Edit) -> bool {
    last.file == next.file
        && last.end_line + 1 == next.line
        && last.action == Action::Remove
        && next.action == Action::Remove
        && last.why == next.why
}

fn edit(file: &SourceFile, line: u32, end_line: u32, gaps: &[Gap], cuts: &[Cut]) -> Edit {
    let start = file.line_start(line);
    let end = file.line_start(end_line + 1);
    let shifted: Vec<Gap> = gaps
        .iter()
        .map(|gap| Gap {
            range: gap.range.start.max(start) - start..gap.range.end - start,
            cuts: Vec::new(),
        })
        .collect();
    let old = &file.text[start..end];
    let new = without(old, &shifted);
    let (mut why, mut decide): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for cut in gaps
        .iter()
        .flat_map(|gap| &gap.cuts)
        .map(|&index| &cuts[index])
    {
        if !why.contains(&cut.why) {
            why.push(cut.why.clone());
        }
        decide.extend(
            cut.decide
                .iter()
                .filter(|one| !decide.contains(one))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    Edit {
        file: file.path.clone(),
        line,
        end_line,
        action: if new.is_empty() {
            Action::Remove
        } else {
            Action::Replace
        },
        text: without_end(old).to_owned(),
        new_text: without_end(&new).to_owned(),
        why,
        decide,
    }
}

/// The last line that a gap changes. One that begins inside of a line and ends where a line begins
/// joins that one to the first.
pub(super) fn last_line(file: &SourceFile, gap: &Gap) -> u32 {
    let Gap { range, .. } = gap;
    let line = |byte: usize| file.place(narrow(byte)).line;
    let last = line(range.end.saturating_sub(1).max(range.start));
    let is_inside = range.start > file.line_start(line(range.start));
    let joins = is_inside && range.end == file.line_start(last + 1) && range.end < file.text.len();
    last + u32::from(joins)
}

/// A text without its last line end.
fn without_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Files of which nothing is left.
pub fn emptied(sources: &Sources, gaps: &Gaps) -> Vec<String> {
    let mut all: Vec<String> = gaps
        .iter()
        .filter(|(id, gaps)| {
            let left = without(&sources.file(**id).text, gaps);
            left.trim_start_matches(BOM).trim().is_empty()
        })
        .map(|(id, _)| sources.file(*id).path.clone())
        .collect();
    all.sort();
    all
}

pub(super) fn narrow(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}
