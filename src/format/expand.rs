//! An integration with its profiles taken in: each `like` replaced by the clauses that it stands
//! for, parameters by what they stand for.
//!
//! The text stays the author's own; only parameters are replaced, so what is printed says word for
//! word what is meant.

use crate::source::Span;
use crate::syntax::ast::{
    Argument, Authority, Clause, ClauseKind, Condition, Exception, File, ItemKind, Party, Profile,
    ProfileUse, Reference, Targets, Text, Value, Who,
};
use std::collections::{BTreeMap, HashMap};

/// How many profiles may take each other in; as many as the resolver takes.
const DEPTH: usize = 32;

/// A clause that an integration or principal comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flat {
    /// Where it is written: in the integration, or in a profile.
    pub span: Span,
    /// The profile it comes from.
    pub profile: Option<String>,
    /// Its text, parameters replaced.
    pub text: String,
    /// Its `///` lines.
    docs: Vec<String>,
    /// The keyword, where a clause of it can have one value only.
    single: Option<&'static str>,
    /// Whether it is an `allow` or a `never`.
    authority: bool,
    depth: usize,
}

/// The clauses of an integration or principal in the order in which they are resolved: those of
/// profiles where `like` stands, and of clauses with one value only the outermost. `text` gives the
/// text of a span of `files`. None when nobody has that name, or a profile is missing, is given a
/// wrong number of arguments or takes itself in.
pub fn clauses<'a>(
    files: &[File],
    text: &impl Fn(Span) -> &'a str,
    name: &str,
) -> Option<Vec<Flat>> {
    let (party, _, _) = party(files, name)?;
    let mut walk = Walk {
        profiles: profiles(files),
        text,
        flat: Vec::new(),
    };
    walk.take(&party.clauses, &Scope::new(), None, 0)?;
    Some(settled(walk.flat))
}

/// An integration or principal flat, as an item that parses and means the same. Not yet in the
/// canonical form. None where [`clauses`] gives none.
pub fn expanded<'a>(files: &[File], text: &impl Fn(Span) -> &'a str, name: &str) -> Option<String> {
    let (party, docs, word) = party(files, name)?;
    let clauses = clauses(files, text, name)?;
    let mut out = String::new();
    for line in docs {
        push_doc(&mut out, &line.raw, "");
    }
    out.extend([word, " ", &party.name.raw, ": ", &party.kind.raw, " {\n"]);
    let mut before_authority = true;
    for clause in &clauses {
        if before_authority && clause.authority {
            out.push('\n');
            before_authority = false;
        }
        for line in &clause.docs {
            push_doc(&mut out, line, "  ");
        }
        out.push_str("  ");
        out.push_str(&clause.text);
        out.push('\n');
    }
    out.push_str("}\n");
    Some(out)
}

fn push_doc(out: &mut String, line: &str, indent: &str) {
    out.push_str(indent);
    out.push_str("///");
    if !line.is_empty() {
        out.push(' ');
        out.push_str(line);
    }
    out.push('\n');
}

/// What a parameter stands for.
#[derive(Clone)]
enum Stands {
    /// A string, as written between its quotes.
    String(Box<str>),
    /// A system, resource or team.
    Reference(Reference),
}

type Scope = HashMap<Box<str>, Stands>;

fn party<'f>(files: &'f [File], name: &str) -> Option<(&'f Party, &'f [Text], &'static str)> {
    files.iter().flat_map(|file| &file.items).find_map(|item| {
        let (party, word) = if let ItemKind::Integration(party) = &item.kind {
            (party, "integration")
        } else if let ItemKind::Principal(party) = &item.kind {
            (party, "principal")
        } else {
            return None;
        };
        (&*party.name.raw == name).then_some((party, &item.docs[..], word))
    })
}

fn profiles(files: &[File]) -> BTreeMap<&str, &Profile> {
    let mut all = BTreeMap::new();
    for item in files.iter().flat_map(|file| &file.items) {
        if let ItemKind::Profile(profile) = &item.kind {
            all.entry(&*profile.name.raw).or_insert(profile);
        }
    }
    all
}

struct Walk<'w, T> {
    profiles: BTreeMap<&'w str, &'w Profile>,
    text: &'w T,
    flat: Vec<Flat>,
}

