//! The answers as headings, entries and their details, from which every form for people is drawn.

use super::Answer;
use super::edit::{Action, Edit};
use super::expose::Exposed;
use super::left::{Left, Trace};
use super::revoke::{Stage, Step};
use super::word;

/// A part of an answer.
pub struct Section {
    /// What it is about.
    pub title: String,
    /// What to know of the whole of it; empty where that goes without saying.
    pub intro: String,
    /// Whether its entries are something to do.
    pub is_to_do: bool,
    /// Its entries, some under a heading of their own.
    pub groups: Vec<Group>,
}

/// Entries that belong together.
#[derive(Default)]
pub struct Group {
    /// What they are; empty where the section says it.
    pub title: String,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One entry.
#[derive(Default)]
pub struct Entry {
    /// A word or number before it.
    pub mark: String,
    /// What is to be done, or is so: texts of users in backticks.
    pub head: String,
    /// What there is to it, one a line.
    pub details: Vec<String>,
    /// Where it is declared.
    pub place: String,
    /// The lines that go, and those that come: they are shown as they are.
    pub change: Option<(String, String)>,
}

/// How many units, files or names a line lists before it only counts.
const LISTED: usize = 5;

/// The parts of an answer, in order.
pub fn of(answer: &Answer) -> Vec<Section> {
    let mut sections = vec![
        revoke(answer),
        exposed(answer),
        breaks(answer),
        edits(answer),
        decisions(answer),
        then(answer),
    ];
    if !answer.unknown.is_empty() {
        sections.push(Section {
            title: "What is not known".to_owned(),
            is_to_do: false,
            intro: String::new(),
            groups: vec![plain(answer.unknown.iter().map(|text| entry(text)))],
        });
    }
    sections
}

fn revoke(answer: &Answer) -> Section {
    let mut groups = Vec::new();
    for stage in Stage::ALL {
        let steps = answer.revoke.iter().filter(|step| step.stage == stage);
        let entries: Vec<Entry> = steps.map(step).collect();
        if !entries.is_empty() {
            groups.push(Group {
                title: stage.words().to_owned(),
                entries,
            });
        }
    }
    Section {
        title: "At the vendors, in this order".to_owned(),
        is_to_do: true,
        intro: String::new(),
        groups,
    }
}

fn step(step: &Step) -> Entry {
    let mut details = vec![step.why.clone()];
    if step.external {
        let system = step.system.as_deref().unwrap_or_default();
        details.push(format!(
            "`{system}` is somebody else's: ask its owner to do it, and to confirm it"
        ));
    }
    if !step.units.is_empty() {
        details.push(format!("granted: {}", granted(&step.units)));
    }
    if !step.files.is_empty() {
        details.push(format!("files: {}", some(&step.files)));
    }
    // What a user wrote for people is no name, and is shown as what it is.
    let is_prose = step.stage == Stage::Stop && step.action == super::revoke::Action::Suspend;
    let head = if is_prose {
        format!("switch it off: {}", quoted(&step.what))
    } else {
        format!("{} {}", step.action.word(), step.what)
    };
    Entry {
        mark: step.number.to_string(),
        head,
        details,
        place: at(&step.file, step.line),
        change: None,
    }
}

/// A text of users in backticks, unless it holds some of its own.
fn quoted(text: &str) -> String {
    if text.contains('`') {
        text.to_owned()
    } else {
        format!("`{text}`")
    }
}

fn exposed(answer: &Answer) -> Section {
    let (first, second): (Vec<&Exposed>, Vec<&Exposed>) =
        answer.exposed.iter().partition(|one| one.exchange);
    let mut groups = Vec::new();
    for (title, some) in [
        ("exchange these once it is gone: it can read them", first),
        ("it can act as these until it is gone", second),
    ] {
        if !some.is_empty() {
            groups.push(Group {
                title: title.to_owned(),
                entries: some.into_iter().map(one_exposed).collect(),
            });
        }
    }
    if groups.is_empty() {
        groups.push(plain([entry(
            "nothing: it reads no credential of others, and can act as nobody else",
        )]));
    }
    Section {
        title: "What it could have taken along".to_owned(),
        is_to_do: false,
        intro: String::new(),
        groups,
    }
}

fn one_exposed(one: &Exposed) -> Entry {
    let head = match (&one.who, &one.resource) {
        (Some(who), _) if one.exchange => format!("a credential of `{who}`"),
        (Some(who), _) => format!("`{who}`"),
        (None, Some(resource)) if one.by == "admin" => format!(
            "anything in `{resource}`: look for identities and credentials that it made there"
        ),
        (None, Some(resource)) => format!("`{resource}`, for which nobody is declared"),
        (None, None) => "somebody who is not declared".to_owned(),
    };
    let mut details = vec![one.why.clone(), one.path.join(" → ")];
    for unknown in one.unknown.iter().take(LISTED) {
        details.push(format!("not known: {unknown}"));
    }
    Entry {
        mark: one.verdict.to_owned(),
        head,
        details,
        place: match (&one.file, one.line) {
            (Some(file), Some(line)) => at(file, line),
            _ => String::new(),
        },
        change: None,
    }
}

fn breaks(answer: &Answer) -> Section {
    let mut entries: Vec<Entry> = answer
        .breaks
        .iter()
        .map(|one| Entry {
            mark: one.rule.clone().unwrap_or_default(),
            head: one.what.clone(),
            place: at(&one.file, one.line),
            ..Entry::default()
        })
        .collect();
    if entries.is_empty() {
        entries.push(entry("nothing that is declared rests on it"));
    }
    Section {
        title: "What breaks without it".to_owned(),
        is_to_do: false,
        intro: String::new(),
        groups: vec![plain(entries)],
    }
}

fn edits(answer: &Answer) -> Section {
    let mut groups = vec![plain(answer.edits.iter().map(one_edit))];
    if !answer.emptied.is_empty() {
        groups.push(plain([entry(&format!(
            "nothing is left in {}: remove it",
            word::names(&answer.emptied)
        ))]));
    }
    Section {
        title: "Edits of the declarations".to_owned(),
        is_to_do: true,
        intro: "`--format patch` prints them for `git apply`".to_owned(),
        groups,
    }
}

fn one_edit(edit: &Edit) -> Entry {
    let lines = match edit.end_line - edit.line {
        0 => "line".to_owned(),
        more => format!("{} lines", more + 1),
    };
    let word = match edit.action {
        Action::Remove => "remove",
        Action::Replace => "replace",
    };
    Entry {
        mark: String::new(),
        head: format!("{word} {lines}: {}", edit.why.join("; ")),
        details: Vec::new(),
        place: if edit.line == edit.end_line {
            at(&edit.file, edit.line)
        } else {
            format!("{}:{}-{}", edit.file, edit.line, edit.end_line)
        },
        change: Some((edit.text.clone(), edit.new_text.clone())),
    }
}

fn decisions(answer: &Answer) -> Section {
    let mut entries: Vec<Entry> = answer
        .decisions
        .iter()
        .map(|one| Entry {
            head: one.what.clone(),
            place: at(&one.file, one.line),
            ..Entry::default()
        })
        .collect();
    if entries.is_empty() {
        entries.push(entry("nothing: every edit is certain"));
    }
    Section {
        title: "What a person decides".to_owned(),
        is_to_do: true,
        intro: String::new(),
        groups: vec![plain(entries)],
    }
}

fn then(answer: &Answer) -> Section {
    let entries = answer.then.iter().zip(1..).map(|(one, number)| Entry {
        mark: number.to_string(),
        head: format!("`{}` {}", one.command, one.why),
        ..Entry::default()
    });
    Section {
        title: "Then".to_owned(),
        is_to_do: true,
        intro: String::new(),
        groups: vec![plain(entries)],
    }
}

/// The parts of what is left.
pub fn of_left(left: &Left) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut put = |title: &str, traces: &[Trace]| {
        if !traces.is_empty() {
            sections.push(Section {
                title: title.to_owned(),
                is_to_do: false,
                intro: String::new(),
                groups: vec![plain(traces.iter().map(trace))],
            });
        }
    };
    put("What is left", &left.left);
    put("Where the word stands and is not it", &left.notes);
    if !left.unknown.is_empty() {
        sections.push(Section {
            title: "What is not known".to_owned(),
            is_to_do: false,
            intro: String::new(),
            groups: vec![plain(left.unknown.iter().map(|text| entry(text)))],
        });
    }
    sections
}

