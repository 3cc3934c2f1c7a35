//! AWS documents from hand-made bundles: each test sets up what is granted and reads what is printed.

use crate::expect::{cases, expect_file};
use scopec::artifact::{Artifact, Locator};
use scopec::authority::operation::OperationSet;
use scopec::authority::pattern::Pattern;
use scopec::authority::set::Cube;
use scopec::authority::time::{Date, Length};
use scopec::authority::verb::{Verb, VerbSet};
use scopec::compile::{Compiled, Input, compile};
use scopec::diagnostic::Diagnostic;
use scopec::emit::emit;
use scopec::emit::manifest::manifest;
use scopec::emit::probes::probes;
use scopec::grant::{
    Admission, Boundary, Bundle, Gate, Grant, Granted, Row, RowId, RowPart, State, Units,
};
use scopec::graph::connect;
use scopec::model::catalog::{
    Binding, FormatPart, Key, KeyId, KeyType, Names, OpId, Operation, Roles, Slot, SlotId,
    SlotRole, Type, TypeId, TypeParameter, TypeRank, Vendor, VendorId,
};
use scopec::model::condition::{Condition, Operator};
use scopec::model::party::{Clause, ClauseKind, Party, PartyKind, Who};
use scopec::model::rule::{Part, Rule, Slice};
use scopec::model::system::{System, Team, Tenant};
use scopec::model::thing::{Tenants, Thing, ThingStep};
use scopec::model::{ConditionId, Model, PartyId, SystemId, TeamId};
use scopec::settings::Settings;
use scopec::source::{FileId, SourceFile, Sources, Span};
use std::fmt::Write;

const AWS: VendorId = VendorId(0);
const GITHUB: VendorId = VendorId(1);
const ACCOUNT: TypeId = TypeId(0);
const BUCKET: TypeId = TypeId(1);
const OBJECT: TypeId = TypeId(2);
const ROLE: TypeId = TypeId(3);
const USER: TypeId = TypeId(4);
const ORG: TypeId = TypeId(5);
const REPOSITORY: TypeId = TypeId(6);
const BRANCH: TypeId = TypeId(7);
const ENVIRONMENT: TypeId = TypeId(8);
const SERVICE: TypeId = TypeId(9);
const WORKFLOW: TypeId = TypeId(10);
const PROD: SystemId = SystemId(0);
const CODE: SystemId = SystemId(1);
const PARTNER: SystemId = SystemId(2);

/// A project with one integration, `sync`, that holds the role `sync` of one account.
struct Project {
    compiled: Compiled,
}

fn span() -> Span {
    Span::new(FileId(0), 0, 4)
}

fn kind(name: &str, vendor: VendorId, rank: TypeRank) -> Type {
    Type {
        vendor,
        service: None,
        name: name.into(),
        span: span(),
        rank,
        parameters: vec![TypeParameter {
            name: "name".into(),
            excluded: Box::new([]),
        }],
        parents: Vec::new(),
        children: Vec::new(),
        format: None,
        spelling: None,
        subject: None,
        roles: Roles::default(),
        hosts: Vec::new(),
        names: Names::Glob,
        labels: Vec::new(),
        slots: Vec::new(),
        unnamed: Vec::new(),
    }
}

fn vendor(name: &str) -> Vendor {
    Vendor {
        name: name.into(),
        span: span(),
        binding: Binding::Resource,
        per_resource: false,
        denies: true,
        names: Names::Glob,
        spelling: None,
        settings: Vec::new(),
        tenant_types: Vec::new(),
        has_units: false,
        issuer: None,
        complete: true,
        embedded: true,
    }
}

fn lies_in(types: &mut [Type], child: TypeId, parent: TypeId) {
    types[child.index()].parents.push(parent);
    types[parent.index()].children.push(child);
}

fn literal(text: &str) -> FormatPart {
    FormatPart::Literal(text.into())
}

fn name_of(up: u32) -> FormatPart {
    FormatPart::Parameter { up, index: 0 }
}

fn setting(name: &str) -> FormatPart {
    FormatPart::Setting(name.into())
}

impl Project {
    fn new() -> Self {
        let mut model = Model::default();
        let mut aws = vendor("aws");
        aws.spelling = Some("${service}:${operation}".into());
        aws.tenant_types = vec![ACCOUNT];
        let mut github = vendor("github");
        github.issuer = Some("https://token.actions.githubusercontent.com".into());
        github.tenant_types = vec![ORG];
        model.catalog.vendors = vec![aws, github];

        let resource = |name, service: &str, vendor| Type {
            service: (vendor == AWS).then(|| service.into()),
            ..kind(name, vendor, TypeRank::Resource)
        };
        let mut types = vec![
            kind("account", AWS, TypeRank::Tenant),
            resource("bucket", "s3", AWS),
            resource("object", "s3", AWS),
            resource("role", "iam", AWS),
            resource("user", "iam", AWS),
            kind("org", GITHUB, TypeRank::Tenant),
            resource("repository", "", GITHUB),
            resource("branch", "", GITHUB),
            resource("environment", "", GITHUB),
            Type {
                service: Some("s3".into()),
                ..kind("s3", AWS, TypeRank::Service)
            },
            resource("workflow", "", GITHUB),
        ];
        types[BUCKET.index()].format = Some(vec![literal("arn:aws:s3:::"), name_of(0)]);
        types[OBJECT.index()].format = Some(vec![
            literal("arn:aws:s3:::"),
            name_of(1),
            literal("/"),
            name_of(0),
        ]);
        for (of, word) in [(ROLE, ":role/"), (USER, ":user/")] {
            types[of.index()].format = Some(vec![
                literal("arn:"),
                setting("partition"),
                literal(":iam::"),
                setting("account"),
                literal(word),
                name_of(0),
            ]);
        }
        let subject = "repo:${org}/${repository}";
        types[BRANCH.index()].subject =
            Some(format!("{subject}:ref:refs/heads/${{branch}}").into());
        types[ENVIRONMENT.index()].subject =
            Some(format!("{subject}:environment:${{environment}}").into());
        lies_in(&mut types, OBJECT, BUCKET);
        lies_in(&mut types, REPOSITORY, ORG);
        lies_in(&mut types, BRANCH, REPOSITORY);
        lies_in(&mut types, ENVIRONMENT, REPOSITORY);
        lies_in(&mut types, WORKFLOW, REPOSITORY);
        model.catalog.types = types;

        let system = |name: &str, vendor, tenant_type, id: &str| System {
            name: name.into(),
            span: span(),
            vendor,
            tenant_type,
            tenants: vec![Tenant {
                name: None,
                id: id.into(),
                span: span(),
            }],
            env: None,
            labels: Vec::new(),
            external: false,
            hosted_in: None,
            settings: Vec::new(),
            complete: true,
        };
        model.systems = vec![
            system("prod", AWS, ACCOUNT, "111122223333"),
            system("code", GITHUB, ORG, "acme"),
            system("partner", AWS, ACCOUNT, "444455556666"),
        ];
        model.teams = vec![Team {
            name: "security".into(),
            span: span(),
            contact: None,
            group: None,
        }];
        let granted = Granted::default();
        let graph = connect(&model, &granted);
        let mut project = Self {
            compiled: Compiled {
                sources: Sources::new(),
                settings: Settings::default(),
                model,
                granted,
                graph,
                diagnostics: Vec::new(),
                not_assessed: Vec::new(),
            },
        };
        project
            .compiled
            .sources
            .add(SourceFile::new("a.scope", "sync\n"));
        let party = project.party("sync", PartyKind::Connector);
        project.bundle(party, thing(PROD, &[(ROLE, "sync")]));
        project
    }

