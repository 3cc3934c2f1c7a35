//! What is Snowflake's own.
//!
//! Objects are named in full, so that a script needs no current database. Every object of a type means those
//! to come too, and Snowflake has words for both: `ALL … IN SCHEMA` and `FUTURE … IN SCHEMA`.

use super::{Grantee, GranteeKind, Object, On, Statement, routine, words};
use crate::emit::Job;
use crate::emit::held::{self, Limits, Name};
use crate::model::thing::Thing;
use crate::print::sql::{identifier, qualified};

/// Object types whose plural stands after `ALL` and `FUTURE` ("GRANT <privileges>").
const BULK: [&str; 16] = [
    "SCHEMA",
    "TABLE",
    "VIEW",
    "MATERIALIZED VIEW",
    "DYNAMIC TABLE",
    "EVENT TABLE",
    "ICEBERG TABLE",
    "STAGE",
    "FILE FORMAT",
    "PIPE",
    "STREAM",
    "SEQUENCE",
    "FUNCTION",
    "PROCEDURE",
    "TASK",
    "ALERT",
];

/// The role comes to be, and is given to the user who has to hold it.
pub(super) fn creation(job: &Job<'_>, grantee: &Grantee) -> Vec<Statement> {
    let identity = || {
        let rows = held::identity(job).into_iter();
        rows.map(|row| (row, Limits::NONE)).collect()
    };
    let statement = |text: String, rows| Statement {
        database: None,
        text,
        rows,
    };
    let role = &grantee.role;
    match &grantee.kind {
        GranteeKind::Role => vec![statement(
            format!("CREATE ROLE IF NOT EXISTS {role}"),
            identity(),
        )],
        GranteeKind::DatabaseRole => vec![statement(
            format!("CREATE DATABASE ROLE IF NOT EXISTS {role}"),
            identity(),
        )],
        GranteeKind::User(user) => vec![
            statement(format!("CREATE ROLE IF NOT EXISTS {role}"), Vec::new()),
            statement(format!("GRANT ROLE {role} TO USER {user}"), identity()),
        ],
    }
}

/// What a thing is in SQL.
pub(super) fn objects(job: &Job<'_>, thing: &Thing) -> Result<Vec<Object>, String> {
    let catalog = &job.compiled.model.catalog;
    let kind = words(job, thing.of);
    let names: Vec<Name<'_>> = thing
        .steps
        .iter()
        .flat_map(|step| &step.names)
        .map(held::name)
        .collect();
    let object = |words: String| Object {
        database: None,
        on: On::Words(words),
    };
    let Some((last, above)) = names.split_last() else {
        return match kind.as_str() {
            "ACCOUNT" => Ok(vec![object(kind)]),
            _ => Err("a privilege is granted on an object, and none is named".into()),
        };
    };
    let mut parents = Vec::new();
    for name in above {
        match name {
            Name::Exact(name) => parents.push(*name),
            // A database has words for all that lies in any of its schemas, and nothing has for more.
            Name::Every if parents.len() == 1 && *last == Name::Every => {}
            Name::Every | Name::Some => {
                return Err("a privilege cannot be granted in several places at once".into());
            }
        }
    }
    let exact = |name: &str| qualified(parents.iter().copied().chain([name]));
    match (&*catalog.of(thing.of).name, last) {
        ("role" | "database-role", Name::Exact(name)) => Ok(vec![Object {
            database: None,
            on: On::Role(format!("{kind} {}", exact(name))),
        }]),
        ("function" | "procedure", Name::Exact(name)) => {
            let parents: String = parents.iter().map(|one| identifier(one) + ".").collect();
            let (name, arguments) = routine(&format!("{kind} {parents}"), name)?;
            Ok(vec![object(name + arguments.as_deref().unwrap_or("()"))])
        }
        (_, Name::Exact(name)) => Ok(vec![object(format!("{kind} {}", exact(name)))]),
        (_, Name::Every) if BULK.contains(&kind.as_str()) && !parents.is_empty() => {
            let place = if parents.len() == 1 {
                "DATABASE"
            } else {
                "SCHEMA"
            };
            let inside = qualified(parents.iter().copied());
            Ok(["ALL", "FUTURE"]
                .map(|which| object(format!("{which} {kind}S IN {place} {inside}")))
                .to_vec())
        }
        (of, Name::Every | Name::Some) => Err(format!(
            "a privilege cannot be granted on every `{of}` at once"
        )),
    }
}

/// The statements that grant; Snowflake's privileges know no columns.
pub(super) fn grant(
    object: &Object,
    privileges: &[String],
    grantee: &Grantee,
) -> Result<Vec<(String, bool)>, String> {
    let to = &grantee.words;
    match &object.on {
        On::Role(role) => {
            let mut out = Vec::new();
            let mut others = privileges.to_vec();
            // USAGE on a role is what SHOW GRANTS calls membership; one grants the role itself.
            if let Some(at) = others.iter().position(|name| name == "USAGE") {
                others.remove(at);
                out.push((format!("GRANT {role} TO {to}"), false));
            }
            if !others.is_empty() {
                out.push((
                    format!("GRANT {} ON {role} TO {to}", others.join(", ")),
                    false,
                ));
            }
            Ok(out)
        }
        On::Words(words) => {
            let list = privileges.join(", ");
            Ok(vec![(format!("GRANT {list} ON {words} TO {to}"), false)])
        }
        On::Relations { .. } => Err("Snowflake has no such object".into()),
    }
}

/// The statement that takes everything on the object back; ownership is only ever handed on.
pub(super) fn revoke(object: &Object, grantee: &Grantee) -> String {
    let from = &grantee.words;
    match &object.on {
        On::Role(role) => format!("REVOKE {role} FROM {from}"),
        On::Words(words) => format!("REVOKE ALL PRIVILEGES ON {words} FROM {from}"),
        On::Relations { schema, .. } => {
            format!(
                "REVOKE ALL PRIVILEGES ON SCHEMA {} FROM {from}",
                identifier(schema)
            )
        }
    }
}