fn trace(trace: &Trace) -> Entry {
    Entry {
        mark: trace.place.to_owned(),
        head: trace.what.clone(),
        place: match trace.line {
            Some(line) => at(&trace.file, line),
            None => trace.file.clone(),
        },
        ..Entry::default()
    }
}

fn plain(entries: impl IntoIterator<Item = Entry>) -> Group {
    Group {
        title: String::new(),
        entries: entries.into_iter().collect(),
    }
}

fn entry(head: &str) -> Entry {
    Entry {
        head: head.to_owned(),
        ..Entry::default()
    }
}

fn at(file: &str, line: u32) -> String {
    format!("{file}:{line}")
}

/// The first few texts in backticks, and how many more there are.
fn some(texts: &[String]) -> String {
    let shown: Vec<String> = texts
        .iter()
        .take(LISTED)
        .map(|text| format!("`{text}`"))
        .collect();
    match texts.len().saturating_sub(LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The first few units, those on one thing together.
fn granted(units: &[String]) -> String {
    let mut by_thing: Vec<(&str, Vec<String>)> = Vec::new();
    for unit in units {
        let (name, thing) = unit.split_once(" on ").unwrap_or((unit, ""));
        match by_thing.iter_mut().find(|(known, _)| *known == thing) {
            Some((_, names)) => names.push(name.to_owned()),
            None => by_thing.push((thing, vec![name.to_owned()])),
        }
    }
    let mut told: Vec<String> = by_thing
        .iter()
        .take(LISTED)
        .map(|(thing, names)| match *thing {
            "" => some(names),
            thing => format!("{} on `{thing}`", some(names)),
        })
        .collect();
    if by_thing.len() > LISTED {
        told.push(format!("and more on {} others", by_thing.len() - LISTED));
    }
    told.join("; ")
}
