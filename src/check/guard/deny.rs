//! `deny`: who reaches what nobody of its kind should.

use crate::check::Findings;
use crate::check::guard::hit::{Hit, Hits};
use crate::check::guard::judge::{Found, Judged};
use crate::check::guard::selection::Selected;
use crate::diagnostic::Diagnostic;
use crate::graph::{Node, NodeId, Verdict};

/// Judges one `deny` for one party.
pub(in crate::check) fn judge(
    judged: &Judged<'_, '_>,
    selections: &[Selected<'_>],
    answered: &[Hits],
    directly: bool,
    findings: &mut Findings,
) {
    let mut all = Vec::new();
    for (selection, hits) in selections.iter().zip(answered) {
        let found = found(judged, selection, hits, directly);
        if found.is_empty() {
            return;
        }
        all.push(found);
    }
    match &all[..] {
        [what] => alone(judged, what, findings),
        [what, with, ..] => together(judged, (&what[0], &with[0]), findings),
        [] => {}
    }
}

/// What a party has of one selection, the best first.
fn found<'h>(
    judged: &Judged<'_, '_>,
    selection: &Selected<'_>,
    hits: &'h Hits,
    directly: bool,
) -> Vec<Found<'h>> {
    if selection.parties.is_empty() {
        return judged.found(hits, directly);
    }
    let is_of = |node: NodeId| selection.parties.iter().any(|&of| judged.is_own(of, node));
    if selection.has_places() {
        let mut found = judged.found(hits, directly);
        found.retain(|found| is_of(found.node));
        return found;
    }
    if directly {
        return Vec::new();
    }
    let row = judged.row();
    let mut found: Vec<Found<'h>> = row
        .iter()
        .filter(|(node, verdict)| {
            *verdict != Verdict::Blocked && !judged.is_own(judged.id, *node) && is_of(*node)
        })
        .map(|&(node, verdict)| Found {
            node,
            verdict,
            is_own: false,
            hit: None,
        })
        .collect();
    found.sort_by_key(|found| (found.verdict, found.node));
    found
}

/// One finding for each clause of its own, and one for the best way through others.
fn alone(judged: &Judged<'_, '_>, what: &[Found<'_>], findings: &mut Findings) {
    // What a unit gives besides stands at the whole clause, and what was meant at its resource.
    let mut narrow: Vec<&Found<'_>> = what.iter().filter(|found| found.is_own).collect();
    narrow.sort_by_key(|found| {
        found
            .hit
            .map(|hit| (hit.span.end - hit.span.start, hit.span))
    });
    let mut own: Vec<(&Found<'_>, usize)> = Vec::new();
    for found in narrow {
        let span = place(judged, found);
        let known = own
            .iter_mut()
            .find(|(first, _)| span.holds(place(judged, first)));
        match known {
            Some((_, more)) => *more += 1,
            None => own.push((found, 0)),
        }
    }
    let through = what
        .iter()
        .find(|found| !found.is_own)
        .map(|found| (found, 0));
    for (found, more) in own.into_iter().chain(through) {
        let mut said = said(judged, found);
        if more > 0 {
            said.message = format!("{}, and {more} more of the kind", said.message);
        }
        if let Some(hit) = found.hit {
            said = judged.accepted(said, hit);
        }
        let help = if found.is_own {
            "narrow what is allowed"
        } else {
            "cut one of these steps"
        };
        findings.push(judged.because(said, "this denies it", help));
    }
}

fn together(
    judged: &Judged<'_, '_>,
    (what, with): (&Found<'_>, &Found<'_>),
    findings: &mut Findings,
) {
    let name = &judged.context.model.party(judged.id).name;
    let first = phrase(judged, what);
    let second = phrase(judged, with);
    let mut said = judged.finding(
        place(judged, what),
        what.verdict.max(with.verdict),
        format!("`{name}` can {first} and {second}, which should not be in one hand"),
    );
    if let Some(hit) = with.hit
        && with.is_own
    {
        said = said.related(hit.span, format!("it can {second} here"));
    }
    for found in [what, with].into_iter().filter(|found| !found.is_own) {
        said = judged.way(said, found.node);
    }
    if let Some(hit) = what.hit {
        said = judged.accepted(said, hit);
    }
    findings.push(judged.because(
        said,
        "this denies it",
        "give one of the two to somebody else",
    ));
}

fn said(judged: &Judged<'_, '_>, found: &Found<'_>) -> Diagnostic {
    let name = &judged.context.model.party(judged.id).name;
    let words = phrase(judged, found);
    let span = place(judged, found);
    let said = judged.finding(span, found.verdict, format!("`{name}` can {words}"));
    if found.is_own {
        said
    } else {
        judged.way(said, found.node)
    }
}

/// What is reached, as in "it can …".
fn phrase(judged: &Judged<'_, '_>, found: &Found<'_>) -> String {
    let context = judged.context;
    let who = context
        .graph
        .name(context.model, context.granted, found.node);
    match (found.hit, context.graph.node(found.node)) {
        (None, _) => format!("act as `{who}`"),
        (Some(Hit { what, .. }), Node::Scope(_)) => {
            format!("grant itself anything in `{what}`")
        }
        (Some(Hit { what, verbs, .. }), _) if found.is_own => format!("{verbs} `{what}`"),
        (Some(Hit { what, verbs, .. }), _) => format!("{verbs} `{what}` as `{who}`"),
    }
}

/// Where a finding stands: at the resource in the clause, or where the way begins.
fn place(judged: &Judged<'_, '_>, found: &Found<'_>) -> crate::source::Span {
    match found.hit {
        Some(hit) if found.is_own => hit.span,
        _ => judged.beginning(found.node),
    }
}
