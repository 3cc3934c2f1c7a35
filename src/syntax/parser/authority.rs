//! What `allow`, `never` and their kin say: verbs, targets and limits.

use super::{Children, Node, Reader, Rule};
use crate::syntax::ast::{Approval, Authority, Exception, Targets, Text, Verbs};

impl<'t> Reader<'t> {
    /// The body of an `allow` or a `never`.
    pub(super) fn authority(&mut self, mut children: Children<'t>) -> Authority {
        let verbs = self.verbs(children.first());
        let targets = self.targets(children.first());
        children.next_if(Rule::rule_tail);
        let fields = children
            .next_if(Rule::fields)
            .map(|node| self.words(Children::of(node)))
            .unwrap_or_default();
        let conditions = self.conditions(children.next_if(Rule::r#where));
        Authority {
            verbs,
            targets,
            fields,
            conditions,
            until: children.next_if(Rule::until).map(|node| self.only(node)),
            approval: children
                .next_if(Rule::approval)
                .map(|node| self.approval(node)),
        }
    }

    /// `VERBS [except VERBS]`
    pub(super) fn verbs(&mut self, node: Node<'t>) -> Verbs {
        let mut children = Children::of(node);
        let names = self.words_of(&mut children, Rule::operation);
        let except = children
            .next_if(Rule::except_verbs)
            .map(|node| self.words(Children::of(node)))
            .unwrap_or_default();
        Verbs { names, except }
    }

    /// `on|within R, … [except [within] R, …]`
    pub(super) fn targets(&mut self, node: Node<'t>) -> Targets {
        let mut children = Children::of(node);
        let within = children.first().as_str() == "within";
        let references = self.references(&mut children);
        let except = children.next_if(Rule::exception).map(|node| {
            let mut children = Children::of(node);
            Exception {
                within: children.next_if(Rule::within).is_some(),
                references: self.references(&mut children),
            }
        });
        Targets {
            within,
            references,
            except,
        }
    }

    fn approval(&mut self, node: Node<'t>) -> Approval {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let by = children.first();
        let by: Text = self.word(&by);
        let duration = children
            .next_if(Rule::for_duration)
            .map(|node| self.only(node));
        Approval { span, by, duration }
    }
}
