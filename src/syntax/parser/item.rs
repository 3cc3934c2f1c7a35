//! Items: their heads, and which lines their bodies hold.

use super::precheck::RULE;
use super::{Children, Node, Reader, Rule};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{
    Clause, Guard, Item, ItemKind, Parameter, Party, Profile, ResourceFact, Reviewed, Rotated,
    Service, System, SystemSetting, SystemSettingKind, Team, TeamSetting, TeamSettingKind, Test,
    Text, Vendor, VendorClause,
};
use crate::syntax::expected;

impl<'t> Reader<'t> {
    /// The items of the file.
    pub(super) fn file(&mut self, file: Node<'t>, items: &mut Vec<Item>) {
        let mut docs: Vec<Node<'t>> = Vec::new();
        for node in Children::of(file) {
            match node.as_rule() {
                Rule::EOI => self.undocumented(&mut docs),
                Rule::doc => {
                    let span = self.span(&node);
                    if self.starts_line(span) {
                        docs.push(node);
                    } else {
                        self.comment(&node);
                    }
                }
                Rule::bad_item => {
                    self.undocumented(&mut docs);
                    self.bad_item(&node);
                }
                _ => {
                    let docs = self.docs(std::mem::take(&mut docs));
                    let item = self.item(node, docs);
                    items.push(item);
                }
            }
        }
    }

    fn item(&mut self, node: Node<'t>, docs: Vec<Text>) -> Item {
        let span = self.span(&node);
        self.complete = !self.hides(span);
        self.cut = false;
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let kind = match rule {
            Rule::team => ItemKind::Team(self.team(children, span)),
            Rule::system => ItemKind::System(self.system(children, span)),
            Rule::integration => ItemKind::Integration(self.party(children, span, "integration")),
            Rule::principal => ItemKind::Principal(self.party(children, span, "principal")),
            Rule::resource => ItemKind::Resource(self.resource_fact(children, span)),
            Rule::profile => ItemKind::Profile(self.profile(children, span)),
            Rule::guard => ItemKind::Guard(self.guard(children, span)),
            Rule::test => ItemKind::Test(self.test(children, span)),
            Rule::reviewed => {
                let reviewed = Reviewed {
                    name: self.token(&mut children),
                    on: self.only(children.first()),
                    by: self.only(children.first()),
                };
                self.strays(children);
                ItemKind::Reviewed(reviewed)
            }
            Rule::rotated => {
                let rotated = Rotated {
                    name: self.token(&mut children),
                    system: children.next_if(Rule::for_name).map(|node| self.only(node)),
                    on: self.only(children.first()),
                };
                self.strays(children);
                ItemKind::Rotated(rotated)
            }
            Rule::vendor => ItemKind::Vendor(self.vendor(children, span)),
            _ => ItemKind::Service(self.service(children, span)),
        };
        Item {
            span,
            docs,
            complete: self.complete,
            kind,
        }
    }

    /// A comma after a fact is all that may be left.
    fn strays(&mut self, children: Children<'t>) {
        for node in children {
            self.stray_comma(&node);
        }
    }

    fn team(&mut self, mut children: Children<'t>, span: Span) -> Team {
        let name = self.declared(&mut children);
        let head = self.head(&mut children, span);
        let mut settings = Vec::new();
        let unclosed = self.lines(children, Rule::only_team, false, |reader, node, _| {
            settings.push(reader.team_setting(node));
        });
        self.closed(unclosed, head, "team");
        Team { name, settings }
    }

    fn team_setting(&mut self, node: Node<'t>) -> TeamSetting {
        let span = self.span(&node);
        let kind = if node.as_rule() == Rule::team_contact {
            TeamSettingKind::Contact(self.only(node))
        } else {
            TeamSettingKind::Is(self.only_reference(node))
        };
        TeamSetting { span, kind }
    }

    fn system(&mut self, mut children: Children<'t>, span: Span) -> System {
        let name = self.declared(&mut children);
        let vendor = self.after(&mut children, Rule::colon);
        let tenant_type = self.token(&mut children);
        let id = children
            .next_if(Rule::tenant_id)
            .map(|node| self.only(node));
        let head = self.head(&mut children, span);
        let mut settings = Vec::new();
        let unclosed = self.lines(children, Rule::only_system, false, |reader, node, _| {
            settings.push(reader.system_setting(node));
        });
        self.closed(unclosed, head, "system");
        System {
            name,
            vendor,
            tenant_type,
            id,
            settings,
        }
    }

