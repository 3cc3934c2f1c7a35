//! Integrations and principals: profiles taken in, single-valued clauses settled, systems filled in.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::clause::group;
use super::profile::Scope;
use super::{Resolver, Unresolved};
use crate::diagnostic::Diagnostic;
use crate::model::party::{Clause, ClauseGroup, ClauseKind, Inheritance, Party, PartyKind};
use crate::model::{ProfileId, SystemId};
use crate::source::Span;
use crate::syntax::ast;
use std::collections::HashMap;

/// A resolved clause and how many profiles deep it was found.
pub(super) struct Taken {
    pub clause: Clause,
    pub depth: usize,
}

/// How many profiles may take each other in. More is a mistake, and a bound keeps it one.
const DEPTH: usize = 32;
/// The most profiles that one integration takes in, counted as often as they are.
const MOST_PROFILES: usize = 1_000;

impl<'a> Resolver<'a> {
    /// Resolves every integration and principal.
    pub(super) fn parties(&mut self) {
        for (item, whole, integration) in self.names.party_items.clone() {
            self.subject = Some(item.name.raw.clone());
            let party = self.whole_party(item, whole, integration);
            self.model.parties.push(party);
            self.subject = None;
        }
        self.inheritance_cycles();
    }

    fn whole_party(&mut self, item: &'a ast::Party, whole: &ast::Item, integration: bool) -> Party {
        let mut complete = whole.complete;
        let kinds: &[PartyKind] = if integration {
            &PartyKind::INTEGRATIONS
        } else {
            &PartyKind::PRINCIPALS
        };
        let kind = kinds
            .iter()
            .copied()
            .find(|kind| kind.word() == &*item.kind.raw)
            .unwrap_or_else(|| {
                let known: Vec<String> = kinds.iter().map(|kind| kind.word().to_owned()).collect();
                let what = if integration {
                    "kind of integration"
                } else {
                    "kind of principal"
                };
                self.unknown(what, &item.kind, &known, None);
                complete = false;
                kinds[0]
            });
        let mut taken = Vec::new();
        let mut stack = Vec::new();
        self.profiles_taken = 0;
        self.take(&item.clauses, &Scope::empty(), &mut stack, &mut taken);
        complete &= self.settle(&mut taken);
        let mut party = Party {
            name: item.name.raw.clone(),
            name_span: item.name.span,
            span: whole.span,
            kind,
            clauses: taken.into_iter().map(|taken| taken.clause).collect(),
            complete,
        };
        // The list grew by doubling, and there is one for each party.
        party.clauses.shrink_to_fit();
        self.fit_systems(&mut party);
        party.complete &= !party
            .clauses
            .iter()
            .any(|clause| matches!(clause.kind, ClauseKind::Unresolved(_)));
        if integration {
            self.profiles_complete(&mut party);
        } else {
            self.no_duties(&party);
        }
        party
    }

    /// An integration is incomplete when a profile that it takes in could not be read as a whole.
    fn profiles_complete(&self, party: &mut Party) {
        party.complete &= !party
            .clauses
            .iter()
            .filter_map(|clause| clause.profile)
            .any(|profile| self.names.broken_profiles.contains(&profile));
    }

    fn no_duties(&mut self, party: &Party) {
        let found = party.clauses.iter().find(|clause| {
            clause.kind.group() == ClauseGroup::Exception
                || matches!(clause.kind, ClauseKind::Acts(_) | ClauseKind::Review { .. })
        });
        if let Some(clause) = found {
            self.say(
                Diagnostic::warning(
                    "principal-duties",
                    clause.span,
                    "a principal is a fact for the graph and has no governance duties",
                )
                .help("write it as an `integration` if it is one of yours to govern"),
            );
        }
    }