    fn party(&mut self, name: &str, kind: PartyKind) -> PartyId {
        let model = &mut self.compiled.model;
        model.parties.push(Party {
            name: name.into(),
            name_span: span(),
            span: span(),
            kind,
            clauses: Vec::new(),
            complete: true,
        });
        PartyId::at(model.parties.len() - 1)
    }

    fn bundle(&mut self, party: PartyId, identity: Thing) {
        self.compiled.granted.bundles.push(Bundle {
            party,
            holders: vec![party],
            system: identity.system,
            tenant: 0,
            vendor: AWS,
            identity: Some(identity),
            from: None,
            grants: Vec::new(),
            denies: Vec::new(),
            gates: Vec::new(),
            admissions: Vec::new(),
            boundary: None,
            identity_rows: Vec::new(),
            expires: Vec::new(),
            silent: false,
        });
    }

    fn it(&mut self) -> &mut Bundle {
        &mut self.compiled.granted.bundles[0]
    }

    /// An operation on one type, once.
    fn slot(&mut self, service: &str, name: &str, of: TypeId) -> SlotId {
        let catalog = &mut self.compiled.model.catalog;
        let same = |operation: &Operation| {
            *operation.name == *name && operation.service.as_deref() == Some(service)
        };
        if let Some(found) = catalog.operations.iter().find(|operation| same(operation)) {
            return found.slots[0];
        }
        let id = SlotId::at(catalog.slots.len());
        catalog.slots.push(Slot {
            operation: OpId::at(catalog.operations.len()),
            of,
            role: SlotRole::Home,
        });
        catalog.operations.push(Operation {
            vendor: AWS,
            service: Some(service.into()),
            name: name.into(),
            span: span(),
            verb: Verb::Get,
            slots: vec![id],
            needs: Vec::new(),
            units: Vec::new(),
        });
        id
    }

    /// A row of a clause of `sync` that says these verbs.
    fn clause(&mut self, kind: ClauseKind, parts: &[RowPart]) -> Vec<RowId> {
        let clauses = &mut self.compiled.model.parties[0].clauses;
        clauses.push(Clause {
            span: span(),
            profile: None,
            kind,
        });
        let clause = u32::try_from(clauses.len() - 1).unwrap();
        let rows = &mut self.compiled.granted.rows;
        parts
            .iter()
            .map(|part| {
                rows.push(Row {
                    party: PartyId(0),
                    clause,
                    part: part.clone(),
                    state: State::Enforced,
                    why: None,
                });
                RowId(u32::try_from(rows.len() - 1).unwrap())
            })
            .collect()
    }

    fn condition(
        &mut self,
        key: &str,
        of: KeyType,
        operator: Operator,
        values: &[&str],
        absent_holds: bool,
    ) -> ConditionId {
        let model = &mut self.compiled.model;
        model.catalog.keys.push(Key {
            vendor: AWS,
            service: None,
            name: key.into(),
            of,
            portable: None,
            operations: Vec::new(),
        });
        model.conditions.push(Condition {
            key: key.into(),
            vendor_key: Some(key.into()),
            entry: Some(KeyId::at(model.catalog.keys.len() - 1)),
            operator,
            values: values.iter().map(|&value| value.into()).collect(),
            absent_holds,
        });
        ConditionId::at(model.conditions.len() - 1)
    }

    /// Operations of S3 on objects.
    fn objects(&mut self, operations: &[&str], names: &[(&str, &str)], rule: Rule) -> Grant {
        let slots = operations
            .iter()
            .map(|name| self.slot("s3", name, OBJECT))
            .collect();
        let things: Vec<Thing> = names
            .iter()
            .map(|(bucket, key)| thing(PROD, &[(BUCKET, bucket), (OBJECT, key)]))
            .collect();
        let addresses = names
            .iter()
            .map(|(bucket, key)| {
                Pattern::literal("arn:aws:s3:::")
                    .concat(&Pattern::glob(bucket, &['/']))
                    .concat(&Pattern::literal("/"))
                    .concat(&Pattern::glob(key, &[]))
            })
            .collect();
        let rows = self.clause(
            ClauseKind::Allow(rule),
            &[RowPart::Resource("prod.s3.bucket(\"x\").object".into())],
        );
        Grant {
            units: Units::Operations(slots),
            things,
            addresses,
            conditions: Vec::new(),
            until: None,
            fields: Vec::new(),
            bind_tenant: false,
            rows,
        }
    }

    fn emit(&self) -> Vec<Artifact> {
        let (artifacts, diagnostics) = emit(&self.compiled);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        artifacts
    }

    fn refusals(&self) -> Vec<Diagnostic> {
        let (artifacts, diagnostics) = emit(&self.compiled);
        assert!(artifacts.is_empty(), "{}", shown(&artifacts));
        diagnostics
    }
}

fn thing(system: SystemId, way: &[(TypeId, &str)]) -> Thing {
    Thing {
        system,
        tenants: Tenants::Each,
        steps: way
            .iter()
            .map(|(of, name)| ThingStep {
                of: *of,
                names: vec![Pattern::glob(name, &[])],
            })
            .collect(),
        of: way.last().map_or(ACCOUNT, |(of, _)| *of),
        span: span(),
    }
}

fn rule(verbs: VerbSet) -> Rule {
    Rule {
        verbs,
        names_operations: false,
        parts: Vec::new(),
        conditions: Vec::new(),
        conditions_span: None,
        until: None,
        approval: None,
        fields: Vec::new(),
        fields_span: None,
    }
}

