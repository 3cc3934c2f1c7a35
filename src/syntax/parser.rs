//! Text to syntax tree.
//!
//! The grammar (`grammar/scope.pest`) reads the whole file in one pass and never fails: what it
//! cannot read it passes over as `bad` nodes. The files beside this one turn its nodes into the
//! tree, one file a construct; `recovery` reads a bad clause again by itself to find out what was
//! expected and where.

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};

use super::ast;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

mod authority;
mod clause;
mod condition;
mod fact;
mod guard;
mod item;
mod precheck;
mod recovery;
mod reference;
mod test;
mod vendor;

mod grammar {
    /// The parser that the grammar describes.
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/scope.pest"]
    pub struct Grammar;
}

use grammar::Grammar;
pub(in crate::syntax) use grammar::Rule;

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 8 << 20;

/// A node of the grammar.
type Node<'t> = Pair<'t, Rule>;

/// Reads a file. Never fails: what cannot be read is left out of the tree, named by a diagnostic of
/// rule `syntax`, and the item it stands in is marked incomplete.
pub fn parse(id: FileId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let mut file = ast::File {
        id,
        items: Vec::new(),
        comments: Vec::new(),
    };
    if text.len() > LARGEST_FILE {
        return (file, vec![precheck::too_large(id, text.len())]);
    }
    let mut reader = Reader::new(id, text);
    precheck::characters(&mut reader);
    match Grammar::parse(Rule::file, text) {
        Ok(nodes) => {
            if text.contains("//") {
                reader.collect_comments(&nodes);
            }
            for node in nodes {
                reader.file(node, &mut file.items);
            }
        }
        Err(error) => reader.diagnostics.push(recovery::unread(id, text, &error)),
    }
    reader.comments.sort_by_key(|comment| comment.span.start);
    file.comments = reader.comments;
    reader.diagnostics.sort_by_key(|found| found.span.start);
    (file, reader.diagnostics)
}

/// What is known while the nodes of one file are turned into its tree.
struct Reader<'t> {
    id: FileId,
    text: &'t str,
    /// Whether some string may hold `${`.
    dollars: bool,
    /// Whether the item at hand could be read so far.
    complete: bool,
    /// Whether the item at hand was cut off by a bad clause, so that its brace is not missed.
    cut: bool,
    /// Where characters stand that no file may hold, in order.
    hidden: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
    comments: Vec<ast::Comment>,
}

impl<'t> Reader<'t> {
    fn new(id: FileId, text: &'t str) -> Self {
        Self {
            id,
            text,
            dollars: text.contains("${"),
            complete: true,
            cut: false,
            hidden: Vec::new(),
            diagnostics: Vec::new(),
            comments: Vec::new(),
        }
    }

    /// The span of a node.
    fn span(&self, node: &Node<'t>) -> Span {
        let span = node.as_span();
        Span::new(self.id, span.start(), span.end())
    }

    /// Whether a character that no file may hold stands in a span.
    fn hides(&self, span: Span) -> bool {
        let first = self.hidden.partition_point(|&at| at < span.start as usize);
        self.hidden
            .get(first)
            .is_some_and(|&at| at < span.end as usize)
    }

    /// Says that something is wrong; the item at hand is incomplete.
    fn wrong(&mut self, diagnostic: Diagnostic) {
        self.complete = false;
        self.diagnostics.push(diagnostic);
    }

    /// A token. A string in it must not hold `${` or an unknown escape.
    fn word(&mut self, node: &Node<'t>) -> ast::Text {
        let text = self.format(node);
        if text.quoted && self.dollars && text.raw.contains("${") {
            self.wrong(
                Diagnostic::error(precheck::RULE, text.span, "a string cannot hold `${`").help(
                    "nothing is put into strings here; only the address formats of the standard library \
                     have places to fill. Write the text itself",
                ),
            );
        }
        text
    }

    /// A token in which `${…}` may stand: an address format.
    fn format(&mut self, node: &Node<'t>) -> ast::Text {
        let span = self.span(node);
        let raw = node.as_str();
        let Some(inside) = raw
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
        else {
            return ast::Text {
                raw: raw.into(),
                span,
                quoted: false,
            };
        };
        if inside.contains('\\') {
            self.escapes(inside, span);
        }
        ast::Text {
            raw: inside.into(),
            span,
            quoted: true,
        }
    }

    /// Every backslash must stand before one of the four characters that it can escape.
    fn escapes(&mut self, inside: &str, span: Span) {
        let mut characters = inside.char_indices();
        while let Some((at, character)) = characters.next() {
            if character != '\\' {
                continue;
            }
            match characters.next() {
                None | Some((_, '"' | '\\' | '*' | '?')) => {}
                Some((_, other)) => {
                    let start = span.start as usize + 1 + at;
                    let place = Span::new(self.id, start, start + 1 + other.len_utf8());
                    self.wrong(
                        Diagnostic::error(
                            precheck::RULE,
                            place,
                            format!("`\\{other}` means nothing in a string"),
                        )
                        .help("a backslash stands before `\"`, `\\`, `*` or `?`; for a backslash itself write `\\\\`"),
                    );
                    return;
                }
            }
        }
    }

