//! The lines of `resource REF { … }`.

use super::{Children, Node, Reader, Rule};
use crate::syntax::ast::{Fact, FactKind};

impl<'t> Reader<'t> {
    /// One fact.
    pub(super) fn fact(&mut self, node: Node<'t>) -> Fact {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let kind = match rule {
            Rule::labels => FactKind::Labels(self.words(children)),
            Rule::env => FactKind::Env(self.token(&mut children)),
            Rule::guarded => self.guarded(children),
            Rule::admits => self.admits(children),
            Rule::stores => FactKind::Stores(self.token(&mut children)),
            Rule::attached => FactKind::AttachedTo(self.whos(&mut children)),
            Rule::runs_as => FactKind::RunsAs(self.reference(children.first())),
            Rule::runs_on => FactKind::RunsOn(self.reference(children.first())),
            _ => FactKind::Escapes {
                to: self.reference(children.first()),
                by: self.only(children.first()),
            },
        };
        Fact { span, kind }
    }

    fn guarded(&mut self, mut children: Children<'t>) -> FactKind {
        let by = self.after(&mut children, Rule::by);
        let setting = children.next_if(Rule::text).map(|node| self.word(&node));
        let against = self.words(Children::of(children.first()));
        let mut except = Vec::new();
        let mut lifted_by = Vec::new();
        for node in children {
            let list = if node.as_rule() == Rule::except_who {
                &mut except
            } else {
                &mut lifted_by
            };
            *list = self.whos(&mut Children::of(node));
        }
        FactKind::Guarded {
            by,
            setting,
            against,
            except,
            lifted_by,
        }
    }

    fn admits(&mut self, mut children: Children<'t>) -> FactKind {
        let refuses = children.first().as_str() == "refuses";
        let who = self.whos(&mut children);
        let verbs = self.words(Children::of(children.first()));
        FactKind::Admits {
            refuses,
            who,
            verbs,
            on: children
                .next_if(Rule::inside_type)
                .map(|node| self.only(node)),
            within: children.next_if(Rule::within).is_some(),
            conditions: self.conditions(children.next_if(Rule::r#where)),
        }
    }
}
