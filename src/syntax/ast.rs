//! The syntax tree of a `.scope` file. Names are unresolved; every node knows its span.

use crate::source::{FileId, Span};

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

/// One clause of an integration, principal or profile.
#[derive(Clone, Debug)]
pub struct Clause {
    /// From its keyword to its last character, comments after it left out.
    pub span: Span,
    /// The `///` lines before it.
    pub docs: Vec<Text>,
    /// What it says.
    pub kind: ClauseKind,
}

/// What a clause says.
#[derive(Clone, Debug)]
pub enum ClauseKind {
    /// `like PROFILE(…)`
    Like(ProfileUse),
    /// `owner TEAM`, or a string
    Owner(Text),
    /// `purpose "…"`
    Purpose(Text),
    /// `operator PRINCIPAL`
    Operator(Text),
    /// `expires DATE`
    Expires(Text),
    /// `review every DUR by TEAM`
    Review {
        /// How often.
        every: Text,
        /// By whom.
        by: Text,
    },
    /// `revoke via "…"`
    Revoke(Text),
    /// `monitor via "…"`
    Monitor(Text),
    /// `status WORD`
    Status(Text),
    /// `acts …`
    Acts(Acts),
    /// `identity R [from R2]`
    Identity {
        /// The identity.
        reference: Reference,
        /// Whoever holds this one is that identity.
        from: Option<Reference>,
    },
    /// `credential KIND [for SYSTEM] [in R] [rotate DUR]`
    Credential {
        /// `oauth`, `secret`, `key` …
        kind: Text,
        /// The system it is for.
        system: Option<Reference>,
        /// Where it is kept.
        stored_in: Option<Reference>,
        /// How often it is exchanged.
        rotate: Option<Text>,
    },
    /// `trusts WHO [for SYSTEM] [where …]`
    Trusts {
        /// Who may become it.
        who: Who,
        /// In which system.
        system: Option<Reference>,
        /// Under which conditions.
        conditions: Vec<Condition>,
    },
    /// `member of PRINCIPAL`
    MemberOf(Text),
    /// `bounded by PROFILE(…)`
    BoundedBy(ProfileUse),
    /// `runs from R`
    RunsFrom(Reference),
    /// `runs on R`
    RunsOn(Reference),
    /// `triggered by WHO, …`
    TriggeredBy(Vec<Who>),
    /// `ingests R, …`
    Ingests(Vec<Reference>),
    /// `delegates VERBS on R to WHO [until DATE]`
    Delegates {
        /// What is passed on.
        verbs: Verbs,
        /// On what.
        targets: Targets,
        /// To whom.
        to: Text,
        /// For how long.
        until: Option<Text>,
    },
    /// `inherits all|narrowed|nothing from WHO`
    Inherits {
        /// `all`, `narrowed` or `nothing`.
        mode: Text,
        /// From whom.
        from: Text,
    },
    /// `allow …`
    Allow(Authority),
    /// `never …`
    Never(Authority),
    /// `holds "UNIT", … on SYSTEM`
    Holds {
        /// The vendor's own names.
        units: Vec<Text>,
        /// The system.
        system: Reference,
    },
    /// `accept RULE [on …] because "…" by TEAM until DATE`
    Accept(Accept),
}

/// How an integration acts, as declared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Acts {
    /// `acts as itself`
    Itself,
    /// `acts on behalf of users`
    OnBehalfOfUsers,
    /// `acts org-wide`
    OrgWide,
    /// `acts across tenants`
    AcrossTenants,
}

/// `VERBS [except VERBS]`
#[derive(Clone, Debug)]
pub struct Verbs {
    /// Verbs, vendor words and strings.
    pub names: Vec<Text>,
    /// What is taken out again.
    pub except: Vec<Text>,
}

/// `on|within R, … [except [within] R, …]`
#[derive(Clone, Debug)]
pub struct Targets {
    /// Whether `within` was written.
    pub within: bool,
    /// The resources.
    pub references: Vec<Reference>,
    /// What is taken out again.
    pub except: Option<Exception>,
}

