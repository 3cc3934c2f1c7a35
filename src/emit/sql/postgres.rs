//! What is `PostgreSQL`'s own.
//!
//! `ON ALL TABLES IN SCHEMA` means views and foreign tables too, so that every table, or every view, is granted
//! one by one from the catalogue when the script runs. What is added later is not covered: default
//! privileges hold only for objects that one named role creates, which nobody declared.

use super::{Grantee, Object, On, Statement, by_password, routine, words};
use crate::emit::Job;
use crate::emit::held::{self, Limits, Name};
use crate::model::thing::Thing;
use crate::print::sql::{Dialect, identifier, literal, qualified};

/// Privileges that take a list of columns ("GRANT").
const BY_COLUMN: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];
/// Tables, partitioned tables and foreign tables (`pg_class.relkind`).
const TABLES: &str = "'r', 'p', 'f'";
/// Views and materialized views (`pg_class.relkind`).
const VIEWS: &str = "'v', 'm'";

/// The role comes to be, and ends.
pub(super) fn creation(job: &Job<'_>, grantee: &Grantee) -> Vec<Statement> {
    let whole = |rows: Vec<_>| rows.into_iter().map(|row| (row, Limits::NONE)).collect();
    let create = format!(
        "BEGIN CREATE ROLE {} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END",
        grantee.role
    );
    let mut statements = vec![Statement {
        database: None,
        text: format!("DO {}", dollar(&create)),
        rows: whole(held::identity(job)),
    }];
    // A role that several share lives as long as the last of them.
    if let Some(end) = job.bundle.expires.iter().map(|(_, end)| *end).max() {
        let rows = job.bundle.expires.iter();
        let rows = rows.filter(|(_, own)| *own == end && by_password(job));
        statements.push(Statement {
            database: None,
            text: format!(
                "ALTER ROLE {} VALID UNTIL {}",
                grantee.role,
                literal(&end.to_string(), Dialect::Postgres)
            ),
            rows: whole(rows.map(|(row, _)| *row).collect()),
        });
    }
    statements
}

/// What a thing is in SQL.
pub(super) fn objects(job: &Job<'_>, thing: &Thing) -> Result<Vec<Object>, String> {
    let catalog = &job.compiled.model.catalog;
    let of = &*catalog.of(thing.of).name;
    let last = thing.names().first().map(held::name);
    let database = match held::step(catalog, thing, "database") {
        Some(Name::Exact(database)) => Some(database.to_owned()),
        Some(Name::Every | Name::Some) => {
            return Err("a privilege cannot be granted in several databases at once".into());
        }
        None => None,
    };
    let schema = match held::step(catalog, thing, "schema") {
        Some(Name::Exact(schema)) => Some(schema.to_owned()),
        Some(Name::Every | Name::Some) if of != "schema" => {
            return Err("a privilege cannot be granted in several schemas at once".into());
        }
        Some(Name::Every | Name::Some) | None => None,
    };
    let kind = words(job, thing.of);
    let object = |database: Option<String>, on: On| Ok(vec![Object { database, on }]);
    match (of, last, schema) {
        ("database", Some(Name::Exact(name)), _) => {
            object(None, On::Words(format!("{kind} {}", identifier(name))))
        }
        ("role", Some(Name::Exact(name)), _) => object(None, On::Role(identifier(name))),
        ("large-object", Some(Name::Exact(oid)), _) => {
            if oid.is_empty() || !oid.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(format!("`{oid}` is no number of a large object"));
            }
            object(database, On::Words(format!("{kind} {oid}")))
        }
        ("parameter", Some(Name::Exact(name)), _) => {
            let name = qualified(name.split('.'));
            object(None, On::Words(format!("{kind} {name}")))
        }
        ("function" | "procedure", Some(Name::Exact(name)), Some(schema)) => {
            let prefix = format!("{kind} {}.", identifier(&schema));
            let (name, arguments) = routine(&prefix, name)?;
            object(database, On::Words(name + &arguments.unwrap_or_default()))
        }
        ("schema", _, Some(schema)) => object(
            database,
            On::Words(format!("{kind} {}", identifier(&schema))),
        ),
        (_, Some(Name::Exact(name)), Some(schema)) => {
            let name = qualified([&*schema, name]);
            object(database, On::Words(format!("{kind} {name}")))
        }
        (_, Some(Name::Exact(name)), None) => {
            object(database, On::Words(format!("{kind} {}", identifier(name))))
        }
        ("table", Some(Name::Every), Some(schema)) => object(
            database,
            On::Relations {
                schema,
                kinds: TABLES,
            },
        ),
        ("view", Some(Name::Every), Some(schema)) => object(
            database,
            On::Relations {
                schema,
                kinds: VIEWS,
            },
        ),
        ("sequence" | "function" | "procedure", Some(Name::Every), Some(schema)) => {
            let schema = identifier(&schema);
            object(
                database,
                On::Words(format!("ALL {kind}S IN SCHEMA {schema}")),
            )
        }
        _ => Err(format!(
            "a privilege cannot be granted on every `{of}` at once"
        )),
    }
}

