//! Resources as they are referred to: a system, a way down its vendor's tree, a flat address.

use super::catalog::{Catalog, FormatPart, TypeId, TypeRank};
use super::system::System;
use super::{Model, SystemId};
use crate::authority::pattern::{Class, Pattern, Token};
use crate::source::Span;

/// Separates the parts of the compiler's own nested addresses. It cannot occur in a source.
pub const SEPARATOR: char = '\u{1f}';

/// Which tenants of a system are meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tenants {
    /// Every one.
    Each,
    /// The one at that index.
    One(u32),
}

impl Tenants {
    /// Whether the tenant at `index` is meant.
    pub fn holds(self, index: usize) -> bool {
        match self {
            Tenants::Each => true,
            Tenants::One(one) => one as usize == index,
        }
    }
}

/// One step of the way down.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ThingStep {
    /// The type.
    pub of: TypeId,
    /// A pattern for each parameter of the type.
    pub names: Vec<Pattern>,
}

/// A resource, a set of resources, a service or a whole system.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Thing {
    /// The system.
    pub system: SystemId,
    /// Which tenants of it.
    pub tenants: Tenants,
    /// The way down, from below the tenant; empty means the tenant itself.
    pub steps: Vec<ThingStep>,
    /// The type at the end of the way.
    pub of: TypeId,
    /// Where it is written (in a profile, the profile's text).
    pub span: Span,
}

impl Thing {
    /// The patterns of the last step.
    pub fn names(&self) -> &[Pattern] {
        self.steps.last().map_or(&[], |step| &step.names)
    }

    /// The exact name at the end of the way, when it is exact: `invoice-sync` of
    /// `aws-prod.iam.role("invoice-sync")`.
    pub fn exact_name(&self) -> Option<&str> {
        match self.names() {
            [name] => name.is_literal(),
            _ => None,
        }
    }

    /// Whether every name on the way is exact, so that it is one thing only.
    pub fn is_one(&self) -> bool {
        self.steps
            .iter()
            .all(|step| step.names.iter().all(|name| name.is_literal().is_some()))
    }
}

/// The flat address of everything that a way down speaks of, as it is declared. In a format of
/// the vendor's, settings that the system leaves open match anything but the next separator.
///
/// `tenant` is the index of the tenant; none leaves the tenant's id open.
pub fn address(
    catalog: &Catalog,
    system: &System,
    steps: &[ThingStep],
    of: TypeId,
    tenant: Option<usize>,
) -> Pattern {
    let found = catalog.of(of);
    if found.rank != TypeRank::Resource {
        return Pattern::any();
    }
    let mut tokens: Vec<Token> = Vec::new();
    let Some(format) = &found.format else {
        for step in steps {
            let at = catalog.of(step.of);
            if at.rank != TypeRank::Resource {
                continue;
            }
            tokens.push(Token::Literal(format!("{SEPARATOR}{}", at.name).into()));
            for name in &step.names {
                tokens.push(Token::Literal(SEPARATOR.to_string().into()));
                tokens.extend_from_slice(name.tokens());
            }
        }
        return Pattern::new(tokens);
    };
    for (index, part) in format.iter().enumerate() {
        match part {
            // A format may hold wildcards of its own, where the vendor puts in what nobody chooses.
            FormatPart::Literal(text) => {
                tokens.extend_from_slice(Pattern::glob(text, &[]).tokens());
            }
            FormatPart::Parameter { up, index } => {
                let name = steps
                    .len()
                    .checked_sub(1 + *up as usize)
                    .and_then(|at| steps[at].names.get(*index as usize));
                match name {
                    Some(name) => tokens.extend_from_slice(name.tokens()),
                    None => tokens.push(Token::Any(Class::any())),
                }
            }
            FormatPart::Setting(name) => {
                if let Some(value) = setting(catalog, system, name, tenant) {
                    tokens.push(Token::Literal(value.into()));
                } else {
                    let end = match format.get(index + 1) {
                        Some(FormatPart::Literal(text)) => text.chars().next(),
                        _ => None,
                    };
                    tokens.push(Token::Any(Class::without(end.as_slice())));
                }
            }
        }
    }
    Pattern::new(tokens)
}

fn setting(
    catalog: &Catalog,
    system: &System,
    name: &str,
    tenant: Option<usize>,
) -> Option<String> {
    let root = catalog.of(system.tenant_type);
    let of_tenant = &*root.name == name
        || root
            .parameters
            .iter()
            .any(|parameter| &*parameter.name == name);
    if of_tenant {
        return match tenant {
            Some(index) => system
                .tenants
                .get(index)
                .map(|tenant| tenant.id.to_string()),
            None => match &system.tenants[..] {
                [only] => Some(only.id.to_string()),
                _ => None,
            },
        };
    }
    if let Some(value) = system.setting(name) {
        return Some(value.to_owned());
    }
    catalog
        .vendor(system.vendor)
        .settings
        .iter()
        .find(|(known, _)| &**known == name)
        .and_then(|(_, default)| default.as_deref().map(str::to_owned))
}

/// Puts one character of a name into text as it is written in the language.
pub fn escaped(character: char, text: &mut String) {
    if matches!(character, '*' | '?' | '"' | '\\') {
        text.push('\\');
    }
    text.push(character);
}

impl Model {
    /// A thing as it is written, in full: `aws-prod.s3.bucket("acme").object`.
    pub fn thing_text(&self, thing: &Thing) -> String {
        let system = self.system(thing.system);
        let mut text = system.name.to_string();
        if let Tenants::One(one) = thing.tenants
            && system.has_many_tenants()
        {
            let tenant = &system.tenants[one as usize];
            let name = tenant.name.as_deref().unwrap_or(&tenant.id);
            text.push_str("(\"");
            text.push_str(name);
            text.push_str("\")");
        }
        for (index, step) in thing.steps.iter().enumerate() {
            let of = self.catalog.of(step.of);
            text.push('.');
            text.push_str(&of.name);
            let all = step.names.iter().all(|name| name.glob_text(escaped) == "*");
            let last = index + 1 == thing.steps.len();
            if step.names.is_empty() || (all && last) {
                continue;
            }
            let names: Vec<String> = step
                .names
                .iter()
                .map(|name| format!("\"{}\"", name.glob_text(escaped)))
                .collect();
            text.push('(');
            text.push_str(&names.join(", "));
            text.push(')');
        }
        text
    }
}
