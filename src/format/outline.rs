//! Where the clauses of a file begin and end, and which of them keep their values in a column.

use crate::source::Span;
use crate::syntax::ast::{
    Clause, ClauseKind, File, Item, ItemKind, VendorClause, VendorClauseKind,
};

/// An item, a clause, or a line of a resource type.
pub(super) struct Line {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// How many of its first words are its keyword, when its value stands in the column.
    pub aligned: Option<usize>,
    /// What stands in its braces.
    pub lines: Vec<Line>,
}

impl Line {
    fn plain(span: Span) -> Self {
        Self::with(span, Vec::new())
    }

    fn with(span: Span, lines: Vec<Line>) -> Self {
        Self {
            start: span.start as usize,
            end: span.end as usize,
            aligned: None,
            lines,
        }
    }
}

/// The items of a file.
pub(super) fn outline(file: &File) -> Vec<Line> {
    file.items.iter().map(item).collect()
}

fn item(item: &Item) -> Line {
    let lines = match &item.kind {
        ItemKind::Team(team) => plain(team.settings.iter().map(|setting| setting.span)),
        ItemKind::System(system) => plain(system.settings.iter().map(|setting| setting.span)),
        ItemKind::Integration(party) | ItemKind::Principal(party) => clauses(&party.clauses),
        ItemKind::Profile(profile) => clauses(&profile.clauses),
        ItemKind::Resource(resource) => plain(resource.facts.iter().map(|fact| fact.span)),
        ItemKind::Guard(guard) => plain(guard.rules.iter().map(|rule| rule.span)),
        ItemKind::Test(test) => plain(test.assertions.iter().map(|assertion| assertion.span)),
        ItemKind::Vendor(vendor) => vendor_lines(&vendor.clauses),
        ItemKind::Service(service) => vendor_lines(&service.clauses),
        ItemKind::Reviewed(_) | ItemKind::Rotated(_) => Vec::new(),
    };
    Line::with(item.span, lines)
}

fn plain(spans: impl Iterator<Item = Span>) -> Vec<Line> {
    spans.map(Line::plain).collect()
}

fn clauses(clauses: &[Clause]) -> Vec<Line> {
    clauses
        .iter()
        .map(|clause| Line {
            aligned: keyword(&clause.kind),
            ..Line::plain(clause.span)
        })
        .collect()
}

/// How many words the keyword of a governance, identity or delegation clause has.
fn keyword(kind: &ClauseKind) -> Option<usize> {
    match kind {
        ClauseKind::Like(_)
        | ClauseKind::Owner(_)
        | ClauseKind::Purpose(_)
        | ClauseKind::Operator(_)
        | ClauseKind::Expires(_)
        | ClauseKind::Status(_)
        | ClauseKind::Acts(_)
        | ClauseKind::Identity { .. }
        | ClauseKind::Credential { .. }
        | ClauseKind::Trusts { .. }
        | ClauseKind::Ingests(_)
        | ClauseKind::Delegates { .. }
        | ClauseKind::Inherits { .. } => Some(1),
        ClauseKind::Review { .. }
        | ClauseKind::Revoke(_)
        | ClauseKind::Monitor(_)
        | ClauseKind::MemberOf(_)
        | ClauseKind::BoundedBy(_)
        | ClauseKind::RunsFrom(_)
        | ClauseKind::RunsOn(_)
        | ClauseKind::TriggeredBy(_) => Some(2),
        ClauseKind::Allow(_)
        | ClauseKind::Never(_)
        | ClauseKind::Holds { .. }
        | ClauseKind::Accept(_) => None,
    }
}

fn vendor_lines(clauses: &[VendorClause]) -> Vec<Line> {
    clauses
        .iter()
        .map(|clause| {
            let lines = if let VendorClauseKind::Resource(resource) = &clause.kind {
                plain(resource.lines.iter().map(|line| line.span))
            } else {
                Vec::new()
            };
            Line::with(clause.span, lines)
        })
        .collect()
}
