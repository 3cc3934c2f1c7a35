//! Who holds what the control rules ask for.
//!
//! A rule's conjuncts fall into groups: those joined by `with` are judged on one request, so one
//! principal must hold all of a group; `and` begins a new group, which anything reached may hold.
//! Everybody who holds a group in the same places shares one node for it, so that what follows
//! from it is said once.

#![allow(
    clippy::similar_names,
    reason = "what is held, how it is held and where from are called so in the documents"
)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::guard::Used;
use super::{Builder, Holder};
use crate::graph::ability::{Ability, Doubt, Region, inside};
use crate::graph::edge::{Kind, Reason};
use crate::graph::engine::Verdict;
use crate::graph::node::{Node, NodeId, Place};
use crate::graph::rule::carried;
use crate::model::catalog::{SlotId, SlotRole, TypeId};
use crate::model::control::{Asks, Control, Gives, Variable, When};
use crate::model::party::ClauseKind;
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::collections::{BTreeMap, HashMap};

/// One group of a rule's conjuncts, held in some places.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Key {
    /// The rule.
    pub rule: u32,
    /// Which group of it.
    pub group: u32,
    /// The tenant in which it is held.
    pub home: (SystemId, u32),
    /// Where its variables lie.
    pub bound: Vec<(Variable, Region)>,
    /// Where the rule's first resource lies; of the first group only.
    pub subject: Option<Region>,
    /// The operations used, for guards to judge.
    pub used: Vec<Used>,
    /// The holder's tenant, where the rule asks whether it is trusted.
    pub tenant: Option<(SystemId, u32)>,
}

/// Somebody who holds a group.
#[derive(Clone, Debug)]
pub(super) struct Having {
    pub node: NodeId,
    pub slot: SlotId,
    pub what: u32,
    pub unknown: Vec<u32>,
    pub guards: Vec<u32>,
    pub span: Span,
}

/// Everybody who holds what rules ask for, by group and place, in a fixed order.
pub(super) type Means = Vec<(Key, Vec<Having>)>;

/// The most combinations of places that are looked at for one holder and one group of a rule; what
/// is beyond is said to be unknown, never dropped in silence.
const COMBINATIONS: usize = 4096;

#[derive(Default)]
struct Gathering {
    keys: HashMap<Key, usize>,
    list: Means,
}

impl Gathering {
    fn put(&mut self, key: Key, having: Having) {
        let at = *self.keys.entry(key.clone()).or_insert_with(|| {
            self.list.push((key, Vec::new()));
            self.list.len() - 1
        });
        self.list[at].1.push(having);
    }
}

/// The groups of a rule: ranges of its conjuncts.
pub(super) fn groups(rule: &Control) -> Vec<std::ops::Range<usize>> {
    let mut all = Vec::new();
    let mut start = 0;
    for index in 1..=rule.conjuncts.len() {
        if index == rule.conjuncts.len() || !rule.conjuncts[index].with {
            all.push(start..index);
            start = index;
        }
    }
    all
}

