//! Reading vendors and services into the catalogue, when something refers to them.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an item or line has a dozen kinds, of which a pass reads one or two"
)]

use super::{Resolved, Resolver, Unresolved};
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{
    Binding, KeyType, Names, OpId, Roles, SlotId, Type, TypeId, TypeParameter, TypeRank, UnitId,
    Vendor, VendorId,
};
use crate::source::{FileId, SourceFile, Span};
use crate::stdlib;
use crate::syntax::{ast, parser};
use std::collections::{HashMap, HashSet};

/// What is loaded, and where to find it by name.
#[derive(Default)]
pub(crate) struct Loaded {
    vendors: HashMap<Box<str>, Option<VendorId>>,
    services: HashMap<(VendorId, Box<str>), Option<TypeId>>,
    whole: HashSet<VendorId>,
    /// Whether a vendor has services.
    many: HashMap<VendorId, bool>,
    /// Types by vendor, service and name; the service's own node under its name and no service.
    pub types: HashMap<TypeKey, TypeId>,
    /// Operations by vendor, place and name. The place is the service, or for vendors with
    /// operations per resource the type.
    pub operations: HashMap<(VendorId, Place, Box<str>), OpId>,
    /// Units by vendor and name.
    pub units: HashMap<(VendorId, Box<str>), UnitId>,
    /// Slots by operation and type.
    pub slots: HashMap<(OpId, TypeId), SlotId>,
    /// Control rules that wait until all is loaded.
    pub controls: Vec<super::control::Written>,
}

impl Loaded {
    /// The vendor of that name, if it is loaded.
    pub fn vendor_if_loaded(&self, name: &str) -> Option<VendorId> {
        self.vendors.get(name).copied().flatten()
    }

    /// Whether a service is loaded.
    pub fn is_loaded(&self, vendor: VendorId, service: &str) -> bool {
        matches!(self.services.get(&(vendor, service.into())), Some(Some(_)))
    }

    /// Whether all services of a vendor are loaded.
    pub fn is_whole(&self, vendor: VendorId) -> bool {
        self.whole.contains(&vendor)
    }
}

/// A type's vendor, service and name.
pub(crate) type TypeKey = (VendorId, Option<Box<str>>, Box<str>);

/// Where an operation's name is unique.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Place {
    /// In the vendor.
    Vendor,
    /// In a service.
    Service(Box<str>),
    /// On a type.
    Type(TypeId),
}

/// The lines of all files that describe one vendor or service, and whether all could be read.
pub(crate) struct Lines {
    pub clauses: Vec<ast::VendorClause>,
    pub complete: bool,
    pub span: Span,
}

