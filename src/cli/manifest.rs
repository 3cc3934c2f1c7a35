//! `scope.toml`: a project's settings.
//!
//! The tree is read by hand instead of by derive, since every key and value needs its place: an
//! unknown key is an error there, with the key that was probably meant.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::authority::time::Length;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::suggest::nearest;
use crate::settings::{Class, Duty, Level, Settings};
use crate::source::{FileId, Span};

/// The rule of everything that is wrong with settings.
pub const RULE: &str = "settings";

/// The settings that a text states, and what is wrong with it. What is wrong keeps its default, so
/// that one bad line costs one diagnostic.
pub fn parse(id: FileId, text: &str) -> (Settings, Vec<Diagnostic>) {
    let mut reader = Reader {
        id,
        length: text.len(),
        diagnostics: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let message = error.message().trim_end_matches('.').replace('\n', ", ");
        reader.wrong(range, message);
    }
    let settings = reader.settings(table.get_ref());
    (settings, reader.diagnostics)
}

type Table<'t> = DeTable<'t>;
type Value<'t> = Spanned<DeValue<'t>>;

/// The keys at the top.
const TOP: [&str; 7] = [
    "project",
    "targets",
    "rules",
    "thresholds",
    "lifecycle",
    "exceptions",
    "vendors",
];
/// The keys of `[project]`.
const PROJECT: [&str; 3] = ["name", "out", "layout"];
/// The keys of `[thresholds]`.
const THRESHOLDS: [&str; 3] = ["max-expiry", "max-accept", "long-lived"];

struct Reader {
    id: FileId,
    length: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn settings(&mut self, top: &Table<'_>) -> Settings {
        let mut settings = Settings::default();
        for (key, value) in top {
            match key.get_ref().as_ref() {
                "project" => self.project(value, &mut settings),
                "targets" => {
                    settings.targets = self.strings(value, "a list of targets, `[\"aws\"]`");
                }
                "vendors" => {
                    for (folder, span) in self
                        .strings(value, "a list of folders, `[\"vendors\"]`")
                        .unwrap_or_default()
                    {
                        if self.is_relative(&folder, span, true) {
                            settings.vendors.push(folder);
                        }
                    }
                }
                "rules" => self.rules(value, &mut settings),
                "thresholds" => self.thresholds(value, &mut settings),
                "lifecycle" => self.lifecycle(value, None, &mut settings),
                "exceptions" => {
                    for (rule, value) in self.table(value, "exceptions") {
                        if let Some(team) = self.string(value, "the name of a team") {
                            let span = self.span(value.span());
                            settings.exceptions.insert(rule, (team.to_owned(), span));
                        }
                    }
                }
                _ => self.unknown(key.span(), key.get_ref(), "", &TOP),
            }
        }
        settings
    }