    /// The first token inside a node.
    fn only(&mut self, node: Node<'t>) -> ast::Text {
        let token = Children::of(node).first();
        self.word(&token)
    }

    /// All tokens left.
    fn words(&mut self, children: Children<'t>) -> Vec<ast::Text> {
        children.map(|node| self.word(&node)).collect()
    }

    /// The tokens of `rule` that come next.
    fn words_of(&mut self, children: &mut Children<'t>, rule: Rule) -> Vec<ast::Text> {
        let mut words = Vec::new();
        while let Some(node) = children.next_if(rule) {
            words.push(self.word(&node));
        }
        words
    }

    fn collect_comments(&mut self, nodes: &Pairs<'t, Rule>) {
        for node in nodes.clone().flatten() {
            if node.as_rule() == Rule::comment {
                self.comment(&node);
            }
        }
    }

    /// Keeps a comment. Documentation where nothing can be documented is one, too.
    fn comment(&mut self, node: &Node<'t>) {
        let span = self.span(node);
        let own_line = self.starts_line(span);
        self.comments.push(ast::Comment { span, own_line });
    }

    /// Whether nothing but white space and separators stands before a span on its line.
    fn starts_line(&self, span: Span) -> bool {
        let before = self.text[..span.start as usize].trim_end_matches([' ', '\t', ';']);
        before.is_empty() || before.ends_with(['\n', '\u{FEFF}'])
    }

    /// The lines of a body, in order: each with the documentation before it. Bad clauses become
    /// diagnostics that say what `context` could have held there.
    fn lines(
        &mut self,
        children: Children<'t>,
        context: Rule,
        documented: bool,
        mut line: impl FnMut(&mut Self, Node<'t>, Vec<ast::Text>),
    ) -> Option<Span> {
        let mut docs: Vec<Node<'t>> = Vec::new();
        let mut unclosed = None;
        for node in children {
            match node.as_rule() {
                Rule::doc => {
                    let span = self.span(&node);
                    if documented && self.starts_line(span) {
                        docs.push(node);
                    } else {
                        self.comment(&node);
                    }
                    continue;
                }
                Rule::bad => {
                    self.bad_clause(&node, context);
                }
                Rule::stray_comma => self.stray_comma(&node),
                Rule::unclosed | Rule::vendor_unclosed | Rule::type_unclosed => {
                    unclosed = Some(self.span(&node));
                }
                _ => {
                    let docs = self.docs(std::mem::take(&mut docs));
                    line(self, node, docs);
                    continue;
                }
            }
            self.undocumented(&mut docs);
        }
        self.undocumented(&mut docs);
        unclosed
    }

    /// Documentation lines as texts, slashes and one following space removed.
    fn docs(&mut self, docs: Vec<Node<'t>>) -> Vec<ast::Text> {
        docs.into_iter()
            .map(|node| {
                let raw = node.as_str().trim_start_matches('/');
                ast::Text {
                    raw: raw.strip_prefix(' ').unwrap_or(raw).trim_end().into(),
                    span: self.span(&node),
                    quoted: false,
                }
            })
            .collect()
    }

    fn undocumented(&mut self, docs: &mut Vec<Node<'t>>) {
        for node in docs.drain(..) {
            self.comment(&node);
        }
    }
}

/// The nodes inside a node, comments and signs left out.
struct Children<'t> {
    nodes: Pairs<'t, Rule>,
}

impl<'t> Children<'t> {
    fn of(node: Node<'t>) -> Self {
        Self {
            nodes: node.into_inner(),
        }
    }

    /// The next node, which the grammar guarantees.
    fn first(&mut self) -> Node<'t> {
        self.next().expect("the grammar puts a node here")
    }

    fn peek_rule(&mut self) -> Option<Rule> {
        loop {
            let rule = self.nodes.peek()?.as_rule();
            if !passed_over(rule) {
                return Some(rule);
            }
            self.nodes.next();
        }
    }

    /// The next node if it is of that rule.
    fn next_if(&mut self, rule: Rule) -> Option<Node<'t>> {
        if self.peek_rule()? == rule {
            self.nodes.next()
        } else {
            None
        }
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        self.nodes.find(|node| !passed_over(node.as_rule()))
    }
}

/// Whether a node says nothing where it stands: comments are collected by themselves, and some
/// signs are nodes only so that they can be expected.
fn passed_over(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::comment | Rule::dot | Rule::shut | Rule::shut_list
    )
}
