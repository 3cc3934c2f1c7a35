//! `guard`: the project's own rules, each finding under the name of its guard.

use crate::check::guard::hit::{Hit, Hits, hits};
use crate::check::guard::selection::{Ground, Selected, is_excepted};
use crate::check::guard::{deny, limit, require};
use crate::check::{Check, Context, Findings, rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::{Node, NodeId, Reach, Scratch, Verdict};
use crate::model::PartyId;
use crate::model::guard::{Gravity, Guard, GuardRuleKind, Selection};
use crate::model::party::Who;
use crate::source::Span;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;

/// The check.
pub static CHECK: Check = Check {
    name: "guard",
    severity: Severity::Error,
    summary: "what a guard of the project forbids, or asks for",
    page: include_str!("../../../docs/checks/guard.md"),
    run,
};

/// One rule of a guard, its selections read and answered for every node.
pub(in crate::check) struct Judged<'c, 'm> {
    /// What checks look at.
    pub context: &'c Context<'m>,
    /// The guard.
    pub guard: &'m Guard,
    /// The rule's line.
    pub span: Span,
    /// The party that is judged.
    pub id: PartyId,
    /// The nodes that it has, read when first asked for.
    row: &'c OnceCell<Vec<(NodeId, Verdict)>>,
    /// The same with every step, searched when first asked for.
    reach: &'c OnceCell<Reach>,
    /// Room for searches: a new one would cost as much as the whole graph, each time.
    scratch: &'c RefCell<Scratch>,
}

/// A node that somebody has and that holds something selected.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Found<'h> {
    /// The node.
    pub node: NodeId,
    /// What having it, and what holding it, rests on.
    pub verdict: Verdict,
    /// Whether it is the party itself.
    pub is_own: bool,
    /// What is held; none where the node itself is what is selected.
    pub hit: Option<&'h Hit>,
}

/// A rule whose selections are read.
struct Read<'m> {
    guard: &'m Guard,
    span: Span,
    kind: &'m GuardRuleKind,
    /// The selections of places: of a `deny` what is denied and what it goes together with.
    selections: Vec<Selected<'m>>,
    subjects: Option<Selected<'m>>,
}

fn run(context: &Context<'_>, findings: &mut Findings) {
    let model = context.model;
    if model.guards.is_empty() {
        return;
    }
    let ground = Ground::of(model);
    let mut read = Vec::new();
    for guard in &model.guards {
        if rule::find(&guard.name).is_some() {
            findings.push(
                Diagnostic::error(
                    "duplicate-name",
                    guard.span,
                    format!("`{}` is the name of a rule of the compiler", guard.name),
                )
                .help("an `accept` of that name would mean both: rename the guard")
                .about(guard.name.to_string()),
            );
        }
        for rule in &guard.rules {
            let (selections, subjects): (Vec<&Selection>, _) = match &rule.kind {
                GuardRuleKind::Deny {
                    what,
                    together,
                    subjects,
                    ..
                } => (
                    std::iter::once(what).chain(together.as_deref()).collect(),
                    &subjects[..],
                ),
                GuardRuleKind::Require { of, .. } => (vec![of], &[][..]),
                GuardRuleKind::Limit { subjects, .. } => (Vec::new(), &subjects[..]),
            };
            for selection in &selections {
                selects_something(&ground, selection, findings);
            }
            read.push(Read {
                guard,
                span: rule.span,
                kind: &rule.kind,
                selections: selections.into_iter().map(Selected::of).collect(),
                subjects: (!subjects.is_empty()).then(|| Selected::subjects(subjects)),
            });
        }
    }
    // One pass over everybody's authority answers every selection.
    let mut asked: Vec<&Selected<'_>> = Vec::new();
    for rule in &read {
        asked.extend(&rule.selections);
        asked.extend(
            rule.subjects
                .iter()
                .filter(|subjects| subjects.has_places()),
        );
    }
    let mut answers = hits(context, &ground, &asked).into_iter();
    let answered: Vec<(Vec<Hits>, Option<Hits>)> = read
        .iter()
        .map(|rule| {
            let own = answers.by_ref().take(rule.selections.len()).collect();
            let near = rule
                .subjects
                .as_ref()
                .filter(|subjects| subjects.has_places())
                .and_then(|_| answers.next());
            (own, near)
        })
        .collect();
    let scratch = RefCell::new(Scratch::default());
    for (id, _) in model.parties() {
        let row = OnceCell::new();
        let reach = OnceCell::new();
        for (rule, (own, near)) in read.iter().zip(&answered) {
            let judged = Judged {
                context,
                guard: rule.guard,
                span: rule.span,
                id,
                row: &row,
                reach: &reach,
                scratch: &scratch,
            };
            judge(&judged, rule, own, near.as_ref(), findings);
        }
    }
}