impl<'a, T: Fn(Span) -> &'a str> Walk<'_, T> {
    fn take(
        &mut self,
        clauses: &[Clause],
        scope: &Scope,
        profile: Option<&str>,
        depth: usize,
    ) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        for clause in clauses {
            if let ClauseKind::Like(using) = &clause.kind {
                let inner: &Profile = self.profiles.get(&*using.name.raw).copied()?;
                if inner.parameters.len() != using.arguments.len() {
                    return None;
                }
                let values = inner
                    .parameters
                    .iter()
                    .zip(&using.arguments)
                    .map(|(parameter, argument)| {
                        (parameter.name.raw.clone(), stands(argument, scope))
                    })
                    .collect();
                self.take(&inner.clauses, &values, Some(&using.name.raw), depth + 1)?;
                continue;
            }
            let mut edits = Edits {
                scope,
                list: Vec::new(),
            };
            edits.clause(&clause.kind);
            self.flat.push(Flat {
                span: clause.span,
                profile: profile.map(str::to_owned),
                text: edits.apply(clause.span, (self.text)(clause.span)),
                docs: clause
                    .docs
                    .iter()
                    .map(|line| line.raw.to_string())
                    .collect(),
                single: single(&clause.kind),
                authority: matches!(
                    clause.kind,
                    ClauseKind::Allow(_) | ClauseKind::Never(_) | ClauseKind::Holds { .. }
                ),
                depth,
            });
        }
        Some(())
    }
}

/// Of clauses with one value only the outermost, and of those on one level the first.
fn settled(flat: Vec<Flat>) -> Vec<Flat> {
    let mut best: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (index, clause) in flat.iter().enumerate() {
        let Some(word) = clause.single else { continue };
        let kept = best.entry(word).or_insert(index);
        if clause.depth < flat[*kept].depth {
            *kept = index;
        }
    }
    flat.into_iter()
        .enumerate()
        .filter(|(index, clause)| clause.single.is_none_or(|word| best[word] == *index))
        .map(|(_, clause)| clause)
        .collect()
}

/// The keyword of a clause that can have one value only.
fn single(kind: &ClauseKind) -> Option<&'static str> {
    Some(match kind {
        ClauseKind::Owner(_) => "owner",
        ClauseKind::Purpose(_) => "purpose",
        ClauseKind::Operator(_) => "operator",
        ClauseKind::Expires(_) => "expires",
        ClauseKind::Review { .. } => "review",
        ClauseKind::Revoke(_) => "revoke",
        ClauseKind::Monitor(_) => "monitor",
        ClauseKind::Status(_) => "status",
        ClauseKind::Acts(_) => "acts",
        ClauseKind::Like(_)
        | ClauseKind::Identity { .. }
        | ClauseKind::Credential { .. }
        | ClauseKind::Trusts { .. }
        | ClauseKind::MemberOf(_)
        | ClauseKind::BoundedBy(_)
        | ClauseKind::RunsFrom(_)
        | ClauseKind::RunsOn(_)
        | ClauseKind::TriggeredBy(_)
        | ClauseKind::Ingests(_)
        | ClauseKind::Delegates { .. }
        | ClauseKind::Inherits { .. }
        | ClauseKind::Allow(_)
        | ClauseKind::Never(_)
        | ClauseKind::Holds { .. }
        | ClauseKind::Accept(_) => return None,
    })
}

fn stands(argument: &Argument, scope: &Scope) -> Stands {
    match argument {
        Argument::String(text) => Stands::String(text.raw.clone()),
        Argument::Reference(reference) => match scope.get(&reference.root.raw) {
            Some(Stands::String(value)) if reference.is_bare() => Stands::String(value.clone()),
            _ => Stands::Reference(replaced(reference, scope)),
        },
    }
}

/// A reference with the parameters in it replaced.
fn replaced(reference: &Reference, scope: &Scope) -> Reference {
    let mut out = reference.clone();
    if let Some(Stands::Reference(value)) = scope.get(&reference.root.raw) {
        out.root = value.root.clone();
        if out.tenant.is_none() {
            out.tenant.clone_from(&value.tenant);
        }
        let mut steps = value.steps.clone();
        steps.append(&mut out.steps);
        out.steps = steps;
    }
    let steps = out.steps.iter_mut().flat_map(|step| &mut step.arguments);
    for text in out.tenant.iter_mut().chain(steps.flatten()) {
        if let (false, Some(Stands::String(value))) = (text.quoted, scope.get(&text.raw)) {
            text.raw = value.clone();
            text.quoted = true;
        }
    }
    out
}

fn text(text: &Text) -> String {
    if text.quoted {
        format!("\"{}\"", text.raw)
    } else {
        text.raw.to_string()
    }
}

fn reference(reference: &Reference) -> String {
    let mut out = text(&reference.root);
    if let Some(tenant) = &reference.tenant {
        out.extend(["(", &text(tenant), ")"]);
    }
    for step in &reference.steps {
        out.push('.');
        out.push_str(&text(&step.name));
        if let Some(arguments) = &step.arguments {
            let list: Vec<String> = arguments.iter().map(text).collect();
            out.extend(["(", &list.join(", "), ")"]);
        }
    }
    out
}