    fn project(&mut self, value: &Value<'_>, settings: &mut Settings) {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value.span(), "`project` is a table: write `[project]`");
            return;
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => {
                    settings.name = self.string(value, "the project's name").map(str::to_owned);
                }
                "out" => {
                    let span = self.span(value.span());
                    settings.out = self
                        .string(value, "a folder, `\"out\"`")
                        .map(str::to_owned)
                        .filter(|folder| self.is_relative(folder, span, false));
                }
                "layout" => match self.string(value, "`\"integration\"` or `\"system\"`") {
                    Some("integration") => settings.by_system = false,
                    Some("system") => settings.by_system = true,
                    Some(other) => {
                        let message = format!(
                            "there is no layout `{other}`: write `\"integration\"` or `\"system\"`"
                        );
                        self.wrong(value.span(), message);
                    }
                    None => {}
                },
                _ => self.unknown(key.span(), key.get_ref(), "project.", &PROJECT),
            }
        }
    }

    fn rules(&mut self, value: &Value<'_>, settings: &mut Settings) {
        const LEVELS: [&str; 4] = ["error", "warning", "note", "off"];
        for (rule, value) in self.table(value, "rules") {
            let Some(word) =
                self.string(value, "`\"error\"`, `\"warning\"`, `\"note\"` or `\"off\"`")
            else {
                continue;
            };
            let level = match word {
                "error" => Level::Error,
                "warning" => Level::Warning,
                "note" => Level::Note,
                "off" => Level::Off,
                other => {
                    let message = format!(
                        "`{other}` is no level: write `\"error\"`, `\"warning\"`, `\"note\"` or `\"off\"`"
                    );
                    self.wrong(value.span(), message);
                    self.suggest(other, &LEVELS);
                    continue;
                }
            };
            let span = self.span(value.span());
            settings.levels.insert(rule, (level, span));
        }
    }

    fn thresholds(&mut self, value: &Value<'_>, settings: &mut Settings) {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(
                value.span(),
                "`thresholds` is a table: write `[thresholds]`",
            );
            return;
        };
        for (key, value) in table {
            let slot = match key.get_ref().as_ref() {
                "max-expiry" => &mut settings.max_expiry_hours,
                "max-accept" => &mut settings.max_accept_hours,
                "long-lived" => &mut settings.long_lived_hours,
                _ => {
                    self.unknown(key.span(), key.get_ref(), "thresholds.", &THRESHOLDS);
                    continue;
                }
            };
            if let Some(hours) = self.hours(value) {
                *slot = hours;
            }
        }
    }

    /// `[lifecycle]` and, for one class of integrations, `[lifecycle.CLASS]`.
    fn lifecycle(&mut self, value: &Value<'_>, class: Option<Class>, settings: &mut Settings) {
        let Some(table) = value.get_ref().as_table() else {
            let name = class.map_or_else(String::new, |class| format!(".{}", class.word()));
            let message = format!("`lifecycle{name}` is a table: write `[lifecycle{name}]`");
            self.wrong(value.span(), message);
            return;
        };
        for (key, value) in table {
            let word = key.get_ref().as_ref();
            let inner = Class::ALL.into_iter().find(|of| of.word() == word);
            if let (Some(inner), None) = (inner, class) {
                self.lifecycle(value, Some(inner), settings);
                continue;
            }
            if word == "dormancy" && class.is_none() {
                if let Some(hours) = self.hours(value) {
                    settings.dormancy = Some((hours, self.span(value.span())));
                }
                continue;
            }
            let Some(duty) = Duty::ALL.into_iter().find(|duty| duty.word() == word) else {
                let duties = Duty::ALL.iter().map(|duty| duty.word());
                let classes = Class::ALL.iter().map(|class| class.word());
                let (path, known): (String, Vec<&str>) = if let Some(class) = class {
                    (format!("lifecycle.{}.", class.word()), duties.collect())
                } else {
                    let rest = ["dormancy"].into_iter().chain(classes);
                    ("lifecycle.".to_owned(), duties.chain(rest).collect())
                };
                self.unknown(key.span(), word, &path, &known);
                continue;
            };
            if let Some(hours) = self.hours(value) {
                let span = self.span(value.span());
                settings.lifecycle.insert((class, duty), (hours, span));
            }
        }
    }

    /// The hours of a length of time, or a diagnostic and none.
    fn hours(&mut self, value: &Value<'_>) -> Option<u32> {
        let text = self.string(value, "a length of time, `\"90d\"`")?;
        let hours = Length::parse(text)
            .map(Length::hours)
            .filter(|&hours| hours > 0);
        if hours.is_none() {
            let message = format!(
                "`{text}` is no length of time: write hours, days or years, `\"8h\"`, `\"90d\"`, `\"1y\"`"
            );
            self.wrong(value.span(), message);
        }
        hours
    }

    /// The entries of a table whose keys are names, or a diagnostic and none.
    fn table<'t, 'v>(&mut self, value: &'v Value<'t>, key: &str) -> Vec<(String, &'v Value<'t>)> {
        if let Some(table) = value.get_ref().as_table() {
            return table
                .iter()
                .map(|(key, value)| (key.get_ref().as_ref().to_owned(), value))
                .collect();
        }
        self.wrong(value.span(), format!("`{key}` is a table: write `[{key}]`"));
        Vec::new()
    }

    fn string<'v>(&mut self, value: &'v Value<'_>, wanted: &str) -> Option<&'v str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(value.span(), format!("expected {wanted}"));
        }
        text
    }

    fn strings(&mut self, value: &Value<'_>, wanted: &str) -> Option<Vec<(String, Span)>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(value.span(), format!("expected {wanted}"));
            return None;
        };
        let mut strings = Vec::new();
        for value in array {
            if let Some(text) = self.string(value, "a string") {
                strings.push((text.to_owned(), self.span(value.span())));
            }
        }
        Some(strings)
    }

    /// Whether a folder is relative and, unless `above` is allowed, inside the project; else a
    /// diagnostic, since outputs must not depend on the machine.
    fn is_relative(&mut self, folder: &str, span: Span, above: bool) -> bool {
        let leaves = folder.split(['/', '\\']).any(|part| part == "..");
        let rooted = folder.starts_with(['/', '\\']) || folder.contains(':');
        let problem = if folder.is_empty() {
            "a folder's name is missing".to_owned()
        } else if rooted {
            format!("`{folder}` is not relative to the project")
        } else if leaves && !above {
            format!("`{folder}` leads out of the project")
        } else {
            return true;
        };
        self.wrong(span.start as usize..span.end as usize, problem);
        false
    }

    fn unknown(&mut self, range: Range<usize>, key: &str, table: &str, known: &[&str]) {
        self.wrong(range, format!("there is no setting `{table}{key}`"));
        if !self.suggest(key, known)
            && let Some(last) = self.diagnostics.last_mut()
        {
            last.help = Some(format!("the settings here are `{}`", known.join("`, `")));
        }
    }

    /// Adds "did you mean" to the last diagnostic, where a known word is near.
    fn suggest(&mut self, word: &str, known: &[&str]) -> bool {
        let near = nearest(word, known.iter().copied());
        if let (Some(near), Some(last)) = (near, self.diagnostics.last_mut()) {
            last.help = Some(format!("did you mean `{near}`?"));
        }
        near.is_some()
    }

    fn wrong(&mut self, range: Range<usize>, message: impl Into<String>) {
        let span = self.span(range);
        self.diagnostics
            .push(Diagnostic::error(RULE, span, message));
    }

    fn span(&self, range: Range<usize>) -> Span {
        let end = range.end.min(self.length);
        Span::new(self.id, range.start.min(end), end)
    }
}