/// Every file with its rows.
fn shown(artifacts: &[Artifact]) -> String {
    let mut out = String::new();
    for artifact in artifacts {
        let gated = if artifact.gated { ", gated" } else { "" };
        writeln!(out, "== {} ({}{gated})", artifact.path, artifact.format).unwrap();
        out.push_str(std::str::from_utf8(&artifact.bytes).unwrap());
        for (row, place) in &artifact.holds {
            let Locator::Pointer(pointer) = place else {
                panic!("{} tells a line of JSON", artifact.path);
            };
            let value: serde_json::Value = serde_json::from_slice(&artifact.bytes).unwrap();
            assert!(value.pointer(pointer).is_some(), "{pointer} leads nowhere");
            writeln!(out, "row {row}: {pointer}").unwrap();
        }
    }
    out
}

fn check(case: &str, artifacts: &[Artifact]) {
    expect_file(&cases("emit").join(case).join("out.txt"), &shown(artifacts));
}

/// The conditions of the one statement that a grant with these conditions becomes.
fn condition_of(
    deny: bool,
    tests: &[(&str, KeyType, Operator, &[&str], bool)],
) -> Result<String, String> {
    let mut project = Project::new();
    let mut grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    for (key, of, operator, values, absent_holds) in tests {
        let id = project.condition(key, *of, *operator, values, *absent_holds);
        grant.conditions.push(id);
    }
    if deny {
        project.it().denies.push(grant);
    } else {
        project.it().grants.push(grant);
    }
    let (artifacts, diagnostics) = emit(&project.compiled);
    if let Some(diagnostic) = diagnostics.first() {
        return Err(diagnostic.message.clone());
    }
    let value: serde_json::Value = serde_json::from_slice(&artifacts[0].bytes).unwrap();
    Ok(value["Statement"][0]["Condition"].to_string())
}

#[track_caller]
fn is(tests: &[(&str, KeyType, Operator, &[&str], bool)], expected: &str) {
    assert_eq!(condition_of(false, tests).unwrap(), expected);
}

const KEY: &str = "aws:RequestedRegion";

#[test]
fn the_match_rule_of_the_vendor_counts() {
    let mut project = Project::new();
    let mut grant = project.objects(
        &["GetObject"],
        &[("acme-*", "invoices/*")],
        rule(VerbSet::READ),
    );
    grant.bind_tenant = true;
    project.it().grants.push(grant);
    check("aws-match-rule", &project.emit());
}

