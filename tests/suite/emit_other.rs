//! The targets beside AWS's from hand-made bundles: each case sets up what is granted and compares every
//! file, what it holds, and what was said. The files lie apart, so that the judges can read them.

mod world;

use crate::expect::{cases, expect_file};
use scopec::authority::time::{Date, Length};
use scopec::emit::{emit, sql_probes};
use scopec::grant::{RowPart, Units};
use scopec::model::TeamId;
use scopec::model::condition::Operator;
use scopec::model::party::{Acts, ClauseKind, CredentialKind, Who};
use scopec::model::rule::Approval;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use world::{World, span};

/// Compares all that is printed with `tests/cases/emit/NAME/`.
fn check(name: &str, world: &World) {
    let folder = cases("emit").join(name);
    let (artifacts, diagnostics) = emit(&world.compiled);
    let (again, _) = emit(&world.compiled);
    let mut ledger = String::new();
    let mut paths = Vec::new();
    for (artifact, other) in artifacts.iter().zip(&again) {
        assert_eq!(artifact.bytes, other.bytes, "printed twice, it differs");
        let gated = if artifact.gated { ", gated" } else { "" };
        writeln!(ledger, "{} ({}{gated})", artifact.path, artifact.format).unwrap();
        for (row, locator) in &artifact.holds {
            let part = &world.compiled.granted.rows[*row as usize].part;
            writeln!(ledger, "  row {row} {part:?}: {locator:?}").unwrap();
            world::assert_found(artifact, locator);
        }
        let text = std::str::from_utf8(&artifact.bytes).unwrap();
        assert!(text.ends_with('\n') && !text.contains('\r'), "{text}");
        expect_file(&folder.join("out").join(&artifact.path), text);
        paths.push(artifact.path.clone());
    }
    for diagnostic in diagnostics {
        let grade = diagnostic.severity.word();
        writeln!(
            ledger,
            "{grade}: {}: {}",
            diagnostic.rule, diagnostic.message
        )
        .unwrap();
    }
    expect_file(&folder.join("ledger.txt"), &ledger);
    let mut on_disk = Vec::new();
    list(&folder.join("out"), "", &mut on_disk);
    on_disk.sort();
    assert_eq!(paths, on_disk, "files that no case prints");
}

fn list(folder: &Path, prefix: &str, out: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), out);
        } else {
            out.push(name);
        }
    }
}

fn cluster() -> World {
    let mut world = World::new("kubernetes", "cluster", &[("prod-eu", None)]);
    world.of("namespace", "cluster", "namespaces");
    world.of("namespace-status", "namespace", "namespaces/status");
    world.of("deployment", "namespace", "apps/deployments");
    world.of("scale", "deployment", "apps/deployments/scale");
    world.of("secret", "namespace", "secrets");
    world.of("pod", "namespace", "pods");
    world.of("exec", "pod", "pods/exec");
    world.of("node", "cluster", "nodes");
    world.of("node-proxy", "node", "nodes/proxy");
    world.of("user-extra", "cluster", "authentication.k8s.io/userextras");
    world.of("service-account", "namespace", "serviceaccounts");
    world.of("user", "cluster", "users");
    world.of("group", "cluster", "groups");
    world
}