/// `except [within] R, …`
#[derive(Clone, Debug)]
pub struct Exception {
    /// Whether `within` was written.
    pub within: bool,
    /// The resources.
    pub references: Vec<Reference>,
}

/// The body of an `allow` or a `never`.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Which verbs.
    pub verbs: Verbs,
    /// On what.
    pub targets: Targets,
    /// `fields "…", …`
    pub fields: Vec<Text>,
    /// `where … and …`
    pub conditions: Vec<Condition>,
    /// `until DATE`
    pub until: Option<Text>,
    /// `with approval by TEAM [for DUR]`
    pub approval: Option<Approval>,
}

/// `with approval by TEAM [for DUR]`
#[derive(Clone, Debug)]
pub struct Approval {
    /// From `with` to the end.
    pub span: Span,
    /// Who approves.
    pub by: Text,
    /// For how long.
    pub duration: Option<Text>,
}

/// `KEY OP VALUE [or absent]`
#[derive(Clone, Debug)]
pub struct Condition {
    /// The whole of it.
    pub span: Span,
    /// A dotted portable key (`source.ip`), or the vendor's in quotes.
    pub key: Text,
    /// How the key is compared.
    pub operator: Operator,
    /// With what; one value unless the operator is `in` or `not in`, none for `present`/`absent`.
    pub values: Vec<Value>,
    /// Whether `or absent` follows.
    pub or_absent: bool,
}

/// The operators of conditions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in […]`
    In,
    /// `not in […]`
    NotIn,
    /// `matches "glob"`
    Matches,
    /// `present`
    Present,
    /// `absent`
    Absent,
}

/// A value of a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A string.
    String(Text),
    /// A number, as written.
    Number(Text),
    /// A date or an instant, as written.
    Date(Text),
    /// `true` or `false`.
    Boolean(bool, Span),
    /// A word: a parameter of the enclosing profile.
    Name(Text),
}

/// `accept RULE [on …] because "…" by TEAM until DATE`
#[derive(Clone, Debug)]
pub struct Accept {
    /// A check or a guard.
    pub rule: Text,
    /// What it is limited to: resources or systems; empty means the whole integration.
    pub on: Vec<Reference>,
    /// The reason.
    pub because: Text,
    /// Who accepts.
    pub by: Text,
    /// Until when.
    pub until: Text,
}

/// `resource REF { … }`
#[derive(Clone, Debug)]
pub struct ResourceFact {
    /// The thing.
    pub reference: Reference,
    /// The facts, in order.
    pub facts: Vec<Fact>,
}

/// One fact.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The whole line.
    pub span: Span,
    /// What it says.
    pub kind: FactKind,
}

/// What a fact says.
#[derive(Clone, Debug)]
pub enum FactKind {
    /// `labels a, b`
    Labels(Vec<Text>),
    /// `env NAME`
    Env(Text),
    /// `guarded by KIND ["setting"] against VERBS [except WHO, …] [lifted by WHO, …]`
    Guarded {
        /// `branch-protection`, `approval` …
        by: Text,
        /// The vendor's setting.
        setting: Option<Text>,
        /// Against which verbs.
        against: Vec<Text>,
        /// Who is not held by it.
        except: Vec<Who>,
        /// Who can take it away.
        lifted_by: Vec<Who>,
    },
    /// `admits WHO to VERBS [on TYPE|within] [where …]` and `refuses …`
    Admits {
        /// Whether it is `refuses`.
        refuses: bool,
        /// Who.
        who: Vec<Who>,
        /// To what.
        verbs: Vec<Text>,
        /// On which type inside.
        on: Option<Text>,
        /// Whether `within` was written.
        within: bool,
        /// Under which conditions.
        conditions: Vec<Condition>,
    },
    /// `stores credential of WHO`
    Stores(Text),
    /// `attached to WHO, …`
    AttachedTo(Vec<Who>),
    /// `runs as R`
    RunsAs(Reference),
    /// `runs on R`
    RunsOn(Reference),
    /// `escapes to R by "…"`
    Escapes {
        /// Where to.
        to: Reference,
        /// By what setting.
        by: Text,
    },
}

