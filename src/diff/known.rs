//! One side of a comparison, in words that both sides share: what has another name on the other
//! side is called by its name in the head.

use super::{Clause, Place, Side};
use crate::compile::Compiled;
use crate::grant::Bundle;
use crate::model::party::{Owner, Who};
use crate::model::rule::{Part, Rule};
use crate::model::thing::{Tenants, Thing};
use crate::model::{ConditionId, PartyId, SystemId, TeamId};
use crate::source::Span;
use std::borrow::Cow;
use std::fmt::Write as _;

/// One side: a compilation, and what it is called on both.
pub struct Known<'c> {
    /// Which side it is.
    pub side: Side,
    /// What was compiled.
    pub compiled: &'c Compiled,
    /// The shared names of parties, systems and teams, by id.
    pub parties: Vec<Box<str>>,
    /// See `parties`.
    pub systems: Vec<Box<str>>,
    /// See `parties`.
    pub teams: Vec<Box<str>>,
    /// By party, the bundles that it holds.
    pub bundles: Vec<Vec<u32>>,
}

impl<'c> Known<'c> {
    /// A side, everything called by its own names.
    pub fn new(side: Side, compiled: &'c Compiled) -> Self {
        let model = &compiled.model;
        let mut bundles = vec![Vec::new(); model.parties.len()];
        for (index, bundle) in (0u32..).zip(&compiled.granted.bundles) {
            for holder in &bundle.holders {
                bundles[holder.index()].push(index);
            }
        }
        Known {
            bundles,
            side,
            compiled,
            parties: model.parties.iter().map(|one| one.name.clone()).collect(),
            systems: model.systems.iter().map(|one| one.name.clone()).collect(),
            teams: model.teams.iter().map(|one| one.name.clone()).collect(),
        }
    }

    /// What a party is granted, identity by identity.
    pub fn bundles(&self, id: PartyId) -> impl Iterator<Item = &'c Bundle> + '_ {
        let all = &self.compiled.granted.bundles;
        self.bundles[id.index()]
            .iter()
            .map(|&index| &all[index as usize])
    }

    /// A party's shared name.
    pub fn party(&self, id: PartyId) -> &str {
        &self.parties[id.index()]
    }

    /// A system's shared name.
    pub fn system(&self, id: SystemId) -> &str {
        &self.systems[id.index()]
    }

    /// A team's shared name.
    pub fn team(&self, id: TeamId) -> &str {
        &self.teams[id.index()]
    }

    /// The id of the tenant at that index.
    pub fn tenant(&self, system: SystemId, tenant: usize) -> &'c str {
        &self.compiled.model.system(system).tenants[tenant].id
    }

    /// A thing as it is written, the system by its shared name.
    pub fn thing(&self, thing: &Thing) -> String {
        let model = &self.compiled.model;
        let text = model.thing_text(thing);
        let own = &model.system(thing.system).name;
        let shared = self.system(thing.system);
        match text.strip_prefix(&**own) {
            Some(rest) if *shared != **own => format!("{shared}{rest}"),
            Some(_) | None => text,
        }
    }

    /// The place as a thing is written.
    pub fn place_text(&self, place: &crate::graph::Place) -> String {
        let nowhere = Span::new(crate::source::FileId(0), 0, 0);
        let mut thing = place.thing(nowhere);
        if !self.compiled.model.system(place.system).has_many_tenants() {
            thing.tenants = Tenants::Each;
        }
        self.thing(&thing)
    }

    /// Who is meant, by shared names.
    pub fn who(&self, who: &Who) -> String {
        match who {
            Who::Anyone(_) => "anyone".to_owned(),
            Who::Service(name, _) => format!("service \"{name}\""),
            Who::Oidc(issuer, _) => format!("oidc \"{issuer}\""),
            Who::Party(id, _) => self.party(*id).to_owned(),
            Who::System(id, _) => self.system(*id).to_owned(),
            Who::Thing(thing) => self.thing(thing),
        }
    }

    /// An owner, by shared names.
    pub fn owner<'s>(&'s self, owner: &'s Owner) -> Cow<'s, str> {
        match owner {
            Owner::Team(id) => Cow::Borrowed(self.team(*id)),
            Owner::Person(name) => Cow::Owned(format!("\"{name}\"")),
        }
    }

    /// Conditions in words, sorted.
    pub fn conditions(&self, conditions: &[ConditionId]) -> String {
        let mut all: Vec<String> = conditions
            .iter()
            .map(|&id| self.compiled.model.condition(id).text())
            .collect();
        all.sort();
        all.join(" and ")
    }

    /// What a rule comes to, whatever the order and the words in which it is written: for telling
    /// whether two are the same.
    pub fn rule(&self, rule: &Rule) -> String {
        let mut parts: Vec<String> = rule.parts.iter().map(|part| self.part(part)).collect();
        parts.sort();
        let mut text = parts.join(", ");
        if !rule.conditions.is_empty() {
            text.push_str(" where ");
            text.push_str(&self.conditions(&rule.conditions));
        }
        if let Some((end, _)) = rule.until {
            let _ = write!(text, " until {end}");
        }
        if let Some(approval) = &rule.approval {
            let _ = write!(text, " with approval by {}", self.team(approval.by));
            if let Some(duration) = approval.duration {
                let _ = write!(text, " for {duration}");
            }
        }
        if !rule.fields.is_empty() {
            let mut fields = rule.fields.clone();
            fields.sort();
            let _ = write!(text, " fields {}", fields.join(", "));
        }
        text
    }

    /// What a part comes to: its operations, and where.
    pub fn part(&self, part: &Part) -> String {
        let catalog = &self.compiled.model.catalog;
        let mut operations: Vec<String> = Vec::new();
        for slice in part.slices.iter() {
            let set = &slice.cube.operations;
            if set.is_cofinite() {
                operations.push("any".to_owned());
            }
            for &operation in set.listed() {
                let slot = catalog.slot(crate::model::catalog::SlotId::of(operation));
                operations.push(catalog.qualified(slot.operation));
            }
        }
        operations.sort();
        operations.dedup();
        let mut text = operations.join(" ");
        text.push_str(if part.within { " within " } else { " on " });
        text.push_str(&self.thing(&part.thing));
        let mut except: Vec<String> = part.except.iter().map(|one| self.thing(one)).collect();
        if !except.is_empty() {
            except.sort();
            text.push_str(" except ");
            text.push_str(&except.join(", "));
        }
        text
    }

    /// The text at a span in one line.
    pub fn words(&self, span: Span) -> String {
        let text = self.compiled.sources.text(span);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A place in this side's sources; none for what the compiler made up or the standard library
    /// says.
    pub fn place(&self, span: Span) -> Option<Place> {
        let sources = &self.compiled.sources;
        if span.file.0 as usize >= sources.len() {
            return None;
        }
        let file = sources.path(span);
        if file.starts_with("stdlib:") {
            return None;
        }
        let (start, end) = (sources.place(span), sources.end_place(span));
        Some(Place {
            side: self.side,
            file: file.to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        })
    }

    /// What is written at a span, and where.
    pub fn clause(&self, span: Span) -> Option<Clause> {
        Some(Clause {
            place: self.place(span)?,
            text: self.words(span),
        })
    }
}
