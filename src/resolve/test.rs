//! Tests: every name in them is resolved; an assertion that cannot be is kept as one that fails.

use super::guard::every_verb;
use super::profile::Scope;
use super::{Resolved, Resolver, Unresolved};
use crate::model::PartyId;
use crate::model::rule::Part;
use crate::model::test::{Assertion, AssertionKind, Test};
use crate::syntax::ast;

impl Resolver<'_> {
    /// Resolves one test.
    pub(super) fn test(&mut self, test: &ast::Test, item: &ast::Item) {
        let assertions = test
            .assertions
            .iter()
            .map(|assertion| self.assertion(assertion))
            .collect();
        self.model.tests.push(Test {
            name: test.title.plain().into(),
            span: test.title.span,
            assertions,
            complete: item.complete,
        });
    }

    fn assertion(&mut self, assertion: &ast::Assertion) -> Assertion {
        use ast::AssertionKind as A;
        let (A::Can { negated, .. }
        | A::Reach { negated, .. }
        | A::Influence { negated, .. }
        | A::Cause { negated, .. }) = assertion.kind;
        let who = self.who(&assertion.who, &Scope::empty()).ok();
        let kind = self.assertion_kind(&assertion.kind);
        Assertion {
            span: assertion.span,
            negated,
            kind: kind
                .ok()
                .filter(|_| who.is_some())
                .unwrap_or(AssertionKind::Unresolved),
            who,
        }
    }

    fn assertion_kind(&mut self, kind: &ast::AssertionKind) -> Resolved<AssertionKind> {
        Ok(match kind {
            ast::AssertionKind::Can {
                verbs,
                targets,
                without_approval,
                ..
            } => AssertionKind::Perform {
                parts: self.asserted(verbs, targets)?,
                without_approval: *without_approval,
            },
            ast::AssertionKind::Cause { verbs, targets, .. } => {
                AssertionKind::Cause(self.asserted(verbs, targets)?)
            }
            ast::AssertionKind::Reach {
                references,
                without_approval,
                ..
            } => self.reach(references, *without_approval)?,
            ast::AssertionKind::Influence { whom, .. } => {
                let all: Vec<Resolved<PartyId>> =
                    whom.iter().map(|name| self.party(name)).collect();
                AssertionKind::Influence(all.into_iter().collect::<Resolved<_>>()?)
            }
        })
    }

    fn asserted(&mut self, verbs: &[ast::Text], targets: &ast::Targets) -> Resolved<Vec<Part>> {
        let verbs = ast::Verbs {
            names: verbs.to_vec(),
            except: Vec::new(),
        };
        let rule = self.parts(&verbs, targets, false, &Scope::empty())?;
        Ok(rule.parts)
    }

    fn reach(
        &mut self,
        references: &[ast::Reference],
        without_approval: bool,
    ) -> Resolved<AssertionKind> {
        let mut parts = Vec::new();
        let mut parties = Vec::new();
        let mut good = true;
        for reference in references {
            if self.is_party(reference) {
                parties.push(self.party(&reference.root)?);
                continue;
            }
            match self.everything_within(reference) {
                Ok(part) => parts.push(part),
                Err(Unresolved) => good = false,
            }
        }
        if !good {
            return Err(Unresolved);
        }
        Ok(AssertionKind::Reach {
            parts,
            parties,
            without_approval,
        })
    }

    fn everything_within(&mut self, reference: &ast::Reference) -> Resolved<Part> {
        let thing = self.thing(reference, &Scope::empty())?;
        let verbs = ast::Verbs {
            names: vec![every_verb(reference.span)],
            except: Vec::new(),
        };
        self.part(&verbs, thing, true, &[], false)
    }
}
