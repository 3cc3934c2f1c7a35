//! The house rules that no compiler knows: who may import whom, and what stands in no other room.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust texts below a folder, by path relative to it.
pub fn sources(folder: &Path) -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    assert!(!found.is_empty(), "nothing below {}", folder.display());
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            (name.replace('\\', "/"), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The layer table: each room with what it may name; none stands for every room but those listed.
struct Layers {
    may: BTreeMap<String, BTreeSet<String>>,
    order: Vec<String>,
}

impl Layers {
    fn read(page: &str) -> Self {
        let block = page.split("\n```layers\n").nth(1).expect("a layer table");
        let block = block.split("```").next().unwrap();
        let mut may = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        for line in block.lines() {
            let (room, rest) = line.split_once("->").unwrap_or((line, ""));
            let room = room.trim().to_owned();
            let rest = rest.trim();
            let allowed = if let Some(but) = rest.strip_prefix("everything but ") {
                let but: Vec<&str> = but.split_whitespace().collect();
                order
                    .iter()
                    .filter(|known| !but.contains(&known.as_str()))
                    .cloned()
                    .collect()
            } else {
                rest.split_whitespace().map(str::to_owned).collect()
            };
            may.insert(room.clone(), allowed);
            order.push(room);
        }
        Self { may, order }
    }

    /// A room that names one below it, or itself.
    fn upwards(&self) -> Vec<String> {
        let above = |room: &str| self.order.iter().position(|known| known == room);
        self.may
            .iter()
            .flat_map(|(room, may)| may.iter().map(move |of| (room, of)))
            .filter(|(room, of)| above(of).is_none() || above(of) >= above(room))
            .map(|(room, of)| format!("{room} -> {of}"))
            .collect()
    }
}

/// The room that a file of `src/` is in; none for the two files that hold the house together.
fn room(path: &str) -> Option<&str> {
    let first = path.split('/').next().unwrap();
    let room = first.strip_suffix(".rs").unwrap_or(first);
    (room != "lib" && room != "main").then_some(room)
}

/// The rooms that a text names.
fn named(text: &str) -> BTreeSet<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let word = |rest: &str| -> String {
        rest.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut rooms = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut start = true;
            for (at, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' => start = depth == 1,
                    _ if start && c.is_alphabetic() => {
                        rooms.insert(word(&group[at..]));
                        start = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            rooms.insert(word(rest));
        }
    }
    rooms.remove("");
    rooms
}

#[test]
fn rooms_name_only_what_the_table_allows() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let layers = Layers::read(&page);
    assert_eq!(layers.upwards(), Vec::<String>::new());
    let mut wrong = Vec::new();
    for (path, text) in sources(&root().join("src")) {
        let Some(room) = room(&path) else {
            continue;
        };
        let Some(may) = layers.may.get(room) else {
            wrong.push(format!("{path}: `{room}` is not in the table"));
            continue;
        };
        for of in named(&text) {
            let is_room = layers.order.contains(&of);
            if is_room && of != room && !may.contains(&of) {
                wrong.push(format!("{path}: {room} -> {of}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_of_rooms_are_read_from_code_alone() {
    let rooms = named(
        "//! See [`crate::lsp`].\nuse crate::model::{Model, thing::Thing};\n\
         use crate::{check, emit::{aws, held}, syntax as s};\nfn f() { crate::grant::grant() }\n",
    );
    let expected = ["check", "emit", "grant", "model", "syntax"];
    assert_eq!(
        rooms.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn a_table_that_leads_upwards_is_seen() {
    let layers = Layers::read("\n```layers\na -> b\nb\nc -> everything but a\n```\n");
    assert_eq!(layers.upwards(), ["a -> b"]);
    assert_eq!(layers.may["c"].iter().collect::<Vec<_>>(), ["b"]);
}

/// Checks are independent: none names another one.
#[test]
fn checks_do_not_name_each_other() {
    let all = sources(&root().join("src/check"));
    let mut wrong = Vec::new();
    for (path, text) in all.iter().filter(|(path, _)| path.contains('/')) {
        for word in [
            "super::",
            "check::governance",
            "check::authority",
            "check::delegation",
        ] {
            if text.contains(word) {
                wrong.push(format!("{path}: `{word}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Targets are independent: none names another one.
#[test]
fn targets_do_not_name_each_other() {
    let all = sources(&root().join("src/emit"));
    let targets: Vec<&str> = all
        .iter()
        .filter(|(_, text)| text.contains("static TARGET: Target"))
        .map(|(path, _)| path.strip_suffix(".rs").unwrap())
        .collect();
    assert!(targets.len() > 5, "{targets:?}");
    let mut wrong = Vec::new();
    for (path, text) in &all {
        for target in &targets {
            let own = path.strip_prefix(target);
            if own.is_some_and(|rest| rest.starts_with(['.', '/'])) {
                continue;
            }
            let target = target.replace('/', "::");
            for way in ["super::", "crate::emit::"] {
                if text.contains(&format!("{way}{target}::")) {
                    wrong.push(format!("{path}: `{target}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A library is named in the one room that it is the business of.
#[test]
fn libraries_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (path, text) in sources(&root().join("src")) {
        const ROOMS: [(&str, &[&str]); 11] = [
            ("pest", &["syntax"]),
            ("clap", &["cli"]),
            ("gix", &["cli"]),
            ("miette", &["diagnostic"]),
            ("codespan_reporting", &["diagnostic"]),
            ("include_dir", &["stdlib", "report"]),
            ("petgraph", &["graph"]),
            ("dugong", &["picture"]),
            ("csv", &["report"]),
            ("maud", &["report"]),
            ("uuid", &["report"]),
        ];
        for (library, at) in ROOMS {
            let named = text.contains(&format!(" {library}::"));
            if named && !room(&path).is_some_and(|room| at.contains(&room)) {
                wrong.push(format!("{path}: `{library}` is of {at:?}"));
            }
        }
        if path.ends_with("mod.rs") {
            wrong.push(format!("{path}: a room is `room.rs` and `room/`"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_test_file_is_forgotten() {
    let main = fs::read_to_string(root().join("tests/suite/main.rs")).unwrap();
    for path in sources(&root().join("tests/suite")).into_keys() {
        if path == "main.rs" || path.contains('/') {
            continue;
        }
        let name = path.trim_end_matches(".rs");
        assert!(
            main.lines().any(|line| line == format!("mod {name};")),
            "`{path}` is in nobody's list"
        );
    }
}
