//! The lines of vendors, services and their resource types.

use super::{Children, Node, Reader, Rule};
use crate::syntax::ast::{
    Control, ControlConjunct, ControlGives, ControlWhen, Key, Need, Operations, ResourceLine,
    ResourceLineKind, ResourceType, Text, Unit, VendorClause, VendorClauseKind,
};

impl<'t> Reader<'t> {
    /// One line, or one resource type, of a vendor or a service.
    pub(super) fn vendor_clause(&mut self, node: Node<'t>, docs: Vec<Text>) -> VendorClause {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let kind = match rule {
            Rule::v_resource => VendorClauseKind::Resource(self.resource_type(children)),
            Rule::operations => VendorClauseKind::Operations(self.operations(children)),
            Rule::v_unit => VendorClauseKind::Unit(self.unit(children)),
            Rule::v_control => VendorClauseKind::Control(self.control(children)),
            Rule::v_keys => {
                let (keys, operations) = self.keys(children);
                VendorClauseKind::Keys { keys, operations }
            }
            Rule::v_binding => VendorClauseKind::Binding(self.token(&mut children)),
            Rule::v_per_resource => VendorClauseKind::PerResource,
            Rule::v_denies => VendorClauseKind::Denies,
            Rule::v_names => VendorClauseKind::Names(self.token(&mut children)),
            Rule::v_spelling => {
                let node = children.first();
                VendorClauseKind::Spelling(self.format(&node))
            }
            Rule::v_settings => VendorClauseKind::Settings(self.words(children)),
            Rule::v_default => VendorClauseKind::Default {
                name: self.token(&mut children),
                value: self.token(&mut children),
            },
            Rule::v_issuer => VendorClauseKind::Issuer(self.token(&mut children)),
            Rule::v_system => VendorClauseKind::System {
                name: self.token(&mut children),
                parameter: children.next().map(|node| self.word(&node)),
            },
            Rule::v_complete => VendorClauseKind::Complete,
            Rule::v_partial => VendorClauseKind::Partial,
            _ => VendorClauseKind::Source(self.token(&mut children)),
        };
        VendorClause { span, docs, kind }
    }

    fn resource_type(&mut self, mut children: Children<'t>) -> ResourceType {
        let name = self.token(&mut children);
        let mut list = |reader: &mut Self, rule| {
            children
                .next_if(rule)
                .map(|node| reader.words(Children::of(node)))
                .unwrap_or_default()
        };
        let parameters = list(self, Rule::type_parameters);
        let parents = list(self, Rule::type_parents);
        let format = children.next_if(Rule::type_format).map(|node| {
            let inner = Children::of(node).first();
            self.format(&inner)
        });
        let spelling = children
            .next_if(Rule::type_spelling)
            .map(|node| self.only(node));
        let mut lines = Vec::new();
        let unclosed = self.lines(children, Rule::only_type, true, |reader, node, docs| {
            lines.push(reader.resource_line(node, docs));
        });
        if unclosed.is_some() {
            self.unclosed(name.span, "resource type");
        }
        ResourceType {
            name,
            parameters,
            parents,
            format,
            spelling,
            lines,
        }
    }

    fn resource_line(&mut self, node: Node<'t>, docs: Vec<Text>) -> ResourceLine {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let kind = match rule {
            Rule::operations => ResourceLineKind::Operations(self.operations(children)),
            Rule::t_is => ResourceLineKind::Is(self.words(children)),
            Rule::t_hosts => ResourceLineKind::Hosts {
                identity: self.reference(children.first()),
                via: children.next().map(|node| self.only(node)),
            },
            Rule::v_names => ResourceLineKind::Names(self.token(&mut children)),
            Rule::t_excludes => ResourceLineKind::Excludes(self.token(&mut children)),
            Rule::t_subject => {
                let node = children.first();
                ResourceLineKind::Subject(self.format(&node))
            }
            Rule::labels => ResourceLineKind::Labels(self.words(children)),
            Rule::v_keys => {
                let (keys, operations) = self.keys(children);
                ResourceLineKind::Keys { keys, operations }
            }
            _ => ResourceLineKind::Unnamed(self.words(children)),
        };
        ResourceLine { span, docs, kind }
    }

    fn operations(&mut self, mut children: Children<'t>) -> Operations {
        let verb = self.token(&mut children);
        let names = self.words_of(&mut children, Rule::operation);
        let mut operations = Operations {
            verb,
            names,
            also_on: Vec::new(),
            optional: Vec::new(),
            one_of: Vec::new(),
            needs: Vec::new(),
        };
        for node in children {
            let rule = node.as_rule();
            let mut children = Children::of(node);
            match rule {
                Rule::also => operations.also_on = self.references(&mut children),
                Rule::optional => operations.optional = self.references(&mut children),
                Rule::one_of => operations.one_of = self.references(&mut children),
                _ => operations.needs = children.map(|node| self.need(node)).collect(),
            }
        }
        operations
    }

    fn need(&mut self, node: Node<'t>) -> Need {
        let mut children = Children::of(node);
        Need {
            operation: self.token(&mut children),
            on: children.next().map(|node| self.reference(node)),
        }
    }

    fn keys(&mut self, mut children: Children<'t>) -> (Vec<Key>, Vec<Text>) {
        let mut keys = Vec::new();
        while let Some(node) = children.next_if(Rule::key_type) {
            let mut children = Children::of(node);
            let name = self.token(&mut children);
            keys.push(Key {
                name,
                of: self.after(&mut children, Rule::colon),
                portable: children.next().map(|node| self.only(node)),
            });
        }
        let operations = children
            .next()
            .map(|node| self.words(Children::of(node)))
            .unwrap_or_default();
        (keys, operations)
    }

    fn unit(&mut self, mut children: Children<'t>) -> Unit {
        let mut unit = Unit {
            name: self.token(&mut children),
            id: None,
            group: None,
            binds: None,
            implies: Vec::new(),
            permits: Vec::new(),
            on: Vec::new(),
            with: Vec::new(),
        };
        for node in children {
            match node.as_rule() {
                Rule::unit_id => unit.id = Some(self.only(node)),
                Rule::unit_group => unit.group = Some(self.only(node)),
                Rule::unit_binds => unit.binds = Some(self.only(node)),
                Rule::unit_implies => unit.implies = self.words(Children::of(node)),
                _ => {
                    let mut children = Children::of(node);
                    unit.permits = self.words_of(&mut children, Rule::operation);
                    if let Some(node) = children.next_if(Rule::permits_on) {
                        unit.on = self.references(&mut Children::of(node));
                    }
                    if let Some(node) = children.next_if(Rule::permits_with) {
                        unit.with = self.words(Children::of(node));
                    }
                }
            }
        }
        unit
    }

    fn control(&mut self, mut children: Children<'t>) -> Control {
        let mut conjuncts = vec![self.conjunct(children.first(), false)];
        let mut gives = ControlGives { words: Vec::new() };
        let mut when = Vec::new();
        for node in children {
            let rule = node.as_rule();
            let mut children = Children::of(node);
            match rule {
                Rule::joined => {
                    let with = children.first().as_str() == "with";
                    conjuncts.push(self.conjunct(children.first(), with));
                }
                Rule::gives => gives.words = self.words(children),
                _ => {
                    for node in children {
                        when.push(ControlWhen {
                            words: self.words(Children::of(node)),
                        });
                    }
                }
            }
        }
        Control {
            conjuncts,
            gives,
            when,
        }
    }

    fn conjunct(&mut self, node: Node<'t>, with: bool) -> ControlConjunct {
        let mut children = Children::of(node);
        ControlConjunct {
            with,
            operations: self.words_of(&mut children, Rule::operation),
            on: self.reference(children.first()),
        }
    }
}
