//! Whether an assertion holds.

use crate::authority::address::AddressSet;
use crate::authority::verb::VerbSet;
use crate::compile::Compiled;
use crate::graph::{Ability, Node, NodeId, Place, Reach, Verdict};
use crate::model::catalog::SlotId;
use crate::model::party::Who;
use crate::model::rule::{Part, Slice};
use crate::model::test::{Assertion, AssertionKind};
use crate::model::{Model, PartyId};
use crate::source::Span;
use crate::test::reached::{Reached, meets, nodes, protection, reached, slots, way};
use crate::test::{Failure, Step};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Judges assertions; what was searched once is kept.
pub(super) struct Judge<'c> {
    compiled: &'c Compiled,
    known: HashMap<(Vec<NodeId>, bool), Reach>,
}

/// The subject of an assertion, and what it has.
struct Subject<'r> {
    name: String,
    reach: &'r Reach,
}

impl<'c> Judge<'c> {
    /// A judge of a compiled project.
    pub fn new(compiled: &'c Compiled) -> Self {
        Judge {
            compiled,
            known: HashMap::new(),
        }
    }

    /// Everything that somebody has; with `influence`, also what it makes others do.
    pub fn reach(&mut self, from: &[NodeId], influence: bool) -> &Reach {
        let graph = &self.compiled.graph;
        self.known
            .entry((from.to_vec(), influence))
            .or_insert_with(|| graph.reach(from, influence))
    }

    /// Why an assertion does not hold; none when it does.
    pub fn fails(&mut self, assertion: &Assertion) -> Option<Failure> {
        let failure = |message: String| Failure {
            span: assertion.span,
            message,
            path: Vec::new(),
            missing: Vec::new(),
        };
        let compiled = self.compiled;
        let Some(who) = assertion
            .who
            .as_ref()
            .filter(|_| !matches!(assertion.kind, AssertionKind::Unresolved))
        else {
            return Some(failure(
                "a name in it means nothing: `scopec check` says which".to_owned(),
            ));
        };
        let from = nodes(compiled, who);
        let name = name(compiled, who);
        if from.is_empty() {
            return Some(failure(match who {
                Who::Thing(_) => format!("nothing is declared of `{name}` that could act"),
                Who::Party(..)
                | Who::Anyone(_)
                | Who::System(..)
                | Who::Service(..)
                | Who::Oidc(..) => {
                    "an assertion is about an integration, a principal, an identity or `anyone`"
                        .to_owned()
                }
            }));
        }
        let influence = matches!(
            assertion.kind,
            AssertionKind::Influence(_) | AssertionKind::Cause(_)
        );
        let subject = Subject {
            name,
            reach: self.reach(&from, influence),
        };
        let asked = Asked {
            compiled,
            subject: &subject,
            negated: assertion.negated,
            span: assertion.span,
        };
        match &assertion.kind {
            AssertionKind::Perform {
                parts,
                without_approval,
            } => asked.perform(parts, *without_approval, "can"),
            AssertionKind::Cause(parts) => asked.perform(parts, true, "can cause"),
            AssertionKind::Reach {
                parts,
                parties,
                without_approval,
            } => asked.reaches(parts, parties, *without_approval),
            AssertionKind::Influence(whom) => asked.acts_as(whom, "influence"),
            AssertionKind::Unresolved => None,
        }
    }
}

/// What somebody is called.
fn name(compiled: &Compiled, who: &Who) -> String {
    let model = &compiled.model;
    match who {
        Who::Party(id, _) => model.party(*id).name.to_string(),
        Who::Anyone(_) => "anyone".to_owned(),
        Who::Thing(thing) => model.thing_text(thing),
        Who::System(id, _) => model.system(*id).name.to_string(),
        Who::Service(name, _) | Who::Oidc(name, _) => name.to_string(),
    }
}

/// One assertion's question.
struct Asked<'a> {
    compiled: &'a Compiled,
    subject: &'a Subject<'a>,
    negated: bool,
    span: Span,
}

