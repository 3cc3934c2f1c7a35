//! Patterns over a vendor's flat address, in which the vendor's own matcher decides.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use super::automaton::{self, Automaton};

/// Which characters a wildcard may stand for: all but those excluded. A bucket's name has no `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Class {
    /// Sorted, without repetition.
    excluded: Box<[char]>,
}

impl Class {
    /// Every character.
    pub fn any() -> Self {
        Self::default()
    }

    /// Every character but these.
    pub fn without(excluded: &[char]) -> Self {
        let mut excluded = excluded.to_vec();
        excluded.sort_unstable();
        excluded.dedup();
        Self {
            excluded: excluded.into(),
        }
    }

    /// What it leaves out, sorted.
    pub fn excluded(&self) -> &[char] {
        &self.excluded
    }

    /// Whether the wildcard may stand for `c`.
    pub fn allows(&self, c: char) -> bool {
        self.excluded.is_empty() || self.excluded.binary_search(&c).is_err()
    }

    /// Whether every character of `other` is one of this class.
    pub fn includes(&self, other: &Self) -> bool {
        self.excluded.iter().all(|c| !other.allows(*c))
    }
}

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// These characters.
    Literal(Box<str>),
    /// One character of the class: `?`.
    One(Class),
    /// Any run of characters of the class, the empty one included: `*`.
    Any(Class),
}

/// A set of flat addresses, written with wildcards. Cheap to clone; equal where written alike
/// (`**` is `*`, `*?` is `?*`), which implies but is not implied by matching the same addresses.
#[derive(Clone)]
pub struct Pattern(Arc<Inner>);

struct Inner {
    tokens: Box<[Token]>,
    /// Built when a question first needs it.
    automaton: OnceLock<Automaton>,
}

impl Pattern {
    /// The pattern of these tokens in order.
    pub fn new(tokens: impl IntoIterator<Item = Token>) -> Self {
        let mut out: Vec<Token> = Vec::new();
        for token in tokens {
            push(&mut out, token);
        }
        Self(Arc::new(Inner {
            tokens: out.into(),
            automaton: OnceLock::new(),
        }))
    }

    /// Exactly `text`, wildcard characters included.
    pub fn literal(text: &str) -> Self {
        Self::new([Token::Literal(text.into())])
    }

    /// Every address.
    pub fn any() -> Self {
        Self::new([Token::Any(Class::any())])
    }

