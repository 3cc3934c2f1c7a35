//! A lock's text read back.

use super::line::{NOTHING, TOKEN};
use super::token::{is_plain, quoted, unquoted, wildcard, words};
use super::{Cube, Effect, Fact, Line, Lock, Operations, SubjectKind, VERSION};
use crate::authority::time::{Date, Instant, Length};
use crate::authority::verb::Verb;
use std::collections::BTreeSet;

/// What is wrong with a line of a lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockError {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// The most errors that are told: a file that is no lock at all has one a line.
const MOST: usize = 20;

/// What may follow a resource.
const FOLLOWING: [&str; 3] = ["fields", "where", "until"];

/// See [`Lock::parse`].
pub(super) fn read(text: &str) -> Result<Lock, Vec<LockError>> {
    let mut reader = Reader::default();
    for (number, line) in (1_u32..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let read = match conflict(line) {
            Some(problem) => Err(problem),
            None => reader.line(line, number),
        };
        if let Err(message) = read {
            reader.errors.push(LockError {
                line: number,
                message,
            });
        }
        if reader.errors.len() >= MOST || reader.other_version {
            break;
        }
    }
    if !reader.versioned && reader.errors.is_empty() {
        reader.errors.push(LockError {
            line: 1,
            message: format!("there is no line `version {VERSION}`, so this is no lock"),
        });
    }
    if reader.errors.is_empty() {
        reader.undefined();
    }
    if reader.errors.is_empty() {
        Ok(reader.lock)
    } else {
        Err(reader.errors)
    }
}

/// The mark that git leaves where two changes met.
fn conflict(line: &str) -> Option<String> {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
        .into_iter()
        .find(|mark| line.starts_with(mark))
        .map(|mark| {
            format!(
                "`{mark}` is left over from a merge: settle the declarations, then let `scopec lock` write this file anew"
            )
        })
}

#[derive(Default)]
struct Reader {
    lock: Lock,
    errors: Vec<LockError>,
    /// Lists that lines name, with the first line that does.
    named: Vec<(String, u32)>,
    versioned: bool,
    other_version: bool,
}

impl Reader {
    fn line(&mut self, line: &str, number: u32) -> Result<(), String> {
        let words = words(line).ok_or("a quote or a bracket is left open, or a word is missing")?;
        if words[0] != "version" && !self.versioned {
            self.other_version = true;
            return Err(format!(
                "`version {VERSION}` must come first, so this is no lock"
            ));
        }
        match words[..] {
            ["version", version] => self.version(version),
            ["list", name] => {
                self.lock.lists.entry(list_name(name)?).or_default();
                Ok(())
            }
            ["list", name, operation] => {
                let operation = operation_of(operation)?;
                let list = self.lock.lists.entry(list_name(name)?).or_default();
                list.insert(operation);
                Ok(())
            }
            ["system", name, ..] if words.len() > 2 => {
                let what = words[2..].join(" ");
                match self.lock.systems.insert(name.to_owned(), what) {
                    None => Ok(()),
                    Some(_) => Err(format!("`{name}` is described twice")),
                }
            }
            [
                kind @ ("integration" | "principal"),
                subject,
                system,
                ref rest @ ..,
            ] => {
                let kind = if kind == "integration" {
                    SubjectKind::Integration
                } else {
                    SubjectKind::Principal
                };
                let fact = self.fact(rest, number)?;
                self.lock.lines.insert(Line {
                    kind,
                    subject: subject.to_owned(),
                    system: system.to_owned(),
                    fact,
                });
                Ok(())
            }
            _ => Err(format!(
                "a line begins with `integration`, `principal`, `list` or `system`, and `{}` says nothing",
                shortened(line)
            )),
        }
    }

    fn version(&mut self, version: &str) -> Result<(), String> {
        if self.versioned {
            return Err("the version is said twice".to_owned());
        }
        self.versioned = true;
        if version == VERSION.to_string() {
            return Ok(());
        }
        self.other_version = true;
        Err(format!(
            "this lock is of version {version}, and this program knows version {VERSION}: write it anew with `scopec lock`"
        ))
    }