/// What is to be replaced in the text of one clause.
struct Edits<'s> {
    scope: &'s Scope,
    list: Vec<(Span, String)>,
}

impl Edits<'_> {
    fn apply(mut self, span: Span, text: &str) -> String {
        self.list.sort_by_key(|(span, _)| span.start);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (place, new) in &self.list {
            let start = (place.start.saturating_sub(span.start)) as usize;
            let end = (place.end.saturating_sub(span.start)) as usize;
            if let (true, Some(kept), true) = (at <= start, text.get(at..start), end <= text.len())
            {
                out.push_str(kept);
                out.push_str(new);
                at = end;
            }
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }

    fn reference(&mut self, written: &Reference) {
        let new = replaced(written, self.scope);
        if new != *written {
            self.list.push((written.span, reference(&new)));
        }
    }

    fn references<'r>(&mut self, list: impl IntoIterator<Item = &'r Reference>) {
        for reference in list {
            self.reference(reference);
        }
    }

    /// A word that may be a parameter for a string.
    fn word(&mut self, word: &Text) {
        if let (false, Some(Stands::String(value))) = (word.quoted, self.scope.get(&word.raw)) {
            self.list.push((word.span, format!("\"{value}\"")));
        }
    }

    /// A word that may be a parameter for a team.
    fn team(&mut self, word: &Text) {
        if let (false, Some(Stands::Reference(value))) = (word.quoted, self.scope.get(&word.raw)) {
            self.list.push((word.span, reference(value)));
        }
    }

    fn who(&mut self, who: &Who) {
        match who {
            Who::Anyone(_) => {}
            Who::Service(name, _) | Who::Oidc(name, _) => self.word(name),
            Who::Reference(reference) => self.reference(reference),
        }
    }

    fn conditions(&mut self, conditions: &[Condition]) {
        for value in conditions.iter().flat_map(|condition| &condition.values) {
            if let Value::Name(name) = value {
                self.word(name);
            }
        }
    }

    fn targets(&mut self, targets: &Targets) {
        self.references(&targets.references);
        if let Some(Exception { references, .. }) = &targets.except {
            self.references(references);
        }
    }

    fn using(&mut self, using: &ProfileUse) {
        for argument in &using.arguments {
            if let Argument::Reference(written) = argument {
                match stands(argument, self.scope) {
                    Stands::String(value) => {
                        self.list.push((written.span, format!("\"{value}\"")));
                    }
                    Stands::Reference(_) => self.reference(written),
                }
            }
        }
    }

    fn authority(&mut self, authority: &Authority) {
        self.targets(&authority.targets);
        self.conditions(&authority.conditions);
        if let Some(approval) = &authority.approval {
            self.team(&approval.by);
        }
    }

    fn clause(&mut self, kind: &ClauseKind) {
        match kind {
            ClauseKind::Owner(word) => self.team(word),
            ClauseKind::Purpose(word) | ClauseKind::Revoke(word) | ClauseKind::Monitor(word) => {
                self.word(word);
            }
            ClauseKind::Review { by, .. } => self.team(by),
            ClauseKind::Identity { reference, from } => {
                self.reference(reference);
                self.references(from);
            }
            ClauseKind::Credential {
                system, stored_in, ..
            } => self.references(system.iter().chain(stored_in)),
            ClauseKind::Trusts {
                who,
                system,
                conditions,
            } => {
                self.who(who);
                self.references(system);
                self.conditions(conditions);
            }
            ClauseKind::BoundedBy(using) | ClauseKind::Like(using) => self.using(using),
            ClauseKind::RunsFrom(reference) | ClauseKind::RunsOn(reference) => {
                self.reference(reference);
            }
            ClauseKind::TriggeredBy(list) => {
                for who in list {
                    self.who(who);
                }
            }
            ClauseKind::Ingests(list) => self.references(list),
            ClauseKind::Delegates { targets, .. } => self.targets(targets),
            ClauseKind::Allow(authority) | ClauseKind::Never(authority) => {
                self.authority(authority);
            }
            ClauseKind::Holds { system, .. } => self.reference(system),
            ClauseKind::Accept(accept) => {
                self.references(&accept.on);
                self.team(&accept.by);
            }
            ClauseKind::Operator(_)
            | ClauseKind::Expires(_)
            | ClauseKind::Status(_)
            | ClauseKind::Acts(_)
            | ClauseKind::MemberOf(_)
            | ClauseKind::Inherits { .. } => {}
        }
    }
}