#[test]
fn wildcard_characters_in_names_are_escaped() {
    let mut project = Project::new();
    let grant = project.objects(
        &["GetObject"],
        &[("a", r"\*/\?/$x/$\*/${y/*")],
        rule(VerbSet::READ),
    );
    project.it().grants.push(grant);
    let text = shown(&project.emit());
    assert!(
        text.contains(r#""arn:aws:s3:::a/${*}/${?}/$x/${$}${*}/${$}{y/*""#),
        "{text}"
    );
}

#[test]
fn a_never_is_a_deny() {
    let mut project = Project::new();
    let allowed = project.objects(
        &["GetObject", "PutObject"],
        &[("a", "*")],
        rule(VerbSet::ANY),
    );
    let delete = VerbSet::parse("delete").unwrap();
    let mut denied = project.objects(&["DeleteObject"], &[("a", "*")], rule(delete));
    let region = project.condition(KEY, KeyType::String, Operator::Equal, &["eu-west-1"], true);
    denied.conditions.push(region);
    let row = project.clause(ClauseKind::Never(rule(delete)), &[RowPart::Where]);
    denied.rows.extend(row);
    project.it().grants.push(allowed);
    project.it().denies.push(denied);
    check("aws-deny", &project.emit());
}

#[test]
fn an_absent_key_fails_an_allow_and_holds_in_a_deny() {
    use KeyType::String;
    use Operator::{Absent, Equal, In, Matches, NotEqual, NotIn, Present};
    let one = |operator, absent| [(KEY, String, operator, &["a"] as &[&str], absent)];
    is(
        &one(Equal, false),
        r#"{"StringEquals":{"aws:RequestedRegion":"a"}}"#,
    );
    is(
        &one(Equal, true),
        r#"{"StringEqualsIfExists":{"aws:RequestedRegion":"a"}}"#,
    );
    is(
        &one(NotEqual, false),
        r#"{"Null":{"aws:RequestedRegion":"false"},"StringNotEquals":{"aws:RequestedRegion":"a"}}"#,
    );
    is(
        &one(NotEqual, true),
        r#"{"StringNotEquals":{"aws:RequestedRegion":"a"}}"#,
    );
    is(
        &one(Matches, true),
        r#"{"StringLikeIfExists":{"aws:RequestedRegion":"a"}}"#,
    );
    is(
        &one(Present, false),
        r#"{"Null":{"aws:RequestedRegion":"false"}}"#,
    );
    is(
        &one(Absent, true),
        r#"{"Null":{"aws:RequestedRegion":"true"}}"#,
    );
    let two = |operator, absent| [(KEY, String, operator, &["b", "a"] as &[&str], absent)];
    is(
        &two(In, false),
        r#"{"StringEquals":{"aws:RequestedRegion":["a","b"]}}"#,
    );
    is(
        &two(NotIn, false),
        r#"{"Null":{"aws:RequestedRegion":"false"},"StringNotEquals":{"aws:RequestedRegion":["a","b"]}}"#,
    );
    is(
        &two(NotIn, true),
        r#"{"StringNotEquals":{"aws:RequestedRegion":["a","b"]}}"#,
    );
    assert_eq!(
        condition_of(true, &one(Equal, true)).unwrap(),
        r#"{"StringEqualsIfExists":{"aws:RequestedRegion":"a"}}"#
    );
}

#[test]
fn operators_follow_the_keys_type() {
    use KeyType::{Arn, Boolean, Cidr, Date, Number};
    use Operator::{Equal, Greater, LessOrEqual, Matches, NotEqual, NotIn};
    is(
        &[("k", Number, LessOrEqual, &["5"], false)],
        r#"{"NumericLessThanEquals":{"k":"5"}}"#,
    );
    is(
        &[("k", Number, NotEqual, &["5"], false)],
        r#"{"Null":{"k":"false"},"NumericNotEquals":{"k":"5"}}"#,
    );
    is(
        &[("k", Boolean, Equal, &["true"], false)],
        r#"{"Bool":{"k":"true"}}"#,
    );
    is(
        &[("k", Boolean, NotEqual, &["true"], false)],
        r#"{"Bool":{"k":"false"}}"#,
    );
    is(
        &[("k", Boolean, NotEqual, &["true"], true)],
        r#"{"BoolIfExists":{"k":"false"}}"#,
    );
    is(
        &[("k", Date, LessOrEqual, &["2027-03-31"], false)],
        r#"{"DateLessThan":{"k":"2027-04-01T00:00:00Z"}}"#,
    );
    is(
        &[("k", Date, Equal, &["2027-03-31"], false)],
        r#"{"DateGreaterThanEquals":{"k":"2027-03-31T00:00:00Z"},"DateLessThan":{"k":"2027-04-01T00:00:00Z"}}"#,
    );
    is(
        &[("k", Date, Greater, &["2027-03-31T12:00Z"], true)],
        r#"{"DateGreaterThanEqualsIfExists":{"k":"2027-03-31T12:01:00Z"}}"#,
    );
    is(
        &[("k", Cidr, Equal, &["10.0.0.0/8"], false)],
        r#"{"IpAddress":{"k":"10.0.0.0/8"}}"#,
    );
    is(
        &[("k", Cidr, NotIn, &["10.0.0.0/8"], false)],
        r#"{"NotIpAddress":{"k":"10.0.0.0/8"},"Null":{"k":"false"}}"#,
    );
    let role = "arn:aws:iam::111122223333:role/x";
    is(
        &[("k", Arn, Equal, &[role], false)],
        r#"{"ArnEquals":{"k":"arn:aws:iam::111122223333:role/x"}}"#,
    );
    is(
        &[("k", Arn, Matches, &["arn:aws:iam::*:role/x*"], false)],
        r#"{"ArnLike":{"k":"arn:aws:iam::*:role/x*"}}"#,
    );
    is(
        &[("k", Arn, Matches, &["*admin*"], false)],
        r#"{"StringLike":{"k":"*admin*"}}"#,
    );
    let message = condition_of(
        false,
        &[("k", Date, NotIn, &["2027-03-31", "2027-04-01"], false)],
    );
    assert_eq!(
        message.unwrap_err(),
        "a policy statement has no test of this kind for `k`, a date key"
    );
}

#[test]
fn sets_are_guarded_against_absence() {
    use KeyType::Set;
    use Operator::{Equal, In, NotIn};
    is(
        &[("k", Set, Equal, &["a"], false)],
        r#"{"ForAnyValue:StringEquals":{"k":"a"}}"#,
    );
    is(
        &[("k", Set, In, &["a", "b"], false)],
        r#"{"ForAllValues:StringEquals":{"k":["a","b"]},"Null":{"k":"false"}}"#,
    );
    is(
        &[("k", Set, In, &["a"], true)],
        r#"{"ForAllValues:StringEquals":{"k":"a"}}"#,
    );
    is(
        &[("k", Set, NotIn, &["a"], false)],
        r#"{"ForAllValues:StringNotEquals":{"k":"a"},"Null":{"k":"false"}}"#,
    );
}

#[test]
fn what_one_statement_cannot_say_two_say() {
    let mut project = Project::new();
    let mut never = project.objects(&["PutObject"], &[("a", "*")], rule(VerbSet::WRITE));
    let tagged = project.condition("aws:TagKeys", KeyType::Set, Operator::Equal, &["x"], true);
    never.conditions.push(tagged);
    let row = project.clause(ClauseKind::Never(rule(VerbSet::WRITE)), &[RowPart::Where]);
    never.rows.extend(row);
    project.it().denies.push(never);
    let mut allow = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    let day = project.condition(
        "aws:TokenIssueTime",
        KeyType::Date,
        Operator::NotEqual,
        &["2027-03-31"],
        false,
    );
    allow.conditions.push(day);
    project.it().grants.push(allow);
    check("aws-two-statements", &project.emit());
}

#[test]
fn tests_of_one_key_stay_a_conjunction() {
    use KeyType::{Cidr, Date, Number, Set, String};
    use Operator::{Equal, GreaterOrEqual, In, Less, Matches, NotEqual};
    is(
        &[
            ("k", String, In, &["a", "b"], false),
            ("k", String, In, &["b", "c"], false),
        ],
        r#"{"StringEquals":{"k":"b"}}"#,
    );
    is(
        &[
            ("k", String, NotEqual, &["a"], false),
            ("k", String, NotEqual, &["b"], false),
        ],
        r#"{"Null":{"k":"false"},"StringNotEquals":{"k":["a","b"]}}"#,
    );
    is(
        &[
            ("k", String, Matches, &["a*"], false),
            ("k", String, Matches, &["*z"], false),
        ],
        r#"{"StringLike":{"k":"a*"},"StringLikeIfExists":{"k":"*z"}}"#,
    );
    is(
        &[
            ("k", String, Matches, &["a*"], false),
            ("k", String, Matches, &["ab*"], false),
        ],
        r#"{"StringLike":{"k":"ab*"}}"#,
    );
    is(
        &[
            ("k", Set, Equal, &["a"], false),
            ("k", Set, Equal, &["b*"], false),
        ],
        r#"{"ForAnyValue:StringEquals":{"k":"a"},"ForAnyValue:StringEqualsIfExists":{"k":"b*"}}"#,
    );
    is(
        &[
            ("k", Set, Equal, &["a"], false),
            ("k", Set, Equal, &["b"], false),
            ("k", Set, Equal, &["c*"], false),
        ],
        r#"{"ForAnyValue:StringEquals":{"k":"a"},"ForAnyValue:StringEqualsIfExists":{"k":"b"},"ForAnyValue:StringLike":{"k":"c${*}"}}"#,
    );
    is(
        &[
            ("k", Number, Less, &["5"], false),
            ("k", Number, Less, &["10"], false),
        ],
        r#"{"NumericLessThan":{"k":"5"}}"#,
    );
    is(
        &[
            ("k", Date, GreaterOrEqual, &["2027-01-01"], false),
            ("k", Date, GreaterOrEqual, &["2026-01-01"], false),
        ],
        r#"{"DateGreaterThanEquals":{"k":"2027-01-01T00:00:00Z"}}"#,
    );
    is(
        &[
            ("k", Cidr, In, &["10.0.0.0/8", "192.168.0.0/16"], false),
            ("k", Cidr, In, &["10.1.0.0/16", "172.16.0.0/12"], false),
        ],
        r#"{"IpAddress":{"k":"10.1.0.0/16"}}"#,
    );
    assert_eq!(
        condition_of(
            false,
            &[
                ("k", String, Equal, &["a"], false),
                ("k", String, Equal, &["b"], false)
            ]
        )
        .unwrap_err(),
        "no request meets all conditions on `k`"
    );
    assert_eq!(
        condition_of(
            false,
            &[
                ("k", String, Matches, &["a*"], false),
                ("k", String, Matches, &["*b*"], false),
                ("k", String, Matches, &["*c"], false)
            ]
        )
        .unwrap_err(),
        "a statement cannot hold that many tests of `k` with `StringLike`"
    );
}

#[test]
fn the_earliest_end_counts() {
    let mut project = Project::new();
    let end = Date::parse("2028-03-31").unwrap().end_of_day();
    let mut grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    grant.until = Some(end);
    let day = project.condition(
        "aws:CurrentTime",
        KeyType::Date,
        Operator::Less,
        &["2027-01-01"],
        false,
    );
    grant.conditions.push(day);
    let rows = project.clause(
        ClauseKind::Allow(rule(VerbSet::READ)),
        &[RowPart::Where, RowPart::Until],
    );
    grant.rows.extend(rows);
    project.it().grants.push(grant);
    let expires = project.clause(
        ClauseKind::Expires(Date::parse("2028-03-31").unwrap()),
        &[RowPart::Whole],
    );
    project.it().expires.push((expires[0], end));
    check("aws-until", &project.emit());
}

/// `count` operations with names of 40 characters.
fn many(project: &mut Project, count: usize) -> Vec<SlotId> {
    (0..count)
        .map(|index| project.slot("s3", &format!("Get{index:037}"), OBJECT))
        .collect()
}

fn sizes(artifacts: &[Artifact]) -> Vec<usize> {
    artifacts
        .iter()
        .map(|artifact| {
            let value: serde_json::Value = serde_json::from_slice(&artifact.bytes).unwrap();
            value.to_string().len()
        })
        .collect()
}

/// Every (action, resource) of every file, sorted, with the effects.
fn pairs(artifacts: &[Artifact]) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for artifact in artifacts {
        let value: serde_json::Value = serde_json::from_slice(&artifact.bytes).unwrap();
        for statement in value["Statement"].as_array().unwrap() {
            for action in statement["Action"].as_array().unwrap() {
                for resource in statement["Resource"].as_array().unwrap() {
                    all.push((
                        statement["Effect"].to_string(),
                        action.to_string(),
                        resource.to_string(),
                    ));
                }
            }
        }
    }
    all.sort();
    all
}