    /// Resolves clauses in order, each `like` replaced by the profile's.
    pub(super) fn take(
        &mut self,
        clauses: &'a [ast::Clause],
        scope: &Scope,
        stack: &mut Vec<ProfileId>,
        taken: &mut Vec<Taken>,
    ) {
        for clause in clauses {
            let profile = scope.profile.map(|(id, _)| id);
            if let ast::ClauseKind::Like(using) = &clause.kind {
                match self.enter_profile(using, scope) {
                    Ok((inner, inner_scope)) => {
                        let id = inner_scope.profile.map(|(id, _)| id);
                        let cycle = id.is_some_and(|id| stack.contains(&id));
                        self.profiles_taken += 1;
                        if cycle || stack.len() >= DEPTH || self.profiles_taken > MOST_PROFILES {
                            let name = &using.name.raw;
                            let found = if cycle {
                                Diagnostic::error(
                                    "profile-cycle",
                                    using.name.span,
                                    format!("profile `{name}` takes itself in"),
                                )
                                .related(inner.name.span, "the profile is declared here")
                                .help("remove one of the `like` clauses of the circle")
                            } else {
                                Diagnostic::error(
                                    "profile-cycle",
                                    using.name.span,
                                    format!("`{name}` is one profile too many to take in"),
                                )
                                .help(format!(
                                    "at most {DEPTH} may take in one another, and {MOST_PROFILES} stand behind one integration: write fewer, larger ones"
                                ))
                            };
                            // Said once: the clauses behind it would only say it again.
                            if cycle || self.profiles_taken <= MOST_PROFILES + 1 {
                                self.say(found);
                            }
                            taken.push(unresolved(
                                clause.span,
                                profile,
                                ClauseGroup::Governance,
                                stack.len(),
                            ));
                            continue;
                        }
                        stack.extend(id);
                        self.take(&inner.clauses, &inner_scope, stack, taken);
                        stack.pop();
                    }
                    Err(Unresolved) => taken.push(unresolved(
                        clause.span,
                        profile,
                        ClauseGroup::Governance,
                        stack.len(),
                    )),
                }
                continue;
            }
            let kind = self
                .clause_kind(&clause.kind, clause.span, scope)
                .unwrap_or_else(|_| ClauseKind::Unresolved(group(&clause.kind)));
            taken.push(Taken {
                clause: Clause {
                    span: clause.span,
                    profile,
                    kind,
                },
                depth: stack.len(),
            });
        }
    }

    /// Of clauses with one value only, the outermost wins; two on one level are an error.
    fn settle(&mut self, taken: &mut Vec<Taken>) -> bool {
        let mut good = true;
        let mut drop = vec![false; taken.len()];
        let mut kept: HashMap<&'static str, usize> = HashMap::new();
        for second in 0..taken.len() {
            let Some(word) = single(&taken[second].clause.kind) else {
                continue;
            };
            let Some(&first) = kept.get(word) else {
                kept.insert(word, second);
                continue;
            };
            let (a, b) = (taken[first].depth, taken[second].depth);
            if b < a {
                drop[first] = true;
                kept.insert(word, second);
                continue;
            }
            drop[second] = true;
            if a == b {
                let span = taken[first].clause.span;
                let found = Diagnostic::error(
                    "repeated-clause",
                    taken[second].clause.span,
                    format!("`{word}` is written twice, and it can have one value only"),
                )
                .related(span, "also written here")
                .help("keep the one that is meant");
                self.say(found);
                good = false;
            }
        }
        let mut index = 0;
        taken.retain(|_| {
            index += 1;
            !drop[index - 1]
        });
        good
    }

