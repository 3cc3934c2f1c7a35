//! What several checks want to know of an integration: how widely it acts, and what it was reviewed
//! and exchanged last.

use crate::authority::pattern::{Pattern, Token};
use crate::grant::{Bundle, Grant, Granted, Units};
use crate::model::catalog::{Binding, TypeRank, VendorId};
use crate::model::party::{Acts, Clause, ClauseGroup, ClauseKind, CredentialKind, Party};
use crate::model::thing::{Tenants, Thing};
use crate::model::{Model, PartyId, SystemId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of an integration or principal besides its clauses.
#[derive(Debug)]
pub(super) struct Subject {
    /// How it acts: as declared, or wider where what it is granted is wider.
    pub acts: Acts,
    /// What it is granted that is wider than declared.
    pub wider: Option<Wider>,
    /// Its entries in the bundles of [`Granted`].
    pub bundles: Vec<usize>,
    /// Its entries in the model's reviews.
    pub reviews: Vec<usize>,
    /// Its entries in the model's rotations.
    pub rotations: Vec<usize>,
}

/// What makes an integration's reach wider than it says.
#[derive(Clone, Debug)]
pub(super) struct Wider {
    /// How it acts in truth.
    pub acts: Acts,
    /// Why, in words that follow "but".
    pub why: String,
    /// The clause that asks for it.
    pub span: Option<Span>,
}

/// Everybody, in the order of the model.
pub(super) fn gather(model: &Model, granted: &Granted) -> Vec<Subject> {
    let mut bundles = vec![Vec::new(); model.parties.len()];
    for (index, bundle) in granted.bundles.iter().enumerate() {
        for holder in &bundle.holders {
            bundles[holder.index()].push(index);
        }
    }
    let mut reviews = vec![Vec::new(); model.parties.len()];
    for (index, review) in model.reviews.iter().enumerate() {
        reviews[review.party.index()].push(index);
    }
    let mut rotations = vec![Vec::new(); model.parties.len()];
    for (index, rotation) in model.rotations.iter().enumerate() {
        rotations[rotation.party.index()].push(index);
    }
    model
        .parties()
        .zip(bundles)
        .zip(reviews.into_iter().zip(rotations))
        .map(|(((id, party), bundles), (reviews, rotations))| {
            let declared = party.acts();
            let wider = wider(model, granted, id, party, &bundles);
            Subject {
                acts: wider.as_ref().map_or(declared, |wider| wider.acts),
                wider,
                bundles,
                reviews,
                rotations,
            }
        })
        .collect()
}

/// A tenant of a system.
type Place = (SystemId, u32);

/// The widest reach beyond what is declared: a grant that holds for a whole tenant makes it
/// org-wide; authority in several tenants of one system, or over whole tenants of one vendor,
/// makes it across tenants.
fn wider(
    model: &Model,
    granted: &Granted,
    id: PartyId,
    party: &Party,
    bundles: &[usize],
) -> Option<Wider> {
    let declared = party.acts();
    let mut touched: BTreeMap<SystemId, BTreeSet<u32>> = BTreeMap::new();
    let mut whole: BTreeMap<VendorId, BTreeMap<Place, (String, Option<Span>)>> = BTreeMap::new();
    for bundle in bundles.iter().map(|&index| &granted.bundles[index]) {
        let place = (bundle.system, bundle.tenant);
        for grant in all_grants(bundle) {
            touched
                .entry(bundle.system)
                .or_default()
                .insert(bundle.tenant);
            if declared == Acts::OnBehalfOfUsers && bounded_by_user(party, bundle.system) {
                continue;
            }
            if let Some(why) = whole_tenant(model, grant) {
                let span = span_of(model, granted, id, grant);
                whole
                    .entry(bundle.vendor)
                    .or_default()
                    .entry(place)
                    .or_insert((why, span));
            }
        }
    }
    for (index, rule) in party.allows() {
        for part in &rule.parts {
            let system = model.system(part.thing.system);
            let all = part.within
                && !rule.verbs.is_empty()
                && model.catalog.of(part.thing.of).rank == TypeRank::Tenant;
            if !all {
                continue;
            }
            for tenant in (0u32..).zip(&system.tenants).map(|(tenant, _)| tenant) {
                if part.thing.tenants.holds(tenant as usize) {
                    whole
                        .entry(system.vendor)
                        .or_default()
                        .entry((part.thing.system, tenant))
                        .or_insert_with(|| {
                            let why = format!("all of `{}` is allowed", system.name);
                            (why, Some(party.clauses[index].span))
                        });
                }
            }
        }
    }
    let across = touched
        .iter()
        .find(|(_, tenants)| tenants.len() > 1)
        .map(|(&system, tenants)| {
            let name = &model.system(system).name;
            format!("it may act in {} tenants of `{name}`", tenants.len())
        })
        .map(|why| (why, None))
        .or_else(|| {
            let places = whole.values().find(|places| places.len() > 1)?;
            let names: BTreeSet<String> = places
                .keys()
                .map(|(system, _)| format!("`{}`", model.system(*system).name))
                .collect();
            let names: Vec<String> = names.into_iter().collect();
            let span = places.values().find_map(|(_, span)| *span);
            Some((
                format!("it may act on all of {}", names.join(" and ")),
                span,
            ))
        });
    let (acts, (why, span)) = match across {
        Some(found) => (Acts::AcrossTenants, found),
        None => (
            Acts::OrgWide,
            whole.into_values().flat_map(BTreeMap::into_values).next()?,
        ),
    };
    (acts > declared).then_some(Wider { acts, why, span })
}

/// All that a bundle gives, with or without approval.
pub(super) fn all_grants(bundle: &Bundle) -> impl Iterator<Item = &Grant> {
    bundle
        .grants
        .iter()
        .chain(bundle.gates.iter().flat_map(|gate| &gate.grants))
}

/// Why a grant holds for the whole tenant; none where it does not.
fn whole_tenant(model: &Model, grant: &Grant) -> Option<String> {
    match &grant.units {
        Units::Named(units) => units
            .iter()
            .map(|&unit| model.catalog.unit(unit))
            .find(|unit| unit.binding == Binding::Tenant)
            .map(|unit| format!("`{}` holds for the whole tenant", unit.name)),
        Units::Everything => Some("every operation of the vendor is granted".to_owned()),
        Units::Operations(_) | Units::Service(_) | Units::Prefixes(_) => None,
    }
}

/// The first clause of `id` because of which something is granted.
pub(super) fn span_of(
    model: &Model,
    granted: &Granted,
    id: PartyId,
    grant: &Grant,
) -> Option<Span> {
    grant
        .rows
        .iter()
        .map(|&row| granted.row(row))
        .find(|row| row.party == id)
        .and_then(|row| model.party(id).clauses.get(row.clause as usize))
        .map(|clause| clause.span)
}

/// Whether what a token for users may do there ends with what each user may.
fn bounded_by_user(party: &Party, system: SystemId) -> bool {
    party.clauses.iter().any(|clause| {
        matches!(&clause.kind, ClauseKind::Credential { kind: CredentialKind::Oauth, system: of, .. }
            if *of == Some(system))
    })
}

/// Whether a name stands for every name.
pub(super) fn is_whole(name: &Pattern) -> bool {
    matches!(name.tokens(), [Token::Any(_)])
}

/// Whether `inner` is `outer` or lies inside of it.
pub(super) fn covers(outer: &Thing, inner: &Thing) -> bool {
    outer.system == inner.system
        && (outer.tenants == Tenants::Each || outer.tenants == inner.tenants)
        && outer.steps.len() <= inner.steps.len()
        && outer.steps.iter().zip(&inner.steps).all(|(a, b)| {
            a.of == b.of
                && a.names.len() == b.names.len()
                && a.names.iter().zip(&b.names).all(|(a, b)| a.includes(b))
        })
}

/// Whether all its clauses of a group could be read, so that one that is missing is missing.
pub(super) fn is_known(party: &Party, group: ClauseGroup) -> bool {
    party.complete
        || !party.clauses.is_empty()
            && !party
                .clauses
                .iter()
                .any(|clause| matches!(clause.kind, ClauseKind::Unresolved(of) if of == group))
}

/// The long-lived credentials of a party: kind, system, how often exchanged, and the clause.
pub(super) fn long_lived(
    party: &Party,
) -> impl Iterator<
    Item = (
        CredentialKind,
        Option<SystemId>,
        Option<crate::authority::time::Length>,
        &Clause,
    ),
> {
    party.clauses.iter().filter_map(|clause| {
        if let ClauseKind::Credential {
            kind,
            system,
            rotate,
            ..
        } = &clause.kind
        {
            kind.is_long_lived()
                .then_some((*kind, *system, *rotate, clause))
        } else {
            None
        }
    })
}
