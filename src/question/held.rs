//! What one identity or principal itself holds, row by row: denials taken off, wildcards in one row.

use crate::authority::verb::Verb;
use crate::compile::Compiled;
use crate::graph::{
    Doubt, Guard, Holding, Node, NodeId, Piece, Place, Reach, Slots, Verdict, Wanted, gives,
};
use crate::model::Model;
use crate::model::SystemId;
use crate::model::catalog::{SlotId, SlotRole};
use crate::model::party::ClauseKind;
use crate::source::Span;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

/// One operation, or all of them, on one resource.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Atom {
    /// Where.
    pub place: Place,
    /// The verb; none for every operation there is.
    pub verb: Option<Verb>,
    /// The operation as the contracts name it; `aws.*` for all.
    pub operation: String,
    /// What nobody said.
    pub unknown: Vec<String>,
    /// What keeps it from being used.
    pub guards: Vec<Bar>,
    /// What is taken out of it, in words.
    pub except: Vec<String>,
    /// Where it is written.
    pub span: Span,
    /// Whether somebody delegates it.
    pub delegated: bool,
}

/// Something that keeps authority from being used.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Bar {
    /// Its words.
    pub text: String,
    /// The node of passing it, where somebody can.
    pub passed: Option<NodeId>,
}

impl Atom {
    /// What it rests on for whoever reaches its holder, apart from reaching it; and what is in
    /// the way.
    pub fn verdict(&self, reach: &Reach) -> (Verdict, Vec<String>) {
        let mut verdict = if self.unknown.is_empty() {
            Verdict::Proven
        } else {
            Verdict::Possible
        };
        let mut blocked = Vec::new();
        for bar in &self.guards {
            match bar.passed.and_then(|node| reach.verdict(node)) {
                Some(passed) if passed < Verdict::Blocked => verdict = verdict.max(passed),
                Some(_) | None => {
                    verdict = Verdict::Blocked;
                    blocked.push(bar.text.clone());
                }
            }
        }
        (verdict, blocked)
    }

    /// The verb as answers name it.
    pub fn verb_word(&self) -> &'static str {
        self.verb.map_or("any", Verb::word)
    }
}

/// Every operation that is listed by name, and none of those that are meant by a wildcard.
struct Named;

impl Wanted for Named {
    fn of<'s>(&'s self, _: &Model, _: SystemId, slots: &'s Slots<'_>) -> Cow<'s, [SlotId]> {
        match slots {
            Slots::These(slots) => Cow::Borrowed(&slots[..]),
            Slots::Service(_) | Slots::Everything => Cow::Borrowed(&[]),
        }
    }
}

/// Some operations, of those that are meant by a wildcard.
struct Some_(Vec<SlotId>);

impl Wanted for Some_ {
    fn of<'s>(&'s self, model: &Model, _: SystemId, slots: &'s Slots<'_>) -> Cow<'s, [SlotId]> {
        match slots {
            Slots::These(_) => Cow::Borrowed(&[]),
            Slots::Service(name) => Cow::Owned(
                self.0
                    .iter()
                    .copied()
                    .filter(|&slot| {
                        model.catalog.operation_of(slot).service.as_deref() == Some(*name)
                    })
                    .collect(),
            ),
            Slots::Everything => Cow::Borrowed(&self.0),
        }
    }
}

/// Reads holders, each once.
pub(super) struct Reader<'c> {
    compiled: &'c Compiled,
    /// The guards of each system that stand in the way of operations.
    guards: HashMap<SystemId, Vec<(u32, &'c Guard)>>,
    /// Where `delegates` clauses stand.
    delegated: HashSet<Span>,
    known: HashMap<NodeId, std::rc::Rc<[Atom]>>,
}

impl<'c> Reader<'c> {
    /// A reader of a project.
    pub fn new(compiled: &'c Compiled) -> Self {
        let mut guards: HashMap<SystemId, Vec<(u32, &Guard)>> = HashMap::new();
        for (id, guard) in (0u32..).zip(&compiled.graph.guards) {
            if !guard.against.is_empty() || !guard.operations.is_empty() {
                guards
                    .entry(guard.place.system)
                    .or_default()
                    .push((id, guard));
            }
        }
        let clauses = compiled
            .model
            .parties
            .iter()
            .flat_map(|party| &party.clauses);
        let delegated = clauses
            .filter(|clause| matches!(clause.kind, ClauseKind::Delegates { .. }))
            .map(|clause| clause.span)
            .collect();
        Reader {
            compiled,
            guards,
            delegated,
            known: HashMap::new(),
        }
    }

    /// Whether a clause delegates.
    pub fn delegates(&self, span: Span) -> bool {
        self.delegated.contains(&span)
    }

