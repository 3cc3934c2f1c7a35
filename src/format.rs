//! Canonical text. The tokens of a file are set again with canonical space between them, so the
//! tree cannot change; the syntax tree only says where clauses begin and end.

use crate::syntax::ast::File;

pub mod expand;
mod layout;
mod outline;
mod token;

use outline::Line;
use token::{Kind, Token};

/// The canonical form of a text and the tree that was read from it. Only for a text without syntax
/// errors. The result ends in a line end, has no other line ends than LF, keeps every comment, and
/// is its own canonical form.
pub fn format(text: &str, file: &File) -> String {
    let mut writer = Writer {
        text,
        tokens: token::tokens(text),
        next: 0,
        out: String::with_capacity(text.len() + text.len() / 8),
    };
    writer.lines(&outline::outline(file), 0);
    writer.comments(usize::MAX, 0, true);
    if !writer.out.is_empty() {
        writer.out.push('\n');
    }
    writer.out
}

/// The words, strings and signs of a text without syntax errors, in order. Comments, separators and
/// layout are left out, so two texts that differ in nothing else give the same.
pub fn words(text: &str) -> Vec<&str> {
    token::tokens(text)
        .into_iter()
        .filter(|token| token.kind != Kind::Comment && !token.is(";"))
        .map(|token| token.text)
        .collect()
}

struct Writer<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    /// The first token that is not written yet.
    next: usize,
    /// What is written, without the end of its last line.
    out: String,
}

impl<'t> Writer<'t> {
    /// Every line of a body, and the comments before each.
    fn lines(&mut self, lines: &[Line], depth: usize) {
        for (index, line) in lines.iter().enumerate() {
            let first = self.comments(line.start, depth, index == 0);
            self.begin(depth, first);
            self.line(line, depth);
        }
    }

    /// Writes the comments before byte `end`: on the line they stand on, or on lines of their own.
    /// Separators are passed over. `first` is whether the body holds nothing yet; gives that too.
    fn comments(&mut self, end: usize, depth: usize, mut first: bool) -> bool {
        while let Some(&token) = self.tokens.get(self.next) {
            if token.start >= end || token.kind != Kind::Comment && !token.is(";") {
                break;
            }
            if token.kind == Kind::Comment {
                if token.line_ends == 0 && !self.out.is_empty() {
                    self.out.push(' ');
                } else {
                    self.begin(depth, first);
                    first = false;
                }
                self.out.push_str(token.text);
            } else if let Some(after) = self.tokens.get_mut(self.next + 1) {
                after.line_ends += token.line_ends;
            }
            self.next += 1;
        }
        first
    }

    /// Begins the line of the next token, after a blank one where the source has some.
    fn begin(&mut self, depth: usize, first: bool) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let blank = self
            .tokens
            .get(self.next)
            .is_some_and(|token| token.line_ends > 1);
        if blank && !first {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', depth * 2));
    }

    /// A clause or an item, its braces included.
    fn line(&mut self, line: &Line, depth: usize) {
        let head = self.until_brace(line.end);
        let brace = self
            .tokens
            .get(self.next)
            .filter(|token| token.start < line.end);
        let Some(&brace) = brace else {
            let set = layout::clause(&head, line.aligned, depth * 2, 0);
            self.out.push_str(&set);
            return;
        };
        let after = self.tokens[self.next..].partition_point(|token| token.start < line.end);
        let body = &self.tokens[self.next..self.next + after];
        let one_line = !self.text[brace.start..line.end].contains('\n') || body.len() == 2;
        if one_line && !body.iter().any(|token| token.kind == Kind::Comment) {
            let start = self.next;
            let flat = self.flat(&head, line);
            if depth * 2 + layout::width(&flat) <= layout::WIDTH || line.lines.is_empty() {
                self.out.push_str(&flat);
                return;
            }
            self.next = start;
        }
        let set = layout::clause(&head, None, depth * 2, 2);
        self.out.push_str(&set);
        self.out.push_str(" {");
        self.next += 1;
        self.lines(&line.lines, depth + 1);
        self.comments(line.end, depth + 1, line.lines.is_empty());
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', depth * 2));
        self.out.push('}');
        self.next += 1;
    }

    /// An item or a resource type with its braces on one line.
    fn flat(&mut self, head: &[Token<'t>], line: &Line) -> String {
        let mut flat = layout::flat(head, None);
        flat.push_str(" {");
        self.next += 1;
        for (index, inner) in line.lines.iter().enumerate() {
            self.separators();
            flat.push_str(if index == 0 { " " } else { "; " });
            let head = self.until_brace(inner.end);
            let brace = self.tokens.get(self.next);
            if brace.is_some_and(|token| token.start < inner.end) {
                let inner = self.flat(&head, inner);
                flat.push_str(&inner);
            } else {
                flat.push_str(&layout::flat(&head, None));
            }
        }
        self.separators();
        flat.push_str(if line.lines.is_empty() { "}" } else { " }" });
        self.next += 1;
        flat
    }

    fn separators(&mut self) {
        while self
            .tokens
            .get(self.next)
            .is_some_and(|token| token.is(";"))
        {
            self.next += 1;
        }
    }

    /// Takes the tokens before byte `end`, or before the next brace.
    fn until_brace(&mut self, end: usize) -> Vec<Token<'t>> {
        let start = self.next;
        while self
            .tokens
            .get(self.next)
            .is_some_and(|token| token.start < end && !token.is("{"))
        {
            self.next += 1;
        }
        self.tokens[start..self.next].to_vec()
    }
}
