//! The bodies of `allow`, `never` and `delegates`: parts, slices, conditions, times.

use super::operation::portable;
use super::profile::{Scope, team_word};
use super::{Resolved, Resolver, Unresolved};
use crate::authority::address::AddressSet;
use crate::authority::operation::OperationSet;
use crate::authority::pattern::Pattern;
use crate::authority::set::Cube;
use crate::authority::time::{Date, Instant, Length};
use crate::authority::verb::VerbSet;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{SlotId, TypeId, TypeRank};
use crate::model::rule::{Approval, Part, Rule, Slice};
use crate::model::thing::{Tenants, Thing, ThingStep, address};
use crate::source::Span;
use crate::syntax::ast;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What parts came to, so that integrations that say the same share one answer.
#[derive(Default)]
pub(crate) struct Parts {
    known: HashMap<PartKey, Arc<[Slice]>>,
    /// The same for resources that have names: most are spoken of once, so only the last ones
    /// are kept.
    named: HashMap<PartKey, Arc<[Slice]>>,
}

/// How many parts with names are kept.
const NAMED: usize = 4_096;

impl Parts {
    fn get(&self, key: &PartKey) -> Option<&Arc<[Slice]>> {
        let (known, named) = (&self.known, &self.named);
        known.get(key).or_else(|| named.get(key))
    }

    fn keep(&mut self, key: PartKey, slices: Arc<[Slice]>) {
        if !key.has_names() {
            self.known.insert(key, slices);
            return;
        }
        if self.named.len() >= NAMED {
            self.named.clear();
        }
        self.named.insert(key, slices);
    }
}

#[derive(PartialEq, Eq, Hash)]
struct PartKey {
    thing: Thing,
    within: bool,
    denial: bool,
    verbs: Vec<(Box<str>, bool)>,
    without: Vec<(Box<str>, bool)>,
    except: Vec<(Thing, bool)>,
}

impl PartKey {
    fn has_names(&self) -> bool {
        std::iter::once(&self.thing)
            .chain(self.except.iter().map(|(thing, _)| thing))
            .flat_map(|thing| &thing.steps)
            .any(|step| !step.names.is_empty())
    }
}

