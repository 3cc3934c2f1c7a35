//! The types that a rule speaks of.

use super::{Found, Here, Step, Without};
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{TypeId, VendorId};
use crate::resolve::Resolver;
use crate::syntax::ast;

/// A vendor, a service of it, and what is left of a way down.
type Root<'s, 't> = (VendorId, Option<Box<str>>, &'s [Step<'t>]);

impl Resolver<'_> {
    /// The types on the way down that a reference writes, each with its variable.
    pub(super) fn control_path<'t>(
        &mut self,
        here: &Here<'_>,
        steps: &[Step<'t>],
    ) -> Found<Vec<(TypeId, Option<&'t ast::Text>)>> {
        let (vendor, service, steps) = self.control_root(here, steps)?;
        let mut path: Vec<(TypeId, Option<&'t ast::Text>)> = Vec::new();
        for step in steps {
            let name = step.name.plain();
            let key = (vendor, service.clone(), Box::<str>::from(name.as_str()));
            let top = || {
                let of_vendor = (vendor, None, Box::<str>::from(name.as_str()));
                path.is_empty().then_some(of_vendor)
            };
            let tenant = path.is_empty().then(|| self.tenant_type(vendor, &name));
            let tenant = tenant.flatten();
            let found = self.catalog.types.get(&key).copied();
            let found = match service {
                Some(_) => found.or(tenant),
                None => tenant.or(found),
            };
            let found = found.or_else(|| self.catalog.types.get(&top()?).copied());
            let Some(of) = found else {
                let mut known = self.type_names(vendor, service.as_deref());
                if service.is_some() {
                    known.extend(self.service_names(vendor));
                }
                return Err(self.unknown("type", step.name, &known, None).into());
            };
            if let Some(&(above, _)) = path.last()
                && !self.lies_in(of, above)
            {
                let catalog = &self.model.catalog;
                let (of, above) = (catalog.type_path(of), catalog.type_path(above));
                self.say(Diagnostic::error(
                    "unknown-name",
                    step.name.span,
                    format!("`{of}` does not lie in `{above}`"),
                ));
                return Err(Without::Wrong);
            }
            path.push((of, step.variable));
        }
        Ok(path)
    }

    /// The vendor and the service of a reference, and the types that are left of it.
    fn control_root<'s, 't>(
        &mut self,
        here: &Here<'_>,
        mut steps: &'s [Step<'t>],
    ) -> Found<Root<'s, 't>> {
        let mut vendor = here.vendor;
        let mut service: Option<Box<str>> = here.service.map(Into::into);
        let name: Box<str> = steps[0].name.plain().into();
        let own = self
            .catalog
            .types
            .contains_key(&(vendor, service.clone(), name.clone()));
        if own || steps[0].variable.is_some() {
            return Ok((vendor, service, steps));
        }
        if steps.len() > 1 && name == self.model.catalog.vendor(vendor).name {
            steps = &steps[1..];
            service = None;
        } else if steps.len() > 1
            && crate::resolve::vendor_names(&self.names.vendors)
                .iter()
                .any(|known| **known == *name)
        {
            let loaded = self.catalog.vendor_if_loaded(&name);
            vendor = match loaded {
                Some(vendor) => vendor,
                None if here.may_load => self.vendor(&name).ok_or(Without::Wrong)?,
                None => return Err(Without::Unloaded),
            };
            steps = &steps[1..];
            service = None;
        }
        if steps.len() > 1 && steps[0].variable.is_none() && self.has_services(vendor) {
            let name: Box<str> = steps[0].name.plain().into();
            let known = self.service_names(vendor);
            if known.iter().any(|service| **service == *name) {
                self.control_service(here, vendor, &name)?;
                return Ok((vendor, Some(name), &steps[1..]));
            }
            if service.is_none() {
                return Err(self.unknown("service", steps[0].name, &known, None).into());
            }
        }
        // What exists only for a whole service is on its own node.
        if let [last] = steps
            && last.variable.is_none()
            && self.tenant_type(vendor, &last.name.plain()).is_none()
            && self.has_services(vendor)
        {
            let name: Box<str> = last.name.plain().into();
            let known = self.service_names(vendor);
            if known.iter().any(|service| **service == *name) {
                self.control_service(here, vendor, &name)?;
            }
        }
        Ok((vendor, service, steps))
    }

    pub(super) fn control_service(
        &mut self,
        here: &Here<'_>,
        vendor: VendorId,
        name: &str,
    ) -> Found<()> {
        if self.catalog.is_loaded(vendor, name) {
            Ok(())
        } else if here.may_load {
            self.service(vendor, name).map(|_| ()).ok_or(Without::Wrong)
        } else {
            Err(Without::Unloaded)
        }
    }

    /// A tenant's type by name. A service may bear the same name, and is another node.
    fn tenant_type(&self, vendor: VendorId, name: &str) -> Option<TypeId> {
        let catalog = &self.model.catalog;
        let mut types = catalog.vendor(vendor).tenant_types.iter().copied();
        types.find(|&of| *catalog.of(of).name == *name)
    }

    /// Whether the vendor or service that a rule stands in has a type of that name.
    pub(super) fn is_type_here(&self, here: &Here<'_>, name: &str) -> bool {
        let key = (here.vendor, here.service.map(Into::into), name.into());
        self.catalog.types.contains_key(&key)
    }

    /// Whether a type lies in another, directly or not.
    fn lies_in(&self, of: TypeId, above: TypeId) -> bool {
        self.ways_up(of).contains(&above)
    }

    /// A type and all that it may lie in, nearest first.
    pub(super) fn ways_up(&self, of: TypeId) -> Vec<TypeId> {
        let mut all = vec![of];
        let mut next = 0;
        while let Some(&current) = all.get(next) {
            for &parent in &self.model.catalog.of(current).parents {
                if !all.contains(&parent) {
                    all.push(parent);
                }
            }
            next += 1;
        }
        all
    }
}