#[test]
fn kubernetes_rules_stand_where_their_things_lie() {
    let mut world = cluster();
    world.identity(&[("namespace", "shop"), ("service-account", "deployer")]);
    world.credential(CredentialKind::Workload);
    world.unnamed("secret", &["list", "create"]);
    world.allow(
        "deployment",
        &["get", "list", "patch"],
        &[&[("namespace", "shop"), ("deployment", "*")]],
    );
    world.allow(
        "secret",
        &["get", "list"],
        &[
            &[("namespace", "shop"), ("secret", "db")],
            &[("namespace", "shop"), ("secret", "api")],
            &[("namespace", "jobs"), ("secret", "db")],
        ],
    );
    world.allow(
        "exec",
        &["create"],
        &[&[("namespace", "shop"), ("pod", "web-0"), ("exec", "")]],
    );
    world.allow(
        "scale",
        &["update"],
        &[&[("namespace", "shop"), ("deployment", "*"), ("scale", "")]],
    );
    world.allow("pod", &["get"], &[&[("namespace", "*"), ("pod", "*")]]);
    world.allow("namespace", &["get"], &[&[("namespace", "shop")]]);
    world.allow(
        "namespace-status",
        &["patch"],
        &[&[("namespace", "shop"), ("namespace-status", "")]],
    );
    world.allow(
        "node-proxy",
        &["get"],
        &[&[("node", "n1"), ("node-proxy", "")]],
    );
    world.allow(
        "user-extra",
        &["impersonate"],
        &[&[("user-extra", "scopes")]],
    );
    check("kubernetes-rules", &world);
}

#[test]
fn kubernetes_everything_is_the_wildcard_of_the_cluster() {
    let mut world = cluster();
    world.party("admin");
    world.identity(&[("group", "platform:\"on\" # call")]);
    let grant = world.grant(Units::Everything, &[&[]]);
    world.add(grant);
    check("kubernetes-everything", &world);
}

#[test]
fn kubernetes_gates_replace_the_ordinary_roles() {
    let mut world = cluster();
    world.party(
        "Röhre/with a name that is far too long for a label of Kubernetes, which ends at 63",
    );
    world.identity(&[("user", "no")]);
    world.allow("pod", &["get"], &[&[("namespace", "shop"), ("pod", "*")]]);
    let more = world.operations(
        "pod",
        &["delete"],
        &[
            &[("namespace", "shop"), ("pod", "*")],
            &[("namespace", "jobs"), ("pod", "*")],
        ],
    );
    world.gate(more, Some(Length::from_hours(8)));
    check("kubernetes-gates", &world);
}

#[test]
fn kubernetes_users_from_an_aws_role_get_an_access_entry() {
    let mut world = cluster();
    world.identity_from_aws(&[("user", "deploy-web")], "deploy-web");
    world.allow("pod", &["get"], &[&[("namespace", "shop"), ("pod", "*")]]);
    check("kubernetes-access-entry", &world);
}

#[test]
fn kubernetes_has_no_patterns() {
    let mut world = cluster();
    world.identity(&[("user", "deploy")]);
    world.allow("pod", &["get"], &[&[("namespace", "team-*"), ("pod", "*")]]);
    world.allow(
        "secret",
        &["get"],
        &[&[("namespace", "a"), ("secret", "db-?")]],
    );
    world.allow("user-extra", &["impersonate"], &[&[("user-extra", "*")]]);
    check("kubernetes-patterns", &world);
}

fn github() -> World {
    let mut world = World::new("github", "org", &[("acme", None)]);
    world.of("repository", "org", "");
    world.of("contents", "repository", "");
    world.of("workflow", "repository", "");
    world.of("app", "org", "");
    world.unit("metadata:read", None, Some("repository"), &[]);
    world.unit(
        "contents:read",
        Some("contents"),
        Some("repository"),
        &["metadata:read"],
    );
    world.unit(
        "contents:write",
        Some("contents"),
        Some("repository"),
        &["contents:read"],
    );
    world.unit(
        "pull_requests:read",
        Some("pull-requests"),
        Some("repository"),
        &[],
    );
    world.unit("id_token:write", Some("id-token"), Some("token"), &[]);
    world.unit("members:read", None, Some("organization"), &[]);
    world
}

#[test]
fn github_workflow_permissions_take_the_highest_level() {
    let mut world = github();
    world.runs_from(&[("repository", "web"), ("workflow", "deploy.yml")]);
    world.own_token();
    let web: &[(&str, &str)] = &[("repository", "web"), ("contents", "")];
    world.holds(&["contents:read", "metadata:read"], &[web]);
    world.holds(&["contents:write"], &[web]);
    world.holds(
        &["pull_requests:read", "id_token:write"],
        &[&[("repository", "web")]],
    );
    check("github-workflow", &world);
}

