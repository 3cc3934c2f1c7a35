//! Where the declarations name somebody, and what of each line goes when that somebody does.
//!
//! The tree is walked, and not the text: a line is taken out where its meaning is to name somebody,
//! and not where the same word stands in a purpose or in the name of a resource.

mod walk;

use std::collections::BTreeSet;

use crate::source::Span;
use crate::syntax::ast::{File, Item, Text};
use walk::Walk;

/// Of whom the declarations are asked.
pub struct Sought<'a> {
    /// The name.
    pub name: &'a str,
    /// References of others to things that go with it: its identity, its host, its secret.
    pub going: &'a BTreeSet<Span>,
}

/// A place that names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mention {
    /// Where the name stands.
    pub span: Span,
    /// What names it: `` `triggered by` of `po-writer` ``.
    pub what: String,
}

/// How much of a text a cut takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Extent {
    /// An item or a line of one, with the comment behind it.
    Line,
    /// Entries of a list, with the comma between them.
    Entries,
    /// The end of a line that begins with this word, the span being what follows it.
    After(&'static str),
}

/// A part of a text that goes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cut {
    /// What goes.
    pub span: Span,
    /// How it is cut out.
    pub extent: Extent,
    /// Why it goes.
    pub why: String,
    /// What a person has to decide about it; none where it is certain.
    pub decide: Option<String>,
}

/// What the declarations say of somebody.
#[derive(Clone, Default, Debug)]
pub struct Mentions {
    /// Every place that names it, in the order of the files.
    pub all: Vec<Mention>,
    /// What goes with it.
    pub cuts: Vec<Cut>,
}

/// Reads the declarations of a project.
pub fn mentions(files: &[File], sought: &Sought<'_>) -> Mentions {
    let mut walk = Walk {
        sought,
        shadowed: false,
        found: Mentions::default(),
    };
    for item in files.iter().flat_map(|file| &file.items) {
        walk.item(item);
    }
    walk.found
}

/// From the first line of its documentation to its end.
pub fn whole(item: &Item) -> Span {
    with_docs(item.span, &item.docs)
}

/// From the first line of some documentation to the end of what it is about.
pub fn with_docs(span: Span, docs: &[Text]) -> Span {
    docs.first().map_or(span, |first| first.span.to(span))
}

/// What to decide where a rule of a guard goes.
pub fn rule_goes(of: &str) -> String {
    format!("whether {of} is to hold for somebody else instead")
}