    fn fact(&mut self, rest: &[&str], number: u32) -> Result<Fact, String> {
        match rest {
            ["identity", identity] => Ok(Fact::Identity {
                identity: identity_of(identity),
                from: None,
            }),
            ["identity", identity, "from", from] => Ok(Fact::Identity {
                identity: identity_of(identity),
                from: Some((*from).to_owned()),
            }),
            ["shared", "with", with] => Ok(Fact::Shared {
                with: (*with).to_owned(),
            }),
            ["trusts", rest @ ..] => {
                let end = rest.iter().position(|word| *word == "where");
                let (who, asked) = rest.split_at(end.unwrap_or(rest.len()));
                if who.is_empty() {
                    return Err("`trusts` names nobody".to_owned());
                }
                Ok(Fact::Trusts {
                    who: who.join(" "),
                    conditions: conditions(asked)?,
                })
            }
            ["excess", unit, operations @ ..] => Ok(Fact::Excess {
                unit: unquoted(unit).ok_or_else(|| format!("`{unit}` is no text in quotes"))?,
                operations: self.operations(operations, number)?,
            }),
            ["grant", rest @ ..] => self.cube(Effect::Grant, rest, number),
            ["deny", rest @ ..] => self.cube(Effect::Deny, rest, number),
            ["bound", "grant", rest @ ..] => self.cube(Effect::Bound, rest, number),
            ["bound", "deny", rest @ ..] => self.cube(Effect::BoundDeny, rest, number),
            [
                "gated",
                "by",
                by,
                "for",
                length,
                kind @ ("grant" | "deny"),
                rest @ ..,
            ] => {
                let duration = Length::parse(length)
                    .filter(|read| read.to_string() == *length)
                    .ok_or_else(|| format!("`{length}` is no length of time"))?;
                let effect = gated(by, Some(duration), kind);
                self.cube(effect, rest, number)
            }
            ["gated", "by", by, kind @ ("grant" | "deny"), rest @ ..] => {
                self.cube(gated(by, None, kind), rest, number)
            }
            _ => Err(format!(
                "`{}` says nothing of an integration: it is `identity`, `trusts`, `grant`, `deny`, `gated`, `bound`, `excess` or `shared`",
                shortened(&rest.join(" "))
            )),
        }
    }

    fn cube(&mut self, effect: Effect, rest: &[&str], number: u32) -> Result<Fact, String> {
        let on = rest
            .iter()
            .position(|word| matches!(*word, "on" | "within"))
            .ok_or("it does not say on what: `on` or `within` is missing")?;
        let operations = self.operations(&rest[..on], number)?;
        let [place, resource, after @ ..] = &rest[on..] else {
            return Err("it does not say on what".to_owned());
        };
        let mut at = 0;
        let mut except = BTreeSet::new();
        if after.first() == Some(&"except") {
            at = 1;
            while let Some(thing) = after.get(at).filter(|word| !FOLLOWING.contains(word)) {
                except.insert((*thing).to_owned());
                at += 1;
            }
            if except.is_empty() {
                return Err("`except` names nothing".to_owned());
            }
        }
        let mut fields = BTreeSet::new();
        if after.get(at) == Some(&"fields") {
            at += 1;
            while let Some(field) = after.get(at).filter(|word| word.starts_with('"')) {
                fields.insert(unquoted(field).ok_or_else(|| format!("`{field}` is no field"))?);
                at += 1;
            }
            if fields.is_empty() {
                return Err("`fields` names none".to_owned());
            }
        }
        let end = after[at..].iter().position(|word| *word == "until");
        let end = end.map_or(after.len(), |end| at + end);
        let conditions = conditions(&after[at..end])?;
        let until = match &after[end..] {
            [] => None,
            ["until", until] => {
                Some(instant(until).ok_or_else(|| format!("`{until}` is no day and no instant"))?)
            }
            _ => return Err("something stands after `until`".to_owned()),
        };
        Ok(Fact::Cube(Cube {
            effect,
            operations,
            within: *place == "within",
            resource: (*resource).to_owned(),
            except,
            fields,
            conditions,
            until,
        }))
    }

