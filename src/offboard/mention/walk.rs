//! The walk through the declarations.

use super::{Cut, Extent, Mention, Mentions, Sought, rule_goes, whole, with_docs};
use crate::source::Span;
use crate::syntax::ast::{
    AssertionKind, Clause, ClauseKind, Fact, FactKind, Guard, GuardRuleKind, Item, ItemKind,
    Profile, Reference, Selection, Selector, Targets, Test, Text, Who,
};

/// What is left of a line.
enum Fate {
    /// All of it, or all but what was cut.
    Stays,
    /// Nothing: why, and what to decide.
    Goes(String, Option<String>),
}

/// Goes through the items, one after another.
pub(super) struct Walk<'a, 's> {
    pub sought: &'a Sought<'s>,
    /// Whether a parameter of the profile has the name.
    pub shadowed: bool,
    pub found: Mentions,
}

impl Walk<'_, '_> {
    pub fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Integration(party) | ItemKind::Principal(party) => {
                if &*party.name.raw == self.sought.name {
                    let word = if matches!(item.kind, ItemKind::Integration(_)) {
                        "the integration itself"
                    } else {
                        "the principal itself"
                    };
                    self.mention(party.name.span, word.to_owned());
                    self.line(whole(item), "its declaration".to_owned(), None);
                } else {
                    self.clauses(&party.clauses, &quoted(&party.name.raw));
                }
            }
            ItemKind::Profile(profile) => self.profile(profile),
            ItemKind::Resource(resource) => {
                let of = &*format!("`{}`", written(&resource.reference));
                let gone = self.each(&resource.facts, |walk, fact| walk.fact(fact, of));
                self.settle(
                    item,
                    &gone,
                    resource.facts.len(),
                    "no fact of it is left",
                    |index| resource.facts[index].span,
                );
            }
            ItemKind::Guard(guard) => self.guard(item, guard),
            ItemKind::Test(test) => self.test(item, test),
            ItemKind::Reviewed(reviewed) => self.fact_of(item, &reviewed.name, "a `reviewed` fact"),
            ItemKind::Rotated(rotated) => self.fact_of(item, &rotated.name, "a `rotated` fact"),
            ItemKind::Team(_)
            | ItemKind::System(_)
            | ItemKind::Vendor(_)
            | ItemKind::Service(_) => {}
        }
    }

    fn fact_of(&mut self, item: &Item, name: &Text, what: &str) {
        if self.names(name) {
            self.mention(name.span, what.to_owned());
            self.line(whole(item), format!("{what} about it"), None);
        }
    }

    fn profile(&mut self, profile: &Profile) {
        let mut parameters = profile.parameters.iter();
        self.shadowed = parameters.any(|parameter| &*parameter.name.raw == self.sought.name);
        self.clauses(
            &profile.clauses,
            &format!("profile {}", quoted(&profile.name.raw)),
        );
        self.shadowed = false;
    }

    fn clauses(&mut self, clauses: &[Clause], of: &str) {
        for clause in clauses {
            if let Fate::Goes(why, decide) = self.clause(clause, of) {
                self.line(with_docs(clause.span, &clause.docs), why, decide);
            }
        }
    }

    fn clause(&mut self, clause: &Clause, of: &str) -> Fate {
        match &clause.kind {
            ClauseKind::Operator(name) if self.names(name) => {
                self.mention(name.span, format!("`operator` of {of}"));
                Fate::Goes(
                    format!("it operates {of}"),
                    Some(format!("who operates {of} from now on")),
                )
            }
            ClauseKind::MemberOf(name) if self.names(name) => {
                self.mention(name.span, format!("`member of` of {of}"));
                Fate::Goes(format!("{of} is a member of it"), None)
            }
            ClauseKind::Delegates { to, .. } if self.names(to) => {
                self.mention(to.span, format!("`delegates` of {of}"));
                Fate::Goes(format!("{of} delegates to it"), None)
            }
            ClauseKind::Inherits { from, .. } if self.names(from) => {
                self.mention(from.span, format!("`inherits` of {of}"));
                Fate::Goes(format!("{of} inherits from it"), None)
            }
            ClauseKind::Trusts { who, .. } => match self.hits(who, of, "trusts") {
                Some(named) => Fate::Goes(
                    if named {
                        format!("{of} trusts it")
                    } else {
                        format!(
                            "{of} trusts its identity, and would trust whoever makes one of that name again"
                        )
                    },
                    None,
                ),
                None => Fate::Stays,
            },
            ClauseKind::TriggeredBy(who) => self.whos(
                who,
                of,
                "triggered by",
                None,
                &format!("it triggers {of}"),
                Some(&format!("what triggers {of} from now on")),
            ),
            ClauseKind::Allow(rule) => self.targets(&rule.targets, of, "allow"),
            ClauseKind::Delegates { targets, .. } => self.targets(targets, of, "delegates"),
            ClauseKind::Operator(_)
            | ClauseKind::MemberOf(_)
            | ClauseKind::Inherits { .. }
            | ClauseKind::Like(_)
            | ClauseKind::Owner(_)
            | ClauseKind::Purpose(_)
            | ClauseKind::Expires(_)
            | ClauseKind::Review { .. }
            | ClauseKind::Revoke(_)
            | ClauseKind::Monitor(_)
            | ClauseKind::Status(_)
            | ClauseKind::Acts(_)
            | ClauseKind::Identity { .. }
            | ClauseKind::Credential { .. }
            | ClauseKind::BoundedBy(_)
            | ClauseKind::RunsFrom(_)
            | ClauseKind::RunsOn(_)
            | ClauseKind::Ingests(_)
            | ClauseKind::Never(_)
            | ClauseKind::Holds { .. }
            | ClauseKind::Accept(_) => Fate::Stays,
        }
    }

    /// What others are allowed on things that go with it.
    fn targets(&mut self, targets: &Targets, of: &str, word: &str) -> Fate {
        let going = self.sought.going;
        let why = format!("{of} may use what goes with it");
        let decide =
            format!("whether {of} still needs the line: it does where what it names stays");
        let hit: Vec<bool> = targets
            .references
            .iter()
            .map(|reference| going.contains(&reference.span))
            .collect();
        for (reference, _) in targets.references.iter().zip(&hit).filter(|(_, hit)| **hit) {
            self.mention(
                reference.span,
                format!("`{word}` of {of}, by what goes with it"),
            );
        }
        let spans = targets.references.iter().map(|reference| reference.span);
        self.entries(&spans.collect::<Vec<_>>(), &hit, None, &why, Some(&decide))
    }

    fn fact(&mut self, fact: &Fact, of: &str) -> Fate {
        match &fact.kind {
            FactKind::Stores(name) if self.names(name) => {
                self.mention(name.span, format!("`stores credential of` of {of}"));
                Fate::Goes(format!("{of} keeps its credential"), None)
            }
            FactKind::AttachedTo(who) => {
                let why = format!("{of} is attached to it");
                self.whos(who, of, "attached to", None, &why, None)
            }
            FactKind::Admits { refuses, who, .. } => {
                let (word, why) = if *refuses {
                    ("refuses", format!("{of} refuses it"))
                } else {
                    ("admits", format!("{of} admits it"))
                };
                self.whos(who, of, word, None, &why, None)
            }
            FactKind::Guarded {
                except, lifted_by, ..
            } => {
                let why = &*format!("a protection of {of} leaves it out");
                self.whos(except, of, "guarded … except", Some("except"), why, None);
                let decide = &*format!("who can lift the protection of {of} from now on");
                let why = &*format!("it can lift a protection of {of}");
                let part = Some("lifted by");
                self.whos(
                    lifted_by,
                    of,
                    "guarded … lifted by",
                    part,
                    why,
                    Some(decide),
                );
                Fate::Stays
            }
            FactKind::Stores(_)
            | FactKind::Labels(_)
            | FactKind::Env(_)
            | FactKind::RunsAs(_)
            | FactKind::RunsOn(_)
            | FactKind::Escapes { .. } => Fate::Stays,
        }
    }

    fn guard(&mut self, item: &Item, guard: &Guard) {
        let of = format!("guard {}", quoted(&guard.name.raw));
        let mut rules = 0;
        let mut gone = Vec::new();
        for (index, rule) in guard.rules.iter().enumerate() {
            let goes = match &rule.kind {
                GuardRuleKind::Deny {
                    what,
                    together,
                    subjects,
                    except,
                    ..
                } => {
                    let goes = [
                        self.selection(what, &of),
                        together
                            .as_ref()
                            .is_some_and(|with| self.selection(with, &of)),
                        self.selectors(subjects, &of),
                    ]
                    .contains(&true);
                    if goes {
                        self.named_only(except, &of);
                    } else {
                        let why = format!("{of} makes an exception for it");
                        self.whos(except, &of, "except", Some("except"), &why, None);
                    }
                    goes
                }
                GuardRuleKind::Require { of: what, .. } => self.selection(what, &of),
                GuardRuleKind::Limit { subjects, .. } => self.selectors(subjects, &of),
                GuardRuleKind::Severity(_) | GuardRuleKind::ExceptionsBy(_) => continue,
            };
            rules += 1;
            if goes {
                let why = format!("the rule of {of} is about it, and is about nothing without it");
                gone.push((index, why, Some(rule_goes(&of))));
            }
        }
        self.settle(item, &gone, rules, "no rule of it is left", |index| {
            guard.rules[index].span
        });
    }

    /// Notes the names in a list that goes as a whole.
    fn named_only(&mut self, who: &[Who], of: &str) {
        for one in who {
            self.hits(one, of, "except");
        }
    }

    fn selection(&mut self, selection: &Selection, of: &str) -> bool {
        self.selectors(&selection.selectors, of)
    }

    /// Whether a selector names it: all of them must hold, so none of the rule is left then.
    fn selectors(&mut self, selectors: &[Selector], of: &str) -> bool {
        let mut any = false;
        for selector in selectors {
            if let Selector::Reference(reference) = selector
                && self.is_name(reference)
            {
                self.mention(reference.span, of.to_owned());
                any = true;
            }
        }
        any
    }

    fn test(&mut self, item: &Item, test: &Test) {
        let of = format!("test {}", quoted(&test.title.raw));
        let gone = self.each(&test.assertions, |walk, assertion| {
            let why = format!("an assertion of {of} is about it");
            if walk.hits(&assertion.who, &of, "who").is_some() {
                return Fate::Goes(why, None);
            }
            match &assertion.kind {
                AssertionKind::Reach { references, .. } => {
                    let hit: Vec<bool> = references.iter().map(|one| walk.is_name(one)).collect();
                    for (reference, _) in references.iter().zip(&hit).filter(|(_, hit)| **hit) {
                        walk.mention(reference.span, of.clone());
                    }
                    let spans: Vec<Span> = references.iter().map(|one| one.span).collect();
                    walk.entries(&spans, &hit, None, &why, None)
                }
                AssertionKind::Influence { whom, .. } => {
                    let hit: Vec<bool> = whom.iter().map(|one| walk.names(one)).collect();
                    for (name, _) in whom.iter().zip(&hit).filter(|(_, hit)| **hit) {
                        walk.mention(name.span, of.clone());
                    }
                    let spans: Vec<Span> = whom.iter().map(|one| one.span).collect();
                    walk.entries(&spans, &hit, None, &why, None)
                }
                AssertionKind::Can { .. } | AssertionKind::Cause { .. } => Fate::Stays,
            }
        });
        let count = test.assertions.len();
        self.settle(item, &gone, count, "no assertion of it is left", |index| {
            test.assertions[index].span
        });
    }

    /// The lines that go.
    fn each<T>(
        &mut self,
        lines: &[T],
        mut fate: impl FnMut(&mut Self, &T) -> Fate,
    ) -> Vec<(usize, String, Option<String>)> {
        let mut gone = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            if let Fate::Goes(why, decide) = fate(self, line) {
                gone.push((index, why, decide));
            }
        }
        gone
    }

    /// Cuts out the lines that go, or the whole item where none of the `count` that matter is left.
    fn settle(
        &mut self,
        item: &Item,
        gone: &[(usize, String, Option<String>)],
        count: usize,
        nothing: &str,
        span: impl Fn(usize) -> Span,
    ) {
        // An item that could not be read whole may hold more than is known.
        if !gone.is_empty() && gone.len() == count && item.complete {
            let mut why: Vec<&str> = gone.iter().map(|(_, why, _)| why.as_str()).collect();
            why.dedup();
            let decide = gone.iter().find_map(|(_, _, decide)| decide.clone());
            self.line(
                whole(item),
                format!("{}; {nothing}", why.join("; ")),
                decide,
            );
            return;
        }
        for (index, why, decide) in gone {
            self.line(span(*index), why.clone(), decide.clone());
        }
    }

    /// A list of parties and things: cuts the entries that go. Where `part` is the word before the
    /// list, the list goes without its line.
    fn whos(
        &mut self,
        who: &[Who],
        of: &str,
        word: &str,
        part: Option<&'static str>,
        why: &str,
        decide: Option<&str>,
    ) -> Fate {
        let hit: Vec<bool> = who
            .iter()
            .map(|one| self.hits(one, of, word).is_some())
            .collect();
        let spans: Vec<Span> = who.iter().map(Who::span).collect();
        self.entries(&spans, &hit, part, why, decide)
    }

    fn entries(
        &mut self,
        spans: &[Span],
        hit: &[bool],
        part: Option<&'static str>,
        why: &str,
        decide: Option<&str>,
    ) -> Fate {
        let (Some(first), Some(last), true) = (spans.first(), spans.last(), hit.contains(&true))
        else {
            return Fate::Stays;
        };
        if !hit.contains(&false) {
            let decide = decide.map(str::to_owned);
            let Some(word) = part else {
                return Fate::Goes(why.to_owned(), decide);
            };
            self.found.cuts.push(Cut {
                span: first.to(*last),
                extent: Extent::After(word),
                why: why.to_owned(),
                decide,
            });
            return Fate::Stays;
        }
        let mut at = 0;
        while at < spans.len() {
            if !hit[at] {
                at += 1;
                continue;
            }
            let length = hit[at..].iter().take_while(|hit| **hit).count();
            let end = at + length - 1;
            // With the comma before it, or where it is the first with the one after it.
            let span = if at > 0 {
                Span {
                    start: spans[at - 1].end,
                    ..spans[end]
                }
            } else {
                Span {
                    end: spans[end + 1].start,
                    ..spans[at]
                }
            };
            self.found.cuts.push(Cut {
                span,
                extent: Extent::Entries,
                why: why.to_owned(),
                // What is left of the list goes on as it did.
                decide: None,
            });
            at = end + 1;
        }
        Fate::Stays
    }

    /// Whether it is named (true), or something that goes with it is (false).
    fn hits(&mut self, who: &Who, of: &str, word: &str) -> Option<bool> {
        let Who::Reference(reference) = who else {
            return None;
        };
        if self.is_name(reference) {
            self.mention(reference.span, format!("`{word}` of {of}"));
            return Some(true);
        }
        if self.sought.going.contains(&reference.span) {
            let what = format!("`{word}` of {of}, by its identity");
            self.mention(reference.span, what);
            return Some(false);
        }
        None
    }

    fn is_name(&self, reference: &Reference) -> bool {
        reference.is_bare() && self.names(&reference.root)
    }

    fn names(&self, name: &Text) -> bool {
        !self.shadowed && &*name.raw == self.sought.name
    }

    fn mention(&mut self, span: Span, what: String) {
        self.found.all.push(Mention { span, what });
    }

    fn line(&mut self, span: Span, why: String, decide: Option<String>) {
        self.found.cuts.push(Cut {
            span,
            extent: Extent::Line,
            why,
            decide,
        });
    }
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// A reference as it is written, white space aside.
fn written(reference: &Reference) -> String {
    let argument = |text: &Text| {
        if text.quoted {
            format!("\"{}\"", text.raw)
        } else {
            text.raw.to_string()
        }
    };
    let mut text = reference.root.raw.to_string();
    if let Some(tenant) = &reference.tenant {
        text.extend(["(", &argument(tenant), ")"]);
    }
    for step in &reference.steps {
        text.extend([".", &step.name.raw]);
        if let Some(arguments) = &step.arguments {
            let all: Vec<String> = arguments.iter().map(argument).collect();
            text.extend(["(", &all.join(", "), ")"]);
        }
    }
    text
}
