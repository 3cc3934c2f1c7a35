//! `sql-grants`: roles and GRANT statements for `PostgreSQL` and Snowflake, one statement a line.
//!
//! Format: `PostgreSQL` documentation, "CREATE ROLE", "GRANT", "REVOKE"; Snowflake documentation, "GRANT
//! <privileges> … TO ROLE". Judges: `PostgreSQL` 15, whose `has_table_privilege` and `information_schema` give the
//! exact grants; `sqlfluff` for Snowflake's grammar, none for its meaning.
//!
//! A script leaves the identity with what it says on every object that the bundle or one of its gates names:
//! those are revoked first, so that the ordinary script also ends a gate. Objects that no clause names any more
//! are not touched. A privilege of a prohibition is absent.

use super::held::{self, Limits};
use super::{Edition, Job, Printed, Target};
use crate::artifact::{Artifact, Locator};
use crate::grant::{Grant, RowId, Units};
use crate::model::catalog::TypeId;
use crate::model::party::CredentialKind;
use crate::model::thing::Thing;
use crate::print::sql::{Dialect, Script, identifier};
use std::collections::{BTreeMap, BTreeSet};

mod postgres;
mod snowflake;

/// The target.
pub static TARGET: Target = Target {
    name: "sql-grants",
    summary: "roles and GRANT statements for PostgreSQL and Snowflake",
    default: true,
    vendors: &["postgres", "snowflake"],
    emit,
};

/// What a grant is on, in the vendor's SQL.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Object {
    /// The database that one has to be connected to.
    database: Option<String>,
    /// How it is named.
    on: On,
}

/// How the object of a statement is named.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum On {
    /// `ON TABLE "shop"."orders"`, with the words after `ON`.
    Words(String),
    /// Membership of a role, with its words in the statement.
    Role(String),
    /// Every relation of these kinds in a schema, found when the script runs.
    Relations { schema: String, kinds: &'static str },
}

/// A statement to be printed.
struct Statement {
    database: Option<String>,
    text: String,
    rows: Vec<(RowId, Limits)>,
}

fn emit(job: &Job<'_>) -> Printed {
    let mut artifacts = Vec::new();
    let mut diagnostics = Vec::new();
    let vendor = &job.compiled.model.catalog.vendor(job.bundle.vendor).name;
    let dialect = if &**vendor == "snowflake" {
        Dialect::Snowflake
    } else {
        Dialect::Postgres
    };
    let Some(grantee) = Grantee::of(job, dialect) else {
        return (artifacts, diagnostics);
    };
    let revoked = revoked(job, dialect, &grantee);
    for edition in job.editions() {
        let mut statements = match dialect {
            Dialect::Postgres => postgres::creation(job, &grantee),
            Dialect::Snowflake => snowflake::creation(job, &grantee),
        };
        statements.extend(revoked.iter().map(|(database, text)| Statement {
            database: database.clone(),
            text: text.clone(),
            rows: Vec::new(),
        }));
        for grant in edition.grants {
            match of_grant(job, dialect, &grantee, grant) {
                Ok(own) => statements.extend(own),
                Err(what) => diagnostics.push(held::unprinted(
                    job,
                    grant,
                    what,
                    "name the database, the schema and the object",
                )),
            }
        }
        artifacts.extend(files(job, &edition, dialect, &statements));
    }
    (artifacts, diagnostics)
}

/// Who is granted to.
struct Grantee {
    /// The name of the role that holds the privileges, quoted.
    role: String,
    /// What stands after `TO` and `FROM`.
    words: String,
    /// How it comes to be.
    kind: GranteeKind,
}

#[derive(Clone, PartialEq, Eq)]
enum GranteeKind {
    Role,
    DatabaseRole,
    /// A user, who holds privileges through the role.
    User(String),
}

