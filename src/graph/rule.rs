//! The control rules in force, by the operations that they ask for.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a node, a clause or a reason is one of a dozen kinds, of which a question concerns one or two"
)]

use super::ability::{Doubt, Wanted};
use super::holding::Slots;
use crate::authority::pattern::Pattern;
use crate::authority::verb::Verb;
use crate::model::catalog::{Catalog, SlotId, SlotRole, TypeId, VendorId};
use crate::model::condition::{Condition, Operator};
use crate::model::control::{Asks, Conjunct, Control, Gives, Hold, Variable, When};
use crate::model::{Model, SystemId};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// Rules, and where each operation is asked for.
#[derive(Default, Debug)]
pub struct Rules {
    pub list: Vec<Control>,
    /// By slot: the rule, and which of its conjuncts.
    pub by_slot: HashMap<SlotId, Vec<(u32, u32)>>,
    by_vendor: BTreeMap<VendorId, Vec<SlotId>>,
    by_service: BTreeMap<(VendorId, Box<str>), Vec<SlotId>>,
}

impl Rules {
    /// The catalogue's rules, and those that its `hosts` lines stand for.
    pub fn of(model: &Model) -> Self {
        let mut rules = Rules {
            list: model.catalog.controls.clone(),
            ..Rules::default()
        };
        rules.list.extend(hosting(&model.catalog));
        for (index, rule) in (0u32..).zip(&rules.list) {
            if rule.gives == Gives::Pass {
                continue;
            }
            for (at, conjunct) in (0u32..).zip(&rule.conjuncts) {
                if let Asks::Operations(slots) = &conjunct.asks {
                    for &slot in slots {
                        rules.by_slot.entry(slot).or_default().push((index, at));
                    }
                }
            }
        }
        let mut slots: Vec<SlotId> = rules.by_slot.keys().copied().collect();
        slots.sort_unstable();
        for slot in slots {
            let operation = model.catalog.operation_of(slot);
            rules
                .by_vendor
                .entry(operation.vendor)
                .or_default()
                .push(slot);
            if let Some(service) = &operation.service {
                rules
                    .by_service
                    .entry((operation.vendor, service.clone()))
                    .or_default()
                    .push(slot);
            }
        }
        rules
    }
}

impl Wanted for Rules {
    fn of<'s>(
        &'s self,
        model: &Model,
        system: SystemId,
        slots: &'s Slots<'_>,
    ) -> Cow<'s, [SlotId]> {
        let vendor = model.system(system).vendor;
        match slots {
            Slots::These(slots) => Cow::Owned(
                slots
                    .iter()
                    .copied()
                    .filter(|slot| self.by_slot.contains_key(slot))
                    .collect(),
            ),
            Slots::Service(name) => Cow::Borrowed(
                self.by_service
                    .get(&(vendor, Box::from(*name)))
                    .map_or(&[][..], |slots| slots),
            ),
            Slots::Everything => {
                Cow::Borrowed(self.by_vendor.get(&vendor).map_or(&[][..], |slots| slots))
            }
        }
    }
}

