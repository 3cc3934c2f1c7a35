//! A framework's file, read with a place for everything that is wrong with it.

use super::{Alias, Control, Framework};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::suggest::nearest;
use crate::report::predicate;
use crate::settings::Class;
use crate::source::{FileId, SourceFile, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The rule of everything that is wrong with a framework's file.
pub const RULE: &str = "framework";

/// The keys at the top, those that must be there first.
const TOP: [&str; 12] = [
    "key",
    "name",
    "version",
    "titles",
    "source",
    "coverage",
    "catalogue",
    "control",
    "licence",
    "note",
    "also",
    "alias",
];
const NEEDED: usize = 8;
/// The keys of a control, those that must be there first.
const CONTROL: [&str; 11] = [
    "id", "oscal", "title", "group", "url", "also", "evidence", "concerns", "beyond", "applies",
    "because",
];
const CONTROL_NEEDED: usize = 3;
/// The keys of an alias, those that must be there first.
const ALIAS: [&str; 4] = ["id", "means", "because", "also"];
const ALIAS_NEEDED: usize = 3;

/// The framework that a text holds, and what is wrong with it. None where it lacks what every
/// framework has; with errors, the rest is still read.
pub fn read(id: FileId, file: &SourceFile) -> (Option<Framework>, Vec<Diagnostic>) {
    let mut reader = Reader {
        id,
        length: file.text.len(),
        said: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let message = error.message().trim_end_matches('.').replace('\n', ", ");
        reader.wrong(range, message);
    }
    let framework = reader.framework(table.get_ref(), table.span());
    reader.said.sort_by_key(|said| said.span.start);
    (framework, reader.said)
}

type Table<'t> = DeTable<'t>;
type Value<'t> = Spanned<DeValue<'t>>;

struct Reader {
    id: FileId,
    length: usize,
    said: Vec<Diagnostic>,
}

impl Reader {
    fn framework(&mut self, top: &Table<'_>, whole: Range<usize>) -> Option<Framework> {
        self.known(top, &TOP);
        if !self.needs(
            top,
            &TOP[..NEEDED],
            whole.start..whole.start,
            "the framework",
        ) {
            return None;
        }
        let key = self.text(top, "key")?;
        let mut framework = Framework {
            key,
            name: self.text(top, "name")?,
            version: self.text(top, "version")?,
            official_titles: self.one_of(top, "titles", ["official", "gist"])? == "official",
            source: self.text(top, "source")?,
            licence: self.text(top, "licence"),
            note: self.text(top, "note"),
            also: self.texts(top, "also"),
            selection: self.text(top, "coverage").filter(|word| word != "complete"),
            catalogue: self.text(top, "catalogue").filter(|word| word != "own"),
            controls: Vec::new(),
            aliases: Vec::new(),
        };
        let mut words: BTreeMap<String, Range<usize>> = BTreeMap::new();
        let mut tokens: BTreeSet<String> = BTreeSet::new();
        for value in self.tables(top, "control") {
            let Some(table) = value.get_ref().as_table() else {
                continue;
            };
            if let Some(control) = self.control(table, value.span()) {
                for word in [&control.id].into_iter().chain(&control.also) {
                    self.once(&mut words, word, value.span());
                }
                if !tokens.insert(control.oscal.clone()) {
                    let message = format!("the OSCAL id `{}` stands twice", control.oscal);
                    self.wrong(at(table, "oscal").unwrap_or(value.span()), message);
                }
                framework.controls.push(control);
            }
        }
        if framework.controls.is_empty() {
            let range = at(top, "control").unwrap_or(0..0);
            self.wrong(range, "a framework without a control says nothing");
        }
        let ids: BTreeSet<String> = (framework.controls.iter())
            .map(|control| control.id.clone())
            .collect();
        for value in self.tables(top, "alias") {
            let Some(table) = value.get_ref().as_table() else {
                continue;
            };
            if let Some(alias) = self.alias(table, value.span(), &ids) {
                for word in [&alias.id].into_iter().chain(&alias.also) {
                    self.once(&mut words, word, value.span());
                }
                framework.aliases.push(alias);
            }
        }
        Some(framework)
    }

    fn control(&mut self, table: &Table<'_>, whole: Range<usize>) -> Option<Control> {
        self.known(table, &CONTROL);
        if !self.needs(
            table,
            &CONTROL[..CONTROL_NEEDED],
            whole.clone(),
            "a control",
        ) {
            return None;
        }
        let oscal = self.text(table, "oscal")?;
        let mut characters = oscal.chars();
        let is_token = characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && characters.all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
        if !is_token {
            let message = format!(
                "`{oscal}` is no id in OSCAL: it begins with a letter and holds letters, digits, `_`, `.` and `-`"
            );
            self.wrong(at(table, "oscal").unwrap_or(whole.clone()), message);
        }
        let evidence = self.texts(table, "evidence");
        for id in &evidence {
            if predicate::named(id).is_none() {
                let range = at(table, "evidence").unwrap_or(whole.clone());
                self.wrong(range, format!("there is no predicate `{id}`"));
                let near = nearest(id, predicate::all().map(|one| one.id));
                self.help(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`scopec report --list` names every predicate".to_owned(),
                });
            }
        }
        let mut concerns = Vec::new();
        for word in self.texts(table, "concerns") {
            let Some(class) = Class::ALL.into_iter().find(|class| class.word() == word) else {
                let range = at(table, "concerns").unwrap_or(whole.clone());
                self.wrong(range, format!("there is no class `{word}` of integrations"));
                let words: Vec<&str> = Class::ALL.iter().map(|class| class.word()).collect();
                self.help(format!("the classes are `{}`", words.join("`, `")));
                continue;
            };
            concerns.push(class);
        }
        let applies = match table.get("applies").map(|value| value.get_ref().as_bool()) {
            None => true,
            Some(Some(applies)) => applies,
            Some(None) => {
                let range = at(table, "applies").unwrap_or(whole.clone());
                self.wrong(range, "`applies` is `true` or `false`");
                true
            }
        };
        let because = self.text(table, "because");
        if !applies && because.is_none() {
            self.wrong(
                whole,
                "a control that does not apply says why: write `because = \"…\"`",
            );
        }
        let inapplicable = if applies { None } else { because };
        Some(Control {
            id: self.text(table, "id")?,
            oscal,
            title: self.text(table, "title")?,
            group: self.text(table, "group"),
            url: self.text(table, "url"),
            also: self.texts(table, "also"),
            evidence,
            concerns,
            beyond: self.text(table, "beyond"),
            inapplicable,
        })
    }

    fn alias(
        &mut self,
        table: &Table<'_>,
        whole: Range<usize>,
        ids: &BTreeSet<String>,
    ) -> Option<Alias> {
        self.known(table, &ALIAS);
        if !self.needs(table, &ALIAS[..ALIAS_NEEDED], whole.clone(), "an alias") {
            return None;
        }
        let means = self.texts(table, "means");
        for id in &means {
            if !ids.contains(id) {
                let range = at(table, "means").unwrap_or(whole.clone());
                self.wrong(range, format!("the framework has no control `{id}`"));
                if let Some(near) = nearest(id, ids.iter().map(String::as_str)) {
                    self.help(format!("did you mean `{near}`?"));
                }
            }
        }
        Some(Alias {
            id: self.text(table, "id")?,
            also: self.texts(table, "also"),
            means,
            because: self.text(table, "because")?,
        })
    }

    /// Says that a word is taken already; words count alike in both cases.
    fn once(&mut self, words: &mut BTreeMap<String, Range<usize>>, word: &str, here: Range<usize>) {
        if words.insert(word.to_lowercase(), here.clone()).is_some() {
            self.wrong(here, format!("`{word}` stands for two things here"));
        }
    }

    fn known(&mut self, table: &Table<'_>, known: &[&str]) {
        for (key, _) in table {
            let word = key.get_ref().as_ref();
            if !known.contains(&word) {
                self.wrong(key.span(), format!("there is no key `{word}` here"));
                self.help(match nearest(word, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the keys here are `{}`", known.join("`, `")),
                });
            }
        }
    }

    fn needs(&mut self, table: &Table<'_>, keys: &[&str], here: Range<usize>, what: &str) -> bool {
        let missing: Vec<String> = keys
            .iter()
            .filter(|key| !table.contains_key(**key))
            .map(|key| format!("`{key}`"))
            .collect();
        if !missing.is_empty() {
            self.wrong(here, format!("{what} lacks {}", missing.join(", ")));
        }
        missing.is_empty()
    }

    /// The text of a key: none where it is not there, a diagnostic where it is no text.
    fn text(&mut self, table: &Table<'_>, key: &str) -> Option<String> {
        let value = table.get(key)?;
        let text = value
            .get_ref()
            .as_str()
            .filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.wrong(value.span(), format!("`{key}` is a text, and not empty"));
        }
        text.map(str::to_owned)
    }

    fn one_of(&mut self, table: &Table<'_>, key: &str, words: [&str; 2]) -> Option<String> {
        let text = self.text(table, key)?;
        if !words.contains(&text.as_str()) {
            let range = at(table, key).unwrap_or(0..0);
            let [one, other] = words;
            self.wrong(range, format!("`{key}` is `\"{one}\"` or `\"{other}\"`"));
        }
        Some(text)
    }

    fn texts(&mut self, table: &Table<'_>, key: &str) -> Vec<String> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let array = value.get_ref().as_array();
        let texts: Option<Vec<String>> = array.and_then(|array| {
            let texts = array
                .iter()
                .map(|one| one.get_ref().as_str().map(str::to_owned));
            texts.collect()
        });
        texts.unwrap_or_else(|| {
            self.wrong(value.span(), format!("`{key}` is a list of texts"));
            Vec::new()
        })
    }

    fn tables<'t, 'v>(&mut self, table: &'v Table<'t>, key: &str) -> Vec<&'v Value<'t>> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let array = value.get_ref().as_array();
        let all: Vec<&Value<'t>> = array
            .map(|array| array.iter().collect())
            .unwrap_or_default();
        if array.is_none() || all.iter().any(|one| one.get_ref().as_table().is_none()) {
            let message = format!("`{key}` is a list of tables: write `[[{key}]]` before each");
            self.wrong(value.span(), message);
        }
        all
    }

    fn wrong(&mut self, range: Range<usize>, message: impl Into<String>) {
        let end = range.end.min(self.length);
        let span = Span::new(self.id, range.start.min(end), end);
        self.said.push(Diagnostic::error(RULE, span, message));
    }

    fn help(&mut self, words: String) {
        if let Some(last) = self.said.last_mut() {
            last.help = Some(words);
        }
    }
}

fn at(table: &Table<'_>, key: &str) -> Option<Range<usize>> {
    table.get(key).map(Spanned::span)
}