impl Grantee {
    fn of(job: &Job<'_>, dialect: Dialect) -> Option<Self> {
        let model = &job.compiled.model;
        let identity = job.bundle.identity.as_ref()?;
        if !identity.is_one() {
            return None;
        }
        let name = identity.exact_name()?;
        let path = path(identity);
        match (dialect, &*model.catalog.of(identity.of).name) {
            (Dialect::Postgres, "role" | "user") => Some(Self {
                role: identifier(name),
                words: identifier(name),
                kind: GranteeKind::Role,
            }),
            (Dialect::Snowflake, "role") => Some(Self {
                role: identifier(name),
                words: format!("ROLE {}", identifier(name)),
                kind: GranteeKind::Role,
            }),
            (Dialect::Snowflake, "database-role") => Some(Self {
                role: path.clone(),
                words: format!("DATABASE ROLE {path}"),
                kind: GranteeKind::DatabaseRole,
            }),
            (Dialect::Snowflake, "user") => {
                let role = identifier(&format!("scopec-{}", job.integration()));
                Some(Self {
                    words: format!("ROLE {role}"),
                    role,
                    kind: GranteeKind::User(identifier(name)),
                })
            }
            (Dialect::Postgres | Dialect::Snowflake, _) => None,
        }
    }
}

/// The names on the way down, quoted and joined; `*` where a name is none.
fn path(thing: &Thing) -> String {
    let names: Vec<String> = thing
        .steps
        .iter()
        .flat_map(|step| &step.names)
        .map(|name| name.is_literal().map_or_else(|| "*".to_owned(), identifier))
        .collect();
    names.join(".")
}

/// The object type in the vendor's SQL: `TABLE`.
fn words(job: &Job<'_>, of: TypeId) -> String {
    let of = job.compiled.model.catalog.of(of);
    match &of.spelling {
        Some(spelling) => spelling.to_string(),
        None => of.name.replace('-', " ").to_uppercase(),
    }
}

fn objects(job: &Job<'_>, dialect: Dialect, grant: &Grant) -> Result<Vec<Object>, String> {
    if grant.things.is_empty() {
        return Err("a privilege is granted on an object, and none is named".into());
    }
    let mut objects = Vec::new();
    for thing in &grant.things {
        objects.extend(match dialect {
            Dialect::Postgres => postgres::objects(job, thing)?,
            Dialect::Snowflake => snowflake::objects(job, thing)?,
        });
    }
    objects.sort();
    objects.dedup();
    Ok(objects)
}

fn of_grant(
    job: &Job<'_>,
    dialect: Dialect,
    grantee: &Grantee,
    grant: &Grant,
) -> Result<Vec<Statement>, String> {
    let privileges = privileges(job, grant)?;
    let mut statements = Vec::new();
    for object in objects(job, dialect, grant)? {
        let words = match dialect {
            Dialect::Postgres => postgres::grant(&object, &privileges, &grant.fields, grantee)?,
            Dialect::Snowflake => snowflake::grant(&object, &privileges, grantee)?,
        };
        for (text, fields) in words {
            let limits = Limits {
                fields,
                ..Limits::NONE
            };
            statements.push(Statement {
                database: object.database.clone(),
                text,
                rows: grant.rows.iter().map(|row| (*row, limits)).collect(),
            });
        }
    }
    Ok(statements)
}

