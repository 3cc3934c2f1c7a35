//! The clauses of integrations, principals and profiles.

use super::{Children, Node, Reader, Rule};
use crate::syntax::ast::{Accept, Acts, Argument, Clause, ClauseKind, ProfileUse, Text};

impl<'t> Reader<'t> {
    /// One clause.
    pub(super) fn clause(&mut self, node: Node<'t>, docs: Vec<Text>) -> Clause {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let kind = match rule {
            Rule::allow => ClauseKind::Allow(self.authority(children)),
            Rule::never => ClauseKind::Never(self.authority(children)),
            Rule::like => ClauseKind::Like(self.profile_use(children.first())),
            Rule::bounded => {
                children.next_if(Rule::by);
                ClauseKind::BoundedBy(self.profile_use(children.first()))
            }
            Rule::owner => ClauseKind::Owner(self.token(&mut children)),
            Rule::purpose => ClauseKind::Purpose(self.token(&mut children)),
            Rule::operator => ClauseKind::Operator(self.token(&mut children)),
            Rule::expires => ClauseKind::Expires(self.token(&mut children)),
            Rule::review => ClauseKind::Review {
                every: self.token(&mut children),
                by: self.only(children.first()),
            },
            Rule::revoke => ClauseKind::Revoke(self.after(&mut children, Rule::via)),
            Rule::monitor => ClauseKind::Monitor(self.after(&mut children, Rule::via)),
            Rule::status => ClauseKind::Status(self.token(&mut children)),
            Rule::acts => ClauseKind::Acts(acts(children.first())),
            Rule::identity => ClauseKind::Identity {
                reference: self.reference(children.first()),
                from: children
                    .next_if(Rule::identity_from)
                    .map(|node| self.only_reference(node)),
            },
            Rule::credential => ClauseKind::Credential {
                kind: self.token(&mut children),
                system: children
                    .next_if(Rule::for_system)
                    .map(|node| self.only_reference(node)),
                stored_in: children
                    .next_if(Rule::stored_in)
                    .map(|node| self.only_reference(node)),
                rotate: children.next_if(Rule::rotate).map(|node| self.only(node)),
            },
            Rule::trusts => ClauseKind::Trusts {
                who: self.who(children.first()),
                system: children
                    .next_if(Rule::for_system)
                    .map(|node| self.only_reference(node)),
                conditions: self.conditions(children.next_if(Rule::r#where)),
            },
            Rule::member => ClauseKind::MemberOf(self.token(&mut children)),
            Rule::runs => {
                let from = children.first().as_str() == "from";
                let reference = self.reference(children.first());
                if from {
                    ClauseKind::RunsFrom(reference)
                } else {
                    ClauseKind::RunsOn(reference)
                }
            }
            Rule::triggered => {
                children.next_if(Rule::by);
                ClauseKind::TriggeredBy(self.whos(&mut children))
            }
            Rule::ingests => ClauseKind::Ingests(self.references(&mut children)),
            Rule::delegates => ClauseKind::Delegates {
                verbs: self.verbs(children.first()),
                targets: self.targets(children.first()),
                to: self.only(children.first()),
                until: children.next_if(Rule::until).map(|node| self.only(node)),
            },
            Rule::inherits => ClauseKind::Inherits {
                mode: self.token(&mut children),
                from: self.only(children.first()),
            },
            Rule::holds => ClauseKind::Holds {
                units: self.words_of(&mut children, Rule::operation),
                system: self.only_reference(children.first()),
            },
            _ => ClauseKind::Accept(self.accept(children)),
        };
        Clause { span, docs, kind }
    }

    /// The next token.
    pub(super) fn token(&mut self, children: &mut Children<'t>) -> Text {
        let node = children.first();
        self.word(&node)
    }

    /// The token after a marker.
    pub(super) fn after(&mut self, children: &mut Children<'t>, marker: Rule) -> Text {
        children.next_if(marker);
        self.token(children)
    }

    fn accept(&mut self, mut children: Children<'t>) -> Accept {
        Accept {
            rule: self.token(&mut children),
            on: children
                .next_if(Rule::accept_on)
                .map(|node| self.references(&mut Children::of(node)))
                .unwrap_or_default(),
            because: self.only(children.first()),
            by: self.only(children.first()),
            until: self.only(children.first()),
        }
    }

    fn profile_use(&mut self, node: Node<'t>) -> ProfileUse {
        let mut children = Children::of(node);
        let name = self.token(&mut children);
        let arguments = children
            .map(|node| {
                let inner = Children::of(node).first();
                if inner.as_rule() == Rule::text {
                    Argument::String(self.word(&inner))
                } else {
                    Argument::Reference(self.reference(inner))
                }
            })
            .collect();
        ProfileUse { name, arguments }
    }
}

fn acts(node: Node<'_>) -> Acts {
    match Children::of(node).first().as_rule() {
        Rule::acts_itself => Acts::Itself,
        Rule::acts_users => Acts::OnBehalfOfUsers,
        Rule::acts_org => Acts::OrgWide,
        _ => Acts::AcrossTenants,
    }
}