/// The statements that grant, each with whether it keeps to the columns.
pub(super) fn grant(
    object: &Object,
    privileges: &[String],
    fields: &[Box<str>],
    grantee: &Grantee,
) -> Result<Vec<(String, bool)>, String> {
    match &object.on {
        On::Role(role) => Ok(privileges
            .iter()
            .map(|privilege| {
                let option = if privilege == "ADMIN" {
                    " WITH ADMIN OPTION"
                } else {
                    ""
                };
                (format!("GRANT {role} TO {}{option}", grantee.words), false)
            })
            .collect()),
        On::Words(words) => {
            let list: Vec<String> = privileges
                .iter()
                .map(|privilege| limited(privilege, fields))
                .collect();
            let by_column = |privilege: &String| BY_COLUMN.contains(&privilege.as_str());
            let text = format!("GRANT {} ON {words} TO {}", list.join(", "), grantee.words);
            Ok(vec![(text, privileges.iter().all(by_column))])
        }
        On::Relations { schema, kinds } => {
            if !fields.is_empty() {
                return Err("columns of every table at once cannot be granted".into());
            }
            let text = each(
                schema,
                kinds,
                &format!("GRANT {} ON TABLE ", privileges.join(", ")),
                &format!(" TO {}", grantee.words),
            );
            Ok(vec![(text, false)])
        }
    }
}

/// The statement that takes everything on the object back.
pub(super) fn revoke(object: &Object, grantee: &Grantee) -> String {
    let from = format!(" FROM {}", grantee.words);
    match &object.on {
        On::Role(role) => format!("REVOKE {role}{from}"),
        On::Words(words) => format!("REVOKE ALL PRIVILEGES ON {words}{from}"),
        On::Relations { schema, kinds } => {
            each(schema, kinds, "REVOKE ALL PRIVILEGES ON TABLE ", &from)
        }
    }
}

fn limited(privilege: &str, fields: &[Box<str>]) -> String {
    if fields.is_empty() || !BY_COLUMN.contains(&privilege) {
        return privilege.to_owned();
    }
    let columns: Vec<String> = fields.iter().map(|field| identifier(field)).collect();
    format!("{privilege} ({})", columns.join(", "))
}

/// Executes `before`, the relation, `after` for each relation of these kinds in the schema.
fn each(schema: &str, kinds: &str, before: &str, after: &str) -> String {
    let text = |words: &str| literal(words, Dialect::Postgres);
    let body = format!(
        "DECLARE relation text; BEGIN FOR relation IN SELECT format('%I.%I', n.nspname, c.relname) \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = {} AND c.relkind IN ({kinds}) ORDER BY 1 \
         LOOP EXECUTE {} || relation || {}; END LOOP; END",
        text(schema),
        text(before),
        text(after),
    );
    format!("DO {}", dollar(&body))
}

/// The text between dollar quotes that do not occur in it.
fn dollar(body: &str) -> String {
    let mut tag = "$scopec$".to_owned();
    while body.contains(&tag) {
        tag.insert(1, 'x');
    }
    format!("{tag} {body} {tag}")
}
