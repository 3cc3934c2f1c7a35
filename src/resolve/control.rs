//! Control rules: words to operations, types and consequences.
//!
//! A rule waits until everything that the project refers to is loaded. One of the standard library
//! is left out where it speaks of a service that nothing has loaded: nobody then holds an operation
//! of that service, and every conjunct must be held, so the rule could not fire. What the project
//! declares itself loads what it speaks of, so that a misspelt name is always found.

mod consequence;
mod path;

use super::{Resolver, Unresolved};
use crate::diagnostic::Diagnostic;
use crate::model::catalog::{SlotId, TypeId, VendorId};
use crate::model::control::{Asks, Conjunct, Control, Hold, Variable};
use crate::source::Span;
use crate::syntax::ast;

/// A rule as it is written, and where.
pub(crate) struct Written {
    vendor: VendorId,
    service: Option<Box<str>>,
    span: Span,
    reference: Box<str>,
    rule: ast::Control,
}

/// Where a rule stands, and what it has named so far.
struct Here<'w> {
    vendor: VendorId,
    service: Option<&'w str>,
    /// Whether a service may be loaded to find out what a name means.
    may_load: bool,
    /// The variables, each with its type.
    variables: Vec<(Box<str>, TypeId)>,
}

/// Why something of a rule means nothing here.
enum Without {
    /// It speaks of what is not loaded.
    Unloaded,
    /// A diagnostic says why.
    Wrong,
}

impl From<Unresolved> for Without {
    fn from(_: Unresolved) -> Self {
        Without::Wrong
    }
}

type Found<T> = Result<T, Without>;

/// A type on the way down in a rule's reference: its name, and the variable at it.
struct Step<'t> {
    name: &'t ast::Text,
    variable: Option<&'t ast::Text>,
}