    fn operations(&mut self, words: &[&str], number: u32) -> Result<Operations, String> {
        let mut operations = Operations::default();
        if words == [NOTHING] {
            return Ok(operations);
        }
        if words.is_empty() {
            return Err("it names no operation".to_owned());
        }
        for word in words {
            if let Some(name) = word.strip_prefix('!') {
                operations.but.insert(operation_of(name)?);
            } else if let Ok(name) = list_name(word) {
                for list in lists(&name)? {
                    self.named.push((list.clone(), number));
                    operations.lists.insert(list);
                }
            } else {
                operations.named.insert(operation_of(word)?);
            }
        }
        Ok(operations)
    }

    /// Says which lists are named and not there.
    fn undefined(&mut self) {
        let mut said = BTreeSet::new();
        for (name, line) in &self.named {
            if !self.lock.lists.contains_key(name) && said.insert(name) && said.len() <= MOST {
                self.errors.push(LockError {
                    line: *line,
                    message: format!("there is no list `{name}`, so what this gives is unknown"),
                });
            }
        }
    }
}

fn identity_of(word: &str) -> Option<String> {
    (word != TOKEN).then(|| word.to_owned())
}

fn gated(by: &str, duration: Option<Length>, kind: &str) -> Effect {
    Effect::Gated {
        by: by.to_owned(),
        duration,
        denied: kind == "deny",
    }
}

/// The name of a list: something with a `:` outside of quotes.
fn list_name(word: &str) -> Result<String, String> {
    let mut in_quotes = false;
    let mut escaped = false;
    let named = word.chars().any(|character| {
        let is_colon = character == ':' && !in_quotes;
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_quotes = !in_quotes,
            _ => {}
        }
        is_colon
    });
    if named && !word.starts_with('"') {
        Ok(word.to_owned())
    } else {
        Err(format!("`{word}` is no name of a list"))
    }
}

/// The lists that a word stands for: `T:get+list` is `T:get` and `T:list`.
fn lists(word: &str) -> Result<Vec<String>, String> {
    let Some((of, verbs)) = word.rsplit_once(':') else {
        return Ok(vec![word.to_owned()]);
    };
    if verbs.contains('"') || !verbs.contains('+') {
        return Ok(vec![word.to_owned()]);
    }
    verbs
        .split('+')
        .map(|verb| match Verb::parse(verb) {
            Some(verb) => Ok(format!("{of}:{verb}")),
            None => Err(format!("`{verb}` in `{word}` is no verb")),
        })
        .collect()
}

fn operation_of(word: &str) -> Result<String, String> {
    if is_plain(word) || wildcard(word).is_some() {
        return Ok(word.to_owned());
    }
    unquoted(word)
        .filter(|name| !is_plain(name) && quoted(name) == word)
        .ok_or_else(|| format!("`{word}` is no operation"))
}

/// The conditions after `where`.
fn conditions(words: &[&str]) -> Result<BTreeSet<String>, String> {
    match words {
        [] => Ok(BTreeSet::new()),
        ["where", all @ ..] => {
            let each = all.split(|word| *word == "and");
            let mut conditions = BTreeSet::new();
            for words in each {
                if words.len() < 2 {
                    return Err("a condition after `where` is not whole".to_owned());
                }
                conditions.insert(words.join(" "));
            }
            Ok(conditions)
        }
        [other, ..] => Err(format!("`{other}` is not expected here")),
    }
}

/// What `until` says: a day, which counts to its end, or an instant.
fn instant(word: &str) -> Option<Instant> {
    let read = match Date::parse(word) {
        Some(day) => day.end_of_day(),
        None => Instant::parse(&word.replacen(":00Z", "Z", 1))?,
    };
    (super::line::end(read) == word).then_some(read)
}

/// The beginning of a long text.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let mut out = String::new();
    for character in text.chars().take(MOST) {
        super::token::put(character, &mut out);
    }
    if text.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}
