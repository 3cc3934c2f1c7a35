//! Every file of the standard library reads without a diagnostic, and what it names exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use scopec::format::format;
use scopec::model::control::Hold;
use scopec::source::{FileId, SourceFile};
use scopec::syntax::ast::{
    Control, ItemKind, Operations, Reference, ResourceLineKind, ResourceType, Text, Unit,
    VendorClause, VendorClauseKind,
};
use scopec::syntax::parser;

/// A file, and what stands in it.
struct Read {
    path: String,
    text: SourceFile,
    vendor: String,
    service: Option<String>,
    clauses: Vec<VendorClause>,
}

/// What is declared, by vendor.
#[derive(Default)]
struct Declared {
    /// `service.type`, or `.type` for a vendor without services.
    types: BTreeSet<String>,
    services: BTreeSet<String>,
    operations: BTreeSet<String>,
    units: BTreeSet<String>,
    source: bool,
    completeness: bool,
}

/// The `.scope` files of a folder of the project, sorted by path.
pub fn files(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "scope") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &mut found,
    );
    found.sort();
    found
}

/// Reads `text`, reports what is wrong with it, and gives its vendor parts.
fn read(path: &str, text: &str, wrong: &mut String) -> Vec<Read> {
    let source = SourceFile::new(path, text);
    let (file, diagnostics) = parser::parse(FileId(0), text);
    for found in &diagnostics {
        let place = source.place(found.span.start);
        writeln!(
            wrong,
            "{path}:{}:{}: {}",
            place.line, place.column, found.message
        )
        .unwrap();
    }
    let mut parts = Vec::new();
    for item in file.items {
        let (vendor, service, clauses) = match item.kind {
            ItemKind::Vendor(vendor) => (vendor.name.plain(), None, vendor.clauses),
            ItemKind::Service(service) => (
                service.vendor.plain(),
                Some(service.name.plain()),
                service.clauses,
            ),
            ItemKind::Team(_)
            | ItemKind::System(_)
            | ItemKind::Integration(_)
            | ItemKind::Principal(_)
            | ItemKind::Resource(_)
            | ItemKind::Profile(_)
            | ItemKind::Guard(_)
            | ItemKind::Test(_)
            | ItemKind::Reviewed(_)
            | ItemKind::Rotated(_) => {
                writeln!(wrong, "{path}: holds an item that is not a vendor").unwrap();
                continue;
            }
        };
        parts.push(Read {
            path: path.to_owned(),
            text: SourceFile::new(path, text),
            vendor,
            service,
            clauses,
        });
    }
    parts
}

fn key(service: Option<&str>, name: &str) -> String {
    format!("{}.{name}", service.unwrap_or_default())
}

/// Whether the file adds to what another one declares.
fn adds(part: &Read) -> bool {
    part.path.ends_with(".more.scope")
}

/// Whether what is said of the type would make one: an address, or operations.
fn declares(of: &ResourceType) -> bool {
    of.format.is_some()
        || of
            .lines
            .iter()
            .any(|line| matches!(line.kind, ResourceLineKind::Operations(_)))
}

fn declare(part: &Read, all: &mut BTreeMap<String, Declared>, wrong: &mut String) {
    let known = all.entry(part.vendor.clone()).or_default();
    let service = part.service.as_deref();
    known.services.extend(part.service.clone());
    let operations = |of: &Operations, known: &mut Declared| {
        for name in &of.names {
            known.operations.insert(name.plain());
            if let Some(service) = service {
                known
                    .operations
                    .insert(format!("{service}:{}", name.plain()));
            }
        }
    };
    for clause in &part.clauses {
        match &clause.kind {
            VendorClauseKind::System { name, .. } => {
                known.types.insert(key(service, &name.plain()));
            }
            VendorClauseKind::Resource(of) => {
                let new = known.types.insert(key(service, &of.name.plain()));
                if !new && !adds(part) {
                    complain(part, &of.name, "a second type of the name", wrong);
                } else if new && adds(part) && !declares(of) {
                    complain(part, &of.name, "adds to a type that is not there", wrong);
                }
                for line in &of.lines {
                    if let ResourceLineKind::Operations(of) = &line.kind {
                        operations(of, known);
                    }
                }
            }
            VendorClauseKind::Operations(of) => operations(of, known),
            VendorClauseKind::Unit(unit) => {
                known.units.insert(unit.name.plain());
            }
            VendorClauseKind::Source(_) => known.source = true,
            VendorClauseKind::Complete | VendorClauseKind::Partial => known.completeness = true,
            VendorClauseKind::Binding(_)
            | VendorClauseKind::PerResource
            | VendorClauseKind::Denies
            | VendorClauseKind::Names(_)
            | VendorClauseKind::Spelling(_)
            | VendorClauseKind::Settings(_)
            | VendorClauseKind::Default { .. }
            | VendorClauseKind::Issuer(_)
            | VendorClauseKind::Keys { .. }
            | VendorClauseKind::Control(_) => {}
        }
    }
}

