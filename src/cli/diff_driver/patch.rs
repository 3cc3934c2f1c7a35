//! The usual patch, below what it means, so that what the driver prints can still be applied.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Change, Version};

/// The patch as git itself makes it, with the paths of the repository in place of those of git's
/// temporary files; a plain statement where git cannot be asked.
pub(super) fn patch(change: &Change) -> String {
    let mut text = header(change);
    let Some(hunks) = hunks(&change.old, &change.new) else {
        text.push_str("the lines that differ cannot be shown\n");
        return text;
    };
    if !hunks.is_empty() {
        let name = |version: &Version, side: &str| match version.file {
            Some(_) => named(side, &version.path),
            None => "/dev/null".to_owned(),
        };
        let (old, new) = (name(&change.old, "a"), name(&change.new, "b"));
        let _ = write!(text, "--- {old}\n+++ {new}\n{hunks}");
    }
    text
}

/// The lines before the hunks: names, modes and objects.
fn header(change: &Change) -> String {
    let (old, new) = (&change.old, &change.new);
    let names = [named("a", &old.path), named("b", &new.path)];
    let mut header = format!("diff --git {}\n", names.join(" "));
    let modes = match (&old.file, &new.file) {
        (None, _) => format!("new file mode {}\n", new.mode),
        (_, None) => format!("deleted file mode {}\n", old.mode),
        _ if old.mode != new.mode => {
            format!("old mode {}\nnew mode {}\n", old.mode, new.mode)
        }
        _ => String::new(),
    };
    header.push_str(&modes);
    if let Some(said) = &change.renamed {
        header.push_str(said.trim_end_matches('\n'));
        header.push('\n');
    }
    header
}

/// A path on one side, in quotes where git would write it so.
fn named(side: &str, path: &Path) -> String {
    let path = path.to_string_lossy();
    if path.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        format!("\"{side}/{}\"", path.escape_default())
    } else {
        format!("{side}/{path}")
    }
}

/// What git prints from the first hunk on; empty where both texts are the same, none where git
/// cannot be asked.
fn hunks(old: &Version, new: &Version) -> Option<String> {
    let nothing = Path::new("/dev/null");
    let output = Command::new("git")
        .args(["diff", "--no-index", "--no-ext-diff", "--no-textconv"])
        .args(["--no-color", "--text", "--"])
        .arg(old.file.as_deref().unwrap_or(nothing))
        .arg(new.file.as_deref().unwrap_or(nothing))
        .stdin(Stdio::null())
        .output()
        .ok()?;
    // 1 says that they differ.
    if !matches!(output.status.code(), Some(0 | 1)) {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let at = text.find("\n@@ ").map(|at| at + 1);
    Some(at.map_or_else(String::new, |at| text[at..].to_owned()))
}
