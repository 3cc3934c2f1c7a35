//! The only module that knows the order of the stages.

use crate::authority::time::Date;
use crate::diagnostic::{Diagnostic, NotAssessed, Severity};
use crate::grant::Granted;
use crate::graph::{self, DelegationGraph};
use crate::model::catalog::Catalog;
use crate::model::rule::Part;
use crate::model::test::AssertionKind;
use crate::model::{Model, PartyId};
use crate::settings::Settings;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::{ast, parser};
use crate::{check, diagnostic, grant, resolve};
use std::collections::BTreeSet;

/// What a compilation starts from.
#[derive(Debug)]
pub struct Input {
    /// The project's texts, and perhaps others.
    pub sources: Sources,
    /// Which of them are the project's `.scope` files, by path.
    pub files: Vec<FileId>,
    /// What `scope.toml` says.
    pub settings: Settings,
    /// What reading them had to say.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a project. Never fails: what is wrong is said, and stops the output of those that it
/// is about. `today` is for checks alone; none leaves out what depends on the day.
pub fn compile(input: Input, today: Option<Date>) -> Compiled {
    compile_by(input, today, resolve::resolve)
}

/// As [`compile`], the whole standard library read first. What is loaded never changes an answer:
/// this is here to be compared.
pub fn compile_fully(input: Input, today: Option<Date>) -> Compiled {
    compile_by(input, today, resolve::resolve_with_everything)
}

fn compile_by(
    input: Input,
    today: Option<Date>,
    resolve: fn(&[ast::File], &mut Sources) -> (Model, Vec<Diagnostic>),
) -> Compiled {
    let Input {
        mut sources,
        files,
        settings,
        mut diagnostics,
    } = input;
    let trees = read(&sources, files, &mut diagnostics);
    let (model, found) = resolve(&trees, &mut sources);
    drop(trees);
    diagnostics.extend(found);
    let (granted, found) = grant::grant(&model);
    diagnostics.extend(found);
    let graph = graph::connect(&model, &granted);
    let context = check::Context::new(&model, &granted, &graph, &settings, today);
    let not_assessed = check::run(&context, &mut diagnostics);
    diagnostic::sort(&mut diagnostics);
    Compiled {
        sources,
        settings,
        model,
        granted,
        graph,
        diagnostics,
        not_assessed,
    }
}

fn read(
    sources: &Sources,
    files: Vec<FileId>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ast::File> {
    let mut trees = Vec::with_capacity(files.len());
    for id in files {
        let (tree, found) = parser::parse(id, &sources.file(id).text);
        trees.push(tree);
        diagnostics.extend(found);
    }
    trees
}

/// Authority that a question asks about, as somebody typed it.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// Everything within a resource, written as in a declaration.
    Within(&'a str),
    /// A verb or an operation on a resource.
    On {
        /// A portable verb, one of its groups, a vendor's name of an operation, or the vendor's
        /// full spelling.
        verb: &'a str,
        /// Written as in a declaration.
        resource: &'a str,
        /// Whether what lies inside counts, too.
        within: bool,
    },
}

/// Compiles a project without judging it, and resolves what a question asks about in it: the
/// parts, or what is wrong with the question, its places in a text of its own. What is wrong with
/// the project is only what stands in the way of answers.
pub fn ask(
    mut input: Input,
    asked: Option<Asked<'_>>,
) -> (Compiled, Result<Vec<Part>, Diagnostic>) {
    let question = asked.map(|asked| phrase(asked, &mut input.sources));
    let mut diagnostics = input.diagnostics;
    let mut trees = read(&input.sources, input.files, &mut diagnostics);
    let mut wrong = None;
    match question {
        Some(Ok(tree)) => trees.push(tree),
        Some(Err(said)) => wrong = Some(*said),
        None => {}
    }
    let (mut model, said) = resolve::resolve(&trees, &mut input.sources);
    drop(trees);
    let mut parts = Vec::new();
    if asked.is_some() && wrong.is_none() {
        let own = |span: Span| input.sources.path(span) == QUESTION;
        for one in said {
            if own(one.span) {
                wrong = wrong.or(one.is_error().then_some(one));
            } else {
                diagnostics.push(one);
            }
        }
        // The question is no test of the project.
        for assertion in model
            .tests
            .pop()
            .into_iter()
            .flat_map(|test| test.assertions)
        {
            match assertion.kind {
                AssertionKind::Perform { parts: some, .. }
                | AssertionKind::Reach { parts: some, .. } => {
                    parts.extend(some);
                }
                AssertionKind::Influence(_)
                | AssertionKind::Cause(_)
                | AssertionKind::Unresolved => {}
            }
        }
    } else {
        diagnostics.extend(said);
    }
    // What cannot be granted as declared is a finding about the vendor: nothing is unknown by it.
    let (granted, _) = grant::grant(&model);
    let graph = graph::connect(&model, &granted);
    diagnostic::sort(&mut diagnostics);
    let compiled = Compiled {
        sources: input.sources,
        settings: input.settings,
        model,
        granted,
        graph,
        diagnostics,
        not_assessed: Vec::new(),
    };
    (compiled, wrong.map_or(Ok(parts), Err))
}

/// A question as an assertion of the language, in a text of its own; or what is wrong with it.
fn phrase(asked: Asked<'_>, sources: &mut Sources) -> Result<ast::File, Box<Diagnostic>> {
    let assertion = match asked {
        Asked::Within(resource) => format!("reach {resource}"),
        Asked::On {
            verb,
            resource,
            within,
        } => {
            let on = if within { "within" } else { "on" };
            format!("{} {on} {resource}", written(verb))
        }
    };
    let text = format!("test \"\" {{\n  anyone can {assertion}\n}}\n");
    let id = sources.add(SourceFile::new(QUESTION, text));
    let (tree, said) = parser::parse(id, &sources.file(id).text);
    match said.into_iter().next() {
        Some(wrong) => Err(Box::new(wrong)),
        None if !is_one_question(&tree) => Err(Box::new(Diagnostic::error(
            "syntax",
            Span::new(id, 0, 0),
            "a question is about one thing, and this is more",
        ))),
        None => Ok(tree),
    }
}

/// Whether a text that a question was put into is one question about one resource, so that nothing
/// else was typed into it.
fn is_one_question(tree: &ast::File) -> bool {
    let [
        ast::Item {
            kind: ast::ItemKind::Test(test),
            ..
        },
    ] = &tree.items[..]
    else {
        return false;
    };
    let [assertion] = &test.assertions[..] else {
        return false;
    };
    match &assertion.kind {
        ast::AssertionKind::Reach {
            references,
            without_approval,
            ..
        } => references.len() == 1 && !without_approval,
        ast::AssertionKind::Can {
            verbs,
            targets,
            without_approval,
            ..
        } => {
            verbs.len() == 1
                && targets.references.len() == 1
                && targets.except.is_none()
                && !without_approval
        }
        ast::AssertionKind::Influence { .. } | ast::AssertionKind::Cause { .. } => false,
    }
}

/// The path of the text that a question is put into. No file can have it.
const QUESTION: &str = "?";

/// A word as the language has it: what is no name of a verb or an operation is a string.
fn written(word: &str) -> String {
    let mut characters = word.chars();
    let is_plain = characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_plain || word.starts_with('"') {
        word.to_owned()
    } else {
        format!("\"{word}\"")
    }
}

/// What vendors offer, and the texts that it points into.
#[derive(Debug)]
pub struct Offered {
    /// The texts that were read.
    pub sources: Sources,
    /// The vendors, services and what they hold.
    pub catalog: Catalog,
    /// What reading them had to say, sorted.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads what vendors offer, those that a project declares included: one service for a name such
/// as `aws.s3`, one vendor for `zendesk`, all for anything else.
pub fn offered(input: Input, name: &str) -> Offered {
    let mut sources = input.sources;
    let mut diagnostics = input.diagnostics;
    let trees = read(&sources, input.files, &mut diagnostics);
    let (model, found) = resolve::load(&trees, &mut sources, name);
    diagnostics.extend(found);
    diagnostic::sort(&mut diagnostics);
    Offered {
        sources,
        catalog: model.catalog,
        diagnostics,
    }
}

/// Everything that is known about a project. Always exists, whatever is wrong with the project.
#[derive(Debug)]
pub struct Compiled {
    /// The project's texts, then those of the standard library that were read.
    pub sources: Sources,
    /// What `scope.toml` says.
    pub settings: Settings,
    /// What the project means.
    pub model: Model,
    /// What everybody is granted.
    pub granted: Granted,
    /// Who can really reach what.
    pub graph: DelegationGraph,
    /// Everything there is to say, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// Rules that want facts which nobody stated.
    pub not_assessed: Vec<NotAssessed>,
}

impl Compiled {
    /// Counts what time alone causes as a warning at most: an overdue review is no fault of the
    /// declarations, and stops no output.
    pub fn ease_time_alone(&mut self) {
        for diagnostic in self.diagnostics.iter_mut().filter(|d| d.time_alone) {
            diagnostic.severity = diagnostic.severity.min(Severity::Warning);
        }
    }

    /// Everybody for whom nothing is emitted: integrations with an error that is neither accepted,
    /// nor in the baseline, nor caused by time alone, or with an identity in a system that has one, and incomplete ones.
    /// What is suspended or retired is granted nothing in the first place.
    pub fn withheld_parties(&self) -> BTreeSet<PartyId> {
        let wrong: BTreeSet<&str> = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error() && !diagnostic.time_alone)
            .filter_map(|diagnostic| diagnostic.subject.as_deref())
            .collect();
        let parties = self
            .model
            .parties()
            .filter(|(_, party)| !party.complete || wrong.contains(&*party.name));
        let mut withheld: BTreeSet<PartyId> = parties.map(|(id, _)| id).collect();
        for bundle in self.granted.bundles.iter().filter(|bundle| !bundle.silent) {
            let system = self.model.system(bundle.system);
            if !system.complete || wrong.contains(&*system.name) {
                withheld.extend(&bundle.holders);
            }
        }
        withheld
    }
}
