//! `CODEOWNERS`: who has to look at a change of a file before it goes in.
//!
//! The rules are those of GitHub's page "About code owners" and, for its own file, of GitLab's
//! "Code Owners": patterns as in `.gitignore` without negation and ranges, of which the last that
//! matches decides. GitLab's sections decide each for itself, and its patterns match at any depth
//! unless they begin with `/`.

use std::collections::BTreeSet;

use super::Wrong;

/// Whose rules a file follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// GitHub's.
    GitHub,
    /// GitLab's.
    GitLab,
}

/// Where the file may be, relative to the repository: the first that is there counts.
pub const FILES: [(&str, Dialect); 4] = [
    (".github/CODEOWNERS", Dialect::GitHub),
    ("CODEOWNERS", Dialect::GitHub),
    ("docs/CODEOWNERS", Dialect::GitHub),
    (".gitlab/CODEOWNERS", Dialect::GitLab),
];

/// What the file says.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Owners {
    /// The rules of each section, in the order of the file; GitHub's file has one.
    sections: Vec<Vec<Rule>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Rule {
    pattern: Pattern,
    owners: Vec<String>,
}

/// A pattern of paths.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Pattern {
    steps: Vec<Step>,
    end: End,
}

/// A part of a pattern between two `/`.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    /// `**`: folders, be it none.
    Deep,
    /// One name.
    Name(Vec<Letter>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Letter {
    /// `*`: any letters, be it none.
    Any,
    /// `?`: a letter.
    One,
    /// Itself.
    Is(char),
}

/// How a path may go on after the last step of a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    /// Not at all: `docs/*` is what lies in `docs` itself.
    Here,
    /// It may: a name is that of a file, or of a folder with all that is in it.
    Open,
    /// It must: `docs/` and `docs/**` are what is in a folder.
    Below,
}

impl Owners {
    /// Reads a file, with what in it cannot be understood: those lines do not count.
    pub fn parse(text: &str, dialect: Dialect) -> (Self, Vec<Wrong>) {
        let mut sections = vec![Vec::new()];
        let mut defaults: Vec<String> = Vec::new();
        let mut is_optional = false;
        let mut wrong = Vec::new();
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        for (line, words) in (1_u32..).zip(text.lines()) {
            let words = words.trim();
            if words.is_empty() || words.starts_with('#') {
                continue;
            }
            let read = match section(words).filter(|_| dialect == Dialect::GitLab) {
                Some((owners, optional)) => owners_of(owners, dialect).map(|owners| {
                    sections.push(Vec::new());
                    (defaults, is_optional) = (owners, optional);
                }),
                None => rule(words, dialect).map(|mut rule| {
                    if rule.owners.is_empty() {
                        rule.owners.clone_from(&defaults);
                    }
                    if let Some(section) = sections.last_mut().filter(|_| !is_optional) {
                        section.push(rule);
                    }
                }),
            };
            if let Err(message) = read {
                wrong.push(Wrong { line, message });
            }
        }
        (Owners { sections }, wrong)
    }

    /// Who owns a file, its path `/`-separated from the repository's root on.
    pub fn of<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a str> {
        let names: Vec<&str> = path.split('/').collect();
        let decides = move |section: &'a Vec<Rule>| {
            let mut last = section.iter().rev();
            last.find(|rule| rule.pattern.matches(&names))
        };
        self.sections
            .iter()
            .filter_map(decides)
            .flat_map(|rule| rule.owners.iter().map(String::as_str))
    }

    /// The owners of some files together, each once and sorted.
    pub fn of_all<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Vec<String> {
        let paths: BTreeSet<&str> = paths.into_iter().collect();
        let owners: BTreeSet<&str> = paths.into_iter().flat_map(|path| self.of(path)).collect();
        owners.into_iter().map(str::to_owned).collect()
    }
}

/// What stands after the heading of a section (`[Docs] @docs`), and whether its owners are asked for
/// a review without having to give one (`^[Docs]`).
fn section(line: &str) -> Option<(&str, bool)> {
    let after = line.strip_prefix('^');
    let rest = after.unwrap_or(line).strip_prefix('[')?;
    let (name, rest) = rest.split_once(']')?;
    if name.trim().is_empty() {
        return None;
    }
    let count = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let rest = match count {
        Some((count, rest)) if count.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => rest,
    };
    let is_heading = rest.is_empty() || rest.starts_with([' ', '\t']);
    is_heading.then_some((rest, after.is_some()))
}

fn rule(line: &str, dialect: Dialect) -> Result<Rule, String> {
    let mut is_escaped = false;
    let end = line.find(|letter: char| {
        let ends = letter.is_whitespace() && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        ends
    });
    let (pattern, owners) = line.split_at(end.unwrap_or(line.len()));
    Ok(Rule {
        pattern: Pattern::parse(pattern, dialect)?,
        owners: owners_of(owners, dialect)?,
    })
}