#[test]
fn long_lists_of_actions_are_split_without_a_change_of_meaning() {
    let mut project = Project::new();
    let slots = many(&mut project, 400);
    let mut allowed = project.objects(&[], &[("a", "*"), ("b", "*")], rule(VerbSet::READ));
    allowed.units = Units::Operations(slots.clone());
    let mut denied = project.objects(&[], &[("c", "*")], rule(VerbSet::READ));
    denied.units = Units::Operations(slots);
    project.it().grants.push(allowed);
    project.it().denies.push(denied);
    let artifacts = project.emit();
    assert!(
        sizes(&artifacts).iter().all(|&size| size <= 6144),
        "{:?}",
        sizes(&artifacts)
    );
    let full = 2 * 400 * 45 / 6000;
    assert!(artifacts.len() <= full + 2, "{} files", artifacts.len());
    let pairs = pairs(&artifacts);
    assert_eq!(pairs.len(), 400 * 3);
    assert_eq!(
        pairs
            .iter()
            .filter(|(effect, ..)| effect == "\"Deny\"")
            .count(),
        400
    );
    let mut unique = pairs.clone();
    unique.dedup();
    assert_eq!(unique.len(), pairs.len());
    let held: std::collections::BTreeSet<u32> = artifacts
        .iter()
        .flat_map(|artifact| &artifact.holds)
        .map(|(row, _)| *row)
        .collect();
    assert_eq!(held.len(), 2);
    assert_eq!(artifacts[0].path, "sync/prod/policy-1.json");
}

#[test]
fn long_lists_of_resources_are_split() {
    let mut project = Project::new();
    let names: Vec<String> = (0..200).map(|index| format!("{index:040}/*")).collect();
    let names: Vec<(&str, &str)> = names.iter().map(|name| ("a", &**name)).collect();
    let grant = project.objects(&["GetObject", "PutObject"], &names, rule(VerbSet::READ));
    project.it().grants.push(grant);
    let artifacts = project.emit();
    assert!(artifacts.len() > 1);
    assert!(
        sizes(&artifacts).iter().all(|&size| size <= 6144),
        "{:?}",
        sizes(&artifacts)
    );
    assert_eq!(pairs(&artifacts).len(), 400);
}

#[test]
fn what_does_not_fit_is_refused_and_not_cut() {
    let mut project = Project::new();
    let slots = many(&mut project, 1600);
    let mut grant = project.objects(&[], &[("a", "*")], rule(VerbSet::READ));
    grant.units = Units::Operations(slots);
    project.it().grants.push(grant);
    let refusals = project.refusals();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].rule, "unexpressible");
    assert_eq!(
        refusals[0].message,
        "what `sync` is granted in `prod` does not fit into the 10 managed policies of 6144 \
         characters that AWS allows an identity"
    );
}

#[test]
fn statements_that_say_the_same_are_merged_where_room_is_short() {
    let mut project = Project::new();
    for index in 0..60 {
        let key = format!("{index:060}/*");
        let grant = project.objects(&["GetObject"], &[("a", &key)], rule(VerbSet::READ));
        project.it().grants.push(grant);
    }
    let artifacts = project.emit();
    assert_eq!(artifacts.len(), 1);
    assert_eq!(pairs(&artifacts).len(), 60);
    assert_eq!(artifacts[0].holds.len(), 60);
}

#[test]
fn wildcards_stand_for_services_and_everything() {
    let mut project = Project::new();
    let rows = project.clause(ClauseKind::Allow(rule(VerbSet::ANY)), &[RowPart::Whole]);
    let grant = |units, of, rows: &[RowId]| Grant {
        units,
        things: vec![Thing {
            of,
            ..thing(PROD, &[])
        }],
        addresses: vec![Pattern::any()],
        conditions: Vec::new(),
        until: None,
        fields: Vec::new(),
        bind_tenant: false,
        rows: rows.to_vec(),
    };
    project.it().grants = vec![
        grant(Units::Service("s3".into()), SERVICE, &rows),
        grant(Units::Everything, ACCOUNT, &rows),
    ];
    project.it().denies = vec![grant(
        Units::Prefixes(vec!["s3:Put*".into(), "s3:Delete*".into()]),
        SERVICE,
        &rows,
    )];
    check("aws-wildcards", &project.emit());
}

#[test]
fn gates_replace_the_policies_and_boundaries_stand_apart() {
    let mut project = Project::new();
    let ordinary = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    let mut gated = project.objects(&["PutObject"], &[("a", "*")], rule(VerbSet::WRITE));
    let approval = project.clause(
        ClauseKind::Allow(rule(VerbSet::WRITE)),
        &[RowPart::Approval],
    );
    gated.rows.extend(approval);
    let bound = project.objects(
        &["GetObject", "PutObject"],
        &[("*", "*")],
        rule(VerbSet::ANY),
    );
    project.it().grants.push(ordinary.clone());
    for duration in [
        Some(Length::from_hours(8)),
        Some(Length::from_hours(8)),
        None,
    ] {
        project.it().gates.push(Gate {
            by: TeamId(0),
            duration,
            grants: vec![ordinary.clone(), gated.clone()],
            denies: Vec::new(),
        });
    }
    project.it().boundary = Some(Boundary {
        grants: vec![bound],
        denies: Vec::new(),
        rows: Vec::new(),
    });
    check("aws-gates", &project.emit());
}