impl Builder<'_> {
    /// Everybody who holds what rules ask for.
    pub(super) fn gather(&mut self) -> Means {
        let mut found = Gathering::default();
        let holders = self.holders();
        let members = self.members();
        let mut of_groups: HashMap<(PartyId, SystemId, u32), Vec<Ability>> = HashMap::new();
        for (holder, node) in holders {
            let holding = self.holding(holder);
            let abilities = holding.abilities(self.model, &self.rules);
            let mut all: Vec<(bool, Ability)> =
                abilities.into_iter().map(|one| (true, one)).collect();
            for group in self.groups_of(holder, &members) {
                let key = (group, holding.system, holding.tenant);
                let theirs = of_groups
                    .entry(key)
                    .or_insert_with(|| self.abilities_of_party(group, key.1, key.2));
                all.extend(theirs.iter().map(|one| (false, one.clone())));
            }
            if !all.is_empty() {
                self.holder(holder, node, &all, &mut found);
            }
        }
        self.resources_held(&mut found);
        found.list
    }

    /// Every party's groups.
    fn members(&self) -> BTreeMap<PartyId, Vec<PartyId>> {
        let mut direct: BTreeMap<PartyId, Vec<PartyId>> = BTreeMap::new();
        for (id, party) in self.model.parties() {
            for clause in &party.clauses {
                if let ClauseKind::MemberOf(group) = &clause.kind {
                    direct.entry(id).or_default().push(*group);
                }
            }
        }
        let mut all = BTreeMap::new();
        for &id in direct.keys() {
            let mut groups: Vec<PartyId> = Vec::new();
            let mut waiting = direct[&id].clone();
            while let Some(next) = waiting.pop() {
                if next != id && !groups.contains(&next) {
                    groups.push(next);
                    waiting.extend(direct.get(&next).into_iter().flatten());
                }
            }
            groups.sort_unstable();
            all.insert(id, groups);
        }
        all
    }

    fn groups_of(&self, holder: Holder, members: &BTreeMap<PartyId, Vec<PartyId>>) -> Vec<PartyId> {
        let parties: Vec<PartyId> = match holder {
            Holder::Bundle(bundle) => self.bundle(bundle).holders.clone(),
            Holder::Principal(id, _, _) => vec![id],
            Holder::Anyone(..) => Vec::new(),
        };
        let mut all: Vec<PartyId> = parties
            .iter()
            .filter_map(|id| members.get(id))
            .flatten()
            .copied()
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn abilities_of_party(&self, id: PartyId, system: SystemId, tenant: u32) -> Vec<Ability> {
        let mut all = Vec::new();
        for &bundle in self.held.get(&id).into_iter().flatten() {
            let of = self.bundle(bundle);
            if (of.system, of.tenant) == (system, tenant) {
                let holding = self.holding(Holder::Bundle(bundle));
                all.extend(holding.abilities(self.model, &self.rules));
            }
        }
        if super::homeless(self.model, self.granted, &self.held, id).contains(&(system, tenant)) {
            let holding = self.holding(Holder::Principal(id, system, tenant));
            all.extend(holding.abilities(self.model, &self.rules));
        }
        all
    }

    /// What one holder holds of every rule. Of a group with one conjunct, only what is its own:
    /// what a group of principals holds, its members have through the group.
    fn holder(
        &mut self,
        holder: Holder,
        node: NodeId,
        abilities: &[(bool, Ability)],
        found: &mut Gathering,
    ) {
        let mut by_conjunct: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
        for (index, (_, ability)) in abilities.iter().enumerate() {
            for &(rule, conjunct) in self.rules.by_slot.get(&ability.slot).into_iter().flatten() {
                by_conjunct.entry((rule, conjunct)).or_default().push(index);
            }
        }
        let mut rules: Vec<u32> = by_conjunct.keys().map(|&(rule, _)| rule).collect();
        rules.dedup();
        for rule in rules {
            let control = self.rules.list[rule as usize].clone();
            for (group, range) in (0u32..).zip(groups(&control)) {
                let own_only = range.len() == 1;
                let lists: Option<Vec<Vec<Use<'_>>>> = range
                    .clone()
                    .map(|conjunct| {
                        let at = (rule, u32::try_from(conjunct).unwrap_or(u32::MAX));
                        let uses: Vec<Use<'_>> = by_conjunct
                            .get(&at)?
                            .iter()
                            .map(|&index| &abilities[index])
                            .filter(|(own, _)| *own || !own_only)
                            .filter_map(|(_, ability)| {
                                self.usable(&control, conjunct, ability, abilities)
                            })
                            .collect();
                        (!uses.is_empty()).then_some(uses)
                    })
                    .collect();
                let Some(lists) = lists else { continue };
                self.combine(
                    holder,
                    node,
                    rule,
                    group,
                    &control,
                    range.start,
                    &lists,
                    found,
                );
            }
        }
    }

    /// An ability as far as one conjunct needs it; none where the request is refused.
    fn usable<'a>(
        &self,
        control: &Control,
        conjunct: usize,
        ability: &'a Ability,
        abilities: &[(bool, Ability)],
    ) -> Option<Use<'a>> {
        let doubts = carried(self.model, control, &ability.doubts)?;
        let lacks = self.lacking(ability.slot, abilities);
        let bound = control.conjuncts[conjunct]
            .binds
            .iter()
            .map(|&(of, variable)| Some((variable, at(self.model, &ability.region, of)?)))
            .collect::<Option<Vec<_>>>()?;
        Some(Use {
            ability,
            doubts,
            lacks,
            bound,
        })
    }

    /// A further resource type that a request of an operation must name, and that its holder is
    /// granted nothing on.
    fn lacking(&self, slot: SlotId, abilities: &[(bool, Ability)]) -> Option<TypeId> {
        let catalog = &self.model.catalog;
        let operation = catalog.operation_of(slot);
        if operation.slots.len() < 2 {
            return None;
        }
        let held = |slot: &SlotId| abilities.iter().any(|(_, ability)| ability.slot == *slot);
        // Only slots that some rule asks for are among the abilities, so others say nothing.
        let known = |slot: &SlotId| self.rules.by_slot.contains_key(slot);
        operation
            .slots
            .iter()
            .find(|slot| catalog.slot(**slot).role == SlotRole::Also && known(slot) && !held(slot))
            .map(|&slot| catalog.slot(slot).of)
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "what one group of one rule is held by whom, in one place"
    )]
    fn combine(
        &mut self,
        holder: Holder,
        node: NodeId,
        rule: u32,
        group: u32,
        control: &Control,
        first: usize,
        lists: &[Vec<Use<'_>>],
        found: &mut Gathering,
    ) {
        let asks_trust = control
            .when
            .iter()
            .any(|when| matches!(when, When::TrustsHolder(_)));
        let mut choice = vec![0usize; lists.len()];
        let mut tried = 0;
        loop {
            tried += 1;
            let uses: Vec<&Use<'_>> = choice
                .iter()
                .zip(lists)
                .map(|(&index, list)| &list[index])
                .collect();
            if let Some(bound) = merged(uses.iter().flat_map(|one| one.bound.iter().cloned())) {
                let mut unknown: Vec<u32> = Vec::new();
                let mut guards = Vec::new();
                for one in &uses {
                    for doubt in &one.doubts {
                        unknown.push(self.doubt(doubt));
                    }
                    if let Some(of) = one.lacks {
                        let text = format!(
                            "whether `{}` is allowed, which also wants `{}`",
                            self.model
                                .catalog
                                .spelled(self.model.catalog.slot(one.ability.slot).operation),
                            self.model.catalog.type_path(of)
                        );
                        unknown.push(self.text(text));
                    }
                    let place = one.ability.region.place.clone();
                    if let Some(by) = one.ability.gate {
                        guards.push(self.approval(by, &place, one.ability.span));
                    }
                    if let Some(span) = one.ability.beyond {
                        let identity = self.identity_place(holder).unwrap_or(place);
                        guards.push(self.bound(&identity, span));
                    }
                }
                if tried >= COMBINATIONS {
                    unknown.push(self.text("what more of its many grants make possible together"));
                }
                unknown.sort_unstable();
                unknown.dedup();
                guards.sort_unstable();
                guards.dedup();
                let used = uses
                    .iter()
                    .map(|one| {
                        let operation = self.model.catalog.operation_of(one.ability.slot);
                        Used {
                            verb: operation.verb,
                            slot: one.ability.slot,
                            place: one.ability.region.place.clone(),
                        }
                    })
                    .collect();
                let subject = (first == 0)
                    .then(|| uses[0].ability.region.clone())
                    .filter(|_| uses_subject(control));
                let what = self.what(&uses);
                let home = &uses[0].ability.region.place;
                let key = Key {
                    rule,
                    group,
                    home: (home.system, home.tenant),
                    bound,
                    subject,
                    used,
                    tenant: asks_trust.then(|| self.tenant_of(holder)),
                };
                found.put(
                    key,
                    Having {
                        node,
                        slot: uses[0].ability.slot,
                        what,
                        unknown,
                        guards,
                        span: uses[0].ability.span,
                    },
                );
            }
            if tried >= COMBINATIONS || !advance(&mut choice, lists) {
                break;
            }
        }
    }

    /// What somebody holds of a group, in words.
    fn what(&mut self, uses: &[&Use<'_>]) -> u32 {
        let catalog = &self.model.catalog;
        let all: Vec<String> = uses
            .iter()
            .map(|one| {
                let region = &one.ability.region;
                let operation = catalog.spelled(catalog.slot(one.ability.slot).operation);
                let place = self.down(&region.place, region.of).text(self.model);
                format!("`{operation}` on `{place}`")
            })
            .collect();
        self.text(all.join(" with "))
    }

    fn tenant_of(&self, holder: Holder) -> (SystemId, u32) {
        match holder {
            Holder::Bundle(bundle) => (self.bundle(bundle).system, self.bundle(bundle).tenant),
            Holder::Principal(_, system, tenant) | Holder::Anyone(system, tenant) => {
                (system, tenant)
            }
        }
    }

    fn identity_place(&self, holder: Holder) -> Option<Place> {
        match holder {
            Holder::Bundle(bundle) => self.bundle_place(bundle),
            Holder::Principal(..) | Holder::Anyone(..) => None,
        }
    }

    /// Conjuncts that ask for a resource to be held, however it was come by.
    fn resources_held(&mut self, found: &mut Gathering) {
        let known: Vec<(NodeId, Node)> = (0u32..)
            .map(NodeId)
            .zip(self.nodes.list.iter().cloned())
            .collect();
        for rule in 0..self.rules.list.len() {
            let control = self.rules.list[rule].clone();
            let rule = u32::try_from(rule).unwrap_or(u32::MAX);
            for (group, range) in (0u32..).zip(groups(&control)) {
                let conjunct = &control.conjuncts[range.start];
                let Asks::Holding(hold) = conjunct.asks else {
                    continue;
                };
                for (id, node) in &known {
                    let place = match node {
                        Node::Resource(place, own) if *own == hold => place.clone(),
                        Node::Identity(bundle) if hold == crate::model::control::Hold::Identity => {
                            match self.bundle_place(*bundle) {
                                Some(place) => place,
                                None => continue,
                            }
                        }
                        _ => continue,
                    };
                    let Some(place) = place.enclosing(self.model, conjunct.of) else {
                        continue;
                    };
                    let region = Region {
                        of: conjunct.of,
                        address: place.address(self.model).into(),
                        place: place.clone(),
                    };
                    let bound = conjunct
                        .binds
                        .iter()
                        .filter_map(|&(of, variable)| {
                            Some((variable, at(self.model, &region, of)?))
                        })
                        .collect();
                    let key = Key {
                        rule,
                        group,
                        home: (place.system, place.tenant),
                        bound,
                        subject: (range.start == 0 && uses_subject(&control)).then_some(region),
                        used: Vec::new(),
                        tenant: None,
                    };
                    found.put(
                        key,
                        Having {
                            node: *id,
                            slot: SlotId(u32::MAX),
                            what: 0,
                            unknown: Vec::new(),
                            guards: Vec::new(),
                            span: super::NOWHERE,
                        },
                    );
                }
            }
        }
    }

    /// Puts down who holds a group, and gives the node for it.
    pub(super) fn means(&mut self, rule: u32, having: &[Having]) -> NodeId {
        let means = self.nodes.means();
        for one in having {
            let basis = super::Basis {
                verdict: (!one.unknown.is_empty()).then_some(Verdict::Possible),
                unknown: one.unknown.clone(),
                guards: one.guards.clone(),
            };
            let reason = if one.slot == SlotId(u32::MAX) {
                Reason::Rule(rule)
            } else {
                Reason::Holds {
                    rule,
                    slot: one.slot,
                    what: one.what,
                }
            };
            self.edge(
                &[one.node],
                means,
                Kind::Controls,
                basis,
                false,
                reason,
                one.span,
            );
        }
        means
    }
}

/// One ability as one conjunct uses it.
struct Use<'a> {
    ability: &'a Ability,
    doubts: Vec<Doubt>,
    lacks: Option<TypeId>,
    bound: Vec<(Variable, Region)>,
}

