//! `bounded by`: the most that an identity may hold. What is allowed outside is said, never cut.

use super::draft::{Draft, Granter};
use super::merge::Merged;
use super::{Boundary, Grant, RowId, Units};
use crate::authority::condition::Conditions;
use crate::authority::set::{AuthoritySet, Cube};
use crate::authority::time::Interval;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::TypeRank;
use crate::model::party::ClauseKind;
use crate::model::rule::{Rule, Slice};
use crate::model::{PartyId, ProfileId};

impl<'m> Granter<'m> {
    /// Says which `allow` clauses lie outside of a bound of their integration.
    pub(super) fn bounds(&mut self) {
        let model = self.model;
        for (id, party) in model.integrations() {
            for clause in &party.clauses {
                if let ClauseKind::BoundedBy {
                    bound,
                    allows,
                    nevers,
                } = &clause.kind
                {
                    self.outside(id, *bound, allows, nevers);
                }
            }
        }
    }

    fn outside(&mut self, id: PartyId, bound: ProfileId, allows: &[Rule], nevers: &[Rule]) {
        let model = self.model;
        for (clause, rule) in model.party(id).allows() {
            for part in &rule.parts {
                let system = part.thing.system;
                let within = set(allows, system).difference(&set(nevers, system));
                let wanted = AuthoritySet {
                    cubes: part.slices.iter().map(|slice| cube(rule, slice)).collect(),
                };
                if wanted.is_subset(&within) {
                    continue;
                }
                let left = wanted.difference(&within);
                let names: Vec<String> = left
                    .cubes
                    .iter()
                    .flat_map(|cube| self.names_of(Self::slots(&cube.operations)))
                    .take(3)
                    .map(|name| format!("`{name}`"))
                    .collect();
                let profile = &model.profiles[bound.index()];
                let span = model.party(id).clauses[clause].span;
                let found = Diagnostic::error(
                    "outside-bound",
                    part.thing.span,
                    format!(
                        "this is more than `{}` bounds it to: {}",
                        profile.name,
                        names.join(", ")
                    ),
                )
                .related(profile.span, "the bound")
                .related(span, "the clause")
                .help("a bound is never widened in silence: narrow the clause, or widen the profile in a change of its own");
                self.say(id, found);
            }
        }
    }

    /// The boundary of one identity. Several bounds intersect: the narrowest stands where one lies
    /// within all others.
    pub(super) fn boundary(&mut self, draft: &Draft<'m>) -> Option<Boundary> {
        let model = self.model;
        let mut bounds: Vec<(PartyId, u32, &[Rule], &[Rule])> = Vec::new();
        for &holder in &draft.holders {
            for (index, clause) in (0u32..).zip(&model.party(holder).clauses) {
                if let ClauseKind::BoundedBy { allows, nevers, .. } = &clause.kind {
                    bounds.push((holder, index, allows, nevers));
                }
            }
        }
        if bounds.is_empty() || draft.identity.is_none() {
            return None;
        }
        let sets: Vec<AuthoritySet> = bounds
            .iter()
            .map(|(_, _, allows, nevers)| {
                set(*allows, draft.system).difference(&set(*nevers, draft.system))
            })
            .collect();
        let least =
            (0..sets.len()).find(|&index| sets.iter().all(|other| sets[index].is_subset(other)));
        let Some(least) = least else {
            let (party, clause, _, _) = bounds[0];
            let span = model.party(party).clauses[clause as usize].span;
            let found = Diagnostic::error(
                "unexpressible",
                span,
                "these bounds overlap, and an identity can have one boundary only",
            )
            .help("write one profile that allows what all of them allow");
            self.say(party, found);
            return None;
        };
        let (party, clause, allows, nevers) = bounds[least];
        let rows: Vec<RowId> = self.rows_of(party, clause).whole.into_iter().collect();
        let grants = self.bound_grants(draft, allows, &rows);
        if grants.is_empty() {
            return None;
        }
        Some(Boundary {
            grants,
            denies: self.bound_grants(draft, nevers, &rows),
            rows,
        })
    }

    fn bound_grants(&mut self, draft: &Draft<'m>, rules: &[Rule], rows: &[RowId]) -> Vec<Grant> {
        let mut grants = Merged::default();
        for rule in rules {
            for part in rule.parts.iter().filter(|part| {
                part.thing.system == draft.system && part.thing.tenants.holds(draft.tenant)
            }) {
                for slice in part.slices.iter() {
                    let (conditions, _) = self.enforceable(&rule.conditions);
                    let rank = self.model.catalog.of(slice.thing.of).rank;
                    let units = if part.everything && rank == TypeRank::Tenant {
                        Units::Everything
                    } else if part.everything {
                        Units::Service(self.model.catalog.of(slice.thing.of).name.clone())
                    } else {
                        Units::Operations(self.by_name(Self::slots(&slice.cube.operations)))
                    };
                    let declared = self.declared_address(draft, &slice.thing);
                    grants.add(Grant {
                        units,
                        things: vec![slice.thing.clone()],
                        addresses: vec![self.vendor_address(&declared, &slice.thing)],
                        conditions,
                        until: rule.until.map(|(instant, _)| instant),
                        fields: Vec::new(),
                        bind_tenant: self.names_strangers(&slice.thing),
                        rows: rows.to_vec(),
                    });
                }
            }
        }
        grants.into_grants()
    }
}

/// What rules allow in one system, conditions and ends included.
pub(super) fn set<'r>(
    rules: impl IntoIterator<Item = &'r Rule>,
    system: crate::model::SystemId,
) -> AuthoritySet {
    let cubes: Vec<Cube> = rules
        .into_iter()
        .flat_map(|rule| rule.parts.iter().map(move |part| (rule, part)))
        .filter(|(_, part)| part.thing.system == system)
        .flat_map(|(rule, part)| part.slices.iter().map(move |slice| cube(rule, slice)))
        .collect();
    AuthoritySet { cubes }
}

/// A slice with its rule's conditions and end.
pub(super) fn cube(rule: &Rule, slice: &Slice) -> Cube {
    let mut cube = slice.cube.clone();
    let signed = rule.conditions.iter().map(|id| (id.variable(), true));
    if let Some(conditions) = Conditions::all(signed) {
        cube.conditions = conditions;
    }
    if let Some((end, _)) = rule.until {
        cube.time = Interval::until(end);
    }
    cube
}
