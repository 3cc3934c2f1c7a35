//! The edits as a unified diff, in the form that `git apply` takes.
//!
//! Line ends are part of the lines, so a file with carriage returns keeps them.

use std::fmt::Write as _;

use super::cut::{Gap, Gaps, without};
use super::edit::{last_line, narrow};
use crate::source::{SourceFile, Sources};

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// The diff of every file that changes, by path; `emptied` are removed.
pub fn patch(sources: &Sources, gaps: &Gaps, emptied: &[String]) -> String {
    let mut files: Vec<(&SourceFile, &[Gap])> = gaps
        .iter()
        .map(|(id, gaps)| (sources.file(*id), gaps.as_slice()))
        .collect();
    files.sort_by_key(|(file, _)| &file.path);
    let mut out = String::new();
    for (file, gaps) in files {
        let path = file.path.as_str();
        let (old, new) = (name("a/", path), name("b/", path));
        let _ = writeln!(out, "diff --git {} {}", old.trim_end(), new.trim_end());
        if emptied.iter().any(|one| one == path) {
            let _ = write!(out, "deleted file mode 100644\n--- {old}\n+++ /dev/null\n");
            let lines: Vec<&str> = file.text.split_inclusive('\n').collect();
            let _ = writeln!(out, "@@ -{} +0,0 @@", range(1, lines.len()));
            for line in lines {
                put(&mut out, '-', line);
            }
            continue;
        }
        let _ = write!(out, "--- {old}\n+++ {new}\n");
        hunks(&mut out, file, gaps);
    }
    out
}

/// A change of some lines, counted from 0.
struct Change<'t> {
    start: usize,
    end: usize,
    new: Vec<&'t str>,
}

fn hunks(out: &mut String, file: &SourceFile, gaps: &[Gap]) {
    let text = file.text.as_str();
    let old: Vec<&str> = text.split_inclusive('\n').collect();
    let new_text = without(text, gaps);
    let new: Vec<&str> = new_text.split_inclusive('\n').collect();
    let changes = changes(file, gaps, &old, &new);
    let mut shift: isize = 0;
    let mut at = 0;
    while at < changes.len() {
        let mut end = at + 1;
        while end < changes.len() && changes[end].start <= changes[end - 1].end + 2 * CONTEXT {
            end += 1;
        }
        let some = &changes[at..end];
        let from = some[0].start.saturating_sub(CONTEXT);
        let until = (some[some.len() - 1].end + CONTEXT).min(old.len());
        let removed: usize = some.iter().map(|change| change.end - change.start).sum();
        let added: usize = some.iter().map(|change| change.new.len()).sum();
        let (were, are) = (until - from, until - from + added - removed);
        // A range without lines stands after the line that it names.
        let of_new = from.saturating_add_signed(shift) + usize::from(are > 0);
        let _ = writeln!(
            out,
            "@@ -{} +{} @@",
            range(from + 1, were),
            range(of_new, are)
        );
        let mut line = from;
        for change in some {
            old[line..change.start]
                .iter()
                .for_each(|line| put(out, ' ', line));
            old[change.start..change.end]
                .iter()
                .for_each(|line| put(out, '-', line));
            change.new.iter().for_each(|line| put(out, '+', line));
            line = change.end;
        }
        old[line..until].iter().for_each(|line| put(out, ' ', line));
        shift += signed(added) - signed(removed);
        at = end;
    }
}

/// The changes of lines that gaps come to.
fn changes<'t>(file: &SourceFile, gaps: &[Gap], old: &[&str], new: &[&'t str]) -> Vec<Change<'t>> {
    let mut ends = Vec::with_capacity(old.len());
    let mut length = 0;
    for line in old {
        length += line.len();
        ends.push(length);
    }
    let mut changes: Vec<Change<'t>> = Vec::new();
    for gap in gaps {
        let start = file.place(narrow(gap.range.start)).line as usize - 1;
        let end = last_line(file, gap) as usize;
        match changes.last_mut() {
            Some(last) if start < last.end => last.end = last.end.max(end),
            _ => changes.push(Change {
                start,
                end,
                new: Vec::new(),
            }),
        }
    }
    // Between changes the lines are the same, so those of the new text are counted off.
    let (mut at, mut next) = (0, 0);
    for change in &mut changes {
        next += change.start - at;
        let first = ends.get(change.start.wrapping_sub(1)).copied().unwrap_or(0);
        let last = ends[change.end - 1];
        let inside: usize = gaps
            .iter()
            .filter(|gap| first <= gap.range.start && gap.range.end <= last)
            .map(|gap| gap.range.len())
            .sum();
        let mut left = last - first - inside;
        while left > 0 && next < new.len() {
            left = left.saturating_sub(new[next].len());
            change.new.push(new[next]);
            next += 1;
        }
        at = change.end;
    }
    changes
}

/// A range of lines as hunks name it.
fn range(first: usize, count: usize) -> String {
    match count {
        1 => first.to_string(),
        _ => format!("{first},{count}"),
    }
}

fn put(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

fn signed(count: usize) -> isize {
    isize::try_from(narrow(count)).unwrap_or(isize::MAX)
}

/// A path as git writes it: in quotes where it would be read as something else, and with a tab
/// behind it where a space could end it.
fn name(side: &str, path: &str) -> String {
    let needs = |c: char| c.is_control() || c == '"' || c == '\\';
    if !path.contains(needs) {
        let end = if path.contains(' ') { "\t" } else { "" };
        return format!("{side}{path}{end}");
    }
    let mut text = format!("\"{side}");
    for character in path.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            other if other.is_control() => {
                let mut bytes = [0; 4];
                for byte in other.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(text, "\\{byte:03o}");
                }
            }
            other => text.push(other),
        }
    }
    text.push('"');
    text
}