/// `guard NAME "why" { … }`
#[derive(Clone, Debug)]
pub struct Guard {
    /// The name.
    pub name: Text,
    /// The reason.
    pub why: Option<Text>,
    /// Its rules, in order.
    pub rules: Vec<GuardRule>,
}

/// One line of a guard.
#[derive(Clone, Debug)]
pub struct GuardRule {
    /// The whole line.
    pub span: Span,
    /// What it says.
    pub kind: GuardRuleKind,
}

/// What a line of a guard says.
#[derive(Clone, Debug)]
pub enum GuardRuleKind {
    /// `deny SEL [together with SEL] [for WHO] [except WHO] [directly]`
    Deny {
        /// What must not be.
        what: Selection,
        /// What must not be at the same time.
        together: Option<Selection>,
        /// For whom.
        subjects: Vec<Selector>,
        /// But not these.
        except: Vec<Who>,
        /// Whether only direct authority counts.
        directly: bool,
    },
    /// `require WHAT [of at most DUR] for SEL`
    Require {
        /// `owner`, `expiry`, `review`, `monitoring`, `rotation`, `approval`.
        what: Text,
        /// At most this long.
        at_most: Option<Text>,
        /// For which authority.
        of: Selection,
    },
    /// `limit N systems|resources|hops for WHO`
    Limit {
        /// How many.
        count: Text,
        /// Of what.
        what: Text,
        /// For whom.
        subjects: Vec<Selector>,
    },
    /// `severity WORD`
    Severity(Text),
    /// `exceptions by TEAM`
    ExceptionsBy(Text),
}

/// `[VERBS on] SELECTORS`: authority that a guard speaks of.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The whole of it.
    pub span: Span,
    /// Which verbs; empty means all.
    pub verbs: Vec<Text>,
    /// Whether `within` was written.
    pub within: bool,
    /// All must hold.
    pub selectors: Vec<Selector>,
}

/// One condition of a selection.
#[derive(Clone, Debug)]
pub enum Selector {
    /// `env X`, `label X`, `kind X`, `vendor X`, `system X`, `owner X`
    Property {
        /// The word before.
        name: Text,
        /// The word after.
        value: Text,
    },
    /// `org-level`
    OrgLevel(Span),
    /// A resource, system, integration or principal.
    Reference(Reference),
}

/// `test "what" { … }`
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows.
    pub title: Text,
    /// Its assertions, in order.
    pub assertions: Vec<Assertion>,
}

/// One assertion.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The whole line.
    pub span: Span,
    /// About whom.
    pub who: Who,
    /// What it asserts.
    pub kind: AssertionKind,
}

/// What an assertion asserts.
#[derive(Clone, Debug)]
pub enum AssertionKind {
    /// `can VERBS on R`, `cannot VERBS on R [without approval]`
    Can {
        /// Whether it is `cannot`.
        negated: bool,
        /// Which verbs.
        verbs: Vec<Text>,
        /// On what.
        targets: Targets,
        /// Whether what waits for approval is left out.
        without_approval: bool,
    },
    /// `can reach R`, `cannot reach R`
    Reach {
        /// Whether it is `cannot`.
        negated: bool,
        /// What.
        references: Vec<Reference>,
        /// Whether what waits for approval is left out.
        without_approval: bool,
    },
    /// `can influence WHO`, `cannot influence WHO`
    Influence {
        /// Whether it is `cannot`.
        negated: bool,
        /// Whom.
        whom: Vec<Text>,
    },
    /// `can cause VERBS on R`, `cannot cause VERBS on R`
    Cause {
        /// Whether it is `cannot`.
        negated: bool,
        /// Which verbs.
        verbs: Vec<Text>,
        /// On what.
        targets: Targets,
    },
}

/// `reviewed NAME on DATE by TEAM`
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// Who was reviewed.
    pub name: Text,
    /// When.
    pub on: Text,
    /// By whom.
    pub by: Text,
}

