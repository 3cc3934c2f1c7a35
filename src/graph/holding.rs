//! What one identity or principal holds: of an integration what it is granted, since that is what
//! an intruder gets; of a principal what is declared, since nothing is granted here.

use super::node::Place;
use crate::authority::pattern::Pattern;
use crate::grant::{Bundle, Grant, Granted, RowId, Units};
use crate::model::catalog::{SlotId, TypeRank, UnitId};
use crate::model::fact::Fact;
use crate::model::party::{Acts, ClauseKind, Party, Status, Who};
use crate::model::rule::Rule;
use crate::model::{ConditionId, Model, PartyId, SystemId, TeamId};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The operations of a piece.
#[derive(Clone, Debug)]
pub enum Slots<'m> {
    /// These, sorted or not.
    These(Cow<'m, [SlotId]>),
    /// Every operation of a service, those that the catalogue does not know included.
    Service(&'m str),
    /// Every operation of the vendor, those that the catalogue does not know included.
    Everything,
}

/// One statement of what somebody holds.
#[derive(Clone, Debug)]
pub struct Piece<'m> {
    /// The operations.
    pub slots: Slots<'m>,
    /// Where: of the operations' own type, or something that encloses what they act on.
    pub place: Place,
    /// The flat address at the place's type, as the vendor matches it.
    pub address: Pattern,
    /// Conditions, all of which must hold.
    pub conditions: &'m [ConditionId],
    /// Who has to approve first.
    pub gate: Option<TeamId>,
    /// Whose clause it comes from.
    pub party: PartyId,
    /// Which of its clauses.
    pub clause: u32,
    /// Where that is written.
    pub span: Span,
}

impl Piece<'_> {
    /// Whether the clause itself names the operation, or a verb that means it.
    pub fn declares(&self, model: &Model, slot: SlotId) -> bool {
        let clauses = &model.party(self.party).clauses;
        let clause = clauses.get(self.clause as usize).map(|clause| &clause.kind);
        let Some(ClauseKind::Allow(rule) | ClauseKind::Delegates { rule, .. }) = clause else {
            return false;
        };
        rule.parts.iter().any(|part| {
            let mut slices = part.slices.iter();
            slices.any(|slice| slice.cube.operations.contains(slot.operation()))
        })
    }
}

/// The most that may be held, whatever is granted.
#[derive(Clone, Debug)]
pub struct Bound<'m> {
    /// What may be held.
    pub grants: Vec<Piece<'m>>,
    /// What of it may not.
    pub denies: Vec<Piece<'m>>,
    /// Where it is written.
    pub span: Span,
}

/// What one identity, or one principal without an identity, holds in one tenant.
#[derive(Clone, Debug)]
pub struct Holding<'m> {
    /// Whose product the tenant is of.
    pub system: SystemId,
    /// Which tenant.
    pub tenant: u32,
    /// What is granted.
    pub grants: Vec<Piece<'m>>,
    /// What is denied, whatever is granted.
    pub denies: Vec<Piece<'m>>,
    /// The most that may be held: all of these bounds at once.
    pub boundaries: Vec<Bound<'m>>,
    /// Whether it acts for users, so that what a user may do bounds it, too.
    pub for_users: bool,
    /// Whether some of it could not be read, so that it may be more.
    pub incomplete: bool,
}