#[test]
fn github_workflow_without_authority_has_an_empty_block() {
    let mut world = github();
    world.own_token();
    check("github-workflow-empty", &world);
}

#[test]
fn github_workflow_tokens_reach_no_other_repository() {
    let mut world = github();
    world.runs_from(&[("repository", "web"), ("workflow", "deploy.yml")]);
    world.own_token();
    world.holds(
        &["contents:read"],
        &[&[("repository", "api"), ("contents", "")]],
    );
    world.holds(&["members:read"], &[]);
    check("github-workflow-foreign", &world);
}

#[test]
fn github_app_manifest_says_what_is_known() {
    let mut world = github();
    world.identity(&[("app", "release-bot")]);
    world.holds(
        &["contents:write", "metadata:read"],
        &[&[("repository", "web"), ("contents", "")]],
    );
    world.holds(&["pull_requests:read"], &[&[("repository", "api")]]);
    check("github-app", &world);
}

#[test]
fn netsuite_roles_have_one_level_a_permission() {
    let mut world = World::new("netsuite", "account", &[("ACME", None)]);
    world.of("user", "account", "user");
    world.party("invoice-sync");
    world.identity(&[("user", "svc-invoice-sync")]);
    world.unit(
        "Transactions/Invoice:View",
        Some("TRAN_CUSTINVC"),
        None,
        &[],
    );
    world.unit(
        "Transactions/Customer Payment:View",
        Some("TRAN_CUSTPYMT"),
        None,
        &[],
    );
    world.unit(
        "Transactions/Customer Payment:Edit",
        Some("TRAN_CUSTPYMT"),
        None,
        &[],
    );
    world.unit("Custom/A & B:Full", Some("CUSTOM_<&\"'>"), None, &[]);
    world.unit("Custom/Unknown", None, None, &[]);
    world.holds(
        &[
            "Transactions/Invoice:View",
            "Transactions/Customer Payment:View",
        ],
        &[],
    );
    world.holds(&["Transactions/Customer Payment:Edit"], &[]);
    world.row_of_last(RowPart::Fields);
    world.holds(&["Custom/A & B:Full"], &[]);
    world.holds(&["Custom/Unknown"], &[]);
    check("netsuite-role", &world);
}

#[test]
fn oauth_scopes_are_listed_and_joined() {
    let mut world = World::new("zendesk", "account", &[("acme", None)]);
    world.of("oauth-client", "account", "");
    world.identity(&[("oauth-client", "helpdesk-\"bot\"")]);
    world.unit("tickets:write", None, None, &[]);
    world.unit("tickets:read", None, None, &[]);
    world.unit("users:read", None, None, &[]);
    world.holds(&["tickets:write", "tickets:read"], &[]);
    let more = world.units(&["users:read"], &[]);
    world.gate(more, Some(Length::from_days(1)));
    check("oauth-zendesk", &world);
}

#[test]
fn okta_grants_name_the_organisation() {
    let mut world = World::new("okta", "org", &[("acme", None)]);
    world.of("app", "org", "");
    world.identity(&[("app", "provisioner")]);
    world.unit("okta.users.manage", None, None, &[]);
    world.unit("okta.groups.read", None, None, &[]);
    world.holds(&["okta.users.manage", "okta.groups.read"], &[]);
    check("okta-grants", &world);
}