fn complain(part: &Read, at: &Text, what: &str, wrong: &mut String) {
    let place = part.text.place(at.span.start);
    writeln!(
        wrong,
        "{}:{}:{}: {what}: `{}`",
        part.path,
        place.line,
        place.column,
        at.plain()
    )
    .unwrap();
}

/// Whether the words name a type: one word in the same file or vendor, `service.type`, or
/// `vendor.service.type`; or a service, for what holds all of it.
fn is_type(part: &Read, words: &[String], all: &BTreeMap<String, Declared>) -> bool {
    let own = &all[&part.vendor];
    let of = |vendor: &Declared, words: &[String]| match words {
        [] => true,
        [first, rest @ ..] => {
            let last = rest.last().unwrap_or(first);
            vendor.types.contains(&key(None, last))
                || vendor.types.contains(&key(Some(first), last))
                || rest.is_empty() && vendor.services.contains(first)
        }
    };
    let service = part.service.as_deref();
    words
        .last()
        .is_some_and(|last| own.types.contains(&key(service, last)))
        || of(own, words)
        || all
            .get(&words[0])
            .is_some_and(|vendor| of(vendor, &words[1..]))
}

fn check_type(part: &Read, of: &Reference, all: &BTreeMap<String, Declared>, wrong: &mut String) {
    let mut words = vec![of.root.plain()];
    words.extend(of.steps.iter().map(|step| step.name.plain()));
    if !is_type(part, &words, all) {
        complain(part, &of.root, "no such type", wrong);
    }
}

fn check_operation(part: &Read, at: &Text, all: &BTreeMap<String, Declared>, wrong: &mut String) {
    let name = at.plain();
    if !name.contains('*') && !all[&part.vendor].operations.contains(&name) {
        complain(part, at, "no such operation", wrong);
    }
}

fn check_operations(
    part: &Read,
    of: &Operations,
    all: &BTreeMap<String, Declared>,
    wrong: &mut String,
) {
    for reference in of.also_on.iter().chain(&of.optional).chain(&of.one_of) {
        check_type(part, reference, all, wrong);
    }
    for need in &of.needs {
        check_operation(part, &need.operation, all, wrong);
        if let Some(on) = &need.on {
            check_type(part, on, all, wrong);
        }
    }
}

fn check_resource(
    part: &Read,
    of: &ResourceType,
    all: &BTreeMap<String, Declared>,
    wrong: &mut String,
) {
    for parent in &of.parents {
        let words: Vec<String> = parent.plain().split('.').map(str::to_owned).collect();
        if !is_type(part, &words, all) {
            complain(part, parent, "no such parent", wrong);
        }
    }
    let mut own = BTreeSet::new();
    for line in &of.lines {
        match &line.kind {
            ResourceLineKind::Operations(of) => {
                for name in &of.names {
                    if !own.insert(name.plain()) {
                        complain(part, name, "twice on one type", wrong);
                    }
                }
                check_operations(part, of, all, wrong);
            }
            ResourceLineKind::Hosts { identity, .. } => check_type(part, identity, all, wrong),
            ResourceLineKind::Is(_)
            | ResourceLineKind::Names(_)
            | ResourceLineKind::Excludes(_)
            | ResourceLineKind::Subject(_)
            | ResourceLineKind::Labels(_)
            | ResourceLineKind::Keys { .. }
            | ResourceLineKind::Unnamed(_) => {}
        }
    }
    for line in &of.lines {
        if let ResourceLineKind::Unnamed(names) = &line.kind {
            for name in names {
                if !own.contains(&name.plain()) {
                    complain(part, name, "not an operation of the type", wrong);
                }
            }
        }
    }
}

fn check_unit(part: &Read, unit: &Unit, all: &BTreeMap<String, Declared>, wrong: &mut String) {
    for permitted in &unit.permits {
        check_operation(part, permitted, all, wrong);
    }
    for other in unit.implies.iter().chain(&unit.with) {
        if !all[&part.vendor].units.contains(&other.plain()) {
            complain(part, other, "no such unit", wrong);
        }
    }
    for on in &unit.on {
        check_type(part, on, all, wrong);
    }
}

fn check_control(
    part: &Read,
    control: &Control,
    all: &BTreeMap<String, Declared>,
    wrong: &mut String,
) {
    for conjunct in &control.conjuncts {
        for operation in &conjunct.operations {
            // A word that asks for the resource itself, held in that way.
            let held = Hold::ALL.iter().any(|hold| hold.word() == &*operation.raw);
            if operation.quoted || !held {
                check_operation(part, operation, all, wrong);
            }
        }
        check_type(part, &conjunct.on, all, wrong);
    }
}