#[test]
fn trust_follows_from_what_is_admitted() {
    let mut project = Project::new();
    let other = project.party("other", PartyKind::Service);
    let identity = thing(PARTNER, &[(ROLE, "team/other")]);
    project.compiled.model.parties[other.index()]
        .clauses
        .push(Clause {
            span: span(),
            profile: None,
            kind: ClauseKind::Identity {
                thing: identity,
                from: None,
            },
        });
    let external_id = project.condition(
        "sts:ExternalId",
        KeyType::String,
        Operator::Equal,
        &["x-1"],
        false,
    );
    let bare = |project: &mut Project, key: &str, operator, values: &[&str]| {
        let id = project.condition(key, KeyType::String, operator, values, false);
        let condition = &mut project.compiled.model.conditions[id.index()];
        condition.vendor_key = None;
        condition.entry = None;
        id
    };
    let main = bare(&mut project, "branch", Operator::Equal, &["main"]);
    let stages = bare(
        &mut project,
        "environment",
        Operator::In,
        &["production", "staging"],
    );
    let subject = bare(&mut project, "sub", Operator::Matches, &["repo:acme/*"]);
    let audience = bare(&mut project, "aud", Operator::Equal, &["mine"]);
    let repository = |name| thing(CODE, &[(REPOSITORY, name)]);
    let admitted = [
        (Who::Service("lambda.amazonaws.com".into(), span()), vec![]),
        (Who::Thing(repository("web")), vec![]),
        (Who::Thing(repository("web")), vec![main]),
        (Who::Thing(repository("web")), vec![stages]),
        (
            Who::Thing(thing(
                CODE,
                &[(REPOSITORY, "web"), (WORKFLOW, "deploy.yml")],
            )),
            vec![main],
        ),
        (
            Who::Thing(thing(
                CODE,
                &[(REPOSITORY, "web"), (ENVIRONMENT, "production")],
            )),
            vec![],
        ),
        (
            Who::Thing(thing(CODE, &[(REPOSITORY, "*"), (BRANCH, "release-*")])),
            vec![],
        ),
        (
            Who::Oidc("https://token.actions.githubusercontent.com".into(), span()),
            vec![subject, audience],
        ),
        (Who::System(PARTNER, span()), vec![external_id]),
        (Who::Party(other, span()), vec![external_id]),
        (Who::Thing(thing(PROD, &[(USER, "admin")])), vec![]),
        (Who::Thing(thing(PARTNER, &[(ROLE, "ci-*")])), vec![]),
        (Who::Anyone(span()), vec![]),
    ];
    for (who, conditions) in admitted {
        let clause = ClauseKind::Trusts {
            who: who.clone(),
            system: Some(PROD),
            conditions: conditions.clone(),
        };
        let parts: &[RowPart] = if conditions.is_empty() {
            &[RowPart::Whole]
        } else {
            &[RowPart::Whole, RowPart::Where]
        };
        let rows = project.clause(clause, parts);
        project.it().admissions.push(Admission {
            who,
            conditions,
            rows,
        });
    }
    let (artifacts, diagnostics) = emit(&project.compiled);
    let said: Vec<&str> = diagnostics.iter().map(|found| &*found.rule).collect();
    assert_eq!(said, ["large-trust-policy"]);
    check("aws-trust", &artifacts);
}

#[test]
fn a_trust_that_has_no_form_stops_the_whole_bundle() {
    let mut project = Project::new();
    let grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    project.it().grants.push(grant);
    let who = Who::Thing(thing(PROD, &[(BUCKET, "a")]));
    let rows = project.clause(
        ClauseKind::Trusts {
            who: who.clone(),
            system: Some(PROD),
            conditions: Vec::new(),
        },
        &[RowPart::Whole],
    );
    project.it().admissions.push(Admission {
        who,
        conditions: Vec::new(),
        rows,
    });
    let refusals = project.refusals();
    assert_eq!(
        refusals[0].message,
        "a role trusts roles and users, and `a` is a bucket"
    );
}

#[test]
fn users_have_no_trust_policy() {
    let mut project = Project::new();
    project.it().identity = Some(thing(PROD, &[(USER, "sync")]));
    let who = Who::Service("lambda.amazonaws.com".into(), span());
    project.it().admissions.push(Admission {
        who,
        conditions: Vec::new(),
        rows: Vec::new(),
    });
    assert!(project.emit().is_empty());
}

#[test]
fn whoever_is_withheld_stops_what_he_holds_and_nothing_else() {
    let mut project = Project::new();
    let grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    let other = project.party("other", PartyKind::Service);
    project.bundle(other, thing(PROD, &[(ROLE, "other")]));
    for bundle in &mut project.compiled.granted.bundles {
        bundle.grants.push(grant.clone());
    }
    let paths = |project: &Project| -> Vec<String> {
        project
            .emit()
            .into_iter()
            .map(|artifact| artifact.path)
            .collect()
    };
    assert_eq!(
        paths(&project),
        ["other/prod/policy.json", "sync/prod/policy.json"]
    );

    let error = Diagnostic::error("no-expiry", span(), "it never ends").about("sync");
    project.compiled.diagnostics = vec![error.clone().time_alone()];
    assert_eq!(paths(&project).len(), 2);
    project.compiled.diagnostics = vec![Diagnostic {
        accepted: true,
        ..error.clone()
    }];
    assert_eq!(paths(&project).len(), 2);
    project.compiled.diagnostics = vec![error];
    assert_eq!(paths(&project), ["other/prod/policy.json"]);

    project.compiled.model.parties[1].complete = false;
    assert!(paths(&project).is_empty());
}

#[test]
fn no_two_bundles_share_a_folder() {
    let mut project = Project::new();
    let grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    project.bundle(PartyId(0), thing(PROD, &[(ROLE, "second")]));
    for bundle in &mut project.compiled.granted.bundles {
        bundle.grants.push(grant.clone());
    }
    project.compiled.settings.by_system = true;
    let paths: Vec<String> = project
        .emit()
        .into_iter()
        .map(|artifact| artifact.path)
        .collect();
    assert_eq!(paths, ["prod/sync-2/policy.json", "prod/sync/policy.json"]);
}