impl Resolver<'_> {
    /// The vendor of that name, loaded.
    pub(super) fn vendor(&mut self, name: &str) -> Option<VendorId> {
        if let Some(&known) = self.catalog.vendors.get(name) {
            return known;
        }
        let embedded = !stdlib::vendor(name).is_empty();
        let lines = self.vendor_lines(name);
        let loaded = lines.map(|lines| self.enter_vendor(name, embedded, &lines));
        self.catalog.vendors.insert(name.into(), loaded);
        loaded
    }

    /// The node of a service, loaded; none when the vendor has no such service.
    pub(super) fn service(&mut self, vendor: VendorId, name: &str) -> Option<TypeId> {
        if let Some(&known) = self.catalog.services.get(&(vendor, name.into())) {
            return known;
        }
        let vendor_name = self.model.catalog.vendor(vendor).name.clone();
        let Some(lines) = self.service_lines(&vendor_name, name) else {
            self.catalog.services.insert((vendor, name.into()), None);
            return None;
        };
        let node = self.service_node(vendor, name, &lines);
        // Services may refer to each other in a circle, so this one counts as loaded before its
        // lines are read.
        self.catalog
            .services
            .insert((vendor, name.into()), Some(node));
        self.enter_lines(vendor, Some(name), node, &lines.clauses);
        Some(node)
    }

    /// The names of all services of a vendor, sorted: embedded and declared here.
    pub(super) fn service_names(&self, vendor: VendorId) -> Vec<String> {
        let name = &self.model.catalog.vendor(vendor).name;
        let mut all: Vec<String> = stdlib::services(name)
            .into_iter()
            .map(str::to_owned)
            .collect();
        all.extend(
            self.names
                .services
                .keys()
                .filter(|(owner, _)| *owner == &**name)
                .map(|(_, service)| (*service).to_owned()),
        );
        all.sort();
        all.dedup();
        all
    }

    /// Whether a vendor has services, embedded or declared here.
    pub(super) fn has_services(&mut self, vendor: VendorId) -> bool {
        if let Some(&known) = self.catalog.many.get(&vendor) {
            return known;
        }
        let many = !self.service_names(vendor).is_empty();
        self.catalog.many.insert(vendor, many);
        many
    }

    /// Loads every service of a vendor: what `within SYSTEM` and wildcards speak of.
    pub(super) fn whole_vendor(&mut self, vendor: VendorId) {
        if self.catalog.whole.insert(vendor) {
            for service in self.service_names(vendor) {
                self.service(vendor, &service);
            }
        }
    }

    fn vendor_lines(&mut self, name: &str) -> Option<Lines> {
        let texts = stdlib::vendor(name);
        let declared = self.names.vendors.get(name).cloned().unwrap_or_default();
        let mut lines = self.embedded(&texts, |kind| match kind {
            ast::ItemKind::Vendor(vendor) => Some(vendor.clauses),
            _ => None,
        });
        for vendor in declared {
            let complete = self.is_complete(vendor.name.span);
            let entry = lines.get_or_insert_with(|| Lines {
                clauses: Vec::new(),
                complete: true,
                span: vendor.name.span,
            });
            entry.clauses.extend(vendor.clauses.iter().cloned());
            entry.complete &= complete;
        }
        lines
    }

    fn service_lines(&mut self, vendor: &str, name: &str) -> Option<Lines> {
        let texts = stdlib::service(vendor, name);
        let declared = self
            .names
            .services
            .get(&(vendor, name))
            .cloned()
            .unwrap_or_default();
        let mut lines = self.embedded(&texts, |kind| match kind {
            ast::ItemKind::Service(service) => Some(service.clauses),
            _ => None,
        });
        for service in declared {
            let complete = self.is_complete(service.name.span);
            let entry = lines.get_or_insert_with(|| Lines {
                clauses: Vec::new(),
                complete: true,
                span: service.name.span,
            });
            entry.clauses.extend(service.clauses.iter().cloned());
            entry.complete &= complete;
        }
        lines
    }

    fn is_complete(&self, name: Span) -> bool {
        self.files
            .iter()
            .filter(|file| file.id == name.file)
            .flat_map(|file| &file.items)
            .any(|item| item.span.start <= name.start && name.end <= item.span.end && item.complete)
    }

    fn embedded(
        &mut self,
        texts: &[stdlib::Text],
        pick: impl Fn(ast::ItemKind) -> Option<Vec<ast::VendorClause>>,
    ) -> Option<Lines> {
        let mut lines: Option<Lines> = None;
        for text in texts {
            let id = self
                .sources
                .add(SourceFile::new(format!("stdlib:{}", text.path), text.text));
            let (file, diagnostics) = parser::parse(id, text.text);
            let clean = diagnostics.is_empty();
            self.diagnostics.extend(diagnostics);
            for item in file.items {
                let complete = item.complete && clean;
                let span = item.span;
                if let Some(clauses) = pick(item.kind) {
                    let entry = lines.get_or_insert_with(|| Lines {
                        clauses: Vec::new(),
                        complete: true,
                        span,
                    });
                    entry.clauses.extend(clauses);
                    entry.complete &= complete;
                }
            }
        }
        lines
    }

    fn enter_vendor(&mut self, name: &str, embedded: bool, lines: &Lines) -> VendorId {
        let id = VendorId::at(self.model.catalog.vendors.len());
        self.model.catalog.vendors.push(Vendor {
            name: name.into(),
            span: lines.span,
            binding: Binding::Resource,
            per_resource: false,
            denies: false,
            names: Names::Exact,
            spelling: None,
            settings: Vec::new(),
            tenant_types: Vec::new(),
            has_units: false,
            issuer: None,
            complete: lines.complete,
            embedded,
        });
        for clause in &lines.clauses {
            self.vendor_property(id, clause);
        }
        if self.model.catalog.vendor(id).tenant_types.is_empty() {
            let node = self.node(id, None, name, TypeRank::Tenant, lines.span);
            self.model.catalog.vendors[id.index()]
                .tenant_types
                .push(node);
        }
        let root = self.model.catalog.vendor(id).tenant_types[0];
        self.enter_lines(id, None, root, &lines.clauses);
        id
    }

    fn vendor_property(&mut self, id: VendorId, clause: &ast::VendorClause) {
        use ast::VendorClauseKind as Kind;
        match &clause.kind {
            Kind::Binding(level) => {
                if let Ok(binding) = self.binding(level) {
                    self.model.catalog.vendors[id.index()].binding = binding;
                }
            }
            Kind::PerResource => self.model.catalog.vendors[id.index()].per_resource = true,
            Kind::Denies => self.model.catalog.vendors[id.index()].denies = true,
            Kind::Names(word) => {
                if let Ok(names) = self.names_word(word) {
                    self.model.catalog.vendors[id.index()].names = names;
                }
            }
            Kind::Spelling(text) => {
                self.model.catalog.vendors[id.index()].spelling = Some(text.plain().into());
            }
            Kind::Settings(names) => self.model.catalog.vendors[id.index()]
                .settings
                .extend(names.iter().map(|name| (name.plain().into(), None))),
            Kind::Default { name, value } => {
                let settings = &mut self.model.catalog.vendors[id.index()].settings;
                let value: Box<str> = value.plain().into();
                match settings.iter_mut().find(|(known, _)| **known == *name.raw) {
                    Some((_, default)) => *default = Some(value),
                    None => settings.push((name.raw.clone(), Some(value))),
                }
            }
            Kind::Issuer(url) => {
                self.model.catalog.vendors[id.index()].issuer = Some(url.plain().into());
            }
            Kind::System { name, parameter } => {
                let node = self.node(id, None, &name.plain(), TypeRank::Tenant, clause.span);
                if let Some(parameter) = parameter {
                    self.model.catalog.types[node.index()]
                        .parameters
                        .push(TypeParameter {
                            name: parameter.raw.clone(),
                            excluded: Box::new([]),
                        });
                }
                self.model.catalog.vendors[id.index()]
                    .tenant_types
                    .push(node);
            }
            Kind::Unit(_) => self.model.catalog.vendors[id.index()].has_units = true,
            Kind::Partial => self.model.catalog.vendors[id.index()].complete = false,
            Kind::Complete
            | Kind::Source(_)
            | Kind::Resource(_)
            | Kind::Operations(_)
            | Kind::Keys { .. }
            | Kind::Control(_) => {}
        }
    }

    fn service_node(&mut self, vendor: VendorId, name: &str, lines: &Lines) -> TypeId {
        let node = self.node(vendor, None, name, TypeRank::Service, lines.span);
        self.model.catalog.types[node.index()].service = Some(name.into());
        let tenants = self.model.catalog.vendor(vendor).tenant_types.clone();
        for &tenant in &tenants {
            self.model.catalog.types[tenant.index()].children.push(node);
        }
        self.model.catalog.types[node.index()].parents = tenants;
        node
    }

    /// A new type without anything on it.
    pub(super) fn node(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        name: &str,
        rank: TypeRank,
        span: Span,
    ) -> TypeId {
        let id = TypeId::at(self.model.catalog.types.len());
        let names = self.model.catalog.vendor(vendor).names;
        self.model.catalog.types.push(Type {
            vendor,
            service: service.map(Into::into),
            name: name.into(),
            span,
            rank,
            parameters: Vec::new(),
            parents: Vec::new(),
            children: Vec::new(),
            format: None,
            spelling: None,
            subject: None,
            roles: Roles::default(),
            hosts: Vec::new(),
            names,
            labels: Vec::new(),
            slots: Vec::new(),
            unnamed: Vec::new(),
        });
        self.catalog
            .types
            .insert((vendor, service.map(Into::into), name.into()), id);
        id
    }

    /// Enters the types, operations, keys and units of one file. A type must be known before an
    /// operation names it, so this goes over the lines four times.
    fn enter_lines(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        root: TypeId,
        clauses: &[ast::VendorClause],
    ) {
        let mut types = Vec::new();
        for clause in clauses {
            if let ast::VendorClauseKind::Resource(resource) = &clause.kind {
                types.push((
                    self.enter_type(vendor, service, resource, clause.span),
                    resource,
                ));
            }
        }
        for &(id, resource) in &types {
            self.enter_parents(vendor, service, root, id, resource);
        }
        for &(id, resource) in &types {
            self.enter_format(vendor, id, resource);
        }
        self.exclude_separators(&types);
        for clause in clauses {
            if let ast::VendorClauseKind::Operations(operations) = &clause.kind {
                self.enter_operations(vendor, service, root, operations);
            }
        }
        for &(id, resource) in &types {
            self.enter_type_lines(vendor, service, id, resource);
        }
        for clause in clauses {
            match &clause.kind {
                ast::VendorClauseKind::Keys { keys, operations } => {
                    self.enter_keys(vendor, service, None, keys, operations);
                }
                ast::VendorClauseKind::Unit(unit) => self.declare_unit(vendor, unit, clause.span),
                _ => {}
            }
        }
        for clause in clauses {
            if let ast::VendorClauseKind::Unit(unit) = &clause.kind {
                self.enter_unit(vendor, service, unit);
            }
        }
        self.keep_controls(vendor, service, clauses);
    }

    pub(super) fn binding(&mut self, level: &ast::Text) -> Resolved<Binding> {
        match &*level.raw {
            "resource" => Ok(Binding::Resource),
            "credential" => Ok(Binding::Credential),
            "tenant" => Ok(Binding::Tenant),
            _ => Err(self.unknown(
                "binding level",
                level,
                &["resource".into(), "credential".into(), "tenant".into()],
                None,
            )),
        }
    }

    pub(super) fn names_word(&mut self, word: &ast::Text) -> Resolved<Names> {
        match &*word.raw {
            "all" => Ok(Names::All),
            "exact" => Ok(Names::Exact),
            "prefix" => Ok(Names::Prefix),
            "glob" => Ok(Names::Glob),
            _ => Err(self.unknown(
                "form of names",
                word,
                &["all".into(), "exact".into(), "prefix".into(), "glob".into()],
                None,
            )),
        }
    }

    pub(super) fn key_type(&mut self, word: &ast::Text) -> Resolved<KeyType> {
        const ALL: [KeyType; 7] = [
            KeyType::String,
            KeyType::Number,
            KeyType::Boolean,
            KeyType::Date,
            KeyType::Cidr,
            KeyType::Arn,
            KeyType::Set,
        ];
        if let Some(&of) = ALL.iter().find(|of| of.word() == &*word.raw) {
            return Ok(of);
        }
        let known: Vec<String> = ALL.iter().map(|of| of.word().to_owned()).collect();
        Err(self.unknown("type of condition keys", word, &known, None))
    }

    /// A type by the words of a reference inside a vendor's file: `image`, `iam.role`,
    /// `aws.iam.role`.
    pub(super) fn type_reference(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        reference: &ast::Reference,
    ) -> Resolved<TypeId> {
        let mut words: Vec<&ast::Text> = vec![&reference.root];
        words.extend(reference.steps.iter().map(|step| &step.name));
        let mut vendor = vendor;
        if words.len() > 1 && *words[0].raw == *self.model.catalog.vendor(vendor).name {
            words.remove(0);
        } else if words.len() > 2 {
            let name = words[0].plain();
            let Some(other) = self.vendor(&name) else {
                let known = super::vendor_names(&self.names.vendors);
                return Err(self.unknown("vendor", words[0], &known, None));
            };
            vendor = other;
            words.remove(0);
        }
        let (service, word) = match words.as_slice() {
            [word] => (service.map(Box::<str>::from), *word),
            [of, word] => {
                self.service(vendor, &of.plain());
                (Some(Box::<str>::from(of.plain())), *word)
            }
            _ => {
                self.say(Diagnostic::error(
                    "unknown-name",
                    reference.span,
                    "a type is written as `type`, `service.type` or `vendor.service.type`",
                ));
                return Err(Unresolved);
            }
        };
        let key = (vendor, service.clone(), Box::<str>::from(word.plain()));
        if let Some(&id) = self.catalog.types.get(&key) {
            return Ok(id);
        }
        let known = self.type_names(vendor, service.as_deref());
        Err(self.unknown("type", word, &known, None))
    }

    /// The names of all loaded types of a vendor's service, sorted.
    pub(super) fn type_names(&self, vendor: VendorId, service: Option<&str>) -> Vec<String> {
        let mut names: Vec<String> = self
            .model
            .catalog
            .types
            .iter()
            .filter(|of| {
                of.vendor == vendor
                    && of.service.as_deref() == service
                    && of.rank != TypeRank::Service
            })
            .map(|of| of.name.to_string())
            .collect();
        names.sort();
        names
    }
}

