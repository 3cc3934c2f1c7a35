//! The syntax tree of a `.scope` file. Names are unresolved; every node knows its span.

mod clause;
mod fact;
mod vendor;

use crate::source::{FileId, Span};

pub use clause::*;
pub use fact::*;
pub use vendor::*;

/// A word, number, date, duration or string as it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// For a string, what stands between the quotes, escapes untouched; else the word itself.
    pub raw: Box<str>,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Whether it was written in quotes.
    pub quoted: bool,
}

impl Text {
    /// The text with `\"`, `\\`, `\*` and `\?` resolved: for names and prose, not for patterns.
    pub fn plain(&self) -> String {
        if !self.quoted || !self.raw.contains('\\') {
            return self.raw.to_string();
        }
        let mut plain = String::with_capacity(self.raw.len());
        let mut characters = self.raw.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => plain.extend(characters.next()),
                other => plain.push(other),
            }
        }
        plain
    }
}

/// A whole file.
#[derive(Clone, Debug)]
pub struct File {
    /// Which file.
    pub id: FileId,
    /// Its items in order, unreadable ones left out.
    pub items: Vec<Item>,
    /// Every `//` comment that is not documentation, in order.
    pub comments: Vec<Comment>,
}

/// A `//` comment, its two slashes included in the span, its line end not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// Where it stands.
    pub span: Span,
    /// Whether nothing but white space stands before it on its line.
    pub own_line: bool,
}

/// One item of a file.
#[derive(Clone, Debug)]
pub struct Item {
    /// From its keyword to its closing brace.
    pub span: Span,
    /// The `///` lines before it, slashes and one following space removed.
    pub docs: Vec<Text>,
    /// Whether the whole body could be read; a false one emits nothing.
    pub complete: bool,
    /// What it is.
    pub kind: ItemKind,
}

/// The kinds of items.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// `team NAME { … }`
    Team(Team),
    /// `system NAME: vendor.type("id") { … }`
    System(System),
    /// `integration NAME: KIND { … }`
    Integration(Party),
    /// `principal NAME: KIND { … }`
    Principal(Party),
    /// `resource REF { … }`: facts about one thing that exists
    Resource(ResourceFact),
    /// `profile NAME(param: type, …) { … }`
    Profile(Profile),
    /// `guard NAME "why" { … }`
    Guard(Guard),
    /// `test "what" { … }`
    Test(Test),
    /// `reviewed NAME on DATE by TEAM`
    Reviewed(Reviewed),
    /// `rotated NAME [for SYSTEM] on DATE`
    Rotated(Rotated),
    /// `vendor NAME { … }`
    Vendor(Vendor),
    /// `service VENDOR.NAME { … }`
    Service(Service),
}

/// `team NAME { contact "…"; is REF }`
#[derive(Clone, Debug)]
pub struct Team {
    /// The name.
    pub name: Text,
    /// Its settings, in order.
    pub settings: Vec<TeamSetting>,
}

/// One line of a team.
#[derive(Clone, Debug)]
pub struct TeamSetting {
    /// The whole line.
    pub span: Span,
    /// What it says.
    pub kind: TeamSettingKind,
}

/// What a line of a team says.
#[derive(Clone, Debug)]
pub enum TeamSettingKind {
    /// `contact "…"`
    Contact(Text),
    /// `is REF`: the group that holds its members
    Is(Reference),
}

/// `system NAME: vendor.type("id") { … }`
#[derive(Clone, Debug)]
pub struct System {
    /// The name.
    pub name: Text,
    /// The vendor's name.
    pub vendor: Text,
    /// The type of the tenant: `account`, `org`, `cluster` …
    pub tenant_type: Text,
    /// The tenant's id when it is written in the head.
    pub id: Option<Text>,
    /// Its settings, in order.
    pub settings: Vec<SystemSetting>,
}

/// One line of a system.
#[derive(Clone, Debug)]
pub struct SystemSetting {
    /// The whole line.
    pub span: Span,
    /// What it says.
    pub kind: SystemSettingKind,
}

/// What a line of a system says.
#[derive(Clone, Debug)]
pub enum SystemSettingKind {
    /// `id "…" as NAME`: one of several tenants
    Id {
        /// The tenant's id.
        id: Text,
        /// Its name; optional when there is one only.
        name: Option<Text>,
    },
    /// `env NAME`
    Env(Text),
    /// `labels a, b`
    Labels(Vec<Text>),
    /// `external`: not ours, nothing is emitted into it
    External,
    /// `hosted in REF`
    HostedIn(Reference),
    /// A setting of the vendor's: `region "eu-west-1"`
    Vendor {
        /// The setting's name.
        name: Text,
        /// Its values.
        values: Vec<Text>,
    },
}

/// An integration or a principal.
#[derive(Clone, Debug)]
pub struct Party {
    /// The name.
    pub name: Text,
    /// `connector`, `human` … as written.
    pub kind: Text,
    /// Its clauses, in order.
    pub clauses: Vec<Clause>,
}

/// `profile NAME(param: type, …) { … }`
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name.
    pub name: Text,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// Its clauses, in order.
    pub clauses: Vec<Clause>,
}

/// `name: type`, the type being `aws.account`, `aws.s3.bucket`, `team` or `string`.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name.
    pub name: Text,
    /// The type's words, dots left out.
    pub of: Vec<Text>,
}

/// `PROFILE` or `PROFILE(arguments)`
#[derive(Clone, Debug)]
pub struct ProfileUse {
    /// The profile's name.
    pub name: Text,
    /// The arguments, in order.
    pub arguments: Vec<Argument>,
}

/// An argument of a profile.
#[derive(Clone, Debug)]
pub enum Argument {
    /// A string.
    String(Text),
    /// A system, resource, team or parameter of the enclosing profile.
    Reference(Reference),
}

/// `SYSTEM.type("pattern").type`, or a bare name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The whole of it.
    pub span: Span,
    /// The first word: a system, parameter, integration, principal, vendor.
    pub root: Text,
    /// The tenant in `customers("contoso")`; a quoted string or a parameter's name.
    pub tenant: Option<Text>,
    /// What follows, one a dot.
    pub steps: Vec<Step>,
}

impl Reference {
    /// Whether it is a single word.
    pub fn is_bare(&self) -> bool {
        self.tenant.is_none() && self.steps.is_empty()
    }
}

/// `.type` or `.type("pattern", …)`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// From the word to the closing parenthesis.
    pub span: Span,
    /// The type.
    pub name: Text,
    /// The patterns; none when there are no parentheses. A word without quotes is a parameter.
    pub arguments: Option<Vec<Text>>,
}

/// Who is trusted, admitted, exempt …
#[derive(Clone, Debug)]
pub enum Who {
    /// `anyone`
    Anyone(Span),
    /// `service "lambda.amazonaws.com"`
    Service(Text, Span),
    /// `oidc "https://issuer"`
    Oidc(Text, Span),
    /// A name, a system or a resource.
    Reference(Reference),
}

impl Who {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Who::Anyone(span) | Who::Service(_, span) | Who::Oidc(_, span) => *span,
            Who::Reference(reference) => reference.span,
        }
    }
}