/// The ledger's rows as `part: state by why`.
fn ledger(project: &Project) -> Vec<String> {
    let (artifacts, diagnostics) = emit(&project.compiled);
    let manifest = manifest(&project.compiled, &artifacts, &diagnostics);
    manifest
        .ledger
        .iter()
        .map(|entry| {
            let by: Vec<String> = entry
                .by
                .iter()
                .map(|holder| format!("{}{}", holder.path, holder.pointer.as_deref().unwrap_or("")))
                .collect();
            format!(
                "{}: {} {by:?} {}",
                entry.part,
                entry.state,
                entry.why.as_deref().unwrap_or("-")
            )
        })
        .collect()
}

#[test]
fn the_ledger_claims_only_what_a_file_holds() {
    let mut project = Project::new();
    let mut grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    grant.fields = vec!["status".into()];
    let rows = project.clause(
        ClauseKind::Allow(rule(VerbSet::READ)),
        &[RowPart::Fields, RowPart::Where],
    );
    grant.rows.extend(rows);
    project.it().grants.push(grant);
    let absent = project.clause(ClauseKind::Never(rule(VerbSet::WRITE)), &[RowPart::Whole]);
    project.compiled.granted.rows[absent[0].0 as usize].state = State::EnforcedByAbsence;
    assert_eq!(
        ledger(&project),
        [
            "prod.s3.bucket(\"x\").object: enforced [\"sync/prod/policy.json/Statement/0\"] -",
            "where: unenforced [] no chosen target of aws writes conditions of this kind",
            "fields: unenforced [] no chosen target of aws writes fields",
            "whole: enforced-by-absence [] -",
        ]
    );
    project.compiled.diagnostics =
        vec![Diagnostic::error("no-expiry", span(), "it never ends").about("sync")];
    assert_eq!(
        ledger(&project)[0],
        "prod.s3.bucket(\"x\").object: unenforced [] `sync` is withheld: nothing is emitted for its \
         identity until its errors are gone"
    );
    let manifest = manifest(&project.compiled, &[], &[]);
    let withheld = &manifest.withheld[0];
    assert_eq!(
        (
            &*withheld.integration,
            &*withheld.rule,
            &*withheld.file,
            withheld.line
        ),
        ("sync", "no-expiry", "a.scope", 1)
    );
}

#[test]
fn an_error_of_a_system_stops_whoever_acts_there() {
    let mut project = Project::new();
    let grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    project.it().grants.push(grant);
    project.compiled.model.systems[PROD.index()].complete = false;
    assert!(project.emit().is_empty());
    let manifest = manifest(&project.compiled, &[], &[]);
    let withheld = &manifest.withheld[0];
    assert_eq!(
        (&*withheld.integration, &*withheld.rule),
        ("sync", "incomplete")
    );
}

#[test]
fn a_row_that_only_gated_files_hold_is_gated() {
    let mut project = Project::new();
    let gated = project.objects(&["PutObject"], &[("a", "*")], rule(VerbSet::WRITE));
    project.it().gates.push(Gate {
        by: TeamId(0),
        duration: Some(Length::from_hours(8)),
        grants: vec![gated],
        denies: Vec::new(),
    });
    assert_eq!(
        ledger(&project),
        ["prod.s3.bucket(\"x\").object: gated \
          [\"sync/prod/gated/security-8h/policy.json/Statement/0\"] -"]
    );
}

#[test]
fn a_row_that_one_tenant_lacks_is_not_enforced() {
    let mut project = Project::new();
    let grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    project.bundle(PartyId(0), thing(PARTNER, &[(ROLE, "sync")]));
    for bundle in &mut project.compiled.granted.bundles {
        bundle.grants.push(grant.clone());
    }
    assert!(ledger(&project)[0].contains(": enforced "));
    project.compiled.model.systems[PARTNER.index()].external = true;
    project.compiled.granted.bundles[1].silent = true;
    assert_eq!(
        ledger(&project),
        [
            "prod.s3.bucket(\"x\").object: unenforced [\"sync/prod/policy.json/Statement/0\"] \
          `partner` is external, and nothing is emitted into it"
        ]
    );
}

#[test]
fn the_manifest_tells_every_file_with_its_hash() {
    let mut project = Project::new();
    let grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    project.it().grants.push(grant);
    let (artifacts, diagnostics) = emit(&project.compiled);
    let manifest = manifest(&project.compiled, &artifacts, &diagnostics);
    let text = serde_json::to_string_pretty(&manifest).unwrap() + "\n";
    expect_file(&cases("emit").join("aws-manifest").join("out.json"), &text);
    let again: scopec::emit::manifest::Manifest = serde_json::from_str(&text).unwrap();
    assert_eq!(again, manifest);
}

/// A role with a path, a boundary, a gate, a trust and a name that would open a template.
fn rich() -> Project {
    let mut project = Project::new();
    project.it().identity = Some(thing(PROD, &[(ROLE, "team/sync")]));
    let mut grant = project.objects(
        &["GetObject", "PutObject"],
        &[("a", r"\*/$x"), ("b", "*")],
        rule(VerbSet::ANY),
    );
    let region = project.condition(
        KEY,
        KeyType::String,
        Operator::In,
        &["eu-west-1", "eu-north-1"],
        false,
    );
    grant.conditions.push(region);
    grant.until = Some(Date::parse("2027-03-31").unwrap().end_of_day());
    let rows = project.clause(
        ClauseKind::Allow(rule(VerbSet::ANY)),
        &[RowPart::Where, RowPart::Until],
    );
    grant.rows.extend(rows);
    let bound = project.objects(&["GetObject"], &[("*", "*")], rule(VerbSet::READ));
    let who = Who::Service("lambda.amazonaws.com".into(), span());
    let trusts = ClauseKind::Trusts {
        who: who.clone(),
        system: Some(PROD),
        conditions: Vec::new(),
    };
    let rows = project.clause(trusts, &[RowPart::Whole]);
    let identity = thing(PROD, &[(ROLE, "team/sync")]);
    let own = project.clause(
        ClauseKind::Identity {
            thing: identity,
            from: None,
        },
        &[RowPart::Whole],
    );
    let end = Date::parse("2028-03-31").unwrap();
    let expires = project.clause(ClauseKind::Expires(end), &[RowPart::Whole]);
    project.it().expires.push((expires[0], end.end_of_day()));
    let bundle = project.it();
    bundle.grants.push(grant);
    bundle.boundary = Some(Boundary {
        grants: vec![bound],
        denies: Vec::new(),
        rows: Vec::new(),
    });
    bundle.admissions.push(Admission {
        who,
        conditions: Vec::new(),
        rows,
    });
    bundle.identity_rows = own;
    project
}

