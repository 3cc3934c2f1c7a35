//! Teams and systems.

use super::profile::Scope;
use super::{Resolver, vendor_names};
use crate::diagnostic::Diagnostic;
use crate::model::SystemId;
use crate::model::system::{System, Team, Tenant};
use crate::syntax::ast;

impl Resolver<'_> {
    /// Systems: vendors first, then what refers to other systems.
    pub(super) fn systems(&mut self) {
        for (item, whole) in self.names.system_items.clone() {
            let system = self.system(item, whole.complete);
            self.model.systems.push(system);
        }
        for (index, (item, _)) in self.names.system_items.clone().into_iter().enumerate() {
            for setting in &item.settings {
                if let ast::SystemSettingKind::HostedIn(reference) = &setting.kind {
                    self.subject = Some(item.name.raw.clone());
                    match self.thing(reference, &Scope::empty()) {
                        Ok(thing) => self.model.systems[index].hosted_in = Some(thing),
                        Err(_) => self.model.systems[index].complete = false,
                    }
                    self.subject = None;
                }
            }
        }
    }

    fn system(&mut self, item: &ast::System, complete: bool) -> System {
        self.subject = Some(item.name.raw.clone());
        let mut complete = complete;
        let vendor_name = item.vendor.plain();
        let vendor = if let Some(vendor) = self.vendor(&vendor_name) {
            vendor
        } else {
            complete = false;
            let known = vendor_names(&self.names.vendors);
            self.unknown(
                "vendor",
                &item.vendor,
                &known,
                Some("a vendor of your own is declared with `vendor NAME { … }`".to_owned()),
            );
            self.placeholder_vendor(&vendor_name)
        };
        let tenants_of = self.model.catalog.vendor(vendor).tenant_types.clone();
        let named = tenants_of
            .iter()
            .copied()
            .find(|&of| *self.model.catalog.of(of).name == *item.tenant_type.plain());
        let tenant_type = named.unwrap_or_else(|| {
            if complete {
                let known: Vec<String> = tenants_of
                    .iter()
                    .map(|&of| self.model.catalog.of(of).name.to_string())
                    .collect();
                self.unknown("type of tenants", &item.tenant_type, &known, None);
                complete = false;
            }
            tenants_of[0]
        });
        let mut system = System {
            name: item.name.raw.clone(),
            span: item.name.span,
            vendor,
            tenant_type,
            tenants: Vec::new(),
            env: None,
            labels: Vec::new(),
            external: false,
            hosted_in: None,
            settings: Vec::new(),
            complete,
        };
        if let Some(id) = &item.id {
            system.tenants.push(Tenant {
                name: None,
                id: id.plain().into(),
                span: id.span,
            });
        }
        for setting in &item.settings {
            self.system_setting(&mut system, setting);
        }
        let many = system.tenants.len() > 1;
        if many && let Some(tenant) = system.tenants.iter().find(|tenant| tenant.name.is_none()) {
            let found = Diagnostic::error(
                "unnamed-tenant",
                tenant.span,
                format!("tenant `{}` of `{}` has no name", tenant.id, item.name.raw),
            )
            .help("where a system has several tenants each is named: `id \"…\" as NAME`");
            self.say(found);
            system.complete = false;
        }
        if let Some(tenant) = system.tenants.iter().find(|tenant| tenant.id.is_empty()) {
            let found = Diagnostic::error(
                "missing-tenant",
                tenant.span,
                format!("the id of system `{}` is empty", item.name.raw),
            )
            .help("an empty id would name nobody's tenant, or everybody's: write the vendor's id");
            self.say(found);
            system.complete = false;
        }
        if system.tenants.is_empty() {
            self.say(
                Diagnostic::error(
                    "missing-tenant",
                    item.name.span,
                    format!("system `{}` names no tenant", item.name.raw),
                )
                .help(format!(
                    "write its id: `system {}: {}.{}(\"…\")`",
                    item.name.raw, vendor_name, item.tenant_type.raw
                )),
            );
            system.complete = false;
            system.tenants.push(Tenant {
                name: None,
                id: "unknown".into(),
                span: item.name.span,
            });
        }
        self.subject = None;
        system
    }

    fn system_setting(&mut self, system: &mut System, setting: &ast::SystemSetting) {
        use ast::SystemSettingKind as Kind;
        match &setting.kind {
            Kind::Id { id, name } => {
                let tenant = Tenant {
                    name: name.as_ref().map(|name| name.raw.clone()),
                    id: id.plain().into(),
                    span: id.span,
                };
                let twice = system.tenants.iter().find(|known| {
                    known.id == tenant.id || (known.name.is_some() && known.name == tenant.name)
                });
                if let Some(first) = twice {
                    let found = Diagnostic::error(
                        "duplicate-name",
                        tenant.span,
                        format!("this tenant of `{}` is written twice", system.name),
                    )
                    .related(first.span, "first written here");
                    self.say(found);
                    system.complete = false;
                } else {
                    system.tenants.push(tenant);
                }
            }
            Kind::Env(name) => {
                if system.env.is_some() {
                    self.repeated(setting.span, "env");
                }
                system.env = Some(name.plain().into());
            }
            Kind::Labels(labels) => system
                .labels
                .extend(labels.iter().map(|label| Box::<str>::from(label.plain()))),
            Kind::External => system.external = true,
            Kind::HostedIn(_) => {}
            Kind::Vendor { name, values } => {
                let known: Vec<String> = self
                    .model
                    .catalog
                    .vendor(system.vendor)
                    .settings
                    .iter()
                    .map(|(name, _)| name.to_string())
                    .collect();
                if known.iter().any(|known| **known == *name.raw) {
                    if system.setting(&name.raw).is_some() {
                        self.repeated(setting.span, &name.raw);
                    }
                    let values = values.iter().map(|value| value.plain().into()).collect();
                    system.settings.push((name.raw.clone(), values));
                } else {
                    let mut known = known;
                    known.extend(["env", "labels", "external", "hosted"].map(str::to_owned));
                    self.unknown("setting of this system", name, &known, None);
                    system.complete = false;
                }
            }
        }
    }

    pub(super) fn repeated(&mut self, span: crate::source::Span, what: &str) {
        self.say(
            Diagnostic::error(
                "repeated-clause",
                span,
                format!("`{what}` is written twice, and it can have one value only"),
            )
            .help("keep the one that is meant"),
        );
    }

    /// A vendor without anything, so that a system of an unknown vendor still has a place.
    fn placeholder_vendor(&mut self, name: &str) -> crate::model::catalog::VendorId {
        use crate::model::catalog::{Binding, Names, TypeRank, Vendor, VendorId};
        let id = VendorId::at(self.model.catalog.vendors.len());
        self.model.catalog.vendors.push(Vendor {
            name: name.into(),
            span: super::vendor::nowhere(),
            binding: Binding::Resource,
            per_resource: false,
            denies: false,
            names: Names::Glob,
            spelling: None,
            settings: Vec::new(),
            tenant_types: Vec::new(),
            has_units: false,
            issuer: None,
            complete: false,
            embedded: false,
        });
        let node = self.node(
            id,
            None,
            "tenant",
            TypeRank::Tenant,
            super::vendor::nowhere(),
        );
        self.model.catalog.vendors[id.index()]
            .tenant_types
            .push(node);
        id
    }

    /// Teams, once systems are known.
    pub(super) fn teams(&mut self) {
        for item in self.names.team_items.clone() {
            let mut team = Team {
                name: item.name.raw.clone(),
                span: item.name.span,
                contact: None,
                group: None,
            };
            for setting in &item.settings {
                match &setting.kind {
                    ast::TeamSettingKind::Contact(text) => {
                        if team.contact.is_some() {
                            self.repeated(setting.span, "contact");
                        }
                        team.contact = Some(text.plain().into());
                    }
                    ast::TeamSettingKind::Is(reference) => {
                        team.group = self.thing(reference, &Scope::empty()).ok();
                    }
                }
            }
            self.model.teams.push(team);
        }
    }

    /// The id of a system, for callers that hold its AST.
    pub(super) fn system_count(&self) -> SystemId {
        SystemId::at(self.model.systems.len())
    }
}