#[test]
fn entra_apps_print_once_a_tenant_and_never_a_guessed_id() {
    let mut world = World::new(
        "microsoft",
        "tenant",
        &[
            ("22222222-0000-0000-0000-000000000001", Some("contoso")),
            ("22222222-0000-0000-0000-000000000002", Some("fabrikam")),
        ],
    );
    world.of("app", "tenant", "");
    world.identity(&[("app", "msp-admin")]);
    let graph = "00000003-0000-0000-c000-000000000000";
    world.unit(
        "User.Read.All",
        Some("df021288-bdef-4463-88db-98f22de89214"),
        Some(graph),
        &[],
    );
    world.unit(
        "Machine.Isolate",
        Some("7e4e1300-e1b9-4102-88ec-f0a6e6a8a6a7"),
        Some("fc780465-2017-40d4-a0c5-307022471b92"),
        &[],
    );
    world.unit("New.Permission", None, Some(graph), &[]);
    world.holds(&["User.Read.All", "Machine.Isolate"], &[]);
    world.holds(&["New.Permission"], &[]);
    world.second_tenant();
    check("entra-app", &world);
}

#[test]
fn entra_apps_of_users_are_not_printed_with_ids_of_roles() {
    let mut world = World::new("microsoft", "tenant", &[("1", None)]);
    world.of("app", "tenant", "");
    world.identity(&[("app", "reader")]);
    world.clause(ClauseKind::Acts(Acts::OnBehalfOfUsers), RowPart::Whole);
    world.unit(
        "User.Read.All",
        Some("df021288-bdef-4463-88db-98f22de89214"),
        Some("00000003-0000-0000-c000-000000000000"),
        &[],
    );
    world.holds(&["User.Read.All"], &[]);
    check("entra-app-users", &world);
}

#[test]
fn salesforce_sets_switch_on_what_is_contained() {
    let mut world = World::new("salesforce", "org", &[("00D", None)]);
    world.of("object", "org", "sObject");
    world.of("connected-app", "org", "");
    world.party("crm-bridge");
    world.identity(&[("connected-app", "crm-bridge")]);
    let object = Some("object permission");
    world.unit("Read", None, object, &[]);
    world.unit("Edit", None, object, &["Read"]);
    world.unit("ApiEnabled", None, Some("user permission"), &[]);
    world.unit("api", None, Some("oauth scope"), &[]);
    world.holds(&["Read", "ApiEnabled", "api"], &[&[("object", "Account")]]);
    world.holds(&["Edit"], &[&[("object", "Case")], &[("object", "Lead")]]);
    check("salesforce-permission-set", &world);
}

fn server() -> World {
    let mut world = World::new("postgres", "server", &[("db.acme.internal", None)]);
    world.of("database", "server", "DATABASE");
    world.of("schema", "database", "SCHEMA");
    world.of("table", "schema", "TABLE");
    world.of("view", "schema", "TABLE");
    world.of("sequence", "schema", "SEQUENCE");
    world.of("function", "schema", "FUNCTION");
    world.of("large-object", "database", "LARGE OBJECT");
    world.of("parameter", "server", "PARAMETER");
    world.of("role", "server", "ROLE");
    world
}

#[test]
fn postgres_grants_quote_names_and_keep_to_columns() {
    let mut world = server();
    world.identity(&[("role", "fore\"caster")]);
    world.expires(Date::parse("2028-03-31").unwrap());
    let shop: &[(&str, &str)] = &[("database", "stock"), ("schema", "shop")];
    world.allow("database", &["CONNECT"], &[&[("database", "stock")]]);
    world.allow("schema", &["USAGE"], &[shop]);
    world.allow(
        "table",
        &["SELECT"],
        &[&[shop[0], shop[1], ("table", "O'Brien \"x\"; DROP")]],
    );
    let mut grant = world.operations(
        "table",
        &["UPDATE", "DELETE"],
        &[&[shop[0], shop[1], ("table", "payment")]],
    );
    grant.fields = vec!["status".into(), "a\"b".into()];
    world.add(grant);
    world.row_of_last(RowPart::Fields);
    let mut grant = world.operations(
        "table",
        &["INSERT"],
        &[&[shop[0], shop[1], ("table", "payment")]],
    );
    grant.fields = vec!["status".into()];
    world.add(grant);
    world.row_of_last(RowPart::Fields);
    world.allow("table", &["SELECT"], &[&[shop[0], shop[1], ("table", "*")]]);
    world.allow("view", &["SELECT"], &[&[shop[0], shop[1], ("view", "*")]]);
    world.allow(
        "sequence",
        &["USAGE"],
        &[&[shop[0], shop[1], ("sequence", "*")]],
    );
    world.allow(
        "function",
        &["EXECUTE"],
        &[
            &[shop[0], shop[1], ("function", "total(integer, text)")],
            &[shop[0], shop[1], ("function", "now")],
        ],
    );
    world.allow(
        "large-object",
        &["SELECT"],
        &[&[shop[0], ("large-object", "12345")]],
    );
    world.allow("parameter", &["SET"], &[&[("parameter", "app.limit")]]);
    world.allow("role", &["MEMBER", "ADMIN"], &[&[("role", "readers")]]);
    check("sql-postgres", &world);
}

