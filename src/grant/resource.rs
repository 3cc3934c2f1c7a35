//! Vendors whose operations are their own units and bind to resources: one statement a clause and
//! resource type.

use super::draft::{Draft, Granter, Want, placed};
use super::merge::Merged;
use super::{Bundle, Gate, Grant, RowId, State, Units};
use crate::authority::address::AddressSet;
use crate::authority::pattern::{Pattern, Token};
use crate::authority::time::Length;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{Names, SlotId, SlotRole, TypeRank};
use crate::model::rule::Slice;
use crate::model::thing::escaped;
use crate::model::thing::{Thing, ThingStep};
use crate::model::{ConditionId, PartyId, TeamId};
use std::collections::{BTreeMap, BTreeSet};

/// Who approves, and for how long.
pub(super) type Approval = (TeamId, Option<Length>);

impl<'m> Granter<'m> {
    /// Grants, denials and gates of one identity.
    pub(super) fn by_resources(&mut self, draft: &Draft<'m>, bundle: &mut Bundle) {
        let plain: Vec<Want<'m>> = ungated(&draft.wants);
        bundle.grants = self.statements(draft, &plain, true);
        bundle.denies = self.denials(draft, &plain, true);
        for (approval, gated) in gates(&draft.wants) {
            let mut all = plain.clone();
            all.extend(gated);
            let grants = self.statements(draft, &all, false);
            let denies = self.denials(draft, &all, false);
            bundle.gates.push(Gate {
                by: approval.0,
                duration: approval.1,
                grants,
                denies,
            });
        }
        let everything: Vec<Want<'m>> = draft.wants.clone();
        self.missing_slots(draft, &everything);
        self.by_absence(draft, bundle);
    }

