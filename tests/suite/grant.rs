//! Granting: from text to what is granted, in small projects.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use scopec::authority::time::Date;
use scopec::compile::{Compiled, Input, compile};
use scopec::grant::{State, Units};
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};
use std::collections::BTreeSet;
use std::fmt::Write;

fn project(text: &str) -> Compiled {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("project.scope", text));
    let input = Input {
        sources,
        files: vec![file],
        settings: Settings::default(),
        diagnostics: Vec::new(),
    };
    compile(input, Date::parse("2026-11-21"))
}

/// The rules that are said about `subject`, errors and warnings, governance left out.
fn said<'c>(compiled: &'c Compiled, rules: &[&str]) -> Vec<(&'c str, u32)> {
    compiled
        .diagnostics
        .iter()
        .filter(|found| rules.contains(&&*found.rule))
        .map(|found| (&*found.rule, compiled.sources.place(found.span).line))
        .collect()
}

/// The granted units or operations of the first bundle, by name.
fn granted(compiled: &Compiled) -> BTreeSet<String> {
    let catalog = &compiled.model.catalog;
    let mut names = BTreeSet::new();
    for bundle in &compiled.granted.bundles {
        for grant in &bundle.grants {
            match &grant.units {
                Units::Named(units) => {
                    names.extend(units.iter().map(|&id| catalog.unit(id).name.to_string()));
                }
                Units::Operations(slots) => names.extend(
                    slots
                        .iter()
                        .map(|&slot| catalog.operation_of(slot).name.to_string()),
                ),
                Units::Service(_) | Units::Everything | Units::Prefixes(_) => {}
            }
        }
    }
    names
}