fn judge(
    judged: &Judged<'_, '_>,
    rule: &Read<'_>,
    answered: &[Hits],
    near: Option<&Hits>,
    findings: &mut Findings,
) {
    let context = judged.context;
    let id = judged.id;
    let party = context.model.party(id);
    let except: &[Who] = match rule.kind {
        GuardRuleKind::Deny { except, .. } => except,
        GuardRuleKind::Require { .. } | GuardRuleKind::Limit { .. } => &[],
    };
    let is_subject = match &rule.subjects {
        Some(subjects) => {
            (party.is_integration() || subjects.asks_for_principals(context.model))
                && subjects.is_of(context, id)
                && (subjects.parties.is_empty() || subjects.parties.contains(&id))
                && near.is_none_or(|near| !judged.found(near, true).is_empty())
        }
        None => {
            party.is_integration()
                || rule
                    .selections
                    .iter()
                    .any(Selected::asks_for_principals_by_kind)
        }
    };
    let is_selected = rule
        .selections
        .iter()
        .all(|selection| selection.is_of(context, id));
    if !is_subject || !is_selected || is_excepted(id, party, except) {
        return;
    }
    match rule.kind {
        GuardRuleKind::Deny { directly, .. } => {
            deny::judge(judged, &rule.selections, answered, *directly, findings);
        }
        GuardRuleKind::Require { what, at_most, .. } => {
            let selection = &rule.selections[0];
            if selection.parties.is_empty() || selection.parties.contains(&id) {
                require::judge(
                    judged,
                    (*what, *at_most),
                    (selection, &answered[0]),
                    findings,
                );
            }
        }
        GuardRuleKind::Limit { count, what, .. } => {
            limit::judge(judged, *count, *what, findings);
        }
    }
}

/// A selection that nothing can be part of guards nothing, and looks as if it did.
fn selects_something(ground: &Ground<'_>, selection: &Selection, findings: &mut Findings) {
    if !Selected::of(selection).contradicts_itself(ground) {
        return;
    }
    findings.push(
        Diagnostic::warning(
            "selects-nothing",
            selection.span,
            "no system and no resource is all of this, so this selects nothing",
        )
        .help("what is joined with `and` must all hold of one thing: write one rule each"),
    );
}

impl Judged<'_, '_> {
    /// The nodes that the party has and that people are shown, sorted, with verdicts.
    pub fn row(&self) -> &[(NodeId, Verdict)] {
        self.row
            .get_or_init(|| self.context.graph.closure().of_party(self.id))
    }

    /// Everything that the party has, with every step.
    pub fn reach(&self) -> &Reach {
        let graph = self.context.graph;
        self.reach.get_or_init(|| {
            let from = [graph.party(self.id)];
            graph.reach_with(
                &mut self.scratch.borrow_mut(),
                &from,
                false,
                &BTreeSet::new(),
            )
        })
    }