/// Every file with the text of the line that holds each row.
fn shown_lines(artifacts: &[Artifact]) -> String {
    let mut out = String::new();
    for artifact in artifacts {
        let text = std::str::from_utf8(&artifact.bytes).unwrap();
        writeln!(out, "== {} ({})", artifact.path, artifact.format).unwrap();
        out.push_str(text);
        for (row, place) in &artifact.holds {
            let Locator::Line(line) = place else {
                panic!("{} tells a pointer into lines", artifact.path);
            };
            let held = text.lines().nth(*line as usize - 1).unwrap().trim();
            writeln!(out, "row {row}: {line}: {held}").unwrap();
        }
    }
    out
}

fn targets(project: &mut Project, names: &[&str]) {
    let names = names.iter().map(|name| ((*name).to_owned(), span()));
    project.compiled.settings.targets = Some(names.collect());
}

#[test]
fn terraform_says_the_same_as_the_policies() {
    let mut project = rich();
    targets(&mut project, &["terraform"]);
    let text = shown_lines(&project.emit());
    expect_file(&cases("emit").join("aws-terraform").join("out.txt"), &text);
}

#[test]
fn cloudformation_says_the_same_as_the_policies() {
    let mut project = rich();
    targets(&mut project, &["cloudformation"]);
    check("aws-cloudformation", &project.emit());
}

#[test]
fn a_role_that_nobody_may_become_is_made_elsewhere() {
    let mut project = Project::new();
    let grant = project.objects(&["GetObject"], &[("a", "*")], rule(VerbSet::READ));
    project.it().grants.push(grant);
    targets(&mut project, &["terraform", "cloudformation"]);
    let artifacts = project.emit();
    let text = |index: usize| std::str::from_utf8(&artifacts[index].bytes).unwrap();
    assert_eq!(artifacts[0].path, "sync/prod/aws.cfn.json");
    assert!(
        text(0).contains("\"Roles\": [\n          \"sync\"\n        ]"),
        "{}",
        text(0)
    );
    assert_eq!(artifacts[1].path, "sync/prod/aws.tf");
    assert!(text(1).contains("role       = \"sync\""), "{}", text(1));
    assert!(!text(1).contains("aws_iam_role\""));
}

/// A rule about operations of S3 on objects of one bucket, as the declarations mean it.
fn meant(project: &mut Project, operations: &[&str], bucket: &str, key: &str) -> Rule {
    let slots: Vec<SlotId> = operations
        .iter()
        .map(|name| project.slot("s3", name, OBJECT))
        .collect();
    let address = Pattern::literal("arn:aws:s3:::")
        .concat(&Pattern::glob(bucket, &['/']))
        .concat(&Pattern::literal("/"))
        .concat(&Pattern::glob(key, &[]));
    let about = thing(PROD, &[(BUCKET, bucket), (OBJECT, key)]);
    let operations =
        OperationSet::finite(AWS.universe(), slots.iter().map(|slot| slot.operation()));
    Rule {
        parts: vec![Part {
            thing: about.clone(),
            within: false,
            slices: [Slice {
                of: Some(OBJECT),
                cube: Cube::new(operations, address),
                thing: about,
            }]
            .into(),
            except: Vec::new(),
            everything: false,
            unknown: false,
        }],
        ..rule(VerbSet::ANY)
    }
}

#[test]
fn probes_ask_what_is_declared_and_what_is_not() {
    let mut project = Project::new();
    let region = project.condition(KEY, KeyType::String, Operator::Equal, &["eu-west-1"], false);
    let home = project.condition(
        KEY,
        KeyType::String,
        Operator::NotEqual,
        &["eu-west-1"],
        true,
    );
    let mut allow = meant(&mut project, &["GetObject", "PutObject"], "acme-*", "*");
    allow.conditions = vec![region];
    let mut never = meant(&mut project, &["PutObject"], "acme-a", "private/*");
    never.conditions = vec![home];
    let end = Date::parse("2028-03-31").unwrap();
    project.clause(ClauseKind::Allow(allow), &[]);
    project.clause(ClauseKind::Never(never), &[]);
    project.clause(ClauseKind::Expires(end), &[]);
    let grant = project.objects(&["GetObject"], &[("acme-*", "*")], rule(VerbSet::READ));
    project.it().grants.push(grant);
    let who = Who::Thing(thing(CODE, &[(REPOSITORY, "web"), (BRANCH, "main")]));
    project.it().admissions.push(Admission {
        who,
        conditions: Vec::new(),
        rows: Vec::new(),
    });
    let (artifacts, _) = emit(&project.compiled);
    let text = serde_json::to_string_pretty(&probes(&project.compiled, &artifacts)).unwrap() + "\n";
    expect_file(&cases("emit").join("aws-probes").join("out.json"), &text);
}

#[test]
fn a_project_from_its_text_to_its_ledger() {
    let folder = cases("emit").join("aws-whole");
    let text = std::fs::read_to_string(folder.join("shop.scope")).unwrap();
    let mut sources = Sources::new();
    let files = vec![sources.add(SourceFile::new("shop.scope", text))];
    let compiled = compile(
        Input {
            sources,
            files,
            settings: Settings::default(),
            diagnostics: Vec::new(),
        },
        None,
    );
    let (artifacts, said) = emit(&compiled);
    assert!(said.is_empty(), "{said:#?}");
    // The ledger tells the places by clause, which outlives a change of the rows' numbers.
    let text = shown(&artifacts);
    let files = text.lines().filter(|line| !line.starts_with("row "));
    let files: String = files.flat_map(|line| [line, "\n"]).collect();
    expect_file(&folder.join("out.txt"), &files);
    let manifest = manifest(&compiled, &artifacts, &said);
    assert!(manifest.withheld.is_empty(), "{:#?}", manifest.withheld);
    let mut ledger = String::new();
    for entry in &manifest.ledger {
        writeln!(
            ledger,
            "{}:{} {}",
            entry.integration, entry.line, entry.clause
        )
        .unwrap();
        write!(ledger, "  {}: {}", entry.part, entry.state).unwrap();
        if let Some(why) = &entry.why {
            write!(ledger, " ({why})").unwrap();
        }
        ledger.push('\n');
        for holder in &entry.by {
            let pointer = holder.pointer.as_deref().unwrap_or_default();
            writeln!(ledger, "    {} {pointer}", holder.path).unwrap();
        }
    }
    expect_file(&folder.join("ledger.txt"), &ledger);
    let probes = probes(&compiled, &artifacts);
    let asked = probes["probes"].as_array().unwrap();
    let about = |kind: &str, expect: &str| {
        asked
            .iter()
            .filter(|probe| probe["kind"] == kind && probe["expect"] == expect)
            .count()
    };
    assert!(about("request", "allowed") > 20 && about("request", "denied") > 20);
    assert!(about("trust", "allowed") >= 4 && about("trust", "denied") >= 10);
}