impl Resolver<'_> {
    /// A whole `allow` (or `never` when `denial`).
    pub(super) fn rule(
        &mut self,
        authority: &ast::Authority,
        denial: bool,
        scope: &Scope,
    ) -> Resolved<Rule> {
        let mut rule = self.parts(&authority.verbs, &authority.targets, denial, scope)?;
        rule.fields = authority
            .fields
            .iter()
            .map(|field| field.plain().into())
            .collect();
        rule.fields_span = match (authority.fields.first(), authority.fields.last()) {
            (Some(first), Some(last)) => Some(first.span.to(last.span)),
            _ => None,
        };
        if let Some(text) = &authority.until {
            rule.until = Some((self.instant(text)?, text.span));
        }
        if let Some(approval) = &authority.approval {
            let by = team_word(&approval.by, scope);
            rule.approval = Some(Approval {
                by: self.team(&by)?,
                duration: match &approval.duration {
                    Some(text) => Some(self.length(text)?),
                    None => None,
                },
                span: approval.span,
            });
        }
        let mut vendors: Vec<_> = rule
            .parts
            .iter()
            .map(|part| self.model.system(part.thing.system).vendor)
            .collect();
        vendors.sort_unstable();
        vendors.dedup();
        if let (Some(first), Some(last)) =
            (authority.conditions.first(), authority.conditions.last())
        {
            rule.conditions_span = Some(first.span.to(last.span));
            if let [vendor] = vendors[..] {
                rule.conditions =
                    self.conditions(&authority.conditions, Some(vendor), denial, scope)?;
            } else {
                self.say(
                    Diagnostic::error(
                        "mixed-vendors",
                        first.span.to(last.span),
                        "a condition cannot speak of several vendors at once",
                    )
                    .help("each vendor has its own keys: write one clause a vendor"),
                );
                return Err(Unresolved);
            }
        }
        Ok(rule)
    }

    /// Verbs on targets, without conditions.
    pub(super) fn parts(
        &mut self,
        verbs: &ast::Verbs,
        targets: &ast::Targets,
        denial: bool,
        scope: &Scope,
    ) -> Resolved<Rule> {
        let (set, named) = portable(&verbs.names);
        let mut except = Vec::new();
        let mut good = true;
        if let Some(exception) = &targets.except {
            for reference in &exception.references {
                match self.thing(reference, scope) {
                    Ok(thing) => except.push((thing, exception.within)),
                    Err(Unresolved) => good = false,
                }
            }
        }
        let mut parts = Vec::new();
        for reference in &targets.references {
            let part = self.thing(reference, scope).and_then(|thing| {
                if denial && !targets.within {
                    self.not_a_container(&thing, verbs, set, reference)?;
                }
                self.part(verbs, thing, targets.within, &except, denial)
            });
            match part {
                Ok(part) => parts.push(part),
                Err(Unresolved) => good = false,
            }
        }
        if !good {
            return Err(Unresolved);
        }
        Ok(Rule {
            verbs: set,
            names_operations: named,
            parts,
            conditions: Vec::new(),
            conditions_span: None,
            until: None,
            approval: None,
            fields: Vec::new(),
            fields_span: None,
        })
    }

    /// A `never … on` of a type that has others inside is nearly always meant to hold inside too.
    fn not_a_container(
        &mut self,
        thing: &Thing,
        verbs: &ast::Verbs,
        set: VerbSet,
        reference: &ast::Reference,
    ) -> Resolved<()> {
        let catalog = &self.model.catalog;
        let inside: Vec<String> = catalog
            .of(thing.of)
            .children
            .iter()
            .filter(|&&child| {
                catalog.of(child).rank == TypeRank::Service
                    || !self.slots_of_verbs(child, set).is_empty()
            })
            .map(|&child| catalog.of(child).name.to_string())
            .collect();
        if set.is_empty() || inside.is_empty() {
            return Ok(());
        }
        let shown = super::quoted(&inside[..inside.len().min(4)]);
        let mut found = Diagnostic::error(
            "never-on-container",
            reference.span,
            format!(
                "this `never` leaves out what lies inside `{}`",
                catalog.of(thing.of).name
            ),
        )
        .help(format!(
            "write `within` instead of `on`, so that it also holds for {shown}"
        ));
        if let Some(last) = verbs.except.last().or(verbs.names.last())
            && last.span.file == reference.span.file
            && last.span.end <= reference.span.start
        {
            let between = Span {
                start: last.span.end,
                end: reference.span.start,
                ..last.span
            };
            let text = self.sources.text(between);
            if let Some(at) = text.find("on").filter(|_| text.trim() == "on") {
                let start = between.start as usize + at;
                found = found.fix(
                    Span::new(between.file, start, start + 2),
                    "within",
                    "write `within`",
                );
            }
        }
        self.say(found);
        Err(Unresolved)
    }

    /// Verbs on one resource, without conditions.
    pub(super) fn part(
        &mut self,
        verbs: &ast::Verbs,
        thing: Thing,
        within: bool,
        except: &[(Thing, bool)],
        denial: bool,
    ) -> Resolved<Part> {
        let key = PartKey {
            thing: unplaced(&thing),
            within,
            denial,
            verbs: written(&verbs.names),
            without: written(&verbs.except),
            except: except
                .iter()
                .map(|(thing, within)| (unplaced(thing), *within))
                .collect(),
        };
        let (set, _) = portable(&verbs.names);
        let everything = within
            && set == VerbSet::ANY
            && verbs.except.is_empty()
            && except.is_empty()
            && self.model.catalog.of(thing.of).rank != TypeRank::Resource;
        let except_things: Vec<Thing> = except.iter().map(|(thing, _)| thing.clone()).collect();
        if let Some(slices) = self.parts.get(&key) {
            return Ok(Part {
                slices: slices.clone(),
                thing,
                within,
                except: except_things,
                everything,
                unknown: false,
            });
        }
        let said = self.diagnostics.len();
        let (slices, unknown) = self.slices(verbs, &thing, within, except, denial, everything)?;
        let slices: Arc<[Slice]> = slices.into();
        if self.diagnostics.len() == said && !unknown {
            self.parts.keep(key, slices.clone());
        }
        Ok(Part {
            thing,
            within,
            slices,
            except: except_things,
            everything,
            unknown,
        })
    }

    fn slices(
        &mut self,
        verbs: &ast::Verbs,
        thing: &Thing,
        within: bool,
        except: &[(Thing, bool)],
        denial: bool,
        everything: bool,
    ) -> Resolved<(Vec<Slice>, bool)> {
        let rank = self.model.catalog.of(thing.of).rank;
        let vendor = self.model.catalog.of(thing.of).vendor;
        let (set, _) = portable(&verbs.names);
        if within && rank == TypeRank::Tenant && !set.is_empty() {
            self.whole_vendor(vendor);
        }
        let many_services = self.has_services(vendor);
        let flat = within
            && match rank {
                TypeRank::Tenant => many_services || everything,
                TypeRank::Service => denial || everything,
                TypeRank::Resource => false,
            };
        let ways = if within {
            self.inside(thing)
        } else {
            vec![(thing.of, thing.steps.clone())]
        };
        let mut types: Vec<TypeId> = ways.iter().map(|(of, _)| *of).collect();
        types.dedup();
        let chosen = self.choose(&verbs.names, &types, within)?;
        let mut slots = chosen.slots;
        if !verbs.except.is_empty() {
            let without = self.choose(&verbs.except, &types, within)?;
            slots.retain(|slot| without.slots.binary_search(slot).is_err());
            if slots.is_empty() {
                let span = verbs.except[0].span;
                self.say(Diagnostic::error(
                    "no-operations",
                    span,
                    "this `except` takes out everything that the clause speaks of",
                ));
                return Err(Unresolved);
            }
        }
        let universe = vendor.universe();
        let mut slices = Vec::new();
        if flat {
            let operations = if everything && rank == TypeRank::Tenant {
                OperationSet::all(universe)
            } else {
                OperationSet::finite(universe, slots.iter().map(|slot| slot.operation()))
            };
            slices.push(Slice {
                of: None,
                cube: Cube::new(operations, Pattern::any()),
                thing: thing.clone(),
            });
        } else {
            let mut by_type: BTreeMap<TypeId, Vec<SlotId>> = BTreeMap::new();
            for slot in slots {
                let of = self.model.catalog.slot(slot).of;
                by_type.entry(of).or_default().push(slot);
            }
            let mut ways = ways;
            for &of in by_type.keys() {
                if !ways.iter().any(|(known, _)| *known == of) {
                    ways.extend(self.ways_to(thing, of));
                }
            }
            for (of, steps) in ways {
                let Some(slots) = by_type.get(&of) else {
                    continue;
                };
                let operations =
                    OperationSet::finite(universe, slots.iter().map(|slot| slot.operation()));
                slices.push(Slice {
                    of: Some(of),
                    cube: Cube::new(operations, self.address_of(thing, &steps, of)),
                    thing: Thing {
                        steps,
                        of,
                        ..thing.clone()
                    },
                });
            }
        }
        for (other, other_within) in except {
            slices = self.take_out(slices, other, *other_within);
        }
        slices.retain(|slice| !slice.cube.is_empty());
        if slices.is_empty() && !chosen.unknown {
            self.say(Diagnostic::error(
                "no-operations",
                thing.span,
                "nothing is left of this clause after its `except`",
            ));
            return Err(Unresolved);
        }
        Ok((slices, chosen.unknown))
    }

    fn address_of(&self, thing: &Thing, steps: &[ThingStep], of: TypeId) -> Pattern {
        let tenant = match thing.tenants {
            Tenants::One(one) => Some(one as usize),
            Tenants::Each => None,
        };
        let system = self.model.system(thing.system);
        address(&self.model.catalog, system, steps, of, tenant)
    }

    /// A thing's own type and every type inside it, each with the way down to it.
    pub(super) fn inside(&self, thing: &Thing) -> Vec<(TypeId, Vec<ThingStep>)> {
        let catalog = &self.model.catalog;
        let mut ways = vec![(thing.of, thing.steps.clone())];
        let mut next = 0;
        while next < ways.len() {
            let (of, steps) = ways[next].clone();
            for &child in &catalog.of(of).children {
                let seen = steps.iter().any(|step| step.of == child);
                if seen || steps.len() > 32 {
                    continue;
                }
                let mut way = steps.clone();
                way.push(ThingStep {
                    of: child,
                    names: all_names(catalog.of(child)),
                });
                ways.push((child, way));
            }
            next += 1;
        }
        ways
    }

    /// The way down from a service or tenant to a type that a named operation acts on.
    fn ways_to(&self, thing: &Thing, of: TypeId) -> Vec<(TypeId, Vec<ThingStep>)> {
        let catalog = &self.model.catalog;
        let mut chain = vec![of];
        let mut current = of;
        while let Some(&parent) = catalog.of(current).parents.first() {
            if parent == thing.of || chain.len() > 32 {
                break;
            }
            if catalog.of(parent).rank == TypeRank::Tenant {
                break;
            }
            chain.push(parent);
            current = parent;
        }
        let mut steps = thing.steps.clone();
        for &step in chain.iter().rev() {
            steps.push(ThingStep {
                of: step,
                names: all_names(catalog.of(step)),
            });
        }
        vec![(of, steps)]
    }

    /// Slices without what an exception speaks of.
    fn take_out(&self, slices: Vec<Slice>, other: &Thing, within: bool) -> Vec<Slice> {
        let outer = self.model.catalog.of(other.of);
        let inside: Vec<(TypeId, Vec<ThingStep>)> = if within {
            self.inside(other)
        } else {
            vec![(other.of, other.steps.clone())]
        };
        let mut left = Vec::new();
        for slice in slices {
            if slice.thing.system != other.system {
                left.push(slice);
                continue;
            }
            if let Some(of) = slice.of {
                let mut slice = slice;
                for (_, steps) in inside.iter().filter(|(inner, _)| *inner == of) {
                    let hole = self.address_of(other, steps, of);
                    slice.cube.address = slice.cube.address.minus(&hole);
                }
                left.push(slice);
                continue;
            }
            let mut rest = slice.cube.operations.clone();
            for (inner, steps) in &inside {
                let slots = &self.model.catalog.of(*inner).slots;
                let universe = outer.vendor.universe();
                let of_type =
                    OperationSet::finite(universe, slots.iter().map(|slot| slot.operation()));
                let met = rest.intersect(&of_type);
                if met.is_empty() {
                    continue;
                }
                rest = rest.difference(&of_type);
                let hole = self.address_of(other, steps, *inner);
                let address = AddressSet::all().minus(&hole);
                let mut cube = slice.cube.clone();
                cube.operations = met;
                cube.address = cube.address.intersect(&address);
                left.push(Slice {
                    of: Some(*inner),
                    cube,
                    thing: Thing {
                        steps: self
                            .ways_to(&slice.thing, *inner)
                            .pop()
                            .map_or_else(Vec::new, |(_, steps)| steps),
                        of: *inner,
                        ..slice.thing.clone()
                    },
                });
            }
            let mut cube = slice.cube.clone();
            cube.operations = rest;
            left.push(Slice { cube, ..slice });
        }
        left
    }

    pub(super) fn date(&mut self, text: &ast::Text) -> Resolved<Date> {
        if let Some(date) = Date::parse(&text.raw) {
            return Ok(date);
        }
        self.say(
            Diagnostic::error(
                "bad-date",
                text.span,
                format!("`{}` is no day of the calendar", text.raw),
            )
            .help("a date is written year, month, day: `2027-03-31`"),
        );
        Err(Unresolved)
    }

    fn instant(&mut self, text: &ast::Text) -> Resolved<Instant> {
        if let Some(instant) = Instant::parse(&text.raw) {
            return Ok(instant);
        }
        self.date(text).map(Date::end_of_day)
    }

    pub(super) fn length(&mut self, text: &ast::Text) -> Resolved<Length> {
        if let Some(length) = Length::parse(&text.raw) {
            return Ok(length);
        }
        self.say(
            Diagnostic::error(
                "bad-duration",
                text.span,
                format!("`{}` is no length of time", text.raw),
            )
            .help("hours, days or years: `8h`, `30d`, `1y`"),
        );
        Err(Unresolved)
    }
}

fn all_names(of: &crate::model::catalog::Type) -> Vec<Pattern> {
    of.parameters
        .iter()
        .map(|parameter| Pattern::glob("*", &parameter.excluded))
        .collect()
}

fn written(names: &[ast::Text]) -> Vec<(Box<str>, bool)> {
    names
        .iter()
        .map(|name| (name.raw.clone(), name.quoted))
        .collect()
}

fn unplaced(thing: &Thing) -> Thing {
    Thing {
        span: super::vendor::nowhere(),
        ..thing.clone()
    }
}