/// `rotated NAME [for SYSTEM] on DATE`
#[derive(Clone, Debug)]
pub struct Rotated {
    /// Whose credential.
    pub name: Text,
    /// For which system.
    pub system: Option<Text>,
    /// When.
    pub on: Text,
}

/// `vendor NAME { … }`
#[derive(Clone, Debug)]
pub struct Vendor {
    /// The name.
    pub name: Text,
    /// Its lines, in order.
    pub clauses: Vec<VendorClause>,
}

/// `service VENDOR.NAME { … }`
#[derive(Clone, Debug)]
pub struct Service {
    /// The vendor's name.
    pub vendor: Text,
    /// The service's name.
    pub name: Text,
    /// Its lines, in order.
    pub clauses: Vec<VendorClause>,
}

/// One line, or one resource type, of a vendor or a service.
#[derive(Clone, Debug)]
pub struct VendorClause {
    /// The whole of it.
    pub span: Span,
    /// The `///` lines before it.
    pub docs: Vec<Text>,
    /// What it says.
    pub kind: VendorClauseKind,
}

/// What a line of a vendor says.
#[derive(Clone, Debug)]
pub enum VendorClauseKind {
    /// `units bind to resource|credential|tenant`
    Binding(Text),
    /// `operations per resource`: one name on two types is two operations
    PerResource,
    /// `denies`: the vendor has explicit denial
    Denies,
    /// `names all|exact|prefix|glob`: which patterns of names its grants can express
    Names(Text),
    /// `spelling "…"`: how an operation's full name is written, with `${service}`, `${type}` and
    /// `${operation}`
    Spelling(Text),
    /// `settings NAME, …`: settings its systems may have
    Settings(Vec<Text>),
    /// `default NAME "…"`: a setting's value where a system says nothing
    Default {
        /// The setting.
        name: Text,
        /// The value.
        value: Text,
    },
    /// `issuer "https://…"`: whose OIDC tokens its workloads carry
    Issuer(Text),
    /// `system TYPE(param)`: what a tenant of it is called
    System {
        /// The type.
        name: Text,
        /// The name of its id.
        parameter: Option<Text>,
    },
    /// `resource TYPE(param, …) [in PARENT, …] [= "format"] [as "spelling"] { … }`
    Resource(ResourceType),
    /// An operation, or several, of the vendor or service as a whole.
    Operations(Operations),
    /// `keys "KEY": TYPE [as PORTABLE], … [on OPERATION, …]`
    Keys {
        /// The keys.
        keys: Vec<Key>,
        /// Which operations have them; empty means all of the file.
        operations: Vec<Text>,
    },
    /// `unit "NAME" …`
    Unit(Unit),
    /// `control …`: a control rule
    Control(Control),
    /// `complete`: an unknown name is an error
    Complete,
    /// `partial`: an unknown name is a warning
    Partial,
    /// `source "…"`: where the facts come from
    Source(Text),
}

/// A type of resources.
#[derive(Clone, Debug)]
pub struct ResourceType {
    /// The type's name.
    pub name: Text,
    /// The names of its parameters; none for a type of which there is one only.
    pub parameters: Vec<Text>,
    /// The types it may lie in; none means the system itself.
    pub parents: Vec<Text>,
    /// The vendor's flat address, with `${…}` for parameters, parents' parameters and settings.
    pub format: Option<Text>,
    /// The vendor's own spelling of the type.
    pub spelling: Option<Text>,
    /// What follows in braces.
    pub lines: Vec<ResourceLine>,
}

/// One line of a resource type.
#[derive(Clone, Debug)]
pub struct ResourceLine {
    /// The whole line.
    pub span: Span,
    /// The `///` lines before it.
    pub docs: Vec<Text>,
    /// What it says.
    pub kind: ResourceLineKind,
}

