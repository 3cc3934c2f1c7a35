//! The lines of `guard NAME { … }`.

use super::{Children, Node, Reader, Rule};
use crate::syntax::ast::{GuardRule, GuardRuleKind, Selection, Selector};

impl<'t> Reader<'t> {
    /// One rule of a guard.
    pub(super) fn guard_rule(&mut self, node: Node<'t>) -> GuardRule {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let kind = match rule {
            Rule::deny => self.deny(children),
            Rule::require => GuardRuleKind::Require {
                what: self.token(&mut children),
                at_most: children.next_if(Rule::at_most).map(|node| self.only(node)),
                of: self.only_selection(children.first()),
            },
            Rule::limit => GuardRuleKind::Limit {
                count: self.token(&mut children),
                what: self.token(&mut children),
                subjects: self.selectors(Children::of(children.first())),
            },
            Rule::severity => GuardRuleKind::Severity(self.token(&mut children)),
            _ => GuardRuleKind::ExceptionsBy(self.only(children.first())),
        };
        GuardRule { span, kind }
    }

    fn deny(&mut self, mut children: Children<'t>) -> GuardRuleKind {
        GuardRuleKind::Deny {
            what: self.selection(children.first()),
            together: children
                .next_if(Rule::together)
                .map(|node| self.only_selection(node)),
            subjects: children
                .next_if(Rule::for_subjects)
                .map(|node| self.selectors(Children::of(node)))
                .unwrap_or_default(),
            except: children
                .next_if(Rule::except_who)
                .map(|node| self.whos(&mut Children::of(node)))
                .unwrap_or_default(),
            directly: children.next_if(Rule::directly).is_some(),
        }
    }

    fn only_selection(&mut self, node: Node<'t>) -> Selection {
        let inner = Children::of(node).first();
        self.selection(inner)
    }

    fn selection(&mut self, node: Node<'t>) -> Selection {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let verbs = self.words_of(&mut children, Rule::operation);
        let within = children
            .next_if(Rule::on_or_within)
            .is_some_and(|node| node.as_str() == "within");
        Selection {
            span,
            verbs,
            within,
            selectors: self.selectors(children),
        }
    }

    fn selectors(&mut self, children: Children<'t>) -> Vec<Selector> {
        children
            .map(|node| {
                let inner = Children::of(node).first();
                match inner.as_rule() {
                    Rule::org_level => Selector::OrgLevel(self.span(&inner)),
                    Rule::property => {
                        let mut children = Children::of(inner);
                        Selector::Property {
                            name: self.token(&mut children),
                            value: self.token(&mut children),
                        }
                    }
                    _ => Selector::Reference(self.reference(inner)),
                }
            })
            .collect()
    }
}