    /// What the party has of the nodes with hits, the best first. What waits for approval is left
    /// out, and so is what only a guard or a boundary keeps from being used. With `directly`, only
    /// what its own clauses give it.
    pub fn found<'h>(&self, hits: &'h Hits, directly: bool) -> Vec<Found<'h>> {
        let mut all = Vec::new();
        if hits.is_empty() {
            return all;
        }
        for &(node, verdict) in self.row() {
            let Some(own) = hits.get(&node) else {
                continue;
            };
            let is_own = self.is_own(self.id, node);
            if verdict == Verdict::Blocked || directly && !is_own {
                continue;
            }
            for hit in own.iter().filter(|hit| !hit.is_gated) {
                if directly && hit.clause.is_some_and(|(party, _)| party != self.id) {
                    continue;
                }
                let verdict = verdict.max(hit.verdict).max(self.passes(hit));
                if verdict != Verdict::Blocked {
                    all.push(Found {
                        node,
                        verdict,
                        is_own,
                        hit: Some(hit),
                    });
                }
            }
        }
        all.sort_by_key(|found| (found.verdict, !found.is_own, found.node));
        all
    }

    /// How the party passes the guards that stand before a hit.
    fn passes(&self, hit: &Hit) -> Verdict {
        let graph = self.context.graph;
        hit.guards
            .iter()
            .map(|&guard| {
                graph
                    .find(&Node::Passed(guard))
                    .and_then(|passed| self.reach().verdict(passed))
                    .unwrap_or(Verdict::Blocked)
            })
            .max()
            .unwrap_or(Verdict::Proven)
    }

    /// Whether a node is a party itself, or one of its identities.
    pub fn is_own(&self, id: PartyId, node: NodeId) -> bool {
        match self.context.graph.node(node) {
            Node::Party(party) => *party == id,
            Node::Identity(bundle) => self.context.granted.bundles[*bundle as usize]
                .holders
                .contains(&id),
            Node::Resource(..)
            | Node::Scope(_)
            | Node::Anyone
            | Node::Unknown(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => false,
        }
    }

    /// A finding under the guard's name, as grave as the guard says, and a warning at most where it
    /// is only possible.
    pub fn finding(&self, span: Span, verdict: Verdict, message: impl Into<String>) -> Diagnostic {
        let own = match self.guard.severity {
            Gravity::Error => Severity::Error,
            Gravity::Warning => Severity::Warning,
            Gravity::Note => Severity::Note,
        };
        let severity = match verdict {
            Verdict::Proven => own,
            Verdict::Possible | Verdict::Blocked => own.min(Severity::Warning),
        };
        let name = self.guard.name.to_string();
        Diagnostic::new(name, severity, span, message)
            .about(self.context.model.party(self.id).name.to_string())
            .possible_if(verdict != Verdict::Proven)
    }

    /// Says which line of which guard it is, why there is one, and what to do.
    pub fn because(&self, found: Diagnostic, words: &str, help: &str) -> Diagnostic {
        let why = self.guard.why.as_deref().unwrap_or("").trim();
        let told = if why.is_empty() {
            words.to_owned()
        } else {
            format!("{words}: {why}")
        };
        let help = match self.guard.exceptions_by {
            Some(team) => {
                let team = &self.context.model.team(team).name;
                format!(
                    "{help}, or let `{team}` accept it: `accept {} because \"…\" by {team} until DATE`",
                    self.guard.name
                )
            }
            None => help.to_owned(),
        };
        found.related(self.span, told).help(help)
    }

    /// Draws the way to a node, hop by hop, and says on what it rests.
    pub fn way(&self, mut found: Diagnostic, node: NodeId) -> Diagnostic {
        let Context {
            graph,
            model,
            granted,
            ..
        } = self.context;
        let reach = self.reach();
        let hops = graph.hops(reach, node);
        let count = hops.len();
        for (index, hop) in hops.iter().enumerate() {
            let why = graph.hop_why(model, granted, hop);
            let words = if count > 1 {
                format!("step {}: {why}", index + 1)
            } else {
                why
            };
            let span = graph.hop_span(hop).unwrap_or(found.span);
            found = found.related(span, words);
        }
        let (unknown, _) = graph.rests_on(reach, node);
        if !unknown.is_empty() {
            let texts: Vec<&str> = unknown
                .iter()
                .map(|&index| &*graph.texts[index as usize])
                .collect();
            found.message = format!("{}, if {}", found.message, texts.join(" and "));
        }
        found
    }

    /// Where a way begins; where nothing says, the party's name.
    pub fn beginning(&self, node: NodeId) -> Span {
        let graph = self.context.graph;
        graph
            .hops(self.reach(), node)
            .iter()
            .find_map(|hop| graph.hop_span(hop))
            .unwrap_or(self.context.model.party(self.id).name_span)
    }

    /// Marks the clause that accepts what is reached, which may be written far from there.
    pub fn accepted(&self, found: Diagnostic, hit: &Hit) -> Diagnostic {
        let party = self.context.model.party(self.id);
        let accept = party.accepts().find(|(_, accept)| {
            accept.rule == self.guard.name
                && accept
                    .on
                    .iter()
                    .any(|on| crate::check::subject::covers(on, &hit.thing))
        });
        match accept {
            Some((index, _)) => found.related(party.clauses[index].span, "accepted here"),
            None => found,
        }
    }
}