    /// Fills in `for SYSTEM` where it is left out and one identity only fits.
    fn fit_systems(&mut self, party: &mut Party) {
        let all: Vec<SystemId> = party
            .identities()
            .map(|(_, thing, _)| thing.system)
            .collect();
        let own: Vec<SystemId> = party
            .identities()
            .filter(|(_, _, from)| from.is_none())
            .map(|(_, thing, _)| thing.system)
            .collect();
        let assumed: Vec<SystemId> = party
            .identities()
            .filter(|(_, thing, from)| {
                from.is_none()
                    && self
                        .model
                        .catalog
                        .vendor(self.model.system(thing.system).vendor)
                        .denies
            })
            .map(|(_, thing, _)| thing.system)
            .collect();
        let mut spoken_for: Vec<SystemId> = party
            .clauses
            .iter()
            .filter_map(|clause| match &clause.kind {
                ClauseKind::Credential { system, .. } => *system,
                _ => None,
            })
            .collect();
        for index in 0..party.clauses.len() {
            let span = party.clauses[index].span;
            let trusts = matches!(party.clauses[index].kind, ClauseKind::Trusts { .. });
            let (ClauseKind::Credential { system, .. } | ClauseKind::Trusts { system, .. }) =
                &mut party.clauses[index].kind
            else {
                continue;
            };
            if system.is_some() || all.is_empty() {
                continue;
            }
            let open: Vec<SystemId> = if trusts {
                if assumed.is_empty() {
                    own.clone()
                } else {
                    assumed.clone()
                }
            } else {
                own.iter()
                    .copied()
                    .filter(|system| !spoken_for.contains(system))
                    .collect()
            };
            let candidates = if open.is_empty() { all.clone() } else { open };
            if let [only] = candidates[..] {
                *system = Some(only);
                if !trusts {
                    spoken_for.push(only);
                }
                continue;
            }
            let names: Vec<String> = candidates
                .iter()
                .map(|&id| self.model.system(id).name.to_string())
                .collect();
            let group = party.clauses[index].kind.group();
            self.say(
                Diagnostic::error("ambiguous-system", span, "this fits several identities").help(
                    format!(
                        "say which one: add `for {}` (or {})",
                        names[0],
                        super::quoted(&names[1..])
                    ),
                ),
            );
            party.clauses[index].kind = ClauseKind::Unresolved(group);
        }
    }

    /// `inherits` in a circle is an error for everybody in it.
    fn inheritance_cycles(&mut self) {
        let next = |model: &crate::model::Model, at: usize| -> Vec<usize> {
            model.parties[at]
                .clauses
                .iter()
                .filter_map(|clause| match &clause.kind {
                    ClauseKind::Inherits { mode, from } if *mode != Inheritance::Nothing => {
                        Some(from.index())
                    }
                    _ => None,
                })
                .collect()
        };
        let count = self.model.parties.len();
        let mut state = vec![0u8; count];
        for start in 0..count {
            let mut path = vec![(start, 0usize)];
            if state[start] != 0 {
                continue;
            }
            state[start] = 1;
            while let Some(&mut (at, ref mut edge)) = path.last_mut() {
                let edges = next(&self.model, at);
                if let Some(&to) = edges.get(*edge) {
                    *edge += 1;
                    if state[to] == 0 {
                        state[to] = 1;
                        path.push((to, 0));
                    } else if state[to] == 1 {
                        let from = path.iter().position(|(node, _)| *node == to).unwrap_or(0);
                        let circle: Vec<usize> =
                            path[from..].iter().map(|(node, _)| *node).collect();
                        self.say_cycle(&circle);
                    }
                } else {
                    state[at] = 2;
                    path.pop();
                }
            }
        }
    }

    fn say_cycle(&mut self, circle: &[usize]) {
        let names: Vec<String> = circle
            .iter()
            .chain(circle.first())
            .map(|&index| self.model.parties[index].name.to_string())
            .collect();
        for &index in circle {
            let party = &mut self.model.parties[index];
            party.complete = false;
            let span = party.name_span;
            let name = party.name.to_string();
            self.say(
                Diagnostic::error(
                    "inheritance-cycle",
                    span,
                    format!("`{name}` inherits from itself: {}", names.join(" → ")),
                )
                .help("remove one `inherits` clause of the circle")
                .about(name),
            );
        }
    }
}

fn unresolved(span: Span, profile: Option<ProfileId>, group: ClauseGroup, depth: usize) -> Taken {
    Taken {
        clause: Clause {
            span,
            profile,
            kind: ClauseKind::Unresolved(group),
        },
        depth,
    }
}

/// The keyword of a clause that can have one value only.
fn single(kind: &ClauseKind) -> Option<&'static str> {
    Some(match kind {
        ClauseKind::Owner(_) => "owner",
        ClauseKind::Purpose(_) => "purpose",
        ClauseKind::Operator(_) => "operator",
        ClauseKind::Expires(_) => "expires",
        ClauseKind::Review { .. } => "review",
        ClauseKind::Revoke(_) => "revoke",
        ClauseKind::Monitor(_) => "monitor",
        ClauseKind::Status(_) => "status",
        ClauseKind::Acts(_) => "acts",
        _ => return None,
    })
}