#[test]
fn postgres_gates_are_taken_back_by_the_ordinary_script() {
    let mut world = server();
    world.identity(&[("role", "forecaster")]);
    world.credential(CredentialKind::Certificate);
    world.expires(Date::parse("2028-03-31").unwrap());
    let table = |database, name| [("database", database), ("schema", "shop"), ("table", name)];
    world.allow("table", &["SELECT"], &[&table("stock", "item")]);
    world.allow("table", &["SELECT"], &[&table("Stock", "item")]);
    let more = world.operations("table", &["DELETE"], &[&table("stock", "order")]);
    world.gate(more, None);
    check("sql-postgres-gates", &world);
}

#[test]
fn postgres_refuses_what_it_has_no_statement_for() {
    let mut world = server();
    world.identity(&[("role", "forecaster")]);
    let one = ("database", "stock");
    world.allow("database", &["CONNECT"], &[&[("database", "*")]]);
    world.allow(
        "table",
        &["SELECT"],
        &[&[one, ("schema", "*"), ("table", "*")]],
    );
    world.allow(
        "table",
        &["SELECT"],
        &[&[one, ("schema", "a"), ("table", "x-*")]],
    );
    world.allow(
        "large-object",
        &["SELECT"],
        &[&[one, ("large-object", "1; DROP")]],
    );
    world.allow(
        "function",
        &["EXECUTE"],
        &[&[
            one,
            ("schema", "a"),
            ("function", "f(integer); DROP TABLE x; --)"),
        ]],
    );
    let grant = world.grant(Units::Everything, &[&[]]);
    world.add(grant);
    check("sql-postgres-refused", &world);
}

#[test]
fn snowflake_grants_cover_what_comes_later() {
    let mut world = World::new("snowflake", "account", &[("acme-eu1", None)]);
    world.of("account-setting", "account", "ACCOUNT");
    world.of("database", "account", "DATABASE");
    world.of("schema", "database", "SCHEMA");
    world.of("table", "schema", "TABLE");
    world.of("function", "schema", "FUNCTION");
    world.of("warehouse", "account", "WAREHOUSE");
    world.of("role", "account", "ROLE");
    world.of("user", "account", "USER");
    world.party("warehouse-export");
    world.identity(&[("user", "SVC_EXPORT")]);
    let mart: &[(&str, &str)] = &[("database", "LAKE"), ("schema", "MART")];
    world.allow("warehouse", &["USAGE"], &[&[("warehouse", "wh \"1\"")]]);
    world.allow("database", &["USAGE"], &[&[mart[0]]]);
    world.allow("schema", &["USAGE"], &[mart]);
    world.allow("table", &["SELECT"], &[&[mart[0], mart[1], ("table", "*")]]);
    world.allow(
        "table",
        &["INSERT", "UPDATE"],
        &[&[mart[0], mart[1], ("table", "ORDERS")]],
    );
    world.allow(
        "table",
        &["SELECT"],
        &[&[("database", "RAW"), ("schema", "*"), ("table", "*")]],
    );
    world.allow(
        "function",
        &["USAGE"],
        &[&[mart[0], mart[1], ("function", "F(NUMBER)")]],
    );
    world.allow("role", &["USAGE"], &[&[("role", "READERS")]]);
    world.allow(
        "account-setting",
        &["MONITOR USAGE"],
        &[&[("account-setting", "")]],
    );
    check("sql-snowflake", &world);
}