/// Reads everything that there is of every vendor.
pub(super) fn read_every_vendor(resolver: &mut Resolver<'_>) {
    for name in super::vendor_names(&resolver.names.vendors) {
        if let Some(vendor) = resolver.vendor(&name) {
            resolver.whole_vendor(vendor);
        }
    }
}

/// Reads every file of the standard library as if something referred to each: for `scopec catalog`
/// and the tests. Gives the model's catalogue and what there is to say.
pub fn load_everything(
    files: &[ast::File],
    sources: &mut crate::source::Sources,
) -> (crate::model::Model, Vec<Diagnostic>) {
    let mut resolver = Resolver::new(files, sources);
    resolver.declare_names();
    read_every_vendor(&mut resolver);
    resolver.enter_controls();
    (resolver.model, resolver.diagnostics)
}

/// Reads of the standard library and of the vendors declared in `files` what a dotted name speaks
/// of: `aws.s3…` one service, `zendesk…` one vendor, anything else all of them.
pub fn load(
    files: &[ast::File],
    sources: &mut crate::source::Sources,
    name: &str,
) -> (crate::model::Model, Vec<Diagnostic>) {
    let mut words = name.split('.');
    let first = words.next().unwrap_or("");
    let mut resolver = Resolver::new(files, sources);
    resolver.declare_names();
    if !super::vendor_names(&resolver.names.vendors).contains(&first.to_owned()) {
        drop(resolver);
        return load_everything(files, sources);
    }
    if let Some(vendor) = resolver.vendor(first) {
        let service = words.next().and_then(|word| resolver.service(vendor, word));
        if service.is_none() {
            resolver.whole_vendor(vendor);
        }
    }
    resolver.enter_controls();
    (resolver.model, resolver.diagnostics)
}

/// The file of the first span that is looked at when nothing else is at hand.
pub(super) fn nowhere() -> Span {
    Span::new(FileId(0), 0, 0)
}
