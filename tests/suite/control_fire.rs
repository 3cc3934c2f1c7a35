//! Every control rule of the standard library: the smallest declaration in which it must fire, and
//! the same with one precondition missing, in which it must not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use scopec::compile::{Compiled, Input, compile, offered};
use scopec::graph::{Node, NodeId, Reach, Reason, Verdict};
use scopec::model::catalog::{Catalog, SlotId, TypeId, TypeRank, VendorId};
use scopec::model::control::{Asks, Control, Gives, Hold, When};
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};

fn input(sources: Sources, files: Vec<scopec::source::FileId>) -> Input {
    Input {
        sources,
        files,
        settings: Settings::default(),
        diagnostics: Vec::new(),
    }
}

/// The types from below the tenant down to one.
fn way(catalog: &Catalog, of: TypeId) -> Vec<TypeId> {
    let mut way = Vec::new();
    let mut at = of;
    while catalog.of(at).rank != TypeRank::Tenant {
        way.push(at);
        let Some(&parent) = catalog.of(at).parents.first() else {
            break;
        };
        at = parent;
    }
    way.reverse();
    way
}

fn tenant_of(catalog: &Catalog, of: TypeId) -> TypeId {
    match way(catalog, of).first() {
        None => of,
        Some(&first) => *catalog
            .of(first)
            .parents
            .first()
            .unwrap_or(&catalog.vendor(catalog.of(of).vendor).tenant_types[0]),
    }
}