#[test]
fn generic_files_say_everything() {
    let mut world = World::new("acme-procurement", "installation", &[("prod", None)]);
    world.of("order", "installation", "order");
    world.of("service-account", "installation", "");
    world.identity(&[("service-account", "po-writer")]);
    world.credential(CredentialKind::Token);
    world.expires(Date::parse("2028-03-31").unwrap());
    let condition = world.condition("network", Operator::In, &["10.0.0.0/8"]);
    let mut grant = world.operations("order", &["submit", "amend"], &[&[("order", "EU-*")]]);
    grant.conditions = vec![condition];
    grant.until = Some(Date::parse("2027-06-30").unwrap().end_of_day());
    grant.fields = vec!["amount".into()];
    world.add(grant);
    world.row_of_last(RowPart::Where);
    world.row_of_last(RowPart::Until);
    let denied = world.operations("order", &["approve"], &[&[("order", "*")]]);
    world.deny(denied);
    world.trusts(Who::Service("queue \"x\"".into(), span()));
    let more = world.operations("order", &["approve"], &[&[("order", "EU-1")]]);
    world.gate(more, Some(Length::from_hours(8)));
    check("generic", &world);
}

#[test]
fn what_a_format_cannot_say_is_not_claimed() {
    let way: &[(&str, &str)] = &[("namespace", "shop"), ("pod", "*")];
    let mut world = cluster();
    world.identity(&[("user", "deploy")]);
    world.expires(Date::parse("2028-03-31").unwrap());
    let condition = world.condition("network", Operator::In, &["10.0.0.0/8"]);
    let mut grant = world.operations("pod", &["get"], &[way]);
    let kept = grant.rows[0].0;
    grant.conditions = vec![condition];
    grant.until = Some(Date::parse("2027-06-30").unwrap().end_of_day());
    grant.fields = vec!["spec".into()];
    world.add(grant);
    world.row_of_last(RowPart::Where);
    world.row_of_last(RowPart::Until);
    world.row_of_last(RowPart::Fields);
    let denied = world.operations("pod", &["delete"], &[way]);
    world.deny(denied);
    let (artifacts, diagnostics) = emit(&world.compiled);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let claimed: Vec<u32> = artifacts
        .iter()
        .flat_map(|artifact| &artifact.holds)
        .map(|(row, _)| *row)
        .collect();
    assert_eq!(claimed, [0, kept], "the identity and the grant itself");
}

#[test]
fn sql_probes_ask_what_was_declared() {
    let mut world = server();
    world.identity(&[("role", "forecaster")]);
    let table = |name| [("database", "stock"), ("schema", "shop"), ("table", name)];
    let mut columns = world.rule("table", &["SELECT", "UPDATE", "DELETE"], &table("pay.ment"));
    columns.fields = vec!["status".into()];
    world.clause(ClauseKind::Allow(columns), RowPart::Whole);
    let whole = world.rule("table", &["SELECT"], &table("*"));
    world.clause(ClauseKind::Allow(whole), RowPart::Whole);
    let never = world.rule("table", &["DELETE"], &table("*"));
    world.clause(ClauseKind::Never(never), RowPart::Whole);
    let mut gated = world.rule("schema", &["CREATE"], &table("x")[..2]);
    gated.approval = Some(Approval {
        by: TeamId(0),
        duration: Some(Length::from_hours(8)),
        span: span(),
    });
    world.clause(ClauseKind::Allow(gated), RowPart::Whole);
    let mut text = String::new();
    for probe in sql_probes::probes(&world.compiled) {
        writeln!(text, "{probe}").unwrap();
    }
    expect_file(&cases("emit").join("sql-probes/probes.jsonl"), &text);
}