fn owners_of(words: &str, dialect: Dialect) -> Result<Vec<String>, String> {
    let words = words.split_whitespace();
    let owners: Vec<&str> = words.take_while(|word| !word.starts_with('#')).collect();
    let is_owner = |word: &&str| {
        let name = match word.split_once('@') {
            Some(("", name)) => name,
            Some((before, after)) if !after.contains('@') => {
                return !before.is_empty() && !after.is_empty();
            }
            _ => return false,
        };
        // GitLab's roles are `@@developer`.
        let name = match dialect {
            Dialect::GitHub => name,
            Dialect::GitLab => name.strip_prefix('@').unwrap_or(name),
        };
        !name.is_empty() && !name.contains('@') && !name.ends_with('/')
    };
    match owners.iter().find(|word| !is_owner(word)) {
        Some(word) => Err(format!(
            "`{word}` is nobody: an owner is `@user`, `@organisation/team` or a mail address"
        )),
        None => Ok(owners.into_iter().map(str::to_owned).collect()),
    }
}

impl Pattern {
    fn parse(text: &str, dialect: Dialect) -> Result<Self, String> {
        if text.starts_with('!') {
            return Err(format!(
                "`{text}`: what is owned cannot be taken back with `!`"
            ));
        }
        if text.starts_with("\\#") && dialect == Dialect::GitHub {
            return Err(format!("`{text}`: a pattern cannot begin with `#`"));
        }
        let (rooted, rest) = match text.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (folder, rest) = match rest.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        if rest.is_empty() {
            return Err(format!("`{text}` matches no file"));
        }
        let mut steps = Vec::new();
        if !rooted && (dialect == Dialect::GitLab || !rest.contains('/')) {
            steps.push(Step::Deep);
        }
        let has_one_step = !rooted && !rest.contains('/');
        for name in rest.split('/') {
            steps.push(match name {
                "" => return Err(format!("`{text}`: a name is missing between two `/`")),
                "**" => Step::Deep,
                _ => Step::Name(letters(name).map_err(|why| format!("`{text}`: {why}"))?),
            });
        }
        let end = match steps.last() {
            _ if folder => End::Below,
            Some(Step::Deep) => End::Below,
            Some(Step::Name(letters)) if letters == &[Letter::Any] && !has_one_step => End::Here,
            _ => End::Open,
        };
        Ok(Pattern { steps, end })
    }

    /// Whether a path is meant, in its names. The work is bounded by the product of both lengths.
    fn matches(&self, path: &[&str]) -> bool {
        let mut reached = vec![false; path.len() + 1];
        reached[0] = true;
        for step in &self.steps {
            match step {
                Step::Deep => {
                    let mut any = false;
                    for at in &mut reached {
                        any |= *at;
                        *at = any;
                    }
                }
                Step::Name(letters) => {
                    for at in (0..path.len()).rev() {
                        reached[at + 1] = reached[at] && is_name(letters, path[at]);
                    }
                    reached[0] = false;
                }
            }
        }
        let (whole, parts) = (reached[path.len()], &reached[..path.len()]);
        match self.end {
            End::Here => whole,
            End::Open => whole || parts.contains(&true),
            End::Below => parts.contains(&true),
        }
    }
}

fn letters(name: &str) -> Result<Vec<Letter>, &'static str> {
    let mut letters = Vec::new();
    let mut rest = name.chars();
    while let Some(letter) = rest.next() {
        letters.push(match letter {
            '*' => {
                // Several are as good as one, and cost more.
                if letters.last() == Some(&Letter::Any) {
                    continue;
                }
                Letter::Any
            }
            '?' => Letter::One,
            '[' | ']' => return Err("ranges in `[ ]` are not understood here"),
            '\\' => Letter::Is(rest.next().ok_or("nothing follows `\\`")?),
            other => Letter::Is(other),
        });
    }
    Ok(letters)
}

/// Whether a name is one of those that a pattern without `/` stands for.
fn is_name(letters: &[Letter], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut letter) = (0, 0);
    // Where to go on when the last `*` has to take one character more.
    let mut back: Option<(usize, usize)> = None;
    while at < name.len() {
        match letters.get(letter) {
            Some(Letter::Any) => {
                back = Some((at, letter + 1));
                letter += 1;
                continue;
            }
            Some(Letter::One) => {
                (at, letter) = (at + 1, letter + 1);
                continue;
            }
            Some(Letter::Is(is)) if *is == name[at] => {
                (at, letter) = (at + 1, letter + 1);
                continue;
            }
            Some(Letter::Is(_)) | None => {}
        }
        let Some((from, next)) = back else {
            return false;
        };
        back = Some((from + 1, next));
        (at, letter) = (from + 1, next);
    }
    letters[letter..].iter().all(|rest| *rest == Letter::Any)
}
