//! Resource types of a vendor: parents, address formats, roles.

use super::Resolver;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{FormatPart, Hosts, TypeId, TypeParameter, TypeRank, VendorId};
use crate::model::thing::SEPARATOR;
use crate::source::Span;
use crate::syntax::ast;

impl Resolver<'_> {
    /// Enters a type, or finds the one that an earlier file entered.
    pub(super) fn enter_type(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        resource: &ast::ResourceType,
        span: Span,
    ) -> TypeId {
        let name = resource.name.plain();
        let key = (vendor, service.map(Into::into), name.as_str().into());
        let known = self.catalog.types.get(&key).copied();
        let id =
            known.unwrap_or_else(|| self.node(vendor, service, &name, TypeRank::Resource, span));
        let of = &mut self.model.catalog.types[id.index()];
        if of.parameters.is_empty() {
            of.parameters = resource
                .parameters
                .iter()
                .map(|parameter| TypeParameter {
                    name: parameter.plain().into(),
                    excluded: Box::new([]),
                })
                .collect();
        }
        if let Some(spelling) = &resource.spelling {
            of.spelling = Some(spelling.plain().into());
        }
        id
    }

    /// Finds the types that a type lies in; none written means the root.
    pub(super) fn enter_parents(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        root: TypeId,
        id: TypeId,
        resource: &ast::ResourceType,
    ) {
        let mut parents = Vec::new();
        for parent in &resource.parents {
            let reference = ast::Reference {
                span: parent.span,
                root: parent.clone(),
                tenant: None,
                steps: Vec::new(),
            };
            let tenant = self
                .model
                .catalog
                .vendor(vendor)
                .tenant_types
                .iter()
                .copied()
                .find(|&tenant| *self.model.catalog.of(tenant).name == *parent.plain());
            if let Some(tenant) = tenant {
                parents.push(tenant);
            } else if let Ok(parent) = self.type_reference(vendor, service, &reference) {
                parents.push(parent);
            }
        }
        if parents.is_empty() {
            if !self.model.catalog.of(id).parents.is_empty() {
                return;
            }
            parents.push(root);
        }
        for parent in parents {
            let of = &mut self.model.catalog.types[id.index()];
            if !of.parents.contains(&parent) {
                of.parents.push(parent);
                self.model.catalog.types[parent.index()].children.push(id);
            }
        }
    }

    /// Reads the address format, now that the parents are known.
    pub(super) fn enter_format(
        &mut self,
        vendor: VendorId,
        id: TypeId,
        resource: &ast::ResourceType,
    ) {
        let Some(format) = &resource.format else {
            return;
        };
        let text = format.plain();
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find("${") {
            if start > 0 {
                parts.push(FormatPart::Literal(rest[..start].into()));
            }
            let Some(length) = rest[start..].find('}') else {
                self.say(
                    Diagnostic::error(
                        "bad-address-format",
                        format.span,
                        "`${` in this address format is not closed",
                    )
                    .help("write `}` after the name"),
                );
                return;
            };
            let name = &rest[start + 2..start + length];
            if let Some(part) = self.placeholder(vendor, id, name) {
                parts.push(part);
            } else {
                self.say(
                    Diagnostic::error(
                        "bad-address-format",
                        format.span,
                        format!("nothing here is called `{name}`"),
                    )
                    .help(
                        "an address may name the type's own parameters, those of the types it \
                         lies in, the tenant's type and the vendor's settings",
                    ),
                );
                return;
            }
            rest = &rest[start + length + 1..];
        }
        if !rest.is_empty() {
            parts.push(FormatPart::Literal(rest.into()));
        }
        self.model.catalog.types[id.index()].format = Some(parts);
    }

    fn placeholder(&self, vendor: VendorId, id: TypeId, name: &str) -> Option<FormatPart> {
        let catalog = &self.model.catalog;
        let mut current = Some(id);
        let mut up = 0u32;
        while let Some(at) = current {
            let of = catalog.of(at);
            if of.rank == TypeRank::Tenant {
                break;
            }
            let named = of
                .parameters
                .iter()
                .position(|parameter| &*parameter.name == name);
            let by_type = (up > 0 && &*of.name == name && !of.parameters.is_empty()).then_some(0);
            if let Some(index) = named.or(by_type) {
                return Some(FormatPart::Parameter {
                    up,
                    index: u32::try_from(index).unwrap_or(0),
                });
            }
            up += 1;
            current = of.parents.first().copied();
            if up > 64 {
                break;
            }
        }
        let vendor = catalog.vendor(vendor);
        let of_tenant = vendor.tenant_types.iter().any(|&tenant| {
            let of = catalog.of(tenant);
            &*of.name == name
                || of
                    .parameters
                    .iter()
                    .any(|parameter| &*parameter.name == name)
        });
        let of_settings = vendor.settings.iter().any(|(known, _)| &**known == name);
        (of_tenant || of_settings).then(|| FormatPart::Setting(name.into()))
    }

    /// A name cannot hold the separator that ends it in an address: a bucket holds no `/`, since
    /// `/` begins the object. Separators are `/` and `:`; what else may follow a name (`-`, `.`) may
    /// also stand in it.
    pub(super) fn exclude_separators(&mut self, types: &[(TypeId, &ast::ResourceType)]) {
        let mut exclusions: Vec<(TypeId, usize, char)> = Vec::new();
        for &(id, _) in types {
            let of = self.model.catalog.of(id);
            let Some(format) = &of.format else {
                for index in 0..of.parameters.len() {
                    exclusions.push((id, index, SEPARATOR));
                }
                continue;
            };
            for pair in format.windows(2) {
                let [
                    FormatPart::Parameter { up, index },
                    FormatPart::Literal(text),
                ] = pair
                else {
                    continue;
                };
                let mut owner = id;
                for _ in 0..*up {
                    let Some(&parent) = self.model.catalog.of(owner).parents.first() else {
                        break;
                    };
                    owner = parent;
                }
                let ends = text.chars().next().filter(|c| matches!(c, '/' | ':'));
                exclusions.extend(ends.map(|c| (owner, *index as usize, c)));
            }
        }
        for (id, index, character) in exclusions {
            if let Some(parameter) = self.model.catalog.types[id.index()]
                .parameters
                .get_mut(index)
                && !parameter.excluded.contains(&character)
            {
                let mut all = parameter.excluded.to_vec();
                all.push(character);
                parameter.excluded = all.into();
            }
        }
    }

    /// Enters the lines between a type's braces.
    pub(super) fn enter_type_lines(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        id: TypeId,
        resource: &ast::ResourceType,
    ) {
        use ast::ResourceLineKind as Kind;
        for line in &resource.lines {
            match &line.kind {
                Kind::Operations(operations) => {
                    self.enter_operations(vendor, service, id, operations);
                }
                Kind::Is(words) => self.enter_roles(id, words),
                Kind::Hosts { identity, via } => {
                    let mut path = identity.root.plain();
                    for step in &identity.steps {
                        path.push('.');
                        path.push_str(&step.name.plain());
                    }
                    self.model.catalog.types[id.index()].hosts.push(Hosts {
                        identity: path.into(),
                        via: via.as_ref().map(|text| text.plain().into()),
                    });
                }
                Kind::Names(word) => {
                    if let Ok(names) = self.names_word(word) {
                        self.model.catalog.types[id.index()].names = names;
                    }
                }
                Kind::Excludes(text) => {
                    let all: Box<[char]> = text.plain().chars().collect();
                    for parameter in &mut self.model.catalog.types[id.index()].parameters {
                        parameter.excluded.clone_from(&all);
                    }
                }
                Kind::Labels(labels) => self.model.catalog.types[id.index()]
                    .labels
                    .extend(labels.iter().map(|label| label.plain().into())),
                Kind::Subject(text) => {
                    self.model.catalog.types[id.index()].subject = Some(text.plain().into());
                }
                Kind::Keys { .. } | Kind::Unnamed(_) => {}
            }
        }
        for line in &resource.lines {
            match &line.kind {
                Kind::Keys { keys, operations } => {
                    self.enter_keys(vendor, service, Some(id), keys, operations);
                }
                Kind::Unnamed(names) => {
                    for name in names {
                        if let Ok(slot) = self.slot_here(vendor, service, id, name) {
                            self.model.catalog.types[id.index()].unnamed.push(slot);
                        }
                    }
                }
                Kind::Operations(_)
                | Kind::Is(_)
                | Kind::Hosts { .. }
                | Kind::Names(_)
                | Kind::Excludes(_)
                | Kind::Labels(_)
                | Kind::Subject(_) => {}
            }
        }
    }

    fn enter_roles(&mut self, id: TypeId, words: &[ast::Text]) {
        for word in words {
            let roles = &mut self.model.catalog.types[id.index()].roles;
            match &*word.raw {
                "identity" => roles.identity = true,
                "secret" => roles.secret = true,
                "code" => roles.code = true,
                "host" => roles.host = true,
                "group" => roles.group = true,
                _ => {
                    let known = ["identity", "secret", "code", "host", "group"];
                    let known: Vec<String> = known.iter().map(|&word| word.to_owned()).collect();
                    self.unknown("role of a type", word, &known, None);
                }
            }
        }
    }
}