    /// What a node itself holds, sorted.
    pub fn of(&mut self, node: NodeId) -> std::rc::Rc<[Atom]> {
        if let Some(known) = self.known.get(&node) {
            return std::rc::Rc::clone(known);
        }
        let (model, granted) = (&self.compiled.model, &self.compiled.granted);
        let mut atoms = Vec::new();
        for holding in self.compiled.graph.holdings(model, granted, node) {
            self.named(node, &holding, &mut atoms);
            self.wildcards(node, &holding, &mut atoms);
        }
        atoms.sort();
        atoms.dedup();
        let atoms: std::rc::Rc<[Atom]> = atoms.into();
        self.known.insert(node, std::rc::Rc::clone(&atoms));
        atoms
    }

    /// Operations that are granted by name, and those of wildcards that a boundary names.
    fn named(&self, node: NodeId, holding: &Holding<'_>, atoms: &mut Vec<Atom>) {
        let model = &self.compiled.model;
        let catalog = &model.catalog;
        let mut abilities = holding.abilities(model, &Named);
        if !holding.boundaries.is_empty() {
            let bounded: BTreeSet<SlotId> = holding
                .boundaries
                .iter()
                .flat_map(|bound| &bound.grants)
                .filter_map(|piece| match &piece.slots {
                    Slots::These(slots) => Some(slots.iter().copied()),
                    Slots::Service(_) | Slots::Everything => None,
                })
                .flatten()
                .collect();
            let wanted = Some_(bounded.into_iter().collect());
            let more = holding.abilities(model, &wanted);
            abilities.extend(more.into_iter().filter(|ability| ability.beyond.is_none()));
        }
        let held: HashSet<SlotId> = abilities.iter().map(|ability| ability.slot).collect();
        for ability in &abilities {
            let operation = catalog.operation_of(ability.slot);
            // A request is named by what it acts on; what it names besides only has to be allowed.
            if catalog.slot(ability.slot).role != SlotRole::Home {
                continue;
            }
            let mut unknown: Vec<String> = ability
                .doubts
                .iter()
                .map(|doubt| doubt.text(model))
                .collect();
            for &slot in &operation.slots {
                if catalog.slot(slot).role == SlotRole::Also && !held.contains(&slot) {
                    let wild = holding.grants.iter().any(|piece| {
                        !matches!(piece.slots, Slots::These(_)) && gives(model, piece, slot)
                    });
                    if !wild {
                        unknown.push(crate::graph::lacking(model, ability.slot, slot));
                    }
                }
            }
            unknown.sort_unstable();
            unknown.dedup();
            let place = ability.region.place.down(model, ability.region.of);
            let mut guards = self.in_the_way(&place, Some(ability.slot));
            guards.extend(self.gate(ability.gate, &place));
            guards.extend(ability.beyond.map(|span| self.bound(node, &place, span)));
            let except = if ability.region.address.outside().is_empty() {
                Vec::new()
            } else {
                let denied = holding
                    .denies
                    .iter()
                    .filter(|piece| gives(model, piece, ability.slot) && piece.place.meets(&place));
                let texts: BTreeSet<String> = denied.map(|piece| piece.place.text(model)).collect();
                texts.into_iter().collect()
            };
            atoms.push(Atom {
                verb: Some(operation.verb),
                operation: catalog.qualified(catalog.slot(ability.slot).operation),
                place,
                unknown,
                guards,
                except,
                span: ability.span,
                delegated: self.delegates(ability.span),
            });
        }
    }