    /// Reads `*` and `?` as wildcards that stand for no `excluded` character; `\*`, `\?` and `\\` are the
    /// characters themselves, and any other `\` is itself.
    pub fn glob(raw: &str, excluded: &[char]) -> Self {
        let class = Class::without(excluded);
        let mut tokens = Vec::new();
        let mut literal = String::new();
        let mut chars = raw.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '*' | '?' => {
                    tokens.push(Token::Literal(std::mem::take(&mut literal).into()));
                    let class = class.clone();
                    tokens.push(if c == '*' {
                        Token::Any(class)
                    } else {
                        Token::One(class)
                    });
                }
                '\\' => literal.push(
                    chars
                        .next_if(|next| matches!(next, '*' | '?' | '\\'))
                        .unwrap_or(c),
                ),
                _ => literal.push(c),
            }
        }
        tokens.push(Token::Literal(literal.into()));
        Self::new(tokens)
    }

    /// What matches this, then `other`.
    #[must_use]
    pub fn concat(&self, other: &Self) -> Self {
        Self::new(self.tokens().iter().chain(other.tokens()).cloned())
    }

    /// The pieces: no empty literal, no two literals in a row.
    pub fn tokens(&self) -> &[Token] {
        &self.0.tokens
    }

    /// The one address it matches, where it has no wildcard.
    pub fn is_literal(&self) -> Option<&str> {
        match self.tokens() {
            [] => Some(""),
            [Token::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it matches every address.
    pub fn is_any(&self) -> bool {
        matches!(self.tokens(), [Token::Any(class)] if class.excluded().is_empty())
    }

    /// What every match begins with.
    pub fn prefix(&self) -> &str {
        match self.tokens().first() {
            Some(Token::Literal(text)) => text,
            _ => "",
        }
    }

    /// What every match ends with.
    pub fn suffix(&self) -> &str {
        match self.tokens().last() {
            Some(Token::Literal(text)) => text,
            _ => "",
        }
    }

    /// Whether `address` is one of its matches.
    pub fn matches(&self, address: &str) -> bool {
        if let Some(text) = self.is_literal() {
            return text == address;
        }
        if !address.starts_with(self.prefix()) || !address.ends_with(self.suffix()) {
            return false;
        }
        self.is_prefix_star() || self.automaton().matches(address)
    }

    /// Whether some address matches both. Exact, but `true` for two patterns whose lengths multiply
    /// to more than 100 million, which nobody writes.
    pub fn intersects(&self, other: &Self) -> bool {
        if self == other || self.is_any() || other.is_any() {
            return true;
        }
        if !automaton::agree_at_start(self.prefix(), other.prefix())
            || !automaton::agree_at_end(self.suffix(), other.suffix())
        {
            return false;
        }
        match (self.is_literal(), other.is_literal()) {
            (Some(text), _) => other.matches(text),
            (_, Some(text)) => self.matches(text),
            _ if self.is_prefix_star() && other.is_prefix_star() => true,
            _ => automaton::intersects(self.automaton(), other.automaton()),
        }
    }

    /// Whether every match of `other` is one of this; `false` where the search's bound is passed.
    pub fn includes(&self, other: &Self) -> bool {
        if self == other || self.is_any() {
            return true;
        }
        // A wildcard has infinitely many choices, so what lacks the prefix or suffix has a match outside.
        if !other.prefix().starts_with(self.prefix()) || !other.suffix().ends_with(self.suffix()) {
            return false;
        }
        match (self.is_literal(), other.is_literal()) {
            (_, Some(text)) => self.matches(text),
            (Some(_), None) => false,
            _ if self.is_prefix_star() => true,
            _ => automaton::includes(self.automaton(), other.automaton()),
        }
    }

    /// The same with every class cleared: what a matcher sees that knows only `*` and `?`.
    #[must_use]
    pub fn widened(&self) -> Self {
        Self::new(self.tokens().iter().map(|token| match token {
            Token::Literal(text) => Token::Literal(text.clone()),
            Token::One(_) => Token::One(Class::any()),
            Token::Any(_) => Token::Any(Class::any()),
        }))
    }

    /// The pattern with `*` and `?` for wildcards, `literal` writing each character that stands for
    /// itself: a vendor's own way to escape, or none.
    pub fn glob_text(&self, mut literal: impl FnMut(char, &mut String)) -> String {
        let mut out = String::new();
        for token in self.tokens() {
            match token {
                Token::Literal(text) => text.chars().for_each(|c| literal(c, &mut out)),
                Token::One(_) => out.push('?'),
                Token::Any(_) => out.push('*'),
            }
        }
        out
    }

    /// A shortest match, always the same one.
    pub fn sample(&self) -> String {
        let mut out = String::new();
        for token in self.tokens() {
            match token {
                Token::Literal(text) => out.push_str(text),
                Token::One(class) => out.push(automaton::stranger(class.excluded())),
                Token::Any(_) => {}
            }
        }
        out
    }

    /// Whether it is a literal followed by an unrestricted `*`, or that `*` alone.
    fn is_prefix_star(&self) -> bool {
        match self.tokens() {
            [Token::Any(class)] | [Token::Literal(_), Token::Any(class)] => {
                class.excluded().is_empty()
            }
            _ => false,
        }
    }

    pub(super) fn automaton(&self) -> &Automaton {
        self.0
            .automaton
            .get_or_init(|| Automaton::new(self.tokens()))
    }
}

/// Appends a token so that the list stays in its normal form.
fn push(out: &mut Vec<Token>, token: Token) {
    match token {
        Token::Literal(text) if text.is_empty() => {}
        Token::Literal(text) => {
            if let Some(Token::Literal(last)) = out.last_mut() {
                let mut joined = String::from(std::mem::take(last));
                joined.push_str(&text);
                *last = joined.into();
            } else {
                out.push(Token::Literal(text));
            }
        }
        Token::Any(class) => {
            // Of two runs in a row, one of which may hold whatever the other does, the wider is both.
            while matches!(out.last(), Some(Token::Any(last)) if class.includes(last)) {
                out.pop();
            }
            if !matches!(out.last(), Some(Token::Any(last)) if last.includes(&class)) {
                out.push(Token::Any(class));
            }
        }
        Token::One(class) => {
            // All `?` before the `*`, so that one language has one form.
            let before = matches!(out.last(), Some(Token::Any(last)) if *last == class);
            out.insert(out.len() - usize::from(before), Token::One(class));
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.tokens == other.0.tokens
    }
}

impl Eq for Pattern {}

impl PartialOrd for Pattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pattern {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) {
            Ordering::Equal
        } else {
            self.0.tokens.cmp(&other.0.tokens)
        }
    }
}

impl Hash for Pattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.tokens.hash(state);
    }
}

impl fmt::Display for Pattern {
    /// As [`Pattern::glob`] reads it, the classes left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.glob_text(|c, out| {
            if matches!(c, '*' | '?' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.tokens()).finish()
    }
}