/// Everything wrong with the texts, one line each.
fn judge(texts: &[(String, String)]) -> String {
    let mut wrong = String::new();
    let parts: Vec<Read> = texts
        .iter()
        .flat_map(|(path, text)| read(path, text, &mut wrong))
        .collect();
    let mut all = BTreeMap::new();
    for part in parts.iter().filter(|part| !adds(part)) {
        declare(part, &mut all, &mut wrong);
    }
    for part in parts.iter().filter(|part| adds(part)) {
        declare(part, &mut all, &mut wrong);
    }
    for part in &parts {
        for clause in &part.clauses {
            match &clause.kind {
                VendorClauseKind::Resource(of) => check_resource(part, of, &all, &mut wrong),
                VendorClauseKind::Operations(of) => check_operations(part, of, &all, &mut wrong),
                VendorClauseKind::Unit(unit) => check_unit(part, unit, &all, &mut wrong),
                VendorClauseKind::Control(control) => {
                    check_control(part, control, &all, &mut wrong);
                }
                VendorClauseKind::Keys { operations, .. } => {
                    for operation in operations {
                        check_operation(part, operation, &all, &mut wrong);
                    }
                }
                VendorClauseKind::Binding(_)
                | VendorClauseKind::PerResource
                | VendorClauseKind::Denies
                | VendorClauseKind::Names(_)
                | VendorClauseKind::Spelling(_)
                | VendorClauseKind::Settings(_)
                | VendorClauseKind::Default { .. }
                | VendorClauseKind::Issuer(_)
                | VendorClauseKind::System { .. }
                | VendorClauseKind::Complete
                | VendorClauseKind::Partial
                | VendorClauseKind::Source(_) => {}
            }
        }
    }
    for (vendor, known) in &all {
        if !known.source {
            writeln!(wrong, "{vendor}: names no `source`").unwrap();
        }
        if !known.completeness {
            writeln!(wrong, "{vendor}: says neither `complete` nor `partial`").unwrap();
        }
    }
    wrong
}

#[test]
fn every_file_reads_and_what_it_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts: Vec<(String, String)> = files("stdlib")
        .iter()
        .map(|path| {
            (
                path.strip_prefix(root).unwrap().display().to_string(),
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    assert!(!texts.is_empty());
    let wrong = judge(&texts);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_file_is_as_the_formatter_writes_it() {
    let bless = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    for path in files("stdlib").iter().chain(&files("examples")) {
        let text = std::fs::read_to_string(path).unwrap();
        // Its generator sets it, so that generating it again gives the same bytes.
        if text.starts_with("// Generated by") {
            continue;
        }
        let (file, diagnostics) = parser::parse(FileId(0), &text);
        if !diagnostics.is_empty() {
            writeln!(wrong, "{}: does not read", path.display()).unwrap();
            continue;
        }
        let canonical = format(&text, &file);
        if canonical == text {
            continue;
        }
        if bless {
            std::fs::write(path, canonical).unwrap();
            continue;
        }
        let line = canonical
            .lines()
            .zip(text.lines())
            .take_while(|(one, other)| one == other)
            .count();
        writeln!(
            wrong,
            "{}:{}: differs; UPDATE_EXPECT=1 writes it",
            path.display(),
            line + 1
        )
        .unwrap();
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The judge itself sees each kind of mistake.
#[test]
fn mistakes_are_seen() {
    let text = "vendor x {
  system org(id)
  resource a(id) in nowhere {
    get read
    get read
    hosts nobody
    unnamed write
    update push also on nothing needs \"pull\" on org
  }
  resource a(id) {
    list all
  }
  unit \"u\" implies \"v\" permits missing with \"w\"
  control gone on a gives admin of org
  keys \"k\": string on lost
}
";
    let more = "vendor x {\n  resource a { is host }\n  resource b { is host }\n}\n";
    let wrong = judge(&[
        ("x.more.scope".to_owned(), more.to_owned()),
        ("x.scope".to_owned(), text.to_owned()),
    ]);
    for expected in [
        "no such parent: `nowhere`",
        "twice on one type: `read`",
        "no such type: `nobody`",
        "not an operation of the type: `write`",
        "no such type: `nothing`",
        "no such operation: `pull`",
        "a second type of the name: `a`",
        "adds to a type that is not there: `b`",
        "no such operation: `missing`",
        "no such unit: `v`",
        "no such unit: `w`",
        "no such operation: `gone`",
        "no such operation: `lost`",
        "x: names no `source`",
        "x: says neither `complete` nor `partial`",
    ] {
        assert!(wrong.contains(expected), "{expected} is not in\n{wrong}");
    }
}