/// What a line of a resource type says.
#[derive(Clone, Debug)]
pub enum ResourceLineKind {
    /// `VERB op, op …`
    Operations(Operations),
    /// `is identity, secret …`: what role it plays
    Is(Vec<Text>),
    /// `hosts TYPE [via "service"]`
    Hosts {
        /// The identity's type, words of a path.
        identity: Reference,
        /// The service that the identity must trust.
        via: Option<Text>,
    },
    /// `names all|exact|prefix|glob`
    Names(Text),
    /// `excludes "/"`: characters that its names cannot hold
    Excludes(Text),
    /// `labels a, b`
    Labels(Vec<Text>),
    /// `keys "KEY": TYPE …`
    Keys {
        /// The keys.
        keys: Vec<Key>,
        /// Which operations have them; empty means all on the type.
        operations: Vec<Text>,
    },
    /// `subject "repo:${org}/${repository}:…"`: the `sub` claim of a workload of it, with `${TYPE}`
    /// for the name at that type on the way down, the tenant's type included
    Subject(Text),
    /// `unnamed VERBOP, …`: operations that the name does not limit (Kubernetes `create`, `list`)
    Unnamed(Vec<Text>),
}

/// `VERB op, op` or `VERB op also on … optional … one of … needs …`
#[derive(Clone, Debug)]
pub struct Operations {
    /// The portable verb.
    pub verb: Text,
    /// The operations.
    pub names: Vec<Text>,
    /// Types of further slots that a request must fill.
    pub also_on: Vec<Reference>,
    /// Types of further slots that a request may fill.
    pub optional: Vec<Reference>,
    /// Types of which a request fills one besides.
    pub one_of: Vec<Reference>,
    /// Operations that it needs besides, in the vendor's full spelling.
    pub needs: Vec<Need>,
}

/// `"iam:PassRole" [on TYPE]`
#[derive(Clone, Debug)]
pub struct Need {
    /// The operation in full spelling.
    pub operation: Text,
    /// On which type.
    pub on: Option<Reference>,
}

/// `"KEY": TYPE [as PORTABLE]`
#[derive(Clone, Debug)]
pub struct Key {
    /// The vendor's key; a `*` at its end stands for a name (`aws:ResourceTag/*`).
    pub name: Text,
    /// `string`, `number`, `boolean`, `date`, `cidr`, `arn`, `set`.
    pub of: Text,
    /// The portable key that it carries.
    pub portable: Option<Text>,
}

/// `unit "NAME" [as "id"] [of "group"] [binds to LEVEL] [implies "U", …] [permits …]`
#[derive(Clone, Debug)]
pub struct Unit {
    /// The vendor's name of what can be granted.
    pub name: Text,
    /// The vendor's id of it.
    pub id: Option<Text>,
    /// The vendor's group, resource app or category of it.
    pub group: Option<Text>,
    /// What it binds to, when not as the vendor's other units.
    pub binds: Option<Text>,
    /// Units that it contains.
    pub implies: Vec<Text>,
    /// Operations that it permits.
    pub permits: Vec<Text>,
    /// On which types, where one name stands for several operations.
    pub on: Vec<Reference>,
    /// Units that are needed at once.
    pub with: Vec<Text>,
}

/// `control …`: read as words here; the graph gives them meaning.
#[derive(Clone, Debug)]
pub struct Control {
    /// The operations whose holder gains something.
    pub conjuncts: Vec<ControlConjunct>,
    /// What it gains.
    pub gives: ControlGives,
    /// `when R trusts "…"`
    pub when: Vec<ControlWhen>,
}

/// `OP on TYPE(VAR)`, joined to the one before by `and` or `with`
#[derive(Clone, Debug)]
pub struct ControlConjunct {
    /// Whether it is on the same request as the one before.
    pub with: bool,
    /// The operations, any of them.
    pub operations: Vec<Text>,
    /// On which type; the variable is its argument.
    pub on: Reference,
}

/// `gives host`, `gives R`, `gives admin of SCOPE` …
#[derive(Clone, Debug)]
pub struct ControlGives {
    /// The words, in order.
    pub words: Vec<Text>,
}

/// `R trusts "service"`
#[derive(Clone, Debug)]
pub struct ControlWhen {
    /// The words, in order.
    pub words: Vec<Text>,
}
