//! Clauses, their names resolved one by one.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::profile::{Scope, team_word, word};
use super::{Resolved, Resolver, Unresolved};
use crate::diagnostic::Diagnostic;
use crate::model::party::{
    Accept, Acts, ClauseGroup, ClauseKind, CredentialKind, Inheritance, Owner, Status, Who,
};
use crate::model::rule::Rule;
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    pub(super) fn clause_kind(
        &mut self,
        clause: &'a ast::ClauseKind,
        span: Span,
        scope: &Scope,
    ) -> Resolved<ClauseKind> {
        use ast::ClauseKind as A;
        Ok(match clause {
            A::Like(_) => return Err(Unresolved),
            A::Owner(text) if text.quoted => ClauseKind::Owner(Owner::Person(text.plain().into())),
            A::Owner(text) => {
                let text = team_word(text, scope);
                ClauseKind::Owner(Owner::Team(self.team(&text)?))
            }
            A::Purpose(text) => ClauseKind::Purpose(word(text, scope).plain().into()),
            A::Operator(text) => ClauseKind::Operator(self.party(text)?),
            A::Expires(text) => ClauseKind::Expires(self.date(text)?),
            A::Review { every, by } => {
                let every = self.length(every);
                let by = team_word(by, scope);
                let by = self.team(&by);
                ClauseKind::Review {
                    every: every?,
                    by: by?,
                }
            }
            A::Revoke(text) => ClauseKind::Revoke(word(text, scope).plain().into()),
            A::Monitor(text) => ClauseKind::Monitor(word(text, scope).plain().into()),
            A::Status(text) => ClauseKind::Status(self.status(text)?),
            A::Acts(acts) => ClauseKind::Acts(match acts {
                ast::Acts::Itself => Acts::Itself,
                ast::Acts::OnBehalfOfUsers => Acts::OnBehalfOfUsers,
                ast::Acts::OrgWide => Acts::OrgWide,
                ast::Acts::AcrossTenants => Acts::AcrossTenants,
            }),
            A::Identity { reference, from } => self.identity(reference, from.as_ref(), scope)?,
            A::Credential {
                kind,
                system,
                stored_in,
                rotate,
            } => {
                let kind = self.credential_kind(kind)?;
                let system = match system {
                    Some(reference) => Some(self.system_reference(reference, scope)?.0),
                    None => None,
                };
                let stored_in = match stored_in {
                    Some(reference) => Some(self.thing(reference, scope)?),
                    None => None,
                };
                let rotate = match rotate {
                    Some(text) => Some(self.length(text)?),
                    None => None,
                };
                ClauseKind::Credential {
                    kind,
                    system,
                    stored_in,
                    rotate,
                }
            }
            A::Trusts {
                who,
                system,
                conditions,
            } => {
                let system = match system {
                    Some(reference) => Some(self.system_reference(reference, scope)?.0),
                    None => None,
                };
                let who = self.who(who, scope)?;
                let conditions = self.conditions(conditions, None, false, scope)?;
                ClauseKind::Trusts {
                    who,
                    system,
                    conditions,
                }
            }
            A::MemberOf(text) => ClauseKind::MemberOf(self.party(text)?),
            A::BoundedBy(using) => self.bound(using, span, scope)?,
            A::RunsFrom(reference) => ClauseKind::RunsFrom(self.thing(reference, scope)?),
            A::RunsOn(reference) => ClauseKind::RunsOn(self.thing(reference, scope)?),
            A::TriggeredBy(list) => {
                let mut all = Vec::new();
                for who in list {
                    all.push(self.who(who, scope)?);
                }
                ClauseKind::TriggeredBy(all)
            }
            A::Ingests(list) => {
                let mut all = Vec::new();
                for reference in list {
                    all.push(self.thing(reference, scope)?);
                }
                ClauseKind::Ingests(all)
            }
            A::Delegates {
                verbs,
                targets,
                to,
                until,
            } => {
                let mut rule = self.parts(verbs, targets, false, scope)?;
                if let Some(text) = until {
                    rule.until = Some((self.date(text)?.end_of_day(), text.span));
                }
                ClauseKind::Delegates {
                    rule,
                    to: self.party(to)?,
                }
            }
            A::Inherits { mode, from } => ClauseKind::Inherits {
                mode: self.inheritance(mode)?,
                from: self.party(from)?,
            },
            A::Allow(authority) => ClauseKind::Allow(self.rule(authority, false, scope)?),
            A::Never(authority) => ClauseKind::Never(self.rule(authority, true, scope)?),
            A::Holds { units, system } => {
                let (system, _) = self.system_reference(system, scope)?;
                let vendor = self.model.system(system).vendor;
                let mut ids = Vec::new();
                for unit in units {
                    ids.push(self.unit(vendor, unit)?);
                }
                ClauseKind::Holds { units: ids, system }
            }
            A::Accept(accept) => {
                let mut on = Vec::new();
                for reference in &accept.on {
                    on.push(self.thing(reference, scope)?);
                }
                let by = team_word(&accept.by, scope);
                ClauseKind::Accept(Accept {
                    rule: accept.rule.raw.clone(),
                    on,
                    because: accept.because.plain().into(),
                    by: self.team(&by)?,
                    until: self.date(&accept.until)?,
                    until_span: accept.until.span,
                })
            }
        })
    }

    fn identity(
        &mut self,
        reference: &ast::Reference,
        from: Option<&ast::Reference>,
        scope: &Scope,
    ) -> Resolved<ClauseKind> {
        let thing = self.thing(reference, scope)?;
        let from = match from {
            Some(reference) => Some(self.thing(reference, scope)?),
            None => None,
        };
        for one in [Some(&thing), from.as_ref()].into_iter().flatten() {
            let of = self.model.catalog.of(one.of);
            if !of.roles.identity && !of.roles.group {
                let path = self.model.catalog.type_path(one.of);
                let known: Vec<String> = self
                    .model
                    .catalog
                    .types
                    .iter()
                    .enumerate()
                    .filter(|(_, known)| known.vendor == of.vendor && known.roles.identity)
                    .map(|(index, _)| {
                        self.model
                            .catalog
                            .type_path(crate::model::catalog::TypeId::at(index))
                    })
                    .collect();
                self.say(
                    Diagnostic::error(
                        "not-an-identity",
                        one.span,
                        format!("a `{path}` cannot hold authority"),
                    )
                    .help(if known.is_empty() {
                        "name the account, role or app as which the integration acts".to_owned()
                    } else {
                        format!("identities here are {}", super::quoted(&known))
                    }),
                );
                return Err(Unresolved);
            }
            if !one.is_one() {
                self.say(
                    Diagnostic::error(
                        "not-an-identity",
                        one.span,
                        "an identity is one thing and is named exactly",
                    )
                    .help("write its name without `*` or `?`"),
                );
                return Err(Unresolved);
            }
        }
        Ok(ClauseKind::Identity { thing, from })
    }

    fn bound(
        &mut self,
        using: &ast::ProfileUse,
        span: Span,
        scope: &Scope,
    ) -> Resolved<ClauseKind> {
        let (_, inner) = self.enter_profile(using, scope)?;
        let Some((bound, _)) = inner.profile else {
            return Err(Unresolved);
        };
        if self.in_bound {
            let found = Diagnostic::error(
                "nested-bound",
                span,
                "a profile that bounds cannot itself be bounded",
            )
            .help("write each `bounded by` where the identity is: several intersect");
            self.say(found);
            return Err(Unresolved);
        }
        let mut taken = Vec::new();
        let mut stack = vec![bound];
        let (profile, _) = self.profile(&using.name)?;
        self.in_bound = true;
        self.take(&profile.clauses, &inner, &mut stack, &mut taken);
        self.in_bound = false;
        let mut allows: Vec<Rule> = Vec::new();
        let mut nevers: Vec<Rule> = Vec::new();
        for taken in taken {
            match taken.clause.kind {
                ClauseKind::Allow(rule) => allows.push(rule),
                ClauseKind::Never(rule) => nevers.push(rule),
                ClauseKind::Unresolved(_) => return Err(Unresolved),
                _ => {}
            }
        }
        if allows.is_empty() {
            self.say(
                Diagnostic::error(
                    "empty-bound",
                    span,
                    format!(
                        "profile `{}` allows nothing, so nothing is left inside this bound",
                        using.name.raw
                    ),
                )
                .help("a bound is a profile whose `allow` clauses say the most that may be held"),
            );
            return Err(Unresolved);
        }
        Ok(ClauseKind::BoundedBy {
            bound,
            allows,
            nevers,
        })
    }

    fn status(&mut self, text: &ast::Text) -> Resolved<Status> {
        match &*text.raw {
            "active" => Ok(Status::Active),
            "suspended" => Ok(Status::Suspended),
            "retired" => Ok(Status::Retired),
            _ => {
                let known = ["active", "suspended", "retired"].map(str::to_owned);
                Err(self.unknown("status", text, &known, None))
            }
        }
    }

    fn inheritance(&mut self, text: &ast::Text) -> Resolved<Inheritance> {
        match &*text.raw {
            "all" => Ok(Inheritance::All),
            "narrowed" => Ok(Inheritance::Narrowed),
            "nothing" => Ok(Inheritance::Nothing),
            _ => {
                let known = ["all", "narrowed", "nothing"].map(str::to_owned);
                Err(self.unknown("kind of inheritance", text, &known, None))
            }
        }
    }

    fn credential_kind(&mut self, text: &ast::Text) -> Resolved<CredentialKind> {
        if let Some(&kind) = CredentialKind::ALL
            .iter()
            .find(|kind| kind.word() == &*text.raw)
        {
            return Ok(kind);
        }
        let known: Vec<String> = CredentialKind::ALL
            .iter()
            .map(|kind| kind.word().to_owned())
            .collect();
        Err(self.unknown("kind of credential", text, &known, None))
    }

    pub(super) fn who_list(&mut self, list: &[ast::Who], scope: &Scope) -> Resolved<Vec<Who>> {
        let mut all = Vec::new();
        for who in list {
            all.push(self.who(who, scope)?);
        }
        Ok(all)
    }
}

pub(super) fn group(clause: &ast::ClauseKind) -> ClauseGroup {
    use ast::ClauseKind as A;
    match clause {
        A::Like(_)
        | A::Owner(_)
        | A::Purpose(_)
        | A::Operator(_)
        | A::Expires(_)
        | A::Review { .. }
        | A::Revoke(_)
        | A::Monitor(_)
        | A::Status(_) => ClauseGroup::Governance,
        A::Acts(_)
        | A::Identity { .. }
        | A::Credential { .. }
        | A::Trusts { .. }
        | A::MemberOf(_)
        | A::BoundedBy(_) => ClauseGroup::Identity,
        A::RunsFrom(_)
        | A::RunsOn(_)
        | A::TriggeredBy(_)
        | A::Ingests(_)
        | A::Delegates { .. }
        | A::Inherits { .. } => ClauseGroup::Delegation,
        A::Allow(_) | A::Never(_) | A::Holds { .. } => ClauseGroup::Authority,
        A::Accept(_) => ClauseGroup::Exception,
    }
}
