//! The project without somebody: the declarations are cut, compiled anew and compared, so that what
//! an edit brings about is found and not guessed.

use std::collections::{BTreeMap, BTreeSet};

use super::Project;
use super::cut::{Gaps, gaps, origin_of, without};
use super::mention::{Cut, Extent, rule_goes, whole, with_docs};
use crate::compile::{Compiled, Input, compile};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::ast::{ClauseKind, File, ItemKind};

/// How often what an edit leaves over is looked for: profiles may take each other in.
const ROUNDS: usize = 32;

/// The project after the edits.
pub struct After {
    /// What it means then.
    pub compiled: Compiled,
    /// What the edits cut out of each file.
    pub gaps: Gaps,
    /// What was not there to say before, places being those in the files as they are now.
    pub fresh: Vec<Diagnostic>,
}

/// Makes the cuts, and further ones for what nothing uses or selects any more.
pub fn after(project: &Project, trees: &[File], now: &Compiled, cuts: &mut Vec<Cut>) -> After {
    let mut round = 0;
    loop {
        let gaps = all_gaps(project, trees, cuts);
        let compiled = compile(input(project, &gaps), None);
        let mut fresh = fresh(now, &compiled);
        for one in &mut fresh {
            one.span = origin_of(&gaps, one.span);
        }
        round += 1;
        let more = left_over(trees, &fresh, cuts);
        if more.is_empty() || round >= ROUNDS {
            return After {
                compiled,
                gaps,
                fresh,
            };
        }
        cuts.extend(more);
    }
}

fn all_gaps(project: &Project, trees: &[File], cuts: &[Cut]) -> Gaps {
    let mut by_file: BTreeMap<FileId, Vec<(usize, &Cut)>> = BTreeMap::new();
    for (index, cut) in cuts.iter().enumerate() {
        by_file.entry(cut.span.file).or_default().push((index, cut));
    }
    let comments = |id: FileId| {
        let tree = trees.iter().find(|tree| tree.id == id);
        tree.map_or(&[][..], |tree| &tree.comments)
    };
    by_file
        .into_iter()
        .map(|(id, cuts)| {
            let text = &project.sources.file(id).text;
            (id, gaps(text, comments(id), &cuts))
        })
        .collect()
}

fn input(project: &Project, gaps: &Gaps) -> Input {
    let mut sources = Sources::new();
    for (id, file) in project.sources.iter() {
        let text = match gaps.get(&id) {
            Some(gaps) => without(&file.text, gaps),
            None => file.text.clone(),
        };
        sources.add(SourceFile::new(file.path.clone(), text));
    }
    Input {
        sources,
        files: project.files.clone(),
        settings: project.settings.clone(),
        diagnostics: Vec::new(),
    }
}

/// What is said of the one project and not of the other, notes left out. Lines may have moved, so
/// places are compared by file.
fn fresh(before: &Compiled, after: &Compiled) -> Vec<Diagnostic> {
    let key = |compiled: &Compiled, one: &Diagnostic| {
        (
            one.rule.to_string(),
            one.severity,
            one.message.clone(),
            compiled.sources.path(one.span).to_owned(),
        )
    };
    let counts = |one: &&Diagnostic| one.severity > Severity::Note && !one.accepted;
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for one in before.diagnostics.iter().filter(counts) {
        *known.entry(key(before, one)).or_default() += 1;
    }
    let mut fresh = Vec::new();
    for one in after.diagnostics.iter().filter(counts) {
        match known.get_mut(&key(after, one)) {
            Some(left @ 1..) => *left -= 1,
            Some(0) | None => fresh.push(one.clone()),
        }
    }
    fresh
}

/// Profiles that nobody takes in any more, rules of guards that select nothing, and exceptions from
/// what is not there.
fn left_over(trees: &[File], fresh: &[Diagnostic], cuts: &[Cut]) -> Vec<Cut> {
    let mut more = Vec::new();
    let known: BTreeSet<Span> = cuts.iter().map(|cut| cut.span).collect();
    for one in fresh {
        let found = match &*one.rule {
            "unused-profile" => unused(trees, one.span),
            "selects-nothing" => idle(trees, one.span, &known),
            "unknown-name" | "unused-accept" => accepted(trees, one.span),
            _ => None,
        };
        if let Some(cut) = found
            && !known.contains(&cut.span)
            && !more.contains(&cut)
        {
            more.push(cut);
        }
    }
    more
}

fn unused(trees: &[File], at: Span) -> Option<Cut> {
    let mut items = trees.iter().flat_map(|tree| &tree.items);
    items.find_map(|item| {
        let ItemKind::Profile(profile) = &item.kind else {
            return None;
        };
        (profile.name.span == at).then(|| Cut {
            span: whole(item),
            extent: Extent::Line,
            why: format!("nobody is like profile `{}` any more", profile.name.raw),
            decide: None,
        })
    })
}

/// The rule that a place is in; the whole guard where it has no other rule left.
fn idle(trees: &[File], at: Span, cut: &BTreeSet<Span>) -> Option<Cut> {
    let mut items = trees.iter().flat_map(|tree| &tree.items);
    items.find_map(|item| {
        let ItemKind::Guard(guard) = &item.kind else {
            return None;
        };
        let rule = guard.rules.iter().find(|rule| rule.span.holds(at))?;
        let of = format!("guard `{}`", guard.name.raw);
        let settings = |kind: &crate::syntax::ast::GuardRuleKind| {
            use crate::syntax::ast::GuardRuleKind::{ExceptionsBy, Severity};
            matches!(kind, Severity(_) | ExceptionsBy(_))
        };
        let others = guard.rules.iter().any(|other| {
            other.span != rule.span && !settings(&other.kind) && !cut.contains(&other.span)
        });
        Some(Cut {
            span: if others { rule.span } else { whole(item) },
            extent: Extent::Line,
            why: format!("a rule of {of} selects nothing any more"),
            decide: Some(rule_goes(&of)),
        })
    })
}

/// The `accept` that a place is in: of a guard that goes, or of what nobody finds any more.
fn accepted(trees: &[File], at: Span) -> Option<Cut> {
    let mut items = trees.iter().flat_map(|tree| &tree.items);
    items.find_map(|item| {
        let clauses = if let ItemKind::Integration(party) | ItemKind::Principal(party) = &item.kind
        {
            &party.clauses
        } else if let ItemKind::Profile(profile) = &item.kind {
            &profile.clauses
        } else {
            return None;
        };
        let clause = clauses.iter().find(|clause| clause.span.holds(at))?;
        let ClauseKind::Accept(accept) = &clause.kind else {
            return None;
        };
        Some(Cut {
            span: with_docs(clause.span, &clause.docs),
            extent: Extent::Line,
            why: format!("nothing is left of `{}` that it accepts", accept.rule.raw),
            decide: None,
        })
    })
}