impl Asked<'_> {
    fn failure(&self, message: String, path: Vec<Step>, missing: Vec<String>) -> Failure {
        Failure {
            span: self.span,
            message,
            path,
            missing,
        }
    }

    fn perform(&self, parts: &[Part], without_approval: bool, can: &str) -> Option<Failure> {
        let all = reached(self.compiled, self.subject.reach, parts);
        if self.negated {
            self.some_of(parts, &all, without_approval, can)
        } else {
            self.not_all_of(parts, &all, can)
        }
    }

    /// `cannot`: why something is reached; none when nothing is.
    fn some_of(
        &self,
        parts: &[Part],
        all: &[Reached],
        without_approval: bool,
        can: &str,
    ) -> Option<Failure> {
        parts.iter().find_map(|part| {
            let verdict = |one: &Reached| {
                let (protected, waits) = protection(self.compiled, self.subject.reach, one, part);
                let verdict = one.verdict.max(protected);
                let is_gated = one.is_gated && protected != Verdict::Blocked
                    || waits && (one.is_gated || one.verdict != Verdict::Blocked);
                (verdict != Verdict::Blocked || (is_gated && !without_approval)).then_some(verdict)
            };
            let (_, found) = all
                .iter()
                .filter(|one| meets(self.compiled, one, part))
                .filter_map(|one| Some((verdict(one)?, one)))
                .min_by_key(|(verdict, _)| *verdict)?;
            // What else of the same is reached in the same way is said in one breath.
            let same: Vec<&Reached> = all
                .iter()
                .filter(|one| {
                    (one.node, one.verdict) == (found.node, found.verdict)
                        && meets(self.compiled, one, part)
                })
                .collect();
            Some(self.reached_something(found, &same, can))
        })
    }

    fn reached_something(&self, found: &Reached, same: &[&Reached], can: &str) -> Failure {
        let Compiled {
            model,
            granted,
            graph,
            ..
        } = self.compiled;
        let reach = self.subject.reach;
        let catalog = &model.catalog;
        let who = graph.name(model, granted, found.node);
        let name = &self.subject.name;
        let what = match &found.ability {
            Some(ability) => {
                let verbs: VerbSet = same
                    .iter()
                    .filter_map(|one| one.ability.as_ref())
                    .map(|one| catalog.operation_of(one.slot).verb)
                    .collect();
                format!("{verbs} `{}`", here(model, ability))
            }
            None => format!("grant itself anything in `{who}`"),
        };
        let mut message = format!("`{name}` {can} {what}");
        if found.ability.is_some() && who != *name {
            message = format!("{message} as `{who}`");
        }
        let (unknown, _) = graph.rests_on(reach, found.node);
        if found.is_gated {
            message.push_str(", with approval");
        } else if found.verdict == Verdict::Possible {
            let texts: Vec<&str> = unknown
                .iter()
                .map(|&text| &*graph.texts[text as usize])
                .collect();
            let doubt = if texts.is_empty() {
                "its conditions hold".to_owned()
            } else {
                texts.join(" and ")
            };
            message = format!("{message}, if {doubt}");
        }
        let mut path = way(self.compiled, reach, found.node, self.span);
        if let Some(ability) = &found.ability {
            let operation = catalog.spelled(catalog.slot(ability.slot).operation);
            let place = here(model, ability);
            path.push(Step {
                from: who,
                to: place,
                why: if ability.gate.is_some() {
                    format!("`{operation}` is granted with approval")
                } else {
                    format!("`{operation}` is granted")
                },
                span: ability.span,
            });
        }
        self.failure(message, path, Vec::new())
    }

    /// `can`: what is missing; none when nothing is.
    fn not_all_of(&self, parts: &[Part], all: &[Reached], can: &str) -> Option<Failure> {
        let mut missing = BTreeSet::new();
        let mut less: BTreeMap<String, &'static str> = BTreeMap::new();
        for part in parts {
            for slice in part.slices.iter() {
                self.missing(part, slice, all, &mut missing, &mut less);
            }
            if part.unknown {
                missing.insert("an operation that the catalogue does not know".to_owned());
            }
        }
        if missing.is_empty() {
            return None;
        }
        let missing: Vec<String> = missing
            .into_iter()
            .map(|operation| match less.get(&operation) {
                Some(why) => format!("{operation} ({why})"),
                None => operation,
            })
            .collect();
        let message = format!("`{}` {can} not do all of this", self.subject.name);
        let message = message.replace("can not", "cannot");
        Some(self.failure(message, Vec::new(), missing))
    }

    fn missing(
        &self,
        part: &Part,
        slice: &Slice,
        all: &[Reached],
        missing: &mut BTreeSet<String>,
        less: &mut BTreeMap<String, &'static str>,
    ) {
        let model = &self.compiled.model;
        for place in Place::each(model, &slice.thing) {
            if self.is_elevated(&place, all) {
                continue;
            }
            for slot in slots(self.compiled, slice) {
                let of = model.catalog.slot(slot).of;
                let here: Vec<&Reached> = all
                    .iter()
                    .filter(|one| {
                        one.ability.as_ref().is_some_and(|ability| {
                            ability.slot == slot
                                && ability.region.place.system == place.system
                                && ability.region.place.tenant == place.tenant
                        })
                    })
                    .collect();
                let wanted = if place.of == of {
                    slice.cube.address.intersect(&place.address(model).into())
                } else {
                    slice.cube.address.clone()
                };
                let held = |limit: Verdict| -> Vec<AddressSet> {
                    here.iter()
                        .filter(|one| {
                            let (protected, _) =
                                protection(self.compiled, self.subject.reach, one, part);
                            one.verdict.max(protected) <= limit
                        })
                        .filter_map(|one| Some(one.ability.as_ref()?.region.address.clone()))
                        .collect()
                };
                if wanted.is_subset_of_union(&held(Verdict::Proven)) {
                    continue;
                }
                let operation = model.catalog.spelled(model.catalog.slot(slot).operation);
                let text = format!("`{operation}` on `{}`", model.thing_text(&part.thing));
                if here.iter().any(|one| one.is_gated) {
                    less.insert(text.clone(), "with approval only");
                } else if wanted.is_subset_of_union(&held(Verdict::Possible)) {
                    less.insert(text.clone(), "possible, not proven");
                } else if !held(Verdict::Possible).is_empty() {
                    less.insert(text.clone(), "on part of it only");
                }
                missing.insert(text);
            }
        }
    }

    /// Whether anything can be granted where a place lies.
    fn is_elevated(&self, place: &Place, all: &[Reached]) -> bool {
        all.iter().any(|one| {
            one.ability.is_none()
                && one.verdict == Verdict::Proven
                && matches!(self.compiled.graph.node(one.node), Node::Scope(scope) if scope.holds(place))
        })
    }

    fn reaches(
        &self,
        parts: &[Part],
        parties: &[PartyId],
        without_approval: bool,
    ) -> Option<Failure> {
        let all = reached(self.compiled, self.subject.reach, parts);
        if self.negated {
            return self
                .some_of(parts, &all, without_approval, "can")
                .or_else(|| self.acts_as(parties, "act as"));
        }
        for part in parts {
            let found = all
                .iter()
                .filter(|one| one.verdict == Verdict::Proven && meets(self.compiled, one, part))
                .any(|one| {
                    let (protected, _) = protection(self.compiled, self.subject.reach, one, part);
                    protected == Verdict::Proven
                });
            if !found {
                let text = self.compiled.model.thing_text(&part.thing);
                let message = format!("`{}` reaches nothing of `{text}`", self.subject.name);
                return Some(self.failure(message, Vec::new(), Vec::new()));
            }
        }
        self.acts_as(parties, "act as")
    }

    /// Whether each of some parties is had, or with `cannot` none.
    fn acts_as(&self, whom: &[PartyId], words: &str) -> Option<Failure> {
        let graph = &self.compiled.graph;
        let reach = self.subject.reach;
        whom.iter().find_map(|&id| {
            let other = &self.compiled.model.party(id).name;
            let own: Vec<NodeId> = self.nodes_of(id);
            let best = graph
                .best(reach, &own)
                .and_then(|node| Some((node, reach.verdict(node)?)))
                .filter(|(_, verdict)| *verdict != Verdict::Blocked);
            let name = &self.subject.name;
            match best {
                Some((node, verdict)) if self.negated => {
                    let possibly = match verdict {
                        Verdict::Proven => "",
                        Verdict::Possible | Verdict::Blocked => ", possibly",
                    };
                    Some(self.failure(
                        format!("`{name}` can {words} `{other}`{possibly}"),
                        way(self.compiled, reach, node, self.span),
                        Vec::new(),
                    ))
                }
                Some((_, Verdict::Proven)) => None,
                Some((node, _)) if !self.negated => Some(self.failure(
                    format!("that `{name}` can {words} `{other}` is possible and not proven"),
                    way(self.compiled, reach, node, self.span),
                    Vec::new(),
                )),
                None if !self.negated => Some(self.failure(
                    format!("`{name}` cannot {words} `{other}`"),
                    Vec::new(),
                    Vec::new(),
                )),
                Some(_) | None => None,
            }
        })
    }

    /// A party and its identities.
    fn nodes_of(&self, id: PartyId) -> Vec<NodeId> {
        let own = (0u32..)
            .zip(&self.compiled.granted.bundles)
            .filter(|(_, bundle)| bundle.holders.contains(&id))
            .filter_map(|(index, _)| self.compiled.graph.find(&Node::Identity(index)));
        std::iter::once(self.compiled.graph.party(id))
            .chain(own)
            .collect()
    }
}

/// Where an ability lets its holder act, as it is written.
fn here(model: &Model, ability: &Ability) -> String {
    let region = &ability.region;
    region.place.down(model, region.of).text(model)
}

/// The slots of a part, for whoever asks which clauses speak of them.
pub(super) fn slots_of(compiled: &Compiled, part: &Part) -> BTreeSet<SlotId> {
    part.slices
        .iter()
        .flat_map(|slice| slots(compiled, slice))
        .collect()
}
