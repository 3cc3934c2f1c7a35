//! Where everything stands in a report of one page or of several, and what links to it.

use crate::emit::manifest::File;
use crate::report::answer::Outcome;
use crate::report::document::Report;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::ops::Range;

/// The page of hashes beside a report in several pages.
pub const SOURCES: &str = "sources.html";

/// The page that a link stands on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// The first page.
    First,
    /// The section of that number.
    Section(usize),
}

/// A report, and where each thing of it stands.
pub struct Book<'r, 'p> {
    /// What is told.
    pub report: &'r Report<'p>,
    /// Whether a predicate failed that some technique of ATT&CK is named for.
    pub has_techniques: bool,
    /// The stem of the first page's file, as it stands in an address.
    stem: String,
    /// How many integrations a section has; none where all stand on the first page.
    size: Option<usize>,
    /// The anchors of integrations, by number.
    anchors: Vec<String>,
    /// The numbers of integrations, by name; asked for single names only.
    numbers: HashMap<&'r str, usize>,
    /// The emitted files of every integration.
    files: BTreeMap<&'r str, Vec<&'r File>>,
}

impl<'r, 'p> Book<'r, 'p> {
    /// A report whose first page is `STEM.html`, its integrations in sections of `size`.
    pub fn new(report: &'r Report<'p>, stem: &str, size: Option<usize>) -> Self {
        let mut taken = BTreeSet::new();
        let anchors = (report.entries.iter())
            .map(|entry| {
                let plain = anchor("integration", &[&entry.name]);
                let mut own = plain.clone();
                let mut count = 1;
                // No name gives an anchor that ends in an underscore and digits.
                while !taken.insert(own.clone()) {
                    count += 1;
                    own = format!("{plain}_{count}");
                }
                own
            })
            .collect();
        let mut numbers = HashMap::new();
        for (number, entry) in report.entries.iter().enumerate() {
            numbers.entry(entry.name.as_str()).or_insert(number);
        }
        let mut files: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
        for file in &report.desk.manifest.files {
            files.entry(&file.integration).or_default().push(file);
        }
        let named = report.assessment.predicates.iter();
        let has_techniques = named
            .filter(|predicate| !report.attack.techniques(&[predicate.id]).is_empty())
            .any(|predicate| {
                let mut all = 0..report.entries.len();
                all.any(|at| report.assessment.outcome(at, predicate) == Some(Outcome::Failed))
            });
        Self {
            report,
            has_techniques,
            stem: in_address(stem),
            size,
            anchors,
            numbers,
            files,
        }
    }

    /// Whether integrations stand on pages of their own.
    pub fn is_divided(&self) -> bool {
        self.size.is_some()
    }

    /// How many pages of integrations there are besides the first.
    pub fn sections(&self) -> usize {
        let count = self.report.entries.len();
        self.size.map_or(0, |size| count.div_ceil(size))
    }

    /// The numbers of the integrations of a section.
    pub fn members(&self, section: usize) -> Range<usize> {
        let count = self.report.entries.len();
        let size = self.size.unwrap_or(count);
        (section * size).min(count)..((section + 1) * size).min(count)
    }

    /// The first page, seen from a section.
    pub fn first(&self) -> String {
        format!("../{}.html", self.stem)
    }

    /// A section, seen from the first page.
    pub fn page(&self, section: usize) -> String {
        format!("{}.sections/{}", self.stem, file(section))
    }

    /// The folder of the sections, seen from the first page.
    pub fn folder(&self) -> String {
        format!("{}.sections/", self.stem)
    }

    /// A place on the first page, seen from another.
    pub fn on_first(&self, anchor: &str, from: From) -> String {
        match from {
            From::First => format!("#{anchor}"),
            From::Section(_) => format!("{}#{anchor}", self.first()),
        }
    }

    /// The integration's anchor.
    pub fn anchor(&self, number: usize) -> &str {
        &self.anchors[number]
    }

    /// The address of an integration.
    pub fn link(&self, number: usize, from: From) -> String {
        let anchor = self.anchor(number);
        match (self.size, from) {
            (None, _) => format!("#{anchor}"),
            (Some(size), From::First) => format!("{}#{anchor}", self.page(number / size)),
            (Some(size), From::Section(own)) if number / size == own => format!("#{anchor}"),
            (Some(size), From::Section(_)) => format!("{}#{anchor}", file(number / size)),
        }
    }

    /// The number of the integration of that name.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// What was emitted for an integration.
    pub fn files(&self, name: &str) -> &[&'r File] {
        self.files.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The file of a section.
pub fn file(section: usize) -> String {
    format!("{section:03}.html")
}

/// An anchor that no other words give: what is neither a letter, a digit nor `-` stands as its number
/// between underscores.
pub fn anchor(kind: &str, words: &[&str]) -> String {
    let mut out = kind.to_owned();
    for word in words {
        out.push('-');
        for c in word.chars() {
            if c.is_ascii_alphanumeric() || c == '-' {
                out.push(c);
            } else {
                // Writing to a string cannot fail.
                let _ = write!(out, "_{:x}_", u32::from(c));
            }
        }
    }
    out
}

/// A file's name as a part of an address (RFC 3986, section 2.3).
fn in_address(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