/// A vendor of units: which operations each permits, which units it implies, which it needs.
#[derive(Clone, Debug)]
struct World {
    units: Vec<Made>,
    wanted: BTreeSet<usize>,
    forbidden: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
struct Made {
    permits: BTreeSet<usize>,
    implies: Option<usize>,
    with: Option<usize>,
}

const OPERATIONS: usize = 5;

fn world() -> impl Strategy<Value = World> {
    let unit = (
        btree_set(0..OPERATIONS, 0..4),
        proptest::option::weighted(0.2, 0..5usize),
        proptest::option::weighted(0.2, 0..5usize),
    );
    (
        vec(unit, 1..6),
        btree_set(0..OPERATIONS, 1..4),
        btree_set(0..OPERATIONS, 0..3),
    )
        .prop_map(|(units, wanted, forbidden)| {
            let count = units.len();
            let units = units
                .into_iter()
                .enumerate()
                .map(|(index, (permits, implies, with))| Made {
                    permits,
                    // Downwards only, so that no unit contains itself.
                    implies: implies.filter(|&other| other < index),
                    with: with.filter(|&other| other < count && other != index),
                })
                .collect();
            World {
                units,
                forbidden: forbidden.difference(&wanted).copied().collect(),
                wanted,
            }
        })
}

fn text(world: &World) -> String {
    let mut text = String::from(
        "vendor made {\n  units bind to tenant\n  system org(id)\n  resource app(name) { is identity }\n  resource thing {\n",
    );
    for operation in 0..OPERATIONS {
        writeln!(text, "    update op-{operation}").unwrap();
    }
    text.push_str("  }\n");
    for (index, unit) in world.units.iter().enumerate() {
        write!(text, "  unit \"u{index}\"").unwrap();
        if let Some(other) = unit.implies {
            write!(text, " implies \"u{other}\"").unwrap();
        }
        if !unit.permits.is_empty() {
            let names: Vec<String> = unit.permits.iter().map(|op| format!("op-{op}")).collect();
            write!(text, " permits {}", names.join(", ")).unwrap();
            if let Some(other) = unit.with {
                write!(text, " with \"u{other}\"").unwrap();
            }
        }
        text.push('\n');
    }
    text.push_str("  complete\n}\nsystem org: made.org(\"acme\") {}\n");
    text.push_str("integration one: service {\n  identity org.app(\"one\")\n");
    for operation in &world.wanted {
        writeln!(text, "  allow op-{operation} on org.thing").unwrap();
    }
    for operation in &world.forbidden {
        writeln!(text, "  never op-{operation} on org.thing").unwrap();
    }
    text.push_str("}\n");
    text
}

/// What a choice of units gives, by the definition.
fn gives(world: &World, chosen: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut held = chosen.clone();
    loop {
        let more: BTreeSet<usize> = held
            .iter()
            .filter_map(|&unit| world.units[unit].implies)
            .filter(|unit| !held.contains(unit))
            .collect();
        if more.is_empty() {
            break;
        }
        held.extend(more);
    }
    held.iter()
        .filter(|&&unit| {
            world.units[unit]
                .with
                .is_none_or(|other| held.contains(&other))
        })
        .flat_map(|&unit| world.units[unit].permits.clone())
        .collect()
}

/// The least excess, and with it the fewest units, by trying every choice; none where nothing
/// covers what is wanted without what is forbidden.
fn least(world: &World) -> Option<(usize, usize)> {
    (0u32..1 << world.units.len())
        .filter_map(|bits| {
            let chosen: BTreeSet<usize> = (0..world.units.len())
                .filter(|unit| bits & (1 << unit) != 0)
                .collect();
            let all = gives(world, &chosen);
            let good = world.wanted.is_subset(&all) && all.is_disjoint(&world.forbidden);
            good.then(|| (all.difference(&world.wanted).count(), chosen.len()))
        })
        .min()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_choice_of_units_has_the_least_excess(world in world()) {
        let compiled = project(&text(&world));
        let names = granted(&compiled);
        let chosen: BTreeSet<usize> = names
            .iter()
            .map(|name| name[1..].parse().unwrap())
            .collect();
        let all = gives(&world, &chosen);
        let rules = ["cannot-exclude", "unexpressible"];
        if let Some(best) = least(&world) {
            prop_assert!(said(&compiled, &rules).is_empty(), "{}", text(&world));
            prop_assert!(world.wanted.is_subset(&all) && all.is_disjoint(&world.forbidden));
            let cost = (all.difference(&world.wanted).count(), chosen.len());
            prop_assert_eq!(cost, best, "{}", text(&world));
        } else {
            prop_assert!(!said(&compiled, &rules).is_empty(), "{}", text(&world));
            prop_assert!(all.is_disjoint(&world.forbidden), "{}", text(&world));
        }
    }
}

const SQL: &str = "system db: postgres.server(\"main\") {}\n";

#[test]
fn a_never_leaves_out_what_it_takes() {
    let compiled = project(&format!(
        "{SQL}integration one: service {{
  identity db.role(\"one\")
  allow delete on db.database(\"o\").schema(\"public\").table
  never \"TRUNCATE\" on db.database(\"o\").schema(\"public\").table
}}
"
    ));
    assert_eq!(granted(&compiled), ["DELETE".to_owned()].into());
    assert!(said(&compiled, &["cannot-exclude", "identity-conflict"]).is_empty());
    let never = compiled.granted.rows.iter().find(|row| row.clause == 2);
    assert_eq!(never.unwrap().state, State::EnforcedByAbsence);
}

#[test]
fn a_gate_is_held_to_every_never() {
    let compiled = project(&format!(
        "team sec {{}}
{SQL}integration one: service {{
  identity db.role(\"one\")
  allow delete on db.database(\"o\").schema(\"public\").table with approval by sec for 2h
  never \"TRUNCATE\" on db.database(\"o\").schema(\"public\").table
}}
"
    ));
    let catalog = &compiled.model.catalog;
    let gate = &compiled.granted.bundles[0].gates[0];
    let names: Vec<String> = gate
        .grants
        .iter()
        .flat_map(|grant| match &grant.units {
            Units::Operations(slots) => slots.clone(),
            Units::Named(_) | Units::Service(_) | Units::Everything | Units::Prefixes(_) => {
                Vec::new()
            }
        })
        .map(|slot| catalog.operation_of(slot).name.to_string())
        .collect();
    assert_eq!(names, ["DELETE"]);
}

#[test]
fn an_allow_that_a_never_takes_whole_is_said() {
    let compiled = project(&format!(
        "{SQL}integration one: service {{
  identity db.role(\"one\")
  allow read on db.database(\"o\").schema(\"public\").table(\"t\")
  never read on db.database(\"o\").schema(\"public\").table
}}
"
    ));
    assert_eq!(said(&compiled, &["dead-allow"]), [("dead-allow", 4)]);
    assert!(granted(&compiled).is_empty());
}

#[test]
fn who_shares_an_identity_shares_its_nevers() {
    let compiled = project(&format!(
        "{SQL}integration one: service {{
  identity db.role(\"shared\")
  allow read on db.database(\"o\").schema(\"public\").table(\"t\")
}}
integration two: service {{
  identity db.role(\"shared\")
  never read on db.database(\"o\").schema(\"public\").table
}}
"
    ));
    let lines = said(&compiled, &["identity-conflict"]);
    assert_eq!(lines, [("identity-conflict", 4), ("identity-conflict", 8)]);
}

#[test]
fn what_is_suspended_grants_nothing_and_hinders_nobody() {
    let compiled = project(&format!(
        "{SQL}integration one: service {{
  identity db.role(\"shared\")
  allow read on db.database(\"o\").schema(\"public\").table(\"t\")
}}
integration two: service {{
  status suspended
  identity db.role(\"shared\")
  allow delete on db.database(\"o\").schema(\"public\").table(\"t\")
}}
"
    ));
    assert_eq!(granted(&compiled), ["SELECT".to_owned()].into());
    assert!(!compiled.granted.bundles[0].silent);
}

#[test]
fn nobody_delegates_what_it_does_not_hold() {
    let project_of = |held: &str| {
        project(&format!(
            "{SQL}integration one: service {{
  identity db.role(\"one\")
  allow {held} on db.database(\"o\").schema(\"public\").table(\"t\")
  delegates read on db.database(\"o\").schema(\"public\").table(\"t\") to two
}}
integration two: service {{
  identity db.role(\"two\")
}}
"
        ))
    };
    let good = project_of("read");
    assert!(said(&good, &["delegation-widens"]).is_empty());
    let two = good
        .granted
        .bundles
        .iter()
        .filter(|bundle| !bundle.grants.is_empty());
    assert_eq!(two.count(), 2);
    let bad = project_of("delete");
    assert_eq!(
        said(&bad, &["delegation-widens"]),
        [("delegation-widens", 5)]
    );
    assert!(!granted(&bad).contains("SELECT"));
}

#[test]
fn what_is_allowed_outside_a_bound_is_said_and_not_cut() {
    let compiled = project(&format!(
        "{SQL}profile most(db: postgres.server) {{
  allow read on db.database(\"o\").schema(\"public\").table
}}
integration one: service {{
  identity db.role(\"one\")
  bounded by most(db)
  allow read on db.database(\"o\").schema(\"public\").table(\"t\")
  allow delete on db.database(\"o\").schema(\"public\").table(\"t\")
}}
"
    ));
    assert_eq!(said(&compiled, &["outside-bound"]), [("outside-bound", 9)]);
    assert!(granted(&compiled).contains("DELETE"));
}