    /// The statements of some wants. `first` says that findings are to be said.
    fn statements(&mut self, draft: &Draft<'m>, wants: &[Want<'m>], first: bool) -> Vec<Grant> {
        let mut grants = Merged::default();
        for want in wants.iter().filter(|want| want.emitted) {
            let gated = want.rule.approval.is_some();
            let speak = first || gated;
            if speak {
                self.unsupported_keys(draft, want, false);
            }
            let mut made = Vec::new();
            for slice in want.of().slices.iter() {
                self.statement(draft, want, slice, speak, &mut made);
            }
            for grant in made {
                grants.add(grant);
            }
        }
        grants.into_grants()
    }

    fn statement(
        &mut self,
        draft: &Draft<'m>,
        want: &Want<'m>,
        slice: &Slice,
        speak: bool,
        made: &mut Vec<Grant>,
    ) {
        let part = want.of();
        let rows = self.rows_of(want.party, want.clause);
        let (conditions, unenforced) = self.enforceable(want.rule.conditions.as_slice());
        let mut held = rows.of_part(want.part);
        if let Some(row) = rows.conditions {
            if unenforced.is_empty() {
                held.push(row);
            } else if speak {
                self.unenforced_conditions(want, &unenforced, row);
            }
        }
        let until = self.end(want);
        let grant = |units, things, addresses, bind_tenant, rows: Vec<RowId>| Grant {
            units,
            things,
            addresses,
            conditions: conditions.clone(),
            until,
            fields: want.rule.fields.clone(),
            bind_tenant,
            rows,
        };
        if slice.of.is_none() {
            let rank = self.model.catalog.of(slice.thing.of).rank;
            let units = if part.everything && rank == TypeRank::Tenant {
                Units::Everything
            } else if part.everything {
                let name = &self.model.catalog.of(slice.thing.of).name;
                Units::Service(name.clone())
            } else {
                Units::Operations(self.by_name(Self::slots(&slice.cube.operations)))
            };
            made.push(grant(
                units,
                vec![slice.thing.clone()],
                vec![Pattern::any()],
                false,
                held,
            ));
            return;
        }
        if speak && !self.expressible(want, &slice.thing) {
            for row in held {
                self.set(
                    row,
                    State::Unenforced,
                    Some("the vendor cannot express this pattern"),
                );
            }
            return;
        }
        // Where the vendor has no denial, a `never` holds by leaving out what it takes.
        let slots = if self.model.catalog.vendor(draft.vendor).denies {
            Self::slots(&slice.cube.operations)
        } else {
            Self::slots(&self.carved(draft, slice))
        };
        let unnamed = &self.model.catalog.of(slice.thing.of).unnamed;
        let named_here = slice
            .thing
            .steps
            .last()
            .is_some_and(|step| step.names.iter().any(|name| !is_whole(name)));
        let (loose, bound): (Vec<SlotId>, Vec<SlotId>) = slots
            .into_iter()
            .partition(|slot| named_here && unnamed.contains(slot));
        if !bound.is_empty() {
            let declared = self.declared_address(draft, &slice.thing);
            let address = self.vendor_address(&declared, &slice.thing);
            let strangers = self.names_strangers(&slice.thing);
            let bind = strangers && self.tenant_keys.contains(&draft.vendor);
            if speak {
                self.wider_address(draft, want, slice, &declared, &address, strangers && !bind);
            }
            made.push(grant(
                Units::Operations(self.by_name(bound)),
                vec![slice.thing.clone()],
                vec![address],
                bind,
                held.clone(),
            ));
        }
        if !loose.is_empty() {
            let thing = self.unnamed_thing(&slice.thing);
            let address = self.declared_address(draft, &thing);
            if speak {
                self.unnamed_excess(draft, want, slice, &loose);
            }
            made.push(grant(
                Units::Operations(self.by_name(loose)),
                vec![thing],
                vec![address],
                false,
                held,
            ));
        }
    }

    /// Slots sorted by their operations' names.
    pub(super) fn by_name(&self, mut slots: Vec<SlotId>) -> Vec<SlotId> {
        let catalog = &self.model.catalog;
        slots.sort_by(|a, b| {
            let key = |slot: &SlotId| {
                let operation = catalog.operation_of(*slot);
                (operation.service.as_deref(), &*operation.name, *slot)
            };
            key(a).cmp(&key(b))
        });
        slots
    }

    /// Conditions whose keys the vendor has, and those whose keys it lacks.
    pub(super) fn enforceable(
        &self,
        conditions: &[ConditionId],
    ) -> (Vec<ConditionId>, Vec<ConditionId>) {
        conditions
            .iter()
            .copied()
            .partition(|&id| self.model.condition(id).vendor_key.is_some())
    }

    fn unenforced_conditions(&mut self, want: &Want<'m>, lost: &[ConditionId], row: RowId) {
        let keys: Vec<String> = lost
            .iter()
            .map(|&id| format!("`{}`", self.model.condition(id).key))
            .collect();
        let system = &self.model.system(want.of().thing.system).name;
        let why = format!("{system} has no key for {}", keys.join(", "));
        self.set(row, State::Unenforced, Some(&why));
        let span = want.rule.conditions_span.unwrap_or(want.of().thing.span);
        self.say(
            want.party,
            Diagnostic::warning(
                "unenforced-condition",
                span,
                format!("`{system}` cannot judge {}, so this is granted without it", keys.join(", ")),
            )
            .help("what the condition would have kept out is granted all the same: remove the condition, or hold it by other means and say so with `accept`"),
        );
    }

    /// Says where a pattern is more than the vendor's grants can express.
    fn expressible(&mut self, want: &Want<'m>, thing: &Thing) -> bool {
        let mut good = true;
        for step in &thing.steps {
            let of = self.model.catalog.of(step.of);
            for name in &step.names {
                let fits = is_whole(name)
                    || match of.names {
                        Names::Glob => true,
                        Names::Prefix => name.is_literal().is_some() || is_prefix(name),
                        Names::Exact => name.is_literal().is_some(),
                        Names::All => false,
                    };
                if fits {
                    continue;
                }
                good = false;
                let written = name.glob_text(escaped);
                let can = match of.names {
                    Names::Glob => "any pattern",
                    Names::Prefix => "one name, a prefix (`\"web-*\"`) or all of them (`\"*\"`)",
                    Names::Exact => "one exact name, or all of them (`\"*\"`)",
                    Names::All => "all of them only (`\"*\"`)",
                };
                let vendor = &self.model.catalog.vendor(of.vendor).name;
                let found = Diagnostic::error(
                    "unexpressible",
                    want.of().thing.span,
                    format!("{vendor} cannot grant on `{}(\"{written}\")`", of.name),
                )
                .help(format!(
                    "a grant there names {can}: write one clause a name, or accept all"
                ));
                self.say(want.party, found);
            }
        }
        good
    }

    fn unnamed_thing(&self, thing: &Thing) -> Thing {
        let mut steps = thing.steps.clone();
        if let Some(last) = steps.last_mut() {
            let of = self.model.catalog.of(last.of);
            *last = ThingStep {
                of: last.of,
                names: of
                    .parameters
                    .iter()
                    .map(|parameter| Pattern::glob("*", &parameter.excluded))
                    .collect(),
            };
        }
        Thing {
            steps,
            ..thing.clone()
        }
    }

    /// Operations that want more than one resource, of which some are not granted anything.
    fn missing_slots(&mut self, draft: &Draft<'m>, wants: &[Want<'m>]) {
        let catalog = &self.model.catalog;
        let mut granted: BTreeSet<SlotId> = BTreeSet::new();
        let mut everything = false;
        for want in wants {
            let rank = self.model.catalog.of(want.of().thing.of).rank;
            everything |= want.of().everything && rank == TypeRank::Tenant;
            for slice in want.of().slices.iter() {
                granted.extend(Self::slots(&slice.cube.operations));
            }
        }
        if everything {
            return;
        }
        let mut by_clause: BTreeMap<(PartyId, u32), BTreeSet<SlotId>> = BTreeMap::new();
        let mut rules: BTreeMap<(PartyId, u32), Want<'m>> = BTreeMap::new();
        for want in wants.iter().filter(|want| want.emitted) {
            let key = (want.party, want.clause);
            rules.insert(key, *want);
            for slice in want.of().slices.iter() {
                by_clause
                    .entry(key)
                    .or_default()
                    .extend(Self::slots(&slice.cube.operations));
            }
        }
        let mut found = Vec::new();
        for (key, slots) in &by_clause {
            let want = rules[key];
            let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            let mut seen = BTreeSet::new();
            for &slot in slots {
                let id = catalog.slot(slot).operation;
                if !seen.insert(id) {
                    continue;
                }
                let operation = catalog.operation(id);
                let role = |wanted: SlotRole| {
                    operation
                        .slots
                        .iter()
                        .copied()
                        .filter(move |&slot| catalog.slot(slot).role == wanted)
                };
                let mut missing: Vec<String> = role(SlotRole::Also)
                    .filter(|slot| !granted.contains(slot))
                    .map(|slot| catalog.type_path(catalog.slot(slot).of))
                    .collect();
                let one_of: Vec<SlotId> = role(SlotRole::OneOf).collect();
                if !one_of.is_empty() && !one_of.iter().any(|slot| granted.contains(slot)) {
                    missing.push(catalog.type_path(catalog.slot(one_of[0]).of));
                }
                if !role(SlotRole::Home).any(|slot| granted.contains(&slot))
                    && let Some(home) = role(SlotRole::Home).next()
                {
                    missing.push(catalog.type_path(catalog.slot(home).of));
                }
                if !missing.is_empty() {
                    missing.sort();
                    found.push((*key, catalog.spelled(id), missing, want));
                }
                for need in &operation.needs {
                    let held = granted.iter().any(|&slot| {
                        *catalog.spelled(catalog.slot(slot).operation) == *need.operation
                    });
                    if !held {
                        needs
                            .entry(need.operation.to_string())
                            .or_default()
                            .insert(catalog.spelled(id));
                    }
                }
            }
            if !needs.is_empty() {
                let shown: Vec<String> = needs
                    .iter()
                    .take(4)
                    .map(|(need, by)| {
                        let first = by.iter().next().map_or("", String::as_str);
                        format!("`{need}` (for `{first}`)")
                    })
                    .collect();
                let more = if needs.len() > 4 {
                    format!(" and {} more", needs.len() - 4)
                } else {
                    String::new()
                };
                let diagnostic = Diagnostic::warning(
                    "needs-operation",
                    want.of().thing.span,
                    format!("some of this may also need {}{more}", shown.join(", ")),
                )
                .help("nothing is added in silence: write an `allow` for what is really used, on the exact resource");
                self.say(want.party, diagnostic);
            }
        }
        let mut by_clause: BTreeMap<(PartyId, u32), Missing<'m>> = BTreeMap::new();
        for (key, operation, missing, want) in found {
            let entry = by_clause
                .entry(key)
                .or_insert_with(|| (Vec::new(), BTreeSet::new(), want));
            entry.0.push(operation);
            entry.1.extend(missing);
        }
        for (mut operations, types, want) in by_clause.into_values() {
            operations.sort();
            let shown: Vec<String> = operations
                .iter()
                .take(4)
                .map(|name| format!("`{name}`"))
                .collect();
            let system = &self.model.system(draft.system).name;
            let written: Vec<String> = types
                .iter()
                .map(|path| match path.split_once('.') {
                    Some((_, rest)) => format!("{system}.{rest}"),
                    None => path.clone(),
                })
                .collect();
            let types: Vec<String> = types.iter().map(|path| format!("`{path}`")).collect();
            let named = want.rule.names_operations && want.rule.verbs.is_empty();
            let diagnostic = if named {
                Diagnostic::error(
                    "needs-resource",
                    want.of().thing.span,
                    format!("{} also acts on {}", shown.join(", "), types.join(", ")),
                )
            } else {
                Diagnostic::warning(
                    "needs-resource",
                    want.of().thing.span,
                    format!(
                        "{} of this cannot be used: {} also acts on {}",
                        operations.len(),
                        shown.join(", "),
                        types.join(", ")
                    ),
                )
            };
            let diagnostic = diagnostic.help(format!(
                "a request names all of them at once: add what is missing, such as `allow {} on {}`",
                operations[0].rsplit(':').next().unwrap_or_default(),
                written.join(", ")
            ));
            self.say(want.party, diagnostic);
        }
    }

    /// The address set that a grant's pattern stands for.
    pub(super) fn granted_set(pattern: &Pattern) -> AddressSet {
        AddressSet::from(pattern.clone())
    }

    /// Whether any of two slices' operations meet on any address.
    pub(super) fn slices_meet(&self, draft: &Draft<'m>, a: &Slice, b: &Slice) -> bool {
        if a.cube.operations.is_disjoint(&b.cube.operations) {
            return false;
        }
        let (a, b) = (placed(self.model, draft, a), placed(self.model, draft, b));
        !a.is_disjoint(&b)
    }
}

/// Operations that miss a resource, the types they miss, and the clause that they are from.
type Missing<'m> = (Vec<String>, BTreeSet<String>, Want<'m>);

/// The wants that no approval gates.
pub(super) fn ungated<'m>(wants: &[Want<'m>]) -> Vec<Want<'m>> {
    wants
        .iter()
        .copied()
        .filter(|want| want.rule.approval.is_none())
        .collect()
}

/// The wants that approvals gate, by team and length.
pub(super) fn gates<'m>(wants: &[Want<'m>]) -> BTreeMap<Approval, Vec<Want<'m>>> {
    let mut all: BTreeMap<Approval, Vec<Want<'m>>> = BTreeMap::new();
    for want in wants {
        if let Some(approval) = &want.rule.approval {
            all.entry((approval.by, approval.duration))
                .or_default()
                .push(*want);
        }
    }
    all
}

/// Whether a pattern is every name.
pub(super) fn is_whole(name: &Pattern) -> bool {
    matches!(name.tokens(), [Token::Any(_)])
}

fn is_prefix(name: &Pattern) -> bool {
    matches!(name.tokens(), [Token::Literal(_), Token::Any(_)])
}