    fn system_setting(&mut self, node: Node<'t>) -> SystemSetting {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let kind = match rule {
            Rule::system_id => SystemSettingKind::Id {
                id: self.token(&mut children),
                name: children
                    .next()
                    .map(|node| self.declared(&mut Children::of(node))),
            },
            Rule::env => SystemSettingKind::Env(self.token(&mut children)),
            Rule::labels => SystemSettingKind::Labels(self.words(children)),
            Rule::external => SystemSettingKind::External,
            Rule::hosted_in => SystemSettingKind::HostedIn(self.reference(children.first())),
            _ => SystemSettingKind::Vendor {
                name: self.token(&mut children),
                values: self.words(children),
            },
        };
        SystemSetting { span, kind }
    }

    fn party(&mut self, mut children: Children<'t>, span: Span, what: &'static str) -> Party {
        let name = self.declared(&mut children);
        let kind = self.after(&mut children, Rule::colon);
        let head = self.head(&mut children, span);
        Party {
            name,
            kind,
            clauses: self.clauses(children, head, what),
        }
    }

    fn clauses(&mut self, children: Children<'t>, head: Span, what: &'static str) -> Vec<Clause> {
        let mut clauses = Vec::new();
        let unclosed = self.lines(children, Rule::only_party, true, |reader, node, docs| {
            clauses.push(reader.clause(node, docs));
        });
        self.closed(unclosed, head, what);
        clauses
    }

    fn profile(&mut self, mut children: Children<'t>, span: Span) -> Profile {
        let name = self.declared(&mut children);
        let parameters = children
            .next_if(Rule::parameters)
            .map(|node| {
                Children::of(node)
                    .map(|node| {
                        let mut children = Children::of(node);
                        let name = self.declared(&mut children);
                        children.next_if(Rule::colon);
                        Parameter {
                            name,
                            of: self.words(children),
                        }
                    })
                    .collect()
            })
            .unwrap_or_default();
        let head = self.head(&mut children, span);
        Profile {
            name,
            parameters,
            clauses: self.clauses(children, head, "profile"),
        }
    }

    fn resource_fact(&mut self, mut children: Children<'t>, span: Span) -> ResourceFact {
        let reference = self.reference(children.first());
        let head = self.head(&mut children, span);
        let mut facts = Vec::new();
        let unclosed = self.lines(children, Rule::only_fact, false, |reader, node, _| {
            facts.push(reader.fact(node));
        });
        self.closed(unclosed, head, "resource");
        ResourceFact { reference, facts }
    }

    fn guard(&mut self, mut children: Children<'t>, span: Span) -> Guard {
        let name = self.declared(&mut children);
        let why = children.next_if(Rule::text).map(|node| self.word(&node));
        let head = self.head(&mut children, span);
        let mut rules = Vec::new();
        let unclosed = self.lines(children, Rule::only_guard, false, |reader, node, _| {
            rules.push(reader.guard_rule(node));
        });
        self.closed(unclosed, head, "guard");
        Guard { name, why, rules }
    }

    fn test(&mut self, mut children: Children<'t>, span: Span) -> Test {
        let title = self.token(&mut children);
        let head = self.head(&mut children, span);
        let mut assertions = Vec::new();
        let unclosed = self.lines(children, Rule::only_test, false, |reader, node, _| {
            assertions.push(reader.assertion(node));
        });
        self.closed(unclosed, head, "test");
        Test { title, assertions }
    }

    fn vendor(&mut self, mut children: Children<'t>, span: Span) -> Vendor {
        let name = self.declared(&mut children);
        Vendor {
            name,
            clauses: self.vendor_lines(children, span, "vendor"),
        }
    }

    fn service(&mut self, mut children: Children<'t>, span: Span) -> Service {
        let vendor = self.token(&mut children);
        let name = self.token(&mut children);
        Service {
            vendor,
            name,
            clauses: self.vendor_lines(children, span, "service"),
        }
    }

    fn vendor_lines(
        &mut self,
        mut children: Children<'t>,
        span: Span,
        what: &'static str,
    ) -> Vec<VendorClause> {
        let head = self.head(&mut children, span);
        let mut clauses = Vec::new();
        let unclosed = self.lines(children, Rule::only_vendor, true, |reader, node, docs| {
            clauses.push(reader.vendor_clause(node, docs));
        });
        self.closed(unclosed, head, what);
        clauses
    }

    /// The head of an item, from its keyword to its opening brace.
    fn head(&mut self, children: &mut Children<'t>, item: Span) -> Span {
        children.next_if(Rule::open).map_or(item, |open| Span {
            end: self.span(&open).end,
            ..item
        })
    }

    fn closed(&mut self, unclosed: Option<Span>, head: Span, what: &'static str) {
        if unclosed.is_some() {
            self.unclosed(head, what);
        }
    }

    /// Says that a body has no closing brace, unless something unreadable ran over it.
    pub(super) fn unclosed(&mut self, head: Span, what: &'static str) {
        self.complete = false;
        if !std::mem::replace(&mut self.cut, true) {
            self.wrong(
                Diagnostic::error(RULE, head, format!("this {what} has no closing `}}`"))
                    .label("opened here")
                    .help("write `}` on a line of its own after the last clause"),
            );
        }
    }

    /// A name that is declared: kebab-case, and no word that means something by itself.
    fn declared(&mut self, children: &mut Children<'t>) -> Text {
        let name = self.token(children);
        if expected::RESERVED.contains(&&*name.raw) {
            self.wrong(
                Diagnostic::error(
                    RULE,
                    name.span,
                    format!(
                        "`{}` cannot be a name: it is a word of the language",
                        name.raw
                    ),
                )
                .help(format!("write a longer name, such as `{}-main`", name.raw)),
            );
        } else if let Some(kebab) = kebab(&name.raw) {
            self.wrong(
                Diagnostic::error(
                    RULE,
                    name.span,
                    format!("the name `{}` is not in kebab-case", name.raw),
                )
                .help(format!(
                    "declared names are small letters, digits and single hyphens: `{kebab}`"
                ))
                .fix(name.span, kebab.clone(), format!("write `{kebab}`")),
            );
        }
        name
    }
}

/// The kebab-case form of a name that is not in it; nothing when it is.
fn kebab(name: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in name.split(['-', '_']).filter(|part| !part.is_empty()) {
        let mut word = String::new();
        let mut small = false;
        for character in part.chars() {
            if character.is_ascii_uppercase() && small {
                parts.push(std::mem::take(&mut word));
            }
            small = !character.is_ascii_uppercase();
            word.push(character.to_ascii_lowercase());
        }
        parts.push(word);
    }
    let kebab = parts.join("-");
    (kebab != name).then_some(kebab)
}
