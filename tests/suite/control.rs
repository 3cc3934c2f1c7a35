//! Control rules: what their words come to, what is said of a misspelt one, and that every rule of
//! the standard library means something.

use std::fmt::Write as _;

use scopec::diagnostic::{self, short};
use scopec::model::catalog::{Catalog, TypeId};
use scopec::model::control::{Asks, Control, Gives, Variable, When};
use scopec::resolve::{load_everything, resolve, resolve_with_everything};
use scopec::source::Sources;
use scopec::syntax::parser;

use crate::expect::{cases, expect_file};
use crate::project::input;

fn letter(variable: Variable) -> String {
    format!("${}", variable.0)
}

fn asks(catalog: &Catalog, asks: &Asks) -> String {
    match asks {
        Asks::Holding(hold) => format!("to hold as {}", hold.word()),
        Asks::Operations(slots) => slots
            .iter()
            .map(|&slot| &*catalog.operation_of(slot).name)
            .collect::<Vec<_>>()
            .join(" or "),
    }
}

fn gives(catalog: &Catalog, gives: &Gives) -> String {
    let path = |of: TypeId| catalog.type_path(of);
    match gives {
        Gives::Bound { variable, of, hold } => {
            format!("{} ({}) as {}", letter(*variable), path(*of), hold.word())
        }
        Gives::Nearest(hold) => format!("the nearest {}", hold.word()),
        Gives::Within { hold, of, scope } => format!(
            "every {} within {} as {}",
            of.map_or("one".into(), path),
            path(*scope),
            hold.word()
        ),
        Gives::Admin { scope, through } => match through {
            Some((variable, of)) => format!(
                "admin of {} through {} ({})",
                path(*scope),
                letter(*variable),
                path(*of)
            ),
            None => format!("admin of {}", path(*scope)),
        },
        Gives::Lift { scope } => format!("lift of {}", path(*scope)),
        Gives::Trigger => "trigger".into(),
        Gives::Write => "write".into(),
        Gives::Pass => "pass".into(),
    }
}

fn when(catalog: &Catalog, when: &When) -> String {
    match when {
        When::TrustsService(variable, service) => {
            format!("{} trusts service {service}", letter(*variable))
        }
        When::TrustsHolder(variable) => format!("{} trusts the holder", letter(*variable)),
        When::Carries { key, value } => format!("{key} is {value}"),
        When::HolderIs(of) => format!("the holder is {}", catalog.type_path(*of)),
        When::Possible(what) => format!("possible: {what}"),
    }
}

/// A rule as it was understood.
fn read_back(catalog: &Catalog, control: &Control) -> String {
    let mut text = format!("{}: {}\n", control.home, control.text);
    writeln!(text, "  reference: {}", control.reference).unwrap();
    for conjunct in &control.conjuncts {
        let joined = if conjunct.with { "with" } else { "and" };
        let what = asks(catalog, &conjunct.asks);
        let of = catalog.type_path(conjunct.of);
        write!(text, "  {joined} {what} on {of}").unwrap();
        for &(at, variable) in &conjunct.binds {
            write!(text, ", {} a {}", letter(variable), catalog.type_path(at)).unwrap();
        }
        text.push('\n');
    }
    writeln!(text, "  gives {}", gives(catalog, &control.gives)).unwrap();
    for one in &control.when {
        writeln!(text, "  when {}", when(catalog, one)).unwrap();
    }
    text
}

/// The rules of a case's own vendors, and what is said.
fn understood(case: &str) -> String {
    let folder = cases("control").join(case);
    let mut input = input(&folder);
    let trees: Vec<_> = input
        .files
        .iter()
        .map(|&id| {
            let (tree, said) = parser::parse(id, &input.sources.file(id).text);
            assert!(said.is_empty(), "{}", short::render(&said, &input.sources));
            tree
        })
        .collect();
    let (model, mut said) = resolve(&trees, &mut input.sources);
    diagnostic::sort(&mut said);
    let mut text = String::new();
    for control in &model.catalog.controls {
        if input.files.contains(&control.span.file) {
            text.push_str(&read_back(&model.catalog, control));
        }
    }
    for one in &said {
        let place = input.sources.place(one.span);
        writeln!(text, "{}:{}: {}", place.line, place.column, one.message).unwrap();
        if let Some(help) = &one.help {
            writeln!(text, "  {help}").unwrap();
        }
    }
    text
}

#[test]
fn each_word_of_a_rule_means_what_it_says() {
    for case in ["words", "misspelt", "foreign"] {
        let text = understood(case);
        expect_file(&cases("control").join(case).join("expected.txt"), &text);
    }
}

#[test]
fn every_rule_of_the_standard_library_means_something() {
    let mut sources = Sources::new();
    let (model, said) = resolve_with_everything(&[], &mut sources);
    assert!(said.is_empty(), "{}", short::render(&said, &sources));
    let catalog = &model.catalog;
    assert!(catalog.controls.len() > 50);
    for control in &catalog.controls {
        let at = format!("{}: {}", control.home, control.text);
        assert!(!control.conjuncts.is_empty(), "{at}");
        // Whoever holds an operation of a conjunct has loaded that conjunct's file, so a rule in
        // one of these files is never missed.
        let homes = control.conjuncts.iter().map(|conjunct| {
            let of = catalog.of(conjunct.of);
            let vendor = &catalog.vendor(of.vendor).name;
            match &of.service {
                Some(service) => format!("{vendor}.{service}"),
                None => vendor.to_string(),
            }
        });
        assert!(
            homes.into_iter().any(|home| *home == *control.home),
            "{at}: stands in the file of none of its types"
        );
    }
    let mut order: Vec<&str> = catalog.controls.iter().map(|one| &*one.home).collect();
    let given = order.clone();
    order.sort_unstable();
    assert_eq!(given, order);
}

#[test]
fn a_rule_counts_once_however_it_is_loaded() {
    let mut sources = Sources::new();
    let (all, _) = resolve_with_everything(&[], &mut sources);
    let mut sources = Sources::new();
    let (again, _) = load_everything(&[], &mut sources);
    let rules = |model: &scopec::model::Model| -> Vec<String> {
        let catalog = &model.catalog;
        let read = |control| read_back(catalog, control);
        catalog.controls.iter().map(read).collect()
    };
    assert_eq!(rules(&all), rules(&again));
    let mut sources = Sources::new();
    let (one, said) = scopec::resolve::load(&[], &mut sources, "kubernetes");
    assert!(said.is_empty());
    let of_one = rules(&one);
    let of_all = rules(&all);
    assert!(!of_one.is_empty());
    assert!(of_one.iter().all(|rule| of_all.contains(rule)));
}
