//! An organisation of any size, the same text for the same size on every machine.
//!
//! A hundred integrations a file, about 600 bytes each. Ten shapes take turns: functions in AWS
//! with buckets, secrets and conditions, workflows that deploy to Kubernetes, connectors to a
//! ledger, a database, a help desk and a warehouse, and agents that start functions.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// How many integrations stand in one file.
const PER_FILE: usize = 100;
/// How many teams own them.
const TEAMS: usize = 40;

/// Writes an organisation of `count` integrations into `folder` and gives its size in bytes.
pub fn organisation(folder: &Path, count: usize) -> io::Result<usize> {
    let mut size = 0;
    let mut put = |name: &str, text: &str| -> io::Result<()> {
        size += text.len();
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)
    };
    put("scope.toml", "[project]\nname = \"organisation\"\n")?;
    put("systems.scope", SYSTEMS)?;
    put("profiles.scope", PROFILES)?;
    put("teams.scope", &teams())?;
    for (file, first) in (0..count).step_by(PER_FILE).enumerate() {
        let mut text = String::new();
        for index in first..count.min(first + PER_FILE) {
            if index > first {
                text.push('\n');
            }
            integration(&mut text, index);
        }
        put(
            &format!("team-{:02}/services-{file:04}.scope", file % TEAMS),
            &text,
        )?;
    }
    Ok(size)
}

/// One AWS project of one integration.
pub fn smallest(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("one.scope"), ONE)
}

const ONE: &str = r#"system prod: aws.account("111122223333") { env prod; region "eu-west-1" }
team data { contact "data@acme.example" }

/// Reads invoices from the archive.
integration invoice-reader: service {
  owner      data
  purpose    "Read invoices from the archive"
  acts       as itself
  identity   prod.iam.role("invoice-reader")
  credential workload for prod
  runs on    prod.lambda.function("invoice-reader")
  expires    2027-06-30
  review     every 90d by data
  revoke     via "runbook identity/suspend"
  monitor    via "alarm unusual-use"

  allow get on prod.s3.bucket("acme-invoices").object("2026/*")
}
"#;

const SYSTEMS: &str = r#"system aws-prod: aws.account("111122223333") { env prod; region "eu-west-1" }
system aws-data: aws.account("222233334444") { env prod; region "eu-west-1" }
system aws-staging: aws.account("444455556666") { env staging; region "eu-west-1" }
system web: kubernetes.cluster("prod-eu") { env prod; hosted in aws-prod.eks.cluster("prod-eu") }
system code: github.org("acme") { labels source-code }
system books: netsuite.account("ACME") { env prod; labels finance }
system desk: zendesk.account("acme") { env prod }
system stock: postgres.server("stock.acme.internal") { env prod }
system lake: snowflake.account("acme-eu1") { env prod }
"#;

const PROFILES: &str = r#"/// The duties that every integration carries.
profile governed {
  review every 90d by team-00
  revoke via "runbook identity/suspend: within one hour, by whoever is on call"
  monitor via "unusual use is paged"
}

/// A function of its own in an account.
profile runs-as-function(cloud: aws.account, name: string) {
  like       governed
  identity   cloud.iam.role(name)
  credential workload for cloud
  runs from  code.repository(name).branch("main")
  runs on    cloud.lambda.function(name)
}
"#;

fn teams() -> String {
    let mut text = String::new();
    for team in 0..TEAMS {
        line(
            &mut text,
            format_args!("team team-{team:02} {{ contact \"#team-{team:02}\" }}"),
        );
    }
    text
}

fn line(text: &mut String, of: std::fmt::Arguments<'_>) {
    text.write_fmt(of)
        .expect("writing to a string does not fail");
    text.push('\n');
}

/// Scatters an index, so that neighbours differ (the finaliser of `SplitMix64`, Steele et al. 2014).
fn scatter(index: usize) -> usize {
    let mut value = index as u64;
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((value ^ (value >> 31)) >> 33).unwrap_or(0)
}

