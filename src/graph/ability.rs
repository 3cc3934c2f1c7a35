//! What can be done with what is held: one operation, somewhere, denials and boundaries taken off.

use super::holding::{Holding, Piece, Slots, gives};
use super::node::Place;
use crate::authority::address::AddressSet;
use crate::authority::pattern::{Class, Pattern, Token};
use crate::model::catalog::{Catalog, SlotId, TypeId, TypeRank};
use crate::model::thing::SEPARATOR;
use crate::model::{ConditionId, Model, SystemId, TeamId};
use crate::source::Span;
use std::borrow::Cow;

/// Resources of one type, as a way down and as a set of flat addresses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Region {
    /// The way down: as much of it as the source says. Its type, or a type that encloses `of`.
    pub place: Place,
    /// The type.
    pub of: TypeId,
    /// The addresses at that type.
    pub address: AddressSet,
}

/// What somebody can do with one operation, somewhere.
#[derive(Clone, Debug)]
pub struct Ability {
    /// The operation's slot.
    pub slot: SlotId,
    /// Where.
    pub region: Region,
    /// What nobody said, and would have to be so: conditions.
    pub doubts: Vec<Doubt>,
    /// Who has to approve first.
    pub gate: Option<TeamId>,
    /// Whether a boundary keeps it from being used; where that is written.
    pub beyond: Option<Span>,
    /// Where it is written.
    pub span: Span,
}

/// Why an ability is not certain.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Doubt {
    /// A condition of the grant.
    Condition(ConditionId),
    /// A denial that holds under a condition.
    DeniedUnless(ConditionId),
    /// Some of what it holds could not be read.
    Incomplete,
    /// It acts for a user, who may be allowed less.
    User,
}

impl Doubt {
    /// What nobody said, in words.
    pub fn text(&self, model: &Model) -> String {
        match self {
            Doubt::Condition(id) => format!("whether {} holds", model.condition_text(*id)),
            Doubt::DeniedUnless(id) => format!(
                "whether it is denied because {} holds",
                model.condition_text(*id)
            ),
            Doubt::Incomplete => "what the lines say that could not be read".to_owned(),
            Doubt::User => "whether the user for whom it acts may do it".to_owned(),
        }
    }
}

impl Holding<'_> {
    /// Everything that is held of the slots for which `wanted` lists them, denials and boundary
    /// taken off. `wanted` gives, for all operations of a service or a vendor, those of interest.
    pub fn abilities(&self, model: &Model, wanted: &dyn Wanted) -> Vec<Ability> {
        let mut all = Vec::new();
        for piece in &self.grants {
            // What was asked for comes before what its units give besides: of derivations that are
            // alike, the one that somebody wrote is shown.
            let mut slots = wanted.of(model, self.system, &piece.slots).into_owned();
            slots.sort_by_key(|slot| !piece.declares(model, *slot));
            for slot in slots {
                self.ability(model, piece, slot, &mut all);
            }
        }
        all
    }

    fn ability(&self, model: &Model, piece: &Piece<'_>, slot: SlotId, all: &mut Vec<Ability>) {
        let of = model.catalog.slot(slot).of;
        let Some(region) = region(model, piece, of) else {
            return;
        };
        let mut doubts: Vec<Doubt> = piece
            .conditions
            .iter()
            .map(|&id| Doubt::Condition(id))
            .collect();
        if self.incomplete {
            doubts.push(Doubt::Incomplete);
        }
        if self.for_users {
            doubts.push(Doubt::User);
        }
        let mut addresses = vec![region.address.clone()];
        deny(model, &self.denies, slot, of, &mut addresses, &mut doubts);
        let mut kept: Vec<(AddressSet, Vec<Doubt>)> = addresses
            .into_iter()
            .map(|address| (address, doubts.clone()))
            .collect();
        let mut beyond: Vec<(AddressSet, Vec<Doubt>, Span)> = Vec::new();
        for bound in &self.boundaries {
            let mut inside = Vec::new();
            for (address, doubts) in kept {
                let mut left = vec![address.clone()];
                for limit in bound.grants.iter().filter(|one| gives(model, one, slot)) {
                    let Some(limits) = self::region(model, limit, of) else {
                        continue;
                    };
                    let mut both = vec![address.intersect(&limits.address)];
                    let mut more = doubts.clone();
                    more.extend(limit.conditions.iter().map(|&id| Doubt::Condition(id)));
                    deny(model, &bound.denies, slot, of, &mut both, &mut more);
                    for address in both {
                        left = left
                            .iter()
                            .flat_map(|rest| rest.difference(&address))
                            .collect();
                        inside.push((address, more.clone()));
                    }
                }
                beyond.extend(
                    left.into_iter()
                        .map(|rest| (rest, doubts.clone(), bound.span)),
                );
            }
            kept = inside;
        }
        let within = kept
            .into_iter()
            .map(|(address, doubts)| (address, doubts, None));
        let outside = beyond
            .into_iter()
            .map(|(address, doubts, span)| (address, doubts, Some(span)));
        for (address, doubts, beyond) in within.chain(outside) {
            if address.is_empty() {
                continue;
            }
            all.push(Ability {
                slot,
                region: Region {
                    address,
                    ..region.clone()
                },
                doubts,
                gate: piece.gate,
                beyond,
                span: piece.span,
            });
        }
    }
}