/// What `hosts IDENTITY via SERVICE` lines say: creating or updating such a host together with the
/// operation that hands an identity over gives the identity, once something starts it.
fn hosting(catalog: &Catalog) -> Vec<Control> {
    let mut by_path: HashMap<String, TypeId> = HashMap::new();
    let passes: Vec<&Control> = catalog
        .controls
        .iter()
        .filter(|rule| rule.gives == Gives::Pass)
        .collect();
    if passes.is_empty() {
        return Vec::new();
    }
    for (index, of) in catalog.types.iter().enumerate() {
        if of.roles.identity {
            by_path.insert(catalog.type_path(TypeId::at(index)), TypeId::at(index));
        }
    }
    let mut all = Vec::new();
    for (index, host) in catalog.types.iter().enumerate() {
        let of = TypeId::at(index);
        for hosts in &host.hosts {
            let Some(&identity) = by_path.get(&*hosts.identity) else {
                continue;
            };
            let slots: Vec<SlotId> = host
                .slots
                .iter()
                .copied()
                .filter(|&slot| {
                    let verb = catalog.operation_of(slot).verb;
                    catalog.slot(slot).role == SlotRole::Home
                        && matches!(verb, Verb::Create | Verb::Update)
                })
                .collect();
            for pass in passes.iter().filter(|pass| {
                pass.conjuncts
                    .first()
                    .is_some_and(|conjunct| conjunct.of == identity)
            }) {
                if slots.is_empty() || is_said(catalog, of, identity) {
                    continue;
                }
                let variable = Variable(0);
                let mut when = Vec::new();
                let mut text = format!(
                    "creating or updating {} with {} gives R",
                    catalog.type_path(of),
                    pass.text.split(" gives ").next().unwrap_or(&pass.text)
                );
                if let Some(via) = &hosts.via {
                    when.push(When::TrustsService(variable, via.clone()));
                    let _ = write!(text, " when R trusts \"{via}\"");
                    for one in &pass.when {
                        if let When::Carries { key, .. } = one {
                            when.push(When::Carries {
                                key: key.clone(),
                                value: via.clone(),
                            });
                        }
                    }
                }
                when.push(When::Possible(
                    format!(
                        "no rule says what starts a {} with the identity that it was handed",
                        host.name
                    )
                    .into(),
                ));
                let mut second = pass.conjuncts[0].clone();
                second.with = true;
                second.binds = vec![(identity, variable)];
                all.push(Control {
                    vendor: host.vendor,
                    home: match &host.service {
                        Some(service) => {
                            format!("{}.{service}", catalog.vendor(host.vendor).name).into()
                        }
                        None => catalog.vendor(host.vendor).name.clone(),
                    },
                    text: text.into(),
                    reference: pass.reference.clone(),
                    span: host.span,
                    conjuncts: vec![
                        Conjunct {
                            with: false,
                            asks: Asks::Operations(slots.clone()),
                            of,
                            binds: Vec::new(),
                        },
                        second,
                    ],
                    gives: Gives::Bound {
                        variable,
                        of: identity,
                        hold: Hold::Identity,
                    },
                    when,
                });
            }
        }
    }
    all
}

/// Whether rules say outright which operations on a host hand over an identity: then no others do.
fn is_said(catalog: &Catalog, host: TypeId, identity: TypeId) -> bool {
    let speaks = |of: TypeId| {
        move |conjunct: &Conjunct| conjunct.of == of && matches!(conjunct.asks, Asks::Operations(_))
    };
    catalog.controls.iter().any(|rule| {
        rule.conjuncts.iter().any(speaks(host))
            && rule
                .conjuncts
                .iter()
                .any(|conjunct| conjunct.with && speaks(identity)(conjunct))
    })
}

/// What is left of an ability's doubts when a request carries what a rule says; none when it is
/// refused then.
pub fn carried(model: &Model, rule: &Control, doubts: &[Doubt]) -> Option<Vec<Doubt>> {
    let mut left = Vec::new();
    for doubt in doubts {
        let (id, refuses) = match doubt {
            Doubt::Condition(id) => (*id, false),
            Doubt::DeniedUnless(id) => (*id, true),
            Doubt::Incomplete | Doubt::User => {
                left.push(doubt.clone());
                continue;
            }
        };
        let condition = model.condition(id);
        let value = rule.when.iter().find_map(|when| match when {
            When::Carries { key, value }
                if condition
                    .vendor_key
                    .as_deref()
                    .unwrap_or(&condition.key)
                    .eq_ignore_ascii_case(key) =>
            {
                Some(&**value)
            }
            _ => None,
        });
        match value.and_then(|value| judged(condition, value)) {
            Some(holds) if holds == refuses => return None,
            Some(_) => {}
            None => left.push(doubt.clone()),
        }
    }
    Some(left)
}

/// Whether a condition holds for a value; none where that cannot be told.
fn judged(condition: &Condition, value: &str) -> Option<bool> {
    let any = |matches: &dyn Fn(&str) -> bool| condition.values.iter().any(|one| matches(one));
    match condition.operator {
        Operator::Equal | Operator::In => Some(any(&|one| one == value)),
        Operator::NotEqual | Operator::NotIn => Some(!any(&|one| one == value)),
        Operator::Matches => Some(any(&|one| Pattern::glob(one, &[]).matches(value))),
        Operator::Present => Some(true),
        Operator::Absent => Some(false),
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            None
        }
    }
}