impl Resolver<'_> {
    /// Keeps the rules of one vendor or service until all is loaded. A doc comment speaks of the
    /// rules right below it, too, that have none of their own.
    pub(super) fn keep_controls(
        &mut self,
        vendor: VendorId,
        service: Option<&str>,
        clauses: &[ast::VendorClause],
    ) {
        let mut above: Option<(Span, Box<str>)> = None;
        for clause in clauses {
            let ast::VendorClauseKind::Control(rule) = &clause.kind else {
                above = None;
                continue;
            };
            let own: Vec<&str> = clause.docs.iter().map(|line| line.raw.trim()).collect();
            let reference: Box<str> = match &above {
                Some((at, text)) if own.is_empty() && at.file == clause.span.file => text.clone(),
                _ => own.join(" ").into(),
            };
            above = Some((clause.span, reference.clone()));
            self.catalog.controls.push(Written {
                vendor,
                service: service.map(Into::into),
                span: clause.span,
                reference,
                rule: rule.clone(),
            });
        }
    }

    /// Enters the rules of everything that is loaded, in an order that does not depend on the order
    /// of loading: by the vendor or service whose file holds them, then as written.
    pub(super) fn enter_controls(&mut self) {
        // A rule of the project may load a service, which brings rules of its own.
        let mut waiting: Vec<Written> = Vec::new();
        loop {
            let new = std::mem::take(&mut self.catalog.controls);
            if new.is_empty() {
                break;
            }
            let (own, embedded) = new
                .into_iter()
                .partition::<Vec<_>, _>(|written| self.is_declared_here(written.span));
            for written in own {
                self.enter_control(&written, true);
            }
            waiting.extend(embedded);
        }
        for written in waiting {
            self.enter_control(&written, false);
        }
        let order = |control: &Control| (control.home.clone(), control.span.file);
        let controls = &mut self.model.catalog.controls;
        controls.sort_by_cached_key(|control| (order(control), control.span.start));
    }

    fn is_declared_here(&self, span: Span) -> bool {
        self.files.iter().any(|file| file.id == span.file)
    }

    fn enter_control(&mut self, written: &Written, may_load: bool) {
        if let Ok(control) = self.control(written, may_load) {
            self.model.catalog.controls.push(control);
        }
    }

    fn control(&mut self, written: &Written, may_load: bool) -> Found<Control> {
        let mut here = Here {
            vendor: written.vendor,
            service: written.service.as_deref(),
            may_load,
            variables: Vec::new(),
        };
        let mut conjuncts = Vec::new();
        let mut wrong = false;
        for conjunct in &written.rule.conjuncts {
            match self.control_conjunct(&mut here, conjunct) {
                Ok(conjunct) => conjuncts.push(conjunct),
                Err(Without::Unloaded) => return Err(Without::Unloaded),
                Err(Without::Wrong) => wrong = true,
            }
        }
        if wrong {
            return Err(Without::Wrong);
        }
        let first = &conjuncts[0];
        let gives = self.control_gives(&here, first, &written.rule.gives.words, written.span)?;
        let mut when = Vec::new();
        for words in &written.rule.when {
            when.push(self.control_when(&here, &conjuncts, &words.words)?);
        }
        let catalog = &self.model.catalog;
        let vendor = &catalog.vendor(written.vendor).name;
        let home = match &written.service {
            Some(service) => format!("{vendor}.{service}"),
            None => vendor.to_string(),
        };
        let text = self.sources.text(written.span);
        let words: Vec<&str> = text.split_whitespace().skip(1).collect();
        Ok(Control {
            vendor: written.vendor,
            home: home.into(),
            text: words.join(" ").into(),
            reference: written.reference.clone(),
            span: written.span,
            conjuncts,
            gives,
            when,
        })
    }

    fn control_conjunct(
        &mut self,
        here: &mut Here<'_>,
        written: &ast::ControlConjunct,
    ) -> Found<Conjunct> {
        let mut steps = vec![Step {
            name: &written.on.root,
            variable: written.on.tenant.as_ref(),
        }];
        for step in &written.on.steps {
            let arguments = step.arguments.as_deref().unwrap_or_default();
            if let [_, extra, ..] = arguments {
                self.say(
                    Diagnostic::error(
                        "unknown-name",
                        extra.span,
                        "a rule binds one variable at a type",
                    )
                    .help("write `TYPE(R)`"),
                );
                return Err(Without::Wrong);
            }
            steps.push(Step {
                name: &step.name,
                variable: arguments.first(),
            });
        }
        let path = self.control_path(here, &steps)?;
        let of = path.last().map_or(TypeId::at(0), |&(of, _)| of);
        let mut binds = Vec::new();
        for (at, variable) in path {
            if let Some(variable) = variable {
                binds.push((at, self.bound_variable(here, at, variable)?));
            }
        }
        let asks = self.control_asks(here, &written.operations, of)?;
        Ok(Conjunct {
            with: written.with,
            asks,
            of,
            binds,
        })
    }

    fn bound_variable(
        &mut self,
        here: &mut Here<'_>,
        of: TypeId,
        variable: &ast::Text,
    ) -> Found<Variable> {
        if variable.quoted {
            self.say(
                Diagnostic::error(
                    "unknown-name",
                    variable.span,
                    format!(
                        "a rule speaks of types, so it cannot name `{}`",
                        variable.plain()
                    ),
                )
                .help("write a variable without quotes, as `TYPE(R)`, or the type alone"),
            );
            return Err(Without::Wrong);
        }
        let known = here
            .variables
            .iter()
            .position(|(name, _)| *name == variable.raw);
        if let Some(index) = known {
            let before = here.variables[index].1;
            if before != of {
                let catalog = &self.model.catalog;
                let (one, other) = (catalog.type_path(before), catalog.type_path(of));
                self.say(
                    Diagnostic::error(
                        "unknown-name",
                        variable.span,
                        format!(
                            "the variable `{}` is a `{one}` and a `{other}`, which nothing is",
                            variable.raw
                        ),
                    )
                    .help("write another variable at one of the two"),
                );
                return Err(Without::Wrong);
            }
            return numbered(index).ok_or(Without::Wrong);
        }
        let Some(number) = numbered(here.variables.len()) else {
            self.say(Diagnostic::error(
                "unknown-name",
                variable.span,
                "a rule binds at most 256 variables",
            ));
            return Err(Without::Wrong);
        };
        here.variables.push((variable.raw.clone(), of));
        Ok(number)
    }

    fn control_asks(&mut self, here: &Here<'_>, names: &[ast::Text], of: TypeId) -> Found<Asks> {
        if let [word] = names
            && !word.quoted
            && let Some(hold) = hold(&word.raw)
        {
            return Ok(Asks::Holding(hold));
        }
        let mut slots = Vec::new();
        let mut wrong = false;
        let mut unloaded = false;
        for name in names {
            match self.control_slot(here, name, of) {
                Ok(slot) => slots.push(slot),
                Err(Without::Unloaded) => unloaded = true,
                Err(Without::Wrong) => wrong = true,
            }
        }
        if wrong {
            return Err(Without::Wrong);
        }
        if unloaded && slots.is_empty() {
            return Err(Without::Unloaded);
        }
        slots.sort_unstable();
        slots.dedup();
        Ok(Asks::Operations(slots))
    }

    fn control_slot(&mut self, here: &Here<'_>, name: &ast::Text, of: TypeId) -> Found<SlotId> {
        let node = self.model.catalog.of(of);
        let (vendor, service) = (node.vendor, node.service.clone());
        let (own, plain) = self.full_name(vendor, service.as_deref(), name);
        let at = self.place(vendor, own.as_deref(), of);
        let known = self.catalog.operations.get(&(vendor, at, plain.clone()));
        if let Some(&operation) = known {
            if let Some(&slot) = self.catalog.slots.get(&(operation, of)) {
                return Ok(slot);
            }
            let catalog = &self.model.catalog;
            let mut on: Vec<String> = catalog
                .operation(operation)
                .slots
                .iter()
                .map(|&slot| catalog.type_path(catalog.slot(slot).of))
                .collect();
            on.sort();
            let path = catalog.type_path(of);
            self.say(
                Diagnostic::error(
                    "unknown-name",
                    name.span,
                    format!("`{plain}` is not an operation on `{path}`"),
                )
                .help(format!("it acts on {}", super::quoted(&on))),
            );
            return Err(Without::Wrong);
        }
        let foreign = own != service;
        // An operation on a type of another service stands in the one file or the other.
        if let Some(other) = own.as_deref().filter(|_| foreign)
            && !self.catalog.is_loaded(vendor, other)
            && self
                .service_names(vendor)
                .iter()
                .any(|known| known == other)
        {
            self.control_service(here, vendor, other)?;
            return self.control_slot(here, name, of);
        }
        let catalog = &self.model.catalog;
        let mut names: Vec<String> = Vec::new();
        for &slot in &catalog.of(of).slots {
            let id = catalog.slot(slot).operation;
            let operation = catalog.operation(id);
            if foreign || (name.quoted && operation.service != service) {
                names.push(catalog.spelled(id));
            }
            names.push(operation.name.to_string());
        }
        names.sort();
        names.dedup();
        Err(self.unknown("operation", name, &names, None).into())
    }
}

/// A variable by its place.
fn numbered(index: usize) -> Option<Variable> {
    u8::try_from(index).ok().map(Variable)
}

fn hold(word: &str) -> Option<Hold> {
    Hold::ALL.into_iter().find(|hold| hold.word() == word)
}