/// Takes off what is denied; a denial under a condition leaves a doubt.
fn deny(
    model: &Model,
    denies: &[Piece<'_>],
    slot: SlotId,
    of: TypeId,
    addresses: &mut Vec<AddressSet>,
    doubts: &mut Vec<Doubt>,
) {
    for denied in denies.iter().filter(|piece| gives(model, piece, slot)) {
        let Some(limit) = region(model, denied, of) else {
            continue;
        };
        if denied.conditions.is_empty() {
            *addresses = addresses
                .iter()
                .flat_map(|address| address.difference(&limit.address))
                .collect();
        } else if addresses
            .iter()
            .any(|address| !address.is_disjoint(&limit.address))
        {
            doubts.extend(denied.conditions.iter().map(|&id| Doubt::DeniedUnless(id)));
        }
    }
}

/// Which slots a reader wants to know about.
pub trait Wanted {
    /// Those of a piece's operations that are wanted.
    fn of<'s>(&'s self, model: &Model, system: SystemId, slots: &'s Slots<'_>)
    -> Cow<'s, [SlotId]>;
}

/// Where a piece lets its holder act on resources of one type.
pub fn region(model: &Model, piece: &Piece<'_>, of: TypeId) -> Option<Region> {
    let place = &piece.place;
    let whole = place.steps.is_empty() || model.catalog.of(place.of).rank != TypeRank::Resource;
    let address = if place.of == of {
        piece.address.clone()
    } else if whole {
        Pattern::any()
    } else {
        inside(model, place, of)?
    };
    Some(Region {
        place: place.clone(),
        of,
        address: address.into(),
    })
}

/// The addresses of resources of one type inside a place; none when the type has no place there.
pub fn inside(model: &Model, place: &Place, of: TypeId) -> Option<Pattern> {
    let catalog = &model.catalog;
    let mut between = vec![of];
    // The way up from the type to the place, through the first parent that leads there.
    while let Some(&last) = between.last() {
        if last == place.of {
            break;
        }
        let parents = &catalog.of(last).parents;
        let next = parents
            .iter()
            .copied()
            .find(|&parent| parent == place.of || leads(catalog, parent, place.of, 16));
        match next {
            Some(next) if between.len() < 64 => between.push(next),
            _ => return None,
        }
    }
    between.pop();
    if catalog.of(of).format.is_none() {
        let own = place.address(model);
        return Some(Pattern::new(own.tokens().iter().cloned().chain([
            Token::Literal(SEPARATOR.to_string().into()),
            Token::Any(Class::any()),
        ])));
    }
    let mut whole = place.clone();
    for &step in between.iter().rev() {
        let names = catalog
            .of(step)
            .parameters
            .iter()
            .map(|parameter| Pattern::glob("*", &parameter.excluded))
            .collect();
        whole.steps.push((step, names));
    }
    whole.of = of;
    Some(whole.address(model).widened())
}

fn leads(catalog: &Catalog, from: TypeId, to: TypeId, depth: u32) -> bool {
    depth > 0
        && catalog
            .of(from)
            .parents
            .iter()
            .any(|&parent| parent == to || leads(catalog, parent, to, depth - 1))
}
