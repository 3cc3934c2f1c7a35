//! The assertions of `test "…" { … }`.

use super::{Children, Node, Reader, Rule};
use crate::syntax::ast::{Assertion, AssertionKind};

impl<'t> Reader<'t> {
    /// One assertion.
    pub(super) fn assertion(&mut self, node: Node<'t>) -> Assertion {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let who = self.who(children.first());
        let negated = children.first().as_str() == "cannot";
        let what = children.first();
        let rule = what.as_rule();
        let mut children = Children::of(what);
        let kind = match rule {
            Rule::reach => AssertionKind::Reach {
                negated,
                references: self.references(&mut children),
                without_approval: children.next_if(Rule::without_approval).is_some(),
            },
            Rule::influence => AssertionKind::Influence {
                negated,
                whom: self.words(children),
            },
            Rule::cause => AssertionKind::Cause {
                negated,
                verbs: self.words_of(&mut children, Rule::operation),
                targets: self.targets(children.first()),
            },
            _ => AssertionKind::Can {
                negated,
                verbs: self.words_of(&mut children, Rule::operation),
                targets: self.targets(children.first()),
                without_approval: children.next_if(Rule::without_approval).is_some(),
            },
        };
        Assertion { span, who, kind }
    }
}