fn advance(choice: &mut [usize], lists: &[Vec<Use<'_>>]) -> bool {
    for (index, list) in choice.iter_mut().zip(lists) {
        *index += 1;
        if *index < list.len() {
            return true;
        }
        *index = 0;
    }
    false
}

/// Whether what a rule gives depends on where its first resource lies.
fn uses_subject(control: &Control) -> bool {
    match &control.gives {
        Gives::Bound { .. } => false,
        Gives::Nearest(_)
        | Gives::Within { .. }
        | Gives::Admin { .. }
        | Gives::Lift { .. }
        | Gives::Trigger
        | Gives::Write
        | Gives::Pass => true,
    }
}

/// Variables of several conjuncts together: what is bound twice must meet.
pub(super) fn merged(
    all: impl IntoIterator<Item = (Variable, Region)>,
) -> Option<Vec<(Variable, Region)>> {
    let mut bound: BTreeMap<Variable, Region> = BTreeMap::new();
    for (variable, region) in all {
        let Some(known) = bound.get(&variable) else {
            bound.insert(variable, region);
            continue;
        };
        let meets = known.of == region.of
            && known.place.system == region.place.system
            && known.place.tenant == region.place.tenant;
        let address = known.address.intersect(&region.address);
        if !meets || address.is_empty() {
            return None;
        }
        let place = if known.place.steps.len() >= region.place.steps.len() {
            known.place.clone()
        } else {
            region.place.clone()
        };
        bound.insert(
            variable,
            Region {
                place,
                of: region.of,
                address,
            },
        );
    }
    Some(bound.into_iter().collect())
}

/// The resources of type `of` on the way down to a region's: itself, what encloses it, or where it
/// only says something above, all of that type in there.
pub(super) fn at(model: &Model, region: &Region, of: TypeId) -> Option<Region> {
    if region.of == of {
        return Some(region.clone());
    }
    if let Some(place) = region.place.enclosing(model, of) {
        return Some(Region {
            address: place.address(model).into(),
            of,
            place,
        });
    }
    let address = if region.place.steps.is_empty() {
        crate::authority::pattern::Pattern::any()
    } else {
        inside(model, &region.place, of)?
    };
    Some(Region {
        place: region.place.clone(),
        of,
        address: address.into(),
    })
}