impl<'m> Holding<'m> {
    /// What an identity holds.
    pub fn of_bundle(model: &'m Model, granted: &'m Granted, bundle: &'m Bundle) -> Self {
        let mut holding = Holding {
            system: bundle.system,
            tenant: bundle.tenant,
            grants: Vec::new(),
            denies: Vec::new(),
            boundaries: Vec::new(),
            for_users: false,
            incomplete: false,
        };
        let reader = Reader {
            model,
            granted,
            system: bundle.system,
            tenant: bundle.tenant,
        };
        holding.grants = reader.grants(&bundle.grants, None, bundle.party);
        holding.denies = reader.grants(&bundle.denies, None, bundle.party);
        for gate in &bundle.gates {
            let more: Vec<&Grant> = gate
                .grants
                .iter()
                .filter(|grant| {
                    !bundle.grants.iter().any(|own| {
                        own.units == grant.units
                            && own.addresses == grant.addresses
                            && own.conditions == grant.conditions
                    })
                })
                .collect();
            for grant in more {
                holding.grants.extend(reader.grants(
                    std::slice::from_ref(grant),
                    Some(gate.by),
                    bundle.party,
                ));
            }
        }
        if let Some(boundary) = &bundle.boundary {
            let span = boundary
                .rows
                .first()
                .map_or(model.party(bundle.party).name_span, |&row| {
                    reader.clause(row, bundle.party).2
                });
            holding.boundaries.push(Bound {
                grants: reader.grants(&boundary.grants, None, bundle.party),
                denies: reader.grants(&boundary.denies, None, bundle.party),
                span,
            });
        }
        for &holder in &bundle.holders {
            let party = model.party(holder);
            holding.incomplete |= !party.complete;
            holding.for_users |= party.acts() == Acts::OnBehalfOfUsers;
            if !party.is_integration() {
                reader.declared(holder, party, &mut holding);
            }
        }
        let active = bundle
            .holders
            .iter()
            .any(|&holder| model.party(holder).status() == Status::Active);
        if active {
            reader.admitted(&mut holding, bundle.party, &|who| {
                is_meant(model, bundle, who)
            });
        }
        holding
    }

    /// What everybody holds: what resources admit anyone to. One holding a tenant.
    pub fn of_anyone(model: &'m Model, granted: &'m Granted) -> Vec<Self> {
        let mut all: Vec<Holding<'m>> = Vec::new();
        for resource in &model.resources {
            let says = resource.facts.iter().any(|fact| {
                matches!(fact, Fact::Admits { refuses: false, who, .. }
                    if who.iter().any(|who| matches!(who, Who::Anyone(_))))
            });
            for tenant in 0..model.system(resource.thing.system).tenants.len() {
                let system = resource.thing.system;
                let number = u32::try_from(tenant).unwrap_or(u32::MAX);
                if !says
                    || !resource.thing.tenants.holds(tenant)
                    || all
                        .iter()
                        .any(|one| (one.system, one.tenant) == (system, number))
                {
                    continue;
                }
                let mut holding = Holding {
                    system,
                    tenant: number,
                    grants: Vec::new(),
                    denies: Vec::new(),
                    boundaries: Vec::new(),
                    for_users: false,
                    incomplete: false,
                };
                let reader = Reader {
                    model,
                    granted,
                    system,
                    tenant: number,
                };
                reader.admitted(&mut holding, PartyId(0), &|who| {
                    matches!(who, Who::Anyone(_)).then_some(true)
                });
                all.push(holding);
            }
        }
        all
    }

    /// What a principal holds in a tenant in which it has no identity.
    pub fn of_principal(
        model: &'m Model,
        granted: &'m Granted,
        id: PartyId,
        system: SystemId,
        tenant: u32,
    ) -> Self {
        let party = model.party(id);
        let mut holding = Holding {
            system,
            tenant,
            grants: Vec::new(),
            denies: Vec::new(),
            boundaries: Vec::new(),
            for_users: party.acts() == Acts::OnBehalfOfUsers,
            incomplete: !party.complete,
        };
        let reader = Reader {
            model,
            granted,
            system,
            tenant,
        };
        reader.declared(id, party, &mut holding);
        reader.admitted(&mut holding, id, &|who| match who {
            Who::Party(other, _) => (*other == id).then_some(true),
            Who::Anyone(_) | Who::System(..) | Who::Thing(_) | Who::Service(..) | Who::Oidc(..) => {
                None
            }
        });
        holding
    }
}

/// Whether a fact's WHO means an identity, and then whether the resource's word is enough: within
/// one tenant it is; from another, the identity's own side must allow it too.
fn is_meant(model: &Model, bundle: &Bundle, who: &Who) -> Option<bool> {
    match who {
        Who::Party(id, _) => bundle.holders.contains(id).then_some(true),
        Who::Thing(thing) => {
            let own = bundle.identity.as_ref()?;
            let meant = thing.system == own.system
                && thing.tenants.holds(bundle.tenant as usize)
                && thing.steps.len() == own.steps.len()
                && thing.steps.iter().zip(&own.steps).all(|(a, b)| {
                    a.of == b.of && a.names.iter().zip(&b.names).all(|(a, b)| a.includes(b))
                });
            meant.then_some(true)
        }
        Who::System(system, _) => (*system == bundle.system).then_some(false),
        Who::Anyone(_) => Some(model.system(bundle.system).vendor == bundle.vendor),
        Who::Service(..) | Who::Oidc(..) => None,
    }
}