/// The privileges by name, in the grant's order.
fn privileges(job: &Job<'_>, grant: &Grant) -> Result<Vec<String>, String> {
    let catalog = &job.compiled.model.catalog;
    let Units::Operations(slots) = &grant.units else {
        return Err("everything at once cannot be granted without a superuser".into());
    };
    let mut names = Vec::new();
    for &slot in slots {
        let name = catalog.operation_of(slot).name.to_string();
        let is_word = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ' ';
        if name.is_empty() || !name.chars().all(is_word) {
            return Err(format!("`{name}` is no privilege of SQL"));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// What is revoked before anything is granted: all that the bundle or a gate has an object for.
fn revoked(job: &Job<'_>, dialect: Dialect, grantee: &Grantee) -> Vec<(Option<String>, String)> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for edition in job.editions() {
        for grant in edition.grants {
            let Ok(objects) = objects(job, dialect, grant) else {
                continue;
            };
            for object in objects {
                if seen.insert(object.clone()) {
                    let text = match dialect {
                        Dialect::Postgres => postgres::revoke(&object, grantee),
                        Dialect::Snowflake => snowflake::revoke(&object, grantee),
                    };
                    out.push((object.database, text));
                }
            }
        }
    }
    out
}

/// One file, or with statements in several databases one for each besides the server's.
fn files(
    job: &Job<'_>,
    edition: &Edition<'_>,
    dialect: Dialect,
    statements: &[Statement],
) -> Vec<Artifact> {
    let databases: BTreeSet<&String> = statements
        .iter()
        .filter_map(|statement| statement.database.as_ref())
        .collect();
    let split = databases.len() > 1;
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let mut parts: Vec<(String, Option<&String>, Vec<&Statement>)> = Vec::new();
    let first = databases.first().copied().filter(|_| !split);
    let in_first = |statement: &&Statement| statement.database.is_none() || !split;
    parts.push((
        "grants.sql".into(),
        first,
        statements.iter().filter(in_first).collect(),
    ));
    for database in databases.into_iter().filter(|_| split) {
        let base = super::safe(database);
        let number = names.entry(base.clone()).or_default();
        *number += 1;
        let name = match *number {
            1 => format!("grants-{base}.sql"),
            number => format!("grants-{base}-{number}.sql"),
        };
        let own = |statement: &&Statement| statement.database.as_ref() == Some(database);
        parts.push((
            name,
            Some(database),
            statements.iter().filter(own).collect(),
        ));
    }
    parts
        .into_iter()
        .filter(|(_, _, own)| !own.is_empty())
        .map(|(name, database, own)| {
            let (text, holds) = script(job, edition, dialect, database, &own);
            job.artifact("sql-grants", edition, &name, text, holds)
        })
        .collect()
}

fn script(
    job: &Job<'_>,
    edition: &Edition<'_>,
    dialect: Dialect,
    database: Option<&String>,
    statements: &[&Statement],
) -> (String, Vec<(u32, Locator)>) {
    let mut script = Script::new();
    let mut holds = Vec::new();
    if let Some(database) = database {
        script.comment(&format!(
            "to be run while connected to the database {}",
            identifier(database)
        ));
    }
    if let Some(gate) = edition.gate {
        let team = &job.compiled.model.team(gate.by).name;
        let length = gate.duration.map_or_else(
            || "until it is taken back".to_owned(),
            |duration| format!("for {duration}, then the ordinary script again"),
        );
        script.comment(&format!("once {team} approves, {length}"));
    }
    let atomic = dialect == Dialect::Postgres;
    if atomic {
        script.statement("BEGIN");
    }
    for statement in statements {
        if let Some(words) = remark(&statement.text) {
            script.comment(words);
        }
        let line = Locator::Line(script.statement(&statement.text));
        for (row, limits) in &statement.rows {
            let grant_row = held::printed(job, *row, *limits);
            holds.extend(grant_row.then(|| (row.0, line.clone())));
        }
    }
    if atomic {
        script.statement("COMMIT");
    }
    (script.finish(), holds)
}

/// What a reader of a statement might not know.
fn remark(text: &str) -> Option<&'static str> {
    if text.contains(" VALID UNTIL ") {
        return Some("holds for passwords alone");
    }
    if text.starts_with("DO ") && text.contains("GRANT ") {
        return Some("what is there now; run it again after something is added");
    }
    let all = text.starts_with("GRANT ") && text.contains(" ON ALL ");
    (all && !text.contains(" TO ROLE ") && !text.contains(" TO DATABASE ROLE "))
        .then_some("what is there now; run it again after something is added")
}

/// Whether `credential` says that the identity signs in with a password, or says nothing.
fn by_password(job: &Job<'_>) -> bool {
    held::credentials(
        job,
        &[
            CredentialKind::Oauth,
            CredentialKind::Key,
            CredentialKind::Token,
            CredentialKind::Certificate,
            CredentialKind::Oidc,
            CredentialKind::Workload,
        ],
    )
    .is_empty()
}

/// A function's name with its argument types where they are written: `total(integer, text)`.
fn routine(prefix: &str, name: &str) -> Result<(String, Option<String>), String> {
    let Some((bare, arguments)) = name.strip_suffix(')').and_then(|rest| rest.split_once('('))
    else {
        return Ok((format!("{prefix}{}", identifier(name)), None));
    };
    let is_type = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | ',' | '[' | ']');
    if !arguments.chars().all(is_type) {
        return Err(format!("`{name}` has arguments that are no list of types"));
    }
    let words = format!("{prefix}{}", identifier(bare));
    Ok((words, Some(format!("({arguments})"))))
}
