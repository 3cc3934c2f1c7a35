//! References to resources: down the vendor's tree, with patterns, to a flat address.

use super::profile::{Scope, Value};
use super::{Resolved, Resolver, Unresolved};
use crate::authority::pattern::Pattern;
use crate::diagnostic::{self, Diagnostic};
use crate::model::SystemId;
use crate::model::catalog::{TypeId, TypeRank};
use crate::model::thing::{Tenants, Thing, ThingStep};
use crate::source::Span;
use crate::syntax::ast;

impl Resolver<'_> {
    /// The resource, service or system that a reference speaks of.
    pub(super) fn thing(&mut self, reference: &ast::Reference, scope: &Scope) -> Resolved<Thing> {
        self.thing_or_names_missing(reference, scope, false)
    }

    /// The same, where a type without a name must be written with one (`("*")`), as in `trusts`.
    pub(super) fn named_thing(
        &mut self,
        reference: &ast::Reference,
        scope: &Scope,
    ) -> Resolved<Thing> {
        self.thing_or_names_missing(reference, scope, true)
    }

    fn thing_or_names_missing(
        &mut self,
        written: &ast::Reference,
        scope: &Scope,
        last_named: bool,
    ) -> Resolved<Thing> {
        let reference = self.substitute(written, scope)?;
        let Some(&system) = self.names.systems.get(&*reference.root.raw) else {
            let mut known = self.names.system_names();
            known.extend(scope.names());
            let help = self
                .names
                .parties
                .contains_key(&*reference.root.raw)
                .then(|| {
                    format!(
                        "`{}` is an integration or principal, and a system is wanted here",
                        reference.root.raw
                    )
                });
            return Err(self.unknown("system", &reference.root, &known, help));
        };
        // What is wrong with a system is said there; everything in it would only say it again.
        if system >= self.system_count() || !self.model.system(system).complete {
            return Err(Unresolved);
        }
        let tenants = self.tenants(system, &reference)?;
        let mut of = self.model.system(system).tenant_type;
        let mut steps: Vec<ThingStep> = Vec::new();
        for (index, step) in reference.steps.iter().enumerate() {
            let last = index + 1 == reference.steps.len();
            of = self.step_type(system, of, step, &reference)?;
            let names = self.step_names(of, step, last, last_named)?;
            steps.push(ThingStep { of, names });
        }
        Ok(Thing {
            system,
            tenants,
            steps,
            of,
            span: written.span,
        })
    }

    fn tenants(&mut self, system: SystemId, reference: &ast::Reference) -> Resolved<Tenants> {
        let Some(tenant) = &reference.tenant else {
            return Ok(Tenants::Each);
        };
        let name = tenant.plain();
        let known = &self.model.system(system).tenants;
        if let Some(index) = known
            .iter()
            .position(|one| one.name.as_deref() == Some(name.as_str()) || *one.id == *name)
        {
            return Ok(Tenants::One(u32::try_from(index).unwrap_or(u32::MAX)));
        }
        let names: Vec<String> = known
            .iter()
            .filter_map(|tenant| tenant.name.as_deref().map(str::to_owned))
            .collect();
        Err(self.unknown("tenant", tenant, &names, None))
    }

    fn step_type(
        &mut self,
        system: SystemId,
        parent: TypeId,
        step: &ast::Step,
        reference: &ast::Reference,
    ) -> Resolved<TypeId> {
        let name = step.name.plain();
        let vendor = self.model.system(system).vendor;
        let rank = self.model.catalog.of(parent).rank;
        let service = self.model.catalog.of(parent).service.clone();
        if rank == TypeRank::Tenant
            && let Some(node) = self.service(vendor, &name)
        {
            return Ok(node);
        }
        let key = (vendor, service.clone(), name.as_str().into());
        if let Some(&of) = self.catalog.types.get(&key) {
            let found = self.model.catalog.of(of);
            if found.parents.contains(&parent) {
                return Ok(of);
            }
            if found.rank == TypeRank::Resource {
                let parents: Vec<String> = found
                    .parents
                    .iter()
                    .map(|&parent| self.model.catalog.of(parent).name.to_string())
                    .collect();
                let before = Span {
                    end: step.name.span.start.saturating_sub(1),
                    ..reference.span
                };
                let shown = if before.end > before.start && before.file == step.name.span.file {
                    self.sources.text(before).to_owned()
                } else {
                    "…".to_owned()
                };
                self.say(
                    Diagnostic::error(
                        "wrong-type",
                        step.name.span,
                        format!(
                            "`{name}` does not lie directly in `{}`",
                            self.model.catalog.of(parent).name
                        ),
                    )
                    .help(format!(
                        "it lies in {}: write `{shown}.{}(\"*\").{name}`",
                        super::quoted(&parents),
                        parents.first().map_or("…", |parent| parent.as_str()),
                    )),
                );
                return Err(Unresolved);
            }
        }
        let mut known: Vec<String> = self
            .model
            .catalog
            .of(parent)
            .children
            .iter()
            .map(|&child| self.model.catalog.of(child).name.to_string())
            .collect();
        if rank == TypeRank::Tenant {
            known.extend(self.service_names(vendor));
        }
        known.sort();
        known.dedup();
        let vendor = self.model.catalog.vendor(vendor);
        let place = match rank {
            TypeRank::Tenant => vendor.name.to_string(),
            TypeRank::Service | TypeRank::Resource => self.model.catalog.type_path(parent),
        };
        if vendor.complete
            || diagnostic::suggest::nearest(&name, known.iter().map(String::as_str)).is_some()
        {
            let help = format!("`scopec catalog {place}` lists what there is");
            return Err(self.unknown(
                &format!("type in `{place}`"),
                &step.name,
                &known,
                Some(help),
            ));
        }
        self.say(
            Diagnostic::error(
                "unknown-name",
                step.name.span,
                format!("the catalogue of `{place}` is partial and does not know a type `{name}`"),
            )
            .help(format!(
                "declare it beside your own files: `vendor {} {{ resource {name}(name) {{ … }} }}`",
                vendor.name
            )),
        );
        Err(Unresolved)
    }

    fn step_names(
        &mut self,
        of: TypeId,
        step: &ast::Step,
        last: bool,
        last_named: bool,
    ) -> Resolved<Vec<Pattern>> {
        let catalog = &self.model.catalog;
        let found = catalog.of(of);
        let wanted = found.parameters.len();
        let name = found.name.clone();
        let all = |parameter: usize| Pattern::glob("*", &found.parameters[parameter].excluded);
        let Some(arguments) = &step.arguments else {
            let names = (0..wanted).map(all).collect();
            if wanted > 0 && (!last || last_named) {
                let end = Span {
                    start: step.span.end,
                    ..step.span
                };
                self.say(
                    Diagnostic::error(
                        "missing-name",
                        step.span,
                        format!("`{name}` needs a name here"),
                    )
                    .help(format!(
                        "a bare type means all of it and may only stand last: write `{name}(\"*\")` if all are meant"
                    ))
                    .fix(end, "(\"*\")", format!("write `{name}(\"*\")`")),
                );
                return Err(Unresolved);
            }
            return Ok(names);
        };
        if arguments.len() > wanted {
            self.say(
                Diagnostic::error(
                    "too-many-names",
                    step.span,
                    format!(
                        "`{name}` has {}, and {} written",
                        match wanted {
                            0 => "no name".to_owned(),
                            1 => "1 name".to_owned(),
                            _ => format!("{wanted} names"),
                        },
                        match arguments.len() {
                            1 => "1 is".to_owned(),
                            given => format!("{given} are"),
                        }
                    ),
                )
                .help(if wanted == 0 {
                    format!("there is one `{name}` only: write it without parentheses")
                } else {
                    "remove the names that are too many".to_owned()
                }),
            );
            return Err(Unresolved);
        }
        let mut names = Vec::with_capacity(wanted);
        let mut wrong = None;
        for (index, parameter) in found.parameters.iter().enumerate() {
            match arguments.get(index) {
                Some(text) if !text.quoted => {
                    wrong = Some(text.clone());
                    names.push(all(index));
                }
                Some(text) => names.push(Pattern::glob(&text.raw, &parameter.excluded)),
                None => names.push(all(index)),
            }
        }
        for (text, parameter) in arguments.iter().zip(&found.parameters) {
            let inside = text.plain();
            if inside.is_empty() {
                let name = name.clone();
                self.say(
                    Diagnostic::error(
                        "impossible-name",
                        text.span,
                        format!("the name of a `{name}` cannot be empty"),
                    )
                    .help(format!(
                        "write its name, or `{name}(\"*\")` if all are meant"
                    )),
                );
                return Err(Unresolved);
            }
            if let Some(&bad) = parameter
                .excluded
                .iter()
                .find(|&&character| inside.contains(character))
            {
                let name = name.clone();
                self.say(
                    Diagnostic::error(
                        "impossible-name",
                        text.span,
                        format!("the name of a `{name}` cannot hold `{bad}`"),
                    )
                    .help("no such resource exists: what lies inside is written as a further step"),
                );
                return Err(Unresolved);
            }
        }
        if let Some(text) = wrong {
            self.say(
                Diagnostic::error(
                    "unknown-name",
                    text.span,
                    format!("there is no parameter `{}` here", text.raw),
                )
                .help(format!(
                    "a name is written in quotes: `{name}(\"{}\")`",
                    text.raw
                )),
            );
            return Err(Unresolved);
        }
        Ok(names)
    }

    /// Who: `anyone`, a service, an issuer, a party, a system or a resource.
    pub(super) fn who(
        &mut self,
        who: &ast::Who,
        scope: &Scope,
    ) -> Resolved<crate::model::party::Who> {
        use crate::model::party::Who;
        match who {
            ast::Who::Anyone(span) => Ok(Who::Anyone(*span)),
            ast::Who::Service(text, span) => Ok(Who::Service(text.plain().into(), *span)),
            ast::Who::Oidc(text, span) => Ok(Who::Oidc(text.plain().into(), *span)),
            ast::Who::Reference(reference) => {
                if reference.is_bare() && scope.get(&reference.root.raw).is_none() {
                    if let Some(&party) = self.names.parties.get(&*reference.root.raw) {
                        return Ok(Who::Party(party, reference.span));
                    }
                    if let Some(&system) = self.names.systems.get(&*reference.root.raw) {
                        return Ok(Who::System(system, reference.span));
                    }
                    let mut known = self.names.party_names().to_vec();
                    known.extend(self.names.system_names());
                    return Err(self.unknown(
                        "integration, principal or system",
                        &reference.root,
                        &known,
                        None,
                    ));
                }
                let thing = self.named_thing(reference, scope)?;
                if thing.steps.is_empty() {
                    return Ok(Who::System(thing.system, reference.span));
                }
                Ok(Who::Thing(thing))
            }
        }
    }

    /// A system, where only a system can be meant.
    pub(super) fn system_reference(
        &mut self,
        reference: &ast::Reference,
        scope: &Scope,
    ) -> Resolved<(SystemId, Tenants)> {
        if let Some(Value::String(_)) = scope.get(&reference.root.raw) {
            let known = self.names.system_names();
            return Err(self.unknown("system", &reference.root, &known, None));
        }
        let thing = self.thing(reference, scope)?;
        if thing.steps.is_empty() {
            return Ok((thing.system, thing.tenants));
        }
        self.say(
            Diagnostic::error(
                "wrong-type",
                reference.span,
                "a whole system is wanted here, and this is a resource in one",
            )
            .help(format!("write `{}`", self.model.system(thing.system).name)),
        );
        Err(Unresolved)
    }
}