fn integration(text: &mut String, index: usize) {
    let n = scatter(index + 1);
    let team = n % TEAMS;
    let cloud = ["aws-prod", "aws-data", "aws-staging"][n / TEAMS % 3];
    let year = 2027 + n % 3;
    let shape = index % 10;
    let name = format!("{}-{index:06}", NAMES[shape]);
    let kind = [
        "service",
        "service",
        "connector",
        "webhook",
        "workflow",
        "connector",
        "connector",
        "agent",
        "connector",
        "connector",
    ][shape];
    let mut put = |of: std::fmt::Arguments<'_>| line(text, of);
    put(format_args!("/// Number {index} of the organisation."));
    put(format_args!("integration {name}: {kind} {{"));
    let owner = |put: &mut dyn FnMut(std::fmt::Arguments<'_>), purpose: &str, acts: &str| {
        put(format_args!("  owner      team-{team:02}"));
        put(format_args!("  purpose    \"{purpose}\""));
        put(format_args!("  acts       {acts}"));
    };
    let function = |put: &mut dyn FnMut(std::fmt::Arguments<'_>)| {
        put(format_args!(
            "  like       runs-as-function({cloud}, \"{name}\")"
        ));
    };
    let ends = |put: &mut dyn FnMut(std::fmt::Arguments<'_>)| {
        put(format_args!("  expires    {year}-06-30"));
        put(format_args!(""));
    };
    match shape {
        0 | 3 => {
            function(&mut put);
            owner(
                &mut put,
                "Move reports between the buckets of the team",
                "as itself",
            );
            ends(&mut put);
            put(format_args!(
                "  allow get on {cloud}.s3.bucket(\"in-{name}\").object(\"reports/*\")"
            ));
            put(format_args!(
                "  allow list on {cloud}.s3.bucket(\"in-{name}\") where \"s3:prefix\" matches \"reports/*\""
            ));
            put(format_args!(
                "  allow create on {cloud}.s3.bucket(\"out-{name}\").object(\"{}/*\")",
                n % 97
            ));
            put(format_args!(
                "  never delete within {cloud}.s3.bucket(\"in-{name}\")"
            ));
            put(format_args!("  never administer within {cloud}.s3"));
        }
        1 => {
            function(&mut put);
            owner(
                &mut put,
                "Answer events with the secrets of the team",
                "as itself",
            );
            ends(&mut put);
            put(format_args!(
                "  allow GetSecretValue on {cloud}.secretsmanager.secret(\"{name}/key\")"
            ));
            put(format_args!(
                "  allow trigger on {cloud}.lambda.function(\"{}-{:06}\")",
                NAMES[0],
                n % (index + 1) / 10 * 10
            ));
            put(format_args!(
                "  allow get on {cloud}.s3.bucket(\"events\").object(\"{name}/*\") where source.ip in [\"10.{}.0.0/16\"]",
                n % 256
            ));
            put(format_args!(
                "  never get, list on {cloud}.secretsmanager.secret(\"*\") except {cloud}.secretsmanager.secret(\"{name}/key\")"
            ));
            put(format_args!("  never administer within {cloud}.lambda"));
        }
        2 => {
            function(&mut put);
            owner(&mut put, "Hand messages of a queue to a table", "as itself");
            ends(&mut put);
            put(format_args!(
                "  allow ReceiveMessage, DeleteMessage, GetQueueAttributes on {cloud}.sqs.queue(\"{name}\")"
            ));
            put(format_args!(
                "  allow GetItem, PutItem, UpdateItem on {cloud}.dynamodb.table(\"table-{name}\") until {year}-03-31"
            ));
            put(format_args!(
                "  never delete within {cloud}.dynamodb.table(\"table-{name}\")"
            ));
        }
        4 => {
            put(format_args!("  like       governed"));
            owner(
                &mut put,
                "Roll a service of the team out to its namespace",
                "as itself",
            );
            put(format_args!("  identity   web.user(\"{name}\")"));
            put(format_args!("  credential oidc for web"));
            put(format_args!(
                "  trusts     code.repository(\"{name}\") where branch == \"main\""
            ));
            put(format_args!(
                "  runs from  code.repository(\"{name}\").workflow(\"deploy.yml\")"
            ));
            ends(&mut put);
            put(format_args!(
                "  allow get on code.repository(\"{name}\").contents"
            ));
            put(format_args!(
                "  allow read, update on web.namespace(\"ns-{name}\").deployment, web.namespace(\"ns-{name}\").config-map"
            ));
            put(format_args!(
                "  never list, get on web.namespace(\"*\").secret"
            ));
        }
        5 => {
            function(&mut put);
            owner(
                &mut put,
                "Mirror payment status into the ledger",
                "org-wide",
            );
            put(format_args!("  identity   books.user(\"svc-{name}\")"));
            put(format_args!(
                "  credential oauth for books in {cloud}.secretsmanager.secret(\"netsuite/{name}\") rotate 30d"
            ));
            ends(&mut put);
            put(format_args!("  allow read on books.invoice, books.payment"));
            put(format_args!(
                "  allow get on {cloud}.secretsmanager.secret(\"netsuite/{name}\")"
            ));
            put(format_args!("  never create on books.vendor"));
        }
        6 => {
            function(&mut put);
            owner(&mut put, "Report stock levels", "as itself");
            put(format_args!("  identity   stock.role(\"role_{index}\")"));
            put(format_args!(
                "  credential secret for stock in {cloud}.secretsmanager.secret(\"stock/{name}\") rotate 30d"
            ));
            ends(&mut put);
            put(format_args!(
                "  allow CONNECT on stock.database(\"inventory\")"
            ));
            put(format_args!(
                "  allow USAGE on stock.database(\"inventory\").schema(\"s{}\")",
                n % 50
            ));
            put(format_args!(
                "  allow get on stock.database(\"inventory\").schema(\"s{}\").table(\"levels_{index}\")",
                n % 50
            ));
            put(format_args!(
                "  allow get on {cloud}.secretsmanager.secret(\"stock/{name}\")"
            ));
            put(format_args!("  never write, delete within stock"));
        }
        7 => {
            function(&mut put);
            owner(
                &mut put,
                "Plan the work of the team and start it",
                "as itself",
            );
            put(format_args!(
                "  ingests    {cloud}.s3.bucket(\"plans\").object(\"{name}/*\")"
            ));
            ends(&mut put);
            put(format_args!(
                "  allow get on {cloud}.s3.bucket(\"plans\").object(\"{name}/*\")"
            ));
            put(format_args!(
                "  allow trigger on {cloud}.lambda.function(\"{}-{:06}\")",
                NAMES[2],
                index / 10 * 10 + 2
            ));
            put(format_args!("  never write, delete within {cloud}.s3"));
            put(format_args!("  never administer within {cloud}.iam"));
        }
        8 => {
            function(&mut put);
            owner(&mut put, "Open and answer tickets", "org-wide");
            put(format_args!(
                "  identity   desk.oauth-client(\"client-{name}\")"
            ));
            put(format_args!(
                "  credential oauth for desk in {cloud}.secretsmanager.secret(\"desk/{name}\") rotate 30d"
            ));
            ends(&mut put);
            put(format_args!("  allow read, create on desk.ticket"));
            put(format_args!(
                "  allow get on {cloud}.secretsmanager.secret(\"desk/{name}\")"
            ));
            put(format_args!("  never export on desk.user"));
        }
        _ => {
            function(&mut put);
            owner(
                &mut put,
                "Load what the team writes into the warehouse",
                "as itself",
            );
            put(format_args!("  identity   lake.user(\"USER_{index}\")"));
            put(format_args!(
                "  credential key for lake in {cloud}.secretsmanager.secret(\"lake/{name}\") rotate 30d"
            ));
            ends(&mut put);
            put(format_args!(
                "  allow get on {cloud}.secretsmanager.secret(\"lake/{name}\")"
            ));
            put(format_args!(
                "  allow get on {cloud}.s3.bucket(\"drop\").object(\"{name}/*\") where \"aws:SecureTransport\" == true"
            ));
            put(format_args!(
                "  never delete within {cloud}.s3.bucket(\"drop\")"
            ));
        }
    }
    line(text, format_args!("}}"));
}

const NAMES: [&str; 10] = [
    "report-mover",
    "event-responder",
    "queue-writer",
    "report-copier",
    "deploy-service",
    "ledger-mirror",
    "stock-reporter",
    "work-planner",
    "ticket-answerer",
    "lake-loader",
];