struct Reader<'m> {
    model: &'m Model,
    granted: &'m Granted,
    system: SystemId,
    tenant: u32,
}

impl<'m> Reader<'m> {
    fn clause(&self, row: RowId, otherwise: PartyId) -> (PartyId, u32, Span) {
        let row = self.granted.row(row);
        let party = self.model.party(row.party);
        match party.clauses.get(row.clause as usize) {
            Some(clause) => (row.party, row.clause, clause.span),
            None => (otherwise, 0, self.model.party(otherwise).name_span),
        }
    }

    fn grants(
        &self,
        grants: &'m [Grant],
        gate: Option<TeamId>,
        otherwise: PartyId,
    ) -> Vec<Piece<'m>> {
        let catalog = &self.model.catalog;
        let held: BTreeSet<UnitId> = grants
            .iter()
            .filter_map(|grant| match &grant.units {
                Units::Named(units) => Some(units),
                Units::Operations(_)
                | Units::Service(_)
                | Units::Everything
                | Units::Prefixes(_) => None,
            })
            .flatten()
            .flat_map(|&unit| catalog.contained(unit))
            .collect();
        let mut pieces = Vec::new();
        for grant in grants {
            let (party, clause, span) = match grant.rows.first() {
                Some(&row) => self.clause(row, otherwise),
                None => (otherwise, 0, self.model.party(otherwise).name_span),
            };
            let slots = match &grant.units {
                Units::Operations(slots) => Slots::These(Cow::Borrowed(&slots[..])),
                Units::Named(units) => Slots::These(Cow::Owned(catalog.permitted(units, &held))),
                Units::Service(name) => Slots::Service(name),
                Units::Everything => Slots::Everything,
                Units::Prefixes(prefixes) => Slots::These(Cow::Owned(
                    catalog.prefixed(self.model.system(self.system).vendor, prefixes),
                )),
            };
            let mut put = |place: Place, address: Pattern| {
                pieces.push(Piece {
                    slots: slots.clone(),
                    place,
                    address,
                    conditions: &grant.conditions,
                    gate,
                    party,
                    clause,
                    span,
                });
            };
            if grant.things.is_empty() {
                put(
                    Place::tenant(self.model, self.system, self.tenant),
                    Pattern::any(),
                );
            }
            for (thing, address) in grant.things.iter().zip(&grant.addresses) {
                put(Place::of(thing, self.tenant), address.clone());
            }
        }
        pieces
    }

    /// What a principal's own clauses say, and what is delegated to it.
    fn declared(&self, id: PartyId, party: &'m Party, holding: &mut Holding<'m>) {
        if party.status() != Status::Active {
            return;
        }
        let shared = !holding.boundaries.is_empty();
        for (index, clause) in (0u32..).zip(&party.clauses) {
            let at = (id, index, clause.span);
            if let ClauseKind::Allow(rule) = &clause.kind {
                self.rule(rule, at, &mut holding.grants);
            } else if let ClauseKind::Never(rule) = &clause.kind {
                self.rule(rule, at, &mut holding.denies);
            } else if let ClauseKind::Holds { units, system } = &clause.kind
                && *system == self.system
            {
                let catalog = &self.model.catalog;
                let held = units
                    .iter()
                    .flat_map(|&unit| catalog.contained(unit))
                    .collect();
                holding.grants.push(Piece {
                    slots: Slots::These(Cow::Owned(catalog.permitted(units, &held))),
                    place: Place::tenant(self.model, self.system, self.tenant),
                    address: Pattern::any(),
                    conditions: &[],
                    gate: None,
                    party: id,
                    clause: index,
                    span: clause.span,
                });
            } else if let ClauseKind::BoundedBy { allows, nevers, .. } = &clause.kind
                && !shared
            {
                let mut bound = Bound {
                    grants: Vec::new(),
                    denies: Vec::new(),
                    span: clause.span,
                };
                for rule in allows {
                    self.rule(rule, at, &mut bound.grants);
                }
                for rule in nevers {
                    self.rule(rule, at, &mut bound.denies);
                }
                holding.boundaries.push(bound);
            }
        }
    }

    /// What resources admit or refuse somebody to by their own policies.
    fn admitted(
        &self,
        holding: &mut Holding<'m>,
        party: PartyId,
        meant: &dyn Fn(&Who) -> Option<bool>,
    ) {
        let vendor = self.model.system(self.system).vendor;
        for resource in &self.model.resources {
            if self.model.system(resource.thing.system).vendor != vendor {
                continue;
            }
            for fact in &resource.facts {
                let Fact::Admits {
                    refuses,
                    who,
                    slices,
                    conditions,
                    span,
                    ..
                } = fact
                else {
                    continue;
                };
                let Some(enough) = who.iter().filter_map(meant).max() else {
                    continue;
                };
                for place in Place::each(self.model, &resource.thing) {
                    let near = (place.system, place.tenant) == (self.system, self.tenant);
                    for slice in slices {
                        let at = Place::of(&slice.thing, place.tenant);
                        let listed = slice.cube.operations.listed();
                        let piece = Piece {
                            slots: Slots::These(Cow::Owned(
                                listed.iter().map(|&slot| SlotId::of(slot)).collect(),
                            )),
                            address: if slice.of.is_none() {
                                Pattern::any()
                            } else {
                                at.address(self.model).widened()
                            },
                            place: at,
                            conditions,
                            gate: None,
                            party,
                            clause: u32::MAX,
                            span: *span,
                        };
                        if *refuses {
                            holding.denies.push(piece);
                        } else if near && enough || !near && self.allows(holding, &piece) {
                            holding.grants.push(piece);
                        }
                    }
                }
            }
        }
    }

    /// Whether what is held by one's own side allows all that a piece gives: needed where the
    /// resource lies in another tenant.
    fn allows(&self, holding: &Holding<'m>, piece: &Piece<'m>) -> bool {
        let Slots::These(slots) = &piece.slots else {
            return false;
        };
        self.model.system(self.system).external
            || slots.iter().all(|&slot| {
                holding
                    .grants
                    .iter()
                    .any(|own| gives(self.model, own, slot))
            })
    }

    fn rule(&self, rule: &'m Rule, at: (PartyId, u32, Span), pieces: &mut Vec<Piece<'m>>) {
        for part in &rule.parts {
            if part.thing.system != self.system || !part.thing.tenants.holds(self.tenant as usize) {
                continue;
            }
            let rank = self.model.catalog.of(part.thing.of).rank;
            for slice in part.slices.iter() {
                let place = Place::of(&slice.thing, self.tenant);
                let slots = if part.everything && slice.of.is_none() && rank == TypeRank::Tenant {
                    Slots::Everything
                } else if part.everything && slice.of.is_none() {
                    Slots::Service(&self.model.catalog.of(slice.thing.of).name)
                } else {
                    let listed = slice.cube.operations.listed();
                    Slots::These(Cow::Owned(
                        listed.iter().map(|&slot| SlotId::of(slot)).collect(),
                    ))
                };
                let address = if slice.of.is_none() {
                    Pattern::any()
                } else {
                    let declared = place.address(self.model);
                    if self.model.catalog.of(place.of).format.is_some() {
                        declared.widened()
                    } else {
                        declared
                    }
                };
                pieces.push(Piece {
                    slots,
                    place,
                    address,
                    conditions: &rule.conditions,
                    gate: rule.approval.as_ref().map(|approval| approval.by),
                    party: at.0,
                    clause: at.1,
                    span: at.2,
                });
            }
        }
    }
}

/// Whether a piece speaks of a slot.
pub fn gives(model: &Model, piece: &Piece<'_>, slot: SlotId) -> bool {
    match &piece.slots {
        Slots::These(slots) => slots.contains(&slot),
        Slots::Service(name) => {
            model.catalog.operation_of(slot).service.as_deref() == Some(*name)
                && model.catalog.operation_of(slot).vendor
                    == model.system(piece.place.system).vendor
        }
        Slots::Everything => {
            model.catalog.operation_of(slot).vendor == model.system(piece.place.system).vendor
        }
    }
}