    /// Every operation of a service or vendor: one row.
    fn wildcards(&self, node: NodeId, holding: &Holding<'_>, atoms: &mut Vec<Atom>) {
        let model = &self.compiled.model;
        for piece in &holding.grants {
            let Some(name) = self.wildcard(piece) else {
                continue;
            };
            let covers = |other: &Piece<'_>| match (&other.slots, &piece.slots) {
                (Slots::Everything, _) => true,
                (Slots::Service(own), Slots::Service(their)) => own == their,
                (Slots::These(_) | Slots::Service(_), _) => false,
            };
            let denied = |denies: &[Piece<'_>]| {
                denies.iter().any(|deny| {
                    deny.conditions.is_empty() && covers(deny) && deny.place.holds(&piece.place)
                })
            };
            if denied(&holding.denies) {
                continue;
            }
            let mut unknown: Vec<String> = piece
                .conditions
                .iter()
                .map(|&id| Doubt::Condition(id).text(model))
                .collect();
            if holding.incomplete {
                unknown.push(Doubt::Incomplete.text(model));
            }
            let mut guards = self.in_the_way(&piece.place, None);
            guards.extend(self.gate(piece.gate, &piece.place));
            if holding.for_users {
                unknown.push(Doubt::User.text(model));
            }
            for bound in &holding.boundaries {
                let open = bound
                    .grants
                    .iter()
                    .any(|limit| covers(limit) && limit.place.holds(&piece.place));
                if !open || denied(&bound.denies) {
                    guards.push(self.bound(node, &piece.place, bound.span));
                }
            }
            let except: BTreeSet<String> = holding
                .denies
                .iter()
                .filter(|deny| deny.place.meets(&piece.place))
                .filter_map(|deny| self.taken(piece, deny))
                .collect();
            atoms.push(Atom {
                verb: None,
                operation: name,
                place: piece.place.clone(),
                unknown,
                guards,
                except: except.into_iter().collect(),
                span: piece.span,
                delegated: self.delegates(piece.span),
            });
        }
    }

    fn wildcard(&self, piece: &Piece<'_>) -> Option<String> {
        let model = &self.compiled.model;
        let vendor = &model
            .catalog
            .vendor(model.system(piece.place.system).vendor)
            .name;
        match &piece.slots {
            Slots::These(_) => None,
            Slots::Service(name) => Some(format!("{vendor}.{name}.*")),
            Slots::Everything => Some(format!("{vendor}.*")),
        }
    }

    /// What a denial takes out of a wildcard.
    fn taken(&self, piece: &Piece<'_>, deny: &Piece<'_>) -> Option<String> {
        const LISTED: usize = 3;
        let model = &self.compiled.model;
        let catalog = &model.catalog;
        let what = match &deny.slots {
            Slots::Everything => "everything".to_owned(),
            Slots::Service(name) => format!("{name}:*"),
            Slots::These(slots) => {
                let names: BTreeSet<String> = slots
                    .iter()
                    .filter(|slot| gives(model, piece, **slot))
                    .map(|slot| catalog.spelled(catalog.slot(*slot).operation))
                    .collect();
                if names.is_empty() {
                    return None;
                }
                let shown: Vec<&str> = names.iter().take(LISTED).map(String::as_str).collect();
                match names.len() - shown.len() {
                    0 => shown.join(", "),
                    more => format!("{} and {more} more", shown.join(", ")),
                }
            }
        };
        let sometimes = if deny.conditions.is_empty() {
            ""
        } else {
            ", under a condition"
        };
        Some(format!("{what} on {}{sometimes}", deny.place.text(model)))
    }

    /// The guards around a place that hold an operation back; of a wildcard, those that hold every
    /// verb back.
    fn in_the_way(&self, place: &Place, slot: Option<SlotId>) -> Vec<Bar> {
        let (model, graph) = (&self.compiled.model, &self.compiled.graph);
        let guards = self.guards.get(&place.system).into_iter().flatten();
        guards
            .filter(|(_, guard)| guard.place.holds(place))
            .filter(|(_, guard)| match slot {
                Some(slot) => {
                    guard
                        .against
                        .contains(model.catalog.operation_of(slot).verb)
                        || guard.operations.contains(&slot)
                }
                None => guard.against == crate::authority::verb::VerbSet::ANY,
            })
            .map(|(id, _)| Bar {
                text: graph.guard_text(model, *id),
                passed: graph.find(&Node::Passed(*id)),
            })
            .collect()
    }

    fn gate(&self, by: Option<crate::model::TeamId>, place: &Place) -> Option<Bar> {
        let model = &self.compiled.model;
        by.map(|by| Bar {
            text: format!(
                "approval \"{}\" on {}",
                model.team(by).name,
                place.text(model)
            ),
            passed: None,
        })
    }

    fn bound(&self, node: NodeId, place: &Place, span: Span) -> Bar {
        const KIND: &str = "permission-boundary";
        let (model, graph) = (&self.compiled.model, &self.compiled.graph);
        let identity = match graph.node(node) {
            Node::Identity(bundle) => {
                let bundle = &self.compiled.granted.bundles[*bundle as usize];
                let thing = bundle.identity.as_ref();
                thing.map(|thing| Place::of(thing, bundle.tenant))
            }
            Node::Party(_)
            | Node::Resource(..)
            | Node::Scope(_)
            | Node::Anyone
            | Node::Unknown(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => None,
        };
        let place = identity.as_ref().unwrap_or(place);
        let known = (0u32..)
            .zip(&graph.guards)
            .find(|(_, guard)| &*guard.kind == KIND && guard.span == span && guard.place == *place);
        Bar {
            text: format!("{KIND} on {}", place.text(model)),
            passed: known.and_then(|(id, _)| graph.find(&Node::Passed(id))),
        }
    }
}
