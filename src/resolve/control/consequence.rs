//! What a rule gives, and when.

use super::{Found, Here, Step, Without, hold, numbered};
use crate::diagnostic::{Diagnostic, suggest};
use crate::model::catalog::{TypeId, TypeRank, VendorId};
use crate::model::control::{Conjunct, Gives, Hold, Variable, When};
use crate::resolve::{Resolver, quoted};
use crate::source::Span;
use crate::syntax::ast;

/// The words that begin a consequence and are no hold.
const CONSEQUENCES: [&str; 5] = ["admin", "lift", "trigger", "write", "pass"];

impl Resolver<'_> {
    /// What the words after `gives` come to.
    pub(super) fn control_gives(
        &mut self,
        here: &Here<'_>,
        first: &Conjunct,
        words: &[ast::Text],
        span: Span,
    ) -> Found<Gives> {
        let raw: Vec<&str> = words
            .iter()
            .map(|word| if word.quoted { "" } else { &*word.raw })
            .collect();
        match raw.as_slice() {
            ["trigger"] => Ok(Gives::Trigger),
            ["write"] => Ok(Gives::Write),
            ["pass"] => Ok(Gives::Pass),
            ["lift", "of", _] => Ok(Gives::Lift {
                scope: self.control_scope(here, first, &words[2])?,
            }),
            ["admin", "of", _] => Ok(Gives::Admin {
                scope: self.control_scope(here, first, &words[2])?,
                through: None,
            }),
            ["admin", "of", _, "through", _] => {
                let scope = self.control_scope(here, first, &words[2])?;
                let through = self.variable_of(here, &words[4])?;
                Ok(Gives::Admin {
                    scope,
                    through: Some(through),
                })
            }
            [one, "within", _] => {
                let scope = self.control_scope(here, first, &words[2])?;
                if let Some(hold) = hold(one) {
                    return Ok(Gives::Within {
                        hold,
                        of: None,
                        scope,
                    });
                }
                let holds: Vec<String> = Hold::ALL.iter().map(|of| of.word().into()).collect();
                let near = suggest::nearest(one, holds.iter().map(String::as_str));
                if near.is_some() && !self.is_type_here(here, one) {
                    return Err(self.unknown("consequence", &words[0], &holds, None).into());
                }
                let of = self.control_type(here, &words[0])?;
                Ok(Gives::Within {
                    hold: self.role_of(of, words[0].span)?,
                    of: Some(of),
                    scope,
                })
            }
            [one] => {
                if let Some(hold) = hold(one) {
                    return self.nearest(first, hold, words[0].span);
                }
                self.given_variable(here, &words[0])
            }
            [one, ..] if hold(one).is_none() && !CONSEQUENCES.contains(one) => {
                let known = consequences(here);
                Err(self.unknown("consequence", &words[0], &known, None).into())
            }
            _ => {
                let span = match (words.first(), words.last()) {
                    (Some(one), Some(other)) => one.span.to(other.span),
                    _ => span,
                };
                self.say(
                    Diagnostic::error(
                        "unknown-name",
                        span,
                        format!("`{}` is no consequence of a rule", raw.join(" ")),
                    )
                    .help(
                        "write `gives R`, `gives host`, `gives host within SCOPE`, `gives admin \
                         of SCOPE`, `gives admin of SCOPE through R`, `gives lift of SCOPE`, \
                         `gives trigger`, `gives write` or `gives pass`",
                    ),
                );
                Err(Without::Wrong)
            }
        }
    }

    fn given_variable(&mut self, here: &Here<'_>, word: &ast::Text) -> Found<Gives> {
        let known = here
            .variables
            .iter()
            .position(|(name, _)| !word.quoted && *name == word.raw);
        let Some(index) = known else {
            let known = consequences(here);
            let help = format!("known here: {}", quoted(&known));
            return Err(self
                .unknown("variable or consequence", word, &known, Some(help))
                .into());
        };
        let of = here.variables[index].1;
        Ok(Gives::Bound {
            variable: numbered(index).ok_or(Without::Wrong)?,
            of,
            hold: self.role_of(of, word.span)?,
        })
    }

    fn nearest(&mut self, first: &Conjunct, wanted: Hold, at: Span) -> Found<Gives> {
        let plays = |of: TypeId| self.holds_of(of).contains(&wanted);
        if self.ways_up(first.of).into_iter().any(plays) {
            return Ok(Gives::Nearest(wanted));
        }
        let path = self.model.catalog.type_path(first.of);
        let role = role_word(wanted);
        self.say(
            Diagnostic::error(
                "unknown-name",
                at,
                format!("neither `{path}` nor anything around it plays the role `{role}`"),
            )
            .help(format!("write `is {role}` in the type that is one")),
        );
        Err(Without::Wrong)
    }

    /// What somebody has of a thing of that type: of several roles the one that gives most.
    fn role_of(&mut self, of: TypeId, at: Span) -> Found<Hold> {
        if let Some(&hold) = self.holds_of(of).first() {
            return Ok(hold);
        }
        let path = self.model.catalog.type_path(of);
        self.say(
            Diagnostic::error(
                "unknown-name",
                at,
                format!("`{path}` plays no role, so that nothing is given with it"),
            )
            .help(
                "write `is identity`, `is group`, `is host`, `is secret` or `is code` in the type",
            ),
        );
        Err(Without::Wrong)
    }

    fn holds_of(&self, of: TypeId) -> Vec<Hold> {
        let roles = self.model.catalog.of(of).roles;
        [
            (roles.identity || roles.group, Hold::Identity),
            (roles.host, Hold::Host),
            (roles.secret, Hold::Credential),
            (roles.code, Hold::Code),
        ]
        .into_iter()
        .filter_map(|(plays, hold)| plays.then_some(hold))
        .collect()
    }

    fn variable_of(&mut self, here: &Here<'_>, word: &ast::Text) -> Found<(Variable, TypeId)> {
        let known = here
            .variables
            .iter()
            .position(|(name, _)| !word.quoted && *name == word.raw);
        if let Some(index) = known {
            let variable = numbered(index).ok_or(Without::Wrong)?;
            return Ok((variable, here.variables[index].1));
        }
        let known: Vec<String> = here
            .variables
            .iter()
            .map(|(name, _)| name.to_string())
            .collect();
        let help = "a variable is bound in a conjunct, as `TYPE(R)`".to_owned();
        Err(self.unknown("variable", word, &known, Some(help)).into())
    }

    /// A type by a dotted word.
    fn control_type(&mut self, here: &Here<'_>, word: &ast::Text) -> Found<TypeId> {
        let parts: Vec<ast::Text> = if word.quoted {
            vec![word.clone()]
        } else {
            dotted(word)
        };
        let steps: Vec<Step<'_>> = parts
            .iter()
            .map(|name| Step {
                name,
                variable: None,
            })
            .collect();
        let path = self.control_path(here, &steps)?;
        path.last().map(|&(of, _)| of).ok_or(Without::Wrong)
    }

    /// A type around the first conjunct's, or the tenant's.
    fn control_scope(
        &mut self,
        here: &Here<'_>,
        first: &Conjunct,
        word: &ast::Text,
    ) -> Found<TypeId> {
        let scope = self.control_type(here, word)?;
        let around = self.ways_up(first.of);
        if around.contains(&scope) || self.model.catalog.of(scope).rank == TypeRank::Tenant {
            return Ok(scope);
        }
        let catalog = &self.model.catalog;
        let path = catalog.type_path(first.of);
        let known: Vec<String> = around.iter().map(|&of| catalog.type_path(of)).collect();
        self.say(
            Diagnostic::error(
                "unknown-name",
                word.span,
                format!("`{}` does not enclose `{path}`", catalog.type_path(scope)),
            )
            .help(format!("around it are {}", quoted(&known))),
        );
        Err(Without::Wrong)
    }

    /// What the words after `when` come to.
    pub(super) fn control_when(
        &mut self,
        here: &Here<'_>,
        conjuncts: &[Conjunct],
        words: &[ast::Text],
    ) -> Found<When> {
        let (first, rest) = words.split_first().ok_or(Without::Wrong)?;
        match rest {
            [verb, service] if is_word(verb, "trusts") && service.quoted => {
                let (variable, _) = self.variable_of(here, first)?;
                Ok(When::TrustsService(variable, service.plain().into()))
            }
            [verb, holder] if is_word(verb, "trusts") && is_word(holder, "holder") => {
                let (variable, _) = self.variable_of(here, first)?;
                Ok(When::TrustsHolder(variable))
            }
            [verb, value] if is_word(verb, "is") && first.quoted && value.quoted => {
                self.control_key(here, conjuncts, first)?;
                Ok(When::Carries {
                    key: first.plain().into(),
                    value: value.plain().into(),
                })
            }
            [verb, of] if is_word(verb, "is") && is_word(first, "holder") => {
                let id = self.control_type(here, of)?;
                if self.holds_of(id).first() != Some(&Hold::Identity) {
                    let path = self.model.catalog.type_path(id);
                    self.say(
                        Diagnostic::error(
                            "unknown-name",
                            of.span,
                            format!("`{path}` is no identity, so no holder is one"),
                        )
                        .help("write `is identity` in the type"),
                    );
                    return Err(Without::Wrong);
                }
                Ok(When::HolderIs(id))
            }
            [what] if is_word(first, "possible") && what.quoted => {
                Ok(When::Possible(what.plain().into()))
            }
            [verb, object] if is_word(verb, "trusts") => {
                let known = ["holder".to_owned()];
                let help = "write `R trusts \"SERVICE\"` or `R trusts holder`".to_owned();
                Err(self
                    .unknown("precondition", object, &known, Some(help))
                    .into())
            }
            [verb, _] if first.quoted || is_word(first, "holder") => {
                let known = ["is".to_owned()];
                Err(self.unknown("precondition", verb, &known, None).into())
            }
            [verb, _] if here.variables.iter().any(|(name, _)| *name == first.raw) => {
                let known = ["trusts".to_owned()];
                Err(self.unknown("precondition", verb, &known, None).into())
            }
            _ => {
                let known = ["holder".to_owned(), "possible".to_owned()];
                let help = "write `R trusts \"SERVICE\"`, `R trusts holder`, `\"KEY\" is \
                            \"VALUE\"`, `holder is TYPE` or `possible \"…\"`"
                    .to_owned();
                Err(self
                    .unknown("precondition", first, &known, Some(help))
                    .into())
            }
        }
    }

    /// Whether the key is one of the vendors of the conjuncts.
    fn control_key(
        &mut self,
        here: &Here<'_>,
        conjuncts: &[Conjunct],
        key: &ast::Text,
    ) -> Found<()> {
        let mut vendors: Vec<VendorId> = conjuncts
            .iter()
            .map(|conjunct| self.model.catalog.of(conjunct.of).vendor)
            .collect();
        vendors.sort_unstable();
        vendors.dedup();
        if self.has_key(&vendors, &key.plain()) {
            return Ok(());
        }
        for &vendor in &vendors {
            if here.may_load {
                self.whole_vendor(vendor);
            } else if self.has_services(vendor) && !self.catalog.is_whole(vendor) {
                // The key is of a file that is not loaded, or unknown: a test that loads all says.
                return Ok(());
            }
        }
        if self.has_key(&vendors, &key.plain()) {
            return Ok(());
        }
        let mut known: Vec<String> = self
            .model
            .catalog
            .keys
            .iter()
            .filter(|known| vendors.contains(&known.vendor))
            .map(|known| known.name.to_string())
            .collect();
        known.sort();
        known.dedup();
        Err(self.unknown("condition key", key, &known, None).into())
    }

    fn has_key(&self, vendors: &[VendorId], name: &str) -> bool {
        self.model.catalog.keys.iter().any(|key| {
            vendors.contains(&key.vendor)
                && match key.name.strip_suffix('*') {
                    Some(prefix) => name.starts_with(prefix),
                    None => *key.name == *name,
                }
        })
    }
}

/// The word behind `is` in a type that is held so.
fn role_word(hold: Hold) -> &'static str {
    match hold {
        Hold::Credential => "secret",
        Hold::Identity | Hold::Host | Hold::Code => hold.word(),
    }
}

fn is_word(text: &ast::Text, word: &str) -> bool {
    !text.quoted && &*text.raw == word
}

/// What may stand after `gives`, the rule's own variables first.
fn consequences(here: &Here<'_>) -> Vec<String> {
    let own = here.variables.iter().map(|(name, _)| name.to_string());
    own.chain(Hold::ALL.iter().map(|hold| hold.word().to_owned()))
        .chain(CONSEQUENCES.iter().map(|&word| word.to_owned()))
        .collect()
}

/// The parts of a dotted word, each at its place.
fn dotted(word: &ast::Text) -> Vec<ast::Text> {
    let mut start = word.span.start;
    word.raw
        .split('.')
        .map(|part| {
            let length = u32::try_from(part.len()).unwrap_or(0);
            let quoted = part.starts_with('"');
            let text = ast::Text {
                raw: part.trim_matches('"').into(),
                span: Span {
                    file: word.span.file,
                    start,
                    end: start + length,
                },
                quoted,
            };
            start += length + 1;
            text
        })
        .collect()
}