fn word(name: &str) -> String {
    let plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if plain {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

/// One rule's declaration.
struct Story<'c> {
    catalog: &'c Catalog,
    rule: &'c Control,
    /// What all its names end in.
    tag: String,
    systems: BTreeMap<VendorId, TypeId>,
    holder: Vec<String>,
    target: Vec<String>,
    facts: Vec<String>,
    /// The resource that must be held to begin with.
    seed: Option<(TypeId, Hold)>,
}

impl<'c> Story<'c> {
    fn new(catalog: &'c Catalog, rule: &'c Control, tag: String) -> Self {
        Story {
            catalog,
            rule,
            tag,
            systems: BTreeMap::new(),
            holder: Vec::new(),
            target: Vec::new(),
            facts: Vec::new(),
            seed: None,
        }
    }

    fn thing(&mut self, of: TypeId) -> String {
        self.named(of, &format!("n-{}", self.tag))
    }

    fn named(&mut self, of: TypeId, name: &str) -> String {
        let vendor = self.catalog.of(of).vendor;
        self.systems
            .entry(vendor)
            .or_insert_with(|| tenant_of(self.catalog, of));
        let mut text = format!("s{}-{}", vendor.0, self.tag);
        for step in way(self.catalog, of) {
            let step = self.catalog.of(step);
            text.push('.');
            text.push_str(&word(&step.name));
            if !step.parameters.is_empty() {
                let names: Vec<String> = step
                    .parameters
                    .iter()
                    .map(|_| format!("\"{name}\""))
                    .collect();
                write!(text, "({})", names.join(", ")).unwrap();
            }
        }
        text
    }

    fn plays(&self, of: TypeId, hold: Hold) -> bool {
        let roles = self.catalog.of(of).roles;
        match hold {
            Hold::Identity => roles.identity || roles.group,
            Hold::Host => roles.host,
            Hold::Code => roles.code,
            Hold::Credential => roles.secret,
        }
    }

    /// Makes having a resource lead to the target.
    fn leads(&mut self, of: TypeId, hold: Hold) {
        let thing = self.thing(of);
        match hold {
            Hold::Identity => self.target.push(format!("identity {thing}")),
            Hold::Host => self.target.push(format!("runs on {thing}")),
            Hold::Code => self.target.push(format!("runs from {thing}")),
            Hold::Credential => self.facts.push(format!(
                "resource {thing} {{ stores credential of t-{} }}",
                self.tag
            )),
        }
    }

    fn nearest(&self, of: TypeId, hold: Hold) -> Option<TypeId> {
        let mut at = of;
        for _ in 0..32 {
            if self.plays(at, hold) {
                return Some(at);
            }
            let parents = &self.catalog.of(at).parents;
            at = match parents
                .iter()
                .copied()
                .find(|&parent| self.plays(parent, hold))
            {
                Some(found) => return Some(found),
                None => *parents.first()?,
            };
        }
        None
    }

    fn inside(&self, subject: TypeId, hold: Hold, scope: TypeId) -> Option<TypeId> {
        if self.plays(subject, hold) {
            return Some(subject);
        }
        let vendor = self.catalog.of(subject).vendor;
        let tenant = self.catalog.of(scope).rank == TypeRank::Tenant;
        (0..self.catalog.types.len()).map(TypeId::at).find(|&of| {
            self.catalog.of(of).vendor == vendor
                && self.plays(of, hold)
                && (if tenant {
                    tenant_of(self.catalog, of) == scope
                } else {
                    way(self.catalog, of).contains(&scope)
                })
        })
    }

    /// Fills in who holds what; `drop` is a conjunct to leave out.
    fn write(&mut self, drop: Option<usize>) {
        let rule = self.rule;
        let subject = rule.conjuncts[0].of;
        let first = &rule.conjuncts[0];
        for (index, conjunct) in rule.conjuncts.iter().enumerate() {
            match &conjunct.asks {
                Asks::Holding(hold) => {
                    self.seed = Some((conjunct.of, *hold));
                    self.mention(conjunct.of, *hold);
                }
                Asks::Operations(slots) if drop != Some(index) => {
                    let line = self.allow(slots[0]);
                    self.holder.push(line);
                }
                Asks::Operations(_) => {}
            }
        }
        match &rule.gives {
            Gives::Bound { of, hold, .. } => self.leads(*of, *hold),
            Gives::Nearest(hold) => {
                let of = self.nearest(subject, *hold).unwrap_or(subject);
                self.leads(of, *hold);
            }
            Gives::Within { hold, of, scope } => {
                let of = of.or_else(|| self.inside(subject, *hold, *scope));
                self.leads(of.unwrap_or(subject), *hold);
            }
            Gives::Admin { through: None, .. } | Gives::Pass => {}
            Gives::Admin {
                through: Some((_, of)),
                ..
            } => {
                if self.plays(*of, Hold::Identity) {
                    self.leads(*of, Hold::Identity);
                    self.holder
                        .push(format!("inherits all from t-{}", self.tag));
                } else {
                    let thing = self.thing(*of);
                    self.facts
                        .push(format!("resource {thing} {{ attached to p-{} }}", self.tag));
                }
            }
            Gives::Lift { scope } => {
                let of = if way(self.catalog, first.of).contains(scope) {
                    *scope
                } else {
                    first.of
                };
                let thing = self.thing(of);
                self.facts.push(format!(
                    "resource {thing} {{ guarded by approval \"g\" against any }}"
                ));
            }
            Gives::Trigger | Gives::Write => {
                let hold = [Hold::Credential, Hold::Code, Hold::Host]
                    .into_iter()
                    .find(|&hold| self.nearest(subject, hold).is_some())
                    .unwrap_or(Hold::Host);
                let of = self.nearest(subject, hold).unwrap_or(subject);
                self.leads(of, hold);
            }
        }
    }

    /// Lets somebody else have a resource, so that the declaration speaks of it.
    fn mention(&mut self, of: TypeId, hold: Hold) {
        let thing = self.thing(of);
        let tag = &self.tag;
        let line = match hold {
            Hold::Identity => format!("identity {thing}"),
            Hold::Host => format!("runs on {thing}"),
            Hold::Code => format!("runs from {thing}"),
            Hold::Credential => {
                self.facts.push(format!(
                    "resource {thing} {{ stores credential of o-{tag} }}"
                ));
                String::new()
            }
        };
        self.facts
            .push(format!("principal o-{tag}: role {{\n  {line}\n}}"));
    }

    fn allow(&mut self, slot: SlotId) -> String {
        let slot = self.catalog.slot(slot);
        let thing = self.thing(slot.of);
        format!(
            "allow \"{}\" on {thing}",
            self.catalog.spelled(slot.operation)
        )
    }

    /// Fills in the preconditions, as they hold or as one of them does not.
    fn conditions(&mut self, broken: Option<&When>) {
        for when in &self.rule.when {
            let broken = broken == Some(when);
            match when {
                When::TrustsService(_, service) => {
                    let service = if broken { "other.example" } else { service };
                    self.target.push(format!("trusts service \"{service}\""));
                }
                When::TrustsHolder(_) => {
                    let own = self.rule.conjuncts[0].of;
                    let vendor = self.catalog.of(own).vendor;
                    self.named(own, "unused");
                    self.target.push(if broken {
                        "trusts service \"other.example\"".to_owned()
                    } else {
                        format!("trusts s{}-{}", vendor.0, self.tag)
                    });
                }
                When::Carries { key, value } => {
                    let value = if broken { "something-else" } else { value };
                    let vendor = self.rule.vendor;
                    let known = self
                        .catalog
                        .keys
                        .iter()
                        .any(|one| one.vendor == vendor && one.name.eq_ignore_ascii_case(key));
                    if known
                        && let Some(line) = self.holder.iter_mut().find(|line| {
                            // The key is the passing or attaching operation's.
                            line.contains("PassRole") || !self.rule.text.contains("PassRole")
                        })
                    {
                        write!(line, " where \"{key}\" == \"{value}\"").unwrap();
                    }
                }
                When::HolderIs(of) => {
                    if !broken {
                        let thing = self.named(*of, &format!("p-{}", self.tag));
                        self.holder.push(format!("identity {thing}"));
                    }
                }
                When::Possible(_) => {}
            }
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (vendor, tenant) in &self.systems {
            let name = &self.catalog.vendor(*vendor).name;
            let tenant = &self.catalog.of(*tenant).name;
            writeln!(
                text,
                "system s{}-{tag}: {name}.{tenant}(\"id-{tag}\") {{ env prod }}",
                vendor.0,
                tag = self.tag
            )
            .unwrap();
        }
        writeln!(text, "principal p-{}: role {{", self.tag).unwrap();
        for line in &self.holder {
            writeln!(text, "  {line}").unwrap();
        }
        writeln!(text, "}}\nprincipal t-{}: role {{", self.tag).unwrap();
        for line in &self.target {
            writeln!(text, "  {line}").unwrap();
        }
        writeln!(text, "}}").unwrap();
        for line in &self.facts {
            writeln!(text, "{line}").unwrap();
        }
        text
    }
}

/// The declaration in which a rule must fire, and the one in which it must not.
fn stories<'c>(catalog: &'c Catalog, rule: &'c Control, index: usize) -> [Story<'c>; 2] {
    let mut good = Story::new(catalog, rule, format!("y{index}"));
    good.write(None);
    good.conditions(None);
    let mut bad = Story::new(catalog, rule, format!("z{index}"));
    let operations: Vec<usize> = (0..rule.conjuncts.len())
        .filter(|&at| matches!(rule.conjuncts[at].asks, Asks::Operations(_)))
        .collect();
    let broken = rule.when.iter().find(|when| match when {
        When::TrustsService(..) | When::TrustsHolder(_) | When::HolderIs(_) => true,
        When::Carries { key, .. } => catalog
            .keys
            .iter()
            .any(|one| one.vendor == rule.vendor && one.name.eq_ignore_ascii_case(key)),
        When::Possible(_) => false,
    });
    match (broken, operations.last()) {
        (Some(when), _) => {
            bad.write(None);
            bad.conditions(Some(when));
        }
        (None, Some(&last)) => {
            bad.write(Some(last));
            bad.conditions(None);
        }
        (None, None) => {
            // It asks for a resource alone: without it.
            bad.write(None);
            bad.conditions(None);
            bad.seed = None;
        }
    }
    [good, bad]
}

/// Whether the rule's consequence is had, and how certainly.
fn had(compiled: &Compiled, story: &Story<'_>) -> Option<(Verdict, Vec<String>)> {
    let graph = &compiled.graph;
    let model = &compiled.model;
    let party = |name: String| {
        model
            .parties()
            .find(|(_, party)| *party.name == name)
            .map(|(id, _)| id)
            .unwrap()
    };
    let holder = party(format!("p-{}", story.tag));
    let target = party(format!("t-{}", story.tag));
    let mut from = vec![graph.party(holder)];
    let here = |place: &scopec::graph::Place| {
        model
            .system(place.system)
            .name
            .ends_with(&format!("-{}", story.tag))
    };
    if let Some((of, hold)) = story.seed {
        from.extend(graph.nodes().filter_map(|(id, node)| {
            matches!(node, Node::Resource(place, own) if here(place) && *own == hold
                && model.catalog.type_path(place.of) == story.catalog.type_path(of))
            .then_some(id)
        }));
    }
    let influence = matches!(story.rule.gives, Gives::Trigger | Gives::Write);
    let reach: Reach = graph.reach(&from, influence);
    let mut wanted: Vec<NodeId> = Vec::new();
    match &story.rule.gives {
        Gives::Admin { scope, .. } => wanted.extend(graph.nodes().filter_map(|(id, node)| {
            matches!(node, Node::Scope(place) if here(place)
                && model.catalog.type_path(place.of) == story.catalog.type_path(*scope))
            .then_some(id)
        })),
        Gives::Lift { .. } => wanted.extend(graph.nodes().filter_map(|(id, node)| {
            matches!(node, Node::Passed(guard)
                if here(&graph.guards[*guard as usize].place))
            .then_some(id)
        })),
        Gives::Bound { .. }
        | Gives::Nearest(_)
        | Gives::Within { .. }
        | Gives::Trigger
        | Gives::Write
        | Gives::Pass => {
            wanted.push(graph.party(target));
            for (index, bundle) in (0u32..).zip(&compiled.granted.bundles) {
                if bundle.holders.contains(&target) {
                    wanted.extend(graph.find(&Node::Identity(index)));
                }
            }
        }
    }
    let best = graph.best(&reach, &wanted)?;
    let (unknown, guards) = graph.rests_on(&reach, best);
    let mut says: Vec<String> = unknown
        .iter()
        .map(|&text| graph.texts[text as usize].to_string())
        .collect();
    says.extend(guards.iter().map(|&guard| graph.guard_text(model, guard)));
    Some((reach.verdict(best)?, says))
}

/// Whether the rule itself, and not one like it, fires for the holder without a guard in its way.
fn fired(compiled: &Compiled, story: &Story<'_>) -> Option<String> {
    let graph = &compiled.graph;
    let holder = compiled
        .model
        .parties()
        .find(|(_, party)| *party.name == format!("p-{}", story.tag))
        .map(|(id, _)| id)
        .unwrap();
    let reach = graph.reach(&[graph.party(holder)], true);
    graph.edges().find_map(|(_, edge)| {
        let Reason::Rule(rule) = edge.reason else {
            return None;
        };
        let of = &graph.rules[rule as usize];
        let same = of.text == story.rule.text && of.home == story.rule.home;
        let open = edge.premises.iter().all(|&premise| {
            reach
                .verdict(premise)
                .is_some_and(|verdict| verdict < Verdict::Blocked)
        });
        let inner = matches!(graph.node(edge.to), Node::Means(_));
        (same && open && !inner && edge.verdict < Verdict::Blocked)
            .then(|| format!("{:?} to {:?}", edge.verdict, graph.node(edge.to)))
    })
}

#[test]
fn every_rule_fires_and_is_silent_without_one_precondition() {
    let all = offered(input(Sources::new(), Vec::new()), "");
    let catalog = &all.catalog;
    assert!(catalog.controls.len() > 223, "{}", catalog.controls.len());
    let rules: Vec<&Control> = catalog
        .controls
        .iter()
        .filter(|rule| rule.gives != Gives::Pass)
        .collect();
    let stories: Vec<[Story<'_>; 2]> = rules
        .iter()
        .enumerate()
        .map(|(index, rule)| stories(catalog, rule, index))
        .collect();
    let mut sources = Sources::new();
    let mut files = Vec::new();
    for (index, pair) in stories.iter().enumerate() {
        let text: String = pair.iter().map(Story::text).collect();
        files.push(sources.add(SourceFile::new(format!("{index:04}.scope"), text)));
    }
    let compiled = compile(input(sources, files), None);
    let mut wrong = String::new();
    for diagnostic in &compiled.diagnostics {
        if ["syntax", "unknown-name", "wrong-type"].contains(&&*diagnostic.rule) {
            let text = compiled.sources.text(diagnostic.span);
            writeln!(wrong, "not valid: {} at {text}", diagnostic.message).unwrap();
        }
    }
    for [good, bad] in &stories {
        let open = good
            .rule
            .when
            .iter()
            .any(|when| matches!(when, When::Possible(_)));
        let wanted = if open {
            Verdict::Possible
        } else {
            Verdict::Proven
        };
        let name = format!("{}: {}", good.rule.home, good.rule.text);
        let found = had(&compiled, good);
        // Another rule may do the same with certainty.
        if found.as_ref().is_none_or(|found| found.0 > wanted) {
            writeln!(wrong, "{name}\n  must fire: {found:?}\n{}", good.text()).unwrap();
        }
        if let Some(says) = fired(&compiled, bad) {
            writeln!(wrong, "{name}\n  must be silent: {says}\n{}", bad.text()).unwrap();
        }
    }
    let count = wrong
        .lines()
        .filter(|line| line.contains("  must "))
        .count();
    assert!(
        wrong.is_empty(),
        "{count} of {} rules:\n{wrong}",
        rules.len()
    );
}
