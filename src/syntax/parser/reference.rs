//! References, and who is meant.

use super::{Children, Node, Reader, Rule};
use crate::syntax::ast::{Reference, Step, Text, Who};

impl<'t> Reader<'t> {
    /// `SYSTEM.type("pattern").type`
    pub(super) fn reference(&mut self, node: Node<'t>) -> Reference {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let root = children.first();
        let root = self.word(&root);
        let tenant = children.next_if(Rule::tenant).map(|node| self.only(node));
        let steps = children.map(|node| self.step(node)).collect();
        Reference {
            span,
            root,
            tenant,
            steps,
        }
    }

    fn step(&mut self, node: Node<'t>) -> Step {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let name = children.first();
        let name = self.word(&name);
        let arguments: Vec<Text> = self.words(children);
        Step {
            span,
            name,
            arguments: (!arguments.is_empty()).then_some(arguments),
        }
    }

    /// The references that come next.
    pub(super) fn references(&mut self, children: &mut Children<'t>) -> Vec<Reference> {
        let mut references = Vec::new();
        while let Some(node) = children
            .next_if(Rule::reference)
            .or_else(|| children.next_if(Rule::type_reference))
        {
            references.push(self.reference(node));
        }
        references
    }

    /// The one reference inside a node.
    pub(super) fn only_reference(&mut self, node: Node<'t>) -> Reference {
        let inner = Children::of(node).first();
        self.reference(inner)
    }

    /// `anyone`, `service "…"`, `oidc "…"` or a reference.
    pub(super) fn who(&mut self, node: Node<'t>) -> Who {
        let inner = Children::of(node).first();
        let span = self.span(&inner);
        match inner.as_rule() {
            Rule::anyone => Who::Anyone(span),
            Rule::who_service => Who::Service(self.only(inner), span),
            Rule::who_oidc => Who::Oidc(self.only(inner), span),
            _ => Who::Reference(self.reference(inner)),
        }
    }

    /// Those who come next.
    pub(super) fn whos(&mut self, children: &mut Children<'t>) -> Vec<Who> {
        let mut whos = Vec::new();
        while let Some(node) = children.next_if(Rule::who) {
            whos.push(self.who(node));
        }
        whos
    }
}
